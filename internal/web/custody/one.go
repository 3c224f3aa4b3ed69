package custody

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"yitang/internal/access"
	room "yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// oneView is one booklet, its history, and the two things that end it.
type oneView struct {
	ID       string
	Head     ui.Head
	Loss     *lossView
	Stand    progress.Stand // of the case that it is for
	Errors   ui.ErrorSummary
	Facts    []fact
	Timeline ui.Timeline
	Forms    []smallForm
	Leave    ui.Link
}

type fact struct{ Term, Text string }

type smallForm struct {
	Title, Action, Key, Button string
	Field                      ui.Field
	Send                       []ui.Hidden
	Note                       string // what follows, before it is confirmed
	Open                       bool   // it was sent, and stands open to be mended or confirmed
}

func (p *Pages) getOne(w http.ResponseWriter, r *http.Request) { p.showOne(w, r, nil) }

func (p *Pages) showOne(w http.ResponseWriter, r *http.Request, failed error) {
	ctx, id := r.Context(), r.PathValue("booklet")
	b, ok, err := room.One(ctx, p.Journal.Store, id)
	if err == nil && !ok {
		err = fault.NotFound("booklet " + id)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	names := p.people(ctx)
	v := oneView{ID: id, Errors: ui.Summarise(ctx, failed), Leave: ui.Link{Text: ui.T(ctx, "keeping.to_list"), URL: "/booklets?place=" + string(b.Place)},
		Head: ui.Head{Title: ui.T(ctx, "keeping.one.title", "Name", names.of(b.Person), "Type", typeName(ctx, b.Type)), Lead: ui.T(ctx, "keeping.tail", "Tail", b.Tail), Tag: standTag(ctx, b, p.Journal.Today())}}
	add := func(key, text string) {
		if text != "" {
			v.Facts = append(v.Facts, fact{ui.T(ctx, key), text})
		}
	}
	add("keeping.col.unit", p.units(ctx)[b.Unit])
	add("keeping.col.latin", b.LatinName)
	add("keeping.col.issued", ui.Date(ctx, b.Issued))
	add("keeping.col.expires", ui.Date(ctx, b.Expires))
	add("keeping.col.pages", ui.Count(b.BlankPages))
	add("keeping.col.capture", ui.Date(ctx, b.CaptureUntil))
	if b.Unsigned {
		add("keeping.col.signature", ui.T(ctx, "keeping.unsigned"))
	}
	add("keeping.col.endorsements", p.endorsed(ctx, b))
	if next, ok, err := room.One(ctx, p.Journal.Store, b.ReplacedBy); err != nil {
		p.Site.Fail(w, r, err)
		return
	} else if ok {
		add("keeping.replaced", ui.T(ctx, "keeping.replaced.by", "Tail", next.Tail))
	}
	if b.Place == room.InStore || b.Place == room.IsLost {
		if being, err := p.renewal(ctx, b); err != nil {
			p.Site.Fail(w, r, err)
			return
		} else if being {
			add("keeping.renewal", ui.T(ctx, "keeping.renewal.goes_on"))
		}
	}
	add("keeping.col.for", p.title(ctx, b.Filing))
	add("keeping.col.batch", b.Batch)
	add("keeping.col.why", b.Why)
	if v.Stand, err = p.Follow.Stand(ctx, b.Filing, "/c/"+b.Filing+"#ledger", web.Who(r)); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if v.Loss, err = p.loss(r, b); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if v.Timeline, err = p.history(ctx, b); err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if web.Who(r).May(access.KeepBooklet) {
		beside := ui.FieldErrors(ctx, failed)
		form := func(verb, title, label string) {
			f := ui.Field{Kind: ui.Area, Name: "reason", Label: label, Rows: 2}
			s := smallForm{Title: title, Action: "/booklets/b/" + id + "/" + verb, Key: web.NewKey(), Button: title}
			if s.Open = strings.HasSuffix(r.URL.Path, "/"+verb); s.Open {
				f.Error, f.Value = beside["reason"], r.PostFormValue("reason")
			}
			if verb == "lost" && s.Open && f.Error == "" {
				s.Note, s.Button, s.Send = ui.T(ctx, "keeping.lost.follows"), ui.T(ctx, "keeping.lost.sure"), []ui.Hidden{{Name: "sure", Value: "yes"}}
			}
			if verb == "found" {
				f.Hint = ui.T(ctx, "keeping.found.follows")
			}
			s.Field = f
			v.Forms = append(v.Forms, s)
		}
		switch b.Place {
		case room.InStore:
			if f, lacks := p.complete(ctx, b, beside); lacks {
				v.Forms = append(v.Forms, f)
			}
			form("void", ui.T(ctx, "keeping.void"), ui.T(ctx, "keeping.void.reason"))
			can, err := p.undoable(ctx, b)
			if err != nil {
				p.Site.Fail(w, r, err)
				return
			}
			if can {
				v.Head.Actions = append(v.Head.Actions, undoHandIn(ctx, b, ""))
			}
		case room.OnItsWay:
			v.Head.Actions = append(v.Head.Actions, ui.Button{Text: ui.T(ctx, "keeping.receive.do"), Post: "/booklets/coming", Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}, {Name: "choose", Value: b.Person + "/" + id}}})
			form("lost", ui.T(ctx, "keeping.lost"), ui.T(ctx, "keeping.lost.reason"))
		case room.IsLost:
			form("found", ui.T(ctx, "keeping.found"), ui.T(ctx, "keeping.found.reason"))
			form("void", ui.T(ctx, "keeping.void"), ui.T(ctx, "keeping.void.reason"))
		case room.IsLent, room.AtMission:
			if b.Place == room.IsLent && b.LentOn() == p.Journal.Today() {
				left, err := p.left(ctx, b.Filing)
				if err != nil {
					p.Site.Fail(w, r, err)
					return
				}
				if !left {
					v.Head.Actions = append(v.Head.Actions, undoLoan(ctx, b, ""))
				}
			}
			if b.Place == room.AtMission {
				v.Head.Actions = append(v.Head.Actions, ui.Button{Text: ui.T(ctx, "keeping.back"), Post: "/booklets/b/" + id + "/back", Kind: ui.Second, Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}}})
			}
			form("lost", ui.T(ctx, "keeping.lost"), ui.T(ctx, "keeping.lost.reason"))
		}
	}
	status := http.StatusOK
	if failed != nil {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors)}, onePage(v))
}

