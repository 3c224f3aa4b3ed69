package filing

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/person"
	"yitang/internal/precheck"
	"yitang/internal/requirement"
	"yitang/internal/unit"
	"yitang/internal/web"
	people "yitang/internal/web/person"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// members is who travels: cards with what is held, and what belongs to the trip.
func (p *Pages) members(r *http.Request, b *fields, v *stepView) {
	ctx, f := b.ctx, b.f
	takes, loses, edits := true, true, func(string) bool { return true }
	if a := f.Amends(); a != nil {
		takes, loses = a.Kind.TakesPeople(), a.Kind.LosesPeople()
		edits = func(who string) bool { return a.Kind == room.AmendWriting || !slices.Contains(a.People, who) }
	}
	if takes {
		v.Before = p.picker(r, f, "", p.few(ctx, f))
		v.Head.Actions = []ui.Button{{Text: ui.T(ctx, "imports.open"), URL: caseURL(f.ID) + "/members/import", Kind: ui.Second}}
	}
	lacks := p.Work.lacksData(ctx, f)
	for i, who := range f.Now.Persons {
		at := func(name string) string { return index("members", i) + "." + name }
		m := f.Now.Case.Members[i]
		name := m.Name()
		if name == "" {
			name = ui.T(ctx, "cases.member.unknown", "Count", i+1)
		}
		var trip []ui.Field
		trip = append(trip, b.at(at("role")))
		if f.Now.Case.Trip.Category == dossier.Conference {
			trip = append(trip, b.at(at("paper")))
		}
		if f.Now.Case.Trip.Kind == dossier.OrganisedCross {
			of := b.at(at("jurisdiction"))
			of.Optional = true
			trip = append(trip, of)
		}
		s := sheet{Title: name, ID: "m-" + who, Note: m.LatinName()}
		if !f.isElsewhere(i) {
			s.Show, s.Rows = heldList(p.heldOf(ctx, f, i)), [][]ui.Field{trip}
		}
		s.Lacks = f.missing(ctx, b.found, i)
		if l := lacks[i]; len(l.Gone)+len(l.Stale) > 0 && who != "" && f.Held.People[who].ID != "" {
			do := ui.Button{Text: ui.T(ctx, "cases.member.details.look", "Name", name), URL: detailsURL(f, who), Kind: ui.Second}
			if len(l.Gone) > 0 {
				s.Lead = ui.Sentences(ctx, s.Lead, ui.T(ctx, "cases.member.details", "List", ui.List(ctx, l.Gone)))
				do.Text = ui.T(ctx, "cases.member.details.do", "Name", name)
			}
			if len(l.Stale) > 0 {
				s.Lead = ui.Sentences(ctx, s.Lead, ui.T(ctx, "cases.member.details.stale", "List", ui.List(ctx, l.Stale), "Day", ui.Date(ctx, f.Held.People[who].Details.Confirmed)))
			}
			s.Actions = append(s.Actions, do)
		}
		if m.Jurisdiction == "" && who != "" {
			if sent, err := p.sentBy(ctx, f, who); err != nil {
				p.Site.Log.Warn("reading who sends a member", "case", f.ID, "err", err)
			} else if sent != "" {
				s.Lead = ui.Sentences(ctx, s.Lead, sent)
			}
		}
		entry, stands := p.stands(ctx, f, who)
		if f.isElsewhere(i) { // a finding says it, with what to do
			s.Lead, s.Lacks = "", nil
		} else if stands != "" {
			s.Lacks = nil
			bars := ui.Finding{State: ui.Stop, Title: stands}
			if loses && f.IsChange() {
				bars.Fix = ui.T(ctx, "amend.barred.fix_here")
			}
			s.Lead, s.Says = "", append(s.Says, bars)
			if m.Name() == "" {
				s.Title, name = entry, entry
			}
		}
		for _, x := range b.found.List {
			if k, field, ok := memberField(x.Field); ok && k == i && !ofTrip[field] && !x.Missing {
				says := p.finding(ctx, f, x)
				says.Actions = nil // a form of its own, inside this one
				s.Says = append(s.Says, says)
			}
		}
		if who != "" && edits(who) && !f.isElsewhere(i) {
			s.Actions = append(s.Actions, ui.Button{Text: ui.T(ctx, "cases.member.edit", "Name", name), URL: caseURL(f.ID) + "/members/" + url.PathEscape(who), Kind: ui.Plain})
		}
		if who != "" && loses {
			s.Actions = append(s.Actions, ui.Button{Text: ui.T(ctx, "cases.member.drop", "Name", name), Name: "person", Value: who, To: caseURL(f.ID) + "/members/drop", Kind: ui.Plain, Loose: true})
		}
		v.Sheets = append(v.Sheets, s)
	}
	if loses {
		v.Sheets = append(v.Sheets, p.leftOut(ctx, f)...)
	}
	v.Head.Lead = b.hanging("members")
	if !takes && v.Head.Lead == "" {
		v.Head.Lead = ui.T(ctx, "amend.members.mend")
		if loses {
			v.Head.Lead = ui.T(ctx, "amend.members.drop")
		}
	}
	if len(f.Now.Persons) == 0 {
		v.Head.Lead = ui.T(ctx, "cases.members.none")
	}
}

