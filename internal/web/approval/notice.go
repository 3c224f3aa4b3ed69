package approval

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	room "yitang/internal/approval"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/precheck"
	"yitang/internal/requirement"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// noticeView is the one-time notice: a draft with its defects while it can
// still be sent, else the letter as it went out.
type noticeView struct {
	ID      string
	Version journal.Version
	Key     string
	AddKey  string
	Round   int
	Head    ui.Head
	Errors  ui.ErrorSummary
	Rows    []noticeRow
	Others  []ui.Finding // found, not listed
	Second  bool
	Reason  ui.Field
	New     []ui.Field
	May     bool
	Passes  bool // a second notice isn't the reader's to send: a chief does
	Sent    *ui.Notice
	Letter  string // who it is addressed to
	Until   string
	Leave   ui.Link
	Papers  *ui.Papers // as they were handed in, to be read beside
}

// noticeRow is one defect that can still be reworded.
type noticeRow struct {
	Index  int
	Defect room.Defect
	Where  string
	Words  ui.Field
	Off    ui.Button
}

func (p *Pages) getNotice(w http.ResponseWriter, r *http.Request) { p.showNotice(w, r, nil) }

func (p *Pages) showNotice(w http.ResponseWriter, r *http.Request, failed error) {
	v, err := p.noticeOf(r, failed)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	status := http.StatusOK
	if failed != nil {
		status = http.StatusUnprocessableEntity
	}
	w.Header().Set("Content-Security-Policy", framing)
	crumbs := []ui.Link{{Text: ui.T(r.Context(), "review.queue.crumb"), URL: "/queue"}, {Text: v.Head.Lead, URL: v.Leave.URL}, {Text: v.Head.Title}}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Main: "rev", Errors: len(v.Errors.Errors), Crumbs: crumbs}, noticePage(v))
}

