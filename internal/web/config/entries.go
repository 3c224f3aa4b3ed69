package config

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/pack"
	"yitang/internal/web"
	"yitang/internal/web/filing"
	"yitang/internal/web/ui"
	"yitang/ref"
)

// Who gets into a country without a visa in the booklet is a list of its own: it
// changes often, and each line has its basis and its days.

// entryTypes are the passports that such lines are about; permits know no visas.
var entryTypes = []dossier.PassportType{dossier.Diplomatic, dossier.Service, dossier.PublicAffairs}

// ui:keys config.way.*
//
// wayName names a way: 免签, 落地签, 电子签.
func wayName(ctx context.Context, w ref.Way) string {
	if w == ref.VisaFree {
		return ui.T(ctx, "config.way.free")
	}
	return ui.T(ctx, "config.way."+string(w))
}

// ui:keys visadesk.with.*
func typeNames(ctx context.Context, types []dossier.PassportType) string {
	var names []string
	for _, t := range types {
		names = append(names, ui.T(ctx, "visadesk.with."+string(t)))
	}
	return ui.List(ctx, names)
}

// getEntries lists who gets in without a visa in the booklet, the office's own
// lines in front.
func (p *Pages) getEntries(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	work, err := p.working(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	mine, err := work.Content.Exemptions()
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	today, may := p.Office.Journal.Today(), web.Who(r).May(access.Configure)
	t := ui.Table{Caption: ui.T(ctx, "config.part.entries"), Cards: true, Keys: true, Empty: ui.Empty{Text: ui.T(ctx, "config.none_found")},
		Columns: []ui.Column{{Text: ui.T(ctx, "config.col.country")}, {Text: ui.T(ctx, "config.col.way")}, {Text: ui.T(ctx, "config.col.basis")}, {Text: ui.T(ctx, "config.col.span")}, {Text: ui.T(ctx, "config.col.origin")}}}
	var own, rest []ui.Row
	for _, e := range ref.Grouped(work.Set.Ref.Exemptions) {
		country := ui.Country(ctx, work.Set.Country, e.Country)
		if !e.To.IsZero() && e.To.Before(today) || !matches(r.FormValue("q"), e.Country, country, wayName(ctx, e.Way), e.Source) {
			continue
		}
		name := ui.Cell{Text: country, Sub: typeNames(ctx, e.Types), Head: true}
		if may {
			name.URL = entryURL(e)
		}
		row := ui.Row{Cells: []ui.Cell{name, {Text: wayName(ctx, e.Way), Sub: entrySays(ctx, e)}, {Text: e.Source}, {Text: entryHolds(ctx, e)}, {}}}
		if slices.ContainsFunc(mine, func(o ref.Exemption) bool {
			return o.Country == e.Country && o.From == e.From && o.Way == e.Way && o.Source == e.Source
		}) {
			row.Cells[4].Tag = ui.Tag{State: ui.Info, Word: ui.T(ctx, "config.origin.own")}
			own = append(own, row)
			continue
		}
		if e.Unverified {
			row.Cells[4].Tag = ui.Tag{State: ui.Warn, Word: ui.T(ctx, "config.origin.unverified")}
		}
		rest = append(rest, row)
	}
	t.Groups = ownFirst(ctx, own, ui.T(ctx, "config.group.built"), rest)
	head := ui.Head{Title: ui.T(ctx, "config.entries.title", "Count", len(own)+len(rest)), Lead: ui.T(ctx, "config.entries.lead", "Version", called(ctx, work.Number))}
	if may {
		head.Actions = []ui.Button{{Text: ui.T(ctx, "config.entries.add"), URL: "/config/edit/entry"}}
	}
	p.show(w, r, work, listPage{Head: head, Table: t, Action: "/config/entries"})
}

// ownEntries counts the office's own lines.
func ownEntries(c pack.Content) int {
	all, _ := c.Exemptions() // what can't be read is told on the version's page
	return len(all)
}

// entrySays is what else a line says: how long, on what condition, how soon.
func entrySays(ctx context.Context, e ref.Exemption) string {
	var says []string
	if e.Days > 0 {
		says = append(says, ui.T(ctx, "config.entries.days", "Count", e.Days))
	}
	if e.Workdays > 0 {
		says = append(says, ui.T(ctx, "config.entries.workdays", "Count", e.Workdays))
	}
	return ui.Clauses(ctx, append(says, ui.Say(ctx, fault.Text{Zh: e.Condition.Zh, En: e.Condition.En}), ui.Say(ctx, fault.Text{Zh: e.Papers.Zh, En: e.Papers.En}))...)
}

// entryHolds says from when until when a line holds, as far as it has days.
func entryHolds(ctx context.Context, e ref.Exemption) string {
	switch {
	case e.From.IsZero() && e.To.IsZero():
		return ""
	case e.From.IsZero():
		return ui.T(ctx, "config.entries.until", "Day", ui.Date(ctx, e.To))
	case e.To.IsZero():
		return ui.T(ctx, "config.entries.since", "Day", ui.Date(ctx, e.From))
	}
	return ui.Span(ctx, e.From, e.To)
}

func entryURL(e ref.Exemption) string {
	return "/config/edit/entry?" + url.Values{"of": {e.Country}, "type": {string(e.Types[0])}, "since": {e.From.String()}, "by": {string(e.Way)}}.Encode()
}

// entryForm writes a line anew for the country and the passports that it is about.
func (p *Pages) entryForm(r *http.Request, w working) (form, error) {
	ctx := r.Context()
	stands := ref.Exemption{Types: entryTypes}
	title := ui.T(ctx, "config.entries.new")
	if of := r.FormValue("of"); of != "" {
		all := ref.Grouped(w.Set.Ref.Exemptions)
		i := slices.IndexFunc(all, func(e ref.Exemption) bool {
			return e.Country == of && string(e.Types[0]) == r.FormValue("type") && e.From.String() == r.FormValue("since") && string(e.Way) == r.FormValue("by")
		})
		if i < 0 {
			return form{}, fault.NotFound("entry without a visa to " + of)
		}
		stands = all[i]
		title = ui.T(ctx, "config.entries.edit", "Country", ui.Country(ctx, w.Set.Country, of))
	}
	from := stands.From
	if from.IsZero() {
		from = p.Office.Journal.Today().Next()
	}
	number := func(n int) string {
		if n == 0 {
			return ""
		}
		return strconv.Itoa(n)
	}
	day := func(d calendar.Date) string {
		if d.IsZero() {
			return ""
		}
		return d.String()
	}
	in := func(kind ui.Kind, name, is string) ui.Field {
		f := field(ctx, kind, "entry."+name, typed(r, name, is))
		f.Name = name
		return f
	}
	short := func(f ui.Field) ui.Field { f.Width = "short"; return f }
	types := in(ui.Checks, "types", "")
	types.Across = true
	chosen := stands.Types
	if r.Method == http.MethodPost {
		chosen = nil
		for _, t := range r.PostForm["types"] {
			chosen = append(chosen, dossier.PassportType(t))
		}
	}
	for _, t := range entryTypes {
		types.Options = append(types.Options, ui.Option{Value: string(t), Text: typeNames(ctx, []dossier.PassportType{t}), Chosen: slices.Contains(chosen, t)})
	}
	way := in(ui.Select, "way", string(stands.Way))
	for _, x := range []ref.Way{ref.VisaFree, ref.OnArrival, ref.Online, ref.InBooklet} {
		way.Options = append(way.Options, ui.Option{Value: string(x), Text: wayName(ctx, x), Chosen: way.Value == string(x)})
	}
	country := ""
	if stands.Country != "" {
		country = ui.Country(ctx, w.Set.Country, stands.Country)
	}
	f := form{Title: title, Lead: ui.T(ctx, "config.entries.form_lead"), Groups: []group{
		{ui.T(ctx, "config.entries.who"), []ui.Field{in(ui.Text, "country", country), types, way, optional(short(in(ui.Number, "days", number(stands.Days)))),
			optional(in(ui.Text, "condition", stands.Condition.Zh)), optional(in(ui.Text, "conditionEn", stands.Condition.En))}},
		{ui.T(ctx, "config.entries.own"), []ui.Field{optional(short(in(ui.Number, "workdays", number(stands.Workdays)))), optional(in(ui.Text, "address", stands.Address)),
			optional(in(ui.Text, "papers", stands.Papers.Zh)), optional(in(ui.Text, "papersEn", stands.Papers.En))}},
		{ui.T(ctx, "config.entries.basis"), []ui.Field{in(ui.Text, "basis", stands.Source), in(ui.DateKind, "from", day(from)), optional(in(ui.DateKind, "to", day(stands.To)))}},
	}}
	for _, name := range []string{"of", "type", "since", "by"} {
		f.Subject = append(f.Subject, ui.Hidden{Name: name, Value: r.FormValue(name)})
	}
	f.Make = func() (pack.Content, error) { return makeEntry(r, w, chosen) }
	f.Field = func(m pack.Mistake) string {
		_, name, _ := strings.Cut(m.Key, "].")
		if m.File != pack.EntryFile {
			return ""
		}
		return entryField(name)
	}
	return f, nil
}

// entryField is the field of the form that a key of the file stands in.
func entryField(key string) string {
	switch key {
	case "source":
		return "basis"
	case "effectiveFrom":
		return "from"
	case "effectiveTo":
		return "to"
	}
	return key
}

// makeEntry reads the form; all that is wrong with it is told at once.
func makeEntry(r *http.Request, w working, types []dossier.PassportType) (pack.Content, error) {
	var wrong []fault.Finding
	text := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	number := func(name string) int {
		n, err := strconv.Atoi(text(name))
		if err != nil && text(name) != "" || n < 0 {
			wrong = append(wrong, fault.Finding{Field: name, Key: "form.number.unreadable"})
		}
		return n
	}
	day := func(name string) calendar.Date {
		d, err := calendar.Parse(text(name))
		if err != nil && text(name) != "" {
			wrong = append(wrong, fault.Finding{Field: name, Key: "config.day.unreadable"})
		}
		return d
	}
	e := ref.Exemption{Country: filing.CountryCode(w.Set.Ref.Countries, text("country")), Types: types, Way: ref.Way(text("way")), Days: number("days"), Workdays: number("workdays"),
		Condition: ref.Text{Zh: text("condition"), En: text("conditionEn")}, Papers: ref.Text{Zh: text("papers"), En: text("papersEn")},
		Address: text("address"), Source: text("basis"), From: day("from"), To: day("to")}
	if e.Way != ref.VisaFree && !slices.Contains(e.Way.Words(), string(e.Way)) {
		wrong = append(wrong, fault.Finding{Field: "way", Key: "form.choose"})
	}
	both := func(zh, en string, t ref.Text) {
		switch {
		case t.Zh == "" && t.En != "":
			wrong = append(wrong, fault.Finding{Field: zh, Key: "form.empty"})
		case t.Zh != "" && t.En == "":
			wrong = append(wrong, fault.Finding{Field: en, Key: "form.empty"})
		}
	}
	both("condition", "conditionEn", e.Condition)
	both("papers", "papersEn", e.Papers)
	for _, lack := range e.Lacks(w.Set.Ref.Countries) {
		told := fault.Finding{Field: entryField(lack.Field), Text: fault.Text{Zh: lack.Zh, En: lack.En}}
		switch {
		case slices.ContainsFunc(wrong, func(f fault.Finding) bool { return f.Field == told.Field }):
			continue
		case lack.Field == "country":
			told = fault.Finding{Field: "country", Key: "config.entries.country_unknown"}
		}
		wrong = append(wrong, told)
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return w.Content.WithExemption(e)
}
