package feedback

import (
	"context"
	"fmt"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/store"
)

// Row is one rating as pages show it. Grade 0: declined.
type Row struct {
	Subject    string // what it is of: the case, or the visit
	Filing     string
	ID         string // of the event: names it without naming its case
	Unit       string
	Window     string // of a visit that was rated; "" for a whole case
	Visit      string
	Grade      int
	Tags       []string
	Words      string
	Anonymous  bool
	Again      int // 0: not rated again
	AgainWords string
	AgainAt    time.Time
	At         time.Time
	Shown      time.Time // from when the office sees it: of one without a name later
	Duty       Answered
}

// Answered is what the office did about a poor rating, as far as lists tell.
type Answered struct {
	Reply     string
	Treatment Treatment
	By        string // account
	At        time.Time
	SettledAt time.Time
}

// Rating is the row as the room's state.
func (r Row) Rating() Rating {
	if r.Grade == 0 {
		return Rating{Answer: WasRefused}
	}
	return Rating{Answer: WasGiven, Grade: r.Grade, Again: r.Again, Anonymous: r.Anonymous}
}

// Open tells whether the office still owes something for it: also when the word
// that the answer left somebody dissatisfied came after its end.
func (r Row) Open() bool {
	return r.Rating().Poor() && (r.Duty.SettledAt.IsZero() || r.Dissatisfied(r.Duty.SettledAt))
}

// Dissatisfied tells whether somebody said after a moment that it was still bad.
func (r Row) Dissatisfied(after time.Time) bool {
	return 0 < r.Again && r.Again <= Poor && r.AgainAt.After(after)
}

// OfVisit tells whether it is of a visit to the hall, and not of a whole case.
func (r Row) OfVisit() bool { return r.Subject != r.Filing }

// ReplyWithin is how long the office has for the answer to a poor rating, by the
// thresholds in force.
func ReplyWithin(whole func(key string, day calendar.Date, unsaid int) int, today calendar.Date) calendar.Workdays {
	return calendar.Workdays(whole("feedback.replyWorkdays", today, 15))
}

// Due is the last day for its answer, counted from when the office could see it.
func (r Row) Due(within calendar.Workdays, book *calendar.Book) calendar.Date {
	return book.AddWorkdays(calendar.DateOf(r.Shown), within)
}

const columns = `r.subject, r.filing, r.id, r.unit, r.wicket, r.visit, r.grade, r.tags, r.words, r.anonymous, r.again, r.again_words, r.again_at, r.at, r.shown,
  COALESCE(d.reply, ''), COALESCE(d.treatment, ''), COALESCE(d.replied_by, ''), COALESCE(d.replied_at, 0), COALESCE(d.settled_at, 0)
  FROM feedback_rating r LEFT JOIN feedback_duty d ON d.rating = r.id `

func scan(row interface{ Scan(...any) error }) (Row, error) {
	var w Row
	var tags string
	var anonymous int
	var at, shown, again, replied, settled int64
	err := row.Scan(&w.Subject, &w.Filing, &w.ID, &w.Unit, &w.Window, &w.Visit, &w.Grade, &tags, &w.Words, &anonymous, &w.Again, &w.AgainWords, &again, &at, &shown,
		&w.Duty.Reply, &w.Duty.Treatment, &w.Duty.By, &replied, &settled)
	w.Tags, w.Anonymous, w.At = strings.Fields(tags), anonymous == 1, time.UnixMicro(at).UTC()
	w.Shown = time.UnixMicro(shown).UTC()
	w.AgainAt, w.Duty.At, w.Duty.SettledAt = moment(again), moment(replied), moment(settled)
	return w, err
}

func moment(micro int64) time.Time {
	if micro == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micro).UTC()
}

func one(ctx context.Context, r store.Reader, where string, id string) (Row, bool, error) {
	w, err := scan(r.QueryRow(ctx, `SELECT `+columns+where, id))
	if store.NoRows(err) {
		return Row{}, false, nil
	}
	if err != nil {
		return Row{}, false, fmt.Errorf("reading the rating %s: %w", id, err)
	}
	return w, true, nil
}

