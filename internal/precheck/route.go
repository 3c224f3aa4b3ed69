package precheck

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/ref"
)

// Clash is a place in the dates of a case where time runs backwards.
type Clash struct {
	Path string
	What string  // return, backwards, early, late, overlap
	At   Reading // the time that clashes
	With Reading // the time that it clashes with
}

// Reading is what a clock shows somewhere, or a day alone.
type Reading struct {
	Date    calendar.Date
	Clock   string // HH:MM; "" for a day
	City    string // whose clock it is; "" for China's
	CityEng string
}

func dayOf(d calendar.Date) Reading { return Reading{Date: d} }

func clockAt(l dossier.Leg, at calendar.LocalTime) Reading {
	return Reading{at.Date, fmt.Sprintf("%02d:%02d", at.Minute/60, at.Minute%60), l.City, l.CityEn}
}

// Spell writes it for people, and says whose time it is.
func (r Reading) Spell(lang string) string {
	text, city, form := r.Date.English(), r.CityEng, " (%s time)"
	if lang != "en" {
		text, city, form = r.Date.Chinese(), r.City, "（%s时间）"
	}
	if r.Clock != "" {
		text += " " + r.Clock
	}
	if city == "" {
		city = r.City
	}
	if city != "" {
		text += fmt.Sprintf(form, city)
	}
	return text
}

func legPath(i int) string { return fmt.Sprintf("legs[%d]", i) }

// clashes compares all times of a case on one clock. A leg in a zone that isn't
// known is compared with nothing but itself.
func clashes(c *dossier.Case) []Clash {
	var out []Clash
	trip := c.Trip
	if !trip.Depart.IsZero() && !trip.Return.IsZero() && trip.Return.Before(trip.Depart) {
		out = append(out, Clash{"case.return", "return", dayOf(trip.Return), dayOf(trip.Depart)})
	}
	var leftBefore time.Time
	var left Reading
	for i, l := range c.Legs {
		path := legPath(i)
		zone := l.Location()
		if zone == nil {
			if !l.Arrive.IsZero() && !l.Leave.IsZero() && l.Leave.In(time.UTC).Before(l.Arrive.In(time.UTC)) {
				out = append(out, Clash{path + ".leave", "backwards", clockAt(l, l.Leave), clockAt(l, l.Arrive)})
			}
			continue
		}
		arrive, leave := l.Arrive.In(zone), l.Leave.In(zone)
		switch {
		case !l.Arrive.IsZero() && !l.Leave.IsZero() && leave.Before(arrive):
			out = append(out, Clash{path + ".leave", "backwards", clockAt(l, l.Leave), clockAt(l, l.Arrive)})
		case !l.Arrive.IsZero() && !leftBefore.IsZero() && arrive.Before(leftBefore):
			out = append(out, Clash{path + ".arrive", "overlap", clockAt(l, l.Arrive), left})
		case !l.Arrive.IsZero() && !trip.Depart.IsZero() && arrive.Before(trip.Depart.Begins()):
			out = append(out, Clash{path + ".arrive", "early", clockAt(l, l.Arrive), dayOf(trip.Depart)})
		}
		switch { // beside what is wrong with the arrival: two mistakes are told at once
		case !l.Arrive.IsZero() && leave.Before(arrive):
		case !l.Leave.IsZero() && !trip.Return.IsZero() && !trip.Return.Before(trip.Depart) && !leave.Before(trip.Return.Next().Begins()):
			out = append(out, Clash{path + ".leave", "late", clockAt(l, l.Leave), dayOf(trip.Return)})
		}
		if !l.Leave.IsZero() && !leave.Before(arrive) {
			leftBefore, left = leave, clockAt(l, l.Leave)
		}
	}
	return out
}

// leftBy tells whether all places are left, as far as is known, before a day is over.
func leftBy(c *dossier.Case, day calendar.Date) bool {
	return !slices.ContainsFunc(c.Legs, func(l dossier.Leg) bool {
		zone := l.Location()
		return zone != nil && !l.Leave.IsZero() && !l.Leave.In(zone).Before(day.Next().Begins())
	})
}

// stayHours is how long a leg lasts, in full hours; 0 when it can't be told.
func stayHours(l *dossier.Leg) int {
	zone := l.Location()
	if zone == nil || l.Arrive.IsZero() || l.Leave.IsZero() {
		return 0
	}
	return int(l.Leave.In(zone).Sub(l.Arrive.In(zone)).Hours())
}

// Slot is half a day.
type Slot struct {
	Date calendar.Date
	Half string
}

// Spell names it for people.
func (s Slot) Spell(lang string) string {
	if lang == "en" {
		return fmt.Sprintf("%d %s (%s)", s.Date.Day(), s.Date.Month(), map[string]string{"am": "morning", "pm": "afternoon"}[s.Half])
	}
	return fmt.Sprintf("%d月%d日%s", s.Date.Month(), s.Date.Day(), map[string]string{"am": "上午", "pm": "下午"}[s.Half])
}

