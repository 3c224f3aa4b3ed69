package quota

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Proposal is what a unit writes of its plan for a year, and hands in.
type Proposal struct {
	Unit      string
	Year      int
	Stage     Stage
	Lines     []Line // of the draft
	Reason    string
	Last      int
	Round     int
	Submitted []Line // of the last submission; in the office all that is heard
}

// Stage is how far the unit's own hand has come. What the office answered is
// the plan's to say.
type Stage string

const (
	InDraft     Stage = "draft"
	IsPresented Stage = "presented"
	IsSubmitted Stage = "submitted"
)

// Proposals is what a unit writes as a subject; its id is ID(unit, year).
var Proposals = journal.Subject[Proposal]{Kind: "yearplan", Evolve: func(p Proposal, e journal.Event) (Proposal, error) {
	switch b := e.Body.(type) {
	case Drafted:
		p.Unit, p.Year, p.Stage, p.Lines, p.Last, p.Reason = b.Unit, b.Year, InDraft, b.Lines, b.Last, b.Reason
	case Presented:
		p.Stage = IsPresented
	case Submitted:
		p.Unit, p.Year, p.Stage, p.Round, p.Lines, p.Submitted, p.Reason = b.Unit, b.Year, IsSubmitted, b.Round, b.Lines, b.Lines, b.Reason
	default:
		return p, fmt.Errorf("%T is nothing that happens to what a unit plans", e.Body)
	}
	return p, nil
}}

// Draft keeps what the unit has written, however little. Writing goes on after a
// submission too: then it is the beginning of the next one.
type Draft struct {
	Unit    string
	Year    int
	Lines   []Line // a line without a number is new
	Reason  string
	InForce []Line            // what the office has put in force
	InUse   map[string]string // lines that live cases name, with a case's title
}

// Decide numbers what is new and keeps what live cases stand on.
func (cmd Draft) Decide(p Proposal, m journal.Moment) ([]journal.Event, error) {
	if m.Subject != ID(cmd.Unit, cmd.Year) {
		return nil, fmt.Errorf("the plan %s can't hold %s", m.Subject, ID(cmd.Unit, cmd.Year))
	}
	last := p.Last
	for _, lines := range [][]Line{cmd.InForce, p.Lines, cmd.Lines} {
		for _, l := range lines {
			if m := numbered.FindStringSubmatch(l.ID); m != nil {
				if n, err := strconv.Atoi(m[2]); err == nil {
					last = max(last, n)
				}
			}
		}
	}
	lines := make([]Line, len(cmd.Lines))
	for i, l := range cmd.Lines {
		if l.ID == "" {
			last++
			l.ID = fmt.Sprintf("%d-%02d", cmd.Year, last)
		}
		lines[i] = l
	}
	wrong := checkLines(lines, cmd.Year, false)
	for _, l := range cmd.InForce {
		by, used := cmd.InUse[l.ID]
		if _, kept := Find(lines, l.ID); used && !kept {
			wrong = append(wrong, fault.Finding{Field: "lines", Key: "plan.in_use", Args: map[string]any{"line": l.ID, "title": by}})
		}
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	reason := strings.TrimSpace(cmd.Reason)
	if p.Stage == InDraft && reflect.DeepEqual(p.Lines, lines) && p.Reason == reason {
		return nil, nil // nothing new
	}
	return journal.Happened(Drafted{Unit: cmd.Unit, Year: cmd.Year, Lines: lines, Last: last, Reason: reason}), nil
}

// Present lays the draft before the unit's signatory.
type Present struct {
	Changes bool // a plan is in force already, so that a reason is needed
}

// Decide says at once all that the plan lacks.
func (cmd Present) Decide(p Proposal, _ journal.Moment) ([]journal.Event, error) {
	if p.Stage != InDraft {
		return nil, fault.NotNow("plan.present", "plan")
	}
	wrong := checkLines(p.Lines, p.Year, true)
	if len(p.Lines) == 0 {
		wrong = append(wrong, fault.Finding{Field: "lines", Key: "plan.empty"})
	}
	if cmd.Changes && p.Reason == "" {
		wrong = append(wrong, fault.Finding{Field: "reason", Key: "plan.lacks.reason"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(Presented{Unit: p.Unit, Year: p.Year}), nil
}

// Submit hands what was presented to the office.
type Submit struct{}

// Decide hands in exactly what was presented.
func (Submit) Decide(p Proposal, _ journal.Moment) ([]journal.Event, error) {
	if p.Stage != IsPresented {
		return nil, fault.NotNow("plan.submit", "plan")
	}
	return journal.Happened(Submitted{Unit: p.Unit, Year: p.Year, Round: p.Round + 1, Lines: p.Lines, Reason: p.Reason}), nil
}
