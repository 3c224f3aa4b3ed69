package node

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/notify"
	"yitang/internal/pack"
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
	if why := send("a"); why != notify.Blocked {
		t.Errorf("to somebody who left: %s", why)
	}
	takes := func() { // heard by nobody's message server here
		t.Helper()
		if err := client.Takes(ctx, openID); err != nil {
			t.Fatal(err)
		}
	}
	server.Follow("何")
	takes()
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
	if why := send("c"); why != notify.Blocked {
		t.Errorf("to somebody who refuses the template: %s", why)
	}
	takes()
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

// Who takes none of the account's messages is told the next way: of a message that
// WeChat took first and of all that follow, until they follow the account again.
func TestWhoBlocksTheAccountIsToldTheNextWayUntilTheyFollowAgain(t *testing.T) {
	b := journaltest.Open(t, journaltest.Options{Zone: zone.Internet, Kinds: append(slices.Clone(wechat.Kinds), notify.Kinds...), Projections: func(*keys.Ring) []journal.Projection {
		return append(slices.Clone(wechat.Projections), notify.Projections...)
	}})
	ctx := context.Background()
	var client *wechat.Client
	var server *local.Server
	back := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		q := r.URL.Query()
		if _, err := client.Hear(ctx, wechat.Post{Timestamp: q.Get("timestamp"), Nonce: q.Get("nonce"), MessageSignature: q.Get("msg_signature"), Encrypted: true, Body: body}); err != nil {
			t.Errorf("an event isn't heard: %v", err)
		}
		_, _ = io.WriteString(w, "success")
	}))
	defer back.Close()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { server.Handler().ServeHTTP(w, r) }))
	defer srv.Close()
	app := local.App(srv.URL)
	var err error
	if server, err = local.New(local.Options{App: app, Callback: back.URL, Domains: []string{"waiban.example.cn"}, Templates: local.Templates, People: []string{"何"}, Clock: b.Clock.Now}); err != nil {
		t.Fatal(err)
	}
	defer server.Wait()
	if client, err = wechat.New(ctx, app, b.Journal, b.Keys, rand.Reader); err != nil {
		t.Fatal(err)
	}
	server.Follow("何")
	if err := client.Bind(ctx, "", wechat.Bind{Account: "acc", OpenID: server.PhoneOf("何").OpenID}); err != nil {
		t.Fatal(err)
	}
	byHand := &kept{}
	ways := map[string]notify.Way{"mail": byHand}
	(&Internet{WeChat: client}).TellsBy(ways)
	if _, err := journal.Do(ctx, b.Journal, notify.Contacts, journal.Order{Subject: "acc"}, journal.Command[notify.Contact](confirmed{})); err != nil {
		t.Fatal(err)
	}
	post := &notify.Post{Journal: b.Journal, Ways: ways, Rules: func() pack.Telling { return pack.Telling{} }, Log: slog.New(slog.DiscardHandler),
		Write: func(context.Context, string, []notify.Row) (notify.Outgoing, error) {
			return notify.Outgoing{Subject: "到场已预约", Text: "3月12日"}, nil
		}}
	tell := func(key string) (tried string) {
		t.Helper()
		if _, err := journal.Do(ctx, b.Journal, notify.Room, journal.Order{Subject: key}, notify.Queue{Message: notify.Message{Key: key, What: "visit.moved", Account: "acc", Role: "traveller", Ways: []string{"wechat", "mail"}, Due: b.Journal.Now()}}); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			if err := post.Round(ctx); err != nil {
				t.Fatal(err)
			}
			server.Wait()
			b.Clock.Turn(2 * time.Minute)
		}
		all, err := notify.Tries(ctx, b.Journal.Store, key)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range all {
			tried += x.Way + " " + x.Outcome + "; "
		}
		return tried
	}
	blocking := ways["wechat"].(notify.Blocking)
	since := func() time.Time {
		at, err := blocking.BlockedSince(ctx, "acc")
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	if got := tell("a"); got != "wechat sent; wechat arrived; " || !since().IsZero() {
		t.Errorf("who takes messages: %s", got)
	}
	server.Block("何")
	if got := tell("b"); got != "wechat sent; wechat blocked; mail sent; " || since().IsZero() {
		t.Errorf("of a message that WeChat took first: %s", got)
	}
	asked := server.Asked("POST /cgi-bin/message/template/send")
	if got := tell("c"); got != "wechat blocked; mail sent; " || server.Asked("POST /cgi-bin/message/template/send") != asked {
		t.Errorf("the next one: %s", got)
	}
	server.Block("何") // takes them again, of which WeChat tells nobody
	if err := client.Takes(ctx, server.PhoneOf("何").OpenID); err != nil {
		t.Fatal(err)
	}
	if got := tell("d"); got != "wechat sent; wechat arrived; " {
		t.Errorf("who says that they take them: %s", got)
	}
	server.Agree("何", local.ProgressTemplate, false)
	if got := tell("e"); got != "wechat blocked; mail sent; " || since().IsZero() {
		t.Errorf("who refuses the template: %s", got)
	}
	server.Agree("何", local.ReminderTemplate, true)
	if got := tell("f"); !strings.HasPrefix(got, "wechat sent; ") {
		t.Errorf("who has agreed to one reminder: %s", got)
	}
	if got := tell("g"); got != "wechat blocked; mail sent; " {
		t.Errorf("after the reminder: %s", got)
	}
	server.Agree("何", local.ProgressTemplate, true)
	server.Leave("何")
	if got := tell("h"); got != "wechat no_address; mail sent; " {
		t.Errorf("who unfollowed: %s", got)
	}
	server.Follow("何")
	if err := client.Bind(ctx, "", wechat.Bind{Account: "acc", OpenID: server.PhoneOf("何").OpenID}); err != nil {
		t.Fatal(err)
	}
	if got := tell("i"); got != "wechat sent; wechat arrived; " || !since().IsZero() {
		t.Errorf("who follows again: %s", got)
	}
}

// kept is a way that takes everything.
type kept struct{}

func (kept) Repeats() bool                                         { return true }
func (kept) Send(context.Context, notify.Outgoing) (string, error) { return "", nil }

// confirmed is somebody who is reached by mail.
type confirmed struct{}

func (confirmed) Decide(notify.Contact, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(notify.AddressGiven{Way: "mail", Address: "he@example.cn", Code: "1"}, notify.AddressConfirmed{Way: "mail"}), nil
}
