package sheet

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/person"
	"yitang/internal/sheet"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// previewView is a file as it was understood, before anything of it is kept.
type previewView struct {
	Head    ui.Head
	Errors  ui.ErrorSummary
	Result  *ui.Note
	Chips   ui.Chips
	Table   ui.Table
	Pages   []ui.Link
	Take    *takeForm
	Acts    []ui.Button
	Notes   []ui.Note
	Columns *columnsForm
	Left    *ui.Table
}

// takeForm lets rows go in.
type takeForm struct {
	Action  string
	Key     string
	Send    []ui.Hidden
	Effect  string
	Rest    string // what becomes of the others
	Changes *ui.Field
	Do      ui.Button
}

// columnsForm corrects which sheet is read and what its columns mean.
type columnsForm struct {
	Action  string
	Key     string
	Send    []ui.Hidden
	Fields  []ui.Field
	Columns []ui.Field
	Do      ui.Button
	Open    bool
}

// rowsOnPage is how many rows a page of the preview shows.
const rowsOnPage = 50

// ui:keys imports.title.*
func (p *Pages) getPreview(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	i, err := p.Imports.Load(ctx, r.PathValue("import"))
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := previewView{Head: ui.Head{Title: nameOf(ctx, i.ImportDoc), Over: ui.T(ctx, "imports.title."+string(i.Form))}}
	rd, err := p.reading(ctx, i)
	status := http.StatusOK
	switch {
	case fault.Findings(err) != nil: // the table isn't found yet: somebody may point to it
		status, v.Errors = http.StatusUnprocessableEntity, ui.Summarise(ctx, err)
		v.Head.Lead = ui.T(ctx, "imports.point")
		v.Columns, err = p.pointing(ctx, i)
	case err == nil:
		p.preview(r, i, rd, &v)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if i.Taken != nil {
		v.Result = &ui.Note{State: ui.OK, Title: ui.T(ctx, "imports.done"), Text: p.result(ctx, i), Link: ui.Link{Text: ui.T(ctx, "imports.done."+string(i.Form)), URL: home(i.Form, i.Filing)}, Live: true}
	}
	throw := "imports.discard"
	if i.Taken != nil {
		throw = "imports.discard.taken" // what went in stays
	}
	v.Acts = append(v.Acts, ui.Button{Text: ui.T(ctx, throw), Post: importURL(i.ID) + "/discard", Kind: ui.Plain, Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}}})
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Banner: p.said(r), Tabs: progress.Tabs(ctx, web.Who(r), ""),
		Crumbs: append(p.crumbs(ctx, i.Form, i.Filing, "")[:len(p.crumbs(ctx, i.Form, i.Filing, ""))-1], ui.Link{Text: ui.T(ctx, "imports.title."+string(i.Form)), URL: place(i.Form, i.Filing)}, ui.Link{Text: v.Head.Title})}, previewPage(v))
}

// ui:keys imports.done.*
func (p *Pages) result(ctx context.Context, i room.Import) string {
	switch t := i.Taken; i.Form {
	case sheet.Members:
		return ui.T(ctx, "imports.result.members", "New", t.New, "Joined", t.Joined, "Changed", t.Changed)
	case sheet.Itinerary:
		return ui.T(ctx, "imports.result.itinerary", "New", t.New, "Changed", t.Changed)
	default:
		return ui.T(ctx, "imports.result.people", "New", t.New, "Changed", t.Changed)
	}
}

var tagOf = map[state]ui.State{isNew: ui.OK, joins: ui.OK, changes: ui.Warn, isHeld: ui.Info, goesBack: ui.Stop}

// ui:keys imports.state.*
func stateWord(ctx context.Context, f sheet.Form, s state) string {
	if key := "imports.state." + string(f) + "." + string(s); ui.Known(key) {
		return ui.T(ctx, key)
	}
	return ui.T(ctx, "imports.state."+string(s))
}

