package journal_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/zone"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// A tin is a toy room: coins go in and come out.
type (
	opened struct {
		Owner journal.Field[string] `reach:"internet office" sealed:"yes"`
		Label string                `reach:"all"`
	}
	putIn struct {
		Coins int `reach:"all"`
	}
	secret struct {
		Print journal.Field[string] `reach:"home" sealed:"yes"`
		OK    bool                  `reach:"all"`
	}
	loud struct {
		Print string `reach:"all"`
		OK    bool   `reach:"all"`
	}
	tin struct {
		Label string
		Coins int
	}
	open_ struct{ Owner, Label string }
	put   struct{ Coins int }
	whisp struct{ Print string }
)

var kinds = []journal.Kind{
	journal.Declare[opened](journal.Kind{Name: "tin.opened", Home: zone.Everywhere, Reach: zone.Everywhere}),
	journal.Declare[putIn](journal.Kind{Name: "tin.put_in", Home: zone.Everywhere, Reach: zone.Everywhere}),
	journal.Declare[secret](journal.Kind{Name: "tin.whispered", Home: zone.Everywhere, Reach: zone.Everywhere}),
}

var tins = journal.Subject[tin]{Kind: "tin", Evolve: func(s tin, e journal.Event) (tin, error) {
	switch b := e.Body.(type) {
	case opened:
		s.Label = b.Label
	case putIn:
		s.Coins += b.Coins
	case secret:
	default:
		return s, fmt.Errorf("unknown %T", b)
	}
	return s, nil
}}

func (c open_) Decide(s tin, m journal.Moment) ([]journal.Event, error) {
	if m.Version > 0 {
		return nil, fault.NotNow("tin.open", "open")
	}
	return journal.Happened(opened{Owner: journal.Of(c.Owner), Label: c.Label}), nil
}

func (c put) Decide(s tin, m journal.Moment) ([]journal.Event, error) {
	if s.Coins+c.Coins > 10 {
		return nil, fault.NotNow("tin.full", "full")
	}
	return journal.Happened(putIn{Coins: c.Coins}), nil
}

func (c whisp) Decide(s tin, m journal.Moment) ([]journal.Event, error) {
	return journal.Happened(secret{Print: journal.Of(c.Print), OK: true}), nil
}

var tinList = journal.Projection{Name: "tins", Version: 1, Tables: []string{"tin_list"},
	Schema: `CREATE TABLE tin_list (id TEXT PRIMARY KEY, label TEXT NOT NULL, coins INTEGER NOT NULL)`,
	Apply: func(ctx context.Context, tx store.Tx, e journal.Event) error {
		switch b := e.Body.(type) {
		case opened:
			_, err := tx.Exec(ctx, `INSERT INTO tin_list (id, label, coins) VALUES ($1, $2, 0)`, e.Subject.ID, b.Label)
			return err
		case putIn:
			_, err := tx.Exec(ctx, `UPDATE tin_list SET coins = coins + $2 WHERE id = $1`, e.Subject.ID, b.Coins)
			return err
		}
		return nil
	}}

// xorSealer is enough to see that sealed values don't lie about in plain text.
type xorSealer struct{}

func (xorSealer) Seal(_ string, p []byte) ([]byte, error) {
	out := []byte("sealed:")
	for _, b := range p {
		out = append(out, b^0x5a)
	}
	return out, nil
}

func (x xorSealer) Open(c string, s []byte) ([]byte, error) {
	if !bytes.HasPrefix(s, []byte("sealed:")) {
		return nil, errors.New("not sealed")
	}
	p, _ := x.Seal(c, s[7:])
	return p[7:], nil
}

