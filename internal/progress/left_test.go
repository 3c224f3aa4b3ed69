package progress_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"yitang/internal/approval"
	"yitang/internal/custody"
	"yitang/internal/progress"
	"yitang/internal/trip"
	"yitang/internal/visa"
)

func going() progress.State {
	s := progress.State{Filing: "f", Members: 3}
	for _, e := range []any{
		approval.Decided{Approved: 2, Members: []approval.Verdict{{Person: "p1", Approved: true}, {Person: "p2", Approved: true}, {Person: "p3"}}},
		approval.DocumentIssued{Number: "n"},
	} {
		s = s.Hear(on("approval", "f", e))
	}
	return s
}

func beside(s progress.State, day string) []string {
	var out []string
	for _, st := range progress.Beside(s, at(day)) {
		out = append(out, fmt.Sprint(strings.TrimPrefix(st.Key, "progress.next."), " ", st.Args["Person"], " ", st.Due))
	}
	return out
}

// Who left the mission doesn't fetch a booklet: it is wanted back, by its day.
func TestTheBookletOfWhoLeftTheMissionIsWantedBackAndNotFetched(t *testing.T) {
	s := going()
	for _, e := range []any{
		custody.Lent{Filing: "f", Person: "p1", By: custody.Locker, Code: "884213", Due: d("2026-10-02")},
		trip.Cleared{Unit: "u", Members: []string{"p1", "p2"}, Depart: d("2026-09-21"), Return: d("2026-09-25")},
	} {
		s = s.Hear(on("holder", "p1", e))
	}
	if st := progress.Next(s, at("2026-09-10")); st.Key != "progress.next.fetch" {
		t.Fatalf("before they left: %s", st.Key)
	}
	s = s.Hear(on("holder", "p1", custody.Recalled{Filing: "f", Person: "p1", Due: d("2026-09-17")}))
	if st := progress.Next(s, at("2026-09-10")); st.Key == "progress.next.fetch" {
		t.Error("who left is to fetch the booklet")
	}
	if got := beside(s, "2026-09-10"); !slices.Equal(got, []string{"give_back p1 2026-09-17"}) {
		t.Errorf("beside it: %q", got)
	}
	s = s.Hear(on("holder", "p1", custody.HandedIn{Filing: "f", Person: "p1"}))
	if got := beside(s, "2026-09-10"); len(got) > 0 {
		t.Errorf("handed in: %q", got)
	}
}

func TestAnAppointmentAtAMissionIsOwedOnItsDayUntilItWasKept(t *testing.T) {
	s := going()
	for _, e := range []any{visa.Planned{Filing: "f", Person: "p2", Area: "SCHENGEN", Needed: true}, visa.MissionDaySet{Filing: "f", Person: "p2", On: d("2026-09-01"), Words: "9点"}} {
		s = s.Hear(sch(e))
	}
	if got := beside(s, "2026-09-01"); !slices.Equal(got, []string{"at_mission p2 2026-09-01"}) {
		t.Errorf("on the day: %q", got)
	}
	if got := beside(s, "2026-09-02"); len(got) > 0 {
		t.Errorf("the day after: %q", got)
	}
	if got := beside(s.Hear(sch(visa.MissionSeen{Filing: "f", Person: "p2", On: d("2026-08-31")})), "2026-08-31"); len(got) > 0 {
		t.Errorf("once they were there: %q", got)
	}
}

func TestARefusedVisaSaysWhoseWhereAndWhy(t *testing.T) {
	s := going()
	for _, e := range []any{visa.Planned{Filing: "f", Person: "p2", Area: "SCHENGEN", Needed: true}, visa.Refused{Filing: "f", Person: "p2", Reason: "行程说明不足"}} {
		s = s.Hear(sch(e))
	}
	if st := progress.Next(s, at("2026-09-01")); st.Key != "progress.next.visa_refused_one" || st.Args["Person"] != "p2" || st.Args["Area"] != "SCHENGEN" || st.Args["Reason"] != "行程说明不足" {
		t.Errorf("%s %v", st.Key, st.Args)
	}
	if st, _ := progress.OnOrder(s, "p2", "SCHENGEN", at("2026-09-01")); st.Key != "progress.next.visa_refused" {
		t.Errorf("at the order: %s", st.Key)
	}
}

// The line of a change that isn't decided yet counts those who would go.
func TestAChangeCountsWhoWouldGo(t *testing.T) {
	s := going()
	for _, c := range []struct {
		going    []string
		key      string
		done, of int
	}{
		{[]string{"p1", "p2"}, "held", 2, 2},
		{[]string{"p2"}, "held", 1, 1},
		{[]string{"p2", "comes in"}, "making", 1, 2},
		{[]string{"p1", "p2", "p3"}, "making", 2, 3}, // who was declined is applied for once more
	} {
		got := progress.LineOf(s.Among(c.going)).Passport
		if got.Key != "progress.line.passport."+c.key || got.Done != c.done || got.Of != c.of {
			t.Errorf("%v: %s, %d of %d", c.going, got.Key, got.Done, got.Of)
		}
	}
	if got := progress.LineOf(s).Passport; got.Of != 2 {
		t.Errorf("the mission itself is %d people by now", got.Of)
	}
}
