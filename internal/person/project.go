package person

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"unicode"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/store"
)

// Indexer makes tokens by which a number is found without being stored.
// keys.Ring is one.
type Indexer interface {
	Index(namespace, value string) string
}

// Namespaces of the keyed index: whole identity numbers, and parts of numbers
// with their place in them.
const (
	numberSpace = "person.idNumber"
	partSpace   = "person.part"
)

// Projections are the tables of this room: a list with what two people of one
// name are told apart by, the beginnings and the parts of numbers under which
// they are found, who went where, which ids mean one person, what waits for
// somebody's answer, and who isn't cleared when.
func Projections(ix Indexer) []journal.Projection {
	return []journal.Projection{{
		Name: "person", Version: 5, Tables: []string{"person_list", "person_key", "person_part", "person_past", "person_coming"},
		Schema: `
CREATE TABLE person_list (
  id TEXT PRIMARY KEY,
  unit TEXT NOT NULL,
  standing TEXT NOT NULL,
  family TEXT NOT NULL,
  given TEXT NOT NULL,
  latin TEXT NOT NULL,
  tail TEXT NOT NULL,
  number TEXT NOT NULL,
  own_number TEXT NOT NULL,
  born TEXT NOT NULL,
  department TEXT NOT NULL,
  post TEXT NOT NULL,
  rank TEXT NOT NULL,
  sorted TEXT NOT NULL,
  expires TEXT NOT NULL,
  vetted TEXT NOT NULL,
  left_on TEXT NOT NULL,
  offered TEXT NOT NULL,
  offered_on TEXT NOT NULL,
  asked TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE UNIQUE INDEX person_list_by_number ON person_list (number) WHERE number <> '';
CREATE INDEX person_list_by_name ON person_list (unit, standing, sorted, id);
CREATE INDEX person_list_by_change ON person_list (unit, standing, at, id);
CREATE INDEX person_list_by_expiry ON person_list (unit, standing, expires, id);
CREATE INDEX person_list_by_offer ON person_list (offered, sorted, id) WHERE offered <> '';
CREATE INDEX person_list_alike ON person_list (unit, family, given, id);
CREATE TABLE person_key (
  unit TEXT NOT NULL,
  key TEXT NOT NULL,
  person TEXT NOT NULL,
  PRIMARY KEY (person, key)
);
CREATE INDEX person_key_by_unit ON person_key (unit, key, person);
CREATE INDEX person_key_by_key ON person_key (key, person);
CREATE TABLE person_part (
  person TEXT NOT NULL,
  number TEXT NOT NULL,
  part TEXT NOT NULL,
  PRIMARY KEY (person, number, part)
);
CREATE INDEX person_part_by_part ON person_part (part, person);
CREATE TABLE person_past (
  person TEXT NOT NULL,
  unit TEXT NOT NULL,
  name TEXT NOT NULL,
  sorted TEXT NOT NULL,
  post TEXT NOT NULL,
  now_at TEXT NOT NULL,
  day TEXT NOT NULL,
  PRIMARY KEY (person, unit)
);
CREATE INDEX person_past_by_unit ON person_past (unit, sorted, person);
CREATE TABLE person_coming (
  person TEXT NOT NULL,
  day TEXT NOT NULL,
  PRIMARY KEY (person, day)
);
CREATE INDEX person_coming_by_day ON person_coming (day, person);`,
		Apply: func(ctx context.Context, tx store.Tx, e journal.Event) error { return keep(ctx, tx, ix, e) },
	}, {
		Name: "person_alias", Version: 1, Tables: []string{"person_alias"},
		Schema: `
CREATE TABLE person_alias (
  id TEXT PRIMARY KEY,
  into_id TEXT NOT NULL
);
CREATE INDEX person_alias_by_into ON person_alias (into_id, id);`,
		Apply: keepAliases,
	}, {
		Name: "person_link", Version: 1, Tables: []string{"person_link_list", "person_proposal_list"},
		Schema: `
CREATE TABLE person_link_list (
  id TEXT PRIMARY KEY,
  person TEXT NOT NULL,
  account TEXT NOT NULL,
  given INTEGER NOT NULL,
  until INTEGER NOT NULL,
  opened INTEGER NOT NULL,
  last INTEGER NOT NULL,
  ended TEXT NOT NULL
);
CREATE INDEX person_link_by_person ON person_link_list (person, given, id);
CREATE TABLE person_proposal_list (
  id TEXT PRIMARY KEY,
  person TEXT NOT NULL,
  settled INTEGER NOT NULL,
  at INTEGER NOT NULL
);
CREATE INDEX person_proposal_by_person ON person_proposal_list (person, settled, at, id);`,
		Apply: keepLinks,
	}, {
		Name: "person_clearance", Version: 1, Tables: []string{"person_clearance"},
		Schema: `
CREATE TABLE person_clearance (
  person TEXT NOT NULL,
  from_day TEXT NOT NULL,
  to_day TEXT NOT NULL,
  PRIMARY KEY (person, from_day)
);`,
		Apply: func(ctx context.Context, tx store.Tx, e journal.Event) error {
			b, is := e.Body.(ClearanceTold)
			if !is {
				return nil
			}
			if _, err := tx.Exec(ctx, `DELETE FROM person_clearance WHERE person = $1`, e.Subject.ID); err != nil {
				return err
			}
			for _, s := range b.Not {
				if _, err := tx.Exec(ctx, `INSERT INTO person_clearance (person, from_day, to_day) VALUES ($1, $2, $3)`, e.Subject.ID, s.From.String(), s.To.String()); err != nil {
					return err
				}
			}
			return nil
		},
	}}
}

