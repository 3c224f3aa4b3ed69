package material

import (
	"context"
	"testing"

	"yitang/internal/calendar"
	room "yitang/internal/material"
)

func TestPapersOfEarlierTripsAreFolded(t *testing.T) {
	paper := func(id, owner, kind, trip string, at int64) room.Material {
		return room.Material{ID: id, Added: room.Added{Owner: owner, Kind: kind, Case: trip}, At: at}
	}
	got := ""
	for _, m := range newest([]room.Material{paper("a", "gu", "M13", "spring", 1), paper("b", "gu", "M13", "autumn", 3), paper("c", "gu", "M24", "spring", 1),
		paper("d", "gu", "M24", "spring", 2), paper("e", "jiang", "M13", "spring", 1)}) {
		got += m.ID
	}
	if got != "bcde" {
		t.Errorf("shown are %s, want the commitment of the last trip, both sides of the card and everybody's own: bcde", got)
	}
}

// What has ended or ends soon is never folded.
func TestAPaperThatEndsIsNeverFolded(t *testing.T) {
	today := calendar.On(2026, 3, 10)
	for until, want := range map[calendar.Date]bool{today.AddDays(-1): true, today: true, today.AddDays(soon - 1): true, today.AddDays(soon): false, {}: false} {
		m := room.Material{Added: room.Added{Kind: "M16", ValidUntil: until}}
		if got := mustSee(tag(context.Background(), m, today)); got != want {
			t.Errorf("a paper that serves until %v must be seen: %v, want %v", until, got, want)
		}
	}
}
