package progress_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/feedback"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/material"
	"yitang/internal/passport"
	"yitang/internal/person"
	"yitang/internal/progress"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/trip"
	"yitang/internal/visa"
	"yitang/internal/zone"
	"yitang/ref"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func d(s string) calendar.Date { return calendar.MustParse(s) }

// on is an event of a subject; kinds follow from bodies only in the journal.
func on(kind, id string, body any) journal.Event {
	return journal.Event{Subject: journal.Ref{Kind: kind, ID: id}, Body: body}
}

// at is nine o'clock on a day, or the time that is given with it.
func at(s string) time.Time {
	day, clock, timed := strings.Cut(s, " ")
	if !timed {
		clock = "09:00"
	}
	c, err := hall.ParseClock(clock)
	if err != nil {
		panic(err)
	}
	return c.On(d(day))
}

func order(b any) journal.Event { return on("order", "f.p1", b) }
func sch(b any) journal.Event   { return on("visa", "f.p2.SCHENGEN", b) }

var steps = []approval.Step{{Role: "reviewer", Zh: "审核", En: "Review"}, {Role: "chief"}, {Role: "director", Decides: true}}

// What lies in a locker is somebody's to fetch until they leave, whatever else is done.
func TestABookletInALockerIsTheNextStepUntilTheDeparture(t *testing.T) {
	lent := func(by custody.By, code string) []journal.Event {
		return []journal.Event{
			on("approval", "f", approval.Decided{Approved: 2, Members: []approval.Verdict{{Person: "p1", Approved: true}, {Person: "p2", Approved: true}}}),
			on("approval", "f", approval.DocumentIssued{Number: "n"}),
			on("holder", "p1", custody.Lent{Filing: "f", Person: "p1", By: by, Code: code}),
			on("holder", "p2", custody.Lent{Filing: "f", Person: "p2", By: custody.Courier}),
			on("trip", "f", trip.Cleared{Unit: "u", Members: []string{"p1", "p2"}, Depart: d("2026-09-21"), Return: d("2026-09-25")}),
		}
	}
	for _, c := range []struct {
		name, day, want string
		then            []journal.Event
	}{
		{"two days before", "2026-09-19", "fetch traveller 2026-09-20 1", lent(custody.Locker, "4711")},
		{"the day before", "2026-09-20", "fetch traveller 2026-09-20 1", lent(custody.Locker, "")},
		{"the day itself", "2026-09-21", "tell_departed liaison 2026-09-22 0", lent(custody.Locker, "4711")},
		{"by courier", "2026-09-19", "go   0", lent(custody.Courier, "4711")},
		{"noted by mistake", "2026-09-19", "go   0", append(lent(custody.Locker, ""), on("holder", "p1", custody.LoanTakenBack{Filing: "f", Person: "p1"}))},
	} {
		s := progress.State{Filing: "f", Members: 2}
		for _, e := range c.then {
			s = s.Hear(e)
		}
		st := progress.Next(s, at(c.day))
		due := ""
		if !st.Due.IsZero() {
			due = st.Due.String()
		}
		if got := fmt.Sprintf("%s %s %s %d", strings.TrimPrefix(st.Key, "progress.next."), st.Who, due, st.Count); got != c.want {
			t.Errorf("%s: %q, not %q", c.name, got, c.want)
		}
	}
}

