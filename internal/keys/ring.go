package keys

import (
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"
	"golang.org/x/crypto/chacha20poly1305"

	"yitang/internal/zone"
)

const (
	nodeFile   = "node.json"
	nodeFormat = "yitang.keys/1"
)

// ErrNone reports a folder without keys: `yitang init` comes first.
var ErrNone = errors.New("there are no keys here")

// KeyID names a key by the first eight bytes of the digest of its public half
// or, for secret keys, of its derived name; it gives nothing away.
type KeyID [8]byte

// String is the id in hexadecimal, as headers and status pages show it.
func (id KeyID) String() string { return hex.EncodeToString(id[:]) }

// Ring is a node's keys, ready for use. It is safe for concurrent use.
type Ring struct {
	dir     string
	zone    zone.Zone
	created time.Time

	signing  ed25519.PrivateKey
	identity *age.X25519Identity
	earlier  []earlier    // before the keys were renewed, oldest first
	national *national    // nil: none were drawn
	sealing  []sealingKey // the last one seals, all of them open
	index    []byte
	random   io.Reader
}

type sealingKey struct {
	id     KeyID
	secret []byte
	aead   cipher.AEAD
}

// stored is node.json. Sum is over the file with an empty Sum, so that a
// damaged disk is told from a wrong key.
type stored struct {
	Format  string          `json:"format"`
	Zone    zone.Zone       `json:"zone"`
	Created time.Time       `json:"created"`
	Signing []byte          `json:"signing"`
	Age     string          `json:"age"`
	Earlier []storedEarlier `json:"earlier,omitempty"`
	Sealing [][]byte        `json:"sealing"`
	Index   []byte          `json:"index"`
	Sum     string          `json:"sum"`
}

func (s stored) sum() (string, error) {
	s.Sum = ""
	b, err := json.Marshal(s)
	if err != nil {
		return "", err
	}
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:]), nil
}

// Create makes fresh keys for a zone in dir, which it creates, out of random.
// It never overwrites: keys that are there already are an error matching
// fs.ErrExist, because losing the sealing key loses every sealed value.
func Create(dir string, z zone.Zone, random io.Reader, now time.Time) (*Ring, error) {
	if _, err := zone.Parse(string(z)); err != nil {
		return nil, fmt.Errorf("creating keys: %w", err)
	}
	var seed, scalar, seal, index [32]byte
	for _, part := range [][]byte{seed[:], scalar[:], seal[:], index[:]} {
		if _, err := io.ReadFull(random, part); err != nil {
			return nil, fmt.Errorf("drawing keys: %w", err)
		}
	}
	s := stored{
		Format:  nodeFormat,
		Zone:    z,
		Created: now.UTC().Truncate(time.Second),
		Signing: seed[:],
		Age:     ageIdentity(scalar[:]),
		Sealing: [][]byte{seal[:]},
		Index:   index[:],
	}
	var err error
	if s.Sum, err = s.sum(); err != nil {
		return nil, fmt.Errorf("writing down keys: %w", err)
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing down keys: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("making the key folder: %w", err)
	}
	if err := writeNew(filepath.Join(dir, nodeFile), append(text, '\n'), 0o600); err != nil {
		return nil, fmt.Errorf("storing keys: %w", err)
	}
	return Load(dir)
}

// Load reads the keys in dir and checks them: readable by their owner alone,
// whole, and fit for what they are for. No keys at all: ErrNone.
func Load(dir string) (*Ring, error) {
	path := filepath.Join(dir, nodeFile)
	text, err := readPrivate(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("loading %s: %w", path, ErrNone)
	}
	if err != nil {
		return nil, fmt.Errorf("loading keys: %w", err)
	}
	var s stored
	if err := strictJSON(text, &s); err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	if s.Format != nodeFormat {
		return nil, fmt.Errorf("reading %s: format %q is not %q", path, s.Format, nodeFormat)
	}
	sum, err := s.sum()
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	if sum != s.Sum {
		return nil, fmt.Errorf("reading %s: the file is damaged or was edited; restore it from the backup", path)
	}
	ring, err := s.ring()
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	ring.dir = dir
	if ring.national, err = readNational(dir, ring.zone); err != nil {
		return nil, fmt.Errorf("loading keys: %w", err)
	}
	return ring, nil
}

func (s stored) ring() (*Ring, error) {
	if _, err := zone.Parse(string(s.Zone)); err != nil {
		return nil, err
	}
	if len(s.Signing) != ed25519.SeedSize || len(s.Index) != 32 || len(s.Sealing) == 0 {
		return nil, errors.New("a key is missing or has the wrong length")
	}
	identity, err := age.ParseX25519Identity(s.Age)
	if err != nil {
		return nil, fmt.Errorf("the key for receiving: %w", err)
	}
	r := &Ring{
		zone:     s.Zone,
		created:  s.Created,
		signing:  ed25519.NewKeyFromSeed(s.Signing),
		identity: identity,
		index:    s.Index,
		random:   rand.Reader,
	}
	for _, e := range s.Earlier {
		if len(e.Signing) != ed25519.SeedSize {
			return nil, errors.New("an earlier key has the wrong length")
		}
		identity, err := age.ParseX25519Identity(e.Age)
		if err != nil {
			return nil, fmt.Errorf("an earlier key for receiving: %w", err)
		}
		r.earlier = append(r.earlier, earlier{ed25519.NewKeyFromSeed(e.Signing), identity})
	}
	for _, secret := range s.Sealing {
		aead, err := chacha20poly1305.NewX(secret)
		if err != nil {
			return nil, fmt.Errorf("a sealing key: %w", err)
		}
		r.sealing = append(r.sealing, sealingKey{id: secretID(secret), secret: secret, aead: aead})
	}
	return r, nil
}

// WithRandom gives the same keys drawing nonces and salts from random, so that
// the simulator can replay. Never give it a source that repeats itself outside
// of a simulation.
func (r *Ring) WithRandom(random io.Reader) *Ring {
	c := *r
	c.random = random
	return &c
}

// Zone is the zone that these keys speak for.
func (r *Ring) Zone() zone.Zone { return r.zone }

// Created is when the keys were drawn.
func (r *Ring) Created() time.Time { return r.created }

// SigningKey signs bundles and receipts.
func (r *Ring) SigningKey() ed25519.PrivateKey { return r.signing }

// Identity decrypts what was encrypted to this node.
func (r *Ring) Identity() age.Identity { return r.identity }
