package keys

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// The maker's key signs releases of the program. It belongs to no zone and lies
// on none; each zone pins its public half, compared by telephone.
const (
	makerFile   = "maker.pub"
	makerSecret = "YITANG RELEASE KEY"
	makerPublic = "YITANG RELEASE PUBLIC KEY"
)

// CreateMaker draws a maker's key and gives both halves as text for two files.
func CreateMaker(chance io.Reader) (secret, public []byte, err error) {
	pub, key, err := ed25519.GenerateKey(chance)
	if err != nil {
		return nil, nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, nil, err
	}
	half, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		return nil, nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: makerSecret, Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: makerPublic, Bytes: half}), nil
}

// ParseMakerSecret reads what CreateMaker gave first.
func ParseMakerSecret(text []byte) (ed25519.PrivateKey, error) {
	b, _ := pem.Decode(text)
	if b == nil || b.Type != makerSecret {
		return nil, errors.New("this is no key that signs releases")
	}
	key, err := x509.ParsePKCS8PrivateKey(b.Bytes)
	if k, ok := key.(ed25519.PrivateKey); err == nil && ok {
		return k, nil
	}
	return nil, errors.New("the key that signs releases is damaged")
}

// ParseMaker reads what CreateMaker gave second.
func ParseMaker(text []byte) (ed25519.PublicKey, error) {
	b, _ := pem.Decode(text)
	if b == nil || b.Type != makerPublic {
		return nil, errors.New("this is no public key of releases")
	}
	key, err := x509.ParsePKIXPublicKey(b.Bytes)
	if k, ok := key.(ed25519.PublicKey); err == nil && ok {
		return k, nil
	}
	return nil, errors.New("the public key of releases is damaged")
}

// MakerFingerprint is what two people read to each other before a maker's key is
// pinned, in the form of Public.Fingerprint.
func MakerFingerprint(maker ed25519.PublicKey) string {
	sum := sha256.Sum256(append([]byte("yitang.maker/1\n"), maker...))
	return spokenOf(sum[:20])
}

// PinMaker lets the zone whose keys lie in dir take releases that are signed with
// the key. Another one that is pinned is replaced only by who names it.
func PinMaker(dir string, text []byte, instead string) error {
	if _, err := ParseMaker(text); err != nil {
		return err
	}
	had, err := Maker(dir)
	if err != nil {
		return err
	}
	if had != nil && MakerFingerprint(had) != instead {
		return fmt.Errorf("the releases of another maker are trusted here, fingerprint %s: name it with --instead-of to replace it", MakerFingerprint(had))
	}
	return replace(filepath.Join(dir, makerFile), text, 0o600)
}

// Maker is the key whose releases a zone takes; nil where nobody has said.
func Maker(dir string) (ed25519.PublicKey, error) {
	text, err := os.ReadFile(filepath.Join(dir, makerFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return ParseMaker(text)
}
