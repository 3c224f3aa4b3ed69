package local

import (
	"cmp"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// The numbers that only this side says.
const (
	badAppID      = 40013
	badGrant      = 40002
	badSecret     = 40125
	noToken       = 41001
	wantsPost     = 43002
	badButtons    = 40016
	badButtonName = 40018
	badButtonKey  = 40019
	badButtonURL  = 40020
	badAction     = 40053
)

type refused struct {
	Code int64  `json:"errcode"`
	Says string `json:"errmsg"`
}

var fine = refused{0, "ok"}

// perToken is how long a token holds, and overlap how long before its end the
// next is given beside it.
const (
	perToken = 7200 * time.Second
	overlap  = 5 * time.Minute
	perCode  = 5 * time.Minute
)

func openID(app, name string) string {
	h := sha256.Sum256([]byte(app + " " + name))
	return "o" + base64.RawURLEncoding.EncodeToString(h[:])[:27]
}

func (s *Server) routes() {
	s.mux.HandleFunc("POST /cgi-bin/stable_token", s.stableToken)
	s.mux.HandleFunc("GET /sns/oauth2/access_token", s.trade)
	s.mux.HandleFunc("GET /sns/jscode2session", s.tradeMini)
	s.mux.HandleFunc("GET /connect/oauth2/authorize", s.authorize)
	for path, f := range map[string]func(r *http.Request, body []byte) any{
		"GET /cgi-bin/get_api_domain_ip":          func(*http.Request, []byte) any { return map[string]any{"ip_list": []string{"127.0.0.1"}} },
		"GET /cgi-bin/ticket/getticket":           s.jsTicket,
		"POST /cgi-bin/menu/create":               s.setMenu,
		"POST /cgi-bin/qrcode/create":             s.makeQR,
		"POST /cgi-bin/message/template/send":     s.sendTemplate,
		"POST /cgi-bin/message/subscribe/bizsend": s.sendSubscription,
	} {
		s.mux.HandleFunc(path, s.asked1(path, f))
	}
	s.mux.HandleFunc("/cgi-bin/", func(w http.ResponseWriter, r *http.Request) {
		say(w, refused{wantsPost, "require POST method, or no such interface: " + r.URL.Path})
	})
	s.jsRoutes()
	s.phoneRoutes()
}

func say(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(v) // whoever asked has gone
}

// asked1 is what each interface asks first: the token, and whether the day's
// limit isn't reached.
func (s *Server) asked1(path string, f func(*http.Request, []byte) any) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		token := r.URL.Query().Get("access_token")
		ends, given := s.tokens[token]
		switch {
		case token == "":
			say(w, refused{noToken, "access_token missing"})
		case !given:
			say(w, refused{40014, "invalid access_token"})
		case ends.IsZero():
			say(w, refused{40001, "invalid credential, access_token is invalid or not latest"})
		case !s.now().Before(ends):
			say(w, refused{42001, "access_token expired"})
		case !s.within(path):
			say(w, refused{45009, "reach max api daily quota limit"})
		default:
			say(w, f(r, body))
		}
	}
}

func (s *Server) within(path string) bool {
	day := s.now().In(time.FixedZone("", 8*60*60)).Format(time.DateOnly) + " " + path
	s.asked[day]++
	return s.asked[day] <= s.o.DayLimit
}

// Asked is how often an interface was asked today: "POST /cgi-bin/stable_token".
func (s *Server) Asked(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[s.now().In(time.FixedZone("", 8*60*60)).Format(time.DateOnly)+" "+path]
}

func (s *Server) stableToken(w http.ResponseWriter, r *http.Request) {
	var ask struct {
		Grant  string `json:"grant_type"`
		AppID  string `json:"appid"`
		Secret string `json:"secret"`
		Force  bool   `json:"force_refresh"`
	}
	err := json.NewDecoder(r.Body).Decode(&ask)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case err != nil:
		say(w, refused{47001, "data format error"})
		return
	case ask.Grant != "client_credential":
		say(w, refused{badGrant, "invalid grant_type"})
		return
	case ask.AppID != s.o.App.ID:
		say(w, refused{badAppID, "invalid appid"})
		return
	case ask.Secret != s.o.App.Secret:
		say(w, refused{badSecret, "invalid appsecret"})
		return
	case !s.within("POST /cgi-bin/stable_token"):
		say(w, refused{45009, "reach max api daily quota limit"})
		return
	}
	now := s.now()
	left := s.tokens[s.current].Sub(now)
	s.forced = slices.DeleteFunc(s.forced, func(at time.Time) bool { return now.Sub(at) > 24*time.Hour })
	if ask.Force && len(s.forced) >= 20 {
		say(w, refused{45009, "reach max api daily quota limit"})
		return
	}
	force := ask.Force && (len(s.forced) == 0 || now.Sub(s.forced[len(s.forced)-1]) >= 30*time.Second)
	switch {
	case force:
		for t, ends := range s.tokens {
			if ends.After(now) {
				s.tokens[t] = time.Time{}
			}
		}
		s.forced = append(s.forced, now)
		s.current = word(32)
		s.tokens[s.current] = now.Add(perToken)
	case s.current == "" || left <= overlap:
		s.current = word(32) // the one before holds to its end
		s.tokens[s.current] = now.Add(perToken)
	}
	say(w, map[string]any{"access_token": s.current, "expires_in": int(s.tokens[s.current].Sub(now).Seconds())})
}

