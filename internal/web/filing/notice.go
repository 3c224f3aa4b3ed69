package filing

import (
	"context"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/precheck"
	"yitang/internal/web"
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
		b.all("notice.from", "notice.to"), b.all("notice.place"), {units}, b.all("notice.contact"),
	}}
	items := sheet{ID: "notice-items", Follows: true}
	if b.f.madeOutside() {
		items.Title, items.Rows = ui.T(ctx, "notice.items.sheet"), [][]ui.Field{b.all("notice.items")}
	}
	objections := sheet{ID: "notice-objections", Follows: true} // asked once the days that are written have passed
	if b.value("notice.objections") != "" || room.Hung(c.Notice, b.f.Held.Today) {
		objections.Title, objections.Rows = ui.T(ctx, "notice.objections.sheet"), [][]ui.Field{b.all("notice.objections")}
		b.boxes = append(b.boxes, ui.Hidden{Name: "_shown", Value: "notice.objections"}) // an unanswered choice sends nothing
	} else {
		hangs.Lead = ui.Sentences(ctx, hangs.Lead, ui.T(ctx, "notice.objections.later"))
	}
	if c.Trip.Secret || c.Trip.ForTerm() {
		v.Sheets = append(v.Sheets, hangs, items, objections) // nothing of it is put up, or there is no journey yet to tell of
		return
	}
	text := sheet{Title: ui.T(ctx, "notice.text"), ID: "notice-text", Follows: true, Note: ui.T(ctx, "notice.text.note"), Lead: p.untold(b), Says: changedSince(b), Show: noticeText(p.noticeView(b.f))}
	if until := p.noticeUntil(b.f); !until.IsZero() {
		days := ui.Span(ctx, b.f.Held.Today, until)
		act := ui.Button{Name: "_fill", Value: "notice.from", Loose: true}
		open := p.openParts(b)
		switch {
		case len(open) > 0:
			for _, l := range open {
				text.Actions = append(text.Actions, ui.Button{Text: ui.T(ctx, "notice.parts_first.go", "Step", ui.T(ctx, "cases.step."+l.Step)), URL: b.f.place(l.Key), Kind: ui.Second})
			}
			text.Lead = ui.Sentences(ctx, text.Lead, ui.T(ctx, "notice.parts_first", "What", partNames(ctx, open)))
		case len(text.Says) > 0:
			act.Text, act.Kind = ui.T(ctx, "notice.again", "Days", days), ui.Second
			text.Lead = ui.Sentences(ctx, text.Lead, ui.T(ctx, "notice.again.means"))
			if b.mayTakeBack() {
				text.Actions = append(text.Actions, ui.Button{Text: ui.T(ctx, "notice.take_back"), Name: "_fill", Value: "notice.said", Kind: ui.Second, Loose: true})
			}
			text.Actions = append(text.Actions, act)
		case b.value("notice.from")+b.value("notice.to") == "":
			act.Text, act.Kind = ui.T(ctx, "second.notice.today", "Days", days), ui.Second
			text.Lead = ui.Sentences(ctx, text.Lead, ui.T(ctx, "second.notice.before"))
			text.Actions = append(text.Actions, act)
		}
	}
	if was := b.f.formerNotice(); was != nil && c.Notice != nil && !room.Hung(c.Notice, b.f.Held.Today) {
		text.Lead = ui.Sentences(ctx, text.Lead, ui.T(ctx, "notice.former", "Days", ui.Span(ctx, was.From, was.To)))
		text.Actions = append(text.Actions, ui.Button{Text: ui.T(ctx, "notice.former.back", "Days", ui.Span(ctx, was.From, was.To)), Name: "_fill", Value: "notice.former", Kind: ui.Plain, Loose: true})
	}
	if !b.f.IsChange() && (c.Notice == nil || c.Notice.Published == nil) {
		if first := p.beforeNotice(b); len(first) > 0 {
			v.Sheets = append(v.Sheets, sheet{Title: ui.T(ctx, "notice.first"), ID: "notice-first", Lead: ui.T(ctx, "notice.first.lead"), Says: first})
		}
	}
	v.Sheets = append(v.Sheets, text, hangs, items, objections)
}

// madeOutside tells whether somebody has to say what a notice tells: its text
// didn't come from here, as for an approval for a term, or a case file came with
// one that it says isn't whole. Whatever the text made here tells, nobody is asked.
func (f *File) madeOutside() bool {
	if f.Now.Case.Trip.ForTerm() {
		return true
	}
	n := f.Draft.Paper.Case.Notice
	return n != nil && n.Published == nil && len(n.Items) > 0 && len(n.Items) < len(dossier.NoticeItem("").Words())
}

