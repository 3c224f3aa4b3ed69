package passport_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/document"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/passport"
	"yitang/internal/trip"
	"yitang/internal/visit"
	"yitang/internal/web/sites"
	"yitang/internal/web/webtest"
	"yitang/internal/zone"
)

const password = "一趟 correct horse 9"

var today = calendar.On(2026, 3, 10)

// station is the passport zone, served, with the two zones that it hears from.
type station struct {
	t        *testing.T
	passport *node.Passport
	office   *node.Office
	internet *node.Internet
	url      string
	later    atomic.Int64 // how far the clock was turned on, in nanoseconds
}

func aStation(t *testing.T) *station {
	t.Helper()
	ctx := context.Background()
	s := &station{t: t}
	start, began := time.Date(2026, 3, 10, 1, 0, 0, 0, time.UTC), time.Now()
	options := func(z zone.Zone) node.Options {
		o := node.Options{Dir: t.TempDir(), Passwords: account.Slight, Clock: func() time.Time { return start.Add(time.Since(began) + time.Duration(s.later.Load())) }}
		if err := node.Init(z, o); err != nil {
			t.Fatal(err)
		}
		return o
	}
	var err error
	if s.internet, err = node.OpenInternet(ctx, options(zone.Internet)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.internet.Close)
	if s.office, err = node.OpenOffice(ctx, options(zone.Office)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.office.Close)
	if s.passport, err = node.OpenPassport(ctx, options(zone.Passport)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.passport.Close)
	s.passport.Start()
	admin := journal.WithActor(ctx, journal.Actor{Role: "administrator", Account: "console"})
	for login, open := range map[string]account.Open{
		"xu": {Name: "许可", Roles: []access.Role{access.PassportOfficer}}, "tan": {Name: "谈笑", Roles: []access.Role{access.PassportOfficer}},
		"cai": {Name: "采薇", Roles: []access.Role{access.Capture}}, "shen": {Name: "审计", Roles: []access.Role{access.Auditor}}, "guan": {Name: "管理", Roles: []access.Role{access.Administrator}},
	} {
		open.Login = login
		if _, err := s.passport.Accounts.Open(admin, journal.Order{Subject: s.passport.Journal.NewID()}, open, password); err != nil {
			t.Fatal(err)
		}
	}
	srv := httptest.NewServer(sites.Passport(s.passport).Handler())
	t.Cleanup(srv.Close)
	s.url = srv.URL
	return s
}

// said writes what another zone's room would have, for tests of pages alone.
type said struct{ bodies []any }

func (x said) Decide(struct{}, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(x.bodies...), nil
}

// comes lets events of another zone reach this one.
func (s *station) comes(from *journal.Journal, kind, id string, bodies ...any) {
	s.t.Helper()
	ctx := context.Background()
	sub := journal.Subject[struct{}]{Kind: kind, Evolve: func(x struct{}, _ journal.Event) (struct{}, error) { return x, nil }}
	after, _ := from.Head()
	if _, err := journal.Do(journal.WithActor(ctx, journal.Actor{Role: "director", Account: "d"}), from, sub, journal.Order{Subject: id}, said{bodies}); err != nil {
		s.t.Fatal(err)
	}
	events, err := from.Events(ctx, after, 1000)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range events {
		b, ok, err := from.Registry().EncodeFor(e, zone.Passport)
		if err != nil || !ok {
			s.t.Fatalf("%s doesn't reach the passport zone: %v", e.Kind, err)
		}
		if err := s.passport.Journal.Apply(ctx, func(a *journal.Applying) error { _, _, err := a.Take(ctx, b); return err }); err != nil {
			s.t.Fatal(err)
		}
	}
}

func asked(person, family, given, latin string, depart calendar.Date) approval.BookletAsked {
	return approval.BookletAsked{Person: person, Type: "publicAffairs", Why: "new", Approval: "云外出〔2026〕121号", Depart: depart,
		Identity: journal.Of(approval.Identity{FamilyName: family, GivenName: given, LatinSurname: "LUO", LatinGivenNames: latin, Sex: "M",
			DateOfBirth: calendar.On(1990, 1, 1), IDNumber: "509901199001010011", Unit: "市科技交流中心（虚构）", Department: "国际处", Post: "处长", Rank: "division", BirthPlace: "重庆市渝中区"}),
		Known: journal.Of(approval.Known{Entitled: "publicAffairs", Return: depart.AddDays(5)})}
}

