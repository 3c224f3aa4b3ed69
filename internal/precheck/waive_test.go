package precheck

import (
	"slices"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// tooLong is a case whose only blocking finding is that it takes too long.
func tooLong(t *testing.T) dossier.Case {
	t.Helper()
	c := caseFile(t, "valid-france-italy-8-days")
	c.Trip.Return = calendar.MustParse("2026-05-19")
	c.Trip.DaysAbroad = 9
	return c
}

func only(t *testing.T, found Findings, rule string) Finding {
	t.Helper()
	i := slices.IndexFunc(found.List, func(f Finding) bool { return f.Rule == rule })
	if i < 0 {
		t.Fatalf("%s isn't found among %v", rule, found.List)
	}
	return found.List[i]
}

func waiverOf(e *Engine, c dossier.Case, f Finding) Waiver {
	return Waiver{Rule: f.Rule, Field: dossier.Generic(f.Field), Bound: e.Binding(c, f), Waived: Waived{By: "chief", On: calendar.MustParse("2026-03-10"), Why: "航班每周一班"}}
}

func TestAWaiverStopsOneFindingFromBlockingAndSaysWhoAndWhy(t *testing.T) {
	e, c, day := engine(t), tooLong(t), calendar.MustParse("2026-03-10")
	found := e.Check(c, Submit, day)
	f := only(t, found, "ITN-002")
	waived := e.Waive(found, c, []Waiver{waiverOf(e, c, f)})
	if got := only(t, waived, "ITN-002").Waived; got == nil || got.Why != "航班每周一班" || got.By != "chief" {
		t.Fatalf("waived: %v", got)
	}
	if len(waived.Blocking()) != len(found.Blocking())-1 || waived.Counts.Block != found.Counts.Block-1 {
		t.Fatalf("blocking: %d of %d, counted %v", len(waived.Blocking()), len(found.Blocking()), waived.Counts)
	}
	if found.Counts.Block != len(found.Blocking()) || only(t, found, "ITN-002").Waived != nil {
		t.Fatal("the findings that were given in have changed")
	}
}

// Whatever the rule reads may not differ; what it doesn't read may.
func TestAWaiverEndsWithTheFactsThatItWasGrantedFor(t *testing.T) {
	e, day := engine(t), calendar.MustParse("2026-03-10")
	was := tooLong(t)
	w := waiverOf(e, was, only(t, e.Check(was, Submit, day), "ITN-002"))
	for _, x := range []struct {
		name   string
		change func(*dossier.Case)
		holds  bool
	}{
		{"nothing", func(*dossier.Case) {}, true},
		{"words that the rule doesn't read", func(c *dossier.Case) { c.Trip.Purpose += "，并签署备忘录" }, true},
		{"a phone number", func(c *dossier.Case) { c.Members[0].Mobile = "13900000000" }, true},
		{"the flight's number", func(c *dossier.Case) { c.Legs[0].Number = "CA999" }, true},
		{"longer still", func(c *dossier.Case) { c.Trip.Return = c.Trip.Return.Next(); c.Trip.DaysAbroad++ }, false},
		{"as long, at another time", func(c *dossier.Case) { c.Trip.Depart, c.Trip.Return = c.Trip.Depart.Next(), c.Trip.Return.Next() }, false},
		{"as long, elsewhere", func(c *dossier.Case) { c.Legs[1].Country, c.Legs[1].City = "ESP", "马德里" }, false},
	} {
		c := was.Clone()
		x.change(&c)
		got := only(t, e.Waive(e.Check(c, Submit, day), c, []Waiver{w}), "ITN-002").Waived != nil
		if got != x.holds {
			t.Errorf("%s: holds=%v", x.name, got)
		}
	}
}

// A member's waiver is that person's, wherever they stand in the list.
func TestAWaiverIsOfOnePersonWhateverTheirPlace(t *testing.T) {
	e, day := engine(t), calendar.MustParse("2026-03-10")
	c := caseFile(t, "valid-germany-5-days")
	for i := range c.Members {
		c.Members[i].Vetting = nil
	}
	found := e.Check(c, Submit, day)
	var of []Finding
	for _, f := range found.List {
		if f.Severity == Block && subjectOf(f.Field).list == "members" && e.MayWaive(f.Rule) {
			of = append(of, f)
		}
	}
	if len(of) < 2 || of[0].Rule != of[1].Rule {
		t.Fatalf("findings of members: %v", of)
	}
	w := waiverOf(e, c, of[0])
	first := c.Members[subjectOf(of[0].Field).n].IDNumber
	turned := c.Clone()
	slices.Reverse(turned.Members)
	n := 0
	for _, f := range e.Waive(e.Check(turned, Submit, day), turned, []Waiver{w}).List {
		if f.Waived == nil {
			continue
		}
		n++
		if got := turned.Members[subjectOf(f.Field).n].IDNumber; got != first {
			t.Errorf("%s has the waiver of %s", got, first)
		}
	}
	if n != 1 {
		t.Errorf("%d findings are waived, one was asked for", n)
	}
}

// daggers are the numbers that the catalogue marks †: no office waives them.
var daggers = []string{"GEN-001", "GEN-005", "GEN-014", "GEN-019", "GEN-023", "IDN-012", "MEM-009", "MEM-019",
	"PPT-004", "PPT-008", "PPT-016", "PPT-017", "PPT-020", "VIS-015", "VIS-017", "VIS-018"}

// impossible are those of which a waiver would say nothing (decision 0022): a count,
// a sum, a number or a place that doesn't exist, a text that can't be printed.
var impossible = []string{"ITN-010", "ITN-026", "IDN-001", "IDN-005", "IDN-015", "BUD-006"}

func TestWhatTheCatalogueMarksIsNeverWaived(t *testing.T) {
	e, day := engine(t), calendar.MustParse("2026-03-10")
	for _, r := range e.Rules() {
		if e.MayWaive(r.ID) == slices.Contains(append(daggers, impossible...), r.ID) {
			t.Errorf("%s: may be waived=%v", r.ID, e.MayWaive(r.ID))
		}
	}
	c := caseFile(t, "valid-germany-5-days")
	c.Legs[0].Country = "TWN"
	found := e.Check(c, Submit, day)
	f := only(t, found, "GEN-005")
	if got := only(t, e.Waive(found, c, []Waiver{waiverOf(e, c, f)}), "GEN-005"); got.Waived != nil {
		t.Error("Taiwan was waived")
	}
}
