package person

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/material"
	"yitang/internal/node"
	room "yitang/internal/person"
	state "yitang/internal/progress"
	"yitang/internal/trip"
	"yitang/internal/unit"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

type listView struct {
	Head   ui.Head
	Query  string
	Filter string
	Notes  []ui.Note
	Chips  ui.Chips
	Table  ui.Table
	Below  string
	Pages  []ui.Link
}

const (
	pageSize = 50
	soonDays = 30  // of those who travel soon
	endDays  = 180 // of papers that end: the least that most missions want a passport to run
)

// around is what the list shows beside the records: who travels when, whose
// papers end, who isn't cleared.
type beside struct {
	leaves map[string]calendar.Date
	ends   map[string]ending
	not    map[string]bool
}

type ending struct {
	on   calendar.Date
	what string
	pass bool // it is a passport itself
}

// ui:keys word.passportType.*
//
// beside gathers it for a unit, by the ids of the records that stand.
func (p *Pages) beside(ctx context.Context, unit string) (beside, error) {
	r, today := p.Site.Journal.Store, p.Site.Journal.Today()
	b := beside{leaves: map[string]calendar.Date{}, ends: map[string]ending{}, not: map[string]bool{}}
	ids, err := room.IDsOf(ctx, r, unit)
	if err != nil {
		return b, err
	}
	off, err := trip.CalledOff(ctx, r, today, today.AddDays(soonDays))
	if err != nil {
		return b, err
	}
	leaves, err := filing.Leaving(ctx, r, unit, today, today.AddDays(soonDays), off)
	if err != nil {
		return b, err
	}
	for id, day := range leaves {
		if who := ids[id]; who != "" && (b.leaves[who].IsZero() || day.Before(b.leaves[who])) {
			b.leaves[who] = day
		}
	}
	add := func(id string, on calendar.Date, what string, pass bool) {
		if who := ids[id]; who != "" && !on.IsZero() && on.Before(today.AddDays(endDays)) && (b.ends[who].on.IsZero() || on.Before(b.ends[who].on)) {
			b.ends[who] = ending{on, what, pass}
		}
	}
	cards, err := room.List(ctx, r, room.Listing{Unit: unit, Sort: room.ByExpiry, Limit: room.MostOnly})
	if err != nil {
		return b, err
	}
	for _, e := range cards {
		add(e.ID, e.Expires, ui.T(ctx, "people.ends.card"), false)
	}
	booklets, err := custody.Ending(ctx, r, unit, today.AddDays(endDays))
	if err != nil {
		return b, err
	}
	for _, k := range booklets {
		add(k.Person, k.Expires, ui.T(ctx, "word.passportType."+k.Type), dossier.PassportType(k.Type) != dossier.HKMacauPermit)
	}
	papers, err := material.Kept(ctx, r, unit)
	if err != nil {
		return b, err
	}
	type of struct{ owner, kind string }
	longest := map[of]calendar.Date{} // a newer one of its kind does for an older one
	for _, m := range papers {
		k := of{m.Owner, m.Kind}
		if m.OwnerKind == material.OfPerson && !m.OfOneTrip() && m.ValidUntil.After(longest[k]) {
			longest[k] = m.ValidUntil
		}
	}
	for k, until := range longest {
		add(k.owner, until, progress.PaperName(ctx, k.kind), false)
	}
	not, err := room.NotCleared(ctx, r, unit, today)
	if err != nil {
		return b, err
	}
	for _, id := range not {
		b.not[ids[id]] = true
	}
	return b, nil
}

// filters of the list, in the order of their chips. ui:keys people.filter.*
var filters = []string{"", "soon", "ending", "not", "left", "gone"}

func (p *Pages) getPeople(w http.ResponseWriter, r *http.Request) {
	ctx, who := r.Context(), web.Who(r)
	v := listView{Query: strings.TrimSpace(r.FormValue("q")), Filter: r.FormValue("show")}
	if !slices.Contains(filters, v.Filter) {
		v.Filter = ""
	}
	if err := p.list(r, &v, who); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if who.May(access.EditPeople) {
		v.Head.Actions = []ui.Button{{Text: ui.T(ctx, "people.add"), URL: "/people/new"}, {Text: ui.T(ctx, "imports.open"), URL: "/people/import", Kind: ui.Second}}
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Tabs: progress.Tabs(ctx, who, ""), Banner: p.said(r)}, listPage(v))
}

