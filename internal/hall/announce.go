package hall

import (
	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Announce says that whoever booked is at the hall.
type Announce struct {
	Booking string
	Day     calendar.Date
}

// Decide takes it on the day itself, once.
func (cmd Announce) Decide(d Day, m journal.Moment) ([]journal.Event, error) {
	b, booked := d.Bookings[cmd.Booking]
	switch {
	case !booked:
		return nil, fault.NotNow("hall.announce.not_booked", IsCancelled)
	case cmd.Day != calendar.DateOf(m.Now):
		return nil, &fault.NotNowError{Key: "hall.announce.other_day", State: string(IsBooked), Args: map[string]any{"Day": cmd.Day, "Slot": b.Slot.String()}}
	case b.Here:
		return nil, nil
	}
	return journal.Happened(Announced{Booking: cmd.Booking, Filing: b.Filing, Day: cmd.Day}), nil
}
