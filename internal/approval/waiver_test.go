package approval

import (
	"strings"
	"testing"

	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
)

func TestAWaiverIsAnsweredByAChiefOfNoOwnTripBeforeTheDecisionWithAReason(t *testing.T) {
	asked := filing.Waiver{Stage: filing.WaiverIsAsked, Asked: filing.WaiverAsked{Filing: "f1", Rule: "DOC-001", Members: group}}
	back := asked
	back.Stage = filing.WaiverIsBack
	given := Waiving{Answer: WaiverIsRefused}
	for _, x := range []struct {
		name, by string
		state    Waiving
		cmd      AnswerWaiver
		fails    func(error) bool
	}{
		{"granted from the draft", "chief/c", Waiving{}, AnswerWaiver{Grant: true, Reason: "属实", Asked: asked, MayWaive: true}, nil},
		{"refused", "chief/c", Waiving{}, AnswerWaiver{Reason: "可以补足", Asked: asked}, nil},
		{"under review", "chief/c", Waiving{}, AnswerWaiver{Grant: true, Reason: "属实", Asked: asked, MayWaive: true, Case: Approval{Stage: UnderReview}}, nil},
		{"by a reviewer", "reviewer/r", Waiving{}, AnswerWaiver{Grant: true, Reason: "属实", Asked: asked, MayWaive: true}, fault.IsForbidden},
		{"by a director", "director/d", Waiving{}, AnswerWaiver{Grant: true, Reason: "属实", Asked: asked, MayWaive: true}, fault.IsForbidden},
		{"for a trip of one's own", "chief/c", Waiving{}, AnswerWaiver{Grant: true, Reason: "属实", Asked: asked, MayWaive: true, Self: "p2"}, fault.IsForbidden},
		{"without a reason", "chief/c", Waiving{}, AnswerWaiver{Grant: true, Reason: "  ", Asked: asked, MayWaive: true}, invalid},
		{"refused without a reason", "chief/c", Waiving{}, AnswerWaiver{Asked: asked}, invalid},
		{"of a rule that is never waived", "chief/c", Waiving{}, AnswerWaiver{Grant: true, Reason: "属实", Asked: asked}, invalid},
		{"a second time", "chief/c", given, AnswerWaiver{Grant: true, Reason: "属实", Asked: asked, MayWaive: true}, fault.IsNotNow},
		{"of what was taken back", "chief/c", Waiving{}, AnswerWaiver{Grant: true, Reason: "属实", Asked: back, MayWaive: true}, fault.IsNotNow},
		{"after the decision", "chief/c", Waiving{}, AnswerWaiver{Grant: true, Reason: "属实", Asked: asked, MayWaive: true, Case: Approval{Stage: IsDecided}}, fault.IsNotNow},
	} {
		role, account, _ := strings.Cut(x.by, "/")
		events, err := x.cmd.Decide(x.state, moment(t, role, account))
		switch {
		case x.fails == nil && (err != nil || len(events) != 1):
			t.Errorf("%s: %v", x.name, err)
		case x.fails != nil && (err == nil || !x.fails(err)):
			t.Errorf("%s: %v %v", x.name, events, err)
		}
	}
}

func invalid(err error) bool { return fault.Findings(err) != nil }

func TestAWaiverIsAskedForOnceWhileTheCaseIsWrittenWithAReason(t *testing.T) {
	good := filing.AskWaiver{Filing: "f1", Rule: "DOC-001", Field: "notice.to", MayWaive: true, Plea: filing.Plea{Reason: "来不及"}}
	for _, x := range []struct {
		name  string
		spoil func(*filing.AskWaiver)
		fails func(error) bool
	}{
		{"in a draft", func(*filing.AskWaiver) {}, nil},
		{"after a sending back", func(c *filing.AskWaiver) { c.Stage = filing.IsSentBack }, nil},
		{"while it lies with the signatory", func(c *filing.AskWaiver) { c.Stage = filing.IsPresented }, fault.IsNotNow},
		{"after the submission", func(c *filing.AskWaiver) { c.Stage = filing.IsSubmitted }, fault.IsNotNow},
		{"after the end", func(c *filing.AskWaiver) { c.Stage = filing.IsConcluded }, fault.IsNotNow},
		{"while the same waits", func(c *filing.AskWaiver) { c.Asked = true }, fault.IsNotNow},
		{"of a rule that is never waived", func(c *filing.AskWaiver) { c.MayWaive = false }, invalid},
		{"without a reason", func(c *filing.AskWaiver) { c.Plea.Reason = "\n" }, invalid},
	} {
		cmd := good
		x.spoil(&cmd)
		events, err := cmd.Decide(filing.Waiver{}, moment(t, "liaison", "l"))
		switch {
		case x.fails == nil && (err != nil || len(events) != 1):
			t.Errorf("%s: %v", x.name, err)
		case x.fails != nil && (err == nil || !x.fails(err)):
			t.Errorf("%s: %v %v", x.name, events, err)
		}
	}
	var body filing.WaiverAsked
	events, _ := good.Decide(filing.Waiver{}, moment(t, "liaison", "l"))
	body = events[0].Body.(filing.WaiverAsked)
	state, err := filing.WaiverRoom.Evolve(filing.Waiver{}, journal.Event{Body: body})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := good.Decide(state, moment(t, "liaison", "l")); !fault.IsNotNow(err) {
		t.Errorf("the same form asked twice: %v", err)
	}
}
