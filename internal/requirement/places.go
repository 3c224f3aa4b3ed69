package requirement

import (
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/fault"
)

// stay is the time in one country or visa area, by local days.
type stay struct {
	area  string // "SCHENGEN" or the country's code
	apply string // country whose mission is asked
	from  calendar.Date
	to    calendar.Date
	days  int
}

// visited lists the countries and regions outside the mainland, in order of
// entry. Taiwan isn't among them: another authority deals with it.
func (b *builder) visited() []string {
	var out []string
	for _, l := range b.c.Legs {
		if l.Counts() && l.Country != mainland && l.Country != taiwan && !slices.Contains(out, l.Country) {
			out = append(out, l.Country)
		}
	}
	return out
}

// regions lists Hong Kong and Macau where they are visited.
func (b *builder) regions() []string {
	return slices.DeleteFunc(b.visited(), func(c string) bool { return c != hongKong && c != macau })
}

// abroad lists the foreign countries.
func (b *builder) abroad() []string {
	return slices.DeleteFunc(b.visited(), func(c string) bool { return c == hongKong || c == macau })
}

func (b *builder) areaOf(country string) string {
	if b.Countries[country].Schengen {
		return schengen
	}
	return country
}

// stays gives one entry for each area that may want a visa. Within Schengen the
// country of the longest stay is applied to, and on a tie the one entered first
// (Visa Code, Regulation (EC) No 810/2009, article 5).
func (b *builder) stays() []stay {
	var out []stay
	for _, country := range b.abroad() {
		area := b.areaOf(country)
		one := b.stayIn(country)
		i := slices.IndexFunc(out, func(s stay) bool { return s.area == area })
		if i < 0 {
			one.area = area
			out = append(out, one)
			continue
		}
		all := &out[i]
		if best := b.stayIn(all.apply); one.days > best.days {
			all.apply = country
		}
		if !one.from.IsZero() && (all.from.IsZero() || one.from.Before(all.from)) {
			all.from = one.from
		}
		all.to = later(all.to, one.to)
		if !all.from.IsZero() && !all.to.IsZero() {
			all.days = all.from.DaysUntil(all.to) + 1
		}
	}
	return out
}

// stayIn sums the days in one country over its legs; 0 while they aren't known.
func (b *builder) stayIn(country string) stay {
	s := stay{area: country, apply: country}
	for _, l := range b.c.Legs {
		if l.Country != country || !l.Counts() {
			continue
		}
		from, to := l.Arrive.Date, l.Leave.Date
		if !from.IsZero() && (s.from.IsZero() || from.Before(s.from)) {
			s.from = from
		}
		s.to = later(s.to, to)
		if !from.IsZero() && !to.IsZero() && !to.Before(from) {
			s.days += from.DaysUntil(to) + 1
		}
	}
	return s
}

func (b *builder) countryName(code string) fault.Text {
	if code == schengen {
		return Text("area.schengen")
	}
	if n := b.Countries[code].Name; n.Zh != "" || n.En != "" {
		return fault.Text{Zh: n.Zh, En: n.En}
	}
	return fault.Text{Zh: code, En: code}
}
