package person

import (
	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// known refuses what nobody can do to a record that isn't there, or that is
// another one's by now.
func (p Person) known(m journal.Moment) error {
	switch {
	case m.Version == 0:
		return fault.NotFound("person " + m.Subject)
	case p.Standing == WasDuple:
		return fault.NotNow("person.merged.already", p.Standing)
	}
	return nil
}

// Leave says that somebody works for the unit no longer (离职). The record
// stays on its list until another unit has them.
type Leave struct{ On calendar.Date }

// Decide lets somebody leave once.
func (cmd Leave) Decide(p Person, m journal.Moment) ([]journal.Event, error) {
	if err := p.known(m); err != nil {
		return nil, err
	}
	switch {
	case p.Standing == HasLeft:
		return nil, fault.NotNow("person.left.already", p.Standing)
	case p.Offer.To != "":
		return nil, fault.NotNow("person.offer.pending", p.Standing)
	case cmd.On.IsZero():
		return nil, fault.Field("on", "form.empty", nil)
	case cmd.On.After(m.Today):
		return nil, fault.Field("on", "form.date.future", nil)
	}
	return journal.Happened(Left(cmd)), nil
}

// ComeBack takes leaving back, or takes somebody on again.
type ComeBack struct{}

// Decide lets only those come back who have left.
func (cmd ComeBack) Decide(p Person, m journal.Moment) ([]journal.Event, error) {
	if err := p.known(m); err != nil {
		return nil, err
	}
	if p.Standing != HasLeft {
		return nil, fault.NotNow("person.here", p.Standing)
	}
	return journal.Happened(CameBack{}), nil
}
