package amendment

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/pack"
	"yitang/internal/passport"
	"yitang/internal/person"
	"yitang/internal/requirement"
	"yitang/internal/store"
	"yitang/internal/trip"
	"yitang/internal/visa"
)

// Read gathers an approved mission with all that this zone has heard of it.
// What isn't approved, or has ended, is a fault.NotNow.
func Read(ctx context.Context, j *journal.Journal, set *pack.Set, id string) (Standing, approval.Approval, error) {
	a, _, err := journal.Load(ctx, j, approval.Room, id)
	if err != nil {
		return Standing{}, a, err
	}
	if a.Stage != approval.IsIssued || a.Document == nil {
		return Standing{}, a, fault.NotNow("approval.amend.not_now", a.Stage)
	}
	now, err := approval.Standing(ctx, j, id)
	if err != nil {
		return Standing{}, a, err
	}
	today := j.Today()
	s := Standing{Filing: id, Today: today, ReturnDays: set.Needs(today).PassportReturnDays, Document: a.Document.Number, Asked: a.Asked}
	s.Case, s.People = filing.Only(now.Dossier, now.People(), a.Approved())
	s.Counted, s.AmountFen = len(s.People), Wanted{Case: s.Case, People: s.People, Approved: s.People}.AmountFen()
	if s.Passports, err = passport.OfFiling(ctx, j.Store, id); err != nil {
		return s, a, err
	}
	if err := s.share(ctx, j, a); err != nil {
		return s, a, err
	}
	for _, o := range s.Passports {
		b, _, err := custody.One(ctx, j.Store, o.ID)
		if err != nil {
			return s, a, err
		}
		if b.Gone() {
			s.Gone = append(s.Gone, o.ID)
		}
	}
	if s.Visas, err = visa.Of(ctx, j.Store, id); err != nil {
		return s, a, err
	}
	if s.Booklets, err = custody.OutFor(ctx, j.Store, id); err != nil {
		return s, a, err
	}
	if s.Holders, err = holders(ctx, j.Store, s.Booklets, s.People); err != nil {
		return s, a, err
	}
	if s.Bookings, err = hall.OfFiling(ctx, j.Store, id); err != nil {
		return s, a, err
	}
	if s.Trip, _, err = journal.Load(ctx, j, trip.Room, id); err != nil {
		return s, a, err
	}
	s.Declared, err = DeclaredUnder(ctx, j, id)
	return s, a, err
}

// DeclaredUnder are the trips under an approval for a term that end with it:
// those that nobody has left for yet.
func DeclaredUnder(ctx context.Context, j *journal.Journal, term string) ([]Declared, error) {
	all, err := filing.DeclaredUnder(ctx, j.Store, term)
	if err != nil {
		return nil, err
	}
	var out []Declared
	for _, e := range all {
		a, _, err := journal.Load(ctx, j, approval.Room, e.ID)
		if err != nil {
			return nil, err
		}
		t, _, err := journal.Load(ctx, j, trip.Room, e.ID)
		if err != nil {
			return nil, err
		}
		if e.Amends != "" || a.Stage == approval.Nothing || a.Stage.Over() || e.Stage == filing.IsWithdrawn || t.Stage == trip.IsAbroad || t.Ended() {
			continue
		}
		out = append(out, Declared{Filing: e.ID, Number: cmp.Or(a.Number, e.Title), Depart: e.Depart})
	}
	return out, nil
}

// share finds which booklets are made on account of another case, and for which
// of this one's orders another case waits.
func (s *Standing) share(ctx context.Context, j *journal.Journal, a approval.Approval) error {
	s.Shared = map[string]string{}
	for _, key := range a.Asked {
		if order, shared := a.Shared[key]; shared {
			row, there, err := passport.One(ctx, j.Store, order)
			if err != nil {
				return err
			}
			if there && (row.Stage == passport.IsHandedOver || row.Stage == passport.IsStopped) {
				order = ""
			}
			s.Shared[key] = order
			continue
		}
		own := passport.OrderID(s.Filing, key)
		others, err := approval.Sharing(ctx, j.Store, own)
		if err != nil {
			return err
		}
		if len(others) > 0 {
			s.Waited = append(s.Waited, own)
		}
	}
	return nil
}

