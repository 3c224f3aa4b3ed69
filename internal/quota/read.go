package quota

import (
	"context"
	"fmt"

	"yitang/internal/store"
)

// Of gives a unit's plan for a year; false when none was set.
func Of(ctx context.Context, r store.Reader, unit string, year int) (Plan, bool, error) {
	p := Plan{Unit: unit, Year: year}
	err := r.QueryRow(ctx, `SELECT groups_, people, amount_fen FROM quota_plan WHERE unit = $1 AND year = $2`, unit, year).Scan(&p.Groups, &p.People, &p.AmountFen)
	if store.NoRows(err) {
		return Plan{}, false, nil
	}
	if err != nil {
		return Plan{}, false, fmt.Errorf("reading the plan of %s for %d: %w", unit, year, err)
	}
	return p, true, nil
}
