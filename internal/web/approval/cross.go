package approval

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"yitang/internal/access"
	room "yitang/internal/approval"
	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/pack"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// What is entered of a common delegation: our question to another authority,
// and the letters that come from one, out of band.
const (
	askOpinion   = "ask"          // 征求意见函 goes out
	takeReply    = "reply"        // 复函 has come
	takeConfirm  = "confirmation" // 确认件 has come
	takeRequest  = "request"      // 征求意见函 has come: ours is the reply
	takeNotice   = "notice"       // 任务通知书 has come
	replyWithin  = 10             // working days that are offered for a reply (领域约定: 5 to 10)
	crossSection = "cross"
)

// crossView is the sheet of a delegation that two authorities have people in.
type crossView struct {
	Title string
	Lead  string
	Rows  []crossRow
	Do    []ui.Button
}

// crossRow is one authority, or one letter of the organiser's.
type crossRow struct {
	Name string
	Text string
	Tag  ui.Tag
	Do   []ui.Button
}

// cross fills the sheet; nil for a delegation that is all ours.
func (p *Pages) cross(ctx context.Context, a room.Approval, id string, c dossier.Case, round room.Round, who access.Who) *crossView {
	may := who.May(access.ReviewCase) && !ownTrip(who, a)
	to := func(what, authority string, kind ui.ButtonKind) ui.Button {
		// ui:keys cross.do.*
		return ui.Button{Text: ui.T(ctx, "cross.do."+what), URL: letterIn(id, what, authority), Kind: kind}
	}
	if a.JoinsAnother() {
		return p.joined(ctx, a, c, may, to)
	}
	v := &crossView{Title: ui.T(ctx, "cross.title"), Lead: ui.T(ctx, "cross.lead")}
	names := map[string]string{}
	for i, t := range round.Members {
		if i < len(c.Members) {
			names[t.Person] = c.Members[i].Name()
		}
	}
	today := p.Journal.Today()
	for _, q := range a.Inquiries {
		row := crossRow{Name: q.Authority}
		var people []string
		for _, x := range q.Persons {
			if names[x] != "" { // who was taken out of the delegation has no name in it
				people = append(people, names[x])
			}
		}
		row.Text = ui.List(ctx, people)
		nobody := a.Stage == room.IsIssued && len(a.Goes(q)) == 0
		switch {
		case nobody:
			row.Tag = ui.Tag{State: ui.Info, Word: ui.T(ctx, "cross.nobody")}
			row.Text = ui.Sentences(ctx, row.Text, ui.T(ctx, "cross.nobody.text"))
		case q.Confirmation != nil:
			row.Tag = ui.Tag{State: ui.OK, Word: ui.T(ctx, "cross.confirmed", "Number", q.Confirmation.Number)}
		case q.Reply == nil && today.After(q.Until):
			row.Tag = ui.Tag{State: ui.Stop, Word: ui.T(ctx, "cross.late", "Day", q.Until)}
		case q.Reply == nil:
			row.Tag = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "cross.waits", "Day", q.Until)}
		case q.Reply.Answer == room.RefusesOpinion:
			row.Tag = ui.Tag{State: ui.Stop, Word: ui.T(ctx, "cross.refused", "Number", q.Reply.Number)}
		default:
			row.Tag = ui.Tag{State: ui.OK, Word: ui.T(ctx, "cross.agreed", "Number", q.Reply.Number)}
		}
		if q.Reply != nil && q.Reply.Words != "" {
			row.Text += ui.T(ctx, "cross.words", "Words", q.Reply.Words)
		}
		switch {
		case !may || nobody:
		case q.Reply == nil && (a.Stage == room.UnderReview || a.Stage == room.WithUnit):
			row.Do = append(row.Do, to(takeReply, q.Authority, ui.Second))
			if today.After(q.Until) {
				row.Do = append(row.Do, to(askOpinion, q.Authority, ui.Plain))
			}
		case a.Stage == room.IsIssued && q.Confirmation == nil && q.Reply != nil && q.Reply.Answer != room.RefusesOpinion:
			row.Do = append(row.Do, to(takeConfirm, q.Authority, ui.Second))
		}
		v.Rows = append(v.Rows, row)
	}
	open, guests := p.unasked(a, c, round)
	if step, ok := a.Step(); ok && may && who.Has(access.Role(step.Role)) && guests {
		v.Do = []ui.Button{to(askOpinion, "", ui.Second)}
	}
	if len(v.Rows) == 0 && len(open) == 0 && c.Trip.Kind != dossier.OrganisedCross {
		return nil
	}
	for _, i := range open {
		v.Rows = append(v.Rows, crossRow{Name: c.Members[i].Name(), Text: ui.T(ctx, "cross.from", "Unit", c.From(i), "Authority", c.Members[i].Jurisdiction), Tag: ui.Tag{State: ui.Warn, Word: ui.T(ctx, "cross.unasked")}})
	}
	return v
}

