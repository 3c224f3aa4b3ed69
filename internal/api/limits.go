package api

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// How often somebody may ask: a page of the mini program makes three requests.
const (
	perMinute = 120
	atOnce    = 30
	forgotten = 10 * time.Minute // who hasn't asked for so long has all of it again
)

// limits are how often each account, or address of who isn't signed in, may
// ask. Each process counts for itself.
type limits struct {
	mu    sync.Mutex
	of    map[string]*asker
	swept time.Time
}

type asker struct {
	left *rate.Limiter
	last time.Time
}

func newLimits() *limits { return &limits{of: map[string]*asker{}} }

// refuses gives the answer to somebody who asks too often; nil for everybody else.
func (l *limits) refuses(r *http.Request, now time.Time) *web.Problem {
	who := web.Who(r).Account
	if who == "" {
		who = "at " + web.Address(r)
	}
	wait := l.ask(who, now)
	if wait <= 0 {
		return nil
	}
	seconds := int(wait/time.Second) + 1
	return &web.Problem{Type: "/problems/too-many", Status: http.StatusTooManyRequests, Title: ui.T(r.Context(), "api.too_many"), Detail: ui.T(r.Context(), "api.too_many.text", "Count", seconds), RetryAfter: strconv.Itoa(seconds)}
}

// ask counts a request, and tells how long to wait where it is one too many.
func (l *limits) ask(who string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if now.Sub(l.swept) > forgotten {
		for k, a := range l.of {
			if now.Sub(a.last) > forgotten {
				delete(l.of, k)
			}
		}
		l.swept = now
	}
	a := l.of[who]
	if a == nil {
		a = &asker{left: rate.NewLimiter(rate.Every(time.Minute/perMinute), atOnce)}
		l.of[who] = a
	}
	a.last = now
	reserved := a.left.ReserveN(now, 1)
	wait := reserved.DelayFrom(now)
	if wait > 0 {
		reserved.CancelAt(now)
	}
	return wait
}
