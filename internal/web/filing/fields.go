package filing

import (
	"context"
	"slices"
	"strings"

	"yitang/internal/dossier"
	room "yitang/internal/filing"
	"yitang/internal/money"
	"yitang/internal/person"
	"yitang/internal/precheck"
	"yitang/internal/web/ui"
	"yitang/ref"
)

// fields builds the fields of one page from paths in the case file.
type fields struct {
	ctx    context.Context
	f      *File
	p      *Pages
	found  precheck.Findings
	errors map[string]string // of a form that came back
	typed  map[string]string // likewise: what was typed
	change string            // the derived field that is to be written
	back   string            // the place on the check that confirming leads back to
	boxes  []ui.Hidden       // fields that send nothing when they are empty
	places bool              // a country is typed somewhere on the page
}

func (p *Pages) fields(ctx context.Context, f *File, found precheck.Findings) *fields {
	return &fields{ctx: ctx, f: f, p: p, found: found}
}

// long texts and how many characters they may have.
var long = map[string]int{"case.purpose": 500, "case.necessity": 800, "case.expectedResults": 800, "case.offPlanReason": 500, "case.urgencyReason": 500, "case.connectionNote": 500, "case.safetyPlan": 500,
	"invitations.contact": 400, "invitations.about": 600, "invitations.purpose": 500, "budget.lines.reason": 200}

// optional fields: no rule asks for them always.
var optional = map[string]bool{"case.planLine": true, "case.leavesChina": true, "invitations.translator": true, "invitations.about": true, "notice.contact": true, "legs.number": true, "legs.carrier": true,
	"members.paper": true, "itinerary.host": true, "budget.lines.reason": true, "budget.hostCovers": true}

// needed takes 可不填 from fields that are wanted in this state of the case: by a
// rule, by the list of what the case needs, or by another field's answer.
func (b *fields) needed(sheets []sheet) {
	lacks := b.p.Work.lacks(b.f, b.found)
	wanted := func(f ui.Field) bool {
		i, _ := number(f.Name)
		switch dossier.Generic(f.Name) {
		case "case.planLine":
			return b.value("case.inAnnualPlan") == "true"
		case "case.offPlanReason":
			return b.offPlan()
		case "invitations.translator": // a letter in Chinese has none
			return !strings.HasPrefix(b.value(index("invitations", i)+".language"), "zh")
		case "budget.lines.reason":
			lines := b.f.Now.Case.Budget
			return lines != nil && i < len(lines.Lines) && lines.Lines[i].Kind == dossier.OtherCost
		}
		return slices.ContainsFunc(lacks, func(l lack) bool { return l.Key == f.Name }) ||
			slices.ContainsFunc(b.found.List, func(x precheck.Finding) bool { return x.Field == f.Name && x.Asks() })
	}
	for _, s := range sheets {
		for _, row := range s.Rows {
			for i := range row {
				row[i].Optional = row[i].Optional && !wanted(row[i])
			}
		}
	}
}

// at is the field for a path.
//
// ui:keys hint.*
// ui:keys when.*
// ui:keys word.*
func (b *fields) at(path string) ui.Field {
	form, ok := dossier.FormOf(path)
	generic := dossier.Generic(path)
	out := ui.Field{Name: path, Label: ui.T(b.ctx, "field."+generic), Optional: optional[generic], Says: b.says(path)}
	if key := "hint." + generic; ui.Known(key) {
		out.Hint = ui.T(b.ctx, key)
	}
	if key := "when." + generic; ui.Known(key) {
		out.When = ui.T(b.ctx, key)
	}
	if says := b.hanging(generic); says != "" {
		out.Hint = ui.Sentences(b.ctx, out.Hint, says)
	}
	if !ok {
		return out
	}
	out.Value = b.value(path)
	out.Error = b.error(path)
	switch form.Kind {
	case dossier.DateForm:
		out.Kind = ui.DateKind
	case dossier.TimeForm:
		out.Kind = "datetime-local"
	case dossier.DecimalForm:
		out.Kind = ui.Decimal
	case dossier.IntForm:
		out.Kind = ui.Number
	case dossier.BoolForm:
		out.Kind = ui.Check
		switch out.Value {
		case "", "false":
			out.Value = ""
		default: // a form that came back says what its box sends
			out.Value = "true"
		}
		b.box(path)
	case dossier.WordForm:
		b.choose(&out, path, form)
	case dossier.WordsForm:
		out.Kind, out.Value = ui.Checks, ""
		for _, w := range form.Words {
			out.Options = append(out.Options, ui.Option{Value: w, Text: ui.T(b.ctx, "word."+form.Type+"."+w), Chosen: b.has(path, w)})
		}
		b.box(path)
	case dossier.TextsForm:
		out.Kind, out.Rows, out.Value = ui.Area, 3, strings.Join(b.list(path), "\n")
		if t, ok := b.typed[path]; ok {
			out.Value = t
		}
	default:
		if generic == "invitations.language" {
			b.languages(&out)
		}
		if n, area := long[generic]; area {
			out.Kind, out.Max, out.Rows = ui.Area, n, 5
		}
	}
	if strings.HasSuffix(generic, "ountry") {
		out.List, b.places = countryList, true
		if out.Value != "" {
			out.Value = b.country(out.Value)
		}
	}
	if was := b.before(path, form); was != "" {
		out.Hint = ui.Sentences(b.ctx, out.Hint, was)
	}
	return out
}

