package journal

import (
	"context"
	"time"

	"yitang/internal/zone"
)

// News is how far another zone's events have come here.
type News struct {
	Zone zone.Zone
	Upto Position  // in that zone's journal; 0 when nothing came
	At   time.Time // when the newest of them happened there
}

// Heard tells, for each other zone, how far it has been heard. Pages show it
// beside whatever they know from there.
func (j *Journal) Heard(ctx context.Context) ([]News, error) {
	var out []News
	for _, z := range zone.All() {
		if z == j.Zone {
			continue
		}
		n := News{Zone: z}
		rows, err := j.Store.Query(ctx, `SELECT origin_position, at FROM journal_event WHERE origin = $1 ORDER BY origin_position DESC LIMIT 1`, string(z))
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var at int64
			if err := rows.Scan(&n.Upto, &at); err != nil {
				rows.Close()
				return nil, err
			}
			n.At = time.UnixMicro(at).UTC()
		}
		err = rows.Err()
		rows.Close()
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}
