package main

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// serveAll starts the three zones below a folder as one process of its own; what it
// complains of is read once it has ended.
func serveAll(t *testing.T, dir string) (*exec.Cmd, *bufio.Scanner, *bytes.Buffer) {
	t.Helper()
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
	return cmd, bufio.NewScanner(out), &errs
}

// Whenever it is ended, also while reactions begin: no error line, exit 0.
func TestInterruptEndsItCleanlyAndSilently(t *testing.T) {
	dir := t.TempDir()
	for _, after := range []time.Duration{0, 3 * time.Millisecond, 300 * time.Millisecond} {
		cmd, lines, errs := serveAll(t, dir)
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

// Carriers that somebody has set up and that three zones of one process don't need
// aren't passed over silently.
func TestZonesOfOneProcessSayThatTheirCarriersAreNotUsed(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "office"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "office", "node.yaml"), []byte("carriers: [{with: internet, folder: {out: "+dir+"}}]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd, lines, errs := serveAll(t, dir)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "passport") { // by then it was said
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Error(err)
	}
	for lines.Scan() {
	}
	if err := cmd.Wait(); err != nil || !strings.Contains(errs.String(), "node.yaml of the office zone are not used") || strings.Contains(errs.String(), "internet zone are not used") {
		t.Errorf("%v, and it says %q", err, errs.String())
	}
}
