package precheck

import (
	"strings"
	"testing"

	"yitang/internal/dossier"
)

// Members at one address are told once, all of them, at the last one, and under what
// is found: that they live together, not that they are a family.
func TestMembersAtOneAddressAreToldOnceAndAllOfThem(t *testing.T) {
	c := caseFile(t, "valid-germany-5-days")
	for i, home := range []string{"云江市书院路1号", "云江市书院路 1 号", "云江市江北大道2号", "云江市书院路1号"} {
		c.Members[i].HomeAddress = home
	}
	found := engine(t).Check(c, Submit, c.AsOf).Of("MEM-013")
	if len(found) != 1 {
		t.Fatalf("three at one address are told %d times", len(found))
	}
	f := found[0]
	for _, i := range []int{0, 1, 3} {
		if !strings.Contains(f.Message.Zh, c.Members[i].Name()) {
			t.Errorf("%s isn't named: %s", c.Members[i].Name(), f.Message.Zh)
		}
	}
	if f.Field != "members[3].homeAddress" || f.Severity != Warn || f.Title.Zh != "家庭住址相同" || len(f.Also) != 1 || f.Also[0] != "members[0].homeAddress" {
		t.Errorf("%+v", f)
	}
	c.Members[2].HomeAddress = "云江市书院路1号"
	c.Members[3].HomeAddress = "云江市江北大道2号"
	c.Members[3].Family = append(c.Members[3].Family, dossier.Relative{Relation: dossier.Spouse, Name: c.Members[0].Name()})
	c.Members[0].HomeAddress = ""
	found = engine(t).Check(c, Submit, c.AsOf).Of("MEM-013")
	if len(found) != 2 || found[0].Title.Zh != "携带配偶子女同行" || !strings.Contains(found[1].Message.Zh, c.Members[1].Name()) {
		t.Errorf("a couple, and two at one address: %+v", found)
	}
}
