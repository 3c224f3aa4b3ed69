package visa

import (
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/requirement"
)

// Plan makes the order, or records why none is needed.
type Plan struct{ Planned }

// Decide plans each order once, however often the reaction runs.
func (cmd Plan) Decide(o Order, m journal.Moment) ([]journal.Event, error) {
	if o.Stage != Nothing {
		return nil, nil
	}
	if OrderID(cmd.Filing, cmd.Person, cmd.Area) != m.Subject {
		return nil, fault.Field("area", "visa.plan.other", nil)
	}
	if !cmd.Needed && cmd.Reason == "" {
		return nil, fault.Field("reason", "visa.plan.reason", nil)
	}
	return journal.Happened(cmd.Planned.sent(m.Today)), nil
}

// sent is a plan as it is made on a day: where the last day for sending is past,
// it is to be sent at once. Nobody is late with what they hear of today.
func (p Planned) sent(today calendar.Date) Planned {
	if !p.SendBy.IsZero() && p.SendBy.Before(today) {
		p.SendBy = today
	}
	return p
}

// Group is what planning needs to know of the case beside its requirements.
type Group struct {
	Filing   string
	People   []string // person ids in the order of the members
	Approved []string
	Depart   calendar.Date
	Book     *calendar.Book
	P        requirement.Parameters
}

// Plans turns the visa orders of the requirement engine into plans, for the
// approved members.
func Plans(reqs []requirement.Requirement, g Group) []Plan {
	by := map[requirement.ID]requirement.Requirement{}
	for _, r := range reqs {
		by[r.ID] = r
	}
	var out []Plan
	for _, r := range reqs {
		need, is := r.What.(requirement.VisaNeed)
		i, personal := r.Owner.Member()
		if !is || !personal || i >= len(g.People) || !slices.Contains(g.Approved, g.People[i]) {
			continue
		}
		p := Planned{Filing: g.Filing, Person: g.People[i], Area: need.Area, Apply: need.Apply, With: string(need.With), From: need.From, To: need.To, Days: need.Days,
			Depart: g.Depart, Countries: []string{}, Kit: []Item{}}
		switch s := r.Status.(type) {
		case requirement.Missing:
			p.Needed, p.SendBy = true, g.sendBy(need.Area)
			for _, id := range need.Kit {
				p.Kit = append(p.Kit, item(by[id]))
			}
		case requirement.NotNeeded:
			p.Reason, p.ReasonEn = s.Why.Text().Zh, s.Why.Text().En
			p.Way, p.SendBy = string(need.Way), need.ApplyBy
			for _, id := range need.Kit {
				p.Kit = append(p.Kit, item(by[id]))
			}
		case requirement.Held:
			p.Reason, p.ReasonEn = "已有签证，有效期至"+s.Until.Chinese(), "A visa is held until "+s.Until.English()
		case requirement.Derivable:
			p.Reason, p.ReasonEn = s.How.Text().Zh, s.How.Text().En
		}
		out = append(out, Plan{p})
	}
	return out
}

func item(r requirement.Requirement) Item {
	e, _ := requirement.Lookup(r.Key)
	it := Item{ID: string(r.ID), Key: string(r.Key), Zh: e.Name.Zh, En: e.Name.En}
	switch s := r.Status.(type) {
	case requirement.Held:
		it.Held, it.Ref = true, s.Proof.Ref
	case requirement.Derivable:
		it.Held = true // made from what is held, nobody brings it
	}
	return it
}

// sendBy is the last working day on which the mission still has its time, with
// the spare days before the departure. Zero when the departure isn't known.
func (g Group) sendBy(area string) calendar.Date {
	if g.Depart.IsZero() {
		return calendar.Date{}
	}
	days := g.P.MissionTakes(area) + calendar.Workdays(g.P.SpareCourierWorkdays)
	return g.Book.AddWorkdays(g.Depart, -max(days, 1))
}
