package node

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yitang/internal/program"
)

// lain lays a release into a zone's folder.
func lain(t *testing.T, dir string, number int, up bool) laid {
	t.Helper()
	content := fmt.Appendf(nil, "release %d", number)
	sum := sha256.Sum256(content)
	l := laid{Release: hex.EncodeToString(sum[:8]), Number: number, Version: fmt.Sprint("2026.", number), Digest: hex.EncodeToString(sum[:]), Up: up}
	if err := os.MkdirAll(filepath.Join(dir, programDir, l.Release), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, programDir, l.Release, programFile), content, 0o700); err != nil {
		t.Fatal(err)
	}
	return l
}

func put(t *testing.T, dir string, now laid, before *laid) {
	t.Helper()
	if err := (inForce{now, before}).save(dir); err != nil {
		t.Fatal(err)
	}
}

// A command goes on as the release that works with the data: the one in force once
// it has come up, before that the one it takes the place of. It is no start.
func TestACommandGoesOnAsTheReleaseThatWorksWithTheData(t *testing.T) {
	dir := t.TempDir()
	t.Setenv(handedOver, "")
	to := func(what string, want string) {
		t.Helper()
		h, err := HandCommand(dir)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if want == "" && h.Next != "" || want != "" && h.Next != filepath.Join(dir, programDir, want, programFile) || want != "" && !slices.Equal(h.Env, []string{handedOver + "=" + want}) {
			t.Errorf("%s: it hands over to %+v instead of %q", what, h, want)
		}
	}
	to("no release was put in force", "")
	one, two := lain(t, dir, program.Number+1, true), lain(t, dir, program.Number+2, false)
	put(t, dir, one, nil)
	to("one that came up", one.Release)
	put(t, dir, two, &one)
	to("one that hasn't come up, and one before", one.Release)
	fresh := one
	fresh.Up = false
	put(t, dir, fresh, nil)
	to("one that hasn't come up, the first", "")
	two.Up = true
	put(t, dir, two, &one)
	to("the second came up", two.Release)
	if f, _, err := loadInForce(dir); err != nil || f.Now.Tried != 0 {
		t.Errorf("a command counted as a start: %+v, %v", f, err)
	}
	t.Setenv(handedOver, two.Release)
	to("this is that one", "")
	t.Setenv(handedOver, one.Release)
	to("this is the one before", two.Release)
	t.Setenv(handedOver, "")
	older := lain(t, dir, program.Number-1, true)
	put(t, dir, older, nil)
	to("a later program was put in place by hand", "")
	same := lain(t, dir, program.Number, true)
	same.Version = program.Version
	put(t, dir, same, nil)
	to("the program that was started is that one", "")

	put(t, dir, two, &one)
	if err := os.WriteFile(filepath.Join(dir, programDir, two.Release, programFile), []byte("another"), 0o700); err != nil {
		t.Fatal(err)
	}
	if h, err := HandCommand(dir); err == nil || h.Next != "" || !strings.Contains(err.Error(), "altered") {
		t.Errorf("an altered program goes on: %+v, %v", h, err)
	}
}

// Once a release has come up, it and the one before stay, and nothing else of the
// kind; what was brought, and what isn't a release's, is left alone.
func TestReleasesThatNothingGoesBackToAreRemoved(t *testing.T) {
	dir := t.TempDir()
	old, before, failed, now := lain(t, dir, program.Number+1, true), lain(t, dir, program.Number+2, true), lain(t, dir, program.Number+3, false), lain(t, dir, program.Number+4, false)
	for _, other := range []string{"in", "notes"} {
		if err := os.MkdirAll(filepath.Join(dir, programDir, other), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	put(t, dir, now, &before)
	lies := func() []string {
		t.Helper()
		entries, err := os.ReadDir(filepath.Join(dir, programDir))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, e := range entries {
			names = append(names, e.Name())
		}
		return names
	}
	all := lies()
	t.Setenv(handedOver, before.Release) // another one serves still
	if err := CameUp(dir); err != nil {
		t.Fatal(err)
	}
	if got := lies(); !slices.Equal(got, all) {
		t.Errorf("before the new one has come up there are %v", got)
	}
	t.Setenv(handedOver, now.Release)
	if err := CameUp(dir); err != nil {
		t.Fatal(err)
	}
	want := []string{currentFile, "in", "notes", before.Release, now.Release}
	slices.Sort(want)
	if got := lies(); !slices.Equal(got, want) {
		t.Errorf("there are %v instead of %v (%s and %s were to go)", got, want, old.Release, failed.Release)
	}
	if f, _, err := loadInForce(dir); err != nil || !f.Now.Up {
		t.Errorf("%+v, %v", f, err)
	}
	// A start afterwards finds nothing to do, and goes back is possible still.
	if err := CameUp(dir); err != nil {
		t.Fatal(err)
	}
	if _, err := whole(dir, before); err != nil {
		t.Error(err)
	}
}
