package account

import (
	"context"
	"strings"

	"yitang/internal/journal"
	"yitang/internal/store"
)

// Projections are the tables of this room. Password hashes stay in the
// journal, sealed.
var Projections = []journal.Projection{{
	Name: "account", Version: 3, Tables: []string{"account_list"},
	Schema: `
CREATE TABLE account_list (
  id TEXT PRIMARY KEY,
  login TEXT NOT NULL,
  name TEXT NOT NULL,
  roles TEXT NOT NULL,
  unit TEXT NOT NULL,
  person TEXT NOT NULL,
  password_version INTEGER NOT NULL,
  closed INTEGER NOT NULL
);
CREATE UNIQUE INDEX account_list_by_login ON account_list (login);
CREATE INDEX account_list_by_unit ON account_list (unit, name, id);
CREATE INDEX account_list_by_person ON account_list (person);`,
	Apply: func(ctx context.Context, tx store.Tx, e journal.Event) error {
		var err error
		switch b := e.Body.(type) {
		case Opened:
			since := int64(e.Version)
			if b.PasswordHash == "" {
				since = 0
			}
			_, err = tx.Exec(ctx, `INSERT INTO account_list (id, login, name, roles, unit, person, password_version, closed) VALUES ($1, $2, $3, $4, $5, $6, $7, 0)`,
				e.Subject.ID, b.Login, b.Name, strings.Join(b.Roles, " "), b.Unit, b.Person, since)
		case PasswordChanged:
			_, err = tx.Exec(ctx, `UPDATE account_list SET password_version = $2 WHERE id = $1`, e.Subject.ID, int64(e.Version))
		case RolesChanged:
			_, err = tx.Exec(ctx, `UPDATE account_list SET roles = $2 WHERE id = $1`, e.Subject.ID, strings.Join(b.Roles, " "))
		case Closed:
			_, err = tx.Exec(ctx, `UPDATE account_list SET closed = 1 WHERE id = $1`, e.Subject.ID)
		}
		return err
	},
}, refusalTable}

var refusalTable = journal.Projection{
	Name: "refusals", Version: 1, Tables: []string{"account_refusal"},
	Schema: `
CREATE TABLE account_refusal (
  account TEXT NOT NULL,
  version INTEGER NOT NULL,
  wanted TEXT NOT NULL,
  address TEXT NOT NULL,
  times INTEGER NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (account, version)
);
CREATE INDEX account_refusal_by_time ON account_refusal (at);`,
	Apply: func(ctx context.Context, tx store.Tx, e journal.Event) error {
		b, ok := e.Body.(Refused)
		if !ok {
			return nil
		}
		_, err := tx.Exec(ctx, `INSERT INTO account_refusal (account, version, wanted, address, times, at) VALUES ($1, $2, $3, $4, $5, $6)`,
			e.Subject.ID, int64(e.Version), b.Right, b.Path, b.Times, e.At.UnixMicro())
		return err
	},
}
