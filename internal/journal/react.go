package journal

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"yitang/internal/fault"
)

// Reaction is what follows by rule from events: commands to this zone's own
// subjects. It may run more than once for an event (a crash between command
// and cursor), so each command it gives carries a key made from the event.
//
// Events of one subject, and of one case, are reacted to in order; those that
// share neither at the same time, so that what follows from them shares
// flushes. An event whose reaction fails is parked: what happened to its
// subject afterwards waits behind it, and everything else goes on.
type Reaction struct {
	Name string
	On   func(ctx context.Context, e Event) error
	// Pause is how long a parked event waits for its second try; it doubles up
	// to five minutes. 0: one second.
	Pause time.Duration
}

const (
	// lookAhead is how many events may be under way at once, those included
	// that are finished behind one that isn't.
	lookAhead = 256
	// hands is how many of them are reacted to at once: enough to fill a flush,
	// few enough to leave the database's readers to people.
	hands = 16
	// cursorEvery is how many finished events may be repeated after a crash.
	cursorEvery = 64
	// cursorAfter is how long they may be kept in mind alone, so that what ends
	// one by one doesn't write once for each.
	cursorAfter = 100 * time.Millisecond
)

// RunReactions follows the journal until ctx ends. The caller waits for the
// returned channel.
func (j *Journal) RunReactions(ctx context.Context, report func(name string, e Event, err error), rs ...Reaction) <-chan struct{} {
	done := make(chan struct{})
	var all sync.WaitGroup
	for _, r := range rs {
		f := &follower{j: j, r: r, report: report, last: map[lane]*underWay{}, hands: make(chan struct{}, hands), finished: make(chan *underWay, lookAhead),
			parked: map[Ref]*parkedLine{}, more: make(chan struct{}, 1)}
		all.Go(func() { f.run(ctx) })
	}
	go func() {
		all.Wait()
		close(done)
	}()
	return done
}

// follower is one reaction on its way through the journal. Its run goroutine
// alone reads events, keeps queue and last, and moves the cursor.
type follower struct {
	j      *Journal
	r      Reaction
	report func(name string, e Event, err error)

	queue    []*underWay        // in the order of the journal
	passed   Position           // everything up to here is finished; the cursor follows
	kept     Position           // the cursor in the store
	last     map[lane]*underWay // the newest event under way in each lane
	hands    chan struct{}
	finished chan *underWay // never full: holds as many as may be under way
	workers  sync.WaitGroup

	mu     sync.Mutex // guards parked and the lines in it
	parked map[Ref]*parkedLine
	more   chan struct{} // something was parked
}

// lane is where nobody overtakes: a subject's events, and a case's.
type lane struct{ kind, id string }

func lanesOf(e Event) [2]lane {
	id := e.Subject.ID // the subjects that are a case carry its id
	if c, ok := e.Body.(interface{ CaseID() string }); ok && c.CaseID() != "" {
		id = c.CaseID()
	}
	id, _, _ = strings.Cut(id, "~") // what changes a case waits its turn with it
	return [2]lane{{e.Subject.Kind, e.Subject.ID}, {"case", id}}
}

// underWay is an event from when it is read until all before it are finished.
type underWay struct {
	e     Event
	after []*underWay
	done  chan struct{} // closed when it was reacted to, or is parked
	over  bool          // as run knows it
}

func (f *follower) cursor() string { return "reaction:" + f.r.Name }

func (f *follower) run(ctx context.Context) {
	at, err := f.begin(ctx)
	for err != nil {
		if !f.trouble(ctx, Event{}, err) {
			return
		}
		at, err = f.begin(ctx)
	}
	f.workers.Go(func() { f.retry(ctx) })
	f.kept, f.passed = at, at
	f.j.reached.Store(f.r.Name, at)
	defer f.j.reached.Delete(f.r.Name)
	unread := true
	var news <-chan struct{}
	var keep <-chan time.Time // set while the cursor stands behind
	for ctx.Err() == nil {
		if unread && len(f.queue) <= lookAhead/2 {
			news = f.j.News() // before reading, so that nothing is missed in between
			room := lookAhead - len(f.queue)
			events, err := f.j.Events(ctx, at, room)
			if err != nil {
				f.trouble(ctx, Event{}, err)
				continue
			}
			for _, e := range events {
				f.start(ctx, e)
				at = e.Position
			}
			unread = len(events) == room
			continue
		}
		wake := news
		if unread {
			wake = nil // there is enough to read: only room is missing
		}
		select {
		case u := <-f.finished:
			f.finish(u)
			f.sweep()
			switch {
			case f.passed-f.kept >= cursorEvery:
				f.keep(ctx)
				keep = nil
			case f.passed > f.kept && keep == nil:
				keep = time.After(cursorAfter)
			}
		case <-keep:
			f.keep(ctx)
			keep = nil
		case <-wake:
			unread = true
		case <-ctx.Done():
		}
	}
	f.workers.Wait() // what they finished last isn't swept: repeated at the next start, it is harmless
	if f.passed > f.kept {
		// So that a start after a clean end has little to repeat. Tried once: a
		// store that can't be written to must not keep the process from ending.
		if err := f.j.MoveCursor(context.WithoutCancel(ctx), f.cursor(), f.passed); err != nil && !errors.Is(err, ErrClosed) {
			f.report(f.r.Name, Event{}, fmt.Errorf("moving the cursor of %s: %w", f.r.Name, err))
		}
	}
}

