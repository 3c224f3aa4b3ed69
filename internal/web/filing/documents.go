package filing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"yitang/internal/blob"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/material"
	state "yitang/internal/progress"
	"yitang/internal/requirement"

	"yitang/internal/person"
	"yitang/internal/web"
	"yitang/internal/web/made"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// PaperName is what people call a kind of paper.
func PaperName(ctx context.Context, kind dossier.MaterialKind) string {
	return progress.PaperName(ctx, string(kind))
}

// slot is one place for a paper: of the case, the unit or one member.
type slot struct {
	Kind  dossier.MaterialKind
	Owner requirement.Owner
	Held  []int // indexes in the case's materials
	Need  requirement.Requirement
	About string // the host of whom a profile tells
	Nth   int    // of several hosts
	// Country is whose letter belongs here, where several invite.
	Country string
}

// takes tells whether a paper of the case belongs in a place.
func (s slot) takes(m dossier.Material, owner requirement.Owner, about string) bool {
	of := s.Owner == owner || owner == requirement.OfCase || owner == requirement.OfUnit && s.Owner == requirement.OfCase
	return s.Kind == m.Kind && of && (s.About == "" || about == "" || sameHost(s.About, about)) && (s.Country == "" || m.For(s.Country))
}

// slots are the papers that the case needs or has, in the order of the catalogue.
func (w *Work) slots(f *File) []slot {
	var out []slot
	seen := map[string]int{}
	for _, r := range w.Requirements(f) {
		m, is := r.What.(requirement.Material)
		if !is || !r.IsNeeded() || r.IsDerivable() || r.Need == requirement.AfterTrip || r.IsMissing() && !r.AsksPeople() {
			continue
		}
		country := f.tiedTo(m.Kind, r.ID.Country())
		key := string(m.Kind) + r.Owner.String() + country
		if i, had := seen[key]; had {
			if r.IsMissing() && !out[i].Need.IsMissing() { // of one host there is a letter, of the next none
				out[i].Need = r
			}
			continue
		}
		seen[key] = len(out)
		out = append(out, slot{Kind: m.Kind, Owner: r.Owner, Need: r, Country: country})
	}
	if a := f.Amends(); a != nil { // what comes along with a change, in front
		var first []slot
		for _, k := range letters(a.Kind) {
			first = append(first, slot{Kind: k, Owner: requirement.OfCase})
		}
		out = append(first, out...)
	}
	out = f.byHost(out)
	for i, m := range f.Now.Case.Materials {
		owner := requirement.OfCase
		if k, of := m.OfMember(); of {
			owner = requirement.OfMember(k)
		} else if m.Owner == "unit" {
			owner = requirement.OfUnit
		}
		about := f.hostOf(i)
		k := slices.IndexFunc(out, func(s slot) bool { return s.takes(m, owner, about) })
		if k < 0 {
			out = append(out, slot{Kind: m.Kind, Owner: owner, Country: f.tiedTo(m.Kind, m.Country)})
			k = len(out) - 1
		}
		out[k].Held = append(out[k].Held, i)
		for n := k + 1; m.Country == "" && n < len(out); n++ { // tied to no country, it serves for each
			if out[n].Country != "" && out[n].takes(m, owner, about) {
				out[n].Held = append(out[n].Held, i)
			}
		}
	}
	return out
}

// owner tells whose a slot is, as papers are filed.
func (s slot) owner(f *File) (material.OwnerKind, string) {
	switch i, of := s.Owner.Member(); {
	case of && i < len(f.Now.Persons):
		return material.OfPerson, f.Now.Persons[i]
	case s.Owner == requirement.OfUnit, requirement.KeptByUnit(s.Kind):
		return material.OfUnit, f.Unit
	}
	return material.OfCase, f.ID
}

// id is the place of a slot on the page of documents.
func (s slot) id(f *File) string {
	_, owner := s.owner(f)
	if s.Nth > 0 {
		owner += "-" + strconv.Itoa(s.Nth)
	}
	if s.Country != "" {
		owner += "-" + s.Country
	}
	return "paper-" + string(s.Kind) + "-" + owner
}

// paperOf reads the place of a slot again.
func paperOf(id string) (kind dossier.MaterialKind, owner string, is bool) {
	rest, is := strings.CutPrefix(id, "paper-")
	k, owner, _ := strings.Cut(rest, "-")
	return dossier.MaterialKind(k), owner, is
}

