package person

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/store"
)

// Entry is one person as lists show them.
type Entry struct {
	ID         string
	Unit       string
	Family     string
	Given      string
	Latin      string // surname/given names
	Tail       string // last four characters of the identity number
	Department string
	Post       string
	Rank       string // dossier.Rank
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

const columns = `p.id, p.unit, p.family, p.given, p.latin, p.tail, p.department, p.post, p.rank, p.at`

// In one unit the index person_key_by_unit carries it, else person_key_by_key.
const (
	searchUnit = `
SELECT ` + columns + `
FROM person_key k JOIN person_list p ON p.id = k.person
WHERE k.unit = $1 AND k.key >= $2 AND k.key < $3
ORDER BY k.key, k.person
LIMIT 60`
	searchAll = `
SELECT ` + columns + `
FROM person_key k JOIN person_list p ON p.id = k.person
WHERE k.key >= $1 AND k.key < $2
ORDER BY k.key, k.person
LIMIT 60`
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
	from, to := Keys(query)
	if from == "" {
		return nil, nil
	}
	text, args := searchUnit, []any{unit, from, to}
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
		if seen[p.ID] {
			continue
		}
		seen[p.ID] = true
		if out = append(out, p); len(out) == Found {
			break
		}
	}
	return out, nil
}

// One gives a list entry; one that isn't known is a fault.NotFound.
func One(ctx context.Context, r store.Reader, id string) (Entry, error) {
	all, err := list(ctx, r, `SELECT `+columns+` FROM person_list p WHERE p.id = $1`, id)
	if err != nil {
		return Entry{}, err
	}
	if len(all) == 0 {
		return Entry{}, fault.NotFound("person " + id)
	}
	return all[0], nil
}

// After is where a page of a list goes on.
type After struct{ Family, Given, ID string }

// List gives a unit's people by name, so many after one.
func List(ctx context.Context, r store.Reader, unit string, after After, limit int) ([]Entry, error) {
	return list(ctx, r, `
SELECT `+columns+`
FROM person_list p
WHERE p.unit = $1 AND (p.family, p.given, p.id) > ($2, $3, $4)
ORDER BY p.family, p.given, p.id
LIMIT $5`, unit, after.Family, after.Given, after.ID, limit)
}

// Count tells how many people are on a unit's list.
func Count(ctx context.Context, r store.Reader, unit string) (int, error) {
	var n int
	err := r.QueryRow(ctx, `SELECT count(*) FROM person_list WHERE unit = $1`, unit).Scan(&n)
	return n, err
}

// Numbered finds the record with an identity number; "" when there is none.
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
	return id, nil
}

func list(ctx context.Context, r store.Reader, query string, args ...any) ([]Entry, error) {
	rows, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("listing people: %w", err)
	}
	defer rows.Close()
	var out []Entry
	for rows.Next() {
		var p Entry
		if err := rows.Scan(&p.ID, &p.Unit, &p.Family, &p.Given, &p.Latin, &p.Tail, &p.Department, &p.Post, &p.Rank, &p.At); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}
