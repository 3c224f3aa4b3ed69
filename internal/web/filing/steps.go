package filing

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/money"
	"yitang/internal/precheck"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// stepView is one step of the application.
type stepView struct {
	Head    ui.Head
	Errors  ui.ErrorSummary
	Stale   []ui.StaleField
	Draft   ui.Draft
	Before  templ.Component // outside the form: forms of its own
	Sheets  []sheet
	After   templ.Component
	Buttons []ui.Button
	Live    string
	Panel   ui.Findings
}

// sheet is fields under one title.
type sheet struct {
	Title   string
	ID      string
	Note    string
	Lead    string
	Says    []ui.Finding // about what is written elsewhere
	Rows    [][]ui.Field // fields side by side
	Show    templ.Component
	Actions []ui.Button
}

func rows(fs ...ui.Field) [][]ui.Field {
	out := make([][]ui.Field, len(fs))
	for i, f := range fs {
		out[i] = []ui.Field{f}
	}
	return out
}

func (p *Pages) getStep(step string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f, err := p.open(r)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		if f.Filing.Stage == room.IsSentBack && f.HasDraft {
			if step != "notice" {
				http.Redirect(w, r, caseURL(f.ID)+"/notice", http.StatusSeeOther)
				return
			}
			p.showCorrection(w, r, f, nil)
			return
		}
		if f.Filing.Stage != room.InDraft || !f.HasDraft {
			http.Redirect(w, r, caseURL(f.ID)+"/check", http.StatusSeeOther)
			return
		}
		p.showStep(w, r, f, step, nil)
	}
}

func (p *Pages) postStep(step string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f, err := p.writing(r)
		if err == nil {
			err = r.ParseForm()
		}
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		if f.Filing.Stage == room.IsSentBack {
			p.saveCorrection(w, r, f)
			return
		}
		d, err := p.Work.Drafts.Change(r.Context(), f.ID, base(r), func(paper *room.Paper) error {
			if err := p.write(paper, r.PostForm, f); err != nil {
				return err
			}
			return restructure(paper, r.PostForm)
		})
		if r.PostFormValue("_autosave") != "" {
			p.saved(w, r, f, d, err)
			return
		}
		f.Draft = d
		switch {
		case err != nil && (fault.IsConflict(err) || fault.Findings(err) != nil):
			p.showStep(w, r, f, step, err)
		case err != nil:
			p.Site.Fail(w, r, err)
		case r.PostFormValue("_add") != "" || r.PostFormValue("_drop") != "" || r.PostFormValue("_stay") != "":
			p.Site.Answer(w, r, nil, caseURL(f.ID)+"/"+step+stay(r.PostForm))
		default:
			if wrong := unread(d.Paper, step); wrong != nil {
				p.showStep(w, r, f, step, wrong)
				return
			}
			f.assemble()
			if more := appeared(f, step, r.PostForm); more != "" {
				p.Site.Answer(w, r, nil, caseURL(f.ID)+"/"+step+more)
				return
			}
			p.Site.Answer(w, r, nil, caseURL(f.ID)+after(step))
		}
	}
}

// appeared leads back to fields that follow from what was just confirmed and
// that its form didn't have: the half-days once days and places are known, a
// currency's rate once a line is in it. Who was led on would not see them. The
// form tells, not the draft: pauses in typing have saved that long before.
func appeared(f *File, step string, form url.Values) string {
	switch step {
	case "trip":
		for name := range form {
			if strings.HasPrefix(name, "itinerary[") {
				return ""
			}
		}
		if len(f.Now.Case.Itinerary) > 0 && len(f.Draft.Paper.Case.Itinerary) == 0 {
			return "?said=grid#itinerary"
		}
	case "budget":
		if f.Now.Case.Budget == nil || f.Draft.Paper.OwnLines {
			return ""
		}
		for _, l := range f.Now.Case.Budget.Lines {
			if l.Currency == "" || l.Currency == money.CNY || !f.Draft.Paper.Fx[l.Currency].Rate.IsZero() {
				continue
			}
			if _, shown := form["fx."+string(l.Currency)+".rate"]; !shown {
				return "?said=fx#fx"
			}
		}
	}
	return ""
}

