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

// Who holds a letter that tells more than names writes down what it tells, and
// hears where it isn't what the application says; a letter that doesn't is asked
// for nothing more.
func TestWhatALetterSaysOfItsPeopleIsHeldAgainstTheirRecords(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	const born, post = "invitations[0].inviteeDetails[1].dateOfBirth", "invitations[0].inviteeDetails[0].post"
	plain := he.ok(at + "/invitations")
	if form := he.form(plain, at+"/invitations"); form.Has(born) || form.Has(post) || !strings.Contains(plain.body, `value="?change=invitations[0].inviteeDetails#`) {
		t.Fatalf("the letter's page asks unasked, or can't be asked: %v", form)
	}
	open := at + "/invitations?change=invitations[0].inviteeDetails"
	page := he.ok(open)
	form := he.form(page, at+"/invitations")
	if !form.Has(born) || form.Get("invitations[0].inviteeDetails[1].name") != "舒若兰" || !strings.Contains(text(page.body), "函中所写舒若兰的出生日期") {
		t.Fatalf("nobody is asked what the letter says: %v", form)
	}
	he.done(at+"/invitations", with(form, post, "副校长"))
	check := text(he.ok(at + "/check").body)
	if !strings.Contains(check, "邀请函写江明远的职务为“副校长”") || strings.Contains(check, "舒若兰的出生日期") {
		t.Errorf("the check says of the letter: %s", check)
	}
	again := he.form(he.ok(at+"/invitations"), at+"/invitations")
	if again.Get(post) != "副校长" {
		t.Errorf("what was written isn't there: %v", again)
	}
	he.done(at+"/invitations", with(again, post, "", born, "1990-01-31"))
	check = text(he.ok(at + "/check").body)
	if strings.Contains(check, "江明远的职务为“副校长”") || !strings.Contains(check, "邀请函写舒若兰的出生日期为“1990年1月31日”") {
		t.Errorf("once mended, the check says: %s", check)
	}
	he.done(at+"/invitations", with(he.form(he.ok(at+"/invitations"), at+"/invitations"), born, ""))
	if he.form(he.ok(at+"/invitations"), at+"/invitations").Has(born) {
		t.Error("a letter that says nothing of anybody is still asked about")
	}
}
