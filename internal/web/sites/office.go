package sites

import (
	"context"
	"slices"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/node"
	"yitang/internal/precheck"
	"yitang/internal/requirement"
	"yitang/internal/visit"
	"yitang/internal/web"
	review "yitang/internal/web/approval"
	configuring "yitang/internal/web/config"
	keeping "yitang/internal/web/custody"
	"yitang/internal/web/desk"
	rating "yitang/internal/web/feedback"
	"yitang/internal/web/guidance"
	visits "yitang/internal/web/hall"
	people "yitang/internal/web/person"
	"yitang/internal/web/progress"
	planning "yitang/internal/web/quota"
	"yitang/internal/web/training"
	visadesk "yitang/internal/web/visa"
	"yitang/ref"
)

// lossWait are the days that lie between a loss and another booklet, as they are in
// force on the day on which somebody asks.
func lossWait(n *node.Node) func() int {
	return func() int { return n.Packs.Now().Ref.Parameters.Whole("loss.waitDays", n.Journal.Today(), 0) }
}

// Office is the site of the foreign affairs office's own people.
func Office(n *node.Office) *web.Site {
	s := common(n.Node, n.Accounts, officeBar)
	s.Place = place("sites.place.office")
	far := &distance{node: n.Node}
	plans := visits.Finder{Journal: n.Journal, Pack: n.Packs.Now}
	following := &progress.Pages{Site: s, Journal: n.Journal, Country: n.Packs.Country, Ways: far.ways, Heard: far.heard, Latest: plans.Latest, Missions: plans.Missions, Shared: plans.SharedOf, LossWait: lossWait(n.Node)}
	pages := &review.Pages{
		Site: s, Journal: n.Journal, Blobs: n.Blobs, Pack: n.Packs.Now, Issuer: n.Issuer, Country: n.Packs.Country,
		Check: n.Check, Follow: following, Heard: far.heard,
	}
	s.Add(pages.Routes()...)
	rules := func() *precheck.Engine { return n.Packs.Now().Checks }
	needs := func() requirement.Parameters { return n.Packs.Now().Needs(n.Journal.Today()) }
	s.Add((&visadesk.Pages{Site: s, Journal: n.Journal, Letters: n.Letters, Pack: n.Packs.Now, Country: n.Packs.Country, Within: func(area string) calendar.Workdays { return needs().MissionTakes(area) },
		Blobs: n.Blobs, Rules: rules, Mission: func(area string) ref.Mission { return n.Packs.Now().Ref.Missions.On(area, n.Journal.Today()) },
		Form:  visaForm(n),
		Steps: plans.Steps, Follow: following}).Routes()...)
	s.Add((&keeping.Pages{Site: s, Journal: n.Journal, ReturnDays: func() int { return needs().PassportReturnDays }, AheadDays: func() int { return needs().PassportHandOutDays }, Country: n.Packs.Country, Rules: rules, Planned: planned(plans, visit.Collect), Promised: planned(plans, visit.HandIn), Follow: following}).Routes()...)
	s.Add((&planning.Office{Site: s, Country: n.Packs.Country}).Routes()...)
	s.Add((&configuring.Pages{Site: s, Office: n}).Routes()...)
	s.Add((&desk.Pages{Site: s, Journal: n.Journal, Progress: following, Steps: plans.Steps, Minutes: func(k visit.Kind) int { return needs().Minutes[k] }, Outside: n.Outside}).Routes()...)
	s.Add((&rating.Office{Site: s, Journal: n.Journal, Pack: n.Packs.Now}).Routes()...)
	s.Add((&guidance.Office{Site: s, Journal: n.Journal, Blobs: n.Blobs, Rule: func(id string) bool {
		return slices.ContainsFunc(rules().Rules(), func(r ref.Rule) bool { return r.ID == id })
	}}).Routes()...)
	s.Add((&people.Office{Site: s, Index: n.Keys}).Routes()...)
	s.Add((&training.Office{Site: s, Journal: n.Journal}).Routes()...)
	return s
}

var officeBar = bar{
	{access.ServeWindow, "/desk", "desk"},
	{access.SeeQueue, "/queue", "queue"},
	{access.DecideCase, "/sign", "sign"},
	{access.WaiveRule, "/waivers", "waivers"},
	{access.SeeHanging, "/hang", "hang"},
	{access.SeePlans, "/plans", "plans"},
	{access.SeeVisas, "/visa", "visa"},
	{access.SeeBooklets, "/booklets", "booklets"},
	{access.PlanHall, "/hall", "hall"},
	{access.SeeRatings, "/ratings", "ratings"},
	{access.SeeRemarks, "/remarks", "remarks"},
	{access.KeepPersonnel, "/personnel", "personnel"},
	{access.SeeTraining, "/training", "training"},
	{access.SeeConfig, "/config", "config"},
	{access.Self, "/notices", "notices"},
	{access.SeeExchange, "/node", "node"},
	{access.SeeRefusals, "/refusals", "refusals"},
}

// visaForm gives an area's form that holds now, and the countries of the area.
func visaForm(n *node.Office) func(area string) (ref.VisaForm, []string) {
	return func(area string) (ref.VisaForm, []string) {
		data := n.Packs.Now().Ref
		countries := []string{area}
		if area == ref.Schengen {
			countries = nil
			for code, c := range data.Countries {
				if c.Schengen {
					countries = append(countries, code)
				}
			}
		}
		return data.VisaForms.On(area, n.Journal.Today()), countries
	}
}

// planned says how booklets are to be handed over, or handed in, by the plan of
// the visits: as the unit reads it.
func planned(f visits.Finder, act visit.Kind) func(context.Context, string) (map[string]custody.By, error) {
	return func(ctx context.Context, filing string) (map[string]custody.By, error) {
		ways, err := f.Ways(ctx, filing, act)
		out := map[string]custody.By{}
		for who, way := range ways {
			if by := custody.Planned(way); by != "" { // else as where nobody planned anything
				out[who] = by
			}
		}
		return out, err
	}
}
