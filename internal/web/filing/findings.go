package filing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/precheck"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// getFindings answers live-check after each save.
func (p *Pages) getFindings(w http.ResponseWriter, r *http.Request) {
	f, err := p.open(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	step := r.URL.Query().Get("step")
	found := p.Work.Check(f, moment(f, step))
	fs := p.panel(r.Context(), f, found)
	switch f.Filing.Stage {
	case room.IsSentBack:
		fs = p.mending(r.Context(), f, found)
	case room.InDraft:
		fs = p.drafting(r.Context(), f, found, step)
	}
	b := p.fields(r.Context(), f, found)
	sheets := p.follows(r, b)
	p.nextOn(b, &fs, step, sheets)
	fs.Unread = map[string]string{}
	for path := range f.Draft.Paper.Raw {
		if words := b.error(path); words != "" {
			fs.Unread[path] = words
		}
	}
	p.Site.Fragment(w, r, http.StatusOK, liveStep(fs, sheets))
}

// follows are the sheets of the page that is open, of which some are shown anew
// after a save.
func (p *Pages) follows(r *http.Request, b *fields) []sheet {
	var v stepView
	switch step := r.URL.Query().Get("step"); {
	case b.f.Filing.Stage == room.IsSentBack:
		p.outgrown(b, &v)
		p.unfit(b, &v)
		return v.Sheets
	case b.f.Filing.Stage != room.InDraft:
		return nil
	case step == "budget":
		v.Sheets = append(v.Sheets, p.exchanges(b))
		p.lines(r, b, &v)
	case step == "trip":
		p.trip(b, &v)
	case step == "invitations":
		p.invitations(b, &v)
	case step == "notice":
		p.notice(b, &v)
	}
	b.needed(v.Sheets)
	b.f.onlyOpen(&v)
	return v.Sheets
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
	if step != "check" && !slices.Contains(f.stepsOf(), step) {
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
	if err := p.fix(ctx, f, base(r), found.List[i].Fix.Set); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	http.Redirect(w, r, strings.TrimSuffix(caseURL(f.ID)+"/"+step, "/")+"?said=fixed", http.StatusSeeOther)
}

// postUnfix takes the last fix back, while nothing else was written since.
func (p *Pages) postUnfix(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	f, err := p.writing(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	err = p.unfix(ctx, f)
	step := r.PostFormValue("back")
	if !slices.Contains(steps, step) {
		step = "check"
	}
	p.Site.Answer(w, r, err, caseURL(f.ID)+"/"+step+"?said=unfixed")
}

// unfix puts people's records back, then the draft, which knows how they were:
// dying in between, the next try goes on. A record that somebody has changed
// since stays, as does one that won't take again what was mended; that is told.
func (p *Pages) unfix(ctx context.Context, f *File) error {
	u := f.Draft.Paper.Undo
	if u == nil {
		return fault.Conflict("filing.undo.nothing")
	}
	var stays error
	for who, rec := range u.People {
		err := p.Work.restorePerson(ctx, f.ID, who, rec)
		if err != nil && !fault.IsConflict(err) && fault.Findings(err) == nil {
			return err
		}
		stays = cmp.Or(stays, err)
	}
	if _, err := p.Work.Drafts.Undo(ctx, f.ID); err != nil {
		return err
	}
	return stays
}

// restorePerson gives a record back what a fix changed, unless somebody has
// changed it since.
func (w *Work) restorePerson(ctx context.Context, filing, who string, was room.Record) error {
	rec, _, err := journal.Load(ctx, w.Journal, person.Room, who)
	if err != nil {
		return err
	}
	facts, is := person.FromMember(was.Was), person.FromMember(was.Is)
	for _, x := range []*person.Facts{&facts, &is} {
		x.Cleared, x.Principal = rec.Cleared, rec.Principal
	}
	switch {
	case len(person.Differing(rec.Facts, facts)) == 0:
		return nil // it is as it was: the fix, or its undoing, stopped half-way
	case len(person.Differing(rec.Facts, is)) > 0:
		return fault.Conflict("filing.undo.person")
	}
	return w.ChangePerson(ctx, journal.Order{Subject: who}, filing, facts)
}

// saidOf is the banner of a case's own page: after a fix, with the way back; after
// a correction, with what was mended and who looks at it next.
func (p *Pages) saidOf(r *http.Request, f *File) ui.Banner {
	b := p.said(r)
	switch r.URL.Query().Get("said") {
	case paperDropped, paperRestored:
		b = p.saidOfPaper(r, f)
	}
	if defects := f.Filing.Defects; r.URL.Query().Get("said") == "corrected" && f.Filing.Stage == room.IsSubmitted && len(defects) > 0 {
		var fields []string
		for _, d := range defects {
			fields = append(fields, d.Field)
		}
		b.Text = ui.T(r.Context(), "cases.said.corrected.what", "List", ui.List(r.Context(), f.listed(r.Context(), fields)))
	}
	if u := f.Draft.Paper.Undo; u != nil && u.After == f.Draft.Revision && r.URL.Query().Get("said") == "fixed" {
		b.Undo = ui.Button{Text: ui.T(r.Context(), "cases.unfix"), Kind: ui.Second, Post: caseURL(f.ID) + "/unfix",
			Send: []ui.Hidden{{Name: "back", Value: stepIn(r.URL.Path)}, {Name: "_key", Value: web.NewKey()}}}
	}
	return b
}

// stepIn is the step that an address shows.
func stepIn(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// fix puts a finding's values where they belong: into the draft, or into
// people's records. The draft comes first, for it keeps how all was: dying in
// between leaves the finding, whose fix is pressed again. A record that won't
// take its value gives the draft back as it was.
func (p *Pages) fix(ctx context.Context, f *File, base int64, set map[string]any) error {
	form, ofPeople := url.Values{}, map[int]map[string]any{}
	for path, value := range set {
		if i, field, ok := memberField(path); ok && !ofTrip[field] {
			if ofPeople[i] == nil {
				ofPeople[i] = map[string]any{}
			}
			ofPeople[i][field] = value
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
	var cures []cure
	records, typed := map[string]room.Record{}, map[string][]string{}
	for _, i := range slices.Sorted(maps.Keys(ofPeople)) {
		if i >= len(f.Now.Persons) {
			continue
		}
		c, there, err := p.curePerson(ctx, f, i, ofPeople[i])
		if err != nil {
			return err
		}
		if there {
			cures = append(cures, c)
			records[c.id], typed[f.Now.Persons[i]] = room.Record{Was: c.was.Member(), Is: c.is.Member()}, typedFields(c.was, c.is)
		}
	}
	d, err := p.Work.Drafts.Mend(ctx, f.ID, base, records, func(paper *room.Paper) error {
		for who, names := range typed {
			paper.TypedOf(who, names)
		}
		if len(form) == 0 {
			return nil
		}
		return p.write(paper, form, f)
	})
	if err != nil {
		return err
	}
	for _, c := range cures {
		if err := p.Work.ChangePerson(ctx, journal.Order{Subject: c.id}, f.ID, c.is); err != nil {
			f.Draft = d
			return errors.Join(err, p.unfix(ctx, f))
		}
	}
	return nil
}

// shown gives findings as pages show them. What simply isn't there yet is neither
// wrong nor to be explained, and no page counts it as such; a draft keeps quiet
// about it: quiet drops these.
func (p *Pages) shown(ctx context.Context, f *File, found precheck.Findings, quiet bool, keep func(precheck.Finding) bool) []ui.Finding {
	var out []ui.Finding
	for _, x := range found.List {
		if quiet && x.Missing || keep != nil && !keep(x) {
			continue
		}
		shown := p.finding(ctx, f, x)
		if x.Missing && !x.Blocks() && x.Waived == nil {
			if shown.State = ui.Wait; x.Later == "" {
				shown.Word = ui.T(ctx, "cases.check.absent")
			}
		}
		if words := found.Answer(x, f.Draft.Paper.Answers); words != "" && f.Filing.Stage != room.InDraft {
			shown.Answer = words
		}
		out = append(out, shown)
	}
	return out
}

// mendedAt is the path by which a finding leads to where it is mended: its field; of
// papers as such where those lie of which it speaks.
func (f *File) mendedAt(x precheck.Finding) string {
	if x.Field == "materials" && len(x.Also) > 0 && dossier.Within(x.Also[0], x.Field) && f.Filing.Stage != room.IsSentBack {
		return x.Also[0]
	}
	return x.Field
}

func (p *Pages) finding(ctx context.Context, f *File, x precheck.Finding) ui.Finding {
	out := ui.FromRule(ctx, x)
	at := f.mendedAt(x)
	out.Where = ui.Link{Text: f.where(ctx, at), URL: f.place(at)}
	if step := stepOf(at); f.Amends() != nil && !f.opens(at) && !slices.Contains(f.stepsOf(), step) {
		out.Where.URL = "" // no page of this change shows it
	}
	if len(x.Fix.Set) > 0 && x.Waived == nil && x.Later == "" && f.Filing.Stage == room.InDraft && f.HasDraft {
		out.Actions = append(out.Actions, ui.Button{Text: ui.T(ctx, "cases.fix"), Kind: ui.Second, Post: caseURL(f.ID) + "/fix",
			Send: []ui.Hidden{{Name: "rule", Value: x.Rule}, {Name: "field", Value: x.Field}, {Name: "back", Value: stepOf(x.Field)}, {Name: "revision", Value: strconv.FormatInt(f.Draft.Revision, 10)}}})
	}
	if x.Later != "" {
		out.Word = ui.T(ctx, "later.word")
		out.Text = ui.T(ctx, "later.text", "Paper", PaperName(ctx, x.Later), "Count", p.Work.laterIn())
		return out
	}
	p.waiving(ctx, f, x, &out)
	return out
}

// unasked leaves out the offer to ask for a waiver: while a page is being written most of
// what is found is a slip, and is mended. The check before handing in makes the offer.
func unasked(x ui.Finding) ui.Finding {
	x.Actions = slices.DeleteFunc(slices.Clone(x.Actions), func(b ui.Button) bool { return strings.Contains(b.URL, "/waiver?") })
	return x
}

// panel is the pre-check beside a page: all of it, what is missing too.
func (p *Pages) panel(ctx context.Context, f *File, found precheck.Findings) ui.Findings {
	return ui.Findings{List: p.shown(ctx, f, found, false, nil), Rules: len(p.Work.Pack().Ref.Rules), Checked: p.Site.Now(), Heading: true}
}

// drafting is the panel beside a draft. What isn't there yet is no mistake of
// somebody who has only just begun: it is counted, and leads on from the step
// that the reader is at.
func (p *Pages) drafting(ctx context.Context, f *File, found precheck.Findings, step string) ui.Findings {
	fs := p.panel(ctx, f, found)
	fs.List = p.shown(ctx, f, found, true, nil)
	for i := range fs.List {
		fs.List[i] = unasked(fs.List[i])
	}
	fs.Todo = p.todo(ctx, f, found, step)
	return fs
}

// nextOn leads to the first place on a page that is still to be filled in, as
// its sheets have it: rules and lists count in an order of their own.
func (p *Pages) nextOn(b *fields, fs *ui.Findings, step string, sheets []sheet) {
	if b.f.Filing.Stage != room.InDraft || step == "budget" { // whose boxes todo knows
		return
	}
	own := lacksOf(p.Work.lacks(b.f, b.found), step)
	for _, s := range sheets {
		for _, row := range s.Rows {
			for _, x := range row {
				if slices.ContainsFunc(own, func(l lack) bool { return l.Key == x.Name }) {
					fs.Todo.On = ui.Link{Text: b.f.where(b.ctx, x.Name), URL: b.f.place(x.Name)}
					return
				}
			}
		}
	}
}

// moment is when the rules judge: on a step of a draft as it is written. The case's
// own page counts what the check before handing in does.
func moment(f *File, step string) precheck.At {
	if f.Filing.Stage == room.InDraft && step != "" {
		return precheck.Draft
	}
	return precheck.Submit
}
