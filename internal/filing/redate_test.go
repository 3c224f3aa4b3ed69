package filing_test

import (
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/filing"
)

func TestWhatWasWrittenOfHalfDaysFollowsTheTrip(t *testing.T) {
	day := calendar.MustParse
	for _, c := range []struct {
		name         string
		depart, home string // now
		moved        int
		first        string // the day of the first talk
		strays       int
	}{
		{"a week earlier, the same length", "2026-01-11", "2026-01-15", -7, "2026-01-12", 0},
		{"a day later, the same length", "2026-01-19", "2026-01-23", 1, "2026-01-20", 0},
		{"a month later, a day less: the last one has no place", "2026-02-18", "2026-02-21", 31, "2026-02-19", 1},
		{"a day longer at its end", "2026-01-18", "2026-01-23", 0, "2026-01-19", 0},
		{"a day longer at its beginning", "2026-01-17", "2026-01-22", 0, "2026-01-19", 0},
		{"two days less at its end", "2026-01-18", "2026-01-20", 0, "2026-01-19", 2},
		{"the days are gone", "", "", 0, "2026-01-19", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			var p filing.Paper
			for _, d := range []string{"2026-01-19", "2026-01-20", "2026-01-21", "2026-01-22"} {
				p.Case.Itinerary = append(p.Case.Itinerary, dossier.HalfDay{Date: day(d), Half: dossier.Morning, Activity: "会谈", Official: true})
			}
			p.Case.Itinerary = append(p.Case.Itinerary, dossier.HalfDay{Date: day("2026-01-18"), Half: dossier.Morning}) // nothing told
			if c.depart != "" {
				p.Case.Trip.Depart, p.Case.Trip.Return = day(c.depart), day(c.home)
			}
			if got := p.Redate(day("2026-01-18"), day("2026-01-22")); got != c.moved {
				t.Errorf("moved by %d, want %d", got, c.moved)
			}
			if got := p.Case.Itinerary[0].Date; got != day(c.first) {
				t.Errorf("the first talk is on %s, want %s", got, c.first)
			}
			strays := p.Strays(30)
			if len(strays) != c.strays {
				t.Errorf("strays %v, want %d", strays, c.strays)
			}
			p.DropStrays(30)
			if len(p.Strays(30)) != 0 || len(p.Case.Itinerary) != 5-c.strays {
				t.Errorf("dropping them leaves %v", p.Case.Itinerary)
			}
		})
	}
}
