package document

import (
	"strings"
	"unicode"
)

// span is a stretch of text in one role.
type span struct {
	text string
	as   role
}

// placed is one character on its line.
type placed struct {
	r       rune
	drawn   drawn
	as      role
	width   float64 // how far the next one is, in points
	natural float64 // what the face says, in points
	before  float64 // how much further left it is drawn: an opening mark that was squeezed
	class   class

	stretched bool // carries its share of the line's stretching
}

type class int

const (
	han   class = iota
	latin       // letters and digits, kept together as a word
	space
	opening // never at the end of a line (避尾)
	closing // never at the start of a line (避头)
	paired  // a half of —— or ……: never parted from the other half
)

// Full-width marks. Source: GB/T 15834-2011, section 5.1 (where a mark may
// not stand), and GB/T 9704-2012 for the brackets of document numbers.
const (
	openers = "（〔［｛《〈「『【〖“‘([{"
	closers = "）〕］｝》〉」』】〗”’。，、；：！？．·％%!),.:;?]}℃°々"
)

func classOf(r rune) class {
	switch {
	case r == '—' || r == '…':
		return paired
	case strings.ContainsRune(openers, r):
		return opening
	case strings.ContainsRune(closers, r):
		return closing
	case r == ' ' || r == '\u00A0':
		return space
	case r < 0x2000 && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-/_@&+=#~'\"", r)):
		return latin
	}
	return han
}

// wide reports whether a character fills a cell of the grid.
func wide(r rune) bool {
	return r >= 0x2E80 || strings.ContainsRune("“”‘’…·①②③④⑤⑥⑦⑧⑨⑩", r)
}

// line is a row of placed characters.
type line struct {
	cells     []placed
	width     float64
	stretched float64 // points added to each gap
	last      bool    // the paragraph ends with it, so it isn't stretched
}

// measure places characters one after another. cell is the width of a
// full-width character, size that of the type, both in points. Characters
// that can't be drawn are collected in missing.
func measure(spans []span, size, cell float64, missing *[]rune) ([]placed, error) {
	var out []placed
	for _, s := range spans {
		for _, r := range s.text {
			if r == '\n' || r == '\r' || r == '\t' {
				r = ' '
			}
			d, ok, err := draw(r, s.as)
			if err != nil {
				return nil, err
			}
			if !ok {
				*missing = append(*missing, r)
				continue
			}
			p := placed{r: r, drawn: d, as: s.as, class: classOf(r)}
			p.natural = d.face.advance(d.glyph) * size / 1000
			p.width = p.natural
			if wide(r) {
				p.width = cell
				if p.natural < 0.7*cell { // · and … stand in the middle of their cell
					p.before = -(cell - p.natural) / 2
				}
			}
			out = append(out, p)
		}
	}
	return out, nil
}

// mayBreak reports whether a line may end after a and the next start with b.
func mayBreak(a, b placed) bool {
	switch {
	case b.class == closing, b.class == space, a.class == opening:
		return false
	case a.class == paired && b.class == paired:
		return false
	case a.class == latin && b.class == latin: // Fraunhofer-|Gesellschaft, but no number
		return a.r == '-' && unicode.IsLetter(b.r)
	// 12.5 and 10:30 are one word, although the mark closes.
	case a.class == closing && a.r < 0x80 && b.class == latin:
		return false
	}
	return true
}

// squeezable is how much narrower a full-width mark may be set: half a cell,
// which is the empty half of it.
func squeezable(p placed) float64 {
	if p.width == 0 || p.r < 0x80 || !wide(p.r) || (p.class != opening && p.class != closing) || p.r == '·' {
		return 0
	}
	return p.width / 2
}

// breakLines fills lines of the given width; the first is shorter by indent.
// A mark that may not start a line is drawn in by squeezing marks before it,
// and where that isn't enough, takes the character before it along.
func breakLines(cells []placed, width, indent float64) []line {
	var lines []line
	room := width - indent
	for len(cells) > 0 {
		for len(cells) > 0 && cells[0].class == space {
			cells = cells[1:]
		}
		if len(cells) == 0 {
			break
		}
		n, squeeze := fill(cells, room)
		l := line{cells: trim(cells[:n]), last: n == len(cells)}
		cells = cells[n:]
		l.fit(room, squeeze)
		lines = append(lines, l)
		room = width
	}
	return lines
}

func trim(cells []placed) []placed {
	for len(cells) > 0 && cells[len(cells)-1].class == space {
		cells = cells[:len(cells)-1]
	}
	return append([]placed(nil), cells...)
}

// fill says how many characters the line takes, and whether they must be
// squeezed for that.
func fill(cells []placed, room float64) (n int, squeeze bool) {
	const slack = 0.01 // points: rounding must not cost a character
	w, give := 0.0, 0.0
	fits := 0
	for fits < len(cells) && w+cells[fits].width <= room+slack {
		w += cells[fits].width
		give += squeezable(cells[fits])
		fits++
	}
	if fits == len(cells) {
		return fits, false
	}
	// Could the marks that follow be drawn in?
	w2, give2 := w, give
	for k := fits; k < len(cells) && cells[k].class == closing; k++ {
		w2 += cells[k].width
		give2 += squeezable(cells[k])
		if w2-give2 > room+slack {
			break
		}
		if k+1 == len(cells) || mayBreak(cells[k], cells[k+1]) {
			return k + 1, true
		}
	}
	for k := fits; k > 0; k-- {
		end := k - 1 // of what will be seen: spaces at the end of a line aren't
		for end > 0 && cells[end].class == space {
			end--
		}
		if mayBreak(cells[k-1], cells[k]) && cells[end].class != opening {
			return k, false
		}
	}
	return max(fits, 1), false // one long word: cut it where the line ends
}

// fit squeezes a line that is too full, or spreads one that isn't full so
// that its right edge is straight.
func (l *line) fit(room float64, squeeze bool) {
	for _, c := range l.cells {
		l.width += c.width
	}
	n := len(l.cells)
	switch {
	case squeeze && l.width > room:
		give := 0.0
		for _, c := range l.cells {
			give += squeezable(c)
		}
		share := (l.width - room) / give
		for i := range l.cells {
			c := &l.cells[i]
			d := squeezable(*c) * share
			c.width -= d
			if c.class == opening { // its ink is in the right half
				c.before = d
			}
		}
		l.width = room
	case !l.last && n > 1:
		// A long word leaves a hole that no stretching hides: leave it ragged.
		spare := room - l.width
		gaps := 0
		for i := 0; i+1 < n; i++ {
			if mayStretch(l.cells[i], l.cells[i+1]) {
				gaps++
			}
		}
		if gaps == 0 || spare <= 0 || spare > float64(gaps)*l.cells[0].width*0.35 && spare > 3*l.cells[0].width {
			return
		}
		for i := 0; i+1 < n; i++ {
			if mayStretch(l.cells[i], l.cells[i+1]) {
				l.cells[i].width += spare / float64(gaps)
				l.cells[i].stretched = true
			}
		}
		l.stretched = spare / float64(gaps)
		l.width = room
	}
}

func mayStretch(a, b placed) bool {
	return !(a.class == latin && b.class == latin) && !(a.class == paired && b.class == paired) &&
		!(a.r < 0x80 && b.r < 0x80 && a.class != space)
}

// text is the line as it reads.
func (l line) text() string {
	var b strings.Builder
	for _, c := range l.cells {
		b.WriteRune(c.r)
	}
	return b.String()
}
