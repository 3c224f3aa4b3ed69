package filing_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/material"
	"yitang/internal/person"
	"yitang/internal/requirement"
	applying "yitang/internal/web/filing"
)

// What is uploaded in the ordinary way has an end: it follows where it is
// certain, and is asked beside the file where it isn't.
func TestAPaperEndsWithWhatItShowsOrOnTheDayThatIsAsked(t *testing.T) {
	w := newTown(t)
	ctx := context.Background()
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	work := applying.NewWork(w.n)
	open := func() *applying.File {
		t.Helper()
		f, err := work.Open(ctx, id)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	who := open().Now.Persons[0]
	facts := open().Held.People[who].Facts
	facts.IDExpires, facts.Vetting = day("2026-09-30"), dossier.Vetting{Status: dossier.VettingPassed, ValidUntil: day("2027-02-28")}
	give(t, ctx, w.n.Journal, person.Room, who, person.Change{Facts: facts})

	from := "2026-05-10"
	gives := func(kind, ownerKind, owner, until string) page {
		t.Helper()
		fields := map[string]string{"kind": kind, "ownerKind": ownerKind, "owner": owner, "until.paper-" + kind + "-" + owner: until, "from.paper-" + kind + "-" + owner: from, "_fragment": "1"}
		if material.IsPicture(dossier.MaterialKind(kind)) {
			return he.upload(at, fields, "照片.png", picture(t, 7))
		}
		return he.upload(at, fields, kind+".pdf", pdf(kind+until))
	}
	ends := func(kind string) (string, string) {
		t.Helper()
		all := open().Held.Materials
		i := slices.IndexFunc(all, func(m material.Material) bool { return m.Kind == kind })
		if i < 0 {
			t.Fatalf("%s isn't held", kind)
		}
		return all[i].Issued.String(), all[i].ValidUntil.String()
	}
	if says := he.ok(at + "/documents").body; !strings.Contains(says, `name="until.paper-M35-`+who+`"`) || !strings.Contains(says, `name="from.paper-M35-`+who+`"`) || strings.Contains(says, `name="from.paper-M23-`) || !strings.Contains(says, `value="2026-05-16"`) || strings.Contains(says, `name="until.paper-M24-`) {
		t.Errorf("the end of an insurance isn't asked, with the day of return, or that of a card is:\n%s", text(says))
	}
	if p := gives("M35", "person", who, ""); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "先写这份材料的有效期截止日") {
		t.Errorf("an insurance without an end is taken: %d %s", p.status, text(p.body))
	}
	if p := gives("M35", "person", who, "明天"); p.status != http.StatusUnprocessableEntity {
		t.Errorf("an end that nobody can read is taken: %d", p.status)
	}
	from = ""
	if p := gives("M35", "person", who, "2026-05-16"); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "先写保险从哪天起") {
		t.Errorf("an insurance without a first day is taken: %d %s", p.status, text(p.body))
	}
	from = "2026-05-17"
	if p := gives("M35", "person", who, "2026-05-16"); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "有效期早于起始日") {
		t.Errorf("an insurance that ends before it begins is taken: %d %s", p.status, text(p.body))
	}
	from = "2026-05-10"
	for kind, want := range map[string][2]string{
		"M24": {"", "2026-09-30"}, "M12": {"", "2027-02-28"}, "M26": {"2026-03-10", "2026-09-10"}, "M06": {"2026-03-10", "2027-03-10"}, "M35": {"", "2026-05-12"},
		"M13": {"", ""}, "M21": {"", ""},
	} {
		owner, ownerKind := who, "person"
		if kind == "M06" || kind == "M21" {
			owner, ownerKind = id, "case"
		}
		until := ""
		if kind == "M35" {
			until = "2026-05-12"
		}
		if p := gives(kind, ownerKind, owner, until); p.status != http.StatusOK || want[1] != "" && !strings.Contains(p.body, "至"+chinese(want[1])) {
			t.Fatalf("%s: %d %s", kind, p.status, p.body)
		}
		if issued, until := ends(kind); issued != want[0] || until != want[1] {
			t.Errorf("%s serves from %q until %q, want %q", kind, issued, until, want)
		}
	}
	status := func(key requirement.ID) requirement.Status {
		t.Helper()
		for _, r := range work.Requirements(open()) {
			if r.ID == key {
				return r.Status
			}
		}
		t.Fatalf("%s isn't asked for", key)
		return nil
	}
	// The insurance ends three days before the journey does.
	if i := slices.IndexFunc(open().Now.Case.Materials, func(m dossier.Material) bool { return m.Kind == "M35" }); i < 0 || open().Now.Case.Materials[i].ValidFrom.String() != from {
		t.Errorf("the case doesn't tell from when the insurance holds: %d", i)
	}
	if m, missing := status("M35@members[0]").(requirement.Missing); !missing || m.Why.Key != "missing.expires" {
		t.Errorf("an insurance that ends during the journey: %+v", status("M35@members[0]"))
	}
	if says := text(he.ok(at + "/documents").body); !strings.Contains(says, "2026年5月12日") {
		t.Errorf("the page doesn't say until when:\n%s", says)
	}
	if _, held := status("M24@members[0]").(requirement.Held); !held {
		t.Errorf("the copy of a good card: %+v", status("M24@members[0]"))
	}
	w.days.Store(200) // late in September
	for _, key := range []requirement.ID{"M24@members[0]", "M26@members[0]"} {
		if m, missing := status(key).(requirement.Missing); !missing || m.Why.Key != "missing.expires" {
			t.Errorf("%s half a year later: %+v", key, status(key))
		}
	}
}

