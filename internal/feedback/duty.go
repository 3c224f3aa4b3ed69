package feedback

import (
	"fmt"
	"slices"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Treatment is what became of what a poor rating told (三类处理).
type Treatment string

const (
	Mended    Treatment = "mended"    // clear and fair: put right at once
	Recorded  Treatment = "recorded"  // complex: on record, with a day
	Explained Treatment = "explained" // without ground in law: explained
)

// Treatments lists them as they are offered.
func Treatments() []Treatment { return []Treatment{Mended, Recorded, Explained} }

// Outcome is how an attempt to speak with somebody ended.
type Outcome string

const (
	Unreached  Outcome = "unreached"
	Content    Outcome = "content"
	Discontent Outcome = "discontent"
)

// Outcomes lists them as they are offered.
func Outcomes() []Outcome { return []Outcome{Content, Discontent, Unreached} }

// Attempts is on how many days somebody must have rung, since the last answer,
// before a duty may be concluded though nobody confirmed it.
const Attempts = 3

// Duty is what the office owes for a poor rating (整改): it exists once somebody
// has worked at it; until then it is a rating that waits.
type Duty struct {
	Reply   string
	By      string // account that replied
	At      time.Time
	Calls   []Rung // since the last reply; before it, since the rating
	Settled bool
}

// Rung is one attempt.
type Rung struct {
	Outcome Outcome
	On      calendar.Date
}

// DutyRoom is a duty as a subject. Its id is that of the event by which the
// rating was given.
var DutyRoom = journal.Subject[Duty]{Kind: "feedback_duty", Evolve: func(d Duty, e journal.Event) (Duty, error) {
	switch b := e.Body.(type) {
	case Called:
		d.Calls = append(slices.Clone(d.Calls), Rung{b.Outcome, calendar.DateOf(e.At)})
	case Replied:
		d.Reply, d.By, d.At, d.Calls = b.Words, e.Actor.Account, e.At, nil
	case Concluded:
		d.Settled = true
	default:
		return d, fmt.Errorf("%T is nothing that happens to the duty of a rating", e.Body)
	}
	return d, nil
}}

// open tells why nothing can be done about a rating any more, or yet.
func (d Duty) open(of Row) error {
	switch {
	case !of.Rating().Poor():
		return fault.NotNow("feedback.duty.none", of.Rating().Answer)
	case d.Settled && !of.Open():
		return fault.NotNow("feedback.duty.over", of.Rating().Answer)
	}
	return nil
}

// text is what somebody must write, as it is kept.
func text(field, words string) (string, []fault.Finding) {
	kept, wrong := written(words)
	if len(wrong) > 0 {
		wrong[0].Field = field
	} else if kept == "" {
		wrong = []fault.Finding{{Field: field, Key: "feedback.duty.words"}}
	}
	return kept, wrong
}

// Call writes down an attempt to speak with who was dissatisfied (回访).
type Call struct {
	Of      Row
	Outcome Outcome
	Words   string
}

// Decide takes it while the duty is open. Who rated without a name isn't rung.
func (cmd Call) Decide(d Duty, m journal.Moment) ([]journal.Event, error) {
	if err := d.open(cmd.Of); err != nil {
		return nil, err
	}
	if cmd.Of.Anonymous {
		return nil, fault.NotNow("feedback.duty.anonymous", cmd.Of.Rating().Answer)
	}
	words, wrong := text("said", cmd.Words)
	if !slices.Contains(Outcomes(), cmd.Outcome) {
		wrong = append(wrong, fault.Finding{Field: "outcome", Key: "feedback.duty.outcome"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(Called{Outcome: cmd.Outcome, Words: words}), nil
}

// Reply answers a poor rating (答复); the newest answer holds.
type Reply struct {
	Of        Row
	Treatment Treatment
	Words     string
}

// Decide takes it while the duty is open.
func (cmd Reply) Decide(d Duty, m journal.Moment) ([]journal.Event, error) {
	if err := d.open(cmd.Of); err != nil {
		return nil, err
	}
	words, wrong := text("reply", cmd.Words)
	if !slices.Contains(Treatments(), cmd.Treatment) {
		wrong = append(wrong, fault.Finding{Field: "treatment", Key: "feedback.duty.treatment"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(Replied{Filing: cmd.Of.Filing, Treatment: cmd.Treatment, Words: words, Anonymous: cmd.Of.Anonymous}), nil
}

// Conclude ends a duty (办结): by somebody else than who replied, and when who
// rated has confirmed it or was tried to be reached often enough.
type Conclude struct {
	Of Row
	// Stands is how long an answer to a rating without a name must have stood.
	Stands calendar.Workdays
}

// Decide refuses with what is still missing.
func (cmd Conclude) Decide(d Duty, m journal.Moment) ([]journal.Event, error) {
	if err := d.open(cmd.Of); err != nil {
		return nil, err
	}
	if lacks := d.Lacks(cmd.Of, cmd.Stands, m.Actor.Account, m.Today, m.Book); lacks != "" {
		return nil, fault.NotNow("feedback.duty.lacks."+lacks, cmd.Of.Rating().Answer)
	}
	return journal.Happened(Concluded{Filing: cmd.Of.Filing, Anonymous: cmd.Of.Anonymous}), nil
}

// Lacks says what keeps somebody from concluding a duty, "" for nothing: reply;
// again, where the answer left its reader dissatisfied; self, for who replied;
// confirmation; or standing for an answer that hasn't stood long enough.
func (d Duty) Lacks(of Row, stands calendar.Workdays, account string, today calendar.Date, book *calendar.Book) string {
	days := map[calendar.Date]bool{}
	for _, c := range d.Calls {
		days[c.On] = true
	}
	switch {
	case d.Reply == "":
		return "reply"
	case of.Dissatisfied(d.At):
		return "again"
	case account == d.By:
		return "self"
	case of.Again > Poor || slices.ContainsFunc(d.Calls, func(c Rung) bool { return c.Outcome == Content }):
		return ""
	case of.Anonymous && today.Before(book.AddWorkdays(calendar.DateOf(d.At), stands)):
		return "standing"
	case !of.Anonymous && len(days) < Attempts:
		return "confirmation"
	}
	return ""
}
