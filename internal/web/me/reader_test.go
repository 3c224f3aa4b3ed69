package me_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/drill"
	"yitang/internal/drill/drilltest"
	"yitang/internal/journal"
	"yitang/internal/pack"
	"yitang/internal/web/sites"
	"yitang/internal/web/webtest"
)

const password = "一趟 correct horse 9"

// story is the drill's case, told up to a step, with the internet site open
// to people who have browsers without script.
type story struct {
	*drill.Story
	t   *testing.T
	url string
}

func told(t *testing.T, upTo drill.Name) *story {
	t.Helper()
	return open(t, drilltest.Told(t, upTo, drill.Options{}))
}

// toldBy is the same in an office that works by a pack.
func toldBy(t *testing.T, upTo drill.Name, by pack.Content) *story {
	t.Helper()
	s, err := drill.Begin(t.Context(), drill.Options{Dir: t.TempDir(), Passwords: account.Slight, Pack: by})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	// The drill's own pack has visas ordered: another may have it stop there.
	if _, err := s.Play(t.Context(), upTo, nil); err != nil && !strings.Contains(err.Error(), `is "none"`) {
		t.Fatal(err)
	}
	return open(t, s)
}

func open(t *testing.T, s *drill.Story) *story {
	t.Helper()
	for _, a := range []account.Open{
		{Login: "he", Name: "何远舟", Roles: []access.Role{access.Liaison}, Unit: s.Unit},
		{Login: "luo", Name: "罗知行", Roles: []access.Role{access.Signatory}, Unit: s.Unit},
		{Login: "newcomer", Name: "舒若兰", Roles: []access.Role{access.Traveller}, Unit: s.Unit, Person: s.People[drill.Newcomer]},
		{Login: "head", Name: "江明远", Roles: []access.Role{access.Traveller}, Unit: s.Unit, Person: s.People[drill.Head]},
		{Login: "colleague", Name: "某同事", Roles: []access.Role{access.Traveller}, Unit: s.Unit, Person: "somebody else"},
		{Login: "other", Name: "外单位", Roles: []access.Role{access.Liaison}, Unit: "another unit"},
	} {
		if _, err := s.Internet.Accounts.Open(journal.WithActor(t.Context(), journal.System), journal.Order{Subject: "acc-" + a.Login}, a, password); err != nil {
			t.Fatal(err)
		}
	}
	srv := httptest.NewServer(sites.Internet(s.Internet).Handler())
	t.Cleanup(srv.Close)
	return &story{s, t, srv.URL}
}

type reader struct {
	*story
	c *http.Client
}

func (s *story) as(login string) reader {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r := reader{s, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	if p := r.post("/login", url.Values{"name": {login}, "password": {password}}); p.status != http.StatusSeeOther {
		s.t.Fatalf("%s could not sign in: %d", login, p.status)
	}
	return r
}

type page struct {
	status int
	body   string
	to     string // where it redirects
	kind   string // media type
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
	return page{res.StatusCode, webtest.Worded(r.t, res, b), res.Header.Get("Location"), res.Header.Get("Content-Type")}
}

func (r reader) get(path string) page { r.t.Helper(); return r.answer(r.c.Get(r.url + path)) }

var bareKey = regexp.MustCompile(`>(visits|after|rating|progress|me|papers|cases|happened|hall|trip)\.[a-z_.]+`)

// ok gets a page that must be there and say nothing in message keys.
func (r reader) ok(path string) page {
	r.t.Helper()
	p := r.get(path)
	if p.status != http.StatusOK {
		r.t.Fatalf("GET %s: %d\n%s", path, p.status, text(p.body))
	}
	if key := bareKey.FindString(p.body); key != "" {
		r.t.Errorf("%s shows the message key %s", path, key)
	}
	return p
}

func (r reader) says(path string, words ...string) page {
	r.t.Helper()
	p := r.ok(path)
	for _, w := range words {
		if !strings.Contains(text(p.body), w) {
			r.t.Errorf("%s doesn't say %q:\n%s", path, w, text(p.body))
		}
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
		r.t.Fatalf("POST %s %v: %d\n%s", path, form, p.status, text(p.body))
	}
	return p.to
}

func (r reader) upload(path, field, name string, content []byte, more url.Values) page {
	r.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k := range more {
		_ = m.WriteField(k, more.Get(k))
	}
	part, err := m.CreateFormFile(field, name)
	if err != nil {
		r.t.Fatal(err)
	}
	_, _ = part.Write(content)
	if err := m.Close(); err != nil {
		r.t.Fatal(err)
	}
	return r.answer(r.c.Post(r.url+path, m.FormDataContentType(), &b))
}

var tags = regexp.MustCompile(`(?s)<script.*?</script>|<[^>]*>`)

// text is what a page says, spaces folded.
func text(body string) string {
	if i := strings.Index(body, "<main"); i >= 0 {
		body = body[i:]
	}
	return html.UnescapeString(strings.Join(strings.Fields(tags.ReplaceAllString(body, " ")), " "))
}

func attr(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

// form reads what a page's form to an address would send as it stands, and
// which values its radios offer.
func (r reader) form(p page, action string) (sends url.Values, offers []string) {
	r.t.Helper()
	doc, err := html.Parse(strings.NewReader(p.body))
	if err != nil {
		r.t.Fatal(err)
	}
	var walk func(*html.Node, bool)
	walk = func(n *html.Node, in bool) {
		if to, _ := attr(n, "action"); n.Data == "form" && to == action && sends == nil {
			in, sends = true, url.Values{}
		} else if n.Data == "form" {
			in = false
		}
		name, named := attr(n, "name")
		kind, _ := attr(n, "type")
		value, _ := attr(n, "value")
		_, off := attr(n, "disabled")
		_, checked := attr(n, "checked")
		switch {
		case !in || !named || off:
		case kind == "radio":
			offers = append(offers, value)
			fallthrough
		case kind == "checkbox":
			if checked {
				sends.Add(name, value)
			}
		case kind == "file":
		case n.Data == "textarea" && n.FirstChild != nil:
			sends.Add(name, strings.TrimPrefix(n.FirstChild.Data, "\n"))
		default:
			sends.Add(name, value)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, in)
		}
	}
	walk(doc, false)
	if sends == nil {
		r.t.Fatalf("there is no form to %s:\n%s", action, text(p.body))
	}
	return sends, offers
}

func with(form url.Values, pairs ...string) url.Values {
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}
