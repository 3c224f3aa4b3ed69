package progress

import (
	"context"

	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/store"
)

// hearChange hears what happens to an amendment of the case: it has a way of
// its own through the office and moves the case only when it holds.
func (s State) hearChange(id string, e journal.Event) State {
	all := make(map[string]*State, len(s.Changes)+1)
	for k, c := range s.Changes {
		all[k] = c
	}
	was := State{Filing: id}
	if c := s.Changes[id]; c != nil {
		was = *c
	}
	is := was.hears(e)
	is.Filing = id
	all[id] = &is
	s.Changes = all
	return s
}

// Changing is the amendment that is under way, if any: no case has two at once.
func (s State) Changing() (State, bool) {
	for _, c := range s.Changes {
		if c.Stage != InDraft && !c.Stage.Over() {
			return *c, true
		}
	}
	return State{}, false
}

// one reads the state of a case, or that of an amendment, which is part of it.
func one(ctx context.Context, r store.Reader, id string, read func(string) (State, bool, error)) (State, bool, error) {
	of := ledger.Case(id)
	s, known, err := read(of)
	if err != nil || !known || of == id {
		return s, known, err
	}
	c := s.Changes[id]
	if c == nil {
		return State{}, false, nil
	}
	return *c, true, nil
}

// IsChange tells whether this is the state of an amendment.
func (s State) IsChange() bool { return s.Amendment != "" }

// change is the next step of an amendment where it differs from an application's.
func (s State) change() (Step, bool) {
	args := map[string]any{"Kind": string(s.Amendment)}
	switch {
	case s.Stage == AtIntake && s.Path == filing.LightPath:
		return Step{Key: "file", Who: Intake, Due: s.Due, Args: args}, true
	case s.Stage == Decided:
		return Step{Key: "amending", Who: System, Args: args}, true
	case s.Stage == Archived && s.Outcome == "approved":
		return Step{Key: "amended", Who: Nobody, Args: args}, true
	case s.Stage == Refused, s.Stage == Archived && s.Outcome == "refused":
		return Step{Key: "amend_refused", Who: Nobody, Args: args}, true
	}
	return Step{}, false
}
