package approval

import (
	"context"
	"net/http"
	"slices"

	room "yitang/internal/approval"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/web"
	"yitang/internal/web/ui"
)

// findings are what the rules say of a case as it lies here today.
func (p *Pages) findings(ctx context.Context, id string, a room.Approval, rounds []room.Round) (room.Judged, error) {
	return room.Judge(ctx, p.Journal, p.Check, id, a, rounds)
}

// judged are they of the application as it came in last.
func (p *Pages) judged(ctx context.Context, id string, a room.Approval) (room.Judged, error) {
	rounds, err := room.Rounds(ctx, p.Journal, id)
	if err != nil {
		return room.Judged{}, err
	}
	return p.findings(ctx, id, a, rounds)
}

// examine notes what is left to judge. The office's reaction would do the same;
// doing it here shows it in the queue at once.
func (p *Pages) examine(r *http.Request, id string) {
	ctx := journal.WithActor(r.Context(), journal.System)
	cmd, open, err := room.Examination(ctx, p.Journal, p.Check, id)
	if err == nil && open {
		_, err = journal.Do(ctx, p.Journal, room.WorksheetRoom, journal.Order{Subject: id}, journal.Command[room.Worksheet](cmd))
	}
	if err != nil {
		p.Site.Log.Warn("examining a case again", "case", id, "err", err) // the reaction tries again
	}
}

// looked wants a tick from whoever passes a case on while findings are open, and
// gives what was seen so: the next desk is told. blocks is how many of what is found
// no tick sets aside.
func (p *Pages) looked(r *http.Request, id string, a room.Approval) (seen []room.Finding, blocks int, err error) {
	f, err := p.judged(r.Context(), id, a)
	if err != nil {
		return nil, 0, err
	}
	seen, err = ticked(r, f)
	return seen, f.Counts.Block, err
}

// ticked wants the tick for what stood on the page: of a finding that came up
// since, nobody has seen anything.
func ticked(r *http.Request, f room.Judged) ([]room.Finding, error) {
	open := f.Unsettled()
	if len(open) > 0 && r.PostFormValue("looked") != "yes" {
		if listed := len(f.Listed()); listed > 0 {
			return nil, fault.Field("looked", "review.open.look.listed", map[string]any{"Count": len(open), "Open": f.Open(), "Listed": listed})
		}
		return nil, fault.Field("looked", "review.open.look", map[string]any{"Count": len(open)})
	}
	if n := len(appeared(r, open)); n > 0 {
		return nil, fault.Field("looked", "review.open.appeared", map[string]any{"Count": n})
	}
	return open, nil
}

// shownAs is how the form names a finding that its page shows.
func shownAs(f room.Finding) string { return f.Rule + " " + f.Field }

// appeared are open findings that the page didn't show from which a form came.
func appeared(r *http.Request, open []room.Finding) []room.Finding {
	return slices.DeleteFunc(slices.Clone(open), func(f room.Finding) bool { return slices.Contains(r.PostForm["shown"], shownAs(f)) })
}

// lookedField is the tick with which open findings are passed on, in the words of
// what the desk does. Where an earlier desk has seen each of them that is told; the
// tick is everybody's own word, so it is never set beforehand.
//
// ui:keys review.open.tick*
// ui:keys review.open.seen*
func lookedField(ctx context.Context, a room.Approval, found room.Judged) ui.Field {
	all, open := found.Unsettled(), found.Unjudged()
	word, seen := "review.open.tick", "review.open.seen"
	step, under := a.Step()
	if !mayReturn(web.WhoOf(ctx), a) {
		seen += ".once"
	}
	switch {
	case !under:
		word += ".accept"
	case step.Decides:
		word, seen = word+".sign", "review.open.seen.sign"
	}
	f := ui.Field{Name: "looked", Label: ui.T(ctx, word, "Count", len(all))}
	if n := len(found.Listed()); n > 0 { // going on means that the unit isn't told
		f.Hint = ui.T(ctx, "review.open.listed", "Count", n)
		if len(open) > 0 {
			f.Hint = ui.Sentences(ctx, ui.T(ctx, "review.open.left", "Count", len(open)), f.Hint)
		}
		return f
	}
	f.Hint = ui.T(ctx, "review.open.left", "Count", len(open))
	var desks []string
	for _, o := range open {
		s, ok := a.SeenBy(o.Rule, o.Field)
		if !ok {
			return f
		}
		if d := deskName(ctx, s.Desk); !slices.Contains(desks, d) {
			desks = append(desks, d)
		}
	}
	f.Hint = ui.T(ctx, seen, "Count", len(open), "Desks", ui.List(ctx, desks))
	return f
}
