package filing_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/material"
	"yitang/internal/money"
	"yitang/internal/person"
	"yitang/ref"
)

func held(t testing.TB, c dossier.Case) filing.Held {
	t.Helper()
	data, err := ref.Built()
	if err != nil {
		t.Fatal(err)
	}
	h := filing.Held{Filing: "f1", Today: calendar.MustParse("2026-03-10"), Unit: c.Unit, Ref: &data, People: map[string]person.Person{},
		Passports: map[string]dossier.Passport{}, OtherTrips: map[string][]dossier.OtherTrip{}, TripsThisYear: map[string]int{}}
	for i, m := range c.Members {
		id := ids(i + 1)[i]
		h.People[id] = person.Person{ID: id, In: "u", Facts: person.FromMember(m)}
		if m.Passport != nil {
			h.Passports[id] = *m.Passport
		}
		h.OtherTrips[id], h.TripsThisYear[id] = m.OtherTrips, m.TripsThisYear
	}
	for i, m := range c.Materials {
		paper := material.Material{ID: "m" + ids(i + 1)[i], Added: material.Added{Kind: string(m.Kind), OwnerKind: material.OfCase, Owner: "f1", Case: "f1", Name: m.File, Digest: m.SHA256, Issued: m.Issued, ValidUntil: m.ValidUntil}}
		if m.DPI != nil {
			paper.Seen.DPI = *m.DPI
		}
		if who, of := m.OfMember(); of {
			paper.OwnerKind, paper.Owner = material.OfPerson, ids(who + 1)[who]
		}
		if m.Owner == "unit" {
			paper.OwnerKind, paper.Owner, paper.Case = material.OfUnit, "u", ""
		}
		h.Materials = append(h.Materials, paper)
	}
	return h
}

// Each case file comes back whole through draft and assembly: nothing that
// was known is asked again, nothing is lost.
func TestEveryCaseFileComesBackThroughADraft(t *testing.T) {
	found, err := filepath.Glob("../../testdata/cases/*.json")
	if err != nil || len(found) < 30 {
		t.Fatal(len(found), err)
	}
	// What assembly decides itself: dates' sums, the scaffold's places, sex and
	// birth, and what the Internet doesn't hold.
	own := []string{"asOf", "case.daysAbroad", "itinerary", "budget.totalCny", "budget.lines", "otherCases"}
	for _, file := range found {
		c := example(t, strings.TrimSuffix(filepath.Base(file), ".json"))
		got := filing.Assemble(filing.FromCase(c, ids(len(c.Members))), held(t, c))
		for _, d := range dossier.Difference(c, got.Case) {
			ours := strings.HasSuffix(d.Path, ".secretLevel") || strings.HasSuffix(d.Path, ".secrecyConsent") ||
				strings.HasSuffix(d.Path, ".defect") // what the door refuses
			for _, o := range own {
				ours = ours || dossier.Within(d.Path, o)
			}
			if d.Was == "false" || d.Was == "" && strings.HasPrefix(d.Path, "members[") && strings.Contains(d.Path, ".latin") || strings.HasSuffix(d.Path, "].unit") {
				ours = true
			}
			if !ours {
				t.Errorf("%s: %s", filepath.Base(file), d)
			}
		}
		// A file that brings no lines gets those that its days and members ask for.
		if c.Budget != nil && len(c.Budget.Lines) > 0 && len(got.Case.Budget.Lines) != len(c.Budget.Lines) {
			t.Errorf("%s: %d lines became %d", filepath.Base(file), len(c.Budget.Lines), len(got.Case.Budget.Lines))
		}
	}
}

