package hall

import (
	"slices"
	"time"

	"yitang/internal/calendar"
)

// SpecialDay is a single day with hours of its own, on which the hall is open though it
// be a Saturday or a holiday (特定开放日).
type SpecialDay struct {
	Day    calendar.Date `json:"day"`
	Open   []Span        `json:"open"`
	Reason string        `json:"reason"`
}

// Why somebody may book nothing of a day, whatever is free.
const (
	unitHasEnough   = "hall.slot.unit_limit"
	personHasEnough = "hall.slot.person_limit"
)

// limit says why nothing more of a day is for these people; "" where nothing is in the
// way. The places of one unit are limited, and the times of one person. A unit's only
// case is never stopped, however many people it has: a delegation is not split. What they
// have in the office's other halls counts as much.
func (w Wanted) limit(d Day, takes []int, now time.Time) string {
	if w.Plan.UnitDay > 0 {
		n := 0
		for _, x := range w.all(d) {
			x.each(now, func(filing, unit string, uses []Use) {
				if unit == w.Unit && filing != w.Filing {
					n += sum(uses)
				}
			})
		}
		more := 0
		for _, t := range takes {
			more += t
		}
		if n > 0 && n+more > w.Plan.UnitDay {
			return unitHasEnough
		}
	}
	if w.Plan.PersonDay > 0 {
		for _, who := range w.Persons {
			n := 0
			for _, x := range w.all(d) {
				x.others(w.Filing, []string{who}, now, func([]Use) { n++ })
			}
			if n >= w.Plan.PersonDay {
				return personHasEnough
			}
		}
	}
	return ""
}

// all is a day in this hall and in the others.
func (w Wanted) all(d Day) []Day {
	out := []Day{d}
	for _, x := range w.Away {
		out = append(out, x.Day)
	}
	return out
}

// busy are the times of a day at which some of them are at a window for another case, in
// whichever hall.
func (w Wanted) busy(d Day, now time.Time) hours {
	out := d.busy(w.Filing, w.Persons, now)
	slots := w.Plan.Slots()
	for _, x := range w.Away {
		x.Day.others(w.Filing, w.Persons, now, func(uses []Use) {
			for _, u := range uses {
				for _, s := range slots {
					if s < u.Slot+Clock(x.Minutes) && u.Slot < s+Clock(w.Plan.Minutes) {
						out[s] = true
					}
				}
			}
		})
	}
	return out
}

// each goes through all that is taken of a day: booked, held while a form is filled in,
// and offered to who waits.
func (d Day) each(now time.Time, do func(filing, unit string, uses []Use)) {
	for _, b := range d.Bookings {
		do(b.Filing, b.Unit, b.Uses)
	}
	for _, h := range d.Holds {
		if h.Until.After(now) {
			do(h.Filing, h.Unit, h.Uses)
		}
	}
	for _, w := range d.Waits {
		if w.Open(now) {
			do(w.Filing, w.Unit, w.Offer.Uses)
		}
	}
}

func sum(uses []Use) (n int) {
	for _, u := range uses {
		n += u.Places
	}
	return n
}

// hours are times of a day at which somebody is at a window already.
type hours map[Clock]bool

// others goes through what some of these people have of a day for another case: booked,
// or offered and not answered yet.
func (d Day) others(filing string, persons []string, now time.Time, do func(uses []Use)) {
	some := func(of string, people []string) bool {
		return of != filing && slices.ContainsFunc(persons, func(p string) bool { return slices.Contains(people, p) })
	}
	for _, b := range d.Bookings {
		if some(b.Filing, b.People) {
			do(b.Uses)
		}
	}
	for _, w := range d.Waits {
		if w.Open(now) && some(w.Filing, w.People) {
			do(w.Offer.Uses)
		}
	}
}

// busy are the times that some of these people have for another case: nobody can be at two
// windows at once.
func (d Day) busy(filing string, persons []string, now time.Time) hours {
	out := hours{}
	d.others(filing, persons, now, func(uses []Use) {
		for _, u := range uses {
			out[u.Slot] = true
		}
	})
	return out
}

func (h hours) meets(uses []Use) bool {
	return slices.ContainsFunc(uses, func(u Use) bool { return h[u.Slot] })
}
