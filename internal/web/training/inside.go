package training

import (
	"bytes"
	"context"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/demo"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/web"
	"yitang/internal/web/made"
	"yitang/internal/web/ui"
)

// Step is one of the path.
type Step struct {
	Name string
	Own  bool // the officer's
	Done bool
	Now  bool
	URL  string // where the officer does it
}

// Path is how far the made-up case is.
type Path struct {
	Today  calendar.Date // in the run
	Case   string
	Steps  []Step
	Others string // what the others would do now; "" where they wait
	Done   bool   // it is in the archive
}

// Paper is one that the made-up case needs.
type Paper struct {
	Kind   dossier.MaterialKind
	Name   string
	Member int // whose; -1: of the case
	Whose  string
}

// Held is a run whose house is open.
type Held interface {
	Path(ctx context.Context) (Path, error)
	// Move lets the others do what the page offered; done already, it does nothing.
	Move(ctx context.Context, offered string) error
	Task(ctx context.Context) (dossier.Case, error)
	Papers(ctx context.Context) ([]Paper, error)
	By() By
	Told(ctx context.Context) (Heard, error)
}

// By is what is practised by: the office's own configuration or the demo city's.
type By struct {
	Own    bool
	Number int    // version of the own one
	Fails  string // the step that the own one can't be practised by; "" where there is no own one
}

// Heard is what the people of a run were told.
type Heard struct {
	Ways []string // that the real house has set up
	Told []Told
}

// Told is one message.
type Told struct {
	At      time.Time
	To      access.Role // the officer, the signatory, or a desk of the office
	Subject string
	Text    string
	Way     string // by which it would have gone out; "" for none
	Sent    time.Time
	Next    string // the way by which it is still to go out
	Due     time.Time
}

// Inside are the pages of the practice site that the units' site hasn't.
type Inside struct {
	Site *web.Site
	Run  Held
	Real string // address of the site to which one goes back
}

// Dress marks each page of the site as practice and adds the page of the path.
func (p *Inside) Dress() {
	nav, tabs := p.Site.Nav, p.Site.Tabs
	p.Site.Nav = func(ctx context.Context, w access.Who) []ui.NavItem {
		if !w.Somebody() {
			return nil
		}
		return append([]ui.NavItem{{Text: ui.T(ctx, "training.nav"), URL: "/practice"}}, nav(ctx, w)...)
	}
	p.Site.Place = func(ctx context.Context, _ access.Who) string { return ui.T(ctx, "training.place") }
	p.Site.Tabs = func(ctx context.Context, w access.Who) []ui.NavItem {
		return append(tabs(ctx, w), ui.NavItem{Text: ui.T(ctx, "training.crumb"), URL: "/practice", Icon: ui.IconLine})
	}
	p.Site.Mark = func(r *http.Request) ui.Banner {
		ctx, m := r.Context(), ui.Banner{Text: ui.T(r.Context(), "training.mark")}
		switch {
		case r.URL.Path == "/practice/task":
		case wantsPapers(r.URL.Path):
			m.Link = ui.Link{Text: ui.T(ctx, "training.mark.papers"), URL: "/practice/task#papers"}
		default:
			m.Link = ui.Link{Text: ui.T(ctx, "training.mark.task"), URL: "/practice/task"}
		}
		return m
	}
	p.Site.Home = func(access.Who) string { return "/practice" }
	foot := p.Site.Foot
	p.Site.Foot = func(ctx context.Context) []ui.Link { // how far the zones have heard means nothing where days leap
		return slices.DeleteFunc(foot(ctx), func(l ui.Link) bool { return l.URL == "/node" })
	}
	p.Site.News = nil // what is new is told in the real house
	p.Site.Add(
		web.Route{Pattern: "GET /practice", Right: access.SeeUnit, Handle: p.get},
		web.Route{Pattern: "POST /practice/others", Right: access.SeeUnit, Handle: p.postOthers},
		web.Route{Pattern: "GET /practice/task", Right: access.SeeUnit, Handle: p.getTask},
		web.Route{Pattern: "GET /practice/task/file", Right: access.SeeUnit, Handle: p.getTaskFile},
		web.Route{Pattern: "GET /practice/told", Right: access.SeeUnit, Handle: p.getTold},
		web.Route{Pattern: "GET /practice/paper/file", Right: access.SeeUnit, Handle: p.getPaper},
	)
}

