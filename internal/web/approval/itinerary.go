package approval

import (
	"context"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/money"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// dayByDay is the itinerary as a reviewer reads it: one line a half day, and
// those that a finding is about stand out. The budget opens in the same way.
type dayByDay struct {
	Title string
	Open  bool // a finding is about it
	Table ui.Table
}

func (p *Pages) itinerary(ctx context.Context, c dossier.Case, findings ui.FindList) dayByDay {
	d := dayByDay{Title: ui.T(ctx, "review.itinerary", "Count", len(c.Itinerary)),
		Table: ui.Table{Caption: ui.T(ctx, "review.itinerary.caption"), Cards: true, Groups: []ui.Group{{}}, Columns: []ui.Column{
			{Text: ui.T(ctx, "review.itinerary.when")}, {Text: ui.T(ctx, "review.itinerary.where")}, {Text: ui.T(ctx, "review.itinerary.what")}, {Text: ui.T(ctx, "review.itinerary.host")}}}}
	if len(c.Itinerary) == 0 {
		return dayByDay{}
	}
	d.Open = slices.ContainsFunc(findings, func(f ui.Finding) bool { return settled(f) == 0 && strings.HasPrefix(f.Field, "itinerary") })
	town := func(h dossier.HalfDay) string {
		if h.Country == "" {
			return h.City
		}
		return strings.TrimSpace(p.countries(ctx, []string{h.Country}) + " " + h.City)
	}
	for i, h := range c.Itinerary {
		row := ui.Row{Cells: []ui.Cell{{Text: progress.Place(ctx, c, index("itinerary", i)), Head: true}, {Text: progress.Whereabouts(ctx, c, h, town)}, {Text: h.Activity}, {Text: h.Host}}}
		if slices.ContainsFunc(findings, func(f ui.Finding) bool {
			return settled(f) == 0 && (f.Field == index("itinerary", i) || strings.HasPrefix(f.Field, index("itinerary", i)+"."))
		}) {
			row.State = ui.Warn
		}
		d.Table.Groups[0].Rows = append(d.Table.Groups[0].Rows, row)
	}
	return d
}

// costs are the lines of the budget beside the rates that held on a day.
func (p *Pages) costs(ctx context.Context, c dossier.Case, on calendar.Date, findings ui.FindList) dayByDay {
	if c.Budget == nil || len(c.Budget.Lines) == 0 {
		return dayByDay{}
	}
	all := progress.Costs{Budget: *c.Budget, Rates: p.Pack().Ref.Rates, Day: on, Place: func(ctx context.Context, country, city string) string {
		if country == "" {
			return city
		}
		known, _ := p.Pack().Ref.Cities.Find(country, city)
		return ui.Town(ctx, p.countries(ctx, []string{country}), city, known.En)
	}}
	t := all.Table(ctx, ui.T(ctx, "review.budget.caption"))
	return dayByDay{Title: ui.T(ctx, "review.budget", "Count", len(t.Groups[0].Rows), "Sum", money.Yuan(c.Budget.TotalCny)), Table: t,
		Open: slices.ContainsFunc(findings, func(f ui.Finding) bool { return settled(f) == 0 && strings.HasPrefix(f.Field, "budget") })}
}
