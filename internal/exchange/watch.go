package exchange

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"yitang/internal/zone"
)

// Watch is the exchange of a node that runs alone on its machine: what is new
// goes to the outbox at once, what a carrier leaves in an inbox is applied
// within the pause. It returns when ctx has ended and all is put down.
//
// The folders are the whole contract with the carrier: it moves files from one
// zone's outbox (out/ZONE) to the other's inbox (in/ZONE), as often as it likes.
func (x *Exchange) Watch(ctx context.Context, log *slog.Logger, pause time.Duration) {
	var work sync.WaitGroup
	for _, peer := range x.Peers() {
		work.Go(func() { x.watch(ctx, log, peer, pause) })
	}
	work.Wait()
}

func (x *Exchange) watch(ctx context.Context, log *slog.Logger, peer zone.Zone, pause time.Duration) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	said := "" // a trouble that lasts is logged once
	for ctx.Err() == nil {
		news := x.journal.News()
		trouble := ""
		if x.paired(peer) { // until two zones are paired there is nothing to do
			if err := x.round(ctx, log, peer); err != nil && ctx.Err() == nil {
				trouble = err.Error()
			}
		}
		if trouble != "" && trouble != said {
			log.Error("the exchange is held up; it will be tried again", "peer", peer, "err", trouble)
		}
		if said = trouble; trouble != "" {
			news = nil // the clock decides when to try again, not each commit
		}
		select {
		case <-ctx.Done():
		case <-news:
		case <-tick.C:
		}
	}
}

// round tells the other zone what is new here whatever can't be taken in: one
// bad bundle in an inbox must not silence this zone too.
func (x *Exchange) round(ctx context.Context, log *slog.Logger, peer zone.Zone) error {
	heard := x.takeIn(ctx, log, peer)
	_, told := x.Export(ctx, peer)
	return errors.Join(heard, told)
}

func (x *Exchange) takeIn(ctx context.Context, log *slog.Logger, peer zone.Zone) error {
	inbox, err := x.Inbox(peer)
	if err != nil {
		return err
	}
	outcomes, err := x.Import(ctx, peer, inbox)
	if err != nil {
		return err
	}
	if err := x.Clear(inbox, outcomes); err != nil {
		return err
	}
	for _, o := range outcomes {
		if o.Fate == Refused || o.Quarantined > 0 {
			log.Warn("a bundle was refused, or records of it set aside", "peer", peer, "bundle", o.File, "fate", o.Fate, "reason", o.Detail, "records", o.Quarantined)
		}
	}
	return x.sweep(ctx, peer, inbox)
}
