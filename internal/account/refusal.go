package account

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"yitang/internal/access"
	"yitang/internal/journal"
)

// Refused: somebody signed in asked for what they have no right to (越权访问).
type Refused struct {
	Right string `reach:"home"` // access.Right that was missing
	Path  string `reach:"home"` // what was asked for; "" stands for various addresses
	Times int    `reach:"home"` // how often since it was last recorded
}

// Refusals are kept apart from the account they are about, so that they don't
// age a page on which an administrator changes it. The id is the account's.
var Refusals = journal.Subject[struct{}]{Kind: "refusals", Evolve: func(s struct{}, e journal.Event) (struct{}, error) {
	if _, ok := e.Body.(Refused); !ok {
		return s, fmt.Errorf("%T is no refusal", e.Body)
	}
	return s, nil
}}

// Refuse records a refusal.
type Refuse struct{ Refused }

// Decide keeps the path short: whoever asks chooses it.
func (cmd Refuse) Decide(struct{}, journal.Moment) ([]journal.Event, error) {
	b := cmd.Refused
	if r := []rune(b.Path); len(r) > 200 {
		b.Path = string(r[:200])
	}
	return journal.Happened(b), nil
}

const (
	// refusalWindow is how long the same refusal is only counted.
	refusalWindow = time.Minute
	// refusalPaths is how many addresses of one account are told apart within it.
	refusalPaths = 20
)

// Doorbook records refusals so that nobody can fill the journal by asking
// again and again: the first is recorded at once, its repetitions together
// after a minute.
type Doorbook struct {
	Journal *journal.Journal
	Log     *slog.Logger
	Window  time.Duration // 0: a minute

	mu    sync.Mutex
	times map[refusal]int // repetitions not recorded yet
	paths map[string]int  // addresses being counted, by account
}

type refusal struct {
	account, role, path string
	right               access.Right
}

// Refused takes one refusal down.
func (d *Doorbook) Refused(ctx context.Context, w access.Who, right access.Right, path string) {
	role := "nobody"
	if len(w.Roles) > 0 {
		role = string(w.Roles[0])
	}
	r, first := d.count(refusal{w.Account, role, path, right})
	if !first {
		return
	}
	ctx = context.WithoutCancel(ctx) // who leaves at once was refused all the same
	d.record(ctx, r, 1)
	window := d.Window
	if window == 0 {
		window = refusalWindow
	}
	time.AfterFunc(window, func() {
		if n := d.forget(r); n > 0 {
			d.record(ctx, r, n)
		}
	})
}

// count tells whether a refusal is the first of its kind in this window.
func (d *Doorbook) count(r refusal) (refusal, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.times == nil {
		d.times, d.paths = map[refusal]int{}, map[string]int{}
	}
	if _, counting := d.times[r]; !counting && d.paths[r.account] >= refusalPaths {
		r.path = ""
	}
	if n, counting := d.times[r]; counting {
		d.times[r] = n + 1
		return r, false
	}
	d.times[r] = 0
	d.paths[r.account]++
	return r, true
}

// forget ends the window and gives the repetitions in it.
func (d *Doorbook) forget(r refusal) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := d.times[r]
	delete(d.times, r)
	if d.paths[r.account]--; d.paths[r.account] == 0 {
		delete(d.paths, r.account)
	}
	return n
}

func (d *Doorbook) record(ctx context.Context, r refusal, times int) {
	ctx = journal.WithActor(ctx, journal.Actor{Role: r.role, Account: r.account})
	_, err := journal.Do(ctx, d.Journal, Refusals, journal.Order{Subject: r.account}, Refuse{Refused{Right: string(r.right), Path: r.path, Times: times}})
	if err != nil && !errors.Is(err, journal.ErrClosed) {
		d.Log.Error("recording a refusal", "account", r.account, "right", r.right, "path", r.path, "times", times, "err", err)
	}
}
