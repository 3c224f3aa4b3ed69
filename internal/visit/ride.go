package visit

import (
	"math"
	"slices"
)

// settle decides how each job gets done, once the days of the visits stand.
// What needs nobody rides along with a visit or capture day that takes place
// anyway, if it needs no further person there; else it goes by courier where
// time allows, else by locker.
func (s *search) settle(f *frame, st stretch, sch *schedule) (ways []Way, rides []bool) {
	s.release(sch)
	ways, rides = make([]Way, len(s.jobs)), make([]bool, len(s.jobs))
	latest := make([]int, len(s.jobs)) // so that nothing that waits is kept waiting
	attends := map[[3]int]bool{}       // place, day, member
	used := map[[2]int]int{}
	usedKit := map[int]int{}
	for j, sp := range sch.spots {
		latest[j] = s.jobs[j].to
		a := f.in.Acts[st.acts[j]]
		switch sp.place {
		case atHall:
			used[[2]int{sp.at, s.jobs[j].window}] += s.jobs[j].minutes
			if a.needsTraveller() {
				attends[[3]int{int(atHall), sp.at, a.Member}] = true
			}
		case atUnit:
			usedKit[sp.at] += s.jobs[j].minutes
			if a.needsTraveller() {
				attends[[3]int{int(atUnit), sp.at, a.Member}] = true
			}
		case fromAfar:
		}
	}
	for j := len(s.jobs) - 1; j >= 0; j-- {
		jb, sp := s.jobs[j], sch.spots[j]
		a := f.in.Acts[st.acts[j]]
		if sp.place == fromAfar {
			ready := s.readyIn(j, sch.spots)
			sp, ways[j] = s.settleAfar(f, a, jb, sp, ready, latest[j], *sch, attends, used, usedKit)
			sch.spots[j], rides[j] = sp, sp.place != fromAfar
		} else if sp.place == atUnit {
			ways[j] = Kit
		} else if a.may(InPerson) && (!a.may(ByOther) || attends[[3]int{int(atHall), sp.at, a.Member}]) {
			ways[j] = InPerson
		} else {
			ways[j] = ByOther
		}
		keep := sch.spots[j].day
		if ways[j] == OwnDesk {
			keep = latest[j] // at home there is time until then: nothing hurries on its account
		}
		for _, e := range jb.after {
			latest[e.job] = min(latest[e.job], s.workday.before(keep, e.gap))
		}
		// What travels by courier has to be ready that much earlier.
		if ways[j] == Courier {
			for _, e := range jb.after {
				sent := s.workday.before(sch.spots[j].day, f.in.Offers.CourierWorkdays)
				latest[e.job] = min(latest[e.job], s.workday.before(sent, e.gap))
			}
		}
	}
	for j := range s.jobs {
		if ways[j] == OwnDesk {
			sch.spots[j].day = s.readyIn(j, sch.spots) // once what it is done with has come
		}
	}
	return ways, rides
}

// release takes from the hall and the unit what the search put there only to be
// done with it a day sooner: nobody shall come for what may go by itself. It
// keeps no other job waiting.
func (s *search) release(sch *schedule) {
	latest := make([]int, len(s.jobs))
	for j := range s.jobs {
		latest[j] = s.jobs[j].to
	}
	for j := len(s.jobs) - 1; j >= 0; j-- {
		jb := s.jobs[j]
		if sch.spots[j].place != fromAfar && jb.remote {
			if day := s.workday.after(s.readyIn(j, sch.spots), jb.transit); day <= latest[j] {
				sch.spots[j] = spot{place: fromAfar, day: day}
			}
		}
		// What goes by itself is under way before it is done.
		done := sch.spots[j].day
		if sch.spots[j].place == fromAfar {
			done = s.workday.before(done, jb.transit)
		}
		for _, e := range jb.after {
			latest[e.job] = min(latest[e.job], s.workday.before(done, e.gap))
		}
	}
}

