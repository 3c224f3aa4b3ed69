package node_test

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"yitang/internal/dossier"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/unit"
	"yitang/internal/zone"
)

// The system can be told to fail every write of a process beyond a file's size,
// wherever in the database's own code it happens, and needs no administrator
// for it. What was acknowledged before stays, what failed left nothing behind,
// and once writing is possible again the same process goes on.
func TestAWriteThatFailsInTheDatabaseLosesNothingThatWasAcknowledged(t *testing.T) {
	if dir := os.Getenv("YITANG_FAILING_WRITES"); dir != "" {
		failAndGoOn(t, dir)
		return
	}
	dir := filepath.Join(t.TempDir(), "office")
	if err := node.Init(zone.Office, node.Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	child.Env = append(os.Environ(), "YITANG_FAILING_WRITES="+dir)
	said, err := child.CombinedOutput()
	if err != nil {
		t.Fatalf("%v:\n%s", err, said)
	}
	var acknowledged []string
	refused := 0
	for lines := bufio.NewScanner(strings.NewReader(string(said))); lines.Scan(); {
		if id, ok := strings.CutPrefix(lines.Text(), "acknowledged "); ok {
			acknowledged = append(acknowledged, id)
		}
		if strings.HasPrefix(lines.Text(), "refused ") {
			refused++
		}
	}
	if refused == 0 || len(acknowledged) < 2 {
		t.Fatalf("%d were acknowledged, %d refused:\n%s", len(acknowledged), refused, said)
	}
	n, err := node.Open(t.Context(), node.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	all, err := unit.List(t.Context(), n.Store)
	if err != nil {
		t.Fatal(err)
	}
	var have []string
	for _, u := range all {
		have = append(have, u.ID)
	}
	slices.Sort(have) // acknowledged in the order of their numbers
	if strings.Join(have, " ") != strings.Join(acknowledged, " ") {
		t.Errorf("acknowledged: %s\nthere are:    %s", acknowledged, have)
	}
	if flaws, err := n.Journal.Verify(t.Context()); err != nil || len(flaws) > 0 {
		t.Error(flaws, err)
	}
	if differ, err := n.Journal.Compare(t.Context()); err != nil || len(differ) > 0 {
		t.Error(differ, err)
	}
}

// failAndGoOn opens units until no file may grow any more, and one afterwards.
func failAndGoOn(t *testing.T, dir string) {
	n, err := node.Open(t.Context(), node.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	next := 0
	open := func() error {
		next++
		id := fmt.Sprintf("01960000-0000-7000-8000-%012d", next)
		_, err := journal.Do(t.Context(), n.Journal, unit.Room, journal.Order{Subject: id}, unit.Open{Name: fmt.Sprintf("第%d研究所（虚构）", next), USCC: "12509901G76543219R", Type: dossier.Institution, Address: strings.Repeat("云江市", 60)})
		if err == nil {
			fmt.Println("acknowledged " + id)
		} else {
			fmt.Println("refused "+id, err)
		}
		return err
	}
	if err := open(); err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	var was syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &was); err != nil {
		t.Fatal(err)
	}
	limit := func(size uint64) {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: was.Max}); err != nil {
			t.Fatal(err)
		}
	}
	limit(largest(t, dir) + 100_000)
	for err = open(); err == nil && next < 1000; {
		err = open()
	}
	if again := open(); !fault.IsNotNow(err) || !fault.IsNotNow(again) {
		t.Fatalf("after %d units, without a write that succeeds: %v, then %v", next, err, again)
	}
	if fault.Overtaken(err) { // what follows by rule would take it for done, and never try again
		t.Fatalf("a write that failed counts as overtaken: %v", err)
	}
	limit(was.Cur)
	if err := open(); err != nil {
		t.Fatalf("though writing is possible again: %v", err)
	}
}

// largest is the size of the longest file below a folder, in bytes.
func largest(t *testing.T, dir string) (most uint64) {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		i, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		most = max(most, uint64(i.Size()))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return most
}