// The whole journey of two members, one of whom needs a booklet and the other
// a visa: after each event, what the line shows and whose turn it is.
func TestNextStepOverTheWholeJourney(t *testing.T) {
	var s progress.State
	for i, c := range []struct {
		event journal.Event
		today string
		next  string // key, who, due
		line  string // standing and tenths of each link
	}{
		{on("filing", "f", filing.Presented{Unit: "u", Title: "t", Depart: "2026-09-21", Members: []filing.Traveller{{Person: "p1"}, {Person: "p2"}, {Person: "p3"}}}), "2026-08-01", "sign signatory", "here 2, empty 0, empty 0"},
		{on("filing", "f", filing.HandedBack{Words: "补一句成果"}), "2026-08-01", "mend_draft liaison", "here 1, empty 0, empty 0"},
		{on("filing", "f", filing.Submitted{Unit: "u", Title: "t", Depart: d("2026-09-21"), Return: d("2026-09-26"), Members: []filing.Traveller{{Person: "p1"}, {Person: "p2"}, {Person: "p3"}}}), "2026-08-01", "arrive system", "here 3, empty 0, empty 0"},
		{on("approval", "f", approval.Received{Unit: "u", Due: d("2026-08-04"), Facts: approval.Facts{Title: "t", Depart: d("2026-09-21"), Return: d("2026-09-26")}, Members: []approval.Traveller{{Person: "p1"}, {Person: "p2"}, {Person: "p3"}}}), "2026-08-03", "accept intake 2026-08-04", "here 3, empty 0, empty 0"},
		{on("approval", "f", approval.SentBack{Defects: []approval.Defect{{Field: "a"}, {Field: "b"}}, Until: d("2026-08-06")}), "2026-08-07", "correct liaison 2026-08-06 late", "here 3, empty 0, empty 0"},
		{on("filing", "f", filing.Corrected{Unit: "u", Title: "t", Depart: d("2026-09-21"), Return: d("2026-09-26"), Members: []filing.Traveller{{Person: "p1"}, {Person: "p2"}, {Person: "p3"}}}), "2026-08-07", "arrive system", "here 3, empty 0, empty 0"},
		{on("approval", "f", approval.CorrectionTaken{Due: d("2026-08-10")}), "2026-08-07", "accept intake 2026-08-10", "here 3, empty 0, empty 0"},
		{on("approval", "f", approval.Accepted{Number: "CQ-1", Steps: steps, Due: d("2026-08-11"), Final: d("2026-08-20")}), "2026-08-07", "review reviewer 2026-08-11", "here 4, empty 0, empty 0"},
		{on("approval", "f", approval.Reviewed{Step: 0, Next: 1, Due: d("2026-08-13")}), "2026-08-12", "review chief 2026-08-13", "here 5, empty 0, empty 0"},
		{on("approval", "f", approval.Reviewed{Step: 1, Next: 2, Due: d("2026-08-17")}), "2026-08-13", "review director 2026-08-17", "here 7, empty 0, empty 0"},
		{on("approval", "f", approval.Decided{Members: []approval.Verdict{{Person: "p1", Approved: true}, {Person: "p2", Approved: true}, {Person: "p3"}}, Approved: 2}), "2026-08-14", "document system", "here 9, empty 0, empty 0"},
		{on("approval", "f", approval.DocumentIssued{Number: "〔2026〕12号", On: d("2026-08-14")}), "2026-08-14", "lend custodian 2026-09-20", "done 10, done 10, done 10"},
		{on("approval", "f", approval.BookletAsked{Person: "p1"}), "2026-08-14", "book liaison", "done 10, here 5, done 10"},
		{sch(visa.Planned{Filing: "f", Person: "p2", Area: "SCHENGEN", Needed: true, SendBy: d("2026-08-28")}), "2026-08-14", "book liaison", "done 10, here 5, here 1"},
		{on("visa", "f.p1.SCHENGEN", visa.Planned{Filing: "f", Person: "p1", Area: "SCHENGEN", Reason: "免签"}), "2026-08-14", "book liaison", "done 10, here 5, here 1"},
		{order(passport.Ordered{Filing: "f", Person: "p1", Due: d("2026-08-21")}), "2026-08-14", "book liaison", "done 10, here 5, here 1"},
		{on("hallday", "h.2026-08-18", hall.Booked{Booking: "k", Day: d("2026-08-18"), Slot: hall.At(9, 30), Filing: "f", Unit: "u", Number: "20260818-A-001"}), "2026-08-14", "come traveller 2026-08-18", "done 10, here 5, here 1"},
		{on("hallday", "h.2026-08-17", hall.Moved{Booking: "k", Day: d("2026-08-17"), Slot: hall.At(10, 0), Filing: "f"}), "2026-08-18", "book_again liaison", "done 10, here 5, here 1"},
		{on("x", "f", nil), "2026-08-17 10:15", "come traveller 2026-08-17", "done 10, here 5, here 1"},
		{on("x", "f", nil), "2026-08-17 10:16", "book_again liaison", "done 10, here 5, here 1"},
		{on("attendance", "k", hall.CheckedIn{Booking: "k", Filing: "f", Unit: "u", Day: d("2026-08-17"), People: []string{"p1"}}), "2026-08-17", "served passport_officer 2026-08-17", "done 10, here 5, here 1"},
		{on("attendance", "k", hall.Closed{Filing: "f"}), "2026-08-17", "capture_pending passport_officer", "done 10, here 5, here 1"},
		{order(passport.Captured{Filing: "f", Person: "p1", Due: d("2026-08-24")}), "2026-08-17", "make passport_officer 2026-08-24", "done 10, here 7, here 1"},
		{order(passport.Made{Filing: "f", Person: "p1"}), "2026-08-18", "check passport_officer 2026-08-24", "done 10, here 8, here 1"},
		{order(passport.Spoiled{Filing: "f", Person: "p1"}), "2026-08-18", "make passport_officer 2026-08-24", "done 10, here 7, here 1"},
		{order(passport.Made{Filing: "f", Person: "p1"}), "2026-08-18", "check passport_officer 2026-08-24", "done 10, here 8, here 1"},
		{order(passport.Checked{Filing: "f", Person: "p1"}), "2026-08-18", "hand_over passport_officer 2026-08-24", "done 10, here 9, here 1"},
		{order(passport.HandedOver{Filing: "f", Person: "p1"}), "2026-08-19", "register custodian 2026-08-24", "done 10, here 9, here 1"},
		{on("holder", "p1", custody.Registered{Booklet: "f.p1", Person: "p1", Filing: "f"}), "2026-08-19", "visa_kit visa 2026-08-28", "done 10, done 10, here 1"},
		{sch(visa.KitCompleted{Filing: "f", Person: "p2"}), "2026-08-20", "visa_send visa 2026-08-28", "done 10, done 10, here 3"},
		{sch(visa.Sent{Filing: "f", Person: "p2", Back: d("2026-09-10")}), "2026-08-21", "visa_wait mission 2026-09-10", "done 10, done 10, here 6"},
		{on("holder", "p2", custody.SentToMission{Filing: "f", Person: "p2"}), "2026-08-21", "visa_wait mission 2026-09-10", "done 10, done 10, here 6"},
		{sch(visa.Refused{Filing: "f", Person: "p2"}), "2026-09-01", "visa_refused_one visa 2026-09-10", "done 10, done 10, here 6"},
		{sch(visa.Granted{Filing: "f", Person: "p2"}), "2026-09-11", "visa_check visa 2026-09-10 late", "done 10, done 10, here 8"},
		{sch(visa.Checked{Filing: "f", Person: "p2"}), "2026-09-11", "lend custodian 2026-09-20", "done 10, done 10, done 10"},
		{on("holder", "p1", custody.Lent{Filing: "f", Person: "p1", Due: d("2026-10-03")}), "2026-09-15", "lend custodian 2026-09-20", "done 10, done 10, done 10"},
		{on("holder", "p2", custody.Lent{Filing: "f", Person: "p2", Due: d("2026-10-03")}), "2026-09-15", "clearing system", "done 10, done 10, done 10"},
		{on("trip", "f", trip.Cleared{Unit: "u", Members: []string{"p1", "p2"}}), "2026-09-16", "go ", "done 10, done 10, done 10"},
		{on("holder", "p2", custody.LoanTakenBack{Filing: "f", Person: "p2"}), "2026-09-16", "go ", "done 10, done 10, done 10"},
		{on("trip", "f", trip.ClearanceTakenBack{}), "2026-09-16", "lend custodian 2026-09-20", "done 10, done 10, done 10"},
		{on("holder", "p2", custody.Lent{Filing: "f", Person: "p2", Due: d("2026-10-03")}), "2026-09-16", "clearing system", "done 10, done 10, done 10"},
		{on("trip", "f", trip.Cleared{Unit: "u", Members: []string{"p1", "p2"}}), "2026-09-16", "go ", "done 10, done 10, done 10"},
		{on("x", "f", nil), "2026-09-21", "tell_departed liaison 2026-09-22", "done 10, done 10, done 10"},
		{on("trip", "f", trip.Departed{On: d("2026-09-21")}), "2026-09-22", "abroad ", "done 10, done 10, done 10"},
		{on("x", "f", nil), "2026-09-28", "tell_home liaison 2026-09-27 late", "done 10, done 10, done 10"},
		{on("trip", "f", trip.CameHome{On: d("2026-09-26"), BookletsDue: d("2026-10-03"), ReportDue: d("2026-10-23"), NoticeDue: d("2026-10-26")}), "2026-09-28", "hand_in traveller 2026-10-03", "done 10, done 10, done 10"},
		{on("holder", "p1", custody.HandedIn{Filing: "f", Person: "p1"}), "2026-10-04", "hand_in traveller 2026-10-03 late", "done 10, done 10, done 10"},
		{on("holder", "p2", custody.HandedIn{Filing: "f", Person: "p2"}), "2026-10-04", "report liaison 2026-10-23", "done 10, done 10, done 10"},
		{on("trip", "f", trip.ReportFiled{Material: "m"}), "2026-10-27", "put_up liaison 2026-10-26 late", "done 10, done 10, done 10"},
		{on("trip", "f", trip.NoticeFiled{Material: "n"}), "2026-10-04", "rate ", "done 10, done 10, done 10"},
		{on("feedback", "f", feedback.Rated{Filing: "f", Grade: 5}), "2026-10-04", "closing system", "done 10, done 10, done 10"},
		{on("trip", "f", trip.Closed{Departed: true}), "2026-10-04", "archiving system", "done 10, done 10, done 10"},
		{on("approval", "f", approval.Closed{Outcome: "approved"}), "2026-10-05", "archived ", "done 10, done 10, done 10"},
	} {
		before := fmt.Sprint(progress.Next(s, at(c.today)))
		was := s
		s = s.Hear(c.event)
		if fmt.Sprint(progress.Next(was, at(c.today))) != before {
			t.Fatalf("%d: hearing %T changed the state before it", i, c.event.Body)
		}
		n := progress.Next(s, at(c.today))
		got := fmt.Sprintf("%s %s", n.Key[len("progress.next."):], n.Who)
		if !n.Due.IsZero() {
			got += " " + n.Due.String()
		}
		if n.Late {
			got += " late"
		}
		if got != c.next {
			t.Errorf("%d %T: next %q, want %q", i, c.event.Body, got, c.next)
		}
		l := progress.LineOf(s)
		line := fmt.Sprintf("%s %d, %s %d, %s %d", l.Approval.Standing, l.Approval.Tenths, l.Passport.Standing, l.Passport.Tenths, l.Visa.Standing, l.Visa.Tenths)
		if line != c.line {
			t.Errorf("%d %T: line %q, want %q", i, c.event.Body, line, c.line)
		}
	}
	if s.Visits != 1 || s.Returns != 1 || !s.Stage.Over() || s.ApprovedOn != d("2026-08-14") {
		t.Fatalf("%+v", s)
	}
}

