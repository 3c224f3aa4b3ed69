package node_test

import (
	"flag"
	"os"
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
