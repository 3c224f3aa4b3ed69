package filing

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// AmendmentKind is what a unit wants changed of a mission that was approved
// (变更): the kinds that units and offices tell apart, because each has its own
// path and its own fields.
type AmendmentKind string

const (
	AmendWriting  AmendmentKind = "writing"  // a name, a post, a number was written wrongly (勘误)
	AmendDrop     AmendmentKind = "drop"     // somebody stays at home (减员)
	AmendMembers  AmendmentKind = "members"  // somebody else goes, or one more (换员、增员)
	AmendShift    AmendmentKind = "shift"    // other days, as many, the same places (改期)
	AmendDays     AmendmentKind = "days"     // more or fewer days (增减天数)
	AmendPlaces   AmendmentKind = "places"   // another country, city or route (变更国家、城市、路线)
	AmendDelayed  AmendmentKind = "delayed"  // held up abroad, told at once, ratified afterwards (境外延期)
	AmendDeviated AmendmentKind = "deviated" // it turned out differently, told after coming home (偏差说明)
	AmendCancel   AmendmentKind = "cancel"   // the mission doesn't take place (取消任务)
)

// AmendmentKinds lists them in the order in which pages offer them.
func AmendmentKinds() []AmendmentKind {
	return []AmendmentKind{AmendWriting, AmendDrop, AmendMembers, AmendShift, AmendDays, AmendPlaces, AmendCancel, AmendDelayed, AmendDeviated}
}

// Travelling is how far the journey has come when an amendment is asked for.
type Travelling string

const (
	NotYet Travelling = "notYet"
	Abroad Travelling = "abroad"
	IsHome Travelling = "home"
)

// When is the only time at which a kind has its place: abroad nothing but the
// delay itself can still be changed, and what turned out differently is told
// once people are back (rule AMD-005).
func (k AmendmentKind) When() Travelling {
	switch k {
	case AmendDelayed:
		return Abroad
	case AmendDeviated:
		return IsHome
	}
	return NotYet
}

// AnotherJourney tells whether people go at another time or elsewhere: who has
// confirmed the one that was approved is asked anew.
func (k AmendmentKind) AnotherJourney() bool {
	return k == AmendShift || k == AmendDays || k == AmendPlaces
}

// Known tells whether it is one of the kinds.
func (k AmendmentKind) Known() bool { return slices.Contains(AmendmentKinds(), k) }

// dates are the fields that move when the days do.
var dates = []string{"case.depart", "case.return", "case.daysAbroad", "case.leavesChina", "case.connectionNote", "legs.arrive", "legs.leave", "legs.carrier", "legs.number", "legs.zone", "itinerary",
	"invitations.from", "invitations.to", "invitations.issued", "budget"}

// planned are the fields that say what a mission is of its unit's plan: days of
// another year are another plan's.
var planned = []string{"case.inAnnualPlan", "case.planLine", "case.offPlanReason"}

// open lists the fields that may differ from what was approved. Papers may
// always be added: they are the evidence.
func (k AmendmentKind) open() []string {
	switch k {
	case AmendWriting:
		return []string{"case.title", "members.familyName", "members.givenName", "members.latinSurname", "members.latinGivenNames", "members.sex", "members.dateOfBirth",
			"members.idNumber", "members.idExpires", "members.department", "members.post", "members.rank", "members.mobile", "members.email", "invitations.invitees"}
	case AmendDrop:
		return []string{"members", "budget", "invitations.invitees"}
	case AmendMembers:
		return []string{"members", "budget", "invitations", "notice", "itinerary"}
	case AmendDelayed, AmendDeviated:
		return dates
	case AmendShift:
		return slices.Concat(planned, dates)
	case AmendDays:
		return slices.Concat([]string{"notice", "case.necessity", "case.expectedResults", "invitations"}, planned, dates)
	case AmendPlaces:
		return slices.Concat([]string{"notice", "case.title", "case.purpose", "case.necessity", "case.expectedResults", "legs", "invitations"}, planned, dates)
	}
	return nil
}

// Opens tells whether a field may differ from what was approved.
func (k AmendmentKind) Opens(path string) bool {
	g := dossier.Generic(path)
	if dossier.Within(g, "materials") {
		return true
	}
	return slices.ContainsFunc(k.open(), func(f string) bool { return dossier.Within(g, f) })
}

// TakesPeople tells whether somebody may come in, LosesPeople whether somebody
// may be left out.
func (k AmendmentKind) TakesPeople() bool { return k == AmendMembers }
func (k AmendmentKind) LosesPeople() bool { return k == AmendMembers || k == AmendDrop }

// Path is the way that an amendment takes through the office.
type Path string

