package keys

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"golang.org/x/crypto/chacha20poly1305"
)

// sealedVersion begins each sealed value: XChaCha20-Poly1305, whose nonces are
// long enough to be drawn at random for as many values as a city can have.
const sealedVersion = 1

const sealedHead = 1 + len(KeyID{}) + chacha20poly1305.NonceSizeX

// SealedOverhead is how many bytes longer a sealed value is than its plaintext.
const SealedOverhead = sealedHead + chacha20poly1305.Overhead

// ErrSealed reports a value that doesn't open: altered, cut, moved to another
// context, or sealed by another node.
var ErrSealed = errors.New("the sealed value doesn't open with this node's keys")

// Seal encrypts a value for this node's eyes. The context says where the value
// lives (subject, version and field, say) and must be the same on opening, so
// that a value moved to another row is noticed.
func (r *Ring) Seal(context string, plaintext []byte) ([]byte, error) {
	key := r.sealing[len(r.sealing)-1]
	out := make([]byte, sealedHead, sealedHead+len(plaintext)+chacha20poly1305.Overhead)
	out[0] = sealedVersion
	copy(out[1:], key.id[:])
	nonce := out[1+len(key.id) : sealedHead]
	if _, err := io.ReadFull(r.random, nonce); err != nil {
		return nil, fmt.Errorf("drawing a nonce: %w", err)
	}
	return key.aead.Seal(out, nonce, plaintext, []byte(context)), nil
}

// Open gives back what Seal was given under the same context; else ErrSealed.
func (r *Ring) Open(context string, sealed []byte) ([]byte, error) {
	if len(sealed) < SealedOverhead || sealed[0] != sealedVersion {
		return nil, ErrSealed
	}
	key, err := r.sealingKey(KeyID(sealed[1 : 1+len(KeyID{})]))
	if err != nil {
		return nil, err
	}
	plain, err := key.aead.Open(nil, sealed[1+len(KeyID{}):sealedHead], sealed[sealedHead:], []byte(context))
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

func (r *Ring) sealingKey(id KeyID) (sealingKey, error) {
	for _, k := range r.sealing {
		if k.id == id {
			return k, nil
		}
	}
	return sealingKey{}, fmt.Errorf("sealing key %s: %w", id, ErrSealed)
}

// SealingKey names the key that seals now, for those who derive keys from it.
func (r *Ring) SealingKey() KeyID { return r.sealing[len(r.sealing)-1].id }

// Derive makes a 32-byte key for one purpose and salt out of the sealing key
// called id. The same arguments always give the same key.
func (r *Ring) Derive(id KeyID, salt []byte, purpose string) ([]byte, error) {
	k, err := r.sealingKey(id)
	if err != nil {
		return nil, err
	}
	return hkdf.Key(sha256.New, k.secret, salt, "yitang "+purpose, 32)
}

// Salt fills b from the ring's source of chance.
func (r *Ring) Salt(b []byte) error {
	_, err := io.ReadFull(r.random, b)
	return err
}

// Index turns a value that must be found but not read (an identity number)
// into a token: equal for equal values of a namespace in this node, and
// worthless without its key. It is 22 characters of unpadded base64url.
func (r *Ring) Index(namespace, value string) string {
	mac := hmac.New(sha256.New, r.index)
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(namespace)))
	mac.Write(n[:])
	io.WriteString(mac, namespace)
	io.WriteString(mac, value)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:16])
}

func secretID(secret []byte) KeyID {
	mac := hmac.New(sha256.New, secret)
	io.WriteString(mac, "yitang key id")
	return KeyID(mac.Sum(nil)[:8])
}