func TestABookletToldToBeLostIsNotThereUntilItIsFound(t *testing.T) {
	var s progress.State
	for _, e := range []journal.Event{
		on("approval", "f", approval.Decided{Members: []approval.Verdict{{Person: "p1", Approved: true}, {Person: "p2", Approved: true}}, Approved: 2}),
		on("approval", "f", approval.DocumentIssued{Number: "n"}),
		on("visa", "f.p1.DEU", visa.Planned{Filing: "f", Person: "p1", Area: "DEU", Needed: true}),
		on("visa", "f.p1.DEU", visa.Checked{Filing: "f", Person: "p1"}),
		on("holder", "p1", custody.Lent{Filing: "f", Person: "p1"}),
		on("holder", "p2", custody.Lent{Filing: "f", Person: "p2"}),
	} {
		s = s.Hear(e)
	}
	for _, c := range []struct {
		event          any
		complete       bool
		passport, visa string
	}{
		{trip.LossTakenBack{Person: "p1"}, true, "done 2", "done 1"},
		{trip.LossTold{Person: "p1"}, false, "making 1", "going 0"},
		{trip.LossTakenBack{Person: "p1"}, true, "done 2", "done 1"},
	} {
		s = s.Hear(on("trip", "f", c.event))
		l := progress.LineOf(s)
		says := func(st progress.Station) string {
			return fmt.Sprintf("%s %d", st.Key[strings.LastIndex(st.Key, ".")+1:], st.Done)
		}
		if p, v := says(l.Passport), says(l.Visa); l.Complete() != c.complete || p != c.passport || v != c.visa {
			t.Errorf("after %T: complete %v, booklets %q, visas %q", c.event, l.Complete(), p, v)
		}
	}
}

