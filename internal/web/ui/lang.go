package ui

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/language"
)

// Lang is a language that Yitang speaks.
type Lang string

const (
	ZhHans Lang = "zh-Hans" // written by hand, the original
	ZhHant Lang = "zh-Hant" // made from zh-Hans at build time
	En     Lang = "en"      // written by hand
)

// Langs lists them in the order of the switch.
func Langs() []Lang { return []Lang{ZhHans, ZhHant, En} }

// Chinese tells whether dates, sums and lists are written the Chinese way.
func (l Lang) Chinese() bool { return l != En }

// Theme is how light the paper is.
type Theme string

const (
	Auto  Theme = "auto" // as the reader's system
	Light Theme = "light"
	Dark  Theme = "dark"
)

// Prefs is how one reader wants pages to look and speak. The zero value is
// simplified Chinese, the system's theme, ordinary size, comfortable.
type Prefs struct {
	Lang    Lang
	Theme   Theme
	Text    string // "", "125" or "150": size of the text in per cent (大字版)
	Density string // "" as the site has it, "compact" or "comfortable"
	NoKeys  bool   // single-letter keys switched off (WCAG 2.1.4)
}

type prefsKey struct{}

// With puts the reader's preferences where components find them.
func With(ctx context.Context, p Prefs) context.Context {
	return context.WithValue(ctx, prefsKey{}, p)
}

// PrefsOf gives the reader's preferences.
func PrefsOf(ctx context.Context) Prefs {
	p, _ := ctx.Value(prefsKey{}).(Prefs)
	if p.Lang == "" {
		p.Lang = ZhHans
	}
	if p.Theme == "" {
		p.Theme = Auto
	}
	return p
}

// LangOf gives the language that the page is written in.
func LangOf(ctx context.Context) Lang { return PrefsOf(ctx).Lang }

var matcher = language.NewMatcher([]language.Tag{
	language.SimplifiedChinese, language.TraditionalChinese, language.English,
})

// Match chooses a language: the cookie when it holds one of ours, else the
// best of Accept-Language, else simplified Chinese.
func Match(cookie, accept string) Lang {
	if l := Lang(cookie); slices.Contains(Langs(), l) {
		return l
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(tags) == 0 {
		return ZhHans
	}
	_, i, confidence := matcher.Match(tags...)
	if confidence == language.No {
		return ZhHans
	}
	return Langs()[i]
}

const prefsCookie = "look"

// ReadPrefs takes the preferences out of a request. What a cookie holds is
// checked against the closed lists; anything else counts as unset.
func ReadPrefs(r *http.Request) Prefs {
	v := url.Values{}
	if c, err := r.Cookie(prefsCookie); err == nil {
		if q, err := url.ParseQuery(c.Value); err == nil {
			v = q
		}
	}
	return prefsFrom(v, r.Header.Get("Accept-Language"))
}

func prefsFrom(v url.Values, accept string) Prefs {
	one := func(key string, of ...string) string {
		if got := v.Get(key); slices.Contains(of, got) {
			return got
		}
		return ""
	}
	return Prefs{
		Lang:    Match(v.Get("lang"), accept),
		Theme:   Theme(one("theme", "light", "dark", "auto")),
		Text:    one("text", "125", "150"),
		Density: one("density", "compact", "comfortable"),
		NoKeys:  one("keys", "off") == "off",
	}
}

func writePrefs(w http.ResponseWriter, r *http.Request, p Prefs) {
	v := url.Values{"lang": {string(p.Lang)}}
	set := func(key, value string) {
		if value != "" {
			v.Set(key, value)
		}
	}
	set("theme", string(p.Theme))
	set("text", p.Text)
	set("density", p.Density)
	if p.NoKeys {
		v.Set("keys", "off")
	}
	http.SetCookie(w, &http.Cookie{
		Name: prefsCookie, Value: v.Encode(), Path: "/",
		MaxAge:   int((365 * 24 * time.Hour).Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil,
	})
}

// Negotiate puts the reader's preferences into the context of each request.
// A GET with ?lang= remembers the language and returns to the plain address,
// so that a copied link doesn't carry somebody else's choice.
func Negotiate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := ReadPrefs(r)
		if r.Method == http.MethodGet && r.URL.Query().Has("lang") {
			q := r.URL.Query()
			p.Lang = Match(q.Get("lang"), string(p.Lang))
			q.Del("lang")
			writePrefs(w, r, p)
			to := url.URL{Path: r.URL.Path, RawQuery: q.Encode()}
			http.Redirect(w, r, cmp.Or(OnSite(to.String()), "/"), http.StatusSeeOther)
			return
		}
		w.Header().Add("Vary", "Cookie, Accept-Language")
		next.ServeHTTP(w, r.WithContext(With(r.Context(), p)))
	})
}

// SavePrefs answers the form of Display: it remembers the choice and returns
// to the page that the reader came from.
func SavePrefs(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
		return
	}
	writePrefs(w, r, prefsFrom(r.PostForm, string(ReadPrefs(r).Lang)))
	http.Redirect(w, r, cmp.Or(OnSite(r.PostForm.Get("back")), "/"), http.StatusSeeOther)
}

// OnSite keeps a redirect on this site: a path of ours as it is, "" for
// anything else. "//host" leaves the site, and so does "/\host"; browsers
// leave out tabs and line breaks before they read either.
func OnSite(to string) string {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsFunc(to, func(r rune) bool { return r == '\\' || unicode.IsControl(r) }) {
		return ""
	}
	return to
}
