package wechat_test

import (
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/calendar"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/progress"
	"yitang/internal/store"
	"yitang/internal/web/sites"
	"yitang/internal/web/ui"
	"yitang/internal/web/webtest"
	"yitang/internal/wechat"
	"yitang/internal/wechat/local"
	"yitang/internal/zone"
)

const password = "一趟 correct horse 9"

// town is the internet site of an office with an official account, and the phones of two people.
type town struct {
	t      *testing.T
	node   *node.Internet
	server *local.Server
	site   string
	phones string
}

func open(t *testing.T) *town {
	t.Helper()
	ctx := context.Background()
	w := &town{t: t}
	var site http.Handler
	back := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { site.ServeHTTP(w, r) }))
	t.Cleanup(back.Close)
	front := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.server.Handler().ServeHTTP(rw, r) }))
	t.Cleanup(front.Close)
	w.site, w.phones = back.URL, front.URL
	u, _ := url.Parse(back.URL)
	app := wechat.App{ID: "wxyitang0000000001", Secret: "secret", Token: "signed", AESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", API: front.URL, JS: front.URL + "/open/js/jweixin-1.6.0.js"}
	var err error
	w.server, err = local.New(local.Options{App: app, Name: "云江外办", Callback: back.URL + "/wechat/callback", Domains: []string{u.Host}, People: []string{"何", "舒"}})
	if err != nil {
		t.Fatal(err)
	}
	o := node.Options{Dir: t.TempDir(), Passwords: account.Slight, WeChat: &app}
	if err := node.Init(zone.Internet, o); err != nil {
		t.Fatal(err)
	}
	if w.node, err = node.OpenInternet(ctx, o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.node.Close)
	t.Cleanup(w.server.Wait)
	site = sites.Internet(w.node).Handler()
	for _, a := range []account.Open{
		{Login: "he", Name: "何远舟", Roles: []access.Role{access.Liaison}, Unit: "u1"},
		{Login: "shu", Name: "舒若兰", Roles: []access.Role{access.Traveller}, Unit: "u1", Person: "p1"},
		{Login: "qin", Name: "秦主任", Roles: []access.Role{access.Signatory}, Unit: "u1"},
	} {
		if _, err := w.node.Accounts.Open(journal.WithActor(ctx, journal.Actor{Role: "administrator", Account: "console"}), journal.Order{Subject: "acc-" + a.Login}, a, password); err != nil {
			t.Fatal(err)
		}
	}
	return w
}

// browser follows redirects between the site and the phones as a phone's does.
type browser struct {
	*town
	client *http.Client
	at     string
	page   string
}

func (w *town) browser(phone string) *browser {
	jar, _ := cookiejar.New(nil)
	b := &browser{town: w, client: &http.Client{Jar: jar}}
	if phone != "" {
		b.goTo(w.phones + "/phone/" + w.server.PhoneOf(phone).OpenID)
	}
	return b
}

func (b *browser) read(res *http.Response, err error) int {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	b.at, b.page = res.Request.URL.RequestURI(), html.UnescapeString(webtest.Worded(b.t, res, text))
	return res.StatusCode
}

func (b *browser) goTo(address string) int {
	b.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = b.site + address
	}
	return b.read(b.client.Get(address))
}

func (b *browser) send(path string, form url.Values) int {
	b.t.Helper()
	return b.read(b.client.PostForm(b.site+path, form))
}

var hidden = regexp.MustCompile(`<input type="hidden" name="(\w+)" value="([^"]*)"`)

// press sends the form of a page with the given address.
func (b *browser) press(action string) int {
	b.t.Helper()
	_, form, there := strings.Cut(b.page, `action="`+action+`"`)
	if !there {
		b.t.Fatalf("%s has no form to %s:\n%s", b.at, action, b.page)
	}
	form, _, _ = strings.Cut(form, "</form>")
	values := url.Values{}
	for _, f := range hidden.FindAllStringSubmatch(form, -1) {
		values.Set(f[1], f[2])
	}
	return b.send(action, values)
}

func (b *browser) stands(at string, says ...string) {
	b.t.Helper()
	if b.at != at {
		b.t.Fatalf("the browser stands on %s and not on %s:\n%s", b.at, at, b.page)
	}
	for _, s := range says {
		if !strings.Contains(b.page, s) {
			b.t.Errorf("%s doesn't say %q:\n%s", at, s, b.page)
		}
	}
}