func TestOtherEndsOfAJourney(t *testing.T) {
	issued := []journal.Event{
		on("approval", "f", approval.Decided{Members: []approval.Verdict{{Person: "p1", Approved: true}}, Approved: 1}),
		on("approval", "f", approval.DocumentIssued{Number: "n"}),
	}
	lent := append(slices.Clone(issued), on("holder", "p1", custody.Lent{Filing: "f", Person: "p1", Due: d("2026-10-03")}))
	for _, c := range []struct {
		name   string
		events []journal.Event
		want   string
		over   bool
	}{
		{"nothing yet", nil, "draft liaison", false},
		{"refused", []journal.Event{on("approval", "f", approval.Decided{Members: []approval.Verdict{{Person: "p1"}}})}, "refused ", true},
		{"withdrawn", []journal.Event{on("filing", "f", filing.Withdrawn{Reason: "x"})}, "withdrawn ", true},
		{"withdrawn before it was heard how far the office had come", []journal.Event{on("filing", "f", filing.Withdrawn{Reason: "x"}), on("approval", "f", approval.Received{}), on("approval", "f", approval.SentBack{}),
			on("approval", "f", approval.Accepted{}), on("approval", "f", approval.Decided{Approved: 1})}, "withdrawn ", true},
		{"revoked, nothing out", append(slices.Clone(issued), on("approval", "f", approval.Revoked{Reason: "x"})), "revoked ", true},
		{"revoked, a booklet is out", append(slices.Clone(lent), on("approval", "f", approval.Revoked{Reason: "x"}), on("holder", "p1", custody.Recalled{Filing: "f", Person: "p1", Due: d("2026-09-20")})), "hand_in traveller 2026-09-20", true},
		{"called off", append(slices.Clone(lent), on("trip", "f", trip.Cleared{Depart: d("2026-09-21")}), on("trip", "f", trip.NotDeparted{BookletsDue: d("2026-09-25")})), "hand_in traveller 2026-09-25", false},
		{"called off, and the office wants them sooner", append(slices.Clone(lent), on("holder", "p1", custody.Recalled{Filing: "f", Person: "p1", Due: d("2026-09-20")}), on("trip", "f", trip.NotDeparted{BookletsDue: d("2026-09-25")})), "hand_in traveller 2026-09-20", false},
		{"revoked, and they are abroad", append(slices.Clone(lent), on("trip", "f", trip.Cleared{Depart: d("2026-09-21"), Return: d("2026-09-25")}), on("trip", "f", trip.Departed{On: d("2026-09-21")}), on("approval", "f", approval.Revoked{Reason: "x"})), "abroad ", false},
		{"revoked, and it is heard that they are abroad", append(slices.Clone(lent), on("trip", "f", trip.Cleared{Depart: d("2026-09-21"), Return: d("2026-09-25")}), on("approval", "f", approval.Revoked{Reason: "x"}), on("trip", "f", trip.Departed{On: d("2026-09-21")})), "abroad ", false},
		{"revoked, and they are home", append(slices.Clone(lent), on("trip", "f", trip.Departed{On: d("2026-09-21")}), on("trip", "f", trip.CameHome{On: d("2026-09-25"), BookletsDue: d("2026-10-02")}), on("approval", "f", approval.Revoked{Reason: "x"})), "hand_in traveller 2026-10-02", false},
		{"revoked, and they hadn't left", append(slices.Clone(lent), on("trip", "f", trip.Departed{On: d("2026-09-21")}), on("approval", "f", approval.Revoked{Reason: "x"}), on("trip", "f", trip.DepartureTakenBack{})), "hand_in traveller 2026-10-03", true},
		{"they hadn't left", append(slices.Clone(lent), on("trip", "f", trip.Cleared{Depart: d("2026-09-21"), Return: d("2026-09-25")}), on("trip", "f", trip.Departed{On: d("2026-09-21")}), on("trip", "f", trip.DepartureTakenBack{})), "go ", false},
		{"they go after all", append(slices.Clone(lent), on("trip", "f", trip.Cleared{Depart: d("2026-09-21"), Return: d("2026-09-25")}), on("trip", "f", trip.NotDeparted{BookletsDue: d("2026-09-25")}), on("trip", "f", trip.CallOffTakenBack{})), "go ", false},
		{"called off, all back", append(slices.Clone(lent), on("trip", "f", trip.NotDeparted{BookletsDue: d("2026-09-25")}), on("holder", "p1", custody.HandedIn{Filing: "f", Person: "p1"})), "closing system", false},
		{"missed the visit", append(slices.Clone(issued), on("approval", "f", approval.BookletAsked{Person: "p1"}), on("hallday", "h", hall.Booked{Booking: "k", Day: d("2026-09-01"), Filing: "f"}), on("attendance", "k", hall.Missed{Booking: "k", Filing: "f"})), "book_again liaison", false},
		{"stayed away from the visit", append(slices.Clone(issued), on("approval", "f", approval.BookletAsked{Person: "p1"}), on("attendance", "k", hall.CheckedIn{Filing: "f", Day: d("2026-09-01"), People: []string{"p2"}}), on("attendance", "k", hall.Closed{Filing: "f"})), "book_again liaison", false},
		{"was there and not captured", append(slices.Clone(issued), on("approval", "f", approval.BookletAsked{Person: "p1"}), on("attendance", "k", hall.CheckedIn{Filing: "f", Day: d("2026-01-05"), People: []string{"p1"}}), on("attendance", "k", hall.Closed{Filing: "f"})), "book_again liaison", false},
		{"cancelled the visit", append(slices.Clone(issued), on("approval", "f", approval.BookletAsked{Person: "p1"}), on("hallday", "h", hall.Booked{Booking: "k", Day: d("2026-09-01"), Filing: "f"}), on("hallday", "h", hall.Cancelled{Booking: "k", Filing: "f"})), "book liaison", false},
		{"waits for the booklet of another case", append(slices.Clone(issued), on("approval", "f", approval.BookletAsked{Person: "p1", From: "g.p1"})), "other_case ", false},
		{"one waits, another has to come", append(slices.Clone(issued), on("approval", "f", approval.BookletAsked{Person: "p1", From: "g.p1"}), on("approval", "f", approval.BookletAsked{Person: "p2"})), "book liaison", false},
		{"waited, and is asked for anew", append(slices.Clone(issued), on("approval", "f", approval.BookletAsked{Person: "p1", From: "g.p1"}), on("approval", "f", approval.BookletAsked{Person: "p1"})), "book liaison", false},
		{"a permit that was only endorsed", append(slices.Clone(issued), on("approval", "f", approval.BookletAsked{Person: "p1", Type: "hkMacauPermit", Why: approval.EndorseOnly}), on("passport", "f.p1.permit", passport.Endorsed{Person: "p1", Only: true}), on("passport", "f.p1.permit", passport.Checked{Person: "p1", Only: true})), "lend custodian", false},
		{"told to be lost abroad", append(slices.Clone(lent), on("trip", "f", trip.Departed{On: d("2026-09-21")}), on("trip", "f", trip.LossTold{Person: "p1"})), "loss_told custodian", false},
		{"told to be lost and found", append(slices.Clone(lent), on("trip", "f", trip.Departed{On: d("2026-09-21")}), on("trip", "f", trip.LossTold{Person: "p1"}), on("trip", "f", trip.LossTakenBack{Person: "p1"})), "tell_home liaison", false},
		{"told to be lost when the office has acted", append(slices.Clone(lent), on("holder", "p1", custody.ReportedLost{Filing: "f", Person: "p1"}), on("trip", "f", trip.LossTold{Person: "p1"})), "lost custodian", false},
		{"told to be lost and the office has acted", append(slices.Clone(lent), on("trip", "f", trip.LossTold{Person: "p1"}), on("holder", "p1", custody.ReportedLost{Filing: "f", Person: "p1"})), "lost custodian", false},
		{"lost before the trip", append(slices.Clone(issued), on("holder", "p1", custody.ReportedLost{Filing: "f", Person: "p1"})), "lost custodian", false},
	} {
		var s progress.State
		for _, e := range c.events {
			s = s.Hear(e)
		}
		n := progress.Next(s, at("2026-08-20"))
		got := fmt.Sprintf("%s %s", n.Key[len("progress.next."):], n.Who)
		if !n.Due.IsZero() {
			got += " " + n.Due.String()
		}
		if got != c.want || s.Stage.Over() != c.over {
			t.Errorf("%s: %q over=%v, want %q over=%v", c.name, got, s.Stage.Over(), c.want, c.over)
		}
	}
}

