package precheck

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/money"
	"yitang/ref"
)

// Figure is a number on the budget that doesn't follow from the others.
type Figure struct {
	Path     string
	What     string // line or total
	Given    string
	Expected string
	Total    string // what the budget then comes to
}

// wrongFigures recomputes the budget: rate × units × exchange rate per line, to
// one fen, and the sum of the lines. A total that fits the corrected lines is
// right: then the lines alone are named.
func wrongFigures(c *dossier.Case) []Figure {
	if c.Budget == nil {
		return nil
	}
	var out []Figure
	given, corrected := big.NewInt(0), big.NewInt(0)
	for i, l := range c.Budget.Lines {
		amount := money.Yuan(l.AmountCny)
		right := amount
		if want, known := product(l); known {
			if diff := want.Minor - amount.Minor; l.AmountCny.IsZero() || diff < -1 || diff > 1 {
				right = want
				out = append(out, Figure{fmt.Sprintf("budget.lines[%d].amountCny", i), "line", l.AmountCny.String(), want.Number(), ""})
			}
		}
		given.Add(given, big.NewInt(amount.Minor))
		corrected.Add(corrected, big.NewInt(right.Minor))
	}
	if !corrected.IsInt64() {
		return out
	}
	right := money.Amount{Minor: corrected.Int64(), Currency: money.CNY}.Number()
	for i := range out {
		out[i].Total = right
	}
	if len(c.Budget.Lines) == 0 {
		if !c.Budget.TotalCny.IsZero() { // the lines are missing, not the total wrong
			out = append(out, Figure{"budget.lines", "bare", money.Yuan(c.Budget.TotalCny).Number(), "", ""})
		}
		return out
	}
	total := big.NewInt(money.Yuan(c.Budget.TotalCny).Minor)
	if total.Cmp(given) != 0 && total.Cmp(corrected) != 0 && !c.Budget.TotalCny.IsZero() {
		out = append(out, Figure{"budget.totalCny", "total", money.Yuan(c.Budget.TotalCny).Number(), right, right})
	}
	return out
}

// OtherTotal is a budget form that states another total than the budget.
type OtherTotal struct{ Path, File, Said, Is string }

// otherTotals finds them; a form in whole yuan agrees.
func otherTotals(c *dossier.Case) []OtherTotal {
	if c.Budget == nil || c.Budget.TotalCny.IsZero() {
		return nil
	}
	is := money.Yuan(c.Budget.TotalCny)
	var out []OtherTotal
	for i, m := range c.Materials {
		if m.TotalCny.IsZero() {
			continue
		}
		const yuan = 100
		if said := money.Yuan(m.TotalCny); said.Minor-is.Minor >= yuan || is.Minor-said.Minor >= yuan {
			out = append(out, OtherTotal{fmt.Sprintf("materials[%d]", i), m.File, said.Number(), is.Number()})
		}
	}
	return out
}

// product is what a line should come to, if all its factors are there.
func product(l dossier.BudgetLine) (money.Amount, bool) {
	fx := l.FxRate
	if fx.IsZero() && l.Currency == money.CNY {
		fx = money.DecimalOf(1)
	}
	if l.Rate.IsZero() || fx.IsZero() || l.Units == 0 {
		return money.Amount{}, false
	}
	a, err := money.Product(l.Rate, l.Units, fx, money.CNY)
	return a, err == nil
}

// Recount is a line's amount at another rate, and the total with it; "" where
// either can't be told.
type Recount struct{ Amount, Total string }

// atRate recounts a line. A total that didn't fit the lines before stays: it is a
// finding of its own.
func atRate(c *dossier.Case, i int, rate string) Recount {
	if c.Budget == nil || i < 0 || i >= len(c.Budget.Lines) {
		return Recount{}
	}
	line := c.Budget.Lines[i]
	was := money.Yuan(line.AmountCny)
	var err error
	if line.Rate, err = money.ParseDecimal(rate); err != nil {
		return Recount{}
	}
	amount, known := product(line)
	if !known {
		return Recount{}
	}
	out := Recount{Amount: amount.Number()}
	if total := money.Yuan(c.Budget.TotalCny); !c.Budget.TotalCny.IsZero() && sumCny(c) == total.Number() {
		total.Minor += amount.Minor - was.Minor
		out.Total = total.Number()
	}
	return out
}

