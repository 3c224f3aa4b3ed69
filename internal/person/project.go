package person

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"unicode"

	"yitang/internal/journal"
	"yitang/internal/store"
)

// Indexer makes tokens by which a number is found without being stored.
// keys.Ring is one.
type Indexer interface {
	Index(namespace, value string) string
}

// numberSpace is the namespace of identity numbers in the keyed index.
const numberSpace = "person.idNumber"

// Projections are the tables of this room: a list with what two people of one
// name are told apart by, and the beginnings under which they are found.
func Projections(ix Indexer) []journal.Projection {
	return []journal.Projection{{
		Name: "person", Version: 1, Tables: []string{"person_list", "person_key"},
		Schema: `
CREATE TABLE person_list (
  id TEXT PRIMARY KEY,
  unit TEXT NOT NULL,
  family TEXT NOT NULL,
  given TEXT NOT NULL,
  latin TEXT NOT NULL,
  tail TEXT NOT NULL,
  number TEXT NOT NULL,
  department TEXT NOT NULL,
  post TEXT NOT NULL,
  rank TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE UNIQUE INDEX person_list_by_number ON person_list (number) WHERE number <> '';
CREATE INDEX person_list_by_unit ON person_list (unit, family, given, id);
CREATE TABLE person_key (
  unit TEXT NOT NULL,
  key TEXT NOT NULL,
  person TEXT NOT NULL,
  PRIMARY KEY (person, key)
);
CREATE INDEX person_key_by_unit ON person_key (unit, key, person);
CREATE INDEX person_key_by_key ON person_key (key, person);`,
		Apply: func(ctx context.Context, tx store.Tx, e journal.Event) error {
			switch b := e.Body.(type) {
			case Recorded:
				row := Entry{ID: e.Subject.ID, Unit: b.In}
				return put(ctx, tx, ix, row, "", b, e)
			case Changed:
				row, number, err := row(ctx, tx, e.Subject.ID)
				if err != nil {
					return err
				}
				return put(ctx, tx, ix, row, number, Recorded(b), e)
			case Transferred:
				row, number, err := row(ctx, tx, e.Subject.ID)
				if err != nil {
					return err
				}
				row.Unit = b.To
				return put(ctx, tx, ix, row, number, Recorded{}, e)
			}
			return nil
		},
	}}
}

func row(ctx context.Context, tx store.Tx, id string) (Entry, string, error) {
	var p Entry
	var number string
	err := tx.QueryRow(ctx, `SELECT id, unit, family, given, latin, tail, department, post, rank, at, number FROM person_list WHERE id = $1`, id).
		Scan(&p.ID, &p.Unit, &p.Family, &p.Given, &p.Latin, &p.Tail, &p.Department, &p.Post, &p.Rank, &p.At, &number)
	if err != nil {
		return p, "", fmt.Errorf("reading the list entry of person %s: %w", id, err)
	}
	return p, number, nil
}

func put(ctx context.Context, tx store.Tx, ix Indexer, p Entry, number string, b Recorded, e journal.Event) error {
	set(&p.Family, b.FamilyName)
	set(&p.Given, b.GivenName)
	set(&p.Department, b.Department)
	set(&p.Post, b.Post)
	if r, ok := b.Rank.Value(); ok {
		p.Rank = string(r)
	}
	surname, given, _ := strings.Cut(p.Latin, "/")
	set(&surname, b.LatinSurname)
	set(&given, b.LatinGivenNames)
	p.Latin = surname + "/" + given
	if n, ok := b.IDNumber.Value(); ok {
		p.Tail, number = IDNumber(n).Tail(), ""
		if n != "" {
			number = ix.Index(numberSpace, n)
		}
	}
	p.At = e.At.UnixMicro()
	_, err := tx.Exec(ctx, `INSERT INTO person_list (id, unit, family, given, latin, tail, number, department, post, rank, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
ON CONFLICT (id) DO UPDATE SET unit = excluded.unit, family = excluded.family, given = excluded.given, latin = excluded.latin, tail = excluded.tail,
  number = excluded.number, department = excluded.department, post = excluded.post, rank = excluded.rank, at = excluded.at`,
		p.ID, p.Unit, p.Family, p.Given, p.Latin, p.Tail, number, p.Department, p.Post, p.Rank, p.At)
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM person_key WHERE person = $1`, p.ID); err != nil {
		return err
	}
	for _, key := range p.keys() {
		if _, err := tx.Exec(ctx, `INSERT INTO person_key (unit, key, person) VALUES ($1, $2, $3)`, p.Unit, key, p.ID); err != nil {
			return err
		}
	}
	return nil
}

// keys are the beginnings under which somebody is found: their name from each
// character on, its pinyin and initials from each syllable on, the Latin name
// as recorded, and the last digits of the identity number.
func (p Entry) keys() []string {
	all := map[string]bool{}
	add := func(s string) {
		if s = fold(s); s != "" {
			all[s] = true
		}
	}
	name := []rune(p.Family + p.Given)
	for i := range name {
		if name[i] != '·' {
			add(string(name[i:]))
		}
	}
	surname, rest := nameSyllables(p.Family, p.Given)
	for _, read := range [][]string{append(append([]string{}, surname...), rest...), append(syllables(p.Family), rest...)} {
		for i := range read {
			initials := ""
			for _, s := range read[i:] {
				if s != "" {
					initials += s[:1]
				}
			}
			add(strings.Join(read[i:], ""))
			add(initials)
		}
	}
	latinSurname, latinGiven, _ := strings.Cut(p.Latin, "/")
	add(latinSurname + latinGiven)
	add(latinGiven)
	for _, n := range []int{4, 3} {
		if len(p.Tail) >= n {
			add(p.Tail[len(p.Tail)-n:])
		}
	}
	out := make([]string, 0, len(all))
	for k := range all {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// fold makes what is typed and what is kept comparable: no blanks, dots,
// hyphens or apostrophes, small letters, ü as v.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 'ü' || r == 'Ü':
			return 'v'
		case unicode.IsSpace(r) || strings.ContainsRune("·•・-'’", r):
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}