// wantsPapers tells whether papers are given on a page of a case.
func wantsPapers(at string) bool {
	_, step, of := strings.Cut(strings.TrimPrefix(at, "/cases/"), "/")
	return of && strings.HasPrefix(at, "/cases/") && slices.Contains([]string{"documents", "later", "notice", "after"}, step)
}

type pathView struct {
	Head  ui.Head
	By    ui.Note
	Told  ui.Button
	Next  ui.Next
	Steps ui.Tasks
	Back  ui.Button
}

// get shows the path, and whose turn it is.
//
// ui:keys training.step.*
// ui:keys training.note.*
// ui:keys training.move.*
func (p *Inside) get(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	path, err := p.Run.Path(ctx)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := pathView{Head: ui.Head{Title: ui.T(ctx, "training.path"), Lead: ui.T(ctx, "training.path.lead", "Day", ui.Date(ctx, path.Today))},
		Back: ui.Button{Text: ui.T(ctx, "training.back"), URL: p.Real + "/training", Kind: ui.Second}}
	v.By, v.Told = by(ctx, p.Run.By()), ui.Button{Text: ui.T(ctx, "training.told"), URL: "/practice/told", Kind: ui.Second}
	others := ui.Button{Text: ui.T(ctx, "training.others"), Post: "/practice/others", Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}, {Name: "move", Value: path.Others}}}
	task := ui.Button{Text: ui.T(ctx, "training.task"), URL: "/practice/task", Kind: ui.Second}
	now := Step{}
	for _, s := range path.Steps {
		t := ui.Task{Name: ui.T(ctx, "training.step."+s.Name)}
		switch {
		case s.Done:
			t.State = ui.Tag{State: ui.OK, Word: ui.T(ctx, "training.is.done")}
		case s.Now && s.URL != "":
			now, t.URL, t.State = s, s.URL, ui.Tag{State: ui.Warn, Word: ui.T(ctx, "training.is.yours")}
		case s.Now:
			now, t.State = s, ui.Tag{State: ui.Wait, Word: ui.T(ctx, "training.is.theirs")}
		}
		if t.State.Word == "" {
			t.Status = ui.T(ctx, "training.who.others")
			if s.Own {
				t.Status = ui.T(ctx, "training.who.you")
			}
		}
		v.Steps = append(v.Steps, t)
	}
	switch {
	case path.Done:
		v.Next = ui.Next{Turn: ui.Nobody, Act: ui.T(ctx, "training.done"), Text: ui.T(ctx, "training.done.text"), Actions: []ui.Button{{Text: ui.T(ctx, "training.done.go"), URL: p.Real + "/training"}}}
		v.Back = ui.Button{}
	case now.URL != "":
		v.Next = ui.Next{Turn: ui.Yours, Act: ui.T(ctx, "training.step."+now.Name), Text: ui.T(ctx, "training.note."+now.Name), Actions: []ui.Button{{Text: ui.T(ctx, "training.go"), URL: now.URL}}}
		if now.Name == "write" || now.Name == "present" {
			v.Next.Actions = append(v.Next.Actions, task)
		}
		if path.Others != "" {
			others.Kind = ui.Second
			v.Next.Actions = append(v.Next.Actions, others)
		}
	case path.Others != "":
		v.Next = ui.Next{Turn: ui.Theirs, Owes: ui.T(ctx, "training.they"), Act: ui.T(ctx, "training.move."+path.Others), Text: ui.T(ctx, "training.others.why"), Actions: []ui.Button{others}}
	default:
		v.Next = ui.Next{Turn: ui.Nobody, Act: ui.T(ctx, "training.rest"), Text: ui.T(ctx, "training.rest.text")}
	}
	said := ui.Banner{Text: ui.T(ctx, "training.mark")}
	// what the others did, and which day it is now
	if key := "training.did." + r.URL.Query().Get("did"); ui.Known(key) { // ui:keys training.did.*
		said.Text = ui.T(ctx, key, "Day", ui.Date(ctx, path.Today))
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Banner: said}, pathPage(v))
}