func (p *Pages) list(r *http.Request, v *listView, who access.Who) error {
	ctx, store := r.Context(), p.Site.Journal.Store
	b, err := p.beside(ctx, who.Unit)
	if err != nil {
		return err
	}
	gone, err := room.Gone(ctx, store, who.Unit)
	if err != nil {
		return err
	}
	only := map[string][]string{"soon": sorted(b.leaves), "ending": sorted(b.ends), "not": sorted(b.not)}
	counts := map[string]int{"gone": len(gone)}
	for _, f := range filters {
		l := room.Listing{Unit: who.Unit, Only: only[f]}
		if f == "left" {
			l.Standing = room.HasLeft
		}
		if f == "gone" {
			continue
		}
		if counts[f], err = room.Size(ctx, store, l); err != nil {
			return err
		}
	}
	v.Head = ui.Head{Title: ui.T(ctx, "people.title", "Count", counts[""])}
	v.Chips = ui.Chips{Label: ui.T(ctx, "people.filters")}
	for _, f := range filters {
		u := "/people"
		if f != "" {
			u += "?show=" + f
		}
		word := "all"
		if f != "" {
			word = f
		}
		v.Chips.Items = append(v.Chips.Items, ui.Chip{Text: ui.T(ctx, "people.filter."+word), Count: counts[f], Counted: true, URL: u, Current: v.Query == "" && v.Filter == f})
	}
	if err := p.waiting(ctx, v, who); err != nil {
		return err
	}
	if v.Filter != "" {
		v.Head.Title = ui.T(ctx, "people.title.shown", "Count", counts[v.Filter], "Filter", ui.T(ctx, "people.filter."+v.Filter), "All", counts[""])
	}
	if v.Filter == "gone" && v.Query == "" {
		return p.gone(ctx, v, gone)
	}
	return p.rows(r, v, who, b, only[v.Filter], counts)
}

// sorted are the keys of a map, never nil: nobody isn't everybody.
func sorted[T any](m map[string]T) []string {
	return append([]string{}, slices.Sorted(maps.Keys(m))...)
}

// waiting is what somebody of the unit has to answer.
func (p *Pages) waiting(ctx context.Context, v *listView, who access.Who) error {
	if !who.May(access.EditPeople) {
		return nil
	}
	store := p.Site.Journal.Store
	arriving, err := room.Arriving(ctx, store, who.Unit)
	if err != nil {
		return err
	}
	asked, err := room.AskedOf(ctx, store, who.Unit)
	if err != nil {
		return err
	}
	open, err := room.OpenProposals(ctx, store, who.Unit)
	if err != nil {
		return err
	}
	double, err := room.Duplicates(ctx, store, who.Unit)
	if err != nil {
		return err
	}
	note := func(n int, key, url string, state ui.State) {
		if n > 0 {
			v.Notes = append(v.Notes, ui.Note{State: state, Title: ui.T(ctx, "people.wait."+key, "Count", n), Link: ui.Link{Text: ui.T(ctx, "people.wait."+key+".go"), URL: url}})
		}
	}
	// ui:keys people.wait.*
	note(len(arriving), "arriving", "/arrivals", ui.Warn)
	note(len(asked), "asked", "/arrivals#asked", ui.Warn)
	note(len(open), "proposals", "/corrections", ui.Warn)
	note(len(double), "double", "/people/duplicates", ui.Info)
	return nil
}

// gone lists who works for other units now: their names and where, no more.
func (p *Pages) gone(ctx context.Context, v *listView, gone []room.Past) error {
	units, err := unit.Names(ctx, p.Site.Journal.Store)
	if err != nil {
		return err
	}
	v.Table = ui.Table{Caption: ui.T(ctx, "people.filter.gone"), Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "people.empty.gone")},
		Columns: []ui.Column{{Text: ui.T(ctx, "people.col.name")}, {Text: ui.T(ctx, "people.col.was")}, {Text: ui.T(ctx, "people.col.now_at")}, {Text: ui.T(ctx, "people.col.since")}}}
	g := ui.Group{}
	for _, x := range gone {
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: x.Name, Head: true}, {Text: x.Post}, {Text: units[x.NowAt]}, {Text: ui.Date(ctx, x.On), Quiet: true}}})
	}
	v.Table.Groups = []ui.Group{g}
	v.Below = ui.T(ctx, "people.gone.note")
	return nil
}

// sorts are the orders of the list by the column that they stand over.
var sorts = map[string]room.Sort{"": room.ByName, "changed": room.ByChange}

