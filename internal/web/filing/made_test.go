package filing_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/journal"
	"yitang/internal/person"
	applying "yitang/internal/web/filing"
)

// looksAt is what the record of a member's looks names.
func (w *town) looksAt(at string, member int) []string {
	w.t.Helper()
	ctx := context.Background()
	f, err := applying.NewWork(w.n).Open(ctx, strings.TrimPrefix(at, "/cases/"))
	if err != nil {
		w.t.Fatal(err)
	}
	events, err := w.n.Journal.History(ctx, journal.Ref{Kind: person.Looks.Kind, ID: f.Now.Persons[member]})
	if err != nil {
		w.t.Fatal(err)
	}
	var out []string
	for _, e := range events {
		out = append(out, e.Body.(person.LookedAt).Field)
	}
	return out
}

// A member's own papers are for who keeps the people's records, with what is told
// there; each time they are opened goes on record.
func TestAMembersPapersAreMadeForWhoKeepsTheRecordsAndEachLookIsOnRecord(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("academics-at-a-conference-over-a-weekend")
	f, err := applying.NewWork(w.n).Open(context.Background(), strings.TrimPrefix(at, "/cases/"))
	if err != nil {
		t.Fatal(err)
	}
	who, name := f.Now.Persons[0], f.Now.Case.Members[0].Name()
	sheet, form := at+"/made/"+who+"?paper=M38", at+"/made/"+who+"?paper=M27"
	if page := he.ok(at + "/documents"); strings.Contains(page.body, sheet) || !strings.Contains(text(page.body), "个人情况表，"+name+" 先填好本人的家庭成员、学习和工作经历") {
		t.Errorf("nothing says what the sheet lacks: %s", text(page.body))
	}
	give(t, context.Background(), w.n.Journal, person.Room, who, person.Detail{Details: person.Details{Province: "50", Marital: "married",
		Family:    []person.Relative{{Relation: "spouse", Name: "陆嘉树", Born: calendar.On(1978, 6, 1)}},
		Schooling: []person.Stage{{From: "1994-09", To: "1998-07", Where: "渝州大学（虚构）"}}, Jobs: []person.Stage{{From: "1998-08", Where: "渝州研究院（虚构）"}}}})
	page := he.ok(at + "/documents")
	for _, link := range []string{sheet, form, at + "/made?paper=M18"} {
		if !strings.Contains(page.body, link+`"`) {
			t.Fatalf("%s isn't offered: %s", link, text(page.body))
		}
	}
	if says := he.printed(sheet); !strings.Contains(says, "陆嘉树") || !strings.Contains(says, "1998.08—至今") || !strings.Contains(says, "已婚") {
		t.Errorf("the personal sheet says %s", says)
	}
	if says := he.printed(form); !strings.Contains(says, f.Now.Case.Members[0].IDNumber) || !strings.Contains(says, "重庆") || !strings.Contains(says, "首次办理") {
		t.Errorf("the application form says %s", says)
	}
	if says := he.printed(at + "/made?paper=M18"); !strings.Contains(says, name) || !strings.Contains(says, "公务普通护照") {
		t.Errorf("the team's sheet says %s", says)
	}
	if got := w.looksAt(at, 0); !slices.Equal(got, []string{"details", "idNumber", "details"}) {
		t.Errorf("on record: %v", got)
	}
	if p := w.as("luo").get(sheet); p.status != http.StatusForbidden {
		t.Errorf("the signatory reads it: %d", p.status)
	}
	if p := w.as("other").get(sheet); p.status != http.StatusNotFound {
		t.Errorf("another unit reads it: %d", p.status)
	}
	if p := he.get(at + "/made/" + who + "?paper=M02"); p.status != http.StatusNotFound {
		t.Errorf("a paper of the case is a person's: %d", p.status)
	}
}

// printed is what a paper that was made says, without what depends on lines.
func (r reader) printed(at string) string {
	r.t.Helper()
	p := r.get(at)
	if p.status != http.StatusOK || p.head.Get("Content-Type") != "application/pdf" {
		r.t.Fatalf("GET %s: %d %s", at, p.status, text(p.body))
	}
	pages, err := document.PageText([]byte(p.body))
	if err != nil {
		r.t.Fatal(err)
	}
	return strings.Join(strings.Fields(strings.Join(pages, "")), "")
}

