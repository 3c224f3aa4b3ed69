// Package wechat is what the internet site does for the official account
// (微信公众号): the door for browsers inside WeChat, the page on which somebody
// binds their WeChat to their account and undoes it, and the message server that
// answers in the chat.
package wechat

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
	room "yitang/internal/wechat"
)

// Pages is what these pages need of the internet node.
type Pages struct {
	Site     *web.Site
	Journal  *journal.Journal
	Client   *room.Client
	Progress *progress.Pages
	// Door ends the sessions of whom WeChat alone lets in, once it doesn't any more.
	Door interface {
		EndAll(ctx context.Context, account string) error
		Enter(ctx context.Context, account, from string) (string, error)
	}
	// Prove gives the link to somebody's own data whose token and digits are right.
	Prove func(ctx context.Context, token, digits, from string) (link string, err error)
	// Tries slows down who sends the mini program's codes.
	Tries *account.Throttle
}

// Routes are the addresses of these pages.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /wechat", Right: access.Self, Handle: p.getMine},
		{Pattern: "GET /wechat/bind", Right: access.Self, Handle: p.getBind},
		{Pattern: "POST /wechat/bind", Right: access.Self, Handle: p.postBind},
		{Pattern: "POST /wechat/switch", Right: access.Self, Handle: p.postSwitch},
		{Pattern: "POST /wechat/again", Right: access.Self, Handle: p.postAgain},
		{Pattern: "POST /wechat/undo", Right: access.Self, Handle: p.postUndo},
		{Pattern: "POST /wechat/mini/undo", Right: access.Self, Handle: p.postUndoMini},
		{Pattern: "GET /wechat/own", Right: access.Public, Handle: p.getOwn},
		{Pattern: "POST /wechat/own", Right: access.Public, Handle: p.postOwn},
		{Pattern: "GET /wechat/door", Right: access.Public, Handle: p.getDoor},
		{Pattern: "GET /wechat/enter", Right: access.Public, Handle: p.getEnter},
		{Pattern: "GET /wechat/back", Right: access.Public, Handle: p.getBack},
		{Pattern: "GET /wechat/window", Right: access.Public, Handle: p.getWindow},
		{Pattern: "GET /wechat/callback", Right: access.Public, Handle: p.getCallback},
		{Pattern: "POST /wechat/callback", Right: access.Public, Handle: p.postCallback},
	}
}

// Ways is the other way to sign in, for the page with the password.
func (p *Pages) Ways(ctx context.Context, next string) []ui.Link {
	return []ui.Link{{Text: ui.T(ctx, "wechat.login"), URL: "/wechat/door" + to(next)}}
}

// Mine leads to the page of the binding.
func (p *Pages) Mine(ctx context.Context) []ui.Button {
	return []ui.Button{{Text: ui.T(ctx, "wechat.title"), URL: "/wechat", Kind: ui.Second}}
}

func to(next string) string {
	if next = ui.OnSite(next); next == "" || next == "/" {
		return ""
	}
	return "?" + url.Values{"next": {next}}.Encode()
}

// signing is how long a page waits for WeChat before it goes without its script.
const signing = 2 * time.Second

// SDK signs a page.
func (p *Pages) SDK(r *http.Request) (ui.SDK, error) {
	ctx, cancel := context.WithTimeout(r.Context(), signing)
	defer cancel()
	js, err := p.Client.JSFor(ctx, web.Absolute(r, r.URL.RequestURI()))
	if err != nil {
		return ui.SDK{}, err
	}
	config, err := json.Marshal(js)
	return ui.SDK{Script: p.Client.App.Script(), Config: string(config), Reminder: p.Client.App.Reminder.ID}, err
}

// The words that a browser keeps: for its way to WeChat and back, and for an
// identity that waits for its owner to agree.
const (
	tripCookie  = "yitang_wechat_trip"
	waitsCookie = "yitang_wechat_waits"
)

