// Package custody is the pages of the booklet store: where each one is, what
// is overdue, lending and handing in, by courier, locker or window.
package custody

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	room "yitang/internal/custody"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/unit"
	"yitang/internal/visa"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// Pages is what these pages need of the office node.
type Pages struct {
	Site       *web.Site
	Journal    *journal.Journal
	ReturnDays func() int // parameter passport.returnDays, calendar days
	Country    func(code, lang string) string
}

// areas names visa areas in the reader's language.
func (p *Pages) areas(ctx context.Context, codes []string) []string {
	lang := "zh"
	if !ui.LangOf(ctx).Chinese() {
		lang = "en"
	}
	var out []string
	for _, c := range codes {
		if c == "SCHENGEN" {
			out = append(out, ui.T(ctx, "keeping.schengen"))
			continue
		}
		out = append(out, p.Country(c, lang))
	}
	return out
}

// Routes are the addresses of these pages.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /booklets", Right: access.SeeBooklets, Handle: p.getList},
		{Pattern: "GET /booklets/overdue", Right: access.SeeBooklets, Handle: p.getOverdue},
		{Pattern: "GET /booklets/out", Right: access.SeeBooklets, Handle: p.getOut},
		{Pattern: "GET /booklets/out/{case}", Right: access.SeeBooklets, Handle: p.getLend},
		{Pattern: "POST /booklets/out/{case}", Right: access.KeepBooklet, Handle: p.postLend},
		{Pattern: "GET /booklets/in", Right: access.SeeBooklets, Handle: p.getIn},
		{Pattern: "POST /booklets/in", Right: access.KeepBooklet, Handle: p.postIn},
		{Pattern: "GET /booklets/new", Right: access.KeepBooklet, Handle: p.getNew},
		{Pattern: "POST /booklets/new", Right: access.KeepBooklet, Handle: p.postNew},
		{Pattern: "GET /booklets/b/{booklet}", Right: access.SeeBooklets, Handle: p.getOne},
		{Pattern: "POST /booklets/b/{booklet}/back", Right: access.KeepBooklet, Handle: p.postBack},
		{Pattern: "POST /booklets/b/{booklet}/lost", Right: access.KeepBooklet, Handle: p.postLost},
		{Pattern: "POST /booklets/b/{booklet}/void", Right: access.KeepBooklet, Handle: p.postVoid},
	}
}

// ui:keys keeping.place.*
func placeName(ctx context.Context, place room.Place) string {
	return ui.T(ctx, "keeping.place."+string(place))
}

// ui:keys visadesk.with.*
func typeName(ctx context.Context, typ string) string {
	if key := "visadesk.with." + typ; ui.Known(key) {
		return ui.T(ctx, key)
	}
	return typ
}

// people gives names to person ids, each read once.
type people struct {
	p     *Pages
	ctx   context.Context
	names map[string]string
}

func (p *Pages) people(ctx context.Context) *people {
	return &people{p, ctx, map[string]string{}}
}

func (n *people) of(id string) string {
	if name, ok := n.names[id]; ok {
		return name
	}
	name := ui.T(n.ctx, "keeping.unnamed")
	if e, err := person.One(n.ctx, n.p.Journal.Store, id); err == nil {
		name = e.Name()
	}
	n.names[id] = name
	return name
}

func (p *Pages) units(ctx context.Context) map[string]string {
	names, err := unit.Names(ctx, p.Journal.Store)
	if err != nil {
		p.Site.Log.Warn("reading names of units", "err", err)
	}
	return names
}

func (p *Pages) title(ctx context.Context, filing string) string {
	if filing == "" {
		return ""
	}
	row, ok, err := approval.Row(ctx, p.Journal.Store, filing)
	if err != nil || !ok {
		return ""
	}
	return row.Title
}

type listView struct {
	Head  ui.Head
	Chips ui.Chips
	Table ui.Table
}

