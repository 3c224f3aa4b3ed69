package node

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/precheck"
	"yitang/internal/visa"
)

// What was known when a kit was packed or a booklet went out lies in the journal, but
// for what was measured in a picture, what of a batch stood on its note, and what the
// store had of a member's passport.
var (
	readsKit   = regexp.MustCompile(`lodging\.`)
	readsMore  = regexp.MustCompile(`lodging\.(picture|onlyOnNote|onlyInBatch|onNote|inBatch)\b`)
	readsLoan  = regexp.MustCompile(`checkout\.`)
	readsOther = regexp.MustCompile(`checkout\.priorOut\b|member\.passport\b`)
)

// judged is a case as it stood at one moment after its decision.
type judged struct {
	at    precheck.At
	on    calendar.Date
	c     dossier.Case
	facts []precheck.Fact
}

// since is what happened to a case after its decision, as it would be judged at each
// step: kits as they were packed, booklets as they were lent.
func (n *Office) since(ctx context.Context, id string, submitted calendar.Date) ([]judged, error) {
	now, err := approval.Standing(ctx, n.Journal, id)
	if fault.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rows, err := visa.Of(ctx, n.Store, id)
	if err != nil {
		return nil, fmt.Errorf("reading the visas of application %s: %w", id, err)
	}
	orders := map[string]visa.Order{}
	var out []judged
	for _, row := range rows {
		o, _, err := journal.Load(ctx, n.Journal, visa.Room, row.ID)
		if err != nil {
			return nil, err
		}
		orders[row.ID] = o
		if !o.Packed() {
			continue
		}
		l := o.Lodging()
		for _, other := range rows {
			if other.Area == row.Area && other.Stage != visa.NoneNeeded && other.Stage != visa.IsWithdrawn {
				l.Group++
			}
		}
		if l.RefusedOn, err = visa.LastRefused(ctx, n.Store, row.Person, row.Area); err != nil {
			return nil, err
		}
		on := submitted
		if !o.SentOn.IsZero() {
			on = o.SentOn
		}
		out = append(out, judged{precheck.Lodge, on, now.Dossier, []precheck.Fact{precheck.Lodges(l)}})
	}
	loans, err := n.loans(ctx, id, now, rows, orders)
	return append(out, loans...), err
}

// loans are the booklets that went out for a case, each as it was then.
func (n *Office) loans(ctx context.Context, id string, now approval.Round, rows []visa.Row, orders map[string]visa.Order) ([]judged, error) {
	a, _, err := journal.Load(ctx, n.Journal, approval.Room, id)
	if err != nil {
		return nil, err
	}
	number := ""
	if a.Document != nil {
		number = a.Document.Number
	}
	var out []judged
	for i, who := range now.People() {
		ids, err := person.Also(ctx, n.Store, who)
		if err != nil {
			return nil, err
		}
		books, err := custody.Of(ctx, n.Store, who)
		if err != nil {
			return nil, err
		}
		for _, holder := range ids {
			history, err := n.Journal.History(ctx, journal.Ref{Kind: custody.Room.Kind, ID: holder})
			if err != nil {
				return nil, err
			}
			var h custody.Holder
			for _, e := range history {
				if lent, is := e.Body.(custody.Lent); is && lent.Filing == id {
					b, err := h.Booklet(lent.Booklet)
					if err != nil {
						return nil, err
					}
					of := precheck.Collecting{Step: precheck.StepLend, Member: i, Approval: number, Named: slices.Contains(a.Approved(), who), Unsigned: b.Unsigned, Tail: b.Tail}
					if k := slices.IndexFunc(books, func(r custody.Row) bool { return r.Booklet == b.ID }); k >= 0 {
						of.Latin = books[k].LatinName
					}
					for _, row := range rows {
						o := orders[row.ID]
						if o.Booklet != b.ID || o.Visa.Until.IsZero() {
							continue
						}
						of.Visas = append(of.Visas, o.Printed(n.Packs.Now().Checks.StayIn(now.Dossier, row.Area).Times))
					}
					out = append(out, judged{precheck.Checkout, calendar.DateOf(e.At), now.Dossier, []precheck.Fact{precheck.ChecksOut(of)}})
				}
				if h, err = custody.Room.Evolve(h, e); err != nil {
					return nil, err
				}
			}
		}
	}
	return out, nil
}
