package hall

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	room "yitang/internal/hall"
	"yitang/internal/visit"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// slotsView is choosing a day and a time.
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
	Form    string // where choosing goes: book or move
	Button  string
	Day     string
	Hall    string
	Halls   ui.Chips // where the office has several
	Key     string
	Hold    string // 12月3日 9:30 为您留到 10:52
	Confirm ui.Link
	Others  string // what it means that others are choosing
	Seats   string // what the free places are, where several come
	Nearest []ui.Link
	Move    bool
	Until   string // the last day and hour at which it can be moved
	Wait    ui.Link
}

// daysShown is how many days stand in the row.
const daysShown = 5

func (p *Visits) getSlots(w http.ResponseWriter, r *http.Request) {
	n, h, c, err := p.prepare(r.Context(), r.PathValue("case"), r.FormValue("hall"), r.FormValue("move") != "")
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if b, live := n.Live(p.Journal.Now()); r.FormValue("move") != "" && live && !p.Journal.Today().Before(b.Day) {
		http.Redirect(w, r, visitURL(n.Filing)+"/cancel", http.StatusSeeOther) // on the day no time is moved
		return
	}
	p.showSlots(w, r, read{n, h, c}, nil)
}

// chosen finds what is to be booked: the first visit of the plan, or what is
// booked already when it moves.
func (p *Visits) chosen(ctx context.Context, n Needs, h room.Plan, move bool) (Chosen, error) {
	plan, err := p.Finder.Plan(ctx, n, h)
	if err != nil {
		return Chosen{}, err
	}
	if b, live := n.Live(p.Journal.Now()); move && live {
		c := Chosen{People: b.People, Acts: b.Acts, Counter: b.Counter, First: b.Day, Last: b.Day}
		for _, v := range plan.Visits {
			if slices.ContainsFunc(v.Steps, func(st visit.Step) bool {
				return slices.ContainsFunc(b.Acts, func(a room.Act) bool { return a.ID == string(st.Act.ID) })
			}) {
				c.Last = v.Last
			}
		}
		for _, m := range n.Members {
			for _, who := range b.People {
				if m.ID == who {
					c.Names = append(c.Names, m.Name)
				}
			}
		}
		return c, nil
	}
	if len(plan.Visits) == 0 && len(plan.Stuck) > 0 {
		// This hall can't do it, or not in time. It is shown all the same, with the way to another.
		if _, plan, err = p.Finder.best(ctx, n); err != nil {
			return Chosen{}, err
		}
	}
	if len(plan.Visits) == 0 {
		key := "visits.none"
		if len(plan.Stuck) > 0 {
			key = "visits.stuck.refused"
		}
		return Chosen{}, &fault.NotNowError{Key: key, State: "none"}
	}
	return n.Choose(plan.Visits[0]), nil
}

