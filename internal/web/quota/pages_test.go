package quota_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/unit"
	"yitang/internal/web"
	"yitang/internal/web/sites"
	"yitang/internal/web/webtest"
	"yitang/internal/zone"
)

const password = "一趟 correct horse 9"

// city is a unit's site and the office's, and what passes between them.
type city struct {
	t        *testing.T
	internet *node.Internet
	office   *node.Office
	told     map[zone.Zone]journal.Position
}

func newCity(t *testing.T) (c *city, officer, signatory, chief, intake webtest.Visitor) {
	t.Helper()
	ctx := context.Background()
	options := func(z zone.Zone) node.Options {
		o := node.Options{Dir: filepath.Join(t.TempDir(), string(z)), Passwords: account.Slight, Clock: func() time.Time { return time.Date(2026, 11, 10, 1, 0, 0, 0, time.UTC) }}
		if err := node.Init(z, o); err != nil {
			t.Fatal(err)
		}
		return o
	}
	c = &city{t: t, told: map[zone.Zone]journal.Position{}}
	var err error
	if c.internet, err = node.OpenInternet(ctx, options(zone.Internet)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.internet.Close)
	if c.office, err = node.OpenOffice(ctx, options(zone.Office)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.office.Close)
	admin := journal.WithActor(ctx, journal.Actor{Role: string(access.Administrator), Account: "console"})
	if _, err := journal.Do(admin, c.office.Journal, unit.Room, journal.Order{Subject: "u1"}, journal.Command[unit.Unit](unit.Open{Name: "巴渝理工大学（虚构）", USCC: "12509901G76543219R", Type: dossier.Institution})); err != nil {
		t.Fatal(err)
	}
	visit := func(desk *account.Desk, s *web.Site, login string, role access.Role, of string) webtest.Visitor {
		if _, err := desk.Open(admin, journal.Order{Subject: "acc-" + login}, account.Open{Login: login, Name: login, Roles: []access.Role{role}, Unit: of}, password); err != nil {
			t.Fatal(err)
		}
		srv := httptest.NewServer(s.Handler())
		t.Cleanup(srv.Close)
		return webtest.SignIn(t, srv.URL, login, password)
	}
	inside, outside := sites.Office(c.office), sites.Internet(c.internet)
	c.pass()
	return c, visit(c.internet.Accounts, outside, "he", access.Liaison, "u1"), visit(c.internet.Accounts, outside, "luo", access.Signatory, "u1"),
		visit(c.office.Accounts, inside, "chu", access.Chief, ""), visit(c.office.Accounts, inside, "shou", access.Intake, "")
}

// pass carries over what each zone may know of the other and doesn't yet.
func (c *city) pass() {
	c.t.Helper()
	ctx := context.Background()
	for _, way := range [][2]*node.Node{{c.internet.Node, c.office.Node}, {c.office.Node, c.internet.Node}} {
		from, to := way[0], way[1]
		err := from.Journal.Each(ctx, c.told[from.Zone], func(e journal.Event) error {
			if e.Position <= c.told[from.Zone] {
				return nil
			}
			c.told[from.Zone] = e.Position
			b, ok, err := from.Journal.Registry().EncodeFor(e, to.Zone)
			if err != nil || !ok || e.Origin != from.Zone {
				return err
			}
			return to.Journal.Apply(ctx, func(a *journal.Applying) error { _, _, err := a.Take(ctx, b); return err })
		})
		if err != nil {
			c.t.Fatal(err)
		}
	}
}

func sends(v webtest.Visitor, want int, at, page, action string, pairs ...string) string {
	v.T.Helper()
	status, body := v.Post(at, v.Hidden(page, action, pairs...))
	if status != want {
		v.T.Fatalf("%s gives %d: %s", at, status, body)
	}
	return body
}

