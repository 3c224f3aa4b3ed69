package drill

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"yitang/internal/access"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/passport"
	"yitang/internal/progress"
	needs "yitang/internal/web/hall"
	"yitang/internal/zone"
)

// book takes the one visit that is needed.
func book(ctx context.Context, s *Story) error {
	visits, err := s.Hands().Book(ctx, s.ID)
	if err == nil && visits != 1 {
		err = fmt.Errorf("the planner proposes %d visits, not one", visits)
	}
	return err
}

// Book takes the first free time of the first visit that the planner proposes, and
// tells how many it does. Where none is needed, or one is booked, it does nothing.
func (h Hands) Book(ctx context.Context, filing string) (visits int, err error) {
	ctx = h.as(ctx, zone.Internet, access.Liaison)
	j := h.Internet.Journal
	finder := needs.Finder{Journal: j, Pack: h.Internet.Packs.Now}
	n, err := finder.Of(ctx, filing)
	if err != nil {
		return 0, err
	}
	plan, ok, err := hall.PlanOf(ctx, j.Store, hall.Main)
	if err != nil || !ok {
		return 0, fmt.Errorf("the internet zone knows no hall: %w", err)
	}
	proposed, err := finder.Plan(ctx, n, plan)
	if err != nil {
		return 0, err
	}
	if _, booked := n.Live(j.Now()); booked || len(proposed.Visits) == 0 {
		return 0, nil
	}
	chosen := n.Choose(proposed.Visits[0])
	ask := hall.Ask{Plan: plan, Counter: chosen.Counter, People: len(chosen.People), Filing: filing, Unit: n.Unit, Persons: chosen.People, Acts: chosen.Acts, Now: j.Now(), Book: j.Book()}
	days, err := hall.FreeDays(ctx, j.Store, ask, chosen.First, 10)
	if err != nil {
		return 0, err
	}
	for _, d := range days {
		for _, free := range d.Slots {
			if !free.Fits {
				continue
			}
			want := hall.Wanted{Plan: plan, Day: d.Day, Slot: free.Slot, Counter: chosen.Counter, Filing: filing, Unit: n.Unit, People: max(1, len(chosen.People)), Persons: chosen.People, Acts: chosen.Acts}
			if err := give(ctx, j, hall.Days, plan.DayID(d.Day), journal.Command[hall.Day](hall.Keep{Wanted: want})); err != nil {
				return 0, err
			}
			err := give(ctx, j, hall.Days, plan.DayID(d.Day), journal.Command[hall.Day](hall.Book{Wanted: want, People: chosen.People, Acts: chosen.Acts, Earlier: n.Earlier(j.Now())}))
			return len(proposed.Visits), err
		}
	}
	return 0, errors.New("the hall has no free time")
}

func booked(ctx context.Context, s *Story) error {
	for _, n := range s.Nodes() {
		all, err := hall.OfFiling(ctx, n.Store, s.ID)
		if err != nil {
			return err
		}
		if len(all) != 1 || all[0].State != hall.IsBooked || len(all[0].People) != 1 || all[0].People[0] != s.People[Newcomer] {
			return fmt.Errorf("the %s zone knows the bookings %+v", n.Zone, all)
		}
		s.Booking = all[0].ID
	}
	return nil
}

// checkIn is the window's: the one visit begins.
func checkIn(ctx context.Context, s *Story) error {
	ctx = s.as(ctx, zone.Office, "window", access.Window)
	b, _, err := hall.BookingOf(ctx, s.Office.Store, s.Booking)
	if err != nil {
		return err
	}
	before, err := hall.VisitsBefore(ctx, s.Office.Store, s.ID, b.Day)
	if err != nil {
		return err
	}
	return give(ctx, s.Office.Journal, hall.Attendances, b.ID, journal.Command[hall.Attendance](hall.CheckIn{Booking: b, People: b.People, Earlier: before}))
}

// checkedIn checks that in each zone the newcomer, and nobody else, is at the
// hall with something that is still to be done, and that it counts as the first
// visit.
func checkedIn(ctx context.Context, s *Story) error {
	for _, n := range s.Nodes() {
		v, known, err := hall.VisitOf(ctx, n.Store, s.Booking)
		if err != nil {
			return err
		}
		open := slices.ContainsFunc(v.Acts, func(a hall.ActRow) bool { return a.Person == s.People[Newcomer] && a.Result == "" })
		if !known || v.Presence != hall.Arrived || v.Filing != s.ID || !slices.Equal(v.People, []string{s.People[Newcomer]}) || !open {
			return fmt.Errorf("in the %s zone the visit is %q of %v, with the acts %+v", n.Zone, v.Presence, v.People, v.Acts)
		}
		if n.Zone == zone.Passport {
			continue // counts nobody's visits
		}
		l, err := s.Ledger(ctx, n)
		if err != nil {
			return err
		}
		if l.Visits != 1 {
			return fmt.Errorf("the %s zone counts %d visits", n.Zone, l.Visits)
		}
	}
	return orderStands(passport.IsOrdered, progress.IsOrdered)(ctx, s)
}

// order is the newcomer's, as the passport zone has it.
func (s *Story) order() string { return passport.OrderID(s.ID, s.People[Newcomer]) }

