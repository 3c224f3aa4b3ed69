package node_test

import (
	"context"
	"testing"

	"yitang/internal/drill"
	"yitang/internal/hall"
	"yitang/internal/notify"
	"yitang/internal/store"
)

// awaited is a story whose visit is booked, with the booking as the office knows it.
func awaited(t *testing.T) (*drill.Story, hall.Booking) {
	t.Helper()
	s := telling(t)
	play(t, s, drill.Book)
	settle(t, s)
	b, known, err := hall.BookingOf(context.Background(), s.Office.Store, s.Booking)
	if err != nil || !known {
		t.Fatal(known, err)
	}
	return s, b
}

func missedTold(t *testing.T, s *drill.Story) (out []notify.Row) {
	t.Helper()
	settle(t, s)
	all, err := notify.OfCase(context.Background(), s.Internet.Store, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		if m.What == "visit.missed" {
			out = append(out, m)
		}
	}
	return out
}

func TestWhoDoesNotComeIsNotedInTheEveningToldOnceAndItCanBeTakenBack(t *testing.T) {
	s, b := awaited(t)
	ctx := context.Background()
	state := func(st *store.Store, id string) hall.State {
		t.Helper()
		b, _, err := hall.BookingOf(ctx, st, id)
		if err != nil {
			t.Fatal(err)
		}
		return b.State
	}
	chores := func() {
		t.Helper()
		if err := s.Office.DoChores(ctx); err != nil {
			t.Fatal(err)
		}
	}
	// What nobody took note of long ago is left to people.
	if err := s.Office.Store.Write(ctx, func(tx store.Tx) error {
		_, err := tx.Exec(ctx, `INSERT INTO hall_booking (booking, hall, day, slot, ends, wicket, counter, number, code, filing, unit, people, acts, sequence, state, cause, reason, made)
SELECT 'old', hall, $2, slot, ends, wicket, counter, 'old', 'old', filing, unit, people, acts, 0, 'booked', cause, reason, made FROM hall_booking WHERE booking = $1`, b.ID, b.Day.AddDays(-30).String())
		return err
	}); err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		at   hall.Clock
		want hall.State
	}{{hall.At(16, 59), hall.IsBooked}, {hall.At(17, 14), hall.IsBooked}, {hall.At(17, 15), hall.WasMissed}, {hall.At(18, 15), hall.WasMissed}} {
		s.Clock.Set(x.at.On(b.Day))
		chores()
		if got := state(s.Office.Store, b.ID); got != x.want {
			t.Errorf("at %s the booking is %s, want %s", x.at, got, x.want)
		}
	}
	if got := state(s.Office.Store, "old"); got != hall.IsBooked {
		t.Errorf("a booking of a month ago is %s", got)
	}
	told := missedTold(t, s)
	if len(told) != 1 || told[0].Role != "liaison" || told[0].Link != "/visits/"+s.ID || told[0].Fills["Day"] != b.Day.String() || told[0].Fills["Slot"] != b.Slot.String() || told[0].Fills["Count"] != "1" {
		t.Fatalf("told %+v", told)
	}
	if got := state(s.Internet.Store, b.ID); got != hall.WasMissed {
		t.Errorf("the unit reads that it is %s", got)
	}
	count := func(want int) {
		t.Helper()
		by, err := hall.MissedBy(ctx, s.Office.Store, b.Day)
		one, err2 := hall.MissedOf(ctx, s.Internet.Store, s.Unit, b.Day)
		if err != nil || err2 != nil || by[s.Unit] != want || one != want {
			t.Errorf("of the quarter %d and %d are counted, want %d: %v %v", by[s.Unit], one, want, err, err2)
		}
	}
	count(1)
	if by, err := hall.MissedBy(ctx, s.Office.Store, b.Day.AddMonths(3)); err != nil || len(by) > 0 {
		t.Errorf("of another quarter: %v %v", by, err)
	}

	give(t, as("window", "w"), s.Office.Journal, hall.Attendances, b.ID, hall.TakeBackMiss{})
	s.Clock.Set(hall.At(10, 0).On(b.Day.Next()))
	chores()
	if n := len(missedTold(t, s)); n != 1 {
		t.Errorf("told %d times", n)
	}
	for _, n := range []*store.Store{s.Office.Store, s.Internet.Store} {
		if got := state(n, b.ID); got != hall.WasExcused {
			t.Errorf("taken back, it is %s", got)
		}
	}
	count(0)
	if differ, err := s.Internet.Journal.Compare(ctx); err != nil || len(differ) > 0 {
		t.Error(differ, err)
	}
}

