package drilltest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"yitang/internal/blob"
	"yitang/internal/drill"
	"yitang/internal/exchange"
	"yitang/internal/exchange/carrier"
)

// Harm is what a courier does to files on their way, and how often each.
type Harm struct {
	Seed uint64
	Path string // the folder that everything passes through
	mu   sync.Mutex
	did  map[string]int
}

// Did is how often each harm was done, by its name.
func (h *Harm) Did() map[string]int {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := map[string]int{}
	for what, n := range h.did {
		out[what] = n
	}
	return out
}

func (h *Harm) note(what string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.did == nil {
		h.did = map[string]int{}
	}
	h.did[what]++
}

// courier is zones that know each other's folders alone, as on three machines,
// and somebody who moves files between them and is no good at it.
type courier struct {
	*exchange.Ferry // knows when all is told; it carries nothing here
	log             *slog.Logger
	shares          []*exchange.Exchange
	harm            *Harm
}

// Carry makes the courier, for drill.Options.
func (h *Harm) Carry(log *slog.Logger, shares ...*exchange.Exchange) drill.Carrier {
	return &courier{exchange.NewFerry(log, shares...), log, shares, h}
}

// Run lets each zone watch its folders, and carries between them until ctx ends.
func (c *courier) Run(ctx context.Context) {
	var work sync.WaitGroup
	for i, x := range c.shares {
		// What is refused on the way is what this is about, and no news.
		work.Go(func() { x.Watch(ctx, slog.New(slog.DiscardHandler), 10*time.Millisecond) })
		for j, to := range c.shares {
			if (exchange.Stream{From: x.Zone(), To: to.Zone()}).Exists() {
				rng := rand.New(rand.NewPCG(c.harm.Seed, uint64(3*i+j)))
				work.Go(func() { c.route(ctx, x, to, rng) })
			}
		}
	}
	work.Wait()
}

func (c *courier) route(ctx context.Context, from, to *exchange.Exchange, rng *rand.Rand) {
	for ctx.Err() == nil {
		if err := c.walk(from, to, rng); err != nil {
			c.log.Error("the courier stumbled", "from", from.Zone(), "to", to.Zone(), "err", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// walk takes what lies in an outbox into the folder between the zones, and what
// lies there into the inbox, each with its accidents.
func (c *courier) walk(from, to *exchange.Exchange, rng *rand.Rand) error {
	outbox, err := from.Outbox(to.Zone())
	if err != nil {
		return err
	}
	between, err := carrier.Make(blob.OS{}, fmt.Sprintf("%s/%s-%s", c.harm.Path, from.Zone(), to.Zone()))
	if err != nil {
		return err
	}
	inbox, err := to.Inbox(from.Zone())
	if err != nil {
		return err
	}
	for _, leg := range [][2]*carrier.Directory{{outbox, between}, {between, inbox}} {
		names, err := leg[0].List()
		if err != nil {
			return err
		}
		sorted := slices.Clone(names)
		rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
		if !slices.Equal(names, sorted) {
			c.harm.note("out of order")
		}
		for _, name := range names {
			content, err := read1(leg[0], name)
			if errors.Is(err, fs.ErrNotExist) {
				continue // its receipt has come
			}
			if err != nil {
				return err
			}
			as := name
			if other := names[rng.IntN(len(names))]; other != name && rng.IntN(12) == 0 {
				c.harm.note("under another's name")
				as = other
			}
			if err := c.put(leg[1], as, content, rng); err != nil {
				return err
			}
			switch {
			case leg[0] == outbox:
			case rng.IntN(8) == 0:
				c.harm.note("carried again")
			default:
				if err := between.Remove(name); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// put lays a file down, or what is left of it.
func (c *courier) put(into *carrier.Directory, name string, content []byte, rng *rand.Rand) error {
	switch rng.IntN(12) {
	case 0:
		c.harm.note("lost")
		return nil
	case 1:
		c.harm.note("cut short")
		content = content[:rng.IntN(len(content)+1)]
	case 2:
		if len(content) > 0 {
			c.harm.note("altered")
			content[rng.IntN(len(content))] ^= 1 << rng.IntN(8)
		}
	case 3:
		c.harm.note("lengthened")
		content = append(content, byte(rng.IntN(256)))
	case 4:
		c.harm.note("beside a stray file")
		if err := into.Send("stray-"+name, content); err != nil {
			return err
		}
	}
	return into.Send(name, content)
}

func read1(d *carrier.Directory, name string) ([]byte, error) {
	f, err := d.Take(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}
