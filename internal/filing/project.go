package filing

import (
	"context"
	"encoding/json"
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/store"
)

// Projections are the tables of this room.
var Projections = []journal.Projection{{
	Name: "filing", Version: 3, Tables: []string{"filing_list", "filing_member"},
	Schema: `
CREATE TABLE filing_list (
  id TEXT PRIMARY KEY,
  unit TEXT NOT NULL,
  title TEXT NOT NULL,
  stage TEXT NOT NULL,
  depart TEXT NOT NULL,
  return_ TEXT NOT NULL,
  year INTEGER NOT NULL,
  countries TEXT NOT NULL,
  members INTEGER NOT NULL,
  amount_fen INTEGER NOT NULL,
  round INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  defects INTEGER NOT NULL,
  until TEXT NOT NULL,
  presented_by TEXT NOT NULL,
  words TEXT NOT NULL,
  submitted_at INTEGER NOT NULL,
  at INTEGER NOT NULL,
  amends TEXT NOT NULL DEFAULT '',
  amendment TEXT NOT NULL DEFAULT '',
  kind TEXT NOT NULL DEFAULT '',
  under TEXT NOT NULL DEFAULT ''
);
CREATE INDEX filing_list_by_unit ON filing_list (unit, at, id);
CREATE INDEX filing_list_by_stage ON filing_list (unit, stage, at, id);
CREATE INDEX filing_list_by_year ON filing_list (unit, year, stage);
CREATE INDEX filing_list_by_amended ON filing_list (amends, id) WHERE amends <> '';
CREATE INDEX filing_list_by_under ON filing_list (under, id) WHERE under <> '';
CREATE TABLE filing_member (
  filing TEXT NOT NULL,
  person TEXT NOT NULL,
  head INTEGER NOT NULL,
  PRIMARY KEY (filing, person)
);
CREATE INDEX filing_member_by_person ON filing_member (person, filing);`,
	Apply: apply,
}, {
	Name: "filing_beside", Version: 2, Tables: []string{"filing_beside", "filing_letter"},
	Schema: `
CREATE TABLE filing_beside (
  filing TEXT PRIMARY KEY,
  unit TEXT NOT NULL,
  title TEXT NOT NULL,
  depart TEXT NOT NULL,
  return_ TEXT NOT NULL,
  countries TEXT NOT NULL,
  category TEXT NOT NULL,
  members INTEGER NOT NULL,
  plan_line TEXT NOT NULL,
  hosts TEXT NOT NULL,
  leaders TEXT NOT NULL,
  necessity TEXT NOT NULL
);
CREATE INDEX filing_beside_by_unit ON filing_beside (unit, depart);
CREATE INDEX filing_beside_by_day ON filing_beside (depart);
CREATE INDEX filing_beside_by_plan ON filing_beside (unit, plan_line) WHERE plan_line <> '';
CREATE INDEX filing_beside_by_text ON filing_beside (necessity) WHERE necessity <> '';
CREATE TABLE filing_letter (
  digest TEXT NOT NULL,
  filing TEXT NOT NULL,
  PRIMARY KEY (digest, filing)
);
CREATE INDEX filing_letter_by_filing ON filing_letter (filing);`,
	Apply: applyBeside,
}, laterProjection}

// applyBeside keeps of each application what tells whether another one belongs
// together with it. The necessity is kept as its fingerprint.
func applyBeside(ctx context.Context, tx store.Tx, e journal.Event) error {
	var c dossier.Case
	var held bool
	var unit string
	switch b := e.Body.(type) {
	case Submitted:
		c, held = b.Dossier.Value()
		unit = b.Unit
	case Corrected:
		c, held = b.Dossier.Value()
		unit = b.Unit
	case Amended: // the journey that is made now; whose it is stays
		c, held = b.Dossier.Value()
	}
	if !held {
		return nil
	}
	leaders, err := json.Marshal(c.Leaders())
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO filing_beside (filing, unit, title, depart, return_, countries, category, members, plan_line, hosts, leaders, necessity)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (filing) DO UPDATE SET unit = CASE WHEN excluded.unit = '' THEN filing_beside.unit ELSE excluded.unit END, title = excluded.title, depart = excluded.depart, return_ = excluded.return_,
  countries = excluded.countries, category = excluded.category, members = excluded.members, plan_line = excluded.plan_line, hosts = excluded.hosts,
  leaders = excluded.leaders, necessity = excluded.necessity`,
		e.Subject.ID, unit, c.Trip.Title, c.Trip.Depart.String(), c.Trip.Return.String(), strings.Join(c.Countries(), " "), string(c.Trip.Category), len(c.Members),
		c.Trip.PlanLine, strings.Join(c.Hosts(), "\n"), string(leaders), fingerprint(c.Trip.Necessity))
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM filing_letter WHERE filing = $1`, e.Subject.ID); err != nil {
		return err
	}
	for _, digest := range lettersOf(c) {
		if _, err := tx.Exec(ctx, `INSERT INTO filing_letter (digest, filing) VALUES ($1, $2)`, digest, e.Subject.ID); err != nil {
			return err
		}
	}
	return nil
}

