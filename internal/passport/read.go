package passport

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/person"
	"yitang/internal/store"
)

// Row is one order as lists show it.
type Row struct {
	ID           string
	Filing       string
	Person       string
	Type         dossier.PassportType
	Why          string
	Approval     string // in force
	ApprovalWas  string // the one that it replaced since the order; ""
	ApprovalOn   calendar.Date
	Depart       calendar.Date
	Due          calendar.Date
	Stage        Stage
	Tail         string
	Issued       calendar.Date
	Expires      calendar.Date
	CaptureUntil calendar.Date
	Quality      Quality
	Booking      string
	MadeBy       string
	Tried        int
	Since        time.Time
	WhyNot       string // why the last one was spoiled, or the order stopped
}

// Waits tells whether its holder must come first. The promise counts from then,
// so that no day is set yet.
func (r Row) Waits() bool { return r.Stage == IsOrdered && ExemptionOf(r.Type) == "" }

// waits is Waits as the database tells it.
const waits = `(stage = 'ordered' AND type <> '` + string(dossier.HKMacauPermit) + `')`

// Overdue tells whether it should have been with the office before a day.
func (r Row) Overdue(today calendar.Date) bool {
	return r.Stage != IsHandedOver && r.Stage != IsStopped && !r.Waits() && r.Due.Before(today)
}

const rowColumns = `id, filing, person, type, why, approval, approval_was, approval_on, depart, due, stage, tail, issued, expires, capture_until, quality, booking, made_by, tried, since, why_not`

func rows(ctx context.Context, r store.Reader, query string, args ...any) ([]Row, error) {
	rs, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading passport orders: %w", err)
	}
	defer rs.Close()
	var out []Row
	for rs.Next() {
		var w Row
		var on, depart, due, issued, expires, capture string
		var since int64
		if err := rs.Scan(&w.ID, &w.Filing, &w.Person, &w.Type, &w.Why, &w.Approval, &w.ApprovalWas, &on, &depart, &due, &w.Stage, &w.Tail, &issued, &expires, &capture,
			&w.Quality, &w.Booking, &w.MadeBy, &w.Tried, &since, &w.WhyNot); err != nil {
			return nil, err
		}
		for _, d := range []struct {
			text string
			to   *calendar.Date
		}{{on, &w.ApprovalOn}, {depart, &w.Depart}, {due, &w.Due}, {issued, &w.Issued}, {expires, &w.Expires}, {capture, &w.CaptureUntil}} {
			if err := d.to.UnmarshalText([]byte(d.text)); err != nil {
				return nil, err
			}
		}
		w.Since = time.UnixMicro(since).UTC()
		out = append(out, w)
	}
	return out, rs.Err()
}

// PageSize is how many orders a list shows at once.
const PageSize = 50

// index passport_order_by_filing (filing, person)
const ofFiling = `SELECT ` + rowColumns + `
FROM passport_order
WHERE filing = $1
ORDER BY person, id`

// Sorting is what a list of orders goes by.
type Sorting string

const (
	ByDue    Sorting = "due"
	ByDepart Sorting = "depart"
	BySince  Sorting = "since" // the one that has waited longest at its stage first
)

// Filter says which orders a list shows, and from where it goes on.
type Filter struct {
	Stages []Stage
	Before calendar.Date // due before this day; zero for any
	By     Sorting
	From   Mark
}

// Mark is the last order of the page before: its value of the sorting, its id.
type Mark struct{ Value, ID string }

// Mark is where a list goes on after this order.
func (r Row) Mark(by Sorting) Mark {
	switch by {
	case ByDepart:
		return Mark{r.Depart.String(), r.ID}
	case BySince:
		return Mark{fmt.Sprint(r.Since.UnixMicro()), r.ID}
	}
	if r.Waits() {
		return Mark{undated, r.ID}
	}
	return Mark{r.Due.String(), r.ID}
}

// Whose day isn't set yet stands behind those with a day, in every collation.
const (
	undated = "9999-99-99"
	dueOr   = `CASE WHEN ` + waits + ` THEN '` + undated + `' ELSE due END`
)

