package training

import (
	"context"
	"net/http"

	"yitang/internal/access"
	"yitang/internal/fault"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// Gate is what the practice site shows to who is in no run.
type Gate struct {
	Site  *web.Site
	Real  string                                   // address of the site from which one comes
	Admit func(token string) (key string, ok bool) // once
	Shut  func(ctx context.Context) error          // why a run couldn't be opened; nil: nobody has come
}

// Routes are the addresses of the gate. All others lead to /gate.
func (p *Gate) Routes() []web.Route {
	return []web.Route{{Pattern: "GET /enter", Right: access.Public, Handle: p.enter}, {Pattern: "GET /gate", Right: access.Public, Handle: p.get}}
}

// enter lets somebody in whom the real site has led over.
func (p *Gate) enter(w http.ResponseWriter, r *http.Request) {
	key, ok := p.Admit(r.FormValue("token"))
	if !ok {
		p.show(w, r, http.StatusForbidden, "used")
		return
	}
	p.Site.Admit(w, r, key)
	http.Redirect(w, r, "/practice", http.StatusSeeOther)
}

func (p *Gate) get(w http.ResponseWriter, r *http.Request) {
	switch err := p.Shut(r.Context()); {
	case err == nil:
		p.show(w, r, http.StatusUnauthorized, "nobody")
	case fault.IsNotFound(err):
		p.show(w, r, http.StatusNotFound, "gone")
	default:
		p.Site.Fail(w, r, err)
	}
}

type gateView struct {
	Head ui.Head
	Go   ui.Button
}

// show says why one is here. ui:keys training.gate.*
func (p *Gate) show(w http.ResponseWriter, r *http.Request, status int, why string) {
	ctx := r.Context()
	v := gateView{Head: ui.Head{Title: ui.T(ctx, "training.gate."+why), Lead: ui.T(ctx, "training.gate."+why+".text")}, Go: ui.Button{Text: ui.T(ctx, "training.gate.go"), URL: p.Real + "/training"}}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Place: ui.T(ctx, "training.place")}, gatePage(v))
}
