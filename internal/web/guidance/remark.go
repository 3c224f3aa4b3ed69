package guidance

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"image"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/blob"
	"yitang/internal/fault"
	room "yitang/internal/guidance"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/unit"
	"yitang/internal/web"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// Common is what every zone has: saying something about a page, and reading what has
// changed.
type Common struct {
	Site    *web.Site
	Journal *journal.Journal
	Tries   *account.Throttle
	Blobs   blob.Store

	drawing sync.Mutex // one picture at a time: it costs memory
}

// Routes are the addresses of these pages: on the internet for everybody.
func (p *Common) Routes() []web.Route {
	right := access.Self
	if p.Site.Zone == zone.Internet {
		right = access.Public
	}
	return []web.Route{
		{Pattern: "GET /feedback", Right: right, Handle: func(w http.ResponseWriter, r *http.Request) { p.form(w, r, nil) }},
		{Pattern: "POST /feedback", Right: right, Handle: p.post, Files: true},
		{Pattern: "GET /feedback/{remark}", Right: right, Handle: p.getOne},
		{Pattern: "GET /feedback/{remark}/picture", Right: right, Handle: p.getPicture},
		{Pattern: "GET /changes", Right: right, Handle: p.getChanges},
		{Pattern: "POST /changes/away", Right: access.Self, Handle: p.postAway},
	}
}

func remarkURL(id string) string { return "/feedback/" + url.PathEscape(id) }

type remarkForm struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Key    string
	Send   []ui.Hidden
	Fields []ui.Field
	Facts  ui.Facts
	With   ui.Field
	Photo  ui.FileField
	Mine   []line
	As     string // who it comes from
}

// from is what a remark is about, as the foot of that page has told it or the form
// sends it back. An address that opens something to whoever has it isn't passed on,
// nor what was asked for in one.
func (p *Common) from(r *http.Request) room.Context {
	who := web.Who(r)
	c := room.Context{Unit: who.Unit, Browser: r.UserAgent(), Size: r.PostFormValue("size"), Title: r.FormValue("on")}
	for _, role := range who.Roles {
		c.Role = strings.TrimSpace(c.Role + " " + string(role))
	}
	at, err := url.Parse(ui.OnSite(r.FormValue("about")))
	if err != nil || at.Path == "" {
		c.Title = ""
		return c
	}
	c.Page = at.Path
	if pattern := p.Site.Opens(at.Path); pattern != "" {
		c.Page, c.Title = pattern, ""
	}
	if p.Site.OfOne(at.Path) { // its title may be somebody's name
		c.Title = ""
	}
	return c
}

