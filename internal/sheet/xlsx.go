package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// openZip reads a workbook. Only what is needed is unpacked, and no more of it
// than is allowed, whatever its directory says.
func openZip(data []byte) (Book, error) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return Book{}, refuse("cut", nil)
	}
	if len(z.File) > maxParts {
		return Book{}, refuse("bomb", nil)
	}
	x := &workbook{left: maxUnzip, parts: map[string]*zip.File{}}
	for _, f := range z.File {
		if strings.HasSuffix(strings.ToLower(f.Name), ".xml") && f.UncompressedSize64 > maxUnzip {
			return Book{}, refuse("bomb", nil) // it says so itself; who lies meets the meter
		}
		if f.Flags&1 != 0 {
			return Book{}, refuse("locked", nil)
		}
		x.parts[strings.ToLower(strings.TrimPrefix(path.Clean("/"+strings.ReplaceAll(f.Name, "\\", "/")), "/"))] = f
	}
	b, err := x.read()
	var limit *tooMuch
	var syntax *xml.SyntaxError
	switch {
	case errors.As(err, &limit):
		return Book{}, refuse("bomb", nil)
	case errors.As(err, &syntax), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, zip.ErrChecksum), errors.Is(err, zip.ErrFormat), errors.Is(err, zip.ErrAlgorithm):
		return Book{}, refuse("cut", nil)
	case err != nil && Refusal(err) == "":
		return Book{}, refuse("cut", nil) // a broken stream has many errors of its own
	}
	return b, err
}

type workbook struct {
	parts   map[string]*zip.File
	left    int64 // bytes that may still be unpacked
	strings []string
	dates   []bool // by style
	cells   int
	text    int
}

type tooMuch struct{}

func (*tooMuch) Error() string { return "more is packed in it than is read" }

// meter stops at the end of what may be unpacked, and in a piece of text that
// is longer than any cell: the decoder would keep all of it.
type meter struct {
	r    io.Reader
	left *int64
	run  int // bytes since the last tag
}

const maxRun = 1 << 20

func (m *meter) Read(p []byte) (int, error) {
	if *m.left <= 0 {
		return 0, &tooMuch{}
	}
	if int64(len(p)) > *m.left {
		p = p[:*m.left]
	}
	n, err := m.r.Read(p)
	*m.left -= int64(n)
	for rest := p[:n]; ; {
		i := bytes.IndexByte(rest, '<')
		if i < 0 {
			m.run += len(rest)
			break
		}
		if m.run+i > maxRun {
			return 0, &tooMuch{}
		}
		m.run, rest = 0, rest[i+1:]
	}
	if m.run > maxRun {
		return 0, &tooMuch{}
	}
	return n, err
}