// stay keeps the reader where a row was added or taken away.
func stay(form url.Values) string {
	if path := form.Get("_add"); path != "" {
		return "#end-" + path
	}
	if q := form.Get("_stay"); strings.HasPrefix(q, "?") {
		return q
	}
	return ""
}

// unread are the fields of a step that can't be read yet.
func unread(p room.Paper, step string) error {
	var fs []fault.Finding
	for path, raw := range p.Raw {
		if stepOf(path) == step {
			fs = append(fs, fault.Finding{Field: path, Key: unreadable(path, raw)})
		}
	}
	if len(fs) == 0 {
		return nil
	}
	slices.SortFunc(fs, func(a, b fault.Finding) int { return natural(a.Field, b.Field) })
	return fault.Invalid(fs...)
}

// restructure adds and drops rows.
func restructure(paper *room.Paper, form url.Values) error {
	c := &paper.Case
	if paper.Correction != nil {
		c = paper.Correction
	}
	switch path := form.Get("_add"); path {
	case "legs":
		c.Legs = append(c.Legs, dossier.Leg{Transport: dossier.Flight, Cabin: dossier.Economy})
	case "invitations":
		c.Invitations = append(c.Invitations, dossier.Invitation{IssuerKind: dossier.Organisation})
	case "itinerary":
		c.Itinerary = append(c.Itinerary, dossier.HalfDay{})
	case "budget.lines":
		if paper.Correction != nil {
			if c.Budget == nil {
				c.Budget = &dossier.Budget{}
			}
			c.Budget.Lines = append(c.Budget.Lines, dossier.BudgetLine{})
			return nil
		}
		line := room.Line{BudgetLine: dossier.BudgetLine{Kind: dossier.OtherCost, Units: 1, Currency: money.CNY}}
		if len(paper.People) > 0 {
			line.Person = paper.People[0]
		}
		paper.SetLine(line)
	}
	if path := form.Get("_drop"); path != "" {
		if key, ok := strings.CutPrefix(path, "line:"); ok {
			paper.DropLine(key)
			return nil
		}
		return notNowhere(paper.Drop(path))
	}
	return nil
}

// showStep writes a step; with an error it is the page that came back, with
// what was typed.
func (p *Pages) showStep(w http.ResponseWriter, r *http.Request, f *File, step string, failed error) {
	ctx := r.Context()
	f.assemble()
	found := p.Work.Check(f, precheck.Draft)
	b := p.fields(ctx, f, found)
	b.change = r.URL.Query().Get("change")
	v := stepView{Draft: p.draft(r, f, step), Live: caseURL(f.ID) + "/findings", Panel: p.panel(ctx, f, found, true)}
	status := http.StatusOK
	if failed != nil {
		status = http.StatusUnprocessableEntity
		b.errors, b.typed = ui.FieldErrors(ctx, failed), typed(r.PostForm)
		v.Errors = ui.Summarise(ctx, failed)
		v.Draft.Unsaved = true
		var c *fault.ConflictError
		if errors.As(failed, &c) {
			status = http.StatusConflict
			v.Stale = p.stale(r, f, c)
		}
	}
	switch step {
	case "mission":
		p.mission(b, &v)
	case "trip":
		p.trip(b, &v)
	case "members":
		p.members(r, b, &v)
	case "invitations":
		p.invitations(b, &v)
	case "budget":
		p.budget(r, b, &v)
	case "notice":
		p.notice(b, &v)
	case "documents":
		p.documents(b, &v)
	}
	if failed != nil {
		for i := range v.Errors.Errors { // the same words as beside the field
			if e := b.error(v.Errors.Errors[i].Field); e != "" {
				v.Errors.Errors[i].Text = e
			}
		}
	}
	v.Draft.Send = append(v.Draft.Send, b.boxes...)
	v.Head.Title = ui.T(ctx, "cases.step."+step)
	if key := "cases.lead." + step; ui.Known(key) && v.Head.Lead == "" {
		v.Head.Lead = ui.T(ctx, key)
	}
	v.Buttons = append(v.Buttons, ui.Button{Text: ui.T(ctx, "cases.next"), Loose: true})
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Crumbs: p.crumbs(ctx, f, v.Head.Title), Banner: p.said(r)}, stepPage(v))
}