func keep(w http.ResponseWriter, r *http.Request, name, value string) {
	c := &http.Cookie{Name: name, Value: value, Path: "/wechat", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

func kept(r *http.Request, name string) string {
	if c, err := r.Cookie(name); err == nil {
		return c.Value
	}
	return ""
}

// codeLife is how long a code on a screen or at the window holds; it is given
// again until half of it is over.
const codeLife = 30 * 24 * time.Hour

// getDoor leads a browser inside WeChat on at once, and shows all others the code
// that brings a phone there: WeChat tells nobody apart outside of itself.
func (p *Pages) getDoor(w http.ResponseWriter, r *http.Request) {
	ctx, next := r.Context(), r.FormValue("next")
	if web.InsideWeChat(r) {
		http.Redirect(w, r, "/wechat/enter"+to(next), http.StatusSeeOther)
		return
	}
	v := codeView{Head: ui.Head{Title: ui.T(ctx, "wechat.login"), Lead: ui.T(ctx, "wechat.door.lead")}, Label: ui.T(ctx, "wechat.code"),
		Text: ui.T(ctx, "wechat.door.text"), Ways: []ui.Link{{Text: ui.T(ctx, "wechat.door.inside"), URL: "/wechat/enter" + to(next)}, {Text: ui.T(ctx, "wechat.with_password"), URL: "/login" + to(next)}}}
	p.showCode(w, r, room.Door, v)
}

// getWindow is printed, or shown on a screen, where people are served.
func (p *Pages) getWindow(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	v := codeView{Head: ui.Head{Title: ui.T(ctx, "wechat.window"), Lead: ui.T(ctx, "wechat.window.lead")}, Label: ui.T(ctx, "wechat.code")}
	p.showCode(w, r, room.Hall, v)
}

func (p *Pages) showCode(w http.ResponseWriter, r *http.Request, scene string, v codeView) {
	ctx := r.Context()
	qr, err := p.Client.Scan(ctx, scene, codeLife)
	if err != nil {
		p.Site.Log.Warn("asking WeChat for a code", "err", err)
		v.Trouble = silent(ctx)
	} else {
		v.Code = qr.URL
		if scene == room.Hall {
			v.Text = ui.T(ctx, "wechat.window.until", "Day", ui.MonthDay(ctx, qr.Ends))
		}
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Phone: true}, codePage(v))
}

func silent(ctx context.Context) ui.Note {
	return ui.Note{State: ui.Warn, Title: ui.T(ctx, "wechat.silent"), Text: ui.T(ctx, "wechat.silent.text")}
}

// getEnter sends a browser to WeChat, which sends it back with a code.
func (p *Pages) getEnter(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	trip := room.Trip{Next: ui.OnSite(r.FormValue("next")), Account: web.Who(r).Account, Bind: r.FormValue("bind") != ""}
	state, browser, err := p.Client.Depart(ctx, trip)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	there, err := p.Client.AuthorizeURL(web.Absolute(r, "/wechat/back"), state)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	keep(w, r, tripCookie, browser)
	http.Redirect(w, r, there, http.StatusSeeOther)
}

// getBack takes a browser in that comes from WeChat.
func (p *Pages) getBack(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	trip, came, err := p.Client.Return(ctx, r.FormValue("state"), kept(r, tripCookie))
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	keep(w, r, tripCookie, "")
	if !came || r.FormValue("code") == "" {
		p.lost(w, r, trip, "wechat.lost.text")
		return
	}
	openID, err := p.Client.OpenIDOf(ctx, r.FormValue("code"))
	switch {
	case errors.Is(err, room.ErrVirtual):
		p.lost(w, r, trip, "wechat.virtual.text")
		return
	case err != nil:
		p.Site.Log.Warn("asking WeChat who came", "err", err)
		p.lost(w, r, trip, "wechat.silent.text")
		return
	}
	p.known(w, r, trip, openID)
}

// known goes on with whoever WeChat says it is.
func (p *Pages) known(w http.ResponseWriter, r *http.Request, trip room.Trip, openID string) {
	ctx, who := r.Context(), web.Who(r)
	if trip.Link != "" {
		p.wait(w, r, room.Visitor{OpenID: openID, Link: trip.Link, Page: trip.Next}, "/wechat/own")
		return
	}
	b, bound, err := room.Belongs(ctx, p.Journal.Store, p.Client.Name(openID))
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	next := trip.Next
	if next == "" {
		next = "/"
	}
	if bound && !who.Somebody() {
		switch err := p.Site.Enter(w, r, b.Account); {
		case err == nil:
			http.Redirect(w, r, next, http.StatusSeeOther)
		case fault.Findings(err) != nil:
			p.Site.ShowAs(w, r, http.StatusOK, ui.Page{Title: ui.T(ctx, "wechat.password"), Phone: true}, askPage(askView{Head: ui.Head{Title: ui.T(ctx, "wechat.password")},
				Note: ui.Note{State: ui.Info, Title: ui.T(ctx, "wechat.password"), Text: ui.T(ctx, "wechat.password.text")}, Buttons: []ui.Button{{Text: ui.T(ctx, "wechat.with_password"), URL: "/login" + to(next)}}}))
		default:
			p.Site.Fail(w, r, err)
		}
		return
	}
	if bound && b.Account == who.Account {
		if trip.Bind {
			next = "/wechat"
		}
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	}
	on := "/wechat/bind" + to(trip.Next)
	if !who.Somebody() {
		on = "/login?" + url.Values{"next": {on}}.Encode()
	}
	p.wait(w, r, room.Visitor{OpenID: openID}, on)
}

// wait lets an identity wait for its owner, whom it sends on.
func (p *Pages) wait(w http.ResponseWriter, r *http.Request, v room.Visitor, on string) {
	word, err := p.Client.Waits(r.Context(), v)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	keep(w, r, waitsCookie, word)
	http.Redirect(w, r, on, http.StatusSeeOther)
}

// lost tells somebody that WeChat didn't say who they are, and what to do.
func (p *Pages) lost(w http.ResponseWriter, r *http.Request, trip room.Trip, why string) {
	ctx := r.Context()
	title := ui.T(ctx, "wechat.lost")
	v := askView{Head: ui.Head{Title: title}, Note: ui.Note{State: ui.Warn, Title: title, Text: ui.T(ctx, why)},
		Buttons: []ui.Button{{Text: ui.T(ctx, "wechat.again"), URL: "/wechat/enter" + to(trip.Next)}, {Text: ui.T(ctx, "wechat.with_password"), URL: "/login" + to(trip.Next), Kind: ui.Second}}}
	if trip.Link != "" {
		v.Buttons = []ui.Button{{Text: ui.T(ctx, "wechat.again"), URL: trip.Next + "/wechat"}, {Text: ui.T(ctx, "wechat.own.back"), URL: trip.Next, Kind: ui.Second}}
	}
	p.Site.ShowAs(w, r, http.StatusConflict, ui.Page{Title: title, Phone: true}, askPage(v))
}

// getMine is the page of one's own binding.
func (p *Pages) getMine(w http.ResponseWriter, r *http.Request) {
	ctx, who := r.Context(), web.Who(r)
	b, bound, err := room.BindingOf(ctx, p.Journal.Store, who.Account)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	title := ui.T(ctx, "wechat.title")
	v := mineView{Head: ui.Head{Title: title}, What: p.what(ctx, who)}
	switch said := r.FormValue("said"); {
	case bound && said == "bound":
		v.Said = ui.Note{State: ui.OK, Title: ui.T(ctx, "wechat.bound"), Text: ui.T(ctx, "wechat.bound.text"), Live: true}
		if who.Person != "" {
			v.On = ui.Button{Text: ui.T(ctx, "wechat.bound.trip"), URL: "/me"}
		}
	case !bound && said == "undone":
		v.Said = ui.Note{State: ui.OK, Title: ui.T(ctx, "wechat.undone"), Text: ui.T(ctx, "wechat.undone.text"), Live: true}
	case said == "mini_undone":
		v.Said = ui.Note{State: ui.OK, Title: ui.T(ctx, "wechat.undone"), Text: ui.T(ctx, "wechat.mini.undone"), Live: true}
	}
	if v.Mini, err = p.mineInMini(ctx, who); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if bound {
		v.Head.Lead = ui.T(ctx, "wechat.since", "Day", ui.Date(ctx, b.Since))
		v.Buttons = []ui.Button{{Text: ui.T(ctx, "wechat.undo"), Post: "/wechat/undo", Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}}, Kind: ui.Second}}
	} else {
		v.Head.Lead, v.First = ui.T(ctx, "wechat.unbound"), true
		v.Buttons = []ui.Button{{Text: ui.T(ctx, "wechat.start"), URL: "/wechat/enter?bind=1"}}
		if !web.InsideWeChat(r) {
			v.Buttons = append(v.Buttons, ui.Button{Text: ui.T(ctx, "wechat.start.code"), URL: "/wechat/door?" + url.Values{"next": {"/wechat"}}.Encode(), Kind: ui.Second})
		}
	}
	sdk := p.Site.InWeChat(w, r)
	if bound && sdk != nil && sdk.Reminder != "" {
		if v.Remind, err = p.remind(ctx, who.Account, *sdk); err != nil {
			p.Site.Fail(w, r, err)
			return
		}
	}
	p.Site.Show(w, r, ui.Page{Title: title, Phone: true, SDK: sdk}, minePage(v))
}

