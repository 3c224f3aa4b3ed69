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

// What is in hand has to be of each kind that the journey calls for.
func TestEachKindThatAJourneyCallsForIsInHand(t *testing.T) {
	passport, permit := Row{Type: "publicAffairs"}, Row{Type: permit}
	for _, c := range []struct {
		to   []string
		held []Row
		want bool
	}{
		{[]string{"FRA"}, []Row{passport}, true}, {[]string{"FRA"}, []Row{permit}, false}, {[]string{"HKG"}, []Row{permit}, true},
		{[]string{"HKG"}, []Row{passport}, false}, {[]string{"HKG", "SGP"}, []Row{permit}, false}, {[]string{"HKG", "SGP"}, []Row{passport, permit}, true}, {nil, nil, false},
	} {
		if got := Suffice(c.held, c.to); got != c.want {
			t.Errorf("to %v with %+v: %t", c.to, c.held, got)
		}
	}
}
