package filing

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	room "yitang/internal/filing"
	"yitang/internal/precheck"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// trip is days, places and what is done there.
func (p *Pages) trip(b *fields, v *stepView) {
	ctx := b.ctx
	if b.f.Draft.Paper.Case.Trip.ForTerm() {
		p.term(b, v)
		return
	}
	v.Head.Actions = []ui.Button{{Text: ui.T(ctx, "imports.open.itinerary"), URL: caseURL(b.f.ID) + "/trip/import", Kind: ui.Second}}
	days := sheet{Title: ui.T(ctx, "cases.sheet.days"), ID: "days", Rows: [][]ui.Field{b.span()}}
	if n := b.f.Now.Case.Trip.Days(); n > 0 {
		days.Lead = ui.T(ctx, "cases.days_abroad", "Count", n)
	}
	days.Rows = append(days.Rows, []ui.Field{b.at("case.leavesChina")})
	for _, asked := range [][2]string{{"case.connectionNote", "ITN-005"}, {"case.safetyPlan", "ITN-021"}} {
		path, rule := asked[0], asked[1]
		// asked where the rule wants it, and kept in sight once it is given
		if b.value(path) != "" || slices.ContainsFunc(b.found.Of(rule), func(f precheck.Finding) bool { return f.Severity == precheck.Warn }) {
			days.Rows = append(days.Rows, []ui.Field{reason(b.at(path), false)})
		}
	}
	v.Sheets = append(v.Sheets, days)
	n := max(1, len(b.f.Draft.Paper.Case.Legs))
	for i := range n {
		at := func(name string) string { return index("legs", i) + "." + name }
		s := sheet{Title: ui.T(ctx, "cases.leg", "Count", i+1), ID: "leg" + strconv.Itoa(i), Rows: [][]ui.Field{
			b.city(i), b.all(at("arrive"), at("leave")), b.all(at("transport"), at("cabin")), b.all(at("carrier"), at("number")), b.all(at("transit")),
		}}
		if b.listed(i) {
			s.Actions = append(s.Actions, ui.Button{Text: ui.T(ctx, "second.city.other"), Name: "_stay", Value: "?change=" + at("city") + "#leg" + strconv.Itoa(i), Kind: ui.Plain, Loose: true})
		}
		if b.value(at("transit")) == "true" {
			s.Rows = append(s.Rows, b.all(at("leavesAirport"), at("stopOver")))
		}
		if leg := b.f.Now.Case.Legs; i < len(leg) && leg[i].City != "" && room.ZoneOf(leg[i]) == "" {
			zone := b.at(at("zone"))
			zone.Kind, zone.Options = ui.Select, []ui.Option{{Text: ui.T(ctx, "cases.choose")}}
			for _, z := range room.Zones() {
				zone.Options = append(zone.Options, ui.Option{Value: z, Text: z})
			}
			s.Rows = append(s.Rows, []ui.Field{zone})
		}
		if len(b.f.Draft.Paper.Case.Legs) > 1 {
			s.Actions = append(s.Actions, ui.Button{Text: ui.T(ctx, "cases.leg.drop", "Count", i+1), Name: "_drop", Value: index("legs", i), Kind: ui.Plain, Loose: true})
		}
		v.Sheets = append(v.Sheets, s)
	}
	add := ui.Button{Text: ui.T(ctx, "cases.leg.add"), Name: "_add", Value: "legs", Kind: ui.Second, Loose: true}
	last := &v.Sheets[len(v.Sheets)-1]
	last.Actions = append(last.Actions, add)
	v.Sheets = append(v.Sheets, p.itinerary(b))
}

