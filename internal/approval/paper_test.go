package approval

import (
	"strings"
	"testing"

	"yitang/internal/dossier"
	"yitang/internal/filing"
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

func TestTheHeadStandsFirstInTheDocument(t *testing.T) {
	c := aDossier()
	c.Members[0], c.Members[2] = c.Members[2], c.Members[0]
	var a Approval
	var r Round
	r.Dossier = c
	for _, m := range c.Members {
		r.Members = append(r.Members, filing.Traveller{Person: m.GivenName})
		a.Verdicts = append(a.Verdicts, Verdict{Person: m.GivenName, Approved: true})
	}
	var names []string
	for _, m := range paper(a, r, DocumentPrepared{}, Letterhead{Country: func(c string) string { return c }}).Members {
		names = append(names, m.Name+m.Role)
	}
	if got, want := strings.Join(names, " "), "沈知行团长 林若溪翻译 顾青团员"; got != want {
		t.Errorf("the document names %s, want %s", got, want)
	}
}
