package node_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"yitang/internal/journal"
	"yitang/internal/node"
)

var update = flag.Bool("update", false, "write the golden files anew")

// A change of what may leave a zone is a change of this list, where a reader
// of the diff can't miss it.
func TestWhatMayTravelIsTheGoldenList(t *testing.T) {
	registry, err := journal.NewRegistry(node.Kinds()...)
	if err != nil {
		t.Fatal(err)
	}
	const file = "testdata/kinds.golden"
	got := registry.Golden()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Fatalf("event kinds changed (go test -run Golden -update ./internal/node writes them):\n%s", d)
	}
}

// What was written in an older shape reads in today's: of each version that a
// kind ever had lies a sample, with what it must read as.
func TestEveryOldVersionIsLifted(t *testing.T) {
	registry, err := journal.NewRegistry(node.Kinds()...)
	if err != nil {
		t.Fatal(err)
	}
	samples, err := filepath.Glob("testdata/events/*.json")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for _, k := range registry.Kinds() {
		for v := 1; v < k.Version; v++ {
			file := filepath.Join("testdata", "events", fmt.Sprintf("%s.v%d.json", k.Name, v))
			want[file] = true
			b, err := os.ReadFile(file)
			if err != nil {
				t.Errorf("%s had a version %d, of which there is no sample: %v", k.Name, v, err)
				continue
			}
			var sample struct {
				Stored map[string]json.RawMessage `json:"stored"`
				Reads  map[string]any             `json:"reads"`
			}
			if err := json.Unmarshal(b, &sample); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			body, err := registry.Read(k.Name, v, sample.Stored)
			if err != nil {
				t.Errorf("%s: %v", file, err)
				continue
			}
			var got map[string]any
			if b, err = json.Marshal(body); err == nil {
				err = json.Unmarshal(b, &got)
			}
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			if d := cmp.Diff(sample.Reads, got); d != "" {
				t.Errorf("%s is lifted to something else:\n%s", file, d)
			}
		}
	}
	for _, file := range samples {
		if !want[file] {
			t.Errorf("%s is a sample of no older version", file)
		}
	}
}
