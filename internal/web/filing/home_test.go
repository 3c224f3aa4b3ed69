package filing

import (
	"context"
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

// What has no day isn't due by the first of those that have one.
func TestWhatIsDueByTheFirstDayIsToldApart(t *testing.T) {
	ctx := context.Background()
	due := calendar.On(2026, 3, 12)
	paper := func(on calendar.Date) Later { return Later{Kind: "M10", Due: on} }
	for want, all := range map[string][]Later{
		"还要补交2份材料": {paper(due), paper(due)},
		"前还要补交 1 项，另有 1 项在那以后，或没有定日子": {paper(due), paper(calendar.Date{})},
		"前还要补交 1 项，另有 2 项在那以后，或没有定日子": {paper(due), paper(calendar.Date{}), paper(due.AddDays(1)), {Kind: "M11", Soon: true}},
	} {
		if got := dueTitle(ctx, all, due); !strings.Contains(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := dueTitle(ctx, []Later{paper(calendar.Date{})}, calendar.Date{}); got != "还要补交1份材料" {
		t.Errorf("without any day: %q", got)
	}
}
