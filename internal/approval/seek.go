package approval

import (
	"fmt"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/pack"
)

// Inquiry is what the office has asked of another authority about members who
// are in that one's charge (征求意见), and how it went on.
type Inquiry struct {
	Authority    string             `json:"authority"`
	Persons      []string           `json:"persons"`
	Until        calendar.Date      `json:"until"` // by when a reply was asked
	Reply        *OpinionReplied    `json:"reply,omitempty"`
	Confirmation *ConfirmationTaken `json:"confirmation,omitempty"`
}

// OpinionAnswer is another authority's opinion (复函).
type OpinionAnswer string

const (
	Agrees         OpinionAnswer = "agrees"
	AgreesWith     OpinionAnswer = "agreesWith" // conditions
	RefusesOpinion OpinionAnswer = "refuses"
)

// SeekOpinion asks another authority about members (征求意见函). The letter is
// issued from the event; the clocks stand still until the reply, at the longest
// until the day by which it was asked for.
type SeekOpinion struct {
	Authority string
	Persons   []string
	Until     calendar.Date
	Self      string
}

// Decide is for the desk whose turn it is. The same authority may be asked
// again once its day has passed (催复).
func (cmd SeekOpinion) Decide(a Approval, m journal.Moment) ([]journal.Event, error) {
	if err := a.turn(m); err != nil {
		return nil, err
	}
	if err := a.notOwn(cmd.Self); err != nil {
		return nil, err
	}
	if a.JoinsAnother() {
		return nil, fault.NotNow("approval.opinion.joined", a.Stage) // here it is the others who ask
	}
	cmd.Authority = strings.TrimSpace(cmd.Authority)
	var wrong []fault.Finding
	if cmd.Authority == "" {
		wrong = append(wrong, fault.Finding{Field: "authority", Key: "approval.opinion.authority"})
	}
	switch {
	case cmd.Until.IsZero(), !cmd.Until.After(m.Today):
		wrong = append(wrong, fault.Finding{Field: "until", Key: "approval.opinion.until", Args: map[string]any{"Today": m.Today}})
	case !a.Depart.IsZero() && cmd.Until.After(a.Depart):
		wrong = append(wrong, fault.Finding{Field: "until", Key: "approval.opinion.too_late", Args: map[string]any{"Depart": a.Depart}})
	}
	if len(cmd.Persons) == 0 {
		wrong = append(wrong, fault.Finding{Field: "persons", Key: "approval.opinion.nobody"})
	}
	for _, p := range cmd.Persons {
		if !a.IsMember(p) {
			wrong = append(wrong, fault.Finding{Field: "persons", Key: "approval.members.stranger"})
			continue
		}
		q, asked := a.InquiryOf(p)
		switch {
		case !asked:
		case q.Authority != cmd.Authority, q.Reply != nil, !q.Until.Before(m.Today):
			wrong = append(wrong, fault.Finding{Field: "persons", Key: "approval.opinion.asked", Args: map[string]any{"Authority": q.Authority}})
		}
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	more := pause(m, latest(m.Today, a.StandsStill()), cmd.Until)
	return journal.Happened(OpinionSought{Authority: cmd.Authority, Persons: cmd.Persons, Until: cmd.Until, Due: later(m, a.Due, more), Final: later(m, a.Final, more)}), nil
}

// TakeReply records what another authority has answered, from its letter.
type TakeReply struct {
	Authority string
	Answer    OpinionAnswer
	Number    string
	On        calendar.Date
	Words     string // conditions, or why it refuses
	Paper     string // material id of the letter
}

// Decide gives back the time that the clocks needn't stand still any more.
func (cmd TakeReply) Decide(a Approval, m journal.Moment) ([]journal.Event, error) {
	if a.Stage != UnderReview && a.Stage != WithUnit {
		return nil, fault.NotNow("approval.opinion.decided", a.Stage)
	}
	if err := desk(m); err != nil {
		return nil, err
	}
	i := a.openInquiry(cmd.Authority)
	if i < 0 {
		if slices.ContainsFunc(a.Inquiries, func(q Inquiry) bool { return q.Authority == cmd.Authority }) {
			return nil, fault.NotNow("approval.opinion.replied", a.Stage)
		}
		return nil, fault.Field("authority", "approval.opinion.not_asked", nil)
	}
	wrong := letterFields(m, cmd.Number, cmd.On)
	cmd.Words = strings.TrimSpace(cmd.Words)
	switch cmd.Answer {
	case Agrees:
		cmd.Words = ""
	case AgreesWith, RefusesOpinion:
		if cmd.Words == "" {
			wrong = append(wrong, fault.Finding{Field: "words", Key: "approval.opinion.words"})
		}
	default:
		wrong = append(wrong, fault.Finding{Field: "answer", Key: "approval.opinion.answer"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	out := OpinionReplied{Authority: cmd.Authority, Answer: cmd.Answer, Number: strings.TrimSpace(cmd.Number), On: cmd.On, Words: cmd.Words, Paper: cmd.Paper, Due: a.Due, Final: a.Final}
	rest := a
	rest.Inquiries = slices.Delete(slices.Clone(a.Inquiries), i, i+1)
	out.Open = len(rest.Awaited())
	saved := pause(m, latest(m.Today, rest.StandsStill()), a.StandsStill())
	out.Final = later(m, a.Final, -saved)
	if a.Stage == UnderReview {
		out.Due = later(m, a.Due, -saved)
	}
	return journal.Happened(out), nil
}

// TakeConfirmation records the confirmation (确认件) with which another
// authority has answered the mission notice: its people's passports are made
// there, on the two together.
type TakeConfirmation struct {
	Authority string
	Number    string
	On        calendar.Date
	Paper     string
}

// Decide wants a mission that was approved, with people of that authority in it.
func (cmd TakeConfirmation) Decide(a Approval, m journal.Moment) ([]journal.Event, error) {
	if a.Stage != IsIssued {
		return nil, fault.NotNow("approval.confirmation.not_now", a.Stage)
	}
	if err := desk(m); err != nil {
		return nil, err
	}
	if a.unconfirmed(cmd.Authority) < 0 {
		if slices.ContainsFunc(a.Inquiries, func(q Inquiry) bool { return q.Authority == cmd.Authority && q.Confirmation != nil }) {
			return nil, fault.NotNow("approval.confirmation.taken", a.Stage)
		}
		return nil, fault.Field("authority", "approval.confirmation.nobody", nil)
	}
	if wrong := letterFields(m, cmd.Number, cmd.On); len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(ConfirmationTaken{Authority: cmd.Authority, Number: strings.TrimSpace(cmd.Number), On: cmd.On, Paper: cmd.Paper}), nil
}

// openInquiry is the inquiry that a reply of an authority answers: it may have
// been asked again about others after it had replied. -1: it owes none.
func (a Approval) openInquiry(authority string) int {
	return slices.IndexFunc(a.Inquiries, func(q Inquiry) bool { return q.Authority == authority && q.Reply == nil })
}

// unconfirmed is the inquiry, with people who go, that a confirmation of an
// authority is about; -1: it owes none.
func (a Approval) unconfirmed(authority string) int {
	return slices.IndexFunc(a.Inquiries, func(q Inquiry) bool {
		return q.Authority == authority && q.Confirmation == nil && len(a.Goes(q)) > 0
	})
}

// letterFields is what every letter of another authority brings with it.
func letterFields(m journal.Moment, number string, on calendar.Date) []fault.Finding {
	var wrong []fault.Finding
	if strings.TrimSpace(number) == "" {
		wrong = append(wrong, fault.Finding{Field: "number", Key: "approval.incoming.number"})
	}
	if on.IsZero() || on.After(m.Today) {
		wrong = append(wrong, fault.Finding{Field: "on", Key: "approval.incoming.on", Args: map[string]any{"Today": m.Today}})
	}
	return wrong
}

// desk lets only the desks of the review enter what came from elsewhere.
func desk(m journal.Moment) error {
	if !slices.Contains(pack.StepRoles(), m.Actor.Role) {
		return fault.Forbidden("entering letters of other authorities")
	}
	return nil
}

// InquiryOf is the inquiry that is about a member.
func (a Approval) InquiryOf(person string) (Inquiry, bool) {
	for _, q := range a.Inquiries {
		if slices.Contains(q.Persons, person) {
			return q, true
		}
	}
	return Inquiry{}, false
}

// Awaited are the inquiries without a reply.
func (a Approval) Awaited() []Inquiry {
	var out []Inquiry
	for _, q := range a.Inquiries {
		if q.Reply == nil {
			out = append(out, q)
		}
	}
	return out
}

// StandsStill is the last day on which the clocks stand still for want of a
// reply; zero when all have answered.
func (a Approval) StandsStill() calendar.Date {
	var last calendar.Date
	for _, q := range a.Awaited() {
		last = latest(last, q.Until)
	}
	return last
}

// awaits refuses to go on while the clocks stand still: under review is where
// the case comes back to with the last reply, or when its day has passed.
func (a Approval) awaits(m journal.Moment) error {
	if until := a.StandsStill(); !until.IsZero() && !m.Today.After(until) {
		return fault.NotNow("approval.opinion.awaited", a.Stage)
	}
	return nil
}

// unanswered are the findings on members who may not be approved, since the
// authority in charge of them has refused or not answered.
func (a Approval) unanswered(vs []Verdict) []fault.Finding {
	var wrong []fault.Finding
	for i, t := range a.Members {
		q, asked := a.InquiryOf(t.Person)
		if !asked || !slices.ContainsFunc(vs, func(v Verdict) bool { return v.Person == t.Person && v.Approved }) {
			continue
		}
		switch {
		case q.Reply == nil:
			wrong = append(wrong, fault.Finding{Field: fmt.Sprintf("members[%d]", i), Key: "approval.decide.opinion_open", Args: map[string]any{"Authority": q.Authority}})
		case q.Reply.Answer == RefusesOpinion:
			wrong = append(wrong, fault.Finding{Field: fmt.Sprintf("members[%d]", i), Key: "approval.decide.opinion_refused", Args: map[string]any{"Authority": q.Authority}})
		}
	}
	return wrong
}

// Answered are the inquiries that have a reply.
func (a Approval) Answered() []Inquiry {
	return slices.DeleteFunc(slices.Clone(a.Inquiries), func(q Inquiry) bool { return q.Reply == nil })
}

// amended are the inquiries after a change, whose own come behind: the letters
// are counted by their places. Who was asked about again is in the new one alone.
// What was confirmed is the journey as it was.
func (a Approval) amended(b Amended) []Inquiry {
	var out []Inquiry
	for _, q := range a.Inquiries {
		q.Persons = Ours(q.Persons, b.Inquiries)
		if b.Kind.AnotherJourney() {
			q.Confirmation = nil
		}
		out = append(out, q)
	}
	return append(out, b.Inquiries...)
}

// Goes lists the people of an inquiry who may travel.
func (a Approval) Goes(q Inquiry) []string {
	approved := a.Approved()
	return slices.DeleteFunc(slices.Clone(q.Persons), func(p string) bool { return !slices.Contains(approved, p) })
}

// Ours lists the approved members whose booklets and visas are this office's
// work: those in another authority's charge get theirs there.
func (a Approval) Ours() []string { return Ours(a.Approved(), a.Inquiries) }

// Ours leaves out those about whom another authority was asked.
func Ours(people []string, asked []Inquiry) []string {
	return slices.DeleteFunc(slices.Clone(people), func(p string) bool {
		return slices.ContainsFunc(asked, func(q Inquiry) bool { return slices.Contains(q.Persons, p) })
	})
}

// pause counts the working days after from, up to until.
func pause(m journal.Moment, from, until calendar.Date) calendar.Workdays {
	if !until.After(from) {
		return 0
	}
	return m.Book.WorkdaysBetween(from.AddDays(1), until)
}

func later(m journal.Moment, d calendar.Date, by calendar.Workdays) calendar.Date {
	if d.IsZero() || by == 0 {
		return d
	}
	return m.Book.AddWorkdays(d, by)
}

func latest(x, y calendar.Date) calendar.Date {
	if y.After(x) {
		return y
	}
	return x
}
