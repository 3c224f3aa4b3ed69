package config

import (
	"context"
	"testing"

	"yitang/internal/web/ui"
)

// Who may not look into cases gets no list of lines that all say 未编号.
func TestCasesWithoutANumberStandTogetherForWhoMayNotKnowThem(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	row := func(number, title, comes string, mayLook bool) ui.Row {
		return ui.Row{Cells: []ui.Cell{caseCell(ctx, number, title, "f-"+title, mayLook), {Text: comes}}}
	}
	for _, mayLook := range []bool{false, true} {
		rows := nameless(ctx, []ui.Row{row("", "甲", "ITN-001", mayLook), row("YJ-1", "乙", "ITN-001", mayLook), row("", "丙", "ITN-001", mayLook), row("", "丁", "ITN-004", mayLook), row("YJ-1", "乙", "ITN-001", mayLook)})
		var says []string
		for _, r := range rows {
			says = append(says, r.Cells[0].Text+" "+r.Cells[1].Text)
		}
		switch {
		case mayLook && len(rows) != 5:
			t.Errorf("cases that have their titles are put together: %v", says)
		case !mayLook && (len(rows) != 4 || says[0] != "未编号，2 件 ITN-001" || says[2] != "未编号 ITN-004" || says[3] != says[1]):
			t.Errorf("put together: %q", says)
		}
	}
}
