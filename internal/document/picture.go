package document

import (
	"bytes"
	"fmt"
	"html"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Shown is a document as a screen shows it that opens no files: a picture of each
// page, and what is written on it.
type Shown struct {
	Code  string // of its verification; "" for a paper that nobody has signed
	Pages []Picture
}

// Picture is one page. What is drawn stands where it stands on paper; characters are
// drawn with a face of the screen's, for the file's own would be many times as large.
type Picture struct {
	SVG   []byte
	Lines []string // from the top
}

// Pictures draws the pages of a file of this package, and of no other.
func Pictures(pdf []byte) (Shown, error) {
	r, err := newReader(pdf)
	if err != nil {
		return Shown{}, err
	}
	pages, err := r.pages()
	if err != nil {
		return Shown{}, err
	}
	var out Shown
	if facts, err := readFacts(pdf); err == nil {
		out.Code = facts.Code
	}
	faces := map[string]*printed{}
	for _, number := range pages {
		p, err := r.picture(number, faces)
		if err != nil {
			return Shown{}, fmt.Errorf("page %d: %w", len(out.Pages)+1, err)
		}
		out.Pages = append(out.Pages, p)
	}
	return out, nil
}

// printed is a face of a file: its characters, how wide they are, and its weight.
type printed struct {
	chars map[uint64]string
	wide  map[uint64]float64 // thousandths of the size; 1000 unless it is here
	bold  bool
}

var (
	isDescendant = regexp.MustCompile(`/DescendantFonts\[(\d+) 0 R`)
	isWidth      = regexp.MustCompile(`(\d+)\[([\d.]+)\]`)
	isSeal       = regexp.MustCompile(`/Seal (\d+) 0 R`)
)

func (r *reader) printed(font string) (*printed, error) {
	dict, _, err := r.object(font)
	if err != nil {
		return nil, err
	}
	p := &printed{wide: map[uint64]float64{}, bold: bytes.Contains(dict, []byte("Bold"))}
	if p.chars, err = r.characters(font); err != nil {
		return nil, err
	}
	below := isDescendant.FindSubmatch(dict)
	if below == nil {
		return nil, fmt.Errorf("%w: face %s has no widths", ErrUnreadable, font)
	}
	if dict, _, err = r.object(string(below[1])); err != nil {
		return nil, err
	}
	_, widths, _ := bytes.Cut(dict, []byte("/W["))
	for _, w := range isWidth.FindAllSubmatch(widths, -1) {
		code, err1 := strconv.ParseUint(string(w[1]), 10, 16)
		wide, err2 := number(string(w[2]))
		if err1 != nil || err2 != nil {
			return nil, fmt.Errorf("%w: a width of face %s", ErrUnreadable, font)
		}
		p.wide[code] = wide
	}
	return p, nil
}

func (r *reader) picture(number string, faces map[string]*printed) (Picture, error) {
	page, _, err := r.object(number)
	if err != nil {
		return Picture{}, err
	}
	d := &drawing{spend: r.spend, fonts: map[string]*printed{}, fill: "#000", stroke: "#000"}
	for _, f := range isFont.FindAllSubmatch(page, -1) {
		object := string(f[2])
		if faces[object] == nil {
			if faces[object], err = r.printed(object); err != nil {
				return Picture{}, err
			}
		}
		d.fonts[string(f[1])] = faces[object]
	}
	if seal := isSeal.FindSubmatch(page); seal != nil {
		if _, d.seal, err = r.object(string(seal[1])); err != nil {
			return Picture{}, err
		}
	}
	if number, err = pointer(page, "Contents"); err != nil {
		return Picture{}, err
	}
	_, content, err := r.object(number)
	if err != nil {
		return Picture{}, err
	}
	fmt.Fprintf(&d.svg, `<svg xmlns="http://www.w3.org/2000/svg" width="595" height="842" viewBox="0 0 %s %s" font-family="FangSong,STFangsong,SimSun,'Songti SC','Noto Serif SC',serif"><path fill="#fff" d="M0 0h%[1]sv%[2]sH0z"/><g transform="matrix(1 0 0 -1 0 %[2]s)">`,
		figure(paperWidth*perMM), figure(paperHeight*perMM))
	if err := d.draw(content); err != nil {
		return Picture{}, err
	}
	d.svg.WriteString(`</g></svg>`)
	return Picture{SVG: d.svg.Bytes(), Lines: d.lines()}, nil
}

// drawing turns the operators that this package writes (ISO 32000-1, 8 and 9) into SVG.
type drawing struct {
	svg   bytes.Buffer
	spend func(int) error // of what the whole file may cost
	fonts map[string]*printed
	seal  []byte

	sealing bool // the seal is being drawn

	fill, stroke string
	width        float64
	path         strings.Builder
	kept         []kept // what q has put aside
	said         []words
}

type kept struct {
	fill, stroke string
	groups       int // that were opened since
}

// words are what stands together on a line.
type words struct {
	x, y, end, size float64
	text            string
}

var (
	isText = regexp.MustCompile(`^BT /F(\d+) (\S+) Tf (?:2 Tr (\S+) w )?1 0 0 1 (\S+) (\S+) Tm \[(.*)\] TJ(?: 0 Tr)? ET$`)
	isPart = regexp.MustCompile(`<[0-9A-F]*>|[^<>\s]+`)
)

// draw follows the operators, of which each text stands on a line of its own.
func (d *drawing) draw(content []byte) error {
	for line := range strings.Lines(string(content)) {
		if err := d.spend(len(line)); err != nil { // a seal costs each time that it is set
			return err
		}
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "BT ") {
			if err := d.text(line); err != nil {
				return err
			}
			continue
		}
		if strings.HasSuffix(line, " BDC") || strings.HasSuffix(line, "BMC") || line == "EMC" { // what it is to those who are read to
			continue
		}
		var args []float64
		for _, token := range strings.Fields(line) {
			v, err := number(token)
			switch {
			case err == nil:
				args = append(args, v)
			case token != "/Seal":
				if err := d.does(token, args); err != nil {
					return err
				}
				args = args[:0]
			}
		}
	}
	return nil
}

