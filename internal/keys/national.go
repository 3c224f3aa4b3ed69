package keys

import (
	"crypto"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/emmansun/gmsm/sm2"

	"yitang/internal/zone"
)

// The keys of the national suite are drawn when an operator wants them, and lie
// in a file of their own: a release that doesn't know them reads the others as
// it did.
const (
	nationalFile   = "national.json"
	nationalFormat = "yitang.keys.national/1"
)

// sm2Pair is what a node signs with and what it receives with.
type sm2Pair struct{ signing, receiving *sm2.PrivateKey }

// national is a node's keys of that suite.
type national struct {
	created time.Time
	now     sm2Pair
	earlier []sm2Pair
}

type storedSM2 struct {
	Signing   []byte `json:"signing"`
	Receiving []byte `json:"receiving"`
}

func (s storedSM2) pair() (p sm2Pair, err error) {
	if p.signing, err = sm2Key(s.Signing); err != nil {
		return p, err
	}
	p.receiving, err = sm2Key(s.Receiving)
	return p, err
}

type storedNational struct {
	Format  string    `json:"format"`
	Zone    zone.Zone `json:"zone"`
	Created time.Time `json:"created"`
	storedSM2
	Earlier []storedSM2 `json:"earlier,omitempty"`
	Sum     string      `json:"sum"`
}

func (s storedNational) sum() (string, error) {
	s.Sum = ""
	b, err := json.Marshal(s)
	if err != nil {
		return "", err
	}
	h := International.Sum(b)
	return hex.EncodeToString(h[:]), nil
}

func (s storedNational) text() ([]byte, error) {
	var err error
	if s.Sum, err = s.sum(); err != nil {
		return nil, fmt.Errorf("writing down keys: %w", err)
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing down keys: %w", err)
	}
	return append(text, '\n'), nil
}

func drawPair(random io.Reader) (s storedSM2, err error) {
	if s.Signing, err = drawSM2(random); err != nil {
		return s, err
	}
	s.Receiving, err = drawSM2(random)
	return s, err
}

// Draw makes keys of the national suite for a node that has none; some there
// are already: an error matching fs.ErrExist. Use the ring that it gives.
func (r *Ring) Draw(random io.Reader, now time.Time) (*Ring, error) {
	drawn, err := drawPair(random)
	if err != nil {
		return nil, err
	}
	text, err := storedNational{Format: nationalFormat, Zone: r.zone, Created: now.UTC().Truncate(time.Second), storedSM2: drawn}.text()
	if err != nil {
		return nil, err
	}
	if err := writeNew(filepath.Join(r.dir, nationalFile), text, 0o600); err != nil {
		return nil, fmt.Errorf("storing keys of the national suite: %w", err)
	}
	return Load(r.dir)
}

// renewNational is Renew for the keys of that suite, if there are any.
func (r *Ring) renewNational(random io.Reader, now time.Time) error {
	s, err := loadNational(r.dir, r.zone)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("renewing keys: %w", err)
	}
	s.Earlier = append(s.Earlier, s.storedSM2)
	if s.storedSM2, err = drawPair(random); err != nil {
		return err
	}
	s.Created = maxTime(now.UTC().Truncate(time.Second), s.Created.Add(time.Second))
	text, err := s.text()
	if err != nil {
		return err
	}
	if err := replace(filepath.Join(r.dir, nationalFile), text, 0o600); err != nil {
		return fmt.Errorf("storing keys of the national suite: %w", err)
	}
	return nil
}

func loadNational(dir string, z zone.Zone) (storedNational, error) {
	var s storedNational
	path := filepath.Join(dir, nationalFile)
	text, err := readPrivate(path)
	if err != nil {
		return s, err
	}
	if err := strictJSON(text, &s); err != nil {
		return s, fmt.Errorf("reading %s: %w", path, err)
	}
	sum, err := s.sum()
	switch {
	case err != nil:
		return s, fmt.Errorf("reading %s: %w", path, err)
	case s.Format != nationalFormat:
		return s, fmt.Errorf("reading %s: format %q is not %q", path, s.Format, nationalFormat)
	case sum != s.Sum:
		return s, fmt.Errorf("reading %s: the file is damaged or was edited; restore it from the backup", path)
	case s.Zone != z:
		return s, fmt.Errorf("reading %s: the keys are of the %s zone", path, s.Zone)
	}
	return s, nil
}

// readNational gives a node's keys of that suite; nil when it has none.
func readNational(dir string, z zone.Zone) (*national, error) {
	s, err := loadNational(dir, z)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	n := &national{created: s.Created}
	if n.now, err = s.pair(); err != nil {
		return nil, fmt.Errorf("reading %s: %w", nationalFile, err)
	}
	for _, e := range s.Earlier {
		p, err := e.pair()
		if err != nil {
			return nil, fmt.Errorf("reading %s: an earlier key: %w", nationalFile, err)
		}
		n.earlier = append(n.earlier, p)
	}
	return n, nil
}

