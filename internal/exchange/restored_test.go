package exchange

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"yitang/internal/exchange/carrier"
	"yitang/internal/keys"
	"yitang/internal/store"
)

// opened is the store in a file, which may be a copy of another's.
func opened(t *testing.T, path string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// A zone that was restored from a backup has forgotten what it said afterwards, and
// under which numbers. What it says anew of other matters is taken all the same, by
// neighbours who know what it has forgotten; and so again after another restore from
// the same backup.
func TestWhatARestoredZoneSaysOfNewMattersIsTaken(t *testing.T) {
	a, b := twoZones(t)
	path := filepath.Join(t.TempDir(), "n.db")
	internet, office := aPlace(t, a, opened(t, path), letterKind...), aPlace(t, b, sqlite(t), letterKind...)
	internet.write("before", "x", "")
	var backups []string
	for life := range 2 {
		backup := filepath.Join(t.TempDir(), fmt.Sprint(life))
		if err := store.Snapshot(t.Context(), store.Options{Path: path}, backup); err != nil {
			t.Fatal(err)
		}
		backups = append(backups, backup)
	}
	internet.write("lost", "x", "")
	internet.write("lost too", "x", "")
	way := aFolder(t)
	internet.carry(office, way)
	for life, backup := range backups {
		restored := aPlace(t, a, opened(t, backup), letterKind...)
		if _, err := restored.Reopen(t.Context(), office.Zone()); err != nil {
			t.Fatal(err)
		}
		restored.write(fmt.Sprint("anew ", life), "x", "")
		restored.export(office)
		restored.hand(office, way)
		for _, o := range office.take(restored, way) {
			if o.Fate == Refused || o.Quarantined > 0 {
				t.Errorf("life %d: %+v", life, o)
			}
		}
		restored.soundChain()
	}
	if got := office.heard(); fmt.Sprint(got) != "[before:x lost:x lost too:x anew 0:x anew 1:x]" {
		t.Errorf("heard %v", got)
	}
	office.soundChain()
}

// copiedAfter are two places of which the first has told the other something, and a copy
// of its database from then.
func copiedAfter(t *testing.T, a, b *keys.Ring, label string) (internet, office place, way *carrier.Directory, backup string) {
	t.Helper()
	path, backup := filepath.Join(t.TempDir(), "n.db"), filepath.Join(t.TempDir(), "backup.db")
	internet, office = aPlace(t, a, opened(t, path), letterKind...), aPlace(t, b, sqlite(t), letterKind...)
	way = aFolder(t)
	internet.write(label, "x", "")
	internet.carry(office, way)
	if err := store.Snapshot(t.Context(), store.Options{Path: path}, backup); err != nil {
		t.Fatal(err)
	}
	return internet, office, way, backup
}

// A zone that was restored from before its stream changed the suite has forgotten
// that. It begins anew in the suite that it remembers; the other zone refuses that in
// a sentence, and takes it once people there have agreed.
func TestAZoneRestoredFromBeforeItsSuiteChangedIsHeardAgain(t *testing.T) {
	a, b := nationalZones(t)
	internet, office, way, backup := copiedAfter(t, a, b, "one")
	if err := office.AgreeSuite(t.Context(), internet.Zone(), keys.National); err != nil {
		t.Fatal(err)
	}
	if _, err := internet.BeginSuite(t.Context(), office.Zone(), keys.National, true); err != nil {
		t.Fatal(err)
	}
	internet.write("lost", "x", "")
	internet.carry(office, way)

	restored := aPlace(t, a, opened(t, backup), letterKind...)
	if _, err := restored.Reopen(t.Context(), office.Zone()); err != nil {
		t.Fatal(err)
	}
	restored.write("two", "x", "")
	fresh := aFolder(t)
	restored.export(office)
	restored.hand(office, fresh)
	if out := office.take(restored, fresh); len(out) != 1 || out[0].Reason != WrongSuite {
		t.Fatalf("%+v", out)
	}
	if err := office.AgreeSuite(t.Context(), internet.Zone(), keys.International); err != nil {
		t.Fatal(err)
	}
	if got := fates(office.take(restored, fresh)); got != "1 applied" {
		t.Errorf("after people have agreed: %s", got)
	}
	if got := office.heard(); fmt.Sprint(got) != "[one:x lost:x two:x]" {
		t.Errorf("heard %v", got)
	}
}

// A zone whose clock ran ahead began an epoch under that clock and then was restored
// from before, so that its next epoch is named after an earlier moment. Both ends say
// so, each with what to do, and it is heard again whatever its clock says.
func TestAZoneRestoredWithItsClockBehindIsNamedOnBothSidesAndHeardAgain(t *testing.T) {
	a, b := twoZones(t)
	internet, office, way, backup := copiedAfter(t, a, b, "before")
	internet.later(30 * 24 * time.Hour)
	forgotten, err := internet.Reopen(t.Context(), office.Zone())
	if err != nil {
		t.Fatal(err)
	}
	internet.write("lost", "x", "")
	internet.carry(office, way)
	office.carry(internet, aFolder(t)) // its receipt was given, and is forgotten too

	restored := aPlace(t, a, opened(t, backup), letterKind...)
	if epoch, err := restored.Reopen(t.Context(), office.Zone()); err != nil || epoch >= forgotten {
		t.Fatalf("epoch %d after %d, %v", epoch, forgotten, err)
	}
	restored.write("anew", "x", "")
	fresh := aFolder(t)
	restored.export(office)
	restored.hand(office, fresh)

	behind := func() time.Time {
		t.Helper()
		s, err := office.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return s.Incoming[0].Behind
	}
	boxes, err := office.Boxes(restored.Zone())
	if err != nil {
		t.Fatal(err)
	}
	forged := aFolder(t)
	if err := forged.Send(Name{Stream{restored.Zone(), office.Zone()}, forgotten - 1, 1}.Bundle(), []byte("no bundle")); err != nil {
		t.Fatal(err)
	}
	if out := office.take(restored, forged); fates(out) != "1 known" || !behind().IsZero() {
		t.Errorf("a forged one passes for a restored zone's: %+v", out)
	}
	sorted, err := boxes.Sort(t.Context(), named(entriesOf(t, fresh.Path())...))
	if err != nil || len(sorted.Wanted) != 1 {
		t.Fatalf("a carrier leaves it outside: %+v %v", sorted, err)
	}
	later := Name{Stream{restored.Zone(), office.Zone()}, forgotten - 1, 7}.Bundle() // the first was taken from the way
	if sorted, err = boxes.Sort(t.Context(), []carrier.Entry{{Name: Name{Stream{restored.Zone(), office.Zone()}, forgotten - 1, 8}.Bundle(), Size: 100}, {Name: later, Size: 100}}); err != nil || len(sorted.Wanted) != 1 || sorted.Wanted[0] != later {
		t.Errorf("a carrier leaves it outside, whose first isn't there: %+v %v", sorted, err)
	}
	if out := office.take(restored, fresh); fates(out) != "1 known" || out[0].Reason != OlderEpoch || behind().IsZero() {
		t.Fatalf("nobody is told: %+v", out)
	}
	answers(t, office.disc(fresh), DiscBehind, "never heard", "its clock is behind", "reopen --to office")
	if sorted, err = boxes.Sort(t.Context(), named(entriesOf(t, fresh.Path())...)); err != nil || len(sorted.Wanted) != 0 {
		t.Errorf("looked at, and wanted again: %+v %v", sorted, err)
	}

	if _, err := office.Reopen(t.Context(), restored.Zone()); err != nil {
		t.Fatal(err)
	}
	office.carry(restored, aFolder(t))
	s, err := restored.Status(t.Context())
	if err != nil || s.Outgoing[0].Ahead != forgotten {
		t.Fatalf("it doesn't know that it was heard in epoch %d: %+v %v", forgotten, s.Outgoing[0], err)
	}
	if epoch, err := restored.Reopen(t.Context(), office.Zone()); err != nil || epoch <= forgotten {
		t.Fatalf("epoch %d after %d, %v", epoch, forgotten, err)
	}
	restored.carry(office, aFolder(t))
	if got := office.heard(); fmt.Sprint(got) != "[before:x lost:x anew:x]" {
		t.Errorf("heard %v", got)
	}
	if !behind().IsZero() {
		t.Error("heard again, and told to be behind")
	}
	if out := office.take(restored, fresh); out[0].Reason == OlderEpoch || !behind().IsZero() {
		t.Errorf("what is past is told again: %+v", out)
	}
	if s, err = restored.Status(t.Context()); err != nil || s.Outgoing[0].Ahead != 0 {
		t.Errorf("it began anew and is told to: %+v %v", s.Outgoing[0], err)
	}
}
