package journal

import (
	"path/filepath"
	"testing"

	"yitang/internal/fault"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// A program that is older than what last worked with the data takes nothing away:
// it doesn't begin.
func TestDataOfALaterReleaseIsLeftAlone(t *testing.T) {
	s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "n.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	registry, err := NewRegistry()
	if err != nil {
		t.Fatal(err)
	}
	open := func(version int) error {
		j, err := Open(t.Context(), Options{Store: s, Zone: zone.Office, Registry: registry, Projections: []Projection{{Name: "list", Version: version, Tables: []string{"list"}, Schema: `CREATE TABLE list (id TEXT PRIMARY KEY)`}}})
		if err == nil {
			j.Close()
		}
		return err
	}
	for _, version := range []int{1, 2} {
		if err := open(version); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Write(t.Context(), func(tx store.Tx) error {
		_, err := tx.Exec(t.Context(), `INSERT INTO list (id) VALUES ('kept')`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := open(1); !fault.IsNotNow(err) {
		t.Errorf("the earlier one begins: %v", err)
	}
	var n int
	if err := s.QueryRow(t.Context(), `SELECT COUNT(*) FROM list`).Scan(&n); err != nil || n != 1 {
		t.Errorf("%d rows are left, %v", n, err)
	}
}
