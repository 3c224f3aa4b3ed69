package visit

import "slices"

// Explain says the plan in sentences: the sum first, then each visit's reasons,
// then what needs nobody, then what can't be done.
func (p Plan) Explain() []Message {
	var out []Message
	switch p.Class {
	case OneVisit, OneVisitMission:
		out = append(out, say("visit.summary."+string(p.Class), "day", p.Visits[0].Day, "minutes", p.Visits[0].Minutes))
	case SeveralVisits:
		out = append(out, say("visit.summary.more", "visits", len(p.Visits)))
	case NoVisit, NoVisitMission:
		out = append(out, say("visit.summary."+string(p.Class)))
	}
	for _, v := range p.Visits {
		out = append(append(out, v.Why...), v.Saves...)
	}
	for _, s := range p.Missions {
		out = append(out, s.Note)
	}
	if !p.Proven {
		out = append(out, say("visit.apart.unproven"))
	}
	if len(p.Stuck) > 0 {
		out = append(out, say("visit.summary.stuck", "number", len(p.Stuck)))
		for _, s := range p.Stuck {
			out = append(out, s.Why)
		}
	}
	return out
}

// explain fills in why each visit can't be avoided.
func (p *Plan) explain(in Input) {
	for i := range p.Visits {
		v := &p.Visits[i]
		v.Why = forced(in, v.Steps)
		if i > 0 {
			v.Why = append(v.Why, p.apart(in, i))
		}
		v.Saves = saved(in, len(p.Visits), v.Steps)
	}
}

// forced says, kind by kind, which acts need this presence.
func forced(in Input, steps []Step) []Message {
	var out []Message
	for _, kind := range Kinds() {
		var people []string
		hit := false
		for _, s := range steps {
			if s.Act.Kind == kind && !s.RidesAlong {
				hit = true
				people = append(people, nameOf(in, s.Act.Member))
			}
		}
		if hit {
			out = append(out, say("visit.why."+string(kind), "people", compacted(people)))
		}
	}
	return out
}

// apart finds what keeps visit i from being merged with an earlier one: the one
// constraint without which a visit fewer would do.
func (p *Plan) apart(in Input, i int) Message {
	if first, second, gap, ok := p.waiting(in, i); ok && p.fewerIf(in, withoutWaits) {
		return say("visit.apart.wait", "first", first, "act", second, "workdays", gap)
	}
	if first, second, ok := p.disjoint(i); ok {
		return say("visit.apart.window", "first", first.Kind, "latest", first.Latest, "act", second.Kind, "earliest", second.Earliest)
	}
	if p.fewerIf(in, withoutAbsence) {
		var people []string
		for _, v := range p.Visits[:i+1] {
			for _, m := range v.Members {
				people = append(people, nameOf(in, m))
			}
		}
		return say("visit.apart.away", "people", compacted(people))
	}
	if p.fewerIf(in, withEndlessRoom) {
		return say("visit.apart.room")
	}
	return say("visit.apart.together")
}

// waiting finds an act of visit i that waits some workdays for an act of an
// earlier visit, be it through acts that need nobody.
func (p *Plan) waiting(in Input, i int) (first, second Kind, gap int, ok bool) {
	earlier := map[ActID]Kind{}
	for _, v := range p.Visits[:i] {
		for _, s := range v.Steps {
			earlier[s.Act.ID] = s.Act.Kind
		}
	}
	acts := map[ActID]Act{}
	for _, a := range in.Acts {
		acts[a.ID] = a
	}
	var trace func(a Act, days int) bool
	trace = func(a Act, days int) bool {
		for _, w := range a.After {
			total := days + w.Workdays
			if k, is := earlier[w.Act]; is && total > 0 {
				first, gap = k, total
				return true
			}
			if trace(acts[w.Act], total) {
				return true
			}
		}
		return false
	}
	for _, s := range p.Visits[i].Steps {
		if !s.RidesAlong && trace(s.Act, 0) {
			return first, s.Act.Kind, gap, true
		}
	}
	return "", "", 0, false
}

// disjoint finds two acts that force presence and share no day.
func (p *Plan) disjoint(i int) (first, second Act, ok bool) {
	for e := i - 1; e >= 0; e-- {
		for _, a := range p.Visits[e].Steps {
			for _, b := range p.Visits[i].Steps {
				if !a.RidesAlong && !b.RidesAlong && a.Act.Latest.Before(b.Act.Earliest) {
					return a.Act, b.Act, true
				}
			}
		}
	}
	return Act{}, Act{}, false
}

// saved says what, if it were offered, would do away with a visit.
func saved(in Input, visits int, steps []Step) []Message {
	var out []Message
	courier := in
	courier.Offers.Courier, courier.Offers.CourierWorkdays = true, max(in.Offers.CourierWorkdays, 1)
	if !in.Offers.Courier && slices.ContainsFunc(steps, func(s Step) bool { return s.Act.may(Courier) && !s.RidesAlong }) &&
		len(solve(courier).Visits) < visits {
		out = append(out, say("visit.why.save.courier"))
	}
	if len(in.Offers.KitDays) == 0 && !slices.ContainsFunc(steps, func(s Step) bool { return !s.Act.may(Kit) && !s.RidesAlong }) &&
		slices.ContainsFunc(steps, func(s Step) bool { return s.Act.may(Kit) && !s.RidesAlong }) {
		out = append(out, say("visit.why.save.kit"))
	}
	return out
}

// fewerIf plans again with one kind of constraint lifted.
func (p *Plan) fewerIf(in Input, lift func(Input) Input) bool {
	return len(solve(lift(in)).Visits) < len(p.Visits)
}

func withoutWaits(in Input) Input {
	in.Acts = slices.Clone(in.Acts)
	for i := range in.Acts {
		in.Acts[i].After = slices.Clone(in.Acts[i].After)
		for w := range in.Acts[i].After {
			in.Acts[i].After[w].Workdays = 0
		}
	}
	in.Offers.CourierWorkdays = 0
	return in
}

func withoutAbsence(in Input) Input {
	in.Members = slices.Clone(in.Members)
	for i := range in.Members {
		in.Members[i].Away = nil
	}
	return in
}

func withEndlessRoom(in Input) Input {
	minutes := 0
	for _, a := range in.Acts {
		minutes += a.Minutes
	}
	in.Hall = slices.Clone(in.Hall)
	for i := range in.Hall {
		room := map[Counter]Room{}
		for _, c := range Counters() {
			room[c] = Room{Minutes: minutes}
		}
		in.Hall[i].Room = room
	}
	return in
}

// note says how a step gets done.
func (f *frame) note(s Step) Message {
	if s.Act.Kind == MissionPresence {
		return say("visit.mission", "people", nameOf(f.in, s.Act.Member), "country", s.Act.Country)
	}
	if s.Act.Kind == SignVisaForm && s.Way == Online {
		return say("visit.how.sign", "people", nameOf(f.in, s.Act.Member))
	}
	return say("visit.how."+string(s.Way), "people", nameOf(f.in, s.Act.Member))
}

func nameOf(in Input, member int) string {
	if member < 0 || member >= len(in.Members) {
		return ""
	}
	return in.Members[member].Name
}

func compacted(names []string) []string {
	var out []string
	for _, n := range names {
		if n != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}