func typed(form url.Values) map[string]string {
	out := map[string]string{}
	for name, values := range form {
		if !strings.HasPrefix(name, "_") && name != "revision" {
			out[name] = strings.Join(values, "\n")
		}
	}
	for _, b := range form["_boxes"] {
		if _, sent := out[b]; !sent {
			out[b] = ""
		}
	}
	return out
}

// draft is the saving form around a step.
func (p *Pages) draft(r *http.Request, f *File, step string) ui.Draft {
	at := caseURL(f.ID) + "/" + step
	return ui.Draft{Action: at, Save: at, Revision: strconv.FormatInt(f.Draft.Revision, 10), Key: web.NewKey(), Owner: web.Who(r).Account, Saved: f.Draft.Updated,
		Login: "/login?next=" + url.QueryEscape(at)}
}

// mission is what for and why.
//
// ui:keys cases.step.*
// ui:keys cases.lead.*
func (p *Pages) mission(b *fields, v *stepView) {
	ctx := b.ctx
	what := rows(b.at("case.category"), b.at("case.kind"), b.derived("case.title", "mission"))
	v.Sheets = append(v.Sheets, sheet{Title: ui.T(ctx, "cases.sheet.what"), ID: "what", Rows: what},
		sheet{Title: ui.T(ctx, "cases.sheet.why"), ID: "why", Rows: rows(b.at("case.purpose"), b.at("case.necessity"), b.at("case.expectedResults"))},
		sheet{Title: ui.T(ctx, "cases.sheet.plan"), ID: "plan", Rows: rows(b.at("case.inAnnualPlan"), b.at("case.planLine"), reason(b.at("case.offPlanReason")), b.at("case.urgent"), reason(b.at("case.urgencyReason")), b.at("case.academicRegime"))})
}

// reason is a field that is needed only sometimes.
func reason(f ui.Field) ui.Field {
	f.Optional, f.Rows = true, 2
	return f
}

// trip is days, places and what is done there.
func (p *Pages) trip(b *fields, v *stepView) {
	ctx := b.ctx
	days := sheet{Title: ui.T(ctx, "cases.sheet.days"), ID: "days", Rows: [][]ui.Field{{b.at("case.depart"), b.at("case.return")}}}
	if n := b.f.Now.Case.Trip.Days(); n > 0 {
		days.Lead = ui.T(ctx, "cases.days_abroad", "Count", n)
	}
	v.Sheets = append(v.Sheets, days)
	n := max(1, len(b.f.Draft.Paper.Case.Legs))
	for i := range n {
		at := func(name string) string { return index("legs", i) + "." + name }
		s := sheet{Title: ui.T(ctx, "cases.leg", "Count", i+1), ID: "leg" + strconv.Itoa(i), Rows: [][]ui.Field{
			b.all(at("country"), at("city"), at("cityEn")), b.all(at("arrive"), at("leave")), b.all(at("transport"), at("cabin")), b.all(at("carrier"), at("number")), b.all(at("transit")),
		}}
		if b.value(at("transit")) == "true" {
			s.Rows = append(s.Rows, b.all(at("leavesAirport"), at("stopOver")))
		}
		if leg := b.f.Draft.Paper.Case.Legs; i < len(leg) && leg[i].City != "" && room.ZoneOf(leg[i]) == "" {
			zone := b.at(at("zone"))
			zone.Kind, zone.Options = ui.Select, []ui.Option{{Text: ui.T(ctx, "cases.choose")}}
			for _, z := range room.Zones() {
				zone.Options = append(zone.Options, ui.Option{Value: z, Text: z})
			}
			s.Rows = append(s.Rows, []ui.Field{zone})
		}
		if len(b.f.Draft.Paper.Case.Legs) > 1 {
			s.Actions = append(s.Actions, ui.Button{Text: ui.T(ctx, "cases.leg.drop", "Count", i+1), Name: "_drop", Value: index("legs", i), Kind: ui.Plain, Loose: true})
		}
		v.Sheets = append(v.Sheets, s)
	}
	add := ui.Button{Text: ui.T(ctx, "cases.leg.add"), Name: "_add", Value: "legs", Kind: ui.Second, Loose: true}
	last := &v.Sheets[len(v.Sheets)-1]
	last.Actions = append(last.Actions, add)
	v.Sheets = append(v.Sheets, p.itinerary(b))
}

