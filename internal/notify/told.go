package notify

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Told is one message as it stands.
type Told struct {
	Account string
	Ways    []string
	At      int  // which of them is next; len(Ways): none is left
	Tries   int  // with this one
	Over    bool // sent, lapsed, or no way was left
	Due     time.Time
	Open    *Begun // an attempt of which nobody knows the end
	Sent    string // way that has taken it and may tell more of it; "" for none
	Seen    bool
}

// Way is the one that is next.
func (t Told) Way() (string, bool) {
	if t.Over || t.At >= len(t.Ways) {
		return "", false
	}
	return t.Ways[t.At], true
}

// Room is a message as a subject; its id is its key: see Message.Key.
var Room = journal.Subject[Told]{Kind: "notify", Evolve: func(t Told, e journal.Event) (Told, error) {
	switch b := e.Body.(type) {
	case Queued:
		return Told{Account: b.Account, Ways: b.Ways, Over: len(b.Ways) == 0, Due: b.Due}, nil
	case Begun:
		t.Open = &b
	case Sent:
		t.Over, t.Open, t.Sent = true, nil, b.Way
	case Arrived:
		t.Sent = ""
	case Lapsed:
		t.Over, t.Open = true, nil
	case Failed:
		at := slices.Index(t.Ways, b.Next)
		if at != t.At {
			t.Tries = 0
		} else {
			t.Tries++
		}
		t.Over = at < 0
		if t.Over {
			at = len(t.Ways)
		}
		t.At, t.Due, t.Open, t.Sent = at, b.Due, nil, ""
	case Seen:
		t.Seen = true
	default:
		return t, fmt.Errorf("%T is nothing that happens to a message", e.Body)
	}
	return t, nil
}}

// Queue puts a message in somebody's way, once.
type Queue struct{ Message }

// Decide does nothing when it was queued before.
func (cmd Queue) Decide(_ Told, m journal.Moment) ([]journal.Event, error) {
	if m.Version > 0 {
		return nil, nil
	}
	q := Queued{What: string(cmd.What), About: cmd.About, Unit: cmd.Unit, Account: cmd.Account, Role: cmd.Role, Ways: cmd.Ways, Due: cmd.Due, Digest: cmd.Digest, Legal: cmd.Legal,
		Of: journal.Of(cmd.Of), Link: journal.Of(cmd.Link), Fills: journal.Of(cmd.Fills)}
	if q.Ways == nil {
		q.Ways = []string{}
	}
	return journal.Happened(q), nil
}

// lease is how long whoever began an attempt has for it.
const lease = 2 * time.Minute

// Begin takes a message in hand. Again is for an attempt whose end nobody knows:
// it goes out under its own number again.
type Begin struct {
	Way   string
	Batch string
}

// Decide refuses what somebody else has in hand, isn't due or is over.
func (cmd Begin) Decide(t Told, m journal.Moment) ([]journal.Event, error) {
	way, open := t.Way()
	switch {
	case !open || way != cmd.Way:
		return nil, fault.NotNow("notify.over", way)
	case t.Due.After(m.Now):
		return nil, fault.NotNow("notify.early", t.Due.String())
	case t.Open != nil && t.Open.Until.After(m.Now):
		return nil, fault.NotNow("notify.in_hand", t.Open.Until.String())
	case t.Open != nil && t.Open.Batch != cmd.Batch:
		return nil, fault.NotNow("notify.in_doubt", t.Open.Batch)
	}
	return journal.Happened(Begun{Way: cmd.Way, Batch: cmd.Batch, Until: m.Now.Add(lease)}), nil
}

// NoteSent notes that the way has taken it.
type NoteSent struct{ Way, Receipt string }

// Decide is content when that is known.
func (cmd NoteSent) Decide(t Told, _ journal.Moment) ([]journal.Event, error) {
	if t.Over {
		return nil, nil
	}
	return journal.Happened(Sent{Way: cmd.Way, Receipt: journal.Of(cmd.Receipt)}), nil
}

