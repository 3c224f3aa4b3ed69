package material

import (
	"testing"

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