// chips are the places with their counts, and the overdue ones.
func (p *Pages) chips(ctx context.Context, current string) (ui.Chips, map[room.Place]int, int, error) {
	counts, late, err := room.Counts(ctx, p.Journal.Store, p.Journal.Today())
	if err != nil {
		return ui.Chips{}, nil, 0, err
	}
	c := ui.Chips{Label: ui.T(ctx, "keeping.places")}
	for _, pl := range room.Places() {
		c.Items = append(c.Items, ui.Chip{Text: placeName(ctx, pl), Count: counts[pl], Counted: true, URL: "/booklets?place=" + string(pl), Current: current == string(pl)})
	}
	c.Items = append(c.Items, ui.Chip{Text: ui.T(ctx, "keeping.overdue"), Count: late, Counted: true, URL: "/booklets/overdue", Current: current == "overdue"})
	return c, counts, late, nil
}

func (p *Pages) getList(w http.ResponseWriter, r *http.Request) {
	ctx, q := r.Context(), r.URL.Query()
	place := room.Place(q.Get("place"))
	if !slices.Contains(room.Places(), place) {
		place = room.InStore
	}
	rows, err := room.At(ctx, p.Journal.Store, place, room.After{Due: q.Get("due"), Booklet: q.Get("after")})
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	chips, counts, late, err := p.chips(ctx, string(place))
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	total := 0
	for _, n := range counts {
		total += n
	}
	v := listView{Chips: chips, Table: p.table(ctx, rows, ui.T(ctx, "keeping.empty")),
		Head: ui.Head{Title: ui.T(ctx, "keeping.title", "Place", placeName(ctx, place), "Count", counts[place]), Lead: ui.T(ctx, "keeping.lead", "Count", total, "Late", late), Actions: p.actions(r)}}
	more(ctx, &v.Table, rows, "/booklets?place="+string(place)+"&")
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Main: "rev"}, listPage(v))
}

// actions are what a custodian does most.
func (p *Pages) actions(r *http.Request) []ui.Button {
	if !web.Who(r).May(access.KeepBooklet) {
		return nil
	}
	ctx := r.Context()
	return []ui.Button{{Text: ui.T(ctx, "keeping.out"), URL: "/booklets/out"}, {Text: ui.T(ctx, "keeping.in"), URL: "/booklets/in", Kind: ui.Second}, {Text: ui.T(ctx, "keeping.register"), URL: "/booklets/new", Kind: ui.Second}}
}

func more(ctx context.Context, t *ui.Table, rows []room.Row, url_ string) {
	if len(rows) < room.PageSize {
		return
	}
	last := rows[len(rows)-1]
	t.Groups[len(t.Groups)-1].More = ui.Link{Text: ui.T(ctx, "keeping.more"), URL: url_ + url.Values{"due": {last.Due.String()}, "after": {last.Booklet}}.Encode()}
}

func (p *Pages) getOverdue(w http.ResponseWriter, r *http.Request) {
	ctx, q := r.Context(), r.URL.Query()
	rows, err := room.Overdue(ctx, p.Journal.Store, p.Journal.Today(), room.After{Due: q.Get("due"), Booklet: q.Get("after")})
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	chips, _, late, err := p.chips(ctx, "overdue")
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := listView{Chips: chips, Table: p.table(ctx, rows, ui.T(ctx, "keeping.overdue.empty")),
		Head: ui.Head{Title: ui.T(ctx, "keeping.overdue.title", "Count", late), Lead: ui.T(ctx, "keeping.overdue.lead", "Count", p.ReturnDays()), Actions: p.actions(r)}}
	more(ctx, &v.Table, rows, "/booklets/overdue?")
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Main: "rev"}, listPage(v))
}

