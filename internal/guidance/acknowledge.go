package guidance

import (
	"fmt"

	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Note is what a unit has taken note of: the newest edition of one notice.
type Note struct{ Edition int }

// Notes is a unit's taking note of a notice as a subject: NoteID is its id.
var Notes = journal.Subject[Note]{Kind: "guidance_note", Evolve: func(n Note, e journal.Event) (Note, error) {
	if b, is := e.Body.(Acknowledged); is {
		return Note{Edition: b.Edition}, nil
	}
	return n, fmt.Errorf("%T is nothing that happens to a unit's taking note", e.Body)
}}

// NoteID is the id of what a unit notes of a notice.
func NoteID(notice, unit string) string { return notice + ":" + unit }

// Acknowledge says that a unit has read a notice (阅知). Of is the notice as the
// page showed it.
type Acknowledge struct {
	Of   Row
	Unit string
	Name string // of who does
}

// Decide takes it once for each edition, while the notice is out and asks for it.
func (cmd Acknowledge) Decide(n Note, m journal.Moment) ([]journal.Event, error) {
	switch {
	case n.Edition >= cmd.Of.Edition:
		return nil, nil // a colleague was quicker
	case !cmd.Of.Asks || !cmd.Of.Holds(m.Today):
		return nil, fault.NotNow("guidance.acknowledge", cmd.Of.Stand)
	}
	return journal.Happened(Acknowledged{Notice: cmd.Of.ID, Edition: cmd.Of.Edition, Unit: cmd.Unit, Name: journal.Of(cmd.Name)}), nil
}
