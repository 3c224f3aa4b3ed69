package training

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/sheet"
	room "yitang/internal/training"
	"yitang/internal/unit"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// Office is the list of who has practised, as the office reads it.
type Office struct {
	Site    *web.Site
	Journal *journal.Journal
}

// Routes are the addresses of these pages.
func (p *Office) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /training", Right: access.SeeTraining, Handle: p.getList},
		{Pattern: "GET /training/export", Right: access.SeeTraining, Handle: p.getExport},
	}
}

// line is one officer, or a unit of which nobody has passed.
type line struct {
	room.Row
	Unit string // its name
}

func (l line) state() string {
	switch {
	case !l.Passed.IsZero():
		return "passed"
	case l.Account != "":
		return "began"
	}
	return "nobody"
}

// shows are the office's filters in the order of their chips; nobody are the units
// without an officer who has passed. ui:keys training.show.*
var shows = []string{"", "passed", "began", "nobody"}

const pageSize = 50

// lines lists who has practised, and a line for each unit without anybody who has
// passed or begun: passed ones last in time first, then who has begun, then units.
func (p *Office) lines(ctx context.Context) ([]line, error) {
	names, err := unit.Names(ctx, p.Journal.Store)
	if err != nil {
		return nil, err
	}
	rows, err := room.All(ctx, p.Journal.Store)
	if err != nil {
		return nil, err
	}
	var all []line
	has := map[string]bool{}
	for _, r := range rows {
		has[r.Unit] = true
		all = append(all, line{r, names[r.Unit]})
	}
	for id, name := range names {
		if !has[id] {
			all = append(all, line{room.Row{Unit: id}, name})
		}
	}
	slices.SortFunc(all, func(a, b line) int {
		return cmp.Or(b.Passed.Compare(a.Passed), b.Began.Compare(a.Began), strings.Compare(a.Unit+a.Account, b.Unit+b.Account))
	})
	return all, nil
}

// found tells whether a line is sought: by unit or by name.
func (l line) found(query string) bool {
	q := dossier.Letters(query)
	return query == "" || strings.Contains(dossier.Letters(l.Unit), q) || strings.Contains(dossier.Letters(l.Name), q)
}

// without tells of which units nobody has passed.
func without(all []line) map[string]bool {
	out, passed := map[string]bool{}, map[string]bool{}
	for _, l := range all {
		if l.state() == "passed" {
			passed[l.Row.Unit] = true
		}
	}
	for _, l := range all {
		if !passed[l.Row.Unit] {
			out[l.Row.Unit] = true
		}
	}
	return out
}

type listView struct {
	Head  ui.Head
	Query string
	Show  string
	Chips ui.Chips
	Table ui.Table
	Pages []ui.Button
}

func (p *Office) getList(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	v := listView{Query: strings.TrimSpace(r.FormValue("q")), Show: r.FormValue("show")}
	all, err := p.lines(ctx)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	lack := without(all)
	kept := map[string][]line{}
	units := map[string]bool{}
	for _, l := range all {
		if !l.found(v.Query) {
			continue
		}
		if st := l.state(); st == "passed" || st == "began" {
			kept[""], kept[st] = append(kept[""], l), append(kept[st], l)
		}
		if lack[l.Row.Unit] && !units[l.Row.Unit] {
			units[l.Row.Unit] = true
			kept["nobody"] = append(kept["nobody"], l)
		}
	}
	slices.SortFunc(kept["nobody"], func(a, b line) int { return strings.Compare(a.Unit, b.Unit) })
	link := func(show string, from int) string {
		q := url.Values{}
		for name, value := range map[string]string{"q": v.Query, "show": show} {
			if value != "" {
				q.Set(name, value)
			}
		}
		if from > 0 {
			q.Set("from", strconv.Itoa(from))
		}
		return strings.TrimSuffix("/training?"+q.Encode(), "?")
	}
	v.Chips.Label = ui.T(ctx, "training.filter")
	for _, show := range shows {
		v.Chips.Items = append(v.Chips.Items, ui.Chip{Text: ui.T(ctx, "training.show."+cmp.Or(show, "all")), Count: len(kept[show]), Counted: true, URL: link(show, 0), Current: v.Show == show})
	}
	v.Head = ui.Head{Title: ui.T(ctx, "training.list"), Lead: ui.T(ctx, "training.list.lead"), Actions: []ui.Button{{Text: ui.T(ctx, "training.export"), URL: "/training/export", Kind: ui.Second}}}
	list := kept[v.Show]
	from, err := strconv.Atoi(r.FormValue("from"))
	if err != nil || from < 0 || from >= len(list) {
		from = 0
	}
	to := min(from+pageSize, len(list))
	if from > 0 {
		v.Pages = append(v.Pages, ui.Button{Text: ui.T(ctx, "training.page.before"), URL: link(v.Show, max(0, from-pageSize)), Kind: ui.Second})
	}
	if to < len(list) {
		v.Pages = append(v.Pages, ui.Button{Text: ui.T(ctx, "training.page.after"), URL: link(v.Show, to), Kind: ui.Second})
	}
	v.Table = table(ctx, list[from:to])
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title}, listPage(v))
}

// ui:keys training.col.*
// ui:keys training.state.*
func table(ctx context.Context, list []line) ui.Table {
	t := ui.Table{Caption: ui.T(ctx, "training.list"), Keys: true, Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "training.list.empty")}}
	for _, c := range []string{"unit", "name", "state", "began", "passed", "visits", "returns"} {
		t.Columns = append(t.Columns, ui.Column{Text: ui.T(ctx, "training.col."+c), Number: c == "visits" || c == "returns", Whole: c == "began" || c == "passed"})
	}
	var rows []ui.Row
	for _, l := range list {
		x := cells(ctx, l)
		tag := ui.Tag{State: ui.Info, Word: x[2]}
		switch l.state() {
		case "passed":
			tag.State = ui.OK
		case "began":
			tag.State = ui.Wait
		}
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: x[0], Head: true}, {Text: x[1]}, {Tag: tag}, {Text: x[3]}, {Text: x[4]}, {Text: x[5]}, {Text: x[6]}}})
	}
	t.Groups = []ui.Group{{Rows: rows}}
	return t
}

// cells are a line in words, as the page and the workbook have them.
func cells(ctx context.Context, l line) []string {
	out := []string{l.Unit, l.Name, ui.T(ctx, "training.state."+l.state()), "", "", "", ""}
	if l.Account != "" {
		out[3] = ui.Date(ctx, calendar.DateOf(l.Began))
	}
	if !l.Passed.IsZero() {
		out[4], out[5], out[6] = ui.Date(ctx, calendar.DateOf(l.Passed)), strconv.Itoa(l.Visits), strconv.Itoa(l.Returns)
	}
	return out
}

// getExport gives the whole list as a workbook, units without anybody too.
func (p *Office) getExport(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	all, err := p.lines(ctx)
	var data []byte
	if err == nil {
		var titles []sheet.Title
		for _, c := range []string{"unit", "name", "state", "began", "passed", "visits", "returns"} {
			titles = append(titles, sheet.Title{Text: ui.T(ctx, "training.col."+c), Width: 18})
		}
		data, err = sheet.Export(ui.T(ctx, "training.list"), titles, func(yield func([]string) bool) {
			for _, l := range all {
				if !yield(cells(ctx, l)) {
					return
				}
			}
		})
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	send(p.Site, w, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ui.T(ctx, "training.list")+".xlsx", data)
}
