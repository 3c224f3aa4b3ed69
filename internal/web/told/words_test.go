package told

import (
	"strings"
	"testing"

	"yitang/internal/hall"
	"yitang/internal/pack"
	"yitang/internal/visit"
	"yitang/internal/web/ui"
)

// Who is told of a visit reads in the message which originals are brought.
func TestAMessageOfAVisitSaysWhichPapersAreBrought(t *testing.T) {
	set, err := pack.Built()
	if err != nil {
		t.Fatal(err)
	}
	w := &Words{Pack: func() *pack.Set { return set }}
	b := hall.Booking{Acts: []hall.Act{{ID: "act.capture@members[0]", Kind: visit.Capture}, {ID: "act.paperOriginal@unit#DEU", Kind: visit.PaperOriginal}}}
	if got := w.papers(w.in(string(ui.ZhHans)), b); len(got) != 1 || !strings.Contains(got[0], "德国") || !strings.Contains(got[0], "纸质原件") {
		t.Errorf("%q", got)
	}
}
