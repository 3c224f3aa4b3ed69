package document

import (
	"math"
	"sync"
)

// A municipal organ's seal, in mm. Source: 国发〔1999〕25号, which gives organs
// of departments 42 mm and a five-pointed star in the middle.
const (
	sealDiameter = 42.0
	sealRing     = 1.2
	sealType     = 5.6 // height of a character
)

// seals remembers drawn seals: an office has one name, and drawing its
// characters costs as much as setting a page.
var seals struct {
	sync.Mutex
	of map[string][]byte
}

// sealOf draws a seal in a square of sealDiameter mm: ring, star, and the
// organ's name along the upper arc. It is a picture of a seal; what proves
// the document is the signature.
func sealOf(organ string) ([]byte, error) {
	seals.Lock()
	have := seals.of[organ]
	seals.Unlock()
	if have != nil {
		return have, nil
	}
	p := &pathWriter{}
	const mid = sealDiameter / 2
	p.buf = append(p.buf, red...)
	p.op("w", sealRing)
	p.circle(mid, mid, mid-sealRing/2)
	p.op("S")
	p.star(mid, mid, 6.8)
	p.op("f")

	runes := []rune(organ)
	// The name takes up to 270 degrees of the ring and stands closer when it
	// is long.
	step := min(26.0, 270/math.Max(float64(len(runes)-1), 1)) * math.Pi / 180
	radius := mid - sealRing - 1.3 - sealType // to the feet of the characters
	tall := sealType
	// Characters may not touch at their feet, where they are closest.
	if room := 2 * radius * math.Sin(step/2) * 1.18; room < tall {
		p.narrow = room / tall
	} else {
		p.narrow = 1
	}
	for i, r := range runes {
		d, ok, err := draw(r, title)
		if err != nil {
			return nil, err
		}
		if !ok {
			return nil, &UndrawableError{[]rune{r}}
		}
		angle := (float64(i) - float64(len(runes)-1)/2) * step // from the top, clockwise
		p.sin, p.cos = math.Sin(angle), math.Cos(angle)
		p.x, p.y = mid+radius*p.sin, mid+radius*p.cos
		p.scale = tall / float64(d.face.sfnt.Head.UnitsPerEm)
		err = d.face.path(p, d.glyph, 0, 0, 1)
		if err != nil {
			return nil, err
		}
		p.op("f")
	}
	seals.Lock()
	defer seals.Unlock()
	if seals.of == nil || len(seals.of) >= 16 {
		seals.of = map[string][]byte{}
	}
	seals.of[organ] = p.buf
	return p.buf, nil
}

// pathWriter turns outlines into path operators; glyphs come in their own
// units and are put on the ring, foot inwards.
type pathWriter struct {
	buf           []byte
	sin, cos      float64
	x, y          float64
	scale, narrow float64
	lastX, lastY  float64
}

func (p *pathWriter) op(name string, args ...float64) {
	for _, a := range args {
		p.buf = num(p.buf, a)
		p.buf = append(p.buf, ' ')
	}
	p.buf = append(p.buf, name...)
	p.buf = append(p.buf, '\n')
}

// at turns a point of a glyph into one of the seal.
func (p *pathWriter) at(x, y float64) (float64, float64) {
	x = (x - 500) * p.scale * p.narrow // glyphs are an em wide: middle them
	y = (y + 120) * p.scale
	return p.x + x*p.cos + y*p.sin, p.y - x*p.sin + y*p.cos
}

func (p *pathWriter) MoveTo(x, y float64) {
	p.lastX, p.lastY = x, y
	a, b := p.at(x, y)
	p.op("m", a, b)
}

func (p *pathWriter) LineTo(x, y float64) {
	p.lastX, p.lastY = x, y
	a, b := p.at(x, y)
	p.op("l", a, b)
}

// QuadTo raises the curve's degree: PDF knows cubic ones only.
func (p *pathWriter) QuadTo(cx, cy, x, y float64) {
	p.CubeTo(p.lastX+(cx-p.lastX)*2/3, p.lastY+(cy-p.lastY)*2/3, x+(cx-x)*2/3, y+(cy-y)*2/3, x, y)
}

func (p *pathWriter) CubeTo(c1x, c1y, c2x, c2y, x, y float64) {
	p.lastX, p.lastY = x, y
	a, b := p.at(c1x, c1y)
	c, d := p.at(c2x, c2y)
	e, f := p.at(x, y)
	p.op("c", a, b, c, d, e, f)
}

func (p *pathWriter) Close() { p.op("h") }

func (p *pathWriter) circle(x, y, r float64) {
	const k = 0.5522847498 // control points of a quarter circle
	p.op("m", x+r, y)
	p.op("c", x+r, y+k*r, x+k*r, y+r, x, y+r)
	p.op("c", x-k*r, y+r, x-r, y+k*r, x-r, y)
	p.op("c", x-r, y-k*r, x-k*r, y-r, x, y-r)
	p.op("c", x+k*r, y-r, x+r, y-k*r, x+r, y)
	p.op("h")
}

func (p *pathWriter) star(x, y, r float64) {
	inner := r * math.Sin(math.Pi/10) / math.Sin(3*math.Pi/10)
	for i := range 10 {
		a := math.Pi/2 + float64(i)*math.Pi/5
		d := r
		if i%2 == 1 {
			d = inner
		}
		name := "l"
		if i == 0 {
			name = "m"
		}
		p.op(name, x+d*math.Cos(a), y+d*math.Sin(a))
	}
	p.op("h")
}
