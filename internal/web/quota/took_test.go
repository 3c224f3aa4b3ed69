package quota

import (
	"context"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/filing"
	room "yitang/internal/quota"
	"yitang/internal/web/ui"
)

// Trips that no line foresaw say which of them took groups of the plan, and that
// the lines go short where they took more than was left for them.
func TestUnplannedTripsSayWhatTheyTake(t *testing.T) {
	day, _ := calendar.Parse("2026-05-04")
	trip := func(id, line string, joins bool) filing.Use {
		return filing.Use{Filing: id, Title: "团组" + id, Line: line, Depart: day, Members: 2, AmountFen: 1_000_000, Joins: joins}
	}
	s := standing{Row: room.Row{InForce: true}, Plan: room.Plan{Groups: 3, People: 9, AmountFen: 9_000_000, Lines: []room.Line{{ID: "2026-01", Title: "一", People: 3}, {ID: "2026-02", Title: "二", People: 3}}},
		Uses: []filing.Use{trip("a", "2026-01", false), trip("b", "", false), trip("c", "", true)}}
	x := show{ui.With(context.Background(), ui.Prefs{}), func(string, string) string { return "" }, caseAt("/cases/")}
	rows := x.off(s).Groups[0].Rows
	if len(rows) != 2 || rows[0].Cells[2].Text != "1 个团组" || rows[1].Cells[2].Text != "随团，不占团组数" {
		t.Errorf("the trips without a line: %+v", rows)
	}
	if says := x.took(s); !strings.Contains(says, "共占用 1 个团组、4 人次、20,000元") || strings.Contains(says, "多用的") {
		t.Errorf("one group was left for them: %s", says)
	}
	s.Uses = append(s.Uses, trip("d", "", false))
	if says := x.took(s); !strings.Contains(says, "共占用 2 个团组") || !strings.Contains(says, "留给计划外团组的是 1 个，多用的 1 个占了计划项的团组数") {
		t.Errorf("two took what was left for one: %s", says)
	}
	s.Uses = s.Uses[:1]
	if says := x.took(s); says != "" {
		t.Errorf("nothing is outside the plan: %s", says)
	}
}
