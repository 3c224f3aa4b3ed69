package filing

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/access"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/money"
	"yitang/internal/person"
	"yitang/internal/precheck"
	"yitang/internal/requirement"
	"yitang/internal/web"
	"yitang/internal/web/made"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// checkView is the whole case on one page.
type checkView struct {
	Head     ui.Head
	Errors   ui.ErrorSummary
	Findings *ui.Findings
	First    bool        // the findings are read before the case, on a phone too
	Change   *changeView // of an amendment
	Again    *againView  // of a case that comes to its signatory once more
	Parts    []part
	Answers  []ui.Field // a word on each warning
	Draft    *ui.Draft  // keeps these words at every pause
	Written  string     // how many of them have it
	Action   string
	Key      string
	Revision string
	Decide   ui.Decide
	Reject   *reject
	Made     []made.Line
}

type part struct {
	Title   string
	ID      string
	Change  string // address of the step
	Summary ui.Summary
	Table   *ui.Table
	Text    []string
	Bar     string // what is in it, where a phone folds it
	Rows    string // what is in its table, where that is folded
}

// Of a table whose rows are cards on a phone, fewRows stand open there; of any
// table, manyRows are more than somebody reads who looks a case over.
const fewRows, manyRows = 3, 12

func (x part) long() bool { return x.Table.Cards && x.Table.Rows() > fewRows }

// rows says what a folded table holds.
func (x part) rows(ctx context.Context) string {
	if x.Rows != "" {
		return x.Rows
	}
	return ui.T(ctx, "cases.part.rows", "Count", x.Table.Rows())
}

func (x part) heavy() bool { return x.Rows != "" && x.Table.Rows() > manyRows }

// reject is the signatory's other choice.
type reject struct {
	Action string
	Key    string
	Words  ui.Field
	Do     ui.Button
}

// getCheck is check and present: every answer, each with the way to change it.
func (p *Pages) getCheck(w http.ResponseWriter, r *http.Request) { p.showCheck(w, r, nil) }

