package keys

import (
	"crypto"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"

	"yitang/internal/zone"
)

// Keys are renewed in two halves. Here the node draws new ones and keeps the
// old: what is on its way to it still opens, and the last bundle that the old
// key signs names the new ones. There (PinNext, Promote) the other zone takes
// the new ones from that bundle. A key that somebody else may have isn't
// renewed but revoked, and the zones are paired anew by people.

// earlier is a pair of keys that this node had before.
type earlier struct {
	signing  ed25519.PrivateKey
	identity *age.X25519Identity
}

type storedEarlier struct {
	Signing []byte `json:"signing"`
	Age     string `json:"age"`
}

// Renew draws new keys for signing and receiving and makes them the node's in
// one step; dying in it leaves the old ones. What is sealed at rest stays as it
// is. The ring that it was asked of still has the old keys: use the new one.
// Keys of the national suite, if there are any, are renewed too, and before;
// dying in between leaves those renewed alone, which does no harm.
func (r *Ring) Renew(random io.Reader, now time.Time) (*Ring, error) {
	path := filepath.Join(r.dir, nodeFile)
	text, err := readPrivate(path)
	if err != nil {
		return nil, fmt.Errorf("renewing keys: %w", err)
	}
	var s stored
	if err := strictJSON(text, &s); err != nil {
		return nil, fmt.Errorf("renewing keys: %w", err)
	}
	var seed, scalar [32]byte
	for _, part := range [][]byte{seed[:], scalar[:]} {
		if _, err := io.ReadFull(random, part); err != nil {
			return nil, fmt.Errorf("drawing keys: %w", err)
		}
	}
	if err := r.renewNational(random, now); err != nil {
		return nil, err
	}
	s.Earlier = append(s.Earlier, storedEarlier{s.Signing, s.Age})
	s.Signing, s.Age = seed[:], ageIdentity(scalar[:])
	// A card must be newer than the one that it takes the place of.
	s.Created = maxTime(now.UTC().Truncate(time.Second), s.Created.Add(time.Second))
	if s.Sum, err = s.sum(); err != nil {
		return nil, fmt.Errorf("writing down keys: %w", err)
	}
	if text, err = json.MarshalIndent(s, "", "  "); err != nil {
		return nil, fmt.Errorf("writing down keys: %w", err)
	}
	if err := replace(path, append(text, '\n'), 0o600); err != nil {
		return nil, fmt.Errorf("storing keys: %w", err)
	}
	return Load(r.dir)
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Generation counts how often the keys were renewed.
func (r *Ring) Generation() int { return len(r.earlier) }

// SigningKeyOf is the signing key of a generation; those that this node never
// had: the one of today.
func (r *Ring) SigningKeyOf(generation int) ed25519.PrivateKey {
	if generation >= 0 && generation < len(r.earlier) {
		return r.earlier[generation].signing
	}
	return r.signing
}

// SigningKeyNamed finds a signing key of either suite, of today or earlier, by
// its id.
func (r *Ring) SigningKeyNamed(id string) (crypto.Signer, error) {
	for _, s := range Suites() {
		for g := range r.GenerationIn(s) + 1 {
			if k, err := r.SignerOf(s, g); err == nil && SignerID(k).String() == id {
				return k, nil
			}
		}
	}
	return nil, fmt.Errorf("this node has no signing key %s", id)
}

// Identities decrypt what was encrypted to this node, today's first.
func (r *Ring) Identities() []age.Identity {
	out := []age.Identity{r.identity}
	for _, e := range r.earlier {
		out = append(out, e.identity)
	}
	return out
}

// Receives tells whether a receiving key, by its id, is or was this node's.
func (r *Ring) Receives(id string) bool {
	mine := Public{Recipient: r.identity.Recipient()}.ReceivingID().String() == id
	for _, e := range r.earlier {
		mine = mine || Public{Recipient: e.identity.Recipient()}.ReceivingID().String() == id
	}
	return mine
}

// Had tells whether a public half is one that this node had before its keys
// were renewed.
func (r *Ring) Had(p Public) bool {
	_, err := r.SigningKeyNamed(p.KeyID().String())
	return err == nil && p.Zone == r.zone
}

// ErrRevoked reports keys that were revoked here: they are never pinned again.
var ErrRevoked = errors.New("these keys were revoked here")

func (r *Ring) nextPath(z zone.Zone, s Suite) string {
	return filepath.Join(r.dir, "peers", string(z)+suffix(s)+".next.json")
}

func (r *Ring) pastPath(why string, p Public) string {
	return filepath.Join(r.dir, "peers", why, string(p.Zone)+"-"+p.Fingerprint()+".json")
}

// Next is the public half that takes the place of a zone's pinned one; none: an
// error matching fs.ErrNotExist.
func (r *Ring) Next(z zone.Zone) (Public, error) { return r.NextIn(z, International) }

// NextIn is the same in a suite.
func (r *Ring) NextIn(z zone.Zone, s Suite) (Public, error) { return r.readPeer(r.nextPath(z, s), z) }

// PinNext notes the keys that take the place of a zone's pinned ones. Whoever
// calls it has them from that zone, signed with the pinned key.
func (r *Ring) PinNext(p Public) error {
	if err := r.notRevoked(p); err != nil {
		return err
	}
	text, err := p.Encode()
	if err != nil {
		return err
	}
	if err := replace(r.nextPath(p.Zone, p.Suite()), text, 0o600); err != nil {
		return fmt.Errorf("noting the new keys of the %s zone: %w", p.Zone, err)
	}
	return nil
}

// Promote pins a zone's next keys in a suite, if there are any. The old ones are
// kept, in peers/past, and trusted no more.
func (r *Ring) Promote(z zone.Zone, s Suite) error {
	next, err := r.NextIn(z, s)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	old, err := r.PeerIn(z, s)
	if err != nil {
		return err
	}
	if !old.Equal(next) { // else it died between the two below
		if err := r.putAside("past", old); err != nil {
			return err
		}
		text, err := next.Encode()
		if err != nil {
			return err
		}
		if err := replace(r.peerPath(z, s), text, 0o600); err != nil {
			return fmt.Errorf("pinning the new keys of the %s zone: %w", z, err)
		}
	}
	return os.Remove(r.nextPath(z, s))
}

// Revoke ends the trust in a zone's keys, for good: those that are pinned, those
// that are noted to follow them and those that bundles have told of, in every
// suite. Whoever has one key of a zone may have had any of the others brought in
// by a bundle that it signed, so that none stays of which nobody could say that
// people brought it. What they sign is refused from now on, and they can't be
// pinned again; until people have paired the two zones anew nothing is exchanged.
// The fingerprint must be that of pinned keys, so that nobody revokes what they
// don't mean. It gives all that was revoked.
func (r *Ring) Revoke(z zone.Zone, fingerprint string) ([]Public, error) {
	named, err := r.pinnedAs(z, fingerprint)
	if err != nil {
		return nil, err
	}
	var revoked []Public
	var gone []string
	take := func(p Public, err error, path string) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		revoked, gone = append(revoked, p), append(gone, path)
		return nil
	}
	var failed error
	for _, s := range Suites() {
		next, e1 := r.NextIn(z, s)
		told, e2 := r.Announced(z, s)
		pinned, e3 := r.PeerIn(z, s)
		failed = errors.Join(failed, take(next, e1, r.nextPath(z, s)), take(told, e2, r.announcedPath(z, s)))
		if s != named.Suite() {
			failed = errors.Join(failed, take(pinned, e3, r.peerPath(z, s)))
		}
	}
	// The named one last: dying before leaves it to be revoked again.
	if err := errors.Join(failed, take(named, nil, r.peerPath(z, named.Suite()))); err != nil {
		return nil, err
	}
	for _, p := range revoked {
		if err := r.putAside("revoked", p); err != nil {
			return nil, err
		}
	}
	for _, path := range gone {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	return revoked, nil
}

// pinnedAs finds a zone's pinned keys by their fingerprint, in whichever suite.
func (r *Ring) pinnedAs(z zone.Zone, fingerprint string) (Public, error) {
	var pinned []string
	for _, s := range Suites() {
		p, err := r.PeerIn(z, s)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil || p.Fingerprint() == fingerprint {
			return p, err
		}
		pinned = append(pinned, p.Fingerprint())
	}
	if len(pinned) == 0 {
		return r.Peer(z) // which says so
	}
	return Public{}, fmt.Errorf("of the %s zone %s is pinned, not the fingerprint that was given: nothing was revoked", z, strings.Join(pinned, " and "))
}

func (r *Ring) putAside(why string, p Public) error {
	text, err := p.Encode()
	if err != nil {
		return err
	}
	path := r.pastPath(why, p)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := writeNew(path, text, 0o600); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("keeping the old keys of the %s zone: %w", p.Zone, err)
	}
	return nil
}

func (r *Ring) notRevoked(p Public) error {
	_, err := os.Stat(r.pastPath("revoked", p))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("pinning the %s zone's keys %s: %w", p.Zone, p.Fingerprint(), ErrRevoked)
}