func (p *Pages) noticeOf(r *http.Request, failed error) (noticeView, error) {
	ctx, id, who := r.Context(), r.PathValue("case"), web.Who(r)
	a, version, err := p.load(ctx, id)
	if err != nil {
		return noticeView{}, err
	}
	rounds, err := room.Rounds(ctx, p.Journal, id)
	if err != nil {
		return noticeView{}, err
	}
	round := rounds[len(rounds)-1]
	c := round.Dossier
	v := noticeView{ID: id, Version: version, Key: web.NewKey(), AddKey: web.NewKey(), Round: round.N, Errors: ui.Summarise(ctx, failed), Letter: c.Unit.Name,
		Head: ui.Head{Title: ui.T(ctx, "review.notice.title"), Lead: a.Title}, Leave: ui.Link{Text: ui.T(ctx, "review.back_to_case"), URL: "/c/" + id}}
	if v.Papers, err = p.papers(ctx, id, "/notice", rounds, r.URL.Query().Get("paper")); err != nil {
		return v, err
	}
	if a.Stage != room.AtIntake && a.Stage != room.UnderReview {
		return v, p.sentNotice(ctx, &v, id, c)
	}
	v.May = mayAct(who, a) || who.Has("chief", "director")
	v.Second = a.Returns > 0
	v.Passes = v.Second && !who.Has("chief", "director")
	sheet, _, err := journal.Load(ctx, p.Journal, room.WorksheetRoom, id)
	if err != nil {
		return v, err
	}
	sheet = sheet.For(round.N)
	beside := ui.FieldErrors(ctx, failed)
	posted := failed != nil && r.PostForm != nil
	for i, d := range sheet.Defects {
		name := fmt.Sprintf("defects[%d].words", i)
		row := noticeRow{Index: i, Defect: d, Where: progress.DefectPlace(ctx, c, d), Words: ui.Field{Kind: ui.Area, Name: name, Label: ui.T(ctx, "review.notice.words"), Value: d.Words, Rows: 2, Error: beside[name], Lang: "zh-Hans"},
			Off: ui.Button{Text: ui.T(ctx, "review.find.take_off"), Kind: ui.Plain, Post: "/c/" + id + "/notice/off", Send: key([]ui.Hidden{{Name: "rule", Value: d.Rule}, {Name: "field", Value: d.Field}, {Name: "words", Value: d.Words}, {Name: "paper", Value: string(d.Paper)}, {Name: "owner", Value: d.Owner}, {Name: "round", Value: fmt.Sprint(round.N)}, {Name: "from", Value: "notice"}})}}
		if posted {
			row.Words.Value = r.PostFormValue(name)
		}
		v.Rows = append(v.Rows, row)
	}
	for i := range v.Errors.Errors { // whose place it is, where several lack the same
		e := &v.Errors.Errors[i]
		at := ""
		if k := slices.IndexFunc(v.Rows, func(row noticeRow) bool { return row.Words.Name == e.Field }); k >= 0 {
			at = v.Rows[k].Where
		} else if e.Field == "words" && posted && r.PostFormValue("field") != "" {
			at = progress.Place(ctx, c, r.PostFormValue("field"))
		}
		if at != "" {
			e.Text = ui.T(ctx, "cases.place.error", "Where", at, "Text", e.Text)
		}
	}
	found, err := p.Check(ctx, id, c, round.People(), precheck.Intake)
	if err != nil {
		return v, err
	}
	for _, f := range found.List {
		if sheet.Lists(f.Rule, f.Field) {
			continue
		}
		if _, judged := sheet.Judged(f.Rule, f.Field); judged || f.Waived != nil {
			continue
		}
		shown := ui.FromRule(ctx, f)
		shown.Where = ui.Link{Text: progress.Place(ctx, c, f.Field)}
		if words := found.Answer(f, round.Answers); words != "" {
			shown.Answer = words
		}
		if v.May {
			shown.Actions = []ui.Button{{Text: ui.T(ctx, "review.find.list"), Kind: ui.Second, Key: "N", Post: "/c/" + id + "/notice/list", Send: key([]ui.Hidden{{Name: "rule", Value: f.Rule}, {Name: "field", Value: f.Field},
				{Name: "words", Value: f.Message.Zh}, {Name: "basis", Value: f.Basis.Cited()}, {Name: "fix", Value: f.Fix.Zh}, {Name: "round", Value: fmt.Sprint(round.N)}, {Name: "from", Value: "notice"}})}}
		}
		v.Others = append(v.Others, shown)
	}
	v.Reason = ui.Field{Kind: ui.Area, Name: "reason", Label: ui.T(ctx, "review.notice.reason"), Hint: ui.T(ctx, "review.notice.reason_hint"), Rows: 2, Error: beside["reason"]}
	if posted {
		v.Reason.Value = r.PostFormValue("reason")
	}
	lacking, err := p.lacking(ctx, id, round)
	if err != nil {
		return v, err
	}
	v.New = p.newDefect(ctx, c, lacking, beside)
	if posted {
		for i := range v.New {
			v.New[i].Value = r.PostFormValue(v.New[i].Name)
		}
	}
	v.Until = ui.Date(ctx, p.Journal.Book().AddWorkdays(p.Journal.Today(), p.Pack().Paths.CorrectionWorkdays))
	return v, nil
}

