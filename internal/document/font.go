package document

import (
	"bytes"
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sort"
	"sync"

	"github.com/klauspost/compress/zstd"
	"github.com/tdewolff/font"
)

// Made by internal/tool/fonts and not committed: make generate.
var (
	//go:embed fonts/common-400.bin
	common400 []byte
	//go:embed fonts/common-700.bin
	common700 []byte
	//go:embed fonts/rare-400.bin
	rare400 []byte
	//go:embed fonts/drawn.bin
	drawnList []byte
	//go:embed fonts/extra/*.bin
	extra embed.FS
)

// role is what a text is on the page. GB/T 9704 names a typeface for each;
// the built-in faces play all of them with one family in two weights, because
// no 仿宋 or 小标宋 may be passed on with the program.
type role int

const (
	body    role = iota // 仿宋: running text
	title               // 小标宋: organ mark and title
	heading             // 黑体: first level, labels, table heads
	kai                 // 楷体: second level
)

func (r role) bold() bool { return r == title || r == heading }

// face is the little that laying out and embedding need to know of a
// typeface. It is the only thing that knows the font library.
type face struct {
	name   string
	sfnt   *font.SFNT
	glyphs map[rune]uint16
}

func openFace(name string, packed []byte) (*face, error) {
	// The first 32 bytes are the digest of what the file was made from.
	dec, err := zstd.NewReader(bytes.NewReader(packed[32:]), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("unpacking the face %s: %w", name, err)
	}
	defer dec.Close()
	var raw bytes.Buffer
	_, err = raw.ReadFrom(dec)
	if err != nil {
		return nil, fmt.Errorf("unpacking the face %s: %w", name, err)
	}
	sfnt, err := font.ParseEmbeddedSFNT(raw.Bytes(), 0)
	if err != nil {
		return nil, fmt.Errorf("reading the face %s: %w", name, err)
	}
	glyphs, err := characterMap(sfnt.Tables["cmap"])
	if err != nil {
		return nil, fmt.Errorf("reading the face %s: %w", name, err)
	}
	return &face{name: name, sfnt: sfnt, glyphs: glyphs}, nil
}

// characterMap reads the table that internal/tool/fonts writes: one subtable
// of format 12. The library walks its ranges from the start for each
// character, which was a fifth of the time a document took.
func characterMap(b []byte) (map[rune]uint16, error) {
	const groupsAt = 12 + 16
	if len(b) < groupsAt || binary.BigEndian.Uint16(b[12:]) != 12 {
		return nil, errors.New("its character map isn't ours")
	}
	n := int(binary.BigEndian.Uint32(b[24:]))
	if len(b) != groupsAt+12*n {
		return nil, errors.New("its character map is cut short")
	}
	m := make(map[rune]uint16, 8<<10)
	for g := b[groupsAt:]; len(g) > 0; g = g[12:] {
		first, last, glyph := binary.BigEndian.Uint32(g), binary.BigEndian.Uint32(g[4:]), binary.BigEndian.Uint32(g[8:])
		for r := first; r <= last; r++ {
			m[rune(r)] = uint16(glyph + r - first)
		}
	}
	return m, nil
}

// glyph gives the glyph for a character, 0 when the face doesn't draw it.
func (f *face) glyph(r rune) uint16 { return f.glyphs[r] }

// advance is in thousandths of the type size.
func (f *face) advance(g uint16) float64 {
	return float64(f.sfnt.GlyphAdvance(g)) * 1000 / float64(f.sfnt.Head.UnitsPerEm)
}

// outline is the glyph as the file holds it. Glyphs made of parts are refused
// when the faces are cut, so it stands alone.
func (f *face) outline(g uint16) []byte { return f.sfnt.Glyf.Get(g) }

func (f *face) path(to font.Pather, g uint16, x, y, scale float64) error {
	return f.sfnt.GlyphPath(to, g, 0, x, y, scale, font.NoHinting)
}

