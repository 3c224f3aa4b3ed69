package approval

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Kinds is what can have happened to an approval, to the series that numbers
// come from, to the office's document log and to its authority.
var Kinds = []journal.Kind{
	journal.Declare[Received](both("approval.received")),
	journal.Declare[Accepted](both("approval.accepted")),
	journal.Declare[SentBack](both("approval.sent_back")),
	journal.Declare[CorrectionTaken](both("approval.correction_taken")),
	journal.Declare[Reviewed](both("approval.reviewed")),
	journal.Declare[TakenBack](both("approval.taken_back")),
	journal.Declare[LeaderApproved](both("approval.leader_approved")),
	journal.Declare[HandedBackInside](both("approval.handed_back_inside")),
	journal.Declare[Decided](both("approval.decided")),
	journal.Declare[DocumentPrepared](officeOnly("approval.document_prepared")),
	journal.Declare[DocumentIssued](both("approval.document_issued")),
	journal.Declare[BookletAsked](journal.Kind{Name: "approval.booklet_asked", Home: zone.Of(zone.Office), Reach: zone.Everywhere}),
	journal.Declare[Revoked](journal.Kind{Name: "approval.revoked", Home: zone.Of(zone.Office), Reach: zone.Everywhere}),
	journal.Declare[Withdrawn](journal.Kind{Name: "approval.withdrawn", Home: zone.Of(zone.Office), Reach: zone.Everywhere}),
	journal.Declare[Closed](both("approval.closed")),
	journal.Declare[AmendmentReceived](both("approval.amendment_received")),
	journal.Declare[Filed](both("approval.filed")),
	journal.Declare[Amended](both("approval.amended")),
	journal.Declare[DocumentSuperseded](journal.Kind{Name: "approval.document_superseded", Home: zone.Of(zone.Office), Reach: zone.Everywhere}),
	journal.Declare[BookletsStopped](journal.Kind{Name: "approval.booklets_stopped", Home: zone.Of(zone.Office), Reach: zone.Everywhere}),
	journal.Declare[BookletsChanged](journal.Kind{Name: "approval.booklets_changed", Home: zone.Of(zone.Office), Reach: zone.Everywhere}),
	journal.Declare[Cancelled](both("approval.cancelled")),
	journal.Declare[OpinionSought](both("approval.opinion_sought")),
	journal.Declare[OpinionReplied](both("approval.opinion_replied")),
	journal.Declare[ConfirmationTaken](both("approval.confirmation_taken")),
	journal.Declare[RequestTaken](both("approval.request_taken")),
	journal.Declare[NoticeTaken](both("approval.notice_taken")),

	journal.Declare[DefectListed](officeOnly("worksheet.defect_listed")),
	journal.Declare[DefectTakenOff](officeOnly("worksheet.defect_taken_off")),
	journal.Declare[ExplanationHolds](officeOnly("worksheet.explanation_holds")),
	journal.Declare[ExplanationFails](officeOnly("worksheet.explanation_fails")),
	journal.Declare[Examined](officeOnly("worksheet.examined")),

	journal.Declare[WaiverGranted](both("waiving.granted")),
	journal.Declare[WaiverRefused](both("waiving.refused")),

	journal.Declare[NumberTaken](officeOnly("series.taken")),
	journal.Declare[LogAppended](both("documentlog.appended")),
	journal.Declare[AuthorityPublished](journal.Kind{Name: "authority.published", Home: zone.Of(zone.Office), Reach: zone.Everywhere}),
}

func both(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Office), Reach: zone.Of(zone.Internet, zone.Office)}
}

func officeOnly(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Office), Reach: zone.Of(zone.Office)}
}

// Traveller is a member as far as the approval's rules need to know.
type Traveller = filing.Traveller

// Defect is one thing to mend, tied to its field in the case file.
type Defect = filing.Defect

// Facts is what lists show of an application.
type Facts struct {
	Title     string           `json:"title"`
	Kind      dossier.CaseKind `json:"kind,omitempty"`
	Urgent    bool             `json:"urgent,omitempty"`
	Depart    calendar.Date    `json:"depart,omitzero"`
	Return    calendar.Date    `json:"return,omitzero"`
	Countries []string         `json:"countries,omitempty"` // ISO alpha-3
	Questions int              `json:"questions,omitempty"` // warnings that the unit has explained and somebody judges
}

