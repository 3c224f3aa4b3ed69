// Package simtest is what simulators have in common: a run is a seed and the steps of it
// that are played, so that one that fails can be made short and played again.
package simtest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Chance is what a step of a run draws from: a source of its own, so that the step stays
// what it is when others are left out.
func Chance(seed uint64, step int) *rand.Rand {
	return rand.New(rand.NewPCG(seed, uint64(step)<<1|1))
}

// Lull is what the time that passes after a step is drawn from.
func Lull(seed uint64, step int) *rand.Rand { return rand.New(rand.NewPCG(seed, uint64(step)<<1)) }

// Shorten leaves out of a run that fails what isn't needed to fail in the same way: in
// halves, quarters, and at last one by one, as long as there is time. The step in which it
// failed is the last one that matters; 0: it failed after them all. Fails plays some of
// the steps and tells whether they still do it.
func Shorten(left []int, failed int, until time.Time, fails func([]int) bool) {
	try := func(only []int) bool {
		if len(only) == 0 || !fails(only) {
			return false
		}
		left = only
		return true
	}
	if at := slices.Index(left, failed); at >= 0 { // what came afterwards has nothing to do with it
		try(left[:at+1])
	}
	for parts := 2; len(left) > 1 && time.Now().Before(until); {
		size, found := (len(left)+parts-1)/parts, false
		for from := 0; from < len(left) && time.Now().Before(until); {
			if try(slices.Concat(left[:from], left[min(from+size, len(left)):])) {
				found = true // the next part has come to this place
			} else {
				from += size
			}
		}
		if !found && size == 1 {
			break
		}
		parts = min(2*parts, len(left))
	}
}

// All are the steps of a whole run.
func All(steps int) []int {
	var out []int
	for step := 1; step <= steps; step++ {
		out = append(out, step)
	}
	return out
}

// Text writes steps as 3,7-9; Named reads that.
func Text(all []int) string {
	var out []string
	for i := 0; i < len(all); {
		j := i
		for j+1 < len(all) && all[j+1] == all[j]+1 {
			j++
		}
		text := strconv.Itoa(all[i])
		if j > i {
			text += "-" + strconv.Itoa(all[j])
		}
		out = append(out, text)
		i = j + 1
	}
	return strings.Join(out, ",")
}

// Named are the steps that somebody wants to see.
func Named(text string) ([]int, error) {
	var out []int
	for part := range strings.SplitSeq(text, ",") {
		first, last, more := strings.Cut(part, "-")
		a, err := strconv.Atoi(first)
		b := a
		if err == nil && more {
			b, err = strconv.Atoi(last)
		}
		if err != nil {
			return nil, fmt.Errorf("%q names no steps: say 3,7-9", text)
		}
		for ; a <= b; a++ {
			out = append(out, a)
		}
	}
	return out, nil
}
