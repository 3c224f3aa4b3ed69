package sites

import (
	"context"
	"time"

	"yitang/internal/journal"
	"yitang/internal/web/ui"
)

// parkedTable lists what should have followed by rule and couldn't; without
// rows it isn't shown.
// ui:keys sites.reaction.*
func parkedTable(ctx context.Context, now time.Time, parked []journal.Parked) ui.Table {
	t := ui.Table{Caption: ui.T(ctx, "sites.parked.title"), Groups: []ui.Group{{}}, Columns: []ui.Column{{Text: ui.T(ctx, "sites.parked.what")},
		{Text: ui.T(ctx, "sites.parked.tries"), Number: true}, {Text: ui.T(ctx, "sites.parked.since")}}}
	for _, p := range parked {
		why := p.Error
		if why == "" {
			why = ui.T(ctx, "sites.parked.behind")
		}
		t.Groups[0].Rows = append(t.Groups[0].Rows, ui.Row{State: ui.Stop, Cells: []ui.Cell{
			{Text: ui.T(ctx, "sites.reaction."+p.Reaction), Sub: why + " · " + p.Subject.ID, Head: true}, {Text: ui.Count(p.Tries)}, {Text: ui.Ago(ctx, now, p.Since)}}})
	}
	return t
}