func (p *Pages) showCheck(w http.ResponseWriter, r *http.Request, failed error) {
	ctx, who := r.Context(), web.Who(r)
	f, err := p.open(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	editing := f.Filing.Stage == room.InDraft && f.HasDraft && who.May(access.EditCase)
	v := checkView{Head: ui.Head{Title: ui.T(ctx, "cases.check.title")}, Parts: p.parts(ctx, f, editing), Made: p.made(ctx, f)}
	if f.IsChange() {
		c := p.changeOf(ctx, f)
		v.Change = &c
	}
	status := http.StatusOK
	if editing {
		found := p.Work.Check(f, precheck.Submit)
		fs := p.checked(ctx, f, found)
		v.Findings = &fs
		v.Action, v.Key, v.Revision = caseURL(f.ID)+"/present", web.NewKey(), revision(f)
		if v.Answers = p.answers(ctx, f, found, failed); len(v.Answers) > 0 {
			d := p.draft(r, f, "check")
			d.Action, d.Save, d.Key, d.Unsaved = v.Action, caseURL(f.ID)+"/answers", v.Key, failed != nil
			v.Draft = &d
		}
		a := p.Work.Application(f, precheck.Submit)
		v.Written = ui.T(ctx, "cases.answers.note", "Count", len(v.Answers), "Open", len(a.Unanswered))
		if warns := len(found.Unanswered(nil)); warns > len(v.Answers) {
			v.Written = ui.Sentences(ctx, ui.T(ctx, "cases.answers.alike"), v.Written)
		}
		v.Decide = ui.Decide{Effect: ui.T(ctx, "cases.check.effect"), Actions: []ui.Button{{Text: ui.T(ctx, "cases.check.present")}}}
		v.Head.Title = ui.T(ctx, "cases.check.ready")
		switch wrong, todo := fs.Blocking()+len(f.Draft.Paper.Raw), fs.Todo.Count; {
		case len(a.Blocking) == 0 && len(a.Unanswered) > 0:
			v.Head.Title = ui.T(ctx, "cases.check.answer", "Count", len(found.Unanswered(f.Draft.Paper.Answers)))
			v.Decide.Effect = ui.T(ctx, "cases.check.answer_effect")
			v.Head.Actions = []ui.Button{{Text: ui.T(ctx, "cases.answers"), URL: "#answers", Kind: ui.Second}}
		case len(a.Blocking) == 0:
		case wrong == 0:
			v.Head.Title = ui.T(ctx, "cases.check.todo", "Count", todo)
			v.Decide.Effect, v.Decide.Tag = ui.T(ctx, "cases.check.blocked_effect"), ui.Tag{State: ui.Wait, Word: ui.T(ctx, "ui.find.todo", "Count", todo)}
		default:
			v.Head.Title = ui.T(ctx, "cases.check.wrong", "Count", wrong)
			if todo > 0 {
				v.Head.Title = ui.T(ctx, "cases.check.blocked", "Count", wrong, "Todo", todo)
			}
			v.Decide.Effect, v.Decide.Tag = ui.T(ctx, "cases.check.blocked_effect"), ui.Tag{State: ui.Stop, Word: ui.T(ctx, "cases.task.block", "Count", wrong)}
			v.Head.Actions = []ui.Button{{Text: ui.T(ctx, "cases.check.see"), URL: "#precheck", Kind: ui.Second}} // on a phone they stand below the whole case
		}
	}
	if failed != nil {
		status = http.StatusUnprocessableEntity
		if fault.IsConflict(failed) {
			status = http.StatusConflict
		}
		v.Errors = p.summary(r, f, failed)
		for i, e := range v.Errors.Errors {
			if !strings.HasPrefix(e.Field, "answers.") {
				v.Errors.Errors[i].URL = withBack(e.URL, "precheck")
			}
		}
	}
	here := ui.T(ctx, "cases.step.check")
	if f.Filing.Stage != room.InDraft {
		here = ui.T(ctx, "cases.whole.crumb")
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Banner: p.saidOf(r, f), Crumbs: p.crumbs(ctx, f, here)}, checkPage(v))
}

// checked is the pre-check of the whole case: every finding leads to its place
// and back, and what isn't there yet is to be filled in, no mistake.
func (p *Pages) checked(ctx context.Context, f *File, found precheck.Findings) ui.Findings {
	const here = "precheck"
	fs := p.panel(ctx, f, found)
	fs.Todo = p.todo(ctx, f, found, "")
	fs.Todo.On = ui.Link{}
	told := map[string]bool{}
	for i, x := range found.List {
		shown := &fs.List[i]
		shown.Where.URL = withBack(shown.Where.URL, here)
		for k, b := range shown.Actions {
			for n, h := range b.Send {
				if h.Name == "back" {
					shown.Actions[k].Send[n].Value = "check"
				}
			}
		}
		if x.Missing && x.Blocks() {
			shown.State, shown.Word = ui.Wait, ui.T(ctx, "cases.check.missing")
			told[shown.Where.URL] = true
		}
	}
	slices.SortStableFunc(fs.List, func(a, b ui.Finding) int { // what blocks in front
		rank := func(x ui.Finding) int {
			if x.State == ui.Stop {
				return 0
			}
			return 1
		}
		return rank(a) - rank(b)
	})
	for _, l := range p.Work.lacks(f, found) {
		if at := withBack(f.place(l.Key), here); !told[at] {
			fs.Todo.List = append(fs.Todo.List, ui.Link{Text: f.where(ctx, l.Key), URL: at})
		}
	}
	return fs
}

