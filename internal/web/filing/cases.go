package filing

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"

	"yitang/internal/account"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// line is the three links; before a case is handed in only the first has begun.
// Passports and visas of a mission go on while it is being changed.
func (p *Pages) line(ctx context.Context, e room.Entry) (ui.Line, error) {
	if e.Round > 0 {
		return p.Progress.Line(ctx, e.ID)
	}
	out := p.plainLine(ctx, e.Stage, e.Outcome)
	out.Permits = e.Kind == dossier.HKMacau || dossier.RegionsOnly(e.Countries)
	if of, is := room.AmendmentOf(e.ID); is {
		var going []string
		if d, err := p.Work.Drafts.Load(ctx, e.ID); err == nil {
			going = d.Paper.People
		} else if !fault.IsNotFound(err) {
			return out, err
		}
		return p.Progress.Changed(ctx, out, of, going)
	}
	return out, nil
}

// ui:keys cases.line.*
func (p *Pages) plainLine(ctx context.Context, stage room.Stage, outcome room.Outcome) ui.Line {
	s := ui.Station{State: ui.You, Says: ui.T(ctx, "cases.line.draft"), Filled: 1}
	switch stage {
	case room.IsPresented:
		s = ui.Station{State: ui.Here, Filled: 2, Says: ui.T(ctx, "cases.line.presented")}
	case room.IsSubmitted:
		s = ui.Station{State: ui.Here, Filled: 4, Says: ui.T(ctx, "cases.line.submitted")}
	case room.IsSentBack:
		s = ui.Station{State: ui.You, Filled: 4, Says: ui.T(ctx, "cases.line.sent_back")}
	case room.IsConcluded:
		s = ui.Station{State: ui.Done, Says: ui.T(ctx, "cases.line.concluded")}
		if outcome == room.Refused {
			s.Says = ui.T(ctx, "cases.line.refused")
		}
	case room.IsWithdrawn:
		s = ui.Station{State: ui.Ahead, Says: ui.T(ctx, "cases.line.withdrawn")}
	}
	wait := ui.T(ctx, "cases.line.after")
	return ui.Line{Approval: s, Passport: ui.Station{State: ui.Ahead, Says: wait}, Visa: ui.Station{State: ui.Ahead, Says: wait}}
}

func (p *Pages) draftTable(ctx context.Context, unitName string, all []room.DraftEntry) ui.Table {
	t := ui.Table{Cards: true, Caption: ui.T(ctx, "cases.table", "Name", ui.T(ctx, "cases.home.drafts")), Columns: []ui.Column{{Text: ui.T(ctx, "cases.col.case")}, {Text: ui.T(ctx, "cases.col.days")}, {Text: ui.T(ctx, "cases.col.saved")}}}
	var rows []ui.Row
	for _, d := range all {
		title := cmp.Or(p.draftTitle(ctx, unitName, d), ui.T(ctx, "cases.untitled"))
		days := ""
		if !d.Depart.IsZero() && !d.Return.IsZero() {
			days = ui.Span(ctx, d.Depart, d.Return)
		}
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: p.called(ctx, d.ID, title), URL: caseURL(d.ID), Head: true, Sub: ui.T(ctx, "cases.people", "Count", d.Members)}, {Text: days}, {Text: ui.At(ctx, d.Updated), Quiet: true}}})
	}
	t.Groups = []ui.Group{{Rows: rows}}
	return t
}

// draftTitle is what a draft is called on its own page too: most are never named
// by anybody, and their name follows.
func (p *Pages) draftTitle(ctx context.Context, unitName string, e room.DraftEntry) string {
	if e.Title != "" {
		return e.Title
	}
	d, err := p.Work.Drafts.Load(ctx, e.ID)
	if err != nil {
		p.Site.Log.Warn("reading a draft for its title", "case", e.ID, "err", err)
		return ""
	}
	return d.Paper.Titled(unitName, &p.Work.Pack().Ref)
}

