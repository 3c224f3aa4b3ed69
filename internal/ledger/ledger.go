// Package ledger counts what a case has cost people (行程账): visits, asks,
// returns, paper. It is computed from the journal and never typed in, in every
// zone from what that zone hears.
//
// It is memory, and knows no story: an event that counts says so itself, by one
// of the small interfaces here.
//
//   - a visit is one check-in of one unit on one day, whatever acts and people
//   - beside it stands how often a traveller was at a mission, which no office
//     can spare them or put together with another visit
//   - an ask is a datum typed or a paper uploaded by somebody for this case;
//     each field that is sent back is one ask more once it comes in again
//   - a return is one sending back
//   - paper is one original taken over a counter for good
package ledger

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// Asking is an event by which somebody gave data: the paths of what they typed
// or uploaded. What is held or derived isn't among them.
type Asking interface{ Asked() []string }

// Mending is an event by which somebody answered a sending back: each field that
// was sent back counts as asked for once more, whatever of it was typed.
type Mending interface{ Mended() []string }

// Returning is an event that sends something back: the paths to be mended.
type Returning interface{ Returned() []string }

// Rejecting is an event by which a desk wants a paper again after the decision:
// the paths of what doesn't serve. It is no sending back of the case, and each
// is asked for once more when another one comes.
type Rejecting interface{ Rejected() []string }

// Visiting is an event by which somebody came.
type Visiting interface {
	Visited() (who string, day calendar.Date)
}

// AtMission is an event by which a traveller was seen at a mission. It is no
// visit to the office and is counted apart.
type AtMission interface {
	WasAtMission() (who string, day calendar.Date)
}

// Delivering is an event by which original papers changed hands.
type Delivering interface{ Delivered() int }

// Granting is an event by which a case has what it asked for: from this day it
// counts among those whose cost is compared (Months).
type Granting interface{ Granted() calendar.Date }

// OfCase is an event outside the case's own subjects that belongs to one.
type OfCase interface{ CaseID() string }

// own are the subjects whose id is the case's.
var own = []string{"filing", "approval", "trip"}

// CaseOf names the case that an event belongs to; "" for none. What is asked to
// be changed of a case belongs to it, though it is a subject of its own.
func CaseOf(e journal.Event) string { return Case(SubjectOf(e)) }

// SubjectOf names the case, or the change of a case, that an event belongs to.
func SubjectOf(e journal.Event) string {
	if slices.Contains(own, e.Subject.Kind) {
		return e.Subject.ID
	}
	if c, ok := e.Body.(OfCase); ok {
		return c.CaseID()
	}
	return ""
}

// Case is the case that an id names, or that the change with this id belongs
// to: the id of a change is its case's, a tilde and a number.
func Case(id string) string {
	of, _, _ := strings.Cut(id, "~")
	return of
}

// Of which change a datum was asked for stands before its path: somebody else's
// post is another datum than the post that was typed in the same place before.
func within(e journal.Event, paths []string) []string {
	_, nth, change := strings.Cut(SubjectOf(e), "~")
	if !change {
		return paths
	}
	out := make([]string, len(paths))
	for i, p := range paths {
		out[i] = "~" + nth + "/" + p
	}
	return out
}

// Change takes the path of a datum apart: the number of the change that it was
// asked for, "" for the application itself, and the path.
func (d Datum) Change() (nth, path string) {
	rest, change := strings.CutPrefix(d.Path, "~")
	if !change {
		return "", d.Path
	}
	nth, path, _ = strings.Cut(rest, "/")
	return nth, path
}

// Projections are the ledger's tables. The data of one case stand in one row,
// because a submission writes some hundred of them at once.
var Projections = []journal.Projection{{
	Name: "ledger", Version: 6, Tables: []string{"trip_ledger", "trip_ledger_data", "trip_ledger_visit"},
	Schema: `
CREATE TABLE trip_ledger (
  filing TEXT PRIMARY KEY,
  visits INTEGER NOT NULL,
  asks INTEGER NOT NULL,
  returns INTEGER NOT NULL,
  defects INTEGER NOT NULL,
  paper INTEGER NOT NULL,
  missions INTEGER NOT NULL,
  data INTEGER NOT NULL,
  granted TEXT NOT NULL
);
CREATE INDEX trip_ledger_by_grant ON trip_ledger (granted, visits, asks, data, returns, paper);
CREATE TABLE trip_ledger_data (
  filing TEXT PRIMARY KEY,
  data TEXT NOT NULL
);
CREATE TABLE trip_ledger_visit (
  filing TEXT NOT NULL,
  who TEXT NOT NULL,
  day TEXT NOT NULL,
  PRIMARY KEY (filing, who, day)
);
CREATE INDEX trip_ledger_visit_by_day ON trip_ledger_visit (who, day)`,
	Apply: apply,
}}

