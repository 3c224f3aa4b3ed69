package wechat_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/notify"
	"yitang/internal/person"
	"yitang/internal/web/ui"
	pages "yitang/internal/web/wechat"
	"yitang/internal/wechat"
)

// traveller is somebody on the unit's list, and the address of the link to their own data.
func (w *town) traveller(id, given, number string) string {
	w.t.Helper()
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: string(access.Liaison), Account: "acc-he"})
	reg := person.Register{Journal: w.node.Journal, Index: w.node.Keys}
	if err := reg.Record(ctx, journal.Order{Subject: id}, person.Record{In: "u1", Facts: person.Facts{FamilyName: "白", GivenName: given, IDNumber: person.IDNumber(number)}}); err != nil {
		w.t.Fatal(err)
	}
	rec, _, err := journal.Load(ctx, w.node.Journal, person.Room, id)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := journal.Do(ctx, w.node.Journal, person.Links, journal.Order{Subject: "link-" + id}, person.GiveLink{Person: rec}); err != nil {
		w.t.Fatal(err)
	}
	return "/mine/" + person.Token(w.node.Keys, "link-"+id)
}

func (w *town) boundID(id string) bool {
	_, bound, err := wechat.BindingOf(context.Background(), w.node.Store, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return bound
}

func TestATravellerWithoutAnAccountBindsWeChatByTheirLinkAndUndoesIt(t *testing.T) {
	w := open(t)
	mine := w.traveller("p7", "若溪", "509901199001011231")
	w.server.Follow("何")
	b := w.browser("何")
	if b.goTo(mine + "/wechat"); strings.Contains(b.page, "同意并绑定") || !strings.Contains(b.page, "最后 4 位") {
		t.Fatalf("a link alone leads on to WeChat: %s", b.page)
	}
	b.send(mine, url.Values{"digits": {"1231"}})
	b.goTo(mine + "/wechat")
	b.stands("/wechat/own", "白若溪本人的出访", "单位知道什么", "看不到同团别人的资料", "微信知道什么")
	if agree, last := strings.Index(b.page, "同意并绑定"), strings.Index(b.page, "单位知道什么"); agree < 0 || agree > last {
		t.Errorf("the button stands at %d, below who learns what at %d", agree, last)
	}
	if w.boundID(account.Own("p7")) {
		t.Fatal("bound without consent")
	}
	b.press("/wechat/own")
	b.stands("/wechat?said=bound", "已绑定", "白若溪", `href="/me"`, "看我的行程")
	for _, at := range []string{"/display", "/me"} {
		if b.goTo(at); strings.Contains(b.page, "own-p7") || strings.Contains(b.page, `href="/password"`) {
			t.Errorf("%s shows a login that nobody can use, or a password to change that nobody has", at)
		}
	}
	for _, path := range []string{"/people", "/cases"} {
		if status := b.goTo(path); status != http.StatusForbidden {
			t.Errorf("a traveller reads %s: %d", path, status)
		}
	}
	w.server.Say("何", "进度")
	if text, to := w.chat("何"); !strings.Contains(text, "没有在办的团组") || !strings.HasPrefix(to, w.site+"/wechat/enter") {
		t.Errorf("the chat says %s", text)
	}
	w.server.Say("何", "账号")
	if text, _ := w.chat("何"); !strings.Contains(text, "白若溪本人") || strings.Contains(text, "own-") {
		t.Errorf("the chat says %s", text)
	}
	again := w.browser("何") // another day: the link isn't wanted any more
	again.goTo("/wechat/enter")
	again.stands("/me", "白若溪")
	if status := again.send("/login", url.Values{"name": {"own-p7"}, "password": {password}}); status == http.StatusOK && !strings.HasPrefix(again.at, "/login") {
		t.Errorf("a password opens it: %s", again.at)
	}
	// Whoever opens the link next sees that it is bound, and may undo it.
	b.goTo(mine)
	if !strings.Contains(b.page, "不是您绑的，请马上解除") {
		t.Errorf("the page of the link doesn't say that a WeChat is bound: %s", b.page)
	}
	again.goTo("/wechat")
	again.press("/wechat/undo")
	again.stands("/wechat/own?said=undone", "本人核对")
	if again.goTo("/me"); strings.Contains(again.page, "白若溪") {
		t.Errorf("still in after undoing, on %s", again.at)
	}
	if w.boundID(account.Own("p7")) {
		t.Error("still bound")
	}
	b.goTo(mine + "/wechat") // and bound again, to the same account
	b.press("/wechat/own")
	if !w.boundID(account.Own("p7")) {
		t.Error("not bound again")
	}
}

func TestTheUnitUndoesABindingOnRequestAndSignsItOut(t *testing.T) {
	w := open(t)
	mine := w.traveller("p7", "若溪", "509901199001011231")
	b := w.browser("何")
	b.goTo(mine)
	b.send(mine, url.Values{"digits": {"1231"}})
	b.goTo(mine + "/wechat")
	b.press("/wechat/own")
	he := w.browser("")
	he.goTo("/login")
	he.signIn("he")
	he.goTo("/people/p7")
	if !strings.Contains(he.page, "本人的微信") {
		t.Fatalf("the record doesn't say that it is bound: %s", he.page)
	}
	he.press("/people/p7/wechat/undo")
	he.stands("/people/p7?said=unbound", "微信绑定已解除")
	if w.boundID(account.Own("p7")) {
		t.Error("still bound")
	}
	if b.goTo("/me"); strings.Contains(b.page, "白若溪") {
		t.Error("whoever was in by it still is")
	}
	qin := w.browser("") // signs, and doesn't keep the list
	qin.goTo("/login")
	qin.signIn("qin")
	if status := qin.send("/people/p7/wechat/undo", url.Values{}); status != http.StatusForbidden {
		t.Errorf("a signatory undoes it: %d", status)
	}
}

func TestALinkBindsOnePersonToOneWeChatAndNobodyWithAPassword(t *testing.T) {
	w := open(t)
	opened := func(phone, mine, digits string) *browser {
		b := w.browser(phone)
		b.goTo(mine)
		b.send(mine, url.Values{"digits": {digits}})
		b.goTo(mine + "/wechat")
		return b
	}
	mine, hers := w.traveller("p7", "若溪", "509901199001011231"), w.traveller("p1", "若兰", "509901199002021239")
	b := opened("舒", hers, "1239") // she has an account with a password
	b.stands("/wechat/own", "您已经有账号", `href="/wechat/bind"`)
	if status := b.send("/wechat/own", url.Values{"_key": {"k"}}); status != http.StatusConflict || w.boundID(account.Own("p1")) {
		t.Errorf("the digits open what a password guards: %d", status)
	}
	first := opened("何", mine, "1231")
	second := opened("舒", mine, "1231")
	first.press("/wechat/own")
	second.press("/wechat/own")
	if openID, err := w.node.WeChat.OpenID(context.Background(), account.Own("p7")); err != nil || openID != w.server.PhoneOf("何").OpenID {
		t.Errorf("the second WeChat took the first one's place: %v", err)
	}
	if second.goTo("/wechat/own"); !strings.Contains(second.page, "您已绑定另一个微信") {
		t.Errorf("it says %s", second.page)
	}
	// A WeChat that is another's is taken from them only when its owner says so.
	third := w.traveller("p8", "若云", "509901199003031236")
	moved := opened("何", third, "1236")
	moved.stands("/wechat/own", "这个微信绑定的是白若溪的账号")
	moved.press("/wechat/own")
	if w.boundID(account.Own("p7")) || !w.boundID(account.Own("p8")) {
		t.Error("it wasn't moved")
	}
	if first.goTo("/me"); strings.Contains(first.page, "白若溪") {
		t.Error("whoever was in by it still is, after it was moved")
	}
	he := w.browser("何") // with a password, and takes it too
	he.goTo("/login")
	he.signIn("he")
	if moved.goTo("/me"); !strings.Contains(moved.page, "白若云") {
		t.Fatalf("who bound it isn't in: %s", moved.page)
	}
	he.goTo("/wechat/enter?bind=1")
	he.press("/wechat/bind")
	if moved.goTo("/me"); !w.bound("he") || strings.Contains(moved.page, "白若云") {
		t.Error("whoever was in by it still is, after an account with a password took it")
	}
	// A link that was taken back meanwhile binds nobody.
	fourth := w.traveller("p9", "若雨", "509901199004041233")
	late := opened("舒", fourth, "1233")
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: string(access.Liaison), Account: "acc-he"})
	if _, err := journal.Do(ctx, w.node.Journal, person.Links, journal.Order{Subject: "link-p9"}, person.EndLink{Why: person.LinkRevoked}); err != nil {
		t.Fatal(err)
	}
	if status := late.press("/wechat/own"); status != http.StatusConflict || w.boundID(account.Own("p9")) {
		t.Errorf("a link that was taken back binds: %d", status)
	}
	if status := w.browser("何").goTo("/wechat/own"); status != http.StatusConflict {
		t.Errorf("who came by no link: %d", status)
	}
}

