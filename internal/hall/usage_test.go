package hall_test

import (
	"fmt"
	"testing"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/visit"
	"yitang/internal/zone"
)

func TestAWeeksUseOfAWindowIsCountedByThePlanOfEachDay(t *testing.T) {
	at := now()
	clock := func() time.Time { return at }
	j, office := open(t, sqlite(t), zone.Internet, clock), open(t, sqlite(t), zone.Office, clock)
	small := planned()
	small.Open = []hall.Span{{From: hall.At(9, 0), To: hall.At(10, 0)}}
	small.Windows = []hall.Window{{ID: "A", Counters: []visit.Counter{visit.CaptureCounter}, Places: 3, Kept: 1}}
	plans := func(p hall.Planned) {
		t.Helper()
		if _, err := journal.Do(ctx, office, hall.Plans, journal.Order{Subject: "yz"}, hall.SetPlan{Planned: p}); err != nil {
			t.Fatal(err)
		}
	}
	plans(small) // on Monday
	var bookings []hall.Booking
	for i, n := range []int{2, 3, 1} {
		b, err := bookOn(t, j, wednesday, hall.At(9+i, 0), fmt.Sprintf("f%d", i), n)
		if err != nil {
			t.Fatal(err)
		}
		bookings = append(bookings, b)
	}
	tell(t, j, office, 0)
	at = hall.At(9, 0).On(wednesday)
	wider := small
	wider.Windows = []hall.Window{{ID: "A", Counters: []visit.Counter{visit.CaptureCounter}, Places: 5, Kept: 1}}
	plans(wider) // from Wednesday on
	first := bookings[0]
	if _, err := journal.Do(ctx, office, hall.Attendances, journal.Order{Subject: first.ID}, hall.CheckIn{Booking: first, People: first.People}); err != nil {
		t.Fatal(err)
	}
	walk := hall.Booking{Filing: "w", Unit: "u", Acts: capture}
	if _, err := journal.Do(ctx, office, hall.Attendances, journal.Order{Subject: "walk"}, hall.CheckIn{Booking: walk, People: []string{"p0"}}); err != nil {
		t.Fatal(err)
	}
	queue := journal.Order{Subject: hall.DayID("yz", wednesday)}
	for _, v := range []string{first.ID, "walk"} {
		if _, err := journal.Do(ctx, office, hall.Queues, queue, hall.GiveTicket{Visit: v, Counter: visit.CaptureCounter, Due: at, Came: at}); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		at = at.Add(10 * time.Minute)
		if _, err := journal.Do(ctx, office, hall.Queues, queue, hall.CallNext{Window: wider.Windows[0]}); err != nil {
			t.Fatal(err)
		}
	}
	us, err := hall.UsageOf(ctx, office.Store, "yz", monday, monday.AddDays(6), wednesday.Next(), book(t))
	if err != nil {
		t.Fatal(err)
	}
	var all hall.Usage
	for _, u := range us {
		if u.Week != monday {
			t.Errorf("a week begins on %s", u.Week)
		}
		all = all.Plus(u)
	}
	// Monday and Tuesday 2 places in 2 slots each, Wednesday and Thursday 4; Friday the
	// hall is closed.
	if all.Offered != 2*4+2*8 || all.Taken != 6 || all.Booked != 6 || all.Came != 2 || all.Missed != 4 || all.Walked != 1 || all.Called != 2 {
		t.Errorf("counted %+v", all)
	}
	if w := all.Wait(); w < 14*time.Minute || w > 16*time.Minute {
		t.Errorf("waited %s", w)
	}
	none, err := hall.UsageOf(ctx, office.Store, "yz", calendar.On(2026, 8, 15), calendar.On(2026, 8, 16), wednesday, book(t))
	if err != nil || len(none) != 0 {
		t.Errorf("of a weekend: %v %v", none, err)
	}
}

// That old places were let go of is known where people book; the office hears of the move,
// and counts the new places alone.
func TestTheOfficeCountsABookingThatMovedOnce(t *testing.T) {
	j, office := open(t, sqlite(t), zone.Internet, now), open(t, sqlite(t), zone.Office, now)
	b, err := bookOn(t, j, wednesday, hall.At(9, 0), "f", 2)
	if err != nil {
		t.Fatal(err)
	}
	later := calendar.On(2026, 8, 13)
	if _, err := journal.Do(ctx, j, hall.Days, journal.Order{Subject: hall.DayID("yz", later)}, hall.Move{Booking: b, Wanted: wanted(t, later, hall.At(10, 0), "", 0)}); err != nil {
		t.Fatal(err)
	}
	letGo(t, j)
	tell(t, j, office, 0)
	if _, err := journal.Do(ctx, office, hall.Plans, journal.Order{Subject: "yz"}, hall.SetPlan{Planned: planned()}); err != nil {
		t.Fatal(err)
	}
	for _, x := range []*journal.Journal{j, office} {
		days, err := hall.HallDays(ctx, x.Store, hall.Ask{Plan: plan(t), Now: now(), Book: book(t)}, later)
		if err != nil {
			t.Fatal(err)
		}
		booked := 0
		for _, d := range days {
			booked += d.Room[visit.CaptureCounter].Booked
		}
		us, err := hall.UsageOf(ctx, x.Store, "yz", monday, later, monday, book(t))
		if err != nil {
			t.Fatal(err)
		}
		var all hall.Usage
		for _, u := range us {
			all = all.Plus(u)
		}
		if booked != 2*30 || all.Taken != 2 || all.Booked != 2 {
			t.Errorf("%s: %d minutes booked, %d places taken by %d people", x.Zone, booked, all.Taken, all.Booked)
		}
	}
}