// Of reads the rating of a case, or of a visit to the hall.
func Of(ctx context.Context, r store.Reader, subject string) (Row, bool, error) {
	return one(ctx, r, `WHERE r.subject = $1`, subject)
}

// ByID reads the rating that an event gave.
func ByID(ctx context.Context, r store.Reader, id string) (Row, bool, error) {
	return one(ctx, r, `WHERE r.id = $1`, id)
}

// Owed lists the poor ratings for which the office still owes something, the
// oldest first. Like all that lists and counts it knows only what is shown by now.
func Owed(ctx context.Context, r store.Reader, now time.Time, most int) ([]Row, error) {
	return list(ctx, r, owed+` ORDER BY r.shown, r.id LIMIT $3`, Poor, now.UnixMicro(), most)
}

// owed is Row.Open in the database's words.
const owed = `WHERE r.grade BETWEEN 1 AND $1 AND r.shown <= $2 AND (COALESCE(d.settled_at, 0) = 0 OR r.again BETWEEN 1 AND $1 AND r.again_at > d.settled_at)`

// CountOwed tells how many there are.
func CountOwed(ctx context.Context, r store.Reader, now time.Time) (int, error) {
	var n int
	err := r.QueryRow(ctx, `SELECT COUNT(*) FROM feedback_rating r LEFT JOIN feedback_duty d ON d.rating = r.id `+owed, Poor, now.UnixMicro()).Scan(&n)
	return n, err
}

// Given lists ratings, the newest first: those of one grade, or of all (0).
func Given(ctx context.Context, r store.Reader, now time.Time, grade, from, most int) ([]Row, error) {
	return list(ctx, r, `WHERE r.grade > 0 AND (r.grade = $1 OR $1 = 0) AND r.shown <= $2 ORDER BY r.shown DESC, r.id LIMIT $3 OFFSET $4`, grade, now.UnixMicro(), most, from)
}

// Count tells how many ratings of a grade there are, or of all (0).
func Count(ctx context.Context, r store.Reader, now time.Time, grade int) (int, error) {
	var n int
	err := r.QueryRow(ctx, `SELECT COUNT(*) FROM feedback_rating WHERE grade > 0 AND (grade = $1 OR $1 = 0) AND shown <= $2`, grade, now.UnixMicro()).Scan(&n)
	return n, err
}

