package guidance

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"yitang/internal/access"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/guidance"
	"yitang/internal/hall"
	"yitang/internal/material"
	"yitang/internal/pack"
	"yitang/internal/requirement"
	"yitang/internal/web"
	"yitang/internal/web/ui"
	"yitang/ref"
)

// guideRoutes are the addresses of the guides: for everybody, without signing in.
func (p *Pages) guideRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /guide", Right: access.Public, Handle: p.getGuides},
		{Pattern: "GET /guide/{kind}/{country}", Right: access.Public, Handle: p.getGuide},
	}
}

func guideURL(a room.Asked) string {
	q := url.Values{"unit": {string(a.Unit)}, "rank": {string(a.Rank)}}
	if a.Booklet {
		q.Set("booklet", "yes")
	}
	if a.With != "" {
		q.Set("with", a.With)
	}
	return "/guide/" + url.PathEscape(string(a.Kind)) + "/" + url.PathEscape(a.Country) + "?" + q.Encode()
}

var (
	guideUnits = []dossier.UnitType{dossier.Government, dossier.Institution, dossier.Enterprise, dossier.OtherUnit}
	guideRanks = []dossier.Rank{dossier.NoRank, dossier.Section, dossier.Division, dossier.Bureau, dossier.Minister}
)

// answers reads the five answers; unit and rank are those of most where they aren't told.
func answers(r *http.Request, kind, country string) room.Asked {
	a := room.Asked{Kind: dossier.CaseKind(kind), Country: country, Unit: dossier.UnitType(r.FormValue("unit")), Rank: dossier.Rank(r.FormValue("rank")), Booklet: r.FormValue("booklet") == "yes", With: r.FormValue("with")}
	if !slices.Contains(guideUnits, a.Unit) {
		a.Unit = dossier.Institution
	}
	if !slices.Contains(guideRanks, a.Rank) {
		a.Rank = dossier.NoRank
	}
	return a
}

type guidesView struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Fields []ui.Field
	Kinds  []line
}

// getGuides asks what is needed in five questions, and leads to the guide that
// answers them.
func (p *Pages) getGuides(w http.ResponseWriter, r *http.Request) {
	if !r.URL.Query().Has("kind") {
		p.questions(w, r, nil)
		return
	}
	codes := countries(r.FormValue("country"), p.Code)
	a := answers(r, r.FormValue("kind"), codes[0])
	a.With = strings.Join(codes[1:], ",")
	var wrong []fault.Finding
	if !slices.Contains(room.GuideKinds(), a.Kind) {
		wrong = append(wrong, fault.Finding{Field: "kind", Key: "guide.wrong.kind"})
	}
	switch known := p.Pack().Ref.Countries; {
	case strings.TrimSpace(r.FormValue("country")) == "":
		wrong = append(wrong, fault.Finding{Field: "country", Key: "guide.wrong.empty"})
	case slices.Contains(codes, ""):
		wrong = append(wrong, fault.Finding{Field: "country", Key: "guide.wrong.country"})
	case a.TooMany():
		wrong = append(wrong, fault.Finding{Field: "country", Key: "guide.wrong.many", Args: map[string]any{"Count": room.GuideCountries}})
	case len(wrong) == 0 && !a.Fits(known) && a.With == "" && slices.Contains(room.Regions(), a.Country):
		a.Kind = dossier.HKMacau // there is one way there, whatever was ticked
	case len(wrong) == 0 && !a.Fits(known):
		wrong = append(wrong, fault.Finding{Field: "country", Key: "guide.wrong.fits"})
	}
	if len(wrong) > 0 {
		p.questions(w, r, fault.Invalid(wrong...))
		return
	}
	http.Redirect(w, r, guideURL(a), http.StatusSeeOther)
}

// countries are the codes of the countries that somebody typed, "" for each name that
// is none. 和 and 及 part two names only where they are in none: 埃及, 中非共和国.
func countries(typed string, code func(string) string) []string {
	if one := code(strings.TrimSpace(typed)); one != "" { // its name may have a mark in it
		return []string{one}
	}
	var out []string
	for _, part := range strings.FieldsFunc(typed, func(c rune) bool { return strings.ContainsRune("、，,；;/+\n", c) }) {
		if all := joined(strings.TrimSpace(part), code); all != nil {
			out = append(out, all...)
		} else {
			out = append(out, "")
		}
	}
	if len(out) == 0 {
		return []string{""}
	}
	return out
}

