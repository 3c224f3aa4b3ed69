package approval_test

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"image"
	"image/color"
	"image/draw"
	"image/png"
	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/approval"
	"yitang/internal/blob"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/document"
	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/node"
	"yitang/internal/person"
	"yitang/internal/visa"
	"yitang/internal/web/sites"
	"yitang/internal/web/webtest"
	"yitang/internal/zone"
)

const password = "一趟 correct horse 9"

// house is an office that is served, and an internet zone that applications
// come from.
type house struct {
	t        *testing.T
	office   *node.Office
	internet *node.Internet
	url      string
}

func aHouse(t *testing.T) *house {
	t.Helper()
	ctx := context.Background()
	start, began := time.Date(2026, 3, 10, 2, 0, 0, 0, time.UTC), time.Now()
	options := func(z zone.Zone) node.Options {
		o := node.Options{Dir: t.TempDir(), Passwords: account.Slight, Clock: func() time.Time { return start.Add(time.Since(began)) }}
		if err := node.Init(z, o); err != nil {
			t.Fatal(err)
		}
		return o
	}
	h := &house{t: t}
	var err error
	if h.internet, err = node.OpenInternet(ctx, options(zone.Internet)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.internet.Close)
	if h.office, err = node.OpenOffice(ctx, options(zone.Office)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.office.Close)
	h.office.Start()
	admin := journal.WithActor(ctx, journal.Actor{Role: "administrator", Account: "console"})
	for login, open := range map[string]account.Open{
		"intake": {Roles: []access.Role{access.Intake}}, "reviewer": {Roles: []access.Role{access.Reviewer}}, "chief": {Roles: []access.Role{access.Chief}},
		"director": {Roles: []access.Role{access.Director}}, "visa1": {Roles: []access.Role{access.Visa}}, "visa2": {Roles: []access.Role{access.Visa}},
		"custodian": {Roles: []access.Role{access.Custodian}}, "window": {Roles: []access.Role{access.Window}},
	} {
		open.Login, open.Name = login, "某"+login
		if _, err := h.office.Accounts.Open(admin, journal.Order{Subject: h.office.Journal.NewID()}, open, password); err != nil {
			t.Fatal(err)
		}
	}
	srv := httptest.NewServer(sites.Office(h.office).Handler())
	t.Cleanup(srv.Close)
	h.url = srv.URL
	return h
}

// said writes what another zone's room would have, for tests of pages alone.
type said struct{ bodies []any }

func (s said) Decide(struct{}, journal.Moment) ([]journal.Event, error) {
	return journal.Happened(s.bodies...), nil
}

func subject(kind string) journal.Subject[struct{}] {
	return journal.Subject[struct{}]{Kind: kind, Evolve: func(s struct{}, _ journal.Event) (struct{}, error) { return s, nil }}
}

// comes lets events of the internet reach the office.
func (h *house) comes(kind, id string, bodies ...any) {
	h.t.Helper()
	ctx := context.Background()
	if _, err := journal.Do(journal.WithActor(ctx, journal.Actor{Role: "signatory", Account: "s"}), h.internet.Journal, subject(kind), journal.Order{Subject: id}, said{bodies}); err != nil {
		h.t.Fatal(err)
	}
	events, err := h.internet.Journal.Events(ctx, 0, 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, e := range events {
		b, ok, err := h.internet.Journal.Registry().EncodeFor(e, zone.Office)
		if err != nil {
			h.t.Fatal(err)
		}
		if ok {
			if err := h.office.Journal.Apply(ctx, func(a *journal.Applying) error { _, _, err := a.Take(ctx, b); return err }); err != nil {
				h.t.Fatal(err)
			}
		}
	}
}

// until waits for a fact, woken by each commit.
func (h *house) until(what string, fact func() bool) {
	h.t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		news := h.office.Journal.News()
		if fact() {
			return
		}
		select {
		case <-news:
		case <-deadline:
			h.t.Fatalf("waited in vain: %s", what)
		}
	}
}

// takes is intake accepting a case before what blocks it came up.
func (h *house) takes(id string, c dossier.Case) {
	h.t.Helper()
	intake := journal.WithActor(context.Background(), journal.Actor{Role: "intake", Account: "intake"})
	if _, err := journal.Do(intake, h.office.Journal, approval.Room, journal.Order{Subject: id}, approval.Accept{Number: "YJ-2026-000001-T", Path: h.office.Packs.Now().Paths.For(c)}); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) approval(id string) approval.Approval {
	a, _, err := journal.Load(context.Background(), h.office.Journal, approval.Room, id)
	if err != nil {
		h.t.Fatal(err)
	}
	return a
}

func (h *house) stage(id string, s approval.Stage) func() bool {
	return func() bool { return h.approval(id).Stage == s }
}

// toJudge waits for the number of findings in the queue.
func (h *house) toJudge(id string, n int) func() bool {
	return func() bool {
		row, _, err := approval.Row(context.Background(), h.office.Store, id)
		return err == nil && row.Questions == n
	}
}

func example(t *testing.T, name string) dossier.Case {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "testdata", "cases", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	c, err := dossier.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	for i := range c.Itinerary {
		c.Itinerary[i].Country = "" // 14 May 2026 is Ascension Day in Germany, which is another test's finding
	}
	return c
}

func submitted(c dossier.Case, answers map[string]string) filing.Submitted {
	s := filing.Submitted{Unit: "u1", Title: c.Trip.Title, Kind: c.Trip.Kind, Depart: c.Trip.Depart, Return: c.Trip.Return, Countries: c.Countries(), Round: 1, Answers: answers, Dossier: journal.Of(c)}
	for i, m := range c.Members {
		s.Members = append(s.Members, filing.Traveller{Person: fmt.Sprint("p", i), Head: m.Role == dossier.Head})
	}
	return s
}

func (h *house) as(login string) webtest.Visitor {
	h.t.Helper()
	return webtest.SignIn(h.t, h.url, login, password)
}

func with(base url.Values, pairs ...string) url.Values {
	out := url.Values{}
	for k, x := range base {
		out[k] = x
	}
	for i := 0; i < len(pairs); i += 2 {
		out.Add(pairs[i], pairs[i+1])
	}
	return out
}

func allFor(c dossier.Case, against ...int) []string {
	var out []string
	for i := range c.Members {
		choice := "yes"
		for _, a := range against {
			if a == i {
				choice = "no"
			}
		}
		out = append(out, "opinion."+fmt.Sprint("p", i), choice)
	}
	return append(out, "looked", "yes")
}

// Open findings alike stand under one number before the reviewer as well, and
// each is judged by itself.
func TestOpenFindingsAlikeStandUnderOneNumber(t *testing.T) {
	h := aHouse(t)
	c := example(t, "valid-germany-5-days.json")
	for i := range 3 {
		c.Itinerary[2+i].Activity = "会谈"
	}
	h.comes("filing", "f1", submitted(c, map[string]string{"ITN-027/itinerary[4].activity": "对方只定了会谈，议题随函附上"}))
	h.until("received", h.stage("f1", approval.AtIntake))
	reviewer := h.as("reviewer")
	group := func(page string) string {
		t.Helper()
		_, rest, ok := strings.Cut(page, `class="find alike"`)
		if !ok {
			t.Fatalf("nothing is grouped: %s", page)
		}
		out, _, _ := strings.Cut(rest, "</details>")
		return out
	}
	page := h.as("intake").Sees("/c/f1")
	g := group(page)
	if strings.Count(g, `<li class="find"`) != 3 || strings.Count(g, `data-key="1"`) != 1 || strings.Contains(page, `data-key="2"`) || !strings.Contains(page, "<details data-keep=\"ITN-027\" open>") {
		t.Errorf("three half-days don't stand under one number: %s", g)
	}
	intake := h.as("intake")
	if status, out := intake.Post("/c/f1/accept", with(intake.Hidden(page, "/c/f1/accept"), "looked", "yes")); status != http.StatusOK {
		t.Fatalf("accepting gives %d: %s", status, out)
	}
	page = reviewer.Sees("/c/f1", "单位说明：对方只定了会谈，议题随函附上") // the unit's word on one of the warnings
	if g := group(page); strings.Count(g, `action="/c/f1/holds"`) != 3 || strings.Count(g, "单位说明") != 1 {
		t.Errorf("each can't be judged by itself: %s", g)
	}
	if status, out := reviewer.Post("/c/f1/holds", url.Values{"_key": {"judged"}, "rule": {"ITN-027"}, "field": {"itinerary[3].activity"}, "round": {"1"}}); status != http.StatusOK || strings.Count(group(out), `<li class="find"`) != 2 {
		t.Errorf("the one that was judged stands among the open ones: %d %s", status, group(out))
	}
}

