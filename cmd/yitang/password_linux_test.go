package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/term"

	"yitang/internal/node"
	"yitang/internal/zone"
)

// aTerminal opens one: what is written to keyboard is typed at it, and what it shows
// is read from there.
func aTerminal(t *testing.T) (keyboard, at *os.File) {
	t.Helper()
	keyboard, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("this machine gives no terminals:", err)
	}
	t.Cleanup(func() { keyboard.Close() })
	control := func(request uintptr, value *int32) {
		c, err := keyboard.SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		err = c.Control(func(fd uintptr) {
			if _, _, no := syscall.Syscall(syscall.SYS_IOCTL, fd, request, uintptr(unsafe.Pointer(value))); no != 0 {
				t.Fatal(no)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var locked, number int32
	control(syscall.TIOCSPTLCK, &locked)
	control(syscall.TIOCGPTN, &number)
	at, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { at.Close() })
	return keyboard, at
}

// typing gives a command a terminal and types lines, each when it is asked for. It
// gives what the terminal showed.
func typing(t *testing.T, lines []string, args ...string) (shown string, err error) {
	t.Helper()
	keyboard, at := aTerminal(t)
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), "YITANG_AS_ITSELF=1")
	cmd.Stdin, cmd.Stdout = at, at
	before, err := term.GetState(int(at.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	asked, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := new(bytes.Buffer)
	for r := bufio.NewReader(asked); ; {
		b, err := r.ReadByte()
		if err != nil {
			break
		}
		said.WriteByte(b)
		if len(lines) > 0 && strings.HasSuffix(said.String(), ": ") {
			waitUnseen(t, at, before)
			if _, err := keyboard.WriteString(lines[0] + "\n"); err != nil {
				t.Fatal(err)
			}
			lines = lines[1:]
		}
	}
	err = cmd.Wait()
	if after, e := term.GetState(int(at.Fd())); e != nil || *after != *before {
		t.Errorf("the terminal isn't left as it was: %v", e)
	}
	out := make([]byte, 64<<10)
	keyboard.SetReadDeadline(time.Now().Add(time.Second))
	n, _ := keyboard.Read(out)
	return string(out[:n]) + said.String(), err
}

// waitUnseen waits until the terminal shows no more what is typed.
func waitUnseen(t *testing.T, at *os.File, before *term.State) {
	t.Helper()
	for range 500 {
		now, err := term.GetState(int(at.Fd()))
		if err != nil {
			t.Fatal(err)
		}
		if *now != *before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("it goes on showing what is typed")
}

func TestAPasswordIsNotShownAtATerminal(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "office")
	if err := node.Init(zone.Office, node.Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	const password = "lin-zai-2026-shui"
	add := []string{"admin", "add-account", "--data", dir, "--login", "lin", "--name", "林某", "--role", "chief"}
	shown, err := typing(t, []string{password, "something else"}, add...)
	if err == nil || !strings.Contains(shown, "aren't the same") {
		t.Errorf("two passwords were taken for one: %v\n%s", err, shown)
	}
	shown, err = typing(t, []string{password, password}, add...)
	if err != nil || !strings.Contains(shown, "lin may sign in") || !strings.Contains(shown, "new password of lin: ") {
		t.Fatalf("%v\n%s", err, shown)
	}
	if strings.Contains(shown, password) {
		t.Errorf("it is shown: %s", shown)
	}
	shown, err = typing(t, []string{"not this one"}, "exchange", "disc", "OP-2026-0001", "--witness", "--carrier", "周师傅", "--as", "lin", "--data", dir)
	if err == nil || strings.Contains(shown, "not this one") || !strings.Contains(shown, "password of lin: ") {
		t.Errorf("%v\n%s", err, shown)
	}
}
