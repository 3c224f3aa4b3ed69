package custody

import (
	"context"
	"fmt"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/store"
)

// Row is one booklet as lists show it.
type Row struct {
	Booklet      string
	Person       string
	Unit         string // the holder's
	Type         string
	Tail         string
	Issued       calendar.Date
	Expires      calendar.Date
	BlankPages   int
	CaptureUntil calendar.Date
	LatinName    string
	MadeFor      string // case that it was made for
	Place        Place
	Filing       string // case for which it is out
	Visa         string
	Batch        string
	Answers      string // unit that answers for it while it is lent
	Due          calendar.Date
	By           By
	Since        int64 // when it came to this place, microseconds
	Why          string
}

// Overdue tells whether it should have been handed in before a day.
func (r Row) Overdue(today calendar.Date) bool {
	return r.Place == IsLent && !r.Due.IsZero() && r.Due.Before(today)
}

// DaysLate counts the days after it was due; 0 when it isn't late.
func (r Row) DaysLate(today calendar.Date) int {
	if !r.Overdue(today) {
		return 0
	}
	return today.Sub(r.Due)
}

// Serving picks, of a person's booklets, the one that a trip would use: a
// permit where it leads to Hong Kong and Macao alone, a passport otherwise; of
// several, the one that is valid longest. What is lost or void serves nobody.
func Serving(all []Row, regionsOnly bool) (best Row, ok bool) {
	for _, r := range all {
		permit := dossier.PassportType(r.Type) == dossier.HKMacauPermit
		if permit != regionsOnly || r.Place == IsLost || r.Place == IsVoid {
			continue
		}
		if !ok || r.Expires.After(best.Expires) {
			best, ok = r, true
		}
	}
	return best, ok
}

const rowColumns = `booklet, person, unit, type, tail, issued, expires, blank_pages, capture_until, latin, made_for, place, filing, visa, batch, answers, due, by_way, since, why`

func rows(ctx context.Context, r store.Reader, query string, args ...any) ([]Row, error) {
	rs, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading booklets: %w", err)
	}
	defer rs.Close()
	var out []Row
	for rs.Next() {
		var w Row
		var issued, expires, capture, due string
		err := rs.Scan(&w.Booklet, &w.Person, &w.Unit, &w.Type, &w.Tail, &issued, &expires, &w.BlankPages, &capture, &w.LatinName, &w.MadeFor,
			&w.Place, &w.Filing, &w.Visa, &w.Batch, &w.Answers, &due, &w.By, &w.Since, &w.Why)
		if err != nil {
			return nil, err
		}
		for text, d := range map[*string]*calendar.Date{&issued: &w.Issued, &expires: &w.Expires, &capture: &w.CaptureUntil, &due: &w.Due} {
			if err := d.UnmarshalText([]byte(*text)); err != nil {
				return nil, err
			}
		}
		out = append(out, w)
	}
	return out, rs.Err()
}

// PageSize is how many booklets a list shows at once.
const PageSize = 50

// After is where a list goes on: the last row of the page before.
type After struct{ Due, Booklet string }

// index custody_booklet_by_place (place, due, booklet)
const byPlace = `SELECT ` + rowColumns + `
FROM custody_booklet
WHERE place = $1 AND (due, booklet) > ($2, $3)
ORDER BY due, booklet
LIMIT $4`

// At lists the booklets at a place, those due first on top.
func At(ctx context.Context, r store.Reader, place Place, after After) ([]Row, error) {
	return rows(ctx, r, byPlace, string(place), after.Due, after.Booklet, PageSize)
}

// index custody_booklet_by_place (place, due, booklet)
const overdue = `SELECT ` + rowColumns + `
FROM custody_booklet
WHERE place = 'lent' AND due < $1 AND (due, booklet) > ($2, $3)
ORDER BY due, booklet
LIMIT $4`

// Overdue lists the booklets that should have been handed in before a day,
// the latest first.
func Overdue(ctx context.Context, r store.Reader, today calendar.Date, after After) ([]Row, error) {
	return rows(ctx, r, overdue, today.String(), after.Due, after.Booklet, PageSize)
}

// index custody_booklet_by_unit (answers, place, due)
const overdueOfUnit = `SELECT ` + rowColumns + `
FROM custody_booklet
WHERE answers = $1 AND place = 'lent' AND due < $2
ORDER BY due, booklet
LIMIT 500`

// OverdueOf lists those that a unit answers for. Their number is a fact of the
// pre-check (rule GEN-021).
func OverdueOf(ctx context.Context, r store.Reader, unit string, today calendar.Date) ([]Row, error) {
	return rows(ctx, r, overdueOfUnit, unit, today.String())
}

// index custody_booklet_by_person (person, booklet)
const ofPerson = `SELECT ` + rowColumns + `
FROM custody_booklet
WHERE person = $1
ORDER BY booklet`

// Of lists all booklets of a person.
func Of(ctx context.Context, r store.Reader, person string) ([]Row, error) {
	return rows(ctx, r, ofPerson, person)
}

// index custody_booklet_by_filing (filing, person)
const outFor = `SELECT ` + rowColumns + `
FROM custody_booklet
WHERE filing = $1
ORDER BY person, booklet`

// OutFor lists the booklets that are out for a case: lent, or with a mission.
func OutFor(ctx context.Context, r store.Reader, filing string) ([]Row, error) {
	return rows(ctx, r, outFor, filing)
}

// One reads one booklet.
func One(ctx context.Context, r store.Reader, booklet string) (Row, bool, error) {
	out, err := rows(ctx, r, `SELECT `+rowColumns+` FROM custody_booklet WHERE booklet = $1`, booklet)
	if err != nil || len(out) == 0 {
		return Row{}, false, err
	}
	return out[0], true, nil
}

// Counts tells how many booklets are at each place, and how many of the lent
// ones are overdue on a day.
func Counts(ctx context.Context, r store.Reader, today calendar.Date) (map[Place]int, int, error) {
	rs, err := r.Query(ctx, `SELECT place, COUNT(*) FROM custody_booklet GROUP BY place`)
	if err != nil {
		return nil, 0, fmt.Errorf("counting booklets: %w", err)
	}
	defer rs.Close()
	out := map[Place]int{}
	for rs.Next() {
		var p Place
		var n int
		if err := rs.Scan(&p, &n); err != nil {
			return nil, 0, err
		}
		out[p] = n
	}
	if err := rs.Err(); err != nil {
		return nil, 0, err
	}
	var late int
	err = r.QueryRow(ctx, `SELECT COUNT(*) FROM custody_booklet WHERE place = 'lent' AND due < $1`, today.String()).Scan(&late)
	return out, late, err
}
