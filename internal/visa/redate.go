package visa

import (
	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Redate moves an order to other days, because the approved journey has moved.
// It stays where it is in the work: kit, mission's receipt and result hold.
type Redate struct {
	From, To calendar.Date
	Days     int
	Depart   calendar.Date
	SendBy   calendar.Date
}

// Decide leaves what has ended as it is.
func (cmd Redate) Decide(o Order, _ journal.Moment) ([]journal.Event, error) {
	switch o.Stage {
	case Nothing, IsReleased, NoneNeeded, IsWithdrawn:
		return nil, fault.NotNow("visa.redate.not_now", o.Stage)
	}
	p := o.Plan
	if p.From == cmd.From && p.To == cmd.To && p.Days == cmd.Days && p.Depart == cmd.Depart {
		return nil, nil
	}
	return journal.Happened(Redated{Filing: p.Filing, Person: p.Person, From: cmd.From, To: cmd.To, Days: cmd.Days, Depart: cmd.Depart, SendBy: cmd.SendBy}), nil
}

// Replan begins an order anew, because the approved journey is another one: the
// visa that is there or asked for doesn't serve it, or none is needed any more.
type Replan struct{ Planned }

// Decide wants an order that was there before.
func (cmd Replan) Decide(o Order, m journal.Moment) ([]journal.Event, error) {
	if o.Stage == Nothing {
		return nil, fault.NotNow("visa.redate.not_now", o.Stage)
	}
	if OrderID(cmd.Filing, cmd.Person, cmd.Area) != m.Subject {
		return nil, fault.Field("area", "visa.plan.other", nil)
	}
	if !cmd.Needed && cmd.Reason == "" {
		return nil, fault.Field("reason", "visa.plan.reason", nil)
	}
	return journal.Happened(Replanned{Plan: cmd.Planned.sent(m.Today)}), nil
}

// Again applies once more for a visa that was refused (再次申请): the kit is packed
// anew, and the refusal stays on record.
type Again struct{}

// Decide wants a refusal. The last day for sending it may be past: then it is to
// be sent at once.
func (Again) Decide(o Order, m journal.Moment) ([]journal.Event, error) {
	if o.Stage != IsRefused {
		return nil, fault.NotNow("visa.again.not_now", o.Stage)
	}
	return journal.Happened(Replanned{Plan: o.Plan.sent(m.Today)}), nil
}
