// Package sheet is the pages on which a spreadsheet is read: it is sent or
// pasted, looked over with every doubt beside its cell, and only then taken.
// What is in order goes in; the rest goes back as a workbook with the reasons.
//
// The pages decide nothing: people go in by the commands of the register,
// members and half-days by those of the draft. What a file may look like is
// the thinking's to say (room sheet).
package sheet

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/gofrs/uuid/v5"

	"yitang/internal/access"
	"yitang/internal/blob"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/material"
	"yitang/internal/precheck"
	"yitang/internal/sheet"
	"yitang/internal/web"
	applying "yitang/internal/web/filing"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// Pages is what these pages need of the internet node.
type Pages struct {
	Site    *web.Site
	Work    *applying.Work
	Imports *room.Imports
	// Convert makes an XLSX of an older format; errNoConverter where nothing on
	// this machine can.
	Convert func(ctx context.Context, data []byte) ([]byte, error)
	turn    chan struct{} // holds whoever converts: one at a time, half a gigabyte each

	shelf shelf
}

// New makes the pages.
func New(s *web.Site, w *applying.Work, im *room.Imports) *Pages {
	return &Pages{Site: s, Work: w, Imports: im, Convert: Convert, turn: make(chan struct{}, 1), shelf: shelf{read: map[string]shelved{}}}
}

// Routes are the addresses of these pages.
func (p *Pages) Routes() []web.Route {
	all := []web.Route{
		{Pattern: "GET /people/import", Right: access.EditPeople, Handle: p.start(sheet.People)},
		{Pattern: "POST /people/import", Right: access.EditPeople, Handle: p.send(sheet.People), Files: true},
		{Pattern: "POST /people/export", Right: access.SeePeople, Handle: p.postPeople},
		{Pattern: "GET /cases/{case}/members/import", Right: access.EditCase, Handle: p.start(sheet.Members)},
		{Pattern: "POST /cases/{case}/members/import", Right: access.EditCase, Handle: p.send(sheet.Members), Files: true},
		{Pattern: "POST /cases/{case}/members/export", Right: access.SeeUnit, Handle: p.postMembers},
		{Pattern: "GET /cases/{case}/trip/import", Right: access.EditCase, Handle: p.start(sheet.Itinerary)},
		{Pattern: "POST /cases/{case}/trip/import", Right: access.EditCase, Handle: p.send(sheet.Itinerary), Files: true},
		{Pattern: "GET /cases/{case}/trip/export", Right: access.SeeUnit, Handle: p.getItinerary},
		{Pattern: "GET /plan/import", Right: access.EditCase, Handle: p.start(sheet.Plan)},
		{Pattern: "POST /plan/import", Right: access.EditCase, Handle: p.send(sheet.Plan), Files: true},
		{Pattern: "GET /imports/{import}", Right: access.EditPeople, Handle: p.getPreview},
		{Pattern: "POST /imports/{import}/columns", Right: access.EditPeople, Handle: p.postColumns},
		{Pattern: "POST /imports/{import}/take", Right: access.EditPeople, Handle: p.postTake},
		{Pattern: "GET /imports/{import}/back", Right: access.EditPeople, Handle: p.getBack},
		{Pattern: "GET /imports/{import}/taken", Right: access.EditPeople, Handle: p.getTaken},
		{Pattern: "POST /imports/{import}/discard", Right: access.EditPeople, Handle: p.postDiscard},
	}
	for _, f := range sheet.Forms() {
		all = append(all, web.Route{Pattern: "GET /templates/" + string(f), Right: access.SeeUnit, Handle: p.template(f)})
	}
	return all
}

// Object tells whose an import in an address is.
func (p *Pages) Object(ctx context.Context, id string) (access.Object, error) {
	u, err := p.Imports.Find(ctx, id)
	return access.Object{Unit: u}, err
}

// place is where a form's files are sent.
func place(f sheet.Form, filing string) string {
	switch f {
	case sheet.Members:
		return "/cases/" + url.PathEscape(filing) + "/members/import"
	case sheet.Itinerary:
		return "/cases/" + url.PathEscape(filing) + "/trip/import"
	case sheet.Plan:
		return "/plan/import"
	}
	return "/people/import"
}

// home is the page that a form's rows end on.
func home(f sheet.Form, filing string) string {
	switch f {
	case sheet.Members:
		return "/cases/" + url.PathEscape(filing) + "/members"
	case sheet.Itinerary:
		return "/cases/" + url.PathEscape(filing) + "/trip"
	case sheet.Plan:
		return "/cases"
	}
	return "/people"
}