// ui:keys remark.matter.*
func (p *Common) form(w http.ResponseWriter, r *http.Request, failed error) {
	ctx, who, on := r.Context(), web.Who(r), p.from(r)
	v := remarkForm{Head: ui.Head{Title: ui.T(ctx, "remark.title"), Lead: ui.T(ctx, "remark.lead")}, Errors: ui.Summarise(ctx, failed), Key: web.NewKey()}
	v.Send = []ui.Hidden{{Name: "new", Value: cmp.Or(r.PostFormValue("new"), p.Journal.NewID())}, {Name: "about", Value: on.Page}, {Name: "on", Value: on.Title}}
	if who.Somebody() {
		v.As = ui.T(ctx, "remark.as", "Name", who.Name)
		v.Send = append(v.Send, ui.Hidden{Name: "signed", Value: "yes"})
	} else {
		v.As = ui.T(ctx, "remark.as.nobody")
	}
	wrong := ui.FieldErrors(ctx, failed)
	matter := ui.Field{Kind: ui.Radio, Name: "matter", Label: ui.T(ctx, "remark.matter"), Across: true, Error: wrong["matter"]}
	for _, m := range room.Matters() {
		matter.Options = append(matter.Options, ui.Option{Value: string(m), Text: ui.T(ctx, "remark.matter."+string(m)), Chosen: r.FormValue("matter") == string(m)})
	}
	v.Fields = []ui.Field{matter, {Kind: ui.Area, Rows: 6, Name: "words", Label: ui.T(ctx, "remark.words"), Hint: ui.T(ctx, "remark.words.hint"), Value: r.FormValue("words"), Error: wrong["words"], Max: room.RemarkLimit}}
	v.Photo = ui.FileField{Name: "picture", Label: ui.T(ctx, "remark.picture"), Hint: ui.T(ctx, "remark.picture.hint", "Limit", ui.Size(blob.Limit)), Error: wrong["picture"], Accept: ".jpg,.jpeg,.png", Alone: !who.Somebody() || p.Site.Uploads == nil, Camera: ui.Away, Paste: true}
	if _, head, err := r.FormFile("picture"); failed != nil && v.Photo.Error == "" && err == nil && head.Size > 0 { // no page gives a file back to its field
		v.Photo.Error = ui.T(ctx, "remark.picture.again")
	}
	if on.Page != "" {
		v.With = ui.Field{Kind: ui.Check, Name: "with", Label: ui.T(ctx, "remark.with"), Value: "yes"}
		if failed != nil {
			v.With.Value = r.PostFormValue("with")
		}
	}
	v.Facts = contextFacts(ctx, on, "")
	if who.Somebody() {
		mine, err := room.RemarksOf(ctx, p.Journal.Store, who.Account)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		for _, m := range mine {
			v.Mine = append(v.Mine, line{Title: room.Excerpt(m.Words, 40), URL: remarkURL(m.ID), Note: ui.At(ctx, m.At), Tag: progressTag(ctx, m)})
		}
	}
	p.Site.ShowAs(w, r, status(failed), ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors)}, remarkPage(v))
}

// contextFacts is what a remark carries beside its words.
func contextFacts(ctx context.Context, on room.Context, unit string) ui.Facts {
	var out ui.Facts
	add := func(term, value string) {
		if value != "" {
			out = append(out, ui.Fact{Term: term, Value: value})
		}
	}
	add(ui.T(ctx, "remark.page"), strings.TrimSpace(on.Title+" "+on.Page))
	var roles []string
	for _, r := range strings.Fields(on.Role) {
		roles = append(roles, roleName(ctx, r))
	}
	add(ui.T(ctx, "remark.role"), ui.List(ctx, roles))
	add(ui.T(ctx, "notices.col.unit"), unit)
	add(ui.T(ctx, "remark.browser"), on.Browser)
	add(ui.T(ctx, "remark.size"), on.Size)
	return out
}

// ui:keys progress.who.*
func roleName(ctx context.Context, role string) string {
	if key := "progress.who." + role; ui.Known(key) {
		return ui.T(ctx, key)
	}
	return role
}

// ui:keys remark.is.*
func progressTag(ctx context.Context, m room.RemarkRow) ui.Tag {
	state := map[room.Progress]ui.State{room.Fresh: ui.Wait, room.Looking: ui.Wait, room.Done: ui.OK, room.Declined: ui.Info}[m.Is]
	return ui.Tag{State: state, Word: ui.T(ctx, "remark.is."+cmp.Or(string(m.Is), "new"))}
}

