package document

import (
	"fmt"
	"slices"
	"strings"

	"yitang/internal/calendar"
)

// layout sets a document page by page. top is where the next thing goes, in
// millimetres from the top of the paper.
type layout struct {
	pages   []*canvas
	top     float64
	subsets []*subset
	root    *element
	missing []rune
	err     error

	lang     string
	letter   bool // set on letter paper
	sealForm []byte
	signed   float64 // mm from the top, where the last paragraph ended and the signature began
	sealPage int
	sealX    float64 // left and top of the seal, mm
	sealY    float64
}

func newLayout() *layout {
	l := &layout{lang: "zh-CN", root: &element{tag: "Document"}, sealPage: -1}
	l.newPage()
	return l
}

func (l *layout) page() *canvas { return l.pages[len(l.pages)-1] }

func (l *layout) newPage() {
	l.pages = append(l.pages, &canvas{buf: make([]byte, 0, 8<<10)})
	l.top = typeTop
}

func (l *layout) subset(f *face) *subset {
	for _, s := range l.subsets {
		if s.face == f {
			return s
		}
	}
	s := newSubset(f)
	l.subsets = append(l.subsets, s)
	s.index = len(l.subsets)
	return s
}

// room reports whether so many millimetres are left on the page.
func (l *layout) room(mm float64) bool { return l.top+mm <= l.bottom()+0.01 }

// bottom is how far down the page may be filled, in mm. The first page of a
// letter has no number, so it may be filled until shortly above its foot rule.
func (l *layout) bottom() float64 {
	if l.letter && len(l.pages) == 1 {
		return letterBottom
	}
	return typeBottom
}

func (l *layout) cells(spans []span, size float64) []placed {
	cell := size
	if size == size3 {
		cell = cellPitch * perMM
	}
	cells, err := measure(spans, size, cell, &l.missing)
	if err != nil && l.err == nil {
		l.err = err
	}
	return cells
}

// style is how a paragraph stands on the page.
type style struct {
	tag    string
	size   float64 // points
	pitch  float64 // mm from line to line
	indent float64 // cells taken in on the first line
	left   float64 // mm from the left edge of the type area
	width  float64 // mm
	align  align
	ink    ink
}

type align int

const (
	justified align = iota
	centred
	ragged
)

func running() style {
	return style{tag: "P", size: size3, pitch: linePitch, indent: 2, width: typeWidth, ink: black}
}

// paragraph sets text that may flow over pages.
func (l *layout) paragraph(st style, spans ...span) {
	l.set(st, l.broken(st, spans), l.root)
}

func (l *layout) broken(st style, spans []span) []line {
	cells := l.cells(spans, st.size)
	room := st.width * perMM
	indent := st.indent * st.size
	if st.size == size3 {
		// The last cell of a line is a whole em wide, the pitch a little less.
		room += cellPitch*perMM - st.size
		indent = st.indent * cellPitch * perMM
	}
	lines := breakLines(cells, room, indent)
	if st.align != justified {
		for i := range lines {
			lines[i].relax()
		}
	}
	return lines
}

// relax undoes stretching for text that isn't set with a straight right edge.
func (l *line) relax() {
	if l.stretched == 0 {
		return
	}
	for i := range l.cells {
		c := &l.cells[i]
		if c.stretched {
			c.width -= l.stretched
			c.stretched = false
			l.width -= l.stretched
		}
	}
	l.stretched = 0
}

func (l *layout) set(st style, lines []line, under *element) {
	e := under.add(st.tag)
	open := false
	for i, ln := range lines {
		if !l.room(st.size / perMM) {
			if open {
				l.page().unmark()
				open = false
			}
			l.newPage()
		}
		if !open {
			l.page().mark(e, len(l.pages)-1)
			if st.ink != black {
				l.page().ink(st.ink)
			}
			open = true
		}
		x := marginLeft + st.left
		switch {
		case st.align == centred:
			x += (st.width - ln.width/perMM) / 2
		case i == 0 && st.indent != 0:
			em := st.size / perMM
			if st.size == size3 {
				em = cellPitch
			}
			x += st.indent * em
		}
		l.page().line(l, ln, x, l.top, st.size)
		l.top += st.pitch
	}
	if open {
		if st.ink != black {
			l.page().ink(black)
		}
		l.page().unmark()
	}
}

// height is how much of the page a paragraph takes, in mm.
func (l *layout) height(st style, spans ...span) float64 {
	return float64(len(l.broken(st, spans))) * st.pitch
}

// balanced breaks a centred title into lines of about equal length instead of
// a full one and a rest.
func (l *layout) balanced(st style, spans ...span) {
	cells := l.cells(spans, st.size)
	whole := 0.0
	for _, c := range cells {
		whole += c.width
	}
	n := 1
	for whole/float64(n) > st.width*perMM {
		n++
	}
	var lines []line
	for room := whole/float64(n) + st.size; ; room += st.size {
		lines = breakLines(cells, min(room, st.width*perMM), 0)
		if len(lines) <= n || room > st.width*perMM {
			break
		}
	}
	for i := range lines {
		lines[i].relax()
	}
	st.align = centred
	l.set(st, lines, l.root)
}

