package exchange

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"yitang/internal/exchange/carrier"
	"yitang/internal/keys"
	"yitang/internal/zone"
)

func (p place) disc(src *carrier.Directory) Answer {
	p.t.Helper()
	_, answer, err := p.ImportDisc(p.t.Context(), src)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer
}

func answers(t *testing.T, got Answer, code AnswerCode, says ...string) {
	t.Helper()
	if got.Code != code {
		t.Errorf("%s instead of %s: %s", got.Code, code, got.Says)
	}
	for _, s := range says {
		if !strings.Contains(got.Says, s) {
			t.Errorf("%q doesn't say %q", got.Says, s)
		}
	}
}

// Whatever somebody puts into the drive, import says in one sentence what it was
// and what to do.
func TestEachDiscGetsOneClearAnswer(t *testing.T) {
	internet, office := twoPlaces(t)
	first, second := aFolder(t), aFolder(t)
	internet.write("a", "one", "")
	internet.export(office)
	internet.hand(office, first)
	internet.write("b", "two", "a file")
	internet.export(office)
	if _, err := internet.handAfter(t.Context(), zone.Office, Name{Stream: Stream{zone.Internet, zone.Office}, Epoch: 1, Sequence: 1}, second); err != nil {
		t.Fatal(err)
	}
	answers(t, office.disc(aFolder(t)), DiscEmpty, "written to its end")
	answers(t, internet.disc(first), DiscOwn, "for the office zone: carry it there")
	answers(t, office.disc(second), DiscEarly, "the one with number 1", "import that one")
	answers(t, office.disc(first), DiscTaken, "number 1 from the internet zone, with 1 event, taken")
	answers(t, office.disc(first), DiscAgain, "up to number 1")

	part := ""
	names, err := second.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if strings.HasSuffix(n, partEnding) {
			part = filepath.Join(second.Path(), n)
		}
	}
	if err := os.Rename(part, part+".held"); err != nil {
		t.Fatal(err)
	}
	answers(t, office.disc(second), DiscLacking, "waiting for file", "written again, whole")
	if err := os.Rename(part+".held", part); err != nil {
		t.Fatal(err)
	}
	bundle := filepath.Join(second.Path(), Name{Stream{zone.Internet, zone.Office}, 1, 2}.Bundle())
	good, err := os.ReadFile(bundle)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range [][]byte{good[:len(good)-9], append(slices.Clone(good[:300]), good[301:]...), good[:20]} {
		if err := os.WriteFile(bundle, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		answers(t, office.disc(second), DiscDamaged, "number 2 is damaged")
	}
	if err := os.WriteFile(bundle, good, 0o600); err != nil {
		t.Fatal(err)
	}

	// Another city's office, whose zones are called the same.
	ring := func(z zone.Zone, seed byte) *keys.Ring { return seededRing(t, z, seed) }
	a, b := ring(zone.Internet, 91), ring(zone.Office, 92)
	paired(t, a, b)
	theirs := aPlace(t, a, sqlite(t), letterKind...)
	for _, l := range []string{"x", "y"} { // so that its second number is next here
		theirs.write(l, "elsewhere", "")
		if _, err := theirs.Export(t.Context(), zone.Office); err != nil {
			t.Fatal(err)
		}
	}
	foreign := aFolder(t)
	if _, err := theirs.Hand(t.Context(), zone.Office, foreign); err != nil {
		t.Fatal(err)
	}
	answers(t, office.disc(foreign), DiscForeign, "of another office")

	// The passport zone's disc in the internet zone's drive.
	astray := aFolder(t)
	if err := astray.Send(Name{Stream{zone.Office, zone.Passport}, 1, 1}.Bundle(), good); err != nil {
		t.Fatal(err)
	}
	answers(t, internet.disc(astray), DiscElsewhere, "carry it to the passport zone")

	// Last year's disc, of before the sender was restored from a backup.
	answers(t, office.disc(second), DiscTaken, "number 2")
	if _, err := internet.Reopen(t.Context(), zone.Office); err != nil {
		t.Fatal(err)
	}
	internet.export(office)
	anew := aFolder(t)
	internet.hand(office, anew)
	answers(t, office.disc(anew), DiscTaken)
	answers(t, office.disc(second), DiscOld, "before the internet zone began anew on "+internet.journal.Now().UTC().Format(time.DateOnly), "nothing on it is needed")
}

