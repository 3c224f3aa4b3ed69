package letter

import (
	"context"

	"yitang/internal/approval"
	"yitang/internal/document"
	"yitang/internal/journal"
	"yitang/internal/store"
)

// Projections are the letters as lists and the public check read them. What a
// letter says isn't in them: it stays sealed in the journal.
var Projections = []journal.Projection{{
	Name: "letter", Version: 1, Tables: []string{"letter_issued"},
	Schema: `
CREATE TABLE letter_issued (
  number TEXT PRIMARY KEY,
  letter TEXT NOT NULL,
  kind TEXT NOT NULL,
  filing TEXT NOT NULL,
  unit TEXT NOT NULL,
  digest TEXT NOT NULL,
  code TEXT NOT NULL,
  file TEXT NOT NULL,
  issued TEXT NOT NULL,
  valid_until TEXT NOT NULL,
  status TEXT NOT NULL,
  by_number TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE UNIQUE INDEX letter_issued_by_code ON letter_issued (code);
CREATE INDEX letter_issued_by_filing ON letter_issued (filing, at, number)`,
	Apply: apply,
}}

func apply(ctx context.Context, tx store.Tx, e journal.Event) error {
	at := e.At.Unix()
	status := func(number string, s document.Status, by, reason string) error {
		_, err := tx.Exec(ctx, `UPDATE letter_issued SET status = $2, by_number = $3, reason = $4 WHERE number = $1`, number, string(s), by, reason)
		return err
	}
	switch b := e.Body.(type) {
	case Issued:
		file := b.Shared
		if file == "" {
			file = b.Held.Or("")
		}
		_, err := tx.Exec(ctx, `INSERT INTO letter_issued (number, letter, kind, filing, unit, digest, code, file, issued, valid_until, status, by_number, reason, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', '', $12)`, b.Number, e.Subject.ID, string(b.Kind), b.Filing, b.Unit, b.Digest, approval.PlainCode(b.Code), file,
			b.On.String(), b.ValidUntil.String(), string(document.InForce), at)
		if err != nil || b.Replaces == "" {
			return err
		}
		return status(b.Replaces, document.Superseded, b.Number, "")
	case Revoked:
		return status(b.Number, document.Revoked, "", b.Reason)
	}
	return nil
}