// opened has the link to their own data open, and stands on the page of consent.
func (w *town) opened(phone, mine, digits string) *browser {
	w.t.Helper()
	b := w.browser(phone)
	b.goTo(mine)
	b.send(mine, url.Values{"digits": {digits}})
	b.goTo(mine + "/wechat")
	return b
}

func TestUnfollowingSignsOutWhomWeChatAloneLetsIn(t *testing.T) {
	w := open(t)
	w.server.Follow("何")
	b := w.opened("何", w.traveller("p7", "若溪", "509901199001011231"), "1231")
	b.press("/wechat/own")
	if b.goTo("/me"); !strings.Contains(b.page, "白若溪") {
		t.Fatalf("not in: %s", b.page)
	}
	w.server.Leave("何")
	if b.goTo("/me"); w.boundID(account.Own("p7")) || strings.Contains(b.page, "白若溪") {
		t.Error("still in after unfollowing")
	}
}

func TestABindingWhoseAnswerIsLostIsAnsweredAgain(t *testing.T) {
	w := open(t)
	b := w.opened("何", w.traveller("p7", "若溪", "509901199001011231"), "1231")
	page := b.page
	site, _ := url.Parse(w.site + "/wechat/own")
	jar, _ := cookiejar.New(nil)
	jar.SetCookies(site, b.client.Jar.Cookies(site))
	b.press("/wechat/own")
	lost := &browser{town: w, client: &http.Client{Jar: jar}, page: page}
	lost.press("/wechat/own")
	lost.stands("/wechat?said=bound", "已绑定", "白若溪")
	b.goTo("/wechat")
	b.press("/wechat/undo")
	if lost.goTo("/me"); strings.Contains(lost.page, "白若溪") {
		t.Error("still in after undoing")
	}
}

