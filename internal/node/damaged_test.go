package node_test

import (
	"testing"
	"time"

	"yitang/internal/drill"
	"yitang/internal/drill/drilltest"
	"yitang/internal/zone"
)

// The whole story again, told to three zones that know files alone: everything
// between them lies in a folder in which files are lost, cut, altered, swapped
// and repeated. It takes longer, and nothing else is different.
func TestTheWholeStoryGoesThroughAFolderThatIsDamaged(t *testing.T) {
	harm := &drilltest.Harm{Seed: 27, Path: t.TempDir()}
	s := begin(t, drill.Options{Carry: harm.Carry, Patience: 2 * time.Minute})
	play(t, s, "")
	done := harm.Did()
	for _, what := range []string{"lost", "cut short", "altered", "lengthened", "beside a stray file", "out of order", "under another's name", "carried again"} {
		if done[what] == 0 {
			t.Errorf("nothing was %s on the way: %v", what, done)
		}
	}
	t.Log(done)
	ctx := t.Context()
	for _, n := range s.Nodes() {
		l, err := s.Ledger(ctx, n)
		if err != nil {
			t.Fatal(err)
		}
		if n.Zone != zone.Passport && (l.Visits != 1 || l.Returns != 1 || l.Paper != 0) {
			t.Errorf("the %s zone counts %+v", n.Zone, l)
		}
		at, err := s.Shares[n.Zone].Status(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range at.Incoming {
			if i.Quarantined > 0 || len(i.Missing) > 0 || len(i.Refused) > 0 {
				t.Errorf("the %s zone set aside %d records from %s, misses %v and holds %v against it", n.Zone, i.Quarantined, i.From, i.Missing, i.Refused)
			}
		}
	}
}
