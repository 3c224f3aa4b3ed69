package approval

import (
	"context"

	room "yitang/internal/approval"
	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/web/ui"
)

// declared lists the trips that were declared under an approval for a term; of a
// declared trip, the approval that it is held against.
func (p *Pages) declared(ctx context.Context, id string, c dossier.Case) ([]ui.Row, error) {
	row := func(of, name string) (ui.Row, error) {
		a, _, err := journal.Load(ctx, p.Journal, room.Room, of)
		// ui:keys review.stage.*
		return ui.Row{Cells: []ui.Cell{{Text: name, URL: "/c/" + of, Head: true, Sub: a.Number}, {Text: ui.T(ctx, "review.stage."+string(a.Stage))}}}, err
	}
	switch {
	case c.Trip.Declared() && c.Trip.Under != "":
		a, _, err := journal.Load(ctx, p.Journal, room.Room, c.Trip.Under)
		if err != nil || a.Document == nil {
			return nil, err
		}
		r, err := row(c.Trip.Under, ui.T(ctx, "term.under", "Number", a.Document.Number))
		return []ui.Row{r}, err
	case c.Trip.ForTerm():
		all, err := filing.DeclaredUnder(ctx, p.Journal.Store, id)
		if err != nil {
			return nil, err
		}
		var out []ui.Row
		for _, e := range all {
			r, err := row(e.ID, ui.Span(ctx, e.Depart, e.Return))
			if err != nil {
				return nil, err
			}
			out = append(out, r)
		}
		return out, nil
	}
	return nil, nil
}
