package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestPagesTravelPackedUnlessAnotherSiteAskedForThem(t *testing.T) {
	page := "<p>" + strings.Repeat("云江市外事服务大厅 ", 300)
	mime := ""
	h := packed(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mime)
		io.WriteString(w, page)
	}))
	for _, c := range []struct {
		what, mime, takes, site, referer, query string
		packs                                   bool
	}{
		{"a link on the site", "text/html; charset=utf-8", "gzip, br", "same-origin", "", "", true},
		{"an address that was typed", "text/html; charset=utf-8", "gzip", "none", "", "", true},
		{"a browser that says nothing", "text/html; charset=utf-8", "gzip", "", "", "", true},
		{"one that says nothing of a guess", "text/html; charset=utf-8", "gzip", "", "", "q=guess", false},
		{"a search on the site", "text/html; charset=utf-8", "gzip", "same-origin", "", "q=word", true},
		{"one that says from which page of ours", "text/html; charset=utf-8", "gzip", "", "http://example.com/cases", "", true},
		{"an answer to a program", "application/json", "gzip", "", "", "", true},
		{"who takes it plain", "text/html; charset=utf-8", "", "same-origin", "", "", false},
		{"another site", "text/html; charset=utf-8", "gzip", "cross-site", "", "", false},
		{"a neighbour", "text/html; charset=utf-8", "gzip", "same-site", "", "", false},
		{"another site's page, by an older browser", "text/html; charset=utf-8", "gzip", "", "http://evil.example/", "", false},
		{"a document", "application/pdf", "gzip", "same-origin", "", "", false},
	} {
		mime = c.mime
		r := httptest.NewRequest("GET", "http://example.com/?"+c.query, nil)
		r.Header.Set("Accept-Encoding", c.takes)
		r.Header.Set("Sec-Fetch-Site", c.site)
		r.Header.Set("Referer", c.referer)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		var body io.Reader = w.Body
		small := w.Body.Len() < len(page)/3
		if w.Header().Get("Content-Encoding") == "gzip" {
			z, err := gzip.NewReader(body)
			if err != nil {
				t.Fatal(err)
			}
			body = z
		}
		got, err := io.ReadAll(body)
		if err != nil || string(got) != page {
			t.Errorf("%s: what comes isn't what was written: %v", c.what, err)
		}
		if small != c.packs || c.packs && !strings.Contains(strings.Join(w.Header().Values("Vary"), ","), "Accept-Encoding") {
			t.Errorf("%s: packed %v, %v", c.what, small, w.Header())
		}
	}
}
