package person

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
	room "yitang/internal/person"
	"yitang/internal/web"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// Wants tells what booklets and visas of a person's cases want of them beyond
// the case, by the requirement engine's keys, each with the reason in words.
type Wants func(ctx context.Context, person string) (map[string]string, error)

// detailKeys are what can be wanted, in the order of the form.
var detailKeys = []string{"person.placeOfBirth", "person.homeAddress", "person.homeAddressEn", "person.postEn", "person.email", "person.marital", "person.family", "person.education"}

// detailsView is the form of it.
type detailsView struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Notes  []ui.Note
	Action string
	Key    string
	Send   []ui.Hidden
	Groups []Group
	Do     ui.Button
	Back   ui.Link
}

func (p *Pages) getDetails(w http.ResponseWriter, r *http.Request) {
	rec, seen, err := p.load(r)
	var wanted map[string]string
	if err == nil {
		wanted, err = p.Wants(r.Context(), rec.ID)
	}
	if err == nil && !rec.Details.Empty() {
		err = p.look(r, rec.ID, "details")
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.showDetails(w, r, rec, seen, rec.Details, wanted, nil)
}

func (p *Pages) showDetails(w http.ResponseWriter, r *http.Request, rec room.Person, seen journal.Version, d room.Details, wanted map[string]string, failed error) {
	ctx := r.Context()
	v := detailsView{Head: ui.Head{Title: ui.T(ctx, "people.details.title", "Name", rec.Name()), Lead: ui.T(ctx, "people.details.lead")}, Action: personURL(rec.ID) + "/details", Key: web.NewKey(),
		Send: []ui.Hidden{seenAs(seen)}, Do: ui.Button{Text: ui.T(ctx, "people.details.do")}, Back: ui.Link{Text: ui.T(ctx, "people.back"), URL: personURL(rec.ID)}}
	status := http.StatusOK
	if failed != nil {
		status, v.Errors = http.StatusUnprocessableEntity, ui.Summarise(ctx, failed)
	}
	if of := r.FormValue("case"); of != "" { // asked from there, it leads back there
		v.Send = append(v.Send, ui.Hidden{Name: "case", Value: of}, ui.Hidden{Name: "step", Value: r.FormValue("step")})
		v.Back = ui.Link{Text: ui.T(ctx, "people.details.to_case"), URL: caseOf(r)}
		if caseOf(r) != caseURL(of) {
			v.Back.Text = ui.T(ctx, "people.details.to_members")
		}
	}
	v.Notes = p.whyDetails(ctx, rec, wanted)
	offered := room.Details{}
	if failed == nil { // a failed form comes back as it was
		offered = p.offered(rec.Facts, d)
	}
	v.Groups = detailGroups(ctx, d, offered, r.PostFormValue("details.email"), keysShown(d, rec.Facts, wanted), ui.FieldErrors(ctx, failed))
	card := !d.TravelCard.IsZero() || failed != nil && r.PostForm.Has("details.travelCard")
	if !card {
		var err error
		if card, err = p.CardServes(ctx, rec.ID); err != nil {
			p.Site.Fail(w, r, err)
			return
		}
	}
	if card {
		v.Groups = append(v.Groups, cardGroup(ctx, d, ui.FieldErrors(ctx, failed)))
	}
	if len(v.Groups) == 0 { // nothing to be filled in
		v.Do = ui.Button{}
	}
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Tabs: progress.Tabs(ctx, web.Who(r), ""), Errors: len(v.Errors.Errors), Crumbs: p.crumbs(ctx, ui.Link{Text: rec.Name(), URL: personURL(rec.ID)}, ui.Link{Text: ui.T(ctx, "people.details")})}, detailsPage(v))
}