// paperPlace is the place on the page of documents where a paper is given
// that stands for a field, as a signed 承诺书 does for 已签承诺书; "" when the
// field is written as it is.
func (f *File) paperPlace(path string) string {
	if f.work == nil {
		return ""
	}
	if f.places == nil {
		f.places = map[string]string{}
		for _, s := range f.work.slots(f) {
			s.standsFor(f)
		}
	}
	return f.places[path]
}

// standsFor notes the paths that lead to a slot: what it holds, and while it
// is empty the statement that its paper would prove.
func (s slot) standsFor(f *File) {
	id := s.id(f)
	for _, i := range s.Held {
		f.places[index("materials", i)] = id
	}
	m, missing := s.Need.Status.(requirement.Missing)
	if !missing {
		return
	}
	form, known := dossier.FormOf(m.Field)
	_, _, ofMember := memberField(m.Field)
	switch {
	case s.Kind == translation:
		for i := range f.Now.Case.Invitations {
			f.places[index("invitations", i)+".translation"] = id
		}
	case s.Kind == agenda:
		f.places["materials"] = id // the one paper that a rule asks for by no statement
	case known && form.Kind == dossier.BoolForm, ofMember:
		f.places[m.Field] = id
	}
}

const (
	translation dossier.MaterialKind = "M05"
	agenda      dossier.MaterialKind = "M08"
	vettingForm dossier.MaterialKind = "M12"
	photo       dossier.MaterialKind = "M26"
	insurance   dossier.MaterialKind = "M35"
)

// documents is every paper that is needed, with what is there.
// The page without the papers that are there would ask for them again.
func (p *Pages) documents(b *fields, v *stepView) error {
	ctx, f := b.ctx, b.f
	all, err := material.OfFiling(ctx, p.Work.Journal.Store, f.ID)
	if err != nil {
		return err
	}
	now, later := []dropView{}, []dropView{}
	for _, s := range p.Work.slots(f) {
		d := p.dropOf(ctx, f, s, all)
		for _, files := range []ui.Files{d.Files, d.Drop.Files} {
			for i := range files {
				if b.back != "" && files[i].Remove.Post != "" { // who came from the check goes on there
					files[i].Remove.Send = append(files[i].Remove.Send, ui.Hidden{Name: "_back", Value: b.back})
				}
			}
		}
		if s.Need.Key != "" && s.Need.IsMissing() && (s.Need.Need != requirement.AtSubmission || s.Need.Advised) {
			later = append(later, d)
		} else {
			now = append(now, d)
		}
	}
	v.Before = documentsOf(papersView{Title: ui.T(ctx, "cases.papers.now"), Help: papersKinds(ctx), Bunch: true, Now: now, Later: later, Made: p.made(ctx, f)})
	return nil
}

// papersView is the places for papers, with the help that holds for all.
type papersView struct {
	Title string
	Help  string
	Bunch bool // many files at once find their places by name
	Now   []dropView
	Later []dropView
	Made  []made.Line // by the system: nothing to give
}

func papersKinds(ctx context.Context) string {
	return ui.T(ctx, "cases.papers.kinds", "Limit", ui.Size(blob.Limit))
}

// dropView is one place for a paper with what is there. A file's name is
// looked through for Kind and Who, in the languages that it may be written in.
type dropView struct {
	Kind  string
	Who   string
	ID    string
	Title string
	Why   string
	Tag   ui.Tag
	Held  bool   // nothing is asked: the upload stands behind a word
	More  string // that word
	Files ui.Files
	Form  ui.Link // made ready to be signed
	// Offers are papers of the unit that may serve here: whether they do is for
	// the reader to say.
	Offers ui.Files
	Drop   ui.FileDrop
}

