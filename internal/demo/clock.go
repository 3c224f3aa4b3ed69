package demo

import (
	"sync"
	"time"
)

// Clock is what the nodes read while a history is told: it stands at the
// moment of what happens next.
type Clock struct {
	mu sync.Mutex
	at time.Time
	// last is the end of history: what a story has for later today happens then.
	last time.Time
}

// NewClock stands at a moment and never goes behind another one, unless that
// is the zero time.
func NewClock(at, last time.Time) *Clock { return &Clock{at: at, last: last} }

// Now is the time as the nodes see it.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// set moves the clock forward; it never goes back, because a journal is told in
// its order.
func (c *Clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.last.IsZero() && at.After(c.last) {
		at = c.last
	}
	if at.After(c.at) {
		c.at = at
	}
}
