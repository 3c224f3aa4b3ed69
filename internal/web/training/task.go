package training

import (
	"context"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/web/ui"
)

// sheets are the made-up case in the words of the forms into which it is typed.
//
// ui:keys field.*
// ui:keys word.*
func sheets(ctx context.Context, c dossier.Case) []factSheet {
	field := func(path string) string { return ui.T(ctx, "field."+path) }
	word := func(list, w string) string { return ui.T(ctx, "word."+list+"."+w) }
	trip := ui.Facts{{Term: field("case.kind"), Value: word("caseKind", string(c.Trip.Kind))}, {Term: field("case.category"), Value: word("category", string(c.Trip.Category))},
		{Term: field("case.planLine"), Value: c.Trip.PlanLine},
		{Term: field("case.purpose"), Value: c.Trip.Purpose, Lang: zh}, {Term: field("case.necessity"), Value: c.Trip.Necessity, Lang: zh}, {Term: field("case.expectedResults"), Value: c.Trip.ExpectedResults, Lang: zh},
		{Term: field("case.depart"), Value: day(ctx, c.Trip.Depart)}, {Term: field("case.return"), Value: day(ctx, c.Trip.Return)}}
	var people ui.Facts
	for i, m := range c.Members {
		people = append(people, ui.Fact{Term: ui.T(ctx, "training.task.member", "N", i+1), Value: m.Name() + "，" + m.Department + m.Post + "，" + word("role", string(m.Role)), Lang: zh})
	}
	var legs ui.Facts
	for _, l := range c.Legs {
		legs = append(legs, ui.Fact{Term: field("legs.city"), Value: l.City + " " + l.CityEn, Lang: zh}, ui.Fact{Term: field("legs.number"), Value: l.Number},
			ui.Fact{Term: field("legs.arrive"), Value: clock(l.Arrive)}, ui.Fact{Term: field("legs.leave"), Value: clock(l.Leave)})
	}
	var days ui.Facts
	for _, h := range c.Itinerary {
		value := h.Activity
		if h.Host != "" {
			value = h.Host + "：" + value
		}
		days = append(days, ui.Fact{Term: day(ctx, h.Date) + " " + word("half", string(h.Half)), Value: value, Lang: zh})
	}
	var letters ui.Facts
	for _, l := range c.Invitations {
		letters = append(letters, ui.Fact{Term: field("invitations.issuer"), Value: l.Issuer, Lang: zh}, ui.Fact{Term: field("invitations.signatory"), Value: l.Signatory + " " + l.SignatoryTitle, Lang: zh},
			ui.Fact{Term: field("invitations.contact"), Value: l.Contact}, ui.Fact{Term: field("invitations.issued"), Value: day(ctx, l.Issued)}, ui.Fact{Term: field("invitations.purpose"), Value: l.Purpose, Lang: zh},
			ui.Fact{Term: field("invitations.from"), Value: day(ctx, l.From)}, ui.Fact{Term: field("invitations.to"), Value: day(ctx, l.To)},
			ui.Fact{Term: field("invitations.costBearer"), Value: word("costBearer", string(l.CostBearer))}, ui.Fact{Term: field("invitations.translator"), Value: l.Translator, Lang: zh})
	}
	money := ui.Facts{{Term: field("budget.fund"), Value: word("fund", string(c.Budget.Fund))}, {Term: ui.T(ctx, "training.task.airfare"), Value: "9000"}}
	notice := ui.Facts{{Term: field("notice.from"), Value: day(ctx, c.Notice.From)}, {Term: field("notice.to"), Value: day(ctx, c.Notice.To)}, {Term: field("notice.place"), Value: c.Notice.Place, Lang: zh}}
	var out []factSheet
	for _, s := range []factSheet{{ID: "trip", Facts: trip}, {ID: "people", Facts: people}, {ID: "legs", Facts: legs}, {ID: "days", Facts: days}, {ID: "letters", Facts: letters}, {ID: "money", Facts: money}, {ID: "notice", Facts: notice}} {
		s.Title = ui.T(ctx, "training.task."+s.ID) // ui:keys training.task.*
		out = append(out, s)
	}
	return out
}

const zh = "zh-Hans"

// day is one as the forms take it, beside how people say it.
func day(_ context.Context, d calendar.Date) string { return d.String() }

func clock(t calendar.LocalTime) string { return strings.Replace(t.String(), "T", " ", 1) }
