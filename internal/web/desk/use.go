package desk

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"yitang/internal/calendar"
	room "yitang/internal/hall"
	"yitang/internal/sheet"
	"yitang/internal/web/ui"
)

// useView is how much of the hall is used (利用率), for who plans it.
type useView struct {
	Head  ui.Head
	Halls ui.Chips  // where there are several
	Links []ui.Link // other months, and the table as a file
	Table ui.Table

	MissedTitle string
	Missed      ui.Table // units that didn't come to what they booked in the month's quarter
}

// useSorts are the columns by which the table can be sorted; the first is how it comes.
var useSorts = []string{"week", "window", "offered", "taken", "booked", "came", "missed", "walked", "wait"}

// monthOf is the asked-for month, by its first day.
func monthOf(r *http.Request, today calendar.Date) calendar.Date {
	if d, err := calendar.Parse(r.FormValue("month") + "-01"); err == nil {
		return d
	}
	return calendar.On(today.Year(), today.Month(), 1)
}

func monthKey(d calendar.Date) string { return strings.TrimSuffix(d.String(), "-01") }

// usage reads a month, in the asked-for order.
func (p *Pages) usage(ctx context.Context, hall string, month calendar.Date, sorted string) (room.Plan, []room.Usage, error) {
	h, err := p.served(ctx, hall)
	if err != nil {
		return h, nil, err
	}
	us, err := room.UsageOf(ctx, p.Journal.Store, h.ID, month, month.AddMonths(1).Prev(), p.Journal.Today(), p.Journal.Book())
	by := map[string]func(room.Usage) int{
		"offered": func(u room.Usage) int { return -u.Offered }, "taken": func(u room.Usage) int { return -u.Taken }, "booked": func(u room.Usage) int { return -u.Booked }, "came": func(u room.Usage) int { return -u.Came },
		"missed": func(u room.Usage) int { return -u.Missed }, "walked": func(u room.Usage) int { return -u.Walked }, "wait": func(u room.Usage) int { return -int(u.Wait()) }}
	switch of := by[sorted]; {
	case sorted == "window":
		slices.SortStableFunc(us, func(a, b room.Usage) int { return cmp.Compare(a.Window, b.Window) })
	case of != nil:
		slices.SortStableFunc(us, func(a, b room.Usage) int { return cmp.Compare(of(a), of(b)) })
	}
	return h, us, err
}

// useRow is one line of the table in words, as page and file show it.
func useRow(ctx context.Context, h room.Plan, u room.Usage) []string {
	window := ui.T(ctx, "desk.use.no_window")
	if u.Window != "" {
		w, _ := h.Window(u.Window)
		w.ID = u.Window
		window = windowName(ctx, w)
	}
	return append([]string{ui.T(ctx, "desk.use.week", "From", ui.Short(ctx, u.Week), "To", ui.Short(ctx, u.Week.AddDays(6))), window}, useFigures(ctx, u)...)
}

func useFigures(ctx context.Context, u room.Usage) []string {
	wait := "—"
	if u.Called > 0 {
		wait = ui.Lasting(ctx, max(u.Wait(), time.Minute))
	}
	return []string{strconv.Itoa(u.Offered), strconv.Itoa(u.Taken), strconv.Itoa(u.Booked), strconv.Itoa(u.Came), strconv.Itoa(u.Missed), strconv.Itoa(u.Walked), wait}
}

func (p *Pages) getUse(w http.ResponseWriter, r *http.Request) {
	ctx, month, sorted := r.Context(), monthOf(r, p.Journal.Today()), r.FormValue("sort")
	if !slices.Contains(useSorts, sorted) {
		sorted = useSorts[0]
	}
	h, us, err := p.usage(ctx, r.FormValue("hall"), month, sorted)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	at := func(m calendar.Date, page string, more ...string) string {
		q := url.Values{"month": {monthKey(m)}}
		if h.ID != room.Main {
			q.Set("hall", h.ID)
		}
		for i := 0; i+1 < len(more); i += 2 {
			q.Set(more[i], more[i+1])
		}
		return "/hall/use" + page + "?" + q.Encode()
	}
	v := useView{Table: ui.Table{Caption: ui.T(ctx, "desk.use.caption"), Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "desk.use.empty")}}}
	// ui:keys desk.use.col.*
	for i, name := range useSorts {
		v.Table.Columns = append(v.Table.Columns, ui.Column{Text: ui.T(ctx, "desk.use.col."+name), Number: i > 1, Whole: i == 0, Sort: at(month, "", "sort", name), Sorted: name == sorted})
	}
	if v.Halls, err = p.halls(ctx, h.ID, "/hall/use"); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	var all room.Usage
	line := func(words []string) ui.Row {
		row := ui.Row{}
		for i, c := range words {
			row.Cells = append(row.Cells, ui.Cell{Text: c, Head: i == 0})
		}
		return row
	}
	if len(us) > 0 {
		g := ui.Group{}
		for _, u := range us {
			all = all.Plus(u)
			g.Rows = append(g.Rows, line(useRow(ctx, h, u)))
		}
		g.Rows = append(g.Rows, line(append([]string{ui.T(ctx, "desk.use.all"), ""}, useFigures(ctx, all)...)))
		v.Table.Groups = []ui.Group{g}
	}
	called := ui.T(ctx, "desk.use.month", "Year", strconv.Itoa(month.Year()), "Month", int(month.Month()))
	v.Head = ui.Head{Title: ui.T(ctx, "desk.use.title", "Month", called, "Booked", all.Booked, "Offered", all.Offered), Lead: ui.T(ctx, "desk.use.lead")}
	v.Links = []ui.Link{{Text: ui.T(ctx, "desk.use.before"), URL: at(month.AddMonths(-1), "")}, {Text: ui.T(ctx, "desk.use.after"), URL: at(month.AddMonths(1), "")},
		{Text: "XLSX", URL: at(month, "/export")}, {Text: "CSV", URL: at(month, "/export", "as", "csv")}}
	if err := p.missedBy(ctx, month, &v); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Crumbs: []ui.Link{{Text: ui.T(ctx, "desk.use.hall"), URL: "/hall"}, {Text: ui.T(ctx, "desk.use")}}}, usePage(v))
}