// keepAliases writes down which ids mean one person. It is all that the passport
// zone hears of people.
func keepAliases(ctx context.Context, tx store.Tx, e journal.Event) error {
	var err error
	switch b := e.Body.(type) {
	case Absorbed:
		_, err = tx.Exec(ctx, `INSERT INTO person_alias (id, into_id) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET into_id = excluded.into_id`, e.Subject.ID, b.Into)
	case Separated:
		_, err = tx.Exec(ctx, `DELETE FROM person_alias WHERE id = $1`, e.Subject.ID)
	}
	return err
}

// keep writes what happened to a record into the list.
func keep(ctx context.Context, tx store.Tx, ix Indexer, e journal.Event) error {
	id := e.Subject.ID
	switch b := e.Body.(type) {
	case Recorded:
		return put(ctx, tx, ix, line{Entry: Entry{ID: id, Unit: b.In}}, b, e)
	case Changed:
		if err := dropComing(ctx, tx, id, b.From); err != nil {
			return err
		}
		return with(ctx, tx, ix, e, Recorded(b), nil)
	case Announced:
		_, err := tx.Exec(ctx, `INSERT INTO person_coming (person, day) VALUES ($1, $2) ON CONFLICT (person, day) DO NOTHING`, id, b.From.String())
		return err
	case AnnouncementDropped:
		return dropComing(ctx, tx, id, b.From)
	case Confirmed, Detailed:
		return with(ctx, tx, ix, e, Recorded{}, nil)
	case Left:
		if _, err := tx.Exec(ctx, `DELETE FROM person_coming WHERE person = $1`, id); err != nil {
			return err
		}
		return with(ctx, tx, ix, e, Recorded{}, func(l *line) { l.Standing, l.LeftOn, l.Offered = HasLeft, b.On, "" })
	case CameBack:
		return with(ctx, tx, ix, e, Recorded{}, func(l *line) { l.Standing, l.LeftOn = Here, calendar.Date{} })
	case Offered:
		return with(ctx, tx, ix, e, Recorded{}, func(l *line) { l.Offered, l.OfferedOn, l.Asked = b.To, b.On, "" })
	case OfferEnded:
		return with(ctx, tx, ix, e, Recorded{}, func(l *line) { l.Offered, l.OfferedOn = "", calendar.Date{} })
	case AskedFor:
		return with(ctx, tx, ix, e, Recorded{}, func(l *line) { l.Asked = b.By })
	case Transferred:
		return moved(ctx, tx, ix, e, b)
	case Absorbed:
		return ifListed(ctx, tx, ix, e, func(l *line) { l.Standing, l.Offered, l.Asked = WasDuple, "", "" })
	case Separated:
		return ifListed(ctx, tx, ix, e, func(l *line) {
			l.Standing = Here
			if !l.LeftOn.IsZero() {
				l.Standing = HasLeft
			}
		})
	case Merged:
		if n, has := b.Is.Or(nil)["idNumber"]; has && n != "" {
			if _, err := tx.Exec(ctx, `UPDATE person_list SET number = '' WHERE id = $1 AND number = $2`, b.Other, ix.Index(numberSpace, n)); err != nil {
				return err
			}
		}
		return with(ctx, tx, ix, e, events(b.Is.Or(nil)), nil)
	case Unmerged:
		if err := with(ctx, tx, ix, e, events(b.Is.Or(nil)), nil); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `UPDATE person_list SET number = own_number WHERE id = $1`, b.Other)
		return err
	}
	return nil
}