func booked(id, filing, person string, slot hall.Clock, also ...string) hall.Booked {
	return hall.Booked{Booking: id, Hall: "main", Day: today, Slot: slot, Until: slot + 20, Window: "A", Counter: "capture", Number: "20260310-A-001", Code: "c" + id, Filing: filing, Unit: "u1",
		People: append([]string{person}, also...), Acts: []hall.Act{{ID: "a1", Kind: visit.Capture, Person: person, Minutes: 10}}}
}

// until waits for a fact, woken by each commit.
func (s *station) until(what string, fact func() bool) {
	s.t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		news := s.passport.Journal.News()
		if fact() {
			return
		}
		select {
		case <-news:
		case <-deadline:
			s.t.Fatalf("waited in vain: %s", what)
		}
	}
}

func (s *station) order(id string) passport.Order {
	o, _, err := journal.Load(context.Background(), s.passport.Journal, passport.Room, id)
	if err != nil {
		s.t.Fatal(err)
	}
	return o
}

func (s *station) stage(id string, is passport.Stage) func() bool {
	return func() bool { return s.order(id).Stage == is }
}

// anOrder is one person's order, as the office's decision makes it.
func (s *station) anOrder(filing string) string {
	s.t.Helper()
	s.comes(s.office.Journal, "approval", filing, asked("p1", "罗", "知行", "ZHIXING", calendar.On(2026, 4, 20)))
	id := passport.OrderID(filing, "p1")
	s.until("an order", s.stage(id, passport.IsOrdered))
	return id
}

func (s *station) as(login string) webtest.Visitor {
	s.t.Helper()
	return webtest.SignIn(s.t, s.url, login, password)
}

// sends posts a form with files, as the capture page's is.
func sends(v webtest.Visitor, path string, form url.Values, files map[string][]byte) (int, string) {
	v.T.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, values := range form {
		for _, x := range values {
			w.WriteField(name, x)
		}
	}
	for name, b := range files {
		f, err := w.CreateFormFile(name, name+".jpg")
		if err == nil {
			_, err = f.Write(b)
		}
		if err != nil {
			v.T.Fatal(err)
		}
	}
	w.Close()
	return v.Read(v.Client.Post(v.URL+path, w.FormDataContentType(), &body))
}

// makes brings an order to where it waits for its check.
func (s *station) makes(id string, by webtest.Visitor) {
	s.t.Helper()
	if status, page := sends(by, "/capture/"+id, url.Values{"cardSeen": {"yes"}, "do": {"record"}}, goodPictures()); status != http.StatusOK || s.order(id).Stage != passport.IsCaptured {
		s.t.Fatalf("capturing gives %d: %s", status, page)
	}
	if status, page := by.Post("/stock", url.Values{"type": {"publicAffairs"}, "first": {"pe0000001"}, "last": {"PE0000020"}}); status != http.StatusOK {
		s.t.Fatalf("receiving gives %d: %s", status, page)
	}
	page := by.Sees("/orders/"+id, "PE0000001")
	if status, page := by.Post("/orders/"+id+"/make", by.Hidden(page, "/orders/"+id+"/make")); status != http.StatusOK || s.order(id).Stage != passport.IsMade {
		s.t.Fatalf("making gives %d: %s", status, page)
	}
}

func (s *station) mrz(id string) [2]string {
	o := s.order(id)
	return o.Page(o.Number, o.Expires).MRZ()
}

