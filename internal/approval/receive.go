package approval

import (
	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
)

// Receive puts what has come in on intake's desk (收件).
type Receive struct {
	Unit    string
	Facts   Facts
	Names   Names
	Members []Traveller
	Within  calendar.Workdays // intake's clock
	Amends  filing.Amends     // the approved case that it changes; empty for an application
}

// Decide refuses an application that is here already.
func (cmd Receive) Decide(a Approval, m journal.Moment) ([]journal.Event, error) {
	if a.Stage != Nothing {
		return nil, fault.NotNow("approval.received_already", a.Stage)
	}
	if len(cmd.Members) == 0 {
		return nil, fault.Field("members", "approval.receive.nobody", nil)
	}
	received := Received{Unit: cmd.Unit, Facts: cmd.Facts, Names: journal.Of(cmd.Names), Members: cmd.Members, Due: within(m, cmd.Within)}
	if cmd.Amends.Of != "" {
		return journal.Happened(received, AmendmentReceived(cmd.Amends)), nil
	}
	return journal.Happened(received), nil
}
