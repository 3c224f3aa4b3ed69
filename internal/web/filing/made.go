package filing

import (
	"context"
	"net/http"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	room "yitang/internal/filing"
	"yitang/internal/requirement"
	"yitang/internal/web/made"
	"yitang/internal/web/ui"
)

// madeLine is a paper that the system makes of what the case says: nobody gives
// it, whoever needs it opens it.
type madeLine struct {
	Name  string
	Links []ui.Link
	Lacks string // what is to be filled in before it can be made
}

// made lists the papers of the case's needs that are made on the spot.
//
// ui:keys made.lacks.*
func (p *Pages) made(ctx context.Context, f *File) []madeLine {
	var out []madeLine
	for _, r := range p.Work.Requirements(f) {
		m, is := r.What.(requirement.Material)
		if !is || !r.IsNeeded() || !document.Makes(m.Kind) {
			continue
		}
		l := madeLine{Name: PaperName(ctx, m.Kind)}
		if _, ready := document.Make(m.Kind, p.from(ctx, f, false)); !ready {
			l.Lacks = ui.T(ctx, "made.lacks."+string(m.Kind))
		} else {
			l.Links = []ui.Link{{Text: ui.T(ctx, "made.open"), URL: caseURL(f.ID) + "/made?paper=" + string(m.Kind)}}
		}
		out = append(out, l)
	}
	return out
}

// from is what the unit's papers are made from: the case as it stands.
func (p *Pages) from(ctx context.Context, f *File, english bool) document.From {
	from := made.From(ctx, english, p.Work.Pack().Country)
	from.Case, from.By = f.Now.Case, f.UnitName
	return from
}

// stateOf is the state of the case that the unit's papers are made from: what
// was handed in last, or what is being written.
func (p *Pages) stateOf(ctx context.Context, f *File) (document.State, error) {
	switch f.Filing.Stage {
	case room.InDraft, room.IsPresented, room.IsSentBack:
		return document.State{On: calendar.DateOf(f.Draft.Updated)}, nil
	}
	round, err := approval.Standing(ctx, p.Work.Journal, f.ID)
	return made.StateOf(round), err
}

// getMade makes a paper of the case and gives it. It is kept nowhere.
func (p *Pages) getMade(w http.ResponseWriter, r *http.Request) {
	ctx, kind := r.Context(), dossier.MaterialKind(r.FormValue("paper"))
	f, err := p.open(r)
	if err == nil && !p.needs(f, kind) {
		err = fault.NotFound("paper " + string(kind) + " of " + f.ID)
	}
	var from document.From
	if err == nil {
		from = p.from(ctx, f, made.In(r))
		from.State, err = p.stateOf(ctx, f)
	}
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	made.Serve(p.Site, w, r, kind, from)
}

// needs tells whether a case needs a paper of a kind at all.
func (p *Pages) needs(f *File, kind dossier.MaterialKind) bool {
	for _, r := range p.Work.Requirements(f) {
		if m, is := r.What.(requirement.Material); is && m.Kind == kind && r.IsNeeded() {
			return true
		}
	}
	return false
}
