package visit

import (
	"math"
	"slices"
)

// The search knows days as whole numbers and acts as jobs by index; plan.go
// translates in and out. A job is done on a day of the hall, on a capture day
// at the unit, or from afar; only days of the hall count as visits.

// job is one act as the search sees it.
type job struct {
	from, to int    // first and last day, both inclusive
	hall     []bool // by index of problem.days: may be done there, one visit
	unit     []bool // by index of problem.kitDays: may be done by the mobile kit
	remote   bool   // needs nobody at the hall
	transit  int    // workdays from sending to done, when remote
	minutes  int
	window   int // index of the counter that does it
	after    []edge
}

// edge says that a job waits for another one, and for gap workdays more.
type edge struct{ job, gap int }

// free is the time left at one counter on one day, in minutes.
type free struct{ capacity, booked int }

func (f free) left() int { return f.capacity - f.booked }

// problem is one stretch of a plan: jobs that share days.
type problem struct {
	jobs    []job    // in an order in which each comes after what it waits for
	days    []int    // open days of the hall, ascending
	room    [][]free // by index of days, then counter
	kitDays []int    // capture days at the unit, ascending
	kitRoom []int    // minutes left there
	workday clock
}

// clock counts workdays without asking the calendar again: one entry a day.
type clock struct {
	first int
	count []int // workdays from first to this day, both inclusive
	nth   []int // the n-th workday, from 1
}

// after gives the day that lies gap workdays behind day.
func (c clock) after(day, gap int) int {
	if gap == 0 {
		return day
	}
	i := min(max(day-c.first, 0), len(c.count)-1)
	n := c.count[i] + gap
	if n >= len(c.nth) {
		return math.MaxInt32
	}
	return c.nth[n]
}

type place int

const (
	atHall place = iota
	atUnit
	fromAfar
)

// spot is where and when a job is done: at is an index of days or kitDays.
type spot struct {
	place place
	at    int
	day   int
}

// schedule is one way to do all jobs, with what it is judged by.
type schedule struct {
	visits []int // indexes of days, ascending
	spots  []spot
	finish int // last day on which anything is done
	load   int // how full the chosen days become, lower is better
	sum    int // of all days, so that nothing waits without need
}

// better compares two schedules with equally many visits.
func (s schedule) better(t schedule) bool {
	if s.finish != t.finish {
		return s.finish < t.finish
	}
	if s.load != t.load {
		return s.load < t.load
	}
	if s.sum != t.sum {
		return s.sum < t.sum
	}
	return slices.Compare(s.visits, t.visits) < 0
}

const (
	// subsetBudget bounds how many sets of days are tried, nodeBudget how many
	// placings within all of them. Real cases need a few hundred; what runs
	// into the bound keeps the best plan found and says so.
	subsetBudget = 400_000
	nodeBudget   = 400_000
)

// search carries the counters of one run.
type search struct {
	problem
	days64  [][]uint64 // by day: jobs that can be done at the hall then
	must    []uint64   // jobs that can be done nowhere else
	subsets int
	nodes   int
	spots   []spot
	used    [][]int
	usedKit []int
	chosen  []bool
}

func newSearch(p problem) *search {
	s := &search{problem: p}
	words := (len(p.jobs) + 63) / 64
	s.must = make([]uint64, words)
	s.days64 = make([][]uint64, len(p.days))
	for d := range p.days {
		s.days64[d] = make([]uint64, words)
	}
	for j, jb := range p.jobs {
		if !jb.remote && !slices.Contains(jb.unit, true) {
			s.must[j/64] |= 1 << (j % 64)
		}
		for d, ok := range jb.hall {
			if ok {
				s.days64[d][j/64] |= 1 << (j % 64)
			}
		}
	}
	s.spots = make([]spot, len(p.jobs))
	s.used = make([][]int, len(p.days))
	for d := range p.days {
		s.used[d] = make([]int, len(p.room[d]))
	}
	s.usedKit = make([]int, len(p.kitDays))
	s.chosen = make([]bool, len(p.days))
	return s
}

// fewest finds the schedule with the fewest visits, then the earliest finish,
// then the most even load. It reports false when even all days of the hall
// aren't enough; proven is false when the budget ran out before the proof.
func (s *search) fewest() (best schedule, ok, proven bool) {
	all := make([]int, len(s.days))
	for i := range all {
		all[i] = i
	}
	ceiling, ok := s.try(all, math.MaxInt)
	if !ok {
		return schedule{}, false, s.within()
	}
	ceiling = s.trim(ceiling)
	for k := 0; k < len(ceiling.visits); k++ {
		if found, ok := s.withVisits(k); ok {
			return found, true, s.within()
		}
		if !s.within() {
			return ceiling, true, false
		}
	}
	// Nothing below the ceiling: look for the best among as many.
	if found, ok := s.withVisits(len(ceiling.visits)); ok && found.better(ceiling) {
		ceiling = found
	}
	return ceiling, true, s.within()
}