// The whole way of a year's plan, without script: written by the unit, handed in
// by its signatory, answered by the office, picked by a case.
func TestAPlanIsWrittenSignedPutInForceAndPicked(t *testing.T) {
	c, he, luo, chu, shou := newCity(t)
	const edit, plan, of = "/plan/edit?year=2027", "/plan?year=2027", "/plans/u1.2027"

	he.Sees(plan, "2027年没有已生效的计划")
	page := sends(he, http.StatusOK, edit, he.Sees(edit, "还没有计划项"), edit, "_add", "1")
	line := []string{"lines[0].title", "赴德国环保合作洽谈", "lines[0].countries", "德国、火星、台湾", "lines[0].people", "四", "lines[0].amount", "125,000", "lines[0].month", "5"}
	page = sends(he, http.StatusUnprocessableEntity, edit, page, edit, append(line, "_present", "1")...)
	he.Holds(page, "不认识国家“火星”", "赴台湾由台湾事务办公室（台办）审批", "德国、火星、台湾", `value="四"`, `value="125,000"`)
	line[3], line[5] = "德国", "4"
	page = sends(he, http.StatusOK, edit, page, edit, append(line, "_present", "1")...)
	he.Holds(page, "已交签批人", "2027-01", "新增", "各项合计 1 个团组，4 人次，125,000元", "总数由外办核定")
	if strings.Contains(he.Sees(plan), "签批并报送") {
		t.Error("the officer is offered the signatory's button")
	}
	luo.Sees("/sign", "有 1 件等您签批", "2027年度计划", "列有 1 个团组", `href="/plan?year=2027"`)
	luo.Holds(sends(luo, http.StatusOK, "/plan/submit", luo.Sees(plan, "签批并报送"), "/plan/submit"), "等外办核准")
	luo.Sees("/sign", "没有等您签的")

	c.pass()
	chu.Sees("/plans?year=2027&show=waits&q=巴渝", "巴渝理工大学（虚构）", "待核准 1 份")
	chu.Sees("/plans?year=2027&q=没有这家", "没有这样的单位")
	if page := shou.Sees(of, "等处长核准"); strings.Contains(page, "核准生效</button>") {
		t.Error("intake is offered the chief's answer")
	}
	page = sends(chu, http.StatusUnprocessableEntity, of, chu.Sees(of, "赴德国环保合作洽谈"), of, "answer", "force", "groups", "0", "people", "8", "amount", "200000")
	chu.Holds(page, "团组数少于计划项的合计")
	chu.Holds(sends(chu, http.StatusOK, of, page, of, "answer", "force", "groups", "2", "people", "8", "amount", "200000"), "已核准生效", "待核准 0 份")
	status, stale := chu.Post(of, chu.Hidden(page, of, "answer", "force", "groups", "2", "people", "8", "amount", "200000", "words", "停在旧页上写的话", "_key", "again"))
	if status != http.StatusConflict {
		t.Errorf("answered a second time: %d", status)
	}
	chu.Holds(stale, "这份计划已有答复，或单位已另报新的", "<dt>意见</dt><dd>停在旧页上写的话</dd>", `name="amount" value="200000"`)

	c.pass()
	he.Sees(plan, "未用", "计划 2", "计划 200,000元", "外办核准生效", "各项合计 1 个团组，4 人次，125,000元", "比各项合计多 1 个团组、4 人次、75,000元，留给计划外团组", "两样相加就是总数：2 个团组，8 人次，200,000元")
	paper := filing.Paper{Case: dossier.Case{Trip: dossier.Trip{Kind: dossier.Own, InAnnualPlan: true, Depart: calendar.MustParse("2027-05-10"), Return: calendar.MustParse("2027-05-14")}}}
	if _, err := c.internet.Drafts.Begin(context.Background(), "f1", "u1", paper); err != nil {
		t.Fatal(err)
	}
	he.Sees("/cases/f1/mission", "2027年还剩 2 个团组、8 人次、200,000元", `<option value="2027-01"`, "2027-01 赴德国环保合作洽谈（5月，4人）")
	blank := func(want bool) {
		t.Helper()
		if page := he.Sees("/cases/f1/check"); strings.Contains(page, "计划项未填写") != want {
			t.Errorf("an empty line of the plan is told: %v, wanted %v\n%s", !want, want, page)
		}
	}
	choose := func(line string) {
		t.Helper()
		d, err := c.internet.Drafts.Load(context.Background(), "f1")
		if err == nil {
			_, err = c.internet.Drafts.Change(context.Background(), "f1", d.Revision, func(p *filing.Paper) error { p.Case.Trip.PlanLine = line; return nil })
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	blank(true)
	choose("2027-01")
	blank(false)
	choose("2027-99")
	he.Sees("/cases/f1/mission", "2027-99（不在已生效的计划里）")
	he.Sees("/cases/f1/check", "计划项2027-99不在这一年已生效的年度计划里，也没有说明理由")

	// In the middle of the year, with a reason; the office sends it back.
	page = sends(he, http.StatusUnprocessableEntity, edit, he.Sees(edit, `value="125000"`), edit, append(line, "lines[0].people", "5", "_present", "1")...)
	he.Holds(page, "没有写调整理由")
	sends(he, http.StatusOK, edit, page, edit, append(line, "lines[0].people", "5", "reason", "增加一名翻译", "_present", "1")...)
	sends(luo, http.StatusOK, "/plan/submit", luo.Sees(plan, "原 4", "调整理由：增加一名翻译", "正在生效的总数是 2 个团组，8 人次，200,000元", "总数通常定为 2 个团组，8 人次，200,000元"), "/plan/submit")
	c.pass()
	page = sends(chu, http.StatusUnprocessableEntity, of, chu.Sees(of, "有改动"), of, "answer", "back")
	chu.Holds(page, "没有写退回的理由")
	sends(chu, http.StatusOK, of, page, of, "answer", "back", "words", "翻译由接待方安排")
	c.pass()
	he.Sees(plan, "外办退回了报送的计划", "翻译由接待方安排", "单位第 2 次报送", "外办退回第 2 次报送", "计划 2")
	// Asked for once more, it is granted: what is left of the year counts by it.
	page = sends(he, http.StatusOK, edit, he.Sees(edit), edit, append(line, "lines[0].people", "5", "reason", "接待方不提供翻译", "_present", "1")...)
	he.Holds(page, "已交签批人")
	sends(luo, http.StatusOK, "/plan/submit", luo.Sees(plan, "原 4", "调整理由：接待方不提供翻译"), "/plan/submit")
	c.pass()
	chu.Holds(sends(chu, http.StatusOK, of, chu.Sees(of, "接待方不提供翻译"), of, "answer", "force", "groups", "2", "people", "9", "amount", "200000"), "已核准生效")
	c.pass()
	if page := he.Sees(plan, "计划 2"); strings.Contains(page, "原 4") || !strings.Contains(page, ">5<") {
		t.Errorf("the adjustment that was granted isn't in force: %s", page)
	}
	if status, file := he.File("/plan/export?year=2027"); status != http.StatusOK || !strings.HasPrefix(file, "PK") {
		t.Errorf("the plan as a workbook: %d", status)
	}
	if status, file := shou.File("/plans/export?year=2027"); status != http.StatusOK || !strings.HasPrefix(file, "PK") {
		t.Errorf("all plans as a workbook: %d", status)
	}
}
