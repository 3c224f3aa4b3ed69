package person

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	room "yitang/internal/person"
	"yitang/internal/progress"
	"yitang/internal/unit"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// Office is the pages on which the office writes what it alone holds of
// somebody: who may not leave the country and when, and whose post is a secret
// one. The Internet hears days alone.
type Office struct {
	Site  *web.Site
	Index room.Indexer
}

// Routes are the addresses of these pages.
func (p *Office) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /personnel", Right: access.KeepPersonnel, Handle: p.getList},
		{Pattern: "GET /personnel/{person}", Right: access.KeepPersonnel, Handle: p.getOne},
		{Pattern: "POST /personnel/{person}/restrict", Right: access.KeepPersonnel, Handle: p.postRestrict},
		{Pattern: "POST /personnel/{person}/lift", Right: access.KeepPersonnel, Handle: p.postLift},
		{Pattern: "POST /personnel/{person}/secrecy", Right: access.KeepPersonnel, Handle: p.postSecrecy},
	}
}

type staffList struct {
	Head  ui.Head
	Query string
	Table ui.Table
	Below string
}

// mostRestrained is how many people the list shows without a search: whoever
// may not leave is an exception.
const mostRestrained = 200

func (p *Office) getList(w http.ResponseWriter, r *http.Request) {
	ctx, store := r.Context(), p.Site.Journal.Store
	v := staffList{Query: strings.TrimSpace(r.FormValue("q"))}
	units, err := unit.Names(ctx, store)
	var found []room.Entry
	if err == nil {
		if v.Query == "" {
			found, err = room.Restrained(ctx, store, p.Site.Journal.Today(), mostRestrained)
			v.Head = ui.Head{Title: ui.T(ctx, "personnel.title", "Count", len(found)), Lead: ui.T(ctx, "personnel.lead")}
		} else {
			if found, err = room.Find(ctx, store, p.Index, "", v.Query, pageSize); len(found) == pageSize {
				v.Below = ui.T(ctx, "people.find.more", "Count", pageSize)
			}
			v.Head = ui.Head{Title: ui.T(ctx, "personnel.found", "Count", len(found)), Lead: ui.T(ctx, "personnel.lead")}
		}
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	none := ui.T(ctx, "personnel.none")
	if v.Query != "" {
		none = ui.T(ctx, "personnel.not_found")
	}
	v.Table = ui.Table{Caption: v.Head.Title, Cards: true, Keys: true, Empty: ui.Empty{Text: none}, Columns: []ui.Column{{Text: ui.T(ctx, "people.col.name")}, {Text: ui.T(ctx, "personnel.unit")}, {Text: ui.T(ctx, "people.col.number")}, {Text: ui.T(ctx, "personnel.days")}}}
	g := ui.Group{}
	for _, e := range found {
		days, err := p.days(ctx, e.ID)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: e.Name(), URL: staffURL(e.ID), Head: true, Sub: e.Department + e.Post}, {Text: units[e.Unit]}, {Text: ui.T(ctx, "people.tail", "Tail", e.Tail)}, days}})
	}
	v.Table.Groups = []ui.Group{g}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title}, staffListPage(v))
}

// days is when somebody may not travel, as the Internet heard it.
func (p *Office) days(ctx context.Context, id string) (ui.Cell, error) {
	spans, err := room.Uncleared(ctx, p.Site.Journal.Store, id)
	if err != nil {
		return ui.Cell{}, err
	}
	var out []string
	for _, s := range spans {
		if s.To.IsZero() || !s.To.Before(p.Site.Journal.Today()) {
			out = append(out, days(ctx, s))
		}
	}
	if len(out) == 0 {
		return ui.Cell{Text: ui.T(ctx, "personnel.clear"), Quiet: true}, nil
	}
	return ui.Cell{Tag: ui.Tag{State: ui.Stop, Word: strings.Join(out, "；"), Long: true}}, nil
}

