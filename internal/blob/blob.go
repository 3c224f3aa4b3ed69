// Package blob keeps files (附件): what people upload, and the documents that
// the office issues. A blob is found by the SHA-256 of its content and never
// changes; who may see it, and what it is called, is the business of whoever
// names it in an event.
//
// On disk, everything is encrypted with the node's sealing key, because what
// people upload is personal data:
//
//	segments/00000001.seg   small blobs, one after another; flushed together
//	segments/00000001.idx   where each one lies, once the segment is full
//	large/ab/abcdef….blob   one file for each large blob
//
// The promise: what was Put before Sync returned is there after any crash.
// Whoever commits events that name blobs calls Sync first, so that a commit
// costs one flush however many files it brought. A crash in between leaves at
// worst bytes that nobody refers to.
//
// It refuses empty and oversized files. It isn't a folder tree, it has no
// names, and it decides nothing about types: Sniff does, for the doors.
package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"math"
	"syscall"

	"yitang/internal/fault"
)

// Small is the largest size, in bytes, of a blob that shares a segment.
const Small = 128 << 10

// Digest names a blob: the SHA-256 of its content.
type Digest [sha256.Size]byte

// String is the digest in hexadecimal.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// MarshalText and UnmarshalText make it a hexadecimal string in JSON.
func (d Digest) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, d[:]), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Digest) UnmarshalText(text []byte) error {
	parsed, err := ParseDigest(string(text))
	if err == nil {
		*d = parsed
	}
	return err
}

// DigestOf names content that is in memory.
func DigestOf(content []byte) Digest { return sha256.Sum256(content) }

// ParseDigest reads 64 hexadecimal digits.
func ParseDigest(s string) (Digest, error) {
	var d Digest
	if len(s) != hex.EncodedLen(len(d)) {
		return d, fmt.Errorf("%q is no digest: it needs 64 hexadecimal digits", s)
	}
	if _, err := hex.Decode(d[:], []byte(s)); err != nil {
		return d, fmt.Errorf("%q is no digest: %w", s, err)
	}
	return d, nil
}

// Ref is what events say of a blob.
type Ref struct {
	Digest Digest `json:"digest"`
	Size   int64  `json:"size"` // of the content, in bytes
}

// Content is a blob being read. Bytes that were altered on disk give an error
// matching ErrDamaged instead of content. Close it.
type Content interface {
	io.ReadSeekCloser
	io.ReaderAt
	Size() int64
}

// Store keeps blobs. All methods may be called at the same time.
type Store interface {
	// Put reads r to its end and keeps it. Nothing in it: a fault finding
	// upload.empty; more than limit bytes: upload.too_large; no room on the
	// disk: fault.Unavailable("disk.full"). What is held already is not
	// written twice. Only after Sync is it sure to survive a crash.
	Put(ctx context.Context, r io.Reader, limit int64) (Ref, error)
	// Get opens a blob; one that isn't there is a fault.NotFound.
	Get(ctx context.Context, d Digest) (Content, error)
	// Has tells whether a blob is there.
	Has(ctx context.Context, d Digest) (bool, error)
	// Sync makes everything durable whose Put has returned. Many callers
	// share one flush. After an error, what was not durable before is gone.
	Sync(ctx context.Context) error
	// Walk goes through all blobs and checks each one to its last byte; a
	// damaged one comes with an error matching ErrDamaged and the walk goes on.
	Walk(ctx context.Context) iter.Seq2[Ref, error]
}

// ErrDamaged reports stored bytes that were altered or cut.
var ErrDamaged = errors.New("the stored file is damaged")

// Limit is the size, in bytes, that no upload may exceed; a pack may set less
// for a kind of material.
const Limit = 20 << 20

// TooLarge refuses a file in a field: size is 0 where nobody counted its bytes.
func TooLarge(field string, size, limit int64) error {
	return tooLarge("upload.too_large", field, size, limit)
}

// PictureTooLarge is the same of a picture, which can be made smaller and not parted.
func PictureTooLarge(field string, size, limit int64) error {
	return tooLarge("upload.picture.too_large", field, size, limit)
}

// ui:keys upload.too_large.size
// ui:keys upload.picture.too_large.size
func tooLarge(key, field string, size, limit int64) error {
	// A person compares with what the phone shows, so megabytes, one decimal.
	args := map[string]any{"Limit": fmt.Sprintf("%.3g", float64(limit)/(1<<20))}
	if size > limit {
		key += ".size"
		args["Size"] = fmt.Sprintf("%.1f", math.Ceil(float64(size)/(1<<20)*10)/10) // a byte more reads as more
	}
	return fault.Field(field, key, args)
}

func empty() error { return fault.Field("file", "upload.empty", nil) }

// explain turns a full disk into a fault that people can do something about.
func explain(err error) error {
	for _, full := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} {
		if errors.Is(err, full) {
			return fault.Unavailable("disk.full", err)
		}
	}
	if errors.Is(err, syscall.EROFS) {
		return fault.Unavailable("disk.readonly", err)
	}
	return err
}
