package visa

import (
	"context"
	"encoding/json"
	"fmt"

	"yitang/internal/calendar"
	"yitang/internal/store"
)

// Row is one order as lists show it.
type Row struct {
	ID       string
	Filing   string
	Person   string
	Area     string
	Apply    string
	With     string
	From     calendar.Date
	To       calendar.Date
	Days     int
	Depart   calendar.Date
	SendBy   calendar.Date
	Stage    Stage
	Due      calendar.Date // what comes next should be done by then
	Reason   string
	ReasonEn string
	Kit      []Item
	Batch    string
	Booklet  string
	SentOn   calendar.Date
	Back     calendar.Date
	ValidTo  calendar.Date
	ValidOn  calendar.Date
	Entries  int
	Stay     int
	Since    int64
}

// Lacks lists the items of the kit that nobody holds yet.
func (r Row) Lacks() []Item {
	var out []Item
	for _, it := range r.Kit {
		if !it.Held {
			out = append(out, it)
		}
	}
	return out
}

const rowColumns = `id, filing, person, area, apply, with_type, first_day, last_day, days, depart, send_by, stage, due, reason, reason_en, kit, batch, booklet, sent_on, back, valid_from, valid_until, entries, stay, since`

func rows(ctx context.Context, r store.Reader, query string, args ...any) ([]Row, error) {
	rs, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading visa orders: %w", err)
	}
	defer rs.Close()
	var out []Row
	for rs.Next() {
		var w Row
		var from, to, depart, sendBy, due, kit, sentOn, back, validOn, validTo string
		err := rs.Scan(&w.ID, &w.Filing, &w.Person, &w.Area, &w.Apply, &w.With, &from, &to, &w.Days, &depart, &sendBy, &w.Stage, &due, &w.Reason, &w.ReasonEn, &kit,
			&w.Batch, &w.Booklet, &sentOn, &back, &validOn, &validTo, &w.Entries, &w.Stay, &w.Since)
		if err != nil {
			return nil, err
		}
		for _, d := range []struct {
			text string
			into *calendar.Date
		}{{from, &w.From}, {to, &w.To}, {depart, &w.Depart}, {sendBy, &w.SendBy}, {due, &w.Due}, {sentOn, &w.SentOn}, {back, &w.Back}, {validOn, &w.ValidOn}, {validTo, &w.ValidTo}} {
			if err := d.into.UnmarshalText([]byte(d.text)); err != nil {
				return nil, err
			}
		}
		if err := json.Unmarshal([]byte(kit), &w.Kit); err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, rs.Err()
}

// PageSize is how many orders a list shows at once.
const PageSize = 50

// After is where a list goes on: the last row of the page before.
type After struct{ Due, ID string }

// index visa_order_by_stage (stage, due, id)
const inStage = `SELECT ` + rowColumns + `
FROM visa_order
WHERE stage = $1 AND (due, id) > ($2, $3)
ORDER BY due, id
LIMIT $4`

// InStage lists the orders at a stage, those due first on top.
func InStage(ctx context.Context, r store.Reader, s Stage, after After, limit int) ([]Row, error) {
	return rows(ctx, r, inStage, string(s), after.Due, after.ID, limit)
}

// index visa_order_by_filing (filing, person, area)
const ofFiling = `SELECT ` + rowColumns + `
FROM visa_order
WHERE filing = $1
ORDER BY person, area`

// Of lists all orders of a case.
func Of(ctx context.Context, r store.Reader, filing string) ([]Row, error) {
	return rows(ctx, r, ofFiling, filing)
}

// One reads one order.
func One(ctx context.Context, r store.Reader, id string) (Row, bool, error) {
	out, err := rows(ctx, r, `SELECT `+rowColumns+` FROM visa_order WHERE id = $1`, id)
	if err != nil || len(out) == 0 {
		return Row{}, false, err
	}
	return out[0], true, nil
}

// OpenAreas lists the areas for which a member's booklet must still wait.
func OpenAreas(orders []Row, person string) []string {
	var out []string
	for _, o := range orders {
		if o.Person == person && o.Stage.Open() {
			out = append(out, o.Area)
		}
	}
	return out
}

// HeldBy lists the visas of a person that are in force on a day.
//
// index visa_order_by_person (person, valid_until)
func HeldBy(ctx context.Context, r store.Reader, person string, on calendar.Date) ([]Row, error) {
	return rows(ctx, r, `SELECT `+rowColumns+`
FROM visa_order
WHERE person = $1 AND valid_until >= $2 AND stage IN ('checked', 'released')
ORDER BY valid_until`, person, on.String())
}

// Counts tells how many orders are at each stage.
func Counts(ctx context.Context, r store.Reader) (map[Stage]int, error) {
	rs, err := r.Query(ctx, `SELECT stage, COUNT(*) FROM visa_order GROUP BY stage`)
	if err != nil {
		return nil, fmt.Errorf("counting visa orders: %w", err)
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

// Hang is how many orders at a stage are late, and since when the first is.
type Hang struct {
	Stage    Stage
	Late     int
	FirstDue calendar.Date
}

// Hanging tells where orders that are open are late on a day: not sent by their
// latest sending day, or not back when they should be.
//
// index visa_order_by_stage (stage, due, id)
func Hanging(ctx context.Context, r store.Reader, today calendar.Date) ([]Hang, error) {
	rs, err := r.Query(ctx, `SELECT stage, COUNT(*), MIN(due) FROM visa_order WHERE stage IN ('planned', 'kit', 'sent', 'granted', 'refused') AND due <> '' AND due < $1 GROUP BY stage`, today.String())
	if err != nil {
		return nil, fmt.Errorf("counting overdue visa orders: %w", err)
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

// index visa_order_by_stage (stage, due, id)
const late = `SELECT ` + rowColumns + `
FROM visa_order
WHERE stage IN ('planned', 'kit', 'sent', 'granted', 'refused') AND due <> '' AND due < $1
ORDER BY due, id
LIMIT $2`

// Late lists the orders that are late on a day, the latest on top.
func Late(ctx context.Context, r store.Reader, today calendar.Date, limit int) ([]Row, error) {
	return rows(ctx, r, late, today.String(), limit)
}