// formerNotice is the notice that another one has taken the place of: while a
// draft is written, or what was sent back is mended.
func (f *File) formerNotice() *dossier.Notice {
	if f.Filing.Stage != room.IsSentBack {
		return f.Draft.Paper.Former
	}
	if was := f.Filing.Dossier.Notice; was != nil && !reflect.DeepEqual(was, f.Now.Case.Notice) {
		return was
	}
	return nil
}

// mayTakeBack tells whether something that changed since the notice went up is
// written back by one click.
func (b *fields) mayTakeBack() bool {
	return b.f.Filing.Stage == room.InDraft && slices.ContainsFunc(precheck.NoticeDiffers(&b.f.Now.Case), func(d precheck.Differs) bool {
		return slices.Contains([]string{"case.depart", "case.return", "case.purpose", "itinerary", "invitations", "budget.fund"}, d.Path)
	})
}

// stated tells of the fields that a notice states, as far as this one does.
func stated(p *dossier.Published, generic string) bool {
	switch generic {
	case "case.purpose":
		return p.Purpose != ""
	case "case.depart":
		return !p.Depart.IsZero()
	case "case.return":
		return !p.Return.IsZero()
	case "legs.country", "legs.city":
		return len(p.Route) > 0
	case "invitations.issuer", "invitations.issued", "invitations.about": // who the host is can't be told later without another notice
		return len(p.Letters) > 0
	case "invitations.signatory":
		return slices.ContainsFunc(p.Letters, func(i dossier.Invitation) bool { return i.Signatory != "" })
	case "invitations.signatoryTitle":
		return slices.ContainsFunc(p.Letters, func(i dossier.Invitation) bool { return i.SignatoryTitle != "" })
	case "budget.fund":
		return p.Fund != ""
	case "itinerary":
		return len(p.Itinerary) > 0
	case "members":
		return len(p.People) > 0
	case "budget.totalCny":
		return !p.TotalCny.IsZero()
	}
	return false
}

// hanging is the hint of what the notice that hangs states: to change it costs
// another notice. "" for everything else.
func (b *fields) hanging(generic string) string {
	n := b.f.Now.Case.Notice
	days, set := b.p.days("notice.minWorkingDays")
	if b.f.Filing.Stage != room.InDraft || b.f.IsChange() || n == nil || n.Published == nil || !set || !stated(n.Published, generic) {
		return ""
	}
	if generic == "budget.totalCny" {
		return ui.T(b.ctx, "notice.stated.more", "Count", days)
	}
	return ui.T(b.ctx, "notice.stated", "Count", days)
}

// openParts are the first open places of the journey and of the budget: a notice
// put up before they are filled in would tell too little, and the wrong sum.
func (p *Pages) openParts(b *fields) []lack {
	if b.f.Filing.Stage != room.InDraft || b.f.IsChange() {
		return nil
	}
	all := p.Work.lacks(b.f, b.found)
	var out []lack
	for _, step := range []string{"trip", "budget"} {
		if own := lacksOf(all, step); len(own) > 0 {
			out = append(out, own[0])
		}
	}
	return out
}

func partNames(ctx context.Context, parts []lack) string {
	var names []string
	for _, l := range parts {
		names = append(names, ui.T(ctx, "cases.step."+l.Step))
	}
	return ui.List(ctx, names)
}

// tooEarly refuses to put a notice up while the page has no button for it.
func (p *Pages) tooEarly(ctx context.Context, paper *room.Paper, form url.Values, f *File) error {
	if form.Get("_fill") != "notice.from" {
		return nil
	}
	now := *f
	now.Draft.Paper = *paper
	now.assemble()
	open := p.openParts(p.fields(ctx, &now, p.Work.Check(&now, precheck.Draft)))
	if len(open) == 0 {
		return nil
	}
	return fault.Invalid(fault.Finding{Field: "notice.from", Key: "notice.parts_first", Args: map[string]any{"What": partNames(ctx, open)}})
}