// each walks a part's elements. Prefixes are dropped: producers choose their own.
func (x *workbook) each(name string, token func(*xml.Decoder, xml.Token) error) error {
	f := x.parts[strings.ToLower(name)]
	if f == nil {
		return nil
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	d := xml.NewDecoder(&meter{r: r, left: &x.left})
	for {
		t, err := d.RawToken()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if err := token(d, t); err != nil {
			return err
		}
	}
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func yes(s string) bool { return s == "1" || s == "true" || s == "on" }

func (x *workbook) read() (Book, error) {
	var kind string
	err := x.each("[Content_Types].xml", func(_ *xml.Decoder, t xml.Token) error {
		if e, ok := t.(xml.StartElement); ok {
			c := attr(e, "ContentType")
			switch {
			case strings.Contains(c, "macroEnabled"):
				kind = "macros"
			case strings.Contains(c, "wordprocessingml.document.main"):
				kind = "word"
			case strings.Contains(c, "presentationml.presentation.main"):
				kind = "slides"
			case strings.Contains(c, "sheet.binary"):
				kind = "xlsb"
			}
		}
		return nil
	})
	if err != nil {
		return Book{}, err
	}
	for name := range x.parts {
		switch {
		case strings.HasSuffix(name, "vbaproject.bin"):
			kind = "macros"
		case name == "content.xml" && kind == "":
			kind = "ods"
		case name == "index.zip", strings.HasPrefix(name, "index/") && strings.HasSuffix(name, ".iwa"):
			kind = "numbers"
		}
	}
	if kind != "" {
		return Book{}, refuse(kind, nil)
	}
	main := x.related("", "officeDocument")
	if main == nil || x.parts[strings.ToLower(main[0].target)] == nil {
		if x.parts["xl/workbook.xml"] == nil {
			return Book{}, refuse("unknown", nil)
		}
		main = []relation{{target: "xl/workbook.xml"}}
	}
	book := Book{Format: "xlsx"}
	at := main[0].target
	targets := map[string]string{}
	for _, r := range x.related(at, "worksheet") {
		targets[r.id] = r.target
	}
	var sheets []Sheet
	var paths []string
	err = x.each(at, func(_ *xml.Decoder, t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok {
			return nil
		}
		switch e.Name.Local {
		case "workbookPr":
			book.Since04 = yes(attr(e, "date1904"))
		case "sheet":
			if p := targets[attr(e, "id")]; p != "" && len(sheets) < maxSheets { // charts and dialogs are other kinds of parts
				sheets = append(sheets, Sheet{Name: attr(e, "name"), Hidden: attr(e, "state") != "" && attr(e, "state") != "visible"})
				paths = append(paths, p)
			}
		}
		return nil
	})
	if err != nil {
		return Book{}, err
	}
	if len(sheets) == 0 {
		return Book{}, refuse("cut", nil)
	}
	if err := x.readStyles(first(x.related(at, "styles"), path.Dir(at)+"/styles.xml")); err != nil {
		return Book{}, err
	}
	if err := x.readStrings(first(x.related(at, "sharedStrings"), path.Dir(at)+"/sharedStrings.xml")); err != nil {
		return Book{}, err
	}
	for i := range sheets {
		if x.parts[strings.ToLower(paths[i])] == nil {
			return Book{}, refuse("cut", nil)
		}
		if err := x.readSheet(paths[i], &sheets[i]); err != nil {
			return Book{}, err
		}
	}
	book.Sheets = sheets
	return book, nil
}

type relation struct{ id, target string }

// related lists the parts that one part refers to; parts outside the file
// (TargetMode External) are never looked at.
func (x *workbook) related(from, kind string) []relation {
	dir, base := path.Split(from)
	var out []relation
	err := x.each(dir+"_rels/"+base+".rels", func(_ *xml.Decoder, t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "Relationship" || !strings.HasSuffix(attr(e, "Type"), "/"+kind) || attr(e, "TargetMode") == "External" {
			return nil
		}
		target := attr(e, "Target")
		if !strings.HasPrefix(target, "/") {
			target = "/" + dir + target
		}
		out = append(out, relation{attr(e, "Id"), strings.TrimPrefix(path.Clean(target), "/")})
		return nil
	})
	if err != nil {
		return nil // what is named in a broken list is missing, and said so
	}
	return out
}

func first(rs []relation, or string) string {
	if len(rs) > 0 {
		return rs[0].target
	}
	return or
}

func (x *workbook) readStrings(name string) error {
	var b strings.Builder
	depth, phonetic, text := 0, false, false
	return x.each(name, func(_ *xml.Decoder, t xml.Token) error {
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "si":
				b.Reset()
				depth++
			case "rPh":
				phonetic = true // how a Japanese reader says it, no part of it
			case "t":
				text = depth > 0 && !phonetic
			}
		case xml.EndElement:
			switch t.Name.Local {
			case "si":
				depth--
				if x.text += b.Len(); x.text > maxStrings || len(x.strings) > maxCells {
					return &tooMuch{}
				}
				x.strings = append(x.strings, unescape(b.String()))
			case "rPh":
				phonetic = false
			case "t":
				text = false
			}
		case xml.CharData:
			if text {
				b.Write(t)
			}
		}
		return nil
	})
}

var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// unescape gives characters that a file may not hold as they are: _x000D_.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return escaped.ReplaceAllStringFunc(s, func(m string) string {
		n, err := strconv.ParseUint(m[2:6], 16, 16)
		if err != nil || n >= 0xD800 && n < 0xE000 {
			return m
		}
		return string(rune(n))
	})
}

// readStyles finds the styles that show numbers as dates or times.
func (x *workbook) readStyles(name string) error {
	formats := map[int]bool{}
	inside := false
	return x.each(name, func(_ *xml.Decoder, t xml.Token) error {
		switch t := t.(type) {
		case xml.StartElement:
			switch t.Name.Local {
			case "numFmt":
				if id, err := strconv.Atoi(attr(t, "numFmtId")); err == nil && len(formats) < 10_000 {
					formats[id] = showsDays(attr(t, "formatCode"))
				}
			case "cellXfs":
				inside = true
			case "xf":
				if inside && len(x.dates) < 100_000 {
					id, _ := strconv.Atoi(attr(t, "numFmtId")) // none is the general format
					dates, own := formats[id]
					x.dates = append(x.dates, own && dates || !own && builtinDay(id))
				}
			}
		case xml.EndElement:
			if t.Name.Local == "cellXfs" {
				inside = false
			}
		}
		return nil
	})
}

