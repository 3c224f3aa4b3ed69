package precheck

import (
	"slices"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
)

// Amendment is the difference between what was approved and what is wanted now
// (变更). The wanted case is the one that is checked; rules know this as
// "amendment", with what follows from comparing the two.
type Amendment struct {
	Approved   *dossier.Case `json:"approved"`   // as it was decided, only with those who may travel
	ValidUntil calendar.Date `json:"validUntil"` // last day of the approval document
	Earlier    int           `json:"earlier"`    // amendments of this case before this one
	Departed   bool          `json:"departed"`   // the group is known to have left
	Emergency  bool          `json:"emergency"`  // forced: illness, flight, security (紧急延期)
	Full       bool          `json:"full"`       // asked for as a new approval (重新报批), not as a light filing (报备)

	wanted *dossier.Case
}

// CheckAmendment judges a wanted case against the approved one. What blocks a
// light filing may be silent once a.Full says that a new approval is asked for:
// so the way that an amendment must take is found by asking for the light one
// first. It judges the difference alone; whether the wanted case is in order by
// itself Check tells at Submit.
func (e *Engine) CheckAmendment(wanted dossier.Case, a Amendment, today calendar.Date) Findings {
	return e.Check(wanted, Amending, today, Amends(a))
}

// Amends tells what is amended.
func Amends(a Amendment) Fact {
	return func(_ *dossier.Case, k *Known) { k.Amendment = &a }
}

// NewMembers are the indexes of members who aren't on the approval.
func (a *Amendment) NewMembers() []int {
	if a.Approved == nil || a.wanted == nil {
		return nil
	}
	var out []int
	for i, m := range a.wanted.Members {
		if !slices.ContainsFunc(a.Approved.Members, func(known dossier.Member) bool { return samePerson(m, known) }) {
			out = append(out, i)
		}
	}
	return out
}

// samePerson lets one of number and name be corrected: a slip of the pen makes
// nobody else of a person.
func samePerson(a, b dossier.Member) bool {
	if a.IDNumber != "" && a.IDNumber == b.IDNumber {
		return true
	}
	return a.Name() != "" && a.Name() == b.Name() && a.DateOfBirth == b.DateOfBirth
}

// Widening is one way in which the wanted trip goes beyond the approved one.
type Widening struct {
	What    string // country, city or days
	Path    string
	Country string
	City    string
	Days    int // how many more
}

// Widenings lists new countries, new cities and the days by which the trip has
// grown. A country is told once, at its first leg.
func (a *Amendment) Widenings() []Widening {
	if a.Approved == nil || a.wanted == nil {
		return nil
	}
	var out []Widening
	known := a.Approved.Countries()
	told := map[[2]string]bool{}
	for i, l := range a.wanted.Legs {
		if !l.Counts() {
			continue
		}
		w := Widening{What: "city", Path: legPath(i) + ".city", Country: l.Country, City: l.City}
		switch {
		case !slices.Contains(known, l.Country):
			w.What, w.Path, w.City = "country", legPath(i)+".country", ""
		case slices.ContainsFunc(a.Approved.Legs, func(k dossier.Leg) bool { return k.Country == l.Country && k.City == l.City }):
			continue
		}
		if place := [2]string{w.Country, w.City}; !told[place] {
			told[place] = true
			out = append(out, w)
		}
	}
	if more := a.ExtraDays(); more > 0 {
		out = append(out, Widening{What: "days", Path: "case.return", Days: more})
	}
	return out
}

// ExtraDays is by how many days the wanted trip is longer; negative if shorter.
func (a *Amendment) ExtraDays() int {
	if a.Approved == nil || a.wanted == nil || a.wanted.Trip.Days() == 0 {
		return 0
	}
	return a.wanted.Trip.Days() - a.Approved.Trip.Days()
}
