package journal

import (
	"context"
	"fmt"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// Moment is everything besides state that a decision may know. There is no
// other source of time, chance or identity.
type Moment struct {
	Now     time.Time     // UTC
	Today   calendar.Date // in the office's calendar, Asia/Shanghai
	Book    *calendar.Book
	Zone    zone.Zone
	Actor   Actor
	Version Version       // of the subject as loaded; 0: nothing has happened to it yet
	Subject string        // its id
	Fresh   func() string // a new id
}

// Subject is a kind of thing that has a history: how its state follows from events.
type Subject[S any] struct {
	Kind string
	// Evolve is total: a body that it doesn't know is an error.
	Evolve func(S, Event) (S, error)
}

// Command is an imperative: what somebody wants to happen to one subject.
type Command[S any] interface {
	// Decide gives all that happens, or one error that says all that is wrong.
	Decide(state S, m Moment) ([]Event, error)
}

// Order is how a command is given.
type Order struct {
	Subject string   // id; commands that begin a subject bring a fresh one
	Seen    *Version // version that the page showed; nil when it doesn't matter
	Key     string   // idempotency key; the same key gives the first answer again
	Cause   string   // id of the event that this follows from
}

// Answer is what a command did.
type Answer struct {
	Subject  Ref
	Version  Version  // after the command
	Position Position // of its last event; 0 when nothing happened
	Repeated bool     // the key was known: nothing new happened
}

// At is short for &v, for Order.Seen.
func At(v Version) *Version { return &v }

// Do runs a command: decides, appends, projects and answers when it is durable.
func Do[S any](ctx context.Context, j *Journal, sub Subject[S], o Order, cmd Command[S]) (Answer, error) {
	if o.Subject == "" {
		return Answer{}, fmt.Errorf("a command on %s names no subject", sub.Kind)
	}
	var ans Answer
	actor := ActorOf(ctx)
	err := j.submit(ctx, func(w *writing) error {
		var err error
		ans, err = decide(ctx, w, sub, o, cmd, actor)
		return err
	})
	if err != nil {
		return Answer{}, err
	}
	return ans, nil
}

func decide[S any](ctx context.Context, w *writing, sub Subject[S], o Order, cmd Command[S], actor Actor) (Answer, error) {
	ref := Ref{sub.Kind, o.Subject}
	if o.Key != "" {
		ans, known, err := w.answered(ctx, actor, o.Key)
		if err != nil || known {
			return ans, err
		}
	}
	state, version, err := load(ctx, w, sub, o.Subject)
	if err != nil {
		return Answer{}, err
	}
	if o.Seen != nil && *o.Seen != version {
		changes, err := w.changes(ctx, ref, *o.Seen)
		if err != nil {
			return Answer{}, err
		}
		return Answer{}, fault.Conflict("stale.page", changes...)
	}
	if version > 0 {
		w.j.seen.put(ref, cached{state, version}) // five hundred refusals in a row replay it once
	}
	m := w.moment(actor)
	m.Version, m.Subject = version, o.Subject
	events, err := cmd.Decide(state, m)
	if err == nil && actor != System {
		err = tooLong(events)
	}
	if err != nil {
		return Answer{}, err
	}
	w.fresh = append(w.fresh, ref) // a state that was half evolved must not stay cached
	ans := Answer{Subject: ref, Version: version}
	for i := range events {
		e := events[i]
		e.Subject, e.Version, e.Actor, e.Cause, e.At = ref, version+Version(i)+1, actor, o.Cause, m.Now
		if e, err = w.append(ctx, e); err != nil {
			return Answer{}, err
		}
		if state, err = sub.Evolve(state, e); err != nil {
			return Answer{}, fmt.Errorf("evolving %s: %w", ref, err)
		}
		ans.Version, ans.Position = e.Version, e.Position
	}
	w.remember(ref, cached{state, ans.Version})
	if o.Key != "" {
		if err := w.answer(ctx, actor, o.Key, ans); err != nil {
			return Answer{}, err
		}
	}
	return ans, nil
}

type cached struct {
	state   any
	version Version
}

// load gives a subject's state inside a write. The cache is a shortcut: the
// store is asked for anything newer, because another node may have written.
func load[S any](ctx context.Context, w *writing, sub Subject[S], id string) (S, Version, error) {
	var state S
	var version Version
	ref := Ref{sub.Kind, id}
	if c, ok := w.recall(ref); ok {
		state, version = c.state.(S), c.version
		if w.j.alone {
			return state, version, nil
		}
	}
	return replay(ctx, w.tx, w.j, sub, ref, state, version)
}

func replay[S any](ctx context.Context, r store.Reader, j *Journal, sub Subject[S], ref Ref, state S, after Version) (S, Version, error) {
	err := j.eachOf(ctx, r, ref, after, func(e Event) error {
		var err error
		if state, err = sub.Evolve(state, e); err != nil {
			return fmt.Errorf("evolving %s with event %d: %w", ref, e.Position, err)
		}
		after = e.Version
		return nil
	})
	return state, after, err
}

// Load gives a subject's state and version as last committed. Version 0 means
// that nothing has happened to it here.
func Load[S any](ctx context.Context, j *Journal, sub Subject[S], id string) (S, Version, error) {
	var zero S
	return replay(ctx, j.Store, j, sub, Ref{sub.Kind, id}, zero, 0)
}
