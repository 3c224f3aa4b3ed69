// Package hall is the hall's pages for those who come: what must be done in
// person, booking, the pass. The window's own pages are web/desk.
package hall

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"yitang/internal/access"
	"yitang/internal/fault"
	room "yitang/internal/hall"
	"yitang/internal/journal"
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
	// Sender is the address that the zone's mails come from; "" where it sends none.
	Sender func() string
	// SceneOf is the word of a code of the official account that somebody has scanned, by
	// what its picture says; nil where the office has none.
	SceneOf func(ctx context.Context, picture string) (string, error)
}

// Routes are the addresses of these pages.
func (p *Visits) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /visits", Right: access.SeeUnit, Handle: p.getList},
		{Pattern: "GET /visits/{case}", Right: access.SeeCase, Handle: p.getCase},
		{Pattern: "GET /visits/{case}/slots", Right: access.BookVisit, Handle: p.getSlots},
		{Pattern: "POST /visits/{case}/hold", Right: access.BookVisit, Handle: p.postHold},
		{Pattern: "POST /visits/{case}/release", Right: access.BookVisit, Handle: p.postRelease},
		{Pattern: "GET /visits/{case}/confirm", Right: access.BookVisit, Handle: p.getConfirm},
		{Pattern: "POST /visits/{case}/book", Right: access.BookVisit, Handle: p.postBook},
		{Pattern: "POST /visits/{case}/move", Right: access.BookVisit, Handle: p.postMove},
		{Pattern: "GET /visits/{case}/wait", Right: access.BookVisit, Handle: p.getWait},
		{Pattern: "POST /visits/{case}/wait", Right: access.BookVisit, Handle: p.postWait},
		{Pattern: "POST /visits/{case}/wait/take", Right: access.BookVisit, Handle: p.postTake},
		{Pattern: "POST /visits/{case}/wait/quit", Right: access.BookVisit, Handle: p.postQuit},
		{Pattern: "GET /visits/{case}/cancel", Right: access.BookVisit, Handle: p.getCancel},
		{Pattern: "POST /visits/{case}/cancel", Right: access.BookVisit, Handle: p.postCancel},
		{Pattern: "GET /visits/{case}/pass", Right: access.SeeCase, Handle: p.getPass},
		{Pattern: "POST /visits/{case}/here", Right: access.BookVisit, Handle: p.postHere},
		{Pattern: "GET /pass/{code}", Right: access.Public, Handle: p.getSent},
		{Pattern: "GET /visits/{case}/visit.ics", Right: access.SeeCase, Handle: p.getCalendar},
	}
}

func visitURL(id string) string { return "/visits/" + url.PathEscape(id) }

// slotsURL is where a day and a time are chosen.
func slotsURL(id string) string { return visitURL(id) + "/slots" }

func (p *Visits) show(w http.ResponseWriter, r *http.Request, status int, head ui.Head, errs int, content templ.Component) {
	ctx, id, who := r.Context(), r.PathValue("case"), web.Who(r)
	title, err := p.Finder.title(ctx, id)
	p.Site.Missed(ctx, "what a case is called", id, err)
	p.Site.ShowAs(w, r, status, ui.Page{Title: head.Title, Phone: true, Errors: errs, Crumbs: progress.Crumbs(ctx, who, id, title, ui.T(ctx, "progress.follow.visit")), Tabs: progress.Tabs(ctx, who, id)}, content)
}

// plan reads the hall that is asked for, or the office's first where none is; while nobody
// has planned one, nothing can be booked.
func (p *Visits) plan(ctx context.Context, id string) (room.Plan, error) {
	h, err := p.planFor(ctx, id)
	if err == nil && id != "" && id != h.ID {
		err = fault.NotFound("hall " + id)
	}
	return h, err
}