func (p *Pages) dropOf(ctx context.Context, f *File, s slot, all []material.Material) dropView {
	kind, owner := s.owner(f)
	who := ""
	if i, of := s.Owner.Member(); of && i < len(f.Now.Persons) {
		who = f.Now.Case.Members[i].Name()
	}
	name := PaperName(ctx, s.Kind)
	title, whose := name, who
	if who == "" && len(f.hosts()) > 1 {
		whose = s.About
	}
	if s.Country != "" {
		whose = f.countryName(ctx, s.Country)
	}
	if whose != "" {
		title = ui.T(ctx, "cases.paper.of", "Name", name, "Who", whose)
	}
	id := s.id(f)
	d := dropView{ID: id, Title: title, Kind: name, Who: who}
	if s.Country != "" {
		names := p.Work.Pack().Country
		d.Who = names(s.Country, "zh") + "|" + names(s.Country, "en")
	}
	if e, ok := requirement.Lookup(requirement.Key(s.Kind)); ok {
		d.Kind = e.Name.Zh + "|" + e.Name.En
	}
	if s.Need.Key != "" {
		d.Why = ui.Say(ctx, s.Need.Condition.Text())
		if m, is := s.Need.Status.(requirement.Missing); is && len(s.Held) > 0 {
			d.Why = ui.Say(ctx, m.Why.Text()) // what is there doesn't serve
		}
	}
	if s.Kind == photo {
		d.Why = ui.Sentences(ctx, d.Why, ui.T(ctx, "upload.photo.format"))
	}
	switch {
	case len(s.Held) > 0 && !s.Need.IsMissing():
		d.Tag = ui.Tag{State: ui.OK, Word: ui.T(ctx, "cases.paper.there")}
		if _, old := f.reused(s.Held[0]); old {
			d.Tag.Word = ui.T(ctx, "cases.paper.reused")
		} else if i := slices.IndexFunc(all, func(m material.Material) bool {
			return s.Held[0] < len(f.Now.Papers) && m.ID == f.Now.Papers[s.Held[0]] && m.Case == f.ID
		}); i >= 0 { // nobody had it before
			d.Tag.Word = ui.T(ctx, "cases.paper.uploaded", "When", ui.At(ctx, unixMicro(all[i].At)))
		}
	case heldOtherwise(s): // the record stands for the form that it was made from, and nobody has seen the form
		d.Tag = ui.Tag{State: ui.Info, Word: ui.T(ctx, "cases.paper.record")}
	case len(s.Held) > 0: // 还没有 above a file that is there would contradict it
		d.Tag = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "cases.paper.short")}
	case s.Need.Key != "" && s.Need.Advised:
		d.Tag = ui.Tag{State: ui.Info, Word: ui.T(ctx, "cases.paper.advised")}
	case s.Need.Key != "" && s.Need.Need != requirement.AtSubmission:
		d.Tag = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "cases.paper.later")}
	default:
		d.Tag = ui.Tag{State: ui.Wait, Word: ui.T(ctx, "cases.paper.missing")} // still to do, no mistake
	}
	d.Drop = ui.FileDrop{Action: caseURL(f.ID) + "/papers", ID: id, Name: "materials", Label: title, Help: papersHelp, Accept: material.Accept(s.Kind), Max: blob.Limit,
		Send: []ui.Hidden{{Name: "kind", Value: string(s.Kind)}, {Name: "ownerKind", Value: string(kind)}, {Name: "owner", Value: owner}, {Name: "about", Value: s.About}, {Name: "country", Value: s.Country}, {Name: "place", Value: id}}}
	d.Drop.Fields = append(d.Drop.Fields, TermFields(ctx, s.Kind, id, f.Now.Case.Trip, p.insuredBeyond(), nil)...)
	for _, i := range s.Held {
		if i < len(f.Now.Papers) && f.Now.Papers[i] != "" {
			x := p.file(ctx, f, f.Now.Papers[i], f.Now.Case.Materials[i], all)
			x.What = serves(ctx, f.Now.Case.Materials[i]) // the place has said what it is
			if x.Remove.Text == "" && slices.ContainsFunc(d.Drop.Files, func(had ui.File) bool { return had.Name == x.Name }) {
				continue // given again for each trip, it is one to the eye
			}
			d.Drop.Files = append(d.Drop.Files, x)
		}
	}
	if was, old := f.reusedAlone(s); old && s.Kind == hostProfile { // a newer profile of the host takes its place everywhere
		d.Drop.Send, d.Drop.One = append(d.Drop.Send, ui.Hidden{Name: "replaces", Value: was.ID}), true
	}
	d.Offers = p.offers(ctx, f, s)
	d.Form = p.toSign(ctx, f, s)
	if s.Kind == photo && len(s.Held) > 0 {
		if said := p.Work.oldPhoto(ctx, f, owner, s.Held[len(s.Held)-1]); said != "" {
			d.Tag = ui.Tag{State: ui.Warn, Word: said, Long: true}
		}
	}
	d.More = ui.T(ctx, "cases.paper.other")
	if heldOtherwise(s) {
		d.More = ui.T(ctx, "cases.paper.attach")
	}
	if d.Held = heldOtherwise(s) || len(s.Held) > 0 && !s.Need.IsMissing(); d.Held {
		d.Files, d.Drop.Files = d.Drop.Files, nil
	}
	return d
}