// history is what happened to one booklet of its holder, newest first.
//
// ui:keys event.*
func (p *Pages) history(ctx context.Context, b room.Row) (ui.Timeline, error) {
	events, err := p.Journal.History(ctx, journal.Ref{Kind: room.Room.Kind, ID: b.Person})
	if err != nil {
		return nil, err
	}
	var out ui.Timeline
	for _, e := range events {
		if bookletOf(e.Body) != b.Booklet {
			continue
		}
		out = append(out, ui.Happening{At: e.At, What: ui.T(ctx, "event."+e.Kind), Zone: e.Origin, Note: noteOf(ctx, e.Body)})
	}
	slices.Reverse(out)
	return out, nil
}

func bookletOf(body any) string {
	switch b := body.(type) {
	case room.Registered:
		return b.Booklet
	case room.SentToMission:
		return b.Booklet
	case room.BackFromMission:
		return b.Booklet
	case room.Lent:
		return b.Booklet
	case room.Recalled:
		return b.Booklet
	case room.HandedIn:
		return b.Booklet
	case room.ReportedLost:
		return b.Booklet
	case room.TurnedUp:
		return b.Booklet
	case room.Voided:
		return b.Booklet
	case room.Completed:
		return b.Booklet
	case room.HandInTakenBack:
		return b.Booklet
	case room.LoanTakenBack:
		return b.Booklet
	case room.Redated:
		return b.Booklet
	case room.Announced:
		return b.Booklet
	case room.Received:
		return b.Booklet
	case room.Replaced:
		return b.Booklet
	}
	return ""
}