// term is from when until when people may go, how often and how long each time,
// and where to; each trip says the rest when it is declared.
func (p *Pages) term(b *fields, v *stepView) {
	ctx := b.ctx
	from, until := b.at("case.depart"), b.at("case.return")
	from.Label, until.Label = ui.T(ctx, "term.from"), ui.T(ctx, "term.until")
	v.Head.Lead = ui.T(ctx, "term.lead")
	v.Sheets = append(v.Sheets, sheet{Title: ui.T(ctx, "term.sheet"), ID: "days", Rows: [][]ui.Field{{from, until}, b.all("case.daysEach", "case.trips")}})
	for i := range max(1, len(b.f.Draft.Paper.Case.Legs)) {
		s := sheet{Title: ui.T(ctx, "term.place", "Count", i+1), ID: "leg" + strconv.Itoa(i), Rows: [][]ui.Field{b.city(i)}}
		if b.listed(i) {
			s.Actions = append(s.Actions, ui.Button{Text: ui.T(ctx, "second.city.other"), Name: "_stay", Value: "?change=" + index("legs", i) + ".city#leg" + strconv.Itoa(i), Kind: ui.Plain, Loose: true})
		}
		if len(b.f.Draft.Paper.Case.Legs) > 1 {
			s.Actions = append(s.Actions, ui.Button{Text: ui.T(ctx, "term.place.drop", "Count", i+1), Name: "_drop", Value: index("legs", i), Kind: ui.Plain, Loose: true})
		}
		v.Sheets = append(v.Sheets, s)
	}
	last := &v.Sheets[len(v.Sheets)-1]
	last.Actions = append(last.Actions, ui.Button{Text: ui.T(ctx, "term.place.add"), Name: "_add", Value: "legs", Kind: ui.Second, Loose: true})
}

// itinerary is two half-days a day, with place filled in.
func (p *Pages) itinerary(b *fields) sheet {
	ctx := b.ctx
	s := sheet{Title: ui.T(ctx, "cases.sheet.itinerary"), ID: "itinerary", Follows: true, Keeps: b.f.unplaced()}
	if len(b.f.Now.Case.Itinerary) == 0 {
		s.Lead = ui.T(ctx, "cases.itinerary.later")
		s.Actions = []ui.Button{{Text: ui.T(ctx, "cases.itinerary.grid"), Name: "_stay", Value: "?said=grid#itinerary", Kind: ui.Second, Loose: true}}
		return s
	}
	s.Lead = ui.T(ctx, "cases.itinerary.lead")
	if !b.f.hosted() {
		s.Lead = ui.Sentences(ctx, ui.T(ctx, "cases.itinerary.hosts"), s.Lead)
	}
	laid := b.f.Draft.Paper.LaidOut
	if laid {
		s.Lead = ui.T(ctx, "second.laid")
		if slices.ContainsFunc(b.f.Now.Case.Itinerary, func(h dossier.HalfDay) bool { return h.Activity == "" }) {
			s.Lead = ui.Sentences(ctx, s.Lead, ui.T(ctx, "second.laid.host"))
		}
		s.Actions = append(s.Actions, ui.Button{Text: ui.T(ctx, "second.lay.off"), Name: "_lay", Value: "off", Kind: ui.Plain, Loose: true})
	} else if b.f.hosted() && slices.ContainsFunc(b.f.Now.Case.Itinerary, func(h dossier.HalfDay) bool { return h.Activity == "" }) {
		s.First = []ui.Button{{Text: ui.T(ctx, "second.lay"), Name: "_lay", Value: "on", Kind: ui.Second, Loose: true}}
		s.Actions = append(s.Actions, s.First...)
	}
	if empty := b.f.emptyHalves(); empty > 0 { // here, where the page leads whoever left them empty
		s.Lead = ui.Sentences(ctx, ui.T(ctx, "cases.itinerary.empty", "Count", empty), s.Lead)
	}
	if says := b.hanging("itinerary"); says != "" {
		s.Lead = ui.Sentences(ctx, s.Lead, says)
	}
	var halves []half
	for i, h := range b.f.Now.Case.Itinerary {
		at := func(name string) string { return index("itinerary", i) + "." + name }
		row := b.all(at("activity"), at("host"), at("official"))
		from := ""
		if b.f.Now.Origins[at("activity")] == room.Derived && h.Activity != "" {
			from = ui.T(ctx, "second.proposed")
		}
		halves = append(halves, half{Title: b.halfTitle(h), From: from, Day: b.dayTitle(h), Says: h.Activity,
			Send: []ui.Hidden{{Name: at("date"), Value: h.Date.String()}, {Name: at("half"), Value: string(h.Half)}},
			Row:  row})
		if !slices.ContainsFunc(b.f.Draft.Paper.Case.Itinerary, func(x dossier.HalfDay) bool { return x.Date == h.Date && x.Half == h.Half }) {
			x := &halves[len(halves)-1]
			x.Send = append(x.Send, ui.Hidden{Name: shownProposal(i), Value: proposal(h)})
		}
		if len(b.f.Now.Case.Countries()) > 1 && !dossier.OnTheWay(b.f.Now.Case.Legs, h) {
			x := &halves[len(halves)-1]
			x.Row = slices.Insert(x.Row, 2, b.at(at("city")))
			x.Send = append(x.Send, ui.Hidden{Name: shownCity(i), Value: h.City})
		}
	}
	s.Show = halfDays(halves)
	if left := b.f.Draft.Paper.Strays(b.f.Held.HalfDaysUpTo()); len(left) > 0 {
		var rows []stray
		for _, h := range left {
			rows = append(rows, stray{When: ui.MonthDay(ctx, h.Date) + " " + ui.T(ctx, "word.half."+string(h.Half)), What: strings.TrimSpace(h.Activity + " " + h.Host)})
		}
		s.Show = templ.Join(strays(rows), s.Show)
		s.Actions = append(s.Actions, ui.Button{Text: ui.T(ctx, "cases.strays.drop"), Name: "_lay", Value: "drop", Kind: ui.Plain, Loose: true})
	}
	return s
}

