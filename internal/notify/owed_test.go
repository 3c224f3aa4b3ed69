package notify_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/notify"
	"yitang/internal/pack"
	"yitang/ref"
)

func holidays(t *testing.T) *calendar.Book {
	t.Helper()
	data, err := ref.Built()
	if err != nil {
		t.Fatal(err)
	}
	return data.Holidays
}

func rules(t *testing.T) pack.Telling {
	t.Helper()
	set, err := pack.Built()
	if err != nil {
		t.Fatal(err)
	}
	return set.Telling
}

// on is a moment on the office's clock.
func on(s string) time.Time {
	at, err := time.ParseInLocation("2006-01-02 15:04", s, time.FixedZone("", 8*3600))
	if err != nil {
		panic(err)
	}
	return at
}

func TestNobodyIsToldInQuietHoursNorOnHolidays(t *testing.T) {
	book := holidays(t)
	for _, c := range []struct {
		when     pack.TellWhen
		now, due string
	}{
		{pack.AtOnce, "2026-03-10 23:00", "2026-03-10 23:00"},
		{pack.ByDay, "2026-03-10 09:00", "2026-03-10 09:00"},
		{pack.ByDay, "2026-03-10 21:00", "2026-03-11 08:00"}, // the first quiet minute
		{pack.ByDay, "2026-03-11 07:59", "2026-03-11 08:00"},
		{pack.ByDay, "2026-03-11 08:00", "2026-03-11 08:00"},
		{pack.ByDay, "2026-03-14 10:00", "2026-03-14 10:00"},     // a Saturday is a day
		{pack.OnWorkday, "2026-03-14 10:00", "2026-03-16 08:00"}, // and no working day
		{pack.OnWorkday, "2026-03-13 22:00", "2026-03-16 08:00"}, // Friday night
		{pack.OnWorkday, "2026-02-14 10:00", "2026-02-14 10:00"}, // a Saturday that makes up for Spring Festival
		{pack.OnWorkday, "2026-02-16 10:00", "2026-02-24 08:00"}, // Spring Festival
		{pack.InDigest, "2026-03-10 08:29", "2026-03-10 08:30"},
		{pack.InDigest, "2026-03-10 08:30", "2026-03-10 08:30"},
		{pack.InDigest, "2026-03-10 08:31", "2026-03-11 08:30"},
		{pack.InDigest, "2026-03-13 12:00", "2026-03-16 08:30"},
		{pack.InDigest, "2026-02-14 06:00", "2026-02-14 08:30"}, // made up for
	} {
		if got := notify.Due(c.when, rules(t), book, on(c.now)); !got.Equal(on(c.due)) {
			t.Errorf("%s at %s: told at %s, not at %s", c.when, c.now, got.In(on(c.due).Location()), c.due)
		}
	}
}

func TestWhoIsToldByWhichWay(t *testing.T) {
	book, fact := holidays(t), notify.Fact{What: "booklet.overdue", Of: "b1@2026-03-09", Step: "1", Unit: "u1"}
	asks := notify.Fact{What: "case.waits", Of: "f1", Unit: "u1"}
	off := []string{"booklet.overdue", "case.waits"}
	for name, c := range map[string]struct {
		fact notify.Fact
		to   []notify.Recipient
		want map[string][]string // ways by key
	}{
		"a traveller and the liaison officer": {fact, []notify.Recipient{{Account: "a", Role: "traveller"}, {Account: "b", Role: "liaison"}},
			map[string][]string{"booklet.overdue:b1@2026-03-09:1:a": {"wechat", "sms", "mail"}, "booklet.overdue:b1@2026-03-09:1:b": {"wechat", "sms", "mail"}}},
		"whoever is both, once":              {fact, []notify.Recipient{{Account: "a", Role: "traveller"}, {Account: "a", Role: "liaison"}}, map[string][]string{"booklet.overdue:b1@2026-03-09:1:a": {"wechat", "sms", "mail"}}},
		"a role that isn't told":             {fact, []notify.Recipient{{Account: "a", Role: "director"}}, nil},
		"what the law wants, though off":     {fact, []notify.Recipient{{Account: "a", Role: "traveller", Off: off}}, map[string][]string{"booklet.overdue:b1@2026-03-09:1:a": {"wechat", "sms", "mail"}}},
		"what is off, on the own page alone": {asks, []notify.Recipient{{Account: "a", Role: "liaison", Off: off}}, map[string][]string{"case.waits:f1::a": nil}},
	} {
		got := notify.Owed(c.fact, c.to, rules(t), book, on("2026-03-10 09:00"))
		if len(got) != len(c.want) {
			t.Errorf("%s: %d messages, not %d", name, len(got), len(c.want))
		}
		for _, m := range got {
			if ways, owed := c.want[m.Key]; !owed || !slices.Equal(ways, m.Ways) {
				t.Errorf("%s: %s by %v, not %v", name, m.Key, m.Ways, ways)
			}
		}
	}
}

