package progress

import (
	"slices"

	"yitang/internal/approval"
	"yitang/internal/visa"
)

// Inquiry is what another authority was asked about its people. They travel on
// its confirmation, and have booklets and visas from it.
type Inquiry struct {
	Authority string `json:"authority"`
	Replied   bool   `json:"replied,omitempty"`
	Confirmed bool   `json:"confirmed,omitempty"`
}

// asks hears who was asked about whom; one that hasn't replied is asked about
// more people with the same inquiry.
func (s *State) asks(b approval.OpinionSought) {
	open := func(q Inquiry) bool { return q.Authority == b.Authority && !q.Replied }
	i := slices.IndexFunc(s.Inquiries, open)
	if i < 0 {
		i, s.Inquiries = len(s.Inquiries), append(slices.Clone(s.Inquiries), Inquiry{Authority: b.Authority})
	}
	for _, id := range b.Persons {
		s.person(id).Inquiry = i + 1
	}
}

func (s *State) answered(authority string) {
	s.mark(func(_ int, q Inquiry) bool { return q.Authority == authority && !q.Replied }, func(q *Inquiry) { q.Replied = true })
}

// confirmed hears that an authority has confirmed the mission of those about
// whom it was asked first, and has not yet.
func (s *State) confirmed(authority string) {
	s.mark(func(i int, q Inquiry) bool { return q.Authority == authority && !q.Confirmed && s.goers(i) > 0 }, func(q *Inquiry) { q.Confirmed = true })
}

// changes hears what an amendment brings: another journey is confirmed anew, and
// whom it asked about belongs to its inquiries.
func (s *State) changes(b approval.Amended) {
	s.Inquiries = slices.Clone(s.Inquiries)
	for i := range s.Inquiries {
		s.Inquiries[i].Confirmed = s.Inquiries[i].Confirmed && !b.Kind.AnotherJourney()
	}
	for _, q := range b.Inquiries {
		s.Inquiries = append(s.Inquiries, Inquiry{Authority: q.Authority, Replied: q.Reply != nil})
		for _, id := range q.Persons {
			s.person(id).Inquiry = len(s.Inquiries)
		}
	}
}

func (s *State) mark(which func(int, Inquiry) bool, how func(*Inquiry)) {
	for i, q := range s.Inquiries {
		if which(i, q) {
			s.Inquiries = slices.Clone(s.Inquiries)
			how(&s.Inquiries[i])
			return
		}
	}
}

// goers counts the approved people of an inquiry.
func (s State) goers(i int) int {
	n := 0
	for _, p := range s.People {
		if p.Approved && p.Inquiry == i+1 {
			n++
		}
	}
	return n
}

// Ours are the approved members whose booklets and visas are this office's work.
func (s State) Ours() []string {
	return slices.DeleteFunc(s.Approved(), func(id string) bool { return s.People[id].Inquiry > 0 })
}

// Among is how the mission would stand with these people alone, as a change that isn't
// decided yet wants it: who comes in has neither booklet nor visa so far.
func (s State) Among(going []string) State {
	people := map[string]*Person{}
	for id, p := range s.People {
		is := *p
		is.Approved = p.Approved && slices.Contains(going, id)
		people[id] = &is
	}
	for _, id := range going {
		if p := people[id]; p == nil || !p.Approved {
			people[id] = &Person{Approved: true, Booklet: IsAsked}
		}
	}
	s.People = people
	return s
}

// Going are the approved members who go, as far as is known: who handed a booklet
// in unused, or whose visa was given up and who got no booklet, stays at home.
func (s State) Going() []string {
	return slices.DeleteFunc(s.Approved(), func(id string) bool { return s.People[id].stays() })
}

func (p Person) stays() bool {
	switch p.Booklet {
	case IsHandedIn:
		return true
	case IsLent, IsLost:
		return false
	}
	for _, v := range p.Visas {
		if v.Stage == visa.IsWithdrawn {
			return true
		}
	}
	return false
}

// unconfirmed names the first authority that still has to confirm the mission
// of its people, and how many they are; none when all have.
func (s State) unconfirmed() (authority string, n int) {
	for i, q := range s.Inquiries {
		if n := s.goers(i); n > 0 && !q.Confirmed {
			return q.Authority, n
		}
	}
	return "", 0
}
