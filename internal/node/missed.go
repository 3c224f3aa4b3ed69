package node

import (
	"context"
	"errors"
	"fmt"

	"yitang/internal/hall"
	"yitang/internal/journal"
)

// missedFor is for how many days it is noted by itself that nobody came, where the office
// stood still in between; what is older waits for somebody to note it.
const missedFor = 7

// missed notes, on the evening of its day, each booking to which nobody came. What people
// changed in time and the office hasn't heard of yet holds all the same once it is heard.
// Bookings outlive the plan under which they were made: one on a day on which the hall is
// closed by now, and whoever said that they are at the hall, are left to somebody's look.
func missed(ctx context.Context, n *Node) error {
	halls, err := hall.AllPlans(ctx, n.Store)
	if err != nil {
		return err
	}
	now, today := n.Journal.Now(), n.Journal.Today()
	var all error
	for _, h := range halls {
		waiting, err := hall.StillAwaited(ctx, n.Store, h.ID, today.AddDays(-missedFor), today)
		all = errors.Join(all, err)
		for _, b := range waiting {
			over := h.Over(b)
			if open, _ := h.OpenOn(b.Day, n.Book()); !open || !b.Here.IsZero() || now.Before(over) {
				continue
			}
			order := journal.Order{Subject: b.ID, Key: "missed:" + b.ID + ":" + b.Day.String()}
			if err := follow(journal.WithActor(ctx, journal.System), n.Journal, hall.Attendances, order, journal.Command[hall.Attendance](hall.Miss{Booking: b, Over: over})); err != nil {
				all = errors.Join(all, fmt.Errorf("noting that nobody came to booking %s: %w", b.ID, err))
			}
		}
	}
	return all
}
