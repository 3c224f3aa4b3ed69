package sites

import (
	"strings"
	"testing"
	"time"

	"yitang/internal/access"
	"yitang/internal/exchange"
	"yitang/internal/web/ui"
	"yitang/internal/zone"
)

// Both sides are called level only while everything that was told has its receipt
// and the other one was heard a short while ago. A bundle that bears nothing but
// receipts has none of its own, or two zones would thank each other for ever.
func TestLevelIsOnlySaidOfWhatIsKnown(t *testing.T) {
	now := time.Date(2026, 11, 28, 13, 10, 0, 0, time.UTC)
	for _, c := range []struct {
		what          string
		sent, applied int64
		unreceipted   int64
		heard         time.Duration
		state         ui.State
		says          string
	}{
		{"level", 992, 992, 0, 10 * time.Minute, ui.OK, "两边一致"},
		{"the last bundle bears receipts alone", 993, 992, 0, 10 * time.Minute, ui.OK, "两边一致"},
		{"the last bundle has no receipt", 993, 992, 1, 10 * time.Minute, ui.Wait, "等待回执"},
		{"a quiet night is in order", 993, 992, 0, 11 * time.Hour, ui.Info, "往来正常，最近的消息是"},
		{"a quiet weekend too", 993, 992, 0, 66 * time.Hour, ui.Info, "往来正常"},
		{"nothing was heard for long", 993, 992, 0, 5 * 24 * time.Hour, ui.Wait, "以后没有新消息"},
		{"both", 993, 992, 1, 11 * time.Hour, ui.Wait, "等待回执"},
	} {
		out := exchange.Outgoing{To: zone.Passport, Sent: c.sent, Applied: c.applied, Unreceipted: c.unreceipted, WaitingSince: now.Add(-5 * time.Minute), Paired: true}
		got := says(t.Context(), access.Who{}, out, exchange.Incoming{From: zone.Passport, Applied: 7, AsOf: now.Add(-c.heard), Paired: true}, now)
		if got.State != c.state || !strings.Contains(got.Word, c.says) || c.state != ui.OK && strings.Contains(got.Word, "一致") {
			t.Errorf("%s: %+v", c.what, got)
		}
	}
}

// What needs a person comes before what is only waited for, and a promise that is
// kept is no alarm.
func TestWhatIsHeldAndWhoIsSilentIsSaid(t *testing.T) {
	now := time.Date(2026, 11, 28, 13, 10, 0, 0, time.UTC)
	level := exchange.Outgoing{To: zone.Passport, Sent: 9, Applied: 9, Paired: true}
	held, slowed := level, level
	held.Held, slowed.Slowed = 2, &exchange.Slowed{Again: now.Add(time.Hour)}
	heard := exchange.Incoming{From: zone.Passport, Applied: 7, AsOf: now.Add(-90 * time.Hour), Promise: 96 * time.Hour, Paired: true}
	silent := heard
	silent.Silent = now.Add(-100 * time.Hour)
	for _, c := range []struct {
		out   exchange.Outgoing
		in    exchange.Incoming
		state ui.State
		says  string
	}{
		{level, heard, ui.Info, "往来正常"},
		{level, silent, ui.Stop, "约定最多隔4天"},
		{held, silent, ui.Stop, "没有消息"},
		{held, heard, ui.Warn, "2件按放行规则暂扣"},
		{slowed, heard, ui.Warn, "已到放行上限"},
	} {
		if got := says(t.Context(), access.Who{}, c.out, c.in, now); got.State != c.state || !strings.Contains(strings.ReplaceAll(got.Word, "\u2006", ""), c.says) {
			t.Errorf("%s: %+v", c.says, got)
		}
	}
}

// Whoever is signed in reads at the foot of a page that a disc is late; only who may
// see the log of discs is sent there.
func TestALateDiscLeadsOnlyThoseToItsLogWhoMaySeeIt(t *testing.T) {
	now := time.Date(2026, 11, 28, 13, 10, 0, 0, time.UTC)
	out := exchange.Outgoing{To: zone.Passport, Sent: 9, Applied: 9, Paired: true, Discs: exchange.DiscCount{OnWay: 1, Late: 1, Since: now.Add(-9 * 24 * time.Hour)}}
	in := exchange.Incoming{From: zone.Passport, Applied: 7, AsOf: now, Paired: true}
	for role, want := range map[access.Role]string{access.Administrator: "看介质登记", access.Auditor: "看介质登记", access.Reviewer: "请管理员办"} {
		who := access.Who{Account: "a", Zone: zone.Office, Roles: []access.Role{role}}
		if got := says(t.Context(), who, out, in, now); got.State != ui.Stop || !strings.HasSuffix(got.Word, want) {
			t.Errorf("%s reads %+v", role, got)
		}
	}
}