// ErrNoKeys reports a suite for which this node has no keys.
var ErrNoKeys = errors.New("this node has no keys of that suite: draw them first (yitang exchange suite --draw)")

// PublicIn is this node's public half in a suite, signed by itself; without
// keys of that suite: ErrNoKeys.
func (r *Ring) PublicIn(s Suite) (Public, error) {
	if s == International {
		return r.Public(), nil
	}
	if r.national == nil {
		return Public{}, ErrNoKeys
	}
	n := r.national
	p := Public{Zone: r.zone, Created: n.created, SM2: &SM2Public{&n.now.signing.PublicKey, &n.now.receiving.PublicKey}}
	var err error
	p.proof, err = Sign(r.random, n.now.signing, p.statement())
	return p, err
}

// GenerationIn counts how often the keys of a suite were renewed; −1 when there
// are none.
func (r *Ring) GenerationIn(s Suite) int {
	switch {
	case s == International:
		return r.Generation()
	case r.national == nil:
		return -1
	}
	return len(r.national.earlier)
}

// SignerOf is the signing key of a suite and a generation; of one that this
// node never had: the one of today. Without keys of that suite: ErrNoKeys.
func (r *Ring) SignerOf(s Suite, generation int) (crypto.Signer, error) {
	if s == International {
		return r.SigningKeyOf(generation), nil
	}
	if r.national == nil {
		return nil, ErrNoKeys
	}
	if generation >= 0 && generation < len(r.national.earlier) {
		return r.national.earlier[generation].signing, nil
	}
	return r.national.now.signing, nil
}

// SM2Identities decrypt what was encrypted to this node in the national suite,
// today's first.
func (r *Ring) SM2Identities() []*sm2.PrivateKey {
	if r.national == nil {
		return nil
	}
	out := []*sm2.PrivateKey{r.national.now.receiving}
	for _, e := range r.national.earlier {
		out = append(out, e.receiving)
	}
	return out
}

// ReceivesIn tells whether a receiving key of a suite, by its id, is or was
// this node's.
func (r *Ring) ReceivesIn(s Suite, id string) bool {
	if s == International {
		return r.Receives(id)
	}
	for _, k := range r.SM2Identities() {
		if sm2ID(&k.PublicKey).String() == id {
			return true
		}
	}
	return false
}

// Random is the ring's source of chance, for those who sign or encrypt with it.
func (r *Ring) Random() io.Reader { return r.random }

func (r *Ring) announcedPath(z zone.Zone, s Suite) string {
	return filepath.Join(r.dir, "peers", string(z)+suffix(s)+".announced.json")
}

// suffix is what the names of files about a suite's keys have behind the zone.
func suffix(s Suite) string {
	if s == National {
		return ".national"
	}
	return ""
}

// Announced is the public half of a suite that a zone has told of in a bundle
// while none of that suite was pinned; none: an error matching fs.ErrNotExist.
// It is trusted once people have pinned it.
func (r *Ring) Announced(z zone.Zone, s Suite) (Public, error) {
	return r.readPeer(r.announcedPath(z, s), z)
}

// Announce notes the public half that a bundle has brought, which a pinned key
// of that zone has signed.
func (r *Ring) Announce(p Public) error {
	if err := r.notRevoked(p); err != nil {
		return err
	}
	text, err := p.Encode()
	if err != nil {
		return err
	}
	if err := replace(r.announcedPath(p.Zone, p.Suite()), text, 0o600); err != nil {
		return fmt.Errorf("noting the keys of the %s zone: %w", p.Zone, err)
	}
	return nil
}

// Trust is what this node makes of some keys.
type Trust string

// Keys are its own, pinned, or told of in a bundle and not pinned yet.
const (
	Own    Trust = "own"
	Pinned Trust = "pinned"
	Told   Trust = "announced"
)

// Known are keys of a zone as people are shown them.
type Known struct {
	Zone        zone.Zone `json:"zone"`
	Suite       Suite     `json:"suite"`
	Fingerprint string    `json:"fingerprint"`
	Trust       Trust     `json:"state"`
}

// Known lists this node's keys and what it knows of those of other zones, suite by suite.
func (r *Ring) Known(peers ...zone.Zone) ([]Known, error) {
	var all []Known
	add := func(p Public, err error, t Trust) error {
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrNoKeys) {
			return nil
		}
		if err == nil {
			all = append(all, Known{p.Zone, p.Suite(), p.Fingerprint(), t})
		}
		return err
	}
	for _, s := range Suites() {
		p, err := r.PublicIn(s)
		if err := add(p, err, Own); err != nil {
			return nil, err
		}
		for _, z := range peers {
			p, err := r.PeerIn(z, s)
			if err := add(p, err, Pinned); err != nil {
				return nil, err
			}
			p, err = r.Announced(z, s)
			if err := add(p, err, Told); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}
