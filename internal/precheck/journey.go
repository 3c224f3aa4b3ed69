package precheck

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/ref"
)

// FreeDay is a day of the itinerary with a meeting on which nobody can meet:
// the host's offices are closed, or the delegation is elsewhere.
type FreeDay struct {
	Path    string // of the day's first meeting
	Date    calendar.Date
	Country string
	What    string // weekend, holiday, away or offRoute
}

// freeDays finds official activity on weekends and public holidays of the place.
// holidays holds for each country its days: 10-03 each year, E+39 counted from
// Easter Sunday, 2026-09-25 once. fridays names the countries whose weekend is
// Friday and Saturday.
func freeDays(c *dossier.Case, holidays, fridays []string) []FreeDay {
	var out []FreeDay
	for i, h := range c.Itinerary {
		if !h.Official || h.Date.IsZero() || h.Country == "" {
			continue
		}
		if slices.ContainsFunc(out, func(f FreeDay) bool { return f.Date == h.Date }) {
			continue
		}
		what := ""
		switch day := h.Date.Weekday(); {
		case day == time.Saturday, day == time.Sunday && !slices.Contains(fridays, h.Country), day == time.Friday && slices.Contains(fridays, h.Country):
			what = "weekend"
		case isHoliday(h.Country, h.Date, holidays):
			what = "holiday"
		default:
			continue
		}
		out = append(out, FreeDay{fmt.Sprintf("itinerary[%d].date", i), h.Date, h.Country, what})
	}
	return out
}

func isHoliday(country string, day calendar.Date, holidays []string) bool {
	for _, line := range holidays {
		days, ours := strings.CutPrefix(line, country+" ")
		if !ours {
			continue
		}
		for _, d := range strings.Fields(days) {
			switch shift, movable := strings.CutPrefix(d, "E"); {
			case movable:
				n, err := strconv.Atoi(shift)
				if err == nil && easter(day.Year()).AddDays(n) == day {
					return true
				}
			case d == day.String(), len(d) == 5 && d == day.String()[5:]:
				return true
			}
		}
	}
	return false
}

// unlisted are the countries with official business on a working day whose
// holidays aren't listed, or not all of them: a line that ends in "?" says so.
func unlisted(c *dossier.Case, holidays []string) []FreeDay {
	var out []FreeDay
	for i, h := range c.Itinerary {
		if !h.Official || h.Date.IsZero() || h.Country == "" || slices.ContainsFunc(out, func(f FreeDay) bool { return f.Country == h.Country }) {
			continue
		}
		what := "unlisted"
		for _, line := range holidays {
			if days, ours := strings.CutPrefix(line, h.Country+" "); ours {
				if what = "listed"; strings.HasSuffix(days, "?") {
					what = "partly"
				}
			}
		}
		if what != "listed" {
			out = append(out, FreeDay{fmt.Sprintf("itinerary[%d].date", i), h.Date, h.Country, what})
		}
	}
	return out
}

// listChecked tells whether somebody has compared a country's list of holidays with
// its source: its line says on which day (DEU 2026-11-30 …), or "?".
func listChecked(country string, sources []string) bool {
	for _, line := range sources {
		if fields := strings.Fields(line); len(fields) > 2 && fields[0] == country {
			_, err := calendar.Parse(fields[1])
			return err == nil
		}
	}
	return false
}

