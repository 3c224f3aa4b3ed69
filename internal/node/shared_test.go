package node_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"yitang/internal/amendment"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/pack"
	"yitang/internal/passport"
	"yitang/internal/person"
	"yitang/internal/progress"
	"yitang/internal/visit"
	needs "yitang/internal/web/hall"
	"yitang/packs"
)

// trips are cases of several units on which the same four people go; the second
// of them has no passport.
type trips struct {
	*city
	cs     dossier.Case
	people []string // under which ids the next case knows its members
	ids    []string
}

const without = "p2"

var allGo = []approval.Verdict{{Person: "p1", Approved: true}, {Person: "p2", Approved: true}, {Person: "p3", Approved: true}, {Person: "p4", Approved: true}}

// newTrips brings some applications as far as their decision.
func newTrips(t *testing.T, n int) *trips {
	t.Helper()
	return newTripsTo(t, "valid-france-italy-8-days.json", n)
}

func newTripsTo(t *testing.T, name string, n int) *trips {
	t.Helper()
	return newTripsIn(t, newCity(t), name, n)
}

func newTripsIn(t *testing.T, in *city, name string, n int) *trips {
	t.Helper()
	c := &trips{city: in, cs: example(t, name), people: []string{"p1", "p2", "p3", "p4"}}
	c.cs.Members[1].Passport = nil
	for i := range n {
		c.add(fmt.Sprintf("01960000-0000-7000-8000-00000000e00%d", i+1), fmt.Sprintf("u%d", i+1))
	}
	return c
}

func (c *trips) add(id, unit string) {
	c.t.Helper()
	app := filing.Application{Case: c.cs, Persons: c.people[:len(c.cs.Members)], RuleSet: "test"}
	give(c.t, as("liaison", "li"+unit), c.internet.Journal, filing.Room, id, filing.Present{Unit: unit, Revision: 1, Application: app})
	give(c.t, as("signatory", "qi"+unit), c.internet.Journal, filing.Room, id, filing.Submit{Revision: 1, Application: app})
	c.until(c.office.Node, "the application to arrive", func() bool { return c.stage(id) == approval.AtIntake })
	path := c.office.Packs.Now().Paths.For(c.cs)
	give(c.t, as("intake", "shou"), c.office.Journal, approval.Room, id, approval.Accept{Number: "YJ-2026-00000" + unit[1:] + "-X", Path: path})
	var said []approval.Opinion
	for _, who := range c.people[:len(c.cs.Members)] {
		said = append(said, approval.Opinion{Person: who, Approve: true})
	}
	for _, step := range path.Steps[:len(path.Steps)-1] {
		give(c.t, as(step.Role, step.Role+"1"), c.office.Journal, approval.Room, id, approval.Review{Opinions: said})
	}
	c.ids = append(c.ids, id)
}

func (c *trips) decide(id string) {
	if _, err := journal.Do(as("director", "zhu"), c.office.Journal, approval.Room, journal.Order{Subject: id}, approval.Decide{Months: 6, Members: allGo[:len(c.cs.Members)]}); err != nil {
		c.t.Error(err)
	}
}

func (c *trips) revoke(id string) {
	c.t.Helper()
	give(c.t, as("director", "zhu"), c.office.Journal, approval.Room, id, approval.Revoke{Reason: "任务取消"})
}

// asked waits until a case has asked for its booklet.
func (c *trips) asked(id string) approval.Approval {
	c.t.Helper()
	c.until(c.office.Node, "the booklet to be asked for", func() bool { return slices.Contains(c.loaded(id).Asked, without) })
	return c.loaded(id)
}

func (c *trips) order(id string) passport.Order {
	c.t.Helper()
	o, _, err := journal.Load(context.Background(), c.passport.Journal, passport.Room, passport.OrderID(id, without))
	if err != nil {
		c.t.Fatal(err)
	}
	return o
}

// at waits until a case's booklet is so far, as a zone tells it.
func (c *trips) at(n *node.Node, id string, want progress.Booklet) progress.State {
	c.t.Helper()
	var s progress.State
	c.until(n, "the booklet of "+id+" to be "+string(want), func() bool {
		var err error
		if s, _, err = progress.Of(context.Background(), n.Store, id); err != nil {
			c.t.Fatal(err)
		}
		return s.People[without] != nil && s.People[without].Booklet == want
	})
	return s
}

func (c *trips) capture(id string) {
	c.t.Helper()
	give(c.t, as("passport_officer", "ann"), c.passport.Journal, passport.Room, passport.OrderID(id, without),
		passport.Capture{Photo: "d1", Fingers: []string{"d2", "d3"}, Signature: "d4", CardSeen: true, Within: 5})
}

