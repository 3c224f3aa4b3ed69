package visa

import (
	"fmt"
	"slices"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/ref"
)

// Stage is where an order stands.
type Stage string

const (
	Nothing     Stage = ""
	IsPlanned   Stage = "planned"
	NoneNeeded  Stage = "none"
	KitIsReady  Stage = "kit"
	IsSent      Stage = "sent"
	IsGranted   Stage = "granted"
	IsRefused   Stage = "refused"
	IsChecked   Stage = "checked"
	IsReleased  Stage = "released"
	IsWithdrawn Stage = "withdrawn"
)

// Stages lists them in the order of the work.
func Stages() []Stage {
	return []Stage{IsPlanned, KitIsReady, IsSent, IsGranted, IsRefused, IsChecked, IsReleased, NoneNeeded, IsWithdrawn}
}

// Open tells whether the booklet must still wait for this order.
func (s Stage) Open() bool {
	switch s {
	case IsChecked, IsReleased, NoneNeeded, IsWithdrawn, Nothing:
		return false
	}
	return true
}

// InBooklet tells whether a visa is in its holder's booklet, and so lost with it.
func (s Stage) InBooklet() bool { return s == IsGranted || s == IsChecked || s == IsReleased }

// Order is one visa order.
type Order struct {
	Stage     Stage
	Plan      Planned
	Papers    Papers
	Batch     string
	Booklet   string
	SentOn    calendar.Date
	Visa      Granted
	GrantedBy string // account that recorded it, or corrected what was recorded
	Mended    []Mended
	Why       string // of a refusal, a withdrawal, or what was found wrong
	Attempts  int    // how often it was sent
	Asked     []Ask  // papers that the unit is to bring
	Mission   Mission
	Earlier   []Earlier // what came of it before it was begun anew
}

// Row is the order as what its kit lacks is read from it.
func (o Order) Row(id string) Row {
	p := o.Plan
	return Row{ID: id, Filing: p.Filing, Person: p.Person, Area: p.Area, Apply: p.Apply, With: p.With, From: p.From, To: p.To, Days: p.Days, Depart: p.Depart, SendBy: p.SendBy,
		Stage: o.Stage, Kit: p.Kit, Asked: o.Asked, Way: ref.Way(p.Way), Booklet: o.Booklet}
}

// Earlier is an application that lay with the mission before a change of the
// journey began the order anew.
type Earlier struct {
	Batch  string
	SentOn calendar.Date
	Visa   Granted // none while its Until is zero
	Why    string  // of a refusal; ""
}

// earlier adds to them what the order has come to so far.
func (o Order) earlier() []Earlier {
	if o.SentOn.IsZero() {
		return o.Earlier
	}
	e := Earlier{Batch: o.Batch, SentOn: o.SentOn, Visa: o.Visa}
	if o.Stage == IsRefused {
		e.Why = o.Why
	}
	return append(slices.Clone(o.Earlier), e)
}

// anew is the order begun anew with another plan. What came of it goes to Earlier;
// all else of it stays, also what is added to an order later.
func (o Order) anew(plan Planned) Order {
	if o.Stage == IsRefused {
		o.Mission = Mission{} // it sees them again for another application
	}
	o.Plan, o.Stage, o.Earlier = plan, IsPlanned, o.earlier()
	if !plan.Needed {
		o.Stage = NoneNeeded
	}
	o.Papers, o.Asked = Papers{}, nil
	o.Batch, o.Booklet, o.SentOn = "", "", calendar.Date{}
	o.Visa, o.GrantedBy, o.Mended, o.Why = Granted{}, "", nil, ""
	return o
}

// WentWith tells whether the order lies with the mission by this batch.
func (o Order) WentWith(batch string) bool { return o.Stage == IsSent && o.Batch == batch }

// Mended is one correction of what was recorded of a visa.
type Mended struct {
	Was Granted
	Is  Corrected
	By  string // account
	At  time.Time
}

// Room is the order as a subject; its id is OrderID's.
var Room = journal.Subject[Order]{Kind: "visa", Evolve: evolve}

// OrderID names the order of a member and area.
func OrderID(filing, person, area string) string { return filing + "." + person + "." + area }

func evolve(o Order, e journal.Event) (Order, error) {
	switch b := e.Body.(type) {
	case Planned:
		o.Plan, o.Stage = b, IsPlanned
		if !b.Needed {
			o.Stage = NoneNeeded
		}
	case Replanned:
		return o.anew(b.Plan), nil
	case Redated:
		o.Plan.From, o.Plan.To, o.Plan.Days, o.Plan.Depart, o.Plan.SendBy = b.From, b.To, b.Days, b.Depart, b.SendBy
	case KitCompleted:
		o.Stage, o.Papers, o.Asked = KitIsReady, b.Papers, nil
	case Sent:
		o.Stage, o.SentOn, o.Batch, o.Booklet = IsSent, b.On, b.Batch, b.Booklet
		o.Attempts++
	case Granted:
		o.Stage, o.Visa, o.GrantedBy = IsGranted, b, e.Actor.Account
	case Refused:
		o.Stage, o.Why = IsRefused, b.Reason
	case Checked:
		o.Stage = IsChecked
	case FoundWrong:
		o.Stage, o.Why, o.Visa, o.GrantedBy, o.Mended = KitIsReady, b.What, Granted{}, "", nil
	case Corrected:
		o.Mended = append(o.Mended, Mended{Was: o.Visa, Is: b, By: e.Actor.Account, At: e.At})
		v := o.Visa
		v.From, v.Until, v.Entries, v.Days, v.Name, v.Tail = b.From, b.Until, b.Entries, b.Days, b.Name, b.Tail
		o.Stage, o.Visa, o.GrantedBy = IsGranted, v, e.Actor.Account
	case Released:
		o.Stage = IsReleased
	case Withdrawn:
		o.Stage, o.Why = IsWithdrawn, b.Reason
	case PaperAsked:
		o.Asked = asking(o.Asked, b)
	case MissionDaySet:
		o.Mission = Mission{Day: b.On, Words: b.Words}
	case MissionSeen:
		o.Mission.Seen = b.On
	default:
		return o, fmt.Errorf("%T is nothing that happens to a visa order", e.Body)
	}
	return o, nil
}
