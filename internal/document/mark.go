package document

import "math"

// markKey is the place in a Wording where an office says what stands across each
// page of all its papers: that they are of practice, and nothing anybody may use.
// templates.yaml can't say it; office.yaml does, for all of them at once.
const markKey = "mark"

// Marked is the wording with a mark across each page; without one as it was.
func (w Wording) Marked(mark string) Wording {
	if mark == "" {
		return w
	}
	out := Wording{markKey: mark}
	for key, said := range w {
		out[key] = said
	}
	return out
}

// MaxMark is how many characters of a mark fit across a page.
const MaxMark = 16

// The mark is as light as still can be read on every printer, and stands below
// what the page says, so that nothing of it is hidden.
const (
	markInk  ink = "0.95 0.75 0.75 rg 0.95 0.75 0.75 RG\n"
	markSize     = 34.0
	markTilt     = math.Pi / 6
)

// mark lays a mark across all pages, three times on each: cutting a page doesn't
// leave a part without.
func (l *layout) mark(text string) {
	if text == "" {
		return
	}
	ln := l.one(text, markSize)
	cos, sin := math.Cos(markTilt), math.Sin(markTilt)
	for i, c := range l.pages {
		under := &canvas{}
		under.artifact(func() {
			for k := range 3 {
				x, y := paperWidth/2, paperHeight*float64(2*k+1)/6
				under.op("q")
				under.op("cm", cos, sin, -sin, cos, x*perMM, (paperHeight-y)*perMM)
				under.ink(markInk)
				under.run(l, ln.cells, -ln.width/2, -markSize/3, markSize)
				under.op("Q")
			}
		})
		l.pages[i].buf = append(under.buf, c.buf...)
	}
}
