package approval_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"yitang/internal/approval"
	"yitang/internal/demo"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/letter"
	"yitang/internal/material"
)

const otherOffice = "渝州市人民政府外事办公室（虚构）"

// issued waits for a letter of a case and gives its code.
func (h *house) issued(id string, kind document.Kind) string {
	h.t.Helper()
	code := ""
	h.until("the "+string(kind), func() bool {
		all, err := letter.Of(context.Background(), h.office.Store, id)
		i := slices.IndexFunc(all, func(l letter.Row) bool { return l.Kind == kind })
		if err == nil && i >= 0 {
			code = all[i].Code
		}
		return code != ""
	})
	return code
}

// Another authority's member, by pages alone: asked about, waited for with the
// clock standing still, answered with the scan of a letter, notified, confirmed.
func TestAnotherAuthorityIsAskedAndItsLettersAreEnteredWithTheirScans(t *testing.T) {
	h := aHouse(t)
	c := example(t, "valid-germany-5-days.json")
	c.Trip.Kind = dossier.OrganisedCross
	c.Members[1].Unit, c.Members[1].Jurisdiction = "渝州研究院（虚构）", otherOffice
	c.Notice.Units = []string{c.Unit.Name, "渝州研究院（虚构）"}
	h.comes("filing", "f1", submitted(c, nil))
	h.until("received", h.stage("f1", approval.AtIntake))
	intake, reviewer := h.as("intake"), h.as("reviewer")
	page := intake.Sees("/c/f1", "还没有征求意见")
	if strings.Contains(page, "/letters-in/ask") {
		t.Error("the intake desk is offered to ask")
	}
	if status, _ := intake.Post("/c/f1/accept", with(intake.Hidden(page, "/c/f1/accept"), "looked", "yes")); status != http.StatusOK {
		t.Fatalf("accepting gives %d", status)
	}
	h.until("examined", func() bool { return h.approval("f1").Stage == approval.UnderReview })

	const ask, reply, confirm = "/c/f1/letters-in/ask", "/c/f1/letters-in/reply", "/c/f1/letters-in/confirmation"
	reviewer.Sees("/c/f1", `href="`+ask+`"`, c.Members[1].Name())
	page = reviewer.Sees(ask, otherOffice, c.Members[1].Name(), `value="p1" checked`)
	form := reviewer.Hidden(page, ask, "authority", otherOffice)
	if status, back := reviewer.Post(ask, with(form, "until", "2026-03-01")); status != http.StatusUnprocessableEntity || !strings.Contains(back, "请选要征求意见的团员") || !strings.Contains(back, "2026-03-01") {
		t.Fatalf("a day gone by, and nobody: %d %s", status, back)
	}
	status, page := reviewer.Post(ask, with(form, "persons", "p1", "until", "2026-03-24"))
	if status != http.StatusOK || !strings.Contains(page, "等复函，时限暂停") {
		t.Fatalf("asking gives %d: %s", status, page)
	}
	if _, pdf := reviewer.File("/c/f1/letters/" + h.issued("f1", document.KindOpinionRequest)); !strings.HasPrefix(pdf, "%PDF-") {
		t.Error("the opinion request doesn't open")
	}
	reviewer.Sees("/queue", "等复函")
	if page := reviewer.Sees("/c/f1", "正在等别的外事机构复函"); strings.Contains(page, `action="/c/f1/review"`) || strings.Contains(page, `href="`+ask+`"`) {
		t.Error("what the reply must come first for is offered")
	}
	if status, page := reviewer.Post("/c/f1/review", with(url.Values{"_key": {"early"}}, allFor(c)...)); status != http.StatusConflict || !strings.Contains(page, "正在等别的外事机构复函") {
		t.Fatalf("passed on without the reply: %d", status)
	}

	page = reviewer.Sees(reply+"?authority="+url.QueryEscape(otherOffice), otherOffice)
	form = with(reviewer.Hidden(page, reply), "authority", otherOffice, "answer", "agreesWith", "number", "渝外办复〔2026〕2号", "on", "2026-03-10")
	if status, back := reviewer.Post(reply, form); status != http.StatusUnprocessableEntity || !strings.Contains(back, "请写明对方的条件") {
		t.Fatalf("conditions without words: %d", status)
	}
	form.Set("words", "费用由派员单位承担")
	if status, back := reviewer.Post(reply, form); status != http.StatusUnprocessableEntity || !strings.Contains(back, "请选来函的扫描件") || !strings.Contains(back, "费用由派员单位承担") {
		t.Fatalf("a letter without its scan: %d", status)
	}
	scan := demo.PDF("复函")
	for range 2 { // a double click
		if status, page := reviewer.Upload(reply, form, "file", "复函.pdf", scan); status != http.StatusOK || !strings.Contains(page, "同意，渝外办复〔2026〕2号") || !strings.Contains(page, "费用由派员单位承担") {
			t.Fatalf("entering the reply gives %d: %s", status, page)
		}
	}
	kept, err := material.Of(context.Background(), h.office.Store, material.OfCase, "f1")
	if n := len(kept); err != nil || n != 1 {
		t.Fatalf("%d papers are kept, %v", n, err)
	}

	for _, who := range []string{"reviewer", "chief"} {
		v := h.as(who)
		if status, page := v.Post("/c/f1/review", with(v.Hidden(v.Sees("/c/f1"), "/c/f1/review"), allFor(c)...)); status != http.StatusOK {
			t.Fatalf("%s's step gives %d: %s", who, status, page)
		}
	}
	director := h.as("director")
	page = director.Sees("/c/f1", "签发", "费用由派员单位承担") // the condition is in the document's proposal
	if status, page := director.Post("/c/f1/decide", with(director.Hidden(page, "/c/f1/decide"), append(allFor(c), "conditions", "费用由派员单位承担")...)); status != http.StatusOK {
		t.Fatalf("deciding gives %d: %s", status, page)
	}
	h.issued("f1", document.KindMissionNotice)
	reviewer.Sees("/c/f1", "任务通知书", `href="`+confirm)
	page = reviewer.Sees(confirm, otherOffice)
	form = with(reviewer.Hidden(page, confirm), "authority", otherOffice, "number", "渝外办任确〔2026〕2号", "on", "2026-03-10")
	if status, page := reviewer.Upload(confirm, form, "file", "确认件.pdf", scan); status != http.StatusOK || !strings.Contains(page, "已确认，渝外办任确〔2026〕2号") {
		t.Fatalf("entering the confirmation gives %d: %s", status, page)
	}
	if status, _ := h.as("custodian").Get(confirm); status != http.StatusForbidden {
		t.Errorf("a custodian enters letters: %d", status)
	}
}

