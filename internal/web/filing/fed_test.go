package filing_test

import (
	"regexp"
	"strings"
	"testing"
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
