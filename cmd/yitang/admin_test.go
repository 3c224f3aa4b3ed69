package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"yitang/internal/account"
	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// typed runs a command as an administrator types it.
func typed(t *testing.T, input string, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	cmd := root()
	cmd.SetOut(&out)
	cmd.SetErr(&out)
	cmd.SetIn(strings.NewReader(input))
	cmd.SetArgs(args)
	err := cmd.ExecuteContext(t.Context())
	return strings.TrimSpace(out.String()), err
}

// An office sets its zone up by hand: its name, its units, their plans and
// people, in either database.
func TestAnOfficeIsSetUpByHand(t *testing.T) {
	for _, c := range []struct{ name, database string }{{"sqlite", ""}, {"postgres", storetest.Postgres(t)}} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "office")
			args := []string{"init", "--zone", "office", "--data", dir}
			if _, err := typed(t, "", args...); err == nil || !strings.Contains(err.Error(), "--office") {
				t.Fatalf("an office without a name: %v", err)
			}
			args = append(args, "--office", "巴渝市外事办公室（虚构）", "--office-key", "bayu-fao")
			if c.database != "" {
				args = append(args, "--database", c.database)
			}
			for range 2 { // setting up twice changes nothing
				if out, err := typed(t, "", args...); err != nil {
					t.Fatalf("%v: %s", err, out)
				}
			}
			if _, err := typed(t, "", append(args, "--office-key", "other-fao")...); err == nil {
				t.Error("the office took another name")
			}
			if s, err := node.LoadSettings(dir); err != nil || s.Office != "巴渝市外事办公室（虚构）" || s.Database != c.database {
				t.Errorf("the folder says %+v, %v", s, err)
			}
			if _, err := typed(t, "", "admin", "open-unit", "--data", dir, "--name", "巴渝理工大学（虚构）", "--uscc", "12509901G76543219X", "--type", "institution"); err == nil || !strings.Contains(err.Error(), "uscc: The unified social credit code is wrong") {
				t.Errorf("a wrong code: %v", err)
			}
			id, err := typed(t, "", "admin", "open-unit", "--data", dir, "--name", "巴渝理工大学（虚构）", "--uscc", "12509901G76543219R", "--type", "institution")
			if err != nil {
				t.Fatal(err)
			}
			for _, args := range [][]string{
				{"admin", "confirm-officer", "--data", dir, "--unit", id, "--until", "2099-12-31", "--signatory", "罗知行"},
				{"admin", "set-quota", "--data", dir, "--unit", id, "--year", "2027", "--groups", "4", "--people", "16", "--yuan", "600000"},
				{"admin", "add-account", "--data", dir, "--login", "intake", "--name", "温如玉", "--role", "intake"},
				{"admin", "close-account", "--data", dir, "--login", "intake", "--reason", "调离"},
				{"admin", "add-account", "--data", dir, "--login", "review", "--name", "罗知行", "--role", "reviewer"},
				{"admin", "set-password", "--data", dir, "--login", "review"},
				{"admin", "set-roles", "--data", dir, "--login", "review", "--role", "chief", "--role", "reviewer"},
			} {
				if out, err := typed(t, "a-long-enough-password-2026\n", args...); err != nil {
					t.Errorf("%v: %v %s", args, err, out)
				}
			}
			for _, stands := range []struct{ verb, reason, shows string }{{"suspend-unit", "逾期未交护照", "suspended"}, {"resume-unit", "已交回", "open"}} {
				if out, err := typed(t, "", "admin", stands.verb, "--data", dir, "--unit", id, "--reason", stands.reason); err != nil {
					t.Errorf("%s: %v %s", stands.verb, err, out)
				}
				if list, err := typed(t, "", "admin", "units", "--data", dir); err != nil || !strings.Contains(list, stands.shows) {
					t.Errorf("after %s the register shows %q, %v", stands.verb, list, err)
				}
			}
			if _, err := typed(t, "", "admin", "resume-unit", "--data", dir, "--unit", id, "--reason", "x"); err == nil || !strings.Contains(err.Error(), "suspended") {
				t.Errorf("a unit that isn't suspended was resumed, or no sentence says so: %v", err)
			}
			if _, err := typed(t, "", "admin", "set-password", "--data", dir, "--login", "ghost"); err == nil || !strings.Contains(err.Error(), "nobody signs in as ghost") {
				t.Errorf("a password for nobody: %v", err)
			}
			if _, err := typed(t, "short\n", "admin", "set-password", "--data", dir, "--login", "review"); err == nil || !strings.Contains(err.Error(), "password:") {
				t.Errorf("a short password: %v", err)
			}
			if _, err := typed(t, "", "admin", "set-roles", "--data", dir, "--login", "review", "--role", "liaison"); err == nil || !strings.Contains(err.Error(), "roles:") {
				t.Errorf("a role of another zone: %v", err)
			}
			if _, err := typed(t, "", "admin", "close-account", "--data", dir, "--login", "nobody", "--reason", "x"); err == nil {
				t.Error("an account that isn't there was closed")
			}
			list, err := typed(t, "", "admin", "units", "--data", dir)
			if err != nil || !strings.HasPrefix(list, id) || !strings.Contains(list, "open") || !strings.Contains(list, "巴渝理工大学") {
				t.Errorf("the register shows %q, %v", list, err)
			}
			_, err = os.Stat(filepath.Join(dir, "node.db"))
			if inFolder := !errors.Is(err, fs.ErrNotExist); inFolder != (c.database == "") {
				t.Errorf("the folder holds a database of its own: %v", inFolder)
			}
		})
	}
}

// An account of a zone in service, opened at the console and then given another
// password: what lies in the journal is an argon2id hash at the full cost.
func TestAPasswordIsKeptAsArgon2idAtTheFullCost(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "office")
	for _, args := range [][]string{
		{"init", "--zone", "office", "--data", dir, "--office", "巴渝市外事办公室（虚构）", "--office-key", "bayu-fao"},
		{"admin", "add-account", "--data", dir, "--login", "review", "--name", "罗知行", "--role", "reviewer"},
		{"admin", "set-password", "--data", dir, "--login", "review"},
	} {
		if out, err := typed(t, "a-long-enough-password-2026\n", args...); err != nil {
			t.Fatalf("%v: %v %s", args, err, out)
		}
	}
	n, err := node.OpenOffice(t.Context(), node.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	full := regexp.MustCompile(`^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`)
	seen := map[string]bool{}
	err = n.Journal.Each(t.Context(), 0, func(e journal.Event) error {
		var hash string
		switch b := e.Body.(type) {
		case account.Opened:
			hash = b.PasswordHash
		case account.PasswordChanged:
			hash = b.PasswordHash
		default:
			return nil
		}
		if !full.MatchString(hash) || seen[hash] {
			t.Errorf("%s keeps %q", e.Kind, hash)
		}
		seen[hash] = true
		return nil
	})
	if err != nil || len(seen) != 2 {
		t.Fatalf("%d hashes are kept, %v", len(seen), err)
	}
}
