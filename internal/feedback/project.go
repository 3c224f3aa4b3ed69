package feedback

import (
	"context"
	"strings"

	"yitang/internal/journal"
	"yitang/internal/store"
)

// Projections are the reading tables of ratings.
var Projections = []journal.Projection{{
	Name: "feedback", Version: 2, Tables: []string{"feedback_rating"},
	Schema: `
CREATE TABLE feedback_rating (
  filing TEXT PRIMARY KEY,
  unit TEXT NOT NULL,
  visit TEXT NOT NULL,
  grade INTEGER NOT NULL,
  tags TEXT NOT NULL,
  words TEXT NOT NULL,
  at INTEGER NOT NULL
)`,
	Apply: func(ctx context.Context, tx store.Tx, e journal.Event) error {
		const insert = `INSERT INTO feedback_rating (filing, unit, visit, grade, tags, words, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`
		switch b := e.Body.(type) {
		case Rated:
			_, err := tx.Exec(ctx, insert, b.Filing, b.Unit, b.Visit, b.Grade, strings.Join(b.Tags, " "), b.Words, e.At.UnixMicro())
			return err
		case Declined:
			_, err := tx.Exec(ctx, insert, b.Filing, "", "", 0, "", "", e.At.UnixMicro())
			return err
		}
		return nil
	},
}}
