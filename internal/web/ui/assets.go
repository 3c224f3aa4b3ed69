package ui

import (
	"embed"
	"encoding/json"
	"net/http"
	"path"
	"strings"
	"sync"
)

// dist is what make generate has made: bundles named by their content, and
// the words.
//
//go:embed dist
var dist embed.FS

// AssetsPath is where Assets expects to be mounted.
const AssetsPath = "/static/"

// UploadsPath is where large files go ahead of their form (js/resume).
const UploadsPath = "/uploads/"

// ContentSecurityPolicy is what pages made of this package need, and all they
// need: everything from the site itself, nothing inline, framed by nobody.
const ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

var bundles = sync.OnceValue(func() map[string]string {
	b, err := dist.ReadFile("dist/assets.json")
	if err != nil {
		panic("ui: the assets are missing from the build: run make generate")
	}
	var names map[string]string
	if err := json.Unmarshal(b, &names); err != nil {
		panic("ui: reading dist/assets.json: " + err.Error())
	}
	return names
})

// asset gives the address of a bundle: auto.css → /static/auto-5F3K2A.css.
func asset(name string) string { return AssetsPath + bundles()[name] }

// Assets serves style sheets and scripts under AssetsPath. Their names change
// with their content, so they may be kept for a year.
func Assets() http.Handler {
	known := map[string]bool{}
	for _, file := range bundles() {
		known[file] = true
	}
	types := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file := strings.TrimPrefix(r.URL.Path, AssetsPath)
		if !known[file] {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", types[path.Ext(file)])
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Add("Vary", "Accept-Encoding")
		name := "dist/" + file
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			name += ".gz"
		}
		b, err := dist.ReadFile(name)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodHead {
			_, _ = w.Write(b) // the reader has gone: nobody is left to tell
		}
	})
}
