package filing

import (
	"testing"

	"yitang/internal/calendar"
	room "yitang/internal/filing"
	"yitang/internal/material"
)

func TestPapersThatEndAreAnnouncedInTheOrderInWhichTheyHurt(t *testing.T) {
	day := calendar.MustParse
	paper := func(id, owner, kind, until string) material.Material {
		m := material.Material{ID: id, Added: material.Added{OwnerKind: material.OfPerson, Owner: owner, Kind: kind}}
		if until != "" {
			m.ValidUntil = day(until)
		}
		return m
	}
	trip := func(id, from, to string, stage room.Stage) room.Entry {
		return room.Entry{ID: id, Depart: day(from), Return: day(to), Stage: stage, Outcome: room.Approved}
	}
	trips := map[string][]room.Entry{
		"jiang": {trip("autumn", "2026-09-01", "2026-09-05", room.IsSubmitted), trip("may", "2026-05-11", "2026-05-15", room.IsConcluded), trip("past", "2026-01-05", "2026-01-09", room.IsConcluded)},
		"shu":   {trip("april", "2026-04-01", "2026-04-04", room.IsWithdrawn)},
	}
	got := endings([]material.Material{
		paper("endless", "jiang", "M24", ""),
		paper("photo", "jiang", "M26", "2026-05-13"),  // ends on the May trip
		paper("filing", "jiang", "M12", "2026-06-30"), // ends before the autumn one
		paper("long", "shu", "M24", "2038-01-01"),
		paper("soon", "shu", "M26", "2026-04-20"), // nobody's trip, but soon
		paper("later", "shu", "M12", "2026-08-01"),
		paper("gone by", "tan", "M26", "2026-02-01"), // nothing needs it
		paper("older", "tan", "M12", "2026-04-01"),   // a newer one is held
		paper("newer", "tan", "M12", "2027-04-01"),
	}, trips, day("2026-03-10"))
	var ids []string
	for _, e := range got {
		ids = append(ids, e.ID+" "+e.Trip.ID+" "+e.Hurts.String())
	}
	want := []string{"soon  2026-04-20", "photo may 2026-05-11", "filing autumn 2026-09-01"}
	if len(ids) != len(want) {
		t.Fatalf("announced: %q", ids)
	}
	for i := range want {
		if ids[i] != want[i] {
			t.Errorf("%d: %q, want %q", i, ids[i], want[i])
		}
	}
}