// newDefect is the form for what no rule has found: where, and in words.
func (p *Pages) newDefect(ctx context.Context, c dossier.Case, lacking []room.Defect, beside map[string]string) []ui.Field {
	field := ui.Field{Kind: ui.Select, Name: "field", Label: ui.T(ctx, "review.notice.where"), Hint: ui.T(ctx, "review.notice.where_hint"), Error: beside["field"], Options: []ui.Option{{Value: "", Text: ui.T(ctx, "review.notice.choose")}}}
	for _, g := range places(c) {
		for _, path := range g.paths {
			text := progress.Place(ctx, c, path)
			if path == "materials" { // the one place where the unit can give what wasn't there
				text = ui.T(ctx, "review.notice.missing")
			}
			field.Options = append(field.Options, ui.Option{Value: path, Text: text, Group: ui.T(ctx, "review.places."+g.name)})
		}
	}
	for _, d := range lacking {
		field.Options = append(field.Options, ui.Option{Value: missingPaper + string(d.Paper) + "@" + d.Owner, Text: progress.DefectPlace(ctx, c, d), Group: ui.T(ctx, "review.places.missing")})
	}
	return []ui.Field{field, {Kind: ui.Area, Name: "words", Label: ui.T(ctx, "review.notice.words"), Hint: ui.T(ctx, "review.notice.words_hint"), Rows: 2, Error: beside["words"], Lang: "zh-Hans"},
		{Name: "fix", Label: ui.T(ctx, "review.notice.fix"), Optional: true, Lang: "zh-Hans"}}
}

// missingPaper begins the value of a paper that is chosen and not there.
const missingPaper = "missing:"

