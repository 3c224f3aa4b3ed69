package approval

import (
	"context"
	"fmt"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/ledger"
	"yitang/internal/web/ui"
)

// spent is what trips have cost people lately: the ledger of those approved in
// the last twelve months, and how often people came, month by month.
type spent struct {
	Figures ui.Figures
	Visits  ui.Trend
}

// at most one visit to a trip, each datum asked once, one sending back to a trip
// at the very most, no original on paper (design, section 1).
const aim = 1

func (p *Pages) spent(ctx context.Context) (spent, error) {
	today := p.Journal.Today()
	months, err := ledger.Months(ctx, p.Journal.Store, calendar.On(today.Year()-1, today.Month()+1, 1))
	if err != nil {
		return spent{}, err
	}
	return spentOf(ctx, months), nil
}

func spentOf(ctx context.Context, months []ledger.Month) spent {
	var all ledger.Month
	for _, m := range months {
		all.Cases, all.Clean = all.Cases+m.Cases, all.Clean+m.Clean
		all.Visits, all.Asks, all.Data, all.Returns, all.Paper = all.Visits+m.Visits, all.Asks+m.Asks, all.Data+m.Data, all.Returns+m.Returns, all.Paper+m.Paper
	}
	if all.Cases == 0 {
		return spent{}
	}
	visits, returns := mean(all.Visits, all.Cases), mean(all.Returns, all.Cases)
	c := spent{Figures: ui.Figures{Items: []ui.Figure{
		{Label: ui.T(ctx, "review.cost.visits"), Number: ui.Tenths(visits), Unit: ui.T(ctx, "review.cost.visits.aim"), Sub: ui.T(ctx, "review.cost.of", "Count", all.Cases), Missed: visits > aim},
		{Label: ui.T(ctx, "review.cost.asks"), Number: fmt.Sprintf("%.2f", mean(all.Asks, all.Data)), Unit: ui.T(ctx, "review.cost.asks.aim"), Sub: ui.T(ctx, "review.cost.asks.of", "Count", all.Data)},
		{Label: ui.T(ctx, "review.cost.returns"), Number: fmt.Sprintf("%.2f", returns), Unit: ui.T(ctx, "review.cost.returns.aim"), Sub: ui.T(ctx, "review.cost.clean", "Percent", (200*all.Clean+all.Cases)/(2*all.Cases)), Missed: returns > aim},
		{Label: ui.T(ctx, "review.cost.paper"), Number: ui.Count(all.Paper), Unit: ui.T(ctx, "review.cost.paper.aim"), Sub: ui.T(ctx, "review.cost.of", "Count", all.Cases)},
	}}}
	c.Visits = ui.Trend{Title: ui.T(ctx, "review.cost.trend"), Label: ui.T(ctx, "review.cost.month"), Unit: ui.T(ctx, "review.cost.visits"), More: ui.T(ctx, "review.cost.cases"), Goal: aim, Note: ui.T(ctx, "review.cost.trend.note")}
	for _, m := range months {
		year, month, _ := strings.Cut(m.Month, "-")
		month = strings.TrimPrefix(month, "0")
		c.Visits.Points = append(c.Visits.Points, ui.Point{Label: ui.T(ctx, "review.cost.month.long", "Year", year, "Month", month), Short: ui.T(ctx, "review.cost.month.short", "Month", month), Value: mean(m.Visits, m.Cases), Note: ui.Count(m.Cases)})
	}
	first, last := c.Visits.Points[0], c.Visits.Points[len(c.Visits.Points)-1]
	c.Visits.Spoken = ui.T(ctx, "review.cost.trend.spoken", "From", first.Label, "Was", ui.Tenths(first.Value), "To", last.Label, "Is", ui.Tenths(last.Value))
	return c
}

func mean(sum, of int) float64 {
	if of == 0 {
		return 0
	}
	return float64(sum) / float64(of)
}
