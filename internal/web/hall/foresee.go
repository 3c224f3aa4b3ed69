package hall

import (
	"context"

	"github.com/a-h/templ"

	"yitang/internal/filing"
	"yitang/internal/visit"
	"yitang/internal/web/ui"
)

// Foreseen is the planner's word on a case before there is anything to book:
// the same plan that the page of the visit shows later.
type Foreseen struct {
	Head   ui.Head  // 只跑一次
	People []string // who must come, by name
	Body   templ.Component
}

// Foresee plans the visits of an application as it stands, a draft too.
func (p *Visits) Foresee(ctx context.Context, id string, fl filing.Filing) (Foreseen, error) {
	n, err := p.Finder.For(ctx, id, fl)
	if err != nil {
		return Foreseen{}, err
	}
	h, err := p.planned(ctx)
	if err != nil {
		return Foreseen{}, err
	}
	v, err := p.view(ctx, n, h, false)
	if err != nil {
		return Foreseen{}, err
	}
	v.Links, v.Head.Over = nil, "" // the page around it says which case, and leads on
	return Foreseen{Head: v.Head, People: v.people, Body: caseBody(v)}, nil
}

// inShort is a plan in a few words; what doesn't fit into the time isn't
// called a visit less.
func inShort(ctx context.Context, n Needs, plan visit.Plan) string {
	switch {
	case plan.Class == visit.NoVisit && len(plan.Stuck) == 0 && n.came():
		return ui.T(ctx, "visits.short.no_more")
	case len(plan.Visits) == 0 && len(plan.Stuck) > 0:
		return ui.T(ctx, "visits.short.stuck", "Count", len(plan.Stuck))
	case plan.Class == visit.SeveralVisits:
		return ui.T(ctx, "visits.short", "Count", len(plan.Visits))
	}
	return begin(ui.Say(ctx, plan.Class.Text()))
}
