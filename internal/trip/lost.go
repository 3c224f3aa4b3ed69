package trip

import (
	"time"

	"yitang/internal/calendar"
)

// Lost is what is known of a booklet that is lost, or was said to be: by its holder
// or the unit, and by the office. All zones keep it, and each knows what it hears.
type Lost struct {
	Booklet string
	Person  string
	Filing  string        // trip on which it was lost; ""
	On      calendar.Date // zero where the office alone spoke of it
	Where   string
	To      []Authority
	Words   string
	Paper   string // material
	By      string // role of who told it
	Told    int64  // microseconds; 0: nobody told it online
	Back    int64  // when that was taken back
	BackSay string
	Noted   int64 // when the office reported it lost
	Noting  string
	Found   int64 // when the office had it again
	Finding string
}

// Standing is how far a loss has come.
type Standing string

const (
	IsTold  Standing = "told"  // the office hasn't acted yet
	IsBack  Standing = "back"  // it was never lost, says who told it
	IsNoted Standing = "noted" // the office has reported it lost
	IsFound Standing = "found" // the office has it again
)

// Standing follows from what was said last. What the office found to be lost is so,
// whatever its holder says after that: the booklet has to be brought.
func (l Lost) Standing() Standing {
	switch {
	case l.Found > l.Noted:
		return IsFound
	case l.Noted > 0:
		return IsNoted
	case l.Back > 0:
		return IsBack
	}
	return IsTold
}

// Day is the day on which its standing came about.
func (l Lost) Day() calendar.Date {
	return calendar.DateOf(time.UnixMicro(max(l.Told, l.Back, l.Noted, l.Found)))
}

// SaidFound tells whether its holder has it, who told so when the office had
// reported it lost already.
func (l Lost) SaidFound() bool { return l.Standing() == IsNoted && l.Back > 0 }
