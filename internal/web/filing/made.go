package filing

import (
	"context"
	"net/http"
	"slices"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	state "yitang/internal/progress"
	"yitang/internal/requirement"
	"yitang/internal/web"
	"yitang/internal/web/made"
	"yitang/internal/web/ui"
)

// atDesk is made by the visa desk alone, which has the booklet's number: the
// visa form's data.
const atDesk dossier.MaterialKind = "M33"

// made lists the papers of the case's needs that are made on the spot: those of
// the case, and for whoever keeps the people's records those of each member.
//
// ui:keys made.lacks.*
func (p *Pages) made(ctx context.Context, f *File) []made.Line {
	var out []made.Line
	reqs := p.Work.Requirements(f)
	decided, _, err := state.Of(ctx, p.Work.Journal.Store, f.ID)
	if err != nil {
		p.Site.Log.Warn("reading who was approved", "case", f.ID, "err", err)
	}
	for _, r := range reqs {
		m, is := r.What.(requirement.Material)
		if !is || !r.IsNeeded() || m.Kind == atDesk || !document.Makes(m.Kind) {
			continue
		}
		at, from := caseURL(f.ID)+"/made", p.from(ctx, f, reqs, false)
		l := made.Line{Name: PaperName(ctx, m.Kind)}
		if i, personal := r.Owner.Member(); personal {
			who, held := f.record(i)
			stays := f.Filing.Outcome == room.Approved && !f.mayTravel(decided, i) // was declined
			if !held || stays || !web.WhoOf(ctx).May(access.EditPeople) {
				continue
			}
			from.Member, from.Personal = i, made.Personal(f.Held.People[who].Details)
			at = caseURL(f.ID) + "/made/" + who
			l.Name = ui.T(ctx, "cases.paper.of", "Name", l.Name, "Who", f.Now.Case.Members[i].Name())
		}
		if _, ready := document.Make(m.Kind, from); ready {
			l.Links = made.Links(ctx, m.Kind, at)
		} else {
			l.Lacks = ui.T(ctx, "made.lacks."+string(m.Kind))
		}
		out = append(out, l)
	}
	return out
}

// toSign leads from the place of a paper that somebody signs to its text, filled
// in from the case; to nothing where there is none.
func (p *Pages) toSign(ctx context.Context, f *File, s slot) ui.Link {
	if !document.ToSign(s.Kind) || !web.WhoOf(ctx).May(access.EditPeople) {
		return ui.Link{}
	}
	at, words := caseURL(f.ID)+"/made", "made.to_seal"
	if i, of := s.Owner.Member(); of {
		who, held := f.record(i)
		if !held {
			return ui.Link{}
		}
		at, words = at+"/"+who, "made.to_sign"
	} else if _, ready := document.Make(s.Kind, p.from(ctx, f, nil, false)); !ready {
		return ui.Link{}
	}
	return ui.Link{Text: ui.T(ctx, words), URL: at + "?paper=" + string(s.Kind)}
}

// record is the id of a member whose record is this unit's.
func (f *File) record(i int) (string, bool) {
	if i < 0 || i >= len(f.Now.Persons) || i >= len(f.Now.Case.Members) {
		return "", false
	}
	_, held := f.Held.People[f.Now.Persons[i]]
	return f.Now.Persons[i], held
}

// from is what the unit's papers are made from: the case as it stands.
func (p *Pages) from(ctx context.Context, f *File, reqs []requirement.Requirement, english bool) document.From {
	from := made.From(ctx, english, p.Work.Pack())
	from.Case, from.By, from.Member = f.Now.Case, f.UnitName, -1
	from.Office = p.Work.Pack().Office.Name.Zh
	for _, o := range requirement.BookletOrders(reqs) {
		from.Booklets = append(from.Booklets, document.Booklet{Member: o.Member, Type: string(o.Type), Why: ui.T(made.Chinese(ctx), "making.why."+string(o.Action))})
	}
	return from
}

// lay puts the case into a paper of it, or of one of its members: what is being
// written, or what came of what was handed in.
func (p *Pages) lay(ctx context.Context, f *File, kind dossier.MaterialKind, who string, from *document.From) error {
	switch f.Filing.Stage {
	case room.InDraft, room.IsPresented, room.IsSentBack:
		from.State = document.State{On: calendar.DateOf(f.Draft.Updated)}
		return nil
	}
	c, people, state, err := made.Of(ctx, p.Work.Journal, f.ID, made.Asks(kind))
	if err == nil && who != "" && !slices.Contains(people, who) { // who was declined has signed for what was asked
		c, people, state, err = made.Of(ctx, p.Work.Journal, f.ID, true)
	}
	if err != nil {
		return err
	}
	booklets := from.Booklets
	if who != "" && !slices.Contains(people, who) {
		return fault.NotFound("member " + who + " of " + f.ID)
	}
	from.Case, from.State, from.Member, from.Booklets = c, state, slices.Index(people, who), nil
	for _, b := range booklets {
		if b.Member = slices.Index(people, f.Now.Persons[b.Member]); b.Member >= 0 {
			from.Booklets = append(from.Booklets, b)
		}
	}
	return nil
}

// getMade makes a paper of the case, or of one of its members, and gives it. It
// is kept nowhere.
func (p *Pages) getMade(w http.ResponseWriter, r *http.Request) {
	ctx, kind, who := r.Context(), dossier.MaterialKind(r.FormValue("paper")), r.PathValue("person")
	f, err := p.open(r)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	reqs := p.Work.Requirements(f)
	from := p.from(ctx, f, reqs, made.In(r))
	owner := requirement.OfCase
	if who != "" {
		from.Member = slices.Index(f.Now.Persons, who)
		owner = requirement.OfMember(from.Member)
	}
	needed := slices.ContainsFunc(reqs, func(q requirement.Requirement) bool {
		m, is := q.What.(requirement.Material)
		return is && m.Kind == kind && q.IsNeeded() && q.Owner == owner
	})
	if _, held := f.record(from.Member); !needed || who != "" && !held {
		p.Site.Fail(w, r, fault.NotFound("paper "+string(kind)+" of "+f.ID+" "+who))
		return
	}
	if err = p.lay(ctx, f, kind, who, &from); err == nil && who != "" {
		from.Personal = made.Personal(f.Held.People[who].Details)
		err = made.Look(r, p.Work.Journal, who, lookedAt[kind]...)
	}
	if err == nil {
		from.Unit, err = made.Called(ctx, p.Work.Journal.Store, f.Unit, f.UnitName, from.English)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	made.Serve(p.Site, w, r, kind, from)
}

// lookedAt is what a member's paper shows of their record that is masked there,
// or asked for apart.
var lookedAt = map[dossier.MaterialKind][]string{"M27": {"idNumber", "details"}, "M38": {"details"}}
