package filing

import (
	"cmp"
	"slices"
	"strings"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/precheck"
	"yitang/internal/requirement"
)

// lack is one place that is still to be filled in, or one paper still to be
// given, before the case can be handed in.
type lack struct {
	Step string
	Key  string // path of the place, or a paper's place: two rules that want one field count once
	Says fault.Finding
}

// ui:keys filing.lacks.*
//
// lacks lists what a draft still lacks, each place once, in the order of the
// steps: the task list, the pre-check, the next step and the refusal to hand it
// in count by it. It counts what is known to be wanted now. A part that
// hasn't been begun counts with the boxes that its page shows, and all empty
// half-days together count as one place, so that the number doesn't rise when
// somebody begins. What does come with what was written is told (came). An
// amendment lacks what the rules miss in it, and no more: what was approved with
// the case isn't given again.
func (w *Work) lacks(f *File, found precheck.Findings) []lack {
	f, found = w.begun(f, found)
	var out []lack
	add := func(field string, paper string, says fault.Finding) {
		key, step := f.boxOf(field)
		if paper == "" {
			paper = f.paperPlace(field)
		}
		if paper != "" {
			key, step = paper, "documents"
		}
		if key == "" || step == "" && says.Rule == "" || slices.ContainsFunc(out, func(had lack) bool { return had.Key == key }) {
			return
		}
		if says.Rule == "" {
			says = fault.Finding{Field: key, Key: "filing.lacks." + step}
		}
		if paper == "" {
			says.Field = key // where it is filled in: the country of a leg follows from its city
		}
		out = append(out, lack{Step: step, Key: key, Says: says})
	}
	if a := f.Amends(); a != nil && f.Filing.Stage == room.InDraft && strings.TrimSpace(a.Reason) == "" {
		out = append(out, lack{Step: "amendment", Key: "amendment.reason", Says: fault.Finding{Field: "amendment.reason", Key: "filing.amend.no_reason"}})
	}
	if a := f.Amends(); a != nil && f.Filing.Stage == room.InDraft && a.Kind == room.AmendDrop && !a.Drops(f.Now.Persons) {
		out = append(out, lack{Step: "members", Key: "members", Says: fault.Finding{Field: "members", Key: "filing.amend.who_stays"}})
	}
	if a := f.Amends(); a != nil && f.Filing.Stage == room.InDraft {
		if proof := a.Kind.Proof(); proof != "" && !f.Now.Case.Holds(proof) {
			at := slot{Kind: proof, Owner: requirement.OfCase}.id(f)
			out = append(out, lack{Step: "documents", Key: at, Says: fault.Finding{Field: at, Key: "filing.amend.no_proof"}})
		}
	}
	for _, x := range found.List {
		if x.Missing && x.Blocks() {
			add(x.Field, "", x.Fault())
		}
	}
	if !f.IsChange() {
		slots := w.slots(f)
		for _, r := range w.Requirements(f) {
			m, missing := r.Status.(requirement.Missing)
			if !missing || !r.AsksPeople() || r.Need != requirement.AtSubmission || r.Advised || spared(found, r, m) || m.Field == "case.planLine" && !f.planLists() {
				continue
			}
			if i, of := r.Owner.Member(); of && f.isElsewhere(i) {
				continue
			}
			at := ""
			if paper, is := r.What.(requirement.Material); is {
				country := f.tiedTo(paper.Kind, r.ID.Country()) // where several invite, each letter has its place
				if i := slices.IndexFunc(slots, func(s slot) bool { return s.Kind == paper.Kind && s.Owner == r.Owner && s.Country == country }); i >= 0 {
					at = slots[i].id(f)
				}
			}
			add(m.Field, at, fault.Finding{})
		}
	}
	order, papers := append(f.stepsOf(), ""), w.slots(f)
	// Papers stand as on their page: rules and lists count in an order of their own.
	paper := func(l lack) int { return slices.IndexFunc(papers, func(s slot) bool { return s.id(f) == l.Key }) }
	slices.SortStableFunc(out, func(a, b lack) int {
		return cmp.Or(slices.Index(order, a.Step)-slices.Index(order, b.Step), paper(a)-paper(b))
	})
	return out
}