// unasked lists the members in another authority's charge about whom nobody
// was asked yet, and tells whether there is anybody of another unit among those.
func (p *Pages) unasked(a room.Approval, c dossier.Case, round room.Round) (elsewhere []int, guests bool) {
	for i, t := range round.Members {
		if _, asked := a.InquiryOf(t.Person); asked || i >= len(c.Members) {
			continue
		}
		if c.Elsewhere(i) {
			elsewhere = append(elsewhere, i)
		}
		guests = guests || c.Elsewhere(i) || c.From(i) != c.Unit.Name
	}
	return elsewhere, guests
}

// stillAsked is an authority whose reply the clocks stand still for; "" for none.
func (p *Pages) stillAsked(a room.Approval) string {
	if until := a.StandsStill(); until.IsZero() || p.Journal.Today().After(until) {
		return ""
	}
	return a.Awaited()[0].Authority
}

// letterIn leads to the form of a letter.
func letterIn(id, what, authority string) string {
	to := "/c/" + id + "/letters-in/" + what
	if authority != "" {
		to += "?" + url.Values{"authority": {authority}}.Encode()
	}
	return to
}

// joined is the same for a delegation that another authority approves.
func (p *Pages) joined(ctx context.Context, a room.Approval, c dossier.Case, may bool, to func(what, authority string, kind ui.ButtonKind) ui.Button) *crossView {
	v := &crossView{Title: ui.T(ctx, "cross.joined.title"), Lead: ui.T(ctx, "cross.joined.lead", "Organiser", c.Trip.Organiser, "Authority", c.Trip.OrganisingAuthority)}
	open := a.Stage == room.AtIntake || a.Stage == room.UnderReview || a.Stage == room.WithUnit
	row := crossRow{Name: ui.T(ctx, "cross.joined.request"), Tag: ui.Tag{State: ui.Info, Word: ui.T(ctx, "cross.joined.none")}}
	if in, ok := a.RequestOf(c); ok {
		row.Text, row.Tag = in.Authority, ui.Tag{State: ui.OK, Word: in.Number}
	} else if may && open {
		row.Do = []ui.Button{to(takeRequest, "", ui.Second)}
	}
	notice := crossRow{Name: ui.T(ctx, "cross.joined.notice"), Tag: ui.Tag{State: ui.Wait, Word: ui.T(ctx, "cross.joined.awaited")}}
	if in, ok := a.NoticeOf(c); ok {
		notice.Text, notice.Tag = in.Authority, ui.Tag{State: ui.OK, Word: in.Number}
	} else if may && (open || a.Stage == room.IsDecided) {
		notice.Do = []ui.Button{to(takeNotice, "", ui.Second)}
	}
	confirmed := crossRow{Name: ui.T(ctx, "cross.joined.confirmation"), Tag: ui.Tag{State: ui.Wait, Word: ui.T(ctx, "cross.joined.then")}}
	if a.Document != nil {
		confirmed.Tag = ui.Tag{State: ui.OK, Word: a.Document.Number}
	}
	v.Rows = []crossRow{row, notice, confirmed}
	return v
}

// crossForm is one of the five forms.
type crossForm struct {
	smallView
	File string // the letter's, "" where none comes in
	Bad  string // what is wrong with it
}

func (p *Pages) getLetterIn(w http.ResponseWriter, r *http.Request) { p.showLetterIn(w, r, nil) }