// takes is how many numbers an operator is given.
var takes = map[string]int{"g": 1, "G": 1, "rg": 3, "RG": 3, "w": 1, "m": 2, "l": 2, "c": 6, "re": 4, "h": 0, "f": 0, "S": 0, "q": 0, "Q": 0, "cm": 6, "Do": 0}

func (d *drawing) does(op string, a []float64) error {
	if n, known := takes[op]; !known || n != len(a) {
		return fmt.Errorf("%w: %s of %d", ErrUnreadable, op, len(a))
	}
	switch op {
	case "g":
		d.fill = colour(a[0], a[0], a[0])
	case "G":
		d.stroke = colour(a[0], a[0], a[0])
	case "rg":
		d.fill = colour(a...)
	case "RG":
		d.stroke = colour(a...)
	case "w":
		d.width = a[0]
	case "m":
		d.to("M", a...)
	case "l":
		d.to("L", a...)
	case "c":
		d.to("C", a...)
	case "re":
		d.to("M", a[0], a[1])
		d.to("h", a[2])
		d.to("v", a[3])
		d.to("h", -a[2])
		d.path.WriteByte('z')
	case "h":
		d.path.WriteByte('z')
	case "f":
		fmt.Fprintf(&d.svg, `<path fill="%s" d="%s"/>`, d.fill, d.path.String())
		d.path.Reset()
	case "S":
		fmt.Fprintf(&d.svg, `<path fill="none" stroke="%s" stroke-width="%s" d="%s"/>`, d.stroke, figure(d.width), d.path.String())
		d.path.Reset()
	case "q":
		d.kept = append(d.kept, kept{fill: d.fill, stroke: d.stroke})
	case "cm":
		if len(d.kept) == 0 {
			return fmt.Errorf("%w: cm without q", ErrUnreadable)
		}
		d.kept[len(d.kept)-1].groups++
		d.svg.WriteString(`<g transform="matrix(` + figures(4, a) + `)">`)
	case "Q":
		if len(d.kept) == 0 {
			return fmt.Errorf("%w: Q without q", ErrUnreadable)
		}
		was := d.kept[len(d.kept)-1]
		d.kept = d.kept[:len(d.kept)-1]
		d.fill, d.stroke = was.fill, was.stroke
		d.svg.WriteString(strings.Repeat("</g>", was.groups))
	case "Do":
		if d.sealing {
			return fmt.Errorf("%w: a seal within the seal", ErrUnreadable)
		}
		fill, stroke := d.fill, d.stroke
		d.sealing = true
		err := d.draw(d.seal)
		d.sealing = false
		d.fill, d.stroke = fill, stroke
		return err
	}
	return nil
}

