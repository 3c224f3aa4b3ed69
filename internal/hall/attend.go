package hall

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Presence is where somebody's coming stands.
type Presence string

const (
	Expected Presence = ""
	Arrived  Presence = "arrived"
	Left     Presence = "left"
	NotCome  Presence = "missed"
)

// Attendance is one visit that takes place (到场).
type Attendance struct {
	Presence Presence
	Filing   string
	Unit     string
	Day      calendar.Date
	Acts     []Act
	Results  map[string]Result // by act
	Closing  string            // id of the event by which it ended; "" while it hasn't
	Excused  bool              // that nobody came was taken back
}

// Attendances is a visit as a subject; its id is the booking's, or a fresh one
// for people who came without.
var Attendances = journal.Subject[Attendance]{Kind: "attendance", Evolve: evolveAttendance}

func evolveAttendance(a Attendance, e journal.Event) (Attendance, error) {
	switch b := e.Body.(type) {
	case CheckedIn:
		return Attendance{Presence: Arrived, Filing: b.Filing, Unit: b.Unit, Day: b.Day, Acts: b.Acts, Results: map[string]Result{}}, nil
	case ActClosed:
		a.Results[b.Act] = b.Result
		return a, nil
	case Closed:
		a.Presence, a.Closing = Left, e.ID
		return a, nil
	case Missed:
		return Attendance{Presence: NotCome, Filing: b.Filing, Unit: b.Unit, Day: b.Day}, nil
	case MissTakenBack:
		a.Presence, a.Excused = Expected, true
		return a, nil
	}
	return a, fmt.Errorf("%T is nothing that happens to a visit", e.Body)
}

// Remaining lists the acts that aren't over.
func (a Attendance) Remaining() []Act {
	var out []Act
	for _, act := range a.Acts {
		if _, over := a.Results[act.ID]; !over {
			out = append(out, act)
		}
	}
	return out
}

// awaited tells whether people may still come to a booking: nobody came yet, or
// only not on another day, before which it had been moved.
func (a Attendance) awaited(b Booking) bool {
	return a.Presence == Expected || a.Presence == NotCome && a.Day != b.Day
}

// CheckIn notes that people have come (签到). All who come together for one case
// on one day are one visit, whatever they came for.
type CheckIn struct {
	Booking Booking  // as heard; for people without one, only Hall, Filing, Unit and Acts
	People  []string // who of them are there
	Earlier int      // visits that the case has had on other days
	Cause   string   // why there is a further one
}

