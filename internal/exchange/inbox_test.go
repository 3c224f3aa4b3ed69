package exchange

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	mrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"yitang/internal/blob"
	"yitang/internal/exchange/carrier"
	"yitang/internal/exchange/carrier/folder"
	"yitang/internal/zone"
)

// weighs is what lies in a folder, half written files too.
func weighs(t *testing.T, dir string) (files int, bytes int64) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range entries {
		i, err := e.Info()
		if err != nil {
			t.Fatal(err)
		}
		files++
		bytes += i.Size()
	}
	return files, bytes
}

// An attacker at the folder between two zones lays rubbish there under every
// name that a bundle or a file beside one could have: numbers far ahead, the next
// ones, new epochs, hundreds of files for one number. The inbox never holds more
// than it may, nor do the bundles that were refused; what is next always finds
// room, and once the attacker is gone everything arrives.
func TestWhoFloodsAnInboxFillsNoDiskAndDelaysNoMoreThanThat(t *testing.T) {
	internet, office := twoPlaces(t)
	office.bounds = bounds{ahead: 8, files: 40, bytes: 200_000}
	office.keeps = kept{files: 5, bytes: 60_000}
	clock := time.Unix(1.8e9, 0)
	now := func() time.Time { return clock }
	here, err := office.Boxes(zone.Internet)
	if err != nil {
		t.Fatal(err)
	}
	there, err := internet.Boxes(zone.Office)
	if err != nil {
		t.Fatal(err)
	}
	left, right := t.TempDir(), t.TempDir() // before and behind the gatekeeper
	sender := folder.New(folder.Setting{Out: left}, there, blob.OS{}, now)
	receiver := folder.New(folder.Setting{In: right}, here, blob.OS{}, now)
	var want []string
	for i := range 30 {
		file := ""
		if i%3 == 0 {
			file = fmt.Sprint("a file of ", i)
		}
		internet.write(fmt.Sprint("l", i), "x", file)
		internet.export(office)
		want = append(want, fmt.Sprintf("l%d:x", i))
	}
	chance := mrand.New(mrand.NewPCG(6, 8))
	rubbish := func() {
		n := Name{Stream{zone.Internet, zone.Office}, 1, 1 + chance.Int64N(60)}
		switch chance.IntN(4) {
		case 0:
			n.Sequence = chance.Int64N(1e9)
		case 1:
			n.Epoch, n.Sequence = 2+chance.Int64N(1e6), 1+chance.Int64N(3)
		}
		name := n.Bundle()
		if chance.IntN(2) == 0 {
			name = n.part(blob.DigestOf(fmt.Append(nil, chance.Uint64())))
		}
		content := make([]byte, 1+chance.IntN(30_000))
		if err := os.WriteFile(filepath.Join(right, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	later, full := false, false
	for round := range 60 {
		clock = clock.Add(11 * time.Minute) // and the sender puts there again what has no receipt
		if _, _, err := sender.Round(t.Context()); err != nil {
			t.Fatal(err)
		}
		goods, err := os.ReadDir(left)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range goods { // the gatekeeper
			if err := os.Rename(filepath.Join(left, g.Name()), filepath.Join(right, g.Name())); err != nil {
				t.Fatal(err)
			}
		}
		if round < 20 {
			for range 80 {
				rubbish()
			}
		}
		for range 2 { // what stays the same from one look to the next is taken
			if _, _, err := receiver.Round(t.Context()); err != nil {
				t.Fatal(err)
			}
			files, bytes := weighs(t, here.In.Path())
			full = full || files > 30 || bytes > 150_000
			if files > office.bounds.files || bytes > office.bounds.bytes {
				t.Fatalf("round %d: the inbox holds %d files of %d bytes", round, files, bytes)
			}
		}
		sorted, err := here.Sort(t.Context(), named(entriesOf(t, right)...))
		if err != nil {
			t.Fatal(err)
		}
		later = later || len(sorted.Later) > 0
		if err := office.takeIn(t.Context(), slog.New(slog.DiscardHandler), zone.Internet); err != nil {
			t.Fatal(err)
		}
		// A reason and the count lie beside the bundles.
		if files, bytes := weighs(t, office.refusedDir()); files > 2*office.keeps.files+1 || bytes > office.keeps.bytes+5_000 {
			t.Fatalf("round %d: %d files of %d bytes were refused and are kept", round, files, bytes)
		}
		_, in := office.status1(internet)
		if in.Inbox.MostFiles != 40 || in.Inbox.MostBytes != 200_000 || in.Inbox.MostAhead != 8 || len(in.Waiting) > 40 || len(in.Refused) > office.keeps.files {
			t.Fatalf("round %d: %+v", round, in)
		}
	}
	if !later || !full {
		t.Errorf("the attacker filled nothing: full %v, later %v", full, later)
	}
	if got := office.heard(); !slices.Equal(got, want) {
		t.Errorf("heard %v", got)
	}
	for i := 0; i < 30; i += 3 {
		if !office.hasFile(fmt.Sprint("a file of ", i)) {
			t.Errorf("the file of %d didn't come", i)
		}
	}
	if err := os.WriteFile(filepath.Join(here.In.Path(), "disc-internet-office.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	files, _ := weighs(t, here.In.Path())
	if _, in := office.status1(internet); in.Inbox.Files != files-1 {
		t.Errorf("the note of a disc is one of %d files in %+v", files, in.Inbox)
	}
	if _, in := office.status1(internet); in.Unkept.Count == 0 || in.Unkept.Last.IsZero() {
		t.Errorf("nobody is told how many weren't kept: %+v", in.Unkept)
	}
}

func entriesOf(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// What is nearer to its turn takes the place of what is farther, never the other
// way round, and of what is next what came last stays.
func TestWhatIsNearerToItsTurnFindsRoom(t *testing.T) {
	s := Stream{zone.Internet, zone.Office}
	of := func(epoch, sequence int64) string { return Name{s, epoch, sequence}.Bundle() }
	part := func(sequence int64, what string) string {
		return Name{s, 1, sequence}.part(blob.DigestOf([]byte(what)))
	}
	x := &Exchange{bounds: bounds{ahead: 5, files: 3, bytes: 100}}
	at := Cursor{Epoch: 1, Sequence: 10}
	day := time.Unix(1.8e9, 0)
	for what, c := range map[string]struct {
		lies   []string
		comes  string
		size   int64
		epoch  int64
		gone   string
		admits bool
	}{
		"room":                                {[]string{of(1, 13)}, of(1, 14), 10, 1, "", true},
		"too far":                             {nil, of(1, 16), 10, 1, "", false},
		"the last that isn't too far":         {nil, of(1, 15), 10, 1, "", true},
		"another epoch, too far":              {nil, of(2, 6), 10, 2, "", false},
		"the farthest gives way":              {[]string{of(1, 12), of(1, 13), of(1, 14)}, of(1, 11), 10, 1, of(1, 14), true},
		"as far as those that lie there":      {[]string{of(1, 12), of(1, 13), of(2, 3)}, part(13, "a"), 10, 1, "", false},
		"farther than those that lie there":   {[]string{of(1, 12), of(1, 13), of(2, 3)}, of(1, 15), 10, 1, "", false},
		"a new epoch is next":                 {[]string{of(1, 11), of(1, 13), of(1, 14)}, of(7, 1), 10, 7, of(1, 14), true},
		"of what is next the first gives way": {[]string{part(11, "a"), part(11, "b"), of(1, 11)}, part(11, "c"), 10, 1, part(11, "a"), true},
		"a bundle stays before its files":     {[]string{of(1, 11), part(11, "a"), part(11, "b")}, part(11, "c"), 10, 1, part(11, "a"), true},
		"larger than everything":              {[]string{of(1, 11)}, of(1, 11), 101, 1, "", false},
		"as many bytes as it takes":           {[]string{of(1, 13), of(1, 12)}, of(1, 11), 90, 1, of(1, 13), true},
		"the same again":                      {[]string{of(1, 11), of(1, 12), of(1, 13)}, of(1, 12), 10, 1, "", true},
		"what was applied counts nothing":     {[]string{of(1, 9), of(1, 10), of(1, 13)}, of(1, 14), 50, 1, "", true},
	} {
		var lies []carrier.Entry
		for i, name := range c.lies {
			lies = append(lies, carrier.Entry{Name: name, Size: 10, Modified: day.Add(time.Duration(i) * time.Second)})
		}
		n, _, ok := ParseName(c.comes)
		if !ok || n.Epoch != c.epoch {
			t.Fatalf("%s: %s is no name", what, c.comes)
		}
		room := x.filled(s, at, lies, nil)
		gone, admits := room.admit(c.comes, c.size, n.ahead(at))
		if admits != c.admits || strings.Join(gone, " ") != c.gone {
			t.Errorf("%s: %v, %v give way", what, admits, gone)
		}
	}
	// What is on its way counts, and gives way to nobody.
	room := x.filled(s, at, nil, map[string]int64{of(1, 14): 95})
	if _, ok := room.admit(of(1, 11), 10, 0); ok {
		t.Error("there is room beside what comes just now")
	}
}

// Carriers that bring something at the same time fill an inbox together no more
// than one would.
func TestRoomIsKeptForWhatComesJustNow(t *testing.T) {
	_, office := twoPlaces(t)
	office.bounds = bounds{ahead: 10, files: 100, bytes: 100}
	here, err := office.Boxes(zone.Internet)
	if err != nil {
		t.Fatal(err)
	}
	of := func(n int64) carrier.Entry {
		return carrier.Entry{Name: Name{Stream{zone.Internet, zone.Office}, 1, n}.Bundle(), Size: 60}
	}
	done, err := here.Room(t.Context(), of(2))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := here.Room(t.Context(), of(1)); !errors.Is(err, carrier.ErrLater) {
		t.Errorf("120 bytes come at once where 100 may lie: %v", err)
	}
	done()
	if done, err = here.Room(t.Context(), of(1)); err != nil {
		t.Errorf("with room again: %v", err)
	} else {
		done()
	}
	if err := here.Bring(t.Context(), of(3).Name, 5, strings.NewReader("longer than it was said to be")); !errors.Is(err, carrier.ErrTooLarge) {
		t.Errorf("a file that grew is brought: %v", err)
	}
	if files, _ := weighs(t, here.In.Path()); files > 0 {
		t.Errorf("%d files stay of what wasn't brought", files)
	}
}

// countedDisk counts the files that are opened.
type countedDisk struct {
	blob.Disk
	opened *int
}

func (d countedDisk) OpenFile(name string, flag int, perm os.FileMode) (blob.File, error) {
	*d.opened++
	return d.Disk.OpenFile(name, flag, perm)
}

// People who copy into an inbox are bounded by nobody. However much lies there, and of
// whatever size, no more of it is read than may come; it is told of, nothing that isn't
// known is removed, and what is next is taken.
func TestAnInboxThatPeopleFillIsReadWithinBoundsAndToldOf(t *testing.T) {
	internet, office := twoPlaces(t)
	for i := range 3 {
		internet.write(fmt.Sprint("l", i), "x", "")
		internet.export(office)
	}
	inbox, err := office.Inbox(internet.Zone())
	if err != nil {
		t.Fatal(err)
	}
	lay := func(name string, size int64) {
		t.Helper()
		path := filepath.Join(inbox.Path(), name)
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if size > 1 {
			if err := os.Truncate(path, size); err != nil {
				t.Fatal(err)
			}
		}
	}
	const many = 4000
	far := func(i int) string {
		return Name{Stream{internet.Zone(), office.Zone()}, 1, int64(100 + i)}.Bundle()
	}
	for i := range many {
		lay(far(i), 1)
	}
	for i := range 30 {
		lay(fmt.Sprintf("holiday-%d.jpg", i), 1)
	}
	lay(far(many), 50<<30)
	lay("film.mkv", 50<<30)
	all := many + 32

	office.bounds = bounds{ahead: 8, files: many / 2, bytes: 200_000}
	opened := 0
	office.disk = countedDisk{office.disk, &opened}
	if err := office.takeIn(t.Context(), slog.New(slog.DiscardHandler), internet.Zone()); err != nil {
		t.Fatal(err)
	}
	if opened > 20 {
		t.Errorf("%d files were opened of which none is next", opened)
	}
	out, err := office.Import(t.Context(), internet.Zone(), inbox)
	if err != nil || len(out) != mostWaiting {
		t.Errorf("%d are told of, %v", len(out), err)
	}
	status := func() Incoming {
		t.Helper()
		s, err := office.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return s.Incoming[0]
	}
	if s := status(); !s.Inbox.TooMuch() || s.Inbox.Files != many+1 || s.Inbox.Strange != 31 || s.Inbox.Oversized != "film.mkv" || len(s.Waiting) > 1000 {
		t.Errorf("%+v, %d wait", s.Inbox, len(s.Waiting))
	}
	if files, _ := weighs(t, inbox.Path()); files != all {
		t.Errorf("%d of %d files are there", files, all)
	}
	internet.hand(office, inbox)
	if err := office.takeIn(t.Context(), slog.New(slog.DiscardHandler), internet.Zone()); err != nil {
		t.Fatal(err)
	}
	if got := office.heard(); fmt.Sprint(got) != "[l0:x l1:x l2:x]" {
		t.Errorf("heard %v", got)
	}
	if files, _ := weighs(t, inbox.Path()); files != all {
		t.Errorf("%d of %d files are left", files, all)
	}
}
