package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/demo"
	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/notify"
	"yitang/internal/notify/mail"
	"yitang/internal/notify/sms"
	"yitang/internal/unit"
	"yitang/internal/web/webtest"
	"yitang/internal/wechat"
	"yitang/internal/zone"
)

const practicePassword = "一趟 practice horse 9"

// practised is the three zones of a command that offers practice, with one unit, its
// liaison officer and signatory, and the office's chief.
func practised(t *testing.T) *house { return practisedIn(t, t.TempDir()) }

// practisedIn is the same in a folder that may hold settings already.
func practisedIn(t *testing.T, dir string) *house {
	t.Helper()
	folders := map[zone.Zone]string{}
	for _, z := range zone.All() {
		folders[z] = filepath.Join(dir, string(z))
	}
	ctx, stop := context.WithCancel(context.Background())
	h, err := openHouse(ctx, zone.All(), folders, "127.0.0.1:0", "127.0.0.1:0", node.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- h.serve(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
		h.close()
	})
	give := func(id string, cmd journal.Command[unit.Unit]) {
		if _, err := journal.Do(ctx, h.office.Journal, unit.Room, journal.Order{Subject: id}, cmd); err != nil {
			t.Fatal(err)
		}
	}
	give("u1", unit.Open{Name: "真实单位（测试）", NameEn: "A Real Unit", USCC: "12509901G76543219R", Type: dossier.Institution})
	admin := journal.WithActor(ctx, journal.Actor{Role: string(access.Administrator), Account: "console"})
	for _, a := range []account.Open{{Login: "he", Name: "何远舟", Roles: []access.Role{access.Liaison}, Unit: "u1"}, {Login: "luo", Name: "罗知行", Roles: []access.Role{access.Signatory}, Unit: "u1"}} {
		if _, err := h.internet.Accounts.Open(admin, journal.Order{Subject: "acc-" + a.Login}, a, practicePassword); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.office.Accounts.Open(admin, journal.Order{Subject: "acc-chu"}, account.Open{Login: "chu", Name: "岳临川", Roles: []access.Role{access.Chief}}, practicePassword); err != nil {
		t.Fatal(err)
	}
	heardOf(t, h, func() bool { _, err := unit.One(ctx, h.internet.Store, "u1"); return err == nil })
	return h
}

func heardOf(t *testing.T, h *house, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !so(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the zones never heard of each other")
		}
	}
}

// goesOver begins a run if there is none and goes to the practice site, by the same
// browser; entrance is the address that led there.
func goesOver(v webtest.Visitor, h *house) (in webtest.Visitor, entrance string) {
	v.T.Helper()
	page := v.Sees("/training", "练习")
	if forms := v.Forms(page, "/training/begin"); len(forms) > 0 {
		_, page = v.Post("/training/begin", forms[0])
		v.Holds(page, "练习已经备好")
	}
	quiet := *v.Client
	quiet.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := quiet.Get(v.URL + "/training/over")
	if err != nil {
		v.T.Fatal(err)
	}
	res.Body.Close()
	entrance = res.Header.Get("Location")
	in = webtest.Visitor{T: v.T, Client: v.Client, URL: "http://" + h.addresses[practising]}
	if !strings.HasPrefix(entrance, in.URL+"/enter?token=") {
		v.T.Fatalf("one is led over to %q", entrance)
	}
	status, body := in.Read(v.Client.Get(entrance))
	if status != http.StatusOK {
		v.T.Fatalf("the practice site answers %d: %s", status, body)
	}
	in.Holds(body, "练习路线", "虚构")
	return in, entrance
}

