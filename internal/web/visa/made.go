package visa

import (
	"context"
	"net/http"
	"slices"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/custody"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/unit"
	room "yitang/internal/visa"
	"yitang/internal/web"
	papers "yitang/internal/web/made"
	"yitang/internal/web/ui"
)

// personal is what tells of one traveller's family, schooling and jobs: who packs
// the kit reads it, and each look goes on record.
const personal dossier.MaterialKind = "M38"

// filled is the visa form's data, which tell as much.
const filled = dossier.MaterialKind(room.TheForm)

// sensitive are the papers that only those who pack kits may open, each look on
// record, by the last part of their address.
var sensitive = map[dossier.MaterialKind]string{personal: "personal", filled: "form"}

// ofKit are the papers of a kit that are made on the spot.
var ofKit = []dossier.MaterialKind{"M03", "M07", personal, filled}

// from is what an order's papers are made from: the case as it stands, with those
// who may travel.
func (p *Pages) from(ctx context.Context, plan room.Planned, english bool) (document.From, error) {
	f := papers.From(ctx, english, p.Pack())
	c, people, state, err := papers.Of(ctx, p.Journal, plan.Filing, false)
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
	f.Case, f.State = c, state
	f.By, f.Member, f.Personal = f.Case.Unit.Name, slices.Index(people, plan.Person), papers.Personal(who.Details)
	f.Personal.Email, f.Personal.Mobile = who.Facts.Email, who.Facts.Mobile
	if f.Unit, err = papers.Called(ctx, p.Journal.Store, a.Unit, f.By, english); err != nil {
		return f, err
	}
	if f.Employer, err = p.employer(ctx, f, english); err != nil {
		return f, err
	}
	f.Visa, err = p.applied(ctx, plan)
	return f, err
}

// employer is what a paper calls the unit of a member who comes from another one than
// the case's: by its English name where the office has it registered.
func (p *Pages) employer(ctx context.Context, f document.From, english bool) (string, error) {
	if !english || f.Member < 0 {
		return "", nil
	}
	name := f.Case.From(f.Member)
	if dossier.SameUnit(name, f.Case.Unit.Name) {
		return "", nil
	}
	all, err := unit.Names(ctx, p.Journal.Store)
	for id, called := range all {
		if dossier.SameUnit(name, called) {
			return papers.Called(ctx, p.Journal.Store, id, name, english)
		}
	}
	return "", err
}

// applied is what an application asks for and the booklet that it is for, with its
// number: that of the one which goes to the mission.
func (p *Pages) applied(ctx context.Context, plan room.Planned) (document.Visa, error) {
	v := document.Visa{Apply: plan.Apply, From: plan.From, To: plan.To, Days: plan.Days, Entries: 1}
	v.Form, v.Countries = p.Form(plan.Area)
	all, err := room.Of(ctx, p.Journal.Store, plan.Filing)
	if err != nil {
		return v, err
	}
	ids, err := person.Also(ctx, p.Journal.Store, plan.Person)
	if err != nil {
		return v, err
	}
	row := room.Row{Filing: plan.Filing, Person: plan.Person, Area: plan.Area, With: plan.With}
	b, there, err := room.Goes(row, all, ids).Booklet(ctx, p.Journal.Store, plan.Person)
	if err != nil || !there {
		return v, err
	}
	numbers, err := custody.Numbers(ctx, p.Journal, b.Person)
	v.Booklet = dossier.Passport{Type: dossier.PassportType(b.Type), Number: numbers[b.Booklet], Issued: b.Issued, Expires: b.Expires}
	return v, err
}

// madeLinks open what is made of an item of the kit; none while it can't be.
func (p *Pages) madeLinks(ctx context.Context, id string, kind dossier.MaterialKind, f document.From) []ui.Link {
	if _, ready := document.Make(kind, f); !ready || sensitive[kind] != "" && !web.WhoOf(ctx).May(access.HandleVisas) {
		return nil
	}
	at := "/visa/" + id + "/made"
	if own := sensitive[kind]; own != "" {
		at = "/visa/" + id + "/" + own
	}
	links := papers.Links(ctx, kind, at)
	slices.Reverse(links) // missions read English
	return links
}

// getMade makes a paper of an order's kit and gives it. It is kept nowhere.
func (p *Pages) getMade(w http.ResponseWriter, r *http.Request) {
	kind := dossier.MaterialKind(r.FormValue("paper"))
	if sensitive[kind] != "" || !slices.Contains(ofKit, kind) {
		p.Site.Fail(w, r, fault.NotFound("paper "+string(kind)+" of a kit"))
		return
	}
	p.give(w, r, kind)
}

func (p *Pages) getPersonal(w http.ResponseWriter, r *http.Request) { p.give(w, r, personal) }

func (p *Pages) getForm(w http.ResponseWriter, r *http.Request) { p.give(w, r, filled) }

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
	if err == nil && sensitive[kind] != "" {
		err = papers.Look(r, p.Journal, o.Plan.Person, "details")
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if sensitive[kind] == "" {
		f.Member = -1
	}
	papers.Serve(p.Site, w, r, kind, f)
}
