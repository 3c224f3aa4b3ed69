package training

import (
	"fmt"
	"time"

	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Training is one officer's; its id is that of their account.
type Training struct {
	Under  bool      // a run was begun and isn't passed
	Began  time.Time // the last run
	Passed time.Time // the last run that was; zero: none yet
	Passes int
	Last   Passed // how that one went
}

// Room is the training as a subject.
var Room = journal.Subject[Training]{Kind: "training", Evolve: func(t Training, e journal.Event) (Training, error) {
	switch b := e.Body.(type) {
	case Began:
		t.Under, t.Began = true, e.At
	case Passed:
		t.Under, t.Passed, t.Last = false, e.At, b
		t.Passes++
	default:
		return t, fmt.Errorf("%T is nothing that happens to a training", e.Body)
	}
	return t, nil
}}

// Officer is who practises, as the account says on that day.
type Officer struct {
	Account string `json:"account"`
	Unit    string `json:"unit"`
	Name    string `json:"name"`
}

// Begin says that somebody has begun to practise. Who begins anew before they
// have passed tells nothing new.
type Begin struct{ Officer Officer }

// Decide is content when a run is under way.
func (cmd Begin) Decide(t Training, m journal.Moment) ([]journal.Event, error) {
	if t.Under {
		return nil, nil
	}
	return journal.Happened(Began{Unit: cmd.Officer.Unit, Name: journal.Of(cmd.Officer.Name)}), nil
}

// Pass says that the made-up case has come to the archive.
type Pass struct {
	Officer Officer
	Visits  int // to the hall that the made-up case took
	Returns int // times that it was sent back
}

// Decide takes one pass for one begun run.
func (cmd Pass) Decide(t Training, m journal.Moment) ([]journal.Event, error) {
	switch {
	case t.Under:
		return journal.Happened(Passed{Unit: cmd.Officer.Unit, Name: journal.Of(cmd.Officer.Name), Visits: cmd.Visits, Returns: cmd.Returns}), nil
	case t.Passes > 0:
		return nil, nil
	}
	return nil, fault.NotNow("training.not_begun", "")
}