// signIn types the password on the page that stands there.
func (b *browser) signIn(login string) int {
	b.t.Helper()
	next := ""
	if m := regexp.MustCompile(`name="next" value="([^"]*)"`).FindStringSubmatch(b.page); m != nil {
		next = m[1]
	}
	return b.send("/login", url.Values{"name": {login}, "password": {password}, "next": {next}})
}

var link = regexp.MustCompile(`<a href="([^"]+)">`)

// chat is the last message on somebody's phone, and where it leads.
func (w *town) chat(phone string) (text, to string) {
	w.t.Helper()
	all := w.server.PhoneOf(phone).Chat
	if len(all) == 0 {
		w.t.Fatalf("the chat of %s is empty", phone)
	}
	text = all[len(all)-1].Text
	if m := link.FindStringSubmatch(text); m != nil {
		to = m[1]
	}
	return text, to
}

func (w *town) bound(login string) bool {
	_, bound, err := wechat.BindingOf(context.Background(), w.node.Store, "acc-"+login)
	if err != nil {
		w.t.Fatal(err)
	}
	return bound
}

func (w *town) bind(phone, login string) *browser {
	w.t.Helper()
	w.server.Follow(phone)
	b := w.browser(phone)
	b.goTo("/wechat/enter?next=/wechat")
	b.signIn(login)
	b.press("/wechat/bind")
	if !w.bound(login) {
		w.t.Fatalf("%s isn't bound: %s\n%s", login, b.at, b.page)
	}
	return b
}

func TestWeChatIsBoundWithConsentAndSignsInAfterwards(t *testing.T) {
	w := open(t)
	w.server.Follow("何")
	text, to := w.chat("何")
	if !strings.Contains(text, "还不知道您是谁") {
		t.Fatalf("a stranger reads %s", text)
	}
	b := w.browser("何")
	b.goTo(to)
	b.stands("/login?next=%2Fwechat%2Fbind%3Fnext%3D%252Fwechat")
	b.signIn("he")
	b.stands("/wechat/bind?next=%2Fwechat", "何远舟的账号", "微信知道什么", "不取昵称、头像和手机号", "取消关注")
	if w.bound("he") {
		t.Fatal("bound without consent")
	}
	b.press("/wechat/bind")
	b.stands("/wechat", "已绑定")
	again := w.browser("何") // another day: no session
	again.goTo("/wechat/enter?next=/wechat")
	again.stands("/wechat", "已绑定", "何远舟")
	b.press("/wechat/undo")
	b.stands("/wechat?said=undone", "已解除绑定")
	after := w.browser("何")
	after.goTo("/wechat/enter?next=/wechat")
	after.stands("/login?next=%2Fwechat%2Fbind%3Fnext%3D%252Fwechat")
}

func TestUnfollowingUndoesTheBinding(t *testing.T) {
	w := open(t)
	w.bind("何", "he")
	w.server.Leave("何")
	if w.bound("he") {
		t.Error("still bound")
	}
}

func TestWhoSignsForOthersStillTypesThePassword(t *testing.T) {
	w := open(t)
	w.bind("何", "qin")
	b := w.browser("何")
	b.goTo("/wechat/enter?next=/sign")
	if !strings.Contains(b.page, "这个账号要用密码登录") || !strings.Contains(b.page, `href="/login?next=%2Fsign"`) {
		t.Errorf("%s says:\n%s", b.at, b.page)
	}
	if b.goTo("/sign"); !strings.HasPrefix(b.at, "/login") {
		t.Errorf("a signatory is in without a password, on %s", b.at)
	}
}

func TestAccountThatIsClosedIsNotEntered(t *testing.T) {
	w := open(t)
	w.bind("何", "he")
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: "administrator", Account: "console"})
	if _, err := journal.Do(ctx, w.node.Journal, account.Room, journal.Order{Subject: "acc-he"}, account.Close{Reason: "left"}); err != nil {
		t.Fatal(err)
	}
	b := w.browser("何")
	b.goTo("/wechat/enter?next=/cases")
	if b.goTo("/cases"); !strings.HasPrefix(b.at, "/login") {
		t.Errorf("a closed account is in, on %s", b.at)
	}
	w.server.Say("何", "进度")
	if text, _ := w.chat("何"); !strings.Contains(text, "还不知道您是谁") {
		t.Errorf("a closed account reads %s", text)
	}
}

