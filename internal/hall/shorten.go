package hall

import (
	"slices"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
)

// Shorten takes somebody out of a booking who needn't come any more: the others
// come as they booked, and what they took is free again.
type Shorten struct {
	Booking Booking // as it stands
	Person  string
	Reason  string
	Served  bool // what they were to come for was done without it
}

// Decide leaves a booking alone in which nobody would be left: that is
// cancelled. Acts of the unit itself stay.
func (cmd Shorten) Decide(d Day, m journal.Moment) ([]journal.Event, error) {
	b := cmd.Booking
	placed, here := d.Bookings[b.ID]
	switch {
	case !here:
		return nil, fault.NotNow("hall.cancel.not_booked", IsCancelled)
	case !slices.Contains(b.People, cmd.Person):
		return nil, nil
	case !cmd.Served && Past(b.Day, placed.Slot, m.Now):
		return nil, fault.NotNow("hall.cancel.too_late", IsBooked)
	}
	people := without(b.People, cmd.Person)
	if len(people) == 0 {
		return nil, fault.NotNow("hall.shorten.nobody_left", IsBooked)
	}
	uses, _ := placed.without(cmd.Person)
	acts := slices.DeleteFunc(slices.Clone(b.Acts), func(a Act) bool { return a.Person == cmd.Person })
	return journal.Happened(Shortened{Booking: b.ID, Filing: b.Filing, Day: b.Day, Person: cmd.Person, People: people, Acts: acts, Sequence: placed.Sequence + 1,
		Reason: strings.TrimSpace(cmd.Reason), Uses: uses}), nil
}

func without(people []string, one string) []string {
	return slices.DeleteFunc(slices.Clone(people), func(p string) bool { return p == one })
}

// oneLess is what a booking takes when one person less comes: the last place is
// the one that is free.
func oneLess(uses []Use) []Use {
	out := slices.Clone(uses)
	if n := len(out); n > 0 {
		if out[n-1].Places--; out[n-1].Places < 1 {
			out = out[:n-1]
		}
	}
	return out
}

// Leaving are the commands to a case's bookings when somebody stays at home:
// who was to come alone comes not at all. all are the case's bookings.
func Leaving(person, reason string, all []Booking) []DayWish {
	var out []DayWish
	for _, b := range all {
		if b.State != IsBooked || !slices.Contains(b.People, person) {
			continue
		}
		w := DayWish{Order: journal.Order{Subject: DayID(b.Hall, b.Day)}, Command: Shorten{Booking: b, Person: person, Reason: reason}}
		if len(b.People) == 1 {
			w.Command = Cancel{Booking: b.ID, Day: b.Day, Reason: reason}
		}
		out = append(out, w)
	}
	return out
}

// Comes tells whether a booking still lies ahead of somebody.
func (b Booking) Comes(person string, today calendar.Date) bool {
	return b.State == IsBooked && !b.Day.Before(today) && slices.Contains(b.People, person)
}
