package precheck

import (
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// What is wrong with the arrival doesn't hide what is wrong with leaving.
func TestTwoMistakesOfOneLegAreToldAtOnce(t *testing.T) {
	c := caseFile(t, "valid-france-italy-8-days")
	at := func(s string) calendar.LocalTime {
		var one dossier.Case
		if err := one.Put("legs[0].arrive", s); err != nil {
			t.Fatal(err)
		}
		return one.Legs[0].Arrive
	}
	c.Legs[1].Arrive, c.Legs[1].Leave = at("2026-05-15T07:00"), at("2026-05-20T07:00")
	var got []string
	for _, x := range clashes(&c) {
		got = append(got, x.Path+" "+x.What)
	}
	if len(got) != 2 || got[0] != "legs[1].arrive overlap" || got[1] != "legs[1].leave late" {
		t.Error(got)
	}
	if day := c.Trip.Return; leftBy(&c, day) || !leftBy(&c, day.AddDays(5)) {
		t.Error("who leaves on the 20th has left by", day)
	}
}
