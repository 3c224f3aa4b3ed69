package custody

import (
	"testing"

	"yitang/internal/approval"
	"yitang/internal/calendar"
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
	withGuest := func(s state.State) state.State {
		s.Inquiries, s.People["guest"] = []state.Inquiry{{Authority: "甲"}}, &state.Person{Approved: true, Inquiry: 1}
		return s
	}
	through := func(s state.State, countries ...string) state.State {
		s.Countries = countries
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
		{"one of two kinds is out", through(of(state.Issued, state.IsLent), "HKG", "SGP"), true},
		{"to Hong Kong alone, and the permit is out", through(of(state.Issued, state.IsLent), "HKG"), false},
		{"cleared", of(state.Cleared, state.IsLent), false},
		{"abroad", of(state.Abroad, state.IsLent), false},
		{"home", of(state.Home, state.IsLent), false},
		{"ours have theirs, others are in another authority's charge", withGuest(of(state.Issued, state.IsLent)), false},
	} {
		if got := waits(c.s); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
	}
	if got := waitsFor(withGuest(of(state.Issued, state.InStore))); len(got) != 1 || got[0] != "a" {
		t.Errorf("a booklet of this office is waited for by %v", got)
	}
}

// Of those who leave on one day, who can have their booklets now come first; the
// order of days stays.
func TestWhatCanBeHandedOutComesFirstOfItsDay(t *testing.T) {
	row := func(filing string, day, ready int) outRow {
		return outRow{QueueRow: approval.QueueRow{Filing: filing, Depart: calendar.On(2026, 12, day)}, Ready: ready, Waiting: 2}
	}
	rows := []outRow{row("a", 1, 0), row("b", 1, 2), row("c", 1, 1), row("d", 2, 0), row("e", 3, 2)}
	readyFirst(rows)
	got := ""
	for _, r := range rows {
		got += r.Filing
	}
	if got != "bcade" {
		t.Errorf("in the order %s", got)
	}
}
