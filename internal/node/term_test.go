package node_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"yitang/internal/amendment"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/passport"
	"yitang/internal/precheck"
	"yitang/internal/trip"
	"yitang/internal/visa"
)

// One approval, several trips: the approval for a term asks for no booklet and
// no visa and clears nobody to go; a trip that is declared under it is held
// against it in both zones, is put on file in one step, and has orders of its own.
func TestTripsAreDeclaredUnderAnApprovalForATermAndHeldAgainstIt(t *testing.T) {
	ctx := context.Background()
	c := newCity(t)
	const term, first = "01960000-0000-7000-8000-0000000000d1", "01960000-0000-7000-8000-0000000000d2"
	cs := example(t, "valid-term-approval.json")
	people := []string{"p1", "p2", "p3", "p4"}
	c.accepted(term, cs)
	if path := c.loaded(term).Path; path == "declared" {
		t.Error("an approval for a term is only put on file")
	}
	c.decided(term, cs, approval.Verdict{Person: "p1", Approved: true}, approval.Verdict{Person: "p2", Approved: true}, approval.Verdict{Person: "p3", Approved: true}, approval.Verdict{Person: "p4", Reason: "不负责这项业务"})
	c.until(c.internet.Node, "the document to arrive", func() bool {
		a, _, err := journal.Load(ctx, c.internet.Journal, approval.Room, term)
		return err == nil && a.Document != nil
	})
	a := c.loaded(term)
	if a.ValidUntil != cs.Trip.Return || len(a.Asked) != 0 {
		t.Errorf("it holds until %v and asks for booklets of %v", a.ValidUntil, a.Asked)
	}
	if orders, err := visa.Of(ctx, c.office.Store, term); err != nil || len(orders) != 0 {
		t.Errorf("it has visa orders: %v, %v", orders, err)
	}
	if tr, _, err := journal.Load(ctx, c.internet.Journal, trip.Room, term); err != nil || tr.Stage != trip.Nothing {
		t.Errorf("somebody is cleared to travel on it: %v, %v", tr.Stage, err)
	}

	// What the unit begins with is what was approved.
	standing, err := approval.Standing(ctx, c.internet.Journal, term)
	if err != nil {
		t.Fatal(err)
	}
	only, may := filing.Only(standing.Dossier, standing.People(), a.Approved())
	paper := filing.Declare(term, only, may)
	if paper.Case.Trip.Kind != dossier.Declared || paper.Case.Trip.Under != term || paper.Case.Trip.Purpose != cs.Trip.Purpose || !slices.Equal(paper.People, people[:3]) || len(paper.Case.Legs) != 1 {
		t.Errorf("the draft of a declaration: %+v of %v", paper.Case.Trip, paper.People)
	}

	declared := example(t, "valid-germany-5-days.json")
	declared.Unit = cs.Unit
	for i := range declared.Members {
		declared.Members[i].Unit = cs.Unit.Name
	}
	declared.Trip.Kind, declared.Trip.Under, declared.Trip.Purpose = dossier.Declared, term, cs.Trip.Purpose
	declared.Notice = nil
	declared.Materials = slices.DeleteFunc(declared.Materials, func(m dossier.Material) bool { return m.Kind == "M01" || m.Kind == "M10" })
	check := func(n *node.Node, dc dossier.Case, who []string) []string {
		t.Helper()
		facts, err := node.Beyond(ctx, n.Journal, n.Keys, node.Asked{Filing: first, Unit: "u1", People: who, Case: dc})
		if err != nil {
			t.Fatal(err)
		}
		set := c.office.Packs.Now()
		var out []string
		for _, f := range set.Checks.Check(dc, precheck.Submit, n.Journal.Today(), facts...).List {
			if strings.HasPrefix(f.Rule, "MTA") || f.Severity == precheck.Block {
				out = append(out, f.Rule+" "+f.Field)
			}
		}
		return out
	}
	beyond := declared.Clone()
	beyond.Legs[0].Country = "FRA"
	beyond.Trip.Depart = calendar.On(2026, 5, 10) // a day before the term, and six days in all
	unapproved := []string{"MTA-002 members[3]"}
	for _, n := range []*node.Node{c.internet.Node, c.office.Node} {
		if got := check(n, declared, people); !slices.Equal(got, unapproved) {
			t.Errorf("with one who wasn't approved: %v", got)
		}
		got := check(n, beyond, people)
		for _, want := range []string{"MTA-003 legs[0].country", "MTA-004 case.depart", "MTA-005 case.return"} {
			if !slices.Contains(got, want) {
				t.Errorf("%s isn't found: %v", want, got)
			}
		}
		lost := declared.Clone()
		lost.Trip.Under = "nothing"
		if got := check(n, lost, people); !slices.Contains(got, "MTA-001 case.under") {
			t.Errorf("under no approval: %v", got)
		}
	}

	declared.Members = declared.Members[:3]
	declared.Members[1].Passport = nil
	app := filing.Application{Case: declared, Persons: people[:3], RuleSet: "test"}
	give(t, as("liaison", "li"), c.internet.Journal, filing.Room, first, filing.Present{Unit: "u1", Revision: 1, Application: app})
	give(t, as("signatory", "qi"), c.internet.Journal, filing.Room, first, filing.Submit{Revision: 1, Application: app})
	c.until(c.office.Node, "the declaration to arrive", func() bool { return c.stage(first) == approval.AtIntake })
	path := c.office.Packs.Now().Paths.For(declared)
	if path.ID != "declared" || len(path.Steps) != 1 {
		t.Errorf("a declared trip takes the path %s with %d steps", path.ID, len(path.Steps))
	}
	give(t, as("intake", "shou"), c.office.Journal, approval.Room, first, approval.Accept{Number: "YJ-2026-000002-X", Path: path})
	c.decided(first, declared, approval.Verdict{Person: "p1", Approved: true}, approval.Verdict{Person: "p2", Approved: true}, approval.Verdict{Person: "p3", Approved: true})
	c.until(c.passport.Node, "the declared trip's booklet to be ordered", func() bool {
		all, err := passport.OfFiling(ctx, c.passport.Store, first)
		return err == nil && len(all) == 1 && all[0].Person == "p2"
	})
	for _, zone := range []*node.Node{c.internet.Node, c.office.Node} {
		all, err := filing.DeclaredUnder(ctx, zone.Store, term)
		if err != nil || len(all) != 1 || all[0].ID != first {
			t.Errorf("%s lists %v, %v", zone.Zone, all, err)
		}
	}
	// It is put away after its last day, and not before.
	if err := c.office.DoChores(ctx); err != nil || c.stage(term) != approval.IsIssued {
		t.Errorf("in force, it stands at %s: %v", c.stage(term), err)
	}
	for day, want := range map[calendar.Date]int{cs.Trip.Return: 0, cs.Trip.Return.Next(): 1} {
		if over, err := approval.TermsOver(ctx, c.office.Store, day); err != nil || len(over) != want {
			t.Errorf("on %v %d approvals for a term are over, %v", day, len(over), err)
		}
	}
	if groups, _, _, err := node.PlanUsed(ctx, c.internet.Journal, "u1", 2026, ""); err != nil || groups != 1 {
		t.Errorf("the unit's plan counts %d groups, %v", groups, err)
	}

	// Taken back, it takes along what was declared under it and hasn't begun: that
	// is told before, and follows by rule.
	stands, _, err := amendment.Read(ctx, c.office.Journal, c.office.Packs.Now(), term)
	if err != nil {
		t.Fatal(err)
	}
	told := slices.DeleteFunc(amendment.Ends(stands, approval.RevokeDocument), func(f approval.Follow) bool { return f.Do != approval.EndDeclared })
	if len(told) != 1 || told[0].Ref != "YJ-2026-000002-X" || told[0].Day != declared.Trip.Depart {
		t.Errorf("of the declared trips is told %+v", told)
	}
	give(t, as("director", "zhu"), c.office.Journal, approval.Room, term, approval.Revoke{Reason: "任务终止"})
	c.until(c.office.Node, "the declared trip to end", func() bool { return c.stage(first) == approval.IsClosed })
	if a := c.loaded(first); a.Outcome != string(approval.IsRevoked) {
		t.Errorf("it ends as %s", a.Outcome)
	}
	c.until(c.passport.Node, "its booklet to be stopped", func() bool {
		o, _, err := journal.Load(ctx, c.passport.Journal, passport.Room, passport.OrderID(first, "p2"))
		return err == nil && o.Stage == passport.IsStopped
	})
}