// heldOtherwise tells whether what a paper is wanted for is there without it.
func heldOtherwise(s slot) bool { return s.Need.OnRecordAlone() && len(s.Held) == 0 }

func (p *Pages) file(ctx context.Context, f *File, id string, m dossier.Material, all []material.Material) ui.File {
	out := ui.File{Name: m.File, What: PaperName(ctx, m.Kind), State: ui.FileOK, Preview: caseURL(f.ID) + "/papers/" + id}
	if m.BlankPages > 0 {
		out.Error = ui.T(ctx, "upload.blank", "Count", m.BlankPages)
	}
	if host := f.alsoOf(id, m); host != "" {
		out.Error = ui.T(ctx, "upload.also_of", "Host", host)
	}
	if i := slices.IndexFunc(all, func(x material.Material) bool { return x.ID == id }); i >= 0 {
		out.Size, out.Kind = all[i].Size, kindOf(all[i].Type)
		out.Remove = ui.Button{Text: ui.T(ctx, "cases.paper.drop"), About: m.File, Kind: ui.Plain, Post: caseURL(f.ID) + "/papers/" + id + "/drop"}
	} else if m.Kind == project && m.Owner == "unit" && f.Filing.Stage == room.InDraft {
		out.Remove = ui.Button{Text: ui.T(ctx, "cases.paper.unuse"), Kind: ui.Plain, Post: caseURL(f.ID) + "/papers/" + id + "/use"}
	}
	return out
}

// serves says from when and until when a paper does; "" for one that has no end.
func serves(ctx context.Context, m dossier.Material) string {
	switch {
	case m.ValidUntil.IsZero():
		return ""
	case !m.ValidFrom.IsZero():
		return ui.T(ctx, "papers.span", "From", ui.Date(ctx, m.ValidFrom), "Until", ui.Date(ctx, m.ValidUntil))
	}
	return ui.T(ctx, "papers.until", "Day", ui.Date(ctx, m.ValidUntil))
}

func kindOf(mediaType string) string {
	return strings.ToUpper(strings.TrimPrefix(blob.Type(mediaType).Ext(), "."))
}

// postPaper takes files. Each is answered alone for a script, all together
// otherwise.
func (p *Pages) postPaper(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		p.refuseFile(w, r, "", UnreadableBody(err))
		return
	}
	defer r.MultipartForm.RemoveAll()
	f, err := p.writing(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	slot := upload{Kind: dossier.MaterialKind(r.FormValue("kind")), OwnerKind: material.OwnerKind(r.FormValue("ownerKind")), Owner: r.FormValue("owner"), Replaces: r.FormValue("replaces"), Place: r.FormValue("place")}
	if slot.Kind == hostProfile {
		slot.About = f.host(r.FormValue("about"))
	}
	slot.Country = f.tied(slot.Kind, r.FormValue("country"))
	err = slot.fits(f)
	if err == nil {
		err = slot.sentBack(f)
	}
	if err != nil {
		p.refuseFile(w, r, fileName(r), err)
		return
	}
	if slot.Term, err = readTerm(r, slot.Kind, slot.place()); err != nil {
		p.refuseFile(w, r, fileName(r), err)
		return
	}
	files := append(r.MultipartForm.File["materials"], r.MultipartForm.File["file"]...)
	if len(files) == 0 {
		key := "upload.none"
		if len(r.MultipartForm.File) > 0 {
			key = "upload.nowhere"
		}
		p.refuseFile(w, r, "", fault.Field("file", key, nil))
		return
	}
	var wrong []fault.Finding // all of them: each file that wasn't taken is named
	for _, h := range files {
		m, err := p.take(ctx, f, slot, h)
		switch {
		case err != nil && fragment(r):
			p.refuseFile(w, r, h.Filename, err)
			return
		case err != nil && len(fault.Findings(err)) == 0:
			p.Site.Fail(w, r, err)
			return
		case err != nil:
			for _, f := range fault.Findings(err) {
				wrong = append(wrong, ofFile(ctx, h.Filename, len(files), f))
			}
		case fragment(r):
			p.Site.Fragment(w, r, http.StatusOK, p.answered(ctx, f, slot, m))
			return
		}
	}
	if len(wrong) > 0 {
		p.Site.Fail(w, r, fault.Invalid(wrong...))
		return
	}
	back := caseURL(f.ID) + "/documents"
	if f.Filing.Stage == room.IsSentBack {
		back = caseURL(f.ID) + "/notice"
	}
	p.Site.Answer(w, r, nil, back+"#"+url.PathEscape(slot.place()))
}