// Decide refuses a second check-in, another day's booking, and a further visit
// that nobody gives a cause for.
func (cmd CheckIn) Decide(a Attendance, m journal.Moment) ([]journal.Event, error) {
	b := cmd.Booking
	late := a.Presence == NotCome && a.Day == m.Today // they were given up already
	if !a.awaited(b) && !late {
		return nil, fault.NotNow("hall.check_in.twice", a.Presence)
	}
	if b.ID != "" && b.Day != m.Today {
		return nil, &fault.NotNowError{Key: "hall.check_in.other_day", State: string(b.State), Args: map[string]any{"Day": b.Day, "Slot": b.Slot.String()}}
	}
	if b.ID != "" && !b.State.MayCome() {
		return nil, fault.NotNow("hall.check_in.not_booked", b.State)
	}
	var wrong []fault.Finding
	if b.Filing == "" {
		wrong = append(wrong, fault.Finding{Field: "filing", Key: "hall.check_in.which"})
	}
	if len(b.Acts) == 0 {
		wrong = append(wrong, fault.Finding{Field: "acts", Key: "hall.book.nothing_to_do"})
	}
	cause := strings.TrimSpace(cmd.Cause)
	if cause == "" {
		cause = b.Cause
	}
	if cmd.Earlier > 0 && cause == "" {
		wrong = append(wrong, fault.Finding{Field: "cause", Key: "hall.book.cause"})
	}
	for _, p := range cmd.People {
		if b.ID != "" && !slices.Contains(b.People, p) {
			wrong = append(wrong, fault.Finding{Field: "people", Key: "hall.check_in.not_expected"})
			break
		}
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	return journal.Happened(CheckedIn{Booking: b.ID, Filing: b.Filing, Unit: b.Unit, Day: m.Today, People: cmd.People, Acts: cmd.served(), Number: b.Number, Cause: cause, Hall: b.Hall}), nil
}

// served are the acts of those who are there, and of those whom nobody expected
// in person. What the others were to come for stays open for another day.
func (cmd CheckIn) served() []Act {
	return slices.DeleteFunc(slices.Clone(cmd.Booking.Acts), func(a Act) bool {
		return slices.Contains(cmd.Booking.People, a.Person) && !slices.Contains(cmd.People, a.Person)
	})
}

// CloseAct ends one act of the visit. When it was the last one, the visit is over.
// What the capture station did is heard of later, maybe after the window closed.
type CloseAct struct {
	Act       string
	Result    Result
	Note      string // why it was waived or put off
	Originals int    // papers taken over the counter for good
}

// Decide wants a reason for everything but done.
func (cmd CloseAct) Decide(a Attendance, m journal.Moment) ([]journal.Event, error) {
	i := slices.IndexFunc(a.Acts, func(x Act) bool { return x.ID == cmd.Act })
	heard := a.Presence == Left && i >= 0 && a.Acts[i].Kind.AtStation() && cmd.Result == Done
	if a.Presence != Arrived && !heard {
		return nil, fault.NotNow("hall.act.not_here", a.Presence)
	}
	if i < 0 {
		return nil, fault.NotFound("act/" + cmd.Act)
	}
	if had, over := a.Results[cmd.Act]; over {
		if had == cmd.Result {
			return nil, nil
		}
		return nil, fault.NotNow("hall.act.over", had)
	}
	var wrong []fault.Finding
	if !slices.Contains([]Result{Done, Waived, Replanned}, cmd.Result) {
		wrong = append(wrong, fault.Finding{Field: "result", Key: "hall.act.result"})
	}
	if cmd.Result != Done && strings.TrimSpace(cmd.Note) == "" {
		wrong = append(wrong, fault.Finding{Field: "note", Key: "hall.act.note"})
	}
	if cmd.Originals < 0 || cmd.Originals > 99 {
		wrong = append(wrong, fault.Finding{Field: "originals", Key: "hall.act.originals"})
	}
	if len(wrong) > 0 {
		return nil, fault.Invalid(wrong...)
	}
	out := []any{a.ended(a.Acts[i], cmd.Result, cmd.Note, cmd.Originals)}
	if len(a.Remaining()) == 1 && !heard {
		out = append(out, a.closed(cmd.Act, cmd.Result))
	}
	return journal.Happened(out...), nil
}

// ended is the end of an act. A paper that was brought is one original at least,
// whatever number was left out: the whole visit may be closed with one press.
func (a Attendance) ended(x Act, r Result, note string, originals int) ActClosed {
	if r == Done && x.Kind.BringsPaper() {
		originals = max(originals, 1)
	}
	return ActClosed{Filing: a.Filing, Act: x.ID, Kind: string(x.Kind), Person: x.Person, Result: r, Note: strings.TrimSpace(note), Originals: originals}
}

func (a Attendance) closed(last string, r Result) Closed {
	done := 0
	for _, x := range a.Acts {
		if a.Results[x.ID] == Done || x.ID == last && r == Done {
			done++
		}
	}
	return Closed{Filing: a.Filing, Unit: a.Unit, Done: done}
}

// Close ends a visit: what the window does and isn't over yet was done. What the
// capture station does stays open until the passport zone tells of it, and can be
// booked anew.
type Close struct{}

// Decide refuses a visit that isn't there.
func (Close) Decide(a Attendance, m journal.Moment) ([]journal.Event, error) {
	if a.Presence != Arrived {
		return nil, fault.NotNow("hall.act.not_here", a.Presence)
	}
	var out []any
	done := 0
	for _, r := range a.Results {
		if r == Done {
			done++
		}
	}
	for _, x := range a.Remaining() {
		if x.Kind.AtStation() {
			continue
		}
		out = append(out, a.ended(x, Done, "", 0))
		done++
	}
	return journal.Happened(append(out, Closed{Filing: a.Filing, Unit: a.Unit, Done: done})...), nil
}

// Witness notes a visit that the window saw nothing of and that is over: somebody
// was captured who hadn't checked in.
type Witness struct {
	Filing string
	Unit   string
	Person string
	Day    calendar.Date // on which it was; news of it may come later
	Acts   []Act         // all done
	Cause  string        // why it is a further visit of the case; ""
}

// Decide notes it once.
func (cmd Witness) Decide(a Attendance, _ journal.Moment) ([]journal.Event, error) {
	if a.Presence != Expected {
		return nil, nil
	}
	a = Attendance{Filing: cmd.Filing, Unit: cmd.Unit}
	out := []any{CheckedIn{Filing: cmd.Filing, Unit: cmd.Unit, Day: cmd.Day, People: []string{cmd.Person}, Acts: cmd.Acts, Cause: cmd.Cause}}
	for _, x := range cmd.Acts {
		out = append(out, a.ended(x, Done, "", 0))
	}
	return journal.Happened(append(out, Closed{Filing: cmd.Filing, Unit: cmd.Unit, Done: len(cmd.Acts)})...), nil
}

// Miss notes that nobody came to a booking.
type Miss struct {
	Booking Booking
	Over    time.Time // from when on nobody is received any more on its day; zero: when that day is over
}

// Decide waits until nobody is received any more; what was taken back isn't noted again.
func (cmd Miss) Decide(a Attendance, m journal.Moment) ([]journal.Event, error) {
	b, over := cmd.Booking, cmd.Over
	if !a.awaited(b) || a.Excused && a.Day == b.Day {
		return nil, nil
	}
	if over.IsZero() {
		over = b.Day.Next().Begins()
	}
	if m.Now.Before(over) || b.State != IsBooked {
		return nil, fault.NotNow("hall.miss.not_over", b.State)
	}
	return journal.Happened(Missed{Booking: b.ID, Filing: b.Filing, Unit: b.Unit, Day: b.Day}), nil
}

// TakeBackMiss says that a booking doesn't count as missed: its people were there and
// nobody noted it, or the hall couldn't receive them (撤销未到).
type TakeBackMiss struct{}

// Decide wants that it was noted.
func (TakeBackMiss) Decide(a Attendance, m journal.Moment) ([]journal.Event, error) {
	if a.Presence != NotCome {
		return nil, fault.NotNow("hall.miss.not_noted", a.Presence)
	}
	return journal.Happened(MissTakenBack{Booking: m.Subject, Filing: a.Filing, Unit: a.Unit, Day: a.Day}), nil
}
