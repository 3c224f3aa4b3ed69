package training

import (
	"context"

	"yitang/internal/journal"
	"yitang/internal/store"
)

// Projections are the reading table of who has practised.
var Projections = []journal.Projection{{
	Name: "training", Version: 1, Tables: []string{"training_list"},
	Schema: `
CREATE TABLE training_list (
  account TEXT PRIMARY KEY,
  unit TEXT NOT NULL,
  name TEXT NOT NULL,
  began INTEGER NOT NULL, -- the last run
  passed INTEGER NOT NULL, -- the last run that was, 0 where none was
  passes INTEGER NOT NULL,
  visits INTEGER NOT NULL,
  returns INTEGER NOT NULL
);
CREATE INDEX training_list_by_unit ON training_list (unit, name, account)`,
	Apply: func(ctx context.Context, tx store.Tx, e journal.Event) error {
		at := e.At.UnixMicro()
		var err error
		switch b := e.Body.(type) {
		case Began:
			_, err = tx.Exec(ctx, `INSERT INTO training_list (account, unit, name, began, passed, passes, visits, returns) VALUES ($1, $2, $3, $4, 0, 0, 0, 0)
ON CONFLICT (account) DO UPDATE SET unit = excluded.unit, name = excluded.name, began = excluded.began`, e.Subject.ID, b.Unit, b.Name.Or(""), at)
		case Passed:
			_, err = tx.Exec(ctx, `UPDATE training_list SET unit = $2, name = $3, passed = $4, passes = passes + 1, visits = $5, returns = $6 WHERE account = $1`,
				e.Subject.ID, b.Unit, b.Name.Or(""), at, b.Visits, b.Returns)
		}
		return err
	},
}}