// ofFile says of which file something is found, where several came.
func ofFile(ctx context.Context, name string, of int, f fault.Finding) fault.Finding {
	if of == 1 {
		return f
	}
	return fault.Finding{Field: f.Field, Key: "cases.place.error", Args: map[string]any{"Where": name, "Text": whatIsWrong(ctx, fault.Invalid(f))}}
}

// fileName is that of the first file of a form.
func fileName(r *http.Request) string {
	for _, field := range []string{"materials", "file"} {
		if all := r.MultipartForm.File[field]; len(all) > 0 {
			return all[0].Filename
		}
	}
	return ""
}

// answered is the line of a file that was taken, with what its place says of
// itself from now on: 还没有 must not stand beside it any longer.
func (p *Pages) answered(ctx context.Context, was *File, u upload, m material.Material) templ.Component {
	line := p.file(ctx, was, m.ID, m.Dossier(""), []material.Material{m})
	if says := serves(ctx, m.Dossier("")); says != "" {
		line.What = says
	}
	f, err := p.Work.Open(ctx, was.ID)
	if err != nil {
		p.Site.Log.Warn("reading a case after an upload", "case", was.ID, "err", err)
		return line
	}
	for _, s := range p.Work.slots(f) {
		if kind, owner := s.owner(f); s.Kind == u.Kind && kind == u.OwnerKind && owner == u.Owner && (u.About == "" || u.About == s.About) && (s.Country == "" || u.Country == s.Country) {
			if f.Filing.Stage == room.IsSentBack {
				return taken(line, p.mendedDrop(ctx, f, s, []material.Material{m}))
			}
			return taken(line, p.dropOf(ctx, f, s, []material.Material{m}))
		}
	}
	return line
}

// UnreadableBody is what is wrong with an upload whose form can't be read.
func UnreadableBody(err error) error {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return blob.TooLarge("file", 0, blob.Limit) // of several files
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fault.Field("file", "upload.cut_off", nil)
	}
	return err
}

// refuseFile answers for a file that wasn't taken: a line of the list for a
// script, the page of the fault otherwise.
func (p *Pages) refuseFile(w http.ResponseWriter, r *http.Request, name string, err error) {
	fs := fault.Findings(err)
	if !fragment(r) || len(fs) == 0 {
		p.Site.Fail(w, r, err)
		return
	}
	state := ui.FileRefused
	if fs[0].Key == "upload.duplicate" {
		state = ui.FileDuplicate
	}
	p.Site.Fragment(w, r, http.StatusUnprocessableEntity, ui.File{Name: name, State: state, Error: whatIsWrong(r.Context(), err)})
}

// whatIsWrong says in the one line of a file all that is wrong with it and with what
// was told beside it, each once.
func whatIsWrong(ctx context.Context, err error) string {
	var all []string
	for _, f := range fault.Findings(err) {
		if says := ui.FieldErrors(ctx, fault.Invalid(f))[f.Field]; !slices.Contains(all, says) {
			all = append(all, says)
		}
	}
	if len(all) == 1 {
		return all[0]
	}
	return ui.Sentences(ctx, all...)
}

// upload says what a file is for.
type upload struct {
	Kind      dossier.MaterialKind
	OwnerKind material.OwnerKind
	Owner     string
	Replaces  string
	Term      term
	About     string // host of whom it tells
	Country   string // whose host's letter it is
	Place     string
}

// place is where it is given on the page of documents.
func (u upload) place() string { return cmp.Or(u.Place, "paper-"+string(u.Kind)+"-"+u.Owner) }