func orderStands(stage passport.Stage, seen progress.Booklet) func(context.Context, *Story) error {
	return func(ctx context.Context, s *Story) error {
		o, _, err := journal.Load(ctx, s.Passport.Journal, passport.Room, s.order())
		if err != nil {
			return err
		}
		if o.Stage != stage {
			return fmt.Errorf("the order is %q", o.Stage)
		}
		return s.booklets(ctx, map[int]progress.Booklet{Newcomer: seen}, s.Internet.Node, s.Office.Node, s.Passport.Node)
	}
}

// capture reads face, fingers and signature from files, as a station without a
// driver does.
func capture(ctx context.Context, s *Story) error {
	ctx = s.as(ctx, zone.Passport, "capture", access.Capture)
	sample, canaries, err := newSample(s.People[Newcomer])
	if err != nil {
		return err
	}
	s.Canaries = canaries
	device := passport.FileDevice{Photo: bytes.NewReader(sample.Photo), Signature: bytes.NewReader(sample.Signature)}
	for _, f := range sample.Fingers {
		device.Fingers = append(device.Fingers, io.Reader(bytes.NewReader(f)))
	}
	cmd, err := passport.Take(ctx, device, s.Passport.Blobs, "")
	if err != nil {
		return err
	}
	cmd.CardSeen, cmd.Booking = true, s.Booking
	cmd.Within = calendar.Workdays(s.Passport.Packs.Now().Needs(s.Passport.Journal.Today()).BookletWorkdays)
	return give(ctx, s.Passport.Journal, passport.Room, s.order(), journal.Command[passport.Order](cmd))
}

// captured checks that the act at the window is over too.
func captured(ctx context.Context, s *Story) error {
	if err := orderStands(passport.IsCaptured, progress.IsCaptured)(ctx, s); err != nil {
		return err
	}
	for _, n := range s.Nodes() {
		v, _, err := hall.VisitOf(ctx, n.Store, s.Booking)
		if err != nil {
			return err
		}
		if v.Presence != hall.Left {
			return fmt.Errorf("in the %s zone the visit is %q, with the acts %+v", n.Zone, v.Presence, v.Acts)
		}
	}
	return nil
}

func makeBooklet(ctx context.Context, s *Story) error {
	_, err := passport.Make(s.as(ctx, zone.Passport, "maker", access.PassportOfficer), s.Passport.Journal, journal.Order{Subject: s.order()})
	return err
}

// check reads the machine readable zone; who made the booklet may not.
func check(ctx context.Context, s *Story) error {
	o, _, err := journal.Load(ctx, s.Passport.Journal, passport.Room, s.order())
	if err != nil {
		return err
	}
	scan := journal.Command[passport.Order](passport.Check{Scanned: o.Page(o.Number, o.Expires).MRZ()})
	if give(s.as(ctx, zone.Passport, "maker", access.PassportOfficer), s.Passport.Journal, passport.Room, s.order(), scan) == nil {
		return errors.New("who made the booklet could check it")
	}
	return give(s.as(ctx, zone.Passport, "checker", access.PassportOfficer), s.Passport.Journal, passport.Room, s.order(), scan)
}

func handOver(ctx context.Context, s *Story) error {
	return give(s.as(ctx, zone.Passport, "maker", access.PassportOfficer), s.Passport.Journal, passport.Room, s.order(), journal.Command[passport.Order](passport.HandOver{}))
}

// receive is the keeper's: a booklet is in the store once it is in somebody's hand.
func receive(ctx context.Context, s *Story) error {
	return give(s.as(ctx, zone.Office, "keeper", access.Custodian), s.Office.Journal, custody.Room, s.People[Newcomer], journal.Command[custody.Holder](custody.Receive{Booklet: s.order()}))
}

// received checks that custody has it with its number, and that the internet
// zone knows the number's tail alone. The old one is marked in both.
func received(ctx context.Context, s *Story) error {
	if err := s.booklets(ctx, map[int]progress.Booklet{Newcomer: progress.InStore}, s.Internet.Node, s.Office.Node); err != nil {
		return err
	}
	o, _, err := journal.Load(ctx, s.Passport.Journal, passport.Room, s.order())
	if err != nil {
		return err
	}
	for z, knows := range map[zone.Zone]bool{zone.Internet: false, zone.Office: true} {
		n := s.Internet.Node
		if z == zone.Office {
			n = s.Office.Node
		}
		history, err := n.Journal.History(ctx, journal.Ref{Kind: custody.Room.Kind, ID: s.People[Newcomer]})
		if err != nil {
			return err
		}
		held, err := custody.Of(ctx, n.Store, s.People[Newcomer])
		if err != nil {
			return err
		}
		for _, b := range held {
			if isNew := b.Booklet == s.order(); b.Place != custody.InStore || !isNew && b.ReplacedBy != s.order() || isNew && b.ReplacedBy != "" {
				return fmt.Errorf("in the %s zone the booklet …%s is in place %q, replaced by %q", z, b.Tail, b.Place, b.ReplacedBy)
			}
		}
		if len(held) != 2 {
			return fmt.Errorf("the %s zone knows %d booklets", z, len(held))
		}
		number := ""
		for _, e := range history {
			if b, is := e.Body.(custody.Announced); is {
				number = b.Number.Or("")
			}
		}
		if knows && number != o.Number || !knows && number != "" {
			return fmt.Errorf("the %s zone knows the number %q", z, number)
		}
	}
	return nil
}