// The days on which a booklet is asked back are thresholds: a pack's, or the program's.
func TestABookletIsAskedBackOnTheDaysThatThePackSays(t *testing.T) {
	due := calendar.On(2026, 3, 10)
	own := map[string]int{"passport.remindBefore": 5, "passport.remindFirst": 2, "passport.remindAgain": 10, "passport.remindLeader": 20}
	unsaid := func(_ string, _ calendar.Date, n int) int { return n }
	said := func(key string, _ calendar.Date, _ int) int { return own[key] }
	for _, c := range []struct {
		late int
		by   func(string, calendar.Date, int) int
		want string
	}{
		{-3, unsaid, ""}, {-2, unsaid, "booklet.due_soon "}, {0, unsaid, "booklet.due "}, {1, unsaid, "booklet.overdue 1"}, {2, unsaid, "booklet.overdue 1"}, {3, unsaid, "booklet.overdue 3"},
		{6, unsaid, "booklet.overdue 3"}, {7, unsaid, "booklet.overdue_long 7"}, {70, unsaid, "booklet.overdue_long 7"},
		{-6, said, ""}, {-5, said, "booklet.due_soon "}, {0, said, "booklet.due "}, {1, said, ""}, {2, said, "booklet.overdue 2"}, {9, said, "booklet.overdue 2"}, {10, said, "booklet.overdue 10"},
		{19, said, "booklet.overdue 10"}, {20, said, "booklet.overdue_long 20"},
	} {
		today := due.AddDays(c.late)
		f, owed := notify.OfBooklet(custody.Row{Booklet: "b", Person: "p", Filing: "f", Answers: "u", Place: custody.IsLent, Due: due}, "", today, notify.StepsOf(c.by, today))
		if got := string(f.What) + " " + f.Step; owed != (c.want != "") || owed && got != c.want {
			t.Errorf("%d days late: %q, %v, want %q", c.late, got, owed, c.want)
		}
	}
}

// Three booklets of one case that are late are three facts for their holders and one
// for the unit; another day is another fact.
func TestTheUnitIsToldOnceOfAllBookletsOfOneCase(t *testing.T) {
	today := calendar.On(2026, 3, 10)
	steps := notify.Steps{Soon: 2, First: 1, Again: 3, Leader: 7}
	late := func(booklet, person, filing string, due calendar.Date) notify.Fact {
		f, owed := notify.OfBooklet(custody.Row{Booklet: booklet, Person: person, Filing: filing, Answers: "u1", Place: custody.IsLent, Due: due}, "", today, steps)
		if !owed {
			t.Fatalf("nothing is told of %s", booklet)
		}
		return f
	}
	due := today.AddDays(-1)
	all := []notify.Fact{late("b1", "p1", "f1", due), late("b2", "p2", "f1", due), late("b3", "p3", "f1", due), late("b4", "p4", "f1", today.AddDays(-8)), late("b5", "p5", "f2", due)}
	var got []string
	for _, f := range notify.Together(all) {
		got = append(got, strings.Join([]string{string(f.What), string(f.Roles[0]), f.Of, strings.Join(f.People, "+")}, " "))
	}
	want := []string{
		"booklet.overdue traveller b1@2026-03-09 p1", "booklet.overdue liaison f1@2026-03-09 p1+p2+p3", "booklet.overdue traveller b2@2026-03-09 p2", "booklet.overdue traveller b3@2026-03-09 p3",
		"booklet.overdue_long traveller b4@2026-03-02 p4", "booklet.overdue_long liaison f1@2026-03-02 p4", "booklet.overdue traveller b5@2026-03-09 p5", "booklet.overdue liaison f2@2026-03-09 p5",
	}
	if !slices.Equal(got, want) {
		t.Errorf("told is\n%s\nnot\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	f := all[0].Named([]string{"罗知行", "沈之恒"})
	if f.Fills["Names"] != "罗知行、沈之恒" || f.Fills["Booklets"] != "1" || all[0].Fills["Names"] != "" {
		t.Errorf("named it fills %v, unnamed %v", f.Fills, all[0].Fills)
	}
}