func openJournal(t testing.TB, s *store.Store, z zone.Zone) *journal.Journal {
	t.Helper()
	reg, err := journal.NewRegistry(kinds...)
	if err != nil {
		t.Fatal(err)
	}
	j, err := journal.Open(context.Background(), journal.Options{Store: s, Zone: z, Registry: reg, Projections: []journal.Projection{tinList},
		Sealer: xorSealer{}, Clock: time.Now, Chance: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.Close)
	return j
}

func sqlite(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{Path: filepath.Join(t.TempDir(), "n.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func do(t testing.TB, j *journal.Journal, id string, c journal.Command[tin]) journal.Answer {
	t.Helper()
	a, err := journal.Do(context.Background(), j, tins, journal.Order{Subject: id}, c)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestManyCommandsShareAFlushAndFailAlone(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		j := openJournal(t, open(), zone.Office)
		do(t, j, "a", open_{"罗知行", "A"})
		var wg sync.WaitGroup
		var mu sync.Mutex
		put1, refused := 0, 0
		for range 40 {
			wg.Go(func() {
				_, err := journal.Do(context.Background(), j, tins, journal.Order{Subject: "a"}, put{1})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					put1++
				} else if fault.IsNotNow(err) {
					refused++
				} else {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if put1 != 10 || refused != 30 {
			t.Fatalf("%d went in, %d were refused; a tin holds 10", put1, refused)
		}
		s, v, err := journal.Load(context.Background(), j, tins, "a")
		if err != nil || s.Coins != 10 || v != 11 {
			t.Fatalf("%+v %d %v", s, v, err)
		}
		if flaws, err := j.Verify(context.Background()); err != nil || len(flaws) > 0 {
			t.Fatal(flaws, err)
		}
	})
}

func TestSameKeyGivesTheFirstAnswerAgain(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		s := open()
		j := openJournal(t, s, zone.Office)
		do(t, j, "a", open_{"x", "A"})
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				a, err := journal.Do(context.Background(), j, tins, journal.Order{Subject: "a", Key: "k"}, put{3})
				if err != nil || a.Version != 2 {
					t.Errorf("%+v %v", a, err)
				}
			})
		}
		wg.Wait()
		st, _, _ := journal.Load(context.Background(), j, tins, "a")
		if st.Coins != 3 {
			t.Fatalf("%d coins after twenty presses of one button", st.Coins)
		}
	})
}

func TestOldAnswersToFormsAreForgottenAndThoseToRulesAreNot(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		s := open()
		j := openJournal(t, s, zone.Office)
		do(t, j, "a", open_{"x", "A"})
		person := journal.WithActor(context.Background(), journal.Actor{Role: "window", Account: "w"})
		rule := journal.WithActor(context.Background(), journal.System)
		again := func(ctx context.Context, key string) bool {
			t.Helper()
			a, err := journal.Do(ctx, j, tins, journal.Order{Subject: "a", Key: key}, put{1})
			if err == nil {
				err = j.ForgetAnswers(ctx)
			}
			if err != nil {
				t.Fatal(err)
			}
			return a.Repeated
		}
		again(person, "old")
		again(rule, "old")
		if err := s.Write(context.Background(), func(tx store.Tx) error {
			_, err := tx.Exec(context.Background(), `UPDATE journal_answer SET at = $1`, time.Now().AddDate(0, 0, -91).UnixMicro())
			return err
		}); err != nil {
			t.Fatal(err)
		}
		again(person, "new")
		if !again(person, "new") || again(person, "old") || !again(rule, "old") {
			t.Error("what is fresh, or follows by rule, was forgotten, or what is old wasn't")
		}
	})
}

func TestStalePageLearnsWhatChanged(t *testing.T) {
	j := openJournal(t, sqlite(t), zone.Office)
	do(t, j, "a", open_{"x", "A"})
	do(t, j, "a", put{2})
	_, err := journal.Do(context.Background(), j, tins, journal.Order{Subject: "a", Seen: journal.At(1)}, put{1})
	var c *fault.ConflictError
	if !errors.As(err, &c) || len(c.Changes) != 1 || c.Changes[0].Field != "tin.put_in" {
		t.Fatalf("got %v", err)
	}
}