func (p *Pages) table(ctx context.Context, rows []room.Row, empty string) ui.Table {
	today, names, units := p.Journal.Today(), p.people(ctx), p.units(ctx)
	t := ui.Table{Caption: ui.T(ctx, "keeping.caption"), Keys: true, Cards: true, Empty: ui.Empty{Text: empty}, Groups: []ui.Group{{}}, Columns: []ui.Column{
		{Text: ui.T(ctx, "keeping.col.holder")}, {Text: ui.T(ctx, "keeping.col.unit")}, {Text: ui.T(ctx, "keeping.col.type")}, {Text: ui.T(ctx, "keeping.col.tail")}, {Text: ui.T(ctx, "keeping.col.expires")},
		{Text: ui.T(ctx, "keeping.col.for")}, {Text: ui.T(ctx, "keeping.col.since")}, {Text: ui.T(ctx, "keeping.col.due"), Number: true}}}
	for _, b := range rows {
		of := b.Unit
		if b.Answers != "" {
			of = b.Answers
		}
		row := ui.Row{Cells: []ui.Cell{{Text: names.of(b.Person), URL: "/booklets/b/" + b.Booklet, Head: true}, {Text: units[of]}, {Text: typeName(ctx, b.Type)}, {Text: "…" + b.Tail, Quiet: true}, {Text: ui.ISO(b.Expires)},
			{Text: p.title(ctx, b.Filing)}, {Text: ui.Ago(ctx, p.Journal.Now(), time.UnixMicro(b.Since))}, {Tag: dueTag(ctx, b, today)}}}
		if b.Overdue(today) {
			row.State = ui.Stop
		}
		t.Groups[0].Rows = append(t.Groups[0].Rows, row)
	}
	return t
}

func dueTag(ctx context.Context, b room.Row, today calendar.Date) ui.Tag {
	switch {
	case b.Overdue(today):
		return ui.Tag{State: ui.Stop, Word: ui.T(ctx, "keeping.late", "Count", b.DaysLate(today))}
	case b.Place == room.IsLent:
		return ui.Tag{State: ui.Info, Word: ui.T(ctx, "keeping.due", "When", ui.Short(b.Due))}
	case b.Place == room.InStore:
		return ui.Tag{State: ui.OK, Word: placeName(ctx, b.Place)}
	}
	return ui.Tag{State: ui.Wait, Word: placeName(ctx, b.Place)}
}

// words says what a fault says, in a sentence.
func words(ctx context.Context, err error) string {
	if fs := fault.Findings(err); fs != nil {
		return ui.Sentence(ctx, fs[0])
	}
	var n *fault.NotNowError
	if errors.As(err, &n) && ui.Known(n.Key) {
		return ui.TMap(ctx, n.Key, n.Args)
	}
	return ui.T(ctx, "keeping.not_found")
}

// tellable is what a batch tells about one of its booklets, and goes on.
func tellable(err error) bool {
	return fault.Findings(err) != nil || fault.IsNotNow(err) || fault.IsNotFound(err)
}

func ways(ctx context.Context, chosen string) ui.Field {
	f := ui.Field{Kind: ui.Radio, Name: "by", Label: ui.T(ctx, "keeping.by"), Across: true}
	// ui:keys keeping.by.*
	for _, by := range []room.By{room.Courier, room.Locker, room.Window} {
		f.Options = append(f.Options, ui.Option{Value: string(by), Text: ui.T(ctx, "keeping.by."+string(by)), Chosen: chosen == string(by)})
	}
	return f
}

// batchView is a table of booklets to choose from, and one way for all.
type batchView struct {
	Head   ui.Head
	Action string
	Key    string
	Told   []string
	Table  ui.Table
	Fields []ui.Field
	Button string
	May    bool
	None   ui.Empty // says so when there is nothing to choose, and where to go on
}

// choosing tells whether there is anything to choose: without, nobody is asked
// how it is handed over.
func (v batchView) choosing() bool {
	for _, g := range v.Table.Groups {
		if slices.ContainsFunc(g.Rows, func(r ui.Row) bool { return r.Choose != "" }) {
			return true
		}
	}
	return false
}

