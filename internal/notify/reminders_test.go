package notify_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/feedback"
	"yitang/internal/hall"
	"yitang/internal/material"
	"yitang/internal/notify"
	"yitang/internal/pack"
	"yitang/internal/progress"
	"yitang/internal/trip"
)

func date(s string) calendar.Date {
	if s == "" {
		return calendar.Date{}
	}
	return calendar.MustParse(s)
}

// everybody is one account of each role, to whom a fact may be told.
func everybody() []notify.Recipient {
	var out []notify.Recipient
	for _, r := range pack.TellRole("").Words() {
		out = append(out, notify.Recipient{Account: "a-" + r, Role: pack.TellRole(r)})
	}
	return out
}

// owedKeys are those of the messages that a fact owes: what has the same ones is told once.
func owedKeys(t *testing.T, f notify.Fact, now time.Time) string {
	t.Helper()
	all := everybody()
	if f.Roles != nil {
		all = slices.DeleteFunc(all, func(r notify.Recipient) bool { return !slices.Contains(f.Roles, r.Role) })
	}
	ms := notify.Owed(f, all, rules(t), holidays(t), now)
	if len(ms) == 0 {
		t.Errorf("nobody is told of %s", f.What)
	}
	var out []string
	for _, m := range ms {
		out = append(out, m.Key)
	}
	return strings.Join(out, " ")
}

func TestAReportIsAskedForThreeDaysAheadAndOnceMoreWhenItIsLate(t *testing.T) {
	owed := trip.Row{Filing: "f", Trip: trip.Trip{Stage: trip.IsHome, Unit: "u", ReportDue: date("2026-03-20")}}
	filed, away, undated := owed, owed, owed
	filed.Report, away.Stage, undated.ReportDue = "m", trip.IsAbroad, calendar.Date{}
	for _, c := range []struct {
		name  string
		row   trip.Row
		today string
		want  string
	}{
		{"four days ahead", owed, "2026-03-16", ""},
		{"three days ahead", owed, "2026-03-17", "report.due"},
		{"on its day", owed, "2026-03-20", "report.due"},
		{"the day after", owed, "2026-03-21", "report.overdue"}, // a Saturday: it waits for a working day to be sent
		{"a month after", owed, "2026-04-20", "report.overdue"},
		{"filed", filed, "2026-03-21", ""},
		{"still abroad", away, "2026-03-21", ""},
		{"no day is set", undated, "2026-03-21", ""},
	} {
		f, told := notify.OfReport(c.row, "赴柏林团组", date(c.today))
		if got := string(f.What); got != c.want || told != (c.want != "") {
			t.Errorf("%s: told %q, want %q", c.name, got, c.want)
		}
	}
	first, _ := notify.OfReport(owed, "", date("2026-03-17"))
	again, _ := notify.OfReport(owed, "", date("2026-03-20"))
	late, _ := notify.OfReport(owed, "", date("2026-03-21"))
	later, _ := notify.OfReport(owed, "", date("2026-03-30"))
	if owedKeys(t, first, on("2026-03-17 09:00")) != owedKeys(t, again, on("2026-03-20 09:00")) || owedKeys(t, late, on("2026-03-21 09:00")) != owedKeys(t, later, on("2026-03-30 09:00")) {
		t.Error("it is told again each day")
	}
	if owedKeys(t, late, on("2026-03-21 09:00")) == owedKeys(t, first, on("2026-03-17 09:00")) {
		t.Error("that it is late isn't told to who was told that it is due")
	}
}

