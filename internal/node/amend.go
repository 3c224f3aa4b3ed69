package node

import (
	"context"
	"fmt"
	"slices"

	"yitang/internal/amendment"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/requirement"
	"yitang/internal/trip"
	"yitang/internal/visa"
)

// changesOnly tells whether an event happened to an amendment, and not to the
// case that it is part of: what follows from a decision, a withdrawal or an end
// is then the amendment's alone.
func changesOnly(e journal.Event) bool {
	id := ledger.SubjectOf(e)
	return ledger.Case(id) != id
}

// amend turns the office's word on an amendment into the change of its case, and
// the change into all that was listed before it was confirmed.
func (r *officeRules) amend(ctx context.Context, e journal.Event) error {
	switch b := e.Body.(type) {
	case approval.Filed:
		return r.change(ctx, e, b.Members, nil, calendar.Date{})
	case approval.Decided:
		if b.Approved > 0 && changesOnly(e) {
			return r.change(ctx, e, b.Members, b.Conditions, b.ValidUntil)
		}
	case approval.Amended:
		if err := r.carry(ctx, e, b); err != nil {
			return err
		}
		if err := r.askMore(ctx, e, b); err != nil {
			return err
		}
		return r.conclude(ctx, e, b.Amendment)
	case approval.Cancelled:
		return r.conclude(ctx, e, b.Amendment)
	case approval.Revoked:
		return r.lapse(ctx, e)
	}
	return nil
}

// change gives the amendment to its case. One whose case has ended meanwhile has
// nothing left to change, and ends too.
func (r *officeRules) change(ctx context.Context, e journal.Event, verdicts []approval.Verdict, conditions []string, until calendar.Date) error {
	id := e.Subject.ID
	a, _, err := journal.Load(ctx, r.n.Journal, approval.Room, id)
	if err != nil || !a.IsAmendment() {
		return err
	}
	last, err := approval.Standing(ctx, r.n.Journal, id)
	if err != nil {
		return err
	}
	var may []string
	for _, v := range verdicts {
		if v.Approved {
			may = append(may, v.Person)
		}
	}
	people := last.People()
	set, _, err := r.inForce(ctx, e)
	if err != nil {
		return err
	}
	s, w, follows, err := amendment.Of(ctx, r.n.Journal, set, a.Amends.Of, a.Amends.Kind, last.Dossier, people, may, a.Inquiries)
	if fault.Overtaken(err) {
		return r.wish(ctx, []approval.Wish{{Order: journal.Order{Subject: id, Key: e.ID + ":lapse", Cause: e.ID}, Command: approval.Withdraw{Reason: fault.Because("approval_ended")}}})
	}
	if err != nil {
		return fmt.Errorf("working out what follows from %s: %w", id, err)
	}
	c := last.Dossier
	cmd := approval.Amend{Amended: approval.Amended{Amendment: id, Kind: a.Amends.Kind, Members: last.Members, Verdicts: verdicts, AmountFen: w.AmountFen(),
		ValidUntil: until, Conditions: conditions, Reprint: w.Reprint, Follows: follows, Why: why(a.Amends), Inquiries: a.Answered(), Dossier: journal.Of(c),
		Facts: approval.Facts{Title: c.Trip.Title, Kind: c.Trip.Kind, Urgent: c.Trip.Urgent, Depart: c.Trip.Depart, Return: c.Trip.Return, Countries: c.Countries()}}, Stopped: amendment.Stopped(follows), Changed: amendment.Changed(s, w, follows)}
	return follow(ctx, r.n.Journal, approval.Room, journal.Order{Subject: a.Amends.Of, Key: e.ID + ":amend", Cause: e.ID}, journal.Command[approval.Approval](cmd))
}

// why is what those read whose work stops because of a change.
func why(a approval.Amends) string {
	switch a.Kind {
	case filing.AmendCancel:
		return fault.Because("cancelled", a.Reason)
	case filing.AmendDrop:
		return fault.Because("dropped")
	case filing.AmendMembers:
		return fault.Because("members_changed")
	}
	return fault.Because("changed")
}

// carry does what was listed, for visas and booklets.
func (r *officeRules) carry(ctx context.Context, e journal.Event, b approval.Amended) error {
	c, held := b.Dossier.Value()
	if !held {
		return nil
	}
	orders, err := visa.Of(ctx, r.n.Store, e.Subject.ID)
	if err != nil {
		return err
	}
	plans, err := r.plans(ctx, e, b, c)
	if err != nil {
		return err
	}
	for _, w := range amendment.Visas(e, b, plans, orders) {
		if err := follow(ctx, r.n.Journal, visa.Room, w.Order, w.Command); err != nil {
			return err
		}
	}
	for _, w := range amendment.Booklets(e, b) {
		if err := follow(ctx, r.n.Journal, custody.Room, w.Order, w.Command); err != nil {
			return err
		}
	}
	return nil
}