// say appends bodies as they are.
type say struct{ bodies []any }

func (c say) Decide(int, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(c.bodies...), nil
}

func happen(t interface{ Fatal(...any) }, j *journal.Journal, kind, id string, bodies ...any) {
	sub := journal.Subject[int]{Kind: kind, Evolve: func(n int, _ journal.Event) (int, error) { return n + 1, nil }}
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: "reviewer", Account: "a"})
	if _, err := journal.Do(ctx, j, sub, journal.Order{Subject: id}, say{bodies}); err != nil {
		t.Fatal(err)
	}
}

func TestTimelineAndStateAreKeptAndRebuilt(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		j := journaltest.Open(t, journaltest.Options{Store: open(), Zone: zone.Office,
			Kinds: slices.Concat(filing.Kinds, material.Kinds, approval.Kinds, passport.Kinds, custody.Kinds, visa.Kinds, hall.Kinds, trip.Kinds, feedback.Kinds),
			Projections: func(ring *keys.Ring) []journal.Projection {
				return slices.Concat(person.Projections(ring), progress.Projections)
			}})
		n := 0
		rapid.Check(t, func(rt *rapid.T) {
			n++
			f := fmt.Sprintf("f%d", n)
			all := []func(){
				func() {
					happen(rt, j.Journal, "approval", f, approval.Received{Unit: "u", Facts: approval.Facts{Title: "t", Depart: d("2026-09-21")}, Members: []approval.Traveller{{Person: "p"}}})
				},
				func() { happen(rt, j.Journal, "approval", f, approval.Accepted{Number: "1", Steps: steps}) },
				func() {
					happen(rt, j.Journal, "approval", f, approval.SentBack{Defects: []approval.Defect{{Field: "a"}}})
				},
				func() {
					happen(rt, j.Journal, "approval", f, approval.Decided{Members: []approval.Verdict{{Person: "p", Approved: true}}, Approved: 1}, approval.DocumentIssued{Number: "n"}, approval.BookletAsked{Person: "p"})
				},
				func() { // somebody of this case waits for the booklet of one before
					happen(rt, j.Journal, "approval", f, approval.BookletAsked{Person: "p", From: fmt.Sprintf("f%d.p", rapid.IntRange(1, n).Draw(rt, "of"))})
				},
				func() {
					happen(rt, j.Journal, "holder", "p", custody.Announced{Booklet: f + ".p", Person: "p", Filing: f}, custody.Received{Booklet: f + ".p", Person: "p", Filing: f})
				},
				func() { happen(rt, j.Journal, "holder", "p", custody.Registered{Booklet: f, Person: "p", Filing: f}) },
				func() { happen(rt, j.Journal, "holder", "p", custody.Lent{Booklet: f, Person: "p", Filing: f}) },
				func() {
					happen(rt, j.Journal, "visa", f+".p.SCHENGEN", visa.Planned{Filing: f, Person: "p", Area: "SCHENGEN", Needed: true})
				},
				func() {
					happen(rt, j.Journal, "attendance", f, hall.CheckedIn{Filing: f, Unit: "u", Day: d("2026-08-10")})
				},
			}
			for range rapid.IntRange(1, 10).Draw(rt, "events") {
				rapid.SampledFrom(all).Draw(rt, "event")()
			}
			s, ok, err := progress.Of(ctx, j.Store, f)
			if err != nil || !ok || s.Filing != f {
				rt.Fatal(s, ok, err)
			}
			line, err := progress.Timeline(ctx, j.Store, f, 100)
			if err != nil || len(line) == 0 || line[0].Role != "reviewer" || line[0].Zone != zone.Office {
				rt.Fatal(line, err)
			}
		})
		if cases, err := progress.OfUnit(ctx, j.Store, "u", false, progress.After{}, 1000); err != nil || len(cases) == 0 {
			t.Fatal(len(cases), err)
		}
		if _, ok, err := progress.Of(ctx, j.Store, "nobody's"); ok || err != nil {
			t.Fatal(ok, err)
		}
		journaltest.RebuiltEqualsKept(t, j.Journal)
	})
}

