package hall

import (
	"context"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	room "yitang/internal/hall"
	"yitang/internal/web/ui"
)

// Coming is the visit of a case as other doors show it.
type Coming struct {
	Short    string // 只跑一次
	Lead     string // how often people come, and where else
	Steps    []CaseStep
	Names    []string      // who comes
	Minutes  int           // about as long
	First    calendar.Date // proposed; zero where nobody need come
	Last     calendar.Date // the latest day that serves
	Bookable bool          // a time may be chosen now
	Again    bool          // they came before: booking asks why
	Booked   *Booked       // nil while nothing is
	Halls    []Hall        // between which there is a choice; none where there is but one
}

// Hall is one of the office's, by name.
type Hall struct{ ID, Name, Place string }

// CaseStep is one thing to do there.
type CaseStep struct{ What, Note string }

// Booked is a booking as its pass shows it.
type Booked struct {
	room.Booking
	When, Place, Word string
	Bring, Spare      []string
}

// Coming reads what has to be done in person for a case, and the booking for it.
func (p *Visits) Coming(ctx context.Context, filing string) (Coming, error) {
	n, err := p.Finder.Of(ctx, filing)
	if err != nil {
		return Coming{}, err
	}
	h, plan, err := p.Finder.best(ctx, n)
	if err != nil {
		return Coming{}, err
	}
	now := p.Journal.Now()
	out := Coming{Short: inShort(ctx, n, plan), Lead: p.howOften(ctx, plan), Again: n.Earlier(now) > 0}
	if len(plan.Visits) > 0 {
		c := n.Choose(plan.Visits[0])
		out.Names, out.First, out.Last = c.Names, c.First, c.Last
		for _, a := range c.Acts {
			out.Minutes += a.Minutes
		}
		for _, st := range p.together(ctx, n, plan.Visits[0].Steps) {
			out.Steps = append(out.Steps, CaseStep(st))
		}
	}
	b, ok, err := p.latest(ctx, filing)
	if err != nil {
		return Coming{}, err
	}
	if ok {
		at, err := p.planned(ctx, b.Hall)
		if err != nil {
			return Coming{}, err
		}
		v := p.passView(ctx, b, at)
		out.Booked = &Booked{Booking: b, When: v.Pass.When, Place: v.Pass.Place, Word: v.Pass.Word, Bring: v.Pass.Bring, Spare: v.Pass.Spare}
	}
	all, err := room.AllPlans(ctx, p.Journal.Store)
	if err != nil {
		return Coming{}, err
	}
	for _, x := range all {
		if len(all) > 1 {
			out.Halls = append(out.Halls, Hall{x.ID, ui.Name(ctx, fault.Text{Zh: x.Name, En: x.NameEn}), ui.Name(ctx, fault.Text{Zh: x.Place, En: x.PlaceEn})})
		}
	}
	_, live := n.Live(now)
	out.Bookable = len(plan.Visits) > 0 && n.Issued && h.ID != "" && !live
	return out, nil
}

// Times are the days from one on, with their times, for a case that chooses; the
// earliest that serve where no day is given.
func (p *Visits) Times(ctx context.Context, filing, hall string, from calendar.Date, days int) ([]room.DayFree, error) {
	n, err := p.Finder.Of(ctx, filing)
	if err != nil {
		return nil, err
	}
	_, live := n.Live(p.Journal.Now())
	n, h, c, err := p.prepare(ctx, filing, hall, live)
	if err != nil {
		return nil, err
	}
	first, _ := h.Bookable(p.Journal.Today(), p.Journal.Book())
	if c.From.After(first) {
		first = c.From
	}
	if from.Before(first) {
		from = first
	}
	return room.FreeDays(ctx, p.Journal.Store, p.ask(n, h, c), from, days)
}

// Held tells until when a place is kept for a case; zero where it isn't.
func (p *Visits) Held(ctx context.Context, filing string, at Place) (until time.Time, err error) {
	kept, err := room.KeptFor(ctx, p.Journal.Store, filing, p.Journal.Now())
	for _, k := range kept {
		if k.Day.String() == at.Day && k.Slot.String() == at.Slot && (at.Hall == "" || k.Hall == at.Hall) {
			return k.Until, err
		}
	}
	return until, err
}