func (s *search) readyIn(j int, spots []spot) int {
	r := s.jobs[j].from
	for _, e := range s.jobs[j].after {
		r = max(r, s.workday.after(spots[e.job].day, e.gap))
	}
	return r
}

func (s *search) settleAfar(f *frame, a Act, jb job, sp spot, ready, latest int, sch schedule,
	attends map[[3]int]bool, used map[[2]int]int, usedKit map[int]int) (spot, Way) {
	switch {
	case a.may(Held), a.Kind == MissionPresence:
		return sp, Held
	case a.may(Online) && f.online(a):
		return sp, Online
	}
	for _, d := range sch.visits {
		k := [2]int{d, jb.window}
		if s.days[d] < ready || s.days[d] > latest || !jb.hall[d] || used[k]+jb.minutes > s.room[d][jb.window].left() {
			continue
		}
		here := attends[[3]int{int(atHall), d, a.Member}]
		if here && a.may(InPerson) {
			used[k] += jb.minutes
			return spot{atHall, d, s.days[d]}, InPerson
		}
		if a.may(ByOther) {
			used[k] += jb.minutes
			return spot{atHall, d, s.days[d]}, ByOther
		}
	}
	for c, day := range s.kitDays {
		if usedKit[c] == 0 || day < ready || day > latest || !a.may(Kit) || !jb.unit[c] || usedKit[c]+jb.minutes > s.kitRoom[c] {
			continue
		}
		if !a.needsTraveller() || attends[[3]int{int(atUnit), c, a.Member}] {
			usedKit[c] += jb.minutes
			return spot{atUnit, c, day}, Kit
		}
	}
	if a.may(OwnDesk) {
		return sp, OwnDesk
	}
	if a.may(Courier) && f.in.Offers.Courier {
		if day := s.workday.after(ready, f.in.Offers.CourierWorkdays); day <= latest {
			return spot{place: fromAfar, day: day}, Courier
		}
	}
	return sp, Locker
}

// before is the last day from which gap workdays lead to day or earlier.
func (c clock) before(day, gap int) int {
	if gap == 0 {
		return day
	}
	i := day - c.first
	if i < 0 {
		return math.MinInt32
	}
	i = min(i, len(c.count)-1)
	// after(x) is the workday numbered count(x)+gap, so count(x) may be at
	// most count(day)-gap.
	want := c.count[i] - gap
	if want < 0 {
		return math.MinInt32
	}
	n, _ := slices.BinarySearch(c.count, want+1)
	if n == 0 {
		return math.MinInt32
	}
	return c.first + n - 1
}

// alternatives lists for each visit the days that would serve as well, the
// other visits staying where they are. The proposed day is always among them.
func (s *search) alternatives(sch schedule) [][]int {
	out := make([][]int, len(sch.visits))
	for i, own := range sch.visits {
		for d := range s.days {
			if d == own {
				out[i] = append(out[i], d)
				continue
			}
			if slices.Contains(sch.visits, d) || !s.within() {
				continue
			}
			set := slices.Clone(sch.visits)
			set[i] = d
			slices.Sort(set)
			if s.serves(set) {
				out[i] = append(out[i], d)
			}
		}
	}
	return out
}

// serves tells whether all jobs can be done on the days given.
func (s *search) serves(set []int) bool {
	for w, m := range s.must {
		for _, d := range set {
			m &^= s.days64[d][w]
		}
		if m != 0 {
			return false
		}
	}
	_, ok := s.try(set, math.MaxInt)
	return ok
}

// culprit names a job for which even all days leave no room.
func (s *search) culprit() int {
	all := make([]int, len(s.days))
	for i := range all {
		all[i] = i
	}
	clear2(s.used)
	clear(s.usedKit)
	for j := range s.jobs {
		sp, ok := s.first(all, j, true)
		if !ok {
			return j
		}
		s.spots[j] = sp
		s.take(j, sp, 1)
	}
	return len(s.jobs) - 1
}
