package quota

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/access"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/money"
	room "yitang/internal/quota"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// Unit is the pages on which a unit plans its year.
type Unit struct {
	Site    *web.Site
	Country Country
	Code    func(typed string) string // of a country; "" for none
}

// Routes are the addresses of these pages.
func (p *Unit) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /plan", Right: access.SeeUnit, Handle: p.getPlan},
		{Pattern: "GET /plan/export", Right: access.SeeUnit, Handle: p.getExport},
		{Pattern: "GET /plan/edit", Right: access.EditCase, Handle: p.getEdit},
		{Pattern: "POST /plan/edit", Right: access.EditCase, Handle: p.postEdit},
		{Pattern: "POST /plan/submit", Right: access.SignCase, Handle: p.postSubmit},
	}
}

func (p *Unit) stands(r *http.Request) (standing, error) {
	return stands(r.Context(), p.Site.Journal, web.Who(r).Unit, yearOf(r, p.Site.Journal))
}

// planView is a unit's plan for a year.
type planView struct {
	Head     ui.Head
	Errors   ui.ErrorSummary
	Notes    []ui.Note
	Years    ui.Chips
	Figures  *ui.Figures
	Lines    ui.Table
	Off      ui.Table
	Took     string // what the cases without a line use of the plan
	Proposed *ui.Table
	Reason   string
	Sums     string // of what is proposed
	Becomes  string // what the whole plan comes to by it
	Whole    string // how the lines in force and the whole plan belong together
	Decide   *decideForm
	History  ui.Table
}

// decideForm is what the signatory, or the office, does with what is proposed.
type decideForm struct {
	Action string
	Send   []ui.Hidden
	Fields []ui.Field
	Do     ui.Decide
	Back   *ui.Field
	BackDo ui.Button
}

func planURL(year int) string { return "/plan?year=" + strconv.Itoa(year) }

func (p *Unit) getPlan(w http.ResponseWriter, r *http.Request) {
	ctx, who := r.Context(), web.Who(r)
	s, err := p.stands(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	x := show{ctx, p.Country, caseAt("/cases/")}
	year := strconv.Itoa(s.Year)
	v := planView{Head: ui.Head{Title: ui.T(ctx, "plan.title", "Year", year), Lead: ui.T(ctx, "plan.lead")}, Years: years(ctx, "/plan", s.Year, p.Site.Journal.Today().Year()), Lines: x.lines(s), Off: x.off(s), Took: x.took(s), History: x.history(s)}
	if who.May(access.EditCase) {
		key := "plan.write"
		if s.Row.InForce && !s.proposed() {
			key = "plan.adjust"
		}
		// ui:keys plan.write
		// ui:keys plan.adjust
		v.Head.Actions = []ui.Button{{Text: ui.T(ctx, key), URL: "/plan/edit?year=" + year}, {Text: ui.T(ctx, "plan.import"), URL: "/plan/import", Kind: ui.Second}}
	}
	v.Head.Actions = append(v.Head.Actions, ui.Button{Text: ui.T(ctx, "plan.export"), URL: "/plan/export?year=" + year, Kind: ui.Plain})
	v.Lines.Empty = ui.Empty{Text: ui.T(ctx, "plan.none", "Year", year)}
	if s.Row.InForce {
		figs := x.figures(s)
		v.Figures = &figs
		v.Whole = x.whole(s)
		if len(s.Plan.Lines) == 0 {
			v.Lines.Empty.Text = ui.T(ctx, "plan.sums_only")
		}
	}
	p.standing(r, s, x, &v)
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Tabs: progress.Tabs(ctx, who, ""), Banner: said(r)}, planPage(v))
}