// fits refuses owners that have nothing to do with the case: the form names
// them, and forms can be written by anybody. A file that names no place at all
// could never be shown anywhere.
func (u upload) fits(f *File) error {
	switch {
	case u.OwnerKind == "" || u.Owner == "" || u.Kind == "":
		return fault.Field("file", "upload.nowhere", nil)
	case u.OwnerKind == material.OfCase && u.Owner == f.ID, u.OwnerKind == material.OfUnit && u.Owner == f.Unit,
		u.OwnerKind == material.OfPerson && slices.Contains(f.Now.Persons, u.Owner) && f.Held.People[u.Owner].ID != "":
		return nil // somebody who works for another unit now is that one's
	}
	return fault.NotFound("owner " + u.Owner)
}

// owner is whose it is, by the members of the case.
func (u upload) owner(f *File) requirement.Owner {
	switch i := slices.Index(f.Now.Persons, u.Owner); {
	case u.OwnerKind == material.OfPerson && i >= 0:
		return requirement.OfMember(i)
	case u.OwnerKind == material.OfUnit:
		return requirement.OfUnit
	}
	return requirement.OfCase
}

// sentBack refuses a paper of a case that was sent back for other things: it would
// be kept, and neither be shown anywhere nor handed in.
func (u upload) sentBack(f *File) error {
	if f.Filing.Stage != room.IsSentBack || f.Filing.OpensPaper(u.Kind, u.owner(f)) {
		return nil
	}
	for i, m := range f.Filing.Dossier.Materials {
		of, member := m.OfMember()
		same := m.Kind == u.Kind && member == (u.OwnerKind == material.OfPerson) && (!member || of < len(f.Now.Persons) && f.Now.Persons[of] == u.Owner)
		if same && u.Replaces != "" && f.mends(index("materials", i)) {
			return nil
		}
	}
	return fault.Field("file", "upload.not_sent_back", nil)
}

// take keeps one file: its bytes first, then the fact that it is held.
func (p *Pages) take(ctx context.Context, f *File, u upload, h *multipart.FileHeader) (material.Material, error) {
	src, err := h.Open()
	if err != nil {
		return material.Material{}, fmt.Errorf("opening what was uploaded: %w", err)
	}
	defer src.Close()
	if h.Size > blob.Limit {
		return material.Material{}, blob.TooLarge("file", h.Size, blob.Limit)
	}
	return p.Work.Keep(ctx, material.Add{Kind: u.Kind, OwnerKind: u.OwnerKind, Owner: u.Owner, Unit: f.Unit, Case: f.ID, Name: h.Filename, ValidFrom: u.Term.From, ValidUntil: u.Term.Until, Said: u.Term.EVisa, About: u.About, Country: u.Country}, u.Replaces, src, h.Size)
}

// Take keeps a file for a case. Its type is told from its content.
func (w *Work) Take(ctx context.Context, f *File, kind dossier.MaterialKind, ownerKind material.OwnerKind, owner, replaces, name string, src io.ReadSeeker, size int64) (material.Material, error) {
	return w.Keep(ctx, material.Add{Kind: kind, OwnerKind: ownerKind, Owner: owner, Unit: f.Unit, Case: f.ID, Name: name}, replaces, src, size)
}

