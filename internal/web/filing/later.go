package filing

import (
	"context"
	"mime/multipart"
	"net/http"
	"slices"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// laterView is what an urgent case was handed in without, each with the day by
// which it must follow.
type laterView struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Papers []laterPaper
}

type laterPaper struct {
	ID     string
	Name   string
	Note   string
	Tag    ui.Tag
	File   ui.Link // once it is there
	Action string  // "" where nobody can give it here
	Key    string
	Kind   string
	Error  string
}

func laterURL(id string) string { return caseURL(id) + "/later" }

// Owing says of a paper that was put off how it stands: there, due, or late.
func Owing(ctx context.Context, o room.Owed, today calendar.Date) ui.Tag {
	switch late := today.Sub(o.Due); {
	case o.Material != "":
		return ui.Tag{State: ui.OK, Word: ui.T(ctx, "later.came", "Day", ui.MonthDay(ctx, o.On))}
	case late > 0:
		return ui.Tag{State: ui.Stop, Word: ui.T(ctx, "later.late", "Day", ui.MonthDay(ctx, o.Due), "Count", late)}
	default:
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "later.due", "Day", ui.MonthDay(ctx, o.Due))}
	}
}

// later lists on a case's own page what it owes.
func (p *Pages) later(ctx context.Context, f *File) ui.Tasks {
	var out ui.Tasks
	for _, o := range f.Filing.Later {
		out = append(out, ui.Task{Name: PaperName(ctx, o.Kind), URL: laterURL(f.ID), State: Owing(ctx, o, p.Work.Journal.Today())})
	}
	return out
}

// getLater shows what is owed, and where to give it.
//
// ui:keys later.why.*
func (p *Pages) getLater(w http.ResponseWriter, r *http.Request) { p.showLater(w, r, "", nil) }

func (p *Pages) showLater(w http.ResponseWriter, r *http.Request, kind dossier.MaterialKind, failed error) {
	ctx := r.Context()
	f, err := p.open(r)
	if err == nil && len(f.Filing.Later) == 0 {
		err = fault.NotFound("papers that case " + f.ID + " owes")
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := laterView{Head: ui.Head{Title: ui.T(ctx, "later.title", "Count", len(room.Open(f.Filing.Later))), Lead: ui.T(ctx, "later.lead"), Over: f.title(ctx)}, Errors: ui.Summarise(ctx, failed)}
	if len(room.Open(f.Filing.Later)) == 0 {
		v.Head.Title, v.Head.Lead = ui.T(ctx, "later.none"), ""
	}
	for _, o := range f.Filing.Later {
		x := laterPaper{ID: "paper-" + string(o.Kind), Kind: string(o.Kind), Name: PaperName(ctx, o.Kind), Note: ui.T(ctx, "later.why."+string(o.Kind)), Tag: Owing(ctx, o, p.Work.Journal.Today())}
		if o.Material != "" {
			m, err := material.One(ctx, p.Work.Journal.Store, o.Material)
			if err != nil {
				p.Site.Fail(w, r, err)
				return
			}
			x.File = ui.Link{Text: m.Name, URL: caseURL(f.ID) + "/papers/" + m.ID}
		} else if web.Who(r).May(access.EditCase) && f.Filing.Stage != room.IsWithdrawn {
			x.Action, x.Key = laterURL(f.ID), web.NewKey()
		}
		if o.Kind == kind {
			x.Error = ui.FieldErrors(ctx, failed)["file"]
		}
		v.Papers = append(v.Papers, x)
	}
	status := http.StatusOK
	if failed != nil {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Banner: p.said(r), Crumbs: p.crumbs(ctx, f, v.Head.Title)}, laterPage(v))
}

// postLater keeps the file as a paper of the case and hands it in. Dying in
// between leaves a paper that the next try finds.
func (p *Pages) postLater(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		p.showLater(w, r, "", UnreadableBody(err))
		return
	}
	defer r.MultipartForm.RemoveAll()
	f, err := p.open(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	kind := dossier.MaterialKind(r.FormValue("kind"))
	var head *multipart.FileHeader
	if files := r.MultipartForm.File["file"]; len(files) > 0 {
		head = files[0]
	}
	err = p.supply(ctx, f, kind, head, order(r, f.ID))
	if fault.Findings(err) != nil {
		p.showLater(w, r, kind, err)
		return
	}
	p.Site.Answer(w, r, err, laterURL(f.ID)+"?said=supplied")
}

func (p *Pages) supply(ctx context.Context, f *File, kind dossier.MaterialKind, head *multipart.FileHeader, o journal.Order) error {
	owed := slices.ContainsFunc(room.Open(f.Filing.Later), func(o room.Owed) bool { return o.Kind == kind })
	if !owed || head == nil { // a double click: the key gives the first answer again
		_, err := journal.Do(ctx, p.Work.Journal, room.Room, o, room.Supply{Kind: kind})
		return err
	}
	src, err := head.Open()
	if err != nil {
		return err
	}
	defer src.Close()
	m, err := p.Work.Keep(ctx, material.Add{Kind: kind, OwnerKind: material.OfCase, Owner: f.ID, Unit: f.Unit, Case: f.ID, Name: head.Filename}, "", src, head.Size)
	if err != nil {
		return err
	}
	_, err = journal.Do(ctx, p.Work.Journal, room.Room, o, room.Supply{Kind: kind, Material: m.ID})
	return err
}
