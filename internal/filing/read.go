package filing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/person"
	"yitang/internal/store"
)

// Entry is one application as lists show it.
type Entry struct {
	ID          string
	Unit        string
	Title       string
	Stage       Stage
	Depart      calendar.Date
	Return      calendar.Date
	Countries   []string
	Members     int
	AmountFen   int64
	Round       int
	Outcome     Outcome
	Defects     int
	Until       calendar.Date
	PresentedBy string
	Words       string // of the signatory who handed it back
	SubmittedAt time.Time
	At          time.Time // when something last happened
	Amends      string    // the approved case that it changes; "" for an application
	Amendment   AmendmentKind
	Kind        dossier.CaseKind // "" until it is handed in
	Under       string           // the case whose approval for a term a trip is declared under; ""
}

const columns = `id, unit, title, stage, depart, return_, countries, members, amount_fen, round, outcome, defects, until, presented_by, words, submitted_at, at, amends, amendment, kind, under`

// scan reads an entry, and what was asked for after its columns into more.
func scan(row interface{ Scan(...any) error }, more ...any) (Entry, error) {
	var e Entry
	var stage, depart, ret, countries, outcome, until string
	var submitted, at int64
	err := row.Scan(append([]any{&e.ID, &e.Unit, &e.Title, &stage, &depart, &ret, &countries, &e.Members, &e.AmountFen, &e.Round, &outcome, &e.Defects, &until, &e.PresentedBy, &e.Words, &submitted, &at, &e.Amends, &e.Amendment, &e.Kind, &e.Under}, more...)...)
	if err != nil {
		return e, err
	}
	e.Stage, e.Outcome, e.Countries = Stage(stage), Outcome(outcome), strings.Fields(countries)
	e.SubmittedAt, e.At = time.UnixMicro(submitted).UTC(), time.UnixMicro(at).UTC()
	for _, d := range []struct {
		to   *calendar.Date
		text string
	}{{&e.Depart, depart}, {&e.Return, ret}, {&e.Until, until}} {
		if err := d.to.UnmarshalText([]byte(d.text)); err != nil {
			return e, err
		}
	}
	return e, nil
}

// One gives a list entry; one that isn't known is a fault.NotFound.
func One(ctx context.Context, r store.Reader, id string) (Entry, error) {
	e, err := scan(r.QueryRow(ctx, `SELECT `+columns+` FROM filing_list WHERE id = $1`, id))
	if store.NoRows(err) {
		return Entry{}, fault.NotFound("case " + id)
	}
	if err != nil {
		return Entry{}, fmt.Errorf("reading case %s: %w", id, err)
	}
	return e, nil
}

// After is where a page of a list goes on; the zero value is its beginning.
type After struct {
	At time.Time
	ID string
}

// OfUnit lists a unit's applications, what happened last first; amendments stand
// with the case that they change. Index:
// filing_list_by_unit.
func OfUnit(ctx context.Context, r store.Reader, unit string, after After, limit int) ([]Entry, error) {
	at := after.At.UnixMicro()
	if after.At.IsZero() {
		at = 1 << 62
	}
	return list(ctx, r, `SELECT `+columns+` FROM filing_list WHERE unit = $1 AND amends = '' AND (at, id) < ($2, $3) ORDER BY at DESC, id DESC LIMIT $4`, unit, at, after.ID, limit)
}

// AtStage lists a unit's applications at one stage, the longest waiting first.
// Index: filing_list_by_stage.
func AtStage(ctx context.Context, r store.Reader, unit string, stage Stage, limit int) ([]Entry, error) {
	return list(ctx, r, `SELECT `+columns+` FROM filing_list WHERE unit = $1 AND stage = $2 ORDER BY at, id LIMIT $3`, unit, string(stage), limit)
}

// HandedInAgain lists a unit's applications that were mended after a sending back
// and lie with the office, or were decided there since a moment, the last first.
// Index: filing_list_by_stage.
func HandedInAgain(ctx context.Context, r store.Reader, unit string, since time.Time, limit int) ([]Entry, error) {
	return list(ctx, r, `SELECT `+columns+` FROM filing_list WHERE unit = $1 AND stage IN ($2, $3) AND round > 1 AND (stage = $2 OR at > $4) ORDER BY at DESC, id LIMIT $5`,
		unit, string(IsSubmitted), string(IsConcluded), since.UnixMicro(), limit)
}

