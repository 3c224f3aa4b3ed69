package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"yitang/internal/approval"
	"yitang/internal/blob"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/material"
	"yitang/internal/node"
	"yitang/internal/store"
	"yitang/internal/wechat"
	"yitang/internal/wechat/local"
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

func TestDoctorSaysWhetherWeChatAnswers(t *testing.T) {
	base := t.TempDir()
	dir := filepath.Join(base, "internet")
	if err := node.Init(zone.Internet, node.Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	account := local.App("http://wechat.example")
	server, err := local.New(local.Options{App: account})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(server.Handler())
	defer srv.Close()
	for name, c := range map[string]struct {
		change func(*wechat.App)
		says   string
	}{
		"it answers":              {func(*wechat.App) {}, "ok   internet  WeChat"},
		"another secret":          {func(a *wechat.App) { a.Secret = "another" }, "copy wechat.appSecret into node.yaml"},
		"another account":         {func(a *wechat.App) { a.ID = "wxother" }, "correct wechat.appID in node.yaml"},
		"a mini program's secret": {func(a *wechat.App) { a.Mini.Secret = "another" }, "copy wechat.miniProgram.appSecret into node.yaml from the mini program's"},
		"another mini program":    {func(a *wechat.App) { a.Mini.ID = "wxother" }, "correct wechat.miniProgram.appID in node.yaml"},
		"nobody listens":          {func(a *wechat.App) { a.API = "http://127.0.0.1:1" }, "WeChat can't be reached"},
		"a setting is wrong":      {func(a *wechat.App) { a.AESKey = "short" }, "wechat.encodingAESKey has 43"},
	} {
		app := account
		app.API = srv.URL
		c.change(&app)
		if err := (node.Settings{WeChat: &app}).Save(dir); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		cmd := doctorCommand()
		cmd.SilenceErrors, cmd.SilenceUsage = true, true
		cmd.SetOut(&out)
		cmd.SetArgs([]string{"--data", base})
		err := cmd.ExecuteContext(t.Context())
		if says := out.String(); !strings.Contains(says, c.says) || (err == nil) != (name == "it answers") || strings.Contains(says, app.Secret) {
			t.Errorf("%s: %v\n%s", name, err, says)
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

// kept is an office's folder with two units and files of either size, and how
// doctor finds it.
func kept(t *testing.T) (dir string, examined func() (string, int)) {
	t.Helper()
	base := t.TempDir()
	dir = filepath.Join(base, "office")
	if err := node.Init(zone.Office, node.Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	openUnit(t, dir, "u1")
	openUnit(t, dir, "u2")
	n, err := node.Open(t.Context(), node.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	// A record that no later one has counted as durable could be torn by a crash:
	// another follows.
	for _, size := range []int{2_000, 3 << 20, 2_000} {
		content := make([]byte, size)
		if _, err := rand.Read(content); err != nil {
			t.Fatal(err)
		}
		if _, err := n.Blobs.Put(t.Context(), bytes.NewReader(content), int64(size)); err != nil {
			t.Fatal(err)
		}
		if err := n.Blobs.Sync(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return dir, func() (string, int) {
		text, said, code := ran(t, doctorCommand(), "--data", base)
		return text + said, code
	}
}

// tamper writes to a zone's database behind its back.
func tamper(t *testing.T, dir string, f func(tx store.Tx) error) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(dir, "node.db")})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.Write(t.Context(), f), s.Close()); err != nil {
		t.Fatal(err)
	}
}

// wreck changes one bit of a file, within its first content.
func wreck(t *testing.T, path string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil || len(b) < 2_000 {
		t.Fatalf("%s of %d bytes: %v", path, len(b), err)
	}
	b[1_000] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
}

func filesBelow(t *testing.T, dir string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestDoctorFindsAndNamesWhatWasDamaged(t *testing.T) {
	dir, examined := kept(t)
	if says, code := examined(); code != 0 || strings.Contains(says, "BAD") || !strings.Contains(says, "ok   office    disk") {
		t.Fatalf("before anything is wrong it exits %d:\n%s", code, says)
	}
	found := func(t *testing.T, examined func() (string, int), what, named string) {
		t.Helper()
		says, code := examined()
		if _, after, bad := strings.Cut(says, "BAD  office    "+what+"\n"); code != 1 || !bad || !strings.Contains(after, named) {
			t.Errorf("it exits %d and names nothing of %q with %q:\n%s", code, what, named, says)
		}
	}
	for _, column := range []string{"fields", "digest", "chain"} {
		t.Run("a bit of an event's "+column, func(t *testing.T) {
			dir, examined := kept(t)
			var position int64
			tamper(t, dir, func(tx store.Tx) error {
				var b []byte
				if err := tx.QueryRow(t.Context(), `SELECT position, `+column+` FROM journal_event WHERE subject = 'u1'`).Scan(&position, &b); err != nil {
					return err
				}
				b[len(b)/2] ^= 1 << 3
				_, err := tx.Exec(t.Context(), `UPDATE journal_event SET `+column+` = $2 WHERE position = $1`, position, b)
				return err
			})
			found(t, examined, "journal and chain", fmt.Sprintf("event %d: ", position))
		})
	}
	t.Run("an event that was taken out", func(t *testing.T) {
		dir, examined := kept(t)
		tamper(t, dir, func(tx store.Tx) error {
			_, err := tx.Exec(t.Context(), `DELETE FROM journal_event WHERE subject = 'u1'`)
			return err
		})
		found(t, examined, "journal and chain", "events are missing")
	})
	for _, kind := range []string{"segments", "large"} {
		t.Run("a bit of a file in "+kind, func(t *testing.T) {
			dir, examined := kept(t)
			var longest string
			var most int64
			for _, f := range filesBelow(t, filepath.Join(dir, "blobs", kind)) {
				if i, err := os.Stat(f); err != nil {
					t.Fatal(err)
				} else if i.Size() > most {
					longest, most = f, i.Size()
				}
			}
			wreck(t, longest)
			found(t, examined, "files", "the stored file is damaged")
		})
	}
	t.Run("a file that is gone", func(t *testing.T) {
		dir, examined := kept(t)
		n, err := node.Open(t.Context(), node.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		content := []byte("请示")
		digest := blob.DigestOf(content).String()
		_, err = journal.Do(t.Context(), n.Journal, material.Room, journal.Order{Subject: "m1"}, material.Add{Kind: "M01", OwnerKind: material.OfUnit, Owner: "u1", Unit: "u1", Name: "请示.pdf", Type: "application/pdf", Size: int64(len(content)), Digest: digest})
		n.Close()
		if err != nil {
			t.Fatal(err)
		}
		found(t, examined, "files", "the file "+digest)
	})
	t.Run("a changed table", func(t *testing.T) {
		tamper(t, dir, func(tx store.Tx) error {
			_, err := tx.Exec(t.Context(), `UPDATE unit_list SET name = '别的' WHERE id = 'u2'`)
			return err
		})
		found(t, examined, "tables made for reading", "unit_list differs")
	})
}

func TestDoctorTellsOfAClockThatStandsBeforeWhatWasDone(t *testing.T) {
	now := time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		what             string
		keysMade, newest time.Time
		says             []string
	}{
		{"as it should be", now.AddDate(-1, 0, 0), now, nil},
		{"another machine's clock a little ahead", now.AddDate(-1, 0, 0), now.Add(30 * time.Second), nil},
		{"an empty journal", now.AddDate(-1, 0, 0), time.Time{}, nil},
		{"the clock set back a day", now.AddDate(-1, 0, 0), now.AddDate(0, 0, 1), []string{"newest event is of 2026-03-03T02:00:00Z"}},
		{"the clock set back by years", now.AddDate(1, 0, 0), now.AddDate(2, 0, 0), []string{"keys were made in the future", "newest event"}},
	} {
		got := clockLines(c.keysMade, c.newest, now)
		if len(got) != len(c.says) {
			t.Errorf("%s: it says %q", c.what, got)
			continue
		}
		for i, want := range c.says {
			if !strings.Contains(got[i], want) {
				t.Errorf("%s: it says %q and not %q", c.what, got[i], want)
			}
		}
	}
}

func TestAZoneThatCannotBeOpenedHidesNothingOfTheOthers(t *testing.T) {
	base := t.TempDir()
	for _, z := range []zone.Zone{zone.Internet, zone.Office} {
		if err := node.Init(z, node.Options{Dir: filepath.Join(base, string(z))}); err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range filesBelow(t, filepath.Join(base, "internet", "keys")) {
		if err := os.WriteFile(f, []byte("nothing"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, _, code := ran(t, doctorCommand(), "--data", base)
	if code != 1 || !strings.Contains(text, "BAD  internet  opening") || !strings.Contains(text, "ok   office    journal and chain") {
		t.Errorf("it exits %d and says\n%s", code, text)
	}
}

func TestAFolderThatIsNoZoneIsRefusedAndNotMade(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mistyped")
	for name, cmd := range map[string]*cobra.Command{"doctor": doctorCommand(), "rebuild": rebuildCommand()} {
		text, said, code := ran(t, cmd, "--data", dir)
		if code == 0 || !strings.Contains(text+said, "no zone was set up in "+dir) {
			t.Errorf("%s exits %d and says %s%s", name, code, text, said)
		}
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s made the folder", name)
		}
	}
}

func TestDoctorWarnsOfADiskThatFillsAndOfAFolderThatCannotBeWritten(t *testing.T) {
	dir := t.TempDir()
	for _, c := range []struct {
		left int64
		err  error
		says string
	}{
		{2 << 30, nil, ""},
		{scarce - 1, nil, "1023 MB are left for " + dir},
		{0, errors.New("no such device"), "no such device"},
	} {
		says := diskLines(dir, func(string) (int64, error) { return c.left, c.err })
		if all := strings.Join(says, "\n"); !strings.Contains(all, c.says) || c.says == "" && all != "" || len(says) > 1 {
			t.Errorf("with %d bytes left it says %q", c.left, all)
		}
	}
	if left, err := freeSpace(dir); err != nil || left <= 0 {
		t.Errorf("the real disk has %d bytes left, %v", left, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "blobs"), nil, 0o600); err != nil { // not even root can write below it
		t.Fatal(err)
	}
	if says := diskLines(dir, func(string) (int64, error) { return 2 << 30, nil }); len(says) != 1 || !strings.Contains(says[0], filepath.Join(dir, "blobs")) {
		t.Errorf("of a folder that isn't one it says %q", says)
	}
}

func TestRebuildMakesWreckedTablesAgain(t *testing.T) {
	dir, examined := kept(t)
	for name, wreck := range map[string]string{
		"rows changed": `UPDATE unit_list SET name = '别的', suspended = '因故'`,
		"rows gone":    `DELETE FROM unit_list`,
		"a row more":   `INSERT INTO unit_list SELECT 'u3', name, name_en, '', type, level, parent, address, officer_until, signatory, suspended, leave_from_rank FROM unit_list WHERE id = 'u1'`,
		"table gone":   `DROP TABLE unit_list`,
	} {
		for _, named := range [][]string{nil, {"unit_list"}} { // all of them, or as doctor names it
			t.Run(name+strings.Join(named, ""), func(t *testing.T) {
				tamper(t, dir, func(tx store.Tx) error { _, err := tx.Exec(t.Context(), wreck); return err })
				if says, code := examined(); code != 1 || !strings.Contains(says, "BAD  office    tables made for reading") || !strings.Contains(says, "unit_list") {
					t.Fatalf("doctor exits %d:\n%s", code, says)
				}
				if text, said, code := ran(t, rebuildCommand(), append([]string{"--data", dir}, named...)...); code != 0 || !strings.Contains(text, "made again") {
					t.Fatalf("rebuild exits %d: %s %s", code, text, said)
				}
				if says, code := examined(); code != 0 {
					t.Errorf("afterwards doctor exits %d:\n%s", code, says)
				}
			})
		}
	}
	if _, said, code := ran(t, rebuildCommand(), "--data", dir, "nothing_such"); code != 1 || !strings.Contains(said, "nothing_such") {
		t.Errorf("of a table that there isn't it exits %d and says %q", code, said)
	}
}

// The test's own program runs as yitang when it is told to: what is tested is
// then a process, with its signals and its error stream.
func init() {
	if os.Getenv("YITANG_AS_ITSELF") == "1" {
		os.Exit(run())
	}
}
