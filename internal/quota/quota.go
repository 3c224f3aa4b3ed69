// Package quota is what a unit may use in a year (年度计划): groups, people and
// money. Home: office; the internet zone hears of it.
//
// It only keeps the plan. What has been used of it is counted from
// applications, which come later.
package quota

import (
	"context"
	"fmt"
	"strconv"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/money"
	"yitang/internal/store"
)

// Plan is one unit's plan for one year.
type Plan struct {
	Unit      string
	Year      int
	Groups    int
	People    int
	AmountFen int64
}

// Room is the plan as a subject; its id is ID(unit, year).
var Room = journal.Subject[Plan]{Kind: "quota", Evolve: func(p Plan, e journal.Event) (Plan, error) {
	b, ok := e.Body.(Set)
	if !ok {
		return p, fmt.Errorf("%T is nothing that happens to a plan", e.Body)
	}
	return Plan(b), nil
}}

// ID names the plan of a unit for a year.
func ID(unit string, year int) string { return unit + "." + strconv.Itoa(year) }

// SetPlan sets or changes a unit's plan for a year.
type SetPlan struct {
	Unit      string
	Year      int
	Groups    int
	People    int
	AmountFen int64
}

// Decide refuses a plan under another id, of no year, or below nothing.
func (cmd SetPlan) Decide(p Plan, m journal.Moment) ([]journal.Event, error) {
	if m.Subject != ID(cmd.Unit, cmd.Year) {
		return nil, fmt.Errorf("the plan %s can't hold %s", m.Subject, ID(cmd.Unit, cmd.Year))
	}
	var wrong []fault.Finding
	if cmd.Year < 2000 || cmd.Year > 2200 {
		wrong = append(wrong, fault.Finding{Field: "year", Key: "form.number.unreadable"})
	}
	for _, f := range []struct {
		field string
		n     int64
	}{{"groups", int64(cmd.Groups)}, {"people", int64(cmd.People)}, {"amount", cmd.AmountFen}} {
		if f.n < 0 {
			wrong = append(wrong, fault.Finding{Field: f.field, Key: "form.number.unreadable"})
		}
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	if p == Plan(cmd) {
		return nil, nil // nothing new
	}
	return journal.Happened(Set(cmd)), nil
}

// Projections are the tables of this room.
var Projections = []journal.Projection{{
	Name: "quota", Version: 1, Tables: []string{"quota_plan"},
	Schema: `
CREATE TABLE quota_plan (
  unit TEXT NOT NULL,
  year INTEGER NOT NULL,
  groups_ INTEGER NOT NULL,
  people INTEGER NOT NULL,
  amount_fen INTEGER NOT NULL,
  PRIMARY KEY (unit, year)
);`,
	Apply: func(ctx context.Context, tx store.Tx, e journal.Event) error {
		b, ok := e.Body.(Set)
		if !ok {
			return nil
		}
		_, err := tx.Exec(ctx, `INSERT INTO quota_plan (unit, year, groups_, people, amount_fen) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (unit, year) DO UPDATE SET groups_ = excluded.groups_, people = excluded.people, amount_fen = excluded.amount_fen`,
			b.Unit, b.Year, b.Groups, b.People, b.AmountFen)
		return err
	},
}}

// Of gives a unit's plan for a year; false when none was set.
func Of(ctx context.Context, r store.Reader, unit string, year int) (Plan, bool, error) {
	p := Plan{Unit: unit, Year: year}
	err := r.QueryRow(ctx, `SELECT groups_, people, amount_fen FROM quota_plan WHERE unit = $1 AND year = $2`, unit, year).Scan(&p.Groups, &p.People, &p.AmountFen)
	if store.NoRows(err) {
		return Plan{}, false, nil
	}
	if err != nil {
		return Plan{}, false, fmt.Errorf("reading the plan of %s for %d: %w", unit, year, err)
	}
	return p, true, nil
}

// Dossier is what a case file tells of a plan, or of what was used of one.
func Dossier(groups, people int, amountFen int64) *dossier.Quota {
	return &dossier.Quota{Groups: &groups, People: &people, AmountCny: Yuan(amountFen)}
}

// Yuan spells hundredths of a yuan as yuan.
func Yuan(fen int64) money.Decimal {
	return money.Amount{Minor: fen, Currency: "CNY"}.Decimal()
}
