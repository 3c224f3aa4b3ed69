package filing

import (
	"slices"
	"strings"
	"testing"

	"yitang/internal/calendar"
)

func TestWhatHasNoDayWaitsAtHomeAsOfToday(t *testing.T) {
	today := calendar.On(2026, 3, 10)
	all := []owed{{Act: "later", due: today.AddDays(3)}, {Act: "now"}, {Act: "late", due: today.Prev()}, {Act: "today", due: today}}
	slices.SortStableFunc(all, soonest(today))
	var got []string
	for _, o := range all {
		got = append(got, o.Act)
	}
	if want := "late now today later"; strings.Join(got, " ") != want {
		t.Errorf("in the order %v, want %s", got, want)
	}
}