// emptyHalves are the half days without an activity between the first and the
// last day of the itinerary: whether those are the trip's first and last is
// ITN-009's question, and a day outside the trip is never blank. Longer trips
// than most are by the week.
func emptyHalves(c *dossier.Case, most int) []Slot {
	first, last := itinerarySpan(c)
	if first.IsZero() || last.Sub(first) >= most || c.Trip.Days() > most {
		return nil
	}
	if d := c.Trip.Depart; !d.IsZero() && first.Before(d) {
		first = d
	}
	if d := c.Trip.Return; !d.IsZero() && last.After(d) {
		last = d
	}
	full := map[Slot]bool{}
	for _, h := range c.Itinerary {
		if strings.TrimSpace(h.Activity) != "" {
			full[Slot{h.Date, string(h.Half)}] = true
		}
	}
	var out []Slot
	for d := first; !d.After(last); d = d.Next() {
		for _, half := range (dossier.Half("")).Words() {
			if s := (Slot{d, half}); !full[s] {
				out = append(out, s)
			}
		}
	}
	return out
}

// Week is seven days of a long trip, or what is left of one at its end.
type Week struct{ From, To calendar.Date }

// Spell names it for people.
func (w Week) Spell(lang string) string {
	if lang == "en" {
		return w.From.English() + " to " + w.To.English()
	}
	return w.From.Chinese() + "至" + w.To.Chinese()
}

// emptyWeeks are the weeks of a trip longer than most, counted from the day of
// leaving, for which no line says what is done.
func emptyWeeks(c *dossier.Case, most int) []Week {
	if c.Trip.Days() <= most {
		return nil
	}
	var out []Week
	for from := c.Trip.Depart; !from.After(c.Trip.Return); from = from.AddDays(7) {
		w := Week{from, from.AddDays(6)}
		if w.To.After(c.Trip.Return) {
			w.To = c.Trip.Return
		}
		if !slices.ContainsFunc(c.Itinerary, func(h dossier.HalfDay) bool {
			return !h.Date.Before(w.From) && !h.Date.After(w.To) && strings.TrimSpace(h.Activity) != ""
		}) {
			out = append(out, w)
		}
	}
	return out
}

// earliestDay is the first day that a calendar shows abroad: over the date line
// people arrive on the day before they left.
func earliestDay(c *dossier.Case) calendar.Date {
	first := c.Trip.Depart
	for _, l := range c.Legs {
		zone := l.Location()
		if zone != nil && !l.Arrive.IsZero() && !c.Trip.Depart.IsZero() && !l.Arrive.In(zone).Before(c.Trip.Depart.Begins()) && l.Arrive.Date.Before(first) {
			first = l.Arrive.Date
		}
	}
	return first
}

// daysNowhere are the whole days between leaving the last place and entering China:
// most ways home end on the day of leaving or the next. 0 where either isn't known.
func daysNowhere(c *dossier.Case) int {
	if len(c.Legs) == 0 || c.Trip.Return.IsZero() {
		return 0
	}
	last := c.Legs[len(c.Legs)-1]
	if last.Leave.IsZero() {
		return 0
	}
	left := last.Leave.Date
	if zone := last.Location(); zone != nil {
		left = calendar.DateOf(last.Leave.In(zone))
	}
	return max(0, c.Trip.Return.Sub(left)-1)
}

// itinerarySpan is the first and the last day that has a line.
func itinerarySpan(c *dossier.Case) (calendar.Date, calendar.Date) {
	var first, last calendar.Date
	for _, h := range c.Itinerary {
		if h.Date.IsZero() {
			continue
		}
		if first.IsZero() || h.Date.Before(first) {
			first = h.Date
		}
		if h.Date.After(last) {
			last = h.Date
		}
	}
	return first, last
}

// Halves counts the itinerary's half days.
type Halves struct{ Official, Working int }

// halves counts half days on which the host's offices work, Monday to Friday,
// and those among all that are official: an official weekend counts as both.
// A half day on the road, in which no host could be seen, counts as neither.
func halves(c *dossier.Case) Halves {
	var n Halves
	for _, h := range c.Itinerary {
		if h.Date.IsZero() {
			continue
		}
		weekend := h.Date.Weekday() == time.Saturday || h.Date.Weekday() == time.Sunday
		if h.Official {
			n.Official++
		}
		if h.Official || !weekend && there(c, h) {
			n.Working++
		}
	}
	return n
}

