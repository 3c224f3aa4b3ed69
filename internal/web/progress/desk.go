package progress

import (
	"context"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/hall"
	"yitang/internal/visit"
	"yitang/internal/web/ui"
)

// Desk is where the office hands booklets out and takes them back. Nil while no
// hall is planned.
func (p *Pages) Desk(ctx context.Context) (ui.Facts, error) {
	h, ok, err := p.hall(ctx)
	if err != nil || !ok {
		return nil, err
	}
	return DeskOf(ctx, h), nil
}

// Phone is the hall's; "" while none is told.
func (p *Pages) Phone(ctx context.Context) (string, error) {
	h, _, err := p.hall(ctx)
	return h.Phone, err
}

// hall is the office's; none while none is planned.
func (p *Pages) hall(ctx context.Context) (hall.Plan, bool, error) {
	all, err := hall.AllPlans(ctx, p.Journal.Store)
	if err != nil || len(all) == 0 {
		return hall.Plan{}, false, err
	}
	return all[0], true, nil
}

// DeskOf is where, when and by which ways booklets are fetched and returned:
// said wherever somebody is told to do so.
func DeskOf(ctx context.Context, h hall.Plan) ui.Facts {
	out := ui.Facts{{Term: ui.T(ctx, "progress.desk.post"), Value: HallAt(ctx, h)}}
	if h.Locker != "" {
		out = append(out, ui.Fact{Term: ui.T(ctx, "progress.desk.locker"), Value: ui.Name(ctx, fault.Text{Zh: h.Locker, En: h.LockerEn})})
	}
	out = append(out, ui.Fact{Term: ui.T(ctx, "progress.desk.at"), Value: ui.T(ctx, "progress.desk.window", "Windows", windowsFor(ctx, h, visit.PassportCounter), "Hours", hours(ctx, h))})
	if h.Phone != "" {
		out = append(out, ui.Fact{Term: ui.T(ctx, "progress.desk.phone"), Value: h.Phone})
	}
	return out
}

// deskLine is the same in one line, for the next step.
func (p *Pages) deskLine(ctx context.Context) (string, error) {
	h, ok, err := p.hall(ctx)
	if err != nil || !ok {
		return "", err
	}
	line := ui.T(ctx, "progress.desk.line", "Place", HallAt(ctx, h), "Windows", windowsFor(ctx, h, visit.PassportCounter), "Hours", hours(ctx, h))
	if h.Phone != "" {
		line = ui.T(ctx, "progress.desk.line_phone", "Line", line, "Phone", h.Phone)
	}
	return line, nil
}

// HallAt is a hall by name and address.
func HallAt(ctx context.Context, h hall.Plan) string {
	return ui.Name(ctx, fault.Text{Zh: h.Name + "，" + h.Place, En: h.NameEn + ", " + h.PlaceEn})
}

// windowsFor lists the windows of a counter: by name where they have one.
func windowsFor(ctx context.Context, h hall.Plan, c visit.Counter) string {
	var all []string
	for _, w := range h.Serving(c) {
		name := ui.Name(ctx, fault.Text{Zh: w.Name, En: w.NameEn})
		if name == "" {
			name = w.ID
		}
		if len(w.Open) > 0 {
			name = ui.T(ctx, "progress.desk.window_hours", "Window", name, "Hours", spans(ctx, w.Open))
		}
		all = append(all, name)
	}
	return ui.List(ctx, all)
}

// hours are those of every working day, and those of the days of the week that have others.
func hours(ctx context.Context, h hall.Plan) string {
	all := spans(ctx, h.Open)
	if len(h.Week) == 0 {
		return all
	}
	var week []string
	for _, w := range h.Week {
		day := ui.T(ctx, "progress.desk.weekday_closed", "Weekday", WeekdayName(ctx, w.Day))
		if len(w.Open) > 0 {
			day = ui.T(ctx, "progress.desk.weekday", "Weekday", WeekdayName(ctx, w.Day), "Hours", spans(ctx, w.Open))
		}
		week = append(week, day)
	}
	return ui.T(ctx, "progress.desk.week", "Hours", all, "Week", ui.Clauses(ctx, week...))
}

func spans(ctx context.Context, of []hall.Span) string {
	var all []string
	for _, o := range of {
		all = append(all, strings.TrimPrefix(o.From.String(), "0")+"–"+strings.TrimPrefix(o.To.String(), "0"))
	}
	return ui.List(ctx, all)
}

// WeekdayName is a day of the week in words.
func WeekdayName(ctx context.Context, d time.Weekday) string {
	return ui.Weekday(ctx, calendar.On(2023, 1, 1).AddDays(int(d))) // that was a Sunday
}