func TestBudgetFollowsFromRatesDaysAndMembers(t *testing.T) {
	c := example(t, "valid-france-italy-8-days")
	p := filing.FromCase(c, ids(len(c.Members)))
	p.Lines, p.OwnLines = nil, false
	p.Fx = map[money.Currency]filing.Fx{"EUR": {Rate: money.MustDecimal("7.80"), Date: calendar.MustParse("2026-03-05")}}
	p.Costs = map[dossier.CostKind]money.Decimal{dossier.Airfare: money.MustDecimal("9000")}
	h := held(t, c)
	got := filing.Assemble(p, h)
	sums := map[string]int{}
	for _, l := range got.Case.Budget.Lines {
		if *l.Member == 0 {
			sums[string(l.Kind)+l.Country] += l.Units
		}
	}
	for key, want := range map[string]int{"lodgingFRA": 4, "mealsFRA": 4, "incidentalsFRA": 4, "lodgingITA": 3, "mealsITA": 4, "incidentalsITA": 4, "airfareFRA": 1} {
		if sums[key] != want {
			t.Errorf("%s: %d units, not %d", key, sums[key], want)
		}
	}
	// 4 members × ((4+3)×150 + 8×60 + 8×40) EUR × 7.8 + 9000
	if want := money.MustDecimal("93720"); len(c.Members) == 4 && got.Case.Budget.TotalCny.Compare(want) != 0 {
		t.Errorf("total %s, not %s", got.Case.Budget.TotalCny, want)
	}
	for path, o := range got.Origins {
		if strings.HasPrefix(path, "budget.lines") && o != filing.Derived {
			t.Errorf("%s is %s: nobody typed it", path, o)
		}
	}
	// What the host covers isn't claimed; a typed line takes the derived one's place.
	p.Case.Budget.HostCovers = []dossier.HostCover{dossier.CoversMeals}
	line := filing.Line{Person: "p0", BudgetLine: dossier.BudgetLine{Kind: dossier.Lodging, Country: "FRA", City: "巴黎", Units: 4, Rate: money.MustDecimal("120"), Currency: "EUR",
		FxRate: money.MustDecimal("7.80"), FxDate: calendar.MustParse("2026-03-05")}}
	p.SetLine(line)
	got = filing.Assemble(p, h)
	typed := 0
	for i, l := range got.Case.Budget.Lines {
		if l.Kind == dossier.Meals {
			t.Fatal("meals are claimed though the host covers them")
		}
		if *l.Member == 0 && l.Kind == dossier.Lodging && l.Country == "FRA" {
			if l.Rate.String() != "120" || l.AmountCny.Compare(money.MustDecimal("3744")) != 0 || !got.Lines[i].Typed {
				t.Fatal(l)
			}
		}
		for path, o := range got.Origins {
			if o == filing.Typed && strings.HasPrefix(path, "budget.lines["+string(rune('0'+i))+"].") {
				typed++
			}
		}
	}
	if typed != 1 {
		t.Fatalf("%d data of the lines count as typed; one rate was", typed)
	}
	p.DropLine(line.Key())
	if again := filing.Assemble(p, h); len(again.Case.Budget.Lines) != len(got.Case.Budget.Lines) {
		t.Fatal("the derived line didn't come back")
	}
}

// Who comes in for somebody costs what was approved for them; a budget that is kept line
// by line would else tell nothing of the newcomer.
func TestWhoComesInTakesOverTheLinesOfWhomTheyReplace(t *testing.T) {
	was := example(t, "valid-france-italy-8-days")
	people := ids(len(was.Members))
	h := held(t, was)
	newcomer := h.People[people[1]]
	newcomer.ID, newcomer.Rank = "new", dossier.Division
	h.People["new"] = newcomer
	for i := range was.Budget.Lines {
		if l := &was.Budget.Lines[i]; l.Kind == dossier.Airfare && *l.Member == 1 {
			l.Cabin = dossier.Business
		}
	}
	for name, test := range map[string]struct {
		people []string
		of     int // members whose lines there are afterwards
	}{
		"one for another": {append([]string{people[0], "new"}, people[2:]...), len(people)},
		"one more":        {append(slices.Clone(people), "new"), len(people) + 1},
		"one less":        {people[1:], len(people) - 1},
	} {
		p := filing.FromCase(was, people)
		p.Amending = &filing.Amending{Of: "f", Kind: filing.AmendMembers, Was: was, People: people}
		for _, who := range people {
			if !slices.Contains(test.people, who) {
				p.Lines = slices.DeleteFunc(p.Lines, func(l filing.Line) bool { return l.Person == who })
			}
		}
		p.People = test.people
		p.Case.Members = make([]dossier.Member, len(test.people))
		got := filing.Assemble(p, h).Case
		with, theirs := map[int]bool{}, 0
		for _, l := range got.Budget.Lines {
			with[*l.Member] = true
			if i := slices.Index(test.people, "new"); i == *l.Member {
				theirs++
				if l.Cabin != "" && l.Cabin != dossier.Economy {
					t.Errorf("%s: a newcomer of that rank flies %s", name, l.Cabin)
				}
			}
		}
		if len(with) != test.of || len(got.Budget.Lines) != len(was.Budget.Lines)/len(people)*test.of {
			t.Errorf("%s: %d lines of %d people, %d of the newcomer", name, len(got.Budget.Lines), len(with), theirs)
		}
	}
}

