package dossier

import "fmt"

// The closed lists of the case file. Each type's Words gives its members in the
// order in which forms offer them; "" stands for an absent value.

type (
	UnitType      string
	UnitStatus    string
	CaseKind      string // 事项类型
	Category      string // 任务类别
	Sex           string
	Rank          string // 职级
	Role          string // 团内身份
	Principal     string // 党政主要负责人
	Employment    string
	SecretLevel   string // 涉密等级
	VettingStatus string
	PassportType  string // 证照种类
	Custody       string // 保管
	TripState     string
	Transport     string
	Cabin         string // 舱位
	Half          string
	IssuerKind    string
	CostBearer    string
	Fund          string // 经费来源
	HostCover     string
	CostKind      string // 费用项目
	NoticeItem    string
	Objections    string
	Relation      string // 亲属关系
	Room          string // 房型
	FileDefect    string
	MaterialKind  string // M01 … M58 of the materials list
)

const (
	Government  UnitType = "government"
	Institution UnitType = "institution"
	Enterprise  UnitType = "enterprise"
	OtherUnit   UnitType = "other"

	Open      UnitStatus = "open"
	Suspended UnitStatus = "suspended"
	Unopened  UnitStatus = "unopened"

	Own            CaseKind = "own"            // 自组团
	Joined         CaseKind = "joined"         // 参团
	OrganisedCross CaseKind = "organisedCross" // 双跨组团
	HKMacau        CaseKind = "hkMacau"        // 赴港澳
	MultiTrip      CaseKind = "multiTrip"      // 一次审批、多次有效
	TrainingCase   CaseKind = "training"       // 培训
	Declared       CaseKind = "declared"       // 一次审批、多次有效的出访备案

	FriendlyVisit Category = "friendlyVisit"
	Trade         Category = "trade"
	Investment    Category = "investment"
	Exhibition    Category = "exhibition"
	Conference    Category = "conference"
	Research      Category = "research"
	Training      Category = "training"
	Performance   Category = "performance"
	Works         Category = "works"
	Inspection    Category = "inspection"
	OtherCategory Category = "other"

	Male   Sex = "M"
	Female Sex = "F"

	NoRank   Rank = "none"
	Section  Rank = "section"  // 科级
	Division Rank = "division" // 处级
	Bureau   Rank = "bureau"   // 厅局级
	Minister Rank = "minister" // 省部级

	Head        Role = "head"
	Ordinary    Role = "member"
	Interpreter Role = "interpreter"

	PartyHead          Principal = "party"
	AdministrativeHead Principal = "administrative"

	Active  Employment = "active"
	Retired Employment = "retired"
	Rehired Employment = "rehired"
	Student Employment = "student"

	NoSecrets        SecretLevel = "none"
	GeneralSecrets   SecretLevel = "general"
	ImportantSecrets SecretLevel = "important"
	CoreSecrets      SecretLevel = "core"
	// UnstatedSecrets: a secret post, of what level the office alone may know.
	UnstatedSecrets SecretLevel = "unstated"

	VettingPassed  VettingStatus = "passed"
	VettingPending VettingStatus = "pending"
	VettingFailed  VettingStatus = "failed"

	Diplomatic    PassportType = "diplomatic"
	Service       PassportType = "service"
	PublicAffairs PassportType = "publicAffairs"
	HKMacauPermit PassportType = "hkMacauPermit"

	WithOffice Custody = "office"
	WithUnit   Custody = "unit"
	Lent       Custody = "lent"
	WithPerson Custody = "person"

	Planned       TripState = "planned"
	Submitted     TripState = "submitted"
	ApprovedTrip  TripState = "approved"
	Departed      TripState = "departed"
	FinishedTrip  TripState = "finished"
	CancelledTrip TripState = "cancelled"

	Flight Transport = "flight"
	Train  Transport = "train"
	Road   Transport = "road"
	Sea    Transport = "sea"

	Economy  Cabin = "economy"
	Business Cabin = "business"
	First    Cabin = "first"

	Morning   Half = "am"
	Afternoon Half = "pm"

	Organisation    IssuerKind = "organisation"
	MissionInChina  IssuerKind = "missionInChina"
	OverseasChinese IssuerKind = "overseasChinese"
	Agency          IssuerKind = "agency"

	HostPays   CostBearer = "host"
	SenderPays CostBearer = "sender"
	SharedCost CostBearer = "shared"

	FiscalFund     Fund = "fiscal"
	ResearchFund   Fund = "research"
	EnterpriseFund Fund = "enterprise"
	HostFund       Fund = "host"

	CoversLodging   HostCover = "lodging"
	CoversMeals     HostCover = "meals"
	CoversTransport HostCover = "transport"

	Airfare     CostKind = "airfare"
	Lodging     CostKind = "lodging"
	Meals       CostKind = "meals"
	Incidentals CostKind = "incidentals"
	Intercity   CostKind = "intercity"
	VisaFee     CostKind = "visa"
	Insurance   CostKind = "insurance"
	OtherCost   CostKind = "other"

	NoObjections       Objections = "none"
	ResolvedObjections Objections = "resolved"
	OpenObjections     Objections = "open"

	Spouse Relation = "spouse"
	Child  Relation = "child"
	Parent Relation = "parent"
	Kin    Relation = "other"

	StandardRoom Room = "standard" // 标准间
	Suite        Room = "suite"    // 套房

	Unreadable FileDefect = "unreadable"
	Encrypted  FileDefect = "encrypted"
	WithMacros FileDefect = "macros"
	TooLarge   FileDefect = "tooLarge"
	WrongType  FileDefect = "wrongType"
)

