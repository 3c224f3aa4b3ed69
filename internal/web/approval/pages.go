// Package approval is the pages of the office's review: the queue, the case,
// the one-time notice, the director's list, and where cases hang.
//
// Each page is a form that is whole without script; keys only press what is on
// the page. Nothing is decided here: a handler reads a form into a command of
// the room approval and shows what came of it.
package approval

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"yitang/internal/access"
	"yitang/internal/account"
	room "yitang/internal/approval"
	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/pack"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// Pages is what these pages need of the office node.
type Pages struct {
	Site    *web.Site
	Journal *journal.Journal
	Blobs   blob.Store
	Pack    func() *pack.Set // in force now
	Issuer  *room.Issuer
	Country func(code, lang string) string // lang is "zh" or "en"
	// Check runs the rules with what the office knows of the case.
	Check room.Checker
	// Follow tells of all three links of a case; nil shows the approval's alone.
	Follow *progress.Pages
	Heard  func(ctx context.Context) (ui.HeardList, error) // how far the other zones are
}

// Routes are the addresses of these pages.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /queue", Right: access.SeeQueue, Handle: p.getQueue},
		{Pattern: "GET /sign", Right: access.DecideCase, Handle: p.getSign},
		{Pattern: "GET /hang", Right: access.SeeHanging, Handle: p.getHang},
		{Pattern: "GET /waivers", Right: access.WaiveRule, Handle: p.getWaivers},
		{Pattern: "GET /waivers/{waiver}", Right: access.WaiveRule, Handle: p.getWaiver},
		{Pattern: "POST /waivers/{waiver}", Right: access.WaiveRule, Handle: p.postWaiver},
		{Pattern: "GET /c/{case}", Right: access.SeeCase, Handle: p.getCase},
		{Pattern: "GET /c/{case}/papers/{material}", Right: access.SeeCase, Handle: p.getPaper},
		{Pattern: "GET /c/{case}/made", Right: access.SeeCase, Handle: p.getMade},
		{Pattern: "GET /c/{case}/letters/{code}", Right: access.SeeCase, Handle: p.getLetter},
		{Pattern: "GET /c/{case}/letters-in/{what}", Right: access.ReviewCase, Handle: p.getLetterIn},
		{Pattern: "POST /c/{case}/letters-in/{what}", Right: access.ReviewCase, Handle: p.postLetterIn, Files: true},
		{Pattern: "POST /c/{case}/accept", Right: access.AcceptCase, Handle: p.postAccept},
		{Pattern: "POST /c/{case}/file", Right: access.ReviewCase, Handle: p.postFile},
		{Pattern: "POST /c/{case}/review", Right: access.ReviewCase, Handle: p.postReview},
		{Pattern: "POST /c/{case}/takeback", Right: access.ReviewCase, Handle: p.postTakeBack},
		{Pattern: "GET /c/{case}/back", Right: access.ReviewCase, Handle: p.getBack},
		{Pattern: "POST /c/{case}/back", Right: access.ReviewCase, Handle: p.postBack},
		{Pattern: "POST /c/{case}/decide", Right: access.DecideCase, Handle: p.postDecide},
		{Pattern: "POST /c/{case}/leader", Right: access.ReviewCase, Handle: p.postLeader},
		{Pattern: "POST /c/{case}/holds", Right: access.ReviewCase, Handle: p.postHolds},
		{Pattern: "GET /c/{case}/notice", Right: access.ReviewCase, Handle: p.getNotice},
		{Pattern: "POST /c/{case}/notice", Right: access.ReviewCase, Handle: p.postNotice},
		{Pattern: "POST /c/{case}/notice/list", Right: access.ReviewCase, Handle: p.postList},
		{Pattern: "POST /c/{case}/notice/off", Right: access.ReviewCase, Handle: p.postOff},
		{Pattern: "GET /c/{case}/supersede", Right: access.DecideCase, Handle: p.getSupersede},
		{Pattern: "POST /c/{case}/supersede", Right: access.DecideCase, Handle: p.postSupersede},
		{Pattern: "GET /c/{case}/revoke", Right: access.DecideCase, Handle: p.getRevoke},
		{Pattern: "POST /c/{case}/revoke", Right: access.DecideCase, Handle: p.postRevoke},
	}
}

// desks are the desks of the office, in the order of a case's way: those that may
// take a step of one.
var desks = func() []access.Role {
	var out []access.Role
	for _, role := range pack.StepRoles() {
		out = append(out, access.Role(role))
	}
	return out
}()

// ownDesk is the desk that somebody's queue opens with.
func ownDesk(w access.Who) access.Role {
	for _, d := range desks {
		if w.Has(d) {
			return d
		}
	}
	return access.Intake
}

