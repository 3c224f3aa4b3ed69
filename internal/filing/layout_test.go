package filing

import (
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/money"
	"yitang/ref"
)

// placed is as much reference data as places need.
func placed(t *testing.T) *ref.Data {
	t.Helper()
	data, err := ref.Load(ref.Files())
	if err != nil {
		t.Fatal(err)
	}
	return &data
}

func local(t *testing.T, s string) calendar.LocalTime {
	t.Helper()
	at, err := calendar.ParseLocal(s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// A departure, a number of days, a city and a host give the return, the
// country with its names and what each half-day is for; what somebody wrote
// stays, and all else is marked as derived.
func TestWhatFollowsFromADayACityAndAHost(t *testing.T) {
	p := Paper{LaidOut: true, Case: dossier.Case{
		Trip:        dossier.Trip{Category: dossier.Research, Depart: calendar.MustParse("2026-09-17"), DaysAbroad: 6},
		Legs:        []dossier.Leg{{City: "巴黎", Arrive: local(t, "2026-09-17T14:20"), Leave: local(t, "2026-09-22T08:10")}},
		Invitations: []dossier.Invitation{{Issuer: "巴黎示范大学"}},
		Itinerary:   []dossier.HalfDay{{Date: calendar.MustParse("2026-09-18"), Half: dossier.Afternoon, Activity: "查勘扫描实验室"}},
	}}
	a := Assemble(p, Held{Today: calendar.MustParse("2026-03-10"), Ref: placed(t)})
	for path, want := range map[string]string{
		"case.return": "2026-09-22", "legs[0].country": "FRA", "legs[0].cityEn": "Paris", "legs[0].zone": "Europe/Paris", "invitations[0].issuerCountry": "FRA",
		"itinerary[0].activity": "启程前往巴黎", "itinerary[1].activity": "抵达巴黎", "itinerary[2].activity": "与巴黎示范大学开展合作研究", "itinerary[2].host": "巴黎示范大学",
		"itinerary[4].activity": "休息日，整理会谈材料", "itinerary[10].activity": "离开巴黎返程", "itinerary[11].activity": "返程，入境",
	} {
		if is := a.Case.Text(path); is != want || a.Origins[path] != Derived {
			t.Errorf("%s is %q (%s), should be %q and derived", path, is, a.Origins[path], want)
		}
	}
	if path := "itinerary[3].activity"; a.Case.Text(path) != "查勘扫描实验室" || a.Origins[path] != Typed || a.Case.Itinerary[3].Host != "" {
		t.Errorf("what was written became %+v (%s)", a.Case.Itinerary[3], a.Origins[path])
	}
	if len(a.Case.Itinerary) != 12 || a.Case.Itinerary[4].Official || !a.Case.Itinerary[2].Official {
		t.Errorf("%+v", a.Case.Itinerary)
	}
	// Each of these, written, counts.
	p.Case.Trip.Return, p.Case.Legs[0].Country, p.Case.Legs[0].CityEn, p.Case.Invitations[0].IssuerCountry, p.LaidOut = calendar.MustParse("2026-09-21"), "BEL", "Parijs", "BEL", false
	a = Assemble(p, Held{Today: calendar.MustParse("2026-03-10"), Ref: placed(t)})
	for path, want := range map[string]string{"case.return": "2026-09-21", "case.daysAbroad": "5", "legs[0].country": "BEL", "legs[0].cityEn": "Parijs", "invitations[0].issuerCountry": "BEL", "itinerary[2].activity": ""} {
		if is := a.Case.Text(path); is != want {
			t.Errorf("%s is %q, should be %q", path, is, want)
		}
	}
}

// A half-day that is laid out is told in Chinese, the host of it by the name that
// its letter signs with, which the letters are found by.
func TestAHalfDayCallsItsHostByTheChineseName(t *testing.T) {
	foreign := dossier.Invitation{Issuer: "Hangang Logistics Co., Ltd.", IssuerCountry: "KOR"}
	named := foreign
	named.IssuerZh = "汉江物流株式会社"
	for _, c := range []struct {
		letters        []dossier.Invitation
		activity, host string
	}{
		{[]dossier.Invitation{named}, "与汉江物流株式会社洽谈经贸合作", foreign.Issuer},
		{[]dossier.Invitation{foreign, named}, "与汉江物流株式会社洽谈经贸合作", foreign.Issuer},
		{[]dossier.Invitation{foreign}, "与Hangang Logistics Co., Ltd.洽谈经贸合作", foreign.Issuer},
		{[]dossier.Invitation{named, {Issuer: "Han University", IssuerCountry: "KOR"}}, "", ""},
	} {
		p := Paper{LaidOut: true, Case: dossier.Case{
			Trip:        dossier.Trip{Category: dossier.Trade, Depart: calendar.MustParse("2026-09-14"), Return: calendar.MustParse("2026-09-17")},
			Legs:        []dossier.Leg{{Country: "KOR", City: "首尔", Arrive: local(t, "2026-09-14T14:20"), Leave: local(t, "2026-09-17T08:10")}},
			Invitations: c.letters,
		}}
		h := Assemble(p, Held{Today: calendar.MustParse("2026-03-10"), Ref: placed(t)}).Case.Itinerary[2]
		if h.Activity != c.activity || h.Host != c.host || h.Official != (c.host != "") {
			t.Errorf("%d letters: %+v, should be %q with %q", len(c.letters), h, c.activity, c.host)
		}
	}
}

// Who leaves in the night and arrives before noon has arrived in that morning.
func TestAMorningInWhichPeopleArriveIsNoSettingOut(t *testing.T) {
	for arrive, want := range map[string]string{"2026-09-17T06:10": "抵达巴黎", "2026-09-17T11:00": "抵达巴黎", "2026-09-17T12:30": "启程前往巴黎", "2026-09-18T06:10": "启程前往巴黎"} {
		for _, laid := range []bool{true, false} {
			p := Paper{LaidOut: laid, Case: dossier.Case{
				Trip: dossier.Trip{Category: dossier.Research, Depart: calendar.MustParse("2026-09-17"), DaysAbroad: 6},
				Legs: []dossier.Leg{{City: "巴黎", Arrive: local(t, arrive), Leave: local(t, "2026-09-22T08:10")}}}}
			if is := Assemble(p, Held{Today: calendar.MustParse("2026-03-10"), Ref: placed(t)}).Case.Itinerary[0].Activity; is != want {
				t.Errorf("arriving at %s the morning is %q, should be %q", arrive, is, want)
			}
		}
	}
}

// Who travels from one place to another is in the first until they are in the
// second, and half-days tell of neither too early.
func TestHalfDaysOfAJourneyBetweenTwoPlacesAreInTheOneThatIsLeft(t *testing.T) {
	p := Paper{LaidOut: true, Case: dossier.Case{
		Trip:      dossier.Trip{Category: dossier.Research, Depart: calendar.MustParse("2026-09-14"), Return: calendar.MustParse("2026-09-18")},
		Legs:      []dossier.Leg{{City: "巴黎", Arrive: local(t, "2026-09-15T07:20"), Leave: local(t, "2026-09-16T13:00")}, {City: "罗马", Arrive: local(t, "2026-09-17T09:00"), Leave: local(t, "2026-09-18T08:10")}},
		Itinerary: []dossier.HalfDay{{Date: calendar.MustParse("2026-09-16"), Half: dossier.Afternoon, Activity: "乘夜车"}},
	}}
	got := Assemble(p, Held{Today: calendar.MustParse("2026-03-10"), Ref: placed(t)}).Case.Itinerary
	for i, want := range []dossier.HalfDay{1: {City: "巴黎", Activity: "前往巴黎"}, 4: {City: "巴黎"}, 5: {City: "巴黎", Activity: "乘夜车"}, 6: {City: "罗马", Activity: "抵达罗马"}} {
		if want.City != "" && (got[i].City != want.City || got[i].Activity != want.Activity) {
			t.Errorf("%d: %+v, should be %+v", i, got[i], want)
		}
	}
	p.Case.Legs[1].Arrive = local(t, "2026-09-17T19:30")
	if h := Assemble(p, Held{Today: calendar.MustParse("2026-03-10"), Ref: placed(t)}).Case.Itinerary[7]; h.City != "巴黎" || h.Activity != "前往罗马" {
		t.Errorf("still on the way, and yet %+v", h)
	}
}

// The same people go elsewhere: their own words and the old host aren't carried
// over, who they are, who pays and a rate that is still fresh are.
func TestTheSamePeopleElsewhereBeginWithWhatStillHolds(t *testing.T) {
	var f Filing
	f.Members = []Traveller{{Person: "p1", Head: true}, {Person: "p2"}}
	f.Dossier = dossier.Case{
		Trip:        dossier.Trip{Category: dossier.Research, Purpose: "商定课题", Necessity: "须当面", ExpectedResults: "备忘录"},
		Members:     []dossier.Member{{Role: dossier.Head}, {Role: dossier.Ordinary}},
		Legs:        []dossier.Leg{{Country: "DEU", City: "柏林", Transport: dossier.Flight, Cabin: dossier.Economy}},
		Invitations: []dossier.Invitation{{Issuer: "柏林示范大学", IssuerCountry: "DEU", Language: "en", Translator: "谭思齐"}},
		Budget: &dossier.Budget{Lines: []dossier.BudgetLine{
			{Currency: "EUR", FxRate: money.DecimalOf(7), FxDate: calendar.MustParse("2026-03-01")}, {Currency: "EUR", FxRate: money.DecimalOf(8), FxDate: calendar.MustParse("2026-03-05")},
			{Currency: "USD", FxRate: money.DecimalOf(7), FxDate: calendar.MustParse("2026-01-05")}}},
	}
	p := CopyElsewhere("c1", f)
	p.CopyRates(f.Dossier, calendar.MustParse("2026-02-08"), nil, calendar.Date{})
	c := p.Case
	if is := c.Trip; is.Purpose+is.Necessity+is.ExpectedResults != "" || is.Category != dossier.Research || len(p.People) != 2 || c.Members[0].Role != dossier.Head {
		t.Errorf("%+v %v", c.Trip, p.People)
	}
	if l := c.Legs[0]; l.City+l.Country != "" || l.Transport != dossier.Flight || c.Invitations[0].Issuer+c.Invitations[0].Language != "" || c.Invitations[0].Translator != "谭思齐" {
		t.Errorf("%+v %+v", l, c.Invitations)
	}
	if fx := p.Fx["EUR"]; len(p.Fx) != 1 || fx.Date != calendar.MustParse("2026-03-05") || fx.Rate != money.DecimalOf(8) {
		t.Errorf("%+v", p.Fx)
	}
	// One that was published since is newer than that of the earlier case.
	for day, copied := range map[string]int{"2026-03-02": 1, "2026-03-05": 0, "2026-03-09": 0} {
		p := CopyElsewhere("c1", f)
		data := &ref.Data{Exchange: ref.Exchange{{Date: calendar.MustParse(day), Source: "a bank", Yuan: map[money.Currency]money.Decimal{"EUR": money.DecimalOf(9)}}}}
		p.CopyRates(f.Dossier, calendar.MustParse("2026-02-08"), data, calendar.MustParse("2026-03-10"))
		if len(p.Fx) != copied {
			t.Errorf("with a publication of %s: %+v", day, p.Fx)
		}
	}
}
