package node

import (
	"context"
	"errors"
	"time"

	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/ledger"
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
