package hall_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/visit"
	"yitang/internal/zone"
)

func hours(from, to int) hall.Span { return hall.Span{From: hall.At(from, 0), To: hall.At(to, 0)} }

// weekly is a hall that is open late on Wednesdays, never on Mondays, in the mornings of
// Fridays and Saturdays, and else from nine to twelve and from two to five, hour by hour.
func weekly() hall.Planned {
	p := planned()
	p.Minutes, p.Closed = 60, []hall.ClosedDay{{Day: calendar.On(2026, 9, 9), Reason: "设备检修"}}
	p.Week = []hall.WeekdayHours{{Day: time.Wednesday, Open: []hall.Span{hours(9, 12), hours(14, 19)}}, {Day: time.Monday},
		{Day: time.Friday, Open: []hall.Span{hours(9, 12)}}, {Day: time.Saturday, Open: []hall.Span{hours(9, 11)}}}
	p.Special = []hall.SpecialDay{{Day: calendar.On(2026, 9, 14), Open: []hall.Span{hours(10, 11)}, Reason: "加开"}}
	return p
}

func TestADayOfTheWeekMayHaveHoursOfItsOwn(t *testing.T) {
	b, err := calendar.NewBook(calendar.Year{Year: 2026, Holidays: []calendar.Holiday{{Zh: "国庆节", En: "National Day", From: calendar.On(2026, 10, 1), To: calendar.On(2026, 10, 7)}, {Zh: "元旦", En: "New Year", From: calendar.On(2026, 1, 1), To: calendar.On(2026, 1, 3)}},
		Makeup: []calendar.Date{calendar.On(2026, 9, 20), calendar.On(2026, 10, 10)}})
	if err != nil {
		t.Fatal(err)
	}
	p := weekly().Plan("yz")
	ordinary := "09 10 11 14 15 16"
	for _, x := range []struct {
		day  calendar.Date
		what string
		want string // its slots; why it is closed
	}{
		{calendar.On(2026, 9, 8), "a Tuesday", ordinary},
		{calendar.On(2026, 9, 2), "a Wednesday", "09 10 11 14 15 16 17 18"},
		{calendar.On(2026, 9, 9), "a Wednesday on which the hall is closed", "closed: 设备检修"},
		{calendar.On(2026, 9, 4), "a Friday", "09 10 11"},
		{calendar.On(2026, 9, 7), "a Monday", "closed: "},
		{calendar.On(2026, 9, 14), "a Monday on which it is open once", "10"},
		{calendar.On(2026, 9, 12), "a Saturday", "09 10"},
		{calendar.On(2026, 9, 13), "a Sunday", "closed: "},
		{calendar.On(2026, 1, 3), "a Saturday that is a holiday", "closed: 元旦"},
		{calendar.On(2026, 10, 2), "a Friday that is a holiday", "closed: 国庆节"},
		{calendar.On(2026, 9, 20), "a Sunday on which people work instead", ordinary},
		{calendar.On(2026, 10, 10), "a Saturday on which people work instead", "09 10"},
	} {
		got := ""
		if open, why := p.OpenOn(x.day, b); !open {
			got = "closed: " + why
		} else {
			var slots []string
			for _, s := range p.On(x.day).Slots() {
				slots = append(slots, s.String()[:2])
			}
			got = strings.Join(slots, " ")
		}
		if got != x.want {
			t.Errorf("%s, %s: %q, want %q", x.day, x.what, got, x.want)
		}
	}
	p.From = calendar.On(2027, 1, 1) // of 2027 nothing is announced, and New Year is free by law
	if open, _ := p.OpenOn(calendar.On(2028, 1, 1), b); open {
		t.Error("open on a Saturday that the law frees")
	}
}

