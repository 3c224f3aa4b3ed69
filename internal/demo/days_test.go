package demo

import (
	"context"
	"errors"
	"sync"
	"testing"

	"yitang/internal/fault"
)

// A case that a rule stops stays there, and the others go on; where nobody listens,
// and for any other failure, the telling ends.
func TestACaseThatARuleStopsKeepsNobodyFromTheCity(t *testing.T) {
	const tried Step = "tried in a test"
	stops, breaks := &Plan{}, &Plan{}
	var mu sync.Mutex
	told := map[*Plan]int{}
	steps[tried] = step{tell: func(_ context.Context, _ *teller, p *Plan, _ int) error {
		mu.Lock()
		defer mu.Unlock()
		told[p]++
		switch p {
		case stops:
			return fault.NotNow("custody.replaced", "store")
		case breaks:
			return errors.New("the disk is gone")
		}
		return nil
	}}
	defer delete(steps, tried)
	goes := &Plan{}
	at := day.Begins()
	tell := func(listens bool, plans ...*Plan) (stuck int, err error) {
		x := &teller{zones: Zones{Clock: NewClock(at, at)}}
		if listens {
			x.zones.Stuck = func(error) { stuck++ }
		}
		var all []happening
		for _, p := range plans {
			all = append(all, happening{Event: Event{Step: tried, At: at}, plan: p})
		}
		for range 2 {
			if err = x.tellAtOnce(context.Background(), all); err != nil {
				return stuck, err
			}
		}
		return stuck, nil
	}
	if n, err := tell(true, stops, goes); err != nil || n != 1 || told[stops] != 1 || told[goes] != 2 {
		t.Errorf("%d stopped, it was tried %d times, the other went on %d times: %v", n, told[stops], told[goes], err)
	}
	if _, err := tell(false, stops); !fault.IsNotNow(err) {
		t.Errorf("nobody listens: %v", err)
	}
	if _, err := tell(true, breaks); err == nil || fault.IsNotNow(err) {
		t.Errorf("a failure is taken for a rule: %v", err)
	}
}
