package document

import (
	"fmt"

	"rsc.io/qr"
)

const codeSize = 25.0 // mm, without its margin

// code draws the verification address as a QR code with the left top corner
// at x, y, and what people read beside it.
func (l *layout) code(url string, x, y float64, beside []string) {
	q, err := qr.Encode(url, qr.M)
	if err != nil {
		if l.err == nil {
			l.err = fmt.Errorf("drawing the code for %q: %w", url, err)
		}
		return
	}
	l.drawCode(q, x, y, codeSize, "二维码，核验地址："+url)

	keep := l.top
	l.top = y + 1
	st := style{tag: "P", size: size9, pitch: 5, left: x - marginLeft + codeSize + 3, width: 50, ink: black, align: ragged}
	for _, s := range beside {
		l.paragraph(st, span{s, body})
	}
	l.top = keep
}

// drawCode draws a QR code of a size in mm, with what is read aloud for it.
func (l *layout) drawCode(q *qr.Code, x, y, size float64, alt string) {
	c := l.page()
	fig := l.root.add("Figure")
	fig.alt = alt
	fig.box = [4]float64{x, y, x + size, y + size}
	c.mark(fig, len(l.pages)-1)
	side := size / float64(q.Size)
	for row := range q.Size {
		for col := 0; col < q.Size; col++ {
			from := col
			for q.Black(col, row) {
				col++
			}
			if col > from {
				c.op("re", (x+float64(from)*side)*perMM, (paperHeight-y-float64(row+1)*side)*perMM, float64(col-from)*side*perMM, side*perMM)
			}
		}
	}
	c.op("f")
	c.unmark()
}
