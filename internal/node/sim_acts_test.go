package node_test

import (
	"context"
	"time"

	"yitang/internal/exchange"
	"yitang/internal/exchange/simtest"
	"yitang/internal/hall"
	"yitang/internal/zone"
)

// simAct is one thing that can happen in a step.
type simAct struct {
	what   string
	weight int
	do     func(*sim)
}

var simActs = []simAct{
	// What people do.
	{"a unit begins a case", 12, (*sim).begin},
	{"people work", 60, (*sim).workSome},
	{"something comes in between", 6, (*sim).upset},
	// What carriers do.
	{"carriers bring everything", 30, (*sim).cross},
	{"a zone sends", 8, func(s *sim) { s.send(s.stream()) }},
	{"a carrier brings some of it", 8, func(s *sim) { s.deliver(s.stream(), false) }},
	{"a carrier does harm", 8, func(s *sim) { s.harm(s.stream()) }},
	{"a line is cut", 2, func(s *sim) { r := s.stream(); s.cut[r] = s.step + 2 + s.rng.IntN(12); s.note("%s is cut", r) }},
	{"a wrong disc is read in", 3, (*sim).wrongDisc},
	// What goes wrong in a zone.
	{"a process dies on its disk", 5, (*sim).dies},
	{"a process dies before it knows what it has done", 5, (*sim).forgets},
	{"a process dies before anything follows", 4, (*sim).sleeps},
	{"a disk is full", 2, (*sim).fill},
	{"there is space again", 8, (*sim).drainAll},
	{"a clock jumps", 3, (*sim).jump},
	{"keys are renewed", 2, (*sim).renew},
	{"a zone is copied, and will be restored from that", 3, (*sim).toRestore},
	{"a neighbour tells a restored zone again", 3, (*sim).tellAgain},
}

// simWait is how long nothing happens after a step: most often hours, then days, and now
// and then weeks.
func simWait(seed uint64, step int) time.Duration {
	chance := simtest.Lull(seed, step)
	switch n := chance.IntN(40); {
	case n < 26:
		return time.Duration(chance.IntN(180)) * time.Minute
	case n < 37:
		return time.Duration(chance.IntN(20*60)) * time.Minute
	case n < 39:
		return time.Duration(chance.IntN(3*24)) * time.Hour
	}
	return time.Duration(chance.IntN(14*24)) * time.Hour
}

// play does one step.
func (s *sim) play(step int) {
	s.step, s.rng = step, simtest.Chance(s.seed, step)
	s.stats.steps++
	all := 0
	for _, a := range simActs {
		all += a.weight
	}
	n := s.rng.IntN(all)
	for _, a := range simActs {
		if n -= a.weight; n < 0 {
			a.do(s)
			break
		}
	}
	for _, z := range zone.All() {
		p := s.places[z]
		s.alive(p, "does nothing")
		if p.copy != nil && step >= p.restore && s.wrong == nil {
			s.note("%s is restored from its copy", z)
			s.bringBack(p)
		}
	}
	s.holds()
	s.pass(simWait(s.seed, step))
}

// run plays the steps of one seed and gives what went wrong.
func (s *sim) run(steps int) error {
	began := s.now
	for step := 1; step <= steps && s.wrong == nil; step++ {
		if s.only == nil || s.only[step] {
			s.play(step)
		}
	}
	s.step, s.rng = 0, simtest.Chance(s.seed, 0)
	if s.wrong == nil {
		s.heal()
	}
	if s.wrong == nil {
		s.converges()
	}
	s.stats.span = s.now.Sub(began)
	return s.wrong
}

// pass lets time go by. Whoever has an appointment in it is there, as a rule; each zone
// does its chores at the end.
func (s *sim) pass(d time.Duration) {
	until := s.now.Add(d)
	for s.wrong == nil {
		m, at := s.appointment(until)
		if m == nil {
			break
		}
		s.now = at
		s.tick()
		if s.rng.IntN(6) > 0 {
			s.visit(m)
		}
	}
	s.now = until
	s.tick()
	for _, z := range zone.All() {
		p := s.places[z]
		if s.wrong != nil {
			return
		}
		ctx := context.Background()
		err := p.DoChores(ctx)
		s.rest(p)
		if err == nil && z != zone.Passport {
			err = p.Deliver(ctx)
		}
		if !s.alive(p, "does its chores") || err == nil || p.disk.full && saysFull(err) {
			continue
		}
		s.fail("chores can't be done: %s: %v", z, err)
	}
}

// appointment is the next one before a moment, by the office's own clock.
func (s *sim) appointment(until time.Time) (next *simMatter, at time.Time) {
	office := s.places[zone.Office]
	for _, m := range s.matters {
		booked, err := hall.OfFiling(context.Background(), office.Store, m.id)
		if err != nil {
			s.fail("appointments can't be read: %v", err)
		}
		for _, b := range booked {
			on := b.Slot.On(b.Day).Add(5*time.Minute - office.skew)
			if b.State == hall.IsBooked && on.After(s.now) && !on.After(until) && (next == nil || on.Before(at)) {
				next, at = m, on
			}
		}
	}
	return next, at
}

// workSome is some hours of work: in each zone, on most of what is on its lists.
func (s *sim) workSome() {
	for _, z := range zone.All() {
		for _, m := range s.matters {
			if s.rng.IntN(3) > 0 {
				s.work(z, m)
			}
		}
	}
}

// into are the streams that lead to a zone.
func (s *sim) into(z zone.Zone) (out []exchange.Stream) {
	for _, r := range s.streams() {
		if r.To == z {
			out = append(out, r)
		}
	}
	return out
}