func TestABookletIsCapturedMadeCheckedAndHandedOverWithoutScript(t *testing.T) {
	s := aStation(t)
	cai, xu, tan := s.as("cai"), s.as("xu"), s.as("tan")
	xu.Sees("/desk", "今天 0 人来采集", "没有逾期的", "公务普通护照、公务护照、因公往来港澳通行证没有了。", "请入库")
	s.comes(s.office.Journal, "hallplan", "main", hall.Planned{Name: "大厅", From: today})
	s.comes(s.internet.Journal, "hallday", "main."+today.String(), booked("k1", "f1", "p1", hall.At(9, 30), "p2"))
	xu.Sees("/desk", "9:30", "还不知道姓名") // the booking came before the order
	id := s.anOrder("f1")

	s.comes(s.office.Journal, "approval", "f1", asked("p2", "沈", "之恒", "ZHIHENG", calendar.On(2026, 4, 20)))
	s.until("a second order", s.stage(passport.OrderID("f1", "p2"), passport.IsOrdered))
	xu.Sees("/orders/"+id, "/orders/"+id+"/made?paper=M27", "/orders/"+id+"/made?paper=M18")
	if says := printed(xu, "/orders/"+id+"/made?paper=M27"); !strings.Contains(says, "因公护照申请表") || !strings.Contains(says, "509901199001010011") || !strings.Contains(says, "公务普通护照") || !strings.Contains(says, "按批件云外出〔2026〕121号") || strings.Contains(says, "沈之恒") {
		t.Errorf("the application form says %s", says)
	}
	if says := printed(xu, "/orders/"+id+"/made?paper=M18"); !strings.Contains(says, "罗知行") || !strings.Contains(says, "沈之恒") || strings.Contains(says, "509901199001010011") {
		t.Errorf("the team's sheet says %s", says)
	}
	if status, _ := xu.Get("/orders/" + id + "/made?paper=M38"); status != http.StatusNotFound {
		t.Errorf("what this zone doesn't hold is made: %d", status)
	}
	for i, number := range []string{"云外出〔2026〕130号", "云外出〔2026〕131号"} { // changed twice
		s.comes(s.office.Journal, "approval", "f1", approval.DocumentSuperseded{Number: number, Replaces: []string{"云外出〔2026〕121号", "云外出〔2026〕130号"}[i], On: calendar.On(2026, 3, 9)})
	}
	s.until("the change is heard", func() bool {
		o, _, err := passport.One(context.Background(), s.passport.Journal.Store, id)
		return err == nil && o.Approval == "云外出〔2026〕131号"
	})
	if page := xu.Sees("/orders/"+id, "509***********0011", "现行批件", "云外出〔2026〕131号，2026年3月9日起，代替下单时的云外出〔2026〕121号"); strings.Contains(page, "下单时批件") {
		t.Error("the approval of the order's day stands there as the one in force")
	}
	xu.Sees("/orders?q="+url.QueryEscape("云外出〔2026〕121号"), "罗知行")
	if says := printed(xu, "/orders/"+id+"/made?paper=M27"); !strings.Contains(says, "按批件云外出〔2026〕131号") {
		t.Errorf("the application form says %s", says)
	}
	page := cai.Sees("/desk", "今天 1 人来采集", "罗知行", "LUO ZHIXING，市科技交流中心（虚构）", "未到", "/capture/"+id)
	if strings.Contains(page, "/stock") {
		t.Fatal("the capture station is led to the stock")
	}
	s.comes(s.office.Journal, "attendance", "k1", hall.CheckedIn{Booking: "k1", Number: "20260310-A-001", Filing: "f1", Unit: "u1", Day: today, People: []string{"p1"},
		Acts: []hall.Act{{ID: "a1", Kind: visit.Capture, Person: "p1", Minutes: 10}}})
	cai.Sees("/desk", "已到，在等", "在等 1")
	cai.Sees("/capture/"+passport.OrderID("f1", "p2"), "大厅还没有为这个人签到") // of the same booking, and not come
	if page := cai.Sees("/capture/" + id); strings.Contains(page, "还没有为这个人签到") {
		t.Error("who has come is said not to have")
	}
	cai.Sees("/orders/"+id, "到场采集", "20260310-A-001", "重庆市渝中区", "国际处，处长，处级")
	cai.Sees("/orders?q=luo+zhi", "罗知行")
	page = cai.Sees("/capture/"+id, "采集 罗知行", "509901199001010011", "LUO ZHIXING", "重庆市渝中区")
	form := cai.Hidden(page, "/capture/"+id, "cardSeen", "yes", "do", "record")
	if status, page := sends(cai, "/capture/"+id, form, goodPictures()); status != http.StatusOK {
		t.Fatalf("capturing gives %d: %s", status, page)
	}
	sends(cai, "/capture/"+id, form, goodPictures()) // a double click
	events, err := s.passport.Journal.History(context.Background(), journal.Ref{Kind: passport.Room.Kind, ID: id})
	if err != nil || len(events) != 2 {
		t.Fatalf("%d events, %v", len(events), err)
	}
	if c := events[1].Body.(passport.Captured); c.Booking != "k1" || !c.CardSeen || c.Quality != passport.Good {
		t.Fatalf("captured as %+v", c)
	}
	if page := cai.Sees("/orders/"+id, "待制证", "护照专网的同事", "现行批件", "承诺做好"); strings.Contains(page, "到场采集") { // the maker's turn, not the station's
		t.Error("when somebody comes stands there after they came")
	}
	if status, _ := cai.Post("/orders/"+id+"/make", nil); status != http.StatusForbidden {
		t.Fatalf("the capture station makes booklets: %d", status)
	}

	xu.Sees("/orders/"+id, "库里没有空白公务普通护照了", "/stock")
	if status, page := xu.Post("/stock", url.Values{"type": {"publicAffairs"}, "first": {"PE12"}, "last": {""}}); status != http.StatusUnprocessableEntity || !strings.Contains(page, `value="PE12"`) {
		t.Fatalf("a number that is none gives %d: %s", status, page)
	}
	if status, page := xu.Post("/stock", url.Values{"type": {"publicAffairs"}, "first": {"PE0000001"}, "last": {"PE0000020"}}); status != http.StatusOK || !strings.Contains(page, "空白证照剩 20 本") {
		t.Fatalf("receiving gives %d: %s", status, page)
	}
	xu.Sees("/desk", "公务护照、因公往来港澳通行证没有了。别的还剩 20 本。", "请入库") // which are gone, apart from how many others there are
	page = xu.Sees("/orders/"+id, "PE0000001 的空白证照")
	form = xu.Hidden(page, "/orders/"+id+"/make")
	form.Set("number", "PE0000009")
	if status, page := xu.Post("/orders/"+id+"/make", form); status != http.StatusUnprocessableEntity || !strings.Contains(page, "现在该取 PE0000001") {
		t.Fatalf("another number than the next gives %d: %s", status, page)
	}
	form.Set("number", "PE0000001")
	for range 2 {
		if status, page := xu.Post("/orders/"+id+"/make", form); status != http.StatusOK {
			t.Fatalf("making gives %d: %s", status, page)
		}
	}
	lines := s.mrz(id)
	page = xu.Sees("/orders/"+id, "待质检", "另一位同事", lines[0], lines[1])
	if status, page := xu.Post("/orders/"+id+"/check", url.Values{"line1": {lines[0]}, "line2": {lines[1]}}); status != http.StatusConflict || !strings.Contains(page, "制作人不能质检自己做的这一本") {
		t.Fatalf("the maker checks: %d %s", status, page)
	}

	page = tan.Sees("/orders/"+id+"/check", "PE0000001", "LUO ZHIXING", "1990年1月1日")
	if strings.Contains(page, lines[1]) || strings.Contains(tan.Sees("/orders/"+id), lines[1]) {
		t.Fatal("whoever checks is shown what they should read from the booklet")
	}
	form = tan.Hidden(page, "/orders/"+id+"/check", "line1", lines[0], "line2", strings.Replace(lines[1], "900101", "900102", 1))
	tan.Holds(page, "机读区逐项核对", "待读")
	if strings.Contains(page, "不一致</") {
		t.Error("what wasn't read differs")
	}
	status, page := tan.Post("/orders/"+id+"/check", form)
	if status != http.StatusUnprocessableEntity || !strings.Contains(page, "出生日期读作“900102”，紧跟的一位核对数读作“1”，照“900102”应是“2”") || !strings.Contains(page, lines[0]) {
		t.Fatalf("a misread line gives %d: %s", status, page)
	}
	// What differs is named, and what it should be isn't given away.
	tan.Holds(page, "900102", "不一致", "PE0000001", ">一致")
	if strings.Contains(page, "900101") {
		t.Error("whoever checks is told what to read")
	}
	form.Set("line2", strings.ToLower(lines[1]))
	if status, page := tan.Post("/orders/"+id+"/check", form); status != http.StatusOK || !strings.Contains(page, "待移交") {
		t.Fatalf("checking gives %d: %s", status, page)
	}

	// Those that wait are handed over together from their list; each that can't go is told.
	page = tan.Sees("/orders?show=checked", "移交勾选的", "罗知行", `value="`+id+`"`)
	if status, page := tan.Post("/orders/handover", tan.Hidden(page, "/orders/handover")); status != http.StatusUnprocessableEntity || !strings.Contains(page, "没有选证照") {
		t.Errorf("handing over nothing gives %d", status)
	}
	alone := tan.Hidden(tan.Sees("/orders/"+id, "移交办公网保管"), "/orders/"+id+"/handover")
	form = tan.Hidden(page, "/orders/handover", "choose", id)
	for range 2 {
		if status, page := tan.Post("/orders/handover", form); status != http.StatusOK || !strings.Contains(page, "罗知行的证照（尾号 001）已移交办公网") {
			t.Fatalf("handing over what is ticked gives %d", status)
		}
	}
	if status, _ := tan.Post("/orders/"+id+"/handover", alone); status != http.StatusConflict {
		t.Errorf("the page of the order from before gives %d", status)
	}
	tan.Sees("/orders?show=handed_over", "罗知行", "已移交 1 本")
	tan.Sees("/stock", "空白证照剩 19 本")
	tan.Sees("/stock/taken", "PE0000001", "罗知行")
}

