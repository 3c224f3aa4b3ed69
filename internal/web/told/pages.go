package told

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/fault"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/notify"
	"yitang/internal/pack"
	"yitang/internal/person"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// Pages is what these pages need of a node.
type Pages struct {
	Site    *web.Site
	Journal *journal.Journal
	Words   *Words
	// Ways are those that the office has set up; asked when a page is shown.
	Ways func() map[string]notify.Way
	Pack func() *pack.Set
	// Sends are the mails that lead to a page, which whoever presses may have sent again
	// and again.
	Sends *account.Throttle
}

// Routes are the addresses of these pages.
func (p *Pages) Routes() []web.Route {
	rs := []web.Route{
		{Pattern: "GET /told", Right: access.Self, Handle: p.get},
		{Pattern: "GET /told/go/{message}", Right: access.Self, Handle: p.open},
		{Pattern: "POST /told/seen", Right: access.Self, Handle: p.postSeen},
		{Pattern: "POST /told/send", Right: access.Self, Handle: p.postSend},
		{Pattern: "GET /told/ways", Right: access.Self, Handle: p.getWays},
		{Pattern: "POST /told/ways", Right: access.Self, Handle: p.postWays},
		{Pattern: "POST /told/ways/{way}/address", Right: access.Self, Handle: p.postAddress},
		{Pattern: "POST /told/ways/{way}/code", Right: access.Self, Handle: p.postCode},
		{Pattern: "POST /told/ways/{way}/drop", Right: access.Self, Handle: p.postDrop},
	}
	if p.Site.Zone == zone.Office {
		return append(rs, web.Route{Pattern: "GET /c/{case}/told", Right: access.SeeCase, Handle: p.getCase})
	}
	return append(rs, web.Route{Pattern: "GET /cases/{case}/told", Right: access.SeeUnit, Handle: p.getCase})
}

// Count is how many messages somebody hasn't read.
func (p *Pages) Count(ctx context.Context, w access.Who) (int, error) {
	return notify.Unseen(ctx, p.Journal.Store, w.Account)
}

type inbox struct {
	Head   ui.Head
	Chips  ui.Chips
	Rows   []line
	Empty  ui.Empty
	Seen   bool // there is something to mark as read
	Key    string
	Back   string // the page as it stands, to come back to
	More   ui.Link
	Caught ui.Link // of the demo
	Absent ui.Note // nobody is reached but on this page
}

type line struct {
	Subject string
	Text    string
	URL     string
	When    string
	Tag     ui.Tag
	New     bool
}

