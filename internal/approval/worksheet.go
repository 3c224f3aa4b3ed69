package approval

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Worksheet is the reviewers' sheet beside a case (审核工作单): which defects the
// one-time notice will carry, and which explanations of the unit hold. It is
// the office's alone, and a subject of its own, so that collecting defects
// doesn't make anybody's page of the case stale.
type Worksheet struct {
	Defects []Defect  // listed for the notice
	Holds   []Finding // explained to somebody's satisfaction
	Fails   []Finding // explained, and somebody finds that it doesn't hold
	Round   int       // of the application that it speaks of

	Examined Examine // how many findings nobody has judged, when it was looked at last
}

// Finding names a finding by rule and field: the same rule may fire twice.
type Finding struct {
	Rule  string    `json:"rule"`
	Field string    `json:"field"`
	By    string    `json:"by,omitempty"`   // account that judged it
	Desk  string    `json:"desk,omitempty"` // role in which it did
	At    time.Time `json:"at,omitzero"`
	Round int       `json:"round,omitempty"` // of the application that was judged
}

// WorksheetRoom is the sheet as a subject; its id is the filing's.
var WorksheetRoom = journal.Subject[Worksheet]{Kind: "worksheet", Evolve: func(w Worksheet, e journal.Event) (Worksheet, error) {
	// What is to be mended was said of one round and says nothing about the
	// next; what somebody judged stays said.
	turn := func(round int) {
		if round != w.Round {
			w = Worksheet{Round: round, Holds: w.Holds, Fails: w.Fails, Examined: w.Examined}
		}
	}
	switch b := e.Body.(type) {
	case DefectListed:
		turn(b.Round)
		w.Defects = append(slices.DeleteFunc(slices.Clone(w.Defects), same(b.Defect)), b.Defect)
	case DefectTakenOff:
		turn(b.Round)
		w.Defects = slices.DeleteFunc(slices.Clone(w.Defects), same(b.Defect))
	case ExplanationHolds:
		turn(b.Round)
		if b.TakenBack {
			w.Holds = without(w.Holds, b.Rule, b.Field)
			return w, nil
		}
		w.Fails = without(w.Fails, b.Rule, b.Field)
		w.Holds = append(slices.Clone(w.Holds), Finding{Rule: b.Rule, Field: b.Field, By: e.Actor.Account, Desk: e.Actor.Role, At: e.At, Round: b.Round})
		w.Defects = slices.DeleteFunc(slices.Clone(w.Defects), func(d Defect) bool { return d.Rule == b.Rule && d.Field == b.Field })
	case ExplanationFails:
		turn(b.Round)
		w.Holds, w.Fails = without(w.Holds, b.Rule, b.Field), without(w.Fails, b.Rule, b.Field)
		if !b.TakenBack {
			w.Fails = append(w.Fails, Finding{Rule: b.Rule, Field: b.Field, By: e.Actor.Account, Desk: e.Actor.Role, At: e.At, Round: b.Round})
		}
	case Examined:
		w.Examined = Examine(b)
	default:
		return w, fmt.Errorf("%T is nothing that happens to a worksheet", e.Body)
	}
	return w, nil
}}

// without are judgements but those of one finding.
func without(all []Finding, rule, field string) []Finding {
	return slices.DeleteFunc(slices.Clone(all), func(f Finding) bool { return f.Rule == rule && f.Field == field })
}

// same finds a defect by what it is about: its place, a chosen paper's whose it is
// too, and the rule that found it or, for one that a person wrote, its words.
func same(d Defect) func(Defect) bool {
	return func(o Defect) bool {
		return o.Field == d.Field && o.Paper == d.Paper && o.Owner == d.Owner && o.Rule == d.Rule && (d.Rule != "" || o.Words == d.Words)
	}
}

// For gives the sheet of a round: on that of a later one no defects are listed
// yet. Judgements of all rounds stand on it; whether one of an earlier round
// still speaks of the same thing, only who sees both findings can tell.
func (w Worksheet) For(round int) Worksheet {
	if w.Round != round {
		return Worksheet{Round: round, Holds: w.Holds, Fails: w.Fails, Examined: w.Examined}
	}
	return w
}

// Lists tells whether a finding is on the notice.
func (w Worksheet) Lists(rule, field string) bool {
	return slices.ContainsFunc(w.Defects, func(d Defect) bool { return d.Rule == rule && d.Field == field })
}

