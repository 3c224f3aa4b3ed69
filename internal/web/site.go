// Package web is what the three sites share: the table of routes, who is
// signed in, what a request may do, and how an answer or a fault becomes a
// page. It decides nothing; each room's pages live in a folder of their own.
package web

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/gofrs/uuid/v5"

	"yitang/internal/access"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// Route is one address of a site and the right that it takes.
type Route struct {
	Pattern string // as ServeMux reads it: "POST /cases/{case}/submit"
	Right   access.Right
	Handle  http.HandlerFunc
	Files   bool // takes uploads: the body may be large
}

// Doorkeeper knows sessions. account.Desk is the one.
type Doorkeeper interface {
	// SignIn checks a password and begins a session. Wrong ones and too many
	// attempts are fault.Invalid about the field "name".
	SignIn(ctx context.Context, login, password, from string) (token string, err error)
	// Enter begins a session of an account whose owner another door told apart.
	// One that must be signed in to by password is fault.Invalid about "name".
	Enter(ctx context.Context, account, from string) (token string, err error)
	// SignOut ends a session; a token that is unknown is no error.
	SignOut(ctx context.Context, token string) error
	// ChangePassword sets another password for whoever is signed in and ends
	// their other sessions. What is wrong is fault.Invalid about the fields
	// "password_old" and "password".
	ChangePassword(ctx context.Context, token, old, fresh, from string) error
	// Who gives the account of a live session, and the zero Who otherwise.
	Who(ctx context.Context, token string) (access.Who, error)
}

// Site is one zone's site.
type Site struct {
	Zone    zone.Zone
	Journal *journal.Journal
	Door    Doorkeeper
	Log     *slog.Logger
	Front   Front
	Office  func(ctx context.Context) string // whose site it is, in the reader's language
	Phones  string
	// Phone is the office's number, for who can't sign in; nil where the site has none.
	Phone func(ctx context.Context) string
	Place func(ctx context.Context, w access.Who) string // beside the wordmark
	Nav   func(ctx context.Context, w access.Who) []ui.NavItem
	Tabs  func(ctx context.Context, w access.Who) []ui.NavItem // at the foot of a phone's page that brings none of its own
	Foot  func(ctx context.Context) []ui.Link                  // at the foot of each page of whoever is signed in
	Home  func(w access.Who) string                            // where signing in leads
	Own   func() *ui.Own                                       // the office's words over the program's
	Help  func(ctx context.Context) []ui.Link                  // beside signing in: what needs no account
	Ways  func(ctx context.Context, next string) []ui.Link     // other ways to sign in
	// News is a line about something new, for the home of whoever hasn't put it away;
	// nil where nothing is told.
	News func(ctx context.Context, w access.Who) (ui.Banner, error)
	// Leads gives, of one request, where a finding by a rule is explained; nil for nowhere.
	Leads func(ctx context.Context) func(rule string) ui.Link
	Mine  func(ctx context.Context) []ui.Button // on the page of one's own account
	// SDK signs a page for WeChat's script; nil where the office has no official account.
	SDK func(r *http.Request) (ui.SDK, error)
	// Told counts what somebody was told and hasn't read; nil where nobody is told anything.
	Told func(ctx context.Context, w access.Who) (int, error)
	// Mark is a sentence over each page that has no other: what kind of site this is. Its
	// link stands over a page that has a sentence of its own without one.
	Mark func(r *http.Request) ui.Banner
	// Cookie is that of a session; "" for the zone's own. Cookies don't know ports:
	// two sites on one host need two names.
	Cookie string
	// Specimen shows all parts of pages under /ui, filled with fiction: for the demo alone.
	Specimen bool
	// Objects tells whose an object in an address is: {case}, {person}, …
	Objects map[string]func(ctx context.Context, id string) (access.Object, error)
	// Uploads is the files that came ahead of their form; nil where none do.
	Uploads Uploads
	// Holder tells whose files those of a request are that opens something by its
	// {token}, without an account: "" where it doesn't serve, or isn't open.
	Holder func(r *http.Request) string
	// Refused records that somebody was refused.
	Refused func(ctx context.Context, w access.Who, right access.Right, path string)

	routes []Route
	mux    *http.ServeMux
}

// Add puts routes on the table.
func (s *Site) Add(rs ...Route) { s.routes = append(s.routes, rs...) }

// Routes is the table, for the access test and the sitemap.
func (s *Site) Routes() []Route { return s.routes }

type (
	whoKey  struct{}
	caseKey struct{}
)

// CaseIn is the case that an address names beside the object that is being
// looked for: a paper that was handed in with it is read there, whoever has
// its owner now. "" for none.
func CaseIn(ctx context.Context) string {
	id, _ := ctx.Value(caseKey{}).(string)
	return id
}

