package me_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/demo"
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
	have, err := visa.HaveOf(ctx, s.Internet.Journal, s.Internet.Packs.Now().Checks, orders[0], orders)
	if err != nil {
		t.Fatal(err)
	}
	if lacks := visa.Lacks(orders[0], have, s.Internet.Journal.Book()); len(lacks) != 1 || lacks[0].Kind != "M58" || lacks[0].Due.IsZero() || lacks[0].Due.After(orders[0].Depart) {
		t.Errorf("still to be brought: %+v", lacks)
	}

	// The booklet waits for it.
	keeper := s.office(account.Open{Login: "lender", Name: "保管员", Roles: []access.Role{access.Custodian}}).as("lender")
	waits := "电子签没到或不能用"
	keeper.says("/booklets/out/"+s.ID, waits)

	// What it says is compared with booklet and trip where it is given: all that
	// doesn't fit is told at once, each at its field, and what was typed stands there.
	at, o, b := "/cases/"+s.ID+"/later", orders[0], have.Bearer
	place := "M58-" + o.Person
	give := func(name string, content []byte, fields map[string]string) page {
		t.Helper()
		form := url.Values{"_key": {name}}
		for field, value := range fields {
			form.Set(field+"."+place, value)
		}
		return he.upload(at, "file-"+place, name, content, form)
	}
	says58 := func(change map[string]string) map[string]string {
		all := map[string]string{"name": b.Latin, "number": "SE1234" + b.Tail, "from": o.From.String(), "until": o.To.String(), "entries": "0", "days": fmt.Sprint(o.Days)}
		maps.Copy(all, change)
		return all
	}
	if p := give("one.png", picture(t, 1), nil); p.status != http.StatusUnprocessableEntity || strings.Count(p.body, "文件里读不出这一项") < 6 {
		t.Errorf("a picture of which nothing is told: %d %s", p.status, text(p.body))
	}
	p := give("two.png", picture(t, 2), says58(map[string]string{"name": "SOMEBODY ELSE", "number": "SE1234000", "until": o.To.Prev().String(), "days": "1"}))
	for _, says := range []string{"签证上是", "签证上的护照尾号是", "到期", "可停留", "请重新申请", `value="SOMEBODY ELSE"`} {
		if p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, says) {
			t.Errorf("an e-visa that doesn't fit: %d, %q isn't in\n%s", p.status, says, text(p.body))
		}
	}
	he.says(at, "电子签上的姓名")

	// What a PDF says needn't be typed; forms on the web put the given name first.
	words := strings.Fields(b.Latin)
	slices.Reverse(words)
	pdf := demo.PDF("REPUBLIC e-VISA", "Full name: "+strings.Join(words, " "), "Passport No.: SE1234"+b.Tail, "Valid from: "+o.From.String(), "Valid until: "+o.To.String(), "Number of entries: Multiple", fmt.Sprintf("Duration of stay: %d days", o.Days))
	if p := give("three.pdf", pdf, nil); p.status != http.StatusSeeOther {
		t.Fatalf("a PDF that says all: %d %s", p.status, text(p.body))
	}
	if have, err = visa.HaveOf(ctx, s.Internet.Journal, s.Internet.Packs.Now().Checks, o, orders); err != nil {
		t.Fatal(err)
	}
	if came, is := have.EVisaOf(o); !is || !came.Serves() || len(visa.Lacks(o, have, s.Internet.Journal.Book())) != 0 {
		t.Errorf("what came is %+v", came)
	}
	// The journey was lengthened since: what serves no more is wanted again, and why.
	longer := o
	longer.To = o.To.AddDays(3)
	if came, is := have.EVisaOf(longer); !is || came.Serves() || len(came.Unfit) != 1 || came.Unfit[0].Field != "until" {
		t.Errorf("for a longer journey: %+v", came)
	}
	if err := s.Settle(ctx); err != nil {
		t.Fatal(err)
	}
	for _, x := range orders {
		if x.Person == o.Person {
			continue
		}
		if none, err := visa.NoEVisa(ctx, s.Office.Journal, s.Office.Packs.Now().Checks, orders, []string{x.Person}); err != nil || len(none) == 0 {
			t.Errorf("nobody else has one: %v %v", none, err)
		}
	}
	if none, err := visa.NoEVisa(ctx, s.Office.Journal, s.Office.Packs.Now().Checks, orders, []string{o.Person}); err != nil || len(none) != 0 {
		t.Errorf("the office still waits for %v: %v", none, err)
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