// whyDetails says for what it is asked, or that nobody wants it now.
func (p *Pages) whyDetails(ctx context.Context, rec room.Person, wanted map[string]string) []ui.Note {
	if len(wanted) == 0 {
		return []ui.Note{{State: ui.OK, Title: ui.T(ctx, "people.details.unwanted"), Text: ui.T(ctx, "people.details.unwanted.text")}}
	}
	stale := !rec.Details.Empty() && rec.Details.Stale(p.Site.Journal.Today())
	there := func(k string) bool { return wanted[k] == "" || holds(rec, k) }
	if !stale && !slices.ContainsFunc(detailKeys, func(k string) bool { return !there(k) }) {
		return []ui.Note{{State: ui.OK, Title: ui.T(ctx, "people.details.all_there"), Text: ui.T(ctx, "people.details.all_there.text")}}
	}
	var why []string
	for _, k := range detailKeys {
		if w := wanted[k]; w != "" && (stale || !holds(rec, k)) && !slices.Contains(why, w) {
			why = append(why, w)
		}
	}
	out := []ui.Note{{State: ui.Info, Title: ui.T(ctx, "people.details.wanted"), Text: strings.Join(why, " ")}}
	if stale {
		out = append(out, ui.Note{State: ui.Warn, Title: ui.T(ctx, "people.details.stale", "Day", ui.Date(ctx, rec.Details.Confirmed)), Text: ui.T(ctx, "people.details.stale.text")})
	}
	return out
}

// holds tells whether what forms want beyond the case is known of somebody. The
// e-mail address stands among the facts, with the telephone.
func holds(rec room.Person, key string) bool {
	if key == "person.email" {
		return rec.Facts.Email != ""
	}
	return rec.Details.Holds(key)
}

// keysShown are those that are wanted, and those that are held already. An e-mail
// address that is held is corrected where it stands.
func keysShown(d room.Details, facts room.Facts, wanted map[string]string) []string {
	var out []string
	for _, k := range detailKeys {
		if k == "person.email" && facts.Email != "" {
			continue
		}
		if _, is := wanted[k]; is || d.Holds(k) {
			out = append(out, k)
		}
	}
	return out
}

// spareRows is how many empty lines a list offers beyond those that are there.
const spareRows = 2

// offered are details that follow from what is held and only have to be looked
// over: they stand in the form, and become somebody's own when it is sent.
func (p *Pages) offered(of room.Facts, d room.Details) (out room.Details) {
	if number := of.IDNumber.Reveal(); d.Province == "" && len(number) == 18 && room.ProvinceName(number[:2], true) != "" {
		out.Province = number[:2]
	}
	if d.HomeEn == "" {
		out.HomeEn = room.AddressEn(d.HomeAddress)
	}
	if d.PostEn == "" {
		out.PostEn = p.Titles().English(of.Department, of.Post)
	}
	return out
}