// The list by what ends first, as the column shows it, and the other way round.
const (
	endsFirst = "expires"
	endsLast  = "expires-last"
)

// byEnd sorts people by the day that the list shows beside each; of whom it shows none
// they come last either way.
func byEnd(all []room.Entry, day func(id string) calendar.Date, last bool) {
	slices.SortStableFunc(all, func(x, y room.Entry) int {
		a, b := day(x.ID), day(y.ID)
		switch {
		case a.IsZero() || b.IsZero():
			return flag(a.IsZero()) - flag(b.IsZero())
		case last:
			return b.Compare(a)
		}
		return a.Compare(b)
	})
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// shownEnds gives the day that the list shows beside somebody: what ends soon, and
// else the passport that is valid the longest.
func (p *Pages) shownEnds(ctx context.Context, unit string, b beside) (func(id string) calendar.Date, error) {
	ids, err := room.IDsOf(ctx, p.Site.Journal.Store, unit)
	if err != nil {
		return nil, err
	}
	held, err := custody.Ending(ctx, p.Site.Journal.Store, unit, calendar.On(9999, 12, 31))
	if err != nil {
		return nil, err
	}
	longest := map[string]calendar.Date{}
	for _, k := range held {
		if who := ids[k.Person]; dossier.PassportType(k.Type) != dossier.HKMacauPermit && k.Expires.After(longest[who]) {
			longest[who] = k.Expires
		}
	}
	return func(id string) calendar.Date {
		if x, ends := b.ends[id]; ends {
			return x.on
		}
		return longest[id]
	}, nil
}

// ui:keys people.empty.*
func (p *Pages) rows(r *http.Request, v *listView, who access.Who, b beside, only []string, counts map[string]int) error {
	ctx, store, today := r.Context(), p.Site.Journal.Store, p.Site.Journal.Today()
	sort := sorts[r.FormValue("sort")]
	byEnds := r.FormValue("sort") == endsFirst || r.FormValue("sort") == endsLast
	at := func(s room.Sort) string {
		q := url.Values{}
		if v.Filter != "" {
			q.Set("show", v.Filter)
		}
		if s != room.ByName {
			q.Set("sort", string(s))
		}
		if len(q) == 0 {
			return "/people"
		}
		return "/people?" + q.Encode()
	}
	var found []room.Entry
	var err error
	empty := ui.Empty{Text: ui.T(ctx, "people.empty.none")}
	switch {
	case v.Query != "":
		if found, err = room.Find(ctx, store, p.Index, who.Unit, v.Query, pageSize); len(found) == pageSize {
			v.Below = ui.T(ctx, "people.find.more", "Count", pageSize)
		}
		empty.Text = ui.T(ctx, "people.empty")
	case byEnds:
		l := room.Listing{Unit: who.Unit, Only: only, Limit: room.MostOnly}
		if v.Filter == "left" {
			l.Standing = room.HasLeft
		}
		if v.Filter != "" {
			empty.Text = ui.T(ctx, "people.empty."+v.Filter)
		}
		var day func(string) calendar.Date
		if found, err = room.List(ctx, store, l); err == nil {
			day, err = p.shownEnds(ctx, who.Unit, b)
		}
		if err != nil {
			return err
		}
		byEnd(found, day, r.FormValue("sort") == endsLast)
		from, _ := strconv.Atoi(r.FormValue("from")) // what is no number is the beginning
		from = max(0, min(from, len(found)))
		if found = found[from:]; len(found) > pageSize {
			found = found[:pageSize]
			v.Pages = append(v.Pages, ui.Link{Text: ui.T(ctx, "people.more"), URL: at(room.Sort(r.FormValue("sort"))) + "&from=" + strconv.Itoa(from+pageSize)})
		}
		if from > 0 {
			v.Pages = append([]ui.Link{{Text: ui.T(ctx, "people.first"), URL: at(room.Sort(r.FormValue("sort")))}}, v.Pages...)
		}
	default:
		l := room.Listing{Unit: who.Unit, Sort: sort, Only: only, After: room.After{Key: r.FormValue("key"), ID: r.FormValue("id")}, Limit: pageSize + 1}
		if v.Filter == "left" {
			l.Standing = room.HasLeft
		}
		if v.Filter != "" {
			empty.Text = ui.T(ctx, "people.empty."+v.Filter)
		}
		if found, err = room.List(ctx, store, l); len(found) > pageSize {
			found = found[:pageSize]
			next := sort.AfterOf(found[pageSize-1])
			q := url.Values{"key": {next.Key}, "id": {next.ID}}
			if v.Filter != "" {
				q.Set("show", v.Filter)
			}
			if sort != room.ByName {
				q.Set("sort", string(sort))
			}
			v.Pages = append(v.Pages, ui.Link{Text: ui.T(ctx, "people.more"), URL: "/people?" + q.Encode()})
		}
		if l.After.ID != "" {
			v.Pages = append([]ui.Link{{Text: ui.T(ctx, "people.first"), URL: at(sort)}}, v.Pages...)
		}
	}
	if err != nil {
		return err
	}
	if v.Query != "" {
		v.Head.Title = ui.T(ctx, "people.title.found", "Count", len(found), "All", counts[""])
		if len(found) == pageSize {
			v.Head.Title = ui.T(ctx, "people.title.first", "Count", len(found), "All", counts[""])
		}
	}
	if counts[v.Filter] == 0 && v.Query == "" && v.Filter == "" && who.May(access.EditPeople) {
		empty.Action = ui.Button{Text: ui.T(ctx, "people.add"), URL: "/people/new"}
	}
	units, err := unit.Names(ctx, store)
	if err != nil {
		return err
	}
	v.Table = ui.Table{Caption: v.Head.Title, Cards: true, Empty: empty, Columns: []ui.Column{{Text: ui.T(ctx, "people.col.name"), Sort: at(room.ByName)}, {Text: ui.T(ctx, "people.col.post")},
		{Text: ui.T(ctx, "people.col.number")}, {Text: ui.T(ctx, "people.col.ends"), Sort: at(endsFirst)}, {Text: ui.T(ctx, "people.col.state")}, {Text: ui.T(ctx, "people.col.changed"), Sort: at(room.ByChange)}}}
	switch cols := v.Table.Columns; {
	case r.FormValue("sort") == endsFirst: // a second press turns it round
		cols[3].Sorted, cols[3].Sort = true, at(endsLast)
	case byEnds:
		cols[3].Sorted, cols[3].Down = true, true
	case sort == room.ByChange:
		cols[5].Sorted, cols[5].Down = true, true
	default:
		cols[0].Sorted = true
	}
	if v.Query != "" {
		for i := range v.Table.Columns {
			v.Table.Columns[i].Sorted = false
			v.Table.Columns[i].Sort = ""
		}
	}
	g := ui.Group{}
	for _, e := range found {
		tail := ""
		if e.Tail != "" {
			tail = ui.T(ctx, "people.tail", "Tail", e.Tail)
		}
		row := ui.Row{Cells: []ui.Cell{{Text: e.Name(), URL: personURL(e.ID), Head: true, Sub: spelt(e)}, {Text: e.Department + e.Post}, {Text: tail}, {}, p.state(ctx, e, b, units), {Text: ui.At(ctx, time.UnixMicro(e.At)), Quiet: true}}}
		held, err := p.booklet(ctx, e.ID)
		if err != nil {
			return err
		}
		row.Cells[3] = held
		if x, ends := b.ends[e.ID]; ends {
			if !x.pass { // another paper's end doesn't hide the passport's
				x.what = ui.T(ctx, "people.ends.also", "What", x.what, "Passport", held.Text)
			}
			row.Cells[3] = ui.Cell{Tag: ui.Tag{State: ui.Warn, Word: ui.Date(ctx, x.on)}, Sub: x.what}
			if x.on.Before(today) {
				row.Cells[3].Tag = ui.Tag{State: ui.Stop, Word: ui.T(ctx, "people.ends.over", "Day", ui.Date(ctx, x.on))}
			}
		}
		g.Rows = append(g.Rows, row)
	}
	v.Table.Groups = []ui.Group{g}
	return nil
}

// spelt is a name in Latin letters: as the booklet spells it, and of whom nobody wrote it
// down yet as it will be read.
func spelt(e room.Entry) string {
	if name := e.LatinName(); name != "" {
		return name
	}
	surname, given := room.Latin(e.Family, e.Given)
	return strings.TrimSpace(surname + " " + given)
}

// booklet is the passport of somebody that is valid the longest, and likewise
// the permit for Hong Kong and Macao below it: neither serves for the other.
func (p *Pages) booklet(ctx context.Context, who string) (ui.Cell, error) {
	all, err := custody.Of(ctx, p.Site.Journal.Store, who)
	var passport, permit custody.Row
	for _, k := range all {
		longest := &passport
		if dossier.PassportType(k.Type) == dossier.HKMacauPermit {
			longest = &permit
		}
		if k.Place != custody.IsVoid && k.Place != custody.IsLost && k.Expires.After(longest.Expires) {
			*longest = k
		}
	}
	out := ui.Cell{Text: ui.T(ctx, "people.ends.none"), Quiet: true}
	if !passport.Expires.IsZero() {
		out = ui.Cell{Text: ui.T(ctx, "people.ends.until", "Day", ui.Date(ctx, passport.Expires))}
	}
	if !permit.Expires.IsZero() {
		out.Sub = ui.T(ctx, "people.ends.permit", "Day", ui.Date(ctx, permit.Expires))
	}
	return out, err
}

// state is the one thing to know of somebody beside their name, and below it what
// they travel on.
func (p *Pages) state(ctx context.Context, e room.Entry, b beside, units map[string]string) ui.Cell {
	c := standing(ctx, e, b, units)
	open, err := p.open(ctx, e.ID)
	p.Site.Missed(ctx, "what somebody travels on", e.ID, err)
	if len(open) == 0 || c.Sub != "" {
		return c
	}
	switch {
	case open[0].Abroad && (c.Tag.Word == "" || !b.leaves[e.ID].IsZero() && c.Tag.State == ui.Info): // gone, and no more about to go
		c.Tag = ui.Tag{State: ui.Info, Word: ui.T(ctx, "people.state.abroad")}
	case c.Tag.Word == "":
		c.Tag = ui.Tag{State: ui.Info, Word: ui.T(ctx, "people.state.open")}
	}
	c.Sub = p.tripWords(ctx, e.Unit, open[0].Trip)
	if more := len(open) - 1; more > 0 {
		c.Sub = ui.T(ctx, "people.state.open.more", "What", c.Sub, "Count", more)
	}
	return c
}

// journey is one of somebody's trips that aren't over.
type journey struct {
	filing.Trip
	Abroad bool // they are on it
}

// open are somebody's trips that were applied for and aren't over, the next first:
// none on which the decision or a later change leaves them at home.
func (p *Pages) open(ctx context.Context, who string) ([]journey, error) {
	store := p.Site.Journal.Store
	ids, err := room.Also(ctx, store, who)
	if err != nil {
		return nil, err
	}
	all, err := node.TripsBut(ctx, p.Site.Journal, who, "")
	if err != nil {
		return nil, err
	}
	slices.Reverse(all)
	var out []journey
	for _, t := range all {
		if t.Return.Before(p.Site.Journal.Today()) {
			continue
		}
		s, _, err := state.Of(ctx, store, t.Filing)
		if err != nil {
			return nil, err
		}
		goes := s.Approved()
		if len(goes) > 0 && !slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(goes, id) }) {
			continue
		}
		out = append(out, journey{t, s.Stage == state.Abroad})
	}
	return out, nil
}

