package filing

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"yitang/internal/access"
	"yitang/internal/amendment"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	state "yitang/internal/progress"
	"yitang/internal/trip"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// amendRoutes are the pages for changing an approved mission.
func (p *Pages) amendRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /cases/{case}/amend", Right: access.EditCase, Handle: p.getAmend},
		{Pattern: "POST /cases/{case}/amend", Right: access.EditCase, Handle: p.postAmend},
		{Pattern: "GET /cases/{case}/amendment", Right: access.EditCase, Handle: p.getStep("amendment")},
		{Pattern: "POST /cases/{case}/amendment", Right: access.EditCase, Handle: p.postStep("amendment")},
	}
}

// amendSteps are the steps of an application in which an amendment of a kind
// may change something.
var amendSteps = map[room.AmendmentKind][]string{
	room.AmendWriting:  {"members", "invitations"},
	room.AmendDrop:     {"members", "invitations", "budget"},
	room.AmendMembers:  {"members", "trip", "invitations", "budget", "notice"},
	room.AmendShift:    {"trip", "mission", "invitations", "budget"},
	room.AmendDays:     {"trip", "mission", "invitations", "budget", "notice"},
	room.AmendPlaces:   {"trip", "mission", "invitations", "budget", "notice"},
	room.AmendDelayed:  {"trip", "budget"},
	room.AmendDeviated: {"trip", "budget"},
}

// stepsOf are the steps that a file shows, in the order in which they are asked.
func (f *File) stepsOf() []string {
	all := steps
	if a := f.Amends(); a != nil {
		all = append(append([]string{"amendment"}, amendSteps[a.Kind]...), "documents")
	}
	return slices.DeleteFunc(slices.Clone(all), f.without)
}

// without tells whether a file has no such step: an approval for a term has no
// host and no money yet, and a declared trip isn't announced again.
func (f *File) without(step string) bool {
	t := f.Draft.Paper.Case.Trip
	return t.ForTerm() && (step == "invitations" || step == "budget") || t.Declared() && step == "notice"
}

// goesOn is where one goes on from a step of a file.
func (f *File) goesOn(step string) string {
	all := f.stepsOf()
	if i := slices.Index(all, step); i >= 0 && i+1 < len(all) {
		return "/" + all[i+1]
	}
	if f.plansVisits() {
		return "/visit"
	}
	return "/check"
}

// plansVisits tells whether who has to come is worked out for a file: not for a
// change, nor for an approval for a term, whose trips are declared one by one.
func (f *File) plansVisits() bool { return !f.IsChange() && !f.Now.Case.Trip.ForTerm() }

// kindsView offers the kinds of amendment, each with its way.
type kindsView struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Kinds  []kindView
	Open   ui.Next // what is under way already
	None   string
	Barred ui.FindList // who may not go, and one click by which they are dropped
}

type kindView struct {
	Name string
	Says string
	Path ui.Tag
	Do   ui.Button
}

// offered are the kinds that have their place while a journey stands so.
func offered(t trip.Stage) []room.AmendmentKind {
	var out []room.AmendmentKind
	for _, k := range room.AmendmentKinds() {
		if k.When() == Travelling(t) {
			out = append(out, k)
		}
	}
	return out
}

func (p *Pages) getAmend(w http.ResponseWriter, r *http.Request) { p.showAmend(w, r, nil) }

