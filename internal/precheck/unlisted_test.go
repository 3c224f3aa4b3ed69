package precheck

import (
	"slices"
	"strings"
	"testing"

	"yitang/internal/calendar"
)

// A country whose holidays aren't listed, or only in part, is said so in both
// languages; one whose are is not.
func TestHolidaysThatArentListedAreNamedAsNotChecked(t *testing.T) {
	for country, want := range map[string]string{"MNG": "not listed", "VNM": "in part", "USA": "in part", "JPN": "in part", "DEU": ""} {
		c := caseFile(t, "valid-germany-5-days")
		for i := range c.Itinerary {
			c.Itinerary[i].Country = country
		}
		said := ""
		for _, u := range engine(t).Check(c, Submit, c.AsOf).Unknown {
			if u.Rule == "ITN-014" {
				said += u.Message.En
				if u.Message.Zh == "" || !strings.HasPrefix(u.Field, "itinerary[") {
					t.Errorf("%s: %+v", country, u)
				}
			}
		}
		if want == "" && said != "" || !strings.Contains(said, want) {
			t.Errorf("%s: said is %q", country, said)
		}
	}
}

// Each country's list bears its source and whether it was compared with it; a finding
// by one that wasn't says that it is to be confirmed, and one by a checked one doesn't.
func TestAHolidayOfAnUncheckedListIsToBeConfirmed(t *testing.T) {
	day := calendar.On(2026, 5, 14)
	p := func(key string) []string {
		got, known := engine(t).data.Parameters.On(key, day)
		if !known {
			t.Fatalf("there is no threshold %s", key)
		}
		return got.Words
	}
	countries := func(lines []string) (out []string) {
		for _, l := range lines {
			out = append(out, strings.Fields(l)[0])
		}
		return out
	}
	listed, sourced := countries(p("holidays.abroad")), countries(p("holidays.sources"))
	if !slices.Equal(listed, sourced) {
		t.Errorf("lists of %v, sources of %v", listed, sourced)
	}
	checked := 0
	for _, line := range p("holidays.sources") {
		f := strings.Fields(line)
		if len(f) < 3 || f[1] != "?" && !listChecked(f[0], []string{line}) {
			t.Errorf("no day and source, nor a question mark: %s", line)
		}
		if listChecked(f[0], p("holidays.sources")) {
			checked++
		}
	}
	if checked == 0 || checked == len(listed) {
		t.Errorf("%d of %d are checked: nothing can be told apart", checked, len(listed))
	}
	for country, unsure := range map[string]bool{"DEU": false, "FRA": false, "NLD": true, "LUX": true} {
		c := caseFile(t, "valid-germany-5-days")
		for i := range c.Itinerary {
			c.Itinerary[i].Country = country
		}
		found := engine(t).Check(c, Submit, c.AsOf).Of("ITN-014")
		if len(found) != 1 {
			t.Fatalf("%s: %d free days, want Ascension Day", country, len(found))
		}
		if m := found[0].Message; strings.Contains(m.En, "to be confirmed") != unsure || strings.Contains(m.Zh, "待确认") != unsure {
			t.Errorf("%s, unsure %v: %s %s", country, unsure, m.Zh, m.En)
		}
	}
}
