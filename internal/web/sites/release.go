package sites

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/exchange"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// releases are the pages of what is held between the networks, which two people
// let go.
type releases struct {
	site *web.Site
	far  *distance
}

func (p releases) routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /release", Right: access.SeeHeld, Handle: p.list},
		{Pattern: "GET /release/{held}", Right: access.SeeHeld, Handle: func(w http.ResponseWriter, r *http.Request) { p.show(w, r, nil) }},
		{Pattern: "POST /release/{held}", Right: access.ReleaseHeld, Handle: p.post},
	}
}

// heldWhy is why something is held, in a sentence.
// ui:keys release.why.*
func heldWhy(ctx context.Context, h exchange.Held) string {
	if h.Way == exchange.WayIn {
		return asideWhy(ctx, h.Reason)
	}
	if s := h.Slowed; s != nil {
		key := "release.slow.records"
		if s.Most == 0 {
			key = "release.slow.megabytes"
		}
		return ui.T(ctx, key, "Most", int(s.Most), "Megabytes", int(s.Bytes>>20), "Span", ui.Lasting(ctx, s.Per), "Again", ui.At(ctx, s.Again))
	}
	return ui.T(ctx, "release.why."+h.Reason)
}

// asideWhy is why a record wasn't taken in. What isn't the policy's doing is told
// by the program in English, and stands among the facts.
// ui:keys release.aside.*
func asideWhy(ctx context.Context, reason string) string {
	if key := "release.aside." + reason; ui.Known(key) {
		return ui.T(ctx, key)
	}
	return ui.T(ctx, "release.aside.other")
}

// kindName is a kind of record in words, where it has some.
// ui:keys release.kind.*
func kindName(ctx context.Context, kind string) string {
	for _, key := range []string{"release.kind." + kind, "event." + kind} {
		if ui.Known(key) {
			return ui.T(ctx, key)
		}
	}
	return kind
}

// heldWhat is what is held, in a phrase.
func heldWhat(ctx context.Context, h exchange.Held) string {
	switch h.Way {
	case exchange.WayRate:
		return ui.T(ctx, "release.what.stream", "Zone", ui.ZoneName(ctx, h.Zone), "Count", int(h.Waiting))
	case exchange.WayIn:
		return ui.T(ctx, "release.what.in", "Zone", ui.ZoneName(ctx, h.Zone), "Kind", kindName(ctx, h.Kind))
	}
	return ui.T(ctx, "release.what.out", "Zone", ui.ZoneName(ctx, h.Zone), "Kind", kindName(ctx, h.Kind))
}

// heldStage is how far letting go has come.
// ui:keys release.stage.*
func heldStage(ctx context.Context, h exchange.Held) ui.Tag {
	switch h.Stage {
	case exchange.Asked:
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "release.stage.asked")}
	case exchange.Given:
		return ui.Tag{State: ui.Info, Word: ui.T(ctx, "release.stage.given."+h.Way)}
	case exchange.TurnedDown:
		return ui.Tag{State: ui.Warn, Word: ui.T(ctx, "release.stage.refused")}
	case exchange.Failed:
		return ui.Tag{State: ui.Stop, Word: ui.T(ctx, "release.stage.failed")}
	case exchange.NobodyAsked:
	}
	if h.Reason == exchange.Behind {
		return ui.Tag{State: ui.Info, Word: ui.T(ctx, "release.stage.behind")}
	}
	return ui.Tag{State: ui.Warn, Word: ui.T(ctx, "release.stage.held")}
}