// ui:keys cross.form.*
// ui:keys cross.save.*
func (p *Pages) showLetterIn(w http.ResponseWriter, r *http.Request, failed error) {
	ctx, id, what := r.Context(), r.PathValue("case"), r.PathValue("what")
	a, version, err := p.load(ctx, id)
	if err == nil && !slices.Contains([]string{askOpinion, takeReply, takeConfirm, takeRequest, takeNotice}, what) {
		err = fault.NotFound("form " + what)
	}
	var c dossier.Case
	if err == nil {
		c, err = p.dossierOf(ctx, id)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	authority := r.FormValue("authority")
	v := crossForm{smallView: smallView{Head: ui.Head{Title: ui.T(ctx, "cross.form."+what), Lead: a.Title}, Action: "/c/" + id + "/letters-in/" + what, Version: version,
		Button: ui.T(ctx, "cross.save."+what), Leave: ui.Link{Text: ui.T(ctx, "review.back_to_case"), URL: "/c/" + id}}}
	field := func(kind ui.Kind, name, value string) ui.Field {
		f := ui.Field{Kind: kind, Name: name, Label: ui.T(ctx, "cross.field."+name), Value: value} // ui:keys cross.field.*
		if key := "cross.hint." + name; ui.Known(key) {                                            // ui:keys cross.hint.*
			f.Hint = ui.T(ctx, key)
		}
		return f
	}
	fixed := func() ui.Field {
		f := field(ui.Select, "authority", authority)
		f.Hint = ""
		for _, q := range a.Inquiries {
			if what == takeReply && q.Reply == nil || what == takeConfirm && q.Reply != nil && q.Confirmation == nil && len(a.Goes(q)) > 0 {
				f.Options = append(f.Options, ui.Option{Value: q.Authority, Text: q.Authority, Chosen: q.Authority == authority})
			}
		}
		return f
	}
	letter := []ui.Field{field("", "number", ""), field(ui.DateKind, "on", "")}
	switch what {
	case askOpinion:
		v.Fields = p.askFields(ctx, a, id, c, authority, field)
	case takeReply:
		answer := field(ui.Radio, "answer", "")
		for _, w := range []room.OpinionAnswer{room.Agrees, room.AgreesWith, room.RefusesOpinion} {
			answer.Options = append(answer.Options, ui.Option{Value: string(w), Text: ui.T(ctx, "cross.answer."+string(w)), Chosen: r.PostFormValue("answer") == string(w)}) // ui:keys cross.answer.*
		}
		words := field(ui.Area, "words", "")
		words.Rows, words.Optional = 3, true
		v.Fields = append([]ui.Field{fixed(), answer, words}, letter...)
	case takeConfirm:
		v.Fields = append([]ui.Field{fixed()}, letter...)
	case takeRequest, takeNotice:
		if authority == "" {
			authority = c.Trip.OrganisingAuthority
		}
		v.Fields = append([]ui.Field{field("", "authority", authority)}, letter...)
		if what == takeNotice {
			until := field(ui.DateKind, "validUntil", "")
			until.Optional = true
			v.Fields = append(v.Fields, until)
		}
	}
	if what != askOpinion {
		v.File = ui.T(ctx, "cross.field.file")
	}
	v.Key, v.Errors = web.NewKey(), ui.Summarise(ctx, failed)
	beside := ui.FieldErrors(ctx, failed)
	v.Bad = beside["file"]
	for i, f := range v.Fields {
		v.Fields[i].Error = beside[f.Name]
		if failed != nil && f.Kind != ui.Checks && f.Kind != ui.Radio && f.Kind != ui.Select {
			v.Fields[i].Value = r.PostFormValue(f.Name)
		}
	}
	status := http.StatusOK
	if failed != nil {
		status = http.StatusUnprocessableEntity
	}
	crumbs := []ui.Link{{Text: ui.T(ctx, "review.queue.crumb"), URL: "/queue"}, {Text: a.Title, URL: "/c/" + id}, {Text: v.Head.Title}}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Crumbs: crumbs}, letterInPage(v))
}

// askFields are those of the opinion request: whom it is about is proposed, by
// the authority that the application names or as people of other units.
func (p *Pages) askFields(ctx context.Context, a room.Approval, id string, c dossier.Case, authority string, field func(ui.Kind, string, string) ui.Field) []ui.Field {
	rounds, err := room.Rounds(ctx, p.Journal, id)
	if err != nil {
		return nil
	}
	round := rounds[len(rounds)-1]
	if authority == "" {
		if open, _ := p.unasked(a, c, round); len(open) > 0 {
			authority = c.Members[open[0]].Jurisdiction
		}
	}
	today := p.Journal.Today()
	people := field(ui.Checks, "persons", "")
	for i, t := range round.Members {
		if i >= len(c.Members) {
			break
		}
		if q, asked := a.InquiryOf(t.Person); asked && (q.Authority != authority || q.Reply != nil) {
			continue
		}
		m := c.Members[i]
		chosen := m.Jurisdiction != "" && m.Jurisdiction == authority || authority == "" && c.From(i) != c.Unit.Name
		people.Options = append(people.Options, ui.Option{Value: t.Person, Text: m.Name(), Hint: c.From(i) + " " + m.Post, Chosen: chosen})
	}
	return []ui.Field{field("", "authority", authority), people, field(ui.DateKind, "until", p.Journal.Book().AddWorkdays(today, replyWithin).String())}
}

