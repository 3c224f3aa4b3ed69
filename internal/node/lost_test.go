package node_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"yitang/internal/access"
	"yitang/internal/custody"
	"yitang/internal/drill"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/passport"
	"yitang/internal/progress"
	"yitang/internal/trip"
	"yitang/internal/visa"
)

// again is the order by which the booklet of somebody is made once more.
func (c *trips) again(id string) passport.Order {
	c.t.Helper()
	o, _, err := journal.Load(context.Background(), c.passport.Journal, passport.Room, passport.OrderID(id, without+".passport.2"))
	if err != nil {
		c.t.Fatal(err)
	}
	return o
}

// there has a case's booklet made and taken into the store.
func (c *trips) there(id, number string) string {
	c.t.Helper()
	c.decide(id)
	c.asked(id)
	c.at(c.office.Node, id, progress.IsOrdered)
	c.capture(id)
	c.finish(id, number)
	c.receive(id)
	return passport.OrderID(id, without)
}

// The booklet that a case had made is lost, or found to be no good, before its
// trip: another one is ordered by rule, made of the capture that is there, and
// told of in both zones. It can be lost too.
func TestABookletThatIsLostBeforeItsTripIsMadeAgain(t *testing.T) {
	ctx := context.Background()
	for name, gone := range map[string]func(booklet string) []journal.Command[custody.Holder]{
		"lost in the store": func(b string) []journal.Command[custody.Holder] {
			return []journal.Command[custody.Holder]{custody.Receive{Booklet: b}, custody.ReportLost{Booklet: b, Reason: "搬库时遗失"}, custody.Void{Booklet: b, Reason: "挂失"}}
		},
		"lost on its way": func(b string) []journal.Command[custody.Holder] {
			return []journal.Command[custody.Holder]{custody.ReportLost{Booklet: b, Reason: "转交途中遗失"}}
		},
		"no good": func(b string) []journal.Command[custody.Holder] {
			return []journal.Command[custody.Holder]{custody.Receive{Booklet: b}, custody.Void{Booklet: b, Reason: "资料页受潮"}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := newTrips(t, 1)
			id := c.ids[0]
			c.decide(id)
			c.asked(id)
			c.at(c.office.Node, id, progress.IsOrdered)
			c.capture(id)
			c.finish(id, "PE0000001")
			first := passport.OrderID(id, without)
			c.until(c.office.Node, "the booklet to be announced", func() bool {
				_, there, err := custody.One(ctx, c.office.Store, first)
				return err == nil && there
			})
			for _, cmd := range gone(first) {
				give(t, as("custodian", "bao"), c.office.Journal, custody.Room, without, cmd)
			}
			// Nobody comes a second time for it.
			c.until(c.passport.Node, "another order with the capture that is there", func() bool { return c.again(id).Stage == passport.IsCaptured })
			if o := c.again(id); o.Approval != c.loaded(id).Document.Number || o.Identity != c.order(id).Identity || o.EndorseOnly() {
				t.Errorf("ordered is %+v", o)
			}
			for _, z := range []struct {
				name string
				s    progress.State
				at   *journal.Journal
			}{{"internet", c.at(c.internet.Node, id, progress.IsCaptured), c.internet.Journal}, {"office", c.at(c.office.Node, id, progress.IsCaptured), c.office.Journal}} {
				if next := progress.Next(z.s, z.at.Now()); next.Key != "progress.next.make" {
					t.Errorf("the %s zone wants %s", z.name, next.Key)
				}
				told, err := progress.Timeline(ctx, z.at.Store, id, 100)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.ContainsFunc(told, func(h progress.Happening) bool { return h.Kind == "approval.booklet_asked" && h.Args["Again"] == true }) {
					t.Errorf("the timeline of the %s zone doesn't tell of it", z.name)
				}
			}
			if a := c.loaded(id); !slices.Equal(a.Asked, []string{without, without + ".passport.2"}) {
				t.Errorf("asked for %v", a.Asked)
			}
			if n := c.open(); n != 1 {
				t.Errorf("%d orders of one person were open at once", n)
			}
			// It is a booklet as any other, and the end of the case stops it.
			c.revoke(id)
			c.until(c.passport.Node, "the order to end with its case", func() bool { return c.again(id).Stage == passport.IsStopped })
		})
	}
}

