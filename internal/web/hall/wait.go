package hall

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	room "yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// waitView is the waiting list (候补) as a case sees it: what is kept for it, where it
// stands, and the days for which it may still wait.
type waitView struct {
	ID      string
	Hall    string
	Halls   ui.Chips // where the office has several
	Head    ui.Head
	Errors  ui.ErrorSummary
	Key     string
	Offers  []offerView
	Turns   []turnView
	Nearest []ui.Link
	Days    *ui.Field // nil where no day is full
	Over    []stepLine
	First   string // why they go first; ""
	Rule    string // who goes first, for everybody to read
	Live    ui.Link
}

// offerView is places that are kept for the case until an hour.
type offerView struct {
	Day, Slot string
	Hall      string
	When      string
	Until     string
	Cause     *ui.Field
}

// turnView is one day for which it waits.
type turnView struct{ Day, Hall, When, Where string }

// daysAhead is how many days are offered to wait for: a page of a phone.
const daysAhead = 15

func (p *Visits) getWait(w http.ResponseWriter, r *http.Request) { p.showWait(w, r, nil) }

func (p *Visits) showWait(w http.ResponseWriter, r *http.Request, failed error) {
	ctx, id := r.Context(), r.PathValue("case")
	n, h, c, err := p.prepare(ctx, id, r.FormValue("hall"), false)
	var v waitView
	if err == nil {
		v, err = p.waitView(r, n, h, c, failed)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	status := http.StatusOK
	switch {
	case fault.IsConflict(failed):
		status = http.StatusConflict
	case failed != nil:
		status = http.StatusUnprocessableEntity
	}
	p.show(w, r, status, v.Head, len(v.Errors.Errors), waitPage(v))
}

func (p *Visits) waitView(r *http.Request, n Needs, h room.Plan, c Chosen, failed error) (waitView, error) {
	ctx, now := r.Context(), p.Journal.Now()
	v := waitView{ID: n.Filing, Hall: h.ID, Key: web.NewKey(), Errors: ui.Summarise(ctx, failed), Rule: ui.T(ctx, "visits.wait.rule", "Age", h.Elder)}
	all, err := room.WaitsOf(ctx, p.Journal.Store, n.Filing)
	if err != nil {
		return v, err
	}
	if v.Halls, err = p.halls(ctx, h.ID, func(hall string) string { return visitURL(n.Filing) + "/wait?" + url.Values{"hall": {hall}}.Encode() }); err != nil {
		return v, err
	}
	called := map[string]string{} // the halls, where there are several
	if len(v.Halls.Items) > 0 {
		halls, err := room.AllPlans(ctx, p.Journal.Store)
		if err != nil {
			return v, err
		}
		for _, x := range halls {
			called[x.ID] = ui.Name(ctx, fault.Text{Zh: x.Name, En: x.NameEn})
		}
	}
	waits := map[calendar.Date]bool{} // in this hall
	for _, x := range all {
		when := ui.Clauses(ctx, onDay(ctx, x.Day), called[x.Hall])
		switch {
		case x.State == room.IsWaiting && x.Open(now):
			waits[x.Day] = waits[x.Day] || x.Hall == h.ID
			o := offerView{Day: x.Day.String(), Slot: x.Offer.Slot.String(), Hall: x.Hall, When: ui.Clauses(ctx, progress.When(ctx, x.Day, x.Offer.Slot), called[x.Hall]), Until: ui.At(ctx, x.Offer.Until)}
			if n.Earlier(now) > 0 {
				o.Cause = &ui.Field{Kind: ui.Area, Name: "cause", Label: ui.T(ctx, "visits.cause"), Hint: ui.T(ctx, "visits.cause.hint"), Rows: 2, Value: r.FormValue("cause"), Error: ui.FieldErrors(ctx, failed)["cause"]}
			}
			v.Offers = append(v.Offers, o)
		case x.State == room.IsWaiting && x.Offer == nil:
			waits[x.Day] = waits[x.Day] || x.Hall == h.ID
			turn, err := room.Turn(ctx, p.Journal.Store, x)
			if err != nil {
				return v, err
			}
			v.Turns = append(v.Turns, turnView{Day: x.Day.String(), Hall: x.Hall, When: when, Where: ui.T(ctx, "visits.wait.turn", "Turn", turn)})
			// ui:keys visits.wait.first.*
			if x.First != "" {
				v.First = ui.T(ctx, "visits.wait.first."+string(x.First))
			}
		case x.Day.Before(p.Journal.Today()):
		case x.State == string(room.WaitLapsed) || x.State == string(room.WaitClosed) || x.State == room.IsWaiting:
			// ui:keys visits.wait.over.*
			why := x.State
			if why == room.IsWaiting {
				why = string(room.WaitLapsed) // nobody has noted it yet
			}
			v.Over = append(v.Over, stepLine{when, ui.T(ctx, "visits.wait.over."+why)})
		}
	}
	if b, live := n.Live(now); live {
		v.Live = ui.Link{Text: ui.T(ctx, "visits.wait.live", "When", progress.When(ctx, b.Day, b.Slot)), URL: visitURL(n.Filing) + "/pass"}
	} else if err := p.choices(r, &v, n, h, c, waits, failed); err != nil {
		return v, err
	}
	v.Head = p.waitHead(ctx, v, c)
	return v, nil
}

// waitHead says where the case stands.
func (p *Visits) waitHead(ctx context.Context, v waitView, c Chosen) ui.Head {
	who := ui.List(ctx, c.Names)
	if who == "" {
		who = ui.T(ctx, "visits.anybody")
	}
	h := ui.Head{Title: ui.T(ctx, "visits.wait.title"), Lead: ui.T(ctx, "visits.wait.lead", "Who", who, "Day", ui.MonthDay(ctx, c.Last))}
	switch {
	case len(v.Offers) > 0:
		h.Title = ui.T(ctx, "visits.wait.title.offer")
	case len(v.Turns) > 0:
		h.Title = ui.T(ctx, "visits.wait.title.waits", "Count", len(v.Turns))
	}
	return h
}

// choices are the nearest places that are free, and the days that are full.
func (p *Visits) choices(r *http.Request, v *waitView, n Needs, h room.Plan, c Chosen, waits map[calendar.Date]bool, failed error) error {
	ctx := r.Context()
	from, to := p.span(h, c)
	ask := p.ask(n, h, c)
	if len(v.Offers) == 0 {
		near, err := room.Elsewhere(ctx, p.Journal.Store, ask, c.Last)
		if err != nil {
			return err
		}
		slices.Sort(near) // by day and time
		for _, place := range near {
			if d, at, err := room.ParsePlace(place); err == nil {
				q := url.Values{"day": {d.String()}, "from": {d.String()}, "at": {at.String()}}
				v.Nearest = append(v.Nearest, ui.Link{Text: progress.When(ctx, d, at), URL: visitURL(n.Filing) + "/slots?" + inHall(q, h.ID).Encode()})
			}
		}
	}
	if to.Before(from) {
		return nil
	}
	days, err := room.FreeDays(ctx, p.Journal.Store, ask, from, min(to.Sub(from)+1, daysAhead))
	if err != nil {
		return err
	}
	f := &ui.Field{Kind: ui.Checks, Name: "days", Label: ui.T(ctx, "visits.wait.days"), Hint: ui.T(ctx, "visits.wait.days.hint"), Error: ui.FieldErrors(ctx, failed)["days"]}
	for _, d := range days {
		if !d.Open || d.Left() > 0 || len(d.Slots) == 0 || waits[d.Day] {
			continue
		}
		f.Options = append(f.Options, ui.Option{Value: d.Day.String(), Text: onDay(ctx, d.Day), Chosen: slices.Contains(r.Form["days"], d.Day.String())})
	}
	if len(f.Options) > 0 || f.Error != "" {
		v.Days = f
	}
	return nil
}

// span is the days for which a case may wait: those that serve.
func (p *Visits) span(h room.Plan, c Chosen) (from, to calendar.Date) {
	from, to = h.Bookable(p.Journal.Today(), p.Journal.Book())
	if c.From.After(from) {
		from = c.From
	}
	if c.Last.Before(to) {
		to = c.Last
	}
	return from, to
}

func (p *Visits) postWait(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("case")
	r.PostFormValue("") // parses the form
	p.answerWait(w, r, p.Wait(r.Context(), id, r.PostFormValue("hall"), r.PostForm["days"], web.Key(r)))
}

// Wait puts a case in line for days that are full. Each day has a line of its own: what
// one of them refuses is said, and the others hold.
func (p *Visits) Wait(ctx context.Context, filing, hall string, days []string, key string) error {
	n, h, c, err := p.prepare(ctx, filing, hall, false)
	if err != nil {
		return err
	}
	if b, live := n.Live(p.Journal.Now()); live {
		return fault.Field("days", "hall.wait.booked", map[string]any{"Day": b.Day})
	}
	if len(days) == 0 {
		return fault.Field("days", "visits.wait.choose", nil)
	}
	born, err := p.born(ctx, c.People)
	if err != nil {
		return err
	}
	var wrong []fault.Finding
	for _, typed := range days {
		d, err := calendar.Parse(typed)
		if err != nil {
			wrong = append(wrong, fault.Finding{Field: "days", Key: "visits.wait.choose"})
			continue
		}
		away, err := room.AwayOn(ctx, p.Journal.Store, p.ask(n, h, c), d)
		if err != nil {
			return err
		}
		want := room.Wanted{Plan: h, Day: d, Counter: c.Counter, Filing: n.Filing, Unit: n.Unit, People: max(1, len(c.People)), Acts: c.Acts, Away: away}
		_, err = journal.Do(ctx, p.Journal, room.Days, journal.Order{Subject: h.DayID(d), Key: key + ":" + d.String()},
			room.Wait{Wanted: want, People: c.People, First: h.GoesFirst(n.Urgent, born, d)})
		if fs := fault.Findings(err); fs != nil {
			wrong = append(wrong, fs...)
		} else if err != nil {
			return err
		}
	}
	if len(wrong) > 0 {
		return fault.Invalid(wrong...)
	}
	return nil
}

// born are the birth days of people, as their identity numbers say.
func (p *Visits) born(ctx context.Context, people []string) ([]calendar.Date, error) {
	var out []calendar.Date
	for _, id := range people {
		e, err := person.One(ctx, p.Journal.Store, id)
		if err != nil && !fault.IsNotFound(err) {
			return nil, err
		}
		out = append(out, e.Born)
	}
	return out, nil
}

// postTake books what is kept for the case: one press. Where the time for it is over
// the place may have gone on, and the nearest are shown.
func (p *Visits) postTake(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("case")
	of, err := p.book(r.Context(), id, placeOf(r), r.PostFormValue("cause"), web.Key(r))
	if err == nil || fault.IsConflict(err) {
		p.answer(w, r, of, err, visitURL(id)+"/pass")
		return
	}
	p.answerWait(w, r, err)
}

func (p *Visits) postQuit(w http.ResponseWriter, r *http.Request) {
	p.answerWait(w, r, p.Quit(r.Context(), r.PathValue("case"), r.PostFormValue("hall"), r.PostFormValue("day"), web.Key(r)))
}

// Quit leaves the line of a day, or lets go of what is kept for the case there.
func (p *Visits) Quit(ctx context.Context, filing, hall, day, key string) error {
	d, err := calendar.Parse(day)
	if err != nil {
		return fault.Field("days", "visits.wait.choose", nil)
	}
	h, err := p.plan(ctx, hall)
	if err != nil {
		return err
	}
	_, err = journal.Do(ctx, p.Journal, room.Days, journal.Order{Subject: h.DayID(d), Key: key}, room.Quit{Filing: filing, Day: d, Why: room.WaitLeft})
	return err
}

func (p *Visits) answerWait(w http.ResponseWriter, r *http.Request, err error) {
	if fault.Findings(err) != nil {
		p.showWait(w, r, err)
		return
	}
	to := visitURL(r.PathValue("case")) + "/wait"
	if q := inHall(url.Values{}, r.FormValue("hall")); len(q) > 0 {
		to += "?" + q.Encode()
	}
	p.Site.Answer(w, r, err, to)
}

// waiting is how a case stands in line, in few words for its other pages: its address
// is the page of the waiting list. ok tells whether it stands in any.
func (p *Visits) waiting(ctx context.Context, filing string) (words string, ok bool, err error) {
	all, err := room.WaitsOf(ctx, p.Journal.Store, filing)
	days := 0
	for _, x := range all {
		if x.State != room.IsWaiting {
			continue
		}
		if x.Open(p.Journal.Now()) {
			return ui.T(ctx, "visits.wait.is_offered", "When", progress.When(ctx, x.Day, x.Offer.Slot), "Until", ui.At(ctx, x.Offer.Until)), true, err
		}
		days++
	}
	return ui.T(ctx, "visits.wait.is_waiting", "Count", days), days > 0, err
}

func onDay(ctx context.Context, d calendar.Date) string {
	return ui.T(ctx, "visits.wait.day", "Day", ui.MonthDay(ctx, d), "Weekday", ui.Weekday(ctx, d))
}