func TestNoTextWithoutEndIsTakenFromAnybody(t *testing.T) {
	j := openJournal(t, sqlite(t), zone.Office)
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: "window", Account: "w"})
	long := strings.Repeat("理", journal.LongestText+1)
	_, err := journal.Do(ctx, j, tins, journal.Order{Subject: "a"}, open_{Owner: long, Label: long})
	fs := fault.Findings(err)
	if len(fs) != 2 || fs[0].Field != "owner" || fs[1].Field != "label" || fs[0].Key != "form.text.long" || fs[0].Args["Max"] != journal.LongestText {
		t.Fatalf("got %v", err)
	}
	if _, err := journal.Do(ctx, j, tins, journal.Order{Subject: "a"}, open_{Owner: long[:len(long)-len("理")], Label: "x"}); err != nil {
		t.Errorf("the longest text that may be: %v", err)
	}
}

func TestSealedValuesAreNotInTheFile(t *testing.T) {
	s := sqlite(t)
	j := openJournal(t, s, zone.Office)
	do(t, j, "a", open_{"CANARY-OWNER", "A"})
	var raw []byte
	if err := s.QueryRow(context.Background(), `SELECT fields FROM journal_event WHERE position = 1`).Scan(&raw); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, []byte("CANARY")) {
		t.Fatal("a sealed value lies in plain text")
	}
	h, err := j.History(context.Background(), journal.Ref{Kind: "tin", ID: "a"})
	if v, ok := h[0].Body.(opened).Owner.Value(); err != nil || !ok || v != "CANARY-OWNER" {
		t.Fatal(v, ok, err)
	}
}