// showAmend explains the kinds in a sentence each, with the way that each takes.
//
// ui:keys amend.kind.*
func (p *Pages) showAmend(w http.ResponseWriter, r *http.Request, failed error) {
	ctx := r.Context()
	f, err := p.open(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	_, a, err := amendment.Read(ctx, p.Work.Journal, p.Work.Pack(), f.ID)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	t, _, err := journal.Load(ctx, p.Work.Journal, trip.Room, f.ID)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := kindsView{Head: ui.Head{Title: ui.T(ctx, "amend.choose"), Lead: ui.T(ctx, "amend.choose.lead", "Number", a.Document.Number, "Day", ui.Date(ctx, a.ValidUntil))}}
	status := http.StatusOK
	if failed != nil {
		status, v.Errors = http.StatusUnprocessableEntity, ui.Summarise(ctx, failed)
	}
	open, err := p.Work.AmendmentUnderWay(ctx, f.ID)
	begun := false
	if err == nil && open != "" {
		begun, err = p.Work.begunToChange(ctx, open)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if begun {
		v.Open = ui.Next{Turn: ui.Yours, Act: ui.T(ctx, "amend.open"), Text: ui.T(ctx, "amend.open.text"), Actions: []ui.Button{{Text: ui.T(ctx, "amend.open.look"), URL: caseURL(open)}}}
		o, _, err := journal.Load(ctx, p.Work.Journal, room.Room, open)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		if o.Stage == room.InDraft {
			v.Open.Actions = append(v.Open.Actions, discard(ctx, open))
		}
	} else {
		for _, k := range offered(t.Stage) {
			path := room.PathOf(k, room.Filing{}.Dossier.Trip, room.Filing{}.Dossier.Trip, calendar.Date{})
			if k == room.AmendShift {
				path = "" // it depends on the days
			}
			v.Kinds = append(v.Kinds, kindView{Name: progress.KindName(ctx, k), Says: p.amendSays(ctx, k), Path: progress.PathTag(ctx, k, path),
				Do: ui.Button{Text: ui.T(ctx, "amend.begin", "Kind", progress.KindName(ctx, k)), Kind: ui.Second, Post: caseURL(f.ID) + "/amend",
					Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}, {Name: "kind", Value: string(k)}}}})
		}
		if len(v.Kinds) > 0 && Travelling(t.Stage) == room.NotYet {
			if v.Barred, err = p.barred(ctx, f.ID, a.Approved()); err != nil {
				p.Site.Fail(w, r, err)
				return
			}
		}
		if len(v.Kinds) == 0 {
			v.None = ui.T(ctx, "amend.nothing_now")
		}
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Crumbs: p.crumbs(ctx, f, v.Head.Title)}, kindsPage(v))
}

// barred are the members who may not go any more, each as a finding with a button that
// begins a change without all of them. Why they may not isn't known here.
func (p *Pages) barred(ctx context.Context, id string, going []string) (ui.FindList, error) {
	s, _, err := state.Of(ctx, p.Work.Journal.Store, id)
	if err != nil {
		return nil, err
	}
	all := slices.DeleteFunc(s.Barred(), func(who string) bool { return !slices.Contains(going, who) })
	var names []string
	for _, who := range all {
		names = append(names, p.Progress.Name(ctx, who))
	}
	drop := ui.Button{Text: ui.T(ctx, "amend.barred.drop", "Names", ui.List(ctx, names)), Post: caseURL(id) + "/amend", Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}, {Name: "kind", Value: string(room.AmendDrop)}}}
	for _, who := range all {
		drop.Send = append(drop.Send, ui.Hidden{Name: "person", Value: who})
	}
	var out ui.FindList
	for i := range all {
		x := ui.Finding{State: ui.Stop, Title: ui.T(ctx, "amend.barred", "Name", names[i]), Fix: ui.T(ctx, "amend.barred.fix", "Name", names[i])}
		if i == len(all)-1 && len(all) < len(going) { // nobody left to go is a mission that is cancelled
			x.Actions = []ui.Button{drop}
		}
		out = append(out, x)
	}
	return out, nil
}

// postAmend begins; a double click finds the one that was begun.
func (p *Pages) postAmend(w http.ResponseWriter, r *http.Request) {
	kind := room.AmendmentKind(r.PostFormValue("kind"))
	id, err := p.Work.BeginAmendment(r.Context(), r.PathValue("case"), kind)
	if gone := r.PostForm["person"]; err == nil && kind == room.AmendDrop && len(gone) > 0 {
		var d room.Draft
		if d, err = p.Work.Drafts.Load(r.Context(), id); err == nil {
			_, err = p.Work.Drafts.Change(r.Context(), id, d.Revision, func(paper *room.Paper) error {
				for _, who := range gone {
					paper.DropPerson(who)
				}
				return nil
			})
		}
	}
	switch {
	case fault.Findings(err) != nil:
		p.showAmend(w, r, err)
	case fault.IsNotNow(err) && id != "":
		http.Redirect(w, r, caseURL(id), http.StatusSeeOther)
	default:
		p.Site.Answer(w, r, err, caseURL(id)+"/amendment")
	}
}

