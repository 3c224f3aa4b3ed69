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
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/ledger"
	"yitang/internal/material"
	"yitang/internal/person"
	"yitang/internal/requirement"
	"yitang/internal/web/progress"
	"yitang/internal/web/ui"
)

// paper is one paper of a case, and how it stands to the last sending back.
type paper struct {
	material.Material
	Since turn
}

// turn tells what a correction did to a paper.
type turn string

const (
	kept   turn = ""
	before turn = "before" // another was given for it
	after  turn = "after"  // it stands for another
	came   turn = "came"   // there was none
)

// held lists the papers of a case: those that the last round names, as they were
// handed in, each followed by the one that it took the place of, and what has come to
// the case since, in the order of the table of papers. What the unit is putting in the place of
// one of them isn't handed in yet.
func (p *Pages) held(ctx context.Context, id string, rounds []room.Round) ([]paper, error) {
	now := rounds[len(rounds)-1]
	turns, were := map[int]turn{}, map[int]int{} // by number in this round: what became of it, and whose place it took
	var gone []int
	if len(rounds) > 1 {
		_, changes := dossier.Told(rounds[len(rounds)-2].Dossier, now.Dossier)
		for _, c := range changes {
			switch {
			case c.Is < 0:
				gone = append(gone, c.Was)
			case c.Was < 0:
				turns[c.Is] = came
			default:
				turns[c.Is], were[c.Is] = after, c.Was
			}
		}
	}
	type place struct {
		of     dossier.Material
		papers []paper
	}
	var places []place
	seen, coming := map[string]bool{}, map[string]bool{}
	add := func(to *place, r room.Round, i int, t turn) error {
		w := r.Dossier.Materials[i]
		same, err := material.WithBytes(ctx, p.Journal.Store, w.SHA256)
		if err != nil {
			return err
		}
		same = slices.DeleteFunc(same, func(m material.Material) bool {
			return seen[m.ID] || m.Case != id && !m.Serves(ledger.Case(id)) || !filing.SamePaper(w, m, r.People())
		})
		if len(same) == 0 {
			return nil // its bytes haven't come over yet
		}
		m := same[max(0, slices.IndexFunc(same, func(m material.Material) bool { return !m.Gone }))]
		seen[m.ID], coming[m.ReplacedBy] = true, true
		to.papers = append(to.papers, paper{m, t})
		return nil
	}
	for i, w := range now.Dossier.Materials {
		at := place{of: w}
		if err := add(&at, now, i, turns[i]); err != nil {
			return nil, err
		}
		if was, is := were[i]; is { // beside what stands for it
			if err := add(&at, rounds[len(rounds)-2], was, before); err != nil {
				return nil, err
			}
		}
		places = append(places, at)
	}
	for _, i := range gone {
		at := place{of: rounds[len(rounds)-2].Dossier.Materials[i]}
		if err := add(&at, rounds[len(rounds)-2], i, before); err != nil {
			return nil, err
		}
		places = append(places, at)
	}
	all, err := material.OfFiling(ctx, p.Journal.Store, id)
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		if !m.Gone && !seen[m.ID] && !coming[m.ID] {
			owner := string(m.OwnerKind)
			if i := slices.Index(now.People(), m.Owner); m.OwnerKind == material.OfPerson && i >= 0 {
				owner = dossier.Owner(i)
			}
			places = append(places, place{m.Dossier(owner), []paper{{m, kept}}})
		}
	}
	slices.SortStableFunc(places, func(a, b place) int { return dossier.ByTable(a.of, b.of) })
	var out []paper
	for _, at := range places {
		out = append(out, at.papers...)
	}
	return out, nil
}

// paperName is what people call a kind of paper.
func paperName(ctx context.Context, kind string) string {
	if e, ok := requirement.Lookup(requirement.Key(kind)); ok {
		return ui.Say(ctx, e.Name)
	}
	return kind
}

// chipName is a paper's kind, whose it is when it is a person's, and what a
// correction did to it.
//
// ui:keys review.papers.since.*
func (p *Pages) chipName(ctx context.Context, m paper) string {
	name := paperName(ctx, m.Kind)
	if m.OwnerKind == material.OfPerson {
		if e, err := person.One(ctx, p.Journal.Store, m.Owner); err == nil {
			name = ui.T(ctx, "review.papers.of", "Paper", name, "Who", e.Name())
		}
	}
	if m.Country != "" {
		name = ui.T(ctx, "review.papers.of_country", "Paper", name, "Country", ui.Country(ctx, p.Country, m.Country))
	}
	if m.Since != kept {
		name = ui.T(ctx, "review.papers.since."+string(m.Since), "Paper", name, "Day", ui.MonthDay(ctx, calendar.DateOf(time.UnixMicro(m.At))))
	}
	return name
}

