package filing

import (
	"context"
	"net/http"
	"slices"

	"yitang/internal/dossier"
	"yitang/internal/web/ui"
)

// Two kinds of journey that another authority decides: they are told apart at
// the start, before anything is written, and referred.
const (
	toTaiwan = "taiwan" // 赴台: the Taiwan affairs office's
	isSecret = "secret" // 涉密: on paper, at the office's counter
)

// kindField is the choice of kind, each in plain words with what it needs.
//
// ui:keys start.kind.*
// ui:keys start.needs.*
func kindField(ctx context.Context) ui.Field {
	f := ui.Field{Kind: ui.Radio, Name: "kind", Label: ui.T(ctx, "start.legend")}
	for _, w := range begun() {
		f.Options = append(f.Options, ui.Option{Value: w, Text: ui.T(ctx, "word.caseKind."+w), Hint: ui.T(ctx, "start.both", "Means", ui.T(ctx, "start.kind."+w), "Needs", ui.T(ctx, "start.needs."+w)), Chosen: w == string(dossier.Own)})
	}
	for _, w := range []string{toTaiwan, isSecret} {
		f.Options = append(f.Options, ui.Option{Value: w, Text: ui.T(ctx, "start.name."+w), Hint: ui.T(ctx, "start.kind."+w)})
	}
	return f
}

// referralView tells who is in charge instead.
type referralView struct {
	Head  ui.Head
	Rows  ui.Facts
	Again ui.Button
}

// refer answers the choice of a journey that isn't this office's to decide. The
// answer stands in the page itself and has no address of its own: neither the
// journal nor the record of requests can tell afterwards that it was asked for.
//
// ui:keys start.name.*
// ui:keys start.refer.*
func (p *Pages) refer(w http.ResponseWriter, r *http.Request, kind string) {
	ctx := r.Context()
	say := func(what string) string { return ui.T(ctx, "start.refer."+kind+"."+what) }
	v := referralView{Head: ui.Head{Title: say("title"), Lead: say("lead")},
		Rows: ui.Facts{{Term: ui.T(ctx, "start.refer.who"), Value: say("who")}, {Term: ui.T(ctx, "start.refer.bring"), Value: say("bring")},
			{Term: ui.T(ctx, "start.refer.basis"), Value: say("basis")}, {Term: ui.T(ctx, "start.refer.kept"), Value: say("kept")}},
		Again: ui.Button{Text: ui.T(ctx, "start.refer.again"), URL: "/cases/new", Kind: ui.Second}}
	w.Header().Set("Cache-Control", "no-store")
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Crumbs: []ui.Link{{Text: ui.T(ctx, "cases.crumb"), URL: "/cases"}, {Text: ui.T(ctx, "cases.new.title"), URL: "/cases/new"}, {Text: v.Head.Title}}}, referralPage(v))
}

// kindChosen is the kind with which a form begins a case; a word that is none
// is the person's to mend, so the page comes back.
func kindChosen(r *http.Request) (dossier.CaseKind, bool) {
	k := r.FormValue("kind")
	return dossier.CaseKind(k), k == "" || slices.Contains(begun(), k)
}

// begun are the kinds that somebody begins by choice: a trip is declared from
// the page of its approval.
func begun() []string {
	return slices.DeleteFunc(dossier.CaseKind("").Words(), func(w string) bool { return w == string(dossier.Declared) })
}
