package passport

import (
	"sync"
	"time"
)

// tray is the station's table: pictures that are good lie on it while the
// others of the same person are taken again. It is this process's memory alone,
// and nothing of it is kept: what isn't recorded within trayTime is gone.
type tray struct {
	mu    sync.Mutex
	taken map[trayKey]sample
}

// trayKey: each operator has their own table, for one order at a time.
type trayKey struct{ account, order string }

type sample struct {
	at       time.Time
	pictures map[string][]byte // by field
}

const (
	trayTime = 15 * time.Minute
	trayMost = 12 // people at once: four pictures of 5 MB each, at most
)

// sweep forgets what has lain too long. The caller holds the lock.
func (t *tray) sweep(now time.Time) {
	for k, s := range t.taken {
		if now.Sub(s.at) > trayTime {
			delete(t.taken, k)
		}
	}
}

// put replaces what lies there for an order.
func (t *tray) put(k trayKey, now time.Time, pictures map[string][]byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.taken == nil {
		t.taken = map[trayKey]sample{}
	}
	delete(t.taken, k)
	t.sweep(now)
	if len(pictures) == 0 {
		return
	}
	for len(t.taken) >= trayMost {
		var oldest trayKey
		for k, s := range t.taken {
			if oldest == (trayKey{}) || s.at.Before(t.taken[oldest].at) {
				oldest = k
			}
		}
		delete(t.taken, oldest)
	}
	t.taken[k] = sample{now, pictures}
}

// get gives a copy of what lies there.
func (t *tray) get(k trayKey, now time.Time) map[string][]byte {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sweep(now)
	out := map[string][]byte{}
	for name, b := range t.taken[k].pictures {
		out[name] = b
	}
	return out
}
