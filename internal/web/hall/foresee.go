package hall

import (
	"context"
	"slices"

	"github.com/a-h/templ"

	"yitang/internal/calendar"
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
	v, err := p.view(ctx, n, false)
	if err != nil {
		return Foreseen{}, err
	}
	v.Links = nil // the page around it says which case, and leads on
	return Foreseen{Head: v.Head, People: v.people, Body: caseBody(v)}, nil
}

// InShort says how often people must still come for a case: in a few words, and
// in a sentence that tells hall and mission apart. The case's page says no other
// number than the page of its visits.
func (p *Visits) InShort(ctx context.Context, id string) (short, sentence string, err error) {
	n, err := p.Finder.Of(ctx, id)
	if err != nil {
		return "", "", err
	}
	_, plan, err := p.Finder.best(ctx, n)
	if err != nil {
		return "", "", err
	}
	return inShort(ctx, n, plan), p.howOften(ctx, plan), nil
}

// ComeBy is the last day for the next visit of a case: of one that is booked its day,
// else the last that the plan leaves. Zero where nobody has to come.
func (p *Visits) ComeBy(ctx context.Context, id string) (calendar.Date, error) {
	n, err := p.Finder.Of(ctx, id)
	if err != nil {
		return calendar.Date{}, err
	}
	if b, booked := n.Live(p.Journal.Now()); booked {
		return b.Day, nil
	}
	_, plan, err := p.Finder.best(ctx, n)
	if err != nil || len(plan.Visits) == 0 {
		return calendar.Date{}, err
	}
	return plan.Visits[0].Last, nil
}

// howOften is a plan in one sentence; "" where its title says it all.
func (p *Visits) howOften(ctx context.Context, plan visit.Plan) string {
	var missions []string
	for _, st := range plan.Missions {
		if name := p.Progress.Area(ctx, st.Act.Country); !slices.Contains(missions, name) {
			missions = append(missions, name)
		}
	}
	switch at := ui.List(ctx, missions); {
	case len(plan.Visits) > 0 && at != "":
		return ui.T(ctx, "visits.case.lead.mission", "Count", len(plan.Visits), "Countries", at)
	case at != "":
		return ui.T(ctx, "visits.case.lead.only_mission", "Countries", at)
	case len(plan.Visits) > 0:
		return ui.T(ctx, "visits.case.lead", "Count", len(plan.Visits))
	}
	return ""
}

// inShort is a plan in a few words; what doesn't fit into the time isn't
// called a visit less.
func inShort(ctx context.Context, n Needs, plan visit.Plan) string {
	switch {
	case plan.Class == visit.NoVisit && len(plan.Stuck) == 0 && n.came():
		return ui.T(ctx, "visits.short.no_more")
	case len(plan.Visits) == 0 && len(plan.Stuck) > 0:
		return ui.T(ctx, "visits.short.stuck", "Count", len(causes(plan.Stuck)))
	case plan.Class == visit.SeveralVisits:
		return ui.T(ctx, "visits.short", "Count", len(plan.Visits))
	}
	return begin(ui.Say(ctx, plan.Class.Text()))
}
