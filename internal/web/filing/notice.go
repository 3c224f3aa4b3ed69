package filing

import (
	"errors"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/precheck"
	"yitang/internal/web/ui"
)

// notice is the public notice before the application: its text as the case
// makes it, and when and where it hangs.
func (p *Pages) notice(b *fields, v *stepView) {
	ctx, c := b.ctx, &b.f.Now.Case
	units := b.at("notice.units")
	if units.Value == "" {
		units.Value = strings.Join(sending(c), "\n")
	}
	hangs := sheet{Title: ui.T(ctx, "cases.sheet.notice"), ID: "notice", Lead: p.hangs(b), Rows: [][]ui.Field{
		b.all("notice.from", "notice.to"), b.all("notice.place"), {units}, b.all("notice.contact"), b.all("notice.items"), b.all("notice.objections"),
	}}
	if c.Trip.Secret || c.Trip.ForTerm() {
		v.Sheets = append(v.Sheets, hangs) // nothing of it is put up, or there is no journey yet to tell of
		return
	}
	text := sheet{Title: ui.T(ctx, "notice.text"), ID: "notice-text", Note: ui.T(ctx, "notice.text.note"), Lead: p.untold(b), Says: changedSince(b), Show: noticeText(p.noticeView(b.f))}
	if until := p.noticeUntil(b.f); !until.IsZero() {
		days := ui.Span(ctx, b.f.Held.Today, until)
		act := ui.Button{Name: "_fill", Value: "notice.from", Loose: true}
		switch {
		case len(text.Says) > 0:
			act.Text = ui.T(ctx, "notice.again", "Days", days)
			text.Actions = append(text.Actions, act)
		case b.value("notice.from")+b.value("notice.to") == "":
			act.Text, act.Kind = ui.T(ctx, "second.notice.today", "Days", days), ui.Second
			text.Actions = append(text.Actions, act)
		}
	}
	v.Sheets = append(v.Sheets, text, hangs)
}

// sending are the units that send people: each puts the notice up.
func sending(c *dossier.Case) []string {
	var names []string
	for i := range c.Members {
		if u := c.From(i); u != "" && !slices.Contains(names, u) {
			names = append(names, u)
		}
	}
	return names
}

// hangs says how many working days the notice hangs and when the case may be
// handed in.
func (p *Pages) hangs(b *fields) string {
	ctx, n := b.ctx, b.f.Now.Case.Notice
	least, set := p.days("notice.minWorkingDays")
	if n == nil || n.From.IsZero() || n.To.IsZero() || n.To.Before(n.From) || !set {
		return ""
	}
	book := p.Work.Pack().Ref.Holidays
	days := int(book.WorkdaysBetween(n.From, n.To))
	out := ui.T(ctx, "notice.hangs", "Days", ui.Span(ctx, n.From, n.To), "Count", days, "Submit", ui.Date(ctx, n.To.Next()))
	if days < least {
		full := book.AddWorkdays(n.From.Prev(), calendar.Workdays(least))
		out = ui.T(ctx, "notice.short", "Days", ui.Span(ctx, n.From, n.To), "Count", days, "Least", least, "Until", ui.Date(ctx, full), "Submit", ui.Date(ctx, full.Next()))
	}
	if y := book.Unannounced(n.From, n.To); y != 0 {
		out = ui.Sentences(ctx, out, ui.T(ctx, "notice.unannounced", "Year", y))
	}
	return out
}

// untold says what the notice can't tell yet because the case doesn't.
func (p *Pages) untold(b *fields) string {
	ctx := b.ctx
	told := precheck.Told(precheck.Publish(&b.f.Now.Case))
	var lacks []string
	for _, w := range dossier.NoticeItem("").Words() {
		if !slices.Contains(told, dossier.NoticeItem(w)) {
			lacks = append(lacks, ui.T(ctx, "word.noticeItem."+w))
		}
	}
	if len(lacks) == 0 {
		return ""
	}
	return ui.T(ctx, "notice.untold", "What", ui.List(ctx, lacks))
}

// changedSince tells each thing that the case says otherwise than the notice
// that hangs.
func changedSince(b *fields) []ui.Finding {
	ctx := b.ctx
	lang := "zh"
	if !ui.LangOf(ctx).Chinese() {
		lang = "en"
	}
	var out []ui.Finding
	for _, d := range precheck.NoticeDiffers(&b.f.Now.Case) {
		said, is := d.Said, d.Is
		if d.Path == "budget.fund" {
			said, is = ui.T(ctx, "word.fund."+said), ui.T(ctx, "word.fund."+is)
		}
		out = append(out, ui.Finding{State: ui.Stop, Word: ui.T(ctx, "notice.changed.word"), Title: ui.T(ctx, "notice.changed", "What", d.Spell(lang)),
			Fact: ui.T(ctx, "notice.changed.fact", "Said", said, "Is", is), Where: ui.Link{Text: b.f.where(ctx, d.Path), URL: b.f.place(d.Path)}})
	}
	return out
}

// noticeView is the text with the ways to take it away.
type noticeView struct {
	Text  string
	Links []ui.Link
	Was   []ui.Link // the notice that hangs, where it says something else
}

