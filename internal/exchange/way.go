package exchange

import (
	"context"
	"fmt"
	"time"

	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// Way is how far one event of this zone has come towards another.
type Way struct {
	To      zone.Zone
	Goes    bool      // that zone hears of it at all
	Arrived time.Time // when that zone's receipt came; zero while it is on its way
	Held    bool      // by the release policy, until people or another policy let it go
}

// index exchange_sent_by_last (to_zone, last_position)
const carrying = `SELECT receipted
FROM exchange_sent
WHERE to_zone = $1 AND last_position >= $2 AND events > 0
ORDER BY last_position, epoch DESC
LIMIT 1`

// WayOf tells how far what this zone wrote at a position has come. After a new
// epoch began, it is told of the one in which it was sent first.
func (x *Exchange) WayOf(ctx context.Context, to zone.Zone, kind string, at journal.Position) (Way, error) {
	w := Way{To: to, Goes: x.journal.Registry().Reaches(kind, x.Zone(), to)}
	if !w.Goes {
		return w, nil
	}
	left, held, err := x.heldAt(ctx, to, at)
	if err != nil || held {
		w.Held = held
		return w, err
	}
	if left.Epoch > 0 {
		var receipted int64
		err := x.journal.Store.QueryRow(ctx, `SELECT receipted FROM exchange_sent WHERE to_zone = $1 AND epoch = $2 AND sequence = $3`, string(to), left.Epoch, left.Sequence).Scan(&receipted)
		if err != nil && !store.NoRows(err) {
			return w, fmt.Errorf("asking whether the %s zone has event %d: %w", to, at, err)
		}
		w.Arrived = instant(receipted)
		return w, nil
	}
	var receipted int64
	err = x.journal.Store.QueryRow(ctx, carrying, string(to), int64(at)).Scan(&receipted)
	if err != nil && !store.NoRows(err) {
		return w, fmt.Errorf("asking whether the %s zone has event %d: %w", to, at, err)
	}
	w.Arrived = instant(receipted)
	return w, nil
}
