package hall

import (
	"cmp"
	"slices"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/passport"
	"yitang/internal/visit"
)

// DayWish is a command to a day of the hall that follows by rule. It is given
// in the internet zone.
type DayWish struct {
	Order   journal.Order
	Command journal.Command[Day]
}

// Letting turns a move into the letting go of the places that it no longer
// needs. now is the booking as it stands after the event was projected: when
// two moves crossed, the later one's new places are given back.
func Letting(e journal.Event, now Booking) []DayWish {
	b, ok := e.Body.(Moved)
	if !ok {
		return nil
	}
	wish := func(day calendar.Date, upTo int) DayWish {
		return DayWish{Order: journal.Order{Subject: DayID(b.Hall, day), Key: e.ID + ":hall.leave." + day.String(), Cause: e.ID},
			Command: Leave{Booking: b.Booking, UpTo: upTo, To: DayID(now.Hall, now.Day)}}
	}
	var out []DayWish
	if b.FromDay != b.Day {
		out = append(out, wish(b.FromDay, b.Sequence-1))
	}
	if now.State == IsCancelled || now.Day != b.Day {
		out = append(out, wish(b.Day, b.Sequence))
	}
	return out
}

// Ended turns the end of a case into the cancelling of what is booked for it,
// so that others have the places. all are the case's bookings.
func Ended(e journal.Event, all []Booking) []DayWish {
	reason := ""
	switch b := e.Body.(type) {
	case approval.Revoked:
		reason = fault.Because("revoked")
	case approval.Withdrawn:
		reason = fault.Because("withdrawn")
	case approval.Decided:
		if b.Approved > 0 {
			return nil
		}
		reason = fault.Because("declined")
	default:
		return nil
	}
	var out []DayWish
	for _, b := range all {
		if b.State == IsBooked {
			out = append(out, DayWish{Order: journal.Order{Subject: DayID(b.Hall, b.Day), Key: e.ID + ":hall.cancel:" + b.ID, Cause: e.ID},
				Command: Cancel{Booking: b.ID, Day: b.Day, Reason: reason}})
		}
	}
	return out
}

// Once gives back what was booked for a case for which another time is booked already:
// two people of a unit chose at the same moment, and no day knows of another. The
// first to book has it. all are the case's bookings.
func Once(e journal.Event, all []Booking) []DayWish {
	b, ok := e.Body.(Booked)
	if !ok {
		return nil
	}
	first := slices.IndexFunc(all, func(x Booking) bool { return x.ID < b.Booking && x.Awaited(e.At) }) // ids follow the clock
	if first < 0 {
		return nil
	}
	return []DayWish{{Order: journal.Order{Subject: DayID(b.Hall, b.Day), Key: e.ID + ":hall.once", Cause: e.ID},
		Command: Cancel{Booking: b.Booking, Day: b.Day, Reason: fault.Because("booked_already")}}}
}

// OneHold lets go of what was kept for a case before another time was kept, booked or
// moved to for it: a case holds one. all is what is kept for it.
func OneHold(e journal.Event, filing string, all []Keeping) []DayWish {
	last := e.ID
	if b, ok := e.Body.(Held); ok {
		last = b.Hold
	}
	var out []DayWish
	for _, k := range all {
		if k.Hold < last { // ids follow the clock
			id := DayID(k.Hall, k.Day)
			out = append(out, DayWish{Order: journal.Order{Subject: id, Key: e.ID + ":hall.one_hold." + id, Cause: e.ID}, Command: GiveUp{Filing: filing, Hold: k.Hold}})
		}
	}
	return out
}

// servedReason stands on the pass of a booking that nobody needs any more.
var servedReason = fault.Because("served")

// Instead turns an act that is over into the end of the booking that was made
// for it, so that nobody comes again for what is done and others have the
// place. What was only to be brought along, since somebody came anyhow, keeps no
// booking: it goes by courier or into the locker, as the plan of visits says. A day
// that is over was missed, whatever is done since: the window notes that. all are
// the case's bookings and those of other cases at which the same person was to be
// captured; had are the case's visits, this one included. stands leads from an id to
// the record of the person that stands, where theirs was merged.
func Instead(e journal.Event, all []Booking, had []Visit, stands map[string]string) []DayWish {
	b, ok := e.Body.(ActClosed)
	if !ok || b.Result == Replanned {
		return nil
	}
	one := func(id string) string { return cmp.Or(stands[id], id) }
	theirs := func(id string) bool { return one(id) == one(b.Person) }
	var out []DayWish
	for _, k := range all {
		if k.State != IsBooked || k.ID == e.Subject.ID || k.Day.Before(calendar.DateOf(e.At)) {
			continue
		}
		still := slices.DeleteFunc(slices.Clone(k.Acts), func(a Act) bool { return over(a, had, one) })
		w := DayWish{Order: journal.Order{Subject: DayID(k.Hall, k.Day), Key: e.ID + ":hall.served:" + k.ID, Cause: e.ID}}
		switch {
		case len(still) == len(k.Acts):
			continue
		case !slices.ContainsFunc(still, func(a Act) bool { return a.Kind.NeedsSomebody() }):
			w.Command = Cancel{Booking: k.ID, Day: k.Day, Reason: servedReason, Served: true}
		case len(k.People) > 1 && slices.ContainsFunc(k.People, theirs) && !slices.ContainsFunc(still, func(a Act) bool { return theirs(a.Person) }):
			w.Command = Shorten{Booking: k, Person: k.People[slices.IndexFunc(k.People, theirs)], Reason: servedReason, Served: true}
		default:
			continue // they come for the rest
		}
		out = append(out, w)
	}
	return out
}