func TestTheWeChatOfAMergedRecordIsSeenAndUndone(t *testing.T) {
	w := open(t)
	one, other := w.traveller("p7", "若溪", "509901199001011231"), w.traveller("p8", "若希", "509901199003031236")
	first := w.opened("何", one, "1231")
	first.press("/wechat/own")
	first.goTo("/wechat")
	first.press("/wechat/undo")
	second := w.opened("舒", other, "1236")
	second.press("/wechat/own")
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: string(access.Liaison), Account: "acc-he"})
	stays, _, err := journal.Load(ctx, w.node.Journal, person.Room, "p7")
	if err == nil {
		err = person.Register{Journal: w.node.Journal, Index: w.node.Keys}.Merge(ctx, journal.Order{Subject: "p8"}, person.Absorb{Into: "p7", Other: stays, Choice: person.Data{}})
	}
	if err != nil {
		t.Fatal(err)
	}
	w.opened("何", one, "1231").stands("/wechat/own", "您已绑定另一个微信")
	he := w.browser("")
	he.goTo("/login")
	he.signIn("he")
	if he.goTo("/people/p7"); !strings.Contains(he.page, "本人的微信") {
		t.Fatalf("the record doesn't say that it is bound: %s", he.page)
	}
	if second.goTo("/me"); !strings.Contains(second.page, "白若希") {
		t.Fatalf("not in: %s", second.page)
	}
	he.press("/people/p7/wechat/undo")
	if second.goTo("/me"); w.boundID(account.Own("p8")) || strings.Contains(second.page, "白若希") {
		t.Error("the WeChat of the record that went is not undone")
	}
}

