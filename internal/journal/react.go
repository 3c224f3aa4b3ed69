package journal

import (
	"context"
	"fmt"
	"time"
)

// Reaction is what follows by rule from events: commands to this zone's own
// subjects. It may run more than once for an event (a crash between command
// and cursor), so each command it gives carries a key made from the event.
type Reaction struct {
	Name string
	On   func(ctx context.Context, e Event) error
}

// RunReactions follows the journal until ctx ends. A reaction that fails is
// tried again after a pause; the others go on meanwhile. The caller waits for
// the returned channel.
func (j *Journal) RunReactions(ctx context.Context, report func(name string, e Event, err error), rs ...Reaction) <-chan struct{} {
	done := make(chan struct{})
	ends := make(chan struct{}, len(rs))
	for _, r := range rs {
		go func() {
			defer func() { ends <- struct{}{} }()
			j.follow(ctx, report, r)
		}()
	}
	go func() {
		for range rs {
			<-ends
		}
		close(done)
	}()
	return done
}

func (j *Journal) follow(ctx context.Context, report func(string, Event, error), r Reaction) {
	name := "reaction:" + r.Name
	at, err := j.Cursor(ctx, name)
	for err != nil {
		report(r.Name, Event{}, err)
		if !pause(ctx, time.Second) {
			return
		}
		at, err = j.Cursor(ctx, name)
	}
	for ctx.Err() == nil {
		news := j.News()
		events, err := j.Events(ctx, at, 100)
		if err != nil {
			if ctx.Err() != nil {
				return
			}
			report(r.Name, Event{}, err)
			pause(ctx, time.Second)
			continue
		}
		if len(events) == 0 {
			select {
			case <-news:
			case <-ctx.Done():
			}
			continue
		}
		moved := false
		for _, e := range events {
			if err := r.On(WithActor(ctx, System), e); err != nil {
				if ctx.Err() != nil {
					break
				}
				report(r.Name, e, fmt.Errorf("reacting to %s: %w", e.Kind, err))
				pause(ctx, time.Second)
				break
			}
			at, moved = e.Position, true
		}
		if moved {
			if err := j.MoveCursor(ctx, name, at); err != nil && ctx.Err() == nil {
				report(r.Name, Event{}, err)
			}
		}
	}
}

// Settled tells whether every reaction has seen everything committed so far.
func (j *Journal) Settled(ctx context.Context, rs ...Reaction) (bool, error) {
	head, _ := j.Head()
	for _, r := range rs {
		at, err := j.Cursor(ctx, "reaction:"+r.Name)
		if err != nil || at < head {
			return false, err
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