// Who gave their place back in time isn't told that they missed it, though the office
// hadn't heard of it on that evening.
func TestWhoCancelledInTimeIsNotToldThatTheyMissedIt(t *testing.T) {
	s, b := awaited(t)
	ctx := context.Background()
	s.Clock.Set(hall.At(8, 0).On(b.Day))
	s.Hold() // the office doesn't hear of it for now
	give(t, as("liaison", "l"), s.Internet.Journal, hall.Days, hall.DayID(b.Hall, b.Day), hall.Cancel{Booking: b.ID, Day: b.Day})
	s.Clock.Set(hall.At(18, 0).On(b.Day))
	if err := s.Office.DoChores(ctx); err != nil {
		t.Fatal(err)
	}
	if b, _, err := hall.BookingOf(ctx, s.Office.Store, b.ID); err != nil || b.State != hall.WasMissed {
		t.Fatalf("the office, which hasn't heard of it, has it as %s, %v", b.State, err)
	}
	s.Resume()
	if told := missedTold(t, s); len(told) > 0 {
		t.Errorf("told %+v", told)
	}
	if b, _, err := hall.BookingOf(ctx, s.Office.Store, b.ID); err != nil || b.State != hall.IsCancelled {
		t.Errorf("once it has heard, it is %s, %v", b.State, err)
	}
}

// A booking is kept though the plan changes after it: nobody is noted as absent who could
// not come yet, who could not come at all, or who stands in the hall.
func TestNobodyIsNotedAsAbsentWhoCouldNotComeOrIsThere(t *testing.T) {
	s, b := awaited(t)
	ctx := context.Background()
	at := func(c hall.Clock, want hall.State) {
		t.Helper()
		s.Clock.Set(c.On(b.Day))
		if err := s.Office.DoChores(ctx); err != nil {
			t.Fatal(err)
		}
		if b, _, err := hall.BookingOf(ctx, s.Office.Store, b.ID); err != nil || b.State != want {
			t.Errorf("at %s the booking is %s, want %s, %v", c, b.State, want, err)
		}
	}
	plan := func(change func(*hall.Planned)) {
		t.Helper()
		h, _, err := hall.PlanOf(ctx, s.Office.Store, b.Hall)
		if err != nil {
			t.Fatal(err)
		}
		p := h.Planned()
		change(&p)
		give(t, as("director", "d"), s.Office.Journal, hall.Plans, b.Hall, hall.SetPlan{Planned: p})
	}
	here := func(at int64) {
		t.Helper()
		if err := s.Office.Store.Write(ctx, func(tx store.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE hall_booking SET here = $2 WHERE booking = $1`, b.ID, at)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	plan(func(p *hall.Planned) {
		p.Special = append(p.Special, hall.SpecialDay{Day: b.Day, Open: []hall.Span{{From: b.Slot - 60, To: b.Slot}}})
	})
	at(b.Slot+15, hall.IsBooked) // the hours were shortened later on
	at(b.Ends+14, hall.IsBooked)

	here(b.Slot.On(b.Day).UnixMicro())
	at(hall.At(18, 0), hall.IsBooked) // they pressed that they are there
	here(0)

	plan(func(p *hall.Planned) {
		p.Special, p.Closed = nil, append(p.Closed, hall.ClosedDay{Day: b.Day, Reason: "停电"})
	})
	at(hall.At(19, 0), hall.IsBooked) // the hall was closed later on
	plan(func(p *hall.Planned) { p.Closed = nil })
	at(hall.At(20, 0), hall.WasMissed)
}
