package exchange

import (
	"bufio"
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"strings"

	"filippo.io/age"
	"github.com/emmansun/gmsm/sm2"
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

// Seal signs an inner bundle, packs it and encrypts it to its receiver, in the
// suite of the bundle, of which both keys must be. The result differs each time
// (a key is drawn for it): keep it, don't make it again.
func Seal(in Inner, signer crypto.Signer, to keys.Public) ([]byte, error) {
	_, international := signer.(ed25519.PrivateKey)
	if s := in.suite(); s != to.Suite() || international != (s == keys.International) {
		return nil, fmt.Errorf("a bundle of suite %s, sealed with keys of another", s)
	}
	var file bytes.Buffer
	sealed, err := encrypt(&file, to)
	if err != nil {
		return nil, fmt.Errorf("encrypting a bundle: %w", err)
	}
	packed, err := flate.NewWriter(sealed, flate.DefaultCompression)
	if err != nil {
		return nil, fmt.Errorf("packing a bundle: %w", err)
	}
	signature, err := keys.Sign(rand.Reader, signer, preAuthentication(in))
	if err != nil {
		return nil, fmt.Errorf("signing a bundle: %w", err)
	}
	for _, part := range [][]byte{in, signature} {
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

// encrypt begins a file for one receiver, in the suite of its keys.
func encrypt(file io.Writer, to keys.Public) (io.WriteCloser, error) {
	if to.Suite() == keys.National {
		return smEncrypt(rand.Reader, file, to.SM2.Receiving)
	}
	return age.Encrypt(file, to.Recipient)
}

// Receiver is who opens bundles. *keys.Ring is one.
type Receiver interface {
	Zone() zone.Zone
	// Identities and SM2Identities decrypt, each in its suite, and ReceivesIn
	// knows their public halves by their ids.
	Identities() []age.Identity
	SM2Identities() []*sm2.PrivateKey
	ReceivesIn(s keys.Suite, id string) bool
	// PeerIn is a zone's pinned half in a suite, and NextIn the one that a bundle
	// signed with it has named; none: an error matching fs.ErrNotExist.
	PeerIn(zone.Zone, keys.Suite) (keys.Public, error)
	NextIn(zone.Zone, keys.Suite) (keys.Public, error)
}

// Open decrypts, unpacks and checks a bundle for its receiver: signed by the
// pinned key of the zone that it names as its sender, addressed to here, and
// true to itself. Whether it is the next one, Cursor.Next says. All that is
// wrong with the file is a *Refusal; other errors are the machine's. The order
// of the checks is the format's: of several flaws the first one is told.
func Open(file io.Reader, to Receiver, max Limits) (Bundle, error) {
	all, envelope, err := unseal(file, to, max)
	if err != nil {
		return Bundle{}, err
	}
	return openSigned(all, envelope, to, max)
}

// openSigned checks what was unpacked: an inner bundle and its signature.
// envelope is the suite of the file that it was in, "" when it was in none.
func openSigned(all []byte, envelope keys.Suite, to Receiver, max Limits) (Bundle, error) {
	if len(all) < keys.SignatureSize {
		return Bundle{}, refuse(Truncated, "it is too short")
	}
	cut := len(all) - keys.SignatureSize
	in, signature := Inner(all[:cut:cut]), all[cut:]
	h, rest, err := parseHeader(in, max)
	if err != nil {
		return Bundle{}, err
	}
	if envelope != "" && envelope != h.Suite {
		return Bundle{}, refuse(Altered, "its envelope is of suite %s, and what is in it of %s", envelope, h.Suite)
	}
	if h.Stream.To != to.Zone() {
		return Bundle{}, refuse(WrongReceiver, "it is for the %s zone, this is %s", h.Stream.To, to.Zone())
	}
	if !h.Stream.Exists() {
		return Bundle{}, refuse(WrongStream, "there is no stream %s", h.Stream)
	}
	// Whoever can open a bundle can encrypt it anew, to somebody else.
	if !to.ReceivesIn(h.Suite, h.Receiver) {
		return Bundle{}, refuse(WrongReceiver, "it was made for the key %s, which isn't this node's", h.Receiver)
	}
	peer, err := to.PeerIn(h.Stream.From, h.Suite)
	if errors.Is(err, fs.ErrNotExist) {
		if h.Suite != keys.International {
			return Bundle{}, refuse(NotPinned, "it is of suite %s, to which nobody here has agreed: no key of the %s zone of that suite is pinned (yitang exchange suite)", h.Suite, h.Stream.From)
		}
		return Bundle{}, refuse(NotPinned, "no key of the %s zone is pinned here", h.Stream.From)
	}
	if err != nil {
		return Bundle{}, err
	}
	if next, err := to.NextIn(h.Stream.From, h.Suite); err == nil && next.KeyID().String() == h.Signer {
		peer = next
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Bundle{}, err
	}
	if id := peer.KeyID().String(); h.Signer != id {
		return Bundle{}, refuse(BadSignature, "it says that key %s signed it; of the %s zone %s is pinned", h.Signer, h.Stream.From, id)
	}
	if !peer.Verify(preAuthentication(in), signature) {
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
func sealedSize(s keys.Suite, plain int64) int64 {
	header := int64(ageHeader)
	if s == keys.National {
		header = int64(smHeader)
	}
	return header + 16 + plain + 16*max(1, (plain+ageChunk-1)/ageChunk)
}

// decrypt begins to read an encrypted file, and refuses what isn't one. Its
// first line tells of which suite it is.
func decrypt(file *boundedReader, to Receiver) (io.Reader, keys.Suite, error) {
	b := bufio.NewReaderSize(file, ageChunk)
	begin, err := b.Peek(smSmallest)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, "", spoiled(err, file)
	}
	suite, first, header, smallest, layout := keys.International, ageOpener, ageHeader, ageSmallest, ageLayout
	if len(begin) > 0 && begin[0] == smOpener[0] {
		suite, first, header, smallest, layout = keys.National, smOpener, smHeader, smSmallest, smLayout
	}
	switch {
	case !strings.HasPrefix(string(begin), first[:min(len(begin), len(first))]):
		return nil, "", refuse(Altered, "it isn't an encrypted file: it was changed or cut off, or was never a bundle")
	case len(begin) < smallest:
		return nil, "", refuse(Truncated, "it ends too early: after %d bytes", len(begin))
	case !layout.Match(begin[:header]):
		return nil, "", refuse(Altered, "it isn't encrypted to one recipient as a bundle is")
	}
	if suite == keys.National {
		plain, err := smDecrypt(b, to.SM2Identities(), file)
		return plain, suite, err
	}
	plain, err := age.Decrypt(b, to.Identities()...)
	var other *age.NoIdentityMatchError
	if errors.As(err, &other) {
		return nil, "", refuse(WrongReceiver, "it isn't encrypted to this node's key")
	}
	if err != nil {
		return nil, "", spoiled(err, file)
	}
	return plain, suite, nil
}

// unseal decrypts and unpacks. It holds what has come out so far and a chunk of
// what goes in, whatever the file claims.
func unseal(file io.Reader, to Receiver, max Limits) ([]byte, keys.Suite, error) {
	bounded := &boundedReader{r: file, left: max.File}
	plain, suite, err := decrypt(bounded, to)
	if err != nil {
		return nil, "", err
	}
	packed := bufio.NewReader(plain) // a reader of bytes: unpacking takes not one more than it needs
	unpacked := flate.NewReader(packed)
	defer unpacked.Close()
	out, err := readAll(unpacked, max.Inner+keys.SignatureSize)
	switch {
	case err == errTooLong:
		return nil, "", refuse(TooLarge, "it unpacks to more than %d bytes", max.Inner)
	case err != nil:
		return nil, "", spoiled(err, bounded)
	}
	// Unpacking may end before the encrypted stream does; its last chunk says
	// whether something was cut off or added.
	if extra, err := io.Copy(io.Discard, packed); err != nil || extra > 0 {
		if err == nil {
			err = errors.New("something follows the bundle")
		}
		return nil, "", spoiled(err, bounded)
	}
	return out, suite, nil
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