func (p *Pages) get(w http.ResponseWriter, r *http.Request) {
	ctx, who := r.Context(), web.Who(r)
	unread := r.FormValue("show") == "unread"
	all, err := notify.OfAccount(ctx, p.Journal.Store, who.Account, unread, after(r))
	n := 0
	if err == nil {
		n, err = notify.Unseen(ctx, p.Journal.Store, who.Account)
	}
	var c notify.Contact
	if err == nil {
		c, err = notify.ContactOf(ctx, p.Journal, who.Account)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := inbox{Head: ui.Head{Title: ui.T(ctx, "told.title", "Count", n), Lead: ui.T(ctx, "told.lead")}, Key: web.NewKey(), Seen: n > 0, Back: "/told",
		Empty: ui.Empty{Text: ui.T(ctx, "told.none")}}
	v.Head.Actions = []ui.Button{{Text: ui.T(ctx, "told.ways"), URL: "/told/ways", Kind: ui.Plain}}
	v.Chips = ui.Chips{Label: ui.T(ctx, "told.show"), Items: []ui.Chip{
		{Text: ui.T(ctx, "told.show.all"), URL: "/told", Current: !unread}, {Text: ui.T(ctx, "told.show.unread"), URL: "/told?show=unread", Count: n, Counted: true, Current: unread}}}
	if unread {
		v.Back, v.Empty.Text = "/told?show=unread", ui.T(ctx, "told.none.unread")
	}
	reached, err := p.reached(ctx, who.Account, c)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if !reached && len(p.Ways()) > 0 {
		v.Absent = ui.Note{State: ui.Info, Text: ui.T(ctx, "told.unreached"), Link: ui.Link{Text: ui.T(ctx, "told.ways"), URL: "/told/ways"}}
	}
	if len(all) > notify.PageSize {
		all = all[:notify.PageSize]
		last := all[len(all)-1]
		q := url.Values{"at": {strconv.FormatInt(last.At.UnixMicro(), 10)}, "after": {last.Key}}
		if unread {
			q.Set("show", "unread")
		}
		v.More = ui.Link{Text: ui.T(ctx, "told.more"), URL: "/told?" + q.Encode()}
	}
	halls, err := hall.AllPlans(ctx, p.Journal.Store)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	for _, m := range all {
		b, _, err := p.Words.visit(ctx, m)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		place := ""
		if h, planned := hall.Among(halls, b.Hall); planned {
			place = progress.HallAt(ctx, h)
		}
		subject, text := p.Words.said(ctx, m, place)
		l := line{Subject: subject, Text: text, URL: "/told/go/" + url.PathEscape(m.Key), When: ui.At(ctx, m.At), New: m.Seen.IsZero()}
		if l.New {
			l.Tag = ui.Tag{State: ui.Info, Word: ui.T(ctx, "told.new")}
		}
		v.Rows = append(v.Rows, l)
	}
	if p.Site.Specimen {
		v.Caught = ui.Link{Text: ui.T(ctx, "told.caught.link"), URL: "/told/caught"}
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Phone: true}, inboxPage(v))
}

// reached tells whether somebody hears of anything but on their own page: at an address
// that they gave, or in the WeChat that they have bound.
func (p *Pages) reached(ctx context.Context, id string, c notify.Contact) (bool, error) {
	for name, way := range p.Ways() {
		if c.At[name].Use() != "" {
			return true, nil
		}
		knows, asks := way.(notify.Knowing)
		if !asks {
			continue
		}
		to, err := knows.AddressOf(ctx, id)
		if err != nil {
			return false, err
		}
		blocked := time.Time{}
		if blocks, can := way.(notify.Blocking); can && to != "" {
			if blocked, err = blocks.BlockedSince(ctx, id); err != nil {
				return false, err
			}
		}
		if to != "" && blocked.IsZero() {
			return true, nil
		}
	}
	return false, nil
}

func after(r *http.Request) notify.After {
	at, err := strconv.ParseInt(r.FormValue("at"), 10, 64)
	if err != nil || at <= 0 {
		return notify.After{}
	}
	return notify.After{At: time.UnixMicro(at), ID: r.FormValue("after")}
}

