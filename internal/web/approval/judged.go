package approval

import (
	"context"
	"net/http"
	"slices"

	room "yitang/internal/approval"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/precheck"
)

// found is what the rules say of a case, and what was judged of it.
type found struct {
	precheck.Findings
	Sheet room.Worksheet
}

// open are the findings that nobody has judged yet.
func (f found) open() int {
	n := 0
	for _, x := range f.List {
		if _, judged := f.Sheet.Judged(x.Rule, x.Field); !judged {
			n++
		}
	}
	return n
}

// findings runs the rules of intake at every desk: what nobody has judged is
// shown until somebody has. Who decides sees those of the decision as well.
func (p *Pages) findings(ctx context.Context, id string, a room.Approval, rounds []room.Round) (found, error) {
	round := rounds[len(rounds)-1]
	all, err := p.Check(ctx, id, round.Dossier, round.People(), precheck.Intake)
	if err != nil {
		return found{}, err
	}
	if s, ok := a.Step(); ok && s.Decides {
		late, err := p.Check(ctx, id, round.Dossier, round.People(), precheck.Decide)
		if err != nil {
			return found{}, err
		}
		for _, f := range late.List {
			if i := slices.IndexFunc(all.List, same(f)); i >= 0 {
				all.List[i] = f // the decision may be stricter
			} else {
				all.List = append(all.List, f)
			}
		}
		all.Counts = precheck.Counts{}
		for _, f := range all.List {
			switch f.Severity {
			case precheck.Block:
				all.Counts.Block++
			case precheck.Warn:
				all.Counts.Warn++
			default:
				all.Counts.Info++
			}
		}
	}
	sheet, _, err := journal.Load(ctx, p.Journal, room.WorksheetRoom, id)
	if err != nil {
		return found{}, err
	}
	sheet = sheet.For(round.N)
	if sheet.Holds, err = p.inForce(ctx, id, sheet.Holds, all, rounds); err != nil {
		return found{}, err
	}
	return found{all, sheet}, nil
}

func same(f precheck.Finding) func(precheck.Finding) bool {
	return func(o precheck.Finding) bool { return o.Rule == f.Rule && o.Field == f.Field }
}

// inForce gives the judgements that still speak of what is found now: those of
// this round, and those of earlier ones whose finding came back in the same
// words with the same answer of the unit.
func (p *Pages) inForce(ctx context.Context, id string, holds []room.Finding, now precheck.Findings, rounds []room.Round) ([]room.Finding, error) {
	last := rounds[len(rounds)-1]
	before := map[int]precheck.Findings{}
	var out []room.Finding
	for _, h := range holds {
		if h.Round == last.N {
			out = append(out, h)
			continue
		}
		if h.Round < 1 || h.Round > len(rounds) {
			continue
		}
		of := precheck.Finding{Rule: h.Rule, Field: h.Field}
		i := slices.IndexFunc(now.List, same(of))
		if i < 0 {
			continue
		}
		then := rounds[h.Round-1]
		was, known := before[h.Round]
		if !known {
			var err error
			if was, err = p.Check(ctx, id, then.Dossier, then.People(), precheck.Intake); err != nil {
				return nil, err
			}
			before[h.Round] = was
		}
		j := slices.IndexFunc(was.List, same(of))
		if j >= 0 && was.List[j].Message.Zh == now.List[i].Message.Zh && then.Answers[h.Rule] == last.Answers[h.Rule] {
			out = append(out, h)
		}
	}
	return out, nil
}

// openOf counts for the queue what its case's page will ask for. A case that
// can't be read says so on its own page, not in the list of all.
func (p *Pages) openOf(ctx context.Context, row room.QueueRow) int {
	if row.Desk == "" || row.Desk == "unit" || row.Corrected || row.Urgent {
		return 0 // the queue says something else of it
	}
	a, _, err := p.load(ctx, row.Filing)
	if err != nil {
		return row.Questions
	}
	rounds, err := room.Rounds(ctx, p.Journal, row.Filing)
	if err != nil {
		return row.Questions
	}
	f, err := p.findings(ctx, row.Filing, a, rounds)
	if err != nil {
		return row.Questions
	}
	return f.open()
}

// looked wants a tick from whoever passes a case on while findings are open.
func (p *Pages) looked(r *http.Request, id string, a room.Approval) error {
	if r.PostFormValue("looked") == "yes" {
		return nil
	}
	rounds, err := room.Rounds(r.Context(), p.Journal, id)
	if err != nil {
		return err
	}
	f, err := p.findings(r.Context(), id, a, rounds)
	if err != nil {
		return err
	}
	if n := f.open(); n > 0 {
		return fault.Field("looked", "review.open.look", map[string]any{"Count": n})
	}
	return nil
}
