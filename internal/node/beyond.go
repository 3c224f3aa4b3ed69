package node

import (
	"context"
	"slices"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/person"
	"yitang/internal/precheck"
	"yitang/internal/quota"
	"yitang/internal/trip"
	"yitang/internal/unit"
	"yitang/internal/zone"
	"yitang/ref"
)

// Asked is the case of which a node is asked what it knows.
type Asked struct {
	Filing string   // "" for a case that isn't one here
	Unit   string   // its organising unit's id
	People []string // the members' ids, "" where somebody isn't on record
	Case   dossier.Case
	Today  calendar.Date // absent: the journal's
	Limits ref.Parameters
}

// Beyond is what a node knows of a case beyond what the case tells: other
// applications, names on record, what its unit owes. On the Internet nothing of
// another unit is told but that there is something.
func Beyond(ctx context.Context, j *journal.Journal, ring *keys.Ring, a Asked) ([]precheck.Fact, error) {
	if a.Today.IsZero() {
		a.Today = j.Today()
	}
	out, err := ofUnit(ctx, j, a)
	if err != nil {
		return nil, err
	}
	beside, err := besides(ctx, j, a)
	if err != nil {
		return nil, err
	}
	out = append(out, beside...)
	if a.Case.Trip.Declared() {
		t, err := termOf(ctx, j, a)
		if err != nil {
			return nil, err
		}
		out = append(out, precheck.DeclaredUnder(t))
	}
	for i, m := range a.Case.Members {
		id := ""
		if i < len(a.People) {
			id = a.People[i]
		}
		more, err := ofMember(ctx, j, ring, a, i, id, m)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	return out, nil
}

// termOf is the approval for a term under which a trip is declared, as it stands
// now: with its amendments, and only with those who may travel.
func termOf(ctx context.Context, j *journal.Journal, a Asked) (precheck.Term, error) {
	if a.Case.Trip.Under == "" {
		return precheck.Term{}, nil
	}
	under, _, err := journal.Load(ctx, j, approval.Room, a.Case.Trip.Under)
	if err != nil || under.Kind != dossier.MultiTrip || under.Stage != approval.IsIssued || under.Unit != a.Unit {
		return precheck.Term{}, err
	}
	now, err := approval.Standing(ctx, j, a.Case.Trip.Under)
	if err != nil {
		return precheck.Term{}, err
	}
	t := precheck.Term{InForce: true, From: under.Depart, Until: under.ValidUntil, DaysEach: now.Dossier.Trip.DaysEach, Countries: now.Dossier.Countries()}
	for i, who := range a.People {
		if i < len(a.Case.Members) && !slices.Contains(under.Approved(), who) {
			t.Missing = append(t.Missing, i)
		}
	}
	return t, nil
}

// ofUnit tells of a suspension, and what is owed.
func ofUnit(ctx context.Context, j *journal.Journal, a Asked) ([]precheck.Fact, error) {
	u, err := unit.One(ctx, j.Store, a.Unit)
	if fault.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []precheck.Fact
	if u.Suspended {
		out = append(out, precheck.UnitSuspended())
	}
	late, err := custody.OverdueOf(ctx, j.Store, a.Unit, a.Today)
	if err != nil {
		return nil, err
	}
	if days := custody.Longest(late, a.Today); days > 0 {
		out = append(out, precheck.OverdueFor(days))
	}
	reports, err := trip.ReportsLate(ctx, j.Store, a.Unit, a.Today)
	if err != nil {
		return nil, err
	}
	out = append(out, precheck.UnitOwes(max(len(late), a.Case.Unit.OverdueBooklets), max(reports, a.Case.Unit.OverdueReports)))
	planned, err := ofPlan(ctx, j, a)
	return append(out, planned...), err
}

// ofPlan tells which lines the unit's plan has for the year of leaving, and what it
// says of the one that the case names.
func ofPlan(ctx context.Context, j *journal.Journal, a Asked) ([]precheck.Fact, error) {
	if a.Case.Trip.Depart.IsZero() {
		return nil, nil
	}
	p, is, err := quota.Of(ctx, j.Store, a.Unit, a.Case.Trip.Depart.Year())
	if err != nil {
		return nil, err
	}
	if !is {
		return []precheck.Fact{precheck.NoPlanInForce()}, nil
	}
	var lines []string
	var out []precheck.Fact
	for _, l := range p.Lines {
		lines = append(lines, l.ID)
		if dossier.FoldCode(l.ID) == dossier.FoldCode(a.Case.Trip.PlanLine) {
			out = append(out, precheck.PlannedAs(precheck.PlanLine{Countries: l.Countries, Month: l.Month}))
		}
	}
	return append(out, precheck.PlanInForce(lines)), nil
}

// PlanUses lists what a unit's plan for a year counts.
func PlanUses(ctx context.Context, j *journal.Journal, unit string, year int) ([]filing.Use, error) {
	all, err := filing.Uses(ctx, j.Store, unit, year)
	if err != nil {
		return nil, err
	}
	return asDecided(ctx, j, all, year)
}

// AllPlanUses lists what the plans of all units for a year count, by unit.
func AllPlanUses(ctx context.Context, j *journal.Journal, year int) (map[string][]filing.Use, error) {
	all, err := filing.UsesOfAll(ctx, j.Store, year)
	if err == nil {
		all, err = asDecided(ctx, j, all, year)
	}
	out := map[string][]filing.Use{}
	for _, u := range all {
		out[u.Unit] = append(out[u.Unit], u)
	}
	return out, err
}

// asDecided counts in the office what it has itself decided, which reaches its
// own table of applications by no event: what came to an end counts nothing, and
// of what was approved in part only those who may travel, with their money.
//
// In both zones a trip that was called off counts nothing: that its approval lies
// in the archive as one that was granted doesn't say that anybody went.
func asDecided(ctx context.Context, j *journal.Journal, all []filing.Use, year int) ([]filing.Use, error) {
	off, err := trip.CalledOff(ctx, j.Store, calendar.On(year, 1, 1), calendar.On(year, 12, 31))
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(u filing.Use) bool { return off[u.Filing] })
	if j.Zone != zone.Office {
		return all, nil
	}
	rows, err := approval.DecidedIn(ctx, j.Store, year)
	if err != nil {
		return nil, err
	}
	of := map[string]approval.QueueRow{}
	for _, r := range rows {
		of[r.Filing] = r
	}
	var out []filing.Use
	for _, u := range all {
		row, decided := of[u.Filing]
		switch {
		case decided && !row.Live():
			continue
		case decided && row.Approved < u.Members:
			a, _, err := journal.Load(ctx, j, approval.Room, u.Filing)
			if err != nil {
				return nil, err
			}
			now, err := approval.Standing(ctx, j, u.Filing)
			if err != nil {
				return nil, err
			}
			var people []string
			for _, m := range now.Members {
				people = append(people, m.Person)
			}
			u.Members, u.AmountFen = filing.Granted(now.Dossier, people, a.Approved())
		}
		out = append(out, u)
	}
	return out, nil
}

