package trip

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/person"
	state "yitang/internal/progress"
	room "yitang/internal/trip"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// lostView is where a loss is told: what was told already, and the form.
type lostView struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Told   []toldLoss
	Form   *lossForm // nil where every booklet is told of, or none is out
	Taking bool      // what was sent and refused takes a loss back
	Why    string    // why there is no form
	Desk   ui.Facts
	Back   ui.Link
}

// toldLoss is one loss that was told: how far it is, and the form that takes it back.
type toldLoss struct {
	Note  ui.Note
	Facts ui.Facts
	Take  *form
}

type lossForm struct {
	Action, Key string
	Fields      []ui.Field
	Hint, Error string // of the file
	Kept, Name  string // file of a form that was refused
}

func lostURL(id string) string { return "/cases/" + url.PathEscape(id) + "/lost" }

// theirs are the booklets that are out for a trip and of which this reader may tell:
// the liaison officer of each, a traveller of their own.
func (p *Pages) theirs(ctx context.Context, id string, who access.Who) (func(person string) bool, []custody.Row, error) {
	mine := func(string) bool { return true }
	if !who.Has(access.Liaison) {
		ids, err := person.Also(ctx, p.Journal.Store, who.Person)
		if err != nil {
			return nil, nil, err
		}
		mine = func(person string) bool { return who.Person != "" && slices.Contains(ids, person) }
	}
	rows, err := custody.OutFor(ctx, p.Journal.Store, id)
	rows = slices.DeleteFunc(rows, func(b custody.Row) bool { return b.Place != custody.IsLent || !mine(b.Person) })
	return mine, rows, err
}

func (p *Pages) getLost(w http.ResponseWriter, r *http.Request) { p.showLost(w, r, nil) }

func (p *Pages) showLost(w http.ResponseWriter, r *http.Request, failed error) {
	ctx, id, who := r.Context(), r.PathValue("case"), web.Who(r)
	v := lostView{Head: ui.Head{Title: ui.T(ctx, "lost.title"), Lead: ui.T(ctx, "lost.lead")}, Errors: ui.Summarise(ctx, failed), Back: ui.Link{Text: ui.T(ctx, "after.to_progress"), URL: "/cases/" + url.PathEscape(id) + "/progress"}}
	s, _, err := state.Of(ctx, p.Journal.Store, id)
	var t room.Trip
	if err == nil {
		t, _, err = journal.Load(ctx, p.Journal, room.Room, id)
	}
	if err == nil {
		err = p.losses(r, &v, id, t, failed)
	}
	if err == nil {
		v.Desk, err = p.Progress.Desk(ctx)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	status := http.StatusOK
	if failed != nil {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Phone: true, Crumbs: progress.Crumbs(ctx, who, id, s.Title, v.Head.Title), Errors: len(v.Errors.Errors), Tabs: progress.Tabs(ctx, who, id)}, lostPage(v))
}

// losses fills in what was told, and the form for what can be.
func (p *Pages) losses(r *http.Request, v *lostView, id string, t room.Trip, failed error) error {
	ctx := r.Context()
	mine, out, err := p.theirs(ctx, id, web.Who(r))
	if err != nil {
		return err
	}
	told, err := room.LostOf(ctx, p.Journal.Store, id)
	if err != nil {
		return err
	}
	for _, l := range told {
		if !mine(l.Person) || l.Standing() == room.IsBack {
			continue
		}
		x, err := p.toldLoss(r, l, t, failed)
		if err != nil {
			return err
		}
		v.Told = append(v.Told, x)
		if l.Standing() == room.IsTold {
			out = slices.DeleteFunc(out, func(b custody.Row) bool { return b.Booklet == l.Booklet })
		}
	}
	v.Taking = r.PostForm.Has("found")
	if len(out) == 0 {
		if len(v.Told) == 0 {
			v.Why = ui.T(ctx, "lost.none")
		}
		return nil
	}
	v.Form = p.lossForm(r, id, out, failed)
	return nil
}