// Names is what lists show and the Internet needn't be told again.
type Names struct {
	Unit string `json:"unit"`
	Head string `json:"head"`
}

// Received: the application has come in and waits for intake (收件).
type Received struct {
	Unit    string               `reach:"internet office"` // organising unit
	Facts   Facts                `reach:"internet office"`
	Members []Traveller          `reach:"internet office"`
	Due     calendar.Date        `reach:"internet office"` // by when intake answers
	Names   journal.Field[Names] `reach:"office" sealed:"yes"`
}

// Accepted: it has a number and the clock runs (受理).
type Accepted struct {
	Number string                   `reach:"internet office"` // as the office spells it: YJ-2026-000117-G
	Path   string                   `reach:"internet office"` // id of the review path
	Steps  []Step                   `reach:"internet office"` // as the pack said on that day
	Due    calendar.Date            `reach:"internet office"` // of the first step
	Final  calendar.Date            `reach:"internet office"` // of the decision
	Looked journal.Field[[]Finding] `reach:"office"`          // findings that the desk has seen, judged none of, and passed on with
}

// Step is one station of a review path.
type Step struct {
	Role     string            `json:"role"` // access.Role that takes it
	Zh       string            `json:"zh"`
	En       string            `json:"en"`
	Workdays calendar.Workdays `json:"workdays"`           // its clock
	FourEyes bool              `json:"fourEyes,omitempty"` // not by an account that took an earlier step
	Decides  bool              `json:"decides,omitempty"`  // the last one: decides for each member
}

// SentBack: the one-time notice (一次性告知) with everything that is to be mended.
type SentBack struct {
	Defects []Defect      `reach:"internet office"`
	Second  bool          `reach:"internet office"` // not the first: needed a chief's reason
	Reason  string        `reach:"internet office"` // of a second one
	Until   calendar.Date `reach:"internet office"` // by when it should come back
}

// CorrectionTaken: what was sent back has come in again.
type CorrectionTaken struct {
	Changed []string             `reach:"internet office"` // fields that differ from before
	Members []Traveller          `reach:"internet office"` // as they now are
	Facts   Facts                `reach:"internet office"`
	Due     calendar.Date        `reach:"internet office"`
	Names   journal.Field[Names] `reach:"office" sealed:"yes"`
}

// Opinion is what a step thinks of one member.
type Opinion struct {
	Person  string `json:"person"`
	Approve bool   `json:"approve"`
	Words   string `json:"words,omitempty"`
}

// Reviewed: one step of the path is taken (审核). What it thinks stays in the office.
type Reviewed struct {
	Step     int                      `reach:"internet office"` // index in the path
	Role     string                   `reach:"internet office"`
	Next     int                      `reach:"internet office"`
	Due      calendar.Date            `reach:"internet office"` // of the next step
	Opinions journal.Field[[]Opinion] `reach:"office"`
	Note     journal.Field[string]    `reach:"office"`
	Looked   journal.Field[[]Finding] `reach:"office"` // findings that the desk has seen, judged none of, and passed on with
}

// TakenBack: whoever took the last step has taken it back before the next desk
// acted (撤回上报).
type TakenBack struct {
	Step int           `reach:"internet office"` // index in the path
	Role string        `reach:"internet office"`
	Due  calendar.Date `reach:"internet office"` // of the step, as it was
}

// HandedBackInside: a later step wants an earlier one to look again.
type HandedBackInside struct {
	From   int                   `reach:"internet office"`
	To     int                   `reach:"internet office"`
	Due    calendar.Date         `reach:"internet office"`
	Reason journal.Field[string] `reach:"office"`
}

// OpinionSought: another authority is asked whether its people may go (征求意见).
type OpinionSought struct {
	Authority string        `reach:"internet office"`
	Persons   []string      `reach:"internet office"`
	Until     calendar.Date `reach:"internet office"` // by when a reply is asked; until then the clocks stand still
	Due       calendar.Date `reach:"internet office"` // of the step, if the reply takes as long
	Final     calendar.Date `reach:"internet office"` // of the decision, likewise
}

