package main

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"yitang/internal/journal"
	"yitang/internal/node"
	"yitang/internal/store/storetest"
	"yitang/internal/zone"
)

// keyPair is a fresh key for backups: the public half, and the private one's file.
func keyPair(t *testing.T) (public, file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "backup.key")
	said, wrong, code := ran(t, backupKeyCommand(), "--out", file)
	if code != 0 {
		t.Fatal(wrong)
	}
	public, _, _ = strings.Cut(said, "\n")
	if _, wrong, code := ran(t, backupKeyCommand(), "--out", file); code != 1 || !strings.Contains(wrong, "never overwritten") {
		t.Errorf("a key over a key: %q, %d", wrong, code)
	}
	return public, file
}

// knows tells whether a zone has heard of a unit.
func knows(t *testing.T, n *node.Node, unit string) bool {
	t.Helper()
	events, err := n.Journal.History(t.Context(), journal.Ref{Kind: "unit", ID: unit})
	if err != nil {
		t.Fatal(err)
	}
	return len(events) > 0
}

// backedUpTo backs a zone up and gives the one file that was made.
func backedUpTo(t *testing.T, dir, public string) string {
	t.Helper()
	out := t.TempDir()
	if _, wrong, code := ran(t, backupCommand(), "--data", dir, "--out", out, "--to", public); code != 0 {
		t.Fatal(wrong)
	}
	made, err := filepath.Glob(filepath.Join(out, "*"))
	if err != nil || len(made) != 1 {
		t.Fatal(made, err)
	}
	return made[0]
}

