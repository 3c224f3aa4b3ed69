package filing_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/document"
	"yitang/internal/drill"
	"yitang/internal/drill/drilltest"
	room "yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/money"
	"yitang/internal/person"
	applying "yitang/internal/web/filing"
	"yitang/internal/web/sites"
	"yitang/internal/web/webtest"
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
	inWeChat := func(at string) (got struct {
		status int
		body   string
		kind   string
	}) {
		r, err := http.NewRequest(http.MethodGet, he.url+at, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("User-Agent", "MicroMessenger/8.0.50")
		p := he.answer(he.c.Do(r))
		got.status, got.body, got.kind = p.status, p.body, p.head.Get("Content-Type")
		return got
	}
	before := len(w.looksAt(at, 0))
	if p := inWeChat(form); p.status != http.StatusOK || !strings.Contains(p.body, "paper=M27") || !strings.Contains(p.body, "page=1") {
		t.Errorf("in WeChat: %d %s", p.status, text(p.body))
	}
	if p := inWeChat(form + "&page=1"); p.kind != "image/svg+xml" {
		t.Errorf("its picture comes as %d %s", p.status, p.kind)
	}
	if n := len(w.looksAt(at, 0)); n != before+2 { // its two fields, once
		t.Errorf("opened once in WeChat it is %d looks", n-before)
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

// What the office has said of who goes, the papers that go on to passports, visas and
// the accounts say too; those that asked for it stay what was asked for, and say so.
func TestPapersOfTheCaseTellWhoGoesAndWhatMayBeSpentOnceTheOfficeHasSpoken(t *testing.T) {
	all := []int{drill.Head, drill.Newcomer, drill.Expert, drill.Declined}
	for _, x := range []struct {
		name  string
		upTo  drill.Name
		drops bool
		goes  []int
		foot  string // of the papers that go on
		asked string // and of those that asked
	}{
		{"in review", drill.Review, false, all, "次提交的内容自动生成", "次提交的内容自动生成"},
		{"one declined", drill.Document, false, all[:3], "批准的内容自动生成", "次提交的内容（获准的人员、行程和经费以批件为准）自动生成"},
		{"one declined and one left", drill.Document, true, []int{drill.Head, drill.Expert}, "变更后的内容自动生成", "次提交的内容（获准的人员、行程和经费以批件为准）自动生成"},
	} {
		t.Run(x.name, func(t *testing.T) {
			s, ctx := drilltest.Told(t, x.upTo, drill.Options{}), context.Background()
			f, _, err := journal.Load(ctx, s.Internet.Journal, room.Room, s.ID)
			if err != nil {
				t.Fatal(err)
			}
			c, ids := f.Dossier, f.Persons()
			if x.drops {
				drops(t, s, s.People[drill.Newcomer], "另有任务，不能前往")
			}
			srv := httptest.NewServer(sites.Internet(s.Internet).Handler())
			t.Cleanup(srv.Close)
			desk := httptest.NewServer(sites.Office(s.Office).Handler())
			t.Cleanup(desk.Close)
			he, she := webtest.SignIn(t, srv.URL, "liaison", s.Password), webtest.SignIn(t, desk.URL, "reviewer", s.Password)
			costs := func(who []int) string {
				var of []string
				for _, i := range who {
					of = append(of, s.People[i])
				}
				_, fen := room.Granted(c, ids, of)
				return money.Amount{Currency: money.CNY, Minor: fen}.Figure()
			}
			if len(x.goes) < len(all) && costs(x.goes) == costs(all) {
				t.Fatal("the budget has nothing of who stays")
			}
			for _, p := range []struct {
				by    webtest.Visitor
				at    string
				paper string
			}{{he, "/cases/", "M01"}, {he, "/cases/", "M02"}, {he, "/cases/", "M03"}, {he, "/cases/", "M07&in=en"}, {he, "/cases/", "M09"}, {he, "/cases/", "M18"},
				{she, "/c/", "M02"}, {she, "/c/", "M03"}, {she, "/c/", "M07&in=en"}} {
				paper := p.paper
				if paper == "M18" && x.drops {
					continue // of those who go nobody gets a booklet: nothing wants it
				}
				status, file := p.by.File(p.at + s.ID + "/made?paper=" + paper)
				if status != http.StatusOK {
					t.Errorf("%s%s is answered with %d", p.at, paper, status)
					continue
				}
				pages, err := document.PageText([]byte(file))
				if err != nil {
					t.Fatal(err)
				}
				says := strings.Join(strings.Fields(strings.Join(pages, "")), "")
				goes, foot := x.goes, x.foot
				if paper == "M01" || paper == "M02" {
					goes, foot = all, x.asked
				}
				for _, i := range all {
					k := slices.Index(ids, s.People[i])
					name := c.Members[k].Name()
					if strings.HasSuffix(paper, "en") {
						name = strings.ReplaceAll(c.Members[k].LatinName(), " ", "")
						foot = ""
					}
					if is := slices.Contains(goes, i); paper != "M09" && strings.Contains(says, name) != is {
						t.Errorf("%s names %s: %v, and they go: %v:\n%s", paper, name, !is, is, says)
					}
				}
				if sum := costs(goes); slices.Contains([]string{"M01", "M02", "M09"}, paper) && !strings.Contains(says, sum) {
					t.Errorf("%s doesn't say that %s may be spent:\n%s", paper, sum, says)
				}
				if !strings.Contains(says, foot) {
					t.Errorf("%s doesn't say %s:\n%s", paper, foot, says)
				}
			}
		})
	}
}
