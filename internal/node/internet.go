package node

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/feedback"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/person"
	"yitang/internal/trip"
	"yitang/internal/visit"
)

// internetReactions is what follows in the internet zone from what it hears.
func internetReactions(n *Node) []journal.Reaction {
	return []journal.Reaction{
		{Name: "filing", On: func(ctx context.Context, e journal.Event) error {
			for _, w := range approval.ReactFiling(e) {
				if err := follow(ctx, n.Journal, filing.Room, w.Order, w.Command); err != nil {
					return err
				}
			}
			return nil
		}},
		{Name: "people", On: func(ctx context.Context, e journal.Event) error {
			for _, w := range person.React(e) {
				if err := follow(ctx, n.Journal, person.Room, w.Order, w.Command); err != nil {
					return err
				}
			}
			return mended(ctx, n, e)
		}},
		{Name: "trip", On: func(ctx context.Context, e journal.Event) error { return trips(ctx, n, e) }},
		{Name: "ended", On: func(ctx context.Context, e journal.Event) error { return ended(ctx, n, e) }},
		{Name: "amended", On: func(ctx context.Context, e journal.Event) error { return amended(ctx, n, e) }},
		{Name: "hall", On: func(ctx context.Context, e journal.Event) error { return places(ctx, n, e) }},
		{Name: "line", On: func(ctx context.Context, e journal.Event) error { return line(ctx, n, e) }},
		{Name: "once", On: func(ctx context.Context, e journal.Event) error { return once(ctx, n, e) }},
		{Name: "one_hold", On: func(ctx context.Context, e journal.Event) error { return oneHold(ctx, n, e) }},
		{Name: "instead", On: func(ctx context.Context, e journal.Event) error { return instead(ctx, n, e) }},
	}
}

// mended carries what was mended of people in a case over to their records, in
// the name of who mended it.
func mended(ctx context.Context, n *Node, e journal.Event) error {
	b, is := e.Body.(filing.Corrected)
	if !is {
		return nil
	}
	for _, m := range filing.MendedOf(b) {
		who, err := person.Stands(ctx, n.Store, m.Person)
		if err != nil {
			return err
		}
		was, _, err := journal.Load(ctx, n.Journal, person.Room, who)
		if err != nil {
			return err
		}
		if was.In != b.Unit {
			continue // another unit's record by now: the case keeps what was mended
		}
		records := person.Register{Journal: n.Journal, Index: n.Keys}
		err = records.Change(journal.WithActor(ctx, e.Actor), journal.Order{Subject: who, Key: e.ID + ":mended", Cause: e.ID}, person.Change{Filing: e.Subject.ID, Facts: was.Facts.With(m.Data)})
		if err != nil && fault.Findings(err) == nil {
			return err // a record that refuses it keeps the old one; the case has the new
		}
	}
	return nil
}

// trips clears a trip when everybody has booklet and visa in hand, and closes
// it when nothing is owed any more.
func trips(ctx context.Context, n *Node, e journal.Event) error {
	if err := shared(ctx, n, e); err != nil {
		return err
	}
	if _, is := e.Body.(person.ClearanceTold); is {
		return mayGo(ctx, n, e)
	}
	id := trip.Concerns(e)
	switch e.Body.(type) {
	case feedback.Rated, feedback.Declined:
		id = ledger.CaseOf(e)
	}
	if id == "" {
		return nil // most events: the application isn't read for nothing
	}
	f, ready, err := readyOf(ctx, n, id)
	if err != nil {
		return err
	}
	out, err := trip.BookletsOut(ctx, n.Store, id)
	if err != nil {
		return err
	}
	rating, _, err := journal.Load(ctx, n.Journal, feedback.Room, id)
	if err != nil {
		return err
	}
	t, _, err := journal.Load(ctx, n.Journal, trip.Room, id)
	if err != nil {
		return err
	}
	changes, err := filing.ChangesUnderWay(ctx, n.Store, id)
	if err != nil {
		return err
	}
	owed := trip.Owed{Booklets: out, Papers: len(filing.Open(f.Later)), Changes: changes, Rated: rating.Settled(t.Home, n.Journal.Today())}
	for _, w := range append(trip.React(e, ready, owed), feedback.React(e, owed)...) {
		if err := follow(ctx, n.Journal, trip.Room, w.Order, w.Command); err != nil {
			return err
		}
	}
	return nil
}

