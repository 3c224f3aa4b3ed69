package node

import (
	"context"
	"errors"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/person"
)

// betweenLines is how late at most an offer that nobody answered goes on to the next,
// and a place that came free by time alone is offered.
const betweenLines = time.Minute

// lines looks after the hall's waiting lists as long as the zone runs. Nothing is kept
// in it: a node that was away goes on with what the days and the clock say.
func (n *Node) lines(ctx context.Context) {
	tick := time.NewTicker(betweenLines)
	defer tick.Stop()
	for {
		if err := alone("looking after the hall's waiting lists", func() error { return n.ServeLines(journal.WithActor(ctx, journal.System)) }); err != nil && ctx.Err() == nil {
			n.Log.Error("the hall's waiting lists will be looked at again", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// ServeLines goes through every line of the hall once.
func (n *Node) ServeLines(ctx context.Context) error {
	halls, err := hall.AllPlans(ctx, n.Store)
	if err != nil {
		return err
	}
	var all error
	for _, h := range halls {
		waiting, err := hall.Lines(ctx, n.Store, h.ID)
		all = errors.Join(all, err)
		for i, w := range waiting {
			if i > 0 && waiting[i-1].Day == w.Day {
				continue
			}
			all = errors.Join(all, follow(ctx, n.Journal, hall.Days, journal.Order{Subject: h.DayID(w.Day)}, journal.Command[hall.Day](hall.Serve{Plan: h, Day: w.Day})))
		}
	}
	return all
}

// line offers what comes free on a day to who waits for it, and takes out of the lines
// who has another time, came, or needs none any more.
func line(ctx context.Context, n *Node, e journal.Event) error {
	if id := ledger.CaseOf(e); id != "" && !changesOnly(e) {
		all, err := hall.WaitsOf(ctx, n.Store, id)
		if err != nil {
			return err
		}
		for _, w := range hall.Unwaiting(e, all) {
			if err := follow(ctx, n.Journal, hall.Days, w.Order, w.Command); err != nil {
				return err
			}
		}
	}
	if e.Subject.Kind != hall.Days.Kind {
		return nil
	}
	id, day, ok := hall.DayOf(e.Subject.ID)
	if !ok {
		return nil
	}
	waiting, err := hall.Lines(ctx, n.Store, id)
	if err != nil {
		return err
	}
	for _, w := range waiting {
		if w.Day != day {
			continue
		}
		h, known, err := hall.PlanOf(ctx, n.Store, id)
		if err != nil || !known {
			return err
		}
		return follow(ctx, n.Journal, hall.Days, journal.Order{Subject: e.Subject.ID, Key: e.ID + ":hall.serve", Cause: e.ID}, journal.Command[hall.Day](hall.Serve{Plan: h, Day: day}))
	}
	return nil
}

// queue gives who has checked in a number to be called by, and takes them out of the
// line when the window begins with what they came for.
func (r *officeRules) queue(ctx context.Context, e journal.Event) error {
	switch b := e.Body.(type) {
	case hall.CheckedIn:
		v, _, err := hall.VisitOf(ctx, r.n.Store, e.Subject.ID)
		if err != nil || v.Presence != hall.Arrived || b.Day != r.n.Journal.Today() {
			return err // they have left, or the news is old: there is nobody to call
		}
		return r.ticket(ctx, e, b)
	case hall.ActClosed, hall.Closed:
		v, known, err := hall.VisitOf(ctx, r.n.Store, e.Subject.ID)
		if err != nil || !known {
			return err
		}
		h, err := hallOf(ctx, r.n, v.Hall, v.Booking)
		if err != nil || h.ID == "" {
			return err
		}
		return follow(ctx, r.n.Journal, hall.Queues, journal.Order{Subject: h.DayID(v.Day), Key: e.ID + ":hall.ticket_over", Cause: e.ID}, journal.Command[hall.Queue](hall.EndTicket{Visit: v.ID}))
	}
	return nil
}

func (r *officeRules) ticket(ctx context.Context, e journal.Event, b hall.CheckedIn) error {
	booking, _, err := hall.BookingOf(ctx, r.n.Store, b.Booking)
	if err != nil {
		return err
	}
	h, err := hallOf(ctx, r.n, b.Hall, b.Booking)
	if err != nil || h.ID == "" {
		return err
	}
	row, _, err := approval.Row(ctx, r.n.Store, b.Filing)
	if err != nil {
		return err
	}
	var born []calendar.Date
	for _, id := range b.People {
		p, err := person.One(ctx, r.n.Store, id)
		if err != nil && !fault.IsNotFound(err) {
			return err
		}
		born = append(born, p.Born)
	}
	counter := booking.Counter
	if counter == "" {
		counter = hall.CounterOf(b.Acts)
	}
	cmd := hall.GiveTicket{Visit: e.Subject.ID, Filing: b.Filing, Counter: counter, First: h.GoesFirst(row.Urgent, born, b.Day), Due: hall.DueAt(booking, e.At), Came: e.At}
	return follow(ctx, r.n.Journal, hall.Queues, journal.Order{Subject: h.DayID(b.Day), Key: e.ID + ":hall.ticket", Cause: e.ID}, journal.Command[hall.Queue](cmd))
}

// hallOf is the hall to which people came: as was noted, else that of their booking, else
// the office's first.
func hallOf(ctx context.Context, n *Node, noted, booking string) (hall.Plan, error) {
	if noted == "" {
		b, _, err := hall.BookingOf(ctx, n.Store, booking)
		if err != nil {
			return hall.Plan{}, err
		}
		noted = b.Hall
	}
	h, _, err := hall.HallOf(ctx, n.Store, noted)
	return h, err
}