// missedBy lists the units that didn't come to what they had booked, the most often first.
func (p *Pages) missedBy(ctx context.Context, month calendar.Date, v *useView) error {
	often, err := room.MissedBy(ctx, p.Journal.Store, month)
	if err != nil {
		return err
	}
	n, err := p.namer(ctx)
	if err != nil {
		return err
	}
	from, to := room.QuarterOf(month)
	v.MissedTitle = ui.T(ctx, "desk.use.missed", "From", ui.MonthDay(ctx, from), "To", ui.MonthDay(ctx, to), "Count", len(often))
	v.Missed = ui.Table{Caption: ui.T(ctx, "desk.use.missed.caption"), Cards: true, Groups: []ui.Group{{}}, Empty: ui.Empty{Text: ui.T(ctx, "desk.use.missed.empty")},
		Columns: []ui.Column{{Text: ui.T(ctx, "desk.col.unit")}, {Text: ui.T(ctx, "desk.use.missed.col"), Number: true}, {Text: ui.T(ctx, "desk.col.state")}}}
	units := slices.SortedFunc(maps.Keys(often), func(a, b string) int {
		return cmp.Or(cmp.Compare(often[b], often[a]), cmp.Compare(n.units[a], n.units[b]))
	})
	for _, u := range units {
		row := ui.Row{Cells: []ui.Cell{{Text: n.units[u], Head: true}, {Text: ui.Count(often[u])}, {}}}
		if often[u] >= room.MissesToRemind {
			row.Cells[2].Tag = ui.Tag{State: ui.Warn, Word: ui.T(ctx, "desk.use.missed.often")}
		}
		v.Missed.Groups[0].Rows = append(v.Missed.Groups[0].Rows, row)
	}
	return nil
}

func useURL(hall string) string {
	if hall == room.Main {
		return "/hall/use"
	}
	return "/hall/use?" + url.Values{"hall": {hall}}.Encode()
}

// getUseExport is the month as a file.
func (p *Pages) getUseExport(w http.ResponseWriter, r *http.Request) {
	ctx, month := r.Context(), monthOf(r, p.Journal.Today())
	h, us, err := p.usage(ctx, r.FormValue("hall"), month, "")
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	var head []string
	var titles []sheet.Title
	for _, name := range useSorts {
		head = append(head, ui.T(ctx, "desk.use.col."+name))
		titles = append(titles, sheet.Title{Text: head[len(head)-1], Width: 16})
	}
	name := ui.T(ctx, "desk.use") + " " + monthKey(month)
	kind, ending := "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"
	var data []byte
	if r.FormValue("as") == "csv" {
		kind, ending = "text/csv; charset=utf-8", ".csv"
		var b bytes.Buffer
		b.WriteString("\ufeff") // so that spreadsheets read it as UTF-8
		c := csv.NewWriter(&b)
		err = c.Write(head)
		for _, u := range us {
			row := useRow(ctx, h, u)
			row[1] = plain(row[1])
			err = cmp.Or(err, c.Write(row))
		}
		c.Flush()
		err = cmp.Or(err, c.Error())
		data = b.Bytes()
	} else {
		data, err = sheet.Export(ui.T(ctx, "desk.use"), titles, func(yield func([]string) bool) {
			for _, u := range us {
				if !yield(useRow(ctx, h, u)) {
					return
				}
			}
		})
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name + ending}))
	if _, err := w.Write(data); err != nil {
		p.Site.Log.Warn("sending the use of the hall", "err", err)
	}
}

// plain keeps a spreadsheet from computing what begins as a formula does.
func plain(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}
