package person

import (
	"context"
	"net/http"
	"strconv"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	room "yitang/internal/person"
	"yitang/internal/trip"
	"yitang/internal/unit"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// askView is a page that asks one thing before something is done.
type askView struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Notes  []ui.Note
	Action string
	Key    string
	Send   []ui.Hidden
	Fields []ui.Field
	Do     ui.Button
	Back   ui.Link
}

func (p *Pages) ask(w http.ResponseWriter, r *http.Request, v askView, rec room.Person, crumb string, failed error) {
	status := http.StatusOK
	if failed != nil {
		status, v.Errors = http.StatusUnprocessableEntity, ui.Summarise(r.Context(), failed)
	}
	v.Key, v.Back = web.NewKey(), ui.Link{Text: ui.T(r.Context(), "people.back"), URL: personURL(rec.ID)}
	ctx := r.Context()
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Tabs: progress.Tabs(ctx, web.Who(r), ""), Errors: len(v.Errors.Errors),
		Crumbs: p.crumbs(ctx, ui.Link{Text: rec.Name(), URL: personURL(rec.ID)}, ui.Link{Text: crumb})}, askPage(v))
}

func seenAs(v journal.Version) ui.Hidden {
	return ui.Hidden{Name: "_seen", Value: strconv.FormatInt(int64(v), 10)}
}

func (p *Pages) getLeave(w http.ResponseWriter, r *http.Request) { p.showLeave(w, r, nil) }

// live names the person's cases that are not over: they go on without whoever leaves.
func (p *Pages) live(ctx context.Context, rec room.Person) ([]ui.Note, error) {
	today := p.Site.Journal.Today()
	trips, err := filing.OfPerson(ctx, p.Site.Journal.Store, rec.ID, 50)
	if err != nil {
		return nil, err
	}
	var out []ui.Note
	for _, e := range trips {
		t, _, err := trip.One(ctx, p.Site.Journal.Store, e.ID)
		if err != nil {
			return nil, err
		}
		if e.Unit == rec.In && !e.Return.Before(today) && e.Stage != filing.IsWithdrawn && e.Outcome.Live() && !t.CalledOff() {
			out = append(out, ui.Note{State: ui.Warn, Title: ui.T(ctx, "people.leave.case", "Title", e.Title, "Days", ui.Span(ctx, e.Depart, e.Return)), Link: ui.Link{Text: ui.T(ctx, "people.leave.case.go"), URL: "/cases/" + e.ID}})
		}
	}
	return out, nil
}

