package approval

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/precheck"
)

// WaiverGranted: the rule shall not stop this case (准予豁免). It speaks of what
// was asked and of nothing else, and ends with the case.
type WaiverGranted struct {
	Filing string                `reach:"internet office"`
	Reason journal.Field[string] `reach:"internet office"`
}

// WaiverRefused: the rule holds (不予豁免).
type WaiverRefused struct {
	Filing string                `reach:"internet office"`
	Reason journal.Field[string] `reach:"internet office"`
}

// CaseID names the case that asked.
func (e WaiverGranted) CaseID() string { return e.Filing }

// CaseID names the case that asked.
func (e WaiverRefused) CaseID() string { return e.Filing }

// Waiving is the office's answer to one asking; its id is the asking's.
type Waiving struct {
	Answer WaiverAnswer
	Words  string
	Role   string // whose answer it is
	By     string // account
	At     time.Time
}

// WaiverAnswer is where an asking stands.
type WaiverAnswer string

const (
	WaiverOpen      WaiverAnswer = ""
	WaiverIsGranted WaiverAnswer = "granted"
	WaiverIsRefused WaiverAnswer = "refused"
	WaiverIsBack    WaiverAnswer = "takenBack"
)

// WaivingRoom is the office's answer as a subject.
var WaivingRoom = journal.Subject[Waiving]{Kind: "waiving", Evolve: func(w Waiving, e journal.Event) (Waiving, error) {
	w.Role, w.By, w.At = e.Actor.Role, e.Actor.Account, e.At
	switch b := e.Body.(type) {
	case WaiverGranted:
		w.Answer, w.Words = WaiverIsGranted, b.Reason.Or("")
	case WaiverRefused:
		w.Answer, w.Words = WaiverIsRefused, b.Reason.Or("")
	default:
		return w, fmt.Errorf("%T is nothing that answers an asking for a waiver", e.Body)
	}
	return w, nil
}}

// AnswerWaiver is a chief's word on one asking.
type AnswerWaiver struct {
	Grant  bool
	Reason string

	Asked    filing.Waiver
	Case     Approval // as it stands: nothing while the unit is still writing
	MayWaive bool     // the rule is one of which exceptions are made
	Self     string   // the chief as a traveller; "" when they are none
}

// Decide wants a chief who doesn't travel along, a reason, and a case that
// isn't decided yet.
func (cmd AnswerWaiver) Decide(w Waiving, m journal.Moment) ([]journal.Event, error) {
	ask := cmd.Asked.Asked
	switch {
	case m.Actor.Role != "chief":
		return nil, fault.Forbidden("waiving a rule")
	case cmd.Self != "" && slices.ContainsFunc(ask.Members, func(t Traveller) bool { return t.Person == cmd.Self }):
		return nil, fault.Forbidden("a trip of one's own")
	case w.Answer != WaiverOpen:
		return nil, fault.NotNow("approval.waiver.answered", w.Answer)
	case cmd.Asked.Stage != filing.WaiverIsAsked:
		return nil, fault.NotNow("approval.waiver.taken_back", cmd.Asked.Stage)
	case !cmd.Case.mayStillBeWaived():
		return nil, fault.NotNow("approval.waiver.too_late", cmd.Case.Stage)
	}
	reason := strings.TrimSpace(cmd.Reason)
	if reason == "" {
		return nil, fault.Field("reason", "approval.waiver.no_reason", nil)
	}
	if !cmd.Grant {
		return journal.Happened(WaiverRefused{Filing: ask.Filing, Reason: journal.Of(reason)}), nil
	}
	if !cmd.MayWaive {
		return nil, fault.Field("reason", "approval.waiver.never", nil)
	}
	return journal.Happened(WaiverGranted{Filing: ask.Filing, Reason: journal.Of(reason)}), nil
}

func (a Approval) mayStillBeWaived() bool {
	return slices.Contains([]Stage{Nothing, AtIntake, WithUnit, UnderReview}, a.Stage)
}

// AskedWaiver is one asking with the office's answer.
type AskedWaiver struct {
	ID     string
	Asked  filing.WaiverAsked
	Plea   filing.Plea
	At     time.Time
	By     string // account that asked, where it is known
	Answer WaiverAnswer
	Said   Waiving
}

// AsOf is the day of the answer.
func (w AskedWaiver) AsOf() calendar.Date { return calendar.DateOf(w.Said.At) }

// Waivers are those that were granted and not given back, as the rules take
// them. who spells the account or role that granted one.
func Waivers(all []AskedWaiver, who func(Waiving) string) []precheck.Waiver {
	var out []precheck.Waiver
	for _, w := range all {
		if w.Answer != WaiverIsGranted {
			continue
		}
		out = append(out, precheck.Waiver{Rule: w.Asked.Rule, Field: w.Asked.Field, Bound: w.Plea.Bound,
			Waived: precheck.Waived{By: who(w.Said), On: w.AsOf(), Why: w.Said.Words}})
	}
	return out
}
