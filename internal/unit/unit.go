package unit

import (
	"fmt"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/journal"
)

// Unit is one unit as registered.
type Unit struct {
	ID        string
	Name      string
	NameEn    string
	USCC      string
	Type      dossier.UnitType
	Level     string
	Parent    string
	Address   string
	Officer   calendar.Date // until when the liaison officer is confirmed; zero: not yet
	Signatory string
	Suspended bool
	Why       string // of the suspension

	LeaveFromRank dossier.Rank // by its own rule; "": none of its people need leave
}

// Room is the unit as a subject.
var Room = journal.Subject[Unit]{Kind: "unit", Evolve: evolve}

func evolve(u Unit, e journal.Event) (Unit, error) {
	u.ID = e.Subject.ID
	switch b := e.Body.(type) {
	case Opened:
		u.Name, u.NameEn, u.USCC, u.Type, u.Level, u.Parent, u.Address = b.Name, b.NameEn, b.USCC, dossier.UnitType(b.Type), b.Level, b.Parent, b.Address
		u.LeaveFromRank = dossier.Rank(b.LeaveFromRank)
	case Changed:
		u.Name, u.NameEn, u.Type, u.Address = b.Name, b.NameEn, dossier.UnitType(b.Type), b.Address
		u.LeaveFromRank = dossier.Rank(b.LeaveFromRank)
	case OfficerConfirmed:
		u.Officer, u.Signatory = b.ValidUntil, b.Signatory
	case Suspended:
		u.Suspended, u.Why = true, b.Reason
	case Resumed:
		u.Suspended, u.Why = false, ""
	default:
		return u, fmt.Errorf("%T is nothing that happens to a unit", e.Body)
	}
	return u, nil
}

// Status is the state as the case file spells it.
func (u Unit) Status() dossier.UnitStatus {
	switch {
	case u.Name == "":
		return dossier.Unopened
	case u.Suspended:
		return dossier.Suspended
	}
	return dossier.Open
}

// Dossier is what a case file tells of the unit; the plan is quota's to add.
func (u Unit) Dossier() dossier.Unit {
	return dossier.Unit{Name: u.Name, USCC: u.USCC, Type: u.Type, Status: u.Status(), OfficerValidUntil: u.Officer, Signatory: u.Signatory, LeaveFromRank: u.LeaveFromRank}
}
