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
	tableAbove = 1.1 // mm over and under the text
	tablePitch = 5.6 // mm from line to line in a cell
	tableRule  = 0.2 // mm
)

// table is rows that are broken into lines but not yet set.
type table struct {
	cols []column
	head tableRow // of nothing where the cells of every other column name what stands beside them
	rows []tableRow
}

func (t table) headed() bool { return len(t.head.cells) > 0 }

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
	as := []role{heading, body}
	if strings.Join(heads, "") != "" {
		t.head = l.tableRow(t.cols, heads, heading)
		as = as[1:]
	}
	for _, r := range rows {
		t.rows = append(t.rows, l.tableRow(t.cols, r, as...))
	}
	return t
}

// tableRow breaks a row into lines; its cells take turns in the roles.
func (l *layout) tableRow(cols []column, texts []string, as ...role) tableRow {
	r := tableRow{cells: make([][]line, len(cols))}
	tall := 1
	for i, text := range texts {
		st := style{size: sizeS, width: cols[i].width - 2*tablePad, align: ragged}
		for part := range strings.SplitSeq(text, "\n") {
			r.cells[i] = append(r.cells[i], l.broken(st, []span{{part, as[i%len(as)]}})...)
		}
		tall = max(tall, len(r.cells[i]))
	}
	r.height = rowHeight(tall)
	return r
}

func rowHeight(lines int) float64 {
	return 2*tableAbove + float64(lines-1)*tablePitch + sizeS/perMM
}

// cut gives a row in pieces that each fit on a page below the head: who writes
// a page and more into one cell loses nothing of it.
func (r tableRow) cut(head float64) []tableRow {
	most := 1
	for rowHeight(most+1) <= typeHeight-head {
		most++
	}
	var out []tableRow
	for r.height > rowHeight(most)+0.01 {
		piece, rest := tableRow{cells: make([][]line, len(r.cells)), height: rowHeight(most)}, tableRow{cells: make([][]line, len(r.cells))}
		tall := 1
		for i, lines := range r.cells {
			n := min(most, len(lines))
			piece.cells[i], rest.cells[i] = lines[:n], lines[n:]
			tall = max(tall, len(rest.cells[i]))
		}
		rest.height = rowHeight(tall)
		out, r = append(out, piece), rest
	}
	return append(out, r)
}

// start is the least of a table that may stand at the foot of a page: the head,
// which is repeated on the next, and one row, in mm; of a row that fills pages,
// what a page below a heading holds.
func (t table) start() float64 {
	h := t.head.height
	if len(t.rows) > 0 {
		h += t.rows[0].height
	}
	return min(h, typeHeight-2*linePitch)
}

// together is what of a table is kept on one page with the heading above it: all,
// where a page below a heading holds it; of a longer one its start.
func (t table) together() float64 {
	h := t.head.height
	for _, r := range t.rows {
		h += r.height
	}
	if h <= typeHeight-2*linePitch {
		return h
	}
	return t.start()
}

// table sets rows between rules. A row is cut only where no page would hold it;
// the head, where there is one, is repeated on each page that the table reaches.
func (l *layout) table(t table) {
	if !l.room(t.start()) {
		l.newPage()
	}
	e := l.root.add("Table")
	e.attr = "/O/Table"
	tags := []string{"TH", "TD"}
	if t.headed() {
		l.row(t.cols, t.head, e, "TH")
		tags = tags[1:]
	}
	for _, whole := range t.rows {
		for _, r := range whole.cut(t.head.height) {
			if !l.room(r.height) {
				l.newPage()
				if t.headed() {
					l.row(t.cols, t.head, nil, "")
				}
			}
			l.row(t.cols, r, e, tags...)
		}
	}
	l.top += linePitch - bodyEm
}

// row sets one row, whose cells take turns in the tags. A head that is repeated
// was read once already: it belongs to no element.
func (l *layout) row(cols []column, r tableRow, under *element, tags ...string) {
	c := l.page()
	x, y := marginLeft, l.top
	var tr *element
	if under != nil {
		tr = under.add("TR")
	}
	for i, lines := range r.cells {
		tag := tags[i%len(tags)]
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
			switch {
			case tag == "TH" && len(tags) > 1:
				cell.attr = "/O/Table/Scope/Row"
			case tag == "TH":
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