func TestBadPicturesAreNamedAndGoodOnesNeednotBeTakenAgain(t *testing.T) {
	s := aStation(t)
	id := s.anOrder("f1")
	cai := s.as("cai")
	form := cai.Hidden(cai.Sees("/capture/"+id, "今天的预约里没有这个人"), "/capture/"+id, "do", "record", "exemption", "")

	bad := goodPictures()
	bad["photo"], bad["signature"] = []byte("这不是照片"), nil
	status, page := sends(cai, "/capture/"+id, form, bad)
	if status != http.StatusUnprocessableEntity {
		t.Fatalf("bad pictures give %d: %s", status, page)
	}
	cai.Holds(page, "图片打不开", "这个文件是空的", "没有核对身份证原件", "/capture/"+id+"/taken/fingerRight", "/capture/"+id+"/taken/fingerLeft")
	if strings.Contains(page, "/taken/photo") || s.order(id).Stage != passport.IsOrdered {
		t.Fatal("a bad picture was kept")
	}
	dark := map[string][]byte{"photo": photo(354, 472, 120)}
	if status, page = sends(cai, "/capture/"+id, form, dark); status != http.StatusUnprocessableEntity || !strings.Contains(page, "照片背景太暗") {
		t.Fatalf("a dark ground gives %d: %s", status, page)
	}
	if status, page = sends(cai, "/capture/"+id, form, map[string][]byte{"photo": photo(200, 260, 250)}); status != http.StatusUnprocessableEntity || !strings.Contains(page, "200×260") {
		t.Fatalf("a small photo gives %d: %s", status, page)
	}

	// Look first, without recording: what is missing comes later.
	form.Set("do", "look")
	if status, page = sends(cai, "/capture/"+id, form, map[string][]byte{"photo": photo(354, 472, 250)}); status != http.StatusOK || !strings.Contains(page, "/taken/photo") {
		t.Fatalf("looking gives %d: %s", status, page)
	}
	if status, b := cai.Get("/capture/" + id + "/taken/photo"); status != http.StatusOK || len(b) == 0 {
		t.Fatalf("the picture on the tray gives %d", status)
	}
	if status, _ := s.as("xu").Get("/capture/" + id + "/taken/photo"); status != http.StatusNotFound {
		t.Fatalf("a colleague sees what lies on the operator's tray: %d", status)
	}
	form.Set("do", "record")
	form.Set("cardSeen", "yes")
	if status, page = sends(cai, "/capture/"+id, form, map[string][]byte{"signature": goodPictures()["signature"]}); status != http.StatusOK || !strings.Contains(page, "待制证") {
		t.Fatalf("the missing signature alone gives %d: %s", status, page)
	}
	if status, _ := cai.Get("/capture/" + id + "/taken/photo"); status != http.StatusNotFound {
		t.Fatalf("a recorded picture still lies on the tray: %d", status)
	}
	if o := s.order(id); len(o.Fingerprints) != 2 || o.Photo == "" || o.Signature == "" {
		t.Fatalf("captured %+v", o)
	}
}