// What the list of needs says is made by the system can be opened where papers
// are given, says what the case says now, and is nobody else's to read.
func TestWhatTheSystemMakesIsOpenedFromThePapersOfTheCase(t *testing.T) {
	w := newTown(t)
	he := w.as("he")
	at := he.begin("valid-germany-5-days")
	page := he.ok(at + "/documents")
	if says := text(page.body); !strings.Contains(says, "自动生成的材料") {
		t.Fatalf("the page of papers doesn't tell of them: %s", says)
	}
	for what, says := range map[string][]string{
		"M02":       {"因公临时出国申报表", "巴渝理工大学（虚构）", "江明远", "德国"},
		"M03":       {"人员名单", "江明远", "JIANG", "团长"},
		"M07":       {"日程表", "柏林"},
		"M07&in=en": {"Itinerary", "BayuUniversityofTechnology", "Berlin", "Germany", "Officialengagement"},
	} {
		if !strings.Contains(page.body, at+"/made?paper="+strings.ReplaceAll(what, "&", "&amp;")+`"`) {
			t.Errorf("%s isn't offered", what)
			continue
		}
		got := he.printed(at + "/made?paper=" + what)
		state := "2026年3月10日填写的内容（尚未提交）"
		if strings.HasSuffix(what, "en") {
			state = "aswrittenon10March2026,notyetsubmitted"
		}
		for _, want := range append(says, state) {
			if !strings.Contains(got, want) {
				t.Errorf("%s doesn't say %s: %s", what, want, got)
			}
		}
	}
	he.done(at+"/mission", with(he.form(he.ok(at+"/mission"), at+"/mission"), "case.purpose", "与柏林示范大学商定另一份章程并签字"))
	if got := he.printed(at + "/made?paper=M02"); !strings.Contains(got, "商定另一份章程并签字") {
		t.Errorf("it says what the case said before: %s", got)
	}
	if p := w.as("other").get(at + "/made?paper=M02"); p.status != http.StatusNotFound && p.status != http.StatusForbidden {
		t.Errorf("another unit reads it: %d", p.status)
	}
	if got := he.printed(at + "/made?paper=M01"); !strings.Contains(got, "请示") || !strings.Contains(got, "商定另一份章程并签字") || !strings.Contains(got, "江明远") || !strings.Contains(got, "妥否，请批示") {
		t.Errorf("the request: %s", got)
	}
	if got := he.printed(at + "/made?paper=M09"); !strings.Contains(got, "任务和预算审批意见表") || !strings.Contains(got, "财务部门审核意见") || !strings.Contains(got, "3,120.00") && !strings.Contains(got, "元") {
		t.Errorf("the form of task and budget: %s", got)
	}
	for _, kind := range []string{"M01", "M09"} {
		if !strings.Contains(he.ok(at+"/documents").body, `href="`+at+"/made?paper="+kind+`"`) {
			t.Errorf("the place of %s doesn't lead to its text", kind)
		}
	}
	if p := he.get(at + "/made?paper=M04"); p.status != http.StatusNotFound {
		t.Errorf("a paper that people bring: %d", p.status)
	}
	if looks := w.looksAt(at, 0); len(looks) > 0 {
		t.Errorf("papers of the whole case are looks at a person's record: %v", looks)
	}
	mine := at + "/made/" + w.draft(strings.TrimPrefix(at, "/cases/")).Paper.People[0] + "?paper=M13"
	if !strings.Contains(page.body, `href="`+mine+`"`) {
		t.Error("the place of the commitment doesn't lead to its text")
	}
	if got := he.printed(mine); !strings.Contains(got, "承诺书") || !strings.Contains(got, "江明远") || !strings.Contains(got, "德国") || !strings.Contains(got, "手写签名") {
		t.Errorf("the text to sign: %s", got)
	}
	blank := he.done("/cases/new", with(he.form(he.ok("/cases/new"), "/cases/new"), "from", "blank"))
	if says := text(he.ok(blank + "/documents").body); !strings.Contains(says, "申报表 先选好出访人员 人员名单 先选好出访人员") {
		t.Errorf("nothing says what is to be filled in first: %s", says)
	}
	if p := he.get(blank + "/made?paper=M02"); p.status != http.StatusConflict || !strings.Contains(text(p.body), "还没有填齐") {
		t.Errorf("made of nothing: %d %s", p.status, text(p.body))
	}
}
