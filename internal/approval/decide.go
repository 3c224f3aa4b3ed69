package approval

import (
	"errors"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Decide decides the mission, for each member (审批决定).
type Decide struct {
	Members    []Verdict
	Conditions []string        // sentences for the document
	Months     int             // how long the document will hold
	RuleSet    string          // that the case was judged by
	Stopping   []fault.Finding // what the rules don't let pass
	Looked     []Finding       // findings left open, which the desk says to have seen
	Self       string
}

// Decide takes the last step alone. Who is left must have a head, because a
// delegation without one can't travel; nobody goes against the word of the
// authority in charge of them, or without it once it was asked.
func (cmd Decide) Decide(a Approval, m journal.Moment) ([]journal.Event, error) {
	if err := a.turn(m); err != nil {
		return nil, err
	}
	if err := a.notOwn(cmd.Self); err != nil {
		return nil, err
	}
	if !a.Steps[a.At].Decides {
		return nil, fault.NotNow("approval.decide.too_early", a.Stage)
	}
	if err := a.awaits(m); err != nil {
		return nil, err
	}
	wrong := append(a.oneForEach(cmd.Members), a.unanswered(cmd.Members)...)
	approved := 0
	headApproved := false
	for _, v := range cmd.Members {
		if v.Approved {
			approved++
			headApproved = headApproved || v.Person == a.head()
		}
	}
	if approved > 0 && !headApproved && !a.JoinsAnother() { // there the head is the organiser's
		wrong = append(wrong, fault.Finding{Field: "members", Key: "approval.decide.no_head"})
	}
	if approved > 0 {
		wrong = append(wrong, cmd.Stopping...)
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	d := Decided{Members: a.inOrder(cmd.Members), Approved: approved, RuleSet: cmd.RuleSet, Looked: journal.Of(cmd.Looked)}
	if approved > 0 {
		d.Conditions = slices.DeleteFunc(slices.Clone(cmd.Conditions), func(s string) bool { return strings.TrimSpace(s) == "" })
		d.ValidUntil = validUntil(m.Today, cmd.Months)
		if a.Kind == dossier.MultiTrip || d.ValidUntil.Before(a.Return) && a.Kind == dossier.Declared {
			d.ValidUntil = a.Return // it holds for its term, and a declared trip to its end
		}
	}
	return journal.Happened(d), nil
}

// inOrder gives the verdicts in the group's order, without a reason where none
// is owed.
func (a Approval) inOrder(said []Verdict) []Verdict {
	out := make([]Verdict, 0, len(a.Members))
	for _, t := range a.Members {
		i := slices.IndexFunc(said, func(v Verdict) bool { return v.Person == t.Person })
		v := said[i]
		if v.Approved {
			v.Reason = ""
		}
		out = append(out, v)
	}
	return out
}

// AskBooklets asks the passport zone for a booklet for each member who needs
// one. Who does is requirement's to say; nobody gets one without a document.
type AskBooklets struct{ Booklets []BookletAsked }

// Decide asks for each person once, however often it is told to. Who waits for
// the booklet of another case is asked for anew when that one doesn't come.
func (cmd AskBooklets) Decide(a Approval, _ journal.Moment) ([]journal.Event, error) {
	if a.Stage != IsIssued {
		return nil, fault.NotNow("approval.ask_booklets.not_now", a.Stage)
	}
	approved := a.Approved()
	var out []any
	for _, b := range cmd.Booklets {
		if !slices.Contains(approved, b.Person) {
			return nil, fault.Field("members", "approval.ask_booklets.not_approved", nil)
		}
		if from := a.Shared[b.Key()]; slices.Contains(a.Asked, b.Key()) && (from == "" || from == b.From) {
			continue
		}
		b.Approval = a.Document.Number
		out = append(out, b)
	}
	return journal.Happened(out...), nil
}

// Revoke takes the approval back (撤销); passport and visas stop.
type Revoke struct {
	Reason string
	Self   string
}

// Revocable tells whether the decision can be taken back: its document is in
// force, or waits for a mission notice that may never come.
func (a Approval) Revocable() bool { return a.Stage == IsIssued || a.AwaitsNotice() }

// Decide wants a decision that can be taken back, and a reason.
func (cmd Revoke) Decide(a Approval, m journal.Moment) ([]journal.Event, error) {
	if !a.Revocable() {
		return nil, fault.NotNow("approval.revoke.not_now", a.Stage)
	}
	if err := a.notOwn(cmd.Self); err != nil {
		return nil, err
	}
	if m.Actor.Role != "director" {
		return nil, fault.Forbidden("revoking")
	}
	if strings.TrimSpace(cmd.Reason) == "" {
		return nil, fault.Field("reason", "approval.revoke.reason", nil)
	}
	b := Revoked{Reason: cmd.Reason}
	if a.Document != nil {
		b.Number = a.Document.Number
	}
	return journal.Happened(b), nil
}

// Lapsed tells whether an approval was given, and taken back or given up.
func (a Approval) Lapsed() bool {
	return a.Document != nil && (a.Stage == IsRevoked || a.Stage == IsClosed && a.Outcome != "approved")
}

// Withdraw ends the case because its unit has withdrawn the application.
type Withdraw struct{ Reason string }

// Decide ends it while it is undecided. A unit that withdrew before it heard of
// the decision doesn't go: the document that was issued meanwhile is revoked,
// so that no zone believes in a mission that another has given up.
func (cmd Withdraw) Decide(a Approval, _ journal.Moment) ([]journal.Event, error) {
	switch a.Stage {
	case AtIntake, WithUnit, UnderReview:
		return journal.Happened(Withdrawn{Reason: cmd.Reason}), nil
	case IsIssued:
		return journal.Happened(Revoked{Number: a.Document.Number, Reason: cmd.Reason}), nil
	case IsDecided:
		if a.IsAmendment() || a.AwaitsNotice() { // of an approval that has ended: nothing is left to be changed
			return journal.Happened(Withdrawn{Reason: cmd.Reason}), nil
		}
	}
	return nil, fault.NotNow("approval.withdraw.not_now", a.Stage)
}

// Close puts the case into the archive (归档).
type Close struct{}

var errDocumentPending = errors.New("a new edition of the document isn't issued yet")

// Decide refuses while anything is still open here. A document that is being
// made is waited for, so that refusal has a cause: who closes by rule tries again.
func (cmd Close) Decide(a Approval, _ journal.Moment) ([]journal.Event, error) {
	outcome := ""
	switch a.Stage {
	case IsIssued:
		outcome = "approved"
	case IsDecided:
		if !a.IsAmendment() {
			return nil, fault.NotNow("approval.close.not_now", a.Stage)
		}
		outcome = "approved" // the case that it changes has the document
	case IsRefused, IsRevoked, IsWithdrawn:
		outcome = string(a.Stage)
		if a.Cancelled {
			outcome = "cancelled"
		}
	default:
		return nil, fault.NotNow("approval.close.not_now", a.Stage)
	}
	if a.Prepared != nil || a.Reprint {
		return nil, fault.Unavailable("approval.close.document_pending", errDocumentPending)
	}
	return journal.Happened(Closed{Outcome: outcome}), nil
}

// InForce tells whether the document holds on a day.
func (a Approval) InForce(on calendar.Date) bool {
	return a.Document != nil && (a.Stage == IsIssued || a.Stage == IsClosed && a.Outcome == "approved") && !on.After(a.Document.ValidUntil)
}