// there tells whether somebody is at a place of the trip while a half day's
// offices are open. Where arrival or departure isn't known, they are.
func there(c *dossier.Case, h dossier.HalfDay) bool {
	open := [2]int{9 * 60, 12 * 60}
	if h.Half == dossier.Afternoon {
		open = [2]int{14 * 60, 17 * 60}
	}
	for _, l := range c.Legs {
		if l.Arrive.IsZero() || l.Leave.IsZero() {
			return true
		}
		came := l.Arrive.Date.Before(h.Date) || l.Arrive.Date == h.Date && l.Arrive.Minute <= open[0]
		stays := l.Leave.Date.After(h.Date) || l.Leave.Date == h.Date && l.Leave.Minute >= open[1]
		if came && stays {
			return true
		}
	}
	return len(c.Legs) == 0
}

// continents are those of the countries that count, each once.
func continents(c *dossier.Case, countries ref.Countries) []string {
	var out []string
	for _, code := range c.Countries() {
		if code == "HKG" || code == "MAC" {
			continue // regions of one's own country, on the way from any continent
		}
		if k := countries[code].Continent; k != "" && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// far tells whether a country that counts lies where flights connect badly.
func far(c *dossier.Case, countries ref.Countries) bool {
	return slices.ContainsFunc(c.Countries(), func(code string) bool { return countries[code].Far })
}

// uninvited are the countries without a letter. A letter from a country that
// isn't visited is a finding of its own (INV-004), an entry with nothing in it too
// (INV-016); each is most likely meant for one of these, so as many are left out.
func uninvited(c *dossier.Case) []string {
	var out []string
	visited := c.Countries()
	for _, code := range visited {
		if !slices.ContainsFunc(c.Invitations, func(v dossier.Invitation) bool { return v.IssuerCountry == code }) {
			out = append(out, code)
		}
	}
	strays := 0
	for _, v := range c.Invitations {
		if v.IssuerCountry != "" && !slices.Contains(visited, v.IssuerCountry) || blankEntry(v) {
			strays++
		}
	}
	return out[:max(0, len(out)-strays)]
}

// blankEntry tells whether nothing is filled in of a letter.
func blankEntry(v dossier.Invitation) bool {
	return strings.TrimSpace(v.Issuer+v.IssuerZh+v.IssuerCountry+v.Signatory+v.SignatoryTitle+v.Contact+v.Purpose) == "" && v.Issued.IsZero() // whom it invites is filled in from the members
}

// Uncovered is a stay that the letters of its country don't cover.
type Uncovered struct {
	End       string // from or to: which end of the letter is short
	Day, Want calendar.Date
}

// uncovered finds whether the stays in the country of one letter lie outside
// the dates of all letters from there. It is told at the country's first letter;
// where no leg leads there, the trip's dates count.
func uncovered(c *dossier.Case, i int) []Uncovered {
	letter := c.Invitations[i]
	for _, earlier := range c.Invitations[:i] {
		if earlier.IssuerCountry == letter.IssuerCountry {
			return nil
		}
	}
	var from, to calendar.Date // of all the country's letters
	for _, v := range c.Invitations[i:] {
		if v.IssuerCountry != letter.IssuerCountry || v.From.IsZero() || v.To.IsZero() {
			continue
		}
		if from.IsZero() || v.From.Before(from) {
			from = v.From
		}
		if v.To.After(to) {
			to = v.To
		}
	}
	first, last := stayIn(c, letter.IssuerCountry)
	if first.IsZero() {
		first, last = c.Trip.Depart, c.Trip.Return
	}
	var out []Uncovered
	if !from.IsZero() && !first.IsZero() && first.Before(from) {
		out = append(out, Uncovered{"from", from, first})
	}
	if !to.IsZero() && !last.IsZero() && last.After(to) {
		out = append(out, Uncovered{"to", to, last})
	}
	return out
}

// stayIn is the first and the last day in a country, by the wall there.
func stayIn(c *dossier.Case, country string) (calendar.Date, calendar.Date) {
	var first, last calendar.Date
	for _, l := range c.Legs {
		if l.Country != country || !l.Counts() || l.Arrive.IsZero() || l.Leave.IsZero() {
			continue
		}
		if first.IsZero() || l.Arrive.Date.Before(first) {
			first = l.Arrive.Date
		}
		if l.Leave.Date.After(last) {
			last = l.Leave.Date
		}
	}
	return first, last
}

// visaAreas counts the countries and areas whose visa needs a page: Schengen is
// one, exempt countries and our own regions none.
func visaAreas(c *dossier.Case, member int, data *ref.Data) int {
	booklet := dossier.PublicAffairs
	if p := c.Members[member].Passport; p != nil && p.Type != "" {
		booklet = p.Type
	}
	areas := map[string]bool{}
	for _, code := range c.Countries() {
		place := data.Countries[code]
		_, exempt := data.Spared(code, booklet, c.Trip.Depart)
		switch {
		case exempt, code == "HKG", code == "MAC", code == "CHN":
		case place.Schengen:
			areas["schengen"] = true
		default:
			areas[code] = true
		}
	}
	return len(areas)
}
