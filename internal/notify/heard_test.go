package notify_test

import (
	"testing"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/journal"
	"yitang/internal/notify"
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
