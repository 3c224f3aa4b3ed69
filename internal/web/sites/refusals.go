package sites

import (
	"net/http"

	"yitang/internal/account"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// refusalsShown is how many of the newest refusals the page lists.
const refusalsShown = 200

// refusals lists who was refused what, for administrators and auditors.
func refusals(s *web.Site) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		rows, err := account.RefusalsLately(ctx, s.Journal.Store, refusalsShown)
		if err != nil {
			s.Fail(w, r, err)
			return
		}
		t := ui.Table{Caption: ui.T(ctx, "sites.refusals.title"), Groups: []ui.Group{{}}, Empty: ui.Empty{Text: ui.T(ctx, "sites.refusals.empty")},
			Columns: []ui.Column{{Text: ui.T(ctx, "sites.refusals.who")}, {Text: ui.T(ctx, "sites.refusals.wanted")}, {Text: ui.T(ctx, "sites.refusals.address")},
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
			t.Groups[0].Rows = append(t.Groups[0].Rows, ui.Row{Cells: []ui.Cell{who,
				{Text: ui.T(ctx, "sites.right."+string(row.Right))}, // ui:keys sites.right.*
				{Text: address, Quiet: true}, {Text: ui.Count(row.Times)}, {Text: ui.At(ctx, row.At)}}})
		}
		s.Show(w, r, ui.Page{Title: ui.T(ctx, "sites.refusals.title")}, refusalsPage(t))
	}
}
