package visa

import (
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Mission is the traveller's own visit to the mission (录指纹、面谈).
type Mission struct {
	Day   calendar.Date `json:"day,omitzero"` // zero while it isn't known
	Words string        `json:"words,omitempty"`
	Seen  calendar.Date `json:"seen,omitzero"` // when they were there
}

// SetMissionDay records when the mission sees the traveller.
type SetMissionDay struct {
	On     calendar.Date
	Words  string
	Anyway bool // it was said that the mission works on that day, on which nobody else does
}

// Decide wants a day between now and the departure, and asks about one that is no
// working day: it is mostly a slip, and some missions do see people then.
func (cmd SetMissionDay) Decide(o Order, m journal.Moment) ([]journal.Event, error) {
	if !o.Stage.Open() || !o.Mission.Seen.IsZero() {
		return nil, fault.NotNow("visa.mission.not_now", o.Stage)
	}
	switch {
	case cmd.On.IsZero():
		return nil, fault.Field("on", "visa.mission.day", nil)
	case cmd.On.Before(m.Today):
		return nil, fault.Field("on", "visa.mission.past", nil)
	case !o.Plan.Depart.IsZero() && !cmd.On.Before(o.Plan.Depart):
		return nil, fault.Field("on", "visa.mission.depart", map[string]any{"Day": o.Plan.Depart})
	}
	if m.Book != nil && !cmd.Anyway && !m.Book.IsWorkday(cmd.On) && o.Mission.Day != cmd.On {
		return nil, fault.Field("anyway", "visa.mission.free", map[string]any{"Day": cmd.On})
	}
	if o.Mission.Day == cmd.On && o.Mission.Words == strings.TrimSpace(cmd.Words) {
		return nil, nil
	}
	return journal.Happened(MissionDaySet{Filing: o.Plan.Filing, Person: o.Plan.Person, On: cmd.On, Words: strings.TrimSpace(cmd.Words)}), nil
}

// SeeMission records that the traveller was there.
type SeeMission struct{ On calendar.Date }

// Decide takes a day that isn't to come.
func (cmd SeeMission) Decide(o Order, m journal.Moment) ([]journal.Event, error) {
	if !o.Stage.Open() {
		return nil, fault.NotNow("visa.mission.not_now", o.Stage)
	}
	switch {
	case !o.Mission.Seen.IsZero():
		return nil, nil
	case cmd.On.IsZero():
		return nil, fault.Field("seen", "visa.mission.day", nil)
	case cmd.On.After(m.Today):
		return nil, fault.Field("seen", "visa.mission.future", nil)
	}
	return journal.Happened(MissionSeen{Filing: o.Plan.Filing, Person: o.Plan.Person, On: cmd.On}), nil
}
