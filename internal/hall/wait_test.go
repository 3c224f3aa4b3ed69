package hall_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/visit"
	"yitang/internal/zone"
)

var wednesday = calendar.On(2026, 8, 12)

// small is a hall with one window for capture: two places in each of four half hours.
func small(t testing.TB) hall.Plan {
	p := plan(t)
	p.Windows = []hall.Window{{ID: "A", Counters: []visit.Counter{visit.CaptureCounter}, Name: "采集", Places: 3, Kept: 1}}
	p.Open = []hall.Span{{From: hall.At(9, 0), To: hall.At(10, 0)}, {From: hall.At(14, 0), To: hall.At(15, 0)}}
	return p
}

// full is a day of it on which each place is somebody's, but for some of the first.
func full(free int) []any {
	var out []any
	for i, s := range []hall.Clock{hall.At(9, 0), hall.At(9, 30), hall.At(14, 0), hall.At(14, 30)} {
		n := 2
		if i == 0 {
			n -= free
		}
		if n > 0 {
			id := fmt.Sprintf("b%d", i)
			out = append(out, hall.Booked{Booking: id, Day: wednesday, Slot: s, Window: "A", Filing: id, Uses: []hall.Use{{Slot: s, Places: n}}})
		}
	}
	return out
}

func waits(filing string, n int, first hall.First) hall.WaitBegun {
	var who []string
	for _, p := range people(n) {
		who = append(who, filing+"."+p)
	}
	return hall.WaitBegun{Wait: "w." + filing, Hall: "yz", Day: wednesday, Counter: string(visit.CaptureCounter), Filing: filing, Unit: "u", People: who, First: first}
}

// elsewhere is a booking of so many people at another window.
func elsewhere(at hall.Clock, persons ...string) hall.Booked {
	return hall.Booked{Booking: "y", Day: wednesday, Slot: at, Window: "V", Filing: "y", Unit: "v", People: persons, Uses: []hall.Use{{Slot: at, Places: len(persons)}}}
}

