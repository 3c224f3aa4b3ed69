package amendment

import (
	"fmt"
	"slices"
	"testing"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/requirement"
	"yitang/internal/trip"
	"yitang/internal/visa"
	"yitang/internal/visit"
	"yitang/ref"
)

// What a traveller sees to has its last day and its papers in words: another
// journey says them anew.
func TestAnEVisaIsToldAnewWhenTheJourneyMoves(t *testing.T) {
	day := calendar.MustParse("2027-05-10")
	plan := func(way ref.Way, from calendar.Date) visa.Plan {
		return visa.Plan{Planned: visa.Planned{Way: string(way), From: from, To: from.AddDays(4), Days: 5, Depart: from}}
	}
	for _, c := range []struct {
		name     string
		was, now ref.Way
		moved    int
		want     approval.Act
	}{
		{"nothing is otherwise", ref.Online, ref.Online, 0, ""},
		{"it leaves later", ref.Online, ref.Online, 7, approval.NoVisaNeeded},
		{"free of visas and later", ref.VisaFree, ref.VisaFree, 7, ""},
		{"on arrival now", ref.VisaFree, ref.OnArrival, 0, approval.NoVisaNeeded},
	} {
		o := visa.Row{Stage: visa.NoneNeeded, Way: c.was, From: day, To: day.AddDays(4), Days: 5, Depart: day}
		if got := becomes(o, plan(c.now, day.AddDays(c.moved)), false); got != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
	}
}

// A visa that doesn't cover the new days tells whose mission judges it, about how
// long that takes, and what its traveller has to do for it: come, sign, or nothing.
func TestAVisaMadeAnewTellsWhoseHowLongAndWhoComes(t *testing.T) {
	day := calendar.MustParse("2027-05-10")
	p := requirement.DefaultParameters()
	p.Missions = ref.Missions{{Area: "SCHENGEN", Workdays: 10}, {Area: "RUS", Workdays: 5, MFAHandled: true}}
	missing, spared := requirement.Missing{}, requirement.NotNeeded{}
	act := func(of int, kind visit.Kind, country string, st requirement.Status) requirement.Requirement {
		return requirement.Requirement{Owner: requirement.OfMember(of), What: requirement.Act{Act: visit.Act{Kind: kind, Country: country}}, Status: st}
	}
	for name, c := range map[string]struct {
		area, apply string
		needed      bool
		until       int // days by which what was granted outlasts the new journey
		acts        []requirement.Requirement
		want        approval.Application
	}{
		"fingerprints are due":      {"SCHENGEN", "FRA", true, -1, []requirement.Requirement{act(0, visit.SignVisaForm, "FRA", missing), act(0, visit.MissionPresence, "FRA", missing)}, approval.Application{Country: "FRA", Workdays: 10, Presence: approval.AtMission}},
		"fingerprints serve again":  {"SCHENGEN", "FRA", true, -1, []requirement.Requirement{act(0, visit.MissionPresence, "FRA", spared), act(0, visit.SignVisaForm, "FRA", missing)}, approval.Application{Country: "FRA", Workdays: 10, Presence: approval.BySigning}},
		"the ministry hands it in":  {"RUS", "RUS", true, -1, nil, approval.Application{Country: "RUS", Workdays: 7}},
		"somebody else has to come": {"RUS", "RUS", true, -1, []requirement.Requirement{act(1, visit.MissionPresence, "RUS", missing)}, approval.Application{Country: "RUS", Workdays: 7}},
		"another mission sees them": {"RUS", "RUS", true, -1, []requirement.Requirement{act(0, visit.MissionPresence, "USA", missing)}, approval.Application{Country: "RUS", Workdays: 7}},
		"what is held covers it":    {"RUS", "RUS", false, 1, nil, approval.Application{}},
	} {
		need := requirement.Requirement{Owner: requirement.OfMember(0), What: requirement.VisaNeed{Area: c.area, Apply: c.apply}, Status: requirement.Status(missing)}
		if !c.needed {
			need.Status = requirement.Held{}
		}
		o := visa.Row{ID: visa.OrderID("f", "a", c.area), Person: "a", Area: c.area, Stage: visa.IsChecked, ValidFrom: day, ValidTo: day.AddDays(4 + c.until), Stay: 30}
		w := Wanted{Kind: filing.AmendShift, People: []string{"a", "b"}, Approved: []string{"a", "b"}, Takes: takes("f", append(c.acts, need), []string{"a", "b"}, p),
			Plans: []visa.Plan{{Planned: visa.Planned{Filing: "f", Person: "a", Area: c.area, From: day, To: day.AddDays(4), Needed: c.needed}}}}
		fs := Follows(Standing{Filing: "f", People: []string{"a", "b"}, Visas: []visa.Row{o}}, w)
		i := slices.IndexFunc(fs, func(f approval.Follow) bool { return f.Ref == o.ID })
		if i < 0 || (fs[i].Do == approval.RedoVisa) != c.needed || fs[i].Apply != c.want {
			t.Errorf("%s: %+v", name, fs)
		}
	}
}

// Whoever is to be handed a booklet reads by which day it is due back after the new
// return; of one that is out each is told by itself.
func TestANewReturnDayTellsByWhichDayBookletsAreDue(t *testing.T) {
	home := calendar.MustParse("2027-05-20")
	lent := func(who string) custody.Row {
		return custody.Row{Booklet: "k" + who, Person: who, Place: custody.IsLent, Due: home.AddDays(7)}
	}
	for name, c := range map[string]struct {
		later int
		stage trip.Stage
		out   []custody.Row
		want  string
	}{
		"nobody has one yet":      {3, trip.Nothing, nil, "[custody.due  2027-05-30]"},
		"one has theirs":          {3, trip.IsCleared, []custody.Row{lent("a")}, "[custody.redate a 2027-05-30 custody.due  2027-05-30]"},
		"all have theirs":         {3, trip.IsCleared, []custody.Row{lent("a"), lent("b")}, "[custody.redate a 2027-05-30 custody.redate b 2027-05-30]"},
		"they are home already":   {3, trip.IsHome, []custody.Row{lent("a")}, "[]"},
		"the return day is as it": {0, trip.Nothing, nil, "[]"},
	} {
		is := func(days int) dossier.Case {
			return dossier.Case{Trip: dossier.Trip{Depart: home.AddDays(-5), Return: home.AddDays(days)}, Members: make([]dossier.Member, 2)}
		}
		got := []string{}
		for _, f := range Follows(Standing{Filing: "f", ReturnDays: 7, Case: is(0), People: []string{"a", "b"}, Booklets: c.out, Trip: trip.Trip{Stage: c.stage}},
			Wanted{Kind: filing.AmendDays, Case: is(c.later), People: []string{"a", "b"}, Approved: []string{"a", "b"}}) {
			if f.Do == approval.BookletsBack || f.Do == approval.RedateBooklet {
				got = append(got, fmt.Sprint(f.Do, " ", f.Person, " ", f.Day))
			}
		}
		if fmt.Sprint(got) != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}