func TestWhatNobodyJudgedIsShownAtEveryDeskAndNeedsATick(t *testing.T) {
	h := aHouse(t)
	c := example(t, "valid-germany-5-days.json")
	c.Legs[0].Country = "FRA"
	c.Itinerary[2].Activity = "会谈"
	h.comes("filing", "f1", submitted(c, nil))
	h.until("received", h.stage("f1", approval.AtIntake))
	intake, reviewer := h.as("intake"), h.as("reviewer")
	page := intake.Sees("/c/f1", "还有 6 项没有判断", "照此受理", "逐日行程", "途中", "经费预算，", "规定标准", "单价", "5月11日上午", "必要性", c.Trip.Necessity[:30], fmt.Sprintf("%d年出访 %d 次", c.Trip.Depart.Year(), c.Members[0].TripsThisYear))
	h.until("examined", h.toJudge("f1", 6))
	intake.Sees("/queue", "判断 6 项")
	form := intake.Hidden(page, "/c/f1/accept")
	if status, page := intake.Post("/c/f1/accept", form); status != http.StatusUnprocessableEntity || !strings.Contains(page, "逐项判断，或勾选") {
		t.Fatalf("accepting without a look gives %d: %s", status, page)
	}
	// No tick at intake sets aside what blocks: the unit mends it, or a chief waives it.
	if status, page := intake.Post("/c/f1/accept", with(form, "looked", "yes")); status != http.StatusUnprocessableEntity || !strings.Contains(errorSummary(page), "勾选不能放过") || !h.stage("f1", approval.AtIntake)() {
		t.Fatalf("accepting what blocks gives %d: %s", status, page)
	}
	// It may still come up behind intake.
	h.takes("f1", c)
	reviewer.Sees("/c/f1", "还有 6 项没有判断")
	// What blocks is nobody's to explain away.
	reviewer.Post("/c/f1/holds", url.Values{"_key": {"blocks"}, "rule": {"INV-004"}, "field": {"invitations[0].issuerCountry"}, "round": {"1"}})
	judged := url.Values{"_key": {"judged"}, "rule": {"ITN-027"}, "field": {"itinerary[2].activity"}, "round": {"1"}}
	if status, page := reviewer.Post("/c/f1/holds", judged); status != http.StatusOK || !strings.Contains(page, "还有 5 项没有判断") || !strings.Contains(page, "某reviewer") {
		t.Fatalf("judging gives %d: %s", status, page)
	}
	reviewer.Sees("/queue", "判断 5 项")

	// Put on the notice, a finding is judged; taken off, it waits again.
	listed := url.Values{"_key": {"listed"}, "rule": {"INV-004"}, "field": {"invitations[0].issuerCountry"}, "words": {"邀请国家不符"}, "basis": {"x"}, "round": {"1"}}
	if status, page := reviewer.Post("/c/f1/notice/list", listed); status != http.StatusOK || !strings.Contains(page, "还有 4 项没有判断") || !strings.Contains(page, "1 项已列入告知，还没有发出") || !strings.Contains(page, "我看过这 5 项") {
		t.Fatalf("listing gives %d: %s", status, page)
	}
	h.until("examined", h.toJudge("f1", 4))
	if status, page := reviewer.Post("/c/f1/notice/off", with(listed, "_key", "off")); status != http.StatusOK || !strings.Contains(page, "还有 5 项没有判断") {
		t.Fatalf("taking it off gives %d: %s", status, page)
	}

	// Sent back and mended elsewhere: the judgement stands, and what the unit
	// was told once isn't offered for telling again.
	page = reviewer.Sees("/c/f1/notice")
	reviewer.Post("/c/f1/notice/list", with(reviewer.Hidden(page, "/c/f1/notice/list"), "field", "notice", "words", "公示没有写明经费"))
	page = reviewer.Sees("/c/f1/notice")
	reviewer.Post("/c/f1/notice", reviewer.Hidden(page, "/c/f1/notice"))
	mended := c.Clone()
	mended.Trip.Purpose += "（补正）"
	s := submitted(mended, nil)
	h.comes("filing", "f1", filing.Corrected{Unit: s.Unit, Title: s.Title, Kind: s.Kind, Depart: s.Depart, Return: s.Return, Countries: s.Countries, Members: s.Members, Round: 2, Changed: []string{"case.purpose"}, Dossier: s.Dossier})
	h.until("corrected", h.stage("f1", approval.UnderReview))
	page = reviewer.Sees("/c/f1", "还有 5 项没有判断", "认可", "某reviewer", "已经退回过一次")
	if strings.Contains(page, "说明成立") {
		t.Error("an explanation is said to hold that nobody gave")
	}
	if strings.Contains(page, "列入告知") || strings.Contains(page, `href="/c/f1/notice"`) {
		t.Error("a second notice is offered to somebody who can't send it")
	}
	if status, _ := reviewer.Post("/c/f1/review", with(reviewer.Hidden(page, "/c/f1/review"), allFor(c)...)); status != http.StatusOK {
		t.Fatalf("reviewing gives %d", status)
	}
	chief := h.as("chief")
	page = chief.Sees("/c/f1", "还有 5 项没有判断", "列入告知")
	chief.Post("/c/f1/review", with(chief.Hidden(page, "/c/f1/review"), allFor(c)...))
	h.as("director").Sees("/c/f1", "规则留给人判断的", "还有 5 项没有判断", "某reviewer")

	// An application that can't be read is no empty one, which would go the
	// path without conditions.
	lost := approval.Receive{Unit: "u1", Members: []approval.Traveller{{Person: "p0", Head: true}}}
	if _, err := journal.Do(journal.WithActor(context.Background(), journal.System), h.office.Journal, approval.Room, journal.Order{Subject: "lost"}, lost); err != nil {
		t.Fatal(err)
	}
	if status, page := intake.Post("/c/lost/accept", url.Values{"_key": {"lost"}, "_seen": {"1"}, "looked": {"yes"}}); status != http.StatusNotFound || !h.stage("lost", approval.AtIntake)() {
		t.Errorf("accepting what can't be read gives %d: %s", status, page)
	}
}

// errorSummary is what stands on top of a page that came back.
func errorSummary(page string) string {
	_, rest, _ := strings.Cut(page, `class="errors`)
	summary, _, _ := strings.Cut(rest, "</div>")
	return summary
}

