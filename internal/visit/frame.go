package visit

import (
	"slices"

	"yitang/internal/calendar"
)

// frame translates an input into days as numbers and acts as jobs.
type frame struct {
	in      Input
	order   []int // indexes of in.Acts, each after what it waits for
	days    []int // open days of the hall
	room    []map[Counter]Room
	kitDays []int
	kitRoom []int
	clock   clock
	ready   []int // first day on which each act may be begun, by index of in.Acts
	es      []int // first day on which it can be done
	to      []int
	gone    []bool // stuck, by index of in.Acts
	stuck   []Stuck
}

// stretch is a problem of its own, with the acts that its jobs stand for.
type stretch struct {
	problem
	acts []int // index of in.Acts by job
}

func framed(in Input) *frame {
	f := &frame{in: in, ready: make([]int, len(in.Acts)), es: make([]int, len(in.Acts)), to: make([]int, len(in.Acts)), gone: make([]bool, len(in.Acts))}
	hall := slices.Clone(in.Hall)
	slices.SortFunc(hall, func(a, b HallDay) int { return a.Date.Compare(b.Date) })
	for n, h := range hall {
		if n > 0 && h.Date == hall[n-1].Date {
			continue // one day is one day, however often it is listed
		}
		f.days = append(f.days, number(h.Date))
		f.room = append(f.room, h.Room)
	}
	kit := slices.Clone(in.Offers.KitDays)
	slices.SortFunc(kit, func(a, b KitDay) int { return a.Date.Compare(b.Date) })
	for _, k := range kit {
		f.kitDays = append(f.kitDays, number(k.Date))
		f.kitRoom = append(f.kitRoom, k.Minutes)
	}
	f.wind()
	f.sequence()
	f.propagate()
	return f
}

func (f *frame) date(day int) calendar.Date { return fromNumber(day) }

// horizon is how many days ahead waits are counted.
const horizon = 1500

// wind makes the table of workdays for the time that the acts span.
func (f *frame) wind() {
	if len(f.in.Acts) == 0 {
		return
	}
	first, last := number(f.in.Acts[0].Earliest), number(f.in.Acts[0].Latest)
	for _, a := range f.in.Acts {
		first = min(first, number(a.Earliest))
		last = max(last, number(a.Latest))
	}
	// A slip of the pen may put a date into the year 9999; nobody plans so far.
	last = min(last, first+horizon)
	workday := f.in.Workday
	if workday == nil {
		workday = mondayToFriday
	}
	c := clock{first: first, nth: []int{first}}
	for day := first; day <= last; day++ {
		if workday(fromNumber(day)) {
			c.nth = append(c.nth, day)
		}
		c.count = append(c.count, len(c.nth)-1)
	}
	f.clock = c
}

// sequence orders the acts. What waits for itself, or for an act that isn't
// there, never happens.
func (f *frame) sequence() {
	index := map[ActID]int{}
	for i, a := range f.in.Acts {
		index[a.ID] = i
	}
	const fresh, open, closed = 0, 1, 2
	state := make([]int, len(f.in.Acts))
	var enter func(i int) bool
	enter = func(i int) bool {
		if state[i] != fresh {
			return state[i] == closed && !f.gone[i]
		}
		state[i] = open
		possible := true
		for _, w := range f.in.Acts[i].After {
			p, known := index[w.Act]
			if !known || !enter(p) {
				possible = false
			}
		}
		state[i] = closed
		if !possible {
			f.gone[i] = true
			f.stuck = append(f.stuck, Stuck{f.in.Acts[i], say("visit.stuck.waits", "act", f.in.Acts[i].Kind)})
			return false
		}
		f.order = append(f.order, i)
		return true
	}
	for i := range f.in.Acts {
		enter(i)
	}
}

// stick takes an act out, and all that wait for it.
func (f *frame) stick(i int, why Message) {
	f.gone[i] = true
	f.stuck = append(f.stuck, Stuck{f.in.Acts[i], why})
	for _, j := range f.order {
		if f.gone[j] {
			continue
		}
		for _, w := range f.in.Acts[j].After {
			if w.Act == f.in.Acts[i].ID {
				f.stick(j, say("visit.stuck.after", "act", f.in.Acts[j].Kind, "first", f.in.Acts[i].Kind))
				break
			}
		}
	}
}

// propagate finds each act's first possible day if only that act counted, and
// takes out those that have none.
func (f *frame) propagate() {
	index := map[ActID]int{}
	for i, a := range f.in.Acts {
		index[a.ID] = i
	}
	for _, i := range f.order {
		if f.gone[i] {
			continue
		}
		a := f.in.Acts[i]
		ready := number(a.Earliest)
		for _, w := range a.After {
			ready = max(ready, f.clock.after(f.es[index[w.Act]], w.Workdays))
		}
		f.to[i] = number(a.Latest)
		day, why := f.firstDay(i, ready)
		if why.Key != "" {
			f.stick(i, why)
			continue
		}
		f.ready[i], f.es[i] = ready, day
	}
}

