package progress

import (
	"context"
	"slices"
	"strconv"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/money"
	"yitang/internal/web/ui"
	"yitang/ref"
)

// Costs is a budget as tables show it, at the unit that writes it and at the
// office that reads it: each line beside what the table of rates allows.
type Costs struct {
	Budget dossier.Budget
	Rates  ref.Rates
	Day    calendar.Date // whose rates hold
	Place  func(ctx context.Context, country, city string) string
	Typed  func(line int) bool // somebody wrote it; nil: nobody asks
	Told   bool                // the rates of exchange stand above the table: no line repeats them
}

// Uncounted tells whether a line can't be counted before its rate of exchange is known.
func Uncounted(l dossier.BudgetLine) bool {
	return l.FxRate.IsZero() && l.Currency != "" && l.Currency != money.CNY
}

// Unpriced tells whether a line can't be counted before somebody writes its price.
func Unpriced(l dossier.BudgetLine) bool {
	return l.AmountCny.IsZero() && (l.Rate.IsZero() || l.Currency == "")
}

// AmountOf is what a line, or several like it, come to.
func AmountOf(ctx context.Context, l dossier.BudgetLine, fen int64) string {
	if Unpriced(l) {
		return ui.T(ctx, "budget.unpriced")
	}
	if Uncounted(l) {
		return ui.T(ctx, "cases.lines.no_rate")
	}
	return ui.Yuan(ctx, fen)
}

// Exchanged is the rate at which a line in another currency is counted, its day
// and source; "" for a line in yuan and while nobody knows the rate.
func Exchanged(ctx context.Context, l dossier.BudgetLine) string {
	if l.Currency == "" || l.Currency == money.CNY || l.FxRate.IsZero() {
		return ""
	}
	said := []string{ui.Date(ctx, l.FxDate), l.FxSource}
	said = slices.DeleteFunc(said, func(s string) bool { return s == "" })
	return ui.T(ctx, "budget.fx.counted", "Currency", string(l.Currency), "Rate", l.FxRate.String(), "Source", ui.Clauses(ctx, said...))
}

// Standard is what the table of rates allows for a line, beside what it claims.
func (c Costs) Standard(ctx context.Context, l dossier.BudgetLine) ui.Cell {
	row, known := c.Rates.For(l.Country, l.City, c.Day)
	most := row.Most(l.Kind)
	switch {
	case !known && (l.Kind == dossier.Lodging || l.Kind == dossier.Meals || l.Kind == dossier.Incidentals):
		return ui.Cell{Text: ui.T(ctx, "budget.standard.none"), Quiet: true}
	case most.IsZero():
		return ui.Cell{Text: ui.T(ctx, "budget.standard.no"), Quiet: true}
	}
	out := ui.Cell{Text: ui.Price(ctx, most, row.Currency)}
	switch {
	case l.Rate.IsZero():
	case l.Currency != row.Currency:
		out.Sub = ui.T(ctx, "budget.standard.other")
	case l.Rate.Compare(most) > 0:
		out.Tag = ui.Tag{State: ui.Stop, Word: ui.T(ctx, "budget.standard.over")}
	case l.Rate.Compare(most) < 0:
		out.Sub = ui.T(ctx, "budget.standard.within")
	}
	return out
}

// At is where a line belongs: a day's costs to their place, what gets people there
// and home to the whole trip. A fee that is written down once for a trip to several
// countries is the trip's too, whichever of them it stands beside in the case file.
func (c Costs) At(ctx context.Context, l dossier.BudgetLine) string {
	switch l.Kind {
	case dossier.Lodging, dossier.Meals, dossier.Incidentals:
		return c.Place(ctx, l.Country, l.City)
	case dossier.Airfare, dossier.Insurance:
		return ui.T(ctx, "budget.whole_trip")
	}
	to, fee := map[string]bool{}, map[string]bool{}
	for _, o := range c.Budget.Lines {
		if o.Country != "" {
			to[o.Country] = true
			if o.Kind == l.Kind {
				fee[o.Country] = true
			}
		}
	}
	if len(to) > 1 && len(fee) < 2 {
		return ui.T(ctx, "budget.whole_trip")
	}
	return c.Place(ctx, l.Country, l.City)
}