func TestCaseGoesThroughTheOfficeWithoutScript(t *testing.T) {
	h := aHouse(t)
	c := example(t, "valid-germany-5-days.json")
	h.comes("filing", "f1", submitted(c, nil))
	h.until("received", h.stage("f1", approval.AtIntake))

	intake := h.as("intake")
	intake.Sees("/queue", c.Trip.Title, c.Unit.Name, "案号", "未编号")
	intake.Sees("/queue?q="+url.QueryEscape(c.Members[0].Name()), c.Trip.Title)
	page := intake.Sees("/c/f1", c.Members[0].Name(), c.Trip.Purpose, "受理并取号", "自动生成的材料")
	for what, want := range map[string]string{"M02": "申报表", "M03": c.Members[0].Name(), "M07": "日程表", "M07&in=en": "Itinerary"} {
		if says := h.printed(intake, "/c/f1/made?paper="+what); !strings.Contains(says, want) || !strings.Contains(says, "第1次提交的内容") && !strings.Contains(says, "submissionno.1") {
			t.Errorf("%s says %s", what, says)
		}
	}
	if status, _ := intake.Get("/c/f1/made?paper=M38"); status != http.StatusNotFound {
		t.Errorf("the reviewer reads what is for the visa desk: %d", status)
	}
	form := intake.Hidden(page, "/c/f1/accept")
	for range 2 { // a double click, or Back and send again
		if status, page := intake.Post("/c/f1/accept", form); status != http.StatusOK || !strings.Contains(page, "已受理") {
			t.Fatalf("accepting gives %d: %s", status, page)
		}
	}
	number := h.approval("f1").Number
	if !h.office.Packs.Now().Office.Numbers.Case.Fits(number) {
		t.Fatalf("it got the number %q", number)
	}
	// A page from before the acceptance, pressed by a colleague.
	if status, page := intake.Post("/c/f1/accept", with(form, "_key", "")); status != http.StatusConflict {
		form.Set("_key", "another")
		if status, page = intake.Post("/c/f1/accept", form); status != http.StatusConflict {
			t.Fatalf("a stale page gives %d: %s", status, page)
		}
	}

	reviewer := h.as("reviewer")
	reviewer.Sees("/queue", number, "审核")
	// One defect, found by a person, tied to its field.
	page = reviewer.Sees("/c/f1/notice", "加一项", `<optgroup label="任务">`, `<option value="case.purpose">出访任务</option>`, `<option value="case.depart">出境日期</option>`, `<option value="members[1]">`+c.Members[1].Name()+`</option>`, `<option value="materials">缺的材料（单位在这里补传）</option>`)
	add := reviewer.Hidden(page, "/c/f1/notice/list")
	if status, page := reviewer.Post("/c/f1/notice/list", with(add, "field", "", "words", "")); status != http.StatusUnprocessableEntity || strings.Count(page, "class=\"err\"") < 2 {
		t.Fatalf("an empty defect gives %d: %s", status, page)
	}
	// One paper that isn't there is chosen, of the case or of a member, and needs no words.
	lacks := regexp.MustCompile(`<option value="(missing:M\d+@members\[(\d)\])">([^<]+)</option>`).FindStringSubmatch(page)
	if lacks == nil || !strings.Contains(lacks[3], c.Members[int(lacks[2][0]-'0')].Name()+"的") {
		t.Fatalf("no member's missing paper can be chosen: %v", lacks)
	}
	if status, page := reviewer.Post("/c/f1/notice/list", with(reviewer.Hidden(page, "/c/f1/notice/list"), "field", "missing:M99@members[0]", "words", "")); status != http.StatusUnprocessableEntity || strings.Contains(page, "告知 1 项") {
		t.Fatalf("a paper that nobody wants gives %d", status)
	}
	page = reviewer.Sees("/c/f1/notice")
	_, listing := reviewer.Post("/c/f1/notice/list", with(reviewer.Hidden(page, "/c/f1/notice/list"), "field", lacks[1], "words", ""))
	if !strings.Contains(listing, "告知 1 项") || !strings.Contains(listing, "缺少"+lacks[3]) {
		t.Fatalf("the missing paper isn't listed: %s", listing)
	}
	reviewer.Post("/c/f1/notice/off", reviewer.Hidden(listing, "/c/f1/notice/off"))
	// Two papers in the same words are two, and each is taken off by itself.
	both := regexp.MustCompile(`<option value="(missing:M\d+@members\[\d\])">`).FindAllStringSubmatch(page, 2)
	if len(both) < 2 {
		t.Fatalf("two missing papers can't be chosen: %v", both)
	}
	for _, x := range both {
		_, listing = reviewer.Post("/c/f1/notice/list", with(reviewer.Hidden(reviewer.Sees("/c/f1/notice"), "/c/f1/notice/list"), "field", x[1], "words", "请补交"))
	}
	if !strings.Contains(listing, "告知 2 项") {
		t.Fatalf("the second missing paper takes the place of the first: %s", listing)
	}
	if _, listing = reviewer.Post("/c/f1/notice/off", reviewer.Hidden(listing, "/c/f1/notice/off")); !strings.Contains(listing, "告知 1 项") {
		t.Fatalf("taking one off leaves: %s", listing)
	}
	reviewer.Post("/c/f1/notice/off", reviewer.Hidden(listing, "/c/f1/notice/off"))
	page = reviewer.Sees("/c/f1/notice")
	add = reviewer.Hidden(page, "/c/f1/notice/list")
	reviewer.Post("/c/f1/notice/list", with(add, "field", "invitations[0]", "words", "请重新扫描签字页"))
	page = reviewer.Sees("/c/f1/notice", "请重新扫描签字页", "告知 1 项")
	if status, page := reviewer.Post("/c/f1/notice", with(reviewer.Hidden(page, "/c/f1/notice"), "defects[0].words", "邀请函签字页请重新扫描")); status != http.StatusOK || !strings.Contains(page, "告知已发出") {
		t.Fatalf("sending it back gives %d: %s", status, page)
	}
	reviewer.Sees("/c/f1/notice", "邀请函签字页请重新扫描", "第 1 封邀请函")
	reviewer.Sees("/c/f1", "等单位补正")

	mended := c.Clone()
	mended.Trip.Purpose += "（补正）"
	mended.Members[1].IDNumber = mended.Members[1].IDNumber[:8] + "9" + mended.Members[1].IDNumber[9:]
	mended.Legs[0].City = "慕尼黑"
	mended.Members[0].Principal, mended.Members[0].Rank = "administrative", "bureau"
	s := submitted(mended, map[string]string{"invitations[0]": "原件的签字页就是这样，已向对方核对"})
	h.comes("filing", "f1", filing.Corrected{Unit: s.Unit, Title: s.Title, Kind: s.Kind, Depart: s.Depart, Return: s.Return, Countries: s.Countries, Members: s.Members, Round: 2, Answers: s.Answers, Changed: []string{"case.purpose", "legs[0].city", "members[0].principal", "members[0].rank", "members[1].idNumber"}, Dossier: s.Dossier})
	h.until("corrected", h.stage("f1", approval.UnderReview))
	reviewer.Sees("/queue?f=corrected", c.Trip.Title, "看补正")
	page = reviewer.Sees("/c/f1", "分管领导审批", "登记批示", "退回的 1 项，单位怎么办的", "单位改动 5 处", "邀请函签字页请重新扫描", "没改，有说明", "单位说明：原件的签字页就是这样，已向对方核对",
		"出访任务", "（补正）", "第 1 段行程的", "<del>"+c.Legs[0].City+"</del>", "<ins>慕尼黑</ins>", c.Members[1].Name()+"的身份证号", "改了隐去的几位")
	if strings.Contains(page, ">case.") || strings.Contains(page, "· case") || strings.Contains(page, mended.Members[1].IDNumber) {
		t.Fatalf("a path or a whole identity number stands on the page:\n%s", page)
	}

	// Whether what was explained holds, somebody has to say: it is counted until then.
	_, point, _ := strings.Cut(page, `id="findings"`)
	point, _, _ = strings.Cut(point, `id="returned"`)
	if !strings.Contains(point, "没改，有说明") || !strings.Contains(point, "邀请函签字页请重新扫描") {
		t.Fatalf("what was explained isn't to be judged: %s", point)
	}
	_, n, _ := strings.Cut(page, "还有 ")
	open := 0
	if _, err := fmt.Sscan(n, &open); err != nil {
		t.Fatal(err)
	}
	judged := url.Values{"_key": {"explained"}, "rule": {"point-1"}, "field": {"invitations[0]"}, "round": {"2"}}
	if status, page := reviewer.Post("/c/f1/holds", judged); status != http.StatusOK || open > 1 && !strings.Contains(page, fmt.Sprintf("还有 %d 项没有判断", open-1)) || open == 1 && strings.Contains(page, "没有判断") {
		t.Fatalf("judging what was explained gives %d: %s", status, page)
	}

	// A key is pressed quickly: what was let pass by mistake is taken back, and is open again.
	if status, page := reviewer.Post("/c/f1/holds", with(url.Values{"_key": {"undone"}, "undo": {"1"}}, "rule", "point-1", "field", "invitations[0]", "round", "2")); status != http.StatusOK || !strings.Contains(page, fmt.Sprintf("还有 %d 项没有判断", open)) {
		t.Fatalf("taking it back gives %d: %s", status, page)
	}
	// That it doesn't hold is one press too: whoever decides reads it in front, and may send it back.
	fails := with(url.Values{"_key": {"fails"}, "holds": {"no"}}, "rule", "point-1", "field", "invitations[0]", "round", "2")
	if status, page := reviewer.Post("/c/f1/holds", fails); status != http.StatusOK || !strings.Contains(page, "某reviewer（审核，3月10日）认为说明不成立") || !strings.Contains(page, "<dt>说明不成立</dt>") || open > 1 && !strings.Contains(page, fmt.Sprintf("还有 %d 项没有判断", open-1)) {
		t.Fatalf("saying that it doesn't hold gives %d: %s", status, page)
	}
	h.as("chief").Sees("/c/f1", "认为说明不成立", "<dt>说明不成立</dt>", "邀请函签字页请重新扫描")
	if status, page := reviewer.Post("/c/f1/holds", with(url.Values{"_key": {"fails not"}, "holds": {"no"}, "undo": {"1"}}, "rule", "point-1", "field", "invitations[0]", "round", "2")); status != http.StatusOK || strings.Contains(page, "认为说明不成立") || !strings.Contains(page, fmt.Sprintf("还有 %d 项没有判断", open)) {
		t.Fatalf("taking that back gives %d: %s", status, page)
	}
	judged.Set("_key", "explained again")
	if status, page := reviewer.Post("/c/f1/holds", judged); status != http.StatusOK || !strings.Contains(page, `name="undo"`) {
		t.Fatalf("judging it again gives %d: %s", status, page)
	}

	// A second notice is a chief's: who can't send it is told before pressing anything.
	reviewer.Sees("/c/f1/notice", "这件已退回过一次")
	reviewer.Post("/c/f1/notice/list", with(url.Values{"_key": {"again"}, "from": {"notice"}, "round": {"2"}}, "field", "case.depart", "words", "请核对出境日期"))
	listed := reviewer.Sees("/c/f1/notice", "请核对出境日期", "处长打开这一页就看得到")
	if strings.Contains(listed, `action="/c/f1/notice"`) {
		t.Fatal("a reviewer is offered what only a chief may do")
	}
	h.as("chief").Sees("/c/f1/notice", "请核对出境日期", `action="/c/f1/notice"`)
	h.as("chief").Sees("/c/f1", "再次退回")
	reviewer.Post("/c/f1/notice/off", reviewer.Hidden(listed, "/c/f1/notice/off"))

	// Against one, without a reason: the page comes back with what was typed.
	review := reviewer.Hidden(page, "/c/f1/review")
	status, back := reviewer.Post("/c/f1/review", with(review, append(allFor(c, 1), "note", "材料齐全，独此一句")...))
	if status != http.StatusUnprocessableEntity || !strings.Contains(back, "材料齐全，独此一句") || !strings.Contains(back, c.Members[1].Name()+"：不同意要有理由") {
		t.Fatalf("a refusal without a reason gives %d: %s", status, back)
	}
	status, back = reviewer.Post("/c/f1/review", with(reviewer.Hidden(back, "/c/f1/review"), append(allFor(c, 1), "reason.p1", "备案已过期", "note", "材料齐全，独此一句")...))
	if status != http.StatusOK || !strings.Contains(back, "已上报") {
		t.Fatalf("reviewing gives %d: %s", status, back)
	}
	if status, _ := reviewer.Post("/c/f1/review", with(review, allFor(c)...)); status != http.StatusForbidden && status != http.StatusConflict {
		t.Fatalf("the reviewer took the chief's step: %d", status)
	}

	chief := h.as("chief")
	said := fmt.Sprintf("建议：同意 %d 人，不同意 1 人", len(c.Members)-1)
	page = chief.Sees("/c/f1", "材料齐全，独此一句", "备案已过期", said+"（审核的意见）")
	chief.Sees("/hang", "处长复核")
	status, _ = chief.Post("/c/f1/back", with(chief.Hidden(chief.Sees("/c/f1/back"), "/c/f1/back"), "to", "0", "reason", "请核对预算"))
	if status != http.StatusOK || h.approval("f1").Desk() != "reviewer" {
		t.Fatalf("handing back gives %d, it lies at %s", status, h.approval("f1").Desk())
	}
	page = reviewer.Sees("/c/f1")
	reviewer.Post("/c/f1/review", with(reviewer.Hidden(page, "/c/f1/review"), append(allFor(c, 1), "reason.p1", "备案已过期")...))
	page = chief.Sees("/c/f1", "某reviewer")
	chief.Post("/c/f1/review", with(chief.Hidden(page, "/c/f1/review"), append(allFor(c, 1), "reason.p1", "备案已过期")...))

	director := h.as("director")
	director.Sees("/sign", c.Trip.Title, "不同意 1")
	page = director.Sees("/c/f1", "签发", "严格按照批准的日程执行", said+"（审核、处长复核的意见）")
	decide := director.Hidden(page, "/c/f1/decide")
	if status, page := director.Post("/c/f1/decide", with(decide, append(allFor(c, 0), "reason.p0", "在审查期内")...)); status != http.StatusUnprocessableEntity || !strings.Contains(page, "团长") {
		t.Fatalf("a group without its head gives %d: %s", status, page)
	}
	if status, page := director.Post("/c/f1/decide", with(decide, append(allFor(c), "conditions", "不得延长\U000E0041")...)); status != http.StatusUnprocessableEntity || !strings.Contains(page, "没有这些字") {
		t.Fatalf("a character that can't be printed gives %d: %s", status, page)
	}
	// What blocks passes with no tick: the leader in charge has not approved the
	// principal's trip. Whose number is wrong is declined, and stops nothing.
	verdicts := append(allFor(c, 1), "reason.p1", "备案已过期", "conditions", "严格按照批准的日程执行")
	if status, page := director.Post("/c/f1/decide", with(decide, verdicts...)); status != http.StatusUnprocessableEntity || !strings.Contains(page, "尚未登记批示") || strings.Contains(errorSummary(page), c.Members[1].Name()) {
		t.Fatalf("deciding without the leader's approval gives %d: %s", status, errorSummary(page))
	}
	record := director.Hidden(page, "/c/f1/leader")
	if status, page := director.Post("/c/f1/leader", with(record, "leader", "某副市长", "on", "2027-01-01", "paper", "")); status != http.StatusUnprocessableEntity || !strings.Contains(page, "批准日期还没有到") || !strings.Contains(page, "批示的文号") || !strings.Contains(page, "某副市长") {
		t.Fatalf("half an approval gives %d: %s", status, page)
	}
	if status, page := director.Post("/c/f1/leader", with(record, "leader", "某副市长", "on", "2026-03-10", "paper", "呈批2026-17号")); status != http.StatusOK || !strings.Contains(page, "呈批2026-17号") || strings.Contains(page, "尚未登记批示") {
		t.Fatalf("recording the approval gives %d: %s", status, page)
	}
	page = director.Sees("/c/f1")
	decide = director.Hidden(page, "/c/f1/decide")
	for range 2 { // a double click
		if status, page := director.Post("/c/f1/decide", with(decide, verdicts...)); status != http.StatusOK {
			t.Fatalf("deciding gives %d: %s", status, page)
		}
	}
	if page := h.as("director").Sees("/c/f1"); !regexp.MustCompile(fmt.Sprintf("经费预算，\\d+ 项，[0-9.,]+[^<]*，批准%d人，[0-9.,]+", len(c.Members)-1)).MatchString(page) {
		t.Error("beside the budget it isn't said what of it is approved")
	}
	h.until("issued", h.stage("f1", approval.IsIssued))
	if n := h.happened("f1", "approval.decided"); n != 1 {
		t.Errorf("pressed twice, it was decided %d times", n)
	}
	doc := h.approval("f1").Document
	page = director.Sees("/c/f1", doc.Number, "有效", "撤销批件", fmt.Sprintf("批准 %d 人，不批准 1 人", len(c.Members)-1))
	if _, pdf := director.Get("/c/f1/papers/" + doc.File); !strings.HasPrefix(pdf, "%PDF-") {
		t.Fatal("the document isn't shown")
	}
	page = director.Sees("/c/f1/supersede", doc.Number)
	if status, page := director.Post("/c/f1/supersede", director.Hidden(page, "/c/f1/supersede")); status != http.StatusUnprocessableEntity || !strings.Contains(page, "没有写换发的原因") {
		t.Fatalf("superseding without a reason gives %d: %s", status, page)
	}
	if status, page := director.Post("/c/f1/supersede", with(director.Hidden(page, "/c/f1/supersede"), "reason", "职务名称更正")); status != http.StatusOK || !strings.Contains(page, "取代") {
		t.Fatalf("superseding gives %d: %s", status, page)
	}
	// What follows is listed, and pressed is what was read.
	page = director.Sees("/c/f1/revoke", h.approval("f1").Document.Number, "随之而来", h.approval("f1").Document.Number)
	stale := with(director.Hidden(page, "/c/f1/revoke"), "reason", "出访取消")
	if stale.Get("_follows") == "" {
		t.Fatalf("the form doesn't say which list it confirms: %v", stale)
	}
	stale.Set("_follows", "another")
	if status, page := director.Post("/c/f1/revoke", stale); status != http.StatusUnprocessableEntity || !strings.Contains(page, "随之而来的事项刚有变化") || !strings.Contains(page, "出访取消") || h.approval("f1").Stage != approval.IsIssued {
		t.Fatalf("revoking on an old list gives %d: %s", status, page)
	}
	if status, page := director.Post("/c/f1/revoke", with(director.Hidden(page, "/c/f1/revoke"), "reason", "出访取消")); status != http.StatusOK || !strings.Contains(page, "已撤销") {
		t.Fatalf("revoking gives %d: %s", status, page)
	}
	// Who, when and with what words; the file stays as it was, with a mark where it is opened.
	const mark = "某director于2026年3月10日撤销，理由：出访取消"
	director.Sees("/c/f1", mark, "不能再凭它办事", fmt.Sprintf("批准 %d 人（申报 %d 人）", len(c.Members)-1, len(c.Members)))
	if page := director.Sees("/c/f1?paper=" + h.approval("f1").Document.File); strings.Count(page, mark) != 3 { // at the head, beside its number and before the file
		t.Errorf("who took it back stands there %d times", strings.Count(page, mark))
	}
	for login, right := range map[string]int{"custodian": http.StatusOK, "window": http.StatusOK} {
		if status, _ := h.as(login).Get("/c/f1"); status != right {
			t.Errorf("%s gets %d", login, status)
		}
	}
	if status, _ := h.as("custodian").Post("/c/f1/decide", decide); status != http.StatusForbidden {
		t.Errorf("a custodian decided: %d", status)
	}
}

