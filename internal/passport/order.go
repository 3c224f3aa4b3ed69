package passport

import (
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Place takes the office's wish as an order (接单). Nobody types one in: no
// mission, no booklet.
type Place struct {
	Filing string
	Asked  approval.BookletAsked
	Within calendar.Workdays // the office's promise for making, counted from today
	Wait   int               // days after a loss was reported before another is made
}

// Decide refuses what this office doesn't make, an order without an approval,
// and a second order for the same person and case; one that was stopped begins
// anew when an amendment takes its person in again.
func (cmd Place) Decide(o Order, m journal.Moment) ([]journal.Event, error) {
	if o.Stage != Nothing && o.Stage != IsStopped {
		return nil, nil // the same wish again
	}
	a := cmd.Asked
	if _, made := kindOf(dossier.PassportType(a.Type)); !made {
		return nil, fault.Field("type", "passport.order.type", map[string]any{"Type": a.Type})
	}
	id, held := a.Identity.Value()
	if !held || id.LatinSurname == "" || id.DateOfBirth.IsZero() {
		return nil, fault.Field("identity", "passport.order.identity", nil)
	}
	if a.Approval == "" {
		return nil, fault.Field("approval", "passport.order.approval", nil)
	}
	return journal.Happened(Ordered{Filing: cmd.Filing, Person: a.Person, Type: a.Type, Why: a.Why, Replaces: a.Replaces, Regions: a.Regions, Permit: a.Permit, Tail: a.Tail, Approval: a.Approval,
		Depart: a.Depart, Due: Promised(m.Book, begins(m.Today, a.Known.Or(approval.Known{}).LostOn, cmd.Wait), cmd.Within, a.Depart), Identity: journal.Of(id), Known: a.Known}), nil
}

// Promised is the day by which a booklet should be with the office that is begun
// on a day: within the office's promise, and before its holder leaves. What can't be
// begun before that isn't promised for it.
func Promised(book *calendar.Book, begun calendar.Date, within calendar.Workdays, depart calendar.Date) calendar.Date {
	if !depart.IsZero() && !begun.Before(depart) {
		return book.AddWorkdays(begun, within)
	}
	return notAfter(book, book.AddWorkdays(begun, within), depart)
}

// begins is the first day on which a booklet may be made: of one in the place of
// another that was reported lost, once the wait is over.
func begins(today, lost calendar.Date, wait int) calendar.Date {
	if from := lost.AddDays(wait); !lost.IsZero() && from.After(today) {
		return from
	}
	return today
}

// notAfter is a day on which something is due, and before a departure.
func notAfter(book *calendar.Book, due, depart calendar.Date) calendar.Date {
	if before := book.AddWorkdays(depart, -1); !depart.IsZero() && before.Before(due) {
		due = before
	}
	return due
}

// Stop ends an order whose approval is gone.
type Stop struct{ Reason string }

// Decide is content with an order that is stopped already. What was handed over
// is custody's to recall.
func (cmd Stop) Decide(o Order, m journal.Moment) ([]journal.Event, error) {
	if o.Stage == IsStopped || o.Stage == IsHandedOver || o.Stage == Nothing {
		return nil, nil
	}
	e := Stopped{Filing: o.Filing, Person: o.Person, Reason: cmd.Reason}
	if o.Number != "" {
		e.Number = journal.Of(o.Number)
	}
	return journal.Happened(e), nil
}