// PlanUsed is what a unit's applications take of its plan for a year, without one
// case.
func PlanUsed(ctx context.Context, j *journal.Journal, unit string, year int, except string) (groups, people int, amountFen int64, err error) {
	all, err := PlanUses(ctx, j, unit, year)
	for _, u := range all {
		if u.Filing != except {
			groups, people, amountFen = groups+u.Groups(), people+u.Members, amountFen+u.AmountFen
		}
	}
	return groups, people, amountFen, err
}

// TripsBut lists somebody's trips that may still be made, without one case: what
// was called off isn't among them.
func TripsBut(ctx context.Context, j *journal.Journal, who, except string) ([]filing.Trip, error) {
	all, err := filing.TripsBut(ctx, j.Store, who, except)
	if err != nil {
		return nil, err
	}
	var out []filing.Trip
	for _, t := range all {
		if t.State, err = stateHere(ctx, j, t.Filing, t.State); err != nil {
			return nil, err
		}
		if t.State != dossier.CancelledTrip {
			out = append(out, t)
		}
	}
	return out, nil
}

// TripsOf tells of somebody's other live trips, and how many of a year's count,
// without one case.
func TripsOf(ctx context.Context, j *journal.Journal, who, except string, year int) (trips []dossier.OtherTrip, thisYear int, err error) {
	all, err := TripsBut(ctx, j, who, except)
	for _, t := range all {
		trips = append(trips, t.OtherTrip)
		if t.Depart.Year() == year {
			thisYear++
		}
	}
	return trips, thisYear, err
}

// besides tells of other applications.
func besides(ctx context.Context, j *journal.Journal, a Asked) ([]precheck.Fact, error) {
	// The longest span that a rule looks over, and a month.
	months := a.Limits.Whole("leader.sameCountryMonths", a.Today, 6) + 1
	all, err := filing.Beside(ctx, j.Store, a.Case, a.Unit, a.Filing, a.Today, months)
	if err != nil {
		return nil, err
	}
	var out []precheck.Fact
	for _, n := range all {
		if n.State, err = stateHere(ctx, j, n.Filing, n.State); err != nil {
			return nil, err
		}
		o := n.OtherCase
		switch {
		case n.UnitID == a.Unit:
			o.Unit = a.Case.Unit.Name
			if o.State != dossier.CancelledTrip && n.PlanLine != "" && n.PlanLine == a.Case.Trip.PlanLine {
				out = append(out, precheck.PlanLineTaken(o.Title))
			}
		case j.Zone == zone.Office:
			u, err := unit.One(ctx, j.Store, n.UnitID)
			if err != nil && !fault.IsNotFound(err) {
				return nil, err
			}
			o.Unit = u.Name
		default:
			o.Title, o.Leaders, o.MemberCount, o.Necessity = "", nil, 0, ""
		}
		out = append(out, precheck.Beside(o))
	}
	return out, nil
}