// ui:keys keeping.by.*
func noteOf(ctx context.Context, body any) string {
	switch b := body.(type) {
	case room.SentToMission:
		return b.Batch
	case room.Lent:
		return ui.T(ctx, "keeping.by."+string(b.By)) + " · " + ui.T(ctx, "keeping.due", "When", ui.Date(ctx, b.Due))
	case room.HandedIn:
		by := ui.T(ctx, "keeping.by."+string(b.By))
		if b.Early != "" { // ui:keys keeping.early.*
			by += " · " + ui.T(ctx, "keeping.early."+string(b.Early))
		}
		return by
	case room.Recalled:
		if b.Because != "" { // ui:keys keeping.recalled.*
			return ui.T(ctx, "keeping.recalled."+string(b.Because), "When", ui.Date(ctx, b.Due))
		}
		return b.Reason
	case room.ReportedLost:
		return b.Reason
	case room.TurnedUp:
		return b.Reason
	case room.Voided:
		return b.Reason
	}
	return ""
}

// holderOf finds whose booklet an address names.
func (p *Pages) holderOf(ctx context.Context, booklet string) (string, error) {
	b, ok, err := room.One(ctx, p.Journal.Store, booklet)
	if err == nil && !ok {
		err = fault.NotFound("booklet " + booklet)
	}
	return b.Person, err
}

func (p *Pages) end(w http.ResponseWriter, r *http.Request, cmd journal.Command[room.Holder]) {
	id := r.PathValue("booklet")
	holder, err := p.holderOf(r.Context(), id)
	if err == nil {
		_, err = journal.Do(r.Context(), p.Journal, room.Room, journal.Order{Subject: holder, Key: web.Key(r)}, cmd)
	}
	if fault.Findings(err) != nil {
		p.showOne(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, "/booklets/b/"+id)
}

// postBack takes a booklet back whose visa came to nothing: one that is granted
// or refused brings its booklet along.
func (p *Pages) postBack(w http.ResponseWriter, r *http.Request) {
	p.end(w, r, room.TakeBack{Booklet: r.PathValue("booklet")})
}

func (p *Pages) postLost(w http.ResponseWriter, r *http.Request) {
	reason := strings.TrimSpace(r.PostFormValue("reason"))
	if reason != "" && r.PostFormValue("sure") != "yes" {
		p.showOne(w, r, nil) // what follows by rule isn't undone by finding it again
		return
	}
	p.end(w, r, room.ReportLost{Booklet: r.PathValue("booklet"), Reason: reason})
}

func (p *Pages) postFound(w http.ResponseWriter, r *http.Request) {
	p.end(w, r, room.ReportFound{Booklet: r.PathValue("booklet"), Reason: strings.TrimSpace(r.PostFormValue("reason"))})
}

func (p *Pages) postVoid(w http.ResponseWriter, r *http.Request) {
	p.end(w, r, room.Void{Booklet: r.PathValue("booklet"), Reason: strings.TrimSpace(r.PostFormValue("reason"))})
}

// newView registers an older booklet: first whose, then what is printed in it.
type newView struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Query  string
	Asked  bool
	Found  []person.Entry
	Person string
	Name   string
	Key    string
	Fields []ui.Field
}

func (p *Pages) getNew(w http.ResponseWriter, r *http.Request) { p.showNew(w, r, nil) }

func (p *Pages) showNew(w http.ResponseWriter, r *http.Request, failed error) {
	ctx := r.Context()
	v := newView{Head: ui.Head{Title: ui.T(ctx, "keeping.new.title"), Lead: ui.T(ctx, "keeping.new.lead")}, Key: web.NewKey(), Errors: ui.Summarise(ctx, failed), Query: strings.TrimSpace(r.FormValue("q")), Person: r.FormValue("person")}
	var err error
	if v.Person != "" {
		var e person.Entry
		if e, err = person.One(ctx, p.Journal.Store, v.Person); err == nil {
			v.Name = e.Name()
			v.Fields = bookletFields(r, e.LatinName(), ui.FieldErrors(ctx, failed))
		}
	} else if v.Query != "" {
		v.Asked = true
		v.Found, err = person.Search(ctx, p.Journal.Store, "", v.Query)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	status := http.StatusOK
	if failed != nil {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors)}, newPage(v))
}

