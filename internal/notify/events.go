package notify

import (
	"time"

	"yitang/internal/journal"
	"yitang/internal/zone"
)

// Kinds is what can have happened to a message, and to how somebody is reached. Of
// messages the office hears too that and how its unit was told, and never what they say.
var Kinds = []journal.Kind{
	journal.Declare[Queued](both("notify.queued")),
	journal.Declare[Begun](own("notify.begun")),
	journal.Declare[Sent](both("notify.sent")),
	journal.Declare[Arrived](both("notify.arrived")),
	journal.Declare[Failed](both("notify.failed")),
	journal.Declare[Lapsed](both("notify.lapsed")),
	journal.Declare[Seen](both("notify.seen")),

	journal.Declare[AddressGiven](own("contact.address_given")),
	journal.Declare[CodeMistaken](own("contact.code_mistaken")),
	journal.Declare[AddressConfirmed](own("contact.address_confirmed")),
	journal.Declare[AddressDropped](own("contact.address_dropped")),
	journal.Declare[Preferred](own("contact.preferred")),
}

func both(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Internet, zone.Office), Reach: zone.Of(zone.Internet, zone.Office)}
}

func own(name string) journal.Kind {
	return journal.Kind{Name: name, Home: zone.Of(zone.Internet, zone.Office), Own: true}
}

// Queued: somebody is to be told of something. It stands on their own page from now on.
type Queued struct {
	What    string                           `reach:"internet office"` // pack.TellEvent
	About   string                           `reach:"internet office"` // case; "" for none
	Unit    string                           `reach:"internet office"`
	Account string                           `reach:"internet office"`
	Role    string                           `reach:"internet office"`
	Ways    []string                         `reach:"internet office"` // in order; none: the own page alone
	Due     time.Time                        `reach:"internet office"` // not before
	Digest  bool                             `reach:"internet office"` // together with others
	Legal   bool                             `reach:"internet office"`
	Of      journal.Field[string]            `reach:"home"` // the thing that it is about: a booklet, a booking
	Link    journal.Field[string]            `reach:"home"` // the page to act on
	Fills   journal.Field[map[string]string] `reach:"home"` // what its words fill in
}

// Begun: it is being handed over to a way. Nobody else does so before Until.
type Begun struct {
	Way   string    `reach:"home"`
	Batch string    `reach:"home"` // what goes out as one: its id there
	Until time.Time `reach:"home"`
}

// Sent: the way has taken it.
type Sent struct {
	Way     string                `reach:"internet office"`
	Receipt journal.Field[string] `reach:"home"` // the provider's number of it
}

// Arrived: whoever it is for has it, says the way.
type Arrived struct {
	Way string `reach:"internet office"`
}

// Failed: the way hasn't taken it, or has lost it.
type Failed struct {
	Way    string    `reach:"internet office"`
	Reason Reason    `reach:"internet office"`
	Next   string    `reach:"internet office"` // way that is tried next, the same one perhaps; "": none is left
	Due    time.Time `reach:"internet office"` // when
	// Detail is what the server said, for whoever runs it.
	Detail journal.Field[string] `reach:"home"`
}

// Lapsed: before it went out it was no longer true. It stays on the own page.
type Lapsed struct {
	Way string `reach:"internet office"`
}

// Seen: whoever it is for has read it on their own page.
type Seen struct {
	On string `reach:"internet office"` // "page"
}

// AddressGiven: somebody says where they are reached, and was sent a code there.
type AddressGiven struct {
	Way     string `reach:"home"`
	Address string `reach:"home" sealed:"yes"`
	Code    string `reach:"home" sealed:"yes"`
}

// CodeMistaken: another code was typed than the one that was sent.
type CodeMistaken struct {
	Way string `reach:"home"`
}

// AddressConfirmed: the code was the right one; what was given is theirs.
type AddressConfirmed struct {
	Way string `reach:"home"`
}

// AddressDropped: they are reached there no more.
type AddressDropped struct {
	Way string `reach:"home"`
}

// Preferred: of what they don't want to hear by any way, and in which language they
// are written to.
type Preferred struct {
	Off  []string `reach:"home"` // pack.TellEvent
	Lang string   `reach:"home"`
}
