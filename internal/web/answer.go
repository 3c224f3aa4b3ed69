package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"yitang/internal/fault"
	"yitang/internal/web/ui"
)

// Answer ends a post: a redirect when it worked, the fault's page otherwise.
// Handlers that can show what is wrong beside its field do so before they call it.
func (s *Site) Answer(w http.ResponseWriter, r *http.Request, err error, to string) {
	if err != nil {
		s.Fail(w, r, err)
		return
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// Fail turns an error into a page, or into a problem document where a program
// asked: the one place that knows which status and which words belong to which
// fault.
func (s *Site) Fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) {
		return // nobody is there to read it
	}
	if forPrograms(r) {
		s.ProblemOf(r.Context(), r.Method, r.URL.Path, err).Write(w)
		return
	}
	s.show(w, r, s.told(r.Context(), r.Method, r.URL.Path, err), true)
}

// Gone is Fail for a page that is stale because what it is about has gone on to others:
// where it is now is said, and nothing is offered that the reader can't do any more.
func (s *Site) Gone(w http.ResponseWriter, r *http.Request, err error, where string) {
	p := s.told(r.Context(), r.Method, r.URL.Path, err)
	p.Title, p.Text = where, ui.T(r.Context(), "web.gone_on")
	s.show(w, r, p, false)
}

// show writes the page of what went wrong; again tells whether what was typed may be
// sent once more.
func (s *Site) show(w http.ResponseWriter, r *http.Request, p ui.Problem, again bool) {
	ctx := r.Context()
	p.Way = ui.Button{Text: ui.T(ctx, "web.back_home"), URL: "/", Kind: ui.Second}
	if p.Status == http.StatusUnprocessableEntity || p.Status == http.StatusConflict || p.Status >= 500 {
		p.Kept = Kept(r)
	}
	if again && len(p.Kept) > 0 && (p.Status == http.StatusConflict || p.Status >= 500) {
		p.Again = ui.Again{Action: r.URL.Path, Key: NewKey(), Text: ui.T(ctx, "web.send_again")}
	}
	if wantsFragment(r) {
		http.Error(w, p.Heading(ctx), p.Status)
		return
	}
	s.ShowAs(w, r, p.Status, ui.Page{Title: p.Heading(ctx), Errors: len(p.Errors.Errors)}, p)
}

// told is what is said of an error, to people and programs alike; a defect is
// logged under the number that they are given.
func (s *Site) told(ctx context.Context, method, path string, err error) ui.Problem {
	var p ui.Problem
	var tooLarge *http.MaxBytesError
	var conflict *fault.ConflictError
	var forbidden *fault.ForbiddenError
	var notNow *fault.NotNowError
	switch {
	case errors.As(err, &tooLarge):
		p.Status = http.StatusRequestEntityTooLarge
	case fault.Findings(err) != nil:
		p.Status, p.Errors = http.StatusUnprocessableEntity, ui.Summarise(ctx, err)
	case errors.As(err, &conflict):
		p.Status = http.StatusConflict
		for _, c := range conflict.Changes {
			p.Changes = append(p.Changes, ui.Change{Label: eventName(ctx, c.Field), Was: c.Was, Is: c.Is, Who: actorName(ctx, c.Who), At: c.At, Done: c.Was == "" && c.Is == ""})
		}
		if conflict.Key != "" && conflict.Key != "stale.page" && ui.Known(conflict.Key) {
			p.Text = ui.TMap(ctx, conflict.Key, nil)
		}
	case errors.As(err, &forbidden) && forbidden.Hidden, fault.IsNotFound(err):
		p.Status = http.StatusNotFound
	case errors.As(err, &forbidden):
		p.Status = http.StatusForbidden
	case errors.As(err, &notNow):
		p.Status = http.StatusConflict
		if notNow.Cause != nil {
			p.Status = http.StatusServiceUnavailable
			s.Log.Error("a resource is missing", "path", path, "err", err)
		} else if method == http.MethodGet { // nothing was typed, and nobody was first
			p.Title = ui.T(ctx, "ui.problem.not_now.title")
		}
		if ui.Known(notNow.Key) {
			p.Text = ui.TMap(ctx, notNow.Key, notNow.Args)
		}
	default:
		p.Status = http.StatusInternalServerError
		p.Incident = incident()
		s.Log.Error("a defect", "incident", p.Incident, "method", method, "path", path, "err", err, fault.Stack(err))
	}
	return p
}

func wantsFragment(r *http.Request) bool {
	return r.Header.Get("X-Fragment") != "" || r.PostFormValue("_autosave") != "" || r.FormValue("_fragment") != ""
}

// ui:keys event.*
func eventName(ctx context.Context, kind string) string {
	if key := "event." + kind; ui.Known(key) {
		return ui.T(ctx, key)
	}
	return kind
}

// ui:keys progress.who.*
func actorName(ctx context.Context, actor string) string {
	role, _, _ := strings.Cut(actor, "/")
	if key := "progress.who." + role; ui.Known(key) {
		return ui.T(ctx, key)
	}
	return role
}

// Kept is what was typed, so that a failed post loses nothing.
func Kept(r *http.Request) []ui.Kept {
	if r.Method != http.MethodPost || r.PostForm == nil {
		return nil
	}
	var out []ui.Kept
	for name, values := range r.PostForm {
		if strings.HasPrefix(name, "_") || strings.Contains(name, "password") {
			continue
		}
		for _, v := range values {
			out = append(out, ui.Kept{Name: name, Label: asked(r.Context(), name), Value: v})
		}
	}
	slices.SortStableFunc(out, func(a, b ui.Kept) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func incident() string {
	var b [4]byte
	_, _ = rand.Read(b[:]) // an incident without a number is still told
	return fmt.Sprintf("%X-%X", b[:2], b[2:])
}
