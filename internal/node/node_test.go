package node_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/node"
	"yitang/internal/sheet"
	"yitang/internal/store/storetest"
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

// As an ordinary user, because root may write anywhere: one folder is there and
// can't be written to, one would have to be made in it.
func TestFolderThatCannotBeWrittenIsSaidInOneSentence(t *testing.T) {
	dir := os.Getenv("YITANG_LOCKED")
	if dir == "" {
		cmd := storetest.AsOrdinary(t, "-test.run", "^"+t.Name()+"$", "-test.v")
		cmd.Env = append(os.Environ(), "YITANG_LOCKED="+storetest.Locked(t))
		if out, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS: "+t.Name()) {
			t.Fatalf("as an ordinary user: %v\n%s", err, out)
		}
		return
	}
	if os.Getuid() == 0 {
		t.Fatal("this is root, who may write anywhere")
	}
	for _, c := range []struct{ dir, says string }{{dir, "can't be written to"}, {filepath.Join(dir, "below"), "can't be made"}} {
		o := node.Options{Dir: c.dir}
		_, opened := node.Open(context.Background(), o)
		for _, err := range []error{node.Init(zone.Internet, o), opened} {
			if !fault.IsNotNow(err) || strings.Count(err.Error(), "\n") > 0 || !strings.Contains(err.Error(), c.dir+" "+c.says) {
				t.Errorf("of %s it says %v", c.dir, err)
			}
		}
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

// Lists of people that were sent and never taken don't lie about, though
// nobody sends another one.
func TestListsThatNobodyTookAreThrownAwayByTheDay(t *testing.T) {
	ctx, now := context.Background(), time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)
	o := node.Options{Dir: t.TempDir(), Clock: func() time.Time { return now }}
	if err := node.Init(zone.Internet, o); err != nil {
		t.Fatal(err)
	}
	n, err := node.OpenInternet(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	if err := n.Imports.Begin(ctx, filing.Import{ID: "i1", Unit: "u1", Form: sheet.People, File: []byte("x")}); err != nil {
		t.Fatal(err)
	}
	for _, passed := range []struct {
		days int
		gone bool
	}{{filing.ImportDays - 1, false}, {2, true}} {
		now = now.AddDate(0, 0, passed.days)
		if err := n.DoChores(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := n.Imports.Load(ctx, "i1"); fault.IsNotFound(err) != passed.gone {
			t.Errorf("%d days later: %v", passed.days, err)
		}
	}
}
