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
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
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
	Uploads     string // where a large one goes ahead; "" for those of accounts
	Kept, Name  string // file of a form that was refused
	Places      ui.Offers
}

func lostURL(id string) string { return "/cases/" + url.PathEscape(id) + "/lost" }

// teller is somebody who tells of losses: the liaison officer of a case, one of its
// travellers, or whoever has a traveller's own link.
type teller struct {
	At   string  // the page on which they do
	Page ui.Page // what is around it
	Back ui.Link
	As   context.Context // they act in it
	Mine func(person string) bool
	Read string        // where what they handed in is read, with its id; "" where they can't
	Out  []custody.Row // theirs that are out
	Told []room.Lost   // what is known of losses there, whosesoever
}

// ofCase is who reads a case's page: the liaison officer tells of each booklet that
// is out for it, a traveller of their own.
func (p *Pages) ofCase(r *http.Request) (teller, error) {
	ctx, id, who := r.Context(), r.PathValue("case"), web.Who(r)
	s, _, err := state.Of(ctx, p.Journal.Store, id)
	if err != nil {
		return teller{}, err
	}
	t := teller{At: lostURL(id), As: ctx, Page: ui.Page{Crumbs: progress.Crumbs(ctx, who, id, s.Title, ui.T(ctx, "lost.title")), Tabs: progress.Tabs(ctx, who, id)},
		Back: ui.Link{Text: ui.T(ctx, "after.to_progress"), URL: "/cases/" + url.PathEscape(id) + "/progress"}, Mine: func(string) bool { return true }}
	if who.May(access.SeeUnit) {
		t.Read = "/cases/" + url.PathEscape(id) + "/papers/"
	}
	if !who.Has(access.Liaison) {
		ids, err := person.Also(ctx, p.Journal.Store, who.Person)
		if err != nil {
			return t, err
		}
		t.Mine = func(person string) bool { return who.Person != "" && slices.Contains(ids, person) }
	}
	if t.Told, err = room.LostOf(ctx, p.Journal.Store, id); err != nil {
		return t, err
	}
	t.Out, err = custody.OutFor(ctx, p.Journal.Store, id)
	return t.lent(), err
}

// ofLink is the traveller whose link it is, on whichever trip. What was lost on a
// trip that is closed is theirs to tell of no more.
func (p *Pages) ofLink(as context.Context, link, who string) (teller, error) {
	store := p.Journal.Store
	ids, err := person.Also(as, store, who)
	t := teller{At: link + "/lost", As: as, Back: ui.Link{Text: ui.T(as, "lost.to_mine"), URL: link}, Mine: func(person string) bool { return slices.Contains(ids, person) }}
	if err == nil {
		t.Out, err = custody.Of(as, store, who)
	}
	for _, id := range ids {
		var told []room.Lost
		if err == nil {
			told, err = room.LostBy(as, store, id)
		}
		for _, l := range told {
			var trip room.Trip
			if err == nil && l.Filing != "" {
				trip, _, err = journal.Load(as, p.Journal, room.Room, l.Filing)
			}
			if l.Filing != "" && (trip.Stage != room.IsClosed || l.Standing() == room.IsTold) {
				t.Told = append(t.Told, l)
			}
		}
	}
	return t.lent(), err
}

// lent leaves the booklets that are in their hands.
func (t teller) lent() teller {
	t.Out = slices.DeleteFunc(t.Out, func(b custody.Row) bool { return b.Place != custody.IsLent || b.Filing == "" || !t.Mine(b.Person) })
	return t
}

// byCase and byLink are the two doors to the same pages.
func (p *Pages) byCase(do func(http.ResponseWriter, *http.Request, teller)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		t, err := p.ofCase(r)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		do(w, r, t)
	}
}

func (p *Pages) byLink(do func(http.ResponseWriter, *http.Request, teller)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		who, as, ok := p.Own(w, r)
		if !ok {
			return
		}
		t, err := p.ofLink(as, "/mine/"+r.PathValue("token"), who)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		do(w, r, t)
	}
}

func (p *Pages) getLost(w http.ResponseWriter, r *http.Request, t teller) { p.showLost(w, r, t, nil) }