// over tells whether a visit has settled an act. Who was captured has shown
// their card.
func over(a Act, had []Visit, one func(id string) string) bool {
	for _, v := range had {
		for _, r := range v.Acts {
			same := r.Kind == a.Kind || a.Kind == visit.ShowID && r.Kind == visit.Capture
			if same && one(r.Person) == one(a.Person) && (r.Result == Done || r.Result == Waived) {
				return true
			}
		}
	}
	return false
}

// VisitWish is a command to a visit that follows by rule. It is given in the
// office zone.
type VisitWish struct {
	Order   journal.Order
	Command journal.Command[Attendance]
}

// Served turns what the capture station did into the end of the act at the
// window, which may have closed the visit before it heard. v is the visit as the
// office knows it; a zero one gives nothing.
func Served(e journal.Event, v Visit) []VisitWish {
	b, ok := e.Body.(passport.Captured)
	if !ok || v.ID == "" || v.Presence != Arrived && v.Presence != Left {
		return nil
	}
	var out []VisitWish
	for _, a := range v.Acts {
		capture := a.Kind.AtStation() || a.Kind == visit.ShowID && b.CardSeen && v.Presence == Arrived
		if capture && a.Person == b.Person && a.Result == "" {
			out = append(out, VisitWish{Order: journal.Order{Subject: v.ID, Key: e.ID + ":" + a.ID, Cause: e.ID}, Command: CloseAct{Act: a.ID, Result: Done}})
		}
	}
	return out
}

// unannounced says why a visit that the capture station reports is a further one.
var unannounced = fault.Because("at_station")

// Came turns a capture into the visit that it was, of somebody who was captured
// without having been let in at the window: before the day that is booked, or
// without any booking. From there on it is as any visit: the ledger counts it, and
// what is booked for the same is let go of. had are the case's visits. For what is
// made without fingerprints, or of a capture that serves again, nobody came.
func Came(e journal.Event, unit string, had []Visit) []VisitWish {
	b, ok := e.Body.(passport.Captured)
	if !ok || b.CaptureUntil.IsZero() || b.Serves {
		return nil
	}
	cmd := Witness{Filing: b.Filing, Unit: unit, Person: b.Person, Day: calendar.DateOf(e.At)}
	kind := visit.Capture
	for _, v := range had {
		if v.Presence == NotCome || v.ID == e.ID {
			continue
		}
		there := v.Day == cmd.Day
		if !there {
			cmd.Cause = unannounced
		}
		for _, a := range v.Acts {
			switch own := a.Person == b.Person && a.Kind.AtStation(); {
			case own && there:
				return nil
			case own && a.Result == Done:
				kind = visit.Recapture
			}
		}
	}
	if b.CardSeen {
		cmd.Acts = append(cmd.Acts, Act{ID: "act." + string(visit.ShowID) + "@" + b.Person, Kind: visit.ShowID, Person: b.Person})
	}
	cmd.Acts = append(cmd.Acts, Act{ID: "act." + string(kind) + "@" + b.Person, Kind: kind, Person: b.Person})
	return []VisitWish{{Order: journal.Order{Subject: e.ID, Key: e.ID + ":hall.came", Cause: e.ID}, Command: cmd}}
}

// Unwaiting turns what makes waiting needless into leaving every other line: a time of
// another day, having come, and the end of the case. all are the case's wishes.
func Unwaiting(e journal.Event, all []Wish) []DayWish {
	why := WaitServed
	except := "" // that line it left by booking
	switch b := e.Body.(type) {
	case Booked:
		except = DayID(b.Hall, b.Day)
	case Moved:
		except = DayID(b.Hall, b.Day)
	case CheckedIn:
	case approval.Revoked, approval.Withdrawn:
		why = WaitEnd
	case approval.Decided:
		if b.Approved > 0 {
			return nil
		}
		why = WaitEnd
	default:
		return nil
	}
	var out []DayWish
	for _, w := range all {
		if id := DayID(w.Hall, w.Day); w.State == IsWaiting && id != except {
			out = append(out, DayWish{Order: journal.Order{Subject: id, Key: e.ID + ":hall.unwait." + id, Cause: e.ID}, Command: Quit{Filing: w.Filing, Day: w.Day, Why: why}})
		}
	}
	return out
}