func TestAZoneIsBackedUpWhileItIsServedAndRestoredAsItWas(t *testing.T) {
	public, key := keyPair(t)
	dir, _ := kept(t)
	n, err := node.Open(t.Context(), node.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	ref, err := n.Blobs.Put(t.Context(), strings.NewReader("护照首页"), 100)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Blobs.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	file := backedUpTo(t, dir, public) // n is open: somebody serves it
	fingerprint := n.Keys.Public().Fingerprint()
	n.Close()
	openUnit(t, dir, "later")

	if said, wrong, code := ran(t, restoreCommand(), file, "--key", key, "--try"); code != 0 || !strings.Contains(said, "ok   office    journal and chain") {
		t.Fatalf("%s%s", said, wrong)
	}
	place := filepath.Join(t.TempDir(), "anew")
	if said, wrong, code := ran(t, restoreCommand(), file, "--key", key, "--data", place); code != 0 {
		t.Fatalf("%s%s", said, wrong)
	}
	again, err := node.Open(t.Context(), node.Options{Dir: place})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if again.Keys.Public().Fingerprint() != fingerprint {
		t.Error("the restored zone has other keys")
	}
	if held, err := again.Blobs.Has(t.Context(), ref.Digest); err != nil || !held {
		t.Error("the file that came last is missing", err)
	}
	if !knows(t, again, "u1") || knows(t, again, "later") {
		t.Error("it doesn't hold what was before the backup, and only that")
	}
}

// What a zone forgot with its disk it hears again from its neighbour, and what
// the neighbour has it doesn't take twice.
func TestARestoredZoneAndItsNeighbourTellEachOtherAgain(t *testing.T) {
	public, key := keyPair(t)
	base := t.TempDir()
	folder, _ := twoPaired(t, base)
	carry := func(from, to zone.Zone) string {
		t.Helper()
		disc := t.TempDir()
		if says, code := exchanged(t, "export", "--to", string(to), "--out", disc, "--data", folder[from]); code != 0 {
			t.Fatal(says)
		}
		says, code := exchanged(t, "import", "--in", disc, "--data", folder[to])
		if code != 0 {
			t.Fatal(code, says)
		}
		return fatesOf(t, says)
	}
	openUnit(t, folder[zone.Office], "u1")
	carry(zone.Office, zone.Internet)
	file := backedUpTo(t, folder[zone.Internet], public)
	openUnit(t, folder[zone.Office], "u2")
	carry(zone.Office, zone.Internet)
	carry(zone.Internet, zone.Office) // the receipt: the office needn't keep that bundle

	if err := os.RemoveAll(folder[zone.Internet]); err != nil {
		t.Fatal(err)
	}
	for life := range 2 { // from the same backup, twice
		said, wrong, code := ran(t, restoreCommand(), file, "--key", key, "--data", folder[zone.Internet])
		if code != 0 || !strings.Contains(said, "on the office zone") || !strings.Contains(said, "exchange reopen --to internet") {
			t.Fatalf("%d: %s%s", life, said, wrong)
		}
		if _, code := exchanged(t, "reopen", "--to", "internet", "--data", folder[zone.Office]); code != 0 {
			t.Fatal("the office doesn't tell again")
		}
		if got := carry(zone.Office, zone.Internet); !strings.Contains(got, "applied") {
			t.Errorf("life %d: the internet zone %s what it lost", life, got)
		}
		if got := carry(zone.Internet, zone.Office); !strings.Contains(got, "applied") {
			t.Errorf("life %d: the office %s", life, got)
		}
		n, err := node.Open(t.Context(), node.Options{Dir: folder[zone.Internet]})
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{"u1", "u2"} {
			if !knows(t, n, id) {
				t.Errorf("life %d: the internet zone doesn't know %s again", life, id)
			}
		}
		n.Close()
		if err := os.RemoveAll(folder[zone.Internet]); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAZoneInPostgreSQLIsBackedUpAndRestored(t *testing.T) {
	from, to := storetest.Postgres(t), storetest.Postgres(t)
	public, key := keyPair(t)
	dir := filepath.Join(t.TempDir(), "office")
	if err := decide(zone.Office, dir, node.Settings{Office: "某市外办", OfficeKey: "some-fao", Database: from}); err != nil {
		t.Fatal(err)
	}
	if err := node.Init(zone.Office, node.Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	openUnit(t, dir, "u1")
	file := backedUpTo(t, dir, public)
	place := filepath.Join(t.TempDir(), "anew")
	if _, wrong, code := ran(t, restoreCommand(), file, "--key", key, "--data", place); code != 1 || !strings.Contains(wrong, "give an empty database") {
		t.Errorf("without a database: %q, %d", wrong, code)
	}
	if _, wrong, code := ran(t, restoreCommand(), file, "--key", key, "--data", place, "--database", from); code != 1 || !strings.Contains(wrong, "give an empty one") {
		t.Errorf("into the database that is in use: %q, %d", wrong, code)
	}
	if said, wrong, code := ran(t, restoreCommand(), file, "--key", key, "--data", place, "--database", to); code != 0 {
		t.Fatalf("%s%s", said, wrong)
	}
	n, err := node.Open(t.Context(), node.Options{Dir: place})
	if err != nil {
		t.Fatal(err)
	}
	defer n.Close()
	if !knows(t, n, "u1") {
		t.Error("the unit is unknown")
	}
	if strings.Contains(n.Store.Where(), filepath.Base(from)) {
		t.Errorf("the restored zone writes into %s", n.Store.Where())
	}
}

func TestWhatIsNoWholeBackupIsNotRestored(t *testing.T) {
	public, key := keyPair(t)
	_, foreign := keyPair(t)
	dir, _ := kept(t)
	file := backedUpTo(t, dir, public)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	spoiled := bytes.Clone(whole)
	spoiled[len(spoiled)/2] ^= 1
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "letter.txt"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	fresh := filepath.Join(t.TempDir(), "anew")
	for name, c := range map[string]struct {
		content   []byte
		key, into string
		says      string
	}{
		"cut short":                 {whole[:len(whole)-70_000], key, fresh, "damaged or cut short"},
		"one bit altered":           {spoiled, key, fresh, "damaged or cut short"},
		"another's key":             {whole, foreign, fresh, "doesn't open the backup"},
		"something else":            {[]byte("%PDF-1.7"), key, fresh, "no backup of this program"},
		"into a folder that's used": {whole, key, full, "isn't empty"},
		"a name that leads out":     {packedTar(t, public, "folder/../../out"), key, fresh, "damaged or cut short"},
		"what belongs to no zone":   {packedTar(t, public, "etc/passwd"), key, fresh, "no part of a zone"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "b")
			if err := os.WriteFile(file, c.content, 0o600); err != nil {
				t.Fatal(err)
			}
			said, wrong, code := ran(t, restoreCommand(), file, "--key", c.key, "--data", c.into)
			if code != 1 || !strings.Contains(wrong, c.says) {
				t.Errorf("%d: %s%s", code, said, wrong)
			}
			for _, gone := range []string{fresh, fresh + ".restoring", filepath.Join(filepath.Dir(fresh), "out")} {
				if _, err := os.Stat(gone); err == nil || !os.IsNotExist(err) {
					t.Errorf("%s is left", gone)
				}
			}
		})
	}
	if left, err := os.ReadDir(full); err != nil || len(left) != 1 {
		t.Errorf("the used folder holds %v, %v", left, err)
	}
}

// packedTar is a backup with one more file of a name.
func packedTar(t *testing.T, public, name string) []byte {
	t.Helper()
	to, err := age.ParseX25519Recipient(public)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	sealed, err := age.Encrypt(&b, to)
	if err != nil {
		t.Fatal(err)
	}
	packed, err := zstd.NewWriter(sealed)
	if err != nil {
		t.Fatal(err)
	}
	out := tar.NewWriter(packed)
	note, err := json.Marshal(node.BackupNote{Format: "yitang.backup/1", Zone: zone.Office, Database: "sqlite"})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range []struct {
		name string
		text []byte
	}{{"backup.json", note}, {name, []byte("x")}} {
		if err := out.WriteHeader(&tar.Header{Name: f.name, Mode: 0o600, Size: int64(len(f.text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write(f.text); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []interface{ Close() error }{out, packed, sealed} {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}
