package filing_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	room "yitang/internal/filing"
)

// The officer sees the text of the notice, puts it up with one press, changes
// the case, is told what changed, and starts anew; nobody gets round it by dates.
func TestANoticeIsMadeFromTheCaseAndStartsAgainWhenItChanges(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	notice := func(pairs ...string) {
		t.Helper()
		he.done(at+"/notice", with(he.form(he.ok(at+"/notice"), at+"/notice"), pairs...))
	}
	notice("notice.from", "", "notice.to", "")
	// Not before the journey is told: a later change would cost another notice.
	var told string
	w.rewrite(id, func(p *room.Paper) { told, p.Case.Itinerary[2].Activity = p.Case.Itinerary[2].Activity, "" })
	if page := he.ok(at + "/notice"); strings.Contains(text(page.body), "今天张贴") || !strings.Contains(text(page.body), "请先填完：行程") {
		t.Errorf("a notice without the whole journey is offered: %s", text(page.body))
	}
	// Nor does a form that asks all the same put it up; what stands in it is kept.
	early := he.post(at+"/notice", with(he.form(he.ok(at+"/notice"), at+"/notice"), "_fill", "notice.from", "notice.place", "二号楼大厅"))
	if n := w.draft(id).Paper.Case.Notice; early.status != http.StatusUnprocessableEntity || !strings.Contains(text(early.body), "请先填完：行程") || n == nil || !n.From.IsZero() || n.Published != nil || n.Place != "二号楼大厅" {
		t.Errorf("put up without the whole journey: %d %+v %s", early.status, n, text(early.body))
	}
	if says := text(he.ok(at + "/trip").body); !strings.Contains(says, "还有1个半天没写做什么") {
		t.Errorf("the grid doesn't say what is missing: %s", says)
	}
	w.rewrite(id, func(p *room.Paper) { p.Case.Itinerary[2].Activity = told })
	page := he.ok(at + "/notice")
	if strings.Contains(page.body, `name="notice.items"`) {
		t.Error("what the notice tells is asked beside the text that is made here")
	}
	for _, says := range []string{"江明远", "（团长）", "出访任务", "日程安排", "途中", "往返路线", "邀请函和邀请单位", "经费来源和预算", "今天张贴：2026年3月10日–16日", "过去的日子也可以填"} {
		if !strings.Contains(text(page.body), says) {
			t.Errorf("the page of the notice doesn't say %s", says)
		}
	}
	notice("_fill", "notice.from", "notice.contact", "纪检室 023-6000 0000")
	n := w.draft(id).Paper.Case.Notice
	if n.From.String() != "2026-03-10" || n.To.String() != "2026-03-16" || n.Published == nil || len(n.Items) != 9 {
		t.Fatalf("put up: %+v", n)
	}
	if said := text(he.ok(at + "/notice").body); !strings.Contains(said, "共 5 个工作日") || !strings.Contains(said, "最早 2026年3月17日 可以提交") {
		t.Errorf("the page doesn't say how long it hangs: %s", said)
	}
	if p := he.ok(at + "/notice/print"); !strings.HasPrefix(p.body, "%PDF-") {
		t.Error("the notice can't be printed")
	}
	if p := he.ok(at + "/notice/print?text=1"); !strings.Contains(p.body, "2026年3月10日至16日，共5个工作日") || !strings.Contains(p.body, "纪检室 023-6000 0000") {
		t.Errorf("the notice's text: %s", p.body)
	}

	if says := text(he.ok(at + "/mission").body); !strings.Contains(says, "已公示；改了要重新公示 5 个工作日") {
		t.Error("nothing warns of another notice")
	}
	purpose := w.draft(id).Paper.Case.Trip.Purpose
	change := func(to string) {
		t.Helper()
		he.done(at+"/mission", with(he.form(he.ok(at+"/mission"), at+"/mission"), "case.purpose", to))
	}
	change("与柏林示范大学商定另一份章程并考察实验室建设与设备验收的安排")
	if to := he.done(at+"/notice", with(he.form(he.ok(at+"/notice"), at+"/notice"), "_fill", "notice.said")); !strings.Contains(to, "said=notice_said") {
		t.Errorf("taking a change back leads to %s", to)
	}
	if d := w.draft(id).Paper.Case; d.Trip.Purpose != purpose || d.Notice.From != n.From {
		t.Errorf("taken back: %q, %+v", d.Trip.Purpose, d.Notice)
	}
	change("与柏林示范大学商定新的联合实验室章程并考察实验室建设")
	page = he.ok(at + "/notice")
	if said := text(page.body); !strings.Contains(said, "公示后任务变了") || !strings.Contains(said, "按现在的内容重新公示") {
		t.Fatalf("nobody says what changed: %s", said)
	}
	if p := he.ok(at + "/notice/print?text=1&was=1"); strings.Contains(p.body, "联合实验室章程并考察") {
		t.Error("what hung before is not what was put up")
	}
	if p := he.post(at+"/present", he.form(he.ok(at+"/check"), at+"/present")); p.status != http.StatusUnprocessableEntity || !strings.Contains(text(p.body), "公示后任务有变更") {
		t.Errorf("presented with another notice: %d", p.status)
	}
	notice("_fill", "notice.from")
	if said := text(he.ok(at + "/notice").body); strings.Contains(said, "公示后任务变了") {
		t.Error("put up anew, and still said to differ")
	}
	notice("_fill", "notice.former")
	if back := w.draft(id).Paper; back.Case.Notice.Published.Purpose != purpose || back.Former != nil {
		t.Errorf("the former notice doesn't stand again: %+v", back.Case.Notice)
	}
	notice("_fill", "notice.from")
	// The days of the first notice are not those of the second.
	notice("notice.from", "2026-03-02", "notice.to", "2026-03-06")
	if p := he.post(at+"/present", he.form(he.ok(at+"/check"), at+"/present")); p.status != http.StatusUnprocessableEntity || !strings.Contains(text(p.body), "公示开始日期不能早于这一天") {
		t.Errorf("the days of the first notice were taken for the second: %d", p.status)
	}
}

