package dossier

import (
	"yitang/internal/calendar"
	"yitang/internal/money"
)

// Format names the file format that this package reads and writes.
const Format = "yitang.case/1"

// Case is one application (案卷). Everything but Format, Unit, Trip and Members
// may be absent: a nil pointer, an empty text or list, a zero date.
//
// Tags: json names the key; fold says how text is normalised (name, code, plain
// by default); limit is the most code points of a text or items of a list that
// a file may carry. What a form allows is narrower, and precheck's to say.
type Case struct {
	Format      string        `json:"format" required:"yes"`
	AsOf        calendar.Date `json:"asOf,omitzero"`
	Unit        Unit          `json:"unit" required:"yes"`
	Trip        Trip          `json:"case" required:"yes"`
	Members     []Member      `json:"members" required:"yes" limit:"200"`
	Legs        []Leg         `json:"legs,omitempty" limit:"60"`
	Itinerary   []HalfDay     `json:"itinerary,omitempty" limit:"1000"`
	Invitations []Invitation  `json:"invitations,omitempty" limit:"60"`
	Budget      *Budget       `json:"budget,omitempty"`
	Notice      *Notice       `json:"notice,omitempty"`
	Materials   []Material    `json:"materials,omitempty" limit:"2000"`
	OtherCases  []OtherCase   `json:"otherCases,omitempty" limit:"200"`
}

// Unit is the organising unit (组团单位).
type Unit struct {
	Name              string        `json:"name,omitempty" limit:"160"`
	USCC              string        `json:"uscc,omitempty" fold:"code" limit:"40"`
	Type              UnitType      `json:"type,omitempty"`
	Status            UnitStatus    `json:"status,omitempty"`
	OfficerValidUntil calendar.Date `json:"officerValidUntil,omitzero"`
	Signatory         string        `json:"signatory,omitempty" fold:"name" limit:"80"`
	Quota             *Quota        `json:"quota,omitempty"`
	Used              *Quota        `json:"used,omitempty"`
	OverdueBooklets   int           `json:"overdueBooklets,omitempty"`
	OverdueReports    int           `json:"overdueReports,omitempty"`
	LeaveFromRank     Rank          `json:"leaveFromRank,omitempty"` // from which rank its people need an approval of leave; absent: none do
}

// Quota is what a unit may use in a year (年度计划), or what it has used of it.
type Quota struct {
	Groups    *int          `json:"groups,omitempty"`
	People    *int          `json:"people,omitempty"`
	AmountCny money.Decimal `json:"amountCny,omitzero" digits:"2"`
}

// Trip is what the application is about (the key "case" in the file).
type Trip struct {
	Title           string             `json:"title,omitempty" limit:"200"`
	Kind            CaseKind           `json:"kind,omitempty"`
	Category        Category           `json:"category,omitempty"`
	Purpose         string             `json:"purpose,omitempty"`
	Necessity       string             `json:"necessity,omitempty"`
	ExpectedResults string             `json:"expectedResults,omitempty"`
	InAnnualPlan    bool               `json:"inAnnualPlan,omitempty"`
	PlanLine        string             `json:"planLine,omitempty" fold:"code" limit:"60"`
	OffPlanReason   string             `json:"offPlanReason,omitempty"`
	Urgent          bool               `json:"urgent,omitempty"`
	UrgencyReason   string             `json:"urgencyReason,omitempty"`
	Secret          bool               `json:"secret,omitempty"`
	AcademicRegime  bool               `json:"academicRegime,omitempty"`
	Depart          calendar.Date      `json:"depart,omitzero"`
	Return          calendar.Date      `json:"return,omitzero"` // the day of entering China again
	DaysAbroad      int                `json:"daysAbroad,omitempty"`
	LeavesChina     calendar.LocalTime `json:"leavesChina,omitzero"` // when the border is crossed, by the flight
	MissionNotice   *MissionNotice     `json:"missionNotice,omitempty"`

	// Of a delegation that another authority organises and our people join.
	Organiser           string          `json:"organiser,omitempty" limit:"160"`           // 组团单位
	OrganisingAuthority string          `json:"organisingAuthority,omitempty" limit:"160"` // who approves it: 组团方外事审批机关
	OpinionRequest      *OpinionRequest `json:"opinionRequest,omitempty"`

	// Of an approval for a term, and of the trips that are declared under it.
	DaysEach int    `json:"daysEach,omitempty"`         // most days of one trip
	Trips    int    `json:"trips,omitempty"`            // how many trips are expected
	Under    string `json:"under,omitempty" limit:"60"` // the case whose approval a trip is declared under

	ConnectionNote string `json:"connectionNote,omitempty" limit:"1000"` // why flights to a far region take the extra day
	SafetyPlan     Flag   `json:"safetyPlan,omitempty"`                  // for a country under a safety alert
	LeaderApproval Flag   `json:"leaderApproval,omitempty"`              // of the leader in charge, for principals of bureau rank
}

