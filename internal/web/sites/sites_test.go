package sites_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/training"
	"yitang/internal/web"
	"yitang/internal/web/sites"
	practising "yitang/internal/web/training"
	"yitang/internal/web/ui"
	"yitang/internal/web/webtest"
	"yitang/internal/wechat"
	"yitang/internal/wechat/local"
	"yitang/internal/zone"
)

const password = "一趟 correct horse 9"

// a zone, served, with one account for each role.
type served struct {
	site *web.Site
	node *node.Node
	url  string
}

func serve(t *testing.T, z zone.Zone) served {
	t.Helper()
	return serveIn(t, z, t.TempDir())
}

func serveIn(t *testing.T, z zone.Zone, dir string) served {
	t.Helper()
	ctx := context.Background()
	o := node.Options{Dir: dir, Passwords: account.Slight}
	if err := node.Init(z, o); err != nil {
		t.Fatal(err)
	}
	var site *web.Site
	var desk *account.Desk
	var n *node.Node
	switch z {
	case zone.Internet:
		o.WeChat = officialAccount(t)
		x, err := node.OpenInternet(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		site, desk, n = sites.Internet(x), x.Accounts, x.Node
		sites.Offer(site, x, full{})
	case zone.Office:
		x, err := node.OpenOffice(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		site, desk, n = sites.Office(x), x.Accounts, x.Node
	case zone.Passport:
		x, err := node.OpenPassport(ctx, o)
		if err != nil {
			t.Fatal(err)
		}
		site, desk, n = sites.Passport(x), x.Accounts, x.Node
	}
	t.Cleanup(n.Close)
	admin := journal.WithActor(ctx, journal.Actor{Role: string(access.Administrator), Account: "console"})
	for _, role := range access.Roles(z) {
		open := account.Open{Login: string(role), Name: "某" + string(role), Roles: []access.Role{role}}
		if z == zone.Internet && role != access.Administrator && role != access.Auditor {
			open.Unit = "unit-1"
		}
		if role == access.Traveller {
			open.Person = "person-1"
		}
		if _, err := desk.Open(admin, journal.Order{Subject: n.Journal.NewID()}, open, password); err != nil {
			t.Fatalf("opening an account for %s: %v", role, err)
		}
	}
	srv := httptest.NewServer(site.Handler())
	t.Cleanup(srv.Close)
	return served{site, n, srv.URL}
}

// full is practice of which all places are taken: nothing is begun in these tests.
type full struct{}

func (full) Begin(context.Context, training.Officer) error {
	return fault.Unavailable("training.full", errors.New("all places for practice are taken"))
}
func (full) Over(context.Context, string) (string, error) { return "", fault.NotFound("practice run") }
func (full) Of(context.Context, string) (practising.Run, error) {
	return practising.Run{}, nil
}

// officialAccount is one that the internet zone speaks for; nobody's phone is there.
func officialAccount(t *testing.T) *wechat.App {
	t.Helper()
	app := wechat.App{ID: "wxyitang0000000001", Secret: "secret", Token: "signed", AESKey: "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"}
	server, err := local.New(local.Options{App: app})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(server.Handler())
	t.Cleanup(srv.Close)
	app.API = srv.URL
	return &app
}

// visitor is a browser that follows no redirect.
func visitor(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, Transport: webtest.AsProgram{Jar: jar}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func post(t *testing.T, c *http.Client, u string, form url.Values) (int, string, http.Header) {
	t.Helper()
	res, err := c.PostForm(u, form)
	if err != nil {
		t.Fatal(err)
	}
	return body(t, res)
}

func get(t *testing.T, c *http.Client, u string) (int, string, http.Header) {
	t.Helper()
	res, err := c.Get(u)
	if err != nil {
		t.Fatal(err)
	}
	return body(t, res)
}

func body(t *testing.T, res *http.Response) (int, string, http.Header) {
	t.Helper()
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, webtest.Worded(t, res, b), res.Header
}

func signIn(t *testing.T, s served, login string) *http.Client {
	t.Helper()
	c := visitor(t)
	status, page, _ := post(t, c, s.url+"/login", url.Values{"name": {login}, "password": {password}})
	if status != http.StatusSeeOther {
		t.Fatalf("%s could not sign in: %d %s", login, status, page)
	}
	return c
}

// changesTheirPassword does so in the browser c of an auditor and leaves the old one in force.
func changesTheirPassword(t *testing.T, s served, c *http.Client) {
	t.Helper()
	const fresh = "never-echo-me-78 或者一句话"
	elsewhere := signIn(t, s, string(access.Auditor))
	if status, page, _ := get(t, c, s.url+"/display"); status != http.StatusOK || !strings.Contains(page, `href="/password"`) || !strings.Contains(page, "某auditor") {
		t.Fatalf("the page of the account got %d and leads nowhere", status)
	} else if size, lang := strings.Index(page, `name="text"`), strings.Index(page, `name="lang"`); size < 0 || size > lang || strings.Count(page, "无障碍与大字版") < 3 { // title, heading and the link in the foot
		t.Errorf("the size of the type stands at %d, the language at %d, or the page isn't called as its link is", size, lang)
	}
	for field, form := range map[string]url.Values{
		"f-password_old":   {"password_old": {"never-echo-me-77"}, "password": {fresh}, "password_again": {fresh}},
		"f-password":       {"password_old": {password}, "password": {"kurz"}, "password_again": {"kurz"}},
		"f-password_again": {"password_old": {password}, "password": {fresh}, "password_again": {fresh + "x"}},
	} {
		if status, page, _ := post(t, c, s.url+"/password", form); status != http.StatusUnprocessableEntity || !strings.Contains(page, `href="#`+field+`"`) || strings.Contains(page, "never-echo-me") {
			t.Errorf("%s: got %d, and no sentence that leads there, or a password came back", field, status)
		}
	}
	for range 2 { // a double click
		if status, _, h := post(t, c, s.url+"/password", url.Values{"password_old": {password}, "password": {fresh}, "password_again": {fresh}}); status != http.StatusSeeOther || h.Get("Location") != "/display?said=password" {
			t.Fatalf("changing the password got %d %s", status, h.Get("Location"))
		}
	}
	if status, _, _ := get(t, elsewhere, s.url+"/node"); status != http.StatusUnauthorized {
		t.Errorf("the session elsewhere goes on: %d", status)
	}
	if status, _, _ := post(t, visitor(t), s.url+"/login", url.Values{"name": {string(access.Auditor)}, "password": {fresh}}); status != http.StatusSeeOther {
		t.Errorf("the new password isn't in force: %d", status)
	}
	if status, _, _ := post(t, c, s.url+"/password", url.Values{"password_old": {fresh}, "password": {password}, "password_again": {password}}); status != http.StatusSeeOther {
		t.Errorf("who changed it isn't signed in any more: %d", status)
	}
}

func TestEverySiteAsksWhoOneIs(t *testing.T) {
	for _, z := range zone.All() {
		t.Run(string(z), func(t *testing.T) {
			s := serve(t, z)
			stranger := visitor(t)
			status, _, h := get(t, stranger, s.url+"/node")
			if status != http.StatusSeeOther || !strings.HasPrefix(h.Get("Location"), "/login?next=") {
				t.Fatalf("a stranger got %d %s", status, h.Get("Location"))
			}
			if status, page, _ := post(t, stranger, s.url+"/login", url.Values{"name": {string(access.Auditor)}, "password": {"never-echo-me-77"}}); status != http.StatusUnprocessableEntity || strings.Contains(page, "never-echo-me-77") {
				t.Fatalf("a wrong password got %d, or came back in the page", status)
			}
			c := signIn(t, s, string(access.Auditor))
			status, page, h := get(t, c, s.url+"/node")
			if status != http.StatusOK || !strings.Contains(page, "某auditor") {
				t.Fatalf("signed in, got %d", status)
			}
			if csp := h.Get("Content-Security-Policy"); csp != ui.ContentSecurityPolicy {
				t.Fatalf("content policy %q", csp)
			}
			changesTheirPassword(t, s, c)
			if status, _, _ := post(t, c, s.url+"/logout", nil); status != http.StatusSeeOther {
				t.Fatalf("signing out got %d", status)
			}
			if status, _, _ := get(t, c, s.url+"/node"); status != http.StatusSeeOther {
				t.Fatalf("after signing out, got %d", status)
			}
		})
	}
}

func TestSessionThatEndedGivesTheFormBack(t *testing.T) {
	s := serve(t, zone.Office)
	c := visitor(t)
	// Any posting route that takes a right will do; what is typed is what counts.
	s.site.Add(web.Route{Pattern: "POST /probe", Right: access.Self, Handle: func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "kept "+r.PostFormValue("purpose"))
	}})
	srv := httptest.NewServer(s.site.Handler())
	defer srv.Close()
	status, page, _ := post(t, c, srv.URL+"/probe", url.Values{"reason": {"赴德国𠮷洽谈"}, "purpose": {"x"}, "_on": {"渝州团组"}})
	if status != http.StatusUnauthorized || !strings.Contains(page, `name="kept:purpose"`) || !strings.Contains(page, `name="on" value="渝州团组"`) {
		t.Fatalf("got %d without what was typed, or where", status)
	}
	form := url.Values{"name": {"intake"}, "password": {"not this one"}, "next": {"/probe"}, "kept:reason": {"赴德国𠮷洽谈"}, "on": {"渝州团组"}, "at": {"/probe"}}
	if status, page, _ = post(t, c, srv.URL+"/login", form); status != http.StatusUnprocessableEntity || !strings.Contains(page, `name="on" value="渝州团组"`) || !strings.Contains(page, `name="kept:reason"`) {
		t.Fatalf("after a wrong password, got %d without what was typed, or where", status)
	}
	form.Set("password", password)
	status, page, _ = post(t, c, srv.URL+"/login", form)
	if status != http.StatusOK || !strings.Contains(page, `action="/probe"`) || !strings.Contains(page, "“渝州团组”") || !strings.Contains(page, "<dt>理由</dt><dd>赴德国𠮷洽谈</dd>") {
		t.Fatalf("after signing in again, got %d without what was typed, or where:\n%s", status, page)
	}
	if status, page, _ = post(t, c, srv.URL+"/probe", url.Values{"purpose": {"赴德国𠮷洽谈"}}); page != "kept 赴德国𠮷洽谈" {
		t.Fatalf("sending it again got %d %s", status, page)
	}
}

// Who signed out in another tab is told that, and not that time ran out; where nothing
// was typed nobody is to check it.
func TestWhoSignedOutInAnotherTabIsToldSo(t *testing.T) {
	s := serve(t, zone.Office)
	c := signIn(t, s, "intake")
	if status, _, _ := post(t, c, s.url+"/logout", url.Values{"_key": {"out"}}); status != http.StatusSeeOther {
		t.Fatal(status)
	}
	status, page, _ := post(t, c, s.url+"/told/seen", url.Values{"_key": {"x"}})
	if status != http.StatusUnauthorized || !strings.Contains(page, "您已在这台电脑上退出登录") || strings.Contains(page, "登录已到时") {
		t.Errorf("got %d %s", status, page)
	}
	_, page, _ = post(t, c, s.url+"/login", url.Values{"name": {"intake"}, "password": {password}, "next": {"/told/seen"}, "kept:_version": {"3"}})
	if strings.Contains(page, "核对后再提交") || !strings.Contains(page, "再点一次") {
		t.Errorf("nothing was typed, and it says %s", page)
	}
	if _, page, _ = post(t, visitor(t), s.url+"/told/seen", url.Values{"_key": {"x"}}); !strings.Contains(page, "登录已到时") {
		t.Errorf("whose session ended reads %s", page)
	}
}

// A page's policy lets nothing in but the site's own files, and nothing that is
// written into the page itself.
func TestTheContentPolicyAllowsNothingButTheSite(t *testing.T) {
	for _, rule := range strings.Split(ui.ContentSecurityPolicy, "; ") {
		for _, source := range strings.Fields(rule)[1:] {
			if source != "'self'" && source != "'none'" && (source != "blob:" || !strings.HasPrefix(rule, "img-src ")) {
				t.Errorf("%s allows %s", rule, source)
			}
		}
	}
	for _, rule := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"} {
		if !slices.Contains(strings.Split(ui.ContentSecurityPolicy, "; "), rule) {
			t.Errorf("there is no %s", rule)
		}
	}
}

