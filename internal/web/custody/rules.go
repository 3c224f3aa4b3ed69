package custody

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"yitang/internal/approval"
	room "yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/passport"
	"yitang/internal/person"
	"yitang/internal/precheck"
	"yitang/internal/visa"
	"yitang/internal/visit"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// judge asks the rules of handing out about one traveller's booklet: the trip
// as it was decided, the booklet as the store has it, the visas in it.
func (p *Pages) judge(ctx context.Context, filing string, a approval.Approval, number, who, booklet string) ([]fault.Finding, error) {
	b, ok, err := room.One(ctx, p.Journal.Store, booklet)
	if err != nil || !ok || b.Person != who {
		return nil, err // the command says that there is no such booklet
	}
	ids, err := person.Also(ctx, p.Journal.Store, who)
	if err != nil {
		return nil, err
	}
	theirs := func(id string) bool { return slices.Contains(ids, id) }
	now, err := approval.Standing(ctx, p.Journal, filing)
	if err != nil {
		return nil, err
	}
	c, member := now.Dossier, slices.IndexFunc(now.People(), theirs)
	out := precheck.Collecting{Step: precheck.StepLend, Member: member, Name: p.people(ctx).of(who), Approval: number, Named: slices.ContainsFunc(a.Approved(), theirs),
		Unsigned: b.Unsigned, Tail: b.Tail, Latin: b.LatinName}
	if out.PriorOut, err = p.priorOut(ctx, filing, b); err != nil {
		return nil, err
	}
	orders, err := visa.Of(ctx, p.Journal.Store, filing)
	if err != nil {
		return nil, err
	}
	engine := p.Rules()
	for _, o := range orders {
		if !theirs(o.Person) || o.Stage != visa.IsChecked {
			continue
		}
		v, _, err := journal.Load(ctx, p.Journal, visa.Room, o.ID)
		if err != nil {
			return nil, err
		}
		for _, country := range v.Plan.Countries {
			if !slices.Contains(c.Countries(), country) && !slices.Contains(out.Missing, country) {
				out.Missing = append(out.Missing, country)
			}
		}
		out.Visas = append(out.Visas, v.Printed(engine.StayIn(c, o.Area).Times))
	}
	came, err := visa.EVisas(ctx, p.Journal, engine, orders, ids)
	if err != nil {
		return nil, err
	}
	for _, o := range orders {
		if e, is := came[o.ID]; is && e.Told {
			out.Visas = append(out.Visas, visa.Bearer{Rules: engine, Case: c, Latin: b.LatinName}.Printed(o, e.Says))
		}
	}
	facts := []precheck.Fact{precheck.ChecksOut(out)}
	if member >= 0 {
		facts = append(facts, precheck.Holds(member, asPassport(b, c, member, filing)))
	}
	var wrong []fault.Finding
	for _, f := range engine.Check(c, precheck.Checkout, p.Journal.Today(), facts...).Blocking() {
		// The others of the group are judged with their own booklets.
		if !strings.HasPrefix(f.Field, "members[") || strings.HasPrefix(f.Field, fmt.Sprintf("members[%d].", member)) {
			wrong = append(wrong, f)
		}
	}
	return wrong, nil
}

// going lists the booklets with which one of those approved travels: those that
// their visa orders are for, or the one that would be chosen where there is no
// order; and a permit beside it where the trip leads to Hong Kong or Macao too.
// ids are all that mean them.
func going(countries []string, filing string, orders []visa.Row, ids []string, held []room.Row) []string {
	var trips []room.Trip
	for _, o := range orders {
		if slices.Contains(ids, o.Person) && o.With != "" && o.Stage != visa.IsWithdrawn {
			trips = append(trips, visa.Goes(o, orders, ids))
		}
	}
	if len(trips) == 0 {
		trips = append(trips, room.Trip{Filing: filing, Regions: dossier.RegionsOnly(countries)})
	}
	if slices.Contains(countries, "HKG") || slices.Contains(countries, "MAC") {
		trips = append(trips, room.Trip{Filing: filing, Regions: true})
	}
	var out []string
	for _, t := range trips {
		if b, ok := t.Serving(held); ok {
			out = append(out, b.Booklet)
		}
	}
	return out
}