func importURL(id string) string { return "/imports/" + url.PathEscape(id) }

// startView is the page on which a file is sent.
type startView struct {
	Head      ui.Head
	Errors    ui.ErrorSummary
	Drop      ui.FileDrop
	Paste     ui.Field
	Action    string
	Key       string
	Read      ui.Button
	Template  ui.Link
	Ready     string // what the template does
	Waiting   ui.Table
	Export    *exportForm
	Itinerary ui.Link
}

// exportForm asks whether whole numbers are wanted: each is then a look on record.
type exportForm struct {
	Title   string
	Lead    string
	Action  string
	Key     string
	Numbers ui.Field
	Do      ui.Button
}

func (p *Pages) start(f sheet.Form) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { p.showStart(w, r, f, "", nil) }
}

// writable refuses a case whose draft isn't to be written on now.
func (p *Pages) writable(r *http.Request, f sheet.Form, filing string) error {
	if f != sheet.Members && f != sheet.Itinerary {
		return nil
	}
	c, err := p.Work.Open(r.Context(), filing)
	switch {
	case err != nil:
		return err
	case !c.HasDraft:
		return fault.NotFound("draft " + filing)
	case c.Filing.Stage != room.InDraft:
		return fault.NotNow("filing.draft.standing", c.Filing.Stage)
	}
	return nil
}

// ui:keys imports.title.*
// ui:keys imports.lead.*
func (p *Pages) showStart(w http.ResponseWriter, r *http.Request, f sheet.Form, pasted string, failed error) {
	ctx, who, filing := r.Context(), web.Who(r), r.PathValue("case")
	if err := p.writable(r, f, filing); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	at := place(f, filing)
	v := startView{Head: ui.Head{Title: ui.T(ctx, "imports.title."+string(f)), Lead: ui.T(ctx, "imports.lead."+string(f))}, Action: at, Key: web.NewKey(),
		Read: ui.Button{Text: ui.T(ctx, "imports.read")}, Template: ui.Link{Text: ui.T(ctx, "imports.template", "Name", ui.T(ctx, "sheet.form."+string(f))), URL: "/templates/" + string(f)}}
	v.Ready = forPeople(ctx, "imports.template.text", f)
	v.Drop = ui.FileDrop{Action: at, ID: ui.FieldID("file"), Name: "file", Label: ui.T(ctx, "imports.file"), Hint: ui.T(ctx, "imports.file.hint", "Limit", sheet.MaxFile>>20),
		Accept: ".xlsx,.csv,.tsv,.txt,.xls,.ods", One: true, Max: sheet.MaxFile}
	v.Paste = ui.Field{Name: "text", Kind: ui.Area, Label: ui.T(ctx, "imports.paste"), Hint: forPeople(ctx, "imports.paste.hint", f), Value: pasted, Rows: 8}
	status := http.StatusOK
	if failed != nil {
		status, v.Errors = http.StatusUnprocessableEntity, ui.Summarise(ctx, failed)
		words := ui.FieldErrors(ctx, failed)["file"]
		if pasted != "" {
			v.Paste.Error = words
			for i := range v.Errors.Errors {
				v.Errors.Errors[i].Field = "text"
			}
		} else {
			v.Drop.Error = words
		}
	}
	all, err := p.Imports.List(ctx, who.Unit)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v.Waiting = p.waiting(ctx, all, f, filing)
	if f == sheet.Itinerary {
		v.Itinerary = ui.Link{Text: ui.T(ctx, "imports.export.itinerary"), URL: "/cases/" + url.PathEscape(filing) + "/trip/export"}
	}
	if f == sheet.People {
		v.Export = &exportForm{Title: ui.T(ctx, "imports.export.people"), Lead: ui.T(ctx, "imports.export.lead"), Action: "/people/export", Key: web.NewKey(), Numbers: numbersField(ctx), Do: ui.Button{Text: ui.T(ctx, "imports.export.do"), Kind: ui.Second}}
	}
	if f == sheet.Members {
		v.Export = &exportForm{Title: ui.T(ctx, "imports.export.members"), Lead: ui.T(ctx, "imports.export.lead"), Action: "/cases/" + url.PathEscape(filing) + "/members/export", Key: web.NewKey(), Numbers: numbersField(ctx), Do: ui.Button{Text: ui.T(ctx, "imports.export.do"), Kind: ui.Second}}
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Banner: p.said(r), Tabs: progress.Tabs(ctx, who, ""), Crumbs: p.crumbs(ctx, f, filing, v.Head.Title)}, startPage(v))
}

