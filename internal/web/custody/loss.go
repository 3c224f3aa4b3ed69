package custody

import (
	"context"
	"net/http"

	"yitang/internal/access"
	room "yitang/internal/custody"
	"yitang/internal/trip"
	"yitang/internal/web"
	travel "yitang/internal/web/trip"
	"yitang/internal/web/ui"
)

// lossView is what was told online of a booklet's loss, and the one press by which the
// office reports it lost.
type lossView struct {
	Note  ui.Note
	Facts ui.Facts
	Paper ui.Link
	Do    ui.Button
}

// loss is what the keeper reads of a loss that was told online; nil for none.
func (p *Pages) loss(r *http.Request, b room.Row) (*lossView, error) {
	ctx := r.Context()
	l, ok, err := trip.LostOne(ctx, p.Journal.Store, b.Booklet)
	if err != nil || !ok || l.Told == 0 || b.Place == room.IsVoid {
		return nil, err
	}
	v := &lossView{Facts: travel.LossFacts(ctx, l)}
	if l.Paper != "" {
		v.Paper = ui.Link{Text: ui.T(ctx, "keeping.told.paper"), URL: "/c/" + l.Filing + "/papers/" + l.Paper}
	}
	switch {
	case l.Standing() == trip.IsTold:
		v.Note = ui.Note{State: ui.Stop, Title: ui.T(ctx, "keeping.told", "Day", ui.MonthDay(ctx, l.Day())), Text: ui.T(ctx, "keeping.told.text")}
		if web.Who(r).May(access.KeepBooklet) && !b.Gone() {
			v.Do = ui.Button{Text: ui.T(ctx, "keeping.told.do"), Post: "/booklets/b/" + b.Booklet + "/lost", Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}, {Name: "sure", Value: "yes"}, {Name: "reason", Value: reasonOf(ctx, l)}}}
		}
	case l.SaidFound():
		v.Note = ui.Note{State: ui.Warn, Title: ui.T(ctx, "keeping.told.back"), Text: ui.Sentences(ctx, l.BackSay, ui.T(ctx, "keeping.told.back.text"))}
	default:
		return nil, nil // the booklet's history tells the rest
	}
	return v, nil
}

// reasonOf is what was told, as the statement that goes on record.
func reasonOf(ctx context.Context, l trip.Lost) string {
	out := ui.T(ctx, "keeping.told.reason", "Day", ui.Date(ctx, l.On), "Where", l.Where)
	return ui.Sentences(ctx, out, l.Words)
}

// toldLosses are the losses that were told online and wait for the keeper.
func (p *Pages) toldLosses(ctx context.Context) ([]ui.Note, error) {
	all, err := trip.Losses(ctx, p.Journal.Store, p.Journal.Today())
	if err != nil {
		return nil, err
	}
	names := p.people(ctx)
	var out []ui.Note
	for _, l := range all {
		if l.Standing() != trip.IsTold {
			continue
		}
		out = append(out, ui.Note{State: ui.Stop, Title: ui.T(ctx, "keeping.told.of", "Name", names.of(l.Person), "Day", ui.MonthDay(ctx, l.On), "Where", l.Where), Text: ui.T(ctx, "keeping.told.text"), Link: ui.Link{Text: ui.T(ctx, "keeping.told.open"), URL: "/booklets/b/" + l.Booklet}})
	}
	return out, nil
}