func apply(ctx context.Context, tx store.Tx, e journal.Event) error {
	id, at := e.Subject.ID, e.At.UnixMicro()
	stage := func(to Stage, more string, args ...any) error {
		_, err := tx.Exec(ctx, `UPDATE filing_list SET stage = $2, at = $3`+more+` WHERE id = $1`, append([]any{id, string(to), at}, args...)...)
		return err
	}
	switch b := e.Body.(type) {
	case Presented:
		_, err := tx.Exec(ctx, `INSERT INTO filing_list (id, unit, title, stage, depart, return_, year, countries, members, amount_fen, round, outcome, defects, until, presented_by, words, submitted_at, at)
VALUES ($1, $2, $3, $4, $5, '', 0, '', $6, 0, 0, '', 0, '', $7, '', 0, $8)
ON CONFLICT (id) DO UPDATE SET unit = excluded.unit, title = excluded.title, stage = excluded.stage, depart = excluded.depart, members = excluded.members,
  presented_by = excluded.presented_by, words = '', at = excluded.at`,
			id, b.Unit, b.Title, string(IsPresented), b.Depart, len(b.Members), e.Actor.Account, at)
		return err
	case TakenBack:
		return stage(InDraft, "")
	case HandedBack:
		return stage(InDraft, `, words = $4`, b.Words)
	case Submitted:
		return handedIn(ctx, tx, e, b)
	case Corrected:
		return handedIn(ctx, tx, e, Submitted{Kind: b.Kind, Dossier: b.Dossier, Unit: b.Unit, Title: b.Title, Depart: b.Depart, Return: b.Return, Countries: b.Countries, Members: b.Members, AmountFen: b.AmountFen, Round: b.Round})
	case Reopened:
		return stage(IsSentBack, `, defects = $4, until = $5`, len(b.Defects), b.Until.String())
	case Withdrawn:
		return stage(IsWithdrawn, "")
	case AmendmentPresented:
		return amends(ctx, tx, e, b.Of, b.Kind)
	case AmendmentRequested:
		return amends(ctx, tx, e, b.Of, b.Kind)
	case Amended:
		return amended(ctx, tx, e, b)
	case Concluded:
		if b.Outcome == Approved && b.People >= 0 { // who was declined uses nothing of the unit's plan
			return stage(IsConcluded, `, outcome = $4, members = $5, amount_fen = $6`, string(b.Outcome), b.People, b.AmountFen)
		}
		return stage(IsConcluded, `, outcome = $4`, string(b.Outcome))
	}
	return nil
}

func handedIn(ctx context.Context, tx store.Tx, e journal.Event, b Submitted) error {
	id, at := e.Subject.ID, e.At.UnixMicro()
	_, err := tx.Exec(ctx, `INSERT INTO filing_list (id, unit, title, stage, depart, return_, year, countries, members, amount_fen, round, outcome, defects, until, presented_by, words, submitted_at, at, kind, under)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', 0, '', '', '', $12, $12, $13, $14)
ON CONFLICT (id) DO UPDATE SET unit = excluded.unit, title = excluded.title, stage = excluded.stage, depart = excluded.depart, return_ = excluded.return_, year = excluded.year,
  countries = excluded.countries, members = excluded.members, amount_fen = excluded.amount_fen, round = excluded.round, defects = 0, until = '',
  submitted_at = excluded.submitted_at, at = excluded.at, kind = excluded.kind, under = excluded.under`,
		id, b.Unit, b.Title, string(IsSubmitted), b.Depart.String(), b.Return.String(), b.Depart.Year(), strings.Join(b.Countries, " "), len(b.Members), b.AmountFen, b.Round, at, string(b.Kind), b.Dossier.Or(dossier.Case{}).Trip.Under)
	if err != nil {
		return err
	}
	return members(ctx, tx, id, b.Members)
}

