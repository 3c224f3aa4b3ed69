package filing

import (
	"net/url"
	"slices"
	"strconv"

	"yitang/internal/dossier"
	room "yitang/internal/filing"
	"yitang/internal/web/ui"
)

// trip is days, places and what is done there.
func (p *Pages) trip(b *fields, v *stepView) {
	ctx := b.ctx
	v.Head.Actions = []ui.Button{{Text: ui.T(ctx, "imports.open.itinerary"), URL: caseURL(b.f.ID) + "/trip/import", Kind: ui.Second}}
	days := sheet{Title: ui.T(ctx, "cases.sheet.days"), ID: "days", Rows: [][]ui.Field{{b.at("case.depart"), b.at("case.return")}}}
	if n := b.f.Now.Case.Trip.Days(); n > 0 {
		days.Lead = ui.T(ctx, "cases.days_abroad", "Count", n)
	}
	v.Sheets = append(v.Sheets, days)
	n := max(1, len(b.f.Draft.Paper.Case.Legs))
	for i := range n {
		at := func(name string) string { return index("legs", i) + "." + name }
		s := sheet{Title: ui.T(ctx, "cases.leg", "Count", i+1), ID: "leg" + strconv.Itoa(i), Rows: [][]ui.Field{
			b.all(at("country"), at("city"), at("cityEn")), b.all(at("arrive"), at("leave")), b.all(at("transport"), at("cabin")), b.all(at("carrier"), at("number")), b.all(at("transit")),
		}}
		if b.value(at("transit")) == "true" {
			s.Rows = append(s.Rows, b.all(at("leavesAirport"), at("stopOver")))
		}
		if leg := b.f.Draft.Paper.Case.Legs; i < len(leg) && leg[i].City != "" && room.ZoneOf(leg[i]) == "" {
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

// itinerary is two half-days a day, with place filled in.
func (p *Pages) itinerary(b *fields) sheet {
	ctx := b.ctx
	s := sheet{Title: ui.T(ctx, "cases.sheet.itinerary"), ID: "itinerary"}
	if len(b.f.Now.Case.Itinerary) == 0 {
		s.Lead = ui.T(ctx, "cases.itinerary.later")
		return s
	}
	s.Lead = ui.T(ctx, "cases.itinerary.lead")
	var halves []half
	for i, h := range b.f.Now.Case.Itinerary {
		at := func(name string) string { return index("itinerary", i) + "." + name }
		halves = append(halves, half{Title: ui.T(ctx, "cases.half", "Day", ui.MonthDay(ctx, h.Date), "Weekday", ui.Weekday(ctx, h.Date), "Half", ui.T(ctx, "word.half."+string(h.Half)), "City", h.City),
			Send: []ui.Hidden{{Name: at("date"), Value: h.Date.String()}, {Name: at("half"), Value: string(h.Half)}},
			Row:  b.all(at("activity"), at("host"), at("official"))})
		if len(b.f.Now.Case.Countries()) > 1 {
			halves[len(halves)-1].Row = append(halves[len(halves)-1].Row, b.at(at("city")))
		}
	}
	s.Show = halfDays(halves)
	return s
}

type half struct {
	Title string
	Send  []ui.Hidden
	Row   []ui.Field
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
	bare := room.Paper{Case: dossier.Case{Trip: dossier.Trip{Depart: h.Date, Return: h.Date}, Legs: f.Draft.Paper.Case.Legs}}
	for _, x := range room.Assemble(bare, room.Held{}).Case.Itinerary {
		if x.Half == h.Half {
			return x
		}
	}
	return dossier.HalfDay{}
}
