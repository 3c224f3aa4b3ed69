package account

import (
	"crypto/sha256"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Throttle slows guessing down: few tries for one login from one address, more
// for one login from anywhere, many from one address, behind which a whole
// unit may sit. It lives in memory: a restart forgives, and costs more than a guess.
//
// Strangers decide what is tried, so neither what they send nor how often may
// fill the memory: keys are digests, a try that is refused leaves nothing
// behind, and what hasn't been tried for a whole generation is forgotten.
type Throttle struct {
	mu    sync.Mutex // guards what follows
	seen  map[tried]*rate.Limiter
	older map[tried]*rate.Limiter // of the generation before
	since time.Time               // when this generation began
}

// tried is the digest of what one allowance is for.
type tried [16]byte

type allowance struct {
	name  string
	every time.Duration
	burst int
}

var (
	ofBoth    = allowance{"both", 30 * time.Second, 5}
	ofLogin   = allowance{"login", 20 * time.Second, 30}
	ofAddress = allowance{"address", 2 * time.Second, 60}
)

const (
	// After so long every allowance is whole again: forgetting gives nothing away.
	generation = 10 * time.Minute
	// So many are remembered of one generation, a few megabytes.
	throttled = 30_000
)

// NewThrottle remembers nothing yet.
func NewThrottle() *Throttle { return &Throttle{seen: map[tried]*rate.Limiter{}} }

func (a allowance) of(login, address string) tried {
	h := sha256.New()
	for _, part := range []string{a.name, login, address} {
		one := sha256.Sum256([]byte(part))
		h.Write(one[:])
	}
	return tried(h.Sum(nil)[:len(tried{})])
}

// Try counts one attempt and tells how long to wait first; 0 is go ahead.
func (t *Throttle) Try(login, address string, now time.Time) time.Duration {
	address = Network(address)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.forget(now)
	asked := map[tried]allowance{ofBoth.of(login, address): ofBoth, ofLogin.of(login, ""): ofLogin, ofAddress.of("", address): ofAddress}
	limits, wait := map[tried]*rate.Limiter{}, time.Duration(0)
	var taken []*rate.Reservation
	for key, a := range asked {
		l := t.seen[key]
		if l == nil {
			l = t.older[key]
		}
		if l == nil {
			l = rate.NewLimiter(rate.Every(a.every), a.burst)
		}
		r := l.ReserveN(now, 1)
		limits[key], taken, wait = l, append(taken, r), max(wait, r.DelayFrom(now))
	}
	if wait > 0 {
		for _, r := range taken {
			r.CancelAt(now) // one that wasn't let through doesn't count
		}
		return wait
	}
	for key, l := range limits {
		t.seen[key] = l
	}
	return 0
}

// Forgive clears what a login had used up from an address, once it was right.
func (t *Throttle) Forgive(login, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := ofBoth.of(login, Network(address))
	delete(t.seen, key)
	delete(t.older, key)
}

// forget begins another generation when this one is old or full. What is
// tried again moves over, so that nobody is forgiven by others' tries before
// two whole generations of them.
func (t *Throttle) forget(now time.Time) {
	age := now.Sub(t.since)
	if age >= 0 && age < generation && len(t.seen) < throttled {
		return
	}
	t.older, t.seen, t.since = t.seen, map[tried]*rate.Limiter{}, now
	if age >= 2*generation {
		t.older = nil
	}
}

// Network is whom an address belongs to: whoever has one address of IPv6 has
// the 2^64 beside it.
func Network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil || ip.Unmap().Is4() {
		return address
	}
	net, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return address
	}
	return net.String()
}
