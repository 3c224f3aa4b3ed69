package training_test

import (
	"testing"
	"time"

	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/training"
)

// One run begins once and is passed once, however often its officer begins anew;
// what nobody began isn't passed. Somebody who has passed may practise again.
func TestARunIsBegunOnceAndPassedOnce(t *testing.T) {
	who := training.Officer{Account: "a", Unit: "u", Name: "何远舟"}
	begin, pass := training.Begin{Officer: who}, training.Pass{Officer: who, Visits: 1, Returns: 1}
	var is training.Training
	does := func(cmd journal.Command[training.Training], events int) {
		t.Helper()
		got, err := cmd.Decide(is, journal.Moment{})
		if err != nil || len(got) != events {
			t.Fatalf("%T of %+v gives %d events, %v", cmd, is, len(got), err)
		}
		for _, e := range got {
			e.At = time.Date(2026, 3, 10, 1, 0, 0, 0, time.UTC)
			if is, err = training.Room.Evolve(is, e); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := pass.Decide(is, journal.Moment{}); !fault.IsNotNow(err) {
		t.Errorf("what nobody began is passed: %v", err)
	}
	does(begin, 1)
	does(begin, 0)
	does(pass, 1)
	does(pass, 0)
	if is.Under || is.Passes != 1 || is.Last.Visits != 1 || is.Last.Name.Or("") != "何远舟" {
		t.Errorf("once passed it is %+v", is)
	}
	does(begin, 1)
	does(pass, 1)
	if is.Passes != 2 {
		t.Errorf("passed twice it is %+v", is)
	}
}
