// Package hall is the hall's pages for those who come: what must be done in
// person, booking, the pass. The window's own pages are web/desk.
package hall

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/fault"
	room "yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/visit"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// Visits is the pages on which a unit books its visit. They are made for phones.
type Visits struct {
	Site     *web.Site
	Journal  *journal.Journal
	Finder   Finder
	Progress *progress.Pages
}

// Routes are the addresses of these pages.
func (p *Visits) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /visits", Right: access.SeeUnit, Handle: p.getList},
		{Pattern: "GET /visits/{case}", Right: access.SeeCase, Handle: p.getCase},
		{Pattern: "GET /visits/{case}/slots", Right: access.BookVisit, Handle: p.getSlots},
		{Pattern: "POST /visits/{case}/keep", Right: access.BookVisit, Handle: p.postKeep},
		{Pattern: "POST /visits/{case}/book", Right: access.BookVisit, Handle: p.postBook},
		{Pattern: "POST /visits/{case}/move", Right: access.BookVisit, Handle: p.postMove},
		{Pattern: "GET /visits/{case}/cancel", Right: access.BookVisit, Handle: p.getCancel},
		{Pattern: "POST /visits/{case}/cancel", Right: access.BookVisit, Handle: p.postCancel},
		{Pattern: "GET /visits/{case}/pass", Right: access.SeeCase, Handle: p.getPass},
		{Pattern: "GET /visits/{case}/visit.ics", Right: access.SeeCase, Handle: p.getCalendar},
	}
}

func visitURL(id string) string { return "/visits/" + url.PathEscape(id) }

func (p *Visits) show(w http.ResponseWriter, r *http.Request, status int, head ui.Head, errs int, content templ.Component) {
	p.Site.ShowAs(w, r, status, ui.Page{Title: head.Title, Phone: true, Errors: errs, Tabs: progress.Tabs(r.Context(), web.Who(r), r.PathValue("case"))}, content)
}

// plan reads the hall; while nobody has planned one, nothing can be booked.
// An office has one hall.
func (p *Visits) plan(ctx context.Context) (room.Plan, error) {
	all, err := room.AllPlans(ctx, p.Journal.Store)
	if err != nil {
		return room.Plan{}, err
	}
	if len(all) == 0 {
		return room.Plan{}, &fault.NotNowError{Key: "visits.no_hall", State: "unplanned"}
	}
	return all[0], nil
}

// planned is the hall, or the zero Plan while nobody has planned one.
func (p *Visits) planned(ctx context.Context) (room.Plan, error) {
	h, err := p.plan(ctx)
	if fault.IsNotNow(err) {
		return room.Plan{}, nil
	}
	return h, err
}

func placeName(ctx context.Context, h room.Plan) string {
	return ui.Say(ctx, fault.Text{Zh: h.Name + "，" + h.Place, En: h.NameEn + ", " + h.PlaceEn})
}

type listView struct {
	Head ui.Head
	Rows []listRow
}

type listRow struct {
	When, URL, Title, Number string
	Tag                      ui.Tag
}

func (p *Visits) getList(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	bs, err := room.OfUnit(ctx, p.Journal.Store, web.Who(r).Unit, p.Journal.Today())
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := listView{}
	live := 0
	for _, b := range bs {
		title, err := p.Finder.title(ctx, b.Filing)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		if b.State == room.IsBooked {
			live++
		}
		v.Rows = append(v.Rows, listRow{progress.When(ctx, b.Day, b.Slot), visitURL(b.Filing), title, b.Number, stateTag(ctx, b.State)})
	}
	v.Head = ui.Head{Title: ui.T(ctx, "visits.list.title", "Count", live), Lead: ui.T(ctx, "visits.list.lead")}
	if live == 0 {
		v.Head.Title = ui.T(ctx, "visits.list.none")
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Tabs: progress.Tabs(ctx, web.Who(r), "")}, listPage(v))
}

