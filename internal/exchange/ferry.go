package exchange

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"yitang/internal/journal"
)

// Ferry carries bundles between nodes of one process, through the same files
// and folders as any courier. It is quicker than one, and nothing else: a
// commit in one zone wakes the stream that leaves it.
type Ferry struct {
	nodes []*Exchange
	log   *slog.Logger
	// Again is how long a stream that failed, or was refused, rests before
	// everything without a receipt is brought once more.
	Again time.Duration

	wake map[Stream]chan struct{}
}

// NewFerry makes a ferry between the nodes that are given.
func NewFerry(log *slog.Logger, nodes ...*Exchange) *Ferry {
	f := &Ferry{nodes: nodes, log: log, Again: 15 * time.Second, wake: map[Stream]chan struct{}{}}
	for _, r := range f.routes() {
		f.wake[r.stream()] = make(chan struct{}, 1)
	}
	return f
}

type route struct{ from, to *Exchange }

func (r route) stream() Stream { return Stream{r.from.Zone(), r.to.Zone()} }

func (f *Ferry) routes() []route {
	var out []route
	for _, from := range f.nodes {
		for _, to := range f.nodes {
			if r := (route{from, to}); r.stream().Exists() {
				out = append(out, r)
			}
		}
	}
	return out
}

// Run carries until ctx ends, and returns when all its goroutines have.
func (f *Ferry) Run(ctx context.Context) {
	var work sync.WaitGroup
	for _, r := range f.routes() {
		work.Go(func() { f.serve(ctx, r) })
	}
	work.Wait()
}

func (f *Ferry) serve(ctx context.Context, r route) {
	var carried Name // up to here in this process; from the start after a failure
	for ctx.Err() == nil {
		news := r.from.journal.News() // before looking, so that nothing falls between
		var err error
		carried, err = f.cross(ctx, r, carried)
		var again <-chan time.Time
		if err != nil {
			if ctx.Err() != nil {
				return
			}
			f.log.Error("a bundle could not be brought over; it will be tried again", "stream", r.stream().String(), "err", err)
			carried = Name{}
			again = time.After(f.Again)
			news = nil // rest, or a stream that can't go on would try at each commit
		}
		select {
		case <-ctx.Done():
		case <-news:
		case <-f.wake[r.stream()]:
		case <-again:
		case <-time.After(time.Minute): // a limit of the release policy may have room again
		}
	}
}

// cross brings over what is new and lets it be applied. What is refused on the
// other side is an error: between nodes of one process nobody alters bundles.
func (f *Ferry) cross(ctx context.Context, r route, carried Name) (Name, error) {
	if _, err := r.from.Export(ctx, r.to.Zone()); err != nil {
		return carried, err
	}
	inbox, err := r.to.Inbox(r.from.Zone())
	if err != nil {
		return carried, err
	}
	handed, err := r.from.handAfter(ctx, r.to.Zone(), carried, inbox)
	if err != nil {
		return carried, err
	}
	if len(handed) == 0 {
		return carried, nil
	}
	outcomes, err := r.to.Import(ctx, r.from.Zone(), inbox)
	if err != nil {
		return carried, err
	}
	err = r.to.Clear(inbox, outcomes)
	for _, o := range outcomes {
		switch o.Fate {
		case Refused, Waiting:
			err = errors.Join(err, fmt.Errorf("%s: %s: %s", o.File, o.Fate, o.Detail))
		case Applied:
			if o.Quarantined > 0 {
				f.log.Warn("records were put into quarantine", "stream", r.stream().String(), "bundle", o.File, "records", o.Quarantined)
			}
		case Known:
		}
	}
	if err != nil {
		return carried, err
	}
	f.poke(Stream{r.to.Zone(), r.from.Zone()}) // a receipt is due there
	return handed[len(handed)-1].Name, nil
}

func (f *Ferry) poke(s Stream) {
	select {
	case f.wake[s] <- struct{}{}:
	default: // it is awake already, or nobody serves it
	}
}

// Settled tells whether all zones have heard, with receipts, of everything in
// the others' journals that is for them.
func (f *Ferry) Settled(ctx context.Context) (bool, error) {
	before := f.heads()
	for _, r := range f.routes() {
		if quiet, err := r.quiet(ctx); err != nil || !quiet {
			return false, err
		}
	}
	// What came in meanwhile may have to go on, past a route seen quiet before.
	return slices.Equal(before, f.heads()), nil
}

func (f *Ferry) heads() []journal.Position {
	var out []journal.Position
	for _, x := range f.nodes {
		head, _ := x.journal.Head()
		out = append(out, head)
	}
	return out
}

// quiet looks for what isn't exported first, for what has no receipt last: a
// bundle that is made in between is seen by the second look.
func (r route) quiet(ctx context.Context) (bool, error) {
	to := r.to.Zone()
	last, err := r.from.lastSent(ctx, to)
	if err != nil {
		return false, err
	}
	_, rule := r.from.rule(r.stream())
	next, err := r.from.look(ctx, to, last, 0, rule, r.from.journal.Now())
	if err != nil || len(next.records) > 0 {
		return false, err
	}
	o, err := r.from.outgoing(ctx, to)
	return o.Unreceipted == 0, err
}
