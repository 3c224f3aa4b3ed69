package node_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"yitang/internal/blob"
	"yitang/internal/exchange"
	"yitang/internal/exchange/carrier"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/node"
	"yitang/internal/program"
	"yitang/internal/zone"
)

// previousDir is what the release before this one wrote and read: make
// vectors-of-release makes it anew when a release is cut (docs/setup.md).
const previousDir = "../../docs/vectors/previous"

type previousRelease struct {
	Format  string `json:"format"`
	Commit  string `json:"commit"`
	Number  int    `json:"number"`
	Version string `json:"version"`
	Streams map[string][]struct {
		File     string `json:"file"`
		Sequence int64  `json:"sequence"`
		Epoch    int64  `json:"epoch"`
		Events   int    `json:"events"`
		Files    int    `json:"files"`
		Digest   string `json:"digest"`
	} `json:"streams"`
}

func thePrevious(t *testing.T) previousRelease {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(previousDir, "release.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r previousRelease
	if err := json.Unmarshal(text, &r); err != nil || r.Format != "yitang.released/1" {
		t.Fatalf("%+v, %v", r, err)
	}
	return r
}

// previousReader is the receiver of a stream that has nothing but the keys which
// the previous release's had.
func previousReader(t *testing.T, s exchange.Stream) *node.Node {
	t.Helper()
	dir, z := t.TempDir(), s.To
	from := filepath.Join(previousDir, "keys", s.String())
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		to := filepath.Join(dir, "keys", name)
		return errors.Join(os.MkdirAll(filepath.Dir(to), 0o700), os.WriteFile(to, content, 0o600)) // git keeps no such rights
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := node.Init(z, node.Options{Dir: dir}); err != nil {
		t.Fatal(err)
	}
	n, err := node.Open(t.Context(), node.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(n.Close)
	return n
}

// Nodes one release apart understand each other: what the previous release of the
// program wrote, a whole case in four streams, is taken in to the last record. It
// has bundles of both suites, an epoch that began anew, a key that names the next
// one and what that one signed, files, receipts, lists for people and labels.
func TestWhatThePreviousReleaseWroteIsTakenInWhole(t *testing.T) {
	was := thePrevious(t)
	if was.Number > program.Number || was.Number < program.Number-1 {
		t.Errorf("the vectors are of release %d, and this is %d", was.Number, program.Number)
	}
	for _, pair := range zone.Streams() {
		s := exchange.Stream{From: pair[0], To: pair[1]}
		t.Run(s.String(), func(t *testing.T) {
			n := previousReader(t, s)
			x, err := n.Exchange(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if s.From == zone.Passport {
				if err := x.AgreeSuite(t.Context(), s.From, keys.National); err != nil {
					t.Fatal(err)
				}
			}
			disc, err := carrier.At(blob.OS{}, filepath.Join(previousDir, s.String()))
			if err != nil {
				t.Fatal(err)
			}
			names, err := disc.List()
			if err != nil {
				t.Fatal(err)
			}
			for _, of := range []string{"label-" + s.String() + ".pdf", ".txt", ".bundle"} {
				if !slices.ContainsFunc(names, func(n string) bool { return strings.HasSuffix(n, of) }) {
					t.Errorf("the disc has no %s: %v", of, names)
				}
			}
			outcomes, answer, err := x.ImportDisc(t.Context(), disc)
			if err != nil || answer.Code != exchange.DiscTaken {
				t.Fatalf("%+v, %v", answer, err)
			}
			sent := was.Streams[s.String()]
			if len(outcomes) != len(sent) || len(sent) == 0 {
				t.Fatalf("%d bundles of %d", len(outcomes), len(sent))
			}
			for i, o := range outcomes {
				if o.File != sent[i].File || o.Fate != exchange.Applied || o.Events != sent[i].Events {
					t.Errorf("%+v, and it was written as %+v", o, sent[i])
				}
			}
			// Receipts are understood, and are for bundles that this node never sent.
			aside, err := x.Quarantine(t.Context(), s.From)
			if err != nil {
				t.Fatal(err)
			}
			for _, q := range aside {
				if q.Kind != "receipt" || !strings.Contains(q.Reason, "which was never sent") {
					t.Errorf("not taken in: %+v", q)
				}
			}
			if s.From == zone.Internet && s.To == zone.Office {
				pinned, err := n.Keys.Peer(s.From)
				old, e := previousReader(t, s).Keys.Peer(s.From)
				if err != nil || e != nil || pinned.Equal(old) {
					t.Errorf("the key that the old one named isn't pinned: %v, %v", err, e)
				}
			}
			if flaws, err := n.Journal.Verify(t.Context()); err != nil || len(flaws) > 0 {
				t.Errorf("%v, %v", flaws, err)
			}
			counted := map[string]int{}
			err = n.Journal.Each(t.Context(), 0, func(e journal.Event) error {
				if e.Origin != n.Zone {
					counted[e.Kind]++
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, k := range slices.Sorted(maps.Keys(counted)) {
				got += fmt.Sprintln(k, counted[k])
			}
			golden(t, filepath.Join(previousDir, s.String()+".heard"), got)
		})
	}
}

// golden compares with a file, or writes it anew.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s differs (go test -update ./internal/node writes it anew):\n%s", path, d)
	}
}

// kindsIn reads a golden list of kinds: each with its fields.
func kindsIn(text string) map[string][]string {
	out, last := map[string][]string{}, ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		if !strings.HasPrefix(line, " ") {
			last = line
			out[last] = nil
			continue
		}
		out[last] = append(out[last], line)
	}
	return out
}

// The other way round: what today's program tells other zones of, the previous one
// reads too. A kind that it doesn't know, or a field more, waits there until that
// zone is updated; each such kind stands in a list, so that nobody adds one without
// seeing it.
func TestWhatThePreviousReleaseCannotReadYetIsListed(t *testing.T) {
	registry, err := journal.NewRegistry(node.Kinds()...)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(previousDir, "kinds.golden"))
	if err != nil {
		t.Fatal(err)
	}
	before, now := kindsIn(string(text)), kindsIn(registry.Golden())
	got := ""
	for _, kind := range slices.Sorted(maps.Keys(now)) {
		if strings.Contains(kind, "reach=own") {
			continue // it never leaves its zone
		}
		fields, known := before[kind]
		if !known {
			got += "waits: " + kind + "\n"
			continue
		}
		for _, f := range now[kind] {
			if !slices.Contains(fields, f) && !strings.Contains(f, ": own zone") {
				got += "waits: " + kind + ":" + f + "\n"
			}
		}
	}
	golden(t, filepath.Join(previousDir, "waits"), got)
}

// The verifier of the previous release reads what today's program writes: every
// published vector as it is published, and bundles that this build has just made.
func TestThePreviousReadersVerifierReadsWhatIsWrittenToday(t *testing.T) {
	program, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("YITANG_CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	run := func(args ...string) string {
		t.Helper()
		said, err := exec.CommandContext(t.Context(), program, append([]string{filepath.Join(previousDir, "verify.mjs")}, args...)...).CombinedOutput()
		if err != nil {
			t.Errorf("%v: %v\n%s", args, err, said)
		}
		return string(said)
	}
	run("--all", filepath.Dir(previousDir))

	nodes := map[zone.Zone]*node.Node{}
	for _, z := range zone.All() {
		o := node.Options{Dir: filepath.Join(t.TempDir(), string(z))}
		if err := node.Init(z, o); err != nil {
			t.Fatal(err)
		}
		n, err := node.Open(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(n.Close)
		if err := n.Programs().Report(t.Context(), ""); err != nil {
			t.Fatal(err)
		}
		nodes[z] = n
	}
	if err := node.Pair(slices.Collect(maps.Values(nodes))...); err != nil {
		t.Fatal(err)
	}
	read := 0
	for _, pair := range zone.Streams() {
		from, to := nodes[pair[0]], nodes[pair[1]]
		x, err := from.Exchange(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := x.Export(t.Context(), to.Zone); err != nil {
			t.Fatal(err)
		}
		out, err := x.Outbox(to.Zone)
		if err != nil {
			t.Fatal(err)
		}
		names, err := out.List()
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, ".bundle") {
				said := run(filepath.Join(out.Path(), name), "--keys", filepath.Join(to.Dir, "keys"))
				if !strings.Contains(said, "is genuine") || strings.Contains(said, "set aside") {
					t.Errorf("%s: %s", name, said)
				}
				read++
			}
		}
	}
	if read < 3 { // the passport zone isn't told what the others run
		t.Errorf("%d bundles were made", read)
	}
}

// What is kept of the previous release is whole: nothing was left out of a disc.
func TestTheVectorsOfThePreviousReleaseAreWhole(t *testing.T) {
	was := thePrevious(t)
	signers, suites, receipts := map[string]bool{}, map[keys.Suite]bool{}, 0
	for _, pair := range zone.Streams() {
		s := exchange.Stream{From: pair[0], To: pair[1]}
		ring := previousReader(t, s).Keys
		for _, b := range was.Streams[s.String()] {
			content, err := os.ReadFile(filepath.Join(previousDir, s.String(), b.File))
			if err != nil {
				t.Fatal(err)
			}
			if b.Epoch < 2 {
				t.Errorf("%s is of no epoch that began anew", b.File)
			}
			opened, err := exchange.Open(bytes.NewReader(content), ring, exchange.DefaultLimits)
			var refusal *exchange.Refusal
			if errors.As(err, &refusal) && refusal.Reason == exchange.BadSignature {
				signers["another"] = true // by the key that the one before named
				continue
			}
			if err != nil || opened.Digest.String() != b.Digest || len(opened.Files) != b.Files {
				t.Errorf("%s: %v", b.File, err)
				continue
			}
			suites[opened.Suite] = true
			for _, r := range opened.Content {
				switch r.Type {
				case exchange.ReceiptRecord:
					receipts++
				case exchange.KeyRecord:
					signers["named"] = true
				}
			}
		}
	}
	if !signers["named"] || !signers["another"] || !suites[keys.National] || !suites[keys.International] || receipts == 0 {
		t.Errorf("keys %v, suites %v, %d receipts", signers, suites, receipts)
	}
}
