package passport

import (
	"cmp"
	"slices"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Amend lets an order follow its mission, which was changed (任务变更).
type Amend struct {
	Depart   calendar.Date
	Return   calendar.Date
	Identity *approval.Identity // data that were corrected; nil: as they were
	Regions  []approval.Region  // for which the permit is to be endorsed; nil: as it was
	Within   calendar.Workdays  // the office's promise for making
	Wait     int                // days after a loss was reported before another is made
}

// Decide is content with an order that has ended, or says so already.
func (cmd Amend) Decide(o Order, m journal.Moment) ([]journal.Event, error) {
	if o.Stage == Nothing || o.Stage == IsStopped || o.Stage == IsHandedOver {
		return nil, nil
	}
	is := o.Identity
	if cmd.Identity != nil {
		is = *cmd.Identity
		is.BirthPlace = cmp.Or(is.BirthPlace, o.Identity.BirthPlace) // a case doesn't tell it
	}
	regions := approval.Over(o.Regions, cmd.Regions)
	wider := len(o.Regions) > 0 && !slices.Equal(regions, o.Regions)
	if is == o.Identity && cmd.Depart == o.Depart && cmd.Return == o.Known.Return && !wider {
		return nil, nil
	}
	e := Amended{Filing: o.Filing, Person: o.Person, Depart: cmd.Depart, Due: o.movedTo(m, cmd), Identity: journal.Of(is), Return: cmd.Return}
	if wider {
		e.Regions, e.Anew = regions, len(o.Stamps) > 0 && !serve(o.Stamps, regions)
	}
	return journal.Happened(e), nil
}

// movedTo is the day that was promised, for another departure: never after it.
// Where the departure had cut the promise short, it counts from today.
// What can't be begun before it keeps its day.
func (o Order) movedTo(m journal.Moment, cmd Amend) calendar.Date {
	due, begun := o.Due, begins(m.Today, o.Known.LostOn, cmd.Wait)
	if due == m.Book.AddWorkdays(o.Depart, -1) {
		if anew := m.Book.AddWorkdays(begun, cmd.Within); anew.After(due) {
			due = anew
		}
	}
	if begun.After(m.Today) && !begun.Before(cmd.Depart) {
		return due
	}
	return notAfter(m.Book, due, cmd.Depart)
}

// Misprinted tells whether the data were corrected since the booklet was made.
func (o Order) Misprinted() bool { return o.Number != "" && !o.Printed.Prints(o.Identity) }

// notMisprinted refuses to carry on with a booklet that says something else than
// is known now: it is spoiled first.
func (o Order) notMisprinted() error {
	if o.Misprinted() {
		return fault.NotNow("passport.misprinted", o.Stage)
	}
	return nil
}
