package node

import (
	"context"
	"time"

	"yitang/internal/journal"
)

// With plants mistakes in a zone's tables.
func (o Options) With(tables func([]journal.Projection) []journal.Projection) Options {
	o.planted = tables
	return o
}

// StartStill is Start without what goes by the real clock: chores are done by whoever
// passes the time, and what couldn't follow is tried again at once. Each reaction runs
// as plant makes it.
func (n *Node) StartStill(plant func(journal.Reaction) journal.Reaction) {
	ctx, stop := context.WithCancel(context.Background())
	for i, r := range n.reactions {
		r.Pause = time.Millisecond
		n.reactions[i] = plant(r)
	}
	n.stop, n.idle = stop, make(chan struct{})
	close(n.idle)
	n.stopped = n.Journal.RunReactions(ctx, func(string, journal.Event, error) {}, n.reactions...)
}

// PlantChores lets a zone do what is left of its chores.
func (n *Node) PlantChores(keep func(i int) bool) {
	var left []func(context.Context) error
	for i, c := range n.chores {
		if keep(i) {
			left = append(left, c)
		}
	}
	n.chores = left
}
