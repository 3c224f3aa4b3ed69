package node

import (
	"context"
	"errors"
	"fmt"

	"yitang/internal/approval"
	"yitang/internal/filing"
	"yitang/internal/journal"
)

// endTerms puts the approvals for a term into the archive whose last day is past,
// once each trip that was declared under them is over. One that can't be
// ended keeps none of the others open.
func (r *officeRules) endTerms(ctx context.Context) error {
	ctx = journal.WithActor(ctx, journal.System)
	all, err := approval.TermsOver(ctx, r.n.Store, r.n.Journal.Today())
	if err != nil {
		return err
	}
	var failed error
	for _, row := range all {
		if err := r.endTerm(ctx, row.Filing); err != nil {
			failed = errors.Join(failed, fmt.Errorf("ending the approval for a term %s: %w", row.Filing, err))
		}
	}
	return failed
}

func (r *officeRules) endTerm(ctx context.Context, id string) error {
	under, err := filing.DeclaredUnder(ctx, r.n.Store, id)
	if err != nil {
		return err
	}
	for _, e := range under {
		a, _, err := journal.Load(ctx, r.n.Journal, approval.Room, e.ID)
		if err != nil {
			return err
		}
		if !a.Stage.Over() && e.Stage != filing.IsWithdrawn {
			return nil
		}
	}
	return follow(ctx, r.n.Journal, approval.Room, journal.Order{Subject: id, Key: id + ":term.over"}, journal.Command[approval.Approval](approval.Close{}))
}
