package filing_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"log/slog"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/html"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/node"
	"yitang/internal/person"
	"yitang/internal/quota"
	"yitang/internal/unit"
	applying "yitang/internal/web/filing"
	"yitang/internal/web/sites"
	"yitang/internal/web/webtest"
	"yitang/internal/zone"
)

const password = "一趟 correct horse 9"

// town is the internet site with one unit, its liaison officer and signatory,
// and a second unit that has no business here.
type town struct {
	t      *testing.T
	n      *node.Internet
	office *node.Office
	url    string
	days   *atomic.Int64 // since the morning
	log    *bytes.Buffer // all that the internet node says
	dir    string        // where it keeps everything
}

func morning() time.Time { return time.Date(2026, 3, 10, 1, 0, 0, 0, time.UTC) }

func newTown(t *testing.T) *town {
	t.Helper()
	ctx := context.Background()
	days := new(atomic.Int64)
	options := func(z zone.Zone) node.Options {
		o := node.Options{Dir: filepath.Join(t.TempDir(), string(z)), Passwords: account.Slight, Clock: func() time.Time { return morning().AddDate(0, 0, int(days.Load())) }}
		if err := node.Init(z, o); err != nil {
			t.Fatal(err)
		}
		return o
	}
	log, inet := new(bytes.Buffer), options(zone.Internet)
	inet.Log = slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	n, err := node.OpenInternet(ctx, inet)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	office, err := node.OpenOffice(ctx, options(zone.Office))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(office.Close)
	give(t, ctx, office.Journal, unit.Room, "u1", unit.Open{Name: "巴渝理工大学（虚构）", NameEn: "Bayu University of Technology", USCC: "12509901G76543219R", Type: dossier.Institution})
	give(t, ctx, office.Journal, unit.Room, "u1", unit.ConfirmOfficer{ValidUntil: calendar.MustParse("2027-12-31"), Signatory: "罗知行"})
	give(t, ctx, office.Journal, quota.Room, "u1.2026", quota.SetPlan{Unit: "u1", Year: 2026, Groups: 20, People: 80, AmountFen: 500000000})
	heard(t, office.Node, n.Node)
	admin := journal.WithActor(ctx, journal.Actor{Role: string(access.Administrator), Account: "console"})
	for _, a := range []account.Open{
		{Login: "he", Name: "何远舟", Roles: []access.Role{access.Liaison}, Unit: "u1"},
		{Login: "luo", Name: "罗知行", Roles: []access.Role{access.Signatory}, Unit: "u1"},
		{Login: "other", Name: "外单位", Roles: []access.Role{access.Liaison, access.Signatory}, Unit: "u2"},
	} {
		if _, err := n.Accounts.Open(admin, journal.Order{Subject: "acc-" + a.Login}, a, password); err != nil {
			t.Fatal(err)
		}
	}
	srv := httptest.NewServer(sites.Internet(n).Handler())
	t.Cleanup(srv.Close)
	return &town{t, n, office, srv.URL, days, log, inet.Dir}
}

func give[S any](t *testing.T, ctx context.Context, j *journal.Journal, sub journal.Subject[S], id string, cmd journal.Command[S]) {
	t.Helper()
	if _, err := journal.Do(ctx, j, sub, journal.Order{Subject: id}, cmd); err != nil {
		t.Fatalf("%T: %v", cmd, err)
	}
}

// heard carries over all that one zone may know of another.
func heard(t *testing.T, from, to *node.Node) {
	t.Helper()
	ctx := context.Background()
	err := from.Journal.Each(ctx, 0, func(e journal.Event) error {
		b, ok, err := from.Journal.Registry().EncodeFor(e, to.Zone)
		if err != nil || !ok || e.Origin != from.Zone {
			return err
		}
		return to.Journal.Apply(ctx, func(a *journal.Applying) error { _, _, err := a.Take(ctx, b); return err })
	})
	if err != nil {
		t.Fatal(err)
	}
}

// reader is somebody with a browser without script.
type reader struct {
	*town
	c *http.Client
}

