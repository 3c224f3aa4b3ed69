// Package sites puts the three sites together: which rooms' pages stand in
// which zone, and what the bar of each leads to.
package sites

import (
	"context"
	"encoding/hex"
	"log/slog"
	"net/http"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/node"
	"yitang/internal/precheck"
	"yitang/internal/requirement"
	"yitang/internal/unit"
	"yitang/internal/web"
	review "yitang/internal/web/approval"
	keeping "yitang/internal/web/custody"
	applying "yitang/internal/web/filing"
	people "yitang/internal/web/person"
	"yitang/internal/web/ui"
	"yitang/internal/web/verify"
	visadesk "yitang/internal/web/visa"
)

// Internet is the site of units, travellers and the public.
func Internet(n *node.Internet) *web.Site {
	s := common(n.Node, n.Accounts)
	s.Add(verify.Routes(n.Node, s)...)
	work := applying.NewWork(n)
	cases := &applying.Pages{Site: s, Work: work}
	s.Objects = cases.Objects()
	s.Add(cases.Routes()...)
	s.Add((&people.Pages{Site: s, Work: work}).Routes()...)
	s.Place = func(ctx context.Context, w access.Who) string {
		if w.Unit == "" {
			return ""
		}
		u, err := unit.One(ctx, n.Store, w.Unit)
		if err != nil {
			return "" // an account whose unit hasn't been heard of yet
		}
		return u.Name
	}
	s.Nav = func(ctx context.Context, w access.Who) []ui.NavItem {
		if !w.Somebody() {
			return nil
		}
		var items []ui.NavItem
		for _, it := range internetNav {
			if w.May(it.right) {
				items = append(items, ui.NavItem{Text: ui.T(ctx, "sites.nav."+it.key), URL: it.url})
			}
		}
		return items
	}
	s.Home = func(w access.Who) string {
		for _, it := range internetNav {
			if w.May(it.right) {
				return it.url
			}
		}
		return "/node"
	}
	return s
}

// internetNav is the bar of the internet site, in order; the first that
// somebody may see is their home.
var internetNav = []struct {
	right    access.Right
	url, key string
}{{access.SignCase, "/sign", "to_sign"}, {access.SeeUnit, "/cases", "cases"}, {access.SeePeople, "/people", "people"}, {access.Self, "/node", "node"}}

// Office is the site of the foreign affairs office's own people.
func Office(n *node.Office) *web.Site {
	s := common(n.Node, n.Accounts)
	s.Place = place("sites.place.office")
	pages := &review.Pages{
		Site: s, Journal: n.Journal, Blobs: n.Blobs, Paths: n.Paths, Issuer: n.Issuer, Country: n.Ref.Countries.Name,
		Check: checker(n), Rules: len(n.Checks.Rules()),
	}
	s.Add(pages.Routes()...)
	params := requirement.DefaultParameters().With(n.Ref.Parameters, n.Journal.Today())
	s.Add((&visadesk.Pages{Site: s, Journal: n.Journal, Country: n.Ref.Countries.Name, Within: within(params)}).Routes()...)
	s.Add((&keeping.Pages{Site: s, Journal: n.Journal, ReturnDays: params.PassportReturnDays, Country: n.Ref.Countries.Name}).Routes()...)
	s.Nav = func(ctx context.Context, w access.Who) []ui.NavItem {
		if !w.Somebody() {
			return nil
		}
		var items []ui.NavItem
		for _, it := range []struct {
			right access.Right
			url   string
		}{{access.SeeQueue, "/queue"}, {access.DecideCase, "/sign"}, {access.SeeHanging, "/hang"}, {access.SeeVisas, "/visa"}, {access.SeeBooklets, "/booklets"}, {access.Self, "/node"}} {
			if w.May(it.right) {
				items = append(items, ui.NavItem{Text: ui.T(ctx, "sites.nav."+it.url[1:]), URL: it.url})
			}
		}
		return items
	}
	s.Home = func(w access.Who) string {
		for _, it := range []struct {
			right access.Right
			url   string
		}{{access.SeeQueue, "/queue"}, {access.SeeVisas, "/visa"}, {access.SeeBooklets, "/booklets"}} {
			if w.May(it.right) {
				return it.url
			}
		}
		return "/node"
	}
	return s
}

