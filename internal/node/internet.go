package node

import (
	"context"

	"yitang/internal/approval"
	"yitang/internal/filing"
	"yitang/internal/journal"
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
	}
}
