package approval_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yitang/internal/approval"
	"yitang/internal/filing"
)

// A desk begins where the one before left off: what was judged stands with desk and
// day, what was only looked at is told but never ticked beforehand, and what was proposed for all
// members is taken over with one press.
func TestADeskSeesWhatEarlierDesksSaidAndTakesItOver(t *testing.T) {
	h := aHouse(t)
	c := example(t, "valid-germany-5-days.json")
	c.Itinerary[2].Activity = "会谈"
	c.Itinerary[3].Activity = "会谈"
	h.comes("filing", "f1", submitted(c, nil))
	h.until("received", h.stage("f1", approval.AtIntake))
	intake, reviewer, chief, director := h.as("intake"), h.as("reviewer"), h.as("chief"), h.as("director")
	ticked := func(page string) bool {
		_, rest, found := strings.Cut(page, `name="looked"`)
		box, _, _ := strings.Cut(rest, ">")
		return found && strings.Contains(box, "checked")
	}

	page := intake.Sees("/c/f1", "照此受理")
	if ticked(page) || strings.Contains(page, "没有判断，") || strings.Contains(page, "照此上报") {
		t.Error("somebody has looked before the first desk")
	}
	intake.Post("/c/f1/accept", with(intake.Hidden(page, "/c/f1/accept"), "looked", "yes"))

	page = reviewer.Sees("/c/f1", "某intake（受理，", "看过，没有判断", "受理都看过")
	if ticked(page) || !strings.Contains(page, `name="looked"`) || strings.Contains(page, `name="all" value="before"`) {
		t.Error("what intake has seen isn't there to be confirmed by hand, or an opinion of intake is")
	}
	form := reviewer.Hidden(page, "/c/f1/review")
	if status, page := reviewer.Post("/c/f1/review", form); status != http.StatusUnprocessableEntity || ticked(page) {
		t.Errorf("the tick that nobody set is set, or not needed: %d", status)
	}
	if status, page := reviewer.Post("/c/f1/holds", url.Values{"_key": {"judged"}, "rule": {"ITN-027"}, "field": {"itinerary[2].activity"}, "round": {"1"}}); status != http.StatusOK || !strings.Contains(page, "某reviewer（审核，") {
		t.Fatalf("a judgement doesn't tell desk and day: %d", status)
	}
	reviewer.Post("/c/f1/review", with(form, append(allFor(c, 1), "reason.p1", "备案已过期")...))

	// The chief chooses nothing, and takes over what was proposed.
	page = chief.Sees("/c/f1", "某reviewer（审核，", "审核都看过", fmt.Sprintf("审核提的：同意 %d 人，不同意%s", len(c.Members)-1, c.Members[1].Name()), "照前面的意见上报", "备案已过期")
	if ticked(page) {
		t.Error("the chief's look is attested before the chief has looked")
	}
	if status, page := chief.Post("/c/f1/review", with(chief.Hidden(page, "/c/f1/review"), append(allFor(c), "all", "before")...)); status != http.StatusOK {
		t.Fatalf("taking over gives %d: %s", status, errorSummary(page))
	}
	page = director.Sees("/c/f1", fmt.Sprintf("处长复核提的：同意 %d 人，不同意%s", len(c.Members)-1, c.Members[1].Name()), "照前面的意见签发", "处长复核都看过")
	if status, page := director.Post("/c/f1/decide", with(director.Hidden(page, "/c/f1/decide"), "looked", "yes", "all", "before", "conditions", "严格按照批准的日程执行")); status != http.StatusOK {
		t.Fatalf("signing as proposed gives %d: %s", status, errorSummary(page))
	}
	a := h.approval("f1")
	if len(a.Approved()) != len(c.Members)-1 || a.Verdicts[1].Reason != "备案已过期" {
		t.Errorf("decided was something else: %+v", a.Verdicts)
	}
	for _, s := range a.Seen {
		judged := s.Field == "itinerary[2].activity" // since intake saw it
		if want := map[bool]string{true: "intake", false: "director"}[judged]; s.Desk != want || s.By == "" || s.At.IsZero() {
			t.Errorf("the journal doesn't tell who went on with it, %s: %+v", want, s)
		}
	}
}