func (w *town) as(login string) reader {
	w.t.Helper()
	jar, _ := cookiejar.New(nil)
	r := reader{w, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if p := r.post("/login", url.Values{"name": {login}, "password": {password}}); p.status != http.StatusSeeOther {
		w.t.Fatalf("%s could not sign in: %d", login, p.status)
	}
	return r
}

type page struct {
	status int
	body   string
	to     string // where it redirects
	head   http.Header
}

func (r reader) answer(res *http.Response, err error) page {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return page{res.StatusCode, webtest.Worded(r.t, res, b), res.Header.Get("Location"), res.Header}
}

func (r reader) get(path string) page { r.t.Helper(); return r.answer(r.c.Get(r.url + path)) }

func (r reader) ok(path string) page {
	r.t.Helper()
	p := r.get(path)
	if p.status != http.StatusOK {
		r.t.Fatalf("GET %s: %d\n%s", path, p.status, text(p.body))
	}
	if strings.Contains(p.body, "cases.") && regexp.MustCompile(`>(cases|field|word|people|hint)\.[a-z]`).MatchString(p.body) {
		r.t.Errorf("%s shows a message key: %s", path, regexp.MustCompile(`>(cases|field|word|people|hint)\.[a-zA-Z_.]*`).FindString(p.body))
	}
	return p
}

func (r reader) post(path string, form url.Values) page {
	r.t.Helper()
	return r.answer(r.c.PostForm(r.url+path, form))
}

// done posts and expects to be led on.
func (r reader) done(path string, form url.Values) string {
	r.t.Helper()
	p := r.post(path, form)
	if p.status != http.StatusSeeOther {
		r.t.Fatalf("POST %s: %d\n%s", path, p.status, text(p.body))
	}
	return p.to
}

var tags = regexp.MustCompile(`(?s)<script.*?</script>|<[^>]*>`)

func text(body string) string {
	if i := strings.Index(body, "<main"); i >= 0 {
		body = body[i:]
	}
	return strings.Join(strings.Fields(tags.ReplaceAllString(body, " ")), " ")
}

// form reads what a page's form to an address would send; with is what it sends,
// where several lead there.
func (r reader) form(p page, action string, with ...string) url.Values {
	r.t.Helper()
	doc, err := html.Parse(strings.NewReader(p.body))
	if err != nil {
		r.t.Fatal(err)
	}
	var out url.Values
	id := ""
	var walk func(*html.Node, bool)
	walk = func(n *html.Node, in bool) {
		if n.Type == html.ElementNode {
			if n.Data == "form" {
				in = out == nil && attr(n, "action") == action
				if in {
					out, id = url.Values{}, attr(n, "id")
				}
			}
			if in {
				read(n, out)
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, in)
		}
		if n.Type == html.ElementNode && n.Data == "form" && in && len(with) == 2 && out.Get(with[0]) != with[1] {
			out = nil
		}
	}
	walk(doc, false)
	if out == nil {
		r.t.Fatalf("there is no form to %s:\n%s", action, text(p.body))
	}
	for n := range doc.Descendants() { // fields that go with it from elsewhere
		if n.Type == html.ElementNode && id != "" && attr(n, "form") == id {
			read(n, out)
		}
	}
	return out
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func read(n *html.Node, out url.Values) {
	name := attr(n, "name")
	if name == "" {
		return
	}
	switch n.Data {
	case "input":
		switch attr(n, "type") {
		case "checkbox", "radio":
			if has(n, "checked") {
				out.Add(name, attr(n, "value"))
			}
		case "file", "submit":
		default:
			out.Add(name, attr(n, "value"))
		}
	case "textarea":
		if n.FirstChild != nil {
			out.Add(name, strings.TrimPrefix(n.FirstChild.Data, "\n"))
		} else {
			out.Add(name, "")
		}
	case "select":
		v := ""
		for c := range n.Descendants() { // options stand under groups, too
			if c.Type == html.ElementNode && c.Data == "option" && has(c, "selected") {
				v = attr(c, "value")
			}
		}
		out.Add(name, v)
	}
}

func with(form url.Values, pairs ...string) url.Values {
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

func caseText(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../../../testdata/cases", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// begin imports an example and gives its address.
func (r reader) begin(name string) string {
	r.t.Helper()
	p := r.ok("/cases/new")
	f := r.form(p, "/cases/new")
	f.Set("from", "file")
	f.Set("text", caseText(r.t, name))
	return r.done("/cases/new", f)
}

// presented imports an example, supplies what it lacks and presents it.
func (r reader) presented(name string) (at, id string) {
	r.t.Helper()
	at = r.begin(name)
	r.supply(at)
	r.presents(at)
	return at, strings.TrimPrefix(at, "/cases/")
}

// presents gives the case to the signatory, with a reason for each warning.
func (r reader) presents(at string) {
	r.t.Helper()
	r.done(at+"/present", reasoned(r.form(r.ok(at+"/check"), at+"/present")))
}

// reasoned is a form with a word in each box that wants a reason.
func reasoned(form url.Values) url.Values {
	for name := range form {
		if strings.HasPrefix(name, "answers.") && form.Get(name) == "" {
			form.Set(name, "已与对方核实，当日照常接待")
		}
	}
	return form
}

func (r reader) upload(at string, fields map[string]string, name string, content []byte) page {
	r.t.Helper()
	return r.uploads(at, fields, file{name, content})
}

type file struct {
	name    string
	content []byte
}

func (r reader) uploads(at string, fields map[string]string, files ...file) page {
	r.t.Helper()
	body, kind := written(r.t, fields, files...)
	return r.answer(r.c.Post(r.url+at+"/papers", kind, body))
}

// written is a form with files, and its type.
func written(t *testing.T, fields map[string]string, files ...file) (*bytes.Buffer, string) {
	t.Helper()
	b := new(bytes.Buffer)
	m := multipart.NewWriter(b)
	for k, v := range fields {
		_ = m.WriteField(k, v)
	}
	for _, f := range files {
		part, err := m.CreateFormFile("materials", f.name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = part.Write(f.content)
	}
	m.Close()
	return b, m.FormDataContentType()
}

func pdf(says string) []byte {
	return []byte("%PDF-1.4\n% " + says + "\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>endobj\n4 0 obj<</Length 14>>\nstream\n0 0 99 99 re f\nendstream endobj\nxref\n0 4\n0000000000 65535 f \ntrailer<</Size 4/Root 1 0 R>>\nstartxref\n9\n%%EOF\n")
}

func picture(t *testing.T, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	img := image.NewRGBA(image.Rect(0, 0, 390+n, 567)) // a face before a white ground
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(100, 150, 290, 567), image.NewUniform(color.RGBA{R: 170, G: 120, B: 90, A: 255}), image.Point{}, draw.Src)
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func (w *town) filing(id string) room.Filing {
	w.t.Helper()
	f, _, err := journal.Load(context.Background(), w.n.Journal, room.Room, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return f
}

// supply gives every paper that the page of documents still asks for.
func (r reader) supply(at string) {
	r.t.Helper()
	p := r.ok(at + "/documents")
	doc, err := html.Parse(strings.NewReader(p.body))
	if err != nil {
		r.t.Fatal(err)
	}
	n := 0
	var walk func(*html.Node)
	walk = func(x *html.Node) {
		if x.Type == html.ElementNode && x.Data == "form" && attr(x, "action") == at+"/papers" {
			fields := url.Values{}
			var inner func(*html.Node)
			inner = func(y *html.Node) {
				if y.Type == html.ElementNode {
					read(y, fields)
				}
				for c := y.FirstChild; c != nil; c = c.NextSibling {
					inner(c)
				}
			}
			inner(x)
			n++
			name, content := "纸.pdf", pdf(fmt.Sprint(n, fields))
			if material.IsPicture(dossier.MaterialKind(fields.Get("kind"))) {
				name, content = "照片.png", picture(r.t, n)
			}
			sent := map[string]string{}
			for k := range fields {
				if sent[k] = fields.Get(k); sent[k] == "" && strings.HasPrefix(k, "until.") {
					sent[k] = "2027-12-31"
				} else if sent[k] == "" && strings.HasPrefix(k, "from.") {
					sent[k] = "2026-05-10"
				}
			}
			got := r.upload(at, sent, name, content)
			if got.status != http.StatusSeeOther {
				r.t.Fatalf("uploading %v: %d %s", fields, got.status, text(got.body))
			}
		}
		for c := x.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(doc)
	if n < 5 {
		r.t.Fatalf("only %d papers are asked for:\n%s", n, text(p.body))
	}
}

func TestACaseIsImportedCompletedPresentedAndSigned(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	for _, step := range []string{"", "/mission", "/trip", "/members", "/invitations", "/budget", "/budget?lines=1", "/notice", "/documents", "/visit", "/check", "/withdraw", "/people?q=jmy", "/members/new"} {
		he.ok(at + step)
	}
	if p := he.ok("/cases"); !strings.Contains(p.body, at) {
		t.Error("the draft isn't on the home page")
	}
	// Sending each page back as it is changes nothing and loses nothing.
	before := w.draft(id)
	for _, step := range []string{"mission", "trip", "members", "invitations", "budget", "notice"} {
		he.done(at+"/"+step, he.form(he.ok(at+"/"+step), at+"/"+step))
	}
	after := w.draft(id)
	for _, d := range dossier.Difference(before.Paper.Case, after.Paper.Case) {
		// These follow from the legs, and what the notice says from its being put up.
		if g := dossier.Generic(d.Path); g != "itinerary.country" && g != "itinerary.city" && !strings.HasPrefix(g, "notice.published") {
			t.Errorf("pages sent back as they were changed the draft: %v", d)
		}
	}
	if !slices.Equal(before.Paper.People, after.Paper.People) {
		t.Error("the members changed")
	}
	he.supply(at)
	form := he.form(he.ok(at+"/check"), at+"/present")
	for name := range form {
		if strings.HasPrefix(name, "answers.") {
			form.Set(name, "说明 "+name)
		}
	}
	to := he.done(at+"/present", form)
	if !strings.HasPrefix(to, at) || w.filing(id).Stage != room.IsPresented {
		t.Fatal(to, w.filing(id).Stage)
	}
	he.ok(at)
	if home := text(he.ok("/cases").body); !strings.Contains(home, "2026年5月11日–15日") || !strings.Contains(home, "德国，4 人") {
		t.Errorf("the list of cases doesn't say when and where to the presented one goes: %s", home)
	}
	if p := he.post(at+"/mission", url.Values{"case.purpose": {"x"}}); p.status != http.StatusConflict {
		t.Errorf("a presented draft was written on: %d", p.status)
	}
	if p := he.get("/sign/" + id); p.status != http.StatusForbidden {
		t.Errorf("a liaison officer may sign: %d", p.status)
	}
	luo := w.as("luo")
	if p := luo.ok("/sign"); !strings.Contains(p.body, "/sign/"+id) {
		t.Error("it isn't on the signatory's list")
	}
	sign := luo.ok("/sign/" + id)
	// All that the office will read: each word beside the warning that it is on.
	for name := range form {
		if strings.HasPrefix(name, "answers.") && strings.Count(sign.body, "说明 "+name+"<") != 1 {
			t.Errorf("the signatory reads the word on %s %d times", name, strings.Count(sign.body, "说明 "+name+"<"))
		}
	}
	for _, term := range []string{"公示单位", "公示内容", "被邀请人", "邀请函语种", "翻译人"} {
		if !strings.Contains(sign.body, term) {
			t.Errorf("the signatory doesn't read %s", term)
		}
	}
	// On a phone long parts fold, each behind what is in it; before all of them stands
	// what is to be judged.
	folds := regexp.MustCompile(`(?s)<summary class="pad">([^<]*)</summary>`).FindAllStringSubmatch(sign.body, -1)
	said := ""
	for _, x := range folds {
		said += x[1] + "\n"
	}
	for _, part := range []string{"个半天的安排：德国", "签发，邀请 4 人", "没有异议", "件：请示、邀请函", "住宿费 ", "（团长，"} {
		if !strings.Contains(said, part) {
			t.Errorf("no part folds behind %s: %s", part, said)
		}
	}
	if strings.Index(sign.body, `id="precheck"`) > strings.Index(sign.body, `id="mission"`) {
		t.Error("what is to be judged comes after the whole case")
	}
	if p := luo.post("/sign/"+id+"/back", luo.form(sign, "/sign/"+id+"/back")); p.status != http.StatusUnprocessableEntity {
		t.Errorf("handed back without a word: %d", p.status)
	}
	f := luo.form(sign, "/sign/"+id+"/submit")
	luo.done("/sign/"+id+"/submit", f)
	luo.done("/sign/"+id+"/submit", f) // a double click
	history, err := w.n.Journal.History(context.Background(), journal.Ref{Kind: "filing", ID: id})
	if n := len(slices.DeleteFunc(history, func(e journal.Event) bool { return e.Kind != "filing.submitted" })); err != nil || n != 1 {
		t.Errorf("pressed twice, it was submitted %d times, %v", n, err)
	}
	got := w.filing(id)
	if got.Stage != room.IsSubmitted || got.Round != 1 || len(got.Dossier.Members) != 4 {
		t.Fatalf("%+v", got.Stage)
	}
	he.ok(at)
	if p := luo.ok(at + "/check"); !strings.Contains(p.body, at+"/made?paper=M02") {
		t.Error("the papers that the system makes can't be opened any more")
	}
	if form := luo.printed(at + "/made?paper=M02"); !strings.Contains(form, "2026年3月10日第1次提交的内容") {
		t.Errorf("the application form doesn't say from which state it was made: %s", form)
	}
	account := text(he.ok(at + "/progress").body)
	for _, datum := range []string{"出访任务", "第 1 封邀请函的联系方式", got.Dossier.Members[1].Name() + "的身份证号", got.Dossier.Members[1].Name() + "的数码照片"} {
		if !strings.Contains(account, datum) {
			t.Errorf("the trip's account doesn't name %s: %s", datum, account)
		}
	}
	if path := regexp.MustCompile(`[a-z]+\[\d+\]|[a-z]+\.[a-z]+[A-Z]\w*`).FindString(account); path != "" {
		t.Errorf("the trip's account shows the path %s", path)
	}
	if o := w.as("other"); o.get(at).status != http.StatusNotFound || o.get("/sign/"+id).status != http.StatusNotFound {
		t.Error("another unit reads the case")
	}
	// Nor does it begin a draft in its place, or in that of an amendment of it.
	for _, forged := range []string{id, id + "~1", "x"} {
		o := w.as("other")
		if p := o.post("/cases/new", with(o.form(o.ok("/cases/new"), "/cases/new"), "from", "blank", "_id", forged)); p.status != http.StatusNotFound {
			t.Errorf("another unit begins a draft as %s: %d", forged, p.status)
		}
	}
}

// Who signs a page that was open while the case was taken back, changed and
// presented anew signs nothing unread: the case comes back with what changed.
func TestASignatorysOldPageTellsWhatChangedSince(t *testing.T) {
	w := newTown(t)
	he, luo := w.as("he"), w.as("luo")
	at, id := he.presented("valid-germany-5-days")
	old := luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit")
	he.done(at+"/takeback", url.Values{"_key": {"taken"}})
	he.done(at+"/mission", with(he.form(he.ok(at+"/mission"), at+"/mission"), "case.expectedResults", "签署备忘录一份，确定三个课题的负责人和经费分担，回国后十五个工作日内提交报告。"))
	he.presents(at)
	p := luo.post("/sign/"+id+"/submit", old)
	if says := text(p.body); p.status != http.StatusConflict || !strings.Contains(says, "您看的不是最新的") || !strings.Contains(says, "何远舟改过：预期成果，现在是“签署备忘录一份") {
		t.Fatalf("the old page is signed, or says nothing: %d %s", p.status, says)
	}
	luo.done("/sign/"+id+"/submit", luo.form(p, "/sign/"+id+"/submit"))
	if w.filing(id).Stage != room.IsSubmitted {
		t.Error("what was read again can't be signed")
	}
}

func TestPresentingIsRefusedWithTheWholeListAndEachLeadsToItsField(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.done("/cases/new", with(he.form(he.ok("/cases/new"), "/cases/new"), "from", "blank"))
	p := he.post(at+"/present", he.form(he.ok(at+"/check"), at+"/present"))
	if p.status != http.StatusUnprocessableEntity || w.filing(strings.TrimPrefix(at, "/cases/")).Stage != room.InDraft {
		t.Fatalf("an empty case was presented: %d", p.status)
	}
	for _, link := range []string{at + "/mission?back=precheck#f-case-purpose", at + "/members?back=precheck#"} {
		if !strings.Contains(p.body, `href="`+link) {
			t.Errorf("nothing leads to %s: %s", link, text(p.body))
		}
	}
}

var (
	title    = regexp.MustCompile(`(?s)<h1[^>]*>(.*?)</h1>`)
	toCome   = regexp.MustCompile(`(?s)<li[^>]*>(?:[^l]|l[^i])*?/visit".*?</li>`)
	whoComes = regexp.MustCompile(`(?s)<p class="b">(.*?)</p>`)
)

func TestADraftForeseesTheVisitsThatAreBookedLater(t *testing.T) {
	w := newTown(t)
	he, luo := w.as("he"), w.as("luo")
	blank := he.done("/cases/new", with(he.form(he.ok("/cases/new"), "/cases/new"), "from", "blank"))
	for _, path := range []string{"", "/visit"} {
		if p := he.ok(blank + path); !strings.Contains(p.body, "填好行程和团员") {
			t.Errorf("%s claims to know who must come: %s", path, text(p.body))
		}
	}
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	foreseen := he.ok(at + "/visit").body
	says, who := title.FindStringSubmatch(foreseen), whoComes.FindStringSubmatch(foreseen)
	if says == nil || who == nil || !strings.Contains(foreseen, "只能本人到场") {
		t.Fatalf("it doesn't say how often, who and why: %s", text(foreseen))
	}
	if !strings.Contains(foreseen, "须本人到德国使领馆") || regexp.MustCompile(`[A-Z]{3}使领馆`).MatchString(foreseen) {
		t.Errorf("the mission isn't named by its country: %s", text(foreseen))
	}
	if task := toCome.FindString(he.ok(at).body); !strings.Contains(task, says[1]) || !strings.Contains(task, strings.TrimSpace(who[1])) {
		t.Errorf("the case's list says %q, the plan %q for %q", text(task), says[1], who[1])
	}
	he.supply(at)
	he.presents(at)
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
	if p := he.get(at + "/visit"); p.to != "/visits/"+id {
		t.Error("a case that was handed in has two pages about its visits:", p.status, p.to)
	}
	later := he.ok("/visits/" + id).body
	if got := title.FindStringSubmatch(later); got == nil || got[1] != says[1] {
		t.Errorf("the draft foresaw %q, the case says %s", says[1], text(later))
	}
	if got := whoComes.FindStringSubmatch(later); got == nil || got[1] != who[1] {
		t.Errorf("the draft foresaw %q, the case says %v", who[1], got)
	}
}

func TestAMissingPaperLeadsToThePlaceWhereItIsGiven(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	member := w.draft(id).Paper.People[1]
	_, err := w.n.Drafts.Change(context.Background(), id, 0, func(p *room.Paper) error {
		for i := range p.Case.Members {
			p.Case.Members[i].Commitment = false
		}
		p.Case.Budget.FinanceReviewed = false
		p.Case.Invitations[0].Translation = false
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	papers := he.ok(at + "/documents").body
	check := he.ok(at + "/check")
	refused := he.post(at+"/present", reasoned(he.form(check, at+"/present")))
	for _, place := range []string{"paper-M13-" + member, "paper-M09-" + id, "paper-M05-" + id} {
		for _, p := range []page{check, refused} {
			if !strings.Contains(p.body, `href="`+at+"/documents?back=precheck#"+place+`"`) {
				t.Errorf("nothing leads to %s: %s", place, text(p.body))
			}
		}
		if !strings.Contains(papers, `id="`+place+`"`) {
			t.Errorf("the page of documents has no place %s", place)
		}
	}
	if strings.Contains(refused.body, `/members#f-members-1-commitment`) {
		t.Error("a missing pledge still leads to the members' page")
	}
	if p := he.ok(at + "/members"); !regexp.MustCompile(`项：</span>\s*<a class="lnk" href="` + at + `/documents#paper-M13-`).MatchString(p.body) {
		t.Error("what is missing of a member leads nowhere: ", text(p.body))
	}
	he.supply(at)
	if p := he.ok(at + "/check"); !strings.Contains(p.body, "可以交签批") {
		t.Error("with all papers given it isn't ready:", text(p.body))
	}
}

func (w *town) draft(id string) room.Draft {
	w.t.Helper()
	d, err := w.n.Drafts.Load(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

func TestExactlyWhatWasSentBackIsMended(t *testing.T) {
	w := newTown(t)
	he, luo := w.as("he"), w.as("luo")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	he.supply(at)
	check := he.ok(at + "/check")
	const holiday = "法定假日" // of a day that isn't sent back
	if !strings.Contains(check.body, holiday) {
		t.Fatal("the check doesn't tell of the holiday")
	}
	he.done(at+"/present", reasoned(he.form(check, at+"/present")))
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
	give(t, context.Background(), w.n.Journal, room.Room, id, room.Reopen{Defects: []room.Defect{{Field: "case.purpose", Words: "写清设备名称"}, {Field: "members[1].mobile", Words: "手机号打不通"}, {Field: "invitations[0]", Words: "起止日期看不清"}, {Field: "case.purpose", Words: "写清数量"}}})
	if p := he.ok("/cases"); !strings.Contains(p.body, at+"/notice") {
		t.Error("the home page doesn't say that something is owed")
	}
	if p := he.get(at + "/mission"); p.to != at+"/notice" {
		t.Error("another step is open:", p.status, p.to)
	}
	p := he.ok(at + "/notice")
	if live := he.ok(at + "/findings"); strings.Contains(p.body, holiday) || strings.Contains(live.body, holiday) {
		t.Error("a place that is closed is said to want mending")
	}
	if n := strings.Count(p.body, `name="replies.case.purpose"`); n != 1 || !strings.Contains(text(p.body), "和上面说的是同一处") {
		t.Errorf("one place that two points are about is answered %d times", n)
	}
	f := he.form(p, at+"/notice")
	for _, name := range []string{"case.purpose", "members[1].mobile", "invitations[0].to"} {
		if f.Get(name) == "" {
			t.Errorf("%s can't be mended: %v", name, f)
		}
	}
	for _, name := range []string{"case.necessity", "members[0].mobile", "case.depart"} {
		if _, open := f[name]; open {
			t.Errorf("%s is open though it wasn't sent back", name)
		}
	}
	purpose := f.Get("case.purpose") + "设备为高速相机两台。"
	with(f, "case.purpose", purpose, "members[1].mobile", "19900009999")
	bad := url.Values{}
	for k, v := range f {
		bad[k] = v
	}
	bad.Set("case.necessity", "偷偷改了")
	if p := he.post(at+"/correct", bad); p.status != http.StatusUnprocessableEntity || w.filing(id).Stage != room.IsSentBack {
		t.Fatalf("a field that wasn't sent back was taken: %d", p.status)
	}
	if p := he.post(at+"/correct", f); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "没有改，也没有说明") {
		t.Fatalf("a defect may be left as it is without a word: %d %s", p.status, text(p.body))
	}
	f = he.form(he.ok(at+"/notice"), at+"/notice")
	if f.Get("case.purpose") != purpose {
		t.Fatal("what was typed is lost:", f.Get("case.purpose"))
	}
	he.done(at+"/correct", with(f, "replies.invitations[0]", "原件清楚，已附扫描件"))
	got := w.filing(id)
	if got.Stage != room.IsSubmitted || got.Round != 2 || got.Dossier.Trip.Purpose != purpose || got.Dossier.Members[1].Mobile != "19900009999" {
		t.Fatalf("%s %d", got.Stage, got.Round)
	}
	if says := he.ok(at + "?said=corrected").body; !strings.Contains(says, "补正已交回外办：") || !strings.Contains(says, "接下来由提出告知的岗位核对") || !strings.Contains(says, "出访任务") {
		t.Errorf("the banner doesn't say what was mended and who looks next: %v", strings.Contains(says, "补正已交"))
	}
	// What was mended of somebody is their record's too, though the press that
	// did it ended with the command: it would be asked for again.
	c := got.Dossier.Clone()
	c.Members[1].Email = "mended@example.edu"
	give(t, context.Background(), w.n.Journal, room.Room, id, room.Reopen{Defects: []room.Defect{{Field: "members[1].email"}}})
	give(t, context.Background(), w.n.Journal, room.Room, id, room.Correct{Application: room.Application{Case: c, Persons: got.Persons(), RuleSet: got.RuleSet}})
	w.n.Start()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		rec, _, err := journal.Load(context.Background(), w.n.Journal, person.Room, got.Persons()[1])
		if err != nil || time.Now().After(end) {
			t.Fatal("the person's record kept the old number or address:", rec.Mobile, rec.Email, err)
		}
		if rec.Mobile == "19900009999" && rec.Email == "mended@example.edu" {
			break
		}
	}
}

// A paper is kept once, however often the button is pressed, and one that may
// not take another's place isn't kept at all.
func TestAPaperIsKeptOnceOrNotAtAll(t *testing.T) {
	w := newTown(t)
	ctx := journal.WithActor(context.Background(), journal.Actor{Role: string(access.Liaison), Account: "acc-he"})
	work := applying.NewWork(w.n)
	keep := func(unit, replaces, says string) (material.Material, error) {
		b := pdf(says)
		return work.Keep(ctx, material.Add{Kind: "M01", OwnerKind: material.OfUnit, Owner: unit, Unit: unit, Name: "纸.pdf"}, replaces, bytes.NewReader(b), int64(len(b)))
	}
	held := func(unit string, n int) {
		t.Helper()
		all, err := material.Of(ctx, w.n.Store, material.OfUnit, unit)
		if err != nil || len(all) != n {
			t.Errorf("%s holds %d papers, not %d: %v", unit, len(all), n, err)
		}
	}
	theirs, err := keep("u2", "", "theirs")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := keep("u1", theirs.ID, "ours"); !fault.IsNotFound(err) {
		t.Errorf("another unit's paper is replaced: %v", err)
	}
	held("u1", 0)
	var kept atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := keep("u1", "", "ours"); err == nil {
				kept.Add(1)
			} else if fault.Findings(err) == nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	held("u1", 1)
	if kept.Load() != 1 {
		t.Errorf("one paper was taken %d times", kept.Load())
	}
	newer, err := keep("u2", theirs.ID, "newer")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := keep("u2", theirs.ID, "newer"); err != nil || again.ID != newer.ID {
		t.Errorf("pressed twice: %s, %v", again.ID, err)
	}
	held("u2", 1)
	// It died between keeping the newer one and taking the old one's place.
	b := pdf("newest")
	ref, err := w.n.Blobs.Put(ctx, bytes.NewReader(b), blob.Limit)
	if err != nil {
		t.Fatal(err)
	}
	give(t, ctx, w.n.Journal, material.Room, "newest", material.Add{Kind: "M01", OwnerKind: material.OfUnit, Owner: "u2", Unit: "u2", Name: "纸.pdf", Size: ref.Size, Type: "application/pdf", Digest: ref.Digest.String()})
	held("u2", 2)
	if again, err := keep("u2", newer.ID, "newest"); err != nil || again.ID != "newest" {
		t.Errorf("the next try: %s, %v", again.ID, err)
	}
	held("u2", 1)
	if _, err := keep("u2", "newest", "newest"); fault.Findings(err) == nil {
		t.Errorf("a paper replaces itself: %v", err)
	}
}

func TestFindingsComeWhileTypingAndAreMendedWithOnePress(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	f := he.form(he.ok(at+"/trip"), at+"/trip")
	with(f, "case.return", "2026-05-16", "_autosave", "1")
	p := he.post(at+"/trip", f)
	if p.status != http.StatusOK || p.head.Get("Revision") == f.Get("revision") || p.head.Get("Revision") == "" {
		t.Fatalf("not saved: %d %s", p.status, text(p.body))
	}
	live := he.ok(at + "/findings")
	if !strings.Contains(live.body, "ITN-001") || !strings.Contains(live.body, `data-field="case.return"`) {
		t.Fatalf("six days in one country pass: %s", text(live.body))
	}
	// Another page, opened before, meets the change field by field.
	with(f, "case.return", "2026-05-14")
	stale := he.post(at+"/trip", f)
	if stale.status != http.StatusConflict || !strings.Contains(stale.body, `data-is="2026-05-16"`) || stale.head.Get("Revision") != p.head.Get("Revision") {
		t.Fatalf("%d %s", stale.status, stale.body)
	}
	// Beside the field it says what is wrong, how to mend it and on what basis, as
	// the page is read and as the words come while somebody types.
	trip := he.ok(at + "/trip")
	for where, says := range map[string]string{"the page": between(t, trip.body, `data-says="case.return"`, "</div>"), "the answer": between(t, live.body, `<template data-field="case.return"`, "</template>")} {
		if says = text(says); !strings.Contains(says, "依据：") || !strings.Contains(says, "必须改") {
			t.Errorf("%s says beside the field: %s", where, says)
		}
	}
	he.done(at+"/fix", he.form(trip, at+"/fix", "rule", "ITN-001"))
	if d := w.draft(strings.TrimPrefix(at, "/cases/")); d.Paper.Case.Trip.Return.String() != "2026-05-15" {
		t.Error("the cure wasn't taken:", d.Paper.Case.Trip.Return)
	}
}

// A pause in typing saves the new days while the page still shows the old ones;
// the button then moves what stands in the half-days, and says so.
func TestHalfDaysMoveWithTheTripAndNothingIsLost(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	f := he.form(he.ok(at+"/trip"), at+"/trip")
	was := f.Get("itinerary[2].activity")
	if f.Get("itinerary[2].date") != "2026-05-12" || was == "" {
		t.Fatalf("the third half-day is %q on %s", was, f.Get("itinerary[2].date"))
	}
	with(f, "case.depart", "2026-05-18", "case.return", "2026-05-22")
	pause := he.post(at+"/trip", with(maps.Clone(f), "_autosave", "1"))
	if pause.status != http.StatusOK {
		t.Fatal(pause.status, text(pause.body))
	}
	to := he.done(at+"/trip", with(f, "revision", pause.head.Get("Revision")))
	if !strings.HasPrefix(to, at+"/trip?said=redated") {
		t.Errorf("it leads on to %s", to)
	}
	p := he.form(he.ok(at+"/trip"), at+"/trip")
	if p.Get("itinerary[2].date") != "2026-05-19" || p.Get("itinerary[2].activity") != was {
		t.Errorf("%s has %q, want %q", p.Get("itinerary[2].date"), p.Get("itinerary[2].activity"), was)
	}
	// A shorter trip has no place for the last day: it is listed until it is dropped.
	to = he.done(at+"/trip", with(p, "case.return", "2026-05-20"))
	if !strings.HasSuffix(to, "#itinerary") {
		t.Errorf("a shorter trip leads on to %s", to)
	}
	left := len(w.draft(id).Paper.Strays(30))
	page := he.ok(at + "/trip")
	if left == 0 || !strings.Contains(page.body, `value="drop"`) {
		t.Fatalf("%d strays; the page says %s", left, text(page.body))
	}
	he.done(at+"/trip", with(he.form(page, at+"/trip"), "_lay", "drop"))
	if d := w.draft(id); len(d.Paper.Strays(30)) != 0 {
		t.Error("they are still there")
	}
}

// A half-day's city that nobody touched follows the legs, though the form still
// sends the city of before; one that was written stays.
func TestACityThatNobodyTouchedFollowsTheLegs(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-france-italy-8-days")
	w.rewrite(strings.TrimPrefix(at, "/cases/"), func(p *room.Paper) { p.Case.Itinerary = nil })
	f := he.form(he.ok(at+"/trip"), at+"/trip")
	city := func(f url.Values, day, half string) string {
		for i := 0; ; i++ {
			at := fmt.Sprintf("itinerary[%d].", i)
			if !f.Has(at + "date") {
				break
			}
			if f.Get(at+"date") == day && f.Get(at+"half") == half {
				return at + "city"
			}
		}
		t.Fatalf("no half-day on %s (%s)", day, half)
		return ""
	}
	moves, written := city(f, "2026-05-15", "pm"), city(f, "2026-05-13", "am")
	if f.Get(moves) != "罗马" || f.Get(written) != "巴黎" {
		t.Fatalf("they are in %q and %q", f.Get(moves), f.Get(written))
	}
	with(f, "legs[0].leave", "2026-05-16T08:00", "legs[1].arrive", "2026-05-16T11:00", written, "里昂")
	pause := he.post(at+"/trip", with(maps.Clone(f), "_autosave", "1")) // the legs are kept, and the page shows the city of before
	he.done(at+"/trip", with(f, "revision", pause.head.Get("Revision")))
	f = he.form(he.ok(at+"/trip"), at+"/trip")
	if f.Get(city(f, "2026-05-15", "pm")) != "巴黎" || f.Get(city(f, "2026-05-13", "am")) != "里昂" {
		t.Errorf("they are in %q and %q", f.Get(moves), f.Get(written))
	}
}

// Nobody is led past a trip that ends before it begins, and what was typed stays.
func TestAReturnBeforeTheDepartureKeepsTheStep(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	f := he.form(he.ok(at+"/trip"), at+"/trip")
	p := he.post(at+"/trip", with(f, "case.return", "2026-05-01"))
	if p.status != http.StatusUnprocessableEntity {
		t.Fatal(p.status, p.head.Get("Location"))
	}
	again := he.form(p, at+"/trip")
	if got := again.Get("case.return"); got != "2026-05-01" {
		t.Errorf("the form comes back with %q", got)
	}
	to := he.done(at+"/trip", with(again, "case.return", "2026-05-15"))
	if strings.HasPrefix(to, at+"/trip") {
		t.Errorf("mended, it leads to %s", to)
	}
}

func TestAFormThatCameBackKeepsWhatWasTyped(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	p := he.ok("/cases/new")
	at := he.done("/cases/new", with(he.form(p, "/cases/new"), "from", "blank"))
	f := he.form(he.ok(at+"/trip"), at+"/trip")
	with(f, "case.depart", "明年五月", "legs[0].country", "亚特兰蒂斯", "legs[0].city", "柏林")
	p = he.post(at+"/trip", f)
	for _, names := range []string{"出境日期：", "国家或地区："} {
		if !strings.Contains(text(p.body), names) {
			t.Errorf("the list on top doesn't name %s %s", names, text(p.body))
		}
	}
	if p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, `value="明年五月"`) || !strings.Contains(p.body, `value="亚特兰蒂斯"`) || !strings.Contains(p.body, `value="柏林"`) {
		t.Fatalf("%d %s", p.status, text(p.body))
	}
	if p := he.ok(at + "/trip"); !strings.Contains(p.body, `value="明年五月"`) {
		t.Error("what can't be read is gone when the page is opened again")
	}
	f = he.form(he.ok(at+"/trip"), at+"/trip")
	he.done(at+"/trip", with(f, "case.depart", "2026-05-11", "case.return", "2026-05-15", "legs[0].country", "德国"))
	d := w.draft(strings.TrimPrefix(at, "/cases/"))
	if d.Paper.Case.Legs[0].Country != "DEU" || len(d.Paper.Raw) != 0 {
		t.Fatal(d.Paper.Case.Legs, d.Paper.Raw)
	}
	if p := he.ok(at + "/trip"); strings.Count(p.body, `.activity"`) < 10 {
		t.Error("the itinerary has no ten halves")
	}
	// One more leg keeps what stands in the first.
	f = he.form(he.ok(at+"/trip"), at+"/trip")
	to := he.done(at+"/trip", with(f, "_add", "legs"))
	if d := w.draft(strings.TrimPrefix(at, "/cases/")); len(d.Paper.Case.Legs) != 2 || d.Paper.Case.Legs[0].City != "柏林" || !strings.HasPrefix(to, at+"/trip") {
		t.Error(d.Paper.Case.Legs, to)
	}
	// Who has just added a place for a trip of eight days isn't told that one country
	// may take five, until something is written in it.
	saved := func(fills ...string) string {
		he.done(at+"/trip", with(he.form(he.ok(at+"/trip"), at+"/trip"), append(fills, "_stay", "?said=saved")...))
		return text(he.ok(at + "/trip").body)
	}
	const scolds = "出访 1 国不超过"
	if page := saved("case.return", "2026-05-18"); strings.Contains(page, scolds) {
		t.Errorf("an empty place is scolded: %s", page)
	}
	if page := saved("legs[1].country", "德国"); !strings.Contains(page, scolds) {
		t.Errorf("a second place in the same country passes: %s", page)
	}
}

func TestMembersArePickedOrRecordedOnce(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.done("/cases/new", with(he.form(he.ok("/cases/new"), "/cases/new"), "from", "blank"))
	id := strings.TrimPrefix(at, "/cases/")
	f := he.form(he.ok(at+"/members/new"), at+"/members/new")
	with(f, "familyName", "江", "givenName", "明远", "idNumber", "509901197504121215")
	p := he.post(at+"/members/new", f)
	if p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "509901197504121215") || !strings.Contains(p.body, "校验码") {
		t.Fatalf("%d %s", p.status, text(p.body))
	}
	// Everything that must be mended is named at once, what is empty too.
	p = he.post(at+"/members/new", with(f, "mobile", "1380000", "idExpires", "2030-13-01"))
	for _, says := range []string{"校验码", "应为 11 位", "2030-13-01", "职务还没有填", "职级还没有填"} {
		if !strings.Contains(p.body, says) {
			t.Errorf("the form that came back doesn't say %q: %s", says, text(p.body))
		}
	}
	with(f, "idNumber", "５０９９０１１９７５０４１２１２１４", "mobile", "", "idExpires", "")
	he.done(at+"/members/new", f)
	he.done(at+"/members/new", f) // Back, and sent again
	d := w.draft(id)
	if len(d.Paper.People) != 1 {
		t.Fatal(d.Paper.People)
	}
	if p := he.ok(at + "/members"); strings.Contains(p.body, "19750412") && !strings.Contains(p.body, "509***") {
		t.Error("the number isn't masked")
	}
	second := he.done("/cases/new", with(he.form(he.ok("/cases/new"), "/cases/new"), "from", "blank"))
	for _, q := range []string{"明远", "jmy", "jiangming", "1214"} {
		if p := he.ok(second + "/people?fragment=1&q=" + url.QueryEscape(q)); !strings.Contains(p.body, d.Paper.People[0]) {
			t.Errorf("%s finds nobody: %s", q, p.body)
		}
	}
	he.done(second+"/members/add", url.Values{"person": {d.Paper.People[0]}})
	if got := w.draft(strings.TrimPrefix(second, "/cases/")); len(got.Paper.People) != 1 || got.Paper.Case.Members[0].Role != dossier.Head {
		t.Fatal(got.Paper.People)
	}
	he.done(second+"/members/drop", with(he.form(he.ok(second+"/members"), second+"/members"), "person", d.Paper.People[0]))
	if got := w.draft(strings.TrimPrefix(second, "/cases/")); len(got.Paper.People) != 0 {
		t.Fatal(got.Paper.People)
	}
}

// A draft goes on with somebody whose record was merged since: their data are
// those of the record that stands, are mended there, and count as typed here.
func TestARecordThatWasMergedIsMendedWhereItStands(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	who := w.draft(id).Paper.People[0]
	ctx := context.Background()
	was, _, err := journal.Load(ctx, w.n.Journal, person.Room, who)
	if err != nil {
		t.Fatal(err)
	}
	facts := was.Facts
	facts.IDNumber = ""
	give(t, ctx, w.n.Journal, person.Room, "double", person.Record{In: was.In, Facts: facts})
	double, _, err := journal.Load(ctx, w.n.Journal, person.Room, "double")
	if err != nil {
		t.Fatal(err)
	}
	all := person.Data{}
	for _, name := range person.Differing(double.Facts, was.Facts) {
		all[name] = was.Text(name)
	}
	if err := (person.Register{Journal: w.n.Journal, Index: w.n.Keys}).Merge(ctx, journal.Order{Subject: who}, person.Absorb{Into: "double", Choice: all, Other: double}); err != nil {
		t.Fatal(err)
	}
	page := at + "/members/" + who
	he.done(page, with(he.form(he.ok(page), page), "members[0].post", "首席科学家"))
	if rec, _, err := journal.Load(ctx, w.n.Journal, person.Room, "double"); err != nil || rec.Post != "首席科学家" {
		t.Errorf("the record says %q, %v", rec.Post, err)
	}
	if got := w.draft(id).Paper.Typed[who]; !slices.Equal(got, []string{"post"}) {
		t.Errorf("typed in this case: %v", got)
	}
}

// transferred is what another unit's taking somebody in leaves in the register.
type transferred struct{ to string }

func (c transferred) Decide(person.Person, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(person.Transferred{To: c.to}), nil
}

// Who moved to another unit since is said by name, with why and what to do, and
// nothing of theirs is asked for.
func TestAMemberWhoMovedToAnotherUnitStopsTheDraftByName(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	he.supply(at)
	who := w.draft(id).Paper.People[1]
	rec, _, err := journal.Load(context.Background(), w.n.Journal, person.Room, who)
	if err != nil {
		t.Fatal(err)
	}
	name := rec.Facts.Name()
	if p := he.ok(at + "/members"); strings.Contains(text(p.body), "移出团组；") {
		t.Fatal("somebody of the unit is said to be elsewhere")
	}
	give[person.Person](t, context.Background(), w.n.Journal, person.Room, who, transferred{"another"})
	for _, page := range []string{at + "/members", at + "/check"} {
		body := text(he.ok(page).body)
		for _, says := range []string{name, "选入以后已调往别的单位", "把此人移出团组"} {
			if !strings.Contains(body, says) {
				t.Errorf("%s doesn't say %q", page, says)
			}
		}
		if before, after, more := strings.Cut(body, "位置 "+name+"的"); more {
			t.Errorf("%s asks for more of %s: %s…%s", page, name, before[max(0, len(before)-90):], after[:90])
		}
	}
	if p := he.post(at+"/present", he.form(he.ok(at+"/check"), at+"/present")); p.status != http.StatusUnprocessableEntity || !strings.Contains(text(p.body), "调往别的单位") {
		t.Errorf("presenting with somebody of another unit gives %d", p.status)
	}
	he.done(at+"/members/drop", with(he.form(he.ok(at+"/members"), at+"/members"), "person", who))
	if body := text(he.ok(at + "/check").body); strings.Contains(body, "调往别的单位") {
		t.Error("it is said of who was taken out")
	}
}

// Who looks for somebody to take along sees that they travel on these days
// already, before they are in the group.
func TestWhoTravelsAlreadyIsSaidWhereTheyAreChosen(t *testing.T) {
	w := newTown(t)
	he, luo := w.as("he"), w.as("luo")
	_, id := he.presented("valid-germany-5-days")
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
	next := he.blank()
	look := func() string {
		t.Helper()
		whole, part := text(he.ok(next+"/people?q=jmy").body), text(he.ok(next+"/people?q=jmy&fragment=1").body)
		if !strings.Contains(whole, "江明远") || strings.Contains(whole, "重叠") != strings.Contains(part, "重叠") {
			t.Errorf("the page and its script are told otherwise: %s, %s", whole, part)
		}
		return whole
	}
	open := "在办：" + w.filing(id).Title + "（2026年5月11日–15日）"
	if says := look(); strings.Contains(says, "重叠") || !strings.Contains(says, open) {
		t.Errorf("before there are days: %s", says)
	}
	who := w.filing(id).Members[0].Person
	for page, wants := range map[string]string{"/people?q=jmy": strings.TrimPrefix(open, "在办："), "/people/" + who: open} {
		if says := text(he.ok(page).body); !strings.Contains(says, wants) || !strings.Contains(says, "在办") {
			t.Errorf("%s doesn't say %s", page, wants)
		}
	}
	days := func(from, to string) {
		t.Helper()
		he.done(next+"/trip", with(he.form(he.ok(next+"/trip"), next+"/trip"), "case.depart", from, "case.return", to))
	}
	days("2026-05-15", "2026-05-19")
	if says := look(); !strings.Contains(says, "已有行程，与本次重叠：2026年5月11日–15日，"+w.filing(id).Title) {
		t.Errorf("a day in common: %s", says)
	}
	days("2026-05-16", "2026-05-19")
	if says := look(); strings.Contains(says, "重叠") {
		t.Errorf("the day after: %s", says)
	}
}

func TestFilesAreTakenByTheirContent(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	slot := map[string]string{"kind": "M04", "owner": id, "ownerKind": "case", "_fragment": "1"}
	for name, c := range map[string]struct {
		file   string
		bytes  []byte
		status int
	}{
		"a letter":  {"邀请函.pdf", pdf("letter"), 200},
		"the same":  {"再传一次.pdf", pdf("letter"), 422},
		"empty":     {"empty.pdf", nil, 422},
		"disguised": {"report.pdf", []byte("MZ this is a program"), 422},
		"cut off":   {"cut.pdf", []byte("%PDF-1.4\n1 0 obj<<"), 422},
	} {
		if name == "the same" {
			continue // after the first
		}
		if p := he.upload(at, slot, c.file, c.bytes); p.status != c.status || !strings.Contains(p.body, "<li") {
			t.Errorf("%s: %d %s", name, p.status, p.body)
		}
	}
	if p := he.upload(at, slot, "再传一次.pdf", pdf("letter")); p.status != 422 || !strings.Contains(p.body, "不用再交") {
		t.Errorf("the same again: %d %s", p.status, p.body)
	}
	if p := he.upload(at, slot, "大.pdf", append(pdf("big"), make([]byte, 21<<20)...)); p.status != 422 {
		t.Errorf("21 MB: %d", p.status)
	}
	face := map[string]string{"kind": "M26", "owner": w.draft(id).Paper.People[0], "ownerKind": "person", "_fragment": "1"}
	if p := he.upload(at, face, "照片.pdf", pdf("face")); p.status != 422 || !strings.Contains(p.body, "请上传 JPG 或 PNG") {
		t.Errorf("a PDF as a photo: %d %s", p.status, p.body)
	}
	var strip bytes.Buffer
	if err := png.Encode(&strip, image.NewGray(image.Rect(0, 0, 800, 600))); err != nil {
		t.Fatal(err)
	}
	if p := he.upload(at, face, "风景.png", strip.Bytes()); p.status != 422 || !strings.Contains(p.body, "照片") {
		t.Errorf("a landscape as a photo: %d %s", p.status, p.body)
	}
	if p := he.upload(at, face, "黑白.png", greyLandscape(t)); p.status != 422 || !strings.Contains(text(p.body), "长宽不合") || !strings.Contains(text(p.body), "应为彩色。请重新拍摄") {
		t.Errorf("what is wrong with a photo isn't told at once: %d %s", p.status, text(p.body))
	}
	if p := he.upload(at, face, "照片.png", picture(t, 1)); p.status != 200 {
		t.Errorf("a PNG as a photo: %d %s", p.status, p.body)
	}
	if p := he.ok(at + "/documents"); !strings.Contains(p.body, `accept=".jpg,.jpeg,.png"`) || !strings.Contains(p.body, `accept=".pdf,.jpg,.jpeg,.png,.docx,.xlsx"`) {
		t.Error("the pickers don't offer what their places take")
	}
	if p := he.upload(at, map[string]string{"_fragment": "1"}, "哪一项.pdf", pdf("哪一项")); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "哪一项.pdf") || !strings.Contains(text(p.body), "没有说这份文件放在哪一项") {
		t.Errorf("a file without a place: %d %s", p.status, text(p.body))
	}
	if p := he.upload(at, map[string]string{"kind": "M04", "owner": "somebody-else", "ownerKind": "case", "_fragment": "1"}, "x.pdf", pdf("x")); p.status == 200 {
		t.Error("a paper was put into another's file")
	}
	ms, err := material.Of(context.Background(), w.n.Store, material.OfCase, id)
	if err != nil || len(ms) != 1 || ms[0].Name != "邀请函.pdf" {
		t.Fatal(ms, err)
	}
	got := he.get(at + "/papers/" + ms[0].ID)
	if got.status != 200 || !bytes.Equal([]byte(got.body), pdf("letter")) || got.head.Get("Content-Type") != "application/pdf" {
		t.Error("the paper doesn't come back as it was:", got.status)
	}
	if p := w.as("other").get(at + "/papers/" + ms[0].ID); p.status != http.StatusNotFound {
		t.Error("another unit reads the paper:", p.status)
	}
	// Taken away by mistake it is put back by one press, from the page that tells of it.
	paper := at + "/papers/" + ms[0].ID
	held := func(n int, after string) {
		t.Helper()
		if ms, _ := material.Of(context.Background(), w.n.Store, material.OfCase, id); len(ms) != n {
			t.Errorf("%d papers after %s", len(ms), after)
		}
	}
	gone := he.ok(he.done(paper+"/drop", url.Values{"_back": {"finding-1"}}))
	held(0, "removing")
	if !strings.Contains(gone.body, "已删去“"+ms[0].Name+"”") {
		t.Error("nobody is told what was removed")
	}
	back := he.ok(he.done(paper+"/restore", he.form(gone, paper+"/restore")))
	held(1, "putting back")
	if !strings.Contains(back.body, "放回来了") || !strings.Contains(back.body, `name="_back" value="finding-1"`) {
		t.Error("it isn't told, or the way back to the check is gone")
	}
	if again := he.ok(at + "/documents?said=dropped&paper=" + ms[0].ID); strings.Contains(again.body, "已删去") {
		t.Error("what is there again is told to be removed")
	}
	he.done(paper+"/drop", nil)
	held(0, "removing again")
	// Twenty megabytes are taken to the byte; one more is refused, in one sentence.
	full := strings.Repeat("x", blob.Limit-len(pdf("")))
	if p := he.upload(at, slot, "满.pdf", pdf(full)); p.status != 200 {
		t.Errorf("exactly 20 MB: %d %s", p.status, text(p.body))
	}
	if p := he.upload(at, slot, "多.pdf", pdf(full+"x")); p.status != 422 || strings.Count(p.body, `class="err"`) != 1 || !strings.Contains(p.body, "文件太大，每个不超过 20 MB，这个有 20.1 MB。请压缩或分成几个文件") {
		t.Errorf("one byte more: %d %s", p.status, text(p.body))
	}
	two := w.draft(id).Paper.People[:2]
	for i, want := range []int{http.StatusOK, http.StatusUnprocessableEntity} {
		p := he.upload(at, map[string]string{"kind": "M26", "owner": two[i], "ownerKind": "person", "_fragment": "1"}, "照片.png", picture(t, 5))
		if p.status != want || want != http.StatusOK && !strings.Contains(text(p.body), "和另一个人的照片是同一个文件") {
			t.Errorf("one photo for two people, the %d.: %d %s", i+1, p.status, text(p.body))
		}
	}
	bare := bytes.Replace(pdf("bare"), []byte("/Contents 4 0 R"), nil, 1)
	if p := he.upload(at, map[string]string{"kind": "M05", "owner": id, "ownerKind": "case", "_fragment": "1"}, "空白.pdf", bytes.Replace(bare, []byte("0 0 99 99 re f"), nil, 1)); p.status != http.StatusOK || !strings.Contains(text(p.body), "有 1 页空白") {
		t.Errorf("a page with nothing on it: %d %s", p.status, text(p.body))
	}
	whole := map[string]string{"kind": "M04", "owner": id, "ownerKind": "case"} // a form without script sends all at once
	if p := he.uploads(at, whole, file{"程序.pdf", []byte("MZ this is a program")}, file{"好的.pdf", pdf("second letter")}, file{"断了.pdf", []byte("%PDF-1.4\n1 0 obj<<")}); p.status != 422 ||
		!strings.Contains(text(p.body), "程序.pdf：") || !strings.Contains(text(p.body), "断了.pdf：") || strings.Contains(text(p.body), "好的.pdf") {
		t.Errorf("of several files: %d %s", p.status, text(p.body))
	}
	if says := text(he.ok(at + "/documents").body); !strings.Contains(says, "好的.pdf") {
		t.Error("the file that was right isn't kept beside those that were wrong")
	}
}

// greyLandscape is a photo with two faults: its shape, and that it has no colour.
func greyLandscape(t *testing.T) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 800, 600))
	draw.Draw(img, img.Bounds(), image.NewUniform(color.Gray{Y: 245}), image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(250, 150, 550, 600), image.NewUniform(color.Gray{Y: 110}), image.Point{}, draw.Src)
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestASecretFileIsTurnedAwayAndNothingOfItIsKept(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	slot := map[string]string{"kind": "M05", "owner": id, "ownerKind": "case", "_fragment": "1"}
	stored := func() (n int) {
		for _, err := range w.n.Blobs.Walk(context.Background()) {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		return n
	}
	marked := func(words string) []byte {
		return bytes.Replace(pdf("plan"), []byte("0 0 99 99 re f"), []byte("BT /F 1 Tf ("+words+") Tj ET 0 0 9 9 re f"), 1)
	}
	gbk := func(file []byte) []byte {
		return bytes.Replace(file, []byte("/Contents 4 0 R"), []byte("/Contents 4 0 R/Resources<</Font<</F<</Subtype/Type0/Encoding/GBK-EUC-H>>>>>>"), 1)
	}
	events, _ := w.n.Journal.Head()
	held := stored()
	secret := gbk(marked(`\273\372\303\334\241\3571`)) // 机密★1
	for name, c := range map[string]struct {
		file string
		data []byte
		says string
	}{
		"the text of a PDF":  {"方案.pdf", secret, "《方案.pdf》里有密级标志或涉密文号“机密★1”"},
		"the name of a file": {"机密★方案.pdf", pdf("x"), "《机密★方案.pdf》里有密级标志"},
	} {
		p := he.upload(at, slot, c.file, c.data)
		if says := text(p.body); p.status != http.StatusUnprocessableEntity || !strings.Contains(says, c.says) || !strings.Contains(says, "改到外办线下办理") {
			t.Errorf("%s: %d %s", name, p.status, says)
		}
	}
	if now, _ := w.n.Journal.Head(); stored() != held || now != events {
		t.Errorf("something of a secret file is kept: %d files, not %d; events up to %d, not %d", stored(), held, now, events)
	}
	if strings.Contains(w.log.String(), "机密") {
		t.Error("the log tells what stands in the file")
	}
	// A face that isn't there: nobody knows what it says, and that is remembered.
	if p := he.upload(at, slot, "读不出.pdf", marked(`\273\372\303\334`)); p.status != http.StatusOK {
		t.Errorf("a file that can't be read: %d %s", p.status, text(p.body))
	}
	unread := 0
	if err := w.n.Journal.Store.QueryRow(context.Background(), `SELECT COUNT(*) FROM material_list WHERE unread = 1 AND name = '读不出.pdf'`).Scan(&unread); err != nil || unread != 1 {
		t.Errorf("%d papers are known as unread: %v", unread, err)
	}
	// The secrecy side's consent bears 密 in its number (MEM-021): 保密办[2026]12号
	if p := he.upload(at, slot, "同意函.pdf", gbk(marked(`\261\243\303\334\260\354[2026]12\272\305`))); p.status != http.StatusOK {
		t.Errorf("the secrecy side's consent: %d %s", p.status, text(p.body))
	}
	// 商业秘密 is what contracts speak of.
	if p := he.upload(at, slot, "合同.pdf", gbk(marked(`\311\314\322\265\303\330\303\334`))); p.status != http.StatusOK {
		t.Errorf("a contract: %d %s", p.status, text(p.body))
	}
}

// Whoever another unit sends needs that unit's word, and where it isn't on this
// office's register that of the office in charge of it: it is said where people are
// chosen, and stands beside them once they are.
func TestWhoseWordIsWantedForAMemberIsSaidWhereTheyAreChosen(t *testing.T) {
	w := newTown(t)
	he, ctx := w.as("he"), context.Background()
	he.begin("valid-germany-5-days")
	next := he.blank()
	look := func() string { t.Helper(); return text(he.ok(next + "/people?q=jmy").body) }
	if says := look(); !strings.Contains(says, "江明远") || strings.Contains(says, "派员") {
		t.Errorf("of the unit's own: %s", says)
	}
	found, err := person.Find(ctx, w.n.Journal.Store, w.n.Keys, "u1", "jmy", 1)
	if err != nil || len(found) != 1 {
		t.Fatal(found, err)
	}
	who := found[0].ID
	sent := func(by string) {
		t.Helper()
		p, _, err := journal.Load(ctx, w.n.Journal, person.Room, who)
		if err != nil {
			t.Fatal(err)
		}
		give(t, ctx, w.n.Journal, person.Room, who, person.Change{Facts: p.Facts.With(person.Data{"unit": by})})
	}
	sent("渝州市示范研究院（虚构）")
	if says := look(); !strings.Contains(says, "不在本办登记") || !strings.Contains(says, "双跨组团") || !strings.Contains(says, "收到复函才能批") {
		t.Errorf("of a unit in another city: %s", says)
	}
	he.done(next+"/members/add", with(he.form(he.ok(next+"/people?q=jmy"), next+"/members/add"), "person", who))
	if says := text(he.ok(next + "/members").body); !strings.Contains(says, "不在本办登记") {
		t.Errorf("once they are in the group nothing is said: %s", says)
	}
	other := he.blank()
	give(t, ctx, w.office.Journal, unit.Room, "u9", unit.Open{Name: "渝州市示范研究院（虚构）", NameEn: "Yuzhou Institute", USCC: "12509901MB1000000" + checked("12509901MB1000000"), Type: dossier.Institution, Level: "primary"})
	w.answered()
	if says := text(he.ok(other + "/people?q=jmy").body); strings.Contains(says, "不在本办登记") || !strings.Contains(says, "要由该单位确认派员") {
		t.Errorf("of a unit on the register: %s", says)
	}
}

// checked is the check character of a fictional unit's code.
func checked(body string) string {
	for _, c := range "0123456789ABCDEFGHJKLMNPQRTUWXY" {
		if dossier.CheckUSCC(body+string(c)) == "" {
			return string(c)
		}
	}
	return ""
}

// On a phone an itinerary of many days is a list of days, of which one is open: the
// first with something to do. Without script too; on a wide screen all stand open.
func TestAnItineraryIsFoldedByDays(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	days := regexp.MustCompile(`(?s)<details class="onphone" name="itinerary-days"( open)?>\s*<summary><b>([^<]*)</b>\s*<span class="q s">([^<]*)</span>`)
	shown := days.FindAllStringSubmatch(he.ok(at+"/trip").body, -1)
	c := w.draft(id).Paper.Case
	if len(shown) != c.Trip.Days() {
		t.Fatalf("%d days are shown of %d: %v", len(shown), c.Trip.Days(), shown)
	}
	for i, d := range shown {
		if d[1] != "" || !strings.Contains(d[3], c.Itinerary[2*i].Activity) {
			t.Errorf("day %d, with everything written, says %v", i, d[1:])
		}
	}
	w.rewrite(id, func(p *room.Paper) {
		p.Case.Itinerary[2].Activity, p.Case.Itinerary[4].Activity, p.LaidOut = "", "", false
	})
	open := 0
	for i, d := range days.FindAllStringSubmatch(he.ok(at+"/trip").body, -1) {
		if d[1] != "" {
			if open++; i != 1 || !strings.Contains(d[3], "1个半天没填") {
				t.Errorf("day %d is open and says %s", i, d[3])
			}
		}
	}
	if open != 1 {
		t.Errorf("%d days are open", open)
	}
}