// postLetterIn enters what came, or sends our question.
func (p *Pages) postLetterIn(w http.ResponseWriter, r *http.Request) {
	id, what := r.PathValue("case"), r.PathValue("what")
	if err := r.ParseMultipartForm(1 << 20); err != nil && !errors.Is(err, http.ErrNotMultipart) {
		p.showLetterIn(w, r, fault.Field("file", "upload.cut_off", nil))
		return
	}
	a, _, ok := p.before(w, r)
	if !ok {
		return
	}
	var wrong []fault.Finding
	day := func(name string) calendar.Date {
		text := strings.TrimSpace(r.PostFormValue(name))
		if text == "" {
			return calendar.Date{}
		}
		d, err := calendar.Parse(text)
		if err != nil {
			wrong = append(wrong, fault.Finding{Field: name, Key: "form.date.unreadable"})
		}
		return d
	}
	authority, number, on := strings.TrimSpace(r.PostFormValue("authority")), dossier.FoldDocument(r.PostFormValue("number")), day("on")
	step, _ := a.Step()
	ctx := acting(r, append([]string{step.Role}, pack.StepRoles()...)...)
	kind := dossier.MaterialKind("M14")
	var make func(paper string) journal.Command[room.Approval]
	switch what {
	case askOpinion:
		make = func(string) journal.Command[room.Approval] {
			return room.SeekOpinion{Authority: authority, Persons: r.PostForm["persons"], Until: day("until"), Self: web.Who(r).Person}
		}
	case takeReply:
		make = func(paper string) journal.Command[room.Approval] {
			return room.TakeReply{Authority: authority, Answer: room.OpinionAnswer(r.PostFormValue("answer")), Number: number, On: on, Words: r.PostFormValue("words"), Paper: paper}
		}
	case takeConfirm:
		kind = "M16"
		make = func(paper string) journal.Command[room.Approval] {
			return room.TakeConfirmation{Authority: authority, Number: number, On: on, Paper: paper}
		}
	case takeRequest:
		kind = "M15"
		make = func(paper string) journal.Command[room.Approval] {
			return room.TakeRequest{Authority: authority, Number: number, On: on, Paper: paper}
		}
	case takeNotice:
		kind = "M15"
		until := day("validUntil")
		make = func(paper string) journal.Command[room.Approval] {
			return room.TakeNotice{Authority: authority, Number: number, On: on, ValidUntil: until, Paper: paper}
		}
	default:
		p.Site.Fail(w, r, fault.NotFound("form "+what))
		return
	}
	// Tried without its paper first: what is refused keeps no file.
	moment := journal.Moment{Now: p.Journal.Now(), Today: p.Journal.Today(), Book: p.Journal.Book(), Subject: id, Fresh: p.Journal.NewID, Actor: journal.ActorOf(ctx)}
	_, err := make("").Decide(a, moment)
	if found := append(wrong, fault.Findings(err)...); len(found) > 0 {
		err = fault.Invalid(found...)
	}
	paper := ""
	if err == nil && what != askOpinion {
		paper, err = p.keepLetter(ctx, r, id, a, kind)
	}
	if err == nil || fault.IsNotNow(err) { // a second press finds its first answer by its key
		_, err = journal.Do(ctx, p.Journal, room.Room, order(r, id), make(paper))
	}
	if fault.Findings(err) != nil {
		p.showLetterIn(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, "/c/"+id+"#"+crossSection)
}

// keepLetter keeps the scan of a letter as a paper of the case. Its original is
// on paper: without a scan nothing is entered.
func (p *Pages) keepLetter(ctx context.Context, r *http.Request, id string, a room.Approval, kind dossier.MaterialKind) (string, error) {
	file, head, err := r.FormFile("file")
	if err != nil {
		return "", fault.Field("file", "approval.incoming.file", nil)
	}
	defer file.Close()
	typ, err := blob.Sniff(file, head.Size, head.Filename)
	if err != nil {
		if found := fault.Findings(err); len(found) > 0 {
			found = slices.Clone(found)
			for i := range found {
				found[i].Field = "file"
			}
			return "", fault.Invalid(found...)
		}
		return "", err
	}
	kept, err := p.Blobs.Put(ctx, io.NewSectionReader(file, 0, head.Size), blob.Limit)
	if err != nil {
		return "", err
	}
	ans, err := journal.Do(ctx, p.Journal, material.Room, journal.Order{Subject: p.Journal.NewID(), Key: web.Key(r) + ":letter:" + kept.Digest.String()},
		material.Add{Kind: kind, OwnerKind: material.OfCase, Owner: id, Unit: a.Unit, Case: id, Name: head.Filename, Size: kept.Size, Type: string(typ), Digest: kept.Digest.String()})
	return ans.Subject.ID, err
}

func (v crossForm) state() string {
	if v.Bad != "" {
		return "error"
	}
	return ""
}