// ui:keys lost.on.*
//
// toldLoss is a loss as who told it reads it: what happens now, and what they do.
func (p *Pages) toldLoss(r *http.Request, l room.Lost, t room.Trip, failed error) (toldLoss, error) {
	ctx := r.Context()
	name := p.Progress.Name(ctx, l.Person)
	x := toldLoss{Facts: LossFacts(ctx, l)}
	now := "home"
	if !t.Ended() && (t.Stage == room.IsAbroad || t.Stage == room.IsCleared && !p.Journal.Today().Before(t.Depart)) {
		now = "abroad"
	}
	switch l.Standing() {
	case room.IsTold:
		x.Note = ui.Note{State: ui.Stop, Title: ui.T(ctx, "lost.told", "Name", name), Text: ui.Sentences(ctx, ui.T(ctx, "lost.told.text"), ui.T(ctx, "lost.on."+now))}
		f := &form{ID: "found-" + l.Booklet, Title: ui.T(ctx, "lost.found"), Text: ui.T(ctx, "lost.found.text"), Action: lostURL(l.Filing) + "/found", Key: web.NewKey(), Folded: true,
			Fields: []ui.Field{{Kind: ui.Area, Name: "found", Label: ui.T(ctx, "lost.found.where"), Rows: 2, Optional: true, Max: 1000}}, Button: ui.Button{Text: ui.T(ctx, "lost.found.do"), Kind: ui.Second, Full: true, Name: "booklet", Value: l.Booklet}}
		if r.PostForm.Has("found") && r.PostFormValue("booklet") == l.Booklet {
			f.Fields[0].Value, f.Fields[0].Error, f.Open = r.PostFormValue("found"), ui.FieldErrors(ctx, failed)["found"], true
		}
		x.Take = f
	case room.IsNoted:
		x.Note = ui.Note{State: ui.Warn, Title: ui.T(ctx, "lost.noted", "Name", name, "Day", ui.MonthDay(ctx, l.Day())), Text: ui.Sentences(ctx, ui.T(ctx, "lost.on."+now), ui.T(ctx, "lost.noted.text"))}
	case room.IsFound:
		x.Note = ui.Note{State: ui.OK, Title: ui.T(ctx, "lost.there", "Name", name, "Day", ui.MonthDay(ctx, l.Day())), Text: ui.T(ctx, "lost.there.text")}
	case room.IsBack:
	}
	return x, nil
}

// LossFacts are what somebody told of a loss, for who reads it in any zone.
//
// ui:keys lost.to.*
func LossFacts(ctx context.Context, l room.Lost) ui.Facts {
	if l.Told == 0 {
		return nil
	}
	out := ui.Facts{{Term: ui.T(ctx, "lost.on"), Value: ui.Date(ctx, l.On)}, {Term: ui.T(ctx, "lost.where"), Value: l.Where}}
	to := ui.T(ctx, "lost.to.nobody")
	if len(l.To) > 0 {
		var names []string
		for _, a := range l.To {
			names = append(names, ui.T(ctx, "lost.to."+string(a)))
		}
		to = ui.List(ctx, names)
	}
	out = append(out, ui.Fact{Term: ui.T(ctx, "lost.to"), Value: to})
	if l.Words != "" {
		out = append(out, ui.Fact{Term: ui.T(ctx, "lost.words"), Value: l.Words})
	}
	return out
}

// lossForm asks what the office and the police ask.
func (p *Pages) lossForm(r *http.Request, id string, out []custody.Row, failed error) *lossForm {
	ctx := r.Context()
	which := ui.Field{Kind: ui.Radio, Name: "booklet", Label: ui.T(ctx, "lost.which")}
	for _, b := range out {
		which.Options = append(which.Options, ui.Option{Value: b.Booklet, Text: p.Progress.Name(ctx, b.Person), Hint: ui.T(ctx, "lost.booklet", "Type", ui.T(ctx, "making.type."+b.Type), "Tail", b.Tail), Chosen: len(out) == 1})
	}
	to := ui.Field{Kind: ui.Checks, Name: "to", Label: ui.T(ctx, "lost.to"), Hint: ui.T(ctx, "lost.to.hint"), Optional: true}
	for _, a := range room.Authorities() {
		to.Options = append(to.Options, ui.Option{Value: string(a), Text: ui.T(ctx, "lost.to."+string(a))})
	}
	f := &lossForm{Action: lostURL(id), Key: web.NewKey(), Hint: ui.T(ctx, "lost.paper.hint"), Fields: []ui.Field{which,
		{Kind: ui.DateKind, Name: "on", Label: ui.T(ctx, "lost.on"), Value: ui.ISO(p.Journal.Today())},
		{Name: "where", Label: ui.T(ctx, "lost.where"), Hint: ui.T(ctx, "lost.where.hint"), Max: 200}, to,
		{Kind: ui.Area, Name: "words", Label: ui.T(ctx, "lost.words"), Hint: ui.T(ctx, "lost.words.hint"), Rows: 3, Optional: true, Max: 1000}}}
	if r.Method != http.MethodPost || r.PostForm.Has("found") {
		return f
	}
	beside := ui.FieldErrors(ctx, failed)
	for i := range f.Fields {
		x := &f.Fields[i]
		x.Error, x.Value = beside[x.Name], r.FormValue(x.Name)
		for k, o := range x.Options {
			x.Options[k].Chosen = slices.Contains(r.Form[x.Name], o.Value)
		}
	}
	f.Error, f.Kept, f.Name = beside["paper"], r.FormValue("kept"), r.FormValue("kept_name")
	return f
}