func days(ctx context.Context, s room.Span) string {
	if s.To.IsZero() {
		return ui.T(ctx, "personnel.from", "Day", ui.Date(ctx, s.From))
	}
	return ui.Span(ctx, s.From, s.To)
}

func staffURL(id string) string { return "/personnel/" + url.PathEscape(id) }

type staffView struct {
	Head     ui.Head
	Errors   ui.ErrorSummary
	Note     ui.Note
	Facts    ui.Facts
	Holds    []restriction
	None     ui.Empty
	Key      string
	Seen     ui.Hidden
	Restrict []ui.Field
	Secrecy  []ui.Field
	Here     string
	Trips    []ui.Cell // under way or approved
	Booklets []ui.Cell // lent to them
}

// tripsShown are the latest trips among which those that aren't over are looked for.
const tripsShown = 50

// stakes is what a restriction would touch: trips that aren't over and booklets that
// are out.
func (p *Office) stakes(ctx context.Context, id string) (trips, booklets []ui.Cell, err error) {
	store := p.Site.Journal.Store
	all, err := filing.OfPerson(ctx, store, id, tripsShown)
	if err != nil {
		return nil, nil, err
	}
	for _, f := range all {
		s, known, err := progress.Of(ctx, store, f.ID)
		if err != nil {
			return nil, nil, err
		}
		if known && !s.Stage.OffCourse() && s.Stage != progress.Done {
			trips = append(trips, ui.Cell{Text: s.Title, URL: "/c/" + f.ID, Tag: ui.Tag{State: ui.Info, Word: ui.Span(ctx, s.Depart, s.Return)}})
		}
	}
	held, err := custody.Of(ctx, store, id)
	if err != nil {
		return nil, nil, err
	}
	for _, b := range held {
		if b.Place == custody.IsLent {
			booklets = append(booklets, ui.Cell{Text: ui.T(ctx, "visadesk.with."+b.Type) + " …" + b.Tail, URL: "/booklets/b/" + b.Booklet})
		}
	}
	return trips, booklets, nil
}

// restriction is one of them, and the form that lifts it.
type restriction struct {
	Facts ui.Facts
	Tag   ui.Tag
	ID    string
	Key   string
	Lift  []ui.Field // none: it is lifted
}

// ui:keys personnel.*
func (p *Office) getOne(w http.ResponseWriter, r *http.Request) { p.show(w, r, "", nil) }