// A copied trip has its days before its legs have hours.
func TestNoDayIsPaidTwiceWhileTheLegsHaveNoHours(t *testing.T) {
	c := example(t, "valid-france-italy-8-days")
	for _, test := range []struct {
		name string
		cut  func(legs []dossier.Leg) []dossier.Leg
		days int
	}{
		{"both known", func(l []dossier.Leg) []dossier.Leg { return l }, 8},
		{"no hours", func(l []dossier.Leg) []dossier.Leg {
			for i := range l {
				l[i].Arrive, l[i].Leave = calendar.LocalTime{}, calendar.LocalTime{}
			}
			return l
		}, 0},
		{"the second leg's missing", func(l []dossier.Leg) []dossier.Leg { l[1].Arrive = calendar.LocalTime{}; return l }, 0},
		{"the first leg's missing", func(l []dossier.Leg) []dossier.Leg { l[0].Arrive = calendar.LocalTime{}; return l }, 8},
		{"one leg without hours", func(l []dossier.Leg) []dossier.Leg {
			l[0].Arrive, l[0].Leave = calendar.LocalTime{}, calendar.LocalTime{}
			return l[:1]
		}, 8},
	} {
		p := filing.FromCase(c, ids(len(c.Members)))
		p.Lines, p.OwnLines = nil, false
		p.Case.Legs = test.cut(slices.Clone(p.Case.Legs))
		days := 0
		for _, l := range filing.Assemble(p, held(t, c)).Case.Budget.Lines {
			if l.Kind == dossier.Meals && *l.Member == 0 {
				days += l.Units
			}
		}
		if days != test.days {
			t.Errorf("%s: %d days of meals, not %d", test.name, days, test.days)
		}
	}
}

func TestItineraryHasTwoHalvesForEachDay(t *testing.T) {
	c := example(t, "valid-france-italy-8-days")
	p := filing.FromCase(c, ids(len(c.Members)))
	p.Case.Itinerary = p.Case.Itinerary[3:4]
	got := filing.Assemble(p, held(t, c)).Case.Itinerary
	if len(got) != 16 || got[0].City != "巴黎" || got[15].City != "罗马" || got[8].Country != "ITA" {
		t.Fatalf("%d half-days: %+v", len(got), got)
	}
	if got[3].Activity != c.Itinerary[3].Activity || got[4].Activity != "" {
		t.Fatal("what was typed isn't in its place")
	}
	if got[0].Activity == "" || got[0].Official {
		t.Fatal("leaving isn't told")
	}
}

// Up to how many days a trip is told by half-days is the office's parameter.
func TestHalfDaysGoAsFarAsTheParameterSays(t *testing.T) {
	c := example(t, "valid-germany-5-days")
	h := held(t, c)
	for upTo, want := range map[string]int{"5": 10, "4": 0} {
		d := *h.Ref
		d.Parameters = slices.Clone(d.Parameters)
		for i := range d.Parameters {
			if d.Parameters[i].Key == "itinerary.halfDaysUpTo" {
				d.Parameters[i].Value = upTo
			}
		}
		h.Ref = &d
		p := filing.Paper{}
		p.Case.Trip.Depart, p.Case.Trip.Return = c.Trip.Depart, c.Trip.Return
		if got := len(filing.Assemble(p, h).Case.Itinerary); got != want {
			t.Errorf("up to %s days, five days have %d half-days, not %d", upTo, got, want)
		}
	}
}

func TestWhatIsHeldIsNotAsked(t *testing.T) {
	c := example(t, "valid-germany-5-days")
	p := filing.FromCase(c, ids(len(c.Members)))
	h := held(t, c)
	fresh := h.People["p3"]
	fresh.Filing = "f1" // recorded in the course of this case
	h.People["p3"] = fresh
	got := filing.Assemble(p, h)
	for path, want := range map[string]filing.Origin{
		"case.purpose": filing.Typed, "case.daysAbroad": filing.Derived, "unit.name": filing.FromFile, "members[0].idNumber": filing.FromFile, "members[0].sex": filing.Derived,
		"members[0].passport.expires": filing.FromFile, "members[0].role": filing.Typed, "members[1].role": filing.Derived, "members[3].idNumber": filing.Typed,
		"members[3].dateOfBirth": filing.Derived, "materials[0]": filing.Typed, "itinerary[1].activity": filing.Typed, "itinerary[1].date": filing.Derived, "legs[0].city": filing.Typed,
	} {
		if got.Origins[path] != want {
			t.Errorf("%s is %q, not %q", path, got.Origins[path], want)
		}
	}
	for _, l := range got.Case.Leaves() {
		if _, known := got.Origins[l.Path]; !known && l.Path != "format" && !strings.HasPrefix(l.Path, "materials[") {
			t.Errorf("nobody knows where %s comes from", l.Path)
		}
	}
	p.Copied = map[string]string{"case.purpose": c.Trip.Purpose}
	if again := filing.Assemble(p, h); again.Origins["case.purpose"] != filing.FromFile {
		t.Error("what was copied counts as asked")
	}
}