// organMark sets the name of the issuing organ in red across the head of the
// first page, then the document's number and the red rule under it.
// Source: GB/T 9704-2012, 7.2.4 to 7.2.7.
func (l *layout) organMark(organ, number string) {
	l.top = typeTop + 35
	mark := l.spread(organ, 42)
	l.set(style{tag: "H1", size: mark.size, pitch: mark.size / perMM, width: typeWidth, align: centred, ink: red}, []line{mark.line}, l.root)

	l.top += 2 * linePitch
	st := running()
	st.align, st.indent, st.pitch = centred, 0, bodyEm
	l.paragraph(st, span{number, body})
	l.top += 4
	l.page().artifact(func() {
		l.page().ink(red)
		l.page().rule(marginLeft, l.top+redRule/2, typeRight, l.top+redRule/2, redRule)
		l.page().ink(black)
	})
	l.top += 2*linePitch - bodyEm
}

// redRule is how thick the rule under the number is, in mm.
const redRule = 0.5

// letterBottom keeps clear of the double rule at a letter's foot, in mm.
const letterBottom = paperHeight - 20 - 4

// letterHead sets the head of a letter: the organ's name 30 mm from the top of
// the paper, a double rule 170 mm wide below it, thick over thin, mirrored at
// the foot, the number right under the rule. Source: GB/T 9704-2012, 10.1.
func (l *layout) letterHead(organ, number string) {
	const (
		ruleWidth = 170.0
		ruleLeft  = (paperWidth - ruleWidth) / 2
		thick     = 1.0
		thin      = 0.35
		apart     = 1.2 // mm from one rule's middle to the other's
	)
	l.letter = true
	l.top = 30
	w := l.spread(organ, 34)
	l.set(style{tag: "H1", size: w.size, pitch: w.size / perMM, width: typeWidth, align: centred, ink: red}, []line{w.line}, l.root)
	y := l.top + 4
	foot := paperHeight - 20
	l.page().artifact(func() {
		l.page().ink(red)
		l.page().rule(ruleLeft, y, ruleLeft+ruleWidth, y, thick)
		l.page().rule(ruleLeft, y+apart, ruleLeft+ruleWidth, y+apart, thin)
		l.page().rule(ruleLeft, foot-apart, ruleLeft+ruleWidth, foot-apart, thin)
		l.page().rule(ruleLeft, foot, ruleLeft+ruleWidth, foot, thick)
		l.page().ink(black)
	})
	l.top = y + apart + bodyEm
	right := l.one(number, size3)
	st := running()
	st.indent, st.left = 0, typeWidth-right.width/perMM
	l.set(st, []line{right}, l.root)
	l.top += linePitch / 2
}

// spreadLine is a short text with its characters set apart.
type spreadLine struct {
	line line
	size float64
}

// spread sets an organ's name as broad as the type area allows, but with no
// more than two thirds of an em between the characters.
func (l *layout) spread(text string, most float64) spreadLine {
	n := len([]rune(text))
	size := min(most, typeWidth*perMM/(float64(max(n, 1))*1.04))
	cells := l.cells([]span{{text, title}}, size)
	spare := typeWidth*perMM*0.96 - size*float64(n)
	if n > 1 {
		gap := max(0, min(spare/float64(n-1), size*0.66))
		for i := range cells[:max(len(cells)-1, 0)] {
			cells[i].width += gap
		}
	}
	w := 0.0
	for _, c := range cells {
		w += c.width
	}
	return spreadLine{line{cells: cells, width: w, last: true}, size}
}

// signature is where the organ signs: its name centred over the date, the
// date four cells in from the right, the seal over both.
// Source: GB/T 9704-2012, 7.3.5.1.
//
// A note verbale isn't signed: it has the date alone, under the seal.
func (l *layout) signature(organ string, date calendar.Date, as signing, free float64) {
	start := l.top
	l.signed = start
	day, name := l.one(chinese(date), size3), l.one(organ, size3)
	dayX := typeRight - 4*cellPitch - day.width/perMM
	middle := dayX + day.width/perMM/2
	nameX := middle - name.width/perMM/2
	if over := nameX + name.width/perMM - typeRight; over > 0 {
		nameX -= over
	}
	nameX = max(nameX, marginLeft)
	nameY := start + free*linePitch
	form, err := sealOf(organ)
	if err != nil && l.err == nil {
		l.err = err
	}
	l.sealForm, l.sealPage = form, len(l.pages)-1
	l.sealX = middle - sealDiameter/2
	l.sealY = nameY + linePitch/2 + bodyEm/2 - sealDiameter/2
	// Under the text, as ink that lets print show through.
	fig := l.root.add("Figure")
	fig.alt = "印章：" + organ
	fig.box = [4]float64{l.sealX, l.sealY, l.sealX + sealDiameter, l.sealY + sealDiameter}
	c := l.page()
	c.mark(fig, len(l.pages)-1)
	c.op("q")
	c.op("cm", perMM, 0, 0, perMM, l.sealX*perMM, (paperHeight-l.sealY-sealDiameter)*perMM)
	c.op("/Seal Do")
	c.op("Q")
	c.unmark()
	l.top = nameY
	st := running()
	st.indent, st.align = 0, ragged
	st.left = nameX - marginLeft
	if as == byName {
		l.set(st, []line{name}, l.root)
	} else {
		l.top += linePitch
	}
	st.left = dayX - marginLeft
	l.set(st, []line{day}, l.root)
	l.top = start + signatureHeight(free)
}