// leftOut are those who were taken out of the group, each with the way back.
func (p *Pages) leftOut(ctx context.Context, f *File) []sheet {
	var out []sheet
	for _, l := range f.Draft.Paper.Left {
		name := p.Progress.Name(ctx, l.Person)
		out = append(out, sheet{Title: name, ID: "left-" + l.Person, Note: ui.T(ctx, "cases.member.left_out"),
			Actions: []ui.Button{{Text: ui.T(ctx, "cases.member.restore", "Name", name), Name: "person", Value: l.Person, To: caseURL(f.ID) + "/members/restore", Kind: ui.Second, Loose: true}}})
	}
	return out
}

// stands says why somebody can't go with the group, if that is so: they work
// for the unit no longer, or aren't cleared on its days. The reason is nobody's
// here. It gives the name too, of a record that is no longer this unit's.
func (p *Pages) stands(ctx context.Context, f *File, who string) (name, says string) {
	r := p.Work.Journal.Store
	e, err := person.One(ctx, r, who)
	if err != nil {
		return "", ""
	}
	switch {
	case e.Unit != f.Unit:
		return e.Name(), ui.T(ctx, "cases.member.elsewhere")
	case e.Standing == person.HasLeft:
		return e.Name(), ui.T(ctx, "cases.member.left")
	}
	not, err := person.Uncleared(ctx, r, who)
	if err != nil {
		return "", ""
	}
	t := f.Now.Case.Trip
	for _, s := range not {
		if !t.Depart.IsZero() && !t.Return.IsZero() && s.Meets(t.Depart, t.Return) {
			return e.Name(), ui.T(ctx, "cases.member.not_cleared")
		}
	}
	return e.Name(), ""
}

// missing lists what isn't there yet of one member, each with where it is given.
//
// ui:keys field.members.*
func (f *File) missing(ctx context.Context, found precheck.Findings, i int) (out []ui.Link) {
	for _, x := range found.List {
		if k, _, ok := memberField(x.Field); ok && k == i && x.Missing && x.Severity == precheck.Block {
			name := ui.T(ctx, "field."+dossier.Generic(x.Field))
			if !slices.ContainsFunc(out, func(had ui.Link) bool { return had.Text == name }) {
				out = append(out, ui.Link{Text: name, URL: f.place(x.Field)})
			}
		}
	}
	return out
}

// bookletComes says, as the page of visits does, that a member goes with the
// booklet that is being made for another trip, whether one is held or not; "":
// nothing is under way.
func (p *Pages) bookletComes(ctx context.Context, f *File, i int) string {
	permit := f.Now.Case.ToRegionsOnly()
	if need, _ := requirement.BookletOf(p.Work.Requirements(f), i, permit); need.Action != requirement.AwaitBooklet {
		return ""
	}
	kind := ui.T(ctx, "progress.shared.passport")
	if permit {
		kind = ui.T(ctx, "progress.shared.permit")
	}
	return ui.T(ctx, "progress.shared.other", "Booklet", kind)
}