// answers are the reasons for the warnings that stay, one for all that a rule warns
// of; without them nothing is presented. Where one is still asked for after a try,
// its box says so.
func (p *Pages) answers(ctx context.Context, f *File, found precheck.Findings, failed error) []ui.Field {
	var out []ui.Field
	for _, x := range found.List {
		if !x.Warns() {
			continue
		}
		name := answerBox(found, x)
		if i := slices.IndexFunc(out, func(had ui.Field) bool { return had.Name == name }); i >= 0 {
			out[i].Label = ui.Sentences(ctx, out[i].Label, ui.Say(ctx, x.Message))
			continue
		}
		box := ui.Field{Name: name, Form: ui.DraftForm, Kind: ui.Area, Rows: 2, Label: ui.Say(ctx, x.Message), Value: found.Answer(x, f.Draft.Paper.Answers), Max: 300}
		for _, wrong := range fault.Findings(failed) {
			if wrong.Field == name {
				box.Error = ui.T(ctx, "cases.answers.missing")
			}
		}
		out = append(out, box)
	}
	return out
}

// postAnswers keeps the words on warnings while they are written, as every step
// keeps its fields; nothing else of the draft goes this way.
func (p *Pages) postAnswers(w http.ResponseWriter, r *http.Request) {
	f, err := p.writing(r)
	if err == nil {
		err = r.ParseForm()
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	words := url.Values{}
	for name, values := range r.PostForm {
		if strings.HasPrefix(name, "answers.") {
			words[name] = values
		}
	}
	d, err := p.Work.Drafts.Change(r.Context(), f.ID, base(r), func(paper *room.Paper) error { return p.write(paper, words, f) })
	if r.PostFormValue("_autosave") != "" {
		p.saved(w, r, f, d, err)
		return
	}
	p.Site.Answer(w, r, err, caseURL(f.ID)+"/check#answers")
}

func (p *Pages) postPresent(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	f, err := p.writing(r)
	if err == nil {
		err = r.ParseForm()
	}
	if err != nil && !fault.IsNotNow(err) {
		p.Site.Fail(w, r, err)
		return
	}
	if err != nil { // a double click: the key gives the first answer again
		if f, err = p.open(r); err != nil {
			p.Site.Fail(w, r, err)
			return
		}
	} else if f.Draft, err = p.Work.Drafts.Change(ctx, f.ID, base(r), func(paper *room.Paper) error { return p.write(paper, r.PostForm, f) }); err == nil && base(r) != 0 && onlyAnswers(r) {
		f.assemble()
	}
	if err == nil {
		_, err = p.Work.Present(ctx, keyed(r, f.ID), f)
	}
	if fault.Findings(err) != nil || fault.IsConflict(err) {
		p.showCheck(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, caseURL(f.ID)+"?said=presented")
}

// onlyAnswers tells whether a form carries nothing but words on warnings.
func onlyAnswers(r *http.Request) bool {
	for name := range r.PostForm {
		if !strings.HasPrefix(name, "_") && !strings.HasPrefix(name, "answers.") && name != "revision" {
			return false
		}
	}
	return true
}

func (p *Pages) postTakeBack(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("case")
	_, err := journal.Do(r.Context(), p.Work.Journal, room.Room, keyed(r, id), room.TakeBack{})
	p.Site.Answer(w, r, err, caseURL(id)+"?said=taken_back")
}

// parts is the whole case, step by step.
func (p *Pages) parts(ctx context.Context, f *File, editing bool) []part {
	c := f.Now.Case
	change := func(step string) string {
		if editing && slices.Contains(f.stepsOf(), step) {
			return withBack(caseURL(f.ID)+"/"+step, "precheck")
		}
		return ""
	}
	leaves := c.Leaves()
	said := func(path string) string {
		var out []string
		for _, l := range leaves {
			if l.Path == path || strings.HasPrefix(l.Path, path+"[") { // a list of texts has one for each
				out = append(out, p.spell(ctx, l.Path, l.Text))
			}
		}
		if form, _ := dossier.FormOf(path); len(out) == 0 && form.Kind == dossier.BoolForm {
			return ui.T(ctx, "cases.no") // nobody ticked it
		}
		return ui.List(ctx, out)
	}
	row := func(path string) ui.SummaryRow {
		r := ui.SummaryRow{Term: ui.T(ctx, "field."+dossier.Generic(path)), Value: said(path), ID: ui.FieldID(path)}
		if editing && f.opens(path) {
			r.Change = withBack(f.place(path), r.ID)
		}
		return r
	}
	list := func(paths ...string) ui.Summary {
		var out ui.Summary
		for _, path := range paths {
			if editing || said(path) != "" {
				out = append(out, row(path))
			}
		}
		return out
	}
	parts := []part{
		{Title: ui.T(ctx, "cases.step.mission"), ID: "mission", Change: change("mission"), Summary: list("case.title", "case.category", "case.kind", "case.purpose", "case.necessity", "case.expectedResults", "case.inAnnualPlan", "case.planLine", "case.offPlanReason", "case.urgent", "case.urgencyReason", "case.academicRegime")},
		{Title: ui.T(ctx, "cases.step.trip"), ID: "trip", Change: change("trip"), Summary: list("case.depart", "case.return", "case.daysAbroad"), Table: p.legTable(ctx, f)},
	}
	if under, ok := p.under(ctx, f); ok {
		parts[0].Summary = append(ui.Summary{under}, parts[0].Summary...)
	}
	if t := p.dayTable(ctx, f); t != nil {
		parts = append(parts, part{Title: ui.T(ctx, "cases.sheet.itinerary"), ID: "days", Change: change("trip"), Table: t})
	}
	parts = append(parts, part{Title: ui.T(ctx, "cases.step.members"), ID: "members", Change: change("members"), Table: p.memberTable(ctx, f)})
	for i := range c.Invitations {
		at := func(name string) string { return index("invitations", i) + "." + name }
		parts = append(parts, part{Title: ui.T(ctx, "cases.invitation", "Count", i+1), ID: "invitation" + strconv.Itoa(i), Change: change("invitations"),
			Summary: list(at("issuer"), at("issuerZh"), at("issuerCountry"), at("signatory"), at("signatoryTitle"), at("contact"), at("issued"), at("from"), at("to"), at("invitees"), at("purpose"), at("costBearer"), at("language"), at("translator"), at("about"))})
	}
	if c.Budget != nil {
		parts = append(parts, part{Title: ui.T(ctx, "cases.step.budget"), ID: "budget", Change: change("budget"), Summary: list("budget.fund", "budget.totalCny"), Table: p.budgetTable(ctx, f)})
	}
	if c.Notice != nil {
		parts = append(parts, part{Title: ui.T(ctx, "cases.step.notice"), ID: "notice", Change: change("notice"), Summary: list("notice.from", "notice.to", "notice.place", "notice.units", "notice.contact", "notice.items", "notice.objections")})
	}
	return append(parts, part{Title: ui.T(ctx, "cases.step.documents"), ID: "documents", Change: change("documents"), Table: p.paperTable(ctx, f)})
}

// spell shows a value as people read it.
//
// ui:keys word.*
func (p *Pages) spell(ctx context.Context, path, value string) string {
	return progress.Value(ctx, path, value, p.Work.Pack().Country)
}

func cells(texts ...string) []ui.Cell {
	out := make([]ui.Cell, len(texts))
	for i, s := range texts {
		out[i] = ui.Cell{Text: s, Head: i == 0}
	}
	return out
}

// ui:keys field.*
func columns(ctx context.Context, paths ...string) []ui.Column {
	out := make([]ui.Column, len(paths))
	for i, path := range paths {
		out[i] = ui.Column{Text: ui.T(ctx, "field."+path)}
	}
	return out
}

func (p *Pages) legTable(ctx context.Context, f *File) *ui.Table {
	t := &ui.Table{Cards: true, Caption: ui.T(ctx, "cases.table", "Name", ui.T(ctx, "cases.step.trip")), Columns: columns(ctx, "legs.city", "legs.arrive", "legs.leave", "legs.transport"), Empty: ui.Empty{Text: ui.T(ctx, "cases.check.no_legs")}}
	var rows []ui.Row
	for i, l := range f.Now.Case.Legs {
		at := func(name string) string { return index("legs", i) + "." + name }
		c := f.Now.Case
		rows = append(rows, ui.Row{Cells: cells(p.town(ctx, l.Country, l.City, l.CityEn), p.spell(ctx, at("arrive"), c.Text(at("arrive"))), p.spell(ctx, at("leave"), c.Text(at("leave"))), strings.TrimSpace(p.spell(ctx, at("transport"), string(l.Transport))+" "+l.Number))})
	}
	t.Groups = []ui.Group{{Rows: rows}}
	return t
}

func (p *Pages) dayTable(ctx context.Context, f *File) *ui.Table {
	if len(f.Now.Case.Itinerary) == 0 {
		return nil
	}
	t := &ui.Table{Cards: true, Caption: ui.T(ctx, "cases.table", "Name", ui.T(ctx, "cases.sheet.itinerary")), Columns: columns(ctx, "itinerary.date", "itinerary.city", "itinerary.activity", "itinerary.host")}
	var rows []ui.Row
	for _, h := range f.Now.Case.Itinerary {
		if h.Date.IsZero() || h.Half == "" {
			continue // a line that was just added
		}
		row := cells("", f.whereabouts(ctx, h), h.Activity, h.Host)
		row[0].Show = ui.Unbroken(ui.T(ctx, "cases.place.half", "Day", ui.MonthDay(ctx, h.Date), "Half", ui.T(ctx, "word.half."+string(h.Half))))
		rows = append(rows, ui.Row{Cells: row})
	}
	t.Groups = []ui.Group{{Rows: rows}}
	return t
}

func (p *Pages) memberTable(ctx context.Context, f *File) *ui.Table {
	t := &ui.Table{Cards: true, Caption: ui.T(ctx, "cases.table", "Name", ui.T(ctx, "cases.step.members")), Columns: columns(ctx, "members.familyName", "members.role", "members.post", "members.idNumber", "members.passport"), Empty: ui.Empty{Text: ui.T(ctx, "cases.check.no_members")}}
	t.Columns[0].Text = ui.T(ctx, "cases.col.name")
	results, err := p.Progress.Results(ctx, f.ID)
	if err != nil { // the list is worth showing without it
		p.Site.Log.Warn("reading what was decided", "case", f.ID, "err", err)
	}
	if results.Decided() {
		t.Columns = append(t.Columns, ui.Column{Text: ui.T(ctx, "progress.verdict")})
	}
	var rows []ui.Row
	for i, m := range f.Now.Case.Members {
		booklet := p.bookletComes(ctx, f, i)
		switch {
		case booklet != "":
		case m.Passport == nil:
			booklet = ui.T(ctx, "cases.held.booklet_none")
		default:
			booklet = ui.T(ctx, "word.passportType."+string(m.Passport.Type)) + ui.T(ctx, "cases.held.valid", "Day", ui.Date(ctx, m.Passport.Expires))
		}
		r := ui.Row{Cells: cells(m.Name(), p.spell(ctx, index("members", i)+".role", string(m.Role)), m.Department+m.Post, person.IDNumber(m.IDNumber).String(), booklet)}
		r.Cells[0].Sub = m.LatinName()
		if results.Decided() {
			var x progress.Result
			if i < len(f.Now.Persons) {
				x, _ = results.Of(ctx, f.Now.Persons[i])
			}
			r.Cells = append(r.Cells, ui.Cell{Tag: x.Tag, Sub: x.Says})
		}
		rows = append(rows, r)
	}
	for _, x := range results.All(ctx) { // who stands in the case no more
		if !slices.Contains(f.Now.Persons, x.Person) {
			r := ui.Row{Cells: cells(p.Progress.Name(ctx, x.Person), "", "", "", "")}
			r.Cells = append(r.Cells, ui.Cell{Tag: x.Tag, Sub: x.Says})
			rows = append(rows, r)
		}
	}
	t.Groups = []ui.Group{{Rows: rows}}
	return t
}

func (p *Pages) budgetTable(ctx context.Context, f *File) *ui.Table {
	t := &ui.Table{Cards: true, Caption: ui.T(ctx, "cases.table", "Name", ui.T(ctx, "cases.step.budget")), Columns: []ui.Column{{Text: ui.T(ctx, "cases.col.name")}, {Text: ui.T(ctx, "cases.col.kind")}, {Text: ui.T(ctx, "cases.col.place")},
		{Text: ui.T(ctx, "cases.col.units"), Number: true}, {Text: ui.T(ctx, "budget.col.rate"), Number: true}, {Text: ui.T(ctx, "cases.col.amount"), Number: true}}}
	var rows []ui.Row
	costs := progress.Costs{Budget: *f.Now.Case.Budget, Place: func(ctx context.Context, country, city string) string { return p.town(ctx, country, city, "") }}
	for _, l := range f.Now.Case.Budget.Lines {
		who := ui.T(ctx, "cases.lines.group")
		if l.Member != nil && *l.Member < len(f.Now.Case.Members) {
			who = f.Now.Case.Members[*l.Member].Name()
		}
		rows = append(rows, ui.Row{Cells: cells(who, ui.T(ctx, "word.costKind."+string(l.Kind)), costs.At(ctx, l), strconv.Itoa(l.Units), ui.Price(ctx, l.Rate, l.Currency), ui.Yuan(ctx, money.Yuan(l.AmountCny).Minor))})
		rows[len(rows)-1].Cells[4].Sub = progress.Exchanged(ctx, l)
	}
	t.Groups = []ui.Group{{Rows: rows}}
	return t
}

func (p *Pages) paperTable(ctx context.Context, f *File) *ui.Table {
	t := &ui.Table{Cards: true, Caption: ui.T(ctx, "cases.table", "Name", ui.T(ctx, "cases.step.documents")), Columns: []ui.Column{{Text: ui.T(ctx, "cases.col.paper")}, {Text: ui.T(ctx, "cases.col.of")}, {Text: ui.T(ctx, "cases.col.file")}}, Empty: ui.Empty{Text: ui.T(ctx, "cases.papers.none")}}
	var rows []ui.Row
	order := make([]int, len(f.Now.Case.Materials))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return dossier.ByTable(f.Now.Case.Materials[a], f.Now.Case.Materials[b]) })
	for _, i := range order {
		m := f.Now.Case.Materials[i]
		of := ui.T(ctx, "cases.place.case")
		if k, is := m.OfMember(); is && k < len(f.Now.Case.Members) {
			of = f.Now.Case.Members[k].Name()
		} else if m.Country != "" { // two letters are told apart by who invites
			of = f.countryName(ctx, m.Country)
		}
		file := ui.Cell{Text: m.File}
		if i < len(f.Now.Papers) && f.Now.Papers[i] != "" {
			file.URL = caseURL(f.ID) + "/papers/" + f.Now.Papers[i]
		}
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: PaperName(ctx, m.Kind), Head: true}, {Text: of}, file}})
	}
	for _, r := range p.Work.Requirements(f) { // who signs is told which papers aren't among them
		m, is := r.What.(requirement.Material)
		k, of := r.Owner.Member()
		if is && of && r.OnRecordAlone() {
			rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: PaperName(ctx, m.Kind), Head: true}, {Text: f.Now.Case.Members[k].Name()}, {Text: ui.T(ctx, "cases.paper.record")}}})
		}
	}
	t.Groups = []ui.Group{{Rows: rows}}
	return t
}