// planFor is the same for what is booked, of which it need not be said in which hall.
func (p *Visits) planFor(ctx context.Context, id string) (room.Plan, error) {
	h, planned, err := room.HallOf(ctx, p.Journal.Store, id)
	if err == nil && !planned {
		err = &fault.NotNowError{Key: "visits.no_hall", State: "unplanned"}
	}
	return h, err
}

// planned is the same, or the zero Plan while nobody has planned one.
func (p *Visits) planned(ctx context.Context, id string) (room.Plan, error) {
	h, _, err := room.HallOf(ctx, p.Journal.Store, id)
	return h, err
}

// inHall adds the hall to an address: where none is named it is the first that can do it.
func inHall(q url.Values, hall string) url.Values {
	if hall != "" {
		q.Set("hall", hall)
	}
	return q
}

// halls are those between which there is a choice, on a page that shows one of them; none
// where there is but one.
func (p *Visits) halls(ctx context.Context, chosen string, page func(hall string) string) (ui.Chips, error) {
	all, err := room.AllPlans(ctx, p.Journal.Store)
	c := ui.Chips{Label: ui.T(ctx, "visits.hall")}
	for _, h := range all {
		if len(all) > 1 {
			c.Items = append(c.Items, ui.Chip{Text: ui.Name(ctx, fault.Text{Zh: h.Name, En: h.NameEn}), URL: page(h.ID), Current: h.ID == chosen})
		}
	}
	return c, err
}

type listView struct {
	Head ui.Head
	Open []openRow // whoever must come and has no place yet
	Rows []listRow
}

type openRow struct{ URL, Act, Title, By string }

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
	awaited := map[string]bool{}
	for _, b := range bs {
		title, err := p.Finder.title(ctx, b.Filing)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		state := stateTag(ctx, b.State)
		if b.Awaited(p.Journal.Now()) {
			live++
			awaited[b.Filing] = true
		} else if b.State == room.IsBooked {
			state = ui.Tag{State: ui.Warn, Word: ui.T(ctx, "visits.state.past")}
		}
		v.Rows = append(v.Rows, listRow{progress.When(ctx, b.Day, b.Slot), visitURL(b.Filing), title, b.Number, state})
	}
	if v.Open, err = p.toBook(ctx, awaited); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v.Head = ui.Head{Title: ui.T(ctx, "visits.list.title", "Count", live), Lead: ui.T(ctx, "visits.list.lead")}
	switch {
	case len(v.Open) > 0:
		v.Head.Title = ui.T(ctx, "visits.list.open", "Count", len(v.Open))
	case live == 0:
		v.Head.Title = ui.T(ctx, "visits.list.none")
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Tabs: progress.Tabs(ctx, web.Who(r), "")}, listPage(v))
}

// toBook are the unit's cases whose people must come and that have no place yet;
// booked tells those that have one.
func (p *Visits) toBook(ctx context.Context, booked map[string]bool) ([]openRow, error) {
	u, err := p.Progress.OfUnit(ctx, web.WhoOf(ctx))
	if err != nil {
		return nil, err
	}
	var out []openRow
	for _, o := range u.Owed {
		here := func(b ui.Button) bool { return b.URL == slotsURL(o.Filing) }
		if booked[o.Filing] || !slices.ContainsFunc(o.Next.Actions, here) {
			continue
		}
		row := openRow{URL: slotsURL(o.Filing), Title: o.Title, Act: o.Next.Act}
		if !o.Due.IsZero() {
			row.By = ui.T(ctx, "visits.list.by", "Day", ui.Date(ctx, o.Due))
		}
		out = append(out, row)
	}
	return out, nil
}

// ui:keys visits.state.*
func stateTag(ctx context.Context, s room.State) ui.Tag {
	t := ui.Tag{State: ui.Info, Word: ui.T(ctx, "visits.state."+string(s))}
	switch s {
	case room.HasLeft:
		t.State = ui.OK
	case room.WasMissed:
		t.State = ui.Warn
	case room.IsCancelled, room.WasExcused:
		t.State = ui.Wait
	case room.IsBooked, room.HasArrived:
	}
	return t
}