func TestPaperIsShownForItsOwnCaseAlone(t *testing.T) {
	h := aHouse(t)
	c := example(t, "valid-germany-5-days.json")
	for _, id := range []string{"f1", "f2"} {
		h.comes("filing", id, submitted(c, nil))
		h.until("received", h.stage(id, approval.AtIntake))
	}
	ref, err := h.office.Blobs.Put(context.Background(), bytes.NewReader([]byte("PK\x03\x04 a worksheet")), blob.Limit)
	if err != nil {
		t.Fatal(err)
	}
	h.comes("material", "m1", material.Added{Kind: "M08", OwnerKind: material.OfCase, Owner: "f1", Unit: "u1", Case: "f1", Name: "预算<b>.xlsx", Size: ref.Size, Type: "application/vnd.ms-excel", Digest: ref.Digest.String()})
	v := h.as("reviewer")
	v.Sees("/c/f1?paper=m1", "不能在网页里看", "/c/f1/papers/m1")
	res, err := v.Client.Get(h.url + "/c/f1/papers/m1")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if is := res.Header.Get("Content-Security-Policy"); is != "frame-ancestors 'self'" {
		t.Errorf("a paper comes with the policy %q", is)
	}
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(res.Header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	if status, _ := v.Get("/c/f2/papers/m1"); status != http.StatusNotFound {
		t.Fatalf("under another case it gives %d", status)
	}
}

// A letter that holds its own translation is given as both; another translation
// takes the place of one of the two.
func TestTheOfficeSeesThePapersThatTheRoundNames(t *testing.T) {
	h := aHouse(t)
	paper := func(id, kind, name, digest string) dossier.Material {
		h.comes("material", id, material.Added{Kind: kind, OwnerKind: material.OfCase, Owner: "f1", Unit: "u1", Case: "f1", Name: name, Type: "application/pdf", Digest: digest})
		return dossier.Material{Kind: dossier.MaterialKind(kind), Owner: "case", File: name, SHA256: digest}
	}
	both, better := strings.Repeat("a", 64), strings.Repeat("b", 64)
	c := example(t, "valid-germany-5-days.json")
	letter := paper("letter", "M04", "邀请函.pdf", both)
	c.Materials = []dossier.Material{paper("trans1", "M05", "邀请函.pdf", both), letter} // as they were uploaded; the list has the table's order
	h.comes("filing", "f1", submitted(c, nil))
	h.until("received", h.stage("f1", approval.AtIntake))
	shows := func(want ...string) {
		t.Helper()
		page := h.as("reviewer").Sees("/c/f1")
		var got []string
		for _, m := range regexp.MustCompile(`/c/f1\?paper=(\w+)[^>]*>\s*(邀请[^<]*)`).FindAllStringSubmatch(page, -1) {
			if at := m[1] + " " + strings.TrimSpace(m[2]); !slices.Contains(got, at) {
				got = append(got, at)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("the office's list is %v, not %v", got, want)
		}
	}
	shows("letter 邀请函", "trans1 邀请函译文")
	translation := paper("trans2", "M05", "译文.pdf", better)
	h.comes("material", "trans1", material.Replaced{By: "trans2"})
	shows("letter 邀请函", "trans1 邀请函译文")                            // not handed in yet
	h.comes("material", "letter", material.Replaced{By: "trans2"}) // as it went once, by the bytes alone
	c.Materials = []dossier.Material{letter, translation}
	again := submitted(c, nil)
	h.comes("filing", "f1", filing.Corrected{Unit: again.Unit, Title: again.Title, Kind: again.Kind, Depart: again.Depart, Return: again.Return, Countries: again.Countries, Members: again.Members, Round: 2, Dossier: again.Dossier})
	shows("letter 邀请函", "trans2 邀请函译文 · 改后 3月10日", "trans1 邀请函译文 · 改前 3月10日")
}

// A form that data stand for isn't among the papers: the office is told so, and of
// nobody whose form is.
func TestTheOfficeIsToldWhichFormsOnlyDataStandFor(t *testing.T) {
	h := aHouse(t)
	c := example(t, "valid-germany-5-days.json")
	const digest = "abababababababababababababababababababababababababababababababab"
	h.comes("material", "form", material.Added{Kind: "M12", OwnerKind: material.OfCase, Owner: "f1", Unit: "u1", Case: "f1", Name: "备案表.pdf", Type: "application/pdf", Digest: digest})
	c.Materials = []dossier.Material{{Kind: "M12", Owner: "members[0]", File: "备案表.pdf", SHA256: digest}}
	for i := range c.Members {
		c.Members[i].Vetting = &dossier.Vetting{Status: dossier.VettingPassed, ValidUntil: c.Trip.Return.AddDays(30)}
	}
	h.comes("filing", "f1", submitted(c, nil))
	h.until("received", h.stage("f1", approval.AtIntake))
	_, says, _ := strings.Cut(h.as("reviewer").Sees("/c/f1"), "data-no-form>")
	says, _, _ = strings.Cut(says, "<")
	for i, m := range c.Members {
		if told := strings.Contains(says, m.Name()); told != (i > 0) {
			t.Errorf("of %s is said %q", m.Name(), says)
		}
	}
	if !strings.HasPrefix(says, "备案表按填报，未附表：") {
		t.Errorf("%q", says)
	}
}

// Silence about a file that wasn't read would pass for "no mark of secrecy on it".
func TestTheReviewerIsToldOfAPaperThatNobodyRead(t *testing.T) {
	h := aHouse(t)
	c := example(t, "valid-germany-5-days.json")
	c.Materials = nil
	for id, unread := range map[string]bool{"letter": false, "plan": true, "scan": false, "photo": false} {
		kind := map[string]string{"letter": "M04", "plan": "M10", "scan": "M03", "photo": "M26"}[id]
		typ := map[string]string{"scan": "image/jpeg", "photo": "image/jpeg"}[id]
		digest := strings.Repeat(id[:1], 64)
		h.comes("material", id, material.Added{Kind: kind, OwnerKind: material.OfCase, Owner: "f1", Unit: "u1", Case: "f1", Name: id + ".pdf", Type: cmp.Or(typ, "application/pdf"), Digest: digest, Seen: blob.Seen{Unread: unread}})
		c.Materials = append(c.Materials, dossier.Material{Kind: dossier.MaterialKind(kind), Owner: "case", File: id + ".pdf", SHA256: digest})
	}
	h.comes("filing", "f1", submitted(c, nil))
	h.until("received", h.stage("f1", approval.AtIntake))
	r := h.as("reviewer")
	if page := r.Sees("/c/f1?paper=plan"); !strings.Contains(page, "看一眼有没有密级标志") || strings.Count(page, "文字未读出") == 0 {
		t.Error("nobody is asked to look at a paper that wasn't read")
	}
	if page := r.Sees("/c/f1?paper=scan"); !strings.Contains(page, "这是图片，没有文字可查") {
		t.Error("nobody is asked to look at a scan")
	}
	if page := r.Sees("/c/f1?paper=photo"); strings.Contains(page, "看一眼有没有密级标志") {
		t.Error("a portrait is suspected of secrets")
	}
	if page := r.Sees("/c/f1?paper=letter"); strings.Contains(page, "看一眼有没有密级标志") || !strings.Contains(page, "文字未读出") {
		t.Error("a paper that was read asks to be looked at, or the list doesn't name the one that wasn't")
	}
}

func (h *house) visa(id string) visa.Order {
	h.t.Helper()
	o, _, err := journal.Load(context.Background(), h.office.Journal, visa.Room, id)
	if err != nil {
		h.t.Fatal(err)
	}
	return o
}

// looked ticks all items of an order's kit.
func looked(o visa.Row) []string {
	var out []string
	for _, it := range o.Kit {
		out = append(out, "items", it.ID)
	}
	return out
}

// unsigned lets the store keep another booklet of a person: one that ends with
// the trip and that nobody has signed.
func (h *house) unsigned(person string, c dossier.Case) {
	h.t.Helper()
	if _, err := journal.Do(context.Background(), h.office.Journal, custody.Room, journal.Order{Subject: person}, custody.Register{Booklet: "unsigned", Unit: "u1", Type: "publicAffairs", Number: "PE7654321",
		Issued: calendar.On(2022, 1, 1), Expires: c.Trip.Return.AddDays(10), BlankPages: 20, LatinName: c.Members[0].LatinName(), Unsigned: true}); err != nil {
		h.t.Fatal(err)
	}
}

// photo lets the office hold a person's digital photo.
func (h *house) photo(person string) {
	h.t.Helper()
	ctx := context.Background()
	img := image.NewRGBA(image.Rect(0, 0, 396, 576))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(100, 150, 300, 576), image.NewUniform(color.RGBA{R: 160, G: 110, B: byte(90 + len(person)), A: 255}), image.Point{}, draw.Src)
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		h.t.Fatal(err)
	}
	ref, err := h.office.Blobs.Put(ctx, &b, blob.Limit)
	if err == nil {
		_, err = journal.Do(ctx, h.office.Journal, material.Room, journal.Order{Subject: h.office.Journal.NewID()}, material.Add{Kind: "M26", OwnerKind: material.OfPerson, Owner: person, Unit: "u1",
			Name: "照片.png", Size: ref.Size, Type: "image/png", Digest: ref.Digest.String()})
	}
	if err != nil {
		h.t.Fatal(err)
	}
}

