package progress

import (
	"context"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/hall"
	room "yitang/internal/progress"
	"yitang/internal/web/ui"
)

// endings are the stages that say more of a case than that it was approved,
// and how each is marked.
var endings = map[room.Stage]ui.State{room.Cleared: ui.OK, room.Abroad: ui.OK, room.Home: ui.Wait, room.NotDeparted: ui.Info, room.Done: ui.OK,
	room.Archived: ui.OK, room.Refused: ui.Info, room.Revoked: ui.Info, room.Withdrawn: ui.Info, cancelled: ui.Info, annulled: ui.Info}

// cancelled is how a case ended that its unit gave up: to people another end than
// an approval that the office took back.
const cancelled room.Stage = "cancelled"

// annulled is how one ended whose decision was taken back before its document.
const annulled room.Stage = "annulled"

// Tag is where a case stands once it has left the review, to its archive;
// before that, what the caller says.
func (p *Pages) Tag(ctx context.Context, filing string, before ui.Tag) (ui.Tag, error) {
	s, ok, err := room.Of(ctx, p.Journal.Store, filing)
	if err != nil || !ok {
		return before, err
	}
	return tag(ctx, s, before), nil
}

// Row is a case as a line of a list shows it.
type Row struct {
	Line       ui.Line
	Tag        ui.Tag // once it has left the review; before that the zero Tag
	Travelling int
	Over       bool // nothing is left to do of it
}

// Rows are the cases among these that this zone has heard of, by id; not their changes.
func (p *Pages) Rows(ctx context.Context, ids []string) (map[string]Row, error) {
	all, err := room.Each(ctx, p.Journal.Store, ids)
	out := make(map[string]Row, len(all))
	for _, s := range all {
		out[s.Filing] = Row{Line: p.line(ctx, s), Tag: tag(ctx, s, ui.Tag{}), Travelling: s.Travelling(), Over: s.Stage.Over()}
	}
	return out, err
}

// ui:keys progress.tag.*
func tag(ctx context.Context, s room.State, before ui.Tag) ui.Tag {
	stage := s.Stage
	if stage == room.Archived && s.Outcome != "" && s.Outcome != "approved" {
		stage = room.Stage(s.Outcome) // how it ended says more than that it lies in the archive
	}
	if stage == room.Revoked && s.Cancelled {
		stage = cancelled
	}
	if s.Annulled() {
		stage = annulled
	}
	state, over := endings[stage]
	if !over {
		return before
	}
	return ui.Tag{State: state, Word: ui.T(ctx, "progress.tag."+string(stage))}
}

// ui:keys visits.state.*
//
// comingWord is the state of a booking in a word. A time that went by without
// news from the window isn't booked any more.
func comingWord(ctx context.Context, s room.State, now time.Time) string {
	c := s.Coming
	if c.State == hall.IsBooked && !c.Awaited(now) {
		return ui.T(ctx, "visits.state.past")
	}
	if c.Day.Before(calendar.DateOf(now)) || s.Stage.Over() {
		switch c.State {
		case hall.IsBooked:
			return ui.T(ctx, "visits.state.past")
		case hall.HasArrived: // the window didn't say when they left
			return ui.T(ctx, "visits.state.came")
		case hall.HasLeft, hall.WasMissed, hall.WasExcused, hall.IsCancelled:
		}
	}
	return ui.T(ctx, "visits.state."+string(c.State))
}