// heldOf is what is there of a member and needn't be given again.
//
// ui:keys word.passportType.*
// ui:keys cases.held.*
func (p *Pages) heldOf(ctx context.Context, f *File, i int) ui.HeldList {
	m := f.Now.Case.Members[i]
	out := make(ui.HeldList, 0, 5+len(f.Now.Case.Materials)) // vetting stays where it is
	var vetting *ui.Held
	if m.IDNumber != "" {
		out = append(out, ui.Held{Kind: ui.T(ctx, "cases.held.identity"), Note: ui.T(ctx, "cases.held.identity_note", "Number", person.IDNumber(m.IDNumber).String(), "Born", ui.Date(ctx, m.DateOfBirth))})
	}
	if post := strings.TrimSpace(m.Department + m.Post); post != "" {
		out = append(out, ui.Held{Kind: ui.T(ctx, "cases.held.post"), Note: post})
	}
	comes := p.bookletComes(ctx, f, i)
	if pass := m.Passport; comes != "" {
		out = append(out, ui.Held{Kind: ui.T(ctx, "cases.held.booklet"), State: ui.Info, Note: comes})
	} else if pass != nil {
		h := ui.Held{Kind: ui.T(ctx, "word.passportType."+string(pass.Type)), Note: ui.T(ctx, "cases.held.until", "Day", ui.Date(ctx, pass.Expires))}
		short, months := "cases.held.booklet_short", p.Work.Pack().Needs(f.Held.Today).PassportMinRemainingMonths
		if pass.Type == dossier.HKMacauPermit { // it needn't outlast the trip
			short, months = "cases.held.permit_short", 0
		}
		if ret := f.Now.Case.Trip.Return; !ret.IsZero() && pass.Expires.Before(ret.AddMonths(months)) {
			switch leaves := f.Now.Case.Trip.Depart; {
			case !leaves.IsZero() && pass.Expires.Before(leaves):
				short = "cases.held.ends_before"
			case pass.Expires.Before(ret):
				short = "cases.held.permit_short"
			}
			h.State, h.Note = ui.Info, ui.T(ctx, short, "Day", ui.Date(ctx, pass.Expires), "Months", months)
		}
		out = append(out, h)
	} else {
		out = append(out, ui.Held{Kind: ui.T(ctx, "cases.held.booklet"), State: ui.Info, Note: ui.T(ctx, "cases.held.booklet_none")})
	}
	if v := m.Vetting; v != nil && v.Status != "" {
		out = append(out, p.vetted(ctx, f, i, *v))
		vetting = &out[len(out)-1]
	}
	for k, x := range f.Now.Case.Materials {
		if j, of := x.OfMember(); of && j == i && x.Kind == vettingForm && vetting != nil { // one paper with the record that is made from it
			if k < len(f.Now.Papers) && f.Now.Papers[k] != "" {
				vetting.Replace = ui.Link{Text: ui.T(ctx, "cases.paper.look"), URL: caseURL(f.ID) + "/papers/" + f.Now.Papers[k]}
			}
			continue
		}
		if j, of := x.OfMember(); of && j == i {
			id := ""
			if k < len(f.Now.Papers) {
				id = f.Now.Papers[k]
			}
			h := ui.Held{Kind: PaperName(ctx, x.Kind), Note: x.File}
			if on := x.ValidUntil; !on.IsZero() && on.Before(f.Held.Today) {
				if slices.ContainsFunc(f.Now.Case.Materials, func(o dossier.Material) bool {
					return o.Kind == x.Kind && o.Owner == x.Owner && (o.ValidUntil.IsZero() || o.ValidUntil.After(on))
				}) {
					continue // a newer one does
				}
				h.State, h.Note = ui.Info, ui.T(ctx, "cases.held.over", "Day", ui.Date(ctx, on))
			}
			if slices.ContainsFunc(out, func(had ui.Held) bool { return had.Kind == h.Kind && had.Note == h.Note }) {
				continue // given again for each trip, it is one to the eye
			}
			if id != "" {
				h.Replace = ui.Link{Text: ui.T(ctx, "cases.paper.look"), URL: caseURL(f.ID) + "/papers/" + id}
			}
			out = append(out, h)
		}
	}
	return out
}

// vetted is a member's vetting as the list of needs has it: until when what there
// is serves, record or form, or why it doesn't for this trip.
func (p *Pages) vetted(ctx context.Context, f *File, i int, v dossier.Vetting) ui.Held {
	h := ui.Held{Kind: ui.T(ctx, "cases.held.vetting"), Note: ui.T(ctx, "word.vettingStatus."+string(v.Status)) + until(ctx, v.ValidUntil)}
	for _, r := range p.Work.Requirements(f) {
		if r.Key != requirement.Key(vettingForm) || r.Owner != requirement.OfMember(i) {
			continue
		}
		switch st := r.Status.(type) {
		case requirement.Held:
			h.Note = ui.T(ctx, "word.vettingStatus."+string(v.Status)) + until(ctx, st.Until)
		case requirement.Missing:
			h.State, h.Note = ui.Info, ui.Say(ctx, st.Why.Text())
		}
	}
	return h
}

