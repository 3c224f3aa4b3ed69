package visa

import (
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/letter"
)

// A visa that serves for two countries is asked for with both named, their days
// and both hosts.
func TestTheNoteNamesAllCountriesOfTheAreaAndTheirHosts(t *testing.T) {
	stay := func(code, name string, from, to int) Stay {
		return Stay{Code: code, Stay: letter.Stay{Country: name, Arrive: calendar.On(2027, 1, from), Leave: calendar.On(2027, 1, to)}}
	}
	with := Travellers{
		Case: dossier.Case{
			Members: []dossier.Member{{FamilyName: "江", GivenName: "明远"}},
			Trip:    dossier.Trip{Purpose: "商谈联合实验室"},
			Invitations: []dossier.Invitation{
				{Issuer: "伦敦示范学院", IssuerCountry: "GBR", CostBearer: dossier.HostPays},
				{Issuer: "柏林示范大学", IssuerCountry: "DEU", CostBearer: dossier.SenderPays},
				{Issuer: "巴黎示范大学", IssuerCountry: "FRA", CostBearer: dossier.HostPays},
			},
		},
		People:   []string{"p1"},
		Orders:   []Row{{Person: "p1", Stage: IsPlanned, Filing: "f1", Area: "SCHENGEN", Apply: "DEU", From: calendar.On(2027, 1, 25), To: calendar.On(2027, 1, 31), Days: 7}},
		Booklets: map[string]Booklet{"p1": {Type: "service", Number: "SE0000001"}},
		Approval: "云外出〔2026〕136号", Country: "德国", Formal: "德意志联邦共和国",
		Stays: []Stay{stay("DEU", "德国", 25, 28), stay("FRA", "法国", 28, 31)},
	}
	cmd, err := with.Note(with.Wanted(letter.Content{}))
	if err != nil {
		t.Fatal(err)
	}
	c := cmd.Content
	if c.Host != "柏林示范大学、巴黎示范大学" || c.Costs != costs[dossier.SharedCost] || len(c.Stays) != 2 || c.Stays[1].Country != "法国" {
		t.Errorf("the note says %+v", c)
	}
	with.Stays = with.Stays[:1]
	if cmd, err = with.Note(with.Wanted(letter.Content{})); err != nil || cmd.Content.Host != "柏林示范大学" || cmd.Content.Costs != costs[dossier.SenderPays] || len(cmd.Content.Stays) != 0 {
		t.Errorf("for one country it says %+v, %v", cmd.Content, err)
	}
}