// post takes a remark. Who doesn't sign in is slowed down together with all who
// don't from one place, and everybody as one account.
func (p *Common) post(w http.ResponseWriter, r *http.Request) {
	ctx, who := r.Context(), web.Who(r)
	id, err := "", readable(r)
	if err == nil && r.MultipartForm != nil {
		defer r.MultipartForm.RemoveAll()
	}
	if err == nil {
		id, err = p.Site.NewID(r, "new")
	}
	if err == nil {
		on := p.from(r)
		if r.PostFormValue("with") == "" {
			on.Page, on.Title = "", ""
		}
		cmd := room.Give{Matter: room.Matter(r.PostFormValue("matter")), Words: r.PostFormValue("words"), On: on, Name: who.Name}
		_, version, loading := journal.Load(ctx, p.Journal, room.Remarks, id)
		switch err = loading; {
		case err != nil || version > 0:
		case !who.Somebody() && r.PostFormValue("signed") != "": // the session ended while they wrote
			err = fault.Invalid(fault.Finding{Field: "words", Key: "guidance.remark.unsigned"})
		case strings.TrimSpace(cmd.Words) != "" && p.Tries.Try("remark "+who.Account, web.Address(r), p.Journal.Now()) > 0:
			err = fault.Invalid(fault.Finding{Field: "words", Key: "guidance.remark.many"})
		default:
			if cmd.Picture, err = p.picture(r, cmd.Words); err != nil {
				break
			}
			_, err = journal.Do(ctx, p.Journal, room.Remarks, journal.Order{Subject: id, Key: web.Key(r)}, cmd)
		}
	}
	if fault.Findings(err) != nil {
		p.form(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, remarkURL(id)+"?said=sent")
}

// readable takes the form apart: a line that broke in the middle of its picture left
// what was typed before it.
func readable(r *http.Request) error {
	var head bytes.Buffer // what came before its picture
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.TeeReader(r.Body, &atMost{&head, headMost}), r.Body}
	err := r.ParseMultipartForm(1 << 20)
	if err != nil && !errors.Is(err, http.ErrNotMultipart) {
		typedBefore(r, &head)
	}
	var large *http.MaxBytesError
	switch {
	case err == nil || errors.Is(err, http.ErrNotMultipart):
		return nil
	case errors.As(err, &large):
		return blob.PictureTooLarge("picture", r.ContentLength, blob.Limit)
	}
	return fault.Field("picture", "upload.cut_off", nil)
}

// headMost is how much of a form is kept to be read again: its words, many times over.
const headMost = 64 << 10

// atMost takes so many bytes and lets the others go.
type atMost struct {
	to   *bytes.Buffer
	left int
}

func (w *atMost) Write(b []byte) (int, error) {
	n := min(len(b), w.left)
	w.left -= n
	w.to.Write(b[:n])
	return len(b), nil
}

// typedBefore reads what was typed of a form that couldn't be read whole, so that a
// picture which is too large costs nobody their words.
func typedBefore(r *http.Request, head io.Reader) {
	_, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return
	}
	r.Form, r.PostForm = url.Values{}, url.Values{}
	parts := multipart.NewReader(head, params["boundary"])
	for {
		part, err := parts.NextPart()
		if err != nil || part.FileName() != "" {
			return
		}
		text, err := io.ReadAll(part)
		if err != nil {
			return
		}
		r.Form.Add(part.FormName(), string(text))
		r.PostForm.Add(part.FormName(), string(text))
	}
}

// mostPixels is more than any camera's picture of a screen has.
const mostPixels = 25_000_000

