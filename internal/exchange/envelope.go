package exchange

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strings"

	"filippo.io/age"
	"github.com/klauspost/compress/flate"

	"yitang/internal/keys"
	"yitang/internal/zone"
)

// payloadType is signed with the bundle, so that a signature made for anything
// else can't be taken for one (DSSE protocol, "PAE").
const payloadType = "application/vnd.yitang.bundle.v1"

func preAuthentication(payload []byte) []byte {
	out := fmt.Appendf(nil, "DSSEv1 %d %s %d ", len(payloadType), payloadType, len(payload))
	return append(out, payload...)
}

// Limits bound what a bundle may cost its receiver.
type Limits struct {
	File    int64 // bytes of the encrypted file
	Inner   int64 // bytes after unpacking
	Records int
	// Of the files that travel beside it: how many, bytes of one, of all.
	Files     int
	OneFile   int64
	FileBytes int64
}

// DefaultLimits are far above what Export makes, and part of the format: what
// is within them every receiver takes.
var DefaultLimits = Limits{File: 32 << 20, Inner: 64 << 20, Records: 100_000, Files: 10_000, OneFile: 64 << 20, FileBytes: 256 << 20}

// Seal signs an inner bundle, packs it and encrypts it to its receiver. The
// result differs each time (age draws a key): keep it, don't make it again.
func Seal(in Inner, signer ed25519.PrivateKey, to age.Recipient) ([]byte, error) {
	var file bytes.Buffer
	sealed, err := age.Encrypt(&file, to)
	if err != nil {
		return nil, fmt.Errorf("encrypting a bundle: %w", err)
	}
	packed, err := flate.NewWriter(sealed, flate.DefaultCompression)
	if err != nil {
		return nil, fmt.Errorf("packing a bundle: %w", err)
	}
	for _, part := range [][]byte{in, ed25519.Sign(signer, preAuthentication(in))} {
		if _, err := packed.Write(part); err != nil {
			return nil, fmt.Errorf("packing a bundle: %w", err)
		}
	}
	if err := packed.Close(); err != nil {
		return nil, fmt.Errorf("packing a bundle: %w", err)
	}
	if err := sealed.Close(); err != nil {
		return nil, fmt.Errorf("encrypting a bundle: %w", err)
	}
	return file.Bytes(), nil
}

// Receiver is who opens bundles. *keys.Ring is one.
type Receiver interface {
	Zone() zone.Zone
	// Identities decrypt, and Receives knows their public halves by their ids.
	Identities() []age.Identity
	Receives(id string) bool
	// Peer is a zone's pinned half, and Next the one that a bundle signed with
	// it has named; none: an error matching fs.ErrNotExist.
	Peer(zone.Zone) (keys.Public, error)
	Next(zone.Zone) (keys.Public, error)
}

// Open decrypts, unpacks and checks a bundle for its receiver: signed by the
// pinned key of the zone that it names as its sender, addressed to here, and
// true to itself. Whether it is the next one, Cursor.Next says. All that is
// wrong with the file is a *Refusal; other errors are the machine's. The order
// of the checks is the format's: of several flaws the first one is told.
func Open(file io.Reader, to Receiver, max Limits) (Bundle, error) {
	all, err := unseal(file, to.Identities(), max)
	if err != nil {
		return Bundle{}, err
	}
	return openSigned(all, to, max)
}

// openSigned checks what was unpacked: an inner bundle and its signature.
func openSigned(all []byte, to Receiver, max Limits) (Bundle, error) {
	if len(all) < ed25519.SignatureSize {
		return Bundle{}, refuse(Truncated, "it is too short")
	}
	cut := len(all) - ed25519.SignatureSize
	in, signature := Inner(all[:cut:cut]), all[cut:]
	h, rest, err := parseHeader(in, max)
	if err != nil {
		return Bundle{}, err
	}
	if h.Stream.To != to.Zone() {
		return Bundle{}, refuse(WrongReceiver, "it is for the %s zone, this is %s", h.Stream.To, to.Zone())
	}
	if !h.Stream.Exists() {
		return Bundle{}, refuse(WrongStream, "there is no stream %s", h.Stream)
	}
	// Whoever can open a bundle can encrypt it anew, to somebody else.
	if !to.Receives(h.Receiver) {
		return Bundle{}, refuse(WrongReceiver, "it was made for the key %s, which isn't this node's", h.Receiver)
	}
	peer, err := to.Peer(h.Stream.From)
	if errors.Is(err, fs.ErrNotExist) {
		return Bundle{}, refuse(NotPinned, "no key of the %s zone is pinned here", h.Stream.From)
	}
	if err != nil {
		return Bundle{}, err
	}
	if next, err := to.Next(h.Stream.From); err == nil && next.KeyID().String() == h.Signer {
		peer = next
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Bundle{}, err
	}
	if id := peer.KeyID().String(); h.Signer != id {
		return Bundle{}, refuse(BadSignature, "it says that key %s signed it; of the %s zone %s is pinned", h.Signer, h.Stream.From, id)
	}
	if !ed25519.Verify(peer.Signing, preAuthentication(in), signature) {
		return Bundle{}, refuse(BadSignature, "it isn't signed by the pinned key of the %s zone", h.Stream.From)
	}
	return parse(in, h, rest)
}

