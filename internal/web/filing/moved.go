package filing

import (
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"yitang/internal/dossier"
	room "yitang/internal/filing"
	"yitang/internal/material"
	"yitang/internal/money"
	"yitang/internal/precheck"
	"yitang/internal/web/ui"
)

// openDays are the days of the journey, where other ones may be what the office
// wants and they weren't sent back themselves.
func openDays(b *fields) [][]ui.Field {
	sentBack := func(path string) bool {
		return slices.ContainsFunc(b.f.Filing.Defects, func(d room.Defect) bool { return dossier.Within(path, d.Field) })
	}
	var out [][]ui.Field
	add := func(of string, paths ...string) {
		var row []ui.Field
		for _, path := range paths {
			if sentBack(path) {
				continue
			}
			x := b.at(path)
			if of != "" {
				x.Label = ui.T(b.ctx, "cases.correct.leg", "City", of, "Field", x.Label)
			}
			row = append(row, x)
		}
		if len(row) > 0 {
			out = append(out, row)
		}
	}
	add("", "case.depart", "case.return")
	if !b.f.Filing.Dossier.Trip.LeavesChina.IsZero() {
		add("", "case.leavesChina")
	}
	for i, l := range b.f.Now.Case.Legs {
		add(l.City, index("legs", i)+".arrive", index("legs", i)+".leave")
	}
	return out
}

// unfit shows what no longer fits where the journey moved to other days, and what
// was changed for that. What doesn't stand on them isn't asked for.
func (p *Pages) unfit(b *fields, v *stepView) {
	if b.f.Filing.MovesTrip() {
		p.unfitHalves(b, v)
		b.unfitLetters(v)
		b.unfitBudget(v)
	}
}

// unfitHalves are the half-days of which nobody has told anything yet. What was
// written has moved along by itself.
func (p *Pages) unfitHalves(b *fields, v *stepView) {
	f := b.f
	if f.Filing.Open("itinerary") != "" {
		return
	}
	s := sheet{ID: "itinerary", Follows: true}
	was, is := f.Filing.Dossier.Itinerary, f.Now.Case.Itinerary
	if f.Filing.Moved(f.Now.Case) && (f.emptyHalves() > 0 || len(was) != len(is) || slices.ContainsFunc(b.found.List, func(x precheck.Finding) bool {
		return x.Blocks() && dossier.Within(x.Field, "itinerary")
	})) {
		s.Title, s.Lead, s.Show = ui.T(b.ctx, "cases.sheet.itinerary"), ui.T(b.ctx, "cases.correct.itinerary"), halfDays(p.openHalves(b))
		var gone []string
		for _, h := range fellAway(was, is) {
			gone = append(gone, ui.T(b.ctx, "cases.correct.fell_away.half", "Day", ui.MonthDay(b.ctx, h.Date), "Half", ui.T(b.ctx, "word.half."+string(h.Half)), "Activity", h.Activity))
		}
		if len(gone) > 0 {
			s.Lead = ui.Sentences(b.ctx, s.Lead, ui.T(b.ctx, "cases.correct.fell_away", "Halves", ui.List(b.ctx, gone)))
		}
	}
	v.Sheets = append(v.Sheets, s)
}

// fellAway are the half-days that a shorter journey has no place for: what was to be
// done then is written elsewhere, or not done.
func fellAway(was, is []dossier.HalfDay) []dossier.HalfDay {
	left := slices.Clone(is)
	var out []dossier.HalfDay
	for _, h := range was {
		i := slices.IndexFunc(left, func(l dossier.HalfDay) bool { return l.Activity == h.Activity })
		switch {
		case h.Activity == "":
		case i < 0:
			out = append(out, h)
		default:
			left = slices.Delete(left, i, i+1)
		}
	}
	return out
}

// unfitLetters are the days of the letters that don't reach as far as the journey
// does now: only a host can say whether they hold.
func (b *fields) unfitLetters(v *stepView) {
	for i := range b.f.Filing.Dossier.Invitations {
		s := sheet{ID: "invitation" + strconv.Itoa(i), Follows: true}
		if b.f.letterUnfit(b.found, i) {
			path := index("invitations", i)
			s.Title, s.Lead = ui.T(b.ctx, "cases.invitation", "Count", i+1), ui.Sentences(b.ctx, b.f.Now.Case.Invitations[i].Issuer, ui.T(b.ctx, "cases.correct.letter"))
			s.Rows = [][]ui.Field{b.unsent(path+".issued", path+".from", path+".to")}
		}
		v.Sheets = append(v.Sheets, s)
	}
}

