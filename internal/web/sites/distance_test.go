package sites_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yitang/internal/access"
	"yitang/internal/blob"
	"yitang/internal/exchange"
	"yitang/internal/exchange/carrier"
	"yitang/internal/keys"
	"yitang/internal/node"
	"yitang/internal/zone"
)

// What another zone said and this one didn't take is told to everybody as a
// number, and record by record to those who look after the system.
func TestWhatWasNotTakenStandsOnTheNodePage(t *testing.T) {
	s := serve(t, zone.Office)
	auditor, window := signIn(t, s, string(access.Auditor)), signIn(t, s, string(access.Window))
	const heading = "没有收下的记录"
	if status, page, _ := get(t, auditor, s.url+"/node"); status != http.StatusOK || strings.Contains(page, heading) {
		t.Fatalf("before anything was refused: %d", status)
	}

	internet := filepath.Join(t.TempDir(), "internet")
	if err := node.Init(zone.Internet, node.Options{Dir: internet}); err != nil {
		t.Fatal(err)
	}
	ring, err := keys.Load(filepath.Join(internet, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.node.Keys.Pin(ring.Public()); err != nil {
		t.Fatal(err)
	}
	content, err := exchange.Build(exchange.Header{Stream: exchange.Stream{From: zone.Internet, To: zone.Office}, Epoch: 1, Sequence: 1, First: 1, Last: 1, AsOf: time.Now().UTC()},
		[]exchange.Record{{Type: exchange.EventRecord, Body: []byte(`{"header":{"kind":"passport.made","origin":"passport"}}`)}})
	if err != nil {
		t.Fatal(err)
	}
	file, err := exchange.Seal(content, ring.SigningKey(), s.node.Keys.Public().Recipient)
	if err != nil {
		t.Fatal(err)
	}
	disc := t.TempDir()
	if err := os.WriteFile(filepath.Join(disc, "internet-office.1.000000001.bundle"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	src, err := carrier.At(blob.OS{}, disc)
	if err != nil {
		t.Fatal(err)
	}
	x, err := s.node.Exchange(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if out, err := x.Import(t.Context(), zone.Internet, src); err != nil || len(out) != 1 || out[0].Quarantined != 1 {
		t.Fatalf("%+v, %v", out, err)
	}
	bad := filepath.Join(disc, "internet-office.1.000000002.bundle")
	if err := os.WriteFile(bad, append([]byte("x"), file...), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := x.Import(t.Context(), zone.Internet, src)
	if err == nil {
		err = x.Clear(src, out)
	}
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(2 * time.Second) // for so long the page tells what it asked before

	_, page, _ := get(t, auditor, s.url+"/node")
	for _, want := range []string{heading, "passport.made", "may not speak for the passport zone", "送来的第2包整包没有收下", "整包", "it was changed or cut off"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page doesn't show %q", want)
		}
	}
	if _, page, _ := get(t, window, s.url+"/node"); strings.Contains(page, heading) || !strings.Contains(page, "送来的第2包整包没有收下") {
		t.Error("the window should read the number, and nothing of the records")
	}
}
