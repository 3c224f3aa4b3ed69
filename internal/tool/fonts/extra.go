package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"

	"github.com/tdewolff/font"
)

// HanaMin in parts of 1,024 characters, WOFF2. Its makers: "Unlimited
// permission is granted to use, copy, and distribute it, with or without
// modification, either commercially and noncommercially."
const extraSource = "node_modules/hanamin/HanaMinB.CJK-Unified-Ideographs-Extension-*.woff2"

// remakeExtra makes a file for each part, named by the characters it spans,
// and the list of all that is drawn. drawn.bin is written last: it stands for
// the whole.
func remakeExtra(common map[rune]bool) error {
	parts, err := filepath.Glob(extraSource)
	if err != nil {
		return err
	}
	if len(parts) == 0 {
		return fmt.Errorf("no face for the extensions in %s (npm ci fetches it)", filepath.Dir(extraSource))
	}
	slices.Sort(parts)
	sum := sha256.New()
	sum.Write([]byte(recipe + "\x00extra\x00"))
	sources := append([]string{filepath.Join(source, cuts[0].from), filepath.Join(source, cuts[1].from)}, parts...)
	texts := map[string][]byte{}
	for _, name := range sources {
		text, err := os.ReadFile(name)
		if err != nil {
			return fmt.Errorf("reading the face (npm ci fetches it): %w", err)
		}
		texts[name] = text
		sum.Write(text)
	}
	head := [sha256.Size]byte(sum.Sum(nil))
	list := filepath.Join(target, "drawn.bin")
	have, err := os.ReadFile(list)
	made, globErr := filepath.Glob(filepath.Join(target, "extra", "*.bin"))
	if err == nil && globErr == nil && bytes.HasPrefix(have, head[:]) && len(made) == len(parts) {
		return nil
	}

	regular, err := font.ParseSFNT(texts[sources[0]], 0)
	if err != nil {
		return err
	}
	bold, err := font.ParseSFNT(texts[sources[1]], 0)
	if err != nil {
		return err
	}
	drawn := map[rune]bool{}
	for r := rune(0x20); r < 0x40000; r++ {
		switch {
		case regular.GlyphIndex(r) == 0:
		case common[r] && bold.GlyphIndex(r) != 0, !common[r] && ideograph(r):
			drawn[r] = true
		}
	}
	err = os.RemoveAll(filepath.Join(target, "extra"))
	if err != nil {
		return err
	}
	all, size := 0, 0
	for _, name := range parts {
		n, packed, err := extraPart(texts[name], drawn)
		if err != nil {
			return fmt.Errorf("cutting %s: %w", filepath.Base(name), err)
		}
		all, size = all+n, size+packed
	}
	log.Printf("extra: %d characters in %d files, packed %d kB", all, len(parts), size>>10)
	return write(list, append(head[:], ranges(drawn)...))
}

func extraPart(woff []byte, drawn map[rune]bool) (runes, packed int, err error) {
	raw, err := font.ParseWOFF2(woff)
	if err != nil {
		return 0, 0, err
	}
	raw = longOffsets(raw)
	out, runes, err := cutFace(raw, func(r rune) bool { return ideograph(r) && !drawn[r] })
	if err != nil {
		return 0, 0, err
	}
	face, err := font.ParseEmbeddedSFNT(out, 0)
	if err != nil {
		return 0, 0, err
	}
	var first, last rune
	for r := rune(0x3400); r < 0x40000; r++ {
		if face.GlyphIndex(r) == 0 {
			continue
		}
		if first == 0 {
			first = r
		}
		last, drawn[r] = r, true
	}
	content, err := pack(out, sha256.Sum256(woff))
	if err != nil {
		return 0, 0, err
	}
	return runes, len(content), write(filepath.Join(target, "extra", fmt.Sprintf("%05X-%05X.bin", first, last)), content)
}

// ranges writes a set of characters as pairs of first and last.
func ranges(set map[rune]bool) []byte {
	var b []byte
	last := rune(-2)
	for r := rune(0); r < 0x40000; r++ {
		if !set[r] {
			continue
		}
		if r == last+1 {
			binary.BigEndian.PutUint32(b[len(b)-4:], uint32(r))
		} else {
			b = binary.BigEndian.AppendUint32(b, uint32(r))
			b = binary.BigEndian.AppendUint32(b, uint32(r))
		}
		last = r
	}
	return b
}

// longOffsets mends what unpacking a WOFF2 face leaves: outlines are written
// with fewer repetitions than they had and outgrow the 128 kB that a table of
// short offsets reaches, so offsets wrap around. They only ever grow, so each
// step back is one turn. Source: OpenType 1.9, "loca".
func longOffsets(b []byte) []byte {
	n := int(binary.BigEndian.Uint16(b[4:]))
	entry := func(i int) []byte { return b[12+16*i : 28+16*i] }
	tables := make([][]byte, n)
	var head, loca int
	for i := range n {
		e := entry(i)
		at, size := binary.BigEndian.Uint32(e[8:]), binary.BigEndian.Uint32(e[12:])
		tables[i] = slices.Clone(b[at : at+size])
		switch string(e[:4]) {
		case "head":
			head = i
		case "loca":
			loca = i
		}
	}
	if binary.BigEndian.Uint16(tables[head][50:]) != 0 {
		return b
	}
	binary.BigEndian.PutUint16(tables[head][50:], 1)
	binary.BigEndian.PutUint32(tables[head][8:], 0) // nobody reads these sums again
	var long []byte
	var turns, last uint32
	for s := tables[loca]; len(s) >= 2; s = s[2:] {
		v := 2 * uint32(binary.BigEndian.Uint16(s))
		if v+turns < last {
			turns += 1 << 17
		}
		last = v + turns
		long = binary.BigEndian.AppendUint32(long, last)
	}
	tables[loca] = long
	out := slices.Clone(b[:12+16*n])
	for i, t := range tables {
		e := out[12+16*i:]
		padded := append(slices.Clone(t), make([]byte, (4-len(t)%4)%4)...)
		var sum uint32
		for p := padded; len(p) > 0; p = p[4:] {
			sum += binary.BigEndian.Uint32(p)
		}
		binary.BigEndian.PutUint32(e[4:], sum)
		binary.BigEndian.PutUint32(e[8:], uint32(len(out)))
		binary.BigEndian.PutUint32(e[12:], uint32(len(t)))
		out = append(out, padded...)
	}
	return out
}
