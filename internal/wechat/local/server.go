package local

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"slices"
	"sync"
	"time"

	"yitang/internal/wechat"
)

// Options say what official account the server has and who its people are.
type Options struct {
	App       wechat.App // its API is the server's own address
	Name      string     // of the account, as chats have it
	Callback  string     // the message server of whoever runs the account
	Domains   []string   // hosts that browsers may be sent back to
	Templates []Template
	People    []string // what their phones call them
	Clock     func() time.Time
	// DayLimit is how often a day each interface may be asked; 0: a hundred thousand times.
	DayLimit int
	// File keeps what the phones hold over a restart; "" for a server that forgets.
	File string
}

// Template is one form of messages that the account was given.
type Template struct {
	ID           string
	Title        string
	Keywords     []Keyword
	Subscription bool // needs consent for each message
}

// Keyword is one value of a template.
type Keyword struct{ Key, Label string }

// Server is the server. It is safe for concurrent use.
type Server struct {
	o   Options
	mux *http.ServeMux

	mu      sync.Mutex           // guards what follows
	tokens  map[string]time.Time // end of each that was given; zero: replaced
	current string
	forced  []time.Time // forced refreshes of the last day
	ticket  string
	tickets time.Time        // its end
	codes   map[string]grant // of web authorisation
	pages   map[string]page  // that may use the JS-SDK
	scenes  map[string]scene // by ticket
	asked   map[string]int   // by day and interface
	sent    map[string]int64 // by client_msg_id and openid
	sentAt  map[string]time.Time
	menu    []button
	serial  int64
	phones  []*Phone
	down    bool
	deaf    bool             // answers are lost on their way back
	last    map[string]event // that somebody waits for an answer to, by openid

	running sync.WaitGroup // events on their way to the message server
}

// Phone is what lies on somebody's phone.
type Phone struct {
	OpenID   string         `json:"openID"`
	Name     string         `json:"name"`
	Follows  bool           `json:"follows"`
	Blocks   bool           `json:"blocks"`  // takes none of the account's messages
	Refuses  []string       `json:"refuses"` // templates
	Consents map[string]int `json:"consents"`
	Chat     []Bubble       `json:"chat"`
	Letters  []Bubble       `json:"letters,omitempty"` // from others than the account
	Map      *Place         `json:"map,omitempty"`     // what the map shows that a page has opened
	Aim      string         `json:"aim,omitempty"`     // ticket of the code that the camera is held at
}

// Bubble is one message in a chat.
type Bubble struct {
	Mine  bool      `json:"mine"`
	At    time.Time `json:"at"`
	Title string    `json:"title,omitempty"` // of a template, or who sent it
	Text  string    `json:"text,omitempty"`
	Lines []Line    `json:"lines,omitempty"`
	Link  string    `json:"link,omitempty"`
	Note  bool      `json:"note,omitempty"` // WeChat's own words
}

// Line is one value of a template message.
type Line struct{ Label, Value string }

type grant struct {
	openID string
	ends   time.Time
	used   bool
	mini   bool // of wx.login, and not of web authorisation
}

type scene struct {
	Word string
	URL  string
	Ends time.Time
}

type button struct {
	Type string `json:"type"`
	Name string `json:"name"`
	Key  string `json:"key"`
	URL  string `json:"url"`
}

// New makes a server.
func New(o Options) (*Server, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.DayLimit == 0 {
		o.DayLimit = 100_000
	}
	s := &Server{o: o, mux: http.NewServeMux(), tokens: map[string]time.Time{}, codes: map[string]grant{}, pages: map[string]page{}, scenes: map[string]scene{},
		asked: map[string]int{}, sent: map[string]int64{}, sentAt: map[string]time.Time{}, last: map[string]event{}}
	for _, name := range o.People {
		s.phones = append(s.phones, &Phone{OpenID: openID(o.App.ID, name), Name: name, Consents: map[string]int{}})
	}
	if err := s.load(); err != nil {
		return nil, err
	}
	s.routes()
	return s, nil
}

