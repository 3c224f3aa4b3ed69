package hall

import (
	"cmp"
	"slices"

	"yitang/internal/visit"
)

// What somebody comes for may take longer than one place of a slot holds. Then they have
// places of as many slots in a row as it takes, at one window; who comes with them and is
// through earlier leaves their places to others.

// lengths is how many minutes each of those who come takes: their own acts together, and
// the first of them also what is done for the unit and for those who needn't come.
func lengths(persons []string, n int, acts []Act) []int {
	out := make([]int, max(1, n))
	for _, a := range acts {
		out[max(0, slices.Index(persons, a.Person))] += a.Minutes
	}
	return out
}

// takes is how many slots people take who take so many minutes at a counter: one at
// least, and no more than a window of it is open without a break.
func (p Plan) takes(c visit.Counter, minutes []int) []int {
	each, most := max(1, cmp.Or(p.Each, p.Minutes)), p.longest(c)
	out := make([]int, len(minutes))
	for i, m := range minutes {
		out[i] = min(max(1, (m+each-1)/each), most)
	}
	return out
}

// longer keeps what isn't plain: nil where everybody takes one slot.
func longer(takes []int) []int {
	if slices.Max(takes) == 1 {
		return nil
	}
	return takes
}

// share gives people as many slots as each takes, from one slot on and without a break: of
// what is free in a slot nobody has more than one place, and who has most before them goes
// first, so that all are through as early as can be.
func share(takes []int, slot Clock, free func(Clock) int, next func(Clock) (Clock, bool)) ([]Use, bool) {
	var uses []Use
	left := takes
	for {
		n := min(free(slot), len(left))
		if n <= 0 {
			return nil, false
		}
		uses = append(uses, Use{Slot: slot, Places: n})
		left = slices.Clone(left)
		slices.SortFunc(left, func(a, b int) int { return b - a })
		for i := range n {
			left[i]--
		}
		left = slices.DeleteFunc(left, func(k int) bool { return k == 0 })
		if len(left) == 0 {
			return uses, true
		}
		var more bool
		if slot, more = next(slot); !more {
			return nil, false
		}
	}
}

// without is what a booking takes when one of its people doesn't come: never another place
// than it has.
func (p Placed) without(person string) (uses []Use, takes []int) {
	i := slices.Index(p.People, person)
	if len(p.Takes) == 0 || i < 0 || i >= len(p.Takes) {
		return oneLess(p.Uses), p.Takes
	}
	takes = slices.Delete(slices.Clone(p.Takes), i, i+1)
	if len(takes) == 0 || len(p.Uses) == 0 {
		return p.Uses, takes
	}
	at := func(c Clock) int { return slices.IndexFunc(p.Uses, func(u Use) bool { return u.Slot == c }) }
	uses, fit := share(takes, p.Uses[0].Slot, func(c Clock) int { return p.Uses[at(c)].Places }, func(c Clock) (Clock, bool) {
		i := at(c) + 1
		if i == len(p.Uses) {
			return 0, false
		}
		return p.Uses[i].Slot, true
	})
	if !fit {
		return p.Uses, takes
	}
	return uses, takes
}