func TestForgottenPicturesLeaveTheTray(t *testing.T) {
	s := aStation(t)
	id := s.anOrder("f1")
	cai := s.as("cai")
	sends(cai, "/capture/"+id, url.Values{"do": {"look"}}, goodPictures())
	if status, _ := cai.Get("/capture/" + id + "/taken/photo"); status != http.StatusOK {
		t.Fatalf("on the tray: %d", status)
	}
	s.later.Add(int64(16 * time.Minute))
	if status, _ := cai.Get("/capture/" + id + "/taken/photo"); status != http.StatusNotFound {
		t.Fatalf("a quarter of an hour later: %d", status)
	}
}

func TestPicturesOfAPersonAreShownToThoseWhoNeedThemAndEachLookIsOnRecord(t *testing.T) {
	s := aStation(t)
	id := s.anOrder("f1")
	xu := s.as("xu")
	s.makes(id, xu)
	paths := []string{"/orders/" + id + "/picture/photo", "/orders/" + id + "/picture/signature", "/capture/" + id + "/taken/photo", "/orders/" + id, "/capture/" + id}
	for _, login := range []string{"shen", "guan"} {
		v := s.as(login)
		for _, path := range paths {
			if status, page := v.Get(path); status != http.StatusForbidden || strings.Contains(page, "JFIF") || strings.Contains(page, "罗知行") {
				t.Errorf("%s gets %s: %d", login, path, status)
			}
		}
	}
	stranger := webtest.Visitor{T: t, Client: &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}, URL: s.url}
	for _, path := range paths {
		if status, _ := stranger.Get(path); status != http.StatusSeeOther {
			t.Errorf("a stranger gets %s: %d", path, status)
		}
	}
	for _, what := range []string{"fingerRight", "fingerLeft", "fingerprints"} {
		if status, _ := xu.Get("/orders/" + id + "/picture/" + what); status != http.StatusNotFound {
			t.Errorf("a fingerprint is shown: %s %d", what, status)
		}
	}
	looks := func() int {
		n, _, err := journal.Load(context.Background(), s.passport.Journal, passport.Looks, id)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if strings.Contains(xu.Sees("/orders/"+id, "看人像和签名"), "/picture/photo") || looks() != 0 {
		t.Fatal("the pictures are shown before anybody asks for them")
	}
	xu.Sees("/orders/"+id+"?show=pictures", "/orders/"+id+"/picture/photo", "/orders/"+id+"/picture/signature")
	res, err := xu.Client.Get(s.url + "/orders/" + id + "/picture/photo")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "image/jpeg" || res.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("the photo comes as %d %v", res.StatusCode, res.Header)
	}
	if n := looks(); n != 1 {
		t.Fatalf("%d looks on record", n)
	}
}

