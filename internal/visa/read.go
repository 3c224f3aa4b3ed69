package visa

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/person"
	"yitang/internal/precheck"
	"yitang/internal/requirement"
	"yitang/internal/store"
	"yitang/internal/unit"
	"yitang/ref"
)

// Row is one order as lists show it.
type Row struct {
	ID        string
	Filing    string
	Person    string
	Area      string
	Apply     string
	With      string
	From      calendar.Date
	To        calendar.Date
	Days      int
	Depart    calendar.Date
	SendBy    calendar.Date
	Stage     Stage
	Due       calendar.Date // what comes next should be done by then
	Reason    string
	ReasonEn  string
	Kit       []Item
	Batch     string
	Booklet   string
	SentOn    calendar.Date
	Back      calendar.Date
	ValidTo   calendar.Date
	ValidFrom calendar.Date
	Entries   int
	Stay      int
	Since     int64
	RefusedOn calendar.Date // when a mission last refused it
	Asked     []Ask         // papers that the unit is to bring
	Mission   Mission
	Way       ref.Way // how the traveller gets in without a visa in the booklet
}

// SeenToByTraveller tells whether the traveller sees to it: on arrival, or online.
func (o Row) SeenToByTraveller() bool { return o.Stage == NoneNeeded && o.Way != ref.VisaFree }

// Owed tells whether something is still to be brought for it, or may be.
func (o Row) Owed() bool { return o.Stage.Open() || o.Stage == NoneNeeded && len(o.Kit) > 0 }

const rowColumns = `id, filing, person, area, apply, with_type, first_day, last_day, days, depart, send_by, stage, due, reason, reason_en, kit, batch, booklet, sent_on, back, valid_from, valid_until, entries, stay, since, refused_on, asked, mission, way`

func rows(ctx context.Context, r store.Reader, query string, args ...any) ([]Row, error) {
	rs, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading visa orders: %w", err)
	}
	defer rs.Close()
	var out []Row
	for rs.Next() {
		var w Row
		var from, to, depart, sendBy, due, kit, sentOn, back, validFrom, validTo, refusedOn, asked, mission string
		err := rs.Scan(&w.ID, &w.Filing, &w.Person, &w.Area, &w.Apply, &w.With, &from, &to, &w.Days, &depart, &sendBy, &w.Stage, &due, &w.Reason, &w.ReasonEn, &kit,
			&w.Batch, &w.Booklet, &sentOn, &back, &validFrom, &validTo, &w.Entries, &w.Stay, &w.Since, &refusedOn, &asked, &mission, &w.Way)
		if err != nil {
			return nil, err
		}
		for _, d := range []struct {
			text string
			into *calendar.Date
		}{{from, &w.From}, {to, &w.To}, {depart, &w.Depart}, {sendBy, &w.SendBy}, {due, &w.Due}, {sentOn, &w.SentOn}, {back, &w.Back}, {validFrom, &w.ValidFrom}, {validTo, &w.ValidTo}, {refusedOn, &w.RefusedOn}} {
			if err := d.into.UnmarshalText([]byte(d.text)); err != nil {
				return nil, err
			}
		}
		for _, d := range []struct {
			text string
			into any
		}{{kit, &w.Kit}, {asked, &w.Asked}, {mission, &w.Mission}} {
			if err := json.Unmarshal([]byte(d.text), d.into); err != nil {
				return nil, err
			}
		}
		out = append(out, w)
	}
	return out, rs.Err()
}

// PageSize is how many orders a list shows at once.
const PageSize = 50

// After is where a list goes on: the last row of the page before.
type After struct{ Due, ID string }

// Sort is what a list of orders is sorted by.
type Sort string

const (
	ByDue    Sort = "due"
	ByDepart Sort = "depart"
)

// Sorts lists them for the heads of columns.
func Sorts() []Sort { return []Sort{ByDue, ByDepart} }

// AfterOf is where a list goes on after a row.
func (s Sort) AfterOf(r Row) After {
	if s == ByDepart {
		return After{r.Depart.String(), r.ID}
	}
	return After{r.Due.String(), r.ID}
}