func (p *Pages) preview(r *http.Request, i room.Import, rd read, v *previewView) {
	ctx := r.Context()
	good := rd.count(isNew, joins)
	v.Head.Lead = ui.T(ctx, "imports.found", "Count", len(rd.Lines), "Good", good, "Back", rd.count(goesBack))
	if i.Taken != nil {
		v.Head.Lead = ui.T(ctx, "imports.found.taken", "Count", len(rd.Lines), "Held", rd.count(isHeld), "Good", good, "Changes", rd.count(changes), "Back", rd.count(goesBack))
	}
	at := importURL(i.ID)
	show := state(r.URL.Query().Get("show"))
	v.Chips = ui.Chips{Label: ui.T(ctx, "imports.show"), Items: []ui.Chip{{Text: ui.T(ctx, "imports.show.all"), URL: at, Count: len(rd.Lines), Counted: true, Current: show == ""}}}
	for _, s := range []state{goesBack, isNew, joins, changes, isHeld} {
		if n := rd.count(s); n > 0 {
			v.Chips.Items = append(v.Chips.Items, ui.Chip{Text: stateWord(ctx, i.Form, s), URL: at + "?show=" + string(s), Count: n, Counted: true, Current: show == s})
		}
	}
	lines := rd.Lines
	if show != "" {
		lines = nil
		for _, l := range rd.Lines {
			if l.State == show {
				lines = append(lines, l)
			}
		}
	}
	from, err := strconv.Atoi(r.URL.Query().Get("from"))
	if err != nil || from < 0 || from >= len(lines) {
		from = 0
	}
	to := min(from+rowsOnPage, len(lines))
	turn := func(key string, at int) {
		q := url.Values{"from": {strconv.Itoa(at)}}
		if show != "" {
			q.Set("show", string(show))
		}
		v.Pages = append(v.Pages, ui.Link{Text: ui.T(ctx, key), URL: importURL(i.ID) + "?" + q.Encode()})
	}
	if from > 0 {
		turn("imports.page.before", max(0, from-rowsOnPage))
	}
	if to < len(lines) {
		turn("imports.page.after", to)
	}
	v.Table = p.table(ctx, i.Form, rd, lines[from:to])
	if len(lines) > rowsOnPage {
		v.Chips.Note = ui.T(ctx, "imports.page", "From", from+1, "To", to, "Count", len(lines))
	}
	switch {
	case rd.Bottom == 0:
	case rd.Named():
		v.Notes = append(v.Notes, ui.Note{State: ui.Info, Text: ui.T(ctx, "imports.from", "Sheet", rd.Sheet, "Row", rd.Bottom)})
	default:
		v.Notes = append(v.Notes, ui.Note{State: ui.Info, Text: ui.T(ctx, "imports.from.text", "Row", rd.Bottom)})
	}
	for _, n := range rd.Notes {
		v.Notes = append(v.Notes, ui.Note{State: ui.Info, Text: ui.TMap(ctx, "sheet.note."+n.Reason, n.Args)})
	}
	v.Columns = p.columns(ctx, i, rd)
	v.Left = p.left(ctx, rd)
	p.taking(ctx, i, rd, v)
	if back := rd.count(goesBack); back > 0 {
		v.Acts = append(v.Acts, ui.Button{Text: ui.T(ctx, "imports.back", "Count", back), URL: at + "/back", Kind: ui.Second})
	}
}

// planYear is the year that a plan is for: the first that its rows tell, else
// the next one from November on, when plans are written.
func (p *Pages) planYear(rd read) int {
	for _, r := range rd.records(isNew) {
		year, _, told := strings.Cut(r.Get("month"), "-")
		if y, err := strconv.Atoi(year); told && err == nil {
			return y
		}
	}
	today := p.Site.Journal.Today()
	if today.Month() >= time.November {
		return today.Year() + 1
	}
	return today.Year()
}

