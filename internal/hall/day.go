package hall

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/visit"
)

// Day is who has which place on one day of one hall.
type Day struct {
	Bookings map[string]Placed  // by booking
	Holds    map[string]Hold    // by hold; those past their time count for nothing
	Serial   map[string]int     // last number given out, by window
	Waits    map[string]Waiting // by wait
}

// Placed is a booking as it stands on a day.
type Placed struct {
	Filing   string
	Unit     string
	People   []string
	Slot     Clock
	Window   string
	Uses     []Use
	Takes    []int // of each of the people, how many slots; empty: one
	Sequence int
	Taken    int  // the sequence with which it took this place: what changed since is no other place
	Here     bool // they say that they are at the hall
}

// Hold is places kept for somebody who is filling in the form.
type Hold struct {
	Filing string
	Unit   string
	Slot   Clock
	Window string
	Uses   []Use
	Until  time.Time
}

// HoldTime is how long a place is kept while the form is filled in.
const HoldTime = 10 * time.Minute

// Days is a day of a hall as a subject; its id is DayID.
var Days = journal.Subject[Day]{Kind: "hallday", Evolve: evolveDay}

// evolveDay changes the maps in place: a day has one owner, the journal's
// writer or whoever loaded it.
func evolveDay(d Day, e journal.Event) (Day, error) {
	if d.Bookings == nil {
		d = Day{Bookings: map[string]Placed{}, Holds: map[string]Hold{}, Serial: map[string]int{}, Waits: map[string]Waiting{}}
	}
	for id, h := range d.Holds {
		if !h.Until.After(e.At) {
			delete(d.Holds, id)
		}
	}
	place := func(booking, number string, p Placed) {
		d.Bookings[booking] = p
		if n := serialOf(number); n > d.Serial[p.Window] {
			d.Serial[p.Window] = n
		}
		for id, h := range d.Holds {
			if h.Filing == p.Filing {
				delete(d.Holds, id) // it has become this booking
			}
		}
		for id, w := range d.Waits {
			if w.Filing == p.Filing {
				delete(d.Waits, id) // what they waited for is theirs
			}
		}
	}
	switch b := e.Body.(type) {
	case Held:
		d.Holds[b.Hold] = Hold{Filing: b.Filing, Unit: b.Unit, Slot: b.Slot, Window: b.Window, Uses: b.Uses, Until: b.Until}
	case Released:
		delete(d.Holds, b.Hold)
		delete(d.Bookings, b.Booking)
	case Booked:
		place(b.Booking, b.Number, Placed{Filing: b.Filing, Unit: b.Unit, People: b.People, Slot: b.Slot, Window: b.Window, Uses: b.Uses, Takes: b.Takes, Sequence: b.Sequence, Taken: b.Sequence})
	case Moved:
		place(b.Booking, b.Number, Placed{Filing: b.Filing, Unit: b.Unit, People: b.People, Slot: b.Slot, Window: b.Window, Uses: b.Uses, Takes: b.Takes, Sequence: b.Sequence, Taken: b.Sequence})
	case Shortened:
		if p, here := d.Bookings[b.Booking]; here {
			uses, takes := p.without(b.Person)
			if len(b.Uses) > 0 {
				uses = b.Uses
			}
			p.Uses, p.Takes, p.People, p.Sequence = uses, takes, b.People, b.Sequence
			d.Bookings[b.Booking] = p
		}
	case Announced:
		if p, here := d.Bookings[b.Booking]; here {
			p.Here = true
			d.Bookings[b.Booking] = p
		}
	case Cancelled:
		delete(d.Bookings, b.Booking)
	case WaitBegun:
		d.Waits[b.Wait] = Waiting{ID: b.Wait, Filing: b.Filing, Unit: b.Unit, Counter: visit.Counter(b.Counter), People: b.People, Minutes: b.Minutes, First: b.First, Since: e.At}
	case Offered:
		if w, here := d.Waits[b.Wait]; here {
			w.Offer = &Offer{Slot: b.Slot, Window: b.Window, Uses: b.Uses, Until: b.Until}
			d.Waits[b.Wait] = w
		}
	case WaitEnded:
		delete(d.Waits, b.Wait)
	default:
		return d, fmt.Errorf("%T is nothing that happens to a day of the hall", b)
	}
	return d, nil
}