// Each order is a query of its own, along the index named above it.
const (
	// index visa_order_by_stage (stage, due, id)
	inStage = `SELECT ` + rowColumns + `
FROM visa_order
WHERE stage = $1 AND (due, id) > ($2, $3)
ORDER BY due, id
LIMIT $4`

	// index visa_order_by_depart (stage, depart, id)
	inStageByDepart = `SELECT ` + rowColumns + `
FROM visa_order
WHERE stage = $1 AND (depart, id) > ($2, $3)
ORDER BY depart, id
LIMIT $4`
)

// Sorted lists the orders at a stage in an order.
func Sorted(ctx context.Context, r store.Reader, s Stage, by Sort, after After, limit int) ([]Row, error) {
	query := inStage
	if by == ByDepart {
		query = inStageByDepart
	}
	return rows(ctx, r, query, string(s), after.Due, after.ID, limit)
}

// Search is what somebody looks for: a traveller by name, pinyin, initials or
// the end of their identity number, a unit, a delegation, the end of a booklet's
// number, a case number, or a batch. The tables of people, units, cases and booklets are
// those of earlier rooms.
type Search struct {
	keyFrom, keyTo       string
	unit                 string
	tail                 string
	numberFrom, numberTo string
	batch                string
}

// Find reads what was typed.
func Find(text string) Search {
	s := Search{unit: unit.Like(text), tail: custody.TailTyped(text), batch: strings.TrimSpace(text)}
	s.keyFrom, s.keyTo = person.Keys(text)
	s.numberFrom, s.numberTo = approval.Numbers(text)
	return s
}

func (s Search) args(more ...any) []any {
	return append([]any{s.keyFrom, s.keyTo, s.unit, s.tail, s.numberFrom, s.numberTo, s.batch}, more...)
}

// indexes person_key_by_key, visa_order_by_person, visa_order_by_filing, visa_order_by_batch,
// custody_booklet_by_tail, approval_queue_by_depart for delegations whose document
// is in force, approval_queue_by_unit, approval_queue_by_number
const wanted = `
SELECT id FROM visa_order WHERE person IN (SELECT person FROM person_key WHERE key >= $1 AND key < $2)
UNION SELECT id FROM visa_order WHERE person IN (SELECT person FROM custody_booklet WHERE tail = $4)
UNION SELECT id FROM visa_order WHERE filing IN (SELECT filing FROM approval_queue WHERE stage = 'issued' AND (lower(title) LIKE $3 ESCAPE '\' OR lower(number) LIKE $3 ESCAPE '\'))
UNION SELECT id FROM visa_order WHERE filing IN (SELECT filing FROM approval_queue WHERE unit IN
  (SELECT id FROM unit_list WHERE lower(name) LIKE $3 ESCAPE '\' OR lower(name_en) LIKE $3 ESCAPE '\'))
UNION SELECT id FROM visa_order WHERE filing IN (SELECT filing FROM approval_queue WHERE number >= $5 AND number < $6)
UNION SELECT id FROM visa_order WHERE batch = $7 AND batch <> ''`

// What is found is sorted after it was found: it is few beside the whole. What
// is due at no time comes last.
const (
	foundByDue = `SELECT ` + rowColumns + `
FROM visa_order
WHERE id IN (` + wanted + `) AND ($8 = '' OR stage = $8) AND (CASE WHEN due = '' THEN '~' ELSE due END, id) > ($9, $10)
ORDER BY CASE WHEN due = '' THEN '~' ELSE due END, id
LIMIT $11`
	foundByDepart = `SELECT ` + rowColumns + `
FROM visa_order
WHERE id IN (` + wanted + `) AND ($8 = '' OR stage = $8) AND (depart, id) > ($9, $10)
ORDER BY depart, id
LIMIT $11`
	foundStages = `SELECT stage, COUNT(*)
FROM visa_order
WHERE id IN (` + wanted + `)
GROUP BY stage`
)

