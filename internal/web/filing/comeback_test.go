package filing_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"yitang/internal/dossier"
	room "yitang/internal/filing"
	"yitang/internal/money"
)

func (r reader) blank() string {
	r.t.Helper()
	return r.done("/cases/new", with(r.form(r.ok("/cases/new"), "/cases/new"), "from", "blank"))
}

func TestABudgetThatCameBackKeepsItsTicksAndSaysWhatANumberLooksLike(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.blank()
	f := he.form(he.ok(at+"/budget"), at+"/budget")
	with(f, "budget.hostCovers", "meals", "costs.airfare", "一万二")
	p := he.post(at+"/budget", f)
	if p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, `value="一万二"`) {
		t.Fatalf("%d %s", p.status, text(p.body))
	}
	if strings.Count(text(p.body), "如 12000 或 12,000.50") < 2 {
		t.Errorf("the page and its field don't say what a number looks like: %s", text(p.body))
	}
	f = he.form(p, at+"/budget")
	if f.Get("budget.hostCovers") == "" {
		t.Error("the tick is gone from the page that came back")
	}
	for _, typed := range []string{"12,000", "１２，０００", "12，000.00"} {
		he.done(at+"/budget", with(he.form(he.ok(at+"/budget"), at+"/budget"), "costs.airfare", typed))
		d := w.draft(strings.TrimPrefix(at, "/cases/")).Paper
		if got := d.Costs[dossier.Airfare]; len(d.Raw) != 0 || got.Compare(money.DecimalOf(12000)) != 0 {
			t.Errorf("%s is read as %s, %v", typed, got, d.Raw)
		}
		if !slices.Contains(d.Case.Budget.HostCovers, dossier.CoversMeals) {
			t.Error("the tick is gone from the draft")
		}
	}
	if p := he.post(at+"/budget", with(he.form(he.ok(at+"/budget"), at+"/budget"), "costs.airfare", "12,00")); p.status != http.StatusUnprocessableEntity {
		t.Error("12,00 is guessed at:", p.status, p.to, w.draft(strings.TrimPrefix(at, "/cases/")).Paper)
	}
}