// picture keeps the one that comes with a remark, drawn anew; the zero Picture where
// none does. Of a remark that is refused for its words nothing is kept.
func (p *Common) picture(r *http.Request, words string) (room.Picture, error) {
	var none room.Picture
	file, head, err := r.FormFile("picture")
	if err != nil || strings.TrimSpace(words) == "" {
		return none, nil
	}
	defer file.Close()
	refused := func(err error) (room.Picture, error) {
		fs := fault.Findings(err)
		if fs == nil {
			return none, err
		}
		for i := range fs {
			fs[i].Field = "picture"
		}
		return none, fault.Invalid(fs...)
	}
	if head.Size > blob.Limit {
		return refused(blob.PictureTooLarge("picture", head.Size, blob.Limit))
	}
	typ, err := blob.Sniff(file, head.Size, head.Filename)
	if err != nil && slices.ContainsFunc(fault.Findings(err), func(x fault.Finding) bool { return x.Key == "upload.type" }) {
		err = fault.Field("picture", "upload.photo.only", nil) // a PDF wouldn't be taken here
	}
	if err == nil && !typ.IsPicture() {
		err = fault.Field("picture", "upload.picture", nil)
	}
	if err == nil {
		_, err = material.Unmarked(file, head.Size, typ, head.Filename)
	}
	if err != nil {
		return refused(err)
	}
	conf, _, err := image.DecodeConfig(io.NewSectionReader(file, 0, head.Size))
	if err != nil {
		return refused(fault.Field("picture", "upload.damaged", nil))
	}
	if conf.Width*conf.Height > mostPixels {
		return refused(fault.Field("picture", "upload.pixels", map[string]any{"Width": conf.Width, "Height": conf.Height}))
	}
	p.drawing.Lock()
	defer p.drawing.Unlock()
	content, err := io.ReadAll(io.NewSectionReader(file, 0, head.Size))
	if err != nil {
		return none, err
	}
	if content, err = blob.Redrawn(content, typ); err != nil {
		return refused(fault.Field("picture", "upload.damaged", nil))
	}
	kept, err := p.Blobs.Put(r.Context(), bytes.NewReader(content), blob.Limit)
	return room.Picture{Digest: kept.Digest.String(), Size: kept.Size, Type: typ}, err
}

// getPicture shows it to who gave the remark.
func (p *Common) getPicture(w http.ResponseWriter, r *http.Request) {
	m, err := p.mine(r)
	p.serve(w, r, m, err)
}

