package filing

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"yitang/internal/dossier"
	room "yitang/internal/filing"
	"yitang/internal/precheck"
	"yitang/internal/requirement"
	"yitang/internal/web/ui"
)

// lack is one place that is still to be filled in, or one paper still to be
// given, before the case can be handed in.
type lack struct {
	Step  string
	Key   string // of the place: two rules that want one field count once
	Field string // path, of a paper too that stands for one
	Paper *slot
}

// lacks lists what a draft still lacks, each place once, in the order of the
// steps: the task list, the pre-check, the next step and the check before
// presenting count by it. It counts what is known to be wanted now. A part that
// hasn't been begun counts with the boxes that its page shows, and all empty
// half-days together count as one place, so that the number doesn't rise when
// somebody begins. What does come with what was written is told (came).
func (p *Pages) lacks(f *File, found precheck.Findings) []lack {
	f, found = p.begun(f, found)
	var out []lack
	slots := f.work.slots(f)
	add := func(l lack) {
		key, step := f.boxOf(l.Field)
		if l.Paper == nil {
			if id := f.paperPlace(l.Field); id != "" {
				if i := slices.IndexFunc(slots, func(s slot) bool { return s.id(f) == id }); i >= 0 {
					l.Paper = &slots[i]
				}
			}
		}
		if l.Paper != nil {
			key, step = l.Paper.id(f), "documents"
		}
		if key == "" || slices.ContainsFunc(out, func(had lack) bool { return had.Key == key }) {
			return
		}
		if l.Key = key; l.Step == "" {
			l.Step = step
		}
		if l.Paper == nil {
			l.Field = key
		}
		out = append(out, l)
	}
	for _, x := range found.List {
		if x.Missing && x.Blocks() {
			add(lack{Field: x.Field})
		}
	}
	for _, r := range p.Work.Requirements(f) {
		step := stepOfGroup(r.Group)
		m, missing := r.Status.(requirement.Missing)
		if !missing || step == "" || !r.AsksPeople() || r.Need != requirement.AtSubmission || r.Advised {
			continue
		}
		l := lack{Field: m.Field}
		if paper, is := r.What.(requirement.Material); is {
			if i := slices.IndexFunc(slots, func(s slot) bool { return s.Kind == paper.Kind && s.Owner == r.Owner }); i >= 0 {
				l.Paper = &slots[i]
			}
		}
		add(l)
	}
	order := append(f.stepsOf(), "")
	slices.SortStableFunc(out, func(a, b lack) int {
		if a.Step == b.Step && (a.Field == "case.title") != (b.Field == "case.title") { // the title mostly follows from the rest
			if a.Field == "case.title" {
				return 1
			}
			return -1
		}
		return slices.Index(order, a.Step) - slices.Index(order, b.Step)
	})
	return out
}

func stepOfGroup(g requirement.Group) string {
	for _, step := range steps {
		if slices.Contains(groupsOf[step], g) {
			return step
		}
	}
	return ""
}

// begun is the case as its pages show it: the first leg and the first letter are
// there to be filled in before anybody has written anything of them.
func (p *Pages) begun(f *File, found precheck.Findings) (*File, precheck.Findings) {
	c := &f.Now.Case
	if f.Filing.Stage != room.InDraft || f.IsChange() || len(c.Legs) > 0 && len(c.Invitations) > 0 {
		return f, found
	}
	g := *f
	g.Now.Case, g.places = c.Clone(), nil
	if len(c.Legs) == 0 {
		g.Now.Case.Legs = []dossier.Leg{{}}
	}
	if len(c.Invitations) == 0 && !f.without("invitations") {
		first := dossier.Invitation{}
		if countries := g.Now.Case.Countries(); len(countries) == 1 { // as it follows for a letter that is there
			first.IssuerCountry = countries[0]
		}
		g.Now.Case.Invitations = []dossier.Invitation{first}
	}
	return &g, p.Work.Check(&g, precheck.Draft)
}

// boxOf is the box in which somebody fills in what is missing at a path, and
// its step; "" where it needn't be filled, or not yet.
func (f *File) boxOf(path string) (box, step string) {
	c := &f.Now.Case
	generic := dossier.Generic(path)
	i, _ := number(path)
	box = path
	switch {
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
	case generic == "budget.lines":
		box = "budget.totalCny"
	case path == "case.missionNotice", path == "case.opinionRequest", path == "case.missionNotice.number":
		box = "case.opinionRequest.number"
	case path == "notice":
		box = "notice.from"
	case path == "notice.items" && (c.Notice == nil || c.Notice.From.IsZero()):
		box = "" // the text that is made here tells all of it
	case path == "notice.objections" && !room.Hung(c.Notice, f.Held.Today):
		box = "" // nobody knows before it has hung
	}
	return box, stepOf(box)
}

// nameOf names a place for people.
func (f *File) nameOf(ctx context.Context, l lack) string {
	if l.Paper == nil {
		return f.where(ctx, l.Field)
	}
	name := PaperName(ctx, l.Paper.Kind)
	if i, of := l.Paper.Owner.Member(); of && i < len(f.Now.Case.Members) {
		return ui.T(ctx, "cases.paper.of", "Name", name, "Who", f.Now.Case.Members[i].Name())
	}
	return name
}