// Somebody goes on two trips with the booklet that one of them had made: when it
// is lost one is made again, for both; a trip that was given up asks for none.
func TestALostBookletIsMadeOnceForTheTripsThatAreLeft(t *testing.T) {
	for _, givenUp := range []bool{false, true} {
		t.Run(fmt.Sprint("the first is given up ", givenUp), func(t *testing.T) {
			c := newTrips(t, 1)
			lost := c.there(c.ids[0], "PE0000001")
			c.add("01960000-0000-7000-8000-00000000e002", "u2")
			first, second := c.ids[0], c.ids[1]
			c.decide(second)
			c.until(c.internet.Node, "the second document", func() bool {
				s, _, err := progress.Of(context.Background(), c.internet.Store, second)
				return err == nil && s.Stage == progress.Issued
			})
			if a := c.loaded(second); len(a.Asked) != 0 {
				t.Fatalf("asked for %v beside the booklet in the store", a.Asked)
			}
			if givenUp {
				c.revoke(first)
			}
			give(t, as("custodian", "bao"), c.office.Journal, custody.Room, without, custody.ReportLost{Booklet: lost, Reason: "搬库时遗失"})
			second2 := c.asked(second)
			again := passport.OrderID(first, without+".passport.2")
			if givenUp {
				if a := c.loaded(first); !slices.Equal(a.Asked, []string{without}) || len(second2.Shared) != 0 {
					t.Errorf("given up, it asked for %v; the second shares %v", a.Asked, second2.Shared)
				}
				c.at(c.internet.Node, second, progress.IsCaptured)
				return
			}
			order := passport.OrderID(second, without)
			c.until(c.office.Node, "both to wait for one", func() bool {
				return c.loaded(second).Shared[without] == again || c.loaded(first).Shared[without+".passport.2"] == order
			})
			c.at(c.internet.Node, first, progress.IsCaptured)
			c.at(c.internet.Node, second, progress.IsCaptured)
			if n := c.open(); n != 1 {
				t.Errorf("%d orders of one person were open at once", n)
			}
		})
	}
}

