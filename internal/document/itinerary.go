package document

import (
	"cmp"
	"fmt"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// itinerary is the programme half-day by half-day (日程表). The English one goes
// with visa applications.
func itinerary(f From) Working {
	if f.English {
		return englishItinerary(f)
	}
	c := f.Case
	w := Working{Title: f.say("itinerary.title"), About: c.Unit.Name}
	var rows [][]string
	for _, h := range c.Itinerary {
		rows = append(rows, []string{fmt.Sprintf("%d月%d日\n%s", int(h.Date.Month()), h.Date.Day(), halves[h.Half]), f.place(h), h.Activity, dossier.HostName(c.Invitations, h.Host)})
	}
	var ps parts
	ps.sheet(f.say("working.head.group"), f.groupSheet())
	ps.table(f.say("itinerary.head.days"), f.columns("when", "place", "programme", "counterpart"), rows)
	ps.table(f.say("working.head.legs"), f.columns("country", "city", "arrive", "leave"), f.legRows())
	w.Parts = ps
	return w
}

func (f From) place(h dossier.HalfDay) string {
	if h.Country == "" || dossier.OnTheWay(f.Case.Legs, h) {
		return dossier.Where(f.Case.Legs, h)
	}
	return strings.TrimSpace(f.Country(h.Country) + "\n" + h.City)
}

// englishItinerary tells in English what the case holds in English, and what it
// knows of each half-day beside words: whether it is official. What was written
// in Chinese stands below as it was written, save for lines that were laid out.
func englishItinerary(f From) Working {
	c := f.Case
	w := Working{Title: f.say("itinerary.title"), About: cmp.Or(f.Unit, c.Unit.Name)}
	group := f.sheet()
	group.add("countries", strings.Join(named(c.Countries(), f.Country), ", "))
	group.add("depart", englishDay(c.Trip.Depart))
	group.add("return", englishDay(c.Trip.Return))
	var people []string
	for _, i := range c.HeadFirst() {
		people = append(people, englishName(c.Members[i]))
	}
	group.add("travellers", strings.Join(people, "\n"))
	var rows, legs [][]string
	for _, h := range c.Itinerary {
		half := map[dossier.Half]string{dossier.Morning: ",\nmorning", dossier.Afternoon: ",\nafternoon"}[h.Half]
		place := f.englishPlace(h.City, h.Country)
		if dossier.OnTheWay(c.Legs, h) {
			place = f.say("itinerary.transit")
		}
		rows = append(rows, []string{englishDay(h.Date) + half, place, f.programme(h), h.Host})
	}
	for _, l := range c.Legs {
		if l.Country == "" && l.City == "" {
			continue
		}
		city := f.englishPlace(l.City, l.Country)
		if l.Transit {
			city = f.say("working.transit", "City", city)
		}
		legs = append(legs, []string{city, englishHour(l.Arrive), englishHour(l.Leave)})
	}
	var ps parts
	ps = append(ps, Part{Head: f.say("working.head.group"), Rows: group.lines})
	ps.table(f.say("itinerary.head.days"), f.columns("when", "place", "programme", "counterpart"), rows)
	ps.table(f.say("working.head.legs"), f.columns("place", "arrive", "leave"), legs)
	w.Parts = ps
	return w
}

func englishDay(d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return english(d)
}

func englishHour(t calendar.LocalTime) string {
	if t.IsZero() {
		return ""
	}
	return fmt.Sprintf("%s, %02d:%02d", english(t.Date), t.Minute/60, t.Minute%60)
}

// englishName is a name as the booklet spells it; while there is none, as it is
// written.
func englishName(m dossier.Member) string {
	name := m.LatinName()
	if name == "" {
		return m.Name()
	}
	switch m.Sex {
	case dossier.Male:
		return "Mr " + name
	case dossier.Female:
		return "Ms " + name
	}
	return name
}

// englishPlace is a place by the English name that the route gives it.
func (f From) englishPlace(city, country string) string {
	for _, l := range f.Case.Legs {
		if l.City == city && l.CityEn != "" {
			city = l.CityEn
			if country == "" {
				country = l.Country
			}
			break
		}
	}
	if country == "" {
		return city
	}
	if city == "" {
		return f.Country(country)
	}
	return city + ", " + f.Country(country)
}

func (f From) programme(h dossier.HalfDay) string {
	if !dossier.HasHan(h.Activity) {
		return h.Activity
	}
	if said := laidOut(f.Case, h.Activity); said != "" {
		return said
	}
	if h.Official {
		return f.say("itinerary.official") + "\n" + h.Activity
	}
	return f.say("itinerary.unofficial") + "\n" + h.Activity
}

func hasDays(f From) bool { return len(f.Case.Itinerary) > 0 }
