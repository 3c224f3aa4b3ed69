// Package quota is what a unit may use in a year (年度计划): groups, people and
// money. Home: office; the internet zone hears of it.
//
// It only keeps the plan. What has been used of it is counted from
// applications, which come later.
package quota

import (
	"fmt"
	"strconv"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/money"
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

// Dossier is what a case file tells of a plan, or of what was used of one.
func Dossier(groups, people int, amountFen int64) *dossier.Quota {
	return &dossier.Quota{Groups: &groups, People: &people, AmountCny: Yuan(amountFen)}
}

// Yuan spells hundredths of a yuan as yuan.
func Yuan(fen int64) money.Decimal {
	return money.Amount{Minor: fen, Currency: "CNY"}.Decimal()
}