// Who tells who made a request.
func Who(r *http.Request) access.Who { return WhoOf(r.Context()) }

// WhoOf tells who a context acts for.
func WhoOf(ctx context.Context) access.Who {
	w, _ := ctx.Value(whoKey{}).(access.Who)
	return w
}

// Key is the idempotency key that a form carried, "" for none: sent again to the
// same address it does nothing more, and to another address, by another button
// of the form, it does what that stands for. Its name is shared with ui.FormKey.
func Key(r *http.Request) string {
	key := r.PostFormValue("_key")
	if key == "" {
		return ""
	}
	return r.URL.Path + " " + key
}

// NewID is the id that a form brings for what it begins, so that sending it
// twice begins one thing; a fresh one where it brings none. What is no UUID was
// made by none of our pages: ids of amendments, say, are made of others'.
func (s *Site) NewID(r *http.Request, name string) (string, error) {
	id := r.PostFormValue(name)
	if id == "" {
		return s.Journal.NewID(), nil
	}
	if u, err := uuid.FromString(id); err != nil || u.String() != id {
		return "", fault.NotFound("what was begun as " + id)
	}
	return id, nil
}

// NewKey makes a form's key.
func NewKey() string {
	var b [12]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(fmt.Sprintf("drawing a form key: %v", err)) // crypto/rand never fails on a sound machine
	}
	return hex.EncodeToString(b[:])
}

func (s *Site) cookie() string { return cmp.Or(s.Cookie, "yitang_"+string(s.Zone)) }

// Handler serves the site.
func (s *Site) Handler() http.Handler {
	mux := http.NewServeMux()
	s.mux = mux
	mux.Handle("GET "+ui.AssetsPath, ui.Assets())
	rights := map[string]access.Right{}
	for _, r := range append(s.own(), s.routes...) {
		s.mustKnow(r)
		rights[r.Pattern] = r.Right
		mux.Handle(r.Pattern, s.guard(r))
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" && r.Method == http.MethodGet {
			s.front(w, r)
			return
		}
		s.Fail(w, r, fault.NotFound(r.URL.Path))
	})
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.Fail(w, r, fault.Forbidden("cross-site request")) }))
	return s.Front.asSent(packed(s.recovered(headers(ui.Negotiate(s.speaking(s.signedIn(following(mux, rights, cross.Handler(mux)))))))))
}

// speaking lets pages speak with the office's words, and lead to what it has answered.
func (s *Site) speaking(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		if s.Journal != nil {
			ctx = ui.WithToday(ctx, s.Journal.Today())
		}
		if s.Own != nil {
			ctx = ui.WithOwn(ctx, s.Own())
		}
		if s.Leads != nil {
			ctx = ui.WithLeads(ctx, s.Leads(ctx))
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// following lets pages offer as a link only what its right allows the reader:
// by the same table of routes that guards them.
func following(mux *http.ServeMux, rights map[string]access.Right, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		who := Who(r)
		if !who.Somebody() { // a link leads them to sign in
			next.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r.WithContext(ui.WithFollow(r.Context(), func(to string) bool {
			u, err := url.Parse(to)
			if err != nil || u.Host != "" || !strings.HasPrefix(u.Path, "/") {
				return true // not of this site, or this page
			}
			_, pattern := mux.Handler(&http.Request{Method: http.MethodGet, URL: u})
			right, known := rights[pattern]
			return !known || access.Check(who, right, access.Object{}) == nil
		})))
	})
}

// mustKnow stops a site from being served where an address names something and
// nobody can tell whose it is: guard would let everybody's through.
func (s *Site) mustKnow(r Route) {
	if !r.Right.Bound(s.Zone) {
		return
	}
	for _, name := range Named(r.Pattern) {
		if s.Objects[name] == nil {
			panic(fmt.Sprintf("route %s takes %s, and nothing tells whose {%s} is", r.Pattern, r.Right, name))
		}
	}
}

// Named lists what a pattern names: "case" and "person" of /cases/{case}/members/{person}.
func Named(pattern string) []string {
	var out []string
	for _, part := range strings.Split(pattern, "{")[1:] {
		name, _, _ := strings.Cut(part, "}")
		if name = strings.TrimSuffix(name, "..."); name != "$" {
			out = append(out, name)
		}
	}
	return out
}

func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", ui.ContentSecurityPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("X-Frame-Options", "SAMEORIGIN")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
		if !strings.HasPrefix(r.URL.Path, ui.AssetsPath) {
			h.Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r)
	})
}

// Token is what a request brings to say who asks: a browser's cookie, or a
// program's header; "" for nobody. A cookie says nothing where programs ask, so
// that no page of another site can make a browser do so.
func (s *Site) Token(r *http.Request) string {
	if forPrograms(r) {
		return Bearer(r.Header.Get("Authorization"))
	}
	c, err := r.Cookie(s.cookie())
	if err != nil {
		return ""
	}
	return c.Value
}