func TestFieldsThatAppearWithAnAnswerAreNotLeaptOver(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.blank()
	f := with(he.form(he.ok(at+"/trip"), at+"/trip"), "case.depart", "2026-05-11", "case.return", "2026-05-15", "legs[0].country", "德国", "legs[0].city", "柏林",
		"legs[0].arrive", "2026-05-11T13:00", "legs[0].leave", "2026-05-15T10:00")
	// What a script saved meanwhile changes nothing: the page shows no half-days.
	if p := he.post(at+"/trip", with(f, "_autosave", "1")); p.status != http.StatusOK {
		t.Fatal(p.status, text(p.body))
	}
	f.Del("_autosave")
	// What the save brings along stands on the page at once; who confirms without
	// having written in it is shown it all the same.
	live := he.ok(at + "/findings?step=trip")
	grid := between(t, live.body, `<template data-follows="itinerary"`, "</template>")
	if !strings.Contains(grid, `name="itinerary[0].activity"`) || !strings.Contains(grid, `name="_grew" value="itinerary"`) {
		t.Errorf("the half-days don't come while one types: %s", grid)
	}
	// Nobody is known yet with whom they are spent: they wait, and hold nobody up.
	if says := text(he.ok(at + "/trip").body); !strings.Contains(says, "填完“邀请函”会回到这里") || strings.Contains(says, "没写的半天，按行程和邀请方排好") {
		t.Errorf("half-days can't be laid out without a host: %s", says)
	}
	if to := he.done(at+"/trip", with(he.form(he.ok(at+"/trip"), at+"/trip"), "_grew", "itinerary")); to != at+"/members?left=trip" {
		t.Error("held at half-days that nobody can write yet:", to)
	}
	// The other days follow at once, and so does the page's next place.
	if p := he.post(at+"/trip", with(he.form(he.ok(at+"/trip"), at+"/trip"), "case.return", "", "case.daysAbroad", "6", "_autosave", "1")); p.status != http.StatusOK {
		t.Fatal(p.status, text(p.body))
	}
	if home := between(t, he.ok(at+"/findings?step=trip").body, `<template data-derived="case.return">`, "</template>"); !strings.Contains(home, "2026年5月16日") {
		t.Errorf("the day of coming home doesn't follow from the days: %s", home)
	}
	he.done(at+"/trip", with(he.form(he.ok(at+"/trip"), at+"/trip"), "case.return", "2026-05-15", "case.daysAbroad", ""))
	for _, page := range []string{at + "/invitations", at + "/findings?step=invitations"} {
		if todo := between(t, he.ok(page).body, "接着填", "</a>"); !strings.Contains(todo, "#f-invitations-0-issuer\"") {
			t.Errorf("%s goes on at %s", page, todo)
		}
	}
	// From the letters one is led to them, and on to what comes after the letters.
	to := he.done(at+"/invitations", with(he.form(he.ok(at+"/invitations"), at+"/invitations"), "invitations[0].issuer", "柏林示范大学", "invitations[0].issuerCountry", "德国"))
	if to != at+"/trip?said=hosts#itinerary" {
		t.Fatal("from the hosts one isn't led to the days:", to)
	}
	laid := he.ok(at + "/trip?said=hosts")
	if says := text(laid.body); !strings.Contains(laid.body, "邀请方写好了") || !strings.Contains(says, "没写的半天，按行程和邀请方排好") {
		t.Errorf("the days aren't offered to be laid out: %s", says)
	}
	he.done(at+"/trip", with(he.form(laid, at+"/trip"), "_lay", "on"))
	if says := text(he.ok(at + "/trip").body); strings.Contains(says, "个半天没写做什么") || !strings.Contains(says, "柏林示范大学") {
		t.Errorf("laid out, half-days stay empty: %s", says)
	}
	// Laid out before anybody invites in a country, what stays empty says why.
	he.done(at+"/invitations", with(he.form(he.ok(at+"/invitations"), at+"/invitations"), "invitations[0].issuerCountry", "法国"))
	if says := text(he.ok(at + "/trip").body); !strings.Contains(says, "写了那个国家的邀请方才排得出来") {
		t.Errorf("half-days stay empty and nobody says why: %s", says)
	}
	he.done(at+"/invitations", with(he.form(he.ok(at+"/invitations"), at+"/invitations"), "invitations[0].issuerCountry", "德国"))
	he.done(at+"/trip", with(he.form(he.ok(at+"/trip"), at+"/trip"), "_lay", "off"))
	// Known with whom, half-days that come with an answer aren't leapt over.
	to = he.done(at+"/trip", f)
	if !strings.HasPrefix(to, at+"/trip") || !strings.HasSuffix(to, "#itinerary") {
		t.Fatal("led past the half-days:", to)
	}
	p := he.ok(strings.TrimSuffix(to, "#itinerary"))
	if !strings.Contains(p.body, "请填每半天做什么") {
		t.Error("the page doesn't say why one is back:", text(p.body))
	}
	if to := he.done(at+"/trip", he.form(p, at+"/trip")); to != at+"/members?left=trip" { // the activities are still to be written
		t.Error("who has seen the half-days is kept from going on:", to)
	}
}

