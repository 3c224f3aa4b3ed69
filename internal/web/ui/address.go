package ui

import "net/url"

// withLang is this page in another language. Negotiate takes the language out
// of the address again.
func withLang(path string, l Lang) string {
	u, err := url.Parse(path)
	if err != nil {
		return "/?lang=" + string(l)
	}
	q := u.Query()
	q.Set("lang", string(l))
	u.RawQuery = q.Encode()
	return u.String()
}

// displayURL leads to the reader's settings and back to this page.
func displayURL(path string) string {
	return "/display?" + url.Values{"back": {path}}.Encode()
}
