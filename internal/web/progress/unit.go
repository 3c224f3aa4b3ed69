package progress

import (
	"context"
	"fmt"
	"slices"

	"yitang/internal/access"
	"yitang/internal/calendar"
	room "yitang/internal/progress"
	"yitang/internal/web/ui"
)

// Unit is what a unit has under way, for the home of its people.
type Unit struct {
	Owed    []Owed
	Open    []Card // the first to leave in front
	Figures ui.Figures
	Passed  string // how many were passed without being sent back
	Where   []Where
}

// Owed is one case in which the reader owes the next step after the
// application itself: coming, telling of the trip, reports, booklets.
type Owed struct {
	Filing string
	Title  string
	Next   ui.Next
	Due    calendar.Date
}

// Card is one case under way.
type Card struct {
	Filing  string
	Title   string
	Lead    string
	Tag     ui.Tag
	Line    ui.Line
	Visits  string   // who comes, and when; "" before that is known
	Expects []string // by when what is waited for usually comes
}

// Where is one line on where people and booklets are.
type Where struct {
	Label string
	Value string
	Tag   ui.Tag
}

// CardsMost is how many cases stand on the home with their whole line; the others
// stand in its table.
const CardsMost = 8

// looked bounds how many cases of a unit its home looks through.
const looked = 200

// OfUnit gathers a unit's cases as one of its people sees them.
func (p *Pages) OfUnit(ctx context.Context, w access.Who) (Unit, error) {
	var u Unit
	p = p.once()
	open, err := room.OfUnit(ctx, p.Journal.Store, w.Unit, false, room.After{}, looked)
	if err != nil {
		return u, err
	}
	over, err := room.OfUnit(ctx, p.Journal.Store, w.Unit, true, room.After{}, looked)
	if err != nil {
		return u, err
	}
	for _, s := range open {
		if s.Stage == room.InDraft || s.Stage == room.AtSignatory {
			continue // among the drafts, or with the signatory
		}
		n, err := p.next(ctx, s, w)
		if err != nil {
			return u, err
		}
		step := room.Next(s, p.Journal.Now())
		for _, also := range room.Beside(s, p.Journal.Now()) {
			if !Mine(w, s, also) {
				continue
			}
			next, err := p.step(ctx, s, also, w)
			if err != nil {
				return u, err
			}
			u.Owed = append(u.Owed, Owed{Filing: s.Filing, Title: s.Title, Next: next, Due: also.Due})
		}
		if s.Document != "" && step.Page != "" && n.Turn == ui.Yours {
			if step, err = p.dated(ctx, s, step); err != nil {
				return u, err
			}
			u.Owed = append(u.Owed, Owed{Filing: s.Filing, Title: s.Title, Next: n, Due: step.Due})
		}
		c := p.card(ctx, s, n)
		if len(u.Open) < CardsMost {
			pace, err := p.expects(ctx, s)
			if err != nil {
				return u, err
			}
			for _, x := range pace {
				if says := x.short(ctx, p); says != "" {
					c.Expects = append(c.Expects, says)
				}
			}
		}
		u.Open = append(u.Open, c)
	}
	u.Figures, u.Passed = yearOf(ctx, p.Journal.Today().Year(), slices.Concat(open, over))
	u.Where = p.where(ctx, open)
	return u, nil
}