// ui:keys visits.state.*
func stateTag(ctx context.Context, s room.State) ui.Tag {
	t := ui.Tag{State: ui.Info, Word: ui.T(ctx, "visits.state."+string(s))}
	switch s {
	case room.HasLeft:
		t.State = ui.OK
	case room.WasMissed:
		t.State = ui.Warn
	case room.IsCancelled:
		t.State = ui.Wait
	case room.IsBooked, room.HasArrived:
	}
	return t
}

// caseView is the planner's word on a case: how often, who, why, and what
// needs nobody.
type caseView struct {
	Head     ui.Head
	Note     ui.Note
	Live     *liveView
	Visits   []plannedView
	Without  []stepLine
	Missions []stepLine
	Stuck    []stepLine
	Had      []stepLine
	Links    []ui.Link

	people []string // who must come at all
}

type liveView struct {
	Title   string
	Place   string
	Number  string
	Actions []ui.Button
}

type plannedView struct {
	Title  string
	People string
	Steps  []stepLine
	Why    []string
	Action ui.Button
}

type stepLine struct{ What, Note string }

func (p *Visits) getCase(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	n, err := p.Finder.Of(ctx, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	h, err := p.planned(ctx)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v, err := p.view(ctx, n, h, web.Who(r).May(access.BookVisit))
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.show(w, r, http.StatusOK, v.Head, 0, casePage(v))
}

// view is the plan of a case in words. may tells whether the reader books.
func (p *Visits) view(ctx context.Context, n Needs, h room.Plan, may bool) (caseView, error) {
	id := n.Filing
	plan, err := p.Finder.Plan(ctx, n, h)
	if err != nil {
		return caseView{}, err
	}
	v := caseView{Head: ui.Head{Over: n.Title, Title: inShort(ctx, n, plan)}, Links: []ui.Link{{Text: ui.T(ctx, "visits.to_progress"), URL: "/cases/" + url.PathEscape(id) + "/progress"}}}
	if len(plan.Visits) > 0 {
		v.Head.Lead = ui.T(ctx, "visits.case.lead", "Count", len(plan.Visits))
	}
	live, booked := n.Live()
	if booked {
		v.Live = &liveView{Title: progress.When(ctx, live.Day, live.Slot), Place: placeName(ctx, h), Number: live.Number,
			Actions: []ui.Button{{Text: ui.T(ctx, "progress.do.pass"), URL: visitURL(id) + "/pass"}}}
		if may {
			v.Live.Actions = append(v.Live.Actions, ui.Button{Text: ui.T(ctx, "progress.do.move"), URL: visitURL(id) + "/slots?move=1", Kind: ui.Second})
			v.Links = append([]ui.Link{{Text: ui.T(ctx, "visits.cancel"), URL: visitURL(id) + "/cancel"}}, v.Links...)
		}
	}
	for i, pv := range plan.Visits {
		c := n.Choose(pv)
		o := plannedView{Title: ui.T(ctx, "visits.planned", "Count", i+1, "First", ui.MonthDay(ctx, c.First), "Last", ui.MonthDay(ctx, c.Last)), People: ui.List(ctx, c.Names)}
		if booked && i == 0 {
			o.Title = ui.T(ctx, "visits.then")
		}
		for _, name := range c.Names {
			if !slices.Contains(v.people, name) {
				v.people = append(v.people, name)
			}
		}
		if pv.ByOther && len(c.Names) == 0 {
			o.People = ui.T(ctx, "visits.anybody")
		}
		o.Steps = p.together(ctx, n, pv.Steps)
		for _, m := range pv.Why {
			o.Why = append(o.Why, ui.Say(ctx, m.Text()))
		}
		if i == 0 && may && n.Issued && !booked && h.ID != "" {
			o.Action = ui.Button{Text: ui.T(ctx, "visits.book_this"), URL: visitURL(id) + "/slots"}
		}
		v.Visits = append(v.Visits, o)
	}
	v.Without, v.Missions = p.together(ctx, n, plan.Without), p.together(ctx, n, plan.Missions)
	for _, s := range plan.Stuck {
		v.Stuck = append(v.Stuck, stepLine{begin(ui.Say(ctx, s.Act.Kind.Text())), p.say(ctx, s.Why)})
	}
	for _, had := range n.Had {
		if had.Presence != room.NotCome {
			v.Had = append(v.Had, stepLine{ui.MonthDay(ctx, had.Day), ui.T(ctx, "visits.had", "Count", len(had.Acts))})
		}
	}
	switch {
	case len(plan.Visits) == 0:
	case !n.Issued:
		v.Note = ui.Note{State: ui.Info, Text: ui.T(ctx, "visits.not_yet")}
	case h.ID == "":
		v.Note = ui.Note{State: ui.Warn, Text: ui.T(ctx, "visits.no_hall")}
	}
	return v, nil
}

// begin makes words that the planner gives for the middle of a sentence its
// beginning.
func begin(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToUpper(first)) + words[size:]
}