// excess is by how much a line is above the table, in fen; 0 where it isn't or
// the two can't be compared.
func (c Costs) excess(l dossier.BudgetLine) int64 {
	row, _ := c.Rates.For(l.Country, l.City, c.Day)
	most, fx := row.Most(l.Kind), l.FxRate
	if l.Currency == money.CNY && fx.IsZero() {
		fx, _ = money.ParseDecimal("1")
	}
	if most.IsZero() || l.Currency != row.Currency || l.Rate.Compare(most) <= 0 {
		return 0
	}
	is, err := money.Product(l.Rate, l.Units, fx, money.CNY)
	if err != nil {
		return 0
	}
	may, err := money.Product(most, l.Units, fx, money.CNY)
	if err != nil {
		return 0
	}
	return is.Minor - may.Minor
}

// Table joins lines that are the same for several people. By how much they are
// above the standard has a column where any is.
func (c Costs) Table(ctx context.Context, caption string) ui.Table {
	type key struct {
		kind                dossier.CostKind
		place, rate, reason string
		units               int
	}
	type joined struct {
		dossier.BudgetLine
		people    int
		fen, over int64
		typed     bool
	}
	lines := map[key]*joined{}
	var order []key
	over := false
	for i, l := range c.Budget.Lines {
		k := key{l.Kind, c.At(ctx, l), ui.Price(ctx, l.Rate, l.Currency), l.Reason, l.Units}
		if lines[k] == nil {
			order = append(order, k)
			lines[k] = &joined{BudgetLine: l}
		}
		j := lines[k]
		j.people++
		j.fen += money.Yuan(l.AmountCny).Minor
		j.over += c.excess(l)
		j.typed = j.typed || c.Typed != nil && c.Typed(i)
		over = over || j.over > 0
	}
	t := ui.Table{Cards: true, Caption: caption, Columns: []ui.Column{{Text: ui.T(ctx, "cases.col.kind")}, {Text: ui.T(ctx, "cases.col.place")},
		{Text: ui.T(ctx, "budget.col.rate"), Number: true}, {Text: ui.T(ctx, "budget.col.standard"), Whole: true}, {Text: ui.T(ctx, "cases.col.units"), Number: true}, {Text: ui.T(ctx, "cases.col.people"), Number: true}, {Text: ui.T(ctx, "cases.col.amount"), Number: true}}}
	if over {
		t.Columns = append(t.Columns, ui.Column{Text: ui.T(ctx, "budget.col.over"), Number: true})
	}
	var rows []ui.Row
	for _, k := range order {
		j := lines[k]
		kind := ui.Cell{Text: ui.T(ctx, "word.costKind."+string(k.kind)), Head: true, Sub: k.reason}
		if j.typed {
			kind.Sub = ui.Sentences(ctx, ui.T(ctx, "cases.lines.typed"), k.reason)
		}
		price := ui.Cell{Text: k.rate}
		if !c.Told {
			price.Sub = Exchanged(ctx, j.BudgetLine)
		}
		cells := []ui.Cell{kind, {Text: k.place}, price, c.Standard(ctx, j.BudgetLine), {Text: strconv.Itoa(k.units)}, {Text: strconv.Itoa(j.people)}, {Text: AmountOf(ctx, j.BudgetLine, j.fen)}}
		if over {
			cell := ui.Cell{}
			if j.over > 0 {
				cell.Text = ui.Yuan(ctx, j.over)
			}
			cells = append(cells, cell)
		}
		rows = append(rows, ui.Row{Cells: cells})
	}
	t.Groups = []ui.Group{{Rows: rows}}
	return t
}
