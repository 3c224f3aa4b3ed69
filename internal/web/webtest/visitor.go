// Package webtest is somebody who uses a site in a test: signed in, with a
// browser that keeps cookies, follows redirects and runs no script.
package webtest

import (
	"bytes"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// Visitor is one person at one site. Whatever they can't do ends the test.
type Visitor struct {
	T      testing.TB
	Client *http.Client
	URL    string
}

// AsProgram lets whoever has signed in with a browser ask where programs do,
// which bring what the cookie says in a header.
type AsProgram struct{ Jar http.CookieJar }

// RoundTrip sends one request.
func (p AsProgram) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		r = r.Clone(r.Context())
		for _, c := range p.Jar.Cookies(r.URL) {
			if c.Name == "yitang_internet" { // the one site that programs ask
				r.Header.Set("Authorization", "Bearer "+c.Value)
			}
		}
		r.Header.Del("Cookie")
	}
	return http.DefaultTransport.RoundTrip(r)
}

// SignIn gives somebody who has signed in.
func SignIn(t testing.TB, site, login, password string) Visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := Visitor{t, &http.Client{Jar: jar}, site}
	if status, page := v.Post("/login", url.Values{"name": {login}, "password": {password}}); status != http.StatusOK {
		t.Fatalf("%s could not sign in: %d %s", login, status, page)
	}
	return v
}

// Worded gives an answer's body, and fails when it shows a message's key where
// its words are missing (ui.T marks it so).
func Worded(t testing.TB, res *http.Response, body []byte) string {
	t.Helper()
	if _, rest, bare := strings.Cut(string(body), "⟦"); bare && strings.HasPrefix(res.Header.Get("Content-Type"), "text/html") {
		key, _, _ := strings.Cut(rest, "⟧")
		t.Errorf("%s shows %q and no words", res.Request.URL.Path, key)
	}
	return string(body)
}

// Read gives an answer's status and its text as people see it.
func (v Visitor) Read(res *http.Response, err error) (int, string) {
	v.T.Helper()
	if err != nil {
		v.T.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		v.T.Fatal(err)
	}
	if strings.HasPrefix(res.Header.Get("Content-Type"), "application/") {
		return res.StatusCode, string(b) // a file
	}
	return res.StatusCode, html.UnescapeString(Worded(v.T, res, b))
}

// Get opens a page.
func (v Visitor) Get(path string) (int, string) {
	v.T.Helper()
	return v.Read(v.Client.Get(v.URL + path))
}

// File fetches a file: its bytes as they are.
func (v Visitor) File(path string) (int, string) {
	v.T.Helper()
	res, err := v.Client.Get(v.URL + path)
	if err != nil {
		v.T.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		v.T.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// Post sends a form.
func (v Visitor) Post(path string, form url.Values) (int, string) {
	v.T.Helper()
	return v.Read(v.Client.PostForm(v.URL+path, form))
}

// Upload sends a form with a file in it.
func (v Visitor) Upload(path string, form url.Values, field, name string, data []byte) (int, string) {
	v.T.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for k, values := range form {
		for _, x := range values {
			if err := m.WriteField(k, x); err != nil {
				v.T.Fatal(err)
			}
		}
	}
	part, err := m.CreateFormFile(field, name)
	if err == nil {
		_, err = part.Write(data)
	}
	if err == nil {
		err = m.Close()
	}
	if err != nil {
		v.T.Fatal(err)
	}
	return v.Read(v.Client.Post(v.URL+path, m.FormDataContentType(), &body))
}

// Sees opens a page and fails unless it holds all of these.
func (v Visitor) Sees(path string, wants ...string) string {
	v.T.Helper()
	status, page := v.Get(path)
	if status != http.StatusOK {
		v.T.Fatalf("%s gives %d: %s", path, status, page)
	}
	return v.Holds(page, wants...)
}

// Holds fails unless a page holds all of these.
func (v Visitor) Holds(page string, wants ...string) string {
	v.T.Helper()
	for _, w := range wants {
		if !strings.Contains(page, w) {
			v.T.Fatalf("the page doesn't say %q:\n%s", w, page)
		}
	}
	return page
}

var (
	formRE   = regexp.MustCompile(`(?s)<form[^>]*action="([^"]*)"[^>]*>(.*?)</form>`)
	hiddenRE = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)
)

// Hidden gives the hidden fields of the page's first form with this address, as
// a browser would send them, and adds what is typed.
func (v Visitor) Hidden(page, action string, pairs ...string) url.Values {
	v.T.Helper()
	for _, m := range formRE.FindAllStringSubmatch(page, -1) {
		if m[1] != action {
			continue
		}
		out := url.Values{}
		for _, f := range hiddenRE.FindAllStringSubmatch(m[2], -1) {
			out.Add(f[1], f[2])
		}
		for i := 0; i < len(pairs); i += 2 {
			out.Set(pairs[i], pairs[i+1])
		}
		return out
	}
	v.T.Fatalf("no form leads to %s in\n%s", action, page)
	return nil
}
