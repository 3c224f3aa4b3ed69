package filing

import (
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	room "yitang/internal/filing"
)

// What a case still wants stands as the case itself does: the head first, and the
// country first to which the journey leads first, whoever's visa was planned first.
func TestWhatACaseStillWantsStandsInItsOwnOrder(t *testing.T) {
	day := calendar.MustParse("2026-05-11")
	f := &File{Now: room.Assembled{Persons: []string{"b", "a", "c"}, Case: dossier.Case{
		Members: []dossier.Member{{Role: dossier.Ordinary}, {Role: dossier.Head}, {Role: dossier.Ordinary}},
		Legs:    []dossier.Leg{{Country: "DEU"}, {Country: "FRA"}},
	}}}
	all := []Later{
		{Kind: "M04", Country: "FRA", Due: day}, {Kind: "M26", Person: "c", Member: 2, Due: day}, {Kind: "M35", Person: "b", Member: 0, Due: day},
		{Kind: "M24", Person: "a", Member: 1, Came: "paper"}, {Kind: "M35", Person: "a", Member: 1, Due: day}, {Kind: "M04", Country: "DEU", Due: day},
		{Kind: "M36", Person: "b", Member: 0}, {Kind: "M36", Person: "c", Member: 2, Due: day.AddDays(-1)},
	}
	f.inOrder(all)
	got := ""
	for _, l := range all {
		got += " " + string(l.Kind) + l.Person + l.Country
	}
	if want := " M36c M04DEU M04FRA M35a M35b M26c M36b M24a"; got != want {
		t.Errorf("the list is%s, want%s", got, want)
	}
}

func TestHostsStandAsTheJourneyLeadsToThem(t *testing.T) {
	c := dossier.Case{Legs: []dossier.Leg{{Country: "DEU"}, {Country: "FRA"}},
		Invitations: []dossier.Invitation{{Issuer: "Elsewhere", IssuerCountry: "ITA"}, {Issuer: "Paris", IssuerCountry: "FRA"}, {Issuer: "Berlin", IssuerCountry: "DEU"}, {Issuer: "PARIS", IssuerCountry: "FRA"}}}
	got := hostsByRoute(c)
	if len(got) != 3 || got[0] != "Berlin" || got[1] != "Paris" || got[2] != "Elsewhere" {
		t.Errorf("the hosts stand as %v", got)
	}
}
