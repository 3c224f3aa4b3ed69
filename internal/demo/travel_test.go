package demo

import (
	"slices"
	"testing"

	"yitang/internal/access"
	"yitang/internal/zone"
)

// One reviewer travels with a case that waits for a reviewer; whoever deals
// with a case in the office is never one of its travellers.
func TestOneReviewerTravelsWithACaseUnderReview(t *testing.T) {
	c := sample()
	travels := 0
	for _, a := range c.Accounts {
		if a.Zone != zone.Office || a.Person < 0 {
			continue
		}
		travels++
		if !slices.Contains(a.Roles, access.Reviewer) || a.Name != c.People[a.Person].Facts.Name() {
			t.Errorf("%s, called %s, is %s", a.Login, a.Name, c.People[a.Person].Facts.Name())
		}
		waits := 0
		for _, p := range c.Plans {
			if p.Fate.Upto == Accepts && slices.Contains(p.Members, a.Person) {
				waits++
			}
		}
		if waits == 0 {
			t.Errorf("%s travels with no case that waits for a reviewer", a.Login)
		}
		tell := &teller{city: c}
		for i := range c.Plans {
			p := &c.Plans[i]
			for next := range 2 {
				if by := tell.account(access.Reviewer, p, next); slices.Contains(p.Members, by.Person) {
					t.Errorf("%s reviews a trip of their own: %s", by.Login, p.Case.Trip.Title)
				}
			}
		}
	}
	if travels != 1 {
		t.Errorf("%d people of the office travel, want one", travels)
	}
}
