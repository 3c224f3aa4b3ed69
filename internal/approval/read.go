package approval

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"

	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/store"
)

// PageSize is how many cases a list shows at once.
const PageSize = 50

// After is where a list goes on: due day and id of the last row shown.
type After struct{ Due, Filing string }

func list(ctx context.Context, r store.Reader, query string, args ...any) ([]QueueRow, error) {
	rs, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading the queue: %w", err)
	}
	defer rs.Close()
	var out []QueueRow
	for rs.Next() {
		row, err := scanRow(rs)
		if err != nil {
			return nil, fmt.Errorf("reading the queue: %w", err)
		}
		out = append(out, row)
	}
	return out, rs.Err()
}

// Each filter is a query of its own with its condition as a literal: that is
// what makes the database take the partial index named above it.
const (
	// index approval_queue_by_desk (desk, due, filing)
	queueAll = `SELECT ` + queueColumns + `
FROM approval_queue
WHERE desk = $1 AND (due, filing) > ($2, $3)
ORDER BY due, filing
LIMIT $4`

	// index approval_queue_clean (desk, due, filing) WHERE questions = 0 AND against = 0
	queueClean = `SELECT ` + queueColumns + `
FROM approval_queue
WHERE desk = $1 AND questions = 0 AND against = 0 AND (due, filing) > ($2, $3)
ORDER BY due, filing
LIMIT $4`

	// index approval_queue_corrected (desk, due, filing) WHERE corrected = 1
	queueCorrected = `SELECT ` + queueColumns + `
FROM approval_queue
WHERE desk = $1 AND corrected = 1 AND (due, filing) > ($2, $3)
ORDER BY due, filing
LIMIT $4`

	// index approval_queue_urgent (desk, due, filing) WHERE urgent = 1
	queueUrgent = `SELECT ` + queueColumns + `
FROM approval_queue
WHERE desk = $1 AND urgent = 1 AND (due, filing) > ($2, $3)
ORDER BY due, filing
LIMIT $4`

	// index approval_queue_by_desk (desk, due, filing)
	queueBefore = `SELECT ` + queueColumns + `
FROM approval_queue
WHERE desk = $1 AND (due, filing) < ($2, $3)
ORDER BY due DESC, filing DESC
LIMIT $4`
)

func queueQuery(f Filter) string {
	switch f {
	case Clean:
		return queueClean
	case Corrected:
		return queueCorrected
	case Urgent:
		return queueUrgent
	}
	return queueAll
}

// Queue gives up to limit cases of a desk, those due first on top.
func Queue(ctx context.Context, r store.Reader, desk string, f Filter, after After, limit int) ([]QueueRow, error) {
	return list(ctx, r, queueQuery(f), desk, after.Due, after.Filing, limit)
}

// Before gives the case that stands before a place in the queue, if any.
func Before(ctx context.Context, r store.Reader, desk string, at After) (QueueRow, bool, error) {
	rows, err := list(ctx, r, queueBefore, desk, at.Due, at.Filing, 1)
	if err != nil || len(rows) == 0 {
		return QueueRow{}, false, err
	}
	return rows[0], true, nil
}

// Row reads one case's row.
func Row(ctx context.Context, r store.Reader, filing string) (QueueRow, bool, error) {
	return oneRow(ctx, r, filing)
}

// Tally is how many cases of a desk pass a filter.
type Tally struct{ All, Overdue, Today int }

// primary key of approval_count (desk, tag, due)
const tallies = `SELECT tag, SUM(n), SUM(CASE WHEN due < $2 THEN n ELSE 0 END), SUM(CASE WHEN due = $2 THEN n ELSE 0 END)
FROM approval_count
WHERE desk = $1
GROUP BY tag`

// Tallies counts a desk exactly, for every filter, without looking at a case.
func Tallies(ctx context.Context, r store.Reader, desk string, today calendar.Date) (map[Filter]Tally, error) {
	rs, err := r.Query(ctx, tallies, desk, today.String())
	if err != nil {
		return nil, fmt.Errorf("counting the queue: %w", err)
	}
	defer rs.Close()
	out := map[Filter]Tally{}
	for rs.Next() {
		var f Filter
		var t Tally
		if err := rs.Scan(&f, &t.All, &t.Overdue, &t.Today); err != nil {
			return nil, fmt.Errorf("counting the queue: %w", err)
		}
		out[f] = t
	}
	return out, rs.Err()
}

