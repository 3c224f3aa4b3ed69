package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"yitang/internal/access"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/passport"
	"yitang/internal/visit"
	needs "yitang/internal/web/hall"
)

// tellBooks takes a time for the first visit that the planner proposes: on the
// day on which the story has it, else on the proposed one.
func tellBooks(ctx context.Context, t *teller, p *Plan, _ int) error {
	ctx = t.ofUnit(ctx, access.Liaison, p.Officer)
	j := t.zones.Internet.Journal
	n, err := t.finder.Of(ctx, p.ID)
	if err != nil {
		return err
	}
	plan, known, err := hall.PlanOf(ctx, j.Store, HallID)
	if err != nil || !known {
		return fmt.Errorf("the internet zone knows no hall: %w", err)
	}
	proposed, err := t.finder.Plan(ctx, n, plan)
	if err != nil {
		return err
	}
	var chosen needs.Chosen
	if len(proposed.Visits) > 0 {
		chosen = n.Choose(proposed.Visits[0])
	} else if chosen = n.Choose(hurried(n)); len(chosen.Acts) == 0 {
		return errors.New("there is nothing to come for")
	}
	ask := hall.Ask{Plan: plan, Counter: chosen.Counter, People: max(1, len(chosen.People)), Filing: p.ID, Unit: n.Unit, Persons: chosen.People, Acts: chosen.Acts, Now: j.Now(), Book: j.Book()}
	first, days := chosen.First, 10
	if at := p.When(Visits); !at.IsZero() {
		first, days = calendar.DateOf(at), 1
	}
	free, err := hall.FreeDays(ctx, j.Store, ask, first, days)
	if err != nil {
		return err
	}
	for _, d := range free {
		slot, fits := t.timeOn(d, p)
		if !fits {
			continue
		}
		want := hall.Wanted{Plan: plan, Day: d.Day, Slot: slot, Counter: chosen.Counter, Filing: p.ID, Unit: n.Unit, People: ask.People}
		return give(ctx, j, hall.Days, plan.DayID(d.Day), journal.Command[hall.Day](hall.Book{Wanted: want, People: chosen.People, Acts: chosen.Acts, Earlier: n.Earlier(j.Now())}))
	}
	return fmt.Errorf("the hall has no free time from %s", first)
}

// hurried is a visit that the planner finds too late for the trip's visas, and
// that people book all the same: those captured come, for that alone.
func hurried(n needs.Needs) visit.Visit {
	var v visit.Visit
	for _, a := range n.Acts {
		if a.Kind == visit.Capture || a.Kind == visit.ShowID {
			v.Steps = append(v.Steps, visit.Step{Act: a})
			if !slices.Contains(v.Members, a.Member) {
				v.Members = append(v.Members, a.Member)
			}
		}
	}
	return v
}

// timeOn is the free time at which the story lets the visit begin, or the next
// one: people come at all hours.
func (t *teller) timeOn(d hall.DayFree, p *Plan) (hall.Clock, bool) {
	var fits []hall.Clock
	for _, s := range d.Slots {
		if s.Fits {
			fits = append(fits, s.Slot)
		}
	}
	if len(fits) == 0 {
		return 0, false
	}
	at := p.When(Visits)
	if at.IsZero() {
		return fits[int(p.ID[len(p.ID)-2])%len(fits)], true
	}
	for _, c := range fits {
		if d.Day.Begins().Add(time.Duration(c) * time.Minute).After(at.Add(-moment)) {
			return c, true
		}
	}
	return fits[len(fits)-1], true
}

// tellVisits is check-in at the window, and the capture of those whose
// booklets are to be made.
func tellVisits(ctx context.Context, t *teller, p *Plan, _ int) error {
	office := t.zones.Office.Journal
	all, err := hall.OfFiling(ctx, office.Store, p.ID)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return errors.New("the window knows no booking")
	}
	b := all[len(all)-1]
	before, err := hall.VisitsBefore(ctx, office.Store, p.ID, b.Day)
	if err != nil {
		return err
	}
	in := hall.CheckIn{Booking: b, People: b.People, Earlier: before}
	if err := give(t.desk(ctx, access.Window, p), office, hall.Attendances, b.ID, journal.Command[hall.Attendance](in)); err != nil {
		return err
	}
	for _, act := range b.Acts {
		if act.Kind == visit.Capture || act.Kind == visit.Recapture || act.Kind == visit.ShowID {
			continue // ends by what the capture station tells
		}
		done := hall.CloseAct{Act: act.ID, Result: hall.Done}
		if act.Kind == visit.PaperOriginal {
			done.Originals = 1
		}
		if err := give(t.desk(ctx, access.Window, p), office, hall.Attendances, b.ID, journal.Command[hall.Attendance](done)); err != nil {
			return err
		}
	}
	ctx = t.desk(ctx, access.Capture, p)
	return t.eachOrder(ctx, p, passport.IsOrdered, func(o passport.Row) error {
		who := t.city.People[p.memberOf(t, o.Person)]
		device := passport.FileDevice{Photo: bytes.NewReader(Photo(who)), Signature: bytes.NewReader(Signature(who)),
			Fingers: []io.Reader{bytes.NewReader(Finger(who, 0)), bytes.NewReader(Finger(who, 1))}}
		return t.capture(ctx, o, device, "", b.ID)
	})
}