// signing is how an organ signs.
type signing int

const (
	byName signing = iota // name, date, seal
	bySeal                // date and seal
)

// Lines left free above an organ's name: two, but where a page would hold
// little else than a signature, as few as keep the seal off the text.
const (
	freeLines    = 2.0
	freeLinesMin = 1.1
)

// signatureHeight is the free lines, name, date, and what of the seal hangs
// below the date, in mm.
func signatureHeight(free float64) float64 {
	return free*linePitch + linePitch/2 + bodyEm/2 + sealDiameter/2
}

// colophonRow is the height of a line of the colophon, in mm.
const colophonRow = 7.0

func colophonStyle() style {
	em := size4 / perMM
	return style{tag: "P", size: size4, pitch: colophonRow, width: typeWidth - 2*em, left: em, ink: black, align: ragged}
}

// colophon is the foot of the last page: who gets copies, who printed when.
type colophon struct {
	copies, organ []line
	printed       line
	apart         bool // the organ's name leaves no room beside it for the day
}

func (l *layout) newColophon(to []string, organ string, date calendar.Date, w Wording) colophon {
	var c colophon
	st := colophonStyle()
	if len(to) > 0 {
		c.copies = l.broken(st, []span{{w.say("colophon.copies", "Copies", strings.Join(to, "，")), body}})
	}
	c.organ = l.broken(st, []span{{w.say("colophon.organ", "Office", organ), body}})
	c.printed = l.one(w.say("colophon.printed", "Date", chinese(date)), size4)
	c.apart = len(c.organ) > 1 || c.organ[0].width+size4+c.printed.width > st.width*perMM
	return c
}

func (c colophon) height() float64 {
	n := len(c.copies) + len(c.organ)
	if c.apart {
		n++
	}
	return float64(n) * colophonRow
}

// colophon sets it; its last rule is the bottom of the type area. Source: GB/T
// 9704-2012, 7.4.
func (l *layout) colophon(c colophon) {
	st := colophonStyle()
	l.top = typeBottom - c.height()
	middle := l.top + float64(len(c.copies))*colophonRow
	p := l.page()
	p.artifact(func() {
		p.rule(marginLeft, l.top, typeRight, l.top, 0.35)
		p.rule(marginLeft, typeBottom, typeRight, typeBottom, 0.35)
		if len(c.copies) > 0 {
			p.rule(marginLeft, middle, typeRight, middle, 0.25)
		}
	})
	const pad = (colophonRow - size4/perMM) / 2
	l.top += pad
	l.set(st, c.copies, l.root)
	l.top = middle + pad
	l.set(st, c.organ, l.root)
	l.top = typeBottom - colophonRow + pad
	st.left = typeWidth - size4/perMM - c.printed.width/perMM
	l.set(st, []line{c.printed}, l.root)
	l.top = typeBottom
}

// one is a text on a line of its own, however long.
func (l *layout) one(text string, size float64) line {
	ln := line{cells: l.cells([]span{{text, body}}, size), last: true}
	for _, c := range ln.cells {
		ln.width += c.width
	}
	return ln
}

// number puts the page number under the type area: odd pages right, even ones
// left, one cell in. Source: GB/T 9704-2012, 7.5 and 10.1.
func (l *layout) number() {
	for i, c := range l.pages {
		if i == 0 && l.letter { // a letter's first page has none
			continue
		}
		ln := l.one(fmt.Sprintf("— %d —", i+1), size4)
		x := typeRight - size4/perMM - ln.width/perMM
		if i%2 == 1 {
			x = marginLeft + size4/perMM
		}
		c.artifact(func() { c.line(l, ln, x, typeBottom+7, size4) })
	}
}

// refusal is what stops a layout: characters that can't be drawn, each once.
func (l *layout) refusal() error {
	if l.err != nil {
		return l.err
	}
	if len(l.missing) > 0 {
		slices.Sort(l.missing)
		return &UndrawableError{slices.Compact(l.missing)}
	}
	return nil
}