func TestTwoPeopleStandByWhenABookletIsSpoiled(t *testing.T) {
	s := aStation(t)
	id := s.anOrder("f1")
	xu := s.as("xu")
	s.makes(id, xu)
	page := xu.Sees("/orders/"+id+"/spoil", "作废 PE0000001")
	spoil := func(witness, secret, reason string) (int, string) {
		return xu.Post("/orders/"+id+"/spoil", xu.Hidden(page, "/orders/"+id+"/spoil", "reason", reason, "witness", witness, "witness_password", secret))
	}
	for _, c := range []struct{ witness, secret, reason, says string }{
		{"", "", "", "没有写作废的原因"},
		{"", "", "印刷偏移", "销毁要两个人在场"},
		{"xu", password, "印刷偏移", "销毁要两个人在场"},
		{"tan", "never-echo-me-77", "印刷偏移", "账号或密码不对"},
		{"cai", password, "印刷偏移", "没有制证的权限"},
	} {
		status, back := spoil(c.witness, c.secret, c.reason)
		if status != http.StatusUnprocessableEntity || !strings.Contains(back, c.says) || strings.Contains(back, "never-echo-me-77") || c.reason != "" && !strings.Contains(back, c.reason) {
			t.Errorf("%q: %d %s", c.says, status, back)
		}
	}
	if !s.stage(id, passport.IsMade)() {
		t.Fatal("it was spoiled without a second person")
	}
	if status, back := spoil("tan", password, "印刷偏移"); status != http.StatusOK || !strings.Contains(back, "本人不用再来") {
		t.Fatalf("with a colleague: %d %s", status, back)
	}
	s.until("the number is out of use", func() bool {
		b, err := passport.Balances(context.Background(), s.passport.Journal.Store)
		return err == nil && b["publicAffairs"].Spoiled == 1
	})
	xu.Sees("/stock/spoiled", "PE0000001", "印刷偏移", "许可", "谈笑")
	page = xu.Sees("/orders/"+id, "PE0000002 的空白证照")
	if status, page := xu.Post("/orders/"+id+"/make", xu.Hidden(page, "/orders/"+id+"/make")); status != http.StatusOK || s.order(id).Number != "PE0000002" {
		t.Fatalf("made anew: %d %s", status, page)
	}

	// A blank that nobody's data is in is destroyed at the stock; a booklet isn't.
	page = xu.Sees("/stock/spoiled")
	discard := func(number string) (int, string) {
		return xu.Post("/stock/spoiled", xu.Hidden(page, "/stock/spoiled", "number", number, "reason", "受潮", "witness", "tan", "witness_password", password))
	}
	if status, back := discard("PE0000002"); status != http.StatusUnprocessableEntity || !strings.Contains(back, "罗知行的证照") {
		t.Fatalf("somebody's booklet: %d %s", status, back)
	}
	if status, back := discard("XX1"); status != http.StatusUnprocessableEntity || !strings.Contains(back, "库里没有这个号码") {
		t.Fatalf("an unknown number: %d %s", status, back)
	}
	if status, back := discard("pe0000010"); status != http.StatusOK || !strings.Contains(back, "PE0000010") {
		t.Fatalf("a blank: %d %s", status, back)
	}
}

