package node_test

import (
	"testing"

	"yitang/internal/hall"
	"yitang/internal/node"
	"yitang/internal/pack"
	"yitang/packs"
)

// A pack that says nothing of the limits of a day leaves those that were set in the
// hall; one that writes 0 lifts them.
func TestAPackThatIsSilentOnLimitsLeavesThem(t *testing.T) {
	now := hall.Plan{ID: hall.Main, UnitDay: 8, PersonDay: 2, Each: 10}
	for _, c := range []struct {
		said         string
		unit, person int
		each         int
	}{
		{"", 8, 2, 10},
		{"unitPerDay: 0\npersonPerDay: 0\nminutesEach: 0\n", 0, 0, 0},
		{"unitPerDay: 5\n", 5, 2, 10},
		{"personPerDay: 1\nminutesEach: 15\n", 8, 1, 15},
	} {
		files, _ := packs.Named("hailan")
		own, err := pack.ReadFiles(files)
		if err != nil {
			t.Fatal(err)
		}
		built, err := pack.Built()
		if err != nil {
			t.Fatal(err)
		}
		own["hall.yaml"] = []byte(hallOfPack + c.said)
		set, wrong := built.Lay(own)
		if len(wrong) > 0 || len(set.Halls) != 1 {
			t.Fatal(wrong)
		}
		if p := node.HallOf(set.Halls[0], now); p.UnitDay != c.unit || p.PersonDay != c.person || p.Each != c.each {
			t.Errorf("%q: %d for a unit, %d for a person, %d minutes", c.said, p.UnitDay, p.PersonDay, p.Each)
		}
	}
}
