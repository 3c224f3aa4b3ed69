package custody

import (
	"net/http"
	"slices"
	"strings"

	"yitang/internal/access"
	room "yitang/internal/custody"
	"yitang/internal/journal"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

func (p *Pages) getIn(w http.ResponseWriter, r *http.Request) { p.showIn(w, r, nil) }

func (p *Pages) showIn(w http.ResponseWriter, r *http.Request, told []string) {
	ctx, q := r.Context(), r.URL.Query()
	text := strings.TrimSpace(q.Get("q"))
	next := room.Next{Value: q.Get("from"), Booklet: q.Get("after")}
	id := q.Get("case")
	var rows []room.Row
	var err error
	switch {
	case id != "":
		rows, err = room.OutFor(ctx, p.Journal.Store, id)
		rows = slices.DeleteFunc(rows, func(b room.Row) bool { return b.Place != room.IsLent })
	case text != "":
		rows, err = room.Found(ctx, p.Journal.Store, room.Find(text), room.IsLent, room.ByDue, next)
	default:
		rows, err = room.Sorted(ctx, p.Journal.Store, room.IsLent, room.ByDue, next)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := batchView{Action: "/booklets/in", Key: web.NewKey(), Told: told, May: web.Who(r).May(access.KeepBooklet), Button: ui.T(ctx, "keeping.hand_in"), Table: p.table(ctx, rows, ui.T(ctx, "keeping.in.empty")),
		Fields: []ui.Field{ways(ctx, "courier"), {Kind: ui.DateKind, Name: "on", Label: ui.T(ctx, "keeping.in.on"), Hint: ui.T(ctx, "keeping.in.on_hint"), Value: p.Journal.Today().String()}},
		Head:   ui.Head{Title: ui.T(ctx, "keeping.in.title"), Lead: ui.T(ctx, "keeping.in.lead")}}
	if len(rows) > 0 {
		for i, b := range rows {
			v.Table.Groups[0].Rows[i].Choose = b.Person + "/" + b.Booklet
		}
		if id == "" { // those of one case are all there
			more(ctx, &v.Table, room.ByDue, rows, "/booklets/in", "q", text)
		}
	}
	v.Finder, v.Query = "/booklets/in", text
	v.Table.Empty.Action = ui.Button{Text: ui.T(ctx, "keeping.to_list"), URL: "/booklets", Kind: ui.Second}
	if text != "" {
		v.Table.Empty = ui.Empty{Text: ui.T(ctx, "keeping.in.found.empty", "Text", text), Action: ui.Button{Text: ui.T(ctx, "keeping.in.all"), URL: "/booklets/in", Kind: ui.Second}}
	}
	p.showBatch(w, r, v)
}

func (p *Pages) postIn(w http.ResponseWriter, r *http.Request) {
	on, err := day(r, "on")
	if err != nil {
		p.showIn(w, r, []string{words(r.Context(), err)})
		return
	}
	by := room.By(r.PostFormValue("by"))
	_, told, err := p.each(r, func(booklet string) journal.Command[room.Holder] {
		return room.HandIn{Booklet: booklet, By: by, On: on}
	})
	switch {
	case err != nil:
		p.Site.Fail(w, r, err)
	case len(told) > 0:
		p.showIn(w, r, told)
	default:
		http.Redirect(w, r, "/booklets/in", http.StatusSeeOther)
	}
}
