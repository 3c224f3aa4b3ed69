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