func (f *frame) firstDay(i, ready int) (int, Message) {
	a := f.in.Acts[i]
	if ready > f.to[i] {
		if ready > number(a.Earliest) {
			return 0, say("visit.stuck.wait", "act", a.Kind, "latest", a.Latest)
		}
		return 0, say("visit.stuck.late", "act", a.Kind, "earliest", a.Earliest, "latest", a.Latest)
	}
	j := f.job(i, f.days)
	best := 0
	for d, ok := range j.hall {
		if ok && f.days[d] >= ready {
			best = f.days[d]
			break
		}
	}
	for c, ok := range j.unit {
		if ok && f.kitDays[c] >= ready && (best == 0 || f.kitDays[c] < best) {
			best = f.kitDays[c]
		}
	}
	if j.remote {
		if day := f.clock.after(ready, j.transit); day <= f.to[i] && (best == 0 || day < best) {
			best = day
		}
	}
	if best == 0 {
		return 0, say("visit.stuck.noDay", "act", a.Kind, "earliest", fromNumber(ready), "latest", a.Latest)
	}
	return best, Message{}
}

// job translates act i for the hall days given.
func (f *frame) job(i int, days []int) job {
	a := f.in.Acts[i]
	j := job{from: number(a.Earliest), to: f.to[i], minutes: a.Minutes, window: slices.Index(Counters(), a.Kind.Counter())}
	j.transit, j.remote = f.afar(a)
	away := func(day int) bool {
		if a.Member == WholeUnit || !a.needsTraveller() {
			return false
		}
		d := fromNumber(day)
		return slices.ContainsFunc(f.in.Members[a.Member].Away, func(s Span) bool { return s.Has(d) })
	}
	j.hall = make([]bool, len(days))
	if a.may(InPerson) || a.may(ByOther) {
		for d, day := range days {
			k, _ := slices.BinarySearch(f.days, day)
			r := f.room[k][a.Kind.Counter()]
			j.hall[d] = day >= j.from && day <= j.to && r.Minutes-r.Booked >= a.Minutes && !away(day)
		}
	}
	j.unit = make([]bool, len(f.kitDays))
	if a.may(Kit) {
		for c, day := range f.kitDays {
			j.unit[c] = day >= j.from && day <= j.to && f.kitRoom[c] >= a.Minutes && !away(day)
		}
	}
	return j
}

// afar tells whether an act can be done without anybody at the hall, and how
// many workdays the quickest such way takes.
func (f *frame) afar(a Act) (transit int, ok bool) {
	o := f.in.Offers
	switch {
	case a.Kind == MissionPresence, a.may(Held), a.may(OwnDesk), a.may(Locker) && o.Locker:
		return 0, true
	case a.may(Online) && f.online(a):
		return 0, true
	case a.may(Courier) && o.Courier:
		return o.CourierWorkdays, true
	}
	return 0, false
}

// online: a signature on a screen counts only where the office accepts it.
func (f *frame) online(a Act) bool { return a.Kind != SignVisaForm || f.in.Offers.OnlineSigning }

// stretches cuts the acts where their days can't touch, e.g. before the trip
// and after it. Each stretch is then planned for itself.
func (f *frame) stretches() []stretch {
	var live []int
	for _, i := range f.order {
		if !f.gone[i] {
			live = append(live, i)
		}
	}
	slices.SortStableFunc(live, func(a, b int) int { return f.ready[a] - f.ready[b] })
	var out []stretch
	var group []int
	end := 0
	for n, i := range live {
		if n > 0 && f.ready[i] > end && f.separate(live[:n], live[n:]) {
			out = append(out, f.stretch(group))
			group = nil
		}
		group = append(group, i)
		end = max(end, f.to[i])
	}
	if len(group) > 0 {
		out = append(out, f.stretch(group))
	}
	return out
}

// separate tells whether the earlier acts, done as late as they may, keep no
// later act waiting.
func (f *frame) separate(earlier, later []int) bool {
	for _, i := range later {
		for _, w := range f.in.Acts[i].After {
			for _, p := range earlier {
				if f.in.Acts[p].ID == w.Act && f.clock.after(f.to[p], w.Workdays) > f.ready[i] {
					return false
				}
			}
		}
	}
	return true
}

func (f *frame) stretch(group []int) stretch {
	in := map[int]bool{}
	for _, i := range group {
		in[i] = true
	}
	st := stretch{problem: problem{workday: f.clock, kitDays: f.kitDays, kitRoom: f.kitRoom}}
	position := map[ActID]int{}
	for _, i := range f.order {
		if in[i] {
			position[f.in.Acts[i].ID] = len(st.acts)
			st.acts = append(st.acts, i)
		}
	}
	for d, day := range f.days {
		if slices.ContainsFunc(group, func(i int) bool { return day >= f.ready[i] && day <= f.to[i] }) {
			st.days = append(st.days, day)
			row := make([]free, len(Counters()))
			for c, counter := range Counters() {
				row[c] = free{f.room[d][counter].Minutes, f.room[d][counter].Booked}
			}
			st.room = append(st.room, row)
		}
	}
	for _, i := range st.acts {
		j := f.job(i, st.days)
		j.from = f.ready[i]
		for _, w := range f.in.Acts[i].After {
			if p, same := position[w.Act]; same {
				j.after = append(j.after, edge{p, w.Workdays})
			}
		}
		st.jobs = append(st.jobs, j)
	}
	return st
}