// word is a closed list; the reader and the schema ask it for its members.
type word interface{ Words() []string }

func (UnitType) Words() []string {
	return []string{"government", "institution", "enterprise", "other"}
}
func (UnitStatus) Words() []string { return []string{"open", "suspended", "unopened"} }
func (CaseKind) Words() []string {
	return []string{"own", "joined", "organisedCross", "hkMacau", "multiTrip", "training", "declared"}
}
func (Category) Words() []string {
	return []string{"friendlyVisit", "trade", "investment", "exhibition", "conference", "research",
		"training", "performance", "works", "inspection", "other"}
}
func (Sex) Words() []string        { return []string{"M", "F"} }
func (Rank) Words() []string       { return []string{"none", "section", "division", "bureau", "minister"} }
func (Role) Words() []string       { return []string{"head", "member", "interpreter"} }
func (Principal) Words() []string  { return []string{"party", "administrative"} }
func (Employment) Words() []string { return []string{"active", "retired", "rehired", "student"} }
func (SecretLevel) Words() []string {
	return []string{"none", "general", "important", "core", "unstated"}
}
func (VettingStatus) Words() []string { return []string{"passed", "pending", "failed"} }
func (PassportType) Words() []string {
	return []string{"diplomatic", "service", "publicAffairs", "hkMacauPermit"}
}
func (Custody) Words() []string { return []string{"office", "unit", "lent", "person"} }
func (TripState) Words() []string {
	return []string{"planned", "submitted", "approved", "departed", "finished", "cancelled"}
}
func (Transport) Words() []string { return []string{"flight", "train", "road", "sea"} }
func (Cabin) Words() []string     { return []string{"economy", "business", "first"} }
func (Half) Words() []string      { return []string{"am", "pm"} }
func (IssuerKind) Words() []string {
	return []string{"organisation", "missionInChina", "overseasChinese", "agency"}
}
func (CostBearer) Words() []string { return []string{"host", "sender", "shared"} }
func (Fund) Words() []string       { return []string{"fiscal", "research", "enterprise", "host"} }
func (HostCover) Words() []string  { return []string{"lodging", "meals", "transport"} }
func (CostKind) Words() []string {
	return []string{"airfare", "lodging", "meals", "incidentals", "intercity", "visa", "insurance", "other"}
}

// Words of NoticeItem are all that a notice tells, in the order of the office's list.
func (NoticeItem) Words() []string {
	return []string{"people", "posts", "countries", "task", "itinerary", "route", "letter", "host", "money"}
}
func (Objections) Words() []string { return []string{"none", "resolved", "open"} }
func (Relation) Words() []string   { return []string{"spouse", "child", "parent", "other"} }
func (Room) Words() []string       { return []string{"standard", "suite"} }
func (FileDefect) Words() []string {
	return []string{"unreadable", "encrypted", "macros", "tooLarge", "wrongType"}
}

// lastMaterial is the highest number in the list of materials.
const lastMaterial = 58

// Words of MaterialKind are M01 … M58.
func (MaterialKind) Words() []string {
	all := make([]string, lastMaterial)
	for i := range all {
		all[i] = fmt.Sprintf("M%02d", i+1)
	}
	return all
}

// Order is the rank's height: 0 for none or absent, 4 for minister.
func (r Rank) Order() int {
	for i, w := range r.Words() {
		if w == string(r) {
			return i
		}
	}
	return 0
}

// Order is the cabin's height: 0 for economy or absent.
func (c Cabin) Order() int {
	for i, w := range c.Words() {
		if w == string(c) {
			return i
		}
	}
	return 0
}