// Handler serves the protocol and the phones.
func (s *Server) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		down, deaf := s.down, s.deaf
		s.mu.Unlock()
		if deaf {
			s.mux.ServeHTTP(lost{}, r)
			panic(http.ErrAbortHandler)
		}
		if down {
			http.Error(w, "system error", http.StatusServiceUnavailable)
			return
		}
		s.mux.ServeHTTP(w, r)
	})
}

// lost is an answer that nobody hears.
type lost struct{}

func (lost) Header() http.Header         { return http.Header{} }
func (lost) Write(b []byte) (int, error) { return len(b), nil }
func (lost) WriteHeader(int)             {}

// Deaf lets answers be lost after the server has done what it was asked.
func (s *Server) Deaf(deaf bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deaf = deaf
}

// Down lets the server answer nothing, or answer again.
func (s *Server) Down(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

// Wait returns when every event has reached the message server, or failed to.
func (s *Server) Wait() { s.running.Wait() }

// kept is what outlives a restart.
type kept struct {
	Phones []*Phone         `json:"phones"`
	Scenes map[string]scene `json:"scenes"`
	Menu   []button         `json:"menu"`
}

func (s *Server) load() error {
	if s.o.File == "" {
		return nil
	}
	text, err := os.ReadFile(s.o.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var lay kept
	if err == nil {
		err = json.Unmarshal(text, &lay)
	}
	if err != nil {
		return fmt.Errorf("reading the phones in %s: %w", s.o.File, err)
	}
	was := lay.Phones
	s.menu = lay.Menu
	for ticket, x := range lay.Scenes {
		s.scenes[ticket] = x
	}
	for i, p := range s.phones {
		if at := slices.IndexFunc(was, func(w *Phone) bool { return w.OpenID == p.OpenID }); at >= 0 {
			s.phones[i] = was[at]
			if was[at].Consents == nil {
				was[at].Consents = map[string]int{}
			}
		}
	}
	return nil
}

// keep writes the phones down. Who holds mu calls it; a demo that can't write
// goes on, and its phones are empty after a restart.
func (s *Server) keep() {
	if s.o.File == "" {
		return
	}
	if text, err := json.Marshal(kept{s.phones, s.scenes, s.menu}); err == nil {
		_ = os.WriteFile(s.o.File, text, 0o600)
	}
}

func (s *Server) now() time.Time { return s.o.Clock() }

func (s *Server) phone(openID string) *Phone {
	if i := slices.IndexFunc(s.phones, func(p *Phone) bool { return p.OpenID == openID }); i >= 0 {
		return s.phones[i]
	}
	return nil
}

func (s *Server) template(id string) (Template, bool) {
	i := slices.IndexFunc(s.o.Templates, func(t Template) bool { return t.ID == id })
	if i < 0 {
		return Template{}, false
	}
	return s.o.Templates[i], true
}

// PhoneOf is a copy of somebody's phone as it is now.
func (s *Server) PhoneOf(name string) Phone {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.phones {
		if p.Name == name {
			c := *p
			c.Chat = slices.Clone(p.Chat)
			return c
		}
	}
	return Phone{}
}

// Callback is where the account's message server is.
func (s *Server) Callback() string { return s.o.Callback }

// Replace gives the account another token, as if another program had forced it.
func (s *Server) Replace() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for t := range s.tokens {
		s.tokens[t] = time.Time{}
	}
	s.current = word(32)
	s.tokens[s.current] = s.now().Add(perToken)
}

// Expire ends the tokens that were given, as if their time had come.
func (s *Server) Expire() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for t := range s.tokens {
		s.tokens[t] = s.now().Add(-time.Second)
	}
	s.current = ""
}

// word is one that nobody guesses.
func word(n int) string {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		panic(err) // crypto/rand never fails on a sound machine
	}
	return hex.EncodeToString(b)
}

func (s *Server) allows(back string) bool {
	u, err := url.Parse(back)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && slices.Contains(s.o.Domains, u.Host)
}
