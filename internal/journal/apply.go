package journal

import (
	"context"
	"errors"
	"fmt"

	"yitang/internal/store"
)

// Applying is one transaction that takes over what came from another zone.
// Whatever else must hold together with it (a stream's cursor, a receipt) is
// written through Tx.
type Applying struct {
	w  *writing
	Tx store.Tx
}

// Apply runs f in one transaction of the writer: all of it is kept, or nothing.
func (j *Journal) Apply(ctx context.Context, f func(*Applying) error) error {
	return j.submit(ctx, func(w *writing) error { return f(&Applying{w: w, Tx: w.tx}) })
}

// RecordError says that a record may not be taken, whatever happens later: it
// is malformed, says more than this zone may hold, isn't its sender's to write,
// or contradicts what is here. Nothing of it was kept, and the transaction can
// go on. Every other error of Take is the machine's, and must end it.
type RecordError struct{ Why error }

func (e *RecordError) Error() string { return e.Why.Error() }
func (e *RecordError) Unwrap() error { return e.Why }

// Newer tells that a later release of the program wrote the record, as far as
// can be seen: this one doesn't know its kind, a field of it or how it is
// written now. It may be taken once this zone has that release.
func (e *RecordError) Newer() bool {
	var n *newerError
	return errors.As(e.Why, &n)
}

// newerError is what only a later release can have written.
type newerError struct{ what string }

func (e *newerError) Error() string { return e.what }

func newer(format string, args ...any) error { return &newerError{fmt.Sprintf(format, args...)} }

func refused(format string, args ...any) error {
	return &RecordError{Why: fmt.Errorf(format, args...)}
}

// Take appends one record that another zone wrote. A record that is here
// already is not taken again (false); one that may not be here is a
// RecordError.
func (a *Applying) Take(ctx context.Context, rec []byte) (Event, bool, error) {
	w := a.w
	e, err := w.j.registry.Decode(rec, w.j.Zone)
	if err != nil {
		return Event{}, false, &RecordError{Why: err}
	}
	if e.Origin == w.j.Zone {
		return Event{}, false, refused("record %s claims to come from this zone", e.ID)
	}
	var have []byte
	err = w.tx.QueryRow(ctx, `SELECT digest FROM journal_event WHERE origin = $1 AND origin_position = $2`, string(e.Origin), int64(e.From)).Scan(&have)
	switch {
	case err == nil && string(have) == string(e.digest[:]):
		return e, false, nil
	case err == nil:
		return Event{}, false, refused("record %s contradicts what the %s zone said before under its number %d", e.ID, e.Origin, e.From)
	case !store.NoRows(err):
		return Event{}, false, err
	}
	var version Version
	err = w.tx.QueryRow(ctx, `SELECT version FROM journal_event WHERE subject_kind = $1 AND subject = $2 AND version = $3`,
		e.Subject.Kind, e.Subject.ID, int64(e.Version)).Scan(&version)
	switch {
	case err == nil:
		return Event{}, false, refused("record %s contradicts what is known of %s: its version %d is another event", e.ID, e.Subject, e.Version)
	case !store.NoRows(err):
		return Event{}, false, err
	}
	if from, begun, err := w.begunIn(ctx, w.j.registry.byName[e.Kind], e); err != nil {
		return Event{}, false, err
	} else if begun && from != e.Origin {
		return Event{}, false, refused("record %s: %s began in the %s zone, and the %s zone may not go on with it", e.ID, e.Subject, from, e.Origin)
	}
	w.j.seen.drop(e.Subject) // a state kept in memory doesn't know this event
	if e, err = w.keep(ctx, w.j.registry.byName[e.Kind], e); err != nil {
		return Event{}, false, err
	}
	return e, true, nil
}

// lifeCursor names the cursor that holds how far ahead of its positions a zone
// numbers what it says.
const lifeCursor = "journal:life"

// BeginLife lets what this zone says from here on be numbered, for the other zones,
// from number on. A zone that was restored from a backup has forgotten numbers that
// it gave, and the others take nothing else under one of those. A number that is
// lower than the next one changes nothing.
func (a *Applying) BeginLife(ctx context.Context, number int64) error {
	life := Position(number) - a.w.head - 1
	if life <= a.w.life {
		return nil
	}
	a.w.life = life
	return a.MoveCursor(ctx, lifeCursor, life)
}

// Head is the position and chain inside this transaction.
func (a *Applying) Head() (Position, [32]byte) { return a.w.head, a.w.chain }

// MoveCursor moves a named cursor in this transaction.
func (a *Applying) MoveCursor(ctx context.Context, name string, p Position) error {
	return moveCursor(ctx, a.Tx, name, p)
}

// Cursor reads a named cursor in this transaction.
func (a *Applying) Cursor(ctx context.Context, name string) (Position, error) {
	return cursor(ctx, a.Tx, name)
}