// signedIn puts who asks into the context.
func (s *Site) signedIn(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := s.Token(r)
		if token == "" {
			next.ServeHTTP(w, r)
			return
		}
		who, err := s.Door.Who(r.Context(), token)
		if err != nil {
			s.Fail(w, r, fmt.Errorf("looking up the session: %w", err))
			return
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), whoKey{}, who)))
	})
}

const (
	formLimit = 4 << 20  // a whole application with its itinerary, typed
	fileLimit = 26 << 20 // one upload of 20 MB and its wrapping
	fileTime  = 15 * time.Minute
)

// guard is the one place where a request is allowed or refused.
func (s *Site) guard(rt Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		limit := int64(formLimit)
		who := Who(r)
		if rt.Files {
			limit = fileLimit
			r = s.uploading(r)
			if Uploader(r.Context()) != "" {
				// Some lines take minutes for a scan. A server that can't wait longer goes on as it is.
				_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(fileTime))
			}
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		if rt.Right != access.Public && !who.Somebody() {
			s.askToSignIn(w, r)
			return
		}
		// The role first: whether an object exists is not for others to learn.
		err := access.Check(who, rt.Right, access.Object{})
		if err == nil {
			var objects []access.Object
			objects, err = s.objects(r)
			for _, o := range objects {
				if err == nil && o == (access.Object{}) && rt.Right.Bound(s.Zone) {
					err = fault.NotFound(r.URL.Path) // it belongs to nobody, so not to who asks
				}
				if err == nil {
					err = access.Check(who, rt.Right, o)
				}
			}
		}
		if err != nil {
			if fault.IsForbidden(err) && s.Refused != nil {
				s.Refused(r.Context(), who, rt.Right, r.URL.Path)
			}
			s.Fail(w, r, err)
			return
		}
		actor := journal.Actor{Role: string(who.As(rt.Right)), Account: who.Account}
		if actor.Role == "" {
			actor.Role = "public"
		}
		s.handle(rt, w, r.WithContext(journal.WithActor(r.Context(), actor)))
	})
}

// objects finds whose the things named in the address are. Each is checked:
// who may see a case may not see every paper of it.
func (s *Site) objects(r *http.Request) ([]access.Object, error) {
	var all []access.Object
	ctx := context.WithValue(r.Context(), caseKey{}, r.PathValue("case"))
	for name, find := range s.Objects {
		id := r.PathValue(name)
		if id == "" {
			continue
		}
		o, err := find(ctx, id)
		if err != nil {
			return nil, err
		}
		if len(all) > 0 && o.Unit != all[0].Unit {
			return nil, fault.NotFound(name) // a person of one unit under a case of another
		}
		all = append(all, o)
	}
	return all, nil
}

func (s *Site) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.Fail(w, r, fault.Defect("serving", p))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// Show writes a page around its content.
func (s *Site) Show(w http.ResponseWriter, r *http.Request, p ui.Page, content templ.Component) {
	s.ShowAs(w, r, http.StatusOK, p, content)
}

// ShowAs is Show with a status other than 200.
func (s *Site) ShowAs(w http.ResponseWriter, r *http.Request, status int, p ui.Page, content templ.Component) {
	s.dress(r, &p)
	if status >= 400 && r.Method == http.MethodPost {
		if at := from(r); at != "" && s.Has(at) {
			p.Back = at
		}
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	ctx := templ.WithChildren(p.Titled(r.Context()), content)
	if err := ui.Layout(p).Render(ctx, w); err != nil {
		s.Log.Warn("writing a page", "path", r.URL.Path, "err", err)
	}
}

// InsideWeChat tells whether a browser is WeChat's own.
func InsideWeChat(r *http.Request) bool { return strings.Contains(r.UserAgent(), "MicroMessenger") }

// InWeChat is WeChat's script for a page that is open inside WeChat, for whose origin it
// opens the page's content policy; nil for all other browsers, and while WeChat is silent.
func (s *Site) InWeChat(w http.ResponseWriter, r *http.Request) *ui.SDK {
	if s.SDK == nil || !InsideWeChat(r) || r.Method != http.MethodGet {
		return nil
	}
	sdk, err := s.SDK(r)
	if err != nil {
		s.Log.Warn("a page isn't signed for WeChat", "path", r.URL.Path, "err", err)
		return nil
	}
	w.Header().Set("Content-Security-Policy", sdk.Policy())
	return &sdk
}

// Fragment writes a piece of a page for a script.
func (s *Site) Fragment(w http.ResponseWriter, r *http.Request, status int, content templ.Component) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if err := content.Render(r.Context(), w); err != nil {
		s.Log.Warn("writing a fragment", "path", r.URL.Path, "err", err)
	}
}

