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
	journal.Declare[Announced](both("person.announced")),
	journal.Declare[AnnouncementDropped](both("person.announcement_dropped")),
	journal.Declare[Detailed](both("person.detailed")),
	journal.Declare[Confirmed](both("person.confirmed")),
	journal.Declare[Left](both("person.left")),
	journal.Declare[CameBack](both("person.came_back")),
	journal.Declare[Offered](both("person.offered")),
	journal.Declare[OfferEnded](both("person.offer_ended")),
	journal.Declare[AskedFor](both("person.asked_for")),
	journal.Declare[Transferred](both("person.transferred")),
	journal.Declare[Absorbed](everywhere("person.absorbed")),
	journal.Declare[Merged](both("person.merged")),
	journal.Declare[Unmerged](both("person.unmerged")),
	journal.Declare[Separated](everywhere("person.separated")),
	journal.Declare[LookedAt](journal.Kind{Name: "person.looked_at", Home: zone.Of(zone.Internet, zone.Office), Own: true}),
	journal.Declare[LookTold](journal.Kind{Name: "person.look_told", Home: zone.Of(zone.Office), Reach: zone.Of(zone.Internet, zone.Office)}),

	journal.Declare[LinkGiven](internet("person.link_given")),
	journal.Declare[LinkOpened](internet("person.link_opened")),
	journal.Declare[LinkMissed](internet("person.link_missed")),
	journal.Declare[LinkEnded](internet("person.link_ended")),
	journal.Declare[Proposed](internet("person.proposed")),
	journal.Declare[ProposalSettled](internet("person.proposal_settled")),

	journal.Declare[Restricted](office("person.restricted")),
	journal.Declare[RestrictionLifted](office("person.restriction_lifted")),
	journal.Declare[SecrecyNoted](office("person.secrecy_noted")),
	journal.Declare[ClearanceTold](journal.Kind{Name: "person.clearance_told", Home: zone.Of(zone.Office), Reach: zone.Of(zone.Internet, zone.Office)}),
}

func both(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Internet), Reach: zone.Of(zone.Internet, zone.Office)}
}

// everywhere is for which ids mean one person, and for nothing else of them: the
// passport zone has their orders and captures under each of these.
func everywhere(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Internet), Reach: zone.Everywhere}
}

func internet(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Internet), Reach: zone.Of(zone.Internet)}
}

func office(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Office), Reach: zone.Of(zone.Office)}
}

// Source tells where what is written in a record comes from; "" is the unit's
// own pages.
type Source string

const (
	FromSheet     Source = "sheet"     // a list that was read in
	FromTraveller Source = "traveller" // the person concerned said so
)

// Nature tells a slip of the pen from a change of the world; "" isn't told.
type Nature string

const (
	Correction Nature = "correction" // it never was as it stood (更正)
	NewState   Nature = "change"     // it was so, and is otherwise from a day on (变动)
)

// Recorded: a person is known (人员入库). What isn't known is left out. Every
// datum is a field of its own, so that one can be erased at the end of its
// retention and the others stay.
type Recorded struct {
	In     string        `reach:"internet office"` // id of the unit whose people list it is on
	Filing string        `reach:"internet office"` // case in the course of which it was typed; ""
	Source Source        `reach:"internet office"`
	Nature Nature        `reach:"internet office"` // of a change
	From   calendar.Date `reach:"internet office"` // day from which a change holds; zero: not told

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
	Leadership       journal.Field[bool]            `reach:"internet office" sealed:"yes"` // of the unit's leadership team
	Academic         journal.Field[bool]            `reach:"internet office" sealed:"yes"`
	Employment       journal.Field[string]          `reach:"internet office" sealed:"yes"` // dossier.Employment
	Nationality      journal.Field[string]          `reach:"internet office" sealed:"yes"`
	ForeignResidence journal.Field[bool]            `reach:"internet office" sealed:"yes"`
	Vetting          journal.Field[dossier.Vetting] `reach:"internet office" sealed:"yes"`
	Cleared          journal.Field[Clearance]       `reach:"internet office" sealed:"yes"` // levels of secrecy stay with the personnel side and the office
}

// Changed: some of it is different now; what isn't given stays as it was.
type Changed Recorded

// Announced: some of it will be different from a day on (From), and isn't yet.
type Announced Recorded

// AnnouncementDropped: what was announced for a day won't be.
type AnnouncementDropped struct {
	From calendar.Date `reach:"internet office"`
}

// Confirmed: who is concerned, or their unit, said that the record is right.
type Confirmed struct {
	Source  Source `reach:"internet office"`
	Details bool   `reach:"internet office"` // what visa forms want beyond the case was among it
}

// Left: the person works for the unit no longer, and for no other one that is
// known (离职).
type Left struct {
	On calendar.Date `reach:"internet office"` // first day of not being there
}

// CameBack: they work for it again.
type CameBack struct{}

// Offered: the unit hands the person over to another one, which hasn't
// confirmed it yet (调出).
type Offered struct {
	To string        `reach:"internet office"` // unit
	On calendar.Date `reach:"internet office"`
}

// OfferEnded: they stay where they are.
type OfferEnded struct {
	By  string `reach:"internet office"` // unit that ended it
	Why string `reach:"internet office"`
}

// AskedFor: another unit says that the person works for it now.
type AskedFor struct {
	By string `reach:"internet office"` // unit
}

// Transferred: the person works for another unit, which has confirmed it.
type Transferred struct {
	To string        `reach:"internet office"` // unit
	On calendar.Date `reach:"internet office"` // zero: not told
}

// Absorbed: this record was of somebody who has another one, which stays. What
// the other one is to hold was chosen datum by datum; it stands in one field
// because it is needed as a whole or not at all.
type Absorbed struct {
	Into   string              `reach:"all"` // person
	Choice journal.Field[Data] `reach:"internet office" sealed:"yes"`
}

// Merged: the record that stays has taken what was chosen.
type Merged struct {
	Other string              `reach:"internet office"`              // person whose record went
	Was   journal.Field[Data] `reach:"internet office" sealed:"yes"` // of what was chosen, as it stood
	Is    journal.Field[Data] `reach:"internet office" sealed:"yes"`
	At    journal.Version     `reach:"internet office"` // of the other, once it was absorbed; 0 where that wasn't told
}

// Unmerged: merging was a mistake, and what it changed is as it was before;
// what was changed since then stays.
type Unmerged struct {
	Other string              `reach:"internet office"`
	Is    journal.Field[Data] `reach:"internet office" sealed:"yes"` // data given back
}

// Separated: the record that went is there again, as it was.
type Separated struct {
	From string          `reach:"all"` // person whose record had taken it in
	At   journal.Version `reach:"all"` // of that record, once it had let go; 0 where that wasn't told
}

// LookedAt: somebody had a masked number shown in full (谁看过我的资料). It
// happens to the subject Looks, so that each zone keeps its own record.
type LookedAt struct {
	Person string `reach:"home"`
	Field  string `reach:"home"`
	Why    string `reach:"home"`
}

// LookTold: on a day somebody of a role had a datum shown in the office network. Whoever
// it is about reads it; who of the office it was isn't told. It happens to the subject
// OfficeLooks.
type LookTold struct {
	Role  string        `reach:"internet office"`
	Field string        `reach:"internet office"`
	Day   calendar.Date `reach:"internet office"`
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