// forPeople gives the words of a form: those of lists of people speak of names
// and numbers, which the others don't have.
//
// ui:keys imports.paste.hint
// ui:keys imports.paste.hint.people
// ui:keys imports.template.text
// ui:keys imports.template.text.people
func forPeople(ctx context.Context, key string, f sheet.Form) string {
	if f == sheet.People || f == sheet.Members {
		key += ".people"
	}
	return ui.T(ctx, key)
}

func numbersField(ctx context.Context) ui.Field {
	return ui.Field{Name: "numbers", Kind: ui.Check, Label: ui.T(ctx, "imports.export.numbers"), Hint: ui.T(ctx, "imports.export.numbers.hint")}
}

func (p *Pages) crumbs(ctx context.Context, f sheet.Form, filing, here string) []ui.Link {
	switch f {
	case sheet.Members:
		return []ui.Link{{Text: ui.T(ctx, "cases.crumb"), URL: "/cases"}, {Text: ui.T(ctx, "cases.step.members"), URL: home(f, filing)}, {Text: here}}
	case sheet.Itinerary:
		return []ui.Link{{Text: ui.T(ctx, "cases.crumb"), URL: "/cases"}, {Text: ui.T(ctx, "cases.step.trip"), URL: home(f, filing)}, {Text: here}}
	case sheet.Plan:
		return []ui.Link{{Text: ui.T(ctx, "cases.crumb"), URL: "/cases"}, {Text: here}}
	}
	return []ui.Link{{Text: ui.T(ctx, "people.crumb"), URL: "/people"}, {Text: here}}
}

// ui:keys imports.said.*
func (p *Pages) said(r *http.Request) ui.Banner {
	if key := "imports.said." + r.URL.Query().Get("said"); ui.Known(key) {
		return ui.Banner{Text: ui.T(r.Context(), key)}
	}
	return ui.Banner{}
}

// waiting are the files that were sent and are still being looked over.
func (p *Pages) waiting(ctx context.Context, all []room.Import, f sheet.Form, filing string) ui.Table {
	t := ui.Table{Caption: ui.T(ctx, "imports.waiting"), Columns: []ui.Column{{Text: ui.T(ctx, "imports.col.file")}, {Text: ui.T(ctx, "imports.col.when")}, {Text: ui.T(ctx, "imports.col.state")}}}
	var rows []ui.Row
	for _, i := range all {
		if i.Form != f || i.Filing != filing {
			continue
		}
		tag := ui.Tag{State: ui.Wait, Word: ui.T(ctx, "imports.state.waiting")}
		if i.Taken != nil {
			tag = ui.Tag{State: ui.OK, Word: ui.T(ctx, "imports.state.taken")}
		}
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: nameOf(ctx, i.ImportDoc), URL: importURL(i.ID), Head: true}, {Text: ui.At(ctx, i.Updated), Quiet: true}, {Tag: tag}}})
	}
	t.Groups = []ui.Group{{Rows: rows}}
	return t
}

func nameOf(ctx context.Context, d room.ImportDoc) string {
	if d.Pasted {
		return ui.T(ctx, "imports.pasted")
	}
	return d.Name
}

// send takes a file, or what was pasted. Nothing of it goes anywhere yet.
func (p *Pages) send(f sheet.Form) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		filing := r.PathValue("case")
		err := p.writable(r, f, filing)
		if err == nil && strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
			if err = r.ParseMultipartForm(1 << 20); err == nil {
				defer r.MultipartForm.RemoveAll()
			}
		}
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		name, data, err := sent(r)
		pasted := ""
		if err == nil && name == "" {
			if pasted = r.PostFormValue("text"); strings.TrimSpace(pasted) == "" {
				err = fault.Field("file", "imports.nothing", nil)
			}
		}
		id := ""
		if err == nil {
			id, err = p.keep(r.Context(), web.Who(r).Unit, f, filing, name, data, pasted)
		}
		fragment := r.FormValue("_fragment") != ""
		switch {
		case fault.Findings(err) != nil && fragment:
			p.Site.Fragment(w, r, http.StatusUnprocessableEntity, ui.File{Name: name, State: ui.FileRefused, Error: ui.FieldErrors(r.Context(), err)["file"]})
		case fault.Findings(err) != nil:
			p.showStart(w, r, f, pasted, err)
		case fragment && err == nil:
			p.Site.Fragment(w, r, http.StatusOK, ui.File{Name: name, What: ui.T(r.Context(), "imports.kept"), Size: int64(len(data)), State: ui.FileOK, Preview: importURL(id)})
		default:
			p.Site.Answer(w, r, err, importURL(id))
		}
	}
}