// placeOf is where somebody fills it in.
func (f *File) placeOf(l lack) string {
	if l.Paper != nil {
		return caseURL(f.ID) + "/documents#" + l.Key
	}
	return f.place(l.Field)
}

// lacksOf are those of one step.
func lacksOf(all []lack, step string) []lack {
	return slices.DeleteFunc(slices.Clone(all), func(l lack) bool { return l.Step != step })
}

// todo counts what must still be filled in, and leads to the next of it: on
// the reader's own step to the field, on another one to the step.
func (p *Pages) todo(ctx context.Context, f *File, found precheck.Findings, step string) ui.Todo {
	all := p.lacks(f, found)
	out := ui.Todo{Count: len(all), Says: p.came(ctx, f, all)}
	if c := &f.Now.Case; len(all) > 0 && f.Amends() == nil && (len(c.Legs) == 0 || len(c.Members) == 0 || c.Trip.Depart.IsZero() || c.Trip.Return.IsZero()) {
		out.Says = ui.Sentences(ctx, out.Says, ui.T(ctx, "cases.todo.may"))
	}
	if own := lacksOf(all, step); len(own) > 0 && step != "" {
		out.On = ui.Link{Text: f.nameOf(ctx, own[0]), URL: f.placeOf(own[0])}
		if box, empty := p.emptyBox(ctx, f); empty && strings.HasPrefix(own[0].Field, "budget.") {
			out.On = box
		}
		return out
	}
	if len(all) > 0 && all[0].Step != "" {
		out.On = ui.Link{Text: ui.T(ctx, "cases.step."+all[0].Step), URL: caseURL(f.ID) + "/" + all[0].Step}
	}
	return out
}

// came tells which of what is lacking has come with what was written last: a
// number that rises without a word looks like a mistake.
func (p *Pages) came(ctx context.Context, f *File, all []lack) string {
	paper := f.Draft.Paper
	if paper.Asked == nil {
		return ""
	}
	var names []string
	for _, l := range all {
		if l.Key == "notice.objections" { // comes with the days
			continue
		}
		if slices.Contains(paper.Came, l.Key) || !slices.Contains(paper.Asked, l.Key) {
			names = append(names, f.nameOf(ctx, l))
		}
	}
	if len(names) == 0 {
		return ""
	}
	const told = 5
	if n := len(names); n > told {
		return ui.T(ctx, "cases.todo.came_many", "Count", n, "List", ui.List(ctx, names[:told]))
	}
	return ui.T(ctx, "cases.todo.came", "Count", len(names), "List", ui.List(ctx, names))
}

// remember notes what a draft lacks once a step is confirmed, and what of it
// wasn't known to be lacking before.
func (p *Pages) remember(paper *room.Paper, f *File) {
	if f.Filing.Stage != room.InDraft {
		return
	}
	after := *f
	after.Draft.Paper = *paper
	after.assemble()
	keys := []string{}
	for _, l := range p.lacks(&after, p.Work.Check(&after, precheck.Draft)) {
		keys = append(keys, l.Key)
	}
	paper.Came = nil
	if paper.Asked != nil {
		paper.Came = slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return slices.Contains(paper.Asked, k) })
	}
	paper.Asked = keys
}

// goOn is where confirming a step leads; what it leaves open is told there.
func (p *Pages) goOn(f *File, step string) string {
	to := caseURL(f.ID) + f.goesOn(step)
	if f.Filing.Stage == room.InDraft && len(lacksOf(p.lacks(f, p.Work.Check(f, precheck.Draft)), step)) > 0 {
		to += "?left=" + step
	}
	return to
}

// left says how much of the step that was just confirmed is still open.
func (p *Pages) left(ctx context.Context, r *http.Request, f *File, found precheck.Findings) (ui.Banner, bool) {
	step := r.URL.Query().Get("left")
	if !slices.Contains(steps, step) {
		return ui.Banner{}, false
	}
	own := lacksOf(p.lacks(f, found), step)
	if len(own) == 0 {
		return ui.Banner{}, false
	}
	return ui.Banner{Text: ui.T(ctx, "cases.left", "Step", ui.T(ctx, "cases.step."+step), "Count", len(own)),
		Link: ui.Link{Text: ui.T(ctx, "cases.left.back", "Step", ui.T(ctx, "cases.step."+step)), URL: f.placeOf(own[0])}}, true
}

// backs are places on the page of the check.
var backs = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_-]{0,120}$`)

// backOf is the place on the page of the check from which somebody came to
// mend something; "" for who didn't come from there.
func backOf(r *http.Request) string {
	at := r.PostFormValue("_back")
	if at == "" {
		at = r.URL.Query().Get("back")
	}
	if !backs.MatchString(at) {
		return ""
	}
	return at
}

// withBack is an address from which confirming leads back to the check.
func withBack(at, back string) string {
	if back == "" || at == "" {
		return at
	}
	page, anchor, hasAnchor := strings.Cut(at, "#")
	sep := "?"
	if strings.Contains(page, "?") {
		sep = "&"
	}
	page += sep + "back=" + back
	if hasAnchor {
		return page + "#" + anchor
	}
	return page
}
