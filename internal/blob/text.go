package blob

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"html"
	"io"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// Limits of reading what a file says: bytes and steps, never a clock, so that
// a file is read as far on a busy machine as on an idle one. What lies beyond
// them isn't read: a file is asked for the few words that must never lie here,
// not indexed.
const (
	mostRead  = 16 << 20 // bytes that are unpacked of one file
	mostSteps = 64 << 20 // bytes of values that are looked at, some of them more than once
	mostSaid  = 4 << 20  // bytes of text
)

// reading bounds how many files are unpacked at once: each may take some
// hundred megabytes on the way.
var reading = make(chan struct{}, 2)

// Text is what a document that Sniff has let in says, line by line: a paragraph,
// a cell or a line of a page each; and whether some of it couldn't be read, so
// that somebody has to look: of a scan nothing could. It keeps nothing. A picture
// says nothing, and whoever shows one knows that from its type.
func Text(content io.ReaderAt, size int64, t Type) (text string, unread bool) {
	return said(func(s *saying) {
		switch t {
		case PDF:
			all, err := io.ReadAll(io.NewSectionReader(content, 0, min(size, Limit)))
			if err != nil {
				s.unread = true
				return
			}
			s.pdf(all)
			s.unread = s.unread || strings.TrimSpace(s.text.String()) == ""
		case DOCX, XLSX:
			s.office(content, size, func(part string) bool {
				return strings.HasPrefix(part, "word/") || strings.HasPrefix(part, "xl/")
			})
		case JPEG, PNG:
		}
	})
}

// Body is what stands on the pages of a DOCX itself, without heads, feet and
// remarks: how much somebody wrote.
func Body(content io.ReaderAt, size int64) string {
	text, _ := said(func(s *saying) {
		s.office(content, size, func(part string) bool { return part == "word/document.xml" })
	})
	return text
}

// said reads one file, when there is room for it.
func said(read func(*saying)) (text string, unread bool) {
	reading <- struct{}{}
	defer func() { <-reading }()
	s := &saying{left: mostRead, steps: mostSteps}
	func() {
		// A reader of foreign files meets what nobody thought of; what was read
		// before counts.
		defer func() { s.unread = s.unread || recover() != nil }()
		read(s)
	}()
	// Some programs write signs of radicals where the characters are meant.
	return norm.NFKC.String(s.text.String()), s.unread
}

// saying is one file that is being read.
type saying struct {
	text   strings.Builder
	left   int64 // bytes that may still be unpacked
	steps  int   // bytes of values that may still be looked at
	unread bool  // something of it wasn't read
}

// over tells whether enough was unpacked of this file; the rest isn't read.
func (s *saying) over() bool {
	s.unread = s.unread || s.left <= 0
	return s.left <= 0 || s.full()
}

// full tells whether enough was read of what is unpacked.
func (s *saying) full() bool {
	full := s.steps <= 0 || s.text.Len() >= mostSaid
	s.unread = s.unread || full
	return full
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
func (s *saying) office(content io.ReaderAt, size int64, ours func(part string) bool) {
	z, err := zip.NewReader(content, size)
	if err != nil {
		s.unread = true
		return
	}
	for _, part := range z.File {
		if !ours(part.Name) || !strings.HasSuffix(part.Name, ".xml") || s.over() {
			continue
		}
		r, err := part.Open()
		if err != nil {
			s.unread = true
			continue
		}
		s.markup(counted{s, r})
		r.Close()
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
			s.unread = s.unread || !errors.Is(err, io.EOF)
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