// open leads to the page on which to act, and notes that the message was read: who
// follows it twice has read it once.
func (p *Pages) open(w http.ResponseWriter, r *http.Request) {
	ctx, key := r.Context(), r.PathValue("message")
	_, err := journal.Do(ctx, p.Journal, notify.Room, journal.Order{Subject: key}, notify.See{Account: web.Who(r).Account})
	m, _, read := notify.One(ctx, p.Journal.Store, key)
	if err = errors.Join(err, read); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	to := ui.OnSite(m.Link)
	if to == "" {
		to = "/told"
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// atOnce is how many messages are marked as read by one press.
const atOnce = 500

func (p *Pages) postSeen(w http.ResponseWriter, r *http.Request) {
	ctx, who := r.Context(), web.Who(r)
	keys, err := notify.UnseenOf(ctx, p.Journal.Store, who.Account, atOnce)
	for _, key := range keys {
		if err == nil {
			_, err = journal.Do(ctx, p.Journal, notify.Room, journal.Order{Subject: key}, notify.See{Account: who.Account})
		}
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/told", http.StatusSeeOther)
}

type caseView struct {
	Head  ui.Head
	Table ui.Table
	Back  ui.Link
}

// getCase shows who was told what of a case, when, by which way and how that went;
// what it said is for whoever it was for.
//
// ui:keys told.outcome.*
// ui:keys told.role.*
func (p *Pages) getCase(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	all, err := notify.OfCase(ctx, p.Journal.Store, id)
	var ids []string
	if p.Site.Zone == zone.Internet { // of its own people the office tells itself
		all = slices.DeleteFunc(all, func(m notify.Row) bool { return m.Zone != zone.Internet })
	}
	for _, m := range all {
		ids = append(ids, m.Account)
	}
	names := map[string]string{}
	if err == nil {
		names, err = account.Names(ctx, p.Journal.Store, ids)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := caseView{Head: ui.Head{Title: ui.T(ctx, "told.case", "Count", len(all)), Lead: ui.T(ctx, "told.case.lead")}, Back: ui.Link{Text: ui.T(ctx, "told.case.back"), URL: "/cases/" + url.PathEscape(id)}}
	if p.Site.Zone == zone.Office {
		v.Back.URL = "/c/" + url.PathEscape(id)
	}
	v.Table = ui.Table{Caption: v.Head.Title, Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "told.case.none")},
		Columns: []ui.Column{{Text: ui.T(ctx, "told.col.what")}, {Text: ui.T(ctx, "told.col.who")}, {Text: ui.T(ctx, "told.col.when"), Whole: true}, {Text: ui.T(ctx, "told.col.how")}}}
	var rows []ui.Row
	for _, m := range all {
		tries, err := notify.Tries(ctx, p.Journal.Store, m.Key)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		tag, how := delivery(ctx, m, tries)
		rows = append(rows, ui.Row{Cells: []ui.Cell{{Text: event(ctx, m.What), Head: true}, {Text: ui.T(ctx, "told.role."+m.Role), Sub: names[m.Account]}, {Text: ui.At(ctx, m.At)}, {Tag: tag, Sub: how}}})
	}
	v.Table.Groups = []ui.Group{{Rows: rows}}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title}, casePage(v))
}

// delivery is how a message went, in one word and in all its steps.
func delivery(ctx context.Context, m notify.Row, tries []notify.Try) (ui.Tag, string) {
	var steps []string
	tag := ui.Tag{State: ui.OK, Word: ui.T(ctx, "told.on_page")}
	for _, t := range tries {
		steps = append(steps, ui.T(ctx, "told.step", "Way", way(ctx, t.Way), "Outcome", ui.T(ctx, "told.outcome."+t.Outcome), "When", ui.At(ctx, t.At)))
		switch t.Outcome {
		case "sent":
			tag = ui.Tag{State: ui.OK, Word: ui.T(ctx, "told.sent", "Way", way(ctx, t.Way))}
		case "arrived":
			tag = ui.Tag{State: ui.OK, Word: ui.T(ctx, "told.arrived", "Way", way(ctx, t.Way))}
		case "lapsed":
			tag = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "told.outcome.lapsed")}
		default:
			tag = ui.Tag{State: ui.Warn, Word: ui.T(ctx, "told.page_alone")}
		}
	}
	if m.Way != "" {
		tag = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "told.waits", "Way", way(ctx, m.Way))}
		steps = append(steps, ui.T(ctx, "told.due", "When", ui.At(ctx, m.Due)))
	}
	if !m.Seen.IsZero() {
		steps = append(steps, ui.T(ctx, "told.read", "When", ui.At(ctx, m.Seen)))
	}
	how := ""
	for _, step := range steps {
		if how == "" {
			how = step
			continue
		}
		how = ui.T(ctx, "told.step.then", "First", how, "Then", step)
	}
	return tag, how
}

// roles are what an account may be told as.
func roles(who access.Who) []pack.TellRole {
	var out []pack.TellRole
	for _, r := range who.Roles {
		if slices.Contains(pack.TellRole("").Words(), string(r)) {
			out = append(out, pack.TellRole(r))
		}
	}
	if who.Person != "" && !slices.Contains(out, "traveller") {
		out = append(out, "traveller")
	}
	return out
}

