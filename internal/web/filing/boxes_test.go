package filing

import (
	"testing"

	"yitang/internal/precheck"
)

// What one box answers is to be done once, however many findings it is about.
func TestWarningsOfOneRuleAreOneThingToExplain(t *testing.T) {
	warn := func(rule, field string) precheck.Finding {
		return precheck.Finding{Rule: rule, Field: field, Severity: precheck.Warn}
	}
	found := precheck.Findings{List: []precheck.Finding{warn("ITN-014", "itinerary[0]"), warn("ITN-014", "itinerary[2]"), warn("ITN-014", "itinerary[4]"), warn("BUD-007", "budget.lines[0]"), warn("INV-003", "invitations[0].issued")}}
	if !found.List[0].Warns() {
		t.Fatal("they are no warnings")
	}
	open := unanswered(found, map[string]string{"INV-003/invitations[0].issued": "来函日期以原件为准"})
	if len(open) != 2 || open[0].Field != "answers.ITN-014/*" || open[1].Field != "answers.BUD-007/budget.lines[0]" {
		t.Errorf("to explain: %+v", open)
	}
	if open = unanswered(found, map[string]string{"ITN-014/*": "对方书面确认", "BUD-007/budget.lines[0]": "同上", "INV-003/invitations[0].issued": "同上"}); len(open) != 0 {
		t.Errorf("all is explained, and still: %+v", open)
	}
}
