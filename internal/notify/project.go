package notify

import (
	"context"
	"encoding/json"
	"strings"

	"yitang/internal/journal"
	"yitang/internal/store"
)

// Projections are what was told to whom, and how it went.
var Projections = []journal.Projection{{
	Name: "notify", Version: 2, Tables: []string{"notify_told", "notify_try"},
	Schema: `
CREATE TABLE notify_told (
  id TEXT PRIMARY KEY,
  zone TEXT NOT NULL,
  what TEXT NOT NULL,
  about TEXT NOT NULL,
  unit TEXT NOT NULL,
  account TEXT NOT NULL,
  role TEXT NOT NULL,
  of_ TEXT NOT NULL,
  link TEXT NOT NULL,
  fills TEXT NOT NULL,
  at INTEGER NOT NULL,
  ways TEXT NOT NULL,
  way TEXT NOT NULL,
  due INTEGER NOT NULL,
  digest INTEGER NOT NULL,
  legal INTEGER NOT NULL,
  batch TEXT NOT NULL,
  until INTEGER NOT NULL,
  seen INTEGER NOT NULL
);
CREATE INDEX notify_told_by_account ON notify_told (account, at, id);
CREATE INDEX notify_told_unseen ON notify_told (account, seen);
CREATE INDEX notify_told_by_case ON notify_told (about, at, id);
CREATE INDEX notify_told_by_due ON notify_told (zone, way, due);
CREATE INDEX notify_told_by_unit ON notify_told (unit, what, at);
CREATE TABLE notify_try (
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  way TEXT NOT NULL,
  at INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  receipt TEXT NOT NULL,
  detail TEXT NOT NULL,
  PRIMARY KEY (id, version)
);
CREATE INDEX notify_try_by_outcome ON notify_try (way, outcome, at)`,
	Apply: apply,
}}

func apply(ctx context.Context, tx store.Tx, e journal.Event) error {
	id, at := e.Subject.ID, e.At.UnixMicro()
	exec := func(query string, args ...any) error {
		_, err := tx.Exec(ctx, query, args...)
		return err
	}
	tried := func(way, outcome, receipt, detail string) error {
		return exec(`INSERT INTO notify_try (id, version, way, at, outcome, receipt, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)`, id, int64(e.Version), way, at, outcome, receipt, detail)
	}
	const next = `UPDATE notify_told SET way = $2, due = $3, batch = '', until = 0 WHERE id = $1`
	switch b := e.Body.(type) {
	case Queued:
		fills, err := json.Marshal(b.Fills.Or(nil))
		if err != nil {
			return err
		}
		way := ""
		if len(b.Ways) > 0 {
			way = b.Ways[0]
		}
		return exec(`INSERT INTO notify_told (id, zone, what, about, unit, account, role, of_, link, fills, at, ways, way, due, digest, legal, batch, until, seen)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, '', 0, 0)`,
			id, string(e.Origin), b.What, b.About, b.Unit, b.Account, b.Role, b.Of.Or(""), b.Link.Or(""), string(fills), at, strings.Join(b.Ways, " "), way, b.Due.UnixMicro(), flag(b.Digest), flag(b.Legal))
	case Begun:
		return exec(`UPDATE notify_told SET batch = $2, until = $3 WHERE id = $1`, id, b.Batch, b.Until.UnixMicro())
	case Sent:
		if err := exec(next, id, "", 0); err != nil {
			return err
		}
		return tried(b.Way, "sent", b.Receipt.Or(""), "")
	case Arrived:
		return tried(b.Way, "arrived", "", "")
	case Failed:
		if err := exec(next, id, b.Next, b.Due.UnixMicro()); err != nil {
			return err
		}
		return tried(b.Way, string(b.Reason), "", b.Detail.Or(""))
	case Lapsed:
		if err := exec(next, id, "", 0); err != nil {
			return err
		}
		return tried(b.Way, "lapsed", "", "")
	case Seen:
		return exec(`UPDATE notify_told SET seen = $2 WHERE id = $1`, id, at)
	}
	return nil
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}
