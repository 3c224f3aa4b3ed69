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
	"yitang/internal/web/ui"
)

// lacksOf are those of one step.
func lacksOf(all []lack, step string) []lack {
	return slices.DeleteFunc(slices.Clone(all), func(l lack) bool { return l.Step != step })
}

// todo counts what must still be filled in, and leads to the next of it: on
// the reader's own step to the field, on another one to the step.
func (p *Pages) todo(ctx context.Context, f *File, found precheck.Findings, step string) ui.Todo {
	all := p.Work.lacks(f, found)
	out := ui.Todo{Count: len(all), Says: p.came(ctx, f, all)}
	if c := &f.Now.Case; len(all) > 0 && f.Amends() == nil && (len(c.Legs) == 0 || len(c.Members) == 0 || c.Trip.Depart.IsZero() || c.Trip.Return.IsZero()) {
		out.Says = ui.Sentences(ctx, out.Says, ui.T(ctx, "cases.todo.may"))
	}
	if own := lacksOf(all, step); len(own) > 0 && step != "" {
		out.On = ui.Link{Text: f.where(ctx, own[0].Key), URL: f.place(own[0].Key)}
		if box, empty := p.emptyBox(ctx, f); empty && strings.HasPrefix(own[0].Key, "budget.") {
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
	var keys []string
	for _, l := range all {
		if l.Key == "notice.objections" { // comes with the days
			continue
		}
		if slices.Contains(paper.Came, l.Key) || !slices.Contains(paper.Asked, l.Key) {
			keys = append(keys, l.Key)
		}
	}
	if len(keys) == 0 {
		return ""
	}
	const told = 5
	names := f.listed(ctx, keys)
	if len(names) > told {
		return ui.T(ctx, "cases.todo.came_many", "Count", len(keys), "List", ui.List(ctx, names[:told]))
	}
	return ui.T(ctx, "cases.todo.came", "Count", len(keys), "List", ui.List(ctx, names))
}

// listed names places in a sentence, each once; a paper that several people must
// give is named once, with all of them: 承诺书（沈知行、江明远）.
func (f *File) listed(ctx context.Context, keys []string) []string {
	whose := map[dossier.MaterialKind][]string{}
	for _, key := range keys {
		kind, owner, _ := paperOf(key)
		if i := slices.Index(f.Now.Persons, owner); owner != "" && i >= 0 {
			whose[kind] = append(whose[kind], f.Now.Case.Members[i].Name())
		}
	}
	var out []string
	for _, key := range keys {
		name := f.where(ctx, key)
		kind, owner, _ := paperOf(key)
		if people := whose[kind]; len(people) > 1 && slices.Contains(f.Now.Persons, owner) {
			name = ui.T(ctx, "cases.paper.of_all", "Name", PaperName(ctx, kind), "Who", ui.List(ctx, people))
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
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
	for _, l := range p.Work.lacks(&after, p.Work.Check(&after, precheck.Draft)) {
		keys = append(keys, l.Key)
	}
	paper.Came = nil
	if paper.Asked != nil {
		paper.Came = slices.DeleteFunc(slices.Clone(keys), func(k string) bool { return slices.Contains(paper.Asked, k) })
	}
	paper.Asked = keys
}

// goOn is where confirming a step leads; what it leaves open is told there.
//
// Half-days are written when it is known with whom: who first says where the trip
// goes isn't held there, and is led to them from the letters, then past what is
// done already.
func (p *Pages) goOn(f *File, step string) string {
	to := caseURL(f.ID) + f.goesOn(step)
	if f.Filing.Stage != room.InDraft {
		return to
	}
	lacks := p.Work.lacks(f, p.Work.Check(f, precheck.Draft))
	switch {
	case step == "invitations" && !f.Draft.Paper.LaidOut && f.hosted() && f.emptyHalves() > 0 && slices.Contains(f.stepsOf(), "trip"):
		return caseURL(f.ID) + "/trip?said=hosts#itinerary"
	case step == "trip" && f.hosted() && len(lacksOf(lacks, "members"))+len(lacksOf(lacks, "invitations")) == 0 && slices.Contains(f.stepsOf(), "invitations"):
		to = caseURL(f.ID) + f.goesOn("invitations")
	}
	if len(lacksOf(lacks, step)) > 0 {
		to += "?left=" + step
	}
	return to
}

// hosted tells whether somebody is known to receive the group in a country of the
// trip, so that half-days can be laid out.
func (f *File) hosted() bool {
	return slices.ContainsFunc(f.Now.Case.Invitations, func(v dossier.Invitation) bool {
		return v.Issuer != "" && slices.ContainsFunc(f.Now.Case.Legs, func(l dossier.Leg) bool { return l.Country == v.IssuerCountry })
	})
}

// left says how much of the step that was just confirmed is still open.
func (p *Pages) left(ctx context.Context, r *http.Request, f *File, found precheck.Findings) (ui.Banner, bool) {
	step := r.URL.Query().Get("left")
	if !slices.Contains(f.stepsOf(), step) {
		return ui.Banner{}, false
	}
	own := lacksOf(p.Work.lacks(f, found), step)
	if len(own) == 0 {
		return ui.Banner{}, false
	}
	open := len(own)
	if slices.ContainsFunc(own, func(l lack) bool { return l.Key == "itinerary" }) { // each half-day counts, as on its page
		open += max(f.emptyHalves()-1, 0)
	}
	return ui.Banner{Text: ui.T(ctx, "cases.left", "Step", ui.T(ctx, "cases.step."+step), "Count", open),
		Link: ui.Link{Text: ui.T(ctx, "cases.left.back", "Step", ui.T(ctx, "cases.step."+step)), URL: f.place(own[0].Key)}}, true
}

// emptyHalves counts the half-days of which nothing is written.
func (f *File) emptyHalves() int {
	empty := 0
	for _, h := range f.Now.Case.Itinerary {
		if h.Activity == "" {
			empty++
		}
	}
	return empty
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
