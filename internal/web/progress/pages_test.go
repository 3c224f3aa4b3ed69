package progress_test

import (
	"strings"
	"testing"

	"yitang/internal/node"
	"yitang/internal/web/ui"
)

// own kinds are no news to a case: they stand on lists of their own.
var unsaid = []string{"account.", "exchange.", "program.", "unit.", "quota.", "yearplan.", "stock.", "series.", "documentlog.", "authority.", "hall.planned", "hall.held", "hall.released", "hall.ticket_", "hall.called", "hall.passed_over", "hall.requeued",
	"filing.reopened", "filing.concluded", "filing.amendment_presented", "filing.amended", "approval.amendment_received", "approval.booklets_stopped", "approval.booklets_changed", "passport.amended", "approval.document_superseded", "material.replaced", "material.restored", "approval.document_prepared", "passport.looked", "custody.announced", "custody.found", "worksheet.", "feedback.called", "feedback.concluded", "look.", "letter.prepared", "config.", "notify.", "contact.", "wechat.", "guidance.", "training."}

func TestEveryHappeningOfACaseHasASentence(t *testing.T) {
kinds:
	for _, k := range node.Kinds() {
		if strings.HasPrefix(k.Name, "person.") && k.Name != "person.recorded" && k.Name != "person.changed" {
			continue // of somebody, and of no case
		}
		for _, u := range unsaid {
			if strings.HasPrefix(k.Name, u) {
				continue kinds
			}
		}
		if !ui.Known("happened." + k.Name) {
			t.Errorf("a timeline would show the bare key happened.%s", k.Name)
		}
	}
}
