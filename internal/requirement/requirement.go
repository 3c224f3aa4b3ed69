package requirement

import (
	"fmt"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/visit"
	"yitang/ref"
)

// Requirement is one thing that the case needs, or expressly doesn't.
type Requirement struct {
	ID        ID
	Key       Key   // entry of the catalogue
	Owner     Owner // of the case, the unit or one member
	Links     Links
	Group     Group
	Need      Moment  // when it is needed at the latest
	Advised   bool    // local practice asks for it; its absence stops nothing
	Condition Message // what calls for it
	What      What
	Status    Status
}

// ID names a requirement within one case: key, owner and, where there are
// several, which: "person.mobile@members[1]", "invitation.signatory@case#invitations[0]".
type ID string

// Country is the country whose paper it is: a letter of invitation, its translation.
// "" for what is asked for once.
func (id ID) Country() string {
	_, which, _ := strings.Cut(string(id), "#")
	if len(which) != 3 {
		return ""
	}
	return which
}

// Key names an entry of the catalogue, the same in all cases.
type Key string

// Owner tells whose it is.
type Owner int

// The case and the unit; a member is Owner of its index.
const (
	OfUnit Owner = -2
	OfCase Owner = -1
)

// OfMember is the owner for the member with this index in the case file.
func OfMember(i int) Owner { return Owner(i) }

// Member gives the index of the member, if it is one.
func (o Owner) Member() (int, bool) { return int(o), o >= 0 }

// String spells the owner as the case file does.
func (o Owner) String() string {
	switch o {
	case OfUnit:
		return "unit"
	case OfCase:
		return "case"
	}
	return fmt.Sprintf("members[%d]", int(o))
}

// Links is a set of the links that use a thing.
type Links uint8

const (
	Approval Links = 1 << iota // 审批
	Passport                   // 护照
	Visa                       // 签证
	Visit                      // 到场
	After                      // 回国后
)

// Has tells whether all of l are among the links.
func (ls Links) Has(l Links) bool { return ls&l == l }

