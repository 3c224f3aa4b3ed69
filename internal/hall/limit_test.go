package hall_test

import (
	"errors"
	"fmt"
	"slices"
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

// limited is a plan with limits of a day.
func limited(t testing.TB, unit, person int) hall.Plan {
	p := plan(t)
	p.UnitDay, p.PersonDay = unit, person
	return p
}

// has is a booking of so many people of a unit, named after the case.
func has(id, filing, unit string, at hall.Clock, persons ...string) hall.Booked {
	return hall.Booked{Booking: id, Hall: "yz", Day: calendar.On(2026, 8, 11), Slot: at, Until: at + 30, Window: "A", Counter: string(visit.CaptureCounter), Number: "20260811-A-001",
		Filing: filing, Unit: unit, People: persons, Uses: []hall.Use{{Slot: at, Places: max(1, len(persons))}}}
}

func TestAUnitHasNoMorePlacesOfADayThanThePlanSays(t *testing.T) {
	tuesday, nine, two := calendar.On(2026, 8, 11), hall.At(9, 0), hall.At(14, 0)
	at := moment(t)
	held := hall.Held{Hold: "h", Filing: "g", Unit: "u", Slot: nine, Window: "B", Uses: []hall.Use{{Slot: nine, Places: 2}}, Until: at.Now.Add(hall.HoldTime)}
	for name, c := range map[string]struct {
		limit, people int
		there         []any
		want          string
	}{
		"nothing is limited":                  {0, 3, []any{has("b", "g", "u", nine, "a", "b")}, ""},
		"up to the limit":                     {4, 2, []any{has("b", "g", "u", nine, "a", "b")}, ""},
		"one above it":                        {4, 3, []any{has("b", "g", "u", nine, "a", "b")}, "hall.slot.unit_limit"},
		"what is held counts":                 {4, 3, []any{held}, "hall.slot.unit_limit"},
		"what is offered counts":              {4, 3, []any{hall.WaitBegun{Wait: "w", Filing: "g", Unit: "u", Counter: string(visit.CaptureCounter)}, hall.Offered{Wait: "w", Slot: nine, Window: "A", Uses: []hall.Use{{Slot: nine, Places: 2}}, Until: at.Now.Add(hall.HoldTime)}}, "hall.slot.unit_limit"},
		"other units don't count":             {4, 3, []any{has("b", "g", "another", nine, "a", "b")}, ""},
		"its own case doesn't count":          {4, 3, []any{held, hall.Released{Hold: "h"}, has("b", "f", "u", nine, "a", "b"), hall.Cancelled{Booking: "b"}}, ""},
		"a delegation isn't split by a limit": {2, 4, nil, ""},
	} {
		w := hall.Wanted{Plan: limited(t, c.limit, 0), Day: tuesday, Slot: two, Counter: visit.CaptureCounter, Filing: "f", Unit: "u", Elsewhere: []string{"2026-08-12T09:00"}}
		_, err := hall.Book{Wanted: w, People: people(c.people), Acts: capture}.Decide(day(t, c.there...), at)
		if got := conflict(err); got != c.want {
			t.Errorf("%s: %q, want %q (%v)", name, got, c.want, err)
		} else if want := fmt.Sprint(w.Elsewhere); c.want != "" && fmt.Sprint(nearest(err)) != want {
			t.Errorf("%s: nearest are %v, not %s", name, nearest(err), want)
		}
		_, err = hall.Wait{Wanted: w, People: people(c.people)}.Decide(day(t, append(c.there, taken()...)...), at)
		if fs := fault.Findings(err); (len(fs) == 1 && fs[0].Key == "hall.slot.unit_limit") != (c.want != "") {
			t.Errorf("%s: who waits is told %v", name, err)
		}
	}
}

// taken is every place of the day, by other units.
func taken() []any {
	var out []any
	for i, s := range []hall.Clock{hall.At(9, 0), hall.At(9, 30), hall.At(10, 0), hall.At(10, 30), hall.At(11, 0), hall.At(11, 30), hall.At(14, 0), hall.At(14, 30), hall.At(15, 0), hall.At(15, 30), hall.At(16, 0), hall.At(16, 30)} {
		for _, w := range []string{"A", "B"} {
			b := has(fmt.Sprint(w, i), fmt.Sprint("x", w, i), fmt.Sprint("x", w, i), s)
			b.Window, b.Uses = w, []hall.Use{{Slot: s, Places: 2}}
			out = append(out, b)
		}
	}
	return out
}

func nearest(err error) []string {
	var c *fault.ConflictError
	errors.As(err, &c)
	return c.Nearest
}

func conflict(err error) string {
	var c *fault.ConflictError
	if errors.As(err, &c) {
		return c.Key
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

// What is free goes past who waits for a unit that has enough, to the next in line.
func TestTheLineGoesPastAUnitThatHasEnough(t *testing.T) {
	tuesday := calendar.On(2026, 8, 11)
	begin := func(id, unit string) hall.WaitBegun {
		return hall.WaitBegun{Wait: id, Hall: "yz", Day: tuesday, Counter: string(visit.CaptureCounter), Filing: "f" + id, Unit: unit, People: people(2)}
	}
	d := day(t, has("b", "g", "u", hall.At(9, 0), "a"), begin("1", "u"), begin("2", "v"), begin("3", "v"))
	events, err := hall.Serve{Plan: limited(t, 2, 0), Day: tuesday}.Decide(d, moment(t))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range events {
		got = append(got, e.Body.(hall.Offered).Wait)
	}
	if fmt.Sprint(got) != "[2]" {
		t.Errorf("offered to %v", got)
	}
}

func TestAPersonIsAtOneWindowAtATimeAndNoOftenerThanThePlanSays(t *testing.T) {
	tuesday, nine := calendar.On(2026, 8, 11), hall.At(9, 0)
	there := has("b", "g", "another unit", nine, "p0", "x")
	book := func(p hall.Plan, at hall.Clock, happened ...any) error {
		_, err := hall.Book{Wanted: hall.Wanted{Plan: p, Day: tuesday, Slot: at, Counter: visit.CaptureCounter, Filing: "f", Unit: "u"}, People: people(1), Acts: capture}.Decide(day(t, happened...), moment(t))
		return err
	}
	if err := book(plan(t), nine, there); conflict(err) != "hall.slot.person_there" || slices.Contains(nearest(err), "2026-08-11T09:00") || len(nearest(err)) != 3 {
		t.Errorf("at the same time: %v, nearest %v", err, nearest(err))
	}
	if err := book(plan(t), hall.At(9, 30), there); err != nil {
		t.Errorf("half an hour later: %v", err)
	}
	if err := book(limited(t, 0, 1), hall.At(9, 30), there); conflict(err) != "hall.slot.person_limit" {
		t.Errorf("a second time of the day: %v", err)
	}
	stays := hall.Shortened{Booking: "b", Filing: "g", Day: tuesday, Person: "p0", People: []string{"x"}, Sequence: 1}
	if err := book(limited(t, 0, 1), nine, there, stays); err != nil {
		t.Errorf("once they needn't come for the other: %v", err)
	}
	until := now().Add(hall.HoldTime)
	offered := func(until time.Time) []any {
		return []any{hall.WaitBegun{Wait: "w", Filing: "g", Unit: "another unit", Counter: string(visit.CaptureCounter), People: people(1)},
			hall.Offered{Wait: "w", Filing: "g", Day: tuesday, Slot: nine, Window: "A", Uses: []hall.Use{{Slot: nine, Places: 1}}, Until: until}}
	}
	if err := book(plan(t), nine, offered(until)...); conflict(err) != "hall.slot.person_there" {
		t.Errorf("while the same time is offered them for another case: %v", err)
	}
	if err := book(plan(t), nine, offered(now())...); err != nil {
		t.Errorf("once that is over: %v", err)
	}
	if err := book(limited(t, 0, 1), hall.At(10, 0), offered(until)...); conflict(err) != "hall.slot.person_limit" {
		t.Errorf("what is offered is one of their times: %v", err)
	}
	keep := hall.Keep{Wanted: hall.Wanted{Plan: plan(t), Day: tuesday, Slot: nine, Counter: visit.CaptureCounter, Filing: "f", Unit: "u", People: 1, Persons: people(1)}}
	if _, err := keep.Decide(day(t, offered(until)...), moment(t)); conflict(err) != "hall.slot.person_there" {
		t.Errorf("kept: %v", err)
	}
	meets := hall.Move{Booking: hall.Booking{ID: "o", Day: calendar.On(2026, 8, 12), State: hall.IsBooked, Counter: visit.CaptureCounter, Filing: "f", Unit: "u", People: people(1)}, Wanted: hall.Wanted{Plan: plan(t), Day: tuesday, Slot: nine}}
	if _, err := meets.Decide(day(t, offered(until)...), moment(t)); conflict(err) != "hall.slot.person_there" {
		t.Errorf("moved to what is offered them for another case: %v", err)
	}
	moved := hall.Move{Booking: hall.Booking{ID: "o", Day: calendar.On(2026, 8, 12), State: hall.IsBooked, Counter: visit.CaptureCounter, Filing: "f", Unit: "u", People: people(1)}, Wanted: hall.Wanted{Plan: limited(t, 0, 1), Day: tuesday, Slot: hall.At(10, 0)}}
	if _, err := moved.Decide(day(t, there), moment(t)); conflict(err) != "hall.slot.person_limit" {
		t.Errorf("moved to it: %v", err)
	}
}

// Special days: open on a Saturday, shorter on a Monday.
func TestADayMayHaveHoursOfItsOwn(t *testing.T) {
	saturday, tuesday := calendar.On(2026, 8, 15), calendar.On(2026, 8, 11)
	planned := planned()
	planned.Special = []hall.SpecialDay{{Day: saturday, Open: []hall.Span{{From: hall.At(10, 0), To: hall.At(11, 0)}}, Reason: "加开"}, {Day: tuesday, Open: []hall.Span{{From: hall.At(12, 0), To: hall.At(13, 0)}}}}
	p, err := hall.Plans.Evolve(hall.Plan{}, journal.Event{Subject: journal.Ref{Kind: "hallplan", ID: "yz"}, Body: planned})
	if err != nil {
		t.Fatal(err)
	}
	keep := func(d calendar.Date, at hall.Clock) string {
		_, err := hall.Keep{Wanted: hall.Wanted{Plan: p, Day: d, Slot: at, Counter: visit.CaptureCounter, Filing: "f", Unit: "u", People: 1}}.Decide(hall.Day{}, moment(t))
		if fs := fault.Findings(err); len(fs) == 1 {
			return fs[0].Key
		}
		return conflict(err)
	}
	for _, c := range []struct {
		day  calendar.Date
		at   hall.Clock
		want string
	}{
		{saturday, hall.At(10, 30), ""}, {saturday, hall.At(9, 0), "hall.slot.unknown"}, {saturday, hall.At(11, 0), "hall.slot.unknown"},
		{tuesday, hall.At(12, 30), ""}, {tuesday, hall.At(9, 0), "hall.slot.unknown"},
		{calendar.On(2026, 8, 12), hall.At(9, 0), ""}, {calendar.On(2026, 8, 16), hall.At(10, 30), "hall.slot.closed"},
	} {
		if got := keep(c.day, c.at); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.day, c.at, got, c.want)
		}
	}
	s := sqlite(t)
	open(t, s, zone.Internet, now)
	free, err := hall.FreeDays(ctx, s, hall.Ask{Plan: p, Counter: visit.CaptureCounter, People: 1, Now: now(), Book: book(t)}, tuesday, 5)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{2, 12, 12, 0, 2} { // Friday is the hall's own day off
		if len(free[i].Slots) != want {
			t.Errorf("%s shows %d times, not %d", free[i].Day, len(free[i].Slots), want)
		}
	}
	for _, bad := range [][]hall.SpecialDay{
		{{Day: saturday}}, {{Day: saturday, Open: []hall.Span{{From: 600, To: 540}}}}, {planned.Special[0], planned.Special[0]}, {{Day: calendar.On(2026, 8, 14), Open: planned.Open}},
	} {
		wrong := planned
		wrong.Special = bad
		if _, err := (hall.SetPlan{Planned: wrong}).Decide(hall.Plan{}, moment(t)); len(fault.Findings(err)) != 1 || fault.Findings(err)[0].Field != "special" {
			t.Errorf("%v is taken: %v", bad, err)
		}
	}
}

// Who makes up for a holiday at a weekend works then, and so is the hall.
func TestTheHallIsOpenOnAMakeUpDayAndClosedAtNoon(t *testing.T) {
	b, err := calendar.NewBook(calendar.Year{Year: 2026, Holidays: []calendar.Holiday{{Zh: "国庆节", En: "National Day", From: calendar.On(2026, 10, 1), To: calendar.On(2026, 10, 7)}}, Makeup: []calendar.Date{calendar.On(2026, 10, 10)}})
	if err != nil {
		t.Fatal(err)
	}
	p := plan(t)
	if open, _ := p.OpenOn(calendar.On(2026, 10, 10), b); !open {
		t.Error("a Saturday on which people work is closed")
	}
	if open, why := p.OpenOn(calendar.On(2026, 10, 5), b); open || why != "国庆节" {
		t.Errorf("a holiday's Monday: open %v, %q", open, why)
	}
	for _, s := range p.Slots() {
		if s >= hall.At(12, 0) && s < hall.At(14, 0) {
			t.Errorf("%s is at noon", s)
		}
	}
}

// The page of times leaves out what a unit or a person may not have.
func TestFreeTimesKnowTheLimits(t *testing.T) {
	s := sqlite(t)
	j := open(t, s, zone.Internet, now)
	tuesday := calendar.On(2026, 8, 11)
	p := limited(t, 3, 0)
	_, err := journal.Do(ctx, j, hall.Days, journal.Order{Subject: p.DayID(tuesday), Key: "k"}, hall.Book{Wanted: hall.Wanted{Plan: p, Day: tuesday, Slot: hall.At(9, 0), Counter: visit.CaptureCounter, Filing: "g", Unit: "u"}, People: []string{"p0", "x"}, Acts: capture})
	if err != nil {
		t.Fatal(err)
	}
	ask := hall.Ask{Plan: p, Counter: visit.CaptureCounter, Filing: "f", Unit: "u", Now: now(), Book: book(t)}
	for _, c := range []struct {
		persons []string
		limit   string
		nine    bool
	}{
		{[]string{"y", "z"}, "hall.slot.unit_limit", false},
		{[]string{"y"}, "", true},
		{[]string{"p0"}, "", false},
	} {
		ask.People, ask.Persons = len(c.persons), c.persons
		d, err := hall.FreeOn(ctx, s, ask, tuesday)
		if err != nil {
			t.Fatal(err)
		}
		if d.Limit != c.limit || d.Slots[0].Fits != c.nine || d.Slots[1].Fits != (c.limit == "") {
			t.Errorf("%v: limit %q, nine %v, half past %v", c.persons, d.Limit, d.Slots[0].Fits, d.Slots[1].Fits)
		}
	}
}

// The page of times says what the command would: other units' bookings of a person count,
// and what is held and offered does.
func TestFreeTimesKnowWhatOthersHave(t *testing.T) {
	s := sqlite(t)
	j := open(t, s, zone.Internet, now)
	tuesday := calendar.On(2026, 8, 11)
	p := limited(t, 3, 0)
	do := func(key string, c journal.Command[hall.Day]) {
		t.Helper()
		if _, err := journal.Do(ctx, j, hall.Days, journal.Order{Subject: p.DayID(tuesday), Key: key}, c); err != nil {
			t.Fatal(err)
		}
	}
	wanted := func(filing, unit string, n int) hall.Wanted {
		return hall.Wanted{Plan: p, Day: tuesday, Slot: hall.At(9, 0), Counter: visit.CaptureCounter, Filing: filing, Unit: unit, People: n}
	}
	do("booked", hall.Book{Wanted: wanted("g", "another", 1), People: []string{"p0"}, Acts: capture})
	do("held", hall.Keep{Wanted: wanted("h", "u", 2)})
	free := func(unit string, p hall.Plan, persons ...string) hall.DayFree {
		t.Helper()
		d, err := hall.FreeOn(ctx, s, hall.Ask{Plan: p, Counter: visit.CaptureCounter, Filing: "f", Unit: unit, People: len(persons), Persons: persons, Now: now(), Book: book(t)}, tuesday)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if d := free("u", p, "p0"); d.Limit != "" || d.Slots[0].Fits || !d.Slots[1].Fits {
		t.Errorf("booked by another unit: %+v", d)
	}
	if d := free("u", p, "y", "z"); d.Limit != "hall.slot.unit_limit" {
		t.Errorf("with two places held: %+v", d)
	}
	if d := free("w", p, "y", "z"); d.Limit != "" {
		t.Errorf("another unit: %+v", d)
	}
	if d := free("u", limited(t, 0, 1), "p0"); d.Limit != "hall.slot.person_limit" {
		t.Errorf("once a day: %+v", d)
	}
}

// What a unit and its people have of the day in another hall counts in this one: by the
// hour, though its slots begin and last otherwise.
func TestWhatTheyHaveInAnotherHallThatDayCounts(t *testing.T) {
	s := sqlite(t)
	j, office := open(t, s, zone.Internet, now), open(t, s, zone.Office, now)
	tuesday := calendar.On(2026, 8, 11)
	other := planned()
	other.Name, other.Minutes, other.Open = "二厅", 20, []hall.Span{{From: hall.At(8, 50), To: hall.At(12, 0)}}
	other.Windows = []hall.Window{{ID: "Z", Counters: []visit.Counter{visit.CaptureCounter}, Places: 1}}
	if _, err := journal.Do(ctx, office, hall.Plans, journal.Order{Subject: "hall2"}, hall.SetPlan{Planned: other}); err != nil {
		t.Fatal(err)
	}
	there, _, err := hall.PlanOf(ctx, s, "hall2")
	if err != nil {
		t.Fatal(err)
	}
	booked := hall.Wanted{Plan: there, Day: tuesday, Slot: hall.At(9, 10), Counter: visit.CaptureCounter, Filing: "g", Unit: "u"}
	if _, err := journal.Do(ctx, j, hall.Days, journal.Order{Subject: there.DayID(tuesday)}, hall.Book{Wanted: booked, People: []string{"p0", "x"}, Acts: capture}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		unit, person int
		filing, who  string
		limit        string
		free         string // of the first three times
	}{
		{0, 0, "f", "p0", "", "10:00"}, // one after the other they take 9:10 to 9:50
		{0, 0, "f", "y", "", "09:00 09:30 10:00"},
		{0, 0, "g", "p0", "", "09:00 09:30 10:00"}, // their own case, which is moved or booked anew
		{2, 0, "f", "y", "hall.slot.unit_limit", ""},
		{3, 0, "f", "y", "", "09:00 09:30 10:00"},
		{0, 1, "f", "p0", "hall.slot.person_limit", ""},
		{0, 2, "f", "p0", "", "10:00"},
	} {
		ask := hall.Ask{Plan: limited(t, c.unit, c.person), Counter: visit.CaptureCounter, People: 1, Filing: c.filing, Unit: "u", Persons: []string{c.who}, Now: now(), Book: book(t)}
		d, err := hall.FreeOn(ctx, s, ask, tuesday)
		if err != nil {
			t.Fatal(err)
		}
		var free []string
		for _, f := range d.Slots[:3] {
			if f.Fits {
				free = append(free, f.Slot.String())
			}
		}
		if d.Limit != c.limit || strings.Join(free, " ") != c.free {
			t.Errorf("%+v: limit %q, free %v", c, d.Limit, free)
		}
		away, err := hall.AwayOn(ctx, s, ask, tuesday)
		if err != nil {
			t.Fatal(err)
		}
		want := c.limit
		if want == "" && !slices.Contains(free, "09:00") {
			want = "hall.slot.person_there"
		}
		_, err = hall.Book{Wanted: hall.Wanted{Plan: ask.Plan, Day: tuesday, Slot: hall.At(9, 0), Counter: visit.CaptureCounter, Filing: c.filing, Unit: "u", Away: away}, People: ask.Persons, Acts: capture}.Decide(hall.Day{}, moment(t))
		if conflict(err) != want {
			t.Errorf("%+v: booked, %v", c, err)
		}
		_, err = hall.Wait{Wanted: hall.Wanted{Plan: ask.Plan, Day: tuesday, Counter: visit.CaptureCounter, Filing: c.filing, Unit: "u", Away: away}, People: ask.Persons}.Decide(hall.Day{}, moment(t))
		if fs := fault.Findings(err); len(fs) != 1 || fs[0].Key != map[bool]string{true: "hall.wait.free", false: c.limit}[c.limit == ""] {
			t.Errorf("%+v: waits, %v", c, err)
		}
	}
}
