package document

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"time"
)

// Authority is the office's own certificate authority: what everybody who
// verifies its documents pins. It signs signing keys and nothing else, and can
// be kept away from the machine that issues.
type Authority struct {
	Certificate *x509.Certificate
	Key         *ecdsa.PrivateKey
}

// Signer is the key that signs documents, with its certificate and that of
// the authority above it. The key may live in hardware.
type Signer struct {
	Certificate *x509.Certificate
	Authority   *x509.Certificate
	Key         crypto.Signer
}

var oidDocumentSigning = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 36} // RFC 9336

// NewAuthority makes a certificate authority for an office. The same random
// bytes and times give the same keys and certificate.
func NewAuthority(random io.Reader, office string, from, to time.Time) (Authority, error) {
	key, err := newKey(random)
	if err != nil {
		return Authority{}, fmt.Errorf("making the authority's key: %w", err)
	}
	serial, err := newSerial(random)
	if err != nil {
		return Authority{}, fmt.Errorf("making the authority's certificate: %w", err)
	}
	t := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{Country: []string{"CN"}, Organization: []string{office}, CommonName: office + "公文证书"},
		NotBefore:             from.UTC().Truncate(time.Second),
		NotAfter:              to.UTC().Truncate(time.Second),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
	}
	cert, err := certify(t, t, key.Public(), key)
	if err != nil {
		return Authority{}, fmt.Errorf("making the authority's certificate: %w", err)
	}
	return Authority{cert, key}, nil
}

// Issue makes a key that signs documents, with its certificate.
func (a Authority) Issue(random io.Reader, name string, from, to time.Time) (Signer, error) {
	key, err := newKey(random)
	if err != nil {
		return Signer{}, fmt.Errorf("making a signing key: %w", err)
	}
	serial, err := newSerial(random)
	if err != nil {
		return Signer{}, fmt.Errorf("making a signing certificate: %w", err)
	}
	t := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{Country: []string{"CN"}, Organization: a.Certificate.Subject.Organization, CommonName: name},
		NotBefore:             from.UTC().Truncate(time.Second),
		NotAfter:              to.UTC().Truncate(time.Second),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment,
		UnknownExtKeyUsage:    []asn1.ObjectIdentifier{oidDocumentSigning},
		BasicConstraintsValid: true,
	}
	cert, err := certify(t, a.Certificate, key.Public(), a.Key)
	if err != nil {
		return Signer{}, fmt.Errorf("making a signing certificate: %w", err)
	}
	return Signer{Certificate: cert, Authority: a.Certificate, Key: key}, nil
}

func (s Signer) sign(digest [32]byte) ([]byte, error) {
	sig, err := signLow(s.Key, toSign(digest, s.Certificate.Raw))
	if err != nil {
		return nil, err
	}
	return signedData(digest, s.Certificate, s.Authority, sig), nil
}

// newKey derives a P-256 key from random bytes: 48 of them, so that reducing
// them favours no key. The standard library's generator takes chance from the
// system only, which a replayed simulation can't use.
func newKey(random io.Reader) (*ecdsa.PrivateKey, error) {
	var seed [48]byte
	_, err := io.ReadFull(random, seed[:])
	if err != nil {
		return nil, err
	}
	n := new(big.Int).Sub(elliptic.P256().Params().N, big.NewInt(1))
	d := new(big.Int).SetBytes(seed[:])
	d.Mod(d, n).Add(d, big.NewInt(1))
	return ecdsa.ParseRawPrivateKey(elliptic.P256(), d.FillBytes(make([]byte, 32)))
}

func newSerial(random io.Reader) (*big.Int, error) {
	var b [16]byte
	_, err := io.ReadFull(random, b[:])
	if err != nil {
		return nil, err
	}
	b[0] = b[0]&0x7F | 0x40 // positive, and always as long
	return new(big.Int).SetBytes(b[:]), nil
}

// steady signs without chance, whatever source it is handed.
type steady struct{ *ecdsa.PrivateKey }

func (s steady) Sign(_ io.Reader, digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	return s.PrivateKey.Sign(nil, digest, opts)
}

func certify(t, parent *x509.Certificate, pub crypto.PublicKey, key *ecdsa.PrivateKey) (*x509.Certificate, error) {
	raw, err := x509.CreateCertificate(nil, t, parent, pub, steady{key})
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(raw)
}

// Encode writes an authority down, key included: what the node's key store
// keeps under seal.
func (a Authority) Encode() ([]byte, error) { return encodeKey(a.Key, a.Certificate) }

// DecodeAuthority reads what Encode wrote.
func DecodeAuthority(text []byte) (Authority, error) {
	key, certs, err := decodeKey(text, 1)
	if err != nil {
		return Authority{}, fmt.Errorf("reading the authority: %w", err)
	}
	return Authority{certs[0], key}, nil
}

// Encode writes a signing key down, with both certificates. It can't write a
// key that lives in hardware.
func (s Signer) Encode() ([]byte, error) {
	key, ok := s.Key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, errors.New("this signing key can't leave its device")
	}
	return encodeKey(key, s.Certificate, s.Authority)
}

// DecodeSigner reads what Encode wrote.
func DecodeSigner(text []byte) (Signer, error) {
	key, certs, err := decodeKey(text, 2)
	if err != nil {
		return Signer{}, fmt.Errorf("reading the signing key: %w", err)
	}
	return Signer{Certificate: certs[0], Authority: certs[1], Key: key}, nil
}

func encodeKey(key *ecdsa.PrivateKey, certs ...*x509.Certificate) ([]byte, error) {
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	out := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw})
	for _, c := range certs {
		out = append(out, encodeCertificate(c)...)
	}
	return out, nil
}

func encodeCertificate(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

func decodeCertificate(text string) (*x509.Certificate, error) {
	block, rest := pem.Decode([]byte(text))
	if block == nil || block.Type != "CERTIFICATE" || len(rest) != 0 {
		return nil, errors.New("not one certificate")
	}
	return x509.ParseCertificate(block.Bytes)
}

func decodeKey(text []byte, want int) (*ecdsa.PrivateKey, []*x509.Certificate, error) {
	block, rest := pem.Decode(text)
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, nil, errors.New("no private key in it")
	}
	any, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, nil, err
	}
	key, ok := any.(*ecdsa.PrivateKey)
	if !ok {
		return nil, nil, errors.New("the key isn't on the curve P-256")
	}
	var certs []*x509.Certificate
	for block, rest = pem.Decode(rest); block != nil; block, rest = pem.Decode(rest) {
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, nil, err
		}
		certs = append(certs, c)
	}
	if len(certs) != want {
		return nil, nil, fmt.Errorf("it holds %d certificates instead of %d", len(certs), want)
	}
	if !key.PublicKey.Equal(certs[0].PublicKey) {
		return nil, nil, errors.New("key and certificate don't belong together")
	}
	return key, certs, nil
}
