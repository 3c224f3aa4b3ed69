package local

import (
	"net/http"
)

// The mini program: what wx.login gives it on a phone, and what its office trades that for.

const noCode = 41008

// Login is the code that wx.login gives the mini program on somebody's phone.
func (s *Server) Login(name string) string { return s.login(s.named(name)) }

func (s *Server) login(p *Phone) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	code := word(16)
	s.codes[code] = grant{openID: openID(s.o.App.Mini.ID, p.Name), ends: s.now().Add(perCode), mini: true}
	return code
}

// MiniOpenID is what somebody is called to the mini program.
func (s *Server) MiniOpenID(name string) string { return openID(s.o.App.Mini.ID, name) }

// postLogin is wx.login for a mini program that runs in a simulator.
func (s *Server) postLogin(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	p := s.phone(r.PathValue("openid"))
	s.mu.Unlock()
	if p == nil {
		http.NotFound(w, r)
		return
	}
	say(w, map[string]string{"code": s.login(p), "errMsg": "login:ok"})
}

func (s *Server) tradeMini(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	s.mu.Lock()
	defer s.mu.Unlock()
	m, code := s.o.App.Mini, q.Get("js_code")
	g, known := s.codes[code]
	switch {
	case m.ID == "" || q.Get("appid") != m.ID:
		say(w, refused{badAppID, "invalid appid"})
	case q.Get("secret") != m.Secret:
		say(w, refused{badSecret, "invalid appsecret"})
	case q.Get("grant_type") != "authorization_code":
		say(w, refused{badGrant, "invalid grant_type"})
	case code == "":
		say(w, refused{noCode, "missing code"})
	case !s.within("GET /sns/jscode2session"):
		say(w, refused{45009, "reach max api daily quota limit"})
	case !known || !g.mini || !s.now().Before(g.ends):
		say(w, refused{40029, "invalid code"})
	case g.used:
		say(w, refused{40163, "code been used"})
	default:
		g.used = true
		s.codes[code] = g
		say(w, map[string]string{"openid": g.openID, "session_key": word(12)})
	}
}
