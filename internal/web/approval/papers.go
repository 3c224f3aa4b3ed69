package approval

import (
	"context"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"time"

	room "yitang/internal/approval"
	"yitang/internal/blob"
	"yitang/internal/fault"
	"yitang/internal/material"
	"yitang/internal/person"
	"yitang/internal/requirement"
	"yitang/internal/web/ui"
)

// held lists the papers of a case as a reviewer needs them: its own, the
// members' and the unit's, each once.
func (p *Pages) held(ctx context.Context, id, unit string, round room.Round) ([]material.Material, error) {
	all, err := material.OfFiling(ctx, p.Journal.Store, id)
	if err != nil {
		return nil, err
	}
	owners := []struct {
		kind material.OwnerKind
		id   string
	}{{material.OfCase, id}, {material.OfUnit, unit}}
	for _, t := range round.Members {
		owners = append(owners, struct {
			kind material.OwnerKind
			id   string
		}{material.OfPerson, t.Person})
	}
	for _, o := range owners {
		more, err := material.Of(ctx, p.Journal.Store, o.kind, o.id)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	all = slices.DeleteFunc(all, func(m material.Material) bool { return m.Gone || !m.Serves(id) })
	seen, newest := map[string]bool{}, map[string]int64{}
	own := map[string]bool{}
	of := func(m material.Material) string {
		return string(m.OwnerKind) + "/" + m.Owner + "/" + string(m.Kind)
	}
	for _, m := range all {
		own[of(m)] = own[of(m)] || m.Case == id
		newest[of(m)] = max(newest[of(m)], m.At)
	}
	return slices.DeleteFunc(all, func(m material.Material) bool {
		twice := seen[m.ID]
		seen[m.ID] = true
		// Papers of earlier trips: only the newest of a kind, and only while this
		// trip has brought none of its own.
		earlier := m.Case != id && (own[of(m)] || m.At < newest[of(m)])
		return twice || earlier
	}), nil
}

// paperName is what people call a kind of paper.
func paperName(ctx context.Context, kind string) string {
	if e, ok := requirement.Lookup(requirement.Key(kind)); ok {
		return ui.Say(ctx, e.Name)
	}
	return kind
}

// chipName is a paper's kind, and whose it is when it is a person's.
func (p *Pages) chipName(ctx context.Context, m material.Material) string {
	name := paperName(ctx, m.Kind)
	if m.OwnerKind == material.OfPerson {
		if e, err := person.One(ctx, p.Journal.Store, m.Owner); err == nil {
			return ui.T(ctx, "review.papers.of", "Paper", name, "Who", e.Name())
		}
	}
	return name
}

func (p *Pages) papers(ctx context.Context, id, unit string, round room.Round, open string) (*ui.Papers, error) {
	all, err := p.held(ctx, id, unit, round)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	at := max(0, slices.IndexFunc(all, func(m material.Material) bool { return m.ID == open }))
	now := all[at]
	out := &ui.Papers{Tabs: ui.Chips{Label: ui.T(ctx, "review.papers")}, Title: paperName(ctx, now.Kind)}
	for i, m := range all {
		out.Tabs.Items = append(out.Tabs.Items, ui.Chip{Text: p.chipName(ctx, m), URL: paperURL(id, m.ID), Current: i == at})
	}
	src := "/c/" + id + "/papers/" + now.ID
	switch now.Type {
	case "application/pdf":
		out.Frame = src
	case "image/jpeg", "image/png":
		out.Images = []string{src}
	default:
		out.Why = ui.T(ctx, "review.papers.no_preview", "Name", now.Name)
	}
	out.Caption = ui.T(ctx, "review.papers.caption", "Name", now.Name, "Size", ui.Size(now.Size), "When", ui.At(ctx, time.UnixMicro(now.At)))
	out.Get = ui.Link{Text: ui.T(ctx, "review.papers.get"), URL: src}
	if at > 0 {
		out.Steps = append(out.Steps, ui.Button{Text: ui.T(ctx, "review.papers.before"), URL: paperURL(id, all[at-1].ID), Kind: ui.Plain, Key: "["})
	}
	if at < len(all)-1 {
		out.Steps = append(out.Steps, ui.Button{Text: ui.T(ctx, "review.papers.after"), URL: paperURL(id, all[at+1].ID), Kind: ui.Plain, Key: "]"})
	}
	return out, nil
}

// getPaper gives the bytes of one paper of the case, and of no other: knowing
// an id is not enough.
func (p *Pages) getPaper(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	a, _, err := p.load(ctx, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	rounds, err := room.Rounds(ctx, p.Journal, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	all, err := p.held(ctx, id, a.Unit, rounds[len(rounds)-1])
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	i := slices.IndexFunc(all, func(m material.Material) bool { return m.ID == r.PathValue("material") })
	if i < 0 {
		p.Site.Fail(w, r, fault.NotFound("paper "+r.PathValue("material")))
		return
	}
	if err := serve(ctx, w, r, p.Blobs, all[i]); err != nil {
		p.Site.Fail(w, r, err)
	}
}

// serve writes a paper. Only what a browser shows without running anything in
// it is shown; all else is a file to keep.
func serve(ctx context.Context, w http.ResponseWriter, r *http.Request, blobs blob.Store, m material.Material) error {
	d, err := blob.ParseDigest(m.Digest)
	if err != nil {
		return fmt.Errorf("reading the digest of paper %s: %w", m.ID, err)
	}
	c, err := blobs.Get(ctx, d)
	if err != nil {
		return err
	}
	defer c.Close()
	how, kind := "inline", m.Type
	if !slices.Contains([]string{"application/pdf", "image/jpeg", "image/png"}, kind) {
		how, kind = "attachment", "application/octet-stream"
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType(how, map[string]string{"filename": m.Name}))
	// No page of ours runs in it: only our own pages may frame it. Anything
	// stricter keeps some browsers' own PDF viewers from starting.
	h.Set("Content-Security-Policy", "frame-ancestors 'self'")
	http.ServeContent(w, r, "", time.Time{}, c)
	return nil
}
