package told

import (
	"net/http"

	"yitang/internal/notify/catch"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

type caughtView struct {
	Head  ui.Head
	Rows  []caughtLine
	Empty ui.Empty
}

type caughtLine struct{ Subject, To, When, Text, Calendar string }

// caughtShown is how many of the demo's messages stand on a page.
const caughtShown = 100

// Caught shows what the demo would have sent, as it would have arrived. It is for the
// demo alone: a real node has no such folder.
func Caught(s *web.Site, dir string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		all, err := catch.Latest(dir, caughtShown)
		if err != nil {
			s.Fail(w, r, err)
			return
		}
		v := caughtView{Head: ui.Head{Title: ui.T(ctx, "told.caught", "Count", len(all)), Lead: ui.T(ctx, "told.caught.lead")}, Empty: ui.Empty{Text: ui.T(ctx, "told.caught.none")}}
		for _, c := range all {
			v.Rows = append(v.Rows, caughtLine{Subject: c.Subject, To: ui.T(ctx, "told.caught.to", "Way", way(ctx, c.Way), "To", c.To), When: ui.At(ctx, c.At), Text: c.Text, Calendar: c.Calendar})
		}
		s.Show(w, r, ui.Page{Title: v.Head.Title, Phone: true}, caughtPage(v))
	}
}