// before says what stood in a field when the case was handed in, where what was
// sent back has been mended since. In a list whose lines have become more or
// fewer nobody can tell which was which.
func (b *fields) before(path string, form dossier.Form) string {
	if b.f.Filing.Stage != room.IsSentBack || !b.f.mends(path) || b.f.Draft.Paper.Correction == nil {
		return ""
	}
	was, is := &b.f.Filing.Dossier, b.f.Draft.Paper.Correction
	if list, _, of := strings.Cut(path, "["); of && was.Length(list) != is.Length(list) {
		return ""
	}
	said := func(c *dossier.Case) string {
		if form.Kind != dossier.WordsForm && form.Kind != dossier.TextsForm {
			return b.p.spell(b.ctx, path, c.Text(path))
		}
		var all []string
		for i := range c.Length(path) {
			all = append(all, b.p.spell(b.ctx, path, c.Text(index(path, i))))
		}
		return ui.List(b.ctx, all)
	}
	switch old := said(was); {
	case old == said(is):
		return ""
	case old == "":
		return ui.T(b.ctx, "cases.correct.was_empty")
	default:
		return ui.T(b.ctx, "cases.correct.was", "Value", old)
	}
}

// countryList is the list of countries of a page, which its fields share.
const countryList = "countries"

// offers are the countries by name, for a page on which one is typed.
func (b *fields) offers() ui.Offers {
	if !b.places {
		return ui.Offers{}
	}
	out := ui.Offers{ID: countryList}
	for code := range b.p.Work.Pack().Ref.Countries {
		out.Words = append(out.Words, b.country(code))
	}
	slices.Sort(out.Words)
	return out
}

func (b *fields) choose(out *ui.Field, path string, form dossier.Form) {
	out.Kind = ui.Select
	if len(form.Words) <= 4 {
		out.Kind, out.Across = ui.Radio, true
	} else {
		out.Options = append(out.Options, ui.Option{Text: ui.T(b.ctx, "cases.choose")})
	}
	for _, w := range form.Words {
		out.Options = append(out.Options, ui.Option{Value: w, Text: ui.T(b.ctx, "word."+form.Type+"."+w), Chosen: w == out.Value})
	}
}

// languages are those that letters come in, most often first; what was written
// otherwise, in a case file or before there was a list, stays as it is.
//
// ui:keys language.*
func (b *fields) languages(out *ui.Field) {
	out.Kind, out.Options = ui.Select, []ui.Option{{Text: ui.T(b.ctx, "cases.choose")}}
	known := out.Value == ""
	for _, code := range letterLanguages {
		known = known || code == out.Value
		out.Options = append(out.Options, ui.Option{Value: code, Text: ui.T(b.ctx, "language."+code), Chosen: code == out.Value})
	}
	if !known {
		out.Options = append(out.Options, ui.Option{Value: out.Value, Text: out.Value, Chosen: true})
	}
}

var letterLanguages = []string{"en", "zh", "de", "fr", "ru", "es", "ja", "ko", "it", "pt", "ar", "nl", "pl", "cs", "hu", "el", "tr", "th", "vi", "id", "kk", "mn", "fa", "sv"}

func (b *fields) box(path string) { b.boxes = append(b.boxes, ui.Hidden{Name: "_boxes", Value: path}) }

// paper is where the page's values stand: the draft, or the correction.
func (b *fields) value(path string) string {
	if t, ok := b.typed[path]; ok {
		return t
	}
	if strings.HasPrefix(path, "itinerary[") && b.f.Filing.Stage != room.IsSentBack {
		if raw, ok := b.f.Draft.Paper.Raw[path]; ok {
			return raw
		}
		return b.f.Now.Case.Text(path) // the scaffold's lines
	}
	return b.f.Draft.Paper.Text(path)
}

func (b *fields) list(path string) []string {
	c := b.f.Draft.Paper.Case
	if b.f.Draft.Paper.Correction != nil {
		c = *b.f.Draft.Paper.Correction
	}
	var out []string
	for i := range c.Length(path) {
		out = append(out, c.Text(index(path, i)))
	}
	return out
}

func (b *fields) has(path, word string) bool {
	for _, w := range b.list(path) {
		if w == word {
			return true
		}
	}
	return false
}

// error is what stops this field: of a form that came back, or of what was
// typed and can't be read.
func (b *fields) error(path string) string {
	if e := b.errors[path]; e != "" {
		return e
	}
	raw, ok := b.f.Draft.Paper.Raw[path]
	if !ok {
		return ""
	}
	if strings.HasSuffix(dossier.Generic(path), "ountry") {
		return ui.T(b.ctx, "cases.country.unknown")
	}
	if key := unreadable(path, raw); key != "form.unreadable" {
		return ui.T(b.ctx, key)
	}
	c := b.f.Draft.Paper.Case.Clone()
	for _, x := range dossier.Findings(c.Put(path, raw)) {
		return ui.Sentence(b.ctx, x)
	}
	return ""
}

