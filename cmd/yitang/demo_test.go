package main

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"yitang/internal/store/storetest"
)

// demoProcess is yitang demo as a process of its own, with a city of one case.
type demoProcess struct {
	cmd  *exec.Cmd
	out  *bufio.Scanner
	errs bytes.Buffer
	said []string
}

func startDemo(t *testing.T, dir, listen string, more ...string) *demoProcess {
	t.Helper()
	p := &demoProcess{cmd: exec.CommandContext(t.Context(), os.Args[0], "demo", "--cases", "1", "--data", dir, "--listen", listen)}
	p.cmd.Args = append(p.cmd.Args, more...)
	p.cmd.Env = append(os.Environ(), "YITANG_AS_ITSELF=1")
	p.cmd.Stderr = &p.errs
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.out = bufio.NewScanner(out)
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// until reads up to a line that holds a text; "" for everything.
func (p *demoProcess) until(t *testing.T, text string) {
	t.Helper()
	for p.out.Scan() {
		p.said = append(p.said, p.out.Text())
		if text != "" && strings.Contains(p.out.Text(), text) {
			return
		}
	}
	if text != "" {
		t.Fatalf("it never said %q, but\n%s\n%s", text, strings.Join(p.said, "\n"), p.errs.String())
	}
}

func (p *demoProcess) end(t *testing.T, with syscall.Signal) error {
	t.Helper()
	if err := p.cmd.Process.Signal(with); err != nil {
		t.Fatal(err)
	}
	p.until(t, "")
	return p.cmd.Wait()
}

// Whatever ends the first start, the next one says what it does about it and
// comes to a whole city; the one after that finds it.
func TestDemoInterruptedWhileLoadingIsLoadedAfresh(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	p := startDemo(t, dir, "127.0.0.1:0")
	p.until(t, "Loading the demo city")
	if err := p.end(t, syscall.SIGINT); err != nil || p.errs.Len() > 0 {
		t.Errorf("interrupted, it ends with %v and says %s", err, p.errs.String())
	}
	if last := p.said[len(p.said)-1]; !strings.Contains(last, "the next start loads it afresh") {
		t.Errorf("interrupted, it says %q", last)
	}

	p = startDemo(t, dir, "127.0.0.1:0")
	p.until(t, "Loading the demo city")
	if err := p.end(t, syscall.SIGKILL); err == nil {
		t.Error("killed, it ends well")
	}

	p = startDemo(t, dir, "127.0.0.1:0")
	p.until(t, "Ctrl-C ends it")
	if !strings.Contains(p.said[0], "loaded afresh") {
		t.Errorf("after a crash it says %q", p.said[0])
	}
	other := startDemo(t, dir, "127.0.0.1:0")
	other.until(t, "")
	if err := other.cmd.Wait(); err == nil || strings.Count(other.errs.String(), "\n") != 1 || !strings.Contains(other.errs.String(), "in use by another yitang") {
		t.Errorf("a second one ends with %v and says %s", err, other.errs.String())
	}
	if err := p.end(t, syscall.SIGINT); err != nil || p.errs.Len() > 0 {
		t.Errorf("interrupted while serving, it ends with %v and says %s", err, p.errs.String())
	}

	p = startDemo(t, dir, "127.0.0.1:0")
	p.until(t, "Ctrl-C ends it")
	if all := strings.Join(p.said, "\n"); strings.Contains(all, "the demo city") || !strings.Contains(all, "liaison") || !strings.Contains(all, "passport1") {
		t.Errorf("the next start says\n%s", all)
	}
	if err := p.end(t, syscall.SIGTERM); err != nil {
		t.Errorf("ended, it ends with %v", err)
	}
}

// A port in use and a folder that can't be written are told before anything is
// loaded, in one sentence each.
func TestDemoSaysInOneSentenceWhyItCannotStart(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dir := t.TempDir()
	for _, c := range []struct{ dir, listen, says string }{
		{filepath.Join(dir, "a"), l.Addr().String(), "is in use by another program"},
	} {
		p := startDemo(t, c.dir, c.listen)
		p.until(t, "")
		if err := p.cmd.Wait(); err == nil || len(p.said) > 0 || strings.Count(p.errs.String(), "\n") != 1 || !strings.Contains(p.errs.String(), c.says) {
			t.Errorf("it ends with %v, prints %q and says %q", err, p.said, p.errs.String())
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("it left %v, %v", left, err)
	}
}

// As an ordinary user, because root may write anywhere: a folder that is there
// and can't be written to, and one that would have to be made in it, are told in
// one sentence by whatever wants to write there.
func TestAFolderWithoutTheRightToWriteIsToldInOneSentence(t *testing.T) {
	locked := storetest.Locked(t)
	below := filepath.Join(locked, "below")
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"demo", "--cases", "1", "--listen", "127.0.0.1:0", "--data", locked}, locked + " can't be written to: permission denied"},
		{[]string{"demo", "--cases", "1", "--listen", "127.0.0.1:0", "--data", below}, below + " can't be made: permission denied"},
		{[]string{"init", "--zone", "internet", "--data", locked}, locked + " can't be written to: permission denied"},
		{[]string{"init", "--zone", "internet", "--data", below}, below + " can't be made: permission denied"},
	} {
		var out, errs bytes.Buffer
		cmd := storetest.AsOrdinary(t, c.args...)
		cmd.Env = append(os.Environ(), "YITANG_AS_ITSELF=1")
		cmd.Stdout, cmd.Stderr = &out, &errs
		err := cmd.Run()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 || out.Len() > 0 || strings.Count(errs.String(), "\n") != 1 || !strings.Contains(errs.String(), c.says) {
			t.Errorf("%v ends with %v, prints %q and says %q", c.args, err, out.String(), errs.String())
		}
	}
}

// With a pack the city is another one; a folder with a city that was told by
// another pack isn't called by it.
func TestDemoOfAnotherPackIsAnotherCity(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	p := startDemo(t, dir, "127.0.0.1:0", "--pack", "hailan")
	p.until(t, "Ctrl-C ends it")
	if err := p.end(t, syscall.SIGTERM); err != nil {
		t.Fatal(err, p.errs.String())
	}
	if all := strings.Join(p.said, "\n"); !strings.Contains(all, "海澜") || strings.Contains(all, "云江") {
		t.Errorf("it greets with\n%s", all)
	}
	p = startDemo(t, dir, "127.0.0.1:0", "--pack", "demo")
	p.until(t, "")
	if err := p.cmd.Wait(); err == nil || !strings.Contains(p.errs.String(), "told by another configuration") {
		t.Errorf("another pack over it ends with %v and says %s", err, p.errs.String())
	}
}