// serve gives the picture of a remark, and nothing that a browser could run.
func (p *Common) serve(w http.ResponseWriter, r *http.Request, m room.RemarkRow, err error) {
	var d blob.Digest
	if err == nil {
		if d, err = blob.ParseDigest(m.Picture.Digest); err != nil {
			err = fault.NotFound("picture of the remark " + m.ID)
		}
	}
	var c io.ReadSeekCloser
	if err == nil {
		c, err = p.Blobs.Get(r.Context(), d)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	defer c.Close()
	w.Header().Set("Content-Type", string(m.Picture.Type))
	w.Header().Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	http.ServeContent(w, r, "", time.Time{}, c)
}

// mine is a remark, for who made it: of somebody who didn't sign in, for whoever has
// its address.
func (p *Common) mine(r *http.Request) (room.RemarkRow, error) {
	m, err := room.OneRemark(r.Context(), p.Journal.Store, r.PathValue("remark"))
	if err == nil && (m.Zone != p.Site.Zone || m.Account != "" && m.Account != web.Who(r).Account) {
		err = fault.NotFound("remark " + m.ID)
	}
	return m, err
}

type remarkView struct {
	Head   ui.Head
	Shown  string // address of its picture; "" for none
	Words  []string
	Facts  ui.Facts
	Reply  ui.Note
	Change ui.Note
	Keep   string
	Links  []ui.Link
}

// getOne shows a remark to who made it.
func (p *Common) getOne(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	m, err := p.mine(r)
	var v remarkView
	if err == nil {
		v, err = p.remark(ctx, m, "")
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if m.Picture.Digest != "" {
		v.Shown = remarkURL(m.ID) + "/picture"
	}
	if m.Account == "" {
		v.Keep = ui.T(ctx, "remark.keep")
	}
	v.Links = []ui.Link{{Text: ui.T(ctx, "remark.another"), URL: "/feedback"}, {Text: ui.T(ctx, "changes.title"), URL: "/changes"}}
	page := ui.Page{Title: v.Head.Title, Crumbs: []ui.Link{{Text: ui.T(ctx, "remark.title"), URL: "/feedback"}, {Text: v.Head.Title}}}
	if r.FormValue("said") == "sent" {
		page.Banner = ui.Banner{Text: ui.T(ctx, "remark.said.sent")}
	}
	p.Site.Show(w, r, page, oneRemarkPage(v))
}

// remark is one with its answer.
func (p *Common) remark(ctx context.Context, m room.RemarkRow, unit string) (remarkView, error) {
	v := remarkView{Head: ui.Head{Over: ui.T(ctx, "remark.matter."+string(m.Matter)), Title: room.Excerpt(m.Words, 24), Tag: progressTag(ctx, m)}, Words: strings.Split(m.Words, "\n")}
	v.Facts = append(ui.Facts{{Term: ui.T(ctx, "remark.at"), Value: ui.At(ctx, m.At)}}, contextFacts(ctx, m.On, unit)...)
	if m.Is == room.Done || m.Is == room.Declined {
		v.Reply = ui.Note{State: progressTag(ctx, m).State, Title: ui.T(ctx, "remark.replied", "Day", ui.At(ctx, m.Replied)), Text: m.Reply}
	}
	c, changed, err := room.ChangeOf(ctx, p.Journal.Store, m.ID)
	if changed {
		v.Change = ui.Note{State: ui.OK, Title: ui.T(ctx, "changes.because"), Text: ui.Name(ctx, c.What), Link: ui.Link{Text: ui.T(ctx, "changes.title"), URL: "/changes"}}
	}
	return v, err
}

// News is the line by which a home tells of a new feature; empty where there is none.
func (p *Common) News(ctx context.Context, who access.Who) (ui.Banner, error) {
	notices, err := room.Current(ctx, p.Journal.Store, p.Journal.Today())
	if err != nil {
		return ui.Banner{}, err
	}
	mine, _, err := journal.Load(ctx, p.Journal, room.Readers, who.Account)
	if err != nil {
		return ui.Banner{}, err
	}
	n, there := room.NewsFor(who, room.Releases(), notices, mine.Away, p.Journal.Today())
	if !there {
		return ui.Banner{}, nil
	}
	return ui.Banner{Text: ui.T(ctx, "changes.news", "Title", ui.Name(ctx, n.Title)), Link: ui.Link{Text: ui.T(ctx, "changes.news.read"), URL: n.URL},
		Done: ui.Button{Text: ui.T(ctx, "changes.news.away"), Post: "/changes/away", Send: []ui.Hidden{{Name: "news", Value: n.ID}}, Kind: ui.Plain}}, nil
}

func (p *Common) postAway(w http.ResponseWriter, r *http.Request) {
	_, err := journal.Do(r.Context(), p.Journal, room.Readers, journal.Order{Subject: web.Who(r).Account}, room.Put{News: r.PostFormValue("news")})
	p.Site.Answer(w, r, err, "/")
}

type changesView struct {
	Head   ui.Head
	Chips  ui.Chips
	Months []month
	Empty  ui.Empty
}

// month is the changes of one month.
type month struct {
	ID      string
	Title   string
	Entries []changeLine
}

type changeLine struct {
	ID, Title string
	Text      []room.Block
	Note      string
	Tag       ui.Tag
	More      ui.Link
}

// ui:keys changes.why.*
// ui:keys changes.for.*
func (p *Common) getChanges(w http.ResponseWriter, r *http.Request) {
	ctx, why := r.Context(), room.Why(r.FormValue("why"))
	notices, err := room.All(ctx, p.Journal.Store)
	var made []room.Change
	if err == nil {
		made, err = room.ChangesMade(ctx, p.Journal.Store)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	all := room.Entries(web.Who(r), p.Site.Zone, room.Releases(), notices, made, p.Journal.Today())
	v := changesView{Head: ui.Head{Title: ui.T(ctx, "changes.title"), Lead: ui.T(ctx, "changes.lead")}, Empty: ui.Empty{Text: ui.T(ctx, "changes.none"), Action: ui.Button{Text: ui.T(ctx, "remark.title"), URL: "/feedback", Kind: ui.Second}}}
	v.Chips = ui.Chips{Label: ui.T(ctx, "changes.show"), Items: []ui.Chip{{Text: ui.T(ctx, "changes.why.all"), URL: "/changes", Count: len(all), Counted: true, Current: why == ""}}}
	for _, y := range []room.Why{room.OfRemark, room.OfFeature, room.OfUpdate} {
		of := slices.DeleteFunc(slices.Clone(all), func(e room.Entry) bool { return e.Why != y })
		v.Chips.Items = append(v.Chips.Items, ui.Chip{Text: ui.T(ctx, "changes.why."+string(y)), URL: "/changes?why=" + string(y), Count: len(of), Counted: true, Current: why == y})
	}
	if slices.Contains([]room.Why{room.OfRemark, room.OfFeature, room.OfUpdate}, why) {
		all = slices.DeleteFunc(all, func(e room.Entry) bool { return e.Why != why })
	}
	for _, e := range all {
		if n := len(v.Months); n == 0 || v.Months[n-1].ID != e.On.String()[:7] {
			v.Months = append(v.Months, month{ID: e.On.String()[:7], Title: ui.T(ctx, "changes.month", "Year", e.On.String()[:4], "Month", strings.TrimLeft(e.On.String()[5:7], "0"))})
		}
		l := changeLine{ID: e.ID, Title: ui.Name(ctx, e.Title), Text: room.Blocks(ui.Name(ctx, e.Text)), Note: ui.Date(ctx, e.On), Tag: whyTag(ctx, e.Why)}
		var whom []string
		for _, f := range e.For {
			if (f == "unit" || f == "traveller") && slices.Contains(e.For, "public") {
				continue // everybody is said already
			}
			whom = append(whom, ui.T(ctx, "changes.for."+string(f)))
		}
		if len(whom) > 0 {
			l.Note = ui.T(ctx, "changes.note", "Day", l.Note, "Whom", ui.List(ctx, whom))
		}
		if e.URL != "" && p.Site.Has(e.URL) && ui.Follow(ctx, e.URL) != "" {
			l.More = ui.Link{Text: ui.T(ctx, "changes.go"), URL: e.URL}
		}
		last := &v.Months[len(v.Months)-1]
		last.Entries = append(last.Entries, l)
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title}, changesPage(v))
}

func whyTag(ctx context.Context, w room.Why) ui.Tag {
	state := map[room.Why]ui.State{room.OfRemark: ui.OK, room.OfFeature: ui.Info, room.OfUpdate: ui.Info}[w]
	return ui.Tag{State: state, Word: ui.T(ctx, "changes.why."+string(w))}
}

// remarkRoutes are where the office answers what people say.
func (p *Office) remarkRoutes() []web.Route {
	return []web.Route{
		{Pattern: "GET /remarks", Right: access.SeeRemarks, Handle: p.getRemarks},
		{Pattern: "GET /remarks/{remark}", Right: access.SeeRemarks, Handle: func(w http.ResponseWriter, r *http.Request) { p.showRemark(w, r, nil) }},
		{Pattern: "GET /remarks/{remark}/picture", Right: access.SeeRemarks, Handle: p.getRemarkPicture},
		{Pattern: "POST /remarks/{remark}/look", Right: access.AnswerRemark, Handle: p.onRemark("look")},
		{Pattern: "POST /remarks/{remark}/answer", Right: access.AnswerRemark, Handle: p.onRemark("answered")},
		{Pattern: "POST /remarks/{remark}/changed", Right: access.PublishNotice, Handle: p.onRemark("changed")},
	}
}

func (p *Office) getRemarks(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	counts, err := room.RemarkCounts(ctx, p.Journal.Store)
	is := room.Progress(r.FormValue("show"))
	if !slices.Contains(room.Steps(), is) {
		is = room.Fresh
	}
	var after room.Next
	if at, bad := strconv.ParseInt(r.FormValue("at"), 10, 64); bad == nil {
		after = room.Next{At: time.UnixMicro(at), ID: r.FormValue("after")}
	}
	var rows []room.RemarkRow
	if err == nil {
		rows, err = room.RemarksAt(ctx, p.Journal.Store, is, after)
	}
	var units map[string]string
	if err == nil {
		units, err = p.unitNames(ctx)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := officeList{Head: ui.Head{Title: ui.T(ctx, "remarks.title", "Count", counts[room.Fresh]), Lead: ui.T(ctx, "remarks.lead")}, Chips: ui.Chips{Label: ui.T(ctx, "remarks.show")}}
	for _, s := range room.Steps() {
		v.Chips.Items = append(v.Chips.Items, ui.Chip{Text: ui.T(ctx, "remark.is."+cmp.Or(string(s), "new")), URL: "/remarks?show=" + string(s), Count: counts[s], Counted: true, Current: s == is})
	}
	v.Table = ui.Table{Caption: ui.T(ctx, "remarks.caption"), Keys: true, Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "remarks.none")},
		Columns: []ui.Column{{Text: ui.T(ctx, "remark.words.short")}, {Text: ui.T(ctx, "remark.page")}, {Text: ui.T(ctx, "remark.who")}, {Text: ui.T(ctx, "remark.at"), Whole: true}}}
	g := ui.Group{}
	for _, m := range rows {
		page := cmp.Or(m.On.Title, m.On.Page, ui.T(ctx, "remark.page.none"))
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: room.Excerpt(m.Words, 60), URL: "/remarks/" + url.PathEscape(m.ID), Sub: ui.T(ctx, "remark.matter."+string(m.Matter)), Head: true}, {Text: page},
			{Text: cmp.Or(m.Name, ui.T(ctx, "remark.nobody")), Sub: cmp.Or(units[m.On.Unit], ui.ZoneName(ctx, m.Zone))}, {Text: ui.At(ctx, m.At)}}})
	}
	if n := len(rows); n == room.RemarksPage {
		last := rows[n-1]
		g.More = ui.Link{Text: ui.T(ctx, "remarks.older"), URL: "/remarks?" + url.Values{"show": {string(is)}, "at": {strconv.FormatInt(last.At.UnixMicro(), 10)}, "after": {last.ID}}.Encode()}
	}
	v.Table.Groups = []ui.Group{g}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title}, officeListPage(v))
}