// builtinDay tells the formats of dates and times that need no spelling out:
// 14 to 22 and 45 to 47 everywhere, 27 to 36 and 50 to 58 in East Asia.
// Source: ECMA-376 part 1, 18.8.30.
func builtinDay(id int) bool {
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58
}

var quotedFormat = regexp.MustCompile(`"[^"]*"|\\.|\[[^\]]*\]|_.|\*.`)

// showsDays tells whether a format shows days: a letter of dates outside what
// is quoted. [h] and [$-804] stand in brackets.
func showsDays(code string) bool {
	code, _, _ = strings.Cut(code, ";")
	low := strings.ToLower(code)
	if strings.Contains(low, "[h") || strings.Contains(low, "[m") || strings.Contains(low, "[s") {
		return true
	}
	low = quotedFormat.ReplaceAllString(low, "")
	if strings.Contains(low, "general") {
		return false
	}
	return strings.ContainsAny(low, "ymdhsge") && !strings.ContainsAny(low, "0#?") || strings.Contains(low, "yy") || strings.Contains(low, "am/pm")
}

var elsewhere = regexp.MustCompile(`\[[^\]]+\][^!]*!|'[^']*\[[^\]]+\][^']*'!`)

// reading is where the reader of a sheet stands.
type reading struct {
	row             Row
	next            int // column of a cell without a name
	last            int // row of a row without one
	ref, kind       string
	style           int
	value, inline   strings.Builder
	formula         strings.Builder
	has             bool // a formula
	in              string
	phonetic        bool
	merged          []span
	ordered, sorted bool
}

type span struct{ top, left, bottom, right int }

