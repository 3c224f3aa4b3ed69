package approval

import (
	"fmt"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Review takes one step of the path: an opinion on each member, and a note
// (审核). The case goes on to the next step.
type Review struct {
	Opinions []Opinion
	Note     string
	Looked   []Finding // findings left open, which the desk says to have seen
	Self     string
}

// Decide wants an opinion on everybody, and words with each that is against.
func (cmd Review) Decide(a Approval, m journal.Moment) ([]journal.Event, error) {
	if err := a.turn(m); err != nil {
		return nil, err
	}
	if err := a.notOwn(cmd.Self); err != nil {
		return nil, err
	}
	if a.Steps[a.At].Decides {
		return nil, fault.NotNow("approval.review.decides", a.Stage)
	}
	if err := a.awaits(m); err != nil {
		return nil, err
	}
	if wrong := a.Wanting(cmd.Opinions); len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	next := a.At + 1
	return journal.Happened(Reviewed{Step: a.At, Role: a.Steps[a.At].Role, Next: next, Due: within(m, a.Steps[next].Workdays),
		Opinions: journal.Of(cmd.Opinions), Note: journal.Of(cmd.Note), Looked: journal.Of(cmd.Looked)}), nil
}

// Wanting tells what is amiss with what a desk said of the members.
func (a Approval) Wanting(opinions []Opinion) []fault.Finding {
	said := make([]Verdict, len(opinions))
	for i, o := range opinions {
		said[i] = Verdict{Person: o.Person, Approved: o.Approve, Reason: o.Words}
	}
	return a.oneForEach(said)
}

// oneForEach tells which members are missing, doubled or strange, and which
// refusals lack a reason. Fields are named by the member's place in the group.
func (a Approval) oneForEach(said []Verdict) []fault.Finding {
	var wrong []fault.Finding
	of := map[string][]Verdict{}
	for _, v := range said {
		if !a.IsMember(v.Person) {
			wrong = append(wrong, fault.Finding{Field: "members", Key: "approval.members.stranger"})
		}
		of[v.Person] = append(of[v.Person], v)
	}
	for i, t := range a.Members {
		at := fmt.Sprintf("members[%d]", i)
		switch vs := of[t.Person]; {
		case len(vs) == 0:
			wrong = append(wrong, fault.Finding{Field: at, Key: "approval.members.missing"})
		case len(vs) > 1:
			wrong = append(wrong, fault.Finding{Field: at, Key: "approval.members.twice"})
		case !vs[0].Approved && strings.TrimSpace(vs[0].Reason) == "":
			wrong = append(wrong, fault.Finding{Field: at + ".reason", Key: "approval.members.reason"})
		}
	}
	return wrong
}

// HandBackInside asks an earlier step to look again; the unit hears nothing of
// it (退回经办).
type HandBackInside struct {
	To     int // index of the step
	Reason string
	Self   string
}

// Decide wants an earlier step and a reason.
func (cmd HandBackInside) Decide(a Approval, m journal.Moment) ([]journal.Event, error) {
	if err := a.turn(m); err != nil {
		return nil, err
	}
	if err := a.notOwn(cmd.Self); err != nil {
		return nil, err
	}
	var wrong []fault.Finding
	if cmd.To < 0 || cmd.To >= a.At {
		wrong = append(wrong, fault.Finding{Field: "to", Key: "approval.hand_back.where"})
	}
	if strings.TrimSpace(cmd.Reason) == "" {
		wrong = append(wrong, fault.Finding{Field: "reason", Key: "approval.hand_back.reason"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(HandedBackInside{From: a.At, To: cmd.To, Due: within(m, a.Steps[cmd.To].Workdays+pause(m, m.Today, a.StandsStill())), Reason: journal.Of(cmd.Reason)}), nil
}

// within is the day on which a clock that starts today runs out.
func within(m journal.Moment, n calendar.Workdays) calendar.Date {
	return m.Book.AddWorkdays(m.Today, n)
}