// What is done with a booklet under the id of a record that has become a member's is
// done for that member.
func TestABookletUnderAnotherIdIsItsHoldersInTheCase(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		j := journaltest.Open(t, journaltest.Options{Store: open(), Zone: zone.Office, Kinds: slices.Concat(person.Kinds, approval.Kinds, custody.Kinds),
			Projections: func(ring *keys.Ring) []journal.Projection {
				return slices.Concat(person.Projections(ring), progress.Projections)
			}})
		happen(t, j.Journal, "approval", "f", approval.Received{Unit: "u", Members: []approval.Traveller{{Person: "p"}}},
			approval.Decided{Members: []approval.Verdict{{Person: "p", Approved: true}}, Approved: 1}, approval.DocumentIssued{Number: "n"})
		if err := j.Store.Write(ctx, func(tx store.Tx) error { // as it is heard from the internet zone
			_, err := tx.Exec(ctx, `INSERT INTO person_alias (id, into_id) VALUES ('double', 'p')`)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		happen(t, j.Journal, "holder", "double", custody.Lent{Booklet: "k", Person: "double", Filing: "f", Due: d("2026-10-03")})
		if err := j.Rebuild(ctx, "progress"); err != nil {
			t.Fatal(err)
		}
		s, _, err := progress.Of(ctx, j.Store, "f")
		if err != nil || len(s.People) != 1 || s.People["p"] == nil || s.People["p"].Booklet != progress.IsLent || s.People["p"].HandIn != d("2026-10-03") {
			t.Fatalf("%+v, %v", s.People, err)
		}
	})
}

// Nobody comes for a permit: it is made of a photo on file.
func TestAPermitIsMadeWithoutAnybodyComing(t *testing.T) {
	s := progress.State{Stage: progress.Issued, Countries: []string{"HKG"}}
	for _, e := range []journal.Event{{Subject: journal.Ref{Kind: "approval", ID: "f"}, Body: approval.BookletAsked{Person: "p", Type: "hkMacauPermit", Why: "new"}}, {Subject: journal.Ref{Kind: "passport", ID: "f.p"}, Body: passport.Ordered{Person: "p", Type: "hkMacauPermit", Why: "new"}}} {
		s = s.Hear(e)
		if st := progress.Next(s, at("2026-03-10")); st.Key != "progress.next.make" || st.Who != progress.Passport {
			t.Errorf("after %T: %s by %s", e.Body, st.Key, st.Who)
		}
	}
	if !s.ToRegionsOnly() || (progress.State{Countries: []string{"HKG", "SGP"}}).ToRegionsOnly() {
		t.Error("who travels on permits isn't known")
	}
}

// What a permit is endorsed for isn't enough once the mission is wider: it is at
// hand again and nothing is done. One that was made for the mission stays made.
func TestAPermitThatIsEndorsedAnewIsntDone(t *testing.T) {
	for why, want := range map[string]progress.Booklet{approval.EndorseOnly: progress.IsCaptured, "new": progress.IsMade} {
		s := progress.State{Stage: progress.Issued, Countries: []string{"HKG", "MAC"}}
		heard := []any{passport.Ordered{Person: "p", Type: "hkMacauPermit", Why: why}, passport.Made{Person: "p"}, passport.Endorsed{Person: "p", Only: why == approval.EndorseOnly}, passport.Amended{Person: "p", Anew: true}}
		if why == approval.EndorseOnly {
			heard = append(heard[:1], heard[2:]...)
		}
		for _, body := range heard {
			s = s.Hear(journal.Event{Subject: journal.Ref{Kind: "passport", ID: "f.p"}, Body: body})
		}
		if at := s.People["p"].Booklet; at != want {
			t.Errorf("ordered as %s it is %s, not %s", why, at, want)
		}
	}
}

// The page of one visa order tells that order's step, not what a colleague's waits for.
func TestAnOrderIsToldItsOwnStep(t *testing.T) {
	s := progress.State{Filing: "f", Stage: progress.Issued, Depart: d("2026-09-21"), People: map[string]*progress.Person{}}
	for id, at := range map[string]visa.Stage{"done": visa.IsChecked, "granted": visa.IsGranted, "ready": visa.KitIsReady, "kit": visa.IsPlanned} {
		s.People[id] = &progress.Person{Approved: true, Booklet: progress.InStore, Visas: map[string]progress.Visa{"SCHENGEN": {Stage: at}}}
	}
	for who, want := range map[string]string{"done": "visa_kit [kit]", "granted": "visa_check []", "ready": "visa_send []", "kit": "visa_kit []"} {
		st, others := progress.OnOrder(s, who, "SCHENGEN", at("2026-09-01"))
		if got := fmt.Sprintf("%s %v", strings.TrimPrefix(st.Key, "progress.next."), others); got != want {
			t.Errorf("on the order of %s: %s, want %s", who, got, want)
		}
	}
	s.People["none"] = &progress.Person{Approved: true, Booklet: progress.IsMade}
	if st, others := progress.OnOrder(s, "done", "SCHENGEN", at("2026-09-01")); st.Key != "progress.next.check" || others != nil {
		t.Errorf("while a booklet is made: %s %v", st.Key, others)
	}
}

