package visa

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"yitang/internal/access"
	"yitang/internal/approval"
	room "yitang/internal/visa"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// boardView is the orders at one stage, or those that were looked for.
type boardView struct {
	Head  ui.Head
	Query string
	Stage string // that a search is narrowed to
	Chips ui.Chips
	Table ui.Table
	Send  bool
	Key   string
	Batch ui.Field
	Told  []string // what stood in the way of sending some
}

func (p *Pages) getBoard(w http.ResponseWriter, r *http.Request) {
	if strings.TrimSpace(r.URL.Query().Get("q")) != "" {
		p.showFound(w, r)
		return
	}
	p.showBoard(w, r, nil, nil)
}

// boardURL is the board's address; what isn't chosen isn't in it.
func boardURL(pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return "/visa?" + q.Encode()
}

// batchURL leads to all orders of a batch.
func batchURL(batch string) string {
	if batch == "" {
		return ""
	}
	return boardURL("q", batch)
}

// sortOf reads what the board is sorted by; anything else is by what is due.
func sortOf(q url.Values) room.Sort {
	if s := room.Sort(q.Get("sort")); slices.Contains(room.Sorts(), s) {
		return s
	}
	return room.ByDue
}

// showBoard lists one stage. After a sending that failed it is the orders ready
// to be sent, with what stood in the way.
func (p *Pages) showBoard(w http.ResponseWriter, r *http.Request, failed error, told []string) {
	ctx, q := r.Context(), r.URL.Query()
	stage, by := room.Stage(q.Get("stage")), sortOf(q)
	if failed != nil || told != nil {
		stage = room.KitIsReady
	}
	if !slices.Contains(room.Stages(), stage) {
		stage = room.IsPlanned
	}
	counts, err := room.Counts(ctx, p.Journal.Store)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	orders, err := room.Sorted(ctx, p.Journal.Store, stage, by, room.After{Due: q.Get("due"), ID: q.Get("after")}, room.PageSize)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	open := 0
	v := boardView{Chips: ui.Chips{Label: ui.T(ctx, "visadesk.stages")}, Key: web.NewKey(), Told: told, Send: stage == room.KitIsReady && web.Who(r).May(access.HandleVisas) && len(orders) > 0}
	for _, s := range room.Stages() {
		v.Chips.Items = append(v.Chips.Items, ui.Chip{Text: stageName(ctx, s), Count: counts[s], Counted: true, URL: boardURL("stage", string(s)), Current: s == stage})
		if s.Open() {
			open += counts[s]
		}
	}
	v.Head = ui.Head{Title: ui.T(ctx, "visadesk.title", "Stage", stageName(ctx, stage), "Count", counts[stage]), Lead: ui.T(ctx, "visadesk.lead", "Count", open)}
	grouped := q.Get("sort") == "" // who asks for an order sees the whole list in it
	v.Table = p.table(ctx, orders, v.Send, grouped)
	sorted(&v.Table, by, "stage", string(stage))
	more(ctx, &v.Table, orders, by, grouped, "stage", string(stage))
	today := p.Journal.Today()
	v.Batch = ui.Field{Name: "batch", Label: ui.T(ctx, "visadesk.batch"), Hint: ui.T(ctx, "visadesk.batch.hint"), Value: "S-" + today.String(), Width: "mid", Error: ui.FieldErrors(ctx, failed)["batch"]}
	status := http.StatusOK
	if failed != nil || len(told) > 0 {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Main: "rev"}, boardPage(v))
}

// showFound lists what was looked for, whatever its stage.
func (p *Pages) showFound(w http.ResponseWriter, r *http.Request) {
	ctx, q := r.Context(), r.URL.Query()
	text, stage, by := strings.TrimSpace(q.Get("q")), room.Stage(q.Get("stage")), sortOf(q)
	if !slices.Contains(room.Stages(), stage) {
		stage = ""
	}
	looked := room.Find(text)
	counts, err := room.FoundAt(ctx, p.Journal.Store, looked)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	orders, err := room.Found(ctx, p.Journal.Store, looked, stage, by, room.After{Due: q.Get("due"), ID: q.Get("after")}, room.PageSize)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	total := 0
	for _, n := range counts {
		total += n
	}
	v := boardView{Query: text, Stage: string(stage), Chips: ui.Chips{Label: ui.T(ctx, "visadesk.stages")}, Table: p.table(ctx, orders, false, false),
		Head: ui.Head{Title: ui.T(ctx, "visadesk.found.title", "Text", text, "Count", total), Lead: ui.T(ctx, "visadesk.found.lead")}}
	v.Chips.Items = append(v.Chips.Items, ui.Chip{Text: ui.T(ctx, "visadesk.found.everywhere"), Count: total, Counted: true, URL: boardURL("q", text), Current: stage == ""})
	for _, s := range room.Stages() {
		v.Chips.Items = append(v.Chips.Items, ui.Chip{Text: stageName(ctx, s), Count: counts[s], Counted: true, URL: boardURL("q", text, "stage", string(s)), Current: s == stage})
	}
	v.Table.Empty = ui.Empty{Text: ui.T(ctx, "visadesk.found.empty", "Text", text), Action: ui.Button{Text: ui.T(ctx, "visadesk.found.all"), URL: "/visa", Kind: ui.Second}}
	if total > 0 {
		v.Table.Empty = ui.Empty{Text: ui.T(ctx, "visadesk.found.elsewhere", "Stage", stageName(ctx, stage), "Count", total), Action: ui.Button{Text: ui.T(ctx, "visadesk.found.everywhere"), URL: boardURL("q", text), Kind: ui.Second}}
	}
	sorted(&v.Table, by, "q", text, "stage", string(stage))
	more(ctx, &v.Table, orders, by, false, "q", text, "stage", string(stage))
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Main: "rev"}, boardPage(v))
}

