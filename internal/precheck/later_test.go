package precheck

import (
	"slices"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// What an urgent case may be handed in without stops nobody, and is named by the
// paper that must follow; of any other case it stops the submission.
func TestWhatMayFollowStopsNoUrgentCase(t *testing.T) {
	e := engine(t)
	c := caseFile(t, "valid-germany-5-days")
	day := calendar.MustParse("2026-03-10")
	c.Notice = nil
	c.Budget.FinanceReviewed = false
	c.Materials = slices.DeleteFunc(c.Materials, func(m dossier.Material) bool { return m.Kind == "M09" || m.Kind == "M10" })
	if n := len(e.Check(c, Submit, day).Blocking()); n != 2 {
		t.Errorf("%d findings stop it", n)
	}
	c.Trip.Urgent, c.Trip.UrgencyReason = true, "对方设备故障须立即到场"
	c.Materials = append(c.Materials, dossier.Material{Kind: "M57", Owner: "case", File: "批示.pdf"})
	found := e.Check(c, Submit, day)
	if stops := found.Blocking(); len(stops) != 0 || found.Counts.Block != 0 {
		t.Errorf("an urgent case is stopped by %v", stops)
	}
	if may := found.Later(); !slices.Equal(may, []dossier.MaterialKind{"M10", "M09"}) {
		t.Errorf("what may follow: %v", may)
	}
	if n := len(found.AllNow().Blocking()); n != 2 {
		t.Errorf("of a change of an approved mission %d of it may wait", 2-n)
	}
}