// standing says how far what the unit has written has come, and what is next.
func (p *Unit) standing(r *http.Request, s standing, x show, v *planView) {
	ctx, who := r.Context(), web.Who(r)
	if !s.proposed() {
		return
	}
	table := x.changes(s, s.Proposal.Lines)
	v.Proposed, v.Reason = &table, s.Proposal.Reason
	groups, people, fen := room.Sums(s.Proposal.Lines)
	v.Sums = ui.T(ctx, "plan.sums.lines", "Groups", groups, "People", people, "Yuan", ui.Yuan(ctx, fen))
	v.Becomes = x.becomes(s)
	switch {
	case s.Proposal.Stage == room.IsPresented:
		v.Notes = append(v.Notes, ui.Note{State: ui.Wait, Text: ui.T(ctx, "plan.presented")})
		if who.May(access.SignCase) {
			v.Decide = &decideForm{Action: "/plan/submit", Send: []ui.Hidden{{Name: "year", Value: strconv.Itoa(s.Year)}, {Name: "_key", Value: web.NewKey()}, {Name: "_seen", Value: strconv.FormatInt(int64(s.Version), 10)}},
				Do: ui.Decide{Effect: ui.T(ctx, "plan.submit.effect"), Actions: []ui.Button{{Text: ui.T(ctx, "plan.submit.do")}}}}
		}
	case s.Proposal.Stage == room.InDraft:
		v.Notes = append(v.Notes, ui.Note{State: ui.Info, Text: ui.T(ctx, "plan.in_draft")})
	case s.sentBack():
		v.Notes = append(v.Notes, ui.Note{State: ui.Warn, Title: ui.T(ctx, "plan.sent_back"), Text: s.History[0].Words})
	default:
		v.Notes = append(v.Notes, ui.Note{State: ui.Wait, Text: ui.T(ctx, "plan.waits")})
	}
}

// said is what the last press did. ui:keys plan.said.*
func said(r *http.Request) ui.Banner {
	if key := "plan.said." + r.URL.Query().Get("said"); ui.Known(key) {
		return ui.Banner{Text: ui.T(r.Context(), key)}
	}
	return ui.Banner{}
}

func (p *Unit) getExport(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	s, err := p.stands(r)
	name := ui.T(ctx, "plan.title", "Year", strconv.Itoa(s.Year))
	var data []byte
	if err == nil {
		lines := s.Plan.Lines
		if len(lines) == 0 {
			lines, _ = s.draft()
		}
		data, err = show{ctx, p.Country, nil}.export(name, lines)
	}
	give(p.Site, w, r, name, data, err)
}

// postSubmit hands in what the signatory saw.
func (p *Unit) postSubmit(w http.ResponseWriter, r *http.Request) {
	year := yearOf(r, p.Site.Journal)
	_, err := journal.Do(r.Context(), p.Site.Journal, room.Proposals, web.Order(r, room.ID(web.Who(r).Unit, year)), journal.Command[room.Proposal](room.Submit{}))
	p.Site.Answer(w, r, err, planURL(year)+"&said=submitted")
}

// entry is a line as its form has it.
type entry map[string]string

// columns of a line, in the order of its form.
var columns = []string{"id", "title", "countries", "month", "people", "days", "amount", "head", "category", "fund", "purpose"}

func (x show) entry(l room.Line) entry {
	e := entry{"id": l.ID, "title": l.Title, "purpose": l.Purpose, "head": l.Head, "countries": x.countries(l.Countries), "category": string(l.Category), "fund": string(l.Fund)}
	for name, n := range map[string]int{"month": l.Month, "people": l.People, "days": l.Days} {
		if n > 0 {
			e[name] = strconv.Itoa(n)
		}
	}
	if l.AmountFen > 0 {
		e["amount"] = room.Yuan(l.AmountFen).String()
	}
	return e
}

// posted reads the lines of a form, in their order.
func posted(r *http.Request) []entry {
	var out []entry
	for i := 0; i <= room.MaxLines; i++ {
		if _, sent := r.PostForm[at(i, "id")]; !sent {
			break
		}
		if r.PostFormValue("_drop") == strconv.Itoa(i) {
			continue
		}
		e := entry{}
		for _, c := range columns {
			e[c] = strings.TrimSpace(r.PostFormValue(at(i, c)))
		}
		out = append(out, e)
	}
	return out
}

func at(i int, name string) string { return "lines[" + strconv.Itoa(i) + "]." + name }

// taiwan is where trips are another office's business (台办).
const taiwan = "TWN"

