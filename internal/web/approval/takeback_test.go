package approval_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/journal"
)

// Passed on by mistake: the button stands in the sentence that tells of it and
// on the case's own page, until the next desk has acted.
func TestAStepThatWasPassedOnIsTakenBackWithItsOpinions(t *testing.T) {
	h := aHouse(t)
	c := example(t, "valid-germany-5-days.json")
	h.comes("filing", "f1", submitted(c, nil))
	h.until("received", h.stage("f1", approval.AtIntake))
	intake, reviewer, chief := h.as("intake"), h.as("reviewer"), h.as("chief")
	page := intake.Sees("/c/f1")
	intake.Post("/c/f1/accept", with(intake.Hidden(page, "/c/f1/accept"), "looked", "yes"))
	h.comes("filing", "f2", submitted(c, nil))
	h.until("received", h.stage("f2", approval.AtIntake))

	page = reviewer.Sees("/c/f1")
	_, page = reviewer.Post("/c/f1/review", with(reviewer.Hidden(page, "/c/f1/review"), append(allFor(c, 1), "reason.p1", "备案已过期", "note", "请处长留意")...))
	if !strings.Contains(page, "已上报") || !strings.Contains(page, `action="/c/f1/takeback"`) {
		t.Fatalf("right after passing on there is no way back: %s", page)
	}
	if chiefs := chief.Sees("/c/f1"); strings.Contains(chiefs, "/c/f1/takeback") {
		t.Error("the next desk is offered to take back what it didn't pass on")
	}
	page = reviewer.Sees("/c/f1", "您可以撤回")
	status, page := reviewer.Post("/c/f1/takeback", reviewer.Hidden(page, "/c/f1/takeback"))
	if status != http.StatusOK || !strings.Contains(page, "已撤回，意见还在") || !strings.Contains(page, "请处长留意") || !strings.Contains(page, "备案已过期") || !strings.Contains(page, "撤回上报") {
		t.Fatalf("taking back gives %d: %s", status, page)
	}
	if a := h.approval("f1"); a.Desk() != "reviewer" || len(a.Acted) != 0 {
		t.Fatalf("it lies with %s", a.Desk())
	}
	reviewer.Sees("/queue", c.Trip.Title)
	if status, page := reviewer.Post("/c/f1/takeback", url.Values{"_key": {"twice"}}); status != http.StatusConflict || !strings.Contains(page, "没有可撤回的") {
		t.Fatalf("taking back twice gives %d: %s", status, page)
	}

	page = reviewer.Sees("/c/f1")
	reviewer.Post("/c/f1/review", with(reviewer.Hidden(page, "/c/f1/review"), allFor(c)...))
	page = chief.Sees("/c/f1")
	chief.Post("/c/f1/review", with(chief.Hidden(page, "/c/f1/review"), allFor(c)...))
	if page := reviewer.Sees("/c/f1"); strings.Contains(page, "/c/f1/takeback") {
		t.Error("it is offered after the next desk has acted")
	}
	for _, who := range []struct {
		login string
		want  int
	}{{"reviewer", http.StatusForbidden}, {"intake", http.StatusForbidden}, {"custodian", http.StatusForbidden}, {"chief", http.StatusOK}} {
		if status, page := h.as(who.login).Post("/c/f1/takeback", url.Values{"_key": {"by-" + who.login}}); status != who.want {
			t.Errorf("%s taking back the chief's step gives %d, want %d: %s", who.login, status, who.want, page)
		}
	}
}

// Nobody acts on a trip of their own: the page says so, and asks for nothing.
func TestWhoTravelsIsToldWhyTheyCantAct(t *testing.T) {
	h := aHouse(t)
	c := example(t, "valid-germany-5-days.json")
	c.Legs[0].Country = "FRA"
	h.comes("filing", "f1", submitted(c, nil))
	h.until("received", h.stage("f1", approval.AtIntake))
	admin := journal.WithActor(context.Background(), journal.Actor{Role: "administrator", Account: "console"})
	if _, err := h.office.Accounts.Open(admin, journal.Order{Subject: h.office.Journal.NewID()},
		account.Open{Login: "travels", Name: "某人", Person: "p1", Roles: []access.Role{access.Intake}}, password); err != nil {
		t.Fatal(err)
	}
	v := h.as("travels")
	v.Sees("/queue?desk=intake", "您自己的行程，由别人来办")
	page := v.Sees("/c/f1", "这是您自己的行程，由别人来办")
	if strings.Contains(page, "轮到您") {
		t.Error("the page says that it is their turn")
	}
	for _, act := range []string{"/c/f1/accept", "/c/f1/holds", "/c/f1/notice"} {
		if strings.Contains(page, act) {
			t.Errorf("a traveller of the case is offered %s", act)
		}
		if status, page := v.Post(act, url.Values{"_key": {act}, "looked": {"yes"}, "rule": {"INV-004"}, "round": {"1"}, "until": {"2026-03-20"}}); status == http.StatusOK {
			t.Errorf("a traveller of the case did %s: %s", act, page)
		}
	}
}
