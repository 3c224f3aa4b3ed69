package hall

import (
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Move takes a booking to another time (改期). It is given to the new day, which
// takes it up with all its places or not at all; the old day lets go by
// reaction once that is sure.
type Move struct {
	Booking Booking // as it stands
	Wanted  Wanted  // filing, unit, counter and number of people follow from the booking
}

// Decide refuses on the day itself: until the day before, a booking can be
// moved; then it can only be cancelled.
func (cmd Move) Decide(d Day, m journal.Moment) ([]journal.Event, error) {
	b := cmd.Booking
	if b.State != IsBooked {
		return nil, fault.NotNow("hall.move.not_booked", b.State)
	}
	if !m.Today.Before(b.Day) {
		return nil, fault.NotNow("hall.move.too_late", b.State)
	}
	if have, here := d.Bookings[b.ID]; here && have.Sequence > b.Sequence {
		return nil, nil // the same wish again
	}
	w := cmd.Wanted
	w.Filing, w.Unit, w.Counter, w.People = b.Filing, b.Unit, b.Counter, max(1, len(b.People))
	w.Plan, w.Persons, w.Acts = w.Plan.On(w.Day), b.People, b.Acts
	if err := w.check(m); err != nil {
		return nil, err
	}
	if w.Day == b.Day && w.Slot == b.Slot {
		return nil, nil
	}
	window, uses, err := w.fit(d, m)
	if err != nil {
		return nil, err
	}
	return journal.Happened(Moved{Booking: b.ID, Hall: w.Plan.ID, Day: w.Day, Slot: uses[0].Slot, Until: uses[len(uses)-1].Slot + Clock(w.Plan.Minutes),
		Window: window, Counter: string(b.Counter), Number: d.number(w.Day, window), Code: b.Code, Filing: b.Filing, Unit: b.Unit, People: b.People, Acts: b.Acts,
		Uses: uses, Takes: longer(w.takes()), Sequence: b.Sequence + 1, FromDay: b.Day, FromSlot: b.Slot}), nil
}

// Leave lets a booking go that another day has taken up.
type Leave struct {
	Booking string
	UpTo    int    // sequence: a later placing on the same day stays
	To      string // hall day
}

// Decide is content when it is gone already.
func (cmd Leave) Decide(d Day, m journal.Moment) ([]journal.Event, error) {
	if b, here := d.Bookings[cmd.Booking]; !here || b.Taken > cmd.UpTo {
		return nil, nil
	}
	return journal.Happened(Released{Booking: cmd.Booking, To: cmd.To}), nil
}

// Cancel gives a booking up (取消).
type Cancel struct {
	Booking string
	Day     calendar.Date
	Reason  string
	Served  bool // what it was for was done without it
}

// Decide allows it as long as they are waited for; afterwards it was missed,
// unless those who booked were served before.
func (cmd Cancel) Decide(d Day, m journal.Moment) ([]journal.Event, error) {
	b, here := d.Bookings[cmd.Booking]
	if !here {
		return nil, fault.NotNow("hall.cancel.not_booked", IsCancelled)
	}
	if !cmd.Served && Past(cmd.Day, b.Slot, m.Now) {
		return nil, fault.NotNow("hall.cancel.too_late", IsBooked)
	}
	return journal.Happened(Cancelled{Booking: cmd.Booking, Filing: b.Filing, Day: cmd.Day, Slot: b.Slot, Sequence: b.Sequence + 1, Reason: strings.TrimSpace(cmd.Reason)}), nil
}
