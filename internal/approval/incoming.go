package approval

import (
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// TakeRequest records the letter with which the authority of a delegation that
// our people join has asked for this office's opinion (征求意见函, 来函). What
// the application itself says of it need not be entered again.
type TakeRequest struct {
	Authority string
	Number    string
	On        calendar.Date
	Paper     string
}

// Decide takes it while the case is undecided: the decision is the reply.
func (cmd TakeRequest) Decide(a Approval, m journal.Moment) ([]journal.Event, error) {
	if !a.JoinsAnother() {
		return nil, fault.NotNow("approval.incoming.own", a.Stage)
	}
	if a.Stage != AtIntake && a.Stage != UnderReview && a.Stage != WithUnit {
		return nil, fault.NotNow("approval.opinion.decided", a.Stage)
	}
	if err := desk(m); err != nil {
		return nil, err
	}
	if a.Request != nil {
		return nil, fault.NotNow("approval.incoming.request_taken", a.Stage)
	}
	wrong := letterFields(m, cmd.Number, cmd.On)
	if strings.TrimSpace(cmd.Authority) == "" {
		wrong = append(wrong, fault.Finding{Field: "authority", Key: "approval.opinion.authority"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(RequestTaken{Authority: strings.TrimSpace(cmd.Authority), Number: strings.TrimSpace(cmd.Number), On: cmd.On, Paper: cmd.Paper}), nil
}

// TakeNotice records the mission notice (任务通知书) of the organiser's
// authority. With it, and our decision, the confirmation is issued.
type TakeNotice struct {
	Authority  string
	Number     string
	On         calendar.Date
	ValidUntil calendar.Date // zero where the notice names no day
	Paper      string
}

// Decide takes one that holds, until a confirmation rests on another.
func (cmd TakeNotice) Decide(a Approval, m journal.Moment) ([]journal.Event, error) {
	if !a.JoinsAnother() {
		return nil, fault.NotNow("approval.incoming.own", a.Stage)
	}
	switch a.Stage {
	case AtIntake, UnderReview, WithUnit, IsDecided:
	default:
		return nil, fault.NotNow("approval.incoming.notice_late", a.Stage)
	}
	if err := desk(m); err != nil {
		return nil, err
	}
	if a.Notice != nil || a.Prepared != nil {
		return nil, fault.NotNow("approval.incoming.notice_taken", a.Stage)
	}
	wrong := letterFields(m, cmd.Number, cmd.On)
	if strings.TrimSpace(cmd.Authority) == "" {
		wrong = append(wrong, fault.Finding{Field: "authority", Key: "approval.opinion.authority"})
	}
	if !cmd.ValidUntil.IsZero() && cmd.ValidUntil.Before(m.Today) {
		wrong = append(wrong, fault.Finding{Field: "validUntil", Key: "approval.incoming.ended", Args: map[string]any{"Day": cmd.ValidUntil}})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(NoticeTaken{Authority: strings.TrimSpace(cmd.Authority), Number: strings.TrimSpace(cmd.Number), On: cmd.On, ValidUntil: cmd.ValidUntil, Paper: cmd.Paper}), nil
}

// JoinsAnother tells whether the delegation is another authority's to approve,
// so that what is decided here is our people's part in it.
func (a Approval) JoinsAnother() bool { return a.Kind == dossier.Joined }

// AwaitsNotice tells whether it is decided, and only the organiser's mission
// notice is missing for its document.
func (a Approval) AwaitsNotice() bool {
	return a.Stage == IsDecided && a.JoinsAnother() && !a.IsAmendment() && a.Prepared == nil
}

// Incoming is a letter of the organiser's authority, as entered here or as the
// application brings it.
type Incoming struct {
	Authority  string
	Number     string
	On         calendar.Date
	ValidUntil calendar.Date
}

// RequestOf is the opinion request that a joined case answers.
func (a Approval) RequestOf(c dossier.Case) (Incoming, bool) {
	if a.Request != nil {
		return Incoming{Authority: a.Request.Authority, Number: a.Request.Number, On: a.Request.On}, true
	}
	if r := c.Trip.OpinionRequest; r != nil && r.Number != "" && a.JoinsAnother() {
		return Incoming{Authority: c.Trip.OrganisingAuthority, Number: r.Number, On: r.Issued}, true
	}
	return Incoming{}, false
}

// NoticeOf is the mission notice on which a joined case's confirmation rests.
func (a Approval) NoticeOf(c dossier.Case) (Incoming, bool) {
	if a.Notice != nil {
		return Incoming{Authority: a.Notice.Authority, Number: a.Notice.Number, On: a.Notice.On, ValidUntil: a.Notice.ValidUntil}, true
	}
	if n := c.Trip.MissionNotice; n != nil && n.Number != "" && a.JoinsAnother() {
		return Incoming{Authority: c.Trip.OrganisingAuthority, Number: n.Number, On: n.Issued, ValidUntil: n.ValidUntil}, true
	}
	return Incoming{}, false
}
