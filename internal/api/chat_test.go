package api_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/drill"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/web"
	"yitang/internal/wechat"
)

// binds binds somebody's phone to the account that they signed in to with a password.
func (s *story) binds(login, phone string) *asker {
	s.t.Helper()
	a := s.as(login)
	asked := a.ask("POST", "/wechat/asking", object{"code": s.chat.Login(phone)}, http.StatusOK)
	a.ask("POST", "/wechat/binding", object{"waits": asked["waits"]}, http.StatusNoContent)
	return a
}

func (s *story) boundIn(in, id string) bool {
	s.t.Helper()
	_, is, err := wechat.BindingIn(context.Background(), s.Internet.Store, in, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return is
}

// phone is the address of somebody's phone, where a simulator asks for wx.login.
func (s *story) phone(name string) string {
	return s.Internet.WeChat.App.API + "/phone/" + s.chat.PhoneOf(name).OpenID
}

// link is the link to somebody's own data, and the digits that it asks for.
func (s *story) link(of string) (token, digits, id string) {
	s.t.Helper()
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: string(access.Liaison), Account: "acc-he"})
	rec, _, err := journal.Load(ctx, s.Internet.Journal, person.Room, of)
	if err == nil {
		id = s.Internet.Journal.NewID()
		_, err = journal.Do(ctx, s.Internet.Journal, person.Links, journal.Order{Subject: id}, person.GiveLink{Person: rec})
	}
	if err != nil {
		s.t.Fatal(err)
	}
	return person.Token(s.Internet.Keys, id), rec.IDNumber.Tail(), id
}

func TestTheMiniProgramIsBoundWithConsentAndSignsInByItselfAfterwards(t *testing.T) {
	s := told(t, drill.Document)
	phone := s.as("")
	if p := phone.ask("POST", "/wechat/tokens", object{"code": s.chat.Login("何")}, http.StatusConflict); p["type"] != "/problems/not-now" || p["title"] != "这个微信还没有绑定" {
		t.Errorf("a WeChat that nobody knows reads %v", p)
	}
	he := s.as("he")
	if b := he.ask("GET", "/wechat/binding", nil, http.StatusOK); b["offered"] != true || b["since"] != nil {
		t.Errorf("before: %v", b)
	}
	asked := he.ask("POST", "/wechat/asking", object{"code": s.chat.Login("何")}, http.StatusOK)
	said := ""
	for _, f := range asked["what"].([]any) {
		said += f.(object)["term"].(string) + f.(object)["value"].(string)
	}
	for _, want := range []string{"何远舟的账号（登录名 he）", "我们得到什么", "微信知道什么", "怎样解除"} {
		if !strings.Contains(said, want) {
			t.Errorf("asked for consent, they don't read %q: %s", want, said)
		}
	}
	if s.boundIn(wechat.InMini, "acc-he") {
		t.Fatal("bound without consent")
	}
	yes := object{"waits": asked["waits"]}
	phone.ask("POST", "/wechat/binding", yes, http.StatusUnauthorized)
	he.key = "once"
	he.ask("POST", "/wechat/binding", yes, http.StatusNoContent)
	he.key = "once" // the answer was lost
	he.ask("POST", "/wechat/binding", yes, http.StatusNoContent)
	he.ask("POST", "/wechat/binding", yes, http.StatusUnprocessableEntity)
	if b := he.ask("GET", "/wechat/binding", nil, http.StatusOK); b["since"] == nil {
		t.Errorf("after: %v", b)
	}
	if s.boundIn(wechat.InChat, "acc-he") {
		t.Error("the official account is bound too")
	}
	enter := func(want int) object {
		t.Helper()
		return phone.ask("POST", "/wechat/tokens", object{"code": s.chat.Login("何")}, want)
	}
	given := enter(http.StatusCreated)
	if given["idle"].(float64) != (2 * time.Hour).Seconds() {
		t.Errorf("the token lives %v", given["idle"])
	}
	in := s.as("")
	in.token = given["token"].(string)
	if me := in.ask("GET", "/me", nil, http.StatusOK); me["login"] != "he" {
		t.Errorf("in as %v", me)
	}
	s.Clock.Set(s.Clock.Now().Add(2*time.Hour + time.Minute))
	in.ask("GET", "/me", nil, http.StatusUnauthorized) // as any token of the interface
	in.token = enter(http.StatusCreated)["token"].(string)
	in.ask("DELETE", "/wechat/binding", nil, http.StatusNoContent)
	enter(http.StatusConflict)
}