// amends marks a row as an amendment before anything else is known of it.
func amends(ctx context.Context, tx store.Tx, e journal.Event, of string, kind AmendmentKind) error {
	_, err := tx.Exec(ctx, `INSERT INTO filing_list (id, unit, title, stage, depart, return_, year, countries, members, amount_fen, round, outcome, defects, until, presented_by, words, submitted_at, at, amends, amendment)
VALUES ($1, '', '', '', '', '', 0, '', 0, 0, 0, '', 0, '', '', '', 0, $2, $3, $4)
ON CONFLICT (id) DO UPDATE SET amends = excluded.amends, amendment = excluded.amendment`, e.Subject.ID, e.At.UnixMicro(), of, string(kind))
	return err
}

// amended is the case with what was changed of it. Days, people and money are
// what the unit's plan and people's other trips are counted from.
func amended(ctx context.Context, tx store.Tx, e journal.Event, b Amended) error {
	id := e.Subject.ID
	_, err := tx.Exec(ctx, `UPDATE filing_list SET title = $2, depart = $3, return_ = $4, year = $5, countries = $6, members = $7, amount_fen = $8, at = $9 WHERE id = $1`,
		id, b.Title, b.Depart.String(), b.Return.String(), b.Depart.Year(), strings.Join(b.Countries, " "), len(b.Members), b.AmountFen, e.At.UnixMicro())
	if err != nil {
		return err
	}
	return members(ctx, tx, id, b.Members)
}

func members(ctx context.Context, tx store.Tx, id string, people []Traveller) error {
	if _, err := tx.Exec(ctx, `DELETE FROM filing_member WHERE filing = $1`, id); err != nil {
		return err
	}
	for _, m := range people {
		head := 0
		if m.Head {
			head = 1
		}
		if _, err := tx.Exec(ctx, `INSERT INTO filing_member (filing, person, head) VALUES ($1, $2, $3)`, id, m.Person, head); err != nil {
			return err
		}
	}
	return nil
}

// laterProjection keeps what is still owed, for the lists that chase it.
var laterProjection = journal.Projection{
	Name: "filing_later", Version: 2, Tables: []string{"filing_later"},
	Schema: `
CREATE TABLE filing_later (
  filing TEXT NOT NULL,
  kind TEXT NOT NULL,
  unit TEXT NOT NULL,
  due TEXT NOT NULL,
  PRIMARY KEY (filing, kind)
);
CREATE INDEX filing_later_by_due ON filing_later (due, filing, kind)`,
	Apply: applyLater,
}

func applyLater(ctx context.Context, tx store.Tx, e journal.Event) error {
	id := e.Subject.ID
	switch b := e.Body.(type) {
	case PutOff:
		if _, err := tx.Exec(ctx, `DELETE FROM filing_later WHERE filing = $1`, id); err != nil {
			return err
		}
		for _, o := range b.Papers {
			if o.Material != "" {
				continue
			}
			if _, err := tx.Exec(ctx, `INSERT INTO filing_later (filing, kind, unit, due) VALUES ($1, $2, $3, $4)`, id, string(o.Kind), b.Unit, o.Due.String()); err != nil {
				return err
			}
		}
	case Supplied:
		_, err := tx.Exec(ctx, `DELETE FROM filing_later WHERE filing = $1 AND kind = $2`, id, string(b.Kind))
		return err
	case Withdrawn:
		_, err := tx.Exec(ctx, `DELETE FROM filing_later WHERE filing = $1`, id)
		return err
	case Concluded: // in the internet zone; the office's own list looks at how the case ended
		if b.Outcome != Approved {
			_, err := tx.Exec(ctx, `DELETE FROM filing_later WHERE filing = $1`, id)
			return err
		}
	}
	return nil
}
