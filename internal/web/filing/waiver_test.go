package filing_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/person"
	"yitang/internal/web/sites"
)

// asOffice is somebody of the office, signed in on its own site.
func (w *town) asOffice(login, name string, role access.Role) reader {
	w.t.Helper()
	admin := journal.WithActor(context.Background(), journal.Actor{Role: string(access.Administrator), Account: "console"})
	if _, err := w.office.Accounts.Open(admin, journal.Order{Subject: "acc-" + login}, account.Open{Login: login, Name: name, Roles: []access.Role{role}}, password); err != nil {
		w.t.Fatal(err)
	}
	srv := httptest.NewServer(sites.Office(w.office).Handler())
	w.t.Cleanup(srv.Close)
	there := *w
	there.url = srv.URL
	return there.as(login)
}

func (w *town) told() { w.t.Helper(); heardNow(w.t, w.n.Node, w.office.Node) }

func (w *town) answered() { w.t.Helper(); heardNow(w.t, w.office.Node, w.n.Node) }

// heardNow carries over what is new.
func heardNow(t *testing.T, from, to *node.Node) {
	t.Helper()
	ctx := context.Background()
	known := map[string]bool{}
	if err := to.Journal.Each(ctx, 0, func(e journal.Event) error { known[e.ID] = true; return nil }); err != nil {
		t.Fatal(err)
	}
	err := from.Journal.Each(ctx, 0, func(e journal.Event) error {
		if known[e.ID] {
			return nil
		}
		b, ok, err := from.Journal.Registry().EncodeFor(e, to.Zone)
		if err != nil || !ok || e.Origin != from.Zone {
			return err
		}
		return to.Journal.Apply(ctx, func(a *journal.Applying) error { _, _, err := a.Take(ctx, b); return err })
	})
	if err != nil {
		t.Fatal(err)
	}
}

// shortNotice is a draft that only the days of its public notice stop.
func (r reader) shortNotice() string {
	r.t.Helper()
	at := r.begin("valid-germany-5-days")
	r.done(at+"/notice", with(r.form(r.ok(at+"/notice"), at+"/notice"), "notice.to", "2026-03-03"))
	r.supply(at)
	return at
}

