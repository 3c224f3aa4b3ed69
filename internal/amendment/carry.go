package amendment

import (
	"slices"

	"yitang/internal/approval"
	"yitang/internal/custody"
	"yitang/internal/hall"
	"yitang/internal/journal"
	"yitang/internal/trip"
	"yitang/internal/visa"
)

// Visas carries out what follows for visa orders. plans are those of the changed
// journey. It is given in the office zone.
func Visas(e journal.Event, b approval.Amended, plans []visa.Plan, orders []visa.Row) []visa.Wish {
	by := map[string]visa.Plan{}
	for _, p := range plans {
		by[visa.OrderID(e.Subject.ID, p.Person, p.Area)] = p
	}
	was := map[string]visa.Row{}
	for _, o := range orders {
		was[o.ID] = o
	}
	var out []visa.Wish
	for _, f := range b.Follows {
		p, planned := by[f.Ref]
		var cmd journal.Command[visa.Order]
		switch f.Do {
		case approval.WithdrawVisa:
			cmd = visa.Withdraw{Reason: b.Why}
		case approval.PlanVisa:
			cmd = p
		case approval.RedoVisa:
			cmd = visa.Replan{Planned: p.Planned}
		case approval.RedateVisa, approval.KeepVisa:
			if was[f.Ref].Stage == visa.IsReleased {
				continue // it is with the traveller
			}
			cmd = visa.Redate{From: p.From, To: p.To, Days: p.Days, Depart: p.Depart, SendBy: p.SendBy}
		case approval.NoVisaNeeded:
			o, there := was[f.Ref]
			switch {
			case there && planned:
				cmd = visa.Replan{Planned: p.Planned}
			case there:
				cmd = visa.Replan{Planned: visa.Planned{Filing: o.Filing, Person: o.Person, Area: o.Area, Apply: o.Apply, With: o.With, Depart: b.Facts.Depart,
					Countries: []string{}, Kit: []visa.Item{}, Reason: "行程已变更，不再前往", ReasonEn: "The journey was changed and doesn't lead there any more"}}
			default:
				cmd = p
			}
		default:
			continue
		}
		out = append(out, visa.Wish{Order: order(e, f), Command: cmd})
	}
	return out
}

// Booklets carries out what follows for booklets that are lent. It is given in
// the office zone.
func Booklets(e journal.Event, b approval.Amended) []custody.Wish {
	var out []custody.Wish
	for _, f := range b.Follows {
		o := order(e, f)
		o.Subject = f.Person
		switch f.Do {
		case approval.RecallBooklet:
			out = append(out, custody.Wish{Order: o, Command: custody.Recall{Booklet: f.Ref, Filing: e.Subject.ID, Due: f.Day, Reason: b.Why}})
		case approval.RedateBooklet:
			out = append(out, custody.Wish{Order: o, Command: custody.Redate{Booklet: f.Ref, Filing: e.Subject.ID, Due: f.Day, Reason: b.Why}})
		}
	}
	return out
}

// Place carries out what follows for one booked visit. now is the booking as it
// stands; several people leave it one after another. It is given in the internet
// zone.
func Place(e journal.Event, b approval.Amended, f approval.Follow, now hall.Booking) (hall.DayWish, bool) {
	o := order(e, f)
	o.Subject = hall.DayID(now.Hall, now.Day)
	switch f.Do {
	case approval.CancelBooking:
		return hall.DayWish{Order: o, Command: hall.Cancel{Booking: now.ID, Day: now.Day, Reason: b.Why}}, true
	case approval.ShortenBooking:
		return hall.DayWish{Order: o, Command: hall.Shorten{Booking: now, Person: f.Person, Reason: b.Why}}, true
	}
	return hall.DayWish{}, false
}

// Journey carries out what follows for the journey itself. t is the trip as it
// stands, ready what is known of those who may go now. It is given in the
// internet zone, and clears a delegation whose last unready member stays at home.
// What the change wants isn't there yet, whatever is known of it: then news of that
// clears it.
func Journey(e journal.Event, b approval.Amended, t trip.Trip, ready trip.Ready) []trip.Wish {
	key := func(what string) journal.Order {
		return journal.Order{Subject: e.Subject.ID, Key: e.ID + ":" + what, Cause: e.ID}
	}
	var come []string
	for _, f := range b.Follows {
		if f.Do == approval.NoticeAddendum { // each newcomer is announced
			come = append(come, f.Person)
		}
	}
	wants := slices.ContainsFunc(b.Follows, func(f approval.Follow) bool { return slices.Contains(wanting, f.Do) })
	goes := going(t, b.Approved(), come)
	out := []trip.Wish{{Order: key("trip.amend"), Command: trip.Amend{Amendment: b.Amendment, Members: goes, Depart: b.Facts.Depart, Return: b.Facts.Return, Ready: !wants && len(ready.Lacks()) == 0}}}
	if !wants {
		out = append(out, trip.Wish{Order: key("trip.clear"), Command: trip.Clear{Ready: ready}})
	}
	return out
}

// wanting is what nobody leaves without.
var wanting = []approval.Act{approval.PlanVisa, approval.RedoVisa, approval.AskBooklet, approval.AskEndorsement, approval.WidenPermit}

func order(e journal.Event, f approval.Follow) journal.Order {
	return journal.Order{Subject: f.Ref, Key: e.ID + ":" + string(f.Do) + ":" + f.Ref + ":" + f.Person, Cause: e.ID}
}