// OfPerson lists the applications that somebody travels with. Index:
// filing_member_by_person.
func OfPerson(ctx context.Context, r store.Reader, who string, limit int) ([]Entry, error) {
	all, err := person.Each(ctx, r, who, func(id string) ([]Entry, error) {
		return list(ctx, r, `SELECT `+prefixed+` FROM filing_member m JOIN filing_list f ON f.id = m.filing WHERE m.person = $1 AND f.amends = '' ORDER BY f.depart DESC, f.id LIMIT $2`, id, limit)
	})
	slices.SortStableFunc(all, func(a, b Entry) int { return b.Depart.Compare(a.Depart) })
	return all[:min(len(all), limit)], err
}

// Ahead lists the applications with which people travel that aren't over before a day,
// by the ids under which they have them, the last to leave first. Index:
// filing_member_by_person.
func Ahead(ctx context.Context, r store.Reader, people []string, from calendar.Date) (map[string][]Entry, error) {
	out := map[string][]Entry{}
	for some := range slices.Chunk(people, 400) {
		marks, args := make([]string, len(some)), []any{from.String()}
		for i, id := range some {
			marks[i], args = fmt.Sprintf("$%d", i+2), append(args, id)
		}
		rows, err := r.Query(ctx, `SELECT `+prefixed+`, m.person FROM filing_member m JOIN filing_list f ON f.id = m.filing
WHERE m.person IN (`+strings.Join(marks, ", ")+`) AND f.amends = '' AND (f.depart >= $1 OR f.return_ >= $1) ORDER BY f.depart DESC, f.id`, args...)
		if err != nil {
			return nil, fmt.Errorf("listing people's trips: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			var who string
			e, err := scan(rows, &who)
			if err != nil {
				return nil, err
			}
			out[who] = append(out[who], e)
		}
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Travels tells whether somebody is a member of an application that was handed in.
func Travels(ctx context.Context, r store.Reader, filing, who string) (bool, error) {
	ids, err := person.Also(ctx, r, who)
	if err != nil {
		return false, err
	}
	for _, id := range ids {
		var n int
		err := r.QueryRow(ctx, `SELECT count(*) FROM filing_member WHERE filing = $1 AND person = $2`, filing, id).Scan(&n)
		if err != nil {
			return false, fmt.Errorf("looking for a member of %s: %w", filing, err)
		}
		if n > 0 {
			return true, nil
		}
	}
	return false, nil
}

// Leaving gives those who leave on a trip from one day to another, with the
// first of those days, under the ids that their cases have them by. off are the
// cases whose trip was called off: nobody leaves on them.
func Leaving(ctx context.Context, r store.Reader, unit string, from, to calendar.Date, off map[string]bool) (map[string]calendar.Date, error) {
	rows, err := r.Query(ctx, `SELECT f.id, m.person, f.depart FROM filing_list f JOIN filing_member m ON m.filing = f.id
WHERE f.unit = $1 AND f.kind <> 'multiTrip' AND f.depart >= $2 AND f.depart <= $3 AND `+live+` ORDER BY f.depart DESC, m.person LIMIT 5000`, unit, from.String(), to.String())
	if err != nil {
		return nil, fmt.Errorf("listing who leaves: %w", err)
	}
	defer rows.Close()
	out := map[string]calendar.Date{}
	for rows.Next() {
		var id, who, depart string
		var d calendar.Date
		err := rows.Scan(&id, &who, &depart)
		if err == nil {
			err = d.UnmarshalText([]byte(depart))
		}
		if err != nil {
			return nil, err
		}
		if !off[id] {
			out[who] = d
		}
	}
	return out, rows.Err()
}

var prefixed = "f." + strings.ReplaceAll(columns, ", ", ", f.")

func list(ctx context.Context, r store.Reader, query string, args ...any) ([]Entry, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("listing cases: %w", err)
	}
	defer rows.Close()
	var out []Entry
	for rows.Next() {
		e, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, rows.Err()
}

// Trip is one of somebody's trips, with the application that it is made under.
type Trip struct {
	Filing string
	Unit   string
	Title  string
	dossier.OtherTrip
}

// TripsBut lists somebody's trips that were applied for and may still be made,
// without one case.
func TripsBut(ctx context.Context, r store.Reader, who, except string) ([]Trip, error) {
	all, err := person.Each(ctx, r, who, func(id string) ([]tasked, error) { return taskedOf(ctx, r, id) })
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b tasked) int { return b.Depart.Compare(a.Depart) })
	var trips []Trip
	for _, e := range all {
		if e.ID == except || e.Kind == dossier.MultiTrip || e.Stage == IsWithdrawn || !e.Outcome.Live() || e.Stage == InDraft || e.Stage == IsPresented {
			continue
		}
		t := dossier.OtherTrip{Depart: e.Depart, Return: e.Return, State: dossier.Submitted, Category: e.Category}
		if len(e.Countries) > 0 {
			t.Country = e.Countries[0]
		}
		if len(e.Countries) > 1 {
			t.Countries = e.Countries
		}
		if e.Outcome == Approved {
			t.State = dossier.ApprovedTrip
		}
		trips = append(trips, Trip{e.ID, e.Unit, e.Title, t})
	}
	return trips, nil
}

// tasked is an application with its task.
type tasked struct {
	Entry
	Category dossier.Category
}

// taskedOf lists the latest applications with which somebody travels under one
// of their ids. Index: filing_member_by_person.
func taskedOf(ctx context.Context, r store.Reader, id string) ([]tasked, error) {
	rows, err := r.Query(ctx, `SELECT `+prefixed+`, COALESCE(b.category, '') FROM filing_member m JOIN filing_list f ON f.id = m.filing LEFT JOIN filing_beside b ON b.filing = f.id
WHERE m.person = $1 AND f.amends = '' ORDER BY f.depart DESC, f.id LIMIT 200`, id)
	if err != nil {
		return nil, fmt.Errorf("listing a person's trips: %w", err)
	}
	defer rows.Close()
	var out []tasked
	for rows.Next() {
		var t tasked
		if t.Entry, err = scan(rows, &t.Category); err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, rows.Err()
}

// Neighbour is another application that may belong together with one.
type Neighbour struct {
	Filing   string
	UnitID   string
	PlanLine string
	dossier.OtherCase
}

const besideColumns = `b.filing, b.unit, b.title, b.depart, b.return_, b.countries, b.members, b.plan_line, b.hosts, b.leaders, b.necessity, f.stage, f.outcome
FROM filing_beside b JOIN filing_list f ON f.id = b.filing AND f.amends = '' AND f.kind <> 'multiTrip'`

const (
	// index filing_beside_by_unit (unit, depart)
	besideOfUnit = `SELECT ` + besideColumns + ` WHERE b.unit = $1 AND b.depart BETWEEN $2 AND $3 ORDER BY b.depart, b.filing LIMIT 200`
	// index filing_beside_by_day (depart)
	besideOfDays = `SELECT ` + besideColumns + ` WHERE b.depart BETWEEN $1 AND $2 ORDER BY b.depart, b.filing LIMIT 500`
	// index filing_beside_by_plan (unit, plan_line)
	besideOfPlan = `SELECT ` + besideColumns + ` WHERE b.plan_line <> '' AND b.unit = $1 AND b.plan_line = $2 ORDER BY b.filing LIMIT 20`
	// index filing_beside_by_text (necessity)
	besideOfText = `SELECT ` + besideColumns + ` WHERE b.necessity <> '' AND b.necessity = $1 ORDER BY b.filing LIMIT 20`
	// primary key of filing_letter (digest, filing)
	besideOfLetter = `SELECT ` + besideColumns + ` JOIN filing_letter l ON l.filing = b.filing WHERE l.digest = $1 ORDER BY b.filing LIMIT 20`
)

// Beside finds the applications that may belong together with a case of a unit,
// without one: those of the unit so many months before and after, those of others
// that leave on the same days for the same country, and those with its plan
// line, its text or one of its letters. An amendment stands with the case that it
// changes. today tells trips that are over.
func Beside(ctx context.Context, r store.Reader, c dossier.Case, unit, except string, today calendar.Date, months int) ([]Neighbour, error) {
	var out []Neighbour
	find := func(fits func(Neighbour) bool, then func(*Neighbour), query string, args ...any) error {
		rows, err := r.Query(ctx, query, args...)
		if err != nil {
			return fmt.Errorf("looking for applications beside one: %w", err)
		}
		defer rows.Close()
		for rows.Next() {
			n, err := scanNeighbour(rows, today)
			if err != nil {
				return err
			}
			if n.Filing == except || fits != nil && !fits(n) {
				continue
			}
			i := slices.IndexFunc(out, func(o Neighbour) bool { return o.Filing == n.Filing })
			if i < 0 {
				i, out = len(out), append(out, n)
			}
			if then != nil {
				then(&out[i])
			}
		}
		return rows.Err()
	}
	if d := c.Trip.Depart; !d.IsZero() {
		if err := find(nil, nil, besideOfUnit, unit, d.AddMonths(-months).String(), d.AddMonths(months).String()); err != nil {
			return nil, err
		}
		there := c.Countries()
		sameCountry := func(n Neighbour) bool {
			return slices.ContainsFunc(n.Countries, func(s string) bool { return slices.Contains(there, s) })
		}
		if err := find(sameCountry, nil, besideOfDays, d.AddDays(-1).String(), d.AddDays(1).String()); err != nil {
			return nil, err
		}
	}
	if c.Trip.PlanLine != "" {
		if err := find(nil, nil, besideOfPlan, unit, c.Trip.PlanLine); err != nil {
			return nil, err
		}
	}
	if text := fingerprint(c.Trip.Necessity); text != "" {
		if err := find(nil, func(n *Neighbour) { n.Necessity = c.Trip.Necessity }, besideOfText, text); err != nil {
			return nil, err
		}
	}
	for _, digest := range lettersOf(c) {
		if err := find(nil, func(n *Neighbour) { n.Letters = append(n.Letters, digest) }, besideOfLetter, digest); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func scanNeighbour(row interface{ Scan(...any) error }, today calendar.Date) (Neighbour, error) {
	var n Neighbour
	var depart, ret, countries, hosts, leaders, necessity, stage, outcome string
	err := row.Scan(&n.Filing, &n.UnitID, &n.Title, &depart, &ret, &countries, &n.MemberCount, &n.PlanLine, &hosts, &leaders, &necessity, &stage, &outcome)
	if err != nil {
		return n, err
	}
	if err := n.Depart.UnmarshalText([]byte(depart)); err != nil {
		return n, err
	}
	if err := n.Return.UnmarshalText([]byte(ret)); err != nil {
		return n, err
	}
	if err := json.Unmarshal([]byte(leaders), &n.Leaders); err != nil {
		return n, fmt.Errorf("reading the leaders of %s: %w", n.Filing, err)
	}
	n.Countries = strings.Fields(countries)
	if hosts != "" {
		n.Hosts = strings.Split(hosts, "\n")
	}
	switch {
	case Stage(stage) == IsWithdrawn, !Outcome(outcome).Live():
		n.State = dossier.CancelledTrip
	case !n.Return.IsZero() && n.Return.Before(today):
		n.State = dossier.FinishedTrip
	case Outcome(outcome) == Approved:
		n.State = dossier.ApprovedTrip
	default:
		n.State = dossier.Submitted
	}
	return n, nil
}

// lettersOf are the digests of a case's letters of invitation.
func lettersOf(c dossier.Case) []string {
	var out []string
	for _, m := range c.Materials {
		if m.Kind == "M04" && m.SHA256 != "" && !slices.Contains(out, m.SHA256) {
			out = append(out, m.SHA256)
		}
	}
	return out
}

// fingerprint tells whether two texts are the same but for blanks and
// punctuation; "" for a text too short to be anybody's own words.
func fingerprint(text string) string {
	const shortest = 20 // letters
	text = dossier.Letters(text)
	if utf8.RuneCountInString(text) < shortest {
		return ""
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// Use is an application that a unit's plan counts.
type Use struct {
	Filing    string
	Unit      string
	Title     string
	Line      string // of the plan; "" for a trip off the plan
	Depart    calendar.Date
	Members   int
	AmountFen int64
	Joins     bool // another unit's delegation
}

// Groups is how many of the plan's groups it takes: a delegation that is joined is
// a group of its organiser, and takes none.
func (u Use) Groups() int {
	if u.Joins {
		return 0
	}
	return 1
}

// Uses lists the applications that a unit's plan for a year counts, each with the
// line that it names. Withdrawn and refused ones take nothing, those that were
// taken back or given up nothing any more, an amendment only what it adds once it
// holds, and a declared trip nothing beside the approval that it is declared under.
// Index: filing_list_by_year.
func Uses(ctx context.Context, r store.Reader, unit string, year int) ([]Use, error) {
	return uses(ctx, r, `f.unit = $1 AND f.year = $2`, unit, year)
}

// UsesOfAll lists what the plans of all units for a year count.
func UsesOfAll(ctx context.Context, r store.Reader, year int) ([]Use, error) {
	return uses(ctx, r, `f.year = $1`, year)
}

func uses(ctx context.Context, r store.Reader, of string, args ...any) ([]Use, error) {
	rows, err := r.Query(ctx, `SELECT f.id, f.unit, f.title, COALESCE(b.plan_line, ''), f.depart, f.members, f.amount_fen, f.kind
FROM filing_list f LEFT JOIN filing_beside b ON b.filing = f.id
WHERE `+of+` AND f.`+live+` AND f.amends = '' AND f.kind <> 'declared' ORDER BY f.depart, f.id`, args...)
	if err != nil {
		return nil, fmt.Errorf("reading what plans count: %w", err)
	}
	defer rows.Close()
	var out []Use
	for rows.Next() {
		var u Use
		var depart string
		var kind dossier.CaseKind
		if err := rows.Scan(&u.Filing, &u.Unit, &u.Title, &u.Line, &depart, &u.Members, &u.AmountFen, &kind); err != nil {
			return nil, err
		}
		u.Joins = kind == dossier.Joined
		if err := u.Depart.UnmarshalText([]byte(depart)); err != nil {
			return nil, err
		}
		out = append(out, u)
	}
	return out, rows.Err()
}

// DeclaredUnder lists the trips that were declared under an approval for a term,
// oldest first. Index: filing_list_by_under.
func DeclaredUnder(ctx context.Context, r store.Reader, of string) ([]Entry, error) {
	return list(ctx, r, `SELECT `+columns+` FROM filing_list WHERE under = $1 AND under <> '' ORDER BY id`, of)
}

// AmendmentsOf lists what was asked to be changed of a case, oldest first.
// Index: filing_list_by_amended.
func AmendmentsOf(ctx context.Context, r store.Reader, of string) ([]Entry, error) {
	return list(ctx, r, `SELECT `+columns+` FROM filing_list WHERE amends = $1 AND amends <> '' ORDER BY length(id), id`, of) // of ~2 and ~10 the text alone would put the tenth first
}

// ChangesUnderWay counts the amendments of a case that were handed in, or lie with
// the signatory, and on which the office hasn't decided.
func ChangesUnderWay(ctx context.Context, r store.Reader, of string) (int, error) {
	all, err := AmendmentsOf(ctx, r, of)
	n := 0
	for _, a := range all {
		if a.Stage == IsPresented || a.Stage == IsSubmitted || a.Stage == IsSentBack {
			n++
		}
	}
	return n, err
}

// LaterRow is one paper that is still owed.
type LaterRow struct {
	Filing string
	Unit   string
	Owed
}

// index filing_later_by_due (due, filing, kind)
const laterOpen = `SELECT filing, kind, unit, due
FROM filing_later
ORDER BY due, filing, kind
LIMIT $1`

// LaterOpen lists the papers that are still owed, the first due in front.
func LaterOpen(ctx context.Context, r store.Reader, limit int) ([]LaterRow, error) {
	return laterRows(ctx, r, laterOpen, limit)
}

func laterRows(ctx context.Context, r store.Reader, query string, args ...any) ([]LaterRow, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("listing papers that are owed: %w", err)
	}
	defer rows.Close()
	var out []LaterRow
	for rows.Next() {
		var w LaterRow
		var due string
		if err := rows.Scan(&w.Filing, &w.Kind, &w.Unit, &due); err != nil {
			return nil, err
		}
		if err := w.Due.UnmarshalText([]byte(due)); err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, rows.Err()
}