// Nobody in the charge of the other authority goes: no confirmation of it is asked
// for, and the page says why.
func TestNoConfirmationIsAskedForPeopleWhoStayAtHome(t *testing.T) {
	h := aHouse(t)
	c := example(t, "valid-germany-5-days.json")
	c.Trip.Kind = dossier.OrganisedCross
	c.Members[1].Unit, c.Members[1].Jurisdiction = "渝州研究院（虚构）", otherOffice
	c.Notice.Units = []string{c.Unit.Name, "渝州研究院（虚构）"}
	h.comes("filing", "f1", submitted(c, nil))
	h.until("received", h.stage("f1", approval.AtIntake))
	intake, reviewer := h.as("intake"), h.as("reviewer")
	intake.Post("/c/f1/accept", with(intake.Hidden(intake.Sees("/c/f1"), "/c/f1/accept"), "looked", "yes"))
	h.until("examined", func() bool { return h.approval("f1").Stage == approval.UnderReview })
	const ask, reply, confirm = "/c/f1/letters-in/ask", "/c/f1/letters-in/reply", "/c/f1/letters-in/confirmation"
	reviewer.Post(ask, with(reviewer.Hidden(reviewer.Sees(ask), ask, "authority", otherOffice), "persons", "p1", "until", "2026-03-24"))
	reviewer.Upload(reply, with(reviewer.Hidden(reviewer.Sees(reply), reply), "authority", otherOffice, "answer", "agrees", "number", "渝外办复〔2026〕2号", "on", "2026-03-10"), "file", "复函.pdf", demo.PDF("复函"))
	no := func() []string { return append(allFor(c, 1), "reason.p1", "不宜前往") }
	for _, who := range []string{"reviewer", "chief"} {
		v := h.as(who)
		v.Post("/c/f1/review", with(v.Hidden(v.Sees("/c/f1"), "/c/f1/review"), no()...))
	}
	director := h.as("director")
	director.Post("/c/f1/decide", with(director.Hidden(director.Sees("/c/f1", "签发"), "/c/f1/decide"), no()...))
	h.until("issued", h.stage("f1", approval.IsIssued))
	if a := h.approval("f1"); len(a.Approved()) != len(c.Members)-1 {
		t.Fatalf("approved are %v", a.Approved())
	}
	if page := reviewer.Sees("/c/f1", "团员都不出访了，不用登记确认件"); strings.Contains(page, `href="`+confirm) {
		t.Error("a confirmation is asked for")
	}
	if page := reviewer.Sees(confirm); strings.Contains(page, `<option value="`+otherOffice) {
		t.Error("the form offers the authority")
	}
}