func list(ctx context.Context, r store.Reader, where string, args ...any) ([]Row, error) {
	rows, err := r.Query(ctx, `SELECT `+columns+where, args...)
	if err != nil {
		return nil, fmt.Errorf("listing ratings: %w", err)
	}
	defer rows.Close()
	var out []Row
	for rows.Next() {
		w, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, rows.Err()
}

// Grades is how many of each grade were given; [0] declined.
type Grades [6]int

// Rated is how many ratings were given.
func (g Grades) Rated() int {
	n := 0
	for _, of := range g[1:] {
		n += of
	}
	return n
}

// Poor is how many of them were poor.
func (g Grades) Poor() int { return g[1] + g[2] }

// Content is the share of the basically satisfied and better, in percent, as
// 好差评 counts it; 0 where nobody rated.
func (g Grades) Content() int {
	if g.Rated() == 0 {
		return 0
	}
	return (100*(g.Rated()-g.Poor()) + g.Rated()/2) / g.Rated()
}

// Month is how a month's service was rated.
type Month struct {
	Grades
	First    calendar.Date // its first day
	Answered int           // of the poor ones, how many have an answer
}

// Share is how visits were rated at one window, or of one kind of act.
type Share struct {
	Grades
	Of string // window, visit.Kind or Via
}

// ByWindow counts the rated visits of each window since a day.
func ByWindow(ctx context.Context, r store.Reader, now time.Time, since calendar.Date) ([]Share, error) {
	return shares(ctx, r, `SELECT wicket, grade, COUNT(*) FROM feedback_rating WHERE wicket <> '' AND at >= $1 AND shown <= $2 GROUP BY 1, 2 ORDER BY 1`, now, since)
}

// ByVia counts the rated visits by how whoever rated came there, since a day. "" is what
// was given before that was kept.
func ByVia(ctx context.Context, r store.Reader, now time.Time, since calendar.Date) ([]Share, error) {
	return shares(ctx, r, `SELECT via, grade, COUNT(*) FROM feedback_rating WHERE subject <> filing AND grade > 0 AND at >= $1 AND shown <= $2 GROUP BY 1, 2 ORDER BY 1`, now, since)
}

// Today counts the visits that were rated on a day by a browser and from a network.
func Today(ctx context.Context, r store.Reader, day calendar.Date, browser, network string) (From, error) {
	f := From{Browser: browser, Network: network}
	err := r.QueryRow(ctx, `SELECT COALESCE(SUM(CASE WHEN browser = $1 AND browser <> '' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN network = $2 THEN 1 ELSE 0 END), 0) FROM feedback_rating WHERE at >= $3 AND network <> ''`,
		browser, network, day.Begins().UnixMicro()).Scan(&f.ByBrowser, &f.ByNetwork)
	if err != nil {
		return f, fmt.Errorf("counting what came from one place: %w", err)
	}
	return f, nil
}

// ByAct counts how the acts of rated visits went, of each kind, since a day.
func ByAct(ctx context.Context, r store.Reader, now time.Time, since calendar.Date) ([]Share, error) {
	return shares(ctx, r, `SELECT a.kind, a.grade, COUNT(*) FROM feedback_act a JOIN feedback_rating r ON r.id = a.rating WHERE r.at >= $1 AND r.shown <= $2 GROUP BY 1, 2 ORDER BY 1`, now, since)
}

func shares(ctx context.Context, r store.Reader, query string, now time.Time, since calendar.Date) ([]Share, error) {
	rows, err := r.Query(ctx, query, since.Begins().UnixMicro(), now.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("counting rated visits: %w", err)
	}
	defer rows.Close()
	var out []Share
	for rows.Next() {
		var of string
		var grade, n int
		if err := rows.Scan(&of, &grade, &n); err != nil {
			return nil, err
		}
		if k := len(out); k == 0 || out[k-1].Of != of {
			out = append(out, Share{Of: of})
		}
		out[len(out)-1].Grades[grade] += n
	}
	return out, rows.Err()
}

// Months counts the ratings of each month since a day, the newest month first.
func Months(ctx context.Context, r store.Reader, now time.Time, since calendar.Date) ([]Month, error) {
	const day = 24 * int64(time.Hour/time.Microsecond)
	from := since.Begins().UnixMicro()
	rows, err := r.Query(ctx, `SELECT (r.at - $1) / $2, r.grade, CASE WHEN COALESCE(d.reply, '') = '' THEN 0 ELSE 1 END, COUNT(*)
  FROM feedback_rating r LEFT JOIN feedback_duty d ON d.rating = r.id WHERE r.at >= $1 AND r.shown <= $3 GROUP BY 1, 2, 3 ORDER BY 1 DESC`, from, day, now.UnixMicro())
	if err != nil {
		return nil, fmt.Errorf("counting ratings: %w", err)
	}
	defer rows.Close()
	var out []Month
	for rows.Next() {
		var days, grade, answered, n int
		if err := rows.Scan(&days, &grade, &answered, &n); err != nil {
			return nil, err
		}
		on := since.AddDays(days)
		first := calendar.On(on.Year(), on.Month(), 1)
		if n := len(out); n == 0 || out[n-1].First != first {
			out = append(out, Month{First: first})
		}
		m := &out[len(out)-1]
		m.Grades[grade] += n
		if 0 < grade && grade <= Poor {
			m.Answered += n * answered
		}
	}
	return out, rows.Err()
}
