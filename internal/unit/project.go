package unit

import (
	"context"

	"yitang/internal/journal"
	"yitang/internal/store"
)

// Projections are the tables of this room.
var Projections = []journal.Projection{{
	Name: "unit", Version: 2, Tables: []string{"unit_list"},
	Schema: `
CREATE TABLE unit_list (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  name_en TEXT NOT NULL,
  uscc TEXT NOT NULL,
  type TEXT NOT NULL,
  level TEXT NOT NULL,
  parent TEXT NOT NULL,
  address TEXT NOT NULL,
  officer_until TEXT NOT NULL,
  signatory TEXT NOT NULL,
  suspended TEXT NOT NULL,
  leave_from_rank TEXT NOT NULL
);
CREATE INDEX unit_list_by_name ON unit_list (name, id);
CREATE INDEX unit_list_by_uscc ON unit_list (uscc);`,
	Apply: apply,
}}

func apply(ctx context.Context, tx store.Tx, e journal.Event) error {
	var err error
	id := e.Subject.ID
	switch b := e.Body.(type) {
	case Opened:
		_, err = tx.Exec(ctx, `INSERT INTO unit_list (id, name, name_en, uscc, type, level, parent, address, officer_until, signatory, suspended, leave_from_rank)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '', '', $9)`, id, b.Name, b.NameEn, b.USCC, b.Type, b.Level, b.Parent, b.Address, b.LeaveFromRank)
	case Changed:
		_, err = tx.Exec(ctx, `UPDATE unit_list SET name = $2, name_en = $3, type = $4, address = $5, leave_from_rank = $6 WHERE id = $1`, id, b.Name, b.NameEn, b.Type, b.Address, b.LeaveFromRank)
	case OfficerConfirmed:
		_, err = tx.Exec(ctx, `UPDATE unit_list SET officer_until = $2, signatory = $3 WHERE id = $1`, id, b.ValidUntil.String(), b.Signatory)
	case Suspended:
		_, err = tx.Exec(ctx, `UPDATE unit_list SET suspended = $2 WHERE id = $1`, id, b.Reason)
	case Resumed:
		_, err = tx.Exec(ctx, `UPDATE unit_list SET suspended = '' WHERE id = $1`, id)
	}
	return err
}
