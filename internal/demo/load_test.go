package demo_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yitang/internal/demo"
	"yitang/internal/node"
	"yitang/internal/zone"
)

// now is a moment of an office morning.
var now = time.Date(2026, 3, 10, 2, 0, 0, 0, time.UTC)

func open(t *testing.T, dir string) *demo.Folder {
	t.Helper()
	f, err := demo.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

// Whatever ends the first load, the next start finds no city or a whole one.
func TestInterruptedLoadingLeavesNoHalfCity(t *testing.T) {
	dir := t.TempDir()
	f := open(t, dir)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	_, err := f.Load(ctx, demo.LoadOptions{Seed: 1, Now: now, Cases: 2, Progress: func(done, _ int) {
		if done > 5 {
			stop()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("interrupted, it ends with %v", err)
	}
	if _, there, err := f.City(); there || err != nil {
		t.Errorf("after an interrupt there is a city: %v, %v", there, err)
	}
	// A process that was killed leaves its unfinished zones.
	if err := os.MkdirAll(filepath.Join(dir, ".loading", "office", "keys"), 0o700); err != nil {
		t.Fatal(err)
	}
	f.Close()
	f = open(t, dir)
	if _, there, _ := f.City(); there || !f.Interrupted() {
		t.Fatal("an unfinished city isn't known as one")
	}
	made, err := f.Load(context.Background(), demo.LoadOptions{Seed: 1, Now: now, Cases: 2})
	if err != nil {
		t.Fatal(err)
	}
	found, there, err := f.City()
	if !there || err != nil || found.Cases != 2 || made.Cases != 2 || len(found.Guests) < 10 || f.Interrupted() {
		t.Fatalf("the city that was made is %+v, %v", found, err)
	}
	for z, dir := range f.Zones() {
		if z != zone.Office {
			continue
		}
		n, err := node.OpenOffice(context.Background(), node.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		defer n.Close()
		if flaws, err := n.Journal.Verify(context.Background()); err != nil || len(flaws) > 0 {
			t.Errorf("the office's journal has the flaws %v, %v", flaws, err)
		}
		if _, err := n.Accounts.SignIn(context.Background(), "director1", demo.Password, "127.0.0.1"); err != nil {
			t.Errorf("the director can't sign in: %v", err)
		}
		if head, at := n.Journal.Head(); head == 0 {
			t.Errorf("the office has no history: %x", at)
		}
	}
}

// A process that dies while it moves the zones to their place is followed by
// one that moves the others.
func TestMovingACityToItsPlaceGoesOnAfterACrash(t *testing.T) {
	dir := t.TempDir()
	for _, p := range []string{"office/keys", ".loading/internet/keys", ".loading/passport/keys"} {
		if err := os.MkdirAll(filepath.Join(dir, p), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, ".loading", "city.json"), []byte(`{"seed":1,"today":"2026-03-10"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	f := open(t, dir)
	if _, there, err := f.City(); !there || err != nil || f.Interrupted() {
		t.Errorf("the city isn't there: %v", err)
	}
	for _, d := range f.Zones() {
		if _, err := os.Stat(filepath.Join(d, "keys")); err != nil {
			t.Error(err)
		}
	}
}

func TestFolderThatIsNoDemosIsRefusedInOneSentence(t *testing.T) {
	used := t.TempDir()
	open(t, used)
	others := t.TempDir()
	if err := os.MkdirAll(filepath.Join(others, "office", "keys"), 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{used: "is in use by another yitang", others: "holds zones, but no demo city", file: "can't be made", "/proc/demo": "can't be made"} {
		f, err := demo.Open(dir)
		if err == nil {
			f.Close()
			t.Errorf("%s was taken", dir)
		} else if !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), dir) {
			t.Errorf("of %s it says: %v", dir, err)
		}
	}
}