// shared clears the trips of other cases that wait for the booklet of one.
func shared(ctx context.Context, n *Node, e journal.Event) error {
	order := trip.Shared(e)
	if order == "" {
		return nil
	}
	waiting, err := approval.Sharing(ctx, n.Store, order)
	if err != nil {
		return err
	}
	for _, b := range waiting {
		_, ready, err := readyOf(ctx, n, b.Filing)
		if err != nil {
			return err
		}
		w := trip.Came(e, b.Filing, ready)
		if err := follow(ctx, n.Journal, trip.Room, w.Order, w.Command); err != nil {
			return err
		}
	}
	return nil
}

// concerned is how many of somebody's trips are looked at when it is heard on
// which days they may travel: those that lie farther back are over.
const concerned = 50

// mayGo lets the delegations of somebody go, or not any more, of whom it is heard
// on which days they may travel.
func mayGo(ctx context.Context, n *Node, e journal.Event) error {
	all, err := filing.OfPerson(ctx, n.Store, e.Subject.ID, concerned)
	if err != nil {
		return err
	}
	for _, f := range all {
		_, ready, err := readyOf(ctx, n, f.ID)
		if err != nil {
			return err
		}
		w := trip.Clearance(e, f.ID, ready)
		if err := follow(ctx, n.Journal, trip.Room, w.Order, w.Command); err != nil {
			return err
		}
	}
	return nil
}

func readyOf(ctx context.Context, n *Node, id string) (filing.Filing, trip.Ready, error) {
	f, _, err := journal.Load(ctx, n.Journal, filing.Room, id)
	if err != nil {
		return f, trip.Ready{}, err
	}
	ready, err := trip.ReadyOf(ctx, n.Journal, n.Packs.Now().Checks, id, f.Dossier.Trip.Depart, f.Dossier.Trip.Return)
	return f, ready, err
}

// unrated closes the trips that wait for nothing but a rating which nobody is
// going to give: the time for it is over, and no event tells of that. A trip that was
// called off and for which nothing is out is closed too, should it have been missed.
func unrated(ctx context.Context, n *Node) error {
	var all error
	for _, stage := range []trip.Stage{trip.IsHome, trip.DidNotGo} {
		after, last := "", ""
		for {
			page, err := trip.InStage(ctx, n.Store, stage, after, last, 100)
			if err != nil {
				return errors.Join(all, err)
			}
			if len(page) == 0 {
				break
			}
			for _, t := range page {
				after, last = t.Trip.Depart.String(), t.Filing
				if err := conclude(ctx, n, t); err != nil {
					all = errors.Join(all, fmt.Errorf("concluding trip %s: %w", t.Filing, err))
				}
			}
		}
	}
	return all
}

func conclude(ctx context.Context, n *Node, t trip.Row) error {
	today := n.Journal.Today()
	if t.Stage == trip.IsHome {
		rating, _, err := journal.Load(ctx, n.Journal, feedback.Room, t.Filing)
		if err != nil {
			return err
		}
		f, _, err := journal.Load(ctx, n.Journal, filing.Room, t.Filing)
		if err != nil {
			return err
		}
		changes, err := filing.ChangesUnderWay(ctx, n.Store, t.Filing)
		if err != nil || changes > 0 || t.Report == "" || t.OwesNotice() || len(filing.Open(f.Later)) > 0 || !rating.Settled(t.Home, today) {
			return err
		}
	}
	out, err := trip.BookletsOut(ctx, n.Store, t.Filing)
	if err != nil || out > 0 {
		return err
	}
	order := journal.Order{Subject: t.Filing, Key: "unrated:" + t.Filing + ":" + today.String()}
	return follow(ctx, n.Journal, trip.Room, order, journal.Command[trip.Trip](trip.Conclude{Owed: trip.Owed{Rated: true}}))
}

// due makes true what was announced for a day that has come.
func due(ctx context.Context, n *Node) error {
	today := n.Journal.Today()
	people, err := person.Due(ctx, n.Store, today)
	if err != nil {
		return err
	}
	var all error
	for _, id := range people {
		order := journal.Order{Subject: id, Key: "due:" + id + ":" + today.String()}
		if err := follow(ctx, n.Journal, person.Room, order, journal.Command[person.Person](person.TakeEffect{})); err != nil {
			all = errors.Join(all, fmt.Errorf("making true what was announced of %s: %w", id, err))
		}
	}
	return all
}

