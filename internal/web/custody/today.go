package custody

import (
	"context"
	"net/http"
	"slices"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	room "yitang/internal/custody"
	"yitang/internal/web/ui"
)

// todayView is what the keeper has to do today; the store itself lies behind it.
type todayView struct {
	Head  ui.Head
	Chips ui.Chips
	Told  []ui.Note // losses that were told online
	Works ui.Tasks
	Lend  ui.Table
	Late  ui.Table
}

const (
	soonDays   = 3 // calendar days within which a booklet's last day is near
	shownToday = 8 // rows of each table
)

func (p *Pages) getToday(w http.ResponseWriter, r *http.Request) {
	v, err := p.today(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Main: "rev"}, todayPage(v))
}

func (p *Pages) today(r *http.Request) (todayView, error) {
	ctx, day := r.Context(), p.Journal.Today()
	v := todayView{Head: ui.Head{Title: ui.T(ctx, "keeping.today.title"), Lead: ui.T(ctx, "keeping.today.lead", "Day", day, "Weekday", ui.Weekday(ctx, day)), Actions: p.actions(r)}}
	chips, counts, late, err := p.chips(ctx, "")
	if err != nil {
		return v, err
	}
	v.Chips = chips
	if v.Told, err = p.toldLosses(ctx); err != nil {
		return v, err
	}
	rows, err := p.soon(day, func(after approval.Leaving) ([]outRow, bool, error) { return p.waiting(ctx, "", day, after) })
	if err != nil {
		return v, err
	}
	claimed := 0
	for _, row := range rows {
		if row.Claimed > 0 {
			claimed++
		}
	}
	due, err := room.DueWithin(ctx, p.Journal.Store, day, day.AddDays(soonDays))
	if err != nil {
		return v, err
	}
	// ui:keys keeping.today.*
	add := func(what, url string, n int, state ui.State, until calendar.Date) {
		t := ui.Task{Name: ui.T(ctx, "keeping.today."+what), Note: ui.T(ctx, "keeping.today."+what+".note", "Day", ui.MonthDay(ctx, until)), URL: url, State: ui.Tag{State: state, Word: ui.Count(n)}}
		if n == 0 {
			t.State, t.Status = ui.Tag{}, ui.T(ctx, "keeping.today.none")
		}
		v.Works = append(v.Works, t)
	}
	add("lend", "/booklets/out", len(rows), ui.Info, day.AddDays(p.AheadDays()))
	add("claimed", "/booklets/out", claimed, ui.Warn, day)
	add("coming", "/booklets/coming", counts[room.OnItsWay], ui.Info, day)
	add("due", "/booklets/in", due, ui.Info, day.AddDays(soonDays))
	add("late", "/booklets/overdue", late, ui.Stop, day)
	v.Lend = p.lendTable(ctx, rows)
	overdue, err := room.Overdue(ctx, p.Journal.Store, day, room.After{})
	if err != nil {
		return v, err
	}
	v.Late = p.table(ctx, overdue[:min(len(overdue), shownToday)], room.IsLent, ui.T(ctx, "keeping.overdue.empty"))
	if late > shownToday {
		v.Late.Groups[0].More = ui.Link{Text: ui.T(ctx, "keeping.today.late.all", "Count", late), URL: "/booklets/overdue"}
	}
	return v, nil
}

// soon are the cases that leave so soon that their booklets go out now, and for
// which some can, or could if another trip didn't want them sooner: all of them,
// for they are counted. Pages come in the order of departure.
func (p *Pages) soon(day calendar.Date, page func(approval.Leaving) (rows []outRow, more bool, err error)) ([]outRow, error) {
	now := func(o outRow) bool {
		ahead := o.Depart.Sub(day)
		return ahead >= 0 && ahead <= p.AheadDays()
	}
	var out []outRow
	var after approval.Leaving
	for {
		rows, more, err := page(after)
		if err != nil {
			return nil, err
		}
		for _, o := range rows {
			if now(o) && o.Ready+o.Claimed > 0 {
				out = append(out, o)
			}
		}
		if !more || !now(rows[len(rows)-1]) {
			return out, nil
		}
		last := rows[len(rows)-1]
		after = approval.Leaving{Depart: last.Depart.String(), Filing: last.Filing}
	}
}

func (p *Pages) lendTable(ctx context.Context, rows []outRow) ui.Table {
	t := ui.Table{Caption: ui.T(ctx, "keeping.today.lend"), Keys: true, Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "keeping.today.lend.empty", "Count", p.AheadDays())}, Groups: []ui.Group{{}}, Columns: []ui.Column{
		{Text: ui.T(ctx, "keeping.col.for")}, {Text: ui.T(ctx, "keeping.col.unit")}, {Text: ui.T(ctx, "keeping.col.depart")}, {Text: ui.T(ctx, "keeping.col.ready")}}}
	g := &t.Groups[0]
	for _, row := range rows[:min(len(rows), shownToday)] {
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: row.Title, URL: "/booklets/out/" + row.Filing, Head: true, Sub: row.Number}, {Text: row.UnitName}, {Text: ui.Short(ctx, row.Depart)}, {Tag: row.tag(ctx, p)}}})
	}
	if len(rows) > shownToday {
		g.More = ui.Link{Text: ui.T(ctx, "keeping.today.lend.all"), URL: "/booklets/out"}
	}
	return t
}

// asksForToday tells whether an address names no part of the store.
func asksForToday(r *http.Request) bool {
	q := r.URL.Query()
	return !slices.ContainsFunc([]string{"q", "place", "sort", "from", "after"}, q.Has)
}
