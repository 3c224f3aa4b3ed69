package filing

import (
	"context"
	"net/http"
	"slices"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/material"
	"yitang/internal/requirement"
	"yitang/internal/web/ui"
)

const (
	hostProfile dossier.MaterialKind = "M06"
	project     dossier.MaterialKind = "M21"
)

// holdShared gathers the unit's papers that serve a case: those that came with
// it, the profiles of its hosts, and the proofs that were chosen for it. What
// only people can tell is offered.
func (w *Work) holdShared(ctx context.Context, f *File, h *room.Held) error {
	r := w.Journal.Store
	all, err := material.Of(ctx, r, material.OfUnit, f.Unit)
	if err != nil {
		return err
	}
	chosen, err := material.Newest(ctx, r, f.Draft.Paper.Uses)
	if err != nil {
		return err
	}
	hosts := f.hosts()
	for _, m := range all {
		serves := false
		switch kind := dossier.MaterialKind(m.Kind); {
		case m.Case == f.ID, !requirement.KeptByUnit(kind), f.wasHandedIn(m):
			serves = true
		case kind == hostProfile:
			serves = slices.ContainsFunc(hosts, func(host string) bool { return sameHost(host, m.About) })
		default:
			serves = slices.Contains(chosen, m.ID)
			if !serves && (m.ValidUntil.IsZero() || !m.ValidUntil.Before(h.Today)) {
				f.Offers = append(f.Offers, m)
			}
		}
		if serves {
			h.Materials = append(h.Materials, m)
		}
	}
	return nil
}

func sameHost(a, b string) bool { return a != "" && dossier.SameUnit(a, b) }

// hosts are those who invite, each once, as the case names them.
func (f *File) hosts() []string {
	c := f.Draft.Paper.Case
	switch {
	case f.Draft.Paper.Correction != nil:
		c = *f.Draft.Paper.Correction
	case f.Filing.Round > 0 && f.Filing.Stage != room.InDraft && f.Filing.Stage != room.IsPresented:
		c = f.Filing.Dossier
	}
	var out []string
	for _, inv := range c.Invitations {
		if inv.Issuer != "" && !slices.ContainsFunc(out, func(o string) bool { return sameHost(o, inv.Issuer) }) {
			out = append(out, inv.Issuer)
		}
	}
	return out
}

// wasHandedIn tells whether a paper was handed in with this case.
func (f *File) wasHandedIn(m material.Material) bool {
	return slices.ContainsFunc(f.Filing.Dossier.Materials, func(x dossier.Material) bool {
		return x.SHA256 == m.Digest && string(x.Kind) == m.Kind
	})
}

// byHost gives each host of a case a place of its own for its profile, in the order
// in which the journey leads to them.
func (f *File) byHost(all []slot) []slot {
	hosts := f.hosts()
	i := slices.IndexFunc(all, func(s slot) bool { return s.Kind == hostProfile })
	if i < 0 || len(hosts) == 0 {
		return all
	}
	var each []slot
	for n, host := range hosts {
		s := all[i]
		s.About, s.Nth = host, n
		each = append(each, s)
	}
	route := hostsByRoute(f.Now.Case)
	slices.SortStableFunc(each, func(a, b slot) int { return hostAt(route, a.About) - hostAt(route, b.About) })
	return slices.Replace(all, i, i+1, each...)
}

// tiedTo is the country whose letters have a place of their own; "" where only one
// country invites, or the kind serves for all.
func (f *File) tiedTo(kind dossier.MaterialKind, country string) string {
	if !requirement.OfCountry(kind) || len(f.Now.Case.Countries()) < 2 {
		return ""
	}
	return country
}

// tied is the country that a letter is kept for: the one that its form names, or the
// only one that is visited. "" where neither is certain; it serves for all then.
func (f *File) tied(kind dossier.MaterialKind, named string) string {
	all := f.Now.Case.Countries()
	switch {
	case !requirement.OfCountry(kind):
	case slices.Contains(all, named):
		return named
	case named == "" && len(all) == 1:
		return all[0]
	}
	return ""
}

func (f *File) countryName(ctx context.Context, code string) string {
	return f.work.Country(ctx, code)
}