// Datum is how often one datum was asked for.
type Datum struct {
	Path     string `json:"-"`
	Given    int    `json:"g,omitempty"` // typed or uploaded
	SentBack int    `json:"s,omitempty"`
	Due      int    `json:"d,omitempty"` // sent back and not supplied yet
}

// Asks is how often a person was asked for it.
func (d Datum) Asks() int { return d.Given + d.SentBack - d.Due }

func apply(ctx context.Context, tx store.Tx, e journal.Event) error {
	filing := CaseOf(e)
	if filing == "" {
		return nil
	}
	switch b := e.Body.(type) {
	case Returning:
		fields := within(e, b.Returned())
		if err := count(ctx, tx, filing, Ledger{Returns: 1, Defects: len(fields)}); err != nil {
			return err
		}
		return change(ctx, tx, filing, func(data map[string]Datum) {
			for _, f := range fields {
				d := data[f]
				d.SentBack++
				d.Due++
				data[f] = d
			}
		})
	case Rejecting:
		fields := within(e, b.Rejected())
		if len(fields) == 0 {
			return nil
		}
		return change(ctx, tx, filing, func(data map[string]Datum) {
			for _, f := range fields {
				if d := data[f]; d.Due == 0 { // told again in other words it is still one paper
					d.SentBack++
					d.Due++
					data[f] = d
				}
			}
		})
	case Asking:
		if e.Origin != zone.Internet {
			return nil // what an office adds, it was not asked for
		}
		return asked(ctx, tx, filing, within(e, b.Asked()), false)
	case Mending:
		return asked(ctx, tx, filing, within(e, b.Mended()), true)
	case Visiting:
		who, day := b.Visited()
		n, err := tx.Exec(ctx, `INSERT INTO trip_ledger_visit (filing, who, day) VALUES ($1, $2, $3) ON CONFLICT (filing, who, day) DO NOTHING`, filing, who, day.String())
		if err != nil || n == 0 {
			return err
		}
		return count(ctx, tx, filing, Ledger{Visits: 1})
	case Granting:
		if err := count(ctx, tx, filing, Ledger{}); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE trip_ledger SET granted = $2 WHERE filing = $1 AND granted = ''`, filing, b.Granted().String())
		return err
	case AtMission:
		return count(ctx, tx, filing, Ledger{Missions: 1})
	case Delivering:
		if n := b.Delivered(); n > 0 {
			return count(ctx, tx, filing, Ledger{Paper: n})
		}
	}
	return nil
}

func asked(ctx context.Context, tx store.Tx, filing string, paths []string, again bool) error {
	asks, first := 0, 0
	err := change(ctx, tx, filing, func(data map[string]Datum) {
		for path, d := range data {
			if again && d.Due > 0 && !rejected(path) {
				asks += d.Due
				d.Due = 0
				data[path] = d
			}
		}
		for _, path := range paths {
			d := data[path]
			along := again && (mends(data, path) || d.Given > 0 && !rejected(path)) // changed with what was sent back: the same ask
			if along || answers(data, path) {
				continue
			}
			if rejected(path) && d.Given > 0 && d.Due == 0 {
				continue // another file under the same paper, of their own accord: nobody asked for it twice
			}
			if d.Due > 0 && rejected(path) { // it came again because the desk turned the first down
				d.Due--
			} else {
				if d.Given == 0 {
					first++
				}
				d.Given++
			}
			data[path] = d
			asks++
		}
	})
	if err != nil || asks == 0 {
		return err
	}
	return count(ctx, tx, filing, Ledger{Asks: asks, Data: first})
}

// rejected tells whether a datum that is due is a paper that a desk turned down:
// a case that is sent back names papers by their places.
func rejected(path string) bool {
	_, p := (Datum{Path: path}).Change()
	return strings.HasPrefix(p, "material:")
}

// mends tells whether a path lies within one that was sent back.
func mends(data map[string]Datum, path string) bool {
	for p := path; p != ""; p = parent(p) {
		if data[p].SentBack > 0 {
			return true
		}
	}
	return false
}

// answers tells whether a datum is a paper that comes in while papers are sent
// back: only into their places one can be given then.
func answers(data map[string]Datum, path string) bool {
	if _, p := (Datum{Path: path}).Change(); !strings.HasPrefix(p, "material:") {
		return false
	}
	for path, d := range data {
		if _, p := (Datum{Path: path}).Change(); d.Due > 0 && strings.HasPrefix(p, "materials") {
			return true
		}
	}
	return false
}

// parent is the path of what a path lies in: legs[1].arrive, legs[1], legs.
func parent(path string) string { return path[:max(0, strings.LastIndexAny(path, ".["))] }

const add = `INSERT INTO trip_ledger (filing, visits, asks, returns, defects, paper, missions, data, granted) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')
ON CONFLICT (filing) DO UPDATE SET visits = trip_ledger.visits + excluded.visits, asks = trip_ledger.asks + excluded.asks,
returns = trip_ledger.returns + excluded.returns, defects = trip_ledger.defects + excluded.defects, paper = trip_ledger.paper + excluded.paper,
missions = trip_ledger.missions + excluded.missions, data = trip_ledger.data + excluded.data`

func count(ctx context.Context, tx store.Tx, filing string, more Ledger) error {
	_, err := tx.Exec(ctx, add, filing, more.Visits, more.Asks, more.Returns, more.Defects, more.Paper, more.Missions, more.Data)
	return err
}

func change(ctx context.Context, tx store.Tx, filing string, f func(map[string]Datum)) error {
	data, err := load(ctx, tx, filing)
	if err != nil {
		return err
	}
	f(data)
	doc, err := json.Marshal(data) // keys sorted, so that a rebuild gives the same text
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO trip_ledger_data (filing, data) VALUES ($1, $2) ON CONFLICT (filing) DO UPDATE SET data = excluded.data`, filing, string(doc))
	return err
}

