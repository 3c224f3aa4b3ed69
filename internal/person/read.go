package person

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/store"
)

// Entry is one person as lists show them.
type Entry struct {
	ID         string
	Unit       string
	Standing   Standing
	Family     string
	Given      string
	Latin      string // surname/given names
	Tail       string // last four characters of the identity number
	Born       calendar.Date
	Department string
	Post       string
	Rank       string        // dossier.Rank
	Expires    calendar.Date // of the identity card
	Vetted     calendar.Date // until when the vetting that was passed holds
	LeftOn     calendar.Date
	Offered    string // unit that is to confirm a transfer; ""
	OfferedOn  calendar.Date
	Asked      string // another unit that says they work there; ""
	At         int64  // of the last change, microseconds since 1970
}

// Name is the whole name in Chinese.
func (p Entry) Name() string { return p.Family + p.Given }

// LatinName is the whole name as a booklet spells it.
func (p Entry) LatinName() string { return strings.TrimSpace(strings.Replace(p.Latin, "/", " ", 1)) }

// Found is how many people a search gives at most: who doesn't see the one
// they mean types on.
const Found = 10

// MinQuery is how many letters or digits a search takes; one Chinese
// character says more than two letters.
const MinQuery = 2

const columns = `p.id, p.unit, p.standing, p.family, p.given, p.latin, p.tail, p.born, p.department, p.post, p.rank, p.expires, p.vetted, p.left_on, p.offered, p.offered_on, p.asked, p.at`

// scan reads a row, and what follows its columns into more.
func scan(row interface{ Scan(...any) error }, more ...any) (Entry, error) {
	var p Entry
	var standing, born, expires, vetted, left, offered string
	to := []any{&p.ID, &p.Unit, &standing, &p.Family, &p.Given, &p.Latin, &p.Tail, &born, &p.Department, &p.Post, &p.Rank, &expires, &vetted, &left, &p.Offered, &offered, &p.Asked, &p.At}
	if err := row.Scan(append(to, more...)...); err != nil {
		return p, err
	}
	p.Standing = Standing(standing)
	for _, d := range []struct {
		to   *calendar.Date
		text string
	}{{&p.Born, born}, {&p.Expires, expires}, {&p.Vetted, vetted}, {&p.LeftOn, left}, {&p.OfferedOn, offered}} {
		if err := d.to.UnmarshalText([]byte(d.text)); err != nil {
			return p, err
		}
	}
	return p, nil
}

// In one unit the index person_key_by_unit carries it, else person_key_by_key.
const (
	searchUnit = `
SELECT ` + columns + `
FROM person_key k JOIN person_list p ON p.id = k.person
WHERE k.unit = $1 AND k.key >= $2 AND k.key < $3
ORDER BY k.key, k.person
LIMIT $4`
	searchAll = `
SELECT ` + columns + `
FROM person_key k JOIN person_list p ON p.id = k.person
WHERE k.key >= $1 AND k.key < $2
ORDER BY k.key, k.person
LIMIT $3`
)

// Keys is what a search box means among the keys of people (person_key), as a
// range from and below to; it finds nobody while too little is typed. Lists of
// later rooms, whose things belong to people, join it: who is searched by name
// is found alike everywhere.
func Keys(query string) (from, to string) {
	q := fold(dossier.FoldText(query))
	first, _ := utf8.DecodeRuneInString(q)
	if q == "" || !unicode.Is(unicode.Han, first) && len(q) < MinQuery {
		return "", ""
	}
	if strings.Trim(strings.TrimSuffix(q, "x"), "0123456789") != "" {
		return q, q + "\U0010ffff"
	}
	if len(q) < 3 {
		return "", ""
	}
	q = q[max(0, len(q)-4):] // of a whole number only the end is kept in plain
	return q, q + "\x01"     // it ends there: 123 isn't the end of 1234
}

// Search finds people by a part of their name, its pinyin or initials, or the
// last digits of their identity number, on one unit's list or (unit "") on all.
func Search(ctx context.Context, r store.Reader, unit, query string) ([]Entry, error) {
	return Find(ctx, r, nil, unit, query, Found)
}

