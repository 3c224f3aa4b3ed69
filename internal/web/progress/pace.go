package progress

import (
	"context"
	"slices"
	"strings"

	"yitang/internal/calendar"
	room "yitang/internal/progress"
	"yitang/internal/web/ui"
)

// The past year tells how long the next one takes, by no more than the newest of it.
const (
	paceMonths = 12
	paceMost   = 500
)

// expected is one stretch that a case is on, and by when nine of ten had gone it.
type expected struct {
	stretch room.Stretch
	by      calendar.Date
	pace    room.Pace
	late    bool // it takes longer than nine of ten took
}

// expects tells by when what a unit waits for usually comes, by this office's own
// past; nothing of what it has too little of.
func (p *Pages) expects(ctx context.Context, s room.State) ([]expected, error) {
	if s.Stage.Over() || s.Stage == room.SentBack || s.Void() {
		return nil, nil
	}
	walks, err := room.UnderWay(ctx, p.Journal.Store, s.Filing)
	if err != nil {
		return nil, err
	}
	last := map[room.Stretch]calendar.Date{}
	for _, w := range walks {
		if w.Began.After(last[w.Stretch]) {
			last[w.Stretch] = w.Began // the last of several people is who is waited for
		}
	}
	book, today := p.Journal.Book(), p.Journal.Today()
	var out []expected
	for x, began := range last {
		u, err := p.usual(ctx, x)
		if err != nil {
			return nil, err
		}
		pace := u.pace
		if !u.known {
			continue
		}
		by := pace.By(began, book)
		out = append(out, expected{x, by, pace, by.Before(today)})
	}
	slices.SortFunc(out, func(a, b expected) int { return strings.Compare(string(a.stretch), string(b.stretch)) })
	return out, nil
}

// usual is how long this office's ways along a stretch take, where enough went them.
type usual struct {
	pace  room.Pace
	known bool
}

func (p *Pages) usual(ctx context.Context, x room.Stretch) (usual, error) {
	if u, had := p.paces[x]; had {
		return u, nil
	}
	past, err := room.Walked(ctx, p.Journal.Store, x, p.Journal.Today().AddMonths(-paceMonths), paceMost)
	if err != nil {
		return usual{}, err
	}
	var u usual
	u.pace, u.known = room.PaceOf(past, p.Journal.Book())
	if p.paces != nil {
		p.paces[x] = u
	}
	return u, nil
}

// Expects is the same in whole sentences.
func (p *Pages) Expects(ctx context.Context, s room.State) ([]string, error) {
	pace, err := p.expects(ctx, s)
	var out []string
	for _, x := range pace {
		out = append(out, x.says(ctx, p))
	}
	return out, err
}

// says is the whole sentence.
func (x expected) says(ctx context.Context, p *Pages) string {
	what := p.stretch(ctx, x.stretch)
	if x.late {
		return ui.T(ctx, "progress.pace.late", "What", what, "Count", int(x.pace.Ninth), "Walks", x.pace.Walks)
	}
	return ui.T(ctx, "progress.pace.by", "What", what, "Day", ui.Date(ctx, x.by), "Walks", x.pace.Walks)
}

// short is what a card has room for; "" when it takes longer than usual.
func (x expected) short(ctx context.Context, p *Pages) string {
	if x.late {
		return ""
	}
	return ui.T(ctx, "progress.pace.short", "What", p.stretch(ctx, x.stretch), "Day", ui.MonthDay(ctx, x.by))
}

func (p *Pages) stretch(ctx context.Context, x room.Stretch) string {
	switch x {
	case room.ToApproval:
		return ui.T(ctx, "progress.pace.approval")
	case room.ToBooklet:
		return ui.T(ctx, "progress.pace.passport")
	}
	return ui.T(ctx, "progress.pace.visa", "Area", p.Area(ctx, x.Area()))
}
