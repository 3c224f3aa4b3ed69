package exchange

import (
	"testing"
	"time"

	"yitang/internal/blob"
	"yitang/internal/exchange/carrier"
	"yitang/internal/journal"
)

type writeMany struct{ n int }

func (w writeMany) Decide(letter, journal.Moment) ([]journal.Event, error) {
	var out []any
	for range w.n {
		out = append(out, written{Label: "short", Text: journal.Of("a few words")})
	}
	return journal.Happened(out...), nil
}

// TestTenThousandRecordsArrive also prints (-v) how many records a second are
// cut and applied.
func TestTenThousandRecordsArrive(t *testing.T) {
	internet, office := twoPlaces(t)
	const n = 10_000
	for range n / 1000 {
		if _, err := journal.Do(t.Context(), internet.journal, letters, journal.Order{Subject: internet.journal.NewID()}, writeMany{1000}); err != nil {
			t.Fatal(err)
		}
	}
	way, err := carrier.Make(blob.OS{}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	internet.export(office)
	cut := time.Since(began)
	internet.hand(office, way)
	began = time.Now()
	office.take(internet, way)
	applied := time.Since(began)
	t.Logf("%.0f records/s cut, %.0f records/s applied", n/cut.Seconds(), n/applied.Seconds())
	if got := len(office.heard()); got != n {
		t.Errorf("%d of %d arrived", got, n)
	}
}
