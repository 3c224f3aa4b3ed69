package person

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	room "yitang/internal/person"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
	"yitang/ref"
)

// Work is what these pages need done: records are written where cases are.
type Work interface {
	RecordPerson(ctx context.Context, o journal.Order, unit, filing string, facts room.Facts) error
	ChangePerson(ctx context.Context, o journal.Order, filing string, facts room.Facts) error
}

// Pages is the unit's people.
type Pages struct {
	Site      *web.Site
	Work      Work
	Countries func() ref.Countries
}

// Routes are the addresses of these pages.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /people", Right: access.SeePeople, Handle: p.getPeople},
		{Pattern: "GET /people/new", Right: access.EditPeople, Handle: p.getNew},
		{Pattern: "POST /people/new", Right: access.EditPeople, Handle: p.postNew},
		{Pattern: "GET /people/{person}", Right: access.SeePeople, Handle: p.getPerson},
		{Pattern: "POST /people/{person}", Right: access.EditPeople, Handle: p.postPerson},
		{Pattern: "POST /people/{person}/number", Right: access.EditPeople, Handle: p.postNumber},
	}
}

type listView struct {
	Head  ui.Head
	Query string
	Table ui.Table
	More  ui.Link
}

const pageSize = 50

func (p *Pages) getPeople(w http.ResponseWriter, r *http.Request) {
	ctx, who := r.Context(), web.Who(r)
	store := p.Site.Journal.Store
	v := listView{Query: strings.TrimSpace(r.FormValue("q"))}
	n, err := room.Count(ctx, store, who.Unit)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	var found []room.Entry
	if v.Query != "" {
		found, err = room.Search(ctx, store, who.Unit, v.Query)
	} else {
		after := room.After{Key: r.FormValue("key"), ID: r.FormValue("id")}
		if found, err = room.List(ctx, store, room.Listing{Unit: who.Unit, After: after, Limit: pageSize + 1}); len(found) > pageSize {
			found = found[:pageSize]
			last := found[pageSize-1]
			next := room.ByName.AfterOf(last)
			v.More = ui.Link{Text: ui.T(ctx, "people.more"), URL: "/people?" + url.Values{"key": {next.Key}, "id": {next.ID}}.Encode()}
		}
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v.Head = ui.Head{Title: ui.T(ctx, "people.title", "Count", n)}
	if who.May(access.EditPeople) {
		v.Head.Actions = []ui.Button{{Text: ui.T(ctx, "people.add"), URL: "/people/new"}}
	}
	v.Table = ui.Table{Caption: v.Head.Title, Columns: []ui.Column{{Text: ui.T(ctx, "people.col.name")}, {Text: ui.T(ctx, "people.col.post")}, {Text: ui.T(ctx, "people.col.number")}, {Text: ui.T(ctx, "people.col.changed")}},
		Empty: ui.Empty{Text: ui.T(ctx, "people.empty")}}
	var rows []ui.Row
	for _, e := range found {
		tail := ""
		if e.Tail != "" {
			tail = ui.T(ctx, "people.tail", "Tail", e.Tail)
		}
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: e.Name(), URL: "/people/" + e.ID, Head: true, Sub: e.LatinName()}, {Text: e.Department + e.Post}, {Text: tail}, {Text: ui.At(ctx, time.UnixMicro(e.At)), Quiet: true}}})
	}
	v.Table.Groups = []ui.Group{{Rows: rows}}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Tabs: progress.Tabs(ctx, who, ""), Banner: p.said(r)}, listPage(v))
}

// ui:keys people.said.*
func (p *Pages) said(r *http.Request) ui.Banner {
	if key := "people.said." + r.URL.Query().Get("said"); ui.Known(key) {
		return ui.Banner{Text: ui.T(r.Context(), key)}
	}
	return ui.Banner{}
}

// recordView is one record, for writing or for reading.
type recordView struct {
	Head     ui.Head
	Errors   ui.ErrorSummary
	Action   string
	Key      string
	Send     []ui.Hidden
	Groups   []Group
	Save     ui.Button
	Number   *ui.Button // shows the whole number, and records it
	Shown    string     // the whole number, asked for just now
	Booklets ui.HeldList
	Trips    ui.Table
}

func (p *Pages) getNew(w http.ResponseWriter, r *http.Request) {
	p.show(w, r, room.Person{}, 0, Form{}, "", nil)
}

func (p *Pages) postNew(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	facts, raw, wrong := Read(r, room.Facts{}, "")
	id := r.PostFormValue("_person")
	if id == "" {
		id = p.Site.Journal.NewID()
	}
	err := fault.Invalid(wrong...)
	if len(wrong) == 0 {
		err = p.Work.RecordPerson(r.Context(), journal.Order{Subject: id, Key: web.Key(r)}, web.Who(r).Unit, "", facts)
	}
	if fault.Findings(err) != nil {
		p.show(w, r, room.Person{}, 0, Form{Facts: facts, Raw: raw, Errors: ui.FieldErrors(r.Context(), err)}, "", err)
		return
	}
	p.Site.Answer(w, r, err, "/people?said=recorded")
}

func (p *Pages) load(r *http.Request) (room.Person, journal.Version, error) {
	rec, v, err := journal.Load(r.Context(), p.Site.Journal, room.Room, r.PathValue("person"))
	if err == nil && v == 0 {
		err = fault.NotFound("person " + r.PathValue("person"))
	}
	return rec, v, err
}

