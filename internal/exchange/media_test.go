package exchange

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"yitang/internal/exchange/carrier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// disced writes a disc with what is new for a zone, on record by somebody.
func (p place) disced(by string, to place) (DiscRow, *carrier.Directory) {
	p.t.Helper()
	disc := aFolder(p.t)
	p.export(to)
	handed, err := p.Hand(p.t.Context(), to.Zone(), disc)
	if err != nil {
		p.t.Fatal(err)
	}
	row, err := p.NoteWritten(p.as(by), disc, handed)
	if err != nil {
		p.t.Fatal(err)
	}
	return row, disc
}

// readIn imports a disc and puts that on record.
func (p place) readIn(by string, disc *carrier.Directory) []DiscRow {
	p.t.Helper()
	rows, err := p.NoteRead(p.as(by), disc, p.disc(disc))
	if err != nil {
		p.t.Fatal(err)
	}
	return rows
}

func (p place) discs(q DiscQuery) []string {
	p.t.Helper()
	if q.Most == 0 {
		q.Most = 100
	}
	all, err := p.MediaLog(p.t.Context(), q)
	if err != nil {
		p.t.Fatal(err)
	}
	out := []string{}
	for _, d := range all {
		out = append(out, d.ID)
	}
	return out
}

func (p place) onDisc(by, id string, cmd journal.Command[Disc]) error {
	_, err := journal.Do(p.as(by), p.journal, Discs, journal.Order{Subject: id}, cmd)
	return err
}

func (p place) later(d time.Duration) { p.clock.Add(int64(d)) }

func the[T any](t *testing.T, all []T) T {
	t.Helper()
	if len(all) != 1 {
		t.Fatalf("%d instead of one: %v", len(all), all)
	}
	return all[0]
}

func TestADiscIsOnRecordFromHandToHandAndEachEndTakesTwo(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *store.Store) {
		internet, office, _ := threePlaces(t, open)
		internet.write("a", "one", "a file")
		d, disc := internet.disced("ann", office)
		if !strings.HasPrefix(d.Number, "IO-") || !strings.HasSuffix(d.Number, "-0001") || d.First != 1 || d.Last != 1 || d.Bundles != 1 || d.Files != 3 || d.Bytes == 0 || d.By != "ann" {
			t.Fatalf("%+v", d)
		}
		if again, _ := internet.disced("ann", office); !strings.HasSuffix(again.Number, "-0002") || again.Digest != d.Digest {
			t.Errorf("a second disc with the same on it is %+v", again)
		}
		if err := internet.HandOver(internet.as("ann"), []string{d.ID}, "老周", ""); !fault.IsNotNow(err) {
			t.Errorf("who wrote it handed it over too: %v", err)
		}
		if err := internet.HandOver(internet.as("bob"), []string{d.ID}, " ", ""); len(fault.Findings(err)) != 1 {
			t.Errorf("handed over to nobody: %v", err)
		}
		if err := internet.HandOver(internet.as("bob"), []string{d.ID}, "老周", "k"); err != nil {
			t.Fatal(err)
		}
		if err := internet.HandOver(internet.as("bob"), []string{d.ID}, "老周", "k"); err != nil {
			t.Errorf("a double click: %v", err)
		}
		if err := internet.HandOver(internet.as("bob"), []string{d.ID}, "小李", ""); !fault.IsNotNow(err) {
			t.Errorf("handed over twice: %v", err)
		}
		if c, err := internet.countDiscs(t.Context(), zone.Office); err != nil || c.Ready != 1 || c.OnWay != 1 || c.Late != 0 || c.Since.IsZero() {
			t.Errorf("%+v %v", c, err)
		}
		if got := internet.discs(DiscQuery{Show: DiscsOnWay}); !slices.Equal(got, []string{d.ID}) {
			t.Errorf("on the way %v", got)
		}

		came := the(t, office.readIn("cyn", disc))
		if came.Stage != DiscCame || came.Number != d.Number || came.Answer != DiscTaken || came.Differs || came.Digest != d.Digest || came.Times != 1 {
			t.Errorf("%+v", came)
		}
		again := the(t, office.readIn("dan", disc))
		if again.ID != came.ID || again.Times != 2 || again.Answer != DiscAgain || again.By != "cyn" {
			t.Errorf("the same disc once more is %+v", again)
		}
		if got := office.discs(DiscQuery{Show: DiscsIn}); len(got) != 1 {
			t.Errorf("two lines for one disc: %v", got)
		}
		if err := office.Witness(office.as("cyn"), journal.Order{Subject: came.ID}, "老周"); !fault.IsNotNow(err) {
			t.Errorf("one person was two: %v", err)
		}
		if err := office.Witness(office.as("dan"), journal.Order{Subject: came.ID}, "老周"); err != nil {
			t.Fatal(err)
		}
		if got := office.discs(DiscQuery{Show: DiscsHalf}); len(got) != 0 {
			t.Errorf("still half: %v", got)
		}

		// Nothing of it is known where it was written until the receipt is back.
		internet.later(8 * 24 * time.Hour)
		if got := internet.discs(DiscQuery{Show: DiscsLate}); !slices.Equal(got, []string{d.ID}) {
			t.Errorf("late %v", got)
		}
		if row, err := internet.OneDisc(t.Context(), d.ID); err != nil || !row.Late || row.DaysOpen(internet.journal.Now()) != 8 {
			t.Errorf("%+v %v", row, err)
		}
		if s, err := internet.Status(t.Context()); err != nil || s.Outgoing[0].Discs.Late != 1 {
			t.Errorf("the status doesn't tell: %+v %v", s, err)
		}
		office.carry(internet, aFolder(t))
		row, err := internet.OneDisc(t.Context(), d.ID)
		if err != nil || row.Receipt.IsZero() || row.Late {
			t.Errorf("%+v %v", row, err)
		}
		if got := internet.discs(DiscQuery{Show: DiscsLate}); len(got) != 0 {
			t.Errorf("arrived, and late %v", got)
		}
	})
}

