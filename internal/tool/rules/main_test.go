package main

import (
	"flag"
	"os"
	"testing"

	"yitang/ref"
)

var update = flag.Bool("update", false, "write docs/rules.md")

const published = "../../../docs/rules.md"

func built(t *testing.T) ref.Data {
	t.Helper()
	data, err := ref.Built()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestThePrintedCatalogueIsCurrent(t *testing.T) {
	text := page(built(t))
	if *update {
		if err := os.WriteFile(published, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if stands, err := os.ReadFile(published); err != nil || string(stands) != text {
		t.Errorf("docs/rules.md isn't what the rules give (%v): run make golden", err)
	}
}

func TestARuleNamesTheParametersThatItReads(t *testing.T) {
	data := built(t)
	for id, want := range map[string][]string{
		"ITN-001": {"days.max.1"},
		"ITN-004": {"countries.max", "days.max.1", "days.max.2", "days.max.3", "days.farExtra"},
		"MEM-015": {"retirement.age.male", "retirement.age.female"},
		"GEN-001": nil,
	} {
		for _, r := range data.Rules {
			if r.ID != id {
				continue
			}
			var got []string
			for _, p := range parametersOf(r, data.Parameters) {
				got = append(got, p.Key)
			}
			if len(got) != len(want) {
				t.Errorf("%s reads %v, want %v", id, got, want)
			}
		}
	}
}

func TestNoNumberOfTheCatalogueIsRuleAndReasonAtOnce(t *testing.T) {
	data := built(t)
	for _, u := range data.Undecided {
		for _, r := range data.Rules {
			if r.ID == u.ID {
				t.Errorf("%s is decided by a rule and said not to be", u.ID)
			}
		}
	}
	if n := count(data).Numbers; n != 187 {
		t.Errorf("the families have %d numbers, the catalogue 187", n)
	}
}
