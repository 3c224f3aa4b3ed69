package filing

import (
	"context"
	"net/http"

	"yitang/internal/document"
	"yitang/internal/fault"
	"yitang/internal/letter"
	"yitang/internal/web/ui"
)

// openNotice leads to the last one-time notice as a document; none while it is on
// its way.
func (p *Pages) openNotice(ctx context.Context, filing string) []ui.Button {
	all, err := letter.Of(ctx, p.Work.Journal.Store, filing)
	if err != nil {
		p.Site.Log.Warn("listing letters", "case", filing, "err", err)
		return nil
	}
	var out []ui.Button
	for _, l := range all {
		if l.Kind == document.KindOneTimeNotice && l.File != "" {
			out = []ui.Button{{Text: ui.T(ctx, "letter.open_notice"), URL: caseURL(filing) + "/letters/" + l.Code, Kind: ui.Second}}
		}
	}
	return out
}

// getLetter gives a document that the office shares with the unit.
func (p *Pages) getLetter(w http.ResponseWriter, r *http.Request) {
	l, ok, err := letter.ByCode(r.Context(), p.Work.Journal.Store, r.PathValue("letter"))
	if err == nil && (!ok || l.Filing != r.PathValue("case")) {
		err = fault.NotFound("letter " + r.PathValue("letter"))
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.Site.ShowPDF(w, r, p.Work.Blobs, l.File, l.Number)
}
