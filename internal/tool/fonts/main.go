// Command fonts cuts the typeface that official documents are set in down to
// what they need, and packs it for embedding in the binary. It runs from the
// repository's root as part of make generate.
//
// Two typefaces that the lock file names give:
//
//	common-400.bin, common-700.bin   Noto Serif SC: GB 2312, Latin for names abroad, punctuation
//	rare-400.bin                     every other ideograph that it draws: all of the first block
//	                                 and extension A, so also all 8105 of 通用规范汉字表
//	extra/20000-203FF.bin …          HanaMin (花园明朝) for the rest of extensions B to F,
//	                                 that is GB 18030-2022 at its third level
//	drawn.bin                        which characters that is, so that asking opens no face
//
// They are separate because nearly every document does without the rare ones,
// and unpacking those costs ten times as much.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"
	"github.com/tdewolff/font"
	"golang.org/x/text/encoding/simplifiedchinese"
)

const (
	source = "node_modules/@expo-google-fonts/noto-serif-sc"
	target = "internal/document/fonts"

	// recipe enters the digest in each file's head, so that a change of this
	// program remakes what an unchanged face would leave alone.
	recipe = "yitang.face/2"
)

type cut struct {
	from, to string
	wants    func(common map[rune]bool, r rune) bool
}

var cuts = []cut{
	{"400Regular/NotoSerifSC_400Regular.ttf", "common-400.bin", func(c map[rune]bool, r rune) bool { return c[r] }},
	{"700Bold/NotoSerifSC_700Bold.ttf", "common-700.bin", func(c map[rune]bool, r rune) bool { return c[r] }},
	{"400Regular/NotoSerifSC_400Regular.ttf", "rare-400.bin", func(c map[rune]bool, r rune) bool { return !c[r] && ideograph(r) }},
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("fonts: ")
	common := commonRunes()
	for _, c := range cuts {
		err := remake(c, common)
		if err != nil {
			log.Fatal(err)
		}
	}
	err := remakeExtra(common)
	if err != nil {
		log.Fatal(err)
	}
}

func remake(c cut, common map[rune]bool) error {
	src, err := os.ReadFile(filepath.Join(source, c.from))
	if err != nil {
		return fmt.Errorf("reading the face (npm ci fetches it): %w", err)
	}
	head := sha256.Sum256(append([]byte(recipe+"\x00"+c.to+"\x00"), src...))
	to := filepath.Join(target, c.to)
	have, err := os.ReadFile(to)
	if err == nil && bytes.HasPrefix(have, head[:]) {
		return nil
	}

	cutOut, runes, err := cutFace(src, func(r rune) bool { return c.wants(common, r) })
	if err != nil {
		return fmt.Errorf("cutting %s: %w", c.to, err)
	}
	packed, err := pack(cutOut, head)
	if err != nil {
		return err
	}
	log.Printf("%s: %d characters, %d kB, packed %d kB", c.to, runes, len(cutOut)>>10, len(packed)>>10)
	return write(to, packed)
}

// pack puts the digest of what a file was made from before its content.
func pack(content []byte, head [sha256.Size]byte) ([]byte, error) {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	return enc.EncodeAll(content, head[:]), nil
}

// write leaves the whole file or none: a half-written one would be compiled in.
func write(to string, content []byte) error {
	err := os.MkdirAll(filepath.Dir(to), 0o755)
	if err != nil {
		return err
	}
	err = os.WriteFile(to+".new", content, 0o644)
	if err != nil {
		return err
	}
	return os.Rename(to+".new", to)
}

func cutFace(src []byte, want func(rune) bool) (out []byte, runes int, err error) {
	face, err := font.ParseSFNT(src, 0)
	if err != nil {
		return nil, 0, err
	}
	glyphs := []uint16{0}
	at := map[uint16]uint16{0: 0}
	var chars []rune
	drawn := map[rune]uint16{}
	for r := rune(0x20); r < 0x40000; r++ {
		g := face.GlyphIndex(r)
		if g == 0 || !want(r) {
			continue
		}
		chars = append(chars, r)
		if face.Glyf.IsComposite(g) {
			return nil, 0, fmt.Errorf("%q is drawn from parts, which the documents' own cutter doesn't follow", r)
		}
		if _, have := at[g]; !have {
			at[g] = uint16(len(glyphs))
			glyphs = append(glyphs, g)
		}
		drawn[r] = at[g]
	}
	small, err := face.Subset(glyphs, font.SubsetOptions{Tables: []string{"cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp"}})
	if err != nil {
		return nil, 0, err
	}
	small.Tables["cmap"] = characterMap(chars, drawn)
	out = timeless(small.Write())

	// The library's cutting is trusted only after every character came back
	// with the same width from what it wrote.
	again, err := font.ParseEmbeddedSFNT(out, 0)
	if err != nil {
		return nil, 0, fmt.Errorf("reading back: %w", err)
	}
	whole, err := font.ParseSFNT(src, 0)
	if err != nil {
		return nil, 0, err
	}
	for r := rune(0x20); r < 0x40000; r++ {
		g := whole.GlyphIndex(r)
		if g == 0 || !want(r) {
			continue
		}
		h := again.GlyphIndex(r)
		if h == 0 || again.GlyphAdvance(h) != whole.GlyphAdvance(g) {
			return nil, 0, fmt.Errorf("%q was lost on the way", r)
		}
	}
	return out, len(chars), nil
}

