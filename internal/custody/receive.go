package custody

import (
	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/passport"
)

// Announce says that a new booklet is on its way to the keeper.
type Announce struct {
	Booklet      string // the passport order's id
	Unit         string
	Filing       string
	Type         string
	Number       string // withheld from the internet
	Issued       calendar.Date
	Expires      calendar.Date
	BlankPages   int
	LatinName    string
	CaptureUntil calendar.Date
	Stamps       []passport.Stamp // endorsements of a permit
	Replaces     string           // tail of the one before; ""
}

// Decide announces each booklet once: what the passport zone made is true
// already, and nobody is there to be asked for anything else.
func (cmd Announce) Decide(h Holder, m journal.Moment) ([]journal.Event, error) {
	if h.index(cmd.Booklet) >= 0 {
		return nil, nil
	}
	return journal.Happened(Announced{Booklet: cmd.Booklet, Person: m.Subject, Unit: cmd.Unit, Filing: cmd.Filing, Type: cmd.Type, Tail: Tail(cmd.Number), Issued: cmd.Issued, Expires: cmd.Expires,
		BlankPages: cmd.BlankPages, CaptureUntil: cmd.CaptureUntil, LatinName: cmd.LatinName, Stamps: cmd.Stamps, Replaces: cmd.Replaces, Number: journal.Of(cmd.Number)}), nil
}

// Receive confirms that the keeper has a new booklet in hand (入库).
type Receive struct{ Booklet string }

// Decide marks what the new one replaces: the booklet that its order names, and
// any other of its kind that is there, for nobody goes with two. Of two that are
// on their way neither replaces the other before both are there, unless its order
// says so: else each would be the other's successor, and nobody could go at all.
func (cmd Receive) Decide(h Holder, m journal.Moment) ([]journal.Event, error) {
	b, err := h.at(cmd.Booklet, "custody.receive.not_coming", OnItsWay)
	if err != nil {
		return nil, err
	}
	happened := journal.Happened(Received{Booklet: b.ID, Person: m.Subject, Filing: b.Filing})
	for _, old := range h.Booklets {
		named := old.Tail == b.Replaces && old.isPermit() == b.isPermit() // a tail is three characters: a permit may have the same
		if old.ID != b.ID && old.ID != b.ReplacedBy && old.Live() && old.ReplacedBy == "" && (named || old.Type == b.Type && old.Place != OnItsWay) {
			happened = append(happened, journal.Happened(Replaced{Booklet: old.ID, Person: m.Subject, Filing: b.Filing, By: b.ID})...)
		}
	}
	return happened, nil
}