func TestWeChatOfAnotherAccountAsksWhichOne(t *testing.T) {
	w := open(t)
	w.bind("何", "he")
	b := w.browser("何")
	b.goTo("/login")
	b.signIn("shu")
	b.goTo("/wechat/enter?next=/wechat")
	b.stands("/wechat/bind?next=%2Fwechat", "这个微信绑定的是何远舟的账号", "您现在登录的是舒若兰的账号")
	if b.press("/wechat/switch"); !strings.Contains(b.page, "何远舟") || b.at != "/wechat" {
		t.Errorf("switching leads to %s", b.at)
	}
	b = w.browser("何")
	b.goTo("/login")
	b.signIn("shu")
	b.goTo("/wechat/enter?next=/wechat")
	b.press("/wechat/bind")
	if w.bound("he") || !w.bound("shu") {
		t.Error("it wasn't moved to the account that its owner chose")
	}
	b = w.browser("舒") // a second WeChat for an account that has one
	w.server.Follow("舒")
	b.goTo("/login")
	b.signIn("shu")
	b.goTo("/wechat/enter?bind=1")
	b.stands("/wechat/bind", "您的账号已绑定另一个微信")
	if strings.Contains(b.page, `action="/wechat/bind"`) {
		t.Error("a second WeChat may be bound")
	}
	b = w.browser("何") // made up: it is nobody's to say from whom a WeChat is taken
	b.goTo("/login")
	b.signIn("he")
	b.goTo("/wechat/enter?bind=1")
	if status := b.send("/wechat/bind", url.Values{"from": {"acc-qin"}, "_key": {"k"}}); status != http.StatusUnprocessableEntity || !strings.Contains(b.page, "这个微信已绑定别的账号") || w.bound("he") {
		t.Errorf("taken from an account that it doesn't belong to: %d", status)
	}
}

func TestLinkBackFromWeChatServesItsOwnBrowserOnce(t *testing.T) {
	w := open(t)
	w.bind("何", "he")
	b := w.browser("何")
	var back string
	b.client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/wechat/back" {
			back = r.URL.String()
			return http.ErrUseLastResponse
		}
		return nil
	}
	b.goTo("/wechat/enter?next=/wechat")
	b.client.CheckRedirect = nil
	thief := w.browser("舒")
	if status := thief.goTo(back); status != http.StatusConflict || !strings.Contains(thief.page, "没有认出您的微信") {
		t.Errorf("another browser: %d on %s", status, thief.at)
	}
	if thief.goTo("/wechat"); !strings.HasPrefix(thief.at, "/login") {
		t.Errorf("another browser is in, on %s", thief.at)
	}
	b.goTo(back)
	b.stands("/wechat", "何远舟")
	if status := b.goTo(back); status != http.StatusConflict {
		t.Errorf("a second time: %d", status)
	}
	for _, at := range []string{"/wechat/back", "/wechat/back?code=x&state=y"} {
		if status := w.browser("").goTo(at); status != http.StatusConflict {
			t.Errorf("%s: %d", at, status)
		}
	}
	out := w.browser("何")
	out.goTo("/wechat/enter?next=https://evil.example/")
	out.stands("/cases")
}

func TestChatAnswersOnlyWhoIsBoundAndSaysWhatToDo(t *testing.T) {
	w := open(t)
	w.server.Follow("舒")
	for _, say := range []string{"进度", "预约", "你好"} {
		w.server.Say("舒", say)
		if text, to := w.chat("舒"); !strings.Contains(text, "还不知道您是谁") || !strings.HasPrefix(to, w.site+"/wechat/enter") {
			t.Errorf("%s of a stranger: %s", say, text)
		}
	}
	w.bind("舒", "shu")
	for say, want := range map[string]string{"进度": "没有在办的团组", " 進度？": "没有在办的团组", "我的预约": "没有要来大厅的预约", "账号": "舒若兰的账号", "你好": "发“进度”看办到哪一步"} {
		w.server.Say("舒", say)
		if text, to := w.chat("舒"); !strings.Contains(text, want) || !strings.HasPrefix(to, w.site+"/wechat/enter") {
			t.Errorf("%s: %s", say, text)
		}
	}
}

