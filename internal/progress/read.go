package progress

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// Of reads where a case stands, or an amendment of one; false when this zone has
// heard nothing of it.
func Of(ctx context.Context, r store.Reader, filing string) (State, bool, error) {
	return one(ctx, r, filing, func(id string) (State, bool, error) { return stateOf(ctx, r, id) })
}

func stateOf(ctx context.Context, r store.Reader, filing string) (State, bool, error) {
	var doc string
	err := r.QueryRow(ctx, `SELECT state FROM case_state WHERE filing = $1`, filing).Scan(&doc)
	if store.NoRows(err) {
		return State{}, false, nil
	}
	if err != nil {
		return State{}, false, fmt.Errorf("reading where %s stands: %w", filing, err)
	}
	s, err := decode(doc)
	return s, err == nil, err
}

// Each reads where several cases stand, in one look; not of changes of a case, and
// nothing of those of which this zone has heard nothing.
func Each(ctx context.Context, r store.Reader, filings []string) ([]State, error) {
	var out []State
	for some := range slices.Chunk(filings, 400) {
		marks, args := make([]string, len(some)), make([]any, len(some))
		for i, id := range some {
			marks[i], args[i] = fmt.Sprintf("$%d", i+1), id
		}
		more, err := states(ctx, r, `SELECT state FROM case_state WHERE filing IN (`+strings.Join(marks, ", ")+`)`, args...)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

func decode(doc string) (State, error) {
	var s State
	if err := json.Unmarshal([]byte(doc), &s); err != nil {
		return s, fmt.Errorf("reading the state of a case: %w", err)
	}
	return s, nil
}

// After is where a list goes on: the last row of the page before.
type After struct {
	Depart calendar.Date
	Filing string
}

// index case_state_by_unit (unit, ended, depart, filing)
const ofUnit = `SELECT state
FROM case_state
WHERE unit = $1 AND ended = $2 AND (depart, filing) > ($3, $4)
ORDER BY depart, filing
LIMIT $5`

// OfUnit lists a unit's cases by day of departure: those under way, or those
// that are over.
func OfUnit(ctx context.Context, r store.Reader, unit string, over bool, after After, limit int) ([]State, error) {
	n := 0
	if over {
		n = 1
	}
	return states(ctx, r, ofUnit, unit, n, after.Depart.String(), after.Filing, limit)
}

// index case_state_by_unit (unit, ended, depart, filing)
const lately = `SELECT state
FROM case_state
WHERE unit = $1 AND ended = 1 AND depart >= $2
ORDER BY depart DESC, filing DESC
LIMIT $3`

// Lately lists a unit's cases that are over and left since a day, the last to leave first.
func Lately(ctx context.Context, r store.Reader, unit string, since calendar.Date, limit int) ([]State, error) {
	return states(ctx, r, lately, unit, since.String(), limit)
}

// Since is a case under way, and when it was last heard of.
type Since struct {
	State
	At time.Time
}

// index case_state_by_unit (unit, ended, depart, filing)
const open = `SELECT state, at
FROM case_state
WHERE unit = $1 AND ended = 0 AND (depart, filing) > ($2, $3)
ORDER BY depart, filing
LIMIT $4`

// Open lists a unit's cases under way by day of departure, after a row.
func Open(ctx context.Context, r store.Reader, unit string, after After, limit int) ([]Since, error) {
	rows, err := r.Query(ctx, open, unit, after.Depart.String(), after.Filing, limit)
	if err != nil {
		return nil, fmt.Errorf("listing cases under way: %w", err)
	}
	defer rows.Close()
	var out []Since
	for rows.Next() {
		var doc string
		var at int64
		if err := rows.Scan(&doc, &at); err != nil {
			return nil, err
		}
		s, err := decode(doc)
		if err != nil {
			return nil, err
		}
		out = append(out, Since{s, time.UnixMicro(at).UTC()})
	}
	return out, rows.Err()
}

// HeardAt tells when a case was last heard of; the zero time where it never was.
func HeardAt(ctx context.Context, r store.Reader, filing string) (time.Time, error) {
	var at int64
	err := r.QueryRow(ctx, `SELECT at FROM case_state WHERE filing = $1`, filing).Scan(&at)
	if store.NoRows(err) {
		return time.Time{}, nil
	}
	return time.UnixMicro(at).UTC(), err
}

func states(ctx context.Context, r store.Reader, query string, args ...any) ([]State, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("listing cases: %w", err)
	}
	defer rows.Close()
	var out []State
	for rows.Next() {
		var doc string
		if err := rows.Scan(&doc); err != nil {
			return nil, err
		}
		s, err := decode(doc)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// index case_state_by_barred (depart, filing)
const barredCases = `SELECT state
FROM case_state
WHERE barred > 0 AND ended = 0
ORDER BY depart, filing
LIMIT $1`

// BarredCases lists the approved cases in which somebody may not travel any more, the
// first to leave first.
func BarredCases(ctx context.Context, r store.Reader, limit int) ([]State, error) {
	return states(ctx, r, barredCases, limit)
}

// Happening is one line of the timeline.
type Happening struct {
	Position journal.Position
	At       time.Time
	Zone     zone.Zone
	Role     string
	Kind     string
	Args     map[string]any
}

// Key is the sentence's message key.
func (h Happening) Key() string { return "happened." + h.Kind }

// index case_timeline_by_time (filing, at, position)
const timeline = `SELECT position, at, zone, role, kind, args
FROM case_timeline
WHERE filing = $1
ORDER BY at DESC, position DESC
LIMIT $2`

// Timeline lists what happened to a case, newest first.
func Timeline(ctx context.Context, r store.Reader, filing string, limit int) ([]Happening, error) {
	rows, err := r.Query(ctx, timeline, filing, limit)
	if err != nil {
		return nil, fmt.Errorf("reading the timeline of %s: %w", filing, err)
	}
	defer rows.Close()
	var out []Happening
	for rows.Next() {
		var h Happening
		var at int64
		var args string
		if err := rows.Scan(&h.Position, &at, &h.Zone, &h.Role, &h.Kind, &args); err != nil {
			return nil, err
		}
		h.At = time.UnixMicro(at).UTC()
		if err := json.Unmarshal([]byte(args), &h.Args); err != nil {
			return nil, fmt.Errorf("reading the timeline of %s: %w", filing, err)
		}
		out = append(out, h)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	s, _, err := Of(ctx, r, filing)
	if err == nil {
		err = s.recount(out)
	}
	return out, err
}

// recount tells of booklets that were handed in how late that was by the day of
// coming home: the office may have heard of it only after it took them in, and
// counted from the day on which the trip was to end.
func (s State) recount(all []Happening) error {
	if s.CameHome.IsZero() {
		return nil
	}
	for _, h := range all {
		if h.Kind != "custody.handed_in" {
			continue
		}
		var on calendar.Date
		told, _ := h.Args["On"].(string)
		if err := on.UnmarshalText([]byte(told)); err != nil {
			return fmt.Errorf("reading when a booklet was handed in: %w", err)
		}
		h.Args["Late"] = float64(max(0, on.Sub(s.BookletsDue)))
	}
	return nil
}

// Under way: whose last day is open.
const underWay = `SELECT stretch, whose, began, ended
FROM case_walk
WHERE filing = $1 AND ended = ''
ORDER BY stretch, whose`

// index case_walk_by_end (stretch, ended, began)
const walked = `SELECT stretch, whose, began, ended
FROM case_walk
WHERE stretch = $1 AND ended >= $2
ORDER BY ended DESC
LIMIT $3`

// UnderWay are the stretches that a case, and each person of it, is on.
func UnderWay(ctx context.Context, r store.Reader, filing string) ([]Walk, error) {
	return walks(ctx, r, underWay, filing)
}

// Walked are the newest walks along a stretch that ended since a day, of all cases.
func Walked(ctx context.Context, r store.Reader, x Stretch, since calendar.Date, limit int) ([]Walk, error) {
	return walks(ctx, r, walked, string(x), since.String(), limit)
}

func walks(ctx context.Context, r store.Reader, query string, args ...any) ([]Walk, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading how long the way took: %w", err)
	}
	defer rows.Close()
	var out []Walk
	for rows.Next() {
		var w Walk
		var began, ended string
		if err := rows.Scan(&w.Stretch, &w.Whose, &began, &ended); err != nil {
			return nil, fmt.Errorf("reading how long the way took: %w", err)
		}
		if err := w.Began.UnmarshalText([]byte(began)); err != nil {
			return nil, err
		}
		if err := w.Ended.UnmarshalText([]byte(ended)); err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, rows.Err()
}
