package approval

import (
	"context"
	"net/http"

	room "yitang/internal/approval"
	"yitang/internal/fault"
	"yitang/internal/journal"
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

// looked wants a tick from whoever passes a case on while findings are open.
func (p *Pages) looked(r *http.Request, id string, a room.Approval) error {
	if r.PostFormValue("looked") == "yes" {
		return nil
	}
	f, err := p.judged(r.Context(), id, a)
	if err != nil {
		return err
	}
	if n := f.Open(); n > 0 {
		return fault.Field("looked", "review.open.look", map[string]any{"Count": n})
	}
	return nil
}