// corrected sends a visa back to the mission and records what it then says.
func (h *house) corrected(v1, v2 webtest.Visitor, o visa.Row, name string) {
	h.t.Helper()
	at := "/visa/" + o.ID
	for _, x := range []struct {
		by   webtest.Visitor
		verb string
		form []string
	}{
		{v2, "wrong", []string{"what", "姓名拼错"}},
		{v1, "send", []string{"batch", "DEU-1"}},
		{v1, "grant", []string{"from", o.From.AddDays(-5).String(), "until", o.To.AddDays(5).String(), "entries", "1", "days", fmt.Sprint(o.Days + 3), "name", name, "tail", "560"}},
	} {
		page := x.by.Sees(at)
		if status, page := x.by.Post(at+"/"+x.verb, with(x.by.Hidden(page, at+"/"+x.verb), x.form...)); status != http.StatusOK {
			h.t.Fatalf("%s gives %d: %s", x.verb, status, page)
		}
	}
	h.until("the booklet is back again", func() bool {
		b, _, err := custody.One(context.Background(), h.office.Journal.Store, "b"+o.Person)
		return err == nil && b.Place == custody.InStore
	})
}

// mended corrects what was typed of a visa, after it was checked, and lets the
// other one check it anew.
func (h *house) mended(v1, v2 webtest.Visitor, o visa.Row) {
	h.t.Helper()
	at := "/visa/" + o.ID
	if status, page := v2.Post(at+"/check", v2.Hidden(v2.Sees(at), at+"/check")); status != http.StatusOK || !strings.Contains(page, "登记有误，更正") {
		h.t.Fatalf("checking gives %d: %s", status, page)
	}
	is := h.visa(o.ID).Visa
	form := with(v1.Hidden(v1.Sees(at), at+"/correct"), "from", is.From.String(), "until", is.Until.String(), "entries", "1", "days", fmt.Sprint(is.Days), "name", is.Name.Or(""), "tail", is.Tail)
	if status, page := v1.Post(at+"/correct", form); status != http.StatusUnprocessableEntity || !strings.Contains(page, "没有改动") || !chosen(page, "entries", "1") {
		h.t.Fatalf("correcting nothing gives %d: %s", status, page)
	}
	status, page := v1.Post(at+"/correct", instead(form, "until", is.Until.Next().String(), "entries", "0"))
	for _, want := range []string{"截止日由 " + is.Until.Chinese() + " 改为 " + is.Until.Next().Chinese() + "，入境次数由 一次 改为 多次", "登记的人不能核对"} {
		if status != http.StatusOK || !strings.Contains(page, want) {
			h.t.Errorf("correcting gives %d without %q: %s", status, want, page)
		}
	}
	if status, _ := v1.Post(at+"/check", url.Values{"_key": {"mended"}}); status != http.StatusForbidden {
		h.t.Errorf("who corrected it checked it: %d", status)
	}
	v2.Sees(at, "入境多次")
	v1.Sees("/c/f1", "签证登记已更正")
}

// instead is a form with other values.
func instead(form url.Values, pairs ...string) url.Values {
	out := maps.Clone(form)
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = []string{pairs[i+1]}
	}
	return out
}

// chosen tells whether a page has one of several ticked.
func chosen(page, name, value string) bool {
	return regexp.MustCompile(`name="` + name + `" value="` + value + `" checked`).MatchString(page)
}

