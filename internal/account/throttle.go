package account

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Throttle slows guessing down: few tries for one login from one address, more
// for one login from anywhere, many from one address, behind which a whole
// unit may sit. It lives in memory: a restart forgives, and costs more than a guess.
type Throttle struct {
	mu    sync.Mutex // guards seen
	seen  map[string]*tries
	limit map[byte]allowance
}

type tries struct {
	*rate.Limiter
	last time.Time
}

type allowance struct {
	every time.Duration
	burst int
}

// NewThrottle has the usual allowances.
func NewThrottle() *Throttle {
	return &Throttle{seen: map[string]*tries{}, limit: map[byte]allowance{
		'b': {30 * time.Second, 5},  // both: this login from this address
		'l': {20 * time.Second, 30}, // this login
		'a': {2 * time.Second, 60},  // this address
	}}
}

// Try counts one attempt and tells how long to wait first; 0 is go ahead.
func (t *Throttle) Try(login, address string, now time.Time) time.Duration {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.forget(now)
	var taken []*rate.Reservation
	var wait time.Duration
	for _, key := range []string{"b" + login + "\x00" + address, "l" + login, "a" + address} {
		k := t.seen[key]
		if k == nil {
			a := t.limit[key[0]]
			k = &tries{Limiter: rate.NewLimiter(rate.Every(a.every), a.burst)}
			t.seen[key] = k
		}
		k.last = now
		r := k.ReserveN(now, 1)
		taken = append(taken, r)
		wait = max(wait, r.DelayFrom(now))
	}
	if wait > 0 {
		for _, r := range taken {
			r.CancelAt(now) // one that wasn't let through doesn't count
		}
	}
	return wait
}

// Forgive clears what a login had used up from an address, once it was right.
func (t *Throttle) Forgive(login, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.seen, "b"+login+"\x00"+address)
}

// forget drops what hasn't been tried for long, when there is much of it.
func (t *Throttle) forget(now time.Time) {
	if len(t.seen) < 20_000 {
		return
	}
	for key, k := range t.seen {
		if now.Sub(k.last) > time.Hour {
			delete(t.seen, key)
		}
	}
}