// finish makes, checks and hands over the booklet of a captured order.
func (c *trips) finish(id, number string) {
	c.t.Helper()
	order := passport.OrderID(id, without)
	give(c.t, as("passport_officer", "bo"), c.passport.Journal, passport.Room, order, passport.Produce{Number: number})
	o := c.order(id)
	give(c.t, as("passport_officer", "cai"), c.passport.Journal, passport.Room, order, passport.Check{Scanned: o.Page(o.Number, o.Expires).MRZ()})
	give(c.t, as("passport_officer", "bo"), c.passport.Journal, passport.Room, order, passport.HandOver{})
}

func (c *trips) receive(id string) {
	c.t.Helper()
	order := passport.OrderID(id, without)
	c.until(c.office.Node, "the booklet to be announced", func() bool {
		_, there, err := custody.One(context.Background(), c.office.Store, order)
		return err == nil && there
	})
	give(c.t, as("custodian", "bao"), c.office.Journal, custody.Room, without, custody.Receive{Booklet: order})
}

// open replays what happened in the passport zone, and tells how many orders of
// one person and kind were open at once at most.
func (c *trips) open() int {
	c.t.Helper()
	head, _ := c.passport.Journal.Head()
	events, err := c.passport.Journal.Events(context.Background(), 0, int(head)+1)
	if err != nil {
		c.t.Fatal(err)
	}
	of, most, now := map[string]string{}, 0, map[string]int{}
	for _, e := range events {
		switch b := e.Body.(type) {
		case passport.Ordered:
			of[e.Subject.ID] = b.Person + " " + b.Type
			now[of[e.Subject.ID]]++
		case passport.Stopped, passport.HandedOver:
			now[of[e.Subject.ID]]--
		}
		for _, n := range now {
			most = max(most, n)
		}
	}
	return most
}

// Two cases on which the same person goes are approved on one day, in either
// order: one passport is ordered, the other case follows it from the capture to
// the store, and goes with it.
func TestThePassportOfAnotherCaseServesThisOneToo(t *testing.T) {
	for name, first := range map[string]int{"one first": 0, "the other first": 1} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			c := newTrips(t, 2)
			made, follows := c.ids[first], c.ids[1-first]
			c.decide(made)
			c.asked(made)
			c.decide(follows)
			a := c.asked(follows)
			order := passport.OrderID(made, without)
			if a.Shared[without] != order || len(c.loaded(made).Shared) != 0 {
				t.Fatalf("the second case asks for %v, the first for %v", a.Shared, c.loaded(made).Shared)
			}
			// The unit of the first hasn't booked the visit: the window reads who waits for it.
			keeps := func() []hall.Kept {
				out, err := hall.KeptWaiting(ctx, c.office.Store, c.office.Journal.Now())
				if err != nil {
					t.Fatal(err)
				}
				return out
			}
			c.until(c.office.Node, "the order to be heard of", func() bool { return len(keeps()) == 1 })
			if k := keeps()[0]; k.Filing != follows || k.For != made || k.Person != without {
				t.Fatalf("kept waiting is %v", k)
			}
			// What ending either does to the passport is told before it is confirmed.
			for id, want := range map[string][]approval.Act{made: {approval.StopBooklet, approval.OtherBooklet}, follows: {approval.LeaveBooklet}} {
				stands, _, err := amendment.Read(ctx, c.office.Journal, c.office.Packs.Now(), id)
				if err != nil {
					t.Fatal(err)
				}
				var of []approval.Act
				for _, f := range amendment.Ends(stands, approval.CancelDocument) {
					if f.Person == without && strings.HasPrefix(string(f.Do), "passport.") {
						of = append(of, f.Do)
					}
				}
				if !slices.Equal(of, want) {
					t.Errorf("ending %s says %v of the passport, want %v", id, of, want)
				}
			}
			// Who comes does so on account of the first, in both zones.
			for _, n := range []*node.Node{c.internet.Node, c.office.Node} {
				c.at(n, made, progress.IsOrdered)
				s := c.at(n, follows, progress.IsOrdered)
				if p := s.People[without]; p.From != order || p.MustCome() {
					t.Errorf("the %s zone calls for the capture: %+v", n.Zone, p)
				}
				if next := progress.Next(s, n.Journal.Now()); next.Key != "progress.next.other_case" || next.Who.OfUnit() {
					t.Errorf("the %s zone wants %s of %s", n.Zone, next.Key, next.Who)
				}
			}
			c.capture(made)
			s := c.at(c.internet.Node, follows, progress.IsCaptured)
			c.until(c.office.Node, "nobody to be kept waiting", func() bool { return len(keeps()) == 0 })
			if due := c.order(made).Due; due.IsZero() || s.People[without].Due != due {
				t.Errorf("expected on %s, promised for %s", s.People[without].Due, due)
			}
			c.finish(made, "PE0000001")
			if l := progress.LineOf(c.at(c.internet.Node, follows, progress.IsHandedOver)); l.Passport.Done != 3 {
				t.Errorf("%d booklets are there before the keeper has the fourth", l.Passport.Done)
			}
			c.receive(made)
			for _, n := range []*node.Node{c.internet.Node, c.office.Node} {
				if l := progress.LineOf(c.at(n, follows, progress.InStore)); l.Passport.Standing != progress.Ready {
					t.Errorf("the line of the %s zone: %+v", n.Zone, l.Passport)
				}
			}
			if b, ok, err := (custody.Trip{Filing: follows, Type: string(dossier.PublicAffairs)}).Booklet(ctx, c.office.Store, without); err != nil || !ok || b.Booklet != order {
				t.Errorf("the second trip goes with %q, %v", b.Booklet, err)
			}
			// What is lent for the second moves the second alone.
			give(t, as("custodian", "bao"), c.office.Journal, custody.Room, without,
				custody.Lend{Booklet: order, Filing: follows, Unit: "u", Approval: "x", Return: c.cs.Trip.Return, ReturnDays: 7, By: custody.Window})
			c.at(c.internet.Node, follows, progress.IsLent)
			c.at(c.internet.Node, made, progress.InStore)
			if all, err := passport.OfPerson(ctx, c.passport.Store, without); err != nil || len(all) != 1 {
				t.Errorf("the passport desk has %d orders, %v", len(all), err)
			}
			for _, n := range []*node.Node{c.internet.Node, c.office.Node, c.passport.Node} {
				if differ, err := n.Journal.Compare(ctx); err != nil || len(differ) > 0 {
					t.Error(n.Zone, differ, err)
				}
			}
		})
	}
}

