package exchange

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"yitang/internal/exchange/simtest"
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

// shrink makes a run that fails short, as long as there is time. What it gives was
// played, and failed in the same way.
func (r simRun) shrink(t *testing.T, f *failure, until time.Time) (simRun, *failure) {
	t.Helper()
	left := r.only
	if left == nil {
		left = simtest.All(r.steps)
	}
	short := r
	simtest.Shorten(left, f.step, until, func(only []int) bool {
		shorter := r
		shorter.only = only
		got, _ := shorter.play(t)
		if got == nil || got.how != f.how {
			return false
		}
		short, f = shorter, got
		return true
	})
	return short, f
}

// command is the line that plays a run again.
func (r simRun) command() string {
	line := fmt.Sprintf("make sim SEED=%d STEPS=%d", r.seed, r.steps)
	if r.only != nil {
		line += " ONLY=" + simtest.Text(r.only)
	}
	return line
}

// tells a person what failed, what happened before in as few steps as were found,
// and how to see it again.
func (r simRun) tells(f *failure) string {
	last := f.log[max(0, len(f.log)-*simTold):]
	return fmt.Sprintf("%v\n%s\nplays it again; in it happens\n%s", f.err, r.command(), strings.Join(last, "\n"))
}