func TestAPaperIsToldOfThirtyDaysBeforeItsEndOnce(t *testing.T) {
	paper := material.Material{ID: "m", Added: material.Added{ValidUntil: date("2026-03-31")}}
	gone, lasting := paper, paper
	gone.Gone, lasting.ValidUntil = true, calendar.Date{}
	for _, c := range []struct {
		name  string
		paper material.Material
		today string
		count string
	}{
		{"31 days before", paper, "2026-02-28", ""},
		{"30 days before", paper, "2026-03-01", "30"},
		{"on its last day", paper, "2026-03-31", "0"},
		{"the day after", paper, "2026-04-01", ""},
		{"replaced", gone, "2026-03-15", ""},
		{"without an end", lasting, "2026-03-15", ""},
	} {
		f, told := notify.OfPaper(c.paper, "u", date(c.today))
		if told != (c.count != "") || f.Fills["Count"] != c.count {
			t.Errorf("%s: told %v, %q", c.name, told, f.Fills["Count"])
		}
	}
	first, _ := notify.OfPaper(paper, "u", date("2026-03-01"))
	again, _ := notify.OfPaper(paper, "u", date("2026-03-02"))
	if owedKeys(t, first, on("2026-03-01 09:00")) != owedKeys(t, again, on("2026-03-02 09:00")) {
		t.Error("it is told again each day")
	}
}

func TestAVisitIsToldTheDayBeforeAndTwoHoursBefore(t *testing.T) {
	b := hall.Booking{ID: "b", Filing: "f", Unit: "u", People: []string{"p"}, Day: date("2026-03-12"), Slot: hall.At(14, 0), State: hall.IsBooked, Number: "20260312-A1-001"}
	cancelled, there, early := b, b, b
	cancelled.State, there.Here, early.Slot = hall.IsCancelled, on("2026-03-12 11:30"), hall.At(9, 0)
	for _, c := range []struct {
		name  string
		b     hall.Booking
		today string
		told  bool
	}{
		{"two days before", b, "2026-03-10", false}, {"the day before", b, "2026-03-11", true}, {"on the day", b, "2026-03-12", false}, {"cancelled", cancelled, "2026-03-11", false},
	} {
		f, told := notify.OfVisit(c.b, "", date(c.today))
		if told != c.told || told && (f.What != "visit.tomorrow" || f.Fills["Slot"] != "14:00" || !slices.Equal(f.People, []string{"p"})) {
			t.Errorf("%s: %v %+v", c.name, told, f)
		}
	}
	for _, c := range []struct {
		name     string
		b        hall.Booking
		now, due string
	}{
		{"more than three hours before", b, "2026-03-12 10:59", ""},
		{"three hours before", b, "2026-03-12 11:00", "2026-03-12 12:00"},
		{"an hour before", b, "2026-03-12 13:00", "2026-03-12 13:00"},
		{"when it begins", b, "2026-03-12 14:00", ""},
		{"the day before at that hour", b, "2026-03-11 12:00", ""},
		{"cancelled", cancelled, "2026-03-12 12:00", ""},
		{"they are there", there, "2026-03-12 12:00", ""},
		{"at nine: not in quiet hours", early, "2026-03-12 06:30", "2026-03-12 08:00"},
	} {
		f, told := notify.OfVisitSoon(c.b, "", on(c.now))
		if told != (c.due != "") {
			t.Errorf("%s: told %v", c.name, told)
		}
		if !told {
			continue
		}
		ms := notify.Owed(f, []notify.Recipient{{Account: "x", Role: "traveller"}}, rules(t), holidays(t), on(c.now))
		if len(ms) != 1 || !ms[0].Due.Equal(on(c.due)) || ms[0].What != "visit.soon" || ms[0].Link != "/visits/f" {
			t.Errorf("%s: %+v", c.name, ms)
		}
	}
	first, _ := notify.OfVisitSoon(b, "", on("2026-03-12 11:00"))
	again, _ := notify.OfVisitSoon(b, "", on("2026-03-12 12:00"))
	before, _ := notify.OfVisit(b, "", date("2026-03-11"))
	moved := b
	moved.Sequence++
	after, _ := notify.OfVisitSoon(moved, "", on("2026-03-12 12:00"))
	if owedKeys(t, first, on("2026-03-12 11:00")) != owedKeys(t, again, on("2026-03-12 12:00")) || owedKeys(t, first, on("2026-03-12 11:00")) == owedKeys(t, after, on("2026-03-12 12:00")) || owedKeys(t, before, on("2026-03-11 11:00")) == owedKeys(t, again, on("2026-03-12 12:00")) {
		t.Error("once for each time that was chosen, the day before and on the day")
	}
}

