package filing_test

import (
	"context"
	"strings"
	"testing"

	"yitang/internal/quota"
)

// The lines of the plan are for a country and a month; one that is for others says
// beside its field what differs, and one that leaves them open says nothing.
func TestAPlanLineForAnotherCountryOrMonthIsTold(t *testing.T) {
	w := newTown(t)
	lines := []quota.Line{
		{ID: "2026-01", Title: "赴法团组", Countries: []string{"FRA"}, Month: 9, Days: 5, People: 4},
		{ID: "2026-02", Title: "赴德团组", Countries: []string{"DEU"}, Month: 5, Days: 5, People: 4},
		{ID: "2026-03", Title: "未定", Countries: []string{"DEU"}, Days: 5, People: 4},
	}
	give(t, context.Background(), w.office.Journal, quota.Room, "u1.2026", quota.SetPlan{Unit: "u1", Year: 2026, Groups: 20, People: 80, AmountFen: 500000000, Lines: lines})
	heard(t, w.office.Node, w.n.Node)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	for line, want := range map[string]string{"2026-01": "计划项 2026-01 写的是 9 月去法国，本团 5 月出境，还去德国", "2026-02": "", "2026-03": ""} {
		he.done(at+"/mission", with(he.form(he.ok(at+"/mission"), at+"/mission"), "case.planLine", line))
		says := text(he.ok(at + "/mission").body)
		if told := strings.Contains(says, "计划项 "+line+" 写的是"); told != (want != "") || !strings.Contains(says, want) {
			t.Errorf("line %s is told: %v, want %q", line, told, want)
		}
	}
}