// postLost tells of a loss. The file first, as with the report: what is wrong beside
// it must not cost whoever chose it.
func (p *Pages) postLost(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("case")
	err := readable(r, "paper")
	if err == nil {
		defer r.MultipartForm.RemoveAll()
		err = p.tellLoss(r, id)
	}
	if fault.Findings(err) != nil {
		p.showLost(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, lostURL(id))
}

func (p *Pages) tellLoss(r *http.Request, id string) error {
	ctx := r.Context()
	_, out, err := p.theirs(ctx, id, web.Who(r))
	if err != nil {
		return err
	}
	cmd := room.TellLoss{Where: r.FormValue("where"), Words: r.FormValue("words")}
	var wrong []fault.Finding
	// A booklet that isn't theirs to tell of isn't among the choices either.
	if i := slices.IndexFunc(out, func(b custody.Row) bool { return b.Booklet == r.FormValue("booklet") }); i >= 0 {
		cmd.Row = out[i]
	} else {
		wrong = append(wrong, fault.Finding{Field: "booklet", Key: "trip.loss.which"})
	}
	if cmd.On, err = calendar.Parse(r.FormValue("on")); err != nil {
		cmd.On = calendar.Date{}
	}
	for _, a := range r.Form["to"] {
		cmd.To = append(cmd.To, room.Authority(a))
	}
	_, _, missing := r.FormFile("paper")
	if missing == nil || r.FormValue("kept") != "" {
		kept, err := p.keep(ctx, r, id, "paper", "M31")
		if err != nil && fault.Findings(err) == nil {
			return err
		}
		wrong = append(wrong, fault.Findings(err)...)
		if cmd.Paper = kept.ID; kept.ID != "" {
			r.Form.Set("kept", kept.ID)
			r.Form.Set("kept_name", kept.Name)
		}
	}
	if len(wrong) > 0 { // all that is wrong at once, though one of it stops the command
		var t room.Trip
		if cmd.Row.Booklet == "" {
			cmd.Row = custody.Row{Place: custody.IsLent, Filing: id, Since: p.Journal.Now().UnixMicro()}
		}
		_, err := cmd.Decide(t, journal.Moment{Now: p.Journal.Now(), Today: p.Journal.Today(), Book: p.Journal.Book(), Subject: id})
		return fault.Invalid(append(wrong, slices.DeleteFunc(slices.Clone(fault.Findings(err)), func(f fault.Finding) bool { return f.Key == "trip.loss.before" })...)...)
	}
	_, err = journal.Do(ctx, p.Journal, room.Room, web.Order(r, id), journal.Command[room.Trip](cmd))
	return err
}

// postFound takes back what was told of a loss.
func (p *Pages) postFound(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	booklet := r.PostFormValue("booklet")
	b, ok, err := custody.One(ctx, p.Journal.Store, booklet)
	mine, _, theirs := p.theirs(ctx, id, web.Who(r))
	switch {
	case err != nil:
	case theirs != nil:
		err = theirs
	case !ok || !mine(b.Person):
		err = fault.NotFound("booklet " + booklet)
	default:
		cmd := room.TakeLossBack{Booklet: booklet, Words: strings.TrimSpace(r.PostFormValue("found")), Acted: b.Gone()}
		_, err = journal.Do(ctx, p.Journal, room.Room, web.Order(r, id), journal.Command[room.Trip](cmd))
	}
	if fault.Findings(err) != nil {
		p.showLost(w, r, renamed(err, "found"))
		return
	}
	p.Site.Answer(w, r, err, lostURL(id))
}
