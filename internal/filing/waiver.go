package filing

import (
	"fmt"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// WaiverAsked: the unit asks the office to let one case pass against one rule
// that stops it (申请豁免). It is bound to what was found then: whatever the rule
// reads may not differ when the answer is used.
type WaiverAsked struct {
	Filing  string              `reach:"internet office"`
	Unit    string              `reach:"internet office"`
	Rule    string              `reach:"internet office"`
	Field   string              `reach:"internet office"` // without numbers: members may change their places
	Depart  calendar.Date       `reach:"internet office"` // zero while unknown
	Members []Traveller         `reach:"internet office"` // nobody answers for a trip of their own
	Plea    journal.Field[Plea] `reach:"internet office" sealed:"yes"`
}

// Plea is what a waiver is asked for, in words, and why.
type Plea struct {
	Title  string     `json:"title"` // of the case
	Says   fault.Text `json:"says"`  // the finding's words
	Place  string     `json:"place"` // path in the case file on that day
	Basis  string     `json:"basis"`
	Bound  string     `json:"bound"` // precheck's binding of the finding
	Reason string     `json:"reason"`
}

// WaiverTakenBack: the unit no longer asks for it.
type WaiverTakenBack struct {
	Filing string `reach:"internet office"`
}

// CaseID names the case that asks.
func (e WaiverAsked) CaseID() string { return e.Filing }

// CaseID names the case that no longer asks.
func (e WaiverTakenBack) CaseID() string { return e.Filing }

// Waiver is one asking. What the office answers is the office's to say.
type Waiver struct {
	Asked WaiverAsked
	Stage WaiverStage
}

// WaiverStage is where an asking stands in its own zone.
type WaiverStage string

const (
	WaiverUnasked WaiverStage = ""
	WaiverIsAsked WaiverStage = "asked"
	WaiverIsBack  WaiverStage = "takenBack"
)

// WaiverRoom is the asking as a subject; its id is its own.
var WaiverRoom = journal.Subject[Waiver]{Kind: "waiver", Evolve: func(w Waiver, e journal.Event) (Waiver, error) {
	switch b := e.Body.(type) {
	case WaiverAsked:
		return Waiver{Asked: b, Stage: WaiverIsAsked}, nil
	case WaiverTakenBack:
		w.Stage = WaiverIsBack
		return w, nil
	}
	return w, fmt.Errorf("%T is nothing that happens to an asking for a waiver", e.Body)
}}

// AskWaiver asks for one, from the draft or while what was sent back is mended.
type AskWaiver struct {
	Filing, Unit string
	Stage        Stage // of the application
	Depart       calendar.Date
	Members      []Traveller
	Rule, Field  string
	MayWaive     bool // the rule is one of which exceptions are made, and it blocks
	Asked        bool // the same is asked for already, and waits
	Plea         Plea
}

// Decide wants a rule that can be waived, once, and a reason.
func (cmd AskWaiver) Decide(w Waiver, _ journal.Moment) ([]journal.Event, error) {
	switch {
	case w.Stage != WaiverUnasked:
		return nil, fault.NotNow("filing.waiver.asked_already", w.Stage)
	case !cmd.Stage.MayEdit():
		return nil, fault.NotNow("filing.waiver.not_now", cmd.Stage)
	case cmd.Asked:
		return nil, fault.NotNow("filing.waiver.asked_already", cmd.Rule)
	case !cmd.MayWaive:
		return nil, fault.Field("rule", "filing.waiver.never", nil)
	}
	plea := cmd.Plea
	plea.Reason = strings.TrimSpace(plea.Reason)
	if plea.Reason == "" {
		return nil, fault.Field("reason", "filing.waiver.no_reason", nil)
	}
	return journal.Happened(WaiverAsked{Filing: cmd.Filing, Unit: cmd.Unit, Rule: cmd.Rule, Field: dossier.Generic(cmd.Field), Depart: cmd.Depart,
		Members: cmd.Members, Plea: journal.Of(plea)}), nil
}

// TakeBackWaiver stops asking. What was granted already holds no longer.
type TakeBackWaiver struct{}

// Decide takes back what was asked.
func (cmd TakeBackWaiver) Decide(w Waiver, _ journal.Moment) ([]journal.Event, error) {
	switch w.Stage {
	case WaiverIsAsked:
		return journal.Happened(WaiverTakenBack{Filing: w.Asked.Filing}), nil
	case WaiverIsBack:
		return nil, nil
	}
	return nil, fault.NotNow("filing.waiver.nothing", w.Stage)
}
