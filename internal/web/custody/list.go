package custody

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"yitang/internal/access"
	"yitang/internal/calendar"
	room "yitang/internal/custody"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// listView is the booklets at a place, or those that were looked for.
type listView struct {
	Head  ui.Head
	Query string
	Place string // that the search is narrowed to
	Chips ui.Chips
	Table ui.Table
}

// listURL is a list's address; what isn't chosen isn't in it.
func listURL(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// orderOf reads what a list is sorted by; anything else is by when it is due.
func orderOf(q url.Values) room.Order {
	if o := room.Order(q.Get("sort")); slices.Contains(room.Orders(), o) {
		return o
	}
	return room.ByDue
}

// chips are the places with their counts, and the overdue ones.
func (p *Pages) chips(ctx context.Context, current string) (ui.Chips, map[room.Place]int, int, error) {
	counts, late, err := room.Counts(ctx, p.Journal.Store, p.Journal.Today())
	if err != nil {
		return ui.Chips{}, nil, 0, err
	}
	c := ui.Chips{Label: ui.T(ctx, "keeping.places")}
	for _, pl := range room.Places() {
		at := "/booklets?place=" + string(pl)
		if pl == room.OnItsWay {
			at = "/booklets/coming"
		}
		c.Items = append(c.Items, ui.Chip{Text: placeName(ctx, pl), Count: counts[pl], Counted: true, URL: at, Current: current == string(pl)})
	}
	c.Items = append(c.Items, ui.Chip{Text: ui.T(ctx, "keeping.overdue"), Count: late, Counted: true, URL: "/booklets/overdue", Current: current == "overdue"})
	return c, counts, late, nil
}

func (p *Pages) getList(w http.ResponseWriter, r *http.Request) {
	if asksForToday(r) {
		p.getToday(w, r)
		return
	}
	q := r.URL.Query()
	show := p.place
	if strings.TrimSpace(q.Get("q")) != "" {
		show = p.found
	}
	v, err := show(r, q)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Main: "rev"}, listPage(v))
}

// place lists what is at one place.
func (p *Pages) place(r *http.Request, q url.Values) (listView, error) {
	ctx := r.Context()
	place, order := room.Place(q.Get("place")), orderOf(q)
	if !slices.Contains(room.Places(), place) {
		place = room.InStore
	}
	rows, err := room.Sorted(ctx, p.Journal.Store, place, order, room.Next{Value: q.Get("from"), Booklet: q.Get("after")})
	if err != nil {
		return listView{}, err
	}
	chips, counts, late, err := p.chips(ctx, string(place))
	if err != nil {
		return listView{}, err
	}
	total := 0
	for _, n := range counts {
		total += n
	}
	v := listView{Chips: chips, Table: p.table(ctx, rows, place, ui.T(ctx, "keeping.empty")),
		Head: ui.Head{Title: ui.T(ctx, "keeping.title", "Place", placeName(ctx, place), "Count", counts[place]), Lead: ui.T(ctx, "keeping.lead", "Count", total, "Late", late), Actions: p.actions(r)}}
	v.Table.Empty.Action = ui.Button{Text: ui.T(ctx, "keeping.register"), URL: "/booklets/new", Kind: ui.Second}
	if place != room.InStore || !web.Who(r).May(access.KeepBooklet) {
		v.Table.Empty.Action = ui.Button{}
	}
	sorted(&v.Table, order, "/booklets", "place", string(place))
	more(ctx, &v.Table, order, rows, "/booklets", "place", string(place))
	return v, nil
}

// found lists what was looked for, wherever it is: who looks for a booklet
// doesn't know the place.
func (p *Pages) found(r *http.Request, q url.Values) (listView, error) {
	ctx := r.Context()
	text, place, order := strings.TrimSpace(q.Get("q")), room.Place(q.Get("place")), orderOf(q)
	if !slices.Contains(room.Places(), place) {
		place = ""
	}
	looked := room.Find(text)
	rows, err := room.Found(ctx, p.Journal.Store, looked, place, order, room.Next{Value: q.Get("from"), Booklet: q.Get("after")})
	if err != nil {
		return listView{}, err
	}
	counts, err := room.FoundAt(ctx, p.Journal.Store, looked)
	if err != nil {
		return listView{}, err
	}
	total := 0
	for _, n := range counts {
		total += n
	}
	v := listView{Query: text, Place: string(place), Table: p.table(ctx, rows, place, ui.T(ctx, "keeping.found.empty", "Text", text)), Chips: ui.Chips{Label: ui.T(ctx, "keeping.places")},
		Head: ui.Head{Title: ui.T(ctx, "keeping.found.title", "Text", text, "Count", total), Lead: ui.T(ctx, "keeping.found.lead"), Actions: p.actions(r)}}
	v.Table.Empty.Action = ui.Button{Text: ui.T(ctx, "keeping.found.all"), URL: "/booklets", Kind: ui.Second}
	if total > 0 && place != "" {
		v.Table.Empty = ui.Empty{Text: ui.T(ctx, "keeping.found.elsewhere", "Place", placeName(ctx, place), "Count", total), Action: ui.Button{Text: ui.T(ctx, "keeping.found.everywhere"), URL: listURL("/booklets", "q", text), Kind: ui.Second}}
	}
	v.Chips.Items = append(v.Chips.Items, ui.Chip{Text: ui.T(ctx, "keeping.found.everywhere"), Count: total, Counted: true, URL: listURL("/booklets", "q", text), Current: place == ""})
	for _, pl := range room.Places() {
		v.Chips.Items = append(v.Chips.Items, ui.Chip{Text: placeName(ctx, pl), Count: counts[pl], Counted: true, URL: listURL("/booklets", "q", text, "place", string(pl)), Current: place == pl})
	}
	sorted(&v.Table, order, "/booklets", "q", text, "place", string(place))
	more(ctx, &v.Table, order, rows, "/booklets", "q", text, "place", string(place))
	return v, nil
}

