package progress

import (
	"context"
	"strings"

	"yitang/internal/hall"
	"yitang/internal/visit"
	"yitang/internal/web/ui"
)

// Paper is the original that an act at the hall wants brought, "" for none: the
// plan, the pass and what people are told say the same.
func (p *Pages) Paper(ctx context.Context, act string, kind visit.Kind) string {
	switch _, country, _ := strings.Cut(act, "#"); {
	case kind == visit.PaperOriginal && country != "":
		return ui.T(ctx, "visits.bring.letter_to", "Country", p.Area(ctx, country))
	case kind == visit.PaperOriginal:
		return ui.T(ctx, "visits.bring.letter")
	case kind == visit.SealedPaper:
		return ui.T(ctx, "visits.bring.sealed")
	}
	return ""
}

// Papers are the originals that are brought to a booked visit.
func (p *Pages) Papers(ctx context.Context, b hall.Booking) (out []string) {
	for _, a := range b.Acts {
		if paper := p.Paper(ctx, a.ID, a.Kind); paper != "" {
			out = append(out, paper)
		}
	}
	return out
}