func (x *workbook) readSheet(name string, s *Sheet) error {
	r := reading{ordered: true}
	err := x.each(name, func(_ *xml.Decoder, t xml.Token) error {
		switch t := t.(type) {
		case xml.StartElement:
			return x.open(&r, s, t)
		case xml.EndElement:
			return x.close(&r, s, t.Name.Local)
		case xml.CharData:
			switch r.in {
			case "v":
				r.value.Write(t)
			case "t":
				r.inline.Write(t)
			case "f":
				r.formula.Write(t)
			}
			if r.value.Len()+r.inline.Len()+r.formula.Len() > 1<<20 {
				return &tooMuch{}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !r.ordered {
		slices.SortStableFunc(s.Rows, func(a, b Row) int { return a.Number - b.Number })
	}
	return s.merge(r.merged)
}

func (x *workbook) open(r *reading, s *Sheet, e xml.StartElement) error {
	switch e.Name.Local {
	case "col":
		if yes(attr(e, "hidden")) {
			from, err := strconv.Atoi(attr(e, "min"))
			to, err2 := strconv.Atoi(attr(e, "max"))
			for c := from; err == nil && err2 == nil && c >= 1 && c <= min(to, maxColumns); c++ {
				s.Columns = append(s.Columns, c-1)
			}
		}
	case "row":
		n, err := strconv.Atoi(attr(e, "r"))
		if err != nil {
			n = r.last + 1
		}
		if n < 1 {
			return refuse("cut", nil)
		}
		r.ordered = r.ordered && n > r.last
		r.last, r.next = n, 0
		r.row = Row{Number: n, Hidden: yes(attr(e, "hidden"))}
	case "c":
		r.ref, r.kind, r.style, r.has = attr(e, "r"), attr(e, "t"), 0, false
		if n, err := strconv.Atoi(attr(e, "s")); err == nil {
			r.style = n
		}
		r.value.Reset()
		r.inline.Reset()
		r.formula.Reset()
	case "rPh":
		r.phonetic = true
	case "t":
		if !r.phonetic {
			r.in = "t"
		}
	case "f":
		r.in, r.has = "f", true
	case "v":
		r.in = "v"
	case "mergeCell":
		from, to, _ := strings.Cut(attr(e, "ref"), ":")
		c1, r1, ok1 := place(from)
		c2, r2, ok2 := place(to)
		if ok1 && ok2 && len(r.merged) < 100_000 {
			r.merged = append(r.merged, span{min(r1, r2), min(c1, c2), max(r1, r2), max(c1, c2)})
		}
	}
	return nil
}

func (x *workbook) close(r *reading, s *Sheet, name string) error {
	switch name {
	case "rPh":
		r.phonetic = false
	case "t", "f", "v":
		r.in = ""
	case "c":
		col := r.next
		if c, _, ok := place(r.ref); ok {
			col = c
		}
		r.next = col + 1
		c := x.cell(r)
		if c.Kind == Empty {
			return nil
		}
		switch {
		case r.row.Number == 0:
			return refuse("cut", nil) // a cell outside every row
		case col >= maxColumns:
			return refuse("wide", map[string]any{"Cell": Ref(col, r.row.Number), "Sheet": s.Name})
		case r.row.Number > maxRows:
			return refuse("long", map[string]any{"Cell": Ref(col, r.row.Number), "Sheet": s.Name, "Limit": maxRows})
		}
		if x.text > maxStrings {
			return refuse("much", map[string]any{"Cell": Ref(col, r.row.Number)})
		}
		for len(r.row.Cells) <= col {
			r.row.Cells = append(r.row.Cells, Cell{})
		}
		r.row.Cells[col] = c
	case "row":
		if len(r.row.Cells) > 0 {
			if r.row.Cells = slices.Clip(r.row.Cells); len(s.Rows) > 0 && s.Rows[len(s.Rows)-1].Number == r.row.Number {
				return refuse("cut", nil)
			}
			if x.cells += len(r.row.Cells); x.cells > maxCells {
				return refuse("much", map[string]any{"Cell": Ref(0, r.row.Number)})
			}
			s.Rows = append(s.Rows, r.row)
		}
		r.row = Row{}
	}
	return nil
}

// cell makes of what stands in a cell's element what it holds.
func (x *workbook) cell(r *reading) Cell {
	c := Cell{Formula: r.has}
	if r.has {
		c.External = elsewhere.MatchString(r.formula.String())
	}
	v := r.value.String()
	text := func(s string) {
		if strings.TrimSpace(s) != "" {
			c.Kind, c.Text = Text, s
		}
	}
	switch r.kind {
	case "s":
		if i, err := strconv.Atoi(strings.TrimSpace(v)); err == nil && i >= 0 && i < len(x.strings) {
			text(x.strings[i])
		} else if v != "" {
			c.Kind, c.Text = Failed, "#"+v
		}
	case "inlineStr":
		x.text += r.inline.Len()
		text(unescape(r.inline.String()))
	case "str":
		x.text += len(v)
		text(unescape(v))
	case "b":
		if v != "" {
			c.Kind, c.Text = Truth, map[bool]string{true: "TRUE", false: "FALSE"}[yes(strings.TrimSpace(v))]
		}
	case "e":
		c.Kind, c.Text = Failed, v
	case "d": // ISO 8601, as few programs write it
		text(v)
	default:
		if v = strings.TrimSpace(v); v == "" {
			break
		}
		n, err := strconv.ParseFloat(v, 64)
		if err != nil {
			x.text += len(v)
			text(v)
			break
		}
		c.Kind, c.Text, c.Num = Number, v, n
		x.text += len(v)
		if r.style >= 0 && r.style < len(x.dates) && x.dates[r.style] {
			c.Kind = Day
		}
	}
	if c.Kind == Empty && r.has {
		c.Kind, c.Text = Failed, "" // computed never: there is no value to read
	}
	return c
}

// merge repeats the first cell of a merged range in all of its cells that lie
// in rows which hold something.
func (s *Sheet) merge(spans []span) error {
	budget := maxCells
	for _, m := range spans {
		if m.left >= maxColumns {
			continue
		}
		m.right = min(m.right, maxColumns-1)
		i, _ := slices.BinarySearchFunc(s.Rows, m.top, func(r Row, n int) int { return r.Number - n })
		if i >= len(s.Rows) || s.Rows[i].Number != m.top {
			continue
		}
		from := s.Rows[i].At(m.left)
		if from.Kind == Empty {
			continue
		}
		from.Merged = true
		for ; i < len(s.Rows) && s.Rows[i].Number <= m.bottom; i++ {
			row := &s.Rows[i]
			for len(row.Cells) <= m.right {
				row.Cells = append(row.Cells, Cell{})
			}
			for c := m.left; c <= m.right; c++ {
				if budget--; budget < 0 {
					return refuse("much", map[string]any{"Cell": Ref(m.left, m.top), "Sheet": s.Name})
				}
				if row.Number != m.top || c != m.left {
					row.Cells[c] = from
				}
			}
		}
	}
	return nil
}
