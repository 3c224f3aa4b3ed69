package feedback_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/feedback"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/trip"
	"yitang/internal/zone"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func TestARatingIsGivenOnceAndListsWhatIsWrong(t *testing.T) {
	good := feedback.Rate{Filing: "f", Unit: "u", Served: true, Grade: 5, Tags: []string{"phone"}, Words: "只跑了一趟"}
	early, wrong := good, good
	early.Served = false
	wrong.Grade, wrong.Tags, wrong.Words = 0, []string{"nice"}, strings.Repeat("好", 501)
	for _, c := range []struct {
		name  string
		given feedback.Rating
		when  journal.Command[feedback.Rating]
		then  string
	}{
		{"rated", feedback.Rating{}, good, "feedback.Rated"},
		{"rated twice", feedback.Rating{Answer: feedback.WasGiven, Grade: 5}, good, "not now: feedback.rate.twice while rated"},
		{"rated after declining", feedback.Rating{Answer: feedback.WasRefused}, good, "not now: feedback.rate.twice while declined"},
		{"rated before anything was done", feedback.Rating{}, early, "not now: feedback.rate.too_soon"},
		{"all wrong", feedback.Rating{}, wrong, "invalid: grade: feedback.rate.grade; tags: feedback.rate.tags; words: feedback.rate.words"},
		{"declined", feedback.Rating{}, feedback.Decline{Filing: "f"}, "feedback.Declined"},
		{"declined twice", feedback.Rating{Answer: feedback.WasRefused}, feedback.Decline{Filing: "f"}, ""},
	} {
		es, err := c.when.Decide(c.given, journaltest.Moment(zone.Internet, 0))
		got := ""
		for _, e := range es {
			got += fmt.Sprintf("%T ", e.Body)
		}
		if err != nil {
			got = err.Error()
		}
		if strings.TrimSpace(got) != c.then {
			t.Errorf("%s: got %q, want %q", c.name, got, c.then)
		}
	}
}

func TestACaseDoesntWaitForEverForItsRating(t *testing.T) {
	home := calendar.On(2026, 3, 1)
	for _, c := range []struct {
		r     feedback.Rating
		today calendar.Date
		want  bool
	}{
		{feedback.Rating{}, home.AddDays(30), false},
		{feedback.Rating{}, home.AddDays(31), true},
		{feedback.Rating{Answer: feedback.WasRefused}, home, true},
		{feedback.Rating{Answer: feedback.WasGiven}, home, true},
	} {
		if got := c.r.Settled(home, c.today); got != c.want {
			t.Errorf("%+v on %s: %v", c.r, c.today, got)
		}
	}
	ws := feedback.React(journal.Event{ID: "e", Body: feedback.Rated{Filing: "f"}}, trip.Owed{Rated: true})
	if len(ws) != 1 || ws[0].Order.Subject != "f" {
		t.Fatal(ws)
	}
}

func TestRatingsAreReadAndRebuilt(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		j := journaltest.Open(t, journaltest.Options{Store: open(), Zone: zone.Internet, Kinds: feedback.Kinds,
			Projections: func(*keys.Ring) []journal.Projection { return feedback.Projections }})
		for i, g := range []int{5, 5, 2} {
			id := fmt.Sprintf("f%d", i)
			if _, err := journal.Do(ctx, j.Journal, feedback.Room, journal.Order{Subject: id}, feedback.Rate{Filing: id, Unit: "u", Served: true, Grade: g, Tags: []string{"longWait", "phone"}, Words: "𬭊·试"}); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := journal.Do(ctx, j.Journal, feedback.Room, journal.Order{Subject: "f3"}, feedback.Decline{Filing: "f3"}); err != nil {
			t.Fatal(err)
		}
		if _, err := journal.Do(ctx, j.Journal, feedback.Room, journal.Order{Subject: "f0"}, feedback.Rate{Filing: "f0", Served: true, Grade: 1}); !fault.IsNotNow(err) {
			t.Fatal(err)
		}
		row, ok, err := feedback.Of(ctx, j.Store, "f0")
		if err != nil || !ok || row.Words != "𬭊·试" || len(row.Tags) != 2 || row.Rating().Grade != 5 {
			t.Fatal(row, ok, err)
		}
		if row, _, _ := feedback.Of(ctx, j.Store, "f3"); row.Rating().Answer != feedback.WasRefused {
			t.Fatal(row)
		}
		if _, ok, err := feedback.Of(ctx, j.Store, "none"); ok || err != nil {
			t.Fatal(ok, err)
		}
		journaltest.RebuiltEqualsKept(t, j.Journal)
	})
}
