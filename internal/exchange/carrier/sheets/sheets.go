// Package sheets carries the smallest emergency on paper (应急纸质数据包): files of
// some kilobytes as QR codes on numbered sheets, some of which may be lost, read
// back from photographs of them.
//
//	files ─▶ pack ─▶ shards, some of them parity ─▶ codes, four to a sheet
//
// It neither prints nor applies anything: package document draws the codes, and
// what was read goes the way of every bundle.
package sheets

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strings"

	"github.com/klauspost/reedsolomon"
)

// File is one file to carry.
type File struct {
	Name    string
	Content []byte
}

const (
	// Codes is how many codes a sheet has.
	Codes = 4
	// Most is how many sheets one pack may need, those for losses left out: whoever
	// has more to carry takes a disc.
	Most      = 24
	version   = 1
	codeHead  = 20
	shardMost = 560
	packMost  = Most * Codes * shardMost
)

// Set is one pack on its sheets.
type Set struct {
	ID    string
	Data  int // sheets that are needed
	Spare int // sheets that may be lost
	// Texts are the codes of each sheet, in the 45 characters that QR codes pack best.
	Texts [][Codes]string
}

// TooMuch says that the files don't fit.
type TooMuch struct{ Bytes, Sheets int }

func (e *TooMuch) Error() string {
	return fmt.Sprintf("%d bytes would be %d sheets, and %d is the most: carry a disc", e.Bytes, e.Sheets, Most)
}

// Lay puts files on sheets; a quarter as many, at least one, are added for losses.
func Lay(files []File) (Set, error) {
	if len(files) == 0 {
		return Set{}, errors.New("there is nothing to put on paper")
	}
	var pack []byte
	for _, f := range files {
		if len(f.Name) == 0 || len(f.Name) > 255 {
			return Set{}, fmt.Errorf("%q is no name for a file to carry", f.Name)
		}
		pack = append(append(pack, byte(len(f.Name))), f.Name...)
		pack = binary.BigEndian.AppendUint32(pack, uint32(len(f.Content)))
		pack = append(pack, f.Content...)
		if len(pack) > 100*packMost {
			break
		}
	}
	sum := sha256.Sum256(pack)
	pack = append(pack, sum[:]...)
	each := Codes * shardMost
	data := (len(pack) + each - 1) / each
	if data > Most {
		return Set{}, &TooMuch{len(pack), data}
	}
	spare := (data + 3) / 4
	shard := (len(pack) + data*Codes - 1) / (data * Codes)
	padded := make([]byte, data*Codes*shard)
	copy(padded, pack)
	code, err := reedsolomon.New(data, spare, reedsolomon.WithMaxGoroutines(1))
	if err != nil {
		return Set{}, err
	}
	s := Set{ID: fmt.Sprintf("%X", sum[:4]), Data: data, Spare: spare, Texts: make([][Codes]string, data+spare)}
	for c := range Codes {
		shards := make([][]byte, data+spare)
		for i := range shards {
			shards[i] = make([]byte, shard)
			if i < data {
				copy(shards[i], padded[(i*Codes+c)*shard:])
			}
		}
		if err := code.Encode(shards); err != nil {
			return Set{}, err
		}
		for i, bytes := range shards {
			s.Texts[i][c] = Piece{id: [8]byte(sum[:8]), sheet: i, code: c, data: data, spare: spare, length: len(pack), shard: bytes}.text()
		}
	}
	return s, nil
}

// Piece is what one code says.
type Piece struct {
	id          [8]byte
	sheet, code int
	data, spare int
	length      int
	shard       []byte
}

// A code, numbers big-endian: version, id of the pack (the first 8 bytes of its
// digest), sheet, code on it, sheets of data, sheets for losses, three bytes of
// length of the pack, CRC-32 of all the rest, shard.
func (p Piece) text() string {
	b := append([]byte{version}, p.id[:]...)
	b = append(b, byte(p.sheet), byte(p.code), byte(p.data), byte(p.spare), byte(p.length>>16), byte(p.length>>8), byte(p.length))
	sum := crc32.ChecksumIEEE(append(slices.Clone(b), p.shard...))
	b = binary.BigEndian.AppendUint32(b, sum)
	return base45(append(b, p.shard...))
}

// Read reads the text of a code; false: it isn't one of ours, or was misread.
func Read(text string) (Piece, bool) {
	b, ok := unbase45(text)
	if !ok || len(b) <= codeHead || b[0] != version {
		return Piece{}, false
	}
	p := Piece{id: [8]byte(b[1:9]), sheet: int(b[9]), code: int(b[10]), data: int(b[11]), spare: int(b[12]), length: int(b[13])<<16 | int(b[14])<<8 | int(b[15]), shard: b[codeHead:]}
	rest := append(slices.Clone(b[:codeHead-4]), p.shard...)
	if crc32.ChecksumIEEE(rest) != binary.BigEndian.Uint32(b[codeHead-4:]) {
		return Piece{}, false
	}
	if p.data < 1 || p.data > Most || p.spare < 1 || p.spare > Most || p.sheet >= p.data+p.spare || p.code >= Codes || len(p.shard) > shardMost ||
		p.length <= sha256.Size || p.length > p.data*Codes*len(p.shard) || p.length <= p.data*Codes*(len(p.shard)-1) {
		return Piece{}, false
	}
	return p, true
}

// Missing says which sheets must be photographed again, or at all.
type Missing struct {
	ID      string
	Of      int   // sheets, those for losses included
	Sheets  []int // from 1, not all of which can be read
	AtLeast int   // so many of them are needed
}