// own are the events of the real journals that aren't of those who sign in and of
// the unit itself.
func practiceEvents(t *testing.T, j *journal.Journal) []string {
	t.Helper()
	var out []string
	err := j.Each(context.Background(), 0, func(e journal.Event) error {
		if k := e.Kind; !strings.HasPrefix(k, "account.") && !strings.HasPrefix(k, "unit.") && !strings.HasPrefix(k, "config.") && !strings.HasPrefix(k, "authority.") && !strings.HasPrefix(k, "hall.") && !strings.HasPrefix(k, "documentlog.") && !strings.HasPrefix(k, "stock.") {
			out = append(out, k)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

var nextMove = regexp.MustCompile(`name="move" value="([a-z_]+)"`)

// others presses the button as long as it is offered, and fails unless that was what
// the others did.
func others(v webtest.Visitor, moves ...string) {
	v.T.Helper()
	page := v.Sees("/practice")
	for _, want := range moves {
		m := nextMove.FindStringSubmatch(page)
		if m == nil || m[1] != want {
			v.T.Fatalf("the others would do %v, not %s:\n%s", m, want, page)
		}
		status, next := v.Post("/practice/others", v.Form(page, "/practice/others"))
		if status != http.StatusOK {
			v.T.Fatalf("%s answers %d: %s", want, status, next)
		}
		page = next
	}
	if m := nextMove.FindStringSubmatch(page); m != nil && !strings.Contains(page, "该您办") {
		v.T.Fatalf("the others go on with %s", m[1])
	}
}

// An officer does a made-up case by the forms of the pages, from the draft to the
// archive: the real journal hears of two things and of nothing else.
func TestAnOfficerPractisesFromTheDraftToTheCertificate(t *testing.T) {
	h := practised(t)
	he := webtest.SignIn(t, "http://"+h.addresses[zone.Internet], "he", practicePassword)
	began := time.Now()
	in, _ := goesOver(he, h)
	t.Logf("begun in %s", time.Since(began))
	if got := practiceEvents(t, h.internet.Journal); len(got) != 1 || got[0] != "training.began" {
		t.Fatalf("once begun, the real journal says %v", got)
	}

	made := writes(in)
	others(in, "sign", "send_back")
	in.Sees("/practice", "补正")
	at := "/cases/" + made
	page := in.Sees(at+"/notice", "高速相机两台")
	form := in.Form(page, at+"/notice")
	form.Set("case.purpose", form.Get("case.purpose")+"设备为高速相机两台。")
	if status, page := in.Post(at+"/correct", form); status != http.StatusOK {
		t.Fatalf("the correction: %d %s", status, page)
	}
	others(in, "accept", "decide")
	books(in, made)
	others(in, "visit", "make", "visa", "lend")

	after := at + "/after"
	sure(in, after, "departed")
	others(in, "until_home")
	sure(in, after, "home")
	others(in, "hand_in")
	for _, name := range []string{"report", "notice"} {
		page = in.Sees(after)
		form := in.Form(page, after+"/"+name)
		if name == "report" {
			form.Set("spent", "12,000")
		}
		if status, page := in.Upload(after+"/"+name, form, name, name+".pdf", demo.PDF(name, "练习")); status != http.StatusOK {
			t.Fatalf("the %s: %d %s", name, status, page)
		}
	}
	if got := practiceEvents(t, h.internet.Journal); len(got) != 1 {
		t.Fatalf("before the end the real journal says %v", got)
	}
	rate := "/me/rate/" + made
	page = in.Sees(rate)
	if status, page := in.Post(rate, in.Form(page, rate, "grade", "5")); status != http.StatusOK {
		t.Fatalf("the rating: %d %s", status, page)
	}
	in.Sees("/practice", "通过了")

	for _, n := range []*node.Node{h.internet.Node, h.office.Node} {
		heardOf(t, h, func() bool { return len(practiceEvents(t, n.Journal)) == 2 })
		if got := practiceEvents(t, n.Journal); !slices.Equal(got, []string{"training.began", "training.passed"}) {
			t.Errorf("the real journal of the %s zone says %v", n.Zone, got)
		}
	}
	if got := practiceEvents(t, h.passport.Journal); len(got) != 0 {
		t.Errorf("the real passport zone has heard %v", got)
	}
	he.Sees("/training", "通过了练习", "再练一遍")
	he.Sees("/training/certificate", "何远舟", "真实单位（测试）", "1 次")
	if _, pdf := he.File("/training/certificate/file"); !strings.HasPrefix(pdf, "%PDF") {
		t.Errorf("the certificate is no PDF: %.40q", pdf)
	}
	chu := webtest.SignIn(t, "http://"+h.addresses[zone.Office], "chu", practicePassword)
	chu.Sees("/training", "何远舟", "真实单位（测试）", "已通过")
	chu.Sees("/training?show=nobody", "没有符合的")
	if _, book := chu.File("/training/export"); !strings.HasPrefix(book, "PK") {
		t.Errorf("the list is exported as %.20q", book)
	}
}

// Practice is offered by the zone of the units alone, at an address that the proxy
// before it is told; without that nothing of it is there. No backup takes runs along.
func TestPracticeIsOfferedWhereItIsAskedFor(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "internet")
	for _, bad := range [][]string{
		{"serve", "--zone", "office", "--data", dir, "--listen", "127.0.0.1:0", "--practice", "127.0.0.1:0"},
		{"init", "--zone", "passport", "--data", dir, "--practice-url", "https://lianxi.example.cn"},
		{"init", "--zone", "internet", "--data", dir, "--practice-url", "https://lianxi.example.cn/sub"},
	} {
		if _, err := typed(t, "", bad...); err == nil || !strings.Contains(err.Error(), "ractice") {
			t.Errorf("%v: %v", bad, err)
		}
	}
	if out, err := typed(t, "", "init", "--zone", "internet", "--data", dir, "--practice-url", "https://lianxi.example.cn"); err != nil {
		t.Fatal(err, out)
	}
	folders := map[zone.Zone]string{zone.Internet: dir}
	opened := func(practise string) *house {
		h, err := openHouse(t.Context(), []zone.Zone{zone.Internet}, folders, "127.0.0.1:0", practise, node.Settings{})
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	asks := func(h *house) (int, string) {
		w := httptest.NewRecorder()
		h.handlers[zone.Internet].ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://waiban.example.cn/training", nil))
		return w.Code, w.Header().Get("Location")
	}
	h := opened("")
	if status, _ := asks(h); status != http.StatusNotFound {
		t.Errorf("where nobody has asked for practice, it answers %d", status)
	}
	h.close()
	h = opened("127.0.0.1:0")
	defer h.close()
	if status, to := asks(h); status != http.StatusSeeOther || !strings.HasPrefix(to, "/login") {
		t.Errorf("where it is offered, a stranger gets %d %s", status, to)
	}
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:8090/practice", nil)
	w := httptest.NewRecorder()
	h.handlers[practising].ServeHTTP(w, r)
	if w.Code != http.StatusUnauthorized {
		t.Errorf("at the practice site a stranger gets %d", w.Code)
	}

	left := filepath.Join(dir, node.Practice, "somebody")
	if err := os.MkdirAll(left, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(left, "made-up"), []byte("made up"), 0o600); err != nil {
		t.Fatal(err)
	}
	public, key := keyPair(t)
	back := filepath.Join(t.TempDir(), "back")
	if said, wrong, code := ran(t, restoreCommand(), backedUpTo(t, dir, public), "--key", key, "--data", back); code != 0 {
		t.Fatal(said, wrong)
	}
	if _, err := os.Stat(filepath.Join(back, node.Practice)); !os.IsNotExist(err) {
		t.Errorf("a backup took a practice run along: %v", err)
	}
}

// writes is the officer's part up to presenting: the case file, what it leaves out,
// the papers, and a word on each warning. It gives the case.
func writes(in webtest.Visitor) string {
	t := in.T
	t.Helper()
	_, file := in.File("/practice/task/file")
	page := in.Sees("/cases/new", "练习")
	_, page = in.Post("/cases/new", in.Form(page, "/cases/new", "from", "file", "text", file))
	m := regexp.MustCompile(`/cases/([0-9a-f-]{36})`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("no case was begun: %s", page)
	}
	at := m[0]
	page = in.Sees(at + "/budget")
	if status, page := in.Post(at+"/budget", in.Form(page, at+"/budget", "costs.airfare", "9000")); status != http.StatusOK {
		t.Fatalf("the budget: %d %s", status, page)
	}
	samples := map[string]string{} // by kind and member
	for _, m := range regexp.MustCompile(`/practice/paper/file\?kind=(\w+)&of=(-?\d+)`).FindAllStringSubmatch(in.Sees("/practice/task"), -1) {
		_, samples[m[1]] = in.File(m[0])
	}
	for i, form := range in.Forms(in.Sees(at+"/documents"), at+"/papers") {
		kind := form.Get("kind")
		if samples[kind] == "" {
			continue // it is wanted later, or advised
		}
		if status, page := in.Upload(at+"/papers", form, "materials", fmt.Sprintf("%s-%d.pdf", kind, i), []byte(fmt.Sprintf("%s%%%% %d\n", samples[kind], i))); status != http.StatusOK {
			t.Fatalf("handing in %v: %d %s", form, status, page)
		}
	}
	page = in.Sees(at + "/check")
	form := in.Form(page, at+"/present")
	for name := range form {
		if strings.HasPrefix(name, "answers.") && form.Get(name) == "" {
			form.Set(name, "已与对方核实，当日照常接待")
		}
	}
	if status, page := in.Post(at+"/present", form); status != http.StatusOK {
		t.Fatalf("presenting: %d %s", status, page)
	}
	in.Sees("/practice", "签批人看过后提交给外办")
	return strings.TrimPrefix(at, "/cases/")
}

// books takes the first free time of the visit that the planner proposes.
func books(in webtest.Visitor, id string) {
	in.T.Helper()
	at := "/visits/" + id
	page := in.Sees(at + "/slots")
	m := regexp.MustCompile(`name="slot"[^>]*value="(\d\d:\d\d)"|value="(\d\d:\d\d)"[^>]*name="slot"`).FindStringSubmatch(page)
	if m == nil {
		in.T.Fatalf("no time is free: %s", page)
	}
	status, page := in.Post(at+"/hold", in.Form(page, at+"/hold", "slot", m[1]+m[2]))
	if status != http.StatusOK {
		in.T.Fatalf("choosing a time: %d %s", status, page)
	}
	if status, page = in.Post(at+"/book", in.Form(page, at+"/book")); status != http.StatusOK {
		in.T.Fatalf("booking: %d %s", status, page)
	}
}

// sure tells something of the trip, and says that one is sure.
func sure(in webtest.Visitor, after, what string) string {
	in.T.Helper()
	status, page := in.Post(after+"/"+what, in.Form(in.Sees(after), after+"/"+what))
	if forms := in.Forms(page, after+"/"+what); len(forms) > 0 {
		forms[0].Set("sure", "yes")
		status, page = in.Post(after+"/"+what, forms[0])
	}
	if status != http.StatusOK {
		in.T.Fatalf("%s: %d %s", what, status, page)
	}
	return page
}

// Whatever is told in a run goes out by no real way: neither the mail server nor the
// provider of text messages nor WeChat is ever called, of which each would be seen.
func TestNothingOfPracticeGoesOutByARealWay(t *testing.T) {
	var calls, mails atomic.Int32
	provider := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1) }))
	defer provider.Close()
	smtp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer smtp.Close()
	go func() {
		for {
			c, err := smtp.Accept()
			if err != nil {
				return
			}
			mails.Add(1)
			c.Close()
		}
	}()
	dir := t.TempDir()
	settings := node.Settings{Mail: &mail.Server{Address: smtp.Addr().String(), Security: mail.None, From: "noreply@example.cn"},
		SMS:    &sms.Account{Provider: "aliyun", ID: "id", Secret: "secret", Sign: "外办", Endpoint: provider.URL},
		WeChat: &wechat.App{ID: "wx0000000000000001", Secret: strings.Repeat("0", 32), Token: "token", AESKey: strings.Repeat("a", 43), API: provider.URL, Told: wechat.Template{ID: "told", Subject: "thing1"}}}
	if err := settings.Save(filepath.Join(dir, string(zone.Internet))); err != nil {
		t.Fatal(err)
	}
	h := practisedIn(t, dir)
	heardOf(t, h, func() bool { return calls.Load() > 0 }) // the real house asks WeChat for a token as it starts
	time.Sleep(time.Second)
	before := calls.Load()
	in, _ := goesOver(webtest.SignIn(t, "http://"+h.addresses[zone.Internet], "he", practicePassword), h)
	writes(in)
	others(in, "sign", "send_back")
	page := in.Sees("/practice/told", "请签批", "给您", "给签批人", "会用", "邮件、短信、微信")
	if strings.Count(page, "会用") < 2 {
		t.Errorf("hardly anything is said to go out: %s", page)
	}
	in.Sees("/told", "补正") // the run's own list
	time.Sleep(2 * time.Second)
	if calls.Load() != before || mails.Load() != 0 {
		t.Errorf("practice has called a provider %d times and the mail server %d times", calls.Load()-before, mails.Load())
	}
	// What is counted counts: the real house's own ways do call.
	before = calls.Load()
	for name, way := range h.internet.Ways {
		_, _ = way.Send(t.Context(), notify.Outgoing{ID: "1", To: "13900000000", Subject: "s", Text: "t", Template: "SMS_1"})
		if name == "mail" {
			_, _ = way.Send(t.Context(), notify.Outgoing{ID: "2", To: "he@example.cn", Subject: "s", Text: "t"})
		}
	}
	if calls.Load() == before || mails.Load() == 0 || len(h.internet.Ways) != 3 {
		t.Errorf("the real ways called %d and %d times", calls.Load()-before, mails.Load())
	}
}
