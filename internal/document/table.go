package document

import "strings"

// column of a table.
type column struct {
	head   string
	width  float64 // mm, of which each gets its share of the type area
	centre bool
}

const (
	tablePad   = 1.6 // mm beside the text
	tableAbove = 1.7 // mm over and under the text
	tablePitch = 6.2 // mm from line to line in a cell
	tableRule  = 0.2 // mm
)

// table is rows that are broken into lines but not yet set.
type table struct {
	cols []column
	head tableRow
	rows []tableRow
}

type tableRow struct {
	cells  [][]line
	height float64 // mm
}

func (l *layout) newTable(cols []column, rows [][]string) table {
	wide := 0.0
	for _, c := range cols {
		wide += c.width
	}
	t := table{cols: make([]column, len(cols))}
	heads := make([]string, len(cols))
	for i, c := range cols {
		heads[i] = c.head
		c.width *= typeWidth / wide
		t.cols[i] = c
	}
	t.head = l.tableRow(t.cols, heads, heading)
	for _, r := range rows {
		t.rows = append(t.rows, l.tableRow(t.cols, r, body))
	}
	return t
}

func (l *layout) tableRow(cols []column, texts []string, as role) tableRow {
	r := tableRow{cells: make([][]line, len(cols))}
	tall := 1
	for i, text := range texts {
		st := style{size: sizeS, width: cols[i].width - 2*tablePad, align: ragged}
		for part := range strings.SplitSeq(text, "\n") {
			r.cells[i] = append(r.cells[i], l.broken(st, []span{{part, as}})...)
		}
		tall = max(tall, len(r.cells[i]))
	}
	r.height = 2*tableAbove + float64(tall-1)*tablePitch + sizeS/perMM
	return r
}

// start is the least of a table that may stand at the foot of a page: the
// head and two rows, in mm.
func (t table) start() float64 {
	h := t.head.height
	for i := 0; i < len(t.rows) && i < 2; i++ {
		h += t.rows[i].height
	}
	return h
}

// table sets rows between rules. Rows are never cut; the head is repeated on
// each page that the table reaches.
func (l *layout) table(t table) {
	if !l.room(t.start()) {
		l.newPage()
	}
	e := l.root.add("Table")
	e.attr = "/O/Table"
	l.row(t.cols, t.head, "TH", e)
	for _, r := range t.rows {
		if !l.room(r.height) {
			l.newPage()
			l.row(t.cols, t.head, "", nil)
		}
		l.row(t.cols, r, "TD", e)
	}
	l.top += linePitch - bodyEm
}

// row sets one row. A head that is repeated was read once already: it belongs
// to no element.
func (l *layout) row(cols []column, r tableRow, tag string, under *element) {
	c := l.page()
	x, y := marginLeft, l.top
	var tr *element
	if under != nil {
		tr = under.add("TR")
	}
	for i, lines := range r.cells {
		draw := func() {
			top := y + (r.height-float64(len(lines)-1)*tablePitch-sizeS/perMM)/2
			for _, ln := range lines {
				at := x + tablePad
				if cols[i].centre || tag != "TD" {
					at = x + (cols[i].width-ln.width/perMM)/2
				}
				c.line(l, ln, at, top, sizeS)
				top += tablePitch
			}
		}
		if tr == nil {
			c.artifact(draw)
		} else {
			cell := tr.add(tag)
			if tag == "TH" {
				cell.attr = "/O/Table/Scope/Column"
			}
			c.mark(cell, len(l.pages)-1)
			draw()
			c.unmark()
		}
		x += cols[i].width
	}
	c.artifact(func() {
		c.rule(marginLeft, y, typeRight, y, tableRule)
		c.rule(marginLeft, y+r.height, typeRight, y+r.height, tableRule)
		x := marginLeft
		c.rule(x, y, x, y+r.height, tableRule)
		for _, col := range cols {
			x += col.width
			c.rule(x, y, x, y+r.height, tableRule)
		}
	})
	l.top = y + r.height
}