// Who is in another authority's charge gets neither booklet nor visa here; the
// delegation waits for its confirmation, and for that of each inquiry.
func TestADelegationWaitsForTheConfirmationOfOtherAuthorities(t *testing.T) {
	s := progress.State{Filing: "f", Depart: d("2026-09-21")}
	amended := func(kind filing.AmendmentKind, asked ...approval.Inquiry) approval.Amended {
		b := approval.Amended{Kind: kind, Inquiries: asked, Facts: approval.Facts{Depart: s.Depart}}
		for _, p := range []string{"a", "b", "c"} {
			b.Verdicts = append(b.Verdicts, approval.Verdict{Person: p, Approved: true})
		}
		for _, q := range asked {
			b.Verdicts = append(b.Verdicts, approval.Verdict{Person: q.Persons[0], Approved: true})
		}
		return b
	}
	for _, c := range []struct {
		body any
		want string
	}{
		{approval.OpinionSought{Authority: "甲", Persons: []string{"b"}}, "review"},
		{approval.OpinionReplied{Authority: "甲"}, "review"},
		{approval.OpinionSought{Authority: "甲", Persons: []string{"c"}}, "review"},
		{approval.OpinionReplied{Authority: "甲"}, "review"},
		{approval.Decided{Members: []approval.Verdict{{Person: "a", Approved: true}, {Person: "b", Approved: true}, {Person: "c", Approved: true}}, Approved: 3}, "document"},
		{approval.DocumentIssued{Number: "n"}, "lend 1"},
		{custody.Lent{Person: "a", Filing: "f"}, "confirmation 1"},
		{approval.ConfirmationTaken{Authority: "乙"}, "confirmation 1"}, // of nobody who was asked
		{approval.ConfirmationTaken{Authority: "甲"}, "confirmation 1"},
		{approval.ConfirmationTaken{Authority: "甲"}, "clearing"},
		{amended(filing.AmendDrop), "clearing"},
		{amended(filing.AmendShift), "confirmation 1"}, // another journey
		{approval.ConfirmationTaken{Authority: "甲"}, "confirmation 1"},
		{approval.ConfirmationTaken{Authority: "甲"}, "clearing"},
		{amended(filing.AmendMembers, approval.Inquiry{Authority: "丙", Persons: []string{"d"}, Reply: &approval.OpinionReplied{}}), "confirmation 1"},
		{approval.ConfirmationTaken{Authority: "丙"}, "clearing"},
	} {
		if s.Stage == "" {
			s.Stage, s.Steps = progress.InReview, steps
		}
		s = s.Hear(journal.Event{Subject: journal.Ref{Kind: "approval", ID: "f"}, Body: c.body})
		st := progress.Next(s, at("2026-03-10"))
		got := strings.TrimPrefix(st.Key, "progress.next.")
		if st.Count > 0 {
			got += fmt.Sprintf(" %d", st.Count)
		}
		if got != c.want {
			t.Errorf("after %T: %s, want %s", c.body, got, c.want)
		}
	}
	if got := s.Ours(); !slices.Equal(got, []string{"a"}) {
		t.Errorf("this office's are %v", got)
	}
	s.People["b"].Visas = map[string]progress.Visa{"DEU": {Stage: visa.IsPlanned}} // planned before the other authority was asked
	if st := progress.Next(s, at("2026-03-10")); st.Key != "progress.next.clearing" {
		t.Errorf("another authority's visa is waited for: %s", st.Key)
	}
	if v := progress.LineOf(s).Visa; v.Of != 0 {
		t.Errorf("%d visas of another authority's people are counted", v.Of)
	}
}

func TestAfterTheDecisionThoseTravelWhoWereApproved(t *testing.T) {
	three := progress.State{Members: 3, People: map[string]*progress.Person{"a": {Approved: true}, "b": {}, "c": {Approved: true}}}
	for want, s := range map[int]progress.State{2: three, 3: {Members: 3, People: map[string]*progress.Person{"a": {}}}, 0: {}} {
		if got := s.Travelling(); got != want {
			t.Errorf("%d travel, want %d", got, want)
		}
	}
}

func TestWhatIsOwedAfterATripStandsBesideItsNextStep(t *testing.T) {
	s := progress.State{Stage: progress.Home, ReportDue: d("2026-10-23"), NoticeDue: d("2026-10-26"), BookletsDue: d("2026-10-03"), People: map[string]*progress.Person{"p": {Booklet: progress.IsLent}}}
	keys := func() (out string) {
		for _, st := range progress.Beside(s, at("2026-09-28")) {
			out += st.Key[len("progress.next."):] + " " + st.Due.String() + " "
		}
		return out
	}
	if got := keys(); got != "report 2026-10-23 put_up 2026-10-26 " {
		t.Errorf("beside the booklets: %s", got)
	}
	s.People = nil
	if got := keys(); got != "put_up 2026-10-26 " {
		t.Errorf("beside the report: %s", got)
	}
}