// Keep keeps a file as the paper that add describes, its bytes first; size,
// type and digest are told from them. replaces is the paper that it stands for
// from now on; "" for none. A paper that is held already is given beside the
// fault: dying before what should have followed leaves one, and the next try
// goes on with it.
func (w *Work) Keep(ctx context.Context, add material.Add, replaces string, src io.ReadSeeker, size int64) (material.Material, error) {
	at, ok := src.(io.ReaderAt)
	if !ok {
		return material.Material{}, fmt.Errorf("an upload that can't be read twice")
	}
	typ, err := blob.Sniff(at, size, add.Name)
	if material.IsPicture(add.Kind) && err != nil && slices.ContainsFunc(fault.Findings(err), func(x fault.Finding) bool { return x.Key == "upload.type" }) {
		err = fault.Field("file", "upload.photo.only", nil) // a PDF wouldn't be taken here
	}
	if err != nil {
		return material.Material{}, err
	}
	unread, err := material.Unmarked(at, size, typ, add.Name)
	if err != nil {
		return material.Material{}, err
	}
	if add.Kind == photo && typ.IsPicture() {
		if src, err = w.judgePhoto(at, size); err != nil {
			return material.Material{}, err
		}
	}
	if add.Kind == material.EVisaPaper {
		if err := w.eVisa(ctx, &add, replaces, at, size, typ); err != nil {
			return material.Material{}, err
		}
	}
	ref, err := w.Blobs.Put(ctx, src, blob.Limit)
	if err != nil {
		return material.Material{}, err
	}
	add.Size, add.Type, add.Digest = ref.Size, string(typ), ref.Digest.String()
	add.Read(at, typ)
	add.Seen.Unread = unread
	// From here one after another: a double click finds what the first has kept.
	w.keeping.Lock()
	defer w.keeping.Unlock()
	if add.Kind == photo && add.OwnerKind == material.OfPerson {
		if err := w.ownPhoto(ctx, add); err != nil {
			return material.Material{}, err
		}
	}
	if replaces != "" {
		was, err := w.mayReplace(ctx, replaces, add)
		if err != nil {
			return material.Material{}, err
		}
		if was.Gone {
			if by, err := material.One(ctx, w.Journal.Store, was.ReplacedBy); err == nil && by.Digest == add.Digest {
				return by, nil
			}
			return material.Material{}, fault.NotNow("material.replace.already", "replaced")
		}
		add.Country = cmp.Or(add.Country, was.Country)
	}
	if err := w.Lasts(ctx, &add); err != nil {
		return material.Material{}, err
	}
	if add.Same, err = material.Twin(ctx, w.Journal.Store, add.OwnerKind, add.Owner, add.Kind, add.Case, add.About, add.Country, add.Digest); err != nil {
		return material.Material{}, err
	}
	id := add.Same
	if id == "" || replaces == "" || id == replaces {
		id = w.Journal.NewID()
		if _, err = journal.Do(ctx, w.Journal, material.Room, journal.Order{Subject: id}, add); err != nil {
			return w.twin(ctx, add.Same), err
		}
	}
	if replaces != "" {
		if _, err := journal.Do(ctx, w.Journal, material.Room, journal.Order{Subject: replaces}, material.Replace{By: id, Case: add.Case}); err != nil {
			return material.Material{}, err
		}
	}
	return material.One(ctx, w.Journal.Store, id)
}

// twin is the paper that is held already; nothing where there is none.
func (w *Work) twin(ctx context.Context, id string) material.Material {
	m, err := material.One(ctx, w.Journal.Store, id)
	if err != nil {
		return material.Material{}
	}
	return m
}

// isHeld tells that nothing is wrong with a file but that it is held already.
func isHeld(err error) bool {
	fs := fault.Findings(err)
	return len(fs) == 1 && fs[0].Key == "upload.duplicate"
}

// mayReplace gives the paper that a new one is to stand for; one of somebody
// else is a fault.NotFound.
func (w *Work) mayReplace(ctx context.Context, id string, add material.Add) (material.Material, error) {
	was, err := material.One(ctx, w.Journal.Store, id)
	if err != nil {
		return was, err
	}
	ours := was.Unit == add.Unit
	if was.OwnerKind == material.OfPerson { // theirs in whichever unit it was given
		ids, err := person.Also(ctx, w.Journal.Store, add.Owner)
		if err != nil {
			return was, err
		}
		ours = add.OwnerKind == material.OfPerson && slices.Contains(ids, was.Owner)
	}
	if !ours {
		return was, fault.NotFound("paper " + id)
	}
	return was, nil
}

// postDropPaper takes a paper away; its bytes stay for what was handed in with it,
// and for who pressed by mistake.
func (p *Pages) postDropPaper(w http.ResponseWriter, r *http.Request) {
	p.turnPaper(w, r, func(f *File) journal.Command[material.Material] { return material.Replace{Case: f.ID} }, paperDropped)
}

// postRestorePaper puts it back.
func (p *Pages) postRestorePaper(w http.ResponseWriter, r *http.Request) {
	p.turnPaper(w, r, func(f *File) journal.Command[material.Material] { return material.Restore{Case: f.ID} }, paperRestored)
}

const paperDropped, paperRestored = "dropped", "restored"

// turnPaper does something to a paper of a case and leads back to where it lay.
func (p *Pages) turnPaper(w http.ResponseWriter, r *http.Request, do func(*File) journal.Command[material.Material], said string) {
	f, err := p.writing(r)
	var m material.Material
	if err == nil {
		if m, err = material.One(r.Context(), p.Work.Journal.Store, r.PathValue("material")); err == nil && m.Case != f.ID {
			err = fault.NotFound("paper " + m.ID)
		}
	}
	if err == nil {
		_, err = journal.Do(r.Context(), p.Work.Journal, material.Room, keyed(r, m.ID), do(f))
	}
	back := caseURL(r.PathValue("case")) + "/documents"
	if err == nil && f.Filing.Stage == room.IsSentBack {
		back = caseURL(f.ID) + "/notice"
	}
	p.Site.Answer(w, r, err, withBack(back+"?said="+said+"&paper="+m.ID, backOf(r)))
}

