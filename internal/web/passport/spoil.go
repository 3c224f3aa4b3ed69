package passport

import (
	"fmt"
	"net/http"

	"yitang/internal/fault"
	room "yitang/internal/passport"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// spoilView asks why a booklet is no good, and who saw it destroyed.
type spoilView struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Note   ui.Note
	Form   formView
}

func (p *Pages) getSpoil(w http.ResponseWriter, r *http.Request) { p.showSpoil(w, r, nil) }

func (p *Pages) showSpoil(w http.ResponseWriter, r *http.Request, failed error) {
	ctx, id := r.Context(), r.PathValue("order")
	o, version, err := p.order(ctx, id)
	if err == nil && o.Stage != room.IsMade && o.Stage != room.IsChecked {
		err = fault.NotNow("passport.spoil.not_now", o.Stage)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	reason := r.PostFormValue("reason")
	if reason == "" && failed == nil && o.Misprinted() {
		reason = ui.T(ctx, "making.misprinted.reason")
	}
	beside := ui.FieldErrors(ctx, failed)
	v := spoilView{Errors: ui.Summarise(ctx, failed), Head: ui.Head{Title: ui.T(ctx, "making.spoil.title", "Number", o.Number), Lead: nameOf(o.Identity)},
		Note: ui.Note{State: ui.Warn, Text: ui.T(ctx, "making.spoil.text")},
		Form: formView{Action: orderURL(id) + "/spoil", Key: web.NewKey(), Seen: fmt.Sprint(int64(version)), Back: ui.Link{Text: ui.T(ctx, "making.to_order"), URL: orderURL(id)},
			Fields: append([]ui.Field{{Kind: ui.Area, Name: "reason", Label: ui.T(ctx, "making.reason"), Rows: 2, Value: reason, Error: beside["reason"]}}, witnessFields(ctx, beside, r.PostFormValue("witness"))...),
			Button: ui.Button{Text: ui.T(ctx, "making.do.spoil")}}}
	p.Site.ShowAs(w, r, status(failed), ui.Page{Title: v.Head.Title, Main: "wrap stack", Errors: len(v.Errors.Errors),
		Crumbs: []ui.Link{{Text: ui.T(ctx, "making.orders"), URL: "/orders"}, {Text: nameOf(o.Identity), URL: orderURL(id)}, {Text: ui.T(ctx, "making.do.spoil")}}}, spoilPage(v))
}

func (p *Pages) postSpoil(w http.ResponseWriter, r *http.Request) {
	_, _, err := p.order(r.Context(), r.PathValue("order"))
	var two []string
	if err == nil {
		two, err = p.two(r)
	}
	if err == nil {
		err = p.give(r, room.Spoil{Reason: r.PostFormValue("reason"), Two: two})
	}
	if fault.Findings(err) != nil {
		p.showSpoil(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, orderURL(r.PathValue("order")))
}
