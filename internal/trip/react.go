package trip

import (
	"slices"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/fault"
	"yitang/internal/filing"
	"yitang/internal/journal"
	"yitang/internal/material"
	"yitang/internal/passport"
	"yitang/internal/visa"
)

// Wish is a command to a trip that follows by rule. It is given in the internet
// zone.
type Wish struct {
	Order   journal.Order
	Command journal.Command[Trip]
}

// Concerns names the case whose trip may be cleared or closed by an event; ""
// for none. The caller then reads Ready and Owed and asks React.
func Concerns(e journal.Event) string {
	switch b := e.Body.(type) {
	case custody.Lent:
		return b.Filing
	case custody.LoanTakenBack:
		return b.Filing
	case custody.HandedIn:
		return b.Filing
	case custody.HandInTakenBack:
		return b.Filing
	case custody.ReportedLost:
		return b.Filing // nobody can hand it in any more, nor go with it
	case custody.Received:
		return b.Filing // a permit that was waited for
	case passport.Checked:
		if b.Only {
			return b.Filing
		}
	case passport.Stopped:
		return b.Filing
	case visa.Checked:
		return b.Filing
	case visa.Released:
		return b.Filing
	case visa.Withdrawn:
		return b.Filing
	case material.Added:
		if b.Kind == visa.EVisa {
			return b.Case
		}
	case visa.Planned:
		return b.Filing
	case visa.Replanned:
		return b.Plan.Filing
	case approval.DocumentIssued, approval.ConfirmationTaken, ReportFiled, NoticeFiled, NotDeparted, CallOffTakenBack, filing.Supplied:
		return e.Subject.ID
	}
	return ""
}

// Shared names the passport order of which an event tells, whose booklet other
// cases than its own may wait for (approval.Sharing); "" for none.
func Shared(e journal.Event) string {
	switch b := e.Body.(type) {
	case custody.Received:
		return b.Booklet
	case passport.Stopped:
		return e.Subject.ID
	}
	return ""
}

// Came lets a delegation go that waits for another case's booklet, of which an
// event tells.
func Came(e journal.Event, id string, ready Ready) Wish {
	return Wish{journal.Order{Subject: id, Key: e.ID + ":trip.clear:" + id, Cause: e.ID}, Clear{Ready: ready}}
}

// React turns news into clearing and closing.
func React(e journal.Event, ready Ready, owed Owed) []Wish {
	id := Concerns(e)
	if id == "" {
		return nil
	}
	unclear := func(cmd TakeClearanceBack) Wish {
		return Wish{journal.Order{Subject: id, Key: e.ID + ":trip.unclear", Cause: e.ID}, cmd}
	}
	clear := Wish{journal.Order{Subject: id, Key: e.ID + ":trip.clear", Cause: e.ID}, Clear{Ready: ready}}
	switch b := e.Body.(type) {
	case custody.HandedIn: // one that was told to be lost isn't
		return []Wish{{journal.Order{Subject: id, Key: e.ID + ":trip.found", Cause: e.ID}, TakeLossBack{Booklet: b.Booklet, ByRule: true}}, Concluding(e, id, owed)}
	case ReportFiled, NoticeFiled, NotDeparted, filing.Supplied:
		return []Wish{Concluding(e, id, owed)}
	case CallOffTakenBack: // a booklet that was handed in, or lost, goes out anew
		if len(ready.Lacks()) > 0 {
			return []Wish{unclear(TakeClearanceBack{})}
		}
		return nil
	case custody.ReportedLost:
		return []Wish{unclear(TakeClearanceBack{Lost: true}), Concluding(e, id, owed)}
	case custody.LoanTakenBack:
		return []Wish{unclear(TakeClearanceBack{}), Concluding(e, id, owed)}
	case visa.Planned, visa.Replanned: // a change after the clearing may want a visa more
		if ready.wantsVisas() {
			return []Wish{unclear(TakeClearanceBack{})}
		}
	}
	return []Wish{clear}
}

// Clearance lets a delegation go, or not any more, once it is heard on which days
// one of them may travel.
func Clearance(e journal.Event, id string, ready Ready) Wish {
	if slices.ContainsFunc(ready.Members, func(m Member) bool { return m.Barred }) {
		return Wish{journal.Order{Subject: id, Key: e.ID + ":trip.unclear:" + id, Cause: e.ID}, TakeClearanceBack{Barred: true}}
	}
	return Came(e, id, ready)
}

// RecallingOf wants the booklet back that somebody has for a trip on whose days they
// may not travel, before it begins; why isn't said. It is given in the office zone, of
// a trip that hasn't begun.
func RecallingOf(e journal.Event, b custody.Row, depart calendar.Date, returnDays int) custody.Wish {
	due := custody.Due(calendar.DateOf(e.At), returnDays)
	if !due.Before(depart) {
		due = depart.Prev()
	}
	return custody.Wish{Order: journal.Order{Subject: b.Person, Key: e.ID + ":custody.recall:" + b.Booklet, Cause: e.ID},
		Command: custody.Recall{Booklet: b.Booklet, Filing: b.Filing, Due: due, Because: custody.HolderBarred}}
}

// Concluding is the wish to close a trip if nothing is owed, on account of an
// event of this room or a later one.
func Concluding(e journal.Event, id string, owed Owed) Wish {
	return Wish{journal.Order{Subject: id, Key: e.ID + ":trip.conclude", Cause: e.ID}, Conclude{Owed: owed}}
}