// heard are the events that somebody may hear of.
func heard(who access.Who) (legal, free []pack.Tellable) {
	mine := roles(who)
	for _, t := range pack.Tellables() {
		if !slices.ContainsFunc(t.Roles, func(r pack.TellRole) bool { return slices.Contains(mine, r) }) {
			continue
		}
		if t.Legal {
			legal = append(legal, t)
		} else {
			free = append(free, t)
		}
	}
	return legal, free
}

type waysView struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Saved  ui.Note
	Ways   []wayView
	Chat   *chatView // nil: the office has no official account
	None   ui.Note   // the office has set up none
	Key    string
	Events ui.Field
	Legal  []string
	Lang   ui.Field
}

// chatView is WeChat, whose address comes by binding and isn't typed.
type chatView struct {
	Title string
	Tag   ui.Tag
	Text  string
	Do    ui.Button
}

// chat is how somebody stands to the official account; nil where there is none.
func (p *Pages) chat(ctx context.Context, id string) (*chatView, error) {
	name := string(pack.ByWeChat)
	knows, here := p.Ways()[name].(notify.Knowing)
	if !here {
		return nil, nil
	}
	v := &chatView{Title: way(ctx, name), Tag: ui.Tag{State: ui.Wait, Word: ui.T(ctx, "told.chat.unbound")}, Text: ui.T(ctx, "told.chat.unbound.text"), Do: ui.Button{Text: ui.T(ctx, "told.chat.bind"), URL: "/wechat", Kind: ui.Second}}
	to, err := knows.AddressOf(ctx, id)
	if err != nil || to == "" {
		return v, err
	}
	v.Tag, v.Text, v.Do.Text = ui.Tag{State: ui.OK, Word: ui.T(ctx, "told.chat.bound")}, "", ui.T(ctx, "told.chat.look")
	if blocks, can := p.Ways()[name].(notify.Blocking); can {
		since, err := blocks.BlockedSince(ctx, id)
		if err != nil {
			return v, err
		}
		if !since.IsZero() {
			v.Tag, v.Text = ui.Tag{State: ui.Warn, Word: ui.T(ctx, "told.chat.blocked")}, ui.T(ctx, "told.chat.blocked.text", "Day", ui.Date(ctx, since))
			v.Do = ui.Button{Text: ui.T(ctx, "told.chat.again"), Post: "/wechat/again", Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}}, Kind: ui.Second}
		}
	}
	return v, nil
}

type wayView struct {
	Name    string // mail, sms
	Title   string
	Tag     ui.Tag
	Address ui.Field
	Send    string // of the button
	Code    *ui.Field
	Drop    bool
	Key     string
}

func (p *Pages) getWays(w http.ResponseWriter, r *http.Request) { p.showWays(w, r, nil) }

// typed are the ways whose address somebody types here; WeChat's comes by itself.
var typed = []pack.TellWay{pack.ByMail, pack.BySMS}