// planned brings a case through the office to where its visas are planned.
func (h *house) planned(c dossier.Case) []visa.Row {
	t := h.t
	t.Helper()
	h.comes("filing", "f1", submitted(c, nil))
	h.until("received", h.stage("f1", approval.AtIntake))
	ctx := context.Background()
	give := func(role, account string, cmd journal.Command[approval.Approval]) {
		t.Helper()
		if _, err := journal.Do(journal.WithActor(ctx, journal.Actor{Role: role, Account: account}), h.office.Journal, approval.Room, journal.Order{Subject: "f1"}, cmd); err != nil {
			t.Fatal(err)
		}
	}
	var opinions []approval.Opinion
	var verdicts []approval.Verdict
	for i := range c.Members {
		p := fmt.Sprint("p", i)
		opinions = append(opinions, approval.Opinion{Person: p, Approve: true})
		verdicts = append(verdicts, approval.Verdict{Person: p, Approved: true})
		typ := "publicAffairs"
		if b := c.Members[i].Passport; b != nil && b.Type != "" {
			typ = string(b.Type)
		}
		if _, err := journal.Do(ctx, h.office.Journal, custody.Room, journal.Order{Subject: p}, custody.Register{Booklet: "b" + p, Unit: "u1", Type: typ, Number: "PE123456" + fmt.Sprint(i),
			Issued: calendar.On(2025, 1, 1), Expires: calendar.On(2030, 1, 1), BlankPages: 20, LatinName: c.Members[i].LatinName()}); err != nil {
			t.Fatal(err)
		}
	}
	path := h.office.Packs.Now().Paths.For(c)
	give("intake", "i", approval.Accept{Number: "YJ-2026-000001-T", Path: path})
	for i, s := range path.Steps[:len(path.Steps)-1] {
		give(s.Role, fmt.Sprint("a", i), approval.Review{Opinions: opinions})
	}
	give("director", "d", approval.Decide{Members: verdicts, Months: 6})
	var orders []visa.Row
	h.until("visas planned for everybody", func() bool {
		var err error
		orders, err = visa.Of(ctx, h.office.Journal.Store, "f1")
		return err == nil && len(orders) == len(c.Members)
	})
	return orders
}

