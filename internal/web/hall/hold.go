package hall

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	room "yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/visit"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// Whoever has chosen a time reads what is to be confirmed: who comes, what they bring. For
// so long nobody else gets the time.

// confirmURL is where a chosen time is confirmed.
func confirmURL(id string, at Place, move bool) string {
	q := url.Values{"day": {at.Day}, "slot": {at.Slot}}
	if move {
		q.Set("move", "1")
	}
	return visitURL(id) + "/confirm?" + inHall(q, at.Hall).Encode()
}

// Hold keeps a time for a case while its people make up their minds, to book it or to move
// there what is booked.
func (p *Visits) Hold(ctx context.Context, filing string, at Place, key string) error {
	_, booked, err := p.live(ctx, filing)
	if err != nil {
		return err
	}
	_, err = p.hold(ctx, filing, at, booked, key)
	return err
}

func (p *Visits) hold(ctx context.Context, filing string, at Place, move bool, key string) (read, error) {
	n, h, c, err := p.prepare(ctx, filing, at.Hall, move)
	of := read{n, h, c}
	if _, booked := n.Live(p.Journal.Now()); booked && !move || err != nil {
		return of, err
	}
	want, err := p.wanted(ctx, at, h, c, n)
	if err != nil {
		return of, err
	}
	_, err = journal.Do(ctx, p.Journal, room.Days, journal.Order{Subject: h.DayID(want.Day), Key: key}, room.Keep{Wanted: want})
	return of, err
}

func (p *Visits) postHold(w http.ResponseWriter, r *http.Request) {
	ctx, id, move := r.Context(), r.PathValue("case"), r.PostFormValue("move") != ""
	b, booked, err := p.live(ctx, id)
	switch {
	case err != nil:
		p.Site.Fail(w, r, err)
		return
	case booked && !move: // a colleague was quicker
		http.Redirect(w, r, visitURL(id)+"/pass", http.StatusSeeOther)
		return
	case booked && !p.Journal.Today().Before(b.Day):
		p.showCancel(w, r, http.StatusConflict)
		return
	}
	move = move && booked
	of, err := p.hold(ctx, id, placeOf(r), move, "") // who goes back chooses anew by the same form
	p.answer(w, r, of, err, confirmURL(id, placeOf(r), move))
}

// postRelease lets go of what is kept: another time is chosen.
func (p *Visits) postRelease(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	kept, err := room.KeptFor(ctx, p.Journal.Store, id, p.Journal.Now())
	for _, k := range kept {
		if err == nil {
			_, err = journal.Do(ctx, p.Journal, room.Days, journal.Order{Subject: room.DayID(k.Hall, k.Day), Key: web.Key(r) + ":" + k.Hold}, room.GiveUp{Filing: id, Hold: k.Hold})
		}
	}
	q := inHall(url.Values{"day": {r.PostFormValue("day")}}, r.PostFormValue("hall"))
	if r.PostFormValue("move") != "" {
		q.Set("move", "1")
	}
	p.Site.Answer(w, r, err, slotsURL(id)+"?"+q.Encode())
}

// confirmView is a time that is kept, with what is to be confirmed.
type confirmView struct {
	ID     string
	Head   ui.Head
	Errors ui.ErrorSummary
	Kept   string // 为您留到 10:42; "" where it isn't kept
	Left   int    // seconds
	Words  []string
	Facts  ui.Facts
	Bring  ui.Bring
	Cause  *ui.Field
	Form   string
	Key    string
	Day    string
	Slot   string
	Hall   string
	Move   bool
	Button string
	Until  string // the last day and hour at which it can be moved
}

