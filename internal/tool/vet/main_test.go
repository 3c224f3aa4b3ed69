package main

import (
	"os/exec"
	"strings"
	"testing"
)

func TestWhatIsWrongWithOurOwnCodeIsFound(t *testing.T) {
	out, err := exec.Command("go", "run", ".", "./testdata/wrong").CombinedOutput()
	if err == nil {
		t.Error("nothing was wrong")
	}
	for _, want := range []string{
		"fmt.Sprintf format %d has arg", "wrong.ours format %d has arg",
		"self-assignment of k.hidden", "has json tag but is not exported",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("not found: %s\nin %s", want, out)
		}
	}
}
