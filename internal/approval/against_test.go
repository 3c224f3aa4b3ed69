package approval

import (
	"context"
	"fmt"
	"slices"
	"testing"
)

// What a desk before would decline isn't gone through in a bunch.
func TestACaseWithSomebodyOpposedIsNotAmongThoseWithNothingToJudge(t *testing.T) {
	o := newOffice(t, sqlite(t))
	ctx := context.Background()
	for i, against := range [][]string{nil, {group[1].Person}} {
		id := fmt.Sprintf("f%d", i)
		o.submit(id, submitted())
		o.accept(id)
		o.must("reviewer", "r", id, Review{Opinions: allFor(against...), Note: "材料齐"})
		row, _, err := Row(ctx, o.j.Store, id)
		if err != nil || row.Desk != "chief" || row.Against != len(against) {
			t.Fatalf("%+v, %v", row, err)
		}
		if row.Questions = 0; row.in(Clean) != (len(against) == 0) {
			t.Errorf("with %d opposed it is clean: %v", len(against), row.in(Clean))
		}
	}
	sameRebuilt(t, o.j)
}

func TestASearchFindsJourneysByTheirCountry(t *testing.T) {
	o := newOffice(t, sqlite(t))
	ctx := context.Background()
	o.submit("f1", submitted())
	for code, want := range map[string]int{"DEU": 1, "FRA": 0, "DE": 0} {
		rows, err := SearchAlso(ctx, o.j.Store, "无此字样", Also{Countries: []string{code}})
		if err != nil || len(rows) != want {
			t.Errorf("%s finds %d, %v", code, len(rows), err)
		}
	}
	both, err := SearchAlso(ctx, o.j.Store, submitted().Title, Also{Countries: []string{"DEU"}})
	if err != nil || len(both) != 1 || !slices.ContainsFunc(both, func(r QueueRow) bool { return r.Filing == "f1" }) {
		t.Errorf("found by word and country it stands there %d times, %v", len(both), err)
	}
}
