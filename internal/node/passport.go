package node

import (
	"context"

	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/passport"
	"yitang/internal/person"
)

// passportReactions is what follows in the passport zone from what it hears
// and does.
func passportReactions(n *Node) []journal.Reaction {
	return []journal.Reaction{
		{Name: "orders", On: func(ctx context.Context, e journal.Event) error {
			id := ledger.CaseOf(e)
			if id == "" || changesOnly(e) {
				return nil
			}
			open, err := passport.Open(ctx, n.Store, id)
			if err != nil {
				return err
			}
			set, err := n.Packs.At(ctx, e.At)
			if err != nil {
				return err
			}
			on := calendar.DateOf(e.At)
			for _, w := range passport.React(e, open, calendar.Workdays(set.Needs(on).BookletWorkdays), set.Ref.Parameters.Whole("loss.waitDays", on, 0)) {
				if err := follow(ctx, n.Journal, passport.Room, w.Order, w.Command); err != nil {
					return err
				}
			}
			return nil
		}},
		{Name: "reuse", On: func(ctx context.Context, e journal.Event) error { return reuse(ctx, n, e) }},
		{Name: "stock", On: func(ctx context.Context, e journal.Event) error {
			if e.Subject.Kind != passport.Room.Kind {
				return nil
			}
			order, _, err := journal.Load(ctx, n.Journal, passport.Room, e.Subject.ID)
			if err != nil {
				return err
			}
			for _, w := range passport.ReactStock(e, order) {
				if err := follow(ctx, n.Journal, passport.Stocks, w.Order, w.Command); err != nil {
					return err
				}
			}
			return nil
		}},
	}
}

// earlierOf is the order whose capture may serve one: another one of the person's,
// or what was captured for this very one before it was stopped and placed again.
// Nothing when there is none.
func earlierOf(ctx context.Context, n *Node, order string, other passport.Row, held bool) (passport.Order, error) {
	if held {
		order = other.ID
	}
	o, _, err := journal.Load(ctx, n.Journal, passport.Room, order)
	switch {
	case err != nil || held:
		return o, err
	case o.Before != nil:
		return *o.Before, nil
	}
	return passport.Order{}, nil
}

// reuse lets captures that this zone holds serve the orders that an event leaves
// waiting for somebody: one that was placed, or those of two records that are
// one person's.
func reuse(ctx context.Context, n *Node, e journal.Event) error {
	var waiting []passport.Row
	var err error
	switch b := e.Body.(type) {
	case passport.Ordered:
		waiting = []passport.Row{{ID: e.Subject.ID, Person: b.Person}}
	case person.Absorbed:
		waiting, err = passport.Awaiting(ctx, n.Store, b.Into)
	}
	if err != nil || len(waiting) == 0 {
		return err
	}
	set, err := n.Packs.At(ctx, e.At)
	if err != nil {
		return err
	}
	serves := set.Needs(calendar.DateOf(e.At)).CaptureReuse
	for _, o := range waiting {
		row, held, err := passport.LastCapture(ctx, n.Store, o.Person, n.Journal.Today(), o.ID)
		if err != nil {
			return err
		}
		earlier, err := earlierOf(ctx, n, o.ID, row, held)
		if err != nil {
			return err
		}
		ids, err := person.Also(ctx, n.Store, o.Person)
		if err != nil {
			return err
		}
		for _, w := range passport.ReactReuse(e, o.ID, passport.Reuse{Earlier: earlier, Ids: ids, Serves: serves}) {
			if err := follow(ctx, n.Journal, passport.Room, w.Order, w.Command); err != nil {
				return err
			}
		}
	}
	return nil
}
