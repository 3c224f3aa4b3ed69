package wechat_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/wechat"
	"yitang/internal/wechat/local"
	"yitang/internal/zone"
)

var app = wechat.App{ID: "wxyitang0000000001", Secret: "secret-never-in-a-log", Token: "signed", AESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"}

const (
	progress = "tmpl-progress"
	reminder = "tmpl-reminder"
)

// line is an official account, somebody's phone and our client with its message server.
type line struct {
	*wechat.Client
	bench  *journaltest.Bench
	server *local.Server
	heard  chan wechat.Heard
	posts  chan *http.Request // as they came
	said   func(wechat.Heard) string
	fails  chan error
}

func TestMain(m *testing.M) { storetest.Main(m) }

func talk(t *testing.T, o local.Options) *line {
	t.Helper()
	return talkOver(t, nil, o)
}

func talkOver(t *testing.T, s *store.Store, o local.Options) *line {
	t.Helper()
	l := &line{bench: journaltest.Open(t, journaltest.Options{Store: s, Zone: zone.Internet, Kinds: wechat.Kinds, Projections: func(*keys.Ring) []journal.Projection { return wechat.Projections }}),
		heard: make(chan wechat.Heard, 100), fails: make(chan error, 100), said: func(h wechat.Heard) string { return "您说：" + h.Text + h.Key }}
	back := httptest.NewServer(http.HandlerFunc(l.answer))
	t.Cleanup(back.Close)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { l.server.Handler().ServeHTTP(w, r) }))
	t.Cleanup(front.Close)
	u, _ := url.Parse(back.URL)
	o.App, o.Callback, o.Domains, o.Clock, o.People = app, back.URL+"/wechat/callback", []string{u.Host}, l.bench.Clock.Now, []string{"何远舟", "舒若兰"}
	o.App.API, o.App.Mini = front.URL, miniApp
	o.Templates = []local.Template{{ID: progress, Title: "办理进度", Keywords: []local.Keyword{{Key: "thing1", Label: "事项"}, {Key: "time2", Label: "时间"}}},
		{ID: reminder, Title: "预约提醒", Keywords: []local.Keyword{{Key: "thing1", Label: "事项"}}, Subscription: true}}
	var err error
	if l.server, err = local.New(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.server.Wait)
	l.Client = client(t, l.bench, o.App)
	return l
}