// read understands what was typed, or says of each field what is wrong.
func (p *Unit) read(es []entry) ([]room.Line, error) {
	lines := make([]room.Line, len(es))
	var wrong []fault.Finding
	for i, e := range es {
		l := &lines[i]
		l.ID, l.Title, l.Purpose, l.Head = e["id"], clip(e["title"], 200), clip(e["purpose"], 500), clip(e["head"], 80)
		for _, c := range categories {
			if c == e["category"] {
				l.Category = dossier.Category(c)
			}
		}
		for _, f := range funds {
			if f == e["fund"] {
				l.Fund = dossier.Fund(f)
			}
		}
		for _, name := range strings.FieldsFunc(e["countries"], func(c rune) bool { return strings.ContainsRune("、，,;；/\n", c) }) {
			if name = strings.TrimSpace(name); name == "" {
				continue
			}
			code := p.Code(name)
			if code == taiwan {
				wrong = append(wrong, fault.Finding{Field: at(i, "countries"), Key: "plan.country.taiwan"})
				continue
			}
			if code == "" {
				wrong = append(wrong, fault.Finding{Field: at(i, "countries"), Key: "plan.country.unknown", Args: map[string]any{"name": name}})
				continue
			}
			l.Countries = append(l.Countries, code)
		}
		for name, to := range map[string]*int{"month": &l.Month, "people": &l.People, "days": &l.Days} {
			if e[name] == "" {
				continue
			}
			n, err := strconv.Atoi(e[name])
			if err != nil || n < 0 {
				wrong = append(wrong, fault.Finding{Field: at(i, name), Key: "form.number.unreadable"})
			}
			*to = n
		}
		if e["amount"] != "" {
			d, err := money.ParseDecimal(strings.NewReplacer(",", "", "，", "", "元", "").Replace(e["amount"]))
			if err != nil || d.Sign() < 0 || !d.Fits(2) {
				wrong = append(wrong, fault.Finding{Field: at(i, "amount"), Key: "form.amount.unreadable"})
			}
			l.AmountFen = money.Yuan(d).Minor
		}
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return lines, nil
}

func clip(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

func (p *Unit) getEdit(w http.ResponseWriter, r *http.Request) {
	s, err := p.stands(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	lines, reason := s.draft()
	x := show{r.Context(), p.Country, nil}
	var es []entry
	for _, l := range lines {
		es = append(es, x.entry(l))
	}
	p.showEdit(w, r, s, es, reason, nil)
}

// postEdit keeps what was written; then a line more or less, or before the signatory.
func (p *Unit) postEdit(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if err := r.ParseForm(); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	s, err := p.stands(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	es := posted(r)
	more := r.PostFormValue("_add") != ""
	if more {
		es = append(es, entry{})
	}
	lines, err := p.read(es)
	id := room.ID(s.Unit, s.Year)
	if err == nil {
		_, err = journal.Do(ctx, p.Site.Journal, room.Proposals, web.Order(r, id), journal.Command[room.Proposal](room.Draft{Unit: s.Unit, Year: s.Year, Lines: lines, Reason: clip(r.PostFormValue("reason"), 500), InForce: s.Plan.Lines, InUse: s.inUse()}))
	}
	to := "/plan/edit?year=" + strconv.Itoa(s.Year)
	switch {
	case more:
		to += "#end"
	case r.PostFormValue("_drop") != "":
		to += "#lines"
	case r.PostFormValue("_present") != "" && err == nil:
		order := journal.Order{Subject: id}
		if key := web.Key(r); key != "" {
			order.Key = key + "/present"
		}
		_, err = journal.Do(ctx, p.Site.Journal, room.Proposals, order, journal.Command[room.Proposal](room.Present{Changes: s.Row.InForce && len(s.Plan.Lines) > 0}))
		to = planURL(s.Year) + "&said=presented"
	default:
		to = planURL(s.Year) + "&said=saved"
	}
	if fault.Findings(err) != nil {
		if s, again := p.stands(r); again == nil {
			p.showEdit(w, r, s, es, r.PostFormValue("reason"), err)
			return
		}
	}
	p.Site.Answer(w, r, err, to)
}

// Add puts rows into what a unit is writing of its plan for a year, without those
// that stand there already, and tells how many were added.
func Add(ctx context.Context, j *journal.Journal, o journal.Order, unit string, year int, rows []room.Line) (int, error) {
	s, err := stands(ctx, j, unit, year)
	if err != nil {
		return 0, err
	}
	lines, reason := s.draft()
	lines = slices.Clone(lines)
	had := len(lines)
	for _, l := range rows {
		if !slices.ContainsFunc(lines, func(is room.Line) bool { is.ID = ""; return reflect.DeepEqual(is, l) }) {
			lines = append(lines, l)
		}
	}
	o.Subject = room.ID(unit, year)
	_, err = journal.Do(ctx, j, room.Proposals, o, journal.Command[room.Proposal](room.Draft{Unit: unit, Year: year, Lines: lines, Reason: reason, InForce: s.Plan.Lines, InUse: s.inUse()}))
	return len(lines) - had, err
}

// editView is the plan as it is being written.
type editView struct {
	Head    ui.Head
	Errors  ui.ErrorSummary
	Action  string
	Key     string
	Seen    string
	Lines   []lineForm
	Reason  *ui.Field
	Add     ui.Button
	Buttons []ui.Button
	Empty   string
}

type lineForm struct {
	Title string
	Note  string
	Send  ui.Hidden
	Rows  [][]ui.Field
	Drop  *ui.Button
}

func (p *Unit) showEdit(w http.ResponseWriter, r *http.Request, s standing, es []entry, reason string, failed error) {
	ctx := r.Context()
	wrong := ui.FieldErrors(ctx, failed)
	v := editView{Head: ui.Head{Title: ui.T(ctx, "plan.edit.title", "Year", strconv.Itoa(s.Year)), Lead: ui.T(ctx, "plan.edit.lead")}, Action: "/plan/edit?year=" + strconv.Itoa(s.Year), Key: web.NewKey(), Seen: strconv.FormatInt(int64(s.Version), 10),
		Add: ui.Button{Text: ui.T(ctx, "plan.add"), Name: "_add", Value: "1", Kind: ui.Second, Loose: true}, Empty: ui.T(ctx, "plan.edit.empty"),
		Buttons: []ui.Button{{Text: ui.T(ctx, "plan.present.do"), Name: "_present", Value: "1", Loose: true}, {Text: ui.T(ctx, "plan.save"), Kind: ui.Second, Loose: true}}}
	status := http.StatusOK
	if failed != nil {
		status, v.Errors = http.StatusUnprocessableEntity, ui.Summarise(ctx, failed)
		for i, e := range v.Errors.Errors {
			if e.Field == "lines" {
				v.Errors.Errors[i].Field = ""
			}
		}
	}
	used := s.inUse()
	for i, e := range es {
		f := lineForm{Title: e["id"], Send: ui.Hidden{Name: at(i, "id"), Value: e["id"]}}
		if f.Title == "" {
			f.Title = ui.T(ctx, "plan.line.new")
		}
		if by := used[e["id"]]; by != "" {
			f.Note = ui.T(ctx, "plan.line.used", "Title", by)
		} else {
			f.Drop = &ui.Button{Text: ui.T(ctx, "plan.drop"), Name: "_drop", Value: strconv.Itoa(i), Kind: ui.Plain, Loose: true}
		}
		one := func(name string, kind ui.Kind, optional bool) ui.Field {
			// ui:keys plan.field.*
			return ui.Field{Name: at(i, name), Kind: kind, Label: ui.T(ctx, "plan.field."+name), Value: e[name], Optional: optional, Error: wrong[at(i, name)]}
		}
		choose := func(name, kind string, words []string) ui.Field {
			f := one(name, ui.Select, true)
			f.Options = []ui.Option{{Text: ui.T(ctx, "cases.choose")}}
			for _, w := range words {
				f.Options = append(f.Options, ui.Option{Value: w, Text: word(ctx, kind, w), Chosen: w == e[name]})
			}
			return f
		}
		month := one("month", ui.Select, true)
		month.Options = []ui.Option{{Text: ui.T(ctx, "plan.month.open")}}
		for m := 1; m <= 12; m++ {
			month.Options = append(month.Options, ui.Option{Value: strconv.Itoa(m), Text: ui.T(ctx, "plan.month", "Month", m), Chosen: e["month"] == strconv.Itoa(m)})
		}
		countries := one("countries", "", false)
		countries.Hint = ui.T(ctx, "plan.countries.hint")
		purpose := one("purpose", ui.Area, true)
		purpose.Rows, purpose.Max = 2, 500
		f.Rows = [][]ui.Field{{one("title", "", false)}, {countries, month}, {one("people", ui.Number, false), one("days", ui.Number, true), one("amount", ui.Decimal, true)},
			{one("head", "", true), choose("category", "category", categories), choose("fund", "fund", funds)}, {purpose}}
		v.Lines = append(v.Lines, f)
	}
	if s.Row.InForce && len(s.Plan.Lines) > 0 {
		v.Reason = &ui.Field{Name: "reason", Kind: ui.Area, Rows: 2, Max: 500, Label: ui.T(ctx, "plan.reason"), Hint: ui.T(ctx, "plan.reason.hint"), Value: reason, Error: wrong["reason"]}
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Tabs: progress.Tabs(ctx, web.Who(r), ""), Banner: said(r), Crumbs: []ui.Link{{Text: ui.T(ctx, "plan.crumb"), URL: planURL(s.Year)}, {Text: v.Head.Title}}}, editPage(v))
}
