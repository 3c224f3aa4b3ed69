// Package journaltest lends the tests of rooms a journal on a real database,
// with real keys and a clock that the test turns.
package journaltest

import (
	"context"
	"crypto/rand"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// Clock is a clock that stands still until it is turned.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock stands at an instant.
func NewClock(at time.Time) *Clock { return &Clock{now: at} }

// Now reads it.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Turn moves it forward.
func (c *Clock) Turn(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Options are what a test wants otherwise than usual.
type Options struct {
	Store       *store.Store // nil: SQLite in a folder of its own
	Zone        zone.Zone
	Kinds       []journal.Kind
	Keys        *keys.Ring // nil: Keys(t, zone)
	Projections func(*keys.Ring) []journal.Projection
	Clock       *Clock // nil: 10 March 2026, 9 o'clock in the office
	Book        *calendar.Book
}

// Bench is an open journal and what it stands on.
type Bench struct {
	*journal.Journal
	Keys  *keys.Ring
	Clock *Clock
}

// Morning is 10 March 2026, 9:00 in Shanghai: a Tuesday.
var Morning = time.Date(2026, 3, 10, 1, 0, 0, 0, time.UTC)

// Keys makes fresh keys for a zone.
func Keys(t testing.TB, z zone.Zone) *keys.Ring {
	t.Helper()
	r, err := keys.Create(filepath.Join(t.TempDir(), "keys"), z, rand.Reader, Morning)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Open opens a journal that is closed when the test ends.
func Open(t testing.TB, o Options) *Bench {
	t.Helper()
	ctx := context.Background()
	if o.Store == nil {
		s, err := store.Open(ctx, store.Options{Path: filepath.Join(t.TempDir(), "node.db")})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		o.Store = s
	}
	if o.Keys == nil {
		o.Keys = Keys(t, o.Zone)
	}
	if o.Clock == nil {
		o.Clock = NewClock(Morning)
	}
	registry, err := journal.NewRegistry(o.Kinds...)
	if err != nil {
		t.Fatal(err)
	}
	var projections []journal.Projection
	if o.Projections != nil {
		projections = o.Projections(o.Keys)
	}
	j, err := journal.Open(ctx, journal.Options{Store: o.Store, Zone: o.Zone, Registry: registry, Projections: projections,
		Sealer: o.Keys, Book: o.Book, Clock: o.Clock.Now, Chance: rand.Reader})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(j.Close)
	return &Bench{Journal: j, Keys: o.Keys, Clock: o.Clock}
}

// Carry hands what one zone may tell another, without a bundle. What has come
// before is taken once.
func Carry(t testing.TB, from, to *journal.Journal) {
	t.Helper()
	ctx := context.Background()
	err := from.Each(ctx, 0, func(e journal.Event) error {
		b, ok, err := from.Registry().EncodeFor(e, to.Zone)
		if err != nil || !ok {
			return err
		}
		return to.Apply(ctx, func(a *journal.Applying) error { _, _, err := a.Take(ctx, b); return err })
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Moment is a moment for testing Decide alone.
func Moment(z zone.Zone, version journal.Version) journal.Moment {
	n := 0
	return journal.Moment{Now: Morning, Today: calendar.DateOf(Morning), Zone: z, Version: version, Subject: "s",
		Actor: journal.Actor{Role: "tester", Account: "t"},
		Fresh: func() string { n++; return fmt.Sprintf("fresh-%d", n) }}
}

// RebuiltEqualsKept fails when the tables made again from the journal differ
// from those kept on the way.
func RebuiltEqualsKept(t interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
}, j *journal.Journal) {
	t.Helper()
	ctx := context.Background()
	kept, err := j.Dump(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := j.Rebuild(ctx); err != nil {
		t.Fatal(err)
	}
	again, err := j.Dump(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for table := range again {
		if fmt.Sprint(kept[table]) != fmt.Sprint(again[table]) {
			t.Fatalf("%s:\nkept    %v\nrebuilt %v", table, kept[table], again[table])
		}
	}
}
