package node

import (
	"context"

	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/passport"
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
			for _, w := range passport.React(e, open, calendar.Workdays(set.Needs(calendar.DateOf(e.At)).BookletWorkdays)) {
				if err := follow(ctx, n.Journal, passport.Room, w.Order, w.Command); err != nil {
					return err
				}
			}
			return nil
		}},
		{Name: "reuse", On: func(ctx context.Context, e journal.Event) error {
			placed, is := e.Body.(passport.Ordered)
			if !is {
				return nil
			}
			row, held, err := passport.LastCapture(ctx, n.Store, placed.Person, n.Journal.Today(), e.Subject.ID)
			if err != nil || !held {
				return err
			}
			earlier, _, err := journal.Load(ctx, n.Journal, passport.Room, row.ID)
			if err != nil {
				return err
			}
			for _, w := range passport.ReactReuse(e, earlier) {
				if err := follow(ctx, n.Journal, passport.Room, w.Order, w.Command); err != nil {
					return err
				}
			}
			return nil
		}},
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
