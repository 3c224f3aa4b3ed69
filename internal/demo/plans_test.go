package demo

import (
	"slices"
	"testing"

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
		for _, l := range q.Lines {
			lines[u+" "+l.ID] = true
		}
	}
	if i := slices.IndexFunc(c.Plans, func(p Plan) bool {
		return p.Case.Trip.InAnnualPlan && !lines[c.Units[p.Unit].ID+" "+p.Case.Trip.PlanLine]
	}); i >= 0 {
		t.Errorf("case %d names %q, which its unit's plan hasn't", i, c.Plans[i].Case.Trip.PlanLine)
	}
}