// say is a message of the planner with countries by their names.
func (p *Visits) say(ctx context.Context, m visit.Message) string {
	if code, ok := m.Args["country"].(string); ok {
		m.Args = maps.Clone(m.Args)
		m.Args["country"] = p.Progress.Area(ctx, code)
	}
	return ui.Say(ctx, m.Text())
}

// together tells the same thing of several people once.
func (p *Visits) together(ctx context.Context, n Needs, steps []visit.Step) []stepLine {
	type thing struct {
		step  visit.Step
		names []string
	}
	var things []*thing
	at := map[string]*thing{}
	for _, st := range steps {
		key := fmt.Sprint(st.Act.Kind, st.Note.Key, st.Note.Args["country"])
		t := at[key]
		if t == nil {
			t = &thing{step: st}
			at[key] = t
			things = append(things, t)
		}
		if st.Act.Member != visit.WholeUnit {
			t.names = append(t.names, n.Members[st.Act.Member].Name)
		}
	}
	var out []stepLine
	for _, t := range things {
		note, who := t.step.Note, ui.List(ctx, t.names)
		note.Args = maps.Clone(note.Args)
		if len(t.names) > 0 {
			note.Args["people"] = who
		}
		l := stepLine{begin(ui.Say(ctx, t.step.Act.Kind.Text())), p.say(ctx, note)}
		if who != "" && !strings.Contains(l.Note, who) {
			l.What = ui.T(ctx, "visits.step", "Name", who, "What", ui.Say(ctx, t.step.Act.Kind.Text()))
		}
		out = append(out, l)
	}
	return out
}

// slotsView is choosing a day and a time, and confirming what is kept.
type slotsView struct {
	ID      string
	Head    ui.Head
	Errors  ui.ErrorSummary
	Note    ui.Note
	Month   string
	Days    ui.Days
	Earlier ui.Link
	Later   ui.Link
	Parts   []ui.Slots
	Chosen  bool
	Form    string // where choosing goes: keep or move
	Button  string
	Day     string
	Key     string
	Hold    string // 9:30 已为您留 10 分钟，到 10:52
	Confirm string
	Cause   *ui.Field
	Nearest []ui.Link
	Move    bool
}

// daysShown is how many days stand in the row.
const daysShown = 5

func (p *Visits) getSlots(w http.ResponseWriter, r *http.Request) { p.showSlots(w, r, nil) }

// chosen finds what is to be booked: the first visit of the plan, or what is
// booked already when it moves.
func (p *Visits) chosen(ctx context.Context, n Needs, h room.Plan, move bool) (Chosen, error) {
	if b, live := n.Live(); move && live {
		c := Chosen{People: b.People, Acts: b.Acts, Counter: b.Counter, First: b.Day, Last: n.Depart}
		for _, m := range n.Members {
			for _, who := range b.People {
				if m.ID == who {
					c.Names = append(c.Names, m.Name)
				}
			}
		}
		return c, nil
	}
	plan, err := p.Finder.Plan(ctx, n, h)
	if err != nil {
		return Chosen{}, err
	}
	if len(plan.Visits) == 0 {
		return Chosen{}, &fault.NotNowError{Key: "visits.none", State: "none"}
	}
	return n.Choose(plan.Visits[0]), nil
}

