package document

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// signatureRoom is the hole for the signature, in hex digits: ours takes some
// 1.6 kB with both certificates, and organs' names can be long.
const signatureRoom = 2 * 4096

// byteRange says which bytes the signature covers: all but the hole. Fixed in
// length, so that it can be filled in when the file's length is known.
func byteRange(before, after, rest int) string {
	return fmt.Sprintf("/ByteRange[0 %010d %010d %010d]/Contents<", before, after, rest)
}

// hole is where the signature's hex digits stand.
type hole struct{ from, to int }

var errCoverage = errors.New("the signature doesn't cover exactly this file")

// findHole finds the one signature of a file that we wrote, and refuses every
// file in which the signed bytes aren't all bytes but the hole's.
func findHole(pdf []byte) (hole, error) {
	open := []byte("/ByteRange[")
	at := bytes.Index(pdf, open)
	if at < 0 {
		return hole{}, errNotOurs
	}
	if bytes.Contains(pdf[at+1:], open) {
		return hole{}, errCoverage
	}
	// What it must be is known from where it stands; anything else is wrong.
	from := at + len(byteRange(0, 0, 0))
	to := from + signatureRoom
	if to+1 > len(pdf) || !bytes.HasPrefix(pdf[at:], []byte(byteRange(from-1, to+1, len(pdf)-to-1))) || pdf[to] != '>' {
		return hole{}, errCoverage
	}
	for _, c := range pdf[from:to] {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return hole{}, errCoverage
		}
	}
	return hole{from, to}, nil
}

// covered is the digest of what is signed.
func (h hole) covered(pdf []byte) [32]byte {
	d := sha256.New()
	d.Write(pdf[:h.from-1])
	d.Write(pdf[h.to+1:])
	return [32]byte(d.Sum(nil))
}

func (h hole) blank(pdf []byte) bool {
	return len(bytes.Trim(pdf[h.from:h.to], "0")) == 0
}

// Attach puts the log's proof of inclusion into a rendered document. It must
// happen before signing: the signature covers the proof.
func Attach(pdf []byte, p Proof) ([]byte, error) {
	h, err := findHole(pdf)
	if err != nil {
		return nil, fmt.Errorf("attaching the log's proof: %w", err)
	}
	if !h.blank(pdf) {
		return nil, errors.New("attaching the log's proof: the document is signed already")
	}
	inside, at, err := between(pdf, proofOpen, proofClose)
	if err != nil {
		return nil, fmt.Errorf("attaching the log's proof: %w", err)
	}
	text := []byte(escapeXML(p.String()))
	if len(inside) != proofRoom || len(text) > proofRoom {
		return nil, fmt.Errorf("attaching the log's proof: %d bytes don't fit into %d", len(text), proofRoom)
	}
	out := bytes.Clone(pdf)
	copy(out[at:], text)
	for i := at + len(text); i < at+proofRoom; i++ {
		out[i] = ' '
	}
	return out, nil
}

// Sign puts the office's signature into a rendered document (PAdES baseline
// B-B). The same document and key give the same bytes.
func Sign(pdf []byte, by Signer) ([]byte, error) {
	h, err := findHole(pdf)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	if !h.blank(pdf) {
		return nil, errors.New("signing: the document is signed already")
	}
	cms, err := by.sign(h.covered(pdf))
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	if 2*len(cms) > signatureRoom {
		return nil, fmt.Errorf("signing: the signature takes %d bytes, there is room for %d", len(cms), signatureRoom/2)
	}
	out := bytes.Clone(pdf)
	hex.Encode(out[h.from:], cms)
	return out, nil
}