// String lists the links, for golden files.
func (ls Links) String() string {
	var out []string
	for i, name := range []string{"approval", "passport", "visa", "visit", "after"} {
		if ls&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return strings.Join(out, " ")
}

// Moment is when a thing is needed at the latest.
type Moment int

const (
	AtSubmission Moment = iota // 提交时
	AtOrder                    // 批后办照
	AtVisit                    // 到场时
	AtLodging                  // 送签前
	AtDeparture                // 出发前
	AfterTrip                  // 回国后
)

// Group is where the task list shows a thing.
type Group string

const (
	GroupMission     Group = "mission"
	GroupTrip        Group = "trip"
	GroupMembers     Group = "members"
	GroupInvitations Group = "invitations"
	GroupBudget      Group = "budget"
	GroupNotice      Group = "notice"
	GroupDocuments   Group = "documents"
	GroupPapers      Group = "papers" // 护照与签证
	GroupVisit       Group = "visit"
	GroupAfter       Group = "after"
)

// Groups lists them in the order of the task list.
func Groups() []Group {
	return []Group{GroupMission, GroupTrip, GroupMembers, GroupInvitations, GroupBudget, GroupNotice,
		GroupDocuments, GroupPapers, GroupVisit, GroupAfter}
}

// What is one of Datum, Material, Act, Booklet, Endorsement, VisaNeed.
type What interface{ what() }

// Datum is something to be known.
type Datum struct{ Field string } // path in the case file

// Material is a paper, M01 to M58: Catalogue names them.
type Material struct{ Kind dossier.MaterialKind }

// Act is something that is done, by whom and how as the visit plan sees it.
type Act struct{ visit.Act }

// Booklet is the order, or its absence, for one member's booklet.
type Booklet struct {
	Action BookletAction
	Type   dossier.PassportType
	Old    *dossier.Passport // what it replaces or what is used again; nil for a first one
}

// BookletOf finds among the needs of a case what becomes of a member's booklet, of
// the passport or of the permit.
func BookletOf(reqs []Requirement, member int, permit bool) (Booklet, bool) {
	key := Key("booklet")
	if permit {
		key = "permit"
	}
	for _, r := range reqs {
		if b, is := r.What.(Booklet); is && r.Key == key && r.Owner == OfMember(member) {
			return b, true
		}
	}
	return Booklet{}, false
}

// Endorsement is the order, or its absence, for one region on one permit.
type Endorsement struct{ Region string }

// VisaNeed is the order, or its absence, for one member and area.
type VisaNeed struct {
	Area  string // "SCHENGEN" or ISO alpha-3
	Apply string // country whose mission is asked: that of the longest stay, tie: first entry
	With  dossier.PassportType
	From  calendar.Date // first day in the area
	To    calendar.Date // last day in the area
	Days  int           // both included
	Kit   []ID          // what the application consists of; empty where none is made

	Way     ref.Way       // how the traveller gets in where no visa is put into the booklet
	ApplyBy calendar.Date // of an e-visa: the last day to apply for it
}

func (Datum) what()       {}
func (Material) what()    {}
func (Act) what()         {}
func (Booklet) what()     {}
func (Endorsement) what() {}
func (VisaNeed) what()    {}

// Kind says in one word what sort of thing it is.
type Kind string

const (
	KindDatum    Kind = "datum"
	KindMaterial Kind = "material"
	KindAct      Kind = "act"
	KindOrder    Kind = "order"
)

// Kind of the requirement.
func (r Requirement) Kind() Kind {
	switch r.What.(type) {
	case Datum:
		return KindDatum
	case Material:
		return KindMaterial
	case Act:
		return KindAct
	}
	return KindOrder
}

// Status is one of Held, Derivable, Missing, NotNeeded.
type Status interface{ status() }

// Held: it is there and serves up to the day on which it is needed.
type Held struct {
	Since calendar.Date // zero where nobody wrote it down
	Until calendar.Date // zero: doesn't expire
	Proof Proof
}

// Proof says where a held thing lies.
type Proof struct {
	Kind ProofKind
	Ref  string // path in the case file, a material's digest, a booklet's tail
}

// ProofKind is where a thing is held.
type ProofKind string

const (
	InCase     ProofKind = "case"     // entered or attached in this case
	OnFile     ProofKind = "file"     // in the person's or unit's file from earlier
	InCustody  ProofKind = "custody"  // a booklet in the office's keeping
	FromResult ProofKind = "result"   // told by the passport zone or a mission
	OnRegister ProofKind = "register" // the unit's register
)

// Derivable: it follows from what is held, so nobody is asked.
type Derivable struct {
	From []string // paths or keys that it follows from
	How  Message
}

// Missing: somebody has to bring it, or an order has to be carried out.
type Missing struct {
	Why   Message
	Ask   Asked
	Field string // path in the case file where it belongs
}

// NotNeeded: expressly not, with the reason, e.g. visa-free.
type NotNeeded struct{ Why Message }

func (Held) status()      {}
func (Derivable) status() {}
func (Missing) status()   {}
func (NotNeeded) status() {}

// Asked is who has to see to a missing thing.
type Asked string

const (
	AskUnit         Asked = "unit"         // liaison officer
	AskTraveller    Asked = "traveller"    // the member
	AskPersonnel    Asked = "personnel"    // the unit's personnel side
	AskFinance      Asked = "finance"      // the unit's or city's finance
	AskHost         Asked = "host"         // through the liaison officer
	AskDispatching  Asked = "dispatching"  // the member's own unit
	AskPassportDesk Asked = "passportDesk" // an order, nobody is troubled
	AskVisaDesk     Asked = "visaDesk"
	AskOffice       Asked = "office"
)

// IsMissing, IsHeld, IsDerivable and IsNeeded read the status.
func (r Requirement) IsMissing() bool { _, is := r.Status.(Missing); return is }

// IsHeld tells whether it is there.
func (r Requirement) IsHeld() bool { _, is := r.Status.(Held); return is }

// IsDerivable tells whether it follows from what is there.
func (r Requirement) IsDerivable() bool { _, is := r.Status.(Derivable); return is }

// OnRecordAlone tells whether a paper is taken as there because the data say what
// it says: nobody has given the paper itself.
func (r Requirement) OnRecordAlone() bool {
	_, paper := r.What.(Material)
	h, held := r.Status.(Held)
	return paper && held && h.Proof.Kind == InCase && !strings.HasPrefix(h.Proof.Ref, "materials[")
}

// IsNeeded is false for what is expressly not needed.
func (r Requirement) IsNeeded() bool { _, is := r.Status.(NotNeeded); return !is }

// AsksPeople tells whether somebody outside the office has to do something.
func (r Requirement) AsksPeople() bool {
	m, is := r.Status.(Missing)
	return is && m.Ask != AskPassportDesk && m.Ask != AskVisaDesk && m.Ask != AskOffice
}

// BookletAction is what happens to a member's booklet.
type BookletAction string

const (
	ReuseBooklet  BookletAction = "reuse"      // 沿用
	AwaitBooklet  BookletAction = "await"      // 另一团组正在办，办好即用
	NewBooklet    BookletAction = "new"        // 新办
	RenewBooklet  BookletAction = "renew"      // 换发
	ChangeBooklet BookletAction = "changeType" // 变更种类
	NoBooklet     BookletAction = "none"       // 不办
)