// Find is Search that gives up to so many, and with an index finds any four
// digits or more of an identity or telephone number too.
func Find(ctx context.Context, r store.Reader, ix Indexer, unit, query string, limit int) ([]Entry, error) {
	if q := fold(dossier.FoldText(query)); ix != nil && len(q) >= partLength && strings.Trim(strings.TrimSuffix(q, "x"), "0123456789") == "" {
		return byPart(ctx, r, ix, unit, strings.ToUpper(q), limit)
	}
	from, to := Keys(query)
	if from == "" {
		return nil, nil
	}
	text, args := searchUnit, []any{unit, from, to, limit * 6}
	if unit == "" {
		text, args = searchAll, args[1:]
	}
	all, err := list(ctx, r, text, args...)
	if err != nil {
		return nil, err
	}
	var out []Entry
	seen := map[string]bool{}
	for _, p := range all {
		if seen[p.ID] || p.Standing == WasDuple { // found as the record that holds it
			continue
		}
		seen[p.ID] = true
		if out = append(out, p); len(out) == limit {
			break
		}
	}
	return out, nil
}

// byPart finds those of whose numbers some digits are a part, wherever in it.
// Index: person_part_by_part.
func byPart(ctx context.Context, r store.Reader, ix Indexer, unit, q string, limit int) ([]Entry, error) {
	var out []Entry
	seen := map[string]bool{}
	for _, n := range []struct {
		number string
		length int
	}{{"id", 18}, {"phone", 20}} {
		for at := 0; at+len(q) <= n.length; at++ {
			tokens := partsOf(ix, n.number, q, at)
			args := []any{}
			marks := make([]string, len(tokens))
			for i, t := range tokens {
				args = append(args, t)
				marks[i] = fmt.Sprintf("$%d", i+1)
			}
			args = append(args, len(tokens), unit, limit)
			found, err := list(ctx, r, fmt.Sprintf(`
SELECT `+columns+`
FROM person_list p
WHERE p.id IN (SELECT person FROM person_part WHERE part IN (%s) GROUP BY person HAVING count(*) = $%d)
  AND p.standing <> 'merged' AND ($%d = '' OR p.unit = $%[3]d)
ORDER BY p.sorted, p.id
LIMIT $%d`, strings.Join(marks, ", "), len(tokens)+1, len(tokens)+2, len(tokens)+3), args...)
			if err != nil {
				return nil, err
			}
			for _, p := range found {
				if !seen[p.ID] && len(out) < limit {
					seen[p.ID] = true
					out = append(out, p)
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b Entry) int { return strings.Compare(a.sorted()+a.ID, b.sorted()+b.ID) })
	return out, nil
}

// One gives a list entry; one that isn't known is a fault.NotFound. A record
// that was merged is shown as the one that holds it, under its own id.
func One(ctx context.Context, r store.Reader, id string) (Entry, error) {
	real, err := Stands(ctx, r, id)
	if err != nil {
		return Entry{}, err
	}
	all, err := list(ctx, r, `SELECT `+columns+` FROM person_list p WHERE p.id = $1`, real)
	if err != nil {
		return Entry{}, err
	}
	if len(all) == 0 {
		return Entry{}, fault.NotFound("person " + id)
	}
	all[0].ID = id
	return all[0], nil
}

// Stands gives the id of the record that stands for an id: itself, unless it
// was merged.
func Stands(ctx context.Context, r store.Reader, id string) (string, error) {
	for range maxMerges {
		var into string
		err := r.QueryRow(ctx, `SELECT into_id FROM person_alias WHERE id = $1`, id).Scan(&into)
		if store.NoRows(err) {
			return id, nil
		}
		if err != nil {
			return "", fmt.Errorf("looking where person %s went: %w", id, err)
		}
		id = into
	}
	return id, nil
}

// maxMerges ends what can't be endless: a record is never merged into one that
// was merged already.
const maxMerges = 20

// Also gives all ids that mean one person, the one whose record stands first:
// papers, cases and booklets keep the id that they were given.
func Also(ctx context.Context, r store.Reader, id string) ([]string, error) {
	stands, err := Stands(ctx, r, id)
	if err != nil {
		return nil, err
	}
	out := []string{stands}
	for i := 0; i < len(out) && i < maxMerges; i++ {
		rows, err := r.Query(ctx, `SELECT id FROM person_alias WHERE into_id = $1 ORDER BY id`, out[i])
		if err != nil {
			return nil, fmt.Errorf("looking for other ids of person %s: %w", id, err)
		}
		more, err := scanTexts(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// Each reads something of a person under all ids that mean them.
func Each[T any](ctx context.Context, r store.Reader, id string, read func(id string) ([]T, error)) ([]T, error) {
	ids, err := Also(ctx, r, id)
	if err != nil {
		return nil, err
	}
	var out []T
	for _, also := range ids {
		more, err := read(also)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// IDsOf gives all ids that mean somebody on a unit's list, each with the one
// whose record stands.
func IDsOf(ctx context.Context, r store.Reader, unit string) (map[string]string, error) {
	rows, err := r.Query(ctx, `SELECT id FROM person_list WHERE unit = $1 AND standing <> 'merged'`, unit)
	if err != nil {
		return nil, fmt.Errorf("listing the people of %s: %w", unit, err)
	}
	ids, err := scanTexts(rows)
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(ids))
	for _, id := range ids {
		out[id] = id
	}
	if rows, err = r.Query(ctx, `SELECT id FROM person_alias ORDER BY id`); err != nil {
		return nil, err
	}
	if ids, err = scanTexts(rows); err != nil {
		return nil, err
	}
	for _, id := range ids { // a few in a whole city
		stands, err := Stands(ctx, r, id)
		if err != nil {
			return nil, err
		}
		if out[stands] != "" {
			out[id] = stands
		}
	}
	return out, nil
}

func scanTexts(rows *sql.Rows) ([]string, error) {
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

func scanSpans(rows *sql.Rows) ([]Span, error) {
	defer rows.Close()
	var out []Span
	for rows.Next() {
		var s Span
		var from, to string
		err := rows.Scan(&from, &to)
		if err == nil {
			err = s.From.UnmarshalText([]byte(from))
		}
		if err == nil {
			err = s.To.UnmarshalText([]byte(to))
		}
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// Sort is by what a list is sorted.
type Sort string

const (
	ByName   Sort = ""        // as it is read
	ByChange Sort = "changed" // newest first
	ByExpiry Sort = "expires" // identity cards that end first; without one last
)

// After is where a page of a list goes on; the zero value is its beginning.
type After struct{ Key, ID string }

// AfterOf is where a list goes on after somebody.
func (s Sort) AfterOf(p Entry) After {
	switch s {
	case ByChange:
		return After{fmt.Sprint(p.At), p.ID}
	case ByExpiry:
		return After{p.Expires.String(), p.ID}
	}
	return After{p.sorted(), p.ID}
}

// Listing is which of a unit's people to list, and how.
type Listing struct {
	Unit     string
	Standing Standing
	Only     []string // of these people alone; nil: of all
	Sort     Sort
	After    After
	Limit    int
}

// MostOnly is how many ids Listing.Only takes: those of a unit, not of a city.
const MostOnly = 2000

// List gives a unit's people page by page. Indexes: person_list_by_name,
// person_list_by_change, person_list_by_expiry.
func List(ctx context.Context, r store.Reader, l Listing) ([]Entry, error) {
	where, args := l.where()
	add := func(v any) string { args = append(args, v); return fmt.Sprintf("$%d", len(args)) }
	order := ""
	switch l.Sort {
	case ByChange:
		order = "p.at DESC, p.id DESC"
		if l.After.ID != "" {
			var at int64
			if _, err := fmt.Sscan(l.After.Key, &at); err != nil {
				return nil, fault.NotFound("page of a list")
			}
			where += " AND (p.at, p.id) < (" + add(at) + ", " + add(l.After.ID) + ")"
		}
	case ByExpiry:
		order = "p.expires, p.id"
		where += " AND p.expires <> ''"
		if l.After.ID != "" {
			where += " AND (p.expires, p.id) > (" + add(l.After.Key) + ", " + add(l.After.ID) + ")"
		}
	default:
		order = "p.sorted, p.id"
		if l.After.ID != "" {
			where += " AND (p.sorted, p.id) > (" + add(l.After.Key) + ", " + add(l.After.ID) + ")"
		}
	}
	return list(ctx, r, `SELECT `+columns+` FROM person_list p WHERE `+where+` ORDER BY `+order+` LIMIT `+add(l.Limit), args...)
}

func (l Listing) where() (string, []any) {
	where, args := "p.unit = $1 AND p.standing = $2", []any{l.Unit, string(l.Standing)}
	if l.Only != nil {
		marks := make([]string, 0, len(l.Only))
		for _, id := range l.Only[:min(len(l.Only), MostOnly)] {
			args = append(args, id)
			marks = append(marks, fmt.Sprintf("$%d", len(args)))
		}
		if len(marks) == 0 {
			marks = []string{"''"}
		}
		where += " AND p.id IN (" + strings.Join(marks, ", ") + ")"
	}
	return where, args
}

// Size counts whom List would give.
func Size(ctx context.Context, r store.Reader, l Listing) (int, error) {
	where, args := l.where()
	if l.Sort == ByExpiry {
		where += " AND p.expires <> ''"
	}
	var n int
	err := r.QueryRow(ctx, `SELECT count(*) FROM person_list p WHERE `+where, args...).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("counting people: %w", err)
	}
	return n, nil
}

// Count tells how many people work for a unit.
func Count(ctx context.Context, r store.Reader, unit string) (int, error) {
	return Size(ctx, r, Listing{Unit: unit})
}

// Ending lists those of a unit whose identity card or vetting ends before a day.
// Index: person_list_by_name.
func Ending(ctx context.Context, r store.Reader, unit string, before calendar.Date) ([]Entry, error) {
	return list(ctx, r, `SELECT `+columns+` FROM person_list p WHERE p.unit = $1 AND p.standing = '' AND (p.expires <> '' AND p.expires < $2 OR p.vetted <> '' AND p.vetted < $2) ORDER BY p.sorted, p.id LIMIT 2000`, unit, before.String())
}

// NotCleared gives those of a unit who aren't cleared on some day from one on.
func NotCleared(ctx context.Context, r store.Reader, unit string, from calendar.Date) ([]string, error) {
	rows, err := r.Query(ctx, `SELECT DISTINCT p.id FROM person_clearance c JOIN person_list p ON p.id = c.person
WHERE p.unit = $1 AND (c.to_day = '' OR c.to_day >= $2) ORDER BY p.id LIMIT 2000`, unit, from.String())
	if err != nil {
		return nil, fmt.Errorf("listing who isn't cleared: %w", err)
	}
	return scanTexts(rows)
}

// Uncleared gives the days on which somebody isn't cleared to travel, as the
// office told. Index: person_clearance's key.
func Uncleared(ctx context.Context, r store.Reader, who string) ([]Span, error) {
	ids, err := Also(ctx, r, who)
	if err != nil {
		return nil, err
	}
	var all []Span
	for _, id := range ids {
		rows, err := r.Query(ctx, `SELECT from_day, to_day FROM person_clearance WHERE person = $1 ORDER BY from_day`, id)
		if err != nil {
			return nil, fmt.Errorf("reading the clearance of %s: %w", id, err)
		}
		spans, err := scanSpans(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, spans...)
	}
	return join(all), nil
}

// Barred tells whether somebody isn't cleared on any of the days, as far as is heard.
func Barred(ctx context.Context, r store.Reader, who string, from, to calendar.Date) (bool, error) {
	spans, err := Uncleared(ctx, r, who)
	return slices.ContainsFunc(spans, func(s Span) bool { return s.Meets(from, to) }), err
}

// Restrained lists everybody who isn't cleared on some day from one on, for
// the office.
func Restrained(ctx context.Context, r store.Reader, from calendar.Date, limit int) ([]Entry, error) {
	return list(ctx, r, `SELECT `+columns+` FROM person_list p WHERE p.id IN (SELECT person FROM person_clearance WHERE to_day = '' OR to_day >= $1)
ORDER BY p.sorted, p.id LIMIT $2`, from.String(), limit)
}

// Arriving lists whom other units hand over to a unit, until it confirms them.
// Index: person_list_by_offer.
func Arriving(ctx context.Context, r store.Reader, unit string) ([]Entry, error) {
	return list(ctx, r, `SELECT `+columns+` FROM person_list p WHERE p.offered = $1 AND p.offered <> '' ORDER BY p.sorted, p.id LIMIT 200`, unit)
}

// AskedOf lists whom other units ask a unit for.
func AskedOf(ctx context.Context, r store.Reader, unit string) ([]Entry, error) {
	return list(ctx, r, `SELECT `+columns+` FROM person_list p WHERE p.unit = $1 AND p.asked <> '' AND p.standing <> 'merged' ORDER BY p.sorted, p.id LIMIT 200`, unit)
}

// Past is somebody who works for another unit now, as the old one remembers.
type Past struct {
	Person, Name, Post string
	NowAt              string // unit
	On                 calendar.Date
}

// Gone lists who went from a unit to others. Index: person_past_by_unit.
func Gone(ctx context.Context, r store.Reader, unit string) ([]Past, error) {
	rows, err := r.Query(ctx, `SELECT person, name, post, now_at, day FROM person_past WHERE unit = $1 ORDER BY sorted, person LIMIT 2000`, unit)
	if err != nil {
		return nil, fmt.Errorf("listing who went: %w", err)
	}
	defer rows.Close()
	var out []Past
	for rows.Next() {
		var p Past
		var day string
		err := rows.Scan(&p.Person, &p.Name, &p.Post, &p.NowAt, &day)
		if err == nil {
			err = p.On.UnmarshalText([]byte(day))
		}
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}

// Alike lists the other records of a unit that may be of the same person: the
// same name, and no two different days of birth. Index: person_list_alike.
func Alike(ctx context.Context, r store.Reader, p Entry) ([]Entry, error) {
	return list(ctx, r, `SELECT `+columns+` FROM person_list p WHERE p.unit = $1 AND p.family = $2 AND p.given = $3 AND p.id <> $4 AND p.standing <> 'merged'
  AND (p.born = '' OR $5 = '' OR p.born = $5) ORDER BY p.id LIMIT 20`, p.Unit, p.Family, p.Given, p.ID, p.Born.String())
}

// Duplicates lists pairs of a unit's records that may be of one person. Index:
// person_list_alike.
func Duplicates(ctx context.Context, r store.Reader, unit string) ([][2]Entry, error) {
	all, err := list(ctx, r, `SELECT `+columns+` FROM person_list p JOIN person_list q ON q.unit = p.unit AND q.family = p.family AND q.given = p.given AND q.id <> p.id
WHERE p.unit = $1 AND p.standing <> 'merged' AND q.standing <> 'merged' AND (p.born = '' OR q.born = '' OR p.born = q.born) ORDER BY p.sorted, p.id LIMIT 200`, unit)
	if err != nil {
		return nil, err
	}
	var out [][2]Entry
	for i, a := range all {
		if i > 0 && all[i-1].ID == a.ID {
			continue
		}
		for _, b := range all[i+1:] {
			if b.ID != a.ID && a.Family == b.Family && a.Given == b.Given && (a.Born.IsZero() || b.Born.IsZero() || a.Born == b.Born) &&
				!slices.ContainsFunc(out, func(p [2]Entry) bool { return p[0].ID == a.ID && p[1].ID == b.ID }) {
				out = append(out, [2]Entry{a, b})
			}
		}
	}
	return out, nil
}

// Due lists who has something announced for a day up to one. Index:
// person_coming_by_day.
func Due(ctx context.Context, r store.Reader, upto calendar.Date) ([]string, error) {
	rows, err := r.Query(ctx, `SELECT DISTINCT person FROM person_coming WHERE day <= $1 ORDER BY person LIMIT 500`, upto.String())
	if err != nil {
		return nil, fmt.Errorf("listing what is due: %w", err)
	}
	return scanTexts(rows)
}

// Numbered finds the record with an identity number; "" when there is none. Of
// a merged record it is the one that stands for it.
func Numbered(ctx context.Context, r store.Reader, ix Indexer, number string) (string, error) {
	number = dossier.FoldCode(number)
	if number == "" {
		return "", nil
	}
	var id string
	err := r.QueryRow(ctx, `SELECT id FROM person_list WHERE number = $1`, ix.Index(numberSpace, number)).Scan(&id)
	if store.NoRows(err) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("looking for an identity number: %w", err)
	}
	return Stands(ctx, r, id)
}

// LinksOf lists somebody's links, newest first. Index: person_link_by_person.
func LinksOf(ctx context.Context, r store.Reader, who string) ([]Link, error) {
	rows, err := r.Query(ctx, `SELECT id, person, account, given, until, opened, last, ended FROM person_link_list WHERE person = $1 ORDER BY given DESC, id DESC LIMIT 50`, who)
	if err != nil {
		return nil, fmt.Errorf("listing links: %w", err)
	}
	defer rows.Close()
	var out []Link
	for rows.Next() {
		var l Link
		var given, until, last int64
		if err := rows.Scan(&l.ID, &l.Person, &l.By, &given, &until, &l.Opened, &last, &l.Ended); err != nil {
			return nil, err
		}
		l.Given, l.Until = time.UnixMicro(given).UTC(), time.UnixMicro(until).UTC()
		if last != 0 {
			l.Last = time.UnixMicro(last).UTC()
		}
		out = append(out, l)
	}
	return out, rows.Err()
}

// OpenProposals lists what a unit's people say is wrong and nobody has
// answered, oldest first. Index: person_proposal_by_person.
func OpenProposals(ctx context.Context, r store.Reader, unit string) ([]ProposalRow, error) {
	return proposals(ctx, r, `SELECT x.id, x.person, x.settled, x.at FROM person_proposal_list x JOIN person_list p ON p.id = x.person WHERE p.unit = $1 AND x.settled = 0 ORDER BY x.at, x.id LIMIT 200`, unit)
}

// ProposalsOf lists somebody's, newest first.
func ProposalsOf(ctx context.Context, r store.Reader, who string) ([]ProposalRow, error) {
	return proposals(ctx, r, `SELECT id, person, settled, at FROM person_proposal_list WHERE person = $1 ORDER BY at DESC, id DESC LIMIT 50`, who)
}

// ProposalOf tells whose a proposal is; "" for none.
func ProposalOf(ctx context.Context, r store.Reader, id string) (string, error) {
	all, err := proposals(ctx, r, `SELECT id, person, settled, at FROM person_proposal_list WHERE id = $1`, id)
	if err != nil || len(all) == 0 {
		return "", err
	}
	return all[0].Person, nil
}

// ProposalRow is one in a list.
type ProposalRow struct {
	ID, Person string
	Settled    bool
	At         time.Time
}

func proposals(ctx context.Context, r store.Reader, query string, args ...any) ([]ProposalRow, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("listing proposals: %w", err)
	}
	defer rows.Close()
	var out []ProposalRow
	for rows.Next() {
		var p ProposalRow
		var settled int
		var at int64
		if err := rows.Scan(&p.ID, &p.Person, &settled, &at); err != nil {
			return nil, err
		}
		p.Settled, p.At = settled != 0, time.UnixMicro(at).UTC()
		out = append(out, p)
	}
	return out, rows.Err()
}

func list(ctx context.Context, r store.Reader, query string, args ...any) ([]Entry, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("listing people: %w", err)
	}
	defer rows.Close()
	var out []Entry
	for rows.Next() {
		p, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}