// The unit whose case goes with the booklet of another one books the capture with its own
// visit where the other has not: then the other calls for it no more, the window keeps
// nobody waiting, and the capture is an act of that visit.
func TestTheUnitThatIsKeptWaitingMayBookTheCapture(t *testing.T) {
	ctx := context.Background()
	c := newTrips(t, 2)
	made, follows := c.ids[0], c.ids[1]
	finder := needs.Finder{Journal: c.internet.Journal, Pack: c.internet.Packs.Now}
	of := func(id string) needs.Needs {
		t.Helper()
		n, err := finder.Of(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	calls := func(id string) bool {
		n := of(id)
		return slices.ContainsFunc(n.Acts, func(a visit.Act) bool { return a.Kind == visit.Capture && n.Members[a.Member].ID == without })
	}
	c.decide(made)
	c.asked(made)
	c.decide(follows)
	c.asked(follows)
	c.until(c.internet.Node, "both to call for the capture", func() bool { return of(follows).Issued && calls(made) && calls(follows) })
	chosen := needs.Chosen{}
	for _, a := range of(follows).Acts {
		if a.Member >= 0 && of(follows).Members[a.Member].ID == without && (a.Kind == visit.ShowID || a.Kind == visit.Capture) {
			chosen.Acts = append(chosen.Acts, hall.Act{ID: string(a.ID), Kind: a.Kind, Person: without, Minutes: a.Minutes})
		}
	}
	plan := hall.Plan{ID: hall.Main, Horizon: 60, Minutes: 30, Open: []hall.Span{{From: hall.At(13, 30), To: hall.At(17, 0)}}, Windows: []hall.Window{{ID: "A", Counters: []visit.Counter{visit.CaptureCounter}, Places: 2}}}
	today := c.internet.Journal.Today()
	book := func(filing, unit string, at hall.Clock) {
		t.Helper()
		want := hall.Wanted{Plan: plan, Day: today, Slot: at, Counter: visit.CaptureCounter, Filing: filing, Unit: unit}
		give(t, as("liaison", "li"+unit), c.internet.Journal, hall.Days, plan.DayID(today), hall.Book{Wanted: want, People: []string{without}, Acts: chosen.Acts})
	}
	book(follows, "u2", hall.At(14, 0))
	if n := of(made); calls(made) || !slices.Contains(n.Other, c.cs.Members[1].Name()) {
		t.Errorf("the case that has the booklet made still calls for the capture; others take %v", n.Other)
	}
	if n := of(follows); !calls(follows) || len(n.Shared) != 1 || !n.Shared[0].Mine || n.Shared[0].By.IsZero() {
		t.Errorf("the case that booked it: %+v", n.Shared)
	}
	c.until(c.office.Node, "nobody to be kept waiting", func() bool {
		all, err := hall.KeptWaiting(ctx, c.office.Store, c.office.Journal.Now())
		return err == nil && len(all) == 0
	})
	book(made, "u1", hall.At(15, 0)) // pressed at the same moment
	var b hall.Booking
	c.until(c.office.Node, "the booking to be heard of", func() bool {
		all, err := hall.OfFiling(ctx, c.office.Store, follows)
		if err == nil && len(all) == 1 {
			b = all[0]
		}
		return err == nil && len(all) == 1
	})
	give(t, as("window", "kou"), c.office.Journal, hall.Attendances, b.ID, hall.CheckIn{Booking: b, People: b.People})
	c.capture(made)
	c.until(c.office.Node, "the capture to be an act of that visit", func() bool {
		v, there, err := hall.VisitOf(ctx, c.office.Store, b.ID)
		return err == nil && there && slices.ContainsFunc(v.Acts, func(a hall.ActRow) bool { return a.Kind == visit.Capture && a.Result == hall.Done })
	})
	if other, err := hall.VisitsOf(ctx, c.office.Store, made); err != nil || len(other) != 0 {
		t.Errorf("of one visit two were made: %+v, %v", other, err)
	}
	c.until(c.internet.Node, "what was booked for the same to be given back", func() bool {
		all, err := hall.OfFiling(ctx, c.internet.Store, made)
		return err == nil && len(all) == 1 && all[0].State == hall.IsCancelled
	})
	if calls(made) || calls(follows) {
		t.Error("who was captured is called again")
	}
}

// The form of a booklet wants where somebody was born, with their post and rank:
// the passport network is told what the file has, and keeps it when a case is
// changed that doesn't tell it.
func TestThePassportNetworkIsToldWhatItsFormWants(t *testing.T) {
	c := newTrips(t, 1)
	give(t, as("liaison", "liu1"), c.internet.Journal, person.Room, without, person.Record{In: "u1", Facts: person.Facts{FamilyName: "江", GivenName: "明远"}})
	give(t, as("traveller", "jiang"), c.internet.Journal, person.Room, without, person.Detail{Details: person.Details{Province: "50", BirthPlace: "渝中区"}})
	c.until(c.office.Node, "the file to arrive", func() bool {
		p, _, err := journal.Load(context.Background(), c.office.Journal, person.Room, without)
		return err == nil && p.Details.BirthPlace != ""
	})
	c.decide(c.ids[0])
	c.until(c.passport.Node, "the order", func() bool { return c.order(c.ids[0]).Stage == passport.IsOrdered })
	m := c.cs.Members[1]
	is := c.order(c.ids[0]).Identity
	if is.BirthPlace != "重庆渝中区" || is.Department != m.Department || is.Rank != string(m.Rank) || is.Post != m.Post {
		t.Errorf("told is %+v", is)
	}
	give(t, as("traveller", "jiang"), c.internet.Journal, person.Room, without, person.Detail{Details: person.Details{Province: "50", BirthPlace: "江北区"}})
	c.until(c.passport.Node, "the place of birth that was entered later", func() bool { return c.order(c.ids[0]).Identity.BirthPlace == "重庆江北区" })
	is.BirthPlace, is.GivenName = "", "鸣远"
	give(t, as("system", ""), c.passport.Journal, passport.Room, passport.OrderID(c.ids[0], without), passport.Amend{Depart: c.cs.Trip.Depart, Identity: &is})
	if is := c.order(c.ids[0]).Identity; is.BirthPlace == "" || is.GivenName != "鸣远" {
		t.Errorf("after a correction %+v", is)
	}
}

// An office may have everybody come for each booklet: then who was captured for
// a passport that isn't made after all is captured anew.
func TestWhereACaptureServesOnceItsPersonComesAgain(t *testing.T) {
	files, _ := packs.Named("demo")
	once, err := pack.ReadFiles(files)
	if err != nil {
		t.Fatal(err)
	}
	once["catalogue.yaml"] = bytes.Replace(once["catalogue.yaml"], []byte("captureReuse: true"), []byte("captureReuse: false"), 1)
	c := newTripsIn(t, newCityOf(t, once), "valid-france-italy-8-days.json", 2)
	first, second := c.ids[0], c.ids[1]
	c.decide(first)
	c.asked(first)
	c.at(c.office.Node, first, progress.IsOrdered)
	c.capture(first)
	c.at(c.internet.Node, first, progress.IsCaptured)
	c.revoke(first)
	c.until(c.passport.Node, "the first order to end", func() bool { return c.order(first).Stage == passport.IsStopped })
	c.decide(second)
	c.asked(second)
	for _, n := range []*node.Node{c.office.Node, c.internet.Node} {
		if p := c.at(n, second, progress.IsOrdered).People[without]; !p.MustCome() {
			t.Errorf("the %s zone calls nobody for the capture: %+v", n.Zone, p)
		}
	}
	c.until(c.passport.Node, "all that follows from the order", func() bool {
		rest, err := c.passport.Settled(context.Background())
		return err == nil && rest
	})
	if o := c.order(second); o.Stage != passport.IsOrdered {
		t.Errorf("the second order is %q by an earlier capture", o.Stage)
	}
}

// Somebody is captured, stays at home and is taken in again: nobody comes a second
// time for the same order.
func TestACaptureServesTheOrderThatIsPlacedAgain(t *testing.T) {
	c := newTrips(t, 1)
	id := c.ids[0]
	c.decide(id)
	asked := c.asked(id)
	c.at(c.office.Node, id, progress.IsOrdered)
	c.capture(id)
	order := passport.OrderID(id, without)
	was := c.order(id)
	give(t, as("system", ""), c.passport.Journal, passport.Room, order, passport.Stop{Reason: "减员"})
	give(t, as("system", ""), c.passport.Journal, passport.Room, order, passport.Place{Filing: id, Within: 5, Asked: approval.BookletAsked{Person: without, Type: string(was.Type), Why: was.Why, Approval: asked.Document.Number,
		Depart: was.Depart, Identity: journal.Of(was.Identity)}})
	c.until(c.passport.Node, "the capture to serve again", func() bool { return c.order(id).Stage == passport.IsCaptured })
	if o := c.order(id); o.Photo != was.Photo || o.CaptureUntil != was.CaptureUntil {
		t.Errorf("it is made of %+v", o)
	}
}

// The approval of the case for which the passport is made is taken back after the
// capture: the next asks anew, is made from the same capture, and a third that
// waited as well goes with that.
func TestWhoWaitsForAStoppedPassportIsAskedForAnew(t *testing.T) {
	c := newTrips(t, 3)
	for _, id := range c.ids {
		c.decide(id)
		c.asked(id)
	}
	first, second, third := c.ids[0], c.ids[1], c.ids[2]
	c.at(c.office.Node, first, progress.IsOrdered)
	c.capture(first)
	c.at(c.internet.Node, third, progress.IsCaptured)
	c.revoke(first)
	c.until(c.office.Node, "the others to ask anew", func() bool {
		return c.loaded(second).Shared[without] == "" && c.loaded(third).Shared[without] == passport.OrderID(second, without)
	})
	// Nobody comes a second time.
	c.until(c.passport.Node, "the earlier capture to serve", func() bool { return c.order(second).Stage == passport.IsCaptured })
	c.until(c.internet.Node, "the others to hear of it", func() bool {
		s, _, err := progress.Of(context.Background(), c.internet.Store, third)
		p := s.People[without]
		return err == nil && p.From == passport.OrderID(second, without) && p.Booklet == progress.IsCaptured
	})
	c.at(c.internet.Node, second, progress.IsCaptured)
	if o := c.order(second); o.Stage != passport.IsCaptured || c.order(first).Stage != passport.IsStopped || c.order(third).Stage != passport.Nothing {
		t.Errorf("orders: %s, %s, %s", c.order(first).Stage, o.Stage, c.order(third).Stage)
	}
	c.finish(second, "PE0000001")
	c.receive(second) // by then the office has done what follows from the capture
	if had, err := hall.VisitsOf(context.Background(), c.office.Store, second); err != nil || len(had) != 0 {
		t.Errorf("a capture that served again counts as a visit: %+v %v", had, err)
	}
	// A case that is decided once the passport lies in the store asks for none.
	c.at(c.internet.Node, third, progress.InStore)
	c.add("01960000-0000-7000-8000-00000000e004", "u4")
	c.decide(c.ids[3])
	c.until(c.office.Node, "the last document", func() bool { return c.loaded(c.ids[3]).Stage == approval.IsIssued })
	c.until(c.internet.Node, "news of it", func() bool {
		s, _, err := progress.Of(context.Background(), c.internet.Store, c.ids[3])
		return err == nil && s.Stage == progress.Issued
	})
	if a := c.loaded(c.ids[3]); len(a.Asked) != 0 {
		t.Errorf("asked for %v beside the passport in the store", a.Asked)
	}
	if n := c.open(); n != 1 {
		t.Errorf("%d orders of one person were open at once", n)
	}
}

// Somebody whose two records are found to be one person's was captured under one
// of them: the passport that waits under the other is made from that, and nobody
// is called a second time.
func TestACaptureServesThePassportOfTheSamePersonUnderTheirOtherRecord(t *testing.T) {
	ctx := context.Background()
	c := newTrips(t, 1)
	const double = "p2b"
	for _, id := range []string{without, double} {
		give(t, as("liaison", "liu1"), c.internet.Journal, person.Room, id, person.Record{In: "u1", Facts: person.Facts{FamilyName: "江", GivenName: "明远"}})
	}
	c.people = []string{"p1", double, "p3", "p4"}
	c.add("01960000-0000-7000-8000-00000000e002", "u2")
	var verdicts []approval.Verdict
	for _, who := range c.people {
		verdicts = append(verdicts, approval.Verdict{Person: who, Approved: true})
	}
	c.decide(c.ids[0])
	give(t, as("director", "zhu"), c.office.Journal, approval.Room, c.ids[1], approval.Decide{Months: 6, Members: verdicts})
	waits := passport.OrderID(c.ids[1], double)
	stage := func(order string) passport.Stage {
		o, _, err := journal.Load(ctx, c.passport.Journal, passport.Room, order)
		if err != nil {
			t.Fatal(err)
		}
		return o.Stage
	}
	c.until(c.passport.Node, "both orders", func() bool {
		return stage(waits) == passport.IsOrdered && c.order(c.ids[0]).Stage == passport.IsOrdered
	})
	c.capture(c.ids[0])
	stands, _, err := journal.Load(ctx, c.internet.Journal, person.Room, without)
	if err != nil {
		t.Fatal(err)
	}
	give(t, as("liaison", "liu1"), c.internet.Journal, person.Room, double, person.Absorb{Into: without, Other: stands, Choice: person.Data{}})
	c.until(c.passport.Node, "the capture to serve under the other id", func() bool { return stage(waits) == passport.IsCaptured })
	if all, err := passport.OfPerson(ctx, c.passport.Store, double); err != nil || len(all) != 2 {
		t.Errorf("the passport zone has %d orders of the person, %v", len(all), err)
	}
	if e, err := person.One(ctx, c.passport.Store, without); !fault.IsNotFound(err) {
		t.Errorf("the passport zone knows %q, %v", e.Name(), err)
	}
	if differ, err := c.passport.Journal.Compare(ctx); err != nil || len(differ) > 0 {
		t.Error(differ, err)
	}
}

// The new passport of somebody with two records takes the place of the old one,
// which is kept under the other.
func TestANewBookletReplacesTheOneUnderTheHoldersOtherRecord(t *testing.T) {
	ctx := context.Background()
	c := newTrips(t, 1)
	const double = "p2b"
	for _, id := range []string{without, double} {
		give(t, as("liaison", "liu1"), c.internet.Journal, person.Room, id, person.Record{In: "u1", Facts: person.Facts{FamilyName: "江", GivenName: "明远"}})
	}
	c.decide(c.ids[0])
	c.asked(c.ids[0])
	c.until(c.passport.Node, "the order", func() bool { return c.order(c.ids[0]).Stage == passport.IsOrdered })
	c.capture(c.ids[0])
	c.finish(c.ids[0], "PE0000002")
	fresh := c.order(c.ids[0])
	give(t, as("custodian", "bao"), c.office.Journal, custody.Room, double, custody.Register{Booklet: "old", Type: string(fresh.Type), Number: "PE0000001", Issued: calendar.On(2022, 1, 1), Expires: calendar.On(2027, 1, 1), LatinName: "JIANG MINGYUAN"})
	stands, _, err := journal.Load(ctx, c.internet.Journal, person.Room, without)
	if err != nil {
		t.Fatal(err)
	}
	give(t, as("liaison", "liu1"), c.internet.Journal, person.Room, double, person.Absorb{Into: without, Other: stands, Choice: person.Data{}})
	c.until(c.office.Node, "the office to hear that they are one", func() bool {
		all, err := person.Also(ctx, c.office.Store, double)
		return err == nil && len(all) == 2
	})
	c.receive(c.ids[0])
	c.until(c.office.Node, "the old one to be replaced", func() bool {
		old, _, err := custody.One(ctx, c.office.Store, "old")
		return err == nil && old.ReplacedBy == passport.OrderID(c.ids[0], without)
	})
}

// A permit that is made on account of another case is endorsed for this one too
// once it is in the store, where what it carries then doesn't last: no second one
// is made.
func TestThePermitOfAnotherCaseIsEndorsedForThisOne(t *testing.T) {
	ctx := context.Background()
	c := newTripsTo(t, "valid-hong-kong-4-days.json", 1)
	later := c.cs.Clone()
	later.Trip.Depart, later.Trip.Return = later.Trip.Depart.AddDays(100), later.Trip.Return.AddDays(100)
	for i := range later.Legs {
		l := &later.Legs[i]
		l.Arrive.Date, l.Leave.Date = l.Arrive.Date.AddDays(100), l.Leave.Date.AddDays(100)
	}
	c.cs = later
	c.add("01960000-0000-7000-8000-00000000e009", "u9")
	const key = without + ".permit"
	wish := func(id string) approval.Approval {
		c.until(c.office.Node, "the permit to be asked for", func() bool { return slices.Contains(c.loaded(id).Asked, key) })
		return c.loaded(id)
	}
	first, second := c.ids[0], c.ids[1]
	order := passport.OrderID(first, key)
	c.decide(first)
	wish(first)
	c.decide(second)
	if a := wish(second); a.Shared[key] != order {
		t.Fatalf("the second case asks for %v, and shares %v", a.Asked, a.Shared)
	}
	load := func(id string) passport.Order {
		o, _, err := journal.Load(ctx, c.passport.Journal, passport.Room, id)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	c.until(c.passport.Node, "the permit to be ordered", func() bool { return load(order).Stage == passport.IsOrdered })
	give(t, as("passport_officer", "ann"), c.passport.Journal, passport.Room, order, passport.Capture{Photo: "d1", Signature: "d2", Exemption: passport.ExemptionOf(dossier.HKMacauPermit)})
	give(t, as("passport_officer", "bo"), c.passport.Journal, passport.Room, order, passport.Produce{Number: "J00000001"})
	give(t, as("passport_officer", "bo"), c.passport.Journal, passport.Room, order, passport.Endorse{Kinds: map[string]passport.StampKind{"HKG": passport.ThreeMonthsTwice}})
	o := load(order)
	give(t, as("passport_officer", "cai"), c.passport.Journal, passport.Room, order, passport.Check{Scanned: o.Page(o.Number, o.Expires).MRZ(), Until: map[string]calendar.Date{"HKG": o.Stamps[0].Until}})
	give(t, as("passport_officer", "bo"), c.passport.Journal, passport.Room, order, passport.HandOver{})
	c.until(c.office.Node, "the permit to be announced", func() bool {
		_, there, err := custody.One(ctx, c.office.Store, order)
		return err == nil && there
	})
	give(t, as("custodian", "bao"), c.office.Journal, custody.Room, without, custody.Receive{Booklet: order})
	c.until(c.passport.Node, "the endorsement to be ordered", func() bool { return load(passport.OrderID(second, key)).Stage != passport.Nothing })
	if o := load(passport.OrderID(second, key)); !o.EndorseOnly() || o.Permit != order || len(o.Regions) != 1 || o.Regions[0].Until.Before(later.Trip.Depart) {
		t.Errorf("instead of an endorsement for the second trip: %s of %q for %v", o.Why, o.Permit, o.Regions)
	}
	c.at(c.internet.Node, second, progress.IsCaptured)
}

// Macao comes into a journey to Hong Kong: a permit that waits for its endorsement
// gets both, one that was handed over is endorsed again, on an order of its own.
func TestARegionThatIsAddedIsEndorsed(t *testing.T) {
	for _, when := range []string{"endorsed", "crossing", "there"} {
		t.Run(when, func(t *testing.T) {
			done := when == "there"
			ctx := context.Background()
			c := newTripsTo(t, "valid-hong-kong-4-days.json", 1)
			const key = without + ".permit"
			id := c.ids[0]
			order, again := passport.OrderID(id, key), passport.OrderID(id, key+".2")
			load := func(id string) passport.Order {
				o, _, err := journal.Load(ctx, c.passport.Journal, passport.Room, id)
				if err != nil {
					t.Fatal(err)
				}
				return o
			}
			as := func(who string) context.Context { return as("passport_officer", who) }
			c.decide(id)
			c.until(c.passport.Node, "the permit to be ordered", func() bool { return load(order).Stage == passport.IsOrdered })
			give(t, as("ann"), c.passport.Journal, passport.Room, order, passport.Capture{Photo: "d1", Signature: "d2", Exemption: passport.ExemptionOf(dossier.HKMacauPermit)})
			give(t, as("bo"), c.passport.Journal, passport.Room, order, passport.Produce{Number: "J00000001"})
			give(t, as("bo"), c.passport.Journal, passport.Room, order, passport.Endorse{Kinds: map[string]passport.StampKind{"HKG": passport.ThreeMonthsTwice}})
			handOver := func() {
				t.Helper()
				o := load(order)
				give(t, as("cai"), c.passport.Journal, passport.Room, order, passport.Check{Scanned: o.Page(o.Number, o.Expires).MRZ(), Until: map[string]calendar.Date{"HKG": o.Stamps[0].Until}})
				give(t, as("bo"), c.passport.Journal, passport.Room, order, passport.HandOver{})
			}
			receive := func() {
				t.Helper()
				c.until(c.office.Node, "the permit to be announced", func() bool {
					_, there, err := custody.One(ctx, c.office.Store, order)
					return err == nil && there
				})
				give(t, journal.WithActor(ctx, journal.Actor{Role: "custodian", Account: "bao"}), c.office.Journal, custody.Room, without, custody.Receive{Booklet: order})
			}
			if done {
				handOver()
				receive()
			}
			wider := c.cs.Clone()
			macao := wider.Legs[len(wider.Legs)-1]
			macao.Country, macao.City, macao.CityEn = "MAC", "澳门", "Macao"
			macao.Arrive = macao.Leave
			wider.Legs = append(wider.Legs, macao)
			people := c.people[:len(c.cs.Members)]
			shows := func() (amendment.Standing, amendment.Wanted, []approval.Follow) {
				s, w, follows, err := amendment.Of(ctx, c.office.Journal, c.office.Packs.Now(), id, filing.AmendPlaces, wider, people, people, nil)
				if err != nil {
					t.Fatal(err)
				}
				return s, w, follows
			}
			theirs := func(follows []approval.Follow) map[approval.Act]int {
				return acts(slices.DeleteFunc(slices.Clone(follows), func(f approval.Follow) bool { return f.Person != without }))
			}
			want := approval.WidenPermit
			if done {
				want = approval.AskEndorsement
			}
			c.until(c.office.Node, "the office to hear how far the permit is", func() bool {
				_, _, follows := shows()
				return theirs(follows)[want] == 1
			})
			s, w, follows := shows()
			if when == "crossing" {
				handOver() // before the passport network hears of the change
			}
			give(t, journal.WithActor(ctx, journal.Actor{Role: "system"}), c.office.Journal, approval.Room, id, approval.Amend{Changed: amendment.Changed(s, w, follows),
				Amended: approval.Amended{Amendment: id + "~1", Kind: filing.AmendPlaces, Follows: follows, Reprint: w.Reprint, Verdicts: allGo[:len(people)], Members: c.loaded(id).Members,
					Facts: approval.Facts{Depart: wider.Trip.Depart, Return: wider.Trip.Return, Countries: wider.Countries()}, Dossier: journal.Of(wider)}})
			regions := func(o passport.Order) (out []string) {
				for _, r := range o.Regions {
					out = append(out, r.Code)
				}
				return out
			}
			if when == "crossing" {
				receive()
			}
			if when == "endorsed" {
				c.until(c.passport.Node, "the order to be for both", func() bool { return slices.Equal(regions(load(order)), []string{"HKG", "MAC"}) })
				if o := load(order); o.Stage != passport.IsMade || len(o.Stamps) != 0 || !o.MayEndorse() {
					t.Errorf("the permit is %s with %v", o.Stage, o.Stamps)
				}
				return
			}
			c.until(c.passport.Node, "the second endorsement to be ordered", func() bool { return load(again).Stage == passport.IsCaptured })
			if o := load(again); !o.EndorseOnly() || o.Permit != order || !slices.Equal(regions(o), []string{"MAC"}) {
				t.Errorf("ordered is %s of %q for %v", o.Why, o.Permit, o.Regions)
			}
			if a := c.loaded(id); !slices.Equal(approval.PermitKeys(a.Asked, without), []string{key, key + ".2"}) {
				t.Errorf("asked for %v", a.Asked)
			}
			if _, _, after := shows(); theirs(after)[approval.AskEndorsement] != 0 {
				t.Errorf("it would be asked for once more: %+v", after)
			}
		})
	}
}

// Cases are decided at once and taken back at any time while their passport is
// made: there is never a second order beside an open one, and whoever is still
// approved in the end waits for one that is made.
func TestNobodyHasTwoOpenOrdersOfOneKind(t *testing.T) {
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			ctx, r := context.Background(), rand.New(rand.NewPCG(seed, 7))
			c := newTrips(t, 4)
			var all sync.WaitGroup
			for _, id := range c.ids {
				all.Go(func() { c.decide(id) })
			}
			all.Wait()
			for _, id := range c.ids {
				c.asked(id)
			}
			left := slices.Clone(c.ids)
			for len(left) > 1 {
				if order, open := c.making(); open && r.IntN(2) == 0 {
					_, _ = journal.Do(as("passport_officer", "ann"), c.passport.Journal, passport.Room, journal.Order{Subject: order},
						passport.Capture{Photo: "d1", Fingers: []string{"d2", "d3"}, Signature: "d4", CardSeen: true, Within: 5}) // it may have been stopped
				}
				k := r.IntN(len(left))
				c.revoke(left[k])
				left = slices.Delete(left, k, k+1)
				c.until(c.office.Node, "everybody to wait for what is made", func() bool {
					for _, id := range left {
						order := passport.OrderID(id, without)
						if from := c.loaded(id).Shared[without]; from != "" {
							order = from
						}
						row, known, err := passport.One(ctx, c.office.Store, order)
						if err != nil || !known || row.Stage == passport.IsStopped {
							return false
						}
					}
					return true
				})
			}
			// What follows from the last revocation may still be on its way.
			c.until(c.passport.Node, "a passport to be made for the last", func() bool {
				order, open := c.making()
				return open && order == passport.OrderID(left[0], without)
			})
			if n := c.open(); n != 1 {
				t.Errorf("%d orders of one person were open at once", n)
			}
		})
	}
}

// making is the order that is open in the passport zone.
func (c *trips) making() (string, bool) {
	c.t.Helper()
	all, err := passport.OfPerson(context.Background(), c.passport.Store, without)
	if err != nil {
		c.t.Fatal(err)
	}
	i := slices.IndexFunc(all, func(o passport.Row) bool { return o.Stage != passport.IsStopped && o.Stage != passport.IsHandedOver })
	if i < 0 {
		return "", false
	}
	return all[i].ID, true
}
