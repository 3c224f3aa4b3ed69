package visa

import (
	"yitang/internal/calendar"
	"yitang/internal/material"
	"yitang/internal/requirement"
)

// Rejected names the paper that the desk wants again, for the ledger, as its
// uploading names it; none where the desk asks for what nobody gave yet.
func (e PaperAsked) Rejected() []string {
	if path := (Ask{Kind: e.Kind, Had: e.Had}).Rejects(e.Person); path != "" {
		return []string{path}
	}
	return nil
}

// WasAtMission says that the traveller came, to a mission and not to the office.
func (e MissionSeen) WasAtMission() (string, calendar.Date) { return e.Person, e.On }

// Rejects names the paper that the desk wants again of a traveller; "" where it
// asks for what nobody gave yet.
func (a Ask) Rejects(person string) string {
	if len(a.Had) == 0 {
		return ""
	}
	owner := person
	if requirement.IsOfCase(requirement.Key(a.Kind)) {
		owner = string(material.OfCase)
	}
	return "material:" + a.Kind + "@" + owner
}
