package quota

import (
	"context"
	"encoding/json"

	"yitang/internal/journal"
	"yitang/internal/store"
)

// Projections are the tables of this room.
var Projections = []journal.Projection{{
	Name: "quota", Version: 3, Tables: []string{"quota_plan", "quota_line", "quota_step"},
	Schema: `
CREATE TABLE quota_plan (
  unit TEXT NOT NULL,
  year INTEGER NOT NULL,
  set_ INTEGER NOT NULL,
  groups_ INTEGER NOT NULL,
  people INTEGER NOT NULL,
  amount_fen INTEGER NOT NULL,
  handed_in INTEGER NOT NULL,
  answered INTEGER NOT NULL,
  PRIMARY KEY (unit, year)
);
CREATE INDEX quota_plan_by_year ON quota_plan (year, unit);
CREATE TABLE quota_line (
  unit TEXT NOT NULL,
  year INTEGER NOT NULL,
  id TEXT NOT NULL,
  place INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (unit, year, id)
);
CREATE TABLE quota_step (
  unit TEXT NOT NULL,
  year INTEGER NOT NULL,
  position INTEGER NOT NULL,
  at INTEGER NOT NULL,
  what TEXT NOT NULL,
  role TEXT NOT NULL,
  round INTEGER NOT NULL,
  groups_ INTEGER NOT NULL,
  people INTEGER NOT NULL,
  amount_fen INTEGER NOT NULL,
  words TEXT NOT NULL,
  PRIMARY KEY (unit, year, position)
);`,
	Apply: func(ctx context.Context, tx store.Tx, e journal.Event) error {
		switch b := e.Body.(type) {
		case Set:
			return inForce(ctx, tx, e, b)
		case SentBack:
			if err := upsert(ctx, tx, b.Unit, b.Year, `answered = excluded.answered`, 0, 0, 0, 0, 0, b.Round); err != nil {
				return err
			}
			return step(ctx, tx, e, Step{What: WasSentBack, Round: b.Round, Words: b.Words}, b.Unit, b.Year)
		case Submitted:
			if err := upsert(ctx, tx, b.Unit, b.Year, `handed_in = excluded.handed_in`, 0, 0, 0, 0, b.Round, 0); err != nil {
				return err
			}
			s := Step{What: WasSubmitted, Round: b.Round, Words: b.Reason}
			s.Groups, s.People, s.AmountFen = Sums(b.Lines)
			return step(ctx, tx, e, s, b.Unit, b.Year)
		}
		return nil
	},
}}

func upsert(ctx context.Context, tx store.Tx, unit string, year int, change string, set, groups, people int, fen int64, handedIn, answered int) error {
	_, err := tx.Exec(ctx, `INSERT INTO quota_plan (unit, year, set_, groups_, people, amount_fen, handed_in, answered) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (unit, year) DO UPDATE SET `+change, unit, year, set, groups, people, fen, handedIn, answered)
	return err
}

func inForce(ctx context.Context, tx store.Tx, e journal.Event, b Set) error {
	change := `set_ = 1, groups_ = excluded.groups_, people = excluded.people, amount_fen = excluded.amount_fen`
	if b.Round > 0 {
		// An earlier submission may be put in force after a later one was sent back.
		change += `, answered = CASE WHEN quota_plan.answered > excluded.answered THEN quota_plan.answered ELSE excluded.answered END`
	}
	if err := upsert(ctx, tx, b.Unit, b.Year, change, 1, b.Groups, b.People, b.AmountFen, 0, b.Round); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM quota_line WHERE unit = $1 AND year = $2`, b.Unit, b.Year); err != nil {
		return err
	}
	for i, l := range b.Lines {
		body, err := json.Marshal(l)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO quota_line (unit, year, id, place, body) VALUES ($1, $2, $3, $4, $5)`, b.Unit, b.Year, l.ID, i, string(body)); err != nil {
			return err
		}
	}
	return step(ctx, tx, e, Step{What: WasSet, Round: b.Round, Groups: b.Groups, People: b.People, AmountFen: b.AmountFen, Words: b.Reason}, b.Unit, b.Year)
}

func step(ctx context.Context, tx store.Tx, e journal.Event, s Step, unit string, year int) error {
	_, err := tx.Exec(ctx, `INSERT INTO quota_step (unit, year, position, at, what, role, round, groups_, people, amount_fen, words) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		unit, year, int64(e.Position), e.At.UnixMicro(), string(s.What), e.Actor.Role, s.Round, s.Groups, s.People, s.AmountFen, s.Words)
	return err
}