// Hang is where cases stop, and since when the first of them is due.
type Hang struct {
	Desk     string
	Tally    Tally
	FirstDue calendar.Date
}

const hanging = `SELECT desk, SUM(n), SUM(CASE WHEN due < $1 THEN n ELSE 0 END), SUM(CASE WHEN due = $1 THEN n ELSE 0 END), MIN(due)
FROM approval_count
WHERE tag = 'all'
GROUP BY desk
ORDER BY desk`

// Hanging tells where cases stop (卡在哪里).
func Hanging(ctx context.Context, r store.Reader, today calendar.Date) ([]Hang, error) {
	rs, err := r.Query(ctx, hanging, today.String())
	if err != nil {
		return nil, fmt.Errorf("counting where cases hang: %w", err)
	}
	defer rs.Close()
	var out []Hang
	for rs.Next() {
		var h Hang
		var first string
		if err := rs.Scan(&h.Desk, &h.Tally.All, &h.Tally.Overdue, &h.Tally.Today, &first); err != nil {
			return nil, err
		}
		if err := h.FirstDue.UnmarshalText([]byte(first)); err != nil {
			return nil, err
		}
		out = append(out, h)
	}
	return out, rs.Err()
}

// ByStage counts all cases by where they stand.
func ByStage(ctx context.Context, r store.Reader) (map[Stage]int, error) {
	rs, err := r.Query(ctx, `SELECT tag, n FROM approval_count WHERE desk = ''`)
	if err != nil {
		return nil, fmt.Errorf("counting stages: %w", err)
	}
	defer rs.Close()
	out := map[Stage]int{}
	for rs.Next() {
		var tag string
		var n int
		if err := rs.Scan(&tag, &n); err != nil {
			return nil, err
		}
		out[Stage(strings.TrimPrefix(tag, "stage:"))] = n
	}
	return out, rs.Err()
}

// Numbers is what a search box means among case numbers, as a range from and
// below to of what they begin with; it finds none while too little is typed.
func Numbers(query string) (from, to string) {
	q := strings.ToUpper(dossier.FoldText(query))
	if utf8.RuneCountInString(q) < 4 {
		return "", ""
	}
	return q, q + "\U0010ffff"
}

// index approval_queue_by_depart (stage, depart, filing)
const departing = `SELECT ` + queueColumns + `
FROM approval_queue
WHERE stage = 'issued' AND kind <> 'multiTrip' AND depart >= $1 AND depart < $2 AND (depart, filing) > ($3, $4)
ORDER BY depart, filing
LIMIT $5`

// index approval_queue_by_depart (stage, depart, filing)
const termsOver = `SELECT ` + queueColumns + `
FROM approval_queue
WHERE stage = 'issued' AND kind = 'multiTrip' AND back < $1
ORDER BY depart, filing
LIMIT 500`

// index approval_queue_by_depart (stage, depart, filing)
const decidedIn = `SELECT ` + queueColumns + `
FROM approval_queue
WHERE stage IN ('decided', 'refused', 'issued', 'revoked', 'withdrawn', 'closed') AND amends = '' AND depart >= $1 AND depart < $2`

// DecidedIn lists the cases of a year whose end the office knows.
func DecidedIn(ctx context.Context, r store.Reader, year int) ([]QueueRow, error) {
	return list(ctx, r, decidedIn, calendar.On(year, 1, 1).String(), calendar.On(year+1, 1, 1).String())
}

// Live tells whether the trip may still be made.
func (r QueueRow) Live() bool {
	switch r.Stage {
	case IsRefused, IsRevoked, IsWithdrawn:
		return false
	case IsClosed:
		return r.Outcome.Live()
	}
	return true
}

// index approval_member (person, filing), primary key of approval_queue
const ofPerson = `SELECT ` + queueColumns + `
FROM approval_queue
WHERE filing IN (SELECT filing FROM approval_member WHERE person = $1) AND amends = '' AND stage NOT IN ('refused', 'revoked', 'withdrawn', 'closed')
ORDER BY depart, filing`

