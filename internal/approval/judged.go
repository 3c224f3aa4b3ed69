package approval

import (
	"context"
	"slices"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/precheck"
)

// Checker runs the rules on an application with what the office knows beside
// it. people are the members' ids in the order of the dossier.
type Checker func(ctx context.Context, filing string, c dossier.Case, people []string, at precheck.At) (precheck.Findings, error)

// Judged is what the rules say of a case today, and what was judged of it.
type Judged struct {
	precheck.Findings
	Sheet Worksheet
}

// Open counts the findings that somebody has to judge and nobody has yet.
func (j Judged) Open() int {
	n := 0
	for _, f := range j.List {
		if _, done := j.Sheet.Judged(f.Rule, f.Field); !done && f.Asks() {
			n++
		}
	}
	return n
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
	// An explanation lets a warning pass, and nothing that blocks since.
	sheet.Holds = slices.DeleteFunc(sheet.Holds, func(h Finding) bool {
		i := slices.IndexFunc(all.List, sameFinding(precheck.Finding{Rule: h.Rule, Field: h.Field}))
		return i >= 0 && all.List[i].Severity == precheck.Block
	})
	return Judged{all, sheet}, nil
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
// case, so it is noted anew each hour, and after whatever happens to the case.
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
	case Received, CorrectionTaken, Accepted, Reviewed, TakenBack, LeaderApproved, HandedBackInside, ExplanationHolds, OpinionReplied, RequestTaken, NoticeTaken:
		return e.Subject.ID, true
	}
	if b, is := e.Body.(WaiverGranted); is {
		return b.Filing, true
	}
	return "", false
}