func TestUndoingSaysSoWhenTheSessionsMayLive(t *testing.T) {
	w := open(t)
	ctx := context.Background()
	app := w.node.WeChat.App
	app.Mini = wechat.MiniProgram{ID: "wxyitang0000000002", Secret: "secret"}
	c, err := wechat.New(ctx, app, w.node.Journal, w.node.Keys, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Bind(ctx, "", wechat.Bind{Account: "unread", OpenID: "o1", In: wechat.InMini}); err != nil {
		t.Fatal(err)
	}
	p := pages.Pages{Journal: w.node.Journal, Client: c, Door: w.node.Accounts}
	if err := p.MiniUndo(ctx, access.Who{Account: "unread"}); !fault.IsNotFound(err) {
		t.Errorf("of an account that can't be read it says %v", err)
	}
}

func TestWeChatsScriptStandsOnSignedPagesInsideWeChatAlone(t *testing.T) {
	w := open(t)
	b := w.bind("何", "he")
	get := func(agent string) (policy, page string) {
		t.Helper()
		r, _ := http.NewRequest(http.MethodGet, w.site+"/wechat?a=b", nil)
		r.Header.Set("User-Agent", agent)
		res, err := b.client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		text, _ := io.ReadAll(res.Body)
		return res.Header.Get("Content-Security-Policy"), html.UnescapeString(string(text))
	}
	const inside = "Mozilla/5.0 (iPhone) MicroMessenger/8.0.50"
	policy, page := get(inside)
	if want := strings.Replace(ui.ContentSecurityPolicy, "script-src 'self'", "script-src 'self' "+w.phones, 1); policy != want {
		t.Errorf("the policy is %s", policy)
	}
	m := regexp.MustCompile(`<meta name="wechat" content="({.*?})"`).FindStringSubmatch(page)
	if m == nil || !strings.Contains(page, `src="`+w.phones+`/open/js/jweixin-1.6.0.js"`) {
		t.Fatalf("inside WeChat there is no script: %s", page)
	}
	var js wechat.JS
	if err := json.Unmarshal([]byte(m[1]), &js); err != nil || !w.server.Signs(w.site+"/wechat?a=b", js.Nonce, js.Signature, js.Timestamp) {
		t.Errorf("the page isn't signed for its address: %v %+v", err, js)
	}
	if w.server.Signs(w.site+"/wechat", js.Nonce, js.Signature, js.Timestamp) {
		t.Error("it is signed for another address too")
	}
	if policy, page := get("Mozilla/5.0 (iPhone)"); policy != ui.ContentSecurityPolicy || strings.Contains(page, "jweixin") {
		t.Errorf("outside WeChat stands its script, under %s", policy)
	}
	other := open(t) // whose ticket was never fetched
	c := other.bind("何", "he")
	other.server.Down(true)
	r, _ := http.NewRequest(http.MethodGet, other.site+"/wechat", nil)
	r.Header.Set("User-Agent", inside)
	if status := c.read(c.client.Do(r)); status != http.StatusOK || strings.Contains(c.page, "jweixin") || !strings.Contains(c.page, "解除绑定") {
		t.Errorf("while WeChat is silent: %d %s", status, c.page)
	}
}

func TestTheHallsCodeAloneSaysThatSomebodyIsThere(t *testing.T) {
	w := open(t)
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: string(access.Liaison), Account: "acc-he"})
	now := w.node.Journal.Now()
	today := calendar.DateOf(now)
	if _, err := journal.Do(ctx, w.node.Journal, filing.Room, journal.Order{Subject: "f1"}, journal.Command[filing.Filing](begun{})); err != nil {
		t.Fatal(err)
	}
	if _, err := journal.Do(ctx, w.node.Journal, hall.Days, journal.Order{Subject: hall.DayID("main", today)}, journal.Command[hall.Day](placed{today})); err != nil {
		t.Fatal(err)
	}
	b := w.browser("")
	b.goTo("/login")
	b.signIn("he")
	hallCode, err := w.node.WeChat.Scan(ctx, wechat.Hall, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	door, err := w.node.WeChat.Scan(ctx, wechat.Door, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	here := func() bool {
		one, _, err := hall.BookingOf(ctx, w.node.Store, "k1")
		if err != nil {
			t.Fatal(err)
		}
		return !one.Here.IsZero()
	}
	for name, code := range map[string]string{"the door's": door.URL, "anybody's": "http://weixin.qq.com/q/other", "none": ""} {
		if b.send("/visits/f1/here", url.Values{"code": {code}}); here() {
			t.Errorf("%s code says that they are there", name)
		}
	}
	b.send("/visits/f1/here", url.Values{"code": {hallCode.URL}})
	if !here() {
		t.Errorf("the hall's code doesn't say it: %s %s", b.at, b.page)
	}
}

type begun struct{}

func (begun) Decide(filing.Filing, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(filing.Presented{Unit: "u1", Title: "t", Members: []filing.Traveller{}}), nil
}

type placed struct{ on calendar.Date }

func (p placed) Decide(hall.Day, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(hall.Booked{Booking: "k1", Hall: "main", Day: p.on, Slot: hall.At(23, 30), Until: hall.At(23, 59), Window: "A1", Number: "1", Code: "c1", Filing: "f1", Unit: "u1", People: []string{}}), nil
}

func TestThePageOfWaysSaysThatWeChatIsBlockedAndUndoesIt(t *testing.T) {
	w := open(t)
	w.node.Ways = map[string]notify.Way{}
	w.node.TellsBy(w.node.Ways)
	b := w.browser("何")
	b.goTo("/login")
	b.signIn("he")
	if b.goTo("/told/ways"); !strings.Contains(b.page, "没有绑定") || !strings.Contains(b.page, `href="/wechat"`) {
		t.Errorf("unbound: %s", b.page)
	}
	b = w.bind("何", "he")
	if b.goTo("/told/ways"); !strings.Contains(b.page, "看微信绑定") || strings.Contains(b.page, "/wechat/again") {
		t.Errorf("bound: %s", b.page)
	}
	if err := w.node.WeChat.Blocks(context.Background(), w.server.PhoneOf("何").OpenID); err != nil {
		t.Fatal(err)
	}
	if b.goTo("/told/ways"); !strings.Contains(b.page, "公众号的消息发不到") {
		t.Errorf("blocked: %s", b.page)
	}
	b.press("/wechat/again")
	b.stands("/told/ways?done=again", "下一条消息先发微信", "看微信绑定")
}
