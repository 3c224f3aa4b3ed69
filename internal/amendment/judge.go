package amendment

import (
	"fmt"
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/filing"
	"yitang/internal/precheck"
)

// Asked is an amendment as the rules are to judge it.
type Asked struct {
	Kind   filing.AmendmentKind
	Nth    int
	Until  calendar.Date // last day of the approval
	Was    dossier.Case  // as approved
	People []string      // of Was
}

// Known is what a zone knows beyond the two cases: of the approved one as it stands
// today (Before), and of the wanted one. Without both, what isn't the change's doing
// couldn't be told from what is.
type Known struct{ Before, Now []precheck.Fact }

// Before is the approved mission as it stands today: with what is kept of its unit
// and its people now.
func (a Asked) Before(is dossier.Case, people []string) dossier.Case {
	was := a.Was.Clone()
	was.Unit = is.Unit
	for i, who := range a.People {
		if k := slices.Index(people, who); k >= 0 && i < len(was.Members) && k < len(is.Members) {
			now := is.Members[k]
			was.Members[i].Passport, was.Members[i].OtherTrips, was.Members[i].TripsThisYear = now.Passport, now.OtherTrips, now.TripsThisYear
		}
	}
	return was
}

// Judge is what the rules say of an amendment: of the wanted case what they
// don't say of the approved one as it stands today, because that isn't the
// change's doing, and of the difference itself. Of what has happened already it
// is the difference alone. Giving a mission up needs no case
// that is in order.
func Judge(checks *precheck.Engine, a Asked, is dossier.Case, people []string, at precheck.At, today calendar.Date, known Known) precheck.Findings {
	if a.Kind == filing.AmendCancel {
		return checks.Check(is, at, today).Only(func(precheck.Finding) bool { return false })
	}
	late := a.Kind == filing.AmendDelayed || a.Kind == filing.AmendDeviated
	amendment := checks.CheckAmendment(is, precheck.Amendment{Approved: &a.Was, ValidUntil: a.Until, Earlier: a.Nth - 1, Departed: late, Emergency: late,
		Full: late || filing.PathOf(a.Kind, a.Was.Trip, is.Trip, a.Until) == filing.FullPath}, today)
	if a.Kind == filing.AmendDelayed {
		return amendment.And(gaps(checks.Check(is, at, today, known.Now...))).AllNow()
	}
	if late {
		return amendment // it has happened: how many days are allowed is no question any more
	}
	before := map[string]bool{}
	for _, x := range checks.Check(a.Before(is, people), at, today, known.Before...).List {
		before[about(x, a.People)] = true
	}
	// Who comes in is announced on their own, and who stays at home needs no
	// notice at all: only another journey is one that the notice didn't tell of.
	elsewhere := a.Kind == filing.AmendDays || a.Kind == filing.AmendPlaces
	found := checks.Check(is, at, today, known.Now...).Only(func(x precheck.Finding) bool {
		return !before[about(x, people)] && (x.Rule != "DOC-004" || elsewhere)
	})
	return found.And(amendment).AllNow()
}

// ofGaps are the rules that see days of a journey of which nothing is told.
var ofGaps = []string{"ITN-009", "ITN-011", "ITN-018"}

// gaps are the days of a longer stay that nothing is told of, as warnings: who is
// held up may not know yet what fills them, and says so; nobody is stopped by it.
func gaps(found precheck.Findings) precheck.Findings {
	found = found.Only(func(x precheck.Finding) bool { return slices.Contains(ofGaps, x.Rule) })
	for _, rule := range ofGaps {
		found = found.Eased(rule)
	}
	for i := range found.List {
		found.List[i].Missing = false // nobody is still writing: the days have come
	}
	return found.Counted()
}

// about tells findings apart by rule, field and whose it is: places in lists
// move when somebody is left out.
func about(x precheck.Finding, people []string) string {
	whose := ""
	if rest, personal := strings.CutPrefix(x.Field, "members["); personal {
		var i int
		if _, err := fmt.Sscanf(rest, "%d]", &i); err == nil && i >= 0 && i < len(people) {
			whose = people[i]
		}
	}
	return x.Rule + " " + dossier.Generic(x.Field) + " " + whose
}
