package amendment

import (
	"yitang/internal/approval"
	"yitang/internal/requirement"
	"yitang/internal/visa"
	"yitang/internal/visit"
)

// takes says of each visa that is still to be had which country judges it, about how
// long that takes, and what its traveller has to do for it; by the id of its order.
func takes(filing string, reqs []requirement.Requirement, people []string, p requirement.Parameters) map[string]approval.Application {
	out := map[string]approval.Application{}
	for _, r := range reqs {
		need, is := r.What.(requirement.VisaNeed)
		i, personal := r.Owner.Member()
		if !is || !personal || i >= len(people) || !r.IsMissing() {
			continue
		}
		out[visa.OrderID(filing, people[i], need.Area)] = approval.Application{Country: need.Apply, Workdays: int(p.MissionTakes(need.Area)), Presence: presence(reqs, r.Owner, need.Apply)}
	}
	return out
}

// presence is what somebody's visa of a country wants of them: who comes to the
// mission signs there.
func presence(reqs []requirement.Requirement, of requirement.Owner, country string) approval.Presence {
	var out approval.Presence
	for _, r := range reqs {
		act, is := r.What.(requirement.Act)
		if !is || r.Owner != of || act.Country != country || !r.IsMissing() {
			continue
		}
		switch act.Kind {
		case visit.MissionPresence:
			return approval.AtMission
		case visit.SignVisaForm:
			out = approval.BySigning
		}
	}
	return out
}