// unsent are those of some fields that weren't sent back themselves: these stand
// where the office asked for them.
func (b *fields) unsent(paths ...string) []ui.Field {
	return b.all(slices.DeleteFunc(paths, func(path string) bool { return b.f.Filing.Open(path) != "" })...)
}

// letterUnfit tells whether a letter, or another one from that country, doesn't
// cover the days, or was written anew for them.
func (f *File) letterUnfit(found precheck.Findings, i int) bool {
	all := f.Now.Case.Invitations
	if !f.Filing.Moved(f.Now.Case) || i >= len(all) || f.Filing.Open(index("invitations", i)) != "" {
		return false
	}
	for k, was := range f.Filing.Dossier.Invitations {
		if k >= len(all) || all[k].IssuerCountry != all[i].IssuerCountry {
			continue
		}
		if is := all[k]; was.Issued != is.Issued || was.From != is.From || was.To != is.To || f.blockedAt(found, index("invitations", k)) {
			return true
		}
	}
	return false
}

func (f *File) blockedAt(found precheck.Findings, path string) bool {
	return slices.ContainsFunc(found.List, func(x precheck.Finding) bool { return x.Blocks() && dossier.Within(x.Field, path) })
}

// unfitBudget tells what the budget comes to on other days, and asks for the nights
// and days that don't follow from the journey by themselves.
func (b *fields) unfitBudget(v *stepView) {
	f, s := b.f, sheet{ID: "units", Follows: true}
	was, is := f.Filing.Dossier.Budget, f.Now.Case.Budget
	if was == nil || is == nil || f.Filing.Open("budget.lines") != "" {
		return
	}
	for i := range min(len(was.Lines), len(is.Lines)) {
		path := index("budget.lines", i) + ".units"
		other := was.Lines[i].Units != is.Lines[i].Units
		if !f.Filing.Moved(f.Now.Case) || !other && !f.blockedAt(b.found, path) {
			continue
		}
		s.Title, s.Lead, s.Note = ui.T(b.ctx, "cases.sheet.lines"), ui.T(b.ctx, "cases.correct.budget"), ui.T(b.ctx, "cases.lines.total", "Sum", ui.Yuan(b.ctx, money.Yuan(is.TotalCny).Minor))
		if f.Filing.Open(path) != "" || f.Filing.PaysByDays(i) && !f.blockedAt(b.found, path) {
			continue
		}
		x := b.at(path)
		x.Label = ui.T(b.ctx, "cases.correct.leg", "City", b.lineTitle(i), "Field", x.Label)
		s.Rows = append(s.Rows, []ui.Field{x})
	}
	if len(s.Rows) > 0 {
		s.Lead = ui.Sentences(b.ctx, s.Lead, ui.T(b.ctx, "cases.correct.budget.rest"))
	}
	v.Sheets = append(v.Sheets, s)
}

// papersByDays are the places for another letter where one doesn't cover the days,
// and for another insurance. They are forms of their own and stand behind the draft.
func (p *Pages) papersByDays(b *fields, v *stepView, help string) {
	f := b.f
	if f.Filing.Open("materials") != "" || !f.Filing.Moved(f.Now.Case) {
		return
	}
	all, err := material.OfFiling(b.ctx, p.Work.Journal.Store, f.ID)
	if err != nil {
		p.Site.Log.Warn("listing papers", "case", f.ID, "err", err)
	}
	letters := false
	for i := range f.Filing.Dossier.Invitations {
		letters = letters || f.letterUnfit(b.found, i)
	}
	var places []dropView
	for _, i := range f.Filing.PapersByDays() {
		path, was, is := index("materials", i), f.Filing.Dossier.Materials[i], f.Now.Case.Materials[i]
		said := slices.ContainsFunc(b.found.List, func(x precheck.Finding) bool { return dossier.Within(x.Field, path) })
		if f.Filing.Open(path) == "" && (was.SHA256 != is.SHA256 || said || letters && was.Kind != "M35") {
			places = append(places, p.paperAt(b.ctx, f, i, all))
		}
	}
	if len(places) == 0 {
		return
	}
	v.After = templ.Join(orNothing(v.After), sheetsOf([]sheet{{ID: "papers", Title: ui.T(b.ctx, "cases.correct.papers"), Lead: ui.T(b.ctx, "cases.correct.papers.lead"), Show: sentBackPaper(help, places, nil, nil)}}))
}
