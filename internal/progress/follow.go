package progress

import (
	"yitang/internal/custody"
	"yitang/internal/journal"
	"yitang/internal/passport"
)

// underway names the booklet that an event is about, as long as it isn't in the
// store: by its passport order, which is its id; "" for any other event.
func underway(e journal.Event) string {
	switch b := e.Body.(type) {
	case passport.Ordered, passport.Amended, passport.Captured, passport.Made, passport.Spoiled, passport.Checked, passport.Endorsed, passport.HandedOver, passport.Stopped:
		return e.Subject.ID
	case custody.Received:
		return b.Booklet
	}
	return ""
}

// follow is the state after one more event about the booklet of another case, for
// which somebody here waits.
func (s State) follow(who string, e journal.Event) State {
	of, holder := passport.Of(underway(e))
	p := s.People[who]
	if b, in := e.Body.(custody.Received); in {
		holder = b.Person // whose record may have been merged since
	}
	there := State{Filing: of, People: map[string]*Person{holder: {Booklet: p.Booklet, Due: p.Due}}}
	return s.goes(who, *there.hear(e).People[holder])
}

// goes lets somebody's booklet be as far as the one that another case waits for.
// Where that one is given up, theirs is asked for anew and never counts as done.
func (s State) goes(who string, other Person) State {
	s.People = cloned(s.People)
	p := s.person(who)
	switch p.Booklet, p.Due = other.Booklet, other.Due; other.Booklet {
	case NoneAsked, IsStopped, IsLost:
		p.Booklet = IsAsked
	case AtMission, IsLent, IsHandedIn: // with the other case: what counts here is that it is there
		p.Booklet = InStore
	}
	return s
}
