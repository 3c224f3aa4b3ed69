package wechat

import (
	"context"
	"errors"
	"net/http"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/fault"
	"yitang/internal/web"
	"yitang/internal/web/ui"
	room "yitang/internal/wechat"
)

// The mini program: what /api/v1 does for it. Whoever opens it is told apart by the code
// that wx.login gives it, and binds as in a browser inside WeChat: after a password, or
// by the link to their own data with its digits.

// Offer is what somebody is asked to agree to, in plain words.
type Offer struct {
	Waits string // the word under which the identity waits for the answer
	Name  string // whose account it would be
	What  ui.Facts
	From  string // the account that the identity belongs to now; "" for none
	Moves string // and what becomes of that
}

// ErrUnknown is told of an identity that belongs to nobody yet.
var ErrUnknown = errors.New("nobody has bound this identity in the mini program")

// hasMini tells whether there is a mini program.
func (p *Pages) hasMini() error {
	if p == nil || !p.Client.HasMini() {
		return fault.NotFound("mini program")
	}
	return nil
}

// miniOpenID is who a code is of. Codes are tried no faster than passwords: each costs a
// question to WeChat.
func (p *Pages) miniOpenID(ctx context.Context, code, from string) (string, error) {
	if err := p.hasMini(); err != nil {
		return "", err
	}
	if wait := p.Tries.Try("code:"+code, from, p.Journal.Now()); wait > 0 {
		return "", fault.Field("code", "account.sign_in.wait_seconds", map[string]any{"Count": int((wait + time.Second - 1) / time.Second)})
	}
	openID, err := p.Client.MiniOpenIDOf(ctx, code)
	switch room.Code(err) {
	case room.BadCode, room.UsedCode:
		return "", fault.Field("code", "wechat.mini.code", nil)
	}
	if err != nil {
		return "", fault.Unavailable("wechat.silent.text", err)
	}
	return openID, nil
}

// MiniEnter begins a session of whom a code is of; ErrUnknown while that is nobody.
func (p *Pages) MiniEnter(ctx context.Context, code, from string) (string, error) {
	openID, err := p.miniOpenID(ctx, code, from)
	if err != nil {
		return "", err
	}
	b, bound, err := room.Belongs(ctx, p.Journal.Store, p.Client.NameIn(room.InMini, openID))
	if err != nil {
		return "", err
	}
	if !bound {
		return "", ErrUnknown
	}
	return p.Door.Enter(ctx, b.Account, from)
}

// MiniSince is from when on an account is bound in the mini program; the zero time for
// one that isn't. Offered is whether it may be.
func (p *Pages) MiniSince(ctx context.Context, who access.Who) (since time.Time, offered bool, err error) {
	if p.hasMini() != nil {
		return time.Time{}, false, nil
	}
	b, _, err := room.BindingIn(ctx, p.Journal.Store, room.InMini, who.Account)
	return b.Since, account.Account{Roles: who.Roles}.MayEnter(), err
}

// MiniAsk is what whoever is signed in would agree to, with the identity that a code is of.
func (p *Pages) MiniAsk(ctx context.Context, who access.Who, code, from string) (Offer, error) {
	o := Offer{Name: who.Name}
	openID, err := p.miniOpenID(ctx, code, from)
	if err == nil {
		err = mayBeEntered(who)
	}
	if err != nil {
		return o, err
	}
	b, bound, err := room.BindingIn(ctx, p.Journal.Store, room.InMini, who.Account)
	if err != nil {
		return o, err
	}
	if bound && b.Identity != p.Client.NameIn(room.InMini, openID) {
		return o, fault.Field("identity", "wechat.mini.has_other", nil)
	}
	other, elsewhere, err := room.Belongs(ctx, p.Journal.Store, p.Client.NameIn(room.InMini, openID))
	if err != nil {
		return o, err
	}
	if elsewhere && other.Account != who.Account {
		o.From, o.Moves = other.Account, ui.T(ctx, "wechat.mini.moves", "Name", p.nameOf(ctx, other.Account), "Mine", who.Name)
	}
	what, undo := ui.T(ctx, "wechat.what.bound.text", "Name", who.Name, "Login", who.Login), "wechat.mini.undo"
	if who.Login == "" {
		what, undo = ui.T(ctx, "wechat.own.what", "Name", who.Name), "wechat.mini.own.undo"
	}
	o.What = p.whatMini(ctx, what, ui.T(ctx, "wechat.mini.then"), "", ui.T(ctx, undo))
	o.Waits, err = p.Client.Waits(ctx, room.Visitor{OpenID: openID, In: room.InMini})
	return o, err
}

// mayBeEntered refuses to bind what is never entered without a password: the mini program
// has no chat, so that nothing would come of it.
func mayBeEntered(who access.Who) error {
	if !(account.Account{Roles: who.Roles}).MayEnter() {
		return fault.Field("name", "account.sign_in.password_only", nil)
	}
	return nil
}

