package passport

import (
	"context"

	room "yitang/internal/passport"
	"yitang/internal/person"
	"yitang/internal/trip"
	"yitang/internal/web/ui"
)

// lossDays is for how long the desk shows what became of a loss.
const lossDays = 14

// losses are what the desk is told of lost booklets: what a holder told online, what
// the office reported lost, and what was found again, the latest first.
//
// ui:keys making.loss.*
func (p *Pages) losses(ctx context.Context) (ui.Tasks, error) {
	all, err := trip.Losses(ctx, p.Journal.Store, p.Journal.Today().AddDays(-lossDays))
	var out ui.Tasks
	for _, l := range all {
		name, order, err := p.whose(ctx, l)
		if err != nil {
			return nil, err
		}
		t := ui.Task{Name: name, Note: lossText(ctx, l), State: ui.Tag{State: lossState(l), Word: ui.T(ctx, "making.loss."+string(l.Standing()))}}
		if order != "" {
			t.URL = orderURL(order)
		}
		out = append(out, t)
	}
	return out, err
}

// whose names a lost booklet, with the order that made it or else the last one of its
// holder; "" where this zone has none.
func (p *Pages) whose(ctx context.Context, l trip.Lost) (name, order string, err error) {
	theirs, err := room.OfPerson(ctx, p.Journal.Store, l.Person)
	if err != nil || len(theirs) == 0 {
		return ui.T(ctx, "making.loss.somebody"), "", err
	}
	order = theirs[0].ID
	made, own, err := room.One(ctx, p.Journal.Store, l.Booklet)
	if own {
		order = l.Booklet
	}
	if err != nil {
		return "", "", err
	}
	o, _, err := p.order(ctx, order)
	if err != nil {
		return "", "", err
	}
	if name = nameOf(o.Identity); own {
		return ui.T(ctx, "making.loss.made", "Name", name, "Tail", made.Tail), order, nil
	}
	return ui.T(ctx, "making.loss.older", "Name", name), order, nil
}

// lossText is what was said of it last, and what this desk does.
func lossText(ctx context.Context, l trip.Lost) string {
	standing := l.Standing()
	said := ""
	switch standing {
	case trip.IsTold:
		said = ui.T(ctx, "making.loss.where", "Day", ui.MonthDay(ctx, l.On), "Where", l.Where)
	case trip.IsNoted:
		said = l.Noting
	case trip.IsFound:
		said = l.Finding
	case trip.IsBack:
	}
	return ui.Sentences(ctx, ui.T(ctx, "making.loss."+string(standing)+".on", "Day", ui.MonthDay(ctx, l.Day())), said, ui.T(ctx, "making.loss."+string(standing)+".text"))
}

func lossState(l trip.Lost) ui.State {
	switch l.Standing() {
	case trip.IsTold:
		return ui.Stop
	case trip.IsNoted:
		return ui.Warn
	case trip.IsBack, trip.IsFound:
	}
	return ui.OK
}

// lossesOf are the same for the page of one order: of the booklet that it made, and
// of those that its person lost, in whose place it may be made.
func (p *Pages) lossesOf(ctx context.Context, who string) ([]ui.Note, error) {
	ids, err := person.Also(ctx, p.Journal.Store, who)
	if err != nil {
		return nil, err
	}
	var out []ui.Note
	for _, id := range ids {
		all, err := trip.LostBy(ctx, p.Journal.Store, id)
		if err != nil {
			return nil, err
		}
		for _, l := range all {
			if l.Standing() == trip.IsBack && l.Day().AddDays(lossDays).Before(p.Journal.Today()) {
				continue
			}
			name, _, err := p.whose(ctx, l)
			if err != nil {
				return nil, err
			}
			out = append(out, ui.Note{State: lossState(l), Title: ui.T(ctx, "making.loss.title", "Name", name, "State", ui.T(ctx, "making.loss."+string(l.Standing()))), Text: lossText(ctx, l)})
		}
	}
	return out, nil
}