// AheadOf lists the cases that are under review, or in force, and that somebody is
// a member of, under whichever id. What is changed about one is no case of its own.
func AheadOf(ctx context.Context, r store.Reader, who string) ([]QueueRow, error) {
	return person.Each(ctx, r, who, func(id string) ([]QueueRow, error) { return list(ctx, r, ofPerson, id) })
}

// TermsOver lists the approvals for a term whose last day is past.
func TermsOver(ctx context.Context, r store.Reader, today calendar.Date) ([]QueueRow, error) {
	return list(ctx, r, termsOver, today.String())
}

// Over tells whether nothing is done on a case any more.
func (s Stage) Over() bool {
	return s == IsClosed || s == IsRefused || s == IsRevoked || s == IsWithdrawn
}

// Leaving is where a list of cases in the order of departure goes on. Past ones
// come after those that are still to leave.
type Leaving struct {
	Past   bool
	Depart string
	Filing string
}

// Days are the first day of departure that a part of the list holds, and the
// first that it doesn't.
func (l Leaving) Days(today calendar.Date) (from, before string) {
	if l.Past {
		return "", today.String()
	}
	return today.String(), "~"
}

// Departing lists the cases whose document is in force: those still to leave
// first, in the order of departure, then those that should have left.
func Departing(ctx context.Context, r store.Reader, today calendar.Date, after Leaving, limit int) ([]QueueRow, error) {
	from, before := after.Days(today)
	rows, err := list(ctx, r, departing, from, before, after.Depart, after.Filing, limit)
	if err != nil || after.Past || len(rows) == limit {
		return rows, err
	}
	from, before = Leaving{Past: true}.Days(today)
	past, err := list(ctx, r, departing, from, before, "", "", limit-len(rows))
	return append(rows, past...), err
}

// index approval_queue_by_number (number)
const byNumber = `SELECT ` + queueColumns + `
FROM approval_queue
WHERE number = $1
LIMIT 2`

const newest = `SELECT ` + queueColumns + `
FROM approval_queue
ORDER BY filing DESC
LIMIT $1`

// Newest lists the newest cases, wherever they stand.
func Newest(ctx context.Context, r store.Reader, limit int) ([]QueueRow, error) {
	return list(ctx, r, newest, limit)
}

// named is what a case is found by: its words, or whoever travels in it.
// indexes person_key_by_key, approval_member (person, filing)
const named = `(words LIKE $1 ESCAPE '\' OR filing IN (SELECT filing FROM approval_member WHERE person IN (SELECT person FROM person_key WHERE key >= $2 AND key < $3)))`

const byName = `SELECT ` + queueColumns + `
FROM approval_queue
WHERE ` + named + `
ORDER BY filing DESC
LIMIT $4`

const isNamed = `SELECT COUNT(*)
FROM approval_queue
WHERE filing = $4 AND (number = $5 OR ` + named + `)`

// wording is what a text means to named.
func wording(text string) []any {
	escaped := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(text))
	from, to := person.Keys(text)
	return []any{"%" + escaped + "%", from, to}
}

// Search finds cases by number, by any part of title or unit, or by anybody who
// travels in them: name, pinyin, last digits of the identity number. The newest
// come first.
func Search(ctx context.Context, r store.Reader, text string) ([]QueueRow, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil, nil
	}
	if found, err := list(ctx, r, byNumber, strings.ToUpper(text)); err != nil || len(found) > 0 {
		return found, err
	}
	return list(ctx, r, byName, append(wording(text), PageSize)...)
}

// Also is what the words of a search mean that no row holds in words.
type Also struct {
	Changes   []filing.AmendmentKind
	Countries []string
}

const (
	byDocument = `SELECT ` + queueColumns + `
FROM approval_queue
WHERE filing IN (SELECT filing FROM approval_document WHERE number LIKE $1 ESCAPE '\')
ORDER BY filing DESC
LIMIT $2`

	byChange = `SELECT ` + queueColumns + `
FROM approval_queue
WHERE amendment = $1
ORDER BY filing DESC
LIMIT $2`

	byCountry = `SELECT ` + queueColumns + `
FROM approval_queue
WHERE ' ' || countries || ' ' LIKE $1
ORDER BY filing DESC
LIMIT $2`
)