// within is how long the missions of an area usually take.
func within(p requirement.Parameters) func(area string) calendar.Workdays {
	return func(area string) calendar.Workdays {
		a, ok := p.VisaAreas[area]
		if !ok {
			a = p.VisaAreas[""]
		}
		return calendar.Workdays(a.Lead())
	}
}

// checker runs the rules with what the office knows of the members: the
// booklets that it keeps.
func checker(n *node.Office) func(context.Context, string, dossier.Case, []string, precheck.At) (precheck.Findings, error) {
	return func(ctx context.Context, _ string, c dossier.Case, people []string, at precheck.At) (precheck.Findings, error) {
		var facts []precheck.Fact
		for i, person := range people {
			rows, err := custody.Of(ctx, n.Store, person)
			if err != nil {
				return precheck.Findings{}, err
			}
			if b, ok := serves(c, rows); ok {
				facts = append(facts, precheck.Holds(i, b))
			}
		}
		return n.Checks.Check(c, at, n.Journal.Today(), facts...), nil
	}
}

// Passport is the site of the e-passport network.
func Passport(n *node.Passport) *web.Site {
	s := common(n.Node, n.Accounts)
	s.Place = place("sites.place.passport")
	return s
}

// ui:keys sites.place.*
// ui:keys sites.nav.*
func place(key string) func(context.Context, access.Who) string {
	return func(ctx context.Context, _ access.Who) string { return ui.T(ctx, key) }
}

func common(n *node.Node, door web.Doorkeeper) *web.Site {
	s := &web.Site{
		Zone: n.Zone, Journal: n.Journal, Door: door, Log: n.Log,
		Home: func(access.Who) string { return "/node" },
	}
	s.Nav = func(ctx context.Context, w access.Who) []ui.NavItem {
		if !w.Somebody() {
			return nil
		}
		return []ui.NavItem{{Text: ui.T(ctx, "sites.nav.node"), URL: "/node"}}
	}
	s.Refused = func(ctx context.Context, w access.Who, right access.Right, path string) {
		n.Log.LogAttrs(ctx, slog.LevelWarn, "refused", slog.String("account", w.Account), slog.String("right", string(right)), slog.String("path", path))
	}
	s.Add(web.Route{Pattern: "GET /node", Right: access.Self, Handle: nodeHandler(s)})
	return s
}

func nodeHandler(s *web.Site) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		news, err := s.Journal.Heard(ctx)
		if err != nil {
			s.Fail(w, r, err)
			return
		}
		head, chain := s.Journal.Head()
		v := nodeView{Zone: s.Zone, Head: head, Chain: hex.EncodeToString(chain[:8])}
		for _, n := range news {
			v.Heard = append(v.Heard, heard{Zone: n.Zone, Upto: n.Upto, Age: ui.Ago(ctx, s.Now(), n.At)})
		}
		s.Show(w, r, ui.Page{Title: ui.T(ctx, "sites.node.title", "Count", int(head))}, nodePage(v))
	}
}

// serves is the kept booklet that a trip would use: a permit for Hong Kong and
// Macao, a passport otherwise; of several, the one that is valid longest.
func serves(c dossier.Case, kept []custody.Row) (dossier.Passport, bool) {
	var best custody.Row
	for _, r := range kept {
		permit := dossier.PassportType(r.Type) == dossier.HKMacauPermit
		if r.Place != custody.InStore && r.Place != custody.AtMission || permit != (c.Trip.Kind == dossier.HKMacau) {
			continue
		}
		if best.Booklet == "" || r.Expires.After(best.Expires) {
			best = r
		}
	}
	return dossier.Passport{Type: dossier.PassportType(best.Type), Issued: best.Issued, Expires: best.Expires, BlankPages: &best.BlankPages,
		LatinName: best.LatinName, Custody: dossier.WithOffice}, best.Booklet != ""
}
