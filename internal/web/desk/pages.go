// Package desk is the pages of the office's hall: the window's day, from
// checking in to leaving, and the plan of the hall that bookings are made by.
//
// The window's pages are dense and pressed with keys, and each is a form that
// is whole without script. Nothing is decided here: a handler reads a form
// into a command of the room hall and shows what came of it.
package desk

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"

	"yitang/internal/access"
	"yitang/internal/fault"
	rated "yitang/internal/feedback"
	room "yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/unit"
	"yitang/internal/visit"
	"yitang/internal/web"
	"yitang/internal/web/feedback"
	hallpages "yitang/internal/web/hall"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// Pages is what these pages need of the office node.
type Pages struct {
	Site     *web.Site
	Journal  *journal.Journal
	Progress *progress.Pages
	Steps    func(ctx context.Context, filing string) ([]hallpages.Step, error) // of the plan of visits
	Minutes  func(visit.Kind) int                                               // at the counter, as the plan has it
	Outside  string                                                             // address of the internet zone's site
}

// ratedAt is where those who have left rate their visit.
func (p *Pages) ratedAt(ctx context.Context, x room.Visit) (string, error) {
	to, err := feedback.CodeURL(ctx, p.Journal, x.ID, rated.WindowCode)
	if err != nil || to == "" {
		return "", err
	}
	return p.Outside + to, nil
}

// Routes are the addresses of these pages.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /desk", Right: access.ServeWindow, Handle: p.getToday},
		{Pattern: "GET /desk/list", Right: access.ServeWindow, Handle: p.getList},
		{Pattern: "GET /desk/calls", Right: access.ServeWindow, Handle: p.getCalls},
		{Pattern: "POST /desk/calls/next", Right: access.ServeWindow, Handle: p.postNext},
		{Pattern: "POST /desk/calls/again", Right: access.ServeWindow, Handle: p.postAgain},
		{Pattern: "POST /desk/calls/over", Right: access.ServeWindow, Handle: p.postPassOver},
		{Pattern: "POST /desk/calls/back", Right: access.ServeWindow, Handle: p.postRequeue},
		{Pattern: "GET /screen", Right: access.Public, Handle: p.getScreen},
		{Pattern: "GET /desk/waiting", Right: access.ServeWindow, Handle: p.getWaiting},
		{Pattern: "GET /desk/walk", Right: access.ServeWindow, Handle: p.getWalk},
		{Pattern: "POST /desk/walk", Right: access.ServeWindow, Handle: p.postWalk},
		{Pattern: "POST /desk/missed", Right: access.ServeWindow, Handle: p.postMissed},
		{Pattern: "GET /desk/{visit}", Right: access.ServeWindow, Handle: p.getVisit},
		{Pattern: "POST /desk/{visit}/in", Right: access.ServeWindow, Handle: p.postCheckIn},
		{Pattern: "POST /desk/{visit}/unmiss", Right: access.ServeWindow, Handle: p.postUnmiss},
		{Pattern: "POST /desk/{visit}/act", Right: access.ServeWindow, Handle: p.postAct},
		{Pattern: "POST /desk/{visit}/close", Right: access.ServeWindow, Handle: p.postClose},
		{Pattern: "GET /hall", Right: access.PlanHall, Handle: p.getPlan},
		{Pattern: "GET /hall/use", Right: access.PlanHall, Handle: p.getUse},
		{Pattern: "GET /hall/use/export", Right: access.PlanHall, Handle: p.getUseExport},
		{Pattern: "POST /hall", Right: access.PlanHall, Handle: p.postPlan},
	}
}

// hallCookie remembers at which hall a window works.
const hallCookie = "yitang_hall"

// at is the hall at which somebody works: the one asked for, which is remembered, else the
// one they chose before, else the office's first.
func (p *Pages) at(w http.ResponseWriter, r *http.Request) (room.Plan, error) {
	id := r.FormValue("hall")
	if id != "" {
		http.SetCookie(w, &http.Cookie{Name: hallCookie, Value: url.QueryEscape(id), Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil})
	} else if c, err := r.Cookie(hallCookie); err == nil {
		id, _ = url.QueryUnescape(c.Value)
	}
	return p.served(r.Context(), id)
}

