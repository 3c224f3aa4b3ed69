package exchange

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"yitang/internal/keys"
	"yitang/internal/zone"
)

// payloadType is signed with the bundle, so that a signature made for anything
// else can't be taken for one (DSSE protocol, "PAE").
const payloadType = "application/vnd.yitang.bundle.v1"

// windowSize of the compression, in bytes: also what a receiver must hold.
const windowSize = 1 << 20

func preAuthentication(payload []byte) []byte {
	out := fmt.Appendf(nil, "DSSEv1 %d %s %d ", len(payloadType), payloadType, len(payload))
	return append(out, payload...)
}

// Limits bound what a file may cost its receiver.
type Limits struct {
	File    int64 // bytes of the encrypted file
	Inner   int64 // bytes after unpacking
	Records int
}

// DefaultLimits are far above what Export makes.
var DefaultLimits = Limits{File: 32 << 20, Inner: 64 << 20, Records: 100_000}

// Seal signs an inner bundle, packs it and encrypts it to its receiver. The
// result differs each time (age draws a key): keep it, don't make it again.
func Seal(in Inner, signer ed25519.PrivateKey, to age.Recipient) ([]byte, error) {
	var file bytes.Buffer
	sealed, err := age.Encrypt(&file, to)
	if err != nil {
		return nil, fmt.Errorf("encrypting a bundle: %w", err)
	}
	packed, err := zstd.NewWriter(sealed, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(windowSize), zstd.WithEncoderLevel(zstd.SpeedDefault))
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
	Identity() age.Identity
	Peer(zone.Zone) (keys.Public, error)
}

// Open decrypts, unpacks and checks a bundle for its receiver: signed by the
// pinned key of the zone that it names as its sender, addressed to here, and
// true to itself. Whether it is the next one, Cursor.Next says. All that is
// wrong with the file is a *Refusal; other errors are the machine's.
func Open(file io.Reader, to Receiver, max Limits) (Bundle, error) {
	in, signature, err := unseal(file, to.Identity(), max)
	if err != nil {
		return Bundle{}, err
	}
	h, _, err := parseHeader(in)
	if err != nil {
		return Bundle{}, err
	}
	if h.Stream.To != to.Zone() {
		return Bundle{}, refuse(WrongReceiver, "it is for the %s zone, this is %s", h.Stream.To, to.Zone())
	}
	if !h.Stream.Exists() {
		return Bundle{}, refuse(WrongStream, "there is no stream %s", h.Stream)
	}
	peer, err := to.Peer(h.Stream.From)
	if errors.Is(err, fs.ErrNotExist) {
		return Bundle{}, refuse(NotPinned, "no key of the %s zone is pinned here", h.Stream.From)
	}
	if err != nil {
		return Bundle{}, err
	}
	if !ed25519.Verify(peer.Signing, preAuthentication(in), signature) {
		return Bundle{}, refuse(BadSignature, "it isn't signed by the pinned key of the %s zone", h.Stream.From)
	}
	return parse(in, max)
}

func unseal(file io.Reader, identity age.Identity, max Limits) (Inner, []byte, error) {
	bounded := &boundedReader{r: file, left: max.File}
	plain, err := age.Decrypt(bounded, identity)
	if err != nil {
		var other *age.NoIdentityMatchError
		if errors.As(err, &other) {
			return nil, nil, refuse(WrongReceiver, "it isn't encrypted to this node's key")
		}
		return nil, nil, spoiled(err, bounded)
	}
	unpacked, err := zstd.NewReader(plain, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(windowSize), zstd.WithDecoderLowmem(true))
	if err != nil {
		return nil, nil, spoiled(err, bounded)
	}
	defer unpacked.Close()
	// Growing as content comes, never as a header claims.
	var out bytes.Buffer
	n, err := out.ReadFrom(io.LimitReader(unpacked, max.Inner+ed25519.SignatureSize+1))
	switch {
	case err != nil:
		return nil, nil, spoiled(err, bounded)
	case n > max.Inner+ed25519.SignatureSize:
		return nil, nil, refuse(TooLarge, "it unpacks to more than %d bytes", max.Inner)
	}
	// Unpacking may end before the encrypted stream does; its last chunk says
	// whether something was cut off or added.
	if extra, err := io.Copy(io.Discard, plain); err != nil || extra > 0 {
		if err == nil {
			err = errors.New("something follows the bundle")
		}
		return nil, nil, spoiled(err, bounded)
	}
	all := out.Bytes()
	if len(all) < ed25519.SignatureSize {
		return nil, nil, refuse(Truncated, "it is too short")
	}
	cut := len(all) - ed25519.SignatureSize
	return all[:cut:cut], all[cut:], nil
}

// spoiled tells apart, as far as can be told, a file that ends too early, one
// that is too large, and one that was changed. An error of the disk or the
// wire is none of these.
func spoiled(err error, file *boundedReader) error {
	switch {
	case file.over:
		return refuse(TooLarge, "the file is too large")
	case file.failed != nil:
		return fmt.Errorf("reading a bundle: %w", file.failed)
	case errors.Is(err, zstd.ErrWindowSizeExceeded), errors.Is(err, zstd.ErrDecoderSizeExceeded):
		return refuseBecause(TooLarge, err, "it needs too much memory to unpack")
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return refuseBecause(Truncated, err, "it ends too early")
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