// A file of age with one recipient has a header of a known length, and a nonce
// and an authentication tag at least behind it. Another kind or number of
// recipients isn't a bundle's.
const (
	ageOpener   = "age-encryption.org/v1\n"
	ageHeader   = 168
	ageSmallest = ageHeader + 16 + 16
	ageChunk    = 64 << 10
)

var ageLayout = regexp.MustCompile("^" + regexp.QuoteMeta(ageOpener) + `-> X25519 [A-Za-z0-9+/]{43}\n[A-Za-z0-9+/]{43}\n--- [A-Za-z0-9+/]{43}\n$`)

// sealedSize is the length of a file once it is encrypted.
func sealedSize(plain int64) int64 {
	return ageHeader + 16 + plain + 16*max(1, (plain+ageChunk-1)/ageChunk)
}

// decrypt begins to read an encrypted file, and refuses what isn't one.
func decrypt(file *boundedReader, identities []age.Identity) (io.Reader, error) {
	b := bufio.NewReaderSize(file, 64<<10)
	begin, err := b.Peek(ageSmallest)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return nil, spoiled(err, file)
	case !strings.HasPrefix(string(begin), ageOpener[:min(len(begin), len(ageOpener))]):
		return nil, refuse(Altered, "it isn't an encrypted file: it was changed or cut off, or was never a bundle")
	case err != nil:
		return nil, refuse(Truncated, "it ends too early: after %d bytes", len(begin))
	case !ageLayout.Match(begin[:ageHeader]):
		return nil, refuse(Altered, "it isn't encrypted to one recipient as a bundle is")
	}
	plain, err := age.Decrypt(b, identities...)
	var other *age.NoIdentityMatchError
	if errors.As(err, &other) {
		return nil, refuse(WrongReceiver, "it isn't encrypted to this node's key")
	}
	if err != nil {
		return nil, spoiled(err, file)
	}
	return plain, nil
}

// unseal decrypts and unpacks. It holds what has come out so far and a chunk of
// what goes in, whatever the file claims.
func unseal(file io.Reader, identities []age.Identity, max Limits) ([]byte, error) {
	bounded := &boundedReader{r: file, left: max.File}
	plain, err := decrypt(bounded, identities)
	if err != nil {
		return nil, err
	}
	packed := bufio.NewReader(plain) // a reader of bytes: unpacking takes not one more than it needs
	unpacked := flate.NewReader(packed)
	defer unpacked.Close()
	out, err := readAll(unpacked, max.Inner+ed25519.SignatureSize)
	switch {
	case err == errTooLong:
		return nil, refuse(TooLarge, "it unpacks to more than %d bytes", max.Inner)
	case err != nil:
		return nil, spoiled(err, bounded)
	}
	// Unpacking may end before the encrypted stream does; its last chunk says
	// whether something was cut off or added.
	if extra, err := io.Copy(io.Discard, packed); err != nil || extra > 0 {
		if err == nil {
			err = errors.New("something follows the bundle")
		}
		return nil, spoiled(err, bounded)
	}
	return out, nil
}

var errTooLong = errors.New("longer than allowed")

// readAll reads to the end, or until more than max bytes have come: errTooLong.
// It keeps pieces and joins them at the end, so that what is too long has cost
// max bytes and not the many of a buffer that doubles.
func readAll(r io.Reader, max int64) ([]byte, error) {
	var pieces [][]byte
	read := int64(0)
	for size := 4 << 10; ; size = min(2*size, 1<<20) {
		piece := make([]byte, 0, size)
		for len(piece) < size {
			n, err := r.Read(piece[len(piece):size])
			piece = piece[:len(piece)+n]
			if read += int64(n); read > max {
				return nil, errTooLong
			}
			if err == io.EOF {
				return bytes.Join(append(pieces, piece), nil), nil
			}
			if err != nil {
				return nil, err
			}
		}
		pieces = append(pieces, piece)
	}
}

// spoiled tells a file that was changed from one that is too large, and both
// from an error of the disk or the wire, which is no refusal.
func spoiled(err error, file *boundedReader) error {
	switch {
	case file.over:
		return refuse(TooLarge, "the file is too large")
	case file.failed != nil:
		return fmt.Errorf("reading a bundle: %w", file.failed)
	}
	return refuseBecause(Altered, err, "it doesn't decrypt: it was changed or cut off")
}

// boundedReader remembers why reading ended.
type boundedReader struct {
	r      io.Reader
	left   int64
	over   bool
	failed error
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.left <= 0 {
		var one [1]byte
		if n, _ := b.r.Read(one[:]); n > 0 {
			b.over = true
			return 0, errors.New("the file is too large")
		}
		return 0, io.EOF
	}
	if int64(len(p)) > b.left {
		p = p[:b.left]
	}
	n, err := b.r.Read(p)
	b.left -= int64(n)
	if err != nil && err != io.EOF {
		b.failed = err
	}
	return n, err
}