// Whoever's turn it is hears of it after two working days, as the office's calendar
// counts them, and once as long as nothing happens.
func TestWhoeverIsWaitedForIsToldAfterTwoWorkingDays(t *testing.T) {
	intake := progress.State{Filing: "f", Unit: "u", Title: "赴柏林团组", Stage: progress.AtIntake}
	signatory, draft, abroad, ahead, near := intake, intake, intake, intake, intake
	signatory.Stage, draft.Stage, abroad.Stage, abroad.Return = progress.AtSignatory, progress.InDraft, progress.Abroad, date("2026-12-31")
	ahead.Due, near.Due = date("2026-03-20"), date("2026-03-19")
	depart := date("2026-03-18")
	locker := progress.State{Filing: "f", Unit: "u", Stage: progress.Cleared, Depart: depart, People: map[string]*progress.Person{
		"p1": {Approved: true, Booklet: progress.IsLent, By: custody.Window}, "p2": {Approved: true, Booklet: progress.IsLent, By: custody.Locker}}}
	home := progress.State{Filing: "f", Unit: "u", Stage: progress.Home, People: map[string]*progress.Person{"p1": {Approved: true, Booklet: progress.IsLent}, "p2": {Approved: true, Booklet: progress.IsHandedIn}}}
	dated := home
	dated.BookletsDue = date("2026-03-14")
	coming := progress.State{Filing: "f", Unit: "u", Stage: progress.Issued, Depart: date("2026-05-18"), People: map[string]*progress.Person{"p1": {Approved: true, Booklet: progress.IsOrdered}},
		Coming: &progress.Coming{Day: date("2026-03-13"), Slot: hall.At(9, 0), State: hall.IsBooked}}
	for _, c := range []struct {
		name        string
		s           progress.State
		since, now  string
		roles       string
		who         string
		countOfDays string
	}{
		{"one working day", intake, "2026-03-10 16:00", "2026-03-11 16:00", "", "", ""},
		{"two, in the morning already", intake, "2026-03-10 16:00", "2026-03-12 08:00", "[intake]", "[]", "2"},
		{"over a weekend", intake, "2026-03-12 10:00", "2026-03-15 10:00", "", "", ""},
		{"after it", intake, "2026-03-12 10:00", "2026-03-16 10:00", "[intake]", "[]", "4"},
		{"over Spring Festival, whose Saturday before is worked", intake, "2026-02-13 10:00", "2026-02-23 10:00", "", "", ""},
		{"on the first working day after it", intake, "2026-02-13 10:00", "2026-02-24 10:00", "[intake]", "[]", "11"},
		{"a Saturday that is worked is one", intake, "2026-10-08 10:00", "2026-10-10 10:00", "[intake]", "[]", "2"},
		{"the signatory", signatory, "2026-03-10 16:00", "2026-03-12 08:00", "[signatory]", "[]", "2"},
		{"whoever is writing", draft, "2026-03-01 16:00", "2026-03-12 08:00", "", "", ""},
		{"nobody", abroad, "2026-03-01 16:00", "2026-03-12 08:00", "", "", ""},
		{"its day is eight days ahead", ahead, "2026-03-01 16:00", "2026-03-12 08:00", "", "", ""},
		{"its day is seven days ahead", near, "2026-03-01 16:00", "2026-03-12 08:00", "[intake]", "[]", "11"},
		{"a booklet lies in a locker for its holder", locker, "2026-03-09 16:00", "2026-03-12 08:00", "[traveller liaison]", "[p2]", "3"},
		{"a booklet is wanted back, and no day is set", home, "2026-03-09 16:00", "2026-03-12 08:00", "[traveller liaison]", "[p1]", "3"},
		{"a booklet is wanted back by a day, which is told by itself", dated, "2026-03-09 16:00", "2026-03-12 08:00", "", "", ""},
		{"a visit is booked, which is told by itself", coming, "2026-03-09 16:00", "2026-03-12 08:00", "", "", ""},
	} {
		f, told := notify.OfWait(c.s, on(c.since), on(c.now), holidays(t))
		if told != (c.roles != "") {
			t.Errorf("%s: told %v %+v", c.name, told, f)
			continue
		}
		if told && (fmt.Sprint(f.Roles) != c.roles || fmt.Sprint(f.People) != c.who || f.Fills["Count"] != c.countOfDays || f.What != "case.waits") {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
	first, _ := notify.OfWait(intake, on("2026-03-10 16:00"), on("2026-03-12 08:00"), holidays(t))
	again, _ := notify.OfWait(intake, on("2026-03-10 16:00"), on("2026-03-19 08:00"), holidays(t))
	moved, _ := notify.OfWait(intake, on("2026-03-16 16:00"), on("2026-03-19 08:00"), holidays(t))
	if owedKeys(t, first, on("2026-03-12 08:00")) != owedKeys(t, again, on("2026-03-19 08:00")) || owedKeys(t, first, on("2026-03-12 08:00")) == owedKeys(t, moved, on("2026-03-19 08:00")) {
		t.Error("once for each time that it stands still")
	}
	if f, _ := notify.OfWait(locker, on("2026-03-09 16:00"), on("2026-03-12 08:00"), holidays(t)); !f.OfUnitsOwn() || first.OfUnitsOwn() {
		t.Error("what travellers are waited for is told where they sign in, and what intake is not")
	}
}

// Those who answer poor ratings hear of one by how far it is.
func TestAPoorRatingIsToldByHowFarItsAnswerIs(t *testing.T) {
	x := feedback.Row{Subject: "f", Filing: "f", ID: "e", Grade: 1, At: on("2026-02-11 10:00"), Shown: on("2026-02-11 10:00")} // Wednesday before Spring Festival
	answered, unhappy, settled, good := x, x, x, x
	answered.Duty.Reply, answered.Duty.At = "已改", on("2026-02-13 10:00")
	unhappy = answered
	unhappy.Again, unhappy.AgainAt = 2, on("2026-02-26 10:00")
	settled = answered
	settled.Duty.SettledAt = on("2026-02-24 10:00")
	good.Grade = 3
	for _, c := range []struct {
		name string
		x    feedback.Row
		now  string
		want string
	}{
		// 12 13 14(Sat) | 24 25 26 27 28(Sat) | 2 3 4 5 6 | 9 10
		{"on its day", x, "2026-02-11 11:00", "rating.poor  1"},
		{"three days later", x, "2026-02-14 11:00", "rating.poor  1"},
		{"long known", x, "2026-02-15 11:00", ""},
		{"four working days before the last", x, "2026-03-04 11:00", ""},
		{"three", x, "2026-03-05 11:00", "rating.due  1"},
		{"on the last", x, "2026-03-10 23:00", "rating.due  1"},
		{"the day after", x, "2026-03-11 00:01", "rating.late  1"},
		{"answered", answered, "2026-03-11 11:00", ""},
		{"answered, and they aren't content", unhappy, "2026-02-27 11:00", "rating.poor again 2"},
		{"which is long known", unhappy, "2026-03-11 11:00", ""},
		{"settled", settled, "2026-03-11 11:00", ""},
		{"no poor one", good, "2026-03-11 11:00", ""},
	} {
		f, told := notify.OfRating(c.x, 15, on(c.now), holidays(t))
		got := ""
		if told {
			got = fmt.Sprintf("%s %s %s", f.What, f.Step, f.Fills["Grade"])
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if told && f.Step == "" && f.Fills["Day"] != "2026-03-10" {
			t.Errorf("%s: its last day is %s", c.name, f.Fills["Day"])
		}
	}
}
