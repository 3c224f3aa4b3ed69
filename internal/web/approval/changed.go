package approval

import (
	"context"
	"slices"

	room "yitang/internal/approval"
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
	Fold    bool // so much changed along that it hides what was asked for
}

// along counts what changed beside what was asked for, of all that changed, apart,
// and folds it where it is much.
func (b *returned) along(ctx context.Context, all int) {
	asked := all - len(b.Also)
	if asked == 0 || len(b.Also) == 0 {
		return
	}
	b.Note = ui.T(ctx, "review.changed.along", "Count", asked, "Also", len(b.Also))
	b.Fold = len(b.Also) > alsoMost
}

// alsoMost is how many changes stand open below those that were asked for.
const alsoMost = 6

// mended is one defect as the unit left it: changed, answered in words, or both.
type mended struct {
	Words   string
	Where   string
	Changes ui.Changes
	Reply   string
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
	all := progress.Differences(ctx, before.Dossier, now.Dossier, p.Country)
	out := &returned{Note: ui.T(ctx, "review.changed", "Count", len(all))}
	told := make([]bool, len(all))
	if n := len(rounds) - 2; n < len(sent) { // the notice that this round answers
		defects := sent[n].Defects
		for k, d := range defects {
			m := mended{Words: d.Words, Where: progress.DefectPlace(ctx, before.Dossier, d)}
			for i, x := range all {
				if slices.Contains(x.Answers(defects), k) {
					m.Changes, told[i] = append(m.Changes, x.Change), true
				}
			}
			if len(m.Changes) == 1 && m.Changes[0].Label == m.Where {
				m.Where = "" // the change says it
			}
			// Words of a round before stay on file; those beside a change are told when they are new.
			if reply := d.Reply(now.Answers); len(m.Changes) == 0 || reply != d.Reply(before.Answers) {
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
	out.along(ctx, len(all))
	out.Title = ui.T(ctx, "review.returned", "Count", len(out.Defects))
	return out, nil
}
