package approval

import (
	"strings"
	"testing"

	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/precheck"
)

// Whoever decides is asked about what weighs, never about what is only good to know.
func TestOnlyWhatWeighsWaitsForAJudgement(t *testing.T) {
	j := Judged{Findings: precheck.Findings{List: []precheck.Finding{
		{Rule: "A", Severity: precheck.Block},
		{Rule: "B", Severity: precheck.Warn},
		{Rule: "C", Severity: precheck.Warn, Follows: true},
		{Rule: "D", Severity: precheck.Info},
		{Rule: "E", Severity: precheck.Block, Later: "M02"},
		{Rule: "F", Severity: precheck.Block, Waived: &precheck.Waived{}},
	}}}
	if got := j.Open(); got != 2 {
		t.Errorf("%d wait, want the block and the warning", got)
	}
}

// What is put on the list is judged, and no case goes on with it unseen.
func TestWhatIsListedForANoticeIsJudged(t *testing.T) {
	point := Point{Defect: Defect{Field: "case", Words: "写明"}, As: "point-1"}
	j := Judged{Findings: precheck.Findings{List: []precheck.Finding{{Rule: "A", Field: "x", Severity: precheck.Block}, {Rule: "B", Field: "y", Severity: precheck.Warn}}}, Points: []Point{point}}
	for _, step := range []struct {
		listed        []Defect
		open, listedN int
	}{{nil, 3, 0}, {[]Defect{{Rule: "A", Field: "x"}}, 2, 1}, {[]Defect{{Rule: "A", Field: "x"}, point.Defect}, 1, 2}, {[]Defect{{Rule: "A", Field: "elsewhere"}}, 3, 0}} {
		j.Sheet.Defects = step.listed
		if j.Open() != step.open || len(j.Listed()) != step.listedN || len(j.Unsettled()) != 3 {
			t.Errorf("with %+v on the list %d are open, %d listed", step.listed, j.Open(), len(j.Listed()))
		}
	}
}

// What the unit was told of and left as it was waits for a judgement, unless the
// rules still find it themselves.
func TestAPointThatWasExplainedWaitsForAJudgement(t *testing.T) {
	was := dossier.Case{Trip: dossier.Trip{Purpose: "参展", Necessity: "长期合作"}}
	is := was
	is.Trip.Purpose = "参展并会谈"
	notice := []Defect{{Field: "case.purpose", Words: "写明做什么"}, {Field: "case.necessity", Words: "写明为什么去"}, {Field: "members[0]", Words: "为什么是他"}, {Field: "case.title", Rule: "A", Words: "改名"}}
	found := precheck.Findings{List: []precheck.Finding{{Rule: "A", Field: "case.title", Severity: precheck.Info}}}
	j := Judged{Points: left(notice, Round{Dossier: was}, Round{Dossier: is, Answers: map[string]string{"case.necessity": "就是这样"}}, found)}
	if len(j.Points) != 2 || j.Points[0].Reply != "就是这样" || j.Points[1].Reply != "" || j.Open() != 2 {
		t.Fatalf("%+v", j.Points)
	}
	j.Sheet.Holds = []Finding{{Rule: j.Points[0].As, Field: "case.necessity"}}
	if got := j.Open(); got != 1 {
		t.Errorf("once judged %d wait, want 1", got)
	}
}

// What a desk passed on with is told until the application comes in anew.
func TestWhatWasSeenSpeaksOfOneRound(t *testing.T) {
	at := func(role string, body any) journal.Event {
		return journal.Event{Actor: journal.Actor{Role: role, Account: "of " + role}, Body: body}
	}
	looked := journal.Of([]Finding{{Rule: "A", Field: "case"}, {Rule: "B", Field: "case"}})
	a := Approval{Stage: UnderReview, before: UnderReview}
	for _, step := range []struct {
		happened journal.Event
		desks    string
	}{
		{at("intake", Accepted{Looked: looked}), "A intake, B intake"},
		{at("reviewer", Reviewed{Role: "reviewer", Looked: journal.Of([]Finding{{Rule: "A", Field: "case"}})}), "B intake, A reviewer"},
		{at("reviewer", TakenBack{Step: 0}), "A intake, B intake"}, // as if that step weren't taken
		{at("reviewer", Reviewed{Role: "reviewer", Looked: journal.Of([]Finding{{Rule: "A", Field: "case"}})}), "B intake, A reviewer"},
		{at("chief", Reviewed{Role: "chief"}), "B intake, A reviewer"},
		{at("", CorrectionTaken{}), ""},
	} {
		var err error
		if a, err = evolve(a, step.happened); err != nil {
			t.Fatal(err)
		}
		var desks []string
		for _, s := range a.Seen {
			desks = append(desks, s.Rule+" "+s.Desk)
		}
		if got := strings.Join(desks, ", "); got != step.desks {
			t.Errorf("after %T seen is %q, not %q", step.happened.Body, got, step.desks)
		}
	}
}
