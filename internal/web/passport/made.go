package passport

import (
	"context"
	"net/http"
	"slices"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	room "yitang/internal/passport"
	"yitang/internal/requirement"
	"yitang/internal/web"
	"yitang/internal/web/made"
	"yitang/internal/web/ui"
)

const (
	theForm dossier.MaterialKind = "M27"
	theTeam dossier.MaterialKind = "M18"
)

// made leads to the papers of an order: the form of one that makes a booklet, and
// the sheet of all who get one with the same approval.
func (p *Pages) made(ctx context.Context, id string, o room.Order) []made.Line {
	if o.EndorseOnly() || o.Stage == room.IsStopped || !web.WhoOf(ctx).May(access.CapturePerson) {
		return nil
	}
	var out []made.Line
	for _, kind := range []dossier.MaterialKind{theForm, theTeam} {
		e, _ := requirement.Lookup(requirement.Key(kind))
		out = append(out, made.Line{Name: ui.Say(ctx, e.Name), Links: made.Links(ctx, kind, orderURL(id)+"/made")})
	}
	return out
}

// getMade makes a paper from what the orders of this zone say, and from nothing
// else, and gives it.
func (p *Pages) getMade(w http.ResponseWriter, r *http.Request) {
	ctx, id, kind := r.Context(), r.PathValue("order"), dossier.MaterialKind(r.FormValue("paper"))
	o, _, err := p.order(ctx, id)
	if err == nil && (o.EndorseOnly() || kind != theForm && kind != theTeam) {
		err = fault.NotFound("paper " + string(kind) + " of order " + id)
	}
	var f document.From
	if err == nil {
		f, err = p.from(ctx, id, o, kind == theTeam)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	made.Serve(p.Site, w, r, kind, f)
}

// from is what an order says, alone or with the others of its case.
func (p *Pages) from(ctx context.Context, id string, o room.Order, team bool) (document.From, error) {
	f := made.From(ctx, false, p.Pack())
	row, _, err := room.One(ctx, p.Journal.Store, id)
	if err != nil {
		return f, err
	}
	f.By, f.State = o.Identity.Unit, document.State{Approval: row.Approval} // the one in force
	f.Personal.BirthPlace = o.Identity.BirthPlace
	f.Case.Trip.Depart, f.Case.Trip.Return = o.Depart, o.Known.Return
	history, err := p.Journal.History(ctx, journal.Ref{Kind: room.Room.Kind, ID: id})
	if err != nil {
		return f, err
	}
	for _, e := range history {
		f.State.On = calendar.DateOf(e.At)
		break
	}
	var people []string
	add := func(o room.Order, due calendar.Date) { // somebody may get a passport and a permit
		k := slices.Index(people, o.Person)
		if k < 0 {
			k = len(people)
			people, f.Case.Members = append(people, o.Person), append(f.Case.Members, member(o.Identity))
		}
		f.Booklets = append(f.Booklets, document.Booklet{Member: k, Type: string(o.Type), Why: ui.T(made.Chinese(ctx), "making.why."+o.Why), Old: o.Replaces, Due: due})
	}
	all, err := room.OfFiling(ctx, p.Journal.Store, o.Filing)
	if err != nil {
		return f, err
	}
	for _, row := range all {
		other, _, err := p.order(ctx, row.ID)
		switch {
		case err != nil:
			return f, err
		case row.ID != id && !team, other.EndorseOnly(), other.Stage == room.IsStopped && row.ID != id:
			continue
		}
		due := row.Due
		if row.Waits() {
			due = calendar.Date{} // the promise counts from the capture
		}
		add(other, due)
	}
	return f, nil
}

func member(i approval.Identity) dossier.Member {
	return dossier.Member{FamilyName: i.FamilyName, GivenName: i.GivenName, LatinSurname: i.LatinSurname, LatinGivenNames: i.LatinGivenNames, Sex: dossier.Sex(i.Sex),
		DateOfBirth: i.DateOfBirth, IDNumber: i.IDNumber, Unit: i.Unit, Department: i.Department, Post: i.Post, Rank: dossier.Rank(i.Rank)}
}
