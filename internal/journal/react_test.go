package journal_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/zone"
)

// until waits for something that another goroutine brings about.
func until(t interface {
	Helper()
	Fatalf(string, ...any)
}, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}

// running runs reactions and gives what ends them.
func running(j *journal.Journal, report func(string, journal.Event, error), rs ...journal.Reaction) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	done := j.RunReactions(ctx, report, rs...)
	return func() { cancel(); <-done }
}

func quiet(string, journal.Event, error) {}

func settled(t testing.TB, j *journal.Journal, rs ...journal.Reaction) {
	t.Helper()
	until(t, "everything has followed", func() bool {
		ok, err := j.Settled(context.Background(), rs...)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	})
}

func TestReactionsOfIndependentSubjectsRunTogether(t *testing.T) {
	j := openJournal(t, sqlite(t), zone.Office)
	const together = 8
	for i := range together {
		do(t, j, fmt.Sprint("tin", i), open_{"x", "A"})
	}
	var here sync.WaitGroup
	here.Add(together)
	r := journal.Reaction{Name: "meet", On: func(ctx context.Context, e journal.Event) error {
		here.Done()
		here.Wait() // nobody passes before all are here
		return nil
	}}
	stop := running(j, quiet, r)
	settled(t, j, r)
	stop()
}

func TestPoisonedEventIsParkedAndEverythingElseGoesOn(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		j := openJournal(t, open(), zone.Office)
		for _, id := range []string{"a", "b", "c"} {
			do(t, j, id, open_{"x", id})
			do(t, j, id, put{1})
		}
		var mu sync.Mutex
		var did []string
		var cured atomic.Bool
		r := journal.Reaction{Name: "note", Pause: time.Millisecond, On: func(ctx context.Context, e journal.Event) error {
			if e.Subject.ID == "a" && e.Version == 1 && !cured.Load() {
				return errors.New("no face draws this")
			}
			if e.Subject.ID == "b" && e.Version == 1 && !cured.Load() {
				panic("a defect")
			}
			mu.Lock()
			defer mu.Unlock()
			did = append(did, fmt.Sprint(e.Subject.ID, e.Version))
			return nil
		}}
		var reports atomic.Int32
		stop := running(j, func(name string, e journal.Event, err error) { reports.Add(1) }, r)
		until(t, "the cursor has passed what is poisoned", func() bool {
			at, err := j.Cursor(ctx, "reaction:note")
			if err != nil {
				t.Fatal(err)
			}
			return at == 6
		})
		do(t, j, "a", put{2})
		do(t, j, "c", put{2})
		until(t, "the healthy one goes on", func() bool { mu.Lock(); defer mu.Unlock(); return slices.Contains(did, "c3") })
		until(t, "it is tried again", func() bool { return reports.Load() >= 4 })
		until(t, "what came later waits too", func() bool { p, _ := j.Parked(ctx); return len(p) == 5 })
		parked, err := j.Parked(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if p := parked[0]; p.Reaction != "note" || p.Subject.ID != "a" || p.Position != 1 || p.Kind != "tin.opened" || p.Tries < 1 ||
			p.Error != "reacting to tin.opened: no face draws this" || p.Since.IsZero() {
			t.Errorf("parked: %+v", p)
		}
		if p := parked[1]; p.Error != "" || p.Position != 2 {
			t.Errorf("behind it: %+v", p)
		}
		if p := parked[2]; p.Error != "defect while reacting to tin.opened: a defect" {
			t.Errorf("a defect: %+v", p)
		}
		if ok, err := j.Settled(ctx, r); ok || err != nil {
			t.Error("settled, although something hasn't followed", err)
		}
		stop()

		stop = running(j, quiet, r) // another start: it is still known
		defer stop()
		if p, err := j.Parked(ctx); err != nil || len(p) != 5 {
			t.Fatal(p, err)
		}
		cured.Store(true)
		settled(t, j, r)
		mu.Lock()
		defer mu.Unlock()
		var a []string
		for _, d := range did {
			if d[0] == 'a' {
				a = append(a, d)
			}
		}
		// Once more is harmless: what was done, but not known to be when the
		// process ended or the store was busy, is done again before what follows.
		if a = slices.Compact(a); !slices.Equal(a, []string{"a1", "a2", "a3"}) {
			t.Errorf("the poisoned subject's events were reacted to as %v", a)
		}
	})
}

