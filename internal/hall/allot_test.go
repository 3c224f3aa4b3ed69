package hall_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/visit"
	"yitang/internal/zone"
)

// Quarters of an hour: window A keeps two places for capture, window D one for capture and
// visas together, window B none.
func TestWhatIsLeftForPeopleWithoutABookingIsCountedByTheHour(t *testing.T) {
	at := now()
	j := open(t, sqlite(t), zone.Office, func() time.Time { return at })
	p := quarters(t, 4)
	p.Windows = []hall.Window{{ID: "D", Counters: []visit.Counter{visit.CaptureCounter, visit.VisaCounter}, Places: 2, Kept: 1},
		{ID: "A", Counters: []visit.Counter{visit.CaptureCounter}, Places: 4, Kept: 2}, {ID: "B", Counters: []visit.Counter{visit.PassportCounter}, Places: 2}}
	left := func() string {
		t.Helper()
		slot, all, ok, err := hall.AllotmentsAt(ctx, j.Store, p, at, book(t))
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return "not open"
		}
		var out []string
		for _, a := range all {
			out = append(out, fmt.Sprintf("%s %d/%d", a.Counter, a.Left, a.Kept))
		}
		return slot.String() + " " + strings.Join(out, " ")
	}
	come := func(id string, people []string, acts ...hall.Act) {
		t.Helper()
		if _, err := journal.Do(ctx, j, hall.Attendances, journal.Order{Subject: id}, hall.CheckIn{Booking: hall.Booking{Filing: id, Unit: "u", People: people, Acts: acts}, People: people}); err != nil {
			t.Fatal(err)
		}
	}
	says := func(want string) {
		t.Helper()
		if got := left(); got != want {
			t.Errorf("at %s: %q, want %q", hall.ClockAt(at), got, want)
		}
	}
	at = hall.At(8, 59).On(monday)
	says("not open")
	at = hall.At(9, 5).On(monday)
	says("09:00 capture 3/3 visa 1/1")
	// What a window keeps that does nothing else goes first.
	come("one", []string{"a"}, does("a", 10)...)
	says("09:00 capture 2/3 visa 1/1")
	// Who comes to another hall takes nothing of this one.
	if _, err := journal.Do(ctx, j, hall.Attendances, journal.Order{Subject: "there"}, hall.CheckIn{Booking: hall.Booking{Hall: "south", Filing: "there", Unit: "u", People: []string{"x"}, Acts: does("x", 10)}, People: []string{"x"}}); err != nil {
		t.Fatal(err)
	}
	says("09:00 capture 2/3 visa 1/1")
	// Whose acts take longer has the places of several slots; who booked takes none of them.
	come("two", []string{"b", "c"}, append(does("b", 25), does("c", 10)...)...)
	says("09:00 capture 0/3 visa 0/1")
	booked := hall.Booking{ID: "k", Filing: "k", Unit: "u", Day: monday, State: hall.IsBooked, People: []string{"d"}, Acts: does("d", 10)}
	if _, err := journal.Do(ctx, j, hall.Attendances, journal.Order{Subject: "k"}, hall.CheckIn{Booking: booked, People: booked.People}); err != nil {
		t.Fatal(err)
	}
	come("more", []string{"e"}, does("e", 10)...) // one more than there are: it isn't forbidden
	says("09:00 capture 0/3 visa 0/1")
	at = hall.At(9, 16).On(monday)
	says("09:15 capture 2/3 visa 1/1") // b is still there
	if _, err := journal.Do(ctx, j, hall.Attendances, journal.Order{Subject: "two"}, hall.Close{}); err != nil {
		t.Fatal(err)
	}
	at = hall.At(14, 0).On(monday)
	says("14:00 capture 3/3 visa 1/1")
	at = hall.At(12, 0).On(monday)
	says("not open")
	at = hall.At(9, 5).On(monday.AddDays(5))
	says("not open") // a Saturday
}
