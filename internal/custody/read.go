package custody

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/passport"
	"yitang/internal/person"
	"yitang/internal/store"
	"yitang/internal/unit"
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
	Code         string // with which it is fetched from there; "" where none was told
	Since        int64  // when it came to this place, microseconds
	Why          string
	Unsigned     bool
	Endorsements []string
	ReplacedBy   string           // booklet that took its place
	Stamps       []passport.Stamp // of these, where kind and last day are known
}

// Endorsed lists the regions that a permit may still enter on a day. An
// endorsement of which no last day is known is taken for one that holds.
func (r Row) Endorsed(on calendar.Date) []string {
	var out []string
	for _, region := range r.Endorsements {
		i := slices.IndexFunc(r.Stamps, func(s passport.Stamp) bool { return s.Region == region })
		if i < 0 || !r.Stamps[i].Until.Before(on) {
			out = append(out, region)
		}
	}
	return out
}

// Overdue tells whether it should have been handed in before a day.
func (r Row) Overdue(today calendar.Date) bool {
	return r.Place == IsLent && !r.Due.IsZero() && r.Due.Before(today)
}

// Gone tells whether it serves nobody any more.
func (r Row) Gone() bool { return r.Place == IsLost || r.Place == IsVoid }

// LentOn is the day on which a booklet that is lent went out.
func (r Row) LentOn() calendar.Date { return calendar.DateOf(time.UnixMicro(r.Since)) }

// LostOn is the day on which a booklet that is lost was reported.
func (r Row) LostOn() calendar.Date { return calendar.DateOf(time.UnixMicro(r.Since)) }

// DaysLate counts the days after it was due; 0 when it isn't late.
func (r Row) DaysLate(today calendar.Date) int {
	if !r.Overdue(today) {
		return 0
	}
	return today.Sub(r.Due)
}

// Trip is what a booklet is chosen for.
type Trip struct {
	Filing  string
	Type    string   // of booklet that its papers name; "" where any will do
	Regions bool     // it leads to Hong Kong and Macao alone: where Type is "", that takes a permit and else a passport
	Bears   []string // booklets in which a visa for this trip is, or is being asked for
}

// Serving picks, of a person's booklets, the one that goes on the trip, and so
// the one that every paper of it names: that with the visa; the one that is out
// for it; not one that was replaced; the one that was made for it; of what is
// left, the one that is valid longest. What is lost or void serves nobody.
func (t Trip) Serving(all []Row) (best Row, ok bool) {
	for _, r := range all {
		if r.Gone() || t.Type != "" && r.Type != t.Type || t.Type == "" && (r.Type == permit) != t.Regions {
			continue
		}
		if !ok || t.rather(r, best) {
			best, ok = r, true
		}
	}
	return best, ok
}

func (t Trip) rather(a, b Row) bool {
	for _, speaks := range []func(Row) bool{
		func(r Row) bool { return slices.Contains(t.Bears, r.Booklet) },
		func(r Row) bool { return t.Filing != "" && r.Filing == t.Filing },
		func(r Row) bool { return r.ReplacedBy == "" },
		func(r Row) bool { return t.Filing != "" && r.MadeFor == t.Filing },
	} {
		if x, y := speaks(a), speaks(b); x != y {
			return x
		}
	}
	return a.Expires.After(b.Expires)
}

// ServedBy tells whether a booklet that is gone went on the trip, as long as it was
// there.
func (t Trip) ServedBy(all []Row, gone string) bool {
	was := slices.Clone(all)
	for i := range was {
		if was[i].Booklet == gone {
			was[i].Place = InStore
		}
	}
	b, ok := t.Serving(was)
	return ok && b.Booklet == gone
}

// Wants tells which kinds of booklets a journey calls for: a permit for Hong Kong
// and Macao, a passport for anywhere else.
func Wants(countries []string) (passport, permit bool) {
	return !dossier.RegionsOnly(countries), slices.ContainsFunc(countries, func(c string) bool { return dossier.RegionsOnly([]string{c}) })
}

// Suffice tells whether booklets are all that somebody needs for a journey.
func Suffice(all []Row, countries []string) bool {
	of := func(isPermit bool) bool {
		return slices.ContainsFunc(all, func(r Row) bool { return (r.Type == permit) == isPermit })
	}
	passports, permits := Wants(countries)
	return (!passports || of(false)) && (!permits || of(true))
}

