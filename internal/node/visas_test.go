package node_test

import (
	"context"
	"slices"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/requirement"
	"yitang/internal/visa"
)

// granted brings somebody's visa for a case into a booklet.
func (c *trips) granted(id, who, booklet string, p visa.Printed) {
	c.t.Helper()
	ctx := context.Background()
	order := visa.OrderID(id, who, "SCHENGEN")
	is := func(want visa.Stage) visa.Row {
		c.t.Helper()
		var o visa.Row
		c.until(c.office.Node, "the visa of "+who+" to be "+string(want), func() bool {
			var err error
			o, _, err = visa.One(ctx, c.office.Store, order)
			return err == nil && o.Stage == want
		})
		return o
	}
	kit := visa.CompleteKit{}
	for _, it := range is(visa.IsPlanned).Kit {
		kit.Items = append(kit.Items, it.ID)
	}
	give(c.t, as("visa", "v1"), c.office.Journal, visa.Room, order, journal.Command[visa.Order](kit))
	give(c.t, as("visa", "v1"), c.office.Journal, custody.Room, who, custody.SendToMission{Booklet: booklet, Filing: id, Visa: order, Batch: "1"})
	is(visa.IsSent)
	give(c.t, as("visa", "v1"), c.office.Journal, visa.Room, order, journal.Command[visa.Order](visa.Grant{Printed: p}))
	give(c.t, as("visa", "v2"), c.office.Journal, visa.Room, order, journal.Command[visa.Order](visa.Check{}))
	is(visa.IsChecked)
}

// A visa that holds for two years serves the next trip, in both zones: no mission is
// asked again. One whose only entry the first trip takes, or which is in another
// booklet than the one that goes, doesn't.
func TestAVisaThatIsHeldIsNotAppliedForAgain(t *testing.T) {
	for name, number := range map[string]bool{"named by number": true, "named online": false} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			c := newTrips(t, 1)
			first, depart := c.ids[0], c.cs.Trip.Depart
			for i, who := range map[int]string{0: "p1", 2: "p3", 3: "p4"} {
				p := c.cs.Members[i].Passport
				b := custody.Register{Booklet: "b-" + who, Unit: "u1", Type: string(p.Type), Number: p.Number, Issued: p.Issued, Expires: p.Expires, BlankPages: 20, LatinName: p.LatinName}
				if who == "p4" {
					b.Number, b.Issued, b.Expires = "PE7654321", p.Issued.AddMonths(-12), p.Expires.AddMonths(-12)
				}
				give(t, as("custodian", "bao"), c.office.Journal, custody.Room, who, b)
			}
			c.decide(first)
			for who, entries := range map[string]int{"p1": 0, "p3": 1, "p4": 0} {
				b, _, err := custody.One(ctx, c.office.Store, "b-"+who)
				if err != nil {
					t.Fatal(err)
				}
				c.granted(first, who, b.Booklet, visa.Printed{From: depart.Prev(), Until: depart.AddMonths(24), Entries: entries, Days: 90, Name: b.LatinName, Tail: b.Tail})
			}
			if !number {
				for i := range c.cs.Members {
					if p := c.cs.Members[i].Passport; p != nil {
						p.Number = ""
					}
				}
			}
			c.cs = moved(c.cs, 60)
			c.add("01960000-0000-7000-8000-00000000e002", "u2")
			c.decide(c.ids[1])
			var orders []visa.Row
			c.until(c.office.Node, "the visas of the second trip", func() bool {
				var err error
				orders, err = visa.Of(ctx, c.office.Store, c.ids[1])
				return err == nil && len(orders) == 4
			})
			for _, o := range orders {
				want := visa.IsPlanned
				if o.Person == "p1" {
					want = visa.NoneNeeded
				}
				if o.Stage != want {
					t.Errorf("the visa of %s is %q (%s), want %q", o.Person, o.Stage, o.Reason, want)
				}
			}
			for _, n := range []*node.Node{c.internet.Node, c.office.Node} {
				held := func() []int { return c.held(n, c.ids[1], c.cs) }
				c.until(n, "the visa of the first to be known", func() bool { return slices.Equal(held(), []int{0}) })
			}
		})
	}
}

// held are the members of a case whose visa needn't be applied for, as a zone knows it.
func (c *trips) held(n *node.Node, id string, cs dossier.Case) (out []int) {
	c.t.Helper()
	today := calendar.On(2026, 3, 10)
	known, err := visa.Known(context.Background(), n.Store, id, cs, c.people, today)
	if err != nil {
		c.t.Fatal(err)
	}
	set := n.Packs.Now()
	for _, r := range requirement.For(requirement.Facts{Case: cs, Known: known, Countries: set.Countries, Today: today}, set.Needs(today)) {
		if i, of := r.Owner.Member(); of && r.Key == "visa" && r.IsHeld() {
			out = append(out, i)
		}
	}
	return out
}