// ui:keys people.details.*
// ui:keys word.marital.*
// ui:keys word.relation.*
//
// detailGroups are the fields of what is shown, with what is offered where nothing
// is held.
func detailGroups(ctx context.Context, d, offered room.Details, email string, keys []string, errs map[string]string) []Group {
	offer := func(f *ui.Field, value, why string) {
		if f.Value == "" && value != "" {
			f.Value, f.Hint = value, ui.T(ctx, "people.details.offered."+why)
		}
	}
	field := func(name, word, value string, most int) ui.Field {
		return ui.Field{Name: "details." + name, Label: ui.T(ctx, "people.details."+word), Value: value, Max: most, Complete: "off", Error: errs["details."+name]}
	}
	choose := func(f ui.Field, values []string, text func(string) string) ui.Field {
		f.Kind, f.Max = ui.Select, 0
		f.Options = []ui.Option{{Value: "", Text: ui.T(ctx, "people.choose")}}
		for _, v := range values {
			f.Options = append(f.Options, ui.Option{Value: v, Text: text(v), Chosen: v == f.Value})
		}
		return f
	}
	var out []Group
	if slices.Contains(keys, "person.placeOfBirth") {
		town, former := field("birthPlace", "birth_place", d.BirthPlace, 30), field("formerName", "former_name", d.FormerName, 40)
		town.Optional, former.Optional = true, true
		born := field("province", "province", d.Province, 0)
		offer(&born, offered.Province, "number")
		province := choose(born, room.Provinces(), func(v string) string { return room.ProvinceName(v, ui.LangOf(ctx).Chinese()) })
		out = append(out, Group{ui.T(ctx, "people.details.birth"), [][]ui.Field{{province, town}, {former}}})
	}
	var home [][]ui.Field
	if slices.Contains(keys, "person.homeAddress") {
		home = append(home, []ui.Field{field("homeAddress", "address", d.HomeAddress, 100)})
	}
	if slices.Contains(keys, "person.homeAddressEn") {
		f := field("homeEn", "address_en", d.HomeEn, 200)
		f.Hint = ui.T(ctx, "people.details.address_en.hint")
		offer(&f, offered.HomeEn, "address")
		home = append(home, []ui.Field{f})
	}
	if home != nil {
		out = append(out, Group{ui.T(ctx, "people.details.home"), home})
	}
	if slices.Contains(keys, "person.postEn") {
		f := field("postEn", "post_en", d.PostEn, 100)
		f.Hint = ui.T(ctx, "people.details.post_en.hint")
		offer(&f, offered.PostEn, "post")
		out = append(out, Group{ui.T(ctx, "people.details.post"), [][]ui.Field{{f}}})
	}
	if slices.Contains(keys, "person.email") {
		f := field("email", "email", email, 254)
		f.Kind, f.Optional, f.When = ui.Email, true, ui.T(ctx, "people.details.email.when")
		out = append(out, Group{ui.T(ctx, "people.details.email"), [][]ui.Field{{f}}})
	}
	marital := []ui.Field{choose(field("marital", "marital", string(d.Marital), 0), room.Marital("").Words(), func(v string) string { return ui.T(ctx, "word.marital."+v) })}
	switch {
	case slices.Contains(keys, "person.family"):
		g := Group{Title: ui.T(ctx, "people.details.family"), Rows: [][]ui.Field{marital}}
		for i := range min(len(d.Family)+spareRows, room.MostRelatives) {
			var x room.Relative
			if i < len(d.Family) {
				x = d.Family[i]
			}
			at := fmt.Sprintf("family[%d].", i)
			born, work := field(at+"born", "born", x.Born.String(), 0), field(at+"work", "work", x.Work, 100)
			born.Kind, born.Optional, work.Optional = ui.DateKind, true, true
			g.Rows = append(g.Rows, []ui.Field{choose(field(at+"relation", "relation", string(x.Relation), 0), room.Relation("").Words(), func(v string) string { return ui.T(ctx, "word.relation."+v) }), field(at+"name", "name", x.Name, 80), born, work})
		}
		out = append(out, g)
	case slices.Contains(keys, "person.marital"): // every form asks for it, the family only some
		out = append(out, Group{ui.T(ctx, "people.details.marriage"), [][]ui.Field{marital}})
	}
	if slices.Contains(keys, "person.education") {
		for _, l := range []struct {
			list string
			all  []room.Stage
		}{{"schooling", d.Schooling}, {"jobs", d.Jobs}} {
			g := Group{Title: ui.T(ctx, "people.details."+l.list)}
			for i := range min(len(l.all)+spareRows, room.MostStages) {
				var x room.Stage
				if i < len(l.all) {
					x = l.all[i]
				}
				at := fmt.Sprintf("%s[%d].", l.list, i)
				from, to, what := field(at+"from", "from", x.From, 10), field(at+"to", "to", x.To, 10), field(at+"what", l.list+".what", x.What, 60)
				from.Hint, to.Optional, what.Optional = ui.T(ctx, "people.details.month"), true, true
				g.Rows = append(g.Rows, []ui.Field{from, to, field(at+"where", l.list+".where", x.Where, 100), what})
			}
			out = append(out, g)
		}
	}
	return out
}