const (
	LightPath Path = "light" // the office files it (备案)
	FullPath  Path = "full"  // reviewed and decided like an application (重新报批)
)

// PathOf is the way of an amendment: filing for what makes no new decision,
// the whole review for the rest. Going later for as many days within the term of
// the approval is filed; earlier, longer or past the term is decided anew
// (北大港澳台办问答). Until is the last day on which the approval holds.
func PathOf(k AmendmentKind, was, is dossier.Trip, until calendar.Date) Path {
	switch k {
	case AmendWriting, AmendDrop, AmendCancel, AmendDeviated:
		return LightPath
	case AmendShift:
		if is.Days() == was.Days() && is.Depart.After(was.Depart) && !is.Return.After(until) {
			return LightPath
		}
	}
	return FullPath
}

// Amending is what a draft holds that starts from an approved mission.
type Amending struct {
	Of     string        `json:"of"` // the approved case
	Kind   AmendmentKind `json:"kind"`
	Reason string        `json:"reason,omitempty"`
	Was    dossier.Case  `json:"was"` // as approved: those who may travel alone
	People []string      `json:"people"`
	Number string        `json:"number"` // of the document in force
	Until  calendar.Date `json:"until"`  // its last day
	Nth    int           `json:"nth"`    // which amendment of this case it is
	// Shifted is by how many days the whole journey was moved at one go.
	Shifted int `json:"shifted,omitempty"`
}

// AmendmentPresented: the draft that lies with the signatory changes an
// approved mission.
type AmendmentPresented struct {
	Of     string        `reach:"home"`
	Kind   AmendmentKind `reach:"home"`
	Reason string        `reach:"home"`
	Nth    int           `reach:"home"`
}

// AmendmentRequested: the unit asks for a change of an approved mission (申请变更).
// What it wants is the application that stands right behind it.
type AmendmentRequested struct {
	Of      string        `reach:"internet office"` // the approved case
	Kind    AmendmentKind `reach:"internet office"`
	Path    Path          `reach:"internet office"` // that it takes by rule
	Reason  string        `reach:"internet office"`
	Number  string        `reach:"internet office"` // of the approval that is to be changed
	Nth     int           `reach:"internet office"`
	Differs []string      `reach:"internet office"` // keys of what differs from the approval
}

// Amended: the approved mission is another one now. It stands on the case
// itself, and follows from the office's word.
type Amended struct {
	Amendment string                      `reach:"internet office"`
	Kind      AmendmentKind               `reach:"internet office"`
	Title     string                      `reach:"internet office"`
	Depart    calendar.Date               `reach:"internet office"`
	Return    calendar.Date               `reach:"internet office"`
	Countries []string                    `reach:"internet office"`
	Members   []Traveller                 `reach:"internet office"`
	AmountFen int64                       `reach:"internet office"`
	Dossier   journal.Field[dossier.Case] `reach:"internet office" sealed:"yes"`
}

// AmendmentID names the n-th amendment of a case: it is part of the case, whose
// timeline and ledger are told together (ledger.Case).
func AmendmentID(of string, nth int) string { return of + "~" + strconv.Itoa(nth) }

// AmendmentOf tells of which case an id names an amendment; false for a case.
func AmendmentOf(id string) (string, bool) {
	of, _, is := strings.Cut(id, "~")
	return of, is
}

// Amends is what a filing changes, when it is an amendment.
type Amends struct {
	Of     string
	Kind   AmendmentKind
	Path   Path // known once it was submitted
	Reason string
	Number string
	Nth    int
}