// Days that are typed anew are asked anew while one types, unless that would take
// away what somebody wrote; what was only proposed for the old days is nobody's.
func TestHalfDaysFollowTheDaysThatAreTypedAndNothingWrittenGoes(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.blank()
	id := strings.TrimPrefix(at, "/cases/")
	he.done(at+"/trip", with(he.form(he.ok(at+"/trip"), at+"/trip"), "case.depart", "2026-05-11", "case.return", "2026-05-15", "legs[0].city", "柏林",
		"legs[0].arrive", "2026-05-11T13:00", "legs[0].leave", "2026-05-15T10:00"))
	grid := func() string {
		return between(t, he.ok(at+"/findings?step=trip").body, `<template data-follows="itinerary"`, "</template>")
	}
	// A page saves each pause with the half-days that it showed at first.
	f := he.form(he.ok(at+"/trip"), at+"/trip")
	typed := func(names ...string) {
		t.Helper()
		fresh := he.form(he.ok(at+"/trip"), at+"/trip").Get("revision")
		if p := he.post(at+"/trip", with(f, append(names, "revision", fresh, "_autosave", "1")...)); p.status != http.StatusOK {
			t.Fatal(p.status, text(p.body))
		}
	}
	typed("case.return", "2026-05-16")
	typed("case.return", "2026-05-16")
	if g := grid(); strings.Contains(g, "data-keeps") || len(regexp.MustCompile(`name="itinerary\[\d+\].activity"`).FindAllString(g, -1)) != 12 {
		t.Errorf("six days aren't asked for: %s", text(g))
	}
	if written := w.draft(id).Paper.Case.Itinerary; len(written) > 0 {
		t.Errorf("what was proposed for the days of before counts as written: %v", written)
	}
	typed("itinerary[1].activity", "与柏林示范大学座谈")
	typed("case.depart", "2026-05-12")
	if g := grid(); !strings.Contains(g, "data-keeps") {
		t.Error("what is written of the 11th would go from the page:", text(g))
	}
}

func TestBudgetCountsWithThePublishedRateUntilSomebodyWritesAnother(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	w.rewrite(id, func(p *room.Paper) { // as if the unit had left the lines to what follows
		p.OwnLines, p.Lines, p.Fx = false, nil, nil
		p.Costs = map[dossier.CostKind]money.Decimal{dossier.Airfare: money.DecimalOf(9000)}
	})
	sum := func(p page) string {
		_, after, _ := strings.Cut(text(p.body), "合计")
		amount, _, _ := strings.Cut(strings.TrimSpace(after), "元")
		return amount
	}
	typed := func(rate, day string) page {
		t.Helper()
		f := with(he.form(he.ok(at+"/budget"), at+"/budget"), "fx.EUR.rate", rate, "fx.EUR.date", day)
		if to := he.done(at+"/budget", f); to != at+"/notice" {
			t.Fatalf("a rate of %q leads to %s", rate, to)
		}
		return he.ok(at + "/budget")
	}
	shows := func(p page, rate, day, says string) {
		t.Helper()
		f := he.form(p, at+"/budget")
		if f.Get("fx.EUR.rate") != rate || f.Get("fx.EUR.date") != day || !strings.Contains(text(p.body), says) {
			t.Errorf("%s of %s instead of %s of %s, with %q\n%s", f.Get("fx.EUR.rate"), f.Get("fx.EUR.date"), rate, day, says, text(p.body))
		}
	}

	if card := between(t, he.ok(at+"/findings?step=budget").body, `<template data-follows="fx"`, "</template>"); !strings.Contains(card, `name="fx.EUR.rate"`) {
		t.Errorf("a currency's rate isn't asked for while one types: %s", card)
	}
	if strings.Contains(text(he.ok(at+"/budget").body), "1 EUR＝") || !strings.Contains(text(he.ok(at+"/check").body), "1 EUR＝") {
		t.Error("the rate stands beside each line below the field that has it, or nowhere on the page without that field")
	}
	p := he.ok(at + "/budget")
	shows(p, "7.80", "2026-03-02", "公布的汇率（演示值）")
	published := sum(p)
	for _, says := range []string{"规定标准", "EUR 150", "标准来源：演示值"} {
		if !strings.Contains(text(p.body), says) {
			t.Errorf("the standard beside the lines lacks %q", says)
		}
	}
	// The page sends back what it showed: that is nobody's typing.
	typed("7.80", "2026-03-02")
	if d, err := w.n.Drafts.Load(context.Background(), id); err != nil || len(d.Paper.Fx) != 0 {
		t.Errorf("the table's rate was kept as typed: %v %v", d.Paper.Fx, err)
	}
	p = typed("8.05", "2026-03-06")
	shows(p, "8.05", "2026-03-06", "公布的是7.80（演示值）")
	if sum(p) == published {
		t.Error("the sum doesn't follow the rate:", published)
	}
	p = typed("", "2026-03-06")
	shows(p, "7.80", "2026-03-02", "公布的汇率（演示值）")
	if sum(p) != published {
		t.Errorf("without a rate of one's own the sum is %s, was %s", sum(p), published)
	}

	// What the table lacks is asked for, and nobody is led past it.
	w.rewrite(id, func(p *room.Paper) {
		p.Lines = []room.Line{{BudgetLine: dossier.BudgetLine{Kind: dossier.Intercity, Country: "DEU", City: "柏林", Units: 1, Rate: money.DecimalOf(900), Currency: "THB"}},
			{Person: p.People[0], BudgetLine: dossier.BudgetLine{Kind: dossier.Lodging, Country: "DEU", City: "柏林", Units: 4, Rate: money.DecimalOf(180), Currency: "EUR"}}}
	})
	p = he.ok(at + "/budget")
	if !strings.Contains(text(p.body), "汇率表里没有THB") || !strings.Contains(text(p.body), "超标") {
		t.Error("neither a currency without a rate nor a price above the standard is told:", text(p.body))
	}
	f := he.form(p, at+"/budget")
	f.Del("fx.THB.rate")
	f.Del("fx.THB.date")
	if to := he.done(at+"/budget", f); !strings.HasSuffix(to, "#fx") {
		t.Error("led past the rate:", to)
	}
}