// itinerary is two half-days a day, with place filled in.
func (p *Pages) itinerary(b *fields) sheet {
	ctx := b.ctx
	s := sheet{Title: ui.T(ctx, "cases.sheet.itinerary"), ID: "itinerary"}
	if len(b.f.Now.Case.Itinerary) == 0 {
		s.Lead = ui.T(ctx, "cases.itinerary.later")
		return s
	}
	s.Lead = ui.T(ctx, "cases.itinerary.lead")
	var halves []half
	for i, h := range b.f.Now.Case.Itinerary {
		at := func(name string) string { return index("itinerary", i) + "." + name }
		halves = append(halves, half{Title: ui.T(ctx, "cases.half", "Day", ui.MonthDay(ctx, h.Date), "Weekday", ui.Weekday(ctx, h.Date), "Half", ui.T(ctx, "word.half."+string(h.Half)), "City", h.City),
			Send: []ui.Hidden{{Name: at("date"), Value: h.Date.String()}, {Name: at("half"), Value: string(h.Half)}},
			Row:  b.all(at("activity"), at("host"), at("official"))})
		if len(b.f.Now.Case.Countries()) > 1 {
			halves[len(halves)-1].Row = append(halves[len(halves)-1].Row, b.at(at("city")))
		}
	}
	s.Show = halfDays(halves)
	return s
}

type half struct {
	Title string
	Send  []ui.Hidden
	Row   []ui.Field
}

// invitations are the hosts' letters.
func (p *Pages) invitations(b *fields, v *stepView) {
	ctx := b.ctx
	n := max(1, len(b.f.Draft.Paper.Case.Invitations))
	for i := range n {
		at := func(name string) string { return index("invitations", i) + "." + name }
		invited := b.at(at("invitees"))
		if invited.Value == "" { // everybody of the group, unless the letter says otherwise
			var names []string
			for _, m := range b.f.Now.Case.Members {
				if s := m.LatinName(); s != "" {
					names = append(names, s)
				}
			}
			invited.Value = strings.Join(names, "\n")
		}
		s := sheet{Title: ui.T(ctx, "cases.invitation", "Count", i+1), ID: "invitation" + strconv.Itoa(i), Rows: [][]ui.Field{
			b.all(at("issuer"), at("issuerCountry")), b.all(at("issuerKind")), b.all(at("signatory"), at("signatoryTitle")), b.all(at("contact")),
			b.all(at("issued"), at("from"), at("to")), b.all(at("language")), b.all(at("purpose")), {invited}, b.all(at("costBearer")), b.all(at("translation"), at("translator")),
		}}
		if len(b.f.Draft.Paper.Case.Invitations) > 1 {
			s.Actions = append(s.Actions, ui.Button{Text: ui.T(ctx, "cases.invitation.drop", "Count", i+1), Name: "_drop", Value: index("invitations", i), Kind: ui.Plain, Loose: true})
		}
		v.Sheets = append(v.Sheets, s)
	}
	last := &v.Sheets[len(v.Sheets)-1]
	last.Actions = append(last.Actions, ui.Button{Text: ui.T(ctx, "cases.invitation.add"), Name: "_add", Value: "invitations", Kind: ui.Second, Loose: true})
}

// notice is the public notice before the application.
func (p *Pages) notice(b *fields, v *stepView) {
	ctx := b.ctx
	units := b.at("notice.units")
	if units.Value == "" {
		seen := map[string]bool{}
		var names []string
		for i := range b.f.Now.Case.Members {
			if u := b.f.Now.Case.From(i); u != "" && !seen[u] {
				seen[u] = true
				names = append(names, u)
			}
		}
		units.Value = strings.Join(names, "\n")
	}
	v.Sheets = append(v.Sheets, sheet{Title: ui.T(ctx, "cases.sheet.notice"), ID: "notice", Rows: [][]ui.Field{
		b.all("notice.from", "notice.to"), b.all("notice.place"), {units}, b.all("notice.items"), b.all("notice.objections"),
	}})
}

