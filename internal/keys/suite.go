package keys

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"math/big"

	"github.com/emmansun/gmsm/ecdh"
	"github.com/emmansun/gmsm/sm2"
	"github.com/emmansun/gmsm/sm3"
)

// Suite names the algorithms by which a stream of bundles is signed, digested
// and encrypted. The names are part of the exchange format.
type Suite string

// The suites. Each has keys of its own, and a public half of its own.
const (
	International Suite = "international/1" // Ed25519, SHA-256, age with X25519
	National      Suite = "national/1"      // SM2, SM3, SM4 (国密)
)

// Suites lists all that this program knows.
func Suites() []Suite { return []Suite{International, National} }

// ParseSuite reads the name of a suite.
func ParseSuite(text string) (Suite, error) {
	for _, s := range Suites() {
		if text == string(s) {
			return s, nil
		}
	}
	return "", fmt.Errorf("there is no suite %q: say international/1 or national/1", text)
}

// Hash begins a digest of the suite. Both have 32 bytes.
func (s Suite) Hash() hash.Hash {
	if s == National {
		return sm3.New()
	}
	return sha256.New()
}

// Sum is the suite's digest of some bytes.
func (s Suite) Sum(b []byte) [32]byte {
	if s == National {
		return sm3.Sum(b)
	}
	return sha256.Sum256(b)
}

// SignatureSize is how long a signature is in either suite.
const SignatureSize = 64

// sm2UID is the identity in the Z value of each SM2 signature: the one that
// GB/T 35276 gives where nothing else is agreed.
var sm2UID = []byte("1234567812345678")

// SM2Public is the national suite's half of what other zones may know.
type SM2Public struct {
	Signing   *ecdsa.PublicKey
	Receiving *ecdsa.PublicKey
}

// sm2Size is a point of the curve, uncompressed.
const sm2Size = 65

// SM2Point writes a public key as its point: 04, x, y.
func SM2Point(k *ecdsa.PublicKey) []byte {
	out := make([]byte, sm2Size)
	out[0] = 4
	k.X.FillBytes(out[1:33])
	k.Y.FillBytes(out[33:])
	return out
}

// ParseSM2Point reads what SM2Point wrote, and refuses what is no point.
func ParseSM2Point(b []byte) (*ecdsa.PublicKey, error) {
	if len(b) != sm2Size || b[0] != 4 {
		return nil, errors.New("an SM2 key has 65 bytes, the first of them 04")
	}
	if _, err := ecdh.P256().NewPublicKey(b); err != nil {
		return nil, fmt.Errorf("an SM2 key: %w", err)
	}
	return &ecdsa.PublicKey{Curve: sm2.P256(), X: new(big.Int).SetBytes(b[1:33]), Y: new(big.Int).SetBytes(b[33:])}, nil
}

// sm2Key makes a secret key of its scalar.
func sm2Key(scalar []byte) (*sm2.PrivateKey, error) {
	k, err := ecdh.P256().NewPrivateKey(scalar)
	if err != nil {
		return nil, fmt.Errorf("an SM2 key: %w", err)
	}
	public, err := ParseSM2Point(k.PublicKey().Bytes())
	if err != nil {
		return nil, err
	}
	return &sm2.PrivateKey{PrivateKey: ecdsa.PrivateKey{PublicKey: *public, D: new(big.Int).SetBytes(scalar)}}, nil
}

// drawSM2 draws a scalar. The library draws one byte more in half of the cases,
// so that nobody relies on its draws; the simulator must.
func drawSM2(random io.Reader) ([]byte, error) {
	for {
		scalar := make([]byte, 32)
		if _, err := io.ReadFull(random, scalar); err != nil {
			return nil, fmt.Errorf("drawing keys: %w", err)
		}
		// n−1 is a scalar by which nothing can be signed.
		if k, err := sm2Key(scalar); err == nil && new(big.Int).Add(k.D, big.NewInt(1)).Cmp(k.Params().N) < 0 {
			return scalar, nil
		}
	}
}

// Sign signs a message in the suite of the key: 64 bytes, of SM2 r and s.
func Sign(random io.Reader, key crypto.Signer, message []byte) ([]byte, error) {
	switch k := key.(type) {
	case ed25519.PrivateKey:
		return ed25519.Sign(k, message), nil
	case *sm2.PrivateKey:
		r, s, err := sm2.SignWithSM2(random, &k.PrivateKey, sm2UID, message)
		if err != nil {
			return nil, fmt.Errorf("signing by SM2: %w", err)
		}
		out := make([]byte, SignatureSize)
		r.FillBytes(out[:32])
		s.FillBytes(out[32:])
		return out, nil
	}
	return nil, fmt.Errorf("a key of type %T signs nothing here", key)
}

// Verify tells whether the zone's key signed a message.
func (p Public) Verify(message, signature []byte) bool {
	if len(signature) != SignatureSize {
		return false
	}
	if p.SM2 == nil {
		return len(p.Signing) == ed25519.PublicKeySize && ed25519.Verify(p.Signing, message, signature)
	}
	r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	return sm2.VerifyWithSM2(p.SM2.Signing, sm2UID, message, r, s)
}

// SignerID names the public half of a signing key in bundle headers.
func SignerID(key crypto.Signer) KeyID {
	switch k := key.Public().(type) {
	case ed25519.PublicKey:
		return signingID(k)
	case *ecdsa.PublicKey:
		return sm2ID(k)
	}
	return KeyID{}
}

func sm2ID(k *ecdsa.PublicKey) KeyID {
	sum := sm3.Sum(SM2Point(k))
	return KeyID(sum[:8])
}