// Want works out what a changed mission needs. may are those of its people who
// are to travel; who is in another authority's charge gets neither booklet nor
// visa here.
func Want(ctx context.Context, j *journal.Journal, set *pack.Set, s Standing, a approval.Approval, kind filing.AmendmentKind, c dossier.Case, people, may []string, asked []approval.Inquiry) (Wanted, error) {
	w := Wanted{Kind: kind, Case: c, People: people, Approved: may}
	today := j.Today()
	w.Notice = noticeDays(set, today)
	reqs, err := requirements(ctx, j, set, s.Filing, c, people, today)
	if err != nil {
		return w, err
	}
	ours := approval.Ours(may, append(slices.Clone(a.Inquiries), asked...))
	w.Booklets = approval.Booklets(c, reqs, people, ours).Booklets
	if w.Further, err = Further(ctx, j.Store, s.Filing, a, c, w.Booklets, ours); err != nil {
		return w, err
	}
	w.Booklets = Fresh(w.Booklets, a)
	if err = Number(ctx, j.Store, s.Filing, w.Booklets); err != nil {
		return w, err
	}
	w.Plans = visa.Plans(reqs, visa.Group{Filing: s.Filing, People: people, Approved: ours, Depart: c.Trip.Depart, Book: j.Book(), P: set.Needs(today)})
	w.Takes = takes(s.Filing, reqs, people, set.Needs(today))
	verdicts := make([]approval.Verdict, len(people))
	for i, p := range people {
		verdicts[i] = approval.Verdict{Person: p, Approved: slices.Contains(may, p)}
	}
	old := make([]approval.Traveller, len(s.People))
	for i, p := range s.People {
		old[i] = approval.Traveller{Person: p}
	}
	is := make([]approval.Traveller, len(people))
	for i, p := range people {
		is[i] = approval.Traveller{Person: p}
	}
	w.Reprint = approval.Reprints(a, approval.Round{Dossier: s.Case, Members: old}, approval.Round{Dossier: c, Members: is}, verdicts, letterhead)
	return w, nil
}

// letterhead is enough of one for comparing two texts: the names of countries
// don't depend on it.
var letterhead = approval.Letterhead{Country: func(code string) string { return code }}

// noticeDays is for how many working days a newcomer is announced (补充公示).
func noticeDays(set *pack.Set, on calendar.Date) int {
	p, known := set.Ref.Parameters.On("notice.minWorkingDays", on)
	n, err := strconv.Atoi(p.Value)
	if !known || err != nil {
		return 5 // 厦门外办 2013
	}
	return n
}

// requirements is what a case needs, as this zone knows its people.
func requirements(ctx context.Context, j *journal.Journal, set *pack.Set, id string, c dossier.Case, people []string, today calendar.Date) ([]requirement.Requirement, error) {
	known, err := visa.Known(ctx, j.Store, id, c, people, today)
	if err != nil {
		return nil, fmt.Errorf("reading what is known of the people of %s: %w", id, err)
	}
	return requirement.For(requirement.Facts{Case: c, Known: known, Countries: set.Countries, Today: today, Approved: today, Workday: j.Book().IsWorkday}, set.Needs(today)), nil
}

// Of is all that follows from one amendment as it stands before this zone: read,
// worked out, listed. asked is what other authorities were asked on its account.
// Nothing is written.
func Of(ctx context.Context, j *journal.Journal, set *pack.Set, of string, kind filing.AmendmentKind, c dossier.Case, people, may []string, asked []approval.Inquiry) (Standing, Wanted, []approval.Follow, error) {
	s, a, err := Read(ctx, j, set, of)
	if err != nil {
		return s, Wanted{}, nil, err
	}
	w, err := Want(ctx, j, set, s, a, kind, c, people, may, asked)
	if err != nil {
		return s, w, nil, err
	}
	return s, w, Follows(s, w), nil
}

// holders are those of a case who hold a booklet under another id that means them.
func holders(ctx context.Context, r store.Reader, booklets []custody.Row, people []string) (map[string]string, error) {
	out := map[string]string{}
	for _, b := range booklets {
		if slices.Contains(people, b.Person) {
			continue
		}
		ids, err := person.Also(ctx, r, b.Person)
		if err != nil {
			return nil, err
		}
		if i := slices.IndexFunc(people, func(p string) bool { return slices.Contains(ids, p) }); i >= 0 {
			out[b.Person] = people[i]
		}
	}
	return out, nil
}
