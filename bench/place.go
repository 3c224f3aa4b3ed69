package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/store"
	"yitang/internal/visit"
	"yitang/internal/zone"
)

const (
	rivals    = 500
	maxRounds = 1000
)

// race is how rounds for one last place ended.
type race struct {
	Rounds int
	Wrong  int // rounds in which not exactly one won
	Took   time.Duration
}

func (r race) perSecond() float64 { return float64(r.Rounds*rivals) / r.Took.Seconds() }

// rush lets all rivals begin at once, round after round, for a length of time.
// try tells whether a rival got the place.
func (r *race) rush(ctx context.Context, long time.Duration, try attempt) error {
	for began, first := time.Now(), r.Rounds; r.Rounds < first+maxRounds/turns && time.Since(began) < long; r.Rounds++ {
		var won atomic.Int64
		gun := time.Now()
		err := together(ctx, rivals, rivals, func(ctx context.Context, i int) error {
			got, err := try(ctx, r.Rounds, i)
			if got {
				won.Add(1)
			}
			return err
		})
		r.Took += time.Since(gun)
		if err != nil {
			return err
		}
		if won.Load() != 1 {
			r.Wrong++
		}
	}
	return nil
}

// attempt is one rival asking for the place of a round.
type attempt func(ctx context.Context, round, rival int) (bool, error)

// lastPlace is B4: one place in the hall's slot, five hundred units at once,
// through the hall's own command. Each round is another slot; a day holds a
// morning and an afternoon of them, and there are enough halls.
func lastPlace(ctx context.Context, s settings, machine limits) error {
	dir, remove, err := scratch()
	if err != nil {
		return err
	}
	defer remove()
	j, end, err := bookingDesk(ctx, dir)
	if err != nil {
		return fmt.Errorf("b4: %w", err)
	}
	defer end()
	plan := hall.Plan{Name: "云江市出入境服务大厅（虚构）", Windows: []hall.Window{{ID: "A", Counters: []visit.Counter{visit.CaptureCounter}, Name: "采集一号", Places: 1}},
		Open: []hall.Span{{From: hall.At(9, 0), To: hall.At(12, 0)}, {From: hall.At(14, 0), To: hall.At(17, 0)}}, Minutes: 15, Lead: 1, Horizon: 30}
	slots := plan.Slots()
	day := j.Book().AddWorkdays(j.Today(), 2)
	ours := func(ctx context.Context, round, rival int) (bool, error) {
		p := plan
		p.ID = fmt.Sprintf("hall-%d", round/len(slots))
		unit := fmt.Sprintf("unit-%d", rival)
		_, err := journal.Do(ctx, j, hall.Days, journal.Order{Subject: p.DayID(day)}, hall.Book{
			Wanted: hall.Wanted{Plan: p, Day: day, Slot: slots[round%len(slots)], Counter: visit.CaptureCounter, Filing: fmt.Sprintf("%d-%d", round, rival), Unit: unit},
			People: []string{unit + "-1"},
			Acts:   []hall.Act{{ID: "capture", Kind: visit.Capture, Person: unit + "-1", Minutes: 15}},
		})
		if fault.IsConflict(err) {
			return false, nil
		}
		return err == nil, err
	}
	theirs, close, err := bareLastPlace(ctx)
	if err != nil {
		return fmt.Errorf("b4, bare SQLite: %w", err)
	}
	defer close()
	var got, base race
	for range turns {
		if err := got.rush(ctx, s.Seconds/turns, ours); err != nil {
			return fmt.Errorf("b4: %w", err)
		}
		if err := base.rush(ctx, s.Seconds/turns, theirs); err != nil {
			return fmt.Errorf("b4, bare SQLite: %w", err)
		}
	}
	head, _ := j.Head()
	fmt.Printf("b4   the last place, %d at once, %d rounds: %d wrong; %.0f attempts/s (aim: 0 wrong, 12,000); %d bookings in the journal\n",
		rivals, got.Rounds, got.Wrong, got.perSecond(), head)
	fmt.Printf("     %.1f attempts for each flush that the machine can do\n", got.perSecond()/machine.Flushes)
	if got.Wrong > 0 || int(head) != got.Rounds {
		return fmt.Errorf("b4: %d of %d rounds gave the last place wrongly, %d bookings are kept", got.Wrong, got.Rounds, head)
	}
	fmt.Printf("     bare SQLite (modernc, WAL, synchronous=FULL, one insert a transaction against a unique index): %d rounds, %d wrong, %.0f attempts/s; ratio %.2f\n",
		base.Rounds, base.Wrong, base.perSecond(), got.perSecond()/base.perSecond())
	return nil
}

// bookingDesk is an internet zone with the hall's own room and tables.
func bookingDesk(ctx context.Context, dir string) (*journal.Journal, func(), error) {
	st, err := store.Open(ctx, store.Options{Path: filepath.Join(dir, "node.db")})
	if err != nil {
		return nil, nil, err
	}
	book, err := node.Book()
	if err != nil {
		st.Close()
		return nil, nil, err
	}
	registry, err := journal.NewRegistry(hall.Kinds...)
	if err != nil {
		st.Close()
		return nil, nil, err
	}
	j, err := journal.Open(ctx, journal.Options{Store: st, Zone: zone.Internet, Registry: registry, Projections: hall.Projections, Book: book, Clock: time.Now, Chance: rand.Reader})
	if err != nil {
		st.Close()
		return nil, nil, err
	}
	return j, func() { j.Close(); st.Close() }, nil
}

// bareLastPlace gives what one rival of the baseline does, and its end.
func bareLastPlace(ctx context.Context) (attempt, func(), error) {
	dir, remove, err := scratch()
	if err != nil {
		return nil, nil, err
	}
	db, err := bare(ctx, dir, `CREATE TABLE booking (slot INTEGER NOT NULL, seat INTEGER NOT NULL, day TEXT NOT NULL, unit TEXT NOT NULL, person TEXT NOT NULL, UNIQUE (slot, seat))`)
	if err != nil {
		remove()
		return nil, nil, err
	}
	insert, err := db.PrepareContext(ctx, `INSERT INTO booking (slot, seat, day, unit, person) VALUES ($1, 1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING seat`)
	if err != nil {
		db.Close()
		remove()
		return nil, nil, err
	}
	day := calendar.DateOf(time.Now()).String()
	return func(ctx context.Context, round, rival int) (bool, error) {
		var seat int
		err := insert.QueryRowContext(ctx, round, day, fmt.Sprintf("unit-%d", rival), fmt.Sprintf("unit-%d-1", rival)).Scan(&seat)
		if errors.Is(err, sql.ErrNoRows) {
			return false, nil
		}
		return err == nil, err
	}, func() { insert.Close(); db.Close(); remove() }, nil
}
