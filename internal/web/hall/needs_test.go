package hall

import (
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/visit"
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
