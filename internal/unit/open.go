package unit

import (
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Open puts a unit on the register (开户备案).
type Open struct {
	Name, NameEn, USCC string
	Type               dossier.UnitType
	Level              string
	Parent             string
	Address            string
	LeaveFromRank      dossier.Rank
}

// Decide refuses a unit without a name or with a wrong code.
func (cmd Open) Decide(u Unit, m journal.Moment) ([]journal.Event, error) {
	if m.Version > 0 {
		return nil, fault.NotNow("unit.open.already", u.Status())
	}
	cmd.Name, cmd.NameEn, cmd.USCC = dossier.FoldText(cmd.Name), dossier.FoldText(cmd.NameEn), dossier.FoldCode(cmd.USCC)
	var wrong []fault.Finding
	if cmd.Name == "" {
		wrong = append(wrong, fault.Finding{Field: "name", Key: "form.empty"})
	}
	if dossier.CheckUSCC(cmd.USCC) != "" {
		wrong = append(wrong, fault.Finding{Field: "uscc", Rule: "GEN-003", Key: "unit.uscc.wrong"})
	}
	if !slices.Contains(cmd.Type.Words(), string(cmd.Type)) {
		wrong = append(wrong, fault.Finding{Field: "type", Key: "form.choose"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	if cmd.Level == "" {
		cmd.Level = "primary"
	}
	return journal.Happened(Opened{Name: cmd.Name, NameEn: cmd.NameEn, USCC: cmd.USCC, Type: string(cmd.Type), Level: cmd.Level, Parent: cmd.Parent, Address: cmd.Address, LeaveFromRank: string(cmd.LeaveFromRank)}), nil
}

// Change brings the register up to date (变更备案).
type Change struct {
	Name, NameEn string
	Type         dossier.UnitType
	Address      string

	LeaveFromRank dossier.Rank
}

// Decide refuses a unit without a name; nothing happens when all is as it was.
func (cmd Change) Decide(u Unit, m journal.Moment) ([]journal.Event, error) {
	if m.Version == 0 {
		return nil, fault.NotFound("unit " + m.Subject)
	}
	cmd.Name, cmd.NameEn = dossier.FoldText(cmd.Name), dossier.FoldText(cmd.NameEn)
	if cmd.Name == "" {
		return nil, fault.Field("name", "form.empty", nil)
	}
	if cmd == (Change{u.Name, u.NameEn, u.Type, u.Address, u.LeaveFromRank}) {
		return nil, nil
	}
	return journal.Happened(Changed{Name: cmd.Name, NameEn: cmd.NameEn, Type: string(cmd.Type), Address: cmd.Address, LeaveFromRank: string(cmd.LeaveFromRank)}), nil
}

// ConfirmOfficer records that the liaison officer is trained until a day, and
// who signs for the unit.
type ConfirmOfficer struct {
	ValidUntil calendar.Date
	Signatory  string
}

// Decide needs a unit and a day.
func (cmd ConfirmOfficer) Decide(u Unit, m journal.Moment) ([]journal.Event, error) {
	if m.Version == 0 {
		return nil, fault.NotFound("unit " + m.Subject)
	}
	if cmd.ValidUntil.IsZero() {
		return nil, fault.Field("validUntil", "form.empty", nil)
	}
	return journal.Happened(OfficerConfirmed{ValidUntil: cmd.ValidUntil, Signatory: dossier.FoldName(cmd.Signatory)}), nil
}

// Suspend stops a unit's applications until it is resumed.
type Suspend struct{ Reason string }

// Decide needs a reason, which the unit reads.
func (cmd Suspend) Decide(u Unit, m journal.Moment) ([]journal.Event, error) {
	switch {
	case m.Version == 0:
		return nil, fault.NotFound("unit " + m.Subject)
	case u.Suspended:
		return nil, fault.NotNow("unit.suspend.already", u.Status())
	case strings.TrimSpace(cmd.Reason) == "":
		return nil, fault.Field("reason", "form.empty", nil)
	}
	return journal.Happened(Suspended{Reason: strings.TrimSpace(cmd.Reason)}), nil
}

// Resume ends a suspension.
type Resume struct{ Reason string }

// Decide needs a suspension, and a reason as ending it does.
func (cmd Resume) Decide(u Unit, m journal.Moment) ([]journal.Event, error) {
	switch {
	case m.Version == 0:
		return nil, fault.NotFound("unit " + m.Subject)
	case !u.Suspended:
		return nil, fault.NotNow("unit.resume.not_suspended", u.Status())
	case strings.TrimSpace(cmd.Reason) == "":
		return nil, fault.Field("reason", "form.empty", nil)
	}
	return journal.Happened(Resumed{Reason: strings.TrimSpace(cmd.Reason)}), nil
}