// SearchAlso finds what Search finds, and the cases of a document by its number,
// changes of a kind and journeys to a country.
func SearchAlso(ctx context.Context, r store.Reader, text string, also Also) ([]QueueRow, error) {
	out, err := Search(ctx, r, text)
	add := func(query string, arg any) {
		var more []QueueRow
		if err != nil {
			return
		}
		if more, err = list(ctx, r, query, arg, PageSize); err != nil {
			return
		}
		for _, row := range more {
			if !slices.ContainsFunc(out, func(o QueueRow) bool { return o.Filing == row.Filing }) {
				out = append(out, row)
			}
		}
	}
	if text = strings.TrimSpace(text); utf8.RuneCountInString(text) > 3 {
		add(byDocument, wording(text)[0])
	}
	for _, k := range also.Changes {
		add(byChange, string(k))
	}
	for _, c := range also.Countries {
		add(byCountry, "% "+c+" %")
	}
	return out, err
}

// Groups finds the groups that Search finds, each once: what was changed about
// a group is no group of its own.
func Groups(ctx context.Context, r store.Reader, text string) ([]QueueRow, error) {
	found, err := Search(ctx, r, text)
	if err != nil {
		return nil, err
	}
	var out []QueueRow
	for _, row := range found {
		if row.Amends != "" {
			was, known, err := Row(ctx, r, row.Amends)
			if err != nil {
				return nil, err
			}
			if !known {
				continue
			}
			row = was
		}
		if !slices.ContainsFunc(out, func(o QueueRow) bool { return o.Filing == row.Filing }) {
			out = append(out, row)
		}
	}
	return out, nil
}

// Named tells whether Search would find a case, however many others it finds.
func Named(ctx context.Context, r store.Reader, filing, text string) (bool, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return false, nil
	}
	n := 0
	if err := r.QueryRow(ctx, isNamed, append(wording(text), filing, strings.ToUpper(text))...).Scan(&n); err != nil {
		return false, fmt.Errorf("searching in case %s: %w", filing, err)
	}
	return n > 0, nil
}

// IssuedDocument is a document as the verify page and the case show it.
type IssuedDocument struct {
	Number     string
	Filing     string
	Digest     string
	Code       string // without dashes
	File       string // material id
	Issued     calendar.Date
	ValidUntil calendar.Date
	Status     document.Status
	By         string // what superseded it
	Reason     string // of a revocation
	At         time.Time
}

// Entry is what document.LiveTrust asks for.
func (d IssuedDocument) Entry() document.Entry {
	return document.Entry{Number: d.Number, Digest: d.Digest, Status: d.Status, By: d.By, At: d.At}
}

const documentColumns = `number, filing, digest, code, file, issued, valid_until, status, by_number, reason, at`

func documents(ctx context.Context, r store.Reader, query string, args ...any) ([]IssuedDocument, error) {
	rs, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading documents: %w", err)
	}
	defer rs.Close()
	var out []IssuedDocument
	for rs.Next() {
		var d IssuedDocument
		var issued, until string
		var at int64
		if err := rs.Scan(&d.Number, &d.Filing, &d.Digest, &d.Code, &d.File, &issued, &until, &d.Status, &d.By, &d.Reason, &at); err != nil {
			return nil, err
		}
		if err := d.Issued.UnmarshalText([]byte(issued)); err != nil {
			return nil, err
		}
		if err := d.ValidUntil.UnmarshalText([]byte(until)); err != nil {
			return nil, err
		}
		d.At = time.Unix(at, 0).UTC()
		out = append(out, d)
	}
	return out, rs.Err()
}

func oneDocument(ctx context.Context, r store.Reader, query string, arg string) (IssuedDocument, bool, error) {
	ds, err := documents(ctx, r, query, arg)
	if err != nil || len(ds) == 0 {
		return IssuedDocument{}, false, err
	}
	return ds[0], true, nil
}

// DocumentByCode finds a document by its verification code, however typed.
func DocumentByCode(ctx context.Context, r store.Reader, code string) (IssuedDocument, bool, error) {
	return oneDocument(ctx, r, `SELECT `+documentColumns+` FROM approval_document WHERE code = $1`, PlainCode(code))
}

