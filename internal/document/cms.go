package document

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"math/big"
	"slices"

	"golang.org/x/crypto/cryptobyte"
	der "golang.org/x/crypto/cryptobyte/asn1"
)

// A detached CMS signature (RFC 5652) as PAdES baseline B-B wants it
// (ETSI EN 319 142-1): content type, digest and signing certificate are
// signed, the hour isn't stated. There is exactly one encoding of a signature
// for a digest, two certificates and a pair of numbers, and verifying rebuilds
// it: a file in which one bit of the signature's wrapping was changed is a
// changed file. The library at hand always states the hour, from the clock.
var (
	oidData        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 1}
	oidSignedData  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidContentType = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidDigest      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningCert = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 16, 2, 47}
	oidSHA256      = asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	oidECDSA256    = asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2}
)

var tagAttributes = der.Tag(0).ContextSpecific().Constructed()

// signedAttributes are what the key really signs, as the contents of a set.
func signedAttributes(digest [32]byte, leaf []byte) []byte {
	attribute := func(oid asn1.ObjectIdentifier, value func(*cryptobyte.Builder)) []byte {
		var b cryptobyte.Builder
		b.AddASN1(der.SEQUENCE, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(oid)
			b.AddASN1(der.SET, value)
		})
		return b.BytesOrPanic()
	}
	certHash := sha256.Sum256(leaf)
	all := [][]byte{
		attribute(oidContentType, func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oidData) }),
		attribute(oidDigest, func(b *cryptobyte.Builder) { b.AddASN1OctetString(digest[:]) }),
		attribute(oidSigningCert, func(b *cryptobyte.Builder) {
			b.AddASN1(der.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1(der.SEQUENCE, func(b *cryptobyte.Builder) {
					b.AddASN1(der.SEQUENCE, func(b *cryptobyte.Builder) { b.AddASN1OctetString(certHash[:]) })
				})
			})
		}),
	}
	slices.SortFunc(all, bytes.Compare)
	return slices.Concat(all...)
}

// toSign is the digest that the key signs: of the attributes, tagged as a set.
func toSign(digest [32]byte, leaf []byte) [32]byte {
	var b cryptobyte.Builder
	b.AddASN1(der.SET, func(b *cryptobyte.Builder) { b.AddBytes(signedAttributes(digest, leaf)) })
	return sha256.Sum256(b.BytesOrPanic())
}

// signedData is the whole CMS structure.
func signedData(digest [32]byte, leaf, ca *x509.Certificate, signature []byte) []byte {
	algorithm := func(oid asn1.ObjectIdentifier) func(*cryptobyte.Builder) {
		return func(b *cryptobyte.Builder) { b.AddASN1ObjectIdentifier(oid) }
	}
	var b cryptobyte.Builder
	b.AddASN1(der.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(oidSignedData)
		b.AddASN1(tagAttributes, func(b *cryptobyte.Builder) {
			b.AddASN1(der.SEQUENCE, func(b *cryptobyte.Builder) {
				b.AddASN1Int64(1)
				b.AddASN1(der.SET, func(b *cryptobyte.Builder) { b.AddASN1(der.SEQUENCE, algorithm(oidSHA256)) })
				b.AddASN1(der.SEQUENCE, algorithm(oidData))
				b.AddASN1(tagAttributes, func(b *cryptobyte.Builder) {
					b.AddBytes(leaf.Raw)
					b.AddBytes(ca.Raw)
				})
				b.AddASN1(der.SET, func(b *cryptobyte.Builder) {
					b.AddASN1(der.SEQUENCE, func(b *cryptobyte.Builder) {
						b.AddASN1Int64(1)
						b.AddASN1(der.SEQUENCE, func(b *cryptobyte.Builder) {
							b.AddBytes(leaf.RawIssuer)
							b.AddASN1BigInt(leaf.SerialNumber)
						})
						b.AddASN1(der.SEQUENCE, algorithm(oidSHA256))
						b.AddASN1(tagAttributes, func(b *cryptobyte.Builder) { b.AddBytes(signedAttributes(digest, leaf.Raw)) })
						b.AddASN1(der.SEQUENCE, algorithm(oidECDSA256))
						b.AddASN1OctetString(signature)
					})
				})
			})
		})
	})
	return b.BytesOrPanic()
}