// We join: the organiser's letters are entered, our decision is the reply, and
// the confirmation follows the mission notice.
func TestTheOrganisersLettersAreEnteredAndTheConfirmationFollows(t *testing.T) {
	h := aHouse(t)
	c := example(t, "valid-germany-5-days.json")
	c.Trip.Kind, c.Trip.Organiser, c.Trip.OrganisingAuthority = dossier.Joined, "渝州大学（虚构）", otherOffice
	c.Members[0].Role = dossier.Ordinary
	h.comes("filing", "f1", submitted(c, nil))
	h.until("received", h.stage("f1", approval.AtIntake))
	h.takes("f1", c) // the organiser's letter comes to the office by itself
	reviewer := h.as("reviewer")
	const request, notice = "/c/f1/letters-in/request", "/c/f1/letters-in/notice"
	reviewer.Sees("/c/f1", "渝州大学（虚构）组团", "登记征求意见函", "等组团方批准后下达")
	form := with(reviewer.Hidden(reviewer.Sees(request, otherOffice), request), "authority", otherOffice, "number", "渝外办征〔2026〕31号", "on", "2026-03-06")
	if status, page := reviewer.Upload(request, form, "file", "征求意见函.pdf", demo.PDF("征求意见函")); status != http.StatusOK || !strings.Contains(page, "渝外办征〔2026〕31号") {
		t.Fatalf("entering the request gives %d: %s", status, page)
	}
	for _, who := range []string{"reviewer", "chief"} {
		v := h.as(who)
		v.Post("/c/f1/review", with(v.Hidden(v.Sees("/c/f1"), "/c/f1/review"), allFor(c)...))
	}
	director := h.as("director")
	if status, page := director.Post("/c/f1/decide", with(director.Hidden(director.Sees("/c/f1"), "/c/f1/decide"), allFor(c)...)); status != http.StatusOK {
		t.Fatalf("deciding gives %d: %s", status, page)
	}
	h.issued("f1", document.KindOpinionReply)
	reviewer.Sees("/c/f1", "复函", "等组团方的任务通知书")
	director.Sees("/c/f1", `href="/c/f1/revoke"`)
	end := director.Hidden(director.Sees("/c/f1/revoke", "撤销审批决定", "任务通知还没有来"), "/c/f1/revoke")
	if status, back := director.Post("/c/f1/revoke", end); status != http.StatusUnprocessableEntity || !strings.Contains(back, "没有写撤销的理由") {
		t.Fatalf("ended without a reason: %d", status)
	}
	page := reviewer.Sees(notice)
	form = with(reviewer.Hidden(page, notice), "authority", otherOffice, "number", "渝外办任通〔2026〕12号", "on", "2026-03-10", "validUntil", "2026-03-09")
	if status, back := reviewer.Upload(notice, form, "file", "任务通知书.pdf", demo.PDF("任务通知书")); status != http.StatusUnprocessableEntity || !strings.Contains(back, "已经失效") {
		t.Fatalf("a notice that has ended: %d", status)
	}
	form.Set("validUntil", "2026-09-30")
	if status, page := reviewer.Upload(notice, form, "file", "任务通知书.pdf", demo.PDF("任务通知书")); status != http.StatusOK || !strings.Contains(page, "渝外办任通〔2026〕12号") {
		t.Fatalf("entering the notice gives %d: %s", status, page)
	}
	h.until("confirmed", h.stage("f1", approval.IsIssued))
	doc := h.approval("f1").Document
	page = reviewer.Sees("/c/f1", doc.Number, "任务确认件")
	if _, pdf := reviewer.File("/c/f1/papers/" + doc.File); !h.verified(pdf).InForce() {
		t.Error("the confirmation doesn't verify")
	}
}
