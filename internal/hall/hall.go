package hall

import (
	"yitang/internal/calendar"
	"yitang/internal/visit"
)

// Window is one counter of the hall (窗口).
type Window struct {
	ID      string        `json:"id"` // one or two letters or figures; part of a booking's number
	Counter visit.Counter `json:"counter"`
	Name    string        `json:"name"`
	NameEn  string        `json:"nameEn"`
	Places  int           `json:"places"` // people in one slot
	Kept    int           `json:"kept"`   // of these, for people without a booking (现场号)
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
