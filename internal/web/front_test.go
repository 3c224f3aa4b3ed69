package web

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

func TestOnlyATrustedProxyIsBelievedInWhereARequestComesFrom(t *testing.T) {
	own, err := url.Parse("https://waiban.example.cn")
	if err != nil {
		t.Fatal(err)
	}
	behind := Front{URL: own, Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24"), netip.MustParsePrefix("fd00::5/128")}}
	for _, c := range []struct {
		front     Front
		peer      string
		forwarded []string
		want      string
	}{
		{Front{}, "203.0.113.9:1234", []string{"198.51.100.1"}, "203.0.113.9"}, // nobody is believed unless told so
		{behind, "203.0.113.9:1234", []string{"198.51.100.1"}, "203.0.113.9"},  // not a proxy of ours
		{behind, "10.0.0.5:1234", []string{"198.51.100.1"}, "198.51.100.1"},
		{behind, "[fd00::5]:1234", []string{"2001:db8::1"}, "2001:db8::1"},
		{behind, "[::ffff:10.0.0.5]:1234", []string{"198.51.100.1:5555"}, "198.51.100.1"},
		{behind, "10.0.0.5:1234", []string{"1.1.1.1, 198.51.100.1, 10.0.0.6"}, "198.51.100.1"}, // two proxies; the first was the reader's own word
		{behind, "10.0.0.5:1234", []string{"1.1.1.1", "198.51.100.1"}, "198.51.100.1"},
		{behind, "10.0.0.5:1234", []string{"198.51.100.1, nonsense"}, "10.0.0.5"},
		{behind, "10.0.0.5:1234", nil, "10.0.0.5"},
	} {
		r := httptest.NewRequest("GET", "http://10.0.0.2:8080/mine", nil)
		r.RemoteAddr = c.peer
		for _, f := range c.forwarded {
			r.Header.Add("X-Forwarded-For", f)
		}
		c.front.asSent(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			if got := Address(r); got != c.want {
				t.Errorf("%s by %v comes from %s, want %s", c.peer, c.forwarded, got, c.want)
			}
			if got := Absolute(r, "/mine"); c.front.URL != nil && got != "https://waiban.example.cn/mine" || c.front.URL == nil && got != "http://10.0.0.2:8080/mine" {
				t.Errorf("links lead to %s", got)
			}
		})).ServeHTTP(nil, r)
	}
}

// A stranger may send files all day: what was typed beside them is given back
// after signing in, and nothing else is held.
func TestFilesOfAStrangerAreNotHeld(t *testing.T) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	file, err := form.CreateFormFile("file", "scan.pdf")
	if err == nil {
		_, err = file.Write(make([]byte, 12<<20))
	}
	if err == nil {
		err = form.WriteField("note", "第二页")
	}
	if err == nil {
		err = form.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/cases/1/documents", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	if err := readTyped(r); err != nil {
		t.Fatal(err)
	}
	if wantsFragment(r) || len(Kept(r)) != 1 || Kept(r)[0].Value != "第二页" {
		t.Errorf("kept %v", Kept(r))
	}
	if r.MultipartForm != nil && len(r.MultipartForm.File) > 0 {
		t.Error("the file is held")
	}
	r = httptest.NewRequest("POST", "/cases/1/documents", strings.NewReader(fmt.Sprintf("--x\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n%s\r\n--x--\r\n", strings.Repeat("a", formLimit+1))))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	if err := readTyped(r); err == nil {
		t.Error("a text without end is held")
	}
}