// Find lists orders page by page. keep is asked about each, because what people
// search by (names) lies sealed in the orders themselves; nil keeps all. more
// tells whether others follow.
func Find(ctx context.Context, r store.Reader, f Filter, keep func(Row) (bool, error)) (out []Row, more bool, err error) {
	var stages []string
	for _, s := range f.Stages {
		stages = append(stages, "'"+string(s)+"'") // our own constants, never typed by anybody
	}
	column, from := dueOr, any(f.From.Value)
	switch f.By {
	case ByDepart:
		column = "depart"
	case BySince:
		n, _ := strconv.ParseInt(f.From.Value, 10, 64) // an address that was tampered with begins at the beginning
		column, from = "since", n
	}
	before := undated
	if !f.Before.IsZero() {
		before = f.Before.Prev().String()
	}
	query := `SELECT ` + rowColumns + `
FROM passport_order
WHERE stage IN (` + strings.Join(stages, ", ") + `) AND ` + dueOr + ` <= $1 AND (` + column + ` > $2 OR ` + column + ` = $2 AND id > $3)
ORDER BY ` + column + `, id
LIMIT $4`
	const many = 200
	for id := f.From.ID; ; {
		page, err := rows(ctx, r, query, before, from, id, many)
		if err != nil {
			return nil, false, err
		}
		for _, o := range page {
			kept := true
			if keep != nil {
				if kept, err = keep(o); err != nil {
					return nil, false, err
				}
			}
			if kept && len(out) == PageSize {
				return out, true, nil
			}
			if kept {
				out = append(out, o)
			}
		}
		if len(page) < many {
			return out, false, nil
		}
		last := page[len(page)-1]
		id, from = last.ID, last.Mark(f.By).Value
		if f.By == BySince {
			from = last.Since.UnixMicro()
		}
	}
}

// late is what Overdue tells of the day $1.
const late = `stage IN ('ordered', 'captured', 'made', 'checked') AND NOT ` + waits + ` AND due < $1`

// Late counts the orders that should have been with the office before a day.
func Late(ctx context.Context, r store.Reader, today calendar.Date) (int, error) {
	var n int
	err := r.QueryRow(ctx, `SELECT COUNT(*) FROM passport_order WHERE `+late, today.String()).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("counting overdue passport orders: %w", err)
	}
	return n, nil
}

// Hang is how many orders at a stage are late, and since when the first is.
type Hang struct {
	Stage    Stage
	Late     int
	FirstDue calendar.Date
}