// OpinionRequest is the letter with which the organiser's authority asks
// whether our people may go (征求意见函).
type OpinionRequest struct {
	Number string        `json:"number,omitempty" fold:"document" limit:"80"`
	Issued calendar.Date `json:"issued,omitzero"`
}

// MissionNotice is the organiser's notice to the units that join (任务通知书).
type MissionNotice struct {
	Number     string        `json:"number,omitempty" fold:"document" limit:"80"`
	Issued     calendar.Date `json:"issued,omitzero"`
	ValidUntil calendar.Date `json:"validUntil,omitzero"`
}

// Member is one traveller of the delegation (团员).
type Member struct {
	FamilyName       string        `json:"familyName,omitempty" fold:"name" limit:"80"`
	GivenName        string        `json:"givenName,omitempty" fold:"name" limit:"80"`
	LatinSurname     string        `json:"latinSurname,omitempty" fold:"latin" limit:"80"`
	LatinGivenNames  string        `json:"latinGivenNames,omitempty" fold:"latin" limit:"80"`
	Sex              Sex           `json:"sex,omitempty"`
	DateOfBirth      calendar.Date `json:"dateOfBirth,omitzero"`
	IDNumber         string        `json:"idNumber,omitempty" fold:"code" limit:"60"`
	IDExpires        calendar.Date `json:"idExpires,omitzero"`
	Mobile           string        `json:"mobile,omitempty" fold:"phone" limit:"60"`
	Email            string        `json:"email,omitempty" fold:"email" limit:"254"`
	Unit             string        `json:"unit,omitempty" limit:"160"`
	Department       string        `json:"department,omitempty" limit:"160"`
	Post             string        `json:"post,omitempty" limit:"160"`
	Rank             Rank          `json:"rank,omitempty"`
	Role             Role          `json:"role,omitempty"`
	Principal        Principal     `json:"principal,omitempty"`
	Academic         bool          `json:"academic,omitempty"`
	Paper            Flag          `json:"paper,omitempty"`
	Employment       Employment    `json:"employment,omitempty"`
	Nationality      string        `json:"nationality,omitempty" fold:"code" pattern:"^[A-Z]{3}$" limit:"3"`
	ForeignResidence bool          `json:"foreignResidence,omitempty"`
	SecretLevel      SecretLevel   `json:"secretLevel,omitempty"`
	SecrecyConsent   bool          `json:"secrecyConsent,omitempty"`
	DispatchConsent  bool          `json:"dispatchConsent,omitempty"`
	Vetting          *Vetting      `json:"vetting,omitempty"`
	Commitment       bool          `json:"commitment,omitempty"`
	TripsThisYear    int           `json:"tripsThisYear,omitempty"`
	LeadershipTeam   bool          `json:"leadershipTeam,omitempty"` // of the unit; its principals are always in it
	HomeAddress      string        `json:"homeAddress,omitempty" limit:"200"`
	Family           []Relative    `json:"family,omitempty" limit:"20"`
	Jurisdiction     string        `json:"jurisdiction,omitempty" limit:"160"` // the foreign affairs office in charge, where it isn't this one
	OpinionReply     bool          `json:"opinionReply,omitempty"`             // that office has answered the opinion request
	LeaveApproval    bool          `json:"leaveApproval,omitempty"`
	Passport         *Passport     `json:"passport,omitempty"`
	OtherTrips       []OtherTrip   `json:"otherTrips,omitempty" limit:"200"`
}

