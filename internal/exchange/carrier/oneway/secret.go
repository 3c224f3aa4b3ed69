package oneway

import (
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"strings"

	"filippo.io/age"

	"yitang/internal/keys"
	"yitang/internal/zone"
)

// Nothing can be agreed on where nothing comes back. But both sides know each
// other's receiving keys (X25519), and from one's own secret and the other's public
// half both find the same secret. It keeps strangers' packets out; what is in
// the files is signed and encrypted for itself.

// tagger tags packets by one such secret.
type tagger struct{ mac hash.Hash }

const tagSize = 8

// tag is of everything behind the two tags.
func (t tagger) tag(b []byte) []byte {
	t.mac.Reset()
	t.mac.Write(b[20:])
	var out [sha256.Size]byte
	return t.mac.Sum(out[:0])[:tagSize]
}

func taggerOf(secret *ecdh.PrivateKey, theirs *ecdh.PublicKey, sender, receiver []byte) (tagger, error) {
	shared, err := secret.ECDH(theirs)
	if err != nil {
		return tagger{}, err
	}
	key, err := hkdf.Key(sha256.New, shared, append(append([]byte{}, sender...), receiver...), "yitang.oneway/1", 32)
	if err != nil {
		return tagger{}, err
	}
	return tagger{hmac.New(sha256.New, key)}, nil
}

// sending are the taggers of this side's packets: by its key of today, and by the
// one before, which the other side knows until it has heard of the new one.
func sending(ring *keys.Ring, peer zone.Zone) ([]tagger, error) {
	there, err := ring.Peer(peer)
	if err != nil {
		return nil, err
	}
	theirs, err := publicOf(there.Recipient)
	if err != nil {
		return nil, err
	}
	own, err := secrets(ring)
	if err != nil {
		return nil, err
	}
	var out []tagger
	for _, s := range own[:min(2, len(own))] {
		t, err := taggerOf(s, theirs, s.PublicKey().Bytes(), theirs.Bytes())
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// taking are those by which the other side's packets may be tagged: to any key that
// this one has or had lately, by the pinned one or the one that is noted to follow.
func taking(ring *keys.Ring, peer zone.Zone) ([]tagger, error) {
	own, err := secrets(ring)
	if err != nil {
		return nil, err
	}
	there, err := ring.Peer(peer)
	if err != nil {
		return nil, err
	}
	pinned := []keys.Public{there}
	if next, err := ring.Next(peer); err == nil {
		pinned = append(pinned, next)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var out []tagger
	for _, p := range pinned {
		theirs, err := publicOf(p.Recipient)
		if err != nil {
			return nil, err
		}
		for _, s := range own[:min(2, len(own))] {
			t, err := taggerOf(s, theirs, theirs.Bytes(), s.PublicKey().Bytes())
			if err != nil {
				return nil, err
			}
			out = append(out, t)
		}
	}
	return out, nil
}

// secrets are the node's own receiving keys, that of today first.
func secrets(ring *keys.Ring) ([]*ecdh.PrivateKey, error) {
	var out []*ecdh.PrivateKey
	today, ok := ring.Identity().(*age.X25519Identity)
	if !ok {
		return nil, errors.New("this node's receiving key isn't X25519")
	}
	add := func(i *age.X25519Identity) error {
		b, err := unbech32(strings.ToLower(i.String()), "age-secret-key-")
		if err != nil {
			return err
		}
		k, err := ecdh.X25519().NewPrivateKey(b)
		out = append(out, k)
		return err
	}
	if err := add(today); err != nil {
		return nil, err
	}
	all := ring.Identities()
	for n := len(all) - 1; n >= 0; n-- { // the newest of the earlier ones is asked first
		if i, ok := all[n].(*age.X25519Identity); ok && i.String() != today.String() {
			if err := add(i); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func publicOf(r *age.X25519Recipient) (*ecdh.PublicKey, error) {
	b, err := unbech32(r.String(), "age")
	if err != nil {
		return nil, err
	}
	return ecdh.X25519().NewPublicKey(b)
}

const letters = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"

// unbech32 reads 32 bytes of a text whose checksum the age library has made or
// looked at (BIP 173).
func unbech32(text, prefix string) ([]byte, error) {
	rest, ok := strings.CutPrefix(text, prefix+"1")
	if !ok || len(rest) != 52+6 {
		return nil, fmt.Errorf("a key isn't spelt as %s1…", prefix)
	}
	var out []byte
	acc, bits := uint32(0), 0
	for _, c := range rest[:52] {
		v := strings.IndexRune(letters, c)
		if v < 0 {
			return nil, errors.New("a key has a letter that no key has")
		}
		acc = acc<<5 | uint32(v)
		if bits += 5; bits >= 8 {
			bits -= 8
			out = append(out, byte(acc>>bits))
		}
	}
	return out, nil
}
