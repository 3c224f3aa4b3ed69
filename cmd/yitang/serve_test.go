package main

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"testing"
	"time"
)

// Whenever it is ended, also while reactions begin: no error line, exit 0.
func TestInterruptEndsItCleanlyAndSilently(t *testing.T) {
	dir := t.TempDir()
	for _, after := range []time.Duration{0, 3 * time.Millisecond, 300 * time.Millisecond} {
		var errs bytes.Buffer
		cmd := exec.CommandContext(t.Context(), os.Args[0], "serve", "--zone", "all", "--data", dir, "--listen", "127.0.0.1:0")
		cmd.Env = append(os.Environ(), "YITANG_AS_ITSELF=1")
		cmd.Stderr = &errs
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for range 3 {
			if !lines.Scan() {
				t.Errorf("it ended before it was ready: %s", errs.String())
				break
			}
		}
		time.Sleep(after)
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		for lines.Scan() {
		}
		if err := cmd.Wait(); err != nil {
			t.Errorf("interrupted after %s it ends with %v", after, err)
		}
		if errs.Len() > 0 {
			t.Errorf("interrupted after %s it says\n%s", after, errs.String())
		}
	}
}
