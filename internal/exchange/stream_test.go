package exchange

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	mrand "math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"yitang/internal/blob"
	"yitang/internal/exchange/carrier"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/zone"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// A letter is a toy room whose events carry what matters here: a field that
// isn't for everybody, one that never leaves its zone, and a file.
type (
	written struct {
		Label string                  `reach:"all"`
		Text  journal.Field[string]   `reach:"internet office" sealed:"yes"`
		File  journal.Field[blob.Ref] `reach:"internet office"`
		Print journal.Field[string]   `reach:"home" sealed:"yes"`
	}
	writtenLax struct {
		Label string                  `reach:"all"`
		Text  journal.Field[string]   `reach:"all" sealed:"yes"`
		File  journal.Field[blob.Ref] `reach:"all"`
		Print journal.Field[string]   `reach:"all" sealed:"yes"`
	}
	inHouse struct {
		Note string `reach:"office"`
	}
	letter struct{}
	write  struct {
		Event any
	}
)

func (w written) Carries() []blob.Ref {
	if f, held := w.File.Value(); held {
		return []blob.Ref{f}
	}
	return nil
}

func (w write) Decide(letter, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(w.Event), nil
}

var (
	letters    = journal.Subject[letter]{Kind: "letter", Evolve: func(l letter, _ journal.Event) (letter, error) { return l, nil }}
	writtenAs  = journal.Kind{Name: "letter.written", Home: zone.Everywhere, Reach: zone.Everywhere}
	letterKind = []journal.Kind{
		journal.Declare[written](writtenAs),
		journal.Declare[inHouse](journal.Kind{Name: "letter.noted", Home: zone.Of(zone.Office), Reach: zone.Of(zone.Office)}),
	}
)

type place struct {
	*Exchange
	t *testing.T
	// stuck lets the projection fail on a label, as a defect would.
	stuck *string
	// clock is nanoseconds ahead of the machine's; from 1e18 on, which no test goes
	// ahead, the time itself, which then stands still.
	clock *atomic.Int64
}

