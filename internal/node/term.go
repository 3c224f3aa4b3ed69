package node

import (
	"context"
	"errors"
	"fmt"

	"yitang/internal/amendment"
	"yitang/internal/approval"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/ledger"
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

// endDeclared ends, with an approval for a term that is taken back, the trips that
// were declared under it and that nobody has left for. One whose document was being
// made meanwhile ends when it is there.
func (r *officeRules) endDeclared(ctx context.Context, e journal.Event) error {
	id := ledger.SubjectOf(e)
	switch b := e.Body.(type) {
	case approval.Revoked:
		under, err := amendment.DeclaredUnder(ctx, r.n.Journal, id)
		if err != nil {
			return err
		}
		for _, d := range under {
			if err := r.wish(ctx, []approval.Wish{endsWith(e, d.Filing, b.Reason)}); err != nil {
				return err
			}
		}
	case approval.DocumentIssued:
		a, _, err := journal.Load(ctx, r.n.Journal, approval.Room, id)
		if err != nil || a.Kind != dossier.Declared {
			return err
		}
		now, err := approval.Standing(ctx, r.n.Journal, id)
		if err != nil {
			return err
		}
		term, _, err := journal.Load(ctx, r.n.Journal, approval.Room, now.Dossier.Trip.Under)
		if err != nil || !term.Lapsed() {
			return err
		}
		return r.wish(ctx, []approval.Wish{endsWith(e, id, "")})
	}
	return nil
}

func endsWith(e journal.Event, declared, why string) approval.Wish {
	return approval.Wish{Order: journal.Order{Subject: declared, Key: e.ID + ":term.ends:" + declared, Cause: e.ID}, Command: approval.Withdraw{Reason: fault.Because("term_ended", why)}}
}
