package hall

import (
	"context"
	"net/http"
	"strings"

	"yitang/internal/fault"
	room "yitang/internal/hall"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

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
	file := room.Calendar(room.Entry{Booking: b, Summary: ui.T(ctx, "visits.calendar.summary", "Number", b.Number), Place: placeName(ctx, h), Text: ui.T(ctx, "progress.bring.card"),
		URL: web.Absolute(r, visitURL(id)+"/pass"), Now: p.Journal.Now()})
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	w.Header().Set("Content-Disposition", `inline; filename="yitang-`+strings.ReplaceAll(b.Number, "/", "-")+`.ics"`)
	if _, err := w.Write(file); err != nil {
		p.Site.Log.Warn("writing a calendar file", "err", err)
	}
}