// Flag is true, false, or a short text that stands for true (the title of a
// paper where a plain yes would do).
type Flag string

// Given tells whether the flag says yes.
func (f Flag) Given() bool { return f != "" && f != "false" }

// Relative is somebody of a member's family, as the member declared (家庭成员).
type Relative struct {
	Relation Relation `json:"relation,omitempty"`
	Name     string   `json:"name,omitempty" fold:"name" limit:"80"`
}

// Vetting is the personnel department's record of having checked a member
// (备案审查).
type Vetting struct {
	Status     VettingStatus `json:"status,omitempty"`
	ValidUntil calendar.Date `json:"validUntil,omitzero"`
}

// Passport is the booklet that a member holds for duty trips (因公护照, 赴港澳通行证).
type Passport struct {
	Type         PassportType  `json:"type,omitempty"`
	Number       string        `json:"number,omitempty" fold:"code" limit:"40"`
	LatinName    string        `json:"latinName,omitempty" fold:"latin" limit:"80"`
	Issued       calendar.Date `json:"issued,omitzero"`
	Expires      calendar.Date `json:"expires,omitzero"`
	BlankPages   *int          `json:"blankPages,omitempty"`
	Custody      Custody       `json:"custody,omitempty"`
	Overdue      bool          `json:"overdue,omitempty"`
	Endorsements []string      `json:"endorsements,omitempty" fold:"code" limit:"20"` // HKG, MAC
}

// OtherTrip is another trip of the same person.
type OtherTrip struct {
	Depart  calendar.Date `json:"depart,omitzero"`
	Return  calendar.Date `json:"return,omitzero"`
	Country string        `json:"country,omitempty" fold:"code" pattern:"^[A-Z]{3}$" limit:"3"`
	State   TripState     `json:"state,omitempty"`

	Countries []string `json:"countries,omitempty" fold:"code" limit:"20"` // all of them, where there are several
	Category  Category `json:"category,omitempty"`
}

// OtherCase is another application, as far as it may belong together with this
// one: the same host, the same letter, the same text, the same leaders (其他团组).
type OtherCase struct {
	Title       string        `json:"title,omitempty" limit:"200"`
	Unit        string        `json:"unit,omitempty" limit:"160"` // organising unit; absent: another one than this case's
	State       TripState     `json:"state,omitempty"`
	Depart      calendar.Date `json:"depart,omitzero"`
	Return      calendar.Date `json:"return,omitzero"`
	Countries   []string      `json:"countries,omitempty" fold:"code" limit:"60"`
	Hosts       []string      `json:"hosts,omitempty" limit:"60"`
	MemberCount int           `json:"memberCount,omitempty"`
	Leaders     []Leader      `json:"leaders,omitempty" limit:"20"`
	Letters     []string      `json:"letters,omitempty" limit:"60"` // SHA-256 of its letters of invitation
	Necessity   string        `json:"necessity,omitempty"`
	Linked      bool          `json:"linked,omitempty"` // declared to belong together, and approved so
}

// Leader is a member of another application who heads it, or leads a unit.
type Leader struct {
	Name           string    `json:"name,omitempty" fold:"name" limit:"80"`
	Unit           string    `json:"unit,omitempty" limit:"160"`
	Head           bool      `json:"head,omitempty"` // of that delegation
	Principal      Principal `json:"principal,omitempty"`
	LeadershipTeam bool      `json:"leadershipTeam,omitempty"`
}

// Leg is one stay (行程段): from reaching a place to leaving it, in local time.
type Leg struct {
	Country       string             `json:"country,omitempty" fold:"code" pattern:"^[A-Z]{3}$" limit:"3"`
	City          string             `json:"city,omitempty" limit:"80"`
	CityEn        string             `json:"cityEn,omitempty" limit:"120"`
	Arrive        calendar.LocalTime `json:"arrive,omitzero"`
	Leave         calendar.LocalTime `json:"leave,omitzero"`
	Zone          string             `json:"zone,omitempty" limit:"60"` // IANA
	Transit       bool               `json:"transit,omitempty"`
	LeavesAirport bool               `json:"leavesAirport,omitempty"`
	StopOver      bool               `json:"stopOver,omitempty"`
	Transport     Transport          `json:"transport,omitempty"`
	Carrier       string             `json:"carrier,omitempty" limit:"80"`
	Number        string             `json:"number,omitempty" fold:"code" limit:"40"`
	Cabin         Cabin              `json:"cabin,omitempty"`
}

