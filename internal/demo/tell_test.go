package demo_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/demo"
	"yitang/internal/node"
	"yitang/internal/person"
	"yitang/internal/progress"
	"yitang/internal/unit"
	"yitang/internal/zone"
	"yitang/ref"
)

func newZones(t *testing.T, began time.Time) demo.Zones {
	t.Helper()
	ctx := context.Background()
	base := t.TempDir()
	z := demo.Zones{Clock: demo.NewClock(began, time.Time{})}
	options := func(name zone.Zone) node.Options {
		o := node.Options{Dir: filepath.Join(base, string(name)), Clock: z.Clock.Now, Log: slog.New(slog.NewTextHandler(testWriter{t}, nil))}
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
	for _, n := range nodes {
		x, err := n.Exchange(ctx)
		if err != nil {
			t.Fatal(err)
		}
		z.Shares = append(z.Shares, x)
		n.Start()
	}
	return z
}

type testWriter struct{ t *testing.T }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(p)))
	return len(p), nil
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
	// All open cases, and a tenth of the closed ones: telling them all takes a minute.
	city := demo.NewSmallCity(1, calendar.MustParse("2026-03-10"), data, demo.ClosedCases/10)
	z := newZones(t, city.Began.Begins())
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
		want := stands(p)
		for _, n := range []*node.Node{z.Internet.Node, z.Office.Node} {
			is, _, err := progress.Of(ctx, n.Store, p.ID)
			if err != nil {
				t.Fatal(err)
			}
			if is.Stage != want && (n.Zone == zone.Internet || want != progress.InDraft && want != progress.AtSignatory) {
				t.Errorf("in the %s zone, %s, which %s, is %q, want %q", n.Zone, p.Case.Trip.Title, p.Fate.Upto, is.Stage, want)
			}
		}
	}
}

// stands is where the case of a plan is when its story is told.
func stands(p demo.Plan) progress.Stage {
	if p.Fate.Refused {
		return progress.Archived
	}
	switch p.Fate.Upto {
	case demo.Begins, demo.HandsBack:
		return progress.InDraft
	case demo.Presents:
		return progress.AtSignatory
	case demo.Submits, demo.Corrects:
		return progress.AtIntake
	case demo.SendsBack:
		return progress.SentBack
	case demo.Accepts, demo.Reviews:
		return progress.InReview
	case demo.Clears, demo.Lends:
		return progress.Cleared
	case demo.Departs:
		return progress.Abroad
	case demo.ComesHome, demo.HandsIn, demo.Reports, demo.Rates:
		return progress.Home
	case demo.Withdraws, demo.Closes:
		return progress.Archived
	}
	return progress.Issued
}
