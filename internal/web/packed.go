package web

import (
	"fmt"
	"net/http"
	"net/url"

	"github.com/klauspost/compress/gzhttp"
)

// packed sends pages compressed to whoever takes them so: over a slow line the
// text of a page is a third of what it is otherwise. What is compressed already,
// as files and assets are, goes as it is.
//
// A request that another site has caused is answered unpacked. Of a packed page
// its length tells whoever watches the line how well a guess, put into the
// address, fits what else stands there (BREACH), and it takes many guesses,
// which only another site makes somebody's browser ask for.
func packed(next http.Handler) http.Handler {
	wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1400), gzhttp.ContentTypes([]string{"text/html", "text/plain", "image/svg+xml", "text/csv", "text/calendar", "application/json", "application/problem+json"}), gzhttp.RandomJitter(32, 0, false))
	if err != nil {
		panic(fmt.Sprintf("setting up compression: %v", err)) // the options are those of this line
	}
	small := wrap(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if fromElsewhere(r) {
			next.ServeHTTP(w, r)
			return
		}
		small.ServeHTTP(w, r)
	})
}

// fromElsewhere tells whether another site has made, or may have made, a browser ask.
// Where the browser doesn't say so itself, as an old one or over plain HTTP, the page
// before does; where that isn't told either, an address without a guess in it is safe.
func fromElsewhere(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return false
	case "":
		before, err := url.Parse(r.Referer())
		if err == nil && before.Host == "" {
			return r.URL.RawQuery != ""
		}
		return err != nil || before.Host != r.Host
	}
	return true
}