func (p *Pages) caseTable(ctx context.Context, all []room.Entry, shown map[string]bool) ui.Table {
	t := ui.Table{Cards: true, Caption: ui.T(ctx, "cases.table", "Name", ui.T(ctx, "cases.home.cases")), Columns: []ui.Column{{Text: ui.T(ctx, "cases.col.case")}, {Text: ui.T(ctx, "cases.col.days")}, {Text: ui.T(ctx, "cases.col.line")}, {Text: ui.T(ctx, "cases.col.stage")}}}
	groups := map[string][]ui.Row{}
	var ids []string
	for _, e := range all {
		ids = append(ids, e.ID)
	}
	heard, err := p.Progress.Rows(ctx, ids)
	p.Site.Missed(ctx, "where the cases of a list stand", "", err)
	for _, e := range all {
		if e.Stage == room.InDraft && e.Round == 0 || shown[e.ID] {
			continue // among the drafts, or a card of its own
		}
		e = p.written(ctx, e)
		is, known := heard[e.ID]
		line, tag, people := is.Line, is.Tag, is.Travelling
		if !known {
			people = e.Members
		}
		if e.Round == 0 || !known {
			if line, err = p.line(ctx, e); err != nil {
				p.Site.Log.Warn("reading the line of a case", "case", e.ID, "err", err)
			}
		}
		if line.Size = ui.LineMini; tag.Word == "" {
			tag = stageTag(ctx, e.Stage, e.Outcome)
		}
		var where []string
		for _, c := range e.Countries {
			where = append(where, p.country(ctx, c))
		}
		days := ""
		if !e.Depart.IsZero() && !e.Return.IsZero() {
			days = ui.Span(ctx, e.Depart, e.Return)
		}
		g := groupOf(e)
		if is.Over && g == "approved" {
			g = "done"
		}
		groups[g] = append(groups[g], ui.Row{Cells: []ui.Cell{
			{Text: e.Title, URL: caseURL(e.ID), Head: true, Sub: placesAndPeople(ctx, where, people)},
			{Text: days}, {Show: line}, {Tag: tag}}})
	}
	// ui:keys cases.group.*
	for _, g := range caseGroups {
		if rows := groups[g]; len(rows) > 0 {
			t.Groups = append(t.Groups, ui.Group{Title: ui.T(ctx, "cases.group."+g), Rows: rows})
		}
	}
	t.Empty = ui.Empty{Text: ui.T(ctx, "cases.home.empty")}
	return t
}

// caseGroups are the groups of a unit's list, in its order.
var caseGroups = []string{"signing", "office", "unit", "approved", "done", "over"}

// groupOf tells with whom a case lies.
func groupOf(e room.Entry) string {
	switch e.Stage {
	case room.InDraft, room.IsSentBack:
		return "unit"
	case room.IsPresented:
		return "signing"
	case room.IsSubmitted:
		return "office"
	case room.IsConcluded:
		if e.Outcome.Live() {
			return "approved"
		}
	case room.IsWithdrawn:
	}
	return "over"
}

// written fills in from the draft what an application that lies with the
// signatory doesn't say itself yet: days and countries.
func (p *Pages) written(ctx context.Context, e room.Entry) room.Entry {
	if e.Round > 0 || e.Stage != room.IsPresented {
		return e
	}
	d, err := p.Work.Drafts.Load(ctx, e.ID)
	if err != nil {
		p.Site.Log.Warn("reading the draft of a presented case", "case", e.ID, "err", err)
		return e
	}
	c := d.Paper.Case
	e.Kind, e.Depart, e.Return, e.Countries = c.Trip.Kind, c.Trip.Depart, c.Trip.Return, c.Countries()
	return e
}

func stageTag(ctx context.Context, s room.Stage, o room.Outcome) ui.Tag {
	switch s {
	case room.InDraft:
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "cases.stage.draft")}
	case room.IsPresented:
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "cases.stage.presented")}
	case room.IsSentBack:
		return ui.Tag{State: ui.Stop, Word: ui.T(ctx, "cases.stage.sent_back")}
	case room.IsWithdrawn:
		return ui.Tag{State: ui.Info, Word: ui.T(ctx, "cases.stage.withdrawn")}
	case room.IsConcluded:
		if o == room.Refused {
			return ui.Tag{State: ui.Info, Word: ui.T(ctx, "cases.stage.refused")}
		}
		return ui.Tag{State: ui.OK, Word: ui.T(ctx, "cases.stage.approved")}
	}
	return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "cases.stage.submitted")}
}

// newView offers the three beginnings.
type newView struct {
	Head    ui.Head
	Lock    lockView
	Errors  ui.ErrorSummary
	Kind    ui.Field
	Key     string
	ID      string
	Earlier ui.Table
	Import  string // what was pasted
	Error   string
}

func (p *Pages) getNew(w http.ResponseWriter, r *http.Request) { p.showNew(w, r, "", nil) }