// tripWords are a trip's title and days; of another unit's only the days.
func (p *Pages) tripWords(ctx context.Context, unit string, t filing.Trip) string {
	title := t.Title
	if t.Unit != unit {
		title = ui.T(ctx, "people.trips.elsewhere")
	}
	return ui.T(ctx, "people.open.one", "Title", title, "Days", ui.Span(ctx, t.Depart, t.Return))
}

// standing is the one thing to know of somebody beside their name.
func standing(ctx context.Context, e room.Entry, b beside, units map[string]string) ui.Cell {
	switch {
	case e.Standing == room.HasLeft:
		return ui.Cell{Tag: ui.Tag{State: ui.Wait, Word: ui.T(ctx, "people.state.left")}, Sub: ui.Date(ctx, e.LeftOn)}
	case b.not[e.ID]:
		return ui.Cell{Tag: ui.Tag{State: ui.Stop, Word: ui.T(ctx, "people.state.not")}}
	case e.Offered != "":
		return ui.Cell{Tag: ui.Tag{State: ui.Wait, Word: ui.T(ctx, "people.state.offered")}, Sub: units[e.Offered]}
	case e.Asked != "":
		return ui.Cell{Tag: ui.Tag{State: ui.Warn, Word: ui.T(ctx, "people.state.asked")}, Sub: units[e.Asked]}
	case !b.leaves[e.ID].IsZero():
		return ui.Cell{Tag: ui.Tag{State: ui.Info, Word: ui.T(ctx, "people.state.leaves", "Day", ui.Date(ctx, b.leaves[e.ID]))}}
	}
	return ui.Cell{}
}

func personURL(id string) string { return "/people/" + url.PathEscape(id) }
