package me_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/calendar"
	"yitang/internal/drill"
	"yitang/internal/material"
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
	mine := head.says("/me", append(says, "本人办的入境手续")...)
	if says := text(mine.body); strings.Contains(says, "不用签证") || !strings.Contains(says, "入境手续本人办") {
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
	at, whose := "/cases/"+s.ID+"/later", "M58-"+orders[0].Person
	give := func(until calendar.Date) page {
		t.Helper()
		return he.upload(at, "file-"+whose, "evisa-"+until.String()+".png", picture(t, until.Day()), url.Values{"_key": {until.String()}, "until." + whose: {until.String()}})
	}
	if p := give(orders[0].To.Prev()); p.status != http.StatusSeeOther {
		t.Fatalf("an e-visa that ends too soon: %d %s", p.status, text(p.body))
	}
	he.says(at, "请重新申请")
	if p := give(orders[0].To); p.status != http.StatusSeeOther {
		t.Fatalf("another: %d %s", p.status, text(p.body))
	}
	if says := text(he.ok(at).body); strings.Contains(says, "请重新申请") || !strings.Contains(says, "已补交") {
		t.Errorf("one that serves is still wanted:\n%s", says)
	}
	for until, want := range map[calendar.Date]bool{orders[0].To.Prev(): false, orders[0].To: true} {
		came := visa.Have{Papers: []material.Material{{Added: material.Added{Kind: visa.EVisa, Case: s.ID, ValidUntil: until}}}}
		_, short := came.TooShort(orders[0])
		if got := len(visa.Lacks(orders[0], came, s.Internet.Journal.Book())) == 0; got != want || short == want {
			t.Errorf("an e-visa until %s, needed until %s, serves: %v", until, orders[0].To, got)
		}
	}
}

// picture is a small picture that no other shade equals.
func picture(t *testing.T, shade int) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 40, 40))
	for i := range 20 {
		img.SetGray(i, i, color.Gray{Y: uint8(shade * 7)})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
