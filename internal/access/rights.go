package access

import (
	"sort"

	"yitang/internal/zone"
)

// Right is one thing that somebody may be allowed to do.
type Right string

type scope int

const (
	anyone    scope = iota // any object in the zone
	public                 // without signing in
	ownUnit                // on the Internet: objects of the own unit, or about oneself
	unitAlone              // on the Internet: objects of the own unit, and never for being about oneself
)

type rule struct {
	zones zone.Set
	roles []Role // none: everybody signed in
	scope scope
}

const (
	Public  Right = "public"
	Self    Right = "self"     // one's own account and settings
	SeeUnit Right = "unit.see" // lists of the own unit, and whole cases

	SeeCase    Right = "case.see"
	EditCase   Right = "case.edit"
	SignCase   Right = "case.sign"
	SeePeople  Right = "people.see"
	EditPeople Right = "people.edit"
	BookVisit  Right = "visit.book"
	TellTrip   Right = "trip.tell"
	CallOff    Right = "trip.call_off" // a whole delegation stays at home: its unit says so, and no member of it
	Rate       Right = "rate"
	Train      Right = "train" // one's own practice with a made-up case

	SeeQueue    Right = "queue.see"
	AcceptCase  Right = "case.accept"
	ReviewCase  Right = "case.review"
	DecideCase  Right = "case.decide"
	WaiveRule   Right = "rule.waive"
	SeeHanging  Right = "hanging.see"
	SeePlans    Right = "plan.see"
	KeepPlans   Right = "plan.keep"
	SeeVisas    Right = "visa.see"
	HandleVisas Right = "visa.handle"
	SeeBooklets Right = "booklet.see"
	KeepBooklet Right = "booklet.keep"
	ServeWindow Right = "window.serve"
	// SeeRatings is each rating with its words; AnswerRating is what the office
	// owes for a poor one.
	SeeRatings   Right = "rating.see"
	AnswerRating Right = "rating.answer"
	PlanHall     Right = "hall.plan"
	// PublishNotice is what the office says to all in its name.
	PublishNotice Right = "notice.publish"
	// SeeRemarks is what people say about pages; AnswerRemark is telling them what
	// becomes of it.
	SeeRemarks   Right = "remark.see"
	AnswerRemark Right = "remark.answer"
	SeeTraining  Right = "training.see"
	// KeepPersonnel is who may not travel and why: nobody else in the office
	// reads more of it than a finding without a reason.
	KeepPersonnel Right = "personnel.keep"

	SeeOrders     Right = "order.see"
	CapturePerson Right = "capture"
	MakeBooklet   Right = "booklet.make"
	KeepStock     Right = "stock.keep"

	Administer  Right = "administer"
	SeeConfig   Right = "config.see"
	Configure   Right = "config.change"
	SeeExchange Right = "exchange.see"
	SeeRefusals Right = "refusals.see"
	// SeeHeld is what waits between the networks for two people; ReleaseHeld is being
	// one of them.
	SeeHeld     Right = "release.see"
	ReleaseHeld Right = "release.decide"
	// SeeDiscs is the log of discs that people carry between the networks; KeepDiscs is
	// being one of the two who write or read one, and sending a test.
	SeeDiscs  Right = "disc.see"
	KeepDiscs Right = "disc.keep"
	// SeeProgram is which release of the program runs where; ChangeProgram is bringing
	// one to the other networks, and putting one in force in one's own.
	SeeProgram    Right = "program.see"
	ChangeProgram Right = "program.change"
	Audit         Right = "audit"
)

