package sites

import (
	"net/http"

	"yitang/internal/account"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// refusalsShown is how many of the newest refusals the page lists.
const refusalsShown = 200

// refusals lists who was refused what, for administrators and auditors, and
// above it what the system itself couldn't do.
func refusals(s *web.Site) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		rows, err := account.RefusalsLately(ctx, s.Journal.Store, refusalsShown)
		if err != nil {
			s.Fail(w, r, err)
			return
		}
		parked, err := s.Journal.Parked(ctx)
		if err != nil {
			s.Fail(w, r, err)
			return
		}
		t := ui.Table{Caption: ui.T(ctx, "sites.refusals.title"), Groups: []ui.Group{{}}, Empty: ui.Empty{Text: ui.T(ctx, "sites.refusals.empty")},
			Columns: []ui.Column{{Text: ui.T(ctx, "sites.refusals.who")}, {Text: ui.T(ctx, "sites.refusals.wanted")},
				{Text: ui.T(ctx, "sites.refusals.times"), Number: true}, {Text: ui.T(ctx, "sites.refusals.at")}}}
		for _, row := range rows {
			who := ui.Cell{Text: row.Name, Sub: row.Login, Head: true}
			if row.Name == "" {
				who.Text = row.Account
			}
			address := row.Path
			if address == "" {
				address = ui.T(ctx, "sites.refusals.various")
			}
			// ui:keys sites.right.*
			wanted := ui.Cell{Text: ui.T(ctx, "sites.right."+string(row.Right)), Sub: address}
			t.Groups[0].Rows = append(t.Groups[0].Rows, ui.Row{Cells: []ui.Cell{who, wanted, {Text: ui.Count(row.Times)}, {Text: ui.Ago(ctx, s.Now(), row.At)}}})
		}
		s.Show(w, r, ui.Page{Title: ui.T(ctx, "sites.refusals.title")}, refusalsPage(t, parkedTable(ctx, s.Now(), parked)))
	}
}