// Booklet is the one of a person's booklets that goes on the trip.
func (t Trip) Booklet(ctx context.Context, r store.Reader, who string) (Row, bool, error) {
	all, err := Of(ctx, r, who)
	if err != nil {
		return Row{}, false, err
	}
	b, ok := t.Serving(all)
	return b, ok, nil
}

const rowColumns = `booklet, person, unit, type, tail, issued, expires, blank_pages, capture_until, latin, made_for, place, filing, visa, batch, answers, due, by_way, code, since, why, unsigned, endorsements, stamps, replaced_by`

func rows(ctx context.Context, r store.Reader, query string, args ...any) ([]Row, error) {
	rs, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading booklets: %w", err)
	}
	defer rs.Close()
	var out []Row
	for rs.Next() {
		var w Row
		var issued, expires, capture, due, endorsements, stamps string
		var unsigned int
		err := rs.Scan(&w.Booklet, &w.Person, &w.Unit, &w.Type, &w.Tail, &issued, &expires, &w.BlankPages, &capture, &w.LatinName, &w.MadeFor,
			&w.Place, &w.Filing, &w.Visa, &w.Batch, &w.Answers, &due, &w.By, &w.Code, &w.Since, &w.Why, &unsigned, &endorsements, &stamps, &w.ReplacedBy)
		if err != nil {
			return nil, err
		}
		w.Unsigned, w.Endorsements = unsigned != 0, strings.Fields(endorsements)
		if w.Stamps, err = readStamps(stamps); err != nil {
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

// Order is what a list of booklets is sorted by.
type Order string

const (
	ByDue    Order = "due"
	ByExpiry Order = "expires"
	BySince  Order = "since" // longest at its place first
)

// Orders lists them for the heads of columns.
func Orders() []Order { return []Order{ByDue, ByExpiry, BySince} }

// Each order is a query of its own, along the index named above it.
const (
	// index custody_booklet_by_place (place, due, booklet)
	byDue = `SELECT ` + rowColumns + `
FROM custody_booklet
WHERE place = $1 AND (due, booklet) > ($2, $3)
ORDER BY due, booklet
LIMIT $4`

	// index custody_booklet_by_expiry (place, expires, booklet)
	byExpiry = `SELECT ` + rowColumns + `
FROM custody_booklet
WHERE place = $1 AND (expires, booklet) > ($2, $3)
ORDER BY expires, booklet
LIMIT $4`

	// index custody_booklet_by_since (place, since, booklet)
	bySince = `SELECT ` + rowColumns + `
FROM custody_booklet
WHERE place = $1 AND (since, booklet) > ($2, $3)
ORDER BY since, booklet
LIMIT $4`
)

// Next is where a list goes on in an order: the value of the last row shown,
// and its booklet.
type Next struct{ Value, Booklet string }

// NextOf is where a list goes on after a row.
func (o Order) NextOf(r Row) Next {
	switch o {
	case ByExpiry:
		return Next{r.Expires.String(), r.Booklet}
	case BySince:
		return Next{strconv.FormatInt(r.Since, 10), r.Booklet}
	}
	return Next{r.Due.String(), r.Booklet}
}

// value is what the database compares with; what can't be read is the beginning.
func (o Order) value(n Next) any {
	if o != BySince {
		return n.Value
	}
	since, err := strconv.ParseInt(n.Value, 10, 64)
	if err != nil {
		return int64(-1)
	}
	return since
}

// Sorted lists the booklets at a place in an order.
func Sorted(ctx context.Context, r store.Reader, place Place, o Order, after Next) ([]Row, error) {
	query := byDue
	switch o {
	case ByExpiry:
		query = byExpiry
	case BySince:
		query = bySince
	}
	return rows(ctx, r, query, string(place), o.value(after), after.Booklet, PageSize)
}

// Search is what somebody looks for: a holder by name, pinyin, initials or the
// end of their identity number, a unit, the end of a booklet's number, or a
// case number and with it the booklets of those who travel. The tables of
// people, units and cases are those of earlier rooms.
type Search struct {
	keyFrom, keyTo       string
	unit                 string
	tail                 string
	numberFrom, numberTo string
}

// Find reads what was typed.
func Find(text string) Search {
	s := Search{unit: unit.Like(text), tail: TailTyped(text)}
	s.keyFrom, s.keyTo = person.Keys(text)
	s.numberFrom, s.numberTo = approval.Numbers(text)
	return s
}

// TailTyped is the end of a booklet's number as somebody types it: three digits
// at least, the whole number if they like. "" when it can't be one.
func TailTyped(text string) string {
	code := dossier.FoldCode(text)
	digits := strings.TrimLeft(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
	if len(digits) < 3 || len(code)-len(digits) > 2 || strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	return dossier.Tail(digits)
}

func (s Search) args(more ...any) []any {
	return append([]any{s.keyFrom, s.keyTo, s.unit, s.tail, s.numberFrom, s.numberTo}, more...)
}

// indexes person_key_by_key, custody_booklet_by_person, custody_booklet_by_holder_unit,
// custody_booklet_by_unit, custody_booklet_by_tail, approval_queue_by_number, approval_member_by_filing
const wanted = `
SELECT booklet FROM custody_booklet WHERE person IN (SELECT person FROM person_key WHERE key >= $1 AND key < $2)
UNION SELECT booklet FROM custody_booklet WHERE unit IN (SELECT id FROM unit_list WHERE lower(name) LIKE $3 ESCAPE '\' OR lower(name_en) LIKE $3 ESCAPE '\')
UNION SELECT booklet FROM custody_booklet WHERE answers IN (SELECT id FROM unit_list WHERE lower(name) LIKE $3 ESCAPE '\' OR lower(name_en) LIKE $3 ESCAPE '\')
UNION SELECT booklet FROM custody_booklet WHERE tail = $4
UNION SELECT booklet FROM custody_booklet WHERE person IN
  (SELECT person FROM approval_member WHERE filing IN
    (SELECT filing FROM approval_queue WHERE number >= $5 AND number < $6
    UNION SELECT filing FROM approval_queue WHERE stage = 'issued' AND lower(title) LIKE $3 ESCAPE '\'))`

// What is found is sorted after it was found: it is few beside the whole. What
// is due at no time comes last.
const (
	foundByDue = `SELECT ` + rowColumns + `
FROM custody_booklet
WHERE booklet IN (` + wanted + `) AND ($7 = '' OR place = $7) AND (CASE WHEN due = '' THEN '~' ELSE due END, booklet) > ($8, $9)
ORDER BY CASE WHEN due = '' THEN '~' ELSE due END, booklet
LIMIT $10`
	foundByExpiry = `SELECT ` + rowColumns + `
FROM custody_booklet
WHERE booklet IN (` + wanted + `) AND ($7 = '' OR place = $7) AND (expires, booklet) > ($8, $9)
ORDER BY expires, booklet
LIMIT $10`
	foundBySince = `SELECT ` + rowColumns + `
FROM custody_booklet
WHERE booklet IN (` + wanted + `) AND ($7 = '' OR place = $7) AND (since, booklet) > ($8, $9)
ORDER BY since, booklet
LIMIT $10`
	foundPlaces = `SELECT place, COUNT(*)
FROM custody_booklet
WHERE booklet IN (` + wanted + `)
GROUP BY place`
)

// Found lists the booklets that are looked for, at one place or (place "") at
// all of them.
func Found(ctx context.Context, r store.Reader, s Search, place Place, o Order, after Next) ([]Row, error) {
	query := foundByDue
	if o == ByDue && after.Booklet != "" && after.Value == "" {
		after.Value = "~"
	}
	switch o {
	case ByExpiry:
		query = foundByExpiry
	case BySince:
		query = foundBySince
	}
	return rows(ctx, r, query, s.args(string(place), o.value(after), after.Booklet, PageSize)...)
}

// FoundAt counts the booklets that are looked for, by place.
func FoundAt(ctx context.Context, r store.Reader, s Search) (map[Place]int, error) {
	return places(ctx, r, foundPlaces, s.args()...)
}

// indexes approval_queue_by_depart or those of the inner queries
const foundLeaving = `SELECT filing, depart
FROM approval_queue
WHERE stage = 'issued' AND kind <> 'multiTrip' AND depart >= $7 AND depart < $8 AND (depart, filing) > ($9, $10) AND filing IN (
  SELECT filing FROM approval_member WHERE person IN (SELECT person FROM person_key WHERE key >= $1 AND key < $2)
  UNION SELECT filing FROM approval_queue WHERE unit IN (SELECT id FROM unit_list WHERE lower(name) LIKE $3 ESCAPE '\' OR lower(name_en) LIKE $3 ESCAPE '\')
  UNION SELECT filing FROM approval_member WHERE person IN (SELECT person FROM custody_booklet WHERE tail = $4)
  UNION SELECT filing FROM approval_queue WHERE stage = 'issued' AND lower(title) LIKE $3 ESCAPE '\'
  UNION SELECT filing FROM approval_queue WHERE number >= $5 AND number < $6)
ORDER BY depart, filing
LIMIT $11`

// ToLend lists the cases for which booklets may go out and that are looked for,
// in the order of approval.Departing.
func ToLend(ctx context.Context, r store.Reader, s Search, today calendar.Date, after approval.Leaving, limit int) ([]approval.QueueRow, error) {
	ids, err := leaving(ctx, r, s, today, after, limit)
	if err == nil && !after.Past && len(ids) < limit {
		var past []string
		past, err = leaving(ctx, r, s, today, approval.Leaving{Past: true}, limit-len(ids))
		ids = append(ids, past...)
	}
	var out []approval.QueueRow
	for _, id := range ids {
		row, ok, err := approval.Row(ctx, r, id)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, row)
		}
	}
	return out, err
}

func leaving(ctx context.Context, r store.Reader, s Search, today calendar.Date, after approval.Leaving, limit int) ([]string, error) {
	from, before := after.Days(today)
	rs, err := r.Query(ctx, foundLeaving, s.args(from, before, after.Depart, after.Filing, limit)...)
	if err != nil {
		return nil, fmt.Errorf("looking for cases to lend for: %w", err)
	}
	defer rs.Close()
	var out []string
	for rs.Next() {
		var id, depart string
		if err := rs.Scan(&id, &depart); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rs.Err()
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

// Longest is for how many days the longest overdue of some booklets is; 0 of none.
func Longest(late []Row, today calendar.Date) int {
	days := 0
	for _, b := range late {
		days = max(days, today.Sub(b.Due))
	}
	return days
}

// index custody_booklet_by_person (person, booklet)
const ofPerson = `SELECT ` + rowColumns + `
FROM custody_booklet
WHERE person = $1
ORDER BY booklet`

// Of lists all booklets of a person, under whichever id they were made.
func Of(ctx context.Context, r store.Reader, who string) ([]Row, error) {
	return person.Each(ctx, r, who, func(id string) ([]Row, error) { return rows(ctx, r, ofPerson, id) })
}

// index custody_booklet_by_filing (filing, person)
const outFor = `SELECT ` + rowColumns + `
FROM custody_booklet
WHERE filing = $1
ORDER BY person, booklet`

// OutFor lists the booklets that are out for a case: lent, with a mission, or
// lost on the way.
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
	out, err := places(ctx, r, `SELECT place, COUNT(*) FROM custody_booklet GROUP BY place`)
	if err != nil {
		return nil, 0, err
	}
	var late int
	err = r.QueryRow(ctx, `SELECT COUNT(*) FROM custody_booklet WHERE place = 'lent' AND due < $1`, today.String()).Scan(&late)
	return out, late, err
}

// DueWithin counts the lent booklets whose last day lies between two days, with
// both; index custody_booklet_by_place (place, due, booklet).
func DueWithin(ctx context.Context, r store.Reader, from, to calendar.Date) (n int, err error) {
	err = r.QueryRow(ctx, `SELECT COUNT(*) FROM custody_booklet WHERE place = 'lent' AND due >= $1 AND due <= $2`, from.String(), to.String()).Scan(&n)
	return n, err
}

func places(ctx context.Context, r store.Reader, query string, args ...any) (map[Place]int, error) {
	rs, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("counting booklets: %w", err)
	}
	defer rs.Close()
	out := map[Place]int{}
	for rs.Next() {
		var p Place
		var n int
		if err := rs.Scan(&p, &n); err != nil {
			return nil, err
		}
		out[p] = n
	}
	return out, rs.Err()
}

// index custody_booklet_by_person (person, booklet) for the inner question; a
// city's booklets are a few thousand.
const ending = `SELECT ` + rowColumns + `
FROM custody_booklet b
WHERE b.expires < $1 AND b.place NOT IN ('lost', 'void')
  AND b.person IN (SELECT id FROM person_list WHERE unit = $2 UNION SELECT a.id FROM person_alias a JOIN person_list p ON p.id = a.into_id WHERE p.unit = $2)
  AND NOT EXISTS (SELECT 1 FROM custody_booklet k WHERE k.person = b.person AND k.type = b.type AND k.expires >= $1 AND k.place NOT IN ('lost', 'void'))
ORDER BY b.person, b.expires
LIMIT 20000`

// Ending lists the booklets of a unit's people that end before a day, of those
// who have none of that type that runs longer.
func Ending(ctx context.Context, r store.Reader, unit string, before calendar.Date) ([]Row, error) {
	return rows(ctx, r, ending, before.String(), unit)
}
