package progress

import (
	"context"
	"net/url"
	"slices"

	"yitang/internal/access"
	"yitang/internal/calendar"
	room "yitang/internal/progress"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// Follow are the pages of a case after it was handed in, as far as there is
// something on them: how far it is, the approval, coming, the trip, the rating.
func (p *Pages) Follow(ctx context.Context, filing string) (ui.Tasks, error) {
	s, ok, err := room.Of(ctx, p.Journal.Store, filing)
	if err != nil || !ok || s.Stage == room.InDraft {
		return nil, err
	}
	id := url.PathEscape(filing)
	out := ui.Tasks{{Name: ui.T(ctx, "progress.follow.progress"), URL: "/cases/" + id + "/progress", Status: ui.T(ctx, "progress.follow.visits", "Count", s.Visits)}}
	if s.File != "" && s.Stage != room.Revoked {
		out = append(out, ui.Task{Name: ui.T(ctx, "progress.follow.approval"), URL: "/cases/" + id + "/approval", Note: s.Document, Status: ui.T(ctx, "progress.follow.pdf")})
	}
	if s.Document != "" {
		t := ui.Task{Name: ui.T(ctx, "progress.follow.visit"), URL: "/visits/" + id}
		if c := s.Coming; c != nil {
			t.Note, t.Status = When(ctx, c.Day, c.Slot), ui.T(ctx, "visits.state."+string(c.State))
		}
		out = append(out, t)
	}
	if after(s) {
		out = append(out, ui.Task{Name: ui.T(ctx, "progress.follow.after"), URL: "/cases/" + id + "/after"})
	}
	if s.Stage == room.Home && web.WhoOf(ctx).May(access.Rate) {
		t := ui.Task{Name: ui.T(ctx, "progress.follow.rate"), URL: "/me/rate/" + id}
		if s.Answered {
			t.Status = ui.T(ctx, "progress.follow.rated")
		}
		out = append(out, t)
	}
	return out, nil
}

// after tells whether the trip has come so far that there is something to tell of it.
func after(s room.State) bool {
	switch s.Stage {
	case room.Cleared, room.Abroad, room.Home, room.NotDeparted, room.Done, room.Archived:
		return s.Document != ""
	}
	return false
}

// Owed is one case in which the reader owes the next step.
type Owed struct {
	Filing string
	Title  string
	Next   ui.Next
	Line   ui.Line
	URL    string // where it is done
	Due    calendar.Date
	Late   bool
}

// openCases bounds how many cases under way a unit's home looks through.
const openCases = 200

// Owed lists what a unit's people owe after the application itself: coming,
// telling of the trip, reports, booklets. What is late comes first, then what
// is due soonest.
func (p *Pages) Owed(ctx context.Context, w access.Who) ([]Owed, error) {
	all, err := room.OfUnit(ctx, p.Journal.Store, w.Unit, false, room.After{}, openCases)
	if err != nil {
		return nil, err
	}
	var out []Owed
	for _, s := range all {
		step := room.Next(s, p.Journal.Today())
		if s.Document == "" || step.Page == "" || !Mine(w, s, step) {
			continue
		}
		n, err := p.next(ctx, s, w)
		if err != nil {
			return nil, err
		}
		out = append(out, Owed{Filing: s.Filing, Title: s.Title, Next: n, Line: p.line(ctx, s), URL: pageOf(s.Filing, step.Page), Due: step.Due, Late: step.Late})
	}
	slices.SortStableFunc(out, func(a, b Owed) int {
		switch {
		case a.Due == b.Due:
			return 0
		case b.Due.IsZero(), !a.Due.IsZero() && a.Due.Before(b.Due):
			return -1
		}
		return 1
	})
	return out, nil
}

// Tabs are the four ways on at the foot of a phone's page, for whoever reads it.
// filing is the case that the page is about; "" for none.
func Tabs(ctx context.Context, w access.Who, filing string) []ui.NavItem {
	if w.May(access.SeeUnit) {
		out := []ui.NavItem{{Text: ui.T(ctx, "progress.tab.cases"), URL: "/cases", Icon: ui.IconHome}}
		if filing != "" {
			out = append(out, ui.NavItem{Text: ui.T(ctx, "progress.tab.progress"), URL: "/cases/" + url.PathEscape(filing) + "/progress", Icon: ui.IconLine})
		}
		return append(out, ui.NavItem{Text: ui.T(ctx, "progress.tab.visits"), URL: "/visits", Icon: ui.IconDays},
			ui.NavItem{Text: ui.T(ctx, "progress.tab.papers"), URL: "/papers", Icon: ui.IconPaper})
	}
	out := []ui.NavItem{{Text: ui.T(ctx, "progress.tab.me"), URL: "/me", Icon: ui.IconHome}}
	if filing == "" {
		return out
	}
	id := url.PathEscape(filing)
	return append(out, ui.NavItem{Text: ui.T(ctx, "progress.tab.progress"), URL: "/cases/" + id + "/progress", Icon: ui.IconLine},
		ui.NavItem{Text: ui.T(ctx, "progress.tab.visits"), URL: "/visits/" + id, Icon: ui.IconDays},
		ui.NavItem{Text: ui.T(ctx, "progress.tab.after"), URL: "/cases/" + id + "/after", Icon: ui.IconPaper})
}
