package visit

import (
	"cmp"
	"slices"

	"yitang/internal/calendar"
)

// Plan is the answer: who comes when, for what, and why.
type Plan struct {
	Visits   []Visit // to the hall, in order of day; their number is the promise
	AtUnit   []Visit // the mobile kit comes to the unit: nobody goes anywhere
	Without  []Step  // acts that need nobody at the hall, and how they get done
	Missions []Step  // a mission abroad wants to see the person: can't be merged
	Stuck    []Stuck // acts that can't be done in time, with the reason
	Class    Class
	Proven   bool // false when the search gave up before proving that fewer won't do
}

// Visit is one check-in of the unit on one day.
type Visit struct {
	Day     calendar.Date   // proposed
	Days    []calendar.Date // all days that serve as well, the other visits staying; never empty
	Last    calendar.Date   // last day that serves, though the hall may not be open to bookings so far ahead
	Steps   []Step
	Members []int     // who must come, indexes ascending
	ByOther bool      // somebody of the unit must come, whoever it is, beside or without Members
	Minutes int       // at the counters, all acts together
	Why     []Message // why it can't be avoided
	Saves   []Message // what would do away with it
}

// From and To are the first and last day on which the visit may be booked.
func (v Visit) From() calendar.Date { return v.Days[0] }

// To is the last day on which the visit may be booked.
func (v Visit) To() calendar.Date { return v.Days[len(v.Days)-1] }

// Step is one act with the way in which it gets done.
type Step struct {
	Act  Act
	Way  Way
	Day  calendar.Date
	Note Message // how, in words
	// RidesAlong: it could be done without anybody, but since there is a visit
	// or capture day anyway it is done then.
	RidesAlong bool
}

// Stuck is an act for which there is no day.
type Stuck struct {
	Act Act
	Why Message
}

// Class is the promise in one word.
type Class string

const (
	NoVisit         Class = "0"
	NoVisitMission  Class = "0+mission"
	OneVisit        Class = "1"
	OneVisitMission Class = "1+mission"
	SeveralVisits   Class = "more"
)

func classOf(visits, missions int) Class {
	switch {
	case visits == 0 && missions == 0:
		return NoVisit
	case visits == 0:
		return NoVisitMission
	case visits == 1 && missions == 0:
		return OneVisit
	case visits == 1:
		return OneVisitMission
	}
	return SeveralVisits
}

// Propose plans the visits of one unit for one case.
func Propose(in Input) Plan {
	plan := solve(in)
	plan.explain(in)
	return plan
}

// solve plans without saying why.
func solve(in Input) Plan {
	f := framed(in)
	plan := Plan{Proven: true}
	for {
		plan.Visits, plan.AtUnit, plan.Without, plan.Missions, plan.Proven = nil, nil, nil, nil, true
		failed := -1
		for _, st := range f.stretches() {
			sr, sch, ok, proven := arrange(st.problem)
			if !ok {
				failed = st.acts[sr.culprit()]
				break
			}
			plan.Proven = plan.Proven && proven
			f.write(&plan, st, sr, sch)
		}
		if failed < 0 {
			break
		}
		f.stick(failed, say("visit.stuck.room", "act", f.in.Acts[failed].Kind))
	}
	plan.Stuck = f.stuck
	slices.SortStableFunc(plan.Visits, func(a, b Visit) int { return a.Day.Compare(b.Day) })
	slices.SortStableFunc(plan.AtUnit, func(a, b Visit) int { return a.Day.Compare(b.Day) })
	plan.Class = classOf(len(plan.Visits), len(plan.Missions))
	return plan
}

// write turns a stretch's schedule into visits and steps.
func (f *frame) write(plan *Plan, st stretch, sr *search, sch schedule) {
	alternatives := sr.alternatives(sch)
	ways, rides := newSearch(st.problem).settle(f, st, &sch)
	visits := make([]Visit, len(sch.visits))
	for i, d := range sch.visits {
		visits[i].Day = f.date(sr.days[d])
		for _, alt := range alternatives[i] {
			visits[i].Days = append(visits[i].Days, f.date(sr.days[alt]))
		}
	}
	kit := map[int]*Visit{}
	for j, sp := range sch.spots {
		act := f.in.Acts[st.acts[j]]
		step := Step{Act: act, Way: ways[j], Day: f.date(sp.day), RidesAlong: rides[j]}
		step.Note = f.note(step)
		switch {
		case act.Kind == MissionPresence:
			plan.Missions = append(plan.Missions, step)
		case sp.place == atHall:
			i, _ := slices.BinarySearch(sch.visits, sp.at)
			visits[i].add(step)
		case sp.place == atUnit:
			v := kit[sp.at]
			if v == nil {
				v = &Visit{Day: step.Day, Days: []calendar.Date{step.Day}}
				kit[sp.at] = v
			}
			v.add(step)
		default:
			plan.Without = append(plan.Without, step)
		}
	}
	for i := range visits {
		if len(visits[i].Steps) == 0 {
			continue // only where the search gave up: what it was for goes by itself
		}
		slices.Sort(visits[i].Members)
		visits[i].Last = visits[i].latest(f.date(f.days[len(f.days)-1]))
		plan.Visits = append(plan.Visits, visits[i])
	}
	for _, c := range sortedKeys(kit) {
		slices.Sort(kit[c].Members)
		plan.AtUnit = append(plan.AtUnit, *kit[c])
	}
}

// latest is the last day that serves. Where the visit could still be on the last
// day that the hall lists, what must be done there tells it, and not the list.
func (v *Visit) latest(end calendar.Date) calendar.Date {
	if v.To().Before(end) {
		return v.To()
	}
	latest := calendar.Date{}
	for _, s := range v.Steps {
		if !s.RidesAlong && (latest.IsZero() || s.Act.Latest.Before(latest)) {
			latest = s.Act.Latest
		}
	}
	if latest.Before(v.To()) {
		return v.To()
	}
	return latest
}

func (v *Visit) add(step Step) {
	v.Steps = append(v.Steps, step)
	v.Minutes += step.Act.Minutes
	if step.Way == ByOther || step.Act.Member == WholeUnit || !step.Act.needsTraveller() && step.Way == Kit {
		v.ByOther = true
		return
	}
	if !slices.Contains(v.Members, step.Act.Member) {
		v.Members = append(v.Members, step.Act.Member)
	}
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