// taking is the button that lets rows go in, and what pressing it does.
func (p *Pages) taking(ctx context.Context, i room.Import, rd read, v *previewView) {
	if i.Form == sheet.Plan {
		if n := rd.count(isNew); n > 0 {
			v.Notes = append([]ui.Note{{State: ui.Info, Title: ui.T(ctx, "imports.plan.sums", "Count", n, "People", sum(rd, "people"), "Yuan", yuan(ctx, rd)), Text: ui.T(ctx, "imports.plan.text")}}, v.Notes...)
			year := p.planYear(rd)
			choose := ui.Field{Name: "year", Kind: ui.Select, Label: ui.T(ctx, "plan.years"), Width: "short"}
			for y := year - 1; y <= year+1; y++ {
				choose.Options = append(choose.Options, ui.Option{Value: strconv.Itoa(y), Text: ui.T(ctx, "plan.year", "Year", strconv.Itoa(y)), Chosen: y == year})
			}
			v.Take = &takeForm{Action: importURL(i.ID) + "/take", Key: web.NewKey(), Effect: ui.T(ctx, "imports.effect.plan", "Count", n), Changes: &choose, Do: ui.Button{Text: ui.T(ctx, "imports.take", "Count", n)}}
			v.Acts = append(v.Acts, ui.Button{Text: ui.T(ctx, "imports.plan.give"), URL: importURL(i.ID) + "/taken", Kind: ui.Second})
		}
		return
	}
	fresh, other := rd.count(isNew, joins), rd.count(changes)
	if fresh == 0 && other == 0 {
		return
	}
	t := &takeForm{Action: importURL(i.ID) + "/take", Key: web.NewKey(), Effect: ui.T(ctx, "imports.effect."+string(i.Form), "Count", fresh), Do: ui.Button{Text: ui.T(ctx, "imports.take", "Count", fresh)}}
	if back := rd.count(goesBack); back > 0 {
		t.Rest = ui.T(ctx, "imports.effect.back", "Count", back)
	}
	if other > 0 {
		t.Changes = &ui.Field{Name: "changes", Kind: ui.Check, Label: ui.T(ctx, "imports.changes", "Count", other), Hint: ui.T(ctx, "imports.changes.hint")}
		if fresh == 0 {
			t.Do.Text = ui.T(ctx, "imports.take.changes")
		}
	}
	if rd.Case != nil {
		t.Send = append(t.Send, ui.Hidden{Name: "revision", Value: strconv.FormatInt(rd.Case.Draft.Revision, 10)})
	}
	v.Take = t
}

// ui:keys imports.effect.*

// table is a page of rows: each cell as it was understood, as it stands in the
// file where that is otherwise, and what becomes of the row.
func (p *Pages) table(ctx context.Context, f sheet.Form, rd read, lines []line) ui.Table {
	t := ui.Table{Caption: ui.T(ctx, "imports.rows"), Cards: true, Columns: []ui.Column{{Text: ui.T(ctx, "imports.col.row")}, {Text: ui.T(ctx, "imports.col.state")}}, Empty: ui.Empty{Text: ui.T(ctx, "imports.rows.none")}}
	var cols []sheet.Column
	for _, c := range rd.Columns {
		if c.Field != "" {
			cols = append(cols, c)
			t.Columns = append(t.Columns, ui.Column{Text: fieldLabel(ctx, f, c.Field)})
		}
	}
	var rows []ui.Row
	for _, l := range lines {
		row := ui.Row{Cells: []ui.Cell{{Text: strconv.Itoa(l.Row), Head: true, Quiet: true}, {Tag: ui.Tag{State: tagOf[l.State], Word: stateWord(ctx, f, l.State)}, Show: says(p.says(ctx, f, l))}}}
		if l.State == goesBack {
			row.State = ui.Stop
		}
		for _, c := range cols {
			row.Cells = append(row.Cells, p.cell(ctx, l, c))
		}
		rows = append(rows, row)
	}
	t.Groups = []ui.Group{{Rows: rows}}
	return t
}

// saying is a sentence about a row, with its cell.
type saying struct {
	State ui.State
	Cell  string
	Text  string
	Fix   string
}

func (p *Pages) says(ctx context.Context, f sheet.Form, l line) []saying {
	var out []saying
	for _, d := range l.Doubts {
		s := saying{State: ui.Info, Cell: d.Cell}
		s.Text, s.Fix = p.say(ctx, d)
		switch {
		case d.Stops:
			s.State = ui.Stop
		case d.Reason == "date.forever", d.Reason == "name.aside", d.Reason == "duplicate.same":
			s.Fix = "" // there is nothing to mend
		}
		out = append(out, s)
	}
	if l.ByName != "" && l.State != goesBack {
		out = append(out, saying{State: ui.Info, Cell: l.Cell("familyName"), Text: ui.T(ctx, "imports.by_name", "Tail", l.ByName)})
	}
	for _, c := range l.Changes {
		out = append(out, saying{State: ui.Warn, Cell: l.Cell(c.Field), Text: ui.T(ctx, "imports.change", "Label", fieldLabel(ctx, f, c.Field), "Was", p.shown(ctx, c.Field, c.Was), "Is", p.shown(ctx, c.Field, c.Is))})
	}
	return out
}

