// Package material is the papers that are held for more than one case: the
// unit's and its people's. Each is given once; here one sees until when it
// serves and where it was used, and puts a newer one in its place.
package material

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"yitang/internal/access"
	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	room "yitang/internal/material"
	"yitang/internal/person"
	"yitang/internal/requirement"
	"yitang/internal/web"
	applying "yitang/internal/web/filing"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// Pages is what these pages need of the internet node.
type Pages struct {
	Site *web.Site
	Work *applying.Work
}

// Routes are the addresses of these pages.
func (p *Pages) Routes() []web.Route {
	return []web.Route{
		{Pattern: "GET /papers", Right: access.SeePeople, Handle: p.getList},
		{Pattern: "GET /papers/{material}", Right: access.SeePeople, Handle: p.getOne},
		{Pattern: "GET /papers/{material}/file", Right: access.SeePeople, Handle: p.getFile},
		{Pattern: "POST /papers/{material}/replace", Right: access.EditPeople, Handle: p.postReplace, Files: true},
	}
}

// soon is how many days before its end a paper is shown to be worth renewing: the 45
// within which a case is handed in before it leaves, and two weeks to have it made. A
// photo serves for half a year; longer, and it would be shown from its first day.
// What a trip that is planned needs longer stands above, whenever it ends.
const soon = 60

// tag says until when a paper serves.
func tag(ctx context.Context, m room.Material, today calendar.Date) ui.Tag {
	switch {
	case m.Gone:
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "papers.gone")}
	case m.OfOneTrip() && m.ValidUntil.IsZero():
		return ui.Tag{State: ui.Wait, Word: ui.T(ctx, "papers.one_trip")}
	case m.ValidUntil.IsZero():
		return ui.Tag{State: ui.OK, Word: ui.T(ctx, "papers.no_end")}
	case m.ValidUntil.Before(today):
		return ui.Tag{State: ui.Stop, Word: ui.T(ctx, "papers.ended", "Day", ui.Date(ctx, m.ValidUntil))}
	case m.ValidUntil.Sub(today) < soon:
		return ui.Tag{State: ui.Warn, Word: ui.T(ctx, "papers.ends", "Day", ui.Date(ctx, m.ValidUntil))}
	}
	return ui.Tag{State: ui.OK, Word: ui.T(ctx, "papers.until", "Day", ui.Date(ctx, m.ValidUntil))}
}

func paperURL(id string) string { return "/papers/" + url.PathEscape(id) }

type listView struct {
	Head    ui.Head
	Table   ui.Table // what is wanted, has ended or ends soon
	Owners  []held
	Earlier ui.Link // to those of earlier trips, or back; none: nothing is left out
}

// held is what is kept of one owner. A phone folds it: whatever somebody must see to
// stands before it, open.
type held struct {
	Title string
	Word  string
	Table ui.Table
}

// mustSee tells of a paper that has ended, or ends soon: it is never folded.
func mustSee(t ui.Tag) bool { return t.State == ui.Stop || t.State == ui.Warn }

// newest keeps of each kind that an owner holds what came last, in the order of
// the list: what came for earlier trips is a page further.
func newest(all []room.Material) []room.Material {
	type of struct{ owner, kind, about string }
	last := map[of]room.Material{}
	for _, m := range all {
		k := of{m.Owner, m.Kind, dossier.FoldCode(m.About)}
		if l, known := last[k]; !known || m.At >= l.At {
			last[k] = m
		}
	}
	var out []room.Material
	for _, m := range all {
		if last[of{m.Owner, m.Kind, dossier.FoldCode(m.About)}].Case == m.Case || m.OwnerKind == room.OfUnit && m.About == "" { // each contract is one of its own
			// a card's two sides came together
			out = append(out, m)
		}
	}
	return out
}

// arranged puts the papers in the order in which people look for them: the unit's own
// first, then those of each of its people.
func arranged(all []room.Material, o applying.VaultOrder) []room.Material {
	out := slices.Clone(all)
	whose := func(m room.Material) int {
		if m.OwnerKind == room.OfPerson {
			return 1 + o.Person(m.Owner)
		}
		return 0
	}
	slices.SortStableFunc(out, func(a, b room.Material) int {
		return cmp.Or(whose(a)-whose(b), cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.Kind, b.Kind), o.Host(a.About)-o.Host(b.About), cmp.Compare(a.At, b.At))
	})
	return out
}