// DocumentByNumber finds a document by its number.
func DocumentByNumber(ctx context.Context, r store.Reader, number string) (IssuedDocument, bool, error) {
	return oneDocument(ctx, r, `SELECT `+documentColumns+` FROM approval_document WHERE number = $1`, number)
}

// DocumentsOf lists the documents of a case, oldest first.
func DocumentsOf(ctx context.Context, r store.Reader, filing string) ([]IssuedDocument, error) {
	return documents(ctx, r, `SELECT `+documentColumns+` FROM approval_document WHERE filing = $1 ORDER BY issued, number`, filing)
}

// LatestEntries gives the latest log entry of each document, for the trust file.
func LatestEntries(ctx context.Context, r store.Reader) ([]document.Entry, error) {
	rs, err := r.Query(ctx, `SELECT number, digest, status, by_number, at FROM document_entry
WHERE idx IN (SELECT MAX(idx) FROM document_entry GROUP BY number)
ORDER BY idx`)
	if err != nil {
		return nil, fmt.Errorf("reading the document log: %w", err)
	}
	defer rs.Close()
	var out []document.Entry
	for rs.Next() {
		var e document.Entry
		var at int64
		if err := rs.Scan(&e.Number, &e.Digest, &e.Status, &e.By, &at); err != nil {
			return nil, err
		}
		e.At = time.Unix(at, 0).UTC()
		out = append(out, e)
	}
	return out, rs.Err()
}

// index document_entry_by_number (number, idx)
const latestEntry = `SELECT number, digest, status, by_number, at
FROM document_entry
WHERE number = $1
ORDER BY idx DESC
LIMIT 1`

// LatestEntry gives what the log says of a document last.
func LatestEntry(ctx context.Context, r store.Reader, number string) (document.Entry, bool, error) {
	var e document.Entry
	var at int64
	err := r.QueryRow(ctx, latestEntry, number).Scan(&e.Number, &e.Digest, &e.Status, &e.By, &at)
	if store.NoRows(err) {
		return e, false, nil
	}
	e.At = time.Unix(at, 0).UTC()
	return e, err == nil, err
}

// LogHashes reads the stored hashes of the document log for proofs.
type LogHashes struct {
	Context context.Context
	Reader  store.Reader
}

// ReadHashes is tlog.HashReader's.
func (l LogHashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		var text string
		if err := l.Reader.QueryRow(l.Context, `SELECT hash FROM document_hash WHERE position = $1`, x).Scan(&text); err != nil {
			return nil, fmt.Errorf("reading hash %d of the document log: %w", x, err)
		}
		h, err := tlog.ParseHash(text)
		if err != nil {
			return nil, fmt.Errorf("reading hash %d of the document log: %w", x, err)
		}
		out[i] = h
	}
	return out, nil
}

// Checkpoint is the log's signed head and size; "" when nothing was logged.
func Checkpoint(ctx context.Context, r store.Reader) (string, int64, error) {
	var head string
	var last int64
	err := r.QueryRow(ctx, `SELECT checkpoint, idx FROM document_entry ORDER BY idx DESC LIMIT 1`).Scan(&head, &last)
	if store.NoRows(err) {
		return "", 0, nil
	}
	return head, last + 1, err
}

// PublishedAuthority is whom this zone believes about documents.
func PublishedAuthority(ctx context.Context, r store.Reader) (AuthorityPublished, bool, error) {
	var a AuthorityPublished
	err := r.QueryRow(ctx, `SELECT office, certificate, log_key FROM document_authority WHERE id = $1`, AuthorityID).Scan(&a.Office, &a.Certificate, &a.LogKey)
	if store.NoRows(err) {
		return a, false, nil
	}
	return a, err == nil, err
}

// index approval_queue_by_amended (amends, filing) WHERE amends <> ”
const amendmentsOf = `SELECT ` + queueColumns + `
FROM approval_queue
WHERE amends = $1 AND amends <> ''
ORDER BY length(filing), filing`

// AmendmentsOf lists what was asked to be changed of a case, oldest first.
func AmendmentsOf(ctx context.Context, r store.Reader, of string) ([]QueueRow, error) {
	return list(ctx, r, amendmentsOf, of)
}

