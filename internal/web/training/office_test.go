package training_test

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"yitang/internal/access"
	"yitang/internal/account"
	"yitang/internal/drill"
	"yitang/internal/drill/drilltest"
	"yitang/internal/journal"
	"yitang/internal/training"
	"yitang/internal/unit"
	"yitang/internal/web/sites"
	"yitang/internal/web/webtest"
)

// The office finds officers by name or unit, reads long lists page by page, and sees
// units without anybody who has passed: whoever is sought, a unit that has one has one.
func TestTheOfficeSeesWhoHasPractisedAndWhichUnitHasNobody(t *testing.T) {
	s := drilltest.Told(t, drill.Register, drill.Options{})
	ctx := journal.WithActor(t.Context(), journal.Actor{Role: string(access.Administrator), Account: "console"})
	if _, err := journal.Do(ctx, s.Office.Journal, unit.Room, journal.Order{Subject: "u9"}, journal.Command[unit.Unit](unit.Open{Name: "无人练习研究院（虚构）", NameEn: "Institute", USCC: "12509901G76543219R", Type: "institution"})); err != nil {
		t.Fatal(err)
	}
	told := func(id, name string, cmds ...func(training.Officer) journal.Command[training.Training]) {
		t.Helper()
		who := training.Officer{Account: id, Unit: s.Unit, Name: name}
		for _, cmd := range cmds {
			if _, err := journal.Do(ctx, s.Internet.Journal, training.Room, journal.Order{Subject: id}, cmd(who)); err != nil {
				t.Fatal(err)
			}
		}
	}
	begin := func(o training.Officer) journal.Command[training.Training] { return training.Begin{Officer: o} }
	pass := func(o training.Officer) journal.Command[training.Training] {
		return training.Pass{Officer: o, Visits: 2, Returns: 1}
	}
	told("passed", "罗知行", begin, pass)
	for i := range 52 {
		told(fmt.Sprintf("o%02d", i), fmt.Sprintf("练习者%02d", i), begin)
	}
	if err := s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	open := account.Open{Login: "sees", Name: "看名单的", Roles: []access.Role{access.Chief}}
	if _, err := s.Office.Accounts.Open(ctx, journal.Order{Subject: "sees"}, open, "a long enough password 26"); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(sites.Office(s.Office).Handler())
	t.Cleanup(srv.Close)
	v := webtest.SignIn(t, srv.URL, "sees", "a long enough password 26")

	page := v.Sees("/training", "罗知行", "已通过", "后一页")
	if strings.Index(page, "罗知行") > strings.Index(page, "练习者") || strings.Contains(page, "练习者51") {
		t.Error("who has passed doesn't stand first, or the page has no end")
	}
	v.Sees("/training?from=50", "练习者51", "前一页")
	if page := v.Sees("/training?q=练习者07", "练习者07"); strings.Contains(page, "罗知行") || strings.Contains(page, "练习者08") {
		t.Error("others are found than who was sought")
	}
	if page := v.Sees("/training?show=nobody", "无人练习研究院", "还没有人练"); strings.Contains(page, "练习者") {
		t.Error("a unit in which somebody has passed stands among those with nobody")
	}
	if page := v.Sees("/training?show=nobody&q=练习者07", "没有符合的"); strings.Contains(page, "练习者07<") {
		t.Error("who is sought hides that somebody else of the unit has passed")
	}
	if page := v.Sees("/training?show=passed"); strings.Contains(page, "练习者") {
		t.Error("who hasn't passed stands among those who have")
	}
}