// getRemarkPicture shows the picture of a remark to who answers it.
func (p *Office) getRemarkPicture(w http.ResponseWriter, r *http.Request) {
	m, err := room.OneRemark(r.Context(), p.Journal.Store, r.PathValue("remark"))
	(&Common{Site: p.Site, Journal: p.Journal, Blobs: p.Blobs}).serve(w, r, m, err)
}

type officeRemark struct {
	remarkView
	Errors ui.ErrorSummary
	URL    string
	Key    string
	Look   bool
	Answer []ui.Field
	Mark   []ui.Field
}

func (p *Office) showRemark(w http.ResponseWriter, r *http.Request, failed error) {
	ctx, who := r.Context(), web.Who(r)
	m, err := room.OneRemark(ctx, p.Journal.Store, r.PathValue("remark"))
	var units map[string]string
	if err == nil {
		units, err = p.unitNames(ctx)
	}
	var names map[string]string
	if err == nil {
		names, err = account.Names(ctx, p.Journal.Store, []string{m.Replier})
	}
	var v officeRemark
	if err == nil {
		v.remarkView, err = (&Common{Site: p.Site, Journal: p.Journal}).remark(ctx, m, units[m.On.Unit])
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v.Facts = append(ui.Facts{{Term: ui.T(ctx, "remark.who"), Value: cmp.Or(m.Name, ui.T(ctx, "remark.nobody"))}, {Term: ui.T(ctx, "remark.zone"), Value: ui.ZoneName(ctx, m.Zone)}}, v.Facts...)
	if m.Replier != "" {
		v.Facts = append(v.Facts, ui.Fact{Term: ui.T(ctx, "remark.by"), Value: ui.T(ctx, "notices.seen.by", "Name", names[m.Replier], "When", ui.At(ctx, m.Replied))})
	}
	v.URL, v.Key, v.Errors = "/remarks/"+url.PathEscape(m.ID), web.NewKey(), ui.Summarise(ctx, failed)
	if m.Picture.Digest != "" {
		v.Shown = v.URL + "/picture"
	}
	wrong := ui.FieldErrors(ctx, failed)
	if who.May(access.AnswerRemark) {
		v.Look = m.Is == room.Fresh
		at := ui.Field{Kind: ui.Radio, Name: "to", Label: ui.T(ctx, "remark.outcome"), Across: true, Error: wrong["at"]}
		for _, s := range []room.Progress{room.Done, room.Declined} {
			at.Options = append(at.Options, ui.Option{Value: string(s), Text: ui.T(ctx, "remark.is."+string(s)), Chosen: cmp.Or(r.PostFormValue("to"), string(m.Is)) == string(s)})
		}
		v.Answer = []ui.Field{at, {Kind: ui.Area, Rows: 4, Name: "reply", Label: ui.T(ctx, "remark.reply"), Hint: ui.T(ctx, "remark.reply.hint"), Value: cmp.Or(r.PostFormValue("reply"), m.Reply), Error: wrong["reply"], Max: room.ReplyLimit}}
	}
	if who.May(access.PublishNotice) && m.Is == room.Done {
		c, _, err := room.ChangeOf(ctx, p.Journal.Store, m.ID)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		v.Mark = []ui.Field{{Name: "what", Label: ui.T(ctx, "remark.what"), Hint: ui.T(ctx, "remark.what.hint"), Value: cmp.Or(r.PostFormValue("what"), c.What.Zh), Error: wrong["what"], Max: room.ChangeLimit},
			{Name: "what_en", Label: ui.T(ctx, "remark.what_en"), Value: cmp.Or(r.PostFormValue("what_en"), c.What.En), Optional: true, Lang: string(ui.En), Error: wrong["what_en"], Max: 2 * room.ChangeLimit}}
	}
	page := ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Crumbs: []ui.Link{{Text: ui.T(ctx, "remarks.caption"), URL: "/remarks"}, {Text: v.Head.Title}}}
	if key := "remark.said." + r.URL.Query().Get("said"); ui.Known(key) {
		page.Banner = ui.Banner{Text: ui.T(ctx, key)}
	}
	p.Site.ShowAs(w, r, status(failed), page, officeRemarkPage(v))
}

