package drill

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"

	"yitang/internal/journal"
	"yitang/internal/node"
)

func digestOf(b []byte) [32]byte { return sha256.Sum256(b) }

// shape is a way in which a value may lie in bytes.
type shape struct {
	name  string
	bytes []byte
	fold  bool // letters of either case
}

// shapes are the value as it is, in hexadecimal, and in base32 and base64 at
// each of the offsets that it may have there.
func shapes(v []byte) []shape {
	out := []shape{{"raw", v, false}, {"hexadecimal", []byte(hex.EncodeToString(v)), true}}
	for shift := range 3 {
		// The characters at either end depend on the neighbours: leave them out.
		for name, enc := range map[string]*base64.Encoding{"base64": base64.RawStdEncoding, "base64url": base64.RawURLEncoding} {
			text := enc.EncodeToString(append(make([]byte, shift), v...))
			from := []int{0, 2, 3}[shift]
			to := len(text) - 2
			out = append(out, shape{name, []byte(text[from:to]), false})
		}
	}
	for shift := range 5 {
		text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(append(make([]byte, shift), v...))
		out = append(out, shape{"base32", []byte(text[[]int{0, 2, 4, 5, 7}[shift] : len(text)-2]), false})
	}
	return out
}

// Search looks for canaries.
type Search struct {
	canaries []Canary
	shapes   [][]shape
}

// NewSearch prepares the shapes of canaries.
func NewSearch(canaries []Canary) *Search {
	s := &Search{canaries: canaries}
	for _, c := range canaries {
		s.shapes = append(s.shapes, shapes(c.Bytes))
	}
	return s
}

// nested is how many wrappings are opened: a compressed file in a compressed
// bundle is two.
const nested = 4

// In tells which canaries lie in bytes, and in which shape; compressed parts
// are opened and looked through too.
func (s *Search) In(data []byte) []string { return s.in(data, nested) }

func (s *Search) in(data []byte, deep int) []string {
	var found []string
	lower := bytes.ToLower(data)
	for i, c := range s.canaries {
		for _, sh := range s.shapes[i] {
			where := data
			if sh.fold {
				where = lower
			}
			if bytes.Contains(where, sh.bytes) {
				found = append(found, fmt.Sprintf("%s (%s)", c.Name, sh.name))
			}
		}
	}
	if deep == 0 {
		return found
	}
	for _, part := range unwrapped(data) {
		for _, f := range s.in(part, deep-1) {
			if f += ", compressed"; !slices.Contains(found, f) {
				found = append(found, f)
			}
		}
	}
	return found
}

// most is how much of one compressed part is opened, in bytes.
const most = 64 << 20

// unwrapped are the compressed parts within bytes: wherever the mark of gzip,
// zlib or Zstandard stands and what follows can be opened. Deflate without a
// mark, as in archives, is tried at the whole and after a local file header.
func unwrapped(data []byte) [][]byte {
	var out [][]byte
	open := func(r io.Reader, err error) {
		if err != nil {
			return
		}
		plain, _ := io.ReadAll(io.LimitReader(r, most)) // what came before an error counts
		if len(plain) >= 16 {
			out = append(out, plain)
		}
	}
	each(data, []byte{0x1f, 0x8b, 8}, func(at []byte) {
		r, err := gzip.NewReader(bytes.NewReader(at))
		open(r, err)
	})
	for _, level := range []byte{0x01, 0x5e, 0x9c, 0xda} {
		each(data, []byte{0x78, level}, func(at []byte) {
			r, err := zlib.NewReader(bytes.NewReader(at))
			open(r, err)
		})
	}
	each(data, []byte{0x28, 0xb5, 0x2f, 0xfd}, func(at []byte) {
		r, err := zstd.NewReader(bytes.NewReader(at), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(most))
		open(r, err)
		if err == nil {
			r.Close()
		}
	})
	each(data, []byte("PK\x03\x04"), func(at []byte) {
		if len(at) < 30 {
			return
		}
		skip := 30 + int(at[26]) + int(at[27])<<8 + int(at[28]) + int(at[29])<<8
		if skip < len(at) {
			open(flate.NewReader(bytes.NewReader(at[skip:])), nil)
		}
	})
	return out
}

func each(data, mark []byte, f func([]byte)) {
	for {
		i := bytes.Index(data, mark)
		if i < 0 {
			return
		}
		f(data[i:])
		data = data[i+len(mark):]
	}
}

// Zone looks through everything that a zone holds: each event as it is read
// with the zone's own keys, each file, each table, and the bytes of its folder.
// What it finds is told with its place.
func (s *Search) Zone(ctx context.Context, n *node.Node, dir string) ([]string, error) {
	var found []string
	tell := func(where string, what []string) {
		for _, w := range what {
			found = append(found, where+": "+w)
		}
	}
	err := n.Journal.Each(ctx, 0, func(e journal.Event) error {
		text, err := json.Marshal(e)
		if err != nil {
			return fmt.Errorf("reading event %d: %w", e.Position, err)
		}
		body, err := json.Marshal(e.Body)
		tell(fmt.Sprintf("event %d (%s)", e.Position, e.Kind), s.In(append(text, body...)))
		return err
	})
	if err != nil {
		return nil, err
	}
	for ref, err := range n.Blobs.Walk(ctx) {
		if err != nil {
			return nil, err
		}
		content, err := n.Blobs.Get(ctx, ref.Digest)
		if err != nil {
			return nil, err
		}
		plain, err := io.ReadAll(content)
		content.Close()
		if err != nil {
			return nil, err
		}
		tell("file "+ref.Digest.String(), s.In(append(plain, ref.Digest[:]...)))
	}
	return found, filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		bytes, err := os.ReadFile(path)
		if os.IsNotExist(err) {
			return nil // a file of the exchange that was cleared meanwhile
		}
		if err == nil {
			tell(strings.TrimPrefix(path, dir), s.In(bytes))
		}
		return err
	})
}
