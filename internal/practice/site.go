package practice

import (
	"context"
	"net/http"
	"strings"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/web"
	"yitang/internal/web/sites"
	pages "yitang/internal/web/training"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// cookie is another than the real site's, which may stand on the same host.
const cookie = "yitang_practice"

// drillOfficer signs in nowhere: their officer is who was led over.
const drillOfficer = "liaison"

// inside is a run as its own pages use it.
type inside struct {
	runs *Runs
	run  *run
}

// door knows whom a token led over, and no password.
type door struct {
	runs *Runs
	run  *run // nil for the gate, through which nobody has come
}

func (d door) SignIn(context.Context, string, string, string) (string, error) {
	return "", fault.Field("name", "training.no_password", nil)
}

func (d door) Enter(context.Context, string, string) (string, error) {
	return "", fault.Forbidden("practice")
}

func (d door) ChangePassword(context.Context, string, string, string, string) error {
	return fault.Field("password_old", "training.no_password", nil)
}

func (d door) SignOut(_ context.Context, token string) error {
	d.runs.mu.Lock()
	defer d.runs.mu.Unlock()
	delete(d.runs.sessions, token)
	return nil
}

// Who is the made-up unit's liaison officer, whoever plays them.
func (d door) Who(ctx context.Context, token string) (access.Who, error) {
	p, known := d.runs.signed(token)
	if !known || d.run == nil || p.run != d.run.kept.ID {
		return access.Who{}, nil
	}
	e, _, err := account.ByLogin(ctx, d.run.house.Internet.Store, drillOfficer)
	return e.Who(zone.Internet), err
}

// serve makes the site of a run whose house is open: the internet site as units
// have it, marked on each page, with the page of the path.
func (s *Runs) serve(x *run) (http.Handler, error) {
	site := sites.Internet(x.house.Internet)
	site.Cookie, site.Door, site.Front = cookie, door{s, x}, s.Front
	(&pages.Inside{Site: site, Run: inside{s, x}, Real: s.Real}).Dress()
	inner := site.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		inner.ServeHTTP(w, r)
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			s.heard(context.WithoutCancel(r.Context()), x)
		}
	}), nil
}

// heard lets all zones of a run hear of what was done, and tells the real house
// when the case has come to the archive. What couldn't be told is told after the
// next form, or when the path is looked at.
func (s *Runs) heard(ctx context.Context, x *run) {
	if err := x.house.Settle(ctx); err != nil {
		s.Log.Warn("letting a practice house come to rest", "err", err)
		return
	}
	if err := x.deliver(journal.WithActor(ctx, journal.System)); err != nil {
		s.Log.Warn("telling the people of a practice house", "err", err)
	}
	if err := s.finish(ctx, x); err != nil {
		s.Log.Error("telling that a practice run was passed", "account", x.kept.Officer.Account, "err", err)
	}
}

func (s *Runs) finish(ctx context.Context, x *run) error {
	x.moving.Lock()
	defer x.moving.Unlock()
	if x.kept.Passed {
		return nil
	}
	v, err := x.look(ctx)
	if err != nil || !v.archived() {
		return err
	}
	l, err := ledger.Of(ctx, x.house.Office.Store, v.id)
	if err != nil {
		return err
	}
	if err := s.Done(ctx, x.kept.Officer, x.kept.ID, l.Visits, l.Returns); err != nil {
		return err
	}
	x.kept.Passed = true
	return x.save()
}

// Handler is the practice site: each officer's own run, for who was led over.
func (s *Runs) Handler() http.Handler {
	gate := s.gate()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := r.Cookie(cookie)
		if err != nil || r.URL.Path == "/enter" {
			gate.ServeHTTP(w, r)
			return
		}
		p, known := s.signed(c.Value)
		if !known {
			gate.ServeHTTP(w, r)
			return
		}
		x, leave, err := s.enter(r.Context(), p.account)
		if err != nil {
			gate.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), shutKey{}, err)))
			return
		}
		defer leave()
		x.site.ServeHTTP(w, r)
	})
}

type shutKey struct{}

// gate is what everybody sees who is in no run: how one comes in.
func (s *Runs) gate() http.Handler {
	site := &web.Site{Zone: zone.Internet, Door: door{runs: s}, Log: s.Log, Front: s.Front, Cookie: cookie}
	p := &pages.Gate{Site: site, Real: s.Real, Admit: s.admit, Shut: func(ctx context.Context) error { err, _ := ctx.Value(shutKey{}).(error); return err }}
	site.Add(p.Routes()...)
	inner := site.Handler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch at := r.URL.Path; {
		case at == "/enter" || at == "/display" || strings.HasPrefix(at, ui.AssetsPath):
		case r.Method != http.MethodGet:
			http.Redirect(w, r, "/", http.StatusSeeOther)
			return
		default:
			r = r.Clone(r.Context())
			r.URL.Path, r.URL.RawQuery = "/gate", ""
			r.RequestURI = "/gate"
		}
		inner.ServeHTTP(w, r)
	})
}