// cardGroup asks for a travel card, which nobody has to have: whoever carries one
// may be spared a visa.
func cardGroup(ctx context.Context, d room.Details, errs map[string]string) Group {
	f := ui.Field{Name: "details.travelCard", Kind: ui.DateKind, Optional: true, Label: ui.T(ctx, "people.details.card.until"), Hint: ui.T(ctx, "people.details.card.hint"), Value: d.TravelCard.String(), Complete: "off", Error: errs["details.travelCard"]}
	return Group{ui.T(ctx, "people.details.card"), [][]ui.Field{{f}}}
}

// readDetails takes what was posted; what the form didn't show stays.
func readDetails(r *http.Request, was room.Details) (room.Details, []fault.Finding) {
	d := was
	var wrong []fault.Finding
	get := func(name string) (string, bool) {
		v, ok := r.PostForm["details."+name]
		if !ok || len(v) == 0 {
			return "", false
		}
		return strings.TrimSpace(v[0]), true
	}
	text := func(name string, to *string) {
		if v, ok := get(name); ok {
			*to = v
		}
	}
	text("province", &d.Province)
	text("birthPlace", &d.BirthPlace)
	text("formerName", &d.FormerName)
	text("homeAddress", &d.HomeAddress)
	text("homeEn", &d.HomeEn)
	text("postEn", &d.PostEn)
	if v, ok := get("travelCard"); ok {
		d.TravelCard = calendar.Date{}
		if v != "" {
			var read bool
			if d.TravelCard, read = readDate(v); !read {
				wrong = append(wrong, fault.Finding{Field: "details.travelCard", Key: "form.date.unreadable"})
			}
		}
	}
	if v, ok := get("marital"); ok {
		d.Marital = room.Marital(v)
		d.Family = nil
		for i := range room.MostRelatives {
			at := fmt.Sprintf("family[%d].", i)
			relation, there := get(at + "relation")
			if !there {
				break
			}
			x := room.Relative{Relation: room.Relation(relation)}
			text(at+"name", &x.Name)
			text(at+"work", &x.Work)
			if born, _ := get(at + "born"); born != "" {
				var ok bool
				if x.Born, ok = readDate(born); !ok {
					wrong = append(wrong, fault.Finding{Field: "details." + at + "born", Key: "form.date.unreadable"})
				}
			}
			d.Family = append(d.Family, x)
		}
	}
	for list, to := range map[string]*[]room.Stage{"schooling": &d.Schooling, "jobs": &d.Jobs} {
		if _, there := get(list + "[0].from"); !there {
			continue
		}
		*to = nil
		for i := range room.MostStages {
			at := fmt.Sprintf("%s[%d].", list, i)
			from, there := get(at + "from")
			if !there {
				break
			}
			x := room.Stage{From: from}
			text(at+"to", &x.To)
			text(at+"where", &x.Where)
			text(at+"what", &x.What)
			*to = append(*to, x)
		}
	}
	return d, wrong
}

func (p *Pages) postDetails(w http.ResponseWriter, r *http.Request) {
	ctx := r.Context()
	rec, seen, err := p.load(r)
	if err == nil {
		err = r.ParseForm()
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	d, wrong := readDetails(r, rec.Details)
	err = fault.Invalid(wrong...)
	if len(wrong) == 0 {
		_, err = journal.Do(ctx, p.Site.Journal, room.Room, web.Order(r, rec.ID), room.Detail{Details: d, Email: r.PostFormValue("details.email")})
	}
	if fault.Findings(err) != nil {
		wanted, werr := p.Wants(ctx, rec.ID)
		if werr != nil {
			p.Site.Fail(w, r, werr)
			return
		}
		p.showDetails(w, r, rec, seen, d, wanted, err)
		return
	}
	back := personURL(rec.ID)
	if r.FormValue("case") != "" {
		back = caseOf(r)
	}
	p.Site.Answer(w, r, err, back+"?said=detailed")
}

func caseURL(id string) string { return "/cases/" + url.PathEscape(id) }

// caseOf is the page of the case from which details were asked for.
func caseOf(r *http.Request) string {
	at := caseURL(r.FormValue("case"))
	if step := r.FormValue("step"); step == "members" || step == "notice" {
		at += "/" + step
	}
	return at
}
