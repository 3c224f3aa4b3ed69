package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"yitang/internal/blob"
	"yitang/internal/blob/blobtest"
	"yitang/internal/drill"
	"yitang/internal/zone"
)

// ran runs a command and gives what it printed, what it says on stderr, and its
// exit status.
func ran(t *testing.T, cmd *cobra.Command, args ...string) (string, string, int) {
	t.Helper()
	var out bytes.Buffer
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(t.Context())
	if err == nil {
		return out.String(), "", 0
	}
	var coded exitCoder
	if errors.As(err, &coded) {
		return out.String(), coded.Error(), coded.ExitCode()
	}
	return out.String(), sentence(err), 1
}

type drillSays struct {
	Format string
	OK     bool
	MS     int64
	Failed string
	Steps  []struct {
		Name  string
		OK    bool
		MS    *int64
		Error string
	}
	Ledger          map[string]int
	Approval, Trust string
}

func drilled(t *testing.T, text string) drillSays {
	t.Helper()
	var says drillSays
	if err := json.Unmarshal([]byte(text), &says); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return says
}

// worked is the processor time of this process so far.
func worked(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestDrillTakesOneCaseThroughThreeFreshZones(t *testing.T) {
	dir := t.TempDir()
	before := worked(t)
	text, said, code := ran(t, drillCommand(drill.Options{}), "--json", "--data", dir)
	work := worked(t) - before
	if code != 0 {
		t.Fatalf("exit %d: %s\n%s", code, said, text)
	}
	says := drilled(t, text)
	if says.Format != "yitang.drill/1" || !says.OK || len(says.Steps) < 30 || says.Failed != "" {
		t.Fatalf("%+v", says)
	}
	for _, s := range says.Steps {
		if !s.OK || s.MS == nil || s.Name == "" {
			t.Errorf("step %+v", s)
		}
	}
	// Under 20 seconds on two cores. What the machine does beside it isn't the
	// drill's, so its own work is what counts.
	if work >= 10*time.Second {
		t.Errorf("it worked for %s, in %d ms", work, says.MS)
	}
	if l := says.Ledger; l["visits"] != 1 || l["returns"] != 1 || l["paper"] != 0 || l["asks"] == 0 {
		t.Errorf("ledger %v", l)
	}
	// What it leaves behind is what it says: a genuine approval, sound zones.
	if text, said, code := ran(t, verifyCommand(), says.Approval, "--trust", says.Trust); code != 0 {
		t.Errorf("verify exits %d: %s %s", code, said, text)
	}
	// The office that is left gives a trust file of its own.
	trust := filepath.Join(t.TempDir(), "trust.json")
	if text, said, code := ran(t, trustCommand(), "--data", filepath.Join(dir, "office"), "--out", trust); code != 0 {
		t.Errorf("trust exits %d: %s %s", code, said, text)
	}
	if text, said, code := ran(t, verifyCommand(), says.Approval, "--trust", trust); code != 0 {
		t.Errorf("verify with the office's trust file exits %d: %s %s", code, said, text)
	}
	pdf, err := os.ReadFile(says.Approval)
	if err != nil {
		t.Fatal(err)
	}
	pdf[len(pdf)/2] ^= 1
	altered := filepath.Join(t.TempDir(), "altered.pdf")
	if err := os.WriteFile(altered, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, code := ran(t, verifyCommand(), altered, "--trust", says.Trust); code == 0 {
		t.Error("verify accepts an altered approval")
	}
	if text, said, code := ran(t, doctorCommand(), "--data", dir); code != 0 {
		t.Errorf("doctor exits %d: %s %s", code, said, text)
	}
	// A folder with zones in it isn't the drill's to write to.
	if _, said, code := ran(t, drillCommand(drill.Options{}), "--data", dir); code != 1 || !strings.Contains(said, "holds a zone already") {
		t.Errorf("over existing zones it exits %d: %s", code, said)
	}
}

// A disk that runs full in the passport zone: the station's pictures can't be
// kept.
func TestDrillNamesTheStepThatFailed(t *testing.T) {
	full := drill.Options{Disk: func(z zone.Zone) blob.Disk {
		if z != zone.Passport {
			return blob.OS{}
		}
		d := blobtest.New(1)
		d.Room(160 << 10) // what every zone keeps of the rules fits, a portrait does not
		return d
	}}
	t.Setenv("TMPDIR", t.TempDir())
	text, said, code := ran(t, drillCommand(full))
	if code != 1 || !strings.Contains(said, `"capture"`) || strings.Contains(said, "\n") {
		t.Fatalf("exit %d: %s\n%s", code, said, text)
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if n := strings.Count(text, "FAIL"); n != 1 || !strings.HasPrefix(lines[14], "FAIL") || !strings.Contains(lines[14], "capture") {
		t.Errorf("it printed\n%s", text)
	}
	text, _, code = ran(t, drillCommand(full), "--json")
	says := drilled(t, text)
	if code != 1 || says.OK || says.Failed != "capture" || says.Steps[len(says.Steps)-1].Error == "" {
		t.Errorf("exit %d: %+v", code, says)
	}
	nothingLeft(t)
}

// Without --data a drill takes away all that it made.
func TestDrillLeavesNothingBehind(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	if text, said, code := ran(t, drillCommand(drill.Options{})); code != 0 || !strings.Contains(text, "steps hold") || strings.Contains(text, os.Getenv("TMPDIR")) {
		t.Fatalf("exit %d: %s\n%s", code, said, text)
	}
	nothingLeft(t)
}

func nothingLeft(t *testing.T) {
	t.Helper()
	left, err := os.ReadDir(os.Getenv("TMPDIR"))
	if err != nil || len(left) > 0 {
		t.Errorf("it left %v behind (%v)", left, err)
	}
}
