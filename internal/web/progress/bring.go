package progress

import (
	"context"
	"slices"
	"strings"

	"yitang/internal/access"
	"yitang/internal/hall"
	"yitang/internal/visit"
	"yitang/internal/web"
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

// Bring is what those who come have in their hands and what they leave at home, the
// booklet named either way: it is what people ask about. Who travels reads of their own
// alone. Every page and message that
// says what to bring says this; what leaves this house in a message or a calendar names
// nobody.
//
// ui:keys visits.bring.*
func (p *Pages) Bring(ctx context.Context, b hall.Booking) (out, spare []string) {
	return p.bring(ctx, b, web.WhoOf(ctx))
}

func (p *Pages) bring(ctx context.Context, b hall.Booking, w access.Who) (out, spare []string) {
	with := func(key string, names []string) string {
		if p.Journal == nil {
			key += ".one"
		}
		return ui.T(ctx, key, "Name", ui.List(ctx, names))
	}
	named := func(kinds ...visit.Kind) (names []string) {
		for _, a := range b.Acts {
			if !slices.Contains(kinds, a.Kind) || !Shows(w, a.Person) {
				continue
			}
			if p.Journal == nil {
				return []string{""}
			}
			if name := p.Name(ctx, a.Person); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		return names
	}
	out = []string{ui.T(ctx, "progress.bring.card")}
	if old := named(visit.SurrenderOld); len(old) > 0 {
		out = append(out, with("visits.bring.old", old))
	} else if len(named(visit.Capture, visit.Recapture)) > 0 && len(named(visit.HandIn)) == 0 {
		spare = append(spare, ui.T(ctx, "visits.bring.no_old"))
	}
	if in := named(visit.HandIn); len(in) > 0 {
		out = append(out, with("visits.bring.booklet", in))
	}
	for _, paper := range p.Papers(ctx, b) {
		if !slices.Contains(out, paper) { // the letter of several
			out = append(out, paper)
		}
	}
	return out, append(spare, ui.T(ctx, "visits.bring.nothing"))
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
