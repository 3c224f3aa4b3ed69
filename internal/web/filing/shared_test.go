package filing_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"yitang/internal/dossier"
	"yitang/internal/material"
	"yitang/internal/requirement"
	"yitang/internal/sheet"
	applying "yitang/internal/web/filing"
)

// A host's profile and a project's proof are the unit's: the next case of the
// same host has the one, and is offered the other.
func TestAPaperOfTheUnitServesTheNextCaseToo(t *testing.T) {
	w := newTown(t)
	ctx := context.Background()
	he := w.as("he")
	work := applying.NewWork(w.n)
	open := func(at string) *applying.File {
		t.Helper()
		f, err := work.Open(ctx, strings.TrimPrefix(at, "/cases/"))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	status := func(at string, key requirement.ID) requirement.Status {
		t.Helper()
		for _, r := range work.Requirements(open(at)) {
			if r.ID == key {
				return r.Status
			}
		}
		t.Fatalf("%s isn't asked for", key)
		return nil
	}
	missing := func(at string, key requirement.ID) bool {
		t.Helper()
		_, is := status(at, key).(requirement.Missing)
		return is
	}
	of := func(at, kind string) material.Material {
		t.Helper()
		all := open(at).Held.Materials
		i := slices.IndexFunc(all, func(m material.Material) bool { return m.Kind == kind })
		if i < 0 {
			return material.Material{}
		}
		return all[i]
	}
	begin := func(issuer string) string {
		t.Helper()
		at := he.begin("valid-germany-5-days")
		he.done(at+"/mission", with(he.form(he.ok(at+"/mission"), at+"/mission"), "case.category", "works"))
		if issuer != "" {
			he.done(at+"/invitations", with(he.form(he.ok(at+"/invitations"), at+"/invitations"), "invitations[0].issuer", issuer))
		}
		return at
	}
	first := begin("")
	host := open(first).Now.Case.Invitations[0].Issuer
	second, elsewhere := begin("  "+strings.ToUpper(host)+" "), begin("Universität Musterstadt")
	place := func(kind string) map[string]string {
		return map[string]string{"kind": kind, "ownerKind": "unit", "owner": "u1"}
	}
	for _, kind := range []string{"M06", "M21"} {
		if !missing(second, requirement.ID(kind+"@case")) {
			t.Fatalf("%s is held before anybody gave it", kind)
		}
		if p := he.upload(first, place(kind), kind+".pdf", pdf(kind)); p.status != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", kind, p.status, text(p.body))
		}
		if missing(first, requirement.ID(kind+"@case")) {
			t.Errorf("%s doesn't serve the case that it came with", kind)
		}
	}
	// The same host, otherwise written: nobody is asked again, and sees why.
	if missing(second, "M06@case") || !missing(elsewhere, "M06@case") {
		t.Errorf("the profile: at the same host %+v, at another one %+v", status(second, "M06@case"), status(elsewhere, "M06@case"))
	}
	page := he.ok(second + "/documents")
	if says := text(page.body); !strings.Contains(says, "用已有的，无需再交") || !strings.Contains(says, "M06.pdf") || !strings.Contains(says, "至2027年3月10日") {
		t.Errorf("the page doesn't say that there is one:\n%s", says)
	}
	// Which contract it is, people say.
	was, use := of(first, "M21"), second+"/papers/"+of(first, "M21").ID+"/use"
	if !missing(second, "M21@case") || !strings.Contains(page.body, `action="`+use+`"`) || !strings.Contains(page.body, "M21.pdf") {
		t.Errorf("the contract isn't offered, or taken without a word: %+v\n%s", status(second, "M21@case"), text(page.body))
	}
	he.done(use, he.form(page, use))
	if missing(second, "M21@case") || of(second, "M21").ID != was.ID || missing(elsewhere, "M21@case") == false {
		t.Errorf("the contract that was chosen: %+v, in a case that nobody chose it for: %+v", status(second, "M21@case"), status(elsewhere, "M21@case"))
	}
	if c := open(second).Now.Case; !slices.ContainsFunc(c.Materials, func(m dossier.Material) bool { return m.Kind == "M21" && m.SHA256 == was.Digest }) {
		t.Error("it won't be handed in with the case")
	}
	page = he.ok(second + "/documents")
	he.done(use, he.form(page, use))
	if !missing(second, "M21@case") {
		t.Error("the case can't do without it any more")
	}
	he.done(use, he.form(he.ok(second+"/documents"), use))
	// A newer profile takes the place of the old one in all cases, and keeps it.
	old := of(first, "M06")
	fields := place("M06")
	fields["replaces"] = old.ID
	if !strings.Contains(page.body, `value="`+old.ID+`"`) {
		t.Errorf("a newer profile would stand beside the old one:\n%s", page.body)
	}
	if p := he.upload(second, fields, "新简介.pdf", pdf("newer")); p.status != http.StatusSeeOther {
		t.Fatalf("%d %s", p.status, text(p.body))
	}
	if now := of(first, "M06"); now.Name != "新简介.pdf" || now.ID != of(second, "M06").ID {
		t.Errorf("the first case has %s", now.Name)
	}
	if says := text(he.ok("/papers/" + of(second, "M06").ID).body); !strings.Contains(says, "以前的版本") || !strings.Contains(says, "M06.pdf") {
		t.Errorf("the profile has lost its history:\n%s", says)
	}
	if says := text(he.ok("/papers").body); !strings.Contains(says, "新简介.pdf，"+strings.TrimSpace(strings.ToUpper(host))) {
		t.Errorf("the papers don't say of which host it is:\n%s", says)
	}
	if p := w.as("other").post(use, nil); p.status != http.StatusNotFound && p.status != http.StatusForbidden {
		t.Errorf("another unit takes the contract: %d", p.status)
	}
	w.days.Store(366)
	if m, is := status(second, "M06@case").(requirement.Missing); !is || m.Why.Key != "missing.expires" {
		t.Errorf("a profile of last year: %+v", status(second, "M06@case"))
	}
}

