package approval_test

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"yitang/internal/approval"
	"yitang/internal/drill"
	"yitang/internal/journal"
	"yitang/internal/web/ui"
)

// A reviewer's page from before a colleague's work: who did what since is named,
// what was typed stands there to be read, and one press sends it on top.
func TestAStaleReviewKeepsItsNoteAndNamesWhatChanged(t *testing.T) {
	h := aHouse(t)
	c := example(t, "valid-germany-5-days.json")
	h.comes("filing", "f1", submitted(c, nil))
	h.until("received", h.stage("f1", approval.AtIntake))
	intake, reviewer, chief := h.as("intake"), h.as("reviewer"), h.as("chief")
	intake.Post("/c/f1/accept", with(intake.Hidden(intake.Sees("/c/f1"), "/c/f1/accept"), "looked", "yes"))

	const at = "/c/f1/review"
	old := reviewer.Hidden(reviewer.Sees("/c/f1"), at)
	if status, page := reviewer.Post(at, with(reviewer.Hidden(reviewer.Sees("/c/f1"), at), allFor(c)...)); status != http.StatusOK {
		t.Fatalf("reviewing gives %d: %s", status, page)
	}
	chief.Post("/c/f1/back", with(chief.Hidden(chief.Sees("/c/f1/back"), "/c/f1/back"), "to", "0", "reason", "请核对预算"))

	const note = "停在旧页上写的意见𠮷"
	status, page := reviewer.Post(at, with(old, append(allFor(c), "note", note)...))
	if status != http.StatusConflict {
		t.Fatalf("a stale review gives %d: %s", status, page)
	}
	reviewer.Holds(page, "有人先改了，您填的还在", "提出意见并上报", "退给前面的环节", "审核岗，", "处长，", "<dt>备注</dt><dd>"+note+"</dd>", `name="note" value="`+note+`"`, `name="opinion.p0" value="yes"`)
	changes := regexp.MustCompile(`(?s)<ul class="changes">.*?</ul>`).FindString(page)
	if strings.Count(changes, "<li>") != 2 || strings.Contains(changes, "<del>") || strings.Contains(changes, "<ins>") || strings.Contains(changes, "class=\"s q\">原") {
		t.Errorf("what was done is shown as a value that is gone: %s", changes)
	}
	if h.approval("f1").Desk() != "reviewer" {
		t.Fatal("the stale review was taken")
	}
	if status, page = reviewer.Post(at, with(reviewer.Hidden(page, at), "looked", "yes")); status != http.StatusOK || !strings.Contains(page, "已上报") {
		t.Fatalf("sent again on top of what changed it gives %d: %s", status, page)
	}
	chief.Sees("/c/f1", note)
}

// happened counts the events of a kind that a case has had.
func (h *house) happened(id, kind string) (n int) {
	h.t.Helper()
	if err := h.office.Journal.Each(context.Background(), 0, func(e journal.Event) error {
		if e.Subject.ID == id && e.Kind == kind {
			n++
		}
		return nil
	}); err != nil {
		h.t.Fatal(err)
	}
	return n
}

// Pages that show a paper may frame the site's own files, and papers may be framed
// by it; nothing else is wider than for any page.
func TestTheOfficesPagesWidenTheContentPolicyByFramesAlone(t *testing.T) {
	s, in := desks(t, drill.Document)
	chief, at := in("chief"), "/c/"+s.ID
	page := chief.Sees(at)
	paper, made := regexp.MustCompile(`/c/[^"/]+/papers/[^"?]+`).FindString(page), regexp.MustCompile(`/c/[^"/]+/made\?paper=M02[^"]*`).FindString(page)
	framing := ui.ContentSecurityPolicy + "; frame-src 'self'"
	for path, want := range map[string]string{at: framing, at + "/notice": framing, "/queue": ui.ContentSecurityPolicy,
		paper: "frame-ancestors 'self'", made: "default-src 'none'; object-src 'self'; frame-ancestors 'self'"} {
		res, err := chief.Client.Get(chief.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if is := res.Header.Get("Content-Security-Policy"); path == "" || res.StatusCode != http.StatusOK || is != want {
			t.Errorf("%q comes with %d and the policy %q", path, res.StatusCode, is)
		}
	}
}

// The office reads what the case has cost so far, and how far it has heard of the
// other zones, beside what it decides on.
func TestTheCasesPageShowsItsLedgerAndHowFarOthersWereHeard(t *testing.T) {
	s, get := office(t, drill.CheckIn)
	page := get("chief", "/c/"+s.ID)
	_, sheet, ok := strings.Cut(page, `id="ledger"`)
	sheet, _, _ = strings.Cut(sheet, "</section>")
	if !ok {
		t.Fatal("there is no ledger")
	}
	var says []string
	for _, f := range regexp.MustCompile(`(?s)<dt>([^<]*)</dt>\s*<dd>([^<]*)</dd>`).FindAllStringSubmatch(sheet, -1) {
		says = append(says, f[1]+" "+f[2])
	}
	for _, want := range []string{"到场 1 次", "退回 1 次", "收纸质原件 0 份"} {
		if !slices.Contains(says, want) {
			t.Errorf("the ledger doesn't say %q, but %q", want, says)
		}
	}
	for _, want := range []string{"互联网", "护照专网"} {
		if !regexp.MustCompile(`<li class="pair">(?s).*` + want + `.*(两边一致|等待回执)`).MatchString(sheet) {
			t.Errorf("it isn't said how far %s was heard: %s", want, sheet)
		}
	}
}

// A page from before its own case went on, sent by who has nothing to do on it any more:
// where the case lies is said, and nothing is offered that would be refused.
func TestAStaleReviewOfACaseThatHasGoneOnOffersNothing(t *testing.T) {
	h := aHouse(t)
	c := example(t, "valid-germany-5-days.json")
	h.comes("filing", "f1", submitted(c, nil))
	h.until("received", h.stage("f1", approval.AtIntake))
	intake, reviewer := h.as("intake"), h.as("reviewer")
	intake.Post("/c/f1/accept", with(intake.Hidden(intake.Sees("/c/f1"), "/c/f1/accept"), "looked", "yes"))
	const at = "/c/f1/review"
	old := reviewer.Hidden(reviewer.Sees("/c/f1"), at)
	if status, page := reviewer.Post(at, with(reviewer.Hidden(reviewer.Sees("/c/f1"), at), allFor(c)...)); status != http.StatusOK {
		t.Fatalf("reviewing gives %d: %s", status, page)
	}
	status, page := reviewer.Post(at, with(old, append(allFor(c), "note", "第二个窗口写的")...))
	if status != http.StatusConflict || strings.Contains(page, "再提交一次") || strings.Contains(page, "请管理员调整") {
		t.Fatalf("sent again from another window it gives %d, and offers what can't be done", status)
	}
	reviewer.Holds(page, "已不在您手上，现在在处长", "<dd>第二个窗口写的</dd>")
}
