package filing

import (
	"errors"
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
	Said    ui.Note // what the signatory said, who handed it back
	Draft   ui.Draft
	Before  templ.Component // outside the form: forms of its own
	Sheets  []sheet
	After   templ.Component
	Effect  string // of the first button
	Buttons []ui.Button
	Live    string
	Panel   ui.Findings
	Offers  ui.Offers // the countries, where one is typed
}

// sheet is fields under one title.
type sheet struct {
	Title   string
	ID      string
	Note    string
	Lead    string
	Lacks   []ui.Link    // what is missing, each where it is given
	Says    []ui.Finding // about what is written elsewhere
	Rows    [][]ui.Field // fields side by side
	Show    templ.Component
	First   []ui.Button // right under the title: what spares the rest
	Actions []ui.Button
	Follows bool // shown anew after each save, with fields in it once it asks for others; without a title not yet there
	Keeps   bool // and then not: what is written in it has no place among them yet
}

// derivable are the fields of a sheet that follow from others by now, or may no
// longer.
func (s sheet) derivable() []ui.Field {
	var out []ui.Field
	for _, row := range s.Rows {
		for _, f := range row {
			if f.Derived != "" || f.Name == "case.return" {
				out = append(out, f)
			}
		}
	}
	return out
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
		if step == "documents" && f.Filing.Round > 0 { // what may follow is given elsewhere
			if all, err := p.Work.Later(r.Context(), f); err == nil && len(all) > 0 {
				http.Redirect(w, r, laterURL(f.ID), http.StatusSeeOther)
				return
			}
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
		if err := f.notOpen(r.PostForm); err != nil {
			p.showStep(w, r, f, step, err)
			return
		}
		moved, refused := false, error(nil)
		d, err := p.Work.Drafts.Change(r.Context(), f.ID, base(r), func(paper *room.Paper) error {
			was := paper.Case.Clone().Notice
			if err := p.write(paper, r.PostForm, f); err != nil {
				return err
			}
			if step == "notice" {
				if refused = p.tooEarly(r.Context(), paper, r.PostForm, f); refused == nil {
					p.putUp(paper, was, r.PostForm, f)
				}
			}
			if r.PostFormValue("_autosave") == "" { // while somebody types, the page still shows the days of before
				moved = paper.Redate(shownDays(r.PostForm)) != 0
			}
			p.fillIn(r.Context(), paper, r.PostForm, f)
			if err := restructure(paper, r.PostForm); err != nil || r.PostFormValue("_autosave") != "" {
				return err
			}
			p.remember(paper, f)
			return nil
		})
		if r.PostFormValue("_autosave") != "" {
			p.saved(w, r, f, d, err)
			return
		}
		f.Draft = d
		back := backOf(r)
		switch {
		case err != nil && (fault.IsConflict(err) || fault.Findings(err) != nil):
			p.showStep(w, r, f, step, err)
		case err != nil:
			p.Site.Fail(w, r, err)
		case refused != nil: // what was written is kept all the same
			p.showStep(w, r, f, step, refused)
		case r.PostFormValue("_add") != "" || r.PostFormValue("_drop") != "" || r.PostFormValue("_stay") != "" || r.PostFormValue("_lay") != "" || r.PostFormValue("_fill") != "":
			p.Site.Answer(w, r, nil, withBack(caseURL(f.ID)+"/"+step+stay(r.PostForm), back))
		default:
			if wrong := unread(d.Paper, step); wrong != nil {
				p.showStep(w, r, f, step, wrong)
				return
			}
			f.assemble()
			if wrong := p.impossible(f, step, r.PostForm); wrong != nil {
				p.showStep(w, r, f, step, wrong)
				return
			}
			if moved {
				p.Site.Answer(w, r, nil, withBack(caseURL(f.ID)+"/"+step+"?said=redated#itinerary", back))
				return
			}
			if more := appeared(f, step, r.PostForm); more != "" {
				p.Site.Answer(w, r, nil, withBack(caseURL(f.ID)+"/"+step+more, back))
				return
			}
			if back != "" {
				p.Site.Answer(w, r, nil, caseURL(f.ID)+"/check#"+back)
				return
			}
			p.Site.Answer(w, r, nil, p.goOn(f, step))
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
		if !f.hosted() {
			return "" // they are offered once it is known with whom: goOn
		}
		if grew := slices.Contains(form["_grew"], "itinerary"); grew && slices.ContainsFunc(f.Now.Case.Itinerary, func(h dossier.HalfDay) bool { return h.Activity == "" }) {
			return "?said=grid#itinerary"
		}
		if first, last := shownDays(form); !first.IsZero() {
			if t := f.Now.Case.Trip; len(f.Now.Case.Itinerary) > 0 && (first != t.Depart || last != t.Return) {
				return "?said=grid#itinerary" // a day more or less
			}
			return ""
		}
		if len(f.Now.Case.Itinerary) > 0 && len(f.Draft.Paper.Case.Itinerary) == 0 {
			return "?said=grid#itinerary"
		}
	case "notice":
		n := f.Now.Case.Notice
		_, dated := form["notice.from"]
		if _, asked := form["notice.objections"]; dated && !asked && !slices.Contains(form["_shown"], "notice.objections") && room.Hung(n, f.Held.Today) && n.Objections == "" {
			return "?said=objections#" + ui.FieldID("notice.objections")
		}
	case "budget":
		if f.Now.Case.Budget == nil || f.Draft.Paper.OwnLines {
			return ""
		}
		for _, l := range f.Now.Case.Budget.Lines {
			if l.Currency == "" || l.Currency == money.CNY || !l.FxRate.IsZero() {
				continue
			}
			if _, shown := form["fx."+string(l.Currency)+".rate"]; !shown || slices.Contains(form["_grew"], "fx") {
				return "?said=fx#fx"
			}
		}
	}
	return ""
}

// stay keeps the reader where a row was added or taken away.
func stay(form url.Values) string {
	if path := form.Get("_add"); path == "budget.lines" {
		last := 0 // the new line comes after those that the form had
		for name := range form {
			if strings.HasPrefix(name, "_line.") {
				last++
			}
		}
		return "?lines=1#line" + strconv.Itoa(last)
	} else if path != "" {
		return "#end-" + path
	}
	if strings.HasPrefix(form.Get("_drop"), "line:") {
		return "?lines=1#lines"
	}
	if form.Get("_lay") != "" {
		return "#itinerary"
	}
	switch form.Get("_fill") {
	case "notice.said":
		return "?said=notice_said#notice-text"
	case "notice.former":
		return "?said=notice_former#notice"
	}
	if path := form.Get("_fill"); path != "" {
		return "#" + ui.FieldID(path)
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

// impossible is a return before the departure that a form has just sent: nobody
// is led on past it. What is a judgement, or may be right once another step is,
// stands in the panel alone.
func (p *Pages) impossible(f *File, step string, form url.Values) error {
	const field = "case.return"
	if step != "trip" || !form.Has(field) {
		return nil
	}
	for _, x := range p.Work.Check(f, precheck.Draft).Of("ITN-018") {
		if x.Field == field && x.Blocks() {
			return fault.Invalid(x.Fault())
		}
	}
	return nil
}

// newLeg and newInvitation are rows in which nobody has written anything.
var (
	newLeg        = dossier.Leg{Transport: dossier.Flight, Cabin: dossier.Economy}
	newInvitation = dossier.Invitation{IssuerKind: dossier.Organisation}
)

// restructure adds and drops rows.
func restructure(paper *room.Paper, form url.Values) error {
	c := &paper.Case
	if paper.Correction != nil {
		c = paper.Correction
	}
	switch path := form.Get("_add"); path {
	case "legs":
		c.Legs = append(c.Legs, newLeg)
	case "invitations":
		c.Invitations = append(c.Invitations, newInvitation)
	case "itinerary":
		c.Itinerary = append(c.Itinerary, dossier.HalfDay{})
	case "budget.lines":
		if paper.Correction != nil {
			if c.Budget == nil {
				c.Budget = &dossier.Budget{}
			}
			c.Budget.Lines = append(c.Budget.Lines, dossier.BudgetLine{Kind: dossier.OtherCost, Units: 1, Currency: money.CNY})
			return nil
		}
		line := room.Line{Nr: 1, BudgetLine: dossier.BudgetLine{Kind: dossier.OtherCost, Units: 1, Currency: money.CNY}}
		for _, l := range paper.Lines {
			line.Nr = max(line.Nr, l.Nr+1)
		}
		paper.Lines = append(paper.Lines, line)
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
//
// ui:keys cases.step.*
// ui:keys cases.lead.*
func (p *Pages) showStep(w http.ResponseWriter, r *http.Request, f *File, step string, failed error) {
	ctx := r.Context()
	f.assemble()
	found := p.Work.Check(f, precheck.Draft)
	b := p.fields(ctx, f, found)
	b.change, b.back = r.URL.Query().Get("change"), backOf(r)
	v := stepView{Draft: p.draft(r, f, step), Live: caseURL(f.ID) + "/findings?step=" + step, Panel: p.drafting(ctx, f, found, step)}
	if f.Filing.Stage == room.InDraft && f.Filing.Words != "" {
		v.Said = ui.Note{State: ui.Warn, Title: ui.T(ctx, "cases.next.handed_back"), Text: f.Filing.Words}
	}
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
	if step == "mission" {
		var err error
		if f.Planned, err = p.Work.plans(ctx, f); err != nil {
			p.Site.Fail(w, r, err)
			return
		}
	}
	switch step {
	case "amendment":
		p.amending(b, &v)
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
		if err := p.documents(b, &v); err != nil {
			p.Site.Fail(w, r, err)
			return
		}
	}
	b.needed(v.Sheets)
	f.onlyOpen(&v)
	p.nextOn(b, &v.Panel, step, v.Sheets)
	if failed != nil {
		for i := range v.Errors.Errors { // the same words as beside the field, which it names
			if e := b.error(v.Errors.Errors[i].Field); e != "" {
				v.Errors.Errors[i].Text = e
			}
			v.Errors.Errors[i].Text = f.about(ctx, v.Errors.Errors[i].Field, v.Errors.Errors[i].Text)
		}
	}
	v.Draft.Send = append(v.Draft.Send, b.boxes...)
	v.Head.Title = ui.T(ctx, "cases.step."+step)
	if key := "cases.lead." + step; ui.Known(key) && v.Head.Lead == "" {
		v.Head.Lead = ui.T(ctx, key)
	}
	next := ui.Button{Text: ui.T(ctx, "cases.next"), Loose: true}
	if b.back != "" {
		next.Text = ui.T(ctx, "cases.next.to_check")
		v.Draft.Send = append(v.Draft.Send, ui.Hidden{Name: "_back", Value: b.back})
	}
	v.Buttons = append(v.Buttons, next)
	if step == "amendment" && f.Filing.Stage == room.InDraft {
		v.Buttons = append(v.Buttons, discard(ctx, f.ID))
	}
	v.Offers = b.offers()
	banner := p.saidOf(r, f)
	if left, is := p.left(ctx, r, f, found); is && banner.Text == "" {
		banner = left
	}
	if banner.Text == "" && f.Filing.Words != "" { // what is to be mended, where it is mended
		banner.Text = ui.T(ctx, "cases.step.handed_back", "Words", f.Filing.Words)
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Crumbs: p.crumbs(ctx, f, v.Head.Title), Banner: banner}, stepPage(v))
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
	return ui.Draft{Action: at, Save: at, Revision: strconv.FormatInt(f.Draft.Revision, 10), Key: web.NewKey(), Owner: web.Who(r).Account, Begun: strconv.FormatInt(f.Draft.Created.UnixMicro(), 36) + string(f.amendmentKind()), Saved: f.Draft.Updated,
		Login: "/login?next=" + url.QueryEscape(at)}
}
