package amendment

import (
	"fmt"
	"testing"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/passport"
	"yitang/internal/visa"
)

// A permit is endorsed again for what its journey needs beyond what was asked,
// and for nothing that it allows already.
func TestAPermitIsEndorsedAgainForWhatGoesBeyond(t *testing.T) {
	on := calendar.On(2026, 9, 21)
	region := func(code string, times int, until calendar.Date) approval.Region {
		return approval.Region{Code: code, Times: times, Until: until}
	}
	asked := []approval.Region{region("HKG", 1, on)}
	for _, c := range []struct {
		name           string
		needs, missing []approval.Region
		stamps         []passport.Stamp
		done           bool
		then           string
	}{
		{"the same", asked, nil, nil, false, "[]"},
		{"fewer days", []approval.Region{region("HKG", 1, on.Prev())}, nil, nil, false, "[]"},
		{"more days", []approval.Region{region("HKG", 1, on.Next())}, nil, nil, false, "[{HKG 1 2026-09-22}]"},
		{"more days that it lasts for", []approval.Region{region("HKG", 1, on.Next())}, nil, []passport.Stamp{{Region: "HKG", Kind: passport.ThreeMonthsOnce, Until: on.AddMonths(1)}}, false, "[]"},
		{"twice", []approval.Region{region("HKG", 2, on)}, nil, []passport.Stamp{{Region: "HKG", Kind: passport.ThreeMonthsOnce, Until: on.AddMonths(1)}}, false, "[{HKG 2 2026-09-21}]"},
		{"twice, after it was handed over for once", []approval.Region{region("HKG", 2, on)}, nil, []passport.Stamp{{Region: "HKG", Kind: passport.ThreeMonthsOnce, Until: on.AddMonths(1)}}, true, "[{HKG 2 2026-09-21}]"},
		{"once, as it was handed over", asked, nil, []passport.Stamp{{Region: "HKG", Kind: passport.ThreeMonthsOnce, Until: on.AddMonths(1)}}, true, "[]"},
		{"handed over for less than was asked", asked, nil, []passport.Stamp{{Region: "HKG", Kind: passport.ThreeMonthsOnce, Until: on.Prev()}}, true, "[{HKG 1 2026-09-21}]"},
		{"another region", append(asked, region("MAC", 1, on)), []approval.Region{region("MAC", 1, on)}, nil, false, "[{MAC 1 2026-09-21}]"},
		{"another region that it had before", append(asked, region("MAC", 1, on)), nil, nil, false, "[]"},
	} {
		if got := fmt.Sprint(further(c.needs, asked, c.missing, c.stamps, c.done)); got != c.then {
			t.Errorf("%s: asked again for %s, not %s", c.name, got, c.then)
		}
	}
}

// An order that a mission has not decided yet goes on under a changed journey only
// where the same mission judges it; one that isn't sent yet, only with the same papers.
func TestAVisaIsOrderedAnewWhereAnotherMissionOrOtherPapersAreWanted(t *testing.T) {
	day := calendar.MustParse("2026-05-11")
	german := []visa.Item{{ID: "M04@DEU"}, {ID: "M33@DEU"}}
	french := []visa.Item{{ID: "M04@FRA"}, {ID: "M33@DEU"}}
	for _, x := range []struct {
		name  string
		stage visa.Stage
		apply string
		kit   []visa.Item
		days  int
		want  approval.Act
	}{
		{"as it was", visa.IsPlanned, "DEU", german, 5, ""},
		{"a day more", visa.KitIsReady, "DEU", german, 6, approval.RedateVisa},
		{"another mission", visa.IsPlanned, "FRA", french, 5, approval.RedoVisa},
		{"another mission and a day more", visa.KitIsReady, "FRA", french, 6, approval.RedoVisa},
		{"another mission after it was sent", visa.IsSent, "FRA", french, 5, approval.RedoVisa},
		{"another mission after it was refused", visa.IsRefused, "FRA", french, 5, approval.RedoVisa},
		{"other papers", visa.KitIsReady, "DEU", french, 5, approval.RedoVisa},
		{"other papers after it was sent", visa.IsSent, "DEU", french, 5, ""},
		{"a day more that what was granted covers", visa.IsGranted, "DEU", german, 6, approval.KeepVisa},
		{"a day more that what the traveller has covers", visa.IsReleased, "DEU", german, 6, approval.KeepVisa},
		{"more days than were granted", visa.IsChecked, "DEU", german, 11, approval.RedoVisa},
		{"another mission after it was granted", visa.IsGranted, "FRA", french, 5, ""},
	} {
		o := visa.Row{Stage: x.stage, Apply: "DEU", From: day, To: day, Days: 5, Depart: day, ValidFrom: day, ValidTo: day, Stay: 10, Kit: german}
		p := visa.Plan{Planned: visa.Planned{Apply: x.apply, From: day, To: day, Days: x.days, Depart: day, Needed: true, Kit: x.kit}}
		if got := becomes(o, p, false); got != x.want {
			t.Errorf("%s: %q, not %q", x.name, got, x.want)
		}
	}
}
