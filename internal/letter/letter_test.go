package letter

import (
	"testing"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

var today = calendar.On(2026, 11, 24)

func play(t *testing.T, l Letter, cmds ...journal.Command[Letter]) (Letter, error) {
	t.Helper()
	for _, c := range cmds {
		events, err := c.Decide(l, journal.Moment{Today: today, Now: today.Begins().Add(time.Hour), Fresh: func() string { return "01930000-0000-7000-9e3f-0123456789ab" }})
		if err != nil {
			return l, err
		}
		for _, e := range events {
			if l, err = evolve(l, e); err != nil {
				t.Fatal(err)
			}
		}
	}
	return l, nil
}

func note(number, mission, reason string) Prepare {
	return Prepare{Kind: document.KindNoteVerbale, Filing: "f1", Unit: "u1", Number: number, Reason: reason, Content: Content{Mission: mission}}
}

// An edition is superseded by the next, which says something else and why; what
// isn't prepared isn't issued; what rests on nothing is revoked once.
func TestEditionsFollowEachOtherAndOverwriteNothing(t *testing.T) {
	first, err := play(t, Letter{}, note("1号", "甲", ""), Issue{Edition: 1, Digest: "d1", File: "x", Size: 9})
	if err != nil {
		t.Fatal(err)
	}
	if now, ok := first.InForce(); !ok || now.Number != "1号" || now.Shared != "" || now.Held.Or("") != "x" || len(now.Carries()) != 0 {
		t.Errorf("a note is shared: %+v", now)
	}
	if _, err := play(t, first, note("2号", "甲", "x")); !fault.IsNotNow(err) {
		t.Errorf("the same once more gives %v", err)
	}
	if _, err := play(t, first, note("2号", "乙", " ")); len(fault.Findings(err)) != 1 {
		t.Errorf("another without a reason gives %v", err)
	}
	if _, err := play(t, first, Issue{Edition: 2}); !fault.IsNotNow(err) {
		t.Errorf("issuing what isn't prepared gives %v", err)
	}
	second, err := play(t, first, note("2号", "乙", "改由使馆受理"), note("3号", "丙", "y"), Issue{Edition: 2, Digest: "d2", File: "y", Size: 9})
	if err != nil || len(second.Editions) != 2 || second.Editions[1].Number != "2号" || second.Editions[1].Replaces != "1号" || second.Editions[0].Digest != "d1" {
		t.Errorf("%+v %v", second, err)
	}
	ended, err := play(t, second, Revoke{Reason: "任务取消"}, Revoke{Reason: "again"})
	if _, ok := ended.InForce(); ok || err != nil {
		t.Errorf("revoked, it still holds: %v", err)
	}
	if again, err := play(t, ended, note("3号", "乙", ""), Issue{Edition: 3}); err != nil || again.Editions[2].Replaces != "" {
		t.Errorf("after a revocation it begins anew: %+v %v", again, err)
	}
}

// A notice tells what was wrong and stays; the rest falls with its approval.
func TestWhatRestsOnTheApprovalFallsWithIt(t *testing.T) {
	all := []Row{{Letter: "a", Kind: document.KindOneTimeNotice, Status: document.InForce}, {Letter: "b", Kind: document.KindNoteVerbale, Status: document.Superseded},
		{Letter: "b", Kind: document.KindNoteVerbale, Status: document.InForce}, {Letter: "c", Kind: document.KindExitCertificate, Status: document.InForce}}
	ws := React(journal.Event{ID: "e", Body: approval.Revoked{Reason: "取消"}}, all)
	if len(ws) != 2 || ws[0].Order.Subject != "b" || ws[1].Order.Subject != "c" {
		t.Errorf("%+v", ws)
	}
	if ws := React(journal.Event{ID: "e", Body: approval.Decided{}}, all); len(ws) != 0 {
		t.Errorf("a decision revokes %+v", ws)
	}
}

// Each kind of document that isn't an approval, or stands for one, is laid out as
// a letter and says of itself what it is.
func TestEachKindOfLetterIsLaidOut(t *testing.T) {
	for _, k := range document.Kinds() {
		p, err := paper(Prepared{Kind: k, Number: "1", Content: journal.Of(Content{})}, approval.Letterhead{})
		if byApproval := k == document.KindApproval || k == document.KindConfirmation; byApproval != (err != nil) {
			t.Errorf("%s as a letter: %v", k, err)
		}
		if err == nil && document.KindOf(p) != k {
			t.Errorf("%s is laid out as %s", k, document.KindOf(p))
		}
	}
}
