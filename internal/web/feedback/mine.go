package feedback

import (
	"context"
	"slices"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/filing"
	state "yitang/internal/progress"
	"yitang/internal/web/ui"
)

// ratable is one thing that the reader may rate: a case, or a visit to the hall.
type ratable struct {
	Title string
	Note  string
	URL   string
	Do    string
}

const (
	ratableMost   = 10  // shown
	ratableLooked = 100 // cases that are looked through
)

// ratables are what somebody who is signed in may rate and hasn't: the latest visits and
// cases first.
func (p *Pages) ratables(ctx context.Context, who access.Who) ([]ratable, error) {
	all, err := p.casesOf(ctx, who)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(all, func(a, b state.State) int { return b.Depart.Compare(a.Depart) })
	var out []ratable
	for _, s := range all {
		if len(out) >= ratableMost {
			break
		}
		days := ""
		if !s.Depart.IsZero() {
			days = ui.Span(ctx, s.Depart, s.Return)
		}
		if s.Visits > 0 {
			past, err := p.PastOf(ctx, s.Filing)
			if err != nil {
				return nil, err
			}
			for _, v := range past {
				if !v.Rated {
					out = append(out, ratable{Title: s.Title, Note: ui.T(ctx, "ratings.mine.visit", "Day", v.When), URL: "/rate/" + v.ID, Do: ui.T(ctx, "ratings.mine.rate_visit")})
				}
			}
		}
		if s.Document != "" && !s.Answered {
			out = append(out, ratable{Title: s.Title, Note: days, URL: rateURL(s.Filing), Do: ui.T(ctx, "ratings.mine.rate_case")})
		}
	}
	return out[:min(len(out), ratableMost)], nil
}

// casesOf are the cases that somebody may rate: their unit's, of whoever files for it,
// and those that they travel with themselves.
func (p *Pages) casesOf(ctx context.Context, who access.Who) ([]state.State, error) {
	r := p.Journal.Store
	if who.Has(access.Liaison) && who.Unit != "" {
		open, err := state.OfUnit(ctx, r, who.Unit, false, state.After{}, ratableLooked)
		if err != nil {
			return nil, err
		}
		over, err := state.Lately(ctx, r, who.Unit, calendar.DateOf(p.Journal.Now()).AddMonths(-monthsBack), ratableLooked)
		return slices.Concat(open, over), err
	}
	if who.Person == "" {
		return nil, nil
	}
	trips, err := filing.OfPerson(ctx, r, who.Person, ratableLooked)
	if err != nil {
		return nil, err
	}
	var out []state.State
	for _, e := range trips {
		s, heard, err := state.Of(ctx, r, e.ID)
		if err != nil {
			return nil, err
		}
		if heard {
			out = append(out, s)
		}
	}
	return out, nil
}
