package wechat

import (
	"context"
	"errors"
	"net/http"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/web"
	"yitang/internal/web/ui"
	room "yitang/internal/wechat"
)

// Somebody who travels and has no account binds their WeChat by the link to their own
// data (/mine/…), after the digits that it asks for. What is bound is an account that
// no password opens and that reaches their own trips alone: one for each person.

// Begin sends whoever has opened the page of a link to WeChat, to bind.
func (p *Pages) Begin(w http.ResponseWriter, r *http.Request, link, page string) {
	state, browser, err := p.Client.Depart(r.Context(), room.Trip{Next: page, Link: link, Bind: true})
	var there string
	if err == nil {
		there, err = p.Client.AuthorizeURL(web.Absolute(r, "/wechat/back"), state)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	keep(w, r, tripCookie, browser)
	http.Redirect(w, r, there, http.StatusSeeOther)
}

// own gives the accounts of a person that WeChat alone opens: one for each of their
// records that were merged, at most.
func (p *Pages) own(ctx context.Context, who string) ([]account.Entry, error) {
	return person.Each(ctx, p.Journal.Store, who, func(id string) ([]account.Entry, error) {
		e, err := account.One(ctx, p.Journal.Store, account.Own(id))
		if fault.IsNotFound(err) {
			return nil, nil
		}
		return []account.Entry{e}, err
	})
}

// boundOf is the one of them that is bound, by the given identity if any is; false for none.
func (p *Pages) boundOf(ctx context.Context, in, identity string, own []account.Entry) (e account.Entry, b room.Binding, is bool, err error) {
	for _, o := range own {
		at, bound, err := room.BindingIn(ctx, p.Journal.Store, in, o.ID)
		if err != nil {
			return e, b, false, err
		}
		if bound && (!is || at.Identity == identity) {
			e, b, is = o, at, true
		}
	}
	return e, b, is, nil
}

// BoundSince is from when on a person's WeChat is bound by the link to their data, in
// the chat or the mini program.
func (p *Pages) BoundSince(ctx context.Context, in, who string) (time.Time, bool, error) {
	own, err := p.own(ctx, who)
	if err != nil {
		return time.Time{}, false, err
	}
	_, b, bound, err := p.boundOf(ctx, in, "", own)
	return b.Since, bound, err
}

// UndoOf lets go of both: for who has the link's page open, and for their unit, whom
// they asked. Whoever was in by it is out.
func (p *Pages) UndoOf(ctx context.Context, who, why string) error {
	own, err := p.own(ctx, who)
	for _, e := range own {
		err = errors.Join(err, p.undo(ctx, room.InChat, e.ID, why), p.undo(ctx, room.InMini, e.ID, why))
	}
	return err
}

func (p *Pages) undo(ctx context.Context, in, id, why string) error {
	if err := p.Client.Undo(ctx, in, id, why); err != nil {
		return err
	}
	return p.out(ctx, id)
}

// out ends the sessions of an account that has lost its WeChat and has no password.
func (p *Pages) out(ctx context.Context, id string) error {
	e, err := account.One(ctx, p.Journal.Store, id)
	if err == nil && e.WithoutPassword() {
		err = p.Door.EndAll(ctx, id)
	}
	return err
}

// bind gives an identity that waited to an account, and settles its word. Whoever was
// in by it on an account that it is taken from is out, unless they have a password.
func (p *Pages) bind(ctx context.Context, word, key string, v room.Visitor, id, from string) error {
	if err := p.Client.Bind(ctx, key, room.Bind{Account: id, OpenID: v.OpenID, From: from, In: v.In}); err != nil {
		return err
	}
	i, err := p.Client.Stands(ctx, v.In, v.OpenID)
	if err == nil && i.Account != id { // the same order once more, after it was undone
		err = fault.Field("waits", "wechat.mini.waits", nil)
	}
	if err == nil && from != "" && from != id && i.Was == from && i.Why == room.Moved {
		err = p.out(ctx, from)
	}
	if err != nil {
		return err
	}
	return p.Client.Settled(ctx, word, key, v)
}

// proved is who proved by a link who they are, and what may be bound for them.
type proved struct {
	waits room.Visitor
	rec   person.Person
	mine  account.Entry // that WeChat alone opens; zero while there is none
	from  account.Entry // that the identity belongs to now
}

// stop is why somebody can't be bound, in a note and with what they can do.
type stop struct{ view askView }

func (stop) Error() string { return "not by this link" }

func (p *Pages) prove(r *http.Request) (proved, error) {
	ctx := r.Context()
	waits, err := p.Client.Waiting(ctx, room.InChat, kept(r, waitsCookie), web.Key(r))
	if err != nil {
		return proved{}, err
	}
	return p.proveBy(ctx, waits)
}

func (p *Pages) proveBy(ctx context.Context, waits room.Visitor) (v proved, err error) {
	v.waits = waits
	over := stop{askView{Head: ui.Head{Title: ui.T(ctx, "wechat.own.over")}, Note: ui.Note{State: ui.Warn, Title: ui.T(ctx, "wechat.own.over"), Text: ui.T(ctx, "wechat.own.over.text")}}}
	if v.waits.Link == "" {
		return v, over
	}
	l, _, err := journal.Load(ctx, p.Journal, person.Links, v.waits.Link)
	if err != nil {
		return v, err
	}
	if !l.Serves(p.Journal.Now()) { // it was ended meanwhile
		return v, over
	}
	stands, err := person.Stands(ctx, p.Journal.Store, l.Person)
	if err == nil {
		v.rec, _, err = journal.Load(ctx, p.Journal, person.Room, stands)
	}
	var own []account.Entry
	if err == nil {
		own, err = p.own(ctx, stands)
	}
	if err == nil && len(own) > 0 {
		var bound bool
		if v.mine, _, bound, err = p.boundOf(ctx, v.waits.In, p.Client.NameIn(v.waits.In, v.waits.OpenID), own); !bound {
			v.mine = own[0]
		}
	}
	if err != nil {
		return v, err
	}
	if err := p.mayBind(ctx, &v); err != nil {
		return v, err
	}
	b, elsewhere, err := room.Belongs(ctx, p.Journal.Store, p.Client.NameIn(v.waits.In, v.waits.OpenID))
	if err == nil && elsewhere {
		v.from, err = account.One(ctx, p.Journal.Store, b.Account)
	}
	return v, err
}

// mayBind refuses who has an account with a password, which the last digits of a number
// don't open, and who is bound to another WeChat.
func (p *Pages) mayBind(ctx context.Context, v *proved) error {
	ids, err := person.Also(ctx, p.Journal.Store, v.rec.ID)
	if err != nil {
		return err
	}
	back := ui.Button{Text: ui.T(ctx, "wechat.own.back"), URL: v.waits.Page, Kind: ui.Second}
	for _, id := range ids {
		theirs, err := account.OfPerson(ctx, p.Journal.Store, id)
		if err != nil {
			return err
		}
		for _, e := range theirs {
			if !e.WithoutPassword() {
				title := ui.T(ctx, "wechat.own.account")
				return stop{askView{Head: ui.Head{Title: title}, Note: ui.Note{State: ui.Info, Title: title, Text: ui.T(ctx, "wechat.own.account.text")},
					Buttons: []ui.Button{{Text: ui.T(ctx, "wechat.chat.bind"), URL: "/wechat/bind"}, back}}}
			}
		}
	}
	if v.mine.Closed {
		title := ui.T(ctx, "wechat.own.closed")
		return stop{askView{Head: ui.Head{Title: title}, Note: ui.Note{State: ui.Warn, Title: title, Text: ui.T(ctx, "wechat.own.closed.text")}, Buttons: []ui.Button{back}}}
	}
	b, bound, err := room.BindingIn(ctx, p.Journal.Store, v.waits.In, v.mine.ID)
	if err == nil && bound && b.Identity != p.Client.NameIn(v.waits.In, v.waits.OpenID) {
		title := ui.T(ctx, "wechat.own.other")
		err = stop{askView{Head: ui.Head{Title: title}, Note: ui.Note{State: ui.Warn, Title: title, Text: ui.T(ctx, "wechat.own.other.text", "Day", ui.Date(ctx, b.Since))}, Buttons: []ui.Button{back}}}
	}
	return err
}

// whatOwn says what is bound where no account stood before, and who learns what.
func (p *Pages) whatOwn(ctx context.Context, name string) ui.Facts {
	return ui.Facts{
		{Term: ui.T(ctx, "wechat.what.bound"), Value: ui.T(ctx, "wechat.own.what", "Name", name)},
		{Term: ui.T(ctx, "wechat.what.then"), Value: ui.Sentences(ctx, ui.T(ctx, "wechat.own.then"), ui.T(ctx, "wechat.what.chat"))},
		{Term: ui.T(ctx, "wechat.own.unit"), Value: ui.T(ctx, "wechat.own.unit.text")},
		{Term: ui.T(ctx, "wechat.what.we"), Value: ui.T(ctx, "wechat.what.we.text")},
		{Term: ui.T(ctx, "wechat.what.they"), Value: ui.T(ctx, "wechat.what.they.text")},
		{Term: ui.T(ctx, "wechat.what.undo"), Value: ui.T(ctx, "wechat.own.undo")},
	}
}

// getOwn asks for consent; after it was undone it says how to come back.
func (p *Pages) getOwn(w http.ResponseWriter, r *http.Request) {
	if text := map[string]string{"undone": "wechat.own.undone", "mini_undone": "wechat.mini.own.undone"}[r.FormValue("said")]; text != "" {
		ctx := r.Context()
		title := ui.T(ctx, "wechat.undone")
		p.Site.Show(w, r, ui.Page{Title: title, Phone: true}, askPage(askView{Head: ui.Head{Title: title}, Note: ui.Note{State: ui.OK, Title: title, Text: ui.T(ctx, text), Live: true}}))
		return
	}
	p.showOwn(w, r, nil)
}

func (p *Pages) showOwn(w http.ResponseWriter, r *http.Request, failed error) {
	ctx := r.Context()
	v, err := p.prove(r)
	var no stop
	switch {
	case errors.As(err, &no):
		p.Site.ShowAs(w, r, http.StatusConflict, ui.Page{Title: no.view.Head.Title, Phone: true}, askPage(no.view))
		return
	case err != nil:
		p.Site.Fail(w, r, err)
		return
	}
	page := bindView{Head: ui.Head{Title: ui.T(ctx, "wechat.bind"), Lead: ui.T(ctx, "wechat.bind.lead")}, Action: "/wechat/own", Key: web.NewKey(), What: p.whatOwn(ctx, v.rec.Name()), Go: ui.T(ctx, "wechat.bind.go"), Later: v.waits.Page}
	if v.from.ID != "" && v.from.ID != v.mine.ID {
		page.From, page.Go = v.from.ID, ui.T(ctx, "wechat.own.move", "Name", v.rec.Name())
		page.Note = ui.Note{State: ui.Warn, Title: ui.T(ctx, "wechat.elsewhere"), Text: ui.T(ctx, "wechat.own.elsewhere", "Name", v.from.Name, "Mine", v.rec.Name())}
	}
	status := http.StatusOK
	if failed != nil {
		page.Errors, status = ui.Summarise(ctx, failed), http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: page.Head.Title, Phone: true, Errors: len(page.Errors.Errors)}, bindPage(page))
}