// OpinionReplied: it has answered (复函).
type OpinionReplied struct {
	Authority string        `reach:"internet office"`
	Answer    OpinionAnswer `reach:"internet office"`
	Number    string        `reach:"internet office"`
	On        calendar.Date `reach:"internet office"`
	Words     string        `reach:"internet office"` // conditions, or why it refuses
	Paper     string        `reach:"internet office"` // material id of the letter
	Open      int           `reach:"internet office"` // inquiries that still wait
	Due       calendar.Date `reach:"internet office"`
	Final     calendar.Date `reach:"internet office"`
}

// ConfirmationTaken: it has confirmed the mission of its people (任务确认件).
type ConfirmationTaken struct {
	Authority string        `reach:"internet office"`
	Number    string        `reach:"internet office"`
	On        calendar.Date `reach:"internet office"`
	Paper     string        `reach:"internet office"`
}

// RequestTaken: the authority of a delegation that our people join has asked
// for this office's opinion (征求意见函, 来函).
type RequestTaken struct {
	Authority string        `reach:"internet office"`
	Number    string        `reach:"internet office"`
	On        calendar.Date `reach:"internet office"`
	Paper     string        `reach:"internet office"`
}

// NoticeTaken: it has approved, and sent its mission notice (任务通知书).
type NoticeTaken struct {
	Authority  string        `reach:"internet office"`
	Number     string        `reach:"internet office"`
	On         calendar.Date `reach:"internet office"`
	ValidUntil calendar.Date `reach:"internet office"` // zero where it names no day
	Paper      string        `reach:"internet office"`
}

// Verdict is the decision on one member.
type Verdict struct {
	Person   string `json:"person"`
	Approved bool   `json:"approved"`
	Reason   string `json:"reason,omitempty"` // of a refusal
}

// Decided: the mission is decided, member by member (审批决定).
type Decided struct {
	Members    []Verdict                `reach:"internet office"`
	Approved   int                      `reach:"internet office"` // how many
	Conditions []string                 `reach:"internet office"` // sentences for the approval document
	ValidUntil calendar.Date            `reach:"internet office"` // of the document to come; zero when none is approved
	RuleSet    string                   `reach:"internet office"` // version of the rules that the case was judged by
	Looked     journal.Field[[]Finding] `reach:"office"`          // findings that the desk has seen, judged none of, and decided with
}

// DocumentPrepared fixes all that a document needs beside the case, so that
// laying it out again after a crash gives the same bytes.
type DocumentPrepared struct {
	Edition    int           `reach:"office"` // 1, 2, … of this case
	Number     string        `reach:"office"`
	Code       string        `reach:"office"` // verification code
	On         calendar.Date `reach:"office"`
	ValidUntil calendar.Date `reach:"office"`
	At         time.Time     `reach:"office"` // whole seconds, UTC
	Replaces   string        `reach:"office"` // number of the one in force before; ""
	Reason     string        `reach:"office"` // why it is replaced
	Under      string        `reach:"office"` // of a declared trip: number of the approval for a term; ""
}

// DocumentIssued: the approval document (任务批件) is signed and given out.
type DocumentIssued struct {
	Number     string        `reach:"internet office"`
	On         calendar.Date `reach:"internet office"`
	ValidUntil calendar.Date `reach:"internet office"`
	Digest     string        `reach:"internet office"` // document.Digest, hex
	Code       string        `reach:"internet office"`
	File       string        `reach:"internet office"` // material id of the PDF
	Replaces   string        `reach:"internet office"` // number of the superseded one; ""
}

// DocumentSuperseded: booklets were ordered under a document that another edition
// has replaced. It stands right behind the edition, and is all that the passport
// zone hears of it.
type DocumentSuperseded struct {
	Number   string        `reach:"all"` // in force now
	Replaces string        `reach:"all"`
	On       calendar.Date `reach:"all"`
}