// remind offers one more reminder, and says how many were agreed to.
func (p *Pages) remind(ctx context.Context, id string, sdk ui.SDK) (*ui.Subscribe, error) {
	openID, err := p.Client.OpenID(ctx, id)
	n := 0
	if err == nil {
		n, err = p.Client.Consents(ctx, openID, sdk.Reminder)
	}
	return &ui.Subscribe{Template: sdk.Reminder, Title: ui.T(ctx, "wechat.remind"), Text: ui.T(ctx, "wechat.remind.text", "Count", n), Do: ui.T(ctx, "wechat.remind.do"), Done: ui.T(ctx, "wechat.remind.done")}, err
}

// what says in plain words what is bound, and who learns what.
func (p *Pages) what(ctx context.Context, who access.Who) ui.Facts {
	entry := "wechat.what.entry"
	if !(account.Account{Roles: who.Roles}).MayEnter() {
		entry = "wechat.what.entry.password"
	}
	if who.Login == "" {
		return p.whatOwn(ctx, who.Name)
	}
	return ui.Facts{
		{Term: ui.T(ctx, "wechat.what.bound"), Value: ui.T(ctx, "wechat.what.bound.text", "Name", who.Name, "Login", who.Login)},
		{Term: ui.T(ctx, "wechat.what.then"), Value: ui.Sentences(ctx, ui.T(ctx, entry), ui.T(ctx, "wechat.what.chat"))},
		{Term: ui.T(ctx, "wechat.what.we"), Value: ui.T(ctx, "wechat.what.we.text")},
		{Term: ui.T(ctx, "wechat.what.they"), Value: ui.T(ctx, "wechat.what.they.text")},
		{Term: ui.T(ctx, "wechat.what.undo"), Value: ui.T(ctx, "wechat.what.undo.text")},
	}
}

