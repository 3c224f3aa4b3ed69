package quota

import (
	"context"

	"yitang/internal/journal"
	"yitang/internal/store"
)

// Projections are the tables of this room.
var Projections = []journal.Projection{{
	Name: "quota", Version: 1, Tables: []string{"quota_plan"},
	Schema: `
CREATE TABLE quota_plan (
  unit TEXT NOT NULL,
  year INTEGER NOT NULL,
  groups_ INTEGER NOT NULL,
  people INTEGER NOT NULL,
  amount_fen INTEGER NOT NULL,
  PRIMARY KEY (unit, year)
);`,
	Apply: func(ctx context.Context, tx store.Tx, e journal.Event) error {
		b, ok := e.Body.(Set)
		if !ok {
			return nil
		}
		_, err := tx.Exec(ctx, `INSERT INTO quota_plan (unit, year, groups_, people, amount_fen) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (unit, year) DO UPDATE SET groups_ = excluded.groups_, people = excluded.people, amount_fen = excluded.amount_fen`,
			b.Unit, b.Year, b.Groups, b.People, b.AmountFen)
		return err
	},
}}