// asPassport is a booklet in the store as a case file tells of one.
func asPassport(b room.Row, c dossier.Case, member int, filing string) dossier.Passport {
	pages := b.BlankPages
	p := dossier.Passport{Type: dossier.PassportType(b.Type), LatinName: b.LatinName, Issued: b.Issued, Expires: b.Expires, BlankPages: &pages, Custody: dossier.WithOffice, Endorsements: b.Endorsed(c.Trip.Return)}
	switch told := c.Members[member].Passport; {
	case p.Type != dossier.HKMacauPermit:
	case b.MadeFor == filing && len(b.Stamps) == 0: // it was made with what this trip needs
		p.Endorsements = append(slices.Clone(p.Endorsements), c.Countries()...)
	case told != nil && told.Type == dossier.HKMacauPermit && told.Expires == b.Expires: // the application's own record of this permit
		p.Endorsements = append(slices.Clone(p.Endorsements), told.Endorsements...)
	}
	return p
}

// priorOut gives the last characters of the booklet that this one replaces, if
// it is neither in the store nor was handed over at the window; "" otherwise.
func (p *Pages) priorOut(ctx context.Context, filing string, b room.Row) (string, error) {
	order, version, err := journal.Load(ctx, p.Journal, passport.Room, b.Booklet)
	if err != nil || version == 0 || order.Replaces == "" {
		return "", err
	}
	held, err := room.Of(ctx, p.Journal.Store, b.Person)
	if err != nil {
		return "", err
	}
	for _, old := range held {
		if old.Booklet != b.Booklet && old.Tail == order.Replaces && old.Place != room.IsLent && old.Place != room.AtMission {
			return "", nil
		}
	}
	visits, err := hall.VisitsOf(ctx, p.Journal.Store, filing)
	for _, v := range visits {
		for _, act := range v.Acts {
			if act.Kind == visit.SurrenderOld && act.Person == b.Person && act.Result == hall.Done {
				return "", err
			}
		}
	}
	return order.Replaces, err
}

// complete is the form for what a booklet lacks: its bearer's signature, or an
// endorsement of a permit; false when there is nothing to note.
func (p *Pages) complete(ctx context.Context, b room.Row, beside map[string]string) (smallForm, bool) {
	f := smallForm{Title: ui.T(ctx, "keeping.complete"), Action: "/booklets/b/" + b.Booklet + "/complete", Key: web.NewKey(), Button: ui.T(ctx, "keeping.complete"),
		Field: ui.Field{Kind: ui.Checks, Name: "complete", Label: ui.T(ctx, "keeping.complete.what"), Error: beside["complete"]}}
	if b.Unsigned {
		f.Field.Options = append(f.Field.Options, ui.Option{Value: "signed", Text: ui.T(ctx, "keeping.complete.signed")})
	}
	for _, region := range []string{"HKG", "MAC"} {
		if dossier.PassportType(b.Type) == dossier.HKMacauPermit && !slices.Contains(b.Endorsements, region) {
			f.Field.Options = append(f.Field.Options, ui.Option{Value: region, Text: ui.T(ctx, "keeping.complete.endorsed", "Place", strings.Join(p.areas(ctx, []string{region}), ""))})
		}
	}
	return f, len(f.Field.Options) > 0
}

func (p *Pages) postComplete(w http.ResponseWriter, r *http.Request) {
	cmd := room.Complete{Booklet: r.PathValue("booklet")}
	r.PostFormValue("") // parses the form
	for _, x := range r.PostForm["complete"] {
		if x == "signed" {
			cmd.Signed = true
		} else if x == "HKG" || x == "MAC" {
			cmd.Endorsements = append(cmd.Endorsements, x)
		}
	}
	p.end(w, r, cmd)
}
