package custody

import (
	"yitang/internal/calendar"
	"yitang/internal/dossier"
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
	return journal.Happened(Announced{Booklet: cmd.Booklet, Person: m.Subject, Unit: cmd.Unit, Filing: cmd.Filing, Type: cmd.Type, Tail: dossier.Tail(cmd.Number), Issued: cmd.Issued, Expires: cmd.Expires,
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
		if b.succeeds(old) {
			happened = append(happened, journal.Happened(Replaced{Booklet: old.ID, Person: m.Subject, Filing: b.Filing, By: b.ID})...)
		}
	}
	return happened, nil
}

// succeeds tells whether a booklet takes another's place once it is there.
func (b Booklet) succeeds(old Booklet) bool {
	named := old.Tail == b.Replaces && old.isPermit() == b.isPermit() // a tail is three characters: a permit may have the same
	return old.ID != b.ID && old.ID != b.ReplacedBy && old.Live() && old.ReplacedBy == "" && (named || old.Type == b.Type && old.Place != OnItsWay)
}

// Succeed says that a booklet that was received took this one's place, though it
// is kept under another record of the same person.
type Succeed struct {
	Booklet string
	Next    Booklet // that is in the store now
	Filing  string  // for which that one was made
}

// Decide asks again: the booklet may be lost or void by now.
func (cmd Succeed) Decide(h Holder, m journal.Moment) ([]journal.Event, error) {
	i := h.index(cmd.Booklet)
	if i < 0 || !cmd.Next.succeeds(h.Booklets[i]) {
		return nil, nil
	}
	return journal.Happened(Replaced{Booklet: cmd.Booklet, Person: m.Subject, Filing: cmd.Filing, By: cmd.Next.ID}), nil
}

// ReactReceived lets a booklet that was received take the place of those that are
// kept under other ids that mean its holder. to is the holder with it, besides
// what is kept of the person altogether.
func ReactReceived(e journal.Event, to Holder, besides []Row) []Wish {
	b, received := e.Body.(Received)
	i := to.index(b.Booklet)
	if !received || i < 0 {
		return nil
	}
	var out []Wish
	for _, r := range besides {
		if r.Person != e.Subject.ID {
			out = append(out, Wish{journal.Order{Subject: r.Person, Key: e.ID + ":custody.succeed:" + r.Booklet, Cause: e.ID}, Succeed{Booklet: r.Booklet, Next: to.Booklets[i], Filing: b.Filing}})
		}
	}
	return out
}
