package node

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"yitang/internal/amendment"
	"yitang/internal/approval"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/pack"
	"yitang/internal/precheck"
)

// check runs the rules with what the office knows beyond the case: other
// applications, and of the members the booklets that it keeps. They are the
// rules of the moment at which it was handed in.
func (r *officeRules) check(ctx context.Context, id string, c dossier.Case, people []string, at precheck.At) (precheck.Findings, error) {
	row, _, err := approval.Row(ctx, r.n.Store, id)
	if err != nil {
		return precheck.Findings{}, err
	}
	f, _, err := journal.Load(ctx, r.n.Journal, filing.Room, id)
	if err != nil {
		return precheck.Findings{}, err
	}
	own := cmp.Or(f.Amends.Of, id) // what is changed isn't another trip
	known := func(c dossier.Case, people []string) ([]precheck.Fact, error) {
		return knownOf(ctx, r.n, Asked{Filing: own, Unit: row.Unit, People: people, Case: c, Limits: r.n.Packs.Now().Ref.Parameters})
	}
	a, _, err := journal.Load(ctx, r.n.Journal, approval.Room, id)
	if err != nil {
		return precheck.Findings{}, err
	}
	c = replied(c, people, a)
	rules, err := r.n.Packs.Judging(ctx, f.Submitted)
	if err != nil {
		return precheck.Findings{}, err
	}
	waivers, err := approval.WaiversOf(ctx, r.n.Journal, id)
	if err != nil {
		return precheck.Findings{}, err
	}
	waived := approval.Waivers(waivers, func(w approval.Waiving) string { return w.By })
	asked, changes, err := amendment.Asking(ctx, r.n.Journal, id)
	if err != nil {
		return precheck.Findings{}, err
	}
	now, err := known(c, people)
	if err != nil {
		return precheck.Findings{}, err
	}
	if !changes {
		return rules.Waive(rules.Check(c, at, r.n.Journal.Today(), now...), c, waived), nil
	}
	before, err := known(asked.Before(c, people), asked.People)
	if err != nil {
		return precheck.Findings{}, err
	}
	found := amendment.Judge(rules, asked, c, people, at, r.n.Journal.Today(), amendment.Known{Before: before, Now: now})
	return rules.Waive(found, c, waived), nil
}

// knownOf is what the office knows beyond a case: what all zones may, and the
// booklets that it keeps.
func knownOf(ctx context.Context, n *Node, a Asked) ([]precheck.Fact, error) {
	facts, err := Beyond(ctx, n.Journal, n.Keys, a)
	if err != nil {
		return nil, err
	}
	for i, who := range a.People {
		rows, err := custody.Of(ctx, n.Store, who)
		if err != nil {
			return nil, err
		}
		if b, ok := serves(a.Filing, a.Case, rows); ok {
			facts = append(facts, precheck.Holds(i, b))
		}
	}
	return facts, nil
}

// replied is the case with what other authorities have answered about their
// people: where one agrees, its unit has agreed too (MEM-024, MEM-025).
func replied(c dossier.Case, people []string, a approval.Approval) dossier.Case {
	if len(a.Inquiries) == 0 {
		return c
	}
	c = c.Clone()
	for i, who := range people {
		if q, asked := a.InquiryOf(who); asked && i < len(c.Members) && q.Reply != nil {
			c.Members[i].OpinionReply = true
			c.Members[i].DispatchConsent = c.Members[i].DispatchConsent || q.Reply.Answer != approval.RefusesOpinion
		}
	}
	return c
}

// serves is the booklet that a trip would use, of those that aren't lent.
func serves(id string, c dossier.Case, all []custody.Row) (dossier.Passport, bool) {
	kept := slices.DeleteFunc(slices.Clone(all), func(r custody.Row) bool { return r.Place == custody.IsLent })
	best, ok := custody.Trip{Filing: id, Regions: c.ToRegionsOnly()}.Serving(kept)
	return dossier.Passport{Type: dossier.PassportType(best.Type), Issued: best.Issued, Expires: best.Expires, BlankPages: &best.BlankPages,
		LatinName: best.LatinName, Custody: dossier.WithOffice}, ok
}

// examine notes how many findings of a case are left to judge, after whatever
// happened to it.
func (r *officeRules) examine(ctx context.Context, e journal.Event) error {
	id, is := approval.Reexamine(e)
	if !is {
		return nil
	}
	return r.look(ctx, id, journal.Order{Subject: id, Key: e.ID + ":examine", Cause: e.ID})
}

func (r *officeRules) look(ctx context.Context, id string, o journal.Order) error {
	cmd, open, err := approval.Examination(ctx, r.n.Journal, r.check, id)
	if err != nil || !open {
		return err
	}
	_, err = journal.Do(ctx, r.n.Journal, approval.WorksheetRoom, o, journal.Command[approval.Worksheet](cmd))
	return err
}

// examineAll does so for every case on a desk: days pass and booklets move
// without an event of the case.
func (r *officeRules) examineAll(ctx context.Context) error {
	var all error
	for _, desk := range pack.StepRoles() {
		for after := (approval.After{}); ; {
			rows, err := approval.Queue(ctx, r.n.Store, desk, approval.AllCases, after, approval.PageSize)
			if err != nil {
				return errors.Join(all, err)
			}
			for _, row := range rows {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				all = errors.Join(all, r.look(ctx, row.Filing, journal.Order{Subject: row.Filing}))
			}
			if len(rows) < approval.PageSize {
				break
			}
			after = approval.After{Due: rows[len(rows)-1].Due.String(), Filing: rows[len(rows)-1].Filing}
		}
	}
	return all
}
