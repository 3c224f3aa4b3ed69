package approval

import (
	"context"

	room "yitang/internal/approval"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/web/ui"
)

// owing lists the papers that an urgent case was handed in without, those that
// have come and those that are still owed.
func (p *Pages) owing(ctx context.Context, id string) ([]ui.Row, error) {
	f, _, err := journal.Load(ctx, p.Journal, filing.Room, id)
	if err != nil {
		return nil, err
	}
	var out []ui.Row
	for _, o := range f.Later {
		row := ui.Row{Cells: []ui.Cell{{Text: paperName(ctx, string(o.Kind)), Head: true}, {}}}
		if o.Material != "" {
			now, err := material.Newest(ctx, p.Journal.Store, []string{o.Material}) // the unit may have replaced it since
			if err != nil {
				return nil, err
			}
			if len(now) > 0 {
				row.Cells[0].URL = paperURL(id, "", now[0])
			}
			row.Cells[1].Text = ui.T(ctx, "later.came", "Day", ui.MonthDay(ctx, o.On))
		} else {
			row.Cells[1].Text, row.Cells[1].Tag = ui.T(ctx, "later.due", "Day", ui.MonthDay(ctx, o.Due)), left(ctx, o.Due, p.Journal.Today())
		}
		out = append(out, row)
	}
	return out, nil
}

// laterShown is how many papers that are owed are looked through.
const laterShown = 200

// chased is the link of papers that urgent cases still owe, of those whose trip
// may be made.
func (p *Pages) chased(ctx context.Context) (link, error) {
	all, err := filing.LaterOpen(ctx, p.Journal.Store, laterShown)
	if err != nil {
		return link{}, err
	}
	today := p.Journal.Today()
	c := count{label: ui.T(ctx, "later.owed")}
	var rows []ui.Row
	for _, o := range all {
		r, known, err := room.Row(ctx, p.Journal.Store, o.Filing)
		if err != nil {
			return link{}, err
		}
		if !known || r.Stage == room.IsRefused || r.Stage == room.IsRevoked || r.Stage == room.IsWithdrawn || r.Stage == room.IsClosed {
			continue
		}
		if c.n++; !o.Due.Before(today) {
			continue
		}
		if c.late++; c.late == 1 {
			c.first = o.Due
		}
		if len(rows) < lateShown {
			rows = append(rows, ui.Row{State: ui.Stop, Cells: []ui.Cell{{Text: r.UnitName, Head: true}, {Text: r.Title, URL: "/c/" + o.Filing}, {Text: paperName(ctx, string(o.Kind))}, {Text: ui.Short(ctx, o.Due)}, {Tag: left(ctx, o.Due, today)}}})
		}
	}
	out := p.link(ctx, ui.T(ctx, "later.hang"), ui.T(ctx, "later.hang.late"), []ui.Column{{Text: ui.T(ctx, "review.col.unit")}, {Text: ui.T(ctx, "review.col.group")}, {Text: ui.T(ctx, "later.col.paper")}, {Text: ui.T(ctx, "review.hang.due")}, {Text: ui.T(ctx, "review.col.left"), Number: true}}, []count{c})
	out.Late.Groups[0].Rows = rows
	return out, nil
}
