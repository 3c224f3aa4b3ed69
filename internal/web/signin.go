package web

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strings"
	"time"

	"yitang/internal/access"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// own are the routes that every site has.
func (s *Site) own() []Route {
	routes := []Route{
		{Pattern: "GET /login", Right: access.Public, Handle: s.getLogin},
		{Pattern: "POST /login", Right: access.Public, Handle: s.postLogin},
		{Pattern: "POST /logout", Right: access.Self, Handle: s.postLogout},
		{Pattern: "GET /display", Right: access.Public, Handle: s.getDisplay},
		{Pattern: "POST /display", Right: access.Public, Handle: ui.SavePrefs},
		{Pattern: "GET /password", Right: access.Self, Handle: s.getPassword},
		{Pattern: "POST /password", Right: access.Self, Handle: s.postPassword},
		{Pattern: "GET /keys", Right: access.Public, Handle: s.getKeys},
	}
	if s.Specimen {
		routes = append(routes, Route{Pattern: "GET /ui", Right: access.Public, Handle: s.getSpecimen})
	}
	return routes
}

// AllRoutes is every address of the site, its own ones too.
func (s *Site) AllRoutes() []Route { return append(s.own(), s.routes...) }

func (s *Site) front(w http.ResponseWriter, r *http.Request) {
	who := Who(r)
	if who.Somebody() && s.Home != nil {
		http.Redirect(w, r, s.Home(who), http.StatusSeeOther)
		return
	}
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

func (s *Site) getLogin(w http.ResponseWriter, r *http.Request) {
	if who := Who(r); who.Somebody() {
		http.Redirect(w, r, s.Home(who), http.StatusSeeOther)
		return
	}
	s.showLogin(w, r, http.StatusOK, ui.Login{Next: r.FormValue("next")})
}

func (s *Site) showLogin(w http.ResponseWriter, r *http.Request, status int, l ui.Login) {
	l.Action, l.Key = "/login", NewKey()
	if s.Ways != nil && len(l.Send) == 0 { // what was posted is carried through this form alone
		l.Help = s.Ways(r.Context(), l.Next)
	}
	l.Others, l.Unbound = s.Zone == zone.Internet, strings.HasPrefix(l.Next, "/wechat/bind")
	if s.Help != nil {
		l.Help = append(l.Help, s.Help(r.Context())...)
	}
	if s.Phone != nil {
		if number := s.Phone(r.Context()); number != "" {
			l.Forgot = ui.T(r.Context(), "web.login.forgot", "Phone", number)
		}
	}
	head := ui.Head{Title: ui.T(r.Context(), "web.login.title")}
	if s.Office != nil { // ui:keys web.login.for.*
		head.Lead = ui.T(r.Context(), "web.login.for."+string(s.Zone), "Office", s.Office(r.Context()))
	}
	s.ShowAs(w, r, status, ui.Page{Title: head.Title, Main: "wrap"}, loginPage(l, head))
}

// askToSignIn answers somebody whose session is missing or has ended. What
// they posted is carried through signing in, and given back afterwards.
func (s *Site) askToSignIn(w http.ResponseWriter, r *http.Request) {
	if forPrograms(r) {
		Unauthorized(r.Context()).Write(w)
		return
	}
	var unread error // before anything asks the form, which would read files too
	if r.Method != http.MethodGet {
		unread = readTyped(r)
	}
	if wantsFragment(r) {
		http.Error(w, http.StatusText(http.StatusUnauthorized), http.StatusUnauthorized)
		return
	}
	if r.Method == http.MethodGet {
		_, had := r.Cookie(s.cookie())
		if had == nil {
			s.showLogin(w, r, http.StatusUnauthorized, ui.Login{Next: r.URL.RequestURI(), Ended: true, Left: s.left(r)})
			return
		}
		http.Redirect(w, r, "/login?next="+escape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	if unread != nil {
		s.Fail(w, r, unread)
		return
	}
	l := ui.Login{Next: r.URL.Path, Ended: true, Left: s.left(r), Send: page(r.PostFormValue("_on"), referring(r))}
	for _, k := range Kept(r) {
		l.Send = append(l.Send, ui.Hidden{Name: keptPrefix + k.Name, Value: k.Value})
	}
	s.showLogin(w, r, http.StatusUnauthorized, l)
}

// leftFor is how long a browser knows that its reader signed out themselves, as from
// another tab; with it nobody is known.
const leftFor = 12 * time.Hour

func (s *Site) leftCookie() string { return s.cookie() + "_left" }

// left tells whether who used this browser last signed out, and no time ran out.
func (s *Site) left(r *http.Request) bool {
	_, none := r.Cookie(s.cookie())
	c, err := r.Cookie(s.leftCookie())
	return none != nil && err == nil && c.Value != ""
}

// page is what a form that is carried through signing in stood on: its title and address.
func page(title, at string) []ui.Hidden {
	var out []ui.Hidden
	if title != "" {
		out = append(out, ui.Hidden{Name: "on", Value: title})
	}
	if at != "" {
		out = append(out, ui.Hidden{Name: "at", Value: at})
	}
	return out
}

// referring is the page of this site that a form was sent from.
func referring(r *http.Request) string {
	from, err := url.Parse(r.Referer())
	if err != nil || from.Host != r.Host {
		return ""
	}
	return ui.OnSite(from.RequestURI())
}

// asked is what a field asked for, as far as words say it wherever it stands.
//
// ui:keys web.asked.*
func asked(ctx context.Context, name string) string {
	generic := dossier.Generic(name)
	if under, ok := strings.CutPrefix(generic, "replies."); ok {
		generic = under
		if strings.HasPrefix(generic, "materials.") { // of one paper that was chosen
			generic = "materials"
		}
	}
	for _, key := range []string{"field." + generic, "web.asked." + generic} {
		if ui.Known(key) {
			return ui.T(ctx, key)
		}
	}
	return ""
}

// readTyped reads what was typed of a form whose sender isn't known. Files go by
// unread: they couldn't be carried through signing in, and a stranger may not
// fill the memory with them.
func readTyped(r *http.Request) error {
	parts, err := r.MultipartReader()
	if errors.Is(err, http.ErrNotMultipart) {
		return r.ParseForm()
	}
	if err != nil {
		return err
	}
	r.Form, r.PostForm = url.Values{}, url.Values{}
	for left := int64(formLimit); ; {
		part, err := parts.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if part.FileName() != "" {
			continue // NextPart passes over what wasn't read
		}
		text, err := io.ReadAll(io.LimitReader(part, left+1))
		if err != nil {
			return err
		}
		if left -= int64(len(text)); left < 0 {
			return &http.MaxBytesError{Limit: formLimit}
		}
		r.Form.Add(part.FormName(), string(text))
		r.PostForm.Add(part.FormName(), string(text))
	}
}

const keptPrefix = "kept:"

func (s *Site) postLogin(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		s.Fail(w, r, err)
		return
	}
	login, next := strings.TrimSpace(r.PostFormValue("name")), ui.OnSite(r.PostFormValue("next"))
	var carried []ui.Kept
	for name, values := range r.PostForm {
		if plain, ok := strings.CutPrefix(name, keptPrefix); ok {
			for _, v := range values {
				carried = append(carried, ui.Kept{Name: plain, Label: asked(r.Context(), plain), Value: v})
			}
		}
	}
	sort.SliceStable(carried, func(i, j int) bool { return carried[i].Name < carried[j].Name })
	token, err := s.Door.SignIn(r.Context(), login, r.PostFormValue("password"), Address(r))
	if err != nil {
		if fault.Findings(err) == nil {
			s.Fail(w, r, err)
			return
		}
		l := ui.Login{Next: next, Name: login, Error: ui.Sentence(r.Context(), fault.Findings(err)[0]), Send: page(r.PostFormValue("on"), r.PostFormValue("at"))}
		for _, k := range carried {
			l.Send = append(l.Send, ui.Hidden{Name: keptPrefix + k.Name, Value: k.Value})
		}
		s.showLogin(w, r, http.StatusUnprocessableEntity, l)
		return
	}
	s.admit(w, r, token)
	if len(carried) == 0 {
		if next == "" {
			next = "/"
		}
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	}
	ctx := r.Context()
	p := ui.Problem{Status: http.StatusConflict, Title: ui.T(ctx, "web.again.title"), Text: ui.T(ctx, "web.again.text"), Kept: carried,
		Again: ui.Again{Action: next, Key: NewKey(), Text: ui.T(ctx, "web.send_again")},
		Way:   ui.Button{Text: ui.T(ctx, "web.back_home"), URL: "/", Kind: ui.Second}}
	if !slices.ContainsFunc(carried, func(k ui.Kept) bool { return k.Label != "" && strings.TrimSpace(k.Value) != "" }) { // a press, with nothing typed
		p.Text = ui.T(ctx, "web.again.pressed")
	}
	if on := r.PostFormValue("on"); on != "" {
		p.Text = ui.Sentences(ctx, ui.T(ctx, "web.again.on", "Page", on), p.Text)
	}
	if at := ui.OnSite(r.PostFormValue("at")); at != "" {
		p.Way = ui.Button{Text: ui.T(ctx, "web.again.look"), URL: at, Kind: ui.Second}
	}
	s.ShowAs(w, r, http.StatusOK, ui.Page{Title: p.Title}, p)
}

// Admit gives a browser the token of a session.
func (s *Site) Admit(w http.ResponseWriter, r *http.Request, token string) { s.admit(w, r, token) }

func (s *Site) admit(w http.ResponseWriter, r *http.Request, token string) {
	http.SetCookie(w, &http.Cookie{Name: s.cookie(), Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil})
}

// Enter signs somebody in whom another door told apart; the session that was
// theirs in this browser ends.
func (s *Site) Enter(w http.ResponseWriter, r *http.Request, account string) error {
	token, err := s.Door.Enter(r.Context(), account, Address(r))
	if err != nil {
		return err
	}
	if c, err := r.Cookie(s.cookie()); err == nil {
		if err := s.Door.SignOut(r.Context(), c.Value); err != nil {
			return err
		}
	}
	s.admit(w, r, token)
	return nil
}

func (s *Site) postLogout(w http.ResponseWriter, r *http.Request) {
	if err := s.Door.SignOut(r.Context(), s.Token(r)); err != nil {
		s.Fail(w, r, err)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: s.cookie(), Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode})
	http.SetCookie(w, &http.Cookie{Name: s.leftCookie(), Value: "1", Path: "/", MaxAge: int(leftFor.Seconds()), HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil})
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

func (s *Site) getDisplay(w http.ResponseWriter, r *http.Request) {
	title := ui.T(r.Context(), "ui.page.display") // as its link is called
	p := displayView{Display: ui.Display{Action: "/display", Back: cmp.Or(ui.OnSite(r.FormValue("back")), "/"), Key: NewKey(), Keys: s.Zone != zone.Internet}, Title: title}
	if who := Who(r); who.Somebody() {
		p.Account = ui.Facts{{Term: ui.T(r.Context(), "password.who"), Value: who.Name}}
		if who.Login != "" {
			p.Account = append(p.Account, ui.Fact{Term: ui.T(r.Context(), "password.login"), Value: who.Login})
			p.Password = ui.Button{Text: ui.T(r.Context(), "password.title"), URL: "/password", Kind: ui.Second}
		}
	}
	if s.Mine != nil && Who(r).Somebody() {
		p.Mine = s.Mine(r.Context())
	}
	if r.FormValue("said") == "password" {
		p.Said = ui.Note{State: ui.OK, Title: ui.T(r.Context(), "password.changed"), Text: ui.T(r.Context(), "password.changed.text"), Live: true}
	}
	s.Show(w, r, ui.Page{Title: title}, displayPage(p))
}

func (s *Site) getKeys(w http.ResponseWriter, r *http.Request) {
	title := ui.T(r.Context(), "web.keys.title")
	s.Show(w, r, ui.Page{Title: title}, keysPage(title))
}

func (s *Site) getSpecimen(w http.ResponseWriter, r *http.Request) {
	s.Show(w, r, ui.Page{Title: "UI"}, ui.Specimen())
}

func escape(s string) string {
	return strings.NewReplacer("%", "%25", "&", "%26", "?", "%3F", "=", "%3D", "#", "%23", "+", "%2B", " ", "%20").Replace(s)
}