// A visa is in the booklet that is lost: it is applied for again, in the one that is
// made in its place, and the delegation doesn't leave before.
func TestAVisaIsLostWithItsBooklet(t *testing.T) {
	s := upTo(t, drill.Lend)
	ctx := context.Background()
	who := s.People[drill.Newcomer]
	lost := goes(t, s, who)
	before, err := visa.Of(ctx, s.Office.Store, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	give(t, as(string(access.Custodian), "keeper"), s.Office.Journal, custody.Room, who, custody.ReportLost{Booklet: lost, Reason: "途中遗失"})
	settle(t, s)
	if tr := load(t, s.Internet.Journal, trip.Room, s.ID); tr.Stage != trip.Nothing {
		t.Errorf("the trip is %q", tr.Stage)
	}
	for _, n := range s.Nodes()[:2] {
		after, err := visa.Of(ctx, n.Store, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		anew := 0
		for i, o := range after {
			want := before[i].Stage
			if before[i].Booklet == lost {
				want = visa.IsPlanned
				anew++
			}
			if o.Stage != want {
				t.Errorf("in the %s zone the visa of %s is %q, not %q", n.Zone, o.Person, o.Stage, want)
			}
		}
		if anew == 0 {
			t.Error("no visa was in it")
		}
		is, _, err := progress.Of(ctx, n.Store, s.ID)
		if err != nil {
			t.Fatal(err)
		}
		if p := is.People[who]; p.Booklet != progress.IsCaptured {
			t.Errorf("in the %s zone their booklet is %q", n.Zone, p.Booklet)
		}
	}
	if o := load(t, s.Passport.Journal, passport.Room, passport.OrderID(s.ID, who+".passport.2")); o.Stage != passport.IsCaptured {
		t.Errorf("another order is %q", o.Stage)
	}
}

// Of two trips with one booklet it is made again for the one that leaves sooner,
// whichever it was first made for; the later one goes with that.
func TestALostBookletIsMadeAgainForWhoLeavesFirst(t *testing.T) {
	c := newTrips(t, 1)
	sooner, cs := c.ids[0], c.cs
	c.cs = moved(cs, 60)
	c.add("01960000-0000-7000-8000-00000000e002", "u2")
	later := c.ids[1]
	c.decide(sooner)
	c.asked(sooner)
	c.decide(later)
	first := passport.OrderID(sooner, without)
	if a := c.asked(later); a.Shared[without] != first {
		t.Fatalf("the later trip shares %v", a.Shared)
	}
	c.at(c.office.Node, sooner, progress.IsOrdered)
	c.capture(sooner)
	c.finish(sooner, "PE0000001")
	c.until(c.office.Node, "the booklet to be announced", func() bool {
		_, there, err := custody.One(context.Background(), c.office.Store, first)
		return err == nil && there
	})
	give(t, as("custodian", "bao"), c.office.Journal, custody.Room, without, custody.ReportLost{Booklet: first, Reason: "转交途中遗失"})
	c.until(c.passport.Node, "another order", func() bool { return c.again(sooner).Stage == passport.IsCaptured })
	c.until(c.office.Node, "the later trip to wait for it", func() bool { return c.loaded(later).Shared[without] == passport.OrderID(sooner, without+".passport.2") })
	if o := c.order(later); o.Stage != passport.Nothing {
		t.Errorf("for the later trip one is %q", o.Stage)
	}
}

// Whoever leaves today may have left: nothing is asked for them when their booklet
// is lost, and a later trip has it made again.
func TestWhoLeavesTodayIsAskedNothingForALostBooklet(t *testing.T) {
	c := newTrips(t, 1)
	lost := c.there(c.ids[0], "PE0000001")
	c.cs = moved(c.cs, c.office.Journal.Today().Sub(c.cs.Trip.Depart))
	c.add("01960000-0000-7000-8000-00000000e002", "u2")
	c.decide(c.ids[1])
	c.until(c.office.Node, "visas of the trip of today, which are planned after the booklets", func() bool {
		orders, err := visa.Of(context.Background(), c.office.Store, c.ids[1])
		return err == nil && len(orders) > 0
	})
	give(t, as("custodian", "bao"), c.office.Journal, custody.Room, without, custody.ReportLost{Booklet: lost, Reason: "搬库时遗失"})
	c.until(c.passport.Node, "the trip of later to ask", func() bool { return c.again(c.ids[0]).Stage == passport.IsCaptured })
	if a := c.loaded(c.ids[1]); len(a.Asked) != 0 {
		t.Errorf("who leaves today asks for %v", a.Asked)
	}
}

// An old booklet is cancelled because its successor is there: a visa in it holds on,
// and nobody applies for it again.
func TestABookletThatIsCancelledOnRenewalKeepsItsVisas(t *testing.T) {
	s := upTo(t, drill.Lend)
	ctx := context.Background()
	who := s.People[drill.Newcomer]
	old := goes(t, s, who)
	before, err := visa.Of(ctx, s.Office.Store, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	row, _, err := custody.One(ctx, s.Office.Store, old)
	if err != nil {
		t.Fatal(err)
	}
	for _, cmd := range []journal.Command[custody.Holder]{custody.HandIn{Booklet: old, By: custody.Window},
		custody.Announce{Booklet: "next", Type: row.Type, Number: "PE7654321", Expires: row.Expires.AddMonths(60), Replaces: row.Tail}, custody.Receive{Booklet: "next"}, custody.Void{Booklet: old, Reason: "换发注销"}} {
		give(t, as(string(access.Custodian), "keeper"), s.Office.Journal, custody.Room, who, cmd)
	}
	settle(t, s)
	after, err := visa.Of(ctx, s.Office.Store, s.ID)
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range after {
		if o.Stage != before[i].Stage {
			t.Errorf("the visa of %s was %q and is %q", o.Person, before[i].Stage, o.Stage)
		}
	}
}

// A traveller tells online that their booklet is lost: keeper and maker hear of it and
// the booklet stays where it is until the keeper acts; found again, the maker hears of
// that too.
func TestALossThatIsToldOnlineIsHeardInAllZonesAndActedOnByTheOffice(t *testing.T) {
	ctx := context.Background()
	c := newTrips(t, 1)
	id := c.ids[0]
	lost := c.there(id, "PE0000001")
	give(t, as("custodian", "bao"), c.office.Journal, custody.Room, without, happened[custody.Holder]{custody.Lent{Booklet: lost, Person: without, Filing: id, Unit: "u1", Due: c.office.Journal.Today().AddDays(30), By: custody.Window}})
	stands := func(what trip.Standing, nodes ...*node.Node) {
		t.Helper()
		for _, n := range nodes {
			c.until(n, "the loss to be "+string(what), func() bool {
				l, known, err := trip.LostOne(ctx, n.Store, lost)
				return err == nil && known && l.Standing() == what
			})
		}
	}
	all := []*node.Node{c.internet.Node, c.office.Node, c.passport.Node}
	c.at(c.internet.Node, id, progress.IsLent)
	row, _, err := custody.One(ctx, c.internet.Store, lost)
	if err != nil {
		t.Fatal(err)
	}
	tell := trip.TellLoss{Row: row, On: c.internet.Journal.Today(), Where: "柏林地铁", Words: "被盗"}
	give(t, as("traveller", "tan"), c.internet.Journal, trip.Room, id, journal.Command[trip.Trip](tell))
	stands(trip.IsTold, all...)
	if b, _, err := custody.One(ctx, c.office.Store, lost); err != nil || b.Place != custody.IsLent {
		t.Errorf("by a mere report the booklet is %q, %v", b.Place, err)
	}
	for _, n := range all[:2] {
		s, _, err := progress.Of(ctx, n.Store, id)
		if next := progress.Next(s, n.Journal.Now()); err != nil || next.Key != "progress.next.loss_told" || next.Who != progress.Custodian {
			t.Errorf("in the %s zone the next step is %+v, %v", n.Zone, next, err)
		}
	}
	if l, _, err := trip.LostOne(ctx, c.passport.Store, lost); err != nil || l.Words != "" || l.Where != "柏林地铁" {
		t.Errorf("the maker reads %+v, %v", l, err)
	}
	give(t, as("traveller", "tan"), c.internet.Journal, trip.Room, id, journal.Command[trip.Trip](trip.TakeLossBack{Booklet: lost}))
	stands(trip.IsBack, all...)
	give(t, as("traveller", "tan"), c.internet.Journal, trip.Room, id, journal.Command[trip.Trip](tell))
	stands(trip.IsTold, all...)
	give(t, as("custodian", "bao"), c.office.Journal, custody.Room, without, custody.ReportLost{Booklet: lost, Reason: "在线报告"})
	stands(trip.IsNoted, all...)
	// Word of it crosses with another telling: that the office has acted stays.
	give(t, as("traveller", "tan"), c.internet.Journal, trip.Room, id, journal.Command[trip.Trip](trip.TakeLossBack{Booklet: lost}))
	give(t, as("traveller", "tan"), c.internet.Journal, trip.Room, id, journal.Command[trip.Trip](tell))
	told, _, err := trip.LostOne(ctx, c.internet.Store, lost)
	if err != nil || told.Standing() != trip.IsNoted {
		t.Errorf("told again: %+v, %v", told, err)
	}
	c.until(c.office.Node, "the second telling", func() bool {
		l, _, err := trip.LostOne(ctx, c.office.Store, lost)
		return err == nil && l.Told == told.Told
	})
	stands(trip.IsNoted, all...)
	c.until(c.passport.Node, "another one to be ordered", func() bool { return c.again(id).Stage == passport.IsCaptured })
	give(t, as("custodian", "bao"), c.office.Journal, custody.Room, without, custody.ReportFound{Booklet: lost, Reason: "在行李里"})
	stands(trip.IsFound, all...)
}

// happened is what has happened to a subject, whatever led to it.
type happened[S any] struct{ body any }

func (h happened[S]) Decide(S, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(h.body), nil
}