// getOut lists the cases whose document is in force, to lend for.
func (p *Pages) getOut(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	var rows []approval.QueueRow
	var err error
	q := strings.TrimSpace(r.URL.Query().Get("q"))
	if q != "" {
		rows, err = approval.Search(ctx, p.Journal.Store, q)
	} else {
		rows, err = approval.InStage(ctx, p.Journal.Store, approval.IsIssued, r.URL.Query().Get("before"), approval.PageSize)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	t := ui.Table{Caption: ui.T(ctx, "keeping.out.caption"), Keys: true, Empty: ui.Empty{Text: ui.T(ctx, "keeping.out.empty")}, Groups: []ui.Group{{}}, Columns: []ui.Column{
		{Text: ui.T(ctx, "keeping.col.for")}, {Text: ui.T(ctx, "keeping.col.unit")}, {Text: ui.T(ctx, "keeping.col.people"), Number: true}, {Text: ui.T(ctx, "keeping.col.depart")}}}
	for _, row := range rows {
		if row.Stage == approval.IsIssued {
			t.Groups[0].Rows = append(t.Groups[0].Rows, ui.Row{Cells: []ui.Cell{{Text: row.Title, URL: "/booklets/out/" + row.Filing, Head: true}, {Text: row.UnitName}, {Text: ui.Count(row.Approved)}, {Text: ui.Short(row.Depart)}}})
		}
	}
	if q == "" && len(rows) == approval.PageSize {
		t.Groups[0].More = ui.Link{Text: ui.T(ctx, "keeping.more"), URL: "/booklets/out?before=" + rows[len(rows)-1].Filing}
	}
	head := ui.Head{Title: ui.T(ctx, "keeping.out.title"), Lead: ui.T(ctx, "keeping.out.lead")}
	p.Site.Show(w, r, ui.Page{Title: head.Title}, outPage(head, q, t))
}

func (p *Pages) getLend(w http.ResponseWriter, r *http.Request) { p.showLend(w, r, nil) }

// lending is what lending for a case depends on.
func (p *Pages) lending(ctx context.Context, id string) (approval.Approval, approval.QueueRow, []visa.Row, error) {
	a, version, err := journal.Load(ctx, p.Journal, approval.Room, id)
	if err == nil && version == 0 {
		err = fault.NotFound("case " + id)
	}
	if err != nil {
		return a, approval.QueueRow{}, nil, err
	}
	row, _, err := approval.Row(ctx, p.Journal.Store, id)
	if err != nil {
		return a, row, nil, err
	}
	orders, err := visa.Of(ctx, p.Journal.Store, id)
	return a, row, orders, err
}

func (p *Pages) showLend(w http.ResponseWriter, r *http.Request, told []string) {
	ctx, id := r.Context(), r.PathValue("case")
	a, row, orders, err := p.lending(ctx, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	names := p.people(ctx)
	lent := false
	v := batchView{Action: "/booklets/out/" + id, Key: web.NewKey(), Told: told, May: web.Who(r).May(access.KeepBooklet), Button: ui.T(ctx, "keeping.lend"), Fields: []ui.Field{ways(ctx, "courier")},
		Head: ui.Head{Title: ui.T(ctx, "keeping.lend.title"), Lead: ui.T(ctx, "keeping.lend.lead", "Title", row.Title, "When", row.Return.AddDays(p.ReturnDays()))},
		Table: ui.Table{Caption: ui.T(ctx, "keeping.caption"), Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "keeping.lend.empty")}, Groups: []ui.Group{{}}, Columns: []ui.Column{
			{Text: ui.T(ctx, "keeping.col.holder")}, {Text: ui.T(ctx, "keeping.col.type")}, {Text: ui.T(ctx, "keeping.col.tail")}, {Text: ui.T(ctx, "keeping.col.expires")}, {Text: ui.T(ctx, "keeping.col.visas")}, {Text: ui.T(ctx, "keeping.col.place")}}}}
	for _, who := range a.Approved() {
		held, err := room.Of(ctx, p.Journal.Store, who)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		open := visa.OpenAreas(orders, who)
		visas := ui.Tag{State: ui.OK, Word: ui.T(ctx, "keeping.visas.done")}
		if len(open) > 0 {
			visas = ui.Tag{State: ui.Warn, Word: ui.T(ctx, "keeping.visas.open", "Areas", p.areas(ctx, open))}
		}
		shown := false
		for _, b := range held {
			if b.Place == room.IsLost || b.Place == room.IsVoid {
				continue
			}
			line := ui.Row{Cells: []ui.Cell{{Text: names.of(who), Head: true}, {Text: typeName(ctx, b.Type)}, {Text: "…" + b.Tail, Quiet: true}, {Text: ui.ISO(b.Expires)}, {Tag: visas}, {Tag: dueTag(ctx, b, p.Journal.Today())}}}
			if b.Place == room.InStore && len(open) == 0 {
				line.Choose = who + "/" + b.Booklet
			}
			lent = lent || b.Place == room.IsLent && b.Filing == id
			v.Table.Groups[0].Rows = append(v.Table.Groups[0].Rows, line)
			shown = true
		}
		if !shown {
			v.Table.Groups[0].Rows = append(v.Table.Groups[0].Rows, ui.Row{Cells: []ui.Cell{{Text: names.of(who), Head: true}, {Text: ui.T(ctx, "keeping.none_yet")}, {}, {}, {Tag: visas}, {}}})
		}
	}
	v.None = ui.Empty{Text: ui.T(ctx, "keeping.lend.none"), Action: ui.Button{Text: ui.T(ctx, "keeping.lend.others"), URL: "/booklets/out", Kind: ui.Second}}
	if lent {
		v.None = ui.Empty{Text: ui.T(ctx, "keeping.lend.out"), Action: ui.Button{Text: ui.T(ctx, "keeping.hand_in"), URL: "/booklets/in?case=" + url.QueryEscape(id), Kind: ui.Second}}
	}
	if len(v.Table.Groups[0].Rows) == 0 {
		v.Table.Empty.Action, v.None = v.None.Action, ui.Empty{}
	}
	p.showBatch(w, r, v)
}

