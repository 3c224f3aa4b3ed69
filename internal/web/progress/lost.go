package progress

import (
	"context"
	"net/url"
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/person"
	room "yitang/internal/progress"
	"yitang/internal/trip"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// lost says whose booklet, of a kind that the journey calls for, is lost, wherever
// that was, and from what day another one may be made (PPT-014): until then its
// order stands still, and nothing else on the page says why.
func (p *Pages) lost(ctx context.Context, s room.State) ([]missionLine, error) {
	told, err := p.toldLost(ctx, s)
	if err != nil {
		return nil, err
	}
	more, err := p.noted(ctx, s)
	return append(told, more...), err
}

// toldLost says whose booklet is said to be lost while the office hasn't acted on it.
func (p *Pages) toldLost(ctx context.Context, s room.State) ([]missionLine, error) {
	all, err := trip.LostOf(ctx, p.Journal.Store, s.Filing)
	var out []missionLine
	for _, l := range all {
		if l.Standing() == trip.IsTold && Shows(web.WhoOf(ctx), l.Person) {
			out = append(out, missionLine{ui.T(ctx, "progress.lost.told", "Name", p.Name(ctx, l.Person), "Day", ui.Date(ctx, l.On)), ui.T(ctx, "progress.lost.told.text", "Where", l.Where)})
		}
	}
	return out, err
}

// noted says the same of those that the office has reported lost.
func (p *Pages) noted(ctx context.Context, s room.State) ([]missionLine, error) {
	switch s.Stage {
	case room.OnTheWay, room.AtIntake, room.InReview, room.Decided, room.Issued:
	case room.Cleared, room.Abroad, room.Home:
		return p.lostOnTheWay(ctx, s)
	default:
		return nil, nil
	}
	var out []missionLine
	for _, who := range s.Ours() {
		ids, err := person.Also(ctx, p.Journal.Store, who)
		if err != nil {
			return nil, err
		}
		var all []custody.Row
		for _, id := range ids {
			rows, err := custody.Of(ctx, p.Journal.Store, id)
			if err != nil {
				return nil, err
			}
			all = append(all, rows...)
		}
		for _, permit := range []bool{false, true} {
			row, is := missing(all, permit, s)
			if !is {
				continue
			}
			if note := p.lostNote(ctx, row.LostOn(), s, who); note != "" {
				kind := ui.T(ctx, "progress.shared.passport")
				if permit {
					kind = ui.T(ctx, "progress.shared.permit")
				}
				out = append(out, missionLine{ui.T(ctx, "progress.lost.what", "Name", p.Name(ctx, who), "Booklet", kind, "Day", ui.Date(ctx, row.LostOn())), note})
			}
		}
	}
	return out, nil
}

// Lost says the same beside a case's next step.
func (p *Pages) Lost(ctx context.Context, filing string) ([]ui.Note, error) {
	s, heard, err := room.Of(ctx, p.Journal.Store, filing)
	if err != nil || !heard {
		return nil, err
	}
	told, err := p.toldLost(ctx, s)
	if err != nil {
		return nil, err
	}
	var out []ui.Note
	for _, l := range told {
		out = append(out, ui.Note{State: ui.Stop, Title: l.What, Text: l.Note, Link: ui.Link{Text: ui.T(ctx, "progress.lost.told.open"), URL: "/cases/" + url.PathEscape(filing) + "/lost"}})
	}
	lines, err := p.noted(ctx, s)
	for _, l := range lines {
		out = append(out, ui.Note{State: ui.Warn, Title: l.What, Text: l.Note})
	}
	return out, err
}

// lostOnTheWay says whose booklet was lost on the journey, and what its holder does
// now: who travels for a short time comes home on a travel document, and no other
// booklet is made abroad (领事司).
//
// ui:keys progress.lost.on.*
func (p *Pages) lostOnTheWay(ctx context.Context, s room.State) ([]missionLine, error) {
	var out []missionLine
	for _, who := range s.Ours() {
		ids, err := person.Also(ctx, p.Journal.Store, who)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			rows, err := custody.Of(ctx, p.Journal.Store, id)
			if err != nil {
				return nil, err
			}
			for _, r := range rows {
				if r.Place != custody.IsLost || r.Filing != s.Filing {
					continue
				}
				kind, now := "passport", "abroad"
				if dossier.PassportType(r.Type) == dossier.HKMacauPermit {
					kind = "permit"
				}
				if s.Stage == room.Home {
					now = "home"
				}
				out = append(out, missionLine{ui.T(ctx, "progress.lost.what", "Name", p.Name(ctx, who), "Booklet", ui.T(ctx, "progress.shared."+kind), "Day", ui.Date(ctx, r.LostOn())), ui.T(ctx, "progress.lost.on."+now)})
			}
		}
	}
	return out, nil
}

// missing is the booklet of a kind that the journey calls for and that was lost last,
// where its holder has no other one that lasts.
func missing(all []custody.Row, permit bool, s room.State) (custody.Row, bool) {
	called := slices.ContainsFunc(s.Countries, func(c string) bool { return dossier.RegionsOnly([]string{c}) == permit })
	var last custody.Row
	for _, r := range all {
		switch {
		case (dossier.PassportType(r.Type) == dossier.HKMacauPermit) != permit:
		case r.Place == custody.IsLost:
			if r.Since > last.Since {
				last = r
			}
		case !r.Gone() && r.ReplacedBy == "" && !r.Expires.Before(s.Return):
			called = false
		}
	}
	return last, called && last.Booklet != ""
}

// lostNote says what comes next, and from when; "" where the wait is over and
// nothing is being made.
func (p *Pages) lostNote(ctx context.Context, on calendar.Date, s room.State, who string) string {
	wait := 0
	if p.LossWait != nil {
		wait = p.LossWait()
	}
	from := on.AddDays(wait)
	making := s.People[who] != nil && slices.Contains([]room.Booklet{room.IsAsked, room.IsOrdered, room.IsCaptured, room.IsMade, room.IsChecked, room.IsHandedOver}, s.People[who].Booklet)
	var note string
	switch today := p.Journal.Today(); {
	case from.After(today) && making:
		note = ui.T(ctx, "progress.lost.waits", "Count", wait, "Day", ui.Date(ctx, from))
	case from.After(today):
		note = ui.T(ctx, "progress.lost.later", "Count", wait, "Day", ui.Date(ctx, from))
	case making:
		return ui.T(ctx, "progress.lost.made", "Count", wait)
	default:
		return ""
	}
	if !s.Depart.IsZero() && !from.Before(s.Depart) {
		note = ui.Sentences(ctx, note, ui.T(ctx, "progress.lost.too_late", "Depart", ui.MonthDay(ctx, s.Depart), "Return", ui.MonthDay(ctx, s.Return)))
	}
	return note
}
