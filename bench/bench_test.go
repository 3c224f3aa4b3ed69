package main

import (
	"os"
	"testing"
	"time"

	"yitang/internal/store/storetest"
)

// Figures are nobody's to judge here, but each measurement comes to its end, and
// none finds a wrong result: a place given twice, a counter that differs from a
// count, a case that was answered and isn't kept. Those that build the binary
// are for make soak.
func TestMeasurementsComeToTheirEndWithoutAWrongResult(t *testing.T) {
	t.Chdir("..") // as from the repository's root
	s := settings{Data: t.TempDir(), Cases: 120, Records: 1200, Told: 2, Seconds: time.Second / 10}
	machine, err := measureMachine(s.Seconds)
	if err != nil {
		t.Fatal(err)
	}
	if err := fill(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	all := []string{"b1", "b2", "b4", "check"}
	if os.Getenv("YITANG_CI") != "" || storetest.Available() {
		all = append(all, "b6")
	}
	if os.Getenv("YITANG_SOAK") != "" {
		all = append(all, "b7", "demo")
	}
	for _, what := range all {
		for _, step := range steps[what] {
			if err := step(t.Context(), s, machine); err != nil {
				t.Errorf("%s: %v", what, err)
			}
		}
	}
	for _, wrong := range [][]string{nil, {"b3"}, {"b1", "--cases", "0"}, {"b6", "--records", "0"}} {
		if err := run(t.Context(), wrong); err == nil {
			t.Errorf("%v is measured", wrong)
		}
	}
}