func TestVisasAndBookletsGoOutAndComeBackWithoutScript(t *testing.T) {
	h, ctx := aHouse(t), context.Background()
	c := example(t, "valid-germany-5-days.json")
	orders := h.planned(c)
	o := orders[0]
	if o.Stage != visa.IsPlanned {
		t.Fatalf("the example's Schengen visa is %+v", o)
	}
	at := func(want visa.Stage) func() bool {
		return func() bool {
			r, _, err := visa.One(ctx, h.office.Journal.Store, o.ID)
			return err == nil && r.Stage == want
		}
	}
	v1, v2, keeper := h.as("visa1"), h.as("visa2"), h.as("custodian")
	v1.Sees("/visa", "申根（德国）", "待装袋", "外办还要备 2 样：")
	page := v1.Sees("/visa/"+o.ID, "材料袋", "下一步", "填过、传过的资料", "/visa/"+o.ID+"/made?paper=M03", "/visa/"+o.ID+"/made?paper=M07&in=en")
	if says := h.printed(v1, "/visa/"+o.ID+"/made?paper=M07&in=en"); !strings.Contains(says, "Itinerary") || !strings.Contains(says, "Berlin,Germany") || !strings.Contains(says, "asapprovedon") {
		t.Errorf("the English itinerary says %s", says)
	}
	if status, _ := v1.Get("/visa/" + o.ID + "/personal"); status != http.StatusNotFound {
		t.Errorf("what no mission asks for is made: %d", status)
	}
	for _, said := range []string{`name="bookedIn" value="` + o.From.String() + `"`, `name="bookedOut" value="` + o.To.String() + `"`, "按案卷先填的"} {
		if !strings.Contains(page, said) {
			t.Errorf("what the case tells of the bookings is asked again: %s", said)
		}
	}
	kit := v1.Hidden(page, "/visa/"+o.ID+"/kit")
	if status, page := v1.Post("/visa/"+o.ID+"/kit", kit); status != http.StatusUnprocessableEntity || !strings.Contains(page, "还没有核对") {
		t.Fatalf("an unseen kit gives %d: %s", status, page)
	}
	items := looked(o)
	kit = v1.Hidden(v1.Sees("/visa/"+o.ID), "/visa/"+o.ID+"/kit")
	// What the rules of lodging ask for beside the list: all at once, each beside its field.
	status, refused := v1.Post("/visa/"+o.ID+"/kit", with(kit, append(slices.Clone(items), "bookedIn", o.From.Prev().String(), "insuranceFrom", o.From.String(), "insuranceUntil", o.To.Next().String(),
		"insuranceArea", "SCHENGEN", "insuranceCover", "300000")...))
	if status != http.StatusUnprocessableEntity || h.visa(o.ID).Stage != visa.IsPlanned {
		t.Fatalf("a kit that won't do gives %d: %s", status, refused)
	}
	for _, want := range []string{"没有照会号", "保险 2026年5月11日才生效", "没有录入预订单上的离开日期", "没有数码照片", `value="` + o.From.Prev().String() + `"`} {
		if !strings.Contains(strings.ReplaceAll(refused, " 才", "才"), want) {
			t.Errorf("the refused kit doesn't say %q", want)
		}
	}
	h.photo(o.Person)
	papers := append(slices.Clone(items), "note", "云外签字第0123号", "bookedIn", o.From.String(), "bookedOut", o.To.String(), "insuranceFrom", o.From.Prev().String(), "insuranceUntil", o.To.Next().String(),
		"insuranceArea", "SCHENGEN", "insuranceCover", "300000")
	// Form and note aren't there before somebody has signed the one and issued the other.
	kit = v1.Hidden(v1.Sees("/visa/"+o.ID, "还没签：请把表发给本人", "还没有：在本页", "同一照会、同一预订单，一起装袋"), "/visa/"+o.ID+"/kit")
	// Another member under the same note: it is read once, and both go together.
	second := orders[1]
	h.photo(second.Person)
	if status, page := v1.Post("/visa/"+o.ID+"/kit", with(kit, append(papers, "also", second.ID)...)); status != http.StatusOK || !strings.Contains(page, "云外签字第0123号") || !strings.Contains(page, "照会 云外签字第0123号 上的人一起送") {
		t.Fatalf("closing the kits gives %d: %s", status, page)
	}
	if h.visa(second.ID).Stage != visa.KitIsReady {
		t.Fatalf("the other's kit is %q", h.visa(second.ID).Stage)
	}
	v1.Sees("/visa/"+orders[2].ID, `value="云外签字第0123号"`, `value="300000"`)
	v1.Sees("/visa?q="+url.QueryEscape(c.Trip.Title), "/visa/"+o.ID, "/visa/"+second.ID)
	// Too early to lend: the visa isn't done.
	page = keeper.Sees("/booklets/in", "没有借出的证照", "回到证照")
	if strings.Contains(page, `name="by.`) || strings.Contains(page, `name="on"`) {
		t.Fatal("it is asked how nothing is handed in")
	}
	keeper.Sees("/booklets/out", "还在办：", "申根")
	page = keeper.Sees("/booklets/out/f1", "还没送签")
	if strings.Contains(page, `value="`+o.Person+`/`) {
		t.Fatal("a booklet that waits for its visa is offered for lending")
	}
	if strings.Contains(page, `name="by.`) || !strings.Contains(page, "现在没有可以出库的") || !strings.Contains(page, `href="/booklets/out"`) {
		t.Fatalf("with nothing to lend it says: %s", page)
	}
	if status, page := keeper.Post("/booklets/out/f1", with(url.Values{"_key": {"early"}}, "choose", o.Person+"/b"+o.Person, "by", "courier")); status != http.StatusUnprocessableEntity || !strings.Contains(page, "签证还没有办完") {
		t.Fatalf("lending too early gives %d: %s", status, page)
	}
	// Nor under the other id of who was merged.
	third := orders[2].Person
	for _, id := range []string{third, "whole"} {
		h.comes("person", id, person.Recorded{In: "u1", FamilyName: journal.Of("某")})
	}
	h.comes("person", third, person.Absorbed{Into: "whole"})
	if _, err := journal.Do(ctx, h.office.Journal, custody.Room, journal.Order{Subject: "whole"}, custody.Register{Booklet: "theirs", Unit: "u1", Type: "publicAffairs", Number: "PE7654329",
		Issued: calendar.On(2025, 1, 1), Expires: calendar.On(2030, 1, 1), BlankPages: 20, LatinName: c.Members[2].LatinName()}); err != nil {
		t.Fatal(err)
	}
	if status, page := keeper.Post("/booklets/out/f1", with(url.Values{"_key": {"merged"}}, "choose", "whole/theirs", "by.theirs", "courier")); status != http.StatusUnprocessableEntity || !strings.Contains(page, "签证还没有办完") {
		t.Fatalf("lending a merged person's booklet too early gives %d: %s", status, page)
	}
	board := v1.Sees("/visa?stage=kit", "把选中的送签")
	if status, page := v1.Post("/visa/send", with(v1.Hidden(board, "/visa/send"), "batch", "DEU-1", "choose", o.ID)); status != http.StatusUnprocessableEntity || !strings.Contains(page, "这一批没有") {
		t.Fatalf("half a note is sent: %d %s", status, page)
	}
	// From one person's page all of the note go.
	board = v1.Sees("/visa/" + o.ID)
	for range 2 { // the button is pressed twice
		if status, page := v1.Post("/visa/"+o.ID+"/send", with(v1.Hidden(board, "/visa/"+o.ID+"/send"), "batch", "DEU-1")); status != http.StatusOK || !strings.Contains(page, "DEU-1") {
			t.Fatalf("sending gives %d: %s", status, page)
		}
	}
	h.until("sent", at(visa.IsSent))
	v1.Sees("/visa?stage=sent", `href="/visa?q=DEU-1"`)
	keeper.Sees("/booklets?place=mission", "在使馆 2 本")
	page = v1.Sees("/visa/" + o.ID)
	if strings.Count(page, "登记结果就是收回证照") != 2 { // given or refused
		t.Error("nothing says that recording a result takes the booklet in")
	}
	grant := v1.Hidden(page, "/visa/"+o.ID+"/grant")
	if status, page := v1.Post("/visa/"+o.ID+"/grant", with(grant, "from", "3月1日", "until", "2026-12-31", "days", "x", "entries", "2")); status != http.StatusUnprocessableEntity || !strings.Contains(page, "日期读不出来") || !strings.Contains(page, "2026-12-31") || !chosen(page, "entries", "2") {
		t.Fatalf("an unreadable visa gives %d: %s", status, page)
	}
	grant = with(grant, "from", o.From.AddDays(-5).String(), "until", o.To.AddDays(5).String(), "entries", "1", "days", fmt.Sprint(o.Days+3), "name", "LUO ZHIXING", "tail", "560")
	if status, page := v1.Post("/visa/"+o.ID+"/grant", grant); status != http.StatusUnprocessableEntity || !strings.Contains(page, "使领馆要见本人，这里没有记去过") || !strings.Contains(page, "LUO ZHIXING") {
		t.Fatalf("a visa without the visit to the mission gives %d: %s", status, page)
	}
	grant = with(grant, "went", h.office.Journal.Today().String())
	if status, page := v1.Post("/visa/"+o.ID+"/grant", instead(grant, "from", o.From.Next().String(), "days", fmt.Sprint(o.Days-1))); status != http.StatusUnprocessableEntity || h.visa(o.ID).Stage != visa.IsSent {
		t.Fatalf("a visa that doesn't serve is recorded unasked: %d", status)
	} else {
		for _, want := range []string{"就要入境", "签证只准停留 " + fmt.Sprint(o.Days-1) + " 天", "签证上是 LUO ZHIXING", "请对照签证再看", `name="asIs"`} {
			if !strings.Contains(page, want) {
				t.Errorf("a visa that doesn't serve is refused without %q", want)
			}
		}
	}
	if status, page := v1.Post("/visa/"+o.ID+"/grant", with(grant, "asIs", "yes")); status != http.StatusOK || !strings.Contains(page, "登记的签证不合行程") || !strings.Contains(page, "登记的人不能核对，要由签证岗的另一人来核") || !strings.Contains(page, "核对签证（签证岗的另一人") || strings.Contains(page, "轮到您") {
		t.Fatalf("recording the visa gives %d: %s", status, page)
	}
	v1.Sees("/visa/"+o.ID, "已去过")
	v1.Sees("/c/f1", "到使领馆")
	if status, _ := v1.Post("/visa/"+o.ID+"/check", url.Values{"_key": {"k1"}}); status != http.StatusForbidden {
		t.Fatalf("who recorded it checked it: %d", status)
	}
	h.until("the booklet is back in the store", func() bool {
		b, _, err := custody.One(ctx, h.office.Journal.Store, "b"+o.Person)
		return err == nil && b.Place == custody.InStore
	})
	page = v2.Sees("/visa/"+o.ID, "登记的签证不合行程", "LUO ZHIXING", "签证有误，退使馆")
	if strings.Contains(page, "核对无误") {
		t.Error("what can only be refused is offered")
	}
	if status, page := v2.Post("/visa/"+o.ID+"/check", v2.Hidden(page, "/visa/"+o.ID+"/wrong")); status != http.StatusUnprocessableEntity || !strings.Contains(page, "签证上是 LUO ZHIXING，护照上是 "+c.Members[0].LatinName()) {
		t.Fatalf("another's name passes the check: %d %s", status, page)
	}
	h.corrected(v1, v2, o, c.Members[0].LatinName())
	h.mended(v1, v2, o)
	page = v2.Sees("/visa/"+o.ID, "核对无误")
	if status, page := v2.Post("/visa/"+o.ID+"/check", v2.Hidden(page, "/visa/"+o.ID+"/check")); status != http.StatusOK || !strings.Contains(page, "已核对") || strings.Contains(page, "轮到您") || !strings.Contains(page, "这一件不用再办。团组在等") {
		t.Fatalf("checking gives %d: %s", status, page)
	}
	looksFor(t, v2, keeper, c, o)
	h.unsigned(o.Person, c)
	page = keeper.Sees("/booklets/out/f1", "签证在这本里")
	if strings.Contains(page, "/unsigned") {
		t.Fatal("a booklet without the visa is offered beside the one that bears it")
	}
	status, refused = keeper.Post("/booklets/out/f1", with(keeper.Hidden(page, "/booklets/out/f1"), "choose", o.Person+"/unsigned", "by.unsigned", "courier"))
	if status != http.StatusUnprocessableEntity || !strings.Contains(refused, "有效期不足") || !strings.Contains(refused, "没有持照人签名") {
		t.Fatalf("a booklet that neither lasts nor is signed: %d %s", status, refused)
	}
	page = keeper.Sees("/booklets/b/unsigned", "持照人签名栏空白")
	if status, page := keeper.Post("/booklets/b/unsigned/complete", with(keeper.Hidden(page, "/booklets/b/unsigned/complete"), "complete", "signed")); status != http.StatusOK || strings.Contains(page, "持照人签名栏空白") {
		t.Fatalf("noting the signature gives %d: %s", status, page)
	}
	if status, page := keeper.Post("/booklets/b/unsigned/void", with(keeper.Hidden(keeper.Sees("/booklets/b/unsigned"), "/booklets/b/unsigned/void"), "reason", "到期")); status != http.StatusOK {
		t.Fatalf("voiding gives %d: %s", status, page)
	}
	keeper.Sees("/booklets/out", "1人可以发，还在办：申根")
	page = keeper.Sees("/booklets/out/f1", "申根：已核对", `value="`+o.Person+`/b`+o.Person+`"`)
	// Two months ahead it is asked for once more, with everything as it was chosen;
	// a slip of the day is taken back where it is told.
	lending := with(keeper.Hidden(page, "/booklets/out/f1"), "choose", o.Person+"/b"+o.Person, "by.b"+o.Person, "locker")
	if status, page := keeper.Post("/booklets/out/f1", lending); status != http.StatusUnprocessableEntity || !strings.Contains(page, "离出国还有62天") || !strings.Contains(page, "b"+o.Person+`" checked`) || !strings.Contains(page, `value="locker" selected`) {
		t.Fatalf("lending far ahead gives %d: %s", status, page)
	}
	// So it is when another trip wants the booklet sooner than it would be back.
	again := c
	again.Trip.Title = "某人又一趟"
	h.comes("filing", "f2", submitted(again, nil))
	h.until("the other trip", h.stage("f2", approval.AtIntake))
	keeper.Sees("/booklets/out", "1人的证照别的团组更早要用，还在办：申根")
	keeper.Sees("/booklets/out/f1", "有证照别的团组更早要用", "某人又一趟（待受理）", "与这一趟日子重叠", `name="anyway"`)
	lending.Set("ahead", "yes")
	if status, page := keeper.Post("/booklets/out/f1", lending); status != http.StatusUnprocessableEntity || !strings.Contains(page, "与这一趟日子重叠") || !strings.Contains(page, "b"+o.Person+`" checked`) {
		t.Fatalf("lending what another trip wants gives %d: %s", status, page)
	}
	lend := func(key string) string {
		lending.Set("_key", key)
		lending.Set("anyway", "yes")
		status, page := keeper.Post("/booklets/out/f1", lending)
		if status != http.StatusOK || !strings.Contains(page, "已出库，智能柜") {
			t.Fatalf("lending gives %d: %s", status, page)
		}
		return page
	}
	page = lend("slip")
	if status, page := keeper.Post("/booklets/out/undo", keeper.Hidden(page, "/booklets/out/undo")); status != http.StatusOK || !strings.Contains(page, `value="`+o.Person+`/b`+o.Person+`"`) {
		t.Fatalf("taking it back gives %d: %s", status, page)
	}
	keeper.Sees("/booklets/b/b"+o.Person, "撤回出库登记", "在库") // the record is kept
	for _, bad := range []string{"a", "柜 3", strings.Repeat("1", 41)} {
		lending.Set("code.locker", bad)
		lending.Set("_key", "code "+bad)
		if status, page := keeper.Post("/booklets/out/f1", lending); status != http.StatusUnprocessableEntity || !strings.Contains(page, "3 到 40 位") || !strings.Contains(page, `value="`+bad+`"`) {
			t.Errorf("a locker's code of %q gives %d", bad, status)
		}
	}
	lending.Set("code.courier", "SF1234")
	lending.Set("code.locker", " A7-  3391 ")
	lend("meant")
	if page := keeper.Sees("/booklets/b/b"+o.Person, "借出", "下一步", "填过、传过的资料", "智能柜"); strings.Contains(page, "3391") { // as the case's own page
		t.Error("the locker's code stands in the history of the booklet")
	}
	if b, _, err := custody.One(context.Background(), h.office.Journal.Store, "b"+o.Person); err != nil || b.Code != "A7- 3391" {
		t.Errorf("the code of the locker is %q, %v", b.Code, err)
	}
	lost := keeper.Hidden(keeper.Sees("/booklets/b/b"+o.Person), "/booklets/b/b"+o.Person+"/lost")
	if status, page := keeper.Post("/booklets/b/b"+o.Person+"/lost", with(lost, "reason", "途中遗失")); status != http.StatusOK || !strings.Contains(page, "还没有登记，请再按一次") || !strings.Contains(page, "确认挂失") || !strings.Contains(page, "途中遗失") {
		t.Errorf("a loss that isn't confirmed gives %d: %s", status, page)
	}
	h.until("released", at(visa.IsReleased))
	keeper.Sees("/booklets?place=lent", "已借出 1 本")
	if page := keeper.Sees("/booklets/out/f1", "能出库的都借出了", `href="/booklets/in?case=f1"`); strings.Contains(page, `name="by.`) {
		t.Fatal("it is asked how nothing is lent")
	}
	keeper.Sees("/booklets/overdue", "没有逾期的")
	// A keeper begins with what is to be done; the store lies behind it.
	if page := keeper.Sees("/booklets", "今天要办的", "可以发的团组", "别的团组更早要用", "快到期交回的", "逾期未交", `href="/booklets?place=store"`, `name="q"`); strings.Contains(page, "到此") {
		t.Error("the keeper's day begins with a list of the store")
	}
	// A scanned number ticks its booklet, with all that is entered kept; nothing is
	// taken in by it.
	page = keeper.Sees("/booklets/in", "扫证照", "勾上扫到的")
	scan := with(keeper.Hidden(page, "/booklets/in"), "pick", "1", "on", "2026-03-09", "by", "window", "scan", "PE9999999")
	if status, page := keeper.Post("/booklets/in", scan); status != http.StatusUnprocessableEntity || !strings.Contains(page, "没有号码 PE9999999 的证照") || !strings.Contains(page, `value="PE9999999"`) || strings.Contains(page, "已勾上") {
		t.Errorf("a number that nobody holds gives %d", status)
	}
	scan.Set("scan", "PE1234560")
	if status, page := keeper.Post("/booklets/in", scan); status != http.StatusOK || !strings.Contains(page, "已勾上 1 本") || !strings.Contains(page, "b"+o.Person+`" checked`) || !strings.Contains(page, `value="2026-03-09"`) || strings.Contains(page, "PE1234560") || !strings.Contains(page, `value="window" checked`) {
		t.Errorf("a number that was scanned gives %d", status)
	}
	scan.Set("by", scan.Get("promised")) // nobody chose: it follows what is ticked
	if status, page := keeper.Post("/booklets/in", scan); status != http.StatusOK || strings.Contains(page, `value="window" checked`) || !strings.Contains(page, `value="courier" checked`) && !strings.Contains(page, `value="locker" checked`) {
		t.Errorf("the way isn't chosen as it was planned: %d", status)
	}
	keeper.Sees("/booklets?place=lent", "已借出 1 本")
	// What was looked for stays, what was done is said, and a mistake is taken back.
	in := "/booklets/in?case=f1"
	page = keeper.Sees(in, "邮寄")
	hand := with(keeper.Hidden(page, in), "choose", o.Person+"/b"+o.Person, "by", "courier", "on", "2026-03-10")
	// It comes back before the trip ends: why, is asked, with everything as it was entered.
	if status, page := keeper.Post(in, hand); status != http.StatusUnprocessableEntity || !strings.Contains(page, "交回日早于回国日") || !strings.Contains(page, `value="2026-03-10"`) {
		t.Fatalf("handing in before the trip ends gives %d: %s", status, page)
	}
	hand.Set("early", "not_used")
	hand.Set("_key", "unused")
	status, page = keeper.Post(in, hand)
	if status != http.StatusOK || !strings.Contains(page, "已交回，在库") || !strings.Contains(page, "撤回交回登记") {
		t.Fatalf("handing in gives %d: %s", status, page)
	}
	if status, page = keeper.Post("/booklets/in/undo", keeper.Hidden(page, "/booklets/in/undo")); status != http.StatusOK || !strings.Contains(page, "交回登记已撤回，仍是借出") {
		t.Fatalf("taking it back gives %d: %s", status, page)
	}
	page = keeper.Sees(in, "邮寄")
	if status, page := keeper.Post(in, with(keeper.Hidden(page, in), "choose", o.Person+"/b"+o.Person, "by", "courier", "on", "2026-03-10", "early", "came_sooner")); status != http.StatusOK || !strings.Contains(page, "没有借出的证照") {
		t.Fatalf("handing in gives %d: %s", status, page)
	}
	page = keeper.Sees("/booklets/b/b"+o.Person, "借出", "交回入库", "送签出库", "提前回国")
	if strings.Contains(page, "PE123456") {
		t.Fatal("the whole number stands on the page")
	}
	form := keeper.Hidden(page, "/booklets/b/b"+o.Person+"/void")
	if status, page := keeper.Post("/booklets/b/b"+o.Person+"/void", form); status != http.StatusUnprocessableEntity || !strings.Contains(page, "没有写原因") {
		t.Fatalf("voiding without a reason gives %d: %s", status, page)
	}
}