// lacking are the papers that the case should have and that nobody has given yet, each
// as a defect that names it: of the case, and of each member.
func (p *Pages) lacking(ctx context.Context, id string, round room.Round) ([]room.Defect, error) {
	needs, err := p.needs(ctx, id, round)
	if err != nil {
		return nil, err
	}
	var out []room.Defect
	for _, q := range needs {
		m, is := q.What.(requirement.Material)
		if !is || !q.IsMissing() || !q.AsksPeople() || q.Need == requirement.AfterTrip {
			continue
		}
		d := room.Defect{Field: "materials", Paper: m.Kind, Owner: q.Owner.String()}
		if !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	return out, nil
}

// chosen is a defect that names a missing paper, with its words where none were
// written.
func (p *Pages) chosen(r *http.Request, id string, d room.Defect) (room.Defect, error) {
	what, is := strings.CutPrefix(d.Field, missingPaper)
	if !is {
		return d, nil
	}
	kind, owner, _ := strings.Cut(what, "@")
	rounds, err := room.Rounds(r.Context(), p.Journal, id)
	if err != nil {
		return d, err
	}
	round := rounds[len(rounds)-1]
	lacking, err := p.lacking(r.Context(), id, round)
	if err != nil {
		return d, err
	}
	i := slices.IndexFunc(lacking, func(x room.Defect) bool { return string(x.Paper) == kind && x.Owner == owner })
	if i < 0 {
		d.Field = "" // it came meanwhile, or was never asked for
		return d, nil
	}
	d.Field, d.Paper, d.Owner = lacking[i].Field, lacking[i].Paper, lacking[i].Owner
	if d.Words == "" {
		zh := ui.With(r.Context(), ui.Prefs{Lang: ui.ZhHans}) // what is sent is written in Chinese
		d.Words = ui.T(zh, "review.notice.lacks", "What", progress.DefectPlace(zh, round.Dossier, d))
	}
	return d, nil
}

// index is the path of one of a list.
func index(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }

// together are places that are listed under one name.
type together struct {
	name  string
	paths []string
}

// places lists the parts of a case that a defect can be tied to.
//
// ui:keys review.places.*
func places(c dossier.Case) []together {
	each := func(name string, n int) []string {
		out := make([]string, n)
		for i := range n {
			out[i] = index(name, i)
		}
		return out
	}
	return []together{
		{"mission", []string{"case.title", "case.purpose", "case.necessity", "case.expectedResults"}},
		{"members", each("members", len(c.Members))},
		{"trip", append(append([]string{"case.depart", "case.return"}, each("legs", len(c.Legs))...), "itinerary")},
		{"invitations", each("invitations", len(c.Invitations))},
		{"papers", append([]string{"budget", "notice", "materials"}, each("materials", len(c.Materials))...)},
	}
}

func (p *Pages) sentNotice(ctx context.Context, v *noticeView, id string, c dossier.Case) error {
	history, err := p.Journal.History(ctx, journal.Ref{Kind: room.Room.Kind, ID: id})
	if err != nil {
		return err
	}
	for _, e := range history {
		b, ok := e.Body.(room.SentBack)
		if !ok {
			continue
		}
		n := ui.Notice{Issued: e.At, By: deskName(ctx, e.Actor.Role)}
		for i, d := range b.Defects {
			n.Defects = append(n.Defects, ui.Defect{ID: fmt.Sprintf("defect-%d", i), Title: d.Words, Where: ui.Link{Text: progress.DefectPlace(ctx, c, d)}, Basis: d.Basis, Fix: d.Fix})
		}
		v.Sent, v.Until = &n, ui.Date(ctx, b.Until)
	}
	if v.Sent == nil {
		return fault.NotFound("notice of " + id)
	}
	return nil
}

func defectOf(r *http.Request) room.Defect {
	text := func(name string) string { return strings.TrimSpace(r.PostFormValue(name)) }
	return room.Defect{Field: text("field"), Rule: text("rule"), Words: text("words"), Basis: text("basis"), Fix: text("fix"), Paper: dossier.MaterialKind(text("paper")), Owner: text("owner")}
}

// postList puts a defect on the notice, from the case or from the notice itself.
func (p *Pages) postList(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("case")
	a, _, ok := p.before(w, r)
	if !ok {
		return
	}
	defect, err := p.chosen(r, id, defectOf(r))
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	_, err = journal.Do(acting(r, a.Desk(), "chief", "director"), p.Journal, room.WorksheetRoom, journal.Order{Subject: id, Key: web.Key(r)}, room.ListDefect{Defect: defect, Round: roundOf(r), Case: a, Self: web.Who(r).Person})
	if fault.Findings(err) != nil && r.PostFormValue("from") == "notice" {
		p.showNotice(w, r, err)
		return
	}
	if err == nil {
		p.examine(r, id)
	}
	p.Site.Answer(w, r, err, backTo(r, id))
}

func (p *Pages) postOff(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("case")
	a, _, ok := p.before(w, r)
	if !ok {
		return
	}
	_, err := journal.Do(acting(r, a.Desk(), "chief", "director"), p.Journal, room.WorksheetRoom, journal.Order{Subject: id, Key: web.Key(r)}, room.TakeOffDefect{Defect: defectOf(r), Round: roundOf(r), Case: a, Self: web.Who(r).Person})
	if err == nil {
		p.examine(r, id)
	}
	p.Site.Answer(w, r, err, backTo(r, id))
}

func backTo(r *http.Request, id string) string {
	if r.PostFormValue("from") == "notice" {
		return "/c/" + id + "/notice"
	}
	return "/c/" + id + "#findings"
}

// postNotice sends the application back with everything on the notice.
func (p *Pages) postNotice(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	a, row, ok := p.before(w, r)
	if !ok {
		return
	}
	rounds, err := room.Rounds(ctx, p.Journal, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	sheet, _, err := journal.Load(ctx, p.Journal, room.WorksheetRoom, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	cmd := room.SendBack{Reason: strings.TrimSpace(r.PostFormValue("reason")), Within: p.Pack().Paths.CorrectionWorkdays, Self: web.Who(r).Person}
	for i, d := range sheet.For(len(rounds)).Defects {
		if words, sent := r.PostForm[fmt.Sprintf("defects[%d].words", i)]; sent {
			d.Words = strings.TrimSpace(words[0])
		}
		cmd.Defects = append(cmd.Defects, d)
	}
	roles := []string{a.Desk(), "chief", "director"}
	if a.Returns > 0 {
		roles = []string{"chief", "director", a.Desk()} // a second time is a chief's
	}
	_, err = journal.Do(acting(r, roles...), p.Journal, room.Room, order(r, id), cmd)
	switch {
	case fault.Findings(err) != nil:
		p.showNotice(w, r, err)
	case err != nil:
		p.Site.Fail(w, r, err)
	default:
		http.Redirect(w, r, p.onwards(ctx, row, "sent_back"), http.StatusSeeOther)
	}
}
