// Package training is the pages of practising: on the units' site what it is, how
// one comes to it and the certificate; in the practice site itself the path of the
// made-up case; in the office who has done it.
package training

import (
	"context"
	"net/http"
	"time"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/pack"
	room "yitang/internal/training"
	"yitang/internal/unit"
	"yitang/internal/web"
	"yitang/internal/web/made"
	"yitang/internal/web/ui"
)

// Run is what is known of an officer's run without opening it.
type Run struct {
	There  bool
	Began  time.Time
	Until  time.Time // when it is thrown away
	Passed bool
}

// Practice is where runs are: package practice.
type Practice interface {
	// Begin makes a fresh run; the one that was the officer's is thrown away. A
	// fault.Unavailable says that all places are taken.
	Begin(ctx context.Context, who room.Officer) error
	// Over gives the address that leads an officer over to their run; it serves once.
	Over(ctx context.Context, account string) (string, error)
	Of(ctx context.Context, account string) (Run, error)
}

// Pages are those of the units' site.
type Pages struct {
	Site     *web.Site
	Journal  *journal.Journal
	Practice Practice
	Pack     func() *pack.Set // in force now
}

// Routes are the addresses of these pages.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /training", Right: access.Train, Handle: p.get},
		{Pattern: "POST /training/begin", Right: access.Train, Handle: p.postBegin},
		{Pattern: "GET /training/anew", Right: access.Train, Handle: p.getAnew},
		{Pattern: "GET /training/over", Right: access.Train, Handle: p.getOver},
		{Pattern: "GET /training/certificate", Right: access.Train, Handle: p.getCertificate},
		{Pattern: "GET /training/certificate/file", Right: access.Train, Handle: p.getFile},
	}
}

type view struct {
	Head  ui.Head
	Note  ui.Note
	Facts ui.Facts
	Does  []ui.Button
	What  []string // what practice is
	Cert  []ui.Button
	Key   string
}

// state is what the journal says of whoever asks.
func (p *Pages) state(r *http.Request) (room.Training, error) {
	t, _, err := journal.Load(r.Context(), p.Journal, room.Room, web.Who(r).Account)
	return t, err
}

func (p *Pages) get(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	run, err := p.Practice.Of(ctx, web.Who(r).Account)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	t, err := p.state(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := view{Head: ui.Head{Title: ui.T(ctx, "training.title"), Lead: ui.T(ctx, "training.lead")}, Key: web.NewKey()}
	for _, k := range []string{"whole", "safe", "others", "passed"} { // ui:keys training.what.*
		v.What = append(v.What, ui.T(ctx, "training.what."+k))
	}
	begin := ui.Button{Text: ui.T(ctx, "training.begin"), Post: "/training/begin", Send: []ui.Hidden{{Name: "_key", Value: v.Key}}}
	switch {
	case !run.There && t.Passes == 0:
		v.Does = []ui.Button{begin}
	case !run.There || run.Passed:
		begin.Text, begin.Kind = ui.T(ctx, "training.more"), ui.Second
		v.Does = []ui.Button{begin}
	default:
		v.Note = ui.Note{State: ui.Wait, Title: ui.T(ctx, "training.ready"), Text: ui.T(ctx, "training.ready.text")}
		v.Does = []ui.Button{{Text: ui.T(ctx, "training.over"), URL: "/training/over"}, {Text: ui.T(ctx, "training.anew"), URL: "/training/anew", Kind: ui.Second}}
		v.Facts = ui.Facts{{Term: ui.T(ctx, "training.began"), Value: ui.At(ctx, run.Began)}, {Term: ui.T(ctx, "training.until"), Value: ui.Date(ctx, calendar.DateOf(run.Until))}}
	}
	if t.Passes > 0 {
		v.Note = ui.Note{State: ui.OK, Title: ui.T(ctx, "training.has", "Day", ui.Date(ctx, calendar.DateOf(t.Passed)))}
		v.Cert = []ui.Button{{Text: ui.T(ctx, "training.certificate.see"), URL: "/training/certificate", Kind: ui.Second}}
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title}, page(v))
}