func (t *teller) capture(ctx context.Context, o passport.Row, d passport.Device, exemption, booking string) error {
	cmd, err := passport.Take(ctx, d, t.zones.Passport.Blobs, exemption)
	if err != nil {
		return err
	}
	cmd.CardSeen, cmd.Booking = true, booking
	cmd.Within = calendar.Workdays(t.zones.Passport.Packs.Now().Needs(t.zones.Passport.Journal.Today()).BookletWorkdays)
	return give(ctx, t.zones.Passport.Journal, passport.Room, o.ID, journal.Command[passport.Order](cmd))
}

// memberOf is the city's index of a person of the case.
func (p *Plan) memberOf(t *teller, person string) int {
	for _, m := range p.Members {
		if t.city.People[m].ID == person {
			return m
		}
	}
	return p.Members[0]
}

// eachOrder does something for each of a case's booklets that stands at a stage.
func (t *teller) eachOrder(ctx context.Context, p *Plan, at passport.Stage, do func(passport.Row) error) error {
	orders, err := passport.OfFiling(ctx, t.zones.Passport.Store, p.ID)
	return Each(orders, err, func(o passport.Row) bool { return o.Stage == at }, do)
}

// tellMakes makes what is captured. A permit's holder isn't captured: its desk
// takes photo and signature from the file and says why there are no fingers.
func tellMakes(ctx context.Context, t *teller, p *Plan, _ int) error {
	err := t.eachOrder(ctx, p, passport.IsOrdered, func(o passport.Row) error {
		if o.Type != dossier.HKMacauPermit {
			return nil
		}
		who := t.city.People[p.memberOf(t, o.Person)]
		device := passport.FileDevice{Photo: bytes.NewReader(Photo(who)), Signature: bytes.NewReader(Signature(who))}
		return t.capture(t.desk(ctx, access.Capture, p), o, device, "往来港澳通行证不采集指纹，照片取自档案。", "")
	})
	if err != nil {
		return err
	}
	ctx = t.desk(ctx, access.PassportOfficer, p)
	return t.eachOrder(ctx, p, passport.IsCaptured, func(o passport.Row) error {
		if o.Why != approval.EndorseOnly {
			if _, err := passport.Make(ctx, t.zones.Passport.Journal, journal.Order{Subject: o.ID}); err != nil {
				return err
			}
		}
		return t.endorse(ctx, o.ID)
	})
}

// tellChecks is another officer's.
func tellChecks(ctx context.Context, t *teller, p *Plan, _ int) error {
	ctx = t.second(ctx, access.PassportOfficer, p)
	j := t.zones.Passport.Journal
	return t.eachOrder(ctx, p, passport.IsMade, func(r passport.Row) error {
		o, _, err := journal.Load(ctx, j, passport.Room, r.ID)
		if err != nil {
			return err
		}
		cmd := passport.Check{Scanned: o.Page(o.Number, o.Expires).MRZ(), Until: map[string]calendar.Date{}}
		for _, s := range o.Stamps {
			cmd.Until[s.Region] = s.Until
		}
		return give(ctx, j, passport.Room, r.ID, journal.Command[passport.Order](cmd))
	})
}

func tellHandsOver(ctx context.Context, t *teller, p *Plan, _ int) error {
	ctx = t.desk(ctx, access.PassportOfficer, p)
	return t.eachOrder(ctx, p, passport.IsChecked, func(o passport.Row) error {
		return give(ctx, t.zones.Passport.Journal, passport.Room, o.ID, journal.Command[passport.Order](passport.HandOver{}))
	})
}

// tellReceives is the keeper's, who finds the new booklets in the courier's bag.
func tellReceives(ctx context.Context, t *teller, p *Plan, _ int) error {
	ctx = t.desk(ctx, access.Custodian, p)
	for _, who := range t.persons(p) {
		held, err := custody.Of(ctx, t.zones.Office.Store, who)
		if err != nil {
			return err
		}
		for _, b := range held {
			if b.Place != custody.OnItsWay {
				continue
			}
			if err := give(ctx, t.zones.Office.Journal, custody.Room, b.Person, journal.Command[custody.Holder](custody.Receive{Booklet: b.Booklet})); err != nil {
				return err
			}
		}
	}
	return nil
}

// endorse puts into a permit the least that serves its mission.
func (t *teller) endorse(ctx context.Context, id string) error {
	j := t.zones.Passport.Journal
	o, _, err := journal.Load(ctx, j, passport.Room, id)
	if err != nil || len(o.Regions) == 0 {
		return err
	}
	cmd := passport.Endorse{Kinds: map[string]passport.StampKind{}}
	for _, r := range o.Regions {
		cmd.Kinds[r.Code] = passport.Narrowest(r, j.Today())
	}
	return give(ctx, j, passport.Room, id, journal.Command[passport.Order](cmd))
}
