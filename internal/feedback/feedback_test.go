package feedback_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/feedback"
	"yitang/internal/journal"
	"yitang/internal/journal/journaltest"
	"yitang/internal/keys"
	"yitang/internal/store"
	"yitang/internal/store/storetest"
	"yitang/internal/trip"
	"yitang/internal/visit"
	"yitang/internal/zone"
)

func TestMain(m *testing.M) { storetest.Main(m) }

func TestARatingIsGivenOnceAndListsWhatIsWrong(t *testing.T) {
	good := feedback.Rate{Filing: "f", Unit: "u", Served: true, Grade: 5, Tags: []string{"phone"}, Words: "只跑了一趟"}
	early, wrong := good, good
	early.Served = false
	wrong.Grade, wrong.Tags, wrong.Words = 0, []string{"nice"}, strings.Repeat("好", 501)
	came := feedback.RateVisit{Visit: "v", Filing: "f", Unit: "u", Window: "A1", Left: true, Acts: []visit.Kind{"capture", "collect"}, Grade: 5, Via: feedback.WindowCode}
	there, odd, guessed, many, crowd, signed := came, came, came, came, came, came
	there.Left = false
	guessed.Via = ""
	many.From = feedback.From{ByBrowser: feedback.PerBrowser, ByNetwork: feedback.PerBrowser}
	crowd.From = feedback.From{ByNetwork: feedback.PerNetwork}
	signed.Via, signed.From = feedback.SignedIn, many.From
	odd.Grades = map[visit.Kind]int{"capture": 7}
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
		{"a visit", feedback.Rating{}, came, "feedback.VisitRated"},
		{"a visit twice", feedback.Rating{Answer: feedback.WasGiven, Grade: 5}, came, "not now: feedback.rate.twice_visit while rated"},
		{"a visit that isn't over", feedback.Rating{}, there, "not now: feedback.rate.too_soon_visit"},
		{"a visit by whoever has its id alone", feedback.Rating{}, guessed, "not now: feedback.rate.closed"},
		{"one visit too many by a browser", feedback.Rating{}, many, "not now: feedback.rate.many"},
		{"one visit too many from a network", feedback.Rating{}, crowd, "not now: feedback.rate.many"},
		{"signed in there", feedback.Rating{}, signed, "feedback.VisitRated"},
		{"an act of it with a grade that is none", feedback.Rating{}, odd, "invalid: act.capture: feedback.rate.grade"},
		{"declined", feedback.Rating{}, feedback.Decline{Filing: "f"}, "feedback.Declined"},
		{"declined twice", feedback.Rating{Answer: feedback.WasRefused}, feedback.Decline{Filing: "f"}, ""},
	} {
		es, err := c.when.Decide(c.given, journaltest.Moment(zone.Internet, 0))
		if got := kinds(es, err); got != c.then {
			t.Errorf("%s: got %q, want %q", c.name, got, c.then)
		}
	}
}

// kinds are the names of what happened, or the words of what is wrong.
func kinds(es []journal.Event, err error) string {
	if err != nil {
		return err.Error()
	}
	var out []string
	for _, e := range es {
		out = append(out, fmt.Sprintf("%T", e.Body))
	}
	return strings.Join(out, " ")
}

func TestAfterAnAnswerAPoorRatingIsRatedAgainOnce(t *testing.T) {
	poor := feedback.Rating{Answer: feedback.WasGiven, Grade: 2, Anonymous: true, By: "t"}
	again := feedback.RateAgain{Filing: "f", Replied: true, Grade: 4}
	unheard, silly := again, again
	unheard.Replied, silly.Grade = false, 6
	rated := poor
	rated.Again = 4
	others := poor
	others.By = "colleague"
	for _, c := range []struct {
		name  string
		given feedback.Rating
		when  feedback.RateAgain
		then  string
	}{
		{"answered", poor, again, "feedback.RatedAgain"},
		{"no answer yet", poor, unheard, "not now: feedback.again.too_soon while rated"},
		{"a good one", feedback.Rating{Answer: feedback.WasGiven, Grade: 3}, again, "not now: feedback.again.too_soon while rated"},
		{"by a colleague", others, again, "not now: feedback.again.other while rated"},
		{"twice", rated, again, "not now: feedback.again.twice while rated"},
		{"no grade", poor, silly, "invalid: grade: feedback.rate.grade"},
	} {
		es, err := c.when.Decide(c.given, journaltest.Moment(zone.Internet, 1))
		if got := kinds(es, err); got != c.then {
			t.Errorf("%s: got %q, want %q", c.name, got, c.then)
		}
		if err == nil && (es[0].Body.(feedback.RatedAgain).CaseID() != "") {
			t.Errorf("%s: who rated without a name is named by the case", c.name)
		}
	}
}

