package node

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"yitang/internal/blob"
	"yitang/internal/fault"
	"yitang/internal/journal"
	"yitang/internal/keys"
	"yitang/internal/program"
	"yitang/internal/zone"
)

// Releases of the program lie below a zone's folder:
//
//	program/in/*.yitang       brought by the administrator (the office alone looks there)
//	program/<id>/yitang       one that was put in force here
//	program/current.json      which of them, and whether it has come up
const (
	programDir  = "program"
	programFile = "yitang"
	currentFile = "current.json"
	releaseTail = ".yitang"
)

// partSize is how a release is cut for travelling, in bytes: some parts fit a
// bundle, and one that is lost is soon sent again.
const partSize = 8 << 20

// Platform is the machine that a release must be for.
const Platform = runtime.GOOS + "/" + runtime.GOARCH

// Programs is what a zone does with releases of the program.
type Programs struct{ n *Node }

// Programs gives a zone's share in releases of the program.
func (n *Node) Programs() Programs { return Programs{n} }

// Maker is whose releases this zone takes; nil where nobody has said.
func (p Programs) Maker() (ed25519.PublicKey, error) {
	return keys.Maker(filepath.Join(p.n.Dir, "keys"))
}

// Brought is a release's file that lies ready to be offered.
type Brought struct {
	File string
	Head program.Head
	Err  error // it is none, or not the maker's
}

// BringProgram checks a release's file whole and lays it ready in a zone's folder;
// a server may be running. The error says what is wrong in one sentence.
func BringProgram(dir, path string) (program.Head, error) {
	maker, err := keys.Maker(filepath.Join(dir, "keys"))
	if err != nil {
		return program.Head{}, err
	}
	if maker == nil {
		return program.Head{}, errors.New("nobody has said yet whose releases are trusted here: yitang update trust")
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return program.Head{}, err
	}
	h, err := checked(bytes.NewReader(content), maker)
	if err != nil {
		return h, err
	}
	in := filepath.Join(dir, programDir, "in")
	if err := os.MkdirAll(in, 0o700); err != nil {
		return h, err
	}
	return h, blob.WriteFile(blob.OS{}, in, fmt.Sprintf("%d-%s%s", h.Manifest.Number, h.Manifest.ID(), releaseTail), content)
}

// checked reads a release to its end.
func checked(r io.Reader, maker ed25519.PublicKey) (program.Head, error) {
	h, err := program.ReadHead(r)
	if err != nil {
		return h, err
	}
	if !h.By(maker) {
		return h, fmt.Errorf("%w: it isn't signed by the maker that is trusted here (%s)", program.ErrNone, keys.MakerFingerprint(maker))
	}
	if err := h.Unpack(io.Discard, r); err != nil {
		return h, err
	}
	if n, err := r.Read(make([]byte, 1)); n > 0 || !errors.Is(err, io.EOF) {
		return h, fmt.Errorf("%w: something follows the program", program.ErrNone)
	}
	return h, nil
}

// Brought lists what lies ready, by name. Only heads are read: whoever offers one
// has it checked whole.
func (p Programs) Brought() ([]Brought, error) {
	maker, err := p.Maker()
	if err != nil {
		return nil, err
	}
	names, err := filepath.Glob(filepath.Join(p.n.Dir, programDir, "in", "*"+releaseTail))
	if err != nil {
		return nil, err
	}
	var out []Brought
	for _, name := range names {
		b := Brought{File: filepath.Base(name)}
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		if b.Head, b.Err = program.ReadHead(f); b.Err == nil && !b.Head.By(maker) {
			b.Err = program.ErrNone
		}
		f.Close()
		out = append(out, b)
	}
	return out, nil
}

// Offer brings a release that lies ready to all networks, and takes its file away.
func (p Programs) Offer(ctx context.Context, o journal.Order, id string) error {
	all, err := p.Brought()
	if err != nil {
		return err
	}
	for _, b := range all {
		if b.Err == nil && b.Head.Manifest.ID() == id {
			path := filepath.Join(p.n.Dir, programDir, "in", b.File)
			if err := p.offer(ctx, o, path); err != nil {
				return err
			}
			return os.Remove(path)
		}
	}
	return fault.NotFound("release of the program")
}

func (p Programs) offer(ctx context.Context, o journal.Order, path string) error {
	maker, err := p.Maker()
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	h, err := checked(f, maker)
	if errors.Is(err, program.ErrNone) {
		return fault.NotNow("program.wrong.foreign", "")
	}
	if err != nil {
		return err
	}
	offered := program.Offered{Manifest: h.Text, Signature: h.Signature}
	at, err := f.Seek(-h.Manifest.Bytes, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("reading %s from %d: %w", path, at, err)
	}
	for {
		part := io.LimitReader(f, partSize)
		first := make([]byte, 1)
		if _, err := io.ReadFull(part, first); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return err
		}
		ref, err := p.n.Blobs.Put(ctx, io.MultiReader(bytes.NewReader(first), part), blob.Limit)
		if err != nil {
			return err
		}
		offered.Parts = append(offered.Parts, ref)
	}
	o.Subject = h.Manifest.ID()
	_, err = journal.Do(ctx, p.n.Journal, program.Offers, o, program.Offer{Offered: offered})
	return err
}