func (p *Visits) getConfirm(w http.ResponseWriter, r *http.Request) {
	ctx, id, move := r.Context(), r.PathValue("case"), r.FormValue("move") != ""
	at := Place{Day: r.FormValue("day"), Slot: r.FormValue("slot"), Hall: r.FormValue("hall")}
	n, h, c, err := p.prepare(ctx, id, at.Hall, move)
	b, booked := n.Live(p.Journal.Now())
	switch {
	case booked && (!move || b.Day.String() == at.Day && b.Slot.String() == at.Slot): // gone back after it was confirmed
		http.Redirect(w, r, visitURL(id)+"/pass", http.StatusSeeOther)
		return
	case booked && !p.Journal.Today().Before(b.Day):
		http.Redirect(w, r, visitURL(id)+"/cancel", http.StatusSeeOther)
		return
	case err == nil && move && !booked:
		http.Redirect(w, r, slotsURL(id), http.StatusSeeOther)
		return
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	day, slot, err := at.parse()
	if err != nil {
		http.Redirect(w, r, slotsURL(id), http.StatusSeeOther)
		return
	}
	of := read{n, h, c}
	k, err := p.keeping(ctx, id, h.ID, day, slot)
	if err == nil && k.Hold != "" {
		p.showConfirm(w, r, of, at, k, nil)
		return
	}
	var near []string // that time first, where nobody else has taken it
	if err == nil {
		near, err = room.Near(ctx, p.Journal.Store, p.ask(n, h, c), day, slot)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.showSlots(w, r, of, &fault.ConflictError{Key: "visits.hold.over", Nearest: near})
}

// showConfirm asks whether a time is booked. It may be kept no more, where confirming it
// went wrong and the time for it ran out.
func (p *Visits) showConfirm(w http.ResponseWriter, r *http.Request, of read, at Place, k room.Keeping, failed error) {
	ctx, id, now := r.Context(), r.PathValue("case"), p.Journal.Now()
	n, h, c := of.needs, of.hall, of.chosen
	day, slot, err := at.parse()
	if err == nil && k.Hold == "" {
		k, err = p.keeping(ctx, id, h.ID, day, slot)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	move := r.FormValue("move") != ""
	when := progress.When(ctx, day, slot)
	v := confirmView{ID: id, Head: ui.Head{Title: ui.T(ctx, "visits.confirm.title", "When", when)}, Errors: ui.Summarise(ctx, failed), Form: visitURL(id) + "/book", Key: web.NewKey(), Day: at.Day, Slot: at.Slot, Hall: h.ID,
		Move: move, Button: ui.T(ctx, "visits.confirm"), Until: ui.T(ctx, "visits.cant.text", "Day", ui.MonthDay(ctx, day.Prev()))}
	if b, booked := n.Live(now); move && booked {
		v.Form, v.Button = visitURL(id)+"/move", ui.T(ctx, "visits.confirm.move")
		v.Head = ui.Head{Title: ui.T(ctx, "visits.confirm.move_title", "When", when), Lead: ui.T(ctx, "visits.move.now", "When", progress.When(ctx, b.Day, b.Slot))}
		v.Until = ui.T(ctx, "visits.cant.text", "Day", ui.MonthDay(ctx, b.Day.Prev()))
	} else if n.Earlier(now) > 0 {
		v.Cause = &ui.Field{Kind: ui.Area, Name: "cause", Label: ui.T(ctx, "visits.cause"), Hint: ui.T(ctx, "visits.cause.hint"), Rows: 2, Value: r.FormValue("cause"), Error: ui.FieldErrors(ctx, failed)["cause"]}
	}
	if left := k.Until.Sub(now); left > 0 {
		v.Kept, v.Left = ui.T(ctx, "visits.kept.until", "Until", ui.Clock(k.Until)), int(left/time.Second)
		v.Words = append(v.Words, ui.T(ctx, "visits.kept.none"))
		for i := range int(room.HoldTime / time.Minute) {
			v.Words = append(v.Words, ui.T(ctx, "visits.kept.left", "Count", i+1))
		}
	}
	window := ""
	if x, ok := h.Window(k.Window); ok {
		window = ui.Name(ctx, fault.Text{Zh: x.Name, En: x.NameEn})
	}
	who, what, minutes := inWords(ctx, c)
	v.Facts = ui.Facts{{Term: ui.T(ctx, "visits.confirm.who"), Value: who}, {Term: ui.T(ctx, "visits.confirm.what"), Value: ui.T(ctx, "visits.confirm.lasts", "What", what, "Count", minutes)},
		{Term: ui.T(ctx, "visits.confirm.where"), Value: strings.TrimSpace(progress.HallAt(ctx, h) + " " + window)}}
	v.Bring.Take, v.Bring.Leave = p.Progress.Bring(ctx, room.Booking{Hall: h.ID, Day: day, Slot: slot, Counter: c.Counter, Filing: id, Unit: n.Unit, People: c.People, Acts: c.Acts})
	status := http.StatusOK
	if failed != nil {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Phone: true, Errors: len(v.Errors.Errors)}, confirmPage(v))
}

// keeping is what is kept for a case at a time; the zero one where nothing is.
func (p *Visits) keeping(ctx context.Context, id, hall string, day calendar.Date, slot room.Clock) (room.Keeping, error) {
	kept, err := room.KeptFor(ctx, p.Journal.Store, id, p.Journal.Now())
	for _, k := range kept {
		if k.Hall == hall && k.Day == day && k.Slot == slot {
			return k, err
		}
	}
	return room.Keeping{}, err
}

// inWords is who comes, what for, and for about how long.
func inWords(ctx context.Context, c Chosen) (who, what string, minutes int) {
	var kinds []string
	seen := map[visit.Kind]bool{}
	for _, a := range c.Acts {
		minutes += a.Minutes
		if !seen[a.Kind] {
			seen[a.Kind] = true
			kinds = append(kinds, ui.Say(ctx, a.Kind.Text()))
		}
	}
	if who = ui.List(ctx, c.Names); who == "" {
		who = ui.T(ctx, "visits.anybody")
	}
	return who, ui.List(ctx, kinds), minutes
}

// minutesLeft is the word for what is left of the time, as the page counts it down.
func (v confirmView) minutesLeft() string { return v.Words[min(len(v.Words)-1, (v.Left+59)/60)] }