func day(s string) calendar.Date { return calendar.MustParse(s) }

// chinese is a day as pages write it.
func chinese(iso string) string {
	d := day(iso)
	return fmt.Sprintf("%d年%d月%d日", d.Year(), int(d.Month()), d.Day())
}

// What ends is told to the unit where it looks first: from what was uploaded and
// from people's records, each once, with the day, what to do and where.
func TestWhatEndsStandsOnTheHomePageAndAmongThePapers(t *testing.T) {
	w := newTown(t)
	ctx := context.Background()
	he, luo := w.as("he"), w.as("luo")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	work := applying.NewWork(w.n)
	f, err := work.Open(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	facts := func(i int, change func(*person.Facts)) {
		t.Helper()
		x := f.Held.People[f.Now.Persons[i]].Facts
		change(&x)
		give(t, ctx, w.n.Journal, person.Room, f.Now.Persons[i], person.Change{Facts: x})
	}
	// Before the papers come, so that their copies end with card and vetting.
	facts(0, func(x *person.Facts) { x.IDExpires = day("2026-05-10") })
	he.supply(at)
	if says := text(he.ok("/cases").body); strings.Contains(says, "快到期") {
		t.Errorf("before anybody travels:\n%s", says)
	}
	he.presents(at)
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
	facts(1, func(x *person.Facts) { x.Vetting.ValidUntil = day("2026-05-13") })
	give(t, ctx, w.office.Journal, custody.Room, f.Now.Persons[1], custody.Register{Booklet: "b1", Unit: "u1", Type: "publicAffairs", Number: "PE1234567", Issued: day("2021-07-01"), Expires: day("2026-07-01"), BlankPages: 20, LatinName: "X"})
	w.answered()
	name := func(i int) string { return f.Held.People[f.Now.Persons[i]].Name() }
	for _, path := range []string{"/cases", "/papers"} {
		p := he.ok(path)
		says := text(p.body)
		for what, url := range map[string]string{"身份证，" + name(0): f.Now.Persons[0], "备案审查，" + name(1): f.Now.Persons[1], "公务普通护照，" + name(1): f.Now.Persons[1]} {
			if !strings.Contains(says, what) || !strings.Contains(p.body, `href="/people/`+url+`"`) {
				t.Errorf("%s doesn't announce %s, or leads nowhere:\n%s", path, what, says)
			}
		}
		for _, words := range []string{"2026年5月10日 到期，赶不上 5月11日 出发的", "请本人换领新身份证", "2026年5月13日 到期", "请人事部门重新备案", "2026年7月1日 到期", "随下一次出访换发"} {
			if !strings.Contains(says, words) {
				t.Errorf("%s doesn't say %s:\n%s", path, words, says)
			}
		}
		if path == "/cases" && strings.Contains(says, "身份证正反面") {
			t.Errorf("the copy of the card is announced beside the card:\n%s", says)
		}
	}
	if says := text(w.as("luo").ok("/cases").body); strings.Contains(says, "快到期") {
		t.Errorf("who may change nothing is told to:\n%s", says)
	}
}