// check refuses what can't be asked for, all of it in one go.
func (a Amending) check(app Application) []fault.Finding {
	var wrong []fault.Finding
	if strings.TrimSpace(a.Reason) == "" {
		wrong = append(wrong, fault.Finding{Field: "amendment.reason", Key: "filing.amend.no_reason"})
	}
	diff := Compare(a.Was, a.People, app.Case, app.Persons)
	for _, d := range a.Forbidden(app.Case, app.Persons) {
		wrong = append(wrong, fault.Finding{Field: d.Path, Key: "filing.amend.not_open"})
	}
	if a.Kind != AmendCancel && !slices.ContainsFunc(diff, func(d Differing) bool { return !dossier.Within(d.Path, "materials") }) {
		wrong = append(wrong, fault.Finding{Field: "amendment", Key: "filing.amend.nothing"})
	}
	if a.Kind == AmendDrop && !a.Drops(app.Persons) {
		wrong = append(wrong, fault.Finding{Field: "members", Key: "filing.amend.who_stays"})
	}
	for _, p := range app.Persons {
		if !slices.Contains(a.People, p) && !a.Kind.TakesPeople() {
			wrong = append(wrong, fault.Finding{Field: "members", Key: "filing.amend.no_newcomers"})
		}
	}
	for _, p := range a.People {
		if !slices.Contains(app.Persons, p) && !a.Kind.LosesPeople() {
			wrong = append(wrong, fault.Finding{Field: "members", Key: "filing.amend.nobody_leaves"})
		}
	}
	if proof := a.Kind.Proof(); proof != "" && !app.Case.Holds(proof) {
		wrong = append(wrong, fault.Finding{Field: "materials", Key: "filing.amend.no_proof"})
	}
	if a.newcomers(app) && !a.announced(app.Case.Notice) {
		wrong = append(wrong, fault.Finding{Field: "notice.from", Rule: "DOC-001", Key: "filing.amend.no_addendum"})
	}
	was, is := a.Was.Trip, app.Case.Trip
	if a.Kind == AmendShift && is.Days() != was.Days() {
		wrong = append(wrong, fault.Finding{Field: "case.return", Key: "filing.amend.other_length", Args: map[string]any{"Days": was.Days()}})
	}
	if (a.Kind == AmendDelayed || a.Kind == AmendDeviated) && is.Depart.After(was.Depart) {
		wrong = append(wrong, fault.Finding{Field: "case.depart", Key: "filing.amend.departed"})
	}
	return wrong
}

// Forbidden is what differs from the approved mission though an amendment of this kind
// may not touch it.
func (a Amending) Forbidden(is dossier.Case, persons []string) []Differing {
	return slices.DeleteFunc(Compare(a.Was, a.People, is, persons), func(d Differing) bool { return a.Kind.Opens(d.Path) || a.Kind.dropped(d) })
}

// Drops tells whether somebody who was approved isn't among these any more.
func (a Amending) Drops(persons []string) bool {
	return slices.ContainsFunc(a.People, func(p string) bool { return !slices.Contains(persons, p) })
}

func (a Amending) newcomers(app Application) bool {
	return slices.ContainsFunc(app.Persons, func(p string) bool { return !slices.Contains(a.People, p) })
}

// alike is one of those who were approved with this rank, or else the last of them.
func (a Amending) alike(rank dossier.Rank) string {
	who := ""
	for i, p := range a.People {
		if who = p; i < len(a.Was.Members) && a.Was.Members[i].Rank == rank {
			break
		}
	}
	return who
}

// announced tells whether there was a notice of its own for who comes in
// (补充公示): one that ended after that of the approved mission.
func (a Amending) announced(n *dossier.Notice) bool {
	return n != nil && (a.Was.Notice == nil || n.To.After(a.Was.Notice.To) && n.From.After(a.Was.Notice.From))
}

// dropped tells whether a difference is somebody being left out, which has its
// own sentence.
func (k AmendmentKind) dropped(d Differing) bool {
	return k.LosesPeople() && d.Person != "" && d.Is == ""
}

// Proof is the paper without which an amendment isn't asked for: a delay or a
// deviation is shown by a ticket or a statement (M50).
func (k AmendmentKind) Proof() dossier.MaterialKind {
	switch k {
	case AmendDelayed, AmendDeviated:
		return "M50"
	}
	return ""
}

// Letter is the unit's own letter, which may come along (M48, M49).
func (k AmendmentKind) Letter() dossier.MaterialKind {
	if k == AmendCancel {
		return "M49"
	}
	return "M48"
}

func (a Amending) requested(app Application) AmendmentRequested {
	var keys []string
	for _, d := range Compare(a.Was, a.People, app.Case, app.Persons) {
		keys = append(keys, d.Key)
	}
	return AmendmentRequested{Of: a.Of, Kind: a.Kind, Path: PathOf(a.Kind, a.Was.Trip, app.Case.Trip, a.Until), Reason: strings.TrimSpace(a.Reason),
		Number: a.Number, Nth: a.Nth, Differs: keys}
}

// TakeAmendment takes note on the case itself that the office has let it be
// changed. It follows from the office's word and may come twice.
type TakeAmendment struct{ Amended }

// Decide changes what was approved, and nothing that has ended.
func (cmd TakeAmendment) Decide(f Filing, _ journal.Moment) ([]journal.Event, error) {
	if f.Stage != IsConcluded || f.Outcome != Approved {
		return nil, fault.NotNow("filing.amend.not_now", f.Stage)
	}
	if f.Amendment == cmd.Amendment {
		return nil, nil
	}
	if len(cmd.Members) == 0 {
		return nil, fmt.Errorf("the amendment %s leaves nobody", cmd.Amendment)
	}
	return journal.Happened(cmd.Amended), nil
}