// NoteFailed notes that the way hasn't taken it, and goes on: later by the same way
// where that may help, else by the next.
type NoteFailed struct {
	Way    string
	Reason Reason
	Detail string
}

// again is how long is waited before each further try of the same way.
var again = []time.Duration{2 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour}

// Decide chooses what is next.
func (cmd NoteFailed) Decide(t Told, m journal.Moment) ([]journal.Event, error) {
	way, open := t.Way()
	if !open || way != cmd.Way {
		return nil, nil
	}
	f := Failed{Way: cmd.Way, Reason: cmd.Reason, Due: m.Now, Detail: journal.Of(cmd.Detail)}
	switch {
	case cmd.Reason.passes() && t.Tries < len(again):
		f.Next, f.Due = way, m.Now.Add(again[t.Tries])
	case t.At+1 < len(t.Ways):
		f.Next = t.Ways[t.At+1]
	}
	return journal.Happened(f), nil
}

// NoteArrived notes what the way that took it tells of it later: it is there, or it is
// lost. What is lost goes out by the next way, unless it was read on the own page.
type NoteArrived struct {
	Way    string
	Lost   bool
	Why    Reason // of one that is lost; "" for Lost
	Detail string
	Due    time.Time // of the next way: not at night because of a telephone that was off
}

// Decide is content when nothing more is awaited of that way.
func (cmd NoteArrived) Decide(t Told, m journal.Moment) ([]journal.Event, error) {
	switch {
	case t.Sent != cmd.Way:
		return nil, nil
	case !cmd.Lost:
		return journal.Happened(Arrived{Way: cmd.Way}), nil
	}
	f := Failed{Way: cmd.Way, Reason: cmp.Or(cmd.Why, Lost), Due: cmd.Due, Detail: journal.Of(cmd.Detail)}
	if !t.Seen && t.At+1 < len(t.Ways) {
		f.Next = t.Ways[t.At+1]
	}
	return journal.Happened(f), nil
}

// Lapse ends a message that isn't true any more before it has left the house.
type Lapse struct{}

// Decide leaves alone what is on its way or over.
func (Lapse) Decide(t Told, _ journal.Moment) ([]journal.Event, error) {
	way, open := t.Way()
	if !open || t.Open != nil {
		return nil, nil
	}
	return journal.Happened(Lapsed{Way: way}), nil
}

// See notes that it was read on the own page.
type See struct{ Account string }

// Decide lets nobody read another's.
func (cmd See) Decide(t Told, m journal.Moment) ([]journal.Event, error) {
	switch {
	case m.Version == 0 || t.Account != cmd.Account:
		return nil, fault.NotFound("message " + m.Subject)
	case t.Seen:
		return nil, nil
	}
	return journal.Happened(Seen{On: "page"}), nil
}

// Reason is why a way hasn't taken a message.
type Reason string

// The reasons.
const (
	NoAddress  Reason = "no_address"  // nobody has said where
	NoWay      Reason = "no_way"      // the office hasn't set this way up
	NoTemplate Reason = "no_template" // the provider has approved no text for it
	Rejected   Reason = "rejected"    // the server wants neither this address nor this text
	Credential Reason = "credential"  // the server doesn't know the office, or its signature
	Limited    Reason = "limited"     // too much for one address; the provider says wait
	Unreached  Reason = "unreached"   // no connection, or the server is in trouble
	InDoubt    Reason = "in_doubt"    // it may have gone out; it isn't sent twice
	Blocked    Reason = "blocked"     // whoever it is for takes no messages there
	Lost       Reason = "lost"        // it was taken and hasn't come there: a number that isn't in use, a phone that is off for days
)

// passes tells whether the same may work later.
func (r Reason) passes() bool { return r == Limited || r == Unreached || r == Credential }
