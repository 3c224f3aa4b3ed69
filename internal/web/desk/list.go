package desk

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"yitang/internal/calendar"
	room "yitang/internal/hall"
	"yitang/internal/web/ui"
)

// listView is a day on paper: a sheet for each window.
type listView struct {
	Head          ui.Head
	Before, After string   // the days beside it
	Halls         ui.Chips // where there are several
	Windows       ui.Chips
	Sheets        []sheetView
}

// sheetView is what one window has to do on a day, with room to sign.
type sheetView struct {
	Head  ui.SheetHead
	Table ui.Table
}

// getList is a day's lists on paper: one for each window, or the asked-for one's alone.
func (p *Pages) getList(w http.ResponseWriter, r *http.Request) {
	ctx, window := r.Context(), r.URL.Query().Get("window")
	day := p.Journal.Today()
	if d, err := calendar.Parse(r.URL.Query().Get("day")); err == nil {
		day = d
	}
	h, err := p.at(w, r)
	var v listView
	if err == nil {
		v, err = p.list(ctx, h, day, window)
	}
	if err == nil {
		v.Halls, err = p.halls(ctx, h.ID, listURL(day, ""))
		v.Head.Lead = ui.Sentences(ctx, called(ctx, h, len(v.Halls.Items)), v.Head.Lead)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Crumbs: []ui.Link{{Text: ui.T(ctx, "desk.today"), URL: "/desk"}, {Text: v.Head.Title}}}, listPage(v))
}

func listURL(day calendar.Date, window string) string {
	q := url.Values{"day": {day.String()}}
	if window != "" {
		q.Set("window", window)
	}
	return "/desk/list?" + q.Encode()
}

// list makes the sheets of a day in the order of the plan. Who came without a booking
// stands on the sheet of the window that called them.
func (p *Pages) list(ctx context.Context, h room.Plan, day calendar.Date, window string) (listView, error) {
	v := listView{Before: listURL(day.Prev(), window), After: listURL(day.Next(), window), Windows: ui.Chips{Label: ui.T(ctx, "desk.list.windows")}}
	n, err := p.namer(ctx)
	if err != nil {
		return v, err
	}
	list, err := p.day(ctx, h, day)
	if err != nil {
		return v, err
	}
	date := ui.T(ctx, "desk.plan.day", "Day", ui.MonthDay(ctx, day), "Weekday", ui.Weekday(ctx, day))
	v.Windows.Items = append(v.Windows.Items, ui.Chip{Text: ui.T(ctx, "desk.list.all"), URL: listURL(day, ""), Current: window == ""})
	count := 0
	add := func(name string, id string, always bool, has func(coming) bool) {
		t := ui.Table{Caption: ui.Clauses(ctx, ui.T(ctx, "desk.list.caption"), name), Groups: []ui.Group{{}}, Empty: ui.Empty{Text: ui.T(ctx, "desk.list.empty")},
			Columns: []ui.Column{{Text: ui.T(ctx, "desk.col.time")}, {Text: ui.T(ctx, "desk.col.number")}, {Text: ui.T(ctx, "desk.col.person")}, {Text: ui.T(ctx, "desk.col.unit")}, {Text: ui.T(ctx, "desk.col.acts"), Number: true}, {Text: ui.T(ctx, "desk.col.state")}, {Text: ui.T(ctx, "desk.col.signature")}}}
		for _, c := range list {
			if has(c) {
				t.Groups[0].Rows = append(t.Groups[0].Rows, ui.Row{Cells: []ui.Cell{{Text: c.At.String()}, {Text: c.Number}, {Text: n.all(c.People), Head: true}, {Text: n.units[c.Unit]}, {Text: ui.Count(c.Acts)}, {Tag: p.tag(ctx, c)}, {}}})
			}
		}
		if k := len(t.Groups[0].Rows); k > 0 || always {
			count += k
			v.Sheets = append(v.Sheets, sheetView{ui.SheetHead{Title: ui.T(ctx, "desk.list.window", "Window", name, "Count", k), ID: "window-" + id, Note: date}, t})
		}
	}
	tickets, err := room.TicketsOn(ctx, p.Journal.Store, h.ID, day)
	if err != nil {
		return v, err
	}
	at := func(c coming) string { // of whom no window is known: ""
		if c.Window != "" {
			return c.Window
		}
		if k := slices.IndexFunc(tickets, func(t room.Ticket) bool { return t.Visit == c.ID }); k >= 0 {
			return tickets[k].Window
		}
		return ""
	}
	windows := slices.Clone(h.Windows)
	for _, c := range list { // a window may have been taken out of the plan
		if id := at(c); id != "" && !slices.ContainsFunc(windows, func(w room.Window) bool { return w.ID == id }) {
			windows = append(windows, room.Window{ID: id})
		}
	}
	for _, x := range windows {
		name := windowName(ctx, x)
		v.Windows.Items = append(v.Windows.Items, ui.Chip{Text: name, URL: listURL(day, x.ID), Current: x.ID == window})
		if window == "" || window == x.ID {
			add(name, h.ID+"-"+x.ID, window != "", func(c coming) bool { return at(c) == x.ID })
		}
	}
	if window == "" {
		add(ui.T(ctx, "desk.list.no_window"), h.ID, false, func(c coming) bool { return at(c) == "" })
	}
	if len(v.Sheets) == 0 {
		add(ui.T(ctx, "desk.list.no_window"), "none", true, func(coming) bool { return false })
		v.Sheets[0].Head.Title = ui.T(ctx, "desk.list.caption")
	}
	v.Head = ui.Head{Title: ui.T(ctx, "desk.list.title", "Day", ui.MonthDay(ctx, day), "Weekday", ui.Weekday(ctx, day), "Count", count), Lead: ui.T(ctx, "desk.list.lead")}
	return v, nil
}
