package hall

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/visit"
)

// Queue is who of those that came on one day is to be called (叫号). One day of one hall
// is one subject, so that two windows never call the same.
type Queue struct {
	Last    int // ticket given out
	Tickets map[string]Ticket
}

// Ticket is one visit's turn at the windows.
type Ticket struct {
	Visit   string
	Filing  string
	Number  int
	Counter visit.Counter
	First   First
	Due     time.Time // its turn goes by this: see DueAt
	Came    time.Time
	State   TicketState
	Window  string // that called it last; ""
	Calls   int
	Called  time.Time // last
	Waited  time.Time // when it was called first
}

// TicketState is where a ticket stands.
type TicketState string

// A ticket's states.
const (
	InQueue    TicketState = "waits"
	AtWindow   TicketState = "called"
	NobodyAt   TicketState = "absent" // called three times, and nobody came
	TicketUsed TicketState = "over"
)

// CallsBeforeAbsent is how often somebody is called before they are passed over.
const CallsBeforeAbsent = 3

// TicketNumber is a ticket as it is printed, shown and called.
func TicketNumber(n int) string { return fmt.Sprintf("%03d", n) }

// DueAt says by what hour a visit is called: who booked and is in time by the booked
// one, who comes late or without a booking by when they came.
func DueAt(b Booking, came time.Time) time.Time {
	if b.ID == "" || Past(b.Day, b.Slot, came) {
		return came
	}
	return b.Slot.On(b.Day)
}

// CounterOf is the counter at which most of some acts is done.
func CounterOf(acts []Act) visit.Counter {
	best, most := visit.PassportCounter, 0
	for _, c := range visit.Counters() {
		n := 0
		for _, a := range acts {
			if a.Kind.Counter() == c {
				n += max(1, a.Minutes)
			}
		}
		if n > most {
			best, most = c, n
		}
	}
	return best
}

// Queues is the queue of a day as a subject; its id is DayID.
var Queues = journal.Subject[Queue]{Kind: "hallqueue", Evolve: func(q Queue, e journal.Event) (Queue, error) {
	if q.Tickets == nil {
		q.Tickets = map[string]Ticket{}
	}
	switch b := e.Body.(type) {
	case TicketGiven:
		q.Last = max(q.Last, b.Number)
		q.Tickets[b.Visit] = Ticket{Visit: b.Visit, Filing: b.Filing, Number: b.Number, Counter: visit.Counter(b.Counter), First: b.First, Due: b.Due, Came: b.Came, State: InQueue}
	case Called:
		t := q.Tickets[b.Visit]
		if t.Waited.IsZero() {
			t.Waited = e.At
		}
		t.State, t.Window, t.Calls, t.Called = AtWindow, b.Window, b.Calls, e.At
		q.Tickets[b.Visit] = t
	case PassedOver:
		t := q.Tickets[b.Visit]
		t.State = NobodyAt
		q.Tickets[b.Visit] = t
	case Requeued:
		t := q.Tickets[b.Visit]
		t.State, t.Due, t.Calls = InQueue, e.At, 0
		q.Tickets[b.Visit] = t
	case TicketOver:
		t := q.Tickets[b.Visit]
		t.State = TicketUsed
		q.Tickets[b.Visit] = t
	default:
		return q, fmt.Errorf("%T is nothing that happens to the queue of a day", b)
	}
	return q, nil
}}

// InTurn puts tickets in the order in which they are called: who goes first, then by
// their hour, then by their number.
func InTurn(all []Ticket) []Ticket {
	slices.SortFunc(all, func(a, b Ticket) int {
		return cmp.Or(cmp.Compare(rank(a.First), rank(b.First)), a.Due.Compare(b.Due), cmp.Compare(a.Number, b.Number))
	})
	return all
}

func (q Queue) waiting(w Window) []Ticket {
	var out []Ticket
	for _, t := range q.Tickets {
		if t.State == InQueue && w.Serves(t.Counter) {
			out = append(out, t)
		}
	}
	return InTurn(out)
}

// GiveTicket gives a visit its number at check-in.
type GiveTicket struct {
	Visit   string
	Filing  string
	Counter visit.Counter
	First   First
	Due     time.Time
	Came    time.Time
}

