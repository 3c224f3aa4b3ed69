package hall

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"yitang/internal/fault"
	room "yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

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
	if b, live := n.Live(p.Journal.Now()); live && err == nil {
		http.Redirect(w, r, visitURL(b.Filing)+"/pass", http.StatusSeeOther) // pressed twice, or booked by a colleague meanwhile
		return
	}
	var want room.Wanted
	if err == nil {
		want, err = p.wanted(r, h, c, n)
	}
	if err == nil {
		_, err = journal.Do(ctx, p.Journal, room.Days, journal.Order{Subject: h.DayID(want.Day), Key: web.Key(r)},
			room.Book{Wanted: want, People: c.People, Acts: c.Acts, Earlier: n.Earlier(p.Journal.Now()), Cause: r.PostFormValue("cause")})
	}
	p.answer(w, r, err, visitURL(id)+"/pass")
}

func (p *Visits) postMove(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	n, h, c, err := p.prepare(ctx, id, true)
	b, live := n.Live(p.Journal.Now())
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
	b, ok := Needs{Booked: bs}.Live(p.Journal.Now())
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
