package visit

import "yitang/internal/calendar"

// Input is everything that a plan depends on. Members and their acts belong to
// one unit that checks in together; people who come on their own are planned on
// their own, with the room that is left.
type Input struct {
	Members []Member
	Acts    []Act
	Hall    []HallDay                // days on which the hall is open, in any order
	Offers  Offers                   // what spares people the way
	Workday func(calendar.Date) bool // the office's working days; nil: Monday to Friday
}

// Member is a traveller as the plan sees them.
type Member struct {
	Name string
	Away []Span // days on which they can't come, e.g. other trips
}

// Span is a run of days, both inclusive.
type Span struct{ From, To calendar.Date }

// Has tells whether d lies in the span.
func (s Span) Has(d calendar.Date) bool { return !d.Before(s.From) && !d.After(s.To) }

// HallDay is one day on which the hall receives people.
type HallDay struct {
	Date calendar.Date
	Room map[Counter]Room
}

// Room is a counter's time on one day, in minutes over all its windows.
type Room struct{ Minutes, Booked int }

// Offers lists what this office offers so that people needn't come.
type Offers struct {
	Courier         bool
	CourierWorkdays int // from sending to arrival
	Locker          bool
	OnlineSigning   bool     // accepted in place of a signature by hand
	KitDays         []KitDay // capture days at the unit that are agreed
}

// KitDay is a morning or day on which the mobile kit is at the unit.
type KitDay struct {
	Date    calendar.Date
	Minutes int // left for this case
}
