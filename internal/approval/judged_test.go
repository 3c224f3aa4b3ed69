package approval

import (
	"testing"

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
