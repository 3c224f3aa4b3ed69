package calendar

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestParseSaysWhatIsWrong(t *testing.T) {
	for text, want := range map[string]string{
		"2026-02-29": "2026-02 has 28 days",
		"2026-13-01": "no month 13",
		"2026-1-1":   "YYYY-MM-DD",
		"+026-01-01": "YYYY-MM-DD",
		"0000-01-01": "YYYY-MM-DD",
		"2026/01/01": "YYYY-MM-DD",
		"":           "YYYY-MM-DD",
		"２０２６-01-01": "YYYY-MM-DD",
	} {
		_, err := Parse(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%q) = %v, want an error with %q", text, err, want)
		}
	}
}

func TestDayOfAnInstantIsTheOfficesDay(t *testing.T) {
	late := time.Date(2026, 3, 9, 16, 0, 0, 0, time.UTC) // midnight in Shanghai
	if got := DateOf(late); got != On(2026, 3, 10) {
		t.Errorf("16:00 UTC on 9 March is %s on the office's wall", got)
	}
	if got := DateOf(late.Add(-time.Second)); got != On(2026, 3, 9) {
		t.Errorf("a second before midnight is %s", got)
	}
	if !On(2026, 3, 10).Begins().Equal(late) {
		t.Errorf("10 March begins at %s", On(2026, 3, 10).Begins())
	}
}

func TestMonthsEndWhereTheMonthEnds(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"}, {"2024-01-31", 1, "2024-02-29"}, {"2026-05-15", 6, "2026-11-15"},
		{"2026-08-31", 6, "2027-02-28"}, {"2026-03-31", -1, "2026-02-28"}, {"2026-12-31", 1, "2027-01-31"},
	} {
		if got := MustParse(c.from).AddMonths(c.n); got != MustParse(c.want) {
			t.Errorf("%s and %d months is %s, want %s", c.from, c.n, got, c.want)
		}
	}
}

func TestAgeChangesOnTheBirthday(t *testing.T) {
	birth := On(1966, 5, 15)
	if a, b := Age(birth, On(2026, 5, 14)), Age(birth, On(2026, 5, 15)); a != 59 || b != 60 {
		t.Errorf("ages %d and %d, want 59 and 60", a, b)
	}
}

func anyDate(t *rapid.T, label string) Date {
	return On(1900, 1, 1).AddDays(rapid.IntRange(0, 80000).Draw(t, label))
}

func TestDateArithmeticAgreesWithItself(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDate(t, "date")
		if back := MustParse(d.String()); back != d {
			t.Fatalf("%s reads back as %s", d, back)
		}
		if On(d.Year(), d.Month(), d.Day()) != d {
			t.Fatalf("%s taken apart and joined is another day", d)
		}
		n := rapid.IntRange(-5000, 5000).Draw(t, "days")
		if d.AddDays(n).Sub(d) != n || (d.Before(d.AddDays(n)) != (n > 0)) {
			t.Fatalf("%s and %d days", d, n)
		}
		m := rapid.IntRange(-60, 60).Draw(t, "months")
		later := d.AddMonths(m)
		months := (later.Year()*12 + int(later.Month())) - (d.Year()*12 + int(d.Month()))
		if months != m || later.Day() > d.Day() {
			t.Fatalf("%s and %d months is %s", d, m, later)
		}
		if d.AddDays(1).Weekday() != (d.Weekday()+1)%7 {
			t.Fatalf("after %s %s comes %s", d, d.Weekday(), d.AddDays(1).Weekday())
		}
	})
}

