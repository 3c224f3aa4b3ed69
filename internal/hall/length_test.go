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
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/visit"
	"yitang/internal/zone"
)

// quarters is a hall with slots of a quarter of an hour: window A has so many places.
func quarters(t testing.TB, places int) hall.Plan {
	p := plan(t)
	p.Minutes, p.Open = 15, []hall.Span{{From: hall.At(9, 0), To: hall.At(10, 0)}, {From: hall.At(14, 0), To: hall.At(15, 0)}}
	p.Windows = []hall.Window{{ID: "A", Counters: []visit.Counter{visit.CaptureCounter}, Places: places}}
	return p
}

// does are one person's acts, of so many minutes each; "" for the unit.
func does(who string, minutes ...int) []hall.Act {
	var out []hall.Act
	for i, n := range minutes {
		out = append(out, hall.Act{ID: fmt.Sprintf("act%d@%s", i, who), Kind: visit.Capture, Person: who, Minutes: n})
	}
	return out
}

// lasting are acts of so many minutes, one for each of a case's people.
func lasting(who []string, minutes []int) []hall.Act {
	var out []hall.Act
	for i, p := range who {
		out = append(out, does(p, minutes[i%len(minutes)])...)
	}
	return out
}

func inPlaces(uses []hall.Use) string {
	var out []string
	for _, u := range uses {
		out = append(out, fmt.Sprintf("%s×%d", u.Slot, u.Places))
	}
	return strings.Join(out, " ")
}

func TestWhoTakesLongerHasSeveralSlotsInARow(t *testing.T) {
	one, two := []string{"p0"}, []string{"p0", "p1"}
	both := func(a, b []hall.Act) []hall.Act { return append(a, b...) }
	for _, x := range []struct {
		name   string
		places int
		each   int
		people []string
		acts   []hall.Act
		at     hall.Clock
		there  []any
		want   string // places and when they end; the key of a refusal
	}{
		{"one act within a slot", 1, 0, one, does("p0", 15), hall.At(9, 0), nil, "09:00×1 to 09:15"},
		{"two acts that don't fit in one", 1, 0, one, does("p0", 10, 10), hall.At(9, 0), nil, "09:00×1 09:15×1 to 09:30"},
		{"two places at once are of no use to one", 2, 0, one, does("p0", 10, 10), hall.At(9, 0), nil, "09:00×1 09:15×1 to 09:30"},
		{"who comes along and is through earlier leaves the place", 2, 0, two, both(does("p0", 40), does("p1", 10)), hall.At(9, 0), nil, "09:00×2 09:15×1 09:30×1 to 09:45"},
		{"one after the other", 1, 0, two, both(does("p0", 10), does("p1", 20)), hall.At(9, 0), nil, "09:00×1 09:15×1 09:30×1 to 09:45"},
		{"the first also does what is the unit's", 1, 0, one, both(does("p0", 10), does("", 10)), hall.At(9, 0), nil, "09:00×1 09:15×1 to 09:30"},
		{"the messenger does what is everybody's", 1, 0, nil, both(does("x", 5, 5), does("y", 5, 5)), hall.At(9, 0), nil, "09:00×1 09:15×1 to 09:30"},
		{"the next slot is somebody else's", 1, 0, one, does("p0", 20), hall.At(9, 0), []any{has("b", "g", "v", hall.At(9, 15), "z")}, "hall.slot.taken"},
		{"noon lies between", 1, 0, one, does("p0", 20), hall.At(9, 45), nil, "hall.slot.taken"},
		{"nobody takes longer than the hall is open", 1, 0, one, does("p0", 300), hall.At(14, 0), nil, "14:00×1 14:15×1 14:30×1 14:45×1 to 15:00"},
		{"a desk that serves two of a slot in turn", 2, 7, one, does("p0", 10), hall.At(9, 0), nil, "09:00×1 09:15×1 to 09:30"},
		{"a plan that counts no minutes", 1, hall.MostEach, one, does("p0", 40), hall.At(9, 0), nil, "09:00×1 to 09:15"},
	} {
		t.Run(x.name, func(t *testing.T) {
			p := quarters(t, x.places)
			p.Each = x.each
			w := hall.Wanted{Plan: p, Day: calendar.On(2026, 8, 11), Slot: x.at, Counter: visit.CaptureCounter, Filing: "f", Unit: "u"}
			es, err := hall.Book{Wanted: w, People: x.people, Acts: x.acts}.Decide(day(t, x.there...), moment(t))
			got := conflict(err)
			if err == nil {
				b := es[0].Body.(hall.Booked)
				got = fmt.Sprintf("%s to %s", inPlaces(b.Uses), b.Until)
			}
			if got != x.want {
				t.Errorf("%s, want %s", got, x.want)
			}
		})
	}
}

