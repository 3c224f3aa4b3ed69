package hall_test

import (
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/visit"
	"yitang/internal/zone"
)

// skilled is a hall of quarters of an hour with window A, which serves capture and booklets
// with two places, and window C for visas.
func skilled(t testing.TB) hall.Plan {
	p := quarters(t, 2)
	p.Windows = []hall.Window{{ID: "A", Counters: []visit.Counter{visit.CaptureCounter, visit.PassportCounter}, Places: 2},
		{ID: "C", Counters: []visit.Counter{visit.VisaCounter}, Places: 1}}
	return p
}

// The places of a window are one lot, whichever of its counters people come for.
func TestAWindowThatServesTwoCountersTakesBothAndIsNeverOver(t *testing.T) {
	capturing := func(who string, minutes int) hall.Act {
		return hall.Act{ID: "capture@" + who, Kind: visit.Capture, Person: who, Minutes: minutes}
	}
	collecting := func(who string, minutes int) hall.Act {
		return hall.Act{ID: "collect@" + who, Kind: visit.Collect, Person: who, Minutes: minutes}
	}
	p, d, there := skilled(t), calendar.On(2026, 8, 11), []any(nil)
	for _, x := range []struct {
		name    string
		counter visit.Counter
		at      hall.Clock
		people  []string
		acts    []hall.Act
		want    string
	}{
		{"capture alone", visit.CaptureCounter, hall.At(9, 0), []string{"a"}, []hall.Act{capturing("a", 15)}, "A 09:00×1"},
		{"a booklet beside it", visit.PassportCounter, hall.At(9, 0), []string{"b"}, []hall.Act{collecting("b", 5)}, "A 09:00×1"},
		{"both counters' places are gone", visit.CaptureCounter, hall.At(9, 0), []string{"c"}, []hall.Act{capturing("c", 15)}, "hall.slot.taken"},
		{"for the other counter too", visit.PassportCounter, hall.At(9, 0), []string{"c"}, []hall.Act{collecting("c", 5)}, "hall.slot.taken"},
		{"one person at both: as long as both take", visit.CaptureCounter, hall.At(9, 15), []string{"d"}, []hall.Act{capturing("d", 15), collecting("d", 10)}, "A 09:15×1 09:30×1"},
		{"two people, one at both", visit.PassportCounter, hall.At(14, 0), []string{"e", "f"}, []hall.Act{capturing("e", 15), collecting("e", 10), collecting("f", 5)}, "A 14:00×2 14:15×1"},
		{"beside the longer one there is a place", visit.CaptureCounter, hall.At(14, 15), []string{"g"}, []hall.Act{capturing("g", 15)}, "A 14:15×1"},
		{"and no second one", visit.PassportCounter, hall.At(14, 15), []string{"h"}, []hall.Act{collecting("h", 5)}, "hall.slot.taken"},
		{"a visa goes to its own window", visit.VisaCounter, hall.At(9, 0), []string{"i"}, does("i", 15), "C 09:00×1"},
	} {
		t.Run(x.name, func(t *testing.T) {
			w := hall.Wanted{Plan: p, Day: d, Slot: x.at, Counter: x.counter, Filing: x.name, Unit: "u"}
			es, err := hall.Book{Wanted: w, People: x.people, Acts: x.acts}.Decide(day(t, there...), moment(t))
			got := conflict(err)
			if err == nil {
				b := es[0].Body.(hall.Booked)
				b.Booking = x.name
				got = b.Window + " " + inPlaces(b.Uses)
				there = append(there, b)
			}
			if got != x.want {
				t.Errorf("%s, want %s", got, x.want)
			}
			if wrong := over(day(t, there...), p); wrong != "" {
				t.Error(wrong)
			}
		})
	}
	// What one counter has taken there is taken for the planner of either.
	store := sqlite(t)
	j := open(t, store, zone.Internet, now)
	for _, c := range []struct {
		at      hall.Clock
		counter visit.Counter
	}{{hall.At(9, 0), visit.CaptureCounter}, {hall.At(9, 15), visit.PassportCounter}} {
		w := hall.Wanted{Plan: p, Day: wednesday, Slot: c.at, Counter: c.counter, Filing: string(c.counter), Unit: "u"}
		if _, err := journal.Do(ctx, j, hall.Days, journal.Order{Subject: p.DayID(wednesday)}, hall.Book{Wanted: w, People: []string{string(c.counter)}, Acts: does(string(c.counter), 10)}); err != nil {
			t.Fatal(err)
		}
	}
	days, err := hall.HallDays(ctx, store, hall.Ask{Plan: p, Now: now(), Book: book(t)}, wednesday)
	if err != nil {
		t.Fatal(err)
	}
	last := days[len(days)-1]
	for c, want := range map[visit.Counter]visit.Room{visit.CaptureCounter: {Minutes: 240, Booked: 30}, visit.PassportCounter: {Minutes: 240, Booked: 30}, visit.VisaCounter: {Minutes: 120}} {
		if last.Date != wednesday || last.Room[c] != want {
			t.Errorf("%s on %s: %+v, want %+v", c, last.Date, last.Room[c], want)
		}
	}
}
