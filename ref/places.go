package ref

import (
	"fmt"
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/money"
)

// Countries are countries and regions by ISO 3166-1 alpha-3.
type Countries map[string]Country

// Country is a country or region.
type Country struct {
	Code      string
	Zh, En    string
	Continent string // africa, americas, asia, europe, oceania; "" for Antarctica
	Far       bool   // flights connect badly: Latin America and the Caribbean, Africa
	Schengen  bool
	Region    bool // has no nationality of its own: regions of China, other states' territories
}

// Name is the country's name in a language ("en", else Chinese); the bare code
// when it isn't in the list.
func (cs Countries) Name(code, lang string) string {
	c, known := cs[code]
	switch {
	case !known:
		return code
	case lang == "en":
		return c.En
	}
	return c.Zh
}

// Nationalities are the codes of what somebody can be a citizen of, in no order.
// Hong Kong, Macao and Taiwan aren't among them: their people are Chinese.
func (cs Countries) Nationalities() []string {
	out := make([]string, 0, len(cs))
	for code, c := range cs {
		if !c.Region {
			out = append(out, code)
		}
	}
	return out
}

// Continents are the names that Country.Continent may have.
func Continents() []string { return []string{"africa", "americas", "asia", "europe", "oceania"} }

// ParseCountries reads rows of countries and regions.
func ParseCountries(text []byte) (Countries, error) {
	all, err := rows(text, 7)
	if err != nil {
		return nil, err
	}
	out := make(Countries, len(all))
	for _, r := range all {
		c := Country{Code: r[0], Zh: r[1], En: r[2], Continent: r[3], Far: r[4] == "far", Schengen: r[5] == "schengen", Region: r[6] == "region"}
		_, twice := out[c.Code]
		if twice || len(c.Code) != 3 || c.Zh == "" || c.En == "" || c.Continent != "" && !slices.Contains(Continents(), c.Continent) {
			return nil, fmt.Errorf("the row of %s is doubled or incomplete", c.Code)
		}
		out[c.Code] = c
	}
	return out, nil
}

// Rates is the table of what may be spent abroad.
type Rates []Rate

// Rate is one row: the most for one person and one day or night, in Currency.
type Rate struct {
	Country     string         `yaml:"country"`
	City        string         `yaml:"city"`
	Currency    money.Currency `yaml:"currency"`
	Lodging     money.Decimal  `yaml:"lodging"`
	Meals       money.Decimal  `yaml:"meals"`
	Incidentals money.Decimal  `yaml:"incidentals"`
	Source      string         `yaml:"source"`
	Unverified  bool           `yaml:"unverified"`
	From        calendar.Date  `yaml:"effectiveFrom"`
	To          calendar.Date  `yaml:"effectiveTo"`
}

// For finds the row of a city, else of its country, on a day.
func (rs Rates) For(country, city string, day calendar.Date) (Rate, bool) {
	var general Rate
	found := false
	for _, r := range rs {
		if r.Country != country || day.Before(r.From) || !r.To.IsZero() && day.After(r.To) {
			continue
		}
		if r.City == city && city != "" {
			return r, true
		}
		if r.City == "" {
			general, found = r, true
		}
	}
	return general, found
}

// Most is the row's figure for one kind of cost; absent for others.
func (r Rate) Most(kind dossier.CostKind) money.Decimal {
	switch kind {
	case dossier.Lodging:
		return r.Lodging
	case dossier.Meals:
		return r.Meals
	case dossier.Incidentals:
		return r.Incidentals
	default:
		return money.Decimal{}
	}
}

func readHolidays(text []byte) (*calendar.Book, error) {
	years, err := ParseHolidays(text)
	if err != nil {
		return nil, err
	}
	return calendar.NewBook(years...)
}

// ParseHolidays reads years of holidays.
func ParseHolidays(text []byte) ([]calendar.Year, error) {
	var years []struct {
		Year     int           `yaml:"year"`
		Source   string        `yaml:"source"`
		Checked  calendar.Date `yaml:"checked"`
		Holidays []struct {
			Zh   string        `yaml:"zh"`
			En   string        `yaml:"en"`
			From calendar.Date `yaml:"from"`
			To   calendar.Date `yaml:"to"`
		} `yaml:"holidays"`
		Makeup []calendar.Date `yaml:"makeup"`
	}
	if err := decode(text, &years); err != nil {
		return nil, err
	}
	var all []calendar.Year
	for _, y := range years {
		if y.Source == "" || y.Checked.IsZero() {
			return nil, fmt.Errorf("holidays of %d lack a source or the day of checking", y.Year)
		}
		year := calendar.Year{Year: y.Year, Makeup: y.Makeup, Source: y.Source, Checked: y.Checked}
		for _, h := range y.Holidays {
			year.Holidays = append(year.Holidays, calendar.Holiday{Zh: h.Zh, En: h.En, From: h.From, To: h.To})
		}
		all = append(all, year)
	}
	return all, nil
}