func (p *Visits) showSlots(w http.ResponseWriter, r *http.Request, failed error) {
	ctx, id := r.Context(), r.PathValue("case")
	move := r.FormValue("move") != ""
	n, h, c, err := p.prepare(ctx, id, move)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	ask := room.Ask{Plan: h, Counter: c.Counter, People: max(1, len(c.People)), Filing: id, Now: p.Journal.Now(), Book: p.Journal.Book()}
	from, _ := h.Bookable(p.Journal.Today(), p.Journal.Book())
	start := from
	if d, err := calendar.Parse(r.FormValue("from")); err == nil && d.After(from) {
		start = d
	}
	days, err := room.FreeDays(ctx, p.Journal.Store, ask, start, daysShown)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	day, _ := calendar.Parse(r.FormValue("day"))
	if day.IsZero() && r.FormValue("from") == "" {
		// Nothing chosen yet: the day that the planner proposes, else the first with room.
		day = c.First
		if day.Before(start) || day.Sub(start) >= daysShown {
			if day.After(start) {
				start = day
				if days, err = room.FreeDays(ctx, p.Journal.Store, ask, start, daysShown); err != nil {
					p.Site.Fail(w, r, err)
					return
				}
			} else {
				day = start
			}
		}
	}
	v := p.slots(ctx, id, n, h, c, ask, days, start, day, move)
	v.Errors = ui.Summarise(ctx, failed)
	var conflict *fault.ConflictError
	status := http.StatusOK
	if errors.As(failed, &conflict) {
		status = http.StatusConflict
		v.Note = ui.Note{State: ui.Warn, Text: ui.TMap(ctx, conflict.Key, nil), Live: true}
		for _, place := range conflict.Nearest {
			if d, at, err := room.ParsePlace(place); err == nil {
				q := url.Values{"day": {d.String()}, "from": {d.String()}, "at": {at.String()}}
				if move {
					q.Set("move", "1")
				}
				v.Nearest = append(v.Nearest, ui.Link{Text: progress.When(ctx, d, at), URL: visitURL(id) + "/slots?" + q.Encode()})
			}
		}
	} else if failed != nil {
		status = http.StatusUnprocessableEntity
	}
	if err := p.offer(ctx, r, &v, n, h, day, failed); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Phone: true, Errors: len(v.Errors.Errors)}, slotsPage(v))
}

// prepare reads what every page of booking needs, and refuses before the approval.
func (p *Visits) prepare(ctx context.Context, id string, move bool) (Needs, room.Plan, Chosen, error) {
	n, err := p.Finder.Of(ctx, id)
	if err != nil {
		return n, room.Plan{}, Chosen{}, err
	}
	h, err := p.plan(ctx)
	if err != nil {
		return n, h, Chosen{}, err
	}
	if !n.Issued {
		return n, h, Chosen{}, &fault.NotNowError{Key: "visits.not_approved", State: "open"}
	}
	c, err := p.chosen(ctx, n, h, move)
	return n, h, c, err
}

func (p *Visits) slots(ctx context.Context, id string, n Needs, h room.Plan, c Chosen, ask room.Ask, days []room.DayFree, start, day calendar.Date, move bool) slotsView {
	v := slotsView{ID: id, Move: move, Form: visitURL(id) + "/keep", Button: ui.T(ctx, "visits.keep"), Day: day.String(), Key: web.NewKey()}
	if move {
		v.Form, v.Button = visitURL(id)+"/move", ui.T(ctx, "visits.move")
	}
	minutes := 0
	var kinds []string
	seen := map[visit.Kind]bool{}
	for _, a := range c.Acts {
		minutes += a.Minutes
		if !seen[a.Kind] {
			seen[a.Kind] = true
			kinds = append(kinds, ui.Say(ctx, a.Kind.Text()))
		}
	}
	who := ui.List(ctx, c.Names)
	if who == "" {
		who = ui.T(ctx, "visits.anybody")
	}
	v.Head = ui.Head{Title: ui.T(ctx, "visits.slots.title"), Lead: ui.T(ctx, "visits.slots.lead", "Who", who, "What", ui.List(ctx, kinds), "Count", minutes)}
	if move {
		v.Head.Title = ui.T(ctx, "visits.slots.move_title")
	}
	v.Month = ui.T(ctx, "visits.latest", "Day", ui.MonthDay(ctx, c.Last))
	page := func(d calendar.Date, extra ...string) string {
		q := url.Values{"from": {start.String()}, "day": {d.String()}}
		if move {
			q.Set("move", "1")
		}
		for i := 0; i+1 < len(extra); i += 2 {
			q.Set(extra[i], extra[i+1])
		}
		return visitURL(id) + "/slots?" + q.Encode()
	}
	for _, d := range days {
		v.Days = append(v.Days, ui.DayChoice{Day: d.Day, Left: d.Left(), Closed: !d.Open, URL: page(d.Day), Chosen: d.Day == day})
		if d.Day == day {
			v.parts(ctx, d)
		}
	}
	first, last := h.Bookable(p.Journal.Today(), p.Journal.Book())
	if start.After(first) {
		back := start.AddDays(-daysShown)
		if back.Before(first) {
			back = first
		}
		v.Earlier = ui.Link{Text: ui.T(ctx, "visits.earlier"), URL: page(back, "from", back.String())}
	}
	if on := start.AddDays(daysShown); !on.After(last) {
		v.Later = ui.Link{Text: ui.T(ctx, "visits.later"), URL: page(on, "from", on.String())}
	}
	return v
}