// Browsers say where a form comes from in one of two ways, older ones only by its origin.
func TestOtherSitesCannotPostHere(t *testing.T) {
	for _, z := range zone.All() {
		s := serve(t, z)
		c := signIn(t, s, string(access.Auditor))
		for _, from := range []struct {
			header, is string
			want       int
		}{
			{"Sec-Fetch-Site", "cross-site", http.StatusForbidden}, {"Sec-Fetch-Site", "same-site", http.StatusForbidden},
			{"Origin", "https://evil.example", http.StatusForbidden}, {"Origin", "null", http.StatusForbidden},
			{"Origin", s.url, http.StatusSeeOther}, // the site's own form, and the last: it signs out
		} {
			req, err := http.NewRequest(http.MethodPost, s.url+"/logout", nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set(from.header, from.is)
			res, err := c.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			if status, _, _ := body(t, res); status != from.want {
				t.Errorf("%s: a form with %s %s got %d", z, from.header, from.is, status)
			}
		}
	}
}

func TestRedirectAfterSigningInStaysOnTheSite(t *testing.T) {
	s := serve(t, zone.Office)
	for _, next := range []string{"//evil.example", `/\evil.example`, "https://evil.example/"} {
		_, _, h := post(t, visitor(t), s.url+"/login", url.Values{"name": {"intake"}, "password": {password}, "next": {next}})
		if to := h.Get("Location"); to != "/" {
			t.Errorf("next=%s leads to %s", next, to)
		}
	}
}

// routeless are the rights that no page asks for, and why there are no pages.
var routeless = map[access.Right]string{
	access.Administer:  "accounts and units are opened at the console: yitang admin",
	access.Audit:       "chains are checked at the console: yitang doctor",
	access.SeeExchange: "how far the other zones are is on /node, which everybody signed in may read",
}

// Every route as every role, and as a stranger: what the table of rights says
// (access's own test holds the table to what is written of each role) is what
// the site does. And there is no right that nothing asks for.
func TestEveryRouteAsEveryRole(t *testing.T) {
	asked := map[access.Right]bool{}
	defer func() {
		for _, right := range access.Rights() {
			if why := routeless[right]; asked[right] == (why != "") {
				t.Errorf("%s: a route takes it: %v, and it is excused with %q", right, asked[right], why)
			}
		}
	}()
	for _, z := range zone.All() {
		s := serve(t, z)
		clients := map[access.Role]*http.Client{"": visitor(t)}
		for _, role := range access.Roles(z) {
			clients[role] = signIn(t, s, string(role))
		}
		for _, route := range s.site.AllRoutes() {
			asked[route.Right] = true
			method, path, _ := strings.Cut(route.Pattern, " ")
			if slices.Contains([]string{"POST /logout", "POST /login", "DELETE " + web.APIPath + "/tokens/current"}, route.Pattern) {
				continue // they change who is signed in; tried by themselves above
			}
			for role, c := range clients {
				who := access.Who{Zone: z}
				if role != "" {
					who = access.Who{Zone: z, Account: "x", Unit: "unit-1", Roles: []access.Role{role}}
				}
				allowed := access.Check(who, route.Right, access.Object{}) == nil
				req, err := http.NewRequest(method, s.url+example(path), nil)
				if err != nil {
					t.Fatal(err)
				}
				res, err := c.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				status, _, h := body(t, res)
				refused := status == http.StatusForbidden || status == http.StatusUnauthorized || strings.HasPrefix(h.Get("Location"), "/login")
				if refused == allowed {
					t.Errorf("%s: %s as %q: status %d, but the table says allowed=%v", z, route.Pattern, role, status, allowed)
				}
			}
		}
	}
}

func example(path string) string {
	for {
		i := strings.IndexByte(path, '{')
		if i < 0 {
			return path
		}
		k := strings.IndexByte(path[i:], '}')
		path = path[:i] + "0190a000-0000-7000-8000-000000000000" + path[i+k+1:]
	}
}

func TestTheSpecimenIsServedInTheDemoAlone(t *testing.T) {
	s := serve(t, zone.Internet)
	if status, _, _ := get(t, visitor(t), s.url+"/ui"); status != http.StatusNotFound {
		t.Errorf("a zone in service answers /ui with %d", status)
	}
	s.site.Specimen = true
	demo := httptest.NewServer(s.site.Handler())
	t.Cleanup(demo.Close)
	if status, page, _ := get(t, visitor(t), demo.URL+"/ui"); status != http.StatusOK || !strings.Contains(page, "s-bars") {
		t.Errorf("the demo answers /ui with %d", status)
	}
}

// Whoever works for a unit finds the same ways on at the foot of each page.
func TestTheFootOfAPhonesPageIsTheSameOnAllPagesOfAUnit(t *testing.T) {
	s := serve(t, zone.Internet)
	for _, role := range []access.Role{access.Liaison, access.Signatory} {
		c, first := signIn(t, s, string(role)), ""
		for _, at := range []string{"/cases", "/people", "/visits", "/papers", "/plan", "/display", "/verify"} {
			status, page, _ := get(t, c, s.url+at)
			_, bar, there := strings.Cut(page, `<nav class="tabs"`)
			bar, _, _ = strings.Cut(bar, "</nav>")
			bar = strings.ReplaceAll(bar, ` aria-current="page"`, "")
			if first == "" {
				first = bar
			}
			if status != http.StatusOK || !there || bar != first {
				t.Errorf("%s reads on %s, with %d: %s, and elsewhere %s", role, at, status, bar, first)
			}
		}
	}
}

// Who works for a unit and travels too comes to their own trips from each page, on
// a desk and on a phone.
func TestWhoTravelsTooComesToTheirOwnTripsFromEachPage(t *testing.T) {
	s := serve(t, zone.Internet)
	for _, role := range []access.Role{access.Liaison, access.Signatory} {
		for _, person := range []string{"", "p1"} {
			ctx := context.Background()
			w := access.Who{Account: "a", Unit: "u1", Person: person, Roles: []access.Role{role}, Zone: zone.Internet}
			leads := func(all []ui.NavItem) bool {
				return slices.ContainsFunc(all, func(n ui.NavItem) bool { return n.URL == "/me" })
			}
			if tabs := s.site.Tabs(ctx, w); leads(tabs) != (person != "") || len(tabs) > 5 {
				t.Errorf("the phone of %s, person %q: %+v", role, person, tabs)
			}
			if nav := s.site.Nav(ctx, w); person != "" && !leads(nav) {
				t.Errorf("the desk of %s: %+v", role, nav)
			}
		}
	}
}

func TestTheDoorSaysWhoseSiteItIs(t *testing.T) {
	for z, says := range map[zone.Zone]string{zone.Internet: "单位和出国人员", zone.Office: "办公网", zone.Passport: "护照专网"} {
		s := serve(t, z)
		if status, page, _ := get(t, visitor(t), s.url+"/login"); status != http.StatusOK || !strings.Contains(page, "人民政府外事办公室") || !strings.Contains(page, says) {
			t.Errorf("the door of the %s site, with %d, doesn't say whose it is", z, status)
		}
	}
}

func TestTheDoorLeadsToVerifyingAnApproval(t *testing.T) {
	s := serve(t, zone.Internet)
	if status, page, _ := get(t, visitor(t), s.url+"/login"); status != http.StatusOK || !strings.Contains(page, `href="/verify"`) || !strings.Contains(page, `href="/ratings"`) {
		t.Errorf("the page to sign in on, with %d, has no way to /verify or /ratings", status)
	}
	if status, page, _ := get(t, signIn(t, s, string(access.Auditor)), s.url+"/node"); status != http.StatusOK || !strings.Contains(page, `href="/verify"`) {
		t.Errorf("a page of the internet site, with %d, has no way to /verify in its foot", status)
	}
	if status, page, _ := get(t, visitor(t), s.url+"/verify?code="); status != http.StatusUnprocessableEntity || !strings.Contains(page, "还没有输核验码。请把文件上二维码下面") {
		t.Errorf("an empty code gives %d and nothing that says where it stands", status)
	}
}