// getBind asks the owner of an identity that waits, and who is signed in, to agree.
func (p *Pages) getBind(w http.ResponseWriter, r *http.Request) { p.showBind(w, r, nil) }

func (p *Pages) showBind(w http.ResponseWriter, r *http.Request, failed error) {
	ctx, who := r.Context(), web.Who(r)
	next := ui.OnSite(r.FormValue("next"))
	waits, err := p.Client.Waiting(ctx, room.InChat, kept(r, waitsCookie), "")
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	openID := waits.OpenID
	b, bound, err := room.BindingOf(ctx, p.Journal.Store, who.Account)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if openID == "" || bound && b.Identity == p.Client.Name(openID) {
		http.Redirect(w, r, "/wechat", http.StatusSeeOther) // it was bound already, or waited too long
		return
	}
	other, elsewhere, err := room.Belongs(ctx, p.Journal.Store, p.Client.Name(openID))
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	title, status := ui.T(ctx, "wechat.bind"), http.StatusOK
	v := bindView{Head: ui.Head{Title: title, Lead: ui.T(ctx, "wechat.bind.lead")}, Action: "/wechat/bind", Key: web.NewKey(), Next: next, What: p.what(ctx, who), Go: ui.T(ctx, "wechat.bind.go"), Later: "/"}
	if next != "" {
		v.Later = next
	}
	switch {
	case bound:
		v.Note, v.Go = ui.Note{State: ui.Warn, Title: ui.T(ctx, "wechat.other"), Text: ui.T(ctx, "wechat.other.text"), Link: ui.Link{Text: ui.T(ctx, "wechat.title"), URL: "/wechat"}}, ""
	case elsewhere:
		v.From, v.Switch = other.Account, true
		v.Note = ui.Note{State: ui.Warn, Title: ui.T(ctx, "wechat.elsewhere"), Text: ui.T(ctx, "wechat.elsewhere.text", "Name", p.nameOf(ctx, other.Account), "Mine", who.Name)}
		v.Go = ui.T(ctx, "wechat.move")
	}
	if failed != nil {
		v.Errors, status = ui.Summarise(ctx, failed), http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: title, Phone: true, Errors: len(v.Errors.Errors)}, bindPage(v))
}

// nameOf is whose account an identity is bound to: its owner, who holds the phone, may know.
func (p *Pages) nameOf(ctx context.Context, id string) string {
	e, err := account.One(ctx, p.Journal.Store, id)
	p.Site.Missed(ctx, "whose account a WeChat is bound to", id, err)
	return e.Name
}

func (p *Pages) postBind(w http.ResponseWriter, r *http.Request) {
	ctx, who := r.Context(), web.Who(r)
	word := kept(r, waitsCookie)
	waits, err := p.Client.Waiting(ctx, room.InChat, word, web.Key(r))
	if err == nil && waits.OpenID == "" { // bound by the first of two clicks, or it waited too long: the page says which
		http.Redirect(w, r, "/wechat", http.StatusSeeOther)
		return
	}
	if err == nil {
		err = p.bind(ctx, word, web.Key(r), waits, who.Account, r.PostFormValue("from"))
	}
	switch {
	case err == nil:
		keep(w, r, waitsCookie, "")
		http.Redirect(w, r, p.afterwards(r), http.StatusSeeOther)
	case fault.Findings(err) != nil:
		p.showBind(w, r, err)
	default:
		p.Site.Fail(w, r, err)
	}
}

