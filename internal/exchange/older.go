package exchange

import (
	"context"
	"fmt"
	"time"

	"yitang/internal/exchange/carrier"
	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// A zone that is restored forgets the epochs that it began since its backup, and names
// the next one after the moment on its clock. Where that is behind the moment after
// which a forgotten one was named, by a clock that ran ahead then or is slow now, the
// other zone takes all of it for old. Both find that out:
//
//	there  a bundle of an epoch that was never heard and is older than the one known
//	       says so, and lets the newest receipt be given once more
//	here   that receipt is for a later epoch than any remembered: people begin anew,
//	       and the next epoch is named after that one whatever the clock says

const olderSchema = `
CREATE TABLE IF NOT EXISTS exchange_behind (
  from_zone TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  since INTEGER NOT NULL,
  answered INTEGER NOT NULL,
  over INTEGER NOT NULL,
  PRIMARY KEY (from_zone, epoch)
);
CREATE TABLE IF NOT EXISTS exchange_ahead (
  to_zone TEXT PRIMARY KEY,
  epoch INTEGER NOT NULL,
  since INTEGER NOT NULL
);
`

func behindSays(n Name) string {
	return fmt.Sprintf("epoch %d was never heard and is older than the one that is known: it is an old disc, or the %s zone was restored from a backup and its clock is behind", n.Epoch, n.Stream.From)
}

// behind tells whether a bundle of an older epoch is of one that was never heard, and
// genuine. What is forged, or of an epoch that was heard, is nothing but old.
func (x *Exchange) behind(ctx context.Context, n Name, at Cursor, src *carrier.Directory) (bool, error) {
	from, now := n.Stream.From, x.journal.Now()
	var heard, told, over int
	err := x.journal.Store.QueryRow(ctx, `SELECT
(SELECT COUNT(*) FROM (SELECT 1 FROM exchange_received WHERE from_zone = $1 AND epoch = $2 LIMIT 1) h),
(SELECT COUNT(*) FROM exchange_behind WHERE from_zone = $1 AND epoch = $2 AND since > $3),
(SELECT COUNT(*) FROM exchange_behind WHERE from_zone = $1 AND epoch = $2 AND over = 1)`, string(from), n.Epoch, now.Add(-time.Hour).UnixMicro()).Scan(&heard, &told, &over)
	if err != nil {
		return false, fmt.Errorf("asking whether epoch %d of the %s zone was heard: %w", n.Epoch, from, err)
	}
	if heard > 0 || over > 0 || told > 0 {
		return heard == 0 && over == 0, nil
	}
	if _, err := x.read(n, src); err != nil {
		return false, machine(err)
	}
	err = x.journal.Apply(ctx, func(a *journal.Applying) error {
		_, err := a.Tx.Exec(ctx, `INSERT INTO exchange_behind (from_zone, epoch, since, answered, over) VALUES ($1, $2, $3, 0, 0)
ON CONFLICT (from_zone, epoch) DO UPDATE SET since = excluded.since, answered = 0`, string(from), n.Epoch, now.UnixMicro())
		if err != nil {
			return err
		}
		_, err = a.Tx.Exec(ctx, `UPDATE exchange_received SET acknowledged = 0 WHERE from_zone = $1 AND epoch = $2 AND sequence = $3`, string(from), at.Epoch, at.Sequence)
		return err
	})
	return err == nil, err
}

// epochHeard tells whether anything of an epoch was taken in, or its being behind noted.
func (x *Exchange) epochHeard(ctx context.Context, n Name) (bool, error) {
	var is int
	err := x.journal.Store.QueryRow(ctx, `SELECT
(SELECT COUNT(*) FROM (SELECT 1 FROM exchange_received WHERE from_zone = $1 AND epoch = $2 LIMIT 1) h) +
(SELECT COUNT(*) FROM exchange_behind WHERE from_zone = $1 AND epoch = $2)`, string(n.Stream.From), n.Epoch).Scan(&is)
	return is > 0, err
}

// heardOn ends that a zone is behind: it goes on where it is known.
func heardOn(ctx context.Context, tx store.Tx, from zone.Zone) error {
	_, err := tx.Exec(ctx, `UPDATE exchange_behind SET over = 1 WHERE from_zone = $1 AND over = 0`, string(from))
	return err
}

// behindSince is when a bundle of an unheard older epoch came last; zero where nothing
// of it is open.
func (x *Exchange) behindSince(ctx context.Context, from zone.Zone) (time.Time, error) {
	var since int64
	err := x.journal.Store.QueryRow(ctx, `SELECT COALESCE(MAX(since), 0) FROM exchange_behind WHERE from_zone = $1 AND over = 0`, string(from)).Scan(&since)
	return instant(since), err
}

// mustAnswer tells whether a zone that is behind hasn't its receipt yet.
func (x *Exchange) mustAnswer(ctx context.Context, from zone.Zone) (bool, error) {
	var n int
	err := x.journal.Store.QueryRow(ctx, `SELECT COUNT(*) FROM exchange_behind WHERE from_zone = $1 AND over = 0 AND answered = 0`, string(from)).Scan(&n)
	return n > 0, err
}

func answered(ctx context.Context, tx store.Tx, from zone.Zone) error {
	_, err := tx.Exec(ctx, `UPDATE exchange_behind SET answered = 1 WHERE from_zone = $1 AND answered = 0`, string(from))
	return err
}

// mostEpoch is more than the number of any epoch that is named after a moment.
const mostEpoch = 1_000_000_000_000_000

// noteAhead keeps that another zone has heard this one in a later epoch than any that
// is remembered here.
func (x *Exchange) noteAhead(ctx context.Context, a *journal.Applying, r Receipt) error {
	to := r.Stream.To
	var last int64
	err := a.Tx.QueryRow(ctx, `SELECT COALESCE(MAX(epoch), 0) FROM exchange_sent WHERE to_zone = $1`, string(to)).Scan(&last)
	if err != nil || r.Epoch <= last || r.Epoch >= mostEpoch {
		return err
	}
	_, err = a.Tx.Exec(ctx, `INSERT INTO exchange_ahead (to_zone, epoch, since) VALUES ($1, $2, $3)
ON CONFLICT (to_zone) DO UPDATE SET epoch = excluded.epoch, since = excluded.since WHERE exchange_ahead.epoch < excluded.epoch`,
		string(to), r.Epoch, x.journal.Now().UnixMicro())
	return err
}

// ahead is the latest epoch in which another zone says that it has heard this one,
// where that is more than is remembered here; else 0.
func (x *Exchange) ahead(ctx context.Context, to zone.Zone, last int64) (int64, error) {
	var epoch int64
	err := x.journal.Store.QueryRow(ctx, `SELECT epoch FROM exchange_ahead WHERE to_zone = $1`, string(to)).Scan(&epoch)
	if store.NoRows(err) || err == nil && epoch <= last {
		return 0, nil
	}
	return epoch, err
}