// Who came in after the chief's opinion has nobody's: the page says so, and nothing
// is there to take over. What came up after the page was opened wasn't seen on it.
func TestOfWhoCameLaterNothingIsProposedAndWhatCameUpLaterWasNotSeen(t *testing.T) {
	h := aHouse(t)
	c := example(t, "valid-germany-5-days.json")
	less, n := c.Clone(), len(c.Members)-1
	less.Members = less.Members[:n]
	less.Itinerary[2].Activity = "会谈"
	h.comes("filing", "f1", submitted(less, nil))
	h.until("received", h.stage("f1", approval.AtIntake))
	intake, reviewer, chief, director := h.as("intake"), h.as("reviewer"), h.as("chief"), h.as("director")
	intake.Post("/c/f1/accept", with(intake.Hidden(intake.Sees("/c/f1"), "/c/f1/accept"), "looked", "yes"))

	form := reviewer.Hidden(reviewer.Sees("/c/f1"), "/c/f1/review")
	shown := form["shown"]
	if len(shown) == 0 {
		t.Fatal("the form doesn't say what its page shows")
	}
	form["shown"] = shown[1:]
	status, page := reviewer.Post("/c/f1/review", with(form, allFor(less)...))
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "又出现了 1 项") {
		t.Fatalf("passing on with a finding that nobody saw gives %d: %s", status, errorSummary(page))
	}
	if again := reviewer.Hidden(page, "/c/f1/review"); len(again["shown"]) != len(shown) || strings.Contains(page, `name="looked" value="yes" checked`) {
		t.Error("the page that comes back doesn't show it, or is ticked for it")
	}
	form["shown"] = shown
	reviewer.Post("/c/f1/review", with(form, append(allFor(less), "_key", "seen")...))
	chief.Post("/c/f1/review", with(chief.Hidden(chief.Sees("/c/f1", "照前面的意见上报"), "/c/f1/review"), allFor(less)...))

	page = director.Sees("/c/f1/notice")
	director.Post("/c/f1/notice/list", with(director.Hidden(page, "/c/f1/notice/list"), "field", "members", "words", "补上陪同人员"))
	page = director.Sees("/c/f1/notice")
	director.Post("/c/f1/notice", director.Hidden(page, "/c/f1/notice"))
	h.until("sent back", h.stage("f1", approval.WithUnit))
	s := submitted(c, nil)
	h.comes("filing", "f1", filing.Corrected{Unit: s.Unit, Title: s.Title, Kind: s.Kind, Depart: s.Depart, Return: s.Return, Countries: s.Countries, Members: s.Members, Round: 2, Changed: []string{"members"}, Dossier: s.Dossier})
	h.until("corrected", h.stage("f1", approval.UnderReview))
	newcomer := c.Members[n].Name()
	if page = director.Sees("/c/f1", "没有对"+newcomer+"提意见", "处长复核没有提过意见"); strings.Contains(page, "照前面的意见签发") {
		t.Error("what nobody proposed is offered to be signed as proposed")
	}
	status, page = director.Post("/c/f1/decide", with(director.Hidden(page, "/c/f1/decide"), "looked", "yes", "all", "before", "conditions", ""))
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, newcomer) || !h.stage("f1", approval.UnderReview)() {
		t.Fatalf("signing for somebody of whom nothing was said gives %d: %s", status, errorSummary(page))
	}
}

// A refusal without a reason comes back as it was meant: everybody refused, the
// reason wanted at each member, and all that is wrong elsewhere said with it.
func TestARefusalOfAllWithoutAReasonComesBackAsItWasMeant(t *testing.T) {
	h := aHouse(t)
	c := example(t, "valid-germany-5-days.json")
	c.Itinerary[2].Activity = "会谈"
	h.comes("filing", "f1", submitted(c, nil))
	h.until("received", h.stage("f1", approval.AtIntake))
	intake, reviewer := h.as("intake"), h.as("reviewer")
	intake.Post("/c/f1/accept", with(intake.Hidden(intake.Sees("/c/f1"), "/c/f1/accept"), "looked", "yes"))
	form := with(reviewer.Hidden(reviewer.Sees("/c/f1"), "/c/f1/review"), append(allFor(c), "all", "no", "reason.p1", "备案已过期")...)
	form.Del("looked")
	for _, looked := range []string{"", "yes"} {
		status, page := reviewer.Post("/c/f1/review", with(form, "looked", looked))
		if status != http.StatusUnprocessableEntity {
			t.Fatalf("looked %q: %d", looked, status)
		}
		for i, m := range c.Members {
			p := fmt.Sprint("p", i)
			if !chosen(page, "opinion."+p, "no") || chosen(page, "opinion."+p, "yes") {
				t.Errorf("looked %q: %s is shown as agreed to", looked, m.Name())
			}
			if told := strings.Contains(page, fmt.Sprintf(`id="reason-error-%d"`, i)); told == (i == 1) {
				t.Errorf("looked %q: the reason for %s is asked for: %v", looked, m.Name(), told)
			}
		}
		if told := strings.Contains(errorSummary(page), "没有判断"); told != (looked == "") || !strings.Contains(page, "备案已过期") {
			t.Errorf("looked %q: %s", looked, errorSummary(page))
		}
	}
}