// joined are the codes of names that stand with 和 or 及 between them; nil where one is
// that of no country.
func joined(typed string, code func(string) string) []string {
	if one := code(typed); one != "" {
		return []string{one}
	}
	for _, and := range []string{"以及", "和", "及"} {
		for at := range typed {
			rest, is := strings.CutPrefix(typed[at:], and)
			if first := code(strings.TrimSpace(typed[:at])); is && first != "" {
				if others := joined(strings.TrimSpace(rest), code); others != nil {
					return append([]string{first}, others...)
				}
			}
		}
	}
	return nil
}

// ui:keys word.caseKind.*
// ui:keys guide.unit.*
// ui:keys word.rank.*
// ui:keys start.kind.*
func (p *Pages) questions(w http.ResponseWriter, r *http.Request, failed error) {
	ctx, wrong := r.Context(), ui.FieldErrors(r.Context(), failed)
	v := guidesView{Head: ui.Head{Title: ui.T(ctx, "guide.title"), Lead: ui.T(ctx, "guide.lead")}, Errors: ui.Summarise(ctx, failed)}
	a := answers(r, cmp.Or(r.FormValue("kind"), string(dossier.Own)), "")
	kind := ui.Field{Kind: ui.Radio, Name: "kind", Label: ui.T(ctx, "guide.ask.kind"), Error: wrong["kind"]}
	for _, k := range room.GuideKinds() {
		kind.Options = append(kind.Options, ui.Option{Value: string(k), Text: ui.T(ctx, "word.caseKind."+string(k)), Hint: ui.T(ctx, "start.kind."+string(k)), Chosen: a.Kind == k})
	}
	unit := ui.Field{Kind: ui.Radio, Name: "unit", Label: ui.T(ctx, "guide.ask.unit"), Across: true}
	for _, u := range guideUnits {
		unit.Options = append(unit.Options, ui.Option{Value: string(u), Text: ui.T(ctx, "guide.unit."+string(u)), Chosen: a.Unit == u})
	}
	rank := ui.Field{Kind: ui.Radio, Name: "rank", Label: ui.T(ctx, "guide.ask.rank"), Across: true}
	for _, k := range guideRanks {
		rank.Options = append(rank.Options, ui.Option{Value: string(k), Text: ui.T(ctx, "word.rank."+string(k)), Chosen: a.Rank == k})
	}
	booklet := ui.Field{Kind: ui.Radio, Name: "booklet", Label: ui.T(ctx, "guide.ask.booklet"), Hint: ui.T(ctx, "guide.ask.booklet.hint"), Across: true,
		Options: []ui.Option{{Value: "no", Text: ui.T(ctx, "guide.no"), Chosen: !a.Booklet}, {Value: "yes", Text: ui.T(ctx, "guide.yes"), Chosen: a.Booklet}}}
	v.Fields = []ui.Field{kind, {Name: "country", Label: ui.T(ctx, "guide.ask.country"), Hint: ui.T(ctx, "guide.ask.country.hint", "Count", room.GuideCountries), Value: r.FormValue("country"), Error: wrong["country"], Width: "mid"}, unit, rank, booklet}
	p.Site.ShowAs(w, r, status(failed), ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors)}, guidesPage(v))
}

type guideView struct {
	Head      ui.Head
	Who       ui.Facts
	Limits    []string
	Papers    []paperGroup
	Made      []room.Paper // nobody brings them
	MadeTable ui.Table
	More      []paperGroup
	Data      string
	Acts      []string
	Steps     []string
	Bases     []string
	Contact   ui.Facts
	Again     ui.Link
	Asked     []questionLine
}

// paperGroup is the papers of one moment, or of one circumstance.
type paperGroup struct {
	ID    string
	Title string
	Table ui.Table
}

