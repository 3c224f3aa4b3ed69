package node

import (
	"context"
	"fmt"
	"path/filepath"

	"yitang/internal/blob"
	"yitang/internal/exchange"
)

// Exchange opens the node's share in the streams from and to it.
func (n *Node) Exchange(ctx context.Context) (*exchange.Exchange, error) {
	return n.ExchangeOn(ctx, n.disk)
}

// ExchangeOn is Exchange with a file layer for its bundles.
func (n *Node) ExchangeOn(ctx context.Context, disk blob.Disk) (*exchange.Exchange, error) {
	return exchange.New(ctx, exchange.Options{Journal: n.Journal, Keys: n.Keys, Blobs: n.Blobs, Disk: disk, Dir: filepath.Join(n.Dir, "exchange")})
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