// budget is derived from rates, days and people; what differs is typed.
func (p *Pages) budget(r *http.Request, b *fields, v *stepView) {
	ctx := b.ctx
	v.Sheets = append(v.Sheets, sheet{Title: ui.T(ctx, "cases.sheet.fund"), ID: "fund", Rows: rows(b.at("budget.fund"), b.at("budget.hostCovers"), b.at("budget.financeReviewed"))})
	seen := map[money.Currency]bool{}
	var fx [][]ui.Field
	if b.f.Now.Case.Budget != nil {
		for _, l := range b.f.Now.Case.Budget.Lines {
			if l.Currency == "" || l.Currency == money.CNY || seen[l.Currency] || b.f.Draft.Paper.OwnLines {
				continue
			}
			seen[l.Currency] = true
			fx = append(fx, p.fx(b, l.Currency))
		}
	}
	if len(fx) > 0 {
		v.Sheets = append(v.Sheets, sheet{Title: ui.T(ctx, "cases.sheet.fx"), ID: "fx", Rows: fx})
	}
	if !b.f.Draft.Paper.OwnLines {
		var row []ui.Field
		for _, kind := range []dossier.CostKind{dossier.Airfare, dossier.Intercity, dossier.VisaFee, dossier.Insurance, dossier.OtherCost} {
			row = append(row, p.cost(b, kind))
		}
		v.Sheets = append(v.Sheets, sheet{Title: ui.T(ctx, "cases.sheet.costs"), ID: "costs", Lead: ui.T(ctx, "cases.costs.lead"), Rows: [][]ui.Field{row}})
	}
	p.lines(r, b, v)
}

// ui:keys cases.fx.*
func (p *Pages) fx(b *fields, c money.Currency) []ui.Field {
	is := b.f.Draft.Paper.Fx[c]
	value := func(name, stored string) string {
		if t, ok := b.typed[name]; ok {
			return t
		}
		if raw, ok := b.f.Draft.Paper.Raw[name]; ok {
			return raw
		}
		return stored
	}
	rate, date := "fx."+string(c)+".rate", "fx."+string(c)+".date"
	return []ui.Field{
		{Name: rate, Kind: ui.Decimal, Label: ui.T(b.ctx, "cases.fx.rate", "Currency", string(c)), Value: value(rate, is.Rate.String()), Error: p.rawError(b, rate)},
		{Name: date, Kind: ui.DateKind, Label: ui.T(b.ctx, "cases.fx.date"), Value: value(date, is.Date.String()), Error: p.rawError(b, date)},
	}
}

func (p *Pages) rawError(b *fields, name string) string {
	if raw, bad := b.f.Draft.Paper.Raw[name]; bad {
		return ui.T(b.ctx, unreadable(name, raw))
	}
	return b.errors[name]
}

func (p *Pages) cost(b *fields, kind dossier.CostKind) ui.Field {
	name := "costs." + string(kind)
	out := ui.Field{Name: name, Kind: ui.Decimal, Label: ui.T(b.ctx, "cases.cost.each", "Kind", ui.T(b.ctx, "word.costKind."+string(kind))), Error: p.rawError(b, name), Optional: kind != dossier.Airfare}
	out.Value = b.f.Draft.Paper.Costs[kind].String()
	if raw, ok := b.f.Draft.Paper.Raw[name]; ok {
		out.Value = raw
	}
	if t, ok := b.typed[name]; ok {
		out.Value = t
	}
	return out
}

