package desk

import (
	"slices"
	"testing"

	"yitang/internal/progress"
	"yitang/internal/visa"
)

// Whoever brings booklets along is served, whatever the case stands at: the one
// that is lent, the old one of a renewal, and those that a unit hands in for others.
func TestBookletsAreTakenInFromWhoComesWithoutABooking(t *testing.T) {
	s := progress.State{People: map[string]*progress.Person{
		"waits": {Approved: true, Booklet: progress.IsOrdered}, "out": {Approved: true, Booklet: progress.IsLent}, "stays": {Booklet: progress.IsLent},
		"guest": {Approved: true, Inquiry: 1}}} // in another authority's charge: no form of theirs is signed here
	var got []string
	for _, o := range offers(s, []string{"waits"}, nil) {
		got = append(got, o.value())
	}
	for value, want := range map[string]bool{"handIn|out": true, "surrenderOld|waits": true, "handIn|": true, "surrenderOld|out": false, "handIn|stays": false, "signVisaForm|guest": false} {
		if slices.Contains(got, value) != want {
			t.Errorf("%s among %v: not %v", value, got, want)
		}
	}
}

// A visa form is offered for signing as long as a mission may still want it.
func TestNoVisaFormIsSignedOnceTheVisaIsThere(t *testing.T) {
	for stage, want := range map[visa.Stage]bool{visa.IsPlanned: true, visa.IsSent: true, visa.IsGranted: false, visa.IsReleased: false, visa.NoneNeeded: false} {
		s := progress.State{People: map[string]*progress.Person{"a": {Approved: true, Booklet: progress.InStore, Visas: map[string]progress.Visa{"DEU": {Stage: stage}}}}}
		got := slices.ContainsFunc(offers(s, nil, nil), func(o offer) bool { return o.value() == "signVisaForm|a" })
		if got != want {
			t.Errorf("with a visa that is %s: %v", stage, got)
		}
	}
}

// What the plan still has somebody do at the hall is ticked: the paper that the unit
// brings, the form that one of two signs here while the other's is sent out.
func TestWhatThePlanHasDoneAtTheHallIsTickedAtTheWindow(t *testing.T) {
	planned := []string{"paperOriginal|", "signVisaForm|a"}
	two := map[string]*progress.Person{}
	for _, id := range []string{"a", "b"} {
		two[id] = &progress.Person{Approved: true, Booklet: progress.InStore, Visas: map[string]progress.Visa{"DEU": {Stage: visa.IsPlanned}}}
	}
	ticked := 0
	for _, o := range offers(progress.State{People: two}, nil, planned) {
		if o.owed != slices.Contains(planned, o.value()) {
			t.Errorf("%s is ticked: %v", o.value(), o.owed)
		}
		if o.owed {
			ticked++
		}
	}
	if ticked != len(planned) {
		t.Errorf("%d of %d are offered", ticked, len(planned))
	}
}

// For a journey that has ended nothing is done at the window any more, except that
// a booklet that is still out is taken in.
func TestOfAnEndedJourneyOnlyBookletsAreTakenIn(t *testing.T) {
	of := func(stage progress.Stage, booklet progress.Booklet) (got []string) {
		s := progress.State{Stage: stage, People: map[string]*progress.Person{"a": {Approved: true, Booklet: booklet, Visas: map[string]progress.Visa{"DEU": {Stage: visa.IsPlanned}}}}}
		for _, o := range offers(s, []string{"a"}, []string{"paperOriginal|"}) {
			got = append(got, o.value())
		}
		return got
	}
	for _, stage := range []progress.Stage{progress.Done, progress.Archived, progress.Withdrawn, progress.Refused, progress.Revoked, progress.NotDeparted} {
		for _, booklet := range []progress.Booklet{progress.NoneAsked, progress.IsOrdered, progress.IsCaptured, progress.InStore, progress.IsHandedIn} {
			if got := of(stage, booklet); len(got) > 0 {
				t.Errorf("%s, booklet %q: %v is offered", stage, booklet, got)
			}
		}
		if got := of(stage, progress.IsLent); !slices.Equal(got, []string{"handIn|a", "handIn|"}) {
			t.Errorf("%s, booklet lent: %v is offered", stage, got)
		}
	}
	// Who was taken out by a change may hold one; who is another authority's doesn't bring it here.
	left := progress.State{Stage: progress.Archived, People: map[string]*progress.Person{"a": {Approved: true}, "b": {Booklet: progress.IsLent}, "c": {Approved: true, Inquiry: 1, Booklet: progress.IsLent}}}
	var got []string
	for _, o := range offers(left, nil, nil) {
		got = append(got, o.value())
	}
	if !slices.Equal(got, []string{"handIn|b", "handIn|"}) {
		t.Errorf("of who was taken out: %v is offered", got)
	}
	for _, stage := range []progress.Stage{progress.Issued, progress.Cleared, progress.Abroad, progress.Home} {
		if got := of(stage, progress.InStore); !slices.Contains(got, "paperOriginal|") || !slices.Contains(got, "collect|a") {
			t.Errorf("%s: only %v is offered", stage, got)
		}
	}
}
