package exchange

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"yitang/internal/blob"
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

// No reason for a refusal falls to "damaged" that writing the disc again doesn't mend.
func TestEachReasonForARefusalHasItsOwnAnswer(t *testing.T) {
	source, err := os.ReadFile("refusal.go")
	if err != nil {
		t.Fatal(err)
	}
	all := regexp.MustCompile(`Reason = "([a-z_]+)"`).FindAllStringSubmatch(string(source), -1)
	if len(all) < 13 {
		t.Fatalf("%d reasons found", len(all))
	}
	name := Name{Stream{zone.Internet, zone.Office}, 1, 7}.Bundle()
	plain := func(code AnswerCode, format string, args ...any) Answer {
		return Answer{code, fmt.Sprintf(format, args...)}
	}
	for _, m := range all {
		why := Reason(m[1])
		if why == Gap || why == Repeated || why == OlderEpoch {
			continue // no refusals: it waits, or is known
		}
		got := refusedDisc(zone.Office, Outcome{File: name, Reason: why, Detail: refuse(why, "THE DETAIL").Error()}, plain)
		if mends := why == Altered || why == Truncated; mends != (got.Code == DiscDamaged) {
			t.Errorf("%s: %+v", why, got)
		}
		if strings.Contains(got.Says, "refused (") {
			t.Errorf("%s says its code: %s", why, got.Says)
		}
	}
}

// A stream of the national suite to which nobody has agreed isn't a damaged disc,
// and a key that is missing is named by its suite.
func TestADiscOfAnotherSuiteSaysSo(t *testing.T) {
	internet, office := nationalPlaces(t)
	if err := office.AgreeSuite(t.Context(), zone.Internet, keys.National); err != nil {
		t.Fatal(err)
	}
	if _, err := internet.BeginSuite(t.Context(), zone.Office, keys.National, true); err != nil {
		t.Fatal(err)
	}
	internet.write("one", "x", "")
	internet.export(office)
	way := aFolder(t)
	internet.hand(office, way)
	_, fresh := twoPlacesWith(t, internet.ring, office.ring)
	answers(t, fresh.disc(way), DiscSuite, "isn't damaged", "national/1", "yitang exchange suite", "the operator of the internet zone")
	gone, err := office.ring.PeerIn(zone.Internet, keys.National)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := office.ring.Revoke(zone.Internet, gone.Fingerprint()); err != nil {
		t.Fatal(err)
	}
	answers(t, office.disc(way), DiscUnpaired, "of suite national/1", "by telephone")
}

// A bundle that came without one of its files stops all behind it: the status names
// the file, until it comes.
func TestTheFileThatABundleWaitsForIsNamed(t *testing.T) {
	internet, office := twoPlaces(t)
	internet.write("a", "one", "a file")
	made := internet.export(office)
	internet.write("b", "two", "")
	internet.export(office)
	inbox, err := office.Inbox(zone.Internet)
	if err != nil {
		t.Fatal(err)
	}
	internet.hand(office, inbox)
	part := made[0].Name.part(blob.DigestOf([]byte("a file")))
	if err := inbox.Remove(part); err != nil {
		t.Fatal(err)
	}
	if got := fates(office.take(internet, inbox)); got != "1 waiting, 2 waiting" {
		t.Fatal(got)
	}
	s, err := office.Status(t.Context())
	if in := s.Incoming[0]; err != nil || !slices.Equal(in.Lacking, []string{part}) || len(in.Missing) > 0 || !s.HasGap() {
		t.Errorf("%+v (%v)", in, err)
	}
	internet.hand(office, inbox)
	office.take(internet, inbox)
	if s, err = office.Status(t.Context()); err != nil || len(s.Incoming[0].Lacking) > 0 || s.HasGap() || s.Incoming[0].Applied != 2 {
		t.Errorf("afterwards %+v (%v)", s.Incoming[0], err)
	}
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