func client(t *testing.T, b *journaltest.Bench, a wechat.App) *wechat.Client {
	t.Helper()
	c, err := wechat.New(context.Background(), a, b.Journal, b.Keys, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func postOf(r *http.Request, body []byte) wechat.Post {
	q := r.URL.Query()
	return wechat.Post{Timestamp: q.Get("timestamp"), Nonce: q.Get("nonce"), Signature: q.Get("signature"), MessageSignature: q.Get("msg_signature"), Encrypted: q.Get("encrypt_type") == "aes", Body: body}
}

func (l *line) answer(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if l.posts != nil {
		kept := r.Clone(context.Background())
		kept.Body = io.NopCloser(bytes.NewReader(body))
		l.posts <- kept
	}
	h, err := l.Hear(r.Context(), postOf(r, body))
	if err != nil {
		l.fails <- err
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	l.heard <- h
	if h.Text == "" && h.Event != "CLICK" && h.Event != "subscribe" && h.Event != "SCAN" {
		_, _ = io.WriteString(w, "success")
		return
	}
	text, err := l.Answer(h, l.said(h))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(text)
}

func (l *line) openID(name string) string { return l.server.PhoneOf(name).OpenID }

func chatEnds(t *testing.T, l *line, name, with string) {
	t.Helper()
	chat := l.server.PhoneOf(name).Chat
	if len(chat) == 0 || !strings.Contains(chat[len(chat)-1].Text, with) {
		t.Fatalf("the chat of %s doesn't end with %q: %+v", name, with, chat)
	}
}

func TestOneTokenIsFetchedHoweverManyProcessesAsk(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		l := talkOver(t, open(), local.Options{})
		ctx := context.Background()
		var all sync.WaitGroup
		for range 4 { // processes: nothing but the store is shared
			c := client(t, l.bench, l.App)
			for range 5 {
				all.Go(func() {
					if err := c.Answers(ctx); err != nil {
						t.Error(err)
					}
				})
			}
		}
		all.Wait()
		if n := l.server.Asked("POST /cgi-bin/stable_token"); n != 1 {
			t.Errorf("the token was fetched %d times", n)
		}
		l.server.Follow("何远舟") // what is heard, bound and sent goes through the same store
		if err := l.Bind(ctx, "", wechat.Bind{Account: "a1", OpenID: l.openID("何远舟")}); err != nil {
			t.Fatal(err)
		}
		receipt, err := l.SendTemplate(ctx, wechat.Message{OpenID: l.openID("何远舟"), Template: progress, Values: map[string]string{"thing1": "x", "time2": "2026-03-10 09:00"}})
		l.server.Wait()
		if o, failed := l.OutcomeOf(ctx, receipt); err != nil || failed != nil || o != wechat.Delivered {
			t.Errorf("sent: %v, %s, %v", err, o, failed)
		}
		l.server.Leave("何远舟")
		if err := l.Bind(ctx, "", wechat.Bind{Account: "a1", OpenID: l.openID("舒若兰")}); err != nil {
			t.Errorf("after who was bound has left: %v", err)
		}
		if err := l.Bind(ctx, "", wechat.Bind{Account: "a1", OpenID: l.openID("何远舟")}); fault.Findings(err) == nil {
			t.Errorf("a second identity: %v", err)
		}
	})
}

func TestTokenThatIsWornIsFetchedAnewOnce(t *testing.T) {
	l := talk(t, local.Options{})
	ctx := context.Background()
	for name, wear := range map[string]func(){
		"expired on the other side":       l.server.Expire,
		"replaced on the other side":      func() { l.server.Replace() },
		"near its end":                    func() { l.bench.Clock.Turn(2*time.Hour - 4*time.Minute) },
		"over, while nobody asked at all": func() { l.bench.Clock.Turn(48 * time.Hour) },
	} {
		if err := l.Answers(ctx); err != nil {
			t.Fatalf("before it is %s: %v", name, err)
		}
		had := l.server.Asked("POST /cgi-bin/stable_token")
		day := l.bench.Today()
		wear()
		if err := l.Answers(ctx); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if day != l.bench.Today() {
			had = 0
		}
		if n := l.server.Asked("POST /cgi-bin/stable_token") - had; n != 1 {
			t.Errorf("%s: fetched %d times", name, n)
		}
	}
}

func TestSecretsOfWeChatAreInNoError(t *testing.T) {
	l := talk(t, local.Options{})
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }))
	defer page.Close()
	broken := httptest.NewServer(http.NotFoundHandler())
	defer broken.Close()
	for name, api := range map[string]string{"nobody listens": "http://127.0.0.1:1", "no JSON": page.URL, "no service": broken.URL} {
		a := l.App
		a.API = api
		c := client(t, journaltest.Open(t, journaltest.Options{Zone: zone.Internet, Kinds: wechat.Kinds}), a)
		for what, err := range map[string]error{"token": c.Answers(context.Background()), "code": second(c.OpenIDOf(context.Background(), "code-1"))} {
			if err == nil || strings.Contains(err.Error(), app.Secret) {
				t.Errorf("%s, %s: %v", name, what, err)
			}
		}
	}
	a := l.App
	a.Secret = "another"
	if err := client(t, l.bench, a).Answers(context.Background()); err == nil || strings.Contains(err.Error(), a.Secret) || !strings.Contains(err.Error(), "40125") {
		t.Errorf("a wrong secret: %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestLimitOfWeChatIsToldAndWaitedFor(t *testing.T) {
	l := talk(t, local.Options{DayLimit: 3})
	ctx := context.Background()
	l.server.Follow("何远舟")
	send := func() error {
		_, err := l.SendTemplate(ctx, wechat.Message{OpenID: l.openID("何远舟"), Template: progress, Values: map[string]string{"thing1": "赴德国团组", "time2": "2026-03-10 09:00"}})
		return err
	}
	for range 3 {
		if err := send(); err != nil {
			t.Fatal(err)
		}
	}
	var refused *wechat.Refusal
	if err := send(); !errors.As(err, &refused) || refused.Code != wechat.DayIsFull {
		t.Fatalf("the fourth: %v", err)
	}
	asked := l.server.Asked("POST /cgi-bin/message/template/send")
	other := &line{Client: client(t, l.bench, l.App)} // another process is told by the store
	_, err := other.SendTemplate(ctx, wechat.Message{OpenID: l.openID("何远舟"), Template: progress})
	var held *wechat.Held
	midnight := time.Date(2026, 3, 10, 16, 0, 0, 0, time.UTC)
	if !errors.As(err, &held) || !held.Until.Equal(midnight) || l.server.Asked("POST /cgi-bin/message/template/send") != asked {
		t.Errorf("while the limit is reached: %v, asked %d times more", err, l.server.Asked("POST /cgi-bin/message/template/send")-asked)
	}
	l.bench.Clock.Turn(15*time.Hour + time.Minute) // past midnight in China
	if err := send(); err != nil {
		t.Errorf("the day after: %v", err)
	}
}

func TestPageIsSignedForItsAddressWithoutItsFragment(t *testing.T) {
	l := talk(t, local.Options{})
	back, _ := url.Parse(l.callback())
	page := "http://" + back.Host + "/visits/1?from=a&to=b"
	js, err := l.JSFor(context.Background(), page+"#slots")
	if err != nil {
		t.Fatal(err)
	}
	if !l.server.Signs(page, js.Nonce, js.Signature, js.Timestamp) {
		t.Error("WeChat doesn't take the signature of the page's address")
	}
	if l.server.Signs(page+"x", js.Nonce, js.Signature, js.Timestamp) || l.server.Signs("http://elsewhere.example/", js.Nonce, js.Signature, js.Timestamp) {
		t.Error("the signature holds for another page")
	}
	if _, err := l.JSFor(context.Background(), page); err != nil || l.server.Asked("GET /cgi-bin/ticket/getticket") != 1 {
		t.Errorf("the ticket was fetched %d times, %v", l.server.Asked("GET /cgi-bin/ticket/getticket"), err)
	}
}

func (l *line) callback() string { return l.server.Callback() }

func TestBrowserComesBackOnceWithItsOwnWord(t *testing.T) {
	l := talk(t, local.Options{})
	ctx := context.Background()
	jar, _ := cookiejar.New(nil)
	phone := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if res, err := phone.Get(l.App.API + "/phone/" + l.openID("何远舟")); err != nil || res.StatusCode != 200 {
		t.Fatal(err)
	}
	state, browser, err := l.Depart(ctx, wechat.Trip{Next: "/me"})
	if err != nil {
		t.Fatal(err)
	}
	back, _ := url.Parse(l.callback())
	to, err := l.AuthorizeURL("http://"+back.Host+"/wechat/back", state)
	if err != nil {
		t.Fatal(err)
	}
	res, err := phone.Get(to)
	if err != nil || res.StatusCode != http.StatusFound {
		t.Fatalf("sent to %s: %v %v", to, res.StatusCode, err)
	}
	at, _ := res.Location()
	if at.Query().Get("state") != state {
		t.Fatalf("came back with another state: %s", at)
	}
	code := at.Query().Get("code")
	if openID, err := l.OpenIDOf(ctx, code); err != nil || openID != l.openID("何远舟") {
		t.Fatalf("the code is of %q: %v", openID, err)
	}
	var refused *wechat.Refusal
	if _, err := l.OpenIDOf(ctx, code); !errors.As(err, &refused) || refused.Code != wechat.UsedCode {
		t.Errorf("the code a second time: %v", err)
	}
	if _, err := l.OpenIDOf(ctx, "made up&appid=x"); !errors.As(err, &refused) || refused.Code != wechat.BadCode {
		t.Errorf("a code that was made up: %v", err)
	}
	if _, there, _ := l.Return(ctx, state, "another browser's"); there {
		t.Error("another browser comes back in its place")
	}
	if trip, there, err := l.Return(ctx, state, browser); !there || trip.Next != "/me" || err != nil {
		t.Errorf("came back to %+v %v %v", trip, there, err)
	}
	if _, there, _ := l.Return(ctx, state, browser); there {
		t.Error("it comes back twice")
	}
	late, browser, _ := l.Depart(ctx, wechat.Trip{})
	l.bench.Clock.Turn(11 * time.Minute)
	if _, there, _ := l.Return(ctx, late, browser); there {
		t.Error("it comes back too late")
	}
	if res, err := phone.Get(strings.Replace(to, url.QueryEscape(back.Host), "evil.example", 1)); err != nil || res.StatusCode != http.StatusBadRequest {
		t.Errorf("a browser is sent to another site: %v %v", res.StatusCode, err)
	}
}

func TestMessageIsAnsweredOnceAndWhatIsNotWeChatsIsRefused(t *testing.T) {
	l := talk(t, local.Options{})
	l.posts = make(chan *http.Request, 10)
	l.server.Follow("何远舟")
	<-l.posts
	chatEnds(t, l, "何远舟", "您说：")
	l.server.Say("何远舟", "进度")
	chatEnds(t, l, "何远舟", "您说：进度")
	came := <-l.posts
	body, _ := io.ReadAll(came.Body)
	ctx := context.Background()
	whole := postOf(came, body)
	tampered := func(f func(*wechat.Post)) wechat.Post { p := whole; f(&p); return p }
	for name, c := range map[string]struct {
		post wechat.Post
		want error
	}{
		"sent again":        {whole, wechat.ErrReplayed},
		"another nonce":     {tampered(func(p *wechat.Post) { p.Nonce += "1" }), wechat.ErrUnsigned},
		"another time":      {tampered(func(p *wechat.Post) { p.Timestamp = fmt.Sprint(l.bench.Now().Unix() + 1) }), wechat.ErrUnsigned},
		"another signature": {tampered(func(p *wechat.Post) { p.MessageSignature = strings.Repeat("0", 40) }), wechat.ErrUnsigned},
		"said to be plain":  {tampered(func(p *wechat.Post) { p.Encrypted = false }), wechat.ErrUnsigned},
		"another body":      {tampered(func(p *wechat.Post) { p.Body = bytes.Replace(p.Body, []byte("<Encrypt>"), []byte("<Encrypt>A"), 1) }), wechat.ErrUnsigned},
		"no XML":            {tampered(func(p *wechat.Post) { p.Body = []byte("{") }), wechat.ErrUnsigned},
	} {
		if _, err := l.Hear(ctx, c.post); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if !l.Known(whole) || l.Known(tampered(func(p *wechat.Post) { p.Signature = "x" })) {
		t.Error("an address that is tried out isn't told from one that nobody signed")
	}
	l.bench.Clock.Turn(6 * time.Minute)
	if _, err := l.Hear(ctx, whole); !errors.Is(err, wechat.ErrUnsigned) {
		t.Errorf("long after: %v", err)
	}
}

func TestMessageThatComesAgainIsAnsweredAndNotSeenToTwice(t *testing.T) {
	l := talk(t, local.Options{})
	l.server.Follow("何远舟")
	<-l.heard
	first := true
	inner := l.said
	l.said = func(h wechat.Heard) string {
		if first { // the first answer is too long for WeChat to take
			first = false
			return strings.Repeat(" ", 3)
		}
		return inner(h)
	}
	l.server.Say("何远舟", "预约")
	a := <-l.heard
	if a.Again {
		t.Error("the first is told to be a repetition")
	}
	chatEnds(t, l, "何远舟", " ")
	l.server.Again("何远舟")
	if b := <-l.heard; !b.Again || b.Text != "预约" {
		t.Errorf("the repetition is told as %+v", b)
	}
}

func TestMessageSealedForAnotherAccountIsRefused(t *testing.T) {
	l := talk(t, local.Options{})
	other := l.App
	other.ID = "wxsomebodyelse00001"
	l.Client = client(t, l.bench, other)
	l.server.Follow("何远舟")
	for range 3 {
		if err := <-l.fails; !errors.Is(err, wechat.ErrUnsigned) {
			t.Errorf("taken: %v", err)
		}
	}
	if chat := l.server.PhoneOf("何远舟").Chat; len(chat) != 0 {
		t.Errorf("answered: %+v", chat)
	}
}

func TestTemplateMessageIsTakenAndWhatBecameOfItIsKnown(t *testing.T) {
	l := talk(t, local.Options{})
	ctx := context.Background()
	me := l.openID("何远舟")
	back, _ := url.Parse(l.callback())
	m := wechat.Message{OpenID: me, Template: progress, Values: map[string]string{"thing1": strings.Repeat("出访", 15), "time2": "2026-03-10 09:00"}, Link: "http://" + back.Host + "/me", Key: "e1"}
	code := func(err error) int64 {
		var r *wechat.Refusal
		errors.As(err, &r)
		return r.Code
	}
	if _, err := l.SendTemplate(ctx, m); err == nil || code(err) != wechat.NotFollowing {
		t.Fatalf("to somebody who doesn't follow: %v", err)
	}
	l.server.Follow("何远舟")
	receipt, err := l.SendTemplate(ctx, m)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := l.SendTemplate(ctx, m); err != nil || again != receipt {
		t.Errorf("with the same key: %s, %v", again, err)
	}
	l.server.Wait()
	if o, err := l.OutcomeOf(ctx, receipt); o != wechat.Delivered || err != nil {
		t.Errorf("told to be %s, %v", o, err)
	}
	chat := l.server.PhoneOf("何远舟").Chat
	card := chat[len(chat)-1]
	if card.Title != "办理进度" || card.Lines[0].Value != strings.Repeat("出访", 9)+"出…" || card.Link != m.Link {
		t.Errorf("on the phone lies %+v", card)
	}
	for name, c := range map[string]struct {
		change func(*wechat.Message)
		want   int64
	}{
		"template that isn't ours": {func(m *wechat.Message) { m.Template = "another" }, wechat.BadTemplate},
		"nobody":                   {func(m *wechat.Message) { m.OpenID = "nobody" }, wechat.BadOpenID},
		"no time":                  {func(m *wechat.Message) { m.Values = map[string]string{"thing1": "x", "time2": "morgen"} }, wechat.BadValue},
		"a value too few":          {func(m *wechat.Message) { m.Values = map[string]string{"thing1": "x"} }, wechat.BadValue},
		"a link elsewhere":         {func(m *wechat.Message) { m.Link = "https://evil.example/" }, 40048},
	} {
		x := m
		x.Key = name
		c.change(&x)
		if _, err := l.SendTemplate(ctx, x); err == nil || code(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	l.server.Block("何远舟")
	m.Key = "e2"
	if receipt, err = l.SendTemplate(ctx, m); err != nil {
		t.Fatal(err)
	}
	l.server.Wait()
	if o, _ := l.OutcomeOf(ctx, receipt); o != wechat.Blocked {
		t.Errorf("to somebody who takes nothing: %s", o)
	}
	l.server.Agree("何远舟", progress, false)
	m.Key = "e3"
	if _, err := l.SendTemplate(ctx, m); err == nil || code(err) != wechat.DoesntWant {
		t.Errorf("of a template that they refuse: %v", err)
	}
}

// The line dies after WeChat has taken a message and before we hear of it.
func TestMessageGoesOutOnceThoughItsAnswerIsLost(t *testing.T) {
	l := talk(t, local.Options{})
	ctx := context.Background()
	l.server.Follow("何远舟")
	<-l.heard
	m := wechat.Message{OpenID: l.openID("何远舟"), Template: progress, Values: map[string]string{"thing1": "x", "time2": "2026-03-10 09:00"}, Key: "k"}
	had := len(l.server.PhoneOf("何远舟").Chat)
	came := func() int { return len(l.server.PhoneOf("何远舟").Chat) - had }
	if err := l.Answers(ctx); err != nil { // the token is there
		t.Fatal(err)
	}
	l.server.Deaf(true)
	if _, err := l.SendTemplate(ctx, m); err == nil || came() != 1 {
		t.Fatalf("while answers are lost: %v, %d came", err, came())
	}
	l.server.Deaf(false)
	other := client(t, l.bench, l.App) // another process goes on
	l.bench.Clock.Turn(5 * time.Minute)
	receipt, err := other.SendTemplate(ctx, m)
	if err != nil || came() != 1 {
		t.Errorf("soon after: %v, %d came", err, came())
	}
	l.bench.Clock.Turn(time.Hour)
	if again, err := l.SendTemplate(ctx, m); err != nil || again != receipt || came() != 1 {
		t.Errorf("once it is known: %s %v, %d came", again, err, came())
	}
	m.Key = "k2"
	if err := l.Answers(ctx); err != nil {
		t.Fatal(err)
	}
	l.server.Deaf(true)
	_, _ = l.SendTemplate(ctx, m)
	l.server.Deaf(false)
	l.bench.Clock.Turn(time.Hour)
	if _, err := l.SendTemplate(ctx, m); !errors.Is(err, wechat.ErrInDoubt) || came() != 2 {
		t.Errorf("long after: %v, %d came", err, came())
	}
	m.Key, m.Template = "k3", "another"
	if _, err := l.SendTemplate(ctx, m); err == nil {
		t.Fatal("taken")
	}
	m.Template = progress
	l.bench.Clock.Turn(time.Hour)
	if _, err := l.SendTemplate(ctx, m); err != nil || came() != 3 {
		t.Errorf("what was refused before: %v, %d came", err, came())
	}
}

func TestSubscriptionNeedsConsentForEachMessage(t *testing.T) {
	l := talk(t, local.Options{})
	ctx := context.Background()
	l.server.Follow("何远舟")
	m := wechat.Message{OpenID: l.openID("何远舟"), Template: reminder, Values: map[string]string{"thing1": "明天九点到大厅"}}
	for i, step := range []struct {
		agrees int
		sends  []bool
	}{{0, []bool{false}}, {1, []bool{true, false}}, {2, []bool{true, true, false}}} {
		for range step.agrees {
			l.bench.Clock.Turn(time.Second) // an event is told from another by its second
			l.server.Agree("何远舟", reminder, true)
		}
		if n, err := l.Consents(ctx, m.OpenID, reminder); n != step.agrees || err != nil {
			t.Errorf("step %d: %d consents are known, %v", i, n, err)
		}
		for _, taken := range step.sends {
			receipt, err := l.SendSubscription(ctx, m)
			if (err == nil) != taken {
				t.Fatalf("step %d: %v", i, err)
			}
			l.server.Wait()
			if o, _ := l.OutcomeOf(ctx, receipt); taken && o == "" {
				t.Errorf("step %d: nothing is known of what was sent", i)
			}
		}
	}
	l.server.Agree("何远舟", reminder, true)
	l.server.Agree("何远舟", reminder, false)
	if n, _ := l.Consents(ctx, m.OpenID, reminder); n != 0 {
		t.Errorf("after a no, %d consents are known", n)
	}
}

func TestMenuIsSetOnceAndItsKeyIsHeard(t *testing.T) {
	l := talk(t, local.Options{})
	ctx := context.Background()
	l.server.Follow("何远舟")
	<-l.heard
	for range 2 {
		if err := l.SetMenu(ctx, wechat.Entry{Name: "办理进度", Key: "进度"}, wechat.Entry{Name: "我的", URL: "https://waiban.example.cn/me"}); err != nil {
			t.Fatal(err)
		}
	}
	if n := l.server.Asked("POST /cgi-bin/menu/create"); n != 1 {
		t.Errorf("the menu was set %d times", n)
	}
	if to := l.server.Press("何远舟", "我的"); to != "https://waiban.example.cn/me" {
		t.Errorf("the menu opens %s", to)
	}
	l.server.Wait()
	<-l.heard
	l.server.Press("何远舟", "办理进度")
	if h := <-l.heard; h.Event != "CLICK" || h.Key != "进度" {
		t.Errorf("heard %+v", h)
	}
	chatEnds(t, l, "何远舟", "您说：进度")
	if err := l.SetMenu(ctx, wechat.Entry{Name: "名字太长了吧", Key: "x"}); err == nil {
		t.Error("a name that WeChat refuses was set")
	}
}

func TestScannedCodeIsHeardByFollowersAndOthers(t *testing.T) {
	l := talk(t, local.Options{})
	ctx := context.Background()
	qr, err := l.Scan(ctx, "hall", 24*time.Hour)
	if err != nil || !strings.HasPrefix(qr.URL, "http://weixin.qq.com/q/") {
		t.Fatalf("%+v %v", qr, err)
	}
	if again, err := l.Scan(ctx, "hall", 24*time.Hour); err != nil || again.URL != qr.URL {
		t.Errorf("asked again, another code: %v", err)
	}
	// One that was made before its word was kept by what its picture says is known too.
	if err := l.bench.Store.Write(ctx, func(tx store.Tx) error {
		n, err := tx.Exec(ctx, `DELETE FROM wechat_kept WHERE name LIKE 'scene:%'`)
		if n != 1 {
			t.Errorf("%d words are kept", n)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if again, err := l.Scan(ctx, "hall", 24*time.Hour); err != nil || again.URL != qr.URL {
		t.Errorf("asked again, another code: %v", err)
	}
	if scene, err := l.SceneOf(ctx, qr.URL); err != nil || scene != "hall" {
		t.Errorf("an older code says %q: %v", scene, err)
	}
	l.server.Scan("何远舟", "hall")
	if h := <-l.heard; h.Event != "subscribe" || h.Scene() != "hall" {
		t.Errorf("somebody new: %+v", h)
	}
	l.server.Scan("何远舟", "hall")
	if h := <-l.heard; h.Event != "SCAN" || h.Scene() != "hall" {
		t.Errorf("a follower: %+v", h)
	}
	l.bench.Clock.Turn(25 * time.Hour)
	if l.server.Scan("何远舟", "hall") {
		t.Error("a code that is over is scanned")
	}
	if _, err := l.Scan(ctx, strings.Repeat("x", 65), time.Hour); err == nil {
		t.Error("a word too long")
	}
}

func TestIdentityBelongsToOneAccountAndIsLetGo(t *testing.T) {
	l := talk(t, local.Options{})
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: "liaison", Account: "a1"})
	he, she := l.openID("何远舟"), l.openID("舒若兰")
	l.server.Follow("何远舟")
	bind := func(account, openID, from string) error {
		return l.Bind(ctx, "", wechat.Bind{Account: account, OpenID: openID, From: from})
	}
	if err := bind("a1", he, ""); err != nil {
		t.Fatal(err)
	}
	if err := bind("a1", he, ""); err != nil {
		t.Errorf("twice: %v", err)
	}
	if err := bind("a2", he, ""); fault.Findings(err) == nil {
		t.Errorf("to a second account: %v", err)
	}
	if err := bind("a1", she, ""); fault.Findings(err) == nil {
		t.Errorf("a second identity: %v", err)
	}
	if err := bind("a2", he, "a1"); err != nil {
		t.Errorf("moved, as its owner was asked: %v", err)
	}
	if openID, err := l.OpenID(ctx, "a1"); openID != "" || err != nil {
		t.Errorf("the first account still has %s, %v", openID, err)
	}
	if openID, err := l.OpenID(ctx, "a2"); openID != he || err != nil {
		t.Errorf("the second account has %s, %v", openID, err)
	}
	if err := l.Undo(ctx, wechat.InChat, "a2", wechat.Undone); err != nil {
		t.Fatal(err)
	}
	if err := bind("a1", he, ""); err != nil {
		t.Errorf("after it was let go: %v", err)
	}
	l.server.Leave("何远舟")
	if b, bound, err := wechat.BindingOf(ctx, l.bench.Store, "a1"); bound || err != nil {
		t.Errorf("who left is still bound: %+v %v", b, err)
	}
	if err := bind("a1", she, ""); err != nil {
		t.Errorf("another identity, after that: %v", err)
	}
	journaltest.RebuiltEqualsKept(t, l.bench.Journal)
}

// The openid tells who somebody is to WeChat: it stands sealed in the journal and
// in no table at all.
func TestOpenIDLiesInNoTableInTheClear(t *testing.T) {
	dir := t.TempDir()
	s, err := store.Open(context.Background(), store.Options{Path: filepath.Join(dir, "node.db")})
	if err != nil {
		t.Fatal(err)
	}
	b := journaltest.Open(t, journaltest.Options{Store: s, Zone: zone.Internet, Kinds: wechat.Kinds, Projections: func(*keys.Ring) []journal.Projection { return wechat.Projections }})
	c := client(t, b, app)
	const canary = "oCANARYcanaryCANARYcanary0001"
	ctx := context.Background()
	if err := c.Bind(ctx, "", wechat.Bind{Account: "a1", OpenID: canary}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Waits(ctx, wechat.Visitor{OpenID: canary}); err != nil {
		t.Fatal(err)
	}
	var tables []string
	rows, err := s.Query(ctx, `SELECT name FROM sqlite_master WHERE type = 'table'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		tables = append(tables, name)
	}
	looked := 0
	for _, table := range tables {
		rows, err := s.Query(ctx, `SELECT * FROM `+table)
		if err != nil {
			t.Fatal(err)
		}
		columns, _ := rows.Columns()
		for rows.Next() {
			row, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range row {
				into[i] = &row[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			for i, v := range row {
				looked++
				text := fmt.Sprint(v)
				if raw, is := v.([]byte); is {
					text = string(raw)
				}
				if strings.Contains(text, canary) {
					t.Errorf("%s.%s holds it", table, columns[i])
				}
			}
		}
		rows.Close()
	}
	if looked < 10 {
		t.Fatalf("only %d values were looked at", looked)
	}
	if openID, err := c.OpenID(ctx, "a1"); openID != canary || err != nil {
		t.Errorf("and yet it can't be written to: %q %v", openID, err)
	}
}