// start puts an event under way.
func (f *follower) start(ctx context.Context, e Event) {
	u := &underWay{e: e, done: make(chan struct{})}
	for _, l := range lanesOf(e) {
		if before, busy := f.last[l]; busy && before != u {
			u.after = append(u.after, before)
		}
		f.last[l] = u
	}
	f.queue = append(f.queue, u)
	f.workers.Go(func() { f.work(ctx, u) })
}

func (f *follower) work(ctx context.Context, u *underWay) {
	for _, before := range u.after {
		select {
		case <-before.done:
		case <-ctx.Done():
			return
		}
	}
	u.after = nil // else each event would keep all before it in memory
	select {
	case f.hands <- struct{}{}:
	case <-ctx.Done():
		return
	}
	over := f.settle(ctx, u.e)
	<-f.hands
	if over {
		close(u.done)
		f.finished <- u
	}
}

// settle reacts to an event or parks it. A store that can't be written to
// parks nothing: the event is tried again until it can. False: ctx has ended.
func (f *follower) settle(ctx context.Context, e Event) bool {
	for {
		if ctx.Err() != nil {
			return false
		}
		var failed error
		if !f.isParked(e.Subject) {
			if failed = f.on(ctx, e); failed == nil {
				return true
			}
			if f.ended(ctx, failed) {
				return false
			}
		}
		err := f.park(ctx, e, failed)
		if err == nil {
			if failed != nil {
				f.report(f.r.Name, e, failed)
			}
			return true
		}
		if !f.trouble(ctx, e, errors.Join(failed, err)) {
			return false
		}
	}
}

// on reacts. A defect in one room must not end the process that all others
// run in.
func (f *follower) on(ctx context.Context, e Event) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fault.Defect("reacting to "+e.Kind, r)
		}
	}()
	if err := f.r.On(WithActor(ctx, System), e); err != nil {
		return fmt.Errorf("reacting to %s: %w", e.Kind, err)
	}
	return nil
}

// ended tells a clean end from a failure.
func (f *follower) ended(ctx context.Context, err error) bool {
	return ctx.Err() != nil || errors.Is(err, ErrClosed)
}

// trouble reports a failure of the store, and waits before the next try. False: ctx has ended.
func (f *follower) trouble(ctx context.Context, e Event, err error) bool {
	if f.ended(ctx, err) {
		return false
	}
	f.report(f.r.Name, e, err)
	return pause(ctx, time.Second)
}

func (f *follower) finish(u *underWay) {
	u.over = true
	for more := true; more; { // what ended together moves the cursor together
		select {
		case v := <-f.finished:
			v.over = true
		default:
			more = false
		}
	}
}

// sweep takes what is finished off the queue's head: never anything behind
// what is unfinished.
func (f *follower) sweep() {
	n := 0
	for n < len(f.queue) && f.queue[n].over {
		u := f.queue[n]
		for _, l := range lanesOf(u.e) {
			if f.last[l] == u {
				delete(f.last, l)
			}
		}
		f.passed = u.e.Position
		n++
	}
	f.queue = f.queue[n:]
	f.j.reached.Store(f.r.Name, f.passed)
}

// keep moves the cursor over what is finished.
func (f *follower) keep(ctx context.Context) {
	for {
		err := f.j.MoveCursor(ctx, f.cursor(), f.passed)
		if err == nil {
			f.kept = f.passed
			return
		}
		if !f.trouble(ctx, Event{}, fmt.Errorf("moving the cursor of %s: %w", f.r.Name, err)) {
			return
		}
	}
}

// Settled tells whether every reaction has seen everything committed so far,
// and none of it is parked.
func (j *Journal) Settled(ctx context.Context, rs ...Reaction) (bool, error) {
	head, _ := j.Head()
	for _, r := range rs {
		// What runs here is known here; of others the store knows what they kept.
		at, runs := j.reached.Load(r.Name)
		if !runs {
			kept, err := j.Cursor(ctx, "reaction:"+r.Name)
			if err != nil {
				return false, err
			}
			at = kept
		}
		if at.(Position) < head {
			return false, nil
		}
	}
	parked, err := j.Parked(ctx)
	if err != nil {
		return false, err
	}
	for _, p := range parked {
		if slices.ContainsFunc(rs, func(r Reaction) bool { return r.Name == p.Reaction }) {
			return false, nil
		}
	}
	return true, nil
}

func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
