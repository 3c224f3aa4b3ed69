package amendment

import (
	"context"
	"slices"

	"yitang/internal/approval"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/passport"
	"yitang/internal/store"
)

// Further is what the permits of a case have to be endorsed for beyond what was
// asked, by person: its journey goes to one region more, more often, or until
// later. wishes are those that the requirements give for the case as it is now.
// Once a permit is handed over it is what it allows that counts: the change may
// have crossed it. Of those who wait for the permit of another case nothing is
// asked before it is there.
func Further(ctx context.Context, r store.Reader, filing string, a approval.Approval, c dossier.Case, wishes []approval.BookletAsked, may []string) (map[string][]approval.Region, error) {
	out := map[string][]approval.Region{}
	for person, asked := range a.Regions {
		keys := approval.PermitKeys(a.Asked, person)
		if !slices.Contains(may, person) || len(keys) == 0 {
			continue
		}
		if _, shared := a.Shared[keys[0]]; shared {
			continue
		}
		held, err := custody.Of(ctx, r, person)
		if err != nil {
			return nil, err
		}
		var stamps []passport.Stamp
		for _, b := range held {
			if !b.Gone() {
				stamps = append(stamps, b.Stamps...)
			}
		}
		last, _, err := passport.One(ctx, r, passport.OrderID(filing, keys[len(keys)-1]))
		if err != nil {
			return nil, err
		}
		var missing []approval.Region
		for _, w := range wishes {
			if w.Person == person {
				missing = append(missing, w.Regions...)
			}
		}
		if more := further(approval.Regions(c), asked, missing, stamps, last.Stage == passport.IsHandedOver); len(more) > 0 {
			out[person] = more
		}
	}
	return out, nil
}

func further(needs, asked, missing []approval.Region, stamps []passport.Stamp, done bool) []approval.Region {
	var out []approval.Region
	for _, r := range needs {
		of := func(x approval.Region) bool { return x.Code == r.Code }
		i := slices.IndexFunc(asked, of)
		switch {
		case i < 0 && !slices.ContainsFunc(missing, of): // it had that one before
		case slices.ContainsFunc(stamps, func(s passport.Stamp) bool { return s.Serves(r) }):
		case i >= 0 && asked[i].Times >= r.Times && !asked[i].Until.Before(r.Until) && (!done || len(stamps) == 0):
		default:
			out = append(out, r)
		}
	}
	return out
}

// Again turns what is missing beyond earlier wishes into wishes of their own: the
// permit is there, and only endorsed.
func Again(c dossier.Case, people []string, further map[string][]approval.Region) []approval.BookletAsked {
	var out []approval.BookletAsked
	for i, person := range people {
		if regions := further[person]; len(regions) > 0 && i < len(c.Members) {
			out = append(out, approval.BookletAsked{Person: person, Type: string(dossier.HKMacauPermit), Why: approval.EndorseOnly, Regions: regions,
				Depart: c.Trip.Depart, Identity: journal.Of(approval.IdentityOf(c, i))})
		}
	}
	return out
}

// Fresh are the wishes without those for endorsements of somebody whose permit was
// asked for before on account of this very case: what it lacks Further says.
func Fresh(wishes []approval.BookletAsked, a approval.Approval) []approval.BookletAsked {
	return slices.DeleteFunc(slices.Clone(wishes), func(b approval.BookletAsked) bool {
		keys := approval.PermitKeys(a.Asked, b.Person)
		if b.Why != approval.EndorseOnly || len(keys) == 0 {
			return false
		}
		_, shared := a.Shared[keys[0]]
		return !shared
	})
}

// Number says which wish of its kind each is. Orders that have done their part
// make nothing any more: a booklet that one of them made and that is lost or void
// since is made on an order of its own, and so is what a permit is to be endorsed
// for once more. What is asked for already keeps its number.
func Number(ctx context.Context, r store.Reader, filing string, wishes []approval.BookletAsked) error {
	for i := range wishes {
		b := &wishes[i]
		for done := true; done; {
			b.Nth++
			var err error
			if done, err = served(ctx, r, passport.OrderID(filing, b.Key()), b.Why == approval.EndorseOnly); err != nil {
				return err
			}
		}
	}
	return nil
}

// served tells whether an order has done its part and nothing that serves came of
// it: endorsing was all that it was for, or is all that is wanted now, or its
// booklet is gone.
func served(ctx context.Context, r store.Reader, order string, endorse bool) (bool, error) {
	o, known, err := passport.One(ctx, r, order)
	if err != nil || !known || o.Stage != passport.IsHandedOver {
		return false, err
	}
	if endorse || o.Why == approval.EndorseOnly {
		return true, nil
	}
	b, there, err := custody.One(ctx, r, order)
	return there && b.Gone(), err
}