// amendSays is what a kind of change does, with the days that the office's thresholds give.
//
// ui:keys amend.says.*
func (p *Pages) amendSays(ctx context.Context, k room.AmendmentKind) string {
	return ui.T(ctx, "amend.says."+string(k), "Count", p.Work.Pack().Needs(p.Work.Journal.Today()).PassportReturnDays)
}

// amending is why, and for a shift by one day typed the whole journey.
func (p *Pages) amending(b *fields, v *stepView) {
	ctx, a := b.ctx, b.f.Amends()
	value := func(name, is string) string {
		if t, ok := b.typed[name]; ok {
			return t
		}
		return is
	}
	why := ui.Field{Name: "amendment.reason", Kind: ui.Area, Rows: 4, Max: 500, Label: ui.T(ctx, "field.amendment.reason"), Hint: p.amendSays(ctx, a.Kind),
		Value: value("amendment.reason", a.Reason), Error: b.errors["amendment.reason"]}
	v.Sheets = append(v.Sheets, sheet{Title: ui.T(ctx, "amend.why"), ID: "why", Rows: rows(why)})
	if a.Kind == room.AmendShift {
		day := ui.Field{Name: "amendment.depart", Kind: ui.DateKind, Label: ui.T(ctx, "field.amendment.depart"), Hint: ui.T(ctx, "amend.shift.hint", "Span", span(ctx, a.Was)),
			Value: value("amendment.depart", b.f.Now.Case.Trip.Depart.String()), Error: b.error("amendment.depart")}
		v.Sheets = append(v.Sheets, sheet{Title: ui.T(ctx, "amend.shift"), ID: "shift", Rows: rows(day)})
		if b.f.Now.Case.Trip.Days() > 0 {
			v.Sheets[len(v.Sheets)-1].Lead = ui.T(ctx, "amend.shift.now", "Span", span(ctx, b.f.Now.Case))
		}
	}
	v.Head.Lead = ui.T(ctx, "amend.lead", "Kind", progress.KindName(ctx, a.Kind))
	v.After = amendedSheets(p.changeOf(ctx, b.f))
}

func span(ctx context.Context, c dossier.Case) string {
	return ui.Span(ctx, c.Trip.Depart, c.Trip.Return)
}

// writeAmendment puts a field of the amendment itself.
func writeAmendment(paper *room.Paper, name, typed string) {
	a := paper.Amending
	if a == nil {
		return
	}
	switch name {
	case "amendment.reason":
		was := *a
		was.Reason = strings.TrimSpace(typed)
		paper.Amending = &was
	case "amendment.depart":
		var c dossier.Case
		err := c.Put("case.depart", typed)
		keepRaw(paper, name, typed, err)
		if is := paper.Case.Trip.Depart; err == nil && !c.Trip.Depart.IsZero() && c.Trip.Depart != is {
			moved := *a
			paper.Amending = &moved
			paper.Shift(c.Trip.Depart.Sub(is))
		}
	}
}

