package hall_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/passport"
	"yitang/internal/visit"
	"yitang/internal/zone"
)

var acts = []hall.Act{{ID: "a1", Kind: visit.Capture, Person: "p0", Minutes: 15}, {ID: "a2", Kind: visit.ShowID, Person: "p0", Minutes: 3}, {ID: "a3", Kind: visit.PaperOriginal, Minutes: 5}}

func expected() hall.Booking {
	return hall.Booking{ID: "k", Hall: "yz", Day: monday, Slot: hall.At(9, 0), Ends: hall.At(9, 30), Number: "20260810-A-001", Filing: "f", Unit: "u", People: people(2), Acts: acts, State: hall.IsBooked}
}

func there(t *testing.T, happened ...any) hall.Attendance {
	t.Helper()
	var a hall.Attendance
	for _, b := range happened {
		var err error
		if a, err = hall.Attendances.Evolve(a, journal.Event{Body: b}); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

func TestVerbsOfAVisit(t *testing.T) {
	came := hall.CheckedIn{Booking: "k", Filing: "f", Unit: "u", Day: monday, Acts: acts}
	otherDay, gone, walkIn := expected(), expected(), expected()
	otherDay.Day = monday.Next()
	gone.State = hall.IsCancelled
	walkIn.ID, walkIn.People = "", nil
	missed, takenBack := hall.Missed{Booking: "k", Filing: "f", Unit: "u", Day: monday}, hall.MissTakenBack{Booking: "k", Filing: "f", Unit: "u", Day: monday}
	givenUp, excused := expected(), expected()
	givenUp.State, excused.State = hall.WasMissed, hall.WasExcused
	for _, c := range []struct {
		name  string
		given []any
		when  journal.Command[hall.Attendance]
		then  string // kinds of bodies, or the error
	}{
		{"comes", nil, hall.CheckIn{Booking: expected(), People: people(2)}, "hall.CheckedIn"},
		{"comes without a booking", nil, hall.CheckIn{Booking: walkIn, People: people(1)}, "hall.CheckedIn"},
		{"comes twice", []any{came}, hall.CheckIn{Booking: expected()}, "not now: hall.check_in.twice while arrived"},
		{"comes on another day", nil, hall.CheckIn{Booking: otherDay}, "not now: hall.check_in.other_day while booked"},
		{"comes after cancelling", nil, hall.CheckIn{Booking: gone}, "not now: hall.check_in.not_booked while cancelled"},
		{"brings a stranger", nil, hall.CheckIn{Booking: expected(), People: []string{"p9"}}, "invalid: people: hall.check_in.not_expected"},
		{"comes again without a cause", nil, hall.CheckIn{Booking: expected(), Earlier: 1}, "invalid: cause: hall.book.cause"},
		{"nobody knows why", nil, hall.CheckIn{}, "invalid: filing: hall.check_in.which; acts: hall.book.nothing_to_do"},
		{"act done", []any{came}, hall.CloseAct{Act: "a1", Result: hall.Done}, "hall.ActClosed"},
		{"act done twice", []any{came, hall.ActClosed{Act: "a1", Result: hall.Done}}, hall.CloseAct{Act: "a1", Result: hall.Done}, ""},
		{"act waived without a reason", []any{came}, hall.CloseAct{Act: "a1", Result: hall.Waived}, "invalid: note: hall.act.note"},
		{"another act", []any{came}, hall.CloseAct{Act: "zz", Result: hall.Done}, "not found: act/zz"},
		{"nobody there", nil, hall.CloseAct{Act: "a1", Result: hall.Done}, "not now: hall.act.not_here"},
		{"last act", []any{came, hall.ActClosed{Act: "a1", Result: hall.Done}, hall.ActClosed{Act: "a2", Result: hall.Waived}}, hall.CloseAct{Act: "a3", Result: hall.Done, Originals: 2}, "hall.ActClosed hall.Closed"},
		{"all at once", []any{came, hall.ActClosed{Act: "a1", Result: hall.Done}}, hall.Close{}, "hall.ActClosed hall.ActClosed hall.Closed"},
		{"the capture station has told nothing", []any{came}, hall.Close{}, "hall.ActClosed hall.ActClosed hall.Closed"},
		{"missed today", nil, hall.Miss{Booking: expected()}, "not now: hall.miss.not_over while booked"},
		{"missed while the hall is open", nil, hall.Miss{Booking: expected(), Over: now().Add(time.Minute)}, "not now: hall.miss.not_over while booked"},
		{"missed once it is closed", nil, hall.Miss{Booking: expected(), Over: now()}, "hall.Missed"},
		{"missed, and noted again", []any{missed}, hall.Miss{Booking: expected(), Over: now()}, ""},
		{"missed after coming", []any{came}, hall.Miss{Booking: expected(), Over: now()}, ""},
		{"comes after it was noted", []any{missed}, hall.CheckIn{Booking: givenUp, People: people(2)}, "hall.CheckedIn"},
		{"taken back", []any{missed}, hall.TakeBackMiss{}, "hall.MissTakenBack"},
		{"taken back twice", []any{missed, takenBack}, hall.TakeBackMiss{}, "not now: hall.miss.not_noted"},
		{"taken back of who came", []any{came}, hall.TakeBackMiss{}, "not now: hall.miss.not_noted while arrived"},
		{"taken back, and noted again", []any{missed, takenBack}, hall.Miss{Booking: expected(), Over: now()}, ""},
		{"taken back, and comes", []any{missed, takenBack}, hall.CheckIn{Booking: excused, People: people(2)}, "hall.CheckedIn"},
	} {
		es, err := c.when.Decide(there(t, c.given...), moment(t))
		got := ""
		for _, e := range es {
			got += fmt.Sprintf("%T ", e.Body)
		}
		if err != nil {
			got = err.Error()
		}
		if strings.TrimSpace(got) != c.then {
			t.Errorf("%s: got %q, want %q", c.name, got, c.then)
		}
	}
	yesterday := expected()
	yesterday.Day = monday.Prev()
	if es, err := (hall.Miss{Booking: yesterday}).Decide(hall.Attendance{}, moment(t)); err != nil || len(es) != 1 {
		t.Fatal(es, err)
	}
}

// Whoever closes the whole visit with one press took the original as well as who
// gave its number.
func TestAnOriginalThatWasTakenIsCountedWhicheverWayTheVisitEnds(t *testing.T) {
	paper := hall.Act{ID: "p", Kind: visit.PaperOriginal}
	came := hall.CheckedIn{Booking: "k", Filing: "f", Acts: []hall.Act{paper, {ID: "s", Kind: visit.SignVisaForm}}}
	for name, c := range map[string]struct {
		cmd  journal.Command[hall.Attendance]
		want int
	}{
		"whole visit": {hall.Close{}, 1}, "without a number": {hall.CloseAct{Act: "p", Result: hall.Done}, 1}, "two": {hall.CloseAct{Act: "p", Result: hall.Done, Originals: 2}, 2},
		"not needed": {hall.CloseAct{Act: "p", Result: hall.Waived, Note: "看过复印件"}, 0}, "no paper": {hall.CloseAct{Act: "s", Result: hall.Done}, 0},
	} {
		es, err := c.cmd.Decide(there(t, came), moment(t))
		got := 0
		for _, e := range es {
			if done, is := e.Body.(hall.ActClosed); is {
				got += done.Delivered()
			}
		}
		if err != nil || got != c.want {
			t.Errorf("%s: %d originals, not %d (%v)", name, got, c.want, err)
		}
	}
}

func TestClosedCountsWhatWasDone(t *testing.T) {
	came := hall.CheckedIn{Booking: "k", Filing: "f", Acts: acts}
	es, err := hall.Close{}.Decide(there(t, came, hall.ActClosed{Act: "a1", Result: hall.Replanned}), moment(t))
	if err != nil || es[len(es)-1].Body.(hall.Closed).Done != 2 {
		t.Fatal(es, err)
	}
}

// One of two booked stays away: what they were to do is none of the visit's, but
// what nobody was expected for in person is.
func TestWhoStayedAwayKeepsWhatIsOpen(t *testing.T) {
	b := expected()
	b.Acts = append(b.Acts[:3:3], hall.Act{ID: "a4", Kind: visit.Capture, Person: "p1"}, hall.Act{ID: "a5", Kind: visit.ShowID, Person: "p1"}, hall.Act{ID: "a6", Kind: visit.SurrenderOld, Person: "p9"})
	es, err := hall.CheckIn{Booking: b, People: people(1)}.Decide(hall.Attendance{}, moment(t))
	if err != nil {
		t.Fatal(err)
	}
	v := there(t, es[0].Body)
	es, err = hall.Close{}.Decide(v, moment(t))
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, e := range es {
		if c, is := e.Body.(hall.ActClosed); is {
			got += c.Act + " "
		}
	}
	if got != "a2 a3 a6 " || es[len(es)-1].Body.(hall.Closed).Done != 3 {
		t.Fatalf("leaving closed %s", got)
	}
}

func TestCaptureStationClosesTheActAtTheWindow(t *testing.T) {
	j := open(t, sqlite(t), zone.Office, now)
	if _, err := journal.Do(ctx, j, hall.Attendances, journal.Order{Subject: "k"}, hall.CheckIn{Booking: expected(), People: people(1)}); err != nil {
		t.Fatal(err)
	}
	v, ok, err := hall.VisitOf(ctx, j.Store, "k")
	if err != nil || !ok || len(v.Acts) != 3 {
		t.Fatal(v, ok, err)
	}
	captured := journal.Event{ID: "e", Body: passport.Captured{Filing: "f", Person: "p0", Booking: "k", Quality: passport.Good, CardSeen: true}}
	for range 2 { // a reaction may run again
		for _, w := range hall.Served(captured, v) {
			if _, err := journal.Do(ctx, j, hall.Attendances, w.Order, w.Command); err != nil {
				t.Fatal(err)
			}
		}
	}
	v, _, _ = hall.VisitOf(ctx, j.Store, "k")
	if v.Acts[0].Result != hall.Done || v.Acts[1].Result != hall.Done || v.Acts[2].Result != "" || v.Presence != hall.Arrived {
		t.Fatalf("%+v", v)
	}
	if _, err := journal.Do(ctx, j, hall.Attendances, journal.Order{Subject: "k"}, hall.CloseAct{Act: "a3", Result: hall.Done, Originals: 1}); err != nil {
		t.Fatal(err)
	}
	if v, _, _ = hall.VisitOf(ctx, j.Store, "k"); v.Presence != hall.Left || v.Went.IsZero() {
		t.Fatalf("%+v", v)
	}
	if _, err := journal.Do(ctx, j, hall.Attendances, journal.Order{Subject: "k"}, hall.CheckIn{Booking: expected()}); !fault.IsNotNow(err) {
		t.Fatal(err)
	}
	if n, err := hall.VisitsBefore(ctx, j.Store, "f", monday.Next()); err != nil || n != 1 {
		t.Fatal(n, err)
	}
}

// The window closes the visit before the capture is heard of: the act is over all the
// same, once, and the visit stays closed.
func TestACaptureThatIsHeardAfterTheVisitIsOverClosesItsAct(t *testing.T) {
	j := open(t, sqlite(t), zone.Office, now)
	for _, cmd := range []journal.Command[hall.Attendance]{hall.CheckIn{Booking: expected(), People: people(1)}, hall.Close{}} {
		if _, err := journal.Do(ctx, j, hall.Attendances, journal.Order{Subject: "k"}, cmd); err != nil {
			t.Fatal(err)
		}
	}
	v, _, _ := hall.VisitOf(ctx, j.Store, "k")
	if v.Presence != hall.Left || v.Acts[0].Result != "" {
		t.Fatalf("%+v", v)
	}
	captured := journal.Event{ID: "e", At: now(), Body: passport.Captured{Filing: "f", Person: "p0", Booking: "k", Quality: passport.Good, CardSeen: true, CaptureUntil: monday.AddDays(1000)}}
	wishes := hall.Served(captured, v)
	if len(wishes) != 1 {
		t.Fatal(wishes)
	}
	for range 2 {
		if _, err := journal.Do(ctx, j, hall.Attendances, wishes[0].Order, wishes[0].Command); err != nil {
			t.Fatal(err)
		}
	}
	if v, _, _ = hall.VisitOf(ctx, j.Store, "k"); v.Presence != hall.Left || v.Acts[0].Result != hall.Done {
		t.Errorf("%+v", v)
	}
	if _, err := journal.Do(ctx, j, hall.Attendances, journal.Order{Subject: "k"}, hall.CloseAct{Act: "a3", Result: hall.Waived, Note: "x"}); !fault.IsNotNow(err) {
		t.Error("the window closes an act of a visit that is over:", err)
	}
}

// Two are booked for Wednesday and come on Monday without it, the second one
// when the first has been served.
func TestWhoIsServedWithoutTheBookingNeedsItNoMore(t *testing.T) {
	booked := expected()
	booked.Day = monday.AddDays(2)
	booked.Acts = []hall.Act{{ID: "s0", Kind: visit.ShowID, Person: "p0"}, {ID: "c0", Kind: visit.Capture, Person: "p0"}, {ID: "c1", Kind: visit.Capture, Person: "p1"}}
	other := booked
	other.ID, other.State = "used", hall.HasLeft
	wednesday := day(t, hall.Booked{Booking: "k", Filing: "f", Slot: booked.Slot, Window: "A", Number: "20260812-A-001", Uses: []hall.Use{{Slot: booked.Slot, Places: 2}}})
	closed := func(id, who string, r hall.Result) (journal.Event, hall.Visit) {
		return journal.Event{ID: id, Subject: journal.Ref{ID: "walk"}, Body: hall.ActClosed{Filing: "f", Kind: string(visit.Capture), Person: who, Result: r}},
			hall.Visit{ID: "walk", Acts: []hall.ActRow{{Kind: visit.Capture, Person: who, Result: r}}}
	}
	decided := func(e journal.Event, b hall.Booking, had ...hall.Visit) any {
		t.Helper()
		wishes := hall.Instead(e, []hall.Booking{other, b}, had, nil)
		if len(wishes) != 1 {
			t.Fatalf("%d wishes", len(wishes))
		}
		late := moment(t)
		late.Now = late.Now.AddDate(0, 0, 2).Add(time.Hour) // the time booked is past, too
		es, err := wishes[0].Command.Decide(wednesday, late)
		if err != nil || len(es) != 1 {
			t.Fatal(es, err)
		}
		return es[0].Body
	}
	e, off := closed("e0", "p0", hall.Replanned)
	if w := hall.Instead(e, []hall.Booking{booked}, []hall.Visit{off}, nil); len(w) != 0 {
		t.Fatalf("put off, and still let go: %+v", w)
	}
	e, first := closed("e1", "p0", hall.Done)
	after := e
	after.At = booked.Day.Next().Begins()
	if w := hall.Instead(after, []hall.Booking{booked}, []hall.Visit{first}, nil); len(w) != 0 {
		t.Fatalf("missed, and told as served: %+v", w)
	}
	less, ok := decided(e, booked, first).(hall.Shortened)
	if !ok || fmt.Sprint(less.People) != "[p1]" || len(less.Acts) != 1 {
		t.Fatalf("%+v", less)
	}
	// The record under which they were booked was merged since.
	known := hall.Booking{ID: "k", Hall: booked.Hall, Day: booked.Day, State: hall.IsBooked, People: []string{"old", "p1"},
		Acts: []hall.Act{{ID: "c0", Kind: visit.Capture, Person: "old"}, {ID: "c1", Kind: visit.Capture, Person: "p1"}}}
	if w := hall.Instead(e, []hall.Booking{known}, []hall.Visit{first}, nil); len(w) != 0 {
		t.Fatalf("others, as far as is known: %+v", w)
	}
	wishes := hall.Instead(e, []hall.Booking{known}, []hall.Visit{first}, map[string]string{"old": "p0", "p0": "p0"})
	if len(wishes) != 1 || wishes[0].Command.(hall.Shorten).Person != "old" {
		t.Fatalf("merged: %+v", wishes)
	}
	booked.People, booked.Acts = less.People, less.Acts
	e, second := closed("e2", "p1", hall.Done)
	if gone, ok := decided(e, booked, first, second).(hall.Cancelled); !ok || gone.Booking != "k" || gone.Reason == "" {
		t.Fatalf("%+v", gone)
	}
	// What the unit would have brought along keeps no booking; what somebody must
	// come for does.
	for kind, keeps := range map[visit.Kind]bool{visit.HandIn: false, visit.SurrenderOld: false, visit.Recapture: true} {
		along := booked
		along.Acts = append(slices.Clone(booked.Acts), hall.Act{ID: "x", Kind: kind})
		if w := hall.Instead(e, []hall.Booking{along}, []hall.Visit{first, second}, nil); len(w) != map[bool]int{true: 0, false: 1}[keeps] {
			t.Errorf("with %s left the booking is let go of: %v", kind, len(w) == 1)
		}
	}
	booked.ID = "walk" // the booking under which they came is used, not given up
	if w := hall.Instead(e, []hall.Booking{booked}, []hall.Visit{first, second}, nil); len(w) != 0 {
		t.Fatalf("%+v", w)
	}
}

func TestBookingIsFoundByNumberAndByCode(t *testing.T) {
	j := open(t, sqlite(t), zone.Internet, now)
	b, err := bookOn(t, j, calendar.On(2026, 8, 12), hall.At(9, 0), "f", 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, said := range []string{b.Number, b.Code} {
		if got, ok, err := hall.Found(ctx, j.Store, said); err != nil || !ok || got.ID != b.ID {
			t.Fatal(said, got, ok, err)
		}
	}
	if _, ok, _ := hall.Found(ctx, j.Store, "20260812-A-999"); ok {
		t.Fatal("found a number that nobody has")
	}
}

// What is scanned or typed at a window leads to one visit, or to none.
func TestWhatIsScannedLeadsToItsVisit(t *testing.T) {
	at := now()
	j := open(t, sqlite(t), zone.Internet, func() time.Time { return at })
	d := calendar.On(2026, 8, 12)
	b, err := bookOn(t, j, d, hall.At(9, 0), "f", 1)
	if err != nil {
		t.Fatal(err)
	}
	other, err := bookOn(t, j, d, hall.At(9, 0), "g", 1)
	if err != nil {
		t.Fatal(err)
	}
	later := calendar.On(2026, 8, 13)
	if _, err := journal.Do(ctx, j, hall.Days, journal.Order{Subject: hall.DayID("yz", later)}, hall.Move{Booking: other, Wanted: wanted(t, later, hall.At(10, 0), "", 0)}); err != nil {
		t.Fatal(err)
	}
	moved, _, err := hall.BookingOf(ctx, j.Store, other.ID)
	if err != nil || moved.Number == other.Number {
		t.Fatal(moved, err)
	}
	office := open(t, sqlite(t), zone.Office, func() time.Time { return at })
	if _, err := journal.Do(ctx, office, hall.Plans, journal.Order{Subject: "yz"}, hall.SetPlan{Planned: planned()}); err != nil {
		t.Fatal(err)
	}
	if _, err := journal.Do(ctx, office, hall.Queues, journal.Order{Subject: hall.DayID("yz", d)}, hall.GiveTicket{Visit: "walked", Counter: visit.CaptureCounter, Due: at, Came: at}); err != nil {
		t.Fatal(err)
	}
	if _, err := journal.Do(ctx, office, hall.Queues, journal.Order{Subject: hall.DayID("south", d)}, hall.GiveTicket{Visit: "south", Counter: visit.CaptureCounter, Due: at, Came: at}); err != nil {
		t.Fatal(err)
	}
	tell(t, j, office, 0)
	serial := strings.TrimPrefix(b.Number, "20260812-")
	for _, x := range []struct {
		said string
		day  calendar.Date
		want hall.Scan
	}{
		{b.Code, d, hall.Scan{Visit: b.ID}},
		{" " + strings.ToLower(b.Code) + "\n", d, hall.Scan{Visit: b.ID}},
		{b.Code[:9], d, hall.Scan{}},
		{b.Number, later, hall.Scan{Visit: b.ID}},
		{serial, d, hall.Scan{Visit: b.ID}},
		{strings.ToLower(strings.Replace(serial, "-00", "-", 1)), d, hall.Scan{Visit: b.ID}},
		{serial, calendar.On(2026, 8, 14), hall.Scan{}},
		{other.Code, d, hall.Scan{Visit: other.ID}},
		{other.Number, d, hall.Scan{Visit: other.ID, Was: true}},
		{moved.Number, d, hall.Scan{Visit: other.ID}},
		{"001", d, hall.Scan{Visit: "walked"}},
		{"001", later, hall.Scan{}},
		{"002", d, hall.Scan{}},
		{"若兰", d, hall.Scan{}},
		{"", d, hall.Scan{}},
	} {
		got, found, err := hall.Scanned(ctx, office.Store, x.said, x.day, "yz")
		if err != nil || got != x.want || found != (x.want.Visit != "") {
			t.Errorf("%q on %s: %+v %v %v, want %+v", x.said, x.day, got, found, err, x.want)
		}
	}
	if got, found, err := hall.Scanned(ctx, office.Store, "001", d, "south"); err != nil || !found || got.Visit != "south" {
		t.Errorf("001 of another hall: %+v %v %v", got, found, err)
	}
}

func TestCalendarFileFollowsTheBooking(t *testing.T) {
	b := expected()
	long := strings.Repeat("请带身份证原件，", 12)
	file := string(hall.Calendar(hall.Entry{Booking: b, Summary: "一趟 · 来外办采集指纹", Place: "三楼大厅", Text: long, Now: now(), Office: "云江外办", Organizer: "https://waiban.example.cn/"}))
	for _, want := range []string{"METHOD:PUBLISH\r\n", "ORGANIZER;CN=云江外办:https://waiban.example.cn/\r\n", "UID:k@yitang\r\n", "SEQUENCE:0\r\n", "DTSTART;TZID=Asia/Shanghai:20260810T090000\r\n", "DTEND;TZID=Asia/Shanghai:20260810T093000\r\n", "BEGIN:VTIMEZONE\r\n", "TZOFFSETTO:+0800\r\n", "END:VCALENDAR"} {
		if !strings.Contains(file, want) {
			t.Errorf("no %q in\n%s", want, file)
		}
	}
	if strings.Contains(file, "ATTENDEE") {
		t.Error("what is published is addressed to nobody (RFC 5546, 3.2.1)")
	}
	for _, line := range strings.Split(file, "\r\n") {
		if len(line) > 75 {
			t.Errorf("a line of %d octets: RFC 5545 3.1 wants folding", len(line))
		}
	}
	if strings.Contains(strings.ReplaceAll(file, "\r\n", ""), "\n") {
		t.Error("a bare line feed")
	}
	b.Sequence, b.State = 2, hall.IsCancelled
	file = string(hall.Calendar(hall.Entry{Booking: b, Summary: "一趟", Now: now()}))
	for _, want := range []string{"METHOD:CANCEL\r\n", "SEQUENCE:2\r\n", "STATUS:CANCELLED\r\n"} {
		if !strings.Contains(file, want) {
			t.Errorf("no %q in\n%s", want, file)
		}
	}
}

func TestCaptureWithoutACheckInIsAVisit(t *testing.T) {
	e := journal.Event{ID: "e", At: now(), Body: passport.Captured{Filing: "f", Person: "p0", Quality: passport.Good, CardSeen: true, CaptureUntil: monday.AddDays(900)}}
	act := func(day calendar.Date, who string, kind visit.Kind, r hall.Result) hall.Visit {
		return hall.Visit{ID: "v", Day: day, Presence: hall.Left, Acts: []hall.ActRow{{Kind: kind, Person: who, Result: r}}}
	}
	for name, c := range map[string]struct {
		had   []hall.Visit
		acts  string
		cause bool
	}{
		"never there":                     {nil, "showId capture", false},
		"seen at the window":              {[]hall.Visit{act(monday, "p0", visit.Capture, hall.Done)}, "", false},
		"another of the group was there":  {[]hall.Visit{act(monday, "p1", visit.Capture, hall.Done)}, "showId capture", false},
		"there for something else":        {[]hall.Visit{act(monday, "p0", visit.SignVisaForm, hall.Done)}, "showId capture", false},
		"captured on an earlier day":      {[]hall.Visit{act(monday.AddDays(-3), "p0", visit.Capture, hall.Done)}, "showId recapture", true},
		"missed":                          {[]hall.Visit{{ID: "k", Day: monday.AddDays(-3), Presence: hall.NotCome}}, "showId capture", false},
		"this very news, heard once more": {[]hall.Visit{{ID: "e", Day: monday, Presence: hall.Left}}, "showId capture", false},
	} {
		var got []string
		for _, w := range hall.Came(e, "u", c.had) {
			es, err := w.Command.Decide(hall.Attendance{}, moment(t))
			if err != nil {
				t.Fatal(err)
			}
			came := es[0].Body.(hall.CheckedIn)
			if who, day := came.Visited(); w.Order.Subject != "e" || who != "u" || day != monday || (came.Cause != "") != c.cause {
				t.Errorf("%s: %+v", name, came)
			}
			for _, x := range came.Acts {
				got = append(got, string(x.Kind))
			}
			if es[len(es)-1].Body.(hall.Closed).Done != len(got) {
				t.Errorf("%s: not all is done: %+v", name, es)
			}
			if again, err := w.Command.Decide(there(t, came), moment(t)); err != nil || len(again) > 0 {
				t.Errorf("%s: noted twice: %v %v", name, again, err)
			}
		}
		if strings.Join(got, " ") != c.acts {
			t.Errorf("%s: %v, want %q", name, got, c.acts)
		}
	}
	nobody := e
	nobody.Body = passport.Captured{Filing: "f", Person: "p0", Quality: passport.Exempt}
	if w := hall.Came(nobody, "u", nil); len(w) > 0 {
		t.Errorf("nobody comes for what is made without fingerprints: %+v", w)
	}
}
