package local

import (
	_ "embed"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// jsPath is where the JS-SDK is given out, as WeChat's own is.
const jsPath = "/open/js/jweixin-1.6.0.js"

//go:embed jweixin.js
var jweixin []byte

// page is one that is open in somebody's WeChat and whose signature was right.
type page struct {
	openID string
	apis   []string
	tags   []string
}

// Place is what somebody's map shows.
type Place struct {
	Name    string  `json:"name"`
	Address string  `json:"address"`
	Lat     float64 `json:"lat"`
	Lng     float64 `json:"lng"`
}

func (s *Server) jsRoutes() {
	s.mux.HandleFunc("GET "+jsPath, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		_, _ = w.Write(jweixin)
	})
	s.mux.HandleFunc("GET /jssdk/config", s.answering(s.jsConfig))
	s.mux.HandleFunc("GET /jssdk/openLocation", s.answering(s.using("openLocation", s.openLocation)))
	s.mux.HandleFunc("GET /jssdk/scanQRCode", s.answering(s.using("scanQRCode", s.scanQRCode)))
	s.mux.HandleFunc("GET /jssdk/subscribe", s.answering(s.subscribe))
}

type said map[string]any

var callback = regexp.MustCompile(`^jweixin_[0-9]{1,6}$`)

// answering gives an answer to the script that stands in the page.
func (s *Server) answering(f func(q url.Values, openID string) said) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		q, openID := r.URL.Query(), ""
		c := q.Get("callback")
		if k, err := r.Cookie(phoneCookie); err == nil {
			openID = k.Value
		}
		text, err := json.Marshal(f(q, openID))
		if err != nil || !callback.MatchString(c) {
			http.Error(w, "bad request", http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write([]byte(c + "(" + string(text) + ");"))
	}
}

// jsConfig is wx.config: whose page it is, on which host, and whether it is signed.
func (s *Server) jsConfig(q url.Values, openID string) said {
	at, err := strconv.ParseInt(q.Get("timestamp"), 10, 64)
	u, bad := url.Parse(q.Get("url"))
	s.mu.Lock()
	p := s.phone(openID)
	listed := bad == nil && slices.Contains(s.o.Domains, u.Host)
	s.mu.Unlock()
	switch {
	case p == nil:
		return said{"errMsg": "config:fail, not in WeChat"}
	case q.Get("appId") != s.o.App.ID:
		return said{"errMsg": "config:fail, invalid appid"}
	case !listed:
		return said{"errMsg": "config:fail, invalid url domain"}
	case err != nil || !s.Signs(q.Get("url"), q.Get("nonceStr"), q.Get("signature"), at):
		return said{"errMsg": "config:fail, invalid signature"}
	}
	token := word(16)
	s.mu.Lock()
	s.pages[token] = page{openID, strings.Split(q.Get("apis"), ","), strings.Split(q.Get("tags"), ",")}
	tags := s.pages[token].tags
	s.mu.Unlock()
	return said{"errMsg": "config:ok", "page": token, "tags": tags}
}

// using lets a page call what its wx.config asked for, and nothing else.
func (s *Server) using(api string, f func(url.Values, *Phone) said) func(url.Values, string) said {
	return func(q url.Values, openID string) said {
		s.mu.Lock()
		defer s.mu.Unlock()
		g, signed := s.pages[q.Get("page")]
		if !signed || g.openID != openID || !slices.Contains(g.apis, api) {
			return said{"errMsg": api + ":fail, the permission value is offline verifying"}
		}
		return f(q, s.phone(openID))
	}
}

func (s *Server) openLocation(q url.Values, p *Phone) said {
	lat, bad := strconv.ParseFloat(q.Get("latitude"), 64)
	lng, worse := strconv.ParseFloat(q.Get("longitude"), 64)
	if bad != nil || worse != nil || lat < -90 || lat > 90 || lng < -180 || lng > 180 {
		return said{"errMsg": "openLocation:fail, invalid latitude or longitude"}
	}
	p.Map = &Place{q.Get("name"), q.Get("address"), lat, lng}
	s.keep()
	return said{"errMsg": "openLocation:ok"}
}

// scanQRCode reads what the phone's camera is held at.
func (s *Server) scanQRCode(q url.Values, p *Phone) said {
	x, there := s.scenes[p.Aim]
	switch {
	case !there || !s.now().Before(x.Ends):
		return said{"errMsg": "scanQRCode:cancel"}
	case q.Get("needResult") != "1":
		return said{"errMsg": "scanQRCode:ok"} // WeChat itself goes on with it
	}
	return said{"errMsg": "scanQRCode:ok", "resultStr": x.URL}
}

// subscribe is what somebody answers to the open tag of a subscription.
func (s *Server) subscribe(q url.Values, openID string) said {
	s.mu.Lock()
	g, signed := s.pages[q.Get("page")]
	t, known := s.template(q.Get("template"))
	p := s.phone(openID)
	s.mu.Unlock()
	switch {
	case !signed || g.openID != openID || p == nil || !slices.Contains(g.tags, "wx-open-subscribe"):
		return said{"errMsg": "subscribe:fail", "errCode": 10001}
	case !known || !t.Subscription:
		return said{"errMsg": "subscribe:fail, no template data return, verify the template id exist", "errCode": 20001}
	}
	yes := q.Get("says") == "accept"
	s.Agree(p.Name, t.ID, yes)
	return said{"errMsg": "subscribe:ok", "status": map[bool]string{true: "accept", false: "reject"}[yes]}
}