// What nobody could take isn't offered, and is in nobody's way.
func TestTheLineKnowsWhenItsPeopleAreElsewhere(t *testing.T) {
	nine, half := hall.At(9, 0), hall.At(9, 30)
	offered := []any{hall.Offered{Wait: "w.a", Filing: "a", Slot: nine, Window: "A", Uses: []hall.Use{{Slot: nine, Places: 1}}, Until: now().Add(time.Hour)}}
	also := waits("b", 1, "")
	also.People = []string{"a.p0"}
	for _, x := range []struct {
		name   string
		person int // times of a day
		there  []any
		want   string
	}{
		{"at that hour", 0, append(full(1), elsewhere(nine, "a.p0"), waits("a", 1, ""), waits("b", 1, "")), "b 09:00"},
		{"at another hour", 0, append(full(1), elsewhere(half, "a.p0"), waits("a", 1, ""), waits("b", 1, "")), "a 09:00"},
		{"their next hour", 0, []any{elsewhere(nine, "a.p0"), waits("a", 1, "")}, "a 09:30"},
		{"as often as one may", 1, append(full(1), elsewhere(half, "a.p0"), waits("a", 1, ""), waits("b", 1, "")), "b 09:00"},
		{"who waits twice", 0, []any{waits("a", 1, ""), also}, "a 09:00, b 09:30"},
		{"who waits twice and has an offer", 0, append([]any{waits("a", 1, ""), also}, offered...), "b 09:30"},
		{"who waits twice and may come once", 1, []any{waits("a", 1, ""), also}, "a 09:00"},
	} {
		p := small(t)
		p.PersonDay = x.person
		if got := given(t, day(t, x.there...), p, now()); got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
	wanted := hall.Wait{Wanted: hall.Wanted{Plan: small(t), Day: wednesday, Counter: visit.CaptureCounter, Filing: "f", Unit: "u"}, People: people(1)}
	if es, err := wanted.Decide(day(t, append(full(1), elsewhere(nine, "p0"))...), moment(t)); err != nil || len(es) != 1 {
		t.Errorf("who can't come at the only free hour may not wait: %v, %v", es, err)
	}
	if _, err := wanted.Decide(day(t, append(full(1), elsewhere(half, "p0"))...), moment(t)); len(fault.Findings(err)) != 1 || fault.Findings(err)[0].Key != "hall.wait.free" {
		t.Errorf("who can come waits: %v", err)
	}
}

// given says what a round through the line came to: who is offered which hour, whose
// waiting is over.
func given(t testing.TB, d hall.Day, p hall.Plan, at time.Time) string {
	t.Helper()
	m := moment(t)
	m.Now, m.Today = at, calendar.DateOf(at)
	es, err := hall.Serve{Plan: p, Day: wednesday}.Decide(d, m)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range es {
		switch b := e.Body.(type) {
		case hall.Offered:
			out = append(out, fmt.Sprintf("%s %s", b.Filing, b.Slot))
		case hall.WaitEnded:
			out = append(out, fmt.Sprintf("%s %s", b.Filing, b.Why))
		}
	}
	return strings.Join(out, ", ")
}

func TestAPlaceThatComesFreeGoesToTheFirstWhomItFits(t *testing.T) {
	p := small(t)
	for _, x := range []struct {
		name string
		free int
		line []any
		want string
	}{
		{"nobody is free", 0, []any{waits("a", 1, "")}, ""},
		{"who came first", 1, []any{waits("a", 1, ""), waits("b", 1, "")}, "a 09:00"},
		{"as many as there are places", 2, []any{waits("a", 1, ""), waits("b", 1, ""), waits("c", 1, "")}, "a 09:00, b 09:00"},
		{"a group has all or none, and the next is no worse off for it", 1, []any{waits("a", 2, ""), waits("b", 1, "")}, "b 09:00"},
		{"a group that fits has all", 2, []any{waits("a", 2, ""), waits("b", 1, "")}, "a 09:00"},
		{"an urgent case goes first", 1, []any{waits("a", 1, ""), waits("b", 1, hall.IsUrgent)}, "b 09:00"},
		{"so does somebody of age", 1, []any{waits("a", 1, ""), waits("b", 1, hall.IsElder), waits("c", 1, hall.IsUrgent)}, "b 09:00"},
		{"who has left is passed over", 1, []any{waits("a", 1, ""), waits("b", 1, ""), hall.WaitEnded{Wait: "w.a", Filing: "a", Why: hall.WaitLeft}}, "b 09:00"},
		{"who has booked that day waits no more", 1, []any{waits("a", 1, ""), waits("b", 1, ""), hall.Booked{Booking: "x", Filing: "a", Slot: hall.At(11, 0), Window: "A"}}, "b 09:00"},
		{"who has an offer gets no second", 2, []any{waits("a", 1, ""), hall.Offered{Wait: "w.a", Filing: "a", Slot: hall.At(9, 0), Window: "A", Uses: []hall.Use{{Slot: hall.At(9, 0), Places: 1}}, Until: now().Add(time.Hour)}}, ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			if got := given(t, day(t, append(full(x.free), x.line...)...), p, now()); got != x.want {
				t.Errorf("%q, want %q", got, x.want)
			}
		})
	}
}

func TestAnOfferThatNobodyAnswersGoesOnToTheNext(t *testing.T) {
	p := small(t)
	until := now().Add(2 * time.Hour)
	offer := hall.Offered{Wait: "w.a", Filing: "a", Slot: hall.At(9, 0), Window: "A", Uses: []hall.Use{{Slot: hall.At(9, 0), Places: 1}}, Until: until}
	d := day(t, append(full(1), waits("a", 1, ""), waits("b", 1, ""), offer)...)
	if got := given(t, d, p, until.Add(-time.Minute)); got != "" {
		t.Errorf("before the hour: %s", got)
	}
	// The hour passed while nobody was looking: whenever somebody looks, it is over.
	for _, late := range []time.Duration{0, 3 * time.Hour} {
		if got := given(t, d, p, until.Add(late)); got != "a lapsed, b 09:00" {
			t.Errorf("%s late: %s", late, got)
		}
	}
	if got := given(t, d, p, hall.At(0, 0).On(wednesday)); got != "a lapsed, b closed" {
		t.Errorf("on the day itself nothing can be booked: %s", got)
	}
}

