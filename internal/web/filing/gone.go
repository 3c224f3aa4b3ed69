package filing

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"yitang/internal/access"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// there lets the pages of a case go on while its draft isn't deleted. Else it is said,
// with the way back; what somebody typed in another window meanwhile isn't lost, and
// goes into the draft that they bring back.
func (p *Pages) there(h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		g, gone, err := p.Work.Drafts.Gone(r.Context(), r.PathValue("case"))
		if gone && typedForGone(r) {
			gone, err = false, p.bringBack(r.Context(), g.ID)
		}
		switch {
		case err != nil:
			p.Site.Fail(w, r, err)
		case gone:
			p.showGone(w, r, g)
		default:
			h(w, r)
		}
	}
}

// bringsBack is the field by which a form says that the draft is to be brought back
// before it is taken.
const bringsBack = "_undelete"

func typedForGone(r *http.Request) bool {
	return r.Method == http.MethodPost && !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") && r.PostFormValue(bringsBack) == "yes"
}

// bringBack brings a deleted draft back; of a mission one change is written at a time.
func (p *Pages) bringBack(ctx context.Context, id string) error {
	if of, is := room.AmendmentOf(id); is {
		open, err := p.Work.AmendmentUnderWay(ctx, of)
		if err == nil && open != "" && open != id {
			err = fault.NotNow("filing.amend.another", room.IsSubmitted)
		}
		if err != nil {
			return err
		}
	}
	return p.Work.Drafts.Restore(ctx, id)
}

func (p *Pages) postRestore(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("case")
	p.Site.Answer(w, r, p.bringBack(r.Context(), id), caseURL(id)+"?said=undeleted")
}

// undelete is the button that brings a deleted draft back.
func undelete(ctx context.Context, id string, kind ui.ButtonKind) ui.Button {
	return ui.Button{Text: ui.T(ctx, "cases.undelete"), Kind: kind, Post: caseURL(id) + "/restore", Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}}}
}

// showGone stands where a page of a deleted draft would.
func (p *Pages) showGone(w http.ResponseWriter, r *http.Request, g room.GoneDraft) {
	ctx := r.Context()
	says := ui.T(ctx, "cases.gone.title")
	if fragment(r) {
		http.Error(w, says, http.StatusConflict)
		return
	}
	v := ui.Problem{Status: http.StatusGone, Title: says, Text: ui.T(ctx, "cases.gone.text", "Title", g.Called, "Who", p.name(ctx, g.By), "When", ui.At(ctx, g.At), "Until", ui.At(ctx, g.Until))}
	if web.Who(r).May(access.EditCase) {
		v.Way = undelete(ctx, g.ID, ui.Primary)
	}
	if r.Method == http.MethodPost {
		v.Status = http.StatusConflict
		if v.Kept = web.Kept(r); len(v.Kept) > 0 {
			v.Kept = append(v.Kept, ui.Kept{Name: bringsBack, Value: "yes"})
			v.Again = ui.Again{Action: r.URL.Path, Revision: r.PostFormValue("revision"), Key: web.NewKey(), Text: ui.T(ctx, "cases.gone.again")}
		}
	}
	p.Site.ShowAs(w, r, v.Status, ui.Page{Title: says, Crumbs: []ui.Link{{Text: ui.T(ctx, "cases.crumb"), URL: "/cases"}, {Text: says}}}, v)
}

// discarded is where deleting a draft leads: home, and of a change to its case.
func discarded(id string) string {
	if of, is := room.AmendmentOf(id); is {
		return caseURL(of) + "?said=change_discarded&draft=" + url.QueryEscape(id)
	}
	return "/cases?said=discarded&draft=" + url.QueryEscape(id)
}

// saidGone tells of a draft that was deleted just now, with the way back while there
// is one.
//
// ui:keys cases.said.*
func (p *Pages) saidGone(r *http.Request) ui.Banner {
	ctx := r.Context()
	g, gone, err := p.Work.Drafts.Gone(ctx, r.FormValue("draft"))
	p.Site.Missed(ctx, "a deleted draft", r.FormValue("draft"), err)
	if !gone || g.Unit != web.Who(r).Unit {
		return ui.Banner{}
	}
	b := ui.Banner{Text: ui.T(ctx, "cases.said."+r.FormValue("said"), "Title", g.Called, "Until", ui.At(ctx, g.Until))}
	if web.Who(r).May(access.EditCase) {
		b.Undo = undelete(ctx, g.ID, ui.Second)
	}
	return b
}

// gone is one deleted draft on the home.
type gone struct {
	Title string
	Note  string
	Back  ui.Button
}

// goneOf are the unit's deleted drafts that can be had back.
func (p *Pages) goneOf(ctx context.Context, unit string) ([]gone, error) {
	all, err := p.Work.Drafts.GoneOf(ctx, unit)
	var out []gone
	for _, g := range all {
		x := gone{Title: g.Called, Note: ui.T(ctx, "cases.gone.until", "When", ui.At(ctx, g.At), "Until", ui.At(ctx, g.Until)), Back: undelete(ctx, g.ID, ui.Second)}
		x.Back.About = g.Called
		out = append(out, x)
	}
	return out, err
}
