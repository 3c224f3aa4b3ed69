package material

import (
	"context"

	"yitang/internal/journal"
	"yitang/internal/store"
)

// Projections are the tables of this room.
var Projections = []journal.Projection{{
	Name: "material", Version: 7, Tables: []string{"material_list"},
	Schema: `
CREATE TABLE material_list (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  owner_kind TEXT NOT NULL,
  owner TEXT NOT NULL,
  unit TEXT NOT NULL,
  filing TEXT NOT NULL,
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  type TEXT NOT NULL,
  digest TEXT NOT NULL,
  issued TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  valid_until TEXT NOT NULL,
  at INTEGER NOT NULL,
  account TEXT NOT NULL,
  gone INTEGER NOT NULL,
  replaced_by TEXT NOT NULL,
  dpi INTEGER NOT NULL,
  blank_pages INTEGER NOT NULL,
  made TEXT NOT NULL,
  about TEXT NOT NULL,
  country TEXT NOT NULL,
  total TEXT NOT NULL,
  unread INTEGER NOT NULL
);
CREATE INDEX material_list_by_owner ON material_list (owner_kind, owner, gone, at, id);
CREATE INDEX material_list_by_filing ON material_list (filing, at, id);
CREATE INDEX material_list_by_next ON material_list (replaced_by);
CREATE INDEX material_list_by_digest ON material_list (digest);
CREATE INDEX material_list_by_unit ON material_list (unit, gone, owner_kind);`,
	Apply: func(ctx context.Context, tx store.Tx, e journal.Event) error {
		var err error
		switch b := e.Body.(type) {
		case Added:
			_, err = tx.Exec(ctx, `INSERT INTO material_list
(id, kind, owner_kind, owner, unit, filing, name, size, type, digest, issued, valid_from, valid_until, at, account, gone, replaced_by, dpi, blank_pages, made, about, country, total, unread)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 0, '', $16, $17, $18, $19, $20, $21, $22)`,
				e.Subject.ID, b.Kind, string(b.OwnerKind), b.Owner, b.Unit, b.Case, b.Name, b.Size, b.Type, b.Digest,
				b.Issued.String(), b.ValidFrom.String(), b.ValidUntil.String(), e.At.UnixMicro(), e.Actor.Account, b.Seen.DPI, b.Seen.BlankPages, b.Seen.Made.String(), b.About, b.Country, b.Total.String(), oneIf(b.Seen.Unread))
		case Replaced:
			_, err = tx.Exec(ctx, `UPDATE material_list SET gone = 1, replaced_by = $2 WHERE id = $1`, e.Subject.ID, b.By)
		case Restored:
			_, err = tx.Exec(ctx, `UPDATE material_list SET gone = 0 WHERE id = $1`, e.Subject.ID)
		}
		return err
	},
}}

func oneIf(is bool) int {
	if is {
		return 1
	}
	return 0
}