// A paper that is uploaded, and a text that is made here, are asked once: no form
// has a tick beside them. A draft that carries the ticks of before is read.
func TestNoFormAsksWhatAPaperOrTheTextAnswers(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	id := strings.TrimPrefix(at, "/cases/")
	for _, step := range []string{"members", "invitations", "budget", "notice"} {
		page := he.ok(at + "/" + step).body
		for _, tick := range []string{".commitment", ".dispatchConsent", ".translation", "budget.financeReviewed", "notice.items"} {
			if strings.Contains(page, tick+`"`) {
				t.Errorf("%s asks %s", step, tick)
			}
		}
		he.done(at+"/"+step, he.form(he.ok(at+"/"+step), at+"/"+step))
	}
	if c := w.draft(id).Paper.Case; !c.Members[0].Commitment || !c.Budget.FinanceReviewed || !c.Invitations[0].Translation || len(c.Notice.Items) != 9 {
		t.Errorf("what the file said is lost: %+v, %+v", c.Members[0].Commitment, c.Notice)
	}
	// Days written by hand, before the case says everything: what the notice tells
	// follows from the text, and what it lacks leads there.
	w.rewrite(id, func(p *room.Paper) {
		p.Case.Notice.Items, p.Case.Notice.Published, p.Case.Trip.Purpose = nil, nil, ""
	})
	he.done(at+"/notice", with(he.form(he.ok(at+"/notice"), at+"/notice"), "notice.place", "公告栏"))
	if page := he.ok(at + "/notice"); strings.Contains(page.body, `name="notice.items"`) {
		t.Error("what the text tells is asked")
	}
	if check := he.ok(at + "/check").body; !strings.Contains(text(check), "公示内容缺") || !strings.Contains(check, `/notice?back=precheck#notice-text"`) {
		t.Errorf("nobody says what the text lacks: %s", text(check))
	}
	he.done(at+"/mission", with(he.form(he.ok(at+"/mission"), at+"/mission"), "case.purpose", "与柏林示范大学商定联合实验室章程并考察实验室建设与设备验收"))
	if check := text(he.ok(at + "/check").body); strings.Contains(check, "公示内容缺") {
		t.Errorf("the text tells all of it, and is said to lack something: %s", check)
	}
}

