// Package quota is what a unit may use in a year (年度计划): groups, people and
// money, and the trips that were planned for it.
//
//	drafted ─▶ presented ─▶ submitted ─▶ in force        what the unit writes: home internet
//	    ▲                       └─▶ sent back ─┐         what is in force: home office
//	    └──────────────────────────────────────┘
//
// It only keeps the plan. What has been used of it is counted from
// applications, which come later: a line is drawn by the live case that names
// it, and free again when that case comes to nothing.
package quota

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/money"
)

// Line is one planned trip (计划项).
type Line struct {
	ID        string           `json:"id"` // 2027-03: what a case names
	Title     string           `json:"title,omitempty"`
	Purpose   string           `json:"purpose,omitempty"`
	Head      string           `json:"head,omitempty"`
	Countries []string         `json:"countries,omitempty"` // ISO alpha-3
	Category  dossier.Category `json:"category,omitempty"`
	Fund      dossier.Fund     `json:"fund,omitempty"`
	Month     int              `json:"month,omitempty"` // 0: not settled yet
	Days      int              `json:"days,omitempty"`
	People    int              `json:"people,omitempty"`
	AmountFen int64            `json:"amountFen,omitempty"`
}

// Plan is what is in force for one unit and one year.
type Plan struct {
	Unit      string
	Year      int
	Groups    int
	People    int
	AmountFen int64
	Lines     []Line
	Round     int // of the submission that it follows
	Reason    string
	Answered  int // the latest submission that the office has answered
}

// Room is the plan in force as a subject; its id is ID(unit, year).
var Room = journal.Subject[Plan]{Kind: "quota", Evolve: func(p Plan, e journal.Event) (Plan, error) {
	switch b := e.Body.(type) {
	case Set:
		return Plan{Unit: b.Unit, Year: b.Year, Groups: b.Groups, People: b.People, AmountFen: b.AmountFen, Lines: b.Lines, Round: b.Round, Reason: b.Reason, Answered: max(p.Answered, b.Round)}, nil
	case SentBack:
		p.Answered = max(p.Answered, b.Round)
		return p, nil
	}
	return p, fmt.Errorf("%T is nothing that happens to a plan", e.Body)
}}

// ID names the plan of a unit for a year.
func ID(unit string, year int) string { return unit + "." + strconv.Itoa(year) }

// Named takes the id of a plan apart.
func Named(id string) (unit string, year int, err error) {
	i := strings.LastIndexByte(id, '.')
	if i > 0 {
		year, err = strconv.Atoi(id[i+1:])
	}
	if i <= 0 || err != nil {
		return "", 0, fault.NotFound("plan " + id)
	}
	return id[:i], year, nil
}

// Sums are what lines come to.
func Sums(lines []Line) (groups, people int, amountFen int64) {
	for _, l := range lines {
		people, amountFen = people+l.People, amountFen+l.AmountFen
	}
	return len(lines), people, amountFen
}

// Find gives the line with a number, however it is written.
func Find(lines []Line, id string) (Line, bool) {
	i := slices.IndexFunc(lines, func(l Line) bool { return dossier.FoldCode(l.ID) == dossier.FoldCode(id) })
	if i < 0 {
		return Line{}, false
	}
	return lines[i], true
}

// SetPlan sets or changes a unit's plan for a year. Without lines of its own it
// leaves those that are in force.
type SetPlan struct {
	Unit      string
	Year      int
	Groups    int
	People    int
	AmountFen int64
	Lines     []Line
}

// Decide refuses a plan under another id, of no year, or below what its lines want.
func (cmd SetPlan) Decide(p Plan, m journal.Moment) ([]journal.Event, error) {
	if m.Subject != ID(cmd.Unit, cmd.Year) {
		return nil, fmt.Errorf("the plan %s can't hold %s", m.Subject, ID(cmd.Unit, cmd.Year))
	}
	if cmd.Lines == nil {
		cmd.Lines = p.Lines
	}
	is := Plan{Unit: cmd.Unit, Year: cmd.Year, Groups: cmd.Groups, People: cmd.People, AmountFen: cmd.AmountFen, Lines: cmd.Lines, Round: p.Round, Reason: p.Reason, Answered: p.Answered}
	if err := is.check(); err != nil {
		return nil, err
	}
	if reflect.DeepEqual(p, is) {
		return nil, nil // nothing new
	}
	return journal.Happened(is.set()), nil
}

func (p Plan) set() Set {
	return Set{Unit: p.Unit, Year: p.Year, Groups: p.Groups, People: p.People, AmountFen: p.AmountFen, Lines: p.Lines, Round: p.Round, Reason: p.Reason}
}