func (p *Pages) getList(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	all, err := room.Kept(ctx, p.Work.Journal.Store, web.Who(r).Unit)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	today := p.Work.Journal.Today()
	ended := 0
	v := listView{Table: ui.Table{Cards: true, Caption: ui.T(ctx, "papers.caption"), Empty: ui.Empty{Text: ui.T(ctx, "papers.empty")},
		Columns: []ui.Column{{Text: ui.T(ctx, "papers.col.paper"), Third: true}, {Text: ui.T(ctx, "papers.col.until"), Third: true}, {Text: ui.T(ctx, "papers.col.added"), Third: true}}}}
	at := map[string]int{}    // owner → its group of what ends
	whose := map[string]int{} // owner → what is kept of them
	columns, caption := v.Table.Columns, v.Table.Caption
	every := r.FormValue("all") != ""
	shown := newest(all)
	if hidden := len(all) - len(shown); every {
		shown = all
		v.Earlier = ui.Link{Text: ui.T(ctx, "papers.newest_only"), URL: "/papers"}
	} else if hidden > 0 {
		v.Earlier = ui.Link{Text: ui.T(ctx, "papers.earlier", "Count", hidden), URL: "/papers?all=1"}
	}
	lacks, err := p.Work.Lacking(ctx, web.Who(r).Unit)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if len(lacks) > 0 { // what cases wait for goes before what is held
		g := ui.Group{Title: ui.T(ctx, "papers.wanted", "Count", len(lacks))}
		for _, l := range lacks {
			until := ui.Cell{Text: "—", Quiet: true}
			if !l.Due.IsZero() {
				until = ui.Cell{Text: ui.T(ctx, "papers.wanted.by", "Day", l.Due)}
			}
			g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: l.Says, URL: l.URL, Head: true, Sub: l.Title}, until, {Text: ui.T(ctx, "papers.wanted.not_yet"), Quiet: true}}})
		}
		v.Table.Groups = append(v.Table.Groups, g)
	}
	ending, err := p.Work.Endings(ctx, web.Who(r).Unit)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if len(ending) > 0 { // what hurts first stands first, once more
		g := ui.Group{Title: ui.T(ctx, "ending.group", "Count", len(ending))}
		for _, e := range ending {
			g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: e.What(ctx), URL: e.URL(), Head: true, Sub: e.Do(ctx)}, {Tag: ui.Tag{State: ui.Warn, Word: e.When(ctx), Long: true}}, {Text: "—", Quiet: true}}})
		}
		v.Table.Groups = append(v.Table.Groups, g)
	}
	order, err := p.Work.VaultOrder(ctx, web.Who(r).Unit)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	for _, m := range arranged(shown, order) {
		t := tag(ctx, m, today)
		row := ui.Row{Cells: []ui.Cell{{Text: applying.PaperName(ctx, dossier.MaterialKind(m.Kind)), URL: paperURL(m.ID), Head: true, Sub: told(ctx, m)}, {Tag: t}, {Text: ui.Date(ctx, calendar.DateOf(time.UnixMicro(m.At))), Quiet: true}}}
		if t.State == ui.Stop {
			ended++
		}
		if mustSee(t) {
			i, known := at[m.Owner]
			if !known {
				i = len(v.Table.Groups)
				at[m.Owner] = i
				v.Table.Groups = append(v.Table.Groups, ui.Group{Title: p.owner(ctx, m)})
			}
			v.Table.Groups[i].Rows = append(v.Table.Groups[i].Rows, row)
			continue
		}
		i, known := whose[m.Owner]
		if !known {
			i = len(v.Owners)
			whose[m.Owner] = i
			v.Owners = append(v.Owners, held{Title: p.owner(ctx, m), Table: ui.Table{Cards: true, Caption: caption, Columns: columns, Groups: []ui.Group{{}}}})
		}
		v.Owners[i].Table.Groups[0].Rows = append(v.Owners[i].Table.Groups[0].Rows, row)
	}
	for i := range v.Owners {
		v.Owners[i].Word = ui.T(ctx, "papers.of.count", "Count", v.Owners[i].Table.Rows())
	}
	v.Head = ui.Head{Title: ui.T(ctx, "papers.title", "Count", len(shown)), Lead: ui.T(ctx, "papers.lead")}
	if ended > 0 {
		v.Head.Title = ui.T(ctx, "papers.title_ended", "Count", ended)
	}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Tabs: progress.Tabs(ctx, web.Who(r), "")}, listPage(v))
}