// arrange finds the best schedule of a stretch. Nobody shall come for what may
// go by itself, not even to have it done sooner: what can be done from afar is
// kept from the hall unless that would cost a visit more.
func arrange(p problem) (s *search, sch schedule, ok, proven bool) {
	alone, free := newSearch(p.alone()), newSearch(p)
	sch, ok, proven = alone.fewest()
	if !ok {
		sch, ok, proven = free.fewest()
		return free, sch, ok, proven
	}
	for k := 0; k < len(sch.visits); k++ {
		if found, ok := free.withVisits(k); ok {
			return free, found, true, proven && free.within()
		}
	}
	return alone, sch, true, proven && free.within()
}

// alone takes from the hall and the unit what can be done from afar.
func (p problem) alone() problem {
	jobs := slices.Clone(p.jobs)
	for j := range jobs {
		if jobs[j].remote {
			jobs[j].hall, jobs[j].unit = make([]bool, len(p.days)), make([]bool, len(p.kitDays))
		}
	}
	p.jobs = jobs
	return p
}

func (s *search) within() bool { return s.subsets < subsetBudget && s.nodes < nodeBudget }

// trim leaves out visits on which nothing is done.
func (s *search) trim(sch schedule) schedule {
	used := map[int]bool{}
	for _, sp := range sch.spots {
		if sp.place == atHall {
			used[sp.at] = true
		}
	}
	sch.visits = slices.DeleteFunc(slices.Clone(sch.visits), func(d int) bool { return !used[d] })
	return s.judged(sch)
}

// withVisits tries all sets of k days, those that end earlier first.
func (s *search) withVisits(k int) (best schedule, found bool) {
	set := make([]int, k)
	cover := make([][]uint64, k+1)
	for i := range cover {
		cover[i] = make([]uint64, len(s.must))
	}
	consider := func() {
		for w, m := range s.must {
			if m&^cover[k][w] != 0 {
				return
			}
		}
		limit := math.MaxInt
		if found {
			limit = best.finish
		}
		if sch, ok := s.try(set, limit); ok && (!found || sch.better(best)) {
			best, found = sch, true
		}
	}
	if k == 0 {
		consider()
		return best, found
	}
	// The last day is the outer loop: once a finish is known, later ends
	// can't win, for with the fewest visits each of them is needed.
	var fill func(i, below int)
	fill = func(i, below int) {
		if i < 0 {
			for w := range s.must {
				cover[k][w] = 0
				for _, d := range set {
					cover[k][w] |= s.days64[d][w]
				}
			}
			s.subsets++
			consider()
			return
		}
		for d := i; d < below && s.within(); d++ {
			set[i] = d
			fill(i-1, d)
		}
	}
	for last := k - 1; last < len(s.days) && s.within(); last++ {
		if found && s.days[last] > best.finish {
			break
		}
		set[k-1] = last
		fill(k-2, last)
	}
	return best, found
}

// try places all jobs on the given days (indexes, ascending), so that the last
// one is done by limit.
func (s *search) try(set []int, limit int) (schedule, bool) {
	bound, ok := s.early(set)
	if !ok || bound > limit {
		return schedule{}, false
	}
	for _, d := range set {
		s.chosen[d] = true
	}
	defer func() {
		for _, d := range set {
			s.chosen[d] = false
		}
	}()
	clear2(s.used)
	clear(s.usedKit)
	if finish, ok := s.greedy(set); ok && finish <= limit {
		if finish == bound {
			return s.judged(schedule{visits: slices.Clone(set), spots: slices.Clone(s.spots)}), true
		}
		limit = finish
	}
	clear2(s.used)
	clear(s.usedKit)
	var best []spot
	s.deepen(set, 0, math.MinInt, &limit, &best, bound)
	if best == nil {
		return schedule{}, false
	}
	return s.judged(schedule{visits: slices.Clone(set), spots: best}), true
}

// ready is the first day on which job j may be done, given what it waits for.
func (s *search) ready(j int) int {
	r := s.jobs[j].from
	for _, e := range s.jobs[j].after {
		r = max(r, s.workday.after(s.spots[e.job].day, e.gap))
	}
	return r
}

