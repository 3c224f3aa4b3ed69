// Command released keeps what a release of the program writes and reads, so that
// the one after it can be held to it (docs/vectors/previous): it builds the program
// of a commit or tag and lets that one play its drill, change keys and a suite, and
// export all four streams. Nothing here is written by today's program.
//
//	make vectors-of-release OF=v2026.11
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

func main() {
	of := flag.String("of", "HEAD", "commit or tag of the release")
	out := flag.String("out", filepath.Join("docs", "vectors", "previous"), "folder that is written anew")
	tree := flag.String("tree", "", "a checkout of it in which make build was run; left out: one is made")
	flag.Parse()
	if err := run(*of, *tree, *out); err != nil {
		fmt.Fprintln(os.Stderr, "released:", err)
		os.Exit(1)
	}
}

// vectors is release.json: of which release these are, and what it says it sent.
type vectors struct {
	Format  string              `json:"format"`
	Commit  string              `json:"commit"`
	Number  int                 `json:"number"`
	Version string              `json:"version"`
	Streams map[string][]bundle `json:"streams"` // in the order in which they were exported
}

type bundle struct {
	File     string `json:"file"`
	Sequence int64  `json:"sequence"`
	Epoch    int64  `json:"epoch"`
	Events   int    `json:"events"`
	Files    int    `json:"files"`
	Digest   string `json:"digest"`
}

func run(of, tree, out string) (err error) {
	said, err := output(".", "git", "rev-parse", "--short=12", of+"^{commit}")
	if err != nil {
		return err
	}
	v := vectors{Format: "yitang.released/1", Commit: string(bytes.TrimSpace(said)), Streams: map[string][]bundle{}}
	temp, err := os.MkdirTemp("", "yitang-released-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	if tree == "" {
		tree = filepath.Join(temp, "tree")
		if _, err := output(".", "git", "worktree", "add", "--detach", tree, v.Commit); err != nil {
			return err
		}
		defer func() {
			_, e := output(".", "git", "worktree", "remove", "--force", tree)
			err = errors.Join(err, e)
		}()
		if err := built(tree); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	p := player{program: filepath.Join(tree, "bin", "yitang"), zones: filepath.Join(temp, "zones"), temp: temp, out: out, cards: map[string]string{}}
	if said, err = output(".", p.program, "version", "--json"); err == nil {
		err = json.Unmarshal(said, &v)
	}
	if err != nil {
		return err
	}
	v.Format = "yitang.released/1"
	if err := p.play(&v); err != nil {
		return err
	}
	for from, to := range map[string]string{"verifier/verify.mjs": "verify.mjs", "internal/node/testdata/kinds.golden": "kinds.golden"} {
		if err := copyFile(filepath.Join(tree, from), filepath.Join(out, to)); err != nil {
			return err
		}
	}
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, "release.json"), append(text, '\n'), 0o644)
}

// built compiles a tree. Where it needs the same packages as this one, they are
// shared instead of fetched.
func built(tree string) error {
	ours, e1 := os.ReadFile("package-lock.json")
	theirs, e2 := os.ReadFile(filepath.Join(tree, "package-lock.json"))
	if err := errors.Join(e1, e2); err != nil {
		return err
	}
	if bytes.Equal(ours, theirs) {
		if _, err := output(".", "cp", "-a", "node_modules", tree); err != nil {
			return err
		}
		now := time.Now()
		if err := os.Chtimes(filepath.Join(tree, "node_modules", ".package-lock.json"), now, now); err != nil {
			return err
		}
	}
	_, err := output(tree, "make", "build")
	return err
}

// player lets the old program do things.
type player struct {
	program, zones, temp, out string
	cards                     map[string]string // fingerprints of the national suite, by zone
}

func (p player) zone(z string) string { return filepath.Join(p.zones, z) }

func (p player) does(args ...string) ([]byte, error) { return output(".", p.program, args...) }