// ListsPoint tells whether a point of the last notice is on the next.
func (w Worksheet) ListsPoint(p Point) bool {
	return slices.ContainsFunc(w.Defects, func(d Defect) bool {
		return d.Field == p.Field && d.Paper == p.Paper && d.Owner == p.Owner && d.Words == p.Words
	})
}

// Judged tells whether a finding's explanation holds, by the last word on it.
func (w Worksheet) Judged(rule, field string) (Finding, bool) {
	return last(w.Holds, rule, field)
}

// Failed tells whether a finding's explanation doesn't hold.
func (w Worksheet) Failed(rule, field string) (Finding, bool) {
	return last(w.Fails, rule, field)
}

func last(all []Finding, rule, field string) (Finding, bool) {
	for _, f := range slices.Backward(all) {
		if f.Rule == rule && f.Field == field {
			return f, true
		}
	}
	return Finding{}, false
}

// ListDefect puts a defect on the notice to be; one about the same field by
// the same rule is replaced.
type ListDefect struct {
	Defect Defect
	Round  int
	Case   Approval // as it stands: the sheet doesn't know whose turn it is
	Self   string
}

// Decide wants a field and words, of somebody who may send the case back.
func (cmd ListDefect) Decide(_ Worksheet, m journal.Moment) ([]journal.Event, error) {
	if err := cmd.Case.finds(m, cmd.Self); err != nil {
		return nil, err
	}
	var wrong []fault.Finding
	if strings.TrimSpace(cmd.Defect.Field) == "" {
		wrong = append(wrong, fault.Finding{Field: "field", Key: "approval.send_back.no_field"})
	}
	if strings.TrimSpace(cmd.Defect.Words) == "" {
		wrong = append(wrong, fault.Finding{Field: "words", Key: "approval.send_back.no_words"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(DefectListed{Round: cmd.Round, Defect: cmd.Defect}), nil
}

// TakeOffDefect takes it off again.
type TakeOffDefect struct {
	Defect Defect
	Round  int
	Case   Approval
	Self   string
}

// Decide says nothing when it isn't there.
func (cmd TakeOffDefect) Decide(w Worksheet, m journal.Moment) ([]journal.Event, error) {
	if err := cmd.Case.finds(m, cmd.Self); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(w.For(cmd.Round).Defects, same(cmd.Defect)) {
		return nil, nil
	}
	return journal.Happened(DefectTakenOff{Round: cmd.Round, Defect: cmd.Defect}), nil
}

// AcceptExplanation lets a warning pass, because what the unit says holds (说明成立).
type AcceptExplanation struct {
	Rule, Field string
	Round       int
	Case        Approval
	Self        string
	TakeBack    bool // it was let pass by mistake
}

// Decide says nothing twice.
func (cmd AcceptExplanation) Decide(w Worksheet, m journal.Moment) ([]journal.Event, error) {
	if err := cmd.Case.finds(m, cmd.Self); err != nil {
		return nil, err
	}
	if cmd.Rule == "" {
		return nil, fault.Field("rule", "form.empty", nil)
	}
	switch last, done := w.Judged(cmd.Rule, cmd.Field); {
	case cmd.TakeBack && !done, !cmd.TakeBack && done && last.Round == cmd.Round:
		return nil, nil
	}
	return journal.Happened(ExplanationHolds{Round: cmd.Round, Rule: cmd.Rule, Field: cmd.Field, TakenBack: cmd.TakeBack}), nil
}

// RejectExplanation says that what the unit explains doesn't hold (说明不成立), of an
// application that was sent back already: else it is listed for the notice.
type RejectExplanation struct {
	Rule, Field string
	Round       int
	Case        Approval
	Self        string
	TakeBack    bool // it was said by mistake
}

// Decide says nothing twice.
func (cmd RejectExplanation) Decide(w Worksheet, m journal.Moment) ([]journal.Event, error) {
	if err := cmd.Case.finds(m, cmd.Self); err != nil {
		return nil, err
	}
	if cmd.Rule == "" {
		return nil, fault.Field("rule", "form.empty", nil)
	}
	if cmd.Case.Returns == 0 && !cmd.TakeBack {
		return nil, fault.NotNow("approval.explanation.list_first", cmd.Case.Stage)
	}
	switch last, done := w.Failed(cmd.Rule, cmd.Field); {
	case cmd.TakeBack && !done, !cmd.TakeBack && done && last.Round == cmd.Round:
		return nil, nil
	}
	return journal.Happened(ExplanationFails{Round: cmd.Round, Rule: cmd.Rule, Field: cmd.Field, TakenBack: cmd.TakeBack}), nil
}