// ui:keys told.address.*
// ui:keys notify.address.*
// ui:keys told.done.*
func (p *Pages) showWays(w http.ResponseWriter, r *http.Request, failed error) {
	ctx, who := r.Context(), web.Who(r)
	c, err := notify.ContactOf(ctx, p.Journal, who.Account)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if failed != nil && fault.Findings(failed) == nil {
		p.Site.Fail(w, r, failed)
		return
	}
	beside := ui.FieldErrors(ctx, failed)
	v := waysView{Head: ui.Head{Title: ui.T(ctx, "told.ways.title"), Lead: ui.T(ctx, "told.ways.lead")}, Errors: ui.Summarise(ctx, failed), Key: web.NewKey()}
	if key := "told.done." + r.URL.Query().Get("done"); failed == nil && ui.Known(key) {
		v.Saved = ui.Note{State: ui.OK, Text: ui.T(ctx, key), Live: true}
		if key == "told.done.no_mail" {
			v.Saved.State = ui.Info
		}
	}
	held, err := p.held(ctx, who.Person)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	for _, name := range typed {
		if p.Ways()[string(name)] != nil {
			v.Ways = append(v.Ways, p.way(r, string(name), c.At[string(name)], held[name], beside))
		}
	}
	if v.Chat, err = p.chat(ctx, who.Account); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if len(v.Ways) == 0 && v.Chat == nil {
		v.None = ui.Note{State: ui.Info, Text: ui.T(ctx, "told.ways.none")}
	}
	legal, free := heard(who)
	for _, t := range legal {
		v.Legal = append(v.Legal, event(ctx, t.Event))
	}
	v.Events = ui.Field{Kind: ui.Checks, Name: "hear", Label: ui.T(ctx, "told.hear"), Hint: ui.T(ctx, "told.hear.hint")}
	for _, t := range free {
		v.Events.Options = append(v.Events.Options, ui.Option{Value: string(t.Event), Text: event(ctx, t.Event), Chosen: !slices.Contains(c.Off, string(t.Event))})
	}
	v.Lang = ui.Field{Kind: ui.Radio, Name: "lang", Label: ui.T(ctx, "told.lang"), Across: true}
	for _, l := range ui.Langs() {
		v.Lang.Options = append(v.Lang.Options, ui.Option{Value: string(l), Text: ui.T(ctx, "told.lang."+string(l)), Chosen: string(ui.Match(c.Lang, "")) == string(l)})
	}
	status := http.StatusOK
	if failed != nil {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(beside), Phone: true}, waysPage(v))
}

// held is where a traveller is reached by their record: what is there isn't asked.
func (p *Pages) held(ctx context.Context, who string) (map[pack.TellWay]string, error) {
	if who == "" || p.Journal.Zone != zone.Internet {
		return nil, nil
	}
	rec, _, err := journal.Load(ctx, p.Journal, person.Room, who)
	return map[pack.TellWay]string{pack.ByMail: rec.Facts.Email, pack.BySMS: rec.Facts.Mobile}, err
}

// ui:keys told.lang.*
func (p *Pages) way(r *http.Request, name string, a notify.Address, held string, beside map[string]string) wayView {
	ctx := r.Context()
	value := cmp.Or(a.Address, held)
	if t, sent := r.PostForm[name]; sent {
		value = strings.Join(t, "")
	}
	v := wayView{Name: name, Title: way(ctx, name), Key: web.NewKey(), Drop: a.Address != "", Send: ui.T(ctx, "told.address.send"),
		Address: ui.Field{Kind: ui.Email, Name: name, Label: ui.T(ctx, "told.address."+name), Value: value, Error: beside[name], Complete: "email", Width: "mid"}}
	if name == string(pack.BySMS) {
		v.Address.Kind, v.Address.Complete = ui.Tel, "tel-national"
	}
	switch {
	case a.Confirmed:
		v.Tag, v.Send = ui.Tag{State: ui.OK, Word: ui.T(ctx, "told.address.confirmed")}, ui.T(ctx, "told.address.change")
	case a.Address != "":
		v.Tag = ui.Tag{State: ui.Warn, Word: ui.T(ctx, "told.address.unproved")}
		v.Send = ui.T(ctx, "told.address.again")
		v.Code = &ui.Field{Name: "code_" + name, Label: ui.T(ctx, "told.code"), Hint: ui.T(ctx, "told.code.hint", "To", a.Address), Error: beside["code_"+name], Mode: "numeric", Complete: "one-time-code", Width: "short", Max: 6}
	default:
		v.Tag = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "told.address.none")}
	}
	return v
}

func (p *Pages) postWays(w http.ResponseWriter, r *http.Request) {
	who := web.Who(r)
	_ = r.PostFormValue("lang") // reads the form
	cmd := notify.Prefer{Lang: string(ui.Match(r.PostFormValue("lang"), ""))}
	_, free := heard(who)
	for _, t := range free {
		if !slices.Contains(r.PostForm["hear"], string(t.Event)) {
			cmd.Off = append(cmd.Off, string(t.Event))
		}
	}
	p.did(w, r, "kept", p.do(r, cmd))
}

