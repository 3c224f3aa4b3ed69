package approval

import (
	"testing"

	"yitang/internal/dossier"
)

func TestTheDocumentNamesAllWhoInviteOrReceive(t *testing.T) {
	c := aDossier()
	c.Invitations = []dossier.Invitation{{Issuer: "柏林城市清洁公司", IssuerCountry: "DEU"}, {Issuer: "巴黎市政厅", IssuerCountry: "FRA"}}
	c.Itinerary = append(c.Itinerary, dossier.HalfDay{Country: "DEU", City: "柏林", Host: "柏林城市清洁公司", Official: true},
		dossier.HalfDay{Country: "DEU", City: "柏林", Host: "米特区政府", Official: true}, dossier.HalfDay{Country: "DEU", City: "柏林", Host: "某博物馆"})
	if got, want := hostsAt(c, c.Legs[0]), "柏林城市清洁公司、柏林投资促进局、米特区政府"; got != want {
		t.Errorf("the leg names %s, want %s", got, want)
	}
}
