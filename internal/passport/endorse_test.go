package passport_test

import (
	"testing"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/passport"
)

// A permit is endorsed for each region of its mission: one that serves is
// endorsed and nothing is made; one that is made isn't handed over before.
func TestAPermitIsEndorsedForEachRegionAsOftenAndAsLongAsTheMissionGoes(t *testing.T) {
	regions := []approval.Region{{Code: "HKG", Times: 2, Until: today.AddDays(20)}, {Code: "MAC", Times: 1, Until: today.AddMonths(4)}}
	only := by("system", passport.Ordered{Filing: "f", Person: "p1", Type: "hkMacauPermit", Why: approval.EndorseOnly, Regions: regions, Permit: "b1", Tail: "123", Identity: asked().Identity})
	fresh := by("system", passport.Ordered{Filing: "f", Person: "p1", Type: "hkMacauPermit", Why: "new", Regions: regions, Identity: asked().Identity})
	good := passport.Endorse{Kinds: map[string]passport.StampKind{"HKG": passport.ThreeMonthsTwice, "MAC": passport.HalfYearMany}}
	for _, c := range []struct {
		name   string
		events []journal.Event
		cmd    journal.Command[passport.Order]
		field  string // that is named; "" where it isn't its turn or all is well
		now    bool   // it is its turn
	}{
		{"a permit at hand", []journal.Event{only}, good, "", true},
		{"a new one", []journal.Event{fresh, captured, made}, good, "", true},
		{"a new one that is checked", []journal.Event{fresh, captured, made, checked}, good, "", false},
		{"a new one that isn't made", []journal.Event{fresh, captured}, good, "", false},
		{"too few entries", []journal.Event{only}, passport.Endorse{Kinds: map[string]passport.StampKind{"HKG": passport.ThreeMonthsOnce, "MAC": passport.YearMany}}, "kind.HKG", true},
		{"ends too early", []journal.Event{only}, passport.Endorse{Kinds: map[string]passport.StampKind{"HKG": passport.YearMany, "MAC": passport.ThreeMonthsMany}}, "kind.MAC", true},
		{"a region left out", []journal.Event{only}, passport.Endorse{Kinds: map[string]passport.StampKind{"HKG": passport.YearMany}}, "kind.MAC", true},
		{"nobody is captured for it", []journal.Event{only}, passport.Capture{Photo: "d", Signature: "d"}, "", false},
		{"checked without", []journal.Event{fresh, captured, made}, passport.Check{}, "", false},
		{"nothing is made for it", []journal.Event{only}, passport.Produce{Number: "C00000001"}, "", false},
		{"a passport has none", []journal.Event{ordered, captured, made, checked}, good, "", false},
	} {
		got, err := c.cmd.Decide(order(t, c.events...), journal.Moment{Today: today})
		switch {
		case c.field != "":
			if f := fault.Findings(err); len(f) != 1 || f[0].Field != c.field {
				t.Errorf("%s: %v", c.name, err)
			}
		case !c.now:
			if !fault.IsNotNow(err) {
				t.Errorf("%s: %v, %v", c.name, got, err)
			}
		case err != nil || len(got) != 1:
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
	}

	if o := order(t, only); o.Stage == passport.IsOrdered {
		t.Error("a permit that is only endorsed waits for its holder")
	}
	done := by("bo", must(t, good, order(t, only)))
	e := done.Body.(passport.Endorsed)
	o := order(t, only, done)
	if o.Stage != passport.IsMade || !e.Only {
		t.Errorf("endorsed alone, the order stands at %s: %+v", o.Stage, e)
	}
	until := map[string]calendar.Date{"HKG": today.AddMonths(3).Prev(), "MAC": today.AddMonths(6).Prev()}
	if _, err := (passport.Check{Until: until}).Decide(o, moment(t, "bo")); !fault.IsNotNow(err) {
		t.Errorf("who endorsed it checks it: %v", err)
	}
	_, err := passport.Check{Until: map[string]calendar.Date{"HKG": until["MAC"], "MAC": until["MAC"]}}.Decide(o, moment(t, "cai"))
	if f := fault.Findings(err); len(f) != 1 || f[0].Field != "until.HKG" {
		t.Errorf("a wrong last day: %v", err)
	}
	seen := must(t, passport.Check{Until: until}, o).(passport.Checked)
	if o := order(t, only, done, by("cai", seen)); o.Stage != passport.IsHandedOver || seen.Permit != "b1" || len(seen.Stamps) != 2 {
		t.Errorf("checked, the order stands at %s: %+v", o.Stage, seen)
	}
	want := []passport.Stamp{{Region: "HKG", Kind: passport.ThreeMonthsTwice, Until: today.AddMonths(3).Prev()}, {Region: "MAC", Kind: passport.HalfYearMany, Until: today.AddMonths(6).Prev()}}
	if len(e.Stamps) != 2 || e.Stamps[0] != want[0] || e.Stamps[1] != want[1] {
		t.Errorf("the endorsements are %+v", e.Stamps)
	}
	with := by("bo", must(t, good, order(t, fresh, captured, made)))
	if h, is := must(t, passport.HandOver{}, order(t, fresh, captured, made, with, checked)).(passport.HandedOver); !is || len(h.Stamps) != 2 || h.Type != string(dossier.HKMacauPermit) {
		t.Errorf("custody hears %+v", h)
	}
	if k := passport.Narrowest(regions[1], calendar.On(2026, 8, 10)); k != passport.HalfYearMany {
		t.Errorf("the least that serves four months is %s", k)
	}
}

func must(t *testing.T, cmd journal.Command[passport.Order], o passport.Order) any {
	t.Helper()
	got, err := cmd.Decide(o, moment(t, "cai"))
	if err != nil || len(got) != 1 {
		t.Fatalf("%T: %v, %v", cmd, got, err)
	}
	return got[0].Body
}
