package person

import (
	"context"
	"net/http"
	"strconv"

	"yitang/internal/custody"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/material"
	room "yitang/internal/person"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// doublesView is the pairs of records that may be of one person.
type doublesView struct {
	Head  ui.Head
	Table ui.Table
}

func (p *Pages) getDuplicates(w http.ResponseWriter, r *http.Request) {
	ctx, who := r.Context(), web.Who(r)
	all, err := room.Duplicates(ctx, p.Site.Journal.Store, who.Unit)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := doublesView{Head: ui.Head{Title: ui.T(ctx, "people.double.title", "Count", len(all)), Lead: ui.T(ctx, "people.double.lead")}}
	v.Table = ui.Table{Caption: v.Head.Title, Cards: true, Empty: ui.Empty{Text: ui.T(ctx, "people.double.none")}, Columns: []ui.Column{{Text: ui.T(ctx, "people.double.one")}, {Text: ui.T(ctx, "people.double.other")}, {Text: ui.T(ctx, "people.double.why")}}}
	g := ui.Group{}
	for _, d := range all {
		why := ui.T(ctx, "people.double.birth")
		if d[0].Born.IsZero() || d[1].Born.IsZero() {
			why = ui.T(ctx, "people.double.name")
		}
		g.Rows = append(g.Rows, ui.Row{Cells: []ui.Cell{{Text: d[0].Name(), URL: personURL(d[0].ID) + "/merge?with=" + d[1].ID, Head: true, Sub: toldApart(ctx, d[0])}, {Text: d[1].Name(), Sub: toldApart(ctx, d[1])}, {Text: why}}})
	}
	v.Table.Groups = []ui.Group{g}
	p.Site.Show(w, r, ui.Page{Title: v.Head.Title, Tabs: progress.Tabs(ctx, who, ""), Crumbs: p.crumbs(ctx, ui.Link{Text: ui.T(ctx, "people.double")})}, doublesPage(v))
}

// toldApart is by what two records of a name are told apart.
func toldApart(ctx context.Context, e room.Entry) string {
	s := e.Department + e.Post
	if e.Tail != "" {
		if s != "" {
			s += "，"
		}
		s += ui.T(ctx, "people.tail", "Tail", e.Tail)
	}
	return s
}

// mergeView is two records side by side.
type mergeView struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Action string
	Key    string
	Send   []ui.Hidden
	Names  [2]string
	Notes  [2]string // what is known by each beside its data
	Same   ui.Facts
	Picks  []ui.Field
	Moves  ui.Facts
	Do     ui.Button
	Back   ui.Link
}

// pair loads the record that stays and the one that goes, both of one unit.
func (p *Pages) pair(r *http.Request, other string) (a, b room.Person, va, vb journal.Version, err error) {
	if a, va, err = p.load(r); err != nil {
		return
	}
	if b, vb, err = journal.Load(r.Context(), p.Site.Journal, room.Room, other); err != nil {
		return
	}
	if vb == 0 || b.In != web.Who(r).Unit || b.ID == a.ID || b.Standing == room.WasDuple {
		err = fault.NotFound("person " + other)
	}
	return
}

func (p *Pages) getMerge(w http.ResponseWriter, r *http.Request) {
	p.showMerge(w, r, r.FormValue("with"), nil)
}

// counts tells what hangs on a record.
func (p *Pages) counts(ctx context.Context, id string) (papers, cases, booklets int, err error) {
	store := p.Site.Journal.Store
	m, err := material.Of(ctx, store, material.OfPerson, id)
	if err != nil {
		return 0, 0, 0, err
	}
	c, err := filing.OfPerson(ctx, store, id, 200)
	if err != nil {
		return 0, 0, 0, err
	}
	k, err := custody.Of(ctx, store, id)
	return len(m), len(c), len(k), err
}

