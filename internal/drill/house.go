package drill

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"yitang/internal/account"
	"yitang/internal/blob"
	"yitang/internal/exchange"
	"yitang/internal/node"
	"yitang/internal/pack"
	"yitang/internal/zone"
)

// Clock is what the zones read: it stands at the moment of what happens next.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// Now is the time as the zones see it.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Set moves the clock on; it never goes back.
func (c *Clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if at.After(c.at) {
		c.at = at
	}
}

// Options say where the zones lie and what they stand on.
type Options struct {
	Dir       string               // above the three zones; must hold none of them
	Databases map[zone.Zone]string // postgres://…; SQLite where there is none
	Pack      pack.Content         // that the office begins with; nil for what an office without one has
	Now       time.Time            // when the story ends; the zero time for the real one
	Log       *slog.Logger
	Disk      func(zone.Zone) blob.Disk // the file layer of a zone's files; nil for the real one
	Line      func(zone.Zone) blob.Disk // the file layer of a zone's bundles; nil for the real one
	Passwords account.Cost              // what hashing one costs
	VerifyURL string                    // of the page that documents' codes are appended to; "" for the demo's
	Begins    func(*node.Node)          // is called before what runs in a zone starts; nil: nothing more runs
	// Carry makes what brings bundles from zone to zone; nil: the ferry of zones on one machine.
	Carry func(log *slog.Logger, shares ...*exchange.Exchange) Carrier
	// Patience is how long one step's news may take; zero: far more than the ferry ever does.
	Patience time.Duration
}

// Carrier brings bundles from zone to zone until ctx ends, and knows when all
// have heard of everything.
type Carrier interface {
	Run(ctx context.Context)
	Settled(ctx context.Context) (bool, error)
}

// House is three zones on one machine and what carries between them.
type House struct {
	Internet *node.Internet
	Office   *node.Office
	Passport *node.Passport
	Shares   map[zone.Zone]*exchange.Exchange
	Clock    *Clock

	carrier   Carrier
	hold      func() // ends the carrier; nil while it rests
	patience  time.Duration
	passwords account.Cost
}

// Open makes and opens three fresh zones, lets them trust each other and
// starts what runs in them.
func Open(ctx context.Context, o Options, clock *Clock) (*House, error) {
	for _, z := range zone.All() {
		n := nodeOptions(z, o, clock)
		if err := fresh(n.Dir); err != nil {
			return nil, err
		}
		if err := node.Init(z, n); err != nil {
			return nil, err
		}
	}
	return Reopen(ctx, o, clock)
}

// Reopen is Open for zones that are there.
func Reopen(ctx context.Context, o Options, clock *Clock) (*House, error) {
	h := &House{Clock: clock, Shares: map[zone.Zone]*exchange.Exchange{}, passwords: o.Passwords, patience: cmp.Or(o.Patience, patience)}
	if err := h.open(ctx, o); err != nil {
		h.Close()
		return nil, err
	}
	return h, nil
}

func (o Options) log() *slog.Logger {
	if o.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return o.Log
}

// realOr is the real file layer where none is given.
func realOr(layer func(zone.Zone) blob.Disk, z zone.Zone) blob.Disk {
	if layer == nil {
		return blob.OS{}
	}
	return layer(z)
}

func nodeOptions(z zone.Zone, o Options, clock *Clock) node.Options {
	return node.Options{Dir: filepath.Join(o.Dir, string(z)), Database: o.Databases[z], Pack: o.Pack, VerifyURL: o.VerifyURL, Clock: clock.Now, Log: o.log().With("zone", z),
		Disk: realOr(o.Disk, z), Passwords: o.Passwords}
}

func (h *House) open(ctx context.Context, o Options) error {
	var err error
	for _, z := range zone.All() {
		n := nodeOptions(z, o, h.Clock)
		switch z {
		case zone.Internet:
			h.Internet, err = node.OpenInternet(ctx, n)
		case zone.Office:
			h.Office, err = node.OpenOffice(ctx, n)
		case zone.Passport:
			h.Passport, err = node.OpenPassport(ctx, n)
		}
		if err != nil {
			return fmt.Errorf("opening the %s zone: %w", z, err)
		}
	}
	if err := node.Pair(h.Nodes()...); err != nil {
		return err
	}
	var shares []*exchange.Exchange
	for _, n := range h.Nodes() {
		x, err := n.ExchangeOn(ctx, realOr(o.Line, n.Zone))
		if err != nil {
			return err
		}
		h.Shares[n.Zone] = x
		shares = append(shares, x)
		if o.Begins != nil {
			o.Begins(n)
		}
		n.Start()
	}
	if o.Carry != nil {
		h.carrier = o.Carry(o.log(), shares...)
	} else {
		h.carrier = exchange.NewFerry(o.log(), shares...)
	}
	h.Resume()
	return nil
}

// Resume lets the carrier go on.
func (h *House) Resume() {
	run, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.carrier.Run(run)
	}()
	h.hold = func() { stop(); <-done }
}

// Hold keeps the carrier from carrying until Resume: what happens in one zone
// isn't heard in the others.
func (h *House) Hold() {
	if h.hold != nil {
		h.hold()
		h.hold = nil
	}
}

// Nodes are what the three zones have in common.
func (h *House) Nodes() []*node.Node {
	var out []*node.Node
	if h.Internet != nil {
		out = append(out, h.Internet.Node)
	}
	if h.Office != nil {
		out = append(out, h.Office.Node)
	}
	if h.Passport != nil {
		out = append(out, h.Passport.Node)
	}
	return out
}

// patience is how long one step's news may take: far more than it ever does.
const patience = 20 * time.Second

var errUnsettled = errors.New("the zones don't come to rest: a bundle or a reaction is held up, and the log says why")

// Settle waits until every zone has heard of everything and done what follows
// by rule. Woken by commits, it looks again at once; a ticker is for receipts,
// which are no commits of the journal.
func (h *House) Settle(ctx context.Context) error {
	ctx, cancel := context.WithTimeoutCause(ctx, h.patience, errUnsettled)
	defer cancel()
	for {
		quiet, err := h.quiet(ctx)
		if err == nil && quiet {
			// A reaction may have written between the looks.
			quiet, err = h.quiet(ctx)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil || quiet {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(2 * time.Millisecond):
		}
	}
}

func (h *House) quiet(ctx context.Context) (bool, error) {
	for _, n := range h.Nodes() {
		if rest, err := n.Settled(ctx); err != nil || !rest {
			return false, err
		}
	}
	return h.carrier.Settled(ctx)
}

// Close ends the carrier, then the zones.
func (h *House) Close() {
	h.Hold()
	for _, n := range h.Nodes() {
		n.Close()
	}
	h.Internet, h.Office, h.Passport = nil, nil, nil
}