// sorted makes the heads of columns sort the list.
func sorted(t *ui.Table, now room.Order, path string, pairs ...string) {
	for column, o := range map[int]room.Order{4: room.ByExpiry, 6: room.BySince, 7: room.ByDue} {
		if column >= len(t.Columns) {
			continue
		}
		t.Columns[column].Sort, t.Columns[column].Sorted = listURL(path, append(pairs, "sort", string(o))...), o == now
	}
}

// more leads to the next page of a list.
func more(ctx context.Context, t *ui.Table, o room.Order, rows []room.Row, path string, pairs ...string) {
	if len(rows) < room.PageSize {
		return
	}
	next := o.NextOf(rows[len(rows)-1])
	sort := string(o)
	if o == room.ByDue {
		sort = ""
	}
	// What is due at no time is the first value of all, and written out.
	to := listURL(path, append(pairs, "sort", sort, "after", next.Booklet)...) + "&" + url.Values{"from": {next.Value}}.Encode()
	t.Groups[len(t.Groups)-1].More = ui.Link{Text: ui.T(ctx, "keeping.more"), URL: to}
}

// actions are what a custodian does most.
func (p *Pages) actions(r *http.Request) []ui.Button {
	if !web.Who(r).May(access.KeepBooklet) {
		return nil
	}
	ctx := r.Context()
	return []ui.Button{{Text: ui.T(ctx, "keeping.out"), URL: "/booklets/out"}, {Text: ui.T(ctx, "keeping.receive"), URL: "/booklets/coming", Kind: ui.Second}, {Text: ui.T(ctx, "keeping.in"), URL: "/booklets/in", Kind: ui.Second}, {Text: ui.T(ctx, "keeping.register"), URL: "/booklets/new", Kind: ui.Second}}
}

func (p *Pages) getOverdue(w http.ResponseWriter, r *http.Request) {
	ctx, q := r.Context(), r.URL.Query()
	rows, err := room.Overdue(ctx, p.Journal.Store, p.Journal.Today(), room.After{Due: q.Get("from"), Booklet: q.Get("after")})
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	chips, _, late, err := p.chips(ctx, "overdue")
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := listView{Chips: chips, Table: p.table(ctx, rows, room.IsLent, ui.T(ctx, "keeping.overdue.empty")),
		Head: ui.Head{Title: ui.T(ctx, "keeping.overdue.title", "Count", late), Lead: ui.T(ctx, "keeping.overdue.lead", "Count", p.ReturnDays()), Actions: p.actions(r)}}
	more(ctx, &v.Table, room.ByDue, rows, "/booklets/overdue")
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Main: "rev"}, listPage(v))
}

// table lists booklets at a place, or ("") wherever they are: only then does each
// row say where, and only what is lent is due.
func (p *Pages) table(ctx context.Context, rows []room.Row, at room.Place, empty string) ui.Table {
	today, names, units := p.Journal.Today(), p.people(ctx), p.units(ctx)
	t := ui.Table{Caption: ui.T(ctx, "keeping.caption"), Keys: true, Cards: true, Empty: ui.Empty{Text: empty}, Groups: []ui.Group{{}}, Columns: []ui.Column{
		{Text: ui.T(ctx, "keeping.col.holder")}, {Text: ui.T(ctx, "keeping.col.unit")}, {Text: ui.T(ctx, "keeping.col.type")}, {Text: ui.T(ctx, "keeping.col.tail")}, {Text: ui.T(ctx, "keeping.col.expires"), Whole: true},
		{Text: ui.T(ctx, "keeping.col.for")}, {Text: ui.T(ctx, "keeping.col.since"), Whole: true}}}
	due, everywhere := at == "" || at == room.IsLent, at == ""
	if due {
		t.Columns = append(t.Columns, ui.Column{Text: ui.T(ctx, "keeping.col.due"), Whole: true})
	}
	if everywhere {
		t.Columns = append(t.Columns, ui.Column{Text: ui.T(ctx, "keeping.col.place")})
	}
	for _, b := range rows {
		of := b.Unit
		if b.Answers != "" {
			of = b.Answers
		}
		row := ui.Row{Cells: []ui.Cell{{Text: names.of(b.Person), URL: "/booklets/b/" + b.Booklet, Head: true}, {Text: units[of]}, {Text: typeName(ctx, b.Type)}, {Text: "…" + b.Tail, Quiet: true, Sub: replacedMark(ctx, b)}, {Text: ui.ISO(b.Expires)},
			{Text: p.title(ctx, b.Filing)}, {Text: ui.ISO(time.UnixMicro(b.Since))}}}
		if due {
			row.Cells = append(row.Cells, dueCell(ctx, b, today))
		}
		if everywhere {
			row.Cells = append(row.Cells, ui.Cell{Tag: placeTag(ctx, b)})
		}
		if b.Overdue(today) {
			row.State = ui.Stop
		}
		t.Groups[0].Rows = append(t.Groups[0].Rows, row)
	}
	return t
}

// dueCell is the day by which a booklet is to be handed in; nothing for one that
// isn't lent.
func dueCell(ctx context.Context, b room.Row, today calendar.Date) ui.Cell {
	if b.Place != room.IsLent {
		return ui.Cell{}
	}
	c := ui.Cell{Text: ui.ISO(b.Due)}
	if late := b.DaysLate(today); late > 0 {
		c.Tag = ui.Tag{State: ui.Stop, Word: ui.T(ctx, "keeping.late", "Count", late)}
	}
	return c
}