// unplaced tells whether half-days were written for days that the trip doesn't have
// at the moment. While its days are being typed they stay on the page as they are:
// confirmed, they move along with the journey (Redate), or it is said that they
// can't.
func (f *File) unplaced() bool {
	p, upTo := f.Draft.Paper, f.Held.HalfDaysUpTo()
	if days := p.Case.Trip.Days(); days == 0 || days > upTo {
		return len(p.Case.Itinerary) > 0
	}
	return len(p.Strays(upTo)) > 0
}

// halfTitle is the heading of a half-day: its day, and where people are.
func (b *fields) halfTitle(h dossier.HalfDay) string {
	title, place := "cases.half", b.f.whereabouts(b.ctx, h)
	if place == "" {
		title = "cases.half.nowhere" // no city yet
	}
	return ui.T(b.ctx, title, "Day", ui.MonthDay(b.ctx, h.Date), "Weekday", ui.Weekday(b.ctx, h.Date), "Half", ui.T(b.ctx, "word.half."+string(h.Half)), "City", place)
}

// dayTitle is the day of a half-day.
func (b *fields) dayTitle(h dossier.HalfDay) string {
	return ui.T(b.ctx, "cases.half.day", "Day", ui.MonthDay(b.ctx, h.Date), "Weekday", ui.Weekday(b.ctx, h.Date))
}

// halvesOfDay are the half-days of one day: folded together where a page is narrow.
type halvesOfDay struct {
	Title  string
	Says   string // what is written in them, or that nothing is
	Open   bool   // the first in which something is to be done
	Halves []half
}

// byDay puts the half-days of a day together, in their order. At most one day is open.
func byDay(ctx context.Context, hs []half) (out []halvesOfDay) {
	open := false
	for _, h := range hs {
		if len(out) == 0 || h.Day == "" || out[len(out)-1].Title != h.Day {
			out = append(out, halvesOfDay{Title: h.Day})
		}
		d := &out[len(out)-1]
		d.Halves = append(d.Halves, h)
	}
	for i := range out {
		var says []string
		todo := false
		for _, h := range out[i].Halves {
			if h.Says != "" {
				says = append(says, h.Says)
			}
			todo = todo || h.Says == "" || slices.ContainsFunc(h.Row, func(f ui.Field) bool { return f.Error != "" || len(f.Says) > 0 })
		}
		if out[i].Says = ui.Clauses(ctx, says...); len(says) < len(out[i].Halves) {
			out[i].Says = ui.Clauses(ctx, append(says, ui.T(ctx, "cases.half.unfilled", "Count", len(out[i].Halves)-len(says)))...)
		}
		out[i].Open = todo && !open
		open = open || todo
	}
	return out
}

// whereabouts names where people are in a half-day: the city, or the journey.
func (f *File) whereabouts(ctx context.Context, h dossier.HalfDay) string {
	return progress.Whereabouts(ctx, f.Now.Case, h, func(h dossier.HalfDay) string { return h.City })
}

// stray is a half-day whose day the trip no longer has.
type stray struct{ When, What string }

type half struct {
	Title  string
	From   string // where what is written in it comes from; "" from people
	Day    string // under which it is folded on a phone; "": under none
	Says   string // what is written in it
	Send   []ui.Hidden
	Before [][]ui.Field // above the row, where the day itself is asked for
	Row    []ui.Field
}

