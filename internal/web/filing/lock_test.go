package filing_test

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/person"
	"yitang/internal/unit"
)

// owe lets somebody of the unit keep a booklet until it is overdue by a day.
func (w *town) owe() {
	w.t.Helper()
	ctx := context.Background()
	give(w.t, ctx, w.n.Journal, person.Room, "p1", person.Record{In: "u1", Facts: person.Facts{FamilyName: "冉", GivenName: "启航", LatinSurname: "RAN", LatinGivenNames: "QIHANG"}})
	give(w.t, ctx, w.office.Journal, custody.Room, "p1", custody.Register{Booklet: "b1", Unit: "u1", Type: "publicAffairs", Number: "PE1234567", Issued: calendar.On(2025, 1, 1), Expires: calendar.On(2030, 1, 1), BlankPages: 20, LatinName: "RAN QIHANG"})
	give(w.t, ctx, w.office.Journal, custody.Room, "p1", custody.Lend{Booklet: "b1", Filing: "trip1", Unit: "u1", Approval: "云外出〔2026〕1号", Return: calendar.On(2026, 3, 12), ReturnDays: 7, By: custody.Courier})
	heard(w.t, w.office.Node, w.n.Node)
	w.days.Store(10)
}

// Nobody should learn after an hour of typing that nothing can be handed in.
func TestAUnitThatIsLockedHearsItBeforeAnythingIsTyped(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	for _, at := range []string{"/cases", "/cases/new"} {
		if p := he.ok(at); strings.Contains(p.body, `id="lock"`) {
			t.Errorf("%s speaks of a lock where there is none:\n%s", at, text(p.body))
		}
	}
	w.owe()
	he = w.as("he") // days have passed
	draft := he.blank()
	for _, at := range []string{"/cases", "/cases/new"} { // passport.lockAfter: from the eighth day
		if p := he.ok(at); strings.Contains(p.body, `id="lock"`) {
			t.Errorf("%s speaks of a lock on the first day:\n%s", at, text(p.body))
		}
	}
	if says := text(he.ok(draft + "/check").body); !strings.Contains(says, "最久的已 1 天") || !strings.Contains(says, "3月27日") {
		t.Errorf("the draft doesn't say from when new cases are stopped:\n%s", says)
	}
	w.days.Store(17)
	he = w.as("he")
	for _, at := range []string{"/cases", "/cases/new"} {
		says := text(he.ok(at).body)
		for _, want := range []string{"本单位现在不能提交申报", "1 本证照逾期未还", "冉启航", "公务普通护照，尾号 567", "3月19日应交回，逾期 8 天", "自动解锁", "草稿照样可以写"} {
			if !strings.Contains(says, want) {
				t.Errorf("%s doesn't say %q:\n%s", at, want, says)
			}
		}
	}
	// The draft may be prepared; what it says of the lock leads to who owes what.
	at := he.blank()
	if p := he.ok(at); !strings.Contains(p.body, `href="/cases#lock"`) {
		t.Errorf("the draft leads nowhere:\n%s", text(p.body))
	}
	if got := he.done(at+"/mission", with(he.form(he.ok(at+"/mission"), at+"/mission"), "case.purpose", "交流")); got != at+"/trip?left=mission" { // what else the task wants is still to be written
		t.Errorf("a locked unit's draft goes on to %s", got)
	}
	// The office notes the booklet: the lock opens by itself.
	give(t, context.Background(), w.office.Journal, custody.Room, "p1", custody.HandIn{Booklet: "b1", By: custody.Courier})
	heard(t, w.office.Node, w.n.Node)
	if p := he.ok("/cases/new"); strings.Contains(p.body, `id="lock"`) {
		t.Errorf("still locked:\n%s", text(p.body))
	}
}

func TestASuspendedUnitHearsWhyBeforeAnythingIsTyped(t *testing.T) {
	w := newTown(t)
	give(t, context.Background(), w.office.Journal, unit.Room, "u1", unit.Suspend{Reason: "去年有两个团组超期未归"})
	heard(t, w.office.Node, w.n.Node)
	for _, who := range []string{"he", "luo"} {
		says := text(w.as(who).ok("/cases").body)
		for _, want := range []string{"本单位现在不能提交申报", "去年有两个团组超期未归", "草稿照样可以写"} {
			if !strings.Contains(says, want) {
				t.Errorf("%s isn't told %q:\n%s", who, want, says)
			}
		}
	}
}