// What was mended may leave the notice behind. That is told on the page of the
// correction, the notice can be put up anew there and taken back, and who leaves
// it hands in all the same: whether another is wanted is for the office to say.
func TestANoticeThatNoLongerFitsIsToldToWhoMends(t *testing.T) {
	for _, anew := range []bool{false, true} {
		w := newTown(t)
		he, luo := w.as("he"), w.as("luo")
		at := he.begin("valid-germany-5-days")
		id := strings.TrimPrefix(at, "/cases/")
		page := at + "/notice"
		he.done(page, with(he.form(he.ok(page), page), "notice.from", "", "notice.to", ""))
		he.done(page, with(he.form(he.ok(page), page), "_fill", "notice.from"))
		w.days.Store(8)
		he, luo = w.as("he"), w.as("luo")
		he.done(page, with(he.form(he.ok(page), page), "notice.objections", "none"))
		he.supply(at)
		he.presents(at)
		luo.done("/sign/"+id+"/submit", luo.form(luo.ok("/sign/"+id), "/sign/"+id+"/submit"))
		give(t, context.Background(), w.n.Journal, room.Room, id, room.Reopen{Defects: []room.Defect{{Field: "case.purpose", Words: "写清设备名称"}}})

		const told = "公示与改后的内容不一致"
		p := he.ok(page)
		if _, open := he.form(p, page)["notice.from"]; open || strings.Contains(p.body, told) {
			t.Error("a notice that fits is open")
		}
		purpose := he.form(p, page).Get("case.purpose") + "设备为高速相机两台。"
		f := with(he.form(p, page), "case.purpose", purpose, "_autosave", "1")
		if p := he.post(page, f); p.status != http.StatusOK {
			t.Fatal(p.status, text(p.body))
		}
		live := he.ok(at + "/findings")
		if !strings.Contains(live.body, "DOC-004") || !strings.Contains(between(t, live.body, `<template data-follows="notice"`, "</template>"), `name="notice.from"`) {
			t.Errorf("a pause in typing doesn't tell of the notice: %s", text(live.body))
		}
		p = he.ok(page)
		if says := text(p.body); !strings.Contains(says, told) || !strings.Contains(says, "公示后任务变了") || strings.Contains(says, "必须改") {
			t.Fatalf("the correction doesn't tell of the notice: %s", says)
		}
		was := w.filing(id).Dossier.Notice
		if anew {
			he.done(page, with(he.form(p, page), "_fill", "notice.from"))
			if p = he.ok(page); strings.Contains(p.body, told) || !strings.Contains(text(p.body), "恢复原来的公示") {
				t.Errorf("put up anew: %s", text(p.body))
			}
			he.done(page, with(he.form(p, page), "_fill", "notice.former"))
			if p = he.ok(page); !strings.Contains(p.body, told) {
				t.Error("the notice that was taken back fits")
			}
			he.done(page, with(he.form(p, page), "_fill", "notice.from"))
			w.days.Store(20)
			he = w.as("he")
			he.done(page, with(he.form(he.ok(page), page), "notice.objections", "none"))
		}
		he.done(at+"/correct", he.form(he.ok(page), page))
		got := w.filing(id)
		if got.Stage != room.IsSubmitted || got.Dossier.Trip.Purpose != purpose {
			t.Fatalf("%v: %s %s", anew, got.Stage, got.Dossier.Trip.Purpose)
		}
		if is := got.Dossier.Notice; anew != (is.From != was.From) || anew != (is.Published.Purpose == purpose) {
			t.Errorf("anew %v: the notice of %s became that of %s", anew, was.From, is.From)
		}
	}
}

// A notice over the turn of a year whose holidays nobody has announced yet is
// counted with weekends and what the law fixes, and its page says so.
func TestANoticeIntoAnUnannouncedYearSaysThatItsDayMayMove(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	notice := func(from, to string) string {
		he.post(at+"/notice", with(he.form(he.ok(at+"/notice"), at+"/notice"), "notice.from", from, "notice.to", to))
		return text(he.ok(at + "/notice").body)
	}
	const warning = "2027 年放假安排尚未公布或未载入，超出的日子只扣除了周末和法定固定假日，日期可能推后"
	if page := notice("2026-12-28", "2027-01-04"); !strings.Contains(page, warning) || !strings.Contains(page, "5 个工作日") && !strings.Contains(page, "5个工作日") {
		t.Errorf("over the New Year the page says %s", page)
	}
	if page := notice("2026-03-02", "2026-03-09"); strings.Contains(page, warning) {
		t.Errorf("within a year that is announced it says %s", page)
	}
}
