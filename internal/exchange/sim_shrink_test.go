package exchange

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// simRun is a run that can be played again.
type simRun struct {
	seed    uint64
	steps   int
	only    []int // nil: all of them
	planted defect
}

// failure is what went wrong in a run: the sentence, what kind of sentence, what
// was noted until then, and the step.
type failure struct {
	err  error
	how  string
	step int // 0: after the last
	log  []string
}

func (r simRun) play(t *testing.T) (*failure, simStats) {
	t.Helper()
	s := newSim(t, r.seed, r.planted)
	defer s.end()
	if r.only != nil {
		s.only = map[int]bool{}
		for _, step := range r.only {
			s.only[step] = true
		}
	}
	if err := s.run(r.steps); err != nil {
		return &failure{err, s.how, s.step, s.log}, s.stats
	}
	return nil, s.stats
}

// shrink makes a run that fails short: it leaves out what isn't needed to fail in
// the same way, in halves, quarters, and at last one by one, as long as there is
// time. What it gives was played, and failed.
func (r simRun) shrink(t *testing.T, f *failure, until time.Time) (simRun, *failure) {
	t.Helper()
	left := r.only
	if left == nil {
		for step := 1; step <= r.steps; step++ {
			left = append(left, step)
		}
	}
	short := r
	try := func(only []int) bool {
		shorter := r
		shorter.only = only
		got, _ := shorter.play(t)
		if got == nil || got.how != f.how {
			return false
		}
		short, f, left = shorter, got, only
		return true
	}
	if f.step > 0 { // what came afterwards has nothing to do with it
		try(left[:slices.Index(left, f.step)+1])
	}
	for parts := 2; len(left) > 1 && time.Now().Before(until); {
		size, found := (len(left)+parts-1)/parts, false
		for from := 0; from < len(left) && time.Now().Before(until); {
			rest := slices.Concat(left[:from], left[min(from+size, len(left)):])
			if len(rest) > 0 && try(rest) {
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
	return short, f
}

// command is the line that plays a run again.
func (r simRun) command() string {
	line := fmt.Sprintf("make sim SEED=%d STEPS=%d", r.seed, r.steps)
	if r.only != nil {
		line += " ONLY=" + stepsAsText(r.only)
	}
	return line
}

// stepsAsText writes 3,7-9; stepsNamed reads it.
func stepsAsText(all []int) string {
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

func stepsNamed(text string) ([]int, error) {
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

// tells a person what failed, what happened before in as few steps as were found,
// and how to see it again.
func (r simRun) tells(f *failure) string {
	last := f.log[max(0, len(f.log)-*simTold):]
	return fmt.Sprintf("%v\n%s\nplays it again; in it happens\n%s", f.err, r.command(), strings.Join(last, "\n"))
}
