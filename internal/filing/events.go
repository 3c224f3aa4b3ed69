package filing

import (
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Kinds is what can have happened to an application. Drafts are no events.
var Kinds = []journal.Kind{
	journal.Declare[Presented](own("filing.presented")),
	journal.Declare[TakenBack](own("filing.taken_back")),
	journal.Declare[HandedBack](own("filing.handed_back")),
	journal.Declare[Submitted](both("filing.submitted")),
	journal.Declare[Reopened](own("filing.reopened")),
	journal.Declare[Corrected](journal.Kind{Name: "filing.corrected", Version: 2, Home: zone.Of(zone.Internet), Reach: zone.Of(zone.Internet, zone.Office)}).WithLift(correctedV1),
	journal.Declare[PutOff](both("filing.put_off")),
	journal.Declare[Supplied](both("filing.supplied")),
	journal.Declare[Withdrawn](both("filing.withdrawn")),
	journal.Declare[Concluded](journal.Kind{Name: "filing.concluded", Version: 2, Home: zone.Of(zone.Internet), Own: true}).WithLift(concludedV1),
	journal.Declare[AmendmentPresented](own("filing.amendment_presented")),
	journal.Declare[AmendmentRequested](both("filing.amendment_requested")),
	journal.Declare[Amended](both("filing.amended")),

	journal.Declare[WaiverAsked](both("waiver.asked")),
	journal.Declare[WaiverTakenBack](both("waiver.taken_back")),
}

func both(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Internet), Reach: zone.Of(zone.Internet, zone.Office)}
}

func own(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Internet), Own: true}
}

// Traveller is a member as far as other rooms' rules need to know. Members of
// an application stand in the order of the dossier's.
type Traveller struct {
	Person string `json:"person"`
	Head   bool   `json:"head,omitempty"`
}

// Origin is where a datum of an application comes from; the ledger counts what
// was typed as asked.
type Origin string

const (
	Typed    Origin = "typed"   // by somebody for this case, or uploaded for it
	FromFile Origin = "held"    // known from before
	Derived  Origin = "derived" // follows from what is known
)

// Defect is one thing that the office wants mended, tied to its field.
type Defect struct {
	Field string `json:"field"` // path in the case file
	Rule  string `json:"rule,omitempty"`
	Words string `json:"words"`
	Basis string `json:"basis,omitempty"`
	Fix   string `json:"fix,omitempty"`

	Paper dossier.MaterialKind `json:"paper,omitempty"` // the one that is missing, where it was chosen and not only named in words
	Owner string               `json:"owner,omitempty"` // whose it is, as the case file spells it: case, unit, members[2]
}

// Presented: the draft lies with the unit's signatory (送签批).
type Presented struct {
	Unit     string      `reach:"home"`
	Title    string      `reach:"home"`
	Depart   string      `reach:"home"` // YYYY-MM-DD; "" while unknown
	Revision int64       `reach:"home"` // of the draft; it is this one that may be submitted
	Members  []Traveller `reach:"home"`
}

// TakenBack: the liaison officer wants to go on writing.
type TakenBack struct {
	Revision int64 `reach:"home"`
}

// HandedBack: the signatory doesn't sign it like this.
type HandedBack struct {
	Words   string                      `reach:"home"`
	Dossier journal.Field[dossier.Case] `reach:"home" sealed:"yes"` // the case as they had it before them
}

// Submitted: the unit has applied (提交).
type Submitted struct {
	Unit      string                      `reach:"internet office"`
	Title     string                      `reach:"internet office"`
	Kind      dossier.CaseKind            `reach:"internet office"`
	Category  dossier.Category            `reach:"internet office"`
	Urgent    bool                        `reach:"internet office"`
	Depart    calendar.Date               `reach:"internet office"`
	Return    calendar.Date               `reach:"internet office"`
	Countries []string                    `reach:"internet office"` // ISO alpha-3, in the order of travel
	Members   []Traveller                 `reach:"internet office"` // in the order of the dossier's
	AmountFen int64                       `reach:"internet office"` // the budget's total, hundredths of a yuan
	RuleSet   string                      `reach:"internet office"` // version under which it was checked
	Round     int                         `reach:"internet office"` // 1 for the first submission
	Origins   map[string]Origin           `reach:"internet office"` // by path in the dossier
	Answers   map[string]string           `reach:"internet office"` // the unit's words on a warning, by precheck.Finding.Subject
	Dossier   journal.Field[dossier.Case] `reach:"internet office" sealed:"yes"`
}

// Reopened: the office has sent it back, and these fields may be mended.
type Reopened struct {
	Defects []Defect      `reach:"home"`
	Until   calendar.Date `reach:"home"` // by when it should come back; zero for no day
}

// Corrected: the application as it now is, after a sending back. Origins holds
// only what was typed again.
type Corrected struct {
	Unit      string                      `reach:"internet office"`
	Title     string                      `reach:"internet office"`
	Kind      dossier.CaseKind            `reach:"internet office"`
	Category  dossier.Category            `reach:"internet office"`
	Urgent    bool                        `reach:"internet office"`
	Depart    calendar.Date               `reach:"internet office"`
	Return    calendar.Date               `reach:"internet office"`
	Countries []string                    `reach:"internet office"`
	Members   []Traveller                 `reach:"internet office"`
	AmountFen int64                       `reach:"internet office"`
	RuleSet   string                      `reach:"internet office"`
	Round     int                         `reach:"internet office"`
	Origins   map[string]Origin           `reach:"internet office"`
	Answers   map[string]string           `reach:"internet office"`
	Changed   []string                    `reach:"internet office"` // paths whose value differs from the round before
	Points    int                         `reach:"internet office"` // how many defects the sending back named; 0 in journals of before
	Places    int                         `reach:"internet office"` // how much differs as people count it: dossier.Places
	Dossier   journal.Field[dossier.Case] `reach:"internet office" sealed:"yes"`
}

// Withdrawn: the unit no longer applies (撤回).
type Withdrawn struct {
	Reason string `reach:"internet office"`
}

// Concluded: the office has decided, so that nothing can be withdrawn or
// corrected any more.
type Concluded struct {
	Outcome   Outcome `reach:"home"`
	People    int     `reach:"home"` // who may travel: what the unit's plan counts
	AmountFen int64   `reach:"home"` // and what they may spend, hundredths of a yuan
}

// Outcome is how the office answered.
type Outcome string

const (
	Approved Outcome = "approved" // at least one member
	Refused  Outcome = "refused"  // nobody
	// How an approval ended that had been given.
	Revoked   Outcome = "revoked"   // taken back by the office
	Cancelled Outcome = "cancelled" // given up by the unit
)

// Live tells whether the trip may still be made: it isn't decided, or approved.
func (o Outcome) Live() bool { return o == "" || o == Approved }

// live are the applications handed in whose trip may still be made.
const live = `stage IN ('submitted', 'sentBack', 'concluded') AND outcome IN ('', 'approved')`
