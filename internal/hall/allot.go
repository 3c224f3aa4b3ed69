package hall

import (
	"cmp"
	"context"
	"slices"
	"time"

	"yitang/internal/calendar"
	"yitang/internal/store"
	"yitang/internal/visit"
)

// Allotment is what is left of a slot's places that are kept for people without a booking
// (现场号), of one counter. A window that serves several counts for each.
type Allotment struct {
	Counter visit.Counter
	Kept    int
	Left    int
}

// walked is somebody who came without a booking: at which counter they are served, and
// during which slots of the day.
type walked struct {
	counter visit.Counter
	from    Clock // slot
	slots   int
	until   Clock // when they left; past midnight while they are there
}

// slotAt is the slot in which a time of the plan's day lies, or the last before it; before
// the first it is that one.
func (p Plan) slotAt(c Clock) (Clock, bool) {
	slots := p.Slots()
	if len(slots) == 0 {
		return 0, false
	}
	at := slots[0]
	for _, s := range slots {
		if s <= c {
			at = s
		}
	}
	return at, true
}

// allotments are those of a slot, of the counters for which something is kept then: who
// came without a booking takes what is kept at a window that does little else, first.
func (p Plan) allotments(slot Clock, came []walked) []Allotment {
	left := map[string]int{}
	for _, w := range p.Windows {
		if w.open(slot, slot+Clock(p.Minutes)) {
			left[w.ID] = w.Kept
		}
	}
	sum := func(c visit.Counter) (n int) {
		for _, w := range p.Serving(c) {
			n += left[w.ID]
		}
		return n
	}
	var out []Allotment
	for _, c := range visit.Counters() {
		if n := sum(c); n > 0 {
			out = append(out, Allotment{Counter: c, Kept: n})
		}
	}
	slots := p.Slots()
	for _, x := range came {
		i, k := slices.Index(slots, x.from), slices.Index(slots, slot)
		if i > k || k >= i+x.slots || x.until <= slot {
			continue
		}
		windows := p.Serving(x.counter)
		slices.SortStableFunc(windows, func(a, b Window) int { return cmp.Compare(len(a.Counters), len(b.Counters)) })
		if i := slices.IndexFunc(windows, func(w Window) bool { return left[w.ID] > 0 }); i >= 0 {
			left[windows[i].ID]--
		}
	}
	for i := range out {
		out[i].Left = sum(out[i].Counter)
	}
	return out
}

// AllotmentsAt reads what is left of the slot that it is now, for people without a
// booking; ok is false while the hall isn't open.
func AllotmentsAt(ctx context.Context, r store.Reader, p Plan, now time.Time, book *calendar.Book) (slot Clock, all []Allotment, ok bool, err error) {
	today, at := calendar.DateOf(now), ClockAt(now)
	if open, _ := p.OpenOn(today, book); !open {
		return 0, nil, false, nil
	}
	p = p.On(today)
	slot, some := p.slotAt(at)
	if !some || at < slot || at >= slot+Clock(p.Minutes) {
		return 0, nil, false, nil
	}
	first, _, err := HallOf(ctx, r, "")
	if err != nil {
		return 0, nil, false, err
	}
	visits, err := VisitsOn(ctx, r, today)
	if err != nil {
		return 0, nil, false, err
	}
	var came []walked
	for _, v := range visits {
		if v.Booking != "" || cmp.Or(v.Hall, first.ID, p.ID) != p.ID {
			continue
		}
		var acts []Act
		for _, a := range v.Acts {
			acts = append(acts, Act{ID: a.ID, Kind: a.Kind, Person: a.Person, Minutes: a.Minutes})
		}
		c, until := CounterOf(acts), At(24, 0)
		if !v.Went.IsZero() {
			until = clockOf(v.Went, today)
		}
		from, _ := p.slotAt(clockOf(v.Came, today))
		for _, n := range p.takes(c, lengths(v.People, len(v.People), acts)) {
			came = append(came, walked{c, from, n, until})
		}
	}
	return slot, p.allotments(slot, came), true, nil
}
