package node

import (
	"context"
	"fmt"

	"yitang/internal/approval"
	"yitang/internal/filing"
	"yitang/internal/journal"
)

// endTerms puts the approvals for a term into the archive whose last day is past,
// once each trip that was declared under them is there too.
func (r *officeRules) endTerms(ctx context.Context) error {
	ctx = journal.WithActor(ctx, journal.System)
	all, err := approval.TermsOver(ctx, r.n.Store, r.n.Journal.Today())
	if err != nil {
		return err
	}
	for _, row := range all {
		under, err := filing.DeclaredUnder(ctx, r.n.Store, row.Filing)
		if err != nil {
			return err
		}
		open := false
		for _, e := range under {
			a, _, err := journal.Load(ctx, r.n.Journal, approval.Room, e.ID)
			if err != nil {
				return err
			}
			open = open || !a.Stage.Over() && e.Stage != filing.IsWithdrawn
		}
		if open {
			continue
		}
		if err := follow(ctx, r.n.Journal, approval.Room, journal.Order{Subject: row.Filing, Key: row.Filing + ":term.over"}, journal.Command[approval.Approval](approval.Close{})); err != nil {
			return fmt.Errorf("ending the approval for a term %s: %w", row.Filing, err)
		}
	}
	return nil
}
