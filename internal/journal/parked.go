package journal

import (
	"context"
	"fmt"
	"slices"
	"time"

	"yitang/internal/store"
)

// longestPause is the most that a parked event waits for its next try.
const longestPause = 5 * time.Minute

// Parked is an event that one reaction couldn't be done for, or that waits
// behind such a one of its own subject. It is tried again until it succeeds.
type Parked struct {
	Reaction string
	Position Position // of the event
	Subject  Ref
	Kind     string // of the event
	Error    string // what went wrong at the last try; "" when it only waits behind another
	Tries    int
	Since    time.Time // UTC
}

// Parked lists what waits to be reacted to again, oldest events first. Empty
// in a node where everything that follows by rule has followed.
func (j *Journal) Parked(ctx context.Context) ([]Parked, error) {
	return parked(ctx, j.Store, `SELECT reaction, position, subject_kind, subject, kind, error, tries, since FROM journal_parked ORDER BY position, reaction`)
}

func parked(ctx context.Context, r store.Reader, query string, args ...any) ([]Parked, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Parked
	for rows.Next() {
		var p Parked
		var since int64
		if err := rows.Scan(&p.Reaction, &p.Position, &p.Subject.Kind, &p.Subject.ID, &p.Kind, &p.Error, &p.Tries, &since); err != nil {
			return nil, err
		}
		p.Since = time.UnixMicro(since).UTC()
		out = append(out, p)
	}
	return out, rows.Err()
}

// parkedLine is what waits for one subject, in order. Nobody but retry takes
// from it.
type parkedLine struct {
	waiting []Position
	tries   int // of the first
	due     time.Time
}

// begin reads where this reaction stands. Whatever is parked is due at once:
// the program may be a newer one that can do it.
func (f *follower) begin(ctx context.Context) (Position, error) {
	at, err := f.j.Cursor(ctx, f.cursor())
	if err != nil {
		return 0, fmt.Errorf("reading the cursor of %s: %w", f.r.Name, err)
	}
	waiting, err := parked(ctx, f.j.Store,
		`SELECT reaction, position, subject_kind, subject, kind, error, tries, since FROM journal_parked WHERE reaction = $1 ORDER BY position`, f.r.Name)
	if err != nil {
		return 0, fmt.Errorf("reading what is parked by %s: %w", f.r.Name, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.parked)
	for _, p := range waiting {
		l := f.parked[p.Subject]
		if l == nil {
			l = &parkedLine{tries: p.Tries}
			f.parked[p.Subject] = l
		}
		l.waiting = append(l.waiting, p.Position)
	}
	return at, nil
}

func (f *follower) isParked(subject Ref) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.parked[subject] != nil
}

// park sets an event aside because it failed, or (failed is nil) because an
// earlier one of its subject did. Only when that is durable may the cursor
// pass it.
func (f *follower) park(ctx context.Context, e Event, failed error) error {
	f.mu.Lock()
	l := f.parked[e.Subject]
	again := l != nil && slices.Contains(l.waiting, e.Position)
	f.mu.Unlock()
	if again {
		// Read once more after a restart, and known already: a row written now
		// could outlive the try that is just succeeding.
		return nil
	}
	what, tries, due := "", 0, time.Now()
	if failed != nil {
		what, tries, due = failed.Error(), 1, due.Add(f.wait(1))
	}
	err := f.j.submit(ctx, func(w *writing) error {
		_, err := w.tx.Exec(ctx, `INSERT INTO journal_parked (reaction, position, subject_kind, subject, kind, error, tries, since)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (reaction, position) DO NOTHING`,
			f.r.Name, int64(e.Position), e.Subject.Kind, e.Subject.ID, e.Kind, what, tries, w.now.UnixMicro())
		return err
	})
	if err != nil {
		return fmt.Errorf("parking event %d: %w", e.Position, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	l = f.parked[e.Subject]
	if l == nil { // it failed, or all before it have succeeded in the meantime
		l = &parkedLine{tries: tries, due: due}
		f.parked[e.Subject] = l
	}
	l.waiting = append(l.waiting, e.Position)
	slices.Sort(l.waiting) // after a restart an earlier one may be read again
	select {
	case f.more <- struct{}{}:
	default:
	}
	return nil
}

// wait is how long to wait after so many tries.
func (f *follower) wait(tries int) time.Duration {
	d := f.r.Pause
	if d <= 0 {
		d = time.Second
	}
	for range tries - 1 {
		if d *= 2; d >= longestPause {
			return longestPause
		}
	}
	return d
}

// retry tries parked events again when they are due, until ctx ends.
func (f *follower) retry(ctx context.Context) {
	for ctx.Err() == nil {
		subject, due := f.nextParked()
		if subject == (Ref{}) {
			select {
			case <-f.more:
			case <-ctx.Done():
			}
			continue
		}
		if left := time.Until(due); left > 0 {
			t := time.NewTimer(left)
			select {
			case <-t.C:
			case <-f.more: // that one may be due earlier
			case <-ctx.Done():
			}
			t.Stop()
			continue
		}
		f.again(ctx, subject)
	}
}

func (f *follower) nextParked() (subject Ref, due time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for ref, l := range f.parked {
		if subject == (Ref{}) || l.due.Before(due) || l.due.Equal(due) && ref.ID < subject.ID {
			subject, due = ref, l.due
		}
	}
	return subject, due
}

// again tries the first event that waits for a subject.
func (f *follower) again(ctx context.Context, subject Ref) {
	f.mu.Lock()
	l := f.parked[subject]
	at, tries := l.waiting[0], l.tries+1
	f.mu.Unlock()
	e, failed := f.event(ctx, at)
	if failed == nil {
		failed = f.on(ctx, e)
	}
	if failed != nil && f.ended(ctx, failed) {
		return
	}
	err := f.j.submit(ctx, func(w *writing) error {
		var err error
		if failed == nil {
			_, err = w.tx.Exec(ctx, `DELETE FROM journal_parked WHERE reaction = $1 AND position = $2`, f.r.Name, int64(at))
		} else {
			_, err = w.tx.Exec(ctx, `UPDATE journal_parked SET error = $3, tries = $4 WHERE reaction = $1 AND position = $2`, f.r.Name, int64(at), failed.Error(), tries)
		}
		return err
	})
	if err != nil && f.ended(ctx, err) {
		return
	}
	f.mu.Lock()
	switch {
	case err != nil: // perhaps done, but not known to be
		failed = fmt.Errorf("keeping what is parked: %w", err)
		l.due = time.Now().Add(f.wait(tries))
	case failed != nil:
		l.tries, l.due = tries, time.Now().Add(f.wait(tries))
	default:
		l.waiting = slices.DeleteFunc(l.waiting, func(p Position) bool { return p == at })
		if len(l.waiting) == 0 {
			delete(f.parked, subject)
		}
		l.tries, l.due = 0, time.Time{}
	}
	f.mu.Unlock()
	if failed != nil {
		f.report(f.r.Name, e, failed)
	}
}

func (f *follower) event(ctx context.Context, at Position) (Event, error) {
	events, err := f.j.Events(ctx, at-1, 1)
	if err != nil {
		return Event{Position: at}, fmt.Errorf("reading event %d again: %w", at, err)
	}
	if len(events) == 0 || events[0].Position != at {
		return Event{Position: at}, fmt.Errorf("event %d isn't there any more", at)
	}
	return events[0], nil
}
