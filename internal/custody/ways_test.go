package custody

import (
	"slices"
	"testing"

	"yitang/internal/visit"
)

// Each way by which a booklet may be collected or handed in, by its plan, is one
// by which it is handed over, and the other way round.
func TestEachPlannedWayOfABookletIsOneOfHandingItOver(t *testing.T) {
	for _, act := range []visit.Kind{visit.Collect, visit.HandIn} {
		for _, way := range act.Ways() {
			if by := Planned(way); !by.Known() {
				t.Errorf("%s by %s is handed over by %q", act, way, by)
			}
		}
		for _, w := range Ways() {
			if !slices.Contains(act.Ways(), w.Plan) || Planned(w.Plan) != w.By {
				t.Errorf("no plan has %s by %s", act, w.By)
			}
		}
	}
	if by := By("drone"); by.Known() || Planned(visit.Kit) != "" {
		t.Error("what isn't listed is a way of handing over")
	}
}
