package passport

import (
	"slices"

	"yitang/internal/approval"
	"yitang/internal/calendar"
	"yitang/internal/dossier"
	"yitang/internal/journal"
)

// Wish is a command to an order that follows by rule from an event.
type Wish struct {
	Order   journal.Order
	Command journal.Command[Order]
}

// React turns what the office decided into orders, and its withdrawals into
// their end. open lists the orders of the event's case that aren't handed over.
func React(e journal.Event, open []Row, within calendar.Workdays, wait int) []Wish {
	stop := func(reason string) []Wish {
		var out []Wish
		for _, o := range open {
			out = append(out, Wish{journal.Order{Subject: o.ID, Key: e.ID + ":passport.stop:" + o.ID, Cause: e.ID}, Stop{Reason: reason}})
		}
		return out
	}
	switch b := e.Body.(type) {
	case approval.BookletAsked:
		if b.From != "" {
			return nil // another case's order makes it
		}
		id := OrderID(e.Subject.ID, b.Key())
		return []Wish{{journal.Order{Subject: id, Key: e.ID + ":passport.place", Cause: e.ID}, Place{Filing: e.Subject.ID, Asked: b, Within: within, Wait: wait}}}
	case approval.Revoked:
		return stop(b.Reason)
	case approval.BookletsStopped: // some of its people stay at home
		open = slices.DeleteFunc(slices.Clone(open), func(o Row) bool { return !slices.Contains(b.Persons, o.Person) })
		return stop(b.Reason)
	case approval.BookletsChanged:
		var out []Wish
		for _, o := range open {
			cmd := Amend{Depart: b.Depart, Return: b.Return, Within: within, Wait: wait}
			if is, corrected := b.Identities.Or(nil)[o.Person]; corrected {
				cmd.Identity = &is
			}
			if o.Type == dossier.HKMacauPermit {
				cmd.Regions = b.Regions[o.Person]
			}
			out = append(out, Wish{journal.Order{Subject: o.ID, Key: e.ID + ":passport.amend:" + o.ID, Cause: e.ID}, cmd})
		}
		return out
	case approval.Withdrawn:
		return stop(b.Reason)
	}
	return nil
}

// StockWish is a command to the stock that follows by rule from an event.
type StockWish struct {
	Order   journal.Order
	Command journal.Command[Stock]
}

// ReactStock takes the numbers of spoiled booklets, and of those whose order
// was stopped, out of use.
func ReactStock(e journal.Event, o Order) []StockWish {
	discard := func(number, why string, two []string) []StockWish {
		return []StockWish{{journal.Order{Subject: string(o.Type), Key: e.ID + ":stock.discard", Cause: e.ID}, Discard{Number: number, Why: why, Two: two}}}
	}
	switch b := e.Body.(type) {
	case Spoiled:
		if n, ok := b.Number.Value(); ok {
			return discard(n, b.Reason, b.Two.Or(nil))
		}
	case Stopped:
		if n, ok := b.Number.Value(); ok {
			// Nobody stood by: the rule itself and who made it answer for it until
			// the two who destroy it sign the list.
			return discard(n, b.Reason, []string{"system", o.MadeBy})
		}
	}
	return nil
}