// HalfDay is one line of the itinerary (日程).
type HalfDay struct {
	Date     calendar.Date `json:"date,omitzero"`
	Half     Half          `json:"half,omitempty"`
	Country  string        `json:"country,omitempty" fold:"code" pattern:"^[A-Z]{3}$" limit:"3"`
	City     string        `json:"city,omitempty" limit:"80"`
	Activity string        `json:"activity,omitempty" limit:"1000"`
	Host     string        `json:"host,omitempty" limit:"240"`
	Official bool          `json:"official,omitempty"`
}

// Invitation is a host's letter (邀请函).
type Invitation struct {
	Issuer         string        `json:"issuer,omitempty" limit:"240"`
	IssuerZh       string        `json:"issuerZh,omitempty" limit:"240"` // its Chinese name, where the letter has another
	IssuerCountry  string        `json:"issuerCountry,omitempty" fold:"code" pattern:"^[A-Z]{3}$" limit:"3"`
	IssuerKind     IssuerKind    `json:"issuerKind,omitempty"`
	Signatory      string        `json:"signatory,omitempty" limit:"120"`
	SignatoryTitle string        `json:"signatoryTitle,omitempty" limit:"160"`
	Contact        string        `json:"contact,omitempty" limit:"400"`
	Issued         calendar.Date `json:"issued,omitzero"`
	Language       string        `json:"language,omitempty" limit:"20"` // ISO 639 or BCP 47
	Purpose        string        `json:"purpose,omitempty"`
	From           calendar.Date `json:"from,omitzero"`
	To             calendar.Date `json:"to,omitzero"`
	Invitees       []string      `json:"invitees,omitempty" fold:"name" limit:"200"`
	CostBearer     CostBearer    `json:"costBearer,omitempty"`
	Translation    bool          `json:"translation,omitempty"`
	Translator     string        `json:"translator,omitempty" fold:"firm" limit:"80"`
	About          string        `json:"about,omitempty" limit:"600"` // who the host is, for the public notice (邀请单位简介)

	InviteeDetails []Invitee `json:"inviteeDetails,omitempty" limit:"200"` // where the letter says more than names
}

// Invitee is what a letter says of one person whom it names.
type Invitee struct {
	Name        string        `json:"name,omitempty" fold:"name" limit:"120"`
	DateOfBirth calendar.Date `json:"dateOfBirth,omitzero"`
	Post        string        `json:"post,omitempty" limit:"160"`
}

// Budget is what the trip is to cost (经费预算).
type Budget struct {
	Fund            Fund          `json:"fund,omitempty"`
	HostCovers      []HostCover   `json:"hostCovers,omitempty" limit:"10"`
	FinanceReviewed bool          `json:"financeReviewed,omitempty"`
	Lines           []BudgetLine  `json:"lines,omitempty" limit:"2000"`
	TotalCny        money.Decimal `json:"totalCny,omitzero" digits:"2"`
}

// BudgetLine is one item of cost. Without a member it is the whole group's.
type BudgetLine struct {
	Member      *int           `json:"member,omitempty"`
	Kind        CostKind       `json:"kind,omitempty"`
	Country     string         `json:"country,omitempty" fold:"code" pattern:"^[A-Z]{3}$" limit:"3"`
	City        string         `json:"city,omitempty" limit:"80"`
	Units       int            `json:"units,omitempty"`          // days or nights
	Rate        money.Decimal  `json:"rate,omitzero" digits:"2"` // in Currency, per unit
	Currency    money.Currency `json:"currency,omitempty" fold:"code" pattern:"^[A-Z]{3}$" limit:"3"`
	FxRate      money.Decimal  `json:"fxRate,omitzero"` // CNY for one unit of Currency
	FxDate      calendar.Date  `json:"fxDate,omitzero"`
	FxSource    string         `json:"fxSource,omitempty" limit:"120"` // who published it; empty when a person wrote the rate
	AmountCny   money.Decimal  `json:"amountCny,omitzero" digits:"2"`
	Cabin       Cabin          `json:"cabin,omitempty"`
	Room        Room           `json:"room,omitempty"` // of a night's lodging
	PreApproved bool           `json:"preApproved,omitempty"`
	Reason      string         `json:"reason,omitempty" limit:"1000"`
}

