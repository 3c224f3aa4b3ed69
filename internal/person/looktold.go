package person

import (
	"fmt"
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/journal"
)

// OfficeLooks is what the office network tells somebody of who had their data shown
// there; its subject is the person's id. The record itself stays there (Looks).
var OfficeLooks = journal.Subject[[]LookTold]{Kind: "officelook", Evolve: func(told []LookTold, e journal.Event) ([]LookTold, error) {
	b, is := e.Body.(LookTold)
	if !is {
		return told, fmt.Errorf("%T is nothing that is told of a look", e.Body)
	}
	return append(slices.Clip(told), b), nil
}}

// TellLook tells of the looks of a day: once of each role and datum, however often
// it was shown, and of nobody's name.
type TellLook struct {
	Role  string
	Field string
	Day   calendar.Date
}

// Decide is content with what was told already.
func (cmd TellLook) Decide(told []LookTold, _ journal.Moment) ([]journal.Event, error) {
	if slices.Contains(told, LookTold(cmd)) {
		return nil, nil
	}
	return journal.Happened(LookTold(cmd)), nil
}