// ui:keys review.desk.*
func deskName(ctx context.Context, desk string) string { return ui.T(ctx, "review.desk."+desk) }

// acting is the context in which somebody takes a step of a role that they
// have: an account with two roles must not always act in the first.
func acting(r *http.Request, roles ...string) context.Context {
	who := web.Who(r)
	for _, role := range roles {
		if role != "" && who.Has(access.Role(role)) {
			return journal.WithActor(r.Context(), journal.Actor{Role: role, Account: who.Account})
		}
	}
	return r.Context()
}

// order is web.Order: nobody decides on a page that is stale.
func order(r *http.Request, subject string) journal.Order { return web.Order(r, subject) }

// load reads a case; one that never came in is a fault.NotFound.
func (p *Pages) load(ctx context.Context, id string) (room.Approval, journal.Version, error) {
	a, v, err := journal.Load(ctx, p.Journal, room.Room, id)
	if err == nil && v == 0 {
		err = fault.NotFound("case " + id)
	}
	return a, v, err
}

// onwards is where somebody goes after having dealt with a case: the next one on
// the same desk that waits for them and not for another authority's reply, or the
// queue when there is none.
func (p *Pages) onwards(ctx context.Context, was room.QueueRow, said string) string {
	q := url.Values{"said": {said}, "of": {was.Filing}}.Encode()
	after := room.After{Due: was.Due.String(), Filing: was.Filing}
	for {
		rows, err := room.Queue(ctx, p.Journal.Store, was.Desk, room.AllCases, after, room.PageSize)
		if i := slices.IndexFunc(rows, func(r room.QueueRow) bool { return !r.StandsStill(p.Journal.Today()) }); err == nil && i >= 0 {
			return "/c/" + rows[i].Filing + "?" + q
		}
		if err != nil || len(rows) < room.PageSize {
			return "/queue?desk=" + url.QueryEscape(was.Desk) + "&" + q
		}
		last := rows[len(rows)-1]
		after = room.After{Due: last.Due.String(), Filing: last.Filing}
	}
}

// said is the banner that tells what the last decision did.
//
// ui:keys review.said.*
func (p *Pages) said(r *http.Request) ui.Banner {
	ctx := r.Context()
	key := "review.said." + r.URL.Query().Get("said")
	row, ok, err := room.Row(ctx, p.Journal.Store, r.URL.Query().Get("of"))
	if err != nil || !ok || !ui.Known(key) {
		return ui.Banner{}
	}
	b := ui.Banner{Text: ui.T(ctx, key, "Title", row.Title, "Number", row.Number), Link: ui.Link{Text: ui.T(ctx, "review.said.look"), URL: "/c/" + row.Filing}}
	if a, _, err := p.load(ctx, row.Filing); err == nil && a.MayTakeBack(web.Who(r).Account) {
		b.Undo = takeBack(ctx, row.Filing)
	}
	return b
}

// names gives account ids their names; what can't be read stays an id's end.
func (p *Pages) names(ctx context.Context, ids []string) map[string]string {
	names, err := account.Names(ctx, p.Journal.Store, ids)
	if err != nil {
		p.Site.Log.Warn("reading names of accounts", "err", err)
	}
	return names
}

// countries joins the names of countries in the reader's language.
func (p *Pages) countries(ctx context.Context, codes []string) string {
	names := make([]string, len(codes))
	for i, c := range codes {
		names[i] = ui.Country(ctx, p.Country, c)
	}
	return ui.List(ctx, names)
}

// left says how long a desk still has, and how loudly to say it.
func left(ctx context.Context, due, today calendar.Date) ui.Tag {
	switch d := due.Sub(today); {
	case due.IsZero():
		return ui.Tag{}
	case d < 0:
		return ui.Tag{State: ui.Stop, Word: ui.T(ctx, "review.left.over", "Count", -d)}
	case d == 0:
		return ui.Tag{State: ui.Warn, Word: ui.T(ctx, "review.left.today")}
	default:
		return ui.Tag{State: ui.Info, Word: ui.T(ctx, "review.left.days", "Count", d)}
	}
}

// mayAct tells whether the turn is one of the reader's.
func mayAct(w access.Who, a room.Approval) bool {
	return slices.Contains(pack.StepRoles(), a.Desk()) && w.Has(access.Role(a.Desk()))
}

// ownTrip tells whether the case is a trip of the reader's own, on which they
// never act (回避).
func ownTrip(w access.Who, a room.Approval) bool { return w.Person != "" && a.IsMember(w.Person) }