func TestWithheldFieldKeepsDigestAndNeverTravels(t *testing.T) {
	ctx := context.Background()
	office, passport := openJournal(t, sqlite(t), zone.Office), openJournal(t, sqlite(t), zone.Passport)
	do(t, passport, "p", whisp{"CANARY-FINGER"})
	do(t, office, "a", open_{"CANARY-OWNER", "A"})
	for _, c := range []struct {
		from, to *journal.Journal
	}{{passport, office}, {office, passport}} {
		events, _ := c.from.Events(ctx, 0, 10)
		for _, e := range events {
			b, ok, err := c.from.Registry().EncodeFor(e, c.to.Zone)
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				continue // it heard this from there
			}
			if strings.Contains(string(b), "CANARY") {
				t.Fatalf("left its zone: %s", b)
			}
			err = c.to.Apply(ctx, func(a *journal.Applying) error {
				got, fresh, err := a.Take(ctx, b)
				if err == nil && (!fresh || got.Digest() != e.Digest()) {
					t.Error("not taken, or another digest")
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, j := range []*journal.Journal{office, passport} {
		if flaws, err := j.Verify(ctx); err != nil || len(flaws) > 0 {
			t.Fatal(j.Zone, flaws, err)
		}
	}
}

func TestRecordThatSaysTooMuchOrWasAlteredIsRefused(t *testing.T) {
	ctx := context.Background()
	passport, office := openJournal(t, sqlite(t), zone.Passport), openJournal(t, sqlite(t), zone.Office)
	do(t, passport, "p", whisp{"finger"})
	events, _ := passport.Events(ctx, 0, 1)
	// A sender that ignores reach: its registry lets the field go everywhere.
	lax, err := journal.NewRegistry(journal.Declare[loud](journal.Kind{Name: "tin.whispered", Home: zone.Everywhere, Reach: zone.Everywhere}))
	if err != nil {
		t.Fatal(err)
	}
	full, _, _ := lax.EncodeFor(events[0], zone.Office)
	if _, err := office.Registry().Decode(full, zone.Office); err == nil || !strings.Contains(err.Error(), "may not be held") {
		t.Fatalf("a biometric field was let in: %v", err)
	}
	good, _, _ := passport.Registry().EncodeFor(events[0], zone.Office)
	for i := range good {
		for _, bit := range []byte{1, 0x20, 0x80} {
			bad := bytes.Clone(good)
			bad[i] ^= bit
			if e, err := office.Registry().Decode(bad, zone.Office); err == nil && e.Digest() != events[0].Digest() {
				t.Fatalf("byte %d changed and nobody noticed", i)
			}
		}
	}
}

func TestRebuiltTablesEqualKeptOnes(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		j := openJournal(t, open(), zone.Office)
		rapid.Check(t, func(rt *rapid.T) { // each run adds to the same journal
			for range rapid.IntRange(1, 12).Draw(rt, "commands") {
				id := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(rt, "tin")
				var c journal.Command[tin] = put{rapid.IntRange(1, 6).Draw(rt, "coins")}
				if rapid.Bool().Draw(rt, "open") {
					c = open_{"x", id}
				}
				_, _ = journal.Do(context.Background(), j, tins, journal.Order{Subject: id}, c) // refusals are part of life
			}
			kept, err := j.Dump(context.Background())
			if err != nil {
				rt.Fatal(err)
			}
			if err := j.Rebuild(context.Background()); err != nil {
				rt.Fatal(err)
			}
			again, err := j.Dump(context.Background())
			if err != nil || fmt.Sprint(kept) != fmt.Sprint(again) {
				rt.Fatalf("kept %v, rebuilt %v, %v", kept, again, err)
			}
		})
	})
}

func TestTableThatWasTamperedWithIsNamed(t *testing.T) {
	s := sqlite(t)
	j := openJournal(t, s, zone.Office)
	do(t, j, "a", open_{"x", "A"})
	ctx := context.Background()
	if differ, err := j.Compare(ctx); err != nil || len(differ) > 0 {
		t.Fatal(differ, err)
	}
	if err := s.Write(ctx, func(tx store.Tx) error { _, err := tx.Exec(ctx, `UPDATE tin_list SET coins = 9`); return err }); err != nil {
		t.Fatal(err)
	}
	if differ, err := j.Compare(ctx); err != nil || len(differ) != 1 || differ[0] != "tin_list" {
		t.Fatal(differ, err)
	}
	if err := j.Rebuild(ctx); err != nil {
		t.Fatal(err)
	}
	if differ, err := j.Compare(ctx); err != nil || len(differ) > 0 {
		t.Fatal(differ, err)
	}
}

// Readers follow the journal each at its own pace; what they get is what is
// stored, in order, and as much as they asked for while there is so much.
func TestReadersAtAnyPlaceGetWhatIsStoredInOrder(t *testing.T) {
	ctx := context.Background()
	s := sqlite(t)
	j := openJournal(t, s, zone.Office)
	const busy = 3000 // more than is held in memory
	var wg sync.WaitGroup
	for i := range busy {
		wg.Go(func() { do(t, j, fmt.Sprint("t", i), open_{"x", "y"}) })
		if i%200 == 199 {
			wg.Wait()
		}
	}
	wg.Wait()
	var stored []string // the event at position p is stored[p-1]
	know := func() {
		if err := j.Each(ctx, journal.Position(len(stored)), func(e journal.Event) error { stored = append(stored, e.ID); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	know()
	rapid.Check(t, func(rt *rapid.T) {
		at := make([]journal.Position, 3)
		for i := range at {
			at[i] = journal.Position(rapid.IntRange(0, busy+50).Draw(rt, "begins"))
		}
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			if rapid.IntRange(0, 3).Draw(rt, "write") == 0 {
				do(t, j, "busy", whisp{"w"})
				know()
			}
			who, limit := rapid.IntRange(0, 2).Draw(rt, "reader"), rapid.IntRange(1, 700).Draw(rt, "limit")
			got, err := j.Events(ctx, at[who], limit)
			if err != nil {
				rt.Fatal(err)
			}
			behind := min(int(at[who]), len(stored))
			want := stored[behind:min(behind+limit, len(stored))]
			if len(got) != len(want) {
				rt.Fatalf("%d events behind %d, %d are stored", len(got), at[who], len(want))
			}
			for i, e := range got {
				if e.ID != want[i] {
					rt.Fatalf("behind %d comes %s at %d, stored is %s", at[who], e.ID, i, want[i])
				}
				at[who] = e.Position
			}
		}
	})
}

// Any bit of any column, whatever it turns the value into: a number far away or
// below nothing, a text that is none. On both databases; what one refuses to
// store needn't be found.
func TestAnyFlippedBitIsFoundAndNamed(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		s := open()
		j := openJournal(t, s, zone.Office)
		do(t, j, "a", open_{"罗知行", "A"})
		do(t, j, "a", put{2})
		do(t, j, "a", whisp{"w"})
		ctx := context.Background()
		if flaws, err := j.Verify(ctx); err != nil || len(flaws) > 0 {
			t.Fatal(flaws, err)
		}
		for _, col := range []string{"position", "id", "origin", "origin_position", "subject_kind", "subject", "version", "kind", "kind_version", "at", "actor", "cause", "fields", "digest", "chain"} {
			stored := 0
			rapid.Check(t, func(rt *rapid.T) {
				pos := rapid.IntRange(1, 3).Draw(rt, "event")
				where := "position" // what finds the event again, though its position is another one
				if col == where {
					where = "id"
				}
				var was, key any
				if err := s.QueryRow(ctx, fmt.Sprintf(`SELECT %s, %s FROM journal_event WHERE position = $1`, col, where), pos).Scan(&was, &key); err != nil {
					rt.Fatal(err)
				}
				set := func(v any) error {
					return s.Write(ctx, func(tx store.Tx) error {
						_, err := tx.Exec(ctx, fmt.Sprintf(`UPDATE journal_event SET %s = $2 WHERE %s = $1`, col, where), key, v)
						return err
					})
				}
				is := flip(rt, was)
				if err := set(is); err != nil {
					text, isText := is.(string)
					if store.IsUnique(err) || isText && s.Dialect() == store.Postgres && (!utf8.ValidString(text) || strings.Contains(text, "\x00")) {
						return // the database itself refuses this one
					}
					rt.Fatal(err)
				}
				stored++
				flaws, err := j.Verify(ctx)
				if e := set(was); e != nil {
					rt.Fatal(e)
				}
				if err != nil {
					rt.Fatal(err)
				}
				if len(flaws) == 0 || int(flaws[0].Position) != pos {
					rt.Fatalf("%s of event %d changed from %v to %v, found: %v", col, pos, was, is, flaws)
				}
			})
			if stored == 0 {
				t.Errorf("no change of %s was tried", col)
			}
		}
		if flaws, err := j.Verify(ctx); err != nil || len(flaws) > 0 {
			t.Fatal("put right again it is", flaws, err)
		}
	})
}

func TestEventsThatAreGoneAreMissed(t *testing.T) {
	for _, gone := range []int{1, 2, 3} {
		storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
			s := open()
			j := openJournal(t, s, zone.Office)
			do(t, j, "a", open_{"x", "A"})
			do(t, j, "a", put{2})
			do(t, j, "a", put{3})
			ctx := context.Background()
			if err := s.Write(ctx, func(tx store.Tx) error {
				_, err := tx.Exec(ctx, `DELETE FROM journal_event WHERE position = $1`, gone)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if flaws, err := j.Verify(ctx); err != nil || len(flaws) == 0 || int(flaws[0].Position) != gone || !strings.Contains(flaws[0].What, "missing") {
				t.Errorf("without event %d it finds %v, %v", gone, flaws, err)
			}
		})
	}
}

func flip(rt *rapid.T, v any) any {
	switch v := v.(type) {
	case int64:
		return v ^ 1<<rapid.IntRange(0, 63).Draw(rt, "bit")
	case string:
		if v == "" {
			return "x"
		}
		b := []byte(v)
		b[rapid.IntRange(0, len(b)-1).Draw(rt, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
		return string(b)
	case []byte:
		b := bytes.Clone(v)
		b[rapid.IntRange(0, len(b)-1).Draw(rt, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(rt, "bit")
		return b
	}
	rt.Fatalf("unexpected %T", v)
	return nil
}

func BenchmarkDo(b *testing.B) {
	j := openJournal(b, sqlite(b), zone.Office)
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := journal.Do(context.Background(), j, tins, journal.Order{Subject: j.NewID()}, open_{"x", "A"}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
