package sites

import (
	"context"
	"maps"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/api"
	"yitang/internal/blob"
	"yitang/internal/node"
	"yitang/internal/notify"
	"yitang/internal/pack"
	"yitang/internal/requirement"
	"yitang/internal/unit"
	"yitang/internal/web"
	rating "yitang/internal/web/feedback"
	applying "yitang/internal/web/filing"
	"yitang/internal/web/guidance"
	visits "yitang/internal/web/hall"
	vault "yitang/internal/web/material"
	"yitang/internal/web/me"
	people "yitang/internal/web/person"
	"yitang/internal/web/progress"
	planning "yitang/internal/web/quota"
	sheets "yitang/internal/web/sheet"
	"yitang/internal/web/training"
	travel "yitang/internal/web/trip"
	"yitang/internal/web/ui"
	"yitang/internal/web/upload"
	"yitang/internal/web/verify"
	"yitang/internal/web/wechat"
	"yitang/ref"
)

// Internet is the site of units, travellers and the public.
func Internet(n *node.Internet) *web.Site {
	s := common(n.Node, n.Accounts, internetBar)
	s.Add(verify.Routes(n.Node, s)...)
	s.Help = func(ctx context.Context) []ui.Link {
		return []ui.Link{{Text: ui.T(ctx, "web.login.verify"), URL: "/verify"}, {Text: ui.T(ctx, "ratings.public"), URL: "/ratings"}, {Text: ui.T(ctx, "guide.title"), URL: "/guide"}, {Text: ui.T(ctx, "faq.title"), URL: "/guide/faq"}, {Text: ui.T(ctx, "notices.title"), URL: "/notices"}}
	}
	foot := s.Foot
	s.Foot = func(ctx context.Context) []ui.Link { return append(foot(ctx), s.Help(ctx)...) }
	work := applying.NewWork(n)
	said := &guidance.Pages{Site: s, Journal: n.Journal, Pack: n.Packs.Now, Code: work.CountryCode, Mark: n.Keys.Index, Tries: account.NewThrottle()}
	s.Leads = said.Leads
	s.Add(said.Routes()...)
	s.Tabs = func(ctx context.Context, w access.Who) []ui.NavItem {
		if !w.May(access.SeeUnit) { // a traveller's lead on in one case
			return nil
		}
		return progress.Tabs(ctx, w, "")
	}
	needs := func() requirement.Parameters { return n.Packs.Now().Needs(n.Journal.Today()) }
	far := &distance{node: n.Node}
	following := &progress.Pages{Site: s, Journal: n.Journal, Country: n.Packs.Country, Ways: far.ways, Heard: far.heard}
	coming := &visits.Visits{Site: s, Journal: n.Journal, Finder: visits.Finder{Journal: n.Journal, Pack: n.Packs.Now}, Progress: following}
	coming.Sender = func() string {
		if mail, signs := n.Ways[string(pack.ByMail)].(notify.Signing); signs {
			return mail.Sender()
		}
		return ""
	}
	s.Phone = func(ctx context.Context) string {
		number, err := following.Phone(ctx)
		s.Missed(ctx, "the office's number", "", err)
		return number
	}
	following.LossWait = lossWait(n.Node)
	following.Latest, following.Missions, following.Shared = coming.Finder.Latest, coming.Finder.Missions, coming.Finder.SharedOf
	cases := &applying.Pages{Site: s, Work: work, Progress: following, Visits: coming, Board: said.Board}
	imports := sheets.New(s, work, n.Imports)
	s.Objects = cases.Objects()
	s.Objects["import"] = imports.Object
	s.Add(imports.Routes()...)
	s.Uploads = n.Uploads
	s.Add(upload.Routes(n.Uploads, blob.Limit, s.Log)...)
	s.Add(cases.Routes()...)
	s.Add(following.Routes()...)
	s.Add((&planning.Unit{Site: s, Country: n.Packs.Country, Code: work.CountryCode}).Routes()...)
	s.Add((&vault.Pages{Site: s, Work: work}).Routes()...)
	s.Add(coming.Routes()...)
	register := &people.Pages{Site: s, Index: n.Keys, Countries: func() ref.Countries { return n.Packs.Now().Ref.Countries }, Titles: func() ref.Titles { return n.Packs.Now().Ref.Titles }, Keep: work.Keep, Portrait: work.Portrait, Wants: work.Wants, CardServes: work.CardServes, Owed: work.OwedFor, Tries: account.NewThrottle()}
	s.Holder = register.Holder
	trips := &travel.Pages{Site: s, Journal: n.Journal, Blobs: n.Blobs, Progress: following, Needs: needs, Pack: n.Packs.Now, Own: register.Own}
	s.Add(trips.Routes()...)
	ratings := &rating.Pages{Site: s, Journal: n.Journal, Progress: following, Pack: n.Packs.Now, Mark: n.Keys.Index}
	s.Add(ratings.Routes()...)
	home := &me.Pages{Site: s, Journal: n.Journal, Progress: following, Board: said.Board}
	s.Add(home.Routes()...)
	var chat *wechat.Pages
	if n.WeChat != nil {
		chat = &wechat.Pages{Site: s, Journal: n.Journal, Client: n.WeChat, Progress: following, Door: n.Accounts, Prove: register.Prove, Tries: account.NewThrottle()}
		s.Add(chat.Routes()...)
		s.Ways, s.Mine, s.SDK, register.WeChat = chat.Ways, chat.Mine, chat.SDK, chat
		coming.SceneOf = n.WeChat.SceneOf
	}
	s.Add(api.New(api.Rooms{Site: s, Journal: n.Journal, Progress: following, Me: home, Visits: coming, Filing: cases, Trips: trips, Ratings: ratings, Chat: chat,
		Verify: func(ctx context.Context, code string) (verify.Answer, error) { return verify.ByCode(ctx, n.Node, code) }}).Routes()...)
	s.Add(register.Routes()...)
	maps.Copy(s.Objects, register.Objects())
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
	return s
}

// Offer adds practising to the units' site, where this machine has a practice site;
// a run's own site, which is the same, has none of it.
func Offer(s *web.Site, n *node.Internet, where training.Practice) {
	s.Add((&training.Pages{Site: s, Journal: n.Journal, Practice: where, Pack: n.Packs.Now}).Routes()...)
	foot := s.Foot
	s.Foot = func(ctx context.Context) []ui.Link {
		links := foot(ctx)
		if web.WhoOf(ctx).May(access.Train) {
			links = append(links, ui.Link{Text: ui.T(ctx, "training.foot"), URL: "/training"})
		}
		return links
	}
}

var internetBar = bar{
	{access.SignCase, "/sign", "to_sign"},
	{access.SeeUnit, "/cases", "cases"},
	{access.SeeUnit, "/plan", "plan"},
	{access.SeeUnit, "/visits", "visits"},
	{access.SeePeople, "/people", "people"},
	{access.SeePeople, "/papers", "papers"},
	{access.Rate, "/me", "me"},
	{access.SeeExchange, "/node", "node"},
	{access.SeeRefusals, "/refusals", "refusals"},
}