// ui:keys cases.paper.said.*
//
// saidOfPaper tells what was just done to a paper, and offers to undo it; nothing
// where it went on since.
func (p *Pages) saidOfPaper(r *http.Request, f *File) ui.Banner {
	ctx, said := r.Context(), r.URL.Query().Get("said")
	m, err := material.One(ctx, p.Work.Journal.Store, r.URL.Query().Get("paper"))
	if err != nil || m.Case != f.ID || m.Gone != (said == paperDropped) {
		return ui.Banner{}
	}
	b := ui.Banner{Text: ui.T(ctx, "cases.paper.said."+said, "Name", m.Name)}
	if m.Gone && m.ReplacedBy == "" {
		b.Undo = ui.Button{Text: ui.T(ctx, "cases.paper.restore"), Post: caseURL(f.ID) + "/papers/" + m.ID + "/restore", Send: []ui.Hidden{{Name: "_key", Value: web.NewKey()}, {Name: "_back", Value: backOf(r)}}}
	}
	return b
}

// getPaper gives a paper's bytes.
func (p *Pages) getPaper(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	m, err := material.One(ctx, p.Work.Journal.Store, r.PathValue("material"))
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.Work.Serve(p.Site, w, r, m)
}

// getApproval gives the approval in force, to the unit and to who travels.
func (p *Pages) getApproval(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	s, _, err := state.Of(ctx, p.Work.Journal.Store, r.PathValue("case"))
	if err == nil && s.File == "" {
		err = fault.NotFound("approval of " + r.PathValue("case"))
	}
	var m material.Material
	if err == nil {
		m, err = material.One(ctx, p.Work.Journal.Store, s.File)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if s.Revoked {
		back := ui.Link{Text: ui.T(ctx, "progress.void.back"), URL: "/cases/" + url.PathEscape(s.Filing) + "/progress"}
		if p.Progress.Marked(w, r, s.Filing, back) {
			return
		}
		m.Name = progress.FileVoid(ctx, m.Name)
	}
	p.Work.Serve(p.Site, w, r, m)
}

// Serve gives a paper's bytes. Only what a browser shows without running
// anything in it is shown.
func (k *Work) Serve(s *web.Site, w http.ResponseWriter, r *http.Request, m material.Material) {
	ctx := r.Context()
	d, err := blob.ParseDigest(m.Digest)
	if err != nil {
		s.Fail(w, r, fmt.Errorf("reading the digest of paper %s: %w", m.ID, err))
		return
	}
	c, err := k.Blobs.Get(ctx, d)
	if err != nil {
		s.Fail(w, r, err)
		return
	}
	defer c.Close()
	if web.InsideWeChat(r) && m.Type != string(blob.JPEG) && m.Type != string(blob.PNG) {
		pdf, err := k.issued(ctx, m, c)
		if err != nil {
			s.Fail(w, r, fmt.Errorf("reading paper %s: %w", m.ID, err))
			return
		}
		s.Shown(w, r, strings.TrimSuffix(m.Name, ".pdf"), pdf)
		return
	}
	how, kind := "inline", m.Type
	if !slices.Contains([]string{string(blob.PDF), string(blob.JPEG), string(blob.PNG)}, kind) {
		how, kind = "attachment", "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": m.Name}))
	w.Header().Set("Content-Security-Policy", "default-src 'none'; object-src 'self'; frame-ancestors 'self'")
	http.ServeContent(w, r, "", time.Time{}, c)
}

// issued gives the bytes of a paper that the office made itself; of one that somebody
// gave nothing, for whatever it holds, it isn't drawn and its code vouches for nothing.
func (k *Work) issued(ctx context.Context, m material.Material, bytes io.Reader) ([]byte, error) {
	if m.Case == "" {
		return nil, nil
	}
	s, _, err := state.Of(ctx, k.Journal.Store, m.Case)
	if err != nil || s.File != m.ID {
		return nil, err
	}
	return io.ReadAll(bytes)
}