func (p *Pages) showNew(w http.ResponseWriter, r *http.Request, pasted string, failed error) {
	ctx, who := r.Context(), web.Who(r)
	v := newView{Key: web.NewKey(), ID: p.Work.Journal.NewID(), Import: pasted, Head: ui.Head{Title: ui.T(ctx, "cases.new.title"), Lead: ui.T(ctx, "cases.new.lead")}}
	status := http.StatusOK
	if failed != nil {
		status = http.StatusUnprocessableEntity
		v.Errors = ui.Summarise(ctx, failed)
		for i, e := range v.Errors.Errors {
			if e.Field != "" && e.Field != "kind" {
				v.Errors.Errors[i] = ui.FieldError{Text: ui.T(ctx, "cases.place.error", "Where", e.Field, "Text", e.Text), URL: "#f-case-file"}
			}
		}
	}
	v.Kind = kindField(ctx)
	var err error
	if v.Lock, err = p.locked(ctx, who.Unit); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	earlier, err := room.OfUnit(ctx, p.Work.Journal.Store, who.Unit, room.After{}, 20)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v.Earlier = ui.Table{Cards: true, Caption: ui.T(ctx, "cases.table", "Name", ui.T(ctx, "cases.new.copy")), Columns: []ui.Column{{Text: ui.T(ctx, "cases.col.case")}, {Text: ui.T(ctx, "cases.col.days")}, {Text: ui.T(ctx, "cases.new.copy")}}}
	var rows []ui.Row
	for _, e := range earlier {
		if e.Round == 0 {
			continue
		}
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: e.Title, Head: true}, {Text: ui.Span(ctx, e.Depart, e.Return)},
			{Show: either(ui.Button{Text: ui.T(ctx, "cases.new.copy_this"), Post: "/cases/new", Kind: ui.Second, Send: []ui.Hidden{{Name: "_id", Value: v.ID}, {Name: "from", Value: e.ID}}},
				ui.Button{Text: ui.T(ctx, "second.elsewhere"), Post: "/cases/new", Kind: ui.Second, Send: []ui.Hidden{{Name: "_id", Value: v.ID}, {Name: "from", Value: e.ID}, {Name: "elsewhere", Value: "true"}}})}}})
	}
	v.Earlier.Groups = []ui.Group{{Rows: rows}}
	v.Earlier.Empty = ui.Empty{Text: ui.T(ctx, "cases.new.no_earlier")}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Crumbs: []ui.Link{{Text: ui.T(ctx, "cases.crumb"), URL: "/cases"}, {Text: v.Head.Title}}}, newPage(v))
}

// maxCaseFile bounds an imported case file, in bytes.
const maxCaseFile = 8 << 20

func (p *Pages) postNew(w http.ResponseWriter, r *http.Request) {
	ctx, who := r.Context(), web.Who(r)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		if err := r.ParseMultipartForm(1 << 20); err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		defer r.MultipartForm.RemoveAll()
	}
	id, err := p.Site.NewID(r, "_id")
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	paper := room.Paper{}
	switch from := r.FormValue("from"); from {
	case "blank", "":
		if k := r.FormValue("kind"); k == toTaiwan || k == isSecret {
			p.refer(w, r, k)
			return
		}
		kind, ok := kindChosen(r)
		if !ok {
			p.showNew(w, r, "", fault.Field("kind", "start.unknown", nil))
			return
		}
		paper.Case.Trip.Kind = kind
		if kind == dossier.TrainingCase {
			paper.Case.Trip.Category = dossier.Training
		}
	case "file":
		text, err := caseFile(r)
		if secretMark.Match(text) {
			err = errSecret // also in what can't be read or isn't taken for a case file: it isn't shown again
		}
		if err == nil {
			paper, err = p.Work.Import(ctx, who.Unit, id, bytes.NewReader(text))
		}
		if errors.Is(err, errSecret) {
			p.refer(w, r, isSecret)
			return
		}
		if fault.Findings(err) != nil {
			if fileChosen(r) { // the box below is for what was pasted
				text = nil
			}
			p.showNew(w, r, string(text), err)
			return
		}
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
	default:
		if r.FormValue("declare") != "" {
			var err error
			if paper, err = p.Work.Declare(ctx, from, who.Unit); err != nil {
				p.Site.Fail(w, r, err)
				return
			}
			break
		}
		f, v, err := journal.Load(ctx, p.Work.Journal, room.Room, from)
		if err == nil && (v == 0 || f.Unit != who.Unit) {
			err = fault.NotFound("case " + from)
		}
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		paper = room.CopyOf(from, f)
		if r.FormValue("elsewhere") != "" {
			paper = room.CopyElsewhere(from, f)
		}
		if since, set := p.ratesSince(); set {
			paper.CopyRates(f.Dossier, since, &p.Work.Pack().Ref, p.Work.Journal.Today())
		}
	}
	_, err = p.Work.Drafts.Begin(ctx, id, who.Unit, paper)
	p.Site.Answer(w, r, err, caseURL(id))
}

