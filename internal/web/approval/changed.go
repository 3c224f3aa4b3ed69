package approval

import (
	"context"

	room "yitang/internal/approval"
	"yitang/internal/dossier"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// returned is what came back after a sending back: each defect with what the
// unit did about it, and what changed with it.
type returned struct {
	Title   string
	Note    string
	Defects []mended
	Also    ui.Changes
}

// mended is one defect as the unit left it: changed, answered in words, or both.
type mended struct {
	Words   string
	Where   string
	Changes ui.Changes
	Reply   string
}

// changed is one difference and the place in the case it belongs to.
type changed struct {
	path string
	ui.Change
}

// differences lists what differs between two rounds, in people's words.
func (p *Pages) differences(ctx context.Context, was, is dossier.Case) []changed {
	var out []changed
	values, papers := dossier.Told(was, is)
	for _, d := range values {
		c := is
		if d.Is == "" {
			c = was // what is gone is named as it was
		}
		x := changed{d.Path, ui.Change{Label: progress.Place(ctx, c, d.Path), Was: progress.Value(ctx, d.Path, d.Was, p.Country), Is: progress.Value(ctx, d.Path, d.Is, p.Country)}}
		if x.Was == x.Is { // a masked number
			x.Is = ui.T(ctx, "review.changed.masked")
		}
		out = append(out, x)
	}
	for _, d := range papers {
		x := changed{path: d.Path()} // what was sent back was the paper that stood there
		if d.Is >= 0 {
			x.Label, x.Is = progress.Place(ctx, is, index("materials", d.Is)), is.Materials[d.Is].File
		}
		if d.Was >= 0 {
			x.Label, x.Was = progress.Place(ctx, was, x.path), was.Materials[d.Was].File
		}
		if x.Was == x.Is {
			x.Is = ui.T(ctx, "review.changed.another", "Name", x.Is)
		}
		out = append(out, x)
	}
	return out
}

// back fills in how the unit answered the last notice; nil before there is one.
func (p *Pages) back(ctx context.Context, id string, rounds []room.Round) (*returned, error) {
	if len(rounds) < 2 {
		return nil, nil
	}
	sent, err := room.Notices(ctx, p.Journal, id)
	if err != nil {
		return nil, err
	}
	before, now := rounds[len(rounds)-2], rounds[len(rounds)-1]
	all := p.differences(ctx, before.Dossier, now.Dossier)
	out := &returned{Note: ui.T(ctx, "review.changed", "Count", len(all))}
	told := make([]bool, len(all))
	if n := len(rounds) - 2; n < len(sent) { // the notice that this round answers
		for _, d := range sent[n].Defects {
			m := mended{Words: d.Words, Where: progress.Place(ctx, before.Dossier, d.Field)}
			for i, x := range all {
				if dossier.Within(x.path, d.Field) {
					m.Changes, told[i] = append(m.Changes, x.Change), true
				}
			}
			if len(m.Changes) == 1 && m.Changes[0].Label == m.Where {
				m.Where = "" // the change says it
			}
			// Words of a round before stay on file; those beside a change are told when they are new.
			if reply := now.Answers[d.Field]; len(m.Changes) == 0 || reply != before.Answers[d.Field] {
				m.Reply = reply
			}
			out.Defects = append(out.Defects, m)
		}
	}
	for i, x := range all {
		if !told[i] {
			out.Also = append(out.Also, x.Change)
		}
	}
	out.Title = ui.T(ctx, "review.returned", "Count", len(out.Defects))
	return out, nil
}