func TestOffersAreMadeWhileTheHallIsOpenAndLastForItsHours(t *testing.T) {
	p := small(t)
	p.Open = []hall.Span{{From: hall.At(9, 0), To: hall.At(12, 0)}, {From: hall.At(14, 0), To: hall.At(17, 0)}}
	p.Closed = []hall.ClosedDay{{Day: calendar.On(2026, 8, 13), Reason: "检修"}}
	for _, x := range []struct{ name, at, day, want string }{
		{"in the morning", "2026-08-10T09:00", "2026-08-14", "2026-08-10T11:00"},
		{"over noon", "2026-08-10T11:30", "2026-08-14", "2026-08-10T15:30"},
		{"at noon itself", "2026-08-10T12:30", "2026-08-14", "2026-08-10T16:00"},
		{"over night", "2026-08-10T16:30", "2026-08-14", "2026-08-11T10:30"},
		{"over a closed day", "2026-08-12T16:00", "2026-08-17", "2026-08-14T10:00"},
		{"never longer than it can be booked", "2026-08-10T16:00", "2026-08-11", "2026-08-11T00:00"},
		{"not before it opens", "2026-08-10T08:59", "2026-08-14", ""},
		{"not in the evening", "2026-08-10T17:00", "2026-08-14", ""},
		{"not on a Sunday", "2026-08-09T10:00", "2026-08-14", ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			on, clock, _ := hall.ParsePlace(x.at)
			d, err := calendar.Parse(x.day)
			if err != nil {
				t.Fatal(err)
			}
			m := moment(t)
			m.Now, m.Today = clock.On(on), on
			w := waits("a", 1, "")
			w.Day = d
			es, err := hall.Serve{Plan: p, Day: d}.Decide(day(t, w), m)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, e := range es {
				if o, is := e.Body.(hall.Offered); is {
					got = hall.PlaceID(calendar.DateOf(o.Until), hall.ClockAt(o.Until))
				}
			}
			if got != x.want {
				t.Errorf("until %q, want %q", got, x.want)
			}
		})
	}
}

func TestWhoMayWait(t *testing.T) {
	p := small(t)
	for _, x := range []struct {
		name string
		had  []any
		n    int
		day  calendar.Date
		want string // the finding's key; "waits"; "" for nothing new
	}{
		{"the day is full", full(0), 2, wednesday, "waits"},
		{"there is a place", full(1), 1, wednesday, "hall.wait.free"},
		{"there is one, but too few", full(1), 2, wednesday, "waits"},
		{"the place is owed to who waits already", append(full(1), waits("a", 1, "")), 1, wednesday, "waits"},
		{"they wait already", append(full(0), waits("f", 1, "")), 1, wednesday, ""},
		{"they have booked it", append(full(0), hall.Booked{Booking: "x", Filing: "f", Day: wednesday, Slot: hall.At(9, 0), Window: "A"}), 1, wednesday, "hall.wait.booked"},
		{"more than ever fit", full(0), 9, wednesday, "hall.wait.never"},
		{"a day that can't be booked", nil, 1, monday, "hall.slot.too_soon"},
		{"a Sunday", nil, 1, calendar.On(2026, 8, 16), "hall.slot.closed"},
	} {
		t.Run(x.name, func(t *testing.T) {
			w := hall.Wanted{Plan: p, Day: x.day, Counter: visit.CaptureCounter, Filing: "f", Unit: "u"}
			es, err := hall.Wait{Wanted: w, People: people(x.n)}.Decide(day(t, x.had...), moment(t))
			got := ""
			if fs := fault.Findings(err); len(fs) == 1 && fs[0].Field == "days" {
				got = fs[0].Key
			} else if err != nil {
				t.Fatal(err)
			} else if len(es) == 1 {
				got = "waits"
			}
			if got != x.want {
				t.Errorf("%q, want %q", got, x.want)
			}
		})
	}
}