// Identity is what a booklet is made from. It reaches the passport zone and
// nobody else but the office.
type Identity struct {
	FamilyName      string        `json:"familyName"`
	GivenName       string        `json:"givenName"`
	LatinSurname    string        `json:"latinSurname"`
	LatinGivenNames string        `json:"latinGivenNames"`
	Sex             string        `json:"sex"`
	DateOfBirth     calendar.Date `json:"dateOfBirth"`
	IDNumber        string        `json:"idNumber"`
	Unit            string        `json:"unit"` // in words
	Department      string        `json:"department,omitempty"`
	Post            string        `json:"post"`
	Rank            string        `json:"rank,omitempty"`       // dossier.Rank
	BirthPlace      string        `json:"birthPlace,omitempty"` // in words, as far as the person's file has it
}

// IdentityOf is a member as their booklet is made by.
func IdentityOf(c dossier.Case, i int) Identity {
	m := c.Members[i]
	return Identity{FamilyName: m.FamilyName, GivenName: m.GivenName, LatinSurname: m.LatinSurname, LatinGivenNames: m.LatinGivenNames,
		Sex: string(m.Sex), DateOfBirth: m.DateOfBirth, IDNumber: m.IDNumber, Unit: c.From(i), Department: m.Department, Post: m.Post, Rank: string(m.Rank)}
}

// Prints tells whether a booklet of the one would be a booklet of the other: the
// same names, sex and birthday stand on its data page.
func (i Identity) Prints(o Identity) bool {
	return i.FamilyName == o.FamilyName && i.GivenName == o.GivenName && i.LatinSurname == o.LatinSurname && i.LatinGivenNames == o.LatinGivenNames &&
		i.Sex == o.Sex && i.DateOfBirth == o.DateOfBirth
}

// BookletAsked: the passport zone is asked for a booklet for one approved member,
// or it is said that the one which is being made for another case serves this one.
type BookletAsked struct {
	Person   string                  `reach:"all"`
	Type     string                  `reach:"all"` // dossier.PassportType
	Why      string                  `reach:"all"` // requirement.BookletAction: new, renew, changeType
	Replaces string                  `reach:"all"` // last three characters of the old number; ""
	Regions  []Region                `reach:"all"` // for which a permit is to be endorsed (签注)
	Nth      int                     `reach:"all"` // which wish of this person's for a booklet of this kind it is; 0 and 1 for the first
	Permit   string                  `reach:"all"` // booklet that is only endorsed: nothing is made; ""
	Tail     string                  `reach:"all"` // last three characters of that one's number
	Approval string                  `reach:"all"` // number of the approval document
	Depart   calendar.Date           `reach:"all"`
	From     string                  `reach:"all"` // passport order of another case whose booklet goes on this trip too: nothing is made for this one; "" for an order of its own
	FromDue  calendar.Date           `reach:"all"` // day on which that one should be with the office; zero as long as its holder must come first
	Identity journal.Field[Identity] `reach:"office passport" sealed:"yes"`
	Known    journal.Field[Known]    `reach:"office passport"` // by which the passport desk judges the order
}

// Region is what the endorsement of a permit has to allow for one region.
type Region struct {
	Code  string        `json:"code"`  // HKG, MAC
	Times int           `json:"times"` // how often it is entered
	Until calendar.Date `json:"until"` // last day there
}

// EndorseOnly is why an order makes nothing: the permit at hand is endorsed.
const EndorseOnly = "endorse"

// Key tells a person's wishes in one case apart: a trip through Hong Kong to
// elsewhere needs a passport and a permit. Of either there may be more than one:
// a booklet is lost before the trip, or a journey that was changed wants more
// endorsements than the permit has.
func (b BookletAsked) Key() string {
	permit := dossier.PassportType(b.Type) == dossier.HKMacauPermit
	switch {
	case permit && b.Nth > 1:
		return b.Person + ofPermit + "." + strconv.Itoa(b.Nth)
	case permit:
		return b.Person + ofPermit
	case b.Nth > 1:
		return b.Person + ofPassport + "." + strconv.Itoa(b.Nth)
	}
	return b.Person
}

// Again tells whether it takes the place of a booklet that was made for the same
// case and is gone.
func (b BookletAsked) Again() bool { return b.Nth > 1 && b.Why != EndorseOnly }

const (
	ofPermit   = ".permit"
	ofPassport = ".passport" // the first one's key is its person alone
)

// PersonOf is whose wish a key tells apart.
func PersonOf(key string) string {
	person, _, _ := strings.Cut(key, ".")
	return person
}