// Withdraw warns the other networks of a release.
func (p Programs) Withdraw(ctx context.Context, o journal.Order, reason string) error {
	_, err := journal.Do(ctx, p.n.Journal, program.Offers, o, program.Withdraw{Reason: reason})
	return err
}

// choice is the question whether a release may be put in force here.
func (p Programs) choice(r program.Release) (program.Choose, error) {
	maker, err := p.Maker()
	return program.Choose{Release: r, Maker: maker, Platform: Platform, Number: program.Number, Version: program.Version}, err
}

// Wrong says in a word what stands against a release here; "" for nothing.
func (p Programs) Wrong(r program.Release) (string, error) {
	c, err := p.choice(r)
	return c.Wrong(), err
}

// Choose puts a release in force here: unpacked, checked whole, tried on this
// machine, and laid down as the one that the next start hands over to. Whoever
// calls starts the program anew.
func (p Programs) Choose(ctx context.Context, o journal.Order, id, reason string) error {
	row, err := program.One(ctx, p.n.Store, id)
	if err != nil {
		return err
	}
	c, err := p.choice(row.Release)
	if err != nil {
		return err
	}
	c.Reason, o.Subject = reason, string(p.n.Zone)
	if _, err := c.Decide(program.Running{}, journal.Moment{}); err != nil {
		return err // before a hundred megabytes are written
	}
	path, err := p.lay(ctx, row.Release)
	if err != nil {
		return err
	}
	if err := runsHere(ctx, path, row.Release.Head.Manifest); err != nil {
		return fault.Unavailable("program.not_here", err)
	}
	if _, err := journal.Do(ctx, p.n.Journal, program.Zones, o, c); err != nil {
		return err
	}
	m := row.Release.Head.Manifest
	return putInForce(p.n.Dir, laid{Release: m.ID(), Number: m.Number, Version: m.Version, Digest: m.Digest})
}

// lay unpacks a release into its place and gives its path.
func (p Programs) lay(ctx context.Context, r program.Release) (string, error) {
	dir := filepath.Join(p.n.Dir, programDir, r.Head.Manifest.ID())
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	f, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return "", err
	}
	defer os.Remove(f.Name()) // gone by then, unless something failed
	var parts []io.Reader
	for _, ref := range r.Offered.Parts {
		parts = append(parts, &later{open: func() (io.ReadCloser, error) { return p.n.Blobs.Get(ctx, ref.Digest) }})
	}
	err = r.Head.Unpack(f, io.MultiReader(parts...))
	if err := errors.Join(err, f.Chmod(0o700), f.Sync(), f.Close()); err != nil {
		if errors.Is(err, program.ErrNone) {
			return "", fault.NotNow("program.wrong.damaged", "")
		}
		return "", fmt.Errorf("laying down release %s: %w", r.Head.Manifest.Version, err)
	}
	path := filepath.Join(dir, programFile)
	return path, errors.Join(os.Rename(f.Name(), path), blob.OS{}.SyncDir(dir), blob.OS{}.SyncDir(filepath.Dir(dir)))
}

// later opens a part when it is its turn.
type later struct {
	open func() (io.ReadCloser, error)
	r    io.ReadCloser
}

func (l *later) Read(b []byte) (int, error) {
	if l.r == nil {
		var err error
		if l.r, err = l.open(); err != nil {
			return 0, err
		}
	}
	n, err := l.r.Read(b)
	if err != nil {
		l.r.Close()
	}
	return n, err
}

// runsHere lets the new program say what it is, so that one which can't run on this
// machine is found before anything ends.
func runsHere(ctx context.Context, path string, m program.Manifest) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, "version", "--json").Output()
	if err != nil {
		return fmt.Errorf("release %s doesn't run on this machine: %w", m.Version, err)
	}
	var says struct {
		Number  int    `json:"number"`
		Version string `json:"version"`
	}
	if err := json.Unmarshal(out, &says); err != nil || says.Number != m.Number || says.Version != m.Version {
		return fmt.Errorf("what came as release %s says that it is %s", m.Version, strings.TrimSpace(string(out)))
	}
	return nil
}

// Report says what was started, when that is news. failed is the version that was
// to be started instead and didn't come up.
func (p Programs) Report(ctx context.Context, failed string) error {
	_, err := journal.Do(journal.WithActor(ctx, journal.System), p.n.Journal, program.Zones, journal.Order{Subject: string(p.n.Zone)},
		program.Report{Zone: p.n.Zone, Number: program.Number, Version: program.Version, Instead: failed})
	return err
}

// Everywhere is what each network runs, as far as this zone has heard.
func (p Programs) Everywhere(ctx context.Context) ([]program.Running, error) {
	all, err := program.Everywhere(ctx, p.n.Store)
	for i := range all {
		if all[i].Zone == p.n.Zone && all[i].Number == 0 {
			all[i].Number, all[i].Version = program.Number, program.Version
		}
	}
	return all, err
}

// Offers tells whether releases begin in this zone.
func (p Programs) Offers() bool { return p.n.Zone == zone.Office }
