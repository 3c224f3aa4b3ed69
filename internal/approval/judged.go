package approval

import (
	"context"
	"fmt"
	"slices"
	"time"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/precheck"
)

// Checker runs the rules on an application with what the office knows beside
// it. people are the members' ids in the order of the dossier.
type Checker func(ctx context.Context, filing string, c dossier.Case, people []string, at precheck.At) (precheck.Findings, error)

// Judged is what the rules say of a case today, and what was judged of it.
type Judged struct {
	precheck.Findings
	Points []Point // of the last notice, where the unit changed nothing
	Sheet  Worksheet
}

// Point is one point of the last notice whose place the unit left as it was, with
// its word on it, if any. Whether that holds is for people: no rule tells it.
type Point struct {
	Defect
	Reply string
	As    string // the name that a judgement of it has on the worksheet
}

// left are the points of a notice whose places didn't change from one round to the
// next. What the rules still find is judged as their finding.
func left(notice []Defect, before, now Round, found precheck.Findings) []Point {
	values, papers := dossier.Told(before.Dossier, now.Dossier)
	var paths []string
	for _, v := range values {
		paths = append(paths, v.Path)
	}
	for _, p := range papers {
		paths = append(paths, p.Path())
	}
	var out []Point
	for i, d := range notice {
		changed := slices.ContainsFunc(paths, func(path string) bool { return dossier.Within(path, d.Field) })
		if d.Paper != "" {
			changed = slices.ContainsFunc(papers, func(p dossier.PaperChanged) bool {
				return p.Is >= 0 && d.Asks(now.Dossier.Materials[p.Is].Kind, filing.OwnerOf(now.Dossier.Materials[p.Is]), now.Dossier.Members)
			})
		}
		if changed || d.Rule != "" && slices.ContainsFunc(found.List, sameFinding(precheck.Finding{Rule: d.Rule, Field: d.Field})) {
			continue
		}
		out = append(out, Point{Defect: d, Reply: d.Reply(now.Answers), As: fmt.Sprintf("point-%d", i+1)})
	}
	return out
}

// Notices are what was sent back of a case, oldest first.
func Notices(ctx context.Context, j *journal.Journal, id string) ([]SentBack, error) {
	history, err := j.History(ctx, journal.Ref{Kind: Room.Kind, ID: id})
	var out []SentBack
	for _, e := range history {
		if b, ok := e.Body.(SentBack); ok {
			out = append(out, b)
		}
	}
	return out, err
}

// Open counts the findings, and the points of the last notice, that somebody has to judge and nobody has yet.
func (j Judged) Open() int { return len(j.Unjudged()) }

// Unjudged names them. What is on the list of the next notice is judged: the unit has
// to mend it.
func (j Judged) Unjudged() []Finding { return j.unsettled(false) }

// Listed names those that are on the list of a notice that nobody has sent.
func (j Judged) Listed() []Finding { return j.unsettled(true) }

// Unsettled names both: with them a case goes on only if somebody has looked.
func (j Judged) Unsettled() []Finding { return append(j.Unjudged(), j.Listed()...) }

func (j Judged) unsettled(listed bool) []Finding {
	var out []Finding
	for _, f := range j.List {
		lists := j.Sheet.Lists(f.Rule, f.Field)
		if !j.settled(f.Rule, f.Field, lists) && f.Asks() && lists == listed {
			out = append(out, Finding{Rule: f.Rule, Field: f.Field})
		}
	}
	for _, p := range j.Points {
		if lists := j.Sheet.ListsPoint(p); !j.settled(p.As, p.Field, lists) && lists == listed {
			out = append(out, Finding{Rule: p.As, Field: p.Field})
		}
	}
	return out
}

// settled tells whether somebody has said whether an explanation holds. What was said
// not to hold and is listed now waits for the notice.
func (j Judged) settled(rule, field string, listed bool) bool {
	_, holds := j.Sheet.Judged(rule, field)
	_, fails := j.Sheet.Failed(rule, field)
	return holds || fails && !listed
}

// Seen is a finding that a desk has looked at and passed the case on with: no
// judgement, but the next desk needn't begin anew.
type Seen struct {
	Finding
	Desk string
	At   time.Time
}

// seen is what desks have passed on with after one more did; of two the later one
// speaks.
func (a Approval) seen(looked []Finding, desk string, e journal.Event) []Seen {
	out := slices.DeleteFunc(slices.Clone(a.Seen), func(s Seen) bool {
		return slices.ContainsFunc(looked, func(f Finding) bool { return f.Rule == s.Rule && f.Field == s.Field })
	})
	for _, f := range looked {
		out = append(out, Seen{Finding{Rule: f.Rule, Field: f.Field, By: e.Actor.Account}, desk, e.At})
	}
	return out
}

// SeenBy tells which desk has passed the case on with a finding last.
func (a Approval) SeenBy(rule, field string) (Seen, bool) {
	i := slices.IndexFunc(a.Seen, func(s Seen) bool { return s.Rule == rule && s.Field == field })
	if i < 0 {
		return Seen{}, false
	}
	return a.Seen[i], true
}

