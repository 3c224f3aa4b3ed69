package node_test

import (
	"context"
	"slices"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/journal"
	"yitang/internal/passport"
	"yitang/internal/progress"
	"yitang/internal/trip"
)

// toSingaporeToo is a case to Hong Kong that goes on to Singapore.
func toSingaporeToo(cs dossier.Case) dossier.Case {
	out := cs.Clone()
	on := out.Legs[len(out.Legs)-1]
	on.Country, on.City, on.CityEn = "SGP", "新加坡", "Singapore"
	on.Arrive = on.Leave
	out.Legs = append(out.Legs, on)
	return out
}

// member is what the internet zone knows of the one without a passport.
func (c *trips) member(id string) trip.Member {
	c.t.Helper()
	r, err := trip.ReadyOf(context.Background(), c.internet.Journal, c.internet.Packs.Now().Checks, id, calendar.Date{}, calendar.Date{})
	if err != nil {
		c.t.Fatal(err)
	}
	i := slices.IndexFunc(r.Members, func(m trip.Member) bool { return m.Person == without })
	if i < 0 {
		return trip.Member{}
	}
	return r.Members[i]
}

// A journey to Hong Kong and on wants a permit and a passport in hand: with the
// permit alone nobody is ready, before the passport is there or once it is lost.
func TestAJourneyThatLeadsOnFromHongKongWantsBothBooklets(t *testing.T) {
	c := newTripsTo(t, "valid-hong-kong-4-days.json", 0)
	c.cs = toSingaporeToo(c.cs)
	keeper := func(cmd journal.Command[custody.Holder]) {
		t.Helper()
		give(t, as("custodian", "bao"), c.office.Journal, custody.Room, without, cmd)
	}
	keeper(custody.Register{Booklet: "permit", Type: string(dossier.HKMacauPermit), Number: "J00000009", Expires: calendar.MustParse("2030-01-01"), Endorsements: []string{"HKG"}})
	c.add("01960000-0000-7000-8000-00000000e001", "u1")
	id := c.ids[0]
	lend := func(booklet string) {
		t.Helper()
		keeper(custody.Lend{Booklet: booklet, Filing: id, Unit: "u1", Approval: "x", Return: c.cs.Trip.Return, ReturnDays: 7, By: custody.Window})
	}
	is := func(what string, booklet, awaits bool) {
		t.Helper()
		c.until(c.internet.Node, what, func() bool { m := c.member(id); return m.Booklet == booklet && m.Awaits == awaits })
	}
	c.decide(id)
	c.asked(id)
	lend("permit")
	c.until(c.internet.Node, "the loan of the permit", func() bool {
		b, _, err := custody.One(context.Background(), c.internet.Store, "permit")
		return err == nil && b.Place == custody.IsLent
	})
	is("the passport to be awaited", false, true)
	c.at(c.office.Node, id, progress.IsOrdered)
	c.capture(id)
	c.finish(id, "PE0000001")
	c.receive(id)
	made := passport.OrderID(id, without)
	is("the passport to be in the store", false, false)
	lend(made)
	is("both to be in hand", true, false)
	keeper(custody.ReportLost{Booklet: made, Reason: "途中遗失"})
	is("another passport to be awaited", false, true)
}
