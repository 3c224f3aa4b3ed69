package ref

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/money"
)

func data(t testing.TB) Data {
	t.Helper()
	d, err := Built()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestHolidaysAreThoseOfTheNotices(t *testing.T) {
	book := data(t).Holidays
	// Working days in a year: 366 or 365 days less weekends and holidays, as
	// newspapers and pay offices count them.
	for year, want := range map[int]calendar.Workdays{2024: 251, 2025: 248, 2026: 248} {
		if got := book.WorkdaysBetween(calendar.On(year, 1, 1), calendar.On(year, 12, 31)); got != want {
			t.Errorf("%d has %d working days, want %d", year, got, want)
		}
	}
	// Each day on which a year differs from plain weeks, counted out by hand
	// from the notices' words: working days that are free, weekends that are worked.
	for year, want := range map[int][2]string{
		2024: {"01-01 02-12 02-13 02-14 02-15 02-16 04-04 04-05 05-01 05-02 05-03 06-10 09-16 09-17 10-01 10-02 10-03 10-04 10-07",
			"02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12"},
		2025: {"01-01 01-28 01-29 01-30 01-31 02-03 02-04 04-04 05-01 05-02 05-05 06-02 10-01 10-02 10-03 10-06 10-07 10-08",
			"01-26 02-08 04-27 09-28 10-11"},
		2026: {"01-01 01-02 02-16 02-17 02-18 02-19 02-20 02-23 04-06 05-01 05-04 05-05 06-19 09-25 10-01 10-02 10-05 10-06 10-07",
			"01-04 02-14 02-28 05-09 09-20 10-10"},
	} {
		var free, worked []string
		for day := calendar.On(year, 1, 1); !day.After(calendar.On(year, 12, 31)); day = day.AddDays(1) {
			weekend := day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
			switch {
			case !weekend && !book.IsWorkday(day):
				free = append(free, day.String()[5:])
			case weekend && book.IsWorkday(day):
				worked = append(worked, day.String()[5:])
			}
		}
		if got := [2]string{strings.Join(free, " "), strings.Join(worked, " ")}; got != want {
			t.Errorf("%d: free and worked days are\n%q\nthe notice says\n%q", year, got, want)
		}
	}
	if book.Announced(2027) {
		t.Error("2027 is said to be announced: add its source to this test")
	}
}

func TestBuiltDataIsReadOnce(t *testing.T) {
	if one, two := data(t), data(t); one.Holidays != two.Holidays || &one.Rules[0] != &two.Rules[0] {
		t.Error("a second caller had everything read again")
	}
}

func TestThresholdsFollowTheDay(t *testing.T) {
	p := data(t).Parameters
	for day, want := range map[string]string{"2010-06-01": "6", "2012-12-31": "6", "2013-01-01": "5", "2026-03-10": "5"} {
		if got, ok := p.On("days.max.1", calendar.MustParse(day)); !ok || got.Value != want {
			t.Errorf("on %s one country allows %q days, want %s", day, got.Value, want)
		}
	}
	if got, ok := p.On("days.max.1", calendar.On(2000, 1, 1)); ok {
		t.Errorf("a limit of %s is claimed for the year 2000", got.Value)
	}
}

func TestCityBeatsCountryAndUnknownPlacesHaveNoRate(t *testing.T) {
	rates := data(t).Rates
	day := calendar.On(2026, 3, 10)
	if r, ok := rates.For("JPN", "东京", day); !ok || r.Most(dossier.Meals).String() != "10000" || r.Currency != "JPY" {
		t.Errorf("Tokyo: %+v", r)
	}
	if r, ok := rates.For("JPN", "大阪", day); ok {
		t.Errorf("Osaka is given %+v", r)
	}
	if r, ok := rates.For("DEU", "汉堡", day); !ok || r.Most(dossier.Lodging).String() != "150" {
		t.Errorf("Hamburg: %+v", r)
	}
}

func TestPlacesThatRulesTellApart(t *testing.T) {
	d := data(t)
	for code, want := range map[string]Country{
		"HKG": {Zh: "中国香港", Continent: "asia"}, "TWN": {Zh: "中国台湾", Continent: "asia"}, "BRA": {Zh: "巴西", Continent: "americas", Far: true},
		"EGY": {Zh: "埃及", Continent: "africa", Far: true}, "USA": {Zh: "美国", Continent: "americas"}, "CHE": {Zh: "瑞士", Continent: "europe", Schengen: true},
		"IRL": {Zh: "爱尔兰", Continent: "europe"}, "AUS": {Zh: "澳大利亚", Continent: "oceania"}, "CYP": {Zh: "塞浦路斯", Continent: "asia"},
	} {
		c := d.Countries[code]
		if c.Zh != want.Zh || c.Continent != want.Continent || c.Far != want.Far || c.Schengen != want.Schengen {
			t.Errorf("%s: %+v, want %+v", code, c, want)
		}
	}
	for code, zh := range map[string]string{"FLK": "马尔维纳斯群岛", "PSE": "巴勒斯坦", "MKD": "北马其顿", "HKG": "中国香港", "MAC": "中国澳门", "TWN": "中国台湾"} {
		if is := d.Countries[code].Zh; is != zh {
			t.Errorf("%s is called %s, want %s", code, is, zh)
		}
	}
	nationalities := d.Countries.Nationalities()
	for _, code := range []string{"HKG", "MAC", "TWN", "FLK", "PRI", "ATA"} {
		if slices.Contains(nationalities, code) {
			t.Errorf("%s is offered as a nationality", code)
		}
	}
	// 193 members of the United Nations, Palestine, the Vatican, and the Cook
	// Islands and Niue, which China has relations with.
	if len(nationalities) != 197 {
		t.Errorf("%d nationalities, want 197", len(nationalities))
	}
	n := 0
	for _, c := range d.Countries {
		if c.Schengen {
			n++
		}
	}
	if n != 29 {
		t.Errorf("%d Schengen states, want 29", n)
	}
	if _, ok := d.Exempt("IRL", dossier.Diplomatic, calendar.On(2026, 3, 10)); ok {
		t.Error("a class that isn't named is exempt")
	}
	// The Emirates' agreements hold by class of booklet: there a note
	// verbale is asked of nobody, and the exit certificate goes with the booklet.
	for _, x := range []struct {
		booklet dossier.PassportType
		on      calendar.Date
		want    bool
	}{{dossier.Diplomatic, calendar.On(2026, 3, 10), true}, {dossier.PublicAffairs, calendar.On(2016, 1, 10), false}, {dossier.PublicAffairs, calendar.On(2026, 3, 10), true}, {dossier.Service, calendar.On(2026, 3, 10), true}} {
		if _, ok := d.Exempt("ARE", x.booklet, x.on); ok != x.want {
			t.Errorf("ARE, %s, on %s: %v", x.booklet, x.on, ok)
		}
	}
}

func TestVersionChangesWithAnyByte(t *testing.T) {
	files := fstest.MapFS{}
	for _, name := range []string{"parameters.yaml", "holidays.yaml", "countries.csv", "cities.csv", "formal.csv", "undecided.yaml", "rates.yaml", "exemptions.yaml", "missions.yaml", "surnames.csv", "rules/1-gen.yaml"} {
		text, err := built.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	one, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	files["rates.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(string(files["rates.yaml"].Data), "150", "151", 1))}
	two, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	if one.Version == two.Version {
		t.Error("another rate, the same version")
	}
	files["rules/1-gen.yaml"] = &fstest.MapFile{Data: []byte("- id: GEN-014\n  wehn: 'true'\n")}
	if _, err := Load(files); err == nil || !strings.Contains(err.Error(), "wehn") {
		t.Errorf("a misspelt key in a rule: %v", err)
	}
}

// A node keeps the data that its earlier cases were judged by; what came to the
// house since isn't among it.
func TestDataOfAnEarlierProgramIsRead(t *testing.T) {
	files := fstest.MapFS{}
	for _, name := range []string{"parameters.yaml", "holidays.yaml", "countries.csv", "cities.csv", "undecided.yaml", "rates.yaml", "exemptions.yaml", "missions.yaml", "surnames.csv", "rules/1-gen.yaml"} {
		text, err := built.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	old, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	if name := old.FormalName("DEU"); name != old.Countries.Name("DEU", "zh") {
		t.Errorf("a state's full name where none is on record: %q", name)
	}
	delete(files, "rates.yaml")
	if _, err := Load(files); err == nil {
		t.Error("what was always there is missed by nobody")
	}
}

func TestExchangeIsTheLatestPublished(t *testing.T) {
	own := Exchange{
		{Date: calendar.On(2026, 5, 11), Source: "a bank", Yuan: map[money.Currency]money.Decimal{"EUR": money.MustDecimal("8.01")}},
		{Date: calendar.On(2026, 5, 4), Source: "a bank", Yuan: map[money.Currency]money.Decimal{"EUR": money.MustDecimal("8")}},
	}
	d, err := data(t).With(Over{Exchange: own}, "own")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		what  string
		from  Exchange
		cur   money.Currency
		day   calendar.Date
		yuan  string
		as    calendar.Date
		known bool
	}{
		{"before anything was published", data(t).Exchange, "EUR", calendar.On(2026, 1, 4), "", calendar.Date{}, false},
		{"on the day itself", data(t).Exchange, "EUR", calendar.On(2026, 3, 2), "7.80", calendar.On(2026, 3, 2), true},
		{"until the next one", data(t).Exchange, "EUR", calendar.On(2026, 3, 31), "7.80", calendar.On(2026, 3, 2), true},
		{"a currency that nobody published", data(t).Exchange, "THB", calendar.On(2026, 3, 31), "", calendar.Date{}, false},
		{"before the office's own", d.Exchange, "EUR", calendar.On(2026, 5, 3), "7.81", calendar.On(2026, 4, 1), true},
		{"the office's own, unordered", d.Exchange, "EUR", calendar.On(2026, 5, 12), "8.01", calendar.On(2026, 5, 11), true},
		{"a newer demonstration value doesn't beat it", d.Exchange, "EUR", calendar.On(2026, 5, 8), "8", calendar.On(2026, 5, 4), true},
		{"nor in June", d.Exchange, "EUR", calendar.On(2026, 6, 2), "8.01", calendar.On(2026, 5, 11), true},
	} {
		yuan, p, known := c.from.On(c.cur, c.day)
		if known != c.known || yuan.String() != c.yuan || p.Date != c.as {
			t.Errorf("%s: %s of %s, %v", c.what, yuan, p.Date, known)
		}
	}
	for what, bad := range map[string]Exchange{
		"without a source": {{Date: calendar.On(2026, 5, 4), Yuan: own[0].Yuan}},
		"of no currency":   {{Date: calendar.On(2026, 5, 4), Source: "a bank", Yuan: map[money.Currency]money.Decimal{"EURO": money.DecimalOf(8)}}},
		"of nothing":       {{Date: calendar.On(2026, 5, 4), Source: "a bank", Yuan: map[money.Currency]money.Decimal{"EUR": money.DecimalOf(0)}}},
		"twice a day":      {own[0], own[0]},
	} {
		if _, err := data(t).With(Over{Exchange: bad}, "bad"); err == nil || !strings.Contains(err.Error(), "exchange.yaml") {
			t.Errorf("a rate %s is taken: %v", what, err)
		}
	}
}

// What a finding rests on can be looked up: a document, and in it the article,
// or a written reason why none is named. A source that got its article leaves
// the list.
func TestEveryBasisNamesItsArticleOrSaysWhyNot(t *testing.T) {
	d := data(t)
	why, cited := map[string]bool{}, map[string]bool{}
	for _, u := range d.Unarticled {
		for _, s := range u.Sources {
			if why[s] {
				t.Errorf("%s stands twice", s)
			}
			why[s] = true
		}
	}
	for _, r := range d.Rules {
		if r.Basis.Text == "" || r.Basis.Source == "" {
			t.Errorf("%s doesn't say what is ordained, or where", r.ID)
		}
		for _, s := range r.Basis.WithoutArticle() {
			if cited[s] = true; !why[s] {
				t.Errorf("%s: %s is cited without an article, and unarticled.yaml doesn't say why", r.ID, s)
			}
		}
	}
	for s := range why {
		if !cited[s] {
			t.Errorf("unarticled.yaml has %s, which no rule cites so", s)
		}
	}
}

// Whoever reads a finding can look up what it rests on: title, number and
// article, and since when it holds.
func TestABasisIsCitedByItsTitleAndTheDayFromWhichItHolds(t *testing.T) {
	for source, want := range map[string]string{
		"财行〔2013〕516号第五条；教外厅〔2015〕1号（培训材料）": "某事（《因公临时出国经费管理办法》财行〔2013〕516号第五条；教外厅〔2015〕1号（培训材料））",
		"财行〔2013〕516号；因公临时出国经费管理办法":         "某事（《因公临时出国经费管理办法》财行〔2013〕516号）",
		"护照法第四条":             "某事（《中华人民共和国护照法》第四条，2007年1月1日起施行）",
		"护照法精神":              "某事（护照法精神）",
		"GB 11643-1999；系统校验": "某事（《公民身份号码》GB 11643-1999，1999年7月1日起施行；系统校验）",
		"":                   "某事",
	} {
		if got := (Basis{Text: "某事", Source: source, Unverified: true}).Cited(); got != want {
			t.Errorf("%s is cited as %s", source, got)
		}
	}
	if got := (Basis{Text: "某事", Source: "护照法第四条", Unverified: true}).Written(); got != "某事（护照法第四条，原文待核）" {
		t.Errorf("where rules are kept: %s", got)
	}
	d := data(t)
	text, err := os.ReadFile("instruments.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`cited: \[([^\]]+)\]`).FindAllStringSubmatch(string(text), -1) {
		for _, short := range strings.Split(m[1], ", ") {
			if !slices.ContainsFunc(d.Rules, func(r Rule) bool { return strings.Contains(r.Basis.Source, short) }) {
				t.Errorf("instruments.yaml has %s, which no rule cites", short)
			}
		}
	}
}
