package trip

import (
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Amend takes note that the approved journey is another one: who goes, and
// from when to when. It follows from the office's word.
type Amend struct {
	Amendment string
	Members   []string // who may go
	Depart    calendar.Date
	Return    calendar.Date
	Ready     bool // everybody who may go has booklet and visa in hand, and nothing more is wanted by it
}

// Decide changes a journey that was cleared or is under way. One that isn't
// cleared yet takes its days and people from the approval anyway. Who is to go to
// other places in the same days may want a visa more: the delegation waits for it.
func (cmd Amend) Decide(t Trip, _ journal.Moment) ([]journal.Event, error) {
	switch t.Stage {
	case IsCleared, IsAbroad, IsHome:
	case Nothing:
		return nil, nil
	default:
		return nil, fault.NotNow("trip.amend.not_now", t.Stage)
	}
	goes := t.Stage != IsCleared || cmd.Ready
	if goes && t.Depart == cmd.Depart && t.Return == cmd.Return && slices.Equal(t.Members, cmd.Members) {
		return nil, nil
	}
	return journal.Happened(Amended{Amendment: cmd.Amendment, Members: cmd.Members, Depart: cmd.Depart, Return: cmd.Return, Cleared: goes}), nil
}