var errSignature = errors.New("the signature isn't one of ours")

// openSignedData takes certificates and signature out of the structure. It
// checks nothing else: the caller rebuilds and compares.
func openSignedData(raw []byte) (leaf, ca *x509.Certificate, signature []byte, err error) {
	var outer, explicit, sd, certs, infos, info cryptobyte.String
	in := cryptobyte.String(raw)
	ok := in.ReadASN1(&outer, der.SEQUENCE) && in.Empty() &&
		outer.SkipASN1(der.OBJECT_IDENTIFIER) && outer.ReadASN1(&explicit, tagAttributes) &&
		explicit.ReadASN1(&sd, der.SEQUENCE) &&
		sd.SkipASN1(der.INTEGER) && sd.SkipASN1(der.SET) && sd.SkipASN1(der.SEQUENCE) &&
		sd.ReadASN1(&certs, tagAttributes) && sd.ReadASN1(&infos, der.SET) && infos.ReadASN1(&info, der.SEQUENCE) &&
		info.SkipASN1(der.INTEGER) && info.SkipASN1(der.SEQUENCE) && info.SkipASN1(der.SEQUENCE) &&
		info.SkipASN1(tagAttributes) && info.SkipASN1(der.SEQUENCE)
	if !ok {
		return nil, nil, nil, errSignature
	}
	var sig, one, two cryptobyte.String
	if !info.ReadASN1(&sig, der.OCTET_STRING) || !certs.ReadASN1Element(&one, der.SEQUENCE) || !certs.ReadASN1Element(&two, der.SEQUENCE) {
		return nil, nil, nil, errSignature
	}
	leaf, err = x509.ParseCertificate(one)
	if err != nil {
		return nil, nil, nil, errSignature
	}
	ca, err = x509.ParseCertificate(two)
	if err != nil {
		return nil, nil, nil, errSignature
	}
	return leaf, ca, sig, nil
}

// ecdsaSignature is the pair of numbers. Of the two that are valid for a
// digest, (r, s) and (r, n-s), only that with the smaller s is taken, or
// anybody could make a second file out of a genuine one.
type ecdsaSignature struct{ R, S *big.Int }

var halfOrder = new(big.Int).Rsh(elliptic.P256().Params().N, 1)

func signLow(key crypto.Signer, digest [32]byte) ([]byte, error) {
	pub, ok := key.Public().(*ecdsa.PublicKey)
	if !ok || pub.Curve != elliptic.P256() {
		return nil, errors.New("the office's key must be on the curve P-256")
	}
	// Without a source of chance the signature is a function of key and digest
	// (RFC 6979); a key in hardware does as it likes.
	raw, err := key.Sign(nil, digest[:], crypto.SHA256)
	if err != nil {
		return nil, err
	}
	var sig ecdsaSignature
	_, err = asn1.Unmarshal(raw, &sig)
	if err != nil {
		return nil, err
	}
	if sig.S.Cmp(halfOrder) > 0 {
		sig.S.Sub(elliptic.P256().Params().N, sig.S)
	}
	return asn1.Marshal(sig)
}

func verifyLow(pub any, digest [32]byte, raw []byte) bool {
	key, ok := pub.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return false
	}
	var sig ecdsaSignature
	rest, err := asn1.Unmarshal(raw, &sig)
	if err != nil || len(rest) != 0 || sig.S.Cmp(halfOrder) > 0 {
		return false
	}
	return ecdsa.VerifyASN1(key, digest[:], raw)
}