// Hanging tells where orders are late on a day, by stage.
//
// index passport_order_by_stage (stage, due, id)
func Hanging(ctx context.Context, r store.Reader, today calendar.Date) ([]Hang, error) {
	rs, err := r.Query(ctx, `SELECT stage, COUNT(*), MIN(due) FROM passport_order WHERE `+late+` GROUP BY stage`, today.String())
	if err != nil {
		return nil, fmt.Errorf("counting overdue passport orders: %w", err)
	}
	defer rs.Close()
	var out []Hang
	for rs.Next() {
		var h Hang
		var first string
		if err := rs.Scan(&h.Stage, &h.Late, &first); err != nil {
			return nil, err
		}
		if err := h.FirstDue.UnmarshalText([]byte(first)); err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, rs.Err()
}

// OfFiling lists the orders of a case.
func OfFiling(ctx context.Context, r store.Reader, filing string) ([]Row, error) {
	return rows(ctx, r, ofFiling, filing)
}

// Awaiting lists the orders for which somebody is still expected at the capture,
// under all ids that mean them.
func Awaiting(ctx context.Context, r store.Reader, who string) ([]Row, error) {
	all, err := OfPerson(ctx, r, who)
	return slices.DeleteFunc(all, func(o Row) bool { return o.Stage != IsOrdered }), err
}

// Open lists those that aren't handed over or stopped.
func Open(ctx context.Context, r store.Reader, filing string) ([]Row, error) {
	all, err := OfFiling(ctx, r, filing)
	var out []Row
	for _, o := range all {
		if o.Stage != IsHandedOver && o.Stage != IsStopped {
			out = append(out, o)
		}
	}
	return out, err
}

// index passport_order_by_person (person, capture_until)
const lastCapture = `SELECT ` + rowColumns + `
FROM passport_order
WHERE person = $1 AND capture_until >= $2 AND id <> $3
ORDER BY capture_until DESC
LIMIT 1`

// OfPerson lists somebody's orders on account of all cases, under all ids that
// mean them.
//
// index passport_order_by_person (person, capture_until)
func OfPerson(ctx context.Context, r store.Reader, who string) ([]Row, error) {
	return person.Each(ctx, r, who, func(id string) ([]Row, error) {
		return rows(ctx, r, `SELECT `+rowColumns+` FROM passport_order WHERE person = $1 ORDER BY id`, id)
	})
}

// LastCapture is a person's order whose capture is in force on a day the
// longest, other than one order, under all ids that mean them.
func LastCapture(ctx context.Context, r store.Reader, who string, on calendar.Date, but string) (last Row, held bool, err error) {
	all, err := person.Each(ctx, r, who, func(id string) ([]Row, error) { return rows(ctx, r, lastCapture, id, on.String(), but) })
	for _, o := range all {
		if !held || o.CaptureUntil.After(last.CaptureUntil) {
			last, held = o, true
		}
	}
	return last, held, err
}

// One reads one order.
func One(ctx context.Context, r store.Reader, id string) (Row, bool, error) {
	out, err := rows(ctx, r, `SELECT `+rowColumns+` FROM passport_order WHERE id = $1`, id)
	if err != nil || len(out) == 0 {
		return Row{}, false, err
	}
	return out[0], true, nil
}

// Counts tells how many orders are at each stage.
func Counts(ctx context.Context, r store.Reader) (map[Stage]int, error) {
	rs, err := r.Query(ctx, `SELECT stage, COUNT(*) FROM passport_order GROUP BY stage`)
	if err != nil {
		return nil, fmt.Errorf("counting passport orders: %w", err)
	}
	defer rs.Close()
	out := map[Stage]int{}
	for rs.Next() {
		var s Stage
		var n int
		if err := rs.Scan(&s, &n); err != nil {
			return nil, err
		}
		out[s] = n
	}
	return out, rs.Err()
}

// Received is one run of blanks as it came in.
type Received struct {
	Type  dossier.PassportType
	First string
	Last  string
	Count int
	At    time.Time
}

// Blank is one number that is no longer in the stock.
type Blank struct {
	Number    string
	Type      dossier.PassportType
	Order     string
	State     string // taken or spoiled
	Why       string
	Witnesses string
	At        time.Time
}

// Runs lists what has come in, by type and number.
func Runs(ctx context.Context, r store.Reader) ([]Received, error) {
	rs, err := r.Query(ctx, `SELECT type, first, last, count, at FROM passport_stock ORDER BY type, first`)
	if err != nil {
		return nil, fmt.Errorf("reading the stock: %w", err)
	}
	defer rs.Close()
	var out []Received
	for rs.Next() {
		var v Received
		var at int64
		if err := rs.Scan(&v.Type, &v.First, &v.Last, &v.Count, &at); err != nil {
			return nil, err
		}
		v.At = time.UnixMicro(at).UTC()
		out = append(out, v)
	}
	return out, rs.Err()
}

// SpoiledOnes lists the numbers out of use, latest first.
func SpoiledOnes(ctx context.Context, r store.Reader) ([]Blank, error) {
	return blanks(ctx, r, "spoiled")
}

// TakenOnes lists the numbers that were taken for orders, latest first.
func TakenOnes(ctx context.Context, r store.Reader) ([]Blank, error) { return blanks(ctx, r, "taken") }

func blanks(ctx context.Context, r store.Reader, state string) ([]Blank, error) {
	rs, err := r.Query(ctx, `SELECT number, type, made_for, state, why, witnesses, at FROM passport_blank WHERE state = $1 ORDER BY at DESC, number LIMIT 100`, state)
	if err != nil {
		return nil, fmt.Errorf("reading the %s blanks: %w", state, err)
	}
	defer rs.Close()
	var out []Blank
	for rs.Next() {
		var b Blank
		var at int64
		if err := rs.Scan(&b.Number, &b.Type, &b.Order, &b.State, &b.Why, &b.Witnesses, &at); err != nil {
			return nil, err
		}
		b.At = time.UnixMicro(at).UTC()
		out = append(out, b)
	}
	return out, rs.Err()
}

// Balances counts the stock of each type from the tables.
func Balances(ctx context.Context, r store.Reader) (map[dossier.PassportType]Balance, error) {
	out := map[dossier.PassportType]Balance{}
	add := func(query string, put func(*Balance, string, int)) error {
		rs, err := r.Query(ctx, query)
		if err != nil {
			return fmt.Errorf("counting the stock: %w", err)
		}
		defer rs.Close()
		for rs.Next() {
			var t dossier.PassportType
			var state string
			var n int
			if err := rs.Scan(&t, &state, &n); err != nil {
				return err
			}
			b := out[t]
			put(&b, state, n)
			out[t] = b
		}
		return rs.Err()
	}
	if err := add(`SELECT type, '', SUM(count) FROM passport_stock GROUP BY type`, func(b *Balance, _ string, n int) { b.Received = n }); err != nil {
		return nil, err
	}
	err := add(`SELECT type, state, COUNT(*) FROM passport_blank GROUP BY type, state`, func(b *Balance, state string, n int) {
		if state == "spoiled" {
			b.Spoiled = n
		} else {
			b.Taken = n
		}
	})
	for t, b := range out {
		b.Remaining = b.Received - b.Taken - b.Spoiled
		out[t] = b
	}
	return out, err
}
