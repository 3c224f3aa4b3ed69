package custody

import (
	"context"
	"slices"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/passport"
	"yitang/internal/requirement"
	"yitang/internal/store"
)

// Underway is a booklet that was asked for on account of a case and isn't in the
// keeper's hands yet.
type Underway struct {
	Order  string // passport order
	Filing string // the case for which it is made
	Person string // its holder, as that case knows them
	Type   string // dossier.PassportType
	Stage  passport.Stage
	Due    calendar.Date // day on which it should be with the office; zero as long as its holder must come first
}

// Waits tells whether its holder must still come for it.
func (u Underway) Waits() bool {
	return u.Due.IsZero() && (u.Stage == passport.Nothing || u.Stage == passport.IsOrdered)
}

// UnderwayOf lists the booklets that are being made for somebody on account of
// other cases than one, under all ids that mean them: asked for, neither stopped
// nor with the keeper. An order that its case no longer wants counts until the
// passport zone has said that it stopped: until then it may be handed over.
func UnderwayOf(ctx context.Context, r store.Reader, who, but string) ([]Underway, error) {
	orders, err := passport.OfPerson(ctx, r, who)
	if err != nil {
		return nil, err
	}
	var out []Underway
	for _, o := range orders {
		if o.Filing == but || o.Why == approval.EndorseOnly || o.Stage == passport.IsStopped {
			continue
		}
		if o.Stage == passport.IsHandedOver {
			b, announced, err := One(ctx, r, o.ID)
			if err != nil {
				return nil, err
			}
			if announced && b.Place != OnItsWay {
				continue
			}
		}
		u := Underway{Order: o.ID, Filing: o.Filing, Person: o.Person, Type: string(o.Type), Stage: o.Stage}
		if !o.Waits() {
			u.Due = o.Due
		}
		out = append(out, u)
	}
	asked, err := approval.BookletsOf(ctx, r, who)
	if err != nil {
		return nil, err
	}
	for _, a := range asked {
		id := passport.OrderID(a.Filing, a.Key)
		if a.Filing == but || a.From != "" || a.Why == approval.EndorseOnly || slices.ContainsFunc(orders, func(o passport.Row) bool { return o.ID == id }) {
			continue
		}
		out = append(out, Underway{Order: id, Filing: a.Filing, Person: a.Person, Type: a.Type})
	}
	return out, nil
}

// BeingRenewed tells whether a booklet of the same kind is being made for its
// holder, or is there in its place.
func BeingRenewed(ctx context.Context, r store.Reader, b Row) (bool, error) {
	if b.ReplacedBy != "" {
		return true, nil
	}
	coming, err := UnderwayOf(ctx, r, b.Person, "")
	return slices.ContainsFunc(coming, func(u Underway) bool { return (u.Type == permit) == (b.Type == permit) && u.Order != b.Booklet }), err
}

// Traveller is a member of a case of whom something is to be known.
type Traveller struct {
	Index  int
	ID     string
	Filing string
	Case   dossier.Case
}

// Knows is what is known of a member's booklets and captures beyond their case,
// for the requirement engine: that the booklet which the case names is gone, one
// that has come into the store since it was written, what is being made on account of another case, as it will be,
// and every capture.
func (t Traveller) Knows(ctx context.Context, r store.Reader, today calendar.Date) (requirement.Known, error) {
	var k requirement.Known
	member, who := t.Index, t.ID
	kept, err := Of(ctx, r, who)
	if err != nil {
		return k, err
	}
	over := func(b Row) bool { // lost, void, or another one has taken its place
		return b.Gone() || slices.ContainsFunc(kept, func(next Row) bool { return next.Booklet == b.ReplacedBy && !next.Gone() })
	}
	// Who can't go with the booklet that the case names goes with another one.
	gone := slices.ContainsFunc(kept, func(b Row) bool { return over(b) && t.namesIt(b) })
	for _, b := range kept {
		if !b.CaptureUntil.IsZero() && b.Place != IsVoid {
			k.Captures = append(k.Captures, requirement.KnownCapture{Member: member, ValidUntil: b.CaptureUntil})
		}
		switch {
		case over(b) && t.namesIt(b):
			k.Booklets = append(k.Booklets, requirement.KnownBooklet{Member: member, Passport: *t.Case.Members[member].Passport, Gone: true})
		case !b.Gone() && b.Place != OnItsWay && b.ReplacedBy == "" && (gone || !t.names(b.Type)):
			k.Booklets = append(k.Booklets, requirement.KnownBooklet{Member: member, Passport: b.Passport(t.Case.Trip.Return)})
		}
	}
	orders, err := passport.OfPerson(ctx, r, who)
	if err != nil {
		return k, err
	}
	for _, o := range orders {
		if !o.CaptureUntil.IsZero() {
			k.Captures = append(k.Captures, requirement.KnownCapture{Member: member, ValidUntil: o.CaptureUntil})
		}
	}
	coming, err := UnderwayOf(ctx, r, who, t.Filing)
	if err != nil {
		return k, err
	}
	for _, u := range coming {
		k.Booklets = append(k.Booklets, u.Known(member, today))
	}
	return k, nil
}

// names tells whether the case says which booklet of such a kind its member goes with.
func (t Traveller) names(typ string) bool {
	p := t.Case.Members[t.Index].Passport
	return p != nil && (p.Type == dossier.HKMacauPermit) == (typ == permit)
}

// namesIt tells whether the case says that its member goes with this very booklet.
func (t Traveller) namesIt(b Row) bool {
	p := t.Case.Members[t.Index].Passport
	return p != nil && string(p.Type) == b.Type && p.Is(b.Passport(t.Case.Trip.Return))
}

// Passport is the booklet as a case file has it, for a trip that ends on a day.
func (r Row) Passport(back calendar.Date) dossier.Passport {
	pages := r.BlankPages
	p := dossier.Passport{Type: dossier.PassportType(r.Type), Number: r.Tail, LatinName: r.LatinName, Issued: r.Issued, Expires: r.Expires, BlankPages: &pages, Custody: dossier.WithOffice, Endorsements: r.Endorsed(back)}
	if r.Place == IsLent {
		p.Custody = dossier.Lent
	}
	return p
}

// Known is what it will be: a new booklet, with all its years and pages.
func (u Underway) Known(member int, today calendar.Date) requirement.KnownBooklet {
	issued := today
	if u.Due.After(issued) {
		issued = u.Due
	}
	expires, pages := passport.New(dossier.PassportType(u.Type), issued)
	return requirement.KnownBooklet{Member: member, Coming: true, From: u.Due,
		Passport: dossier.Passport{Type: dossier.PassportType(u.Type), Issued: issued, Expires: expires, BlankPages: &pages, Custody: dossier.WithOffice}}
}
