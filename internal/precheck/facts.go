package precheck

import (
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// Known is what a node knows and no case file tells. All of it may be absent;
// rules that read it then stay silent.
type Known struct {
	PlanLineTakenBy string        `json:"planLineTakenBy"` // the live case that uses the same plan line
	PlanLines       []string      `json:"planLines"`       // of the unit's plan in force for the year of leaving
	PlanLine        *PlanLine     `json:"planLine"`        // the line that the case names
	NoPlan          bool          `json:"noPlan"`          // no plan is in force for that year
	SuspensionOrder bool          `json:"suspensionOrder"` // the unit is under one
	OverdueDays     int           `json:"overdueDays"`     // since the longest overdue booklet of the unit was due; 0: none, or nobody knows
	Members         []KnownMember `json:"members"`         // in the case's order

	Cases []dossier.OtherCase `json:"cases"` // other applications that may belong together with this one

	Term *Term `json:"term"` // of a declared trip: the approval under which it is declared

	// each at its own moment only
	Order     *Ordering   `json:"order"`
	Lodging   *Lodging    `json:"lodging"`
	Checkout  *Collecting `json:"checkout"`
	Amendment *Amendment  `json:"amendment"`
	After     *Aftermath  `json:"after"`
}

// PlanLine is what the plan in force says of one line.
type PlanLine struct {
	Countries []string `json:"countries"`
	Month     int      `json:"month"` // 0: not settled yet
}

// KnownMember is what a node knows of one member.
type KnownMember struct {
	OtherName       string        `json:"otherName"`       // under which the same number is on file
	BiometricsUntil calendar.Date `json:"biometricsUntil"` // of a capture in force
	CaptureBooked   bool          `json:"captureBooked"`   // an appointment for capture exists
	BiometricsAsked bool          `json:"biometricsAsked"` // the passport zone was asked, so absence means none

	RestrictionsAsked bool          `json:"restrictionsAsked"` // the office has looked; the Internet can't
	Restrictions      []Restriction `json:"restrictions"`
	RecordedPost      string        `json:"recordedPost"`  // by the personnel record
	RecordedRank      dossier.Rank  `json:"recordedRank"`  // by the personnel record
	UnitElsewhere     bool          `json:"unitElsewhere"` // their unit isn't on this office's register
	Elsewhere         bool          `json:"elsewhere"`     // they work for another unit than the one that applies

	Visas       []HeldVisa    `json:"visas"`       // in force
	PrintsGiven calendar.Date `json:"printsGiven"` // when fingers were last taken for a Schengen visa
	PrintsAsked bool          `json:"printsAsked"` // the record was asked, so absence means none
	TravelCard  calendar.Date `json:"travelCard"`  // last day of an APEC business travel card
}

// Restriction is a time in which somebody may not leave the country. Its reason
// stays with whoever set it.
type Restriction struct {
	From  calendar.Date `json:"from"`
	Until calendar.Date `json:"until"` // absent: until it is lifted
}

// HeldVisa is a visa in a booklet that is still used.
type HeldVisa struct {
	Area    string        `json:"area"`
	From    calendar.Date `json:"from"`
	Until   calendar.Date `json:"until"`
	Entries int           `json:"entries"` // 0: any number
	Days    int           `json:"days"`    // of stay
}

// Fact adds to a case, before it is checked, what the node knows beyond the file.
type Fact func(*dossier.Case, *Known)

// UnitOwes tells what of the unit is overdue beyond the limit.
func UnitOwes(booklets, reports int) Fact {
	return func(c *dossier.Case, _ *Known) { c.Unit.OverdueBooklets, c.Unit.OverdueReports = booklets, reports }
}

// OverdueFor tells for how many days the longest overdue booklet of the unit is.
func OverdueFor(days int) Fact { return func(_ *dossier.Case, k *Known) { k.OverdueDays = days } }

// UnitSuspended tells of an order that suspends the unit.
func UnitSuspended() Fact { return func(_ *dossier.Case, k *Known) { k.SuspensionOrder = true } }

// PlanLineTaken names the live case that uses the same plan line.
func PlanLineTaken(by string) Fact {
	return func(_ *dossier.Case, k *Known) { k.PlanLineTakenBy = by }
}

// PlanInForce tells which lines the unit's plan for the year of leaving has.
func PlanInForce(lines []string) Fact {
	return func(_ *dossier.Case, k *Known) { k.PlanLines = lines }
}

// PlannedAs tells what the plan says of the line that the case names.
func PlannedAs(l PlanLine) Fact { return func(_ *dossier.Case, k *Known) { k.PlanLine = &l } }

// NoPlanInForce tells that the unit has none for the year of leaving.
func NoPlanInForce() Fact { return func(_ *dossier.Case, k *Known) { k.NoPlan = true } }

// Beside adds another application that may belong together with this one.
func Beside(o dossier.OtherCase) Fact {
	return func(_ *dossier.Case, k *Known) { k.Cases = append(k.Cases, o) }
}

// Restricted tells that the office has looked up a member's restrictions, and
// which there are.
func Restricted(member int, all ...Restriction) Fact {
	return ofMember(member, func(_ *dossier.Member, k *KnownMember) { k.RestrictionsAsked, k.Restrictions = true, all })
}

// HoldsSecrets tells which secrets bind a member on the days of the trip, and
// whether the secrecy side agrees to all of them.
func HoldsSecrets(member int, level dossier.SecretLevel, agreed bool) Fact {
	return ofMember(member, func(m *dossier.Member, _ *KnownMember) { m.SecretLevel, m.SecrecyConsent = level, agreed })
}

// Recorded tells a member's post and rank by the personnel record.
func Recorded(member int, post string, rank dossier.Rank) Fact {
	return ofMember(member, func(_ *dossier.Member, k *KnownMember) { k.RecordedPost, k.RecordedRank = post, rank })
}

// SentFromElsewhere tells that a member's unit isn't on this office's register.
func SentFromElsewhere(member int) Fact {
	return ofMember(member, func(_ *dossier.Member, k *KnownMember) { k.UnitElsewhere = true })
}

// WorksElsewhere tells that a member has moved to another unit since they were chosen.
func WorksElsewhere(member int) Fact {
	return ofMember(member, func(_ *dossier.Member, k *KnownMember) { k.Elsewhere = true })
}

// AlsoTravels adds another trip of a member.
func AlsoTravels(member int, t dossier.OtherTrip) Fact {
	return ofMember(member, func(m *dossier.Member, _ *KnownMember) { m.OtherTrips = append(slices.Clone(m.OtherTrips), t) })
}

// Holds tells which booklet a member holds.
func Holds(member int, p dossier.Passport) Fact {
	return ofMember(member, func(m *dossier.Member, _ *KnownMember) { m.Passport = &p })
}

// Vetted tells how a member's vetting stands.
func Vetted(member int, v dossier.Vetting) Fact {
	return ofMember(member, func(m *dossier.Member, _ *KnownMember) { m.Vetting = &v })
}

// Lives tells where a member lives and who is of their family, as they told for
// the forms of booklets and visas: the rules on couples and children read it.
func Lives(member int, address string, family []dossier.Relative) Fact {
	return ofMember(member, func(m *dossier.Member, _ *KnownMember) { m.HomeAddress, m.Family = address, family })
}

// NumberOnFileAs names the person on file under the same identity number.
func NumberOnFileAs(member int, name string) Fact {
	return ofMember(member, func(_ *dossier.Member, k *KnownMember) { k.OtherName = name })
}

// Captured tells until when a member's capture is in force (absent: there is
// none), and whether one is booked.
func Captured(member int, until calendar.Date, booked bool) Fact {
	return ofMember(member, func(_ *dossier.Member, k *KnownMember) {
		k.BiometricsUntil, k.CaptureBooked, k.BiometricsAsked = until, booked, true
	})
}

// HoldsVisa adds a visa that a member holds.
func HoldsVisa(member int, v HeldVisa) Fact {
	return ofMember(member, func(_ *dossier.Member, k *KnownMember) { k.Visas = append(slices.Clone(k.Visas), v) })
}

// GavePrints tells when a member's fingers were last taken for a Schengen visa
// (absent: never, as far as the record goes).
func GavePrints(member int, on calendar.Date) Fact {
	return ofMember(member, func(_ *dossier.Member, k *KnownMember) { k.PrintsGiven, k.PrintsAsked = on, true })
}

// CarriesCard tells until when a member's APEC business travel card is valid.
func CarriesCard(member int, until calendar.Date) Fact {
	return ofMember(member, func(_ *dossier.Member, k *KnownMember) { k.TravelCard = until })
}

// Held adds a material that is held and needn't be given again.
func Held(m dossier.Material) Fact {
	return func(c *dossier.Case, _ *Known) { c.Materials = append(c.Materials, m) }
}

func ofMember(i int, tell func(*dossier.Member, *KnownMember)) Fact {
	return func(c *dossier.Case, k *Known) {
		if i >= 0 && i < len(c.Members) {
			tell(&c.Members[i], &k.Members[i])
		}
	}
}

// withFacts applies facts to a copy: the caller's case stays as it was.
func withFacts(c dossier.Case, facts []Fact) (dossier.Case, Known) {
	known := Known{Members: make([]KnownMember, len(c.Members))}
	if len(facts) > 0 {
		c.Members = slices.Clone(c.Members)
		c.Materials = slices.Clone(c.Materials)
	}
	for _, tell := range facts {
		tell(&c, &known)
	}
	if len(known.Members) != len(c.Members) { // a Fact of somebody else's may replace it
		known.Members = append(known.Members, make([]KnownMember, len(c.Members))...)[:len(c.Members)]
	}
	known.meet(&c)
	return c, known
}