// Found lists the orders that are looked for, at one stage or (stage "") at all.
func Found(ctx context.Context, r store.Reader, s Search, at Stage, by Sort, after After, limit int) ([]Row, error) {
	query := foundByDue
	if by == ByDue && after.ID != "" && after.Due == "" {
		after.Due = "~"
	}
	if by == ByDepart {
		query = foundByDepart
	}
	return rows(ctx, r, query, s.args(string(at), after.Due, after.ID, limit)...)
}

// FoundAt counts the orders that are looked for, by stage.
func FoundAt(ctx context.Context, r store.Reader, s Search) (map[Stage]int, error) {
	return stages(ctx, r, foundStages, s.args()...)
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

// OpenAreas lists the areas for which a member's booklet must still wait; ids are
// all that mean them (person.Also), for a booklet may be held under another than
// the order's.
func OpenAreas(orders []Row, ids []string) []string {
	var out []string
	for _, o := range orders {
		if slices.Contains(ids, o.Person) && o.Stage.Open() {
			out = append(out, o.Area)
		}
	}
	return out
}

// Goes says what the booklet of an order's traveller is chosen for; all are the
// orders of the case, ids those of the traveller.
func Goes(o Row, all []Row, ids []string) custody.Trip {
	return custody.Trip{Filing: o.Filing, Type: o.With, Bears: Bears(all, ids)}
}

// Bears lists the booklets of a member in which a visa for the case is, or that
// were with a mission for one.
func Bears(orders []Row, ids []string) []string {
	var out []string
	for _, o := range orders {
		if slices.Contains(ids, o.Person) && o.Booklet != "" && o.Stage != IsRefused && o.Stage != IsWithdrawn {
			out = append(out, o.Booklet)
		}
	}
	return out
}

// LostWith tells whether an order has to begin anew because a booklet is gone:
// its visa is in there, or asked for in there, or was the reason why none is needed,
// or its kit was packed for it (packed), with its number on the forms.
func (o Row) LostWith(booklet string, packed bool, now Plan) bool {
	switch o.Stage {
	case IsSent, IsGranted, IsChecked, IsReleased:
		return o.Booklet == booklet
	case KitIsReady:
		return packed || o.Booklet == booklet
	case NoneNeeded:
		return now.Needed
	}
	return false // not packed yet, refused or given up
}

// HeldBy lists the visas of a person that are in force on a day, in booklets that
// aren't lost or void.
//
// index visa_order_by_person (person, valid_until)
func HeldBy(ctx context.Context, r store.Reader, who string, on calendar.Date) ([]Row, error) {
	all, err := person.Each(ctx, r, who, func(id string) ([]Row, error) {
		return rows(ctx, r, `SELECT `+rowColumns+`
FROM visa_order
WHERE person = $1 AND valid_until >= $2 AND stage IN ('checked', 'released')
ORDER BY valid_until`, id, on.String())
	})
	var out []Row
	for _, o := range all {
		b, _, err := custody.One(ctx, r, o.Booklet)
		if err != nil {
			return nil, err
		}
		if !b.Gone() {
			out = append(out, o)
		}
	}
	return out, err
}

// ordersOf lists all orders of a person.
//
// index visa_order_by_person (person, valid_until)
func ordersOf(ctx context.Context, r store.Reader, who string) ([]Row, error) {
	return person.Each(ctx, r, who, func(id string) ([]Row, error) {
		return rows(ctx, r, `SELECT `+rowColumns+` FROM visa_order WHERE person = $1`, id)
	})
}

// Awaited lists the orders of a person whose mission sees them on a day to come, the
// first in front.
func Awaited(ctx context.Context, r store.Reader, who string, today calendar.Date) ([]Row, error) {
	all, err := ordersOf(ctx, r, who)
	all = slices.DeleteFunc(all, func(o Row) bool {
		return !o.Stage.Open() || o.Mission.Day.IsZero() || o.Mission.Day.Before(today) || !o.Mission.Seen.IsZero()
	})
	slices.SortStableFunc(all, func(a, b Row) int { return a.Mission.Day.Sub(b.Mission.Day) })
	return all, err
}

// Counts tells how many orders are at each stage.
func Counts(ctx context.Context, r store.Reader) (map[Stage]int, error) {
	return stages(ctx, r, `SELECT stage, COUNT(*) FROM visa_order GROUP BY stage`)
}

func stages(ctx context.Context, r store.Reader, query string, args ...any) (map[Stage]int, error) {
	rs, err := r.Query(ctx, query, args...)
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

// HaveOf reads what a traveller and a case hold for the traveller's orders. What
// the traveller signed and what the office issued isn't in it.
func HaveOf(ctx context.Context, j *journal.Journal, rules *precheck.Engine, o Row, all []Row) (Have, error) {
	var h Have
	theirs, err := material.Of(ctx, j.Store, material.OfPerson, o.Person)
	if err != nil {
		return h, err
	}
	ofCase, err := material.Of(ctx, j.Store, material.OfCase, o.Filing)
	if err != nil {
		return h, err
	}
	h.Papers = append(theirs, ofCase...)
	slices.SortStableFunc(h.Papers, func(a, b material.Material) int { return cmp.Compare(a.At, b.At) })
	if o.Online() {
		if h.Printed, err = printedIn(ctx, j, h.Of(o, EVisa)); err == nil {
			h.Bearer, err = BearerOf(ctx, j, rules, o, all)
		}
		if err != nil {
			return h, err
		}
	}
	stands, err := person.Stands(ctx, j.Store, o.Person)
	if err != nil {
		return h, err
	}
	p, _, err := journal.Load(ctx, j, person.Room, stands)
	h.Details = p.Details
	return h, err
}

// printedIn is what e-visas say: it lies sealed in the journal and in no table.
func printedIn(ctx context.Context, j *journal.Journal, papers []material.Material) (map[string]material.EVisa, error) {
	out := map[string]material.EVisa{}
	for _, m := range papers {
		told, _, err := journal.Load(ctx, j, material.Room, m.ID)
		if err != nil {
			return nil, err
		}
		if says, is := told.Printed.Value(); is && says != (material.EVisa{}) {
			out[m.ID] = says
		}
	}
	return out, nil
}

// LastRefused is the day on which a mission of an area last refused a person,
// under whichever id; zero for never. An order that is applied for once more
// has been refused itself.
//
// index visa_order_by_person (person, valid_until)
func LastRefused(ctx context.Context, r store.Reader, who, area string) (calendar.Date, error) {
	all, err := person.Each(ctx, r, who, func(id string) ([]Row, error) {
		return rows(ctx, r, `SELECT `+rowColumns+`
FROM visa_order
WHERE person = $1 AND area = $2 AND refused_on <> ''`, id, area)
	})
	var last calendar.Date
	for _, o := range all {
		if o.RefusedOn.After(last) {
			last = o.RefusedOn
		}
	}
	return last, err
}

// PrintsOf lists when a member of a case gave fingerprints for a visa, the last
// time last: when they were at the mission, or else when the application went
// there. What is lodged for this very case isn't among it.
func PrintsOf(ctx context.Context, r store.Reader, who string, member int, filing string) ([]requirement.KnownFingerprints, error) {
	sent, err := person.Each(ctx, r, who, func(id string) ([]Row, error) {
		return rows(ctx, r, `SELECT `+rowColumns+`
FROM visa_order
WHERE person = $1 AND filing <> $2 AND sent_on <> ''`, id, filing)
	})
	var out []requirement.KnownFingerprints
	for _, o := range sent {
		on := o.SentOn
		if !o.Mission.Seen.IsZero() {
			on = o.Mission.Seen
		}
		out = append(out, requirement.KnownFingerprints{Member: member, Area: o.Area, On: on, With: dossier.PassportType(o.With)})
	}
	slices.SortFunc(out, func(a, b requirement.KnownFingerprints) int { return a.On.Compare(b.On) })
	return out, err
}
