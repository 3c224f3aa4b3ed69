package material

import (
	"context"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	room "yitang/internal/material"
	applying "yitang/internal/web/filing"
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

func TestPapersStandAsTheNextJourneyHasItsPeopleAndHosts(t *testing.T) {
	c := dossier.Case{
		Members:     []dossier.Member{{Role: dossier.Ordinary}, {Role: dossier.Head}},
		Legs:        []dossier.Leg{{City: "柏林", Country: "DEU"}, {City: "巴黎", Country: "FRA"}},
		Invitations: []dossier.Invitation{{Issuer: "巴黎学会", IssuerCountry: "FRA"}, {Issuer: "柏林学会", IssuerCountry: "DEU"}},
	}
	var o applying.VaultOrder
	o.Leads(c, []string{"a-member", "z-head"}, map[string]string{"a-member": "a-member", "z-head": "z-head"})
	paper := func(id string, kind room.OwnerKind, owner, about string, at int64) room.Material {
		return room.Material{ID: id, Added: room.Added{OwnerKind: kind, Owner: owner, Kind: "M06", About: about}, At: at}
	}
	got := ""
	for _, m := range arranged([]room.Material{paper("1", room.OfUnit, "u", "巴黎学会", 1), paper("2", room.OfUnit, "u", "柏林学会", 2), paper("3", room.OfPerson, "a-member", "", 3), paper("4", room.OfPerson, "b-stays", "", 3), paper("5", room.OfPerson, "z-head", "", 4)}, o) {
		got += m.ID
	}
	if got != "21534" {
		t.Errorf("papers stand as %s; first the host of the first country, then the head of who travels next, then their members, then everybody else: 21534", got)
	}
}