func (p player) exchange(z string, args ...string) error {
	_, err := p.does(append(append([]string{"exchange"}, args...), "--data", p.zone(z))...)
	return err
}

// play is the whole story: one case, keys of the national suite, a stream that is
// in it, epochs that tell everything again, renewed keys, receipts.
func (p player) play(v *vectors) error {
	steps := []func() error{
		func() error { _, err := p.does("drill", "--data", p.zones); return err },
		func() error { return p.exchange("passport", "suite", "--draw") },
		func() error { return p.exchange("office", "suite", "--draw") },
		func() error { return p.pairs("passport", "office") },
		func() error { return p.pairs("office", "passport") },
		func() error {
			return p.exchange("passport", "suite", "--to", "office", "--use", "national/1", "--told", "--fingerprint", p.cards["office"])
		},
		func() error { return p.exchange("internet", "reopen", "--to", "office") },
		func() error { return p.exchange("internet", "rotate") },
		func() error { return p.crosses(v, "internet", "office") }, // the old key names the new one
		func() error { return p.exchange("office", "reopen", "--to", "internet") },
		func() error { return p.crosses(v, "office", "internet") }, // with receipts
		func() error { return p.crosses(v, "internet", "office") }, // the new key, with receipts
		func() error {
			return p.exchange("office", "suite", "--from", "passport", "--take", "national/1", "--fingerprint", p.cards["passport"])
		},
		func() error { return p.crosses(v, "passport", "office") },
		func() error { return p.exchange("office", "reopen", "--to", "passport") },
		func() error { return p.crosses(v, "office", "passport") },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// pairs carries the card of the national suite from one zone to another.
func (p player) pairs(from, to string) error {
	card := filepath.Join(p.temp, from+".json")
	if _, err := p.does("pair", "--show", card, "--suite", "national/1", "--data", p.zone(from)); err != nil {
		return err
	}
	text, err := os.ReadFile(card)
	if err != nil {
		return err
	}
	var is struct {
		Fingerprint string `json:"fingerprint"`
	}
	if err := json.Unmarshal(text, &is); err != nil {
		return err
	}
	p.cards[from] = is.Fingerprint
	_, err = p.does("pair", "--with", card, "--fingerprint", is.Fingerprint, "--data", p.zone(to))
	return err
}

// keys keeps what the receiver of a stream opens it with, as it is before anything
// of the stream comes. They are for these files and for nothing else.
func (p player) keys(stream, to string) error {
	dir := filepath.Join(p.zone(to), "keys")
	for _, pattern := range []string{"node.json", "national.json", "peers/*.json"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			return err
		}
		for _, path := range found {
			name, err := filepath.Rel(dir, path)
			if err != nil {
				return err
			}
			if err := copyFile(path, filepath.Join(p.out, "keys", stream, name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// crosses exports one stream into its folder, and lets the other zone take it.
func (p player) crosses(v *vectors, from, to string) error {
	stream := from + "-" + to
	disc := filepath.Join(p.out, stream)
	if v.Streams[stream] == nil {
		if err := p.keys(stream, to); err != nil {
			return err
		}
	}
	said, err := p.does("exchange", "export", "--to", to, "--out", disc, "--json", "--data", p.zone(from))
	if err != nil {
		return err
	}
	var is struct {
		Bundles []bundle `json:"bundles"`
	}
	if err := json.Unmarshal(said, &is); err != nil {
		return err
	}
	v.Streams[stream] = append(v.Streams[stream], is.Bundles...)
	return p.exchange(to, "import", "--in", disc)
}

func copyFile(from, to string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o644)
}

// output runs a program and gives what it says; what it says of an error goes
// into the error.
func output(dir, name string, args ...string) ([]byte, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	var said, wrong bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &wrong
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s %v: %w\n%s%s", filepath.Base(name), args, err, said.Bytes(), wrong.Bytes())
	}
	return said.Bytes(), nil
}