// A day that can't have them says which it is: too many people, or too long a matter
// for what is left of it.
func TestADayThatNeverHasThemSaysWhy(t *testing.T) {
	p := quarters(t, 2)
	p.Lead = 0
	for _, x := range []struct {
		now             hall.Clock
		people, minutes int
		want            string
	}{
		{hall.At(8, 0), 1, 60, ""},
		{hall.At(8, 0), 8, 15, ""},
		{hall.At(8, 0), 8, 30, "hall.wait.long"},
		{hall.At(8, 0), 9, 15, "hall.wait.never"},
		{hall.At(14, 20), 1, 30, ""},
		{hall.At(14, 30), 1, 30, "hall.wait.long"},
		{hall.At(14, 30), 2, 15, ""},
		{hall.At(14, 30), 3, 15, "hall.wait.long"},
		{hall.At(14, 45), 1, 15, "hall.wait.long"},
		{hall.At(14, 45), 9, 15, "hall.wait.never"},
	} {
		who, m := people(x.people), moment(t)
		m.Now = x.now.On(monday)
		w := hall.Wanted{Plan: p, Day: monday, Counter: visit.CaptureCounter, Filing: "f", Unit: "u", Acts: lasting(who, []int{x.minutes})}
		_, err := hall.Wait{Wanted: w, People: who}.Decide(day(t), m)
		got := ""
		if fs := fault.Findings(err); len(fs) == 1 && fs[0].Key != "hall.wait.free" {
			got = fs[0].Key
		}
		if got != x.want {
			t.Errorf("at %s %d of %d minutes each: %q, want %q", x.now, x.people, x.minutes, got, x.want)
		}
	}
}

func TestWhoGoesFirst(t *testing.T) {
	p := plan(t)
	d := calendar.On(2026, 8, 12)
	for _, x := range []struct {
		name   string
		urgent bool
		born   []calendar.Date
		want   hall.First
	}{
		{"nobody", false, []calendar.Date{calendar.On(1980, 1, 1), {}}, ""},
		{"urgent", true, nil, hall.IsUrgent},
		{"sixty today", false, []calendar.Date{calendar.On(1990, 1, 1), calendar.On(1966, 8, 12)}, hall.IsElder},
		{"sixty tomorrow", false, []calendar.Date{calendar.On(1966, 8, 13)}, ""},
	} {
		if got := p.GoesFirst(x.urgent, x.born, d); got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
	p.Elder = 65
	if got := p.GoesFirst(false, []calendar.Date{calendar.On(1966, 8, 12)}, d); got != "" {
		t.Errorf("where the hall says 65, sixty is %q", got)
	}
}

// What comes free is the line's from the same moment on, whoever is quicker and whether
// or not an offer has been made yet.
func TestAPlaceThatComesFreeIsNobodysButTheLines(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, openStore func() *store.Store) {
		at := now()
		j := open(t, openStore(), zone.Internet, func() time.Time { return at })
		p := small(t)
		do := func(cmd journal.Command[hall.Day]) error {
			_, err := journal.Do(ctx, j, hall.Days, journal.Order{Subject: p.DayID(wednesday)}, cmd)
			return err
		}
		want := func(filing string, s hall.Clock) hall.Wanted {
			return hall.Wanted{Plan: p, Day: wednesday, Slot: s, Counter: visit.CaptureCounter, Filing: filing, Unit: "u", People: 1}
		}
		for i, s := range p.Slots() {
			if err := do(hall.Book{Wanted: want(fmt.Sprintf("b%d", i), s), People: peopleOf(fmt.Sprintf("b%d", i), 2), Acts: capture}); err != nil {
				t.Fatal(err)
			}
		}
		for _, filing := range []string{"first", "second"} {
			if err := do(hall.Wait{Wanted: want(filing, 0), People: peopleOf(filing, 2)}); err != nil {
				t.Fatal(err)
			}
			at = at.Add(time.Second)
		}
		b, err := hall.OfFiling(ctx, j.Store, "b1")
		if err != nil {
			t.Fatal(err)
		}
		if err := do(hall.Cancel{Booking: b[0].ID, Day: wednesday}); err != nil {
			t.Fatal(err)
		}
		free := func(filing string) int {
			t.Helper()
			d, err := hall.FreeOn(ctx, j.Store, hall.Ask{Plan: p, Counter: visit.CaptureCounter, People: 1, Filing: filing, Now: at, Book: book(t)}, wednesday)
			if err != nil {
				t.Fatal(err)
			}
			n := 0
			for _, s := range d.Slots {
				if s.Fits {
					n++
				}
			}
			return n
		}
		passer := hall.Book{Wanted: want("passer-by", hall.At(9, 30)), People: peopleOf("passer-by", 1), Acts: capture}
		for _, when := range []string{"before", "after"} {
			if err := do(passer); !fault.IsConflict(err) {
				t.Fatalf("%s the offer was made, a passer-by got the place: %v", when, err)
			}
			if free("passer-by") != 0 || free("first") != 1 || free("second") != 0 {
				t.Fatalf("%s the offer was made, free for a passer-by %d, the first %d, the second %d", when, free("passer-by"), free("first"), free("second"))
			}
			if err := do(hall.Serve{Plan: p, Day: wednesday}); err != nil {
				t.Fatal(err)
			}
		}
		turns := func() string {
			ws, err := hall.Lines(ctx, j.Store, p.ID)
			if err != nil {
				t.Fatal(err)
			}
			var out []string
			for _, w := range ws {
				n, err := hall.Turn(ctx, j.Store, w)
				if err != nil {
					t.Fatal(err)
				}
				if w.Open(at) {
					n = 0
				}
				out = append(out, fmt.Sprintf("%s %d", w.Filing, n))
			}
			return strings.Join(out, ", ")
		}
		if got := turns(); got != "first 0, second 1" {
			t.Fatal(got)
		}
		// Nobody answers, and nobody is there to note it: the place goes on all the same,
		// the next day, because the hall has closed meanwhile.
		at = at.Add(24 * time.Hour)
		if err := do(hall.Serve{Plan: p, Day: wednesday}); err != nil {
			t.Fatal(err)
		}
		if got := turns(); got != "second 0" {
			t.Fatal(got)
		}
		second := hall.Book{Wanted: want("second", hall.At(9, 30)), People: peopleOf("second", 2), Acts: capture}
		if err := do(second); err != nil {
			t.Fatal(err)
		}
		ws, err := hall.WaitsOf(ctx, j.Store, "second")
		if err != nil || len(ws) != 1 || ws[0].State != "booked" || turns() != "" {
			t.Fatal(ws, turns(), err)
		}
		kept, err := j.Dump(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Rebuild(ctx); err != nil {
			t.Fatal(err)
		}
		if again, err := j.Dump(ctx); err != nil || fmt.Sprint(kept) != fmt.Sprint(again) {
			t.Fatal("rebuilt tables differ", err)
		}
	})
}