// One file may be the profile of two hosts: it is taken for each, and each place
// names the other host in case the wrong file was chosen. For one host it counts once.
func TestOneFileIsTheProfileOfTwoHostsAndSaysSo(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	work := applying.NewWork(w.n)
	at := he.begin("valid-germany-5-days")
	he.done(at+"/mission", with(he.form(he.ok(at+"/mission"), at+"/mission"), "case.category", "works"))
	he.done(at+"/invitations", with(he.form(he.ok(at+"/invitations"), at+"/invitations"), "_add", "invitations"))
	he.done(at+"/invitations", with(he.form(he.ok(at+"/invitations"), at+"/invitations"), "invitations[1].issuer", "Musterwerke AG"))
	f, err := work.Open(context.Background(), strings.TrimPrefix(at, "/cases/"))
	if err != nil {
		t.Fatal(err)
	}
	hosts := []string{f.Now.Case.Invitations[0].Issuer, "Musterwerke AG"}
	place := func(host string) map[string]string {
		return map[string]string{"kind": "M06", "ownerKind": "unit", "owner": "u1", "about": host}
	}
	for _, host := range hosts {
		if p := he.upload(at, place(host), "集团简介.pdf", pdf("group")); p.status != http.StatusSeeOther {
			t.Fatalf("the profile of %s: %d %s", host, p.status, text(p.body))
		}
	}
	says := text(he.ok(at + "/documents").body)
	for _, host := range hosts {
		if !strings.Contains(says, "同一份文件也是“"+host+"”的简介") {
			t.Errorf("nobody is told that it is the profile of %s too:\n%s", host, says)
		}
	}
	again := place(hosts[1])
	again["_fragment"] = "1"
	if p := he.upload(at, again, "集团简介.pdf", pdf("group")); p.status != http.StatusUnprocessableEntity || !strings.Contains(text(p.body), "这份材料已经有了") {
		t.Errorf("given twice for one host: %d %s", p.status, text(p.body))
	}
}