func (p *Pages) showBatch(w http.ResponseWriter, r *http.Request, v batchView) {
	status := http.StatusOK
	if len(v.Told) > 0 {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title}, batchPage(v))
}

// each gives one command to the holder of each chosen booklet. What can't be
// done is told; the others are done all the same.
func (p *Pages) each(r *http.Request, cmd func(booklet string) journal.Command[room.Holder]) ([]string, error) {
	ctx := r.Context()
	r.PostFormValue("") // parses the form
	chosen := r.PostForm["choose"]
	if len(chosen) == 0 {
		return []string{ui.T(ctx, "keeping.none_chosen")}, nil
	}
	names := p.people(ctx)
	var told []string
	for _, c := range chosen {
		who, booklet, ok := strings.Cut(c, "/")
		if !ok {
			return nil, fault.Field("choose", "form.choose", nil)
		}
		_, err := journal.Do(ctx, p.Journal, room.Room, journal.Order{Subject: who, Key: web.Key(r) + ":" + booklet}, cmd(booklet))
		if err != nil && !tellable(err) {
			return nil, err
		}
		if err != nil {
			told = append(told, ui.T(ctx, "keeping.not_done", "Name", names.of(who), "Why", words(ctx, err)))
		}
	}
	return told, nil
}

func (p *Pages) postLend(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	a, row, orders, err := p.lending(ctx, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	number := ""
	if a.InForce(p.Journal.Today()) {
		number = a.Document.Number
	}
	owner := map[string]string{}
	by := room.By(r.PostFormValue("by"))
	for _, c := range r.PostForm["choose"] {
		if who, b, ok := strings.Cut(c, "/"); ok {
			owner[b] = who
		}
	}
	told, err := p.each(r, func(booklet string) journal.Command[room.Holder] {
		approvalNumber := number
		if !slices.Contains(a.Approved(), owner[booklet]) {
			approvalNumber = "" // whoever isn't approved has no approval to be lent against
		}
		return room.Lend{Booklet: booklet, Filing: id, Unit: a.Unit, Approval: approvalNumber, Return: row.Return, ReturnDays: p.ReturnDays(), OpenVisas: p.areas(ctx, visa.OpenAreas(orders, owner[booklet])), By: by}
	})
	switch {
	case err != nil:
		p.Site.Fail(w, r, err)
	case len(told) > 0:
		p.showLend(w, r, told)
	default:
		http.Redirect(w, r, "/booklets/out/"+id, http.StatusSeeOther)
	}
}

func (p *Pages) getIn(w http.ResponseWriter, r *http.Request) { p.showIn(w, r, nil) }

func (p *Pages) showIn(w http.ResponseWriter, r *http.Request, told []string) {
	ctx := r.Context()
	var rows []room.Row
	var err error
	if id := r.URL.Query().Get("case"); id != "" {
		rows, err = room.OutFor(ctx, p.Journal.Store, id)
		rows = slices.DeleteFunc(rows, func(b room.Row) bool { return b.Place != room.IsLent })
	} else {
		rows, err = room.At(ctx, p.Journal.Store, room.IsLent, room.After{Due: r.URL.Query().Get("due"), Booklet: r.URL.Query().Get("after")})
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := batchView{Action: "/booklets/in", Key: web.NewKey(), Told: told, May: web.Who(r).May(access.KeepBooklet), Button: ui.T(ctx, "keeping.hand_in"), Table: p.table(ctx, rows, ui.T(ctx, "keeping.in.empty")),
		Fields: []ui.Field{ways(ctx, "courier"), {Kind: ui.DateKind, Name: "on", Label: ui.T(ctx, "keeping.in.on"), Hint: ui.T(ctx, "keeping.in.on_hint"), Value: p.Journal.Today().String()}},
		Head:   ui.Head{Title: ui.T(ctx, "keeping.in.title"), Lead: ui.T(ctx, "keeping.in.lead")}}
	if len(rows) > 0 {
		for i, b := range rows {
			v.Table.Groups[0].Rows[i].Choose = b.Person + "/" + b.Booklet
		}
		more(ctx, &v.Table, rows, "/booklets/in?")
	}
	v.Table.Empty.Action = ui.Button{Text: ui.T(ctx, "keeping.to_list"), URL: "/booklets", Kind: ui.Second}
	p.showBatch(w, r, v)
}

func (p *Pages) postIn(w http.ResponseWriter, r *http.Request) {
	on, err := day(r, "on")
	if err != nil {
		p.showIn(w, r, []string{words(r.Context(), err)})
		return
	}
	by := room.By(r.PostFormValue("by"))
	told, err := p.each(r, func(booklet string) journal.Command[room.Holder] {
		return room.HandIn{Booklet: booklet, By: by, On: on}
	})
	switch {
	case err != nil:
		p.Site.Fail(w, r, err)
	case len(told) > 0:
		p.showIn(w, r, told)
	default:
		http.Redirect(w, r, "/booklets/in", http.StatusSeeOther)
	}
}

// day reads a date; an empty one is zero.
func day(r *http.Request, name string) (calendar.Date, error) {
	s := strings.TrimSpace(r.PostFormValue(name))
	if s == "" {
		return calendar.Date{}, nil
	}
	d, err := calendar.Parse(s)
	if err != nil {
		return calendar.Date{}, fault.Field(name, "visadesk.date_unreadable", nil)
	}
	return d, nil
}

func number(r *http.Request, name string) (int, error) {
	s := strings.TrimSpace(r.PostFormValue(name))
	if s == "" {
		return 0, nil
	}
	var n int
	if _, err := fmt.Sscanf(s, "%d", &n); err != nil || n < 0 {
		return 0, fault.Field(name, "form.number.unreadable", nil)
	}
	return n, nil
}
