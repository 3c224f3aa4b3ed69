package custody

import (
	"context"
	"slices"

	"yitang/internal/approval"
	room "yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/journal"
	state "yitang/internal/progress"
	"yitang/internal/visa"
	"yitang/internal/web/ui"
)

// claims lists the other trips of a booklet's holder that it is wanted for. ids are
// all that mean the holder, held their booklets.
func (p *Pages) claims(ctx context.Context, filing string, b room.Row, ids []string, held []room.Row) ([]room.Claim, error) {
	rows, err := approval.AheadOf(ctx, p.Journal.Store, b.Person)
	if err != nil {
		return nil, err
	}
	var out []room.Claim
	for _, row := range rows {
		if row.Filing == filing || row.Kind == dossier.MultiTrip {
			continue // nothing is lent for a term itself
		}
		a, _, err := journal.Load(ctx, p.Journal, approval.Room, row.Filing)
		if err != nil {
			return nil, err
		}
		if len(a.Verdicts) > 0 && !slices.ContainsFunc(a.Approved(), func(who string) bool { return slices.Contains(ids, who) }) {
			continue // decided, and they stay at home
		}
		s, heard, err := state.Of(ctx, p.Journal.Store, row.Filing)
		if err != nil {
			return nil, err
		}
		if heard && !stillWanted(s, ids) {
			continue
		}
		orders, err := visa.Of(ctx, p.Journal.Store, row.Filing)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(going(row.Countries, row.Filing, orders, ids, held), b.Booklet) {
			continue
		}
		c := room.Claim{Filing: row.Filing, Case: claimWords(ctx, row), Depart: row.Depart, Return: row.Return}
		for _, o := range orders {
			if !slices.Contains(ids, o.Person) || o.Stage != visa.IsPlanned && o.Stage != visa.KitIsReady {
				continue
			}
			if takes, ok := visa.Goes(o, orders, ids).Serving(held); !ok || takes.Booklet != b.Booklet {
				continue
			}
			c.Areas = append(c.Areas, p.areas(ctx, []string{o.Area})...)
			if c.Send.IsZero() || o.SendBy.Before(c.Send) {
				c.Send = o.SendBy
			}
		}
		out = append(out, c)
	}
	return out, nil
}

// stillWanted tells whether a trip is still to be made with a booklet of somebody.
func stillWanted(s state.State, ids []string) bool {
	if s.Stage == state.NotDeparted || s.Stage == state.Revoked || s.Stage.Over() {
		return false
	}
	return !slices.ContainsFunc(ids, func(id string) bool {
		at, is := s.People[id]
		return is && at.Booklet == state.IsHandedIn
	})
}

// claimsOf is claims by the booklet's id; one that isn't theirs is refused elsewhere.
func (p *Pages) claimsOf(ctx context.Context, filing, who, booklet string, ids []string) ([]room.Claim, error) {
	held, err := room.Of(ctx, p.Journal.Store, who)
	i := slices.IndexFunc(held, func(b room.Row) bool { return b.Booklet == booklet })
	if err != nil || i < 0 {
		return nil, err
	}
	return p.claims(ctx, filing, held[i], ids, held)
}

func claimWords(ctx context.Context, row approval.QueueRow) string {
	switch {
	case row.Stage == approval.IsIssued || row.Stage == approval.IsDecided:
		return ui.T(ctx, "keeping.claim.approved", "Title", row.Title, "Number", row.Number)
	case row.Number != "":
		return ui.T(ctx, "keeping.claim.review", "Title", row.Title, "Number", row.Number)
	}
	return ui.T(ctx, "keeping.claim.intake", "Title", row.Title)
}