// planLists tells whether a plan in force lists journeys, so that one can be named:
// an office may set a unit's sums alone.
func (f *File) planLists() bool {
	return slices.ContainsFunc(f.Planned, func(p Planned) bool { return p.InForce && len(p.Lines) > 0 })
}

// spared tells whether a chief has let a case go without something, or it may
// follow an urgent one.
func spared(found precheck.Findings, r requirement.Requirement, m requirement.Missing) bool {
	return slices.ContainsFunc(found.List, func(x precheck.Finding) bool {
		return (x.Waived != nil || x.Later != "") && x.Missing && (x.Field == m.Field || strings.HasPrefix(m.Field, x.Field+".") || x.Field == string(r.Group))
	})
}

// blocking is all that keeps a case from being handed in: what is wrong, and
// each place of an application that is still to be filled in, as it is counted.
// What was sent back is mended where the office asked for it, and nowhere else.
func (w *Work) blocking(f *File, found precheck.Findings) []fault.Finding {
	if f.Filing.Stage == room.IsSentBack {
		return found.Blocking()
	}
	var out []fault.Finding
	for _, x := range found.List {
		if x.Blocks() && !x.Missing {
			out = append(out, x.Fault())
		}
	}
	for _, l := range w.lacks(f, found) {
		out = append(out, l.Says)
	}
	if len(out) == 0 { // what is missing where nobody fills in anything
		return found.Blocking()
	}
	return out
}

// begun is the case as its pages show it: the first leg and the first letter are
// there to be filled in before anybody has written anything of them.
func (w *Work) begun(f *File, found precheck.Findings) (*File, precheck.Findings) {
	c := &f.Now.Case
	if f.Filing.Stage != room.InDraft || f.IsChange() || len(c.Legs) > 0 && (len(c.Invitations) > 0 || c.Trip.Joins()) {
		return f, found
	}
	g := *f
	g.Now.Case, g.places = c.Clone(), nil
	if len(c.Legs) == 0 {
		g.Now.Case.Legs = []dossier.Leg{{}}
	}
	if len(c.Invitations) == 0 && !f.without("invitations") && !c.Trip.Joins() {
		first := dossier.Invitation{}
		if countries := g.Now.Case.Countries(); len(countries) == 1 { // as it follows for a letter that is there
			first.IssuerCountry = countries[0]
		}
		g.Now.Case.Invitations = []dossier.Invitation{first}
	}
	return &g, w.Check(&g, precheck.Draft)
}

// boxOf is the box in which somebody fills in what is missing at a path, and
// its step; "" where it needn't be filled, or not yet.
func (f *File) boxOf(path string) (box, step string) {
	c := &f.Now.Case
	generic := dossier.Generic(path)
	i, _ := number(path)
	box = path
	switch {
	case path == "case.title":
		box = "" // follows from the place and the category
	case strings.HasPrefix(generic, "itinerary"):
		box = "itinerary"
	case generic == "legs.country", generic == "legs.zone":
		if i < len(c.Legs) && c.Legs[i].City == "" { // they follow from the city
			box = index("legs", i) + ".city"
		}
	case generic == "invitations.issuerCountry" && len(c.Legs) < 2 && len(c.Countries()) == 0:
		box = "" // follows from where the journey leads
	case generic == "invitations.translation", generic == "invitations.translator":
		if i < len(c.Invitations) && c.Invitations[i].Language == "" {
			box = "" // the language says whether it is wanted
		}
	case f.ownRateOf(path) != "":
		box = f.ownRateOf(path)
	case path == "budget.lines" && f.lacksFare() && f.Now.Case.Budget != nil && len(f.Now.Case.Budget.Lines) > 0:
		box = "costs." + string(dossier.Airfare)
	case generic == "budget.lines":
		box = "budget.totalCny"
	case path == "case.missionNotice", path == "case.opinionRequest", path == "case.missionNotice.number":
		box = "case.opinionRequest.number"
	case path == "notice":
		box = "notice.from"
	case path == "notice.items" && (c.Notice == nil || c.Notice.From.IsZero() || !f.madeOutside()):
		box = "" // the text that is made here tells all of it
	case path == "notice.objections" && !room.Hung(c.Notice, f.Held.Today):
		box = "" // nobody knows before it has hung
	}
	return box, stepOf(box)
}
