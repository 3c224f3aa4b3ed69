package custody

import (
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/passport"
	"yitang/internal/visit"
	"yitang/internal/zone"
)

// Kinds is what can have happened to booklets. The subject is their holder:
// it is of the holder that the rule speaks that nobody has two of them.
var Kinds = []journal.Kind{
	journal.Declare[Registered](kind("custody.registered")),
	journal.Declare[Announced](kind("custody.announced")),
	journal.Declare[Received](kind("custody.received")),
	journal.Declare[Replaced](kind("custody.replaced")),
	journal.Declare[SentToMission](kind("custody.sent_to_mission")),
	journal.Declare[BackFromMission](kind("custody.back_from_mission")),
	journal.Declare[Lent](kind("custody.lent")),
	journal.Declare[LoanTakenBack](kind("custody.loan_taken_back")),
	journal.Declare[Recalled](kind("custody.recalled")),
	journal.Declare[Redated](kind("custody.redated")),
	journal.Declare[HandedIn](kind("custody.handed_in")),
	journal.Declare[HandInTakenBack](kind("custody.hand_in_taken_back")),
	journal.Declare[ReportedLost](everywhere("custody.lost")),
	journal.Declare[TurnedUp](everywhere("custody.found")),
	journal.Declare[Voided](everywhere("custody.voided")),
	journal.Declare[Completed](kind("custody.completed")),
}

func kind(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Office), Reach: zone.Of(zone.Internet, zone.Office)}
}

// everywhere is for what the passport zone, which makes the next one, has to know of
// a booklet that is lost.
func everywhere(name string) journal.Kind {
	k := kind(name)
	k.Reach = zone.Everywhere
	return k
}

// By is the way in which a booklet changes hands.
type By string

const (
	Courier By = "courier" // 邮寄: no visit
	Locker  By = "locker"  // 智能柜: no visit
	Window  By = "window"  // 窗口
)

// Ways lists them, with the planner's way for each: what isn't in it is offered
// nowhere, and no plan means it.
func Ways() []WayOf {
	return []WayOf{{Courier, visit.Courier}, {Locker, visit.Locker}, {Window, visit.ByOther}}
}

// WayOf is a way of handing over, and what the plan of a visit calls it.
type WayOf struct {
	By   By
	Plan visit.Way
}

// Known tells whether it is one of them.
func (b By) Known() bool {
	return slices.ContainsFunc(Ways(), func(w WayOf) bool { return w.By == b })
}

// Planned is the way of handing over that a plan's way means; "" for one by which
// no booklet changes hands, as with a kit that comes to the unit.
func Planned(way visit.Way) By {
	for _, w := range Ways() {
		if w.Plan == way {
			return w.By
		}
	}
	return ""
}

// Registered: an older booklet, which its holder has handed over, is in the
// office's keeping (入库).
type Registered struct {
	Booklet      string                `reach:"internet office"`
	Person       string                `reach:"internet office"`
	Unit         string                `reach:"internet office"` // the holder's unit; "" where it isn't known
	Type         string                `reach:"internet office"` // dossier.PassportType
	Tail         string                `reach:"internet office"` // last three characters of the number
	Issued       calendar.Date         `reach:"internet office"`
	Expires      calendar.Date         `reach:"internet office"`
	BlankPages   int                   `reach:"internet office"`
	CaptureUntil calendar.Date         `reach:"internet office"` // until when the capture serves another booklet
	Order        string                `reach:"internet office"` // passport order, of one that came before receipts were kept
	Filing       string                `reach:"internet office"` // the case of that order
	LatinName    string                `reach:"internet office"` // as printed in it
	Number       journal.Field[string] `reach:"office" sealed:"yes"`
	Unsigned     bool                  `reach:"internet office"` // the bearer's line was blank
	Endorsements []string              `reach:"internet office"` // of a permit: HKG, MAC
}

// Announced: the passport zone has handed a new booklet over; it is on its way
// to the keeper (待入库).
type Announced struct {
	Booklet      string                `reach:"internet office"` // the passport order's id
	Person       string                `reach:"internet office"`
	Unit         string                `reach:"internet office"`
	Filing       string                `reach:"internet office"` // that it was made for
	Type         string                `reach:"internet office"`
	Tail         string                `reach:"internet office"`
	Issued       calendar.Date         `reach:"internet office"`
	Expires      calendar.Date         `reach:"internet office"`
	BlankPages   int                   `reach:"internet office"`
	CaptureUntil calendar.Date         `reach:"internet office"`
	LatinName    string                `reach:"internet office"`
	Replaces     string                `reach:"internet office"` // tail of the booklet that it is made to replace; ""
	Stamps       []passport.Stamp      `reach:"internet office"` // endorsements of a permit
	Number       journal.Field[string] `reach:"office" sealed:"yes"`
}

// Received: the keeper has the new booklet in hand (入库).
type Received struct {
	Booklet string `reach:"internet office"`
	Person  string `reach:"internet office"`
	Filing  string `reach:"internet office"`
}

// Replaced: a newer booklet has come into the store in its place (已换发). It
// serves no trip any more but one whose visa is in it already.
type Replaced struct {
	Booklet string `reach:"internet office"`
	Person  string `reach:"internet office"`
	Filing  string `reach:"internet office"` // for which the newer one was made
	By      string `reach:"internet office"` // the newer booklet
}