func TestADutyIsAnsweredFollowedUpAndSettledBySomebodyElse(t *testing.T) {
	now := journaltest.Moment(zone.Office, 1)
	now.Book, _ = calendar.NewBook()
	poor := feedback.Row{ID: "e", Filing: "f", Unit: "u", Grade: 1}
	hidden, good, content := poor, poor, poor
	hidden.Anonymous, good.Grade, content.Again = true, 5, 3
	ended := poor
	ended.Duty.SettledAt = now.Now
	angry := poor
	angry.Again, angry.AgainAt = 1, now.Now
	replied := feedback.Duty{Reply: "改了", By: "other", At: now.Now}
	mine, settled, tried, agreed, stood := replied, replied, replied, replied, replied
	mine.By, settled.Settled = now.Actor.Account, true
	rung := func(days ...int) (out []feedback.Rung) {
		for _, d := range days {
			out = append(out, feedback.Rung{Outcome: feedback.Unreached, On: now.Today.AddDays(d)})
		}
		return out
	}
	tried.Calls = rung(-3, -2, -1)
	hasty := replied
	hasty.Calls = rung(-1, -1, -1)
	agreed.Calls = []feedback.Rung{{Outcome: feedback.Content, On: now.Today}}
	before := replied
	before.At, before.Calls = now.Now.Add(-1), agreed.Calls
	over := before
	over.Settled = true
	closed := angry
	closed.Duty.SettledAt = now.Now.Add(-1)
	stood.At = now.Now.AddDate(0, 0, -14)
	reply := func(of feedback.Row) feedback.Reply {
		return feedback.Reply{Of: of, Treatment: feedback.Mended, Words: "改了"}
	}
	call := func(of feedback.Row) feedback.Call {
		return feedback.Call{Of: of, Outcome: feedback.Unreached, Words: "没人接"}
	}
	conclude := func(of feedback.Row) feedback.Conclude { return feedback.Conclude{Of: of, Stands: 5} }
	for _, c := range []struct {
		name  string
		given feedback.Duty
		when  journal.Command[feedback.Duty]
		then  string
	}{
		{"answered", feedback.Duty{}, reply(poor), "feedback.Replied"},
		{"answered better", replied, reply(poor), "feedback.Replied"},
		{"a good one needs no answer", feedback.Duty{}, reply(good), "not now: feedback.duty.none while rated"},
		{"answered without words", feedback.Duty{}, feedback.Reply{Of: poor}, "invalid: reply: feedback.duty.words; treatment: feedback.duty.treatment"},
		{"answered after its end", settled, reply(ended), "not now: feedback.duty.over while rated"},
		{"rung", feedback.Duty{}, call(poor), "feedback.Called"},
		{"rung, nothing written", feedback.Duty{}, feedback.Call{Of: poor}, "invalid: said: feedback.duty.words; outcome: feedback.duty.outcome"},
		{"without a name nobody is rung", feedback.Duty{}, call(hidden), "not now: feedback.duty.anonymous while rated"},
		{"settled unanswered", feedback.Duty{}, conclude(poor), "not now: feedback.duty.lacks.reply while rated"},
		{"settled unconfirmed", replied, conclude(poor), "not now: feedback.duty.lacks.confirmation while rated"},
		{"settled by who answered", mine, conclude(content), "not now: feedback.duty.lacks.self while rated"},
		{"settled, rated better", replied, conclude(content), "feedback.Concluded"},
		{"settled, agreed to by telephone", agreed, conclude(poor), "feedback.Concluded"},
		{"settled after three calls of one day", hasty, conclude(poor), "not now: feedback.duty.lacks.confirmation while rated"},
		{"settled while still dissatisfied", before, conclude(angry), "not now: feedback.duty.lacks.again while rated"},
		{"answered once more after its end, when that word came late", over, reply(closed), "feedback.Replied"},
		{"settled after three calls", tried, conclude(poor), "feedback.Concluded"},
		{"without a name, answered today", replied, conclude(hidden), "not now: feedback.duty.lacks.standing while rated"},
		{"without a name, the answer has stood", stood, conclude(hidden), "feedback.Concluded"},
	} {
		es, err := c.when.Decide(c.given, now)
		if got := kinds(es, err); got != c.then {
			t.Errorf("%s: got %q, want %q", c.name, got, c.then)
		}
	}
	if d, _ := feedback.DutyRoom.Evolve(tried, journal.Event{Body: feedback.Replied{Words: "又改了"}}); len(d.Calls) != 0 {
		t.Error("calls before the newest answer are counted for it")
	}
	es, _ := reply(hidden).Decide(feedback.Duty{}, now)
	if id := es[0].Body.(feedback.Replied).CaseID(); id != "" {
		t.Errorf("the answer to a rating without a name stands in the timeline of %s", id)
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
		if byID, ok, err := feedback.ByID(ctx, j.Store, row.ID); err != nil || !ok || byID.Filing != "f0" {
			t.Fatal(byID, ok, err)
		}
		months, err := feedback.Months(ctx, j.Store, j.Now(), j.Today().AddDays(-40))
		if err != nil || len(months) != 1 || months[0].Rated() != 3 || months[0].Content() != 67 || months[0].Poor() != 1 {
			t.Fatal(months, err)
		}
		if owed, err := feedback.Owed(ctx, j.Store, j.Now(), 9); err != nil || len(owed) != 1 || owed[0].Filing != "f2" || !owed[0].Open() {
			t.Fatal(owed, err)
		}
		for i, v := range []feedback.RateVisit{
			{Visit: "v0", Filing: "f0", Unit: "u", Window: "A1", Left: true, Acts: []visit.Kind{"capture", "collect"}, Grade: 4, Grades: map[visit.Kind]int{"collect": 1}, Via: feedback.WindowCode, From: feedback.From{Browser: "b", Network: "n"}},
			{Visit: "v1", Filing: "f1", Unit: "u", Window: "A1", Left: true, Acts: []visit.Kind{"capture"}, Grade: 3, Via: feedback.SignedIn, From: feedback.From{Browser: "b", Network: "n"}},
		} {
			if _, err := journal.Do(ctx, j.Journal, feedback.Room, journal.Order{Subject: v.Visit}, journal.Command[feedback.Rating](v)); err != nil {
				t.Fatal(i, err)
			}
		}
		if row, _, err := feedback.Of(ctx, j.Store, "v0"); err != nil || row.Filing != "f0" || row.Window != "A1" || row.Grade != 4 {
			t.Error(row, err)
		}
		if from, err := feedback.Today(ctx, j.Store, j.Today(), "b", "n"); err != nil || from.ByBrowser != 1 || from.ByNetwork != 1 {
			t.Error(from, err) // who is signed in isn't counted
		}
		if from, err := feedback.Today(ctx, j.Store, j.Today().Next(), "b", "n"); err != nil || from.ByBrowser != 0 {
			t.Error(from, err)
		}
		vias, err := feedback.ByVia(ctx, j.Store, j.Now(), j.Today().AddDays(-40))
		if err != nil || fmt.Sprint(vias) != "[{[0 0 0 1 0 0] account} {[0 0 0 0 1 0] window}]" {
			t.Error(vias, err)
		}
		windows, err := feedback.ByWindow(ctx, j.Store, j.Now(), j.Today().AddDays(-40))
		if err != nil || fmt.Sprint(windows) != "[{[0 0 0 1 1 0] A1}]" {
			t.Error(windows, err)
		}
		acts, err := feedback.ByAct(ctx, j.Store, j.Now(), j.Today().AddDays(-40))
		if err != nil || fmt.Sprint(acts) != "[{[0 0 0 1 1 0] capture} {[0 1 0 0 0 0] collect}]" {
			t.Error(acts, err)
		}
		if n, err := feedback.Count(ctx, j.Store, j.Now(), 5); n != 2 || err != nil {
			t.Fatal(n, err)
		}
		journaltest.RebuiltEqualsKept(t, j.Journal)
	})
}

