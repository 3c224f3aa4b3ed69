package program

import (
	"context"
	"encoding/json"

	"yitang/internal/journal"
	"yitang/internal/store"
)

// Projections are the reading tables of releases and of what runs where.
var Projections = []journal.Projection{{
	Name: "program", Version: 1, Tables: []string{"program_release", "program_zone"},
	Schema: `
CREATE TABLE program_release (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL,
  manifest TEXT NOT NULL,
  signature TEXT NOT NULL, -- JSON, as are the parts
  parts TEXT NOT NULL,
  offered INTEGER NOT NULL,
  withdrawn TEXT NOT NULL
);
CREATE INDEX program_release_newest ON program_release (number, offered);
CREATE TABLE program_zone (
  zone TEXT PRIMARY KEY,
  number INTEGER NOT NULL,
  version TEXT NOT NULL,
  instead TEXT NOT NULL,
  since INTEGER NOT NULL
)`,
	Apply: func(ctx context.Context, tx store.Tx, e journal.Event) error {
		var err error
		switch b := e.Body.(type) {
		case Offered:
			h, wrong := HeadOf(b.Manifest, b.Signature)
			if wrong != nil || h.Manifest.ID() != e.Subject.ID {
				return nil // shown nowhere: nobody could do anything with it
			}
			var signature, parts []byte
			if signature, err = json.Marshal(b.Signature); err != nil {
				return err
			}
			if parts, err = json.Marshal(b.Parts); err != nil {
				return err
			}
			_, err = tx.Exec(ctx, `INSERT INTO program_release (id, number, manifest, signature, parts, offered, withdrawn) VALUES ($1, $2, $3, $4, $5, $6, '')
ON CONFLICT (id) DO UPDATE SET manifest = excluded.manifest, signature = excluded.signature, parts = excluded.parts, offered = excluded.offered, withdrawn = ''`,
				e.Subject.ID, h.Manifest.Number, b.Manifest, string(signature), string(parts), e.At.UnixMicro())
		case Withdrawn:
			_, err = tx.Exec(ctx, `UPDATE program_release SET withdrawn = $2 WHERE id = $1`, e.Subject.ID, b.Reason)
		case Runs:
			err = ran(ctx, tx, e, b)
		case RunsAtPassports:
			err = ran(ctx, tx, e, Runs(b))
		}
		return err
	},
}}

func ran(ctx context.Context, tx store.Tx, e journal.Event, b Runs) error {
	_, err := tx.Exec(ctx, `INSERT INTO program_zone (zone, number, version, instead, since) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (zone) DO UPDATE SET number = excluded.number, version = excluded.version, instead = excluded.instead, since = excluded.since`,
		e.Subject.ID, b.Number, b.Version, b.Instead, e.At.UnixMicro())
	return err
}
