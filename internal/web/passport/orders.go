package passport

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"yitang/internal/access"
	"yitang/internal/dossier"
	room "yitang/internal/passport"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// open are the stages at which somebody still has something to do.
var open = []room.Stage{room.IsOrdered, room.IsCaptured, room.IsMade, room.IsChecked}

// asked is what the address of a list says.
type asked struct {
	Show string // open, late, or a stage
	Find string
	By   room.Sorting
	From room.Mark
}

func readAsked(q url.Values) asked {
	a := asked{Show: "open", Find: strings.TrimSpace(q.Get("q")), By: room.ByDue, From: room.Mark{Value: q.Get("from"), ID: q.Get("after")}}
	if q.Get("show") == "late" {
		a.Show = "late"
	}
	for _, s := range room.Stages() {
		if q.Get("show") == string(s) {
			a.Show = string(s)
		}
	}
	for _, by := range []room.Sorting{room.ByDepart, room.BySince} {
		if q.Get("by") == string(by) {
			a.By = by
		}
	}
	return a
}

// url is the address of this list; its first page unless it has a From.
func (a asked) url() string {
	q := url.Values{"show": {a.Show}}
	for name, v := range map[string]string{"q": a.Find, "from": a.From.Value, "after": a.From.ID} {
		if v != "" {
			q.Set(name, v)
		}
	}
	if a.By != room.ByDue {
		q.Set("by", string(a.By))
	}
	return "/orders?" + q.Encode()
}

func (a asked) showing(show string) string { return asked{Show: show, Find: a.Find, By: a.By}.url() }

func (a asked) sorted(by room.Sorting) string {
	return asked{Show: a.Show, Find: a.Find, By: by}.url()
}

type listView struct {
	Head  ui.Head
	Show  string
	By    string
	Query string
	Chips ui.Chips
	Lost  ui.Tasks // over the open ones alone
	Table ui.Table
	Done  []string // what was handed over just now
	Told  []string // and what couldn't be
	Key   string   // of the form that hands over what is ticked; "" where there is none
}

// ui:keys making.show.*
// ui:keys making.by.*
// ui:keys making.empty.*
func (p *Pages) getOrders(w http.ResponseWriter, r *http.Request) {
	p.showOrders(w, r, r.URL.Query()["done"], nil)
}

// showOrders lists orders. done are those that were handed over just now, told is
// what stood in the way of others.
func (p *Pages) showOrders(w http.ResponseWriter, r *http.Request, done, told []string) {
	ctx, a := r.Context(), readAsked(r.URL.Query())
	if r.Method == http.MethodPost {
		a = asked{Show: string(room.IsChecked), By: room.ByDue}
	}
	today := p.Journal.Today()
	counts, err := room.Counts(ctx, p.Journal.Store)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	late, err := room.Late(ctx, p.Journal.Store, today)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	f := room.Filter{Stages: open, By: a.By, From: a.From}
	all := 0
	for _, s := range open {
		all += counts[s]
	}
	v := listView{Told: told, Show: a.Show, Query: a.Find, Chips: ui.Chips{Label: ui.T(ctx, "making.stages")}}
	chip := func(show, text string, n int) {
		v.Chips.Items = append(v.Chips.Items, ui.Chip{Text: text, Count: n, Counted: true, URL: a.showing(show), Current: show == a.Show})
	}
	chip("open", ui.T(ctx, "making.show.open"), all)
	chip("late", ui.T(ctx, "making.show.late"), late)
	for _, s := range room.Stages() {
		chip(string(s), stageName(ctx, s), counts[s])
	}
	title := ""
	switch a.Show {
	case "open":
		if a.Find == "" && a.From.ID == "" {
			if v.Lost, err = p.losses(ctx); err != nil {
				p.Site.Fail(w, r, err)
				return
			}
		}
		title = ui.T(ctx, "making.orders.open", "Count", all)
	case "late":
		f.Before = today
		title = ui.T(ctx, "making.orders.late", "Count", late)
	default:
		f.Stages = []room.Stage{room.Stage(a.Show)}
		title = ui.T(ctx, "making.orders.title", "Stage", stageName(ctx, room.Stage(a.Show)), "Count", counts[room.Stage(a.Show)])
	}
	rows, more, err := room.Find(ctx, p.Journal.Store, f, p.search(ctx, a.Find))
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	empty := ui.T(ctx, "making.empty."+a.Show)
	if a.Find != "" {
		empty = ui.T(ctx, "making.empty.search", "Query", a.Find)
		title = found(ctx, a, len(rows), more)
	}
	if v.Table, err = p.table(ctx, rows, empty); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	for i, by := range map[int]room.Sorting{stageColumn: room.BySince, dueColumn: room.ByDue, departColumn: room.ByDepart} {
		if by != a.By {
			v.Table.Columns[i].Sort = a.sorted(by)
		}
	}
	if a.Show == string(room.IsChecked) && len(rows) > 0 && web.Who(r).May(access.MakeBooklet) {
		v.Key = web.NewKey()
		for i, o := range rows {
			v.Table.Groups[0].Rows[i].Choose = o.ID
			v.Table.Groups[0].Rows[i].Chosen = slices.Contains(r.PostForm["choose"], o.ID)
		}
	}
	for _, id := range done {
		o, _, err := p.order(ctx, id)
		if err == nil && o.Stage == room.IsHandedOver {
			v.Done = append(v.Done, ui.T(ctx, "making.handed", "Name", nameOf(o.Identity), "Tail", dossier.Tail(o.Number)))
		}
	}
	if a.Find != "" {
		v.Table.Empty.Action = ui.Button{Text: ui.T(ctx, "making.search.all"), URL: asked{Show: a.Show, By: a.By}.url(), Kind: ui.Second}
	}
	if a.By != room.ByDue {
		v.By = string(a.By)
	}
	if more {
		next := a
		next.From = rows[len(rows)-1].Mark(a.By)
		v.Table.Groups[0].More = ui.Link{Text: ui.T(ctx, "making.more"), URL: next.url()}
	}
	v.Head = ui.Head{Title: title, Lead: ui.T(ctx, "making.by."+string(a.By))}
	if a.From.ID != "" {
		v.Head.Actions = []ui.Button{{Text: ui.T(ctx, "making.first_page"), URL: asked{Show: a.Show, Find: a.Find, By: a.By}.url(), Kind: ui.Second}}
	}
	code := http.StatusOK
	if len(told) > 0 {
		code = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, code, ui.Page{Title: v.Head.Title, Main: "wrap stack"}, listPage(v))
}