// Whoever has a booklet in hand whose data were corrected since is told so, and
// that it is spoiled; neither its check nor its hand-over is offered.
func TestABookletWithDataThatWereCorrectedIsSpoiledAndMadeAgain(t *testing.T) {
	s := aStation(t)
	id := s.anOrder("f1")
	xu, tan := s.as("xu"), s.as("tan")
	s.makes(id, xu)
	is := s.order(id).Identity
	is.LatinGivenNames = "ZHIHANG"
	s.comes(s.office.Journal, "approval", "f1", approval.BookletsChanged{Depart: calendar.On(2026, 4, 13), Return: calendar.On(2026, 4, 18), Identities: journal.Of(map[string]approval.Identity{"p1": is})})
	s.until("the order to follow", func() bool { return s.order(id).Misprinted() })
	page := tan.Sees("/orders/"+id, "作废后重新制证", "ZHIHANG", "出发 2026年4月13日")
	if strings.Contains(page, "/check\"") || strings.Contains(page, "/handover") {
		t.Error("its check or hand-over is offered")
	}
	page = tan.Sees("/orders/"+id+"/spoil", "制证后资料更正")
	if status, back := tan.Post("/orders/"+id+"/spoil", tan.Hidden(page, "/orders/"+id+"/spoil", "reason", "制证后资料更正", "witness", "xu", "witness_password", password)); status != http.StatusOK {
		t.Fatalf("spoiled: %d %s", status, back)
	}
	page = xu.Sees("/orders/"+id, "PE0000002 的空白证照")
	if status, page := xu.Post("/orders/"+id+"/make", xu.Hidden(page, "/orders/"+id+"/make")); status != http.StatusOK || s.order(id).Number != "PE0000002" || !strings.Contains(s.mrz(id)[0], "ZHIHANG") {
		t.Fatalf("made anew: %d %s", status, page)
	}
}

