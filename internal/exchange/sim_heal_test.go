package exchange

import (
	"context"
	"strings"
	"time"

	"yitang/internal/zone"
)

// heal ends the faults: clocks are right, disks have space, all zones have the same
// release, carriers come each hour and bring all, and people do what their status
// tells them to.
func (s *sim) heal() {
	for _, z := range zone.All() {
		n := s.nodes[z]
		n.disk.KillAt(0)
		n.skew = 0
		if n.full {
			s.drainOf(n)
		}
		s.updateOf(n)
	}
	s.note("the faults end")
	for _, r := range s.streams() {
		if s.owed[r] {
			s.tellAnew(r)
		}
	}
	for round := range 60 {
		s.pass(61 * time.Minute)
		for _, z := range zone.All() {
			s.letGo(s.nodes[z])
			s.tidy(s.nodes[z])
		}
		for _, r := range s.streams() {
			if sent, received := s.suites(r); sent != received {
				s.agree(r, sent)
			}
			if round%20 == 5 {
				s.pair(r.From, r.To)
			}
			if round%20 == 19 {
				s.insist(r)
			}
			s.bring(r)
		}
		if s.wrong == nil {
			s.holds()
		}
		if s.wrong != nil || s.quiet() {
			break
		}
	}
	for range 5 { // nothing happens any more, and the carriers come
		if s.wrong != nil {
			return
		}
		s.pass(90 * time.Minute)
		for _, r := range s.streams() {
			s.bring(r)
		}
	}
	for _, z := range zone.All() {
		s.tidy(s.nodes[z])
	}
}

// insist is what people do about a stream that has had no receipt for long, though
// the carriers come: they begin it anew. A clock that was ahead when an epoch began
// that a restored zone has forgotten may be why.
func (s *sim) insist(r Stream) {
	out, err := s.nodes[r.From].outgoing(context.Background(), r.To)
	if err != nil {
		s.fail("a stream can't be looked at: %v", err)
		return
	}
	if out.Unreceipted > 0 {
		s.tellAnew(r)
	}
}

// bring carries a stream once, whole.
func (s *sim) bring(r Stream) {
	d := s.folder()
	if s.sendOn(r, d) {
		s.deliverFrom(r, d, true)
	}
}

func (s *sim) quiet() bool {
	for _, z := range zone.All() {
		st, err := s.nodes[z].Status(context.Background())
		if err != nil {
			s.fail("there is no status: %s: %v", z, err)
			return true
		}
		for _, o := range st.Outgoing {
			if o.Unreceipted > 0 || o.Held > 0 || o.Slowed != nil || o.Behind > 0 {
				return false
			}
		}
		for _, i := range st.Incoming {
			if i.Quarantined > 0 {
				return false
			}
		}
	}
	for _, r := range s.streams() {
		if len(s.missing(r)) > 0 {
			return false
		}
	}
	return true
}

// converges checks what must be so when the faults have ended: everybody knows what
// they may know, but for what its own zone has lost, and what contradicts that.
func (s *sim) converges() {
	for label := range s.said {
		by := s.said[label]
		if _, has := s.nodes[by.by].checked.has[label]; !has && !s.forgotten[label] {
			s.fail("a zone has lost what it said itself: %s", label)
		}
	}
	for _, r := range s.streams() {
		if m := s.missing(r); len(m) > 0 {
			s.fail("when all is over, something hasn't come: %s: %s", r, strings.Join(m[:min(3, len(m))], ", "))
		}
	}
	for _, z := range zone.All() {
		n := s.nodes[z]
		for label := range n.checked.discarded {
			if !s.broken[s.said[label].subject] {
				s.fail("people had to throw away what contradicts nothing: %s at %s", label, z)
			}
		}
		st, err := n.Status(context.Background())
		if err != nil {
			s.fail("there is no status: %s: %v", z, err)
			continue
		}
		for _, o := range st.Outgoing {
			if o.Unreceipted > 0 || o.Held > 0 || o.Slowed != nil {
				s.fail("when all is over, a stream isn't settled: %s to %s: %+v", z, o.To, o)
			}
		}
		for _, i := range st.Incoming {
			if len(i.Missing) > 0 || len(i.Refused) > 0 || i.Quarantined > 0 || !i.Silent.IsZero() {
				s.fail("when all is over, a stream isn't heard: %s from %s: %+v", z, i.From, i)
			}
		}
		s.sound(n)
	}
}