// span are the days: the departure, and either the return or how many days it
// is until then.
func (b *fields) span() []ui.Field {
	const depart, home, days = "case.depart", "case.return", "case.daysAbroad"
	t := b.f.Draft.Paper.Case.Trip
	out := []ui.Field{b.at(depart)}
	if !t.Return.IsZero() || b.f.Draft.Paper.Raw[home] != "" {
		return append(out, b.at(home))
	}
	many := b.at(days)
	many.Kind, many.Optional, many.Instead, many.Hint = ui.Select, true, home, ui.T(b.ctx, "second.days.hint")
	many.Options = []ui.Option{{Text: ui.T(b.ctx, "cases.choose")}}
	for n := range b.f.Held.HalfDaysUpTo() {
		v := strconv.Itoa(n + 1)
		many.Options = append(many.Options, ui.Option{Value: v, Text: ui.T(b.ctx, "second.days", "Count", n+1), Chosen: v == many.Value})
	}
	return append(out, many, b.derived(home, "trip"))
}

// listed tells whether a leg's city is chosen from the list of those that are
// known; others are written with their country.
func (b *fields) listed(i int) bool {
	at := func(name string) string { return index("legs", i) + "." + name }
	paper, ref := b.f.Draft.Paper, b.p.Work.Pack().Ref
	city, country := b.value(at("city")), paper.Text(at("country"))
	if b.change == at("city") || paper.Raw[at("country")] != "" || b.f.Filing.Stage == room.IsSentBack {
		return false
	}
	if _, came := b.typed[at("country")]; came {
		return false
	}
	if city == "" {
		return country == ""
	}
	c, one := ref.Cities.Named(city)
	return one && (country == "" || country == c.Country)
}

// city is where a leg leads: chosen from the list, with what follows from it,
// or written.
func (b *fields) city(i int) []ui.Field {
	at := func(name string) string { return index("legs", i) + "." + name }
	if !b.listed(i) {
		out := b.all(at("country"), at("city"), at("cityEn"))
		if out[2].Value == "" && out[2].Error == "" {
			out[2].Value = b.f.Now.Case.Text(at("cityEn"))
		}
		return out
	}
	ref := b.p.Work.Pack().Ref
	city := b.at(at("city"))
	chosen, _ := ref.Cities.Named(city.Value)
	city.Kind, city.Options = ui.Select, []ui.Option{{Text: ui.T(b.ctx, "cases.choose")}}
	for _, c := range ref.Cities.Abroad(ref.Countries) {
		text := c.Zh
		if !ui.LangOf(b.ctx).Chinese() {
			text = c.En
		}
		city.Options = append(city.Options, ui.Option{Value: c.Zh, Text: text, Group: b.country(c.Country), Chosen: c == chosen})
	}
	if chosen.Zh == "" { // the other two have their places, and come with the choice
		comes := ui.T(b.ctx, "second.city.comes")
		return []ui.Field{city, {Name: at("country"), Label: ui.T(b.ctx, "field.legs.country"), Derived: comes}, {Name: at("cityEn"), Label: ui.T(b.ctx, "field.legs.cityEn"), Derived: comes}}
	}
	out := []ui.Field{city, {Name: at("country"), Label: ui.T(b.ctx, "field.legs.country"), Derived: b.country(chosen.Country), Says: b.says(at("country"))}}
	if en := b.at(at("cityEn")); en.Value != "" && en.Value != chosen.En {
		return append(out, en)
	}
	return append(out, ui.Field{Name: at("cityEn"), Label: ui.T(b.ctx, "field.legs.cityEn"), Derived: chosen.En, ChangeURL: caseURL(b.f.ID) + "/trip?change=" + at("city") + "#" + ui.FieldID(at("cityEn")), Lang: "en"})
}

// another takes away what followed from a city when another one is chosen from
// the list: a form that has the city alone.
func another(paper, was *room.Paper, form url.Values) {
	if t, before := &paper.Case.Trip, was.Case.Trip; t.DaysAbroad > 0 && t.DaysAbroad != before.DaysAbroad && t.Return == before.Return {
		t.Return = calendar.Date{} // who now chose how many days it is has another return in mind than the one before
	}
	for i := range paper.Case.Legs {
		l := &paper.Case.Legs[i]
		_, sent := form[index("legs", i)+".city"]
		_, written := form[index("legs", i)+".country"]
		if !sent || written || i < len(was.Case.Legs) && was.Case.Legs[i].City == l.City {
			continue
		}
		l.Country, l.CityEn, l.Zone = "", "", ""
	}
}