// stateHere is how another application stands, beyond what the table of applications
// tells: whether its trip was called off, and what the office itself has decided,
// which reaches its own table by no event.
func stateHere(ctx context.Context, j *journal.Journal, id string, heard dossier.TripState) (dossier.TripState, error) {
	t, _, err := trip.One(ctx, j.Store, id)
	if err != nil || t.CalledOff() {
		return dossier.CancelledTrip, err
	}
	if j.Zone != zone.Office {
		return heard, nil
	}
	row, known, err := approval.Row(ctx, j.Store, id)
	if err != nil || !known {
		return heard, err
	}
	switch row.Stage {
	case approval.IsRefused, approval.IsRevoked, approval.IsWithdrawn:
		return dossier.CancelledTrip, nil
	case approval.IsClosed: // the archive holds what came to nothing too
		a, _, err := journal.Load(ctx, j, approval.Room, id)
		if err != nil || !filing.Outcome(a.Outcome).Live() {
			return dossier.CancelledTrip, err
		}
		fallthrough
	case approval.IsDecided, approval.IsIssued:
		if heard == dossier.Submitted {
			return dossier.ApprovedTrip, nil
		}
	}
	return heard, nil
}

// ofMember tells of the name and post on record, and in the office of other
// trips and of whose unit isn't on the register.
func ofMember(ctx context.Context, j *journal.Journal, ring *keys.Ring, a Asked, i int, id string, m dossier.Member) ([]precheck.Fact, error) {
	var out []precheck.Fact
	known, err := person.Numbered(ctx, j.Store, ring, m.IDNumber)
	if err != nil {
		return nil, err
	}
	if known != "" {
		p, err := person.One(ctx, j.Store, known)
		if err != nil {
			return nil, err
		}
		out = append(out, precheck.NumberOnFileAs(i, p.Name()))
		if known == id || id == "" {
			out = append(out, precheck.Recorded(i, p.Post, dossier.Rank(p.Rank)))
		}
	}
	if id == "" {
		id = known
	}
	if id != "" {
		lives, err := ofDetails(ctx, j, i, id)
		if err != nil {
			return nil, err
		}
		out = append(out, lives...)
	}
	if j.Zone != zone.Office {
		return out, nil
	}
	if id != "" {
		trips, err := TripsBut(ctx, j, id, a.Filing)
		if err != nil {
			return nil, err
		}
		for _, t := range trips {
			if !slices.ContainsFunc(m.OtherTrips, func(o dossier.OtherTrip) bool { return o.Depart == t.Depart && o.Return == t.Return }) {
				out = append(out, precheck.AlsoTravels(i, t.OtherTrip))
			}
		}
	}
	if id != "" {
		held, err := person.PersonnelOf(ctx, j, id)
		if err != nil {
			return nil, err
		}
		out = append(out, clearance(i, held, a.Case.Trip)...)
	}
	if name := a.Case.From(i); name != "" && name != a.Case.Unit.Name {
		names, err := unit.Names(ctx, j.Store)
		if err != nil {
			return nil, err
		}
		elsewhere := true
		for _, n := range names {
			elsewhere = elsewhere && n != name
		}
		if elsewhere {
			out = append(out, precheck.SentFromElsewhere(i))
		}
	}
	return out, nil
}

// ofDetails tells where somebody lives, who is of their family and which travel
// card they carry, from what they told for the forms; nothing where they never did.
func ofDetails(ctx context.Context, j *journal.Journal, i int, id string) ([]precheck.Fact, error) {
	p, _, err := journal.Load(ctx, j, person.Room, id)
	if err != nil {
		return nil, err
	}
	var out []precheck.Fact
	if !p.Details.TravelCard.IsZero() {
		out = append(out, precheck.CarriesCard(i, p.Details.TravelCard))
	}
	if p.Details.HomeAddress == "" && len(p.Details.Family) == 0 {
		return out, nil
	}
	as := map[person.Relation]dossier.Relation{"spouse": dossier.Spouse, "son": dossier.Child, "daughter": dossier.Child, "father": dossier.Parent, "mother": dossier.Parent}
	var family []dossier.Relative
	for _, f := range p.Details.Family {
		family = append(family, dossier.Relative{Relation: as[f.Relation], Name: f.Name})
	}
	return append(out, precheck.Lives(i, p.Details.HomeAddress, family)), nil
}

// clearance tells what the office holds of somebody for the days of a trip:
// whether they may leave, and what secrets bind them. Why stays where it is.
func clearance(i int, held person.Personnel, t dossier.Trip) []precheck.Fact {
	if t.Depart.IsZero() || t.Return.IsZero() {
		return nil
	}
	var not []precheck.Restriction
	if held.Restricted(t.Depart, t.Return) {
		not = append(not, precheck.Restriction{From: t.Depart, Until: t.Return})
	}
	out := []precheck.Fact{precheck.Restricted(i, not...)}
	if level, agreed := held.SecretLevel(t.Depart, t.Return); level != "" {
		out = append(out, precheck.HoldsSecrets(i, level, agreed))
	}
	return out
}