// events is what an event would tell of some data.
func events(d Data) Recorded {
	var blank Facts
	full := blank.With(d)
	b, _ := full.difference(blank)
	for name, v := range d { // what is told to be empty is no difference from nothing
		if v != "" {
			continue
		}
		switch name {
		case "familyName":
			b.FamilyName = journal.Of("")
		case "givenName":
			b.GivenName = journal.Of("")
		case "latinSurname":
			b.LatinSurname = journal.Of("")
		case "latinGivenNames":
			b.LatinGivenNames = journal.Of("")
		case "idNumber":
			b.IDNumber = journal.Of("")
		case "idExpires":
			b.IDExpires = journal.Of(calendar.Date{})
		case "dateOfBirth":
			b.DateOfBirth = journal.Of(calendar.Date{})
		case "mobile":
			b.Mobile = journal.Of("")
		case "department":
			b.Department = journal.Of("")
		case "post":
			b.Post = journal.Of("")
		case "rank":
			b.Rank = journal.Of(full.Rank)
		}
	}
	return b
}

func dropComing(ctx context.Context, tx store.Tx, id string, day calendar.Date) error {
	if day.IsZero() {
		return nil
	}
	_, err := tx.Exec(ctx, `DELETE FROM person_coming WHERE person = $1 AND day = $2`, id, day.String())
	return err
}