// show is one person; at is the form that came back.
func (p *Office) show(w http.ResponseWriter, r *http.Request, at string, failed error) {
	ctx, id := r.Context(), r.PathValue("person")
	store := p.Site.Journal.Store
	stands, err := room.Stands(ctx, store, id)
	if err == nil && stands != id && r.Method == http.MethodGet {
		http.Redirect(w, r, staffURL(stands), http.StatusSeeOther)
		return
	}
	var e room.Entry
	var held room.Personnel
	var version journal.Version
	var units map[string]string
	if err == nil {
		e, err = room.One(ctx, store, id)
	}
	if err == nil {
		held, err = room.PersonnelOf(ctx, p.Site.Journal, id)
	}
	if err == nil {
		_, version, err = journal.Load(ctx, p.Site.Journal, room.Staff, id)
	}
	if err == nil {
		units, err = unit.Names(ctx, store)
	}
	var now ui.Cell
	if err == nil {
		now, err = p.days(ctx, id)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := staffView{Head: ui.Head{Title: e.Name(), Lead: ui.T(ctx, "personnel.one.lead"), Tag: now.Tag}, Here: staffURL(id), Key: web.NewKey(), Seen: seenAs(version), None: ui.Empty{Text: ui.T(ctx, "personnel.no_restriction")},
		Facts: ui.Facts{{Term: ui.T(ctx, "personnel.unit"), Value: units[e.Unit]}, {Term: ui.T(ctx, "people.col.post"), Value: e.Department + e.Post}, {Term: ui.T(ctx, "people.col.number"), Value: ui.T(ctx, "people.tail", "Tail", e.Tail)},
			{Term: ui.T(ctx, "personnel.internet"), Value: now.Tag.Word + now.Text}}}
	if v.Trips, v.Booklets, err = p.stakes(ctx, id); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if key := "personnel.said." + r.URL.Query().Get("said"); ui.Known(key) {
		v.Note = ui.Note{State: ui.OK, Title: ui.T(ctx, key), Live: true}
	}
	status := http.StatusOK
	if failed != nil {
		status, v.Errors = http.StatusUnprocessableEntity, ui.Summarise(ctx, failed)
	}
	errs := ui.FieldErrors(ctx, failed)
	field := func(form, name, key, value string) ui.Field {
		f := ui.Field{Name: name, Label: ui.T(ctx, "personnel."+key), Value: value, Complete: "off"}
		if at == form {
			f.Value, f.Error = r.PostFormValue(name), errs[name]
		}
		return f
	}
	date := func(f ui.Field, optional bool) ui.Field { f.Kind, f.Optional = ui.DateKind, optional; return f }
	for _, x := range held.Restrictions {
		v.Holds = append(v.Holds, p.restriction(ctx, x, at, field, date))
	}
	today := p.Site.Journal.Today().String()
	source, reason := field("restrict", "source", "source", ""), field("restrict", "reason", "reason", "")
	source.Hint, source.Max, reason.Hint, reason.Max, reason.Optional = ui.T(ctx, "personnel.source.hint"), 160, ui.T(ctx, "personnel.reason.hint"), 400, true
	to := date(field("restrict", "to", "to", ""), true)
	to.Hint = ui.T(ctx, "personnel.to.hint")
	v.Restrict = []ui.Field{source, date(field("restrict", "from", "from_day", today), false), to, reason}
	v.Secrecy = p.secrecy(ctx, held.Secrecy, field, date, at == "secrecy", r)
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Crumbs: []ui.Link{{Text: ui.T(ctx, "personnel.crumb"), URL: "/personnel"}, {Text: e.Name()}}}, staffPage(v))
}

func (p *Office) restriction(ctx context.Context, x room.Restriction, at string, field func(form, name, key, value string) ui.Field, date func(ui.Field, bool) ui.Field) restriction {
	out := restriction{ID: x.ID, Key: web.NewKey(), Facts: ui.Facts{{Term: ui.T(ctx, "personnel.source"), Value: x.Source}, {Term: ui.T(ctx, "personnel.days"), Value: days(ctx, room.Span{From: x.From, To: x.To})}}}
	if x.Reason != "" {
		out.Facts = append(out.Facts, ui.Fact{Term: ui.T(ctx, "personnel.reason"), Value: x.Reason})
	}
	if !x.Lifted.IsZero() {
		out.Tag = ui.Tag{State: ui.OK, Word: ui.T(ctx, "personnel.lifted", "Day", ui.Date(ctx, x.Lifted))}
		out.Facts = append(out.Facts, ui.Fact{Term: ui.T(ctx, "personnel.lift.source"), Value: x.LiftedBy})
		return out
	}
	out.Tag = ui.Tag{State: ui.Stop, Word: ui.T(ctx, "personnel.holds")}
	if !x.To.IsZero() && x.To.Before(p.Site.Journal.Today()) {
		out.Tag = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "personnel.over")}
	}
	form := "lift." + x.ID
	source, on := field(form, "source", "lift.source", ""), date(field(form, "on", "lift.on", p.Site.Journal.Today().String()), false)
	out.Lift = []ui.Field{source, on}
	for i := range out.Lift { // several such forms stand on the page
		out.Lift[i].Name = form + "." + out.Lift[i].Name
	}
	return out
}

