package approval

import (
	"context"
	"fmt"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
)

// Round is the application as it came in once: first, and after each sending
// back.
type Round struct {
	N       int
	Event   journal.Event
	Dossier dossier.Case
	Members []Traveller
	Answers map[string]string // the unit's words on a warning, by precheck.Finding.Subject
	Origins map[string]filing.Origin
	Changed []string // paths that differ from the round before
	RuleSet string
}

// Rounds gives what came in, oldest first. A case of which nothing came in is
// a fault.NotFound.
func Rounds(ctx context.Context, j *journal.Journal, id string) ([]Round, error) {
	history, err := j.History(ctx, journal.Ref{Kind: "filing", ID: id})
	if err != nil {
		return nil, fmt.Errorf("reading the application %s: %w", id, err)
	}
	var out []Round
	for _, e := range history {
		r := Round{N: len(out) + 1, Event: e}
		var held bool
		switch b := e.Body.(type) {
		case filing.Submitted:
			r.Dossier, held = b.Dossier.Value()
			r.Members, r.Answers, r.Origins, r.RuleSet = b.Members, b.Answers, b.Origins, b.RuleSet
		case filing.Corrected:
			r.Dossier, held = b.Dossier.Value()
			r.Members, r.Answers, r.Origins, r.RuleSet, r.Changed = b.Members, b.Answers, b.Origins, b.RuleSet, b.Changed
		default:
			continue
		}
		if !held {
			return nil, fmt.Errorf("the content of application %s was erased or withheld", id)
		}
		out = append(out, r)
	}
	if len(out) == 0 {
		return nil, fault.NotFound("case " + id)
	}
	return out, nil
}

// People are the members' ids in the order of the dossier.
func (r Round) People() []string {
	out := make([]string, len(r.Members))
	for i, t := range r.Members {
		out[i] = t.Person
	}
	return out
}
