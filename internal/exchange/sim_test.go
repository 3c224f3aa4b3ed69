package exchange

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"yitang/internal/exchange/simtest"
)

var (
	simSeed  = flag.Uint64("sim.seed", 1, "first seed of the simulator")
	simRuns  = flag.Int("sim.runs", 0, "how many seeds; 0: as many as the years take")
	simYears = flag.Float64("sim.years", 0, "how many simulated years; 0: a hundred, a thousand in a soak")
	simSteps = flag.Int("sim.steps", 300, "what happens in one run")
	simSeek  = flag.Duration("sim.seek", 20*time.Second, "how long a run that fails is made shorter")
	simTold  = flag.Int("sim.told", 60, "how many of the last lines of a run that fails are told")
	simOnly  = flag.String("sim.only", "", "the steps to play, as 3,7-9; all others are left out")
)

// simulated are the runs of this test: one that somebody wants to see again, or
// seeds until there are enough years.
func simulated(t *testing.T) []simRun {
	t.Helper()
	if *simOnly != "" {
		only, err := simtest.Named(*simOnly)
		if err != nil {
			t.Fatal(err)
		}
		return []simRun{{seed: *simSeed, steps: *simSteps, only: only}}
	}
	years := *simYears
	switch {
	case years > 0:
	case os.Getenv("YITANG_SOAK") != "":
		years = 1000
	default:
		years = 100
	}
	var out []simRun
	var sum time.Duration
	for seed := *simSeed; len(out) < *simRuns || *simRuns == 0 && sum < time.Duration(years*float64(year)); seed++ {
		out = append(out, simRun{seed: seed, steps: *simSteps})
		sum += spanOf(seed, *simSteps)
	}
	return out
}

func TestThreeZonesConvergeWhateverHappensBetweenThem(t *testing.T) {
	runs := simulated(t)
	var mu sync.Mutex
	var all simStats
	t.Run("seed", func(t *testing.T) {
		for _, r := range runs {
			t.Run(fmt.Sprint(r.seed), func(t *testing.T) {
				t.Parallel()
				f, stats := r.play(t)
				mu.Lock()
				all.add(stats)
				mu.Unlock()
				if f == nil {
					return
				}
				if r.only == nil {
					r, f = r.shrink(t, f, time.Now().Add(*simSeek))
				}
				t.Error(r.tells(f))
			})
		}
	})
	t.Logf("%d runs: %s", len(runs), all)
}

// The same run comes out the same, also when steps of it are left out.
func TestARunOfTheSimulatorIsPlayedAgain(t *testing.T) {
	t.Parallel()
	steps := *simSteps / 3
	for _, r := range []simRun{{seed: 3, steps: steps}, {seed: 3, steps: steps, only: []int{1, 2, 3, 5, 8, 13, 21, 34, 55, 89}}} {
		var logs [2]string
		for i := range logs {
			s := newSim(t, r.seed, "")
			if r.only != nil {
				s.only = map[int]bool{}
				for _, step := range r.only {
					s.only[step] = true
				}
			}
			err := s.run(r.steps)
			logs[i] = fmt.Sprint(err, "\n", strings.Join(s.log, "\n"))
			s.end()
		}
		if logs[0] != logs[1] {
			a, b := strings.Split(logs[0], "\n"), strings.Split(logs[1], "\n")
			for i := range min(len(a), len(b)) {
				if a[i] != b[i] {
					t.Fatalf("first it was\n%s\nthen\n%s", a[i], b[i])
				}
			}
			t.Fatalf("once %d lines, then %d", len(a), len(b))
		}
	}
}

// A long run that fails is made short by itself, and the short one fails in the
// same way.
func TestAFailingRunShrinksToAHandfulOfSteps(t *testing.T) {
	t.Parallel()
	for _, d := range []defect{losesARecord, withholdsNothing} {
		r := simRun{seed: 1, steps: *simSteps, planted: d}
		f, _ := r.play(t)
		if f == nil {
			t.Fatalf("%s: the run doesn't fail", d)
		}
		short, again := r.shrink(t, f, time.Now().Add(2*time.Minute))
		t.Logf("%s", short.tells(again))
		if len(short.only) > 8 || again.how != f.how {
			t.Errorf("%s: %d steps are left, and it fails like this: %v; at first: %v", d, len(short.only), again.err, f.err)
		}
		// As the command line would play it.
		only, err := simtest.Named(simtest.Text(short.only))
		if err != nil || !slices.Equal(only, short.only) {
			t.Errorf("%v are written %s and read %v, %v", short.only, simtest.Text(short.only), only, err)
		}
		if got, _ := (simRun{seed: r.seed, steps: r.steps, only: only, planted: d}).play(t); got == nil || got.how != f.how {
			t.Errorf("%s: played again it fails otherwise: %+v", d, got)
		}
		if whole := (simRun{seed: r.seed, steps: r.steps, only: only}); !strings.HasPrefix(whole.command(), fmt.Sprintf("make sim SEED=1 STEPS=%d ONLY=", r.steps)) {
			t.Errorf("the command is %s", whole.command())
		}
	}
}

// defects are all that the simulator must find.
var defects = []defect{passesOverGaps, overtakes, forgetsHeld, receiptsTooMuch, losesARecord, countsNothing, givesNoSign, waitsForNoFile, keepsNoCursor, takesAnySuite, saysNoSuite, withholdsNothing,
	trustsTheOld, takesStrangers, reusesEpochs, goesOnAsBefore, tellsNoneAgain, swallowsFull, dropsNewer, keepsNewer, hidesRefused, hidesLacking}

// Each defect must be found by some of the first seeds.
func TestTheSimulatorFindsPlantedDefects(t *testing.T) {
	for _, d := range defects {
		t.Run(string(d), func(t *testing.T) {
			t.Parallel()
			for seed := uint64(1); seed <= 12; seed++ {
				if f, _ := (simRun{seed: seed, steps: *simSteps, planted: d}).play(t); f != nil {
					t.Logf("seed %d, step %d: %v", seed, f.step, f.err)
					return
				}
			}
			t.Error("twelve seeds didn't find it")
		})
	}
}