// A new epoch takes over what the old one owed; that is no receipt of a disc.
func TestADiscOfBeforeANewEpochIsntSaidToHaveArrived(t *testing.T) {
	internet, office := twoPlaces(t)
	internet.write("a", "one", "")
	d, _ := internet.disced("ann", office)
	if err := internet.HandOver(internet.as("bob"), []string{d.ID}, "老周", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := internet.Reopen(t.Context(), zone.Office); err != nil {
		t.Fatal(err)
	}
	internet.carry(office, aFolder(t))
	office.carry(internet, aFolder(t))
	if row, err := internet.OneDisc(t.Context(), d.ID); err != nil || !row.Receipt.IsZero() {
		t.Errorf("%+v %v", row, err)
	}
}

// Whatever is put in has one line that says what it was: in the wrong order, changed
// on the way, for somebody else, written without the log, or nothing at all.
func TestWhateverDiscIsReadInHasOneLineThatSaysWhatItWas(t *testing.T) {
	internet, office := twoPlaces(t)
	internet.write("a", "one", "")
	_, first := internet.disced("ann", office)
	internet.write("b", "two", "a file")
	internet.export(office)
	second := aFolder(t)
	handed, err := internet.handAfter(t.Context(), zone.Office, Name{Stream: Stream{zone.Internet, zone.Office}, Epoch: 1, Sequence: 1}, second)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := internet.NoteWritten(internet.as("ann"), second, handed); err != nil {
		t.Fatal(err)
	}

	early := the(t, office.readIn("cyn", second))
	if early.Answer != DiscEarly || early.Differs {
		t.Errorf("%+v", early)
	}
	bundle := filepath.Join(second.Path(), Name{Stream{zone.Internet, zone.Office}, 1, 2}.Bundle())
	good, err := os.ReadFile(bundle)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(bundle, good[:len(good)-3], 0o600); err != nil {
		t.Fatal(err)
	}
	office.readIn("cyn", first)
	if bad := the(t, office.readIn("cyn", second)); bad.ID != early.ID || bad.Answer != DiscDamaged || !bad.Differs || bad.Times != 2 {
		t.Errorf("%+v", bad)
	}
	if err := os.WriteFile(bundle, good, 0o600); err != nil {
		t.Fatal(err)
	}
	if whole := the(t, office.readIn("cyn", second)); whole.ID != early.ID || whole.Answer != DiscTaken || whole.Differs || whole.Times != 3 {
		t.Errorf("%+v", whole)
	}
	if own := the(t, internet.readIn("ann", first)); own.Answer != DiscOwn || !own.CameIn() {
		t.Errorf("%+v", own)
	}
	if rows := office.readIn("cyn", aFolder(t)); len(rows) != 0 {
		t.Errorf("an empty folder is no disc: %+v", rows)
	}
	note := noteName(early.Load)
	if err := second.Remove(note); err != nil {
		t.Fatal(err)
	}
	plain := the(t, office.readIn("cyn", second))
	if plain.Number != "" || plain.First != 2 || plain.Last != 2 || plain.Answer != DiscAgain || plain.Files != 3 {
		t.Errorf("without its note %+v", plain)
	}
	for _, text := range []string{"{", `{"format":"yitang.disc/1","number":"<b>","stream":{"from":"internet","to":"office"},"epoch":1,"first":2,"last":2,"digest":"00"}`} {
		if err := os.WriteFile(filepath.Join(second.Path(), note), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if again := the(t, office.readIn("cyn", second)); again.ID != plain.ID {
			t.Errorf("a note that is none gave %+v", again)
		}
	}
}

func TestADiscIsLostOrDestroyedByTwoPeopleWithAReason(t *testing.T) {
	internet, office := twoPlaces(t)
	internet.write("a", "one", "")
	d, _ := internet.disced("ann", office)
	if err := internet.HandOver(internet.as("bob"), []string{d.ID}, "老周", ""); err != nil {
		t.Fatal(err)
	}
	internet.later(9 * 24 * time.Hour)
	lost := func(why string) EndDisc { return EndDisc{DiscEndAsked{End: DiscLost, Why: why}} }
	if err := internet.onDisc("ann", d.ID, lost(" ")); len(fault.Findings(err)) != 1 {
		t.Errorf("without a reason: %v", err)
	}
	if err := internet.onDisc("ann", d.ID, AgreeEnd{}); !fault.IsNotNow(err) {
		t.Errorf("agreed to what nobody said: %v", err)
	}
	if err := internet.onDisc("ann", d.ID, lost("掉在路上")); err != nil {
		t.Fatal(err)
	}
	if err := internet.onDisc("ann", d.ID, AgreeEnd{}); !fault.IsNotNow(err) {
		t.Errorf("one person was two: %v", err)
	}
	if err := internet.onDisc("bob", d.ID, RefuseEnd{"再找找"}); err != nil {
		t.Fatal(err)
	}
	if got := internet.discs(DiscQuery{Show: DiscsLate}); len(got) != 1 {
		t.Errorf("refused, and it isn't looked for any more: %v", got)
	}
	if err := internet.onDisc("ann", d.ID, lost("找了三天")); err != nil {
		t.Fatal(err)
	}
	if err := internet.onDisc("bob", d.ID, AgreeEnd{}); err != nil {
		t.Fatal(err)
	}
	row, err := internet.OneDisc(t.Context(), d.ID)
	if err != nil || row.Ends != Given || row.End != DiscLost || row.EndWhy != "找了三天" || row.EndBy != "ann" || row.AnsweredBy != "bob" || row.Late {
		t.Errorf("%+v %v", row, err)
	}
	if got := internet.discs(DiscQuery{Show: DiscsGone}); !slices.Equal(got, []string{d.ID}) {
		t.Errorf("gone %v", got)
	}
	if got := internet.discs(DiscQuery{Show: DiscsOnWay}); len(got) != 0 {
		t.Errorf("lost, and on its way %v", got)
	}
	if err := internet.onDisc("cyn", d.ID, lost("once more")); !fault.IsNotNow(err) {
		t.Errorf("lost twice: %v", err)
	}
}

func TestTheLogOfDiscsIsSearchedAndPaged(t *testing.T) {
	internet, office := twoPlaces(t)
	var ids []string
	for range 5 {
		internet.write("a", "more", "")
		d, _ := internet.disced("ann", office)
		ids = append(ids, d.ID)
		internet.later(time.Second)
	}
	if err := internet.HandOver(internet.as("bob"), ids[1:3], "周师傅", ""); err != nil {
		t.Fatal(err)
	}
	third, err := internet.OneDisc(t.Context(), ids[2])
	if err != nil {
		t.Fatal(err)
	}
	newest := slices.Clone(ids)
	slices.Reverse(newest)
	var paged []string
	q := DiscQuery{Most: 2}
	for {
		page, err := internet.MediaLog(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range page {
			paged = append(paged, d.ID)
			q.BeforeAt, q.BeforeID = d.At, d.ID
		}
		if len(page) < 2 {
			break
		}
	}
	if !slices.Equal(paged, newest) {
		t.Errorf("page by page %v, not %v", paged, newest)
	}
	for _, c := range []struct {
		q    DiscQuery
		want []string
	}{
		{DiscQuery{Find: "周师"}, []string{ids[2], ids[1]}},
		{DiscQuery{Find: strings.ToLower(third.Number)}, []string{ids[2]}},
		{DiscQuery{Find: third.Digest[:9]}, []string{ids[2]}},
		{DiscQuery{Find: "4"}, []string{ids[4], ids[3]}}, // on both is bundle 4
		{DiscQuery{Trip: third.Trip}, []string{ids[2], ids[1]}},
		{DiscQuery{Find: "nobody"}, []string{}},
	} {
		if got := internet.discs(c.q); !slices.Equal(got, c.want) {
			t.Errorf("%+v gives %v, not %v", c.q, got, c.want)
		}
	}
	if _, err := internet.MediaLog(t.Context(), DiscQuery{Show: "anything", Most: 1}); !fault.IsNotFound(err) {
		t.Errorf("a list that there isn't: %v", err)
	}
}

func (p place) test(by string) {
	p.t.Helper()
	if _, err := journal.Do(p.as(by), p.journal, Tests, journal.Order{Subject: p.journal.NewID()}, SendTest{}); err != nil {
		p.t.Fatal(err)
	}
}

// way is what became of the newest test in a stream.
func (p place) way(to zone.Zone) TestWay {
	p.t.Helper()
	all, err := p.SentTests(p.t.Context(), 5)
	if err != nil || len(all) == 0 {
		p.t.Fatalf("%v %v", all, err)
	}
	for _, w := range all[0].Ways {
		if w.To == to {
			return w
		}
	}
	p.t.Fatalf("no way to the %s zone in %+v", to, all[0])
	return TestWay{}
}

func TestATestGoesThereAndItsReceiptComesBack(t *testing.T) {
	eachStore(t, func(t *testing.T, open func() *store.Store) {
		internet, office, passport := threePlaces(t, open)
		office.test("ann")
		if w := office.way(zone.Internet); w.Hangs != HangUnpacked || w.Late {
			t.Errorf("before anything is packed %+v", w)
		}
		office.export(internet)
		office.export(passport)
		if w := office.way(zone.Internet); w.Hangs != HangOnWay || w.Bundle != 1 || w.Left.IsZero() {
			t.Errorf("packed %+v", w)
		}
		office.carry(internet, aFolder(t))
		heard, err := internet.HeardTests(t.Context(), 5)
		if h := the(t, heard); err != nil || h.From != zone.Office || h.Came.IsZero() || h.Sent.IsZero() {
			t.Errorf("%+v %v", h, err)
		}
		internet.carry(office, aFolder(t))
		if w := office.way(zone.Internet); w.Hangs != HangNowhere || w.There.IsZero() || w.Back.IsZero() || w.Late {
			t.Errorf("back %+v", w)
		}
		office.later(8 * 24 * time.Hour)
		if w := office.way(zone.Passport); w.Hangs != HangOnWay || !w.Late {
			t.Errorf("longer than anybody promises %+v", w)
		}
		if w := office.way(zone.Internet); w.Late {
			t.Errorf("back, and late: %+v", w)
		}
		if labels := internet.labels(); len(labels) != 0 {
			t.Errorf("the test left something: %v", labels)
		}

		// A new epoch gives other numbers, which aren't positions any more.
		if _, err := office.Reopen(t.Context(), zone.Internet); err != nil {
			t.Fatal(err)
		}
		internet.later(8 * 24 * time.Hour)
		office.test("ann")
		office.export(internet)
		office.carry(internet, aFolder(t))
		heard, err = internet.HeardTests(t.Context(), 5)
		if err != nil || len(heard) != 2 || !heard[0].Came.After(heard[1].Came) || heard[1].Came.IsZero() {
			t.Errorf("of two epochs %+v %v", heard, err)
		}
		internet.carry(office, aFolder(t))
		if w := office.way(zone.Internet); w.Hangs != HangNowhere || w.Back.IsZero() {
			t.Errorf("in a new epoch %+v", w)
		}
	})
}

func TestATestSaysWhereItHangs(t *testing.T) { eachStore(t, testsHang) }

func testsHang(t *testing.T, open func() *store.Store) {
	rule := Rule{May: []string{"letter.*"}, Promise: time.Hour}
	office, passport := twoUnder(t, open, &rule)
	office.test("ann")
	office.export(passport)
	if w := office.way(zone.Passport); w.Hangs != HangHeld {
		t.Errorf("the policy doesn't let it go: %+v", w)
	}
	rule.May = []string{"letter.*", "exchange.*"}
	rule.Limits = []Limit{{Per: time.Hour, Records: 1}}
	office.write("x", "fills the hour", "")
	office.export(passport)
	if w := office.way(zone.Passport); w.Hangs != HangOnWay {
		t.Errorf("let go %+v", w)
	}
	// What carried it is lost, and a new epoch tells it again.
	later, err := office.Reopen(t.Context(), zone.Passport)
	if err != nil {
		t.Fatal(err)
	}
	if w := office.way(zone.Passport); w.Hangs != HangOnWay {
		t.Errorf("not packed again %+v", w)
	}
	rule.Limits = nil
	office.export(passport)
	office.carry(passport, aFolder(t))
	passport.carry(office, aFolder(t))
	if w := office.way(zone.Passport); w.Hangs != HangNowhere || w.There.IsZero() || w.Back.IsZero() {
		t.Errorf("told again in epoch %d: %+v", later, w)
	}
	rule.Limits = []Limit{{Per: time.Hour, Records: 1}}
	office.write("y", "fills the hour", "")
	office.export(passport)
	office.test("ann")
	office.export(passport)
	if w := office.way(zone.Passport); w.Hangs != HangSlowed {
		t.Errorf("beyond the limit %+v", w)
	}
	if w := office.way(zone.Internet); w.Hangs != HangUnpaired {
		t.Errorf("nobody is paired: %+v", w)
	}
}

// Beside a node that runs people copy its outbox, and copy a disc into an inbox.
func TestADiscThatIsCopiedBesideARunningNodeIsOnRecordToo(t *testing.T) {
	internet, office := twoPlaces(t)
	if _, err := internet.WriteOutbox(internet.as("ann"), zone.Office, ""); !fault.IsNotNow(err) {
		t.Errorf("there is nothing to write: %v", err)
	}
	internet.write("a", "one", "a file")
	d, err := internet.WriteOutbox(internet.as("ann"), zone.Office, "k")
	if err != nil || d.Stage != DiscPrepared || d.Files != 3 {
		t.Fatalf("%+v %v", d, err)
	}
	if again, err := internet.WriteOutbox(internet.as("ann"), zone.Office, "k"); err != nil || again.ID != d.ID {
		t.Errorf("a double click wrote %+v %v", again, err)
	}
	the(t, internet.discs(DiscQuery{}))
	copied := func(hold string) {
		t.Helper()
		out, err := internet.Outbox(zone.Office)
		if err != nil {
			t.Fatal(err)
		}
		in, err := office.Inbox(zone.Internet)
		if err != nil {
			t.Fatal(err)
		}
		names, err := out.List()
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			if hold == "" || !strings.HasSuffix(n, hold) {
				if err := copyFile(out, in, n); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	copied(bundleEnding)
	lies := func() []Load {
		t.Helper()
		all, err := office.InboxDiscs(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if l := the(t, lies()); l.Number != d.Number {
		t.Errorf("%+v", l)
	}
	row, err := office.ReadInbox(office.as("cyn"), zone.Internet, d.Number, "k")
	if err != nil || row.Answer != DiscEarly || row.Stage != DiscCame {
		t.Errorf("%+v %v", row, err)
	}
	if again, err := office.ReadInbox(office.as("cyn"), zone.Internet, d.Number, "k"); err != nil || again.ID != row.ID || again.Times != 1 {
		t.Errorf("a double click read %+v %v", again, err)
	}
	if _, err := office.ReadInbox(office.as("cyn"), zone.Internet, "IO-2026-9999", ""); !fault.IsNotFound(err) {
		t.Errorf("a disc that doesn't lie there: %v", err)
	}
	copied("")
	inbox, err := office.Inbox(zone.Internet)
	if err != nil {
		t.Fatal(err)
	}
	if err := office.Clear(inbox, office.take(internet, inbox)); err != nil {
		t.Fatal(err)
	}
	row, err = office.ReadInbox(office.as("cyn"), zone.Internet, d.Number, "")
	if err != nil || row.Answer != DiscTaken || row.Times != 2 || row.Number != d.Number {
		t.Errorf("%+v %v", row, err)
	}
	if all := lies(); len(all) != 0 {
		t.Errorf("on record, and still told of: %v", all)
	}
	office.export(internet)
	office.carry(internet, aFolder(t))
	if row, err := internet.OneDisc(t.Context(), d.ID); err != nil || row.Receipt.IsZero() {
		t.Errorf("%+v %v", row, err)
	}
}

// notes are the names of a stream's notes in a folder.
func notes(t *testing.T, dir *carrier.Directory, s Stream) []string {
	t.Helper()
	all, err := readNotes(dir, s)
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for _, l := range all {
		out = append(out, l.name)
	}
	return out
}

// A full disk is no number that somebody else took: the next one would be as full.
func TestADiscIsntWrittenOnRecordOnAFullDisk(t *testing.T) {
	a, b := twoZones(t)
	kept := sqlite(t)
	internet, office := aPlace(t, a, kept, letterKind...), aPlace(t, b, sqlite(t), letterKind...)
	internet.write("a", "one", "")
	internet.export(office)
	disc := aFolder(t)
	handed, err := internet.Hand(t.Context(), zone.Office, disc)
	if err != nil {
		t.Fatal(err)
	}
	registry := internet.journal.Registry()
	internet.journal.Close()
	full := fault.Unavailable("disk.full", syscall.ENOSPC) // as the store says it
	internet.journal, err = journal.Open(t.Context(), journal.Options{
		Store: kept, Zone: a.Zone(), Registry: registry, Sealer: a, Clock: time.Now, Chance: rand.Reader, Projections: Projections,
		Durable: func() error { return full },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(internet.journal.Close)
	ctx, stop := context.WithTimeout(internet.as("ann"), time.Minute) // or it would try for ever
	defer stop()
	if _, err := internet.NoteWritten(ctx, disc, handed); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("on a full disk: %v", err)
	}
	full = nil
	if d, err := internet.NoteWritten(internet.as("ann"), disc, handed); err != nil || !strings.HasSuffix(d.Number, "-0001") {
		t.Errorf("with space again: %+v %v", d, err)
	}
}

// A note that stayed behind is taken for no disc, and doesn't stay behind where the
// program can tell.
func TestTheNoteOfADiscGoesWithIt(t *testing.T) {
	internet, office := twoPlaces(t)
	there := Stream{zone.Internet, zone.Office}
	internet.write("a", "one", "")
	d, disc := internet.disced("ann", office)
	if got := notes(t, disc, there); !slices.Equal(got, []string{noteName(d.Load)}) {
		t.Fatalf("%v", got)
	}
	stale, err := os.ReadFile(filepath.Join(disc.Path(), noteName(d.Load)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := internet.Hand(t.Context(), zone.Office, disc); err != nil {
		t.Fatal(err)
	}
	if got := notes(t, disc, there); len(got) != 0 {
		t.Errorf("written once more without the log, and the disc says it is %v", got)
	}

	out, err := internet.Outbox(zone.Office)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := internet.WriteOutbox(internet.as("ann"), zone.Office, ""); err != nil {
		t.Fatal(err)
	}
	newest, err := internet.WriteOutbox(internet.as("ann"), zone.Office, "")
	if err != nil {
		t.Fatal(err)
	}
	if got := notes(t, out, there); !slices.Equal(got, []string{noteName(newest.Load)}) {
		t.Errorf("two discs in one outbox: %v", got)
	}
	internet.carry(office, aFolder(t))
	if got := notes(t, out, there); len(got) != 1 {
		t.Errorf("before the receipt there is %v", got)
	}
	office.write("b", "back", "")
	office.carry(internet, aFolder(t))
	internet.export(office)
	if got := notes(t, out, there); len(got) != 0 {
		t.Errorf("all have receipts, and there is %v", got)
	}

	internet.write("c", "later", "")
	again := aFolder(t)
	internet.export(office)
	internet.hand(office, again)
	if err := again.Send(noteName(d.Load), stale); err != nil {
		t.Fatal(err)
	}
	if plain := the(t, office.readIn("cyn", again)); plain.Number != "" || plain.First <= d.Last || plain.Differs {
		t.Errorf("by a note of before it is %+v", plain)
	}
}

// Two discs may lie in one inbox before anybody puts the first on record.
func TestTwoDiscsThatAreCopiedIntoOneInboxAreTwo(t *testing.T) {
	internet, office := twoPlaces(t)
	in, err := office.Inbox(zone.Internet)
	if err != nil {
		t.Fatal(err)
	}
	var written []DiscRow
	for range 2 {
		internet.write("a", "more", "")
		d, disc := internet.disced("ann", office)
		written = append(written, d)
		names, err := disc.List()
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			if err := copyFile(disc, in, n); err != nil {
				t.Fatal(err)
			}
		}
	}
	lie, err := office.InboxDiscs(t.Context())
	if err != nil || len(lie) != 2 || lie[0] != written[0].Load || lie[1] != written[1].Load {
		t.Fatalf("%+v %v", lie, err)
	}
	if row, err := office.ReadInbox(office.as("cyn"), zone.Internet, written[1].Number, ""); err != nil || row.Number != written[1].Number {
		t.Errorf("%+v %v", row, err)
	}
	lie, err = office.InboxDiscs(t.Context())
	if l := the(t, lie); err != nil || l != written[0].Load {
		t.Errorf("%+v %v", l, err)
	}
	rows := office.readIn("dan", in)
	if len(rows) != 2 || rows[0].Number != written[0].Number || rows[0].Times != 1 || rows[1].Number != written[1].Number || rows[1].Times != 2 || rows[0].Differs || rows[1].Differs {
		t.Errorf("read from the folder: %+v", rows)
	}
}

// What was said to be destroyed, and wasn't, can be handed over; and what is handed
// over in two attempts of one form has one list.
func TestADiscThatWasntDestroyedIsHandedOverWithTheOthers(t *testing.T) {
	internet, office := twoPlaces(t)
	internet.write("a", "one", "")
	first, _ := internet.disced("ann", office)
	own, _ := internet.disced("bob", office)
	third, _ := internet.disced("ann", office)
	ready := func() []string {
		t.Helper()
		all, err := internet.ReadyDiscs(t.Context(), zone.Office)
		if err != nil {
			t.Fatal(err)
		}
		out := []string{}
		for _, d := range all {
			out = append(out, d.ID)
		}
		slices.Sort(out)
		return out
	}
	if err := internet.onDisc("ann", third.ID, EndDisc{DiscEndAsked{End: DiscDestroyed, Why: "划了"}}); err != nil {
		t.Fatal(err)
	}
	if got := ready(); !slices.Equal(got, []string{first.ID, own.ID}) {
		t.Errorf("said to be destroyed, and ready are %v", got)
	}
	if err := internet.onDisc("ann", third.ID, RefuseEnd{"看错了"}); err != nil {
		t.Fatal(err)
	}
	if got := ready(); !slices.Equal(got, []string{first.ID, own.ID, third.ID}) {
		t.Errorf("taken back, and ready are %v", got)
	}
	if err := internet.HandOver(internet.as("bob"), []string{first.ID, own.ID, third.ID}, "老周", "k"); !fault.IsNotNow(err) {
		t.Fatalf("handed over one's own: %v", err)
	}
	if err := internet.HandOver(internet.as("bob"), []string{first.ID, third.ID}, "老周", "k"); err != nil {
		t.Fatal(err)
	}
	row, err := internet.OneDisc(t.Context(), first.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got := internet.discs(DiscQuery{Trip: row.Trip}); row.Trip == "" || len(got) != 2 {
		t.Errorf("on one list are %v", got)
	}
	if err := internet.HandOver(internet.as("ann"), []string{own.ID}, "老周", "k"); err != nil {
		t.Fatal(err)
	}
	if other, err := internet.OneDisc(t.Context(), own.ID); err != nil || other.Trip == row.Trip {
		t.Errorf("another's form gave the same list: %+v %v", other, err)
	}
}

// Where all that was written has its receipt, who would write again is told which disc
// brought it and when that was known; and the note of a disc goes from an inbox once it
// is on record.
func TestADiscThatHasArrivedIsNamedWhereNothingIsToBeWritten(t *testing.T) {
	internet, office := twoPlaces(t)
	if _, err := internet.WriteOutbox(internet.as("ann"), office.Zone(), "k0"); err == nil {
		t.Fatal("there is a disc of nothing")
	}
	internet.write("a", "one", "")
	d, err := internet.WriteOutbox(internet.as("ann"), office.Zone(), "k1")
	if err != nil {
		t.Fatal(err)
	}
	out, err := internet.Outbox(office.Zone())
	if err != nil {
		t.Fatal(err)
	}
	inbox, err := office.Inbox(internet.Zone())
	if err != nil {
		t.Fatal(err)
	}
	names, err := out.List()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if err := copyFile(out, inbox, name); err != nil {
			t.Fatal(err)
		}
	}
	look := func() {
		t.Helper()
		if err := office.takeIn(t.Context(), slog.New(slog.DiscardHandler), internet.Zone()); err != nil {
			t.Fatal(err)
		}
	}
	look()
	if lies, err := office.InboxDiscs(t.Context()); err != nil || len(lies) != 1 {
		t.Fatalf("nobody can put it on record any more: %v %v", lies, err)
	}
	read, err := office.ReadInbox(office.as("cyn"), internet.Zone(), d.Number, "k2")
	if err != nil {
		t.Fatal(err)
	}
	look()
	if names, err := inbox.List(); err != nil || len(names) != 0 {
		t.Errorf("on record and taken in, and still there: %v %v", names, err)
	}
	if again, err := office.ReadInbox(office.as("cyn"), internet.Zone(), d.Number, "k2"); err != nil || again.ID != read.ID || again.Times != 1 {
		t.Errorf("a second press gives %+v, %v", again, err)
	}
	office.carry(internet, aFolder(t))
	var nothing *fault.NotNowError
	if _, err := internet.WriteOutbox(internet.as("ann"), office.Zone(), "k1"); !errors.As(err, &nothing) || nothing.Key != "exchange.disc.nothing.arrived" || nothing.Args["Number"] != d.Number {
		t.Errorf("%v", err)
	}
}
