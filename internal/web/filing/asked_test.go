package filing_test

import (
	"strings"
	"testing"

	"yitang/internal/web/ui"
)

// What a rule wants to know of a trip is asked on its page, and only there.
func TestWhatARuleWantsToKnowOfATripIsAsked(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.done("/cases/new", with(he.form(he.ok("/cases/new"), "/cases/new"), "from", "file", "text", caseText(t, "brazil-6-days-unexplained")))
	form := he.form(he.ok(at+"/trip"), at+"/trip")
	if _, asked := form["case.connectionNote"]; !asked {
		t.Fatal("nobody is asked how the flights connect")
	}
	if _, asked := form["case.safetyPlan"]; asked {
		t.Error("a safety plan is asked for Brazil")
	}
	check := he.ok(at + "/check").body
	if !strings.Contains(text(check), "没有说明航班衔接不便") {
		t.Fatal("the check doesn't want it")
	}
	if !strings.Contains(check, at+"/trip?back=precheck#"+ui.FieldID("case.connectionNote")) {
		t.Error("the finding doesn't open the page that asks")
	}
	he.done(at+"/trip", with(form, "case.connectionNote", "每周仅两班经停航班，当日无返程航班"))
	if strings.Contains(text(he.ok(at+"/check").body), "没有说明航班衔接不便") {
		t.Error("what was said isn't heard")
	}
	if got := he.form(he.ok(at+"/trip"), at+"/trip").Get("case.connectionNote"); got != "每周仅两班经停航班，当日无返程航班" {
		t.Errorf("the page has %q", got)
	}
}