func (p releases) list(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	x, err := p.far.exchange(ctx)
	var all []exchange.Held
	if err == nil {
		all, err = x.Held(ctx)
	}
	if err != nil {
		p.site.Fail(w, r, err)
		return
	}
	title := ui.T(ctx, "release.none")
	if len(all) > 0 {
		title = ui.T(ctx, "release.some", "Count", len(all))
	}
	t := ui.Table{Caption: title, Keys: true, Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "release.empty")}, Groups: []ui.Group{{}},
		Columns: []ui.Column{{Text: ui.T(ctx, "release.col.what")}, {Text: ui.T(ctx, "release.col.since")}, {Text: ui.T(ctx, "release.col.stage")}}}
	for _, h := range all {
		t.Groups[0].Rows = append(t.Groups[0].Rows, ui.Row{Cells: []ui.Cell{{Text: heldWhat(ctx, h), Sub: heldWhy(ctx, h), Head: true, URL: "/release/" + url.PathEscape(h.Key)}, {Text: ui.Ago(ctx, p.site.Now(), h.Since)}, {Tag: heldStage(ctx, h)}}})
	}
	if len(all) == 0 {
		t.Groups = nil
	}
	var said ui.Banner
	// ui:keys release.said.*
	if key := "release.said." + r.URL.Query().Get("said"); ui.Known(key) {
		said.Text = ui.T(ctx, key)
	}
	p.site.Show(w, r, ui.Page{Title: title, Banner: said, Crumbs: []ui.Link{{Text: ui.T(ctx, "sites.nav.node"), URL: "/node"}, {Text: ui.T(ctx, "release.crumb")}}}, releaseList(ui.Head{Title: title, Lead: ui.T(ctx, "release.lead")}, t))
}

// releaseView is one thing that is held.
type releaseView struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Facts  []releaseFact
	Said   string
	Action string
	Key    string
	Seen   string
	Why    ui.Field
	Do     []ui.Button
}

type releaseFact struct{ Term, Text string }

func (p releases) show(w http.ResponseWriter, r *http.Request, failed error) {
	ctx := r.Context()
	x, err := p.far.exchange(ctx)
	var h exchange.Held
	if err == nil {
		h, err = x.HeldOne(ctx, r.PathValue("held"))
	}
	var names map[string]string
	if err == nil {
		names, err = account.Names(ctx, p.site.Journal.Store, []string{h.AskedBy, h.AnsweredBy})
	}
	if err != nil {
		p.site.Fail(w, r, err)
		return
	}
	v := p.view(ctx, h, names, web.Who(r))
	v.Key, v.Seen = web.NewKey(), strconv.FormatInt(int64(h.Version), 10)
	v.Why.Value, v.Why.Error = r.PostFormValue("why"), ui.FieldErrors(ctx, failed)["why"]
	status := http.StatusOK
	if failed != nil {
		status, v.Errors = http.StatusUnprocessableEntity, ui.Summarise(ctx, failed)
	}
	var said ui.Banner
	if stale := new(fault.ConflictError); errors.As(failed, &stale) { // what it shows now is what there is to decide
		status, said.Text = http.StatusConflict, ui.T(ctx, "release.changed")
		v.Errors = ui.ErrorSummary{}
	}
	p.site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Banner: said, Errors: len(v.Errors.Errors), Crumbs: []ui.Link{{Text: ui.T(ctx, "sites.nav.node"), URL: "/node"}, {Text: ui.T(ctx, "release.crumb"), URL: "/release"}, {Text: v.Head.Title}}}, releasePage(v))
}

