package filing_test

import (
	"testing"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/filing"
)

// What was sent back because of the days is mended by other days; their leg times
// and half-days go along, and nothing else does.
func TestWhatWasSentBackForItsDaysIsMendedByOtherDays(t *testing.T) {
	for field, may := range map[string]bool{"members[0].otherTrips[0]": true, "members[0].otherTrips": true, "case.depart": true, "legs[0]": true, "legs[0].arrive": true, "itinerary[1]": true, "itinerary[1].date": true,
		"case.purpose": false, "legs[0].number": false, "legs[0].city": false, "itinerary[1].activity": false, "members[0].post": false} {
		d := filing.Defect{Field: field}
		for _, path := range []string{"case.depart", "case.return", "legs[1].arrive", "legs[1].leave"} {
			if got := d.Opens(path); got != (may || path == field) {
				t.Errorf("%s sent back opens %s: %v", field, path, got)
			}
		}
		if d.Opens("legs[1].city") || d.Opens("case.category") {
			t.Errorf("%s sent back opens what isn't about days", field)
		}
	}

	a := application(t)
	sent, err := run(filing.Filing{}, filing.Present{Unit: "u", Revision: 7, Application: a}, filing.Submit{Revision: 7, Application: a},
		filing.Reopen{Defects: []filing.Defect{{Field: "members[0].otherTrips[0]", Rule: "MEM-010", Words: "与另一趟相隔太近"}}})
	if err != nil {
		t.Fatal(err)
	}
	var p filing.Paper
	p.Reopened(sent)
	move := func(by int) {
		for _, d := range []*calendar.Date{&p.Correction.Trip.Depart, &p.Correction.Trip.Return} {
			*d = d.AddDays(by)
		}
	}
	move(20)
	p.FitDays(sent, 30)
	mended := a
	mended.Case = p.Mended(sent, nil)
	if was, is := sent.Dossier.Itinerary[1], mended.Case.Itinerary[1]; is.Date != was.Date.AddDays(20) || is.Activity != was.Activity || len(mended.Case.Itinerary) != len(sent.Dossier.Itinerary) {
		t.Errorf("the half-days didn't move along: %+v is %+v", was, is)
	}
	if got, err := run(sent, filing.Correct{Application: mended}); err != nil || got.Stage != filing.IsSubmitted || got.Dossier.Trip.Depart != a.Case.Trip.Depart.AddDays(20) {
		t.Errorf("other days aren't taken: %v", err)
	}
	wrong := mended
	wrong.Case = mended.Case.Clone()
	wrong.Case.Trip.Purpose += "再看一处。"
	if _, err := run(sent, filing.Correct{Application: wrong}); len(fault.Findings(err)) != 1 || fault.Findings(err)[0].Field != "case.purpose" {
		t.Errorf("what wasn't sent back: %v", err)
	}
	// A day more waits to be told; back on the old days all is as it was.
	p.Correction.Trip.Return = p.Correction.Trip.Return.Next()
	p.FitDays(sent, 30)
	if n := len(p.Correction.Itinerary); n != len(sent.Dossier.Itinerary)+2 || p.Correction.Itinerary[n-1] != (dossier.HalfDay{Date: p.Correction.Trip.Return, Half: dossier.Afternoon, Country: p.Correction.Itinerary[n-1].Country, City: p.Correction.Itinerary[n-1].City}) {
		t.Errorf("a day more: %+v", p.Correction.Itinerary)
	}
	p.Correction.Trip.Depart, p.Correction.Trip.Return = a.Case.Trip.Depart, a.Case.Trip.Return
	p.FitDays(sent, 30)
	if n := len(dossier.Difference(sent.Dossier, p.Mended(sent, nil))); n != 0 {
		t.Errorf("%d places differ on the old days", n)
	}
}