func TestAWaiverIsAskedForGrantedSeenAndEndsWithWhatItWasGrantedFor(t *testing.T) {
	w := newTown(t)
	he, luo, chief := w.as("he"), w.as("luo"), w.asOffice("chief", "顾承远", access.Chief)
	at := he.shortNotice()
	id := strings.TrimPrefix(at, "/cases/")
	check := he.ok(at + "/check")
	if !strings.Contains(check.body, "公示只有 4 个工作日") || !strings.Contains(check.body, "waiver?") {
		t.Fatalf("no waiver is offered: %s", text(check.body))
	}
	ask := at + "/waiver?" + url.Values{"rule": {"DOC-001"}, "field": {"notice.to"}}.Encode()
	form := he.form(he.ok(ask), at+"/waiver")
	if p := he.post(at+"/waiver", with(form, "reason", " ")); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "请写明为什么要豁免") {
		t.Errorf("asked without a reason: %d %s", p.status, text(p.body))
	}
	form.Set("reason", "对方临时提前会期，公示来不及满 5 天")
	if p := he.post(at+"/waiver", url.Values{"rule": form["rule"], "field": form["field"]}); p.status != http.StatusUnprocessableEntity {
		t.Errorf("a form without a key, without a reason: %d", p.status)
	}
	he.done(at+"/waiver", form)
	he.done(at+"/waiver", form) // a double click
	if p := he.post(at+"/waiver", with(he.form(he.ok(ask), at+"/waiver"), "reason", "再问一次")); p.status != http.StatusConflict {
		t.Errorf("the same was asked for twice: %d", p.status)
	}
	if p := he.post(at+"/present", he.form(he.ok(at+"/check"), at+"/present")); p.status != http.StatusUnprocessableEntity {
		t.Fatalf("presented before the office answered: %d", p.status)
	}

	w.told()
	list := chief.ok("/waivers")
	if !strings.Contains(list.body, "公示只有 4 个工作日") || strings.Count(list.body, `href="/waivers/`) != 1 {
		t.Fatalf("the chief doesn't see it once: %s", text(list.body))
	}
	one := "/waivers/" + between(t, list.body, `href="/waivers/`, `"`)
	if p := chief.post(one, with(chief.form(chief.ok(one), one), "answer", "grant")); p.status != http.StatusUnprocessableEntity {
		t.Errorf("granted without a reason: %d", p.status)
	}
	chief.done(one, with(chief.form(chief.ok(one), one), "answer", "grant", "reason", "会期提前属实"))
	if p := text(chief.ok(one).body); !strings.Contains(p, "顾承远") || !strings.Contains(p, "会期提前属实") {
		t.Errorf("the answer doesn't stand on its page: %s", p)
	}

	w.answered()
	seen := text(he.ok(at + "/check").body)
	for _, word := range []string{"已准予豁免", "处长", "会期提前属实", "3月10日"} {
		if !strings.Contains(seen, word) {
			t.Errorf("the unit isn't told %s: %s", word, seen)
		}
	}
	// What was waived changes: it blocks again, and says why.
	change := func(to string) {
		he.done(at+"/notice", with(he.form(he.ok(at+"/notice"), at+"/notice"), "notice.to", to))
	}
	change("2026-03-02")
	if p := text(he.ok(at + "/check").body); !strings.Contains(p, "原豁免不再适用") || strings.Contains(p, "已准予豁免") {
		t.Errorf("a waiver was extended in silence: %s", p)
	}
	if p := he.post(at+"/present", he.form(he.ok(at+"/check"), at+"/present")); p.status != http.StatusUnprocessableEntity {
		t.Fatalf("presented with a waiver of something else: %d", p.status)
	}
	change("2026-03-03")
	he.presents(at)
	if p := text(luo.ok("/sign/" + id).body); !strings.Contains(p, "会期提前属实") {
		t.Errorf("the signatory doesn't see the waiver: %s", p)
	}
	luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))

	w.told()
	give(t, context.Background(), w.office.Journal, approval.Room, id, approval.Receive{Unit: "u1", Facts: approval.Facts{Title: "赴德国", Depart: calendar.MustParse("2026-05-11")},
		Members: w.filing(id).Members, Names: approval.Names{Unit: "巴渝理工大学（虚构）"}, Within: 2})
	for _, r := range []reader{chief, w.asOffice("review", "程以安", access.Reviewer), w.asOffice("director", "宋砚秋", access.Director)} {
		p := text(r.ok("/c/" + id).body)
		if !strings.Contains(p, "顾承远") || !strings.Contains(p, "会期提前属实") || strings.Contains(p, "建议退回补正") {
			t.Errorf("who reviews doesn't see who waived it and why: %s", p)
		}
	}
}

func TestARefusedWaiverSaysWhyAndGoesOnBlocking(t *testing.T) {
	w := newTown(t)
	he, chief := w.as("he"), w.asOffice("chief", "顾承远", access.Chief)
	at := he.shortNotice()
	ask := at + "/waiver?" + url.Values{"rule": {"DOC-001"}, "field": {"notice.to"}}.Encode()
	he.done(at+"/waiver", with(he.form(he.ok(ask), at+"/waiver"), "reason", "来不及"))
	w.told()
	one := "/waivers/" + between(t, chief.ok("/waivers").body, `href="/waivers/`, `"`)
	chief.done(one, with(chief.form(chief.ok(one), one), "answer", "refuse", "reason", "离出发还有两个月，可以补足"))
	if p := chief.ok("/waivers"); strings.Contains(p.body, one) {
		t.Error("an asking that was answered is listed still")
	}
	w.answered()
	p := text(he.ok(at + "/check").body)
	if !strings.Contains(p, "外办不予豁免") || !strings.Contains(p, "离出发还有两个月，可以补足") || !strings.Contains(p, "补充理由再申请") {
		t.Errorf("the unit isn't told: %s", p)
	}
	if p := he.post(at+"/present", he.form(he.ok(at+"/check"), at+"/present")); p.status != http.StatusUnprocessableEntity {
		t.Errorf("presented against the office's word: %d", p.status)
	}
}

