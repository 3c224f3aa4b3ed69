package document

// column of a table.
type column struct {
	head   string
	width  float64 // mm
	centre bool
}

// table sets rows between rules. Rows are never cut; the head is repeated on
// each page that the table reaches.
func (l *layout) table(cols []column, rows [][]string) {
	const (
		pad   = 1.6 // mm beside the text
		pitch = 6.2 // mm from line to line in a cell
		above = 1.4 // mm over and under the text
	)
	wide := 0.0
	for _, c := range cols {
		wide += c.width
	}
	for i := range cols { // share out what is over or short
		cols[i].width *= typeWidth / wide
	}

	t := l.root.add("Table")
	t.attr = "/O/Table"
	setRow := func(texts []string, as role, tag string, under *element) {
		broken := make([][]line, len(cols))
		tall := 1
		for i, text := range texts {
			st := style{size: sizeS, width: cols[i].width - 2*pad, align: ragged}
			broken[i] = l.broken(st, []span{{text, as}})
			tall = max(tall, len(broken[i]))
		}
		h := 2*above + float64(tall-1)*pitch + sizeS/perMM
		if tag == "TD" && !l.room(h) {
			l.newPage()
			l.tableHead(cols, pad, above, h)
		}
		y := l.top
		x := marginLeft
		var tr *element
		if under != nil {
			tr = under.add("TR")
		}
		c := l.page()
		for i := range cols {
			cell := tr.add(tag)
			if tag == "TH" {
				cell.attr = "/O/Table/Scope/Column"
			}
			top := y + (h-float64(len(broken[i])-1)*pitch-sizeS/perMM)/2
			c.mark(cell, len(l.pages)-1)
			for _, ln := range broken[i] {
				at := x + pad
				if cols[i].centre || tag == "TH" {
					at = x + (cols[i].width-ln.width/perMM)/2
				}
				c.line(l, ln, at, top, sizeS)
				top += pitch
			}
			c.unmark()
			x += cols[i].width
		}
		l.frame(cols, y, h)
		l.top = y + h
	}

	heads := make([]string, len(cols))
	for i, c := range cols {
		heads[i] = c.head
	}
	// A head alone at the foot of a page tells nothing.
	if !l.room(2*2*above + 2*sizeS/perMM) {
		l.newPage()
	}
	setRow(heads, heading, "TH", t)
	for _, r := range rows {
		setRow(r, body, "TD", t)
	}
	l.top += linePitch - bodyEm
}

// tableHead repeats the head on a further page; it was read once already.
func (l *layout) tableHead(cols []column, pad, above, _ float64) {
	h := 2*above + sizeS/perMM
	y, x := l.top, marginLeft
	c := l.page()
	c.artifact(func() {
		for _, col := range cols {
			for _, ln := range l.broken(style{size: sizeS, width: col.width - 2*pad, align: ragged}, []span{{col.head, heading}}) {
				c.line(l, ln, x+(col.width-ln.width/perMM)/2, y+above, sizeS)
			}
			x += col.width
		}
	})
	l.frame(cols, y, h)
	l.top = y + h
}

func (l *layout) frame(cols []column, y, h float64) {
	const thin = 0.2 // mm
	c := l.page()
	c.artifact(func() {
		c.rule(marginLeft, y, typeRight, y, thin)
		c.rule(marginLeft, y+h, typeRight, y+h, thin)
		x := marginLeft
		c.rule(x, y, x, y+h, thin)
		for _, col := range cols {
			x += col.width
			c.rule(x, y, x, y+h, thin)
		}
	})
}