// Where several countries invite, each has a place for its letter; where one does,
// nobody is asked and the letter is that country's.
func TestEachCountryHasAPlaceForItsLetter(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	work := applying.NewWork(w.n)
	open := func(at string) *applying.File {
		t.Helper()
		f, err := work.Open(context.Background(), strings.TrimPrefix(at, "/cases/"))
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	give := func(at, country, name string) material.Material {
		t.Helper()
		id := strings.TrimPrefix(at, "/cases/")
		if p := he.upload(at, map[string]string{"kind": "M04", "ownerKind": "case", "owner": id, "country": country}, name, pdf(name)); p.status != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", name, p.status, text(p.body))
		}
		all := open(at).Held.Materials
		return all[slices.IndexFunc(all, func(m material.Material) bool { return m.Name == name })]
	}
	one := he.begin("valid-germany-5-days")
	if m := give(one, "", "only.pdf"); m.Country != "DEU" {
		t.Errorf("the only country's letter is for %q", m.Country)
	}
	if page := he.ok(one + "/documents").body; strings.Contains(page, `name="country" value="DEU"`) {
		t.Error("one country has a place by its name")
	}
	two := he.begin("four-countries")
	at := open(two).Now.Case.Countries()
	for _, country := range at[:2] {
		if m := give(two, country, country+".pdf"); m.Country != country {
			t.Errorf("the letter from %s is for %q", country, m.Country)
		}
	}
	check := text(he.ok(two + "/check").body)
	for i, country := range at {
		name := map[string]string{"FRA": "法国", "DEU": "德国", "ITA": "意大利", "ESP": "西班牙", "AUT": "奥地利", "BEL": "比利时", "NLD": "荷兰", "CHE": "瑞士"}[country]
		if asks := strings.Contains(check, "邀请函，"+name); name == "" || asks != (i >= 2) {
			t.Errorf("of the letter from %s (%s), given: %v, the pre-check asks: %v", country, name, i < 2, asks)
		}
	}
	if m := give(two, "USA", "elsewhere.pdf"); m.Country != "" {
		t.Errorf("a country off the journey is taken: %q", m.Country)
	}
	if says := text(he.ok(two).body); !strings.Contains(says, "份文件") {
		t.Errorf("the case doesn't count its files: %s", says)
	}
	page := he.ok(two + "/documents").body
	for _, country := range at {
		if !strings.Contains(page, `name="country" value="`+country+`"`) {
			t.Errorf("no place for the letter from %s", country)
		}
	}
}

// A budget form whose total differs from what was typed says so, and one that was
// scanned says nothing.
func TestABudgetFormWithAnotherTotalIsTold(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	book, err := sheet.Export("预算", []sheet.Title{{Text: "项目"}, {Text: "金额"}}, func(yield func([]string) bool) { yield([]string{"合计", "1234.50"}) })
	if err != nil {
		t.Fatal(err)
	}
	for name, x := range map[string]struct {
		file []byte
		told bool
	}{"预算表.xlsx": {book, true}, "预算表.pdf": {pdf("form"), false}} {
		at := he.begin("valid-germany-5-days")
		if p := he.upload(at, map[string]string{"kind": "M09", "ownerKind": "case", "owner": strings.TrimPrefix(at, "/cases/")}, name, x.file); p.status != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", name, p.status, text(p.body))
		}
		if told := strings.Contains(text(he.ok(at+"/check").body), "“"+name+"”上的合计是 1,234.50 元"); told != x.told {
			t.Errorf("%s is told: %v", name, told)
		}
	}
}

// The country of a host is the one that the journey leads to; written by hand, it
// is offered from the list of countries.
func TestTheCountryOfAHostIsOffered(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.blank()
	page := he.ok(at + "/invitations").body
	if !strings.Contains(page, `name="invitations[0].issuerCountry"`) || !strings.Contains(page, `list="countries"`) || strings.Count(page, `<datalist id="countries">`) != 1 || !strings.Contains(page, `<option value="德国">`) {
		t.Errorf("no country is offered: %s", text(page))
	}
	he.done(at+"/trip", with(he.form(he.ok(at+"/trip"), at+"/trip"), "legs[0].city", "柏林"))
	page = he.ok(at + "/invitations").body
	if strings.Contains(page, `name="invitations[0].issuerCountry"`) || !strings.Contains(text(page), "邀请单位所在国 德国") {
		t.Errorf("the country of the journey isn't taken: %s", text(page))
	}
	if page = he.ok(at + "/invitations?change=invitations[0].issuerCountry").body; !strings.Contains(page, `name="invitations[0].issuerCountry" value="德国"`) {
		t.Errorf("it can't be written otherwise: %s", text(page))
	}
}