// onRecordAlone says of which papers there are data and no paper, and whose: the
// list of papers can't show them. "" where there are none.
func onRecordAlone(ctx context.Context, needs []requirement.Requirement, c dossier.Case) string {
	var kinds []dossier.MaterialKind
	whose := map[dossier.MaterialKind][]string{}
	for _, r := range needs {
		m, is := r.What.(requirement.Material)
		i, of := r.Owner.Member()
		if !is || !of || !r.OnRecordAlone() {
			continue
		}
		if !slices.Contains(kinds, m.Kind) {
			kinds = append(kinds, m.Kind)
		}
		whose[m.Kind] = append(whose[m.Kind], c.Members[i].Name())
	}
	var said []string
	for _, k := range kinds {
		said = append(said, ui.T(ctx, "review.papers.record", "Paper", paperName(ctx, string(k)), "Who", ui.List(ctx, whose[k])))
	}
	return ui.Sentences(ctx, said...)
}

// papers shows one paper and leads to the others, on the case's page or one
// below it.
func (p *Pages) papers(ctx context.Context, id, page string, rounds []room.Round, open string) (*ui.Papers, error) {
	all, err := p.held(ctx, id, rounds)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	names := map[string]int{} // several of a kind are told apart by their number
	for _, m := range all {
		names[p.chipName(ctx, m)]++
	}
	nth := map[string]int{}
	at := max(0, slices.IndexFunc(all, func(m paper) bool { return m.ID == open }))
	now := all[at]
	out := &ui.Papers{Tabs: ui.Chips{Label: ui.T(ctx, "review.papers")}, Title: p.chipName(ctx, now)}
	for i, m := range all {
		name := p.chipName(ctx, m)
		if names[name] > 1 {
			nth[name]++
			name = ui.T(ctx, "review.papers.nth", "Paper", name, "N", nth[name])
		}
		if m.Seen.Unread {
			name = ui.T(ctx, "review.papers.unread_chip", "Paper", name)
		}
		out.Tabs.Items = append(out.Tabs.Items, ui.Chip{Text: name, URL: paperURL(id, page, m.ID), Current: i == at})
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
	switch scanned := (now.Type == "image/jpeg" || now.Type == "image/png") && !material.IsPicture(dossier.MaterialKind(now.Kind)); {
	case now.Seen.Unread:
		out.Look = ui.T(ctx, "review.papers.unread")
	case scanned:
		out.Look = ui.T(ctx, "review.papers.scan")
	}
	void, err := p.void(ctx, id, now)
	if err != nil {
		return nil, err
	}
	out.Mark = void
	out.Caption = ui.T(ctx, "review.papers.caption", "Name", now.Name, "Size", ui.Size(now.Size), "When", ui.At(ctx, time.UnixMicro(now.At)))
	out.Get = ui.Link{Text: ui.T(ctx, "review.papers.get"), URL: src}
	if at > 0 {
		out.Steps = append(out.Steps, ui.Button{Text: ui.T(ctx, "review.papers.before"), URL: paperURL(id, page, all[at-1].ID), Kind: ui.Plain, Key: "["})
	}
	if at < len(all)-1 {
		out.Steps = append(out.Steps, ui.Button{Text: ui.T(ctx, "review.papers.after"), URL: paperURL(id, page, all[at+1].ID), Kind: ui.Plain, Key: "]"})
	}
	return out, nil
}

// void marks the file of a document that was taken back; it stays as it was signed.
func (p *Pages) void(ctx context.Context, id string, m paper) (ui.Note, error) {
	if p.Follow == nil {
		return ui.Note{}, nil
	}
	docs, err := room.DocumentsOf(ctx, p.Journal.Store, id)
	if err != nil {
		return ui.Note{}, err
	}
	i := slices.IndexFunc(docs, func(d room.IssuedDocument) bool { return d.File == m.ID })
	if i < 0 {
		return ui.Note{}, nil
	}
	v, is, err := p.Follow.Voided(ctx, id)
	if err != nil || !is || v.Number != docs[i].Number {
		return ui.Note{}, err
	}
	return v.Note(ctx), nil
}

// getPaper gives the bytes of one paper of the case, and of no other: knowing
// an id is not enough.
func (p *Pages) getPaper(w http.ResponseWriter, r *http.Request) {
	ctx, id := r.Context(), r.PathValue("case")
	rounds, err := room.Rounds(ctx, p.Journal, id)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	all, err := p.held(ctx, id, rounds)
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	i := slices.IndexFunc(all, func(m paper) bool { return m.ID == r.PathValue("material") })
	if i < 0 {
		p.Site.Fail(w, r, fault.NotFound("paper "+r.PathValue("material")))
		return
	}
	m := all[i].Material
	void, err := p.void(ctx, id, all[i])
	if err != nil {
		p.Site.Fail(w, r, err)
		return
	}
	if void.Title != "" {
		m.Name = progress.FileVoid(ctx, m.Name)
	}
	if err := serve(ctx, w, r, p.Blobs, m); err != nil {
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