// printed is what a paper that was made says, without what depends on lines.
func (h *house) printed(v webtest.Visitor, path string) string {
	h.t.Helper()
	status, pdf := v.File(path)
	pages, err := document.PageText([]byte(pdf))
	if status != http.StatusOK || err != nil {
		h.t.Fatalf("GET %s: %d %v", path, status, err)
	}
	return strings.Join(strings.Fields(strings.Join(pages, "")), "")
}

// Where a mission asks for family, schooling and jobs, the visa desk opens them as
// a paper once they are told; each look goes on record, and nobody else gets it.
func TestTheVisaDeskOpensWhatATravellerToldOfFamilySchoolingAndJobs(t *testing.T) {
	h, ctx := aHouse(t), context.Background()
	c := example(t, "academics-at-a-conference-over-a-weekend.json")
	orders := h.planned(c)
	i := slices.IndexFunc(orders, func(o visa.Row) bool {
		return slices.ContainsFunc(h.visa(o.ID).Plan.Kit, func(it visa.Item) bool { return it.Key == "M38" })
	})
	if i < 0 {
		t.Fatal("no mission asks for it")
	}
	o := orders[i]
	v := h.as("visa1")
	at := "/visa/" + o.ID + "/personal"
	if page := v.Sees("/visa/"+o.ID, "个人情况表"); strings.Contains(page, at) {
		t.Error("what nobody has told yet can be opened")
	}
	h.comes("person", o.Person, person.Recorded{In: "u1", FamilyName: journal.Of("某")})
	h.comes("person", o.Person, person.Detailed{Marital: journal.Of(person.Marital("married")), Family: journal.Of([]person.Relative{{Relation: "spouse", Name: "陆嘉树"}}),
		Schooling: journal.Of([]person.Stage{{From: "1994-09", To: "1998-07", Where: "渝州大学（虚构）"}}), Jobs: journal.Of([]person.Stage{{From: "1998-08", Where: "渝州研究院（虚构）"}})})
	v.Sees("/visa/"+o.ID, at)
	if says := h.printed(v, at); !strings.Contains(says, "个人情况表") || !strings.Contains(says, "陆嘉树") || !strings.Contains(says, "1998.08—至今") {
		t.Errorf("it says %s", says)
	}
	looks, err := h.office.Journal.History(ctx, journal.Ref{Kind: person.Looks.Kind, ID: o.Person})
	if err != nil || len(looks) != 1 {
		t.Errorf("%d looks are on record: %v", len(looks), err)
	}
	if status, _ := h.as("director").Get(at); status != http.StatusForbidden {
		t.Errorf("who doesn't pack the kit reads it: %d", status)
	}
}

// Nobody copies a visa form together: its data stand in its own order, the
// booklet's number with them, and what is lacking is named beside the item until
// the traveller has told it.
func TestTheVisaDeskGetsTheFormFilledInFromWhatIsHeld(t *testing.T) {
	h := aHouse(t)
	o := h.planned(example(t, "valid-germany-5-days.json"))[0]
	v, at := h.as("visa1"), "/visa/"+o.ID+"/form"
	v.Sees("/visa/"+o.ID, at, at+"?paper=M33&in=en", "英文申请表还缺", "5 出生地", "9 婚姻状况")
	h.comes("person", o.Person, person.Recorded{In: "u1", FamilyName: journal.Of("某")})
	h.comes("person", o.Person, person.Detailed{Province: journal.Of("50"), Marital: journal.Of(person.Marital("married")), HomeAddress: journal.Of("渝州市学府路1号"), PostEn: journal.Of("Vice President")})
	if page := v.Sees("/visa/" + o.ID); strings.Contains(page, "5 出生地") || strings.Contains(page, "9 婚姻状况") {
		t.Error("what was told is still said to be lacking")
	} else if !strings.Contains(page, "19 家庭住址") || strings.Contains(page, "21 现职业") {
		t.Error("the address is known in Chinese alone, the post in English too, and the kit doesn't say so")
	}
	h.comes("person", o.Person, person.Detailed{HomeEn: journal.Of("1 Xuefu Road")})
	if page := v.Sees("/visa/" + o.ID); strings.Contains(page, "家庭住址") {
		t.Error("the address is told in English, and still said to be lacking")
	}
	says := h.printed(v, at+"?paper=M33&in=en")
	for _, want := range []string{"Surname(familyname)JIANG江", "Civilstatusmarried", "PE123456", "MemberStateofmaindestination(andothers)Germany", "CHONGQING", "1XuefuRoad", "VicePresident", "810/2009"} {
		if !strings.Contains(says, want) {
			t.Errorf("it doesn't say %s: %s", want, says)
		}
	}
	looks, err := h.office.Journal.History(context.Background(), journal.Ref{Kind: person.Looks.Kind, ID: o.Person})
	if err != nil || len(looks) != 1 {
		t.Errorf("%d looks are on record: %v", len(looks), err)
	}
	if status, _ := h.as("director").Get(at); status != http.StatusForbidden {
		t.Errorf("who doesn't pack the kit reads it: %d", status)
	}
}
