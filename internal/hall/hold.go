package hall

import (
	"slices"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/visit"
)

// Wanted is a time for a number of people.
type Wanted struct {
	Plan      Plan
	Day       calendar.Date
	Slot      Clock
	Counter   visit.Counter
	Filing    string
	Unit      string
	People    int      // places wanted, at least 1: the liaison officer alone takes one too
	Persons   []string // who they are, where that is known
	Acts      []Act    // what they come for, where that is known: it says how long they take
	Elsewhere []string // free times of other days, to offer when this one is gone
	Away      []Away   // the same day in the office's other halls
}

// Away is a day of another hall, as it limits who asks for places in this one.
type Away struct {
	Day     Day
	Minutes int // of its slots
}

// takes is how many slots each of them takes.
func (w Wanted) takes() []int { return w.Plan.takes(w.Counter, lengths(w.Persons, w.People, w.Acts)) }

// check refuses what can't be booked at all; a place that is taken is another
// matter.
func (w Wanted) check(m journal.Moment) error {
	switch err := w.checkDay(m); {
	case err != nil:
		return err
	case !w.Plan.has(w.Slot) || w.Slot <= clockOf(m.Now, w.Day):
		return fault.Field("slot", "hall.slot.unknown", nil)
	}
	return nil
}

// checkDay refuses a day that can't be booked, at whatever hour.
func (w Wanted) checkDay(m journal.Moment) error {
	from, to := w.Plan.Bookable(m.Today, m.Book)
	switch open, _ := w.Plan.OpenOn(w.Day, m.Book); {
	case !open:
		return fault.Field("slot", "hall.slot.closed", map[string]any{"Day": w.Day})
	case w.Day.Before(from):
		return fault.Field("slot", "hall.slot.too_soon", map[string]any{"Day": from})
	case w.Day.After(to):
		return fault.Field("slot", "hall.slot.too_late", map[string]any{"Day": to})
	case w.People < 1:
		return fault.Field("people", "hall.slot.nobody", nil)
	case len(w.Plan.Serving(w.Counter)) == 0:
		return fault.Field("slot", "hall.slot.no_window", nil)
	case !slices.ContainsFunc(w.Plan.Serving(w.Counter), func(x Window) bool { return len(w.Plan.SlotsOf(x)) > 0 }):
		return fault.Field("slot", "hall.slot.window_shut", map[string]any{"Day": w.Day})
	}
	return nil
}

// fit finds all the places or says what else is free.
func (w Wanted) fit(d Day, m journal.Moment) (string, []Use, error) {
	taken := d.promised(w.Plan, w.Day, m, w.Filing)
	if key := w.limit(d, w.takes(), m.Now); key != "" {
		return "", nil, &fault.ConflictError{Key: key, Nearest: w.Elsewhere[:min(3, len(w.Elsewhere))]}
	}
	busy, takes := w.busy(d, m.Now), w.takes()
	window, uses, ok := w.kept(d, m.Now)
	if !ok {
		window, uses, ok = w.Plan.fit(taken, w.Counter, w.Slot, takes)
	}
	key := "hall.slot.taken"
	if ok && busy.meets(uses) {
		key, ok = "hall.slot.person_there", false
	}
	if !ok {
		return "", nil, &fault.ConflictError{Key: key,
			Nearest: w.Plan.nearest(taken, busy, w.Day, w.Counter, w.Slot, takes, clockOf(m.Now, w.Day), w.Elsewhere)}
	}
	return window, uses, nil
}

// kept is what is kept for them from that time on, where it is still what they take: they
// are given the very places that they were told of.
func (w Wanted) kept(d Day, now time.Time) (string, []Use, bool) {
	for _, h := range d.Holds {
		if h.Filing != w.Filing || h.Slot != w.Slot || !h.Until.After(now) {
			continue
		}
		serves := slices.ContainsFunc(w.Plan.Serving(w.Counter), func(x Window) bool { return x.ID == h.Window })
		uses, fits := share(w.takes(), w.Slot, func(c Clock) int { return placesAt(h.Uses, c) }, w.Plan.next)
		if serves && fits && slices.Equal(uses, h.Uses) {
			return h.Window, h.Uses, true
		}
	}
	return "", nil, false
}

func placesAt(uses []Use, c Clock) int {
	for _, u := range uses {
		if u.Slot == c {
			return u.Places
		}
	}
	return 0
}

// Keep keeps places while the form is filled in (暂留). Choosing again gives
// back what was kept before on that day.
type Keep struct{ Wanted Wanted }

// Decide keeps all places or none.
func (cmd Keep) Decide(d Day, m journal.Moment) ([]journal.Event, error) {
	w := cmd.Wanted
	w.Plan = w.Plan.On(w.Day)
	if err := w.check(m); err != nil {
		return nil, err
	}
	window, uses, err := w.fit(d, m)
	if err != nil {
		return nil, err
	}
	var out []journal.Event
	for id, h := range d.Holds {
		if h.Filing == w.Filing && h.Until.After(m.Now) {
			if h.Slot == w.Slot && slices.Equal(h.Uses, uses) {
				return nil, nil // kept already; its time isn't made longer
			}
			out = append(out, journal.Happened(Released{Hold: id})...)
		}
	}
	return append(out, journal.Happened(Held{Hold: m.Fresh(), Filing: w.Filing, Unit: w.Unit, Slot: w.Slot, Window: window, Uses: uses, Until: m.Now.Add(HoldTime)})...), nil
}

// GiveUp lets go of one thing that a filing has kept on a day.
type GiveUp struct {
	Filing string
	Hold   string
}

// Decide is content when nothing was kept.
func (cmd GiveUp) Decide(d Day, _ journal.Moment) ([]journal.Event, error) {
	if h, kept := d.Holds[cmd.Hold]; !kept || h.Filing != cmd.Filing {
		return nil, nil
	}
	return journal.Happened(Released{Hold: cmd.Hold}), nil
}