func TestACodeOfWeChatsIsTradedOnceAndTriedNoFasterThanAPassword(t *testing.T) {
	s := told(t, drill.Register)
	s.binds("he", "何")
	a := s.as("")
	code := s.chat.Login("何")
	a.ask("POST", "/wechat/tokens", object{"code": code}, http.StatusCreated)
	for name, code := range map[string]string{"used": code, "guessed": "never-echo-me"} {
		if p := a.ask("POST", "/wechat/tokens", object{"code": code}, http.StatusUnprocessableEntity); fields(p) != "code" || strings.Contains(p["errors"].([]any)[0].(object)["message"].(string), "never-echo-me") {
			t.Errorf("a %s code: %v", name, p)
		}
	}
	late := s.chat.Login("何")
	s.Clock.Set(s.Clock.Now().Add(5 * time.Minute))
	a.ask("POST", "/wechat/tokens", object{"code": late}, http.StatusUnprocessableEntity)
	s.chat.Down(true)
	if p := a.ask("POST", "/wechat/tokens", object{"code": s.chat.Login("何")}, http.StatusServiceUnavailable); p["type"] != "/problems/unavailable" || !strings.Contains(p["detail"].(string), "用密码登录") {
		t.Errorf("while WeChat is silent: %v", p)
	}
	s.as("he") // the password still does
	s.chat.Down(false)
	asked := s.chat.Asked("GET /sns/jscode2session")
	waits := 0
	for range 120 { // the interface's own limit, and that of codes
		s.Clock.Set(s.Clock.Now().Add(time.Second))
		if _, p, _ := a.answer("POST", "/wechat/tokens", object{"code": "guess"}); strings.Contains(p["errors"].([]any)[0].(object)["message"].(string), "秒") {
			waits++
		}
	}
	if waits < 100 || s.chat.Asked("GET /sns/jscode2session")-asked > 20 {
		t.Errorf("of 120 guesses %d waited, and WeChat was asked %d times", waits, s.chat.Asked("GET /sns/jscode2session")-asked)
	}
}

func TestWhoSignsForOthersNeverEntersTheMiniProgramWithoutAPassword(t *testing.T) {
	s := told(t, drill.Register)
	signs := s.as("signs")
	if b := signs.ask("GET", "/wechat/binding", nil, http.StatusOK); b["offered"] != false {
		t.Errorf("offered: %v", b)
	}
	if p := signs.ask("POST", "/wechat/asking", object{"code": s.chat.Login("秦")}, http.StatusUnprocessableEntity); fields(p) != "name" {
		t.Errorf("%v", p)
	}
	he := s.as("he")
	waits := he.ask("POST", "/wechat/asking", object{"code": s.chat.Login("秦")}, http.StatusOK)["waits"]
	signs.ask("POST", "/wechat/binding", object{"waits": waits}, http.StatusUnprocessableEntity)
	if s.boundIn(wechat.InMini, "acc-signs") {
		t.Error("bound by the word of another")
	}
	// Whoever signs only since they have bound it types a password from then on.
	s.binds("he", "何")
	ctx := journal.WithActor(context.Background(), journal.System)
	if _, err := journal.Do(ctx, s.Internet.Journal, account.Room, journal.Order{Subject: "acc-he"}, account.ChangeRoles{Roles: []access.Role{access.Liaison, access.Signatory}}); err != nil {
		t.Fatal(err)
	}
	if p := s.as("").ask("POST", "/wechat/tokens", object{"code": s.chat.Login("何")}, http.StatusUnprocessableEntity); fields(p) != "name" {
		t.Errorf("%v", p)
	}
}

func TestAWeChatOfAnotherAccountIsMovedInTheMiniProgramOnlyByWhoWasToldOfIt(t *testing.T) {
	s := told(t, drill.Register)
	s.binds("he", "何")
	shu := s.as("newcomer")
	asked := shu.ask("POST", "/wechat/asking", object{"code": s.chat.Login("何")}, http.StatusOK)
	if !strings.Contains(asked["moves"].(string), "何远舟") {
		t.Errorf("%v", asked)
	}
	shu.ask("POST", "/wechat/binding", object{"waits": asked["waits"]}, http.StatusUnprocessableEntity)
	if !s.boundIn(wechat.InMini, "acc-he") {
		t.Error("taken without a word")
	}
	shu.ask("POST", "/wechat/binding", object{"waits": asked["waits"], "from": asked["from"]}, http.StatusNoContent)
	if s.boundIn(wechat.InMini, "acc-he") || !s.boundIn(wechat.InMini, "acc-newcomer") {
		t.Error("not moved")
	}
	if p := shu.ask("POST", "/wechat/asking", object{"code": s.chat.Login("舒")}, http.StatusUnprocessableEntity); fields(p) != "identity" {
		t.Errorf("a second WeChat of one account: %v", p)
	}
	shu.ask("POST", "/wechat/binding", object{"waits": asked["waits"], "from": ""}, http.StatusUnprocessableEntity) // the word served once
}

