package feedback

import (
	"context"
	"strings"

	"yitang/internal/journal"
	"yitang/internal/store"
)

// Projections are the reading tables of ratings and of what they oblige to.
var Projections = []journal.Projection{{
	Name: "feedback", Version: 3, Tables: []string{"feedback_rating", "feedback_duty"},
	Schema: `
CREATE TABLE feedback_rating (
  filing TEXT PRIMARY KEY,
  id TEXT NOT NULL, -- the event by which it was given or declined
  unit TEXT NOT NULL,
  visit TEXT NOT NULL,
  grade INTEGER NOT NULL,
  tags TEXT NOT NULL,
  words TEXT NOT NULL,
  anonymous INTEGER NOT NULL,
  again INTEGER NOT NULL,
  again_words TEXT NOT NULL,
  again_at INTEGER NOT NULL,
  at INTEGER NOT NULL
);
CREATE UNIQUE INDEX feedback_rating_id ON feedback_rating (id);
CREATE INDEX feedback_rating_at ON feedback_rating (at);
CREATE TABLE feedback_duty (
  rating TEXT PRIMARY KEY,
  reply TEXT NOT NULL,
  treatment TEXT NOT NULL,
  replied_by TEXT NOT NULL,
  replied_at INTEGER NOT NULL,
  settled_at INTEGER NOT NULL
)`,
	Apply: func(ctx context.Context, tx store.Tx, e journal.Event) error {
		const insert = `INSERT INTO feedback_rating (filing, id, unit, visit, grade, tags, words, anonymous, again, again_words, again_at, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, '', 0, $9)`
		const duty = `INSERT INTO feedback_duty (rating, reply, treatment, replied_by, replied_at, settled_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (rating) DO UPDATE SET `
		at := e.At.UnixMicro()
		var err error
		switch b := e.Body.(type) {
		case Rated:
			_, err = tx.Exec(ctx, insert, b.Filing, e.ID, b.Unit, b.Visit, b.Grade, strings.Join(b.Tags, " "), b.Words, flag(b.Anonymous), at)
		case Declined:
			_, err = tx.Exec(ctx, insert, b.Filing, e.ID, "", "", 0, "", "", 0, at)
		case RatedAgain:
			_, err = tx.Exec(ctx, `UPDATE feedback_rating SET again = $2, again_words = $3, again_at = $4 WHERE filing = $1`, b.Filing, b.Grade, b.Words, at)
		case Replied:
			_, err = tx.Exec(ctx, duty+`reply = excluded.reply, treatment = excluded.treatment, replied_by = excluded.replied_by, replied_at = excluded.replied_at`,
				e.Subject.ID, b.Words, string(b.Treatment), e.Actor.Account, at, 0)
		case Concluded:
			_, err = tx.Exec(ctx, duty+`settled_at = excluded.settled_at`, e.Subject.ID, "", "", "", 0, at)
		}
		return err
	},
}}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}
