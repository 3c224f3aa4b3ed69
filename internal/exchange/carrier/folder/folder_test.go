package folder

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"yitang/internal/blob"
	"yitang/internal/exchange/carrier"
)

// side is one node: what waits in its outbox, and what it has applied of what the
// other side sent.
type side struct {
	boxes   carrier.Boxes
	waiting []string
	applied map[string]bool
}

func aSide(t *testing.T) *side {
	t.Helper()
	s := &side{applied: map[string]bool{}}
	out, err := carrier.Make(blob.OS{}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	in, err := carrier.Make(blob.OS{}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s.boxes = carrier.Boxes{Out: out, In: in, Most: 1000,
		Waiting: func(context.Context) ([]string, error) { return slices.Clone(s.waiting), nil },
		Sort: func(_ context.Context, files []carrier.Entry) (sorted carrier.Sorted, err error) {
			for _, f := range files {
				n := f.Name
				switch {
				case !strings.HasPrefix(n, "from-there."):
				case s.applied[n]:
					sorted.Done = append(sorted.Done, n)
				default:
					sorted.Wanted = append(sorted.Wanted, n)
				}
			}
			return sorted, nil
		},
		Ours: func(name string) bool { return strings.HasPrefix(name, "from-here.") },
	}
	return s
}

func (s *side) waits(t *testing.T, name, content string) {
	t.Helper()
	if err := s.boxes.Out.Send(name, []byte(content)); err != nil {
		t.Fatal(err)
	}
	s.waiting = append(s.waiting, name)
}

func write(t *testing.T, dir, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func list(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

type hand struct{ at time.Time }

func (h *hand) now() time.Time { return h.at }

func round(t *testing.T, c *Carrier, sent, took int) {
	t.Helper()
	s, k, err := c.Round(t.Context())
	if err != nil || s != sent || k != took {
		t.Fatalf("it sent %d and took %d instead of %d and %d: %v", s, k, sent, took, err)
	}
}

func TestAFolderIsFilledAgainUntilTheReceiptComes(t *testing.T) {
	s, gate, clock := aSide(t), t.TempDir(), &hand{time.Unix(1e9, 0)}
	c := New(Setting{Out: gate}, s.boxes, blob.OS{}, clock.now)
	s.waits(t, "from-here.1", "one")
	s.waits(t, "from-here.2", "two")
	write(t, gate, "notes", "somebody's own")
	round(t, c, 2, 0)
	round(t, c, 0, 0)
	if err := os.Remove(filepath.Join(gate, "from-here.1")); err != nil { // the appliance took it
		t.Fatal(err)
	}
	round(t, c, 0, 0)
	clock.at = clock.at.Add(11 * time.Minute) // and there is no receipt
	round(t, c, 2, 0)
	s.waiting = s.waiting[1:] // the first one's receipt
	round(t, c, 0, 0)
	if got := list(t, gate); !slices.Equal(got, []string{"from-here.2", "notes"}) {
		t.Errorf("the folder holds %v", got)
	}
	// A process that begins anew finds what is there, and puts nothing twice.
	round(t, New(Setting{Out: gate}, s.boxes, blob.OS{}, clock.now), 0, 0)
}

func TestAFileIsTakenOnceItGrowsNoMore(t *testing.T) {
	s, gate := aSide(t), t.TempDir()
	c := New(Setting{In: gate}, s.boxes, blob.OS{}, time.Now)
	write(t, gate, "from-there.1", "ha")
	write(t, gate, "of-others.1", "nothing for us")
	round(t, c, 0, 0)
	write(t, gate, "from-there.1", "half")
	round(t, c, 0, 0)
	write(t, gate, "from-there.1", "half and half")
	round(t, c, 0, 0)
	round(t, c, 0, 1)
	if got := list(t, s.boxes.In.Path()); !slices.Equal(got, []string{"from-there.1"}) {
		t.Errorf("the inbox holds %v", got)
	}
	if got, err := os.ReadFile(filepath.Join(s.boxes.In.Path(), "from-there.1")); err != nil || string(got) != "half and half" {
		t.Errorf("taken as %q, %v", got, err)
	}
	if got := list(t, gate); !slices.Equal(got, []string{"of-others.1"}) {
		t.Errorf("the folder holds %v", got)
	}
	s.applied["from-there.1"] = true // brought a second time
	write(t, gate, "from-there.1", "half and half")
	round(t, c, 0, 0)
	round(t, c, 0, 0)
	if got := list(t, gate); !slices.Equal(got, []string{"of-others.1"}) {
		t.Errorf("what is known already stays: %v", got)
	}
}

// still is a disk from which nothing can be removed, as a disc is.
type still struct{ blob.OS }

func (still) Remove(string) error { return os.ErrPermission }

func TestAMediumThatCannotBeWrittenIsTakenOnce(t *testing.T) {
	s, disc := aSide(t), t.TempDir()
	c := New(Setting{In: disc}, s.boxes, still{}, time.Now)
	write(t, disc, "from-there.1", "one")
	round(t, c, 0, 0)
	round(t, c, 0, 1)
	round(t, c, 0, 0)
	round(t, c, 0, 0)
	if err := os.Remove(filepath.Join(disc, "from-there.1")); err != nil { // another disc
		t.Fatal(err)
	}
	write(t, disc, "from-there.2", "two")
	round(t, c, 0, 0)
	round(t, c, 0, 1)
}

// full is a disk without room.
type full struct{ blob.OS }

func (full) OpenFile(name string, flag int, perm os.FileMode) (blob.File, error) {
	if flag&os.O_CREATE != 0 {
		return nil, &os.PathError{Op: "open", Path: name, Err: syscall.ENOSPC}
	}
	return blob.OS{}.OpenFile(name, flag, perm)
}

func TestAFolderThatFailsIsToldInOneWordAndTheOtherGoesOn(t *testing.T) {
	s, gate := aSide(t), t.TempDir()
	away := filepath.Join(t.TempDir(), "unmounted")
	c := New(Setting{Out: away, In: gate}, s.boxes, blob.OS{}, time.Now)
	s.waits(t, "from-here.1", "one")
	write(t, gate, "from-there.1", "one")
	write(t, gate, "from-there.2", strings.Repeat("x", 1001))
	c.Round(t.Context())
	_, took, err := c.Round(t.Context())
	if took != 1 || carrier.WordFor(err) != carrier.Oversized && carrier.WordFor(err) != carrier.Away {
		t.Errorf("took %d, %v", took, err)
	}
	if !errors.Is(err, os.ErrNotExist) || !errors.Is(err, carrier.ErrTooLarge) {
		t.Errorf("both troubles should be told: %v", err)
	}
	if _, err := os.Stat(away); !errors.Is(err, os.ErrNotExist) {
		t.Error("a folder that isn't mounted was made")
	}
	if _, err := c.fill(t.Context()); carrier.WordFor(err) != carrier.Away {
		t.Errorf("a folder that isn't there is %s", carrier.WordFor(err))
	}
	c = New(Setting{Out: gate}, s.boxes, full{}, time.Now)
	if sent, err := c.fill(t.Context()); sent != 0 || carrier.WordFor(err) != carrier.Full {
		t.Errorf("a full disk: sent %d, %v", sent, err)
	}
	if got := list(t, gate); slices.Contains(got, "from-here.1") {
		t.Errorf("half a file is there: %v", got)
	}
	c = New(Setting{Out: gate}, s.boxes, blob.OS{}, time.Now)
	if sent, err := c.fill(t.Context()); sent != 1 || err != nil {
		t.Errorf("with room again: sent %d, %v", sent, err)
	}
}

func TestSettingsOfAFolderAreChecked(t *testing.T) {
	for want, s := range map[string]Setting{
		"needs out, in or both": {}, "must begin at the root": {Out: "gate"}, "same folder": {Out: "/gate/", In: "/gate"}, "too often": {In: "/in", Again: time.Second},
	} {
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", s, err)
		}
	}
	if err := (Setting{Out: "/a", In: "/b", Again: time.Hour}).Check(); err != nil {
		t.Error(err)
	}
}