// notOpen names what a form carries that an amendment of its kind may not change.
func (f *File) notOpen(form map[string][]string) error {
	a := f.Amends()
	if a == nil || f.Filing.Stage == room.IsSentBack {
		return nil
	}
	var wrong []fault.Finding
	for name, values := range form {
		if _, is := dossier.FormOf(name); !is || a.Kind.Opens(name) || f.Now.Case.Text(name) == strings.Join(values, "\n") {
			continue
		}
		wrong = append(wrong, fault.Finding{Field: name, Key: "filing.amend.not_open"})
	}
	for _, name := range []string{"_fill", "_add", "_drop", "_stay"} {
		for _, value := range form[name] {
			if b := (ui.Button{Name: name, Value: value}); !mayPress(a.Kind, b) {
				wrong = append(wrong, fault.Finding{Field: pressed(b), Key: "filing.amend.not_open"})
			}
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.SortFunc(wrong, func(x, y fault.Finding) int { return natural(x.Field, y.Field) })
	return fault.Invalid(wrong...)
}

// opens tells whether a field of a file may be changed: of an application all may,
// of an amendment those that its kind opens.
func (f *File) opens(path string) bool {
	a := f.Amends()
	return a == nil || a.Kind.Opens(path)
}

// pressed is the field that a button of a step writes, adds, takes away or opens; ""
// for one that does none of this to a field of the case file.
func pressed(b ui.Button) string {
	path := ""
	switch b.Name {
	case "_fill", "_add", "_drop":
		path = b.Value
		if strings.HasPrefix(path, "line:") { // a typed line, by its key
			path = "budget.lines"
		}
	case "_stay": // ?change=path#place opens a field that is derived
		if q, ok := strings.CutPrefix(b.Value, "?change="); ok {
			path, _, _ = strings.Cut(q, "#")
		}
	}
	if _, is := dossier.FormOf(path); !is {
		return ""
	}
	return path
}

// filled are the fields that a button writes: a letter's days go by one click.
func filled(b ui.Button) []string {
	path := pressed(b)
	if letter, is := strings.CutSuffix(path, ".from"); is && b.Name == "_fill" && strings.HasPrefix(path, "invitations[") {
		return []string{path, letter + ".to"}
	}
	return []string{path}
}

// mayPress tells whether an amendment of a kind may change all that a button does.
func mayPress(k room.AmendmentKind, b ui.Button) bool {
	for _, path := range filled(b) {
		if path != "" && (!k.Opens(path) || (b.Name == "_add" || b.Name == "_drop") && strings.HasPrefix(path, "legs") && k != room.AmendPlaces) {
			return false
		}
	}
	return true
}

// onlyOpen leaves on a step's page what an amendment of its kind may change.
func (f *File) onlyOpen(v *stepView) {
	a := f.Amends()
	if a == nil {
		return
	}
	sheets := v.Sheets[:0]
	for _, s := range v.Sheets {
		had := len(s.Rows)
		var kept [][]ui.Field
		for _, row := range s.Rows {
			row = slices.DeleteFunc(slices.Clone(row), func(x ui.Field) bool {
				_, is := dossier.FormOf(x.Name)
				return is && !a.Kind.Opens(x.Name)
			})
			if len(row) > 0 {
				kept = append(kept, row)
			}
		}
		s.Rows = kept
		s.Actions = slices.DeleteFunc(slices.Clone(s.Actions), func(b ui.Button) bool { return !mayPress(a.Kind, b) })
		if had > 0 && len(kept) == 0 && s.Show == nil {
			continue
		}
		sheets = append(sheets, s)
	}
	v.Sheets = sheets
}

// changeView is what an amendment changes and what follows, for the unit.
type changeView struct {
	Reason  string
	Path    ui.Tag
	Differs ui.Changes
	Nothing string
	Follows ui.Table
	Heading string
}

// changeOf is an amendment as it is written now, or as it was handed in.
func (p *Pages) changeOf(ctx context.Context, f *File) changeView {
	v := changeView{Heading: ui.T(ctx, "follow.title")}
	var follows []approval.Follow
	if a := f.Amends(); a != nil && (f.Filing.Stage == room.InDraft || f.Filing.Stage == room.IsPresented) {
		v.Reason, v.Path = a.Reason, progress.PathTag(ctx, a.Kind, room.PathOf(a.Kind, a.Was.Trip, f.Now.Case.Trip, a.Until))
		v.Differs = p.Progress.Differs(ctx, a.Was, a.People, f.Now.Case, f.Now.Persons)
		v.Nothing = ui.T(ctx, "amend.no_difference.yet")
		if a.Kind == room.AmendCancel {
			v.Nothing = ui.T(ctx, "amend.cancel.whole")
		}
		var err error
		if follows, err = p.Work.Follows(ctx, f); err != nil {
			p.Site.Log.Warn("working out what follows", "case", f.ID, "err", err)
		}
	} else {
		l, err := amendment.See(ctx, p.Work.Journal, p.Work.Pack(), f.ID)
		if err != nil {
			p.Site.Log.Warn("reading an amendment", "case", f.ID, "err", err)
		}
		follows = l.Follows
		v.Reason, v.Path, v.Differs, v.Nothing = l.Reason, progress.PathTag(ctx, l.Kind, l.Path), p.Progress.Differs(ctx, l.Was, l.Before, l.Is, l.People), ui.T(ctx, "amend.no_difference")
		if l.Kind == room.AmendCancel {
			v.Nothing = ui.T(ctx, "amend.cancel.whole")
		}
		switch {
		case l.Done:
			v.Heading = ui.T(ctx, "follow.title.done")
		case l.Over:
			v.Heading = ui.T(ctx, "follow.title.over")
		}
	}
	v.Follows = p.Progress.Follows(ctx, follows, v.Heading)
	return v
}

// IsChange tells whether a file changes an approved case.
func (f *File) IsChange() bool {
	_, is := room.AmendmentOf(f.ID)
	return is
}

// amended lists what was asked to be changed of a case, and offers to change it.
//
// ui:keys amend.do.*
func (p *Pages) amended(ctx context.Context, f *File, who access.Who) (ui.Tasks, []ui.Button, error) {
	var out ui.Tasks
	all, err := room.AmendmentsOf(ctx, p.Work.Journal.Store, f.ID)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range all {
		tag, err := p.Progress.Tag(ctx, e.ID, stageTag(ctx, e.Stage, e.Outcome))
		if err != nil {
			return nil, nil, err
		}
		out = append(out, ui.Task{Name: progress.KindName(ctx, e.Amendment), URL: caseURL(e.ID), State: tag})
	}
	a, _, err := journal.Load(ctx, p.Work.Journal, approval.Room, f.ID)
	if err != nil || a.Stage != approval.IsIssued || !who.May(access.EditCase) {
		return out, nil, err
	}
	var acts []ui.Button
	open, err := p.Work.AmendmentUnderWay(ctx, f.ID)
	if err != nil {
		return nil, nil, err
	}
	if open != "" && !slices.ContainsFunc(all, func(e room.Entry) bool { return e.ID == open }) {
		begun, err := p.Work.begunToChange(ctx, open)
		if err != nil {
			return nil, nil, err
		}
		if begun {
			d, err := p.Work.Drafts.Load(ctx, open)
			if err != nil || d.Paper.Amending == nil {
				return nil, nil, err
			}
			out = append(out, ui.Task{Name: progress.KindName(ctx, d.Paper.Amending.Kind), URL: caseURL(open), State: stageTag(ctx, room.InDraft, "")})
			acts = append(acts, discard(ctx, open))
		}
	}
	t, _, err := journal.Load(ctx, p.Work.Journal, trip.Room, f.ID)
	if err != nil || len(offered(t.Stage)) == 0 {
		return out, acts, err
	}
	text := ui.T(ctx, "amend.do")
	if Travelling(t.Stage) != room.NotYet {
		text = ui.T(ctx, "amend.do."+string(Travelling(t.Stage)))
	}
	return out, append([]ui.Button{{Text: text, URL: caseURL(f.ID) + "/amend", Kind: ui.Second}}, acts...), nil
}

// discard throws the draft of a change away, from whichever page speaks of it.
func discard(ctx context.Context, id string) ui.Button {
	return ui.Button{Text: ui.T(ctx, "amend.discard"), URL: caseURL(id) + "/withdraw", Kind: ui.Plain}
}

func (f *File) amendmentKind() room.AmendmentKind {
	if a := f.Amends(); a != nil {
		return a.Kind
	}
	return f.Filing.Amends.Kind
}