func spring(t testing.TB) *Book {
	b, err := NewBook(Year{Year: 2026, Holidays: []Holiday{
		{Zh: "春节", From: On(2026, 2, 15), To: On(2026, 2, 23)},
		{Zh: "清明节", From: On(2026, 4, 4), To: On(2026, 4, 6)},
	}, Makeup: []Date{On(2026, 2, 14), On(2026, 2, 28)}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestMakeUpSaturdayIsWorkedAndHolidayMondayIsNot(t *testing.T) {
	b := spring(t)
	for day, want := range map[string]bool{"2026-02-14": true, "2026-02-16": false, "2026-04-06": false, "2026-04-07": true, "2026-03-07": false} {
		if b.IsWorkday(MustParse(day)) != want {
			t.Errorf("%s worked: %v", day, !want)
		}
	}
	if n := b.WorkdaysBetween(On(2026, 4, 2), On(2026, 4, 8)); n != 4 {
		t.Errorf("a notice over Qingming hung %d working days, want 4", n)
	}
}

func TestWorkdaysCountedAreWorkdaysWalked(t *testing.T) {
	b := spring(t)
	rapid.Check(t, func(t *rapid.T) {
		from := On(2025, 12, 1).AddDays(rapid.IntRange(0, 600).Draw(t, "from"))
		to := from.AddDays(rapid.IntRange(-3, 150).Draw(t, "length"))
		var walked Workdays
		for d := from; !d.After(to); d = d.Next() {
			if b.IsWorkday(d) {
				walked++
			}
		}
		if got := b.WorkdaysBetween(from, to); got != walked {
			t.Fatalf("%s to %s: %d counted, %d walked", from, to, got, walked)
		}
		n := Workdays(rapid.IntRange(1, 40).Draw(t, "n"))
		end := b.AddWorkdays(from, n)
		if !b.IsWorkday(end) || b.WorkdaysBetween(from.Next(), end) != n {
			t.Fatalf("%d working days after %s is said to be %s", n, from, end)
		}
		if start := b.AddWorkdays(end, -n); b.WorkdaysBetween(start, end.Prev()) != n {
			t.Fatalf("%d working days before %s is said to be %s", n, end, start)
		}
	})
}

func TestAYearNotAnnouncedIsFreeWhereTheLawSaysSo(t *testing.T) {
	b := spring(t)
	if n := b.WorkdaysBetween(On(2026, 12, 28), On(2027, 1, 1)); n != 4 {
		t.Errorf("28 December to New Year 2027 counts %d working days, want 4", n)
	}
	if end := b.AddWorkdays(On(2026, 12, 27), 5); end != On(2027, 1, 4) {
		t.Errorf("the fifth is said to be %s, want 2027-01-04", end)
	}
	if y := b.Unannounced(On(2026, 12, 28), On(2027, 1, 4)); y != 2027 {
		t.Errorf("what isn't announced is said to be %d, want 2027", y)
	}
	if y := b.Unannounced(On(2026, 1, 1), On(2026, 12, 31)); y != 0 {
		t.Errorf("%d isn't announced, within 2026", y)
	}
}

// Whose days move with the moon is known long before a notice: thirteen days of each
// year, or twelve where two fall on one.
func TestAYearNotAnnouncedKeepsTheLawfulDaysOfTheMoon(t *testing.T) {
	b := spring(t)
	for _, d := range []Date{On(2027, 2, 5), On(2027, 2, 8), On(2027, 4, 5), On(2027, 6, 9), On(2027, 9, 15), On(2030, 2, 4)} {
		if b.IsWorkday(d) {
			t.Errorf("%s is said to be worked", d)
		}
	}
	for _, d := range []Date{On(2027, 2, 4), On(2027, 2, 9), On(2041, 2, 1)} {
		if !b.IsWorkday(d) {
			t.Errorf("%s is said to be free", d)
		}
	}
	if n := b.WorkdaysBetween(On(2027, 2, 1), On(2027, 2, 12)); n != 8 { // but for the eve, a Friday, and the third day, a Monday
		t.Errorf("the two weeks around Spring Festival 2027 have %d working days, want 8", n)
	}
	for year := 2027; year <= 2040; year++ {
		days := byLaw(year)
		want := 13
		if year == 2028 || year == 2031 || year == 2039 { // Mid-Autumn in the days of the National Day
			want = 12
		}
		if len(days) != want || distinct(days) != want {
			t.Errorf("%d has %d lawful days, want %d: %v", year, len(days), want, days)
		}
	}
}

func distinct(days []Date) int {
	seen := map[Date]bool{}
	for _, d := range days {
		seen[d] = true
	}
	return len(seen)
}

func TestBookRefusesContradictions(t *testing.T) {
	for _, y := range []Year{
		{Year: 2026},
		{Year: 2026, Holidays: []Holiday{{Zh: "元旦", From: On(2026, 1, 3), To: On(2026, 1, 1)}}},
		{Year: 2026, Holidays: []Holiday{{Zh: "元旦", From: On(2026, 1, 1), To: On(2026, 1, 3)}}, Makeup: []Date{On(2026, 1, 3)}},
		{Year: 2026, Holidays: []Holiday{{Zh: "元旦", From: On(2026, 1, 1), To: On(2026, 1, 3)}}, Makeup: []Date{On(2026, 1, 5)}},
	} {
		if _, err := NewBook(y); err == nil {
			t.Errorf("%+v was accepted", y)
		}
	}
	if spring(t).Announced(2027) {
		t.Error("2027 is said to be announced")
	}
}

func TestDateInJSONIsItsTextAndAbsentIsEmpty(t *testing.T) {
	type row struct {
		A Date `json:"a"`
		B Date `json:"b,omitzero"`
	}
	out, err := json.Marshal(row{A: On(2026, 3, 10)})
	if err != nil || string(out) != `{"a":"2026-03-10"}` {
		t.Fatalf("%s %v", out, err)
	}
	var back row
	if err := json.Unmarshal([]byte(`{"a":"2026-03-10","b":""}`), &back); err != nil || back.A != On(2026, 3, 10) || !back.B.IsZero() {
		t.Fatalf("%+v %v", back, err)
	}
}

// A case file may bear any date: counting back beyond the first day ends.
func TestWorkdaysBeforeTheFirstDayAreNone(t *testing.T) {
	b := spring(t)
	for _, n := range []Workdays{-10, 0, 10} {
		if got := b.AddWorkdays(Date{}, n); !got.IsZero() {
			t.Errorf("%d working days from no day: %s", n, got)
		}
	}
	if got := b.AddWorkdays(On(1, 1, 3), -10); !got.IsZero() {
		t.Errorf("ten working days before the third day there is: %s", got)
	}
}
