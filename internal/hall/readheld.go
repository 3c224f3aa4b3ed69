package hall

import (
	"context"
	"fmt"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/store"
)

// Keeping is places that are kept for a case while its people make up their minds. What
// the waiting list offers is none.
type Keeping struct {
	Hold   string
	Hall   string
	Day    calendar.Date
	Slot   Clock
	Window string
	Until  time.Time
}

// index hall_place_by_filing (filing, until)
const keptFor = `SELECT day, id, MIN(slot), MIN(wicket), MAX(until)
FROM hall_place
WHERE filing = $1 AND until > $2 AND id NOT IN (SELECT wait FROM hall_wait WHERE filing = $1)
GROUP BY day, id
ORDER BY id DESC`

// KeptFor lists what is kept for a case now, the latest first: one, but for the moment
// in which another is let go.
func KeptFor(ctx context.Context, r store.Reader, filing string, now time.Time) ([]Keeping, error) {
	rows, err := r.Query(ctx, keptFor, filing, now.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("reading what is kept for case %s: %w", filing, err)
	}
	defer rows.Close()
	var out []Keeping
	for rows.Next() {
		var k Keeping
		var day string
		var until int64
		if err := rows.Scan(&day, &k.Hold, &k.Slot, &k.Window, &until); err != nil {
			return nil, err
		}
		k.Until = time.UnixMicro(until).UTC()
		var ok bool
		if k.Hall, k.Day, ok = DayOf(day); !ok {
			return nil, fmt.Errorf("%q is no day of a hall", day)
		}
		out = append(out, k)
	}
	return out, rows.Err()
}