func (p *Pages) getGuide(w http.ResponseWriter, r *http.Request) {
	ctx, set, today := r.Context(), p.Pack(), p.Journal.Today()
	a := answers(r, r.PathValue("kind"), r.PathValue("country"))
	if !a.Fits(set.Ref.Countries) {
		p.Site.Fail(w, r, fault.NotFound("guide "+a.String()))
		return
	}
	halls, err := hall.AllPlans(ctx, p.Journal.Store)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	asked, err := p.ofGuide(ctx, a.Kind)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	g := room.Make(a, set, today)
	var names []string
	for _, code := range a.Countries() {
		names = append(names, ui.Country(ctx, set.Country, code))
	}
	country := ui.List(ctx, names)
	v := guideView{Head: ui.Head{Over: ui.T(ctx, "guide.title"), Title: ui.T(ctx, "guide.one", "Kind", ui.T(ctx, "word.caseKind."+string(a.Kind)), "Country", country), Lead: ui.T(ctx, "start.kind."+string(a.Kind))}}
	v.Who = whom(ctx, g, func(area string) string {
		return areaName(ctx, set, area)
	})
	for _, l := range g.Limits {
		v.Limits = append(v.Limits, ui.T(ctx, "guide.limit."+l.Key, "Count", l.Value))
	}
	for at := requirement.AtSubmission; at <= requirement.AfterTrip; at++ {
		all := g.By(at)
		v.Made = append(v.Made, slices.DeleteFunc(slices.Clone(all), func(x room.Paper) bool { return !x.Made() })...)
		if all = slices.DeleteFunc(all, room.Paper.Made); len(all) > 0 {
			v.Papers = append(v.Papers, paperGroup{ID: "at-" + moments[at], Title: ui.T(ctx, "guide.at."+moments[at]), Table: paperTable(ctx, ui.T(ctx, "guide.at."+moments[at]), all)})
		}
	}
	for _, s := range g.Rare() {
		v.More = append(v.More, paperGroup{ID: "if-" + s.Name, Title: ui.T(ctx, "guide.if."+s.Name), Table: paperTable(ctx, ui.T(ctx, "guide.if."+s.Name), s.Papers)})
	}
	names = nil
	for _, d := range g.Data() {
		names = append(names, ui.Say(ctx, requirement.Text(string(d.Key))))
	}
	v.Data = ui.List(ctx, names)
	for _, act := range g.Acts() {
		v.Acts = append(v.Acts, ui.Say(ctx, requirement.Text(string(act.Key))))
	}
	v.MadeTable = paperTable(ctx, ui.T(ctx, "guide.made.all", "Count", len(v.Made)), v.Made)
	v.Steps = steps(ctx, g)
	for _, basis := range g.Bases() {
		if basis = plainBasis(basis); basis != "" && !slices.Contains(v.Bases, basis) {
			v.Bases = append(v.Bases, basis)
		}
	}
	v.Contact = ui.Facts{{Term: ui.T(ctx, "guide.office"), Value: ui.Name(ctx, set.Office.Name)}}
	for _, h := range halls {
		at := fault.Text{Zh: h.Place, En: cmp.Or(h.PlaceEn, h.Place)}
		if len(halls) > 1 {
			at = fault.Text{Zh: h.Name + "，" + at.Zh, En: cmp.Or(h.NameEn, h.Name) + ", " + at.En}
		}
		v.Contact = append(v.Contact, ui.Fact{Term: ui.T(ctx, "guide.place"), Value: ui.Name(ctx, at)})
		if h.Phone != "" {
			v.Contact = append(v.Contact, ui.Fact{Term: ui.T(ctx, "guide.phone"), Value: h.Phone})
		}
	}
	v.Asked = asked
	v.Again = ui.Link{Text: ui.T(ctx, "guide.again"), URL: "/guide"}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Crumbs: []ui.Link{{Text: ui.T(ctx, "guide.title"), URL: "/guide"}, {Text: v.Head.Title}}}, guidePage(v))
}

// moments name when a thing is needed.
//
// ui:keys guide.at.*
// ui:keys guide.if.*
// ui:keys guide.limit.*
var moments = []string{"submission", "order", "visit", "lodging", "departure", "after"}

func whom(ctx context.Context, g room.Guide, area func(string) string) ui.Facts {
	yes := ui.T(ctx, "guide.no")
	if g.Booklet {
		yes = ui.T(ctx, "guide.yes")
	}
	out := ui.Facts{{Term: ui.T(ctx, "guide.ask.unit.short"), Value: ui.T(ctx, "guide.unit."+string(g.Unit))}, {Term: ui.T(ctx, "guide.ask.rank.short"), Value: ui.T(ctx, "word.rank."+string(g.Rank))}, {Term: ui.T(ctx, "guide.ask.booklet.short"), Value: yes}}
	if g.Book.Zh != "" {
		out = append(out, ui.Fact{Term: ui.T(ctx, "guide.booklet"), Value: ui.Say(ctx, g.Book)})
	}
	for _, v := range g.Visas {
		says := ui.T(ctx, "guide.visa.needed", "Where", area(v.Area), "Count", g.Clocks.Visa)
		if v.Spared.Zh != "" {
			says = ui.T(ctx, "guide.visa.spared", "Where", area(v.Area), "Why", ui.Say(ctx, v.Spared))
		}
		out = append(out, ui.Fact{Term: ui.T(ctx, "guide.visa"), Value: says})
	}
	return out
}