// lines is the budget in sum, or every line to be changed.
func (p *Pages) lines(r *http.Request, b *fields, v *stepView) {
	ctx := b.ctx
	budget := b.f.Now.Case.Budget
	s := sheet{Title: ui.T(ctx, "cases.sheet.lines"), ID: "lines"}
	if budget == nil || len(budget.Lines) == 0 {
		s.Lead = ui.T(ctx, "cases.lines.none")
		v.Sheets = append(v.Sheets, s)
		return
	}
	s.Note = ui.T(ctx, "cases.lines.total", "Sum", ui.Yuan(ctx, money.Yuan(budget.TotalCny).Minor))
	if r.URL.Query().Get("lines") == "" && r.PostFormValue("_line.0") == "" {
		s.Show = p.sums(b)
		s.Actions = append(s.Actions, ui.Button{Text: ui.T(ctx, "cases.lines.open"), Name: "_stay", Value: "?lines=1", Kind: ui.Second, Loose: true})
		v.Sheets = append(v.Sheets, s)
		return
	}
	v.Draft.Save, v.Draft.Action = v.Draft.Save+"?lines=1", v.Draft.Action+"?lines=1"
	v.Sheets = append(v.Sheets, s)
	for i, l := range budget.Lines {
		at := func(name string) string { return index("budget.lines", i) + "." + name }
		o := b.f.Now.Lines[i]
		who := ui.T(ctx, "cases.lines.group")
		if l.Member != nil && *l.Member < len(b.f.Now.Case.Members) {
			who = b.f.Now.Case.Members[*l.Member].Name()
		}
		line := sheet{ID: "line" + strconv.Itoa(i), Title: ui.T(ctx, "cases.line", "Who", who, "Kind", ui.T(ctx, "word.costKind."+string(l.Kind)), "Place", p.country(ctx, l.Country)+l.City),
			Note: ui.Yuan(ctx, money.Yuan(l.AmountCny).Minor)}
		row := []ui.Field{p.lineField(b, i, "units"), p.lineField(b, i, "rate")}
		if l.Currency != money.CNY {
			row = append(row, p.lineField(b, i, "currency"), p.lineField(b, i, "fxRate"), p.lineField(b, i, "fxDate"))
		}
		line.Rows = [][]ui.Field{row}
		if o.Derived.Kind == "" {
			line.Rows = append([][]ui.Field{{p.lineField(b, i, "kind"), p.lineField(b, i, "country"), p.lineField(b, i, "city"), p.lineField(b, i, "currency")}}, line.Rows...)
		}
		if l.Kind == dossier.Airfare {
			line.Rows = append(line.Rows, []ui.Field{p.lineField(b, i, "cabin"), p.lineField(b, i, "preApproved")})
		}
		line.Rows = append(line.Rows, []ui.Field{p.lineField(b, i, "reason")})
		v.Draft.Send = append(v.Draft.Send, ui.Hidden{Name: "_line." + strconv.Itoa(i), Value: o.Key}, ui.Hidden{Name: "_person." + strconv.Itoa(i), Value: o.Person})
		if o.Derived.Kind == "" {
			line.Actions = append(line.Actions, ui.Button{Text: ui.T(ctx, "cases.line.drop"), Name: "_drop", Value: "line:" + o.Key, Kind: ui.Plain, Loose: true})
		} else if o.Typed {
			line.Actions = append(line.Actions, ui.Button{Text: ui.T(ctx, "cases.line.reset"), Name: "_drop", Value: "line:" + o.Key, Kind: ui.Plain, Loose: true})
		}
		_ = at
		v.Sheets = append(v.Sheets, line)
	}
	last := &v.Sheets[len(v.Sheets)-1]
	last.Actions = append(last.Actions, ui.Button{Text: ui.T(ctx, "cases.line.add"), Name: "_add", Value: "budget.lines", Kind: ui.Second, Loose: true})
}

// lineField shows a line as assembled: most of it was derived.
func (p *Pages) lineField(b *fields, i int, name string) ui.Field {
	path := index("budget.lines", i) + "." + name
	out := b.at(path)
	if _, came := b.typed[path]; !came {
		out.Value = b.f.Now.Case.Text(path)
		if raw, ok := b.f.Draft.Paper.Raw[path]; ok {
			out.Value = raw
		}
		if name == "country" {
			out.Value = p.country(b.ctx, out.Value)
		}
		for k := range out.Options {
			out.Options[k].Chosen = out.Options[k].Value == out.Value
		}
		if out.Kind == ui.Check && out.Value != "true" {
			out.Value = ""
		}
	}
	return out
}