func (s *Server) trade(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	s.mu.Lock()
	defer s.mu.Unlock()
	g, known := s.codes[q.Get("code")]
	switch {
	case q.Get("appid") != s.o.App.ID:
		say(w, refused{badAppID, "invalid appid"})
	case q.Get("secret") != s.o.App.Secret:
		say(w, refused{badSecret, "invalid appsecret"})
	case q.Get("grant_type") != "authorization_code":
		say(w, refused{badGrant, "invalid grant_type"})
	case !known || g.mini || s.now().After(g.ends):
		say(w, refused{40029, "invalid code"})
	case g.used:
		say(w, refused{40163, "code been used"})
	default:
		g.used = true
		s.codes[q.Get("code")] = g
		say(w, map[string]any{"access_token": word(32), "expires_in": 7200, "refresh_token": word(32), "openid": g.openID, "scope": "snsapi_base"})
	}
}

// authorize sends a browser back with a code. Who holds the phone is asked
// nothing, because the scope tells nothing but who they are.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	back, err := url.Parse(q.Get("redirect_uri"))
	c, noPhone := r.Cookie(phoneCookie)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case q.Get("appid") != s.o.App.ID:
		wrong(w, "appid 参数错误 (10013)")
	case err != nil || !s.allows(q.Get("redirect_uri")):
		wrong(w, "redirect_uri 域名与后台配置不一致 (10003)")
	case q.Get("response_type") != "code" || q.Get("scope") != "snsapi_base":
		wrong(w, "scope 参数错误或没有权限 (10005)")
	case len(q.Get("state")) > 128:
		wrong(w, "state 参数过长")
	case noPhone != nil || s.phone(c.Value) == nil:
		wrong(w, "请在微信客户端打开链接：先在本服务的首页选一部手机")
	default:
		code := word(16)
		s.codes[code] = grant{openID: c.Value, ends: s.now().Add(perCode)}
		v := back.Query()
		v.Set("code", code)
		v.Set("state", q.Get("state"))
		back.RawQuery = v.Encode()
		http.Redirect(w, r, back.String(), http.StatusFound)
	}
}

func wrong(w http.ResponseWriter, says string) { http.Error(w, says, http.StatusBadRequest) }

func (s *Server) jsTicket(r *http.Request, _ []byte) any {
	if r.URL.Query().Get("type") != "jsapi" {
		return refused{40097, "invalid args"}
	}
	if now := s.now(); s.tickets.Sub(now) <= 0 {
		s.ticket, s.tickets = word(32), now.Add(perToken)
	}
	return map[string]any{"errcode": 0, "errmsg": "ok", "ticket": s.ticket, "expires_in": int(s.tickets.Sub(s.now()).Seconds())}
}

// Signs tells whether a page at an address may use the JS-SDK with what it hands
// to wx.config.
func (s *Server) Signs(address, nonce, signature string, timestamp int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	u, err := url.Parse(address)
	if err != nil || u.Fragment != "" || !slices.Contains(s.o.Domains, u.Host) || s.ticket == "" {
		return false
	}
	h := sha1.Sum(fmt.Appendf(nil, "jsapi_ticket=%s&noncestr=%s&timestamp=%d&url=%s", s.ticket, nonce, timestamp, address))
	return hex.EncodeToString(h[:]) == signature
}

func (s *Server) setMenu(_ *http.Request, body []byte) any {
	var ask struct {
		Button []button `json:"button"`
	}
	if json.Unmarshal(body, &ask) != nil || len(ask.Button) < 1 || len(ask.Button) > 3 {
		return refused{badButtons, "invalid button size"}
	}
	for _, b := range ask.Button {
		switch {
		case b.Name == "" || len(b.Name) > 16:
			return refused{badButtonName, "invalid button name size"}
		case b.Type == "click" && (b.Key == "" || len(b.Key) > 128):
			return refused{badButtonKey, "invalid button key size"}
		case b.Type == "view" && (b.URL == "" || len(b.URL) > 1024):
			return refused{badButtonURL, "invalid button url size"}
		case b.Type != "click" && b.Type != "view":
			return refused{40017, "invalid button type"}
		}
	}
	s.menu = ask.Button
	s.keep()
	return fine
}

func (s *Server) makeQR(_ *http.Request, body []byte) any {
	var ask struct {
		Expire int64  `json:"expire_seconds"`
		Action string `json:"action_name"`
		Info   struct {
			Scene struct {
				Word string `json:"scene_str"`
			} `json:"scene"`
		} `json:"action_info"`
	}
	if json.Unmarshal(body, &ask) != nil || ask.Action != "QR_STR_SCENE" || len(ask.Info.Scene.Word) < 1 || len(ask.Info.Scene.Word) > 64 {
		return refused{badAction, "invalid action info"}
	}
	life := min(cmp.Or(ask.Expire, 60), 2592000)
	ticket := "gQ" + word(24)
	x := scene{ask.Info.Scene.Word, "http://weixin.qq.com/q/" + ticket, s.now().Add(time.Duration(life) * time.Second)}
	s.scenes[ticket] = x
	s.keep()
	return map[string]any{"ticket": ticket, "expire_seconds": life, "url": x.URL}
}

