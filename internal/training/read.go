package training

import (
	"context"
	"fmt"
	"time"

	"yitang/internal/store"
)

// Row is one officer who has practised.
type Row struct {
	Account, Unit, Name string
	Began               time.Time
	Passed              time.Time // zero: not yet
	Passes              int
	Visits, Returns     int // of the last run that was passed
}

// most is how many officers are read at once: a city has hundreds.
const most = 20_000

// All lists who has begun or passed, by unit and name. Index: training_list_by_unit.
func All(ctx context.Context, r store.Reader) ([]Row, error) {
	rows, err := r.Query(ctx, `SELECT account, unit, name, began, passed, passes, visits, returns FROM training_list ORDER BY unit, name, account LIMIT $1`, most)
	if err != nil {
		return nil, fmt.Errorf("listing who has practised: %w", err)
	}
	defer rows.Close()
	var out []Row
	for rows.Next() {
		var x Row
		var began, passed int64
		if err := rows.Scan(&x.Account, &x.Unit, &x.Name, &began, &passed, &x.Passes, &x.Visits, &x.Returns); err != nil {
			return nil, err
		}
		x.Began = time.UnixMicro(began).UTC()
		if passed != 0 {
			x.Passed = time.UnixMicro(passed).UTC()
		}
		out = append(out, x)
	}
	return out, rows.Err()
}