// told is a paper's file, and the host of whom it tells.
func told(ctx context.Context, m room.Material) string {
	if m.About == "" {
		return m.Name
	}
	return ui.T(ctx, "papers.about", "Name", m.Name, "Host", m.About)
}

// owner names whose a paper is.
func (p *Pages) owner(ctx context.Context, m room.Material) string {
	switch m.OwnerKind {
	case room.OfPerson:
		e, err := person.One(ctx, p.Work.Journal.Store, m.Owner)
		if p.Site.Missed(ctx, "a person's name", m.Owner, err); err == nil && e.Name() != "" {
			return e.Name()
		}
	case room.OfCase:
		return ui.T(ctx, "papers.of_case")
	case room.OfUnit:
	}
	return ui.T(ctx, "papers.of_unit")
}

type oneView struct {
	Head    ui.Head
	Errors  ui.ErrorSummary
	Note    ui.Note
	Facts   ui.Facts
	Open    ui.Button
	Used    ui.Table
	Replace *replaceForm
}

type replaceForm struct {
	Action string
	Key    string
	Accept string
	Error  string
	Hint   string
	Dates  []ui.Field
}

func (p *Pages) getOne(w http.ResponseWriter, r *http.Request) { p.show(w, r, nil) }

func (p *Pages) show(w http.ResponseWriter, r *http.Request, failed error) {
	ctx := r.Context()
	m, err := room.One(ctx, p.Work.Journal.Store, r.PathValue("material"))
	var used ui.Table
	if err == nil {
		used, err = p.used(ctx, m)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	name := applying.PaperName(ctx, dossier.MaterialKind(m.Kind))
	v := oneView{Head: ui.Head{Over: p.owner(ctx, m), Title: name, Tag: tag(ctx, m, p.Work.Journal.Today())}, Errors: ui.Summarise(ctx, failed), Used: used,
		Open: ui.Button{Text: ui.T(ctx, "papers.open"), URL: paperURL(m.ID) + "/file", Kind: ui.Second}}
	if r.FormValue("said") == "replaced" {
		v.Note = ui.Note{State: ui.OK, Text: ui.T(ctx, "papers.said.replaced"), Live: true}
	}
	v.Facts = ui.Facts{{Term: ui.T(ctx, "papers.file"), Value: m.Name}, {Term: ui.T(ctx, "papers.size"), Value: ui.Size(m.Size)}, {Term: ui.T(ctx, "papers.col.added"), Value: ui.At(ctx, time.UnixMicro(m.At))}}
	if !m.Issued.IsZero() {
		v.Facts = append(v.Facts, ui.Fact{Term: ui.T(ctx, "papers.issued"), Value: ui.Date(ctx, m.Issued)})
	}
	if !m.ValidFrom.IsZero() {
		v.Facts = append(v.Facts, ui.Fact{Term: ui.T(ctx, "papers.valid_from"), Value: ui.Date(ctx, m.ValidFrom)})
	}
	before, err := room.Before(ctx, p.Work.Journal.Store, m.ID)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if len(before) > 0 {
		v.Facts = append(v.Facts, ui.Fact{Term: ui.T(ctx, "ending.before"), Show: earlier(before)})
	}
	switch {
	case m.Gone && m.ReplacedBy != "":
		v.Note = ui.Note{State: ui.Info, Text: ui.T(ctx, "papers.gone.text"), Link: ui.Link{Text: ui.T(ctx, "papers.newer"), URL: paperURL(m.ReplacedBy)}}
	case !m.Gone && m.OwnerKind != room.OfCase && web.Who(r).May(access.EditPeople):
		if v.Replace, err = p.form(ctx, r, m, failed); err != nil {
			p.Site.Fail(w, r, err)
			return
		}
	}
	status := http.StatusOK
	if failed != nil {
		status = http.StatusUnprocessableEntity
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: name, Errors: len(v.Errors.Errors), Tabs: progress.Tabs(ctx, web.Who(r), ""), Crumbs: []ui.Link{{Text: ui.T(ctx, "papers.crumb"), URL: "/papers"}, {Text: name}}}, onePage(v))
}

