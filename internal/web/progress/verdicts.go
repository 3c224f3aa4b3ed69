package progress

import (
	"context"
	"fmt"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/journal"
	room "yitang/internal/progress"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// Decided is what the office decided for each member of a case, in the order
// of the group; nothing before the decision.
func (p *Pages) Decided(ctx context.Context, filing string) ([]approval.Verdict, error) {
	a, _, err := journal.Load(ctx, p.Journal, approval.Room, filing)
	if err != nil {
		return nil, fmt.Errorf("reading what was decided on %s: %w", filing, err)
	}
	return a.Verdicts, nil
}

// VerdictTag says one decision in a word.
func VerdictTag(ctx context.Context, v approval.Verdict) ui.Tag {
	if v.Approved {
		return ui.Tag{State: ui.OK, Word: ui.T(ctx, "progress.verdict.yes")}
	}
	return ui.Tag{State: ui.Stop, Word: ui.T(ctx, "progress.verdict.no")}
}

// VerdictReason is why somebody was declined, as far as this reader may know
// it: the unit knows of all, a traveller only of themselves.
func VerdictReason(ctx context.Context, v approval.Verdict) string {
	who := web.WhoOf(ctx)
	if v.Approved || !who.May(access.SeeUnit) && who.Person != v.Person {
		return ""
	}
	return v.Reason
}

// Verdicts is the decision member by member, with the reason for each who was
// declined, and for each who was approved whether and why that was revoked since;
// nil before the decision.
func (p *Pages) Verdicts(ctx context.Context, filing string) (*ui.Table, error) {
	vs, err := p.Decided(ctx, filing)
	if err != nil || len(vs) == 0 {
		return nil, err
	}
	s, _, err := room.Of(ctx, p.Journal.Store, filing)
	if err != nil {
		return nil, err
	}
	t := &ui.Table{Caption: ui.T(ctx, "progress.verdicts"), Groups: []ui.Group{{}},
		Columns: []ui.Column{{Text: ui.T(ctx, "cases.col.name")}, {Text: ui.T(ctx, "progress.verdict")}}}
	for _, v := range vs {
		cell := ui.Cell{Tag: VerdictTag(ctx, v)}
		if why := VerdictReason(ctx, v); why != "" {
			cell.Sub = ui.T(ctx, "progress.verdict.why", "Reason", why)
		}
		if v.Approved && s.Revoked {
			cell = ui.Cell{Tag: ui.Tag{State: ui.Stop, Word: ui.T(ctx, "progress.verdict.revoked")}, Sub: ui.T(ctx, "progress.verdict.why", "Reason", s.Words)}
		}
		t.Groups[0].Rows = append(t.Groups[0].Rows, ui.Row{ID: "verdict-" + v.Person, Cells: []ui.Cell{{Text: p.Name(ctx, v.Person), Head: true}, cell}})
	}
	return t, nil
}
