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

// One trouble hides no other: the first is the sentence at the foot of each page, and
// the page of the node lists all.
func TestEachTroubleOfAStreamIsSaidAndNoneHidesAnother(t *testing.T) {
	now := time.Date(2026, 11, 28, 13, 10, 0, 0, time.UTC)
	out := exchange.Outgoing{To: zone.Passport, Sent: 9, Applied: 7, Unreceipted: 2, Records: 31, WaitingSince: now.Add(-95 * time.Minute), Behind: 4, Paired: true,
		Held: 3, Slowed: &exchange.Slowed{Again: now.Add(time.Hour)}, Discs: exchange.DiscCount{Late: 1, Since: now.Add(-9 * 24 * time.Hour)}}
	in := exchange.Incoming{From: zone.Passport, Applied: 7, AsOf: now, Paired: true, Promise: time.Hour, Silent: now.Add(-5 * time.Hour), Quarantined: 2,
		Refused: []exchange.RefusedBundle{{Sequence: 12}}, Missing: []int64{9, 11, 12, 13}, Waiting: []int64{8, 10, 14}, Lacking: []string{"a", "b"}}
	want := []string{"第12包整包没有收下", "第9、11–13包没到，后面3包在等", "第8包到了，它的2个文件没到", "以后没有消息", "1张盘没有到", "2件没有收下", "3件按放行规则暂扣", "已到放行上限"}
	plain := func(s string) string { return strings.ReplaceAll(s, "\u2006", "") }
	all := troubles(t.Context(), access.Who{}, out, in, now)
	if len(all) != len(want) {
		t.Fatalf("%d troubles: %+v", len(all), all)
	}
	for i, w := range want {
		if !strings.Contains(plain(all[i].Word), w) {
			t.Errorf("%q doesn't say %q", all[i].Word, w)
		}
	}
	s := exchange.Status{Zone: zone.Office, Outgoing: []exchange.Outgoing{out}, Incoming: []exchange.Incoming{in}}
	p := peers(t.Context(), s, now)[0]
	var b strings.Builder
	if err := nodePage(nodeView{Zone: zone.Office, Peers: []peer{p}}).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	for _, w := range append(want, "31件没有回执，最早的等了", "台账里4件还没装包") {
		if !strings.Contains(plain(b.String()), w) {
			t.Errorf("the page doesn't say %q", w)
		}
	}
	if !strings.Contains(p.Says.Word, "第12包") {
		t.Errorf("first it says %q", p.Says.Word)
	}
	// Each alone is the sentence.
	for what, c := range map[string]struct {
		out exchange.Outgoing
		in  exchange.Incoming
	}{
		"没到，后面":  {exchange.Outgoing{Paired: true}, exchange.Incoming{Missing: []int64{1}, Waiting: []int64{2}}},
		"个文件没到":  {exchange.Outgoing{Paired: true}, exchange.Incoming{Lacking: []string{"a"}, Waiting: []int64{1}}},
		"互认，消息送": {},
	} {
		c.out.To, c.in.From = zone.Passport, zone.Passport
		if got := says(t.Context(), access.Who{}, c.out, c.in, now); !strings.Contains(plain(got.Word), what) {
			t.Errorf("%s: %+v", what, got)
		}
	}
}