// Completed: what was wanting in a booklet is there now (补签名、补签注).
type Completed struct {
	Booklet      string           `reach:"internet office"`
	Person       string           `reach:"internet office"`
	Filing       string           `reach:"internet office"`
	Signed       bool             `reach:"internet office"` // by its bearer
	Endorsements []string         `reach:"internet office"` // all that it carries now
	Stamps       []passport.Stamp `reach:"internet office"` // of these, kind and last day
}

// SentToMission: it lies with a foreign mission for a visa (送签).
type SentToMission struct {
	Booklet string `reach:"internet office"`
	Person  string `reach:"internet office"`
	Filing  string `reach:"internet office"`
	Visa    string `reach:"internet office"` // visa order
	Batch   string `reach:"internet office"`
}

// BackFromMission: it is in the store again. The visa desk, which is the store's other
// counter, takes it in by recording what the mission decided: docs/decisions/0021.
type BackFromMission struct {
	Booklet string `reach:"internet office"`
	Person  string `reach:"internet office"`
	Filing  string `reach:"internet office"`
	Visa    string `reach:"internet office"`
}

// Lent: the holder has it for one trip (出库).
type Lent struct {
	Booklet string        `reach:"internet office"`
	Person  string        `reach:"internet office"`
	Filing  string        `reach:"internet office"`
	Unit    string        `reach:"internet office"` // that answers for handing it in
	Due     calendar.Date `reach:"internet office"` // last day for handing it in
	By      By            `reach:"internet office"`
	Code    string        `reach:"internet office"` // that opens the locker, or the parcel's number; "" where none was told
}

// LoanTakenBack: it was noted as lent by mistake and has never left the store.
type LoanTakenBack struct {
	Booklet string `reach:"internet office"`
	Person  string `reach:"internet office"`
	Filing  string `reach:"internet office"`
}

// Recalled: it is wanted back earlier, because the trip won't take place or its holder
// doesn't go.
type Recalled struct {
	Booklet string        `reach:"internet office"`
	Person  string        `reach:"internet office"`
	Filing  string        `reach:"internet office"`
	Due     calendar.Date `reach:"internet office"`
	Reason  string        `reach:"internet office"` // as somebody wrote it; "" where Because tells
	Because Because       `reach:"internet office"` // it follows by rule
}

// Because is why a booklet is wanted back where no person said so: pages have the words.
type Because string

// HolderBarred: its holder may not travel on the days of the trip.
const HolderBarred Because = "barred"

// HandedIn: it is back from its holder (入库).
type HandedIn struct {
	Booklet string        `reach:"internet office"`
	Person  string        `reach:"internet office"`
	Filing  string        `reach:"internet office"`
	By      By            `reach:"internet office"`
	On      calendar.Date `reach:"internet office"`
	Late    int           `reach:"internet office"` // days after it was due
	Early   Early         `reach:"internet office"` // why before the trip's end; "" for one that came after it, and in old journals
}

// HandInTakenBack: it was noted as handed in by mistake; its holder still has it,
// as before.
type HandInTakenBack struct {
	Booklet string        `reach:"internet office"`
	Person  string        `reach:"internet office"`
	Filing  string        `reach:"internet office"`
	Unit    string        `reach:"internet office"`
	Due     calendar.Date `reach:"internet office"`
	By      By            `reach:"internet office"`
}

// ReportedLost: the holder has lost it.
type ReportedLost struct {
	Booklet string `reach:"all"`
	Person  string `reach:"all"`
	Filing  string `reach:"all"` // trip on which it was lost; ""
	Reason  string `reach:"all"`
}

// TurnedUp: one that was reported lost is in the keeper's hands, before it was voided
// (找到).
type TurnedUp struct {
	Booklet string `reach:"all"`
	Person  string `reach:"all"`
	Reason  string `reach:"all"` // where and how, or that it was never gone
}

// Voided: it serves for nothing any more (注销、作废).
type Voided struct {
	Booklet string `reach:"all"`
	Person  string `reach:"all"`
	Filing  string `reach:"all"`
	Reason  string `reach:"all"`
}

// Redated: the day on which a lent booklet is due has moved with the journey.
type Redated struct {
	Booklet string        `reach:"internet office"`
	Person  string        `reach:"internet office"`
	Filing  string        `reach:"internet office"`
	Due     calendar.Date `reach:"internet office"`
	Reason  string        `reach:"internet office"`
}

// CaseID names the case in whose timeline this stands; "" for none.
func (e Redated) CaseID() string         { return e.Filing }
func (e Registered) CaseID() string      { return e.Filing }
func (e Announced) CaseID() string       { return e.Filing }
func (e Received) CaseID() string        { return e.Filing }
func (e Replaced) CaseID() string        { return e.Filing }
func (e SentToMission) CaseID() string   { return e.Filing }
func (e BackFromMission) CaseID() string { return e.Filing }
func (e Lent) CaseID() string            { return e.Filing }
func (e LoanTakenBack) CaseID() string   { return e.Filing }
func (e Recalled) CaseID() string        { return e.Filing }
func (e HandedIn) CaseID() string        { return e.Filing }
func (e HandInTakenBack) CaseID() string { return e.Filing }
func (e ReportedLost) CaseID() string    { return e.Filing }
func (e Voided) CaseID() string          { return e.Filing }
func (e Completed) CaseID() string       { return e.Filing }
