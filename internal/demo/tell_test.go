package demo_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/demo"
	"yitang/internal/exchange"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/person"
	"yitang/internal/unit"
	"yitang/internal/zone"
	"yitang/ref"
)

func newZones(t *testing.T) demo.Zones {
	t.Helper()
	ctx := context.Background()
	base := t.TempDir()
	z := demo.Zones{Clock: &demo.Clock{}}
	options := func(name zone.Zone) node.Options {
		o := node.Options{Dir: filepath.Join(base, string(name)), Clock: z.Clock.Now}
		if err := node.Init(name, o); err != nil {
			t.Fatal(err)
		}
		return o
	}
	var err error
	if z.Internet, err = node.OpenInternet(ctx, options(zone.Internet)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(z.Internet.Close)
	if z.Office, err = node.OpenOffice(ctx, options(zone.Office)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(z.Office.Close)
	if z.Passport, err = node.OpenPassport(ctx, options(zone.Passport)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(z.Passport.Close)
	nodes := []*node.Node{z.Internet.Node, z.Office.Node, z.Passport.Node}
	if err := node.Pair(nodes...); err != nil {
		t.Fatal(err)
	}
	var shares []*exchange.Exchange
	for _, n := range nodes {
		x, err := n.Exchange(ctx)
		if err != nil {
			t.Fatal(err)
		}
		shares = append(shares, x)
		n.Start()
	}
	if z.Drafts, err = filing.NewDrafts(ctx, z.Internet.Journal, z.Internet.Keys); err != nil {
		t.Fatal(err)
	}
	z.Ferry = exchange.NewFerry(slog.New(slog.DiscardHandler), shares...)
	run, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() { defer close(done); z.Ferry.Run(run) }()
	t.Cleanup(func() { stop(); <-done })
	return z
}

// The whole city, told by commands: every case stands in its rooms where its
// fate says, as far as its steps can be told.
func TestTheCityIsToldByCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("tells two years of history")
	}
	ctx := context.Background()
	data, err := ref.Built()
	if err != nil {
		t.Fatal(err)
	}
	city := demo.NewCity(1, calendar.MustParse("2026-03-10"), data)
	// All open cases, and a tenth of the closed ones: telling them all takes a minute.
	closed := 0
	city.Plans = slices.DeleteFunc(city.Plans, func(p demo.Plan) bool {
		if p.Fate.Upto != demo.Closes {
			return false
		}
		closed++
		return closed%10 != 0
	})
	z := newZones(t)
	began := time.Now()
	if err := demo.Tell(ctx, z, city); err != nil {
		t.Fatal(err)
	}
	t.Logf("told in %s", time.Since(began).Round(time.Millisecond))

	units, err := unit.List(ctx, z.Internet.Store)
	if err != nil || len(units) != 40 {
		t.Fatalf("the internet zone knows %d units: %v", len(units), err)
	}
	people := 0
	for _, u := range units {
		n, err := person.Count(ctx, z.Office.Store, u.ID)
		if err != nil {
			t.Fatal(err)
		}
		people += n
	}
	if people != 600 {
		t.Errorf("the office knows %d people, want 600", people)
	}
	for _, p := range city.Plans {
		f, _, err := journal.Load(ctx, z.Internet.Journal, filing.Room, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		a, _, err := journal.Load(ctx, z.Office.Journal, approval.Room, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		wantF, wantA := filing.IsConcluded, approval.IsIssued
		switch p.Fate.Upto {
		case demo.Begins, demo.HandsBack:
			wantF, wantA = filing.InDraft, ""
		case demo.Presents:
			wantF, wantA = filing.IsPresented, ""
		case demo.Submits, demo.Corrects:
			wantF, wantA = filing.IsSubmitted, approval.AtIntake
		case demo.SendsBack:
			wantF, wantA = filing.IsSentBack, approval.WithUnit
		case demo.Accepts, demo.Reviews:
			wantF, wantA = filing.IsSubmitted, approval.UnderReview
		case demo.Withdraws:
			wantF, wantA = filing.IsWithdrawn, a.Stage
		}
		if p.Fate.Refused {
			wantA = approval.IsRefused
		}
		if f.Stage != wantF || a.Stage != wantA {
			t.Errorf("%s, %s: the filing is %q (want %q), the approval %q (want %q)", p.Case.Trip.Title, p.Fate.Upto, f.Stage, wantF, a.Stage, wantA)
		}
	}
}