// sums joins lines that are the same for several people.
func (p *Pages) sums(b *fields) templ.Component {
	ctx := b.ctx
	type key struct {
		kind        dossier.CostKind
		place, rate string
		units       int
	}
	count, amount, also := map[key]int{}, map[key]int64{}, map[key]bool{}
	var order []key
	budget := b.f.Now.Case.Budget
	for i, l := range budget.Lines {
		rate := l.Rate.String() + " " + string(l.Currency)
		if l.FxRate.IsZero() && l.Currency != money.CNY {
			also[key{}] = true
		}
		k := key{l.Kind, p.country(ctx, l.Country) + l.City, rate, l.Units}
		if count[k] == 0 {
			order = append(order, k)
		}
		count[k]++
		amount[k] += money.Yuan(l.AmountCny).Minor
		if b.f.Now.Lines[i].Typed {
			also[k] = true
		}
	}
	t := ui.Table{Caption: ui.T(ctx, "cases.table", "Name", ui.T(ctx, "cases.sheet.lines")), Columns: []ui.Column{{Text: ui.T(ctx, "cases.col.kind")}, {Text: ui.T(ctx, "cases.col.place")},
		{Text: ui.T(ctx, "cases.col.rate"), Number: true}, {Text: ui.T(ctx, "cases.col.units"), Number: true}, {Text: ui.T(ctx, "cases.col.people"), Number: true}, {Text: ui.T(ctx, "cases.col.amount"), Number: true}}}
	var list []ui.Row
	for _, k := range order {
		kind := ui.Cell{Text: ui.T(ctx, "word.costKind."+string(k.kind)), Head: true}
		if also[k] {
			kind.Sub = ui.T(ctx, "cases.lines.typed")
		}
		list = append(list, ui.Row{Cells: []ui.Cell{kind, {Text: k.place}, {Text: k.rate}, {Text: strconv.Itoa(k.units)}, {Text: strconv.Itoa(count[k])}, {Text: ui.Yuan(ctx, amount[k])}}})
	}
	t.Groups = []ui.Group{{Rows: list}}
	return t
}

// getFindings answers live-check after each save.
func (p *Pages) getFindings(w http.ResponseWriter, r *http.Request) {
	f, err := p.open(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	found := p.Work.Check(f, moment(f))
	fs := p.panel(r.Context(), f, found, true)
	fs.Heading = true
	p.Site.Fragment(w, r, http.StatusOK, ui.Live(fs))
}

// postFix takes over what a finding offers.
func (p *Pages) postFix(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	f, err := p.writing(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	step := r.PostFormValue("back")
	if !slices.Contains(steps, step) {
		step = ""
	}
	found := p.Work.Check(f, precheck.Draft)
	i := slices.IndexFunc(found.List, func(x precheck.Finding) bool {
		return x.Rule == r.PostFormValue("rule") && x.Field == r.PostFormValue("field") && len(x.Fix.Set) > 0
	})
	if i < 0 { // it was mended meanwhile
		http.Redirect(w, r, caseURL(f.ID)+"/"+step, http.StatusSeeOther)
		return
	}
	err = p.fix(ctx, f, base(r), found.List[i].Fix.Set)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	http.Redirect(w, r, strings.TrimSuffix(caseURL(f.ID)+"/"+step, "/")+"?said=fixed", http.StatusSeeOther)
}

// fix puts a finding's values where they belong: into the draft, or into
// people's records.
func (p *Pages) fix(ctx context.Context, f *File, base int64, set map[string]any) error {
	form := url.Values{}
	for path, value := range set {
		if i, field, ok := memberField(path); ok && !ofTrip[field] {
			if err := p.fixPerson(ctx, f, i, field, fmt.Sprint(value)); err != nil {
				return err
			}
			continue
		}
		form.Set(path, fmt.Sprint(value))
		if i, ok := number(path); ok && strings.HasPrefix(path, "budget.lines[") && i < len(f.Now.Lines) {
			form.Set("_line."+strconv.Itoa(i), f.Now.Lines[i].Key)
			form.Set("_person."+strconv.Itoa(i), f.Now.Lines[i].Person)
		}
		if i, ok := number(path); ok && strings.HasPrefix(path, "itinerary[") && i < len(f.Now.Case.Itinerary) {
			for _, name := range []string{"date", "half", "country", "city", "activity", "host", "official"} {
				at := index("itinerary", i) + "." + name
				if _, is := set[at]; !is {
					form.Set(at, f.Now.Case.Text(at))
				}
			}
		}
	}
	if len(form) == 0 {
		return nil
	}
	_, err := p.Work.Drafts.Change(ctx, f.ID, base, func(paper *room.Paper) error { return p.write(paper, form, f) })
	return err
}