// found is the title over what a search found; how many there are is known where
// they all stand on one page.
func found(ctx context.Context, a asked, n int, more bool) string {
	if more || a.From.ID != "" {
		return ui.T(ctx, "making.orders.found.many", "Query", a.Find)
	}
	return ui.T(ctx, "making.orders.found", "Query", a.Find, "Count", n)
}

// search keeps the orders whose person, unit, approval or booklet has what is
// looked for; nil when nothing is.
func (p *Pages) search(ctx context.Context, find string) func(room.Row) (bool, error) {
	if find == "" {
		return nil
	}
	plain := func(s string) string { return strings.ToLower(strings.ReplaceAll(s, " ", "")) }
	find = plain(find)
	return func(row room.Row) (bool, error) {
		o, _, err := p.order(ctx, row.ID)
		if err != nil {
			return false, err
		}
		i := o.Identity
		for _, s := range []string{nameOf(i), latinOf(i), i.Unit, row.Approval, row.ApprovalWas, o.Number} {
			if strings.Contains(plain(s), find) {
				return true, nil
			}
		}
		return len(find) >= 4 && strings.HasSuffix(plain(i.IDNumber), find), nil
	}
}

// Where a list has what it is sorted by; the first three fit on a phone.
const (
	stageColumn = iota + 1
	dueColumn
	departColumn
)

func (p *Pages) table(ctx context.Context, rows []room.Row, empty string) (ui.Table, error) {
	today := p.Journal.Today()
	t := ui.Table{Caption: ui.T(ctx, "making.caption"), Keys: true, Cards: true, Groups: []ui.Group{{}}, Empty: ui.Empty{Text: empty}, Columns: []ui.Column{
		{Text: ui.T(ctx, "making.col.person")}, {Text: ui.T(ctx, "making.col.stage")}, {Text: ui.T(ctx, "making.col.due")}, {Text: ui.T(ctx, "making.col.depart")}, {Text: ui.T(ctx, "making.col.type")}, {Text: ui.T(ctx, "making.col.approval")}}}
	for _, o := range rows {
		s, _, err := p.order(ctx, o.ID)
		if err != nil {
			return t, err
		}
		row := ui.Row{Cells: []ui.Cell{{Text: nameOf(s.Identity), URL: orderURL(o.ID), Head: true, Sub: beside(ctx, s.Identity)}, {Tag: stageTag(ctx, o.Stage, o.Why)}, {Tag: dueTag(ctx, o, today)}, {Show: unbroken(ui.ISO(o.Depart))}, {Show: unbroken(kindName(ctx, o.Type))}, {Show: unbroken(o.Approval)}}}
		if o.Overdue(today) {
			row.State = ui.Stop
		}
		if o.Stage == room.IsHandedOver || o.Stage == room.IsStopped {
			row.Cells[dueColumn] = ui.Cell{Text: ui.Short(ctx, o.Due), Quiet: true}
		}
		t.Groups[0].Rows = append(t.Groups[0].Rows, row)
	}
	return t, nil
}
