package notify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"yitang/internal/hall"
)

// Way takes a message out of the house. Send returns what the other side calls it
// (its receipt), or why not: a Trouble, or any other error, which counts as Unreached.
// It may be called for the same ID more than once, after this process was killed in
// the middle; Repeats says what whoever receives makes of that.
type Way interface {
	Send(ctx context.Context, o Outgoing) (receipt string, err error)
	// Repeats tells whether the same ID twice is one message to whoever receives it.
	Repeats() bool
}

// Knowing is a way that knows where people are reached, so that nobody types an
// address for it. "" is nowhere.
type Knowing interface {
	AddressOf(ctx context.Context, account string) (string, error)
}

// Blocking is a way by which somebody may take no messages though it reaches them.
type Blocking interface {
	// BlockedSince is from when on they take none; zero for who takes them.
	BlockedSince(ctx context.Context, account string) (time.Time, error)
}

// Reporting is a way whose other side tells later whether a message came to whom it
// was for: one that took it may still lose it.
type Reporting interface {
	Way
	// Arrived asks about a message by its receipt, where it went and when. Detail is
	// what the other side says of one that is lost.
	Arrived(ctx context.Context, to, receipt string, sent time.Time) (a Arrival, detail string, err error)
}

// Signing is a way whose messages come from an address: an entry in a calendar that is
// taken from a page is then the one that came by it.
type Signing interface {
	Sender() string
}

// Arrival is what became of a message that was taken.
type Arrival int

// Nobody knows yet, it's there, it never will be, or whoever it is for takes none there.
const (
	OnItsWay Arrival = iota
	IsThere
	IsLost
	IsBlocked
)

// Outgoing is a message in its words, ready for a way.
type Outgoing struct {
	ID       string // the same whenever it is sent again
	To       string // address of this way
	Subject  string
	Text     string
	Link     string      // whole address of the page on which to act; "" for none, or several
	Short    string      // what matters most, where a form cuts after twenty characters; "" for the text's first line
	At       time.Time   // the hour that it is about; zero: none but that of its sending
	Calendar *hall.Entry // for whoever keeps a calendar; the way says from whom and to whom; nil for none
	Template string      // number of a text that the provider has approved; "" for none
	Params   []Param
}

// Param fills one place of a template.
type Param struct{ Name, Value string }

// Trouble is why a way hasn't taken a message.
type Trouble struct {
	Reason Reason
	Detail string
}

func (t Trouble) Error() string { return fmt.Sprintf("%s: %s", t.Reason, t.Detail) }

func troubleOf(err error) Trouble {
	var t Trouble
	if errors.As(err, &t) {
		return t
	}
	return Trouble{Unreached, err.Error()}
}