// say gives the words of a doubt and its cure.
func (p *Pages) say(ctx context.Context, d sheet.Doubt) (why, fix string) {
	if key, ok := strings.CutPrefix(d.Reason, ruled); ok {
		return ui.Sentence(ctx, fault.Finding{Field: d.Field, Key: key, Args: d.Args}), ui.T(ctx, "imports.fix.register")
	}
	args := maps.Clone(d.Args)
	if args == nil {
		args = map[string]any{}
	}
	if en, ok := args["ChoicesEn"]; ok && !ui.LangOf(ctx).Chinese() {
		args["Choices"] = en
	}
	return ui.TMap(ctx, "sheet.doubt."+d.Reason, args), ui.TMap(ctx, "sheet.fix."+d.Reason, args)
}

// fieldLabel is what pages call a field.
func fieldLabel(ctx context.Context, f sheet.Form, name string) string {
	list := "members."
	if f == sheet.Itinerary {
		list = "itinerary."
	}
	if key := "field." + list + name; f != sheet.Plan && ui.Known(key) {
		return ui.T(ctx, key)
	}
	return sheet.Label(name, !ui.LangOf(ctx).Chinese())
}

// cell shows what stands in one cell of the file and how it was understood.
func (p *Pages) cell(ctx context.Context, l line, c sheet.Column) ui.Cell {
	at := sheet.Ref(c.Index, l.Row)
	var texts []string
	raw := ""
	for _, v := range l.Values {
		if v.Cell != at {
			continue
		}
		if v.Raw != "" {
			raw = v.Raw
		}
		if v.Text != "" {
			texts = append(texts, p.shown(ctx, v.Field, v.Text))
		}
	}
	out := ui.Cell{Text: strings.Join(texts, " ")}
	plain := strings.Join(strings.Fields(dossier.FoldText(raw)), " ")
	switch {
	case out.Text == "" && raw != "":
		out.Text, out.Quiet = raw, true
	case c.Field != "idNumber" && raw != "" && plain != out.Text && strings.ReplaceAll(plain, " ", "") != strings.ReplaceAll(out.Text, " ", ""):
		out.Sub = ui.T(ctx, "imports.raw", "Text", clip(raw))
	}
	return out
}

