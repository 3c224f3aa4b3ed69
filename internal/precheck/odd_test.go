package precheck

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// Odd cases as somebody tries them who knows the procedure and not the program:
// what must be found was written down from the domain first, and nothing else may
// block or be warned of. More of them, whole, stand in testdata/cases.
func TestOddCasesAreJudgedAsTheProcedureHasItAndNoOtherwise(t *testing.T) {
	const base = "valid-germany-5-days" // 11 to 15 May 2026, handed in on 10 March
	set := func(pairs ...string) func(t *testing.T, c *dossier.Case) {
		return func(t *testing.T, c *dossier.Case) {
			for i := 0; i < len(pairs); i += 2 {
				if err := c.Put(pairs[i], pairs[i+1]); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	ofNeighbour := []string{"members[1].unit", "邻江大学（虚构）", "members[1].jurisdiction", "邻省外事办公室", "case.kind", "organisedCross", "notice.units[1]", "邻江大学（虚构）"}
	for name, odd := range map[string]struct {
		change func(t *testing.T, c *dossier.Case)
		at     At
		want   string // severity, rule and field, in order of the rules
	}{
		"a booklet ends in the middle of the trip":            {set("members[1].passport.expires", "2026-05-13"), Submit, "warn PPT-001 members[1].passport.expires"},
		"a booklet ends six months after the return, exactly": {set("members[1].passport.expires", "2026-11-15"), Submit, ""},
		"a booklet ends a day before six months":              {set("members[1].passport.expires", "2026-11-14"), Submit, "warn PPT-001 members[1].passport.expires"},
		"a booklet of the last trip wasn't handed in":         {set("members[2].passport.overdue", "true"), Submit, "block PPT-007 members[2].passport.overdue"},
		"a member from another province, consent given":       {set(ofNeighbour...), Submit, ""},
		"that office hasn't answered by the decision":         {set(ofNeighbour...), Decide, "block MEM-025 members[1].opinionReply"},
		"it has":                                              {set(append(ofNeighbour, "members[1].opinionReply", "true")...), Decide, ""},
		"their unit hung no notice":                           {set(ofNeighbour[:6]...), Submit, "block DOC-002 notice.units"},
		"a vetting ends on the day of return":                 {set("members[3].vetting.validUntil", "2026-05-15"), Submit, ""},
		"a vetting ends a day before the return":              {set("members[3].vetting.validUntil", "2026-05-14"), Submit, "block MEM-020 members[3].vetting.validUntil"},
		"both principals of a unit in one group":              {set("members[0].principal", "party", "members[1].principal", "administrative"), Submit, "block MEM-004 members[1].principal"},
		"a letter of six months before leaving":               {set("invitations[0].issued", "2025-11-11"), Submit, ""},
		"and of a day more":                                   {set("invitations[0].issued", "2025-11-10"), Submit, "warn INV-003 invitations[0].issued"},
		"home from elsewhere three days before":               {set("members[3].otherTrips[0].depart", "2026-05-04", "members[3].otherTrips[0].return", "2026-05-08", "members[3].otherTrips[0].country", "FRA", "members[3].otherTrips[0].state", "approved"), Submit, "warn MEM-010 members[3].otherTrips[0]"},
		"the host pays by the letter, the unit by the budget": {set("invitations[0].costBearer", "host"), Submit, "block INV-011 invitations[0].costBearer"},
		"somebody may live abroad for good":                   {set("members[3].foreignResidence", "true"), Submit, "block MEM-018 members[3].foreignResidence"},
		"a secret post without consent":                       {set("members[2].secretLevel", "unstated"), Submit, "block MEM-021 members[2].secrecyConsent"},
		"a day in Taipei instead":                             {set("legs[0].country", "TWN", "legs[0].city", "台北", "legs[0].cityEn", "", "legs[0].zone", "Asia/Taipei"), Submit, "block GEN-005 legs[0].country, block BUD-003 budget.lines[0].units"},
		"an exchange rate of seven weeks ago": {func(t *testing.T, c *dossier.Case) {
			for i, l := range c.Budget.Lines {
				if !l.FxDate.IsZero() {
					set("budget.lines["+strconv.Itoa(i)+"].fxDate", "2026-01-20")(t, c)
				}
			}
		}, Submit, "warn BUD-007 budget.lines[0].fxDate"},
	} {
		t.Run(name, func(t *testing.T) {
			c := caseFile(t, base)
			before := told(engine(t).Check(c, odd.at, c.AsOf))
			odd.change(t, &c)
			var came []string
			for _, x := range told(engine(t).Check(c, odd.at, c.AsOf)) {
				if !slices.Contains(before, x) && !slices.ContainsFunc(came, func(had string) bool { return strings.Fields(had)[1] == strings.Fields(x)[1] }) {
					came = append(came, x)
				}
			}
			if got := strings.Join(came, ", "); got != odd.want {
				t.Errorf("it finds %q, the procedure wants %q", got, odd.want)
			}
		})
	}
}

// Who goes to Taiwan is sent to whom it belongs to, and is told of no visa.
func TestNoVisaIsAskedForTaiwan(t *testing.T) {
	c := caseFile(t, "valid-germany-5-days")
	c.Legs[0].Country = "TWN"
	if stay := engine(t).StayIn(c, "TWN"); stay != (AreaStay{}) {
		t.Errorf("a visa area: %+v", stay)
	}
}

// The message names the country that both trips lead to, and tells a trip that is
// planned from one that was made.
func TestALikeTripIsToldByTheCountryThatBothShareAndItsTime(t *testing.T) {
	for _, test := range []struct{ depart, back, zh, en string }{
		{"2025-09-11", "2025-09-15", "曾于2025年9月11日因同类任务赴德国", "went to Germany"},
		{"2026-08-11", "2026-08-15", "另定于2026年8月11日因同类任务赴德国", "is to go to Germany"},
	} {
		c := caseFile(t, "valid-germany-5-days")
		c.Members[1].OtherTrips = []dossier.OtherTrip{{Depart: calendar.MustParse(test.depart), Return: calendar.MustParse(test.back), Country: "ESP", Countries: []string{"ESP", "DEU"},
			State: dossier.Submitted, Category: c.Trip.Category}}
		c.Members[2].OtherTrips = c.Members[1].OtherTrips
		found := engine(t).Check(c, Submit, c.AsOf).Of("MEM-008")
		if len(found) != 2 {
			t.Fatalf("%d of two who go again are named", len(found))
		}
		f := found[0]
		if !strings.Contains(f.Message.Zh, test.zh) || !strings.Contains(f.Message.En, test.en) {
			t.Errorf("%s: %s %s", test.depart, f.Message.Zh, f.Message.En)
		}
	}
}

// told are the findings that block or warn, each rule by its severity and field.
func told(found Findings) []string {
	var out []string
	for _, f := range found.List {
		if f.Severity == Block || f.Severity == Warn {
			out = append(out, string(f.Severity)+" "+f.Rule+" "+f.Field)
		}
	}
	return out
}
