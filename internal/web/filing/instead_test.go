package filing

import (
	"net/url"
	"testing"

	"yitang/internal/calendar"
	room "yitang/internal/filing"
	"yitang/internal/money"
)

func TestWhoChoosesHowManyDaysHasTheReturnFromThat(t *testing.T) {
	early, late := calendar.On(2026, 5, 11), calendar.On(2026, 5, 20)
	for name, c := range map[string]struct {
		was, home calendar.Date
		had, days int
		want      calendar.Date
	}{
		"days chosen over a return":       {early, early, 0, 5, calendar.Date{}},
		"another number of days":          {early, early, 4, 5, calendar.Date{}},
		"a return written over the days":  {calendar.Date{}, late, 5, 5, late},
		"both at once: the day was typed": {calendar.Date{}, late, 0, 5, late},
		"neither touched":                 {early, early, 5, 5, early},
	} {
		var was, is room.Paper
		was.Case.Trip.Return, was.Case.Trip.DaysAbroad = c.was, c.had
		is.Case.Trip.Return, is.Case.Trip.DaysAbroad = c.home, c.days
		another(&is, &was, url.Values{})
		if got := is.Case.Trip.Return; got != c.want {
			t.Errorf("%s: %v, not %v", name, got, c.want)
		}
	}
}

func TestACurrencyIsReadAsPeopleCallIt(t *testing.T) {
	for typed, want := range map[string]money.Currency{"美元": "USD", "usd": "USD", "欧元": "EUR", "US$": "USD", "坚戈": ""} {
		var p room.Paper
		box := rateBox("KAZ", "阿斯塔纳", "currency")
		writeRate(&p, box, typed)
		if got := p.Rates[room.RatePlace("KAZ", "阿斯塔纳")].Currency; got != want || (want == "") != (p.Raw[box] == typed) {
			t.Errorf("%s: %q, kept %q", typed, got, p.Raw)
		}
	}
}
