package told_test

import (
	"context"
	"encoding/base64"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	stdmail "net/mail"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/notify"
	"yitang/internal/notify/mail"
	"yitang/internal/pack"
	"yitang/internal/person"
	"yitang/internal/web/sites"
	"yitang/internal/web/told"
	"yitang/internal/web/ui"
	"yitang/internal/web/webtest"
	"yitang/internal/zone"
)

const password = "一趟 correct horse 9"

// out is a way on which all that is sent is kept.
type out struct{ sent []notify.Outgoing }

func (o *out) Repeats() bool { return true }

func (o *out) Send(_ context.Context, m notify.Outgoing) (string, error) {
	o.sent = append(o.sent, m)
	return "", nil
}

type town struct {
	n    *node.Internet
	url  string
	mail *out
	ids  map[string]string
}

func serve(t *testing.T) town {
	t.Helper()
	ctx, o := context.Background(), node.Options{Dir: t.TempDir(), Passwords: account.Slight}
	if err := node.Init(zone.Internet, o); err != nil {
		t.Fatal(err)
	}
	n, err := node.OpenInternet(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	w := town{n: n, mail: &out{}, ids: map[string]string{}}
	n.Ways = map[string]notify.Way{"mail": w.mail}
	admin := journal.WithActor(ctx, journal.Actor{Role: string(access.Administrator), Account: "console"})
	for _, role := range []access.Role{access.Liaison, access.Signatory} {
		w.ids[string(role)] = n.Journal.NewID()
		open := account.Open{Login: string(role), Name: "某人", Roles: []access.Role{role}, Unit: "u1"}
		if _, err := n.Accounts.Open(admin, journal.Order{Subject: w.ids[string(role)]}, open, password); err != nil {
			t.Fatal(err)
		}
	}
	srv := httptest.NewServer(sites.Internet(n).Handler())
	t.Cleanup(srv.Close)
	w.url = srv.URL
	return w
}

func (w town) queue(t *testing.T, m notify.Message) {
	t.Helper()
	m.Due = time.Now()
	if _, err := journal.Do(context.Background(), w.n.Journal, notify.Room, journal.Order{Subject: m.Key}, notify.Queue{Message: m}); err != nil {
		t.Fatal(err)
	}
}

func TestAMessageStandsOnTheOwnPageUntilItIsReadAndLeadsToWhereToAct(t *testing.T) {
	w := serve(t)
	key := "report.due:f1@2026-03-12::" + w.ids["liaison"]
	w.queue(t, notify.Message{Key: key, What: "report.due", Account: w.ids["liaison"], Role: "liaison", About: "f1", Link: "/node", Fills: map[string]string{"Title": "赴德国团", "Day": "2026-03-12"}})
	he, she := webtest.SignIn(t, w.url, "liaison", password), webtest.SignIn(t, w.url, "signatory", password)
	if _, page := he.Get("/told"); !strings.Contains(page, "1 条未读") || !strings.Contains(page, "请交出访报告：赴德国团") || !strings.Contains(page, "2026年3月12日") {
		t.Errorf("the page says %s", page)
	}
	if _, page := she.Get("/told"); strings.Contains(page, "赴德国团") {
		t.Error("another reads it")
	}
	at := "/told/go/" + url.PathEscape(key)
	if status, _ := she.Get(at); status != http.StatusNotFound {
		t.Errorf("another opens it: %d", status)
	}
	if status, page := he.Get(at); status != http.StatusOK || !strings.Contains(page, "与其他网的往来") {
		t.Errorf("it leads to %d", status)
	}
	if _, page := he.Get("/told?show=unread"); !strings.Contains(page, "没有未读的消息") {
		t.Error("it is unread still")
	}
}

func TestAnAddressIsProvedByACodeAndNobodyIsWrittenToBefore(t *testing.T) {
	w := serve(t)
	he := webtest.SignIn(t, w.url, "liaison", password)
	reached := func() string {
		c, err := notify.ContactOf(context.Background(), w.n.Journal, w.ids["liaison"])
		if err != nil {
			t.Fatal(err)
		}
		return c.At["mail"].Use()
	}
	if status, page := he.Post("/told/ways/mail/address", url.Values{"mail": {"nonsense"}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "这不像邮箱") || !strings.Contains(page, `value="nonsense"`) {
		t.Errorf("what is no address: %d %s", status, page)
	}
	if _, page := he.Post("/told/ways/mail/address", url.Values{"mail": {"he@unit.example.cn"}}); !strings.Contains(page, "验证码已发出") || len(w.mail.sent) != 1 || reached() != "" {
		t.Fatalf("%d were sent, reached at %q: %s", len(w.mail.sent), reached(), page)
	}
	code := regexp.MustCompile(`\d{6}`).FindString(w.mail.sent[0].Text)
	wrong := "000000"
	if code == wrong {
		wrong = "111111"
	}
	if status, page := he.Post("/told/ways/mail/code", url.Values{"code_mail": {wrong}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "验证码不对") || reached() != "" {
		t.Errorf("a wrong code: %d %s", status, page)
	}
	if _, page := he.Post("/told/ways/mail/code", url.Values{"code_mail": {code}}); !strings.Contains(page, "已确认") || reached() != "he@unit.example.cn" {
		t.Errorf("the right code: %s", page)
	}
	for range 6 { // whoever guesses is stopped
		_, _ = he.Post("/told/ways/mail/drop", nil)
	}
	if reached() != "" {
		t.Error("what was dropped is still used")
	}
}

func TestACodeIsNotGuessed(t *testing.T) {
	c := notify.Contact{}
	m := journal.Moment{Now: time.Now(), Fresh: func() string { return "x" }}
	happen := func(es []journal.Event, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range es {
			e.At = m.Now
			if c, err = notify.Contacts.Evolve(c, e); err != nil {
				t.Fatal(err)
			}
		}
	}
	happen(notify.GiveAddress{Way: "sms", Address: "138 0013 8000"}.Decide(c, m))
	right := c.At["sms"].Code()
	for range 5 {
		happen(notify.ConfirmAddress{Way: "sms", Code: "x"}.Decide(c, m))
	}
	if _, err := (notify.ConfirmAddress{Way: "sms", Code: right}).Decide(c, m); err == nil {
		t.Error("after five mistakes the right one is taken")
	}
}

func TestWhatTheLawWantsToldCannotBeSwitchedOff(t *testing.T) {
	w := serve(t)
	he := webtest.SignIn(t, w.url, "liaison", password)
	if _, page := he.Get("/told/ways"); !strings.Contains(page, "这些一定会通知") || strings.Contains(page, `value="booklet.overdue"`) || !strings.Contains(page, `value="booklet.due_soon"`) {
		t.Errorf("the page offers %s", page)
	}
	if _, page := he.Post("/told/ways", url.Values{"lang": {string(ui.En)}}); !strings.Contains(page, "已存好") {
		t.Errorf("it wasn't kept: %s", page)
	}
	c, err := notify.ContactOf(context.Background(), w.n.Journal, w.ids["liaison"])
	if err != nil || len(c.Off) == 0 || c.Lang != string(ui.En) || strings.Contains(strings.Join(c.Off, " "), "booklet.overdue") {
		t.Errorf("off is %q, in %s, %v", c.Off, c.Lang, err)
	}
}

// Every event says what it says in every language, and fills in what it may.
func TestEveryMessageIsWordedInThreeLanguages(t *testing.T) {
	w := serve(t)
	words := sites.Words(w.n.Node)
	every := map[string]string{"Title": "赴柏林团组", "Number": "YJ-2026-000001-0", "Day": "2026-03-12", "Count": "3", "Kind": "drop", "Refused": "2", "Left": "甲", "Come": "乙", "Declined": "1", "Depart": "2026-04-01", "Return": "2026-04-08",
		"Who": "江明远", "All": "4", "Area": "DEU", "Slot": "09:30", "Place": "大厅", "UntilDay": "2026-03-11", "Until": "16:00", "Booklets": "2", "Names": "江明远、舒若兰", "Zone": "office", "Grade": "1", "Ticket": "007", "Window": "采集窗口"}
	for _, of := range pack.Tellables() {
		none, all := map[string]string{}, map[string]string{}
		for _, name := range of.Fills {
			if all[name] = every[name]; every[name] == "" {
				t.Errorf("%s fills in %s, of which this test knows nothing", of.Event, name)
			}
			none[name] = map[string]string{"Day": "2026-03-12", "Count": "3"}[name]
		}
		for _, fills := range []map[string]string{none, all} {
			for _, role := range of.Roles {
				said := map[string]bool{}
				for _, lang := range ui.Langs() {
					m := notify.Row{Message: notify.Message{What: of.Event, Fills: fills, Of: "x@1", Role: string(role)}}
					o, err := words.Write(context.Background(), string(lang), []notify.Row{m})
					if err != nil || o.Subject == "" || strings.ContainsAny(o.Subject+o.Text, "⟦{") || strings.Contains(o.Subject+o.Text, "<no value>") {
						t.Errorf("%s in %s: %q %q, %v", of.Event, lang, o.Subject, o.Text, err)
					}
					said[o.Subject] = true
				}
				if len(said) < 2 {
					t.Errorf("%s says the same in every language: %v", of.Event, said)
				}
			}
		}
	}
}

// mailbox is a mail server on this machine that keeps what it takes.
type mailbox struct {
	mu   sync.Mutex
	took []string
}

func (b *mailbox) NewSession(*smtp.Conn) (smtp.Session, error) { return b, nil }
func (b *mailbox) Mail(string, *smtp.MailOptions) error        { return nil }
func (b *mailbox) Rcpt(string, *smtp.RcptOptions) error        { return nil }
func (b *mailbox) Reset()                                      {}
func (b *mailbox) Logout() error                               { return nil }
func (b *mailbox) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.took = append(b.took, string(text))
	return err
}

// What an office words itself in its pack goes out in the mails of each language, with
// their places filled in, and what it doesn't stays the program's.
func TestAnOfficesOwnWordingGoesOutInThreeLanguages(t *testing.T) {
	w, ctx := serve(t), context.Background()
	base, err := pack.Built()
	if err != nil {
		t.Fatal(err)
	}
	set, wrong := base.Lay(pack.Content{pack.TextsFile: []byte(`
told.subject.report.due: {zh: "云江外办提醒：{{.Title}}的总结", en: "Yunjiang reminds you: {{.Title}}"}
told.text.report.due: {zh: "总结请在{{.Day}}前交外办国际处。", en: "Please bring the report to the international section by {{.Day}}."}
`)})
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	box := &mailbox{}
	srv := smtp.NewServer(box)
	srv.Domain = "mx.example.cn"
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { srv.Close() })
	words := &told.Words{Journal: w.n.Journal, Pack: func() *pack.Set { return set }, URL: "https://waiban.example.cn"}
	post := &notify.Post{Journal: w.n.Journal, Log: w.n.Log, Rules: func() pack.Telling { return set.Telling }, Write: words.Write,
		Ways:  map[string]notify.Way{"mail": &mail.Way{Server: mail.Server{Address: l.Addr().String(), Security: mail.None, From: "noreply@waiban.example.cn"}, Now: time.Now}},
		Holds: func(context.Context, notify.Row) (bool, error) { return true, nil }}
	who := w.ids["liaison"]
	contact := func(cmd journal.Command[notify.Contact]) {
		t.Helper()
		if _, err := journal.Do(ctx, w.n.Journal, notify.Contacts, journal.Order{Subject: who}, cmd); err != nil {
			t.Fatal(err)
		}
	}
	contact(notify.GiveAddress{Way: "mail", Address: "he@unit.example.cn"})
	c, err := notify.ContactOf(ctx, w.n.Journal, who)
	if err != nil {
		t.Fatal(err)
	}
	contact(notify.ConfirmAddress{Way: "mail", Code: c.At["mail"].Code()})
	for _, x := range []struct {
		lang                 ui.Lang
		subject, text, other string
	}{
		{ui.ZhHans, "云江外办提醒：赴柏林团组的总结", "总结请在2026年3月12日前交外办国际处。", "出访报告逾期"},
		{ui.ZhHant, "雲江外辦提醒：", "國際處", "報告逾期"},
		{ui.En, "Yunjiang reminds you: 赴柏林团组", "to the international section by 12 March 2026", "Report overdue"},
	} {
		contact(notify.Prefer{Lang: string(x.lang)})
		box.took = nil
		for _, what := range []pack.TellEvent{"report.due", "report.overdue"} {
			w.queue(t, notify.Message{Key: string(what) + ":f1:" + string(x.lang) + ":" + who, What: what, Account: who, Role: "liaison", About: "f1", Link: "/cases/f1/after", Ways: []string{"mail"}, Fills: map[string]string{"Title": "赴柏林团组", "Day": "2026-03-12"}})
		}
		if err := post.Round(ctx); err != nil {
			t.Fatal(err)
		}
		if len(box.took) != 2 {
			t.Fatalf("%s: %d mails came", x.lang, len(box.took))
		}
		var subjects, texts []string
		for _, raw := range box.took {
			subject, text := opened(t, raw)
			subjects, texts = append(subjects, subject), append(texts, text)
		}
		all := strings.Join(append(subjects, texts...), "\n")
		for _, says := range []string{x.subject, x.text, x.other} {
			if !strings.Contains(strings.ReplaceAll(all, "\u2009", ""), says) {
				t.Errorf("%s: %q doesn't say %q", x.lang, all, says)
			}
		}
		if !strings.Contains(all, "https://waiban.example.cn/cases/f1/after") {
			t.Errorf("%s: it leads nowhere: %q", x.lang, all)
		}
	}
}

// opened is a mail's subject and text.
func opened(t *testing.T, raw string) (subject, text string) {
	t.Helper()
	m, err := stdmail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	if subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		t.Fatal(err)
	}
	var r io.Reader = m.Body
	switch strings.ToLower(m.Header.Get("Content-Transfer-Encoding")) {
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return subject, string(b)
}

// Who says how they are reached confirms what their record holds, and types nothing.
func TestWhatTheRecordHoldsIsNotAskedAgainWhereSomebodyIsReached(t *testing.T) {
	w := serve(t)
	admin := journal.WithActor(context.Background(), journal.Actor{Role: string(access.Administrator), Account: "console"})
	reg := person.Register{Journal: w.n.Journal, Index: w.n.Keys}
	if err := reg.Record(admin, journal.Order{Subject: "p1"}, person.Record{In: "u1", Facts: person.Facts{FamilyName: "江", GivenName: "明远", Email: "jiang@unit.example.cn"}}); err != nil {
		t.Fatal(err)
	}
	open := account.Open{Login: "jiang", Name: "江明远", Roles: []access.Role{access.Traveller}, Unit: "u1", Person: "p1"}
	if _, err := w.n.Accounts.Open(admin, journal.Order{Subject: w.n.Journal.NewID()}, open, password); err != nil {
		t.Fatal(err)
	}
	if _, page := webtest.SignIn(t, w.url, "jiang", password).Get("/told/ways"); !strings.Contains(page, `value="jiang@unit.example.cn"`) || !strings.Contains(page, "还没有留") {
		t.Errorf("the page says %s", page)
	}
	if _, page := webtest.SignIn(t, w.url, "liaison", password).Get("/told/ways"); strings.Contains(page, "jiang@unit.example.cn") {
		t.Error("another's page holds it")
	}
}