// Boxes give a carrier whole bundles that are recorded, and tell by names what is
// still wanted.
func TestACarrierSeesWhatWaitsAndWhatIsWanted(t *testing.T) {
	internet, office := twoPlaces(t)
	internet.write("a", "one", "a file")
	internet.export(office)
	internet.write("b", "two", "")
	internet.export(office)
	there, err := internet.Boxes(zone.Office)
	if err != nil {
		t.Fatal(err)
	}
	here, err := office.Boxes(zone.Internet)
	if err != nil {
		t.Fatal(err)
	}
	waiting, err := there.Waiting(t.Context())
	if err != nil || len(waiting) != 5 || !strings.HasSuffix(waiting[0], partEnding) || !strings.HasSuffix(waiting[1], bundleEnding) {
		t.Fatalf("%v, %v", waiting, err)
	}
	if !there.Ours(waiting[0]) || there.Ours("office-internet.1.000000001.bundle") || there.Ours("label.pdf") {
		t.Error("whose a file is isn't told by its name")
	}
	sorted, err := here.Sort(t.Context(), named(append([]string{"label.pdf", "office-passport.1.000000001.bundle"}, waiting...)...))
	if err != nil || len(sorted.Wanted) != 3 || len(sorted.Done) != 2 || len(sorted.Later) != 0 {
		t.Fatalf("%+v, %v", sorted, err)
	}
	for _, name := range sorted.Wanted {
		r, err := there.Out.Take(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := here.Bring(t.Context(), name, here.Most, r); err != nil {
			t.Fatal(err)
		}
		r.Close()
	}
	if got := fates(office.take(internet, here.In)); got != "1 applied, 2 applied" {
		t.Fatal(got)
	}
	if sorted, err = here.Sort(t.Context(), named(waiting...)); err != nil || len(sorted.Wanted) != 0 || len(sorted.Done) != 5 {
		t.Errorf("once applied: %+v, %v", sorted, err)
	}
	// A part that comes late, after its bundle was applied, doesn't stay for ever.
	if err := office.sweep(context.Background(), zone.Internet, here.In); err != nil {
		t.Fatal(err)
	}
	if left, err := here.In.List(); err != nil || len(left) > 0 {
		t.Errorf("the inbox keeps %v, %v", left, err)
	}
	// A file that was lost from the outbox is made again before anybody carries it.
	if err := there.Out.Remove(waiting[1]); err != nil {
		t.Fatal(err)
	}
	again, err := there.Waiting(t.Context())
	if err != nil || !slices.Equal(again, waiting) {
		t.Fatalf("%v, %v", again, err)
	}
	r, err := there.Out.Take(waiting[1])
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if text, err := io.ReadAll(r); err != nil || len(text) == 0 {
		t.Error(err)
	}
}

// named are files of which nothing but the name is known.
func named(names ...string) []carrier.Entry {
	var out []carrier.Entry
	for _, n := range names {
		out = append(out, carrier.Entry{Name: n})
	}
	return out
}

func TestADiscsCodeNamesEachWithItsDigest(t *testing.T) {
	s := Stream{zone.Office, zone.Internet}
	a := DiscRow{Load: Load{Number: "OI-1", Digest: "0123456789abcdef0123"}}
	b := DiscRow{Load: Load{Number: "OI-2", Digest: "short"}}
	if got := DiscsCode(s, a, b); got != "YITANG-DISCS office-internet OI-1:0123456789abcdef OI-2:short" {
		t.Error(got)
	}
	if got := ShortDigest(a.Digest) + "|" + ShortDigest(b.Digest); got != "0123 4567 89ab cdef|short" {
		t.Error(got)
	}
}
