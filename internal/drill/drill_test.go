package drill_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"yitang/internal/drill"
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