// Notice is the public notice before the application (公示).
type Notice struct {
	From       calendar.Date `json:"from,omitzero"`
	To         calendar.Date `json:"to,omitzero"`
	Place      string        `json:"place,omitempty" limit:"240"`
	Units      []string      `json:"units,omitempty" limit:"60"`
	Contact    string        `json:"contact,omitempty" limit:"240"` // whom objections go to
	Items      []NoticeItem  `json:"items,omitempty" limit:"30"`
	Objections Objections    `json:"objections,omitempty"`
	Published  *Published    `json:"published,omitempty"`
}

// Published is what the notice said when it was put up, as facts and not as
// wording: its text is made from them, and the case is compared with them,
// because a change afterwards wants a new notice.
type Published struct {
	Title     string        `json:"title,omitempty" limit:"200"`
	People    []string      `json:"people,omitempty" fold:"name" limit:"200"`
	Posts     []string      `json:"posts,omitempty" limit:"200"` // unit and post, in the order of the people
	Countries []string      `json:"countries,omitempty" fold:"code" limit:"60"`
	Depart    calendar.Date `json:"depart,omitzero"`
	Return    calendar.Date `json:"return,omitzero"`
	Purpose   string        `json:"purpose,omitempty"`
	Itinerary []HalfDay     `json:"itinerary,omitempty" limit:"1000"`
	Route     []string      `json:"route,omitempty" limit:"60"`   // places in the order of travel
	Letters   []Invitation  `json:"letters,omitempty" limit:"60"` // who invites, signs and when; no more than a notice tells
	Fund      Fund          `json:"fund,omitempty"`
	Covers    []HostCover   `json:"covers,omitempty" limit:"10"` // what the host pays
	TotalCny  money.Decimal `json:"totalCny,omitzero" digits:"2"`

	// Since is the day before which a content that was changed can't have hung;
	// absent of the first.
	Since calendar.Date `json:"since,omitzero"`
}

// Material is one paper held (材料).
type Material struct {
	Kind       MaterialKind  `json:"kind,omitempty" fold:"code"`
	Owner      string        `json:"owner,omitempty" pattern:"^(case|unit|members\\[[0-9]+\\])$" limit:"40"`
	File       string        `json:"file,omitempty" limit:"400"`
	SHA256     string        `json:"sha256,omitempty" pattern:"^[0-9a-f]{64}$" limit:"64"`
	Issued     calendar.Date `json:"issued,omitzero"`
	ValidFrom  calendar.Date `json:"validFrom,omitzero"` // of an insurance: the first day that it covers
	ValidUntil calendar.Date `json:"validUntil,omitzero"`
	Country    string        `json:"country,omitempty" fold:"code" pattern:"^[A-Z]{3}$" limit:"3"` // for which a letter invites; absent: for all
	TotalCny   money.Decimal `json:"totalCny,omitzero" digits:"2"`                                 // that a budget form states

	// What a look into the file has shown.
	Defect     FileDefect    `json:"defect,omitempty"`                                       // why it can't be used
	DPI        *int          `json:"dpi,omitempty"`                                          // of the coarsest page, as it would be printed on A4
	BlankPages int           `json:"blankPages,omitempty"`                                   // with nothing on them
	Made       calendar.Date `json:"made,omitzero"`                                          // by the file's own record
	Original   string        `json:"original,omitempty" pattern:"^[0-9a-f]{64}$" limit:"64"` // SHA-256 of the person's own copy of it
}