// masked hides what looks like an identity number, whatever column it is in.
func masked(s string) string {
	if n := dossier.FoldCode(s); len(n) >= 15 && dossier.ReadID(n).Area != "" {
		return person.IDNumber(n).String()
	}
	return s
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// shown spells a value for people; an identity number only in part.
func (p *Pages) shown(ctx context.Context, field, value string) string {
	english := !ui.LangOf(ctx).Chinese()
	switch field {
	case "idNumber":
		return person.IDNumber(value).String()
	case "country", "nationality":
		if value != "" {
			return p.Work.Country(ctx, value)
		}
	case "countries":
		var names []string
		for _, code := range strings.Fields(value) {
			names = append(names, p.Work.Country(ctx, code))
		}
		return ui.List(ctx, names)
	case "":
		return value
	}
	if value == "" {
		return ui.T(ctx, "imports.none")
	}
	return sheet.WordLabel(field, value, english)
}

// columns is the form that corrects what the columns mean.
func (p *Pages) columns(ctx context.Context, i room.Import, rd read) *columnsForm {
	head := ""
	if rd.Bottom > 0 {
		head = strconv.Itoa(rd.Bottom)
	}
	f := p.sheets(ctx, i, rd.Sheets, rd.Sheet, head)
	unknown := 0
	for _, c := range rd.Columns {
		title := ui.T(ctx, "imports.column", "Letter", sheet.Letters(c.Index), "Title", c.Title)
		field := ui.Field{Name: "column." + strconv.Itoa(c.Index), Kind: ui.Select, Label: title, Value: c.Field}
		if c.Sample != "" {
			field.Hint = ui.T(ctx, "imports.column.sample", "Text", masked(clip(c.Sample)))
		}
		none := ui.T(ctx, "imports.column.none")
		// ui:keys sheet.left.*
		switch {
		case c.Left != "":
			none = ui.T(ctx, "imports.column.left", "Why", ui.T(ctx, "sheet.left."+c.Left))
		case c.Field == "" && !c.Known && c.Title != "":
			unknown++
		}
		field.Options = []ui.Option{{Value: "", Text: none, Chosen: c.Field == ""}}
		for _, name := range sheet.Fields(i.Form) {
			field.Options = append(field.Options, ui.Option{Value: name, Text: fieldLabel(ctx, i.Form, name), Chosen: c.Field == name})
		}
		f.Columns = append(f.Columns, field)
	}
	f.Open = unknown > 0
	return f
}

// pointing is the form for a file in which no table was found.
func (p *Pages) pointing(ctx context.Context, i room.Import) (*columnsForm, error) {
	b, err := book(i)
	if err != nil {
		return nil, err
	}
	var all []sheet.SheetNote
	for _, s := range b.Sheets {
		all = append(all, sheet.SheetNote{Name: s.Name, Hidden: s.Hidden, Rows: len(s.Rows)})
	}
	f := p.sheets(ctx, i, all, i.Choice.Sheet, "")
	f.Open = true
	return f, nil
}

func (p *Pages) sheets(ctx context.Context, i room.Import, all []sheet.SheetNote, now, head string) *columnsForm {
	f := &columnsForm{Action: importURL(i.ID) + "/columns", Key: web.NewKey(), Do: ui.Button{Text: ui.T(ctx, "imports.columns.do"), Kind: ui.Second}, Send: []ui.Hidden{{Name: "_sheet", Value: now}, {Name: "_header", Value: head}}}
	if len(all) > 1 {
		s := ui.Field{Name: "sheet", Kind: ui.Select, Label: ui.T(ctx, "imports.sheet"), Value: now}
		if now == "" {
			s.Options = append(s.Options, ui.Option{Value: "", Text: ui.T(ctx, "imports.sheet.found"), Chosen: true})
		}
		for _, x := range all {
			text := ui.T(ctx, "imports.sheet.rows", "Name", x.Name, "Count", x.Rows)
			if x.Hidden {
				text = ui.T(ctx, "imports.sheet.hidden", "Name", x.Name, "Count", x.Rows)
			}
			s.Options = append(s.Options, ui.Option{Value: x.Name, Text: text, Chosen: x.Name == now})
		}
		f.Fields = append(f.Fields, s)
	} else {
		f.Send = append(f.Send, ui.Hidden{Name: "sheet", Value: now})
	}
	hidden := ui.Field{Name: "hidden", Kind: ui.Check, Label: ui.T(ctx, "imports.hidden")}
	if i.Choice.Hidden {
		hidden.Value = "yes"
	}
	f.Fields = append(f.Fields, ui.Field{Name: "header", Kind: ui.Number, Label: ui.T(ctx, "imports.header"), Hint: ui.T(ctx, "imports.header.hint"), Value: head, Optional: true}, hidden)
	return f
}

// left are the rows that weren't read as any; a few stand for many.
//
// ui:keys sheet.row.*
func (p *Pages) left(ctx context.Context, rd read) *ui.Table {
	var rows []ui.Row
	for _, l := range rd.Left {
		if len(rows) == rowsOnPage {
			break
		}
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: strconv.Itoa(l.Row), Head: true}, {Text: ui.T(ctx, "sheet.row."+l.Why)}, {Text: l.Text, Quiet: true}}})
	}
	if len(rows) == 0 {
		return nil
	}
	return &ui.Table{Caption: ui.T(ctx, "imports.left", "Count", len(rd.Left)), Titled: true, Columns: []ui.Column{{Text: ui.T(ctx, "imports.col.row")}, {Text: ui.T(ctx, "imports.col.why")}, {Text: ui.T(ctx, "imports.col.text")}}, Groups: []ui.Group{{Rows: rows}}}
}

func says(all []saying) templ.Component {
	if len(all) == 0 {
		return nil
	}
	return sayings(all)
}

func sum(rd read, field string) int {
	n := 0
	for _, r := range rd.records(isNew) {
		if x, err := strconv.Atoi(r.Get(field)); err == nil {
			n += x
		}
	}
	return n
}

// yuan adds up the budgets, in whole fen.
func yuan(ctx context.Context, rd read) string {
	var fen int64
	for _, r := range rd.records(isNew) {
		whole, part, _ := strings.Cut(r.Get("amount"), ".")
		n, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
		if err == nil {
			fen += n
		}
	}
	return ui.Yuan(ctx, fen)
}