// timeless takes the present hour out of a font file, which the library puts
// into head.modified, so that the same sources give the same binary. What
// stands instead is the hour at which the face was made.
func timeless(b []byte) []byte {
	sum := func(b []byte) (s uint32) {
		for ; len(b) >= 4; b = b[4:] {
			s += binary.BigEndian.Uint32(b)
		}
		return s
	}
	for entry := b[12:]; ; entry = entry[16:] {
		if string(entry[:4]) != "head" {
			continue
		}
		at, n := binary.BigEndian.Uint32(entry[8:]), binary.BigEndian.Uint32(entry[12:])
		head := b[at : at+(n+3)&^3]
		copy(head[28:36], head[20:28])
		binary.BigEndian.PutUint32(head[8:], 0)
		binary.BigEndian.PutUint32(entry[4:], sum(head))
		binary.BigEndian.PutUint32(head[8:], 0xB1B0AFBA-sum(b))
		return b
	}
}

// characterMap writes a cmap table with one subtable of format 12. The
// library's own keeps one character for each glyph, but the face draws some
// with the glyph of another (compatibility ideographs, the no-break space).
func characterMap(chars []rune, drawn map[rune]uint16) []byte {
	type group struct{ first, last, glyph uint32 }
	var groups []group
	for _, r := range chars {
		g := uint32(drawn[r])
		if n := len(groups); n > 0 && groups[n-1].last+1 == uint32(r) && groups[n-1].glyph+uint32(r)-groups[n-1].first == g {
			groups[n-1].last = uint32(r)
			continue
		}
		groups = append(groups, group{uint32(r), uint32(r), g})
	}
	var b []byte
	put16 := func(v uint16) { b = binary.BigEndian.AppendUint16(b, v) }
	put32 := func(v uint32) { b = binary.BigEndian.AppendUint32(b, v) }
	put16(0)  // version
	put16(1)  // subtables
	put16(3)  // Windows
	put16(10) // all of Unicode
	put32(12) // offset
	put16(12) // format
	put16(0)
	put32(uint32(16 + 12*len(groups)))
	put32(0)
	put32(uint32(len(groups)))
	for _, g := range groups {
		put32(g.first)
		put32(g.last)
		put32(g.glyph)
	}
	return b
}

// commonRunes is GB 2312 (as the GBK decoder knows its rows and cells) and
// what Chinese documents about journeys abroad need besides: Latin letters
// with marks, general punctuation, number forms.
func commonRunes() map[rune]bool {
	m := map[rune]bool{}
	dec := simplifiedchinese.GBK.NewDecoder()
	for row := 0xA1; row <= 0xF7; row++ {
		for cell := 0xA1; cell <= 0xFE; cell++ {
			b, err := dec.Bytes([]byte{byte(row), byte(cell)})
			if err != nil {
				continue
			}
			for _, r := range string(b) {
				if r != 0xFFFD {
					m[r] = true
				}
			}
		}
	}
	for _, span := range [][2]rune{
		{0x20, 0x7E}, {0xA0, 0x17F}, {0x1CD, 0x1DC}, {0x2010, 0x2026}, {0x2030, 0x205E},
		{0x20AC, 0x20AC}, {0x2116, 0x2122}, {0x2160, 0x217F}, {0x2190, 0x2193}, {0x2460, 0x24FF},
		{0x3000, 0x303F}, {0xFF01, 0xFF5E}, {0xFFE0, 0xFFE6},
	} {
		for r := span[0]; r <= span[1]; r++ {
			m[r] = true
		}
	}
	return m
}

func ideograph(r rune) bool {
	return r >= 0x3400 && r <= 0x9FFF || r >= 0xF900 && r <= 0xFAFF || r >= 0x20000 && r < 0x40000
}
