package document

import (
	"encoding/binary"
	"slices"
)

// subset collects the characters that one document shows in one face. A
// character is its own code in the file, even where the face draws two alike,
// so that copied text is what was written.
type subset struct {
	face  *face
	index int    // F1, F2 … on the pages
	runes []rune // code n+1 shows runes[n]; code 0 is never shown
	codes map[rune]uint16
}

func newSubset(f *face) *subset {
	return &subset{face: f, codes: make(map[rune]uint16, 256)}
}

func (s *subset) code(r rune) uint16 {
	c, ok := s.codes[r]
	if !ok {
		s.runes = append(s.runes, r)
		c = uint16(len(s.runes))
		s.codes[r] = c
	}
	return c
}

// font writes the TrueType file that holds exactly these glyphs, in the order
// of their codes.
//
// The library can cut too, but its cut writes the number of glyphs through to
// the face that is being cut (so two documents at once would race), and its
// file carries the present time. Without composites and instructions the cut
// is a page of code, and twenty times as fast.
func (s *subset) font() []byte {
	n := len(s.runes) + 1
	glyphs := make([]uint16, n)
	size := 0
	for i, r := range s.runes {
		g := s.face.glyph(r)
		glyphs[i+1] = g
		size += len(s.face.outline(g)) + 3
	}

	glyf := make([]byte, 0, size)
	loca := make([]byte, 0, 4*(n+1))
	hmtx := make([]byte, 0, 4*n)
	for i, g := range glyphs {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		if i > 0 { // .notdef stays empty
			glyf = append(glyf, s.face.outline(g)...)
			for len(glyf)%4 != 0 {
				glyf = append(glyf, 0)
			}
		}
		hmtx = binary.BigEndian.AppendUint16(hmtx, s.face.sfnt.GlyphAdvance(g))
		hmtx = binary.BigEndian.AppendUint16(hmtx, uint16(s.face.sfnt.Hmtx.LeftSideBearing(g)))
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))

	head := slices.Clone(s.face.sfnt.Tables["head"])
	binary.BigEndian.PutUint32(head[8:], 0)  // sum of the whole, below
	copy(head[28:36], head[20:28])           // modified = created: no clock
	binary.BigEndian.PutUint16(head[50:], 1) // long offsets
	hhea := slices.Clone(s.face.sfnt.Tables["hhea"])
	binary.BigEndian.PutUint16(hhea[34:], uint16(n))
	maxp := slices.Clone(s.face.sfnt.Tables["maxp"])
	binary.BigEndian.PutUint16(maxp[4:], uint16(n))

	return fontFile([]fontTable{
		{"glyf", glyf}, {"head", head}, {"hhea", hhea}, {"hmtx", hmtx}, {"loca", loca}, {"maxp", maxp},
	})
}

type fontTable struct {
	tag  string
	data []byte
}

// fontFile joins tables, which must be in the order of their tags.
// Source: OpenType 1.9, "Organization of an OpenType font".
func fontFile(tables []fontTable) []byte {
	n := len(tables)
	size := 12 + 16*n
	for _, t := range tables {
		size += len(t.data) + 3
	}
	b := make([]byte, 12+16*n, size)
	power := 0
	for 2<<power <= n {
		power++
	}
	binary.BigEndian.PutUint32(b, 0x00010000)
	binary.BigEndian.PutUint16(b[4:], uint16(n))
	binary.BigEndian.PutUint16(b[6:], uint16(16<<power))
	binary.BigEndian.PutUint16(b[8:], uint16(power))
	binary.BigEndian.PutUint16(b[10:], uint16(16*n-16<<power))
	whole := 0
	for i, t := range tables {
		at := len(b)
		b = append(b, t.data...)
		for len(b)%4 != 0 {
			b = append(b, 0)
		}
		if t.tag == "head" {
			whole = at + 8
		}
		entry := b[12+16*i:]
		copy(entry, t.tag)
		binary.BigEndian.PutUint32(entry[4:], sum32(b[at:]))
		binary.BigEndian.PutUint32(entry[8:], uint32(at))
		binary.BigEndian.PutUint32(entry[12:], uint32(len(t.data)))
	}
	binary.BigEndian.PutUint32(b[whole:], 0xB1B0AFBA-sum32(b))
	return b
}

func sum32(b []byte) uint32 {
	var s uint32
	for ; len(b) >= 4; b = b[4:] {
		s += binary.BigEndian.Uint32(b)
	}
	return s
}