func until(ctx context.Context, d calendar.Date) string {
	if d.IsZero() {
		return ""
	}
	return ui.T(ctx, "cases.held.valid", "Day", ui.Date(ctx, d))
}

// few are all people of a unit that has few, who can be chosen without a search; none
// of a larger one. A search finds them as well, should the list not come.
func (p *Pages) few(ctx context.Context, f *File) []ui.PersonOption {
	const most = 30
	all, err := person.List(ctx, p.Work.Journal.Store, person.Listing{Unit: f.Unit, Sort: person.ByName, Limit: most + 1})
	if err != nil || len(all) > most {
		return nil
	}
	out, err := p.options(ctx, f, slices.DeleteFunc(all, func(e person.Entry) bool { return slices.Contains(f.Draft.Paper.People, e.ID) }))
	if err != nil {
		p.Site.Log.Warn("listing whom a case could take along", "case", f.ID, "err", err)
	}
	return out
}

// picker finds people of the unit.
func (p *Pages) picker(r *http.Request, f *File, query string, found []ui.PersonOption) templ.Component {
	ctx := r.Context()
	pick := ui.PersonPicker{ID: "who", Find: caseURL(f.ID) + "/people", Add: caseURL(f.ID) + "/members/add", Name: "person", Label: ui.T(ctx, "cases.pick.title"), Hint: ui.T(ctx, "cases.pick.hint"),
		Query: query, Asked: query != "", People: found, Fold: query == "", Open: len(f.Draft.Paper.People) == 0, Send: []ui.Hidden{{Name: "revision", Value: strconv.FormatInt(f.Draft.Revision, 10)}}}
	return pickerSheet(pick, ui.Button{Text: ui.T(ctx, "cases.pick.new"), URL: caseURL(f.ID) + "/members/new" + sought(query), Kind: ui.Second})
}

// sought takes a name that was looked for in vain along to the new record.
func sought(query string) string {
	if !isChineseName(query) {
		return ""
	}
	return "?name=" + url.QueryEscape(query)
}

// isChineseName tells a name from a number and from pinyin.
func isChineseName(s string) bool {
	n := utf8.RuneCountInString(s)
	return n >= 2 && n <= 20 && strings.IndexFunc(s, func(r rune) bool { return r != '·' && !unicode.Is(unicode.Han, r) }) < 0
}

// options are the people found, each with what speaks against taking them along.
func (p *Pages) options(ctx context.Context, f *File, found []person.Entry) ([]ui.PersonOption, error) {
	var out []ui.PersonOption
	for _, e := range found {
		o := ui.PersonOption{ID: e.ID, Name: e.Name(), Latin: e.LatinName(), Note: ui.Clauses(ctx, e.Department+e.Post, ui.T(ctx, "cases.pick.tail", "Tail", e.Tail))}
		if e.Standing == person.HasLeft {
			o.Reason = ui.T(ctx, "people.state.left")
		}
		for _, had := range f.Draft.Paper.People {
			if had == e.ID {
				o.Reason = ui.T(ctx, "cases.pick.already")
			}
		}
		if o.Reason == "" {
			var err error
			if o.Warns, err = p.travels(ctx, f, e.ID); err != nil {
				return nil, err
			}
			sent, err := p.sentBy(ctx, f, e.ID)
			if err != nil {
				return nil, err
			}
			o.Warns = ui.Sentences(ctx, o.Warns, sent)
		}
		out = append(out, o)
	}
	return out, nil
}

