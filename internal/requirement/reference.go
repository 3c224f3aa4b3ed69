package requirement

import (
	"yitang/internal/calendar"
	"yitang/ref"
)

// CountriesOf takes from the reference data what the three links need of each
// country: its name, whether it is of the Schengen area, whom it exempts.
func CountriesOf(d ref.Data) map[string]Country {
	out := make(map[string]Country, len(d.Countries))
	for code, c := range d.Countries {
		out[code] = Country{Code: code, Name: Name{Zh: c.Zh, En: c.En}, Schengen: c.Schengen}
	}
	for _, e := range d.Exemptions {
		c := out[e.Country]
		for _, t := range e.Types {
			c.Exemptions = append(c.Exemptions, Exemption{Passport: t, MaxDays: e.Days, Condition: e.Condition.Zh, From: e.From, To: e.To, Basis: e.Source})
		}
		out[e.Country] = c
	}
	return out
}

// With puts the thresholds that are in force on a day in the place of the
// defaults, and brings what the missions want; keys that the data doesn't hold
// keep theirs.
func (p Parameters) With(d ref.Data, on calendar.Date) Parameters {
	p.Missions, p.on = d.Missions, on
	for key, field := range map[string]*int{
		"passport.minRemainingMonths": &p.PassportMinRemainingMonths,
		"passport.minBlankPages":      &p.PassportMinBlankPages,
		"passport.returnDays":         &p.PassportReturnDays,
		"agenda.requiredFromDays":     &p.AgendaFromDays,
		"photo.maxAgeMonths":          &p.PhotoMonths,
		"secondNotice.months":         &p.SecondNoticeMonths,
	} {
		*field = d.Parameters.Whole(key, on, *field)
	}
	return p
}