func (p *Pages) card(ctx context.Context, s room.State, n ui.Next) Card {
	c := Card{Filing: s.Filing, Title: s.Title, Lead: p.Head(ctx, s).Lead, Line: p.line(ctx, s), Tag: ui.Tag{State: ui.Wait, Word: n.Owes}}
	switch {
	case s.Stage == room.Home && s.Report == "" && !s.ReportDue.IsZero() && s.ReportDue.Before(p.Journal.Today()):
		c.Tag = ui.Tag{State: ui.Stop, Word: ui.T(ctx, "progress.card.report_late", "Count", p.Journal.Today().Sub(s.ReportDue))}
	case n.Turn == ui.Yours && s.Stage != room.Cleared && s.Stage != room.Abroad:
		c.Tag = ui.Tag{State: ui.Stop, Word: ui.T(ctx, "ui.next.yours")}
	case s.Stage == room.Cleared:
		c.Tag = ui.Tag{State: ui.OK, Word: ui.T(ctx, "after.title.cleared")}
	case s.Stage == room.Abroad:
		c.Tag = ui.Tag{State: ui.OK, Word: ui.T(ctx, "after.title.abroad")}
	}
	switch come := s.Coming; {
	case come != nil && come.Awaited(p.Journal.Now()):
		c.Visits = ui.T(ctx, "progress.card.coming", "Count", s.Visits+1, "When", When(ctx, come.Day, come.Slot))
	case s.Visits > 0:
		c.Visits = ui.T(ctx, "progress.card.came", "Count", s.Visits)
	case s.Document != "" && !slices.ContainsFunc(s.Approved(), func(id string) bool { return s.People[id].MustCome() }):
		c.Visits = ui.T(ctx, "progress.card.none")
	}
	return c
}

// yearOf counts the cases that were approved in a year, whenever they leave: visits
// for each, and how many were never sent back. Nothing approved yet: nothing is
// counted.
func yearOf(ctx context.Context, year int, all []room.State) (ui.Figures, string) {
	cases, visits, returned := 0, 0, 0
	for _, s := range all {
		if s.Document == "" || s.ApprovedOn.Year() != year {
			continue
		}
		cases++
		visits += s.Visits
		if s.Returns > 0 {
			returned++
		}
	}
	if cases == 0 {
		return ui.Figures{}, ui.T(ctx, "progress.year.none")
	}
	return ui.Figures{Two: true, Items: []ui.Figure{
			{Label: ui.T(ctx, "progress.year.visits"), Number: fmt.Sprintf("%.1f", float64(visits)/float64(cases)), Unit: ui.T(ctx, "ui.ledger.times"), Sub: ui.T(ctx, "ui.ledger.visits_target"), Missed: visits > cases},
			{Label: ui.T(ctx, "progress.year.cases"), Number: ui.Count(cases), Unit: ui.T(ctx, "progress.year.unit"), Sub: ui.T(ctx, "progress.year.returned", "Count", returned)}}},
		ui.T(ctx, "progress.year.passed", "Percent", (200*(cases-returned)+cases)/(2*cases), "Passed", cases-returned, "Of", cases)
}

// where tells how many are abroad, who leaves next, and which booklets are to come back.
func (p *Pages) where(ctx context.Context, open []room.State) []Where {
	abroad, leaving, back := 0, room.State{}, 0
	var due calendar.Date
	for _, s := range open {
		switch s.Stage {
		case room.Abroad:
			abroad += len(s.Going())
		case room.Cleared:
			if leaving.Filing == "" || s.Depart.Before(leaving.Depart) {
				leaving = s
			}
		case room.Home, room.NotDeparted:
			for _, m := range s.People {
				if m.Booklet != room.IsLent {
					continue
				}
				back++
				if due.IsZero() || s.BookletsDue.Before(due) {
					due = s.BookletsDue
				}
			}
		}
	}
	out := []Where{{Label: ui.T(ctx, "progress.where.abroad"), Value: ui.T(ctx, "cases.people", "Count", abroad)}}
	if leaving.Filing != "" {
		out = append(out, Where{Label: ui.T(ctx, "progress.where.leaving", "Day", ui.MonthDay(ctx, leaving.Depart)), Value: ui.T(ctx, "cases.people", "Count", len(leaving.Going()))})
	}
	to := Where{Label: ui.T(ctx, "progress.where.back"), Value: ui.T(ctx, "progress.where.booklets", "Count", back)}
	if back > 0 {
		to.Value = ""
		to.Tag = ui.Tag{State: ui.Warn, Word: ui.T(ctx, "progress.where.due", "Count", back, "Day", ui.MonthDay(ctx, due))}
		if late := p.Journal.Today().Sub(due); late > 0 {
			to.Tag = ui.Tag{State: ui.Stop, Word: ui.T(ctx, "progress.where.late", "Count", back, "Days", late)}
		}
	}
	return append(out, to)
}