// Archiving turns a closed trip into the end of its case. It is given in the
// office zone.
func Archiving(e journal.Event) []approval.Wish {
	if _, ok := e.Body.(Closed); !ok {
		return nil
	}
	return []approval.Wish{closing(e, e.Subject.ID)}
}

// Ends names the case that may be over with an event: decided against, given up or
// revoked, or one booklet less is out for it, or it has no trip any more; "" for none.
// The caller then reads what Ending asks for.
func Ends(e journal.Event) string {
	switch b := e.Body.(type) {
	case approval.Decided, approval.Withdrawn, approval.Revoked, ClearanceTakenBack, Amended:
		return e.Subject.ID
	case custody.HandedIn:
		return b.Filing
	case custody.ReportedLost:
		return b.Filing
	case custody.LoanTakenBack:
		return b.Filing
	}
	return ""
}

// Ending turns the end of a case that brought no trip, or whose approval was
// taken back, into its place in the archive. It is given in the office zone.
// a is the approval after the event, t its trip as heard, out the booklets that
// are away for it.
//
//   - refused or withdrawn: at once, nothing is owed;
//   - revoked: when the unit has no booklet any more, and no trip is under way
//     that closes the case itself.
func Ending(e journal.Event, a approval.Approval, t Trip, out []custody.Row) []approval.Wish {
	switch a.Stage {
	case approval.IsRefused, approval.IsWithdrawn:
	case approval.IsRevoked:
		if t.Stage != Nothing && t.Stage != IsClosed {
			return nil
		}
		for _, b := range out {
			if b.Place == custody.IsLent {
				return nil
			}
		}
	default:
		return nil
	}
	return []approval.Wish{closing(e, Ends(e))}
}

func closing(e journal.Event, id string) approval.Wish {
	return approval.Wish{Order: journal.Order{Subject: id, Key: e.ID + ":approval.close", Cause: e.ID}, Command: approval.Close{}}
}

// Stopping calls a trip off whose approval was revoked before anybody left, or of
// which it turns out that nobody had; who is abroad already comes home as always.
// The booklets are due as the office counts when it recalls them, whenever this zone
// hears of it. It is given in the internet zone; a is the approval as heard.
func Stopping(e journal.Event, a approval.Approval, returnDays int) []Wish {
	reason := fault.Because("revoked")
	switch b := e.Body.(type) {
	case approval.Revoked:
		if b.Reason != "" {
			reason = b.Reason
		}
	case DepartureTakenBack:
		if a.Stage != approval.IsRevoked {
			return nil
		}
	default:
		return nil
	}
	return []Wish{{journal.Order{Subject: e.Subject.ID, Key: e.ID + ":trip.call_off", Cause: e.ID}, CallOff{Reason: reason, From: calendar.DateOf(e.At), ReturnDays: returnDays}}}
}

// Recalling wants the booklets of a mission that doesn't take place back, and
// counts the days of those that came home from the day on which they did. Of who is
// heard to have left before the approval was revoked (a), nobody wants anything back
// before they are home. It is given in the office zone; out lists what is lent for the
// case, t is the trip after the event, returnDays the parameter passport.returnDays.
func Recalling(e journal.Event, a approval.Approval, t Trip, out []custody.Row, returnDays int) []custody.Wish {
	var ws []custody.Wish
	each := func(what string, cmd func(booklet string) journal.Command[custody.Holder]) []custody.Wish {
		for _, r := range out {
			if r.Place == custody.IsLent {
				ws = append(ws, custody.Wish{Order: journal.Order{Subject: r.Person, Key: e.ID + ":custody." + what + ":" + r.Booklet, Cause: e.ID}, Command: cmd(r.Booklet)})
			}
		}
		return ws
	}
	redate := func(due calendar.Date) []custody.Wish {
		return each("redate", func(booklet string) journal.Command[custody.Holder] {
			return custody.Redate{Booklet: booklet, Filing: e.Subject.ID, Due: due}
		})
	}
	switch b := e.Body.(type) {
	case NotDeparted:
		return each("recall", func(booklet string) journal.Command[custody.Holder] {
			return custody.Recall{Booklet: booklet, Filing: e.Subject.ID, Due: b.BookletsDue, Reason: b.Reason}
		})
	case CallOffTakenBack:
		return redate(b.BookletsDue)
	case Departed:
		if a.Stage == approval.IsRevoked {
			return Keeping(e, t, out, returnDays)
		}
	case CameHome:
		return redate(b.BookletsDue)
	case HomeTakenBack:
		return redate(b.BookletsDue)
	}
	return nil
}

// Keeping gives those who are abroad until they are home for handing in what they
// travel with, whatever was wanted back before the office heard that they had left.
func Keeping(e journal.Event, t Trip, out []custody.Row, returnDays int) []custody.Wish {
	var ws []custody.Wish
	for _, r := range out {
		if r.Place == custody.IsLent {
			ws = append(ws, custody.Wish{Order: journal.Order{Subject: r.Person, Key: e.ID + ":custody.redate:" + r.Booklet, Cause: e.ID},
				Command: custody.Redate{Booklet: r.Booklet, Filing: e.Subject.ID, Due: custody.Due(t.Return, returnDays)}})
		}
	}
	return ws
}

// DueBack is the last day for handing in a booklet that is out for a trip: the
// office's as it is heard, unless the trip's end has been told since. A trip that was
// called off gives no more time than there was. Every page that names the day asks
// here.
func (t Trip) DueBack(b custody.Row) calendar.Date {
	if t.Stage == IsHome || t.Stage == DidNotGo && t.BookletsDue.Before(b.Due) {
		return t.BookletsDue
	}
	return b.Due
}