func TestAPaperThatCameInIsNoLongerAskedFor(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	before := he.ok(at + "/documents")
	if !strings.Contains(text(before.body), "照片只收 JPG、PNG；每个不超过 20 MB") {
		t.Error("what is taken isn't said beforehand")
	}
	slot := map[string]string{"kind": "M04", "owner": id, "ownerKind": "case", "_fragment": "1"}
	p := he.upload(at, slot, "邀请函.pdf", pdf("letter"))
	if p.status != http.StatusOK || !strings.Contains(p.body, "data-standing") || !strings.Contains(p.body, "已上传，") || strings.Contains(p.body, "已有，无需再交") || strings.Contains(p.body, "还没有") {
		t.Errorf("the answer leaves the place asking: %d %s", p.status, p.body)
	}
	after := he.ok(at + "/documents")
	_, place, _ := strings.Cut(after.body, "邀请函.pdf")
	closed, upload := strings.Index(place, "<details>"), strings.Index(place, "<file-drop")
	if closed < 0 || upload < closed || !strings.Contains(place[:upload], "换一份") {
		t.Error("a paper that is held is asked for as if it were not")
	}
}

// Where the reference has no standard the page says so, asks once for each kind,
// and counts with what was written.
func TestAPlaceWithoutAStandardIsNamedAndItsLinesWaitForAPrice(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	w.rewrite(id, func(p *room.Paper) {
		p.OwnLines, p.Lines, p.Fx = false, nil, nil
		p.Costs = map[dossier.CostKind]money.Decimal{dossier.Airfare: money.DecimalOf(9000)}
		p.Case.Legs[0].Country, p.Case.Legs[0].City = "AUT", "维也纳"
	})
	p := he.ok(at + "/budget")
	says := text(p.body)
	for _, want := range []string{"标准表里没有维也纳", "没有标准，手工填", "待填单价"} {
		if !strings.Contains(says, want) {
			t.Errorf("the budget doesn't say %q:\n%s", want, says)
		}
	}
	if strings.Contains(says, "不用填") {
		t.Error("nothing is to be written, the page says, of a place without a standard")
	}
	if says := text(he.ok(he.blank() + "/budget").body); strings.Contains(says, "不用填") || !strings.Contains(says, "没有的，要自己填每人每天多少") {
		t.Errorf("before anybody knows where to, the budget says: %s", says)
	}
	lacking := func() string { return text(he.ok(at + "/findings?step=budget").body) }
	if got := lacking(); !strings.Contains(got, "维也纳的住宿费") || !strings.Contains(he.ok(at+"/findings?step=budget").body, at+"/budget#f-rates-AUT-维也纳-lodging") {
		t.Errorf("what is to be filled in doesn't lead to the first price: %s", got)
	}
	check := he.ok(at + "/check").body
	for _, box := range []string{"currency", "lodging", "meals", "incidentals"} {
		if n := strings.Count(check, "#f-rates-AUT-维也纳-"+box+`"`); n != 1 {
			t.Errorf("the check leads %d times to the box of %s", n, box)
		}
	}
	rates := func(pairs ...string) {
		t.Helper()
		f := he.form(he.ok(at+"/budget"), at+"/budget")
		for i := 0; i < len(pairs); i += 2 {
			with(f, "rates.AUT.维也纳."+pairs[i], pairs[i+1])
		}
		he.done(at+"/budget", f)
	}
	rates("currency", "EUR", "lodging", "140", "meals", "55", "incidentals", "40")
	if f := he.form(he.ok(at+"/budget"), at+"/budget"); f.Get("rates.AUT.维也纳.lodging") != "140" || f.Get("rates.AUT.维也纳.currency") != "EUR" {
		t.Error("what was written isn't there:", f)
	}
	if got := lacking(); strings.Contains(got, "维也纳的") {
		t.Error("still asked for:", got)
	}
	// 4 people × (4×140 + 5×55 + 5×40) EUR × 7.80 + 4×9000
	if got := text(he.ok(at + "/budget").body); !strings.Contains(got, "合计 68,292") {
		t.Errorf("the total doesn't follow: %s", got)
	}
	rates("lodging", "0")
	if got := text(he.ok(at + "/check").body); !strings.Contains(got, "没有一行住宿费") {
		t.Errorf("nights abroad without lodging pass without a word: %s", got)
	}
}

