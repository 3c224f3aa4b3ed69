package document

import (
	"strconv"
)

// ink is a colour of the page.
type ink string

const (
	black ink = "0 g 0 G\n"
	// The red of organ marks and seals.
	red ink = "0.84 0.05 0.09 rg 0.84 0.05 0.09 RG\n"
)

// canvas is one page while it is being drawn. Positions are in millimetres
// from the top left corner of the paper, as the standard gives them; they
// become points from the bottom left when they are written.
type canvas struct {
	buf   []byte
	marks []*element // marks[mcid] is the element whose content it is
}

func (c *canvas) op(name string, args ...float64) {
	for _, a := range args {
		c.buf = num(c.buf, a)
		c.buf = append(c.buf, ' ')
	}
	c.buf = append(c.buf, name...)
	c.buf = append(c.buf, '\n')
}

func (c *canvas) ink(i ink) { c.buf = append(c.buf, i...) }

// rule is a horizontal or vertical line of the given thickness, both in mm.
func (c *canvas) rule(x1, y1, x2, y2, thick float64) {
	c.op("w", thick*perMM)
	c.op("m", x1*perMM, (paperHeight-y1)*perMM)
	c.op("l", x2*perMM, (paperHeight-y2)*perMM)
	c.op("S")
}

// artifact draws what isn't part of the text: rules, page numbers.
func (c *canvas) artifact(draw func()) {
	c.buf = append(c.buf, "/Artifact BMC\n"...)
	draw()
	c.buf = append(c.buf, "EMC\n"...)
}

// mark opens content that belongs to an element of the document's structure;
// EMC must follow.
func (c *canvas) mark(e *element, page int) {
	id := len(c.marks)
	c.marks = append(c.marks, e)
	e.kids = append(e.kids, kid{page: page, mcid: id})
	c.buf = append(c.buf, '/')
	c.buf = append(c.buf, e.tag...)
	c.buf = append(c.buf, " <</MCID "...)
	c.buf = strconv.AppendInt(c.buf, int64(id), 10)
	c.buf = append(c.buf, ">> BDC\n"...)
}

func (c *canvas) unmark() { c.buf = append(c.buf, "EMC\n"...) }

// line draws one line of text with the top of its cells at y.
func (c *canvas) line(l *layout, ln line, x, y, size float64) {
	base := (paperHeight - y) * perMM
	base -= ascent * size
	at := x * perMM
	for i := 0; i < len(ln.cells); {
		j := i
		first := ln.cells[i].drawn
		for j < len(ln.cells) && ln.cells[j].drawn.face == first.face && ln.cells[j].drawn.swell == first.swell {
			j++
		}
		at = c.run(l, ln.cells[i:j], at, base, size)
		i = j
	}
}

// run draws characters of one face and gives the place after them, in points.
func (c *canvas) run(l *layout, cells []placed, x, base, size float64) float64 {
	s := l.subset(cells[0].drawn.face)
	c.buf = append(c.buf, "BT /F"...)
	c.buf = strconv.AppendInt(c.buf, int64(s.index), 10)
	c.buf = append(c.buf, ' ')
	c.buf = num(c.buf, size)
	c.buf = append(c.buf, " Tf "...)
	if cells[0].drawn.swell {
		c.buf = append(c.buf, "2 Tr "...)
		c.buf = num(c.buf, size*0.03)
		c.buf = append(c.buf, " w "...)
	}
	c.buf = append(c.buf, "1 0 0 1 "...)
	c.buf = num(c.buf, x-cells[0].before)
	c.buf = append(c.buf, ' ')
	c.buf = num(c.buf, base)
	c.buf = append(c.buf, " Tm ["...)
	open := false
	for i, p := range cells {
		if !open {
			c.buf = append(c.buf, '<')
			open = true
		}
		c.buf = appendHex16(c.buf, s.code(p.r))
		if i+1 < len(cells) {
			// Where the next one starts, against where the face would put it.
			adjust := (p.natural - p.width - p.before + cells[i+1].before) / size * 1000
			if adjust > 0.05 || adjust < -0.05 {
				c.buf = append(c.buf, '>')
				c.buf = strconv.AppendFloat(c.buf, adjust, 'f', 1, 64)
				open = false
			}
		}
		x += p.width
	}
	if open {
		c.buf = append(c.buf, '>')
	}
	c.buf = append(c.buf, "] TJ"...)
	if cells[0].drawn.swell {
		c.buf = append(c.buf, " 0 Tr"...)
	}
	c.buf = append(c.buf, " ET\n"...)
	return x
}

func appendHex16(b []byte, v uint16) []byte {
	const digits = "0123456789ABCDEF"
	return append(b, digits[v>>12], digits[v>>8&15], digits[v>>4&15], digits[v&15])
}
