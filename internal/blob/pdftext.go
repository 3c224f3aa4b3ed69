package blob

import (
	"bytes"
	"compress/zlib"
	"encoding/ascii85"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	utf16chars "unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// The values of a PDF (ISO 32000-1, 7.3).
type (
	pdfName string
	pdfRef  int
	pdfDict map[string]any
	pdfText []byte
	pdfWord string // an operator, true, false, null
)

// pdfObj is one object with the bytes of its stream, still packed.
type pdfObj struct {
	value  any
	stream []byte
}

// pdfFile is the objects of a file, found by their heads: tables that lie or
// are broken don't hide a page from us.
type pdfFile struct {
	s       *saying
	objects map[pdfRef]pdfObj
	faces   map[pdfRef]*pdfFace
	values  int // that may still be kept
	codes   int // of faces that may still be learnt
	known   int // codes drawn whose meaning was told
	unknown int // and those whose wasn't
}

const (
	mostObjects = 200_000
	mostPages   = 2_000
	mostValues  = 1_000_000
	mostArgs    = 200_000 // of one operator
	mostCodes   = 1_000_000
	longestCode = 64      // bytes that one code may mean
	largestObj  = 1 << 20 // in a stream of objects
	deepest     = 40      // of values within values
)

// pdfHead is where an object begins: 12 0 obj.
type pdfHead struct {
	number     pdfRef
	from, upTo int
}

func heads(all []byte) []pdfHead {
	var out []pdfHead
	for at := 0; len(out) < mostObjects; {
		i := bytes.Index(all[at:], []byte("obj"))
		if i < 0 {
			break
		}
		at += i + len("obj")
		from := max(0, at-len("obj")-30)
		rest := all[from : at-len("obj")]
		rest, _, ok := lastNumber(rest) // the generation
		rest, n, is := lastNumber(rest)
		if ok && is {
			out = append(out, pdfHead{pdfRef(n), from + len(rest), at})
		}
	}
	return out
}

// lastNumber takes a number and the spaces behind it off the end.
func lastNumber(b []byte) (rest []byte, n int, ok bool) {
	b = bytes.TrimRight(b, " \t\r\n\f\x00")
	i := len(b)
	for i > 0 && b[i-1] >= '0' && b[i-1] <= '9' {
		i--
	}
	n, err := strconv.Atoi(string(b[i:]))
	return b[:i], n, err == nil
}

func (s *saying) pdf(all []byte) {
	f := &pdfFile{s: s, objects: map[pdfRef]pdfObj{}, faces: map[pdfRef]*pdfFace{}, values: mostValues, codes: mostCodes}
	heads := heads(all)
	s.unread = s.unread || len(heads) == mostObjects
	ends := 0 // the end of a stream that comes next
	for i, h := range heads {
		if s.over() {
			return
		}
		end := len(all)
		if i+1 < len(heads) {
			end = heads[i+1].from
		}
		p := &pdfParser{in: all[h.upTo:end], room: &f.values, s: f.s}
		o := pdfObj{value: p.value(0)}
		if rest := p.rest(); bytes.HasPrefix(rest, []byte("stream")) {
			rest = bytes.TrimPrefix(bytes.TrimPrefix(rest[len("stream"):], []byte("\r")), []byte("\n"))
			// What looks like the head of an object may be bytes of a picture: a
			// stream whose end isn't there is taken up to the next end there is.
			from := end - len(rest)
			if ends = nextEnd(all, from, ends); ends < len(all) {
				rest = all[from:ends]
			}
			o.stream = rest
		}
		f.objects[h.number] = o
	}
	f.unpackObjects()
	f.pages()
	// Faces lack a blank or a dot now and then; one that lacks more isn't read.
	const tenth = 10
	s.unread = s.unread || f.values <= 0 || f.codes <= 0 || f.unknown*tenth > f.known+f.unknown
}

// nextEnd is where the next stream ends behind from; the one found last is known,
// so that a file of beginnings alone is gone through once.
func nextEnd(all []byte, from, last int) int {
	if last >= from {
		return last
	}
	if at := bytes.Index(all[from:], []byte("endstream")); at >= 0 {
		return from + at
	}
	return len(all)
}

// unpackObjects takes the objects out of streams of objects (7.5.7).
func (f *pdfFile) unpackObjects() {
	for _, n := range f.sorted() {
		d, _ := f.objects[n].value.(pdfDict)
		if d["Type"] != pdfName("ObjStm") || f.s.over() {
			continue
		}
		data := f.unpacked(f.objects[n])
		first := min(max(0, number(d["First"])), len(data))
		head := &pdfParser{in: data[:first], room: &f.values, s: f.s}
		for range min(number(d["N"]), mostObjects-len(f.objects)) {
			id, is := head.value(0).(float64)
			at, has := head.value(0).(float64)
			if !is || !has || at < 0 || int(at) > len(data)-first || f.s.over() {
				break
			}
			object := data[first+int(at):]
			if _, known := f.objects[pdfRef(id)]; !known {
				f.objects[pdfRef(id)] = pdfObj{value: (&pdfParser{in: object[:min(len(object), largestObj)], room: &f.values, s: f.s}).value(0)}
			}
		}
	}
}

func (f *pdfFile) sorted() []pdfRef {
	var out []pdfRef
	for n := range f.objects {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// of follows a reference.
func (f *pdfFile) of(v any) any {
	for range deepest {
		r, is := v.(pdfRef)
		if !is {
			return v
		}
		v = f.objects[r].value
	}
	return nil
}

func (f *pdfFile) dict(v any) pdfDict { d, _ := f.of(v).(pdfDict); return d }

// unpacked gives the bytes of a stream. Packed in a way that we don't know, or
// broken, it isn't read.
func (f *pdfFile) unpacked(o pdfObj) []byte {
	d, _ := o.value.(pdfDict)
	out := o.stream
	f.s.left -= int64(len(out))
	parms, _ := f.of(d["DecodeParms"]).([]any)
	for i, filter := range f.filters(d) {
		with := f.dict(d["DecodeParms"])
		if i < len(parms) {
			with = f.dict(parms[i])
		}
		var packed io.Reader
		switch filter {
		case pdfName("FlateDecode"), pdfName("Fl"):
			r, err := zlib.NewReader(bytes.NewReader(out))
			if err != nil || number(with["Predictor"]) > 1 {
				f.s.unread = true
				return nil
			}
			packed = r
		case pdfName("ASCII85Decode"), pdfName("A85"):
			out, _, _ = bytes.Cut(out, []byte("~"))
			packed = ascii85.NewDecoder(bytes.NewReader(out))
		default:
			f.s.unread = true
			return nil
		}
		some, err := io.ReadAll(counted{f.s, packed}) // what can be read of it counts
		f.s.unread = f.s.unread || err != nil
		out = some
	}
	return out
}

// filters are the ways in which a stream is packed, the outermost first.
func (f *pdfFile) filters(d pdfDict) []any {
	switch filter := f.of(d["Filter"]).(type) {
	case nil:
		return nil
	case []any:
		var out []any
		for _, one := range filter[:min(len(filter), 4)] {
			out = append(out, f.of(one))
		}
		return out
	default:
		return []any{filter}
	}
}

// pages reads each page with the faces of its own, then the forms that pages
// draw, which may have theirs.
func (f *pdfFile) pages() {
	pages := 0
	defer func() { f.s.unread = f.s.unread || pages == 0 }() // no page was found: we didn't understand the file
	for _, n := range f.sorted() {
		o := f.objects[n]
		d, _ := o.value.(pdfDict)
		switch {
		case f.s.over():
			return
		case pages > mostPages:
			f.s.unread = true
			return
		case d["Type"] == pdfName("Page"):
			pages++
			f.show(f.contents(d["Contents"]), f.resources(d))
		case d["Subtype"] == pdfName("Form") && o.stream != nil:
			pages++
			f.show(f.unpacked(o), f.resources(d))
		}
	}
}

// contents are the operators of a page, which may stand in several streams.
func (f *pdfFile) contents(v any) []byte {
	parts, is := f.of(v).([]any)
	if !is {
		parts = []any{v}
	}
	var out []byte
	for _, part := range parts {
		if r, is := part.(pdfRef); is && !f.s.over() {
			out = append(append(out, f.unpacked(f.objects[r])...), '\n')
		}
	}
	return out
}

// resources are a page's own, or those of the branch on which it sits.
func (f *pdfFile) resources(d pdfDict) pdfDict {
	for range deepest {
		if r := f.dict(d["Resources"]); r != nil {
			return r
		}
		d = f.dict(d["Parent"])
	}
	return nil
}

// show writes down what a stream of operators draws (9.4). Only where lines
// begin matters to us, so of all places the height alone is followed.
func (f *pdfFile) show(content []byte, resources pdfDict) {
	fonts := f.dict(resources["Font"])
	left := mostArgs
	p := &pdfParser{in: content, room: &left, s: f.s}
	var (
		args       []any
		face       *pdfFace
		page       = upright
		saved      []matrix
		text, line = upright, upright
		leading    float64
		was        = math.NaN()
	)
	at := func(i int) float64 { // the i-th number from the end
		if i > len(args) {
			return 0
		}
		n, _ := args[len(args)-i].(float64)
		return n
	}
	move := func(x, y float64) { line = matrix{1, 0, 0, 1, x, y}.times(line); text = line }
	draw := func(v any) {
		words, is := v.(pdfText)
		if !is {
			return
		}
		if y := text.times(page)[5]; math.IsNaN(was) || math.Abs(y-was) > 2 {
			f.s.say("\n")
			was = y
		}
		text, known, unknown := face.read(words)
		f.s.say(text)
		f.known, f.unknown = f.known+known, f.unknown+unknown
	}
	for {
		v := p.value(0)
		if v == nil {
			break
		}
		word, is := v.(pdfWord)
		if !is {
			if len(args) < 64 {
				args = append(args, v)
			}
			continue
		}
		switch word {
		case "q":
			if len(saved) < 1000 {
				saved = append(saved, page)
			}
		case "Q":
			if n := len(saved); n > 0 {
				page, saved = saved[n-1], saved[:n-1]
			}
		case "cm":
			page = matrix{at(6), at(5), at(4), at(3), at(2), at(1)}.times(page)
		case "BT":
			text, line = upright, upright
		case "Tf":
			if len(args) >= 2 {
				if name, is := args[len(args)-2].(pdfName); is {
					face = f.face(fonts[string(name)])
				}
			}
		case "TL":
			leading = at(1)
		case "Td":
			move(at(2), at(1))
		case "TD":
			leading = -at(1)
			move(at(2), at(1))
		case "Tm":
			line = matrix{at(6), at(5), at(4), at(3), at(2), at(1)}
			text = line
		case "T*":
			move(0, -leading)
		case "'", `"`:
			move(0, -leading)
			if len(args) > 0 {
				draw(args[len(args)-1])
			}
		case "Tj":
			if len(args) > 0 {
				draw(args[len(args)-1])
			}
		case "TJ":
			if len(args) > 0 {
				list, _ := args[len(args)-1].([]any)
				for _, x := range list {
					draw(x)
				}
			}
		case "ID": // a picture between operators
			p.skipPicture()
		}
		args, left = args[:0], mostArgs
	}
	f.s.say("\n")
}

type matrix [6]float64

var upright = matrix{1, 0, 0, 1, 0, 0}

func (m matrix) times(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

// pdfFace tells what the codes of a face mean.
type pdfFace struct {
	wide  bool                // codes have two bytes
	known map[int]string      // by the face's own table
	whole func([]byte) string // by a published one
}

func (f *pdfFile) face(v any) *pdfFace {
	r, is := v.(pdfRef)
	if had := f.faces[r]; is && had != nil {
		return had
	}
	d := f.dict(v)
	out := &pdfFace{wide: d["Subtype"] == pdfName("Type0")}
	if is {
		f.faces[r] = out
	}
	if d == nil {
		out.known = map[int]string{} // it isn't there, and tells nothing
		return out
	}
	if to, is := d["ToUnicode"].(pdfRef); is {
		out.learn(f.s, f.unpacked(f.objects[to]), &f.codes)
		return out
	}
	switch name, _ := f.of(d["Encoding"]).(pdfName); {
	case strings.Contains(string(name), "UCS2") || strings.Contains(string(name), "UTF16"):
		out.whole = bigEndian
	case strings.HasPrefix(string(name), "GB"): // GB-EUC, GBK-EUC, GBK2K
		out.whole = func(b []byte) string {
			text, _ := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
			return string(text)
		}
	}
	return out
}

// learn reads a table back to Unicode (9.10.3).
func (c *pdfFace) learn(s *saying, table []byte, most *int) {
	c.known = map[int]string{}
	left := mostArgs
	p := &pdfParser{in: table, room: &left, s: s}
	means := func(n int, to []byte) bool {
		*most--
		if *most > 0 && len(to) <= longestCode {
			c.known[n] = bigEndian(to)
		}
		return *most > 0
	}
	var args []any
	for *most > 0 {
		v := p.value(0)
		if v == nil {
			return
		}
		word, is := v.(pdfWord)
		if !is {
			if len(args) < mostArgs {
				args = append(args, v)
			}
			continue
		}
		switch word {
		case "endcodespacerange":
			if len(args) > 0 {
				to, _ := args[len(args)-1].(pdfText)
				c.wide = len(to) > 1
			}
		case "endbfchar":
			for ; len(args) >= 2; args = args[2:] {
				from, _ := args[0].(pdfText)
				to, _ := args[1].(pdfText)
				means(code(from), to)
			}
		case "endbfrange":
			for ; len(args) >= 3; args = args[3:] {
				between(args[0], args[1], args[2], means)
			}
		}
		args, left = args[:0], mostArgs
	}
}

// between teaches a run of codes: what the first one means, or all of them.
func between(from, to, are any, means func(int, []byte) bool) {
	a, _ := from.(pdfText)
	b, _ := to.(pdfText)
	first, last := code(a), min(code(b), code(a)+0xffff)
	switch m := are.(type) {
	case pdfText:
		if len(m) < 2 || len(m) > longestCode {
			return
		}
		m = bytes.Clone(m)
		end := m[len(m)-2:]
		at := int(end[0])<<8 | int(end[1])
		for n := first; n <= last; n++ {
			end[0], end[1] = byte((at+n-first)>>8), byte(at+n-first)
			if !means(n, m) {
				return
			}
		}
	case []any:
		for i, x := range m {
			if word, is := x.(pdfText); is && first+i <= last {
				means(first+i, word)
			}
		}
	}
}

// read tells what a word says, how many of its codes are known and how many not.
func (c *pdfFace) read(b []byte) (text string, known, unknown int) {
	switch {
	case c == nil:
		return "", 0, len(b)
	case c.whole != nil:
		return c.whole(b), len(b), 0
	}
	width := 1
	if c.wide {
		width = 2
	}
	var out strings.Builder
	for ; len(b) >= width && out.Len() < mostSaid; b = b[width:] {
		n := code(b[:width])
		switch text, is := c.known[n]; {
		case is:
			known++
			out.WriteString(text)
		case !c.wide && c.known == nil:
			known++
			out.WriteRune(rune(n)) // a Latin face
		default:
			unknown++
		}
	}
	return out.String(), known, unknown
}

func code(b []byte) int {
	n := 0
	for _, x := range b[:min(len(b), 4)] {
		n = n<<8 | int(x)
	}
	return n
}

func bigEndian(b []byte) string {
	var units []uint16
	for ; len(b) >= 2; b = b[2:] {
		units = append(units, uint16(b[0])<<8|uint16(b[1]))
	}
	return string(utf16chars.Decode(units))
}

func number(v any) int {
	n, _ := v.(float64)
	if math.Abs(n) > math.MaxInt32 {
		return 0
	}
	return int(n)
}

// pdfParser takes one value after another (7.2, 7.3).
type pdfParser struct {
	in   []byte
	at   int
	s    *saying
	room *int // values that may still be kept in lists and dictionaries
}

// keeps tells whether there is room for one more value.
func (p *pdfParser) keeps() bool {
	*p.room--
	p.s.unread = p.s.unread || *p.room <= 0
	return *p.room > 0
}

func (p *pdfParser) rest() []byte { p.skip(); return p.in[p.at:] }

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isRegular(c byte) bool { return !delimits[c] }

var delimits = func() (d [256]bool) {
	for _, c := range []byte("()<>[]{}/% \n\r\t\f\x00") {
		d[c] = true
	}
	return d
}()

// skip passes spaces and remarks.
func (p *pdfParser) skip() {
	for p.at < len(p.in) {
		switch c := p.in[p.at]; {
		case isSpace(c):
			p.at++
		case c == '%':
			for p.at < len(p.in) && p.in[p.at] != '\n' && p.in[p.at] != '\r' {
				p.at++
			}
		default:
			return
		}
	}
}

// value is the next value; nil at the end, and where values lie too deep. What
// stands in a list or a dictionary counts with it.
func (p *pdfParser) value(depth int) any {
	if depth > 0 {
		return p.next(depth)
	}
	from := p.at
	defer func() { p.s.steps -= p.at - from + 1 }()
	if p.s.full() {
		p.at = len(p.in)
	}
	return p.next(depth)
}

func (p *pdfParser) next(depth int) any {
	p.skip()
	if p.at >= len(p.in) {
		return nil
	}
	if depth > deepest {
		p.s.unread = true
		return nil
	}
	switch c := p.in[p.at]; {
	case c == '/':
		p.at++
		return pdfName(p.name())
	case c == '(':
		return p.literal()
	case c == '<' && p.at+1 < len(p.in) && p.in[p.at+1] == '<':
		p.at += 2
		return p.dictionary(depth)
	case c == '<':
		return p.hex()
	case c == '[':
		p.at++
		var list []any
		for {
			p.skip()
			if p.at < len(p.in) && p.in[p.at] == ']' {
				p.at++
				return list
			}
			v := p.value(depth + 1)
			if v == nil {
				return list
			}
			if p.keeps() {
				list = append(list, v)
			}
		}
	case !isRegular(c): // > ] { } ) where none belongs
		p.at++
		return pdfWord(c)
	}
	word := p.regular()
	n, err := strconv.ParseFloat(string(word), 64)
	if err != nil {
		return pdfWord(word)
	}
	if n >= 0 && n == math.Trunc(n) && n < math.MaxInt32 {
		if p.points() {
			return pdfRef(n)
		}
	}
	return n
}

// points tells whether the number just read is that of a reference, 12 0 R, and
// passes the rest of it.
func (p *pdfParser) points() bool {
	was := p.at
	p.skip()
	generation := p.regular()
	if len(generation) > 0 && len(generation) <= 5 && !bytes.ContainsFunc(generation, func(r rune) bool { return r < '0' || r > '9' }) {
		if p.skip(); bytes.Equal(p.regular(), []byte("R")) {
			return true
		}
	}
	p.at = was
	return false
}

func (p *pdfParser) regular() []byte {
	from := p.at
	for p.at < len(p.in) && isRegular(p.in[p.at]) {
		p.at++
	}
	return p.in[from:p.at]
}

func (p *pdfParser) name() string {
	word := p.regular()
	if !bytes.Contains(word, []byte("#")) {
		return string(word)
	}
	var out []byte
	for i := 0; i < len(word); i++ {
		if word[i] == '#' && i+2 < len(word) {
			if n, err := strconv.ParseUint(string(word[i+1:i+3]), 16, 8); err == nil {
				out = append(out, byte(n))
				i += 2
				continue
			}
		}
		out = append(out, word[i])
	}
	return string(out)
}

func (p *pdfParser) dictionary(depth int) any {
	d := pdfDict{}
	for {
		p.skip()
		if bytes.HasPrefix(p.in[p.at:], []byte(">>")) {
			p.at += 2
			return d
		}
		key, is := p.value(depth + 1).(pdfName)
		if !is {
			if p.at >= len(p.in) || depth >= deepest {
				return d
			}
			continue
		}
		v := p.value(depth + 1)
		if v == nil {
			return d
		}
		if p.keeps() {
			d[string(key)] = v
		}
	}
}

func (p *pdfParser) hex() pdfText {
	p.at++
	out := pdfText{}
	half, n := false, byte(0)
	for ; p.at < len(p.in); p.at++ {
		c := p.in[p.at]
		switch {
		case c == '>':
			p.at++
			if half {
				out = append(out, n<<4)
			}
			return out
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			continue
		}
		if half {
			out = append(out, n<<4|c)
		}
		half, n = !half, c
	}
	return out
}

func (p *pdfParser) literal() pdfText {
	p.at++
	out := pdfText{}
	for open := 1; p.at < len(p.in); p.at++ {
		c := p.in[p.at]
		switch c {
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				p.at++
				return out
			}
		case '\\':
			if p.at++; p.at >= len(p.in) {
				return out
			}
			escaped, is := p.escaped()
			if is {
				out = append(out, escaped)
			}
			continue
		}
		out = append(out, c)
	}
	return out
}

// escaped is what stands behind a backslash; the end of a line is nothing.
func (p *pdfParser) escaped() (byte, bool) {
	c := p.in[p.at]
	switch c {
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	case '\r':
		if p.at+1 < len(p.in) && p.in[p.at+1] == '\n' {
			p.at++
		}
		return 0, false
	case '\n':
		return 0, false
	}
	if c < '0' || c > '7' {
		return c, true
	}
	n := 0
	for i := 0; i < 3 && p.at < len(p.in) && p.in[p.at] >= '0' && p.in[p.at] <= '7'; i++ {
		n = n*8 + int(p.in[p.at]-'0')
		p.at++
	}
	p.at--
	return byte(n), true
}

// skipPicture passes the bytes of a picture up to its end mark.
func (p *pdfParser) skipPicture() {
	for {
		i := bytes.Index(p.in[p.at:], []byte("EI"))
		if i < 0 {
			p.at = len(p.in)
			return
		}
		at := p.at + i
		p.at = at + 2
		if isSpace(p.in[at-1]) && (p.at >= len(p.in) || isSpace(p.in[p.at])) {
			return
		}
	}
}
