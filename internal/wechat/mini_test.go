package wechat_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"yitang/internal/journal"
	"yitang/internal/wechat"
	"yitang/internal/wechat/local"
)

var miniApp = wechat.MiniProgram{ID: "wxyitang0000000002", Secret: "mini-secret-never-in-a-log"}

func TestACodeOfTheMiniProgramServesOnceForFiveMinutesAndItsOwnAppAlone(t *testing.T) {
	l := talk(t, local.Options{})
	ctx := context.Background()
	refused := func(name string, want int64, code string) {
		t.Helper()
		if _, err := l.MiniOpenIDOf(ctx, code); wechat.Code(err) != want {
			t.Errorf("%s: %v, want %d", name, err, want)
		}
	}
	code := l.server.Login("何远舟")
	openID, err := l.MiniOpenIDOf(ctx, code)
	if err != nil || openID != l.server.MiniOpenID("何远舟") || openID == l.server.PhoneOf("何远舟").OpenID {
		t.Fatalf("%q %v", openID, err)
	}
	refused("a used code", wechat.UsedCode, code)
	refused("no code of WeChat's", wechat.BadCode, "code&appid=other")
	late := l.server.Login("何远舟")
	l.bench.Clock.Turn(5 * time.Minute)
	refused("a late code", wechat.BadCode, late)
	if err := l.MiniAnswers(ctx); err != nil {
		t.Errorf("doctor: %v", err)
	}
	for want, m := range map[int64]wechat.MiniProgram{wechat.BadAppID: {ID: app.ID + "x", Secret: miniApp.Secret}, wechat.BadSecret: {ID: miniApp.ID, Secret: "another-secret"}} {
		other := l.App
		other.Mini = m
		c := client(t, l.bench, other)
		_, err := c.MiniOpenIDOf(ctx, l.server.Login("何远舟"))
		if wechat.Code(err) != want || strings.Contains(err.Error(), m.Secret) {
			t.Errorf("%+v: %v, want %d", m, err, want)
		}
		if err := c.MiniAnswers(ctx); wechat.Code(err) != want {
			t.Errorf("doctor of %+v: %v", m, err)
		}
	}
	l.server.Down(true)
	if _, err := l.MiniOpenIDOf(ctx, l.server.Login("何远舟")); err == nil || strings.Contains(err.Error(), miniApp.Secret) {
		t.Errorf("while WeChat is down: %v", err)
	}
}

func TestALimitOfTheMiniProgramIsWaitedFor(t *testing.T) {
	l := talk(t, local.Options{DayLimit: 1})
	ctx := context.Background()
	if _, err := l.MiniOpenIDOf(ctx, l.server.Login("何远舟")); err != nil {
		t.Fatal(err)
	}
	if _, err := l.MiniOpenIDOf(ctx, l.server.Login("何远舟")); wechat.Code(err) != wechat.DayIsFull {
		t.Errorf("%v", err)
	}
	asked := l.server.Asked("GET /sns/jscode2session")
	if _, err := l.MiniOpenIDOf(ctx, l.server.Login("何远舟")); err == nil || l.server.Asked("GET /sns/jscode2session") != asked {
		t.Errorf("asked again before it is over: %v", err)
	}
}

func TestTheChatAndTheMiniProgramAreBoundApart(t *testing.T) {
	l := talk(t, local.Options{})
	ctx := context.Background()
	chat, mini := l.server.PhoneOf("何远舟").OpenID, l.server.MiniOpenID("何远舟")
	for _, b := range []wechat.Bind{{Account: "a1", OpenID: chat}, {Account: "a1", OpenID: mini, In: wechat.InMini}} {
		if err := l.Bind(ctx, "", b); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Bind(ctx, "", wechat.Bind{Account: "a1", OpenID: l.server.MiniOpenID("舒若兰"), In: wechat.InMini}); err == nil {
		t.Error("an account has two in the mini program")
	}
	bound := func(in string) bool {
		t.Helper()
		_, is, err := wechat.BindingIn(ctx, l.bench.Store, in, "a1")
		if err != nil {
			t.Fatal(err)
		}
		return is
	}
	if openID, err := l.OpenID(ctx, "a1"); openID != chat || err != nil {
		t.Errorf("the account's messages go to %q: %v", openID, err)
	}
	l.server.Follow("何远舟")
	l.server.Leave("何远舟")
	if bound(wechat.InChat) || !bound(wechat.InMini) {
		t.Error("unfollowing the account undoes the mini program's binding, or not its own")
	}
	if openID, err := l.OpenID(ctx, "a1"); openID != "" || err != nil {
		t.Errorf("the account writes to the mini program's openid: %q %v", openID, err)
	}
	if err := l.Undo(ctx, wechat.InMini, "a1", wechat.Undone); err != nil || bound(wechat.InMini) {
		t.Errorf("not undone: %v", err)
	}
	word, err := l.Waits(ctx, wechat.Visitor{OpenID: mini, In: wechat.InMini})
	if err != nil {
		t.Fatal(err)
	}
	if v, err := l.Waiting(ctx, wechat.InChat, word, ""); v.OpenID != "" || err != nil {
		t.Errorf("the mini program's word serves a browser: %+v %v", v, err)
	}
	if v, err := l.Waiting(ctx, wechat.InMini, word, ""); v.OpenID != mini || err != nil {
		t.Errorf("%+v %v", v, err)
	}
}

func TestAMiniProgramHasAnAppIDOfItsOwn(t *testing.T) {
	for _, m := range []wechat.MiniProgram{{ID: app.ID, Secret: "s"}, {ID: "wx2"}, {Secret: "s"}} {
		a := app
		a.Mini = m
		if err := a.Check(); err == nil || !strings.Contains(err.Error(), "wechat.miniProgram") {
			t.Errorf("%+v: %v", m, err)
		}
	}
	a := app
	a.Mini = miniApp
	if err := a.Check(); err != nil {
		t.Error(err)
	}
}

func TestABindingFromBeforeTheMiniProgramIsTheOfficialAccounts(t *testing.T) {
	kinds, err := journal.NewRegistry(wechat.Kinds...)
	if err != nil {
		t.Fatal(err)
	}
	is, err := kinds.Read("wechat.bound", 1, map[string]json.RawMessage{"account": []byte(`"a1"`), "openID": []byte(`"o1"`)})
	if want := (wechat.Bound{Account: "a1", OpenID: "o1", In: wechat.InChat}); err != nil || is != want {
		t.Errorf("%+v %v", is, err)
	}
}