// sent is the file that came with a form; no name when there is none.
func sent(r *http.Request) (name string, data []byte, err error) {
	if r.MultipartForm == nil || len(r.MultipartForm.File["file"]) == 0 {
		return "", nil, nil
	}
	h := r.MultipartForm.File["file"][0]
	f, err := h.Open()
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	if data, err = io.ReadAll(io.LimitReader(f, sheet.MaxFile+1)); err != nil {
		return "", nil, err
	}
	if name = path.Base(strings.ReplaceAll(h.Filename, "\\", "/")); len(data) == 0 && (name == "" || name == ".") {
		return "", nil, nil // a form whose file field was left empty
	}
	return name, data, nil
}

// keep opens a file, so that one that can't be read is refused at once, and
// keeps it. The same file again is the same import: its choices stand.
func (p *Pages) keep(ctx context.Context, unit string, f sheet.Form, filing, name string, data []byte, pasted string) (string, error) {
	i := room.Import{Unit: unit, Form: f, Filing: filing, File: data, ImportDoc: room.ImportDoc{Name: name, Pasted: pasted != "" && name == ""}}
	var book sheet.Book
	var err error
	if i.Pasted {
		i.File = []byte(pasted)
		book, err = sheet.Paste(pasted)
	} else {
		book, err = sheet.Open(i.File)
		if why := sheet.Refusal(err); why == "xls" || why == "ods" {
			var converted []byte
			if converted, err = p.convert(ctx, i.File, err); err == nil {
				i.File = converted
				book, err = sheet.Open(converted)
			}
		}
	}
	if err == nil {
		err = unmarked(book, name, i.File)
	}
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(i.File)
	i.ID = uuid.NewV5(uuid.NamespaceOID, strings.Join([]string{"import", unit, string(f), filing, hex.EncodeToString(sum[:])}, "/")).String()
	return i.ID, p.Imports.Begin(ctx, i)
}

// unmarked refuses what bears a mark of secrecy before anything of it is kept:
// in its cells, or in what a workbook prints above them.
func unmarked(book sheet.Book, name string, file []byte) error {
	var cells strings.Builder
	for _, s := range book.Sheets {
		for _, r := range s.Rows {
			for _, c := range r.Cells {
				if strings.Contains(c.Text, "密") {
					cells.WriteString(c.Text + "\n")
				}
			}
		}
	}
	mark := precheck.MarkOnFile(cells.String())
	if mark == "" && name != "" {
		_, err := material.Unmarked(bytes.NewReader(file), int64(len(file)), blob.XLSX, name) // who imports it sees each row
		return err
	}
	if mark == "" {
		return nil
	}
	return material.Marked(name, mark)
}

// convert tries what this machine has; where it has nothing, or that fails,
// the refusal stands: it says how to save the file anew.
func (p *Pages) convert(ctx context.Context, data []byte, refused error) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, convertIn) // the wait is part of it
	defer cancel()
	out, err := p.inTurn(ctx, data)
	if err != nil {
		if !errors.Is(err, errNoConverter) {
			p.Site.Log.Warn("converting a spreadsheet", "err", err)
		}
		return nil, refused
	}
	return out, nil
}

func (p *Pages) inTurn(ctx context.Context, data []byte) ([]byte, error) {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
		return p.Convert(ctx, data)
	case <-ctx.Done():
		return nil, fmt.Errorf("waiting for other conversions: %w", ctx.Err())
	}
}

func (p *Pages) template(f sheet.Form) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		var names []string
		for code := range p.Work.Pack().Ref.Countries {
			names = append(names, p.Work.Country(ctx, code))
		}
		sortNames(names)
		data, err := sheet.Template(f, names, words(ctx))
		p.give(w, r, ui.T(ctx, "imports.template.file", "Name", ui.T(ctx, "sheet.form."+string(f))), data, err)
	}
}

func words(ctx context.Context) sheet.Words {
	return sheet.Words{English: !ui.LangOf(ctx).Chinese(), Say: func(key string) string { return ui.T(ctx, key) }}
}

func lang(ctx context.Context) string {
	if ui.LangOf(ctx).Chinese() {
		return "zh"
	}
	return "en"
}

const workbookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// give answers with a workbook.
func (p *Pages) give(w http.ResponseWriter, r *http.Request, name string, data []byte, err error) {
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Content-Type", workbookType)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name + ".xlsx"}))
	h.Set("Content-Length", fmt.Sprint(len(data)))
	if _, err := w.Write(data); err != nil {
		p.Site.Log.Warn("sending a workbook", "err", err)
	}
}