// sentBy tells whose word is wanted before somebody from another unit may go: that
// unit's (MEM-024), and where it isn't on this office's register that of the foreign
// affairs office in charge of it, too (双跨, MEM-025). "" for the unit's own, and for
// those who join a delegation that another office organises.
func (p *Pages) sentBy(ctx context.Context, f *File, who string) (string, error) {
	rec, _, err := journal.Load(ctx, p.Work.Journal, person.Room, who)
	name := rec.Facts.Unit
	if err != nil || name == "" || f.Now.Case.Trip.Kind == dossier.Joined || dossier.SameUnit(name, f.Now.Case.Unit.Name) {
		return "", err
	}
	all, err := unit.Names(ctx, p.Work.Journal.Store)
	if err != nil {
		return "", err
	}
	for _, registered := range all {
		if dossier.SameUnit(name, registered) {
			return ui.T(ctx, "cases.pick.other_unit", "Unit", name), nil
		}
	}
	if f.Now.Case.Trip.Kind != dossier.OrganisedCross {
		return ui.T(ctx, "cases.pick.other_office.kind", "Unit", name), nil
	}
	return ui.T(ctx, "cases.pick.other_office", "Unit", name), nil
}

// travels tells of the trip of somebody that has a day in common with this one,
// or of those that aren't over as long as its own days aren't written; "" for none.
// They can be taken into the group all the same: either trip may still be moved
// (MEM-009).
func (p *Pages) travels(ctx context.Context, f *File, who string) (string, error) {
	t := f.Now.Case.Trip
	if t.ForTerm() {
		return "", nil
	}
	all, err := node.TripsBut(ctx, p.Work.Journal, who, f.ofCase())
	if err != nil {
		return "", err
	}
	if t.Depart.IsZero() || t.Return.IsZero() {
		return p.onTheirWay(ctx, f, all), nil
	}
	for _, o := range all {
		if !o.Depart.After(t.Return) && !t.Depart.After(o.Return) {
			days := ui.Span(ctx, o.Depart, o.Return)
			if o.Unit != f.Unit { // what another unit applies for isn't told here
				return ui.T(ctx, "cases.pick.travels_elsewhere", "Days", days), nil
			}
			return ui.T(ctx, "cases.pick.travels", "Days", days, "Title", o.Title), nil
		}
	}
	return "", nil
}

// onTheirWay tells of the trips that aren't over; of another unit's only the days.
func (p *Pages) onTheirWay(ctx context.Context, f *File, all []room.Trip) string {
	var out []string
	for _, o := range slices.Backward(all) {
		title := o.Title
		if o.Unit != f.Unit {
			title = ui.T(ctx, "people.trips.elsewhere")
		}
		if !o.Return.Before(f.Held.Today) {
			out = append(out, ui.T(ctx, "people.open.one", "Title", title, "Days", ui.Span(ctx, o.Depart, o.Return)))
		}
	}
	if len(out) == 0 {
		return ""
	}
	return ui.T(ctx, "people.open", "What", ui.Clauses(ctx, out...))
}

