package person

import (
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Kinds is what can have happened to the record of a person.
var Kinds = []journal.Kind{
	journal.Declare[Recorded](both("person.recorded")),
	journal.Declare[Changed](both("person.changed")),
	journal.Declare[Transferred](both("person.transferred")),
	journal.Declare[LookedAt](journal.Kind{Name: "person.looked_at", Home: zone.Of(zone.Internet, zone.Office), Own: true}),
}

func both(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Internet), Reach: zone.Of(zone.Internet, zone.Office)}
}

// Recorded: a person is known (人员入库). What isn't known is left out. Every
// datum is a field of its own, so that one can be erased at the end of its
// retention and the others stay.
type Recorded struct {
	In     string `reach:"internet office"` // id of the unit whose people list it is on
	Filing string `reach:"internet office"` // case in the course of which it was typed; ""

	FamilyName       journal.Field[string]          `reach:"internet office" sealed:"yes"`
	GivenName        journal.Field[string]          `reach:"internet office" sealed:"yes"`
	LatinSurname     journal.Field[string]          `reach:"internet office" sealed:"yes"`
	LatinGivenNames  journal.Field[string]          `reach:"internet office" sealed:"yes"`
	Sex              journal.Field[dossier.Sex]     `reach:"internet office" sealed:"yes"`
	DateOfBirth      journal.Field[calendar.Date]   `reach:"internet office" sealed:"yes"`
	IDNumber         journal.Field[string]          `reach:"internet office" sealed:"yes"`
	IDExpires        journal.Field[calendar.Date]   `reach:"internet office" sealed:"yes"`
	Mobile           journal.Field[string]          `reach:"internet office" sealed:"yes"`
	Email            journal.Field[string]          `reach:"internet office" sealed:"yes"`
	Unit             journal.Field[string]          `reach:"internet office" sealed:"yes"` // sending unit in words
	Department       journal.Field[string]          `reach:"internet office" sealed:"yes"`
	Post             journal.Field[string]          `reach:"internet office" sealed:"yes"`
	Rank             journal.Field[dossier.Rank]    `reach:"internet office" sealed:"yes"`
	Principal        journal.Field[string]          `reach:"internet office" sealed:"yes"` // dossier.Principal; "none" when answered no
	Academic         journal.Field[bool]            `reach:"internet office" sealed:"yes"`
	Employment       journal.Field[string]          `reach:"internet office" sealed:"yes"` // dossier.Employment
	Nationality      journal.Field[string]          `reach:"internet office" sealed:"yes"`
	ForeignResidence journal.Field[bool]            `reach:"internet office" sealed:"yes"`
	Vetting          journal.Field[dossier.Vetting] `reach:"internet office" sealed:"yes"`
	Cleared          journal.Field[Clearance]       `reach:"internet office" sealed:"yes"` // levels of secrecy stay with the personnel side and the office
}

// Changed: some of it is different now; what isn't given stays as it was.
type Changed Recorded

// Transferred: the person now works for another unit.
type Transferred struct {
	To string `reach:"internet office"` // unit
}

// LookedAt: somebody had a masked number shown in full (谁看过我的资料). It
// happens to the subject Looks, so that each zone keeps its own record.
type LookedAt struct {
	Person string `reach:"home"`
	Field  string `reach:"home"`
	Why    string `reach:"home"`
}

// CaseID names the case in whose timeline this stands; "" for none.
func (e Recorded) CaseID() string { return e.Filing }

// CaseID is the same for a change.
func (e Changed) CaseID() string { return e.Filing }

// Clearance is what the Internet may know of a person's secrets (涉密).
type Clearance string

const (
	ClearanceNotNeeded Clearance = "notNeeded" // not in a secret post
	ClearanceGiven     Clearance = "yes"
	ClearanceOpen      Clearance = "no"
)