// Judge runs the rules of intake at every desk: what nobody has judged is shown
// until somebody has. Who decides sees those of the decision as well.
func Judge(ctx context.Context, j *journal.Journal, check Checker, id string, a Approval, rounds []Round) (Judged, error) {
	round := rounds[len(rounds)-1]
	c := a.obtained(round.Dossier)
	all, err := check(ctx, id, c, round.People(), precheck.Intake)
	if err != nil {
		return Judged{}, err
	}
	if s, ok := a.Step(); ok && s.Decides {
		late, err := check(ctx, id, c, round.People(), precheck.Decide)
		if err != nil {
			return Judged{}, err
		}
		for _, f := range late.List {
			if i := slices.IndexFunc(all.List, sameFinding(f)); i >= 0 {
				all.List[i] = f // the decision may be stricter
			} else {
				all.List = append(all.List, f)
			}
		}
		all = all.Counted()
	}
	sheet, _, err := journal.Load(ctx, j, WorksheetRoom, id)
	if err != nil {
		return Judged{}, err
	}
	sheet = sheet.For(round.N)
	if sheet.Holds, err = inForce(ctx, check, id, sheet.Holds, all, rounds); err != nil {
		return Judged{}, err
	}
	if sheet.Fails, err = inForce(ctx, check, id, sheet.Fails, all, rounds); err != nil {
		return Judged{}, err
	}
	// An explanation lets a warning pass, and nothing that blocks since.
	sheet.Holds = slices.DeleteFunc(sheet.Holds, func(h Finding) bool {
		i := slices.IndexFunc(all.List, sameFinding(precheck.Finding{Rule: h.Rule, Field: h.Field}))
		return i >= 0 && all.List[i].Severity == precheck.Block
	})
	var points []Point
	if n := len(rounds) - 2; n >= 0 {
		sent, err := Notices(ctx, j, id)
		if err != nil {
			return Judged{}, err
		}
		if n < len(sent) { // the notice that this round answers
			points = left(sent[n].Defects, rounds[n], round, all)
		}
	}
	return Judged{all, points, sheet}, nil
}

func sameFinding(f precheck.Finding) func(precheck.Finding) bool {
	return func(o precheck.Finding) bool { return o.Rule == f.Rule && o.Field == f.Field }
}

// inForce gives the judgements that still speak of what is found now: those of
// this round, and those of earlier ones whose finding came back in the same
// words with the same answer of the unit.
func inForce(ctx context.Context, check Checker, id string, holds []Finding, now precheck.Findings, rounds []Round) ([]Finding, error) {
	last := rounds[len(rounds)-1]
	before := map[int]precheck.Findings{}
	var out []Finding
	for _, h := range holds {
		if h.Round == last.N {
			out = append(out, h)
			continue
		}
		if h.Round < 1 || h.Round > len(rounds) {
			continue
		}
		of := precheck.Finding{Rule: h.Rule, Field: h.Field}
		i := slices.IndexFunc(now.List, sameFinding(of))
		if i < 0 {
			continue
		}
		then := rounds[h.Round-1]
		was, known := before[h.Round]
		if !known {
			var err error
			if was, err = check(ctx, id, then.Dossier, then.People(), precheck.Intake); err != nil {
				return nil, err
			}
			before[h.Round] = was
		}
		k := slices.IndexFunc(was.List, sameFinding(of))
		if k >= 0 && was.List[k].Message.Zh == now.List[i].Message.Zh && was.Answer(of, then.Answers) == now.Answer(of, last.Answers) {
			out = append(out, h)
		}
	}
	return out, nil
}

// Examine notes how many findings of a case nobody has judged. It is what the
// queue counts and what its rows show: one number, so that the two can't
// differ. Rules see days and booklets that change without an event of the
// case, so it is noted anew each hour, and after what the rules read in the case has
// changed (Reexamine).
type Examine struct{ Round, Open int }

// Decide says nothing twice.
func (cmd Examine) Decide(w Worksheet, _ journal.Moment) ([]journal.Event, error) {
	if cmd.Round < 1 {
		return nil, fault.Field("round", "form.empty", nil)
	}
	if w.Examined == cmd {
		return nil, nil
	}
	return journal.Happened(Examined(cmd)), nil
}

// Examination runs the rules on a case that lies on a desk of the office; false
// when it doesn't.
func Examination(ctx context.Context, j *journal.Journal, check Checker, id string) (Examine, bool, error) {
	a, _, err := journal.Load(ctx, j, Room, id)
	if err != nil || a.Stage != AtIntake && a.Stage != UnderReview {
		return Examine{}, false, err
	}
	rounds, err := Rounds(ctx, j, id)
	if err != nil {
		return Examine{}, false, err
	}
	found, err := Judge(ctx, j, check, id, a, rounds)
	return Examine{Round: len(rounds), Open: found.Open()}, err == nil, err
}

// Reexamine tells the case that should be examined again because of an event.
func Reexamine(e journal.Event) (filing string, is bool) {
	switch e.Body.(type) {
	case Received, CorrectionTaken, Accepted, Reviewed, TakenBack, LeaderApproved, HandedBackInside, ExplanationHolds, ExplanationFails, DefectListed, DefectTakenOff, OpinionReplied, RequestTaken, NoticeTaken:
		return e.Subject.ID, true
	}
	if b, is := e.Body.(WaiverGranted); is {
		return b.Filing, true
	}
	return "", false
}
