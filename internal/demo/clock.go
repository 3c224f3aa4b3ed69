package demo

import (
	"sync"
	"time"
)

// Clock is what the nodes read while a history is told: it stands at the
// moment of what happens next. Let go, it is the real one.
type Clock struct {
	mu sync.Mutex
	at time.Time // zero: the real time
}

// Now is the time as the nodes see it.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.at.IsZero() {
		return time.Now()
	}
	return c.at
}

// set moves the clock forward; it never goes back, because a journal is told in
// its order.
func (c *Clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at.After(c.at) {
		c.at = at
	}
}

// LetGo gives the clock back to the real time.
func (c *Clock) LetGo() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = time.Time{}
}