func (p *Inside) postOthers(w http.ResponseWriter, r *http.Request) {
	offered := r.PostFormValue("move")
	p.Site.Answer(w, r, p.Run.Move(r.Context(), offered), "/practice?did="+offered)
}

type taskView struct {
	Head   ui.Head
	Sheets []factSheet
	Papers []paperLine
	None   string
	File   ui.Button
	Go     *ui.Button // where it is done; nil where it isn't the officer's turn
}

type factSheet struct {
	Title string
	ID    string
	Facts ui.Facts
}

type paperLine struct {
	Name, Whose string
	Link        ui.Link
}

// getTask says what is to be written, and gives the papers that the case lacks.
func (p *Inside) getTask(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	c, err := p.Run.Task(ctx)
	var papers []Paper
	if err == nil {
		papers, err = p.Run.Papers(ctx)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := taskView{Head: ui.Head{Title: ui.T(ctx, "training.task"), Lead: ui.T(ctx, "training.task.lead")}, Sheets: sheets(ctx, c), File: ui.Button{Text: ui.T(ctx, "training.task.file"), URL: "/practice/task/file", Kind: ui.Second}}
	path, err := p.Run.Path(ctx)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if i := slices.IndexFunc(path.Steps, func(s Step) bool { return s.Now && s.URL != "" }); i >= 0 {
		do := ui.Button{Text: ui.T(ctx, "training.go"), URL: path.Steps[i].URL}
		v.Head.Actions = []ui.Button{do}
		do.Kind, v.Go = ui.Second, &do // and again at the foot of a long page
	}
	for _, x := range papers {
		v.Papers = append(v.Papers, paperLine{Name: x.Name, Whose: x.Whose, Link: ui.Link{Text: ui.T(ctx, "training.paper.get"), URL: paperURL(x)}})
	}
	if len(papers) == 0 {
		v.None = ui.T(ctx, "training.papers.none")
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Crumbs: []ui.Link{{Text: ui.T(ctx, "training.path"), URL: "/practice"}, {Text: v.Head.Title}}}, taskPage(v))
}

func (p *Inside) getTaskFile(w http.ResponseWriter, r *http.Request) {
	c, err := p.Run.Task(r.Context())
	var text bytes.Buffer
	if err == nil {
		err = dossier.Write(&text, c)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	send(p.Site, w, "application/json", "practice.json", text.Bytes())
}

// getPaper makes one of the papers that the made-up case lacks: it says of itself
// that nothing in it is true.
func (p *Inside) getPaper(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	c, err := p.Run.Task(ctx)
	var papers []Paper
	if err == nil {
		papers, err = p.Run.Papers(ctx)
	}
	i := slices.IndexFunc(papers, func(x Paper) bool { return paperURL(x) == r.URL.RequestURI() })
	if err == nil && i < 0 {
		err = fault.NotFound("practice paper")
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	x, zh := papers[i], made.Chinese(ctx)
	name := x.Name
	if x.Whose != "" {
		name += " " + x.Whose
	}
	send(p.Site, w, "application/pdf", name+".pdf", demo.PDF(x.Name, c.Unit.Name, x.Whose, ui.T(zh, "training.paper.fiction")))
}

func paperURL(x Paper) string {
	return "/practice/paper/file?" + url.Values{"kind": {string(x.Kind)}, "of": {strconv.Itoa(x.Member)}}.Encode()
}

// send gives a file to be kept.
func send(s *web.Site, w http.ResponseWriter, kind, name string, content []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	if _, err := w.Write(content); err != nil {
		s.Log.Warn("sending a file", "name", name, "err", err)
	}
}