// Decide gives one number to one visit.
func (cmd GiveTicket) Decide(q Queue, _ journal.Moment) ([]journal.Event, error) {
	if _, has := q.Tickets[cmd.Visit]; has {
		return nil, nil
	}
	return journal.Happened(TicketGiven{Visit: cmd.Visit, Filing: cmd.Filing, Number: q.Last + 1, Counter: string(cmd.Counter), First: cmd.First, Due: cmd.Due, Came: cmd.Came}), nil
}

// CallNext calls the next in line to a window (叫下一位). Whoever that window called
// before is done with.
type CallNext struct{ Window Window }

// Decide is refused where nobody waits.
func (cmd CallNext) Decide(q Queue, _ journal.Moment) ([]journal.Event, error) {
	line := q.waiting(cmd.Window)
	if len(line) == 0 {
		return nil, fault.NotNow("hall.call.nobody", InQueue)
	}
	var out []any
	for _, t := range q.at(cmd.Window.ID) {
		out = append(out, TicketOver{Visit: t.Visit, Filing: t.Filing})
	}
	return journal.Happened(append(out, Called{Visit: line[0].Visit, Filing: line[0].Filing, Window: cmd.Window.ID, Calls: 1})...), nil
}

func (q Queue) at(window string) []Ticket {
	var out []Ticket
	for _, t := range q.Tickets {
		if t.State == AtWindow && t.Window == window {
			out = append(out, t)
		}
	}
	return InTurn(out)
}

// CallAgain calls somebody once more (再叫).
type CallAgain struct{ Visit string }

// Decide calls who was called and isn't done with.
func (cmd CallAgain) Decide(q Queue, _ journal.Moment) ([]journal.Event, error) {
	t := q.Tickets[cmd.Visit]
	if t.State != AtWindow {
		return nil, fault.NotNow("hall.call.over", t.State)
	}
	return journal.Happened(Called{Visit: t.Visit, Filing: t.Filing, Window: t.Window, Calls: t.Calls + 1}), nil
}

// PassOver notes that nobody came to the window (过号).
type PassOver struct{ Visit string }

// Decide wants three calls before.
func (cmd PassOver) Decide(q Queue, _ journal.Moment) ([]journal.Event, error) {
	t := q.Tickets[cmd.Visit]
	switch {
	case t.State != AtWindow:
		return nil, fault.NotNow("hall.call.over", t.State)
	case t.Calls < CallsBeforeAbsent:
		return nil, &fault.NotNowError{Key: "hall.call.too_few", State: string(t.State), Args: map[string]any{"Calls": t.Calls, "Needed": CallsBeforeAbsent}}
	}
	return journal.Happened(PassedOver{Visit: t.Visit, Filing: t.Filing}), nil
}

// Requeue puts somebody back in line who was passed over and is there now.
type Requeue struct{ Visit string }

// Decide gives them their turn from now on, under the number that they have.
func (cmd Requeue) Decide(q Queue, _ journal.Moment) ([]journal.Event, error) {
	t := q.Tickets[cmd.Visit]
	if t.State != NobodyAt {
		return nil, fault.NotNow("hall.call.over", t.State)
	}
	return journal.Happened(Requeued{Visit: t.Visit, Filing: t.Filing}), nil
}

// EndTicket takes a visit out of the queue that is served, called or not.
type EndTicket struct{ Visit string }

// Decide is content when it is out already.
func (cmd EndTicket) Decide(q Queue, _ journal.Moment) ([]journal.Event, error) {
	t, has := q.Tickets[cmd.Visit]
	if !has || t.State == TicketUsed {
		return nil, nil
	}
	return journal.Happened(TicketOver{Visit: t.Visit, Filing: t.Filing}), nil
}

// LastCalled is whom each window called last and still waits for or serves, the latest
// call first.
func LastCalled(all []Ticket) []Ticket {
	last := map[string]Ticket{}
	for _, t := range all {
		if was, there := last[t.Window]; t.State == AtWindow && (!there || t.Called.After(was.Called)) {
			last[t.Window] = t
		}
	}
	var out []Ticket
	for _, t := range last {
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b Ticket) int { return cmp.Or(b.Called.Compare(a.Called), cmp.Compare(a.Number, b.Number)) })
	return out
}
