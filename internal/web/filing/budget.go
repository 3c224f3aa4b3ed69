package filing

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/dossier"
	room "yitang/internal/filing"
	"yitang/internal/money"
	words "yitang/internal/sheet"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// budget is derived from rates, days and people; what differs is typed.
func (p *Pages) budget(r *http.Request, b *fields, v *stepView) {
	ctx := b.ctx
	covered := b.at("budget.hostCovers")
	covered.Across = true
	v.Sheets = append(v.Sheets, sheet{Title: ui.T(ctx, "cases.sheet.fund"), ID: "fund", Rows: rows(b.at("budget.fund"), covered)})
	v.Sheets = append(v.Sheets, p.exchanges(b))
	if !b.f.Draft.Paper.OwnLines {
		var row []ui.Field
		for _, kind := range []dossier.CostKind{dossier.Airfare, dossier.Intercity, dossier.VisaFee, dossier.Insurance, dossier.OtherCost} {
			row = append(row, p.cost(b, kind))
		}
		v.Sheets = append(v.Sheets, sheet{Title: ui.T(ctx, "cases.sheet.costs"), ID: "costs", Lead: ui.Sentences(ctx, ui.T(ctx, "cases.costs.lead"), b.hanging("budget.totalCny")), Rows: [][]ui.Field{row}})
	}
	v.Sheets = append(v.Sheets, p.rates(b)...)
	if b.f.Draft.Paper.OwnLines {
		v.Head.Lead = ui.T(ctx, "budget.lead.own")
	} else if places := b.f.unrated(); len(places) > 0 {
		v.Head.Lead = ui.T(ctx, "budget.lead.unrated", "Places", ui.List(ctx, b.f.placeNames(ctx, places)))
	} else if t := b.f.Now.Case.Trip; t.Days() == 0 || len(b.f.Now.Case.Countries()) == 0 { // nothing can be counted yet, nor is it known whether it can
		v.Head.Lead = ui.T(ctx, "budget.lead.first")
	}
	if !b.f.Draft.Paper.OwnLines && b.f.hourless() {
		v.Head.Lead = ui.Sentences(ctx, ui.T(ctx, "budget.lead.hours"), v.Head.Lead)
	}
	p.lines(r, b, v)
}

// exchanges asks for the rate of each currency that a line is in.
func (p *Pages) exchanges(b *fields) sheet {
	s := sheet{ID: "fx", Follows: true}
	if b.f.Now.Case.Budget == nil || b.f.Draft.Paper.OwnLines {
		return s
	}
	seen := map[money.Currency]bool{"": true, money.CNY: true}
	for _, l := range b.f.Now.Case.Budget.Lines {
		if !seen[l.Currency] {
			seen[l.Currency] = true
			s.Title, s.Rows = ui.T(b.ctx, "cases.sheet.fx"), append(s.Rows, p.fx(b, l.Currency))
		}
	}
	return s
}

// hourless tells whether nights and days wait for the hours of the legs.
func (f *File) hourless() bool {
	c := &f.Now.Case
	return c.Trip.Days() > 0 && !c.Trip.ForTerm() && slices.ContainsFunc(c.Legs, func(l dossier.Leg) bool {
		return l.Counts() && (l.Arrive.IsZero() || l.Leave.IsZero())
	})
}

// unrated are the places of a draft that the table of rates doesn't have, and for
// which the unit therefore writes its own.
func (f *File) unrated() []dossier.Leg {
	c := &f.Now.Case
	if f.Draft.Paper.OwnLines || f.Held.Ref == nil || c.Trip.ForTerm() || f.IsChange() || c.Budget != nil && c.Budget.Fund == dossier.HostFund {
		return nil
	}
	var out []dossier.Leg
	for _, l := range c.Legs {
		_, known := f.Held.Ref.Rates.For(l.Country, l.City, f.Held.Today)
		if known || !l.Counts() || l.Country == "" || len(f.paid(l)) == 0 || slices.ContainsFunc(out, func(o dossier.Leg) bool { return o.Country == l.Country && o.City == l.City }) {
			continue
		}
		out = append(out, l)
	}
	return out
}

