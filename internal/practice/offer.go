package practice

import (
	"context"
	"maps"
	"path/filepath"
	"slices"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/pack"
	"yitang/internal/training"
	"yitang/internal/web"
	"yitang/internal/web/sites"
	"yitang/internal/zone"
)

// Offer opens the runs of an internet zone, adds practising to its site, and lets its
// journal hear of what is begun and passed: each once for a run.
func Offer(site *web.Site, n *node.Internet, o Options) (*Runs, error) {
	tell := func(ctx context.Context, who training.Officer, key string, cmd journal.Command[training.Training]) error {
		role := access.Signatory
		a, err := account.One(ctx, n.Store, who.Account)
		if err != nil {
			return err
		}
		if a.Who(zone.Internet).Has(access.Liaison) {
			role = access.Liaison
		}
		ctx = journal.WithActor(ctx, journal.Actor{Role: string(role), Account: who.Account})
		_, err = journal.Do(ctx, n.Journal, training.Room, journal.Order{Subject: who.Account, Key: key}, cmd)
		return err
	}
	o.Dir = filepath.Join(n.Dir, node.Practice)
	o.Began = func(ctx context.Context, who training.Officer, run string) error {
		return tell(ctx, who, "training:began:"+run, training.Begin{Officer: who})
	}
	o.Done = func(ctx context.Context, who training.Officer, run string, visits, returns int) error {
		return tell(ctx, who, "training:passed:"+run, training.Pass{Officer: who, Visits: visits, Returns: returns})
	}
	o.Pack = func(ctx context.Context) (pack.Content, int, error) {
		number, err := n.Packs.Number(ctx)
		if err != nil || number == 0 {
			return nil, 0, err
		}
		c, err := n.Packs.Version(ctx, number)
		return c, number, err
	}
	o.Ways = func() []string { return slices.Sorted(maps.Keys(n.Ways)) } // asked when a run is opened: they are set up after this
	runs, err := Open(o)
	if err == nil {
		sites.Offer(site, n, runs)
	}
	return runs, err
}
