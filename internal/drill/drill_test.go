package drill_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"yitang/internal/drill"
	"yitang/internal/journal"
	"yitang/internal/person"
	"yitang/internal/web/filing"
)

// The drill is run on any day: over the Spring Festival, the National Day and
// the turn of a year, and in years whose holidays nobody has announced yet.
func TestStoryHoldsOnAnyDay(t *testing.T) {
	for _, day := range []string{"2026-04-22", "2026-12-18", "2028-03-01"} {
		t.Run(day, func(t *testing.T) {
			at, err := time.Parse(time.DateOnly, day)
			if err != nil {
				t.Fatal(err)
			}
			r, err := drill.Run(context.Background(), drill.Options{Dir: t.TempDir(), Now: at}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if r.Ledger.Visits != 1 || r.Ledger.Returns != 1 {
				t.Errorf("it counts %+v", r.Ledger)
			}
		})
	}
}

func TestDrillEndsWhenItIsTold(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	var last drill.Name
	_, err := drill.Run(ctx, drill.Options{Dir: t.TempDir()}, func(s drill.Step) {
		if last = s.Name; s.Name == drill.Register {
			stop()
		}
	})
	if !errors.Is(err, context.Canceled) || last != drill.Draft {
		t.Fatalf("after %q it ended with %v", last, err)
	}
}

// Somebody's name is recorded with another character: the document's facts,
// which mask names, fit all the same, and its signature does too. What its
// pages say doesn't, and that ends the drill.
func TestDrillFailsWhenTheApprovalLacksANameOnItsPage(t *testing.T) {
	ctx := context.Background()
	s, err := drill.Begin(ctx, drill.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var failed *drill.Failure
	_, err = s.Play(ctx, drill.Document, func(st drill.Step) {
		if st.Name != drill.Register {
			return
		}
		id := s.People[drill.Expert]
		p, _, err := journal.Load(ctx, s.Internet.Journal, person.Room, id)
		if err != nil {
			t.Fatal(err)
		}
		p.GivenName = "起航" // instead of 启航
		if err := filing.NewWork(s.Internet).ChangePerson(journal.WithActor(ctx, journal.Actor{Role: "liaison"}), journal.Order{Subject: id}, "", p.Facts); err != nil {
			t.Fatal(err)
		}
	})
	if !errors.As(err, &failed) || failed.Step != drill.Document || !strings.Contains(err.Error(), "冉启航") {
		t.Fatalf("it ended with %v", err)
	}
	if !s.Verdict.InForce() || len(s.Verdict.Facts.People) != 3 {
		t.Errorf("without its pages the document is found out already: %+v", s.Verdict)
	}
}
