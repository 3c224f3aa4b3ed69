package approval

import (
	"context"
	"net/http"
	"slices"

	room "yitang/internal/approval"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/web/made"
)

// read are the papers that a reviewer has made of what was handed in.
var read = []dossier.MaterialKind{"M02", "M03", "M07"}

// made leads to them, as far as the case says what they would.
func (p *Pages) made(ctx context.Context, id string, round room.Round) []made.Line {
	var out []made.Line
	for _, kind := range read {
		if _, ready := document.Make(kind, p.from(ctx, round.Dossier, false)); ready {
			out = append(out, made.Line{Name: paperName(ctx, string(kind)), Links: made.Links(ctx, kind, "/c/"+id+"/made")})
		}
	}
	return out
}

func (p *Pages) from(ctx context.Context, c dossier.Case, english bool) document.From {
	f := made.From(ctx, english, p.Pack())
	f.Case, f.By, f.Member = c, c.Unit.Name, -1
	return f
}

// getMade makes a paper of what was handed in, or of what has come of it, and gives
// it. It is kept nowhere.
func (p *Pages) getMade(w http.ResponseWriter, r *http.Request) {
	ctx, kind := r.Context(), dossier.MaterialKind(r.FormValue("paper"))
	c, _, state, err := made.Of(ctx, p.Journal, r.PathValue("case"), made.Asks(kind))
	if err == nil && !slices.Contains(read, kind) {
		err = fault.NotFound("paper " + string(kind) + " that is made")
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	f := p.from(ctx, c, made.In(r))
	f.State = state
	a, _, err := p.load(ctx, r.PathValue("case"))
	if err == nil {
		f.Unit, err = made.Called(ctx, p.Journal.Store, a.Unit, f.By, f.English)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	made.Serve(p.Site, w, r, kind, f)
}