// from is the page of ours that a form was sent from: where an answer to it goes
// on in another language. "" where the browser doesn't tell.
func from(r *http.Request) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Host != r.Host {
		return ""
	}
	return ui.OnSite(u.RequestURI())
}

func (s *Site) dress(r *http.Request, p *ui.Page) {
	who := Who(r)
	p.Zone = s.Zone
	p.Path = r.URL.RequestURI()
	if r.Method != http.MethodGet {
		p.Path = cmp.Or(from(r), "/")
	}
	if p.Office == "" && s.Office != nil {
		p.Office = s.Office(r.Context())
	}
	if p.Phones == "" {
		p.Phones = s.Phones
	}
	if p.Home == "" {
		p.Home = "/"
	}
	if s.Place != nil && p.Place == "" {
		p.Place = s.Place(r.Context(), who)
	}
	if who.Somebody() {
		p.Account = ui.Account{Name: who.Name, URL: "/display", SignOut: "/logout"}
		if s.Told != nil {
			n, err := s.Told(r.Context(), who)
			s.Missed(r.Context(), "what somebody hasn't read", who.Account, err)
			p.Account.Told = ui.Link{Text: ui.T(r.Context(), "told.nav"), URL: "/told"}
			if n > 0 {
				p.Account.Told.Text = ui.T(r.Context(), "told.nav.unread", "Count", n)
			}
		}
		if s.Foot != nil && p.Foot == nil {
			p.Foot = s.Foot(r.Context())
		}
	}
	if s.Nav != nil && p.Nav == nil {
		p.Nav = s.Nav(r.Context(), who)
		mark(p.Nav, r.URL.Path)
	}
	if s.Tabs != nil && p.Tabs == nil {
		p.Tabs = s.Tabs(r.Context(), who)
	}
	mark(p.Tabs, r.URL.Path)
	if s.Zone != zone.Internet {
		p.Wide = true
	}
	if s.News != nil && who.Somebody() && r.Method == http.MethodGet && r.URL.Path == s.Home(who) && p.Banner.Text == "" {
		news, err := s.News(r.Context(), who)
		s.Missed(r.Context(), "what is new", who.Account, err)
		p.News = news
	}
	if s.Mark != nil {
		switch m := s.Mark(r); {
		case p.Banner.Text == "":
			p.Banner = m
		case p.Banner.Link.URL == "":
			p.Banner.Link = m.Link
		}
	}
	if at, _, _ := strings.Cut(p.Path, "?"); (who.Somebody() || s.Zone == zone.Internet) && !strings.HasPrefix(at, "/feedback") && s.News != nil {
		p.Remark = "/feedback?" + url.Values{"about": {at}, "on": {p.Title}}.Encode()
	}
}

// route is the one that an address leads to.
func (s *Site) route(path string) (Route, bool) {
	r, err := http.NewRequest(http.MethodGet, path, nil)
	if err != nil || s.mux == nil {
		return Route{}, false
	}
	_, pattern := s.mux.Handler(r)
	for _, rt := range s.AllRoutes() {
		if rt.Pattern == pattern {
			return rt, true
		}
	}
	return Route{}, false
}

// Has tells whether there is a page at an address of this site.
func (s *Site) Has(path string) bool {
	_, there := s.route(path)
	return there
}

// Opens gives the pattern of an address that opens something to whoever has it,
// without signing in, so that the address itself needn't be passed on; "" for any
// other. What the office says to everybody is no secret.
func (s *Site) Opens(path string) string {
	rt, _ := s.route(path)
	_, pattern, _ := strings.Cut(rt.Pattern, " ")
	if rt.Right != access.Public || !strings.Contains(pattern, "{") || strings.HasPrefix(pattern, "/guide/") || strings.HasPrefix(pattern, "/notices/") {
		return ""
	}
	return pattern
}

// OfOne tells whether a page is about one of many things, as a person or a case is:
// what it is called then may be somebody's name. What the office says to all isn't.
func (s *Site) OfOne(path string) bool {
	rt, _ := s.route(path)
	_, pattern, _ := strings.Cut(rt.Pattern, " ")
	return strings.Contains(pattern, "{") && !strings.HasPrefix(pattern, "/guide/") && !strings.HasPrefix(pattern, "/notices/")
}

// mark names the entry that the page stands under: the longest address that begins its own.
func mark(items []ui.NavItem, path string) {
	best, at := 0, -1
	for i, it := range items {
		if it.Current {
			return
		}
		if (path == it.URL || strings.HasPrefix(path, strings.TrimRight(it.URL, "/")+"/")) && len(it.URL) > best {
			best, at = len(it.URL), i
		}
	}
	if at >= 0 {
		items[at].Current = true
	}
}

// Now is the node's clock.
func (s *Site) Now() time.Time { return s.Journal.Now() }