// PermitKeys are the keys of somebody's wishes for a permit and its endorsements
// among all, the first one first.
func PermitKeys(asked []string, person string) []string {
	return slices.DeleteFunc(slices.Clone(asked), func(key string) bool { return key != person+ofPermit && !strings.HasPrefix(key, person+ofPermit+".") })
}

// Over is what endorsements have to allow by two wishes, of which the later one
// tells of a region again what it tells.
func Over(was, is []Region) []Region {
	out := slices.Clone(was)
	for _, r := range is {
		if i := slices.IndexFunc(out, func(x Region) bool { return x.Code == r.Code }); i >= 0 {
			out[i] = r
		} else {
			out = append(out, r)
		}
	}
	return out
}

// Known is what the office knows of a person's booklets when it asks for one:
// the passport network has no case and no custody.
type Known struct {
	Entitled string        `json:"entitled"`           // dossier.PassportType that rank and unit call for
	Return   calendar.Date `json:"return"`             // of the trip
	Kept     []Kept        `json:"kept,omitempty"`     // of the same type, neither lost nor void
	LostOn   calendar.Date `json:"lostOn,omitzero"`    // when one of this type was last reported lost
	PriorOut bool          `json:"priorOut,omitempty"` // the one that is replaced isn't in the store
}

// Kept is one booklet that the office keeps.
type Kept struct {
	Tail       string        `json:"tail"`
	Expires    calendar.Date `json:"expires"`
	BlankPages int           `json:"blankPages"`
}

// Revoked: the office has withdrawn its approval (撤销).
type Revoked struct {
	Number string `reach:"all"` // of the document that no longer holds
	Reason string `reach:"all"`
}

// Withdrawn: the unit has withdrawn its application before the decision (撤回).
type Withdrawn struct {
	Reason string `reach:"all"`
}

// Closed: everything is done and the case is in the archive (归档).
type Closed struct {
	Outcome string `reach:"internet office"` // approved, refused, revoked, cancelled, withdrawn
}

// NumberTaken: a series has given out its next number. The number is the
// subject's version, so a series has no gaps and no doubles.
type NumberTaken struct {
	Number int    `reach:"office"`
	For    string `reach:"office"` // filing, or filing and edition
}

// LogAppended: one line more in the office's append-only document log.
type LogAppended struct {
	Index      int64    `reach:"internet office"`
	Number     string   `reach:"internet office"`
	Digest     string   `reach:"internet office"`
	Status     string   `reach:"internet office"` // document.Status
	By         string   `reach:"internet office"` // what took its place
	At         int64    `reach:"internet office"` // seconds since 1970, UTC
	Position   int64    `reach:"internet office"` // stored index of the first hash
	Hashes     []string `reach:"internet office"` // base64
	Checkpoint string   `reach:"internet office"` // signed head of the log with it
}

// AuthorityPublished tells the other zones whom to believe about documents.
type AuthorityPublished struct {
	Office      string `reach:"all"`
	Certificate string `reach:"all"` // PEM of the authority
	LogKey      string `reach:"all"` // public half
}

// DefectListed: a reviewer has put a defect on the notice to be.
type DefectListed struct {
	Round  int    `reach:"office"`
	Defect Defect `reach:"office"`
}

// DefectTakenOff: and has taken it off again.
type DefectTakenOff struct {
	Round  int    `reach:"office"`
	Defect Defect `reach:"office"`
}

// ExplanationHolds: a warning passes, because the unit's explanation holds.
type ExplanationHolds struct {
	Round     int    `reach:"office"`
	Rule      string `reach:"office"`
	Field     string `reach:"office"`
	TakenBack bool   `reach:"office"` // it was said by mistake: the warning is open again
}

// ExplanationFails: the unit's explanation of a warning doesn't hold (说明不成立). The
// application went back already: it is a word for the desks after this one.
type ExplanationFails struct {
	Round     int    `reach:"office"`
	Rule      string `reach:"office"`
	Field     string `reach:"office"`
	TakenBack bool   `reach:"office"`
}

// Examined: so many findings of the case nobody has judged.
type Examined struct {
	Round int `reach:"office"`
	Open  int `reach:"office"`
}
