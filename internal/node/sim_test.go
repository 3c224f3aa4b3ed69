package node_test

import (
	"flag"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"yitang/internal/exchange/simtest"
)

var (
	simSeed  = flag.Uint64("whole.seed", 1, "first seed of the simulator of whole nodes")
	simRuns  = flag.Int("whole.runs", 0, "how many seeds; 0: none")
	simSteps = flag.Int("whole.steps", 150, "what happens in one run")
	simOnly  = flag.String("whole.only", "", "the steps to play, as 3,7-9; all others are left out")
	simSeek  = flag.Duration("whole.seek", time.Minute, "how long a run that fails is made shorter")
	simStory = flag.Bool("whole.story", false, "tells what happens in a run that doesn't fail, too")
	simTold  = flag.Int("whole.told", 80, "how many of the last lines of a run that fails are told")
)

// simRun is a run that can be played again.
type simRun struct {
	seed  uint64
	steps int
	only  []int // nil: all of them
	plant *simDefect
}

// simFailure is what went wrong in a run.
type simFailure struct {
	err  error
	how  string
	step int // 0: after the last
	log  []string
}

// called is which failure it is, "" where there is none.
func (f *simFailure) called() string {
	if f == nil {
		return ""
	}
	return f.how
}

func (r simRun) play(t *testing.T, base *simBase) (*simFailure, *sim) {
	t.Helper()
	s := newSim(t, base, r.seed, r.plant)
	defer s.end()
	if r.only != nil {
		s.only = map[int]bool{}
		for _, step := range r.only {
			s.only[step] = true
		}
	}
	if s.run(r.steps); s.wrong != nil {
		return &simFailure{s.wrong, s.how, s.failed, s.log}, s
	}
	return nil, s
}

// shrink makes a run that fails short, as long as there is time. What it gives was
// played, and failed in the same way.
func (r simRun) shrink(t *testing.T, base *simBase, f *simFailure, until time.Time) (simRun, *simFailure) {
	t.Helper()
	left := r.only
	if left == nil {
		left = simtest.All(r.steps)
	}
	short := r
	simtest.Shorten(left, f.step, until, func(only []int) bool {
		shorter := r
		shorter.only = only
		got, _ := shorter.play(t, base)
		if got == nil || got.how != f.how {
			return false
		}
		short, f = shorter, got
		return true
	})
	return short, f
}

// tells a person what failed, what happened before, and how to see it again.
func (r simRun) tells(f *simFailure) string {
	line := fmt.Sprintf("make sim WHOLE=1 SEED=%d STEPS=%d", r.seed, r.steps)
	if r.only != nil {
		line += " ONLY=" + simtest.Text(r.only)
	}
	return fmt.Sprintf("%v\n%s\nplays it again; in it happens\n%s", f.err, line, strings.Join(f.log[max(0, len(f.log)-*simTold):], "\n"))
}

// simAsked is how many seeds somebody wants to see. The suite and a soak play none yet:
// not every seed comes to its end (docs/promises.md).
func simAsked(t *testing.T) int {
	t.Helper()
	if *simOnly != "" {
		return 1
	}
	if *simRuns > 0 {
		return *simRuns
	}
	t.Skip("whole nodes are played by make sim WHOLE=1")
	return 0
}

// Three whole nodes, their people, carriers, clocks and disks, played by seeds: whatever
// goes wrong on the way, what must be so is so after each step, and when the faults end
// every case comes to its end, and all zones tell the same of it.
func TestWholeNodesConvergeWhateverHappensInThemAndBetween(t *testing.T) {
	runs := simAsked(t)
	base := newSimBase(t)
	var only []int
	if *simOnly != "" {
		var err error
		if only, err = simtest.Named(*simOnly); err != nil {
			t.Fatal(err)
		}
	}
	var mu sync.Mutex
	var all simStats
	t.Run("seed", func(t *testing.T) {
		for seed := *simSeed; seed < *simSeed+uint64(runs); seed++ {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				r := simRun{seed: seed, steps: *simSteps, only: only}
				f, s := r.play(t, base)
				mu.Lock()
				all.add(s.stats)
				mu.Unlock()
				if f == nil {
					if *simStory {
						t.Log(strings.Join(s.log, "\n"))
					}
					return
				}
				if only == nil {
					r, f = r.shrink(t, base, f, time.Now().Add(*simSeek))
				}
				t.Error(r.tells(f))
			})
		}
	})
	t.Logf("%d runs: %s", runs, all)
}

// Each mistake must be found by some of the first seeds: one that fails without it, too,
// and in the same way, has found nothing.
func TestTheSimulatorOfWholeNodesFindsPlantedDefects(t *testing.T) {
	simAsked(t)
	base := newSimBase(t)
	without := map[uint64]func() string{} // how a seed fails without a mistake; "": it doesn't
	for seed := uint64(1); seed <= 6; seed++ {
		without[seed] = sync.OnceValue(func() string {
			f, _ := (simRun{seed: seed, steps: *simSteps}).play(t, base)
			return f.called()
		})
	}
	for _, plant := range simDefects {
		d := plant()
		t.Run(d.what, func(t *testing.T) {
			t.Parallel()
			for seed := uint64(1); seed <= 6; seed++ {
				if f, _ := (simRun{seed: seed, steps: *simSteps, plant: plant()}).play(t, base); f != nil && f.how != without[seed]() {
					t.Logf("seed %d, step %d: %v", seed, f.step, f.err)
					return
				}
			}
			t.Error("six seeds didn't find it")
		})
	}
}
