package hall_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/passport"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/visit"
	"yitang/internal/zone"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var ctx = context.Background()

// plain seals nothing: what lies in the file isn't this room's business.
type plain struct{}

func (plain) Seal(_ string, p []byte) ([]byte, error) { return p, nil }
func (plain) Open(_ string, s []byte) ([]byte, error) { return s, nil }

// Monday, 10 August 2026, nine o'clock in Chongqing.
var monday = calendar.On(2026, 8, 10)

func now() time.Time { return hall.At(9, 0).On(monday) }

func book(t testing.TB) *calendar.Book {
	t.Helper()
	b, err := calendar.NewBook(calendar.Year{Year: 2026, Holidays: []calendar.Holiday{{Zh: "国庆节", En: "National Day", From: calendar.On(2026, 10, 1), To: calendar.On(2026, 10, 7)}}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func open(t testing.TB, s *store.Store, z zone.Zone, clock func() time.Time) *journal.Journal {
	t.Helper()
	reg, err := journal.NewRegistry(append(slices.Clone(hall.Kinds), passport.Kinds...)...)
	if err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(ctx, journal.Options{Store: s, Zone: z, Registry: reg, Projections: hall.Projections, Sealer: plain{}, Book: book(t), Clock: clock, Chance: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.Close)
	return j
}

func sqlite(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(ctx, store.Options{Path: filepath.Join(t.TempDir(), "n.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func planned() hall.Planned {
	return hall.Planned{Name: "因公出国服务大厅（虚构）", NameEn: "Hall", Place: "三楼", Minutes: 30, Lead: 1, Horizon: 60, From: calendar.On(2026, 1, 1),
		Open:    []hall.Span{{From: hall.At(9, 0), To: hall.At(12, 0)}, {From: hall.At(14, 0), To: hall.At(17, 0)}},
		Closed:  []hall.ClosedDay{{Day: calendar.On(2026, 8, 14), Reason: "设备检修"}},
		Windows: []hall.Window{{ID: "A", Counters: []visit.Counter{visit.CaptureCounter}, Places: 2}, {ID: "B", Counters: []visit.Counter{visit.CaptureCounter}, Places: 3, Kept: 1}, {ID: "C", Counters: []visit.Counter{visit.PassportCounter}, Places: 1}}}
}

func plan(t testing.TB) hall.Plan {
	t.Helper()
	p, err := hall.Plans.Evolve(hall.Plan{}, journal.Event{Subject: journal.Ref{Kind: "hallplan", ID: "yz"}, Body: planned()})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func moment(t testing.TB) journal.Moment {
	n := 0
	return journal.Moment{Now: now(), Today: monday, Book: book(t), Zone: zone.Internet, Fresh: func() string { n++; return fmt.Sprintf("0198a000-0000-7000-8000-%012x", n) }}
}

// day is a day of the hall after some things happened.
func day(t testing.TB, happened ...any) hall.Day {
	t.Helper()
	var d hall.Day
	for _, b := range happened {
		var err error
		if d, err = hall.Days.Evolve(d, journal.Event{Body: b, At: now()}); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// peopleOf are the people of one case, who are nobody else's.
func peopleOf(filing string, n int) []string {
	out := people(n)
	for i := range out {
		out[i] = filing + "." + out[i]
	}
	return out
}

func people(n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("p%d", i))
	}
	return out
}

var capture = []hall.Act{{ID: "act.capture@members[0]", Kind: visit.Capture, Person: "p0", Minutes: 15}}

func wanted(t testing.TB, d calendar.Date, at hall.Clock, filing string, n int) hall.Wanted {
	return hall.Wanted{Plan: plan(t), Day: d, Slot: at, Counter: visit.CaptureCounter, Filing: filing, Unit: "u", People: n}
}

func TestPlanSaysEverythingThatIsWrongWithIt(t *testing.T) {
	_, err := hall.SetPlan{Planned: hall.Planned{Minutes: 1, Windows: []hall.Window{{ID: "a", Places: 0}, {ID: "a"}}, Open: []hall.Span{{From: 10, To: 5}}}}.Decide(hall.Plan{}, moment(t))
	var fields []string
	for _, f := range fault.Findings(err) {
		fields = append(fields, f.Field)
	}
	want := []string{"name", "windows[0].id", "windows[0].counters", "windows[0].places", "windows[1].id", "windows[1].counters", "windows[1].places", "minutes", "open[0]", "horizon"}
	if fmt.Sprint(fields) != fmt.Sprint(want) {
		t.Fatalf("got %v", fields)
	}
	if _, err := (hall.SetPlan{Planned: planned()}).Decide(hall.Plan{}, moment(t)); err != nil {
		t.Fatal(err)
	}
}

func TestDaysThatCantBeBookedAreRefusedWithTheReason(t *testing.T) {
	for _, c := range []struct {
		day  calendar.Date
		at   hall.Clock
		n    int
		want string
	}{
		{monday, hall.At(10, 0), 1, "hall.slot.too_soon"},                    // one working day of lead
		{calendar.On(2026, 8, 15), hall.At(10, 0), 1, "hall.slot.closed"},    // Saturday
		{calendar.On(2026, 8, 14), hall.At(10, 0), 1, "hall.slot.closed"},    // the hall's own closed day
		{calendar.On(2026, 10, 2), hall.At(10, 0), 1, "hall.slot.closed"},    // National Day
		{calendar.On(2026, 10, 12), hall.At(10, 0), 1, "hall.slot.too_late"}, // 63 days ahead
		{calendar.On(2026, 8, 11), hall.At(12, 0), 1, "hall.slot.unknown"},   // lunch
		{calendar.On(2026, 8, 11), hall.At(10, 15), 1, "hall.slot.unknown"},  // between two slots
		{calendar.On(2026, 8, 11), hall.At(10, 0), 0, "hall.slot.nobody"},    // nobody
	} {
		_, err := hall.Keep{Wanted: wanted(t, c.day, c.at, "f", c.n)}.Decide(hall.Day{}, moment(t))
		if fs := fault.Findings(err); len(fs) != 1 || fs[0].Key != c.want {
			t.Errorf("%s %s: %v, want %s", c.day, c.at, err, c.want)
		}
	}
}

func TestDelegationGetsAllItsPlacesOrNone(t *testing.T) {
	d := calendar.On(2026, 8, 11)
	// Window A serves two at a time, B two besides the one kept for walk-ins:
	// six people need three slots in a row at one window.
	es, err := hall.Book{Wanted: wanted(t, d, hall.At(9, 0), "f", 6), People: people(6), Acts: capture}.Decide(hall.Day{}, moment(t))
	if err != nil {
		t.Fatal(err)
	}
	b := es[0].Body.(hall.Booked)
	if b.Window != "A" || len(b.Uses) != 3 || b.Until != hall.At(10, 30) || b.Number != "20260811-A-001" || len(b.Code) != 10 {
		t.Fatalf("%+v", b)
	}
	// At 11:30 there is one slot before lunch: two fit, three don't.
	if _, err := (hall.Book{Wanted: wanted(t, d, hall.At(11, 30), "g", 2), People: people(2), Acts: capture}).Decide(hall.Day{}, moment(t)); err != nil {
		t.Fatal(err)
	}
	_, err = hall.Book{Wanted: wanted(t, d, hall.At(11, 30), "g", 3), People: people(3), Acts: capture}.Decide(hall.Day{}, moment(t))
	var c *fault.ConflictError
	if !errors.As(err, &c) || fmt.Sprint(c.Nearest) != "[2026-08-11T11:00 2026-08-11T10:30 2026-08-11T10:00]" {
		t.Fatalf("%v %+v", err, c)
	}
}

func TestWhoIsLateIsOfferedTheNearestThree(t *testing.T) {
	d := calendar.On(2026, 8, 11)
	full := day(t,
		hall.Booked{Booking: "a", Filing: "a", Slot: hall.At(9, 30), Window: "A", Number: "20260811-A-001", Uses: []hall.Use{{Slot: hall.At(9, 30), Places: 2}}},
		hall.Booked{Booking: "b", Filing: "b", Slot: hall.At(9, 30), Window: "B", Number: "20260811-B-001", Uses: []hall.Use{{Slot: hall.At(9, 30), Places: 2}}})
	w := wanted(t, d, hall.At(9, 30), "c", 1)
	_, err := hall.Keep{Wanted: w}.Decide(full, moment(t))
	var c *fault.ConflictError
	if !errors.As(err, &c) || fmt.Sprint(c.Nearest) != "[2026-08-11T09:00 2026-08-11T10:00 2026-08-11T10:30]" {
		t.Fatalf("%v %+v", err, c)
	}
}

// As long as they are waited for a booking can be cancelled, and keeps its case from
// a second one on that day; then it is the other way round.
func TestWhoIsTooLateToCancelMayBookAgain(t *testing.T) {
	d := calendar.On(2026, 8, 11)
	booked := day(t, hall.Booked{Booking: "k", Filing: "f", Slot: hall.At(9, 0), Window: "A", Number: "20260811-A-001", Uses: []hall.Use{{Slot: hall.At(9, 0), Places: 1}}})
	w := wanted(t, d, hall.At(11, 0), "f", 1)
	w.Plan.Lead = 0
	for _, c := range []struct {
		after time.Duration
		past  bool
	}{{-time.Hour, false}, {hall.Grace, false}, {hall.Grace + time.Second, true}, {2 * time.Hour, true}} {
		m := moment(t)
		m.Today, m.Now = d, hall.At(9, 0).On(d).Add(c.after)
		if _, err := (hall.Cancel{Booking: "k", Day: d}).Decide(booked, m); fault.IsNotNow(err) != c.past {
			t.Errorf("cancelling after %s: %v", c.after, err)
		}
		if c.after == 2*time.Hour {
			w.Slot = hall.At(11, 30)
		}
		if _, err := (hall.Book{Wanted: w, People: people(1), Acts: capture}).Decide(booked, m); fault.IsConflict(err) == c.past {
			t.Errorf("booking again after %s: %v", c.after, err)
		}
	}
}

func TestAHoldLastsTenMinutesAndNoLonger(t *testing.T) {
	d := calendar.On(2026, 8, 11)
	w := wanted(t, d, hall.At(11, 30), "f", 2)
	w.Plan.Windows = w.Plan.Windows[:1]
	m := moment(t)
	es, err := hall.Keep{Wanted: w}.Decide(hall.Day{}, m)
	if err != nil {
		t.Fatal(err)
	}
	held := day(t, es[0].Body)
	other := w
	other.Filing = "g"
	if _, err := (hall.Keep{Wanted: other}).Decide(held, m); !fault.IsConflict(err) {
		t.Fatalf("another delegation got a place that is held: %v", err)
	}
	if es, err := (hall.Keep{Wanted: w}).Decide(held, m); err != nil || len(es) != 0 {
		t.Fatalf("pressing twice made a hold longer: %v %v", es, err)
	}
	later := m
	later.Now = m.Now.Add(hall.HoldTime)
	if _, err := (hall.Keep{Wanted: other}).Decide(held, later); err != nil {
		t.Fatalf("after ten minutes: %v", err)
	}
	// Who holds it may choose another time, and the first is free again.
	w.Slot = hall.At(9, 0)
	es, err = hall.Keep{Wanted: w}.Decide(held, m)
	if err != nil || len(es) != 2 {
		t.Fatal(es, err)
	}
	if _, ok := es[0].Body.(hall.Released); !ok {
		t.Fatalf("%T", es[0].Body)
	}
}

// Who confirms is given the very places that were kept, at the window that they were told,
// whatever has come free since; where they take other places by now, what is kept is no
// more than theirs to choose from.
func TestWhatIsKeptIsWhatIsBooked(t *testing.T) {
	d := calendar.On(2026, 8, 11)
	other := hall.Booked{Booking: "o", Filing: "o", Slot: hall.At(9, 30), Window: "A", Number: "20260811-A-001", Uses: []hall.Use{{Slot: hall.At(9, 30), Places: 2}}}
	w := wanted(t, d, hall.At(9, 30), "f", 2)
	es, err := hall.Keep{Wanted: w}.Decide(day(t, other), moment(t))
	if err != nil || es[0].Body.(hall.Held).Window != "B" {
		t.Fatal(es, err)
	}
	held := day(t, other, es[0].Body, hall.Cancelled{Booking: "o"})
	b := hall.Booking{ID: "k", Hall: "yz", Day: calendar.On(2026, 8, 13), Slot: hall.At(9, 0), Counter: visit.CaptureCounter, Code: "ABCDE12345", Filing: "f", Unit: "u", People: people(2), Acts: capture, State: hall.IsBooked}
	for _, c := range []struct {
		name string
		cmd  journal.Command[hall.Day]
		at   time.Duration
		want string
	}{
		{"booked", hall.Book{Wanted: w, People: people(2), Acts: capture}, 0, "B"},
		{"moved", hall.Move{Booking: b, Wanted: w}, 0, "B"},
		{"one comes after all", hall.Book{Wanted: w, People: people(1), Acts: capture}, 0, "A"},
		{"too late", hall.Book{Wanted: w, People: people(2), Acts: capture}, hall.HoldTime, "A"},
	} {
		m := moment(t)
		m.Now = m.Now.Add(c.at)
		es, err := c.cmd.Decide(held, m)
		if err != nil {
			t.Fatal(c.name, err)
		}
		window := ""
		switch got := es[0].Body.(type) {
		case hall.Booked:
			window = got.Window
		case hall.Moved:
			window = got.Window
		}
		if window != c.want {
			t.Errorf("%s: at window %q, not %s", c.name, window, c.want)
		}
	}
}

// While others make up their minds a time is taken, and it is told apart from one that
// is gone.
func TestATimeThatOthersKeepIsTakenForTenMinutes(t *testing.T) {
	at := now()
	j := open(t, sqlite(t), zone.Internet, func() time.Time { return at })
	p, d := plan(t), calendar.On(2026, 8, 11)
	for i, n := range []int{2, 2} {
		w := wanted(t, d, hall.At(9, 30), fmt.Sprintf("g%d", i), n)
		if _, err := journal.Do(ctx, j, hall.Days, journal.Order{Subject: p.DayID(d)}, hall.Keep{Wanted: w}); err != nil {
			t.Fatal(err)
		}
	}
	is := func() hall.Free {
		t.Helper()
		free, err := hall.FreeOn(ctx, j.Store, hall.Ask{Plan: p, Counter: visit.CaptureCounter, People: 1, Filing: "f", Now: at, Book: book(t)}, d)
		if err != nil || free.Slots[1].Slot != hall.At(9, 30) {
			t.Fatal(free, err)
		}
		return free.Slots[1]
	}
	if got := is(); got.Fits || !got.Held {
		t.Errorf("while others choose: %+v", got)
	}
	near, err := hall.Near(ctx, j.Store, hall.Ask{Plan: p, Counter: visit.CaptureCounter, People: 1, Filing: "g0", Now: at, Book: book(t)}, d, hall.At(9, 30))
	if err != nil || fmt.Sprint(near) != "[2026-08-11T09:30 2026-08-11T09:00 2026-08-11T10:00]" {
		t.Errorf("near what is their own: %v %v", near, err)
	}
	if _, err := bookOn(t, j, d, hall.At(9, 30), "g0", 2); err != nil {
		t.Fatal(err)
	}
	if got := is(); got.Fits || !got.Held {
		t.Errorf("one has booked, the other chooses: %+v", got)
	}
	kept, err := hall.KeptFor(ctx, j.Store, "g1", at)
	if err != nil || len(kept) != 1 || kept[0].Day != d || kept[0].Slot != hall.At(9, 30) || kept[0].Hall != "yz" || !kept[0].Until.Equal(at.Add(hall.HoldTime)) {
		t.Errorf("kept %+v, %v", kept, err)
	}
	at = at.Add(hall.HoldTime)
	if got := is(); !got.Fits || got.Held {
		t.Errorf("after ten minutes: %+v", got)
	}
	if kept, err := hall.KeptFor(ctx, j.Store, "g1", at); err != nil || len(kept) != 0 {
		t.Errorf("kept after ten minutes: %+v, %v", kept, err)
	}
}

// A case holds one time, whatever days its people look at.
func TestACaseHoldsOneTime(t *testing.T) {
	j := open(t, sqlite(t), zone.Internet, now)
	p, days := plan(t), []calendar.Date{calendar.On(2026, 8, 11), calendar.On(2026, 8, 12), calendar.On(2026, 8, 13)}
	chosen := func(e journal.Event) []string {
		t.Helper()
		all, err := hall.KeptFor(ctx, j.Store, "f", now())
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range hall.OneHold(e, "f", all) {
			if _, err := journal.Do(ctx, j, hall.Days, w.Order, w.Command); err != nil {
				t.Fatal(err)
			}
		}
		if all, err = hall.KeptFor(ctx, j.Store, "f", now()); err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, k := range all {
			out = append(out, k.Day.String())
		}
		return out
	}
	for _, d := range days[:2] {
		if _, err := journal.Do(ctx, j, hall.Days, journal.Order{Subject: p.DayID(d)}, hall.Keep{Wanted: wanted(t, d, hall.At(9, 30), "f", 1)}); err != nil {
			t.Fatal(err)
		}
	}
	es, err := j.Events(ctx, 0, 100)
	if err != nil || len(es) != 2 {
		t.Fatal(es, err)
	}
	// What follows from the first is late: it lets go of nothing that was kept since.
	if got := chosen(es[0]); fmt.Sprint(got) != "[2026-08-12 2026-08-11]" {
		t.Errorf("after the first, %v are kept", got)
	}
	if got := chosen(es[1]); fmt.Sprint(got) != "[2026-08-12]" {
		t.Errorf("after the second, %v are kept", got)
	}
	if _, err := bookOn(t, j, days[2], hall.At(9, 0), "f", 1); err != nil {
		t.Fatal(err)
	}
	booked, err := j.Events(ctx, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	if got := chosen(booked[len(booked)-1]); len(got) != 0 {
		t.Errorf("booked, and %v are kept", got)
	}
}

func TestAFurtherVisitNeedsACauseAndOneDayHasOneBooking(t *testing.T) {
	d := calendar.On(2026, 8, 11)
	cmd := hall.Book{Wanted: wanted(t, d, hall.At(9, 0), "f", 1), People: people(1), Acts: capture, Earlier: 1}
	if _, err := cmd.Decide(hall.Day{}, moment(t)); len(fault.Findings(err)) != 1 || fault.Findings(err)[0].Field != "cause" {
		t.Fatal(err)
	}
	cmd.Cause = "指纹未采清晰，重新采集"
	es, err := cmd.Decide(hall.Day{}, moment(t))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cmd.Decide(day(t, es[0].Body), moment(t)); !fault.IsConflict(err) {
		t.Fatalf("two bookings of one case on one day: %v", err)
	}
}

func TestAMovedBookingKeepsItsCodeAndRaisesItsSequence(t *testing.T) {
	d := calendar.On(2026, 8, 12)
	b := hall.Booking{ID: "k", Hall: "yz", Day: d, Slot: hall.At(9, 0), Counter: visit.CaptureCounter, Code: "ABCDE12345", Filing: "f", Unit: "u", People: people(2), Acts: capture, Sequence: 4, State: hall.IsBooked}
	w := wanted(t, calendar.On(2026, 8, 13), hall.At(14, 0), "", 0)
	es, err := hall.Move{Booking: b, Wanted: w}.Decide(hall.Day{}, moment(t))
	if err != nil {
		t.Fatal(err)
	}
	got := es[0].Body.(hall.Moved)
	if got.Booking != "k" || got.Code != b.Code || got.Sequence != 5 || got.FromDay != d || got.Day != w.Day || got.Uses[0].Places != 2 {
		t.Fatalf("%+v", got)
	}
	today := moment(t)
	today.Today, today.Now = d, hall.At(8, 0).On(d)
	if _, err := (hall.Move{Booking: b, Wanted: w}).Decide(hall.Day{}, today); !fault.IsNotNow(err) {
		t.Fatalf("moved on the day itself: %v", err)
	}
	b.State = hall.IsCancelled
	if _, err := (hall.Move{Booking: b, Wanted: w}).Decide(hall.Day{}, moment(t)); !fault.IsNotNow(err) {
		t.Fatalf("moved a cancelled booking: %v", err)
	}
}

// bookOn books through the journal.
func bookOn(t testing.TB, j *journal.Journal, d calendar.Date, at hall.Clock, filing string, n int) (hall.Booking, error) {
	t.Helper()
	w := wanted(t, d, at, filing, n)
	_, err := journal.Do(ctx, j, hall.Days, journal.Order{Subject: w.Plan.DayID(d)}, hall.Book{Wanted: w, People: peopleOf(w.Filing, n), Acts: capture})
	if err != nil {
		return hall.Booking{}, err
	}
	bs, err := hall.OfFiling(ctx, j.Store, filing)
	if err != nil || len(bs) == 0 {
		t.Fatal(bs, err)
	}
	return bs[len(bs)-1], nil
}

// letGo is the reaction, as node runs it.
func letGo(t testing.TB, j *journal.Journal) {
	t.Helper()
	err := j.Each(ctx, 0, func(e journal.Event) error {
		m, ok := e.Body.(hall.Moved)
		if !ok {
			return nil
		}
		b, _, err := hall.BookingOf(ctx, j.Store, m.Booking)
		if err != nil {
			return err
		}
		for _, w := range hall.Letting(e, b) {
			if _, err := journal.Do(ctx, j, hall.Days, w.Order, w.Command); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestOldPlaceIsFreeOnlyOnceTheNewOneIsSure(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, openStore func() *store.Store) {
		j := open(t, openStore(), zone.Internet, now)
		d1, d2 := calendar.On(2026, 8, 12), calendar.On(2026, 8, 13)
		b, err := bookOn(t, j, d1, hall.At(9, 0), "f", 2)
		if err != nil {
			t.Fatal(err)
		}
		ask := hall.Ask{Plan: plan(t), Counter: visit.CaptureCounter, People: 1, Now: now(), Book: book(t)}
		at9 := func(d calendar.Date) int {
			f, err := hall.FreeOn(ctx, j.Store, ask, d)
			if err != nil {
				t.Fatal(err)
			}
			return f.Slots[0].Places
		}
		if at9(d1) != 2 || at9(d2) != 4 {
			t.Fatal(at9(d1), at9(d2))
		}
		w := wanted(t, d2, hall.At(9, 0), "", 0)
		if _, err := journal.Do(ctx, j, hall.Days, journal.Order{Subject: w.Plan.DayID(d2)}, hall.Move{Booking: b, Wanted: w}); err != nil {
			t.Fatal(err)
		}
		if at9(d1) != 2 || at9(d2) != 2 {
			t.Fatalf("before the old day lets go both are taken: %d %d", at9(d1), at9(d2))
		}
		letGo(t, j)
		letGo(t, j) // a second time is harmless
		if at9(d1) != 4 || at9(d2) != 2 {
			t.Fatal(at9(d1), at9(d2))
		}
		if now, _, _ := hall.BookingOf(ctx, j.Store, b.ID); now.Day != d2 || now.Sequence != 1 {
			t.Fatalf("%+v", now)
		}
	})
}

func TestCrossedMovesLeaveOnePlace(t *testing.T) {
	j := open(t, sqlite(t), zone.Internet, now)
	d0, d1, d2 := calendar.On(2026, 8, 12), calendar.On(2026, 8, 13), calendar.On(2026, 8, 17)
	b, err := bookOn(t, j, d0, hall.At(9, 0), "f", 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []calendar.Date{d1, d2} { // two pages showed the same booking
		w := wanted(t, d, hall.At(9, 0), "", 0)
		if _, err := journal.Do(ctx, j, hall.Days, journal.Order{Subject: w.Plan.DayID(d)}, hall.Move{Booking: b, Wanted: w}); err != nil {
			t.Fatal(err)
		}
	}
	letGo(t, j)
	var where []string
	for _, d := range []calendar.Date{d0, d1, d2} {
		s, _, err := journal.Load(ctx, j, hall.Days, hall.DayID("yz", d))
		if err != nil {
			t.Fatal(err)
		}
		if _, here := s.Bookings[b.ID]; here {
			where = append(where, d.String())
		}
	}
	stands, _, _ := hall.BookingOf(ctx, j.Store, b.ID)
	if fmt.Sprint(where) != "[2026-08-13]" || stands.Day != d1 {
		t.Fatalf("booked on %v, shown on %s", where, stands.Day)
	}
}

// over counts places taken at a window and time beyond what there are.
func over(d hall.Day, p hall.Plan) string {
	used := map[string]int{}
	for _, b := range d.Bookings {
		for _, u := range b.Uses {
			used[b.Window+u.Slot.String()] += u.Places
		}
	}
	for k, n := range used {
		w, _ := p.Window(k[:1])
		if n > w.Places-w.Kept {
			return fmt.Sprintf("%s has %d of %d", k, n, w.Places-w.Kept)
		}
	}
	return ""
}

// overAt counts what is kept at an hour too: while a form is filled in, and for who
// waits. Who is booked and chooses another time of the day may keep places of their
// own: of one time they have what is more, the booking or what is kept, never both.
func overAt(d hall.Day, p hall.Plan, at time.Time) string {
	booked, kept := map[string]map[string]int{}, map[string]map[string]int{} // by window and time, by case
	add := func(to map[string]map[string]int, filing, window string, uses []hall.Use) {
		for _, u := range uses {
			k := window + u.Slot.String()
			if to[k] == nil {
				to[k] = map[string]int{}
			}
			to[k][filing] += u.Places
		}
	}
	for _, b := range d.Bookings {
		add(booked, b.Filing, b.Window, b.Uses)
	}
	for _, h := range d.Holds {
		if h.Until.After(at) {
			add(kept, h.Filing, h.Window, h.Uses)
		}
	}
	for id, w := range d.Waits {
		if w.Open(at) {
			add(booked, "wait "+id, w.Offer.Window, w.Offer.Uses)
		}
	}
	for _, w := range p.Windows {
		for _, slot := range p.Slots() {
			k, n := w.ID+slot.String(), 0
			for filing, m := range booked[k] {
				n += max(m, kept[k][filing])
			}
			for filing, m := range kept[k] {
				if _, too := booked[k][filing]; !too {
					n += m
				}
			}
			if n > w.Places-w.Kept {
				return fmt.Sprintf("%s has %d of %d", k, n, w.Places-w.Kept)
			}
		}
	}
	return ""
}

// inARow says what is wrong with the places of a booking: they follow each other without
// a break, nobody has two at once, and everybody has as many slots as they take.
func inARow(b hall.Placed, p hall.Plan) string {
	n, places := max(1, len(b.People)), 0
	for i, u := range b.Uses {
		if i > 0 && u.Slot != b.Uses[i-1].Slot+hall.Clock(p.Minutes) {
			return fmt.Sprintf("a break before %s", u.Slot)
		}
		if u.Places < 1 || u.Places > n {
			return fmt.Sprintf("%d places at %s for %d people", u.Places, u.Slot, n)
		}
		places += u.Places
	}
	want := 0
	for i := range n {
		if len(b.Takes) == 0 {
			want++
		} else {
			want += b.Takes[i]
		}
	}
	if places != want {
		return fmt.Sprintf("%d places, and they take %d", places, want)
	}
	return ""
}

func TestFiveHundredAtOnceOnTheLastPlace(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, openStore func() *store.Store) {
		j := open(t, openStore(), zone.Internet, now)
		p := plan(t)
		rounds := 4
		for round := range rounds {
			d := calendar.On(2026, 8, 17+round)
			// Three of the four places at half past nine are gone.
			for i, n := range []int{2, 1} {
				if _, err := bookOn(t, j, d, hall.At(9, 30), fmt.Sprintf("early%d.%d", round, i), n); err != nil {
					t.Fatal(err)
				}
			}
			var got, late atomic.Int64
			var wg sync.WaitGroup
			for i := range 500 {
				wg.Go(func() {
					w := wanted(t, d, hall.At(9, 30), fmt.Sprintf("r%d.%d", round, i), 1)
					var err error
					if i%4 == 0 { // keeps it first, and confirms
						_, err = journal.Do(ctx, j, hall.Days, journal.Order{Subject: p.DayID(d)}, hall.Keep{Wanted: w})
					}
					kept := i%4 == 0 && err == nil
					if err == nil {
						_, err = journal.Do(ctx, j, hall.Days, journal.Order{Subject: p.DayID(d)}, hall.Book{Wanted: w, People: peopleOf(w.Filing, 1), Acts: capture})
					}
					var c *fault.ConflictError
					switch {
					case kept && err != nil:
						t.Errorf("what was kept isn't given: %v", err)
					case err == nil:
						got.Add(1)
					case errors.As(err, &c) && len(c.Nearest) == 3:
						late.Add(1)
					default:
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if got.Load() != 1 || late.Load() != 499 {
				t.Fatalf("round %d: %d got the last place, %d were offered others", round, got.Load(), late.Load())
			}
			s, _, err := journal.Load(ctx, j, hall.Days, p.DayID(d))
			if err != nil || over(s, p) != "" {
				t.Fatal(over(s, p), err)
			}
		}
	})
}

// BenchmarkLastPlace: attempts a second on the last place, aim 12,000.
func BenchmarkLastPlace(b *testing.B) {
	j := open(b, sqlite(b), zone.Internet, now)
	p := plan(b)
	d := calendar.On(2026, 8, 17)
	for i, n := range []int{2, 1} {
		if _, err := bookOn(b, j, d, hall.At(9, 30), fmt.Sprintf("early%d", i), n); err != nil {
			b.Fatal(err)
		}
	}
	var n atomic.Int64
	b.SetParallelism(250)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			w := hall.Wanted{Plan: p, Day: d, Slot: hall.At(9, 30), Counter: visit.CaptureCounter, Filing: fmt.Sprintf("f%d", n.Add(1)), Unit: "u", People: 1}
			_, err := journal.Do(ctx, j, hall.Days, journal.Order{Subject: p.DayID(d)}, hall.Book{Wanted: w, People: peopleOf(w.Filing, 1), Acts: capture})
			if err != nil && !fault.IsConflict(err) {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "attempts/s")
}

func TestPlacesAreNeverOverAndRebuiltTablesEqualKeptOnes(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, openStore func() *store.Store) {
		at := now()
		j := open(t, openStore(), zone.Internet, func() time.Time { return at })
		p := plan(t)
		p.Windows[0].Counters = []visit.Counter{visit.PassportCounter, visit.CaptureCounter} // one window serves two
		if _, err := p.OpenOn(monday, nil); err != "" {
			t.Fatal(err)
		}
		round := 0
		rapid.Check(t, func(rt *rapid.T) {
			round++
			first, _ := p.Bookable(calendar.DateOf(at), book(t)) // the clock goes on from round to round
			days := []calendar.Date{first, book(t).AddWorkdays(first, 1)}
			for i := range rapid.IntRange(1, 15).Draw(rt, "steps") {
				d := rapid.SampledFrom(days).Draw(rt, "day")
				slot := rapid.SampledFrom(p.Slots()).Draw(rt, "slot")
				n := rapid.IntRange(1, 7).Draw(rt, "people")
				w := wanted(t, d, slot, fmt.Sprintf("f%d.%d", round, i%4), n)
				w.Plan, w.Counter = p, rapid.SampledFrom([]visit.Counter{visit.CaptureCounter, visit.CaptureCounter, visit.PassportCounter}).Draw(rt, "counter")
				w.Persons = peopleOf(w.Filing, n)
				w.Acts = lasting(w.Persons, rapid.SliceOfN(rapid.SampledFrom([]int{10, 30, 45, 80}), 1, 3).Draw(rt, "minutes"))
				order := journal.Order{Subject: p.DayID(d)}
				switch rapid.SampledFrom([]string{"keep", "book", "cancel", "move", "give up", "wait", "wait", "serve", "serve", "quit", "later"}).Draw(rt, "what") {
				case "wait":
					_, _ = journal.Do(ctx, j, hall.Days, order, hall.Wait{Wanted: w, People: peopleOf(w.Filing, n)})
				case "serve":
					if _, err := journal.Do(ctx, j, hall.Days, order, hall.Serve{Plan: p, Day: d}); err != nil {
						rt.Fatal(err)
					}
				case "quit":
					_, _ = journal.Do(ctx, j, hall.Days, order, hall.Quit{Filing: w.Filing, Day: d, Why: hall.WaitLeft})
				case "later":
					at = at.Add(time.Minute * time.Duration(rapid.IntRange(1, 90).Draw(rt, "minutes")))
				case "keep":
					_, _ = journal.Do(ctx, j, hall.Days, order, hall.Keep{Wanted: w}) // refusals are part of life
				case "book":
					_, _ = journal.Do(ctx, j, hall.Days, order, hall.Book{Wanted: w, People: w.Persons, Acts: w.Acts})
				case "give up":
					kept, err := hall.KeptFor(ctx, j.Store, w.Filing, at)
					if err != nil {
						rt.Fatal(err)
					}
					for _, k := range kept {
						if _, err := journal.Do(ctx, j, hall.Days, journal.Order{Subject: hall.DayID(k.Hall, k.Day)}, hall.GiveUp{Filing: w.Filing, Hold: k.Hold}); err != nil {
							rt.Fatal(err)
						}
					}
				default:
					bs, err := hall.OfFiling(ctx, j.Store, w.Filing)
					if err != nil {
						rt.Fatal(err)
					}
					if len(bs) == 0 {
						continue
					}
					b := bs[len(bs)-1]
					switch which := rapid.SampledFrom([]string{"cancel", "shorten", "move"}).Draw(rt, "change"); which {
					case "shorten":
						_, _ = journal.Do(ctx, j, hall.Days, journal.Order{Subject: hall.DayID(b.Hall, b.Day)}, hall.Shorten{Booking: b, Person: rapid.SampledFrom(b.People).Draw(rt, "who")})
					case "cancel":
						_, _ = journal.Do(ctx, j, hall.Days, journal.Order{Subject: hall.DayID(b.Hall, b.Day)}, hall.Cancel{Booking: b.ID, Day: b.Day})
					case "move":
						_, _ = journal.Do(ctx, j, hall.Days, order, hall.Move{Booking: b, Wanted: w})
					}
				}
			}
			letGo(t, j)
			for _, d := range days {
				s, _, err := journal.Load(ctx, j, hall.Days, p.DayID(d))
				if err != nil || over(s, p) != "" || overAt(s, p, at) != "" {
					rt.Fatal(over(s, p), overAt(s, p, at), err)
				}
				for id, b := range s.Bookings {
					if wrong := inARow(b, p); wrong != "" {
						rt.Fatalf("booking %s: %s", id, wrong)
					}
				}
				list, err := hall.DayList(ctx, j.Store, "yz", d)
				if err != nil || len(list) != len(s.Bookings) {
					rt.Fatalf("the list has %d, the day %d: %v", len(list), len(s.Bookings), err)
				}
			}
			kept, err := j.Dump(ctx)
			if err != nil {
				rt.Fatal(err)
			}
			if err := j.Rebuild(ctx); err != nil {
				rt.Fatal(err)
			}
			again, err := j.Dump(ctx)
			if err != nil || fmt.Sprint(kept) != fmt.Sprint(again) {
				rt.Fatalf("kept %v, rebuilt %v, %v", kept, again, err)
			}
		})
	})
}

func TestListsUseTheirIndexes(t *testing.T) {
	j := open(t, sqlite(t), zone.Internet, now)
	for q, index := range hall.Queries {
		args := []any{"x", "2026-08-11", "%x%", "x"}[:max(2, strings.Count(q, "$"))]
		rows, err := j.Store.Query(ctx, "EXPLAIN QUERY PLAN "+q, args...)
		if err != nil {
			t.Fatal(err)
		}
		var plan strings.Builder
		for rows.Next() {
			var a, b, c int
			var detail string
			if err := rows.Scan(&a, &b, &c, &detail); err != nil {
				t.Fatal(err)
			}
			plan.WriteString(detail + "; ")
		}
		rows.Close()
		if !strings.Contains(plan.String(), index) {
			t.Errorf("%s: %s", index, plan.String())
		}
	}
}

// tell carries to another zone what one has written since a position.
func tell(t *testing.T, from, to *journal.Journal, since journal.Position) {
	t.Helper()
	events, err := from.Events(ctx, since, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		b, goes, err := from.Registry().EncodeFor(e, to.Zone)
		if err == nil && goes {
			err = to.Apply(ctx, func(a *journal.Applying) error { _, _, err := a.Take(ctx, b); return err })
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// The unit changes its booking in one zone, the window notes in the other who came:
// neither has heard of the other. Both zones end with the same, and who moved or
// cancelled in time is no one who didn't come.
func TestNewsOfABookingThatCrossComeToTheSame(t *testing.T) {
	first, later := calendar.On(2026, 8, 12), calendar.On(2026, 8, 17)
	for _, c := range []struct {
		name string
		unit func(b hall.Booking) (calendar.Date, journal.Command[hall.Day])
		desk func(b hall.Booking) journal.Command[hall.Attendance]
		day  calendar.Date // on which the desk writes
		want hall.State
		on   calendar.Date
	}{
		{"moved in time, noted as missed", func(b hall.Booking) (calendar.Date, journal.Command[hall.Day]) {
			return later, hall.Move{Booking: b, Wanted: wanted(t, later, hall.At(9, 0), "", 0)}
		}, func(b hall.Booking) journal.Command[hall.Attendance] { return hall.Miss{Booking: b} }, first.Next(), hall.IsBooked, later},
		{"cancelled in time, noted as missed", func(b hall.Booking) (calendar.Date, journal.Command[hall.Day]) {
			return first, hall.Cancel{Booking: b.ID, Day: b.Day}
		}, func(b hall.Booking) journal.Command[hall.Attendance] { return hall.Miss{Booking: b} }, first.Next(), hall.IsCancelled, first},
		{"cancelled, and there all the same", func(b hall.Booking) (calendar.Date, journal.Command[hall.Day]) {
			return first, hall.Cancel{Booking: b.ID, Day: b.Day}
		}, func(b hall.Booking) journal.Command[hall.Attendance] {
			return hall.CheckIn{Booking: b, People: b.People}
		}, first, hall.HasArrived, first},
	} {
		t.Run(c.name, func(t *testing.T) {
			at := now()
			internet := open(t, sqlite(t), zone.Internet, now)
			office := open(t, sqlite(t), zone.Office, func() time.Time { return at })
			b, err := bookOn(t, internet, first, hall.At(9, 0), "f", 1)
			if err != nil {
				t.Fatal(err)
			}
			tell(t, internet, office, 0)
			mine, _ := internet.Head()
			theirs, _ := office.Head()
			d, cmd := c.unit(b)
			if _, err := journal.Do(ctx, internet, hall.Days, journal.Order{Subject: hall.DayID("yz", d)}, cmd); err != nil {
				t.Fatal(err)
			}
			at = hall.At(9, 0).On(c.day)
			if _, err := journal.Do(ctx, office, hall.Attendances, journal.Order{Subject: b.ID}, c.desk(b)); err != nil {
				t.Fatal(err)
			}
			tell(t, internet, office, mine)
			tell(t, office, internet, theirs)
			for _, j := range []*journal.Journal{internet, office} {
				got, _, err := hall.BookingOf(ctx, j.Store, b.ID)
				if err != nil || got.State != c.want || got.Day != c.on {
					t.Errorf("%s: %s on %s, not %s on %s: %v", j.Zone, got.State, got.Day, c.want, c.on, err)
				}
			}
			if c.on == later { // and they can come
				at = hall.At(9, 0).On(later)
				moved, _, err := hall.BookingOf(ctx, office.Store, b.ID)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := journal.Do(ctx, office, hall.Attendances, journal.Order{Subject: b.ID}, hall.CheckIn{Booking: moved, People: moved.People}); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// Somebody leaves a group whose booking is being moved: the old day lets go of it
// all the same.
func TestAPlaceThatWasShortenedWhileItWasMovedIsLetGo(t *testing.T) {
	booked := hall.Booked{Booking: "k", Filing: "f", Day: monday, Sequence: 1, People: people(2), Uses: []hall.Use{{Slot: hall.At(9, 0), Places: 2}}}
	d := day(t, booked, hall.Shortened{Booking: "k", Sequence: 2})
	if es, err := (hall.Leave{Booking: "k", UpTo: 1}).Decide(d, moment(t)); err != nil || len(es) != 1 {
		t.Errorf("%v %v", es, err)
	}
}