func (p *Pages) showLost(w http.ResponseWriter, r *http.Request, t teller, failed error) {
	ctx := r.Context()
	v := lostView{Head: ui.Head{Title: ui.T(ctx, "lost.title"), Lead: ui.T(ctx, "lost.lead")}, Errors: ui.Summarise(ctx, failed), Back: t.Back}
	err := p.losses(r, &v, t, failed)
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
	page := t.Page
	page.Title, page.Phone, page.Errors = v.Head.Title, true, len(v.Errors.Errors)
	p.Site.ShowAs(w, r, status, page, lostPage(v))
}

// losses fills in what was told, and the form for what can be.
func (p *Pages) losses(r *http.Request, v *lostView, t teller, failed error) error {
	ctx, out := r.Context(), t.Out
	for _, l := range t.Told {
		if !t.Mine(l.Person) || l.Standing() == room.IsBack {
			continue
		}
		trip, _, err := journal.Load(ctx, p.Journal, room.Room, l.Filing)
		if err != nil {
			return err
		}
		v.Told = append(v.Told, p.toldLoss(r, l, trip, t, failed))
		if l.Standing() == room.IsTold {
			out = slices.DeleteFunc(out, func(b custody.Row) bool { return b.Booklet == l.Booklet })
		}
	}
	v.Taking = r.PostForm.Has("found")
	if len(out) > 0 {
		v.Form = p.lossForm(r, t.At, out, failed)
		if token := r.PathValue("token"); token != "" {
			v.Form.Uploads = "/mine/" + url.PathEscape(token) + ui.UploadsPath
		}
		places, err := p.lossPlaces(ctx, out, onDay(v.Form.Fields))
		if err != nil {
			return err
		}
		v.Form.Places = places
	} else if len(v.Told) == 0 {
		v.Why = ui.T(ctx, "lost.none")
	}
	return nil
}

// toldLoss is a loss as who told it reads it: what happens now, and what they do.
func (p *Pages) toldLoss(r *http.Request, l room.Lost, on room.Trip, t teller, failed error) toldLoss {
	ctx := r.Context()
	name := p.Progress.Name(ctx, l.Person)
	x := toldLoss{Facts: LossFacts(ctx, l)}
	if l.Paper != "" && t.Read != "" {
		x.Facts = append(x.Facts, ui.Fact{Term: ui.T(ctx, "lost.given"), Show: givenPaper(ui.Link{Text: ui.T(ctx, "lost.given.open"), URL: t.Read + url.PathEscape(l.Paper)}, "")})
	}
	abroad := !on.Ended() && (on.Stage == room.IsAbroad || on.Stage == room.IsCleared && !p.Journal.Today().Before(on.Depart))
	switch l.Standing() {
	case room.IsTold:
		x.Note = ui.Note{State: ui.Stop, Title: ui.T(ctx, "lost.told", "Name", name), Text: ui.Sentences(ctx, append([]string{ui.T(ctx, "lost.told.text")}, advice(ctx, l, abroad)...)...)}
		f := &form{ID: "found-" + l.Booklet, Title: ui.T(ctx, "lost.found"), Text: ui.T(ctx, "lost.found.text"), Action: t.At + "/found", Key: web.NewKey(), Folded: true,
			Fields: []ui.Field{{Kind: ui.Area, Name: "found", Label: ui.T(ctx, "lost.found.where"), Rows: 2, Optional: true, Max: 1000}}, Button: ui.Button{Text: ui.T(ctx, "lost.found.do"), Kind: ui.Second, Full: true, Name: "booklet", Value: l.Booklet}}
		if r.PostForm.Has("found") && r.PostFormValue("booklet") == l.Booklet {
			f.Fields[0].Value, f.Fields[0].Error, f.Open = r.PostFormValue("found"), ui.FieldErrors(ctx, failed)["found"], true
		}
		x.Take = f
	case room.IsNoted:
		x.Note = ui.Note{State: ui.Warn, Title: ui.T(ctx, "lost.noted", "Name", name, "Day", ui.MonthDay(ctx, l.Day())), Text: ui.Sentences(ctx, append(advice(ctx, l, abroad), ui.T(ctx, "lost.noted.text"))...)}
	case room.IsFound:
		x.Note = ui.Note{State: ui.OK, Title: ui.T(ctx, "lost.there", "Name", name, "Day", ui.MonthDay(ctx, l.Day())), Text: ui.T(ctx, "lost.there.text")}
	case room.IsBack:
	}
	return x
}