func (p *Pages) do(r *http.Request, cmd journal.Command[notify.Contact]) error {
	_, err := journal.Do(r.Context(), p.Journal, notify.Contacts, journal.Order{Subject: web.Who(r).Account, Key: web.Key(r)}, cmd)
	return err
}

// did answers a form of the page of ways.
func (p *Pages) did(w http.ResponseWriter, r *http.Request, what string, err error) {
	if err != nil {
		p.showWays(w, r, err)
		return
	}
	http.Redirect(w, r, "/told/ways?done="+what, http.StatusSeeOther)
}

// postAddress keeps an address and sends the code that proves it there.
func (p *Pages) postAddress(w http.ResponseWriter, r *http.Request) {
	ctx, name, who := r.Context(), r.PathValue("way"), web.Who(r)
	out := p.Ways()[name]
	if out == nil {
		p.did(w, r, "", notFound(name))
		return
	}
	if err := p.do(r, notify.GiveAddress{Way: name, Address: r.PostFormValue(name)}); err != nil {
		p.did(w, r, "", err)
		return
	}
	c, err := notify.ContactOf(ctx, p.Journal, who.Account)
	if err == nil && c.At[name].Code() != "" {
		o := p.Words.Code(string(ui.LangOf(ctx)), c.At[name].Code())
		o.ID, o.To = notify.CodeID(who.Account, name, c.At[name]), c.At[name].Address
		if t := p.Pack().Telling.Code; t != nil {
			o.Template = t.Template
		}
		if _, err = out.Send(ctx, o); err != nil {
			p.Site.Log.Warn("a code wasn't sent", "way", name, "err", err)
			err = unsent(name)
		}
	}
	p.did(w, r, "sent", err)
}

func (p *Pages) postCode(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("way")
	err := p.do(r, notify.ConfirmAddress{Way: name, Code: r.PostFormValue("code_" + name)})
	if err == nil {
		c, read := notify.ContactOf(r.Context(), p.Journal, web.Who(r).Account)
		if err = read; err == nil && !c.At[name].Confirmed {
			err = mistaken(name)
		}
	}
	p.did(w, r, "confirmed", err)
}

// mostTitle is how much of a page's title stands in the mail that leads to it, in characters.
const mostTitle = 100

// postSend sends the address of a page of ours to whoever reads it, by mail (发到电脑):
// for a phone that opens no files. What they may see there is asked where it is opened.
func (p *Pages) postSend(w http.ResponseWriter, r *http.Request) {
	ctx, who, mail := r.Context(), web.Who(r), string(pack.ByMail)
	at, err := url.Parse(ui.OnSite(r.PostFormValue("at")))
	if err != nil || at.Path == "" || !p.Site.Has(at.Path) {
		p.Site.Fail(w, r, fault.NotFound("page to send"))
		return
	}
	c, err := notify.ContactOf(ctx, p.Journal, who.Account)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	out, to := p.Ways()[mail], c.At[mail].Use()
	if out == nil || to == "" {
		http.Redirect(w, r, "/told/ways?done=no_mail", http.StatusSeeOther)
		return
	}
	if p.Sends.Try("send "+who.Account, web.Address(r), p.Journal.Now()) > 0 {
		p.Site.Fail(w, r, fault.NotNow("told.send.many", ""))
		return
	}
	title := []rune(r.PostFormValue("title"))
	o := p.Words.Page(string(ui.LangOf(ctx)), string(title[:min(len(title), mostTitle)]), web.Absolute(r, at.RequestURI()))
	o.ID, o.To = notify.PageID(who.Account, at.RequestURI()+" "+web.Key(r)), to
	if _, err := out.Send(ctx, o); err != nil {
		p.Site.Log.Warn("a page's address wasn't sent", "err", err)
		p.Site.Fail(w, r, fault.Unavailable("told.send.failed", err))
		return
	}
	http.Redirect(w, r, web.Sent(at), http.StatusSeeOther)
}

func (p *Pages) postDrop(w http.ResponseWriter, r *http.Request) {
	p.did(w, r, "dropped", p.do(r, notify.DropAddress{Way: r.PathValue("way")}))
}
