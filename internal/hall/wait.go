package hall

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/visit"
)

// Waiting is a case in line for places of a day (候补): for all its people, or none.
type Waiting struct {
	ID      string
	Filing  string
	Unit    string
	Counter visit.Counter
	People  []string
	Minutes []int // how long each takes; empty: no longer than one place holds
	First   First
	Since   time.Time
	Offer   *Offer // what is kept for them; nil while nothing is
}

// Offer is places kept for who waited for them. It is over when its time is, whoever
// notes that.
type Offer struct {
	Slot   Clock
	Window string
	Uses   []Use
	Until  time.Time
}

// Open tells whether places are kept for them now.
func (w Waiting) Open(now time.Time) bool { return w.Offer != nil && w.Offer.Until.After(now) }

// lengths is how long each of them takes: the unit's messenger is one too.
func (w Waiting) lengths() []int {
	if len(w.Minutes) > 0 {
		return w.Minutes
	}
	return make([]int, max(1, len(w.People)))
}

// First is why somebody goes before those who came earlier; "" for no reason.
type First string

// Who goes first (优先).
const (
	IsUrgent First = "urgent" // 急件
	IsElder  First = "elder"  // 老年人
)

// GoesFirst tells whether people go first on a day, and why. Birth days that nobody
// knows are zero.
func (p Plan) GoesFirst(urgent bool, born []calendar.Date, on calendar.Date) First {
	if urgent {
		return IsUrgent
	}
	for _, b := range born {
		if !b.IsZero() && !on.Before(b.AddMonths(12*cmp.Or(p.Elder, ElderYears))) {
			return IsElder
		}
	}
	return ""
}

// WaitOver is why somebody waits no more.
type WaitOver string

// Why a wait is over without a booking of that day.
const (
	WaitLapsed WaitOver = "lapsed" // they didn't answer in time
	WaitPassed WaitOver = "passed" // they didn't want the place
	WaitLeft   WaitOver = "left"   // they left the line
	WaitServed WaitOver = "served" // they have another time, or came
	WaitClosed WaitOver = "closed" // nothing of that day can be booked any more
	WaitEnd    WaitOver = "ended"  // their case is over
)

// inLine puts those who wait in their order: who goes first, then who waits longest.
func inLine(all []Waiting) []Waiting {
	slices.SortFunc(all, order)
	return all
}

func order(a, b Waiting) int {
	return cmp.Or(cmp.Compare(rank(a.First), rank(b.First)), a.Since.Compare(b.Since), cmp.Compare(a.ID, b.ID))
}

func rank(f First) int {
	if f == "" {
		return 1
	}
	return 0
}

func (d Day) line() []Waiting {
	var out []Waiting
	for _, w := range d.Waits {
		out = append(out, w)
	}
	return inLine(out)
}

// Owed is places that are due to somebody in line.
type Owed struct {
	Waiting Waiting
	Slot    Clock
	Window  string
	Uses    []Use
}

// owed gives what is free to the line: the first whom it fits as a whole, at the
// earliest hour at which all its people can be there. Who has or had an offer is owed
// nothing more, nor is who couldn't book it: whose unit has as many places of the day as
// one may, or whose people have as many times.
func (p Plan) owed(d Day, day calendar.Date, now time.Time) []Owed {
	var out []Owed
	used, firm := d.taken(now, ""), Day{Bookings: map[string]Placed{}, Holds: d.Holds} // what is offered and owed is as good as booked
	maps.Copy(firm.Bookings, d.Bookings)
	for id, w := range d.Waits {
		if w.Open(now) {
			firm.Bookings[id] = Placed{Filing: w.Filing, Unit: w.Unit, People: w.People, Uses: w.Offer.Uses}
		}
	}
	for _, w := range d.line() {
		takes := p.takes(w.Counter, w.lengths())
		if w.Offer != nil || (Wanted{Plan: p, Filing: w.Filing, Unit: w.Unit, Persons: w.People}).limit(firm, takes, now) != "" {
			continue
		}
		if slot, window, uses, ok := p.earliest(used, firm.busy(w.Filing, w.People, now), w.Counter, day, now, takes); ok {
			used.add(window, uses)
			firm.Bookings[w.ID] = Placed{Filing: w.Filing, Unit: w.Unit, People: w.People, Uses: uses}
			out = append(out, Owed{Waiting: w, Slot: slot, Window: window, Uses: uses})
		}
	}
	return out
}