// paperTable says of each paper why it is asked for, who gives it, as what file,
// and how far it serves again.
//
// ui:keys guide.reuse.*
// ui:keys guide.by.*
// ui:keys guide.if.*
// ui:keys guide.at.*
func paperTable(ctx context.Context, of string, all []room.Paper) ui.Table {
	t := ui.Table{Caption: of, Cards: true, Columns: []ui.Column{{Text: ui.T(ctx, "guide.col.paper")}, {Text: ui.T(ctx, "guide.col.why")}, {Text: ui.T(ctx, "guide.col.by")}, {Text: ui.T(ctx, "guide.col.file")}, {Text: ui.T(ctx, "guide.col.reuse")}}}
	g := ui.Group{}
	for _, x := range all {
		by, file, reuse := ui.T(ctx, "guide.made"), "—", ui.T(ctx, "guide.made.why")
		if !x.Made() {
			by, file, reuse = ui.T(ctx, "guide.by.unit"), strings.ToUpper(strings.NewReplacer(".jpeg,", "", ".", "", ",", " ").Replace(material.Accept(x.Kind))), ui.T(ctx, "guide.reuse."+string(x.Reuse()))
			if m, is := x.Status.(requirement.Missing); is {
				by = ui.T(ctx, "guide.by."+string(m.Ask))
			}
			if x.Kind == recorded { // what is filled in stands for the form
				file, reuse = ui.T(ctx, "guide.recorded"), ui.T(ctx, "guide.recorded.reuse")
			}
		}
		name := ui.Cell{Text: ui.Say(ctx, requirement.Text(string(x.Key))), Head: true}
		switch when := ui.T(ctx, "guide.at."+moments[x.Need]); {
		case x.If == "" && x.Advised:
			name.Sub = ui.T(ctx, "guide.advised")
		case x.If == "":
		case slices.ContainsFunc(all, func(o room.Paper) bool { return o.If != x.If }): // among the papers of all
			name.Sub = ui.T(ctx, "guide.only", "Case", ui.T(ctx, "guide.if."+x.If))
		case x.Advised:
			name.Sub = ui.Clauses(ctx, when, ui.T(ctx, "guide.advised"))
		default:
			name.Sub = when
		}
		g.Rows = append(g.Rows, ui.Row{ID: string(x.Kind), Cells: []ui.Cell{name, {Text: ui.Say(ctx, x.Condition.Text())}, {Text: by}, {Text: file, Quiet: true}, {Text: reuse}}})
	}
	t.Groups = []ui.Group{g}
	return t
}

// recorded is the personnel filing form (备案表).
const recorded dossier.MaterialKind = "M12"

var (
	codes   = regexp.MustCompile(`[（(]?\b[A-Z]{2,4}-\d{3}[a-z]?\b[）)]?`)
	between = regexp.MustCompile(`[；;、，]`)
)

// plainBasis is what a rule rests on without the numbers that only the program knows
// it by, and without what rests on the program alone; "" where nothing is left.
func plainBasis(basis string) string {
	var out []string
	for _, part := range between.Split(codes.ReplaceAllString(basis, ""), -1) {
		part = strings.TrimSpace(part)
		if part == "" || strings.Contains(part, "系统") || strings.Contains(part, "领域资料") {
			continue
		}
		out = append(out, part)
	}
	return strings.Join(out, "；")
}

// areaName is a country's name, or that of the countries that one visa serves.
func areaName(ctx context.Context, set *pack.Set, area string) string {
	if area == ref.Schengen {
		return ui.T(ctx, "progress.schengen")
	}
	return ui.Country(ctx, set.Country, area)
}

// steps are what happens, each with its clock.
func steps(ctx context.Context, g room.Guide) []string {
	c := g.Clocks
	out := []string{ui.T(ctx, "guide.step.file"), ui.T(ctx, "guide.step.intake", "Count", c.Intake)}
	for _, s := range g.Path.Steps {
		out = append(out, ui.T(ctx, "guide.step.review", "Step", ui.Say(ctx, s.Name), "Count", int(s.Workdays)))
	}
	if c.Booklet > 0 {
		out = append(out, ui.T(ctx, "guide.step.booklet", "Count", c.Booklet))
	}
	if c.Visa > 0 {
		out = append(out, ui.T(ctx, "guide.step.visa", "Count", c.Visa))
	}
	return append(out, ui.T(ctx, "guide.step.collect", "Count", c.HandOut), ui.T(ctx, "guide.step.return", "Count", c.Return), ui.T(ctx, "guide.step.report", "Count", c.Report, "Months", c.Notice))
}