func (p *Pages) showLeave(w http.ResponseWriter, r *http.Request, failed error) {
	ctx := r.Context()
	rec, seen, err := p.load(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	errs := ui.FieldErrors(ctx, failed)
	on := ui.Field{Kind: ui.DateKind, Name: "on", Label: ui.T(ctx, "people.leave.on"), Value: r.PostFormValue("on"), Error: errs["on"]}
	if failed == nil {
		on.Value = p.Site.Journal.Today().String()
	}
	v := askView{Head: ui.Head{Title: ui.T(ctx, "people.leave.title", "Name", rec.Name()), Lead: ui.T(ctx, "people.leave.lead")}, Action: personURL(rec.ID) + "/leave",
		Send: []ui.Hidden{seenAs(seen)}, Fields: []ui.Field{on}, Do: ui.Button{Text: ui.T(ctx, "people.leave.do")}}
	if v.Notes, err = p.live(ctx, rec); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.ask(w, r, v, rec, ui.T(ctx, "people.leave"), failed)
}

func (p *Pages) postLeave(w http.ResponseWriter, r *http.Request) {
	on, ok := readDate(r.PostFormValue("on"))
	err := fault.Field("on", "form.date.unreadable", nil)
	if ok {
		_, err = journal.Do(r.Context(), p.Site.Journal, room.Room, web.Order(r, r.PathValue("person")), room.Leave{On: on})
	}
	if fault.Findings(err) != nil {
		p.showLeave(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, personURL(r.PathValue("person"))+"?said=left")
}

func (p *Pages) postBack(w http.ResponseWriter, r *http.Request) {
	_, err := journal.Do(r.Context(), p.Site.Journal, room.Room, web.Order(r, r.PathValue("person")), room.ComeBack{})
	p.Site.Answer(w, r, err, personURL(r.PathValue("person"))+"?said=back")
}

func (p *Pages) getTransfer(w http.ResponseWriter, r *http.Request) { p.showTransfer(w, r, nil) }

func (p *Pages) showTransfer(w http.ResponseWriter, r *http.Request, failed error) {
	ctx := r.Context()
	rec, seen, err := p.load(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	all, err := unit.List(ctx, p.Site.Journal.Store)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	errs := ui.FieldErrors(ctx, failed)
	to := ui.Field{Kind: ui.Select, Name: "to", Label: ui.T(ctx, "people.transfer.to"), Value: r.FormValue("to"), Error: errs["to"], Options: []ui.Option{{Value: "", Text: ui.T(ctx, "people.choose")}}}
	for _, u := range all {
		if u.ID != rec.In {
			to.Options = append(to.Options, ui.Option{Value: u.ID, Text: u.Name, Chosen: u.ID == to.Value})
		}
	}
	on := ui.Field{Kind: ui.DateKind, Name: "on", Label: ui.T(ctx, "people.transfer.on"), Value: r.PostFormValue("on"), Error: errs["on"]}
	if failed == nil {
		on.Value = p.Site.Journal.Today().String()
	}
	v := askView{Head: ui.Head{Title: ui.T(ctx, "people.transfer.title", "Name", rec.Name()), Lead: ui.T(ctx, "people.transfer.lead")}, Action: personURL(rec.ID) + "/transfer",
		Send: []ui.Hidden{seenAs(seen)}, Fields: []ui.Field{to, on}, Do: ui.Button{Text: ui.T(ctx, "people.transfer.do")}}
	if v.Notes, err = p.live(ctx, rec); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.ask(w, r, v, rec, ui.T(ctx, "people.transfer"), failed)
}

func (p *Pages) postTransfer(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	on, ok := readDate(r.PostFormValue("on"))
	err := fault.Field("on", "form.date.unreadable", nil)
	to := r.PostFormValue("to")
	if ok {
		err = nil
		if to != "" {
			_, err = unit.One(ctx, p.Site.Journal.Store, to)
			if fault.IsNotFound(err) {
				err = fault.Field("to", "form.choose", nil)
			}
		}
	}
	if err == nil {
		_, err = journal.Do(ctx, p.Site.Journal, room.Room, web.Order(r, r.PathValue("person")), room.HandOver{To: to, On: on})
	}
	if fault.Findings(err) != nil {
		p.showTransfer(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, personURL(r.PathValue("person"))+"?said=offered")
}

// postKeep takes an offer back.
func (p *Pages) postKeep(w http.ResponseWriter, r *http.Request) {
	_, err := journal.Do(r.Context(), p.Site.Journal, room.Room, web.Order(r, r.PathValue("person")), room.Keep{By: web.Who(r).Unit})
	p.Site.Answer(w, r, err, personURL(r.PathValue("person"))+"?said=kept")
}

// arrivalsView is whom other units hand over, and whom they ask for.
type arrivalsView struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Coming []arrival
	Empty  ui.Empty
	Asked  ui.Table
}

// arrival is one person to confirm. Until then the new unit sees what it needs
// to know them by: name, post, last digits.
type arrival struct {
	ID      string
	Name    string
	Facts   ui.Facts
	Action  string
	Key     string
	Why     ui.Field
	Confirm ui.Button
	Decline ui.Button
}

func (p *Pages) getArrivals(w http.ResponseWriter, r *http.Request) { p.showArrivals(w, r, "", nil) }

func (p *Pages) showArrivals(w http.ResponseWriter, r *http.Request, at string, failed error) {
	ctx, who := r.Context(), web.Who(r)
	store := p.Site.Journal.Store
	units, err := unit.Names(ctx, store)
	var all, asked []room.Entry
	if err == nil {
		all, err = room.Arriving(ctx, store, who.Unit)
	}
	if err == nil {
		asked, err = room.AskedOf(ctx, store, who.Unit)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := arrivalsView{Head: ui.Head{Title: ui.T(ctx, "people.arrivals.title", "Count", len(all)), Lead: ui.T(ctx, "people.arrivals.lead")}, Empty: ui.Empty{Text: ui.T(ctx, "people.arrivals.none")}}
	status := http.StatusOK
	for _, e := range all {
		a := arrival{ID: e.ID, Name: e.Name(), Action: "/arrivals/" + e.ID, Key: web.NewKey(), Facts: ui.Facts{{Term: ui.T(ctx, "people.arrivals.from"), Value: units[e.Unit]}, {Term: ui.T(ctx, "people.arrivals.was"), Value: e.Department + e.Post},
			{Term: ui.T(ctx, "people.col.number"), Value: ui.T(ctx, "people.tail", "Tail", e.Tail)}, {Term: ui.T(ctx, "people.arrivals.on"), Value: ui.Date(ctx, e.OfferedOn)}},
			Why:     ui.Field{Name: "why." + e.ID, Label: ui.T(ctx, "people.arrivals.why"), Max: 100, Optional: true},
			Confirm: ui.Button{Text: ui.T(ctx, "people.arrivals.confirm", "Name", e.Name())}, Decline: ui.Button{Text: ui.T(ctx, "people.arrivals.decline"), Kind: ui.Second, To: "/arrivals/" + e.ID + "/decline"}}
		if at == e.ID && failed != nil {
			status = http.StatusUnprocessableEntity
			a.Why.Error = ui.FieldErrors(ctx, failed)["why"]
			v.Errors = ui.ErrorSummary{Errors: []ui.FieldError{{Field: a.Why.Name, Text: a.Why.Error}}}
		}
		v.Coming = append(v.Coming, a)
	}
	v.Asked = ui.Table{Caption: ui.T(ctx, "people.arrivals.asked"), Cards: true, Columns: []ui.Column{{Text: ui.T(ctx, "people.col.name")}, {Text: ui.T(ctx, "people.arrivals.by")}}}
	g := ui.Group{}
	for _, e := range asked {
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: e.Name(), URL: personURL(e.ID) + "/transfer?to=" + e.Asked, Head: true, Sub: e.Department + e.Post}, {Text: units[e.Asked]}}})
	}
	v.Asked.Groups = []ui.Group{g}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Tabs: progress.Tabs(ctx, who, ""), Errors: len(v.Errors.Errors), Crumbs: p.crumbs(ctx, ui.Link{Text: ui.T(ctx, "people.arrivals")})}, arrivalsPage(v, len(asked) > 0))
}

