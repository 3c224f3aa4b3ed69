package approval

import (
	"context"
	"net/http"

	"yitang/internal/document"
	"yitang/internal/fault"
	"yitang/internal/letter"
	"yitang/internal/web/ui"
)

// letterLine is one document beside the approval.
type letterLine struct {
	Kind   string
	Number string
	URL    string // "" for one that the visa desk gives out
	Tag    ui.Tag
}

// letters lists what was issued for a case beside the approval. Notes and
// certificates hold passport numbers and are opened at the visa desk.
//
// ui:keys letter.kind.*
// ui:keys letter.status.*
func (p *Pages) letters(ctx context.Context, id string) ([]letterLine, error) {
	all, err := letter.Of(ctx, p.Journal.Store, id)
	if err != nil {
		return nil, err
	}
	var out []letterLine
	for _, l := range all {
		line := letterLine{Kind: ui.T(ctx, "letter.kind."+string(l.Kind)), Number: l.Number, Tag: ui.Tag{State: ui.OK, Word: ui.T(ctx, "letter.status."+string(l.Status), "By", l.By)}}
		if l.Status != document.InForce {
			line.Tag.State = ui.Wait
		}
		if opens(l.Kind) {
			line.URL = "/c/" + id + "/letters/" + l.Code
		}
		out = append(out, line)
	}
	return out, nil
}

// opens tells which letters a reviewer opens: those that are known to hold no
// passport numbers.
func opens(k document.Kind) bool {
	switch k {
	case document.KindOneTimeNotice, document.KindOpinionRequest, document.KindOpinionReply, document.KindMissionNotice, document.KindConfirmation:
		return true
	}
	return false
}

// getLetter gives a letter of the case that names no passport.
func (p *Pages) getLetter(w http.ResponseWriter, r *http.Request) {
	l, ok, err := letter.ByCode(r.Context(), p.Journal.Store, r.PathValue("code"))
	if err == nil && (!ok || l.Filing != r.PathValue("case") || !opens(l.Kind)) {
		err = fault.NotFound("letter " + r.PathValue("code"))
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.Site.ShowPDF(w, r, p.Blobs, l.File, l.Number)
}
