package approval

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/pack"
	"yitang/internal/store/storetest"
	"yitang/internal/zone"
)

func TestMain(m *testing.M) { storetest.Main(m) }

var monday = calendar.On(2026, 11, 23)

func book(t testing.TB) *calendar.Book {
	t.Helper()
	b, err := calendar.NewBook(calendar.Year{Year: 2026, Holidays: []calendar.Holiday{{Zh: "元旦", From: calendar.On(2026, 1, 1), To: calendar.On(2026, 1, 3)}}})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func moment(t testing.TB, role, account string) journal.Moment {
	n := 0
	return journal.Moment{Now: monday.Begins().Add(2 * time.Hour), Today: monday, Book: book(t), Zone: zone.Office, Actor: journal.Actor{Role: role, Account: account}, Subject: "f1",
		Fresh: func() string { n++; return fmt.Sprintf("01930000-0000-7000-8000-%012d", n) }}
}

var threeSteps = pack.Path{ID: "ordinary", Steps: []pack.Step{
	{Role: "reviewer", Name: fault.Text{Zh: "审核", En: "Review"}, Workdays: 2},
	{Role: "chief", Name: fault.Text{Zh: "处长复核", En: "Chief's review"}, Workdays: 1, FourEyes: true},
	{Role: "director", Name: fault.Text{Zh: "分管主任签发", En: "Director's decision"}, Workdays: 2, FourEyes: true},
}}

var group = []Traveller{{Person: "p1", Head: true}, {Person: "p2"}, {Person: "p3"}}

// after plays commands of several people from nothing.
type step struct {
	by  string // role/account
	cmd journal.Command[Approval]
}

func play(t testing.TB, steps ...step) Approval {
	t.Helper()
	a, err := try(t, Approval{}, steps...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func try(t testing.TB, a Approval, steps ...step) (Approval, error) {
	t.Helper()
	for _, s := range steps {
		role, account, _ := strings.Cut(s.by, "/")
		events, err := s.cmd.Decide(a, moment(t, role, account))
		if err != nil {
			return a, err
		}
		for _, e := range events {
			e.Actor, e.At = journal.Actor{Role: role, Account: account}, moment(t, role, account).Now
			if a, err = evolve(a, e); err != nil {
				t.Fatal(err)
			}
		}
	}
	return a, nil
}

var (
	received  = step{"system", Receive{Unit: "u1", Facts: Facts{Title: "赴德国"}, Members: group, Within: 2}}
	accepted  = step{"intake/i", Accept{Number: Number{2026, 117}.As(caseNumbers), Path: threeSteps}}
	reviewed  = step{"reviewer/r", Review{Opinions: allFor()}}
	chiefed   = step{"chief/c", Review{Opinions: allFor()}}
	decided   = step{"director/d", Decide{Members: verdicts("p2"), Months: 6}}
	sentBack  = step{"intake/i", SendBack{Defects: []Defect{{Field: "invitations[0].to", Words: "邀请函日期短一天"}}, Within: 2}}
	mended    = step{"system", TakeCorrection{Members: group, Changed: []string{"invitations[0].to"}, Facts: Facts{Title: "赴德国"}, Within: 2}}
	takenBack = step{"reviewer/r", TakeBack{}}
)

func allFor(against ...string) []Opinion {
	var out []Opinion
	for _, m := range group {
		o := Opinion{Person: m.Person, Approve: true}
		for _, p := range against {
			if p == m.Person {
				o = Opinion{Person: p, Words: "备案已过期"}
			}
		}
		out = append(out, o)
	}
	return out
}

func verdicts(against ...string) []Verdict {
	var out []Verdict
	for _, o := range allFor(against...) {
		out = append(out, Verdict{Person: o.Person, Approved: o.Approve, Reason: o.Words})
	}
	return out
}

// outcome names an error for a table: "", forbidden, notNow:key or field=key list.
func outcome(err error) string {
	var n *fault.NotNowError
	switch {
	case err == nil:
		return ""
	case fault.IsForbidden(err):
		return "forbidden"
	case errors.As(err, &n):
		return "notNow:" + n.Key
	}
	var out []string
	for _, f := range fault.Findings(err) {
		out = append(out, f.Field+"="+f.Key)
	}
	if out == nil {
		return err.Error()
	}
	return strings.Join(out, " ")
}

func TestEachVerbAsksForItsTurnAndItsReasons(t *testing.T) {
	fresh := Approval{}
	atIntake, underReview := play(t, received), play(t, received, accepted)
	atChief, atDirector := play(t, received, accepted, reviewed), play(t, received, accepted, reviewed, chiefed)
	issued := play(t, received, accepted, reviewed, chiefed, decided, step{"system", PrepareDocument{Number: "云外办出〔2026〕1号"}}, step{"system", IssueDocument{Edition: 1, Digest: "d", File: "m"}})
	awaiting := play(t, received, accepted, reviewed, chiefed, decided)
	awaiting.Kind = dossier.Joined
	prepared := awaiting
	prepared.Prepared = &DocumentPrepared{}
	onceReturned := play(t, received, sentBack, mended)

	for _, c := range []struct {
		what string
		at   Approval
		do   step
		want string
	}{
		{"received twice", atIntake, received, "notNow:approval.received_already"},
		{"nobody travels", fresh, step{"system", Receive{}}, "members=approval.receive.nobody"},
		{"accepted without a number", atIntake, step{"intake/i", Accept{Path: threeSteps}}, "number=approval.accept.number"},
		{"accepted with what blocks", atIntake, step{"intake/i", Accept{Number: Number{2026, 1}.As(caseNumbers), Path: threeSteps, Blocks: 1}}, "looked=approval.accept.blocks"},
		{"accepted by a traveller of the case", atIntake, step{"intake/i", Accept{Number: Number{2026, 1}.As(caseNumbers), Path: threeSteps, Self: "p2"}}, "forbidden"},
		{"accepted twice", underReview, accepted, "notNow:approval.accept.not_now"},

		{"sent back without a defect", atIntake, step{"intake/i", SendBack{}}, "defects=approval.send_back.nothing"},
		{"a defect without a field, another without words", atIntake, step{"intake/i", SendBack{Defects: []Defect{{Words: "缺章"}, {Field: "notice.to"}}}},
			"defects[0].field=approval.send_back.no_field defects[1].words=approval.send_back.no_words"},
		{"the same defect twice", atIntake, step{"intake/i", SendBack{Defects: []Defect{{Field: "notice.to", Words: "x"}, {Field: "notice.to", Words: "x"}}}}, "defects[1].words=approval.send_back.twice"},
		{"sent back by the wrong desk", underReview, sentBack, "forbidden"},
		{"sent back by the reviewer", underReview, step{"reviewer/r", sentBack.cmd}, ""},
		{"a second time by intake", onceReturned, sentBack, "forbidden"},
		{"a second time by a chief without a reason", onceReturned, step{"chief/c", sentBack.cmd}, "reason=approval.send_back.second_reason"},
		{"a second time by a chief with one", onceReturned, step{"chief/c", SendBack{Defects: sentBack.cmd.(SendBack).Defects, Reason: "补正后出现新问题", Within: 2}}, ""},
		{"a correction nobody asked for", atIntake, mended, "notNow:approval.take_correction.not_now"},

		{"reviewed by another role", underReview, chiefed, "forbidden"},
		{"reviewed without an opinion on one", underReview, step{"reviewer/r", Review{Opinions: allFor()[:2]}}, "members[2]=approval.members.missing"},
		{"against one without words", underReview, step{"reviewer/r", Review{Opinions: []Opinion{{Person: "p1", Approve: true}, {Person: "p2"}, {Person: "p3", Approve: true}}}}, "members[1].reason=approval.members.reason"},
		{"an opinion on a stranger", underReview, step{"reviewer/r", Review{Opinions: append(allFor(), Opinion{Person: "x", Approve: true})}}, "members=approval.members.stranger"},
		{"reviewed by a traveller", underReview, step{"reviewer/r", Review{Opinions: allFor(), Self: "p1"}}, "forbidden"},
		{"both steps by one account", atChief, step{"chief/r", Review{Opinions: allFor()}}, "forbidden"},
		{"the deciding step reviewed", atDirector, step{"director/d", Review{Opinions: allFor()}}, "notNow:approval.review.decides"},
		{"handed back to a later step", atChief, step{"chief/c", HandBackInside{To: 1, Reason: "x"}}, "to=approval.hand_back.where"},
		{"handed back without a reason", atChief, step{"chief/c", HandBackInside{}}, "reason=approval.hand_back.reason"},
		{"handed back", atChief, step{"chief/c", HandBackInside{Reason: "请核对预算"}}, ""},

		{"a step taken back", atChief, takenBack, ""},
		{"taken back by a colleague of the same desk", atChief, step{"reviewer/x", TakeBack{}}, "notNow:approval.take_back.not_yours"},
		{"taken back by the next desk", atChief, step{"chief/c", TakeBack{}}, "forbidden"},
		{"taken back though nobody passed anything on", underReview, takenBack, "notNow:approval.take_back.nothing"},
		{"taken back before acceptance", atIntake, takenBack, "notNow:approval.take_back.not_now"},
		{"taken back twice", play(t, received, accepted, reviewed, takenBack), takenBack, "notNow:approval.take_back.nothing"},
		{"taken back after the next desk passed it on", atDirector, takenBack, "forbidden"},
		{"the next desk's own step taken back", atDirector, step{"chief/c", TakeBack{}}, ""},
		{"taken back while the unit mends what the chief sent back", play(t, received, accepted, reviewed, step{"chief/c", sentBack.cmd}), takenBack, "notNow:approval.take_back.not_now"},
		{"taken back after the chief asked the unit", play(t, received, accepted, reviewed, step{"chief/c", sentBack.cmd}, mended), takenBack, "notNow:approval.take_back.acted"},
		{"taken back after a handing back", play(t, received, accepted, reviewed, chiefed, step{"director/d", HandBackInside{To: 1, Reason: "x"}}), takenBack, "notNow:approval.take_back.acted"},
		{"taken back after the decision", play(t, received, accepted, reviewed, chiefed, decided), step{"chief/c", TakeBack{}}, "notNow:approval.take_back.decided"},
		{"taken back after the document", issued, step{"chief/c", TakeBack{}}, "notNow:approval.take_back.decided"},

		{"decided too early", atChief, step{"chief/c", Decide{Members: verdicts()}}, "notNow:approval.decide.too_early"},
		{"decided by who reviewed", atDirector, step{"director/r", decided.cmd}, "forbidden"},
		{"a trip of one's own decided", atDirector, step{"director/d", Decide{Members: verdicts(), Self: "p3"}}, "forbidden"},
		{"declined without a reason", atDirector, step{"director/d", Decide{Members: []Verdict{{"p1", true, ""}, {"p2", false, " "}, {"p3", true, ""}}}}, "members[1].reason=approval.members.reason"},
		{"who is left has no head", atDirector, step{"director/d", Decide{Members: verdicts("p1")}}, "members=approval.decide.no_head"},
		{"what the rules stop", atDirector, step{"director/d", Decide{Members: verdicts("p2"), Stopping: []fault.Finding{{Field: "leader", Key: "stopped"}}}}, "leader=stopped"},
		{"nobody approved, whatever the rules stop", atDirector, step{"director/d", Decide{Members: verdicts("p1", "p2", "p3"), Stopping: []fault.Finding{{Field: "leader", Key: "stopped"}}}}, ""},
		{"a leader's approval before it is accepted", atIntake, step{"intake/i", RecordLeader{Leader: "某副市长", On: monday, Paper: "17"}}, "notNow:approval.not_under_review"},
		{"a leader's approval by another desk", atChief, step{"reviewer/r", RecordLeader{Leader: "某副市长", On: monday, Paper: "17"}}, "forbidden"},
		{"a leader's approval of nothing", atChief, step{"chief/c", RecordLeader{}}, "leader=approval.leader.who on=approval.leader.when paper=approval.leader.paper"},
		{"a leader's approval of what wasn't handed in yet", atChief, step{"chief/c", RecordLeader{Leader: "某副市长", On: monday.Prev(), Paper: "17"}}, "on=approval.leader.early"},
		{"a leader's approval", atChief, step{"chief/c", RecordLeader{Leader: "某副市长", On: monday, Paper: "17"}}, ""},
		{"nobody approved", atDirector, step{"director/d", Decide{Members: verdicts("p1", "p2", "p3")}}, ""},
		{"five of six, so to say", atDirector, decided, ""},
		{"decided twice", play(t, received, accepted, reviewed, chiefed, decided), decided, "notNow:approval.not_under_review"},

		{"a document before the decision", atDirector, step{"system", PrepareDocument{Number: "n"}}, "notNow:approval.document.not_now"},
		{"issued without being prepared", issued, step{"system", IssueDocument{Edition: 2}}, "notNow:approval.issue.not_prepared"},
		{"a booklet before the document", atDirector, step{"system", AskBooklets{}}, "notNow:approval.ask_booklets.not_now"},
		{"a booklet for who was declined", issued, step{"system", AskBooklets{[]BookletAsked{{Person: "p2"}}}}, "members=approval.ask_booklets.not_approved"},
		{"superseded without a reason", issued, step{"director/d", Supersede{Number: "n"}}, "reason=approval.supersede.reason"},
		{"revoked by a chief", issued, step{"chief/c", Revoke{Reason: "x"}}, "forbidden"},
		{"revoked without a reason", issued, step{"director/d", Revoke{}}, "reason=approval.revoke.reason"},
		{"revoked while the organiser's notice is awaited", awaiting, step{"director/d", Revoke{Reason: "x"}}, ""},
		{"revoked while the document is being made", prepared, step{"director/d", Revoke{Reason: "x"}}, "notNow:approval.revoke.not_now"},
		{"revoked while it awaits its own document", play(t, received, accepted, reviewed, chiefed, decided), step{"director/d", Revoke{Reason: "x"}}, "notNow:approval.revoke.not_now"},
		{"withdrawn before the unit heard of the document", issued, step{"system", Withdraw{}}, ""},
		{"withdrawn before it", atChief, step{"system", Withdraw{}}, ""},
		{"closed while under review", atChief, step{"system", Close{}}, "notNow:approval.close.not_now"},
		{"closed", issued, step{"system", Close{}}, ""},
	} {
		_, err := try(t, c.at, c.do)
		if got := outcome(err); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

func TestClocksRunInWorkingDays(t *testing.T) {
	friday := calendar.On(2026, 11, 27)
	m := moment(t, "intake", "i")
	m.Today = friday
	a, err := Receive{Unit: "u", Members: group, Within: 2}.Decide(Approval{}, m)
	if err != nil || a[0].Body.(Received).Due != calendar.On(2026, 12, 1) {
		t.Fatalf("received on a Friday, due %v, %v; want Tuesday", a[0].Body, err)
	}
	st := play(t, received)
	events, err := accepted.cmd.Decide(st, m)
	if err != nil {
		t.Fatal(err)
	}
	if b := events[0].Body.(Accepted); b.Due != calendar.On(2026, 12, 1) || b.Final != calendar.On(2026, 12, 4) {
		t.Fatalf("accepted on a Friday: first step due %s, decision %s", b.Due, b.Final)
	}
}

func TestCorrectionComesBackToTheDeskThatSentIt(t *testing.T) {
	a := play(t, received, accepted, reviewed, step{"chief/c", sentBack.cmd}, mended)
	if a.Stage != UnderReview || a.Desk() != "chief" || a.Returns != 1 || len(a.Acted) != 1 {
		t.Fatalf("%+v", a)
	}
}

func TestHandingBackInsideForgetsOnlyLaterEyes(t *testing.T) {
	a := play(t, received, accepted, reviewed, chiefed, step{"director/d", HandBackInside{To: 1, Reason: "补意见"}})
	if a.Desk() != "chief" || fmt.Sprint(a.Acted) != "[r]" || a.Returns != 0 {
		t.Fatalf("%s %v %d", a.Desk(), a.Acted, a.Returns)
	}
}

// Whoever takes a step back may take it again; their eyes are counted once, and
// the step's clock gains no time.
func TestTakingBackLeavesTheCaseAsItWasBefore(t *testing.T) {
	before := play(t, received, accepted)
	a := play(t, received, accepted, reviewed, takenBack)
	if a.Desk() != "reviewer" || a.Due != before.Due || len(a.Acted) != 0 || a.MayTakeBack("r") {
		t.Fatalf("%+v", a)
	}
	again, err := try(t, a, step{"reviewer/x", Review{Opinions: allFor()}}, step{"chief/r", Review{Opinions: allFor()}})
	if err != nil || fmt.Sprint(again.Acted) != "[x r]" {
		t.Fatalf("whose step doesn't count any more can't take the next: %v %v", again.Acted, err)
	}
	if !again.MayTakeBack("r") || again.MayTakeBack("x") {
		t.Error("it is whoever took the last step who may take it back")
	}
}

func TestVerdictsStandInTheGroupsOrder(t *testing.T) {
	shuffled := []Verdict{{"p3", true, "unused"}, {"p1", true, ""}, {"p2", false, "备案已过期"}}
	a := play(t, received, accepted, reviewed, chiefed, step{"director/d", Decide{Members: shuffled, Months: 6, Conditions: []string{"", "不得延长"}}})
	if fmt.Sprint(a.Verdicts) != "[{p1 true } {p2 false 备案已过期} {p3 true }]" || len(a.Conditions) != 1 || a.ValidUntil != calendar.On(2027, 5, 23) {
		t.Fatalf("%v %v %s", a.Verdicts, a.Conditions, a.ValidUntil)
	}
}

func TestVerificationCodeIsReadHoweverItIsTyped(t *testing.T) {
	c := Code("01930000-0000-7000-9e3f-0123456789ab")
	if len(c) != 14 || strings.ContainsAny(c, "ILOU") {
		t.Fatal(c)
	}
	if PlainCode(" "+strings.ToLower(c)) != strings.ReplaceAll(c, "-", "") || PlainCode("oIl-０") != "0110" {
		t.Fatal(PlainCode(strings.ToLower(c)), PlainCode("oIl-０"))
	}
}

// The passport zone, which hears nothing of documents, hears of another edition
// where it makes booklets under the one before.
func TestWhoOrderedBookletsHearsThatTheirDocumentWasReplaced(t *testing.T) {
	for _, c := range []struct {
		was   string
		asked []string
		want  string
	}{{"", []string{"p1"}, ""}, {"n1", nil, ""}, {"n1", []string{"p1"}, "n2 for n1"}} {
		a := Approval{Stage: IsIssued, Prepared: &DocumentPrepared{Edition: 2, Number: "n2", Replaces: c.was}, Asked: c.asked}
		events, err := IssueDocument{Edition: 2}.Decide(a, journal.Moment{})
		if err != nil || len(events) == 0 {
			t.Fatal(events, err)
		}
		got := ""
		for _, e := range events[1:] {
			b := e.Body.(DocumentSuperseded)
			got = b.Number + " for " + b.Replaces
		}
		if got != c.want {
			t.Errorf("%+v: the passport zone hears %q", c, got)
		}
	}
}