// Where the papers were sent back as a whole, what is given afterwards joins
// them; what a person's file held before, and nobody had sent, doesn't.
func TestOnlyWhatIsGivenAfterwardsJoinsTheSentBackPapers(t *testing.T) {
	f, _ := sentBack(t, "materials")
	var p filing.Paper
	p.Reopened(f)
	paper := func(id string, at int64) material.Material {
		return material.Material{ID: id, At: at, Added: material.Added{Kind: "M02", OwnerKind: material.OfCase, Name: id, Digest: strings.Repeat(id, 64)}}
	}
	since := f.Submitted.UnixMicro()
	c := p.Mended(f, []material.Material{paper("a", since-1), paper("b", since+1)})
	if n := len(f.Dossier.Materials); len(c.Materials) != n+1 || c.Materials[n].File != "b" {
		t.Errorf("%d papers became %d", n, len(c.Materials))
	}
	if ids := filing.PapersOf(c, p.People, []material.Material{paper("b", since+1)}); ids[len(ids)-1] != "b" || ids[0] != "" {
		t.Errorf("the papers are %v", ids)
	}
}

func TestCorrectionGoesOnFromWhatWasHandedIn(t *testing.T) {
	f, _ := sentBack(t, "members[1].idNumber", "materials[1]", "budget.lines[0].rate")
	var p filing.Paper
	p.Reopened(f)
	if err := p.Put("members[1].idNumber", "509901197504121214"); err != nil {
		t.Fatal(err)
	}
	if err := p.Put("budget.lines[0].rate", "90"); err != nil {
		t.Fatal(err)
	}
	p.Reopened(f) // the page is opened again
	was := f.Dossier.Materials[1]
	c := p.Mended(f, []material.Material{
		{ID: "a", Gone: true, ReplacedBy: "b", Added: material.Added{Kind: string(was.Kind), Digest: was.SHA256, OwnerKind: material.OfCase}},
		{ID: "b", Added: material.Added{Kind: string(was.Kind), Digest: strings.Repeat("cd", 32), Name: "new.pdf", OwnerKind: material.OfCase}},
	})
	if c.Members[1].Sex != dossier.Male || c.Members[1].DateOfBirth.String() != "1975-04-12" {
		t.Error("sex and birth didn't follow the number")
	}
	if c.Materials[1].File != "new.pdf" || len(c.Materials) != len(f.Dossier.Materials) {
		t.Error("the replaced paper isn't in its place", c.Materials[1])
	}
	if c.Budget.Lines[0].AmountCny.Compare(money.MustDecimal("2808")) != 0 || c.Budget.TotalCny.Compare(money.MustDecimal("58308")) != 0 {
		t.Error("sums didn't follow", c.Budget.Lines[0].AmountCny, c.Budget.TotalCny)
	}
	if _, err := run(f, filing.Correct{Application: filing.Application{Case: c, Persons: p.People}}); err != nil {
		t.Fatal(err)
	}
}

// Of what earlier cases left in a person's file and that ends some day, a case
// carries the one that holds longest; what was uploaded for it beats them all.
func TestOneVettingOfEachPersonStandsInACase(t *testing.T) {
	vetting := func(id, of, until string) material.Material {
		return material.Material{ID: id, Added: material.Added{Kind: "M02", OwnerKind: material.OfPerson, Owner: "p", Case: of, Name: id, ValidUntil: calendar.MustParse(until)}}
	}
	endless := material.Material{ID: "card", Added: material.Added{Kind: "M03", OwnerKind: material.OfPerson, Owner: "p", Case: "old"}}
	first, second, same := vetting("first", "old", "2026-05-01"), vetting("second", "older", "2026-09-01"), vetting("same", "oldest", "2026-09-01")
	same.At = 1
	for name, c := range map[string]struct {
		held []material.Material
		want []string
	}{
		"the longest":       {[]material.Material{first, second}, []string{"second"}},
		"the later of two":  {[]material.Material{second, same, first}, []string{"same"}},
		"this case's own":   {[]material.Material{second, vetting("own", "f1", "2026-04-01")}, []string{"own"}},
		"without an end":    {[]material.Material{endless, {ID: "card2", Added: endless.Added}}, []string{"card", "card2"}},
		"of another person": {[]material.Material{second, {ID: "theirs", Added: material.Added{Kind: "M02", OwnerKind: material.OfPerson, Owner: "q", ValidUntil: calendar.MustParse("2027-01-01")}}}, []string{"second"}},
	} {
		data, err := ref.Built()
		if err != nil {
			t.Fatal(err)
		}
		got := filing.Assemble(filing.Paper{People: []string{"p"}}, filing.Held{Filing: "f1", Today: calendar.MustParse("2026-03-10"), Ref: &data, Materials: c.held})
		if !slices.Equal(got.Papers, c.want) {
			t.Errorf("%s: the case has %v, want %v", name, got.Papers, c.want)
		}
	}
}