func (p *Pages) postArrival(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("arrival")
	_, err := journal.Do(r.Context(), p.Site.Journal, room.Room, web.Order(r, id), room.Arrive{To: web.Who(r).Unit})
	p.Site.Answer(w, r, err, personURL(id)+"?said=arrived")
}

func (p *Pages) postDecline(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("arrival")
	_, err := journal.Do(r.Context(), p.Site.Journal, room.Room, web.Order(r, id), room.Keep{By: web.Who(r).Unit, Why: dossier.FoldText(r.PostFormValue("why." + id))})
	if fault.Findings(err) != nil {
		p.showArrivals(w, r, id, err)
		return
	}
	p.Site.Answer(w, r, err, "/arrivals")
}

// postAsk tells the unit that has somebody's record that they work here now;
// of somebody who has left, it takes the record over. The name has to fit the
// number, else nothing is told.
func (p *Pages) postAsk(w http.ResponseWriter, r *http.Request) {
	ctx, by := r.Context(), web.Who(r).Unit
	id, err := room.Numbered(ctx, p.Site.Journal.Store, p.Index, r.PostFormValue("idNumber"))
	if err == nil && id == "" {
		err = fault.NotFound("record")
	}
	var rec room.Person
	if err == nil {
		rec, _, err = journal.Load(ctx, p.Site.Journal, room.Room, id)
	}
	if err == nil && !room.SameName(rec.Name(), r.PostFormValue("familyName")+r.PostFormValue("givenName")) {
		err = fault.Field("familyName", "people.ask.name", nil)
	}
	said := "asked"
	if err == nil {
		o := journal.Order{Subject: id, Key: web.Key(r)}
		if rec.Standing == room.HasLeft {
			said = "arrived"
			_, err = journal.Do(ctx, p.Site.Journal, room.Room, o, room.Arrive{To: by, On: p.Site.Journal.Today()})
		} else {
			_, err = journal.Do(ctx, p.Site.Journal, room.Room, o, room.AskFor{By: by})
		}
	}
	to := "/people?said=" + said
	if said == "arrived" {
		to = personURL(id) + "?said=" + said
	}
	p.Site.Answer(w, r, err, to)
}
