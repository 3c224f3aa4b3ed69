package filing

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/money"
	"yitang/internal/precheck"
	"yitang/internal/web/ui"
)

// folded gives the parts of a case that is read, and not written, the line that
// says what is in them where they fold: a phone shows a part in one line unless
// the pre-check warns of something in it, and a table of many rows folds anywhere.
func (p *Pages) folded(ctx context.Context, f *File, parts []part, found precheck.Findings) {
	c := f.Now.Case
	warned := map[string]bool{}
	for _, x := range found.List {
		if x.Blocks() || x.Warns() {
			warned[partOfPath(x.Field)] = true
		}
	}
	for i := range parts {
		x := &parts[i]
		switch x.ID {
		case "days":
			x.Rows = ui.T(ctx, "cases.bar.days", "Count", x.Table.Rows(), "List", ui.List(ctx, p.placesOf(ctx, f)))
		case "members":
			x.Rows = ui.List(ctx, travellers(ctx, c))
		case "budget":
			x.Rows = ui.List(ctx, byCost(ctx, *c.Budget))
		case "notice":
			if c.Notice.Objections == dossier.NoObjections {
				x.Bar = ui.T(ctx, "cases.bar.notice", "Days", ui.Span(ctx, c.Notice.From, c.Notice.To), "Where", c.Notice.Place)
			}
		case "documents":
			x.Rows = ui.T(ctx, "cases.bar.papers", "Count", x.Table.Rows(), "List", ui.List(ctx, kindsOf(ctx, c)))
		default:
			if k, is := invitationOf(x.ID); is && k < len(c.Invitations) {
				v := c.Invitations[k]
				x.Bar = ui.T(ctx, "cases.bar.invitation", "Who", v.Issuer, "Where", p.country(ctx, v.IssuerCountry), "Issued", ui.Date(ctx, v.Issued), "Count", len(v.Invitees))
			}
		}
		if warned[x.ID] {
			x.Bar = ""
		}
	}
}

func invitationOf(id string) (int, bool) {
	nth, is := strings.CutPrefix(id, "invitation")
	n, err := strconv.Atoi(nth)
	return n, is && err == nil
}

// placesOf are the towns of the trip, each once.
func (p *Pages) placesOf(ctx context.Context, f *File) []string {
	var out []string
	for _, l := range f.Now.Case.Legs {
		if at := p.town(ctx, l.Country, l.City, l.CityEn); !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	return out
}

// travellers are who goes, with what they are in the group and at home.
func travellers(ctx context.Context, c dossier.Case) []string {
	out := make([]string, len(c.Members))
	for i, m := range c.Members {
		out[i] = ui.T(ctx, "cases.bar.member", "Name", m.Name(), "Role", ui.T(ctx, "word.role."+string(m.Role)), "Post", m.Department+m.Post)
	}
	return out
}

// byCost is what each kind of cost comes to, in the order of the lines.
func byCost(ctx context.Context, b dossier.Budget) []string {
	var kinds []dossier.CostKind
	sums := map[dossier.CostKind]int64{}
	for _, l := range b.Lines {
		if !slices.Contains(kinds, l.Kind) {
			kinds = append(kinds, l.Kind)
		}
		sums[l.Kind] += money.Yuan(l.AmountCny).Minor
	}
	out := make([]string, len(kinds))
	for i, k := range kinds {
		out[i] = ui.T(ctx, "cases.bar.cost", "Kind", ui.T(ctx, "word.costKind."+string(k)), "Sum", ui.Yuan(ctx, sums[k]))
	}
	return out
}

// kindsOf are the kinds of papers, each once, in the order of the catalogue.
func kindsOf(ctx context.Context, c dossier.Case) []string {
	papers := slices.Clone(c.Materials)
	slices.SortStableFunc(papers, dossier.ByTable)
	var out []string
	for _, m := range papers {
		if name := PaperName(ctx, m.Kind); !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}