// ui:keys plan.below.*
//
// check says everything that is wrong with a plan as it would be in force.
func (p Plan) check() error {
	var wrong []fault.Finding
	if p.Year < 2000 || p.Year > 2200 {
		wrong = append(wrong, fault.Finding{Field: "year", Key: "form.number.unreadable"})
	}
	groups, people, fen := Sums(p.Lines)
	for _, f := range []struct {
		field    string
		n, lines int64
	}{{"groups", int64(p.Groups), int64(groups)}, {"people", int64(p.People), int64(people)}, {"amount", p.AmountFen, fen}} {
		switch {
		case f.n < 0:
			wrong = append(wrong, fault.Finding{Field: f.field, Key: "form.number.unreadable"})
		case f.n < f.lines:
			wrong = append(wrong, fault.Finding{Field: f.field, Key: "plan.below." + f.field})
		}
	}
	wrong = append(wrong, checkLines(p.Lines, p.Year, true)...)
	if len(wrong) > 0 {
		return fault.Invalid(wrong...)
	}
	return nil
}

// MaxLines is how many trips a unit may plan for one year.
const MaxLines = 300

var numbered = regexp.MustCompile(`^([0-9]{4})-([0-9]{2,4})$`)

// checkLines says what is wrong with lines: of a draft only what can't be kept,
// of a plan that is handed in also what is missing.
func checkLines(lines []Line, year int, whole bool) []fault.Finding {
	var wrong []fault.Finding
	seen := map[string]bool{}
	if len(lines) > MaxLines {
		wrong = append(wrong, fault.Finding{Field: "lines", Key: "plan.many", Args: map[string]any{"most": MaxLines}})
	}
	for i, l := range lines {
		at := func(name string) string { return "lines[" + strconv.Itoa(i) + "]." + name }
		say := func(bad bool, field, key string) {
			if bad {
				wrong = append(wrong, fault.Finding{Field: at(field), Key: key, Args: map[string]any{"line": l.ID}})
			}
		}
		m := numbered.FindStringSubmatch(l.ID)
		say(m == nil || m[1] != strconv.Itoa(year) || seen[l.ID], "id", "plan.number")
		seen[l.ID] = true
		say(l.People < 0 || l.People > 9999, "people", "form.number.unreadable")
		say(l.Days < 0 || l.Days > 366, "days", "form.number.unreadable")
		say(l.Month < 0 || l.Month > 12, "month", "form.number.unreadable")
		say(l.AmountFen < 0, "amount", "form.amount.unreadable")
		if whole {
			say(strings.TrimSpace(l.Title) == "", "title", "plan.lacks.title")
			say(len(l.Countries) == 0, "countries", "plan.lacks.countries")
			say(l.People == 0, "people", "plan.lacks.people")
		}
	}
	return wrong
}

// PutInForce countersigns what a unit has submitted: it is its plan from now on.
type PutInForce struct {
	Submission Proposal // as it was heard
	Groups     int      // at least what the lines want; more is left for trips that nobody can plan
	People     int
	AmountFen  int64
}

// Decide answers the newest submission alone, and once.
func (cmd PutInForce) Decide(p Plan, m journal.Moment) ([]journal.Event, error) {
	s := cmd.Submission
	if err := answers(p, s, m); err != nil {
		return nil, err
	}
	is := Plan{Unit: s.Unit, Year: s.Year, Groups: cmd.Groups, People: cmd.People, AmountFen: cmd.AmountFen, Lines: s.Submitted, Round: s.Round, Reason: s.Reason}
	if err := is.check(); err != nil {
		return nil, err
	}
	return journal.Happened(is.set()), nil
}

// SendBack asks the unit to write its plan otherwise; what was in force stays.
type SendBack struct {
	Submission Proposal
	Words      string
}

// Decide needs to be told why.
func (cmd SendBack) Decide(p Plan, m journal.Moment) ([]journal.Event, error) {
	if err := answers(p, cmd.Submission, m); err != nil {
		return nil, err
	}
	words := strings.TrimSpace(cmd.Words)
	if words == "" {
		return nil, fault.Invalid(fault.Finding{Field: "words", Key: "plan.lacks.words"})
	}
	return journal.Happened(SentBack{Unit: cmd.Submission.Unit, Year: cmd.Submission.Year, Round: cmd.Submission.Round, Words: words}), nil
}

func answers(p Plan, s Proposal, m journal.Moment) error {
	if m.Subject != ID(s.Unit, s.Year) {
		return fmt.Errorf("the plan %s can't answer %s", m.Subject, ID(s.Unit, s.Year))
	}
	if s.Round == 0 || s.Round <= p.Answered {
		return fault.NotNow("plan.answered", "plan")
	}
	return nil
}

// Dossier is what a case file tells of a plan, or of what was used of one.
func Dossier(groups, people int, amountFen int64) *dossier.Quota {
	return &dossier.Quota{Groups: &groups, People: &people, AmountCny: Yuan(amountFen)}
}

// Yuan spells hundredths of a yuan as yuan.
func Yuan(fen int64) money.Decimal {
	return money.Amount{Minor: fen, Currency: "CNY"}.Decimal()
}