func (m *Missing) Error() string {
	var names []string
	for _, s := range m.Sheets {
		names = append(names, fmt.Sprint(s))
	}
	what, need := "sheets", "of them are"
	if len(names) == 1 {
		what = "sheet"
	}
	if m.AtLeast == 1 {
		need = "of them is"
	}
	return fmt.Sprintf("pack %s: %s %s of %d can't be read in full; %d %s needed: photograph each flat, sharp and filling the picture", m.ID, what, strings.Join(names, ", "), m.Of, m.AtLeast, need)
}

// Gather collects what photographs say.
type Gather struct {
	packs map[[8]byte]*pack
	order [][8]byte
}

type pack struct {
	first  Piece
	pieces map[[2]int][]byte // sheet, code
}

// packs that one folder may hold.
const packs = 16

// Add adds what a code says; false: it contradicts what others said, or there are
// too many packs.
func (g *Gather) Add(p Piece) bool {
	if g.packs == nil {
		g.packs = map[[8]byte]*pack{}
	}
	k := g.packs[p.id]
	if k == nil {
		if len(g.packs) >= packs {
			return false
		}
		k = &pack{first: p, pieces: map[[2]int][]byte{}}
		g.packs[p.id] = k
		g.order = append(g.order, p.id)
	}
	f := k.first
	if p.data != f.data || p.spare != f.spare || p.length != f.length || len(p.shard) != len(f.shard) {
		return false
	}
	k.pieces[[2]int{p.sheet, p.code}] = p.shard
	return true
}

// Pack is one that was found in photographs.
type Pack struct {
	ID     string
	Of     int   // sheets
	Lost   []int // sheets that weren't read in full, and weren't needed
	Files  []File
	Broken error // a *Missing, or that it doesn't fit together
}

// Packs puts together what was gathered.
func (g *Gather) Packs() []Pack {
	var out []Pack
	for _, id := range g.order {
		out = append(out, g.packs[id].open())
	}
	return out
}

func (k *pack) open() Pack {
	f := k.first
	all := f.data + f.spare
	out := Pack{ID: fmt.Sprintf("%X", f.id[:4]), Of: all}
	for sheet := range all {
		for c := range Codes {
			if k.pieces[[2]int{sheet, c}] == nil {
				out.Lost = append(out.Lost, sheet+1)
				break
			}
		}
	}
	size := len(f.shard)
	content := make([]byte, f.data*Codes*size)
	code, err := reedsolomon.New(f.data, f.spare, reedsolomon.WithMaxGoroutines(1))
	if err != nil {
		out.Broken = err
		return out
	}
	lacks := 0
	for c := range Codes {
		shards := make([][]byte, all)
		have := 0
		for sheet := range all {
			if shards[sheet] = k.pieces[[2]int{sheet, c}]; shards[sheet] != nil {
				have++
			}
		}
		if lacks = max(lacks, f.data-have); have < f.data {
			continue
		}
		if err := code.ReconstructData(shards); err != nil {
			out.Broken = err
			return out
		}
		for sheet := range f.data {
			copy(content[(sheet*Codes+c)*size:], shards[sheet])
		}
	}
	if lacks > 0 {
		out.Broken = &Missing{out.ID, all, out.Lost, lacks}
		return out
	}
	content = content[:f.length]
	body, digest := content[:f.length-sha256.Size], content[f.length-sha256.Size:]
	if sum := sha256.Sum256(body); string(sum[:]) != string(digest) || [8]byte(sum[:8]) != f.id {
		out.Broken = fmt.Errorf("pack %s: its sheets don't fit together", out.ID)
		return out
	}
	for len(body) > 0 {
		n := int(body[0])
		if len(body) < 1+n+4 {
			out.Broken = fmt.Errorf("pack %s: it ends in the middle of a name", out.ID)
			return out
		}
		name := string(body[1 : 1+n])
		length := int64(binary.BigEndian.Uint32(body[1+n:]))
		body = body[1+n+4:]
		if length > int64(len(body)) {
			out.Broken = fmt.Errorf("pack %s: it ends in the middle of %s", out.ID, name)
			return out
		}
		out.Files = append(out.Files, File{name, body[:length]})
		body = body[length:]
	}
	return out
}

// base45 is RFC 9285.
const letters45 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

func base45(b []byte) string {
	out := make([]byte, 0, len(b)*3/2+2)
	for ; len(b) >= 2; b = b[2:] {
		n := int(b[0])<<8 | int(b[1])
		out = append(out, letters45[n%45], letters45[n/45%45], letters45[n/2025])
	}
	if len(b) == 1 {
		out = append(out, letters45[b[0]%45], letters45[b[0]/45])
	}
	return string(out)
}

func unbase45(s string) ([]byte, bool) {
	if len(s)%3 == 1 {
		return nil, false
	}
	out := make([]byte, 0, len(s)*2/3)
	for len(s) > 0 {
		n, weight, take := 0, 1, min(3, len(s))
		for _, c := range []byte(s[:take]) {
			v := strings.IndexByte(letters45, c)
			if v < 0 {
				return nil, false
			}
			n, weight = n+v*weight, weight*45
		}
		switch s = s[take:]; {
		case take == 3 && n <= 0xffff:
			out = append(out, byte(n>>8), byte(n))
		case take == 2 && n <= 0xff:
			out = append(out, byte(n))
		default:
			return nil, false
		}
	}
	return out, true
}