func aPlace(t *testing.T, ring *keys.Ring, s *store.Store, kinds ...journal.Kind) place {
	t.Helper()
	registry, err := journal.NewRegistry(append(slices.Clone(Kinds), kinds...)...)
	if err != nil {
		t.Fatal(err)
	}
	blobs, err := blob.OpenFolder(blob.OS{}, filepath.Join(t.TempDir(), "blobs"), ring)
	if err != nil {
		t.Fatal(err)
	}
	stuck, clock := "", new(atomic.Int64)
	j, err := journal.Open(t.Context(), journal.Options{
		Store: s, Zone: ring.Zone(), Registry: registry, Sealer: ring, Clock: func() time.Time {
			if n := clock.Load(); n >= 1e18 {
				return time.Unix(0, n)
			}
			return time.Now().Add(time.Duration(clock.Load()))
		}, Chance: rand.Reader,
		Durable: func() error { return blobs.Sync(context.Background()) },
		Projections: append(slices.Clone(Projections), journal.Projection{Name: "stuck", Version: 1, Apply: func(_ context.Context, _ store.Tx, e journal.Event) error {
			if w, ok := e.Body.(written); ok && stuck != "" && w.Label == stuck {
				return errors.New("a defect in a projection")
			}
			return nil
		}}),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.Close)
	x, err := New(t.Context(), Options{Journal: j, Keys: ring, Blobs: blobs, Disk: blob.OS{}, Dir: filepath.Join(t.TempDir(), "exchange")})
	if err != nil {
		t.Fatal(err)
	}
	return place{x, t, &stuck, clock}
}

func sqlite(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "n.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func (p place) write(label, text, file string) journal.Answer {
	p.t.Helper()
	w := written{Label: label, Text: journal.Of(text), Print: journal.Of("CANARY-PRINT")}
	if file != "" {
		ref, err := p.blobs.Put(p.t.Context(), strings.NewReader(file), blob.Limit)
		if err != nil {
			p.t.Fatal(err)
		}
		w.File = journal.Of(ref)
	}
	ans, err := journal.Do(p.t.Context(), p.journal, letters, journal.Order{Subject: p.journal.NewID()}, write{w})
	if err != nil {
		p.t.Fatal(err)
	}
	return ans
}

// heard lists what a place knows, as label:text, "-" where it is withheld.
func (p place) heard() []string {
	p.t.Helper()
	var out []string
	err := p.journal.Each(p.t.Context(), 0, func(e journal.Event) error {
		if w, ok := e.Body.(written); ok {
			out = append(out, w.Label+":"+w.Text.Or("-"))
			if print, held := w.Print.Value(); held && e.Origin != p.Zone() {
				return fmt.Errorf("%q came from the %s zone", print, e.Origin)
			}
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}

func (p place) hasFile(content string) bool {
	p.t.Helper()
	has, err := p.blobs.Has(p.t.Context(), blob.DigestOf([]byte(content)))
	if err != nil {
		p.t.Fatal(err)
	}
	return has
}

func (p place) export(to place) []Sent {
	p.t.Helper()
	made, err := p.Export(p.t.Context(), to.Zone())
	if err != nil {
		p.t.Fatal(err)
	}
	return made
}

func (p place) hand(to place, dest *carrier.Directory) {
	p.t.Helper()
	if _, err := p.Hand(p.t.Context(), to.Zone(), dest); err != nil {
		p.t.Fatal(err)
	}
}

func (p place) take(from place, src *carrier.Directory) []Outcome {
	p.t.Helper()
	out, err := p.Import(p.t.Context(), from.Zone(), src)
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}

func fates(out []Outcome) string {
	var s []string
	for _, o := range out {
		s = append(s, fmt.Sprintf("%d %s", o.Sequence, o.Fate))
	}
	return strings.Join(s, ", ")
}

func aFolder(t *testing.T) *carrier.Directory {
	t.Helper()
	d, err := carrier.Make(blob.OS{}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (p place) soundChain() {
	p.t.Helper()
	flaws, err := p.journal.Verify(p.t.Context())
	if err != nil || len(flaws) > 0 {
		p.t.Errorf("%s: %v %v", p.Zone(), flaws, err)
	}
	said, err := p.VerifyReceipts(p.t.Context())
	if err != nil || len(said) > 0 {
		p.t.Errorf("%s: %v %v", p.Zone(), said, err)
	}
}

func twoPlaces(t *testing.T) (internet, office place) {
	t.Helper()
	a, b := twoZones(t)
	return aPlace(t, a, sqlite(t), letterKind...), aPlace(t, b, sqlite(t), letterKind...)
}

func threePlaces(t *testing.T, open func() *store.Store) (internet, office, passport place) {
	t.Helper()
	a, b := twoZones(t)
	c := seededRing(t, zone.Passport, 3)
	paired(t, b, c)
	return aPlace(t, a, open(), letterKind...), aPlace(t, b, open(), letterKind...), aPlace(t, c, open(), letterKind...)
}

func TestFerryBringsEverythingEverywhereItMayGo(t *testing.T) {
	eachStore(t, func(t *testing.T, openStore func() *store.Store) {
		internet, office, passport := threePlaces(t, openStore)
		ferry := NewFerry(slog.New(slog.NewTextHandler(t.Output(), nil)), internet.Exchange, office.Exchange, passport.Exchange)
		ctx, stop := context.WithCancel(t.Context())
		var work sync.WaitGroup
		work.Go(func() { ferry.Run(ctx) })
		defer work.Wait()
		defer stop()

		internet.write("i1", "hello", "a file from the internet")
		passport.write("p1", "made", "a file from the passport zone")
		office.write("o1", "noted", strings.Repeat("a large file ", 50_000))
		settled(t, ferry)
		internet.write("i2", "again", "")
		settled(t, ferry)

		// What reaches the office is relayed; text and files stay where they may be.
		for _, c := range []struct {
			at   place
			want []string
		}{
			{internet, []string{"i1:hello", "i2:again", "o1:noted", "p1:made"}},
			{office, []string{"i1:hello", "i2:again", "o1:noted", "p1:made"}},
			{passport, []string{"i1:-", "i2:-", "o1:-", "p1:made"}},
		} {
			got := c.at.heard()
			slices.Sort(got)
			if !reflect.DeepEqual(got, c.want) {
				t.Errorf("the %s zone heard %v", c.at.Zone(), got)
			}
			c.at.soundChain()
		}
		if !office.hasFile("a file from the internet") || !internet.hasFile(strings.Repeat("a large file ", 50_000)) {
			t.Error("files didn't travel with the events that name them")
		}
		if passport.hasFile("a file from the internet") || passport.hasFile(strings.Repeat("a large file ", 50_000)) {
			t.Error("a file came where its name isn't known")
		}
		for _, p := range []place{internet, office, passport} {
			s, err := p.Status(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range s.Outgoing {
				if o.Unreceipted != 0 || o.Sent == 0 || o.Sent > 20 {
					t.Errorf("%s: %+v", p.Zone(), o)
				}
			}
			for _, i := range s.Incoming {
				if i.AsOf.IsZero() || i.Quarantined > 0 || len(i.Missing) > 0 || !i.Paired {
					t.Errorf("%s: %+v", p.Zone(), i)
				}
			}
			if s.HasGap() {
				t.Errorf("%s sees a gap", p.Zone())
			}
		}
	})
}

// eachStore gives a database of its own to each zone.
func eachStore(t *testing.T, f func(t *testing.T, open func() *store.Store)) {
	t.Run("sqlite", func(t *testing.T) { f(t, func() *store.Store { return sqlite(t) }) })
	t.Run("postgres", func(t *testing.T) {
		f(t, func() *store.Store {
			s, err := store.Open(t.Context(), store.Options{URL: storetest.Postgres(t)})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
			return s
		})
	})
}

func settled(t *testing.T, f *Ferry) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		ok, err := f.Settled(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the zones don't come to rest")
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func TestBundlesMayRepeatAndComeInAnyOrder(t *testing.T) {
	internet, office := twoPlaces(t)
	way := aFolder(t)
	for i := range 4 {
		internet.write(fmt.Sprint("l", i), "x", "")
		internet.export(office)
	}
	internet.hand(office, way)
	files, err := way.List()
	if err != nil {
		t.Fatal(err)
	}
	some := aFolder(t)
	for _, name := range files {
		if n, _, _ := ParseName(name); n.Sequence != 2 {
			if err := copyFile(way, some, name); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := fates(office.take(internet, some)); got != "1 applied, 3 waiting, 4 waiting" {
		t.Errorf("with the second missing: %s", got)
	}
	inbox, err := office.Inbox(internet.Zone())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if n, _, _ := ParseName(name); n.Sequence > 2 {
			if err := copyFile(way, inbox, name); err != nil {
				t.Fatal(err)
			}
		}
	}
	s, err := office.Status(t.Context())
	if err != nil || !s.HasGap() || fmt.Sprint(s.Incoming[0].Missing, s.Incoming[0].Waiting) != "[2] [3 4]" {
		t.Errorf("%+v, %v", s.Incoming[0], err)
	}
	for range 2 {
		office.take(internet, way)
	}
	if got := fates(office.take(internet, way)); got != "1 known, 2 known, 3 known, 4 known" {
		t.Errorf("brought again: %s", got)
	}
	if got := office.heard(); fmt.Sprint(got) != "[l0:x l1:x l2:x l3:x]" {
		t.Errorf("heard %v", got)
	}
}

// A carrier that is an enemy: it drops, repeats, holds back, alters and cuts.
// The sender hands everything without a receipt over again, and in the end the
// zones know the same.
func TestHostileCarrierOnlyDelays(t *testing.T) {
	for seed := range uint64(3) {
		internet, office := twoPlaces(t)
		chance := mrand.New(mrand.NewPCG(seed, 7))
		want := []string{}
		inbox, back := aFolder(t), aFolder(t)
		enemy := func(from place, to place, dest *carrier.Directory) {
			clean := aFolder(t)
			from.hand(to, clean)
			names, err := clean.List()
			if err != nil {
				t.Fatal(err)
			}
			chance.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
			for _, name := range names {
				r, err := clean.Take(name)
				if err != nil {
					t.Fatal(err)
				}
				content, err := io.ReadAll(r)
				if err != nil {
					t.Fatal(err)
				}
				switch chance.IntN(6) {
				case 0:
					continue
				case 1:
					content[chance.IntN(len(content))] ^= 1 << chance.IntN(8)
				case 2:
					content = content[:chance.IntN(len(content))]
				}
				if err := dest.Send(name, content); err != nil {
					t.Fatal(err)
				}
			}
		}
		cross := func() {
			internet.export(office)
			enemy(internet, office, inbox)
			if err := office.Clear(inbox, office.take(internet, inbox)); err != nil {
				t.Fatal(err)
			}
			office.export(internet)
			enemy(office, internet, back)
			if err := internet.Clear(back, internet.take(office, back)); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 12 {
			label := fmt.Sprint("l", i)
			internet.write(label, "x", "file of "+label)
			want = append(want, label+":x")
			cross()
		}
		for round := 0; len(office.heard()) < len(want); round++ {
			if round > 200 {
				t.Fatalf("seed %d: after 200 more crossings only %v", seed, office.heard())
			}
			cross()
		}
		if got := office.heard(); !reflect.DeepEqual(got, want) {
			t.Errorf("seed %d: heard %v", seed, got)
		}
		for i := range 12 {
			if !office.hasFile(fmt.Sprint("file of l", i)) {
				t.Errorf("seed %d: file %d is missing", seed, i)
			}
		}
		office.soundChain()
		internet.soundChain()
	}
}

func TestBundleIsAppliedWholeOrNotAtAll(t *testing.T) {
	internet, office := twoPlaces(t)
	way := aFolder(t)
	for _, label := range []string{"one", "two", "three"} {
		internet.write(label, "x", "")
	}
	internet.export(office)
	internet.hand(office, way)
	*office.stuck = "two"
	if _, err := office.Import(t.Context(), internet.Zone(), way); err == nil {
		t.Fatal("a projection failed and nobody was told")
	}
	if got := office.heard(); len(got) > 0 {
		t.Errorf("half a bundle was kept: %v", got)
	}
	*office.stuck = ""
	if got := fates(office.take(internet, way)); got != "1 applied" {
		t.Errorf("tried again: %s", got)
	}
	if got := office.heard(); fmt.Sprint(got) != "[one:x two:x three:x]" {
		t.Errorf("heard %v", got)
	}
	office.soundChain()
}

func TestRecordThatMayNotBeHereIsSetAsideAlone(t *testing.T) {
	_, b := twoZones(t)
	c := seededRing(t, zone.Passport, 3)
	paired(t, b, c)
	// A passport zone whose reach was loosened: it says what must stay there.
	lax := journal.Declare[writtenLax](writtenAs)
	passport := aPlace(t, c, sqlite(t), lax)
	office := aPlace(t, b, sqlite(t), letterKind...)
	for _, e := range []any{
		writtenLax{Label: "fine", Text: journal.Of("x")},
		writtenLax{Label: "leak", Print: journal.Of("CANARY-FINGER")},
		writtenLax{Label: "fine too", Text: journal.Of("y")},
	} {
		if _, err := journal.Do(t.Context(), passport.journal, letters, journal.Order{Subject: passport.journal.NewID()}, write{e}); err != nil {
			t.Fatal(err)
		}
	}
	way := aFolder(t)
	passport.export(office)
	passport.hand(office, way)
	out := office.take(passport, way)
	if len(out) != 1 || out[0].Fate != Applied || out[0].Quarantined != 1 {
		t.Fatalf("%+v", out)
	}
	if got := office.heard(); fmt.Sprint(got) != "[fine:x fine too:y]" {
		t.Errorf("heard %v", got)
	}
	aside, err := office.Quarantine(t.Context(), zone.Passport)
	if err != nil || len(aside) != 1 || !strings.Contains(aside[0].Reason, "may not be held") || aside[0].Kind != lax.Name {
		t.Errorf("%+v, %v", aside, err)
	}
	var record []byte
	if err := office.journal.Store.QueryRow(t.Context(), `SELECT record FROM exchange_quarantine`).Scan(&record); err != nil || bytes.Contains(record, []byte("CANARY")) {
		t.Errorf("what may not be here lies here in plain text (%v)", err)
	}
	throwAway := journal.Order{Subject: aside[0].Key()}
	if err := office.Ask(office.as("ann"), throwAway, Discard, "it may not be here"); err != nil {
		t.Fatal(err)
	}
	throwAway.Seen = journal.At(1)
	if became, err := office.Agree(office.as("bob"), throwAway); err != nil || became != Discarded {
		t.Fatal(became, err)
	}
	if left, err := office.Quarantine(t.Context(), zone.Passport); err != nil || len(left) != 0 {
		t.Errorf("discarded, and still here: %+v, %v", left, err)
	}
}

func TestNoZoneSpeaksForAnother(t *testing.T) {
	internet, office := twoPlaces(t)
	// The office's own event, packed by the internet zone as if it relayed it.
	office.write("o", "x", "")
	events, err := office.journal.Events(t.Context(), 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	record, _, err := office.journal.Registry().EncodeFor(events[0], zone.Passport)
	if err != nil {
		t.Fatal(err)
	}
	receipt := func(r Receipt) []byte {
		text, err := r.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	in := built(t, between(Header{Stream: Stream{zone.Internet, zone.Office}, Epoch: 1, Sequence: 1, First: 1, Last: 1, AsOf: noon}, internet.ring, office.ring), []Record{
		{EventRecord, bytes.Replace(record, []byte(`"origin":"office"`), []byte(`"origin":"passport"`), 1)},
		{ReceiptRecord, receipt(Receipt{Stream: Stream{zone.Office, zone.Passport}, Epoch: 1, Sequence: 1, At: noon})},
		{ReceiptRecord, receipt(Receipt{Stream: Stream{zone.Office, zone.Internet}, Epoch: 1, Sequence: 99, At: noon})},
		{ReceiptRecord, []byte(`{"stream":{"from":"office","to":"internet"}, "epoch":1}`)},
		{RecordType('Z'), []byte(`{}`)},
		{EventRecord, []byte(`not JSON`)},
	})
	way := aFolder(t)
	if err := way.Send("internet-office.1.000000001.bundle", sealed(t, in, internet.ring, office.ring)); err != nil {
		t.Fatal(err)
	}
	out := office.take(internet, way)
	if len(out) != 1 || out[0].Fate != Applied || out[0].Quarantined != 6 {
		t.Errorf("%+v", out)
	}
	aside, err := office.Quarantine(t.Context(), zone.Internet)
	if err != nil || len(aside) != 6 || !strings.Contains(aside[5].Reason, "may not speak for") || !strings.Contains(aside[4].Reason, "came from") || !strings.Contains(aside[3].Reason, "never sent") {
		t.Errorf("%+v, %v", aside, err)
	}
	var kinds []string
	for _, q := range aside {
		kinds = append(kinds, q.Kind)
	}
	if got := strings.Join(kinds, " "); got != "unknown unknown receipt receipt receipt "+events[0].Kind {
		t.Errorf("set aside: %s", got)
	}
}

func TestRewrittenHistoryIsFoundByTheReceipt(t *testing.T) {
	internet, office := twoPlaces(t)
	way, back := aFolder(t), aFolder(t)
	internet.write("l", "x", "")
	internet.export(office)
	internet.hand(office, way)
	office.take(internet, way)
	office.export(internet)
	office.hand(internet, back)

	err := internet.journal.Store.Write(t.Context(), func(tx store.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE journal_event SET chain = $1 WHERE position = 1`, make([]byte, 32))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	out := internet.take(office, back)
	if len(out) != 1 || out[0].Quarantined != 1 {
		t.Errorf("%+v", out)
	}
	if flaws, err := internet.VerifyReceipts(t.Context()); err != nil || len(flaws) != 1 {
		t.Errorf("%v, %v", flaws, err)
	}
}

func TestBundleWaitsForItsFiles(t *testing.T) {
	internet, office := twoPlaces(t)
	whole, part := aFolder(t), aFolder(t)
	internet.write("l", "x", "the file")
	internet.export(office)
	internet.hand(office, whole)
	names, err := whole.List()
	if err != nil {
		t.Fatal(err)
	}
	var partName string
	for _, name := range names {
		if strings.HasSuffix(name, partEnding) {
			partName = name
		} else if err := copyFile(whole, part, name); err != nil {
			t.Fatal(err)
		}
	}
	out := office.take(internet, part)
	if len(out) != 1 || out[0].Fate != Waiting || !strings.Contains(out[0].Detail, "file") {
		t.Errorf("without the file: %+v", out)
	}
	r, err := whole.Take(partName)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range [][]byte{content[:len(content)-3], append(bytes.Clone(content), 1), bytes.Replace(content, content[len(content)-5:], []byte("12345"), 1)} {
		if err := part.Send(partName, bad); err != nil {
			t.Fatal(err)
		}
		if out := office.take(internet, part); len(out) != 1 || out[0].Reason != Altered || office.hasFile("the file") {
			t.Errorf("with an altered file: %+v", out)
		}
	}
	if err := part.Send(partName, content); err != nil {
		t.Fatal(err)
	}
	if got := fates(office.take(internet, part)); got != "1 applied" || !office.hasFile("the file") {
		t.Errorf("with the file: %s", got)
	}
}

func TestLostFilesAreMadeAgainWithTheSameBytesInside(t *testing.T) {
	internet, office := twoPlaces(t)
	var made []Sent
	for i := range 3 {
		internet.write(fmt.Sprint("l", i), "x", fmt.Sprint("file ", i))
		made = append(made, internet.export(office)...)
	}
	out, err := internet.Outbox(zone.Office)
	if err != nil {
		t.Fatal(err)
	}
	names, err := out.List()
	if err != nil || len(names) != 9 {
		t.Fatalf("%v, %v", names, err)
	}
	for i, name := range names {
		if i != 4 {
			if err := out.Remove(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	way := aFolder(t)
	internet.hand(office, way)
	if got := fates(office.take(internet, way)); got != "1 applied, 2 applied, 3 applied" {
		t.Errorf("%s", got)
	}
	for _, s := range made {
		r, err := way.Take(s.Name.Bundle())
		if err != nil {
			t.Fatal(err)
		}
		if b, err := Open(r, office.ring, DefaultLimits); err != nil || b.Digest != s.Digest {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
	// Once the receipt is there, nothing of them stays.
	back := aFolder(t)
	office.export(internet)
	office.hand(internet, back)
	internet.take(office, back)
	internet.export(office)
	if names, err := out.List(); err != nil || len(names) > 0 {
		t.Errorf("left in the outbox: %v, %v", names, err)
	}
}

func TestNewEpochTellsEverythingAgainAndHarmsNothing(t *testing.T) {
	internet, office := twoPlaces(t)
	way := aFolder(t)
	internet.write("one", "x", "")
	internet.export(office)
	internet.hand(office, way)
	office.take(internet, way)
	epoch, err := internet.Reopen(t.Context(), zone.Office)
	if err != nil || epoch < 2 {
		t.Fatal(epoch, err)
	}
	internet.write("two", "x", "")
	made := internet.export(office)
	if len(made) != 1 || made[0].Name.Epoch != epoch || made[0].Name.Sequence != 1 || made[0].First != 1 || made[0].Events != 2 {
		t.Fatalf("%+v", made)
	}
	internet.hand(office, way)
	if got := fates(office.take(internet, way)); got != "1 known, 1 applied" {
		t.Errorf("%s", got)
	}
	if got := office.heard(); fmt.Sprint(got) != "[one:x two:x]" {
		t.Errorf("heard %v", got)
	}
}

// A zone may be restored from one backup twice: the number of its first new
// life must not come again, or the other side takes the second for repeated.
func TestNoEpochIsGivenTwiceThoughItsFirstWasForgotten(t *testing.T) {
	at := time.Date(2026, 11, 28, 11, 30, 5, 123_000_000, time.UTC)
	first, again := nextEpoch(1, at), nextEpoch(1, at.Add(time.Millisecond))
	if first != 261128113005123 || again <= first {
		t.Errorf("%d, then %d", first, again)
	}
	if behind := nextEpoch(again, at.AddDate(-3, 0, 0)); behind != again+1 {
		t.Errorf("with a clock that goes wrong: %d after %d", behind, again)
	}
}

func TestLongJournalIsCutIntoSmallBundles(t *testing.T) {
	internet, office := twoPlaces(t)
	internet.cut = cut{records: 10, bytes: 1 << 20, files: 100}
	for i := range 35 {
		internet.write(fmt.Sprint("l", i), "x", "")
	}
	for i := range 3 {
		internet.write(fmt.Sprint("f", i), "x", fmt.Sprint(i, strings.Repeat("b", 150)))
	}
	way := aFolder(t)
	if made := internet.export(office); len(made) != 6 {
		t.Errorf("%d bundles", len(made))
	}
	if made := internet.export(office); len(made) != 0 {
		t.Errorf("nothing new, and %d bundles", len(made))
	}
	internet.hand(office, way)
	office.take(internet, way)
	if got := office.heard(); len(got) != 38 {
		t.Errorf("heard %d", len(got))
	}
}

func TestReceiptsEndTheConversation(t *testing.T) {
	internet, office := twoPlaces(t)
	way, back := aFolder(t), aFolder(t)
	internet.write("l", "x", "")
	head, _ := internet.journal.Head()
	how := func() Way {
		t.Helper()
		w, err := internet.WayOf(t.Context(), zone.Office, "letter.written", head)
		if err != nil || !w.Goes {
			t.Fatalf("%+v, %v", w, err)
		}
		return w
	}
	if w := how(); !w.Arrived.IsZero() {
		t.Errorf("what wasn't sent has arrived: %+v", w)
	}
	for range 5 {
		internet.export(office)
		internet.hand(office, way)
		office.take(internet, way)
		office.export(internet)
		office.hand(internet, back)
		internet.take(office, back)
		if s, err := internet.Status(t.Context()); err != nil || s.Outgoing[0].Unreceipted != 0 || s.Outgoing[0].AppliedAt.IsZero() {
			t.Errorf("heard: %+v, %v", s.Outgoing, err)
		}
		if w := how(); w.Arrived.IsZero() {
			t.Error("what was receipted hasn't arrived")
		}
	}
	if w, err := internet.WayOf(t.Context(), zone.Passport, "letter.noted", head); err != nil || w.Goes {
		t.Errorf("%+v, %v", w, err)
	}
	for _, p := range []place{internet, office} {
		s, err := p.Status(t.Context())
		if err != nil || s.Outgoing[0].Sent != 1 {
			t.Errorf("%s sent %d bundles, %v", p.Zone(), s.Outgoing[0].Sent, err)
		}
	}
	// The next letter also acknowledges the receipt, so that none stay open.
	internet.write("m", "x", "")
	for range 2 {
		internet.export(office)
		internet.hand(office, way)
		office.take(internet, way)
		office.export(internet)
		office.hand(internet, back)
		internet.take(office, back)
	}
	open, err := office.pending(t.Context(), zone.Internet)
	if err != nil || len(open) > 1 {
		t.Errorf("%d bundles without a receipt, %v", len(open), err)
	}
}

// What can't be taken in must not keep this zone from telling.
func TestAnInboxThatCannotBeReadSilencesNobody(t *testing.T) {
	internet, _ := twoPlaces(t)
	internet.write("l", "x", "")
	in := filepath.Join(internet.dir, "in")
	if err := errors.Join(os.MkdirAll(in, 0o700), os.WriteFile(filepath.Join(in, "office"), nil, 0o600)); err != nil { // a file where the folder should be
		t.Fatal(err)
	}
	err := internet.round(t.Context(), slog.New(slog.NewTextHandler(t.Output(), nil)), zone.Office)
	if err == nil {
		t.Error("nobody hears of the inbox")
	}
	out, err := internet.Outbox(zone.Office)
	if err != nil {
		t.Fatal(err)
	}
	if names, err := out.List(); err != nil || len(names) == 0 {
		t.Errorf("nothing was told: %v, %v", names, err)
	}
}

func TestWatchedFoldersExchangeByThemselves(t *testing.T) {
	internet, office := twoPlaces(t)
	ctx, stop := context.WithCancel(t.Context())
	var work sync.WaitGroup
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	for _, p := range []place{internet, office} {
		work.Go(func() { p.Watch(ctx, log, 5*time.Millisecond) })
	}
	defer work.Wait()
	defer stop()
	internet.write("l", "x", "the file")
	// A courier who knows nothing moves files from outbox to inbox.
	for deadline := time.Now().Add(20 * time.Second); ; {
		for _, way := range [][2]place{{internet, office}, {office, internet}} {
			out, err := way[0].Outbox(way[1].Zone())
			if err != nil {
				t.Fatal(err)
			}
			in, err := way[1].Inbox(way[0].Zone())
			if err != nil {
				t.Fatal(err)
			}
			names, err := out.List()
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range names {
				// It may be gone by now, because its receipt has come.
				if err := copyFile(out, in, name); err != nil && !errors.Is(err, fs.ErrNotExist) {
					t.Fatal(err)
				}
			}
		}
		s, err := internet.Status(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if s.Outgoing[0].Applied == 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%+v", s)
		}
	}
	if got := office.heard(); fmt.Sprint(got) != "[l:x]" || !office.hasFile("the file") {
		t.Errorf("heard %v", got)
	}
}

// What waits in an inbox is told of in the order of its numbers, however many digits
// an epoch has, and whatever somebody has called a file.
func TestGapsAreToldInTheOrderOfNumbersNotOfNames(t *testing.T) {
	s := Stream{zone.Internet, zone.Office}
	files := []string{Name{s, 1261124040000123, 4}.Bundle(), Name{s, 2, 1}.Bundle(), Name{s, 261124040000123, 7}.Bundle()}
	waiting, missing := gaps(files, s, Cursor{Epoch: 261124040000123, Sequence: 5})
	if fmt.Sprint(waiting, missing) != "[7 4] [6 1 2 3]" {
		t.Errorf("waiting %v, missing %v", waiting, missing)
	}
}