// ui:keys form.*
//
// unreadable says of a value that can't be read what a readable one looks like
// in its field.
func unreadable(path, raw string) string {
	field := path
	if cur, ok := strings.CutPrefix(path, "fx."); ok {
		field = "budget.lines[0].fxRate"
		if strings.HasSuffix(cur, ".date") {
			field = "budget.lines[0].fxDate"
		}
	} else if strings.HasPrefix(path, "costs.") {
		field = "budget.totalCny"
	} else if _, what, own := ownRate(path); own {
		field = "budget.lines[0].rate"
		if what == "currency" {
			field = "budget.lines[0].currency"
		}
	}
	form, _ := dossier.FormOf(field)
	switch form.Kind {
	case dossier.DateForm:
		return "form.date.unreadable"
	case dossier.TimeForm:
		return "form.time.unreadable"
	case dossier.IntForm:
		return "form.number.unreadable"
	case dossier.DecimalForm:
		if _, err := money.ParseDecimal(dossier.FoldNumber(raw)); err != nil {
			return "form.amount.unreadable"
		}
		if form.Digits > 0 {
			return "form.amount.digits"
		}
	}
	return "form.unreadable"
}

// says is the pre-check's word on one field, what isn't there yet left out.
func (b *fields) says(path string) []ui.Finding {
	var out []ui.Finding
	for _, x := range b.found.List {
		if x.Field == path && !x.Missing {
			out = append(out, unasked(b.p.finding(b.ctx, b.f, x)))
		}
	}
	return out
}

// derived shows what follows as a sentence, and as a field when it is asked for.
func (b *fields) derived(path, step string) ui.Field {
	out := b.at(path)
	if b.f.Draft.Paper.Text(path) != "" || out.Error != "" || b.typed[path] != "" {
		return out
	}
	is := b.f.Now.Case.Text(path)
	switch {
	case is == "":
	case b.change == path:
		out.Value = is
	default:
		if form, _ := dossier.FormOf(path); form.Kind == dossier.DateForm {
			is = b.p.spell(b.ctx, path, is)
		}
		out.Derived, out.ChangeURL = is, withBack(caseURL(b.f.ID)+"/"+step+"?change="+path+"#"+ui.FieldID(path), b.back)
	}
	return out
}

func (b *fields) all(paths ...string) []ui.Field {
	out := make([]ui.Field, len(paths))
	for i, path := range paths {
		out[i] = b.at(path)
	}
	return out
}

func (b *fields) country(code string) string { return b.p.country(b.ctx, code) }

func (p *Pages) country(ctx context.Context, code string) string {
	return p.Work.Country(ctx, code)
}

// town names a city with its country; en is its English name where the case has one.
func (p *Pages) town(ctx context.Context, country, city, en string) string {
	if c, known := p.Work.Pack().Ref.Cities.Find(country, city); known && en == "" {
		en = c.En
	}
	return ui.Town(ctx, p.country(ctx, country), city, en)
}

func (p *Pages) countryCode(typed string) string { return p.Work.CountryCode(typed) }

// CountryCode reads a country as people write it: its name in either language,
// or its code; "" for none.
func (w *Work) CountryCode(typed string) string { return CountryCode(w.Pack().Ref.Countries, typed) }

// CountryCode does so among the countries of a configuration.
func CountryCode(countries ref.Countries, typed string) string {
	t := strings.TrimSpace(typed)
	if _, known := countries[strings.ToUpper(dossier.FoldCode(t))]; known {
		return strings.ToUpper(dossier.FoldCode(t))
	}
	t = person.Simplified(dossier.FoldText(t))
	for code, c := range countries {
		if c.Zh == t || strings.EqualFold(c.En, t) {
			return code
		}
	}
	for name, code := range colloquial {
		if strings.EqualFold(name, t) {
			return code
		}
	}
	return ""
}

// colloquial are names that people write and lists don't.
var colloquial = map[string]string{"香港": "HKG", "澳门": "MAC", "中国香港": "HKG", "中国澳门": "MAC", "阿联酋": "ARE", "英": "GBR", "美": "USA", "俄罗斯联邦": "RUS", "南朝鲜": "KOR",
	"UK": "GBR", "US": "USA", "USA": "USA", "Hong Kong": "HKG", "Macao": "MAC",
	// Nobody goes there on our approval (GEN-005 says whose it is), and that is told
	// whatever the place is called.
	"台湾": "TWN", "台湾省": "TWN", "中国台湾省": "TWN", "台湾地区": "TWN", "中国台湾地区": "TWN", "中国台北": "TWN", "中华台北": "TWN", "台澎金马": "TWN",
	"TW": "TWN", "Taiwan": "TWN", "Taiwan Province": "TWN", "Taiwan, Province of China": "TWN", "Taiwan Province of China": "TWN", "Chinese Taipei": "TWN",
	"Macau": "MAC", "South Korea": "KOR", "Russia": "RUS"}
