package custody

import (
	"testing"

	state "yitang/internal/progress"
)

func TestOnlyWhoStillWaitsForABookletIsListed(t *testing.T) {
	of := func(stage state.Stage, at ...state.Booklet) state.State {
		s := state.State{Stage: stage, People: map[string]*state.Person{}}
		for i, b := range at {
			id := string(rune('a' + i))
			s.People[id] = &state.Person{Approved: true, Booklet: b}
		}
		s.People["declined"] = &state.Person{}
		return s
	}
	for _, c := range []struct {
		what string
		s    state.State
		want bool
	}{
		{"approved, nothing handed out", of(state.Issued, state.InStore, state.InStore), true},
		{"one is still to come", of(state.Issued, state.IsLent, state.IsCaptured), true},
		{"all have theirs", of(state.Issued, state.IsLent, state.IsLent), false},
		{"cleared", of(state.Cleared, state.IsLent), false},
		{"abroad", of(state.Abroad, state.IsLent), false},
		{"home", of(state.Home, state.IsLent), false},
	} {
		if got := waits(c.s); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
	}
}
