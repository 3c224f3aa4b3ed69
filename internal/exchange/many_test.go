package exchange

import (
	"encoding/base64"
	"os"
	"path/filepath"
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

func randomText(bytes int) string {
	b := make([]byte, bytes*3/4)
	chance(5).Read(b)
	return base64.StdEncoding.EncodeToString(b)
}

// TestTenThousandRecordsArrive in bundles that stay small, by records and, where
// those are large, by bytes. It also prints (-v) how many records a second are cut
// and applied.
func TestTenThousandRecordsArrive(t *testing.T) {
	internet, office := twoPlaces(t)
	const n = 10_000
	for range n / 1000 {
		if _, err := journal.Do(t.Context(), internet.journal, letters, journal.Order{Subject: internet.journal.NewID()}, writeMany{1000}); err != nil {
			t.Fatal(err)
		}
	}
	const large, bytes = 40, 200_000 // as seals in their fields: nothing that packing makes small
	for range large {
		internet.write("large", randomText(bytes), "")
	}
	way, err := carrier.Make(blob.OS{}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	made := internet.export(office)
	cut := time.Since(began)
	if want := n/usualCut.records + large*bytes/usualCut.bytes; len(made) < want || len(made) > 2*want {
		t.Errorf("%d bundles, where about %d are as large as they may be", len(made), want)
	}
	internet.hand(office, way)
	for _, s := range made {
		file, err := os.Stat(filepath.Join(way.Path(), s.Name.Bundle()))
		if err != nil {
			t.Fatal(err)
		}
		// The record that is one too many goes with the others, and no more.
		if most := int64(usualCut.bytes + bytes*3/2); s.Events > usualCut.records || file.Size() > most {
			t.Errorf("bundle %d has %d records and %d bytes", s.Name.Sequence, s.Events, file.Size())
		}
	}
	began = time.Now()
	office.take(internet, way)
	applied := time.Since(began)
	t.Logf("%.0f records/s cut, %.0f records/s applied", n/cut.Seconds(), n/applied.Seconds())
	if got := len(office.heard()); got != n+large {
		t.Errorf("%d of %d arrived", got, n+large)
	}
}