// table is the whole of it. A new right is a new line here; the test beside it
// then asks who has it, and that of the sites for a route that uses it.
var table = map[Right]rule{
	Public:  {scope: public},
	Self:    {zones: zone.Everywhere},
	SeeUnit: {zones: zone.Of(zone.Internet), roles: []Role{Liaison, Signatory}, scope: unitAlone},

	SeeCase:    {zones: zone.Of(zone.Internet, zone.Office), roles: []Role{Liaison, Signatory, Traveller, Intake, Reviewer, Chief, Director, Visa, Custodian, Window, Auditor}, scope: ownUnit},
	EditCase:   {zones: zone.Of(zone.Internet), roles: []Role{Liaison}, scope: unitAlone},
	SignCase:   {zones: zone.Of(zone.Internet), roles: []Role{Signatory}, scope: unitAlone},
	SeePeople:  {zones: zone.Of(zone.Internet), roles: []Role{Liaison, Signatory}, scope: unitAlone},
	EditPeople: {zones: zone.Of(zone.Internet), roles: []Role{Liaison}, scope: unitAlone},
	BookVisit:  {zones: zone.Of(zone.Internet), roles: []Role{Liaison, Traveller}, scope: ownUnit},
	TellTrip:   {zones: zone.Of(zone.Internet), roles: []Role{Liaison, Traveller}, scope: ownUnit},
	CallOff:    {zones: zone.Of(zone.Internet), roles: []Role{Liaison}, scope: unitAlone},
	Rate:       {zones: zone.Of(zone.Internet), roles: []Role{Liaison, Traveller}, scope: ownUnit},
	Train:      {zones: zone.Of(zone.Internet), roles: []Role{Liaison, Signatory}, scope: unitAlone},

	SeeQueue:    {zones: zone.Of(zone.Office), roles: []Role{Intake, Reviewer, Chief, Director, Auditor}},
	AcceptCase:  {zones: zone.Of(zone.Office), roles: []Role{Intake}},
	ReviewCase:  {zones: zone.Of(zone.Office), roles: []Role{Intake, Reviewer, Chief, Director}},
	DecideCase:  {zones: zone.Of(zone.Office), roles: []Role{Director}},
	WaiveRule:   {zones: zone.Of(zone.Office), roles: []Role{Chief}},
	SeeHanging:  {zones: zone.Of(zone.Office), roles: []Role{Chief, Director, Auditor}},
	SeePlans:    {zones: zone.Of(zone.Office), roles: []Role{Intake, Reviewer, Chief, Director, Auditor}},
	KeepPlans:   {zones: zone.Of(zone.Office), roles: []Role{Chief}},
	SeeVisas:    {zones: zone.Of(zone.Office), roles: []Role{Visa, Chief, Director, Auditor}},
	HandleVisas: {zones: zone.Of(zone.Office), roles: []Role{Visa}},
	SeeBooklets: {zones: zone.Of(zone.Office), roles: []Role{Custodian, Visa, Window, Chief, Auditor}},
	KeepBooklet: {zones: zone.Of(zone.Office), roles: []Role{Custodian}},
	ServeWindow: {zones: zone.Of(zone.Office), roles: []Role{Window}},
	PlanHall:    {zones: zone.Of(zone.Office), roles: []Role{Administrator, Chief}},

	SeeRatings:   {zones: zone.Of(zone.Office), roles: []Role{Chief, Director, Auditor}},
	AnswerRating: {zones: zone.Of(zone.Office), roles: []Role{Chief, Director}},

	SeeRemarks:   {zones: zone.Of(zone.Office), roles: []Role{Chief, Director, Administrator, Auditor}},
	AnswerRemark: {zones: zone.Of(zone.Office), roles: []Role{Chief, Director, Administrator}},

	SeeTraining: {zones: zone.Of(zone.Office), roles: []Role{Chief, Administrator}},

	PublishNotice: {zones: zone.Of(zone.Office), roles: []Role{Chief, Director}},

	KeepPersonnel: {zones: zone.Of(zone.Office), roles: []Role{Personnel}},

	SeeOrders:     {zones: zone.Of(zone.Passport), roles: []Role{PassportOfficer, Capture}},
	CapturePerson: {zones: zone.Of(zone.Passport), roles: []Role{Capture, PassportOfficer}},
	MakeBooklet:   {zones: zone.Of(zone.Passport), roles: []Role{PassportOfficer}},
	KeepStock:     {zones: zone.Of(zone.Passport), roles: []Role{PassportOfficer}},

	Administer:    {zones: zone.Everywhere, roles: []Role{Administrator}},
	SeeConfig:     {zones: zone.Of(zone.Office), roles: []Role{Administrator, Chief, Director, Auditor}},
	Configure:     {zones: zone.Of(zone.Office), roles: []Role{Administrator}},
	SeeExchange:   {zones: zone.Everywhere, roles: []Role{Administrator, Auditor, Chief}},
	SeeRefusals:   {zones: zone.Everywhere, roles: []Role{Administrator, Auditor}},
	SeeHeld:       {zones: zone.Everywhere, roles: []Role{Administrator, Chief, PassportOfficer, Auditor}},
	ReleaseHeld:   {zones: zone.Everywhere, roles: []Role{Administrator, Chief, PassportOfficer}},
	SeeDiscs:      {zones: zone.Everywhere, roles: []Role{Administrator, Chief, PassportOfficer, Auditor}},
	KeepDiscs:     {zones: zone.Everywhere, roles: []Role{Administrator, Chief, PassportOfficer}},
	SeeProgram:    {zones: zone.Everywhere, roles: []Role{Administrator, Chief, PassportOfficer, Auditor}},
	ChangeProgram: {zones: zone.Everywhere, roles: []Role{Administrator}},
	Audit:         {zones: zone.Everywhere, roles: []Role{Auditor}},
}

// Bound tells whether a right is held for the own unit's things alone: an
// address that names one must then be known to belong to somebody.
func (r Right) Bound(z zone.Zone) bool {
	return (table[r].scope == ownUnit || table[r].scope == unitAlone) && z == zone.Internet
}

// Rights lists every right: the tests hold each to its roles and its routes.
func Rights() []Right {
	out := make([]Right, 0, len(table))
	for r := range table {
		out = append(out, r)
	}
	sort.Slice(out, func(i, j int) bool { return out[i] < out[j] })
	return out
}
