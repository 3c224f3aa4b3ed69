package local

import (
	_ "embed"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
)

// phoneCookie says which phone a browser is.
const phoneCookie = "wechat_phone"

func (s *Server) phoneRoutes() {
	s.mux.HandleFunc("GET /{$}", s.getPhones)
	s.mux.HandleFunc("GET /phone.css", s.getStyle)
	s.mux.HandleFunc("GET /phone/{openid}", s.getPhone)
	s.mux.HandleFunc("POST /phone/{openid}/{act}", s.postPhone)
	s.mux.HandleFunc("POST /phone/{openid}/wx.login", s.postLogin)
}

func (s *Server) getPhones(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	v := phonesView{Account: s.o.Name}
	for _, p := range s.phones {
		v.Phones = append(v.Phones, *p)
	}
	s.mu.Unlock()
	show(w, r, phonesPage(v))
}

func (s *Server) getPhone(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	p := s.phone(r.PathValue("openid"))
	if p == nil {
		s.mu.Unlock()
		http.NotFound(w, r)
		return
	}
	v := phoneView{Account: s.o.Name, Phone: *p, Menu: s.menu}
	v.Phone.Chat = slices.Clone(p.Chat)
	for _, t := range s.o.Templates {
		v.Templates = append(v.Templates, templateRow{t, p.Consents[t.ID], slices.Contains(p.Refuses, t.ID)})
	}
	for ticket, x := range s.scenes {
		if s.now().Before(x.Ends) {
			v.Scenes = append(v.Scenes, sceneRow{ticket, x})
		}
	}
	s.mu.Unlock()
	slices.SortFunc(v.Scenes, func(a, b sceneRow) int { return strings.Compare(a.Word+a.Ticket, b.Word+b.Ticket) })
	http.SetCookie(w, &http.Cookie{Name: phoneCookie, Value: p.OpenID, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	show(w, r, phonePage(v))
}

// postPhone does what somebody does with their phone, and shows it again when
// the answer is there.
func (s *Server) postPhone(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	p := s.phone(r.PathValue("openid"))
	s.mu.Unlock()
	if p == nil {
		http.NotFound(w, r)
		return
	}
	what := r.PostFormValue("what")
	switch r.PathValue("act") {
	case "follow":
		s.follow(p, "")
	case "leave":
		s.Leave(p.Name)
	case "say":
		s.Say(p.Name, what)
	case "press":
		if to := s.Press(p.Name, what); to != "" {
			http.Redirect(w, r, to, http.StatusSeeOther)
			return
		}
	case "aim":
		s.Aim(p.Name, what)
	case "scan":
		s.scan(p, what)
	case "agree":
		s.Agree(p.Name, what, true)
	case "refuse":
		s.Agree(p.Name, what, false)
	case "block":
		s.Block(p.Name)
	default:
		http.NotFound(w, r)
		return
	}
	http.Redirect(w, r, "/phone/"+p.OpenID, http.StatusSeeOther)
}

func (s *Server) named(name string) *Phone {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.phones {
		if p.Name == name {
			return p
		}
	}
	panic("nobody's phone is called " + name)
}

// Letter lays on a phone what somebody else than the account has sent, in the place of
// what lay there: the account can't write to who doesn't follow it.
func (s *Server) Letter(name, from, text string) {
	p := s.named(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(p.Letters) > 0 && p.Letters[0].Title == from && p.Letters[0].Text == text {
		return
	}
	p.Letters = []Bubble{{Title: from, Text: text, At: s.now()}}
	s.keep()
}

// Follow lets somebody follow the account.
func (s *Server) Follow(name string) { s.follow(s.named(name), "") }

func (s *Server) follow(p *Phone, scene string) {
	s.mu.Lock()
	was := p.Follows
	p.Follows = true
	s.keep()
	s.mu.Unlock()
	switch {
	case !was && scene != "":
		s.ask(p.OpenID, event{Event: "subscribe", Key: "qrscene_" + scene})
	case !was:
		s.ask(p.OpenID, event{Event: "subscribe"})
	case scene != "":
		s.ask(p.OpenID, event{Event: "SCAN", Key: scene})
	}
}

// Leave lets somebody leave the account: their chat with it is gone.
func (s *Server) Leave(name string) {
	p := s.named(name)
	s.mu.Lock()
	was := p.Follows
	p.Follows, p.Chat = false, nil
	clear(p.Consents)
	s.keep()
	s.mu.Unlock()
	if was {
		s.ask(p.OpenID, event{Event: "unsubscribe"})
	}
}

// Say writes into the chat. Only followers can.
func (s *Server) Say(name, text string) {
	p := s.named(name)
	s.mu.Lock()
	follows := p.Follows
	if follows && text != "" {
		s.show(p, Bubble{Mine: true, Text: text})
	}
	s.mu.Unlock()
	if follows && text != "" {
		s.ask(p.OpenID, event{Type: "text", Content: text})
	}
}

// Press presses a menu entry and gives the address that it opens; "" for one
// that asks for an answer.
func (s *Server) Press(name, entry string) string {
	p := s.named(name)
	s.mu.Lock()
	follows := p.Follows
	i := slices.IndexFunc(s.menu, func(b button) bool { return b.Name == entry })
	var b button
	if i >= 0 {
		b = s.menu[i]
	}
	s.mu.Unlock()
	switch {
	case !follows || i < 0:
	case b.Type == "view":
		s.mu.Lock()
		s.tell(p.OpenID, event{Event: "VIEW", Key: b.URL})
		s.mu.Unlock()
		return b.URL
	default:
		s.ask(p.OpenID, event{Event: "CLICK", Key: b.Key})
	}
	return ""
}

// Aim holds the phone's camera at a code, for a page that asks to scan one.
func (s *Server) Aim(name, ticket string) {
	p := s.named(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	p.Aim = ticket
	s.keep()
}

// AimAt is Aim by the word of a code.
func (s *Server) AimAt(name, word string) {
	s.mu.Lock()
	ticket := ""
	for t, x := range s.scenes {
		if x.Word == word && s.now().Before(x.Ends) {
			ticket = t
		}
	}
	s.mu.Unlock()
	s.Aim(name, ticket)
}

// Scan scans the code that was made with a word.
func (s *Server) Scan(name, word string) bool {
	p := s.named(name)
	s.mu.Lock()
	ticket := ""
	for t, x := range s.scenes {
		if x.Word == word && s.now().Before(x.Ends) {
			ticket = t
		}
	}
	s.mu.Unlock()
	return ticket != "" && s.scan(p, ticket)
}

func (s *Server) scan(p *Phone, ticket string) bool {
	s.mu.Lock()
	x, there := s.scenes[ticket]
	live := there && s.now().Before(x.Ends)
	s.mu.Unlock()
	if live {
		s.follow(p, x.Word)
	}
	return live
}

// Agree answers the question whether one more message of a template may come.
// A no to a template that needs no consent refuses it from now on.
func (s *Server) Agree(name, template string, yes bool) {
	p := s.named(name)
	s.mu.Lock()
	t, known := s.template(template)
	if !known {
		s.mu.Unlock()
		return
	}
	says := answer{Template: template, Says: "accept"}
	switch {
	case t.Subscription && yes:
		p.Consents[template]++
	case t.Subscription:
		p.Consents[template], says.Says = 0, "reject"
	case yes:
		p.Refuses = slices.DeleteFunc(p.Refuses, func(id string) bool { return id == template })
	case !slices.Contains(p.Refuses, template):
		p.Refuses = append(p.Refuses, template)
	}
	s.keep()
	s.mu.Unlock()
	if t.Subscription {
		s.ask(p.OpenID, event{Event: "subscribe_msg_popup_event", Popup: &answers{[]answer{says}}})
	}
}

type phonesView struct {
	Account string
	Phones  []Phone
}

type phoneView struct {
	Account   string
	Phone     Phone
	Menu      []button
	Templates []templateRow
	Scenes    []sceneRow
}

type templateRow struct {
	Template
	Consents int
	Refused  bool
}

type sceneRow struct {
	Ticket string
	scene
}

// piece is a part of a text: words, or a link.
type piece struct{ Text, URL string }

var anchor = regexp.MustCompile(`<a href="(https?://[^"<>]+)">([^<>]+)</a>`)

// pieces takes the links out of a text as WeChat does.
func pieces(text string) []piece {
	var out []piece
	for {
		at := anchor.FindStringSubmatchIndex(text)
		if at == nil {
			return append(out, piece{Text: text})
		}
		out = append(out, piece{Text: text[:at[0]]}, piece{Text: text[at[4]:at[5]], URL: text[at[2]:at[3]]})
		text = text[at[1]:]
	}
}

func spot(p Place) string { return fmt.Sprintf("%.6f,%.6f", p.Lat, p.Lng) }

func clockOf(t time.Time) string { return t.In(time.FixedZone("", 8*60*60)).Format("1月2日 15:04") }

func show(w http.ResponseWriter, r *http.Request, page templ.Component) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'")
	_ = page.Render(r.Context(), w) // whoever asked has gone
}

func (s *Server) getStyle(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(style)
}

//go:embed phone.css
var style []byte

// Block stops all the account's messages to somebody, or lets them in again.
func (s *Server) Block(name string) {
	p := s.named(name)
	s.mu.Lock()
	defer s.mu.Unlock()
	p.Blocks = !p.Blocks
	s.keep()
}

// Again sends the message that somebody wrote last once more, as WeChat does
// when an answer comes too late.
func (s *Server) Again(name string) {
	p := s.named(name)
	s.mu.Lock()
	last, was := s.last[p.OpenID]
	s.mu.Unlock()
	if was {
		s.deliver(last)
	}
}
