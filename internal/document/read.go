package document

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/klauspost/compress/zlib"
)

// ErrUnreadable is a file whose pages aren't as this package writes them.
var ErrUnreadable = errors.New("the pages aren't as Yitang writes them")

// PageText gives what is written on each page, in the order in which it is
// drawn and without breaks between lines and cells. It reads the pages and each
// face's table back to Unicode, as somebody who copies the text does, and
// nothing of the metadata. It reads files of this package alone.
func PageText(pdf []byte) ([]string, error) {
	r, err := newReader(pdf)
	if err != nil {
		return nil, err
	}
	numbers, err := r.pages()
	if err != nil {
		return nil, err
	}
	faces := map[string]map[uint64]string{}
	var pages []string
	for _, number := range numbers {
		text, err := r.page(number, faces)
		if err != nil {
			return nil, fmt.Errorf("page %d: %w", len(pages)+1, err)
		}
		pages = append(pages, text)
	}
	return pages, nil
}

var (
	isRef    = regexp.MustCompile(`(\d+) 0 R`)
	isFont   = regexp.MustCompile(`/F(\d+) (\d+) 0 R`)
	isLength = regexp.MustCompile(`/Length (\d+)>>$`)
	isShown  = regexp.MustCompile(`BT /F(\d+) [^\[]*\[([^\]]*)\] TJ`)
	isHex    = regexp.MustCompile(`<([0-9A-F]+)>`)
	isChar   = regexp.MustCompile(`<([0-9A-F]{4})> <([0-9A-F]+)>`)
	isChars  = regexp.MustCompile(`(?s)beginbfchar\n(.*?)endbfchar`)
)

// reader finds the objects of a file by its table (ISO 32000-1, 7.5.4).
type reader struct {
	pdf     []byte
	at      []int // at[n] is where object n starts
	trailer []byte
	left    int // bytes that may still be unpacked and drawn
}

const (
	mostRead  = 16 << 20 // bytes that a file's objects are unpacked to, and its pages drawn from
	mostPages = 500
)

// spend takes from what a file may cost: one that asks for more isn't ours.
func (r *reader) spend(n int) error {
	if r.left -= n; r.left < 0 {
		return fmt.Errorf("%w: there is too much on them", ErrUnreadable)
	}
	return nil
}

func newReader(pdf []byte) (*reader, error) {
	r := &reader{pdf: pdf, left: mostRead}
	i := bytes.LastIndex(pdf, []byte("startxref\n"))
	if i < 0 {
		return nil, fmt.Errorf("%w: no table of objects", ErrUnreadable)
	}
	var from, n int
	if _, err := fmt.Sscanf(string(pdf[i:]), "startxref\n%d", &from); err != nil || from < 0 || from >= i {
		return nil, fmt.Errorf("%w: no table of objects", ErrUnreadable)
	}
	table, trailer, ok := bytes.Cut(pdf[from:i], []byte("trailer\n"))
	lines := strings.Split(string(table), "\n")
	if !ok || len(lines) < 3 {
		return nil, fmt.Errorf("%w: no table of objects", ErrUnreadable)
	}
	if _, err := fmt.Sscanf(lines[1], "0 %d", &n); err != nil || n < 0 || n > len(lines)-2 {
		return nil, fmt.Errorf("%w: no table of objects", ErrUnreadable)
	}
	for _, l := range lines[2 : n+2] {
		at, err := strconv.Atoi(l[:min(10, len(l))])
		if err != nil || at < 0 {
			return nil, fmt.Errorf("%w: its table of objects says %q", ErrUnreadable, l)
		}
		r.at = append(r.at, at)
	}
	r.trailer = trailer
	return r, nil
}

// object is an object's dictionary and, of a stream, its content.
func (r *reader) object(number string) (dict, content []byte, err error) {
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n >= len(r.at) || r.at[n] >= len(r.pdf) || !bytes.HasPrefix(r.pdf[r.at[n]:], []byte(number+" 0 obj\n")) {
		return nil, nil, fmt.Errorf("%w: no object %s", ErrUnreadable, number)
	}
	body := r.pdf[r.at[n]+len(number)+len(" 0 obj\n"):]
	dict, _, _ = bytes.Cut(body, []byte("\nendobj\n"))
	head, data, is := bytes.Cut(body, []byte("\nstream\n"))
	if !is || len(head) > len(dict) {
		return dict, nil, nil
	}
	length := isLength.FindSubmatch(head)
	if length == nil {
		return nil, nil, fmt.Errorf("%w: object %s has no length", ErrUnreadable, number)
	}
	size, err := strconv.Atoi(string(length[1]))
	if err != nil || size > len(data) {
		return nil, nil, fmt.Errorf("%w: object %s is cut off", ErrUnreadable, number)
	}
	z, err := zlib.NewReader(bytes.NewReader(data[:size]))
	if err != nil {
		return nil, nil, fmt.Errorf("%w: object %s: %w", ErrUnreadable, number, err)
	}
	content, err = io.ReadAll(io.LimitReader(z, int64(r.left)+1))
	if err = errors.Join(err, z.Close()); err != nil {
		return nil, nil, fmt.Errorf("%w: object %s: %w", ErrUnreadable, number, err)
	}
	if err = r.spend(len(content)); err != nil {
		return nil, nil, err
	}
	return head, content, nil
}