func TestDoorShowsACodeOutsideWeChatAndLeadsOnInside(t *testing.T) {
	w := open(t)
	b := w.browser("")
	b.goTo("/login")
	if !strings.Contains(b.page, `href="/wechat/door"`) {
		t.Error("the page to sign in on doesn't lead to WeChat")
	}
	b.goTo("/wechat/door?next=/wechat")
	b.stands("/wechat/door?next=/wechat", `class="qr"`, "扫这个码")
	if !w.server.Scan("何", wechat.Door) {
		t.Fatal("the code isn't WeChat's")
	}
	if _, to := w.chat("何"); !strings.HasPrefix(to, w.site+"/wechat/enter") {
		t.Errorf("scanning it leads to %s", to)
	}
	req, _ := http.NewRequest(http.MethodGet, w.site+"/wechat/door?next=/wechat", nil)
	req.Header.Set("User-Agent", "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50")
	in := w.browser("何")
	in.read(in.client.Do(req))
	if !strings.HasPrefix(in.at, "/login?next=%2Fwechat%2Fbind") {
		t.Errorf("inside WeChat the door leads to %s", in.at)
	}
	b.goTo("/wechat/window")
	b.stands("/wechat/window", `class="qr"`, "扫这个码")
	w.bind("舒", "shu")
	w.server.Scan("舒", wechat.Hall)
	if text, _ := w.chat("舒"); !strings.Contains(text, "没有要来大厅的预约") {
		t.Errorf("the code at the window is answered with %s", text)
	}
}

func TestWeChatThatIsSilentKeepsNobodyFromSigningIn(t *testing.T) {
	w := open(t)
	w.server.Down(true)
	b := w.browser("")
	if status := b.goTo("/wechat/door"); status != http.StatusOK || !strings.Contains(b.page, "微信现在没有应答") || !strings.Contains(b.page, `href="/login"`) {
		t.Errorf("the door: %d\n%s", status, b.page)
	}
	b.goTo("/login")
	if b.signIn("he"); b.at != "/cases" {
		t.Errorf("the password leads to %s", b.at)
	}
}

// happened is what has happened to a subject.
type happened struct{ what any }

func (h happened) Decide(int, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(h.what), nil
}

// What waits for the office is told with the day by which it usually comes, as the page has it.
func TestTheChatSaysByWhenTheApprovalUsuallyComes(t *testing.T) {
	w := open(t)
	w.server.Follow("何")
	w.bind("何", "he")
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: string(access.Liaison), Account: "acc-he"})
	anything := journal.Subject[int]{Kind: "filing", Evolve: func(n int, _ journal.Event) (int, error) { return n + 1, nil }}
	if _, err := journal.Do(ctx, w.node.Journal, anything, journal.Order{Subject: "f1"}, happened{filing.Submitted{Unit: "u1"}}); err != nil {
		t.Fatal(err)
	}
	today, book := w.node.Journal.Today(), w.node.Journal.Book()
	began := today.AddDays(-60)
	for i := range progress.Enough {
		w.server.Say("何", "进度")
		if says, _ := w.chat("何"); strings.Contains(says, "十件中有九件") {
			t.Fatalf("with %d on record the chat says %s", i, says)
		}
		err := w.node.Store.Write(ctx, func(tx store.Tx) error {
			_, err := tx.Exec(ctx, `INSERT INTO case_walk (filing, stretch, whose, began, ended) VALUES ($1, $2, '', $3, $4)`,
				fmt.Sprint("past", i), string(progress.ToApproval), began.String(), book.AddWorkdays(began, calendar.Workdays(i+1)).String())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	w.server.Say("何", "进度")
	want := "批件预计 " + ui.Date(ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans}), book.AddWorkdays(today, 9)) + "前，十件中有九件不晚于此"
	if says, _ := w.chat("何"); !strings.Contains(says, "下一步：") || !strings.Contains(says, want) {
		t.Errorf("the chat says %s, not %s", says, want)
	}
}
