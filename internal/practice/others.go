package practice

import (
	"context"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/drill"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/trip"
)

// move is what the others do of one press: a step of the path, or only the days
// that must pass before the officer's next one.
type move struct {
	name  string
	first bool // the officer's next step waits for it
	do    func(context.Context, mover) error
}

// mover is a run in the hands of its staff.
type mover struct {
	seen
	drill.Hands
	book *calendar.Book
}

// on moves the clock to a time of a day; it never goes back.
func (m mover) on(day calendar.Date, hour, minute int) error {
	return m.Reach(day.Begins().Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute))
}

// later is so many working days from the day that the run's clock shows.
func (m mover) later(n calendar.Workdays) error {
	return m.on(m.book.AddWorkdays(m.Office.Journal.Today(), n), 10, 0)
}

// then waits some working days and takes steps.
func (m mover) then(ctx context.Context, n calendar.Workdays, steps ...drill.Name) error {
	if err := m.later(n); err != nil {
		return err
	}
	return m.Do(ctx, m.id, steps...)
}

// next is what the others do now; false where they wait for the officer.
func (v seen) next() (move, bool) {
	switch {
	case v.filing.Stage == filing.IsPresented:
		return move{"sign", true, sign}, true
	case v.office.Stage == approval.AtIntake && v.office.Returns == 0:
		return move{"send_back", true, sendBack}, true
	case v.office.Stage == approval.AtIntake:
		return move{"accept", true, accept}, true
	case v.office.Stage == approval.UnderReview:
		return move{"decide", true, decide}, true
	case !v.issued():
		return move{}, false
	case v.comes():
		_, booked := v.booking()
		return move{"visit", true, come}, booked
	case v.making():
		return move{"make", true, produce}, true
	case v.visasOpen():
		return move{"visa", true, apply}, true
	case v.trip.Stage == trip.Nothing:
		return move{"lend", true, lend}, true
	case v.trip.Stage == trip.IsCleared && v.today.Before(v.trip.Depart):
		return move{"until_depart", true, func(_ context.Context, m mover) error { return m.on(m.trip.Depart, 9, 0) }}, true
	case v.trip.Stage == trip.IsAbroad && v.today.Before(v.trip.Return):
		return move{"until_home", true, func(_ context.Context, m mover) error { return m.on(m.trip.Return, 18, 0) }}, true
	case v.trip.Stage == trip.IsHome && v.out > 0:
		return move{"hand_in", false, handIn}, true
	}
	return move{}, false
}

func sign(ctx context.Context, m mover) error {
	now := m.Internet.Journal.Now()
	if err := m.Reach(now.Add(time.Hour)); err != nil {
		return err
	}
	return m.Do(ctx, m.id, drill.Submit)
}

// sendBack names a defect that the made-up case has: what is to be accepted isn't said.
func sendBack(ctx context.Context, m mover) error {
	if err := m.later(1); err != nil {
		return err
	}
	return m.SendBack(ctx, m.id, approval.Defect{Field: "case.purpose", Words: "未写明验收的是什么设备", Fix: "在目的里补上设备名称和台数：高速相机两台"})
}

func accept(ctx context.Context, m mover) error { return m.then(ctx, 1, drill.Accept) }

func decide(ctx context.Context, m mover) error {
	if err := m.then(ctx, 1, drill.Review); err != nil {
		return err
	}
	return m.then(ctx, 1, drill.Decide)
}

// come is the visit, on the day for which it is booked.
func come(ctx context.Context, m mover) error {
	b, booked := m.booking()
	if !booked {
		return fault.NotNow("training.nothing_to_do", "")
	}
	if err := m.Reach(b.Slot.On(b.Day).Add(5 * time.Minute)); err != nil {
		return err
	}
	if b.State == hall.IsBooked {
		if err := m.CheckIn(ctx, b); err != nil {
			return err
		}
	}
	return m.Do(ctx, m.id, drill.Capture)
}

func produce(ctx context.Context, m mover) error {
	if err := m.then(ctx, 1, drill.Make, drill.Check); err != nil {
		return err
	}
	return m.then(ctx, 1, drill.HandOver, drill.Receive)
}

func apply(ctx context.Context, m mover) error {
	if err := m.then(ctx, 1, drill.VisaKit, drill.VisaSent); err != nil {
		return err
	}
	return m.then(ctx, 6, drill.VisaGranted, drill.VisaChecked)
}

// lend is five working days before they leave; then comes the day itself.
func lend(ctx context.Context, m mover) error {
	if err := m.on(m.book.AddWorkdays(m.office.Depart, -5), 10, 0); err != nil {
		return err
	}
	if err := m.Do(ctx, m.id, drill.Lend); err != nil {
		return err
	}
	return m.on(m.office.Depart, 9, 0)
}

func handIn(ctx context.Context, m mover) error { return m.then(ctx, 2, drill.HandIn) }

// Move lets the others do their part, and tells what it was. A second press while
// the first is under way finds the next.
func (in inside) Move(ctx context.Context, wanted string) error {
	x := in.run
	x.moving.Lock()
	defer x.moving.Unlock()
	v, err := x.look(ctx)
	if err != nil {
		return err
	}
	next, there := v.next()
	if !there || next.name != wanted {
		return nil // a double click: the page shows where it stands
	}
	hands, err := x.house.Staffed(ctx)
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx)
	hands.Reach = func(at time.Time) error { return x.pass(ctx, at) }
	err = next.do(ctx, mover{v, hands, x.house.Office.Book()})
	if err == nil {
		err = x.deliver(ctx)
	}
	x.kept.Clock = x.house.Clock.Now()
	if saved := x.save(); err == nil {
		err = saved
	}
	return err
}
