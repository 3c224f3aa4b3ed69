package exchange

import (
	"context"
	"strings"

	"yitang/internal/exchange/carrier"
	"yitang/internal/keys"
	"yitang/internal/zone"
)

// Boxes are what a carrier between this zone and another one works with.
func (x *Exchange) Boxes(peer zone.Zone) (carrier.Boxes, error) {
	in, err := x.Inbox(peer)
	if err != nil {
		return carrier.Boxes{}, err
	}
	out, err := x.Outbox(peer)
	if err != nil {
		return carrier.Boxes{}, err
	}
	return carrier.Boxes{
		Out: out, In: in,
		Waiting: func(ctx context.Context) ([]string, error) { return x.waiting(ctx, peer) },
		Sort:    func(ctx context.Context, names []string) ([]string, []string, error) { return x.sort(ctx, peer, names) },
		Ours: func(name string) bool {
			n, _, ok := ParseName(name)
			return ok && n.Stream == Stream{x.Zone(), peer}
		},
		Most: max(x.limits.File, sealedSize(keys.International, x.limits.OneFile), sealedSize(keys.National, x.limits.OneFile)),
	}, nil
}

// waiting names the files for a zone that have no receipt. Under the stream's
// lock only bundles that are recorded are seen: what dies before that is made
// again with other bytes, and nobody may have been given the first ones.
func (x *Exchange) waiting(ctx context.Context, to zone.Zone) ([]string, error) {
	unlock, err := x.lock(Stream{x.Zone(), to})
	if err != nil {
		return nil, err
	}
	defer unlock()
	var all []string
	err = x.ready(ctx, to, Name{}, func(_ Sent, files []string) error {
		all = append(all, files...)
		return nil
	})
	return all, err
}

// sort tells of names which are wanted here of another zone, and which aren't
// any more. Lists for people stay where people are.
func (x *Exchange) sort(ctx context.Context, from zone.Zone, names []string) (wanted, done []string, err error) {
	at, err := x.received(ctx, x.journal.Store, from)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range inOrder(names) {
		n, _, _ := ParseName(name)
		if n.Stream != (Stream{from, x.Zone()}) {
			continue
		}
		if n.known(at) || strings.HasSuffix(name, manifestEnding) {
			done = append(done, name)
		} else {
			wanted = append(wanted, name)
		}
	}
	return wanted, done, nil
}

// known tells by a bundle's name that it was applied, or is of an epoch that
// was given up.
func (n Name) known(at Cursor) bool {
	return n.Epoch < at.Epoch || n.Epoch == at.Epoch && n.Sequence <= at.Sequence
}

// sweep removes from an inbox what nobody needs any more: a carrier that brings
// something twice may bring a bundle's files after it was applied.
func (x *Exchange) sweep(ctx context.Context, from zone.Zone, inbox *carrier.Directory) error {
	names, err := inbox.List()
	if err != nil || len(names) == 0 {
		return err
	}
	_, done, err := x.sort(ctx, from, names)
	if err != nil {
		return err
	}
	for _, name := range done {
		if err := inbox.Remove(name); err != nil {
			return err
		}
	}
	return nil
}
