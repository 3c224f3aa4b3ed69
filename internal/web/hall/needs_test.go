package hall

import (
	"context"
	"testing"

	"yitang/internal/calendar"
	room "yitang/internal/hall"
	"yitang/internal/visit"
	"yitang/internal/web/ui"
)

// A mission that wants the booklet early makes a capture come too late: the
// people may still come, and read what it endangers.
func TestWhoIsTooLateMayComeAllTheSame(t *testing.T) {
	day := func(n int) calendar.Date { return calendar.On(2026, 11, 24).AddDays(n) }
	in := visit.Input{
		Members: []visit.Member{{Name: "甲"}},
		Acts:    []visit.Act{{ID: "a", Kind: visit.Capture, Minutes: 15, Earliest: day(0), Latest: day(-3), Ways: visit.Capture.Ways()}},
		Workday: func(calendar.Date) bool { return true },
	}
	for n := range 30 {
		in.Hall = append(in.Hall, visit.HallDay{Date: day(n), Room: map[visit.Counter]visit.Room{visit.Capture.Counter(): {Minutes: 60}}})
	}
	if p := visit.Propose(in); len(p.Visits) != 0 || len(p.Stuck) != 1 {
		t.Fatalf("the planner alone gives %+v", p)
	}
	p := propose(in, day(20))
	if len(p.Visits) != 1 || len(p.Stuck) != 1 || p.Visits[0].Day.After(day(19)) {
		t.Fatalf("nobody could come any more: %+v", p)
	}
	in.Hall = in.Hall[25:]
	if p := propose(in, day(20)); len(p.Visits) != 0 || len(p.Stuck) != 1 {
		t.Fatalf("a visit after the departure: %+v", p)
	}
}

// How often somebody must come is said the same way before and after: what
// can't be done in time is no visit saved.
func TestAPlanInShort(t *testing.T) {
	ctx := ui.With(context.Background(), ui.Prefs{Lang: ui.ZhHans})
	had := Needs{Had: []room.Visit{{ID: "v1"}}}
	missed := Needs{Had: []room.Visit{{ID: "v1", Presence: room.NotCome}}}
	stuck := []visit.Stuck{{Act: visit.Act{Kind: visit.SignBooklet}}}
	for _, c := range []struct {
		n    Needs
		plan visit.Plan
		says string
	}{
		{Needs{}, visit.Plan{Class: visit.NoVisit}, "不用跑"},
		{had, visit.Plan{Class: visit.NoVisit}, "不用再来"},
		{missed, visit.Plan{Class: visit.NoVisit}, "不用跑"},
		{had, visit.Plan{Class: visit.NoVisit, Stuck: stuck}, "有1件排不进时限"},
		{Needs{}, visit.Plan{Class: visit.OneVisit, Visits: make([]visit.Visit, 1), Stuck: stuck}, "只跑一次"},
		{Needs{}, visit.Plan{Class: visit.SeveralVisits, Visits: make([]visit.Visit, 3)}, "要到场3次"},
	} {
		if got := inShort(ctx, c.n, c.plan); got != c.says {
			t.Errorf("%+v says %q instead of %q", c.plan, got, c.says)
		}
	}
}
