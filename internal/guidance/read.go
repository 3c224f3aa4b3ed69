package guidance

import (
	"context"
	"fmt"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/store"
	"yitang/internal/zone"
)

// Row is one edition of a notice as pages show it.
type Row struct {
	ID      string
	Edition int
	Last    bool
	Stand   Stand
	Sort    Sort
	Title   string
	Body    string
	For     Audience
	From    calendar.Date
	Until   calendar.Date // zero: open
	Asks    bool
	Reason  string // why it was withdrawn
	Back    time.Time
	Author  string // account
	At      time.Time
}

// Holds tells whether it is what the office says on a day.
func (r Row) Holds(today calendar.Date) bool {
	return r.Last && r.Stand == Out && !today.Before(r.From) && (r.Until.IsZero() || !today.After(r.Until))
}

// Begun tells whether it was to be read at all by a day.
func (r Row) Begun(today calendar.Date) bool { return !today.Before(r.From) }

const columns = `id, edition, last, sort, title, body, units, roles, starts, ends, asks, reason, back, author, at FROM guidance_notice `

func scan(row interface{ Scan(...any) error }) (Row, error) {
	var r Row
	var units, roles, starts, until string
	var last, asks int
	var back, at int64
	err := row.Scan(&r.ID, &r.Edition, &last, &r.Sort, &r.Title, &r.Body, &units, &roles, &starts, &until, &asks, &r.Reason, &back, &r.Author, &at)
	if err != nil {
		return r, err
	}
	r.Last, r.Asks, r.At, r.Stand = last == 1, asks == 1, time.UnixMicro(at).UTC(), Out
	if back != 0 {
		r.Stand, r.Back = Back, time.UnixMicro(back).UTC()
	}
	r.For = Audience{Units: strings.Fields(units), Roles: strings.Fields(roles)}
	if r.From, err = calendar.Parse(starts); err == nil && until != open {
		r.Until, err = calendar.Parse(until)
	}
	return r, err
}

