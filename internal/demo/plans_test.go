package demo

import (
	"slices"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/quota"
)

// Every plan of the city can be put in force as it is told, and each planned
// case names one of its lines.
func TestEveryPlanHoldsAndHasTheLinesThatCasesName(t *testing.T) {
	c := sample()
	lines := map[string]bool{}
	for _, q := range c.Quotas {
		u := c.Units[q.Unit].ID
		cmd := quota.SetPlan{Unit: u, Year: q.Year, Groups: q.Groups, People: q.People, AmountFen: q.AmountFen, Lines: q.Lines}
		if _, err := cmd.Decide(quota.Plan{}, journal.Moment{Subject: quota.ID(u, q.Year)}); err != nil {
			t.Errorf("%s %d: %v", u, q.Year, err)
		}
		people, fen := 0, int64(0)
		for _, l := range q.Lines {
			people, fen = people+l.People, fen+l.AmountFen
			lines[u+" "+l.ID] = true
		}
		if len(q.Lines) != q.Groups || people > q.People || fen > q.AmountFen {
			t.Errorf("%s %d: %d groups of %d people for %d, and lists %d of %d for %d", u, q.Year, q.Groups, q.People, q.AmountFen, len(q.Lines), people, fen)
		}
	}
	if i := slices.IndexFunc(c.Plans, func(p Plan) bool {
		return p.Case.Trip.InAnnualPlan && !lines[c.Units[p.Unit].ID+" "+p.Case.Trip.PlanLine]
	}); i >= 0 {
		t.Errorf("case %d names %q, which its unit's plan hasn't", i, c.Plans[i].Case.Trip.PlanLine)
	}
}

// A plan is put in force when plans are, and never after an application that belongs to it was begun.
func TestEveryPlanIsPutInForceWhenPlansAre(t *testing.T) {
	c := sample()
	on := c.plannedOn()
	for i, q := range c.Quotas {
		if on[i].Year() < q.Year-1 && q.Year > c.Began.Year()+1 {
			t.Errorf("the plan of %d is put in force on %s", q.Year, on[i])
		}
		for _, p := range c.Plans {
			if p.Unit == q.Unit && p.Case.Trip.Depart.Year() == q.Year && len(p.Story) > 0 && calendar.DateOf(p.Story[0].At).Before(on[i]) {
				t.Errorf("%s is begun before its plan of %d, on %s", p.Case.Trip.Title, q.Year, on[i])
			}
		}
	}
}

// Of the units that are named to sign in as, one may hand in.
func TestOneOfTheNamedUnitsMayHandIn(t *testing.T) {
	c := sample()
	_, _, free := c.busiest()
	if free < 0 || !slices.ContainsFunc(c.Guests(), func(g Guest) bool { return strings.HasPrefix(g.What, c.Units[free].Name+" 专管员") }) {
		t.Fatalf("unit %d isn't named", free)
	}
	named := map[string]bool{}
	for _, g := range c.Guests() {
		if named[g.Login] {
			t.Errorf("%s is named twice", g.Login)
		}
		named[g.Login] = true
	}
	for _, p := range c.Plans {
		if p.Unit == free && (p.Fate.Overdue || p.Fate.Upto == Rates) {
			t.Errorf("it owes something of %s", p.Case.Trip.Title)
		}
	}
}