// earliest is the first hour of a day at which people fit who take so many slots each and
// are busy at some.
func (p Plan) earliest(taken places, busy hours, c visit.Counter, day calendar.Date, now time.Time, takes []int) (Clock, string, []Use, bool) {
	past := clockOf(now, day)
	for _, s := range p.Slots() {
		if s <= past {
			continue
		}
		if window, uses, ok := p.fit(taken, c, s, takes); ok && !busy.meets(uses) {
			return s, window, uses, true
		}
	}
	return 0, "", nil, false
}

// promised is what nobody but the line may have: what is taken, and what is owed to
// those who wait, from the moment on at which it comes free. A filing's own places
// aren't in its way.
func (d Day) promised(p Plan, day calendar.Date, m journal.Moment, except string) places {
	out := d.taken(m.Now, except)
	if len(d.Waits) == 0 {
		return out
	}
	for _, o := range p.owed(d, day, m.Now) {
		if o.Waiting.Filing != except {
			out.add(o.Window, o.Uses)
		}
	}
	return out
}

// Wait puts a case in line for a day (排候补).
type Wait struct {
	Wanted Wanted // its hour says nothing: any of that day will do
	People []string
	First  First
}

// Decide refuses a day that has places for them at an hour at which they can come, one that never has as many, and one
// that they have booked.
func (cmd Wait) Decide(d Day, m journal.Moment) ([]journal.Event, error) {
	w := cmd.Wanted
	w.People, w.Plan, w.Persons = max(1, len(cmd.People)), w.Plan.On(w.Day), cmd.People
	if err := w.checkDay(m); err != nil {
		return nil, asked(err)
	}
	for _, b := range d.Bookings {
		if b.Filing == w.Filing && !Past(w.Day, b.Slot, m.Now) {
			return nil, fault.Field("days", "hall.wait.booked", map[string]any{"Day": w.Day})
		}
	}
	for _, x := range d.Waits {
		if x.Filing == w.Filing {
			return nil, nil // they wait already, and keep their turn
		}
	}
	takes := w.takes()
	if _, _, _, ok := w.Plan.earliest(places{}, nil, w.Counter, w.Day, m.Now, takes); !ok {
		return nil, fault.Field("days", w.never(), map[string]any{"Day": w.Day, "Count": w.People})
	}
	if key := w.limit(d, takes, m.Now); key != "" {
		return nil, fault.Field("days", key, map[string]any{"Day": w.Day})
	}
	if _, _, _, ok := w.Plan.earliest(d.promised(w.Plan, w.Day, m, w.Filing), w.busy(d, m.Now), w.Counter, w.Day, m.Now, takes); ok {
		return nil, fault.Field("days", "hall.wait.free", map[string]any{"Day": w.Day})
	}
	return journal.Happened(WaitBegun{Wait: m.Fresh(), Hall: w.Plan.ID, Day: w.Day, Counter: string(w.Counter), Filing: w.Filing, Unit: w.Unit, People: cmd.People, First: cmd.First,
		Minutes: lengths(cmd.People, w.People, w.Acts)}), nil
}

// never tells why a day that is empty can't have them: they are more than sit together at
// any hour of it, or what they do doesn't fit into what is left of it.
func (w Wanted) never() string {
	if _, _, _, ok := w.Plan.earliest(places{}, nil, w.Counter, w.Day, time.Time{}, slices.Repeat([]int{1}, w.People)); ok {
		return "hall.wait.long"
	}
	return "hall.wait.never"
}

// asked puts what is wrong with a day beside the days that were chosen.
func asked(err error) error {
	var out []fault.Finding
	for _, f := range fault.Findings(err) {
		f.Field = "days"
		out = append(out, f)
	}
	return fault.Invalid(out...)
}

// Quit takes a case out of the line of a day, or lets go of what it was offered (退出候补).
type Quit struct {
	Filing string
	Day    calendar.Date
	Why    WaitOver
}

// Decide is content when they don't wait.
func (cmd Quit) Decide(d Day, m journal.Moment) ([]journal.Event, error) {
	var out []any
	for _, w := range d.line() {
		if w.Filing != cmd.Filing {
			continue
		}
		why := cmd.Why
		if why == WaitLeft && w.Open(m.Now) {
			why = WaitPassed
		}
		out = append(out, WaitEnded{Wait: w.ID, Filing: w.Filing, Day: cmd.Day, Why: why})
	}
	return journal.Happened(out...), nil
}