// afterwards is where somebody wanted to go, and the page of the binding otherwise.
func (p *Pages) afterwards(r *http.Request) string {
	if next := ui.OnSite(r.PostFormValue("next")); next != "" {
		return next
	}
	return "/wechat?said=bound"
}

// postSwitch goes over to the account that the identity belongs to.
func (p *Pages) postSwitch(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	waits, err := p.Client.Waiting(ctx, room.InChat, kept(r, waitsCookie), "")
	var b room.Binding
	var bound bool
	if err == nil && waits.OpenID != "" {
		b, bound, err = room.Belongs(ctx, p.Journal.Store, p.Client.Name(waits.OpenID))
	}
	if err == nil && bound {
		err = p.Site.Enter(w, r, b.Account)
	}
	switch {
	case err == nil && bound:
		keep(w, r, waitsCookie, "")
		next := ui.OnSite(r.PostFormValue("next"))
		if next == "" {
			next = "/"
		}
		http.Redirect(w, r, next, http.StatusSeeOther)
	case err == nil:
		http.Redirect(w, r, "/wechat", http.StatusSeeOther)
	case fault.Findings(err) != nil:
		p.showBind(w, r, err)
	default:
		p.Site.Fail(w, r, err)
	}
}

func (p *Pages) postUndo(w http.ResponseWriter, r *http.Request) {
	who := web.Who(r)
	if err := p.undo(r.Context(), room.InChat, who.Account, room.Undone); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if who.Login == "" { // nothing else lets them in
		http.Redirect(w, r, "/wechat/own?said=undone", http.StatusSeeOther)
		return
	}
	http.Redirect(w, r, "/wechat?said=undone", http.StatusSeeOther)
}

// postAgain takes somebody at their word who says that they take messages again: of
// what they switch on in WeChat itself WeChat tells nobody.
func (p *Pages) postAgain(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	openID, err := p.Client.OpenID(ctx, web.Who(r).Account)
	if err == nil && openID != "" {
		err = p.Client.Takes(ctx, openID)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	http.Redirect(w, r, "/told/ways?done=again", http.StatusSeeOther)
}

func post(r *http.Request, body []byte) room.Post {
	q := r.URL.Query()
	return room.Post{Timestamp: q.Get("timestamp"), Nonce: q.Get("nonce"), Signature: q.Get("signature"),
		MessageSignature: q.Get("msg_signature"), Encrypted: q.Get("encrypt_type") == "aes", Body: body}
}

// getCallback answers WeChat when an administrator enters the address there.
func (p *Pages) getCallback(w http.ResponseWriter, r *http.Request) {
	if !p.Client.Known(post(r, nil)) {
		http.Error(w, "not signed by WeChat", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, r.URL.Query().Get("echostr"))
}

// gone ends the sessions of whom nothing lets in since they left the official account.
func (p *Pages) gone(ctx context.Context, openID string) error {
	i, err := p.Client.Stands(ctx, room.InChat, openID)
	if err != nil || i.Account != "" || i.Why != room.Left {
		return err
	}
	return p.out(ctx, i.Was)
}

// postCallback hears what people write, press and scan, and answers in the chat.
func (p *Pages) postCallback(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "unreadable", http.StatusBadRequest)
		return
	}
	h, err := p.Client.Hear(ctx, post(r, body))
	switch {
	case errors.Is(err, room.ErrUnsigned), errors.Is(err, room.ErrReplayed):
		p.Site.Log.Warn("a message that isn't WeChat's was refused", "from", web.Address(r), "err", err)
		http.Error(w, "refused", http.StatusBadRequest)
		return
	case err != nil:
		p.Site.Log.Error("hearing WeChat", "err", err)
		http.Error(w, "try again", http.StatusInternalServerError)
		return
	}
	if h.Event == "unsubscribe" {
		if err := p.gone(ctx, h.OpenID); err != nil {
			p.Site.Log.Error("signing out who left the official account", "err", err)
			http.Error(w, "try again", http.StatusInternalServerError)
			return
		}
	}
	text, err := p.answer(ctx, h, func(path string) string { return web.Absolute(r, path) })
	var sealed []byte
	if err == nil && text != "" {
		sealed, err = p.Client.Answer(h, text)
	}
	if err != nil {
		p.Site.Log.Error("answering in WeChat", "err", err)
		http.Error(w, "try again", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	if text == "" {
		_, _ = io.WriteString(w, "success")
		return
	}
	_, _ = w.Write(sealed)
}