// ui:keys release.given.*
func (p releases) view(ctx context.Context, h exchange.Held, names map[string]string, who access.Who) releaseView {
	v := releaseView{Head: ui.Head{Title: heldWhat(ctx, h), Lead: heldWhy(ctx, h)}}
	fact := func(key, text string) {
		if text != "" {
			v.Facts = append(v.Facts, releaseFact{ui.T(ctx, key), text})
		}
	}
	fact("release.fact.kind", h.Kind)
	fact("release.fact.subject", h.Subject)
	fact("release.fact.since", ui.At(ctx, h.Since))
	if h.Way == exchange.WayIn {
		fact("release.fact.bundle", ui.Count(int(h.Bundle)))
		fact("release.fact.came", ui.List(ctx, h.Goes))
		if !ui.Known("release.aside." + h.Reason) {
			fact("release.fact.detail", h.Reason)
		}
	} else {
		fact("release.fact.goes", ui.List(ctx, h.Goes))
	}
	fact("release.fact.stays", ui.List(ctx, h.Stays))
	if h.Stage != exchange.NobodyAsked {
		key := "release.asked.release"
		switch {
		case h.Want == exchange.Discard:
			key = "release.asked.discard"
		case h.Way == exchange.WayIn:
			key = "release.asked.in"
		}
		fact("release.fact.asked", ui.T(ctx, key, "Who", names[h.AskedBy], "When", ui.At(ctx, h.AskedAt), "Why", h.Why))
	}
	if h.Stage == exchange.TurnedDown {
		fact("release.fact.answer", ui.T(ctx, "release.answer.refused", "Who", names[h.AnsweredBy], "Why", h.Answer))
	}
	if h.Stage == exchange.Failed {
		fact("release.fact.answer", ui.T(ctx, "release.answer.failed"))
	}
	v.Why = ui.Field{Name: "why", Kind: ui.Area, Rows: 3, Max: 500, Label: ui.T(ctx, "release.reason")}
	button := func(key, value string, second bool) {
		b := ui.Button{Text: ui.T(ctx, key), Name: "do", Value: value}
		if second {
			b.Kind = ui.Second
		}
		v.Do = append(v.Do, b)
	}
	switch {
	case h.Reason == exchange.Behind && h.Way == exchange.WayOut:
		v.Said = ui.T(ctx, "release.behind")
	case h.Stage == exchange.Given:
		v.Said = ui.T(ctx, "release.given."+h.Way)
	case !who.May(access.ReleaseHeld):
		v.Said = ui.T(ctx, "release.only_see")
	case h.Stage == exchange.Asked && h.AskedBy == who.Account:
		v.Said, v.Why.Hint = ui.T(ctx, "release.another"), ui.T(ctx, "release.reason.back")
		button("release.do.take_back", "refuse", true)
	case h.Stage == exchange.Asked:
		v.Why.Hint = ui.T(ctx, "release.reason.refuse")
		switch {
		case h.Want == exchange.Discard:
			v.Said = ui.T(ctx, "release.discard.then")
			button("release.do.agree_discard", "agree", false)
		case h.Way == exchange.WayIn:
			button("release.do.agree_in", "agree", false)
		default:
			button("release.do.agree", "agree", false)
		}
		button("release.do.refuse", "refuse", true)
	default:
		v.Why.Hint = ui.T(ctx, "release.reason.ask")
		if h.MayTake() {
			key := "release.do.ask"
			if h.Way == exchange.WayIn {
				key = "release.do.ask_in"
			}
			button(key, "ask", false)
		}
		if h.Way == exchange.WayIn {
			v.Said = ui.T(ctx, "release.discard.then")
			button("release.do.ask_discard", "discard", true)
		}
	}
	if len(v.Do) > 0 {
		v.Action = "/release/" + url.PathEscape(h.Key)
	}
	return v
}

func (p releases) post(w http.ResponseWriter, r *http.Request) {
	who := web.Who(r)
	ctx := journal.WithActor(r.Context(), journal.Actor{Role: string(who.As(access.ReleaseHeld)), Account: who.Account})
	x, err := p.far.exchange(ctx)
	if err != nil {
		p.site.Fail(w, r, err)
		return
	}
	o, why, said := web.Order(r, r.PathValue("held")), r.PostFormValue("why"), "asked"
	switch r.PostFormValue("do") {
	case "ask":
		err = x.Ask(ctx, o, exchange.LetGo, why)
	case "discard":
		err = x.Ask(ctx, o, exchange.Discard, why)
	case "agree":
		var became exchange.Became
		became, err = x.Agree(ctx, o)
		said = string(became)
	case "refuse":
		err, said = x.TurnDown(ctx, o, why), "refused"
	default:
		err = fault.NotFound("answer")
	}
	p.far.forget()
	if stale := new(fault.ConflictError); errors.As(err, &stale) || fault.Findings(err) != nil {
		p.show(w, r, err)
		return
	}
	p.site.Answer(w, r, err, "/release?said="+said)
}