func list(ctx context.Context, r store.Reader, where string, args ...any) ([]Row, error) {
	rows, err := r.Query(ctx, `SELECT `+columns+where, args...)
	if err != nil {
		return nil, fmt.Errorf("listing notices: %w", err)
	}
	defer rows.Close()
	var out []Row
	for rows.Next() {
		n, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, rows.Err()
}

// most is how many notices a list shows: an office writes dozens in a year.
const most = 300

// Current lists what the office says on a day, the newest first.
func Current(ctx context.Context, r store.Reader, today calendar.Date) ([]Row, error) {
	return list(ctx, r, `WHERE last = 1 AND back = 0 AND starts <= $1 AND ends >= $1 ORDER BY starts DESC, at DESC LIMIT $2`, today.String(), most)
}

// All lists the last edition of every notice, the newest first.
func All(ctx context.Context, r store.Reader) ([]Row, error) {
	return list(ctx, r, `WHERE last = 1 ORDER BY at DESC LIMIT $1`, most)
}

// Editions lists all editions of a notice, the newest first; one that isn't known is
// a fault.NotFound.
func Editions(ctx context.Context, r store.Reader, id string) ([]Row, error) {
	all, err := list(ctx, r, `WHERE id = $1 ORDER BY edition DESC`, id)
	if err == nil && len(all) == 0 {
		err = fault.NotFound("notice " + id)
	}
	return all, err
}

// Noted is a unit that has taken note.
type Noted struct {
	Unit    string
	Edition int
	Name    string
	At      time.Time
}

// NotedOf tells which units have taken note of a notice, and of which edition.
func NotedOf(ctx context.Context, r store.Reader, notice string) (map[string]Noted, error) {
	return noted(ctx, r, `SELECT unit, unit, edition, name, at FROM guidance_note WHERE notice = $1`, notice)
}

// NotedBy tells, by notice, what a unit has taken note of.
func NotedBy(ctx context.Context, r store.Reader, unit string) (map[string]Noted, error) {
	return noted(ctx, r, `SELECT notice, unit, edition, name, at FROM guidance_note WHERE unit = $1`, unit)
}

func noted(ctx context.Context, r store.Reader, query, id string) (map[string]Noted, error) {
	rows, err := r.Query(ctx, query, id)
	if err != nil {
		return nil, fmt.Errorf("reading who took note: %w", err)
	}
	defer rows.Close()
	out := map[string]Noted{}
	for rows.Next() {
		var by string
		var n Noted
		var at int64
		if err := rows.Scan(&by, &n.Unit, &n.Edition, &n.Name, &at); err != nil {
			return nil, err
		}
		n.At = time.UnixMicro(at).UTC()
		out[by] = n
	}
	return out, rows.Err()
}

// Question is one edition of a frequent question as pages show it.
type Question struct {
	ID      string
	Edition int
	Last    bool
	Stand   Stand
	Topic   Topic
	Ask     string
	AskEn   string
	Answer  string
	// AnswerEn is "" where the office has written Chinese alone.
	AnswerEn string
	Rules    []string
	Guides   []dossier.CaseKind
	Reason   string // why it was taken back; told in the office alone
	Back     time.Time
	BackBy   string // account
	Author   string // account
	At       time.Time
	Yes, No  int // whom this edition has helped, and whom it hasn't
}

// Now tells whether it is shown to everybody.
func (q Question) Now() bool { return q.Last && q.Stand == Out }

func questions(ctx context.Context, r store.Reader, where string, args ...any) ([]Question, error) {
	rows, err := r.Query(ctx, `SELECT q.id, q.edition, q.last, q.topic, q.ask, q.ask_en, q.answer, q.answer_en, q.rules, q.guides, q.reason, q.back, q.back_by, q.author, q.at, COALESCE(h.yes, 0), COALESCE(h.no, 0)
FROM guidance_question q LEFT JOIN guidance_help h ON h.question = q.id AND h.edition = q.edition `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("listing frequent questions: %w", err)
	}
	defer rows.Close()
	var out []Question
	for rows.Next() {
		var q Question
		var last int
		var back, at int64
		var rules, guides string
		if err := rows.Scan(&q.ID, &q.Edition, &last, &q.Topic, &q.Ask, &q.AskEn, &q.Answer, &q.AnswerEn, &rules, &guides, &q.Reason, &back, &q.BackBy, &q.Author, &at, &q.Yes, &q.No); err != nil {
			return nil, err
		}
		q.Last, q.Stand, q.At, q.Rules = last == 1, Out, time.UnixMicro(at).UTC(), strings.Fields(rules)
		if back != 0 {
			q.Stand, q.Back = Back, time.UnixMicro(back).UTC()
		}
		for _, k := range strings.Fields(guides) {
			q.Guides = append(q.Guides, dossier.CaseKind(k))
		}
		out = append(out, q)
	}
	return out, rows.Err()
}

// CurrentQuestions lists the frequent questions that are out, the newest first.
func CurrentQuestions(ctx context.Context, r store.Reader) ([]Question, error) {
	return questions(ctx, r, `WHERE q.last = 1 AND q.back = 0 ORDER BY q.at DESC, q.id LIMIT $1`, most)
}

// AllQuestions lists the last edition of every question, the newest first.
func AllQuestions(ctx context.Context, r store.Reader) ([]Question, error) {
	return questions(ctx, r, `WHERE q.last = 1 ORDER BY q.at DESC, q.id LIMIT $1`, most)
}

// QuestionEditions lists all editions of a question, the newest first; one that isn't
// known is a fault.NotFound.
func QuestionEditions(ctx context.Context, r store.Reader, id string) ([]Question, error) {
	all, err := questions(ctx, r, `WHERE q.id = $1 ORDER BY q.edition DESC`, id)
	if err == nil && len(all) == 0 {
		err = fault.NotFound("frequent question " + id)
	}
	return all, err
}

// RemarkRow is a remark as pages show it.
type RemarkRow struct {
	ID      string
	Zone    zone.Zone // where it was made
	Matter  Matter
	Words   string
	On      Context
	Name    string
	Account string // "" for somebody who didn't sign in
	At      time.Time
	Is      Progress
	Reply   string
	Replied time.Time // also when somebody began to look
	Replier string    // account
	Changed bool
	Picture Picture // without its size
}

func remarks(ctx context.Context, r store.Reader, where string, args ...any) ([]RemarkRow, error) {
	rows, err := r.Query(ctx, `SELECT id, zone, matter, words, page, title, role, unit, name, account, browser, size, at, progress, reply, replied, replier, changed, picture, picture_type FROM guidance_remark `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("listing remarks: %w", err)
	}
	defer rows.Close()
	var out []RemarkRow
	for rows.Next() {
		var x RemarkRow
		var at, replied int64
		var changed int
		if err := rows.Scan(&x.ID, &x.Zone, &x.Matter, &x.Words, &x.On.Page, &x.On.Title, &x.On.Role, &x.On.Unit, &x.Name, &x.Account, &x.On.Browser, &x.On.Size, &at, &x.Is, &x.Reply, &replied, &x.Replier, &changed, &x.Picture.Digest, &x.Picture.Type); err != nil {
			return nil, err
		}
		x.At, x.Changed = time.UnixMicro(at).UTC(), changed == 1
		if replied != 0 {
			x.Replied = time.UnixMicro(replied).UTC()
		}
		out = append(out, x)
	}
	return out, rows.Err()
}

// RemarksPage is how many remarks one page of a list shows.
const RemarksPage = 50

// Next is from where a list of remarks goes on; zero from the newest.
type Next struct {
	At time.Time
	ID string
}

func (n Next) from() (int64, string) {
	if n.At.IsZero() {
		return 1<<62 - 1, ""
	}
	return n.At.UnixMicro(), n.ID
}

// RemarksAt lists remarks that are so far, the newest first.
func RemarksAt(ctx context.Context, r store.Reader, is Progress, after Next) ([]RemarkRow, error) {
	at, id := after.from()
	return remarks(ctx, r, `WHERE progress = $1 AND (at, id) < ($2, $3) ORDER BY at DESC, id DESC LIMIT $4`, string(is), at, id, RemarksPage)
}

// RemarkCounts tells how many remarks are how far.
func RemarkCounts(ctx context.Context, r store.Reader) (map[Progress]int, error) {
	rows, err := r.Query(ctx, `SELECT progress, COUNT(*) FROM guidance_remark GROUP BY progress`)
	if err != nil {
		return nil, fmt.Errorf("counting remarks: %w", err)
	}
	defer rows.Close()
	out := map[Progress]int{}
	for rows.Next() {
		var p Progress
		var n int
		if err := rows.Scan(&p, &n); err != nil {
			return nil, err
		}
		out[p] = n
	}
	return out, rows.Err()
}

// RemarksOf lists what an account has said, the newest first.
func RemarksOf(ctx context.Context, r store.Reader, account string) ([]RemarkRow, error) {
	return remarks(ctx, r, `WHERE account = $1 AND account <> '' ORDER BY at DESC, id DESC LIMIT $2`, account, RemarksPage)
}

// OneRemark gives one; one that isn't known is a fault.NotFound.
func OneRemark(ctx context.Context, r store.Reader, id string) (RemarkRow, error) {
	all, err := remarks(ctx, r, `WHERE id = $1`, id)
	if err == nil && len(all) == 0 {
		err = fault.NotFound("remark " + id)
	}
	if err != nil {
		return RemarkRow{}, err
	}
	return all[0], nil
}

// ChangesMade lists what was changed because of remarks, the newest first.
func ChangesMade(ctx context.Context, r store.Reader) ([]Change, error) {
	return changes(ctx, r, `ORDER BY at DESC, remark LIMIT $1`, most)
}

func changes(ctx context.Context, r store.Reader, where string, args ...any) ([]Change, error) {
	rows, err := r.Query(ctx, `SELECT remark, what, what_en, at FROM guidance_change `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("listing what was changed: %w", err)
	}
	defer rows.Close()
	var out []Change
	for rows.Next() {
		var c Change
		var at int64
		if err := rows.Scan(&c.Remark, &c.What.Zh, &c.What.En, &at); err != nil {
			return nil, err
		}
		c.At = time.UnixMicro(at).UTC()
		out = append(out, c)
	}
	return out, rows.Err()
}

// ChangeOf gives what was changed because of one remark; false where nothing was.
func ChangeOf(ctx context.Context, r store.Reader, remark string) (Change, bool, error) {
	all, err := changes(ctx, r, `WHERE remark = $1`, remark)
	if err != nil || len(all) == 0 {
		return Change{}, false, err
	}
	return all[0], true, nil
}