// form asks for a newer one, and for its days where they don't follow.
func (p *Pages) form(ctx context.Context, r *http.Request, m room.Material, failed error) (*replaceForm, error) {
	beside := ui.FieldErrors(ctx, failed)
	v := &replaceForm{Action: paperURL(m.ID) + "/replace", Key: web.NewKey(), Accept: room.Accept(dossier.MaterialKind(m.Kind)), Error: beside["file"], Hint: ui.T(ctx, "papers.replace.hint")}
	if dossier.MaterialKind(m.Kind) == room.EVisaPaper {
		areas, err := p.Work.EVisaAreas(ctx, m.Case, m.OwnerKind, m.Owner, m.ID)
		if err != nil {
			return nil, err
		}
		v.Dates = applying.EVisaFields(ctx, inForm, areas)
		for i, f := range v.Dates {
			name := strings.TrimSuffix(f.Name, "."+inForm)
			v.Dates[i].Value, v.Dates[i].Error = r.PostFormValue(f.Name), beside[name]
		}
		return v, nil
	}
	follows := instead(m)
	if err := p.Work.Lasts(ctx, &follows); err != nil {
		return nil, err
	}
	if !follows.ValidUntil.IsZero() {
		v.Hint = ui.Sentences(ctx, v.Hint, ui.T(ctx, "papers.replace.follows", "Day", ui.Date(ctx, follows.ValidUntil)))
		return v, nil
	}
	until := ui.Field{Kind: ui.DateKind, Name: "validUntil", Label: ui.T(ctx, "papers.valid_until"), Hint: ui.T(ctx, "papers.valid_until.hint"), Optional: true, Value: r.PostFormValue("validUntil"), Error: beside["validUntil"]}
	if requirement.EndOf(dossier.MaterialKind(m.Kind)) == requirement.MustEnd {
		until.Hint, until.Optional = "", false
	}
	v.Dates = []ui.Field{{Kind: ui.DateKind, Name: "issued", Label: ui.T(ctx, "papers.issued"), Optional: true, Value: r.PostFormValue("issued"), Error: beside["issued"]}}
	if requirement.BeginAsked(dossier.MaterialKind(m.Kind)) {
		v.Dates = append(v.Dates, ui.Field{Kind: ui.DateKind, Name: "validFrom", Label: ui.T(ctx, "papers.valid_from"), Hint: ui.T(ctx, "papers.valid_from.hint"), Value: r.PostFormValue("validFrom"), Error: beside["validFrom"]})
	}
	v.Dates = append(v.Dates, until)
	return v, nil
}

// inForm tells the fields of an e-visa apart from others on the page.
const inForm = "paper"

// instead is a paper of the same kind and owner that takes the place of one.
func instead(was room.Material) room.Add {
	add := room.Add{Kind: dossier.MaterialKind(was.Kind), OwnerKind: was.OwnerKind, Owner: was.Owner, Unit: was.Unit, About: was.About}
	if was.OfOneTrip() {
		add.Case = was.Case // the newer one is for the same trip
	}
	return add
}

// casesLooked bounds how many of an owner's cases are looked through.
const casesLooked = 30