type sending struct {
	To       string `json:"touser"`
	Template string `json:"template_id"`
	URL      string `json:"url"`
	Page     string `json:"page"`
	Once     string `json:"client_msg_id"`
	Data     map[string]struct {
		Value string `json:"value"`
	} `json:"data"`
}

func (s *Server) sendTemplate(_ *http.Request, body []byte) any {
	var m sending
	if json.Unmarshal(body, &m) != nil {
		return refused{47001, "data format error"}
	}
	if id, done := s.sent[m.To+m.Once]; m.Once != "" && done && s.now().Sub(s.sentAt[m.To+m.Once]) < 10*time.Minute {
		return map[string]any{"errcode": 0, "errmsg": "ok", "msgid": id}
	}
	t, known := s.template(m.Template)
	p := s.phone(m.To)
	switch {
	case p == nil:
		return refused{40003, "invalid openid"}
	case !known || t.Subscription:
		return refused{40037, "invalid template_id"}
	case !p.Follows:
		return refused{43004, "require subscribe"}
	case slices.Contains(p.Refuses, t.ID):
		return refused{43101, "user refuse to accept the msg"}
	case m.URL != "" && !s.allows(m.URL):
		return refused{40048, "invalid url domain"}
	}
	lines, bad := s.filled(t, m)
	if bad != nil {
		return *bad
	}
	s.serial++
	id := s.serial
	s.sent[m.To+m.Once], s.sentAt[m.To+m.Once] = id, s.now()
	status := "success"
	if p.Blocks {
		status = "failed:user block"
	} else {
		s.show(p, Bubble{Title: t.Title, Lines: lines, Link: m.URL})
	}
	s.tell(p.OpenID, event{Event: "TEMPLATESENDJOBFINISH", Receipt: id, Status: status})
	return map[string]any{"errcode": 0, "errmsg": "ok", "msgid": id}
}

func (s *Server) sendSubscription(_ *http.Request, body []byte) any {
	var m sending
	if json.Unmarshal(body, &m) != nil {
		return refused{47001, "data format error"}
	}
	t, known := s.template(m.Template)
	p := s.phone(m.To)
	switch {
	case p == nil:
		return refused{40003, "invalid openid"}
	case !known || !t.Subscription:
		return refused{40037, "invalid template_id"}
	case p.Consents[t.ID] == 0:
		return refused{43101, "user refuse to accept the msg"}
	case m.Page != "" && !s.allows(m.Page):
		return refused{40048, "invalid url domain"}
	}
	lines, bad := s.filled(t, m)
	if bad != nil {
		return *bad
	}
	p.Consents[t.ID]--
	s.serial++
	s.show(p, Bubble{Title: t.Title, Lines: lines, Link: m.Page})
	s.tell(p.OpenID, event{Event: "subscribe_msg_sent_event", Sent: &answers{[]answer{{Template: t.ID, Receipt: s.serial, Status: "success"}}}})
	return fine
}

var kinds = map[string]func(string) bool{
	"thing":            func(v string) bool { return utf8.RuneCountInString(v) <= 20 },
	"const":            func(v string) bool { return utf8.RuneCountInString(v) <= 20 },
	"character_string": regexp.MustCompile(`^[!-~ ]{1,32}$`).MatchString,
	"letter":           regexp.MustCompile(`^[A-Za-z]{1,32}$`).MatchString,
	"number":           regexp.MustCompile(`^[0-9.]{1,32}$`).MatchString,
	"phrase":           regexp.MustCompile(`^\p{Han}{1,5}$`).MatchString,
	"time":             regexp.MustCompile(`^\d{4}(年\d{1,2}月\d{1,2}日|-\d{2}-\d{2})?( ?\d{1,2}:\d{2}(:\d{2})?)?$`).MatchString,
	"date":             regexp.MustCompile(`^\d{4}(年\d{1,2}月\d{1,2}日|-\d{2}-\d{2})$`).MatchString,
}

// filled holds each value to what its keyword may have.
func (s *Server) filled(t Template, m sending) ([]Line, *refused) {
	var lines []Line
	for _, k := range t.Keywords {
		v := m.Data[k.Key].Value
		if holds := kinds[strings.TrimRight(k.Key, "0123456789")]; v == "" || holds != nil && !holds(v) {
			return nil, &refused{47003, fmt.Sprintf("argument invalid! data.%s.value invalid", k.Key)}
		}
		lines = append(lines, Line{k.Label, v})
	}
	for key := range m.Data {
		if !slices.ContainsFunc(t.Keywords, func(k Keyword) bool { return k.Key == key }) {
			return nil, &refused{47003, fmt.Sprintf("argument invalid! data.%s is no keyword", key)}
		}
	}
	return lines, nil
}