// sortedBy are the columns of the board whose heads sort it.
var sortedBy = map[string]room.Sort{"depart": room.ByDepart, "due": room.ByDue}

// sorted makes the heads of columns sort the board.
func sorted(t *ui.Table, now room.Sort, pairs ...string) {
	for i := range t.Columns {
		if s, sorts := sortedBy[t.Columns[i].Name]; sorts {
			t.Columns[i].Sort, t.Columns[i].Sorted = boardURL(append(slices.Clone(pairs), "sort", string(s))...), s == now
		}
	}
}

// more leads to the next page of the board.
func more(ctx context.Context, t *ui.Table, orders []room.Row, by room.Sort, grouped bool, pairs ...string) {
	if len(orders) < room.PageSize {
		return
	}
	next := by.AfterOf(orders[len(orders)-1])
	sort := string(by)
	if grouped {
		sort = ""
	}
	t.Groups[len(t.Groups)-1].More = ui.Link{Text: ui.T(ctx, "visadesk.more"), URL: boardURL(append(pairs, "sort", sort, "due", next.Due, "after", next.ID)...)}
}

// table shows orders, grouped by the country that they are for, or in one list
// that names it beside each traveller.
func (p *Pages) table(ctx context.Context, orders []room.Row, choose, grouped bool) ui.Table {
	today := p.Journal.Today()
	t := ui.Table{Caption: ui.T(ctx, "visadesk.caption"), Keys: true, Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "visadesk.empty")}, Columns: []ui.Column{
		{Text: ui.T(ctx, "visadesk.col.person")}, {Text: ui.T(ctx, "visadesk.col.group")}, {Name: "depart", Text: ui.T(ctx, "visadesk.col.depart")}, {Text: ui.T(ctx, "visadesk.col.stay")}, {Text: ui.T(ctx, "visadesk.col.kit")}, {Text: ui.T(ctx, "visadesk.col.batch")},
		{Name: "due", Text: ui.T(ctx, "visadesk.col.due"), Number: true}}}
	titles := map[string]string{}
	at := map[string]int{}
	came := map[string]made{}
	for _, o := range orders {
		if _, known := came[o.Filing]; !known && (o.Stage == room.IsPlanned || o.Stage == room.KitIsReady) {
			m, err := p.made(ctx, o.Filing)
			if err != nil {
				p.Site.Log.Warn("reading what a kit holds", "case", o.Filing, "err", err)
			}
			came[o.Filing] = m
		}
		var theirs, ours []string
		if o.Stage == room.IsPlanned {
			theirs, ours = p.lacks(ctx, came[o.Filing], o)
		}
		var owed []string
		if o.Stage == room.IsPlanned || o.Stage == room.KitIsReady {
			owed = p.originalsOwed(ctx, came[o.Filing], o)
		}
		title, known := titles[o.Filing]
		if !known {
			if row, ok, err := approval.Row(ctx, p.Journal.Store, o.Filing); err == nil && ok {
				title = row.Title
			}
			titles[o.Filing] = title
		}
		country := p.country(ctx, o.Area, o.Apply)
		name := ui.Cell{Text: p.who(ctx, o.Person), URL: "/visa/" + o.ID, Head: true}
		head := country
		if !grouped {
			name.Sub, head = country, ""
		}
		g, ok := at[head]
		if !ok {
			g = len(t.Groups)
			at[head] = g
			t.Groups = append(t.Groups, ui.Group{Title: head})
		}
		row := ui.Row{Cells: []ui.Cell{name, {Text: title, URL: "/c/" + o.Filing}, {Text: ui.Short(ctx, o.Depart)}, {Text: ui.Span(ctx, o.From, o.To)},
			kitCell(ctx, o, theirs, ours, owed), {Text: o.Batch, URL: batchURL(o.Batch)}, {Tag: due(ctx, o, today)}}}
		if choose {
			row.Choose = o.ID
		}
		if o.Stage.Open() && !o.Due.IsZero() && o.Due.Before(today) {
			row.State = ui.Stop
		}
		t.Groups[g].Rows = append(t.Groups[g].Rows, row)
	}
	return t
}
