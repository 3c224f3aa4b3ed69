package sites

import (
	"context"
	"slices"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/node"
	"yitang/internal/precheck"
	"yitang/internal/requirement"
	"yitang/internal/web"
	review "yitang/internal/web/approval"
	keeping "yitang/internal/web/custody"
	"yitang/internal/web/desk"
	"yitang/internal/web/progress"
	visadesk "yitang/internal/web/visa"
)

// Office is the site of the foreign affairs office's own people.
func Office(n *node.Office) *web.Site {
	s := common(n.Node, n.Accounts, officeBar)
	s.Place = place("sites.place.office")
	following := &progress.Pages{Site: s, Journal: n.Journal, Country: n.Packs.Country}
	pages := &review.Pages{
		Site: s, Journal: n.Journal, Blobs: n.Blobs, Pack: n.Packs.Now, Issuer: n.Issuer, Country: n.Packs.Country,
		Check: checker(n), Follow: following, Heard: (&distance{node: n.Node}).heard,
	}
	s.Add(pages.Routes()...)
	needs := func() requirement.Parameters { return n.Packs.Now().Needs(n.Journal.Today()) }
	s.Add((&visadesk.Pages{Site: s, Journal: n.Journal, Country: n.Packs.Country, Within: func(area string) calendar.Workdays { return needs().MissionTakes(area) }}).Routes()...)
	s.Add((&keeping.Pages{Site: s, Journal: n.Journal, ReturnDays: func() int { return needs().PassportReturnDays }, Country: n.Packs.Country}).Routes()...)
	s.Add((&desk.Pages{Site: s, Journal: n.Journal, Progress: following}).Routes()...)
	return s
}

var officeBar = bar{
	{access.ServeWindow, "/desk", "desk"},
	{access.SeeQueue, "/queue", "queue"},
	{access.DecideCase, "/sign", "sign"},
	{access.SeeHanging, "/hang", "hang"},
	{access.SeeVisas, "/visa", "visa"},
	{access.SeeBooklets, "/booklets", "booklets"},
	{access.PlanHall, "/hall", "hall"},
	{access.Self, "/node", "node"},
	{access.SeeRefusals, "/refusals", "refusals"},
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
		return n.Packs.Now().Checks.Check(c, at, n.Journal.Today(), facts...), nil
	}
}

// serves is the kept booklet that a trip would use.
func serves(c dossier.Case, all []custody.Row) (dossier.Passport, bool) {
	kept := slices.DeleteFunc(slices.Clone(all), func(r custody.Row) bool { return r.Place != custody.InStore && r.Place != custody.AtMission })
	best, ok := custody.Serving(kept, c.ToRegionsOnly())
	return dossier.Passport{Type: dossier.PassportType(best.Type), Issued: best.Issued, Expires: best.Expires, BlankPages: &best.BlankPages,
		LatinName: best.LatinName, Custody: dossier.WithOffice}, ok
}