// rewrite changes a draft past its pages.
func (w *town) rewrite(id string, do func(*room.Paper)) {
	w.t.Helper()
	_, err := w.n.Drafts.Change(context.Background(), id, w.draft(id).Revision, func(p *room.Paper) error { do(p); return nil })
	if err != nil {
		w.t.Fatal(err)
	}
}

// A line that somebody adds stands in the open table, is anybody's, takes no
// other's place, and isn't handed on while it is empty.
func TestAnAddedLineOfTheBudgetStaysOpenAndIsNotHandedOnEmpty(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	w.rewrite(id, func(p *room.Paper) {
		p.OwnLines, p.Lines, p.Fx = false, nil, nil
		p.Costs = map[dossier.CostKind]money.Decimal{dossier.Airfare: money.DecimalOf(9000)}
	})
	action := at + "/budget?lines=1"
	f := he.form(he.ok(action), action)
	n := 0
	for name := range f {
		if strings.HasPrefix(name, "_line.") {
			n++
		}
	}
	line := fmt.Sprintf("budget.lines[%d].", n)
	to := he.done(action, with(f, "_add", "budget.lines"))
	if to != fmt.Sprintf("%s#line%d", action, n) {
		t.Fatal("the added line leads to", to)
	}
	p := he.ok(action)
	f = he.form(p, action)
	if _, there := f["_person."+strconv.Itoa(n)]; !there || f.Get(line+"kind") != "other" {
		t.Fatal("the added line isn't in the open table:", f)
	}
	if says := text(he.ok(at + "/check").body); !strings.Contains(says, "全团的其他") {
		t.Errorf("an empty line is handed on without a word: %s", says)
	}
	second := w.draft(id).Paper.People[1]
	autosave := with(f, line+"rate", "300", line+"kind", "insurance", "_person."+strconv.Itoa(n), second, "_autosave", "1")
	for range 2 { // the page still has the key of before
		f.Set("revision", strconv.FormatInt(w.draft(id).Revision, 10))
		if p := he.post(action, autosave); p.status != http.StatusOK {
			t.Fatal(p.status, p.body)
		}
	}
	he.done(action, with(he.form(he.ok(action), action), "_add", "budget.lines"))
	he.done(action, with(he.form(he.ok(action), action), fmt.Sprintf("budget.lines[%d].rate", n+1), "200"))
	lines := w.draft(id).Paper.Lines
	if len(lines) != 2 || lines[0].Person != second || lines[0].Rate.String() != "300" || lines[0].Kind != dossier.Insurance || lines[1].Rate.String() != "200" {
		t.Errorf("two lines were added: %+v", lines)
	}
	if says := text(he.ok(at + "/check").body); strings.Contains(says, "行的单价") {
		t.Errorf("a line with a price is still asked for one: %s", says)
	}
}

