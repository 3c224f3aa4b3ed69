package exchange

import (
	"fmt"
	"sync"
	"testing"

	"yitang/internal/zone"
)

// Several processes may serve one zone: each cuts, passes over and begins anew as
// if it were alone, on one database and one folder. What comes out is one stream.
func TestTwoProcessesOfAZoneMakeOneStream(t *testing.T) {
	internet, office := twoPlaces(t)
	other, err := New(t.Context(), Options{Journal: internet.journal, Keys: internet.ring, Blobs: internet.blobs, Disk: internet.disk, Dir: internet.dir})
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for round := range 12 {
		for i := range 3 {
			label := fmt.Sprintf("%d-%d", round, i)
			internet.write(label, "x", label)
			want = append(want, label+":x")
		}
		var work sync.WaitGroup
		for _, x := range []*Exchange{internet.Exchange, other} {
			for range 2 {
				work.Go(func() {
					if _, err := x.Export(t.Context(), zone.Office); err != nil {
						t.Error(err)
					}
				})
			}
		}
		if round%4 == 3 {
			work.Go(func() {
				if _, err := other.Reopen(t.Context(), zone.Office); err != nil {
					t.Error(err)
				}
			})
		}
		work.Wait()
		way := aFolder(t)
		internet.export(office)
		internet.hand(office, way)
		for _, o := range office.take(internet, way) {
			if o.Fate != Applied && o.Fate != Known || o.Quarantined > 0 {
				t.Fatalf("round %d: %+v", round, o)
			}
		}
	}
	if got := office.heard(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("heard %v", got)
	}
	back := aFolder(t)
	office.export(internet)
	office.hand(internet, back)
	for _, o := range internet.take(office, back) {
		if o.Fate != Applied || o.Quarantined > 0 {
			t.Errorf("the receipt: %+v", o)
		}
	}
}
