package node_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yitang/internal/fault"
	"yitang/internal/node"
	"yitang/internal/zone"
)

func TestSecondProcessIsKeptOutOfTheFolder(t *testing.T) {
	o := node.Options{Dir: t.TempDir()}
	if err := node.Init(zone.Office, o); err != nil {
		t.Fatal(err)
	}
	n, err := node.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := node.Open(context.Background(), o); !fault.IsNotNow(err) || !strings.Contains(err.Error(), "in use") {
		t.Fatalf("a second process got %v", err)
	}
	n.Close()
	again, err := node.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}

// An ordinary user, because root may write anywhere.
func TestFolderThatCannotBeWrittenIsSaidInOneSentence(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "locked")
	if os.Getuid() == 0 {
		dir = "/proc/yitang" // nobody can write there
	} else if err := os.Mkdir(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	err := node.Init(zone.Internet, node.Options{Dir: dir})
	if !fault.IsNotNow(err) || strings.Count(err.Error(), "\n") > 0 || !strings.Contains(err.Error(), dir) {
		t.Fatalf("got %v", err)
	}
}

func TestAChoreThatPanicsKeepsNoOtherFromBeingDone(t *testing.T) {
	o := node.Options{Dir: t.TempDir()}
	if err := node.Init(zone.Passport, o); err != nil {
		t.Fatal(err)
	}
	n, err := node.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	done := false
	n.Chore(func(context.Context) error { var m map[string]int; m["a"] = 1; return nil })
	n.Chore(func(context.Context) error { done = true; return nil })
	err = n.DoChores(context.Background())
	if !done {
		t.Error("the next one wasn't done")
	}
	if stack := fault.Stack(err).Value.String(); !strings.Contains(stack, "node_test.go") {
		t.Errorf("the operator isn't told where: %v\n%s", err, stack)
	}
}
