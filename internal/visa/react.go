package visa

import (
	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/custody"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Wish is a command that follows by rule from an event; its key makes a repeat
// harmless.
type Wish struct {
	Order   journal.Order
	Command journal.Command[Order]
}

// React turns what happens to approvals and booklets into what the visa desk
// does by rule. orders are those of the event's case.
//
//   - a booklet that custody gives to a mission carries its order along;
//   - a booklet that is lent releases the checked visas in it;
//   - a revoked or withdrawn case stops its orders.
func React(e journal.Event, orders []Row, within func(area string) calendar.Workdays) []Wish {
	wish := func(o Row, what string, cmd journal.Command[Order]) Wish {
		return Wish{journal.Order{Subject: o.ID, Key: e.ID + ":" + what + ":" + o.ID, Cause: e.ID}, cmd}
	}
	var ws []Wish
	switch b := e.Body.(type) {
	case custody.SentToMission:
		for _, o := range orders {
			if o.ID == b.Visa && o.Stage == KitIsReady {
				ws = append(ws, wish(o, "visa.send", Send{On: calendar.DateOf(e.At), Batch: b.Batch, Booklet: b.Booklet, Within: within(o.Area)}))
			}
		}
	case custody.Lent:
		for _, o := range orders {
			if o.Booklet == b.Booklet && o.Stage == IsChecked {
				ws = append(ws, wish(o, "visa.release", Release{}))
			}
		}
	case approval.Revoked:
		ws = stop(orders, b.Reason, wish)
	case approval.Withdrawn:
		ws = stop(orders, b.Reason, wish)
	}
	return ws
}

func stop(orders []Row, reason string, wish func(Row, string, journal.Command[Order]) Wish) []Wish {
	if reason == "" {
		reason = fault.Because("withdrawn")
	}
	var ws []Wish
	for _, o := range orders {
		if o.Stage != IsReleased && o.Stage != NoneNeeded && o.Stage != IsWithdrawn {
			ws = append(ws, wish(o, "visa.withdraw", Withdraw{Reason: reason}))
		}
	}
	return ws
}

// ReactCustody turns a mission's answer into the way home of the order's
// booklet: with the result it is in the store again. Its holder may have another
// id than the order's traveller, whose record was merged.
func ReactCustody(e journal.Event, b custody.Row) []custody.Wish {
	switch e.Body.(type) {
	case Granted, Refused:
		return []custody.Wish{{Order: journal.Order{Subject: b.Person, Key: e.ID + ":custody.take_back", Cause: e.ID}, Command: custody.TakeBack{Booklet: b.Booklet}}}
	}
	return nil
}
