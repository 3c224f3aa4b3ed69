package progress

import (
	"slices"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/ledger"
	"yitang/internal/passport"
	"yitang/internal/visa"
)

// Stretch is a part of the way that the unit can only wait for. How long it takes
// is told by this office's own past, and promised by nobody: what the office must
// keep are its clocks.
type Stretch string

const (
	ToApproval Stretch = "approval" // from the last time that the case came to the office to its document
	ToBooklet  Stretch = "passport" // from the capture to the booklet in the store
	toVisa     Stretch = "visa."    // and the area: from the mission's door to the visa
)

// ToVisa is the stretch at the missions of an area.
func ToVisa(area string) Stretch { return toVisa + Stretch(area) }

// Area is that of a stretch at a mission, or "".
func (s Stretch) Area() string {
	if len(s) > len(toVisa) && s[:len(toVisa)] == toVisa {
		return string(s[len(toVisa):])
	}
	return ""
}

// Walk is one stretch that a case, or one person of it, has gone, or is on: no
// last day yet.
type Walk struct {
	Stretch      Stretch
	Whose        string // person; "" for the case
	Began, Ended calendar.Date
}

// turn is what an event says of a stretch: begun, ended, or given up (neither).
type turn struct {
	walk    Walk
	given   bool
	restart bool // also after it has ended once
}

// turnOf reads an event of a case. Two changes of one case are other ways, which
// say nothing of the first.
func turnOf(s State, e journal.Event) (turn, bool) {
	if id := ledger.SubjectOf(e); ledger.Case(id) != id {
		return turn{}, false
	}
	day := calendar.DateOf(e.At)
	begin := func(x Stretch, whose string, on calendar.Date) (turn, bool) {
		return turn{walk: Walk{Stretch: x, Whose: whose, Began: on}}, true
	}
	end := func(x Stretch, whose string, on calendar.Date) (turn, bool) {
		return turn{walk: Walk{Stretch: x, Whose: whose, Ended: on}}, true
	}
	switch b := e.Body.(type) {
	case filing.Submitted:
		return begin(ToApproval, "", day)
	case filing.Corrected:
		if s.Document == "" { // what is corrected later has its document
			return begin(ToApproval, "", day)
		}
	case approval.DocumentIssued:
		return end(ToApproval, "", b.On)
	case passport.Captured:
		if !b.Serves {
			return begin(ToBooklet, b.Person, day)
		}
	case custody.Received:
		return end(ToBooklet, b.Person, day)
	case visa.Sent:
		t, ok := begin(ToVisa(areaOf(e)), b.Person, b.On)
		t.restart = true
		return t, ok
	case visa.Granted:
		return end(ToVisa(areaOf(e)), b.Person, day)
	case visa.Refused:
		return turn{walk: Walk{Stretch: ToVisa(areaOf(e)), Whose: b.Person}, given: true}, true
	case visa.Withdrawn:
		return turn{walk: Walk{Stretch: ToVisa(areaOf(e)), Whose: b.Person}, given: true}, true
	case passport.Stopped:
		return turn{walk: Walk{Stretch: ToBooklet, Whose: b.Person}, given: true}, true
	}
	return turn{}, false
}

// Enough is how many walks must be on record before anything is said of the next:
// of ten, nine say something.
const Enough = 10

// Pace is how long a stretch takes.
type Pace struct {
	Walks int               // that it is told by
	Ninth calendar.Workdays // nine of ten took no longer
}

// PaceOf learns it from walks that have ended; false when they are too few.
func PaceOf(walks []Walk, book *calendar.Book) (Pace, bool) {
	if len(walks) < Enough {
		return Pace{}, false
	}
	took := make([]calendar.Workdays, len(walks))
	for i, w := range walks {
		took[i] = max(0, book.WorkdaysBetween(w.Began.Next(), w.Ended)) // the day after the first is the first working day
	}
	slices.Sort(took)
	return Pace{Walks: len(took), Ninth: took[(9*len(took)+9)/10-1]}, true
}

// By is the day by which nine of ten that began on a day had ended.
func (p Pace) By(began calendar.Date, book *calendar.Book) calendar.Date {
	return book.AddWorkdays(began, max(1, p.Ninth))
}
