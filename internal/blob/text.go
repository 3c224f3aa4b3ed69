package blob

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"html"
	"io"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// Limits of reading what a file says. What lies beyond them isn't read: a file
// is asked for the few words that must never lie here, not indexed.
const (
	mostRead    = 32 << 20        // bytes that are unpacked of one file
	mostSaid    = 4 << 20         // bytes of text
	longestRead = 3 * time.Second // of looking
)

// Text is what a document that Sniff has let in says, line by line: a paragraph,
// a cell or a line of a page each. It keeps nothing. A picture says nothing,
// and neither does what can't be read within the limits: that is no fault of
// whoever gives it.
func Text(content io.ReaderAt, size int64, t Type) (text string) {
	s := &saying{until: time.Now().Add(longestRead), left: mostRead}
	defer func() {
		// A reader of foreign files meets what nobody thought of; what was read
		// before counts.
		if recover() != nil {
			text = s.text.String()
		}
	}()
	switch t {
	case PDF:
		all, err := io.ReadAll(io.NewSectionReader(content, 0, min(size, Limit)))
		if err != nil {
			return ""
		}
		s.pdf(all)
		// Some programs write signs of radicals where the characters are meant.
		return norm.NFKC.String(s.text.String())
	case DOCX, XLSX:
		s.office(content, size)
	case JPEG, PNG:
	}
	return s.text.String()
}

// saying is one file that is being read.
type saying struct {
	text  strings.Builder
	until time.Time
	left  int64 // bytes that may still be unpacked
}

// over tells whether enough was read of this file.
func (s *saying) over() bool {
	return s.left <= 0 || s.text.Len() >= mostSaid || time.Now().After(s.until)
}

func (s *saying) say(text string) {
	s.text.WriteString(text[:min(len(text), max(0, mostSaid-s.text.Len()))])
}

// counted counts what is unpacked.
type counted struct {
	s *saying
	r io.Reader
}

func (c counted) Read(p []byte) (int, error) {
	if c.s.over() {
		return 0, io.EOF
	}
	n, err := c.r.Read(p[:min(int64(len(p)), c.s.left)])
	c.s.left -= int64(n)
	return n, err
}

// office reads the words of a document's parts: its pages, heads and feet,
// notes and boxes, and of a workbook its cells and what is printed above them
// (ECMA-376 part 1: text stands in elements t of all three markup languages).
func (s *saying) office(content io.ReaderAt, size int64) {
	z, err := zip.NewReader(content, size)
	if err != nil {
		return
	}
	for _, part := range z.File {
		ours := strings.HasPrefix(part.Name, "word/") || strings.HasPrefix(part.Name, "xl/")
		if !ours || !strings.HasSuffix(part.Name, ".xml") || s.over() {
			continue
		}
		if r, err := part.Open(); err == nil {
			s.markup(counted{s, r})
			r.Close()
		}
	}
}

// markup takes the text out of a part as it flows by, so that no element can be
// too large for us.
func (s *saying) markup(r io.Reader) {
	in := bufio.NewReaderSize(r, 64<<10)
	open := 0 // elements that hold text, around where we are
	for {
		text, err := in.ReadSlice('<')
		if open > 0 {
			s.say(html.UnescapeString(string(bytes.TrimSuffix(text, []byte("<")))))
		}
		if errors.Is(err, bufio.ErrBufferFull) {
			continue
		}
		if err != nil {
			s.say("\n")
			return
		}
		tag, err := in.ReadSlice('>')
		name, ends, empty := element(tag)
		for errors.Is(err, bufio.ErrBufferFull) {
			tag, err = in.ReadSlice('>')
			_, _, empty = element(tag)
		}
		switch {
		case holdsText(name) && empty:
		case holdsText(name) && ends:
			open = max(0, open-1)
			if name != "t" {
				s.say("\n")
			}
		case holdsText(name):
			open++
		case ends && (name == "p" || name == "si" || name == "is"), name == "br", name == "tab":
			s.say("\n")
		}
	}
}

// element reads a tag behind its opening bracket: its name without the space of
// names, whether it ends an element and whether that is empty.
func element(tag []byte) (name string, ends, empty bool) {
	tag, ends = bytes.CutPrefix(tag, []byte("/"))
	if i := bytes.IndexAny(tag, " \t\r\n/>"); i >= 0 {
		name = string(tag[:i])
	}
	if _, after, has := strings.Cut(name, ":"); has {
		name = after
	}
	return name, ends, bytes.HasSuffix(tag, []byte("/>"))
}

func holdsText(element string) bool {
	switch element {
	case "t", "oddHeader", "evenHeader", "firstHeader", "oddFooter", "evenFooter", "firstFooter":
		return true
	}
	return false
}