// paid are the kinds of cost of a day at a place that the host doesn't cover.
func (f *File) paid(at dossier.Leg) []dossier.CostKind {
	var covers []dossier.HostCover
	if b := f.Now.Case.Budget; b != nil {
		covers = b.HostCovers
	}
	var out []dossier.CostKind
	if !slices.Contains(covers, dossier.CoversLodging) && slices.ContainsFunc(f.Now.Case.Legs, func(l dossier.Leg) bool {
		return l.Country == at.Country && l.City == at.City && l.Nights() > 0
	}) {
		out = append(out, dossier.Lodging)
	}
	if !slices.Contains(covers, dossier.CoversMeals) {
		out = append(out, dossier.Meals)
	}
	return append(out, dossier.Incidentals)
}

func (f *File) placeNames(ctx context.Context, legs []dossier.Leg) []string {
	var out []string
	for _, l := range legs {
		name := l.City
		if name == "" {
			name = f.work.Country(ctx, l.Country)
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// rateBox is the name of the box for a rate of one's own.
func rateBox(country, city, what string) string {
	return "rates." + room.RatePlace(country, city) + "." + what
}

// ownRate takes the name of such a box apart.
func ownRate(name string) (place, what string, is bool) {
	rest, is := strings.CutPrefix(name, "rates.")
	i := strings.LastIndexByte(rest, '.')
	if !is || i < 0 {
		return "", "", false
	}
	place, what = rest[:i], rest[i+1:]
	return place, what, what == "currency" || slices.Contains([]dossier.CostKind{dossier.Lodging, dossier.Meals, dossier.Incidentals}, dossier.CostKind(what))
}

// ui:keys budget.rates.*
//
// rates asks once for what the same kind of cost comes to for each member, at
// each place without a standard.
func (p *Pages) rates(b *fields) []sheet {
	ctx := b.ctx
	var out []sheet
	for i, l := range b.f.unrated() {
		is := b.f.Draft.Paper.Rates[room.RatePlace(l.Country, l.City)]
		box := func(what, stored string, kind ui.Kind) ui.Field {
			name := rateBox(l.Country, l.City, what)
			f := ui.Field{Name: name, Kind: kind, Label: ui.T(ctx, "budget.rates."+what), Value: stored, Error: p.rawError(b, name)}
			if raw, ok := b.f.Draft.Paper.Raw[name]; ok {
				f.Value = raw
			}
			if t, ok := b.typed[name]; ok {
				f.Value = t
			}
			return f
		}
		currency := box("currency", string(is.Currency), "")
		currency.Hint = ui.T(ctx, "hint.budget.lines.currency")
		row := []ui.Field{currency}
		for _, kind := range b.f.paid(l) {
			row = append(row, box(string(kind), is.Most[kind].String(), ui.Decimal))
		}
		place := b.f.placeNames(ctx, []dossier.Leg{l})[0]
		out = append(out, sheet{Title: ui.T(ctx, "budget.rates", "Place", place), ID: "rates" + strconv.Itoa(i), Lead: ui.T(ctx, "budget.rates.lead", "Place", place), Rows: [][]ui.Field{row}})
	}
	return out
}

// ownRateOf is the box in which the rate or currency of a line is written that
// has no standard and that nobody wrote apart; "" for another line.
func (f *File) ownRateOf(path string) string {
	g, i := dossier.Generic(path), 0
	if g != "budget.lines.rate" && g != "budget.lines.currency" {
		return ""
	}
	if _, err := fmt.Sscanf(path, "budget.lines[%d]", &i); err != nil || i < 0 || i >= len(f.Now.Lines) || f.Now.Lines[i].Typed {
		return ""
	}
	l := f.Now.Case.Budget.Lines[i]
	if !slices.ContainsFunc(f.unrated(), func(at dossier.Leg) bool { return at.Country == l.Country && at.City == l.City }) {
		return ""
	}
	what := string(l.Kind)
	if g == "budget.lines.currency" {
		what = "currency"
	}
	if _, _, is := ownRate(rateBox(l.Country, l.City, what)); !is {
		return ""
	}
	return rateBox(l.Country, l.City, what)
}

// currencyCode reads a currency by its code or as people call it: 美元, US dollar.
// What it doesn't know stays as it was typed.
func currencyCode(typed string) string {
	if code := words.Word("currency", typed); code != "" {
		return code
	}
	return typed
}

// writeRate keeps what was typed for a place without a standard.
func writeRate(paper *room.Paper, name, typed string) {
	place, what, is := ownRate(name)
	if !is {
		return
	}
	c := dossier.Case{Budget: &dossier.Budget{Lines: []dossier.BudgetLine{{}}}}
	field := "rate"
	if what == "currency" {
		field, typed = what, currencyCode(typed)
	}
	err := c.Put("budget.lines[0]."+field, typed)
	keepRaw(paper, name, typed, err)
	if err != nil {
		return
	}
	l, r := c.Budget.Lines[0], paper.Rates[place]
	if what == "currency" {
		r.Currency = l.Currency
	} else {
		r.Most = maps.Clone(r.Most)
		if r.Most == nil {
			r.Most = map[dossier.CostKind]money.Decimal{}
		}
		r.Most[dossier.CostKind(what)] = l.Rate
		if l.Rate.IsZero() {
			delete(r.Most, dossier.CostKind(what))
		}
	}
	if paper.Rates == nil {
		paper.Rates = map[string]room.Rate{}
	}
	paper.Rates[place] = r
	if r.Currency == "" && len(r.Most) == 0 {
		delete(paper.Rates, place)
	}
}

// ui:keys cases.fx.*
func (p *Pages) fx(b *fields, c money.Currency) []ui.Field {
	is, table := b.f.Draft.Paper.Exchanged(c, b.f.Held.Ref, b.f.Held.Today)
	value := func(name, stored string) string {
		if t, ok := b.typed[name]; ok {
			return t
		}
		if raw, ok := b.f.Draft.Paper.Raw[name]; ok {
			return raw
		}
		return stored
	}
	rate, date := "fx."+string(c)+".rate", "fx."+string(c)+".date"
	var hint string
	switch {
	case table.Rate.IsZero():
		hint = ui.T(b.ctx, "budget.fx.none", "Currency", string(c))
	case is == table:
		hint = ui.T(b.ctx, "budget.fx.table", "Date", ui.Date(b.ctx, table.Date), "Source", table.Source)
	default:
		hint = ui.T(b.ctx, "budget.fx.other", "Rate", table.Rate.String(), "Date", ui.Date(b.ctx, table.Date), "Source", table.Source)
	}
	out := []ui.Field{
		{Name: rate, Kind: ui.Decimal, Label: ui.T(b.ctx, "cases.fx.rate", "Currency", string(c)), Value: value(rate, is.Rate.String()), Error: p.rawError(b, rate), Hint: hint},
		{Name: date, Kind: ui.DateKind, Label: ui.T(b.ctx, "cases.fx.date"), Value: value(date, is.Date.String()), Error: p.rawError(b, date)},
	}
	for i := range out {
		if was := b.f.Draft.Paper.Copied[out[i].Name]; was != "" && was == out[i].Value {
			out[i].Hint = ui.Sentences(b.ctx, ui.T(b.ctx, "second.rate"), out[i].Hint)
		}
	}
	return out
}

func (p *Pages) rawError(b *fields, name string) string {
	if raw, bad := b.f.Draft.Paper.Raw[name]; bad {
		return ui.T(b.ctx, unreadable(name, raw))
	}
	return b.errors[name]
}

func (p *Pages) cost(b *fields, kind dossier.CostKind) ui.Field {
	name := "costs." + string(kind)
	out := ui.Field{Name: name, Kind: ui.Decimal, Label: ui.T(b.ctx, "cases.cost.each", "Kind", ui.T(b.ctx, "word.costKind."+string(kind))), Error: p.rawError(b, name), Optional: kind != dossier.Airfare || !b.f.ownFare()}
	out.Value = b.f.Draft.Paper.Costs[kind].String()
	if raw, ok := b.f.Draft.Paper.Raw[name]; ok {
		out.Value = raw
	}
	if t, ok := b.typed[name]; ok {
		out.Value = t
	}
	return out
}

// lines is the budget in sum, or every line to be changed.
func (p *Pages) lines(r *http.Request, b *fields, v *stepView) {
	ctx := b.ctx
	budget := b.f.Now.Case.Budget
	s := sheet{Title: ui.T(ctx, "cases.sheet.lines"), ID: "lines", Follows: true}
	if budget == nil || len(budget.Lines) == 0 {
		s.Lead = ui.T(ctx, "cases.lines.none")
		v.Sheets = append(v.Sheets, s)
		return
	}
	s.Note = ui.T(ctx, "cases.lines.total", "Sum", ui.Yuan(ctx, money.Yuan(budget.TotalCny).Minor))
	if slices.ContainsFunc(budget.Lines, progress.Uncounted) || slices.ContainsFunc(budget.Lines, progress.Unpriced) {
		s.Note = ui.T(ctx, "cases.lines.so_far", "Sum", ui.Yuan(ctx, money.Yuan(budget.TotalCny).Minor))
	}
	if r.URL.Query().Get("lines") == "" && r.PostFormValue("_line.0") == "" {
		s.Lead, s.Show = b.sources(), b.costs().Table(ctx, ui.T(ctx, "cases.table", "Name", s.Title))
		s.Actions = append(s.Actions, ui.Button{Text: ui.T(ctx, "cases.lines.open"), Name: "_stay", Value: "?lines=1", Kind: ui.Second, Loose: true})
		v.Sheets = append(v.Sheets, s)
		return
	}
	s.Follows = false
	v.Draft.Save, v.Draft.Action = v.Draft.Save+"?lines=1", v.Draft.Action+"?lines=1"
	v.Sheets = append(v.Sheets, s)
	for i, l := range budget.Lines {
		o := b.f.Now.Lines[i]
		line := sheet{ID: "line" + strconv.Itoa(i), Title: b.lineTitle(i),
			Note: progress.AmountOf(ctx, l, money.Yuan(l.AmountCny).Minor)}
		row := []ui.Field{p.lineField(b, i, "units"), p.lineField(b, i, "rate")}
		if cell := b.costs().Standard(ctx, l); !cell.Quiet {
			row[1].Hint = ui.T(ctx, "budget.standard.hint", "Most", cell.Text)
		}
		if l.Currency != money.CNY && o.Derived.Kind != "" { // of one of the unit's own it stands above, for any currency
			row = append(row, p.lineField(b, i, "currency"))
		}
		if l.Currency != money.CNY {
			row = append(row, p.lineField(b, i, "fxRate"), p.lineField(b, i, "fxDate"))
		}
		line.Rows = [][]ui.Field{row}
		if o.Derived.Kind == "" {
			line.Rows = append([][]ui.Field{{b.whose("_person."+strconv.Itoa(i), o.Person, func(k int) string { return b.f.Now.Persons[k] }), p.lineField(b, i, "kind"), p.lineField(b, i, "country"), p.lineField(b, i, "city"), p.lineField(b, i, "currency")}}, line.Rows...)
		}
		if l.Kind == dossier.Airfare {
			line.Rows = append(line.Rows, []ui.Field{p.lineField(b, i, "cabin"), p.lineField(b, i, "preApproved")})
		}
		if l.Kind == dossier.Lodging {
			line.Rows = append(line.Rows, []ui.Field{p.lineField(b, i, "room")})
		}
		line.Rows = append(line.Rows, []ui.Field{p.lineField(b, i, "reason")})
		v.Draft.Send = append(v.Draft.Send, ui.Hidden{Name: "_line." + strconv.Itoa(i), Value: o.Key})
		if o.Derived.Kind != "" {
			v.Draft.Send = append(v.Draft.Send, ui.Hidden{Name: "_person." + strconv.Itoa(i), Value: o.Person})
		}
		if o.Derived.Kind == "" {
			line.Actions = append(line.Actions, ui.Button{Text: ui.T(ctx, "cases.line.drop"), Name: "_drop", Value: "line:" + o.Key, Kind: ui.Plain, Loose: true})
		} else if o.Typed {
			line.Actions = append(line.Actions, ui.Button{Text: ui.T(ctx, "cases.line.reset"), Name: "_drop", Value: "line:" + o.Key, Kind: ui.Plain, Loose: true})
		}
		v.Sheets = append(v.Sheets, line)
	}
	last := &v.Sheets[len(v.Sheets)-1]
	last.Actions = append(last.Actions, ui.Button{Text: ui.T(ctx, "cases.line.add"), Name: "_add", Value: "budget.lines", Kind: ui.Second, Loose: true})
}

// lineTitle names a line of the budget by its number, whose it is, what for and where.
func (b *fields) lineTitle(i int) string {
	budget := b.f.Now.Case.Budget
	if budget == nil || i >= len(budget.Lines) {
		return ""
	}
	l := budget.Lines[i]
	who := ui.T(b.ctx, "cases.lines.group")
	if l.Member != nil && *l.Member < len(b.f.Now.Case.Members) {
		who = b.f.Now.Case.Members[*l.Member].Name()
	}
	kind := ""
	if l.Kind != "" {
		kind = ui.T(b.ctx, "word.costKind."+string(l.Kind))
	}
	if place := b.costs().At(b.ctx, l); place != "" {
		return ui.T(b.ctx, "budget.line.at", "Count", i+1, "Who", who, "Kind", kind, "Place", place)
	}
	return ui.T(b.ctx, "budget.line", "Count", i+1, "Who", who, "Kind", kind)
}

// whose asks whose a line that the unit added is; value spells a member.
func (b *fields) whose(name, is string, value func(member int) string) ui.Field {
	out := ui.Field{Name: name, Kind: ui.Select, Label: ui.T(b.ctx, "field.budget.lines.member"), Options: []ui.Option{{Text: ui.T(b.ctx, "cases.lines.group")}}}
	for k, m := range b.f.Now.Case.Members {
		out.Options = append(out.Options, ui.Option{Value: value(k), Text: m.Name(), Chosen: value(k) == is})
	}
	return out
}

// lineField shows a line as assembled: most of it was derived.
func (p *Pages) lineField(b *fields, i int, name string) ui.Field {
	path := index("budget.lines", i) + "." + name
	out := b.at(path)
	if _, came := b.typed[path]; !came {
		out.Value = b.f.Now.Case.Text(path)
		if raw, ok := b.f.Draft.Paper.Raw[path]; ok {
			out.Value = raw
		}
		if name == "country" {
			out.Value = p.country(b.ctx, out.Value)
		}
		for k := range out.Options {
			out.Options[k].Chosen = out.Options[k].Value == out.Value
		}
		if out.Kind == ui.Check && out.Value != "true" {
			out.Value = ""
		}
	}
	return out
}

// costs is the budget beside the table of rates.
func (b *fields) costs() progress.Costs {
	return progress.Costs{Told: !b.f.Draft.Paper.OwnLines, Budget: *b.f.Now.Case.Budget, Rates: b.f.Held.Ref.Rates, Day: b.f.Held.Today, Place: func(ctx context.Context, country, city string) string { return b.p.town(ctx, country, city, "") }, Typed: func(i int) bool { return b.f.Now.Lines[i].Typed }}
}

// sources names where the standards beside the lines come from.
func (b *fields) sources() string {
	var out []string
	for _, l := range b.f.Now.Case.Budget.Lines {
		row, known := b.f.Held.Ref.Rates.For(l.Country, l.City, b.f.Held.Today)
		if !known || row.Most(l.Kind).IsZero() || slices.Contains(out, row.Source) {
			continue
		}
		out = append(out, row.Source)
	}
	if len(out) == 0 {
		return ""
	}
	return ui.T(b.ctx, "budget.standard.source", "Source", ui.List(b.ctx, out))
}

// ownFare tells whether the unit itself pays for flights, as far as is known.
func (f *File) ownFare() bool {
	c := &f.Now.Case
	if b := c.Budget; b != nil && (b.Fund == dossier.HostFund || slices.Contains(b.HostCovers, dossier.CoversTransport)) {
		return false
	}
	return !slices.ContainsFunc(c.Legs, func(l dossier.Leg) bool { return l.Transport != "" }) ||
		slices.ContainsFunc(c.Legs, func(l dossier.Leg) bool { return l.Counts() && l.Transport == dossier.Flight })
}

// lacksFare tells whether the box of the airfare is still to be filled in.
func (f *File) lacksFare() bool {
	return !f.Draft.Paper.OwnLines && f.ownFare() && f.Draft.Paper.Costs[dossier.Airfare].Sign() == 0
}

// emptyBox is the box of the budget that the total still waits for: nobody writes
// the total itself.
func (p *Pages) emptyBox(ctx context.Context, f *File) (ui.Link, bool) {
	b, at := f.Now.Case.Budget, func(name string) string { return caseURL(f.ID) + "/budget#" + ui.FieldID(name) }
	if f.Draft.Paper.OwnLines {
		return ui.Link{}, false
	}
	if b == nil || b.Fund == "" {
		return ui.Link{Text: ui.T(ctx, "field.budget.fund"), URL: at("budget.fund")}, true
	}
	if i := slices.IndexFunc(b.Lines, progress.Uncounted); i >= 0 {
		c := string(b.Lines[i].Currency)
		return ui.Link{Text: ui.T(ctx, "cases.fx.rate", "Currency", c), URL: at("fx." + c + ".rate")}, true
	}
	if f.lacksFare() {
		return ui.Link{Text: ui.T(ctx, "cases.cost.each", "Kind", ui.T(ctx, "word.costKind."+string(dossier.Airfare))), URL: at("costs." + string(dossier.Airfare))}, true
	}
	if len(b.Lines) == 0 { // they follow from where the journey leads and who goes
		step := "members"
		if len(f.Now.Persons) > 0 {
			step = "trip"
		}
		return ui.Link{Text: ui.T(ctx, "cases.step."+step), URL: caseURL(f.ID) + "/" + step}, true
	}
	return ui.Link{}, false
}

// writeFx puts the rate of exchange of a currency. Only what differs from the
// table is kept as typed: the form sends back what it showed, and a newer
// publication must still reach a draft in which nobody wrote a rate.
func (p *Pages) writeFx(paper *room.Paper, cur money.Currency, form url.Values, f *File) {
	if !cur.Known() {
		return
	}
	was := paper.Fx[cur]
	is, unreadable := was, false
	read := func(name, field string) (dossier.BudgetLine, bool) {
		v, sent := form["fx."+string(cur)+"."+name]
		if !sent {
			return dossier.BudgetLine{}, false
		}
		c := dossier.Case{Budget: &dossier.Budget{Lines: []dossier.BudgetLine{{}}}}
		err := c.Put("budget.lines[0]."+field, v[len(v)-1])
		keepRaw(paper, "fx."+string(cur)+"."+name, v[len(v)-1], err)
		unreadable = unreadable || err != nil
		return c.Budget.Lines[0], err == nil
	}
	if l, readable := read("rate", "fxRate"); readable {
		is.Rate = l.FxRate
	}
	if l, readable := read("date", "fxDate"); readable {
		is.Date = l.FxDate
	}
	if is.Rate.Compare(was.Rate) != 0 || is.Date != was.Date {
		is.Source = ""
	}
	_, table := paper.Exchanged(cur, f.Held.Ref, f.Held.Today)
	asTable := !table.Rate.IsZero() && (is.Rate.IsZero() || is.Rate.Compare(table.Rate) == 0 && (is.Date.IsZero() || is.Date == table.Date))
	if is == (room.Fx{}) || asTable && !unreadable {
		delete(paper.Fx, cur)
		return
	}
	if paper.Fx == nil {
		paper.Fx = map[money.Currency]room.Fx{}
	}
	paper.Fx[cur] = is
}

func writeCost(paper *room.Paper, name, typed string) {
	kind := dossier.CostKind(strings.TrimPrefix(name, "costs."))
	if !slices.Contains(kind.Words(), string(kind)) {
		return
	}
	var c dossier.Case
	err := c.Put("budget.totalCny", typed)
	keepRaw(paper, name, typed, err)
	if err != nil {
		return
	}
	if c.Budget == nil || c.Budget.TotalCny.IsZero() {
		delete(paper.Costs, kind)
		return
	}
	if paper.Costs == nil {
		paper.Costs = map[dossier.CostKind]money.Decimal{}
	}
	paper.Costs[kind] = c.Budget.TotalCny
}

// lineFields are what of a budget line may be typed.
var lineFields = []string{"kind", "country", "city", "units", "rate", "currency", "fxRate", "fxDate", "amountCny", "cabin", "room", "preApproved", "reason"}

// writeLine puts one line of the budget: in the place of the derived one with
// its key when it differs, or as a line of the unit's own.
func (p *Pages) writeLine(paper *room.Paper, form url.Values, i int, f *File) {
	at := func(name string) string { return index("budget.lines", i) + "." + name }
	key := form.Get("_line." + strconv.Itoa(i))
	var line room.Line
	for k, o := range f.Now.Lines {
		if o.Key == key {
			line = room.Line{Person: o.Person, BudgetLine: f.Now.Case.Budget.Lines[k]}
			if k := slices.IndexFunc(paper.Lines, func(l room.Line) bool { return l.Key() == key }); k >= 0 {
				line.Nr = paper.Lines[k].Nr
			}
			line.Member = nil
			if derived := o.Derived; derived.Kind != "" && !o.Typed {
				line.AmountCny = money.Decimal{}
			}
		}
	}
	if who, sent := form["_person."+strconv.Itoa(i)]; sent && (who[0] == "" || slices.Contains(paper.People, who[0])) {
		line.Person = who[0]
	}
	c := dossier.Case{Budget: &dossier.Budget{Lines: []dossier.BudgetLine{line.BudgetLine}}}
	for _, name := range lineFields {
		v, sent := form[at(name)]
		if !sent && name == "preApproved" && slices.Contains(form["_boxes"], at(name)) {
			v, sent = []string{""}, true
		}
		if !sent {
			continue
		}
		typed := v[len(v)-1]
		switch {
		case name == "country" && typed != "":
			typed = p.countryCode(typed)
		case name == "currency":
			typed = currencyCode(typed)
		}
		keepRaw(paper, at(name), typed, c.Put("budget.lines[0]."+name, typed))
	}
	line.BudgetLine = c.Budget.Lines[0]
	line.AmountCny = money.Decimal{}
	if line.Kind == "" {
		return
	}
	for _, o := range f.Now.Lines {
		derived := o.Derived
		derived.AmountCny, derived.Member = money.Decimal{}, nil
		if o.Key == key && o.Derived.Kind != "" && sameLine(derived, line.BudgetLine) {
			paper.DropLine(key)
			return
		}
	}
	if key != "" && key != line.Key() {
		paper.DropLine(key)
	}
	paper.SetLine(line)
}

func sameLine(a, b dossier.BudgetLine) bool {
	x := dossier.Case{Budget: &dossier.Budget{Lines: []dossier.BudgetLine{a}}}
	y := dossier.Case{Budget: &dossier.Budget{Lines: []dossier.BudgetLine{b}}}
	return len(dossier.Difference(x, y)) == 0
}