// used lists the cases that a paper was handed in with.
func (p *Pages) used(ctx context.Context, m room.Material) (ui.Table, error) {
	t := ui.Table{Caption: ui.T(ctx, "papers.used"), Groups: []ui.Group{{}}, Empty: ui.Empty{Text: ui.T(ctx, "papers.used.none")}, Columns: []ui.Column{{Text: ui.T(ctx, "papers.col.case")}, {Text: ui.T(ctx, "papers.col.days")}}}
	var all []filing.Entry
	var err error
	switch m.OwnerKind {
	case room.OfPerson:
		all, err = filing.OfPerson(ctx, p.Work.Journal.Store, m.Owner, casesLooked)
	case room.OfUnit:
		all, err = filing.OfUnit(ctx, p.Work.Journal.Store, m.Unit, filing.After{}, casesLooked)
	case room.OfCase:
		var e filing.Entry
		if e, err = filing.One(ctx, p.Work.Journal.Store, m.Owner); fault.IsNotFound(err) {
			return t, nil // a draft
		}
		all = []filing.Entry{e}
	}
	if err != nil {
		return t, err
	}
	for _, e := range all {
		if e.Unit != m.Unit {
			continue // a case of the unit that somebody came from
		}
		f, _, err := journal.Load(ctx, p.Work.Journal, filing.Room, e.ID)
		if err != nil {
			return t, err
		}
		if slices.ContainsFunc(f.Dossier.Materials, func(x dossier.Material) bool { return x.SHA256 == m.Digest && string(x.Kind) == m.Kind }) {
			t.Groups[0].Rows = append(t.Groups[0].Rows, ui.Row{Cells: []ui.Cell{{Text: e.Title, URL: "/cases/" + url.PathEscape(e.ID), Head: true}, {Text: ui.Span(ctx, e.Depart, e.Return)}}})
		}
	}
	return t, nil
}

func (p *Pages) getFile(w http.ResponseWriter, r *http.Request) {
	m, err := room.One(r.Context(), p.Work.Journal.Store, r.PathValue("material"))
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.Work.Serve(p.Site, w, r, m)
}

// postReplace puts a newer paper in the place of one. What was handed in with
// the old one stays as it was.
func (p *Pages) postReplace(w http.ResponseWriter, r *http.Request) {
	m, err := p.replace(r)
	if fault.Findings(err) != nil {
		p.show(w, r, err)
		return
	}
	p.Site.Answer(w, r, err, paperURL(m.ID)+"?said=replaced")
}

func (p *Pages) replace(r *http.Request) (room.Material, error) {
	ctx := r.Context()
	if err := r.ParseMultipartForm(1 << 20); err != nil {
		return room.Material{}, applying.UnreadableBody(err)
	}
	defer r.MultipartForm.RemoveAll()
	was, err := room.One(ctx, p.Work.Journal.Store, r.PathValue("material"))
	if err != nil {
		return was, err
	}
	if was.Gone && was.ReplacedBy != "" {
		return room.One(ctx, p.Work.Journal.Store, was.ReplacedBy) // pressed twice
	}
	add := instead(was)
	if add.Kind == room.EVisaPaper {
		add.Said = applying.ReadEVisa(r, inForm)
	}
	for _, d := range []struct {
		name string
		to   *calendar.Date
	}{{"issued", &add.Issued}, {"validFrom", &add.ValidFrom}, {"validUntil", &add.ValidUntil}} {
		text := r.PostFormValue(d.name)
		if text == "" {
			continue
		}
		if *d.to, err = calendar.Parse(text); err != nil {
			return was, fault.Field(d.name, "form.date.unreadable", nil)
		}
	}
	if add.ValidFrom.IsZero() && requirement.BeginAsked(add.Kind) {
		return was, fault.Field("validFrom", "upload.from", nil)
	}
	if add.ValidUntil.IsZero() && requirement.EndOf(add.Kind) == requirement.MustEnd {
		return was, fault.Field("validUntil", "upload.until", nil)
	}
	file, head, err := r.FormFile("file")
	if err != nil || head.Size == 0 && head.Filename == "" {
		return was, fault.Field("file", "upload.none", nil)
	}
	defer file.Close()
	if head.Size > blob.Limit {
		return was, blob.TooLarge("file", head.Size, blob.Limit)
	}
	add.Name = head.Filename
	return p.Work.Keep(ctx, add, was.ID, file, head.Size)
}