// A budget that was sent back whole shows each line by number and person.
func TestABudgetThatWasSentBackShowsItsLinesByNumberAndPerson(t *testing.T) {
	w := newTown(t)
	he, luo := w.as("he"), w.as("luo")
	at, id := he.presented("valid-germany-5-days")
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
	give(t, context.Background(), w.n.Journal, room.Room, id, room.Reopen{Defects: []room.Defect{{Field: "budget", Words: "重算"}}})
	lines, who := w.filing(id).Dossier.Budget.Lines, w.filing(id).Dossier.Members
	p := he.ok(at + "/notice")
	says := text(p.body)
	for i, l := range lines {
		if want := fmt.Sprintf("第 %d 行：%s", i+1, who[*l.Member].Name()); !strings.Contains(says, want) {
			t.Errorf("the notice lacks %q:\n%s", want, says)
		}
	}
	f := he.form(p, at+"/notice")
	_, lodging := f["budget.lines[0].cabin"]
	if !strings.Contains(p.body, `name="budget.lines[12].cabin"`) || lodging || strings.Contains(p.body, `name="budget.lines[0].cabin"`) {
		t.Error("a cabin is asked where nobody travels, or not where somebody does")
	}
	n := len(lines)
	if to := he.done(at+"/notice", with(f, "_add", "budget.lines")); to != fmt.Sprintf("%s/notice#line%d", at, n) {
		t.Fatal("an added line leads to", to)
	}
	f = he.form(he.ok(at+"/notice"), at+"/notice")
	line := fmt.Sprintf("budget.lines[%d].", n)
	if p := he.post(at+"/correct", with(f, "replies.budget", "已重算")); p.status != http.StatusUnprocessableEntity || !strings.Contains(text(p.body), "全团的其他") {
		t.Errorf("an empty line is handed in, or not named: %d %s", p.status, text(p.body))
	}
	he.done(at+"/correct", with(he.form(he.ok(at+"/notice"), at+"/notice"), line+"member", "1", line+"kind", "insurance", line+"rate", "300", line+"fxRate", "1", "replies.budget", "补保险"))
	got := w.filing(id).Dossier.Budget.Lines
	if len(got) != n+1 || got[n].Member == nil || *got[n].Member != 1 || got[n].AmountCny.String() != "300.00" && got[n].AmountCny.String() != "300" {
		t.Errorf("the mended budget lacks its line: %+v", got[len(got)-1])
	}
}