// Unpacked once and when first needed: a server that never issues a document
// has nothing of them in memory.
var (
	regularFace = sync.OnceValues(func() (*face, error) { return openFace("NotoSerifSC-Regular", common400) })
	boldFace    = sync.OnceValues(func() (*face, error) { return openFace("NotoSerifSC-Bold", common700) })
	rareFace    = sync.OnceValues(func() (*face, error) { return openFace("NotoSerifSC-Regular", rare400) })
	extraFaces  = sync.OnceValues(findExtra)
)

// part is a thousand characters of the face for the extensions, whose file is
// named by the first and the last of them.
type part struct {
	first, last rune
	open        func() (*face, error)
}

func findExtra() ([]part, error) {
	files, err := extra.ReadDir("fonts/extra")
	if err != nil {
		return nil, err
	}
	parts := make([]part, len(files))
	for i, f := range files {
		p := &parts[i]
		_, err := fmt.Sscanf(f.Name(), "%X-%X.bin", &p.first, &p.last)
		if err != nil {
			return nil, fmt.Errorf("the face %s isn't named by its characters: %w", f.Name(), err)
		}
		p.open = sync.OnceValues(func() (*face, error) {
			packed, err := extra.ReadFile("fonts/extra/" + f.Name())
			if err != nil {
				return nil, err
			}
			return openFace("HanaMinB", packed)
		})
	}
	return parts, nil
}

// extraFace is the face for a character of the extensions, nil when there is none.
func extraFace(r rune) (*face, error) {
	parts, err := extraFaces()
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		if p.first <= r && r <= p.last {
			return p.open()
		}
	}
	return nil, nil
}

// UndrawableError names the characters that no face draws.
type UndrawableError struct{ Runes []rune }

func (e *UndrawableError) Error() string {
	s := "no face draws"
	for i, r := range e.Runes {
		if i > 0 {
			s += ","
		}
		s += fmt.Sprintf(" %c (U+%04X)", r, r)
	}
	return s
}

// drawn is one character and how it is drawn.
type drawn struct {
	face  *face
	glyph uint16
	// swell: drawn by a lighter face than its role asks for, so its stroke is
	// thickened. Rare characters are kept in one weight only.
	swell bool
}

func draw(r rune, as role) (drawn, bool, error) {
	open := regularFace
	if as.bold() {
		open = boldFace
	}
	f, err := open()
	if err != nil {
		return drawn{}, false, err
	}
	if g := f.glyph(r); g != 0 {
		return drawn{face: f, glyph: g}, true, nil
	}
	f, err = rareFace()
	if err != nil {
		return drawn{}, false, err
	}
	if f.glyph(r) == 0 {
		f, err = extraFace(r)
		if err != nil {
			return drawn{}, false, err
		}
	}
	if f != nil && f.glyph(r) != 0 {
		return drawn{face: f, glyph: f.glyph(r), swell: as.bold()}, true, nil
	}
	return drawn{}, false, nil
}

// Drawable reports which characters of a text no face draws, as an
// *UndrawableError, so that a name can be questioned when it is typed and not
// when the approval is due. It opens no face.
func Drawable(text string) error {
	var missing []rune
	for _, r := range text {
		if !isDrawn(r) && !slices.Contains(missing, r) {
			missing = append(missing, r)
		}
	}
	if len(missing) > 0 {
		return &UndrawableError{missing}
	}
	return nil
}

// isDrawn asks the list that internal/tool/fonts made beside the faces: pairs
// of a first and a last character, in order. What breaks lines is set as a space.
func isDrawn(r rune) bool {
	if r == '\n' || r == '\r' || r == '\t' {
		return true
	}
	list := drawnList[32:]
	i := sort.Search(len(list)/8, func(i int) bool { return rune(binary.BigEndian.Uint32(list[8*i+4:])) >= r })
	return i < len(list)/8 && rune(binary.BigEndian.Uint32(list[8*i:])) <= r
}
