package program

import (
	"bytes"
	"compress/gzip"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"yitang/internal/calendar"
	"yitang/internal/fault"
)

// The file of a release: three lines, then the program as gzip packs it.
//
//	yitang.program/1
//	{"number":2,"version":"2026.12",…}       manifest, one line of JSON
//	base64                                    Ed25519 over the two lines above
const fileFormat = "yitang.program/1"

// Limits of what a release may be, in bytes; a reader needs no more memory than
// its head, and no more disk than these.
const (
	MaxHead    = 64 << 10
	MaxProgram = 1 << 30
	// MaxPacked is what travels beside one record, well below what a bundle takes.
	MaxPacked = 128 << 20
)

// Manifest is what the maker says of a release, and signs.
type Manifest struct {
	Number   int           `json:"number"`
	Version  string        `json:"version"`
	Platform string        `json:"platform"` // linux/amd64
	Made     calendar.Date `json:"made"`
	Digest   string        `json:"digest"` // SHA-256 of the program, in hexadecimal
	Size     int64         `json:"size"`   // of the program, in bytes
	Packed   string        `json:"packed"` // SHA-256 of what follows the head
	Bytes    int64         `json:"bytes"`  // of what follows the head
	Zh       string        `json:"zh"`     // what has changed, in people's words
	En       string        `json:"en"`
}

// Head is the signed part of a release's file.
type Head struct {
	Manifest  Manifest
	Text      string // the manifest's line as it was signed
	Signature []byte
}

var (
	hexDigest = regexp.MustCompile(`^[0-9a-f]{64}$`)
	platforms = regexp.MustCompile(`^[a-z0-9]{2,16}/[a-z0-9]{2,16}$`)
	versions  = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z.+-]{0,31}$`)
)

// flaw says what a manifest lacks, in a word of the file's own.
func (m Manifest) flaw() string {
	switch {
	case m.Number < 1:
		return "number"
	case !versions.MatchString(m.Version):
		return "version"
	case !platforms.MatchString(m.Platform):
		return "platform"
	case m.Made.IsZero():
		return "made"
	case !hexDigest.MatchString(m.Digest):
		return "digest"
	case m.Size < 1 || m.Size > MaxProgram:
		return "size"
	case !hexDigest.MatchString(m.Packed):
		return "packed"
	case m.Bytes < 1 || m.Bytes > MaxPacked:
		return "bytes"
	case strings.TrimSpace(m.Zh) == "" || strings.TrimSpace(m.En) == "":
		return "zh, en"
	}
	return ""
}

// ErrNone reports a file that is no release, or one that was cut or altered.
var ErrNone = errors.New("this is no release of the program")

func none(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrNone, fmt.Sprintf(format, args...))
}

func signed(text string) []byte { return []byte(fileFormat + "\n" + text + "\n") }

// ID names a release: what is the same program has the same one.
func (m Manifest) ID() string { return m.Digest[:16] }

// By tells whether a head is signed with the key, whole.
func (h Head) By(maker ed25519.PublicKey) bool {
	return len(maker) == ed25519.PublicKeySize && ed25519.Verify(maker, signed(h.Text), h.Signature)
}

// HeadOf reads a manifest's line and signature, which may have travelled apart
// from the program. It says nothing about whose they are.
func HeadOf(text string, signature []byte) (Head, error) {
	h := Head{Text: text, Signature: signature}
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&h.Manifest); err != nil {
		return h, none("its manifest can't be read: %v", err)
	}
	if again, err := json.Marshal(h.Manifest); err != nil || string(again) != text {
		return h, none("its manifest isn't written in the one way")
	}
	if flaw := h.Manifest.flaw(); flaw != "" {
		return h, none("its manifest lacks a usable %q", flaw)
	}
	return h, nil
}

// ReadHead reads the head of a file, and leaves r at the program.
func ReadHead(r io.Reader) (Head, error) {
	var lines []string
	var line []byte
	one := make([]byte, 1)
	for read := 0; len(lines) < 3; read++ {
		if read > MaxHead {
			return Head{}, none("its head has no end")
		}
		if _, err := io.ReadFull(r, one); err != nil {
			return Head{}, none("it ends within its head")
		}
		if one[0] != '\n' {
			line = append(line, one[0])
			continue
		}
		lines, line = append(lines, string(line)), nil
		if lines[0] != fileFormat {
			return Head{}, none("it doesn't begin with %s", fileFormat)
		}
	}
	signature, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(signature) != ed25519.SignatureSize {
		return Head{}, none("its signature can't be read")
	}
	return HeadOf(lines[1], signature)
}

// Make writes the file of a release. Digests and sizes of m are filled in.
func Make(w io.Writer, m Manifest, program []byte, maker ed25519.PrivateKey) (Head, error) {
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return Head{}, err
	}
	if _, err := z.Write(program); err != nil {
		return Head{}, err
	}
	if err := z.Close(); err != nil {
		return Head{}, err
	}
	sum, over := sha256.Sum256(program), sha256.Sum256(packed.Bytes())
	m.Digest, m.Size = hex.EncodeToString(sum[:]), int64(len(program))
	m.Packed, m.Bytes = hex.EncodeToString(over[:]), int64(packed.Len())
	if flaw := m.flaw(); flaw != "" {
		return Head{}, fmt.Errorf("the release has no usable %s", flaw)
	}
	text, err := json.Marshal(m)
	if err != nil {
		return Head{}, err
	}
	h := Head{Manifest: m, Text: string(text)}
	h.Signature = ed25519.Sign(maker, signed(h.Text))
	_, err = fmt.Fprintf(w, "%s\n%s\n%s\n", fileFormat, h.Text, base64.StdEncoding.EncodeToString(h.Signature))
	if err == nil {
		_, err = w.Write(packed.Bytes())
	}
	return h, err
}

// Unpack writes the program that a head names, from what follows the head. What
// w was given is worth nothing unless it returns nil.
func (h Head) Unpack(w io.Writer, packed io.Reader) error {
	m := h.Manifest
	over := sha256.New()
	in := io.TeeReader(io.LimitReader(packed, m.Bytes), over)
	z, err := gzip.NewReader(in)
	if err != nil {
		return none("the program can't be unpacked: %v", err)
	}
	sum, out := sha256.New(), &sink{w: w}
	n, err := io.Copy(io.MultiWriter(out, sum), io.LimitReader(z, m.Size+1))
	switch {
	case out.err != nil:
		return out.err
	case err != nil:
		return none("the program can't be unpacked: %v", err)
	case n != m.Size || hex.EncodeToString(sum.Sum(nil)) != m.Digest:
		return none("the program isn't the one that was signed")
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return err
	}
	if hex.EncodeToString(over.Sum(nil)) != m.Packed {
		return none("what is packed isn't what was signed")
	}
	return nil
}

// sink tells an error of the disk from one of the file.
type sink struct {
	w   io.Writer
	err error
}

func (s *sink) Write(b []byte) (int, error) {
	n, err := s.w.Write(b)
	s.err = err
	return n, err
}

// Notes is what has changed.
func (m Manifest) Notes() fault.Text { return fault.Text{Zh: m.Zh, En: m.En} }
