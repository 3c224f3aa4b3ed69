package node

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/notify"
	"yitang/internal/wechat"
	"yitang/internal/wechat/local"
	"yitang/internal/zone"
)

// People are told in the chat of what they bound it for; what WeChat says instead
// of taking a message decides whether it is tried again or goes another way.
func TestPeopleAreToldInWeChatAndWhatItRefusesIsToldApart(t *testing.T) {
	b := journaltest.Open(t, journaltest.Options{Zone: zone.Internet, Kinds: wechat.Kinds, Projections: func(*keys.Ring) []journal.Projection { return wechat.Projections }})
	var server *local.Server
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { server.Handler().ServeHTTP(w, r) }))
	defer srv.Close()
	app := local.App(srv.URL)
	ctx := context.Background()
	var err error
	server, err = local.New(local.Options{App: app, Callback: srv.URL + "/nobody", Domains: []string{"waiban.example.cn"}, Templates: local.Templates, People: []string{"何"}, Clock: b.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Wait()
	client, err := wechat.New(ctx, app, b.Journal, b.Keys, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ways := map[string]notify.Way{}
	(&Internet{WeChat: client}).TellsBy(ways)
	way := ways["wechat"]
	if to, err := way.(notify.Knowing).AddressOf(ctx, "acc"); to != "" || err != nil {
		t.Errorf("somebody who bound nothing is reached at %q, %v", to, err)
	}
	openID := server.PhoneOf("何").OpenID
	if err := client.Bind(ctx, "", wechat.Bind{Account: "acc", OpenID: openID}); err != nil {
		t.Fatal(err)
	}
	to, err := way.(notify.Knowing).AddressOf(ctx, "acc")
	if to != openID || err != nil {
		t.Fatalf("reached at %q, %v", to, err)
	}
	send := func(id string) notify.Reason {
		_, err := way.Send(ctx, notify.Outgoing{ID: id, To: to, Subject: "“赴德国团”要补正，请在3月17日前交回外办", Text: "退回2项，各项写在页面上。\nhttps://…\n\n-- \n外办", Link: "https://waiban.example.cn/me?a=b"})
		var trouble notify.Trouble
		if errors.As(err, &trouble) {
			return trouble.Reason
		}
		if err != nil {
			return notify.Reason(err.Error())
		}
		return ""
	}
	if why := send("a"); why != notify.Rejected {
		t.Errorf("to somebody who left: %s", why)
	}
	server.Follow("何")
	if why := send("b"); why != "" {
		t.Fatalf("not taken: %s", why)
	}
	if why := send("b"); why != "" {
		t.Errorf("the same again: %s", why)
	}
	chat := server.PhoneOf("何").Chat
	if len(chat) != 1 || chat[0].Title != "办理进度提醒" || !strings.HasPrefix(chat[0].Lines[0].Value, "“赴德国团”要补正") || chat[0].Lines[1].Value != "退回2项，各项写在页面上。" || chat[0].Link != "https://waiban.example.cn/wechat/enter?next=%2Fme%3Fa%3Db" {
		t.Errorf("in the chat stands %+v", chat)
	}
	server.Agree("何", local.ProgressTemplate, false)
	if why := send("c"); why != notify.Rejected {
		t.Errorf("to somebody who refuses the template: %s", why)
	}
	server.Down(true)
	if why := send("d"); why == "" || why == notify.Rejected || why == notify.Credential {
		t.Errorf("while WeChat is down: %s", why)
	}
	server.Down(false)
	other := app
	other.Secret = "another"
	if client, err = wechat.New(ctx, other, b.Journal, b.Keys, rand.Reader); err != nil {
		t.Fatal(err)
	}
	way = byWeChat{client}
	if why := send("e"); why != notify.Credential {
		t.Errorf("with a wrong secret: %s", why)
	}
	other.Told = wechat.Template{}
	if client, err = wechat.New(ctx, other, b.Journal, b.Keys, rand.Reader); err != nil {
		t.Fatal(err)
	}
	way = byWeChat{client}
	if why := send("f"); why != notify.NoTemplate {
		t.Errorf("without a template: %s", why)
	}
}