// noon parts the day.
var noon = room.At(12, 30)

func (v *slotsView) parts(ctx context.Context, d room.DayFree) {
	am := ui.Slots{Legend: ui.T(ctx, "visits.morning", "Day", ui.MonthDay(ctx, d.Day)), Name: "slot"}
	pm := ui.Slots{Legend: ui.T(ctx, "visits.afternoon", "Day", ui.MonthDay(ctx, d.Day)), Name: "slot"}
	for _, s := range d.Slots {
		slot := ui.Slot{Value: s.Slot.String(), Text: clock(s.Slot)}
		if s.Fits {
			slot.Left = s.Places
		}
		if s.Slot < noon {
			am.Times = append(am.Times, slot)
		} else {
			pm.Times = append(pm.Times, slot)
		}
	}
	for _, part := range []ui.Slots{am, pm} {
		if len(part.Times) > 0 {
			v.Parts = append(v.Parts, part)
		}
	}
}

func clock(c room.Clock) string { return fmt.Sprintf("%d:%02d", int(c)/60, int(c)%60) }

// offer marks the time that is asked for or kept, and asks to confirm it.
func (p *Visits) offer(ctx context.Context, r *http.Request, v *slotsView, n Needs, h room.Plan, day calendar.Date, failed error) error {
	at := r.FormValue("at")
	if at == "" {
		at = r.FormValue("slot")
	}
	if !v.Move && !day.IsZero() {
		state, _, err := journal.Load(ctx, p.Journal, room.Days, h.DayID(day))
		if err != nil {
			return err
		}
		now := p.Journal.Now()
		for _, hold := range state.Holds {
			if hold.Filing != n.Filing || !hold.Until.After(now) {
				continue
			}
			at = hold.Slot.String()
			v.Hold = ui.T(ctx, "visits.held", "Clock", clock(hold.Slot), "Until", ui.Clock(hold.Until))
			v.Confirm = ui.T(ctx, "visits.confirm", "When", ui.MonthDay(ctx, day)+" "+clock(hold.Slot))
			if n.Earlier() > 0 {
				v.Cause = &ui.Field{Kind: ui.Area, Name: "cause", Label: ui.T(ctx, "visits.cause"), Hint: ui.T(ctx, "visits.cause.hint"), Rows: 2, Value: r.FormValue("cause"), Error: ui.FieldErrors(ctx, failed)["cause"]}
			}
		}
	}
	for i := range v.Parts {
		for j := range v.Parts[i].Times {
			t := &v.Parts[i].Times[j]
			t.Chosen = t.Value == at && t.Left > 0
			v.Chosen = v.Chosen || t.Chosen
		}
	}
	return nil
}

