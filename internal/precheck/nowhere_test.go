package precheck

import (
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// A last place that ends days before the return, as after a stay was extended, is
// warned of by itself; a flight that lands on the day after isn't.
func TestDaysWithoutAPlaceBeforeTheReturnAreSeen(t *testing.T) {
	e := engine(t)
	for name, c := range map[string]struct {
		leave string
		warns bool
	}{
		"home on the same day":            {"2026-05-15T07:30", false},
		"home on the next day":            {"2026-05-14T07:30", false},
		"a day nowhere":                   {"2026-05-13T07:30", true},
		"late in the evening, by China":   {"2026-05-13T20:00", false},
		"two days nowhere":                {"2026-05-12T07:30", true},
		"nobody has said when they leave": {"", false},
	} {
		trip := caseFile(t, "valid-germany-5-days")
		trip.Legs[0].Leave = calendar.LocalTime{}
		if c.leave != "" {
			if err := trip.Legs[0].Leave.UnmarshalText([]byte(c.leave)); err != nil {
				t.Fatal(err)
			}
		}
		found := e.Check(trip, Submit, calendar.MustParse("2026-03-10")).Only(func(f Finding) bool { return f.Rule == "ITN-009" })
		if (len(found.List) == 1) != c.warns || len(found.Blocking()) != 0 {
			t.Errorf("%s: %+v", name, found.List)
		}
	}
	if n := daysNowhere(&dossier.Case{}); n != 0 {
		t.Errorf("of nothing %d days are nowhere", n)
	}
}
