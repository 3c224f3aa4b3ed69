package hall

import (
	"context"
	"fmt"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/store"
)

// KeptFor is the time that is kept for a case on a day while its people make up their
// minds, and until when; ok is false where none is. What the waiting list offers
// isn't one.
func KeptFor(ctx context.Context, r store.Reader, hall string, day calendar.Date, filing string, now time.Time) (at Clock, until time.Time, ok bool, err error) {
	var ends int64
	err = r.QueryRow(ctx, `SELECT MIN(slot), MAX(until) FROM hall_place WHERE day = $1 AND filing = $2 AND until > $3 AND id NOT IN (SELECT wait FROM hall_wait WHERE filing = $2) GROUP BY id`,
		DayID(hall, day), filing, now.UnixMicro()).Scan(&at, &ends)
	if store.NoRows(err) {
		return at, until, false, nil
	}
	if err != nil {
		return at, until, false, fmt.Errorf("reading what is kept for case %s: %w", filing, err)
	}
	return at, time.UnixMicro(ends).UTC(), true, nil
}
