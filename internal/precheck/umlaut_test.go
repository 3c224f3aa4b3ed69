package precheck

import (
	"strings"
	"testing"
)

// Whoever is told of the surname hears of the given name at once, not after
// mending the first.
func TestBothPartsOfANameAreNamedAtOnce(t *testing.T) {
	c := caseFile(t, "valid-france-italy-8-days")
	m := &c.Members[0]
	m.FamilyName, m.LatinSurname, m.GivenName, m.LatinGivenNames, m.Passport = "吕", "LV", "略", "LVE", nil
	var set []string
	for _, f := range engine(t).Check(c, Submit, c.AsOf).Of("IDN-010") {
		for path, v := range f.Fix.Set {
			set = append(set, path+"="+v.(string))
		}
	}
	if got := strings.Join(set, " "); got != "members[0].latinSurname=LYU members[0].latinGivenNames=LUE" {
		t.Errorf("the cures are %q", got)
	}
}