func (p *Pages) getPerson(w http.ResponseWriter, r *http.Request) {
	rec, v, err := p.load(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.show(w, r, rec, v, Form{Facts: rec.Facts, Known: true, Change: r.URL.Query().Get("change")}, "", nil)
}

func (p *Pages) postPerson(w http.ResponseWriter, r *http.Request) {
	rec, v, err := p.load(r)
	if err == nil {
		err = r.ParseForm()
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	facts, raw, wrong := Read(r, rec.Facts, "")
	err = fault.Invalid(wrong...)
	if len(wrong) == 0 {
		err = p.Work.ChangePerson(r.Context(), web.Order(r, rec.ID), "", facts)
	}
	if fault.Findings(err) != nil {
		p.show(w, r, rec, v, Form{Facts: facts, Known: true, Raw: raw, Errors: ui.FieldErrors(r.Context(), err)}, "", err)
		return
	}
	p.Site.Answer(w, r, err, "/people/"+url.PathEscape(rec.ID)+"?said=changed")
}

// postNumber shows the whole identity number, once, and records who asked.
func (p *Pages) postNumber(w http.ResponseWriter, r *http.Request) {
	rec, v, err := p.load(r)
	if err == nil {
		_, err = journal.Do(r.Context(), p.Site.Journal, room.Looks, journal.Order{Subject: rec.ID, Key: web.Key(r)}, room.Look{Field: "idNumber", Why: "record"})
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.show(w, r, rec, v, Form{Facts: rec.Facts, Known: true}, rec.IDNumber.Reveal(), nil)
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request, rec room.Person, seen journal.Version, form Form, shown string, failed error) {
	ctx, who := r.Context(), web.Who(r)
	v := recordView{Key: web.NewKey(), Shown: shown, Save: ui.Button{Text: ui.T(ctx, "people.save")}}
	status := http.StatusOK
	if rec.ID == "" {
		v.Head, v.Action = ui.Head{Title: ui.T(ctx, "people.new.title"), Lead: ui.T(ctx, "people.new.lead")}, "/people/new"
		v.Send = append(v.Send, ui.Hidden{Name: "_person", Value: p.Site.Journal.NewID()})
	} else {
		v.Head, v.Action = ui.Head{Title: rec.Name(), Lead: rec.Latin()}, "/people/"+url.PathEscape(rec.ID)
		form.Here = v.Action
		v.Send = append(v.Send, ui.Hidden{Name: "_seen", Value: strconv.FormatInt(int64(seen), 10)})
		if rec.IDNumber != "" && who.May(access.EditPeople) && shown == "" {
			v.Number = &ui.Button{Text: ui.T(ctx, "people.number.show"), Post: v.Action + "/number", Kind: ui.Second, Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}}}
		}
		if err := p.around(ctx, rec, &v); err != nil {
			p.Site.Fail(w, r, err)
			return
		}
	}
	v.Send = append(v.Send, Boxes("")...)
	if failed != nil {
		status, v.Errors = http.StatusUnprocessableEntity, ui.Summarise(ctx, failed)
	}
	if !who.May(access.EditPeople) {
		v.Action = ""
	}
	form.Countries = p.Countries()
	v.Groups = form.Groups(ctx)
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Tabs: progress.Tabs(ctx, who, ""), Errors: len(v.Errors.Errors), Banner: p.said(r), Crumbs: []ui.Link{{Text: ui.T(ctx, "people.crumb"), URL: "/people"}, {Text: v.Head.Title}}}, recordPage(v))
}

// around is what belongs to a record and isn't written here: booklets, trips,
// and who has seen its number.
//
// ui:keys word.passportType.*
func (p *Pages) around(ctx context.Context, rec room.Person, v *recordView) error {
	store := p.Site.Journal.Store
	booklets, err := custody.Of(ctx, store, rec.ID)
	if err != nil {
		return err
	}
	today := p.Site.Journal.Today()
	for _, b := range booklets {
		h := ui.Held{Kind: ui.T(ctx, "word.passportType."+b.Type), Note: ui.T(ctx, "people.booklet", "Tail", b.Tail, "Day", ui.Date(ctx, b.Expires))}
		switch {
		case b.Overdue(today):
			h.State, h.Note = ui.Stop, ui.T(ctx, "people.booklet.overdue", "Tail", b.Tail, "Count", b.DaysLate(today))
		case b.Place == custody.IsLost || b.Place == custody.IsVoid || b.Expires.Before(today):
			h.State = ui.Info
		}
		v.Booklets = append(v.Booklets, h)
	}
	trips, err := filing.OfPerson(ctx, store, rec.ID, 20)
	if err != nil {
		return err
	}
	v.Trips = ui.Table{Caption: ui.T(ctx, "people.trips"), Columns: []ui.Column{{Text: ui.T(ctx, "people.trips")}, {Text: ui.T(ctx, "people.col.days")}}, Empty: ui.Empty{Text: ui.T(ctx, "people.trips.none")}}
	var rows []ui.Row
	for _, e := range trips {
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: e.Title, URL: "/cases/" + e.ID, Head: true}, {Text: span(ctx, e.Depart, e.Return)}}})
	}
	v.Trips.Groups = []ui.Group{{Rows: rows}}
	return nil
}

func span(ctx context.Context, from, to calendar.Date) string {
	if from.IsZero() || to.IsZero() {
		return ""
	}
	return ui.Span(ctx, from, to)
}