func TestWhoHasAnotherTimeLeavesEveryLine(t *testing.T) {
	thursday := wednesday.Next()
	wish := func(d calendar.Date, state string) hall.Wish {
		return hall.Wish{Waiting: hall.Waiting{ID: "w" + d.String(), Filing: "f"}, Hall: "yz", Day: d, State: state}
	}
	all := []hall.Wish{wish(wednesday, hall.IsWaiting), wish(thursday, hall.IsWaiting), wish(thursday.Next(), string(hall.WaitLapsed))}
	for _, x := range []struct {
		name string
		body any
		want []string
	}{
		{"booked one of them", hall.Booked{Filing: "f", Hall: "yz", Day: wednesday}, []string{"yz.2026-08-13 served"}},
		{"booked that day in another hall", hall.Booked{Filing: "f", Hall: "other", Day: wednesday}, []string{"yz.2026-08-12 served", "yz.2026-08-13 served"}},
		{"moved elsewhere", hall.Moved{Filing: "f", Hall: "yz", Day: thursday.AddDays(5)}, []string{"yz.2026-08-12 served", "yz.2026-08-13 served"}},
		{"came without", hall.CheckedIn{Filing: "f"}, []string{"yz.2026-08-12 served", "yz.2026-08-13 served"}},
		{"the case is over", approval.Withdrawn{}, []string{"yz.2026-08-12 ended", "yz.2026-08-13 ended"}},
		{"approved", approval.Decided{Approved: 1}, nil},
		{"a form is filled in", hall.Held{Filing: "f"}, nil},
	} {
		var got []string
		for _, w := range hall.Unwaiting(journal.Event{ID: "e", Body: x.body}, all) {
			got = append(got, fmt.Sprintf("%s %s", w.Order.Subject, w.Command.(hall.Quit).Why))
		}
		if !slices.Equal(got, x.want) {
			t.Errorf("%s: %v, want %v", x.name, got, x.want)
		}
	}
}