// How long the next one takes is told by the last: ten at least, nine of which were
// no slower. What is sent back begins anew when it comes in again, and what the
// office can't be waited for isn't counted.
func TestTheOfficesPastTellsOfTheNext(t *testing.T) {
	book, err := calendar.NewBook()
	if err != nil {
		t.Fatal(err)
	}
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		clock := journaltest.NewClock(journaltest.Morning)
		node := func(z zone.Zone, s *store.Store) *journal.Journal {
			return journaltest.Open(t, journaltest.Options{Store: s, Zone: z, Clock: clock,
				Kinds:       slices.Concat(filing.Kinds, material.Kinds, approval.Kinds, passport.Kinds, custody.Kinds, visa.Kinds, hall.Kinds, trip.Kinds, feedback.Kinds),
				Projections: func(*keys.Ring) []journal.Projection { return progress.Projections }}).Journal
		}
		j, office, network := node(zone.Internet, open()), node(zone.Office, nil), node(zone.Passport, nil)
		on := func(day string) { clock.Turn(at(day).Sub(clock.Now())) }
		says := func(from *journal.Journal, kind, id string, bodies ...any) {
			happen(t, from, kind, id, bodies...)
			if from != j {
				journaltest.Carry(t, from, j)
			}
			if from != office {
				journaltest.Carry(t, from, office)
			}
		}
		monday := d("2026-06-01")
		for i := range 10 { // after 1, 2 … 10 working days
			f := fmt.Sprintf("f%d", i)
			on(monday.String())
			says(j, "filing", f, filing.Submitted{Unit: "u"})
			on(book.AddWorkdays(monday, calendar.Workdays(i+1)).String())
			if i == 9 {
				if _, known := progress.PaceOf(past(t, j.Store, progress.ToApproval), book); known {
					t.Error("nine are enough")
				}
			}
			says(office, "approval", f, approval.DocumentIssued{Number: f, On: j.Today()})
		}
		pace, known := progress.PaceOf(past(t, j.Store, progress.ToApproval), book)
		if !known || pace.Walks != 10 || pace.Ninth != 9 {
			t.Fatalf("%+v %v", pace, known)
		}
		// The eleventh was sent back: it counts from when it came in again.
		on("2026-07-01")
		says(j, "filing", "g", filing.Submitted{Unit: "u"})
		says(office, "approval", "g", approval.SentBack{Defects: []approval.Defect{{Field: "a"}}})
		on("2026-07-06")
		says(j, "filing", "g", filing.Corrected{Unit: "u"})
		now := func(f string) []progress.Walk {
			out, err := progress.UnderWay(ctx, j.Store, f)
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		if w := now("g"); len(w) != 1 || w[0].Began != d("2026-07-06") || pace.By(w[0].Began, book) != d("2026-07-17") {
			t.Fatalf("%+v", w)
		}
		says(office, "approval", "g", approval.DocumentIssued{Number: "g", On: j.Today()})
		says(office, "approval", "g", approval.DocumentIssued{Number: "h", On: d("2026-08-03"), Replaces: "g"}) // another edition
		says(j, "filing", "g", filing.Corrected{Unit: "u"})
		if w := now("g"); len(w) != 0 {
			t.Errorf("what has ended is under way: %+v", w)
		}
		// A booklet from the capture on, a visa from the mission's door; refused and sent
		// again it begins anew.
		says(network, "order", "g.p", passport.Captured{Filing: "g", Person: "p"})
		says(office, "visa", "g.p.JPN", visa.Sent{Filing: "g", Person: "p", On: d("2026-07-06")}, visa.Refused{Filing: "g", Person: "p"})
		if w := now("g"); len(w) != 1 || w[0].Stretch != progress.ToBooklet || w[0].Whose != "p" {
			t.Errorf("after the refusal: %+v", w)
		}
		says(office, "visa", "g.p.JPN", visa.Sent{Filing: "g", Person: "p", On: d("2026-07-08")})
		on("2026-07-10")
		says(office, "holder", "p", custody.Received{Booklet: "g.p", Person: "p", Filing: "g"})
		says(office, "visa", "g.p.JPN", visa.Granted{Filing: "g", Person: "p"})
		for x, want := range map[progress.Stretch]progress.Walk{
			progress.ToBooklet:     {Stretch: progress.ToBooklet, Whose: "p", Began: d("2026-07-06"), Ended: d("2026-07-10")},
			progress.ToVisa("JPN"): {Stretch: progress.ToVisa("JPN"), Whose: "p", Began: d("2026-07-08"), Ended: d("2026-07-10")},
		} {
			if got := past(t, j.Store, x); !slices.Equal(got, []progress.Walk{want}) {
				t.Errorf("%s: %+v", x, got)
			}
		}
		journaltest.RebuiltEqualsKept(t, j)
	})
}

func past(t *testing.T, s *store.Store, x progress.Stretch) []progress.Walk {
	t.Helper()
	out, err := progress.Walked(context.Background(), s, x, d("2026-01-01"), 100)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Orders that want no visa are no work that was done: right after the approval nothing is.
func TestVisasThatAreNotNeededAreNotCountedAsDone(t *testing.T) {
	s := progress.State{Filing: "f", Stage: progress.Issued, Document: "1", People: map[string]*progress.Person{
		"a": {Approved: true, Visas: map[string]progress.Visa{"SCHENGEN": {Stage: visa.IsPlanned}, "SRB": {Stage: visa.NoneNeeded, Way: ref.VisaFree}}},
		"b": {Approved: true, Visas: map[string]progress.Visa{"SCHENGEN": {Stage: visa.IsPlanned}, "SRB": {Stage: visa.NoneNeeded, Way: ref.VisaFree}}},
	}}
	got := progress.LineOf(s).Visa
	if got.Key != "progress.line.visa.going_free" || got.Done != 0 || got.Of != 2 || fmt.Sprint(got.Args) != "map[Count:2 Done:0 Free:2]" {
		t.Errorf("the visas stand at %+v", got)
	}
	s.People["a"].Visas["SRB"] = progress.Visa{Stage: visa.NoneNeeded, Way: "arrival"}
	if got := progress.LineOf(s).Visa; got.Key != "progress.line.visa.going_own" || got.Of != 2 {
		t.Errorf("with one on arrival they stand at %+v", got)
	}
}
