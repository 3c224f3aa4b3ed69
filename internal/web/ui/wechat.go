package ui

import (
	"net/url"
	"strings"
)

// SDK is WeChat's script on a page that is open inside WeChat, and what signs the page
// for it (js/wechat.js). The page does all that it is for without it too.
type SDK struct {
	Script   string // its address
	Config   string // JSON, for wx.config
	Reminder string // template of a reminder that somebody may agree to once; ""
}

// Policy is the content policy of such a page: that of all, and the script's origin.
func (s SDK) Policy() string {
	u, err := url.Parse(s.Script)
	if err != nil {
		return ContentSecurityPolicy
	}
	return strings.Replace(ContentSecurityPolicy, "script-src 'self'", "script-src 'self' "+(&url.URL{Scheme: u.Scheme, Host: u.Host}).String(), 1)
}