// ui:keys remark.said.*
//
// onRemark is one of the things that the office does with a remark.
func (p *Office) onRemark(what string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, id := r.Context(), r.PathValue("remark")
		m, err := room.OneRemark(ctx, p.Journal.Store, id)
		if err == nil {
			var cmd journal.Command[room.Answering] = room.Look{Of: m}
			switch what {
			case "answered":
				cmd = room.Tell{Of: m, At: room.Progress(r.PostFormValue("to")), Words: r.PostFormValue("reply")}
			case "changed":
				cmd = room.Mark{What: fault.Text{Zh: r.PostFormValue("what"), En: r.PostFormValue("what_en")}}
			}
			_, err = journal.Do(ctx, p.Journal, room.Answers, journal.Order{Subject: id, Key: web.Key(r)}, cmd)
		}
		if fault.Findings(err) != nil {
			p.showRemark(w, r, err)
			return
		}
		p.Site.Answer(w, r, err, "/remarks/"+url.PathEscape(id)+"?said="+what)
	}
}

// unitNames are the units' names by their ids.
func (p *Office) unitNames(ctx context.Context) (map[string]string, error) {
	all, err := unit.List(ctx, p.Journal.Store)
	out := map[string]string{}
	for _, u := range all {
		out[u.ID] = u.Name
	}
	return out, err
}
