package progress

import (
	"context"

	"yitang/internal/calendar"
	"yitang/internal/visa"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// AtMission is a traveller's own visit to a mission: wanted, made, or spared
// because fingerprints that were given before serve again.
type AtMission struct {
	Person  string
	Country string
	Is      visa.Mission
	Given   calendar.Date // of one that is spared: when
	Until   calendar.Date // and until when they serve
}

// Spared tells whether nobody has to go.
func (m AtMission) Spared() bool { return !m.Given.IsZero() }

// WhenAtMission says when a mission sees a traveller, or that nobody knows yet.
func WhenAtMission(ctx context.Context, is visa.Mission) string {
	switch {
	case !is.Seen.IsZero():
		return ui.T(ctx, "mission.seen", "Day", ui.MonthDay(ctx, is.Seen))
	case is.Day.IsZero():
		return ui.T(ctx, "mission.open")
	case is.Words != "":
		return ui.T(ctx, "mission.day.words", "Day", ui.MonthDay(ctx, is.Day), "Words", is.Words)
	}
	return ui.T(ctx, "mission.day", "Day", ui.MonthDay(ctx, is.Day))
}

// AtMissionIs says who goes to which mission, and why and when, or why not.
func (p *Pages) AtMissionIs(ctx context.Context, m AtMission) (what, note string) {
	name, area := p.Name(ctx, m.Person), p.Area(ctx, m.Country)
	what = ui.T(ctx, "mission.who", "Name", name, "Area", area)
	return what, p.WhyAtMission(ctx, m)
}

// WhyAtMission says when a traveller is seen and why, or why they needn't go.
func (p *Pages) WhyAtMission(ctx context.Context, m AtMission) string {
	switch {
	case m.Spared():
		return ui.T(ctx, "mission.spared", "Given", ui.Date(ctx, m.Given), "Until", ui.Date(ctx, m.Until))
	case !m.Is.Seen.IsZero():
		return WhenAtMission(ctx, m.Is)
	}
	return ui.Sentences(ctx, ui.T(ctx, "mission.why"), WhenAtMission(ctx, m.Is))
}

// missions are those of a case, line by line.
func (p *Pages) missions(ctx context.Context, filing string) ([]missionLine, error) {
	if p.Missions == nil {
		return nil, nil
	}
	all, err := p.Missions(ctx, filing)
	var out []missionLine
	for _, m := range all {
		if !Shows(web.WhoOf(ctx), m.Person) {
			continue
		}
		what, note := p.AtMissionIs(ctx, m)
		out = append(out, missionLine{what, note})
	}
	return out, err
}
