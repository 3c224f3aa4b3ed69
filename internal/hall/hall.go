package hall

import (
	"slices"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/visit"
)

// Window is one window of the hall (窗口). One may serve several counters: its places are
// theirs together.
type Window struct {
	ID       string          `json:"id"`       // one or two letters or figures; part of a booking's number
	Counters []visit.Counter `json:"counters"` // what is done there, one at least
	Name     string          `json:"name"`
	NameEn   string          `json:"nameEn"`
	Places   int             `json:"places"`         // people in one slot
	Kept     int             `json:"kept"`           // of these, for people without a booking (现场号)
	Open     []Span          `json:"open,omitempty"` // hours of its own, within the hall's; none: the hall's
}

// open tells whether it is open all through a stretch of the hall's hours.
func (w Window) open(from, to Clock) bool {
	return len(w.Open) == 0 || slices.ContainsFunc(w.Open, func(o Span) bool { return o.From <= from && to <= o.To })
}

// Serves tells whether what belongs to a counter is done there.
func (w Window) Serves(c visit.Counter) bool { return slices.Contains(w.Counters, c) }

// WeekdayHours are hours that one day of every week has for itself (每周固定时间).
type WeekdayHours struct {
	Day  time.Weekday `json:"day"`
	Open []Span       `json:"open"` // none: closed on that day
}

// ClosedDay is a day off of the hall's own.
type ClosedDay struct {
	Day    calendar.Date `json:"day"`
	Reason string        `json:"reason"`
}

// Act is one thing that somebody comes for.
type Act struct {
	ID      string     `json:"id"` // visit.ActID
	Kind    visit.Kind `json:"kind"`
	Person  string     `json:"person,omitempty"` // "" for the unit
	Minutes int        `json:"minutes"`
}

// Use is how many places of one slot are taken.
type Use struct {
	Slot   Clock `json:"slot"`
	Places int   `json:"places"`
}
