package wechat

import (
	"cmp"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// App is one official account, as its administrator reads it off the page of
// developer settings. Its secrets lie in the zone's own settings file.
type App struct {
	ID     string `yaml:"appID"`
	Secret string `yaml:"appSecret"`
	Token  string `yaml:"token"`          // of the message server
	AESKey string `yaml:"encodingAESKey"` // of the message server: safe mode alone is spoken
	// API is another server of the same protocol, for the demo and the tests; ""
	// for WeChat's own.
	API string `yaml:"api,omitempty"`
	// JS is where pages inside WeChat load its JS-SDK from; "" for WeChat's own place.
	JS string `yaml:"js,omitempty"`
	// Told is the template by which people are told of what happens, and Reminder the
	// one of a subscription, for who refuses the first and has agreed to one more message.
	Told     Template `yaml:"told,omitempty"`
	Reminder Template `yaml:"reminder,omitempty"`
	// Mini is the office's mini program, to which WeChat calls people by other names
	// than to the account; zero where it has none.
	Mini MiniProgram `yaml:"miniProgram,omitempty"`
}

// MiniProgram is one as its own developer settings have it.
type MiniProgram struct {
	ID     string `yaml:"appID"`
	Secret string `yaml:"appSecret"`
}

// jsPlace is where WeChat itself gives its JS-SDK out.
const jsPlace = "https://res.wx.qq.com/open/js/jweixin-1.6.0.js"

// Script is the address of the JS-SDK.
func (a App) Script() string { return cmp.Or(a.JS, jsPlace) }

// Template is one that the account was given: its id, and which of its keywords
// ("thing1") takes what. A keyword that is left away isn't filled.
type Template struct {
	ID      string `yaml:"id,omitempty"`
	Subject string `yaml:"subject,omitempty"`
	Text    string `yaml:"text,omitempty"`
	Time    string `yaml:"time,omitempty"`
}

// Fill gives a template's values.
func (t Template) Fill(subject, text string, at time.Time) map[string]string {
	values := map[string]string{t.Subject: subject, t.Text: text, t.Time: at.In(china).Format("2006-01-02 15:04")}
	delete(values, "")
	return values
}

// china has kept one offset since 1991.
var china = time.FixedZone("CST", 8*60*60)

// Check says what can't be right, naming the setting.
func (a App) Check() error {
	var wrong []error
	for name, value := range map[string]string{"appID": a.ID, "appSecret": a.Secret, "token": a.Token} {
		if value == "" {
			wrong = append(wrong, fmt.Errorf("wechat.%s is missing: copy it from the account's developer settings", name))
		}
	}
	if key, err := base64.StdEncoding.DecodeString(a.AESKey + "="); len(a.AESKey) != 43 || err != nil || len(key) != 32 {
		wrong = append(wrong, errors.New("wechat.encodingAESKey has 43 letters and figures: copy it from the account's message server settings, and choose safe mode there"))
	}
	for name, t := range map[string]Template{"told": a.Told, "reminder": a.Reminder} {
		if t != (Template{}) && (t.ID == "" || t.Subject == "") {
			wrong = append(wrong, fmt.Errorf("wechat.%s has an id and a subject: copy the id of the template and the name of its keyword, thing1 for {{thing1.DATA}}", name))
		}
	}
	if m := a.Mini; m != (MiniProgram{}) && (m.ID == "" || m.Secret == "" || m.ID == a.ID) {
		wrong = append(wrong, errors.New("wechat.miniProgram has an appID and an appSecret of its own: copy them from the mini program's developer settings"))
	}
	if a.API != "" {
		if u, err := url.Parse(a.API); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			wrong = append(wrong, fmt.Errorf("wechat.api %q is no address: leave it away for WeChat's own", a.API))
		}
	}
	if u, err := url.Parse(a.Script()); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || strings.ContainsAny(u.Host, " ;,'\"*") {
		wrong = append(wrong, fmt.Errorf("wechat.js %q is no address: leave it away for WeChat's own", a.JS))
	}
	return errors.Join(wrong...)
}

// place is an address of WeChat's at the server that this account is spoken to through.
func (a App) place(address string) string {
	u, err := url.Parse(address)
	other, bad := url.Parse(a.API)
	if err != nil || bad != nil || a.API == "" {
		return address
	}
	u.Scheme, u.Host = other.Scheme, other.Host
	return u.String()
}
