package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"yitang/internal/approval"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/node"
	"yitang/internal/zone"
)

func TestDoctorNamesWhatFollowsByRuleAndCouldNotBeDone(t *testing.T) {
	base := t.TempDir()
	dir := filepath.Join(base, "office")
	if err := node.Init(zone.Office, node.Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	examined := func() (string, error) {
		var out bytes.Buffer
		cmd := doctorCommand()
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		cmd.SetOut(&out)
		cmd.SetArgs([]string{"--data", base})
		err := cmd.ExecuteContext(t.Context())
		return out.String(), err
	}
	openUnit(t, dir, "u1")
	if says, err := examined(); err != nil || !strings.Contains(says, "ok   office    what follows by rule") {
		t.Fatalf("before anything is wrong: %v\n%s", err, says)
	}

	n, err := node.Open(t.Context(), node.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	n.React(journal.Reaction{Name: "documents", On: func(ctx context.Context, e journal.Event) error { return errors.New("no face draws 𠮷") }})
	n.Start()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if p, err := n.Journal.Parked(t.Context()); err != nil || time.Now().After(end) {
			t.Fatal("nothing is parked", err)
		} else if len(p) > 0 {
			break
		}
	}
	n.Close()

	says, err := examined()
	var bad unsound
	if !errors.As(err, &bad) {
		t.Errorf("doctor ends with %v", err)
	}
	for _, want := range []string{"BAD  office    what follows by rule", "documents isn't done for unit/u1 (unit.opened, event 1)", "no face draws 𠮷"} {
		if !strings.Contains(says, want) {
			t.Errorf("doctor doesn't say %q:\n%s", want, says)
		}
	}
}

func TestDoctorWarnsOfASealThatEnds(t *testing.T) {
	ring, err := keys.Create(t.TempDir(), zone.Office, rand.Reader, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	if says, err := sealLines(ring, now); err != nil || len(says) > 0 {
		t.Errorf("before anything was issued: %v %v", says, err)
	}
	if _, err := approval.LoadSecrets(ring, rand.Reader, "某市外办", "office.example", now); err != nil {
		t.Fatal(err)
	}
	for years, want := range map[int]string{0: "", 5: "wasn't renewed", 20: "plan a new one"} {
		says, err := sealLines(ring, now.AddDate(years, 0, -10))
		if all := strings.Join(says, "\n"); err != nil || !strings.Contains(all, want) || want == "" && all != "" {
			t.Errorf("after %d years doctor says %q, %v", years, all, err)
		}
	}
}

// The test's own program runs as yitang when it is told to: what is tested is
// then a process, with its signals and its error stream.
func init() {
	if os.Getenv("YITANG_AS_ITSELF") == "1" {
		os.Exit(run())
	}
}
