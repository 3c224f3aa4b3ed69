package quota

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"yitang/internal/store"
)

// Of gives a unit's plan for a year with its lines; false when none is in force.
func Of(ctx context.Context, r store.Reader, unit string, year int) (Plan, bool, error) {
	row, ok, err := One(ctx, r, unit, year)
	if err != nil || !ok || !row.InForce {
		return Plan{}, false, err
	}
	p := Plan{Unit: unit, Year: year, Groups: row.Groups, People: row.People, AmountFen: row.AmountFen, Answered: row.Answered}
	p.Lines, err = lines(ctx, r, unit, year)
	return p, true, err
}

func lines(ctx context.Context, r store.Reader, unit string, year int) ([]Line, error) {
	rows, err := r.Query(ctx, `SELECT body FROM quota_line WHERE unit = $1 AND year = $2 ORDER BY place`, unit, year)
	if err != nil {
		return nil, fmt.Errorf("reading the plan of %s for %d: %w", unit, year, err)
	}
	defer rows.Close()
	var out []Line
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			return nil, err
		}
		var l Line
		if err := json.Unmarshal([]byte(body), &l); err != nil {
			return nil, fmt.Errorf("reading a line of the plan of %s for %d: %w", unit, year, err)
		}
		out = append(out, l)
	}
	return out, rows.Err()
}

// Row is a unit's plan for a year as lists show it.
type Row struct {
	Unit      string
	Year      int
	InForce   bool
	Groups    int
	People    int
	AmountFen int64
	HandedIn  int // the latest submission
	Answered  int // the latest one that the office has answered
}

// Waits tells whether a submission waits for the office.
func (r Row) Waits() bool { return r.HandedIn > r.Answered }

const rowColumns = `unit, year, set_, groups_, people, amount_fen, handed_in, answered`

func scanRow(row interface{ Scan(...any) error }) (Row, error) {
	var r Row
	var set int
	err := row.Scan(&r.Unit, &r.Year, &set, &r.Groups, &r.People, &r.AmountFen, &r.HandedIn, &r.Answered)
	r.InForce = set == 1
	return r, err
}

// One gives the row of a unit and a year.
func One(ctx context.Context, r store.Reader, unit string, year int) (Row, bool, error) {
	row, err := scanRow(r.QueryRow(ctx, `SELECT `+rowColumns+` FROM quota_plan WHERE unit = $1 AND year = $2`, unit, year))
	if store.NoRows(err) {
		return Row{}, false, nil
	}
	if err != nil {
		return Row{}, false, fmt.Errorf("reading the plan of %s for %d: %w", unit, year, err)
	}
	return row, true, nil
}

// OfYear lists every unit's plan for a year. Index: quota_plan_by_year.
func OfYear(ctx context.Context, r store.Reader, year int) ([]Row, error) {
	rows, err := r.Query(ctx, `SELECT `+rowColumns+` FROM quota_plan WHERE year = $1 ORDER BY unit LIMIT 2000`, year)
	if err != nil {
		return nil, fmt.Errorf("reading the plans for %d: %w", year, err)
	}
	defer rows.Close()
	var out []Row
	for rows.Next() {
		row, err := scanRow(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, rows.Err()
}

// What was done with a plan.
type What string

const (
	WasSubmitted What = "submitted"
	WasSet       What = "set"
	WasSentBack  What = "back"
)

// Step is one thing that was done with a plan, as its history shows it.
type Step struct {
	At        time.Time
	What      What
	Role      string // of whoever did it
	Round     int
	Groups    int
	People    int
	AmountFen int64
	Words     string
}

// History is what was done with a plan, the latest first.
func History(ctx context.Context, r store.Reader, unit string, year int) ([]Step, error) {
	rows, err := r.Query(ctx, `SELECT at, what, role, round, groups_, people, amount_fen, words FROM quota_step WHERE unit = $1 AND year = $2 ORDER BY position DESC LIMIT 200`, unit, year)
	if err != nil {
		return nil, fmt.Errorf("reading what was done with the plan of %s for %d: %w", unit, year, err)
	}
	defer rows.Close()
	var out []Step
	for rows.Next() {
		var s Step
		var at int64
		var what string
		if err := rows.Scan(&at, &what, &s.Role, &s.Round, &s.Groups, &s.People, &s.AmountFen, &s.Words); err != nil {
			return nil, err
		}
		s.At, s.What = time.UnixMicro(at).UTC(), What(what)
		out = append(out, s)
	}
	return out, rows.Err()
}