// shown is the hall for which a form was shown: whatever is chosen in another tab
// meanwhile, what is entered here is of this one.
func (p *Pages) shown(w http.ResponseWriter, r *http.Request) (room.Plan, error) {
	h, err := p.at(w, r)
	if said := r.PostFormValue("hall"); err == nil && said != "" && said != h.ID {
		err = fault.NotFound("hall " + said)
	}
	return h, err
}

// served is a hall that people come to: the one asked for, or the office's first.
func (p *Pages) served(ctx context.Context, id string) (room.Plan, error) {
	h, planned, err := room.HallOf(ctx, p.Journal.Store, id)
	if err != nil || planned {
		return h, err
	}
	return p.current(ctx, "")
}

// called is a hall's name where an office has several.
func called(ctx context.Context, h room.Plan, halls int) string {
	if halls < 2 {
		return ""
	}
	return ui.Name(ctx, fault.Text{Zh: h.Name, En: h.NameEn})
}

// halls are those between which a window chooses; none where there is but one. What else
// the page's address asks for stays.
func (p *Pages) halls(ctx context.Context, chosen, page string) (ui.Chips, error) {
	all, err := room.AllPlans(ctx, p.Journal.Store)
	c := ui.Chips{Label: ui.T(ctx, "desk.hall")}
	path, query, _ := strings.Cut(page, "?")
	asks, wrong := url.ParseQuery(query)
	err = cmp.Or(err, wrong)
	for _, h := range all {
		if len(all) > 1 {
			asks.Set("hall", h.ID)
			c.Items = append(c.Items, ui.Chip{Text: ui.Name(ctx, fault.Text{Zh: h.Name, En: h.NameEn}), URL: path + "?" + asks.Encode(), Current: h.ID == chosen})
		}
	}
	return c, err
}

// namer gives names to ids, each read once for a page.
type namer struct {
	p      *Pages
	ctx    context.Context
	people map[string]string
	units  map[string]string
}

func (p *Pages) namer(ctx context.Context) (*namer, error) {
	units, err := unit.Names(ctx, p.Journal.Store)
	return &namer{p, ctx, map[string]string{}, units}, err
}

// person is a traveller's name; who hasn't been heard of yet is 一名团员.
func (n *namer) person(id string) string {
	if name, ok := n.people[id]; ok {
		return name
	}
	name := ui.T(n.ctx, "progress.member")
	e, err := person.One(n.ctx, n.p.Journal.Store, id)
	if n.p.Site.Missed(n.ctx, "a person's name", id, err); e.Name() != "" {
		name = e.Name()
	}
	n.people[id] = name
	return name
}

// all names everybody who comes, or says that the unit sends somebody.
func (n *namer) all(ids []string) string {
	if len(ids) == 0 {
		return ui.T(n.ctx, "desk.of_unit")
	}
	var names []string
	for _, id := range ids {
		names = append(names, n.person(id))
	}
	return ui.List(n.ctx, names)
}

// short names the first and counts the others.
func (n *namer) short(ids []string) string {
	if len(ids) < 2 {
		return n.all(ids)
	}
	return ui.T(n.ctx, "desk.people", "Name", n.person(ids[0]), "Count", len(ids))
}

// failed gives a form's errors the names of its own fields, where a page
// has several forms that ask the same.
func failed(err error, suffix string) error {
	fs := fault.Findings(err)
	if fs == nil {
		return err
	}
	out := make([]fault.Finding, len(fs))
	for i, f := range fs {
		out[i] = f
		if f.Field != "" { // what is wrong as a whole stands beside no field
			out[i].Field += suffix
		}
	}
	return fault.Invalid(out...)
}

// tellable tells whether an error is shown on the page that was posted from.
func tellable(err error) bool { return fault.Findings(err) != nil }

// keyed is an order with a form's key.
func keyed(r *http.Request, subject string) journal.Order {
	return journal.Order{Subject: subject, Key: web.Key(r)}
}

// earlier counts the days on which people of a case came before.
func (p *Pages) earlier(ctx context.Context, filing string) (int, error) {
	return room.VisitsBefore(ctx, p.Journal.Store, filing, p.Journal.Today())
}

func contains(words []string, q string) bool {
	for _, w := range words {
		if strings.Contains(strings.ToLower(w), q) {
			return true
		}
	}
	return false
}