func (p *Visits) showSlots(w http.ResponseWriter, r *http.Request, of read, failed error) {
	ctx, id := r.Context(), r.PathValue("case")
	move := r.FormValue("move") != ""
	n, h, c := of.needs, of.hall, of.chosen
	ask := p.ask(n, h, c)
	from, _ := h.Bookable(p.Journal.Today(), p.Journal.Book())
	if c.From.After(from) {
		from = c.From // before it the visit could not do what it is for
	}
	start := from
	if d, err := calendar.Parse(r.FormValue("from")); err == nil && d.After(from) {
		start = d
	}
	day, _ := calendar.Parse(r.FormValue("day"))
	if r.FormValue("from") == "" && !day.IsZero() && day.Sub(start) >= daysShown {
		start = day
	}
	days, err := room.FreeDays(ctx, p.Journal.Store, ask, start, daysShown)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if day.IsZero() && r.FormValue("from") == "" {
		// Nothing chosen yet: the first day with places or, where it moves or none of
		// these has any, the day that is booked or that the planner proposes.
		day = c.First
		if k := slices.IndexFunc(days, func(d room.DayFree) bool { return d.Open && d.Left() > 0 }); k >= 0 && !move {
			day = days[k].Day
		} else if day.Before(start) || day.Sub(start) >= daysShown {
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
	v := p.slots(ctx, id, h, c, days, from, start, day, move)
	v.Errors = ui.Summarise(ctx, failed)
	var conflict *fault.ConflictError
	status := http.StatusOK
	if errors.As(failed, &conflict) {
		key := conflict.Key
		if r.Method == http.MethodPost {
			status = http.StatusConflict
		}
		if r.PostFormValue("kept") != "" && key == "hall.slot.taken" {
			key = "visits.hold.gone" // they had it, and took longer than it was kept
		}
		v.Note = ui.Note{State: ui.Warn, Text: ui.TMap(ctx, key, nil), Live: true}
		for _, place := range conflict.Nearest {
			if d, at, err := room.ParsePlace(place); err == nil {
				q := url.Values{"day": {d.String()}, "from": {d.String()}, "at": {at.String()}}
				if move {
					q.Set("move", "1")
				}
				v.Nearest = append(v.Nearest, ui.Link{Text: progress.When(ctx, d, at), URL: visitURL(id) + "/slots?" + inHall(q, h.ID).Encode()})
			}
		}
	} else if failed != nil {
		status = http.StatusUnprocessableEntity
	}
	if v.Note == (ui.Note{}) {
		v.limited(ctx, days, day)
	}
	if !move {
		words, waits, err := p.waiting(ctx, id)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		// A day that is full can be waited for; where all have places there is no line.
		full := slices.ContainsFunc(days, func(d room.DayFree) bool { return d.Open && len(d.Slots) > 0 && d.Left() == 0 })
		if !waits {
			words = ui.T(ctx, "visits.wait.link")
		}
		if waits || full {
			v.Wait = ui.Link{Text: words, URL: visitURL(id) + "/wait"}
			if q := inHall(url.Values{}, h.ID); len(q) > 0 {
				v.Wait.URL += "?" + q.Encode()
			}
		}
		if v.Halls, err = p.halls(ctx, h.ID, func(hall string) string { return slotsURL(id) + "?" + url.Values{"hall": {hall}}.Encode() }); err != nil {
			p.Site.Fail(w, r, err)
			return
		}
	}
	if v.Note == (ui.Note{}) && len(h.Serving(c.Counter)) == 0 {
		v.Note = ui.Note{State: ui.Warn, Text: ui.T(ctx, "hall.slot.no_window")}
	}
	v.Until = ui.T(ctx, "visits.cant.text", "Day", ui.MonthDay(ctx, day.Prev()))
	if b, live := n.Live(p.Journal.Now()); move && live {
		now := ui.T(ctx, "visits.move.now", "When", progress.When(ctx, b.Day, b.Slot))
		v.Head.Lead = ui.Sentences(ctx, now, v.Head.Lead)
		v.Until = ui.Sentences(ctx, now, ui.T(ctx, "visits.cant.text", "Day", ui.MonthDay(ctx, b.Day.Prev())))
	}
	if err := p.offer(ctx, r, &v, day); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Phone: true, Errors: len(v.Errors.Errors)}, slotsPage(v))
}

// prepare reads what every page of booking needs, and refuses before the approval. Where
// no hall is named it is the first that can do it.
func (p *Visits) prepare(ctx context.Context, id, hall string, move bool) (Needs, room.Plan, Chosen, error) {
	n, err := p.Finder.Of(ctx, id)
	if err != nil {
		return n, room.Plan{}, Chosen{}, err
	}
	if b, live := n.Live(p.Journal.Now()); live && move {
		hall = b.Hall // another hall is another booking
	}
	h, err := p.plan(ctx, hall)
	if err != nil {
		return n, h, Chosen{}, err
	}
	if !n.Issued {
		return n, h, Chosen{}, &fault.NotNowError{Key: "visits.not_approved", State: "open"}
	}
	if hall == "" { // nobody has chosen
		if h, _, err = p.Finder.best(ctx, n); err != nil {
			return n, h, Chosen{}, err
		}
	}
	c, err := p.chosen(ctx, n, h, move)
	return n, h, c, err
}

