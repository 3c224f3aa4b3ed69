package visa

import (
	"context"
	"net/http"
	"slices"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/person"
	room "yitang/internal/visa"
	"yitang/internal/web"
	papers "yitang/internal/web/made"
	"yitang/internal/web/ui"
)

// personal is what tells of one traveller's family, schooling and jobs: who packs
// the kit reads it, and each look goes on record.
const personal dossier.MaterialKind = "M38"

// ofKit are the papers of a kit that are made on the spot.
var ofKit = []dossier.MaterialKind{"M03", "M07", personal}

// from is what an order's papers are made from: the case as it stands, with those
// who may travel.
func (p *Pages) from(ctx context.Context, plan room.Planned, english bool) (document.From, error) {
	f := papers.From(ctx, english, p.Country)
	round, err := approval.Standing(ctx, p.Journal, plan.Filing)
	if err != nil {
		return f, err
	}
	a, _, err := journal.Load(ctx, p.Journal, approval.Room, plan.Filing)
	if err != nil {
		return f, err
	}
	stands, err := person.Stands(ctx, p.Journal.Store, plan.Person)
	if err != nil {
		return f, err
	}
	who, _, err := journal.Load(ctx, p.Journal, person.Room, stands)
	if err != nil {
		return f, err
	}
	var people []string
	f.Case, people = papers.Approved(round, a)
	f.By, f.State, f.Member, f.Personal = f.Case.Unit.Name, papers.StateOf(round), slices.Index(people, plan.Person), papers.Personal(who.Details)
	return f, nil
}

// madeLinks open what is made of an item of the kit; none while it can't be.
func (p *Pages) madeLinks(ctx context.Context, id string, kind dossier.MaterialKind, f document.From) []ui.Link {
	if _, ready := document.Make(kind, f); !ready || kind == personal && !web.WhoOf(ctx).May(access.HandleVisas) {
		return nil
	}
	at := "/visa/" + id + "/made"
	if kind == personal {
		at = "/visa/" + id + "/personal"
	}
	links := papers.Links(ctx, kind, at)
	slices.Reverse(links) // missions read English
	return links
}

// getMade makes a paper of an order's kit and gives it. It is kept nowhere.
func (p *Pages) getMade(w http.ResponseWriter, r *http.Request) {
	kind := dossier.MaterialKind(r.FormValue("paper"))
	if kind == personal || !slices.Contains(ofKit, kind) {
		p.Site.Fail(w, r, fault.NotFound("paper "+string(kind)+" of a kit"))
		return
	}
	p.give(w, r, kind)
}

func (p *Pages) getPersonal(w http.ResponseWriter, r *http.Request) { p.give(w, r, personal) }

func (p *Pages) give(w http.ResponseWriter, r *http.Request, kind dossier.MaterialKind) {
	ctx := r.Context()
	o, version, err := journal.Load(ctx, p.Journal, room.Room, r.PathValue("order"))
	if err == nil && (version == 0 || !slices.ContainsFunc(o.Plan.Kit, func(it room.Item) bool { return it.Key == string(kind) })) {
		err = fault.NotFound("paper " + string(kind) + " of visa order " + r.PathValue("order"))
	}
	var f document.From
	if err == nil {
		f, err = p.from(ctx, o.Plan, papers.In(r))
	}
	if err == nil && kind == personal {
		err = papers.Look(r, p.Journal, o.Plan.Person, "details")
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if kind != personal {
		f.Member = -1
	}
	papers.Serve(p.Site, w, r, kind, f)
}