// getFindPeople answers the picker: a page, or its options for a script.
func (p *Pages) getFindPeople(w http.ResponseWriter, r *http.Request) {
	f, err := p.writing(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	q := r.FormValue("q")
	found, err := person.Find(r.Context(), p.Work.Journal.Store, p.Work.Keys, f.Unit, q, person.Found)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	options, err := p.options(r.Context(), f, found)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if fragment(r) {
		p.Site.Fragment(w, r, http.StatusOK, ui.PersonOptions(options))
		return
	}
	head := ui.Head{Title: ui.T(r.Context(), "cases.pick.title")}
	if strings.TrimSpace(q) == "" {
		head.Lead = ui.T(r.Context(), "cases.pick.nothing_typed")
	}
	p.Site.Show(w, r, ui.Page{Title: head.Title, Crumbs: p.crumbs(r.Context(), f, head.Title)}, pickPage(head, p.picker(r, f, q, options)))
}

func (p *Pages) postAddMember(w http.ResponseWriter, r *http.Request) {
	f, err := p.writing(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	id := r.PostFormValue("person")
	e, err := person.One(r.Context(), p.Work.Journal.Store, id)
	if err == nil {
		err = access.Check(web.Who(r), access.SeePeople, access.Object{Unit: e.Unit})
	}
	if err == nil && e.Standing == person.HasLeft {
		err = fault.NotNow("person.left.already", e.Standing)
	}
	if err == nil {
		_, err = p.Work.Drafts.Change(r.Context(), f.ID, f.Draft.Revision, func(paper *room.Paper) error { paper.AddPerson(id); return nil })
	}
	p.Site.Answer(w, r, err, caseURL(f.ID)+"/members#m-"+id)
}

// postTurnMember takes somebody out of the group, or back into it; what was typed on
// the page meanwhile is kept.
func (p *Pages) postTurnMember(turn func(*room.Paper, string) bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f, err := p.writing(r)
		if err == nil {
			err = r.ParseForm()
		}
		if err != nil {
			p.Site.Fail(w, r, err)
			return
		}
		_, err = p.Work.Drafts.Change(r.Context(), f.ID, base(r), func(paper *room.Paper) error {
			if err := p.write(paper, without(r.PostForm, "person"), f); err != nil {
				return err
			}
			turn(paper, r.PostFormValue("person"))
			return nil
		})
		p.Site.Answer(w, r, err, caseURL(f.ID)+"/members")
	}
}

func without(form url.Values, name string) url.Values {
	out := url.Values{}
	for k, v := range form {
		if k != name {
			out[k] = v
		}
	}
	return out
}

// memberView is a person's record as it is written in the course of a case.
type memberView struct {
	Head   ui.Head
	Errors ui.ErrorSummary
	Action string
	Key    string
	Send   []ui.Hidden
	Groups []people.Group
	Save   ui.Button
}

func (p *Pages) getNewMember(w http.ResponseWriter, r *http.Request) {
	f, err := p.writing(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	form := people.Form{}
	if name := r.FormValue("name"); isChineseName(name) {
		form.Facts.FamilyName = dossier.Surname(name)
		form.Facts.GivenName = strings.TrimPrefix(name, form.Facts.FamilyName)
	}
	p.showMember(w, r, f, "", form, 0, nil)
}

// postNewMember records somebody and takes them into the group.
func (p *Pages) postNewMember(w http.ResponseWriter, r *http.Request) {
	f, err := p.writing(r)
	if err == nil {
		err = r.ParseForm()
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	facts, raw, wrong := people.Read(r, person.Facts{}, "")
	id, err := p.Site.NewID(r, "_person")
	switch {
	case err != nil:
	case len(wrong) > 0:
		err = people.Refused(facts, wrong, p.Site.Journal.Today())
	default:
		err = p.Work.RecordPerson(r.Context(), keyed(r, id), f.Unit, f.ID, facts)
	}
	if fault.Findings(err) != nil {
		form, err := people.Form{Facts: facts, Raw: raw, Countries: p.Work.Pack().Ref.Countries}.Back(r.Context(), err)
		p.showMember(w, r, f, "", form, 0, err)
		return
	}
	if err == nil {
		_, err = p.Work.Drafts.Change(r.Context(), f.ID, f.Draft.Revision, func(paper *room.Paper) error { paper.AddPerson(id); return nil })
	}
	p.Site.Answer(w, r, err, caseURL(f.ID)+"/members#m-"+id)
}

func (p *Pages) getMember(w http.ResponseWriter, r *http.Request) {
	f, err := p.writing(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	who := r.PathValue("person")
	rec, v, err := p.record(r.Context(), who)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	p.showMember(w, r, f, who, people.Form{Facts: rec.Facts, Known: true, Change: r.URL.Query().Get("change")}, v, nil)
}

// record is the record that stands for a member: whose was merged since still
// goes by the id that they came into the case with.
func (p *Pages) record(ctx context.Context, who string) (person.Person, journal.Version, error) {
	stands, err := person.Stands(ctx, p.Work.Journal.Store, who)
	if err != nil {
		return person.Person{}, 0, err
	}
	rec, v, err := journal.Load(ctx, p.Work.Journal, person.Room, stands)
	if err == nil && v == 0 {
		err = fault.NotFound("person " + who)
	}
	return rec, v, err
}

// postMember changes the record of a member; what is typed here was asked in
// this case.
func (p *Pages) postMember(w http.ResponseWriter, r *http.Request) {
	f, err := p.writing(r)
	if err == nil {
		err = r.ParseForm()
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	who := r.PathValue("person")
	rec, v, err := p.record(r.Context(), who)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	facts, raw, wrong := people.Read(r, rec.Facts, f.prefix(who))
	if len(wrong) > 0 {
		err = people.Refused(facts, wrong, p.Site.Journal.Today())
	} else {
		err = p.Work.ChangePerson(r.Context(), web.Order(r, rec.ID), f.ID, facts)
	}
	if fault.Findings(err) != nil {
		p.showMember(w, r, f, who, people.Form{Facts: facts, Known: true, Raw: raw, Errors: ui.FieldErrors(r.Context(), err)}, v, err)
		return
	}
	if err == nil {
		_, err = p.Work.Drafts.Change(r.Context(), f.ID, f.Draft.Revision, func(paper *room.Paper) error {
			paper.TypedOf(who, typedFields(rec.Facts, facts))
			return nil
		})
	}
	p.Site.Answer(w, r, err, caseURL(f.ID)+"/members#m-"+who)
}

// typedFields names the data of a record that differ.
func typedFields(was, is person.Facts) []string {
	var out []string
	for _, c := range dossier.Difference(dossier.Case{Members: []dossier.Member{was.Member()}}, dossier.Case{Members: []dossier.Member{is.Member()}}) {
		_, field, _ := memberField(c.Path)
		name, _, _ := strings.Cut(field, ".")
		out = append(out, name)
	}
	return out
}

// prefix is what the names of a member's fields begin with on the record's
// page, so that the pre-check's findings meet them.
func (f *File) prefix(who string) string {
	for i, id := range f.Now.Persons {
		if id == who {
			return index("members", i) + "."
		}
	}
	return ""
}

// ui:keys people.new.*
func (p *Pages) showMember(w http.ResponseWriter, r *http.Request, f *File, who string, form people.Form, seen journal.Version, failed error) {
	ctx := r.Context()
	v := memberView{Key: web.NewKey(), Save: ui.Button{Text: ui.T(ctx, "cases.member.save")}}
	status := http.StatusOK
	if who == "" {
		v.Head, v.Action = ui.Head{Title: ui.T(ctx, "people.new.title"), Lead: ui.T(ctx, "people.new.lead")}, caseURL(f.ID)+"/members/new"
		v.Send = append(v.Send, ui.Hidden{Name: "_person", Value: p.Work.Journal.NewID()})
	} else {
		v.Head, v.Action = ui.Head{Title: form.Facts.Name()}, caseURL(f.ID)+"/members/"+url.PathEscape(who)
		form.Prefix, form.Here = f.prefix(who), v.Action
		v.Send = append(v.Send, ui.Hidden{Name: "_seen", Value: strconv.FormatInt(int64(seen), 10)})
		found := p.Work.Check(f, precheck.Draft)
		form.Says = func(field string) []ui.Finding {
			return p.shown(ctx, f, found, false, func(x precheck.Finding) bool { return x.Field == form.Prefix+field })
		}
	}
	v.Send = append(v.Send, people.Boxes(form.Prefix)...)
	if failed != nil {
		status = http.StatusUnprocessableEntity
		v.Errors = ui.Summarise(ctx, failed)
		for i := range v.Errors.Errors {
			e := &v.Errors.Errors[i]
			e.Text, e.Field = about(ctx, progress.Place(ctx, f.Now.Case, "members."+e.Field), e.Text), form.Prefix+e.Field
		}
	}
	form.Countries = p.Work.Pack().Ref.Countries
	v.Groups = form.Groups(ctx)
	people.InOrder(v.Groups, v.Errors.Errors)
	p.Site.ShowAs(w, r, status, ui.Page{Title: v.Head.Title, Errors: len(v.Errors.Errors), Crumbs: p.crumbs(ctx, f, v.Head.Title)}, memberPage(v))
}

// cure is what a fix makes of one person's record.
type cure struct {
	id  string // of the record that stands
	was person.Facts
	is  person.Facts
}

// curePerson gives a member's record with values of a finding's cure in it; false
// when the record is gone.
func (p *Pages) curePerson(ctx context.Context, f *File, i int, set map[string]any) (cure, bool, error) {
	rec, _, err := p.record(ctx, f.Now.Persons[i])
	if err != nil {
		if fault.IsNotFound(err) {
			err = nil
		}
		return cure{}, false, err
	}
	c := dossier.Case{Members: []dossier.Member{rec.Member()}}
	for field, value := range set {
		if err := c.Put("members[0]."+field, fmt.Sprint(value)); err != nil {
			return cure{}, false, err
		}
	}
	is := person.FromMember(c.Members[0])
	is.Cleared, is.Principal = rec.Cleared, rec.Principal
	if is.Unit == f.UnitName {
		is.Unit = rec.Facts.Unit
	}
	return cure{rec.ID, rec.Facts, is}, true, nil
}
