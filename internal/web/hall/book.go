package hall

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	room "yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// read is what prepare found of a case.
type read struct {
	needs  Needs
	hall   room.Plan
	chosen Chosen
}

// answer shows the page of times again when one can still choose, and goes on when
// it worked. Where many want one place most of them are answered so: what was read
// of their case isn't read again.
func (p *Visits) answer(w http.ResponseWriter, r *http.Request, of read, err error, to string) {
	if fault.Findings(err) != nil || fault.IsConflict(err) {
		p.showSlots(w, r, of, err)
		return
	}
	p.Site.Answer(w, r, err, to)
}

func (p *Visits) postBook(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("case")
	of, err := p.book(r.Context(), id, placeOf(r), r.PostFormValue("cause"), web.Key(r))
	if fs := fault.Findings(err); len(fs) > 0 && !slices.ContainsFunc(fs, func(f fault.Finding) bool { return f.Field != "cause" }) {
		p.showConfirm(w, r, of, placeOf(r), room.Keeping{}, err)
		return
	}
	p.answer(w, r, of, err, visitURL(id)+"/pass")
}

// Book books the visit of a case; one that is booked already stays: somebody
// pressed twice, or a colleague was quicker. The cause says why they come again.
func (p *Visits) Book(ctx context.Context, filing string, at Place, cause, key string) error {
	_, err := p.book(ctx, filing, at, cause, key)
	return err
}

func (p *Visits) book(ctx context.Context, filing string, at Place, cause, key string) (read, error) {
	n, h, c, err := p.prepare(ctx, filing, at.Hall, false)
	of := read{n, h, c}
	if _, live := n.Live(p.Journal.Now()); live || err != nil {
		return of, err
	}
	want, err := p.wanted(ctx, at, h, c, n)
	if err != nil {
		return of, err
	}
	_, err = journal.Do(ctx, p.Journal, room.Days, journal.Order{Subject: h.DayID(want.Day), Key: key},
		room.Book{Wanted: want, People: c.People, Acts: c.Acts, Earlier: n.Earlier(p.Journal.Now()), Cause: cause})
	return of, err
}

func (p *Visits) postMove(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("case")
	of, was, err := p.move(r.Context(), id, placeOf(r), web.Key(r))
	if late := new(fault.NotNowError); errors.As(err, &late) && late.Key == "hall.move.too_late" {
		p.showCancel(w, r, http.StatusConflict)
		return
	}
	p.answer(w, r, of, err, visitURL(id)+"/pass"+wasAt(was))
}

// Move takes the booked visit of a case to another time.
func (p *Visits) Move(ctx context.Context, filing string, to Place, key string) error {
	_, _, err := p.move(ctx, filing, to, key)
	return err
}

// move gives the booking as it was before too.
func (p *Visits) move(ctx context.Context, filing string, to Place, key string) (read, room.Booking, error) {
	n, h, c, err := p.prepare(ctx, filing, to.Hall, true)
	of := read{n, h, c}
	if err != nil {
		return of, room.Booking{}, err
	}
	b, live := n.Live(p.Journal.Now())
	if !live {
		return of, b, fault.NotNow("hall.move.not_booked", room.IsCancelled)
	}
	want, err := p.wanted(ctx, to, h, c, n)
	if err != nil {
		return of, b, err
	}
	_, err = journal.Do(ctx, p.Journal, room.Days, journal.Order{Subject: h.DayID(want.Day), Key: "move:" + b.ID + ":" + strconv.Itoa(b.Sequence) + ":" + key}, room.Move{Booking: b, Wanted: want})
	return of, b, err
}

// wasAt carries the time that was given up to the page that says so; "" for none.
func wasAt(b room.Booking) string {
	if b.ID == "" {
		return ""
	}
	return "?" + url.Values{"was": {room.PlaceID(b.Day, b.Slot)}}.Encode()
}

// was is the time that was given up just now, as an answer carried it here.
func was(r *http.Request) (calendar.Date, room.Clock, bool) {
	d, at, err := room.ParsePlace(r.FormValue("was"))
	return d, at, err == nil
}

type cancelView struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Action string
	Key    string
	Reason ui.Field
	Back   ui.Link
}

func (p *Visits) getCancel(w http.ResponseWriter, r *http.Request) { p.showCancel(w, r, http.StatusOK) }

// showCancel asks whether a booked time is to be given back: on the day itself the only
// thing that can be done about it, which is said to who wanted another time.
func (p *Visits) showCancel(w http.ResponseWriter, r *http.Request, status int) {
	ctx, id := r.Context(), r.PathValue("case")
	b, ok, err := p.live(ctx, id)
	if err != nil || !ok {
		p.Site.Answer(w, r, err, visitURL(id))
		return
	}
	v := cancelView{Head: ui.Head{Title: ui.T(ctx, "visits.cancel.title", "When", progress.When(ctx, b.Day, b.Slot)), Lead: ui.T(ctx, "visits.cancel.lead")}, Action: visitURL(id) + "/cancel", Key: web.NewKey(),
		Reason: ui.Field{Kind: ui.Area, Name: "reason", Label: ui.T(ctx, "visits.cancel.reason"), Optional: true, Rows: 2}, Back: ui.Link{Text: ui.T(ctx, "visits.cancel.no"), URL: visitURL(id)}}
	if !p.Journal.Today().Before(b.Day) {
		v.Head.Title, v.Head.Lead = ui.T(ctx, "visits.cancel.today", "When", progress.When(ctx, b.Day, b.Slot)), ui.T(ctx, "visits.cancel.today.lead")
	}
	p.show(w, r, status, v.Head, 0, cancelPage(v))
}

func (p *Visits) live(ctx context.Context, id string) (room.Booking, bool, error) {
	bs, err := room.OfFiling(ctx, p.Journal.Store, id)
	if err != nil {
		return room.Booking{}, false, err
	}
	b, ok := Needs{Booked: bs}.Live(p.Journal.Now())
	return b, ok, nil
}

func (p *Visits) postCancel(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("case")
	b, err := p.cancel(r.Context(), id, r.PostFormValue("reason"), web.Key(r))
	p.Site.Answer(w, r, err, visitURL(id)+wasAt(b))
}

// Cancel gives the booked time of a case back; where none is booked, nothing happens.
func (p *Visits) Cancel(ctx context.Context, filing, reason, key string) error {
	_, err := p.cancel(ctx, filing, reason, key)
	return err
}

func (p *Visits) cancel(ctx context.Context, filing, reason, key string) (room.Booking, error) {
	b, ok, err := p.live(ctx, filing)
	if err != nil || !ok {
		return room.Booking{}, err
	}
	_, err = journal.Do(ctx, p.Journal, room.Days, journal.Order{Subject: room.DayID(b.Hall, b.Day), Key: key}, room.Cancel{Booking: b.ID, Day: b.Day, Reason: reason})
	return b, err
}
