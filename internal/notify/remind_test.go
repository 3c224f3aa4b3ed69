package notify_test

import (
	"testing"
	"time"

	"yitang/internal/notify"
	"yitang/internal/pack"
	"yitang/internal/zone"
)

func TestAnAlarmThatEndsBecauseNothingIsPromisedAnyMoreTellsNothingOfAZoneThatWasNeverHeard(t *testing.T) {
	first := time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)
	f, owed := notify.OfStream(zone.Passport, true, first, "", "")
	if !owed || f.What != "stream.silent" {
		t.Fatalf("%+v %v", f, owed)
	}
	if f, owed := notify.OfStream(zone.Passport, false, time.Time{}, "stream.silent", f.Of); owed {
		t.Errorf("told %s of %s", f.What, f.Fills["Day"])
	}
	if f, owed := notify.OfStream(zone.Passport, false, first.Add(time.Hour), "stream.silent", f.Of); !owed || f.What != pack.TellEvent("stream.heard") || f.Fills["Day"] != "2026-11-20" {
		t.Errorf("heard, and told %+v %v", f, owed)
	}
}
