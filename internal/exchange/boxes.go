package exchange

import (
	"context"

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
		Sort: func(ctx context.Context, files []carrier.Entry) (carrier.Sorted, error) {
			return x.sort(ctx, peer, files)
		},
		Room: func(ctx context.Context, file carrier.Entry) (func(), error) { return x.makeRoom(ctx, peer, file) },
		Ours: func(name string) bool {
			n, _, ok := ParseName(name)
			return ok && n.Stream == Stream{x.Zone(), peer}
		},
		Most: x.mostOfFile(),
	}, nil
}

// mostOfFile is how large the largest file that is carried may be.
func (x *Exchange) mostOfFile() int64 {
	return max(x.limits.File, sealedSize(keys.International, x.limits.OneFile), sealedSize(keys.National, x.limits.OneFile))
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
