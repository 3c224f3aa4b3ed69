package config

import (
	"context"

	"yitang/internal/journal"
	"yitang/internal/store"
)

// Projections are the tables of this room.
var Projections = []journal.Projection{{
	Name: "config", Version: 1, Tables: []string{"config_base", "config_version", "config_force"},
	Schema: `
CREATE TABLE config_base (
  at INTEGER PRIMARY KEY,
  version TEXT NOT NULL,
  digest TEXT NOT NULL
);
CREATE TABLE config_version (
  number INTEGER PRIMARY KEY,
  parent INTEGER NOT NULL,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  author TEXT NOT NULL,
  account TEXT NOT NULL,
  reason TEXT NOT NULL,
  origin TEXT NOT NULL,
  seal TEXT NOT NULL,
  digest TEXT NOT NULL,
  at INTEGER NOT NULL,
  base TEXT NOT NULL,
  rule_set TEXT NOT NULL,
  mistakes INTEGER NOT NULL,
  trials INTEGER NOT NULL,
  changed INTEGER NOT NULL
);
CREATE TABLE config_force (
  version INTEGER PRIMARY KEY,
  number INTEGER NOT NULL,
  on_day TEXT NOT NULL,
  reason TEXT NOT NULL,
  account TEXT NOT NULL,
  at INTEGER NOT NULL,
  back INTEGER NOT NULL,
  back_reason TEXT NOT NULL
);`,
	Apply: apply,
}}

func apply(ctx context.Context, tx store.Tx, e journal.Event) error {
	var err error
	at := e.At.UnixMicro()
	switch b := e.Body.(type) {
	case BaseRecorded:
		_, err = tx.Exec(ctx, `INSERT INTO config_base (at, version, digest) VALUES ($1, $2, $3)
ON CONFLICT (at) DO UPDATE SET version = excluded.version, digest = excluded.digest`, at, b.Version, b.Digest)
	case Saved:
		_, err = tx.Exec(ctx, `INSERT INTO config_version (number, parent, name_zh, name_en, author, account, reason, origin, seal, digest, at, base, rule_set, mistakes, trials, changed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '', 0, 0, 0)`,
			b.Number, b.Parent, b.NameZh, b.NameEn, b.Author, e.Actor.Account, b.Reason, string(b.Origin), b.Seal, b.Digest, at)
	case Checked:
		_, err = tx.Exec(ctx, `UPDATE config_version SET base = $2, rule_set = $3, mistakes = $4, trials = $5, changed = $6 WHERE number = $1`,
			b.Number, b.Base, b.Version, b.Mistakes, b.Trials, b.Changed)
	case PutInForce:
		_, err = tx.Exec(ctx, `INSERT INTO config_force (version, number, on_day, reason, account, at, back, back_reason) VALUES ($1, $2, $3, $4, $5, $6, 0, '')`,
			int64(e.Version), b.Number, b.On.String(), b.Reason, e.Actor.Account, at)
	case TakenBack:
		_, err = tx.Exec(ctx, `UPDATE config_force SET back = $3, back_reason = $4 WHERE number = $1 AND on_day = $2`, b.Number, b.On.String(), at, b.Reason)
	}
	return err
}
