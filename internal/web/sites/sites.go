// Package sites puts the three sites together: which rooms' pages stand in
// which zone, and what the bar of each leads to.
package sites

import (
	"context"
	"encoding/hex"
	"log/slog"
	"net/http"
	"sync/atomic"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/node"
	"yitang/internal/notify"
	"yitang/internal/pack"
	"yitang/internal/web"
	"yitang/internal/web/guidance"
	"yitang/internal/web/told"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// bar is what leads to the pages of a site, in order; the first that somebody
// may see is their home.
type bar []struct {
	right    access.Right
	url, key string // key: of the words, below sites.nav
}

// ui:keys sites.place.*
// ui:keys sites.nav.*
func place(key string) func(context.Context, access.Who) string {
	return func(ctx context.Context, _ access.Who) string { return ui.T(ctx, key) }
}

func common(n *node.Node, door web.Doorkeeper, b bar) *web.Site {
	s := &web.Site{Zone: n.Zone, Journal: n.Journal, Door: door, Log: n.Log, Front: web.Front{URL: n.URL, Proxies: n.Proxies}}
	s.Nav = func(ctx context.Context, w access.Who) []ui.NavItem {
		if !w.Somebody() {
			return nil
		}
		var items []ui.NavItem
		for _, it := range b {
			if w.May(it.right) || it.key == "me" && w.Person != "" { // signatories travel too
				items = append(items, ui.NavItem{Text: ui.T(ctx, "sites.nav."+it.key), URL: it.url})
			}
		}
		return items
	}
	s.Home = func(w access.Who) string {
		for _, it := range b {
			if w.May(it.right) {
				return it.url
			}
		}
		return "/node"
	}
	s.Own = own(n.Packs.Now)
	s.Office = func(ctx context.Context) string { return ui.Name(ctx, n.Packs.Now().Office.Name) }
	book := &account.Doorbook{Journal: n.Journal, Log: n.Log}
	s.Refused = func(ctx context.Context, w access.Who, right access.Right, path string) {
		n.Log.LogAttrs(ctx, slog.LevelWarn, "refused", slog.String("account", w.Account), slog.String("right", string(right)), slog.String("path", path))
		book.Refused(ctx, w, right, path)
	}
	if n.Zone != zone.Passport { // a network of its own, whose people stand beside each other
		say := &told.Pages{Site: s, Journal: n.Journal, Words: Words(n), Ways: func() map[string]notify.Way { return n.Ways }, Pack: n.Packs.Now, Sends: account.NewThrottle()}
		s.Told = say.Count
		s.Add(say.Routes()...)
	}
	says := &guidance.Common{Site: s, Journal: n.Journal, Tries: account.NewThrottle(), Blobs: n.Blobs}
	s.News = says.News
	s.Add(says.Routes()...)
	d := &distance{node: n}
	s.Foot = d.foot
	s.Add(web.Route{Pattern: "GET /node", Right: access.Self, Handle: nodeHandler(s, d)},
		web.Route{Pattern: "GET /refusals", Right: access.SeeRefusals, Handle: refusals(s)})
	s.Add(releases{s, d}.routes()...)
	s.Add(discs{s, d}.routes()...)
	s.Add(web.Route{Pattern: "POST /node/test", Right: access.KeepDiscs, Handle: sendTest(s, d)})
	s.Add(updates{s, n}.routes()...)
	return s
}

// Words are those in which a zone tells its people of what happens.
func Words(n *node.Node) *told.Words {
	w := &told.Words{Journal: n.Journal, Pack: n.Packs.Now}
	if n.URL != nil {
		w.URL = n.URL.String()
	}
	return w
}

// own gives the words of the pack in force, prepared once for each.
func own(now func() *pack.Set) func() *ui.Own {
	type prepared struct {
		of  *pack.Set
		own *ui.Own
	}
	var last atomic.Pointer[prepared]
	return func() *ui.Own {
		set := now()
		p := last.Load()
		if p == nil || p.of != set {
			p = &prepared{set, ui.NewOwn(set.Texts)}
			last.Store(p)
		}
		return p.own
	}
}

func nodeHandler(s *web.Site, d *distance) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		status, err := d.status(ctx)
		if err != nil {
			s.Fail(w, r, err)
			return
		}
		head, chain := s.Journal.Head()
		v := nodeView{Zone: s.Zone, Head: head, Peers: peers(ctx, status, s.Now()), Title: ui.T(ctx, "distance.all_level")}
		if web.Who(r).May(access.SeeExchange) {
			v.Chain = hex.EncodeToString(chain[:8])
			v.Suites = suites(ctx, status)
			if v.Keys, err = d.keys(ctx, status); err != nil {
				s.Fail(w, r, err)
				return
			}
			all, err := d.node.Carriers()
			if err != nil {
				s.Fail(w, r, err)
				return
			}
			v.Carry = carriers(ctx, all, s.Now())
		}
		worst := ui.OK
		for _, p := range v.Peers {
			if worst != ui.Stop && p.Says.State != ui.OK { // what needs a person is said first
				v.Title, worst = p.Says.Word, p.Says.State
			}
		}
		if web.Who(r).May(access.SeeRefusals) {
			if v.Aside, err = d.aside(ctx, status); err != nil {
				s.Fail(w, r, err)
				return
			}
		}
		who := web.Who(r)
		v.Held, v.Discs, v.Program = who.May(access.SeeHeld), who.May(access.SeeDiscs), who.May(access.SeeProgram)
		if v.Discs {
			if err := d.tests(ctx, &v); err != nil {
				s.Fail(w, r, err)
				return
			}
		}
		if who.May(access.KeepDiscs) {
			v.Test = ui.Button{Text: ui.T(ctx, "test.do"), Post: "/node/test", Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}}, Kind: ui.Second}
		}
		var said ui.Banner
		if r.URL.Query().Get("said") == "test" {
			said.Text = ui.T(ctx, "test.said")
		}
		s.Show(w, r, ui.Page{Title: v.Title, Banner: said}, nodePage(v))
	}
}
