package journal

import (
	"context"
	"slices"
	"sync"
)

// newest holds the last stretch of the journal as it was read, without a gap:
// each reaction and each stream to another zone follows the journal for itself,
// and what one of them has read and decoded serves the others. None of them
// changes an event.
type newest struct {
	mu     sync.Mutex // held while reading on: the others wait instead of reading the same
	after  Position   // the stretch begins behind it
	events []Event
}

// newestMost is how many events are held: several times of what a follower may
// have under way.
const newestMost = 2048

func (n *newest) end() Position {
	if len(n.events) == 0 {
		return n.after
	}
	return n.events[len(n.events)-1].Position
}

// behind gives up to limit of the events held behind a position.
func (n *newest) behind(after Position, limit int) []Event {
	first, _ := slices.BinarySearchFunc(n.events, after+1, func(e Event, p Position) int { return int(e.Position - p) })
	last := min(first+limit, len(n.events))
	return n.events[first:last:last]
}

// Events gives up to limit committed events after a position.
func (j *Journal) Events(ctx context.Context, after Position, limit int) ([]Event, error) {
	const query = `SELECT ` + columns + ` FROM journal_event WHERE position > $1 ORDER BY position LIMIT $2`
	n := &j.newest
	n.mu.Lock()
	if after < n.after { // long ago: the stretch stays where most readers are
		n.mu.Unlock()
		return j.page(ctx, j.Store, query, int64(after), limit)
	}
	defer n.mu.Unlock()
	if after > n.end() {
		n.after, n.events = after, nil
	}
	if held := n.behind(after, limit); len(held) == limit {
		return held, nil
	}
	more, err := j.page(ctx, j.Store, query, int64(n.end()), limit)
	if err != nil {
		return nil, err
	}
	n.events = append(n.events, more...)
	out := n.behind(after, limit)
	if over := len(n.events) - newestMost; over > 0 {
		n.after = n.events[over-1].Position
		n.events = slices.Clone(n.events[over:])
	}
	return out, nil
}