// ui:keys word.secretLevel.*
func (p *Office) secrecy(ctx context.Context, s room.Secrecy, field func(form, name, key, value string) ui.Field, date func(ui.Field, bool) ui.Field, back bool, r *http.Request) []ui.Field {
	level := field("secrecy", "level", "level", string(s.Level))
	level.Kind, level.Options = ui.Select, []ui.Option{{Value: "", Text: ui.T(ctx, "people.choose")}}
	for _, l := range room.Levels() {
		w := string(l)
		level.Options = append(level.Options, ui.Option{Value: w, Text: ui.T(ctx, "word.secretLevel."+w), Chosen: w == level.Value})
	}
	until := date(field("secrecy", "until", "until", s.Until.String()), true)
	until.Hint = ui.T(ctx, "personnel.until.hint")
	consent := ui.Field{Kind: ui.Check, Name: "consent", Label: ui.T(ctx, "personnel.consent")}
	if s.Consent && !back || back && r.PostFormValue("consent") != "" {
		consent.Value = "yes"
	}
	agreed := date(field("secrecy", "agreed", "agreed", s.Agreed.String()), true)
	agreed.Hint = ui.T(ctx, "personnel.agreed.hint")
	source := field("secrecy", "secrecySource", "secrecy.source", s.Source)
	source.Hint, source.Max = ui.T(ctx, "personnel.secrecy.source.hint"), 160
	return []ui.Field{level, date(field("secrecy", "since", "since", s.Since.String()), true), until, consent, agreed, source}
}

// dates reads days of a form, and says which can't be read.
func dates(r *http.Request, names ...string) (map[string]calendar.Date, []fault.Finding) {
	out := map[string]calendar.Date{}
	var wrong []fault.Finding
	for _, name := range names {
		d, ok := readDate(r.PostFormValue(name))
		if !ok {
			wrong = append(wrong, fault.Finding{Field: name, Key: "form.date.unreadable"})
		}
		out[name] = d
	}
	return out, wrong
}

func (p *Office) give(w http.ResponseWriter, r *http.Request, form, said string, wrong []fault.Finding, cmd journal.Command[room.Personnel]) {
	id := r.PathValue("person")
	err := fault.Invalid(wrong...)
	if len(wrong) == 0 {
		if _, err = room.One(r.Context(), p.Site.Journal.Store, id); err == nil {
			_, err = journal.Do(r.Context(), p.Site.Journal, room.Staff, web.Order(r, id), cmd)
		}
	}
	if fault.Findings(err) != nil {
		p.show(w, r, form, err)
		return
	}
	p.Site.Answer(w, r, err, staffURL(id)+"?said="+said)
}

func (p *Office) postRestrict(w http.ResponseWriter, r *http.Request) {
	d, wrong := dates(r, "from", "to")
	p.give(w, r, "restrict", "restricted", wrong, room.Restrict{Source: r.PostFormValue("source"), Reason: r.PostFormValue("reason"), From: d["from"], To: d["to"]})
}

func (p *Office) postLift(w http.ResponseWriter, r *http.Request) {
	id := r.PostFormValue("restriction")
	form := "lift." + id
	on, ok := readDate(r.PostFormValue(form + ".on"))
	var wrong []fault.Finding
	if !ok {
		wrong = append(wrong, fault.Finding{Field: "on", Key: "form.date.unreadable"})
	}
	if r.PostForm != nil { // the form that comes back reads its fields by their plain names
		r.PostForm.Set("source", r.PostForm.Get(form+".source"))
		r.PostForm.Set("on", r.PostForm.Get(form+".on"))
	}
	p.give(w, r, form, "lifted", wrong, room.Lift{ID: id, Source: r.PostFormValue("source"), On: on})
}

func (p *Office) postSecrecy(w http.ResponseWriter, r *http.Request) {
	d, wrong := dates(r, "since", "until", "agreed")
	p.give(w, r, "secrecy", "noted", wrong, room.NoteSecrecy{Secrecy: room.Secrecy{Level: dossier.SecretLevel(r.PostFormValue("level")), Since: d["since"], Until: d["until"],
		Consent: r.PostFormValue("consent") != "", Agreed: d["agreed"], Source: r.PostFormValue("secrecySource")}})
}
