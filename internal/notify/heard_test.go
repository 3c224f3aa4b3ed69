package notify_test

import (
	"slices"
	"testing"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/notify"
	"yitang/internal/pack"
	"yitang/internal/progress"
	"yitang/internal/visa"
)

func heard(t *testing.T, s progress.State, kind, id string, body any) notify.Fact {
	t.Helper()
	f, told := notify.Heard(journal.Event{ID: "e1", Subject: journal.Ref{Kind: kind, ID: id}, Body: body}, s)
	if !told {
		t.Fatalf("nobody is told of %T", body)
	}
	return f
}

// After somebody left a mission that goes on, only they hear that they don't go, and
// only whom the decision refused is told of as refused.
func TestWhoLeftIsNotTakenForTheMissionNorForRefused(t *testing.T) {
	s := progress.State{Filing: "f", Unit: "u", Title: "赴柏林团组", Stage: progress.Issued, People: map[string]*progress.Person{"p1": {Approved: true}, "p2": {}, "p3": {Refused: true}}}
	due := calendar.MustParse("2026-12-07")
	if f := heard(t, s, "holder", "p2", custody.Recalled{Filing: "f", Person: "p2", Due: due}); f.Who != "p2" {
		t.Errorf("recalled of one who left: %+v", f)
	}
	if f := heard(t, s, "approval", "f", approval.DocumentIssued{Number: "n"}); f.Fills["Refused"] != "1" {
		t.Errorf("refused: %q", f.Fills["Refused"])
	}
	s.Revoked = true
	if f := heard(t, s, "holder", "p2", custody.Recalled{Filing: "f", Person: "p2", Due: due}); f.Who != "" {
		t.Errorf("recalled of all: %+v", f)
	}
}

func TestAnAppointmentAtAMissionAndARefusalSayWhose(t *testing.T) {
	s := progress.State{Filing: "f", Unit: "u", Title: "赴柏林团组", Stage: progress.Issued, People: map[string]*progress.Person{"p1": {Approved: true}}}
	f := heard(t, s, "visa", "f.p1.DEU", visa.MissionDaySet{Filing: "f", Person: "p1", On: calendar.MustParse("2026-12-03"), Words: "9点，亮马桥"})
	if f.What != "visa.appointment" || f.Who != "p1" || len(f.People) != 1 || f.Fills["Day"] != "2026-12-03" {
		t.Errorf("%+v", f)
	}
	if f := heard(t, s, "visa", "f.p1.DEU", visa.Refused{Filing: "f", Person: "p1", Reason: "材料不足"}); f.Who != "p1" || f.Fills["Area"] != "DEU" {
		t.Errorf("%+v", f)
	}
}

// Of a change that was approved is told which it is, who goes no more and what becomes
// of the document, once; and its pages are its own.
func TestAChangeIsToldByWhatItChanges(t *testing.T) {
	s := progress.State{Filing: "f", Unit: "u", Title: "赴柏林团组", Stage: progress.Issued, People: map[string]*progress.Person{"p1": {Approved: true}}}
	goes := []approval.Verdict{{Person: "p1", Approved: true}}
	facts := approval.Facts{Title: "赴柏林团组", Depart: calendar.MustParse("2026-12-03"), Return: calendar.MustParse("2026-12-08")}
	f := heard(t, s, "approval", "f", approval.Amended{Amendment: "f~1", Kind: filing.AmendDrop, Facts: facts, Verdicts: goes, Left: []string{"p2"}, Reprint: true})
	if f.What != "case.approved" || f.Fills["Kind"] != "drop" || f.Fills["Count"] != "1" || f.Fills["Reprint"] == "" || f.Fills["Depart"] != "" || !slices.Equal(f.Whose["Left"], []string{"p2"}) || !slices.Equal(f.People, []string{"p1", "p2"}) {
		t.Errorf("somebody stays at home: %+v", f)
	}
	if at := notify.Page(f.What, "liaison", f.About, f.Of); at != "/cases/f~1" {
		t.Errorf("it leads to %s", at)
	}
	if at := notify.Page(f.What, "traveller", f.About, f.Of); at != "/cases/f/progress" {
		t.Errorf("a traveller is led to %s", at)
	}
	f = heard(t, s, "approval", "f", approval.Amended{Amendment: "f~2", Kind: filing.AmendShift, Facts: facts, Verdicts: goes})
	if f.Fills["Depart"] != "2026-12-03" || f.Fills["Return"] != "2026-12-08" || f.Fills["Reprint"] != "" {
		t.Errorf("other days: %+v", f)
	}
	s.Cancelled = true
	if f := heard(t, s, "approval", "f", approval.Revoked{Number: "n"}); f.What != "case.revoked" || f.Fills["Kind"] != "cancel" {
		t.Errorf("given up: %+v", f)
	}
	f = heard(t, s, "filing", "f~1", filing.Presented{Unit: "u", Title: "赴柏林团组"})
	if at := notify.Page(f.What, "signatory", f.About, f.Of); f.About != "f" || at != "/sign/f~1" {
		t.Errorf("what is to be signed is told under %s and leads to %s", f.About, at)
	}
	f = heard(t, s, "approval", "f~1", approval.SentBack{})
	if at := notify.Page(f.What, "liaison", f.About, f.Of); at != "/cases/f~1/correct" {
		t.Errorf("what was sent back is mended on %s", at)
	}
}

// A call is news while they are awaited at the window: not when it is long ago, when
// something of their visit is over since, or when they were passed over.
func TestACallIsNewsWhileSomebodyIsAwaitedAtTheWindow(t *testing.T) {
	at := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	turn := hall.Ticket{Visit: "v", State: hall.AtWindow, Called: at, Waited: at}
	here := hall.Visit{Presence: hall.Arrived, Acts: []hall.ActRow{{Kind: "identity"}}}
	served := hall.Visit{Presence: hall.Arrived, Acts: []hall.ActRow{{Result: hall.Done, At: at.Add(time.Minute)}, {}}}
	before := hall.Visit{Presence: hall.Arrived, Acts: []hall.ActRow{{Result: hall.Waived, At: at.Add(-time.Minute)}, {}}}
	over, back := turn, turn
	over.State, back.State = hall.TicketUsed, hall.InQueue
	for _, c := range []struct {
		name  string
		turn  hall.Ticket
		visit hall.Visit
		now   time.Time
		is    bool
	}{
		{"just now", turn, here, at.Add(time.Minute), true},
		{"after something was settled beforehand", turn, before, at, true},
		{"a quarter of an hour ago", turn, here, at.Add(15 * time.Minute), false},
		{"being served", turn, served, at.Add(2 * time.Minute), false},
		{"gone", turn, hall.Visit{Presence: hall.Left}, at, false},
		{"done with", over, here, at, false},
		{"in line again", back, here, at, false},
	} {
		if got := notify.StillCalled(c.turn, c.visit, c.now); got != c.is {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	f := notify.Called(journal.Event{ID: "e1"}, turn, hall.Visit{Unit: "u", People: []string{"p1"}}, hall.Window{ID: "A1", Name: "A1窗口"}, progress.State{})
	if !slices.Equal(f.Roles, []pack.TellRole{"traveller"}) || f.Fills["Window"] != "A1窗口" || f.Of != "v@e1" {
		t.Errorf("%+v", f)
	}
}