// wanted reads the day and time of a form.
func (p *Visits) wanted(r *http.Request, h room.Plan, c Chosen, n Needs) (room.Wanted, error) {
	d, err := calendar.Parse(r.PostFormValue("day"))
	if err != nil {
		return room.Wanted{}, fault.Field("slot", "visits.choose", nil)
	}
	at, err := room.ParseClock(r.PostFormValue("slot"))
	if err != nil {
		return room.Wanted{}, fault.Field("slot", "visits.choose", nil)
	}
	ctx := r.Context()
	ask := room.Ask{Plan: h, Counter: c.Counter, People: max(1, len(c.People)), Filing: n.Filing, Now: p.Journal.Now(), Book: p.Journal.Book()}
	elsewhere, err := room.Elsewhere(ctx, p.Journal.Store, ask, d)
	if err != nil {
		return room.Wanted{}, err
	}
	return room.Wanted{Plan: h, Day: d, Slot: at, Counter: c.Counter, Filing: n.Filing, Unit: n.Unit, People: max(1, len(c.People)), Elsewhere: elsewhere}, nil
}

// answer shows the page of times again when one can still choose, and goes on
// when it worked.
func (p *Visits) answer(w http.ResponseWriter, r *http.Request, err error, to string) {
	if fault.Findings(err) != nil || fault.IsConflict(err) {
		p.showSlots(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, to)
}

func (p *Visits) postKeep(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	n, h, c, err := p.prepare(ctx, id, false)
	var want room.Wanted
	if err == nil {
		want, err = p.wanted(r, h, c, n)
	}
	if err == nil {
		_, err = journal.Do(ctx, p.Journal, room.Days, journal.Order{Subject: h.DayID(want.Day), Key: web.Key(r)}, room.Keep{Wanted: want})
	}
	q := url.Values{"day": {r.PostFormValue("day")}, "from": {r.PostFormValue("day")}}
	p.answer(w, r, err, visitURL(id)+"/slots?"+q.Encode()+"#confirm")
}

func (p *Visits) postBook(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	n, h, c, err := p.prepare(ctx, id, false)
	if b, live := n.Live(); live && err == nil {
		http.Redirect(w, r, visitURL(b.Filing)+"/pass", http.StatusSeeOther) // pressed twice, or booked by a colleague meanwhile
		return
	}
	var want room.Wanted
	if err == nil {
		want, err = p.wanted(r, h, c, n)
	}
	if err == nil {
		_, err = journal.Do(ctx, p.Journal, room.Days, journal.Order{Subject: h.DayID(want.Day), Key: web.Key(r)},
			room.Book{Wanted: want, People: c.People, Acts: c.Acts, Earlier: n.Earlier(), Cause: r.PostFormValue("cause")})
	}
	p.answer(w, r, err, visitURL(id)+"/pass")
}

func (p *Visits) postMove(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	n, h, c, err := p.prepare(ctx, id, true)
	b, live := n.Live()
	if err == nil && !live {
		err = fault.NotNow("hall.move.not_booked", room.IsCancelled)
	}
	var want room.Wanted
	if err == nil {
		want, err = p.wanted(r, h, c, n)
	}
	if err == nil {
		_, err = journal.Do(ctx, p.Journal, room.Days, journal.Order{Subject: h.DayID(want.Day), Key: "move:" + b.ID + ":" + strconv.Itoa(b.Sequence) + ":" + web.Key(r)}, room.Move{Booking: b, Wanted: want})
	}
	p.answer(w, r, err, visitURL(id)+"/pass")
}

type cancelView struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Action string
	Key    string
	Reason ui.Field
	Back   ui.Link
}

func (p *Visits) getCancel(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	b, ok, err := p.live(ctx, id)
	if err != nil || !ok {
		p.Site.Answer(w, r, err, visitURL(id))
		return
	}
	v := cancelView{Head: ui.Head{Title: ui.T(ctx, "visits.cancel.title", "When", progress.When(ctx, b.Day, b.Slot)), Lead: ui.T(ctx, "visits.cancel.lead")}, Action: visitURL(id) + "/cancel", Key: web.NewKey(),
		Reason: ui.Field{Kind: ui.Area, Name: "reason", Label: ui.T(ctx, "visits.cancel.reason"), Optional: true, Rows: 2}, Back: ui.Link{Text: ui.T(ctx, "visits.cancel.no"), URL: visitURL(id)}}
	p.show(w, r, http.StatusOK, v.Head, 0, cancelPage(v))
}

