package progress

import (
	"context"

	"yitang/internal/fault"
	"yitang/internal/visa"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// Entry is how a traveller gets into a country where no visa is put into the
// booklet and the traveller sees to it: on arrival, or with an e-visa.
type Entry struct {
	Person string
	Area   string
	Says   string // what they do, by when, with which papers
}

// Entries are those of a case.
func (p *Pages) Entries(ctx context.Context, filing string) ([]Entry, error) {
	orders, err := visa.Of(ctx, p.Journal.Store, filing)
	var out []Entry
	for _, o := range orders {
		if o.SeenToByTraveller() {
			out = append(out, Entry{o.Person, o.Area, ui.Say(ctx, fault.Text{Zh: o.Reason, En: o.ReasonEn})})
		}
	}
	return out, err
}

// entries are the same line by line, for all who follow the case.
func (p *Pages) entries(ctx context.Context, filing string) ([]missionLine, error) {
	all, err := p.Entries(ctx, filing)
	var out []missionLine
	for _, e := range all {
		if !Shows(web.WhoOf(ctx), e.Person) {
			continue
		}
		out = append(out, missionLine{ui.T(ctx, "entry.who", "Name", p.Name(ctx, e.Person), "Area", p.Area(ctx, e.Area)), e.Says})
	}
	return out, err
}