// held is a paper of the case as it is kept.
func (f *File) held(paper int) (material.Material, bool) {
	if paper >= len(f.Now.Papers) {
		return material.Material{}, false
	}
	i := slices.IndexFunc(f.Held.Materials, func(m material.Material) bool { return m.ID == f.Now.Papers[paper] })
	if i < 0 {
		return material.Material{}, false
	}
	return f.Held.Materials[i], true
}

// hostOf is the host of whom a paper of the case tells.
func (f *File) hostOf(paper int) string {
	m, _ := f.held(paper)
	return m.About
}

// alsoOf is another host of whom a paper's file was given as the profile; "" for
// none. One file may tell of both, or somebody has taken the wrong one.
func (f *File) alsoOf(id string, m dossier.Material) string {
	about := ""
	for _, x := range f.Held.Materials {
		if x.ID == id {
			about = x.About
		}
	}
	for _, x := range f.Held.Materials {
		if x.ID != id && m.Kind == hostProfile && x.Kind == string(m.Kind) && x.Digest == m.SHA256 && x.About != "" && !sameHost(x.About, about) {
			return x.About
		}
	}
	return ""
}

// reused is a paper that came with another case, or with none.
func (f *File) reused(paper int) (material.Material, bool) {
	m, is := f.held(paper)
	return m, is && m.Case != f.ID
}

// reusedAlone is the one paper of a place, where it came with another case.
func (f *File) reusedAlone(s slot) (material.Material, bool) {
	if len(s.Held) != 1 {
		return material.Material{}, false
	}
	return f.reused(s.Held[0])
}

// host is one of the case's hosts as the case names it; "" for anybody else, and
// for the only one where a form names none.
func (f *File) host(name string) string {
	hosts := f.hosts()
	if i := slices.IndexFunc(hosts, func(h string) bool { return sameHost(h, name) }); i >= 0 {
		return hosts[i]
	}
	if name == "" && len(hosts) == 1 {
		return hosts[0]
	}
	return ""
}

// offers are the unit's papers that may serve in a place, each with its button.
func (p *Pages) offers(ctx context.Context, f *File, s slot) ui.Files {
	if f.Filing.Stage != room.InDraft || s.Kind != project {
		return nil
	}
	var out ui.Files
	for _, m := range f.Offers {
		if m.Kind != string(s.Kind) {
			continue
		}
		out = append(out, ui.File{Name: m.Name, What: ui.Sentences(ctx, ui.T(ctx, "cases.paper.since", "Day", ui.Date(ctx, m.On())), serves(ctx, m.Dossier(""))), Kind: kindOf(m.Type), Size: m.Size, State: ui.FileOffered,
			Preview: caseURL(f.ID) + "/papers/" + m.ID, Remove: ui.Button{Text: ui.T(ctx, "cases.paper.use"), Kind: ui.Second, Post: caseURL(f.ID) + "/papers/" + m.ID + "/use", Send: []ui.Hidden{{Name: "on", Value: "1"}}}})
	}
	return out
}

// postUse takes one of the unit's papers for a case, or does without it again.
func (p *Pages) postUse(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("material")
	f, err := p.writing(r)
	var m material.Material
	if err == nil {
		m, err = material.One(ctx, p.Work.Journal.Store, id)
	}
	if err == nil && (m.OwnerKind != material.OfUnit || m.Owner != f.Unit || m.Kind != string(project)) {
		err = fault.NotFound("paper " + id)
	}
	if err == nil {
		_, err = p.Work.Drafts.Change(ctx, f.ID, f.Draft.Revision, func(paper *room.Paper) error {
			was, err := material.Newest(ctx, p.Work.Journal.Store, paper.Uses)
			if err != nil {
				return err
			}
			paper.Uses = slices.DeleteFunc(was, func(u string) bool { return u == id })
			if r.PostFormValue("on") != "" {
				paper.Uses = append(paper.Uses, id)
			}
			return nil
		})
	}
	p.Site.Answer(w, r, err, caseURL(r.PathValue("case"))+"/documents#paper-"+string(project)+"-"+m.Owner)
}