func load(ctx context.Context, r store.Reader, filing string) (map[string]Datum, error) {
	data := map[string]Datum{}
	var doc string
	err := r.QueryRow(ctx, `SELECT data FROM trip_ledger_data WHERE filing = $1`, filing).Scan(&doc)
	if store.NoRows(err) {
		return data, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the ledger of %s: %w", filing, err)
	}
	if err := json.Unmarshal([]byte(doc), &data); err != nil {
		return nil, fmt.Errorf("reading the ledger of %s: %w", filing, err)
	}
	return data, nil
}

// Ledger is a case's four numbers.
type Ledger struct {
	Visits   int
	Missions int // at a mission, beside the visits to the office
	Asks     int
	Data     int // different data that were asked for
	Returns  int
	Defects  int // over all returns
	Paper    int
}

// Of reads a case's ledger; all zero for one that nothing was counted for.
func Of(ctx context.Context, r store.Reader, filing string) (Ledger, error) {
	var l Ledger
	err := r.QueryRow(ctx, `SELECT visits, asks, returns, defects, paper, missions, data FROM trip_ledger WHERE filing = $1`, filing).
		Scan(&l.Visits, &l.Asks, &l.Returns, &l.Defects, &l.Paper, &l.Missions, &l.Data)
	if store.NoRows(err) {
		return l, nil
	}
	if err != nil {
		return l, fmt.Errorf("reading the ledger of %s: %w", filing, err)
	}
	return l, nil
}

// Data lists how often each datum of a case was asked for, by path.
func Data(ctx context.Context, r store.Reader, filing string) ([]Datum, error) {
	data, err := load(ctx, r, filing)
	if err != nil {
		return nil, err
	}
	var out []Datum
	for path, d := range data {
		d.Path = path
		out = append(out, d)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Path < out[j].Path })
	return out, nil
}

// Month is what the cases that were granted in one month have cost, so far: of
// the newest some are still on their way.
type Month struct {
	Month string // 2026-11
	Cases int
	Clean int // never sent back
	Ledger
}

// index trip_ledger_by_grant (granted, visits, asks, data, returns, paper)
const byMonth = `SELECT SUBSTR(granted, 1, 7) AS month, COUNT(*), SUM(CASE WHEN returns = 0 THEN 1 ELSE 0 END), SUM(visits), SUM(asks), SUM(data), SUM(returns), SUM(paper)
FROM trip_ledger
WHERE granted >= $1
GROUP BY SUBSTR(granted, 1, 7)
ORDER BY month`

// Months reads the ledger of all cases that were granted since a day, month by
// month; one without a case isn't among them.
func Months(ctx context.Context, r store.Reader, since calendar.Date) ([]Month, error) {
	rows, err := r.Query(ctx, byMonth, since.String())
	if err != nil {
		return nil, fmt.Errorf("reading the ledger by month: %w", err)
	}
	defer rows.Close()
	var out []Month
	for rows.Next() {
		var m Month
		if err := rows.Scan(&m.Month, &m.Cases, &m.Clean, &m.Visits, &m.Asks, &m.Data, &m.Returns, &m.Paper); err != nil {
			return nil, fmt.Errorf("reading the ledger by month: %w", err)
		}
		out = append(out, m)
	}
	return out, rows.Err()
}