// shownCity is the name of what tells where a half-day lay when its page was
// written: the legs may have moved since, and who left the city alone means
// wherever they lead.
func shownCity(i int) string { return "_city." + strconv.Itoa(i) }

// shownProposal is the name of what was proposed for a half-day when its page was
// written: the days may have moved since, and who left it alone wrote nothing.
func shownProposal(i int) string { return "_proposed." + strconv.Itoa(i) }

func proposal(h dossier.HalfDay) string {
	return h.Activity + "|" + h.Host + "|" + strconv.FormatBool(h.Official)
}

// writeHalf puts one half-day of the itinerary, found by its day and half.
func writeHalf(paper *room.Paper, form url.Values, i int, f *File, p *Pages) {
	at := func(name string) string { return index("itinerary", i) + "." + name }
	var one dossier.Case
	for _, name := range []string{"date", "half", "country", "city", "activity", "host", "official"} {
		v := form.Get(at(name))
		if name == "country" && v != "" {
			v = p.countryCode(v)
		}
		path := "itinerary[0]." + name
		if v == "" {
			continue
		}
		if one.Put(path, v) != nil {
			if paper.Raw == nil {
				paper.Raw = map[string]string{}
			}
			paper.Raw[at(name)] = v
		} else {
			delete(paper.Raw, at(name))
		}
	}
	if len(one.Itinerary) == 0 || one.Itinerary[0].Date.IsZero() || one.Itinerary[0].Half == "" {
		return
	}
	h := one.Itinerary[0]
	same := func(x dossier.HalfDay) bool { return x.Date == h.Date && x.Half == h.Half }
	k := slices.IndexFunc(paper.Case.Itinerary, same)
	shown := slices.IndexFunc(f.Now.Case.Itinerary, same)
	if form.Get(shownProposal(i)) == proposal(h) { // left alone: whatever is proposed by now
		var now dossier.HalfDay
		if shown >= 0 {
			now = f.Now.Case.Itinerary[shown]
		}
		h.Activity, h.Host, h.Official = now.Activity, now.Host, now.Official
	}
	if f.Now.Case.Trip.Days() > 0 && (h.Date.Before(f.Now.Case.Trip.Depart) || h.Date.After(f.Now.Case.Trip.Return)) && h.Activity == "" && h.Host == "" && !h.Official {
		return // a day that the trip no longer has, and nothing in it
	}
	if form.Has(shownCity(i)) && form.Get(shownCity(i)) == h.City {
		if h.City = ""; k >= 0 {
			h.City = paper.Case.Itinerary[k].City
		}
	}
	if shown >= 0 { // the place follows from the legs unless it was typed
		was := f.Now.Case.Itinerary[shown]
		if h.Country == "" {
			h.Country = was.Country
		}
		if h.City == "" {
			h.City = was.City
		}
		if k < 0 && h == was {
			return // nobody touched it
		}
		leg := f.placeOn(h)
		if h.Country == leg.Country {
			h.Country = ""
		}
		if h.City == leg.City {
			h.City = ""
		}
	}
	switch {
	case k >= 0:
		paper.Case.Itinerary[k] = h
	default:
		paper.Case.Itinerary = append(paper.Case.Itinerary, h)
	}
}

// placeOn is where the legs have people on a half-day.
func (f *File) placeOn(h dossier.HalfDay) dossier.HalfDay {
	bare := room.Paper{Case: dossier.Case{Trip: dossier.Trip{Depart: h.Date, Return: h.Date}, Legs: f.Now.Case.Legs}}
	for _, x := range room.Assemble(bare, room.Held{}).Case.Itinerary {
		if x.Half == h.Half {
			return x
		}
	}
	return dossier.HalfDay{}
}

// shownDays are the first and the last day of the half-days that a form has.
func shownDays(form url.Values) (first, last calendar.Date) {
	for name, values := range form {
		if !strings.HasPrefix(name, "itinerary[") || !strings.HasSuffix(name, "].date") {
			continue
		}
		d, err := calendar.Parse(values[0])
		if err != nil {
			continue
		}
		if first.IsZero() || d.Before(first) {
			first = d
		}
		if d.After(last) {
			last = d
		}
	}
	return first, last
}