// Alone on the day on which a case is closed, a rating without a name would name it.
func TestRatingsWithoutANameAreShownFiveAtOnceOrAtTheMonthsEnd(t *testing.T) {
	ctx := context.Background()
	j := journaltest.Open(t, journaltest.Options{Zone: zone.Office, Kinds: feedback.Kinds, Projections: func(*keys.Ring) []journal.Projection { return feedback.Projections }})
	given := 0
	rate := func(n int, anonymous bool) {
		t.Helper()
		for range n {
			given++
			id := fmt.Sprintf("f%d", given)
			e := journal.Event{ID: "e" + id, Subject: journal.Ref{Kind: feedback.Room.Kind, ID: id}, At: j.Now(), Body: feedback.Rated{Filing: id, Grade: 1, Anonymous: anonymous}}
			if err := j.Store.Write(ctx, func(tx store.Tx) error { return feedback.Projections[0].Apply(ctx, tx, e) }); err != nil {
				t.Fatal(err)
			}
			j.Clock.Turn(24 * time.Hour)
		}
	}
	shown := func(want int, when string) {
		t.Helper()
		all, err := feedback.Given(ctx, j.Store, j.Now(), 0, 0, 50)
		owed, err2 := feedback.CountOwed(ctx, j.Store, j.Now())
		months, err3 := feedback.Months(ctx, j.Store, j.Now(), j.Today().AddDays(-90))
		counted := 0
		for _, m := range months {
			counted += m.Rated()
		}
		if len(all) != want || owed != want || counted != want {
			t.Errorf("%s: %d listed, %d owed, %d counted, want %d of each (%v, %v, %v)", when, len(all), owed, counted, want, err, err2, err3)
		}
	}
	rate(1, false)
	shown(1, "one with a name")
	rate(4, true)
	shown(1, "four without")
	rate(1, true)
	shown(6, "the fifth")
	rate(2, true)
	shown(6, "two more")
	for j.Today().Month() == 3 {
		j.Clock.Turn(24 * time.Hour)
	}
	shown(8, "the month is over")
	late, _, err := feedback.Of(ctx, j.Store, "f8")
	book, _ := calendar.NewBook()
	if due := late.Due(0, book); err != nil || due.Month() != 4 {
		t.Errorf("its answer is due from %s: before anybody saw it (%v)", due, err)
	}
}

func TestWhatIsOwedForAPoorRatingIsReadAndRebuilt(t *testing.T) {
	storetest.EachStore(t, func(t *testing.T, open func() *store.Store) {
		ctx := context.Background()
		j := journaltest.Open(t, journaltest.Options{Store: open(), Zone: zone.Office, Kinds: feedback.Kinds,
			Projections: func(*keys.Ring) []journal.Projection { return feedback.Projections }})
		of := feedback.Row{ID: "e1", Filing: "f", Unit: "u", Grade: 1, Again: 4}
		for _, c := range []journal.Command[feedback.Duty]{feedback.Call{Of: of, Outcome: feedback.Unreached, Words: "没人接"}, feedback.Reply{Of: of, Treatment: feedback.Mended, Words: "改了"}, feedback.Conclude{Of: of}} {
			by := "a"
			if _, last := c.(feedback.Conclude); last {
				by = "b"
			}
			if _, err := journal.Do(journal.WithActor(ctx, journal.Actor{Role: "chief", Account: by}), j.Journal, feedback.DutyRoom, journal.Order{Subject: "e1"}, c); err != nil {
				t.Fatalf("%T: %v", c, err)
			}
		}
		journaltest.RebuiltEqualsKept(t, j.Journal)
	})
}
