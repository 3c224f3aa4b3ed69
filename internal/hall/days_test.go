package hall_test

import (
	"fmt"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/zone"
)

// filled books some of each day that can be booked, and gives the last of them.
func filled(t testing.TB, j *journal.Journal, each int) calendar.Date {
	t.Helper()
	p := plan(t)
	first, last := p.Bookable(calendar.DateOf(now()), book(t))
	n := 0
	for d := first; !d.After(last); d = d.Next() {
		if open, _ := p.OpenOn(d, book(t)); !open {
			continue
		}
		for i := range each {
			n++
			if _, err := bookOn(t, j, d, p.Slots()[i], fmt.Sprintf("f%d", n), 1+i%2); err != nil {
				t.Fatal(err)
			}
		}
	}
	return last
}

// What is booked of all days is read in one look, and is what a look at each would tell.
func TestWhatIsBookedOfAllDaysIsReadInOneLook(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, at func() *store.Store) {
		j := open(t, at(), zone.Internet, now)
		last := filled(t, j, 2)
		for _, but := range []string{"", "f1", "f4"} {
			a := hall.Ask{Plan: plan(t), Filing: but, Now: now(), Book: book(t)}
			want, err := hall.BookedEachDay(ctx, j.Store, a, last)
			if err != nil {
				t.Fatal(err)
			}
			got, err := hall.HallDays(ctx, j.Store, a, last)
			if err != nil || len(got) != len(want) || len(got) < 5 {
				t.Fatal(len(got), len(want), err)
			}
			sum := 0
			for _, d := range got {
				for c, room := range d.Room {
					if sum += room.Booked; room.Booked != want[d.Date][c] {
						t.Errorf("without %q %s has %d minutes booked at %s, and %d by itself", but, d.Date, room.Booked, c, want[d.Date][c])
					}
				}
			}
			if sum == 0 {
				t.Error("nothing is booked")
			}
		}
	})
}

// BenchmarkHallDays: the hall as a plan of visits sees it, read in one look and, as it
// was before, in one for each day.
func BenchmarkHallDays(b *testing.B) {
	j := open(b, sqlite(b), zone.Internet, now)
	last := filled(b, j, 4)
	a := hall.Ask{Plan: plan(b), Filing: "f1", Now: now(), Book: book(b)}
	b.Run("one look", func(b *testing.B) {
		for b.Loop() {
			if _, err := hall.HallDays(ctx, j.Store, a, last); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("a look at each day", func(b *testing.B) {
		for b.Loop() {
			if _, err := hall.BookedEachDay(ctx, j.Store, a, last); err != nil {
				b.Fatal(err)
			}
		}
	})
}
