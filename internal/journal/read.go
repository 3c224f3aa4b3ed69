package journal

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"yitang/internal/fault"
	"yitang/internal/store"
	"yitang/internal/zone"
)

const columns = `position, id, origin, origin_position, subject_kind, subject, version, kind, kind_version, at, actor, cause, fields, digest, chain`

// raw reads an event with its fields as they lie there, unopened. A digest or
// chain of another length than it was written with fits nothing.
func raw(rows *sql.Rows) (e Event, fields []byte, whole bool, err error) {
	var origin, actor string
	var at int64
	var digest, chain []byte
	err = rows.Scan(&e.Position, &e.ID, &origin, &e.From, &e.Subject.Kind, &e.Subject.ID, &e.Version, &e.Kind, &e.kindVersion, &at, &actor, &e.Cause,
		&fields, &digest, &chain)
	e.Origin, e.At, e.Actor = zone.Zone(origin), time.UnixMicro(at).UTC(), parseActor(actor)
	copy(e.digest[:], digest)
	copy(e.chain[:], chain)
	return e, fields, len(digest) == len(e.digest) && len(chain) == len(e.chain), err
}

func (j *Journal) scan(rows *sql.Rows) (Event, error) {
	e, fields, whole, err := raw(rows)
	if err != nil {
		return e, err
	}
	if !whole {
		return e, fmt.Errorf("event %d: its digest or chain has the wrong length", e.Position)
	}
	if err := openFields(&e, fields, j.sealer); err != nil {
		return e, err
	}
	k, ok := j.registry.byName[e.Kind]
	if !ok {
		return e, fmt.Errorf("event %d is of the unknown kind %q", e.Position, e.Kind)
	}
	if e.Body, err = k.decode(e.kindVersion, e.fields); err != nil {
		return e, fmt.Errorf("event %d: %w", e.Position, err)
	}
	return e, nil
}

// page reads events into memory first: a connection that is being read from
// can't be written to.
func (j *Journal) page(ctx context.Context, r store.Reader, query string, args ...any) ([]Event, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Event
	for rows.Next() {
		e, err := j.scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

const pageSize = 500

func (j *Journal) each(ctx context.Context, r store.Reader, after Position, f func(Event) error) error {
	for {
		events, err := j.page(ctx, r, `SELECT `+columns+` FROM journal_event WHERE position > $1 ORDER BY position LIMIT $2`, int64(after), pageSize)
		if err != nil {
			return err
		}
		for _, e := range events {
			if err := f(e); err != nil {
				return err
			}
			after = e.Position
		}
		if len(events) < pageSize {
			return nil
		}
	}
}

func (j *Journal) eachOf(ctx context.Context, r store.Reader, ref Ref, after Version, f func(Event) error) error {
	for {
		events, err := j.page(ctx, r, `SELECT `+columns+` FROM journal_event WHERE subject_kind = $1 AND subject = $2 AND version > $3 ORDER BY version LIMIT $4`,
			ref.Kind, ref.ID, int64(after), pageSize)
		if err != nil {
			return err
		}
		for _, e := range events {
			if err := f(e); err != nil {
				return err
			}
			after = e.Version
		}
		if len(events) < pageSize {
			return nil
		}
	}
}

// Each calls f for every committed event after a position, in order.
func (j *Journal) Each(ctx context.Context, after Position, f func(Event) error) error {
	return j.each(ctx, j.Store, after, f)
}

// EachOf calls f for every committed event of an origin, in the order in which they
// happened there, whatever order they came here in.
func (j *Journal) EachOf(ctx context.Context, origin zone.Zone, f func(Event) error) error {
	after := Position(0)
	for {
		events, err := j.page(ctx, j.Store, `SELECT `+columns+` FROM journal_event WHERE origin = $1 AND origin_position > $2 ORDER BY origin_position LIMIT $3`,
			string(origin), int64(after), pageSize)
		if err != nil {
			return err
		}
		for _, e := range events {
			if err := f(e); err != nil {
				return err
			}
			after = e.From
		}
		if len(events) < pageSize {
			return nil
		}
	}
}

// History gives all that happened to one subject, oldest first.
func (j *Journal) History(ctx context.Context, ref Ref) ([]Event, error) {
	var out []Event
	err := j.eachOf(ctx, j.Store, ref, 0, func(e Event) error { out = append(out, e); return nil })
	return out, err
}

// changes lists what happened to a subject after the version that a page showed.
func (w *writing) changes(ctx context.Context, ref Ref, seen Version) ([]fault.Change, error) {
	var out []fault.Change
	err := w.j.eachOf(ctx, w.tx, ref, seen, func(e Event) error {
		out = append(out, fault.Change{Field: e.Kind, Who: e.Actor.String(), At: e.At})
		return nil
	})
	return out, err
}

// Cursor tells how far a named reader has come.
func (j *Journal) Cursor(ctx context.Context, name string) (Position, error) {
	return cursor(ctx, j.Store, name)
}

func cursor(ctx context.Context, r store.Reader, name string) (Position, error) {
	var p Position
	err := r.QueryRow(ctx, `SELECT position FROM journal_cursor WHERE name = $1`, name).Scan(&p)
	if store.NoRows(err) {
		return 0, nil
	}
	return p, err
}

func moveCursor(ctx context.Context, tx store.Tx, name string, p Position) error {
	_, err := tx.Exec(ctx, `INSERT INTO journal_cursor (name, position) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET position = excluded.position`, name, int64(p))
	return err
}

// MoveCursor remembers how far a named reader has come.
func (j *Journal) MoveCursor(ctx context.Context, name string, p Position) error {
	return j.submit(ctx, func(w *writing) error { return moveCursor(ctx, w.tx, name, p) })
}