// bindOwn binds who proved who they are: the account first, then the identity to it.
// Killed in between, or sent twice, it finds the account and goes on.
func (p *Pages) bindOwn(ctx context.Context, v proved, word, key, from string) (string, error) {
	ctx = journal.WithActor(ctx, journal.Actor{Role: string(access.Traveller), Account: "link:" + v.waits.Link})
	id := v.mine.ID
	if id == "" {
		id = account.Own(v.rec.ID)
		opened := ""
		if key != "" {
			opened = key + ":open"
		}
		_, err := journal.Do(ctx, p.Journal, account.Room, journal.Order{Subject: id, Key: opened},
			account.Open{Login: "own-" + v.rec.ID, Name: v.rec.Name(), Roles: []access.Role{access.Traveller}, Unit: v.rec.In, Person: v.rec.ID})
		if err != nil && !fault.IsNotNow(err) { // by the other of two browsers
			return "", err
		}
	}
	return id, p.bind(ctx, word, key, v.waits, id, from)
}

// postOwn binds, and lets them in.
func (p *Pages) postOwn(w http.ResponseWriter, r *http.Request) {
	v, err := p.prove(r)
	if errors.As(err, new(stop)) {
		p.showOwn(w, r, nil)
		return
	}
	ctx := r.Context()
	var id string
	if err == nil {
		id, err = p.bindOwn(ctx, v, kept(r, waitsCookie), web.Key(r), r.PostFormValue("from"))
	}
	if err == nil {
		err = p.Site.Enter(w, r, id)
	}
	switch {
	case err == nil:
		keep(w, r, waitsCookie, "")
		http.Redirect(w, r, "/wechat?said=bound", http.StatusSeeOther)
	case fault.Findings(err) != nil:
		p.showOwn(w, r, err)
	default:
		p.Site.Fail(w, r, err)
	}
}