// What a draft lacks is still to do: counted, leading on, and no mistake. When
// it is to be presented, it blocks.
func TestADraftSaysHowMuchIsStillToBeFilledInAndLeadsOn(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.blank()
	p := he.ok(at)
	says := text(p.body)
	for _, want := range []string{"还有33处要填", "先填“出访任务”", "接着填： 出访任务"} {
		if !strings.Contains(says, want) {
			t.Errorf("the task list doesn't say %q:\n%s", want, says)
		}
	}
	sum := 0
	for _, m := range regexp.MustCompile(`还缺 (\d+) 项`).FindAllStringSubmatch(says, -1) {
		n, _ := strconv.Atoi(m[1])
		sum += n
	}
	for _, want := range []string{fmt.Sprintf("还有%d处要填", sum), fmt.Sprintf("还有 %d 处要填", sum)} {
		if !strings.Contains(says, want) {
			t.Errorf("the tasks lack %d in all, and the page doesn't say %q:\n%s", sum, want, says)
		}
	}
	for _, never := range []string{"必须改", "没有要改的"} {
		if strings.Contains(says, never) {
			t.Errorf("somebody who has only just begun reads %q:\n%s", never, says)
		}
	}
	if !strings.Contains(p.body, `href="`+at+`/mission"`) {
		t.Error("nothing leads to the first step")
	}
	// On a step the panel leads to the step's own next field, also after a save.
	panel := he.ok(at + "/findings?step=trip")
	if !strings.Contains(panel.body, "还有33处要填") || !strings.Contains(panel.body, `href="`+at+`/trip#f-case-depart"`) {
		t.Errorf("the panel beside the journey's days: %s", text(panel.body))
	}
	he.done(at+"/mission", with(he.form(he.ok(at+"/mission"), at+"/mission"), "case.necessity", "对方为唯一藏有原件的机构，须当面比对纸张与墨色。", "case.expectedResults", "签订影像互认协议，带回原件影像二百一十四件。"))
	if says := text(he.ok(at).body); !strings.Contains(says, "还有31处要填") {
		t.Errorf("two fields are filled in:\n%s", says)
	}
	// Who goes on hears what is left open, and a place that comes with an answer is named.
	mission := he.form(he.ok(at+"/mission"), at+"/mission")
	if to := he.done(at+"/mission", mission); to != at+"/trip?left=mission" {
		t.Errorf("what is left open leads to %s", to)
	} else if says := he.ok(to).body; !strings.Contains(says, "“出访任务”还有") {
		t.Errorf("nobody says what is left open: %s", says)
	}
	count := func() int {
		n, _ := strconv.Atoi(regexp.MustCompile(`还有(\d+)处要填`).FindStringSubmatch(text(he.ok(at + "/findings?step=trip").body))[1])
		return n
	}
	had := count()
	for _, written := range [][]string{{"case.depart", "2026-05-11"}, {"case.return", "2026-05-15"}, {"legs[0].city", "柏林"}, {"legs[0].arrive", "2026-05-11T13:00"}, {"legs[0].leave", "2026-05-15T10:00"}} {
		he.done(at+"/trip", with(he.form(he.ok(at+"/trip"), at+"/trip"), written...))
		n := count()
		if says := text(he.ok(at + "/trip").body); n > had && !strings.Contains(says, "是刚填的内容带出来的：") {
			t.Errorf("%v raises what is to be filled in from %d to %d, and nobody says why:\n%s", written, had, n, says)
		}
		had = n
	}
	if says := text(he.ok(at + "/trip").body); strings.Contains(says, "必须改") {
		t.Errorf("half-days that were only laid out are a mistake:\n%s", says)
	}
	he.done(at+"/mission", with(he.form(he.ok(at+"/mission"), at+"/mission"), "case.urgent", "true"))
	if says := text(he.ok(at + "/trip").body); !strings.Contains(says, "是刚填的内容带出来的：") {
		t.Errorf("what comes with urgency isn't named:\n%s", says)
	}
	he.done(at+"/mission", with(he.form(he.ok(at+"/mission"), at+"/mission"), "case.urgent", ""))
	// From a finding of the check, confirming leads back to it.
	back := he.form(he.ok(at+"/mission?back=precheck"), at+"/mission")
	if to := he.done(at+"/mission", back); to != at+"/check#precheck" {
		t.Errorf("who came from the check is led to %s", to)
	}
	// Presented, the same places block.
	check := he.ok(at + "/check")
	if says := text(check.body); !strings.Contains(says, fmt.Sprintf("还有 %d 处要填，还不能交签批", had)) || !strings.Contains(says, fmt.Sprintf("还有%d处要填", had)) || strings.Contains(says, "必须改") {
		t.Errorf("the check before presenting: %s", says)
	}
	if p := he.post(at+"/present", url.Values{"_key": {"k1"}, "revision": {he.form(check, at+"/present").Get("revision")}}); p.status != 422 {
		t.Errorf("an unfinished draft was presented: %d", p.status)
	}
}

// A draft that nobody has named stands in the list by the name that its page has.
func TestADraftIsListedByTheNameOfItsPage(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.blank()
	if says := text(he.ok(at + "/mission").body); !strings.Contains(says, "名称自动生成") {
		t.Errorf("nobody says that the name follows: %s", says)
	}
	he.done(at+"/mission", with(he.form(he.ok(at+"/mission"), at+"/mission"), "case.category", "research"))
	he.done(at+"/trip", with(he.form(he.ok(at+"/trip"), at+"/trip"), "legs[0].city", "柏林"))
	const named = "巴渝理工大学（虚构）赴德国合作研究团组"
	for _, page := range []string{at, "/cases"} {
		if says := text(he.ok(page).body); !strings.Contains(says, named) {
			t.Errorf("%s doesn't call the draft %s: %s", page, named, says)
		}
	}
}

// A reason that is wanted in one case alone says in which.
func TestAReasonSaysWhenItIsWanted(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	says := text(he.ok(he.blank() + "/mission").body)
	for _, want := range []string{"计划外的理由 不在年度计划内时要填", "急办的理由 勾选急件时要填"} {
		if !strings.Contains(says, want) {
			t.Errorf("the page doesn't say %q: %s", want, says)
		}
	}
}
