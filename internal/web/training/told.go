package training

import (
	"context"
	"net/http"

	"yitang/internal/access"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// by says what is practised by. ui:keys training.fails.*
func by(ctx context.Context, b By) ui.Note {
	switch {
	case b.Own:
		return ui.Note{State: ui.Info, Text: ui.T(ctx, "training.by.own", "Number", b.Number)}
	case b.Fails != "":
		return ui.Note{State: ui.Warn, Text: ui.T(ctx, "training.by.demo_instead", "Number", b.Number, "Step", ui.T(ctx, "training.fails."+b.Fails))}
	}
	return ui.Note{State: ui.Info, Text: ui.T(ctx, "training.by.demo")}
}

type toldView struct {
	Head  ui.Head
	Ways  ui.Note
	Rows  []toldRow
	Empty ui.Empty
	Back  ui.Link
}

type toldRow struct {
	Subject, Text, To, When string
	Way                     ui.Tag
}

// getTold shows what the people of the run would have been told, and by which way.
// ui:keys told.way.*
func (p *Inside) getTold(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	heard, err := p.Run.Told(ctx)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := toldView{Head: ui.Head{Title: ui.T(ctx, "training.told"), Lead: ui.T(ctx, "training.told.lead")}, Empty: ui.Empty{Text: ui.T(ctx, "training.told.none")}}
	var ways []string
	for _, name := range heard.Ways {
		ways = append(ways, ui.T(ctx, "told.way."+name))
	}
	v.Ways = ui.Note{State: ui.Info, Text: ui.T(ctx, "training.told.page_only")}
	if len(ways) > 0 {
		v.Ways.Text = ui.T(ctx, "training.told.ways", "Ways", ui.List(ctx, ways))
	}
	for _, m := range heard.Told {
		row := toldRow{Subject: m.Subject, Text: m.Text, When: ui.At(ctx, m.At), To: ui.T(ctx, "training.told.to", "Role", progress.RoleName(ctx, string(m.To))), Way: ui.Tag{State: ui.Wait, Word: ui.T(ctx, "training.told.by_page")}}
		if m.To == access.Liaison {
			row.To = ui.T(ctx, "training.told.you")
		}
		switch {
		case m.Way != "":
			row.Way = ui.Tag{State: ui.OK, Word: ui.T(ctx, "training.told.by", "Way", ui.T(ctx, "told.way."+m.Way), "When", ui.At(ctx, m.Sent))}
		case m.Next != "" && len(ways) > 0:
			row.Way = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "training.told.due", "Way", ui.T(ctx, "told.way."+m.Next), "When", ui.At(ctx, m.Due))}
		}
		v.Rows = append(v.Rows, row)
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Phone: true, Crumbs: []ui.Link{{Text: ui.T(ctx, "training.path"), URL: "/practice"}, {Text: v.Head.Title}}}, toldPage(v))
}