func TestOfOneWhoTakesLongerEachSlotIsFreeAgainWhenTheyStayAway(t *testing.T) {
	d := calendar.On(2026, 8, 11)
	acts := append(does("p0", 40), does("p1", 20)...)
	es, err := hall.Book{Wanted: hall.Wanted{Plan: quarters(t, 2), Day: d, Slot: hall.At(9, 0), Counter: visit.CaptureCounter, Filing: "f", Unit: "u"}, People: people(2), Acts: acts}.Decide(hall.Day{}, moment(t))
	if err != nil {
		t.Fatal(err)
	}
	booked := es[0].Body.(hall.Booked)
	if got := inPlaces(booked.Uses); got != "09:00×2 09:15×2 09:30×1" {
		t.Fatal(got)
	}
	b := hall.Booking{ID: booked.Booking, Hall: "yz", Day: d, Slot: booked.Slot, Filing: "f", Unit: "u", People: booked.People, Acts: acts, State: hall.IsBooked, Counter: visit.CaptureCounter}
	for who, want := range map[string]string{"p0": "09:00×1 09:15×1", "p1": "09:00×1 09:15×1 09:30×1"} {
		es, err := hall.Shorten{Booking: b, Person: who}.Decide(day(t, booked), moment(t))
		if err != nil {
			t.Fatal(err)
		}
		left := es[0].Body.(hall.Shortened)
		if got := inPlaces(left.Uses); got != want {
			t.Errorf("without %s: %s, want %s", who, got, want)
		}
		after := day(t, booked, left).Bookings[booked.Booking]
		if inPlaces(after.Uses) != want || len(after.Takes) != 1 {
			t.Errorf("without %s the day has %+v", who, after)
		}
	}
}

// Choosing, keeping, waiting, being offered and moving count the same places, and only
// times at which all of it fits are shown.
func TestEveryWayToAPlaceKnowsHowLongItTakes(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, openStore func() *store.Store) {
		at := now()
		j := open(t, openStore(), zone.Internet, func() time.Time { return at })
		p, d := quarters(t, 1), wednesday
		p.Open = p.Open[:1]
		do := func(cmd journal.Command[hall.Day]) error {
			_, err := journal.Do(ctx, j, hall.Days, journal.Order{Subject: p.DayID(d)}, cmd)
			return err
		}
		long := func(filing string, slot hall.Clock) hall.Wanted {
			who := peopleOf(filing, 1)
			return hall.Wanted{Plan: p, Day: d, Slot: slot, Counter: visit.CaptureCounter, Filing: filing, Unit: "u", People: 1, Persons: who, Acts: does(who[0], 30)}
		}
		times := func(filing string) string {
			t.Helper()
			w := long(filing, 0)
			f, err := hall.FreeOn(ctx, j.Store, hall.Ask{Plan: p, Counter: w.Counter, People: 1, Persons: w.Persons, Acts: w.Acts, Filing: filing, Now: at, Book: book(t)}, d)
			if err != nil || f.Takes != 2 {
				t.Fatal(f.Takes, err)
			}
			var out []string
			for _, s := range f.Slots {
				if s.Fits {
					out = append(out, fmt.Sprintf("%s-%s", s.Slot, s.Until))
				}
			}
			return strings.Join(out, " ")
		}
		if got := times("f"); got != "09:00-09:30 09:15-09:45 09:30-10:00" {
			t.Fatal(got)
		}
		if err := do(hall.Keep{Wanted: long("a", hall.At(9, 15))}); err != nil {
			t.Fatal(err)
		}
		if got := times("f"); got != "" {
			t.Fatalf("beside what is kept: %s", got)
		}
		a := long("a", hall.At(9, 15))
		if err := do(hall.Book{Wanted: a, People: a.Persons, Acts: a.Acts}); err != nil {
			t.Fatal(err)
		}
		f := long("f", 0)
		if err := do(hall.Wait{Wanted: f, People: f.Persons}); err != nil {
			t.Fatal(err)
		}
		booked, err := hall.OfFiling(ctx, j.Store, "a")
		if err != nil || len(booked) != 1 {
			t.Fatal(booked, err)
		}
		if err := do(hall.Move{Booking: booked[0], Wanted: hall.Wanted{Plan: p, Day: d, Slot: hall.At(9, 30)}}); err != nil {
			t.Fatal(err)
		}
		if err := do(hall.Serve{Plan: p, Day: d}); err != nil {
			t.Fatal(err)
		}
		ws, err := hall.WaitsOf(ctx, j.Store, "f")
		if err != nil || len(ws) != 1 || ws[0].Offer == nil || ws[0].Offer.Slot != hall.At(9, 0) {
			t.Fatalf("%+v %v", ws, err)
		}
		if got := times("f"); got != "09:00-09:30" {
			t.Errorf("of what is offered: %s", got)
		}
		if err := do(hall.Book{Wanted: long("g", hall.At(9, 15)), People: []string{"z"}, Acts: does("z", 5)}); !fault.IsConflict(err) {
			t.Errorf("the second slot of what is offered was given away: %v", err)
		}
		f.Slot = hall.At(9, 0)
		if err := do(hall.Book{Wanted: f, People: f.Persons, Acts: f.Acts}); err != nil {
			t.Errorf("what was offered is refused: %v", err)
		}
		s, _, err := journal.Load(ctx, j, hall.Days, p.DayID(d))
		if err != nil || over(s, p) != "" || len(s.Bookings) != 2 {
			t.Error(over(s, p), len(s.Bookings), err)
		}
	})
}