func TestATravellerWithoutAnAccountBindsTheMiniProgramByTheirLinkAndUndoesIt(t *testing.T) {
	s := told(t, drill.Document)
	who := s.People[drill.Head]
	token, digits, link := s.link(who)
	a := s.as("")
	ask := func(token, digits string, want int) object {
		t.Helper()
		return a.ask("POST", "/wechat/own/asking", object{"code": s.chat.Login("白"), "link": token, "digits": digits}, want)
	}
	if p := ask(token, "0000", http.StatusUnprocessableEntity); fields(p) != "digits" {
		t.Errorf("wrong digits: %v", p)
	}
	if p := ask(token+"x", digits, http.StatusUnprocessableEntity); fields(p) != "link" {
		t.Errorf("no link: %v", p)
	}
	asked := ask(token, digits, http.StatusOK)
	said := ""
	for _, f := range asked["what"].([]any) {
		said += f.(object)["term"].(string) + f.(object)["value"].(string)
	}
	for _, want := range []string{asked["name"].(string) + "本人的出访", "单位知道什么", "看不到同团别人的资料"} {
		if !strings.Contains(said, want) {
			t.Errorf("they don't read %q: %s", want, said)
		}
	}
	own := account.Own(who)
	if s.boundIn(wechat.InMini, own) {
		t.Fatal("bound without consent")
	}
	s.as("he").ask("POST", "/wechat/binding", object{"waits": asked["waits"]}, http.StatusUnprocessableEntity) // the yes to one isn't that to another
	a.key = "once"
	first := a.ask("POST", "/wechat/own", object{"waits": asked["waits"]}, http.StatusCreated)
	a.key = "once"
	lost := s.as("") // the same once more, as after an answer that was lost
	lost.token = a.ask("POST", "/wechat/own", object{"waits": asked["waits"]}, http.StatusCreated)["token"].(string)
	lost.ask("GET", "/me", nil, http.StatusOK)
	in := s.as("")
	in.token = first["token"].(string)
	me := in.ask("GET", "/me", nil, http.StatusOK)
	if me["login"] != "" || me["current"].(object)["id"] != s.ID {
		t.Errorf("in as %v", me)
	}
	in.ask("GET", "/cases/"+s.ID+"/corrections", nil, http.StatusForbidden) // their own trips and no more
	again := s.as("")
	again.token = again.ask("POST", "/wechat/tokens", object{"code": s.chat.Login("白")}, http.StatusCreated)["token"].(string)
	again.ask("GET", "/me", nil, http.StatusOK)
	// Another's phone doesn't take its place; whoever has an account binds with its password.
	if p := a.ask("POST", "/wechat/own/asking", object{"code": s.chat.Login("何"), "link": token, "digits": digits}, http.StatusConflict); p["title"] != "您已绑定另一个微信" {
		t.Errorf("%v", p)
	}
	hers, last, _ := s.link(s.People[drill.Newcomer])
	if p := a.ask("POST", "/wechat/own/asking", object{"code": s.chat.Login("舒"), "link": hers, "digits": last}, http.StatusConflict); p["title"] != "您已经有账号" {
		t.Errorf("%v", p)
	}
	again.ask("DELETE", "/wechat/binding", nil, http.StatusNoContent)
	in.ask("GET", "/me", nil, http.StatusUnauthorized)
	again.ask("GET", "/me", nil, http.StatusUnauthorized)
	a.key = "once"
	a.ask("POST", "/wechat/own", object{"waits": asked["waits"]}, http.StatusUnprocessableEntity) // what was agreed to is undone
	// Bound once more to the same account; a link that was ended meanwhile binds nobody.
	asked = ask(token, digits, http.StatusOK)
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: string(access.Liaison), Account: "acc-he"})
	if _, err := journal.Do(ctx, s.Internet.Journal, person.Links, journal.Order{Subject: link}, person.EndLink{Why: person.LinkRevoked}); err != nil {
		t.Fatal(err)
	}
	a.ask("POST", "/wechat/own", object{"waits": asked["waits"]}, http.StatusConflict)
	if s.boundIn(wechat.InMini, own) {
		t.Error("bound by a link that was taken back")
	}
}

