package exchange

import (
	"time"
	"yitang/internal/exchange/simtest"
)

// simAct is one thing that can happen in a step.
type simAct struct {
	what   string
	weight int
	do     func(*sim)
}

var simActs = []simAct{
	// What happens all the time.
	{"somebody writes", 26, (*sim).write},
	{"a zone sends", 14, func(s *sim) { s.send(s.stream()) }},
	{"a carrier brings some of it", 14, func(s *sim) { s.deliver(s.stream(), false) }},
	{"carriers bring everything", 8, (*sim).cross},
	{"two people let go", 4, func(s *sim) { s.letGo(s.node()) }},
	// What goes wrong on the way.
	{"a carrier does harm", 10, func(s *sim) { s.harm(s.stream()) }},
	{"an enemy holds the carriers", 10, (*sim).attack},
	// What goes wrong in a zone.
	{"a process dies", 5, (*sim).kill},
	{"a disk is full", 3, (*sim).fill},
	{"there is space again", 3, (*sim).drain},
	{"a clock jumps", 5, (*sim).jump},
	// What people do now and then.
	{"a stream begins anew", 2, (*sim).reopen},
	{"a suite is agreed to", 3, (*sim).agreeSome},
	{"a suite is begun", 3, (*sim).beginSome},
	{"keys are renewed", 3, (*sim).renew},
	{"keys are revoked", 2, (*sim).revoke},
	{"a zone is backed up", 3, func(s *sim) { s.backUpSome() }},
	{"a zone is restored", 2, (*sim).restore},
	{"a neighbour tells a restored zone again", 3, (*sim).tellAgain},
	{"a zone is updated", 1, (*sim).update},
}

// waitAfter is how long nothing happens after a step: most often minutes, then
// hours, days, and now and then the weeks of a holiday or of a line that is cut.
// The zones are up, and nobody looks in.
func waitAfter(seed uint64, step int) time.Duration {
	chance := simtest.Lull(seed, step)
	switch n := chance.IntN(20); {
	case n < 11:
		return time.Duration(chance.IntN(120)) * time.Minute
	case n < 15:
		return time.Duration(chance.IntN(72*60)) * time.Minute
	case n < 18:
		return time.Duration(chance.IntN(21*24)) * time.Hour
	}
	return time.Duration(chance.IntN(70*24)) * time.Hour
}

// spanOf is how long the steps of a run take.
func spanOf(seed uint64, steps int) time.Duration {
	var sum time.Duration
	for step := 1; step <= steps; step++ {
		sum += waitAfter(seed, step)
	}
	return sum
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
	if s.wrong == nil {
		s.holds()
	}
	s.pass(waitAfter(s.seed, step))
}

// run plays the steps of one seed and gives what went wrong.
func (s *sim) run(steps int) error {
	for step := 1; step <= steps && s.wrong == nil; step++ {
		if s.only == nil || s.only[step] {
			s.play(step)
		}
	}
	if s.wrong == nil {
		s.step, s.rng = 0, simtest.Chance(s.seed, 0)
		s.heal()
	}
	if s.wrong == nil {
		s.holds()
		s.converges()
	}
	s.stats.span = s.now.Sub(s.began)
	return s.wrong
}
