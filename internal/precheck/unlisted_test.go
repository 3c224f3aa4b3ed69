package precheck

import (
	"strings"
	"testing"
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