// Thrown away, a draft takes along what was asked for it.
func TestWhatWasAskedForADraftThatIsThrownAwayWaitsForNobody(t *testing.T) {
	w := newTown(t)
	he, chief := w.as("he"), w.asOffice("chief", "顾承远", access.Chief)
	at := he.shortNotice()
	ask := at + "/waiver?" + url.Values{"rule": {"DOC-001"}, "field": {"notice.to"}}.Encode()
	he.done(at+"/waiver", with(he.form(he.ok(ask), at+"/waiver"), "reason", "来不及"))
	w.told()
	if p := chief.ok("/waivers"); !strings.Contains(p.body, `href="/waivers/`) {
		t.Fatalf("the chief doesn't see what was asked: %s", text(p.body))
	}
	asks := he.ok(at + "/withdraw")
	if !strings.Contains(text(asks.body), "申请的豁免一并撤回") {
		t.Errorf("nothing says what goes with it: %s", text(asks.body))
	}
	he.done(at+"/withdraw", he.form(asks, at+"/withdraw"))
	w.told()
	if p := chief.ok("/waivers"); strings.Contains(p.body, `href="/waivers/`) {
		t.Errorf("it waits for the chief still: %s", text(p.body))
	}
}

// The forms offer nothing that the rules never allow, and neither do forged ones.
func TestARuleThatIsNeverWaivedIsNeitherOfferedNorTaken(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	for _, c := range []struct {
		rule, field string
		do          func(*dossier.Case)
	}{
		{"GEN-005", "legs[0].country", func(c *dossier.Case) { c.Legs[0].Country = "TWN" }},
		{"ITN-026", "legs[0].country", func(c *dossier.Case) { c.Legs[0].Country = "XXQ" }},
		{"IDN-015", "case.purpose", func(c *dossier.Case) { c.Trip.Purpose += "\uE815" }},
	} {
		at := he.begin("valid-germany-5-days")
		id := strings.TrimPrefix(at, "/cases/")
		w.rewrite(id, func(p *room.Paper) { c.do(&p.Case) })
		if p := he.ok(at + "/check"); !strings.Contains(p.body, c.rule) || strings.Contains(p.body, "rule="+c.rule) {
			t.Errorf("a waiver of %s is offered, or nothing is found: %s", c.rule, text(p.body))
		}
		of := url.Values{"rule": {c.rule}, "field": {c.field}}
		if p := he.get(at + "/waiver?" + of.Encode()); p.status == http.StatusOK {
			t.Errorf("the form asks why %s should be waived", c.rule)
		}
		of.Set("reason", "请放行")
		of.Set("_key", c.field)
		p := he.post(at+"/waiver", of)
		all, err := approval.WaiversOf(context.Background(), w.n.Journal, id)
		if err != nil || len(all) != 0 || p.status != http.StatusUnprocessableEntity || !strings.Contains(text(p.body), "这条规则不能豁免") {
			t.Errorf("%s was asked for: %v %v %d %s", c.rule, all, err, p.status, text(p.body))
		}
	}
}

func TestFindingsAlikeStandTogetherAndEachOpens(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	p := he.ok(at + "/check") // the papers of each member are missing
	i := strings.Index(p.body, `class="find alike"`)
	if i < 0 || !strings.Contains(text(p.body), "名成员：") {
		t.Fatalf("nothing is grouped: %s", text(p.body))
	}
	group := p.body[i:]
	group = group[:strings.Index(group, "</details>")]
	if strings.Count(group, `<li class="find"`) < 2 || !strings.Contains(group, "<summary>") {
		t.Errorf("a group doesn't open on its findings: %s", group)
	}
}

// The example of the issue: what a rule says of three members is said once.
func TestOneLineTellsOfThreeMembersWhosePassportsEndTooSoon(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("seven-members")
	for i, who := range w.draft(strings.TrimPrefix(at, "/cases/")).Paper.People[:3] {
		give(t, context.Background(), w.office.Journal, custody.Room, who, custody.Register{Booklet: "b" + who, Unit: "u1", Type: "publicAffairs", Number: fmt.Sprintf("PE123456%d", i),
			Issued: calendar.On(2021, 11, 1), Expires: calendar.On(2026, 10, 31), BlankPages: 20, LatinName: "X"})
	}
	heard(t, w.office.Node, w.n.Node)
	if said := text(he.ok(at + "/check").body); !strings.Contains(said, "3 名成员：护照有效期不足") {
		t.Errorf("three passports are not told in one line: %s", said)
	}
}