// askMore asks for the booklets that a change calls for whose document goes on
// holding; else its new edition does.
func (r *officeRules) askMore(ctx context.Context, e journal.Event, b approval.Amended) error {
	if b.Reprint || !slices.ContainsFunc(b.Follows, func(f approval.Follow) bool { return f.Do == approval.AskBooklet || f.Do == approval.AskEndorsement }) {
		return nil
	}
	w, err := r.wanted(ctx, e, e.Subject.ID)
	if err != nil || !w.now {
		return err
	}
	return r.askBooklets(ctx, e, w, all)
}

// plans are the visa orders that the changed journey needs.
func (r *officeRules) plans(ctx context.Context, e journal.Event, b approval.Amended, c dossier.Case) ([]visa.Plan, error) {
	people := make([]string, len(b.Members))
	for i, m := range b.Members {
		people[i] = m.Person
	}
	a, _, err := journal.Load(ctx, r.n.Journal, approval.Room, e.Subject.ID)
	if err != nil {
		return nil, err
	}
	today := calendar.DateOf(e.At)
	known, err := visa.Known(ctx, r.n.Store, e.Subject.ID, c, people, today)
	if err != nil {
		return nil, err
	}
	set, p, err := r.inForce(ctx, e)
	if err != nil {
		return nil, err
	}
	reqs := requirement.For(requirement.Facts{Case: c, Known: known, Countries: set.Countries, Today: today, Approved: today, Workday: r.n.Book().IsWorkday}, p)
	return visa.Plans(reqs, visa.Group{Filing: e.Subject.ID, People: people, Approved: approval.Ours(b.Approved(), a.Inquiries), Depart: c.Trip.Depart, Book: r.n.Book(), P: p}), nil
}

// conclude puts an amendment that holds into the archive.
func (r *officeRules) conclude(ctx context.Context, e journal.Event, amendment string) error {
	return r.wish(ctx, []approval.Wish{{Order: journal.Order{Subject: amendment, Key: e.ID + ":approval.close", Cause: e.ID}, Command: approval.Close{}}})
}

// lapse ends the amendments of an approval that was taken back: there is nothing
// left to be changed.
func (r *officeRules) lapse(ctx context.Context, e journal.Event) error {
	open, err := approval.AmendmentsOf(ctx, r.n.Store, e.Subject.ID)
	if err != nil {
		return err
	}
	for _, row := range open {
		if row.Stage != approval.AtIntake && row.Stage != approval.WithUnit && row.Stage != approval.UnderReview {
			continue
		}
		w := approval.Wish{Order: journal.Order{Subject: row.Filing, Key: e.ID + ":lapse:" + row.Filing, Cause: e.ID}, Command: approval.Withdraw{Reason: fault.Because("approval_ended")}}
		if err := r.wish(ctx, []approval.Wish{w}); err != nil {
			return err
		}
	}
	return nil
}

// amended does in the internet zone what was listed: booked places and the
// journey itself.
func amended(ctx context.Context, n *Node, e journal.Event) error {
	b, is := e.Body.(approval.Amended)
	if !is {
		return nil
	}
	for _, f := range b.Follows {
		if f.Do != approval.CancelBooking && f.Do != approval.ShortenBooking {
			continue
		}
		now, known, err := hall.BookingOf(ctx, n.Store, f.Ref)
		if err != nil {
			return err
		}
		if !known {
			continue
		}
		if w, do := amendment.Place(e, b, f, now); do {
			if err := follow(ctx, n.Journal, hall.Days, w.Order, w.Command); err != nil {
				return err
			}
		}
	}
	t, _, err := journal.Load(ctx, n.Journal, trip.Room, e.Subject.ID)
	if err != nil {
		return err
	}
	ready, err := trip.ReadyOf(ctx, n.Journal, n.Packs.Now().Checks, e.Subject.ID, b.Facts.Depart, b.Facts.Return)
	if err != nil {
		return err
	}
	for _, w := range amendment.Journey(e, b, t, ready) {
		if err := follow(ctx, n.Journal, trip.Room, w.Order, w.Command); err != nil {
			return err
		}
	}
	return nil
}