// easter is Easter Sunday of a year in the Gregorian calendar, by Butcher's
// method, as Meeus gives it.
func easter(year int) calendar.Date {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	f := (b + 8) / 25
	g := (b - f + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return calendar.On(year, time.Month(n/31), n%31+1)
}

// sights are the words of sight-seeing in a line of the itinerary, beside those
// that name tourism as a trade to do business with.
func sights(h *dossier.HalfDay, words, trade []string) []string {
	text := h.Activity + h.Host
	for _, t := range trade {
		text = strings.ReplaceAll(text, t, " ")
	}
	return contained(text, words)
}

// strays are lines of official business in a country where nobody is on that
// day, each day's first, and the first in a country off the route. None, unless
// every leg says when people come and go.
func strays(c *dossier.Case) []FreeDay {
	if slices.ContainsFunc(c.Legs, func(l dossier.Leg) bool { return l.Arrive.IsZero() || l.Leave.IsZero() }) {
		return nil
	}
	var out []FreeDay
	for i, h := range c.Itinerary {
		what, key := "offRoute", "country"
		for _, l := range c.Legs {
			switch {
			case l.Country != h.Country:
			case !h.Date.Before(l.Arrive.Date) && !h.Date.After(l.Leave.Date):
				key = ""
			case key != "":
				what, key = "away", "date"
			}
		}
		told := func(f FreeDay) bool {
			return f.Country == h.Country && (f.Date == h.Date || what == "offRoute")
		}
		if key != "" && h.Official && !h.Date.IsZero() && h.Country != "" && !slices.ContainsFunc(out, told) {
			out = append(out, FreeDay{fmt.Sprintf("itinerary[%d].%s", i, key), h.Date, h.Country, what})
		}
	}
	return out
}

// Detour compares the route with the shortest one through the same cities, both
// from home and back.
type Detour struct {
	Known          bool // where every city lies
	Km, ShortestKm int
	Percent        int // of the shortest
}

const mostCities = 7 // tried in every order: beyond that the rule is silent

func detourOf(c *dossier.Case, home string, cities ref.Cities) Detour {
	start, known := cities.Find("CHN", home)
	if !known {
		return Detour{}
	}
	route := []ref.City{start}
	var places []ref.City
	for _, l := range c.Legs {
		if l.Country == "" {
			return Detour{}
		}
		at, known := cities.Find(l.Country, l.City)
		if !known {
			return Detour{}
		}
		route = append(route, at)
		if !slices.Contains(places, at) {
			places = append(places, at)
		}
	}
	if len(places) < 2 || len(places) > mostCities {
		return Detour{}
	}
	km := 0.0
	for i := range route {
		km += distance(route[i], route[(i+1)%len(route)])
	}
	best := shortest(start, start, places)
	return Detour{Known: best > 0, Km: int(math.Round(km)), ShortestKm: int(math.Round(best)), Percent: int(math.Round(km / best * 100))}
}

// shortest is the shortest way from a city through all places and home.
func shortest(from, home ref.City, places []ref.City) float64 {
	if len(places) == 0 {
		return distance(from, home)
	}
	best := math.Inf(1)
	for i, p := range places {
		rest := slices.Delete(slices.Clone(places), i, i+1)
		best = min(best, distance(from, p)+shortest(p, home, rest))
	}
	return best
}

// distance is the way over the globe's surface in kilometres, by the haversine
// formula on a sphere of the earth's mean radius.
func distance(a, b ref.City) float64 {
	const radius = 6371.0088
	rad := func(degrees float64) float64 { return degrees * math.Pi / 180 }
	sinLat, sinLon := math.Sin(rad(b.Lat-a.Lat)/2), math.Sin(rad(b.Lon-a.Lon)/2)
	h := sinLat*sinLat + math.Cos(rad(a.Lat))*math.Cos(rad(b.Lat))*sinLon*sinLon
	return 2 * radius * math.Asin(math.Min(1, math.Sqrt(h)))
}

// Hop is travel between cities that stands in the plan or in the budget alone.
type Hop struct {
	Path    string
	What    string // unbudgeted or unplanned
	Country string
}

// hops compares the cities of each country with the budget's lines for travel
// between cities. A country with several cities and no such line at all is
// unbudgeted; a line for a country that isn't visited is unplanned.
func hops(c *dossier.Case) []Hop {
	if c.Budget == nil || len(c.Budget.Lines) == 0 {
		return nil
	}
	cities := map[string][]string{}
	visit := func(country, city string) {
		if city = strings.TrimSpace(city); country != "" && city != "" && !slices.Contains(cities[country], city) {
			cities[country] = append(cities[country], city)
		}
	}
	for _, l := range c.Legs {
		if l.Counts() {
			visit(l.Country, l.City)
		}
	}
	var out []Hop
	budgeted := slices.Contains(c.Budget.HostCovers, dossier.CoversTransport)
	for i, l := range c.Budget.Lines {
		if l.Kind != dossier.Intercity {
			continue
		}
		budgeted = true
		if l.Country != "" && len(c.Legs) > 0 && len(cities[l.Country]) == 0 {
			out = append(out, Hop{fmt.Sprintf("budget.lines[%d]", i), "unplanned", l.Country})
		}
	}
	for _, country := range c.Countries() {
		if len(cities[country]) > 1 && !budgeted {
			out = append(out, Hop{"budget.lines", "unbudgeted", country})
		}
	}
	return out
}

// legOf is the index of the first leg that counts as a visit to a country, or -1.
func legOf(c *dossier.Case, country string) int {
	return slices.IndexFunc(c.Legs, func(l dossier.Leg) bool { return l.Country == country && l.Counts() })
}