func (p *Pages) showMerge(w http.ResponseWriter, r *http.Request, with string, failed error) {
	ctx, who := r.Context(), web.Who(r)
	a, b, va, vb, err := p.pair(r, with)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	v := mergeView{Head: ui.Head{Title: ui.T(ctx, "people.merge.title", "Name", a.Name()), Lead: ui.T(ctx, "people.merge.lead")}, Action: personURL(a.ID) + "/merge", Key: web.NewKey(),
		Send: []ui.Hidden{{Name: "with", Value: b.ID}, {Name: "_seen", Value: strconv.FormatInt(int64(vb), 10)}, {Name: "_stays", Value: strconv.FormatInt(int64(va), 10)}},
		Do:   ui.Button{Text: ui.T(ctx, "people.merge.do")}, Back: ui.Link{Text: ui.T(ctx, "people.back"), URL: personURL(a.ID)}}
	status := http.StatusOK
	if failed != nil {
		status, v.Errors = http.StatusUnprocessableEntity, ui.Summarise(ctx, failed)
		for i := range v.Errors.Errors {
			v.Errors.Errors[i].Field = "pick." + v.Errors.Errors[i].Field
		}
	}
	errs := ui.FieldErrors(ctx, failed)
	differ := map[string]bool{}
	for _, name := range room.Differing(a.Facts, b.Facts) {
		differ[name] = true
		if derived(name, a, b) {
			continue
		}
		v.Picks = append(v.Picks, p.pick(r, a, b, name, errs[name]))
	}
	for _, d := range room.AllData() {
		if is := p.value(ctx, a.Facts, d.Name); is != "" && !differ[d.Name] {
			v.Same = append(v.Same, ui.Fact{Term: label(ctx, d.Name), Value: is})
		}
	}
	for i, x := range []room.Person{a, b} {
		papers, cases, booklets, err := p.counts(ctx, x.ID)
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		text := ui.T(ctx, "people.merge.holds", "Papers", papers, "Cases", cases, "Booklets", booklets)
		term := ui.T(ctx, "people.merge.stays")
		if i == 1 {
			term = ui.T(ctx, "people.merge.moves")
		}
		v.Moves = append(v.Moves, ui.Fact{Term: term, Value: text})
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Tabs: progress.Tabs(ctx, who, ""), Errors: len(v.Errors.Errors), Crumbs: p.crumbs(ctx, ui.Link{Text: a.Name(), URL: personURL(a.ID)}, ui.Link{Text: ui.T(ctx, "people.merge")})}, mergePage(v))
}

// derived tells what follows from an identity number and isn't chosen.
func derived(name string, a, b room.Person) bool {
	return (name == "sex" || name == "dateOfBirth") && a.IDNumber+b.IDNumber != ""
}

// pick is one datum with the two values that the records have. What only one
// of them has is chosen beforehand.
func (p *Pages) pick(r *http.Request, a, b room.Person, name, wrong string) ui.Field {
	ctx := r.Context()
	was, is := p.value(ctx, a.Facts, name), p.value(ctx, b.Facts, name)
	chosen := r.PostFormValue("pick." + name)
	if chosen == "" {
		chosen = "stays"
		if was == "" {
			chosen = "other"
		}
	}
	empty := ui.T(ctx, "people.merge.empty")
	option := func(value, text, hint string) ui.Option {
		if text == "" {
			text = empty
		}
		return ui.Option{Value: value, Text: text, Hint: hint, Chosen: chosen == value}
	}
	return ui.Field{Kind: ui.Radio, Across: true, Name: "pick." + name, Label: label(ctx, name), Error: wrong,
		Options: []ui.Option{option("stays", was, ui.T(ctx, "people.merge.stays")), option("other", is, ui.T(ctx, "people.merge.goes"))}}
}

func (p *Pages) postMerge(w http.ResponseWriter, r *http.Request) {
	with := r.PostFormValue("with")
	a, b, va, _, err := p.pair(r, with)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	choice := room.Data{}
	for _, name := range room.Differing(a.Facts, b.Facts) {
		if r.PostFormValue("pick."+name) == "other" && !derived(name, a, b) {
			choice[name] = b.Text(name)
		}
	}
	if r.PostFormValue("_stays") != strconv.FormatInt(int64(va), 10) {
		err = fault.Conflict("stale.page")
	} else {
		err = p.register().Merge(r.Context(), web.Order(r, b.ID), room.Absorb{Into: a.ID, Choice: choice, Other: a})
	}
	if fault.Findings(err) != nil {
		p.showMerge(w, r, with, err)
		return
	}
	p.Site.Answer(w, r, err, personURL(a.ID)+"?said=merged")
}

func (p *Pages) postUnmerge(w http.ResponseWriter, r *http.Request) {
	err := p.register().Undo(r.Context(), web.Order(r, r.PathValue("person")), room.GiveBack{Other: r.PostFormValue("other")})
	p.Site.Answer(w, r, err, personURL(r.PathValue("person"))+"?said=unmerged")
}