// fileChosen tells whether a file was sent, and not a text.
func fileChosen(r *http.Request) bool {
	return r.MultipartForm != nil && len(r.MultipartForm.File["file"]) > 0 && r.MultipartForm.File["file"][0].Size > 0
}

// looksLikeCase tells a case file, in whatever encoding, from a photo or a scan.
func looksLikeCase(b []byte) bool {
	return bytes.HasPrefix(b, []byte("\xff\xfe")) || bytes.HasPrefix(b, []byte("\xfe\xff")) ||
		bytes.HasPrefix(bytes.TrimSpace(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))), []byte("{"))
}

// caseFile is the file that was chosen, or the text that was pasted; the file also
// where it doesn't look like a case.
func caseFile(r *http.Request) ([]byte, error) {
	if r.MultipartForm != nil && len(r.MultipartForm.File["file"]) > 0 {
		f, err := r.MultipartForm.File["file"][0].Open()
		if err != nil {
			return nil, err
		}
		defer f.Close()
		b, err := io.ReadAll(io.LimitReader(f, maxCaseFile+1))
		switch {
		case err != nil:
			return nil, err
		case len(b) > 0 && !looksLikeCase(b):
			return b, fault.Field("", "cases.import.other", nil)
		case len(b) > 0:
			return b, nil
		}
	}
	if t := strings.TrimSpace(r.FormValue("text")); t != "" {
		return []byte(t), nil
	}
	return nil, fault.Field("", "cases.import.empty", nil)
}

var secretMark = regexp.MustCompile(`"secret"\s*:\s*true`)

var errSecret = errors.New("a case file marked secret")

// Import begins a draft from a case file. Members who aren't on file are
// recorded; what stands in the file about one who is stays out of their record.
func (w *Work) Import(ctx context.Context, unit, id string, file io.Reader) (room.Paper, error) {
	c, err := dossier.Read(file)
	if err != nil {
		if fs := dossier.Findings(err); fs != nil {
			return room.Paper{}, fault.Invalid(fs...)
		}
		return room.Paper{}, err
	}
	if c.Trip.Secret {
		return room.Paper{}, errSecret // before anybody in it is recorded
	}
	persons := make([]string, len(c.Members))
	var wrong []fault.Finding
	for i, m := range c.Members {
		known, err := person.Numbered(ctx, w.Journal.Store, w.Keys, m.IDNumber)
		if err != nil {
			return room.Paper{}, err
		}
		if known != "" {
			e, err := person.One(ctx, w.Journal.Store, known)
			if err != nil {
				return room.Paper{}, err
			}
			if e.Unit == unit {
				persons[i] = known
				continue
			}
			wrong = append(wrong, fault.Finding{Field: dossier.Owner(i) + ".idNumber", Key: "person.number.known"})
			continue
		}
		persons[i] = w.Journal.NewID()
		if err := w.RecordPerson(ctx, journal.Order{Subject: persons[i]}, unit, id, person.FromMember(m)); err != nil {
			fs := fault.Findings(err)
			if fs == nil {
				return room.Paper{}, err
			}
			for _, x := range fs {
				x.Field = dossier.Owner(i) + "." + x.Field
				wrong = append(wrong, x)
			}
		}
	}
	if len(wrong) > 0 {
		return room.Paper{}, fault.Invalid(wrong...)
	}
	return room.FromCase(c, persons), nil
}

// name is what people are called; an account of another zone stays its role.
func (p *Pages) name(ctx context.Context, id string) string {
	names, err := account.Names(ctx, p.Work.Journal.Store, []string{id})
	if err != nil {
		p.Site.Log.Warn("reading the name of an account", "err", err)
	}
	return names[id]
}

// placesAndPeople is where a group goes and how many they are; before it has
// places, only how many.
func placesAndPeople(ctx context.Context, where []string, members int) string {
	people := ui.T(ctx, "cases.people", "Count", members)
	if len(where) == 0 {
		return people
	}
	return ui.T(ctx, "cases.places_people", "Places", ui.List(ctx, where), "People", people)
}
