package person

import (
	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// A transfer (调动) takes two: the old unit offers, the new one confirms. Until
// then the person stays on the old unit's list, so that nobody is on none.

// HandOver offers somebody to another unit.
type HandOver struct {
	To string
	On calendar.Date
}

// Decide offers to one unit at a time.
func (cmd HandOver) Decide(p Person, m journal.Moment) ([]journal.Event, error) {
	if err := p.known(m); err != nil {
		return nil, err
	}
	var wrong []fault.Finding
	if cmd.To == "" || cmd.To == p.In {
		wrong = append(wrong, fault.Finding{Field: "to", Key: "form.choose"})
	}
	if cmd.On.IsZero() {
		wrong = append(wrong, fault.Finding{Field: "on", Key: "form.empty"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	if p.Offer.To != "" {
		return nil, fault.NotNow("person.offer.pending", p.Standing)
	}
	return journal.Happened(Offered(cmd)), nil
}

// Keep ends an offer: the old unit takes it back, or the new one says that the
// person isn't theirs, and why.
type Keep struct {
	By  string // unit
	Why string
}

// Decide asks the new unit for its reason.
func (cmd Keep) Decide(p Person, m journal.Moment) ([]journal.Event, error) {
	if err := p.known(m); err != nil {
		return nil, err
	}
	switch {
	case p.Offer.To == "" || cmd.By != p.In && cmd.By != p.Offer.To:
		return nil, fault.NotNow("person.offer.none", p.Standing)
	case cmd.By == p.Offer.To && cmd.Why == "":
		return nil, fault.Field("why", "form.empty", nil)
	}
	return journal.Happened(OfferEnded(cmd)), nil
}

// Arrive confirms that somebody works for the new unit: the record, and with
// it all that is held of the person, is on its list from now on.
type Arrive struct {
	To string        // unit that confirms
	On calendar.Date // zero: as offered
}

// Decide lets the unit confirm that was offered the person; whoever has left
// their unit is nobody's, and any unit may take them on.
func (cmd Arrive) Decide(p Person, m journal.Moment) ([]journal.Event, error) {
	if err := p.known(m); err != nil {
		return nil, err
	}
	if cmd.To == "" || cmd.To == p.In || p.Offer.To != cmd.To && (p.Offer.To != "" || p.Standing != HasLeft) {
		return nil, fault.NotNow("person.offer.none", p.Standing)
	}
	if cmd.On.IsZero() {
		cmd.On = p.Offer.On
	}
	return journal.Happened(Transferred(cmd)), nil
}

// AskFor tells the unit that has the record that somebody works elsewhere now.
type AskFor struct{ By string } // unit

// Decide asks once.
func (cmd AskFor) Decide(p Person, m journal.Moment) ([]journal.Event, error) {
	if err := p.known(m); err != nil {
		return nil, err
	}
	switch {
	case cmd.By == "" || cmd.By == p.In:
		return nil, fault.NotNow("person.here", p.Standing)
	case p.AskedBy == cmd.By, p.Offer.To == cmd.By:
		return nil, nil
	}
	return journal.Happened(AskedFor(cmd)), nil
}
