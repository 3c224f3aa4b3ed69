package guidance

import (
	"context"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/store"
)

// Projections are the reading tables of what the office says.
var Projections = []journal.Projection{{
	Name: "guidance", Version: 2, Tables: []string{"guidance_notice", "guidance_note", "guidance_question", "guidance_help"},
	Schema: `
CREATE TABLE guidance_notice (
  id TEXT NOT NULL,
  edition INTEGER NOT NULL,
  last INTEGER NOT NULL, -- 1: no later edition
  sort TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  units TEXT NOT NULL,
  roles TEXT NOT NULL,
  starts TEXT NOT NULL,
  ends TEXT NOT NULL, -- '9999-12-31': open
  asks INTEGER NOT NULL,
  reason TEXT NOT NULL, -- why it was withdrawn
  back INTEGER NOT NULL, -- when it was withdrawn
  author TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (id, edition)
);
CREATE INDEX guidance_notice_last ON guidance_notice (last, at);
CREATE TABLE guidance_note (
  notice TEXT NOT NULL,
  unit TEXT NOT NULL,
  edition INTEGER NOT NULL,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (notice, unit)
);
CREATE TABLE guidance_question (
  id TEXT NOT NULL,
  edition INTEGER NOT NULL,
  last INTEGER NOT NULL, -- 1: no later edition
  topic TEXT NOT NULL,
  ask TEXT NOT NULL,
  ask_en TEXT NOT NULL,
  answer TEXT NOT NULL,
  answer_en TEXT NOT NULL,
  rules TEXT NOT NULL,
  guides TEXT NOT NULL,
  reason TEXT NOT NULL, -- why it was taken back
  back INTEGER NOT NULL, -- when it was taken back
  back_by TEXT NOT NULL,
  author TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (id, edition)
);
CREATE INDEX guidance_question_last ON guidance_question (last, at);
CREATE TABLE guidance_help (
  question TEXT NOT NULL,
  edition INTEGER NOT NULL,
  yes INTEGER NOT NULL,
  no INTEGER NOT NULL,
  PRIMARY KEY (question, edition)
)`,
	Apply: func(ctx context.Context, tx store.Tx, e journal.Event) error {
		at := e.At.UnixMicro()
		var err error
		switch b := e.Body.(type) {
		case Published:
			if _, err = tx.Exec(ctx, `UPDATE guidance_notice SET last = 0 WHERE id = $1`, e.Subject.ID); err != nil {
				return err
			}
			_, err = tx.Exec(ctx, `INSERT INTO guidance_notice (id, edition, last, sort, title, body, units, roles, starts, ends, asks, reason, back, author, at)
VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, '', 0, $11, $12)`,
				e.Subject.ID, b.Edition, string(b.Sort), b.Title, b.Body, strings.Join(b.Units, " "), strings.Join(b.Roles, " "), b.From.String(), ends(b.Until), flag(b.Asks), e.Actor.Account, at)
		case Withdrawn:
			_, err = tx.Exec(ctx, `UPDATE guidance_notice SET reason = $2, back = $3 WHERE id = $1 AND last = 1`, e.Subject.ID, b.Reason, at)
		case Acknowledged:
			_, err = tx.Exec(ctx, `INSERT INTO guidance_note (notice, unit, edition, name, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (notice, unit) DO UPDATE SET edition = excluded.edition, name = excluded.name, at = excluded.at`, b.Notice, b.Unit, b.Edition, b.Name.Or(""), at)
		case Answered:
			if _, err = tx.Exec(ctx, `UPDATE guidance_question SET last = 0 WHERE id = $1`, e.Subject.ID); err != nil {
				return err
			}
			_, err = tx.Exec(ctx, `INSERT INTO guidance_question (id, edition, last, topic, ask, ask_en, answer, answer_en, rules, guides, reason, back, back_by, author, at)
VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, '', 0, '', $10, $11)`,
				e.Subject.ID, b.Edition, string(b.Topic), b.Question, b.QuestionEn, b.Answer, b.AnswerEn, strings.Join(b.Rules, " "), joined(b.Guides), e.Actor.Account, at)
		case TakenBack:
			_, err = tx.Exec(ctx, `UPDATE guidance_question SET reason = $2, back = $3, back_by = $4 WHERE id = $1 AND last = 1`, e.Subject.ID, b.Reason.Or(""), at, e.Actor.Account)
		case Helped:
			_, err = tx.Exec(ctx, `INSERT INTO guidance_help (question, edition, yes, no) VALUES ($1, $2, $3, $4)
ON CONFLICT (question, edition) DO UPDATE SET yes = guidance_help.yes + excluded.yes, no = guidance_help.no + excluded.no`, b.Question, b.Edition, flag(b.Yes), flag(!b.Yes))
		}
		return err
	},
}}

func joined[T ~string](words []T) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = string(w)
	}
	return strings.Join(out, " ")
}

// open is the end of what has none.
const open = "9999-12-31"

func ends(d calendar.Date) string {
	if d.IsZero() {
		return open
	}
	return d.String()
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}
