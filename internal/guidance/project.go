package guidance

import (
	"context"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// Projections are the reading tables of what the office says.
var Projections = []journal.Projection{{
	Name: "guidance", Version: 4, Tables: []string{"guidance_notice", "guidance_note", "guidance_question", "guidance_help", "guidance_remark", "guidance_change"},
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
);
CREATE TABLE guidance_remark (
  id TEXT PRIMARY KEY,
  zone TEXT NOT NULL,
  matter TEXT NOT NULL,
  words TEXT NOT NULL,
  page TEXT NOT NULL,
  title TEXT NOT NULL,
  role TEXT NOT NULL,
  unit TEXT NOT NULL,
  name TEXT NOT NULL,
  account TEXT NOT NULL, -- '' for somebody who didn't sign in
  browser TEXT NOT NULL,
  size TEXT NOT NULL,
  at INTEGER NOT NULL,
  progress TEXT NOT NULL,
  reply TEXT NOT NULL,
  replied INTEGER NOT NULL,
  replier TEXT NOT NULL,
  changed INTEGER NOT NULL, -- 1: something was changed because of it
  picture TEXT NOT NULL, -- digest, '' for none
  picture_type TEXT NOT NULL
);
CREATE INDEX guidance_remark_progress ON guidance_remark (progress, at, id);
CREATE INDEX guidance_remark_account ON guidance_remark (account, at, id);
CREATE TABLE guidance_change (
  remark TEXT PRIMARY KEY,
  what TEXT NOT NULL,
  what_en TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX guidance_change_at ON guidance_change (at)`,
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
		case Remarked:
			err = remarked(ctx, tx, e, b, zone.Internet)
		case RemarkedInside:
			err = remarked(ctx, tx, e, Remarked(b), zone.Office)
		case RemarkedAtPassports:
			err = remarked(ctx, tx, e, Remarked(b), zone.Passport)
		case Handled:
			err = answered(ctx, tx, e, b)
		case HandledInside:
			err = answered(ctx, tx, e, Handled(b))
		case HandledAtPassports:
			err = answered(ctx, tx, e, Handled(b))
		case Changed:
			if _, err = tx.Exec(ctx, `UPDATE guidance_remark SET changed = 1 WHERE id = $1`, e.Subject.ID); err != nil {
				return err
			}
			_, err = tx.Exec(ctx, `INSERT INTO guidance_change (remark, what, what_en, at) VALUES ($1, $2, $3, $4)
ON CONFLICT (remark) DO UPDATE SET what = excluded.what, what_en = excluded.what_en`, e.Subject.ID, b.What, b.WhatEn, at)
		}
		return err
	},
}}

func remarked(ctx context.Context, tx store.Tx, e journal.Event, b Remarked, z zone.Zone) error {
	_, err := tx.Exec(ctx, `INSERT INTO guidance_remark (id, zone, matter, words, page, title, role, unit, name, account, browser, size, at, progress, reply, replied, replier, changed, picture, picture_type)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', '', 0, '', 0, $14, $15)`,
		e.Subject.ID, string(z), string(b.Matter), b.Words, b.Page, b.Title, b.Role, b.Unit, b.Name.Or(""), e.Actor.Account, b.Browser, b.Size, e.At.UnixMicro(), b.Picture.Digest, string(b.Picture.Type))
	return err
}

func answered(ctx context.Context, tx store.Tx, e journal.Event, b Handled) error {
	_, err := tx.Exec(ctx, `UPDATE guidance_remark SET progress = $2, reply = $3, replied = $4, replier = $5 WHERE id = $1`, e.Subject.ID, string(b.At), b.Words, e.At.UnixMicro(), e.Actor.Account)
	return err
}

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