// early puts each job on its first possible day as if the hall had endless
// room. What fails here fails with any room; earlier is never worse for what
// comes after. Returns the last day.
func (s *search) early(set []int) (int, bool) {
	finish := math.MinInt
	for j := range s.jobs {
		sp, ok := s.first(set, j, false)
		if !ok {
			return 0, false
		}
		s.spots[j] = sp
		finish = max(finish, sp.day)
	}
	return finish, true
}

// greedy does the same with the room there is.
func (s *search) greedy(set []int) (int, bool) {
	finish := math.MinInt
	for j := range s.jobs {
		sp, ok := s.first(set, j, true)
		if !ok {
			return 0, false
		}
		s.spots[j] = sp
		s.take(j, sp, 1)
		finish = max(finish, sp.day)
	}
	return finish, true
}

func (s *search) take(j int, sp spot, sign int) {
	switch sp.place {
	case atHall:
		s.used[sp.at][s.jobs[j].window] += sign * s.jobs[j].minutes
	case atUnit:
		s.usedKit[sp.at] += sign * s.jobs[j].minutes
	case fromAfar:
	}
}

func (s *search) fits(j int, sp spot) bool {
	switch sp.place {
	case atHall:
		return s.used[sp.at][s.jobs[j].window]+s.jobs[j].minutes <= s.room[sp.at][s.jobs[j].window].left()
	case atUnit:
		return s.usedKit[sp.at]+s.jobs[j].minutes <= s.kitRoom[sp.at]
	case fromAfar:
	}
	return true
}

// first gives the earliest spot of job j. On the same day what needs nobody
// goes first, for it takes no room: ride.go lets it ride along afterwards.
func (s *search) first(set []int, j int, room bool) (spot, bool) {
	jb := &s.jobs[j]
	r := s.ready(j)
	best := spot{day: math.MaxInt}
	for _, d := range set {
		if s.days[d] >= r && jb.hall[d] {
			sp := spot{atHall, d, s.days[d]}
			if !room || s.fits(j, sp) {
				best = sp
				break
			}
		}
	}
	for c, day := range s.kitDays {
		if day >= best.day {
			break
		}
		if day >= r && jb.unit[c] {
			sp := spot{atUnit, c, day}
			if !room || s.fits(j, sp) {
				best = sp
				break
			}
		}
	}
	if jb.remote {
		if day := s.workday.after(r, jb.transit); day <= jb.to && day <= best.day {
			best = spot{place: fromAfar, day: day}
		}
	}
	return best, best.day != math.MaxInt
}

// deepen tries every placing where room is short. limit falls as schedules are
// found; it stops at bound, below which nothing can lie.
func (s *search) deepen(set []int, j, finish int, limit *int, best *[]spot, bound int) {
	if s.nodes++; s.nodes > nodeBudget || (*best != nil && *limit <= bound) {
		return
	}
	if j == len(s.jobs) {
		if *best == nil || finish < *limit {
			*limit, *best = finish, slices.Clone(s.spots)
		}
		return
	}
	jb, r := &s.jobs[j], s.ready(j)
	place := func(sp spot) {
		f := max(finish, sp.day)
		if f > *limit || (*best != nil && f >= *limit) || !s.fits(j, sp) {
			return
		}
		s.spots[j] = sp
		s.take(j, sp, 1)
		s.deepen(set, j+1, f, limit, best, bound)
		s.take(j, sp, -1)
	}
	// What goes from afar takes no room from anybody, so nothing later than
	// that need be tried.
	last := math.MaxInt
	if jb.remote {
		if day := s.workday.after(r, jb.transit); day <= jb.to {
			last = day
		}
	}
	for _, d := range set {
		if s.days[d] >= r && s.days[d] < last && jb.hall[d] {
			place(spot{atHall, d, s.days[d]})
		}
	}
	for c, day := range s.kitDays {
		if day >= r && day < last && jb.unit[c] {
			place(spot{atUnit, c, day})
		}
	}
	if last != math.MaxInt {
		place(spot{place: fromAfar, day: last})
	}
}

// judged fills in what a schedule is compared by.
func (s *search) judged(sch schedule) schedule {
	sch.finish, sch.load, sch.sum = math.MinInt, 0, 0
	used := make(map[[2]int]int, len(sch.visits))
	for j, sp := range sch.spots {
		sch.sum += sp.day
		sch.finish = max(sch.finish, sp.day)
		if sp.place == atHall {
			used[[2]int{sp.at, s.jobs[j].window}] += s.jobs[j].minutes
		}
	}
	for k, minutes := range used {
		f := s.room[k[0]][k[1]]
		permille := (f.booked + minutes) * 1000 / max(f.capacity, 1)
		sch.load += permille * permille
	}
	return sch
}

func clear2(m [][]int) {
	for _, row := range m {
		clear(row)
	}
}