// whatMini says what is bound in the mini program, and who learns what.
func (p *Pages) whatMini(ctx context.Context, what, then, unit, undo string) ui.Facts {
	facts := ui.Facts{{Term: ui.T(ctx, "wechat.what.bound"), Value: what}, {Term: ui.T(ctx, "wechat.what.then"), Value: then}}
	if unit != "" {
		facts = append(facts, ui.Fact{Term: ui.T(ctx, "wechat.own.unit"), Value: unit})
	}
	return append(facts, ui.Fact{Term: ui.T(ctx, "wechat.what.we"), Value: ui.T(ctx, "wechat.mini.we")},
		ui.Fact{Term: ui.T(ctx, "wechat.what.they"), Value: ui.T(ctx, "wechat.mini.they")},
		ui.Fact{Term: ui.T(ctx, "wechat.what.undo"), Value: undo})
}

// miniWaiting is the identity that waits under a word.
func (p *Pages) miniWaiting(ctx context.Context, word, key string) (room.Visitor, error) {
	if err := p.hasMini(); err != nil {
		return room.Visitor{}, err
	}
	v, err := p.Client.Waiting(ctx, room.InMini, word, key)
	if err == nil && v.OpenID == "" {
		err = fault.Field("waits", "wechat.mini.waits", nil)
	}
	return v, err
}

// MiniBind binds the identity that waits to whoever is signed in and has agreed.
func (p *Pages) MiniBind(ctx context.Context, who access.Who, word, from, key string) error {
	v, err := p.miniWaiting(ctx, word, key)
	if err == nil && v.Link != "" { // agreed to for another
		err = fault.Field("waits", "wechat.mini.waits", nil)
	}
	if err == nil {
		err = mayBeEntered(who)
	}
	if err == nil {
		err = p.bind(ctx, word, key, v, who.Account, from)
	}
	return err
}

// MiniAskOwn is what somebody without an account would agree to, who has the link to
// their own data and knows its digits.
func (p *Pages) MiniAskOwn(ctx context.Context, code, token, digits, from string) (Offer, error) {
	var o Offer
	if err := p.hasMini(); err != nil {
		return o, err
	}
	link, err := p.Prove(ctx, token, digits, from)
	if err != nil {
		return o, err
	}
	openID, err := p.miniOpenID(ctx, code, from)
	if err != nil {
		return o, err
	}
	waits := room.Visitor{OpenID: openID, Link: link, In: room.InMini}
	v, err := p.proveBy(ctx, waits)
	if err != nil {
		return o, problemOf(err)
	}
	o.Name = v.rec.Name()
	if v.from.ID != "" && v.from.ID != v.mine.ID {
		o.From, o.Moves = v.from.ID, ui.T(ctx, "wechat.mini.moves", "Name", v.from.Name, "Mine", o.Name)
	}
	o.What = p.whatMini(ctx, ui.T(ctx, "wechat.own.what", "Name", o.Name), ui.T(ctx, "wechat.mini.own.then"), ui.T(ctx, "wechat.own.unit.text"), ui.T(ctx, "wechat.mini.own.undo"))
	o.Waits, err = p.Client.Waits(ctx, waits)
	return o, err
}

// problemOf is a stop in the words of the interface for programs.
func problemOf(err error) error {
	var no stop
	if !errors.As(err, &no) {
		return err
	}
	return &web.Problem{Type: "/problems/not-now", Status: http.StatusConflict, Title: no.view.Note.Title, Detail: no.view.Note.Text}
}

// MiniBindOwn binds whoever proved who they are and has agreed, and begins their session.
func (p *Pages) MiniBindOwn(ctx context.Context, word, taken, key, from string) (string, error) {
	waits, err := p.miniWaiting(ctx, word, key)
	if err != nil {
		return "", err
	}
	v, err := p.proveBy(ctx, waits)
	if err != nil {
		return "", problemOf(err)
	}
	id, err := p.bindOwn(ctx, v, word, key, taken)
	if err != nil {
		return "", err
	}
	return p.Door.Enter(ctx, id, from)
}

// MiniUndo lets go of one's own identity in the mini program. Who has no password is out.
func (p *Pages) MiniUndo(ctx context.Context, who access.Who) error {
	if err := p.hasMini(); err != nil {
		return err
	}
	return p.undo(ctx, room.InMini, who.Account, room.Undone)
}

// mineInMini is the binding in the mini program, for the page of one's own; nil for none.
func (p *Pages) mineInMini(ctx context.Context, who access.Who) (*miniView, error) {
	b, bound, err := room.BindingIn(ctx, p.Journal.Store, room.InMini, who.Account)
	if err != nil || !bound {
		return nil, err
	}
	return &miniView{ui.T(ctx, "wechat.mini.since", "Day", ui.Date(ctx, b.Since)), ui.Button{Text: ui.T(ctx, "wechat.mini.do"), Post: "/wechat/mini/undo", Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}}, Kind: ui.Second}}, nil
}

func (p *Pages) postUndoMini(w http.ResponseWriter, r *http.Request) {
	who := web.Who(r)
	if err := p.undo(r.Context(), room.InMini, who.Account, room.Undone); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if who.Login == "" {
		http.Redirect(w, r, "/wechat/own?said=mini_undone", http.StatusSeeOther)
		return
	}
	http.Redirect(w, r, "/wechat?said=mini_undone", http.StatusSeeOther)
}