// ended stops what a case had under way here when the office ends it.
func ended(ctx context.Context, n *Node, e journal.Event) error {
	if _, back := e.Body.(trip.DepartureTakenBack); !back && e.Subject.Kind != approval.Room.Kind || changesOnly(e) {
		return nil
	}
	set, err := n.Packs.At(ctx, e.At)
	if err != nil {
		return err
	}
	a, _, err := journal.Load(ctx, n.Journal, approval.Room, e.Subject.ID)
	if err != nil {
		return err
	}
	for _, w := range trip.Stopping(e, a, set.Needs(calendar.DateOf(e.At)).PassportReturnDays) {
		if err := follow(ctx, n.Journal, trip.Room, w.Order, w.Command); err != nil {
			return err
		}
	}
	all, err := hall.OfFiling(ctx, n.Store, e.Subject.ID)
	if err != nil {
		return err
	}
	for _, w := range hall.Ended(e, all) {
		if err := follow(ctx, n.Journal, hall.Days, w.Order, w.Command); err != nil {
			return err
		}
	}
	return nil
}

// once gives back the second of two times that were booked for a case at one moment.
func once(ctx context.Context, n *Node, e journal.Event) error {
	b, is := e.Body.(hall.Booked)
	if !is {
		return nil
	}
	all, err := hall.OfFiling(ctx, n.Store, b.Filing)
	if err != nil {
		return err
	}
	for _, w := range hall.Once(e, all) {
		if err := follow(ctx, n.Journal, hall.Days, w.Order, w.Command); err != nil {
			return err
		}
	}
	return nil
}

// oneHold lets go of what was kept for a case before it chose again.
func oneHold(ctx context.Context, n *Node, e journal.Event) error {
	var filing string
	switch b := e.Body.(type) {
	case hall.Held:
		filing = b.Filing
	case hall.Booked:
		filing = b.Filing
	case hall.Moved:
		filing = b.Filing
	default:
		return nil
	}
	all, err := hall.KeptFor(ctx, n.Store, filing, e.At)
	if err != nil {
		return err
	}
	for _, w := range hall.OneHold(e, filing, all) {
		if err := follow(ctx, n.Journal, hall.Days, w.Order, w.Command); err != nil {
			return err
		}
	}
	return nil
}

// instead ends what was booked for those whom the window served without it.
func instead(ctx context.Context, n *Node, e journal.Event) error {
	b, is := e.Body.(hall.ActClosed)
	if !is {
		return nil
	}
	all, err := hall.OfFiling(ctx, n.Store, b.Filing)
	if err != nil {
		return err
	}
	if b.Person != "" && visit.Kind(b.Kind).AtStation() { // another case may have booked the same capture
		theirs, err := hall.OfPerson(ctx, n.Store, b.Person, calendar.DateOf(e.At))
		if err != nil {
			return err
		}
		all = append(all, slices.DeleteFunc(theirs, func(k hall.Booking) bool { return k.Filing == b.Filing })...)
	}
	had, err := hall.VisitsOf(ctx, n.Store, b.Filing)
	if err != nil {
		return err
	}
	stands, err := whoStands(ctx, n, all, had)
	if err != nil {
		return err
	}
	for _, w := range hall.Instead(e, all, had, stands) {
		if err := follow(ctx, n.Journal, hall.Days, w.Order, w.Command); err != nil {
			return err
		}
	}
	return nil
}

// whoStands finds the records that stand of all who are in bookings and visits: a
// record may have been merged since it was booked for.
func whoStands(ctx context.Context, n *Node, all []hall.Booking, had []hall.Visit) (map[string]string, error) {
	stands := map[string]string{}
	for _, k := range all {
		for _, a := range k.Acts {
			stands[a.Person] = ""
		}
		for _, id := range k.People {
			stands[id] = ""
		}
	}
	for _, v := range had {
		for _, a := range v.Acts {
			stands[a.Person] = ""
		}
	}
	delete(stands, "") // acts of the unit itself
	for id := range stands {
		var err error
		if stands[id], err = person.Stands(ctx, n.Store, id); err != nil {
			return nil, err
		}
	}
	return stands, nil
}

// places gives back what a moved visit no longer needs.
func places(ctx context.Context, n *Node, e journal.Event) error {
	moved, is := e.Body.(hall.Moved)
	if !is {
		return nil
	}
	booking, known, err := hall.BookingOf(ctx, n.Store, moved.Booking)
	if err != nil || !known {
		return err
	}
	for _, w := range hall.Letting(e, booking) {
		if err := follow(ctx, n.Journal, hall.Days, w.Order, w.Command); err != nil {
			return err
		}
	}
	return nil
}