func TestAFixOfOneClickCanBeUndone(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("germany-6-days")
	id := strings.TrimPrefix(at, "/cases/")
	if !strings.Contains(text(he.ok(at+"/check").body), "离开各站的时间也要一并提前") {
		t.Error("it isn't said that the times of leaving must come with the return")
	}
	was := w.draft(id).Paper.Case
	to := he.done(at+"/fix", he.form(he.ok(at+"/check"), at+"/fix", "rule", "ITN-001"))
	if got := w.draft(id).Paper.Case.Trip.Return.String(); got != "2026-05-15" {
		t.Fatalf("mended to %s", got)
	}
	p := he.ok(to)
	he.done(at+"/unfix", he.form(p, at+"/unfix"))
	if d := dossier.Difference(was, w.draft(id).Paper.Case); len(d) > 0 {
		t.Errorf("not as it was: %v", d)
	}
	// What was written since is kept, and the way back is gone.
	to = he.done(at+"/fix", he.form(he.ok(at+"/check"), at+"/fix", "rule", "ITN-001"))
	back := he.form(he.ok(to), at+"/unfix")
	he.done(at+"/notice", with(he.form(he.ok(at+"/notice"), at+"/notice"), "notice.to", "2026-03-05"))
	if p := he.post(at+"/unfix", back); p.status != http.StatusConflict {
		t.Errorf("undone over what was written since: %d", p.status)
	}
	if got := w.draft(id).Paper.Case.Notice.To.String(); got != "2026-03-05" {
		t.Errorf("lost: %s", got)
	}
}

// The draft remembers a record before a fix changes it, so that no try that stops
// half-way leaves a record changed without a way back.
func TestAFixOfAPersonsRecordIsMadeAndUndoneWithTheDraft(t *testing.T) {
	w, ctx := newTown(t), context.Background()
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	who := w.draft(id).Paper.People[0]
	rec := func() person.Person {
		t.Helper()
		rec, _, err := journal.Load(ctx, w.n.Journal, person.Room, who)
		if err != nil {
			t.Fatal(err)
		}
		return rec
	}
	right, wrong := rec().Sex, dossier.Female
	if right == dossier.Female {
		wrong = dossier.Male
	}
	// No form takes a sex that the number contradicts: an old record may have one.
	slip := func() {
		give(t, ctx, w.n.Journal, person.Room, who, happened[person.Person]{[]any{person.Changed{In: "u1", Sex: journal.Of(wrong)}}})
	}
	slip()
	form := he.form(he.ok(at+"/check"), at+"/fix")
	if p := he.post(at+"/fix", with(form, "revision", "999")); p.status != http.StatusConflict || rec().Sex != wrong {
		t.Errorf("on a draft that never was: %d, the record says %s", p.status, rec().Sex)
	}
	to := he.done(at+"/fix", he.form(he.ok(at+"/check"), at+"/fix"))
	if u := w.draft(id).Paper.Undo; rec().Sex != right || u == nil || u.People[who].Was.Sex != wrong || u.People[who].Is.Sex != right {
		t.Fatalf("mended: %s, %+v", rec().Sex, u)
	}
	slip() // the undoing died after the record
	he.done(at+"/unfix", he.form(he.ok(to), at+"/unfix"))
	if w.draft(id).Paper.Undo != nil {
		t.Error("the way back is offered still")
	}
	to = he.done(at+"/fix", he.form(he.ok(at+"/check"), at+"/fix"))
	facts := rec().Facts
	facts.Post = "总工程师"
	give(t, ctx, w.n.Journal, person.Room, who, person.Change{Facts: facts})
	if p := he.post(at+"/unfix", he.form(he.ok(to), at+"/unfix")); p.status != http.StatusConflict || rec().Post != "总工程师" || rec().Sex != right {
		t.Errorf("undone over what was changed since: %d %+v", p.status, rec().Facts)
	}
}

func between(t *testing.T, s, from, to string) string {
	t.Helper()
	_, rest, ok := strings.Cut(s, from)
	if !ok {
		t.Fatalf("%q isn't there", from)
	}
	out, _, _ := strings.Cut(rest, to)
	return out
}