func bookletFields(r *http.Request, latin string, beside map[string]string) []ui.Field {
	ctx := r.Context()
	typ := ui.Field{Kind: ui.Select, Name: "type", Label: ui.T(ctx, "keeping.col.type")}
	for _, t := range dossier.PassportType("").Words() {
		typ.Options = append(typ.Options, ui.Option{Value: t, Text: typeName(ctx, t)})
	}
	fields := []ui.Field{typ, {Name: "number", Label: ui.T(ctx, "keeping.new.number"), Width: "mid"}, {Name: "latin", Label: ui.T(ctx, "keeping.col.latin"), Value: latin, Width: "mid", Lang: "zh-Latn"},
		{Kind: ui.DateKind, Name: "issued", Label: ui.T(ctx, "keeping.col.issued")}, {Kind: ui.DateKind, Name: "expires", Label: ui.T(ctx, "keeping.col.expires")},
		{Kind: ui.Number, Name: "pages", Label: ui.T(ctx, "keeping.col.pages")}, {Kind: ui.DateKind, Name: "capture", Label: ui.T(ctx, "keeping.col.capture"), Optional: true},
		{Kind: ui.Checks, Name: "endorsements", Label: ui.T(ctx, "keeping.new.endorsements"), Optional: true, Across: true, Options: []ui.Option{{Value: "HKG", Text: ui.T(ctx, "keeping.new.hkg")}, {Value: "MAC", Text: ui.T(ctx, "keeping.new.mac")}}},
		{Kind: ui.Check, Name: "unsigned", Label: ui.T(ctx, "keeping.unsigned"), Optional: true}}
	for i, f := range fields {
		fields[i].Error = beside[f.Name]
		if r.Method == http.MethodPost {
			fields[i].Value = r.PostFormValue(f.Name)
			for k, o := range f.Options {
				fields[i].Options[k].Chosen = slices.Contains(r.PostForm[f.Name], o.Value)
			}
		}
	}
	return fields
}

func (p *Pages) postNew(w http.ResponseWriter, r *http.Request) {
	ctx, who := r.Context(), r.PostFormValue("person")
	entry, err := person.One(ctx, p.Journal.Store, who)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	cmd := room.Register{Booklet: p.Journal.NewID(), Unit: entry.Unit, Type: r.PostFormValue("type"), Number: r.PostFormValue("number"), LatinName: strings.TrimSpace(r.PostFormValue("latin"))}
	cmd.Unsigned = r.PostFormValue("unsigned") != ""
	for _, region := range r.PostForm["endorsements"] {
		if region == "HKG" || region == "MAC" {
			cmd.Endorsements = append(cmd.Endorsements, region)
		}
	}
	var errs [4]error
	cmd.Issued, errs[0] = day(r, "issued")
	cmd.Expires, errs[1] = day(r, "expires")
	cmd.CaptureUntil, errs[2] = day(r, "capture")
	cmd.BlankPages, errs[3] = number(r, "pages")
	var wrong []fault.Finding
	for _, e := range errs {
		wrong = append(wrong, fault.Findings(e)...)
	}
	if len(wrong) > 0 {
		p.showNew(w, r, fault.Invalid(wrong...))
		return
	}
	_, err = journal.Do(ctx, p.Journal, room.Room, journal.Order{Subject: who, Key: web.Key(r)}, cmd)
	var invalid *fault.InvalidError
	if errors.As(err, &invalid) {
		p.showNew(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, "/booklets?place=store")
}

// endorsed lists what a permit carries, with kind and last day where they are known.
//
// ui:keys making.stamp.*
func (p *Pages) endorsed(ctx context.Context, b room.Row) string {
	out := p.areas(ctx, b.Endorsements)
	for i, region := range b.Endorsements {
		for _, s := range b.Stamps {
			if s.Region == region {
				out[i] = ui.T(ctx, "keeping.stamp", "Place", out[i], "Kind", ui.T(ctx, "making.stamp."+string(s.Kind)), "Until", ui.Date(ctx, s.Until))
			}
		}
	}
	return ui.List(ctx, out)
}

// renewal tells whether another booklet of its kind is being made for the holder of
// one that nothing has replaced yet: it will take its place, also of one that was
// found (docs/decisions/0015).
func (p *Pages) renewal(ctx context.Context, b room.Row) (bool, error) {
	if b.ReplacedBy != "" {
		return false, nil
	}
	return room.BeingRenewed(ctx, p.Journal.Store, b)
}
