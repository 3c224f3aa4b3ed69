package requirement

import (
	"yitang/internal/calendar"
	"yitang/internal/fault"
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
			c.Exemptions = append(c.Exemptions, Exemption{Passport: t, Way: e.Way, MaxDays: e.Days, Condition: e.Condition.Zh, From: e.From, To: e.To, Basis: e.Source,
				Workdays: e.Workdays, Papers: fault.Text{Zh: e.Papers.Zh, En: e.Papers.En}, Address: e.Address})
		}
		out[e.Country] = c
	}
	return out
}

// judged are the figures that a rule judges too: what stands in a catalogue by
// the first name is the parameter of the second.
var judged = []struct {
	yaml, key string
	of        func(*Parameters) *int
}{
	{"passportMinRemainingMonths", "passport.minRemainingMonths", func(p *Parameters) *int { return &p.PassportMinRemainingMonths }},
	{"passportMinBlankPages", "passport.minBlankPages", func(p *Parameters) *int { return &p.PassportMinBlankPages }},
	{"passportReturnDays", "passport.returnDays", func(p *Parameters) *int { return &p.PassportReturnDays }},
	{"passportHandOutDays", "passport.handOutDays", func(p *Parameters) *int { return &p.PassportHandOutDays }},
	{"agendaFromDays", "agenda.requiredFromDays", func(p *Parameters) *int { return &p.AgendaFromDays }},
	{"photoMonths", "photo.maxAgeMonths", func(p *Parameters) *int { return &p.PhotoMonths }},
	{"secondNoticeMonths", "secondNotice.months", func(p *Parameters) *int { return &p.SecondNoticeMonths }},
}

// JudgedAs gives the parameter that is counted by in the place of a figure of
// the catalogue; "" for a figure that is the catalogue's own.
func JudgedAs(yaml string) string {
	for _, f := range judged {
		if f.yaml == yaml {
			return f.key
		}
	}
	return ""
}

// With brings the thresholds that are in force on a day, and what the missions
// want.
func (p Parameters) With(d ref.Data, on calendar.Date) Parameters {
	p.Missions, p.on = d.Missions, on
	for _, f := range judged {
		field := f.of(&p)
		*field = d.Parameters.Whole(f.key, on, *field)
	}
	return p
}