// moved puts somebody on another unit's list, and leaves on the old one where
// they went.
func moved(ctx context.Context, tx store.Tx, ix Indexer, e journal.Event, b Transferred) error {
	l, err := lineOf(ctx, tx, e.Subject.ID)
	if err != nil {
		return err
	}
	day := b.On
	if day.IsZero() {
		day = calendar.DateOf(e.At)
	}
	_, err = tx.Exec(ctx, `INSERT INTO person_past (person, unit, name, sorted, post, now_at, day) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (person, unit) DO UPDATE SET name = excluded.name, sorted = excluded.sorted, post = excluded.post, now_at = excluded.now_at, day = excluded.day`,
		l.ID, l.Unit, l.Name(), l.sorted(), l.Department+l.Post, b.To, day.String())
	if err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM person_past WHERE person = $1 AND unit = $2`, l.ID, b.To); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `DELETE FROM person_coming WHERE person = $1`, l.ID); err != nil {
		return err
	}
	l.Unit, l.Standing, l.LeftOn, l.Offered, l.OfferedOn, l.Asked = b.To, Here, calendar.Date{}, "", calendar.Date{}, ""
	return put(ctx, tx, ix, l, Recorded{}, e)
}

// line is one row of the list with what only the table needs.
type line struct {
	Entry
	number string // token by which it is found; "" while another record holds it
	own    string // token of its own number, whoever holds it
}

func lineOf(ctx context.Context, tx store.Tx, id string) (line, error) {
	var l line
	row := tx.QueryRow(ctx, `SELECT `+columns+`, p.number, p.own_number FROM person_list p WHERE p.id = $1`, id)
	e, err := scan(row, &l.number, &l.own)
	if err != nil {
		return l, fmt.Errorf("reading the list entry of person %s: %w", id, err)
	}
	l.Entry = e
	return l, nil
}

// ifListed changes a row where there is a list: the passport zone hears that two
// records are one person's and has neither of them.
func ifListed(ctx context.Context, tx store.Tx, ix Indexer, e journal.Event, change func(*line)) error {
	err := with(ctx, tx, ix, e, Recorded{}, change)
	if store.NoRows(err) {
		return nil
	}
	return err
}

// with changes a row that is there.
func with(ctx context.Context, tx store.Tx, ix Indexer, e journal.Event, b Recorded, change func(*line)) error {
	l, err := lineOf(ctx, tx, e.Subject.ID)
	if err != nil {
		return err
	}
	if change != nil {
		change(&l)
	}
	return put(ctx, tx, ix, l, b, e)
}

func put(ctx context.Context, tx store.Tx, ix Indexer, l line, b Recorded, e journal.Event) error {
	p := &l.Entry
	set(&p.Family, b.FamilyName)
	set(&p.Given, b.GivenName)
	set(&p.Department, b.Department)
	set(&p.Post, b.Post)
	set(&p.Expires, b.IDExpires)
	if v, ok := b.Vetting.Value(); ok {
		p.Vetted = calendar.Date{}
		if v.Status == dossier.VettingPassed {
			p.Vetted = v.ValidUntil
		}
	}
	set(&p.Born, b.DateOfBirth)
	if r, ok := b.Rank.Value(); ok {
		p.Rank = string(r)
	}
	surname, given, _ := strings.Cut(p.Latin, "/")
	set(&surname, b.LatinSurname)
	set(&given, b.LatinGivenNames)
	p.Latin = surname + "/" + given
	if n, ok := b.IDNumber.Value(); ok {
		p.Tail, l.number, l.own = IDNumber(n).Tail(), "", ""
		if n != "" {
			l.number = ix.Index(numberSpace, n)
			l.own = l.number
		}
		if err := parts(ctx, tx, ix, p.ID, "id", n); err != nil {
			return err
		}
	}
	if n, ok := b.Mobile.Value(); ok {
		if err := parts(ctx, tx, ix, p.ID, "phone", digitsOf(n)); err != nil {
			return err
		}
	}
	p.At = e.At.UnixMicro()
	_, err := tx.Exec(ctx, `INSERT INTO person_list (id, unit, standing, family, given, latin, tail, number, own_number, born, department, post, rank, sorted, expires, vetted, left_on, offered, offered_on, asked, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
ON CONFLICT (id) DO UPDATE SET unit = excluded.unit, standing = excluded.standing, family = excluded.family, given = excluded.given, latin = excluded.latin,
  tail = excluded.tail, number = excluded.number, own_number = excluded.own_number, born = excluded.born, department = excluded.department, post = excluded.post,
  rank = excluded.rank, sorted = excluded.sorted, expires = excluded.expires, vetted = excluded.vetted, left_on = excluded.left_on, offered = excluded.offered,
  offered_on = excluded.offered_on, asked = excluded.asked, at = excluded.at`,
		p.ID, p.Unit, string(p.Standing), p.Family, p.Given, p.Latin, p.Tail, l.number, l.own, p.Born.String(), p.Department, p.Post, p.Rank, p.sorted(), p.Expires.String(), p.Vetted.String(),
		p.LeftOn.String(), p.Offered, p.OfferedOn.String(), p.Asked, p.At)
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

// partLength is how many characters of a number a part has: fewer would find
// half the list.
const partLength = 4

// parts keeps under which parts a number is found, each with its place in it.
func parts(ctx context.Context, tx store.Tx, ix Indexer, id, number, value string) error {
	if _, err := tx.Exec(ctx, `DELETE FROM person_part WHERE person = $1 AND number = $2`, id, number); err != nil {
		return err
	}
	for _, token := range partsOf(ix, number, value, 0) {
		if _, err := tx.Exec(ctx, `INSERT INTO person_part (person, number, part) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`, id, number, token); err != nil {
			return err
		}
	}
	return nil
}

// partsOf are the tokens of a text that stands at a place of a number.
func partsOf(ix Indexer, number, value string, at int) []string {
	var out []string
	for i := 0; i+partLength <= len(value); i++ {
		out = append(out, ix.Index(partSpace, fmt.Sprintf("%s/%d/%s", number, at+i, value[i:i+partLength])))
	}
	return out
}

// digitsOf leaves of a telephone number what people read out: no country code
// of China, no hyphens.
func digitsOf(s string) string {
	s = strings.TrimPrefix(s, "+86")
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// sorted is what lists are sorted by: names as they are read, then as they are
// written.
func (p Entry) sorted() string {
	surname, rest := nameSyllables(p.Family, p.Given)
	read := strings.Join(append(append([]string{}, surname...), rest...), " ") // parted: Xian stands before Xiang, whatever follows
	if strings.TrimSpace(read) == "" {
		read = strings.ToLower(p.Name())
	}
	return read + " " + p.Name()
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
// hyphens or apostrophes, small letters, ü as v, traditional characters as
// their simplified ones.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == 'ü' || r == 'Ü':
			return 'v'
		case unicode.IsSpace(r) || strings.ContainsRune("·•・-'’", r):
			return -1
		}
		if plain, is := simplified()[r]; is {
			return plain
		}
		return unicode.ToLower(r)
	}, s)
}

func keepLinks(ctx context.Context, tx store.Tx, e journal.Event) error {
	var err error
	id := e.Subject.ID
	switch b := e.Body.(type) {
	case LinkGiven:
		_, err = tx.Exec(ctx, `INSERT INTO person_link_list (id, person, account, given, until, opened, last, ended) VALUES ($1, $2, $3, $4, $5, 0, 0, '')`,
			id, b.Person, e.Actor.Account, e.At.UnixMicro(), b.Until.UnixMicro())
	case LinkOpened:
		_, err = tx.Exec(ctx, `UPDATE person_link_list SET opened = opened + 1, last = $2 WHERE id = $1`, id, e.At.UnixMicro())
	case LinkEnded:
		_, err = tx.Exec(ctx, `UPDATE person_link_list SET ended = $2 WHERE id = $1`, id, string(b.Why))
	case Proposed:
		_, err = tx.Exec(ctx, `INSERT INTO person_proposal_list (id, person, settled, at) VALUES ($1, $2, 0, $3)`, id, b.Person, e.At.UnixMicro())
	case ProposalSettled:
		_, err = tx.Exec(ctx, `UPDATE person_proposal_list SET settled = 1, at = $2 WHERE id = $1`, id, e.At.UnixMicro())
	}
	return err
}