// An itinerary that was sent back is laid out by days, as its own page has it; a
// line that is added asks for its day.
func TestAnItineraryThatWasSentBackIsLaidOutByDays(t *testing.T) {
	w := newTown(t)
	he, luo := w.as("he"), w.as("luo")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	he.supply(at)
	own := regexp.MustCompile(`<legend>([^<]*月[^<]*)</legend>`)
	days := own.FindAllString(he.ok(at+"/trip").body, -1)
	he.presents(at)
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
	give(t, context.Background(), w.n.Journal, room.Room, id, room.Reopen{Defects: []room.Defect{{Field: "itinerary", Words: "安排太松"}}})
	p := he.ok(at + "/notice")
	if got := own.FindAllString(p.body, -1); len(days) != 10 || !slices.Equal(got, days) {
		t.Errorf("the half-days stand under %v, on their own page under %v", got, days)
	}
	f := he.form(p, at+"/notice")
	had := f.Get("itinerary[2].activity")
	he.done(at+"/notice", with(f, "itinerary[2].activity", "与<b>柏林</b>再谈一次"))
	if p = he.ok(at + "/notice"); strings.Count(p.body, "原来是：") != 1 || !strings.Contains(text(p.body), "原来是："+had) || strings.Contains(p.body, "<b>柏林</b>") {
		t.Errorf("what was changed doesn't stand beside what it was, %q: %s", had, text(p.body))
	}
	f = he.form(p, at+"/notice")
	if f.Get("itinerary[2].date") != "2026-05-12" || strings.Contains(p.body, `type="date" name="itinerary[2].date"`) {
		t.Error("the day of a half-day that is in order is asked for, or lost:", f.Get("itinerary[2].date"))
	}
	he.done(at+"/notice", with(f, "_add", "itinerary", "itinerary[2].activity", "与柏林城市清洁公司商定试点范围"))
	p = he.ok(at + "/notice")
	if !strings.Contains(p.body, "日期要填或要改的一行") || !strings.Contains(p.body, `id="f-itinerary-10-date"`) {
		t.Error("an added line doesn't ask for its day:", text(p.body))
	}
	f = he.form(p, at+"/notice")
	if f.Get("itinerary[2].activity") != "与柏林城市清洁公司商定试点范围" {
		t.Error("what was written under a day is", f.Get("itinerary[2].activity"))
	}
	if strings.Contains(text(p.body), "原来是") {
		t.Error("in a list that has grown the page says what a line was")
	}
	if p := he.post(at+"/correct", with(f, "itinerary[10].date", "2026-06-30", "itinerary[10].half", "am", "itinerary[10].activity", "总结")); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, `id="f-itinerary-10-date"`) {
		t.Error("a day outside the journey can't be put right where it stands:", p.status)
	}
}

// On the page of the papers one goes on at the first that is lacking, as they stand there.
func TestGoingOnLeadsToTheFirstPaperThatIsLacking(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.blank()
	if todo := between(t, he.ok(at+"/documents").body, "接着填", "</a>"); !strings.Contains(todo, "#paper-M01-") || !strings.Contains(todo, "请示") {
		t.Errorf("it leads to %s", todo)
	}
}

func TestABlankAirfareIsStillToBeFilledIn(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	w.rewrite(id, func(p *room.Paper) { p.OwnLines, p.Lines, p.Costs, p.Case.Budget.HostCovers = false, nil, nil, nil })
	confirm := func(pairs ...string) string {
		t.Helper()
		return he.done(at+"/budget", with(he.form(he.ok(at+"/budget"), at+"/budget"), pairs...))
	}
	if to := confirm(); to != at+"/notice?left=budget" {
		t.Errorf("a blank fare leads to %s", to)
	}
	if says := text(he.ok(at + "/check").body); !strings.Contains(says, "预算里没有国际旅费") {
		t.Error("the check doesn't ask for the fare:", says)
	}
	if list := text(he.ok(at + "/budget").body); !strings.Contains(list, "国际旅费（元）") || strings.Contains(between(t, he.ok(at+"/budget").body, "国际旅费（元）", "<input"), "可不填") {
		t.Error("the fare needn't be given, the page says")
	}
	if to := confirm("costs.airfare", "9000"); to != at+"/notice" {
		t.Errorf("a fare leads to %s", to)
	}
	if to := confirm("costs.airfare", "", "budget.hostCovers", "transport"); to != at+"/notice" {
		t.Errorf("without a fare that the host pays one is led to %s", to)
	}
}