func TestWhoeverWasInByAWeChatThatIsMovedInTheMiniProgramIsOut(t *testing.T) {
	s := told(t, drill.Register)
	token, digits, _ := s.link(s.People[drill.Head])
	a := s.as("")
	asked := a.ask("POST", "/wechat/own/asking", object{"code": s.chat.Login("白"), "link": token, "digits": digits}, http.StatusOK)
	a.token = a.ask("POST", "/wechat/own", object{"waits": asked["waits"]}, http.StatusCreated)["token"].(string)
	a.ask("GET", "/me", nil, http.StatusOK)
	he := s.as("he")
	asked = he.ask("POST", "/wechat/asking", object{"code": s.chat.Login("白")}, http.StatusOK)
	he.ask("POST", "/wechat/binding", object{"waits": asked["waits"], "from": asked["from"]}, http.StatusNoContent)
	a.ask("GET", "/me", nil, http.StatusUnauthorized)
}

func TestWrongDigitsInTheMiniProgramEndTheLinkAsOnItsPage(t *testing.T) {
	s := told(t, drill.Register)
	token, digits, id := s.link(s.People[drill.Head])
	a := s.as("")
	for range person.MostMissed {
		s.Clock.Set(s.Clock.Now().Add(time.Minute))
		a.ask("POST", "/wechat/own/asking", object{"code": s.chat.Login("白"), "link": token, "digits": "0000"}, http.StatusUnprocessableEntity)
	}
	if l, _, err := journal.Load(context.Background(), s.Internet.Journal, person.Links, id); err != nil || l.Ended != person.LinkGuessed {
		t.Errorf("%+v %v", l, err)
	}
	if p := a.ask("POST", "/wechat/own/asking", object{"code": s.chat.Login("白"), "link": token, "digits": digits}, http.StatusUnprocessableEntity); fields(p) != "link" {
		t.Errorf("%v", p)
	}
}

// The pages undo what was bound in the mini program: one's own, and the officer's for a
// traveller who asks.
func TestThePagesUndoWhatIsBoundInTheMiniProgram(t *testing.T) {
	s := told(t, drill.Document)
	s.binds("he", "何")
	site := strings.TrimSuffix(s.url, web.APIPath)
	he := s.browser("he")
	if page := he.get(site + "/wechat"); !strings.Contains(page, "解除小程序的绑定") {
		t.Errorf("the page says nothing of the mini program: %s", page)
	}
	if page := he.post(site+"/wechat/mini/undo", url.Values{}); !strings.Contains(page, "小程序不能再直接登录您的账号") || s.boundIn(wechat.InMini, "acc-he") {
		t.Errorf("not undone: %s", page)
	}
	who := s.People[drill.Head]
	token, digits, _ := s.link(who)
	a := s.as("")
	asked := a.ask("POST", "/wechat/own/asking", object{"code": s.chat.Login("白"), "link": token, "digits": digits}, http.StatusOK)
	a.token = a.ask("POST", "/wechat/own", object{"waits": asked["waits"]}, http.StatusCreated)["token"].(string)
	theirs := s.browser("")
	theirs.post(site+"/mine/"+token, url.Values{"digits": {digits}})
	if page := theirs.get(site + "/mine/" + token); !strings.Contains(page, "起有一个微信在小程序里绑定") {
		t.Errorf("the page of their link doesn't say it: %s", page)
	}
	at := site + "/people/" + url.PathEscape(who)
	if page := he.get(at); !strings.Contains(page, "已在小程序里绑定") {
		t.Errorf("the record doesn't say it: %s", page)
	}
	he.post(at+"/wechat/undo", url.Values{})
	if s.boundIn(wechat.InMini, account.Own(who)) {
		t.Error("the officer doesn't undo it")
	}
	a.ask("GET", "/me", nil, http.StatusUnauthorized)
}

func TestAnOfficeWithoutAMiniProgramSaysSo(t *testing.T) {
	s := told(t, drill.Register)
	s.Internet.WeChat.App.Mini = wechat.MiniProgram{}
	s.as("").ask("POST", "/wechat/tokens", object{"code": "x"}, http.StatusNotFound)
	s.as("").ask("POST", "/wechat/own/asking", object{"code": "x", "link": "x", "digits": "1"}, http.StatusNotFound)
	if b := s.as("he").ask("GET", "/wechat/binding", nil, http.StatusOK); b["offered"] != false {
		t.Errorf("%v", b)
	}
}