func (d *drawing) to(letter string, a ...float64) {
	d.path.WriteString(letter + figures(2, a))
}

// text draws characters each at its place, however wide the screen's face has them.
func (d *drawing) text(line string) error {
	m := isText.FindStringSubmatch(line)
	if m == nil || d.fonts[m[1]] == nil {
		return fmt.Errorf("%w: %s", ErrUnreadable, line)
	}
	face := d.fonts[m[1]]
	var n [4]float64 // size, swell, x, y
	for i, v := range []string{m[2], m[3], m[4], m[5]} {
		if v == "" {
			continue
		}
		var err error
		if n[i], err = number(v); err != nil {
			return fmt.Errorf("%w: %w", ErrUnreadable, err)
		}
	}
	size, at := n[0], 0.0
	var places, text strings.Builder
	for _, part := range isPart.FindAllString(m[6], -1) {
		if part[0] != '<' {
			v, err := number(part)
			if err != nil {
				return fmt.Errorf("%w: %w", ErrUnreadable, err)
			}
			at -= v * size / 1000
			continue
		}
		for codes := part[1 : len(part)-1]; len(codes) >= 4; codes = codes[4:] {
			code, err := strconv.ParseUint(codes[:4], 16, 16)
			if err != nil {
				return fmt.Errorf("%w: %w", ErrUnreadable, err)
			}
			c, known := face.chars[code]
			if !known {
				return fmt.Errorf("%w: character %d can't be read back", ErrUnreadable, code)
			}
			if err := d.spend(len(c)); err != nil {
				return err
			}
			places.WriteString(figure(at) + " ")
			text.WriteString(c)
			wide, own := face.wide[code]
			if !own {
				wide = 1000
			}
			at += wide * size / 1000
		}
	}
	fmt.Fprintf(&d.svg, `<text transform="matrix(1 0 0 -1 %s %s)" font-size="%s" fill="%s"`, figure(n[2]), figure(n[3]), figure(size), d.fill)
	if face.bold {
		d.svg.WriteString(` font-weight="700"`)
	}
	if n[1] > 0 {
		fmt.Fprintf(&d.svg, ` stroke="%s" stroke-width="%s"`, d.fill, figure(n[1]))
	}
	fmt.Fprintf(&d.svg, ` x="%s">%s</text>`, strings.TrimSpace(places.String()), html.EscapeString(text.String()))
	if len(d.kept) == 0 { // what lies across the page is no line of it
		d.said = append(d.said, words{n[2], n[3], n[2] + at, size, text.String()})
	}
	return nil
}

// lines puts together what stands on one height, with room where the page leaves some.
func (d *drawing) lines() []string {
	slices.SortStableFunc(d.said, func(a, b words) int {
		if diff := b.y - a.y; diff > 1 || diff < -1 {
			return int(diff)
		}
		return int(a.x - b.x)
	})
	var out []string
	for i, w := range d.said {
		switch {
		case i == 0 || d.said[i-1].y-w.y > 1:
			out = append(out, w.text)
		case w.x-d.said[i-1].end > w.size/2:
			out[len(out)-1] += "　" + w.text
		default:
			out[len(out)-1] += w.text
		}
	}
	return out
}

// number reads one that can stand on a page.
func number(s string) (float64, error) {
	v, err := strconv.ParseFloat(s, 64)
	if err == nil && !(math.Abs(v) < 1e6) {
		err = fmt.Errorf("%w: the number %s", ErrUnreadable, s)
	}
	return v, err
}

func colour(c ...float64) string {
	out := "#"
	for _, v := range c {
		out += fmt.Sprintf("%02x", int(v*255+0.5))
	}
	if out == "#000000" {
		return "#000"
	}
	return out
}

// figure is a number to two places, which is finer than any screen.
func figure(v float64) string { return figures(2, []float64{v}) }

func figures(places int, all []float64) string {
	out := make([]string, len(all))
	for i, v := range all {
		out[i] = strings.TrimSuffix(strings.TrimRight(strconv.FormatFloat(v, 'f', places, 64), "0"), ".")
		if out[i] == "-0" || out[i] == "" {
			out[i] = "0"
		}
	}
	return strings.Join(out, " ")
}