// Whatever fails and whenever the process ends: each event's reaction is done
// in the order of its subject, and the cursor never stands behind one that is
// neither done nor parked.
func TestReactionsLoseNothingAndKeepEachSubjectsOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		ctx := context.Background()
		s := sqlite(t)
		defer s.Close()
		j := openJournal(t, s, zone.Office)
		defer j.Close()
		subjects := []string{"a", "b", "c", "d"}
		for _, id := range subjects {
			do(t, j, id, open_{"x", id})
		}
		n := rapid.IntRange(1, 12).Draw(rt, "events")
		failures := map[journal.Position]int{}
		for i := range n {
			do(t, j, rapid.SampledFrom(subjects).Draw(rt, "subject"), whisp{"w"})
			if rapid.IntRange(0, 3).Draw(rt, "ill") == 0 {
				failures[journal.Position(5+i)] = rapid.IntRange(1, 3).Draw(rt, "times")
			}
		}
		var mu sync.Mutex
		done := map[journal.Position]bool{}
		order := map[string][]journal.Version{}
		r := journal.Reaction{Name: "note", Pause: time.Millisecond, On: func(ctx context.Context, e journal.Event) error {
			mu.Lock()
			defer mu.Unlock()
			if failures[e.Position] > 0 {
				failures[e.Position]--
				return errors.New("not yet")
			}
			if !done[e.Position] {
				done[e.Position] = true
				order[e.Subject.ID] = append(order[e.Subject.ID], e.Version)
			}
			return nil
		}}
		look := func() {
			at, err := j.Cursor(ctx, "reaction:note")
			if err != nil {
				rt.Fatal(err)
			}
			parked, err := j.Parked(ctx)
			if err != nil {
				rt.Fatal(err)
			}
			mu.Lock()
			defer mu.Unlock()
			for p := journal.Position(1); p <= at; p++ {
				if !done[p] && !slices.ContainsFunc(parked, func(k journal.Parked) bool { return k.Position == p }) {
					rt.Fatalf("the cursor stands at %d, event %d is neither done nor parked", at, p)
				}
			}
		}
		for range rapid.IntRange(0, 3).Draw(rt, "restarts") {
			stop := running(j, quiet, r)
			time.Sleep(time.Duration(rapid.IntRange(0, 4000).Draw(rt, "microseconds")) * time.Microsecond)
			look()
			stop()
			look()
		}
		stop := running(j, quiet, r)
		defer stop()
		until(rt, "everything has followed", func() bool {
			look()
			ok, err := j.Settled(ctx, r)
			return ok && err == nil
		})
		mu.Lock()
		defer mu.Unlock()
		for id, versions := range order {
			if !slices.IsSorted(versions) {
				rt.Errorf("%s was reacted to in the order %v", id, versions)
			}
		}
		if len(done) != n+4 {
			rt.Errorf("%d of %d events were reacted to", len(done), n+4)
		}
	})
}

func TestEndingWhileReactingIsNoError(t *testing.T) {
	j := openJournal(t, sqlite(t), zone.Office)
	r := journal.Reaction{Name: "note", On: func(ctx context.Context, e journal.Event) error {
		if e.Cause != "" {
			return nil
		}
		_, err := journal.Do(ctx, j, tins, journal.Order{Subject: e.Subject.ID + "'", Key: e.ID, Cause: e.ID}, open_{"x", "A"})
		return err
	}}
	for i := range 60 {
		stop := running(j, func(name string, e journal.Event, err error) { t.Errorf("round %d: %s: %v", i, name, err) }, r)
		if i%2 == 0 { // else it ends before it has begun
			do(t, j, fmt.Sprint(i), open_{"x", "A"})
			time.Sleep(time.Duration(i%12) * 300 * time.Microsecond)
		}
		stop()
	}
}

func BenchmarkReactions(b *testing.B) {
	j := openJournal(b, sqlite(b), zone.Office)
	var wg sync.WaitGroup
	for i := range b.N {
		wg.Go(func() { do(b, j, fmt.Sprint(i), open_{"x", "A"}) })
		if i%256 == 255 {
			wg.Wait()
		}
	}
	wg.Wait()
	r := journal.Reaction{Name: "note", On: func(ctx context.Context, e journal.Event) error {
		if e.Cause != "" {
			return nil
		}
		_, err := journal.Do(ctx, j, tins, journal.Order{Subject: e.Subject.ID + "'", Key: e.ID, Cause: e.ID}, open_{"x", "A"})
		return err
	}}
	b.ResetTimer()
	stop := running(j, quiet, r)
	defer stop()
	settled(b, j, r)
}