func (p *Visits) slots(ctx context.Context, id string, h room.Plan, c Chosen, days []room.DayFree, first, start, day calendar.Date, move bool) slotsView {
	v := slotsView{ID: id, Move: move, Form: visitURL(id) + "/hold", Button: ui.T(ctx, "visits.hold"), Day: day.String(), Hall: h.ID, Key: web.NewKey()}
	who, what, minutes := inWords(ctx, c)
	v.Head = ui.Head{Title: ui.T(ctx, "visits.slots.title"), Lead: ui.T(ctx, "visits.slots.lead", "Who", who, "What", what, "Count", minutes)}
	if moves := ui.MayMove(ctx, p.Journal.Book(), start, start.AddDays(daysShown-1)); moves != "" {
		v.Head.Lead = ui.Sentences(ctx, v.Head.Lead, moves)
	}
	if k := slices.IndexFunc(days, func(d room.DayFree) bool { return d.Takes > 1 }); k >= 0 {
		v.Head.Lead = ui.Sentences(ctx, v.Head.Lead, ui.T(ctx, "visits.slots.several", "Count", days[k].Takes))
	}
	if n := len(c.People); n > 1 {
		v.Seats = ui.T(ctx, "visits.seats", "Count", n)
	}
	if move {
		v.Head.Title = ui.T(ctx, "visits.slots.move_title")
	}
	v.Month = ui.T(ctx, "visits.latest", "Month", ui.MonthDay(ctx, start)+"–"+ui.MonthDay(ctx, start.AddDays(daysShown-1)), "Day", ui.MonthDay(ctx, c.Last))
	page := func(d calendar.Date, extra ...string) string {
		q := url.Values{"from": {start.String()}, "day": {d.String()}}
		if move {
			q.Set("move", "1")
		}
		for i := 0; i+1 < len(extra); i += 2 {
			q.Set(extra[i], extra[i+1])
		}
		return visitURL(id) + "/slots?" + inHall(q, h.ID).Encode()
	}
	_, last := h.Bookable(p.Journal.Today(), p.Journal.Book())
	for _, d := range days {
		v.Days = append(v.Days, ui.DayChoice{Day: d.Day, Left: d.Left(), Held: d.Held(), Closed: !d.Open, NotYet: d.Day.After(last), URL: page(d.Day), Chosen: d.Day == day})
		if d.Day == day {
			v.parts(ctx, d)
		}
	}
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

// limited says why nothing of the chosen day is for them though there be places.
// ui:keys hall.slot.*
func (v *slotsView) limited(ctx context.Context, days []room.DayFree, day calendar.Date) {
	for _, d := range days {
		if d.Day == day && d.Limit != "" {
			v.Note = ui.Note{State: ui.Warn, Text: ui.T(ctx, d.Limit)}
		}
	}
}

// noon parts the day.
var noon = room.At(12, 30)

func (v *slotsView) parts(ctx context.Context, d room.DayFree) {
	am := ui.Slots{Legend: ui.T(ctx, "visits.morning", "Day", ui.MonthDay(ctx, d.Day)), Name: "slot"}
	pm := ui.Slots{Legend: ui.T(ctx, "visits.afternoon", "Day", ui.MonthDay(ctx, d.Day)), Name: "slot"}
	for _, s := range d.Slots {
		slot := ui.Slot{Value: s.Slot.String(), Text: clock(s.Slot), Held: s.Held, Says: ui.T(ctx, "visits.hold.at", "When", progress.When(ctx, d.Day, s.Slot))}
		if s.Held {
			v.Others = ui.T(ctx, "visits.hold.others")
		}
		if s.Fits {
			slot.Left = max(1, s.Places) // none left but the one that is their own
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

// offer marks the time that is asked for or kept.
func (p *Visits) offer(ctx context.Context, r *http.Request, v *slotsView, day calendar.Date) error {
	at := r.FormValue("at")
	if at == "" {
		at = r.FormValue("slot")
	}
	kept, err := room.KeptFor(ctx, p.Journal.Store, v.ID, p.Journal.Now())
	if err != nil {
		return err
	}
	if len(kept) > 0 {
		k := kept[0]
		if at == "" && k.Day == day && k.Hall == v.Hall {
			at = k.Slot.String()
		}
		v.Hold = ui.T(ctx, "visits.held", "When", progress.When(ctx, k.Day, k.Slot), "Until", ui.Clock(k.Until))
		v.Confirm = ui.Link{Text: ui.T(ctx, "visits.held.confirm"), URL: confirmURL(v.ID, Place{k.Day.String(), k.Slot.String(), k.Hall}, v.Move)}
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

// Place is a day and a time as somebody chose them: 2026-12-10, 9:30, in a hall; in the
// office's first where that isn't said.
type Place struct{ Day, Slot, Hall string }

func placeOf(r *http.Request) Place {
	return Place{r.PostFormValue("day"), r.PostFormValue("slot"), r.PostFormValue("hall")}
}

func (at Place) parse() (d calendar.Date, slot room.Clock, err error) {
	if d, err = calendar.Parse(at.Day); err == nil {
		slot, err = room.ParseClock(at.Slot)
	}
	if err != nil {
		return d, slot, fault.Field("slot", "visits.choose", nil)
	}
	return d, slot, nil
}

// wanted is what the hall is asked for, by the day and time that were chosen.
func (p *Visits) wanted(ctx context.Context, at Place, h room.Plan, c Chosen, n Needs) (room.Wanted, error) {
	d, slot, err := at.parse()
	if err != nil {
		return room.Wanted{}, err
	}
	ask := p.ask(n, h, c)
	elsewhere, err := room.Elsewhere(ctx, p.Journal.Store, ask, d)
	if err != nil {
		return room.Wanted{}, err
	}
	away, err := room.AwayOn(ctx, p.Journal.Store, ask, d)
	if err != nil {
		return room.Wanted{}, err
	}
	return room.Wanted{Plan: h, Day: d, Slot: slot, Counter: c.Counter, Filing: n.Filing, Unit: n.Unit, People: max(1, len(c.People)), Persons: c.People, Acts: c.Acts, Elsewhere: elsewhere, Away: away}, nil
}

// ask is who wants places in the hall.
func (p *Visits) ask(n Needs, h room.Plan, c Chosen) room.Ask {
	return room.Ask{Plan: h, Counter: c.Counter, People: max(1, len(c.People)), Filing: n.Filing, Unit: n.Unit, Persons: c.People, Acts: c.Acts, Now: p.Journal.Now(), Book: p.Journal.Book()}
}
