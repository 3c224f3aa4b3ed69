package node

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/blob"
	"yitang/internal/exchange"
	"yitang/internal/pack"
	"yitang/internal/zone"
)

// Exchange opens the node's share in the streams from and to it.
func (n *Node) Exchange(ctx context.Context) (*exchange.Exchange, error) {
	return n.ExchangeOn(ctx, n.disk)
}

// ExchangeOn is Exchange with a file layer for its bundles.
func (n *Node) ExchangeOn(ctx context.Context, disk blob.Disk) (*exchange.Exchange, error) {
	return n.exchange(ctx, disk, n.releasing())
}

// ExchangeUnder is Exchange with another release policy than the configuration's.
func (n *Node) ExchangeUnder(ctx context.Context, policy func() exchange.Policy) (*exchange.Exchange, error) {
	return n.exchange(ctx, n.disk, policy)
}

func (n *Node) exchange(ctx context.Context, disk blob.Disk, policy func() exchange.Policy) (*exchange.Exchange, error) {
	return exchange.New(ctx, exchange.Options{Journal: n.Journal, Keys: n.Keys, Blobs: n.Blobs, Disk: disk, Dir: filepath.Join(n.Dir, "exchange"), Policy: policy})
}

// releasing gives what may leave for other zones by the configuration in force,
// prepared once for each.
func (n *Node) releasing() func() exchange.Policy {
	type prepared struct {
		of     *pack.Set
		policy exchange.Policy
	}
	var last atomic.Pointer[prepared]
	return func() exchange.Policy {
		set := n.Packs.Now()
		p := last.Load()
		if p == nil || p.of != set {
			p = &prepared{set, ReleasePolicy(set.Release)}
			last.Store(p)
		}
		return p.policy
	}
}

// ReleasePolicy is what a configuration lets leave, as the exchange reads it.
func ReleasePolicy(r pack.Release) exchange.Policy {
	p := exchange.Policy{Name: r.Name(), Streams: map[exchange.Stream]exchange.Rule{}}
	for _, pair := range zone.Streams() {
		s := exchange.Stream{From: pair[0], To: pair[1]}
		said := r.Streams[pack.ReleaseStream(s.String())]
		rule := exchange.Rule{May: said.May, Hold: said.Hold, Promise: time.Duration(said.Promise)}
		for per, l := range map[time.Duration]*pack.ReleaseLimit{time.Hour: said.Hour, 24 * time.Hour: said.Day} {
			if l != nil && (l.Records > 0 || l.Megabytes > 0) {
				rule.Limits = append(rule.Limits, exchange.Limit{Per: per, Records: l.Records, Bytes: l.Megabytes << 20})
			}
		}
		slices.SortFunc(rule.Limits, func(a, b exchange.Limit) int { return int(a.Per - b.Per) })
		p.Streams[s] = rule
	}
	return p
}

// Pair makes nodes of one process trust each other. On three machines people
// compare the fingerprints instead (yitang pair).
func Pair(nodes ...*Node) error {
	for _, a := range nodes {
		for _, b := range nodes {
			if !(exchange.Stream{From: a.Zone, To: b.Zone}).Exists() {
				continue
			}
			// Keys that were renewed are told by the exchange itself.
			if known, err := a.Keys.Peer(b.Zone); err == nil && (known.Equal(b.Keys.Public()) || b.Keys.Had(known)) {
				continue
			}
			if err := a.Keys.Pin(b.Keys.Public()); err != nil {
				return fmt.Errorf("pairing %s with %s: %w", a.Zone, b.Zone, err)
			}
		}
	}
	return nil
}

// handsFit says which zones with which people carry exchange nothing with this one.
func (n *Node) handsFit() error {
	for _, with := range n.handCarried {
		if !(exchange.Stream{From: n.Zone, To: with}).Exists() {
			return fmt.Errorf("handCarried in node.yaml: the %s zone exchanges nothing with %s", n.Zone, with)
		}
	}
	return nil
}

// HandCarried tells whether people carry what goes between this zone and another one,
// so that each disc takes two of them at each end.
func (n *Node) HandCarried(with zone.Zone) bool { return slices.Contains(n.handCarried, with) }

// DiscKeepers counts the people of this zone who may be one of the two.
func (n *Node) DiscKeepers(ctx context.Context) (int, error) {
	who := map[string]bool{}
	for _, role := range access.Roles(n.Zone) {
		if !(access.Who{Zone: n.Zone, Account: "any", Roles: []access.Role{role}}).May(access.KeepDiscs) {
			continue
		}
		all, err := account.WithRole(ctx, n.Store, role)
		if err != nil {
			return 0, err
		}
		for _, a := range all {
			who[a.ID] = true
		}
	}
	return len(who), nil
}
