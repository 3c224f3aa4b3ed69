package me_test

import (
	"context"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/drill"
	"yitang/internal/pack"
	"yitang/internal/visa"
)

// An office has told its pack that some travellers apply for an e-visa themselves:
// no mission is asked, and the traveller, the unit and the desk read who does what
// by when, with which papers.
func TestWhoGoesOnAnEVisaIsToldWhatToDoAndTheDeskAsksNoMission(t *testing.T) {
	line := "types: [diplomatic, service, publicAffairs], way: online, workdays: 4, papers: {zh: 护照首页和两张照片, en: the data page and two photos}, address: 'https://evisa.example.org', source: 本办 2020 年通知, effectiveFrom: 2020-01-01}\n"
	s := toldBy(t, drill.Decide, pack.Content{"exemptions.yaml": []byte("- {country: FRA, " + line + "- {country: ITA, " + line)})
	ctx := context.Background()
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	orders, err := visa.Of(ctx, s.Office.Store, s.ID)
	if err != nil || len(orders) == 0 {
		t.Fatal(orders, err)
	}
	for _, o := range orders {
		if !o.SeenToByTraveller() || o.SendBy.IsZero() || !o.SendBy.Before(o.Depart) {
			t.Fatalf("the order is %+v", o)
		}
	}
	says := []string{"电子签证", "https://evisa.example.org", "护照首页和两张照片", orders[0].SendBy.Chinese()}
	head := s.as("head")
	page := head.says("/me", append(says, "本人办的入境手续")...)
	if says := text(page.body); strings.Contains(says, "不用签证") || !strings.Contains(says, "入境手续本人办") {
		t.Errorf("the traveller is told that nothing is to be done:\n%s", says)
	}
	he := s.as("he")
	he.says("/cases/"+s.ID+"/progress", append(says, "江明远去申根区")...)
	he.says("/cases/"+s.ID+"/later", says...)

	desk := s.office(account.Open{Login: "desk", Name: "签证岗", Roles: []access.Role{access.Visa}}).as("desk")
	desk.says("/visa/"+orders[0].ID, append(says, "最晚申请")...)

	// What is still to be brought is its print, and nothing else.
	have, err := visa.HaveOf(ctx, s.Internet.Journal, s.ID, orders[0].Person)
	if err != nil {
		t.Fatal(err)
	}
	if lacks := visa.Lacks(orders[0], have, s.Internet.Journal.Book()); len(lacks) != 1 || lacks[0].Kind != "M58" || lacks[0].Due.IsZero() || lacks[0].Due.After(orders[0].Depart) {
		t.Errorf("still to be brought: %+v", lacks)
	}
}