// number is what is called out and printed: YYYYMMDD-W-NNN.
func (d Day) number(day calendar.Date, window string) string {
	return fmt.Sprintf("%s-%s-%03d", strings.ReplaceAll(day.String(), "-", ""), window, d.Serial[window]+1)
}

func serialOf(number string) int {
	n, err := strconv.Atoi(number[strings.LastIndexByte(number, '-')+1:])
	if err != nil {
		return 0 // a number of another form takes part in no series
	}
	return n
}

// places counts what is taken, by window and slot.
type places map[string]map[Clock]int

func (p places) add(window string, uses []Use) {
	at := p[window]
	if at == nil {
		at = map[Clock]int{}
		p[window] = at
	}
	for _, u := range uses {
		at[u.Slot] += u.Places
	}
}

// taken leaves out the places of one filing: who chooses again isn't in their
// own way.
func (d Day) taken(now time.Time, except string) places {
	out := places{}
	for _, b := range d.Bookings {
		if except == "" || b.Filing != except {
			out.add(b.Window, b.Uses)
		}
	}
	for _, h := range d.Holds {
		if h.Until.After(now) && (except == "" || h.Filing != except) {
			out.add(h.Window, h.Uses)
		}
	}
	for _, w := range d.Waits {
		if w.Open(now) && (except == "" || w.Filing != except) {
			out.add(w.Offer.Window, w.Offer.Uses)
		}
	}
	return out
}

// fit finds places for people who take so many slots each at one window of a counter,
// from a slot on and without a break: the fewest slots, then the first window of the plan.
func (p Plan) fit(taken places, c visit.Counter, slot Clock, takes []int) (window string, uses []Use, ok bool) {
	for _, w := range p.Serving(c) {
		got, fits := share(takes, slot, func(at Clock) int { return p.bookable(w, at) - taken[w.ID][at] }, p.next)
		if fits && (!ok || len(got) < len(uses)) {
			window, uses, ok = w.ID, got, true
		}
	}
	return window, uses, ok
}

// nearest lists up to three other times of the day for the same people,
// nearest first, then what was read of other days.
func (p Plan) nearest(taken places, busy hours, day calendar.Date, c visit.Counter, slot Clock, takes []int, after Clock, elsewhere []string) []string {
	var times []Clock
	for _, s := range p.Slots() {
		if s <= after {
			continue
		}
		if _, uses, ok := p.fit(taken, c, s, takes); ok && !busy.meets(uses) {
			times = append(times, s)
		}
	}
	sort.SliceStable(times, func(i, j int) bool { return apart(times[i], slot) < apart(times[j], slot) })
	var out []string
	for _, s := range times {
		out = append(out, PlaceID(day, s))
	}
	out = append(out, elsewhere...)
	return out[:min(3, len(out))]
}

func apart(a, b Clock) Clock {
	if a > b {
		return a - b
	}
	return b - a
}

// PlaceID names a time in a conflict's nearest places: 2026-08-10T09:30.
func PlaceID(d calendar.Date, c Clock) string { return d.String() + "T" + c.String() }

// ParsePlace reads what PlaceID gives.
func ParsePlace(s string) (calendar.Date, Clock, error) {
	day, at, ok := strings.Cut(s, "T")
	if !ok {
		return calendar.Date{}, 0, fmt.Errorf("%q is no day and time", s)
	}
	d, err := calendar.Parse(day)
	if err != nil {
		return d, 0, err
	}
	c, err := ParseClock(at)
	return d, c, err
}

// clockOf is the time of day on the office's wall; -1 before that day, past
// midnight after it.
func clockOf(now time.Time, d calendar.Date) Clock {
	switch today := calendar.DateOf(now); {
	case today.Before(d):
		return -1
	case today.After(d):
		return At(24, 0)
	}
	return ClockAt(now)
}
