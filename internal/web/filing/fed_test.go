package filing_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"yitang/internal/dossier"
	"yitang/internal/unit"
)

// What a rule reads is asked where the trip and its money are written, and the
// rule speaks once it is given.
func TestALateFlightAndASuiteAreAskedForAndJudged(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	check := func(says string, want bool) {
		t.Helper()
		if page := text(he.ok(at + "/check").body); strings.Contains(page, says) != want {
			t.Errorf("the check says %q: %v, want %v: %s", says, !want, want, page)
		}
	}
	form := he.form(he.ok(at+"/trip"), at+"/trip")
	if _, asked := form["case.leavesChina"]; !asked {
		t.Fatal("nobody asks when the flight leaves")
	}
	he.done(at+"/trip", with(form, "case.leavesChina", "2026-05-11T10:00"))
	check("零点前过关将多计", false)
	he.done(at+"/trip", with(he.form(he.ok(at+"/trip"), at+"/trip"), "case.leavesChina", "2026-05-11T23:30"))
	check("零点前过关将多计", true)

	lines := at + "/budget?lines=1"
	page := he.ok(lines)
	room := regexp.MustCompile(`budget\.lines\[\d+\]\.room`).FindString(page.body)
	if room == "" {
		t.Fatalf("no night is asked for its room: %s", text(page.body))
	}
	check("按职级住标准间", false)
	he.done(lines, with(he.form(page, lines), room, "suite"))
	check("按职级住标准间，预算为套房", true)
}

// A unit's own rule on leave stands on the register: its people of that rank and
// above are asked for the approval, others aren't.
func TestAUnitsRuleOnLeaveIsHeldAgainstItsPeople(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	const says = "须办理请假审批"
	if page := text(he.ok(at + "/check").body); strings.Contains(page, says) {
		t.Errorf("a unit without such a rule is asked for leave: %s", page)
	}
	rule := unit.Change{Name: "巴渝理工大学（虚构）", Type: dossier.Institution, LeaveFromRank: dossier.Division}
	give(t, context.Background(), w.office.Journal, unit.Room, "u1", rule)
	heard(t, w.office.Node, w.n.Node)
	page := text(he.ok(at + "/check").body)
	if !strings.Contains(page, "江明远的职级"+says) || strings.Contains(page, "舒若兰的职级"+says) {
		t.Errorf("by its rule a division head needs leave, and a teacher doesn't: %s", page)
	}
}
