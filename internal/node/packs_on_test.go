package node_test

import (
	"context"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/config"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/zone"
)

// A paper that is made again has the words of its day: what was in force at its
// end, whatever came since, and nothing that was taken back before it began.
func TestAPaperOfADayIsMadeByWhatWasInForceAtItsEnd(t *testing.T) {
	ctx := as("administrator", "gu")
	now := atomic.Pointer[time.Time]{}
	at := func(day string, hour int) {
		when := calendar.MustParse(day).Begins().Add(time.Duration(hour) * time.Hour)
		now.Store(&when)
	}
	at("2026-03-10", 10)
	o := node.Options{Dir: filepath.Join(t.TempDir(), "office"), Clock: func() time.Time { return *now.Load() }}
	if err := node.Init(zone.Office, o); err != nil {
		t.Fatal(err)
	}
	n, err := node.OpenOffice(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	begins := func(days, on string) int {
		t.Helper()
		number, report, err := n.SavePack(ctx, journal.Order{}, packOf(map[string]string{"parameters.yaml": "- {key: notice.minWorkingDays, value: " + days + ", basis: b, effectiveFrom: 2020-01-01}\n"}), node.SavedPack{Author: "顾", Reason: "试", Origin: config.Edited})
		if err != nil || !report.Holds() {
			t.Fatal(report.Mistakes, err)
		}
		if err := n.PutInForce(ctx, journal.Order{}, number, calendar.MustParse(on), "执行"); err != nil {
			t.Fatal(err)
		}
		return number
	}
	at("2026-03-12", 16)
	begins("6", "2026-03-12") // in the afternoon, of that very day
	begins("7", "2026-03-16")
	gone := begins("9", "2026-03-18")
	if _, err := journal.Do(ctx, n.Journal, config.Room, journal.Order{Subject: config.ID}, config.TakeBack{Number: gone, On: calendar.MustParse("2026-03-18"), Reason: "缓行"}); err != nil {
		t.Fatal(err)
	}
	at("2026-03-20", 9)
	begins("8", "2026-03-23") // is still to come

	for day, want := range map[string]string{
		"2026-03-11": "5", // the program's own
		"2026-03-12": "6", "2026-03-15": "6",
		"2026-03-16": "7", "2026-03-18": "7", "2026-03-19": "7",
		"2026-03-20": "7", "2026-03-21": "7", // today and to come: what is now
		"2026-03-24": "7",
		"":           "7",
	} {
		var d calendar.Date
		if day != "" {
			d = calendar.MustParse(day)
		}
		p, _ := n.Packs.On(d).Ref.Parameters.On("notice.minWorkingDays", calendar.On(2026, 3, 20))
		if p.Value != want {
			t.Errorf("a paper of %q is made by %s days, want %s", day, p.Value, want)
		}
	}
}