func TestOrdersAreFoundSortedAndPagedAndLateOnesAreRed(t *testing.T) {
	s := aStation(t)
	xu := s.as("xu")
	xu.Sees("/orders", "在办 0 本", "批件发出后，办公网会把制证任务送来")
	const n = passport.PageSize + 7
	for i := range n {
		s.comes(s.office.Journal, "approval", fmt.Sprintf("f%03d", i), asked("p", "罗", fmt.Sprintf("第%03d", i), fmt.Sprintf("DI%03d", i), calendar.On(2026, 5, 1).AddDays((i*17)%60)))
	}
	s.until("all orders", func() bool {
		c, err := passport.Counts(context.Background(), s.passport.Journal.Store)
		return err == nil && c[passport.IsOrdered] == n
	})
	for _, by := range []string{"due", "depart", "since"} {
		seen := map[string]int{}
		path := "/orders?by=" + by
		last := ""
		for pages := 0; path != ""; pages++ {
			if pages > 3 {
				t.Fatal("the pages never end")
			}
			page := xu.Sees(path, fmt.Sprintf("在办 %d 本", n))
			for _, m := range regexp.MustCompile(`罗第(\d\d\d)</a>.*?nb">(\d{4}-\d\d-\d\d)`).FindAllStringSubmatch(strings.ReplaceAll(page, "\n", ""), -1) {
				seen[m[1]]++
				if by == "depart" && m[2] < last {
					t.Fatalf("%s after %s", m[2], last)
				}
				last = m[2]
			}
			path = ""
			if m := regexp.MustCompile(`href="(/orders\?[^"]*)">往后的`).FindStringSubmatch(page); m != nil {
				path = m[1]
			}
		}
		if len(seen) != n {
			t.Fatalf("by %s: %d of %d orders", by, len(seen), n)
		}
		for id, times := range seen {
			if times != 1 {
				t.Errorf("by %s: %s is shown %d times", by, id, times)
			}
		}
	}
	if page := xu.Sees("/orders?q="+url.QueryEscape("第031"), "罗第031"); strings.Contains(page, "罗第032") {
		t.Fatal("the search finds others")
	}
	xu.Sees("/orders?q=luo+di04", "罗第041", "罗第049")
	xu.Sees("/orders?q="+url.QueryEscape("第031"), "查“第031”：1 本")
	xu.Sees("/orders?q="+url.QueryEscape("没有这个人"), "没有找到“没有这个人”", "不用条件，看全部")
	xu.Sees("/orders?show=made", "没有等质检的")
	xu.Sees("/orders?show=late", "没有逾期的")
	xu.Sees("/orders?by=since&from=nonsense&after=x&show=nothing", "在办") // an address that was tampered with

	const came = 10 // of the others nobody is late: their holders must come first
	xu.Sees("/orders", "从采集当天起算")
	for i := range came {
		id := passport.OrderID(fmt.Sprintf("f%03d", i), "p")
		if _, err := journal.Do(context.Background(), s.passport.Journal, passport.Room, journal.Order{Subject: id},
			journal.Command[passport.Order](passport.Capture{Photo: "d", Fingers: []string{"d", "d"}, Signature: "d", CardSeen: true, Within: 5})); err != nil {
			t.Fatal(err)
		}
	}
	s.later.Add(int64(20 * 24 * time.Hour))
	xu = s.as("xu")
	xu.Sees("/orders?show=late", fmt.Sprintf("逾期未交 %d 本", came), `data-state="stop"`, "逾期 13 天")
	day := xu.Sees("/desk", fmt.Sprintf("逾期共 %d 本", came))
	before, _, late := strings.Cut(day, "逾期 13 天")
	if tag := before[strings.LastIndex(before, "<span"):]; !late || !strings.Contains(tag, `data-state="stop"`) {
		t.Errorf("what is overdue isn't red, but words alone: %s", tag)
	}
}

// printed is what a paper that was made says, without what depends on lines.
func printed(v webtest.Visitor, path string) string {
	v.T.Helper()
	status, pdf := v.File(path)
	pages, err := document.PageText([]byte(pdf))
	if status != http.StatusOK || err != nil {
		v.T.Fatalf("GET %s: %d %v", path, status, err)
	}
	return strings.Join(strings.Fields(strings.Join(pages, "")), "")
}

// The desk that made a booklet is told that it is said to be lost, that it is, and
// that it was found, on its page, on the order's and in the list.
func TestThePassportDeskIsToldOfALossAndThatTheBookletWasFound(t *testing.T) {
	s := aStation(t)
	id := s.anOrder("f1")
	xu := s.as("xu")
	if page := xu.Sees("/desk"); strings.Contains(page, "证照遗失和找到") {
		t.Error("nothing is lost, and the desk says so")
	}
	shows := func(words ...string) {
		t.Helper()
		for _, at := range []string{"/desk", "/orders", "/orders/" + id} {
			xu.Sees(at, words...)
		}
	}
	s.comes(s.internet.Journal, "trip", "f1", trip.LossTold{Booklet: id, Person: "p1", On: today, Where: "柏林地铁", Words: journal.Of("被盗"), Paper: journal.Of("")})
	shows("报告遗失", "柏林地铁", "等外办核实挂失")
	if page := xu.Sees("/orders/" + id); strings.Contains(page, "被盗") {
		t.Error("the desk reads how it happened, which isn't for it")
	}
	s.comes(s.office.Journal, "holder", "p1", custody.ReportedLost{Booklet: id, Person: "p1", Filing: "f1", Reason: "在线报告"})
	shows("已挂失")
	s.comes(s.office.Journal, "holder", "p1", custody.TurnedUp{Booklet: id, Person: "p1", Reason: "在行李里"})
	shows("已找到", "在行李里")
	s.later.Store(int64(15 * 24 * time.Hour))
	if page := s.as("xu").Sees("/desk"); strings.Contains(page, "证照遗失和找到") {
		t.Error("after two weeks it is news still")
	}
}