func (p *Pages) noticeView(f *File) noticeView {
	v := noticeView{Text: p.announced(f, f.UnitName, false).Text()}
	at := caseURL(f.ID) + "/notice/"
	units := sending(&f.Now.Case)
	if n := f.Now.Case.Notice; n != nil && len(n.Units) > 0 {
		units = n.Units
	}
	for _, u := range units {
		q := ""
		if !dossier.SameUnit(u, f.UnitName) {
			q = "?" + url.Values{"unit": {u}}.Encode()
		}
		v.Links = append(v.Links, ui.Link{Text: u, URL: at + "print" + q})
	}
	if len(precheck.NoticeDiffers(&f.Now.Case)) > 0 {
		v.Was = []ui.Link{{URL: at + "print?was=1"}}
	}
	return v
}

// announced is the notice of a unit: as it hangs, or as the case would have it
// now. While no day is written it is laid out for the days proposed.
func (p *Pages) announced(f *File, unit string, asItHangs bool) document.PublicNotice {
	c := &f.Now.Case
	said := precheck.Publish(c)
	var n dossier.Notice
	if c.Notice != nil {
		n = *c.Notice
	}
	switch differs := len(precheck.NoticeDiffers(c)) > 0; {
	case n.Published != nil && (asItHangs || !differs):
		said = n.Published
	case n.From.IsZero() || differs:
		n.From, n.To = f.Held.Today, p.noticeUntil(f)
	}
	if n.From.IsZero() {
		n.From = f.Held.Today
	}
	ref := &p.Work.Pack().Ref
	return document.Announced(unit, *said, n, int(ref.Holidays.WorkdaysBetween(n.From, n.To)), func(code string) string { return ref.Countries.Name(code, "zh") })
}

// getNotice gives the notice as a file that can be printed, or as text.
func (p *Pages) getNotice(w http.ResponseWriter, r *http.Request) {
	f, err := p.open(r)
	if err == nil && f.Now.Case.Trip.Secret {
		err = fault.NotFound("public notice of " + f.ID)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	unit := f.UnitName
	if u := r.FormValue("unit"); u != "" {
		if !slices.Contains(append(sending(&f.Now.Case), f.noticeUnits()...), u) {
			p.Site.Fail(w, r, fault.NotFound("unit "+u))
			return
		}
		unit = u
	}
	ServeNotice(p.Site, w, r, p.announced(f, unit, r.FormValue("was") != ""))
}

func (f *File) noticeUnits() []string {
	if f.Now.Case.Notice == nil {
		return nil
	}
	return f.Now.Case.Notice.Units
}

// putUp records what the notice says once it hangs: at a press of the button
// what the case says now, from today on. Who writes the days instead has put
// up a notice of their own: it says what the case said then, and another one that
// begins after the first has ended says what the case says now.
func (p *Pages) putUp(paper *room.Paper, was *dossier.Notice, form url.Values, f *File) {
	c, whole := &paper.Case, room.Assemble(*paper, f.Held).Case
	if paper.Correction != nil {
		c, whole = paper.Correction, paper.Mended(f.Filing, f.Held.Materials)
	}
	if form.Get("_fill") == "notice.from" {
		if c.Notice == nil {
			c.Notice = &dossier.Notice{}
		}
		n := c.Notice
		if whole.Notice = n; n.From.IsZero() && n.To.IsZero() || len(precheck.NoticeDiffers(&whole)) > 0 {
			n.From, n.To = f.Held.Today, p.noticeUntil(f)
			precheck.PutUp(&whole, n, f.Held.Today)
			n.Items, n.Objections = precheck.Told(n.Published), ""
		}
		return
	}
	n := c.Notice
	if n == nil || n.From.IsZero() || form.Get("_autosave") != "" {
		return
	}
	switch {
	case n.Published == nil:
		if told := precheck.Told(precheck.Publish(&whole)); len(told) == len(dossier.NoticeItem("").Words()) {
			precheck.PutUp(&whole, n, calendar.Date{})
		}
	case was != nil && !was.To.IsZero() && n.From.After(was.To):
		precheck.PutUp(&whole, n, was.To.Next())
	}
}

// ServeNotice gives a unit's notice: the page to print, or with ?text=1 its text.
func ServeNotice(s interface {
	Fail(w http.ResponseWriter, r *http.Request, err error)
}, w http.ResponseWriter, r *http.Request, n document.PublicNotice) {
	if r.FormValue("text") != "" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": n.Title + ".txt"}))
		_, _ = w.Write([]byte("\uFEFF" + strings.ReplaceAll(n.Text(), "\n", "\r\n"))) // as Notepad reads it
		return
	}
	pdf, err := document.Print(n)
	var u *document.UndrawableError
	if errors.As(err, &u) {
		err = fault.Field("", "notice.undrawable", map[string]any{"characters": string(u.Runes)})
	}
	if err != nil {
		s.Fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", string(blob.PDF))
	w.Header().Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": n.Title + ".pdf"}))
	w.Header().Set("Content-Security-Policy", "default-src 'none'; object-src 'self'; frame-ancestors 'self'")
	_, _ = w.Write(pdf)
}