// sumCny is the sum of the lines as given, in yuan; "" if there are none.
func sumCny(c *dossier.Case) string {
	if c.Budget == nil || len(c.Budget.Lines) == 0 {
		return ""
	}
	sum := money.Amount{Currency: money.CNY}
	for _, l := range c.Budget.Lines {
		next, err := sum.Add(money.Yuan(l.AmountCny))
		if err != nil {
			return ""
		}
		sum = next
	}
	return sum.Number()
}

// Cap is the most that a line may claim by the table of rates.
type Cap struct {
	Known    bool
	Currency string
	Most     string
	Same     bool // the line is in the table's currency
	Over     bool
}

func capOf(l *dossier.BudgetLine, rates ref.Rates, on calendar.Date) Cap {
	row, found := rates.For(l.Country, l.City, on)
	most := row.Most(l.Kind)
	if !found || most.IsZero() || l.Rate.IsZero() {
		return Cap{}
	}
	same := l.Currency == row.Currency
	return Cap{Known: true, Currency: string(row.Currency), Most: most.String(), Same: same, Over: same && l.Rate.Compare(most) > 0}
}

// Claimed is a member's claim of nights or days that doesn't fit the trip.
type Claimed struct {
	Path        string
	Member      string
	Place       string // country code; "" for the whole trip
	What        string // kind of cost; "" for all that is paid by the day
	Units, Want int
}

// wrongNights compares the nights claimed in a country with those that the legs
// spend there; told at the member's first line there. Nights are those of the
// legs and nobody's typing.
func wrongNights(c *dossier.Case) []Claimed {
	nights := map[string]int{}
	for _, l := range c.Legs {
		if l.Arrive.IsZero() || l.Leave.IsZero() {
			return nil
		}
		nights[l.Country] += l.Nights()
	}
	return claims(c, func(l dossier.BudgetLine) (string, bool) { return l.Country, l.Kind == dossier.Lodging },
		func(place string) int { return nights[place] })
}

// wrongDays compares the days of meals, and of incidentals, with the days
// abroad, all countries together. Both wrong by the same days are one mistake.
func wrongDays(c *dossier.Case) []Claimed {
	days := c.Trip.Days()
	if days == 0 {
		return nil
	}
	of := func(kind dossier.CostKind) []Claimed {
		found := claims(c, func(l dossier.BudgetLine) (string, bool) { return "", l.Kind == kind }, func(string) int { return days })
		for i := range found {
			found[i].What = string(kind)
		}
		return found
	}
	out := of(dossier.Meals)
	for _, more := range of(dossier.Incidentals) {
		same := slices.IndexFunc(out, func(m Claimed) bool { return m.Member == more.Member && m.Units == more.Units })
		if same < 0 {
			out = append(out, more)
			continue
		}
		out[same].What = ""
	}
	return out
}

// claims sums up the units of the wanted lines by member and place and keeps
// those that differ from what is right.
func claims(c *dossier.Case, wanted func(dossier.BudgetLine) (string, bool), right func(string) int) []Claimed {
	if c.Budget == nil {
		return nil
	}
	type who struct {
		member int
		place  string
	}
	sums, first := map[who]int{}, map[who]int{}
	var order []who
	for i, l := range c.Budget.Lines {
		place, ours := wanted(l)
		if !ours || l.Member == nil || *l.Member >= len(c.Members) || l.Units == 0 {
			continue
		}
		k := who{*l.Member, place}
		if _, seen := first[k]; !seen {
			first[k] = i
			order = append(order, k)
		}
		sums[k] += l.Units
	}
	var out []Claimed
	for _, k := range order {
		if want := right(k.place); sums[k] != want {
			out = append(out, Claimed{fmt.Sprintf("budget.lines[%d].units", first[k]), c.Members[k.member].Name(), k.place, "", sums[k], want})
		}
	}
	return out
}

// lineOf is the index of the first line that claims what the host covers, or -1.
// Transport is what moves people there: between cities, and the daily allowance
// for it stays.
func lineOf(c *dossier.Case, cover string) int {
	kind := map[dossier.HostCover]dossier.CostKind{
		dossier.CoversLodging: dossier.Lodging, dossier.CoversMeals: dossier.Meals, dossier.CoversTransport: dossier.Intercity,
	}[dossier.HostCover(cover)]
	if c.Budget == nil {
		return -1
	}
	return slices.IndexFunc(c.Budget.Lines, func(l dossier.BudgetLine) bool { return l.Kind == kind })
}