func (p *Visits) live(ctx context.Context, id string) (room.Booking, bool, error) {
	bs, err := room.OfFiling(ctx, p.Journal.Store, id)
	if err != nil {
		return room.Booking{}, false, err
	}
	b, ok := Needs{Booked: bs}.Live()
	return b, ok, nil
}

func (p *Visits) postCancel(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	b, ok, err := p.live(ctx, id)
	if err == nil && ok {
		_, err = journal.Do(ctx, p.Journal, room.Days, journal.Order{Subject: room.DayID(b.Hall, b.Day), Key: web.Key(r)}, room.Cancel{Booking: b.ID, Day: b.Day, Reason: r.PostFormValue("reason")})
	}
	p.Site.Answer(w, r, err, visitURL(id))
}

type passView struct {
	Head  ui.Head
	Pass  ui.Pass
	Links []ui.Link
}

// latest is the booking that a pass shows: the live one, else the last.
func (p *Visits) latest(ctx context.Context, id string) (room.Booking, bool, error) {
	b, ok, err := p.live(ctx, id)
	if err != nil || ok {
		return b, ok, err
	}
	bs, err := room.OfFiling(ctx, p.Journal.Store, id)
	if err != nil || len(bs) == 0 {
		return b, false, err
	}
	return bs[len(bs)-1], true, nil
}

func (p *Visits) getPass(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	b, ok, err := p.latest(ctx, id)
	if err == nil && !ok {
		err = fault.NotFound("booking of " + id)
	}
	var h room.Plan
	if err == nil {
		h, err = p.plan(ctx)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	var names []string
	for _, who := range b.People {
		names = append(names, p.Progress.Name(ctx, who))
	}
	title, err := p.Finder.title(ctx, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	window := b.Window
	if x, ok := h.Window(b.Window); ok {
		window = ui.Say(ctx, fault.Text{Zh: x.Name, En: x.NameEn})
	}
	v := passView{Head: ui.Head{Over: title, Title: ui.T(ctx, "visits.pass.title", "When", progress.When(ctx, b.Day, b.Slot))},
		Pass: ui.Pass{Code: b.Code, Number: b.Number, Name: ui.List(ctx, names), When: progress.When(ctx, b.Day, b.Slot), Place: placeName(ctx, h) + " " + window,
			Bring: []string{ui.T(ctx, "progress.bring.card"), ui.T(ctx, "visits.bring.nothing")}},
		Links: []ui.Link{{Text: ui.T(ctx, "visits.calendar"), URL: visitURL(id) + "/visit.ics"}, {Text: ui.T(ctx, "visits.to_case"), URL: visitURL(id)}}}
	v.Pass.Word = ui.T(ctx, "visits.state."+string(b.State))
	switch b.State {
	case room.HasArrived, room.HasLeft:
		v.Pass.State = ui.OK
	case room.IsCancelled, room.WasMissed:
		v.Pass.State = ui.Stop
	case room.IsBooked:
		v.Pass.State = ui.Info
	}
	p.show(w, r, http.StatusOK, v.Head, 0, passPage(v))
}

func (p *Visits) getCalendar(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	b, ok, err := p.latest(ctx, id)
	if err == nil && !ok {
		err = fault.NotFound("booking of " + id)
	}
	var h room.Plan
	if err == nil {
		h, err = p.plan(ctx)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	file := room.Calendar(room.Entry{Booking: b, Summary: ui.T(ctx, "visits.calendar.summary", "Number", b.Number), Place: placeName(ctx, h), Text: ui.T(ctx, "progress.bring.card"),
		URL: scheme + "://" + r.Host + visitURL(id) + "/pass", Now: p.Journal.Now()})
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Disposition", `inline; filename="yitang-`+strings.ReplaceAll(b.Number, "/", "-")+`.ics"`)
	if _, err := w.Write(file); err != nil {
		p.Site.Log.Warn("writing a calendar file", "err", err)
	}
}