// WaiversOf gives what was asked for in one case, oldest first.
func WaiversOf(ctx context.Context, j *journal.Journal, id string) ([]AskedWaiver, error) {
	return waivers(ctx, j, `SELECT id, answer FROM waiver WHERE filing = $1 ORDER BY asked, id`, id)
}

// OpenWaivers gives what waits for an answer, the longest waiting first.
// index waiver_by_answer (answer, asked, id)
func OpenWaivers(ctx context.Context, j *journal.Journal, limit int) ([]AskedWaiver, error) {
	return waivers(ctx, j, `SELECT id, answer FROM waiver WHERE answer = '' ORDER BY asked, id LIMIT $1`, limit)
}

// OneWaiver gives one; what isn't there is a fault.NotFound.
func OneWaiver(ctx context.Context, j *journal.Journal, id string) (AskedWaiver, error) {
	all, err := waivers(ctx, j, `SELECT id, answer FROM waiver WHERE id = $1`, id)
	if err == nil && len(all) == 0 {
		err = fault.NotFound("waiver " + id)
	}
	if err != nil {
		return AskedWaiver{}, err
	}
	return all[0], nil
}

func waivers(ctx context.Context, j *journal.Journal, query string, arg any) ([]AskedWaiver, error) {
	rows, err := j.Store.Query(ctx, query, arg)
	if err != nil {
		return nil, fmt.Errorf("listing waivers: %w", err)
	}
	defer rows.Close()
	var out []AskedWaiver
	for rows.Next() {
		var w AskedWaiver
		if err := rows.Scan(&w.ID, &w.Answer); err != nil {
			return nil, fmt.Errorf("listing waivers: %w", err)
		}
		out = append(out, w)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("listing waivers: %w", err)
	}
	for i := range out {
		history, err := j.History(ctx, journal.Ref{Kind: filing.WaiverRoom.Kind, ID: out[i].ID})
		if err != nil {
			return nil, fmt.Errorf("reading waiver %s: %w", out[i].ID, err)
		}
		for _, e := range history {
			if b, is := e.Body.(filing.WaiverAsked); is {
				out[i].Asked, out[i].Plea, out[i].At, out[i].By = b, b.Plea.Or(filing.Plea{}), e.At, e.Actor.Account
			}
		}
		if out[i].Said, _, err = journal.Load(ctx, j, WaivingRoom, out[i].ID); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Booklet is one booklet that is asked for.
type Booklet struct {
	Filing string
	Key    string // BookletAsked.Key
	Person string
	Type   string // dossier.PassportType
	Why    string
	From   string // passport order of another case that it comes from; ""
}

const bookletColumns = `filing, key, person, type, why, origin`

func bookletRows(ctx context.Context, r store.Reader, query string, args ...any) ([]Booklet, error) {
	rs, err := r.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("reading which booklets are asked for: %w", err)
	}
	defer rs.Close()
	var out []Booklet
	for rs.Next() {
		var b Booklet
		if err := rs.Scan(&b.Filing, &b.Key, &b.Person, &b.Type, &b.Why, &b.From); err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, rs.Err()
}

// BookletsOf lists the booklets that are asked for somebody, under all ids that
// mean them.
//
// index approval_booklet_by_person (person, filing)
func BookletsOf(ctx context.Context, r store.Reader, who string) ([]Booklet, error) {
	return person.Each(ctx, r, who, func(id string) ([]Booklet, error) {
		return bookletRows(ctx, r, `SELECT `+bookletColumns+` FROM approval_booklet WHERE person = $1 ORDER BY filing, key`, id)
	})
}

// Following lists the booklets that come from any other case's order, of the newest cases
// first and no more than so many.
func Following(ctx context.Context, r store.Reader, most int) ([]Booklet, error) {
	return bookletRows(ctx, r, `SELECT `+bookletColumns+` FROM approval_booklet WHERE origin > '' ORDER BY filing DESC, key LIMIT $1`, most)
}

// Sharing lists the booklets that come from another case's passport order.
//
// index approval_booklet_by_origin (origin, filing)
func Sharing(ctx context.Context, r store.Reader, order string) ([]Booklet, error) {
	return bookletRows(ctx, r, `SELECT `+bookletColumns+` FROM approval_booklet WHERE origin = $1 ORDER BY filing, key`, order)
}