func (p *Pages) postBegin(w http.ResponseWriter, r *http.Request) {
	who := web.Who(r)
	run, err := p.Practice.Of(r.Context(), who.Account)
	if err == nil && (!run.There || run.Passed || r.PostFormValue("anew") == "yes") {
		err = p.Practice.Begin(r.Context(), room.Officer{Account: who.Account, Unit: who.Unit, Name: who.Name})
	}
	p.Site.Answer(w, r, err, "/training")
}

type sureView struct {
	Head     ui.Head
	Do, Back ui.Button
}

func (p *Pages) getAnew(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	v := sureView{Head: ui.Head{Title: ui.T(ctx, "training.anew"), Lead: ui.T(ctx, "training.anew.sure")},
		Do:   ui.Button{Text: ui.T(ctx, "training.anew.do"), Post: "/training/begin", Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}, {Name: "anew", Value: "yes"}}},
		Back: ui.Button{Text: ui.T(ctx, "training.anew.not"), URL: "/training", Kind: ui.Second}}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Crumbs: crumbs(ctx, v.Head.Title)}, surePage(v))
}

func crumbs(ctx context.Context, here string) []ui.Link {
	return []ui.Link{{Text: ui.T(ctx, "training.crumb"), URL: "/training"}, {Text: here}}
}

func (p *Pages) getOver(w http.ResponseWriter, r *http.Request) {
	to, err := p.Practice.Over(r.Context(), web.Who(r).Account)
	p.Site.Answer(w, r, err, to)
}

type certificateView struct {
	Head  ui.Head
	Facts ui.Facts
	Says  string
	File  ui.Button
}

// earned is the last run that was passed, and the name of the unit.
func (p *Pages) earned(r *http.Request) (room.Training, string, error) {
	t, err := p.state(r)
	if err == nil && t.Passes == 0 {
		err = fault.NotFound("training certificate")
	}
	if err != nil {
		return t, "", err
	}
	u, err := unit.One(r.Context(), p.Journal.Store, t.Last.Unit)
	return t, u.Name, err
}

func (p *Pages) getCertificate(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	t, unitName, err := p.earned(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := certificateView{Head: ui.Head{Title: ui.T(ctx, "training.certificate")}, Says: ui.T(ctx, "training.certificate.says"),
		Facts: facts(ctx, t, unitName), File: ui.Button{Text: ui.T(ctx, "training.certificate.file"), URL: "/training/certificate/file", Kind: ui.Second}}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Crumbs: crumbs(ctx, v.Head.Title)}, certificatePage(v))
}

func facts(ctx context.Context, t room.Training, unitName string) ui.Facts {
	return ui.Facts{{Term: ui.T(ctx, "training.col.name"), Value: t.Last.Name.Or("")}, {Term: ui.T(ctx, "training.col.unit"), Value: unitName},
		{Term: ui.T(ctx, "training.col.passed"), Value: ui.Date(ctx, calendar.DateOf(t.Passed))}, {Term: ui.T(ctx, "training.col.visits"), Value: ui.T(ctx, "training.times", "Count", t.Last.Visits)},
		{Term: ui.T(ctx, "training.col.returns"), Value: ui.T(ctx, "training.times", "Count", t.Last.Returns)}}
}

// getFile prints the certificate: in Chinese, as the office's papers are.
func (p *Pages) getFile(w http.ResponseWriter, r *http.Request) {
	t, unitName, err := p.earned(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	ctx := made.Chinese(r.Context())
	title := ui.T(ctx, "training.certificate")
	paper := document.Working{Title: title, About: unitName, By: p.Pack().Office.Name.Zh, State: document.State{On: calendar.DateOf(t.Passed)}, Foot: ui.T(ctx, "training.certificate.foot"),
		Parts: []document.Part{{Text: ui.T(ctx, "training.certificate.says")}}}
	var row [][]string
	for _, f := range facts(ctx, t, unitName) {
		row = append(row, []string{f.Term, f.Value})
	}
	paper.Parts = append(paper.Parts, document.Part{Rows: row})
	pdf, err := paper.Print()
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	send(p.Site, w, "application/pdf", title+".pdf", pdf)
}