// staleLine is the index of the first line whose exchange rate is undated or
// from before the given day, or -1. Yuan need no rate.
func staleLine(c *dossier.Case, oldest calendar.Date) int {
	if c.Budget == nil {
		return -1
	}
	return slices.IndexFunc(c.Budget.Lines, func(l dossier.BudgetLine) bool {
		return l.Currency != "" && l.Currency != money.CNY && l.FxDate.Before(oldest)
	})
}

// OddRate is a rate of exchange that is far from the published one.
type OddRate struct {
	Path             string
	Currency         string
	Given, Published string
	Date             calendar.Date // of the publication
}

// oddRates are those that differ from the latest publication by more than a share
// of it, such as 1/10, once for each currency.
func oddRates(c *dossier.Case, published ref.Exchange, today calendar.Date, share string) []OddRate {
	most, ok := new(big.Rat).SetString(share)
	if !ok || c.Budget == nil {
		return nil
	}
	var out []OddRate
	for i, l := range c.Budget.Lines {
		yuan, as, known := published.On(l.Currency, today)
		if !known || l.FxRate.IsZero() || slices.ContainsFunc(out, func(o OddRate) bool { return o.Currency == string(l.Currency) && o.Given == l.FxRate.String() }) {
			continue
		}
		if off := apartBy(l.FxRate, yuan); off == nil || off.Cmp(most) > 0 {
			out = append(out, OddRate{fmt.Sprintf("budget.lines[%d].fxRate", i), string(l.Currency), l.FxRate.String(), yuan.String(), as.Date})
		}
	}
	return out
}

// apartBy is by what share of the right one a rate differs from it.
func apartBy(given, right money.Decimal) *big.Rat {
	a, known := new(big.Rat).SetString(given.String())
	b, also := new(big.Rat).SetString(right.String())
	if !known || !also || b.Sign() == 0 {
		return nil
	}
	return a.Quo(a.Sub(a, b), b).Abs(a)
}

// othersExceed tells whether lines of the kind "other" make up more than a share
// of the total, such as 1/20.
func othersExceed(c *dossier.Case, share string) bool {
	var others, all int64
	for _, l := range c.Budget.Lines {
		fen := money.Yuan(l.AmountCny).Minor
		all += fen
		if l.Kind == dossier.OtherCost {
			others += fen
		}
	}
	r, ok := new(big.Rat).SetString(share)
	return ok && all > 0 && big.NewRat(others, all).Cmp(r) > 0
}

// atLeast tells whether part/whole reaches a share such as 2/3.
func atLeast(part, whole int, share string) bool {
	r, ok := new(big.Rat).SetString(share)
	return !ok || whole <= 0 || big.NewRat(int64(part), int64(whole)).Cmp(r) >= 0
}

// overBudget tells whether a trip's total exceeds what is left of the year's money.
func overBudget(c *dossier.Case) bool {
	if c.Budget == nil || c.Unit.Quota == nil || c.Unit.Quota.AmountCny.IsZero() || c.Budget.TotalCny.IsZero() {
		return false
	}
	used := int64(0)
	if c.Unit.Used != nil {
		used = money.Yuan(c.Unit.Used.AmountCny).Minor
	}
	return money.Yuan(c.Budget.TotalCny).Minor > money.Yuan(c.Unit.Quota.AmountCny).Minor-used
}

// entitled is the best cabin that a rank may fly. Basis: parameter-free, as the
// classes and ranks are a closed pair in the text of 财行〔2013〕516号.
func entitled(rank string) dossier.Cabin {
	switch dossier.Rank(rank) {
	case dossier.Minister:
		return dossier.First
	case dossier.Bureau:
		return dossier.Business
	default:
		return dossier.Economy
	}
}

// aboveAll tells whether a cabin is above what any member may fly: all of them have a
// rank, and none is high enough.
func aboveAll(c *dossier.Case, cabin dossier.Cabin) bool {
	return len(c.Members) > 0 && !slices.ContainsFunc(c.Members, func(m dossier.Member) bool {
		return m.Rank == "" || Entitled(m.Rank).Order() >= cabin.Order()
	})
}

// Entitled is the best cabin that a rank may fly.
func Entitled(r dossier.Rank) dossier.Cabin { return entitled(string(r)) }

// cities are the places that a case visits, each once.
func cities(c *dossier.Case) int {
	seen := map[string]bool{}
	for _, l := range c.Legs {
		seen[strings.TrimSpace(l.City)] = true
	}
	for _, h := range c.Itinerary {
		seen[strings.TrimSpace(h.City)] = true
	}
	delete(seen, "")
	return len(seen)
}