// advice is what its holder still has to do: not what they said they did. Who told an
// embassy is abroad, whatever the trip's page says.
func advice(ctx context.Context, l room.Lost, abroad bool) []string {
	police, consulate := slices.Contains(l.To, room.Police), slices.Contains(l.To, room.Consulate)
	abroad = abroad || consulate
	var out []string
	say := func(key string) { out = append(out, ui.T(ctx, key)) }
	switch {
	case police:
	case abroad:
		say("lost.to_do.police.abroad")
	default:
		say("lost.to_do.police")
	}
	switch {
	case consulate:
	case abroad:
		say("lost.to_do.consulate")
	default:
		say("lost.to_do.if_abroad")
	}
	if abroad {
		say("lost.to_do.travel")
	}
	if l.Paper != "" {
		say("lost.to_do.given")
	} else {
		say("lost.to_do.statement")
	}
	return out
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
func (p *Pages) lossForm(r *http.Request, at string, out []custody.Row, failed error) *lossForm {
	ctx := r.Context()
	which := ui.Field{Kind: ui.Radio, Name: "booklet", Label: ui.T(ctx, "lost.which")}
	for _, b := range out {
		which.Options = append(which.Options, ui.Option{Value: b.Booklet, Text: p.Progress.Name(ctx, b.Person), Hint: ui.T(ctx, "lost.booklet", "Type", ui.T(ctx, "making.type."+b.Type), "Tail", b.Tail), Chosen: len(out) == 1})
	}
	to := ui.Field{Kind: ui.Checks, Name: "to", Label: ui.T(ctx, "lost.to"), Hint: ui.T(ctx, "lost.to.hint"), Optional: true}
	for _, a := range room.Authorities() {
		to.Options = append(to.Options, ui.Option{Value: string(a), Text: ui.T(ctx, "lost.to."+string(a))})
	}
	f := &lossForm{Action: at, Key: web.NewKey(), Hint: ui.T(ctx, "lost.paper.hint"), Fields: []ui.Field{which,
		{Kind: ui.DateKind, Name: "on", Label: ui.T(ctx, "lost.on"), Value: ui.ISO(p.Journal.Today())},
		{Name: "where", Label: ui.T(ctx, "lost.where"), Hint: ui.T(ctx, "lost.where.hint"), Max: 200, List: lossList}, to,
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

// lossList is the list of the places at which a booklet may have been lost.
const lossList = "lost-places"

// onDay is the day of the loss as the form has it.
func onDay(fields []ui.Field) calendar.Date {
	i := slices.IndexFunc(fields, func(f ui.Field) bool { return f.Name == "on" })
	day, err := calendar.Parse(fields[i].Value)
	if err != nil {
		return calendar.Date{}
	}
	return day
}

// lossPlaces offers the places of the trips for which the booklets are out, where they
// were on the day first; any other may be typed.
func (p *Pages) lossPlaces(ctx context.Context, out []custody.Row, on calendar.Date) (ui.Offers, error) {
	offers := ui.Offers{ID: lossList}
	var legs []dossier.Leg
	seen := map[string]bool{}
	for _, b := range out {
		if seen[b.Filing] {
			continue
		}
		seen[b.Filing] = true
		f, _, err := journal.Load(ctx, p.Journal, filing.Room, b.Filing)
		if err != nil {
			return offers, err
		}
		legs = append(legs, f.Dossier.Legs...)
	}
	for _, l := range placesOn(legs, on) {
		city := l.City
		if ui.LangOf(ctx) == ui.En && l.CityEn != "" {
			city = l.CityEn
		}
		if at := ui.T(ctx, "lost.where.at", "City", city, "Country", p.Progress.Area(ctx, l.Country)); !slices.Contains(offers.Words, at) {
			offers.Words = append(offers.Words, at)
		}
	}
	return offers, nil
}

// placesOn are the legs that have a place, those of a day first.
func placesOn(legs []dossier.Leg, on calendar.Date) []dossier.Leg {
	out := slices.DeleteFunc(slices.Clone(legs), func(l dossier.Leg) bool { return l.City == "" || l.Country == "" })
	there := func(l dossier.Leg) bool {
		return !l.Arrive.IsZero() && !on.Before(l.Arrive.Date) && (l.Leave.IsZero() || !on.After(l.Leave.Date))
	}
	slices.SortStableFunc(out, func(a, b dossier.Leg) int {
		switch {
		case there(a) == there(b):
			return 0
		case there(a):
			return -1
		}
		return 1
	})
	return out
}

// postLost tells of a loss. The file first, as with the report: what is wrong beside
// it must not cost whoever chose it.
func (p *Pages) postLost(w http.ResponseWriter, r *http.Request, t teller) {
	err := readable(r, "paper")
	if err == nil {
		defer r.MultipartForm.RemoveAll()
		err = p.tellLoss(r, t)
	}
	p.answerLoss(w, r, t, err)
}

func (p *Pages) answerLoss(w http.ResponseWriter, r *http.Request, t teller, err error) {
	if fault.Findings(err) != nil {
		p.showLost(w, r, t, err)
		return
	}
	p.Site.Answer(w, r, err, t.At)
}

func (p *Pages) tellLoss(r *http.Request, t teller) error {
	cmd := room.TellLoss{Where: r.FormValue("where"), Words: r.FormValue("words")}
	var wrong []fault.Finding
	// A booklet that isn't theirs to tell of isn't among the choices either.
	if i := slices.IndexFunc(t.Out, func(b custody.Row) bool { return b.Booklet == r.FormValue("booklet") }); i >= 0 {
		cmd.Row = t.Out[i]
	} else {
		wrong = append(wrong, fault.Finding{Field: "booklet", Key: "trip.loss.which"})
	}
	var err error
	if cmd.On, err = calendar.Parse(r.FormValue("on")); err != nil {
		cmd.On = calendar.Date{}
	}
	for _, a := range r.Form["to"] {
		cmd.To = append(cmd.To, room.Authority(a))
	}
	_, _, missing := r.FormFile("paper")
	switch id := t.trip(cmd.Row); {
	case missing != nil && r.FormValue("kept") == "":
	case id == "":
		wrong = append(wrong, fault.Finding{Field: "paper", Key: "trip.loss.whose_paper"})
	default:
		kept, err := p.keep(t.As, r, id, "paper", "M31")
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
		if cmd.Row.Booklet == "" {
			cmd.Row = custody.Row{Place: custody.IsLent, Since: p.Journal.Now().UnixMicro()}
		}
		_, err := cmd.Decide(room.Trip{}, journal.Moment{Now: p.Journal.Now(), Today: p.Journal.Today(), Book: p.Journal.Book(), Subject: cmd.Row.Filing})
		return fault.Invalid(append(wrong, slices.DeleteFunc(slices.Clone(fault.Findings(err)), func(f fault.Finding) bool { return f.Key == "trip.loss.before" })...)...)
	}
	_, err = journal.Do(t.As, p.Journal, room.Room, web.Order(r, cmd.Row.Filing), journal.Command[room.Trip](cmd))
	return err
}

// trip is the case of a booklet, or of whichever they choose where all are out for
// one; "" where that is still open.
func (t teller) trip(b custody.Row) string {
	if b.Booklet == "" && len(t.Out) > 0 && !slices.ContainsFunc(t.Out, func(o custody.Row) bool { return o.Filing != t.Out[0].Filing }) {
		return t.Out[0].Filing
	}
	return b.Filing
}

// postFound takes back what was told of a loss.
func (p *Pages) postFound(w http.ResponseWriter, r *http.Request, t teller) {
	p.answerLoss(w, r, t, renamed(p.takeBack(r, t), "found"))
}

func (p *Pages) takeBack(r *http.Request, t teller) error {
	ctx, booklet := r.Context(), r.PostFormValue("booklet")
	i := slices.IndexFunc(t.Told, func(l room.Lost) bool { return l.Booklet == booklet && t.Mine(l.Person) })
	if i < 0 {
		return fault.NotFound("booklet " + booklet)
	}
	b, ok, err := custody.One(ctx, p.Journal.Store, booklet)
	if err == nil && !ok {
		err = fault.NotFound("booklet " + booklet)
	}
	if err != nil {
		return err
	}
	cmd := room.TakeLossBack{Booklet: booklet, Words: strings.TrimSpace(r.PostFormValue("found")), Acted: b.Gone()}
	_, err = journal.Do(t.As, p.Journal, room.Room, web.Order(r, t.Told[i].Filing), journal.Command[room.Trip](cmd))
	return err
}