// beforeNotice is the pre-check's advice on what a notice is going to state: to
// follow it afterwards would cost another notice.
func (p *Pages) beforeNotice(b *fields) []ui.Finding {
	var out []ui.Finding
	for _, x := range b.found.List {
		head, _, _ := strings.Cut(dossier.Generic(x.Field), ".")
		of := slices.Contains([]string{"legs", "itinerary", "members", "invitations", "budget"}, head) || slices.Contains([]string{"case.purpose", "case.depart", "case.return"}, x.Field)
		if of && !x.Missing && x.Asks() {
			says := p.finding(b.ctx, b.f, x)
			says.Actions = nil // forms of their own, inside this one
			out = append(out, says)
		}
	}
	return out
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
		if n.To.Before(p.Work.Journal.Today()) { // over: it is put up anew, as the pre-check says
			return ui.T(ctx, "notice.short.over", "Days", ui.Span(ctx, n.From, n.To), "Count", days, "Least", least)
		}
		out = ui.T(ctx, "notice.short", "Days", ui.Span(ctx, n.From, n.To), "Count", days, "Least", least, "Until", ui.Date(ctx, full), "Submit", ui.Date(ctx, full.Next()))
	}
	if y := book.Unannounced(n.From, n.To); y != 0 {
		out = ui.Sentences(ctx, out, ui.T(ctx, "notice.unannounced", "Year", strconv.Itoa(y)))
	}
	return out
}

// untold says what the notice can't tell yet because the case doesn't.
func (p *Pages) untold(b *fields) string {
	ctx := b.ctx
	n := b.f.Now.Case.Notice
	hangs := n != nil && n.Published != nil // what is told of the host then takes another notice
	told := precheck.Told(precheck.Publish(&b.f.Now.Case))
	var lacks []string
	for _, w := range dossier.NoticeItem("").Words() {
		if !slices.Contains(told, dossier.NoticeItem(w)) {
			lacks = append(lacks, ui.T(ctx, "word.noticeItem."+w))
		} else if w == "host" && !hangs && slices.ContainsFunc(b.f.Now.Case.Invitations, func(i dossier.Invitation) bool { return i.Issuer != "" && i.About == "" }) {
			lacks = append(lacks, ui.T(ctx, "field.invitations.about"))
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
		said, is := d.Words(lang)
		if d.Path == "budget.fund" {
			said, is = ui.T(ctx, "word.fund."+said), ui.T(ctx, "word.fund."+is)
		}
		fact := ui.T(ctx, "notice.changed.fact", "Said", said, "Is", is)
		if is == "" {
			fact = ui.T(ctx, "notice.changed.gone", "Said", said)
		}
		out = append(out, ui.Finding{State: ui.Stop, Word: ui.T(ctx, "notice.changed.word"), Title: ui.T(ctx, "notice.changed", "What", d.Spell(lang)),
			Fact: fact, Where: ui.Link{Text: b.f.where(ctx, d.Path), URL: b.f.place(d.Path)}})
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
	said = headed(c, said)
	return document.Announced(unit, *said, n, int(ref.Holidays.WorkdaysBetween(n.From, n.To)), func(code string) string { return ref.Countries.Name(code, "zh") }, p.Work.PackOn(n.From).Wording())
}

// headed is what a notice says with its first one named as head, where that is
// who leads the delegation.
func headed(c *dossier.Case, said *dossier.Published) *dossier.Published {
	if len(said.People) == 0 || len(said.Posts) == 0 || !slices.ContainsFunc(c.Members, func(m dossier.Member) bool { return m.Role == dossier.Head && m.Name() == said.People[0] }) {
		return said
	}
	out := *said
	out.Posts = slices.Clone(said.Posts)
	out.Posts[0] += "（团长）"
	return &out
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
			if n.Published != nil && paper.Correction == nil {
				former := *n
				paper.Former = &former
			}
			n.From, n.To = f.Held.Today, p.noticeUntil(f)
			precheck.PutUp(&whole, n, f.Held.Today)
			n.Items, n.Objections = precheck.Told(n.Published), ""
		}
		return
	}
	if paper.Correction != nil && form.Get("_fill") == "notice.former" {
		c.Notice = f.Filing.Dossier.Clone().Notice
		return
	}
	if paper.Correction == nil && c.Notice != nil {
		switch form.Get("_fill") {
		case "notice.said":
			if c.Notice.Published != nil {
				paper.AsAnnounced(c.Notice.Published)
			}
			return
		case "notice.former":
			if paper.Former != nil {
				c.Notice, paper.Former = paper.Former, nil
			}
			return
		}
	}
	n := c.Notice
	if n == nil || n.From.IsZero() || form.Get("_autosave") != "" {
		return
	}
	switch {
	case n.Published == nil:
		if told := precheck.Told(precheck.Publish(&whole)); len(told) == len(dossier.NoticeItem("").Words()) {
			precheck.PutUp(&whole, n, calendar.Date{})
			if len(n.Items) == 0 {
				n.Items = told
			}
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
	web.ShowPrint(s, w, r, n.Title, pdf, err)
}
