package custody

import (
	"cmp"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/journal"
	"yitang/internal/passport"
)

// Wish is a command that follows by rule from an event; its key makes a repeat
// harmless.
type Wish struct {
	Order   journal.Order
	Command journal.Command[Holder]
}

// React turns what happens to booklets elsewhere into what custody does:
// a booklet that the passport zone hands over is announced, a permit that it
// endorsed carries that from now on; those lent for a trip that was revoked are
// wanted back. replaces is the tail of the booklet that the event's order
// replaces, permit the one that it endorsed, out lists the booklets that are out
// for the event's case, returnDays is the parameter passport.returnDays.
func React(e journal.Event, unit, replaces string, permit Row, out []Row, returnDays int) []Wish {
	key := func(what, subject string) journal.Order {
		return journal.Order{Subject: subject, Key: e.ID + ":" + what + ":" + subject, Cause: e.ID}
	}
	switch b := e.Body.(type) {
	case passport.HandedOver:
		number, _ := b.Number.Value()
		return []Wish{{key("custody.announce", b.Person), Announce{Booklet: e.Subject.ID, Unit: unit, Filing: b.Filing, Type: b.Type, Number: number, Issued: b.Issued, Expires: b.Expires,
			BlankPages: b.BlankPages, Stamps: b.Stamps, LatinName: b.LatinName.Or(""), CaptureUntil: b.CaptureUntil, Replaces: replaces}}}
	case passport.Checked:
		if b.Permit == "" || len(b.Stamps) == 0 {
			return nil // a booklet of its own comes with what is in it; nothing new is no news
		}
		// Its holder may be known by another id than the case's traveller.
		return []Wish{{key("custody.endorse", cmp.Or(permit.Person, b.Person)), Complete{Booklet: b.Permit, Filing: b.Filing, Stamps: b.Stamps}}}
	case approval.Revoked:
		var ws []Wish
		for _, r := range out {
			if r.Place == IsLent {
				ws = append(ws, Wish{key("custody.recall:"+r.Booklet, r.Person), Recall{Booklet: r.Booklet, Filing: r.Filing, Due: Due(calendar.DateOf(e.At), returnDays), Reason: b.Reason}})
			}
		}
		return ws
	}
	return nil
}