// pages are the numbers of the pages' objects.
func (r *reader) pages() ([]string, error) {
	root, err := r.follow(r.trailer, "Root")
	if err != nil {
		return nil, err
	}
	tree, err := r.follow(root, "Pages")
	if err != nil {
		return nil, err
	}
	_, kids, ok := bytes.Cut(tree, []byte("/Kids["))
	if !ok {
		return nil, fmt.Errorf("%w: no pages", ErrUnreadable)
	}
	kids, _, _ = bytes.Cut(kids, []byte("]"))
	var out []string
	for _, k := range isRef.FindAllSubmatch(kids, mostPages+1) {
		out = append(out, string(k[1]))
	}
	if len(out) > mostPages {
		return nil, fmt.Errorf("%w: there are too many", ErrUnreadable)
	}
	return out, nil
}

// pointer gives the number of the object that a dictionary has under a name.
func pointer(dict []byte, name string) (string, error) {
	_, after, ok := bytes.Cut(dict, []byte("/"+name+" "))
	m := isRef.FindSubmatchIndex(after)
	if !ok || m == nil || m[0] != 0 {
		return "", fmt.Errorf("%w: no %s", ErrUnreadable, name)
	}
	return string(after[m[2]:m[3]]), nil
}

func (r *reader) follow(dict []byte, name string) ([]byte, error) {
	number, err := pointer(dict, name)
	if err != nil {
		return nil, err
	}
	out, _, err := r.object(number)
	return out, err
}

// page is the text of one page; faces are those that were read already.
func (r *reader) page(number string, faces map[string]map[uint64]string) (string, error) {
	page, _, err := r.object(number)
	if err != nil {
		return "", err
	}
	fonts := map[string]map[uint64]string{}
	for _, f := range isFont.FindAllSubmatch(page, -1) {
		object := string(f[2])
		if faces[object] == nil {
			if faces[object], err = r.characters(object); err != nil {
				return "", err
			}
		}
		fonts[string(f[1])] = faces[object]
	}
	number, err = pointer(page, "Contents")
	if err != nil {
		return "", err
	}
	_, content, err := r.object(number)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	for _, s := range isShown.FindAllSubmatch(content, -1) {
		for _, h := range isHex.FindAllSubmatch(s[2], -1) {
			for codes := h[1]; len(codes) >= 4; codes = codes[4:] {
				code, err := strconv.ParseUint(string(codes[:4]), 16, 16)
				if err != nil {
					return "", fmt.Errorf("%w: %w", ErrUnreadable, err)
				}
				c, known := fonts[string(s[1])][code]
				if !known {
					return "", fmt.Errorf("%w: character %d of face %s can't be read back", ErrUnreadable, code, s[1])
				}
				text.WriteString(c)
			}
		}
	}
	return text.String(), nil
}

// characters is a face's table back to Unicode.
func (r *reader) characters(font string) (map[uint64]string, error) {
	dict, _, err := r.object(font)
	if err != nil {
		return nil, err
	}
	number, err := pointer(dict, "ToUnicode")
	if err != nil {
		return nil, err
	}
	_, table, err := r.object(number)
	if err != nil {
		return nil, err
	}
	out := map[uint64]string{}
	for _, part := range isChars.FindAllSubmatch(table, -1) {
		for _, c := range isChar.FindAllSubmatch(part[1], -1) {
			code, err := strconv.ParseUint(string(c[1]), 16, 16)
			if err != nil {
				return nil, fmt.Errorf("%w: %w", ErrUnreadable, err)
			}
			var units []uint16
			for h := c[2]; len(h) >= 4; h = h[4:] {
				u, err := strconv.ParseUint(string(h[:4]), 16, 16)
				if err != nil {
					return nil, fmt.Errorf("%w: %w", ErrUnreadable, err)
				}
				units = append(units, uint16(u))
			}
			out[code] = string(utf16.Decode(units))
		}
	}
	return out, nil
}