func TestAWindowMayHaveHoursOfItsOwn(t *testing.T) {
	p := weekly().Plan("yz")
	p.Windows = []hall.Window{{ID: "A", Counters: []visit.Counter{visit.CaptureCounter}, Places: 2, Kept: 1},
		{ID: "B", Counters: []visit.Counter{visit.PassportCounter}, Places: 1, Open: []hall.Span{hours(10, 11), {From: hall.At(14, 30), To: hall.At(17, 0)}}},
		{ID: "D", Counters: []visit.Counter{visit.CaptureCounter, visit.VisaCounter}, Places: 1, Open: []hall.Span{hours(15, 20)}}}
	tuesday, friday := calendar.On(2026, 8, 11), calendar.On(2026, 8, 14)
	keep := func(d calendar.Date, at int, c visit.Counter, minutes ...int) string {
		w := hall.Wanted{Plan: p, Day: d, Slot: hall.At(at, 0), Counter: c, Filing: "f", Unit: "u", People: 1, Persons: []string{"p"}, Acts: does("p", minutes...)}
		es, err := hall.Keep{Wanted: w}.Decide(hall.Day{}, moment(t))
		if fs := fault.Findings(err); len(fs) == 1 {
			return fs[0].Key
		}
		if err != nil {
			return conflict(err)
		}
		b := es[0].Body.(hall.Held)
		return b.Window + " " + inPlaces(b.Uses)
	}
	for _, x := range []struct {
		day     calendar.Date
		at      int
		counter visit.Counter
		minutes int
		want    string
	}{
		{tuesday, 10, visit.PassportCounter, 30, "B 10:00×1"},
		{tuesday, 9, visit.PassportCounter, 30, "hall.slot.taken"},  // before it opens
		{tuesday, 14, visit.PassportCounter, 30, "hall.slot.taken"}, // it opens at half past
		{tuesday, 15, visit.PassportCounter, 90, "B 15:00×1 16:00×1"},
		{tuesday, 16, visit.PassportCounter, 90, "hall.slot.taken"},    // it closes with the hall
		{tuesday, 15, visit.PassportCounter, 600, "B 15:00×1 16:00×1"}, // nobody takes longer than its longest stretch
		{tuesday, 9, visit.VisaCounter, 30, "hall.slot.taken"},
		{tuesday, 15, visit.VisaCounter, 30, "D 15:00×1"},
		{calendar.On(2026, 8, 12), 18, visit.VisaCounter, 30, "D 18:00×1"},
		{friday, 10, visit.VisaCounter, 30, "hall.slot.window_shut"}, // the hall closes before it opens
		{friday, 10, visit.PassportCounter, 30, "B 10:00×1"},
		{friday, 14, visit.PassportCounter, 30, "hall.slot.unknown"},
	} {
		if got := keep(x.day, x.at, x.counter, x.minutes); got != x.want {
			t.Errorf("%s at %d for %s, %d minutes: %q, want %q", x.day, x.at, x.counter, x.minutes, got, x.want)
		}
	}

	s := sqlite(t)
	open(t, s, zone.Internet, now)
	free := func(d calendar.Date, c visit.Counter) string {
		f, err := hall.FreeOn(ctx, s, hall.Ask{Plan: p, Counter: c, People: 1, Now: now(), Book: book(t)}, d)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, s := range f.Slots {
			out = append(out, fmt.Sprintf("%s×%d", s.Slot.String()[:2], s.Places))
		}
		return strings.Join(out, " ")
	}
	for _, x := range []struct {
		day     calendar.Date
		counter visit.Counter
		want    string
	}{
		{tuesday, visit.CaptureCounter, "09×1 10×1 11×1 14×1 15×2 16×2"},
		{tuesday, visit.PassportCounter, "10×1 15×1 16×1"},
		{friday, visit.VisaCounter, ""},
	} {
		if got := free(x.day, x.counter); got != x.want {
			t.Errorf("free on %s for %s: %q, want %q", x.day, x.counter, got, x.want)
		}
	}
	days, err := hall.HallDays(ctx, s, hall.Ask{Plan: p, Now: now(), Book: book(t)}, friday)
	if err != nil || len(days) != 4 {
		t.Fatal(days, err)
	}
	// Tuesday: A six hours and D two for capture; Friday: the morning.
	for i, want := range map[int][3]int{0: {8 * 60, 3 * 60, 2 * 60}, 1: {8*60 + 4*60, 3 * 60, 4 * 60}, 3: {3 * 60, 60, 0}} {
		r := days[i].Room
		if got := [3]int{r[visit.CaptureCounter].Minutes, r[visit.PassportCounter].Minutes, r[visit.VisaCounter].Minutes}; got != want {
			t.Errorf("%s has %v minutes, want %v", days[i].Date, got, want)
		}
	}
	// What was offered is counted by the same hours.
	office := open(t, sqlite(t), zone.Office, now)
	if _, err := journal.Do(ctx, office, hall.Plans, journal.Order{Subject: "yz"}, hall.SetPlan{Planned: p.Planned()}); err != nil {
		t.Fatal(err)
	}
	us, err := hall.UsageOf(ctx, office.Store, "yz", tuesday, friday, friday, book(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range us {
		if want := map[string]int{"A": 6 + 8 + 6 + 3, "B": 3 + 3 + 3 + 1, "D": 2 + 4 + 2}[u.Window]; u.Offered != want {
			t.Errorf("window %s offered %d, want %d", u.Window, u.Offered, want)
		}
	}
}

func TestAPlanSaysWhatIsWrongWithItsWeek(t *testing.T) {
	for _, x := range []struct {
		name   string
		change func(*hall.Planned)
		field  string
	}{
		{"a day twice", func(p *hall.Planned) { p.Week = append(p.Week, hall.WeekdayHours{Day: time.Friday}) }, "week"},
		{"a day that there isn't", func(p *hall.Planned) { p.Week = []hall.WeekdayHours{{Day: 7}} }, "week"},
		{"hours out of turn", func(p *hall.Planned) { p.Week[0].Open = []hall.Span{hours(14, 17), hours(9, 12)} }, "week"},
		{"a window's hours out of turn", func(p *hall.Planned) { p.Windows[1].Open = []hall.Span{hours(12, 9)} }, "windows[1].open"},
		{"a window that has no whole slot", func(p *hall.Planned) { p.Windows[1].Open = []hall.Span{hours(12, 14)} }, "windows[1].open"},
		{"a window that is open on Wednesdays alone", func(p *hall.Planned) { p.Windows[1].Open = []hall.Span{hours(17, 19)} }, ""},
	} {
		p := weekly()
		x.change(&p)
		_, err := hall.SetPlan{Planned: p}.Decide(hall.Plan{}, moment(t))
		got := ""
		for _, f := range fault.Findings(err) {
			got += f.Field
		}
		if got != x.field {
			t.Errorf("%s: %q, want %q (%v)", x.name, got, x.field, err)
		}
	}
}
